#include "tui/tui_shown.h"

#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "tui/tui_traffic.h"
#include "tui/tui_words.h"
#include "tui/view_heat.h"
#include "tui/view_spread.h"

const char *
shown_name(enum tui_shown shown)
{
	static const char *const names[SHOWN_N] = {
	    N_("the lab"), N_("who reaches whom"), N_("how far a prefix got"),
	    N_("traffic")};

	return _(names[shown]);
}

const char *
shown_verb(enum tui_shown shown)
{
	static const char *const verbs[SHOWN_N] = {"graph", "matrix", "spread",
						   "traffic"};

	return verbs[shown];
}

/* ---- choosing */

void
shown_enter(struct tui_model *m)
{
	m->shown = SHOWN_LAB;
	m->prefix[0] = m->shown_why[0] = '\0';
	m->spread_at = 0;
	m->heat = m->spread = NULL;
	m->charts = NULL;
}

enum tui_action
shown_other(struct tui_model *m, bool next)
{
	m->shown = (enum tui_shown)(((int)m->shown + (next ? 1 : SHOWN_N - 1)) %
				    SHOWN_N);
	m->picture_top = 0;
	m->spread_at = 0;
	m->shown_why[0] = '\0';
	return ACT_OTHER;
}

bool
shown_moves(const struct tui_model *m)
{
	return m->over == OVER_NONE && m->screen == SCR_WORK &&
	       m->focus == PANE_PICTURE && m->shown != SHOWN_LAB;
}

const char *
shown_node(const struct tui_model *m)
{
	if (m->lab != NULL && m->node_at < m->lab->nnodes &&
	    m->lab->nodes[m->node_at].nifs > 0)
		return m->lab->nodes[m->node_at].name;
	return m->x ? m->x->trainee : "";
}

/* Is it a tree that is gone through step by step? */
static bool
steps(const struct tui_model *m)
{
	return m->shown == SHOWN_SPREAD && !m->picture_list;
}

/* The next node that has interfaces. */
static enum tui_action
move_node(struct tui_model *m, int by)
{
	size_t i, at = m->node_at, n = m->lab ? m->lab->nnodes : 0;

	if (n == 0)
		return ACT_NONE;
	for (i = 0; at >= n && i < n; i++)
		if (strcmp(m->lab->nodes[i].name, shown_node(m)) == 0)
			at = i;
	for (i = 0; i < n; i++) {
		at = (at + (by > 0 ? 1 : n - 1)) % n;
		if (m->lab->nodes[at].nifs > 0)
			break;
	}
	m->node_at = at;
	return ACT_OTHER;
}

static enum tui_action
move_prefix(struct tui_model *m, int by)
{
	const json_t *all = json_object_get(m->spread, "prefixes");
	const char *now = out_text(m->spread, "prefix");
	size_t i, n = json_array_size(all);

	for (i = 0; i < n; i++)
		if (strcmp(json_string_value(json_array_get(all, i)), now) == 0)
			break;
	if (n == 0)
		return ACT_NONE;
	i = i == n ? 0 : (i + (by > 0 ? 1 : n - 1)) % n;
	snprintf(m->prefix, sizeof(m->prefix), "%s",
		 json_string_value(json_array_get(all, i)));
	m->spread_at = 0;
	m->picture_top = 0;
	return ACT_OTHER;
}

enum tui_action
shown_move(struct tui_model *m, int dx, int dy)
{
	if (m->shown == SHOWN_TRAFFIC && dx)
		return move_node(m, dx);
	if (m->shown == SHOWN_SPREAD && dx)
		return move_prefix(m, dx);
	if (steps(m)) {
		if (dy > 0 && m->spread_at + 1 < spread_steps(m->spread))
			m->spread_at++;
		else if (dy < 0 && m->spread_at > 0)
			m->spread_at--;
	} else if (m->picture_top + dy >= 0)
		m->picture_top += dy;
	return ACT_NONE;
}

/* ---- as lines */

/* Returns the line that must be in sight. */
static int
lines_of(const struct tui_model *m, int width, struct text *out)
{
	struct heat h;
	int at = 0;

	if (m->shown == SHOWN_HEAT && m->heat != NULL) {
		heat_read(&h, m->heat);
		if (m->picture_list)
			heat_words(&h, width, out);
		else
			heat_text(&h, width, out);
		heat_clear(&h);
	}
	if (m->shown == SHOWN_TRAFFIC && m->charts != NULL)
		chart_words(m->charts, TRAFFIC_CHARTS, width, out);
	if (m->shown == SHOWN_SPREAD && m->spread && m->picture_list)
		spread_words(m->spread, width, out);
	else if (m->shown == SHOWN_SPREAD && m->spread)
		at = spread_text(m->spread, m->spread_at, width, out);
	return at;
}

void
shown_settle(struct tui_model *m, struct rect r)
{
	struct text t = {0};
	int at, room = r.h - steps(m);

	if (r.w == 0)
		return;
	if (m->spread && m->spread_at >= spread_steps(m->spread))
		m->spread_at =
		    spread_steps(m->spread) ? spread_steps(m->spread) - 1 : 0;
	at = lines_of(m, r.w - 2, &t);
	if (steps(m) && at < m->picture_top + 1)
		m->picture_top = at - 1;
	if (steps(m) && at + 2 > m->picture_top + room)
		m->picture_top = at + 2 - room;
	if (m->picture_top > (int)t.n - room)
		m->picture_top = (int)t.n - room;
	if (m->picture_top < 0)
		m->picture_top = 0;
	text_clear(&t);
}

/* ---- drawing */

static void
draw_charts(const struct tui_model *m, struct grid *g, struct rect r)
{
	int k, y, n = TRAFFIC_CHARTS, first = 0;

	/* where there is no room for all, what came in goes first */
	if (r.h / n < 4 && r.h >= 8) {
		n = 2;
		first = 1;
	}
	for (k = 0; k < n; k++) {
		y = k * r.h / n;
		chart_draw(&m->charts[first + k], g,
			   rect_and(r, (struct rect){r.x, r.y + y, r.w,
						     (k + 1) * r.h / n - y}));
	}
}

static void
draw_foot(const struct tui_model *m, struct grid *g, struct rect r)
{
	const json_t *all = json_object_get(m->spread, "prefixes");
	const char *now = out_text(m->spread, "prefix");
	size_t i, n = json_array_size(all);
	_free_ char *words = NULL;

	for (i = 0; i < n; i++)
		if (strcmp(json_string_value(json_array_get(all, i)), now) == 0)
			break;
	words = xasprintf(_("prefix %zu of %zu: \u2190 \u2192   step %zu of "
			    "%zu: \u2191 \u2193"),
			  i < n ? i + 1 : 0, n,
			  spread_steps(m->spread) ? m->spread_at + 1 : 0,
			  spread_steps(m->spread));
	grid_put(g, r, 0, r.h - 1, words, ST_DIM);
}

static bool
is_there(const struct tui_model *m)
{
	return m->shown == SHOWN_HEAT	  ? m->heat != NULL
	       : m->shown == SHOWN_SPREAD ? m->spread != NULL
					  : m->charts != NULL;
}

void
shown_draw(const struct tui_model *m, struct grid *g, struct rect r)
{
	struct rect in = {r.x + 1, r.y, r.w - 2, r.h};
	struct text t = {0};

	if (!is_there(m)) {
		text_words(&t,
			   m->shown_why[0] ? m->shown_why
					   : _("The picture appears with the "
					       "lab."),
			   ST_DIM, in.w, "", "");
		text_draw(&t, g, in, 0);
	} else if (m->shown == SHOWN_TRAFFIC && !m->picture_list) {
		draw_charts(m, g, in);
	} else {
		(void)lines_of(m, in.w, &t);
		if (steps(m))
			draw_foot(m, g, in);
		in.h -= steps(m);
		text_draw(&t, g, in, m->picture_top);
	}
	text_clear(&t);
}

/* ---- for files */

bool
shown_text(const struct tui_model *m, int width, FILE *f)
{
	struct text t = {0};
	struct grid g;

	if (!is_there(m))
		return false;
	if (m->shown == SHOWN_TRAFFIC) {
		grid_init(&g, width, 8 * TRAFFIC_CHARTS, m->ascii, false);
		draw_charts(m, &g, (struct rect){0, 0, g.w, g.h});
		grid_print(&g, g.h, false, f);
		grid_clear(&g);
		return true;
	}
	if (m->shown == SHOWN_SPREAD)
		(void)spread_text(m->spread, SIZE_MAX, width, &t);
	else
		(void)lines_of(m, width, &t);
	text_print(&t, f, m->ascii);
	text_clear(&t);
	return true;
}

bool
shown_svg(const struct tui_model *m, FILE *f)
{
	_free_ char *title = NULL;
	struct heat h;

	if (!is_there(m))
		return false;
	if (m->shown == SHOWN_HEAT) {
		heat_read(&h, m->heat);
		heat_svg(&h, f);
		heat_clear(&h);
	} else if (m->shown == SHOWN_SPREAD) {
		spread_svg(m->spread, f);
	} else {
		title = xasprintf(_("%s: traffic of %s"), m->lab->name,
				  shown_node(m));
		chart_svg(m->charts, TRAFFIC_CHARTS, title, f);
	}
	return true;
}
