/*
 * Files that a lab file names: what they are called in a save, and how the lab
 * file there says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "lab/save/save.h"

static void
test_names(void **state)
{
	static const struct {
		const char *name, *in;
	} rows[] = {
	    {"dump.gz", "files/dump.gz"},
	    {"../x/dump.gz", "files/2-dump.gz"},
	    {"/srv/dump.gz", "files/3-dump.gz"},
	    {"files/2-dump.gz", "files/2-2-dump.gz"},
	    {"a b\xc3\xbc: #.gz", "files/a_b_____.gz"},
	    {"x/", "files/_"},
	    {"/", "files/2-"},
	    {"..", "files/_.."},
	    {"-x", "files/_-x"},
	    {".hidden", "files/_.hidden"},
	};
	struct err e = {0};
	struct save s;
	size_t i;

	(void)state;
	save_init(&s, "x", 0, 0);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_free_ char *in = save_file_name(&s, rows[i].name);

		assert_string_equal(in, rows[i].in);
		if (save_add(&s, in, 0644, xstrdup("x"), 1, &e) < 0)
			fail_msg("%s", e.msg);
	}
	save_clear(&s);
}

static void
test_rename(void **state)
{
	static const struct {
		const char *text, *name;
		int line, col;
		const char *now; /* NULL: it is left alone */
	} rows[] = {
	    {"mrt: a.gz\n", "a.gz", 1, 6, "mrt: files/n\n"},
	    {"mrt: a.gz", "a.gz", 1, 6, "mrt: files/n"},
	    {"x\r\ny: [{mrt: a}, 1]", "a", 2, 11,
	     "x\r\ny: [{mrt: files/n}, 1]"},
	    {"x\ry: a", "a", 2, 4, "x\ry: files/n"},
	    {"\xc3\xbc: \"a b\"\n", "a b", 1, 4, "\xc3\xbc: \"files/n\"\n"},
	    {"k: 'a'\n", "a", 1, 4, "k: 'files/n'\n"},
	    {"k: 'it''s'\n", "it's", 1, 4, NULL},
	    {"k: \"\\x61\"\n", "a", 1, 4, NULL},
	    {"k: >\n  a\n", "a", 1, 4, NULL},
	    {"k: a", "a", 1, 5, NULL},
	    {"k: a", "a", 2, 1, NULL},
	    {"k: a", "a", 1, 9, NULL},
	    {"k: a", "ab", 1, 4, NULL},
	    {"k: \"", "a", 1, 4, NULL},
	    {"", "a", 1, 1, NULL},
	};
	struct err e = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct save_named f = {rows[i].name, rows[i].line,
					     rows[i].col};
		const char *now = rows[i].now ? rows[i].now : rows[i].text;
		struct save s;

		save_init(&s, "x", 0, 0);
		assert_false(save_rename(&s, &f, "files/n"));
		assert_int_equal(save_add(&s, "lab.yml", 0644,
					  xstrdup(rows[i].text),
					  strlen(rows[i].text), &e),
				 0);
		print_message("# %zu\n", i);
		assert_true(save_rename(&s, &f, "files/n") ==
			    (rows[i].now != NULL));
		assert_int_equal(s.files[0].len, strlen(now));
		assert_int_equal(s.bytes, strlen(now));
		assert_memory_equal(s.files[0].data, now, strlen(now));
		save_clear(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_rename),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
