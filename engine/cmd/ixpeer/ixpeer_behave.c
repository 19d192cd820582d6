/*
 * ixpeer_behave: misbehaviour in time.
 *
 * Each behaviour of a robot waits (after), acts once or again and again (every),
 * and is over (for), whereupon the robot does what is right: it announces its
 * own routes as they should be, and takes back what was not its own. What acts
 * is chosen by the row of ixpeer_bad.h.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "cmd/ixpeer/ixpeer_robot.h"

enum { EVERY_MS = 2000, MANY = 1000, LONG = 300, OWN_MOST = 100 };

bool
ixpeer_behaves_badly(const struct ixpeer_robot *r, enum ixpeer_bad_how how)
{
	for (size_t i = 0; i < r->n_conduct; i++)
		if (r->conduct[i].state == IXPEER_ACTS &&
		    r->conduct[i].b.bad->how == how)
			return true;
	return false;
}

/* ---- what is on the wire */

static void
send_broken(struct ixpeer_session *s, const struct ixpeer_conduct *c,
	    const struct ixpeer_set *set, const struct ip_prefix *p)
{
	const struct bgp_session *t = bgp_fsm_session(&s->fsm);
	uint8_t good[BGP_MSG_EXTENDED], bad[BGP_MSG_EXTENDED];
	struct wbuf g = wbuf_of(good, sizeof good),
		    b = wbuf_of(bad, BGP_MSG_MAX);
	struct bgp_attrs *a = ixpeer_tell_attrs(s, set);
	uint32_t id = set->path_id;

	if (bgp_announce_encode(&g, t, a, (enum ip_family)p->addr.family, p,
				t->add_path_tx ? &id : NULL, 1) == 1 &&
	    ixpeer_bad_update(c->b.bad, good, g.len, &b))
		ixpeer_session_send(s, bad, b.len);
	bgp_attrs_unref(a);
}

/* The victims of a broken UPDATE: the prefix named, or the robot's first. */
static void
break_updates(struct ixpeer_session *s, const struct ixpeer_conduct *c)
{
	const struct bgp_session *t = bgp_fsm_session(&s->fsm);
	const struct ixpeer_routes *r = &s->robot->routes;
	uint32_t left = c->b.count ? c->b.count : 1;
	bool named = c->b.prefix.addr.family != IP_NONE;

	for (size_t i = 0; t && left > 0 && i < r->n; i++) {
		const struct ixpeer_set *set = &r->sets[i];
		const struct ip_prefix *p = named ? &c->b.prefix : set->p;
		size_t n = named ? 1 : set->n;

		if (set->n == 0 || set->p[0].addr.family != p->addr.family ||
		    !(t->families &
		      bgp_family_bit((enum ip_family)p->addr.family)) ||
		    (c->b.bad->family != IP_NONE &&
		     c->b.bad->family != p->addr.family))
			continue;
		for (size_t j = 0; j < n && left > 0; j++, left--)
			send_broken(s, c, set, &p[j]);
		if (named)
			break;
	}
}

static void
open_again(struct ixpeer_session *s)
{
	const struct bgp_fsm_conf *conf = &s->fsm.conf;
	struct bgp_open o = {.asn = conf->local_as,
			     .id = conf->local_id,
			     .hold = conf->hold,
			     .as4 = true,
			     .mp = true,
			     .families = conf->families};
	uint8_t bytes[BGP_MSG_MAX];
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	bgp_open_encode(&w, &o);
	ixpeer_session_send(s, bytes, w.len);
}

static void
send_message(struct ixpeer_session *s, const struct ixpeer_conduct *c)
{
	if (c->b.bad->how == IXPEER_OPEN_AGAIN)
		open_again(s);
	else
		ixpeer_session_send(s, c->b.bad->value, c->b.bad->len);
}

/* ---- attributes in disguise */

static void
append_reserved(struct bgp_attrs *a)
{
	static const uint32_t reserved[] = {23456, 65535, UINT32_MAX};
	uint32_t asns[64];
	struct bgp_path_walk w = bgp_path_walk(a);
	size_t n = 0;

	while (n < 60 && bgp_path_next(&w))
		asns[n++] = w.asn;
	for (size_t i = 0; i < 3; i++)
		asns[n++] = reserved[i];
	bgp_path_set(a, asns, n);
}

static void
dress(const struct ixpeer_session *s, const struct ixpeer_conduct *c,
      struct bgp_attrs *a)
{
	switch (c->b.bad->how) {
	case IXPEER_FOREIGN_HOP:
		if (c->b.address.family == a->next_hop.family) {
			a->next_hop = c->b.address;
			a->link_local = (struct ip_addr){0};
		}
		break;
	case IXPEER_FIRST_AS:
		bgp_path_prepend(a, c->b.asn ? c->b.asn : 64511, 1);
		break;
	case IXPEER_RESERVED_AS: append_reserved(a); break;
	case IXPEER_LONG_PATH:
		bgp_path_prepend(a, s->robot->conf->bgp.local_as, LONG);
		break;
	case IXPEER_MED_GAMES:
		a->has_med = true;
		a->med = (uint32_t)(c->times * 7919 % 1000);
		break;
	default: break;
	}
}

void
ixpeer_behave_dress(const struct ixpeer_session *s, struct bgp_attrs *a)
{
	const struct ixpeer_robot *r = s->robot;

	for (size_t i = 0; i < r->n_conduct; i++)
		if (r->conduct[i].state == IXPEER_ACTS)
			dress(s, &r->conduct[i], a);
}

/* ---- routes that are nobody's, or somebody else's */

static void
add(struct ixpeer_robot *r, const struct ixpeer_conduct *c, struct bgp_attrs *a,
    const struct ip_prefix *p, size_t n)
{
	ixpeer_routes_more(&r->routes, a, p, n, 0)->why = &c->b;
}

static struct bgp_attrs *
own_attrs(const struct ixpeer_robot *r)
{
	struct bgp_attrs *a = bgp_attrs_new();

	bgp_path_set(a, &r->conf->bgp.local_as, 1);
	return a;
}

static void
add_bogons(struct ixpeer_robot *r, const struct ixpeer_conduct *c)
{
	static const char *const list[] = {
	    "0.0.0.0/0",    "10.0.0.0/8",     "100.64.0.0/10",
	    "127.0.0.0/8",  "169.254.0.0/16", "172.16.0.0/12",
	    "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15",
	    "240.0.0.0/4",  "::/0",	      "fc00::/7",
	    "fe80::/10",    "2001:db8::/32",  "3ffe::/16",
	};
	struct bgp_attrs *a = own_attrs(r);
	struct ip_prefix p;

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (ip_prefix_parse(list[i], &p))
			add(r, c, a, &p, 1);
	bgp_attrs_unref(a);
}

/* From 11.0.0.0/24 on, which nobody filters, unless a prefix is said. */
static void
add_many(struct ixpeer_robot *r, const struct ixpeer_conduct *c)
{
	uint32_t n = c->b.count ? c->b.count : MANY;
	struct ip_prefix first, *list = xreallocarray(NULL, n, sizeof *list);
	struct bgp_attrs *a = own_attrs(r);
	uint32_t size;

	ip_prefix_parse("11.0.0.0/24", &first);
	if (c->b.prefix.addr.family != IP_NONE)
		first = c->b.prefix;
	size = first.addr.family == IP_V4 ? 1u << (32 - first.len) : 1;
	for (uint32_t i = 0; i < n; i++) {
		list[i] = first;
		list[i].addr = ip_addr_add(&first.addr, i * size);
	}
	add(r, c, a, list, n);
	free(list);
	bgp_attrs_unref(a);
}

/* The victim's prefix, as the robot's own or to be dropped by all. */
static void
add_victim(struct ixpeer_robot *r, const struct ixpeer_conduct *c)
{
	static const uint32_t blackhole = BGP_COMMUNITY(65535, 666);
	struct bgp_attrs *a = own_attrs(r);

	if (c->b.bad->how == IXPEER_BLACKHOLE)
		bgp_attrs_set_communities(a, &blackhole, 1);
	add(r, c, a, &c->b.prefix, 1);
	bgp_attrs_unref(a);
}

static void
take_back(struct ixpeer_robot *r, const struct ixpeer_conduct *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->routes.n; i++) {
		struct ixpeer_set *s = &r->routes.sets[i];

		if (s->why != &c->b) {
			r->routes.sets[kept++] = *s;
			continue;
		}
		ixpeer_tell_gone(r, s->p, s->n, s->path_id);
		ixpeer_set_clear(s);
	}
	r->routes.n = kept;
}

static void
own_gone(struct ixpeer_robot *r)
{
	for (size_t i = 0; i < r->routes.n; i++)
		ixpeer_tell_gone(r, r->routes.sets[i].p, r->routes.sets[i].n,
				 r->routes.sets[i].path_id);
}

/* ---- leaks */

void
ixpeer_behave_leak(struct ixpeer_session *s, struct bgp_attrs *a,
		   const struct ip_prefix *p, size_t n)
{
	struct ip_prefix one = *p;
	struct bgp_attrs *leaked = bgp_attrs_clone(a);
	struct ixpeer_set set = {
	    .attrs = leaked, .p = &one, .n = n, .prepend = true};

	leaked->next_hop = leaked->link_local = (struct ip_addr){0};
	ixpeer_tell_set(s->robot, &set);
	bgp_attrs_unref(leaked);
}

/* All that was ever heard, but for our own. */
static void
leaks_gone(struct ixpeer_robot *r)
{
	for (int f = 0; f < 2; f++) {
		const struct ipmap *m = &r->all->prefixes[f];

		for (uint32_t at = 0; at < m->n; at += MANY)
			ixpeer_tell_gone(r, m->keys + at,
					 m->n - at < MANY ? m->n - at : MANY,
					 0);
	}
	ixpeer_tell_all_again(r);
}

/* ---- begin, again, end */

static void
each_session(struct ixpeer_robot *r, const struct ixpeer_conduct *c)
{
	enum bgp_side side;

	for (size_t i = 0; i < r->n; i++) {
		struct ixpeer_session *s = &r->sessions[i];

		if (!ixpeer_session_up(s, &side))
			continue;
		switch (c->b.bad->kind) {
		case IXPEER_BAD_UPDATE: break_updates(s, c); break;
		case IXPEER_BAD_MESSAGE: send_message(s, c); break;
		case IXPEER_BAD_SESSION: ixpeer_session_drop(s); break;
		case IXPEER_BAD_ROUTES: break;
		}
	}
}

/* Small room from now on, for sessions that are there already. */
static void
reads_badly(struct ixpeer_robot *r)
{
	r->slow = ixpeer_behaves_badly(r, IXPEER_SLOW_READER);
	r->stalled = ixpeer_behaves_badly(r, IXPEER_NEVER_READS);
	for (size_t i = 0; i < r->n; i++) {
		struct ixpeer_session *s = &r->sessions[i];
		int little = 4096;

		for (int k = 0; (r->slow || r->stalled) && k < 2; k++)
			if (s->wire[k].fd >= 0)
				setsockopt(s->wire[k].fd, SOL_SOCKET, SO_RCVBUF,
					   &little, sizeof little);
		ixpeer_session_step(s, BGP_EV_TIMER, BGP_OUT, NULL);
	}
}

static void
begin(struct ixpeer_robot *r, struct ixpeer_conduct *c)
{
	c->state = IXPEER_ACTS;
	switch (c->b.bad->how) {
	case IXPEER_BOGONS: add_bogons(r, c); break;
	case IXPEER_TOO_MANY: add_many(r, c); break;
	case IXPEER_BLACKHOLE:
	case IXPEER_HIJACK: add_victim(r, c); break;
	case IXPEER_LEAK:
		r->leaks = true;
		ixpeer_hear_refresh(r);
		break;
	case IXPEER_SLOW_READER:
	case IXPEER_NEVER_READS: reads_badly(r); break;
	case IXPEER_SILENT: r->silent = true; break;
	default: break;
	}
	if (c->b.bad->kind == IXPEER_BAD_ROUTES &&
	    c->b.bad->how != IXPEER_LEAK && c->b.bad->how != IXPEER_ROUTE_FLAP)
		ixpeer_tell_all_again(r);
}

/* What is done more than once, or only once if "every" is not said. */
static void
act(struct ixpeer_robot *r, struct ixpeer_conduct *c)
{
	switch (c->b.bad->how) {
	case IXPEER_SLOW_READER:
	case IXPEER_NEVER_READS:
	case IXPEER_SILENT: break;
	case IXPEER_MED_GAMES: ixpeer_tell_all_again(r); break;
	case IXPEER_ROUTE_FLAP:
		c->away = !c->away;
		if (c->away)
			own_gone(r);
		else
			ixpeer_tell_all_again(r);
		break;
	default: each_session(r, c); break;
	}
	c->times++;
}

static void
end(struct ixpeer_robot *r, struct ixpeer_conduct *c)
{
	c->state = IXPEER_OVER;
	take_back(r, c);
	r->silent = ixpeer_behaves_badly(r, IXPEER_SILENT);
	if (c->b.bad->how == IXPEER_LEAK) {
		r->leaks = ixpeer_behaves_badly(r, IXPEER_LEAK);
		leaks_gone(r);
	} else if (c->b.bad->how == IXPEER_SLOW_READER ||
		   c->b.bad->how == IXPEER_NEVER_READS) {
		reads_badly(r);
	} else if (c->b.bad->kind != IXPEER_BAD_SESSION) {
		ixpeer_tell_all_again(r);
	}
}

/* These go on of their own accord. */
static uint32_t
period(const struct ixpeer_conduct *c)
{
	bool again = c->b.bad->how == IXPEER_MED_GAMES ||
		     c->b.bad->how == IXPEER_ROUTE_FLAP ||
		     c->b.bad->how == IXPEER_FLAP;

	return c->b.every ? c->b.every : again ? EVERY_MS : 0;
}

static void
clock_one(struct ixpeer_robot *r, struct ixpeer_conduct *c, uint64_t now)
{
	if (c->state == IXPEER_WAITS && r->first_up != 0 &&
	    now >= r->first_up + c->b.after) {
		c->next = now;
		c->end = c->b.lasts ? now + c->b.lasts : 0;
		begin(r, c);
	}
	if (c->state != IXPEER_ACTS)
		return;
	if (c->end != 0 && now >= c->end) {
		end(r, c);
	} else if (c->next != 0 && now >= c->next) {
		c->next = period(c) ? now + period(c) : 0;
		act(r, c);
	}
}

void
ixpeer_behave_clock(struct ixpeer_robot *r, uint64_t now)
{
	for (size_t i = 0; i < r->n_conduct; i++)
		clock_one(r, &r->conduct[i], now);
}

uint64_t
ixpeer_behave_next(const struct ixpeer_robot *r)
{
	uint64_t at = UINT64_MAX;

	for (size_t i = 0; i < r->n_conduct; i++) {
		const struct ixpeer_conduct *c = &r->conduct[i];
		uint64_t mine = UINT64_MAX;

		if (c->state == IXPEER_WAITS && r->first_up != 0)
			mine = r->first_up + c->b.after;
		if (c->state == IXPEER_ACTS && c->next != 0)
			mine = c->next;
		if (c->state == IXPEER_ACTS && c->end != 0 && c->end < mine)
			mine = c->end;
		if (mine < at)
			at = mine;
	}
	return at;
}

void
ixpeer_behave_init(struct ixpeer_robot *r)
{
	r->conduct = xcalloc(IXPEER_BEHAVIOURS, sizeof *r->conduct);
	for (; r->n_conduct < r->conf->n_behave; r->n_conduct++)
		r->conduct[r->n_conduct].b = r->conf->behave[r->n_conduct];
}

int
ixpeer_behave(struct ixpeer_robot *r, const struct ixpeer_behaviour *b,
	      struct err *e)
{
	uint64_t now = ixpeer_clock();
	size_t at = 0;

	if (b == NULL) {
		for (size_t i = 0; i < r->n_conduct; i++) {
			if (r->conduct[i].state == IXPEER_ACTS)
				end(r, &r->conduct[i]);
			r->conduct[i].state = IXPEER_OVER;
		}
		return 0;
	}
	while (at < r->n_conduct && r->conduct[at].state != IXPEER_OVER)
		at++;
	if (at == IXPEER_BEHAVIOURS)
		return err_usage(e, "%s misbehaves in %d ways already",
				 r->conf->name, IXPEER_BEHAVIOURS);
	r->n_conduct += at == r->n_conduct;
	r->conduct[at] = (struct ixpeer_conduct){.b = *b};
	if (r->first_up != 0) /* "after" counts from now on */
		r->conduct[at].b.after += (uint32_t)(now - r->first_up);
	ixpeer_behave_clock(r, now);
	ixpeer_robot_alarm(r);
	return 0;
}
