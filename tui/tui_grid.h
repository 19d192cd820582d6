/*
 * grid: a screen as a value.
 *
 * Views draw into a grid of cells; tests compare it with a golden file and
 * tui_term.c paints it. It is also the one gate towards the real terminal: a
 * cell holds a printable character (and at most one combining mark) or nothing,
 * so whatever a router printed or a file said, no control character, no
 * direction mark and no half of an UTF-8 sequence gets through. In an ASCII grid
 * every cell is ASCII; characters that have a likeness are replaced by it cell by
 * cell, so both forms have the same layout.
 */
#ifndef TUI_GRID_H
#define TUI_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
	GRID_BOLD = 1,
	GRID_DIM = 2,
	GRID_UNDERLINE = 4,
	GRID_REVERSE = 8,
};

/* What a view means; grid_look turns it into colours and attributes. */
enum grid_style {
	ST_NORMAL,
	ST_BOLD,
	ST_DIM,
	ST_EMPH,
	ST_HEAD,  /* a heading in a text */
	ST_CODE,  /* what is typed */
	ST_BAR,	  /* title and key bar */
	ST_KEY,	  /* a key's name in the bar */
	ST_PANE,  /* a pane's title */
	ST_FOCUS, /* the title of the pane that has the keys */
	ST_SELECT,
	ST_GOOD,
	ST_BAD,
	ST_WAIT,
	ST_STYLES,
};

/* For the ground of the person's terminal. THEME_NONE has attributes only. */
enum grid_theme {
	THEME_NONE,
	THEME_DARK,
	THEME_LIGHT,
	THEME_CONTRAST,
	THEME_N,
};

struct grid_look {
	int16_t fg, bg; /* -1: the terminal's own; 0..255: its palette */
	uint8_t attr;
};

struct grid_cell {
	uint32_t ch;   /* ' ' when empty */
	uint32_t mark; /* a combining mark, or 0 */
	int16_t fg, bg;
	uint8_t attr;
	uint8_t width; /* 1, 2, or 0: the right half of the cell before */
};

struct rect {
	int x, y, w, h;
};

struct grid {
	int w, h;
	struct grid_cell *cells; /* owned */
	bool ascii;
	enum grid_theme theme;
	int cx, cy; /* the cursor; -1: hidden */
};

#define GRID_MAX_W 500
#define GRID_MAX_H 200

/* The next character of UTF-8 text; U+FFFD for each byte that is not part of
 * one, 0 at the end (and then *s stays). */
uint32_t grid_utf8(const char **s);
/* And back. */
struct str;
void grid_add_utf8(struct str *s, uint32_t ch);
/* Columns a character takes: 0, 1 or 2. One answer for the whole program. */
int grid_width(uint32_t ch);
/* Columns of a text. */
int grid_text_width(const char *text);
/* What may stand in a cell in place of ch. */
uint32_t grid_safe(uint32_t ch, bool ascii);
struct grid_look grid_look(enum grid_style style, enum grid_theme theme);
/* "high-contrast", as a person writes it; and back, THEME_N for what is none. */
const char *grid_theme_name(enum grid_theme theme);
enum grid_theme grid_theme_named(const char *name);

/* Sizes are clamped to 1..GRID_MAX. Contents are lost. */
void grid_init(struct grid *g, int w, int h, bool ascii, enum grid_theme theme);
void grid_clear(struct grid *g); /* frees, leaves {0} */
void grid_blank(struct grid *g);

/* Part of r that lies in the grid and in clip. */
struct rect rect_and(struct rect a, struct rect b);
bool rect_has(struct rect r, int x, int y);

/* One character at (x, y) relative to r, only within r. Returns its width. */
int grid_putc(struct grid *g, struct rect r, int x, int y, uint32_t ch,
	      struct grid_look look);
/* A line of text; returns the column after it (relative to r), which may lie
 * outside. Newlines are blanks. */
int grid_put(struct grid *g, struct rect r, int x, int y, const char *text,
	     enum grid_style style);
int grid_putf(struct grid *g, struct rect r, int x, int y,
	      enum grid_style style, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
void grid_fill(struct grid *g, struct rect r, uint32_t ch,
	       enum grid_style style);
/* The cells of another grid into r, each as if it were put there: src may come from
 * anybody, but for its size. */
void grid_copy(struct grid *g, struct rect r, const struct grid *src);
/* Frame a box of light lines just inside r. */
void grid_box(struct grid *g, struct rect r, enum grid_style style);

/* The text of the grid, lines without trailing blanks; free it. With marks each
 * line is followed, where it is not plain, by a line that starts with '~' and has
 * a letter below each cell: b bold, d dim, u underlined, r reverse, or a digit for
 * a coloured one. */
char *grid_dump(const struct grid *g, bool marks);
/* The first lines as text, of a grid with colours in colours. over: what stood in
 * these lines is wiped out. */
void grid_print(const struct grid *g, int lines, bool over, FILE *f);

#endif
