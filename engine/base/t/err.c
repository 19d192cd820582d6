/* The sentence, its class, and what does not fit. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"

static void
keeps_class_and_sentence(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(err_usage(&e, "%s: unknown verb", "dance"), -1);
	assert_int_equal(e.class, ERR_USAGE);
	assert_string_equal(e.msg, "dance: unknown verb");
	assert_int_equal(err_here(&e, "no namespaces here"), -1);
	assert_int_equal(e.class, ERR_HERE);
	assert_int_equal(err_set(&e, ERR_REFUSED, "altered by hand"), -1);
	assert_int_equal(e.class, ERR_REFUSED);
	assert_string_equal(e.msg, "altered by hand");
	errno = ENOENT;
	assert_int_equal(err_sys(&e, "%s", "lab.yaml"), -1);
	assert_int_equal(e.class, ERR_HERE);
	assert_string_equal(e.msg, "lab.yaml: No such file or directory");
}

static void
says_where(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(err_at(&e, "l.yaml", 3, 7, "no %d", 5), -1);
	assert_int_equal(e.class, ERR_USAGE);
	assert_string_equal(e.msg, "l.yaml:3:7: no 5");
	err_at(&e, "l.yaml", 0, 7, "is empty");
	assert_string_equal(e.msg, "l.yaml: is empty");
}

static void
takes_words_in_front(void **state)
{
	struct err e;

	(void)state;
	err_usage(&e, "no such node");
	assert_int_equal(err_in(&e, "lab %s", "first"), -1);
	assert_int_equal(e.class, ERR_USAGE);
	assert_string_equal(e.msg, "lab first: no such node");
}

/* Nothing runs over, whatever the length of the parts. */
static void
cuts_what_is_too_long(void **state)
{
	char text[4096];
	struct err e;
	int i;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err_usage(&e, "%s", text);
	assert_int_equal(strlen(e.msg), sizeof(e.msg) - 1);
	errno = ENOENT;
	err_sys(&e, "%s", text);
	assert_int_equal(strlen(e.msg), sizeof(e.msg) - 1);
	err_at(&e, text, 2147483647, 2147483647, "%s", text);
	assert_true(strlen(e.msg) < sizeof(e.msg));
	assert_int_equal(strncmp(e.msg + 255, ":2147483647:2147483647: x", 25),
			 0);
	for (i = 0; i < 8; i++)
		err_in(&e, "%s", text);
	assert_true(strlen(e.msg) < sizeof(e.msg));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keeps_class_and_sentence),
	    cmocka_unit_test(says_where),
	    cmocka_unit_test(takes_words_in_front),
	    cmocka_unit_test(cuts_what_is_too_long),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
