#include "tui/tui_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

void
flow_addc(struct flow *f, uint32_t ch, enum grid_style style)
{
	if (f->n == f->size) {
		f->size = f->size ? f->size * 2 : 32;
		f->g = xreallocarray(f->g, f->size, sizeof(*f->g));
	}
	f->g[f->n++] = (struct glyph){ch, (uint8_t)style};
}

void
flow_add(struct flow *f, const char *text, enum grid_style style)
{
	uint32_t ch;

	while ((ch = grid_utf8(&text)) != 0)
		flow_addc(f, ch, style);
}

void
flow_cat(struct flow *f, const struct flow *more)
{
	size_t i;

	for (i = 0; more != NULL && i < more->n; i++)
		flow_addc(f, more->g[i].ch, more->g[i].style);
}

static int
glyph_width(const struct glyph *g)
{
	return grid_width(grid_safe(g->ch, false));
}

int
flow_width(const struct flow *f)
{
	size_t i;
	int w = 0;

	for (i = 0; f != NULL && i < f->n; i++)
		w += glyph_width(&f->g[i]);
	return w;
}

void
flow_clear(struct flow *f)
{
	free(f->g);
	*f = (struct flow){0};
}

void
text_line(struct text *t, struct flow *line)
{
	if (t->n == t->size) {
		t->size = t->size ? t->size * 2 : 32;
		t->lines = xreallocarray(t->lines, t->size, sizeof(*t->lines));
	}
	t->lines[t->n++] = *line;
	*line = (struct flow){0};
}

static bool
is_blank(const struct glyph *g)
{
	return g->ch == ' ' || g->ch == '\t';
}

/* How many glyphs from i on fit into width, ending at a blank when possible. */
static size_t
fit(const struct flow *f, size_t i, int width)
{
	size_t end = i, at_blank = i;
	int w = 0;

	while (end < f->n && f->g[end].ch != '\n') {
		w += glyph_width(&f->g[end]);
		if (w > width)
			break;
		end++;
		if (end == f->n || f->g[end].ch == '\n' || is_blank(&f->g[end]))
			at_blank = end;
	}
	if (at_blank == i)
		at_blank = end > i ? end : i + 1;
	return at_blank - i;
}

void
text_wrap(struct text *t, const struct flow *f, int width,
	  const struct flow *first, const struct flow *rest)
{
	const struct flow *lead = first;
	struct flow line;
	size_t i = 0, n;
	int room;

	do {
		line = (struct flow){0};
		flow_cat(&line, lead);
		room = width - flow_width(lead);
		while (i < f->n && is_blank(&f->g[i]))
			i++;
		n = i < f->n ? fit(f, i, room > 1 ? room : 1) : 0;
		for (; n > 0 && f->g[i].ch != '\n'; n--, i++)
			flow_addc(&line, f->g[i].ch, f->g[i].style);
		text_line(t, &line);
		while (i < f->n && is_blank(&f->g[i]))
			i++;
		if (i < f->n && f->g[i].ch == '\n')
			i++;
		lead = rest;
	} while (i < f->n);
}

void
text_words(struct text *t, const char *words, enum grid_style style, int width,
	   const char *first, const char *rest)
{
	struct flow f = {0}, a = {0}, b = {0};

	flow_add(&f, words, style);
	flow_add(&a, first, ST_BOLD);
	flow_add(&b, rest, style);
	text_wrap(t, &f, width, &a, &b);
	flow_clear(&f);
	flow_clear(&a);
	flow_clear(&b);
}

void
text_clear(struct text *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		flow_clear(&t->lines[i]);
	free(t->lines);
	*t = (struct text){0};
}

void
text_draw(const struct text *t, struct grid *g, struct rect r, int top)
{
	const struct flow *line;
	size_t i;
	int x, y;

	for (y = 0; y < r.h && (size_t)(top + y) < t->n; y++) {
		line = &t->lines[top + y];
		for (x = 0, i = 0; i < line->n; i++)
			x += grid_putc(g, r, x, y, line->g[i].ch,
				       grid_look(line->g[i].style, g->theme));
	}
}

void
text_paint(const struct text *t, FILE *f, bool ascii, bool color)
{
	struct grid g;
	size_t i;
	int w;

	for (i = 0; i < t->n; i++) {
		w = flow_width(&t->lines[i]);
		grid_init(&g, w, 1, ascii, color ? THEME_DARK : THEME_NONE);
		text_draw(&(struct text){&t->lines[i], 1, 1}, &g,
			  (struct rect){0, 0, g.w, 1}, 0);
		grid_print(&g, 1, false, f);
		grid_clear(&g);
	}
}

void
text_print(const struct text *t, FILE *f, bool ascii)
{
	text_paint(t, f, ascii, false);
}
