/*
 * view_past: the text of a terminal, over everything but the two bars.
 */
#include <string.h>

#include "base/str.h"
#include "tui/tui_words.h"
#include "tui/view.h"

/* What is searched for, wherever it is in the line. */
static void
found(const struct past *p, struct grid *g, struct rect r, const char *line)
{
	const char *from = line, *hit;
	size_t len = strlen(p->find.text);

	while (len > 0 && (hit = strcasestr(from, p->find.text)) != NULL) {
		_free_ char *before = xstrndup(line, (size_t)(hit - line));
		_free_ char *word = xstrndup(hit, len);

		grid_put(g, r, grid_text_width(before), 0, word, ST_FOCUS);
		from = hit + len;
	}
}

static void
row(const struct past *p, struct grid *g, struct rect r, size_t i)
{
	bool chosen = past_chosen(p, i);

	if (chosen)
		grid_fill(g, r, ' ', ST_SELECT);
	grid_put(g, r, 0, 0, p->line[i], chosen ? ST_SELECT : ST_NORMAL);
	found(p, g, r, p->line[i]);
	if (grid_text_width(p->line[i]) > r.w)
		grid_put(g, r, r.w - 1, 0, "\u2026", ST_BOLD);
}

void
view_past(const struct tui_model *m, struct grid *g, struct rect r)
{
	const struct past *p = &m->past;
	struct rect line = {r.x, r.y, r.w, 1}, last = line;
	_free_ char *shown = NULL;
	int y, column;

	grid_fill(g, r, ' ', ST_NORMAL);
	grid_fill(g, line, ' ', ST_FOCUS);
	grid_putf(g, line, 1, 0, ST_FOCUS, _("%s, line %zu of %zu"), p->name,
		  p->at + 1, p->n);
	for (y = 1; y < r.h && p->top + (size_t)y - 1 < p->n; y++) {
		line.y = r.y + y;
		row(p, g, line, p->top + (size_t)y - 1);
	}
	g->cx = r.x;
	g->cy = r.y + 1 + (int)(p->at - p->top);
	if (!p->typing)
		return;
	last.y = r.y + r.h - 1;
	grid_fill(g, last, ' ', ST_NORMAL);
	column = grid_put(g, last, 0, 0, _("Search for: "), ST_BOLD);
	shown = entry_window(&p->find, r.w - column, &y);
	grid_put(g, last, column, 0, shown, ST_CODE);
	g->cx = r.x + column + y;
	g->cy = last.y;
}
