/* export_model_check: what must hold after every step, and when all is in order. */
#ifndef EXPORT_MODEL_CHECK_H
#define EXPORT_MODEL_CHECK_H

#include "rs/export/t/export_model_reader.h"

static const uint32_t path_ids[IDS] = {0, 1, 4000000000u};

struct told {
	struct model *w;
	struct choice choice;
};

static void
add_told(void *arg, const struct rib_attrs *a, uint32_t id)
{
	struct told *t = arg;
	struct bgp_attrs *value = bgp_unpack(a->packed, a->len);

	(void)id;
	t->choice.list[t->choice.n++] = known(t->w, value);
	bgp_attrs_unref(value);
}

/* What export says that a member was told. */
static void
check_looking(struct model *w, int slot)
{
	struct slot *s = &w->slot[slot];
	struct rib *rib = export_rib(w->x);
	size_t told = 0;

	for (int p = 0; p < PREFIXES; p++) {
		uint32_t net = rib_find(rib, &w->prefix[p]);
		struct told t = {.w = w};
		struct choice want;
		choose(w, p, slot, &want);
		if (net != 0)
			export_told(s->m, net, add_told, &t);
		qsort(t.choice.list, t.choice.n, sizeof(*t.choice.list),
		      by_pointer);
		if (!same_choice(&t.choice, &want))
			wrong(w,
			      "member %d: export_told says %zu of %s, not %zu",
			      slot, t.choice.n, text(w, p), want.n);
		told += t.choice.n;
	}
	if (export_told_count(s->m) != told)
		wrong(w, "member %d: export_told_count is %zu, not %zu", slot,
		      export_told_count(s->m), told);
}

static void
check_holdings(struct model *w, int slot)
{
	struct slot *s = &w->slot[slot];

	for (int p = 0; p < PREFIXES; p++) {
		struct choice c = {.n = s->n_held[p]};
		for (size_t i = 0; i < c.n; i++) {
			c.list[i] = s->held[p][i].attrs;
			if (s->held[p][i].asked)
				wrong(w, "member %d asked and was not told %s",
				      slot, text(w, p));
		}
		qsort(c.list, c.n, sizeof(*c.list), by_pointer);
		if (!same_choice(&c, &s->watch[p].now))
			wrong(w,
			      "member %d holds %zu of %s, and is to hold %zu",
			      slot, c.n, text(w, p), s->watch[p].now.n);
	}
}

/* All is decided, and this member has read everything. */
static void
check_in_order(struct model *w, int slot)
{
	struct slot *s = &w->slot[slot];

	if (!s->ended)
		wrong(w, "member %d has got no End-of-RIB", slot);
	if (s->refreshing || s->refresh_due)
		wrong(w, "member %d: no %s", slot,
		      s->refreshing ? "EoRR after BoRR" : "BoRR");
	s->requests = 0;
	check_holdings(w, slot);
	check_looking(w, slot);
	w->stats.compared++;
}

/* ---- the rib's own figures */

static void
check_peer(struct model *w, int slot, size_t *paths)
{
	const struct rib_peer *peer = export_peer(w->slot[slot].m);
	size_t received = 0, accepted = 0, stale = 0;

	for (int p = 0; p < PREFIXES; p++)
		for (int i = 0; i < IDS; i++) {
			const struct path *q = &w->slot[slot].said[p][i];
			uint32_t n =
			    rib_path_of(peer, &w->prefix[p], path_ids[i]);
			if (q->there != (n != 0))
				wrong(w, "the rib has a path, or not");
			received += q->there;
			accepted += q->there && q->verdict.reason == 0;
			stale += q->there && q->stale;
		}
	if (received != peer->received || accepted != peer->accepted ||
	    stale != peer->stale)
		wrong(w,
		      "the rib counts the paths of member %d as %zu %zu %zu, "
		      "not %zu %zu %zu",
		      slot, peer->received, peer->accepted, peer->stale,
		      received, accepted, stale);
	*paths += received;
}

static void
check_best(struct model *w, int prefix, int to)
{
	struct candidate list[SLOTS * IDS];
	struct rib *rib = export_rib(w->x);
	uint32_t net = rib_find(rib, &w->prefix[prefix]);
	size_t n = candidates(w, prefix, to, list);
	uint32_t got = net ? rib_best_for(rib, net,
					  export_peer(w->slot[to].m)->index)
			   : 0,
		 want = 0;
	if (n > 0) {
		struct candidate *c = &list[select_best(w, list, n, true)];
		want = rib_path_of(export_peer(w->slot[c->from].m),
				   &w->prefix[prefix], path_ids[c->id]);
	}
	if (got != want)
		wrong(w, "rib_best_for member %d and %s is %u, not %u", to,
		      text(w, prefix), got, want);
}

static void
check_rib(struct model *w)
{
	size_t paths = 0;

	for (int i = 0; i < SLOTS; i++) {
		if (w->slot[i].m == NULL)
			continue;
		check_peer(w, i, &paths);
		for (int p = 0; w->slot[i].up && p < PREFIXES; p++)
			check_best(w, p, i);
	}
	if (rib_paths(export_rib(w->x)) != paths)
		wrong(w, "the rib has %zu paths, not %zu",
		      rib_paths(export_rib(w->x)), paths);
}

/* ---- after every step */

static void
settle(struct model *w, int slot)
{
	struct slot *s = &w->slot[slot];

	/* It would not be read from before it is woken: it has all it gets. */
	bool reads = s->up && s->awake && export_waiting(s->m);
	if (w->undecided || reads || !s->dirty)
		return;
	for (int p = 0; p < PREFIXES; p++)
		watch(w, slot, p, true);
	s->dirty = false;
	if (s->up)
		check_in_order(w, slot);
}

static void
check(struct model *w)
{
	if (rib_changed_count(export_rib(w->x)) > 0) {
		w->undecided = true;
		if (!w->told_changed)
			wrong(w, "nets have changed and nobody was told");
	}
	for (int i = 0; i < SLOTS; i++)
		if (w->slot[i].m != NULL)
			settle(w, i);
}

#endif
