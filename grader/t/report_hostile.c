/*
 * What others wrote into a report cannot become structure, in any form; and what
 * an author keeps back is in none. The shapes are read by t/report_shape.h; real
 * readers are in t/report_readers.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/out.h"
#include "grader/grader_form.h"
#include "grader/t/report_shape.h"

#define FOLDER IXLAB_TREE "/grader/t/report/"

static json_t *
stored(const char *name)
{
	_free_ char *path = xasprintf(FOLDER "%s.json", name), *text = NULL;
	json_t *list = NULL;
	struct err e;
	size_t len;

	if (file_read(path, GRADER_REPORT_MAX, &text, &len, &e) == 0)
		list = grader_report_read(path, text, len, &e);
	if (list == NULL)
		fail_msg("%s", e.msg);
	return list;
}

static char *
print(enum grader_form form, const json_t *reports, bool whole)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	grader_form_print(f, form, reports, whole, false);
	fclose(f);
	assert_int_equal(strlen(text), len);
	return text;
}

/* Every text in it, but for the words of our own, becomes word. */
static void
plant(json_t *v, const char *word)
{
	const char *key;
	json_t *member;
	size_t i;

	json_array_foreach(v, i, member)
	{
		plant(member, word);
	}
	json_object_foreach(v, key, member)
	{
		if (strcmp(key, "result") == 0 ||
		    strcmp(key, "visibility") == 0)
			continue;
		if (json_is_string(member))
			json_object_set_new(v, key, out_str(word));
		else
			plant(member, word);
	}
}

static const char *const hostile[] = {
    "a\nok 1 - forged\nnot ok 2\n1..7\nBail out! x\n  ---\n  ...\n",
    "a # SKIP b",
    "# TODO",
    "\\# \\\\ \" ' `",
    "\033[2J\033]0;title\007\x9b\x31m",
    "]]><script>alert(1)</script><![CDATA[",
    "\"><img src=x onerror=alert(1)>",
    "</td></tr></table><!-- ",
    "</style></title></testcase></failure>",
    "&lt;&#x3c;&nbsp;&",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1",
    "@SUM(A1)",
    "  =1",
    "\t=1",
    "\r\n=1,2\r\n",
    "\"\n=1,\"\"",
    "\xef\xbc\x9d"
    "1",
    "\xe2\x80\xae"
    "txt.exe"
    "\xe2\x81\xa6 \xe2\x80\xa8 \xe2\x80\xa9",
    "\xef\xbf\xbe\xef\xbf\xbf\xef\xbb\xbf",
    "\xff\xfe \xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80",
    "javascript:alert(1)",
    "{{7*7}} ${jndi:ldap://x} %s %n",
    "",
};

static void
assert_shapes(const json_t *reports, size_t steps, size_t checks)
{
	static const char *const tap_forms[] = {"TAP version 13\n",
						"TAP version 14\n"};
	_free_ char *junit = print(GRADER_FORM_JUNIT, reports, false);
	_free_ char *csv = print(GRADER_FORM_CSV, reports, false);
	_free_ char *html = print(GRADER_FORM_HTML, reports, false);
	_free_ char *text = print(GRADER_FORM_TEXT, reports, false);
	_free_ char *json = print(GRADER_FORM_JSON, reports, false);
	int i;

	assert_null(
	    shape_markup(junit, shape_junit_elements, shape_junit_attributes));
	assert_int_equal(shape_count(junit, "<testcase "), checks);
	assert_int_equal(shape_count(junit, "<testsuite "), steps);
	assert_null(shape_csv(csv, 2));
	assert_null(
	    shape_markup(html, shape_html_elements, shape_html_attributes));
	assert_int_equal(shape_count(html, "<section>"), steps);
	assert_int_equal(shape_count(html, "<th scope=\"row\">"), checks);
	assert_null(shape_clean(text));
	assert_null(shape_clean(json));
	for (i = 0; i < 2; i++) {
		_free_ char *tap = print(
		    i ? GRADER_FORM_TAP14 : GRADER_FORM_TAP13, reports, false);

		assert_null(shape_tap(tap, steps + checks));
		assert_true(str_starts(tap, tap_forms[i]));
	}
}

static void
words_stay_words(void **state)
{
	json_t *reports;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		reports = stored("mixed");
		assert_shapes(reports, 3, 6);
		plant(reports, hostile[i]);
		assert_shapes(reports, 3, 6);
		json_decref(reports);
	}
}

/* ---- several */

static json_t *
of_whom(json_t *list, const char *who, const char *exercise)
{
	json_t *r = json_incref(json_array_get(list, 0));

	json_object_set_new(r, "who", json_string(who));
	json_object_set_new(r, "exercise", json_string(exercise));
	json_decref(list);
	return r;
}

static void
a_class(void **state)
{
	json_t *all = json_array();
	_free_ char *csv, *html, *junit;

	(void)state;
	json_array_append_new(all, of_whom(stored("mixed"), "=ann", "first"));
	json_array_append_new(all, of_whom(stored("pass"), "bob", "first"));
	json_array_append_new(all, of_whom(stored("skip"), "bob", "second"));
	json_array_append_new(all, of_whom(stored("mixed"), "bob", "first"));
	csv = print(GRADER_FORM_CSV, all, false);
	assert_null(shape_csv(csv, 3));
	assert_string_equal(
	    csv,
	    "\"person\",\"points\",\"total\",\"first\",\"first points\","
	    "\"first total\",\"first/rs1-v4\",\"first/rs1-v6\","
	    "\"first/rs2-v4\",\"first/rs2-v6\",\"first/own\",\"first/more\","
	    "\"second\",\"second points\",\"second total\",\"second/rs1-v4\","
	    "\"second/rs1-v6\",\"second/rs2-v4\",\"second/rs2-v6\","
	    "\"second/own\",\"second/more\"\r\n"
	    "\"'=ann\",3,9,\"fail\",3,9,\"pass\",\"fail\",\"skip\",\"pass\","
	    "\"blocked\",\"fail\",,,,,,,,,\r\n"
	    "\"bob\",3,18,\"fail\",3,9,\"pass\",\"fail\",\"skip\",\"pass\","
	    "\"blocked\",\"fail\",\"skip\",0,9,\"skip\",\"skip\",\"skip\","
	    "\"skip\",\"skip\",\"skip\"\r\n");
	html = print(GRADER_FORM_HTML, all, false);
	assert_null(
	    shape_markup(html, shape_html_elements, shape_html_attributes));
	assert_int_equal(shape_count(html, "<article id="), 4);
	assert_non_null(strstr(html, "<td>none</td>"));
	assert_non_null(strstr(html, "2 of 3")); /* failed most */
	junit = print(GRADER_FORM_JUNIT, all, false);
	assert_null(
	    shape_markup(junit, shape_junit_elements, shape_junit_attributes));
	assert_non_null(strstr(junit, "\"bob.second.routes\""));
	assert_false(grader_form_takes(GRADER_FORM_TAP14, 4));
	json_decref(all);
}

/* ---- what is kept back */

/* The check of that id in the one report of a list. */
static json_t *
find_check(const json_t *list, const char *id)
{
	json_t *step, *c;
	size_t s, i;

	json_array_foreach(json_object_get(json_array_get(list, 0), "steps"), s,
			   step)
	{
		json_array_foreach(json_object_get(step, "checks"), i, c)
		{
			if (strcmp(out_text(c, "id"), id) == 0)
				return c;
		}
	}
	fail();
	return NULL;
}

static void
set(json_t *check, const char *key, const char *value)
{
	json_object_set_new(check, key, json_string(value));
}

/* rs1-v6 fails and is hidden, more fails and is name-only. */
static json_t *
with_secrets(void)
{
	json_t *list = stored("mixed"), *hidden = find_check(list, "rs1-v6");
	json_t *muted = find_check(list, "more");

	set(hidden, "visibility", "hidden");
	set(hidden, "say", "SECRET-SAY");
	set(hidden, "saw", "SECRET-SAW");
	set(hidden, "id", "SECRET-ID");
	set(hidden, "hint", "SECRET-HINT");
	json_object_set_new(hidden, "points", json_integer(1));
	set(find_check(list, "own"), "blocked_by", "SECRET-ID");
	set(muted, "visibility", "name-only");
	set(muted, "expected", "SECRET-EXPECTED");
	set(muted, "saw", "SECRET-MUTED");
	set(muted, "where", "SECRET-WHERE");
	set(muted, "cause", "SECRET-CAUSE");
	set(muted, "cause_id", "SECRET-CAUSE-ID");
	set(muted, "reason", "SECRET-REASON");
	set(muted, "hint", "SECRET-ADVICE");
	set(muted, "hint_id", "SECRET-HINT-ID");
	set(muted, "kind", "SECRET-KIND");
	json_object_set_new(muted, "facts",
			    json_pack("{s:s}", "far-state", "SECRET-FACT"));
	return list;
}

static void
nothing_leaks(void **state)
{
	json_t *list = with_secrets();
	int form;

	(void)state;
	for (form = 0; form < GRADER_NFORMS; form++) {
		_free_ char *shown = print(form, list, false);
		_free_ char *whole = print(form, list, true);

		assert_null(strstr(shown, "SECRET"));
		assert_non_null(strstr(whole, "SECRET"));
		assert_non_null(strstr(shown, "more"));
	}
	json_decref(list);
}

/* Sums and results are those of an exercise without the hidden check. */
static void
sums_do_not_tell(void **state)
{
	json_t *list = with_secrets(), *shown;
	json_t *own = find_check(list, "own"), *more = find_check(list, "more");

	(void)state;
	set(own, "result", "pass");
	set(more, "result", "pass");
	shown = grader_report_shown(json_array_get(list, 0));
	assert_string_equal(out_text(shown, "result"), "pass");
	assert_int_equal(grader_report_number(shown, "total"), 8);
	assert_int_equal(grader_report_number(shown, "points"), 2);
	json_decref(shown);
	set(more, "result", "fail");
	shown = grader_report_shown(json_array_get(list, 0));
	assert_string_equal(out_text(shown, "result"), "fail");
	json_decref(shown);
	json_object_set_new(more, "required", json_false());
	shown = grader_report_shown(json_array_get(list, 0));
	assert_string_equal(out_text(shown, "result"), "pass");
	json_decref(shown);
	json_decref(list);
}

static void
not_required_is_not_red(void **state)
{
	json_t *list = stored("mixed");
	_free_ char *junit = NULL;

	(void)state;
	json_object_set_new(find_check(list, "rs1-v6"), "required",
			    json_false());
	junit = print(GRADER_FORM_JUNIT, list, false);
	assert_non_null(strstr(junit, "<skipped message=\"not required; "
				      "expected: Established; saw: Active"));
	assert_non_null(strstr(junit, "failures=\"2\" errors=\"0\">"));
	json_decref(list);
}

/* A group, a bonus: what is worth what is told on the page. */
static void
worth_is_told(void **state)
{
	json_t *list = stored("mixed");
	json_t *bonus = find_check(list, "rs1-v4");
	_free_ char *html = NULL;

	(void)state;
	json_object_set_new(bonus, "bonus", json_true());
	set(find_check(list, "more"), "group", "both");
	json_object_set_new(json_array_get(list, 0), "bonus_max",
			    json_integer(2));
	html = print(GRADER_FORM_HTML, list, false);
	assert_non_null(strstr(html, "3 of 9 points and 0 of 2 as a bonus"));
	assert_non_null(strstr(html, "a bonus, over and above the total"));
	assert_non_null(strstr(html, "in the group both"));
	json_decref(list);
}

/* A desk's results: one with a report, one that was refused, unread. */
static void
results_of_a_desk(void **state)
{
	static const char text[] =
	    "[{\"ixlab_result\": 1, \"status\": \"graded\", \"report\": "
	    "{\"exercise\": \"e\", \"version\": 2, \"title\": \"E\", "
	    "\"result\": \"pass\", \"reason\": null, \"points\": 3, "
	    "\"total\": 3, \"who\": \"ann\", \"steps\": []}},"
	    "{\"ixlab_result\": 1, \"status\": \"not graded\", \"reason\": "
	    "\"60 s were over\", \"person\": \"bob\", \"exercise\": \"e\", "
	    "\"version\": 2},"
	    "{\"ixlab_result\": 1, \"status\": \"refused\", \"reason\": "
	    "\"=no\", \"person\": 7, \"exercise\": [], \"version\": {}}]";
	struct err e;
	json_t *list = grader_report_read("r.json", text, sizeof(text) - 1, &e);
	_free_ char *csv = NULL, *html = NULL;

	(void)state;
	if (list == NULL)
		fail_msg("%s", e.msg);
	csv = print(GRADER_FORM_CSV, list, false);
	assert_string_equal(
	    csv, "\"person\",\"points\",\"total\",\"e\",\"e points\","
		 "\"e total\",\"unknown\",\"unknown points\","
		 "\"unknown total\"\r\n"
		 "\"ann\",3,3,\"pass\",3,3,,,\r\n"
		 "\"bob\",0,0,\"error\",0,0,,,\r\n"
		 "\"\",0,0,,,,\"error\",0,0\r\n");
	html = print(GRADER_FORM_HTML, list, false);
	assert_non_null(strstr(html, "not graded: 60 s were over"));
	assert_non_null(strstr(html, "refused: =no"));
	json_decref(list);
}

/* ---- stored reports that are none */

static void
bad_files(void **state)
{
	static const struct {
		const char *text, *says;
	} table[] = {
	    {"", "x.json:1:0: this is no JSON"},
	    {"[]", "there is no report in it"},
	    {"[7]", "it is no object"},
	    {"{}", "exercise is missing"},
	    {"{\"report\": {\"exercise\": 7}}", "exercise is no text"},
	    {"{\"exercise\": \"e\", \"exercise\": \"f\"}", "duplicate"},
	    {"{\"exercise\": \"a\\u0000b\"}", "no JSON"},
	    {"{\"exercise\": \"\xff\"}", "no JSON"},
	    {"{\"exercise\": \"e\", \"version\": 1, \"title\": \"\", "
	     "\"result\": \"good\"}",
	     "result is none of its words"},
	    {"{\"exercise\": \"e\", \"version\": 1, \"title\": \"\", "
	     "\"result\": \"pass\", \"reason\": null, \"points\": -1}",
	     "points is no number that it can have"},
	    {"{\"exercise\": \"e\", \"version\": 1, \"title\": \"\", "
	     "\"result\": \"pass\", \"reason\": null, \"points\": 1, "
	     "\"total\": 1, \"steps\": {}}",
	     "steps is no list of at most 200"},
	    {"{\"exercise\": \"e\", \"version\": 1, \"title\": \"\", "
	     "\"result\": \"pass\", \"reason\": null, \"points\": 1, "
	     "\"total\": 1, \"steps\": [{\"id\": \"s\", \"title\": \"\", "
	     "\"result\": \"pass\", \"checks\": [{\"id\": \"c\", \"kind\": 1}]"
	     "}]}",
	     "steps[0].checks[0].kind is no text"},
	};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_null(grader_report_read("x.json", table[i].text,
					       strlen(table[i].text), &e));
		assert_int_equal(e.class, ERR_USAGE);
		if (strstr(e.msg, table[i].says) == NULL)
			fail_msg("%s: %s", table[i].says, e.msg);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_stay_words),
	    cmocka_unit_test(a_class),
	    cmocka_unit_test(nothing_leaks),
	    cmocka_unit_test(sums_do_not_tell),
	    cmocka_unit_test(not_required_is_not_red),
	    cmocka_unit_test(worth_is_told),
	    cmocka_unit_test(results_of_a_desk),
	    cmocka_unit_test(bad_files),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
