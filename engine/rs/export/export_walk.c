/*
 * export_walk: telling a member from the table.
 *
 * A pass goes over the nets by number and says, from the answers that were told to
 * others, what concerns the walking members; at its end it withdraws what went
 * since it must be assumed that they may have it. A full pass says everything; the
 * first table of a session and a refresh begin with one. A pass takes as long as
 * the members read, and meanwhile the table changes. So behind each pass comes
 * another one, over the nets that changed since the one before began, until one
 * begins and ends with nothing in between. At that moment the members join the
 * stream of their group, at its end, behind what is left to read here.
 *
 *	initial   full pass, End-of-RIB, passes over changes, stream
 *	refresh   BoRR, full pass, EoRR, passes over changes, stream
 *	behind    passes over changes, stream
 *
 * More is produced only when a member has read all there is: a slow reader holds
 * little. Members that begin with the same needs before anything was produced share
 * a walk and its encoding. Those who read much faster than the slowest of them go
 * on from there in a walk of their own.
 *
 * To begin again (the policy changed, or a member cannot follow the stream while it
 * still reads here) the walk remembers from which passes it is made up.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/export/export_priv.h"

static bool
same_needs(const struct export_needs *a, const struct export_needs *b)
{
	return a->full == b->full && a->since == b->since && a->mark == b->mark;
}

static struct export_walk *
walk_new(struct export_group *g, const struct export_needs *needs)
{
	struct export_walk *w = xcalloc(1, sizeof(*w));

	w->group = g;
	w->needs = w->pass = *needs;
	w->pos = 1;
	w->next = g->walks;
	g->walks = w;
	return w;
}

static void
walk_free(struct export_walk *w)
{
	struct export *x = w->group->view->x;
	struct export_walk **link = &w->group->walks;

	while (*link != w)
		link = &(*link)->next;
	*link = w->next;
	export_stream_clear(x, &w->stream);
	rib_set_unref(x->rib, w->all);
	free(w->ends);
	free(w->slices[0].list);
	free(w->slices[1].list);
	free(w);
}

static void
walk_join(struct export_walk *w, struct export_member *m)
{
	assert(!w->started && m->walk == NULL);
	m->walk = w;
	m->walk_seq = 0;
	w->stream.readers++;
	w->n_members++;
}

void
export_walk_begin(struct export_member *m, const struct export_needs *needs)
{
	struct export_walk *w = m->group->walks;

	while (w != NULL && (w->started || !same_needs(&w->needs, needs)))
		w = w->next;
	walk_join(w != NULL ? w : walk_new(m->group, needs), m);
}

/* The member has read all, or goes. */
void
export_walk_leave(struct export_member *m)
{
	struct export_walk *w = m->walk;

	m->walk = NULL;
	export_stream_quit(m->x, &w->stream, m->walk_seq);
	if (--w->n_members == 0)
		walk_free(w);
}

struct export_needs
export_walk_needs(const struct export_member *m)
{
	const struct export_walk *w = m->walk;
	struct export_needs needs = w->needs;

	if (needs.mark == EXPORT_REFRESH && m->walk_seq > 0)
		needs.mark = EXPORT_REFRESH_BEGUN;
	for (size_t i = 0; i < w->n_ends && w->ends[i].seq <= m->walk_seq; i++)
		needs = (struct export_needs){.since = w->ends[i].began};
	return needs;
}

/* ---- producing */

/* Nets that appear meanwhile are the next pass's. */
static void
pass_begin(struct export_walk *w)
{
	w->pos = 1;
	w->nth = 0;
	w->end = rib_nets_end(w->group->view->x->rib);
	w->began = w->group->view->x->epoch;
}

static void
walk_start(struct export_walk *w)
{
	struct export *x = w->group->view->x;
	uint64_t *words = xcalloc(x->n_members / 64 + 1, sizeof(*words));

	for (uint32_t i = 0; i < x->n_members; i++)
		if (x->members[i] != NULL && x->members[i]->walk == w)
			rib_bit_set(words, i);
	w->all = rib_set_of(x->rib, words, x->n_members / 64 + 1);
	free(words);
	if (w->pass.mark == EXPORT_REFRESH)
		export_group_mark(w->group, &w->stream, EXPORT_BORR, w->all);
	if (!w->resumed)
		pass_begin(w);
	w->started = true;
}

static size_t
size_of(const struct export_batch *b)
{
	return b->n * 24; /* a guess: packed prefixes are small */
}

/* Whether the net has changed since the pass before went by it. */
static bool
has_changed(struct export_walk *w, uint32_t net)
{
	const struct export_slices *last = &w->slices[!w->slice];
	uint32_t since = w->pass.since;

	while (w->nth < last->n && last->list[w->nth].end <= net)
		w->nth++;
	if (w->nth < last->n)
		since = last->list[w->nth].epoch;
	return (int32_t)(export_view_epoch(w->group->view, net) - since) > 0;
}

/* What the walking members are to hear of a net. */
static void
walk_net(struct export_walk *w, uint32_t net, struct export_batch *b)
{
	const struct export_view *v = w->group->view;
	struct rib_answer one;
	size_t n;

	if (!w->pass.full && !has_changed(w, net))
		return;
	const struct rib_answer *list = export_view_told(v, net, &one, &n);
	for (size_t i = 0; i < n; i++)
		if (rib_set_meets(list[i].to, w->all))
			export_batch_add(b, list[i].attrs, list[i].to,
					 &rib_net(v->x->rib, net)->prefix,
					 list[i].id);
}

/* Withdraw what went, from those that do not have it again. */
static void
walk_gone(struct export_walk *w, struct export_batch *b)
{
	const struct export_view *v = w->group->view;
	struct rib *r = v->x->rib;

	for (size_t i = 0; i < v->n_gone; i++) {
		const struct export_gone *g = &v->gone[i];
		if ((int32_t)(g->epoch - w->pass.since) <= 0 ||
		    !rib_set_meets(g->to, w->all))
			continue;
		uint32_t net = rib_find(r, &g->prefix);
		struct rib_set *has =
		    net != 0 ? export_view_members(v, net, g->id) : NULL;
		struct rib_set *mine = rib_set_and(r, g->to, w->all);
		struct rib_set *to = rib_set_less(r, mine, has);
		export_batch_add(b, NULL, to, &g->prefix, g->id);
		rib_set_unref(r, to);
		rib_set_unref(r, mine);
		rib_set_unref(r, has);
	}
}

static void
walk_encode(struct export_walk *w, struct export_batch *b)
{
	export_batch_sort(b);
	export_group_encode(w->group, &w->stream, b);
	export_batch_clear(w->group->view->x, b);
}

/* When the pass went by these nets. */
static void
slice_note(struct export_walk *w, uint32_t epoch)
{
	struct export_slices *s = &w->slices[w->slice];

	if (s->n == s->size) {
		s->size = s->size ? s->size * 2 : 8;
		s->list = xreallocarray(s->list, s->size, sizeof(*s->list));
	}
	s->list[s->n++] = (struct export_slice){.end = w->pos, .epoch = epoch};
}

/* The pass is through: its marker, and the next one. */
static void
pass_end(struct export_walk *w)
{
	struct export *x = w->group->view->x;

	if (w->pass.mark == EXPORT_INITIAL)
		export_group_mark(w->group, &w->stream, EXPORT_EOR, w->all);
	else if (w->pass.mark != EXPORT_PLAIN)
		export_group_mark(w->group, &w->stream, EXPORT_EORR, w->all);
	w->ends = xreallocarray(w->ends, w->n_ends + 1, sizeof(*w->ends));
	w->ends[w->n_ends++] = (struct export_pass_end){
	    .seq = export_stream_end(&w->stream), .began = w->began};
	w->done = w->began == x->epoch;
	w->pass = (struct export_needs){.since = w->began};
	w->slice = !w->slice;
	w->slices[w->slice].n = 0;
	pass_begin(w);
}

/* They hear of what comes by the stream of the group. */
static void
walk_done(struct export_walk *w)
{
	struct export *x = w->group->view->x;
	struct export_stream *live = &w->group->live;

	for (uint32_t i = 0; i < x->n_members; i++) {
		struct export_member *m = x->members[i];
		if (m == NULL || m->walk != w)
			continue;
		m->live = true;
		m->seq = export_stream_end(live);
		live->readers++;
	}
}

/* One slice: until there is enough to read, or the walk is done. */
static void
walk_slice(struct export_walk *w)
{
	struct export_batch b = {0};
	size_t slice = w->group->view->x->conf.slice;
	uint64_t from = export_stream_end(&w->stream);

	while (!w->done && export_stream_end(&w->stream) == from) {
		while (w->pos < w->end && size_of(&b) < slice)
			walk_net(w, w->pos++, &b);
		slice_note(w, w->group->view->x->epoch);
		bool through = w->pos >= w->end;
		walk_encode(w, &b);
		if (!through)
			continue;
		walk_gone(w, &b);
		walk_encode(w, &b);
		pass_end(w);
	}
	export_batch_free(&b);
	if (w->done)
		walk_done(w);
}

/* ---- sharing */

/* Others are far behind in this walk: whoever has read all of it goes on from
 * here without them. */
static void
walk_onward(struct export_walk *w, const struct export_needs *needs)
{
	struct export *x = w->group->view->x;
	struct export_walk *o = walk_new(w->group, &w->pass);
	uint64_t end = export_stream_end(&w->stream);

	if (o->pass.mark == EXPORT_REFRESH)
		o->pass.mark = EXPORT_REFRESH_BEGUN;
	o->needs = *needs;
	o->pos = w->pos;
	o->end = w->end;
	o->began = w->began;
	slice_note(o, w->began);
	o->resumed = true;
	for (uint32_t i = 0; i < x->n_members; i++) {
		struct export_member *m = x->members[i];
		if (m == NULL || m->walk != w || m->walk_seq < end)
			continue;
		export_walk_leave(m);
		walk_join(o, m);
	}
}

bool
export_walk_more(struct export_member *m)
{
	struct export_walk *w = m->walk;

	if (w->done)
		return false;
	if (export_stream_behind(&w->stream, w->stream.first) >
	    m->x->conf.behind / 4) {
		struct export_needs needs = export_walk_needs(m);
		walk_onward(w, &needs);
		w = m->walk;
	}
	if (!w->started)
		walk_start(w);
	walk_slice(w);
	return true;
}
