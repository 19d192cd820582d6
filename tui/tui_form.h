/*
 * form: the questions of an exercise, and what is typed to each. Pure: who holds
 * it reads the answers that are kept, and keeps those that are given.
 */
#ifndef TUI_FORM_H
#define TUI_FORM_H

#include <jansson.h>

#include "grader/grader.h"
#include "tui/tui_entry.h"
#include "tui/tui_text.h"

struct form_field {
	size_t check; /* its place in the exercise */
	struct entry line;
	char *kept;    /* the answer as it is kept; NULL: none */
	char *trouble; /* why what was typed was not taken; NULL */
};

struct form {
	const struct exercise *x; /* borrowed; NULL: no form */
	struct form_field *fields;
	size_t n, at;
};

/* A field for each question of x; answers as of grader_answers. The cursor goes
 * to check's field, when it has one, and else to the first that is empty. n is 0
 * when nothing is asked. */
void form_open(struct form *f, const struct exercise *x, const json_t *answers,
	       size_t check);
void form_clear(struct form *f);

/* Other fields: on or back, round and round. */
void form_move(struct form *f, bool on);
/* A key that is the field's own: of a choice a digit is a choice, and left and
 * right go through them. */
void form_key(struct form *f, uint32_t key);
/* What is typed into the field, NULL when it is empty; valid until a key. */
const char *form_typed(const struct form *f);
/* It was kept; or not, and this is why. The cursor goes on when it was. */
void form_kept(struct form *f, const char *trouble);

/* The form as lines; *top and *bottom are those of the field with the cursor,
 * which stands in the last of them, in *column. verdicts may be NULL. */
void form_text(const struct form *f, const struct grader_verdict *verdicts,
	       int width, struct text *out, int *top, int *bottom, int *column);

#endif
