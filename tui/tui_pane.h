/*
 * pane: a terminal emulator in a process of its own, so that a crash loses a pane
 * and not the work.
 *
 *	interface                        child (tui_pane_child.c)
 *	keys, sizes ── orders ────────>  vt ── bytes ──> the pty's master
 *	                                 vt <── bytes ── the pty's master
 *	cells <── shared memory, one frame at a time, "there is one" ── cells
 *
 * The child holds the pty's master and libtsm; of the interface it has one socket
 * and one piece of memory, whose size is sealed. It draws a frame into that memory
 * only when the last one was taken (pane_taken, with each paint), so a flood costs
 * 30 frames a second and an echo waits for nothing. Text that was asked for goes the
 * same way. What it sends is believed as
 * little as what a program prints: numbers are bounded here, cells pass
 * grid_copy. When it dies, or takes no orders for STUCK_MS, the terminal hangs up,
 * which ends the program in it; everything else goes on.
 *
 * Left out: a system call filter for the child.
 */
#ifndef TUI_PANE_H
#define TUI_PANE_H

#include <uv.h>

#include "base/err.h"
#include "tui/tui_grid.h"

enum pane_event {
	PANE_FRAME, /* something is to be drawn */
	PANE_WHOLE, /* pane_text has it */
	PANE_OVER,  /* the program's end of the terminal was closed */
	PANE_LOST,  /* the emulator died; nothing comes any more */
};

struct pane;
typedef void (*pane_cb)(void *arg, enum pane_event what);

/* master, a pty's, is taken over in any case. */
struct pane *pane_new(uv_loop_t *loop, int master, int w, int h, pane_cb cb,
		      void *arg, struct err *e);
/* The terminal hangs up. No callback comes any more; the loop must run. */
void pane_free(struct pane *p);
/* The cells as they were last told, with the cursor; never NULL. */
const struct grid *pane_cells(const struct pane *p);
int pane_back(const struct pane *p); /* as vt_back */
/* They were painted: the next frame may come. */
void pane_taken(struct pane *p);
/* As vt_key, vt_scroll and vt_resize. What finds no room in the queue is lost. */
void pane_key(struct pane *p, uint32_t key);
void pane_scroll(struct pane *p, int lines);
void pane_resize(struct pane *p, int w, int h);
/* Ask for all its text, past and screen; PANE_WHOLE tells when it is there. Of an
 * emulator that died it is what the screen showed. */
void pane_read(struct pane *p);
/* Take it: lines, the oldest first, clean; at most as many bytes as the cells of
 * the largest grid. Owned; NULL when none came. */
char *pane_text(struct pane *p);
/* Of the child: for tests that kill it. */
int pane_pid(const struct pane *p);

/* ---- between the two processes */

enum pane_what { PANE_KEY, PANE_SIZE, PANE_SCROLL, PANE_READ, PANE_TAKEN };

struct pane_order {
	uint32_t what; /* enum pane_what */
	int32_t a, b;
};

#define PANE_ORDERS 64 /* in a message, at most */

struct pane_news {
	uint32_t what;		    /* enum pane_event */
	int32_t w, h, cx, cy, back; /* of PANE_WHOLE w is its bytes */
};

/* The child's life: returns when its interface is gone. */
void pane_child(int sock, int master, struct grid_cell *cells, int w, int h);

#endif
