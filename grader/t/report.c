/*
 * A report in each of its forms, compared with t/report/. GENERATE=1 rewrites.
 * The TAP ones are also read by prove and tap-parser, in t/tap_readers.sh.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "grader/grader.h"
#include "grader/grader_form.h"

#define FOLDER IXLAB_TREE "/grader/t/report/"
#define SESSION                                             \
	"kind: session, at: rs1, with: m1, family: ipv4,\n" \
	"          hints: [{hint: h, text: t}]}\n"

static const char demo[] =
    "exercise: demo\nversion: 3\ntitle: Two sessions replace twenty\n"
    "minutes: 1\nlevel: 1\nlab: d\ntrainee: m1\nfiles: [m1/bird.conf]\n"
    "steps:\n"
    "  - step: sessions\n    title: Four sessions\n    text: t.md\n"
    "    checks:\n"
    "      rs1-v4: {say: rs1 holds an IPv4 session with you, points: 2,\n"
    "        " SESSION
    "      rs1-v6: {say: rs1 holds an IPv6 session with you, " SESSION
    "      rs2-v4: {say: rs2 holds a session with you, " SESSION
    "      rs2-v6: {say: rs2 holds a session over IPv6 with you and this "
    "sentence is rather long, " SESSION "  - step: routes\n"
    "    title: Your routes\n    text: u.md\n"
    "    checks:\n"
    "      own: {say: 'your prefix # is there', points: 3, " SESSION
    "      more: {say: more, " SESSION
    "  - step: read\n    title: Only to read\n    text: v.md\n";

static struct exercise *x;

/* Verdicts own their texts, but nobody here frees them. */
static char *
words(const char *text)
{
	static char pool[64][80];
	static size_t next;

	return strncpy(pool[next++ % 64], text, 79);
}

static void
verdicts_mixed(struct grader_verdict v[6])
{
	memset(v, 0, 6 * sizeof(*v));
	for (int i = 0; i < 6; i++)
		v[i].blocked_by = SIZE_MAX;
	v[0].result = GRADER_PASS;
	v[1] = (struct grader_verdict){
	    .result = GRADER_FAIL,
	    .expected = words("Established"),
	    .saw = words("Active, last error: \"Bad peer AS\" \\ # x"),
	    .where = words("rs1, IPv6 session with m1"),
	    .hint_id = "bad-peer-as",
	    .hint = "rs1 and your router talked, and one of them hung up with "
		    "\"Bad peer AS\".\nEither your neighbor line expects "
		    "another AS number than the exchange's, or your local "
		    "line is not your own.\n",
	    .since_ms = 12345,
	    .blocked_by = SIZE_MAX};
	v[2] =
	    (struct grader_verdict){.result = GRADER_SKIP,
				    .reason = words("this kernel has no IPv6"),
				    .blocked_by = SIZE_MAX};
	v[3].result = GRADER_PASS;
	v[4] =
	    (struct grader_verdict){.result = GRADER_BLOCKED, .blocked_by = 1};
	v[5] = (struct grader_verdict){
	    .result = GRADER_FAIL,
	    .expected = words("a \xc3\xa9"),
	    .saw = words("a\033[2J\nnot ok 1 - forged\nBail out!"),
	    .hint_id = "h",
	    .hint = "t",
	    .blocked_by = SIZE_MAX};
}

static char *
print(const json_t *report, const char *name)
{
	enum grader_form form = GRADER_FORM_TEXT;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	struct err e;

	setlocale(LC_ALL, strcmp(name, "ascii") == 0 ? "C" : "C.UTF-8");
	if (strcmp(name, "ascii") != 0 && strcmp(name, "color") != 0)
		assert_int_equal(grader_form_find(name, &form, &e), 0);
	grader_form_print(f, form, report, false, strcmp(name, "color") == 0);
	fclose(f);
	return text;
}

static void
compare(const json_t *report, const char *name, const char *form)
{
	_free_ char *path = xasprintf(FOLDER "%s.%s", name, form);
	_free_ char *got = print(report, form), *want = NULL;
	struct err e;

	if (getenv("GENERATE"))
		assert_int_equal(file_write(path, got, strlen(got), &e), 0);
	if (file_read(path, 1 << 20, &want, NULL, &e) < 0)
		fail_msg("%s", e.msg);
	assert_string_equal(got, want);
}

static void
in_all_forms(const struct grader_verdict *v, const char *error,
	     const char *name, const char *result, enum err_class status)
{
	static const char *const forms[] = {"json",  "tap13", "tap14",
					    "text",  "ascii", "color",
					    "junit", "csv",   "html"};
	json_t *report = grader_report_of(x, v, error);
	size_t i;

	assert_string_equal(
	    json_string_value(json_object_get(report, "result")), result);
	assert_int_equal(grader_status(report), status);
	assert_int_equal(json_integer_value(json_object_get(report, "total")),
			 9);
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		compare(report, name, forms[i]);
	json_decref(report);
}

static void
mixed(void **state)
{
	struct grader_verdict v[6];

	(void)state;
	verdicts_mixed(v);
	in_all_forms(v, NULL, "mixed", "fail", ERR_FAILED);
}

static void
all_pass(void **state)
{
	struct grader_verdict v[6];
	int i;

	(void)state;
	verdicts_mixed(v);
	for (i = 0; i < 6; i++)
		v[i] = (struct grader_verdict){.result = GRADER_PASS,
					       .blocked_by = SIZE_MAX};
	in_all_forms(v, NULL, "pass", "pass", ERR_NONE);
}

static void
our_error(void **state)
{
	struct grader_verdict v[6];

	(void)state;
	verdicts_mixed(v);
	v[5] = (struct grader_verdict){.result = GRADER_ERROR,
				       .reason = words("lab demo is gone"),
				       .blocked_by = SIZE_MAX};
	in_all_forms(v, NULL, "error", "error", ERR_HERE);
}

static void
all_skip(void **state)
{
	struct grader_verdict v[6];
	json_t *report;
	int i;

	(void)state;
	verdicts_mixed(v);
	for (i = 0; i < 6; i++)
		v[i] = (struct grader_verdict){.result = GRADER_SKIP,
					       .reason = words("no IPv6"),
					       .blocked_by = SIZE_MAX};
	in_all_forms(v, NULL, "skip", "skip", ERR_HERE);
	v[0].result = GRADER_WAIT;
	report = grader_report_of(x, v, NULL);
	assert_string_equal(
	    json_string_value(json_object_get(report, "result")), "wait");
	json_decref(report);
}

static void
first_hint_first(void **state)
{
	struct grader_verdict v[6];
	json_t *report;
	_free_ char *hint = NULL;

	(void)state;
	verdicts_mixed(v);
	report = grader_report_of(x, v, NULL);
	hint = grader_hint(x, report);
	assert_non_null(hint);
	assert_true(str_starts(hint, "rs1 and your router talked"));
	json_decref(report);
	v[1].result = v[5].result = GRADER_PASS;
	report = grader_report_of(x, v, NULL);
	assert_null(grader_hint(x, report));
	json_decref(report);
}

/* Points and order come from the exercise, whatever the verdicts are. */
static void
total_is_fixed(void **state)
{
	struct grader_verdict v[6];
	json_t *report;
	int r, i;

	(void)state;
	for (r = GRADER_WAIT; r <= GRADER_ERROR; r++) {
		verdicts_mixed(v);
		for (i = 0; i < 6; i++)
			v[i] = (struct grader_verdict){.result = r};
		report = grader_report_of(x, v, NULL);
		assert_int_equal(
		    json_integer_value(json_object_get(report, "total")), 9);
		assert_int_equal(
		    json_integer_value(json_object_get(report, "points")),
		    r == GRADER_PASS ? 9 : 0);
		assert_int_equal(
		    json_array_size(json_object_get(report, "steps")), 3);
		json_decref(report);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(mixed),
	    cmocka_unit_test(all_pass),
	    cmocka_unit_test(our_error),
	    cmocka_unit_test(all_skip),
	    cmocka_unit_test(first_hint_first),
	    cmocka_unit_test(total_is_fixed),
	};
	struct err e;
	int rc;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	x = exercise_parse("x.yml", demo, strlen(demo), &e);
	if (x == NULL) {
		printf("Bail out! %s\n", e.msg);
		return 1;
	}
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	exercise_free(x);
	return rc;
}
