/*
 * view_checks: every check with symbol and word, and the story behind one.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tui/tui_words.h"
#include "tui/view.h"

static const struct grader_verdict unknown = {.result = GRADER_WAIT,
					      .blocked_by = SIZE_MAX};

static const struct {
	const char *word;
	uint32_t symbol;
	enum grid_style style;
} faces[] = {
    [GRADER_WAIT] = {N_("wait"), 0x2026, ST_WAIT},
    [GRADER_PASS] = {N_("ok"), 0x2713, ST_GOOD},
    [GRADER_FAIL] = {N_("FAIL"), 0x2717, ST_BAD},
    [GRADER_BLOCKED] = {N_("blocked"), 0x00b7, ST_DIM},
    [GRADER_SKIP] = {N_("skip"), '-', ST_DIM},
    [GRADER_ERROR] = {N_("error"), '!', ST_BAD},
};

/* "ok", "wait 12s", "FAIL", ...: never a symbol or a colour alone. */
static void
check_word(const struct grader_verdict *v, char *buf, size_t size)
{
	if (v->result == GRADER_WAIT && v->since_ms >= 1000)
		snprintf(buf, size, _("wait %llus"),
			 (unsigned long long)v->since_ms / 1000);
	else
		snprintf(buf, size, "%s", _(faces[v->result].word));
}

static uint32_t
check_symbol(const struct grader_verdict *v)
{
	return faces[v->result].symbol;
}

static enum grid_style
check_style(const struct grader_verdict *v)
{
	return faces[v->result].style;
}

static const struct grader_verdict *
verdict(const struct tui_model *m, size_t i)
{
	return m->verdicts ? &m->verdicts[i] : &unknown;
}

/* ---- rows: a step's title, a check, what a failed one saw */

enum row_kind { ROW_STEP, ROW_CHECK, ROW_SAW };

struct row {
	enum row_kind kind;
	size_t i;
};

struct rows {
	struct row *row;
	size_t n, top;
};

static const char *
saw(const struct grader_verdict *v)
{
	if (v->result == GRADER_FAIL)
		return v->saw;
	return v->result == GRADER_SKIP || v->result == GRADER_ERROR ? v->reason
								     : NULL;
}

static void
add_step(const struct tui_model *m, struct rows *rs, size_t s, bool heads,
	 bool saws)
{
	const struct exercise_step *step = &m->x->steps[s];
	size_t i;

	if (heads)
		rs->row[rs->n++] = (struct row){ROW_STEP, s};
	for (i = step->first; i < step->first + step->nchecks; i++) {
		rs->row[rs->n++] = (struct row){ROW_CHECK, i};
		if (saws && saw(verdict(m, i)) != NULL)
			rs->row[rs->n++] = (struct row){ROW_SAW, i};
	}
}

/* Too many to show: from the first on while the selected one is in sight then, else
 * from its step on, if it is in sight then. */
static size_t
top_row(const struct tui_model *m, const struct rows *rs, size_t room)
{
	size_t i, top = 0;

	for (i = 0; i < rs->n; i++) {
		if (rs->row[i].kind == ROW_STEP)
			top = i;
		if (rs->row[i].kind == ROW_CHECK && rs->row[i].i == m->check_at)
			break;
	}
	if (i < room)
		return 0;
	if (room > 0 && i >= top + room)
		top = i + 1 - room;
	return top + room > rs->n && rs->n > room ? rs->n - room : top;
}

/* Drop details before checks. */
static struct rows
make_rows(const struct tui_model *m, int h)
{
	size_t most = m->x->nsteps + 2 * m->x->nchecks, s;
	struct rows rs = {.row = xcalloc(most + 1, sizeof(struct row))};
	size_t room = h > 0 ? (size_t)h : 0;
	int saws;

	for (saws = 1; saws >= 0; saws--) {
		rs.n = 0;
		for (s = 0; s < m->x->nsteps; s++)
			add_step(m, &rs, s, m->x->nsteps > 1 && h > 4, saws);
		if (rs.n <= room)
			return rs;
	}
	rs.top = top_row(m, &rs, room);
	return rs;
}

/* Of the chosen one the head alone is reversed: whole rows would be sent with each key
 * that goes from one to the next. */
static void
draw_check(const struct tui_model *m, struct grid *g, struct rect r, size_t i,
	   bool select)
{
	const struct grader_verdict *v = verdict(m, i);
	char word[48];
	enum grid_style style = select ? ST_SELECT : check_style(v);
	struct grid_look look = grid_look(style, g->theme);
	int x, pts = (int)m->x->checks[i].points;

	check_word(v, word, sizeof(word));
	grid_put(g, r, 0, 0, select ? ">" : " ", ST_BOLD);
	grid_putc(g, r, 1, 0, check_symbol(v), look);
	x = grid_put(g, r, 3, 0, word, style);
	x = x < 11 ? 12 : x + 1;
	x = grid_put(g, (struct rect){r.x, r.y, r.w - 3, 1}, x, 0,
		     m->x->checks[i].say, ST_NORMAL);
	if (x > r.w - 3)
		grid_put(g, r, r.w - 4, 0, "\u2026", ST_NORMAL);
	grid_putf(g, r, r.w - 2, 0, ST_NORMAL, "%2d", pts);
}

static void
draw_row(const struct tui_model *m, struct grid *g, struct rect r,
	 const struct row *row)
{
	const struct exercise_step *s;

	switch (row->kind) {
	case ROW_STEP:
		s = &m->x->steps[row->i];
		grid_putf(g, r, 1, 0, row->i == m->step ? ST_BOLD : ST_DIM,
			  "%zu %s", row->i + 1, s->title);
		break;
	case ROW_CHECK:
		draw_check(m, g, r, row->i,
			   row->i == m->check_at && m->focus == PANE_CHECKS);
		break;
	case ROW_SAW:
		grid_putf(g, r, 12, 0, ST_DIM, _("saw: %s"),
			  saw(verdict(m, row->i)));
		break;
	}
}

void
view_checks(const struct tui_model *m, struct grid *g, struct rect r)
{
	struct rows rs = make_rows(m, r.h);
	int y;

	for (y = 0; y < r.h && rs.top + (size_t)y < rs.n; y++)
		draw_row(m, g, (struct rect){r.x, r.y + y, r.w, 1},
			 &rs.row[rs.top + (size_t)y]);
	free(rs.row);
}

size_t
view_checks_at(const struct tui_model *m, struct rect r, int y)
{
	struct rows rs = make_rows(m, r.h);
	size_t at = rs.top + (size_t)(y < 0 ? 0 : y), i = SIZE_MAX;

	if (y >= 0 && at < rs.n && rs.row[at].kind != ROW_STEP)
		i = rs.row[at].i;
	free(rs.row);
	return i;
}

/* ---- the strip: a count, and the checks that matter now */

void
view_count(const struct tui_model *m, struct grid *g, struct rect r,
	   enum grid_style style)
{
	size_t n[GRADER_ERROR + 1] = {0}, i;
	enum grader_result k;
	int x;

	for (i = 0; i < m->x->nchecks; i++)
		n[verdict(m, i)->result]++;
	grid_fill(g, r, ' ', style);
	x = grid_put(g, r, 1, 0, _("Checks:"), style);
	for (k = GRADER_WAIT; k <= GRADER_ERROR; k++)
		if (n[k] > 0)
			x = grid_putf(g, r, x, 0, style, "  %zu %s", n[k],
				      _(faces[k].word));
}

/* This step's checks, then those of the steps to come; passed ones give way. */
void
view_strip(const struct tui_model *m, struct grid *g, struct rect r)
{
	size_t room = (size_t)r.h - 1, n = m->x->nchecks, i;
	size_t from = m->step < m->x->nsteps ? m->x->steps[m->step].first : 0;
	int y = 1;

	while (n - from > room && verdict(m, from)->result == GRADER_PASS)
		from++;
	if (n - from < room)
		from = n > room ? n - room : 0;
	view_count(m, g, (struct rect){r.x, r.y, r.w, 1}, ST_PANE);
	for (i = from; i < n && y < r.h; i++, y++)
		draw_check(m, g, (struct rect){r.x, r.y + y, r.w, 1}, i, false);
}

/* ---- the story of one */

static void
part(struct text *out, const char *name, const char *words, int width)
{
	_free_ char *first = NULL, *clean = NULL;

	if (words == NULL || *words == '\0')
		return;
	clean = xstrdup(words);
	str_clean_lines(clean);
	first = words_pad(name, 10);
	text_words(out, clean, ST_NORMAL, width, first, "          ");
}

void
view_story(const struct exercise *x, const struct grader_verdict *all, size_t i,
	   int width, struct text *out)
{
	const struct grader_verdict *v = all ? &all[i] : &unknown;
	char word[48];

	if (i >= x->nchecks)
		return;
	check_word(v, word, sizeof(word));
	part(out, _("check"), x->checks[i].say, width);
	part(out, _("result"), word, width);
	part(out, _("expected"), v->expected, width);
	part(out, _("saw"), v->saw, width);
	if (v->result == GRADER_FAIL && v->saw != NULL && v->since_ms >= 1000) {
		snprintf(word, sizeof(word), _("%llu s ago"),
			 (unsigned long long)v->since_ms / 1000);
		part(out, _("since"), word, width);
	}
	part(out, _("where"), v->where, width);
	part(out, _("reason"), v->reason, width);
	if (v->result == GRADER_FAIL && v->hint == NULL)
		part(out, _("why"), _("is for you to find out"), width);
	if (v->result == GRADER_BLOCKED && v->blocked_by < x->nchecks)
		part(out, _("first"), x->checks[v->blocked_by].say, width);
	part(out, _("cause"), v->cause, width);
	part(out, _("hint"), v->hint, width);
}
