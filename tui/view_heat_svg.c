/*
 * The heat map as SVG: a cell's colour says how long its round trip is, its mark
 * what was lost, its title all of it in words.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tui/view_heat.h"
#include "tui/view_svg.h"

#define CELL 18
#define CHAR 7 /* of a name, px */

struct place {
	int x, y; /* of the first cell */
};

static const char *
cell_color(const struct heat_cell *c)
{
	/* light to dark: it is seen without hues, too */
	static const char *const levels[HEAT_LEVELS] = {
	    "#d7efe0", "#9fd8bb", "#f2cf63", "#e2953b", "#b0591f"};

	if (c->state == HEAT_ANSWERS)
		return levels[heat_level(c->ms)];
	if (c->state == HEAT_LOSES)
		return "#c4453d";
	return c->state == HEAT_UNASKED ? "#eaeef2" : "#7a1712";
}

static void
cell(const struct heat *h, int f, size_t i, size_t j, struct place at, FILE *o)
{
	const struct heat_cell *c = heat_cell(h, f, i, j);
	int x = at.x + (int)j * CELL, y = at.y + (int)i * CELL;
	char mark[2];

	if (c->state == HEAT_SELF)
		return;
	fputs("<g><title>", o);
	svg_words(o, "%s to %s, %s: ", h->names[i], h->names[j],
		  f ? "IPv6" : "IPv4");
	if (c->state == HEAT_UNASKED)
		fputs("no address", o);
	else
		fprintf(o, "%ld of %ld", c->received, c->sent);
	if (c->ms >= 0)
		fprintf(o, ", %.3f ms", c->ms);
	fprintf(o,
		"</title><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
		"fill=\"%s\"/>",
		x, y, CELL - 1, CELL - 1, cell_color(c));
	heat_mark(c, mark);
	if (*mark)
		fprintf(o,
			"<text x=\"%d\" y=\"%d\" class=\"m\" fill=\"%s\">%s"
			"</text>",
			x + CELL / 2, y + 13,
			c->state == HEAT_UNASKED ? "#57606a" : "#ffffff", mark);
	fputs("</g>\n", o);
}

static void
family(const struct heat *h, int f, struct place at, FILE *o)
{
	size_t i, j;
	int x, y;

	fprintf(o, "<text x=\"%d\" y=\"52\" class=\"h\">%s</text>\n", at.x,
		f ? "IPv6" : "IPv4");
	for (j = 0; j < h->n; j++) {
		x = at.x + (int)j * CELL + 13;
		fprintf(o,
			"<text x=\"%d\" y=\"%d\" transform=\"rotate(-90 %d "
			"%d)\">",
			x, at.y - 5, x, at.y - 5);
		svg_words(o, "%s", h->names[j]);
		fputs("</text>\n", o);
	}
	for (i = 0; i < h->n; i++) {
		y = at.y + (int)i * CELL;
		fprintf(o, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">",
			at.x - 5, y + 13);
		svg_words(o, "%s", h->names[i]);
		fputs("</text>\n", o);
		for (j = 0; j < h->n; j++)
			cell(h, f, i, j, at, o);
	}
}

static void
legend(int x, int y, FILE *o)
{
	struct heat_cell c = {.state = HEAT_ANSWERS};
	static const double ms[HEAT_LEVELS] = {0, 5, 20, 100, 200};
	int i;

	for (i = 0; i < HEAT_LEVELS; i++, x += 84) {
		c.ms = ms[i];
		fprintf(o,
			"<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" "
			"fill=\"%s\"/><text x=\"%d\" y=\"%d\">",
			x, y - 10, cell_color(&c), x + 17, y);
		svg_words(o, "%s", heat_level_name(i));
		fputs("</text>\n", o);
	}
	fprintf(o,
		"<text x=\"%d\" y=\"%d\">1-9: tenths lost, X: silent, -: no "
		"address</text>\n",
		x, y);
}

void
heat_svg(const struct heat *h, FILE *o)
{
	int name = 0, side = (int)h->n * CELL, k = 0, f, w, width;
	struct place at;
	size_t i;

	for (i = 0; i < h->n; i++)
		if ((w = grid_text_width(h->names[i]) * CHAR) > name)
			name = w;
	name = (name < 40 ? 40 : name) + 10;
	width = 20 + (h->family[0] + h->family[1]) * (name + side + 10);
	at.y = 60 + name;
	svg_begin(o, width < 720 ? 720 : width, at.y + side + 46);
	fputs("<text x=\"10\" y=\"24\" class=\"h\">", o);
	svg_words(o, "%s: %zu of %zu pairs answer", h->lab, h->answered,
		  h->asked);
	fputs("</text>\n", o);
	for (f = 0; f < 2; f++)
		if (h->family[f]) {
			at.x = 10 + name + k++ * (name + side + 10);
			family(h, f, at, o);
		}
	legend(10, at.y + side + 26, o);
	svg_end(o);
}
