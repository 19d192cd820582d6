/*
 * grader_symptom: from the facts of a failure to its cause, by a table.
 *
 * The table is data (symptoms.yml, its form is in exercise(5)): anyone can add a
 * row, in any language, and an exercise can bring rows of its own. Matching is
 * pure; the first row that fits is the cause.
 */
#ifndef GRADER_GRADER_SYMPTOM_H
#define GRADER_GRADER_SYMPTOM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Does a fact look so? "*": anything but empty; "=text": exactly; otherwise it
 * contains the text, in any case of letters. A fact that is not there does not
 * fit. */
bool grader_fact_fits(const json_t *facts, const char *fact,
		      const char *pattern);

struct grader_symptoms;

/* From memory: for the fuzzer and the tests. NULL with a sentence in e. */
struct grader_symptoms *grader_symptoms_parse(const char *file,
					      const void *text, size_t len,
					      struct err *e);
/* The table of the exercise in dir, when it has one, before the grader's own,
 * when that is installed. NULL with e when one of them is broken. */
struct grader_symptoms *grader_symptoms_load(const char *dir, struct err *e);
void grader_symptoms_free(struct grader_symptoms *s); /* NULL is fine */

/* The id of the first that fits, NULL when none does (or s is NULL). Borrowed. */
const char *grader_symptom(const struct grader_symptoms *s,
			   const json_t *facts);
bool grader_symptom_exists(const struct grader_symptoms *s, const char *id);
/* Its sentence in that language ("ur_PK.UTF-8"), else in English, with the facts'
 * values put in. Owned; NULL when there is no such symptom. */
char *grader_symptom_words(const struct grader_symptoms *s, const char *id,
			   const char *lang, const json_t *facts);
/* The i-th id; NULL behind the last one. For the proof that each is tried. */
const char *grader_symptom_at(const struct grader_symptoms *s, size_t i);

#endif
