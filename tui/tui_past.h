/*
 * past: the text of a terminal as it was at a moment: to be read, searched, copied,
 * written to a file. Pure: what goes on in the terminal does not change it.
 */
#ifndef TUI_PAST_H
#define TUI_PAST_H

#include "tui/tui_entry.h"

#define PAST_COPY_MAX 65536 /* bytes that go to a clipboard at once */

struct past {
	char *text;  /* owned; its lines end in NUL */
	char **line; /* owned; the oldest first */
	size_t n, at, top;
	size_t mark;	   /* SIZE_MAX: none is set */
	struct entry find; /* what is searched for; "" nothing yet */
	bool typing;	   /* that is being typed */
	char name[64];	   /* of whom: "shell on m1" */
};

/* text is taken over; the last line is the present one. */
void past_open(struct past *p, char *text, const char *name);
/* Frees, and leaves {0}. */
void past_clear(struct past *p);
void past_move(struct past *p, long lines);
/* Set the mark here, or take it back. */
void past_mark(struct past *p);
/* To the next line, older or newer, that holds what is searched for, capitals or
 * not, round the ends; false: there is none, and nothing moves. */
bool past_find(struct past *p, bool older);
/* The line is among the marked ones; without a mark: it is the present one. */
bool past_chosen(const struct past *p, size_t line);
/* The chosen lines; with all and without a mark: all of them. *lines says how
 * many. Owned. */
char *past_chosen_text(const struct past *p, bool all, size_t *lines);
/* Put the present line into a view of so many rows. */
void past_settle(struct past *p, int rows);

#endif
