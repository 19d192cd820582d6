/* Parameters: what params.yml may say, what a ticket draws, where it is put. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"
#include "grader/desk/desk.h"
#include "grader/exercise_deal.h"

static char home[] = "/tmp/ixlab-deal.XXXXXX";

static int
set_up(void **state)
{
	(void)state;
	if (mkdtemp(home) == NULL)
		return -1;
	return setenv("XDG_STATE_HOME", home, 1);
}

static int
tear_down(void **state)
{
	struct err e;

	(void)state;
	return file_remove(home, &e);
}

static void
put(const char *name, const char *text)
{
	_free_ char *path = xasprintf("%s/%s", home, name);
	_free_ char *dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	struct err e;

	assert_int_equal(file_mkdirs(dir, &e), 0);
	assert_int_equal(file_write(path, text, strlen(text), &e), 0);
}

static char *
got(const char *name)
{
	_free_ char *path = xasprintf("%s/%s", home, name);
	char *text = NULL;
	struct err e;

	return file_read(path, 4096, &text, NULL, &e) < 0 ? NULL : text;
}

static char *
deal(const char *id, struct err *e)
{
	_free_ char *from = xasprintf("%s/demo", home);
	_free_ char *to = xasprintf("%s/to", home);
	unsigned char ticket[32];

	assert_int_equal(file_remove(to, e), 0);
	assert_int_equal(file_mkdirs(to, e), 0);
	assert_int_equal(desk_ticket(id, ticket, e), 0);
	return desk_deal(from, ticket, to, e);
}

static void
one_ticket_one_copy(void **state)
{
	_free_ char *a = NULL, *again = NULL, *text = NULL, *want = NULL;
	_free_ char *more = NULL;
	unsigned int asn, i, others = 0;
	struct err e;

	(void)state;
	put("demo/params.yml",
	    "params:\n  asn: {from: 1000, to: 4000000000}\n"
	    "  lan: {choices: [\"4\", \"8\"]}\n"
	    "  both: {of: lan, is: {\"4\": a4, \"8\": a8}}\n");
	put("demo/exercise.yml", "as @asn@ or @asn@@x@ @both@.@");
	put("demo/start/m1/bird.conf", "@");
	if ((a = deal("ayesha", &e)) == NULL)
		fail_msg("%s", e.msg);
	assert_int_equal(sscanf(a, "asn=%u lan=", &asn), 1);
	assert_in_range(asn, 1000, 4000000000);
	text = got("to/demo/exercise.yml");
	want = xasprintf("as %u or %u@x@ a%c.@", asn, asn, a[strlen(a) - 1]);
	assert_string_equal(text, want);
	more = got("to/demo/parameters");
	assert_string_equal(more, a);
	assert_null(got("to/demo/params.yml"));
	again = deal("ayesha", &e);
	assert_string_equal(a, again);
	for (i = 0; i < 20; i++) {
		_free_ char *id = xasprintf("p%u", i), *b = deal(id, &e);

		assert_string_not_equal(a, b);
		others += b[strlen(b) - 1] != a[strlen(a) - 1];
	}
	assert_in_range(others, 1, 19); /* both choices are drawn */
}

static void
slips(void **state)
{
	static const char *const rows[][2] = {
	    {"", "is empty"},
	    {"x: 1\n", "\"x\""},
	    {"params: [a]\n", "params"},
	    {"params: {A: {from: 1, to: 2}}\n", "the name of a parameter"},
	    {"params: {a: 1}\n", "a parameter"},
	    {"params: {a: {from: 2, to: 1}}\n", "to"},
	    {"params: {a: {from: 2}}\n", "\"to\""},
	    {"params: {a: {choices: []}}\n", "choices are 1 to"},
	    {"params: {a: {choices: [\"x y\"]}}\n", "a choice is at most"},
	    {"params: {a: {choices: [x], to: 2}}\n", "from and to, or choices"},
	    {"params: {a: {of: b, is: {x: y}}}\n", "no parameter \"b\""},
	    {"params: {b: {choices: [z]}, a: {of: b, is: {x: y}}}\n",
	     "b may be z"},
	    {"params: {b: {choices: [x]}, a: {of: b, is: {x: \"y z\"}}}\n",
	     "a choice is at most"},
	    {"params: {b: {choices: [x]}, a: {of: b}}\n", "\"is\""},
	    {"params: {b: {choices: [x]}, a: {of: b, is: {x: y}, to: 1}}\n",
	     "of and is"},
	};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		put("demo/params.yml", rows[i][0]);
		assert_null(deal("x", &e));
		if (e.class != ERR_USAGE || strstr(e.msg, rows[i][1]) == NULL)
			fail_msg("row %zu: %s", i, e.msg);
	}
}

/* Without a ticket: the first of each, kept until the template is another. */
static void
practice(void **state)
{
	_free_ char *from = xasprintf("%s/demo", home), *text = NULL;
	_free_ char *a = NULL, *b = NULL, *file = NULL, *again = NULL;
	struct err e;

	(void)state;
	put("demo/params.yml", "params:\n  asn: {from: 7, to: 9}\n"
			       "  who: {choices: [m2, m3]}\n");
	put("demo/exercise.yml", "@asn@ @who@");
	if ((a = exercise_practice(from, &e)) == NULL)
		fail_msg("%s", e.msg);
	assert_string_equal(strrchr(a, '/'), "/demo");
	file = xasprintf("%s/exercise.yml", a);
	assert_int_equal(file_read(file, 99, &text, NULL, &e), 0);
	assert_string_equal(text, "7 m2");
	assert_int_equal(file_write(file, "mine", 4, &e), 0);
	b = exercise_practice(from, &e);
	assert_string_equal(a, b);
	free(text);
	assert_int_equal(file_read(file, 99, &text, NULL, &e), 0);
	assert_string_equal(text, "mine");
	put("demo/exercise.yml", "@who@ as @asn@");
	again = exercise_practice(from, &e);
	assert_string_equal(a, again);
	free(text);
	assert_int_equal(file_read(file, 99, &text, NULL, &e), 0);
	assert_string_equal(text, "m2 as 7");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_ticket_one_copy),
	    cmocka_unit_test(slips),
	    cmocka_unit_test(practice),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
