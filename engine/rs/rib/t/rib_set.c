/* Sets of members: interned, combined, counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rs/rib/rib.h"

enum { SETS = 24, WORDS = 3, ROUNDS = 20000 };

static uint64_t seed = 4711;

static uint32_t
rnd(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

struct model {
	struct rib_set *set;
	uint64_t words[WORDS];
};

static void
check(const struct model *m)
{
	bool empty = true;

	for (uint32_t i = 0; i < WORDS * 64; i++) {
		bool has = (m->words[i / 64] >> i % 64 & 1) != 0;
		empty &= !has;
		if (m->set != NULL)
			assert_int_equal(rib_set_has(m->set, i), has);
	}
	assert_int_equal(m->set == NULL, empty);
	if (m->set != NULL)
		assert_false(rib_set_has(m->set, 100000));
}

static void
combine(struct rib *r, struct model *to, const struct model *a,
	const struct model *b)
{
	uint32_t op = rnd(3);
	struct rib_set *is = op == 0   ? rib_set_and(r, a->set, b->set)
			     : op == 1 ? rib_set_or(r, a->set, b->set)
				       : rib_set_less(r, a->set, b->set);
	uint64_t words[WORDS];
	bool meets = false;

	for (int i = 0; i < WORDS; i++) {
		meets |= (a->words[i] & b->words[i]) != 0;
		words[i] = op == 0   ? a->words[i] & b->words[i]
			   : op == 1 ? a->words[i] | b->words[i]
				     : a->words[i] & ~b->words[i];
	}
	assert_int_equal(rib_set_meets(a->set, b->set), meets);
	rib_set_unref(r, to->set);
	to->set = is;
	memcpy(to->words, words, sizeof(words));
	check(to);
}

static void
model(void **state)
{
	struct rib_hooks hooks = {0};
	struct rib *r = rib_new(IP_V6, &hooks, 99);
	struct model m[SETS] = {0};

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct model *to = &m[rnd(SETS)];
		if (rnd(4) != 0) {
			combine(r, to, &m[rnd(SETS)], &m[rnd(SETS)]);
			continue;
		}
		memset(to->words, 0, sizeof(to->words));
		for (uint32_t i = rnd(6); i > 0; i--)
			to->words[rnd(WORDS)] |= (uint64_t)1 << rnd(64);
		rib_set_unref(r, to->set);
		to->set = rib_set_of(r, to->words, WORDS);
		check(to);
	}
	for (int i = 0; i < SETS; i++)
		for (int j = 0; j < SETS; j++)
			assert_int_equal(m[i].set == m[j].set,
					 memcmp(m[i].words, m[j].words,
						sizeof(m[i].words)) == 0);
	for (int i = 0; i < SETS; i++)
		rib_set_unref(r, m[i].set);
	rib_free(r); /* which sees that nothing is left */
}

static void
uses(void **state)
{
	struct rib_hooks hooks = {0};
	struct rib *r = rib_new(IP_V4, &hooks, 1);
	struct rib_set *a = rib_set_of(r, (uint64_t[]){6}, 1);
	struct rib_set *b = rib_set_of(r, (uint64_t[]){4}, 1);

	(void)state;
	a->uses[0] = 5;
	b->uses[0] = 7;
	b->uses[1] = 100;
	assert_int_equal(rib_set_uses(r, 0, 0), 0);
	assert_int_equal(rib_set_uses(r, 1, 0), 5);
	assert_int_equal(rib_set_uses(r, 2, 0), 12);
	assert_int_equal(rib_set_uses(r, 2, 1), 100);
	rib_set_unref(r, a);
	rib_set_unref(r, b);
	rib_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(model),
	    cmocka_unit_test(uses),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
