/*
 * view: the frame around the panes.
 */
#include "tui/view.h"

#include <string.h>

#include "base/str.h"
#include "tui/tui_shown.h"
#include "tui/tui_words.h"

static void
title(const struct tui_model *m, struct grid *g, struct rect r)
{
	char right[256] = "", left[32] = "", spent[32] = "";
	int x;

	grid_fill(g, r, ' ', ST_BAR);
	x = grid_put(g, r, 1, 0, "ixlab", ST_BAR);
	if (m->screen == SCR_LIST) {
		grid_put(g, r, x, 0, _(" \u00b7 exercises"), ST_BAR);
		return;
	}
	if (m->course.pauses)
		snprintf(spent, sizeof(spent), "%s", _("pause \u00b7 "));
	else if (m->clock && r.w >= 80)
		snprintf(spent, sizeof(spent), _("%u min \u00b7 "),
			 (unsigned)m->seconds / 60);
	snprintf(right, sizeof(right), _("%s%u of %u points \u00b7 lab %s "),
		 spent, grader_points(m->x, m->verdicts, NULL), m->x->total,
		 m->lab_state[0] ? _(m->lab_state) : _("not started"));
	snprintf(left, sizeof(left), " \u00b7 %zu/%zu ", m->step + 1,
		 m->x->nsteps);
	r.w -= grid_text_width(right) + 1;
	x = grid_put(g, r, x, 0, " \u00b7 ", ST_BAR);
	x = grid_put(g, r, x, 0, m->x->title, ST_BAR);
	if (x > r.w)
		grid_put(g, r, r.w - 1, 0, "\u2026", ST_BAR);
	if (m->step < m->x->nsteps &&
	    x + (int)strlen(left) +
		    grid_text_width(m->x->steps[m->step].title) <
		r.w) {
		x = grid_put(g, r, x, 0, left, ST_BAR);
		grid_put(g, r, x, 0, m->x->steps[m->step].title, ST_BAR);
	}
	r.w += grid_text_width(right) + 1;
	grid_put(g, r, r.w - grid_text_width(right), 0, right, ST_BAR);
}

static void
count_ok(const struct tui_model *m, char *buf, size_t size)
{
	size_t i, n = 0;

	for (i = 0; m->verdicts != NULL && i < m->x->nchecks; i++)
		n += m->verdicts[i].result == GRADER_PASS;
	snprintf(buf, size, _("%zu of %zu ok"), n, m->x->nchecks);
}

/* What a pane's head or tab says beside its name. */
static void
about(const struct tui_model *m, enum tui_pane p, int h, char *buf, size_t size)
{
	int left = (int)m->lines.n - m->text_top - h, n;

	buf[0] = '\0';
	if (p == PANE_TERM && m->term[0] != '\0')
		snprintf(buf, size, "%s%s", m->term,
			 m->term_open ? "" : _(" (closed)"));
	if (p == PANE_PICTURE)
		snprintf(buf, size, "%s", shown_name(m->shown));
	if (p == PANE_CHECKS)
		count_ok(m, buf, size);
	if (p != PANE_TEXT || m->step >= m->x->nsteps)
		return;
	n = snprintf(buf, size, _("step %zu of %zu"), m->step + 1,
		     m->x->nsteps);
	if (left > 0)
		snprintf(buf + n, size - (size_t)n, _(", %d more: Space"),
			 left);
}

static void
head(const struct tui_model *m, struct grid *g, struct rect r, enum tui_pane p,
     int h)
{
	enum grid_style style = m->focus == p ? ST_FOCUS : ST_PANE;
	char words[100];
	int x;

	if (r.w == 0)
		return;
	about(m, p, h, words, sizeof(words));
	grid_fill(g, r, ' ', ST_PANE);
	/* a key that goes to another pane is not to send whole rows */
	x = grid_putf(g, r, 0, 0, style, "%s%d %s", m->focus == p ? ">" : " ",
		      (int)p + 1, layout_pane_name(p));
	grid_putf(g, r, x, 0, ST_PANE, "%s%s", words[0] ? ": " : "", words);
}

static void
tabs(const struct tui_model *m, struct grid *g, struct rect r, int h)
{
	char words[100];
	int p;

	if (r.w == 0)
		return;
	grid_fill(g, r, ' ', ST_PANE);
	for (p = 0; p < PANE_N; p++) {
		_free_ char *name =
		    words_pad(layout_pane_name((enum tui_pane)p), 9);

		grid_putf(g, (struct rect){r.x + p * TAB_W, r.y, TAB_W, 1}, 0,
			  0, m->focus == (enum tui_pane)p ? ST_FOCUS : ST_PANE,
			  "%s%d %s", m->focus == (enum tui_pane)p ? ">" : " ",
			  p + 1, name);
	}
	about(m, m->focus, h, words, sizeof(words));
	if (PANE_N * TAB_W + 1 + grid_text_width(words) <= r.w)
		grid_put(g, r, r.w - grid_text_width(words), 0, words, ST_PANE);
}

static void
term(const struct tui_model *m, struct grid *g, struct rect r)
{
	const char *none =
	    _("No terminal is open.  t shell  b birdc  e edit bird.conf");
	bool cursor = m->focus == PANE_TERM && m->over == OVER_NONE;
	int x, y;

	if (m->cells == NULL) {
		grid_put(g, r, 1, 1, none, ST_DIM);
		return;
	}
	grid_copy(g, r, m->cells);
	x = r.x + m->cells->cx;
	y = r.y + m->cells->cy;
	if (cursor && m->cells->cx >= 0 && m->cells->cy >= 0 &&
	    rect_has(r, x, y)) {
		g->cx = x;
		g->cy = y;
	}
	if (m->back > 0)
		grid_putf(g, (struct rect){r.x, r.y, r.w, 1}, r.w - 24, 0,
			  ST_SELECT, _(" %5d lines back "), m->back);
	if (!m->term_open)
		grid_put(
		    g, (struct rect){r.x, r.y + r.h - 1, r.w, 1}, 0, 0,
		    m->term_lost
			? _(" this terminal was lost: Enter starts it anew ")
			: _(" closed: Enter starts it anew, Ctrl-] leaves "),
		    ST_SELECT);
}

static void
text(const struct tui_model *m, struct grid *g, struct rect r)
{
	text_draw(&m->lines, g, (struct rect){r.x + 1, r.y, r.w - 2, r.h},
		  m->text_top);
}

static void
panes(const struct tui_model *m, struct grid *g, const struct layout *l)
{
	struct grid_look dim = grid_look(ST_DIM, g->theme);
	struct rect t = l->head[PANE_TERM];
	int y, p;

	for (p = 0; p < PANE_N; p++)
		head(m, g, l->head[p], (enum tui_pane)p, l->pane[p].h);
	for (y = 0; t.x > 0 && y < l->pane[PANE_TERM].h + 1; y++)
		grid_putc(g, l->body, t.x - 1, t.y - l->body.y + y, 0x2502,
			  dim);
	t = l->head[PANE_PICTURE];
	for (y = 0; t.x > 0 && y < l->pane[PANE_PICTURE].h + 1; y++)
		grid_putc(g, l->body, t.x - 1, t.y - l->body.y + y, 0x2502,
			  dim);
	tabs(m, g, l->tabs, l->pane[m->focus].h);
	if (l->pane[PANE_TEXT].w > 0)
		text(m, g, l->pane[PANE_TEXT]);
	if (l->pane[PANE_TERM].w > 0)
		term(m, g, l->pane[PANE_TERM]);
	if (l->pane[PANE_CHECKS].w > 0)
		view_checks(m, g, l->pane[PANE_CHECKS]);
	if (l->pane[PANE_PICTURE].w > 0)
		view_picture(m, g, l->pane[PANE_PICTURE]);
	if (l->strip.w > 0)
		view_strip(m, g, l->strip);
}

static void
status(const struct tui_model *m, struct grid *g, struct rect r)
{
	struct layout l = layout_make(g->w, g->h, m->focus, m->zoom, &m->wish);
	int x = 0, w = grid_text_width(m->verb);

	if (m->busy[0] != '\0')
		x = grid_putf(g, r, 1, 0, ST_WAIT, "%s \u2026", m->busy);
	else if (m->status[0] == '\0' && m->screen == SCR_WORK &&
		 l.strip.w == 0 && l.pane[PANE_CHECKS].w == 0)
		view_count(m, g, r, ST_NORMAL);
	else
		x = grid_put(g, r, 1, 0, m->status,
			     m->status_bad ? ST_BAD : ST_NORMAL);
	/* the same as a command, for who wants to learn that */
	if (w > 0 && x > 0 && x + 5 + w <= r.w)
		grid_putf(g, r, r.w - w - 3, 0, ST_DIM, "$ %s", m->verb);
}

static void
small(struct grid *g)
{
	struct rect all = {0, 0, g->w, g->h};
	char line[80];

	snprintf(line, sizeof(line), _("ixlab needs %dx%d, this is %dx%d"),
		 LAYOUT_MIN_W, LAYOUT_MIN_H, g->w, g->h);
	if (g->w < (int)strlen(line))
		snprintf(line, sizeof(line), _("needs %dx%d"), LAYOUT_MIN_W,
			 LAYOUT_MIN_H);
	grid_put(g, all, 0, 0, line, ST_NORMAL);
}

void
view_draw(const struct tui_model *m, struct grid *g)
{
	struct layout l = layout_make(g->w, g->h, m->focus, m->zoom, &m->wish);

	grid_blank(g);
	if (l.shape == SHAPE_SMALL) {
		small(g);
		return;
	}
	title(m, g, l.title);
	if (m->screen == SCR_LIST)
		view_list(m, g, l.body);
	else
		panes(m, g, &l);
	status(m, g, l.status);
	if (m->over == OVER_PAST)
		view_past(m, g, l.body);
	else if (m->over != OVER_NONE)
		view_over(m, g);
	view_bar(m, g, l.bar);
}
