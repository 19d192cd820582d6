/* export_model_routes: what members say, and what is decided of it. */
#ifndef EXPORT_MODEL_ROUTES_H
#define EXPORT_MODEL_ROUTES_H

#include "rs/export/t/export_model_check.h"

struct step {
	uint8_t op, how; /* how: what the caller adds to policy's verdict */
	int slot, prefix, id;
	uint32_t x;
};

/* ---- deciding */

/* A walk that is neither a first table nor a refresh: of a slow reader, or of one
 * that had something unread when the policy changed. */
static void
look_at_walks(struct model *w)
{
	struct export_stats s;
	bool others = false;

	export_stats(w->x, &s);
	for (int i = 0; i < SLOTS; i++) {
		const struct slot *m = &w->slot[i];
		others |=
		    m->up && (!m->ended || m->refreshing || m->refresh_due);
	}
	w->stats.resyncs += !others && s.walks > 0;
	if (w->behind != 0 && s.walks == 0 &&
	    s.stream_bytes > s.groups * w->behind)
		wrong(w, "%zu bytes are kept for slow members", s.stream_bytes);
}

static void
decide(struct model *w, size_t max)
{
	bool more = export_decide(w->x, max);

	look_at_walks(w);
	if (more)
		return;
	if (rib_changed_count(export_rib(w->x)) != 0)
		wrong(w, "all is decided, yet nets have changed");
	w->undecided = w->told_changed = false;
}

/* ---- announcing */

static void
set_verdict(struct path *p, uint8_t how)
{
	static const struct {
		uint16_t reason, marks;
		uint8_t rank;
	} rows[] = {
	    {0, POLICY_MARK_ROV_VALID, 0},
	    {0, POLICY_MARK_ROV_UNKNOWN, 0},
	    {0, POLICY_MARK_ROV_INVALID, 0},
	    {0, POLICY_MARK_PREFIX_IN_SET, 0},
	    {0, POLICY_MARK_ORIGIN_NOT_IN_SET, 0},
	    {0, POLICY_MARK_BLACKHOLE, 0},
	    {0, POLICY_MARK_GSHUT, 1},
	    {0, POLICY_MARK_LLGR, 2},
	    {POLICY_MAX_BLOCKED, 0, 0},
	};

	p->reason = p->marks = p->rank = 0;
	if (how >= COUNT(rows))
		return;
	p->reason = rows[how].reason;
	p->marks = rows[how].marks;
	p->rank = rows[how].rank;
}

enum { LLGR = 7 }; /* row */

/* What may be found out in advance. */
static struct export_draft *
draft_some(struct model *w, struct slot *s, const struct path *p,
	   struct rib_attrs *a)
{
	const struct policy *policy = &w->policy->p;

	if (policy_is_plain(policy, &s->s, p->attrs)) {
		export_plain(s->m, a, p->verdict.marks);
		return NULL;
	}
	struct bgp_attrs *copy = bgp_attrs_clone(p->attrs);
	struct export_draft *d = export_draft_make(
	    policy, export_rib(w->x), &s->s, copy, p->verdict.marks);
	bgp_attrs_unref(copy);
	return d;
}

static void
announce_path(struct model *w, int slot, int prefix, int id)
{
	struct slot *s = &w->slot[slot];
	struct path *p = &s->said[prefix][id];
	struct rib *r = export_rib(w->x);
	struct rib_attrs *a = rib_attrs_intern(r, p->attrs);
	struct export_draft *draft = NULL;

	if (a == NULL)
		wrong(w, "attributes cannot be packed");
	p->there = true;
	p->stale = false;
	judge(w, slot, prefix, p);
	if (p->verdict.reason == 0 && prefix % 2 == 0)
		draft = draft_some(w, s, p, a);
	rib_announce(export_peer(s->m), &w->prefix[prefix], path_ids[id], a,
		     &p->verdict);
	if (draft != NULL)
		export_draft_use(s->m, a, draft);
	export_draft_free(draft);
	rib_attrs_unref(r, a);
	reconsider(w, prefix);
}

static void
announce(struct model *w, const struct step *t)
{
	struct slot *s = &w->slot[t->slot];
	bool ids = (s->terms.add_path_rx & bgp_family_bit(w->family)) != 0;
	int id = ids ? t->id : 0;
	struct path *p = &s->said[t->prefix][id];

	if (!s->up)
		return;
	p->attrs = know(w, attrs_draw(w, t->slot, t->x));
	set_verdict(p, t->how);
	announce_path(w, t->slot, t->prefix, id);
}

/* One set of attributes for all prefixes, or nearly one. */
static void
burst(struct model *w, const struct step *t)
{
	struct step one = *t;

	for (one.prefix = 0; one.prefix < PREFIXES; one.prefix++) {
		announce(w, &one);
		one.x ^= t->x >> 29 & 1 ? 1u << 12 : 0; /* MED */
	}
}

static void
withdraw(struct model *w, const struct step *t)
{
	struct slot *s = &w->slot[t->slot];
	struct path *p = &s->said[t->prefix][t->id];

	if (!s->up)
		return;
	if (rib_withdraw(export_peer(s->m), &w->prefix[t->prefix],
			 path_ids[t->id]) != p->there)
		wrong(w, "rib_withdraw knows better");
	p->there = false;
	reconsider(w, t->prefix);
}

static void
rejudge(struct model *w, int slot, int prefix, int id)
{
	struct path *p = &w->slot[slot].said[prefix][id];
	uint32_t n = rib_path_of(export_peer(w->slot[slot].m),
				 &w->prefix[prefix], path_ids[id]);

	judge(w, slot, prefix, p);
	rib_judge(export_rib(w->x), n, &p->verdict);
	reconsider(w, prefix);
}

/* As a change of ROAs, or the end of a limit, would. */
static void
another_verdict(struct model *w, const struct step *t)
{
	struct path *p = &w->slot[t->slot].said[t->prefix][t->id];

	if (!p->there)
		return;
	set_verdict(p, t->how % 16);
	rejudge(w, t->slot, t->prefix, t->id);
}

/* RFC 9494: what is stale is so for long. */
static void
long_lived(struct model *w, const struct step *t)
{
	for (int p = 0; p < PREFIXES; p++)
		for (int i = 0; i < IDS; i++) {
			struct path *q = &w->slot[t->slot].said[p][i];
			if (!q->there || !q->stale)
				continue;
			set_verdict(q, LLGR);
			rejudge(w, t->slot, p, i);
		}
}

/* ---- stale paths */

static void
mark_all(struct model *w, int slot)
{
	for (int p = 0; p < PREFIXES; p++)
		for (int i = 0; i < IDS; i++)
			w->slot[slot].said[p][i].stale = true;
}

static void
mark_stale(struct model *w, const struct step *t)
{
	if (!w->slot[t->slot].up)
		return;
	rib_stale_mark(export_peer(w->slot[t->slot].m));
	mark_all(w, t->slot);
}

static void
count_gone(void *arg, const struct rib_path *path)
{
	*(size_t *)arg += path->stale;
}

static void
sweep(struct model *w, const struct step *t)
{
	struct slot *s = &w->slot[t->slot];
	size_t gone = 0, want = 0;

	if (s->m == NULL)
		return;
	for (int p = 0; p < PREFIXES; p++)
		for (int i = 0; i < IDS; i++) {
			struct path *q = &s->said[p][i];
			want += q->there && q->stale;
			q->there &= !q->stale;
		}
	if (rib_stale_sweep(export_peer(s->m), count_gone, &gone) != want ||
	    gone != want)
		wrong(w, "swept %zu stale paths, not %zu", gone, want);
	reconsider(w, -1);
}

#endif
