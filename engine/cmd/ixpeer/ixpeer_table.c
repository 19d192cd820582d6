#include "cmd/ixpeer/ixpeer_peer.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* ---- what the peer told us ---- */

static int
compare(const void *a, const void *b)
{
	return ip_prefix_cmp(a, b);
}

static void
free_route(void *route)
{
	free(((struct ixpeer_route *)route)->ids);
	free(route);
}

static struct ixpeer_route *
find_route(const struct ixpeer *p, const struct ip_prefix *prefix)
{
	void *node = tfind(prefix, &p->received, compare);

	return node ? *(void **)node : NULL;
}

/* Where id is among those of a route; r->n if it is not. */
static size_t
find_id(const struct ixpeer_route *r, uint32_t id)
{
	size_t i = 0;

	while (i < r->n && r->ids[i] != id)
		i++;
	return i;
}

static void
unlearn(struct ixpeer *p, const struct ip_prefix *prefix, uint32_t id)
{
	struct ixpeer_route *r = find_route(p, prefix);
	size_t i = r ? find_id(r, id) : 0;

	if (r == NULL || i == r->n)
		return;
	r->ids[i] = r->ids[--r->n];
	if (r->n > 0)
		return;
	tdelete(prefix, &p->received, compare);
	free_route(r);
}

static void
learn(struct ixpeer *p, const struct ip_prefix *prefix, uint32_t id)
{
	struct ixpeer_route *r = find_route(p, prefix);

	if (r == NULL) {
		r = xcalloc(1, sizeof *r);
		r->prefix = *prefix;
		tsearch(r, &p->received, compare);
	}
	if (find_id(r, id) < r->n)
		return;
	r->ids = xreallocarray(r->ids, r->n + 1, sizeof *r->ids);
	r->ids[r->n++] = id;
}

void
ixpeer_learn(struct ixpeer *p, const struct bgp_update *u)
{
	for (size_t i = 0; i < u->n_withdrawn; i++)
		unlearn(p, &u->withdrawn[i],
			u->withdrawn_ids ? u->withdrawn_ids[i] : 0);
	for (size_t i = 0; i < u->n_reach; i++) {
		const struct bgp_reach *r = &u->reach[i];

		for (size_t j = 0; j < r->n; j++)
			learn(p, &r->prefixes[j], r->ids ? r->ids[j] : 0);
	}
	p->eor |= bgp_family_bit(u->end_of_rib);
}

bool
ixpeer_has_received(const struct ixpeer *p, const struct ip_prefix *prefix)
{
	return find_route(p, prefix) != NULL;
}

void
ixpeer_forget(struct ixpeer *p)
{
	tdestroy(p->received, free_route);
	p->received = NULL;
	p->eor = 0;
}

/* ---- what we tell ---- */

/* The side to write to: the one that got further; false when none is open. */
bool
ixpeer_open_side(const struct ixpeer *p, enum bgp_side *side)
{
	enum bgp_state out = p->fsm.conn[BGP_OUT].state;
	enum bgp_state in = p->fsm.conn[BGP_IN].state;

	*side = in > out ? BGP_IN : BGP_OUT;
	return (in > out ? in : out) >= BGP_OPENSENT;
}

void
ixpeer_send(struct ixpeer *p, const struct wbuf *w)
{
	enum bgp_side side;

	if (!ixpeer_open_side(p, &side))
		return;
	ixpeer_link_queue(&p->link[side], w->data, w->len);
	bgp_fsm_sent(&p->fsm, ixpeer_now());
}

/* n times the same path identifier; freed by the caller. */
static uint32_t *
repeat(uint32_t id, size_t n)
{
	uint32_t *ids = xreallocarray(NULL, n, sizeof *ids);

	for (size_t i = 0; i < n; i++)
		ids[i] = id;
	return ids;
}

static void
too_long(const struct bgp_session *s, const struct bgp_attrs *a,
	 enum ip_family f)
{
	if (a->next_hop.family != f && s->ext_nexthop == 0)
		fprintf(stderr, "ixpeer: the peer takes no IPv6 next hop for "
				"IPv4\n");
	else
		fprintf(stderr,
			"ixpeer: attributes leave no room for a prefix\n");
}

void
ixpeer_send_announce(struct ixpeer *p, const struct bgp_attrs *a,
		     const struct ip_prefix *prefixes, uint32_t id, size_t n)
{
	const struct bgp_session *s = bgp_fsm_session(&p->fsm);
	enum ip_family f = prefixes[0].addr.family;
	uint32_t *ids;

	if (s == NULL || !(s->families & bgp_family_bit(f)))
		return;
	ids = repeat(id, n);
	for (size_t done = 0, fit; done < n; done += fit) {
		uint8_t bytes[BGP_MSG_EXTENDED];
		struct wbuf w = wbuf_of(bytes, sizeof bytes);

		fit = bgp_announce_encode(&w, s, a, f, prefixes + done,
					  ids + done, n - done);
		if (fit == 0) {
			too_long(s, a, f);
			break;
		}
		ixpeer_send(p, &w);
	}
	free(ids);
}

void
ixpeer_send_withdraw(struct ixpeer *p, const struct ip_prefix *prefixes,
		     uint32_t id, size_t n)
{
	const struct bgp_session *s = bgp_fsm_session(&p->fsm);
	enum ip_family f = prefixes[0].addr.family;
	uint32_t *ids;

	if (s == NULL || !(s->families & bgp_family_bit(f)))
		return;
	ids = repeat(id, n);
	for (size_t done = 0; done < n;) {
		uint8_t bytes[BGP_MSG_EXTENDED];
		struct wbuf w = wbuf_of(bytes, sizeof bytes);

		done += bgp_withdraw_encode(&w, s, f, prefixes + done,
					    ids + done, n - done);
		ixpeer_send(p, &w);
	}
	free(ids);
}

void
ixpeer_send_eor(struct ixpeer *p, enum ip_family f)
{
	uint8_t bytes[64];
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	bgp_eor_encode(&w, f);
	ixpeer_send(p, &w);
}

/* Our routes of one family, those that share attributes together, and the end
 * of them. */
static void
send_table(struct ixpeer *p, enum ip_family f)
{
	const struct bgp_session *s = bgp_fsm_session(&p->fsm);
	struct ip_prefix *list;
	size_t n = 0;

	if (!(s->families & bgp_family_bit(f)))
		return;
	list = xreallocarray(NULL, p->n_own + 1, sizeof *list);
	for (size_t i = 0; i < p->n_own; i++) {
		const struct ixpeer_own *o = &p->own[i], *next = o + 1;

		if (o->prefix.addr.family != f)
			continue;
		list[n++] = o->prefix;
		if (i + 1 < p->n_own && next->attrs == o->attrs &&
		    next->id == o->id)
			continue;
		ixpeer_send_announce(p, o->attrs, list, o->id, n);
		n = 0;
	}
	free(list);
	ixpeer_send_eor(p, f);
}

void
ixpeer_send_tables(struct ixpeer *p)
{
	send_table(p, IP_V4);
	send_table(p, IP_V6);
}

void
ixpeer_answer_refresh(struct ixpeer *p, const struct bgp_refresh *request)
{
	const struct bgp_session *s = bgp_fsm_session(&p->fsm);
	struct bgp_refresh r = {.family = request->family};
	uint8_t bytes[64];
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	if (request->subtype != BGP_REFRESH_REQUEST || s == NULL)
		return;
	if (s->enhanced_refresh) {
		r.subtype = BGP_REFRESH_BEGIN;
		bgp_refresh_encode(&w, &r);
		ixpeer_send(p, &w);
	}
	send_table(p, r.family);
	if (s->enhanced_refresh) {
		w.len = 0;
		r.subtype = BGP_REFRESH_END;
		bgp_refresh_encode(&w, &r);
		ixpeer_send(p, &w);
	}
}
