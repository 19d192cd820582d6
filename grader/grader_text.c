/*
 * grader_text: a report for a person, 80 columns wide.
 *
 * Every result is a symbol and a word, so that neither colour nor a font is
 * needed to read it; without UTF-8 the symbols are ASCII.
 */
#include <langinfo.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader.h"
#include "grader/grader_form.h"

#define TEXT_WIDTH 80
#define TEXT_INDENT 13

struct text_style {
	const char *result, *word, *utf8, *ascii, *color;
};

static const struct text_style styles[] = {
    {"pass", "pass", "\xe2\x9c\x94", "+", "\033[32m"},
    {"fail", "FAIL", "\xe2\x9c\x98", "x", "\033[31m"},
    {"blocked", "blocked", "\xe2\x96\xa0", "#", "\033[33m"},
    {"skip", "skip", "\xe2\x80\x93", "-", "\033[36m"},
    {"error", "ERROR", "!", "!", "\033[35m"},
    {"wait", "wait", "\xe2\x80\xa6", ".", "\033[33m"},
};

static const struct text_style *
style_of(const json_t *check)
{
	const char *result = out_text(check, "result");
	size_t i;

	for (i = 0; i + 1 < sizeof(styles) / sizeof(styles[0]); i++) {
		if (strcmp(styles[i].result, result) == 0)
			break;
	}
	return &styles[i];
}

/* Columns that a text takes: one per character. */
static size_t
width(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

/* Words from column `at` on, further lines indented to the same column. Returns
 * the column after the last one. */
static size_t
wrap_words(FILE *f, const char *s, size_t at, size_t width_max)
{
	size_t col = at, n;

	while (*(s += strspn(s, " \n\t"))) {
		_free_ char *word = xstrndup(s, n = strcspn(s, " \n\t"));

		str_clean(word);
		if (col > at && col + 1 + width(word) > width_max) {
			fprintf(f, "\n%*s", (int)at, "");
			col = at;
		}
		if (col > at) {
			fputc(' ', f);
			col++;
		}
		fputs(word, f);
		col += width(word);
		s += n;
	}
	return col;
}

static void
wrap(FILE *f, const char *s, size_t at)
{
	wrap_words(f, s, at, TEXT_WIDTH);
	fputc('\n', f);
}

static void
field(FILE *f, const char *name, const char *value)
{
	if (*value == '\0')
		return;
	fprintf(f, "%*s%-9s ", TEXT_INDENT, "", name);
	wrap(f, value, TEXT_INDENT + 10);
}

/* "for 12 s": how long it has been so. */
static char *
saw_words(const json_t *check)
{
	long s = grader_report_number(check, "since_ms") / 1000;

	if (*out_text(check, "saw") == '\0')
		return xstrdup("");
	if (s < 1)
		return xstrdup(out_text(check, "saw"));
	return xasprintf("%s (for %ld s)", out_text(check, "saw"), s);
}

static void
print_details(FILE *f, const json_t *check)
{
	_free_ char *saw = saw_words(check);

	field(f, "expected", out_text(check, "expected"));
	field(f, "saw", saw);
	field(f, "where", out_text(check, "where"));
	field(f, "cause", out_text(check, "cause"));
	field(f, "hint", out_text(check, "hint"));
	field(f, "reason", out_text(check, "reason"));
	if (strcmp(out_text(check, "visibility"), "name-only") == 0 &&
	    *out_text(check, "kind") == '\0')
		field(f, "why", "is for you to find out");
	if (*out_text(check, "blocked_by")) {
		_free_ char *by =
		    xasprintf("by %s", out_text(check, "blocked_by"));

		field(f, "blocked", by);
	}
}

/* What is not plain from the points. */
static void
print_worth(FILE *f, const json_t *check)
{
	bool pass = strcmp(out_text(check, "result"), "pass") == 0;

	if (json_is_true(json_object_get(check, "bonus")))
		field(f, "bonus", "over and above the total");
	else if (json_is_false(json_object_get(check, "required")) && !pass)
		field(f, "optional", "the exercise can be passed without it");
	if (*out_text(check, "group") &&
	    grader_report_number(check, "points") == 0) {
		_free_ char *words =
		    xasprintf("%s: all of it pass, or none gives points",
			      out_text(check, "group"));

		field(f, "group", words);
	}
}

/* "  ✔ pass     rs1-v4  rs1 holds an IPv4 session with you          2/2" */
static void
print_check(FILE *f, const json_t *check, bool color, bool utf8)
{
	const struct text_style *st = style_of(check);
	_free_ char *points =
	    xasprintf("%ld/%ld", grader_report_number(check, "points"),
		      grader_report_number(check, "max"));
	size_t room = TEXT_WIDTH - width(points), used;

	fprintf(f, "  %s%s %-8s%s ", color ? st->color : "",
		utf8 ? st->utf8 : st->ascii, st->word, color ? "\033[0m" : "");
	used = wrap_words(f, out_text(check, "say"), TEXT_INDENT, room - 1);
	fprintf(f, "%*s%s\n", (int)(room - used), "", points);
	print_worth(f, check);
	if (strcmp(st->result, "pass") == 0)
		return;
	field(f, "check", out_text(check, "id"));
	print_details(f, check);
}

static void
print_verdict(FILE *f, const json_t *report)
{
	const char *result = out_text(report, "result");
	_free_ char *reason = xstrdup(out_text(report, "reason"));

	str_clean(reason);
	fprintf(f, "\n%ld of %ld points",
		grader_report_number(report, "points"),
		grader_report_number(report, "total"));
	if (grader_report_number(report, "bonus_max") > 0)
		fprintf(f, ", and %ld of %ld as a bonus",
			grader_report_number(report, "bonus"),
			grader_report_number(report, "bonus_max"));
	if (strcmp(result, "pass") == 0)
		fputs(": everything passes\n", f);
	else if (strcmp(result, "error") == 0)
		fprintf(f, ", not graded%s%s\n", *reason ? ": " : "", reason);
	else
		fputs("\n", f);
}

void
grader_print_text(FILE *f, const json_t *report, bool color)
{
	bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	const json_t *steps = json_object_get(report, "steps"), *s, *c;
	size_t i, k;

	wrap(f, out_text(report, "title"), 0);
	json_array_foreach(steps, i, s)
	{
		fprintf(f, "\n%zu ", i + 1);
		wrap(f, out_text(s, "title"), 2);
		json_array_foreach(json_object_get(s, "checks"), k, c)
		{
			print_check(f, c, color, utf8);
		}
	}
	print_verdict(f, report);
}
