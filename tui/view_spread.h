/*
 * view_spread: how far a prefix got, hop by hop.
 *
 *	● m3       announces it
 *	└ ● rs1    took it                        0.3 s  65538
 *	  ├ ● m2   has it                         0.3 s
 *	  └ ✗ m4   not told: 0:65539 is among its communities
 *
 * Read from what grader_spread.h says. Rows stand in the order in which a route
 * goes; one of them may be chosen, and the rows that were later are dim: so it is
 * followed step by step. Pure.
 */
#ifndef TUI_VIEW_SPREAD_H
#define TUI_VIEW_SPREAD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "tui/tui_text.h"

/* How many rows there are to step through. */
size_t spread_steps(const json_t *spread);
/* As lines; at: the row that is chosen, with all that is known of it below it,
 * SIZE_MAX: none, and why stands with each. Returns the line of the chosen row, or
 * 0. */
int spread_text(const json_t *spread, size_t at, int width, struct text *out);
/* In sentences. */
void spread_words(const json_t *spread, int width, struct text *out);
/* One row as a sentence: "m2 has it (from rs1); AS path 65538." Owned. */
char *spread_sentence(const json_t *row);
void spread_svg(const json_t *spread, FILE *f);

#endif
