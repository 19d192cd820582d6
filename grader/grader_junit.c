/*
 * grader_junit: reports as JUnit XML, for continuous integration.
 *
 * There is no standard; what is written here is the subset on which the readers
 * of Jenkins, GitLab and others agree, stated in junit.xsd. A step is a
 * testsuite, a check a testcase. What failed or is blocked or not decided is a
 * failure, what we could not tell an error, and points are properties. When
 * nothing could be judged there is one more testcase, in error, which says why.
 * Times are left out: how long a check took says nothing about it.
 */
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_form.h"

#define number grader_report_number

struct junit_sums {
	size_t tests, failures, errors, skipped;
};

/* What fails and is not required must not make a reader red. */
static const char *
junit_result(const json_t *check)
{
	const char *result = out_text(check, "result");

	return grader_report_optional(check) && strcmp(result, "pass") != 0 &&
		       strcmp(result, "error") != 0
		   ? "skip"
		   : result;
}

static void
junit_count(struct junit_sums *n, const char *result)
{
	n->tests++;
	if (strcmp(result, "skip") == 0)
		n->skipped++;
	else if (strcmp(result, "error") == 0)
		n->errors++;
	else if (strcmp(result, "pass") != 0)
		n->failures++;
}

static void
junit_count_step(struct junit_sums *n, const json_t *step)
{
	const json_t *c;
	size_t i;

	json_array_foreach(json_object_get(step, "checks"), i, c)
	{
		junit_count(n, junit_result(c));
	}
}

static struct junit_sums
junit_count_all(const json_t *reports)
{
	struct junit_sums n = {0};
	const json_t *r, *step;
	size_t i, s;

	json_array_foreach(reports, i, r)
	{
		if (*out_text(r, "reason"))
			junit_count(&n, "error");
		json_array_foreach(json_object_get(r, "steps"), s, step)
		{
			junit_count_step(&n, step);
		}
	}
	return n;
}

/* ---- pieces */

static void
attribute(FILE *f, const char *name, const char *value)
{
	fprintf(f, " %s=\"", name);
	grader_markup(f, value);
	fputc('"', f);
}

static void
property(FILE *f, const char *name, const char *value)
{
	fputs("      <property", f);
	attribute(f, "name", name);
	attribute(f, "value", value);
	fputs("/>\n", f);
}

static void
property_number(FILE *f, const char *name, long value)
{
	_free_ char *digits = xasprintf("%ld", value);

	property(f, name, digits);
}

static void
line(FILE *f, const char *name, const json_t *check)
{
	if (*out_text(check, name) == '\0')
		return;
	fprintf(f, "%s: ", name);
	grader_markup(f, out_text(check, name));
	fputc('\n', f);
}

/* What readers show first: the difference, in one line. */
static char *
junit_message(const json_t *check)
{
	if (*out_text(check, "blocked_by"))
		return xasprintf("blocked by %s",
				 out_text(check, "blocked_by"));
	if (*out_text(check, "saw"))
		return xasprintf("expected: %s; saw: %s",
				 out_text(check, "expected"),
				 out_text(check, "saw"));
	if (*out_text(check, "reason"))
		return xstrdup(out_text(check, "reason"));
	return xstrdup(out_text(check, "result"));
}

static char *
junit_why_skipped(const json_t *check)
{
	_free_ char *message = junit_message(check);

	return strcmp(out_text(check, "result"), "skip") == 0
		   ? xstrdup(message)
		   : xasprintf("not required; %s", message);
}

/* How long it has been so. */
static void
junit_since(FILE *f, const json_t *check)
{
	long s = grader_report_number(check, "since_ms") / 1000;

	if (s > 0)
		fprintf(f, "for: %ld s\n", s);
}

static void
junit_bad(FILE *f, const char *element, const json_t *check)
{
	static const char *const keys[] = {"expected",	 "saw",	   "where",
					   "blocked_by", "reason", "cause",
					   "hint"};
	_free_ char *message = junit_message(check);
	size_t i;

	fprintf(f, "      <%s", element);
	attribute(f, "type", out_text(check, "result"));
	attribute(f, "message", message);
	fputs(">", f);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		line(f, keys[i], check);
	junit_since(f, check);
	fprintf(f, "</%s>\n", element);
}

static void
junit_check(FILE *f, const char *suite, const json_t *check)
{
	const char *result = junit_result(check);
	_free_ char *why = junit_why_skipped(check);
	_free_ char *name =
	    xasprintf("%s \xe2\x80\x94 %s", out_text(check, "id"),
		      out_text(check, "say"));

	fputs("    <testcase", f);
	attribute(f, "classname", suite);
	attribute(f, "name", name);
	if (strcmp(result, "pass") == 0) {
		fputs("/>\n", f);
		return;
	}
	fputs(">\n", f);
	if (strcmp(result, "skip") == 0) {
		fputs("      <skipped", f);
		attribute(f, "message", why);
		fputs("/>\n", f);
	} else {
		junit_bad(f, strcmp(result, "error") == 0 ? "error" : "failure",
			  check);
	}
	fputs("    </testcase>\n", f);
}

static void
junit_numbers(FILE *f, const struct junit_sums *n)
{
	fprintf(f, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", n->tests,
		n->failures, n->errors);
}

static void
junit_suite_begin(FILE *f, const char *name, const struct junit_sums *n)
{
	fputs("  <testsuite", f);
	attribute(f, "name", name);
	junit_numbers(f, n);
	fprintf(f, " skipped=\"%zu\">\n", n->skipped);
}

/* "alice.first-ebgp-session": readers group by the parts between dots. */
static char *
junit_name(const json_t *report)
{
	const char *who = out_text(report, "who");

	return xasprintf("%s%s%s", who, *who ? "." : "",
			 out_text(report, "exercise"));
}

static void
junit_step(FILE *f, const char *name, const json_t *step)
{
	_free_ char *suite = xasprintf("%s.%s", name, out_text(step, "id"));
	const json_t *checks = json_object_get(step, "checks"), *c;
	struct junit_sums n = {0};
	long points = 0, max = 0;
	size_t i;

	junit_count_step(&n, step);
	json_array_foreach(checks, i, c)
	{
		points += number(c, "points");
		max += number(c, "max");
	}
	junit_suite_begin(f, suite, &n);
	fputs("    <properties>\n", f);
	property(f, "title", out_text(step, "title"));
	property_number(f, "points", points);
	property_number(f, "max", max);
	fputs("    </properties>\n", f);
	json_array_foreach(checks, i, c)
	{
		junit_check(f, suite, c);
	}
	fputs("  </testsuite>\n", f);
}

static void
junit_not_judged(FILE *f, const char *name, const json_t *report)
{
	struct junit_sums one = {.tests = 1, .errors = 1};

	junit_suite_begin(f, name, &one);
	fputs("    <testcase", f);
	attribute(f, "classname", name);
	fputs(" name=\"grading\">\n      <error type=\"error\"", f);
	attribute(f, "message", out_text(report, "reason"));
	fputs("/>\n    </testcase>\n  </testsuite>\n", f);
}

void
grader_print_junit(FILE *f, const json_t *reports)
{
	struct junit_sums n = junit_count_all(reports);
	const json_t *r, *step;
	size_t i, s;

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", f);
	fputs("<testsuites name=\"ixlab\"", f);
	junit_numbers(f, &n);
	fputs(">\n", f);
	json_array_foreach(reports, i, r)
	{
		_free_ char *name = junit_name(r);

		if (*out_text(r, "reason"))
			junit_not_judged(f, name, r);
		json_array_foreach(json_object_get(r, "steps"), s, step)
		{
			junit_step(f, name, step);
		}
	}
	fputs("</testsuites>\n", f);
}
