/* max_prefix: what is said when, and the Cease of RFC 4486. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rs/server/server_state.h"

#define QUIET SERVER_LIMIT_QUIET
#define NEAR SERVER_LIMIT_NEAR
#define OVER SERVER_LIMIT_OVER

/* One life of a session whose limit is 10. */
static const struct {
	size_t count;
	enum server_limit_news news;
} life[] = {
    {0, QUIET},	 {7, QUIET},  {8, NEAR},  {9, QUIET}, {10, QUIET}, {11, OVER},
    {12, QUIET}, {10, QUIET}, {11, OVER}, {8, QUIET}, {7, QUIET},  {8, QUIET},
    {6, QUIET},	 {8, NEAR},   {30, OVER}, {0, QUIET}, {30, OVER},
};

static void
test_news(void **state)
{
	struct server_limit l = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(life) / sizeof(*life); i++)
		assert_int_equal(server_limit_news(&l, 10, life[i].count),
				 life[i].news);
}

static void
test_no_limit(void **state)
{
	struct server_limit l = {0};

	(void)state;
	assert_int_equal(server_limit_news(&l, 0, 1000000), QUIET);
	assert_false(l.near);
}

static void
test_small_and_great(void **state)
{
	struct server_limit l = {0}, great = {0};

	(void)state;
	assert_int_equal(server_limit_news(&l, 1, 1), NEAR);
	assert_int_equal(server_limit_news(&l, 1, 2), OVER);
	assert_int_equal(server_limit_news(&great, UINT32_MAX, 3000000000u),
			 QUIET);
	assert_int_equal(server_limit_news(&great, UINT32_MAX, 3500000000u),
			 NEAR);
}

static void
test_cease(void **state)
{
	static const uint8_t data[] = {0, 2, 1, 0, 1, 0x86, 0xa0};
	struct bgp_notify n = server_limit_notify(IP_V6, 100000);

	(void)state;
	assert_int_equal(n.code, 6);
	assert_int_equal(n.subcode, 1);
	assert_int_equal(n.len, sizeof(data));
	assert_memory_equal(n.data, data, sizeof(data));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_news),
	    cmocka_unit_test(test_no_limit),
	    cmocka_unit_test(test_small_and_great),
	    cmocka_unit_test(test_cease),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
