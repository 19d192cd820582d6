/*
 * bgp_pack: attributes in one block, and UPDATEs made by copying it.
 *
 *	next hop length, next hop | attributes, as in an UPDATE
 *
 * A next hop of length 0 stands among the attributes as NEXT_HOP, for IPv4
 * prefixes in the classic fields. One of 16 or 32 bytes goes into MP_REACH_NLRI
 * together with the prefixes: IPv6, or IPv4 by RFC 8950. The prefixes are all
 * that is missing in the packed form.
 *
 * A route server tells the same attributes to hundreds of members. What differs
 * between their sessions is little: where the receiver knows 2-octet AS numbers
 * only, the set is unpacked and written anew (RFC 6793).
 */
#include "rs/bgp/bgp_pack.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/bgp/bgp_priv.h"

static const struct bgp_session wide = {
    .local_as = 1, .peer_as = 2, .as4 = true};

/* ---- packing */

static void
put_next_hop(struct wbuf *w, const struct bgp_attrs *a)
{
	bool two = a->link_local.family == IP_V6;

	if (a->next_hop.family != IP_V6) {
		wbuf_u8(w, 0);
		return;
	}
	wbuf_u8(w, two ? 32 : 16);
	wbuf_bytes(w, a->next_hop.bytes, 16);
	if (two)
		wbuf_bytes(w, a->link_local.bytes, 16);
}

size_t
bgp_pack_for(const struct bgp_session *s, const struct bgp_attrs *a,
	     uint8_t *out, size_t size)
{
	struct wbuf w = wbuf_of(out, size < BGP_PACK_MAX ? size : BGP_PACK_MAX);

	put_next_hop(&w, a);
	bgp_attributes_put(&w, s, a, a->next_hop.family != IP_V6);
	return w.failed ? 0 : w.len;
}

size_t
bgp_pack(const struct bgp_attrs *a, uint8_t *out, size_t size)
{
	return bgp_pack_for(&wide, a, out, size);
}

/* ---- unpacking */

static void
get_next_hop(struct rbuf *r, struct bgp_attrs *a)
{
	uint8_t len = rbuf_u8(r);

	if (len == 0)
		return;
	a->next_hop.family = IP_V6;
	memcpy(a->next_hop.bytes, rbuf_bytes(r, 16), 16);
	if (len == 16)
		return;
	a->link_local.family = IP_V6;
	memcpy(a->link_local.bytes, rbuf_bytes(r, 16), 16);
}

static void
get_unknown(struct bgp_attrs *a, uint8_t flags, uint8_t type, struct rbuf *v)
{
	size_t size = a->unknown_len + 4 + v->len;

	a->unknown = xrealloc(a->unknown, size);
	struct wbuf w = wbuf_of(a->unknown, size);
	w.len = a->unknown_len;
	wbuf_u8(&w, flags & (uint8_t)~BGP_AF_EXTENDED);
	wbuf_u8(&w, type);
	wbuf_u16(&w, (uint16_t)v->len);
	if (v->len > 0)
		wbuf_bytes(&w, v->data, v->len);
	a->unknown_len = w.len;
}

static void
get_attribute(struct bgp_attrs *a, struct bgp_arrays *arrays, uint8_t flags,
	      uint8_t type, struct rbuf *v)
{
	switch (type) {
	case BGP_AT_ORIGIN: a->origin = rbuf_u8(v); break;
	case BGP_AT_AS_PATH: arrays->path = *v; break;
	case BGP_AT_NEXT_HOP:
		a->next_hop.family = IP_V4;
		memcpy(a->next_hop.bytes, rbuf_bytes(v, 4), 4);
		break;
	case BGP_AT_MED:
		a->has_med = true;
		a->med = rbuf_u32(v);
		break;
	case BGP_AT_ATOMIC_AGGREGATE: a->atomic_aggregate = true; break;
	case BGP_AT_AGGREGATOR:
		a->has_aggregator = true;
		a->aggregator_as = rbuf_u32(v);
		a->aggregator_id = rbuf_u32(v);
		break;
	case BGP_AT_COMMUNITIES: arrays->communities = *v; break;
	case BGP_AT_EXT_COMMUNITIES: arrays->ext = *v; break;
	case BGP_AT_LARGE_COMMUNITIES: arrays->large = *v; break;
	case BGP_AT_OTC:
		a->has_otc = true;
		a->otc = rbuf_u32(v);
		break;
	default: get_unknown(a, flags, type, v); return;
	}
	if (flags & BGP_AF_PARTIAL)
		a->partial |= bgp_attr_row(type)->partial;
}

struct bgp_attrs *
bgp_unpack(const uint8_t *data, size_t len)
{
	struct bgp_attrs plain = {0}, *a;
	struct bgp_arrays arrays = {0};
	struct rbuf r = rbuf_of(data, len);

	get_next_hop(&r, &plain);
	while (rbuf_left(&r) > 0) {
		uint8_t flags = rbuf_u8(&r), type = rbuf_u8(&r);
		struct rbuf v = rbuf_sub(
		    &r, flags & BGP_AF_EXTENDED ? rbuf_u16(&r) : rbuf_u8(&r));
		assert(!r.failed);
		get_attribute(&plain, &arrays, flags, type, &v);
	}
	a = bgp_attrs_make(&plain, &arrays);
	free(plain.unknown);
	return a;
}

/* ---- messages */

static size_t
announce_classic(struct wbuf *m, const struct bgp_session *s, struct rbuf attrs,
		 const struct bgp_prefixes *list)
{
	wbuf_u16(m, (uint16_t)attrs.len);
	wbuf_bytes(m, attrs.data, attrs.len);
	return m->failed ? 0 : bgp_nlri_encode(m, s, list);
}

static size_t
announce_mp(struct wbuf *m, const struct bgp_session *s, struct rbuf hop,
	    struct rbuf attrs, const struct bgp_prefixes *list)
{
	size_t at = m->len, fit;

	wbuf_u16(m, 0);
	wbuf_u8(m, BGP_AF_OPTIONAL | BGP_AF_EXTENDED);
	wbuf_u8(m, BGP_AT_MP_REACH);
	wbuf_u16(m, 0);
	wbuf_u16(m, bgp_afi(list->f));
	wbuf_u8(m, 1);
	wbuf_u8(m, (uint8_t)hop.len);
	wbuf_bytes(m, hop.data, hop.len);
	wbuf_u8(m, 0);
	if (m->failed || m->size - m->len < attrs.len)
		return 0;
	m->size -= attrs.len; /* keep room for the others */
	fit = bgp_nlri_encode(m, s, list);
	m->size += attrs.len;
	wbuf_u16_at(m, at + 4, (uint16_t)(m->len - at - 6));
	wbuf_bytes(m, attrs.data, attrs.len);
	wbuf_u16_at(m, at, (uint16_t)(m->len - at - 2));
	return fit;
}

size_t
bgp_packed_put(struct wbuf *w, const struct bgp_session *s, const uint8_t *data,
	       size_t len, const struct bgp_prefixes *list)
{
	struct wbuf m = bgp_msg_begin(w, BGP_UPDATE, bgp_msg_limit(s));
	struct rbuf r = rbuf_of(data, len), hop = rbuf_sub(&r, rbuf_u8(&r));
	struct rbuf attrs = rbuf_sub(&r, rbuf_left(&r));
	size_t fit;

	assert(list->f == IP_V4 || hop.len > 0);
	wbuf_u16(&m, 0);
	fit = hop.len == 0 ? announce_classic(&m, s, attrs, list)
			   : announce_mp(&m, s, hop, attrs, list);
	if (fit > 0)
		bgp_msg_end(w, &m);
	return fit;
}

/* To a speaker of 2-octet AS numbers. */
static size_t
announce_narrow(struct wbuf *w, const struct bgp_session *s,
		const uint8_t *data, size_t len,
		const struct bgp_prefixes *list)
{
	struct bgp_attrs *a = bgp_unpack(data, len);
	uint8_t *bytes = xmalloc(BGP_PACK_MAX);
	size_t packed = bgp_pack_for(s, a, bytes, BGP_PACK_MAX), fit = 0;

	if (packed > 0)
		fit = bgp_packed_put(w, s, bytes, packed, list);
	free(bytes);
	bgp_attrs_unref(a);
	return fit;
}

size_t
bgp_pack_announce(struct wbuf *w, const struct bgp_session *s,
		  const uint8_t *data, size_t len, enum ip_family f,
		  const struct ip_prefix *p, const uint32_t *ids, size_t n)
{
	const struct bgp_prefixes list = {f, p, ids, n};

	return s->as4 ? bgp_packed_put(w, s, data, len, &list)
		      : announce_narrow(w, s, data, len, &list);
}
