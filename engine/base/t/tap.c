/*
 * The writer, byte for byte; tap.sh gives the same text to readers. With an
 * argument (13 or 14) this program prints that text instead of testing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "base/tap.h"

/* All that the writer can do, with text that tries to break out. */
static void
sample(FILE *out, int version)
{
	struct tap t = tap_begin(out, version, 6);

	tap_comment(&t, "two lines,\nthe second\x1b[2J\n");
	tap_point(&t, true, "plain", NULL);
	tap_point(&t, true, "a # SKIP that is none\nok 9\\", NULL);
	tap_yaml_begin(&t);
	tap_yaml_str(&t, "expected", "say \"no\" \\ # \xc3\xbc\n  ...");
	tap_yaml_str(&t, "empty", "");
	tap_yaml_str(&t, "none", NULL);
	tap_yaml_int(&t, "points", -3);
	tap_yaml_end(&t);
	tap_subtest_begin(&t, "outer # x", 2);
	tap_subtest_begin(&t, "inner", 1);
	tap_point(&t, true, "deep", NULL);
	tap_subtest_end(&t, true, "inner");
	tap_point(&t, true, "", NULL);
	tap_yaml_begin(&t);
	tap_yaml_str(&t, "found", "x");
	tap_yaml_end(&t);
	tap_subtest_end(&t, true, "outer # x");
	tap_point(&t, true, "later", "SKIP no namespaces\nhere # ok");
	tap_point(&t, false, "one day", "TODO not yet");
	tap_point(&t, true, "TODO", NULL);
}

static const char body[] =
    "1..6\n"
    "# two lines,\n"
    "# the second?[2J\n"
    "ok 1 - plain\n"
    "ok 2 - a \\# SKIP that is none?ok 9\\\\\n"
    "  ---\n"
    "  expected: \"say \\\"no\\\" \\\\ # \xc3\xbc?  ...\"\n"
    "  points: -3\n"
    "  ...\n"
    "# Subtest: outer # x\n"
    "    1..2\n"
    "    # Subtest: inner\n"
    "        1..1\n"
    "        ok 1 - deep\n"
    "    ok 1 - inner\n"
    "    ok 2\n"
    "      ---\n"
    "      found: \"x\"\n"
    "      ...\n"
    "ok 3 - outer \\# x\n"
    "ok 4 - later # SKIP no namespaces?here \\# ok\n"
    "not ok 5 - one day # TODO not yet\n"
    "ok 6 - TODO\n";

static void
writes_both_versions(void **state)
{
	int version;
	size_t len;

	(void)state;
	for (version = 13; version <= 14; version++) {
		_free_ char *want =
		    xasprintf("TAP version %d\n%s", version, body);
		char *got;
		FILE *f = open_memstream(&got, &len);

		sample(f, version);
		fclose(f);
		assert_string_equal(got, want);
		free(got);
	}
}

static void
bails_out(void **state)
{
	char *got;
	size_t len;
	FILE *f = open_memstream(&got, &len);
	struct tap t = tap_begin(f, 14, 0);

	(void)state;
	tap_comment(&t, "");
	tap_bail_out(&t, "no lab\nok 1");
	fclose(f);
	assert_string_equal(got,
			    "TAP version 14\n1..0\n#\nBail out! no lab?ok 1\n");
	free(got);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_both_versions),
	    cmocka_unit_test(bails_out),
	};

	if (argc == 2) {
		sample(stdout, strcmp(argv[1], "13") == 0 ? 13 : 14);
		return 0;
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
