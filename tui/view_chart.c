#include "tui/view_chart.h"

#include <math.h>
#include <stdlib.h>

#include "base/str.h"
#include "tui/tui_words.h"
#include "tui/view_svg.h"

#define LABEL 11 /* columns left of the axis */

/* ---- numbers */

struct chart_sum
chart_sum(const struct chart *c)
{
	struct chart_sum s = {.now = NAN, .most = NAN, .least = NAN};
	double all = 0;
	size_t i;

	for (i = 0; i < c->n; i++) {
		if (isnan(c->v[i])) {
			s.lost++;
			continue;
		}
		s.came++;
		all += c->v[i];
		s.most = isnan(s.most) || c->v[i] > s.most ? c->v[i] : s.most;
		s.least =
		    isnan(s.least) || c->v[i] < s.least ? c->v[i] : s.least;
	}
	if (c->n > 0)
		s.now = c->v[c->n - 1];
	s.mean = s.came ? all / (double)s.came : NAN;
	return s;
}

double
chart_top(double most, enum chart_unit unit)
{
	static const double steps[] = {1, 2, 5, 10};
	double least = unit == CHART_BITS ? 1000 : 0.1, scale = least;
	int i = 0;

	if (!(most > least))
		return least;
	while (scale * 10 <= most)
		scale *= 10;
	while (i < 3 && steps[i] * scale < most)
		i++;
	return steps[i] * scale;
}

const char *
chart_value(double v, enum chart_unit unit, char buf[32])
{
	static const char *const names[] = {"bit/s", "kbit/s", "Mbit/s",
					    "Gbit/s"};
	int i = 0;

	if (unit == CHART_MS) {
		snprintf(buf, 32, v < 10 ? "%.2g ms" : "%.0f ms", v);
		return buf;
	}
	while (i < 3 && v >= 999.5) {
		v /= 1000;
		i++;
	}
	snprintf(buf, 32,
		 v < 9.95 && v > (double)(long)v ? "%.1f %s" : "%.0f %s", v,
		 names[i]);
	return buf;
}

/* The mean of what came in column x of w; NAN when nothing did. The newest value
 * is in the last column. */
static double
column(const struct chart *c, int x, int w, bool *lost)
{
	size_t n = (size_t)w, from, to, i, came = 0;
	double all = 0;

	*lost = false;
	if (c->n <= n) {
		if ((size_t)x < n - c->n)
			return NAN;
		from = (size_t)x - (n - c->n);
		to = from + 1;
	} else {
		from = (size_t)x * c->n / n;
		to = ((size_t)x + 1) * c->n / n;
	}
	for (i = from; i < to; i++) {
		if (isnan(c->v[i])) {
			*lost = true;
			continue;
		}
		all += c->v[i];
		came++;
	}
	return came ? all / (double)came : NAN;
}

/* ---- on the screen */

/* "now 20 ms, at most 87 ms, 3 of 120 lost"; short leaves out the middle. */
static char *
head_words(const struct chart *c, const struct chart_sum *s, bool brief)
{
	char now[32], most[32];
	struct str w = {0};

	if (s->came == 0)
		return xstrdup(c->n ? _("no answer") : _("not measured yet"));
	if (!isnan(s->now))
		str_addf(&w, _("now %s"), chart_value(s->now, c->unit, now));
	else if (c->unit == CHART_MS)
		str_add(&w, _("now lost"));
	if (!brief)
		str_addf(&w, _("%sat most %s"), w.len ? ", " : "",
			 chart_value(s->most, c->unit, most));
	if (c->unit == CHART_MS && s->lost > 0)
		str_addf(&w, _("%s%zu of %zu lost"), w.len ? ", " : "", s->lost,
			 c->n);
	return str_steal(&w);
}

static void
head(const struct chart *c, struct grid *g, struct rect r)
{
	struct chart_sum s = chart_sum(c);
	bool bad = isnan(s.now) && c->n > 0 && c->unit == CHART_MS;
	int x = grid_put(g, r, 0, 0, c->title, ST_BOLD), brief, w;

	for (brief = 0; brief < 2; brief++) {
		_free_ char *words = head_words(c, &s, brief);

		w = grid_text_width(words);
		if (x + 2 + w > r.w)
			continue;
		grid_put(g, r, r.w - w, 0, words, bad ? ST_BAD : ST_NORMAL);
		return;
	}
}

static void
label(struct grid *g, struct rect r, int y, double v, enum chart_unit unit)
{
	char buf[32];

	if (v > 0)
		chart_value(v, unit, buf);
	else
		snprintf(buf, sizeof(buf), "0");
	grid_put(g, r, LABEL - 1 - grid_text_width(buf), y, buf, ST_DIM);
}

static void
axes(const struct chart *c, double top, struct grid *g, struct rect r, int low)
{
	struct grid_look dim = grid_look(ST_DIM, g->theme);
	int y, columns = r.w - LABEL - 1;
	double span =
	    (double)(c->n > (size_t)columns ? c->n - 1 : (size_t)columns - 1) *
	    c->every;
	_free_ char *ago = NULL;

	for (y = 1; y <= low; y++)
		grid_putc(g, r, LABEL, y, y == low || y == 1 ? 0x2524 : 0x2502,
			  dim);
	label(g, r, 1, top, c->unit);
	label(g, r, low, 0, c->unit);
	if (low + 1 >= r.h)
		return;
	ago = xasprintf(_("%.0f s ago"), span);
	grid_put(g, r, LABEL + 1, low + 1, ago, ST_DIM);
	grid_put(g, r, r.w - grid_text_width(_("now")), low + 1, _("now"),
		 ST_DIM);
}

/* From the row of the column before to this one's. */
static void
stroke(struct grid *g, struct rect r, int x, int was, int y, bool first,
       struct grid_look look)
{
	int i, step = y > was ? 1 : -1;

	if (first || was == y) {
		grid_putc(g, r, x, y, 0x2500, look);
		return;
	}
	grid_putc(g, r, x, was, step > 0 ? 0x256e : 0x256f, look);
	for (i = was + step; i != y; i += step)
		grid_putc(g, r, x, i, 0x2502, look);
	grid_putc(g, r, x, y, step > 0 ? 0x2570 : 0x256d, look);
}

void
chart_draw(const struct chart *c, struct grid *g, struct rect r)
{
	struct grid_look line = grid_look(ST_GOOD, g->theme);
	struct grid_look bad = grid_look(ST_BAD, g->theme);
	double top = chart_top(chart_sum(c).most, c->unit), v;
	int x, y, was = -1, low = r.h > 4 ? r.h - 2 : r.h - 1;
	bool lost;

	head(c, g, r);
	if (r.h < 3 || r.w < LABEL + 4)
		return;
	axes(c, top, g, r, low);
	for (x = 0; x < r.w - LABEL - 1; x++) {
		v = column(c, x, r.w - LABEL - 1, &lost);
		y = low - (isnan(v) ? 0 : (int)(v / top * (low - 1) + 0.5));
		if (!isnan(v))
			stroke(g, r, LABEL + 1 + x, was, y, was < 0, line);
		was = isnan(v) ? -1 : y;
		if (lost && c->unit == CHART_MS)
			grid_putc(g, r, LABEL + 1 + x, low, 0x2717, bad);
	}
}

/* ---- in words */

void
chart_words(const struct chart *c, size_t n, int width, struct text *out)
{
	char now[32], most[32], mean[32];
	struct chart_sum s;

	for (; n > 0; n--, c++) {
		struct str w = {0};

		s = chart_sum(c);
		str_addf(&w, "%s: ", c->title);
		if (s.came == 0)
			str_add(&w,
				c->n ? _("no answer") : _("not measured yet"));
		else {
			str_addf(&w, _("%s on average, %s at most"),
				 chart_value(s.mean, c->unit, mean),
				 chart_value(s.most, c->unit, most));
			if (!isnan(s.now))
				str_addf(&w, _(", %s now"),
					 chart_value(s.now, c->unit, now));
		}
		if (c->unit == CHART_MS && c->n > 0)
			str_addf(&w, _("; %zu of %zu lost"), s.lost, c->n);
		str_add(&w, ".");
		text_words(out, str_text(&w), ST_NORMAL, width, "", "  ");
		str_clear(&w);
	}
}

/* ---- SVG */

#define SVG_W 720
#define SVG_H 150 /* of a chart */
#define SVG_X 90
#define SVG_PLOT 100

static double
svg_y(double v, double top, double y)
{
	return y + SVG_PLOT - v / top * SVG_PLOT;
}

static void
svg_line(const struct chart *c, double top, double y, FILE *f)
{
	double step =
		   (SVG_W - SVG_X - 20.0) / (double)(c->n > 1 ? c->n - 1 : 1),
	       x;
	bool open = false;
	size_t i;

	for (i = 0; i < c->n; i++) {
		x = SVG_X + (double)i * step;
		if (isnan(c->v[i])) {
			fputs(open ? "\"/>\n" : "", f);
			open = false;
			if (c->unit == CHART_MS)
				fprintf(f,
					"<text x=\"%.1f\" y=\"%.1f\" "
					"class=\"m\" fill=\"#b42318\">x"
					"</text>\n",
					x, y + SVG_PLOT - 2);
			continue;
		}
		if (!open) /* from a little before: one alone is seen, too */
			fprintf(f,
				"<polyline fill=\"none\" stroke=\"#1a7f37\" "
				"stroke-width=\"1.8\" points=\"%.1f,%.1f ",
				x - 1.5, svg_y(c->v[i], top, y));
		open = true;
		fprintf(f, "%.1f,%.1f ", x, svg_y(c->v[i], top, y));
	}
	fputs(open ? "\"/>\n" : "", f);
}

static void
svg_chart(const struct chart *c, double y, FILE *f)
{
	struct chart_sum s = chart_sum(c);
	double top = chart_top(s.most, c->unit);
	double span = c->n > 1 ? (double)(c->n - 1) * c->every : 0;
	_free_ char *lost = c->unit == CHART_MS
				? xasprintf(", %zu of %zu lost", s.lost, c->n)
				: xstrdup("");
	char a[32], b[32];

	svg_text(f, 12, y, "h", "%s", c->title);
	if (s.came > 0)
		svg_text(f, SVG_X + 300, y, "d", "at most %s, %s on average%s",
			 chart_value(s.most, c->unit, a),
			 chart_value(s.mean, c->unit, b), lost);
	y += 14;
	svg_text(f, 12, y + 5, "d", "%s", chart_value(top, c->unit, a));
	svg_text(f, 12, y + SVG_PLOT + 4, "d", "0");
	fprintf(f,
		"<path d=\"M%d %.1fV%.1fH%d\" fill=\"none\" "
		"stroke=\"#8c959f\"/>\n",
		SVG_X, y, y + SVG_PLOT, SVG_W - 20);
	svg_line(c, top, y, f);
	svg_text(f, SVG_X, y + SVG_PLOT + 15, "d", "%.0f s before", span);
	svg_text(f, SVG_W - 50, y + SVG_PLOT + 15, "d", "the end");
}

void
chart_svg(const struct chart *c, size_t n, const char *title, FILE *f)
{
	size_t i;

	svg_begin(f, SVG_W, 50 + (int)n * SVG_H);
	svg_text(f, 12, 24, "h", "%s", title);
	for (i = 0; i < n; i++)
		svg_chart(&c[i], 56 + (double)i * SVG_H, f);
	svg_end(f);
}
