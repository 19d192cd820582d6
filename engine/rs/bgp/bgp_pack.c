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

static size_t
pack(const struct bgp_session *s, const struct bgp_attrs *a, uint8_t *out,
     size_t size)
{
	struct wbuf w = wbuf_of(out, size < BGP_PACK_MAX ? size : BGP_PACK_MAX);

	put_next_hop(&w, a);
	bgp_attributes_put(&w, s, a, a->next_hop.family);
	return w.failed ? 0 : w.len;
}

size_t
bgp_pack(const struct bgp_attrs *a, uint8_t *out, size_t size)
{
	return pack(&wide, a, out, size);
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
get_communities(struct bgp_attrs *a, struct rbuf *v)
{
	size_t n = v->len / 4;
	uint32_t *list = xcalloc(n, sizeof(*list));

	for (size_t i = 0; i < n; i++)
		list[i] = rbuf_u32(v);
	bgp_attrs_set_communities(a, list, n);
	free(list);
}

static void
get_large(struct bgp_attrs *a, struct rbuf *v)
{
	size_t n = v->len / 12;
	struct bgp_large *list = xcalloc(n, sizeof(*list));

	for (size_t i = 0; i < n; i++) {
		list[i].global = rbuf_u32(v);
		list[i].a = rbuf_u32(v);
		list[i].b = rbuf_u32(v);
	}
	bgp_attrs_set_large(a, list, n);
	free(list);
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
get_attribute(struct bgp_attrs *a, uint8_t flags, uint8_t type, struct rbuf *v)
{
	switch (type) {
	case BGP_AT_ORIGIN: a->origin = rbuf_u8(v); break;
	case BGP_AT_AS_PATH: bgp_path_set_bytes(a, v->data, v->len); break;
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
	case BGP_AT_COMMUNITIES: get_communities(a, v); break;
	case BGP_AT_EXT_COMMUNITIES:
		bgp_attrs_set_ext(a, v->data, v->len / 8);
		break;
	case BGP_AT_LARGE_COMMUNITIES: get_large(a, v); break;
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
	struct bgp_attrs *a = bgp_attrs_new();
	struct rbuf r = rbuf_of(data, len);

	get_next_hop(&r, a);
	while (rbuf_left(&r) > 0) {
		uint8_t flags = rbuf_u8(&r), type = rbuf_u8(&r);
		struct rbuf v = rbuf_sub(
		    &r, flags & BGP_AF_EXTENDED ? rbuf_u16(&r) : rbuf_u8(&r));
		assert(!r.failed);
		get_attribute(a, flags, type, &v);
	}
	return a;
}

struct ip_addr
bgp_pack_next_hop(const uint8_t *data, size_t len)
{
	struct rbuf r = rbuf_of(data, len);
	struct ip_addr a = {0};

	if (rbuf_u8(&r) > 0) {
		a.family = IP_V6;
		memcpy(a.bytes, rbuf_bytes(&r, 16), 16);
		return a;
	}
	while (a.family == IP_NONE && rbuf_left(&r) > 0) {
		uint8_t flags = rbuf_u8(&r), type = rbuf_u8(&r);
		struct rbuf v = rbuf_sub(
		    &r, flags & BGP_AF_EXTENDED ? rbuf_u16(&r) : rbuf_u8(&r));
		if (type != BGP_AT_NEXT_HOP)
			continue;
		a.family = IP_V4;
		memcpy(a.bytes, v.data, 4);
	}
	return a;
}

/* ---- messages */

/* As many prefixes as fit into what is left of the message. */
static size_t
put_prefixes(struct wbuf *w, const struct ip_prefix *p, const uint32_t *ids,
	     size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		size_t bytes = (p[i].len + 7u) / 8;
		if (w->size - w->len < 1 + bytes + (ids != NULL ? 4 : 0))
			break;
		if (ids != NULL)
			wbuf_u32(w, ids[i]);
		wbuf_u8(w, p[i].len);
		if (bytes > 0)
			wbuf_bytes(w, p[i].addr.bytes, bytes);
	}
	return i;
}

static size_t
announce_classic(struct wbuf *m, const uint8_t *attrs, size_t len,
		 const struct ip_prefix *p, const uint32_t *ids, size_t n)
{
	wbuf_u16(m, (uint16_t)len);
	wbuf_bytes(m, attrs, len);
	return m->failed ? 0 : put_prefixes(m, p, ids, n);
}

static size_t
announce_mp(struct wbuf *m, enum ip_family f, struct rbuf hop,
	    const uint8_t *attrs, size_t len, const struct ip_prefix *p,
	    const uint32_t *ids, size_t n)
{
	size_t at = m->len, fit;

	wbuf_u16(m, 0);
	wbuf_u8(m, BGP_AF_OPTIONAL | BGP_AF_EXTENDED);
	wbuf_u8(m, BGP_AT_MP_REACH);
	wbuf_u16(m, 0);
	wbuf_u16(m, bgp_afi(f));
	wbuf_u8(m, 1);
	wbuf_u8(m, (uint8_t)hop.len);
	wbuf_bytes(m, hop.data, hop.len);
	wbuf_u8(m, 0);
	if (m->failed || m->size - m->len < len)
		return 0;
	m->size -= len; /* keep room for the others */
	fit = put_prefixes(m, p, ids, n);
	m->size += len;
	wbuf_u16_at(m, at + 4, (uint16_t)(m->len - at - 6));
	wbuf_bytes(m, attrs, len);
	wbuf_u16_at(m, at, (uint16_t)(m->len - at - 2));
	return fit;
}

static size_t
announce(struct wbuf *w, const struct bgp_session *s, const uint8_t *data,
	 size_t len, enum ip_family f, const struct ip_prefix *p,
	 const uint32_t *ids, size_t n)
{
	struct wbuf m = bgp_update_begin(w, s);
	struct rbuf hop = rbuf_of(data + 1, data[0]);
	const uint8_t *attrs = data + 1 + data[0];
	size_t fit;

	len -= 1u + data[0];
	assert(f == IP_V4 || hop.len > 0);
	wbuf_u16(&m, 0);
	if (hop.len == 0)
		fit = announce_classic(&m, attrs, len, p, ids, n);
	else
		fit = announce_mp(&m, f, hop, attrs, len, p, ids, n);
	if (fit > 0)
		bgp_msg_end(w, &m);
	return fit;
}

/* To a speaker of 2-octet AS numbers. */
static size_t
announce_narrow(struct wbuf *w, const struct bgp_session *s,
		const uint8_t *data, size_t len, enum ip_family f,
		const struct ip_prefix *p, const uint32_t *ids, size_t n)
{
	struct bgp_attrs *a = bgp_unpack(data, len);
	uint8_t *bytes = xmalloc(BGP_PACK_MAX);
	size_t packed = pack(s, a, bytes, BGP_PACK_MAX), fit = 0;

	if (packed > 0)
		fit = announce(w, s, bytes, packed, f, p, ids, n);
	free(bytes);
	bgp_attrs_unref(a);
	return fit;
}

size_t
bgp_pack_announce(struct wbuf *w, const struct bgp_session *s,
		  const uint8_t *data, size_t len, enum ip_family f,
		  const struct ip_prefix *p, const uint32_t *ids, size_t n)
{
	return s->as4 ? announce(w, s, data, len, f, p, ids, n)
		      : announce_narrow(w, s, data, len, f, p, ids, n);
}

size_t
bgp_pack_withdraw(struct wbuf *w, const struct bgp_session *s, enum ip_family f,
		  const struct ip_prefix *p, const uint32_t *ids, size_t n)
{
	struct wbuf m = bgp_update_begin(w, s);
	size_t at = m.len, fit;

	wbuf_u16(&m, 0);
	if (f == IP_V4) {
		m.size -= 2;
		fit = put_prefixes(&m, p, ids, n);
		m.size += 2;
		wbuf_u16_at(&m, at, (uint16_t)(m.len - at - 2));
		wbuf_u16(&m, 0);
	} else {
		wbuf_u16(&m, 0);
		wbuf_u8(&m, BGP_AF_OPTIONAL | BGP_AF_EXTENDED);
		wbuf_u8(&m, BGP_AT_MP_UNREACH);
		wbuf_u16(&m, 0);
		wbuf_u16(&m, bgp_afi(f));
		wbuf_u8(&m, 1);
		fit = put_prefixes(&m, p, ids, n);
		wbuf_u16_at(&m, at + 2, (uint16_t)(m.len - at - 4));
		wbuf_u16_at(&m, at + 6, (uint16_t)(m.len - at - 8));
	}
	bgp_msg_end(w, &m);
	return fit;
}
