/*
 * bgp_announce: writing UPDATEs.
 *
 * Prefixes that share attributes share a message, as many as the session's
 * messages hold; the caller goes on with the rest. IPv4 uses the classic fields.
 * IPv6, and IPv4 with an IPv6 next hop (RFC 8950), use MP_REACH_NLRI, put first
 * as RFC 7606 5.1 asks, so that a reader knows the prefixes before it can stumble
 * over another attribute. The others follow in the order of their types.
 */
#include "rs/bgp/bgp_priv.h"

static void
put_header(struct wbuf *w, uint8_t flags, uint8_t type, size_t len)
{
	wbuf_u8(w, len > 255 ? flags | BGP_AF_EXTENDED : flags);
	wbuf_u8(w, type);
	if (len > 255)
		wbuf_u16(w, (uint16_t)len);
	else
		wbuf_u8(w, (uint8_t)len);
}

static void
put_bytes(struct wbuf *w, uint8_t flags, uint8_t type, const void *data,
	  size_t len)
{
	put_header(w, flags, type, len);
	if (len > 0)
		wbuf_bytes(w, data, len);
}

static void
put_u32(struct wbuf *w, uint8_t flags, uint8_t type, uint32_t v)
{
	put_header(w, flags, type, 4);
	wbuf_u32(w, v);
}

/* The flags of an optional transitive attribute. */
static uint8_t
shared(const struct bgp_attrs *a, enum bgp_partial p)
{
	return BGP_AF_OPTIONAL | BGP_AF_TRANSITIVE |
	       (a->partial & p ? BGP_AF_PARTIAL : 0);
}

/* True when the 2-byte form hides something and AS4_PATH must go along. */
static bool
put_path(struct wbuf *w, const struct bgp_session *s, const struct bgp_attrs *a)
{
	uint8_t bytes[BGP_MSG_EXTENDED];
	struct wbuf narrow = wbuf_of(bytes, sizeof bytes);
	bool lossy;

	if (s->as4) {
		put_bytes(w, BGP_AF_TRANSITIVE, BGP_AT_AS_PATH, a->path,
			  a->path_len);
		return false;
	}
	lossy = bgp_path_narrow(a, &narrow);
	w->failed |= narrow.failed;
	put_bytes(w, BGP_AF_TRANSITIVE, BGP_AT_AS_PATH, bytes, narrow.len);
	return lossy;
}

static void
put_aggregator(struct wbuf *w, const struct bgp_session *s,
	       const struct bgp_attrs *a)
{
	put_header(w, shared(a, BGP_PARTIAL_AGGREGATOR), BGP_AT_AGGREGATOR,
		   s->as4 ? 8 : 6);
	if (s->as4)
		wbuf_u32(w, a->aggregator_as);
	else
		wbuf_u16(w, a->aggregator_as > 65535
				? BGP_AS_TRANS
				: (uint16_t)a->aggregator_as);
	wbuf_u32(w, a->aggregator_id);
}

static void
put_communities(struct wbuf *w, const struct bgp_attrs *a)
{
	put_header(w, shared(a, BGP_PARTIAL_COMMUNITIES), BGP_AT_COMMUNITIES,
		   a->n_communities * 4);
	for (size_t i = 0; i < a->n_communities; i++)
		wbuf_u32(w, a->communities[i]);
}

static void
put_large(struct wbuf *w, const struct bgp_attrs *a)
{
	put_header(w, shared(a, BGP_PARTIAL_LARGE), BGP_AT_LARGE_COMMUNITIES,
		   a->n_large * 12);
	for (size_t i = 0; i < a->n_large; i++) {
		wbuf_u32(w, a->large[i].global);
		wbuf_u32(w, a->large[i].a);
		wbuf_u32(w, a->large[i].b);
	}
}

static void
put_unknown(struct wbuf *w, const struct bgp_attrs *a)
{
	struct rbuf r = rbuf_of(a->unknown, a->unknown_len);

	while (!r.failed && rbuf_left(&r) > 0) {
		uint8_t flags = rbuf_u8(&r), type = rbuf_u8(&r);
		size_t len = rbuf_u16(&r);
		const uint8_t *v = rbuf_bytes(&r, len);

		if (v)
			put_bytes(w, flags, type, v, len);
	}
}

/* RFC 6793 4.2.2: what a 2-byte peer is to pass on unread. */
static void
put_as4(struct wbuf *w, const struct bgp_session *s, const struct bgp_attrs *a,
	bool lossy)
{
	if (lossy)
		put_bytes(w, BGP_AF_OPTIONAL | BGP_AF_TRANSITIVE,
			  BGP_AT_AS4_PATH, a->path, a->path_len);
	if (!s->as4 && a->has_aggregator && a->aggregator_as > 65535) {
		put_header(w, BGP_AF_OPTIONAL | BGP_AF_TRANSITIVE,
			   BGP_AT_AS4_AGGREGATOR, 8);
		wbuf_u32(w, a->aggregator_as);
		wbuf_u32(w, a->aggregator_id);
	}
}

void
bgp_attributes_put(struct wbuf *w, const struct bgp_session *s,
		   const struct bgp_attrs *a, bool classic)
{
	bool lossy;

	put_bytes(w, BGP_AF_TRANSITIVE, BGP_AT_ORIGIN, &a->origin, 1);
	lossy = put_path(w, s, a);
	if (classic)
		put_bytes(w, BGP_AF_TRANSITIVE, BGP_AT_NEXT_HOP,
			  a->next_hop.bytes, 4);
	if (a->has_med)
		put_u32(w, BGP_AF_OPTIONAL, BGP_AT_MED, a->med);
	if (a->has_local_pref && s->local_as == s->peer_as)
		put_u32(w, BGP_AF_TRANSITIVE, BGP_AT_LOCAL_PREF, a->local_pref);
	if (a->atomic_aggregate)
		put_header(w, BGP_AF_TRANSITIVE, BGP_AT_ATOMIC_AGGREGATE, 0);
	if (a->has_aggregator)
		put_aggregator(w, s, a);
	if (a->n_communities > 0)
		put_communities(w, a);
	if (a->n_ext > 0)
		put_bytes(w, shared(a, BGP_PARTIAL_EXT), BGP_AT_EXT_COMMUNITIES,
			  a->ext, a->n_ext * 8);
	put_as4(w, s, a, lossy);
	if (a->n_large > 0)
		put_large(w, a);
	if (a->has_otc)
		put_u32(w, shared(a, BGP_PARTIAL_OTC), BGP_AT_OTC, a->otc);
	put_unknown(w, a);
}

static bool
understood(const struct bgp_session *s, enum ip_family f,
	   const struct ip_addr *next_hop)
{
	return next_hop->family == f || (next_hop->family == IP_V6 &&
					 s->ext_nexthop & bgp_family_bit(f));
}

size_t
bgp_announce_encode(struct wbuf *w, const struct bgp_session *s,
		    const struct bgp_attrs *a, enum ip_family f,
		    const struct ip_prefix *p, const uint32_t *ids, size_t n)
{
	const struct bgp_prefixes list = {f, p, ids, n};
	uint8_t bytes[BGP_MSG_EXTENDED];
	size_t len;

	if (n == 0 || !understood(s, f, &a->next_hop))
		return 0;
	len = bgp_pack_for(s, a, bytes, sizeof bytes);
	return len == 0 ? 0 : bgp_packed_put(w, s, bytes, len, &list);
}

static size_t
withdraw(struct wbuf *w, const struct bgp_session *s,
	 const struct bgp_prefixes *list)
{
	struct wbuf m = bgp_msg_begin(w, BGP_UPDATE, bgp_msg_limit(s));
	size_t at = m.len, fit;

	wbuf_u16(&m, 0);
	if (list->f == IP_V4) {
		m.size -= 2;
		fit = bgp_nlri_encode(&m, s, list);
		m.size += 2;
		wbuf_u16_at(&m, at, (uint16_t)(m.len - at - 2));
		wbuf_u16(&m, 0);
	} else {
		wbuf_u16(&m, 0);
		wbuf_u8(&m, BGP_AF_OPTIONAL | BGP_AF_EXTENDED);
		wbuf_u8(&m, BGP_AT_MP_UNREACH);
		wbuf_u16(&m, 0);
		wbuf_u16(&m, bgp_afi(list->f));
		wbuf_u8(&m, 1);
		fit = bgp_nlri_encode(&m, s, list);
		wbuf_u16_at(&m, at + 2, (uint16_t)(m.len - at - 4));
		wbuf_u16_at(&m, at + 6, (uint16_t)(m.len - at - 8));
	}
	bgp_msg_end(w, &m);
	return fit;
}

size_t
bgp_withdraw_encode(struct wbuf *w, const struct bgp_session *s,
		    enum ip_family f, const struct ip_prefix *p,
		    const uint32_t *ids, size_t n)
{
	const struct bgp_prefixes list = {f, p, ids, n};

	return n > 0 ? withdraw(w, s, &list) : 0;
}

void
bgp_eor_encode(struct wbuf *w, enum ip_family f)
{
	const struct bgp_prefixes none = {.f = f};

	withdraw(w, NULL, &none);
}
