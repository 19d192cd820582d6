#include "tui/view_spread.h"

#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "tui/tui_words.h"
#include "tui/view_svg.h"

/* What a row says, by its word. */
struct face {
	const char *what, *word; /* word: behind the name of the node */
	uint32_t symbol;
	enum grid_style style;
	const char *color; /* of SVG */
};

static const struct face faces[] = {
    {"announces", N_("announces it"), 0x25cf, ST_GOOD, "#1a7f37"},
    {"silent", N_("should announce it; nobody hears it"), 0x2717, ST_BAD,
     "#b42318"},
    {"has", N_("has it"), 0x25cf, ST_GOOD, "#1a7f37"},
    {"told", N_("was told"), 0x25cf, ST_GOOD, "#1a7f37"},
    {"refused", N_("refused it"), 0x2717, ST_BAD, "#b42318"},
    {"not-told", N_("was not told"), 0x25cb, ST_WAIT, "#8a6100"},
    {"lacks", N_("was told, and does not have it"), 0x2717, ST_BAD, "#b42318"},
    {"down", N_("has no session"), 0x25cb, ST_BAD, "#b42318"},
};

static const struct face *
face_of(const json_t *row)
{
	const char *what = out_text(row, "what");
	size_t i;

	for (i = 0; i < sizeof(faces) / sizeof(faces[0]); i++)
		if (strcmp(faces[i].what, what) == 0)
			return &faces[i];
	return &faces[sizeof(faces) / sizeof(faces[0]) - 1];
}

static const json_t *
rows_of(const json_t *spread)
{
	return json_object_get(spread, "rows");
}

static int
depth_of(const json_t *row)
{
	return (int)json_integer_value(json_object_get(row, "depth"));
}

size_t
spread_steps(const json_t *spread)
{
	return json_array_size(rows_of(spread));
}

/* Is there another at this depth before the tree goes up again? */
static bool
goes_on(const json_t *rows, size_t i, int depth)
{
	for (i++; i < json_array_size(rows); i++) {
		int d = depth_of(json_array_get(rows, i));

		if (d < depth)
			return false;
		if (d == depth)
			return true;
	}
	return false;
}

/* When: for how long a daemon has it so, or when we saw it change; "" without
 * either. */
static void
when(const json_t *row, char buf[64])
{
	const json_t *age = json_object_get(row, "age_ms");
	const json_t *seen = json_object_get(row, "seen_ms");
	double s =
	    (double)json_integer_value(json_is_integer(seen) ? seen : age) /
	    1000;

	buf[0] = '\0';
	if (json_is_integer(seen))
		snprintf(buf, 64, _("after %.1f s"), s);
	else if (json_is_integer(age) && s < 120)
		snprintf(buf, 64, _("for %.0f s"), s);
	else if (json_is_integer(age) && s < 7200)
		snprintf(buf, 64, _("for %.0f min"), s / 60);
	else if (json_is_integer(age))
		snprintf(buf, 64, _("for %.0f h"), s / 3600);
}

/* ---- as lines */

static void
title(const json_t *spread, int width, struct text *out)
{
	_free_ char *words = NULL;
	const char *prefix = out_text(spread, "prefix");

	if (*prefix == '\0')
		words = xstrdup(_("No prefix is known yet."));
	else
		words = xasprintf(
		    _("%s: %lld with it, %lld without"), prefix,
		    json_integer_value(json_object_get(spread, "have")),
		    json_integer_value(json_object_get(spread, "miss")));
	text_words(out, words, ST_BOLD, width, "", "");
	if (*prefix && spread_steps(spread) == 0)
		text_words(out, _("Nobody announces it, and nobody should."),
			   ST_NORMAL, width, "", "");
}

/* "│ ├ " before a row of the tree. */
static void
branches(const json_t *rows, size_t i, bool after, struct flow *line)
{
	int d = depth_of(json_array_get(rows, i)), k;

	for (k = 1; k <= d; k++) {
		bool more = goes_on(rows, i, k);

		flow_addc(line,
			  k < d || after ? (more ? 0x2502 : ' ')
			  : more	 ? 0x251c
					 : 0x2570,
			  ST_DIM);
		flow_addc(line, ' ', ST_DIM);
	}
}

struct widths {
	int all, name; /* of a line; of the tree with its names */
};

static struct widths
measure(const json_t *rows, int width)
{
	struct widths w = {width, 0};
	const json_t *row;
	size_t i;
	int n;

	json_array_foreach(rows, i, row)
	{
		n = 2 * depth_of(row) + 2 +
		    grid_text_width(out_text(row, "at"));
		w.name = n > w.name ? n : w.name;
	}
	w.name = w.name > width / 2 ? width / 2 : w.name;
	return w;
}

/* Behind the tree: what, why where it is not told below, when. */
static void
row_words(const json_t *row, bool brief, struct str *s)
{
	const char *why = out_text(row, "why");
	char at[64];

	str_add(s, _(face_of(row)->word));
	if (*why && !brief)
		str_addf(s, ": %s", why);
	when(row, at);
	if (*at)
		str_addf(s, ", %s", at);
}

static void
row_line(const json_t *rows, size_t i, const struct widths *w, bool chosen,
	 bool later, bool brief, struct text *out)
{
	const json_t *row = json_array_get(rows, i);
	const struct face *f = face_of(row);
	enum grid_style dim = later ? ST_DIM : f->style;
	struct flow first = {0}, rest = {0}, words = {0};
	struct str s = {0};

	branches(rows, i, false, &first);
	flow_addc(&first, f->symbol, dim);
	flow_addc(&first, chosen ? '>' : ' ', chosen ? ST_FOCUS : ST_NORMAL);
	flow_add(&first, out_text(row, "at"),
		 chosen	 ? ST_FOCUS
		 : later ? ST_DIM
			 : ST_BOLD);
	while (flow_width(&first) > w->name)
		first.n--;
	while (flow_width(&first) < w->name + 2)
		flow_addc(&first, ' ', ST_NORMAL);
	branches(rows, i, true, &rest);
	while (flow_width(&rest) < w->name + 2)
		flow_addc(&rest, ' ', ST_NORMAL);
	row_words(row, brief, &s);
	flow_add(&words, str_text(&s), later ? ST_DIM : ST_NORMAL);
	text_wrap(out, &words, w->all, &first, &rest);
	flow_clear(&first);
	flow_clear(&rest);
	flow_clear(&words);
	str_clear(&s);
}

/* All of one row, in words. */
char *
spread_sentence(const json_t *row)
{
	struct str s = {0};
	const char *why = out_text(row, "why"),
		   *path = out_text(row, "as_path");
	const char *from = out_text(row, "from");
	char at[64];

	str_addf(&s, "%s ", out_text(row, "at"));
	str_add(&s, _(face_of(row)->word));
	if (*from)
		str_addf(&s, _(" (from %s)"), from);
	if (*why)
		str_addf(&s, ": %s", why);
	if (*path && strcmp(path, "-") != 0)
		str_addf(&s, _("; AS path %s"), path);
	when(row, at);
	if (*at)
		str_addf(&s, "; %s", at);
	str_add(&s, ".");
	return str_steal(&s);
}

int
spread_text(const json_t *spread, size_t at, int width, struct text *out)
{
	const json_t *rows = rows_of(spread);
	struct widths w;
	size_t i;
	int line = 0;

	width = width < 30 ? 30 : width;
	w = measure(rows, width);
	title(spread, width, out);
	for (i = 0; i < json_array_size(rows); i++) {
		if (i == at)
			line = (int)out->n;
		row_line(rows, i, &w, i == at, at != SIZE_MAX && i > at,
			 at != SIZE_MAX && i != at, out);
	}
	return line;
}

void
spread_words(const json_t *spread, int width, struct text *out)
{
	const json_t *row;
	size_t i;

	title(spread, width, out);
	json_array_foreach(rows_of(spread), i, row)
	{
		_free_ char *words = spread_sentence(row);

		text_words(out, words, ST_NORMAL, width, "", "  ");
	}
}

/* ---- as SVG: a box for each node, arrows from one to the next */

#define BOX_W 110
#define BOX_H 26
#define STEP_X 150
#define STEP_Y 38

static void
svg_arrow(const json_t *rows, size_t i, const struct face *f, FILE *o)
{
	int d = depth_of(json_array_get(rows, i));
	size_t up = i;
	double x = 20 + (d - 1) * STEP_X + BOX_W / 2.0, y, to;

	while (up > 0 && depth_of(json_array_get(rows, up)) >= d)
		up--;
	y = 50 + (double)up * STEP_Y + BOX_H;
	to = 50 + (double)i * STEP_Y + BOX_H / 2.0;
	fprintf(o,
		"<path d=\"M%.0f %.0fV%.0fH%d\" fill=\"none\" stroke=\"%s\" "
		"stroke-width=\"1.6\"%s/>"
		"<path d=\"M%d %.0fl-8 -4v8z\" fill=\"%s\"/>\n",
		x, y, to, 20 + d * STEP_X - 6, f->color,
		f->style == ST_GOOD ? "" : " stroke-dasharray=\"5 4\"",
		20 + d * STEP_X - 1, to, f->color);
}

static void
svg_row(const json_t *rows, size_t i, FILE *o)
{
	const json_t *row = json_array_get(rows, i);
	const struct face *f = face_of(row);
	int x = 20 + depth_of(row) * STEP_X, y = 50 + (int)i * STEP_Y;
	struct str s = {0};

	if (depth_of(row) > 0)
		svg_arrow(rows, i, f, o);
	row_words(row, false, &s);
	fputs("<g><title>", o);
	svg_words(o, "%s %s", out_text(row, "at"), str_text(&s));
	fprintf(o,
		"</title><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
		"rx=\"4\" fill=\"#ffffff\" stroke=\"%s\" "
		"stroke-width=\"1.6\"/></g>\n",
		x, y, BOX_W, BOX_H, f->color);
	svg_text(o, x + BOX_W / 2.0, y + 17, "m", "%s", out_text(row, "at"));
	svg_text(o, x + BOX_W + 10, y + 17, "d", "%s", str_text(&s));
	str_clear(&s);
}

void
spread_svg(const json_t *spread, FILE *o)
{
	const json_t *rows = rows_of(spread), *row;
	int wide = 0, w;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		struct str s = {0};

		row_words(row, false, &s);
		w = depth_of(row) * STEP_X + 7 * grid_text_width(str_text(&s));
		wide = w > wide ? w : wide;
		str_clear(&s);
	}
	svg_begin(o, wide + BOX_W + 60,
		  60 + (int)json_array_size(rows) * STEP_Y);
	svg_text(o, 20, 28, "h", "%s in %s: %lld with it, %lld without",
		 out_text(spread, "prefix"), out_text(spread, "lab"),
		 json_integer_value(json_object_get(spread, "have")),
		 json_integer_value(json_object_get(spread, "miss")));
	for (i = 0; i < json_array_size(rows); i++)
		svg_row(rows, i, o);
	svg_end(o);
}
