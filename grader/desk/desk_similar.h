/*
 * desk_similar: which work looks like which. Pure.
 *
 * Of each submission three bags are kept, without what the start has already:
 *
 *	statements	up to ; { or }, numbers and addresses as "0", quoted texts
 *			as "": what it does
 *	order		each statement with the one before: how it is laid out
 *	words		comments, quoted texts and names: what is one's own
 *
 * and two are compared by what both bags have in common, in percent of what they
 * have together. A short exercise has few right answers: two good ones share most
 * statements; they share comments, names and order only when one saw the other.
 */
#ifndef DESK_DESK_SIMILAR_H
#define DESK_DESK_SIMILAR_H

#include "grader/desk/submission.h"

enum { SIMILAR_STATEMENTS, SIMILAR_ORDER, SIMILAR_WORDS, SIMILAR_BAGS };

struct similar_bag {
	uint64_t *items; /* sorted */
	size_t n;
};

struct similar {
	struct similar_bag bags[SIMILAR_BAGS];
};

/* Add a file's text to a sketch; finish it when all files are in. Of several files
 * of the same names, the order of files does not matter. */
void similar_add(struct similar *s, const char *name, const char *text,
		 size_t len);
void similar_finish(struct similar *s);
/* Take out what is in the other. Both are finished. */
void similar_without(struct similar *s, const struct similar *start);
/* Percent, -1: both are empty. */
int similar_percent(const struct similar *a, const struct similar *b, int bag);
/* One number for a pair: what one's own words and order say counts most. */
int similar_score(const int percent[SIMILAR_BAGS]);
void similar_clear(struct similar *s);

#endif
