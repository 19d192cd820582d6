/*
 * grader_html: reports as one page that needs nothing else.
 *
 * No script, no picture, no font, no address: the page may be mailed, printed
 * or opened on a phone without a network, and its own policy
 * (Content-Security-Policy) forbids it to load anything, should a word ever get
 * where it does not belong. It is written as XML would have it, so that
 * readers of either kind can check it. Colour never says anything alone: each
 * result is a symbol and a word.
 *
 * One report is a heading, a sum and a table a step. Several begin with a table
 * of the class (a row a person, a column an exercise) and a table of what failed
 * most, then those that a desk has to add; the reports follow.
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_form.h"

#define number grader_report_number

static const char head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n<head>\n"
    "<meta charset=\"utf-8\"/>\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
    "'none'; style-src 'unsafe-inline'\"/>\n"
    "<meta name=\"viewport\" content=\"width=device-width, "
    "initial-scale=1\"/>\n"
    "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
    "<style>\n"
    ":root {color-scheme: light dark; --fg: #1b1f23; --bg: #fff; "
    "--line: #c3c9d0;\n"
    "  --soft: #f3f5f7; --dim: #545d68; --pass: #14622c; --fail: #a3101f;\n"
    "  --wait: #754600; --skip: #2f5573; --error: #74209a}\n"
    "@media (prefers-color-scheme: dark) {:root {--fg: #e8eaed; "
    "--bg: #14171a;\n"
    "  --line: #464d55; --soft: #1f2428; --dim: #aab2bb; --pass: #7ddc9b;\n"
    "  --fail: #ff9c9c; --wait: #f2c078; --skip: #9cc7ea; "
    "--error: #dcaef2}}\n"
    "body {margin: 0 auto; max-width: 60rem; padding: 1rem; "
    "font: 1rem/1.45 system-ui, sans-serif;\n"
    "  color: var(--fg); background: var(--bg); "
    "overflow-wrap: anywhere}\n"
    "h1 {font-size: 1.5rem; line-height: 1.2} h2 {font-size: 1.2rem} "
    "h3 {font-size: 1rem}\n"
    "table {border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem}\n"
    "caption {text-align: left; color: var(--dim); padding: .2rem 0}\n"
    "th, td {text-align: left; vertical-align: top; padding: .35rem .5rem;\n"
    "  border-bottom: 1px solid var(--line)}\n"
    "thead th {background: var(--soft); overflow-wrap: normal} tbody th "
    "{font-weight: 600}\n"
    ".n {text-align: right; white-space: nowrap} "
    ".r {white-space: nowrap; font-weight: 600} td.r {width: 1%}\n"
    "tr.has td, tr.has th {border-bottom: 0} tr.more td {padding-top: 0}\n"
    "dl {margin: 0; display: grid; grid-template-columns: max-content 1fr; "
    "gap: .1rem .8rem}\n"
    "dt {color: var(--dim)} dd {margin: 0}\n"
    "code {font: .9em ui-monospace, monospace; font-weight: 400; "
    "color: var(--dim)}\n"
    "a {color: inherit} article {border-top: 3px solid var(--line); "
    "margin-top: 2rem}\n"
    ".pass {color: var(--pass)} .fail {color: var(--fail)} "
    ".blocked, .wait {color: var(--wait)}\n"
    ".skip {color: var(--skip)} .error {color: var(--error)}\n"
    ".wide {overflow-x: auto} .wide th, .wide td {overflow-wrap: normal}\n"
    "@media (max-width: 32rem) {body {padding: .6rem} "
    "th, td {padding: .35rem .3rem}\n"
    "  dl {grid-template-columns: 1fr} dd {margin-bottom: .3rem}}\n"
    "@media print {:root {--fg: #000; --bg: #fff; --line: #888; "
    "--soft: #eee; --dim: #444;\n"
    "  --pass: #14622c; --fail: #a3101f; --wait: #754600; --skip: #2f5573; "
    "--error: #74209a}\n"
    "  body {max-width: none; padding: 0; font-size: 10pt} "
    "h1, h2, h3, caption {break-after: avoid}\n"
    "  tr {break-inside: avoid} tr.has {break-after: avoid} "
    ".wide {overflow: visible}\n"
    "  article {break-before: page; border: 0}}\n"
    "</style>\n";

static const struct {
	const char *result, *symbol;
} symbols[] = {
    {"pass", "\xe2\x9c\x94"},
    {"fail", "\xe2\x9c\x98"},
    {"blocked", "\xe2\x96\xa0"},
    {"skip", "\xe2\x80\x93"},
    {"error", "!"},
    {"wait", "\xe2\x80\xa6"},
};

/* The names of results are classes of the style sheet: only our own. */
static void
html_result(FILE *f, const char *element, const char *result)
{
	size_t i;

	for (i = 0; i + 1 < sizeof(symbols) / sizeof(symbols[0]); i++) {
		if (strcmp(symbols[i].result, result) == 0)
			break;
	}
	fprintf(f, "<%s class=\"r %s\"><span aria-hidden=\"true\">%s</span> %s",
		element, symbols[i].result, symbols[i].symbol,
		symbols[i].result);
	fprintf(f, "</%s>", element);
}

/* A word of theirs may be written from right to left, and must not turn what
 * stands beside it. */
static void
html_words(FILE *f, const char *words)
{
	fputs("<bdi>", f);
	grader_markup(f, words);
	fputs("</bdi>", f);
}

/* ---- one report */

static void
html_fact(FILE *f, const char *name, const char *value)
{
	if (*value == '\0')
		return;
	fprintf(f, "<dt>%s</dt><dd>", name);
	html_words(f, value);
	fputs("</dd>\n", f);
}

static char *
html_since(const json_t *check)
{
	long s = number(check, "since_ms") / 1000;

	return s > 0 && *out_text(check, "saw") ? xasprintf("%ld s", s)
						: xstrdup("");
}

/* What is not plain from the points. */
static char *
html_worth(const json_t *c)
{
	bool pass = strcmp(out_text(c, "result"), "pass") == 0;

	if (json_is_true(json_object_get(c, "bonus")))
		return xstrdup("a bonus, over and above the total");
	if (grader_report_optional(c) && !pass)
		return xstrdup("not required: the exercise can be passed "
			       "without it");
	if (*out_text(c, "group") && number(c, "points") == 0)
		return xasprintf("in the group %s: all of it pass, or none "
				 "gives points",
				 out_text(c, "group"));
	return xstrdup("");
}

static bool
html_has_facts(const json_t *c)
{
	static const char *const keys[] = {"expected",	"saw",	"where",
					   "cause",	"hint", "reason",
					   "blocked_by"};
	_free_ char *worth = html_worth(c);
	size_t i;

	if (*worth)
		return true;
	if (strcmp(out_text(c, "result"), "pass") == 0)
		return false;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (*out_text(c, keys[i]))
			return true;
	}
	return false;
}

/* Of what passed, no more than what it is worth. */
static void
html_facts(FILE *f, const json_t *c)
{
	bool pass = strcmp(out_text(c, "result"), "pass") == 0;
	_free_ char *since = html_since(c), *worth = html_worth(c);

	fputs("<tr class=\"more\"><td></td><td colspan=\"2\"><dl>\n", f);
	html_fact(f, "worth", worth);
	if (!pass) {
		html_fact(f, "expected", out_text(c, "expected"));
		html_fact(f, "saw", out_text(c, "saw"));
		html_fact(f, "for", since);
		html_fact(f, "where", out_text(c, "where"));
		html_fact(f, "cause", out_text(c, "cause"));
		html_fact(f, "hint", out_text(c, "hint"));
		html_fact(f, "reason", out_text(c, "reason"));
		html_fact(f, "blocked by", out_text(c, "blocked_by"));
	}
	fputs("</dl></td></tr>\n", f);
}

static void
html_check(FILE *f, const json_t *c)
{
	fprintf(f, "<tr%s>", html_has_facts(c) ? " class=\"has\"" : "");
	html_result(f, "td", out_text(c, "result"));
	fputs("<th scope=\"row\">", f);
	html_words(f, out_text(c, "say"));
	fputs(" <code>", f);
	grader_markup(f, out_text(c, "id"));
	fprintf(f, "</code></th><td class=\"n\">%ld/%ld</td></tr>\n",
		number(c, "points"), number(c, "max"));
	if (html_has_facts(c))
		html_facts(f, c);
}

static void
html_step(FILE *f, const json_t *step, size_t s, int level)
{
	const json_t *checks = json_object_get(step, "checks"), *c;
	size_t i;

	fprintf(f, "<section>\n<h%d>%zu ", level, s + 1);
	html_words(f, out_text(step, "title"));
	fprintf(f, "</h%d>\n", level);
	if (json_array_size(checks) == 0) {
		fputs("<p>Nothing is checked in this step.</p>\n", f);
	} else {
		fprintf(f,
			"<table>\n<caption>Checks of step %zu</caption>\n"
			"<thead><tr><th scope=\"col\">Result</th>"
			"<th scope=\"col\">Check</th>"
			"<th scope=\"col\" class=\"n\">Points</th></tr>"
			"</thead>\n<tbody>\n",
			s + 1);
		json_array_foreach(checks, i, c)
		{
			html_check(f, c);
		}
		fputs("</tbody>\n</table>\n", f);
	}
	fputs("</section>\n", f);
}

static void
html_report(FILE *f, const json_t *r, int level)
{
	const json_t *step;
	size_t s;

	fputs("<p>", f);
	html_result(f, "strong", out_text(r, "result"));
	fprintf(f, " %ld of %ld points", number(r, "points"),
		number(r, "total"));
	if (number(r, "bonus_max") > 0)
		fprintf(f, " and %ld of %ld as a bonus", number(r, "bonus"),
			number(r, "bonus_max"));
	fputs("; exercise <code>", f);
	grader_markup(f, out_text(r, "exercise"));
	fprintf(f, "</code>, version %ld</p>\n", number(r, "version"));
	if (*out_text(r, "reason")) {
		fputs("<p class=\"error\">Not graded: ", f);
		html_words(f, out_text(r, "reason"));
		fputs("</p>\n", f);
	}
	json_array_foreach(json_object_get(r, "steps"), s, step)
	{
		html_step(f, step, s, level);
	}
}

/* ---- a class */

/* {EXERCISE: title} in the order in which they come. */
static json_t *
class_exercises(const json_t *reports)
{
	json_t *o = json_object();
	const json_t *r;
	size_t i;

	json_array_foreach(reports, i, r)
	{
		json_object_set(o, out_text(r, "exercise"),
				json_object_get(r, "title"));
	}
	return o;
}

/* {PERSON: {EXERCISE: number of the report}}; of two the later counts. */
static json_t *
class_people(const json_t *reports)
{
	json_t *people = json_object(), *theirs;
	const json_t *r;
	size_t i;

	json_array_foreach(reports, i, r)
	{
		theirs = json_object_get(people, out_text(r, "who"));
		if (theirs == NULL) {
			theirs = json_object();
			json_object_set_new(people, out_text(r, "who"), theirs);
		}
		json_object_set_new(theirs, out_text(r, "exercise"),
				    json_integer((json_int_t)i));
	}
	return people;
}

static void
class_cell(FILE *f, const json_t *reports, const json_t *index)
{
	const json_t *r;

	if (index == NULL) {
		fputs("<td>none</td>", f);
		return;
	}
	r = json_array_get(reports, (size_t)json_integer_value(index));
	fputs("<td>", f);
	html_result(f, "span", out_text(r, "result"));
	fprintf(f, " <a href=\"#r%lld\">%ld/%ld</a></td>",
		(long long)json_integer_value(index) + 1, number(r, "points"),
		number(r, "total"));
}

static void
class_table(FILE *f, const json_t *reports, json_t *exercises, json_t *people)
{
	const char *who, *exercise;
	json_t *theirs, *v;

	fputs("<section>\n<h2 id=\"class\">The class</h2>\n"
	      "<div class=\"wide\" role=\"region\" tabindex=\"0\" "
	      "aria-labelledby=\"class\">\n<table>\n"
	      "<caption>Results and points by person and exercise</caption>\n"
	      "<thead><tr><th scope=\"col\">Person</th>",
	      f);
	json_object_foreach(exercises, exercise, v)
	{
		fputs("<th scope=\"col\">", f);
		html_words(f, exercise);
		fputs("</th>", f);
	}
	fputs("</tr></thead>\n<tbody>\n", f);
	json_object_foreach(people, who, theirs)
	{
		fputs("<tr><th scope=\"row\">", f);
		html_words(f, who);
		fputs("</th>", f);
		json_object_foreach(exercises, exercise, v)
		{
			class_cell(f, reports,
				   json_object_get(theirs, exercise));
		}
		fputs("</tr>\n", f);
	}
	fputs("</tbody>\n</table>\n</div>\n</section>\n", f);
}

/* ---- what failed most */

struct miss {
	const char *exercise, *id, *say;
	long failed, reports;
};

static void
miss_add(struct miss **misses, size_t *n, const char *exercise, const json_t *c)
{
	struct miss *m;
	size_t i;

	for (i = 0; i < *n; i++) {
		m = &(*misses)[i];
		if (strcmp(m->id, out_text(c, "id")) == 0 &&
		    strcmp(m->exercise, exercise) == 0)
			break;
	}
	if (i == *n) {
		*misses = xreallocarray(*misses, ++*n, sizeof(**misses));
		(*misses)[i] = (struct miss){.exercise = exercise,
					     .id = out_text(c, "id"),
					     .say = out_text(c, "say")};
	}
	(*misses)[i].reports++;
	(*misses)[i].failed += strcmp(out_text(c, "result"), "fail") == 0;
}

static int
miss_order(const void *a, const void *b)
{
	const struct miss *x = a, *y = b;
	int order;

	if (x->failed != y->failed)
		return x->failed < y->failed ? 1 : -1;
	order = strcmp(x->exercise, y->exercise);
	return order ? order : strcmp(x->id, y->id);
}

static void
misses_print(FILE *f, const struct miss *misses, size_t n)
{
	size_t i;

	fputs("<section>\n<h2>What failed most</h2>\n<table>\n"
	      "<caption>Checks by how many reports they failed in</caption>\n"
	      "<thead><tr><th scope=\"col\">Check</th><th scope=\"col\">"
	      "Exercise</th><th scope=\"col\" class=\"n\">Failed</th></tr>"
	      "</thead>\n<tbody>\n",
	      f);
	for (i = 0; i < n && i < 10 && misses[i].failed > 0; i++) {
		fputs("<tr><th scope=\"row\">", f);
		html_words(f, misses[i].say);
		fputs(" <code>", f);
		grader_markup(f, misses[i].id);
		fputs("</code></th><td>", f);
		html_words(f, misses[i].exercise);
		fprintf(f, "</td><td class=\"n\">%ld of %ld</td></tr>\n",
			misses[i].failed, misses[i].reports);
	}
	fputs("</tbody>\n</table>\n</section>\n", f);
}

static void
class_misses(FILE *f, const json_t *reports)
{
	struct miss *misses = NULL;
	const json_t *r, *step, *c;
	size_t n = 0, i, s, k;

	json_array_foreach(reports, i, r)
	{
		json_array_foreach(json_object_get(r, "steps"), s, step)
		{
			json_array_foreach(json_object_get(step, "checks"), k,
					   c)
			{
				miss_add(&misses, &n, out_text(r, "exercise"),
					 c);
			}
		}
	}
	if (n > 0)
		qsort(misses, n, sizeof(*misses), miss_order);
	if (n > 0 && misses[0].failed > 0)
		misses_print(f, misses, n);
	free(misses);
}

/* ---- tables of the caller's */

static void
table_cell(FILE *f, const json_t *v, bool first)
{
	const char *element = first ? "th" : "td";

	fprintf(f, "<%s%s%s>", element, first ? " scope=\"row\"" : "",
		json_is_integer(v) ? " class=\"n\"" : "");
	if (json_is_integer(v))
		fprintf(f, "%lld", (long long)json_integer_value(v));
	else
		html_words(f, json_string_value(v));
	fprintf(f, "</%s>", element);
}

static void
table_print(FILE *f, const json_t *t)
{
	const json_t *rows = json_object_get(t, "rows"), *row, *v;
	const json_t *first = json_array_get(rows, 0);
	size_t i, k;

	fputs("<section>\n<h2>", f);
	html_words(f, out_text(t, "title"));
	fputs("</h2>\n<div class=\"wide\" role=\"region\" tabindex=\"0\" "
	      "aria-label=\"",
	      f);
	grader_markup(f, out_text(t, "title"));
	fputs("\">\n<table>\n<caption>", f);
	html_words(f, out_text(t, "caption"));
	fputs("</caption>\n<thead><tr>", f);
	json_array_foreach(json_object_get(t, "head"), i, v)
	{
		fprintf(f, "<th scope=\"col\"%s>",
			json_is_integer(json_array_get(first, i))
			    ? " class=\"n\""
			    : "");
		html_words(f, json_string_value(v));
		fputs("</th>", f);
	}
	fputs("</tr></thead>\n<tbody>\n", f);
	json_array_foreach(rows, i, row)
	{
		fputs("<tr>", f);
		json_array_foreach(row, k, v) table_cell(f, v, k == 0);
		fputs("</tr>\n", f);
	}
	fputs("</tbody>\n</table>\n</div>\n</section>\n", f);
}

static void
html_class(FILE *f, const json_t *reports, const json_t *tables)
{
	json_t *exercises = class_exercises(reports);
	json_t *people = class_people(reports);
	const json_t *r, *t;
	size_t i;

	class_table(f, reports, exercises, people);
	class_misses(f, reports);
	json_array_foreach(tables, i, t) table_print(f, t);
	json_array_foreach(reports, i, r)
	{
		fprintf(f, "<article id=\"r%zu\">\n<h2>", i + 1);
		html_words(f, out_text(r, "who"));
		fputs(" \xe2\x80\x94 ", f);
		html_words(f, out_text(r, "title"));
		fputs("</h2>\n", f);
		html_report(f, r, 3);
		fputs("</article>\n", f);
	}
	json_decref(exercises);
	json_decref(people);
}

static void
page_begin(FILE *f, const char *title)
{
	fputs(head, f);
	fputs("<title>", f);
	grader_markup(f, title);
	fputs("</title>\n</head>\n<body>\n<main>\n<h1>", f);
	html_words(f, title);
	fputs("</h1>\n", f);
}

static void
page_end(FILE *f)
{
	fputs("</main>\n</body>\n</html>\n", f);
}

void
grader_print_html_class(FILE *f, const json_t *reports, const json_t *tables)
{
	page_begin(f, "Results of a class");
	html_class(f, reports, tables);
	page_end(f);
}

void
grader_print_html(FILE *f, const json_t *reports)
{
	const json_t *first = json_array_get(reports, 0);

	if (json_array_size(reports) != 1) {
		grader_print_html_class(f, reports, NULL);
		return;
	}
	page_begin(f, out_text(first, "title"));
	if (*out_text(first, "who")) {
		fputs("<p>", f);
		html_words(f, out_text(first, "who"));
		fputs("</p>\n", f);
	}
	html_report(f, first, 2);
	page_end(f);
}
