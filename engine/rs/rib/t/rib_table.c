/*
 * What is announced is found, what is withdrawn is not: many prefixes and attribute
 * sets that come and go at random, against arrays. Each seed of the table puts them
 * elsewhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "rs/rib/rib.h"

enum { PREFIXES = 3000, SETS = 700, STEPS = 60000, ROUNDS = 4 };

static uint64_t state;

static uint32_t
draw(uint32_t below)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % below;
}

static const struct rib_plan *
no_plan(void *arg, const struct rib_path *path)
{
	static const struct rib_plan none;

	(void)arg;
	(void)path;
	return &none;
}

static void
no_tag(void *arg, void *tag)
{
	(void)arg;
	(void)tag;
}

static struct ip_prefix
prefix_of(uint32_t i)
{
	return (struct ip_prefix){
	    .addr = {.family = IP_V4,
		     .bytes = {10, (uint8_t)(i >> 8), (uint8_t)i}},
	    .len = 24};
}

static struct rib_attrs *
attrs_of(struct rib *r, uint32_t med)
{
	struct bgp_attrs *a = bgp_attrs_new();

	a->next_hop = (struct ip_addr){.family = IP_V4, .bytes = {192, 0, 2}};
	a->has_med = true;
	a->med = med;
	struct rib_attrs *is = rib_attrs_intern(r, a);
	bgp_attrs_unref(a);
	return is;
}

/* Nets without paths go. */
static void
settle(struct rib *r)
{
	for (uint32_t i; (i = rib_changed(r)) != 0;)
		rib_net_release(r, i);
}

static void
step(struct rib_peer *p, int32_t *med)
{
	static const struct rib_verdict accepted;
	uint32_t i = draw(PREFIXES);
	struct ip_prefix prefix = prefix_of(i);

	if (draw(5) < 2) {
		assert_int_equal(rib_withdraw(p, &prefix, 0), med[i] >= 0);
		med[i] = -1;
		return;
	}
	med[i] = (int32_t)draw(SETS);
	struct rib_attrs *a = attrs_of(p->rib, (uint32_t)med[i]);
	rib_announce(p, &prefix, 0, a, &accepted);
	rib_attrs_unref(p->rib, a);
}

static void
compare(const struct rib_peer *p, const int32_t *med)
{
	const struct rib *r = p->rib;
	size_t nets = 0, sets = 0;
	bool used[SETS] = {false};

	for (uint32_t i = 0; i < PREFIXES; i++) {
		struct ip_prefix prefix = prefix_of(i);
		uint32_t path = rib_path_of(p, &prefix, 0);
		assert_int_equal(rib_find(r, &prefix) != 0, med[i] >= 0);
		assert_int_equal(path != 0, med[i] >= 0);
		if (path == 0)
			continue;
		assert_int_equal(rib_path(r, path)->attrs->med, med[i]);
		nets++;
		sets += !used[med[i]];
		used[med[i]] = true;
	}
	assert_int_equal(rib_nets(r), nets);
	assert_int_equal(rib_attrs_count(r), sets);
}

static void
test_found(void **unused)
{
	static int32_t med[PREFIXES];
	const struct rib_hooks hooks = {.plan = no_plan, .tag_free = no_tag};
	uint64_t seed = (uint64_t)time(NULL);

	(void)unused;
	printf("# seed %llu\n", (unsigned long long)seed);
	for (uint64_t round = 0; round < ROUNDS; round++) {
		struct ip_addr address = {.family = IP_V4, .bytes = {1}};
		state = seed + round;
		struct rib *r = rib_new(IP_V4, &hooks, state);
		struct rib_peer *p = rib_peer_add(r, &address, NULL);
		rib_peer_up(p, 1);
		memset(med, -1, sizeof(med));
		for (uint32_t i = 0; i < STEPS; i++) {
			step(p, med);
			if (draw(50) == 0)
				settle(r);
			if (i % (STEPS / 8) == 0) {
				settle(r);
				compare(p, med);
			}
		}
		rib_peer_del(p);
		settle(r);
		rib_free(r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_found)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
