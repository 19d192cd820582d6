/*
 * view_heat: who reaches whom, and how far apart they are.
 *
 *	IPv4     1 2 3          each row asks each column; a cell is as dense as
 *	  1 m1     · ▒          the round trip is long, a digit lost so many tenths
 *	  2 m2   ·   X          of its echoes, X all of them
 *	  3 m3   ▒ X
 *
 * Read from what "ixlab matrix --json" says (ixlab(1)); the same struct becomes
 * lines for the screen, sentences for plain mode, and SVG. Pure.
 */
#ifndef TUI_VIEW_HEAT_H
#define TUI_VIEW_HEAT_H

#include <jansson.h>
#include <stdio.h>

#include "tui/tui_text.h"

enum heat_state {
	HEAT_SELF,
	HEAT_UNASKED, /* one of the two has no address in the family */
	HEAT_ANSWERS,
	HEAT_LOSES,
	HEAT_SILENT,
	HEAT_FULL, /* the kernel's neighbour table was full */
};

struct heat_cell {
	enum heat_state state;
	long sent, received;
	double ms;	 /* the mean round trip; -1 without an answer */
	const char *why; /* "" when there is no more to say */
};

struct heat {
	const char *lab;
	const char **names; /* owned list of borrowed names */
	size_t n;
	struct heat_cell
	    *cells[2];	/* IPv4, IPv6: n * n, row asks column; owned */
	bool family[2]; /* is any pair asked in it? */
	size_t asked, answered, lossy, silent, full;
	double seconds;			  /* that it took */
	double min_ms, median_ms, max_ms; /* of the means; -1 without any */
};

/* Words stay in the JSON, which must outlive h. What is no matrix is an empty one. */
void heat_read(struct heat *h, const json_t *matrix);
void heat_clear(struct heat *h);
const struct heat_cell *heat_cell(const struct heat *h, int family, size_t row,
				  size_t column);

/* As lines of at most width columns (40 at least). */
void heat_text(const struct heat *h, int width, struct text *out);
/* In sentences. */
void heat_words(const struct heat *h, int width, struct text *out);
void heat_svg(const struct heat *h, FILE *f);

/* How long a round trip is: 0 (below 1 ms) to 4; for the two printers. */
#define HEAT_LEVELS 5
int heat_level(double ms);
/* "<1 ms", "<10 ms", .. ">150 ms" */
const char *heat_level_name(int level);
/* "X", "3", "-", "!", or "" for one that answers. buf has 2 bytes; returns it. */
const char *heat_mark(const struct heat_cell *c, char buf[2]);

#endif
