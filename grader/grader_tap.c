/*
 * grader_tap: a report as TAP, for every harness there is.
 *
 * Version 13 unless 14 was asked for; only the first line differs. One subtest
 * per step, one point per check, ids fixed by the exercise. What went wrong is
 * a YAML block of one-line double-quoted scalars, the part of YAML that all
 * readers agree on. An error of ours ends the run: "Bail out!". The last line is
 * a comment with the points.
 */
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "base/tap.h"
#include "grader/grader.h"
#include "grader/grader_form.h"

static void
tap_details(struct tap *t, const json_t *check)
{
	static const char *const keys[] = {"expected",	"saw",	   "where",
					   "cause",	"hint_id", "hint",
					   "blocked_by"};
	size_t i;

	tap_yaml_begin(t);
	tap_yaml_str(t, "result", out_text(check, "result"));
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		tap_yaml_str(t, keys[i], out_text(check, keys[i]));
	tap_yaml_int(t, "since_ms", grader_report_number(check, "since_ms"));
	tap_yaml_int(t, "points", grader_report_number(check, "points"));
	tap_yaml_int(t, "max", grader_report_number(check, "max"));
	tap_yaml_end(t);
}

/* False when the run cannot go on. */
static bool
tap_check(struct tap *t, const json_t *check)
{
	const char *result = out_text(check, "result");
	_free_ char *name =
	    xasprintf("%s \xe2\x80\x94 %s", out_text(check, "id"),
		      out_text(check, "say"));
	bool bonus = json_is_true(json_object_get(check, "bonus"));
	_free_ char *skip = NULL;

	if (strcmp(result, "error") == 0)
		return false;
	if (strcmp(result, "skip") == 0) {
		skip = xasprintf("SKIP %s", out_text(check, "reason"));
		tap_point(t, true, name, skip);
		return true;
	}
	if (strcmp(result, "pass") == 0) {
		tap_point(t, true, name, NULL);
		return true;
	}
	if (json_is_false(json_object_get(check, "required")))
		tap_point(t, false, name,
			  bonus ? "TODO bonus" : "TODO optional");
	else
		tap_point(t, false, name, NULL);
	tap_details(t, check);
	return true;
}

static bool
tap_step(struct tap *t, const json_t *step)
{
	const json_t *checks = json_object_get(step, "checks"), *c;
	const char *result = out_text(step, "result");
	size_t i;

	tap_subtest_begin(t, out_text(step, "id"),
			  (int)json_array_size(checks));
	json_array_foreach(checks, i, c)
	{
		if (!tap_check(t, c)) {
			tap_bail_out(t, out_text(c, "reason"));
			return false;
		}
	}
	tap_subtest_end(
	    t, strcmp(result, "pass") == 0 || strcmp(result, "skip") == 0,
	    out_text(step, "id"));
	return true;
}

/* "score 17/20", "score 17/20 bonus 1/2". */
static char *
score_words(const json_t *report)
{
	long points = grader_report_number(report, "points"),
	     total = grader_report_number(report, "total");
	long max = grader_report_number(report, "bonus_max");

	if (max == 0)
		return xasprintf("score %ld/%ld", points, total);
	return xasprintf("score %ld/%ld bonus %ld/%ld", points, total,
			 grader_report_number(report, "bonus"), max);
}

void
grader_print_tap(FILE *f, const json_t *report, int version)
{
	const json_t *steps = json_object_get(report, "steps"), *s;
	_free_ char *score = score_words(report);
	struct tap t = tap_begin(f, version, (int)json_array_size(steps));
	size_t i;

	if (*out_text(report, "reason")) {
		tap_bail_out(&t, out_text(report, "reason"));
		return;
	}
	json_array_foreach(steps, i, s)
	{
		if (!tap_step(&t, s))
			return;
	}
	tap_comment(&t, score);
}
