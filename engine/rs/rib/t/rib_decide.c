/* The decision, step by step, and per member. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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

static unsigned int denied;

static bool
allow(void *arg, const struct rib_peer *to, const struct rib_path *path)
{
	(void)arg;
	(void)to;
	return (denied >> *(int *)path->peer->user & 1) == 0;
}

static struct rib_attrs *
out(void *arg, const struct rib_peer *to, const struct rib_path *path)
{
	(void)arg;
	(void)to;
	(void)path;
	return NULL;
}

static void
wake(void *arg, struct rib_peer *to)
{
	(void)arg;
	(void)to;
}

static const struct rib_hooks hooks = {
    .allow = allow, .out = out, .wake = wake};
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
	return rib_attrs_intern(r, a);
}

/* Announce the rows in this order; the best for the observer. */
static int
decide(size_t c, const size_t *order)
{
	struct rib *r = rib_new(&hooks, 1);
	struct rib_peer *peers[4], *observer;
	struct ip_prefix p;
	int best = -1;

	assert_true(ip_prefix_parse("100.64.0.0/24", &p));
	denied = cases[c].denied;
	observer = rib_peer_add(r, IP_V4, &numbers[7]);
	for (size_t i = 0; i < cases[c].n; i++) {
		struct ip_addr a = address(10 + (uint32_t)i);
		peers[i] = rib_peer_add(r, IP_V4, &numbers[i]);
		rib_peer_up(peers[i], 1 + (uint32_t)i, &a);
	}
	for (size_t i = 0; i < cases[c].n; i++) {
		const struct row *row = &cases[c].rows[order[i]];
		struct rib_attrs *a = attrs(r, row);
		rib_announce(peers[order[i]], &p, a, row->verdict);
		rib_attrs_unref(r, a);
	}
	const struct rib_path *path = rib_best(r, rib_find(r, &p), observer);
	if (path != NULL)
		best = *(int *)path->peer->user;
	for (size_t i = 0; i < cases[c].n; i++)
		rib_peer_del(peers[i]);
	rib_peer_del(observer);
	assert_int_equal(rib_attrs_count(r), 0);
	rib_free(r);
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

/* Step 5 and the member's own path. */
static void
ties_and_own(void **state)
{
	struct rib *r = rib_new(&hooks, 1);
	struct rib_peer *a = rib_peer_add(r, IP_V4, &numbers[0]);
	struct rib_peer *b = rib_peer_add(r, IP_V4, &numbers[1]);
	struct ip_addr high = address(20), low = address(10);
	struct row row = {{1}, 0, -1, 0};
	struct rib_attrs *x = attrs(r, &row);
	struct ip_prefix p;

	(void)state;
	denied = 0;
	assert_true(ip_prefix_parse("100.64.0.0/24", &p));
	rib_peer_up(a, 5, &high);
	rib_peer_up(b, 5, &low);
	rib_announce(a, &p, x, 0);
	rib_announce(b, &p, x, 0);
	const struct rib_net *net = rib_find(r, &p);
	assert_ptr_equal(rib_best(r, net, NULL)->peer, b);
	assert_ptr_equal(rib_best(r, net, a)->peer, b);
	assert_ptr_equal(rib_best(r, net, b)->peer, a);
	rib_attrs_unref(r, x);
	rib_peer_del(a);
	rib_peer_del(b);
	rib_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(steps),
	    cmocka_unit_test(ties_and_own),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
