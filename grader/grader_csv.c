/*
 * grader_csv: the reports of a class as one table, a row a person (RFC 4180).
 *
 *	person,points,total,EX,EX points,EX total,EX/CHECK,...
 *
 * EX, for each exercise in the order in which they come, is the result of its
 * report, EX/CHECK that of one check. A person without a report of EX has empty
 * cells there; of two, the later counts.
 *
 * Spreadsheets run what begins like a formula. So every text is quoted, and
 * one that begins with = + - @, or their wide forms, gets an apostrophe before
 * it, which makes a spreadsheet take the rest as text.
 */
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_form.h"

#define number grader_report_number

static bool
csv_is_formula(const char *s)
{
	static const char *const wide[] = {"\xef\xbc\x9d", "\xef\xbc\x8b",
					   "\xef\xbc\x8d", "\xef\xbc\xa0"};
	size_t i;

	/* some spreadsheets take leading blanks away, no-break ones too */
	while (*s == ' ' || str_starts(s, "\xc2\xa0"))
		s += *s == ' ' ? 1 : 2;
	for (i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		if (str_starts(s, wide[i]))
			return true;
	}
	return *s && strchr("=+-@|%", *s);
}

static void
csv_cell(FILE *f, const char *value)
{
	_free_ char *clean = xstrdup(value);
	const char *p;

	str_clean(clean);
	fputc('"', f);
	if (csv_is_formula(clean))
		fputc('\'', f);
	for (p = clean; *p; p++) {
		if (*p == '"')
			fputc('"', f);
		fputc(*p, f);
	}
	fputc('"', f);
}

/* ---- who has which report, and which columns that gives */

/* {EXERCISE: {CHECK: true}} */
static json_t *
csv_columns(const json_t *reports)
{
	json_t *columns = json_object(), *ids;
	const json_t *r, *step, *c;
	size_t i, s, k;

	json_array_foreach(reports, i, r)
	{
		ids = json_object_get(columns, out_text(r, "exercise"));
		if (ids == NULL) {
			ids = json_object();
			json_object_set_new(columns, out_text(r, "exercise"),
					    ids);
		}
		json_array_foreach(json_object_get(r, "steps"), s, step)
		{
			json_array_foreach(json_object_get(step, "checks"), k,
					   c)
			{
				json_object_set_new(ids, out_text(c, "id"),
						    json_true());
			}
		}
	}
	return columns;
}

/* {PERSON: {EXERCISE: report}} */
static json_t *
csv_people(const json_t *reports)
{
	json_t *people = json_object(), *theirs, *r;
	size_t i;

	json_array_foreach(reports, i, r)
	{
		theirs = json_object_get(people, out_text(r, "who"));
		if (theirs == NULL) {
			theirs = json_object();
			json_object_set_new(people, out_text(r, "who"), theirs);
		}
		json_object_set(theirs, out_text(r, "exercise"), r);
	}
	return people;
}

static void
csv_head(FILE *f, json_t *columns)
{
	const char *exercise, *id;
	json_t *ids, *v;

	fputs("\"person\",\"points\",\"total\"", f);
	json_object_foreach(columns, exercise, ids)
	{
		_free_ char *points = xasprintf("%s points", exercise);
		_free_ char *total = xasprintf("%s total", exercise);

		fputc(',', f);
		csv_cell(f, exercise);
		fputc(',', f);
		csv_cell(f, points);
		fputc(',', f);
		csv_cell(f, total);
		json_object_foreach(ids, id, v)
		{
			_free_ char *name = xasprintf("%s/%s", exercise, id);

			fputc(',', f);
			csv_cell(f, name);
		}
	}
	fputs("\r\n", f);
}

static const char *
csv_result_of(const json_t *report, const char *id)
{
	const json_t *step, *c;
	size_t s, k;

	json_array_foreach(json_object_get(report, "steps"), s, step)
	{
		json_array_foreach(json_object_get(step, "checks"), k, c)
		{
			if (strcmp(out_text(c, "id"), id) == 0)
				return out_text(c, "result");
		}
	}
	return "";
}

static void
csv_report(FILE *f, const json_t *report, json_t *ids)
{
	const char *id;
	json_t *v;

	fputc(',', f);
	if (report == NULL) {
		fputs(",,", f);
	} else {
		csv_cell(f, out_text(report, "result"));
		fprintf(f, ",%ld,%ld", number(report, "points"),
			number(report, "total"));
	}
	json_object_foreach(ids, id, v)
	{
		fputc(',', f);
		if (report)
			csv_cell(f, csv_result_of(report, id));
	}
}

static void
csv_row(FILE *f, const char *who, json_t *theirs, json_t *columns)
{
	long points = 0, total = 0;
	const char *exercise;
	json_t *r, *ids;

	json_object_foreach(theirs, exercise, r)
	{
		points += number(r, "points");
		total += number(r, "total");
	}
	csv_cell(f, who);
	fprintf(f, ",%ld,%ld", points, total);
	json_object_foreach(columns, exercise, ids)
	{
		csv_report(f, json_object_get(theirs, exercise), ids);
	}
	fputs("\r\n", f);
}

void
grader_print_csv(FILE *f, const json_t *reports)
{
	json_t *columns = csv_columns(reports), *people = csv_people(reports);
	const char *who;
	json_t *theirs;

	csv_head(f, columns);
	json_object_foreach(people, who, theirs)
	{
		csv_row(f, who, theirs, columns);
	}
	json_decref(columns);
	json_decref(people);
}
