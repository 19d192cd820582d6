/*
 * view_chart: a value over time, as a line.
 *
 *	 into m1 from the exchange        now 1.2 Mbit/s, at most 3.4 Mbit/s
 *	  5 Mbit/s ┤      ╭─╮
 *	           │  ╭───╯ ╰──
 *	         0 ┼──╯
 *	           60 s ago                                              now
 *
 * One chart has one line, so none needs a colour to be told from another. Where
 * nothing came there is a gap, of round trips a cross. Pure.
 */
#ifndef TUI_VIEW_CHART_H
#define TUI_VIEW_CHART_H

#include <stdio.h>

#include "tui/tui_text.h"

enum chart_unit {
	CHART_BITS, /* bit/s */
	CHART_MS,   /* milliseconds; what did not come was lost */
};

struct chart {
	const char *title; /* borrowed, like the values */
	enum chart_unit unit;
	const double *v; /* oldest first; NAN: nothing came */
	size_t n;
	double every; /* seconds between two */
};

/* Over the whole of r, which has three lines at least. */
void chart_draw(const struct chart *c, struct grid *g, struct rect r);
/* One below the other, as one sentence each. */
void chart_words(const struct chart *c, size_t n, int width, struct text *out);
void chart_svg(const struct chart *c, size_t n, const char *title, FILE *f);

/* The least round number that is no less: where the axis ends. */
double chart_top(double most, enum chart_unit unit);
/* "1.2 Mbit/s", "0.35 ms"; buf has 32 bytes. Returns it. */
const char *chart_value(double v, enum chart_unit unit, char buf[32]);

/* What there is to say of it. */
struct chart_sum {
	double now, most, least, mean; /* of what came; now is NAN when lost */
	size_t came, lost;
};
struct chart_sum chart_sum(const struct chart *c);

#endif
