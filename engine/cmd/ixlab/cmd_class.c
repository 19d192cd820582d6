/*
 * ixlab desk class: the report of a class, from what was sent in and what the desk
 * made of it: results, mistakes, notes, and who looks like whom.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "grader/desk/desk.h"
#include "grader/grader_form.h"

struct class
{
	json_t *results;			  /* of the desk's, signed */
	json_t *marks, *mistakes, *notes, *pairs; /* rows */
};

static const struct class_table {
	const char *key, *title, *caption, *empty;
	struct out_column columns[8];
} tables[] = {
    {"marks",
     "Results",
     "What the desk gave",
     "there is no result",
     {{"PERSON", "person"},
      {"EXERCISE", "exercise"},
      {"RESULT", "result"},
      {"POINTS", "points"},
      {"OF", "total"}}},
    {"mistakes",
     "Mistakes",
     "Checks that failed, by the hint that fitted",
     "no check failed",
     {{"EXERCISE", "exercise"},
      {"CHECK", "check"},
      {"MISTAKE", "hint"},
      {"PEOPLE", "count"}}},
    {"notes",
     "Notes",
     "What the desk should know, and no mark depends on",
     "there is nothing to note",
     {{"PERSON", "person"}, {"EXERCISE", "exercise"}, {"NOTE", "note"}}},
    {"pairs",
     "Who looks like whom",
     "In percent; it decides nothing: a short exercise has few right answers",
     "no two look alike",
     {{"EXERCISE", "exercise"},
      {"A", "a"},
      {"B", "b"},
      {"SCORE", "score"},
      {"DOES", "statements"},
      {"ORDER", "order"},
      {"OWN WORDS", "words"},
      {"PARAMETERS", "parameters"}}},
};
enum { TABLES = sizeof(tables) / sizeof(*tables) };

static const json_t *
class_rows(const struct class *k, size_t i)
{
	const json_t *rows[TABLES] = {k->marks, k->mistakes, k->notes,
				      k->pairs};

	return rows[i];
}

static size_t
class_columns(const struct class_table *t)
{
	size_t n = 0;

	while (n < sizeof(t->columns) / sizeof(*t->columns) &&
	       t->columns[n].title)
		n++;
	return n;
}

/* ---- rows */

static const char *
class_person(const json_t *result)
{
	const char *person = out_text(result, "person");

	return *person ? person : out_text(result, "file");
}

static void
class_mark(struct class *k, const json_t *result)
{
	const char *mark = out_text(result, "result");
	json_t *row =
	    json_pack("{s:s, s:s, s:s}", "person", class_person(result),
		      "exercise", out_text(result, "exercise"), "result",
		      *mark ? mark : out_text(result, "status"));

	json_object_set_new(
	    row, "points",
	    json_integer(grader_report_number(result, "points")));
	json_object_set_new(
	    row, "total", json_integer(grader_report_number(result, "total")));
	json_array_append_new(k->marks, row);
}

static void
class_note(struct class *k, const json_t *result, const char *note)
{
	json_array_append_new(
	    k->notes,
	    json_pack("{s:s, s:s, s:s}", "person", class_person(result),
		      "exercise", out_text(result, "exercise"), "note", note));
}

static void
class_result(struct class *k, const json_t *result)
{
	const json_t *note;
	size_t i;

	class_mark(k, result);
	if (*out_text(result, "reason"))
		class_note(k, result, out_text(result, "reason"));
	json_array_foreach(json_object_get(result, "notes"), i, note)
	    class_note(k, result, json_string_value(note));
}

/* ---- forms */

static void
class_text(const struct class *k)
{
	size_t i;

	for (i = 0; i < TABLES; i++) {
		printf("%s%s\n\n", i ? "\n" : "", tables[i].title);
		out_table(stdout, class_rows(k, i), tables[i].columns,
			  class_columns(&tables[i]), tables[i].empty);
	}
}

static void
class_json(const struct class *k)
{
	json_t *o = json_object();
	size_t i;

	for (i = 0; i < TABLES; i++)
		json_object_set_new(o, tables[i].key,
				    json_deep_copy(class_rows(k, i)));
	out_json(stdout, o);
	json_decref(o);
}

/* "OWN WORDS": "Own words" */
static json_t *
class_head(const char *title)
{
	_free_ char *text = xstrdup(title);
	size_t i;

	for (i = 1; text[i]; i++)
		text[i] = (char)tolower((unsigned char)text[i]);
	return json_string(text);
}

/* As grader_print_html_class wants it. */
static json_t *
class_html_table(const struct class_table *t, const json_t *rows)
{
	json_t *head = json_array(), *body = json_array(), *cells;
	size_t n = class_columns(t), i, k;
	const json_t *row;

	for (i = 0; i < n; i++)
		json_array_append_new(head, class_head(t->columns[i].title));
	json_array_foreach(rows, i, row)
	{
		cells = json_array();
		for (k = 0; k < n; k++) {
			const json_t *v =
			    json_object_get(row, t->columns[k].key);
			_free_ char *word = out_word(v);

			json_array_append_new(cells, json_is_integer(v)
							 ? json_deep_copy(v)
							 : out_str(word));
		}
		json_array_append_new(body, cells);
	}
	return json_pack("{s:s, s:s, s:o, s:o}", "title", t->title, "caption",
			 t->caption, "head", head, "rows", body);
}

static int
class_report(json_t *all, const json_t *result, struct err *e)
{
	_free_ char *text = json_dumps(result, 0);
	const char *file = out_text(result, "file");
	json_t *list = grader_report_read(file, text, strlen(text), e), *r;
	size_t i;

	if (list == NULL)
		return -1;
	json_array_foreach(list, i, r) cmd_report_name(r, file);
	json_array_extend(all, list);
	json_decref(list);
	return 0;
}

static int
class_html(const struct class *k, struct err *e)
{
	json_t *reports = json_array(), *more = json_array();
	const json_t *result;
	size_t i;
	int rc = 0;

	json_array_foreach(k->results, i, result)
	{
		if (rc == 0)
			rc = class_report(reports, result, e);
	}
	/* the page has a table of results of its own */
	for (i = 1; i < TABLES; i++) {
		if (json_array_size(class_rows(k, i)) > 0)
			json_array_append_new(
			    more,
			    class_html_table(&tables[i], class_rows(k, i)));
	}
	if (rc == 0)
		grader_print_html_class(stdout, reports, more);
	json_decref(reports);
	json_decref(more);
	return rc;
}

static int
class_print(const struct cmd *c, const struct class *k, struct err *e)
{
	const char *form = cmd_option(c, "--format");

	if (form == NULL)
		form = c->json ? "json" : "text";
	if (strcmp(form, "text") == 0)
		class_text(k);
	else if (strcmp(form, "json") == 0)
		class_json(k);
	else if (strcmp(form, "html") == 0)
		return class_html(k, e);
	else
		return err_usage(e,
				 "a class is told as text, json or html, "
				 "not as \"%s\"",
				 form);
	return 0;
}

static int
class_gather(const struct cmd *c, struct class *k, const json_t *files,
	     const json_t *results, struct err *e)
{
	const json_t *result;
	size_t i;

	if ((k->results = cmd_desk_results(c, results, e)) == NULL ||
	    (k->pairs = cmd_desk_pairs(c, files, e)) == NULL)
		return -1;
	k->mistakes = desk_mistakes(k->results);
	json_array_foreach(k->results, i, result) class_result(k, result);
	return 0;
}

int
cmd_desk_class(struct cmd *c, struct err *e)
{
	struct class k = {.marks = json_array(), .notes = json_array()};
	json_t *files = cmd_sent_class(c, 1, false, e);
	json_t *results = files ? cmd_sent_class(c, 1, true, e) : NULL;
	int rc = -1;

	if (results && json_array_size(results) == 0)
		err_usage(e, "there is no result in %s; first: ixlab grade",
			  c->args[1]);
	else if (results && class_gather(c, &k, files, results, e) == 0)
		rc = class_print(c, &k, e);
	json_decref(files);
	json_decref(results);
	json_decref(k.results);
	json_decref(k.marks);
	json_decref(k.mistakes);
	json_decref(k.notes);
	json_decref(k.pairs);
	return rc;
}
