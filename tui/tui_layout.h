/*
 * layout: which pane is where, from the size of the screen alone.
 *
 *	wide    120x30 and more: text | terminal above checks | picture
 *	beside  120 columns, low: text | terminal above the strip
 *	stack   70x22 and more: one pane, the checks as a strip below it
 *	compact 60x20 and more: one pane
 *	small   less: one line that names the size needed
 */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include "tui/tui_grid.h"

enum tui_pane { PANE_TEXT, PANE_TERM, PANE_CHECKS, PANE_PICTURE, PANE_N };

enum tui_shape {
	SHAPE_SMALL,
	SHAPE_COMPACT,
	SHAPE_STACK,
	SHAPE_BESIDE,
	SHAPE_WIDE,
};

#define LAYOUT_MIN_W 60
#define LAYOUT_MIN_H 20
#define TAB_W 12 /* a pane's tab */

/* Empty rectangles are not shown. A pane's head is one line above it, and tabs
 * stands in for the heads where only one pane is seen. */
struct layout {
	enum tui_shape shape;
	struct rect title, tabs, status, bar, body;
	struct rect head[PANE_N], pane[PANE_N];
	struct rect strip; /* the checks in brief, with its head line */
};

/* How a person wants panes to differ from what they are by themselves: columns more
 * for the text, at the terminal's cost, and lines more for what is below both. Less
 * is done where a pane would become too small. */
struct layout_wish {
	int text, low;
};

/* wish may be NULL. */
struct layout layout_make(int w, int h, enum tui_pane focus, bool zoom,
			  const struct layout_wish *wish);
const char *layout_pane_name(enum tui_pane pane);

#endif
