/* Growing strings, text made safe, numbers, and near misses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static void
grows(void **state)
{
	struct str s = {0};
	char *text;
	int i;

	(void)state;
	assert_string_equal(str_text(&s), "");
	text = str_steal(&s);
	assert_string_equal(text, "");
	free(text);
	str_add(&s, "");
	assert_string_equal(s.text, "");
	str_addn(&s, "abc", 2);
	str_addf(&s, "-%d-%s", 7, "x");
	assert_string_equal(s.text, "ab-7-x");
	assert_int_equal(s.len, 6);
	for (i = 0; i < 1000; i++)
		str_add(&s, "0123456789");
	assert_int_equal(s.len, 10006);
	assert_int_equal(strlen(s.text), 10006);
	text = str_steal(&s);
	assert_null(s.text);
	assert_int_equal(s.len, 0);
	free(text);
	text = xasprintf("%s", "");
	assert_string_equal(text, "");
	free(text);
	str_clear(&s);
}

static void
makes_text_safe(void **state)
{
	static const struct {
		const char *in, *word, *lines;
	} cases[] = {
	    {"", "", ""},
	    {"plain", "plain", "plain"},
	    {"a\tb\nc\r", "a?b?c?", "a\tb\nc?"},
	    {"\x1b[2J\x07\x7f", "?[2J??", "?[2J??"},
	    {"Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x98\x80",
	     "Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x98\x80",
	     "Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x98\x80"},
	    {"\xc2\x9b", "??", "??"},		  /* C1: CSI */
	    {"\xc2\xa0", "\xc2\xa0", "\xc2\xa0"}, /* the first after C1 */
	    {"\xc0\x80", "??", "??"},		  /* overlong NUL */
	    {"\xe0\x80\xaf", "???", "???"},	  /* overlong '/' */
	    {"\xf0\x80\x80\xaf", "????", "????"},
	    {"\xed\xa0\x80", "???", "???"},	  /* a surrogate */
	    {"\xf4\x90\x80\x80", "????", "????"}, /* beyond Unicode */
	    {"\xff\xfe", "??", "??"},
	    {"a\xc3", "a?", "a?"}, /* cut in the middle */
	    {"\xe2\x82", "??", "??"},
	    {"\xf0\x9f\x98", "???", "???"},
	    {"\xc3\xc3\xbc", "?\xc3\xbc", "?\xc3\xbc"},
	    {"\xe2\x80\xae", "???", "???"}, /* right-to-left override */
	    {"\xe2\x80\xa8", "???", "???"}, /* line separator */
	    {"\xe2\x80\xa9", "???", "???"},
	    {"\xe2\x80\xa7", "\xe2\x80\xa7", "\xe2\x80\xa7"},
	    {"\xe2\x81\xa6", "???", "???"},
	};
	char buf[64];
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		strcpy(buf, cases[i].in);
		str_clean(buf);
		assert_string_equal(buf, cases[i].word);
		strcpy(buf, cases[i].in);
		str_clean_lines(buf);
		assert_string_equal(buf, cases[i].lines);
	}
}

static void
reads_numbers(void **state)
{
	static const struct {
		const char *text;
		unsigned long min, max;
		bool ok;
		unsigned int value;
	} cases[] = {
	    {"0", 0, 10, true, 0},
	    {"10", 0, 10, true, 10},
	    {"11", 0, 10, false, 0},
	    {"4", 5, 10, false, 0},
	    {"4294967295", 0, 4294967295, true, 4294967295},
	    {"4294967296", 0, (unsigned long)-1, false, 0},
	    {"18446744073709551616", 0, (unsigned long)-1, false, 0},
	    {"00007", 0, 10, true, 7},
	    {"", 0, 10, false, 0},
	    {" 1", 0, 10, false, 0},
	    {"1 ", 0, 10, false, 0},
	    {"+1", 0, 10, false, 0},
	    {"-1", 0, 10, false, 0},
	    {"0x1", 0, 10, false, 0},
	    {"1.0", 0, 10, false, 0},
	};
	unsigned int v;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		v = 12345;
		assert_int_equal(
		    str_to_u32(cases[i].text, cases[i].min, cases[i].max, &v),
		    cases[i].ok);
		assert_int_equal(v, cases[i].ok ? cases[i].value : 12345);
	}
}

static void
looks_at_ends(void **state)
{
	(void)state;
	assert_true(str_starts("ixlab", "ix"));
	assert_true(str_starts("ix", ""));
	assert_false(str_starts("i", "ix"));
	assert_true(str_ends("lab.yaml", ".yaml"));
	assert_false(str_ends("yaml", ".yaml"));
	assert_true(str_ends("x", ""));
}

static void
finds_what_was_meant(void **state)
{
	static const char *const words[] = {"name", "members", "lan",
					    "route-server"};
	static const struct {
		const char *word, *near;
	} cases[] = {
	    {"membrs", "members"},
	    {"memebrs", "members"},
	    {"nmae", "name"},
	    {"lam", "lan"},
	    {"routeserver", "route-server"},
	    {"la", "lan"},
	    {"a", NULL},
	    {"", NULL},
	    {"completely", NULL},
	    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL},
	};
	const char *near;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		near = str_nearest(cases[i].word, words, N(words));
		if (cases[i].near)
			assert_string_equal(near, cases[i].near);
		else
			assert_null(near);
	}
	assert_null(str_nearest("x", words, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(grows),
	    cmocka_unit_test(makes_text_safe),
	    cmocka_unit_test(reads_numbers),
	    cmocka_unit_test(looks_at_ends),
	    cmocka_unit_test(finds_what_was_meant),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
