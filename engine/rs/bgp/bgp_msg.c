/*
 * bgp_msg: the frame around every message.
 *
 *   16 bytes marker, all ones   2 bytes length   1 byte type   body
 *
 * The length counts the header (RFC 4271 4.1). TCP is a stream, so the first
 * thing a speaker does is to cut it: bgp_frame() looks at the header as soon as
 * it is there, and a wrong one ends the session, since nothing after it can be
 * found (RFC 4271 6.1). Lengths that cannot be right for the type are refused
 * there too. Messages have up to 4096 bytes, or 65535 once both sides announced
 * extended messages (RFC 8654); an OPEN comes before that and a KEEPALIVE needs
 * none of it, so these two never grow.
 */
#include "rs/bgp/bgp_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

/* RFC 4271 4.1: "must be set to all ones". */
static const uint8_t marker[16] = {255, 255, 255, 255, 255, 255, 255, 255,
				   255, 255, 255, 255, 255, 255, 255, 255};

static const struct {
	const char *name;
	uint16_t min, max;
} types[] = {
    [BGP_OPEN] = {"OPEN", 29, BGP_MSG_MAX},
    [BGP_UPDATE] = {"UPDATE", 23, BGP_MSG_EXTENDED},
    [BGP_NOTIFICATION] = {"NOTIFICATION", 21, BGP_MSG_EXTENDED},
    [BGP_KEEPALIVE] = {"KEEPALIVE", 19, 19},
    [BGP_REFRESH] = {"ROUTE-REFRESH", 19, BGP_MSG_EXTENDED}, /* see below */
};

enum bgp_treat
bgp_reset(struct bgp_problem *p, uint8_t code, uint8_t subcode,
	  const void *data, size_t len, const char *fmt, ...)
{
	va_list ap;

	bgp_notify_set(&p->notify, code, subcode, data, len);
	va_start(ap, fmt);
	vsnprintf(p->text, sizeof p->text, fmt, ap);
	va_end(ap);
	return BGP_SESSION_RESET;
}

size_t
bgp_msg_limit(const struct bgp_session *s)
{
	return s && s->extended_message ? BGP_MSG_EXTENDED : BGP_MSG_MAX;
}

enum bgp_treat
bgp_frame(const struct bgp_session *s, const uint8_t *data, size_t n,
	  size_t *len, struct bgp_problem *p)
{
	size_t length, limit = bgp_msg_limit(s);
	uint8_t type;

	*len = 0;
	if (n < BGP_HEADER)
		return BGP_OK;
	if (memcmp(data, marker, sizeof marker) != 0)
		return bgp_reset(p, BGP_ERR_HEADER, 1, NULL, 0,
				 "the header's marker is not all ones");
	length = (size_t)data[16] << 8 | data[17];
	type = data[18];
	if (length < BGP_HEADER || length > limit)
		return bgp_reset(
		    p, BGP_ERR_HEADER, 2, data + 16, 2,
		    "a message of %zu bytes: 19 to %zu are allowed", length,
		    limit);
	if (type < BGP_OPEN || type > BGP_REFRESH)
		return bgp_reset(p, BGP_ERR_HEADER, 3, &type, 1,
				 "message type %u is unknown", type);
	if (length < types[type].min || length > types[type].max)
		return bgp_reset(p, BGP_ERR_HEADER, 2, data + 16, 2,
				 "%s of %zu bytes", types[type].name, length);
	if (length <= n)
		*len = length;
	return BGP_OK;
}

uint16_t
bgp_afi(enum ip_family f)
{
	return f == IP_V4 ? 1 : 2;
}

enum ip_family
bgp_afi_family(uint16_t afi, uint8_t safi)
{
	if (safi != 1)
		return IP_NONE;
	return afi == 1 ? IP_V4 : afi == 2 ? IP_V6 : IP_NONE;
}

unsigned int
bgp_family_bit(enum ip_family f)
{
	return f == IP_V4 ? BGP_IPV4 : f == IP_V6 ? BGP_IPV6 : 0;
}

/* RFC 2918, RFC 7313: AFI, subtype (once reserved), SAFI. */
static enum bgp_treat
refresh_decode(const struct bgp_session *s, const uint8_t *data, size_t len,
	       struct bgp_msg *m)
{
	struct rbuf r = rbuf_of(data + BGP_HEADER, len - BGP_HEADER);
	uint16_t afi = rbuf_u16(&r);
	uint8_t subtype = rbuf_u8(&r), safi = rbuf_u8(&r);

	if (r.failed || rbuf_left(&r) > 0) {
		if (s && s->enhanced_refresh)
			return bgp_reset(
			    &m->problem, BGP_ERR_REFRESH, 1, data, len,
			    "ROUTE-REFRESH of %zu bytes instead of 23", len);
		return bgp_reset(&m->problem, BGP_ERR_HEADER, 2, data + 16, 2,
				 "ROUTE-REFRESH of %zu bytes instead of 23",
				 len);
	}
	m->refresh.family = bgp_afi_family(afi, safi);
	m->refresh.subtype = subtype;
	return BGP_OK;
}

enum bgp_treat
bgp_msg_decode(const struct bgp_session *s, const uint8_t *data, size_t len,
	       struct bgp_msg *m)
{
	struct rbuf r = rbuf_of(data, len);
	size_t framed;

	/* Zeroing the struct, kilobytes, would cost more than all the rest. */
	m->type = BGP_NO_MESSAGE;
	m->problem.notify.code = m->problem.notify.subcode = 0;
	m->problem.notify.len = 0;
	m->problem.text[0] = '\0';
	if (bgp_frame(s, data, len, &framed, &m->problem) != BGP_OK)
		return BGP_SESSION_RESET;
	if (framed != len || len == 0)
		return bgp_reset(&m->problem, BGP_ERR_HEADER, 2, NULL, 0,
				 "%zu bytes are not one whole message", len);
	rbuf_bytes(&r, BGP_HEADER);
	m->type = data[18];
	switch (m->type) {
	case BGP_OPEN: return bgp_open_decode(&r, &m->open, &m->problem);
	case BGP_UPDATE:
		return bgp_update_decode(s, &r, &m->update, &m->problem);
	case BGP_NOTIFICATION:
		bgp_notify_set(&m->notify, data[BGP_HEADER],
			       data[BGP_HEADER + 1], data + BGP_HEADER + 2,
			       len - BGP_HEADER - 2);
		return BGP_OK;
	case BGP_REFRESH: return refresh_decode(s, data, len, m);
	case BGP_KEEPALIVE:
	case BGP_NO_MESSAGE: break;
	}
	return BGP_OK;
}

void
bgp_msg_clear(struct bgp_msg *m)
{
	if (m->type == BGP_UPDATE)
		bgp_update_clear(&m->update);
	m->type = BGP_NO_MESSAGE;
}

bool
bgp_update_clean(const struct bgp_session *s, const uint8_t *data, size_t len,
		 struct bgp_update *u)
{
	struct rbuf r = rbuf_of(data, len);
	struct bgp_problem problem;

	if (len < BGP_HEADER || data[BGP_HEADER - 1] != BGP_UPDATE)
		return false;
	rbuf_bytes(&r, BGP_HEADER);
	if (bgp_update_decode(s, &r, u, &problem) == BGP_OK)
		return true;
	bgp_update_clear(u);
	return false;
}

struct wbuf
bgp_msg_begin(struct wbuf *w, enum bgp_type type, size_t limit)
{
	size_t room = w->size - w->len;
	struct wbuf m = wbuf_of(w->data + w->len, room < limit ? room : limit);

	wbuf_bytes(&m, marker, sizeof marker);
	wbuf_u16(&m, 0);
	wbuf_u8(&m, (uint8_t)type);
	return m;
}

void
bgp_msg_end(struct wbuf *w, struct wbuf *m)
{
	if (m->failed) {
		w->failed = true;
		return;
	}
	wbuf_u16_at(m, 16, (uint16_t)m->len);
	w->len += m->len;
}

void
bgp_keepalive_encode(struct wbuf *w)
{
	struct wbuf m = bgp_msg_begin(w, BGP_KEEPALIVE, BGP_MSG_MAX);

	bgp_msg_end(w, &m);
}

void
bgp_refresh_encode(struct wbuf *w, const struct bgp_refresh *r)
{
	struct wbuf m = bgp_msg_begin(w, BGP_REFRESH, BGP_MSG_MAX);

	wbuf_u16(&m, bgp_afi(r->family));
	wbuf_u8(&m, r->subtype);
	wbuf_u8(&m, 1);
	bgp_msg_end(w, &m);
}
