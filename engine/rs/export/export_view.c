/*
 * export_view: what was told, and the difference to what holds now.
 *
 * About every net a view keeps the answers of the last decision: attributes, and
 * the members that were told them. It is one entry for nearly all nets, and
 * says so for all members at once; a bit of a set that thousands of nets share
 * is all there is to a route told to a member.
 *
 * The difference between two lists of answers is
 *
 *	announce  a to  new(a) less old(a)
 *	withdraw    to  all of old less all of new
 *
 * for each path identifier where ADD-PATH members are told more than one. The new
 * list then is the old one. Withdrawals are noted, too, for members that walk the
 * table: what is gone cannot be found there.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/export/export_priv.h"

struct export_view *
export_view_new(struct export *x, unsigned int which)
{
	struct export_view *v = xcalloc(1, sizeof(*v));

	v->x = x;
	v->which = which;
	v->told.item = sizeof(struct export_told);
	return v;
}

static const struct export_told *
told_find(const struct export_view *v, uint32_t net)
{
	static const struct export_told nothing;

	return net < v->told.end ? slab_at(&v->told, net) : &nothing;
}

static struct export_told *
told_get(struct export_view *v, uint32_t net)
{
	slab_reach(&v->told, net);
	return slab_at(&v->told, net);
}

const struct rib_answer *
export_view_told(const struct export_view *v, uint32_t net,
		 struct rib_answer *one, size_t *n)
{
	const struct export_told *t = told_find(v, net);

	*n = t->n;
	if (t->n == 0 || t->listed)
		return t->n == 0 ? NULL : t->list;
	*one = (struct rib_answer){.attrs = t->attrs, .to = t->to};
	return one;
}

uint32_t
export_view_epoch(const struct export_view *v, uint32_t net)
{
	return told_find(v, net)->epoch;
}

/* ---- keeping */

static void
answer_hold(const struct export_view *v, const struct rib_answer *a)
{
	rib_attrs_ref(a->attrs);
	rib_set_ref(a->to)->uses[v->which]++;
}

static void
answer_drop(const struct export_view *v, const struct rib_answer *a)
{
	a->to->uses[v->which]--;
	rib_attrs_unref(v->x->rib, a->attrs);
	rib_set_unref(v->x->rib, a->to);
}

static void
told_set(struct export_view *v, struct export_told *t,
	 const struct rib_answers *now)
{
	struct rib_answer one;
	size_t n = t->n;
	struct rib_answer *old = t->listed ? t->list : &one;

	one = (struct rib_answer){.attrs = t->attrs, .to = t->to};
	for (size_t i = 0; i < now->n; i++)
		answer_hold(v, &now->list[i]);
	bool listed = now->n > 1 || (now->n == 1 && now->list[0].id != 0);
	struct rib_answer *list = NULL;
	if (listed) {
		list = xcalloc(now->n, sizeof(*list));
		for (size_t i = 0; i < now->n; i++)
			list[i] = now->list[i];
	}
	struct export_told new = {.n = (uint32_t)now->n & 0x7fffffff,
				  .listed = listed,
				  .epoch = v->x->epoch};
	if (listed) {
		new.list = list;
	} else if (now->n == 1) {
		new.attrs = now->list[0].attrs;
		new.to = now->list[0].to;
	}
	bool was_listed = t->listed;
	*t = new;
	for (size_t i = 0; i < n; i++)
		answer_drop(v, &old[i]);
	if (was_listed)
		free(old);
}

/* ---- the difference */

/* All members of the answers of one path id, or, where a is not NULL, of those of
 * them with these attributes. */
static struct rib_set *
members_of(struct rib *r, const struct rib_answer *list, size_t n, uint32_t id,
	   const struct rib_attrs *a)
{
	struct rib_set *all = NULL;

	for (size_t i = 0; i < n; i++)
		if (list[i].id == id && (a == NULL || list[i].attrs == a))
			rib_set_add(r, &all, list[i].to);
	return all;
}

struct rib_set *
export_view_members(const struct export_view *v, uint32_t net, uint32_t id)
{
	struct rib_answer one;
	size_t n;
	const struct rib_answer *list = export_view_told(v, net, &one, &n);

	return members_of(v->x->rib, list, n, id, NULL);
}

static void
announce_new(struct export_view *v, const struct ip_prefix *p,
	     const struct rib_answer *old, size_t n,
	     const struct rib_answers *now, struct export_batch *b)
{
	struct rib *r = v->x->rib;

	for (size_t i = 0; i < now->n; i++) {
		const struct rib_answer *a = &now->list[i];
		struct rib_set *had = members_of(r, old, n, a->id, a->attrs);
		struct rib_set *to = rib_set_less(r, a->to, had);
		export_batch_add(b, a->attrs, to, p, a->id);
		rib_set_unref(r, to);
		rib_set_unref(r, had);
	}
}

static void
withdraw_old(struct export_view *v, const struct ip_prefix *p,
	     const struct rib_answer *old, size_t n,
	     const struct rib_answers *now, struct export_batch *b)
{
	struct rib *r = v->x->rib;

	for (size_t i = 0; i < n; i++) {
		size_t j = 0;
		while (old[j].id != old[i].id)
			j++;
		if (j < i)
			continue; /* that identifier has been seen to */
		struct rib_set *had = members_of(r, old, n, old[i].id, NULL);
		struct rib_set *has =
		    members_of(r, now->list, now->n, old[i].id, NULL);
		struct rib_set *to = rib_set_less(r, had, has);
		export_batch_add(b, NULL, to, p, old[i].id);
		if (to != NULL)
			export_view_gone(v, p, old[i].id, to);
		rib_set_unref(r, to);
		rib_set_unref(r, has);
		rib_set_unref(r, had);
	}
}

static bool
same_answers(const struct rib_answer *old, size_t n,
	     const struct rib_answers *now)
{
	if (n != now->n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (old[i].attrs != now->list[i].attrs ||
		    old[i].to != now->list[i].to ||
		    old[i].id != now->list[i].id)
			return false;
	return true;
}

void
export_view_decide(struct export_view *v, uint32_t net, struct export_batch *b)
{
	struct export *x = v->x;
	struct rib_answers now;
	struct rib_answer one;
	const struct ip_prefix p = rib_net(x->rib, net)->prefix;
	size_t n;
	enum rib_mode mode = v->which != 0	      ? RIB_ALL
			     : x->policy->path_hiding ? RIB_BEST
						      : RIB_FIRST;

	rib_decide(x->rib, net, mode, x->conf.add_paths, &now);
	const struct rib_answer *old = export_view_told(v, net, &one, &n);
	if (same_answers(old, n, &now))
		return;
	withdraw_old(v, &p, old, n, &now, b);
	announce_new(v, &p, old, n, &now, b);
	told_set(v, told_get(v, net), &now);
}

/* ---- what is gone */

void
export_view_gone(struct export_view *v, const struct ip_prefix *p, uint32_t id,
		 struct rib_set *to)
{
	if (v->n_gone == v->gone_size) {
		v->gone_size = v->gone_size ? v->gone_size * 2 : 64;
		v->gone =
		    xreallocarray(v->gone, v->gone_size, sizeof(*v->gone));
	}
	v->gone[v->n_gone++] = (struct export_gone){.prefix = *p,
						    .id = id,
						    .epoch = v->x->epoch,
						    .to = rib_set_ref(to)};
}

static bool
somebody_reads(const struct export_view *v)
{
	for (const struct export_group *g = v->groups; g != NULL; g = g->next)
		if (g->walks != NULL || g->live.n > 0)
			return true;
	return false;
}

static void
gone_clear(struct export_view *v)
{
	for (size_t i = 0; i < v->n_gone; i++)
		rib_set_unref(v->x->rib, v->gone[i].to);
	v->n_gone = 0;
}

static int
gone_cmp(const void *a, const void *b)
{
	const struct export_gone *x = a, *y = b;
	int c = ip_prefix_cmp(&x->prefix, &y->prefix);

	if (c == 0 && x->id != y->id)
		c = x->id < y->id ? -1 : 1;
	return c != 0 ? c : x->epoch < y->epoch ? -1 : x->epoch > y->epoch;
}

/* One entry a prefix: the latest, for all it concerned. */
static void
gone_compact(struct export_view *v)
{
	struct rib *r = v->x->rib;
	size_t n = 0;

	qsort(v->gone, v->n_gone, sizeof(*v->gone), gone_cmp);
	for (size_t i = 0; i < v->n_gone; i++) {
		struct export_gone *last = n > 0 ? &v->gone[n - 1] : NULL;
		struct export_gone g = v->gone[i];
		if (last == NULL || last->id != g.id ||
		    !ip_prefix_eq(&last->prefix, &g.prefix)) {
			v->gone[n++] = g;
			continue;
		}
		rib_set_add(r, &last->to, g.to);
		rib_set_unref(r, g.to);
		last->epoch = g.epoch;
	}
	v->n_gone = n;
	v->gone_compact = 2 * n;
}

#define GONE_COMPACT 65536

void
export_view_trim(struct export_view *v)
{
	if (v->n_gone == 0)
		return;
	if (!somebody_reads(v))
		gone_clear(v);
	else if (v->n_gone > GONE_COMPACT && v->n_gone > v->gone_compact)
		gone_compact(v);
}

void
export_view_free(struct export_view *v)
{
	assert(v->groups == NULL);
	gone_clear(v);
	free(v->gone);
	for (uint32_t net = 1; net < v->told.end; net++) {
		struct export_told *t = told_get(v, net);
		if (t->n > 0)
			told_set(v, t, &(struct rib_answers){0});
	}
	slab_clear(&v->told);
	free(v);
}
