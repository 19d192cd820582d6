/* Work that looks alike: copied, copied and renamed, and two people's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "grader/desk/desk_similar.h"

static const char start[] = "log stderr all;\nrouter id 192.0.2.1;\n"
			    "# TODO: write a session\n";
static const char one[] =
    "log stderr all;\nrouter id 192.0.2.1;\n"
    "# my very own thoughts about the filter\n"
    "filter mine_out { if net ~ [100.64.0.0/22] then accept; reject; }\n"
    "protocol bgp upstream { local 203.0.113.10 as 65536;\n"
    "  neighbor 203.0.113.11 as 65537; ipv4 { import all; export filter "
    "mine_out; }; }\n";
/* other numbers, other layout */
static const char copied[] =
    "log stderr all; router id 192.0.2.1;\n"
    "/* My VERY own thoughts, about the filter! */\n"
    "filter mine_out\n{\n if net ~ [ 100.64.8.0/22 ] then accept;\nreject; }\n"
    "protocol bgp upstream {\n local 203.0.113.20 as 65540;\n"
    "  neighbor 203.0.113.21 as 65541;\nipv4 { import all; export filter "
    "mine_out; }; }\n";
static const char other[] =
    "log stderr all;\nrouter id 192.0.2.1;\n"
    "define OWN = 65536;\n# session with eyeball\n"
    "protocol bgp eyeball {\n ipv4 { import filter { accept; }; export where "
    "source = RTS_STATIC; };\n neighbor 203.0.113.11 as 65537;\n"
    " local as OWN;\n}\n";

static struct similar
sketch(const char *text)
{
	struct similar s = {0}, begin = {0};

	similar_add(&s, "m1/bird.conf", text, strlen(text));
	similar_finish(&s);
	similar_add(&begin, "m1/bird.conf", start, strlen(start));
	similar_finish(&begin);
	similar_without(&s, &begin);
	similar_clear(&begin);
	return s;
}

static int
score(const char *a, const char *b)
{
	struct similar x = sketch(a), y = sketch(b);
	int percent[SIMILAR_BAGS], i;

	for (i = 0; i < SIMILAR_BAGS; i++)
		percent[i] = similar_percent(&x, &y, i);
	similar_clear(&x);
	similar_clear(&y);
	return similar_score(percent);
}

static void
scores(void **state)
{
	(void)state;
	assert_int_equal(score(one, one), 100);
	assert_int_equal(score(one, copied), 100);
	assert_in_range(score(one, other), 0, 40);
	assert_int_equal(score(one, other), score(other, one));
	/* what everybody was given says nothing */
	assert_int_equal(score(start, start), 0);
	assert_int_equal(score(start, one), 0);
	assert_int_equal(score("", ""), 0);
}

static void
parts(void **state)
{
	struct similar x = sketch("a 1; b 2; c 3; d 4;");
	struct similar y = sketch("d 9; c 9; b 9; a 9;");

	(void)state;
	assert_int_equal(similar_percent(&x, &y, SIMILAR_STATEMENTS), 100);
	assert_int_equal(similar_percent(&x, &y, SIMILAR_ORDER), 0);
	assert_int_equal(similar_percent(&x, &y, SIMILAR_WORDS), 100);
	similar_clear(&x);
	similar_clear(&y);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(scores),
	    cmocka_unit_test(parts),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
