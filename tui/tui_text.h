/*
 * text: styled lines, wrapped to a width. What Markdown, a hint or a check's
 * story becomes on its way to a grid, or to a plain file.
 */
#ifndef TUI_TEXT_H
#define TUI_TEXT_H

#include <stdio.h>

#include "tui/tui_grid.h"

struct glyph {
	uint32_t ch;
	uint8_t style; /* enum grid_style */
};

/* A run of glyphs without line ends ('\n' is a forced break). {0} is empty. */
struct flow {
	struct glyph *g; /* owned */
	size_t n, size;
};

struct text {
	struct flow *lines; /* owned */
	size_t n, size;
};

void flow_add(struct flow *f, const char *text, enum grid_style style);
void flow_addc(struct flow *f, uint32_t ch, enum grid_style style);
void flow_cat(struct flow *f, const struct flow *more);
int flow_width(const struct flow *f);
void flow_clear(struct flow *f);

/* Add a line as it is (its glyphs are moved; the flow is left empty). */
void text_line(struct text *t, struct flow *line);
/* Wrap a flow at blanks to width columns; the first line begins with first, the
 * others with rest (borrowed, may be NULL). Words wider than a line are cut. */
void text_wrap(struct text *t, const struct flow *f, int width,
	       const struct flow *first, const struct flow *rest);
/* The same for plain words in one style, with a hanging indent. */
void text_words(struct text *t, const char *words, enum grid_style style,
		int width, const char *first, const char *rest);
void text_clear(struct text *t);

/* Draw from line top on. */
void text_draw(const struct text *t, struct grid *g, struct rect r, int top);
/* As lines, cleaned; with color in colours, for who prints them. */
void text_paint(const struct text *t, FILE *f, bool ascii, bool color);
/* As plain lines without style, cleaned. */
void text_print(const struct text *t, FILE *f, bool ascii);

/* Markdown (CommonMark) to lines of at most width columns (20 at least): the
 * only user of libcmark. Raw HTML is shown as text, images as their words. plain:
 * the lines will have no styles, so code within a line keeps its backquotes. */
void text_markdown(struct text *t, const char *markdown, int width, bool plain);

#endif
