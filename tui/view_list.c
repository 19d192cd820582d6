/*
 * view_list: the exercises, in course order, with what was reached.
 */
#include "base/str.h"
#include "tui/tui_words.h"
#include "tui/view.h"

#define TOP 3 /* lines above the first exercise */
#define PER 2 /* lines an exercise takes */

static size_t
first_shown(const struct tui_model *m, struct rect r)
{
	size_t fit = (size_t)(r.h - TOP) / PER;

	return fit == 0 ? 0 : m->list_at < fit ? 0 : m->list_at - fit + 1;
}

size_t
view_list_at(const struct tui_model *m, struct rect r, int y)
{
	size_t i;

	if (y < TOP || r.h <= TOP)
		return SIZE_MAX;
	i = first_shown(m, r) + (size_t)(y - TOP) / PER;
	return i < json_array_size(m->list) ? i : SIZE_MAX;
}

static void
points(const struct tui_model *m, const json_t *x, const char *name, char *buf,
       size_t size)
{
	const json_t *p = json_object_get(m->progress, name);
	long long got = json_integer_value(json_object_get(p, "points"));
	long long total = json_integer_value(json_object_get(x, "points"));
	bool done = json_is_true(json_object_get(p, "done"));

	if (p == NULL)
		snprintf(buf, size, _("new   %lld points"), total);
	else
		snprintf(buf, size, _("%s %lld of %lld"),
			 done ? _("done") : _("open"), got, total);
}

static void
entry(const struct tui_model *m, struct grid *g, struct rect r, size_t i)
{
	const json_t *x = json_array_get(m->list, i);
	const char *name = json_string_value(json_object_get(x, "name"));
	const char *title = json_string_value(json_object_get(x, "title"));
	enum grid_style style = i == m->list_at ? ST_SELECT : ST_NORMAL;
	char got[64];
	int w;

	if (name == NULL || title == NULL)
		return;
	points(m, x, name, got, sizeof(got));
	grid_fill(g, (struct rect){r.x, r.y, r.w, 1}, ' ', style);
	grid_putf(g, r, 0, 0, style, "%s%2zu  %s", i == m->list_at ? ">" : " ",
		  i + 1, title);
	w = grid_text_width(got) + 1;
	grid_putf(g, r, r.w - (w < 19 ? 19 : w), 0, style, " %s", got);
	grid_putf(g, r, 5, 1, ST_DIM,
		  _("%s \u00b7 %lld minutes \u00b7 level %lld"), name,
		  json_integer_value(json_object_get(x, "minutes")),
		  json_integer_value(json_object_get(x, "level")));
}

void
view_list(const struct tui_model *m, struct grid *g, struct rect r)
{
	size_t i = first_shown(m, r);
	int y = TOP;

	r = (struct rect){r.x + 1, r.y, r.w - 2, r.h};
	grid_put(g, r, 0, 1,
		 _("Choose an exercise: its text, a router of yours, and live "
		   "checks."),
		 ST_NORMAL);
	if (json_array_size(m->list) == 0)
		grid_put(g, r, 0, TOP, _("There are no exercises here."),
			 ST_BAD);
	for (; i < json_array_size(m->list) && y + PER <= r.h; i++, y += PER)
		entry(m, g, (struct rect){r.x, r.y + y, r.w, PER}, i);
}
