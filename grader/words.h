/*
 * words: a configuration cut into words. Pure.
 *
 * As BIRD does it: comments begin with # or stand between C's signs, a quoted text
 * ends with its line at the latest. Other languages have quotes over several lines,
 * escapes and macros: of them every word counts, also in quotes and comments.
 */
#ifndef GRADER_WORDS_H
#define GRADER_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum words_kind {
	WORDS_PLAIN,  /* letters, digits, _ */
	WORDS_QUOTED, /* without its quotes */
	WORDS_SIGN,   /* one character */
	WORDS_COMMENT,
};

struct words {
	const char *text; /* borrowed */
	size_t len, pos;
	bool bird;
	int line; /* where the word ends; begin with 1 */
	/* the word */
	enum words_kind kind;
	const char *at;
	size_t n;
};

/* The next one; false at the end. */
bool words_next(struct words *w);
bool words_is(const struct words *w, const char *word);
/* Is a file of that name BIRD's? */
bool words_bird(const char *name);

#endif
