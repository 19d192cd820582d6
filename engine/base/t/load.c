/* A library that is there, one that is not, and one that is another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/load.h"

static size_t (*length)(const char *);
static void *nothing;

static void
fills_the_table(void **state)
{
	const struct load_function table[] = {{"strlen", &length}};
	struct err e;

	(void)state;
	assert_int_equal(load_library("libc.so.6", "libc6", table, 1, &e), 0);
	assert_int_equal(length("four"), 4);
}

static void
says_what_is_missing(void **state)
{
	const struct load_function table[] = {{"strlen", &length},
					      {"no_such_thing", &nothing}};
	struct err e = {0};

	(void)state;
	assert_int_equal(load_library("libc.so.6", "libc6-dev", table, 2, &e),
			 -1);
	assert_int_equal(e.class, ERR_HERE);
	assert_string_equal(e.msg, "libc.so.6 has no no_such_thing, so it is "
				   "another one than that of libc6-dev");
	assert_null(nothing);
	assert_int_equal(
	    load_library("libnone.so.9", "libnone-dev", table, 2, &e), -1);
	assert_string_equal(
	    e.msg, "a library cannot be loaded: libnone.so.9: cannot open "
		   "shared object file: No such file or directory; apt-get "
		   "install libnone-dev brings it");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fills_the_table),
	    cmocka_unit_test(says_what_is_missing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
