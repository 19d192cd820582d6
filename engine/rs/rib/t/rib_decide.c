/* The decision, step by step, and per member. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "rs/rib/rib.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

struct row { /* a path: from the peer of that index */
	uint32_t path[4];
	uint8_t origin;
	int med; /* -1 absent */
	uint16_t verdict;
};

static const struct {
	const char *name;
	struct row rows[4];
	size_t n;
	unsigned int denied; /* bits of rows that may not go to the observer */
	int best;	     /* -1 none */
} cases[] = {
    {"1: four AS numbers are more than three",
     {{{1, 2, 3, 4}, 0, -1, 0}, {{5, 6, 7}, 0, -1, 0}},
     2,
     0,
     1},
    {"0: rejected is no candidate",
     {{{1}, 0, -1, 5}, {{2, 2, 2}, 2, -1, 0}},
     2,
     0,
     1},
    {"0: nothing but rejected", {{{1}, 0, -1, 5}}, 1, 0, -1},
    {"1: the shorter path", {{{1, 1}, 0, -1, 0}, {{2}, 2, -1, 0}}, 2, 0, 1},
    {"2: the lower origin", {{{1}, 1, -1, 0}, {{2}, 0, -1, 0}}, 2, 0, 1},
    {"3: the lower MED of one neighbour",
     {{{1}, 0, 10, 0}, {{1}, 0, 5, 0}},
     2,
     0,
     1},
    {"3: a missing MED is 0", {{{1}, 0, 10, 0}, {{1}, 0, -1, 0}}, 2, 0, 1},
    {"3: not between neighbours", {{{1}, 0, 10, 0}, {{2}, 0, 5, 0}}, 2, 0, 0},
    {"3: MED is no cycle", /* a2 loses to a1 only, b beats a1 by id */
     {{{1}, 0, 20, 0}, {{2}, 0, 0, 0}, {{1}, 0, 10, 0}},
     3,
     0,
     1},
    {"4: the lower identifier", {{{1}, 0, 1, 0}, {{2}, 0, 0, 0}}, 2, 0, 0},
    {"per member: the best is denied",
     {{{1}, 0, -1, 0}, {{2, 2}, 0, -1, 0}},
     2,
     1,
     1},
    {"per member: all are denied",
     {{{1}, 0, -1, 0}, {{2, 2}, 0, -1, 0}},
     2,
     3,
     -1},
    {"per member: the runner-up of the same neighbour competes anew",
     {{{1}, 0, 20, 0}, {{2}, 0, 0, 0}, {{1}, 0, 10, 0}},
     3,
     4,
     0},
};

/* Plans: everybody but the announcer and, for denied rows, the observer. */
enum { OBSERVER = 0 };
static unsigned int denied;
static struct rib *rib;
static struct rib_plan *plans[8];

static const struct rib_plan *
plan(void *arg, const struct rib_path *path)
{
	int n = *(int *)rib_peer(rib, path->peer)->user;
	uint64_t word = ~(uint64_t)0 & ~((uint64_t)1 << path->peer);

	(void)arg;
	if (denied >> n & 1)
		word &= ~((uint64_t)1 << OBSERVER);
	if (plans[n] == NULL) {
		plans[n] =
		    xcalloc(1, sizeof(**plans) + sizeof(struct rib_answer));
		plans[n]->n = 1;
		plans[n]->to[0].to = rib_set_of(rib, &word, 1);
	}
	plans[n]->to[0].attrs = path->attrs;
	return plans[n];
}

static void
forget_plans(void)
{
	for (size_t i = 0; i < 8; i++) {
		if (plans[i] != NULL)
			rib_set_unref(rib, plans[i]->to[0].to);
		free(plans[i]);
		plans[i] = NULL;
	}
}

static const struct rib_hooks hooks = {.plan = plan};
static int numbers[8] = {0, 1, 2, 3, 4, 5, 6, 7};

static struct ip_addr
address(uint32_t last)
{
	return ip_addr_from(IP_V4, (uint8_t[]){192, 0, 2, (uint8_t)last});
}

static struct rib_attrs *
attrs(struct rib *r, const struct row *row)
{
	struct bgp_attrs *a = bgp_attrs_new();
	size_t n = 0;

	while (n < 4 && row->path[n] != 0)
		n++;
	bgp_path_set(a, row->path, n);
	a->origin = row->origin;
	a->has_med = row->med >= 0;
	a->med = a->has_med ? (uint32_t)row->med : 0;
	a->next_hop = address(9);
	struct rib_attrs *is = rib_attrs_intern(r, a);
	bgp_attrs_unref(a);
	return is;
}

static struct rib_verdict
verdict(uint16_t reason)
{
	return (struct rib_verdict){.reason = reason};
}

/* What the list of answers says to a member; how many answers name it. */
static size_t
answers_to(uint32_t net, enum rib_mode mode, uint32_t max, uint32_t member,
	   struct rib_attrs **attrs_out)
{
	struct rib_answers a;
	size_t n = 0;

	rib_decide(rib, net, mode, max, &a);
	for (size_t i = 0; i < a.n; i++)
		if (rib_set_has(a.list[i].to, member)) {
			*attrs_out = a.list[i].attrs;
			n++;
		}
	return n;
}

/* Both ways to ask must agree. */
static int
best_of(uint32_t net)
{
	const struct rib_path *path =
	    rib_path(rib, rib_best_for(rib, net, OBSERVER));
	struct rib_attrs *told = NULL;

	assert_int_equal(answers_to(net, RIB_BEST, 1, OBSERVER, &told),
			 path != NULL);
	assert_ptr_equal(told, path != NULL ? path->attrs : NULL);
	return path != NULL ? *(int *)rib_peer(rib, path->peer)->user : -1;
}

/* Announce the rows in this order; the best for the observer. */
static int
decide(size_t c, const size_t *order)
{
	struct rib_peer *peers[4], *observer;
	struct ip_addr here = address(9);
	struct ip_prefix p;

	rib = rib_new(IP_V4, &hooks, 1);
	assert_true(ip_prefix_parse("100.64.0.0/24", &p));
	denied = cases[c].denied;
	observer = rib_peer_add(rib, &here, &numbers[7]);
	for (size_t i = 0; i < cases[c].n; i++) {
		struct ip_addr a = address(10 + (uint32_t)i);
		peers[i] = rib_peer_add(rib, &a, &numbers[i]);
		rib_peer_up(peers[i], 1 + (uint32_t)i);
	}
	for (size_t i = 0; i < cases[c].n; i++) {
		const struct row *row = &cases[c].rows[order[i]];
		struct rib_verdict v = verdict(row->verdict);
		struct rib_attrs *a = attrs(rib, row);
		rib_announce(peers[order[i]], &p, 0, a, &v);
		rib_attrs_unref(rib, a);
	}
	int best = best_of(rib_find(rib, &p));
	for (size_t i = 0; i < cases[c].n; i++)
		rib_peer_del(peers[i]);
	rib_peer_del(observer);
	forget_plans();
	for (uint32_t net; (net = rib_changed(rib)) != 0;)
		rib_net_release(rib, net);
	assert_int_equal(rib_attrs_count(rib), 0);
	rib_free(rib);
	return best;
}

/* Whatever the order of arrival. */
static void
steps(void **state)
{
	static const size_t orders[][4] = {{0, 1, 2, 3}, {2, 1, 0, 3},
					   {1, 0, 2, 3}, {1, 2, 0, 3},
					   {0, 2, 1, 3}, {2, 0, 1, 3}};

	(void)state;
	for (size_t c = 0; c < COUNT(cases); c++)
		for (size_t i = 0; i < COUNT(orders); i++) {
			size_t order[4], n = 0;
			for (size_t j = 0; j < 4; j++)
				if (orders[i][j] < cases[c].n)
					order[n++] = orders[i][j];
			if (decide(c, order) != cases[c].best)
				fail_msg("%s", cases[c].name);
		}
}

/* Step 5, the member's own path, and what path hiding does to it. */
static void
ties_and_own(void **state)
{
	struct ip_addr high = address(20), low = address(10);
	struct row row = {{1}, 0, -1, 0};
	struct rib_verdict ok = {0};
	struct ip_prefix p;
	struct rib_attrs *told;

	(void)state;
	denied = 0;
	rib = rib_new(IP_V4, &hooks, 1);
	struct rib_peer *a = rib_peer_add(rib, &high, &numbers[0]);
	struct rib_peer *b = rib_peer_add(rib, &low, &numbers[1]);
	struct rib_attrs *x = attrs(rib, &row);
	assert_true(ip_prefix_parse("100.64.0.0/24", &p));
	rib_peer_up(a, 5);
	rib_peer_up(b, 5);
	rib_announce(a, &p, 0, x, &ok);
	rib_announce(b, &p, 0, x, &ok);
	uint32_t net = rib_find(rib, &p);
	assert_int_equal(rib_path(rib, rib_best(rib, net))->peer, b->index);
	assert_int_equal(rib_path(rib, rib_best_for(rib, net, a->index))->peer,
			 b->index);
	assert_int_equal(rib_path(rib, rib_best_for(rib, net, b->index))->peer,
			 a->index);
	assert_int_equal(answers_to(net, RIB_BEST, 1, b->index, &told), 1);
	assert_int_equal(answers_to(net, RIB_FIRST, 1, b->index, &told), 0);
	assert_int_equal(answers_to(net, RIB_FIRST, 1, a->index, &told), 1);
	rib_attrs_unref(rib, x);
	rib_peer_del(a);
	rib_peer_del(b);
	forget_plans();
	rib_net_release(rib, rib_changed(rib));
	rib_free(rib);
}

/* ADD-PATH: as many as the limit, each path to all but its announcer. */
static void
all_paths(void **state)
{
	static const struct {
		uint32_t max;
		size_t to_announcer, to_other;
	} rows[] = {{1, 1, 1}, {2, 2, 2}, {3, 3, 3}, {8, 3, 4}};
	struct rib_peer *peers[5];
	struct rib_verdict ok = {0};
	struct rib_attrs *told;
	struct ip_prefix p;

	(void)state;
	denied = 0;
	rib = rib_new(IP_V4, &hooks, 1);
	assert_true(ip_prefix_parse("100.64.0.0/24", &p));
	for (uint32_t i = 0; i < 5; i++) {
		struct ip_addr at = address(10 + i);
		struct row row = {{i + 1}, 0, -1, 0};
		peers[i] = rib_peer_add(rib, &at, &numbers[i]);
		rib_peer_up(peers[i], 1 + i);
		if (i == 4)
			break; /* the last one only listens */
		struct rib_attrs *x = attrs(rib, &row);
		rib_announce(peers[i], &p, 7, x, &ok);
		rib_attrs_unref(rib, x);
	}
	uint32_t net = rib_find(rib, &p);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(
		    answers_to(net, RIB_ALL, rows[i].max, 0, &told),
		    rows[i].to_announcer);
		assert_int_equal(
		    answers_to(net, RIB_ALL, rows[i].max, 4, &told),
		    rows[i].to_other);
	}
	for (uint32_t i = 0; i < 5; i++)
		rib_peer_del(peers[i]);
	forget_plans();
	rib_net_release(rib, rib_changed(rib));
	rib_free(rib);
}

/* A session that comes back as another router. */
static void
identifier_changes(void **state)
{
	struct ip_addr one = address(10), two = address(20);
	struct row row = {{1}, 0, -1, 0};
	struct rib_verdict ok = {0};
	struct ip_prefix p;

	(void)state;
	rib = rib_new(IP_V4, &hooks, 1);
	struct rib_peer *a = rib_peer_add(rib, &one, &numbers[0]);
	struct rib_peer *b = rib_peer_add(rib, &two, &numbers[1]);
	struct rib_attrs *x = attrs(rib, &row);
	assert_true(ip_prefix_parse("100.64.0.0/24", &p));
	rib_peer_up(a, 5);
	rib_peer_up(b, 6);
	rib_announce(a, &p, 0, x, &ok);
	rib_announce(b, &p, 0, x, &ok);
	uint32_t net = rib_find(rib, &p);
	rib_peer_down(a, true);
	assert_int_equal(a->stale, 1);
	assert_int_equal(rib_path(rib, rib_best(rib, net))->peer, a->index);
	rib_peer_up(a, 7);
	assert_int_equal(rib_path(rib, rib_best(rib, net))->peer, b->index);
	assert_int_equal(rib_stale_sweep(a, NULL, NULL), 1);
	assert_int_equal(a->stale + a->received, 0);
	rib_attrs_unref(rib, x);
	rib_peer_del(a);
	rib_peer_del(b);
	rib_net_release(rib, rib_changed(rib));
	rib_free(rib);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(steps),
	    cmocka_unit_test(ties_and_own),
	    cmocka_unit_test(all_paths),
	    cmocka_unit_test(identifier_changes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
