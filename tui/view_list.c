/*
 * view_list: the exercises, in course order, with what was reached; in that of the
 * course that is followed, below the headings of its blocks.
 */
#include <string.h>

#include "base/str.h"
#include "tui/tui_list.h"
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

static bool
is_next(const struct tui_model *m, const char *name)
{
	const char *next =
	    m->course.c ? course_next(m->course.c, m->progress) : NULL;

	return next != NULL && strcmp(next, name) == 0;
}

static void
points(const struct tui_model *m, const json_t *x, const char *name, char *buf,
       size_t size)
{
	const json_t *p = json_object_get(m->progress, name);
	long long got = json_integer_value(json_object_get(p, "points"));
	long long total = json_integer_value(json_object_get(x, "points"));
	bool done = json_is_true(json_object_get(p, "done"));

	if (p == NULL && is_next(m, name))
		snprintf(buf, size, _("next   %lld points"), total);
	else if (p == NULL)
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
		  tui_list_number(m, i), title);
	w = grid_text_width(got) + 1;
	grid_putf(g, r, r.w - (w < 19 ? 19 : w), 0, style, " %s", got);
	grid_putf(g, r, 5, 1, ST_DIM,
		  _("%s \u00b7 %lld minutes \u00b7 level %lld"), name,
		  json_integer_value(json_object_get(x, "minutes")),
		  json_integer_value(json_object_get(x, "level")));
}

/* ---- a block of the course */

static void
clock_words(const struct tui_model *m, char *buf, size_t size)
{
	if (m->course.stands)
		snprintf(buf, size, _("pause: P goes on"));
	else if (m->course.left == 0)
		snprintf(buf, size, _("over: N goes on"));
	else
		snprintf(buf, size, _("%u min left"),
			 (m->course.left + 59) / 60);
}

static void
later_words(const struct course_block *b, struct str *s)
{
	size_t i;

	for (i = 0; i < b->nlater; i++)
		str_addf(s, "%s%s", i > 0 ? ", " : "", b->later[i]);
}

static void
block(const struct tui_model *m, struct grid *g, struct rect r, int i)
{
	const struct course_block *b = &m->course.c->blocks[i];
	bool now = (size_t)i == m->course.block;
	struct str later = {0};
	char from[16] = "", left[64] = "";
	int w;

	if (now)
		clock_words(m, left, sizeof(left));
	if (b->from != COURSE_NO_TIME)
		snprintf(from, sizeof(from), "%02u:%02u  ", b->from / 60 % 24,
			 b->from % 60);
	w = grid_text_width(left) + 1;
	grid_putf(g, (struct rect){r.x, r.y, r.w - w, r.h}, 0, 0,
		  b->pause ? ST_DIM : ST_BOLD, _("%s Day %u  %s%s, %u minutes"),
		  now ? "*" : " ", b->day, from, b->title, b->minutes);
	grid_put(g, r, r.w - w, 0, left, ST_BOLD);
	later_words(b, &later);
	if (b->nlater > 0 &&
	    grid_putf(g, r, 5, 1, ST_DIM, _("not in this kit yet: %s"),
		      str_text(&later)) >= r.w)
		grid_put(g, r, r.w - 1, 1, "\u2026", ST_DIM);
	str_clear(&later);
}

static void
row(const struct tui_model *m, struct grid *g, struct rect r, size_t i)
{
	const json_t *x = json_object_get(json_array_get(m->list, i), "block");
	json_int_t n = json_integer_value(x);

	if (x == NULL)
		entry(m, g, r, i);
	else if (n < 0)
		grid_put(g, r, 2, 0, _("Other exercises"), ST_BOLD);
	else if (m->course.c != NULL && (size_t)n < m->course.c->nblocks)
		block(m, g, r, (int)n);
}

static void
head(const struct tui_model *m, struct grid *g, struct rect r)
{
	if (m->course.c != NULL)
		grid_put(g, r, 0, 1, m->course.c->title, ST_BOLD);
	else
		grid_put(g, r, 0, 1,
			 _("Choose an exercise: its text, a router of yours, "
			   "and live checks."),
			 ST_NORMAL);
}

void
view_list(const struct tui_model *m, struct grid *g, struct rect r)
{
	size_t i = first_shown(m, r);
	int y = TOP;

	r = (struct rect){r.x + 1, r.y, r.w - 2, r.h};
	head(m, g, r);
	if (json_array_size(m->list) == 0)
		grid_put(g, r, 0, TOP, _("There are no exercises here."),
			 ST_BAD);
	for (; i < json_array_size(m->list) && y + PER <= r.h; i++, y += PER)
		row(m, g, (struct rect){r.x, r.y + y, r.w, PER}, i);
}
