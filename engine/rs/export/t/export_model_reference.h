/*
 * export_model_reference: who should hold what.
 *
 * For each path, each member is asked for in turn: does policy let the path go
 * there, and what do its attributes look like then? For each member and prefix,
 * the paths that may go there are compared each with each.
 */
#ifndef EXPORT_MODEL_REFERENCE_H
#define EXPORT_MODEL_REFERENCE_H

#include "rs/export/t/export_model_attrs.h"

/* ---- policy */

/* The Partial bit of an attribute that is not there is not sent. Takes the
 * reference. */
static struct bgp_attrs *
as_sent(struct bgp_attrs *a)
{
	struct bgp_attrs *mine = bgp_attrs_clone(a);

	if (a->n_communities == 0)
		mine->partial = 0;
	bgp_attrs_unref(a);
	return mine;
}

/* What the member of that slot would be sent; NULL: nothing. */
static const struct bgp_attrs *
sent_to(struct model *w, int from, const struct path *path, int to)
{
	const struct policy *p = &w->policy->p;
	const struct policy_session *s = &w->slot[from].s;
	struct bgp_attrs *in, *out;
	struct policy_rule rule;

	if (path->verdict.reason != 0 || from == to || w->slot[to].m == NULL)
		return NULL;
	policy_rule_init(&rule, p, s, path->attrs, path->verdict.marks);
	uint16_t variant = policy_rule_variant(&rule, p, &w->slot[to].s);
	policy_rule_clear(&rule);
	if (variant == POLICY_VARIANT_DENY)
		return NULL;
	in = bgp_attrs_clone(path->attrs);
	in->has_local_pref = false; /* never told to other AS */
	in->local_pref = 0;
	out = policy_export(p, s, in, path->verdict.marks, variant,
			    policy_class(w->slot[to].s.client));
	bgp_attrs_unref(in);
	return out == NULL ? NULL : know(w, as_sent(out));
}

/* Whatever concerned the path has changed. */
static void
judge(struct model *w, int from, int prefix, struct path *path)
{
	struct policy_verdict v = policy_import(
	    &w->policy->p, &w->slot[from].s, &w->prefix[prefix], path->attrs);

	path->verdict.reason = v.reason != 0 ? v.reason : path->reason;
	path->verdict.marks = v.marks | path->marks;
	path->verdict.rank = v.rank > path->rank ? v.rank : path->rank;
	for (int to = 0; to < SLOTS; to++)
		path->out[to] = sent_to(w, from, path, to);
}

/* ---- the decision: RFC 4271 9.1.2.2 */

struct candidate {
	const struct path *path;
	int from, id;
};

static uint32_t
med(const struct bgp_attrs *a)
{
	return a->has_med ? a->med : 0;
}

/* Is a out of the race because of b? Steps a) to c); c) only for who gets one
 * path, since who gets several compares himself (RFC 7911). */
static bool
loses(const struct candidate *a, const struct candidate *b, bool by_med)
{
	const struct bgp_attrs *x = a->path->attrs, *y = b->path->attrs;
	unsigned int i = bgp_path_length(x), j = bgp_path_length(y);

	if (a->path->verdict.rank != b->path->verdict.rank)
		return a->path->verdict.rank > b->path->verdict.rank;
	if (i != j)
		return i > j;
	if (x->origin != y->origin)
		return x->origin > y->origin;
	return by_med && bgp_path_first(x) == bgp_path_first(y) &&
	       med(x) > med(y);
}

/* Steps f) and g), then between paths of one session. */
static bool
is_before(const struct model *w, const struct candidate *a,
	  const struct candidate *b)
{
	const struct slot *x = &w->slot[a->from], *y = &w->slot[b->from];
	int c = ip_addr_cmp(&x->s.address, &y->s.address);

	if (x->router_id != y->router_id)
		return x->router_id < y->router_id;
	return c != 0 ? c < 0 : a->id < b->id;
}

/* The number of the best; n > 0. */
static size_t
select_best(const struct model *w, const struct candidate *list, size_t n,
	    bool by_med)
{
	size_t best = n;

	for (size_t i = 0; i < n; i++) {
		bool lost = false;
		for (size_t j = 0; j < n; j++)
			lost |= loses(&list[i], &list[j], by_med);
		if (!lost && (best == n || is_before(w, &list[i], &list[best])))
			best = i;
	}
	return best;
}

/* May the path go to the member, as far as policy and encoding are concerned? */
static bool
may_go(const struct model *w, const struct path *path, int to)
{
	const struct bgp_attrs *a = path->out[to];

	return a != NULL &&
	       (a->next_hop.family == w->family ||
		w->slot[to].terms.ext_nexthop != 0) &&
	       (!(path->verdict.marks & POLICY_MARK_LLGR) ||
		w->slot[to].terms.long_lived);
}

/* All candidates; those for one member when to is not -1. */
static size_t
candidates(const struct model *w, int prefix, int to, struct candidate *list)
{
	size_t n = 0;

	for (int from = 0; from < SLOTS; from++)
		for (int id = 0; id < IDS; id++) {
			const struct path *p = &w->slot[from].said[prefix][id];
			if (p->there && p->verdict.reason == 0 &&
			    (to < 0 || may_go(w, p, to)))
				list[n++] = (struct candidate){p, from, id};
		}
	return n;
}

/* Attributes as large as this need an extended message. */
static bool
fits(const struct model *w, const struct bgp_attrs *a, int to)
{
	return a->n_large < 600 || w->slot[to].terms.extended_message;
}

static bool
has_add_path(const struct model *w, int slot)
{
	return (w->slot[slot].terms.add_path_tx & bgp_family_bit(w->family)) !=
	       0;
}

static int
by_pointer(const void *a, const void *b)
{
	const struct bgp_attrs *const *x = a, *const *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* What the member is to be told of the prefix. */
static void
choose(const struct model *w, int prefix, int to, struct choice *out)
{
	struct candidate list[SLOTS * IDS];
	bool all = has_add_path(w, to), first = !w->policy->p.path_hiding;
	size_t n = candidates(w, prefix, all || !first ? to : -1, list);

	out->n = 0;
	for (size_t took = 0; n > 0 && took < (all ? w->max_paths : 1);
	     took++) {
		size_t best = select_best(w, list, n, !all);
		if (may_go(w, list[best].path, to))
			out->list[out->n++] = list[best].path->out[to];
		list[best] = list[--n];
	}
	qsort(out->list, out->n, sizeof(*out->list), by_pointer);
}

/* Of these, what it will hold. */
static void
keep_fitting(const struct model *w, int to, struct choice *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		if (fits(w, c->list[i], to))
			c->list[n++] = c->list[i];
	c->n = n;
}

/* ---- what could be held since all was in order */

static bool
same_choice(const struct choice *a, const struct choice *b)
{
	return a->n == b->n &&
	       memcmp(a->list, b->list, a->n * sizeof(*a->list)) == 0;
}

static struct seen *
find_seen(const struct watch *h, const struct bgp_attrs *a)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->seen[i].attrs == a)
			return &h->seen[i];
	return NULL;
}

static void
note(struct model *w, struct watch *h, const struct bgp_attrs *a)
{
	struct seen *s = find_seen(h, a);

	if (s == NULL) {
		h->seen = xreallocarray(h->seen, h->n + 1, sizeof(*h->seen));
		s = &h->seen[h->n++];
		s->attrs = a;
	}
	s->epoch = w->epoch;
}

/* The choice is now this. fresh: all is in order, the past does not matter. */
static void
watch(struct model *w, int slot, int prefix, bool fresh)
{
	struct watch *h = &w->slot[slot].watch[prefix];
	struct choice now;

	choose(w, prefix, slot, &now);
	keep_fitting(w, slot, &now);
	if (fresh)
		h->n = 0;
	h->varied = !fresh && (h->varied || !same_choice(&now, &h->now));
	h->now = now;
	for (size_t i = 0; i < now.n; i++)
		note(w, h, now.list[i]);
	if (now.n == 0)
		note(w, h, NULL);
}

/* The paths of the prefix have changed; all prefixes when it is -1. */
static void
reconsider(struct model *w, int prefix)
{
	int first = prefix < 0 ? 0 : prefix,
	    end = prefix < 0 ? PREFIXES : prefix + 1;

	for (int i = 0; i < SLOTS; i++) {
		w->slot[i].dirty = true;
		for (int p = first; w->slot[i].m != NULL && p < end; p++)
			watch(w, i, p, false);
	}
}

#endif
