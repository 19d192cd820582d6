/*
 * grader_form: the forms that reports take, all printed from the JSON one.
 *
 *	stored file ──> grader_report_read ─┐
 *	grader_report ──────────────────────┴─> grader_report_shown ──> a form
 *
 * A report holds words that a lab, a trainee or a stranger's file chose. Each
 * form has one function that all text goes through on its way out, so that no
 * word can begin a line, a cell, an element or a sequence of a terminal: base/
 * tap.h for TAP, grader_markup.c for XML and HTML, csv_cell in grader_csv.c,
 * wrap_words in grader_text.c, jansson for JSON. fuzz/ holds one fuzzer a form
 * that reads the structure of what comes out.
 */
#ifndef GRADER_GRADER_FORM_H
#define GRADER_GRADER_FORM_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"

#define GRADER_REPORT_MAX (4u << 20) /* bytes of a stored report */

enum grader_form {
	GRADER_FORM_TEXT,
	GRADER_FORM_JSON,
	GRADER_FORM_TAP13,
	GRADER_FORM_TAP14,
	GRADER_FORM_JUNIT,
	GRADER_FORM_CSV,
	GRADER_FORM_HTML,
	GRADER_NFORMS,
};

/* By name ("tap13", "html", ...; "tap" is tap13); -1 with e otherwise. */
int grader_form_find(const char *name, enum grader_form *form, struct err *e);
const char *grader_form_name(enum grader_form form);
/* May several reports make one document? Those of TAP may not. */
bool grader_form_takes(enum grader_form form, size_t reports);
/* One report, or an array of at least one. whole: for the desk and the author;
 * otherwise what is not for the trainee is left out. color: of text. */
void grader_form_print(FILE *f, enum grader_form form, const json_t *reports,
		       bool whole, bool color);

/* What report.schema.json says of a report, or a list of them, holds for the
 * text of a file: a list, owned by the caller; NULL with e naming the spot. A
 * signed result is read for the report in it. */
json_t *grader_report_read(const char *file, const char *text, size_t len,
			   struct err *e);
/* A copy as the trainee may see it (grader_shown.c): a check whose visibility
 * is "hidden" is gone, from sums and results, too; of one that is "name-only"
 * there is its sentence and its result, never why. */
json_t *grader_report_shown(const json_t *report);
/* Its result does not depend on this check. */
bool grader_report_optional(const json_t *check);

/* ---- for the printers */

long grader_report_number(const json_t *o, const char *key); /* or 0 */
/* Text as XML and HTML want it, in an attribute or between tags: one line,
 * nothing that is markup, no character that XML 1.0 lacks. */
void grader_markup(FILE *f, const char *text);

void grader_print_junit(FILE *f, const json_t *reports);
void grader_print_csv(FILE *f, const json_t *reports);
void grader_print_html(FILE *f, const json_t *reports);
/* The page of a class, with tables of the caller's behind its own: a list of
 * {title, caption, head: [TEXT..], rows: [[TEXT or NUMBER..]..]}. */
void grader_print_html_class(FILE *f, const json_t *reports,
			     const json_t *tables);

#endif
