/*
 * rib_decide: which path is best, RFC 4271 section 9.1.2.2 at a route server.
 *
 * The steps, with the RFC's letters:
 *
 *	0  rejected paths are no candidates          9.1.2, "not excluded"
 *	-  degree of preference                      the caller's rank: no
 *	                                             LOCAL_PREF is heard from
 *	                                             outside
 *	1  shortest AS_PATH                          a)
 *	2  lowest ORIGIN                             b)
 *	3  lowest MED, among paths of the same
 *	   neighbouring AS only; a missing one is 0  c)
 *	-  external over internal                    d) all are external
 *	-  nearest next hop                          e) all are on the LAN
 *	4  lowest BGP identifier of the peer         f)
 *	5  lowest address of the peer                g)
 *	6  lowest path identifier                    RFC 7911, same peer
 *
 * The paths of a net are kept sorted by all of these but 3. Step 3 compares some
 * pairs and not others, so that "better" is no order: it is an elimination, as
 * the RFC says. A path is out for a member if another one that may go to that
 * member has the same neighbour, the same rank in steps 0 to 2, and a lower MED.
 *
 * Every member has its own candidates (RFC 7947 2.3.2): those whose plan names
 * it. Going down the list, each path is the answer for the members of its plan
 * that have none yet; for nearly all nets the first path serves everybody but its
 * announcer, and the second, if any, the announcer of the first.
 */
#include <stdlib.h>

#include "base/str.h"
#include "rs/rib/rib_table.h"

static int
cmp_u32(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

/* Up to step 2. */
static int
cmp_rank(const struct rib_path *a, const struct rib_path *b)
{
	int c = (a->reason != 0) - (b->reason != 0);

	if (c == 0)
		c = cmp_u32(a->rank, b->rank);
	if (c == 0)
		c = cmp_u32(a->attrs->path_len, b->attrs->path_len);
	return c != 0 ? c : cmp_u32(a->attrs->origin, b->attrs->origin);
}

/* Steps 4 to 6. */
static int
cmp_tie(const struct rib *r, const struct rib_path *a, const struct rib_path *b)
{
	const struct rib_peer *p = r->peers[a->peer], *q = r->peers[b->peer];
	int c = cmp_u32(p->router_id, q->router_id);

	if (c == 0)
		c = ip_addr_cmp(&p->address, &q->address);
	return c != 0 ? c : cmp_u32(a->id, b->id);
}

int
rib_path_cmp(const struct rib *r, const struct rib_path *a,
	     const struct rib_path *b)
{
	int c = cmp_rank(a, b);

	return c != 0 ? c : cmp_tie(r, a, b);
}

/* ---- step 3 */

/* Does b put a out, where both are candidates? */
static bool
beats_by_med(const struct rib_path *b, const struct rib_path *a)
{
	return b->attrs->med < a->attrs->med &&
	       b->attrs->neighbour == a->attrs->neighbour &&
	       cmp_rank(a, b) == 0;
}

/* Candidates of the same rank as the first one: a run. */
static bool
in_run(const struct rib *r, uint32_t first, uint32_t i)
{
	return i != 0 && rib_path_at(r, i)->reason == 0 &&
	       cmp_rank(rib_path_at(r, first), rib_path_at(r, i)) == 0;
}

uint32_t
rib_best(const struct rib *r, uint32_t net)
{
	uint32_t first = rib_net_at(r, net)->paths;

	for (uint32_t i = first; in_run(r, first, i);
	     i = rib_path_at(r, i)->below) {
		uint32_t j = first;
		while (in_run(r, first, j) &&
		       !beats_by_med(rib_path_at(r, j), rib_path_at(r, i)))
			j = rib_path_at(r, j)->below;
		if (!in_run(r, first, j))
			return i;
	}
	return 0;
}

/* ---- plans */

static bool
plan_has(const struct rib *r, uint32_t path, uint32_t peer)
{
	const struct rib_plan *plan =
	    r->hooks.plan(r->hooks.arg, rib_path_at(r, path));

	for (size_t i = 0; i < plan->n; i++)
		if (rib_set_has(plan->to[i].to, peer))
			return true;
	return false;
}

uint32_t
rib_best_for(const struct rib *r, uint32_t net, uint32_t peer)
{
	uint32_t first = rib_net_at(r, net)->paths;

	for (uint32_t i = first; i != 0 && rib_path_at(r, i)->reason == 0;
	     i = rib_path_at(r, i)->below) {
		if (!plan_has(r, i, peer))
			continue;
		uint32_t j = i;
		while (in_run(r, i, j) &&
		       !(beats_by_med(rib_path_at(r, j), rib_path_at(r, i)) &&
			 plan_has(r, j, peer)))
			j = rib_path_at(r, j)->below;
		if (!in_run(r, i, j))
			return i;
	}
	return 0;
}

/* All members of a plan: a counted set. */
static struct rib_set *
plan_members(struct rib *r, const struct rib_plan *plan)
{
	struct rib_set *all = NULL;

	for (size_t i = 0; i < plan->n; i++) {
		struct rib_set *both = rib_set_or(r, all, plan->to[i].to);
		rib_set_unref(r, all);
		all = both;
	}
	return all;
}

/* a becomes a without b, or with b. */
static void
set_take(struct rib *r, struct rib_set **a, struct rib_set *b)
{
	struct rib_set *is = rib_set_less(r, *a, b);

	rib_set_unref(r, *a);
	*a = is;
}

static void
set_add(struct rib *r, struct rib_set **a, struct rib_set *b)
{
	struct rib_set *is = rib_set_or(r, *a, b);

	rib_set_unref(r, *a);
	*a = is;
}

/* ---- answers */

/* Of a path, by an entry of its plan. Takes over the reference to the set, until
 * the next decision. */
static void
answer_add(struct rib *r, uint32_t path, const struct rib_answer *by,
	   struct rib_set *to, uint32_t id)
{
	struct rib_attrs *a =
	    by->attrs != NULL ? by->attrs : rib_path_at(r, path)->attrs;

	if (to == NULL)
		return;
	if (r->n_answers == r->answers_size) {
		r->answers_size = r->answers_size ? r->answers_size * 2 : 16;
		r->answers = xreallocarray(r->answers, r->answers_size,
					   sizeof(*r->answers));
	}
	r->answers[r->n_answers++] =
	    (struct rib_answer){.attrs = a, .to = to, .id = id};
}

void
rib_answers_clear(struct rib *r)
{
	for (size_t i = 0; i < r->n_answers; i++)
		rib_set_unref(r, r->answers[i].to);
	r->n_answers = 0;
}

/* The members for whom a path of the run with a lower MED puts it out. */
static struct rib_set *
out_by_med(struct rib *r, uint32_t run, uint32_t path)
{
	struct rib_set *out = NULL;

	for (uint32_t j = run; in_run(r, run, j);
	     j = rib_path_at(r, j)->below) {
		if (!beats_by_med(rib_path_at(r, j), rib_path_at(r, path)))
			continue;
		struct rib_set *to = plan_members(
		    r, r->hooks.plan(r->hooks.arg, rib_path_at(r, j)));
		set_add(r, &out, to);
		rib_set_unref(r, to);
	}
	return out;
}

static bool
run_has_med(const struct rib *r, uint32_t run)
{
	for (uint32_t j = run; in_run(r, run, j); j = rib_path_at(r, j)->below)
		if (rib_path_at(r, j)->attrs->med != 0)
			return true;
	return false;
}

static void
answer_best(struct rib *r, uint32_t path, uint32_t run, struct rib_set **done)
{
	const struct rib_plan *plan =
	    r->hooks.plan(r->hooks.arg, rib_path_at(r, path));
	struct rib_set *not = rib_set_ref(*done);

	if (run != 0) {
		struct rib_set *out = out_by_med(r, run, path);
		set_add(r, &not, out);
		rib_set_unref(r, out);
	}
	for (size_t i = 0; i < plan->n; i++) {
		struct rib_set *to = rib_set_less(r, plan->to[i].to, not );
		set_add(r, done, to);
		answer_add(r, path, &plan->to[i], to, 0);
	}
	rib_set_unref(r, not );
}

static bool
everybody_has(struct rib *r, struct rib_set *done)
{
	struct rib_set *left = rib_set_less(r, r->all, done);
	bool none = left == NULL;

	rib_set_unref(r, left);
	return none;
}

static void
decide_best(struct rib *r, uint32_t net)
{
	struct rib_set *done = NULL;
	uint32_t i = rib_net_at(r, net)->paths, run = 0;
	bool med = false;

	for (; i != 0 && rib_path_at(r, i)->reason == 0;
	     i = rib_path_at(r, i)->below) {
		if (run == 0 || !in_run(r, run, i)) {
			run = i;
			med = in_run(r, run, rib_path_at(r, i)->below) &&
			      run_has_med(r, run);
		}
		answer_best(r, i, med ? run : 0, &done);
		if (rib_path_at(r, i)->below == 0 || everybody_has(r, done))
			break;
	}
	rib_set_unref(r, done);
}

static void
decide_first(struct rib *r, uint32_t net)
{
	uint32_t best = rib_best(r, net);

	if (best == 0)
		return;
	const struct rib_plan *plan =
	    r->hooks.plan(r->hooks.arg, rib_path_at(r, best));
	for (size_t i = 0; i < plan->n; i++)
		answer_add(r, best, &plan->to[i], rib_set_ref(plan->to[i].to),
			   0);
}

/* Count one more path for the members of a set: level[k] are those that have more
 * than k. */
static void
levels_add(struct rib *r, struct rib_set **level, uint32_t max,
	   struct rib_set *to)
{
	struct rib_set *carry = rib_set_ref(to);

	for (uint32_t k = 0; k < max && carry != NULL; k++) {
		struct rib_set *next = rib_set_and(r, level[k], carry);
		set_add(r, &level[k], carry);
		rib_set_unref(r, carry);
		carry = next;
	}
	rib_set_unref(r, carry);
}

static void
decide_all(struct rib *r, uint32_t net, uint32_t max)
{
	struct rib_set **level = xcalloc(max, sizeof(struct rib_set *));
	uint32_t i = rib_net_at(r, net)->paths;

	for (; i != 0 && rib_path_at(r, i)->reason == 0;
	     i = rib_path_at(r, i)->below) {
		const struct rib_plan *plan =
		    r->hooks.plan(r->hooks.arg, rib_path_at(r, i));
		for (size_t k = 0; k < plan->n; k++) {
			struct rib_set *to = rib_set_ref(plan->to[k].to);
			set_take(r, &to, level[max - 1]);
			levels_add(r, level, max, to);
			answer_add(r, i, &plan->to[k], to, i);
		}
	}
	for (uint32_t k = 0; k < max; k++)
		rib_set_unref(r, level[k]);
	free(level);
}

void
rib_decide(struct rib *r, uint32_t net, enum rib_mode mode, uint32_t max,
	   struct rib_answers *out)
{
	rib_answers_clear(r);
	switch (mode) {
	case RIB_BEST: decide_best(r, net); break;
	case RIB_FIRST: decide_first(r, net); break;
	case RIB_ALL: decide_all(r, net, max); break;
	}
	*out = (struct rib_answers){.list = r->answers, .n = r->n_answers};
}
