/*
 * vt: a terminal without a screen. Bytes of a program go in, a grid of cells
 * comes out; keys go in, the bytes that a VT220 would send come out.
 *
 * This is the only user of libtsm. What the program inside prints is untrusted:
 * of all it says only cells reach the real terminal. Titles, clipboards, colours
 * of the palette, window sizes end here. Answers to its questions (what are you,
 * where is the cursor) go back to it through the write callback.
 */
#ifndef TUI_VT_H
#define TUI_VT_H

#include "tui/tui_grid.h"
#include "tui/tui_key.h"

struct vt;

/* Bytes for the program inside: borrowed for the call. */
typedef void (*vt_write_cb)(void *arg, const char *bytes, size_t n);

struct vt *vt_new(int w, int h, vt_write_cb write, void *arg);
void vt_free(struct vt *v);
/* Clamped to what a grid can be. */
void vt_resize(struct vt *v, int w, int h);
void vt_size(const struct vt *v, int *w, int *h);
/* Output of the program, any bytes, any length. */
void vt_feed(struct vt *v, const void *bytes, size_t n);
/* A key of the person: a character, a control character, or one of K_. */
void vt_key(struct vt *v, uint32_t key);
/* Lines back into the past (5,000 are kept); negative: towards the present. A
 * key returns to the present. vt_back says how far back the view is. */
void vt_scroll(struct vt *v, int lines);
int vt_back(const struct vt *v);
/* All that it holds, past and screen, as lines without trailing blanks, the oldest
 * first, as clean as a grid's; free it. The view returns to the present. */
char *vt_text(struct vt *v);
/* Everything back to the beginning, past included. */
void vt_reset(struct vt *v);
/* The cells into r; with cursor, the grid's cursor too. */
void vt_draw(struct vt *v, struct grid *g, struct rect r, bool cursor);

#endif
