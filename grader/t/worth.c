/*
 * What checks count for, and who may see them: groups, bonus, required,
 * visibility. One exercise has all of it; its secrets are marked words, which no
 * renderer may print unless the exercise is whole.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_judge.h"

#define SESSION "kind: session, at: rs1, with: m1, family: ipv4"
#define HINT "hints: [{hint: h, text: t}]}\n"
#define HEAD                                                           \
	"exercise: demo\nversion: 1\ntitle: D\nminutes: 1\nlevel: 1\n" \
	"lab: d\ntrainee: m1\nfiles: [m1/bird.conf]\nsteps:\n"         \
	"  - step: one\n    title: T\n    text: t.md\n    checks:\n"

static const char text[] =
    HEAD "      base: {say: base, points: 2, " SESSION ", " HINT
	 "      deep: {say: SECRET deep, points: 8, visibility: hidden,\n"
	 "        needs: [base], " SESSION ", hints: [{hint: secret, text: "
	 "SECRET}]}\n"
	 "      left: {say: left, points: 3, group: both, " SESSION ", " HINT
	 "      right: {say: right, points: 3, group: both, needs: [left],\n"
	 "        " SESSION ", " HINT
	 "  - step: two\n    title: U\n    text: u.md\n    checks:\n"
	 "      alone: {say: SECRET alone, visibility: hidden, points: 1,\n"
	 "        " SESSION ", " HINT
	 "  - step: three\n    title: V\n    text: v.md\n    checks:\n"
	 "      guess: {say: a riddle, visibility: name-only, points: 4,\n"
	 "        needs: [base], " SESSION ", hints: [{hint: quiet, text: "
	 "QUIET}]}\n"
	 "      extra: {say: extra, bonus: yes, points: 5, " SESSION ", " HINT
	 "      maybe: {say: maybe, required: no, points: 1, " SESSION ", " HINT
	 "wrong:\n"
	 "  a: {fails: {base: h, deep: secret}}\n"
	 "  b: {fails: {deep: secret, guess: quiet}}\n";

static struct exercise *
load(const char *from, bool whole)
{
	struct exercise *x;
	struct err e;

	x = exercise_parse("x.yml", from, strlen(from), &e);
	if (x == NULL)
		fail_msg("%s", e.msg);
	if (!whole)
		exercise_hide(x);
	return x;
}

/* Judge x with these truths, by id: the first letters of those that hold. */
static struct grader_judge *
judged(const struct exercise *x, const char *holds)
{
	struct grader_judge *j = grader_judge_new(x, false);
	struct grader_finding *f = xcalloc(x->nchecks, sizeof(*f));
	uint64_t at;
	size_t i;

	for (at = 1000; at <= 41000; at += 20000) {
		for (i = 0; i < x->nchecks; i++) {
			bool mute =
			    x->checks[i].visibility == EXERCISE_NAME_ONLY;

			grader_finding_clear(&f[i]);
			f[i].truth = strchr(holds, x->checks[i].id[0])
					 ? GRADER_TRUE
					 : GRADER_FALSE;
			f[i].at_ms = at;
			f[i].saw = xstrdup(mute ? "QUIET" : "seen");
			f[i].expected = xstrdup(mute ? "QUIET" : "wanted");
			f[i].where = xstrdup(mute ? "QUIET" : "there");
		}
		grader_judge_step(j, f, at);
	}
	for (i = 0; i < x->nchecks; i++)
		grader_finding_clear(&f[i]);
	free(f);
	assert_true(grader_judge_settled(j));
	return j;
}

static json_t *
report(const struct exercise *x, const char *holds)
{
	struct grader_judge *j = judged(x, holds);
	json_t *r = grader_report_of(x, grader_judge_verdicts(j), NULL);

	grader_judge_free(j);
	return r;
}

static json_int_t
number(const json_t *r, const char *key)
{
	return json_integer_value(json_object_get(r, key));
}

static const char *
result(const json_t *r)
{
	return json_string_value(json_object_get(r, "result"));
}

/* ---- counting */

static const struct {
	bool whole;
	const char *holds; /* first letters of ids */
	json_int_t points, total, bonus;
	const char *result;
} rows[] = {
    /* b 2, d 8, l 3, r 3 (l and r together), a 1, g 4, e +5, m 1 */
    {false, "blrgem", 13, 13, 5, "pass"},  {false, "blrg", 12, 13, 0, "pass"},
    {false, "blrgm", 13, 13, 0, "pass"},   {false, "blgem", 7, 13, 5, "fail"},
    {false, "brgem", 7, 13, 5, "fail"},	   {false, "blrem", 9, 13, 5, "fail"},
    {false, "e", 0, 13, 5, "fail"},	   {true, "blrgem", 13, 22, 5, "fail"},
    {true, "bdlragem", 22, 22, 5, "pass"}, {true, "bdlra", 17, 22, 0, "fail"},
};

static void
points_are_counted(void **state)
{
	struct exercise *x;
	json_t *r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		x = load(text, rows[i].whole);
		r = report(x, rows[i].holds);
		if (number(r, "points") != rows[i].points ||
		    number(r, "total") != rows[i].total ||
		    number(r, "bonus") != rows[i].bonus ||
		    strcmp(result(r), rows[i].result) != 0)
			fail_msg("%s: %lld of %lld and %lld, %s", rows[i].holds,
				 (long long)number(r, "points"),
				 (long long)number(r, "total"),
				 (long long)number(r, "bonus"), result(r));
		assert_int_equal(number(r, "bonus_max"), 5);
		json_decref(r);
		exercise_free(x);
	}
}

/* ---- hiding */

static char *
print(const struct exercise *x, const json_t *r, const char *form)
{
	char *out = NULL;
	size_t len;
	FILE *f = open_memstream(&out, &len);

	setlocale(LC_ALL, strcmp(form, "ascii") == 0 ? "C" : "C.UTF-8");
	if (strcmp(form, "json") == 0)
		out_json(f, r);
	else if (strcmp(form, "tap13") == 0)
		grader_print_tap(f, r, 13);
	else if (strcmp(form, "tap14") == 0)
		grader_print_tap(f, r, 14);
	else if (strcmp(form, "hint") == 0) {
		_free_ char *hint = grader_hint(x, r);

		fputs(hint ? hint : "", f);
	} else
		grader_print_text(f, r, strcmp(form, "color") == 0);
	fclose(f);
	return out;
}

static const char *const forms[] = {"json",  "tap13", "tap14", "text",
				    "ascii", "color", "hint"};

static void
no_renderer_tells(void **state)
{
	static const char *const holds[] = {"", "b", "bd", "bdlr", "bdlragem"};
	struct exercise *x = load(text, false), *w = load(text, true);
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(holds) / sizeof(holds[0]); i++) {
		json_t *r = report(x, holds[i]), *all = report(w, holds[i]);

		for (k = 0; k < sizeof(forms) / sizeof(forms[0]); k++) {
			_free_ char *out = print(x, r, forms[k]);
			_free_ char *whole = print(w, all, forms[k]);

			if (strcasestr(out, "secret") ||
			    strcasestr(out, "quiet") || strstr(out, "deep") ||
			    strstr(out, "alone"))
				fail_msg("%s tells: %s", forms[k], out);
			if (strcmp(forms[k], "hint") != 0)
				assert_non_null(strstr(whole, "SECRET"));
		}
		json_decref(r);
		json_decref(all);
	}
	exercise_free(x);
	exercise_free(w);
}

/* The interface shows verdicts as they are: they have nothing to hide. */
static void
verdict_is_mute(void **state)
{
	struct exercise *x = load(text, false), *w = load(text, true);
	struct grader_judge *j = judged(x, "blrem"), *all = judged(w, "blrem");
	const struct grader_verdict *v = &grader_judge_verdicts(j)[3];

	(void)state;
	assert_string_equal(x->checks[3].id, "guess");
	assert_int_equal(v->result, GRADER_FAIL);
	assert_null(v->saw);
	assert_null(v->expected);
	assert_null(v->where);
	assert_null(v->hint);
	assert_null(v->hint_id);
	assert_string_equal(w->checks[5].id, "guess");
	v = &grader_judge_verdicts(all)[5];
	assert_string_equal(v->saw, "QUIET");
	assert_string_equal(v->hint_id, "quiet");
	grader_judge_free(j);
	grader_judge_free(all);
	exercise_free(x);
	exercise_free(w);
}

static void
name_only_is_named(void **state)
{
	struct exercise *x = load(text, false);
	json_t *r = report(x, "blrem");
	_free_ char *out = print(x, r, "text"), *hint = grader_hint(x, r);

	(void)state;
	assert_non_null(strstr(out, "a riddle"));
	assert_non_null(strstr(out, "FAIL"));
	assert_string_equal(hint, "It is not yet so that a riddle; why is for "
				  "you to find out.");
	json_decref(r);
	exercise_free(x);
}

/* Steps, needs and wrong solutions speak of the same checks as before. */
static void
what_is_left_fits(void **state)
{
	struct exercise *x = load(text, false);

	(void)state;
	assert_int_equal(x->nchecks, 6);
	assert_int_equal(x->steps[0].nchecks, 3);
	assert_int_equal(x->steps[1].nchecks, 0);
	assert_int_equal(x->steps[2].first, 3);
	assert_int_equal(x->steps[2].nchecks, 3);
	assert_string_equal(x->checks[2].id, "right");
	assert_int_equal(x->checks[2].needs[0], 1);
	assert_int_equal(x->checks[3].needs[0], 0);
	assert_int_equal(x->wrong[0].nfails, 1);
	assert_int_equal(x->wrong[1].nfails, 1);
	assert_int_equal(x->wrong[1].fails[0].check, 3);
	assert_int_equal(x->total, 13);
	exercise_free(x);
}

/* ---- TAP: what is not required is TODO when it fails */

static void
tap_says_todo(void **state)
{
	struct exercise *x = load(text, false);
	json_t *r = report(x, "blrg");
	_free_ char *out = print(x, r, "tap13");

	(void)state;
	assert_non_null(
	    strstr(out, "not ok 2 - extra \xe2\x80\x94 extra # TODO bonus\n"));
	assert_non_null(strstr(
	    out, "not ok 3 - maybe \xe2\x80\x94 maybe # TODO optional\n"));
	assert_non_null(strstr(out, "\nok 3 - three\n"));
	assert_non_null(strstr(out, "# score 12/13 bonus 0/5\n"));
	json_decref(r);
	exercise_free(x);
}

/* ---- slips */

static void
slip_is_a_sentence(void **state)
{
	static const struct {
		const char *checks, *sentence;
	} slips[] = {
	    {"      a: {say: s, bonus: yes, required: yes, " SESSION ", " HINT,
	     "x.yml:14:41: check \"a\" is a bonus, so it cannot be required"},
	    {"      a: {say: s, bonus: perhaps, " SESSION ", " HINT,
	     "x.yml:14:26: expected yes or no, found \"perhaps\""},
	    {"      a: {say: s, visibility: secret, " SESSION ", " HINT,
	     "x.yml:14:31: expected shown, name-only or hidden, found "
	     "\"secret\""},
	    {"      a: {say: s, visibility: hidden, " SESSION ", " HINT
	     "      b: {say: s, needs: [a], " SESSION ", " HINT,
	     "x.yml:15:10: check \"b\" leans on \"a\", which is hidden: hide "
	     "it too"},
	    {"      a: {say: s, group: g, " SESSION ", " HINT,
	     "x.yml:14:26: \"a\" is alone in group \"g\""},
	    {"      a: {say: s, group: 'g h', " SESSION ", " HINT,
	     "x.yml:14:26: a name is 1 to 40 of a-z, 0-9 and -, found \"g "
	     "h\""},
	    /* a visible one without its points would tell of a hidden one */
	    {"      a: {say: s, group: g, " SESSION ", " HINT
	     "      b: {say: s, group: g, visibility: hidden, " SESSION
	     ", " HINT,
	     "x.yml:14:26: \"a\" and \"b\" of group \"g\" must be bonus, or "
	     "hidden, together"},
	    {"      a: {say: s, group: g, bonus: yes, " SESSION ", " HINT
	     "      b: {say: s, group: g, " SESSION ", " HINT,
	     "x.yml:14:26: \"a\" and \"b\" of group \"g\" must be bonus, or "
	     "hidden, together"},
	    {"      a: {say: s, visibility: hidden, " SESSION ", " HINT,
	     "x.yml:10:3: no check that the trainee sees gives a point"},
	    {"      a: {say: s, bonus: yes, " SESSION ", " HINT,
	     "x.yml:10:3: no check that the trainee sees gives a point"},
	};
	struct exercise *x;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
		_free_ char *file = xasprintf("%s%s", HEAD, slips[i].checks);

		x = exercise_parse("x.yml", file, strlen(file), &e);
		assert_null(x);
		assert_string_equal(e.msg, slips[i].sentence);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(points_are_counted),
	    cmocka_unit_test(no_renderer_tells),
	    cmocka_unit_test(verdict_is_mute),
	    cmocka_unit_test(name_only_is_named),
	    cmocka_unit_test(what_is_left_fits),
	    cmocka_unit_test(tap_says_todo),
	    cmocka_unit_test(slip_is_a_sentence),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
