/*
 * ixpeer_bad: one good UPDATE in, the same with one flaw out.
 *
 * The good one is cut into its attributes, the one that a row names is edited,
 * and all is written again; lengths around it stay right unless they are the
 * flaw. So the reader under test meets exactly one mistake at a time.
 */
#include "cmd/ixpeer/ixpeer_bad.h"

enum { MP_REACH = 14, EXTENDED = 0x10 };

struct attribute {
	uint8_t flags, type;
	struct rbuf value;
};

struct parts {
	struct attribute list[32];
	size_t n;
	struct rbuf prefixes; /* the classic field */
	bool found;	      /* what is to be edited was there */
};

static bool
next_attribute(struct rbuf *r, struct attribute *a)
{
	a->flags = rbuf_u8(r);
	a->type = rbuf_u8(r);
	a->value = rbuf_sub(r, a->flags & EXTENDED ? rbuf_u16(r) : rbuf_u8(r));
	return !r->failed;
}

static bool
cut(const uint8_t *good, size_t len, struct parts *p)
{
	struct rbuf r = rbuf_of(good, len), list;

	rbuf_bytes(&r, BGP_HEADER);
	rbuf_sub(&r, rbuf_u16(&r));
	list = rbuf_sub(&r, rbuf_u16(&r));
	p->prefixes = rbuf_sub(&r, rbuf_left(&r));
	while (rbuf_left(&list) > 0)
		if (p->n == sizeof p->list / sizeof *p->list ||
		    !next_attribute(&list, &p->list[p->n++]))
			return false;
	return !r.failed;
}

static void
put(struct wbuf *w, uint8_t flags, uint8_t type, const void *value, size_t len)
{
	if (len > 255)
		flags |= EXTENDED;
	wbuf_u8(w, flags);
	wbuf_u8(w, type);
	if (flags & EXTENDED)
		wbuf_u16(w, (uint16_t)len);
	else
		wbuf_u8(w, (uint8_t)len);
	wbuf_bytes(w, value, len);
}

/* MP_REACH_NLRI again, with a next hop of five bytes. */
static void
put_bad_hop(struct wbuf *w, const struct attribute *a)
{
	static const uint8_t hop[5] = {0x20, 1, 0xD, 0xB8, 1};
	uint8_t bytes[BGP_MSG_MAX];
	struct wbuf value = wbuf_of(bytes, sizeof bytes);
	struct rbuf r = a->value;

	wbuf_u16(&value, rbuf_u16(&r));
	wbuf_u8(&value, rbuf_u8(&r));
	rbuf_sub(&r, rbuf_u8(&r));
	wbuf_u8(&value, sizeof hop);
	wbuf_bytes(&value, hop, sizeof hop);
	wbuf_bytes(&value, r.data + r.pos, rbuf_left(&r));
	put(w, a->flags, a->type, bytes, value.len);
	w->failed |= value.failed || r.failed;
}

/* MP_REACH_NLRI again, its first prefix longer than an address. */
static void
put_bad_prefix(struct wbuf *w, const struct attribute *a)
{
	size_t at, hop;

	put(w, a->flags, a->type, a->value.data, a->value.len);
	if (w->failed || a->value.len < 4)
		return;
	hop = a->value.data[3];
	at = 4 + hop + 1; /* AFI, SAFI, length; next hop; reserved */
	if (at < a->value.len)
		w->data[w->len - a->value.len + at] = 129;
	else
		w->failed = true;
}

static void
put_edited(struct wbuf *w, const struct ixpeer_bad *b,
	   const struct attribute *a)
{
	const struct rbuf *v = &a->value;

	switch (b->how) {
	case IXPEER_EDIT_SET:
	case IXPEER_EDIT_ALONE:
		put(w, b->flags, b->type, b->value, b->len);
		break;
	case IXPEER_EDIT_FLAGS:
		put(w, b->flags, a->type, v->data, v->len);
		break;
	case IXPEER_EDIT_TWICE:
		put(w, a->flags, a->type, v->data, v->len);
		put(w, a->flags, a->type, v->data, v->len);
		break;
	case IXPEER_EDIT_HOP: put_bad_hop(w, a); break;
	default: break; /* DROP */
	}
}

/* Is this one about a whole attribute that stands there, or may be added? */
static bool
about_attribute(const struct ixpeer_bad *b)
{
	return b->how <= IXPEER_EDIT_ALONE || b->how == IXPEER_EDIT_HOP;
}

static void
put_list(struct wbuf *w, const struct ixpeer_bad *b, struct parts *p)
{
	size_t last = w->len;

	for (size_t i = 0; i < p->n; i++) {
		const struct attribute *a = &p->list[i];

		last = w->len;
		if (b->how == IXPEER_EDIT_ALONE && a->type == MP_REACH)
			continue;
		if (about_attribute(b) && a->type == b->type) {
			p->found = true;
			put_edited(w, b, a);
		} else if (b->how == IXPEER_EDIT_PREFIX &&
			   a->type == MP_REACH) {
			p->found = true;
			put_bad_prefix(w, a);
		} else {
			put(w, a->flags, a->type, a->value.data, a->value.len);
		}
	}
	if (!p->found &&
	    (b->how == IXPEER_EDIT_SET || b->how == IXPEER_EDIT_ALONE)) {
		put(w, b->flags, b->type, b->value, b->len);
		p->found = true;
	}
	if (b->how == IXPEER_EDIT_CUT) {
		wbuf_u16(w, 0x4001);
		p->found = true;
	}
	if (b->how == IXPEER_EDIT_OVERRUN && !w->failed && last < w->len) {
		w->data[last + 2] += 9; /* of its length, one byte or two */
		p->found = true;
	}
}

/* The classic prefixes, broken if that is the flaw. */
static void
put_prefixes(struct wbuf *w, const struct ixpeer_bad *b, struct parts *p)
{
	size_t at = w->len;

	if (b->how == IXPEER_EDIT_ALONE)
		return;
	if (p->prefixes.len > 0)
		wbuf_bytes(w, p->prefixes.data, p->prefixes.len);
	if (p->prefixes.len == 0 || w->failed)
		return;
	if (b->how == IXPEER_EDIT_PREFIX) {
		w->data[at] = 33;
		p->found = true;
	} else if (b->how == IXPEER_EDIT_SHORT && w->data[at] > 0) {
		w->len--;
		p->found = true;
	}
}

/* Classic prefixes are IPv4's; MP_REACH_NLRI has those of the other one. */
static bool
applies(const struct ixpeer_bad *b, const struct parts *p)
{
	bool classic = rbuf_left(&p->prefixes) > 0;

	return b->kind == IXPEER_BAD_UPDATE &&
	       (b->family == IP_NONE || (b->family == IP_V4) == classic);
}

bool
ixpeer_bad_update(const struct ixpeer_bad *b, const uint8_t *good, size_t len,
		  struct wbuf *out)
{
	struct parts p = {0};
	size_t begin = out->len, list;

	if (!cut(good, len, &p) || !applies(b, &p))
		return false;
	for (int i = 0; i < 16; i++)
		wbuf_u8(out, 0xFF);
	wbuf_u16(out, 0);
	wbuf_u8(out, BGP_UPDATE);
	wbuf_u16(out, b->how == IXPEER_EDIT_WITHDRAWN ? 0x7FFF : 0);
	list = out->len;
	wbuf_u16(out, 0);
	put_list(out, b, &p);
	wbuf_u16_at(out, list, (uint16_t)(out->len - list - 2));
	if (b->how == IXPEER_EDIT_LIST)
		wbuf_u16_at(out, list, 0x7FFF);
	p.found |=
	    b->how == IXPEER_EDIT_LIST || b->how == IXPEER_EDIT_WITHDRAWN;
	put_prefixes(out, b, &p);
	wbuf_u16_at(out, begin + 16, (uint16_t)(out->len - begin));
	if (p.found && !out->failed)
		return true;
	out->len = begin;
	return false;
}
