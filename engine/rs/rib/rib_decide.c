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

/* Steps 0 to 2 in the upper half, 4 in the lower one. */
uint64_t
rib_path_key(const struct rib *r, const struct rib_path *path)
{
	return (uint64_t)(path->reason != 0) << 63 |
	       (uint64_t)path->rank << 55 |
	       (uint64_t)(path->attrs->path_len & 0x7fff) << 40 |
	       (uint64_t)path->attrs->origin << 32 |
	       r->peers[path->peer]->router_id;
}

static bool
same_rank(uint64_t a, uint64_t b)
{
	return a >> 32 == b >> 32;
}

static bool
is_rejected(uint64_t key)
{
	return key >> 63 != 0;
}

int
rib_path_cmp(const struct rib *r, const struct rib_path *a,
	     const struct rib_path *b)
{
	uint64_t i = rib_path_key(r, a), j = rib_path_key(r, b);

	if (i != j)
		return i < j ? -1 : 1;
	int c = ip_addr_cmp(&r->peers[a->peer]->address,
			    &r->peers[b->peer]->address);
	return c != 0 ? c : cmp_u32(a->id, b->id);
}

/* ---- step 3 */

/* Candidates that are equal up to step 2: a run of the list, from first to
 * below end. */
struct run {
	uint32_t first, end;
	bool med; /* there is one, and something to compare it with */
};

static struct run
run_at(const struct rib *r, const struct rib_net *net, uint32_t first)
{
	uint64_t key = rib_list_at(r, net, first).key;
	struct run run = {.first = first, .end = first + 1};

	while (run.end < net->n &&
	       same_rank(rib_list_at(r, net, run.end).key, key))
		run.end++;
	for (uint32_t k = first; run.end - first > 1 && k < run.end; k++)
		run.med |=
		    rib_path_at(r, rib_list_at(r, net, k).path)->attrs->med !=
		    0;
	return run;
}

/* Does b put a of the same run out, where both are candidates? */
static bool
beats_by_med(const struct rib *r, uint32_t b, uint32_t a)
{
	const struct rib_attrs *x = rib_path_at(r, a)->attrs,
			       *y = rib_path_at(r, b)->attrs;

	return y->med < x->med && y->neighbour == x->neighbour;
}

static bool
has_candidate(const struct rib *r, const struct rib_net *net, uint32_t nth)
{
	return nth < net->n && !is_rejected(rib_list_at(r, net, nth).key);
}

uint32_t
rib_best(const struct rib *r, uint32_t i)
{
	const struct rib_net *net = rib_net_at(r, i);

	if (net->n == 1)
		return rib_path_at(r, net->paths)->reason == 0 ? net->paths : 0;
	if (!has_candidate(r, net, 0))
		return 0;
	struct run run = run_at(r, net, 0);
	for (uint32_t k = 0; run.med && k < run.end; k++) {
		uint32_t path = rib_net_path(r, i, k), j = 0;
		while (j < run.end &&
		       !beats_by_med(r, rib_net_path(r, i, j), path))
			j++;
		if (j == run.end)
			return path;
	}
	return rib_net_path(r, i, 0);
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
rib_best_for(const struct rib *r, uint32_t i, uint32_t peer)
{
	const struct rib_net *net = rib_net_at(r, i);
	struct run run = {0};

	for (uint32_t k = 0; has_candidate(r, net, k); k++) {
		uint32_t path = rib_net_path(r, i, k), j;
		if (k == run.end)
			run = run_at(r, net, k);
		if (!plan_has(r, path, peer))
			continue;
		for (j = run.first; run.med && j < run.end; j++) {
			uint32_t other = rib_net_path(r, i, j);
			if (beats_by_med(r, other, path) &&
			    plan_has(r, other, peer))
				break;
		}
		if (!run.med || j == run.end)
			return path;
	}
	return 0;
}

/* All members of a plan: a counted set. */
static struct rib_set *
plan_members(struct rib *r, const struct rib_plan *plan)
{
	struct rib_set *all = NULL;

	for (size_t i = 0; i < plan->n; i++)
		rib_set_add(r, &all, plan->to[i].to);
	return all;
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
out_by_med(struct rib *r, uint32_t net, const struct run *run, uint32_t path)
{
	struct rib_set *out = NULL;

	for (uint32_t j = run->first; j < run->end; j++) {
		uint32_t other = rib_net_path(r, net, j);
		if (!beats_by_med(r, other, path))
			continue;
		struct rib_set *to = plan_members(
		    r, r->hooks.plan(r->hooks.arg, rib_path_at(r, other)));
		rib_set_add(r, &out, to);
		rib_set_unref(r, to);
	}
	return out;
}

/* The path is the answer for the members of its plan that are not in done, nor
 * in out; they are done then. */
static void
answer_best(struct rib *r, uint32_t path, struct rib_set **done,
	    struct rib_set *out)
{
	const struct rib_plan *plan =
	    r->hooks.plan(r->hooks.arg, rib_path_at(r, path));
	struct rib_set *not = rib_set_or(r, *done, out);

	for (size_t i = 0; i < plan->n; i++) {
		struct rib_set *to = rib_set_less(r, plan->to[i].to, not );
		rib_set_add(r, done, to);
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

/* To all members of its plan. */
static void
answer_plan(struct rib *r, uint32_t path)
{
	const struct rib_plan *plan =
	    r->hooks.plan(r->hooks.arg, rib_path_at(r, path));

	for (size_t i = 0; i < plan->n; i++)
		answer_add(r, path, &plan->to[i], rib_set_ref(plan->to[i].to),
			   0);
}

static void
decide_best(struct rib *r, uint32_t i)
{
	const struct rib_net *net = rib_net_at(r, i);
	struct rib_set *done = NULL;
	struct run run = {0};

	for (uint32_t k = 0; has_candidate(r, net, k); k++) {
		uint32_t path = rib_net_path(r, i, k);
		struct rib_set *out = NULL;
		if (k == run.end)
			run = run_at(r, net, k);
		if (run.med)
			out = out_by_med(r, i, &run, path);
		answer_best(r, path, &done, out);
		rib_set_unref(r, out);
		if (everybody_has(r, done))
			break;
	}
	rib_set_unref(r, done);
}

static void
decide_first(struct rib *r, uint32_t net)
{
	uint32_t best = rib_best(r, net);

	if (best != 0)
		answer_plan(r, best);
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
		rib_set_add(r, &level[k], carry);
		rib_set_unref(r, carry);
		carry = next;
	}
	rib_set_unref(r, carry);
}

static void
decide_all(struct rib *r, uint32_t net, uint32_t max)
{
	struct rib_set **level = xcalloc(max, sizeof(struct rib_set *));

	for (uint32_t nth = 0; has_candidate(r, rib_net_at(r, net), nth);
	     nth++) {
		uint32_t i = rib_net_path(r, net, nth);
		const struct rib_plan *plan =
		    r->hooks.plan(r->hooks.arg, rib_path_at(r, i));
		for (size_t k = 0; k < plan->n; k++) {
			struct rib_set *to = rib_set_ref(plan->to[k].to);
			rib_set_take(r, &to, level[max - 1]);
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
	case RIB_BEST:
		if (rib_net_at(r, net)->n > 1)
			decide_best(r, net);
		else /* for most nets: there is no choice */
			decide_first(r, net);
		break;
	case RIB_FIRST: decide_first(r, net); break;
	case RIB_ALL: decide_all(r, net, max); break;
	}
	*out = (struct rib_answers){.list = r->answers, .n = r->n_answers};
}
