#include "tui/tui_model.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "grader/grader_kind.h"
#include "tui/tui_list.h"
#include "tui/tui_over.h"
#include "tui/tui_picture.h"
#include "tui/tui_shown.h"
#include "tui/tui_words.h"
#include "tui/view.h"

void
tui_model_init(struct tui_model *m, int w, int h)
{
	*m = (struct tui_model){
	    .w = w, .h = h, .last = PANE_TERM, .node_at = SIZE_MAX};
}

void
tui_model_clear(struct tui_model *m)
{
	text_clear(&m->over_text);
	text_clear(&m->lines);
	form_clear(&m->form);
	past_clear(&m->past);
	free(m->notes);
	free(m->over_title);
	free(m->over_words);
	free(m->text);
	json_decref(m->list);
	json_decref(m->progress);
	json_decref(m->courses);
	*m = (struct tui_model){0};
}

unsigned
tui_model_where(const struct tui_model *m)
{
	static const unsigned panes[PANE_N] = {IN_TEXT, IN_TERM, IN_CHECKS,
					       IN_PICTURE};

	if (m->over == OVER_ASK)
		return IN_ASK;
	if (m->over == OVER_FORM)
		return IN_FORM;
	if (m->over == OVER_PICK || m->over == OVER_NODE ||
	    m->over == OVER_COURSE)
		return IN_PICK;
	if (m->over == OVER_NOTES)
		return IN_NOTES;
	if (m->over == OVER_PAST)
		return m->past.typing ? IN_FIND : IN_PAST;
	if (m->over == OVER_STORY &&
	    m->x->checks[m->check_at].kind == &grader_kind_answer)
		return IN_OVER | IN_QUESTION;
	if (m->over != OVER_NONE)
		return IN_OVER;
	return m->screen == SCR_LIST ? IN_LIST : panes[m->focus];
}

const char *
tui_model_listed(const struct tui_model *m, size_t i)
{
	return json_string_value(
	    json_object_get(json_array_get(m->list, i), "name"));
}

void
tui_model_list_to(struct tui_model *m, const char *name)
{
	const json_t *done;
	const char *listed;
	size_t i;

	for (i = 0; i < json_array_size(m->list); i++) {
		if ((listed = tui_model_listed(m, i)) == NULL)
			continue;
		done = json_object_get(json_object_get(m->progress, listed),
				       "done");
		if (name ? strcmp(listed, name) == 0 : !json_is_true(done)) {
			m->list_at = i;
			return;
		}
	}
}

/* ---- derived lines and ranges */

static void
settle_text(struct tui_model *m, const struct layout *l)
{
	struct rect r = l->pane[PANE_TEXT];
	int most;

	if (r.w > 0 && m->text != NULL && m->lines_w != r.w) {
		text_clear(&m->lines);
		text_markdown(&m->lines, m->text, r.w > 78 ? 76 : r.w - 2,
			      false);
		m->lines_w = r.w;
	}
	if (r.w == 0)
		return;
	most = (int)m->lines.n - r.h;
	if (m->text_top > most)
		m->text_top = most;
	if (m->text_top < 0)
		m->text_top = 0;
}

static void
settle_picture(struct tui_model *m, const struct layout *l)
{
	struct text t = {0};
	struct rect r = l->pane[PANE_PICTURE];
	int most = 0;

	if (m->shown != SHOWN_LAB) {
		shown_settle(m, r);
		return;
	}
	/* a drawing fits, or it is none */
	if (m->picture_top > 0 && m->lab != NULL && r.w > 0) {
		view_picture_list(m->lab, m->sessions, NULL, r.w - 2, &t);
		most = (int)t.n - r.h;
		text_clear(&t);
	}
	if (m->picture_top > most)
		m->picture_top = most;
	if (m->picture_top < 0)
		m->picture_top = 0;
}

void
tui_model_settle(struct tui_model *m)
{
	struct layout l = layout_make(m->w, m->h, m->focus, m->zoom, &m->wish);

	tui_list_settle(m);
	if (m->x != NULL && m->check_at >= m->x->nchecks)
		m->check_at = m->x->nchecks ? m->x->nchecks - 1 : 0;
	settle_text(m, &l);
	settle_picture(m, &l);
	past_settle(&m->past, l.body.h - 1);
	tui_over_settle(m);
}

void
tui_model_resize(struct tui_model *m, int w, int h)
{
	m->w = w;
	m->h = h;
	tui_model_settle(m);
}

void
tui_model_text(struct tui_model *m, char *markdown)
{
	free(m->text);
	m->text = markdown;
	m->text_top = 0;
	m->lines_w = 0;
	tui_model_settle(m);
}

void
tui_model_enter(struct tui_model *m, const struct exercise *x,
		const struct lab *lab)
{
	m->x = x;
	m->lab = lab;
	m->screen = x ? SCR_WORK : SCR_LIST;
	m->focus = PANE_TEXT;
	m->last = PANE_TERM;
	m->zoom = false;
	m->over = OVER_NONE;
	form_clear(&m->form);
	m->step = m->check_at = 0;
	m->picture_top = 0;
	shown_enter(m);
	m->node_at = SIZE_MAX;
	m->verdicts = NULL;
	m->sessions = NULL;
	m->links = NULL;
	tui_model_settle(m);
}

/* ---- words */

void
tui_model_status(struct tui_model *m, bool bad, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(m->status, sizeof(m->status), fmt, ap);
	va_end(ap);
	m->status_bad = bad;
}

/* ---- moving */

static void
scroll(int *top, int lines)
{
	if (lines > 0 && *top > 100000 - lines)
		*top = 100000;
	else
		*top += lines;
	if (*top < 0)
		*top = 0;
}

static void
move(size_t *at, size_t n, int lines)
{
	if (lines < 0)
		*at = (size_t)-lines > *at ? 0 : *at - (size_t)-lines;
	else
		*at = *at + (size_t)lines >= n ? (n ? n - 1 : 0)
					       : *at + (size_t)lines;
}

static void
move_by(struct tui_model *m, int lines)
{
	if (m->over == OVER_PAST)
		past_move(&m->past, lines);
	else if (tui_model_where(m) == IN_PICK)
		move(&m->pick_at, tui_over_picks(m), lines);
	else if (m->over != OVER_NONE)
		scroll(&m->over_top, lines);
	else if (m->screen == SCR_LIST)
		tui_list_move(m, lines);
	else if (m->focus == PANE_TEXT)
		scroll(&m->text_top, lines);
	else if (m->focus == PANE_PICTURE)
		scroll(&m->picture_top, lines);
	else if (m->focus == PANE_CHECKS && m->x != NULL)
		move(&m->check_at, m->x->nchecks, lines);
}

static void
focus(struct tui_model *m, enum tui_pane pane)
{
	if (m->focus != PANE_TERM)
		m->last = m->focus;
	m->focus = pane;
}

/* What t, b and e open: on the chosen node in the picture, else on the person's
 * own. */
static enum tui_action
want(struct tui_model *m, enum tui_action a)
{
	const char *node = m->x->trainee;
	struct err e = {0};

	if (m->focus == PANE_PICTURE && m->lab != NULL &&
	    m->node_at < m->lab->nnodes)
		node = m->lab->nodes[m->node_at].name;
	m->want = program_of(m->x, a, node);
	if (m->lab != NULL && program_may(m->x, m->lab, &m->want, &e) < 0) {
		tui_model_status(m, true, "%s", e.msg);
		return ACT_NONE;
	}
	focus(m, PANE_TERM);
	return a;
}

static int
page(const struct tui_model *m)
{
	struct layout l = layout_make(m->w, m->h, m->focus, m->zoom, &m->wish);
	int h = l.pane[m->focus].h;

	if (m->screen == SCR_LIST || m->over != OVER_NONE)
		h = m->h - 6;
	return h > 2 ? h - 1 : 1;
}

static enum tui_action
step_by(struct tui_model *m, int n)
{
	if (m->x == NULL || (n < 0 && m->step == 0) ||
	    (n > 0 && m->step + 1 >= m->x->nsteps)) {
		tui_model_status(m, false,
				 n < 0 ? _("this is the first step")
				       : _("this is the last step"));
		return ACT_NONE;
	}
	m->step = n < 0 ? m->step - 1 : m->step + 1;
	m->check_at = m->x->steps[m->step].first;
	return n < 0 ? ACT_PREV_STEP : ACT_NEXT_STEP;
}

/* Round the panes; out of the terminal Ctrl-] goes on in the same direction. */
static void
focus_by(struct tui_model *m, int n)
{
	focus(m, (enum tui_pane)(((int)m->focus + n) % PANE_N));
	if (m->focus == PANE_TERM)
		m->last = (enum tui_pane)(((int)m->focus + n) % PANE_N);
}

static enum tui_action
open_it(struct tui_model *m)
{
	if (m->screen == SCR_LIST)
		return tui_model_listed(m, m->list_at) ? ACT_OPEN : ACT_NONE;
	if (m->focus == PANE_PICTURE) {
		if (m->shown == SHOWN_HEAT || m->shown == SHOWN_SPREAD)
			return ACT_NONE;
		if (m->lab != NULL && m->node_at >= m->lab->nnodes)
			tui_picture_move(m, 0, 0);
		tui_over_node(m);
		return ACT_NONE;
	}
	if (m->x != NULL && m->x->nchecks > 0) {
		m->over = OVER_STORY;
		m->over_top = 0;
	}
	return ACT_NONE;
}

static void
find(struct tui_model *m, bool older)
{
	struct past *p = &m->past;
	size_t was = p->at;

	if (p->typing) /* this line, too */
		p->at = (p->at + 1) % p->n;
	p->typing = false;
	if (past_find(p, older))
		return;
	p->at = was;
	tui_model_status(m, false, _("no line has \"%s\""), p->find.text);
}

static enum tui_action
close_one(struct tui_model *m)
{
	if (m->over == OVER_PAST && m->past.typing) {
		m->past.typing = false;
		return ACT_NONE;
	}
	if (m->over != OVER_NONE) {
		m->over = OVER_NONE;
		return ACT_NONE;
	}
	return ACT_CLOSE;
}

/* A key for what is typed into a box. */
static void
type(struct tui_model *m, uint32_t key)
{
	if (m->over == OVER_FORM)
		form_key(&m->form, key);
	else if (m->over == OVER_NOTES)
		entry_key(&m->note, key);
	else if (m->over == OVER_PAST && m->past.typing)
		entry_key(&m->past.find, key);
}

#define COLUMNS_STEP 4

/* What has no effect is not remembered, or the way back would be long; and where a
 * wish of a larger screen's is too much, on to where something moves. */
static void
size_by(struct tui_model *m, int columns, int lines)
{
	struct layout_wish was = m->wish;
	struct layout now,
	    l = layout_make(m->w, m->h, m->focus, m->zoom, &m->wish);
	int i;

	for (i = 0; i < GRID_MAX_W; i++) {
		m->wish.text += columns;
		m->wish.low += lines;
		now = layout_make(m->w, m->h, m->focus, m->zoom, &m->wish);
		if (memcmp(&l, &now, sizeof(l)) != 0)
			return;
	}
	m->wish = was;
	tui_model_status(m, false, _("here that cannot become %s"),
			 columns + lines > 0 ? _("larger") : _("smaller"));
}

static enum tui_action
next_theme(struct tui_model *m)
{
	if (m->mono) {
		tui_model_status(
		    m, true, _("this terminal, or NO_COLOR, has no colours"));
		return ACT_NONE;
	}
	m->theme = (m->theme + 1) % THEME_N;
	tui_model_status(m, false, _("colours: %s"), grid_theme_name(m->theme));
	return ACT_THEME;
}

static enum tui_action
act(struct tui_model *m, enum tui_action a, uint32_t key)
{
	switch (a) {
	case ACT_UP:
	case ACT_DOWN:
		if (shown_moves(m))
			return shown_move(m, 0, a == ACT_UP ? -1 : 1);
		if (m->over == OVER_NONE && m->screen == SCR_WORK &&
		    m->focus == PANE_PICTURE)
			tui_picture_move(m, 0, a == ACT_UP ? -1 : 1);
		else
			move_by(m, a == ACT_UP ? -1 : 1);
		break;
	case ACT_LEFT:
	case ACT_RIGHT:
		if (shown_moves(m))
			return shown_move(m, a == ACT_LEFT ? -1 : 1, 0);
		tui_picture_move(m, a == ACT_LEFT ? -1 : 1, 0);
		break;
	case ACT_OTHER: return shown_other(m, key == 'o');
	case ACT_PAGE_UP: move_by(m, -page(m)); break;
	case ACT_PAGE_DOWN: move_by(m, page(m)); break;
	case ACT_TOP: move_by(m, -100000); break;
	case ACT_BOTTOM: move_by(m, 100000); break;
	case ACT_OPEN: return open_it(m);
	case ACT_CLOSE: return close_one(m);
	case ACT_NEXT_PANE: focus_by(m, 1); break;
	case ACT_PREV_PANE: focus_by(m, PANE_N - 1); break;
	case ACT_PANE: focus(m, (enum tui_pane)(key - '1')); break;
	case ACT_PICK:
		if (m->over != OVER_NONE)
			return tui_over_pick(m, key - '1');
		if (tui_list_nth(m, key - '0') == SIZE_MAX)
			break;
		m->list_at = tui_list_nth(m, key - '0');
		return ACT_OPEN;
	case ACT_FIND:
		m->past.typing = true;
		entry_set(&m->past.find, "");
		break;
	case ACT_FIND_OLDER: find(m, key != 'N'); break;
	case ACT_MARK: past_mark(&m->past); break;
	case ACT_ZOOM: m->zoom = !m->zoom; break;
	case ACT_COLUMNS:
		size_by(m, key == '>' ? COLUMNS_STEP : -COLUMNS_STEP, 0);
		break;
	case ACT_LINES: size_by(m, 0, key == ']' ? 1 : -1); break;
	case ACT_EVEN: m->wish = (struct layout_wish){0, 0}; break;
	case ACT_NEXT_STEP: return step_by(m, 1);
	case ACT_PREV_STEP: return step_by(m, -1);
	case ACT_LEAVE:
		focus(m, m->focus == PANE_TERM ? m->last : PANE_TERM);
		break;
	case ACT_AS_LIST: m->picture_list = !m->picture_list; break;
	case ACT_CLOCK: m->clock = !m->clock; break;
	case ACT_THEME: return next_theme(m);
	case ACT_HELP:
		m->over = OVER_HELP;
		m->over_top = 0;
		break;
	case ACT_TYPE: type(m, key); break;
	case ACT_NEXT_FIELD:
	case ACT_PREV_FIELD: form_move(&m->form, a == ACT_NEXT_FIELD); break;
	case ACT_WELCOME: tui_model_welcome(m); break;
	case ACT_YES:
	case ACT_NO: return tui_over_answer(m, a);
	case ACT_STOP:
		return m->over == OVER_ASK ? tui_over_answer(m, a)
					   : tui_over_ask(m, a);
	case ACT_RESET_WHAT:
		m->over = OVER_PICK;
		m->over_top = 0;
		m->pick_at = 0;
		break;
	case ACT_CHOOSE: return tui_over_pick(m, m->pick_at);
	case ACT_SOLVE:
	case ACT_RESET:
	case ACT_QUIT: return tui_over_ask(m, a);
	case ACT_SHELL:
	case ACT_BIRDC:
	case ACT_EDIT: return want(m, a);
	default: return a;
	}
	return ACT_NONE;
}

enum tui_action
tui_model_key(struct tui_model *m, uint32_t key, bool *typed)
{
	const struct tui_key *k = tui_key_find(key, tui_model_where(m));
	enum tui_action a;

	*typed = false;
	if (k == NULL) {
		*typed = tui_model_where(m) == IN_TERM;
		type(m, key);
		tui_model_settle(m);
		return ACT_NONE;
	}
	if (layout_make(m->w, m->h, m->focus, false, NULL).shape ==
		SHAPE_SMALL &&
	    k->action != ACT_QUIT && m->over != OVER_ASK)
		return ACT_NONE;
	if (k->action != ACT_REDRAW)
		m->status[0] = '\0';
	a = act(m, k->action, key);
	tui_model_settle(m);
	return a;
}

/* ---- the mouse */

static enum tui_action
click_pane(struct tui_model *m, const struct layout *l, int x, int y)
{
	int p;
	size_t i;

	for (p = 0; p < PANE_N; p++) {
		if (rect_has(l->head[p], x, y))
			focus(m, (enum tui_pane)p);
		if (!rect_has(l->pane[p], x, y))
			continue;
		if (p == PANE_CHECKS && m->x != NULL) {
			i = view_checks_at(m, l->pane[p], y - l->pane[p].y);
			if (i == m->check_at && m->focus == PANE_CHECKS)
				return open_it(m);
			m->check_at = i < m->x->nchecks ? i : m->check_at;
		}
		if (p == PANE_PICTURE && m->shown == SHOWN_LAB)
			tui_picture_click(m, l->pane[p], x - l->pane[p].x,
					  y - l->pane[p].y);
		focus(m, (enum tui_pane)p);
		break;
	}
	if (rect_has(l->strip, x, y))
		focus(m, PANE_CHECKS);
	if (rect_has(l->tabs, x, y) && x / TAB_W < PANE_N)
		focus(m, (enum tui_pane)(x / TAB_W));
	return ACT_NONE;
}

enum tui_action
tui_model_click(struct tui_model *m, int x, int y)
{
	struct layout l = layout_make(m->w, m->h, m->focus, m->zoom, &m->wish);
	enum tui_action a = ACT_NONE;
	bool typed;
	size_t i;

	if (rect_has(l.bar, x, y))
		return tui_model_key(m, view_bar_key(m, l.bar.w, x), &typed);
	if (m->over == OVER_ASK || m->over == OVER_FORM ||
	    m->over == OVER_NOTES || m->over == OVER_PAST ||
	    l.shape == SHAPE_SMALL)
		return ACT_NONE;
	if (m->over != OVER_NONE)
		m->over = OVER_NONE;
	else if (m->screen == SCR_WORK)
		a = click_pane(m, &l, x, y);
	else if ((i = view_list_at(m, l.body, y - l.body.y)) != SIZE_MAX) {
		a = i == m->list_at ? ACT_OPEN : ACT_NONE;
		m->list_at = tui_model_listed(m, i) ? i : m->list_at;
	}
	tui_model_settle(m);
	return a;
}

enum tui_action
tui_model_wheel(struct tui_model *m, int x, int y, int lines)
{
	struct layout l = layout_make(m->w, m->h, m->focus, m->zoom, &m->wish);
	enum tui_pane was = m->focus;
	int p;

	if (m->over == OVER_NONE && m->screen == SCR_WORK) {
		if (rect_has(l.pane[PANE_TERM], x, y))
			return lines < 0 ? ACT_BACK_UP : ACT_BACK_DOWN;
		for (p = 0; p < PANE_N; p++)
			if (rect_has(l.pane[p], x, y))
				m->focus = (enum tui_pane)p;
	}
	move_by(m, lines);
	m->focus = was;
	tui_model_settle(m);
	return ACT_NONE;
}
