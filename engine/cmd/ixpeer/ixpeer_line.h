/* One line of a script as words, and complaints that point at one of them. */
#ifndef IXPEER_LINE_H
#define IXPEER_LINE_H

#include <stddef.h>

#include "base/err.h"

struct ixpeer_word {
	char *text; /* owned */
	int col;
};

/* One line being read. */
struct ixpeer_line {
	const char *name;
	int number;
	int indent; /* columns in front of the text */
	struct ixpeer_word *words;
	size_t n, at; /* at: the next one to be read */
	struct err *e;
};

/* Fill words from a line's text, up to a comment. */
int ixpeer_line_split(struct ixpeer_line *l, const char *text, size_t len);
void ixpeer_line_clear(struct ixpeer_line *l);
/* The next word, borrowed; NULL at the end of the line. */
const char *ixpeer_peek(const struct ixpeer_line *l);
/* Where the next word begins, or the line ends; counts from 1. */
int ixpeer_column(const struct ixpeer_line *l);
/* Both complain at the next word and return -1: with a sentence, or with "'word'
 * is not " and what was wanted. */
int ixpeer_refuse(struct ixpeer_line *l, const char *why);
int ixpeer_wrong(struct ixpeer_line *l, const char *want);

#endif
