/* export: members that come and go, and decisions; see export.h. */
#include "rs/export/export.h"

#include <assert.h>
#include <stdlib.h>

#include "base/str.h"
#include "rs/export/export_priv.h"

/* A member farther behind is told from the table. It is room for a few seconds of
 * one whose line is slow, and the bound of what all the slow ones cost. While a
 * large table comes in, everybody is slow, and each would be told it by a walk and
 * an encoding of its own: up to the length of the table waiting is cheaper. */
#define DEFAULT_BEHIND (4u << 20)
#define NET_BYTES 24 /* encoded, about */
#define DEFAULT_ADD_PATHS 8
#define DEFAULT_SLICE (128u << 10)

static void
changed(void *arg)
{
	struct export *x = arg;

	if (x->hooks.changed != NULL)
		x->hooks.changed(x->hooks.arg);
}

struct export *
export_new(const struct export_conf *conf, const struct policy *p,
	   const struct export_hooks *h)
{
	struct export *x = xcalloc(1, sizeof(*x));
	struct rib_hooks hooks = {.arg = x,
				  .plan = export_plan,
				  .tag_free = export_plan_free,
				  .wake = changed};

	x->conf = *conf;
	x->grows_behind = conf->behind == 0;
	if (x->conf.behind == 0)
		x->conf.behind = DEFAULT_BEHIND;
	if (x->conf.slice == 0)
		x->conf.slice = DEFAULT_SLICE;
	if (x->conf.add_paths == 0)
		x->conf.add_paths = DEFAULT_ADD_PATHS;
	x->policy = p;
	x->hooks = *h;
	x->rib = rib_new(conf->family, &hooks, conf->seed);
	x->views = export_view_new(x, 0);
	return x;
}

void
export_free(struct export *x)
{
	export_decide(x, 0);
	for (uint32_t i = 0; i < x->n_members; i++)
		assert(x->members[i] == NULL);
	for (struct export_view *v = x->views, *next; v != NULL; v = next) {
		next = v->next;
		export_view_free(v);
	}
	export_plan_clear(x);
	rib_attrs_forget(x->rib);
	rib_free(x->rib);
	free(x->members);
	export_batch_free(&x->batch);
	free(x);
}

struct rib *
export_rib(const struct export *x)
{
	return x->rib;
}

/* ---- members */

/* Sets of members are to be made anew, and with them all decisions. Plans are
 * forgotten one by one, when they are asked for; nets are decided again when
 * there is time for it. Where no plan was made since the last time, that waits to
 * be done still. */
void
export_anew(struct export *x)
{
	if (x->n_words == 0)
		return;
	export_plan_clear(x);
	rib_touch_all(x->rib);
}

/* Its index may have been another's, or its session of another kind: what that
 * one was told is not for it. */
void
export_hold(struct export_member *m)
{
	m->held = rib_changed_count(m->x->rib) > 0;
	m->x->held |= m->held;
}

void
export_members_room(struct export *x, uint32_t n)
{
	if (n <= x->n_members)
		return;
	x->members =
	    xreallocarray(x->members, n, sizeof(struct export_member *));
	while (x->n_members < n)
		x->members[x->n_members++] = NULL;
}

struct export_member *
export_member_add(struct export *x, const struct policy_session *s, void *user)
{
	struct export_member *m = xcalloc(1, sizeof(*m));
	int64_t seat = export_seat_find(x, s);

	m->x = x;
	m->session = s;
	m->user = user;
	if (seat < 0)
		export_anew(x);
	m->peer = seat < 0 ? rib_peer_add(x->rib, &s->address, user)
			   : rib_peer_add_at(x->rib, (uint32_t)seat,
					     &s->address, user);
	export_members_room(x, m->peer->index + 1);
	x->members[m->peer->index] = m;
	if (seat >= 0)
		export_seat_take(m);
	export_hold(m);
	return m;
}

void
export_member_del(struct export_member *m)
{
	struct export *x = m->x;

	export_down(m, false);
	x->members[m->peer->index] = NULL;
	rib_peer_del(m->peer);
	free(m);
}

struct rib_peer *
export_peer(const struct export_member *m)
{
	return m->peer;
}

static void
wake(struct export_member *m)
{
	if (!m->x->blocked && !m->held)
		m->x->hooks.wake(m->x->hooks.arg, m->user);
}

void
export_up(struct export_member *m, const struct bgp_session *terms)
{
	struct export_needs needs = {
	    .full = true, .since = m->x->epoch, .mark = EXPORT_INITIAL};

	assert(m->group == NULL);
	rib_peer_up(m->peer, terms->peer_id);
	m->refresh_marks = terms->enhanced_refresh;
	export_seat_terms(m, terms);
	export_group_join(export_group_of(m->x, terms), m);
	export_walk_begin(m, &needs);
	if (m->group->view->incomplete)
		export_hold(m);
	wake(m);
}

/* Read nothing any more. */
static void
leave(struct export_member *m)
{
	if (m->walk != NULL)
		export_walk_leave(m);
	if (m->live)
		export_stream_quit(m->x, &m->group->live, m->seq);
	m->live = false;
}

void
export_down(struct export_member *m, bool keep)
{
	if (m->group != NULL) {
		leave(m);
		export_group_part(m);
	}
	m->again = false;
	rib_peer_down(m->peer, keep);
}

/* What the member needs instead of what it reads now. */
static struct export_needs
needs_of(const struct export_member *m)
{
	const struct export_stream *live = &m->group->live;
	struct export_needs needs = {.since = m->x->epoch};

	if (m->walk != NULL)
		return export_walk_needs(m);
	if (m->seq < export_stream_end(live))
		needs.since = export_stream_at(live, m->seq)->epoch - 1;
	return needs;
}

static void
begin_again(struct export_member *m)
{
	struct export_needs needs = needs_of(m);

	leave(m);
	export_walk_begin(m, &needs);
}

void
export_refresh(struct export_member *m)
{
	if (m->group == NULL)
		return;
	struct export_needs needs = needs_of(m);
	if (needs.full) {
		m->again = true; /* the end of this one comes first */
		return;
	}
	needs.full = true;
	needs.mark = m->refresh_marks ? EXPORT_REFRESH : EXPORT_PLAIN;
	leave(m);
	m->again = false;
	export_walk_begin(m, &needs);
	wake(m);
}

/* ---- decisions */

static void
unblock(struct export *x)
{
	bool all = x->blocked;

	x->blocked = x->held = false;
	for (struct export_view *v = x->views; v != NULL; v = v->next)
		v->incomplete = false;
	for (uint32_t i = 0; i < x->n_members; i++) {
		struct export_member *m = x->members[i];
		if (m == NULL || !(all || m->held))
			continue;
		if (m->held && m->group != NULL)
			begin_again(m); /* others may have begun without it */
		m->held = false;
		if (export_waiting(m))
			wake(m);
	}
}

void
export_policy(struct export *x, const struct policy *p)
{
	x->policy = p;
	export_anew(x);
	for (uint32_t i = 0; i < x->n_members; i++) {
		struct export_member *m = x->members[i];
		if (m != NULL && m->group != NULL && export_waiting(m))
			begin_again(m);
	}
	if (rib_changed_count(x->rib) > 0)
		x->blocked = true;
	else
		unblock(x);
}

/* Say what was decided to all groups. */
static void
publish(struct export_view *v, struct export_batch *b)
{
	struct export *x = v->x;

	export_batch_sort(b);
	for (struct export_group *g = v->groups; g != NULL; g = g->next) {
		if (g->live.readers == 0)
			continue;
		uint64_t end = export_stream_end(&g->live);
		export_group_encode(g, &g->live, b);
		if (export_stream_end(&g->live) != end)
			export_group_wake(g, end);
	}
	export_batch_clear(x, b);
}

static size_t
decide_some(struct export *x, struct export_view *v, const uint32_t *nets,
	    size_t n)
{
	for (size_t i = 0; i < n; i++)
		export_view_decide(v, nets[i], &x->batch);
	size_t said = x->batch.n;
	publish(v, &x->batch);
	return said;
}

static size_t
behind_max(const struct export *x)
{
	size_t table = x->grows_behind ? rib_nets(x->rib) * NET_BYTES : 0;

	return table > x->conf.behind ? table : x->conf.behind;
}

/* Who is too far behind the stream is told from the table. */
static void
catch_up(struct export *x)
{
	for (uint32_t i = 0; i < x->n_members; i++) {
		struct export_member *m = x->members[i];
		if (m != NULL && m->live &&
		    export_stream_behind(&m->group->live, m->seq) >
			behind_max(x))
			begin_again(m);
	}
}

static bool
somebody_behind(const struct export *x)
{
	for (const struct export_view *v = x->views; v != NULL; v = v->next)
		for (const struct export_group *g = v->groups; g != NULL;
		     g = g->next)
			if (export_stream_behind(&g->live, g->live.first) >
			    behind_max(x))
				return true;
	return false;
}

enum { DECIDE_AT_ONCE = 1024 };

/* Changed nets, and those of them that nobody announces any more. */
static size_t
take_changed(struct export *x, uint32_t *nets, size_t max, uint32_t *empty,
	     size_t *n_empty)
{
	size_t n = 0;
	uint32_t net;

	while (n < max && (net = rib_changed(x->rib)) != 0) {
		nets[n++] = net;
		if (rib_net(x->rib, net)->n == 0)
			empty[(*n_empty)++] = net;
	}
	return n;
}

bool
export_decide(struct export *x, size_t max)
{
	uint32_t nets[DECIDE_AT_ONCE], empty[DECIDE_AT_ONCE];
	size_t left = max != 0 ? max : SIZE_MAX;

	while (left > 0 && rib_changed_count(x->rib) > 0) {
		size_t n_empty = 0, said = 0;
		size_t n = take_changed(
		    x, nets, left < DECIDE_AT_ONCE ? left : DECIDE_AT_ONCE,
		    empty, &n_empty);
		left -= n;
		x->epoch++;
		for (struct export_view *v = x->views; v != NULL; v = v->next)
			said += decide_some(x, v, nets, n);
		if (said == 0)
			x->epoch--;
		for (size_t i = 0; i < n_empty; i++)
			rib_net_release(x->rib, empty[i]);
	}
	if (somebody_behind(x))
		catch_up(x);
	for (struct export_view *v = x->views; v != NULL; v = v->next)
		export_view_trim(v);
	if ((x->blocked || x->held) && rib_changed_count(x->rib) == 0)
		unblock(x);
	return rib_changed_count(x->rib) > 0;
}
