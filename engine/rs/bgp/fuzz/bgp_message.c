/*
 * Any bytes as one message. What decodes must encode, and decode to the same.
 * The first two bytes choose the session (and whether the header is put right, so
 * that the fuzzer need not learn the marker), the rest is the message. record.sh
 * makes seeds of what real daemons say.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rs/bgp/bgp.h"

static uint8_t out[BGP_MSG_EXTENDED];

static void
again(const struct bgp_session *s, const struct wbuf *w, struct bgp_msg *m)
{
	assert(!w->failed && w->len <= bgp_msg_limit(s));
	assert(bgp_msg_decode(s, w->data, w->len, m) == BGP_OK);
}

static void
check_reach(const struct bgp_session *s, const struct bgp_reach *r)
{
	enum ip_family f = r->prefixes[0].addr.family;
	bool ids = s->add_path_rx & bgp_family_bit(f);

	assert((r->ids != NULL) == ids);

	for (size_t done = 0, n; done < r->n; done += n) {
		struct wbuf w = wbuf_of(out, sizeof out);
		struct bgp_msg m;
		const struct bgp_reach *back = m.update.reach;

		n = bgp_announce_encode(&w, s, r->attrs, f, r->prefixes + done,
					ids ? r->ids + done : NULL,
					r->n - done);
		if (n == 0)
			return; /* a 2-byte path grows by its AS4_PATH */
		again(s, &w, &m);
		assert(m.update.n_reach == 1 && back->n == n);
		assert(memcmp(back->prefixes, r->prefixes + done,
			      n * sizeof *r->prefixes) == 0);
		assert(!ids || memcmp(back->ids, r->ids + done,
				      n * sizeof *r->ids) == 0);
		assert(bgp_attrs_equal(back->attrs, r->attrs));
		assert(bgp_attrs_hash(back->attrs) == bgp_attrs_hash(r->attrs));
		bgp_msg_clear(&m);
	}
}

static void
check_withdrawn(const struct bgp_session *s, const struct bgp_update *u)
{
	for (size_t i = 0; i < u->n_withdrawn; i++) {
		const struct ip_prefix *p = &u->withdrawn[i];
		const uint32_t *id =
		    u->withdrawn_ids ? &u->withdrawn_ids[i] : NULL;
		struct wbuf w = wbuf_of(out, sizeof out);
		struct bgp_msg m;

		if (i > 16)
			return; /* enough, and quick */
		assert(bgp_withdraw_encode(&w, s, p->addr.family, p, id, 1) ==
		       1);
		again(s, &w, &m);
		assert(m.update.n_withdrawn == 1);
		assert(ip_prefix_eq(m.update.withdrawn, p));
		assert(!m.update.withdrawn_ids ||
		       *m.update.withdrawn_ids == *id);
		bgp_msg_clear(&m);
	}
}

static void
check_open(struct bgp_open *o)
{
	struct wbuf w = wbuf_of(out, sizeof out);
	struct bgp_msg m;

	if (o->mp && o->families == 0)
		return; /* some other family, not ours to write */
	o->unknown = 0;
	bgp_open_encode(&w, o);
	again(NULL, &w, &m);
	assert(m.open.asn == o->asn && m.open.id == o->id);
	assert(m.open.hold == o->hold && m.open.families == o->families);
	assert(m.open.as4 == o->as4 && m.open.refresh == o->refresh);
	assert(m.open.mp == o->mp);
	assert(m.open.enhanced_refresh == o->enhanced_refresh);
	assert(m.open.extended_message == o->extended_message);
	assert(m.open.add_path_rx == o->add_path_rx);
	assert(m.open.add_path_tx == o->add_path_tx);
	assert(m.open.ext_nexthop == o->ext_nexthop);
	assert(m.open.has_role == o->has_role && m.open.role == o->role);
	assert(m.open.restart.there == o->restart.there);
	assert(m.open.restart.time == o->restart.time);
	assert(m.open.restart.families == o->restart.families);
	assert(m.open.restart.forwarding == o->restart.forwarding);
	assert(m.open.long_lived.families == o->long_lived.families);
	assert(m.open.long_lived.time[0] == o->long_lived.time[0]);
	assert(m.open.long_lived.time[1] == o->long_lived.time[1]);
}

static void
check_rest(const struct bgp_session *s, struct bgp_msg *m)
{
	struct wbuf w = wbuf_of(out, sizeof out);
	struct bgp_msg back;
	char text[64];

	if (m->type == BGP_NOTIFICATION) {
		bgp_notify_print(&m->notify, text, sizeof text);
		assert(strlen(text) < sizeof text);
		bgp_notify_encode(&w, &m->notify);
		again(s, &w, &back);
		assert(back.notify.code == m->notify.code);
		assert(back.notify.subcode == m->notify.subcode);
		assert(back.notify.len == m->notify.len);
		assert(memcmp(back.notify.data, m->notify.data,
			      m->notify.len) == 0);
	} else if (m->type == BGP_REFRESH && m->refresh.family != IP_NONE) {
		bgp_refresh_encode(&w, &m->refresh);
		again(s, &w, &back);
		assert(back.refresh.family == m->refresh.family);
		assert(back.refresh.subtype == m->refresh.subtype);
	}
}

static void
check_text(const struct bgp_attrs *a)
{
	free(bgp_path_print(a));
	free(bgp_communities_print(a));
	free(bgp_large_print(a));
	assert((bgp_path_length(a) == 0) == (a->path_len == 0));
	assert(!bgp_path_first(a) || bgp_path_contains(a, bgp_path_first(a)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t how = size > 1 ? data[0] : 0, more = size > 1 ? data[1] : 0;
	static uint8_t in[BGP_MSG_EXTENDED];
	struct bgp_session s = {.local_as = 65000,
				.peer_as = how & 1 ? 65000 : 65001,
				.as4 = how & 2,
				.enhanced_refresh = how & 4,
				.families = how >> 3 & 3,
				.add_path_rx = more & 3,
				.add_path_tx = more & 3,
				.ext_nexthop = more & 4 ? BGP_IPV4 : 0,
				.extended_message = more & 8,
				.allow_as_set = more & 16};
	size_t len;
	struct bgp_msg m;
	enum bgp_treat treat;

	if (size < 2 || size - 2 > sizeof in)
		return 0;
	memcpy(in, data + 2, len = size - 2);
	if (how & 0x80 && len >= BGP_HEADER) {
		memset(in, 0xFF, 16);
		in[16] = (uint8_t)(len >> 8);
		in[17] = (uint8_t)len;
	}
	treat = bgp_msg_decode(how & 0x40 ? NULL : &s, in, len, &m);
	assert((treat == BGP_OK) == (m.problem.text[0] == '\0'));
	assert((treat == BGP_OK) == (m.problem.notify.code == 0));
	if (treat != BGP_SESSION_RESET) {
		if (how & 0x40)
			s = (struct bgp_session){.local_as = 1,
						 .peer_as = 2,
						 .as4 = true,
						 .families =
						     BGP_IPV4 | BGP_IPV6};
		if (m.type == BGP_OPEN)
			check_open(&m.open);
		for (size_t i = 0; m.type == BGP_UPDATE && i < m.update.n_reach;
		     i++) {
			check_text(m.update.reach[i].attrs);
			check_reach(&s, &m.update.reach[i]);
		}
		if (m.type == BGP_UPDATE)
			check_withdrawn(&s, &m.update);
		check_rest(&s, &m);
	}
	bgp_msg_clear(&m);
	return 0;
}
