/*
 * Markdown to lines, and what a cell lets through.
 */
#include "fixture.h"

static char *
render(const char *markdown, int width, bool ascii)
{
	struct text t = {0};
	char *out = NULL;
	size_t n;
	FILE *f = open_memstream(&out, &n);

	text_markdown(&t, markdown, width, false);
	text_print(&t, f, ascii);
	fclose(f);
	text_clear(&t);
	return out;
}

static const struct {
	const char *name, *markdown;
	int width;
	const char *want;
} cases[] = {
    {"paragraphs wrap at blanks", "one two three four five\nsix\n\nseven\n", 20,
     "one two three four\nfive six\n\nseven\n"},
    {"long words are cut", "2001:db8:ffff:1::6:5536:0:1/64 x\n", 20,
     "2001:db8:ffff:1::6:5\n536:0:1/64 x\n"},
    {"hard breaks stay", "a\\\nb\n", 20, "a\nb\n"},
    {"tight lists are tight", "- a\n- b\n\npara\n", 20,
     "\u2022 a\n\u2022 b\n\npara\n"},
    {"loose lists are loose", "- a\n\n- b\n", 20, "\u2022 a\n\n\u2022 b\n"},
    {"numbers count on", "9. a\n10. b b b b b b b b b\n", 20,
     "9. a\n10. b b b b b b b b\n    b\n"},
    {"lists nest", "- a\n  - b\n- c\n", 20, "\u2022 a\n  \u2022 b\n\u2022 c\n"},
    {"code keeps its lines", "```\nif  a\n\n\tb\n```\n", 20,
     "  if  a\n\n      b\n"},
    {"wide code goes on behind a mark", "```\n0123456789012345678901234\n```\n",
     20, "  012345678901234567\n\u2026 8901234\n"},
    {"a fence may say where", "```run@m1\nx\n```\n", 20, "on m1:\n  x\n"},
    {"a fence may say which file", "```file=bird.conf\nx\n```\n", 20,
     "bird.conf:\n  x\n"},
    {"a language is no place", "```sh\nx\n```\n", 20, "  x\n"},
    {"quotes are marked", "> a b c d e f g h i j k l\n>\n> m\n", 20,
     "\u2502 a b c d e f g h i\n\u2502 j k l\n\u2502\n\u2502 m\n"},
    {"html is text", "<b onclick=x>hi</b>\n", 40, "<b onclick=x>hi</b>\n"},
    {"links show where they go", "[a](http://x/) <http://y/>\n", 60,
     "a <http://x/> http://y/\n"},
    {"images are their words", "![a map](m.png)\n", 20, "a map\n"},
    {"control characters do not pass",
     "a\033[2Jb\x07\xc2\x9b"
     "c\n",
     20, "a?[2Jb??c\n"},
    {"broken UTF-8 does not pass", "a\xff\xc3(\n", 20,
     "a\xef\xbf\xbd\xef\xbf\xbd(\n"},
    {"direction marks do not pass",
     "a\xe2\x80\xae"
     "b\n",
     20, "a?b\n"},
    {"wide characters count two",
     "\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2"
     "\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\n",
     20,
     "\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2"
     "\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\n\xe6\xbc\xa2\n"},
    {"nothing is nothing", "", 20, ""},
};

static void
markdown_case(void **state)
{
	size_t i = (size_t)(uintptr_t)*state;
	_free_ char *got = render(cases[i].markdown, cases[i].width, false);

	assert_string_equal(got, cases[i].want);
}

static void
markdown_ascii(void **state)
{
	_free_ char *got = render("\xe2\x80\x9cq\xe2\x80\x9d \xe2\x80\x94 "
				  "\xe2\x86\x92 \xc3\xa9 \xe6\xbc\xa2\n\n- a\n",
				  20, true);

	(void)state;
	assert_string_equal(got, "\"q\" - > e ??\n\n* a\n");
}

static void
markdown_page(void **state)
{
	_free_ char *wide = render(step_text, 76, false);
	_free_ char *narrow = render(step_text, 38, true);

	(void)state;
	golden("markdown-76", wide);
	golden("markdown-38-ascii", narrow);
}

int
main(void)
{
	size_t n = sizeof(cases) / sizeof(cases[0]), i;
	struct CMUnitTest tests[sizeof(cases) / sizeof(cases[0]) + 2];

	cmocka_set_message_output(CM_OUTPUT_TAP);
	for (i = 0; i < n; i++)
		tests[i] =
		    (struct CMUnitTest){cases[i].name, markdown_case, NULL,
					NULL, (void *)(uintptr_t)i};
	tests[n] = (struct CMUnitTest)cmocka_unit_test(markdown_ascii);
	tests[n + 1] = (struct CMUnitTest)cmocka_unit_test(markdown_page);
	return _cmocka_run_group_tests("markdown", tests, n + 2, NULL, NULL);
}
