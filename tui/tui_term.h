/*
 * term: the real terminal. The only user of curses.
 *
 * curses knows what terminals can do and sends only what changed between two
 * frames; everything above it is a grid. There is one terminal, so there is one
 * state. Keys come out as in tui_key.h, whatever the terminal called them.
 */
#ifndef TUI_TERM_H
#define TUI_TERM_H

#include "base/err.h"
#include "tui/tui_grid.h"

enum term_kind { TERM_KEY, TERM_CLICK, TERM_WHEEL };

struct term_event {
	enum term_kind kind;
	uint32_t key; /* a character or one of K_ */
	int x, y;
	int lines; /* of the wheel: negative is up */
};

/* Takes the person's locale; true when it is UTF-8. */
bool term_utf8(void);
/* Take over standard input and output. ERR_HERE when they are no terminal that
 * can move its cursor. */
int term_open(bool color, bool mouse, struct err *e);
/* Give it back as it was. */
void term_close(void);
/* Give it back, stop this process until it is continued, take it over again. */
void term_suspend(void);
/* After a stop that we did not see coming. */
void term_resume(void);
/* The size was changed: ask for it. */
void term_resized(void);
void term_size(int *w, int *h);
bool term_has_color(void);
/* The next key or click; false when there is none now. */
bool term_event(struct term_event *ev);
/* The other end hung up. */
bool term_gone(void);
void term_paint(const struct grid *g);
/* Forget what is on the screen: the next paint sends all of it. */
/* Text to the clipboard of the person's terminal, by OSC 52; false when it is of a
 * kind that would print that. Whether it was taken nobody says. */
bool term_copy(const char *text);
void term_redraw(void);

#endif
