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
 *    5  extended next hop (RFC 8950): IPv4 prefixes may have an IPv6 next hop.
 *    6  extended messages (RFC 8654): up to 65535 bytes instead of 4096.
 *    9  role (RFC 9234): what we are to each other, so that both can notice a
 *       route leak. The only one that can be in contradiction with the peer's.
 *   64  graceful restart (RFC 4724): "when I am gone for a moment, keep my routes
 *       for so long"; without families, "I can do so for you". The N bit (RFC
 *       8538): "even after a NOTIFICATION".
 *   65  4-octet AS (RFC 6793): the true AS number, since the field above has
 *       room for 65535 only and holds AS_TRANS, 23456, when that is too small.
 *   69  ADD-PATH (RFC 7911): several routes for one prefix, by family and
 *       direction: what one can send, the other must be able to receive.
 *   70  enhanced route refresh (RFC 7313): a refresh's beginning and end are
 *       marked, so that routes which vanished meanwhile can be removed.
 *   71  long-lived graceful restart (RFC 9494): what 64 is for minutes, for
 *       hours, with the routes marked as a last resort meanwhile.
 *
 * All others are counted and ignored, which is how BGP grew for thirty years
 * without a version 5. Parameters may also come in the extended form of RFC
 * 9072, told by a 255 where the first parameter's type should be; we read it and
 * never need to write it.
 *
 * A bad OPEN is answered by a NOTIFICATION with code 2 that says what to mend
 * (RFC 4271 6.2): version 2/1, AS 0 2/2, identifier 0 2/3 (RFC 6286), unknown
 * parameter 2/4, hold time of one or two seconds 2/6, two roles at once 2/11.
 * Whether AS number and role are those that were expected is for the state
 * machine to judge: bgp_fsm_open.c.
 */
#include "rs/bgp/bgp_priv.h"

enum {
	PARAM_CAPABILITIES = 2,
	PARAM_EXTENDED = 255,
	CAP_MP = 1,
	CAP_REFRESH = 2,
	CAP_EXT_NEXTHOP = 5,
	CAP_EXTENDED_MESSAGE = 6,
	CAP_ROLE = 9,
	CAP_RESTART = 64,
	CAP_AS4 = 65,
	CAP_ADD_PATH = 69,
	CAP_ENHANCED = 70,
	CAP_LONG_LIVED = 71,
};

/* Flags in the two restart capabilities. */
enum {
	RESTART_R = 0x8000,
	RESTART_N = 0x4000,
	RESTART_TIME = 0x0FFF,
	FORWARDING = 0x80,
};

/* ---- reading ---- */

/* AFI and SAFI; 0 for a family we do not carry. */
static uint8_t
family(struct rbuf *v)
{
	uint16_t afi = rbuf_u16(v);

	return (uint8_t)bgp_family_bit(bgp_afi_family(afi, rbuf_u8(v)));
}

static void
ext_nexthop(struct rbuf *v, struct bgp_open *o)
{
	while (rbuf_left(v) > 0 && !v->failed) {
		uint16_t afi = rbuf_u16(v), safi = rbuf_u16(v);
		uint16_t hop = rbuf_u16(v);

		if (afi == 1 && safi == 1 && hop == 2 && !v->failed)
			o->ext_nexthop = BGP_IPV4;
	}
}

/* A direction that is none is as if not there (RFC 7911 4). */
static void
add_path(struct rbuf *v, struct bgp_open *o)
{
	while (rbuf_left(v) > 0 && !v->failed) {
		uint8_t f = family(v), how = rbuf_u8(v);

		if (v->failed || how < 1 || how > 3)
			continue;
		if (how & 1)
			o->add_path_rx |= f;
		if (how & 2)
			o->add_path_tx |= f;
	}
}

/* Of several, the last one counts (RFC 4724 3). */
static void
restart(struct rbuf *v, struct bgp_restart *g)
{
	uint16_t word = rbuf_u16(v);

	*g = (struct bgp_restart){.there = true,
				  .restarting = word & RESTART_R,
				  .notification = word & RESTART_N,
				  .time = word & RESTART_TIME};
	while (rbuf_left(v) > 0 && !v->failed) {
		uint8_t f = family(v), flags = rbuf_u8(v);

		g->families |= f;
		if (flags & FORWARDING)
			g->forwarding |= f;
	}
}

static void
long_lived(struct rbuf *v, struct bgp_long_lived *l)
{
	*l = (struct bgp_long_lived){.there = true};
	while (rbuf_left(v) > 0 && !v->failed) {
		uint8_t f = family(v), flags = rbuf_u8(v), high = rbuf_u8(v);
		uint32_t time = (uint32_t)high << 16 | rbuf_u16(v);

		l->families |= f;
		if (flags & FORWARDING)
			l->forwarding |= f;
		if (f != 0)
			l->time[f == BGP_IPV6] = time;
	}
}

/* False: its length is wrong. */
static bool
capability(uint8_t code, struct rbuf v, struct bgp_open *o)
{
	uint16_t afi;

	switch (code) {
	case CAP_MP:
		o->mp = true;
		afi = rbuf_u16(&v);
		rbuf_u8(&v); /* reserved */
		o->families |=
		    (uint8_t)bgp_family_bit(bgp_afi_family(afi, rbuf_u8(&v)));
		break;
	case CAP_AS4:
		o->as4 = true;
		o->asn = rbuf_u32(&v);
		break;
	case CAP_REFRESH: o->refresh = true; break;
	case CAP_ENHANCED: o->enhanced_refresh = true; break;
	case CAP_EXTENDED_MESSAGE: o->extended_message = true; break;
	case CAP_EXT_NEXTHOP: ext_nexthop(&v, o); break;
	case CAP_ADD_PATH: add_path(&v, o); break;
	case CAP_RESTART: restart(&v, &o->restart); break;
	case CAP_LONG_LIVED: long_lived(&v, &o->long_lived); break;
	case CAP_ROLE:
		o->has_role = true;
		o->role = rbuf_u8(&v);
		break;
	default: o->unknown++; return true;
	}
	return !v.failed && rbuf_left(&v) == 0;
}

static enum bgp_treat
capabilities(struct rbuf list, struct bgp_open *o, struct bgp_problem *p)
{
	while (rbuf_left(&list) > 0) {
		uint8_t code = rbuf_u8(&list), role = o->role;
		bool had_role = o->has_role;
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
		if (had_role && role != o->role) /* RFC 9234 4.2 */
			return bgp_reset(p, BGP_ERR_OPEN, 11, NULL, 0,
					 "OPEN: two roles, %u and %u", role,
					 o->role);
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
	if (!o->restart.there) /* RFC 9494 3.2 */
		o->long_lived = (struct bgp_long_lived){0};
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

/* ---- writing ---- */

/* Where a capability's length is to be put. */
static size_t
begin(struct wbuf *w, uint8_t code)
{
	wbuf_u8(w, code);
	wbuf_u8(w, 0);
	return w->len;
}

static void
end(struct wbuf *w, size_t at)
{
	if (!w->failed)
		w->data[at - 1] = (uint8_t)(w->len - at);
}

static void
put_family(struct wbuf *w, enum ip_family f)
{
	wbuf_u16(w, bgp_afi(f));
	wbuf_u8(w, 1);
}

static void
put_add_path(struct wbuf *w, const struct bgp_open *o)
{
	size_t at = begin(w, CAP_ADD_PATH);

	for (int f = IP_V4; f <= IP_V6; f += IP_V6 - IP_V4) {
		unsigned int bit = bgp_family_bit((enum ip_family)f);
		unsigned int how = (o->add_path_rx & bit ? 1 : 0) |
				   (o->add_path_tx & bit ? 2 : 0);

		if (how == 0)
			continue;
		put_family(w, (enum ip_family)f);
		wbuf_u8(w, (uint8_t)how);
	}
	end(w, at);
}

static void
put_restart(struct wbuf *w, const struct bgp_restart *g)
{
	size_t at = begin(w, CAP_RESTART);

	wbuf_u16(w, (uint16_t)((g->restarting ? RESTART_R : 0) |
			       (g->notification ? RESTART_N : 0) |
			       (g->time & RESTART_TIME)));
	for (int f = IP_V4; f <= IP_V6; f += IP_V6 - IP_V4) {
		unsigned int bit = bgp_family_bit((enum ip_family)f);

		if (!(g->families & bit))
			continue;
		put_family(w, (enum ip_family)f);
		wbuf_u8(w, g->forwarding & bit ? FORWARDING : 0);
	}
	end(w, at);
}

static void
put_long_lived(struct wbuf *w, const struct bgp_long_lived *l)
{
	size_t at = begin(w, CAP_LONG_LIVED);

	for (int f = IP_V4; f <= IP_V6; f += IP_V6 - IP_V4) {
		unsigned int bit = bgp_family_bit((enum ip_family)f);
		uint32_t time = l->time[f == IP_V6];

		if (!(l->families & bit))
			continue;
		put_family(w, (enum ip_family)f);
		wbuf_u8(w, l->forwarding & bit ? FORWARDING : 0);
		wbuf_u8(w, (uint8_t)(time >> 16));
		wbuf_u16(w, (uint16_t)time);
	}
	end(w, at);
}

static void
put_mp(struct wbuf *w, enum ip_family f)
{
	size_t at = begin(w, CAP_MP);

	wbuf_u16(w, bgp_afi(f));
	wbuf_u8(w, 0);
	wbuf_u8(w, 1);
	end(w, at);
}

static void
put_ext_nexthop(struct wbuf *w)
{
	size_t at = begin(w, CAP_EXT_NEXTHOP);

	wbuf_u16(w, 1);
	wbuf_u16(w, 1);
	wbuf_u16(w, 2);
	end(w, at);
}

static void
put_flag(struct wbuf *w, bool on, uint8_t code)
{
	if (on)
		begin(w, code);
}

static void
put_capabilities(struct wbuf *w, const struct bgp_open *o)
{
	if (o->mp && (o->families & BGP_IPV4))
		put_mp(w, IP_V4);
	if (o->mp && (o->families & BGP_IPV6))
		put_mp(w, IP_V6);
	put_flag(w, o->refresh, CAP_REFRESH);
	if (o->ext_nexthop & BGP_IPV4)
		put_ext_nexthop(w);
	put_flag(w, o->extended_message, CAP_EXTENDED_MESSAGE);
	put_flag(w, o->has_role, CAP_ROLE);
	if (o->has_role) {
		wbuf_u8(w, o->role);
		end(w, w->len - 1);
	}
	if (o->restart.there)
		put_restart(w, &o->restart);
	put_flag(w, o->as4, CAP_AS4);
	if (o->as4) {
		wbuf_u32(w, o->asn);
		end(w, w->len - 4);
	}
	if (o->add_path_rx || o->add_path_tx)
		put_add_path(w, o);
	put_flag(w, o->enhanced_refresh, CAP_ENHANCED);
	if (o->restart.there && o->long_lived.there)
		put_long_lived(w, &o->long_lived);
}

void
bgp_open_encode(struct wbuf *w, const struct bgp_open *o)
{
	struct wbuf m = bgp_msg_begin(w, BGP_OPEN, BGP_MSG_MAX);
	uint8_t bytes[128];
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
