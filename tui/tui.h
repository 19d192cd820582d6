/*
 * tui: the interface. Text beside a real terminal beside live checks.
 *
 *	grader, control socket ──> tui_model (what is known)
 *	tui_model ──> view_*.c (pure: draw into a grid of cells)
 *	grid ──> tui_term.c (the only user of curses) ──> the screen
 *	keys, mouse ──> tui_key.c's table ──> actions ──> tui_model
 *
 * Views never print: they fill a struct grid, so a screen is a value that tests
 * compare with a golden file. The terminal beside the text is libtsm fed from a
 * pty whose other end the supervisor gave to a process in the node.
 */
#ifndef TUI_TUI_H
#define TUI_TUI_H

#include <stdbool.h>

#include "base/err.h"
#include "grader/grader.h"

/* What only the program can do for pictures. Both may be called from any thread. */
struct tui_door {
	/* Who reaches whom in a running lab, as "ixlab matrix --json"; owned. */
	json_t *(*matrix)(const char *lab, struct err *e);
	/* Graphviz' SVG of its language; owned. */
	char *(*svg)(const char *dot, struct err *e);
};

struct tui_opts {
	const struct tui_door *door;
	const struct grader_host *host; /* starts labs */
	const char *exercise; /* open this one at once; NULL: the list */
	bool ascii;	      /* no line drawing, no symbols beyond ASCII */
	bool color;	      /* false: NO_COLOR or --no-color */
	bool mouse;
	bool plain; /* line mode: append-only, no cursor movement */
};

/* Runs until the person leaves. The terminal is restored on every way out. */
int tui_run(const struct tui_opts *o, struct err *e);

#endif
