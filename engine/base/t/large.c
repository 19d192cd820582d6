/* What is large begins where a huge page does, is zeroed, and is given back whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "base/large.h"

enum { MIB = 1 << 20, HUGE_PAGE = 2 * MIB, THING = 24 };

static void
assert_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(p[i], 0);
}

static void
test_sizes(void **state)
{
	static const size_t n[] = {0, 1, 1000, HUGE_PAGE / THING, MIB / 2, MIB};

	(void)state;
	for (size_t i = 0; i < sizeof(n) / sizeof(*n); i++) {
		uint8_t *p = large_new(n[i], THING);
		assert_non_null(p);
		assert_zero(p, n[i] * THING);
		memset(p, 0xff, n[i] * THING);
		large_free(p, n[i], THING);
	}
	large_free(NULL, 0, THING);
}

#ifndef __SANITIZE_ADDRESS__
static void
test_place(void **state)
{
	unsigned char there[3 * MIB / 4096];
	uint8_t *p = large_new(3 * MIB, 1);

	(void)state;
	assert_int_equal((uintptr_t)p % HUGE_PAGE, 0);
	assert_int_equal(mincore(p, 3 * MIB, there), 0);
	large_free(p, 3 * MIB, 1);
	assert_int_equal(mincore(p, 3 * MIB, there), -1); /* not mapped */
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sizes),
#ifndef __SANITIZE_ADDRESS__
	    cmocka_unit_test(test_place),
#endif
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
