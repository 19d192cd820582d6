/*
 * view_over: the boxes over everything, and the key bar below everything.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tui/tui_over.h"
#include "tui/tui_words.h"
#include "tui/view.h"

void
view_help(unsigned where, int width, struct text *out)
{
	const struct tui_key *k;
	struct flow f = {0};
	char names[40], places[80], first[48];

	text_words(
	    out,
	    _("Every key goes to the terminal while it has the focus, but for "
	      "Ctrl-]. A click chooses a pane, the wheel scrolls, and the "
	      "words "
	      "in the bottom line can be clicked; with Shift held the mouse "
	      "selects text as usual."),
	    ST_NORMAL, width, "", "");
	text_line(out, &f);
	for (k = tui_keys; k < tui_keys + tui_nkeys; k++) {
		if (!(k->where & where))
			continue;
		tui_key_names(k, names, sizeof(names));
		tui_key_places(k->where, places, sizeof(places));
		snprintf(first, sizeof(first), "%-24s", names);
		text_words(out, _(k->help), ST_NORMAL, width, first,
			   "                        ");
	}
}

static const char *
over_title(const struct tui_model *m)
{
	switch (m->over) {
	case OVER_HELP: return _("Keys");
	case OVER_STORY: return _("Check");
	case OVER_FORM: return _("Answers");
	case OVER_NOTES: return _("Notes");
	case OVER_PICK: return _("Reset what?");
	case OVER_COURSE: return _("Which course?");
	case OVER_NODE: return m->lab->nodes[m->node_at].name;
	default: return m->over_title;
	}
}

void
view_over(const struct tui_model *m, struct grid *g)
{
	struct rect r, in;
	bool typed = m->over == OVER_FORM || m->over == OVER_NOTES;
	int i, w = typed ? tui_over_width(m) : 20, more;

	for (i = 0; i < (int)m->over_text.n; i++)
		if (flow_width(&m->over_text.lines[i]) > w)
			w = flow_width(&m->over_text.lines[i]);
	if (grid_text_width(over_title(m)) + 2 > w)
		w = grid_text_width(over_title(m)) + 2;
	r.w = w + 4 > g->w ? g->w : w + 4;
	r.h = (int)m->over_text.n + 2;
	if (r.h > g->h - 4)
		r.h = g->h - 4;
	r.x = (g->w - r.w) / 2;
	r.y = (g->h - r.h) / 2;
	in = (struct rect){r.x + 2, r.y + 1, r.w - 4, r.h - 2};
	grid_fill(g, r, ' ', ST_NORMAL);
	grid_box(g, r, ST_BOLD);
	grid_putf(g, r, 2, 0, ST_BOLD, " %s ", over_title(m));
	text_draw(&m->over_text, g, in, m->over_top);
	more = (int)m->over_text.n - m->over_top - in.h;
	if (more > 0)
		grid_putf(g, r, 2, r.h - 1, ST_BOLD,
			  m->over == OVER_FORM ? _(" %d more: Tab ")
					       : _(" %d more: Space "),
			  more);
	if (typed) {
		g->cx = in.x + m->form_x;
		g->cy = in.y + m->form_y - m->over_top;
	}
}

/* ---- the bar: walk its items; stop at the one that covers column x. */

static uint32_t
bar_walk(const struct tui_model *m, struct grid *g, struct rect r, int at)
{
	const struct tui_key *k;
	char name[16];
	int x = 0, end;

	for (k = tui_keys; k < tui_keys + tui_nkeys; k++) {
		if (k->bar == NULL || !(k->where & tui_model_where(m)))
			continue;
		tui_key_name(k->keys[0], name);
		end = x + 1 + (int)strlen(name) + 1 +
		      grid_text_width(_(k->bar)) + 1;
		if (end > r.w)
			break;
		if (at >= x && at < end)
			return k->keys[0];
		if (g != NULL) {
			grid_putf(g, r, x, 0, ST_KEY, " %s ", name);
			grid_put(g, r, end - 1 - grid_text_width(_(k->bar)), 0,
				 _(k->bar), ST_BAR);
		}
		x = end;
	}
	return 0;
}

void
view_bar(const struct tui_model *m, struct grid *g, struct rect r)
{
	bar_walk(m, g, r, -1);
}

uint32_t
view_bar_key(const struct tui_model *m, int w, int x)
{
	return bar_walk(m, NULL, (struct rect){0, 0, w, 1}, x);
}
