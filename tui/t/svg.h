/* A grid as a picture, dark or light: what "PICTURES=FOLDER" makes of every screen
 * that screens.c draws, to be looked at (tools/pictures.sh makes PNGs of them). */
#ifndef TUI_T_SVG_H
#define TUI_T_SVG_H

#include "base/file.h"
#include "base/str.h"
#include "tui/tui_grid.h"

#define SVG_W 8.428 /* of DejaVu Sans Mono at 14 px */
#define SVG_H 17.0

struct svg_theme {
	const char *name, *fg, *bg, *colors[8];
};

static const struct svg_theme svg_themes[] = {
    {"dark",
     "#d0d0d0",
     "#1c1c1c",
     {"#000000", "#ef5350", "#66bb6a", "#d4b106", "#5c9ded", "#c678dd",
      "#4dc4c4", "#d0d0d0"}},
    {"light",
     "#262626",
     "#ffffff",
     {"#000000", "#b71c1c", "#1b6e20", "#8a6100", "#0d47a1", "#6a1b9a",
      "#006064", "#9e9e9e"}},
};

static inline bool
svg_same(const struct grid_cell *a, const struct grid_cell *b)
{
	return a->fg == b->fg && a->bg == b->bg && a->attr == b->attr;
}

static inline const char *
svg_color(const struct svg_theme *t, int16_t c, bool back)
{
	static const int level[6] = {0, 95, 135, 175, 215, 255};
	static char cube[2][8];

	if (c < 16 || c > 231)
		return c < 0 ? (back ? t->bg : t->fg) : t->colors[c % 8];
	snprintf(cube[back], sizeof(cube[back]), "#%02x%02x%02x",
		 (unsigned int)level[(c - 16) / 36] & 255,
		 (unsigned int)level[(c - 16) / 6 % 6] & 255,
		 (unsigned int)level[(c - 16) % 6] & 255);
	return cube[back];
}

/* Cells [x, end) of a row that look the same. */
static inline void
svg_run(struct str *s, const struct svg_theme *t, const struct grid *g, int x,
	int end, int y)
{
	const struct grid_cell *c = &g->cells[y * g->w + x];
	bool turned = c->attr & GRID_REVERSE;
	const char *fg = svg_color(t, turned ? c->bg : c->fg, turned);
	const char *bg = svg_color(t, turned ? c->fg : c->bg, !turned);

	str_addf(s,
		 "<rect x='%.2f' y='%.1f' width='%.2f' height='%.1f' "
		 "fill='%s'/><text xml:space='preserve' x='%.2f' y='%.1f' "
		 "fill='%s'%s%s%s>",
		 x * SVG_W, y * SVG_H, (end - x) * SVG_W, SVG_H, bg, x * SVG_W,
		 y * SVG_H + 13, fg,
		 c->attr & GRID_BOLD ? " font-weight='bold'" : "",
		 c->attr & GRID_DIM ? " opacity='0.6'" : "",
		 c->attr & GRID_UNDERLINE ? " text-decoration='underline'"
					  : "");
	for (; x < end; x++) {
		c = &g->cells[y * g->w + x];
		if (c->ch == '<' || c->ch == '&')
			str_add(s, c->ch == '<' ? "&lt;" : "&amp;");
		else if (c->width > 0)
			grid_add_utf8(s, c->ch);
	}
	str_add(s, "</text>\n");
}

static inline int
svg_write(const struct grid *g, const struct svg_theme *t, const char *folder,
	  const char *name, struct err *e)
{
	_free_ char *path = xasprintf("%s/%s-%s.svg", folder, name, t->name);
	struct str s = {0};
	int x, y, end, rc;

	str_addf(&s,
		 "<svg xmlns='http://www.w3.org/2000/svg' width='%.0f' "
		 "height='%.0f' font-family='DejaVu Sans Mono' "
		 "font-size='14'>\n<rect width='100%%' height='100%%' "
		 "fill='%s'/>\n",
		 g->w * SVG_W, g->h * SVG_H, t->bg);
	for (y = 0; y < g->h; y++)
		for (x = 0; x < g->w; x = end) {
			end = x + 1;
			while (end < g->w &&
			       svg_same(&g->cells[y * g->w + x],
					&g->cells[y * g->w + end]))
				end++;
			svg_run(&s, t, g, x, end, y);
		}
	str_add(&s, "</svg>\n");
	rc = file_write(path, str_text(&s), s.len, e);
	str_clear(&s);
	return rc;
}

/* Both themes, into the folder that PICTURES names. */
static inline int
svg_pictures(const struct grid *g, const char *name, struct err *e)
{
	const char *folder = getenv("PICTURES");
	size_t i;

	for (i = 0; folder != NULL && i < 2; i++)
		if (svg_write(g, &svg_themes[i], folder, name, e) < 0)
			return -1;
	return 0;
}

#endif
