/*
 * bgp_attr_decode: the value of each attribute. A decoder runs after flags and
 * length were found right by the table, stores what it read, and complains when
 * the value makes no sense.
 */
#include "rs/bgp/bgp_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* The value at hand is wrong: what the table says about that. */
#define BAD_VALUE(d, ...) \
	bgp_complain(d, (d)->row->bad_value, (d)->row->subcode, __VA_ARGS__)

void
bgp_attr_origin(struct bgp_decoding *d, struct rbuf *v)
{
	d->plain.origin = rbuf_u8(v);
	if (d->plain.origin > BGP_ORIGIN_INCOMPLETE)
		BAD_VALUE(d, "%u is none of IGP, EGP, incomplete",
			  d->plain.origin);
}

/* RFC 9774 3: sets tell nobody who originated the route. */
static bool
without_sets(struct bgp_decoding *d, unsigned int kinds)
{
	if (!(kinds & (1u << BGP_AS_SET | 1u << BGP_CONFED_SET)) ||
	    d->s->allow_as_set)
		return true;
	bgp_complain(d, BGP_TREAT_AS_WITHDRAW, BGP_UPD_AS_PATH,
		     "an AS_SET is in the path (RFC 9774)");
	return false;
}

void
bgp_attr_as_path(struct bgp_decoding *d, struct rbuf *v)
{
	unsigned int kinds;
	const char *bad = bgp_path_check(*v, d->s->as4, false, &kinds);

	if (bad)
		BAD_VALUE(d, "%s", bad);
	else if (without_sets(d, kinds))
		d->as_path = *v;
}

void
bgp_attr_as4_path(struct bgp_decoding *d, struct rbuf *v)
{
	unsigned int kinds;
	const char *bad = bgp_path_check(*v, true, true, &kinds);

	if (bad) {
		BAD_VALUE(d, "%s", bad);
	} else if (without_sets(d, kinds)) {
		d->as4_path = *v;
		d->has_as4_path = true;
	}
}

/* Can packets be sent there at all? */
static bool
host_address(const struct ip_addr *a)
{
	static const uint8_t zero[16];

	if (a->family == IP_V4)
		return a->bytes[0] != 0 && a->bytes[0] != 127 &&
		       a->bytes[0] < 224;
	return a->bytes[0] != 0xFF && memcmp(a->bytes, zero, 15) != 0 &&
	       !(memcmp(a->bytes, zero, 10) == 0 && a->bytes[10] == 0xFF &&
		 a->bytes[11] == 0xFF);
}

static void
check_next_hop(struct bgp_decoding *d, const struct ip_addr *a)
{
	char text[IP_ADDRSTRLEN];

	if (!host_address(a))
		bgp_complain(d, BGP_TREAT_AS_WITHDRAW, BGP_UPD_NEXT_HOP,
			     "%s is not an address of a host",
			     ip_addr_print(a, text));
}

void
bgp_attr_next_hop(struct bgp_decoding *d, struct rbuf *v)
{
	d->next_hop = ip_addr_from(IP_V4, rbuf_bytes(v, 4));
	check_next_hop(d, &d->next_hop);
}

void
bgp_attr_med(struct bgp_decoding *d, struct rbuf *v)
{
	d->plain.has_med = true;
	d->plain.med = rbuf_u32(v);
}

void
bgp_attr_local_pref(struct bgp_decoding *d, struct rbuf *v)
{
	d->plain.has_local_pref = true;
	d->plain.local_pref = rbuf_u32(v);
}

void
bgp_attr_atomic_aggregate(struct bgp_decoding *d, struct rbuf *v)
{
	(void)v;
	d->plain.atomic_aggregate = true;
}

void
bgp_attr_aggregator(struct bgp_decoding *d, struct rbuf *v)
{
	size_t want = d->s->as4 ? 8 : 6;
	uint32_t asn;

	if (rbuf_left(v) != want) {
		bgp_complain(d, d->row->bad_length, BGP_UPD_LENGTH,
			     "a length of %zu instead of %zu", rbuf_left(v),
			     want);
		d->plain.partial &= (uint8_t)~BGP_PARTIAL_AGGREGATOR;
		return;
	}
	asn = d->s->as4 ? rbuf_u32(v) : rbuf_u16(v);
	if (asn == 0) { /* RFC 7607 */
		BAD_VALUE(d, "AS 0 is reserved");
		d->plain.partial &= (uint8_t)~BGP_PARTIAL_AGGREGATOR;
		return;
	}
	d->plain.has_aggregator = true;
	d->plain.aggregator_as = asn;
	d->plain.aggregator_id = rbuf_u32(v);
}

void
bgp_attr_as4_aggregator(struct bgp_decoding *d, struct rbuf *v)
{
	uint32_t asn = rbuf_u32(v);

	if (asn == 0) {
		BAD_VALUE(d, "AS 0 is reserved");
		return;
	}
	d->has_as4_aggregator = true;
	d->as4_aggregator_as = asn;
	d->as4_aggregator_id = rbuf_u32(v);
}

void
bgp_attr_communities(struct bgp_decoding *d, struct rbuf *v)
{
	d->communities = *v;
}

void
bgp_attr_large(struct bgp_decoding *d, struct rbuf *v)
{
	d->large = *v;
}

void
bgp_attr_ext(struct bgp_decoding *d, struct rbuf *v)
{
	d->ext = *v;
}

void
bgp_attr_keep(struct bgp_decoding *d, struct rbuf *v)
{
	struct bgp_attrs *a = &d->plain;
	size_t size = a->unknown_len + 4 + v->len;
	struct wbuf w;

	a->unknown = xrealloc(a->unknown, size);
	w = wbuf_of(a->unknown, size);
	w.len = a->unknown_len;
	wbuf_u8(&w, d->flags & 0xE0);
	wbuf_u8(&w, d->raw[1]);
	wbuf_u16(&w, (uint16_t)v->len);
	wbuf_bytes(&w, v->data, v->len);
	a->unknown_len = w.len;
}

void
bgp_attr_otc(struct bgp_decoding *d, struct rbuf *v)
{
	d->plain.has_otc = true;
	d->plain.otc = rbuf_u32(v);
}

/* ---- RFC 4760: prefixes inside attributes ---- */

static bool
carried(struct bgp_decoding *d, uint16_t afi, uint8_t safi, enum ip_family f)
{
	if (bgp_family_bit(f) & d->s->families)
		return true;
	bgp_complain(d, BGP_ATTR_DISCARD, d->row->subcode,
		     "the session does not carry AFI %u SAFI %u", afi, safi);
	return false;
}

/* RFC 2545: the global address, perhaps with the link-local one behind it; RFC
 * 8950: the same for IPv4 prefixes. */
static bool
mp_next_hop(struct bgp_decoding *d, enum ip_family f, struct rbuf *hop)
{
	size_t n = rbuf_left(hop);
	bool six = f == IP_V6 || d->s->ext_nexthop & bgp_family_bit(f);

	if (!(f == IP_V4 && n == 4) && !(six && (n == 16 || n == 32))) {
		BAD_VALUE(d, "a next hop of %zu bytes", n);
		return false;
	}
	if (n >= 16)
		f = IP_V6;
	d->mp_next_hop = ip_addr_from(f, rbuf_bytes(hop, ip_bytes(f)));
	if (rbuf_left(hop) > 0)
		d->mp_link_local = ip_addr_from(f, rbuf_bytes(hop, 16));
	if (d->mp_link_local.bytes[0] != 0xFE ||
	    (d->mp_link_local.bytes[1] & 0xC0) != 0x80)
		d->mp_link_local = (struct ip_addr){0};
	check_next_hop(d, &d->mp_next_hop);
	return true;
}

void
bgp_attr_mp_reach(struct bgp_decoding *d, struct rbuf *v)
{
	uint16_t afi = rbuf_u16(v);
	uint8_t safi = rbuf_u8(v);
	enum ip_family f = bgp_afi_family(afi, safi);
	struct rbuf hop = rbuf_sub(v, rbuf_u8(v));
	char bad[80];

	rbuf_u8(v); /* reserved */
	if (v->failed) {
		BAD_VALUE(d, "the next hop is longer than the attribute");
		return;
	}
	d->has_mp_reach = true;
	if (!carried(d, afi, safi, f) || !mp_next_hop(d, f, &hop))
		return;
	if (!bgp_nlri_decode(d->s, *v, f, &d->mp, bad))
		BAD_VALUE(d, "%s", bad);
}

void
bgp_attr_mp_unreach(struct bgp_decoding *d, struct rbuf *v)
{
	uint16_t afi = rbuf_u16(v);
	uint8_t safi = rbuf_u8(v);
	enum ip_family f = bgp_afi_family(afi, safi);
	char bad[80];

	if (!carried(d, afi, safi, f))
		return;
	if (rbuf_left(v) == 0)
		d->mp_unreach_empty = f;
	if (!bgp_nlri_decode(d->s, *v, f, &d->gone, bad))
		BAD_VALUE(d, "%s", bad);
}
