/*
 * bgp_open: the first message, and the only negotiation BGP has.
 *
 * After TCP is up both sides send one OPEN (RFC 4271 4.2) without waiting for
 * the other's:
 *
 *   version 4 | my AS (2 bytes) | hold time | BGP identifier | parameters
 *
 * Nothing is bargained. Each side says what it can, and what both said is used:
 * the hold time is the smaller one, and a capability counts when it was in both
 * OPENs. The one optional parameter in use is number 2, capabilities (RFC 5492),
 * a list of code, length, value:
 *
 *    1  multiprotocol (RFC 4760): one for each family carried. A speaker that
 *       sends none carries IPv4 unicast, as in 1995.
 *    2  route refresh (RFC 2918): "you may ask me to send everything again".
 *   65  4-octet AS (RFC 6793): the true AS number, since the field above has
 *       room for 65535 only and holds AS_TRANS, 23456, when that is too small.
 *   70  enhanced route refresh (RFC 7313): a refresh's beginning and end are
 *       marked, so that routes which vanished meanwhile can be removed.
 *
 * All others are counted and ignored, which is how BGP grew for thirty years
 * without a version 5. Parameters may also come in the extended form of RFC
 * 9072, told by a 255 where the first parameter's type should be; we read it and
 * never need to write it.
 *
 * A bad OPEN is answered by a NOTIFICATION with code 2 that says what to mend
 * (RFC 4271 6.2): version 2/1, AS 0 2/2, identifier 0 2/3 (RFC 6286), unknown
 * parameter 2/4, hold time of one or two seconds 2/6. Whether the AS number is
 * the one that was expected is for the state machine to judge: bgp_fsm.c.
 */
#include "rs/bgp/bgp_priv.h"

enum {
	PARAM_CAPABILITIES = 2,
	PARAM_EXTENDED = 255,
	CAP_MP = 1,
	CAP_REFRESH = 2,
	CAP_AS4 = 65,
	CAP_ENHANCED = 70,
};

static bool
capability(uint8_t code, struct rbuf v, struct bgp_open *o)
{
	uint16_t afi;

	switch (code) {
	case CAP_MP:
		afi = rbuf_u16(&v);
		rbuf_u8(&v);
		o->mp = true;
		o->families |=
		    (uint8_t)bgp_family_bit(bgp_afi_family(afi, rbuf_u8(&v)));
		break;
	case CAP_AS4:
		o->as4 = true;
		o->asn = rbuf_u32(&v);
		break;
	case CAP_REFRESH: o->refresh = true; break;
	case CAP_ENHANCED: o->enhanced_refresh = true; break;
	default: o->unknown++; return true;
	}
	return !v.failed && rbuf_left(&v) == 0;
}

static enum bgp_treat
capabilities(struct rbuf list, struct bgp_open *o, struct bgp_problem *p)
{
	while (rbuf_left(&list) > 0) {
		uint8_t code = rbuf_u8(&list);
		struct rbuf v = rbuf_sub(&list, rbuf_u8(&list));

		if (list.failed)
			return bgp_reset(
			    p, BGP_ERR_OPEN, 0, NULL, 0,
			    "OPEN: capability %u is longer than its parameter",
			    code);
		if (!capability(code, v, o))
			return bgp_reset(
			    p, BGP_ERR_OPEN, 0, NULL, 0,
			    "OPEN: capability %u has a length of %zu", code,
			    v.len);
	}
	return BGP_OK;
}

static enum bgp_treat
parameters(struct rbuf *r, struct bgp_open *o, struct bgp_problem *p)
{
	size_t len = rbuf_u8(r);
	bool extended =
	    len > 0 && rbuf_left(r) > 0 && r->data[r->pos] == PARAM_EXTENDED;

	if (extended) { /* RFC 9072 2 */
		rbuf_u8(r);
		len = rbuf_u16(r);
	}
	if (r->failed || len != rbuf_left(r))
		return bgp_reset(p, BGP_ERR_OPEN, 0, NULL, 0,
				 "OPEN: %zu bytes of parameters, %zu announced",
				 rbuf_left(r), len);
	while (rbuf_left(r) > 0) {
		uint8_t type = rbuf_u8(r);
		size_t n = extended ? rbuf_u16(r) : rbuf_u8(r);
		struct rbuf list = rbuf_sub(r, n);

		if (r->failed)
			return bgp_reset(
			    p, BGP_ERR_OPEN, 0, NULL, 0,
			    "OPEN: parameter %u is longer than the message",
			    type);
		if (type != PARAM_CAPABILITIES)
			return bgp_reset(p, BGP_ERR_OPEN, 4, NULL, 0,
					 "OPEN: parameter %u is unknown", type);
		if (capabilities(list, o, p) != BGP_OK)
			return BGP_SESSION_RESET;
	}
	return BGP_OK;
}

enum bgp_treat
bgp_open_decode(struct rbuf *r, struct bgp_open *o, struct bgp_problem *p)
{
	uint8_t version = rbuf_u8(r);

	*o = (struct bgp_open){0};
	o->asn = rbuf_u16(r);
	o->hold = rbuf_u16(r);
	o->id = rbuf_u32(r);
	if (version != 4)
		return bgp_reset(p, BGP_ERR_OPEN, 1, "\0\4", 2,
				 "OPEN: version %u, we speak 4", version);
	if (parameters(r, o, p) != BGP_OK)
		return BGP_SESSION_RESET;
	if (!o->mp)
		o->families = BGP_IPV4;
	if (o->asn == 0)
		return bgp_reset(p, BGP_ERR_OPEN, 2, NULL, 0,
				 "OPEN: AS 0 is reserved");
	if (o->id == 0)
		return bgp_reset(p, BGP_ERR_OPEN, 3, NULL, 0,
				 "OPEN: the BGP identifier is 0.0.0.0");
	if (o->hold == 1 || o->hold == 2)
		return bgp_reset(
		    p, BGP_ERR_OPEN, 6, NULL, 0,
		    "OPEN: a hold time of %u s, 0 or at least 3 are allowed",
		    o->hold);
	return BGP_OK;
}

static void
put_mp(struct wbuf *w, enum ip_family f)
{
	wbuf_u8(w, CAP_MP);
	wbuf_u8(w, 4);
	wbuf_u16(w, bgp_afi(f));
	wbuf_u8(w, 0);
	wbuf_u8(w, 1);
}

static void
put_capabilities(struct wbuf *w, const struct bgp_open *o)
{
	if (o->mp && (o->families & BGP_IPV4))
		put_mp(w, IP_V4);
	if (o->mp && (o->families & BGP_IPV6))
		put_mp(w, IP_V6);
	if (o->refresh)
		wbuf_u16(w, CAP_REFRESH << 8);
	if (o->as4) {
		wbuf_u16(w, CAP_AS4 << 8 | 4);
		wbuf_u32(w, o->asn);
	}
	if (o->enhanced_refresh)
		wbuf_u16(w, CAP_ENHANCED << 8);
}

void
bgp_open_encode(struct wbuf *w, const struct bgp_open *o)
{
	struct wbuf m = bgp_msg_begin(w, BGP_OPEN);
	uint8_t bytes[64];
	struct wbuf caps = wbuf_of(bytes, sizeof bytes);

	put_capabilities(&caps, o);
	wbuf_u8(&m, 4);
	wbuf_u16(&m, o->asn > 65535 ? BGP_AS_TRANS : (uint16_t)o->asn);
	wbuf_u16(&m, o->hold);
	wbuf_u32(&m, o->id);
	if (caps.len == 0) {
		wbuf_u8(&m, 0);
	} else {
		wbuf_u8(&m, (uint8_t)(caps.len + 2));
		wbuf_u8(&m, PARAM_CAPABILITIES);
		wbuf_u8(&m, (uint8_t)caps.len);
		wbuf_bytes(&m, bytes, caps.len);
	}
	bgp_msg_end(w, &m);
}
