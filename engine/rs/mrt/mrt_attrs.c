/*
 * mrt_attrs: the attributes of a route in a dump.
 *
 * They stand there as in the UPDATE that brought them, but without the prefix,
 * and of MP_REACH_NLRI (RFC 4760) TABLE_DUMP_V2 has only the next hop (RFC 6396
 * 4.3.4); some collectors write the whole attribute all the same, which then
 * begins with the zero of its AFI, where a length cannot be zero; and some write
 * none at all. Here an UPDATE is made of them again, for rs/bgp to read as from a
 * peer.
 */
#include "rs/mrt/mrt.h"

#include <string.h>

enum { MP_REACH = 14, EXTENDED = 0x10, OPTIONAL = 0x80 };

static void
put_prefix(struct wbuf *w, const struct ip_prefix *p)
{
	wbuf_u8(w, p->len);
	wbuf_bytes(w, p->addr.bytes, (p->len + 7u) / 8);
}

static void
put_mp_reach(struct wbuf *w, struct rbuf v, const struct ip_prefix *p)
{
	size_t at;
	struct rbuf hop;

	if (v.len > 0 && v.data[0] == 0)
		rbuf_bytes(&v, 3);
	hop = rbuf_sub(&v, rbuf_u8(&v));
	wbuf_u8(w, OPTIONAL | EXTENDED);
	wbuf_u8(w, MP_REACH);
	at = w->len;
	wbuf_u16(w, 0);
	wbuf_u16(w, p->addr.family == IP_V4 ? 1 : 2);
	wbuf_u8(w, 1);
	wbuf_u8(w, (uint8_t)hop.len);
	if (hop.len > 0)
		wbuf_bytes(w, hop.data, hop.len);
	wbuf_u8(w, 0);
	put_prefix(w, p);
	wbuf_u16_at(w, at, (uint16_t)(w->len - at - 2));
	w->failed |= v.failed;
}

/* The list, MP_REACH_NLRI made whole; was there one? What cannot be cut into
 * attributes is copied for the reader to complain. */
static bool
put_list(struct wbuf *w, const struct mrt_route *r)
{
	struct rbuf b = rbuf_of(r->attrs, r->attrs_len);
	bool mp = false;

	while (rbuf_left(&b) > 0) {
		size_t begin = b.pos;
		uint8_t flags = rbuf_u8(&b), type = rbuf_u8(&b);
		struct rbuf v =
		    rbuf_sub(&b, flags & EXTENDED ? rbuf_u16(&b) : rbuf_u8(&b));

		if (b.failed) {
			wbuf_bytes(w, r->attrs + begin, r->attrs_len - begin);
			break;
		}
		if (type == MP_REACH && !mp) {
			mp = true;
			put_mp_reach(w, v, &r->prefix);
		} else {
			wbuf_bytes(w, r->attrs + begin, b.pos - begin);
		}
	}
	return mp;
}

/* *bare: there was no next hop for an IPv6 prefix, and one stands in. */
static bool
put_update(struct wbuf *w, const struct mrt_route *r, bool *bare)
{
	static const uint8_t hop[] = {16, 0x20, 1, 0xD, 0xB8, 0, 0, 0, 0,
				      0,  0,	0, 0,	0,    0, 0, 1};
	bool mp;

	for (int i = 0; i < 16; i++)
		wbuf_u8(w, 0xFF);
	wbuf_u16(w, 0);
	wbuf_u8(w, BGP_UPDATE);
	wbuf_u16(w, 0);
	wbuf_u16(w, 0);
	mp = put_list(w, r);
	*bare = !mp && r->prefix.addr.family == IP_V6;
	if (*bare)
		put_mp_reach(w, rbuf_of(hop, sizeof hop), &r->prefix);
	wbuf_u16_at(w, BGP_HEADER + 2, (uint16_t)(w->len - BGP_HEADER - 4));
	if (!mp && r->prefix.addr.family == IP_V4)
		put_prefix(w, &r->prefix);
	wbuf_u16_at(w, 16, (uint16_t)w->len);
	return !w->failed;
}

static void
say(struct bgp_problem *problem, const char *text)
{
	problem->notify.code = 0;
	strcpy(problem->text, text);
}

struct bgp_attrs *
mrt_attrs(const struct mrt_route *r, struct bgp_problem *problem)
{
	const struct bgp_session collector = {.local_as = 1,
					      .peer_as = 2,
					      .as4 = r->as4,
					      .families = BGP_IPV4 | BGP_IPV6,
					      .ext_nexthop = BGP_IPV4,
					      .extended_message = true,
					      .allow_as_set = true};
	uint8_t bytes[BGP_MSG_EXTENDED];
	struct wbuf w = wbuf_of(bytes, sizeof bytes);
	struct bgp_attrs *a = NULL;
	struct bgp_msg m;
	bool bare;

	if (!put_update(&w, r, &bare)) {
		say(problem, "the attributes do not fit a message");
		return NULL;
	}
	bgp_msg_decode(&collector, bytes, w.len, &m);
	*problem = m.problem;
	if (m.type == BGP_UPDATE && m.update.n_reach == 1)
		a = bgp_attrs_ref(m.update.reach[0].attrs);
	else if (m.problem.text[0] == '\0')
		say(problem, "no next hop");
	bgp_msg_clear(&m);
	if (a && bare)
		a->next_hop = (struct ip_addr){0};
	return a;
}
