/* Things of a slab keep their place and their number, whatever comes and goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/slab.h"

struct thing {
	uint64_t value;
	uint32_t more;
};
enum { MANY = 100 << SLAB_SHIFT }; /* alone, and in several large ones */

static bool
is_zero(const struct thing *t)
{
	static const struct thing zero;

	return memcmp(t, &zero, sizeof(zero)) == 0;
}

static void
test_numbers(void **state)
{
	struct slab s = {.item = sizeof(struct thing)};

	(void)state;
	for (uint32_t i = 1; i < MANY; i++) {
		assert_int_equal(slab_new(&s), i);
		struct thing *t = slab_at(&s, i);
		assert_true(is_zero(t));
		*t = (struct thing){.value = i, .more = ~i};
	}
	assert_int_equal(s.end, MANY);
	for (uint32_t i = 1; i < MANY; i++) {
		const struct thing *t = slab_at(&s, i);
		assert_true(t->value == i && t->more == ~i);
	}
	slab_clear(&s);
	assert_int_equal(slab_new(&s), 1);
	slab_clear(&s);
}

static void
test_given_back(void **state)
{
	struct slab s = {.item = sizeof(struct thing)};

	(void)state;
	for (uint32_t i = 1; i <= 100; i++)
		memset(slab_at(&s, slab_new(&s)), 0xff, sizeof(struct thing));
	for (uint32_t i = 10; i <= 30; i++)
		slab_del(&s, i);
	for (uint32_t i = 30; i >= 10; i--) { /* the last one first */
		assert_int_equal(slab_new(&s), i);
		assert_true(is_zero(slab_at(&s, i)));
	}
	assert_int_equal(slab_new(&s), 101);
	slab_clear(&s);
}

static void
test_own_numbers(void **state)
{
	struct slab s = {.item = sizeof(struct thing)};

	(void)state;
	slab_reach(&s, 5);
	assert_int_equal(s.end, 6);
	((struct thing *)slab_at(&s, 5))->value = 5;
	slab_reach(&s, 3 << SLAB_SHIFT);
	slab_reach(&s, 7);
	assert_int_equal(s.end, (3 << SLAB_SHIFT) + 1);
	assert_true(is_zero(slab_at(&s, 3 << SLAB_SHIFT)));
	assert_true(((struct thing *)slab_at(&s, 5))->value == 5);
	slab_clear(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_given_back),
	    cmocka_unit_test(test_own_numbers),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
