/*
 * grader_answer: what a person answered, in the lab's folder of the state
 * folder (labs/INSTANCE/answers.json: {CHECK: TEXT}), written whole. So answers
 * lie where the configurations lie that belong to them, and go with them. They
 * are read as strangers' words: bounded, and cleaned where they are printed.
 */
#ifndef GRADER_GRADER_ANSWER_H
#define GRADER_GRADER_ANSWER_H

#include <jansson.h>

#include "base/err.h"
#include "grader/exercise.h"

#define GRADER_ANSWER_MAX 200 /* bytes */

/* {CHECK: TEXT}, empty when nothing was answered; owned. NULL with e set. */
json_t *grader_answers(const char *instance, struct err *e);
/* Answer a question of x; text NULL takes the answer back. A text that cannot be
 * an answer to it (no number, none of the choices) is refused: ERR_USAGE. */
int grader_answer(const struct exercise *x, const char *instance,
		  const char *question, const char *text, struct err *e);
/* The answers that belong to a folder of x: none to "start", the reference to
 * "solution" and "also/NAME", and with a mistake's own in them to "wrong/NAME". With keep
 * those of the person stay beside, in answers.json.mine. */
int grader_answers_lay(const struct exercise *x, const char *folder,
		       const char *instance, bool keep, struct err *e);
/* The check of that name that asks a question, or NULL with e set. */
const struct exercise_check *grader_question(const struct exercise *x,
					     const char *id, struct err *e);

/* The answer that the author's proof types. Owned; NULL with e set. */
char *grader_answer_reference(const struct exercise *x,
			      const struct exercise_check *c, struct err *e);
/* Why text cannot be an answer to c at all; NULL when it can. Owned. Pure. */
char *grader_answer_trouble(const struct exercise_check *c, const char *text);

#endif
