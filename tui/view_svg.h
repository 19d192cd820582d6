/*
 * view_svg: what the pictures that are written as SVG have in common. They are
 * read on white paper and on dark screens, so each brings its own background.
 */
#ifndef TUI_VIEW_SVG_H
#define TUI_VIEW_SVG_H

#include <stdio.h>

/* Sizes in px. Classes: h, a heading; d, dim; m, a mark in the middle of its x. */
void svg_begin(FILE *f, int width, int height);
void svg_end(FILE *f);
/* Words, made safe for an element. */
void svg_words(FILE *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A text at (x, y) of that class. */
void svg_text(FILE *f, double x, double y, const char *class, const char *fmt,
	      ...) __attribute__((format(printf, 5, 6)));

#endif
