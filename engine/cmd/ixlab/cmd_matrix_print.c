/*
 * A matrix as a map for the terminal, as SVG and as JSON.
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd_matrix.h"

#define MAP_COLUMNS 60 /* of cells, beside each other */
#define MAP_REASONS 10
#define SVG_CELL 16

static const char *const matrix_names[] = {"ipv4", "ipv6"};

/* ---- one cell */

/* ' ' itself, '-' not asked, '.' all, '1'..'9' tenths lost, 'X' none, '!' the
 * table was full. */
static char
cell_symbol(const struct matrix *m, int f, size_t i, size_t j)
{
	const struct matrix_cell *c = matrix_cell(m, f, i, j);
	long tenths;

	if (i == j)
		return ' ';
	if (!matrix_asked(m, f, i, j))
		return '-';
	if (c->sent > 0 && c->received == c->sent)
		return '.';
	if (c->full)
		return '!';
	if (c->received == 0)
		return 'X';
	tenths = (c->sent - c->received) * 10 / c->sent;
	return (char)('0' + (tenths < 1 ? 1 : tenths));
}

static const char *
cell_color(char symbol, bool svg)
{
	switch (symbol) {
	case '.': return svg ? "#2da44e" : "\033[32m";
	case 'X': return svg ? "#cf222e" : "\033[31m";
	case ' ':
	case '-': return svg ? "#d0d7de" : "";
	default: return svg ? "#d4a72c" : "\033[33m";
	}
}

/* ---- all of it in numbers */

static int
sum_order(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return (x > y) - (x < y);
}

struct matrix_sum
matrix_sum(const struct matrix *m)
{
	struct matrix_sum s = {.median_ms = -1, .min_ms = -1, .max_ms = -1};
	long long *rtts =
	    xcalloc(m->n * m->n * MATRIX_FAMILIES + 1, sizeof(*rtts));
	size_t i, j, n = 0;
	int f;

	for (f = 0; f < MATRIX_FAMILIES; f++)
		for (i = 0; i < m->n; i++)
			for (j = 0; j < m->n; j++) {
				const struct matrix_cell *c =
				    matrix_cell(m, f, i, j);

				if (!matrix_asked(m, f, i, j))
					continue;
				s.asked++;
				s.full += c->full;
				if (c->received > 0)
					rtts[n++] = c->avg;
				if (c->sent > 0 && c->received == c->sent)
					s.answered++;
				else if (c->received > 0)
					s.lossy++;
				else
					s.silent++;
			}
	if (n > 0) {
		qsort(rtts, n, sizeof(*rtts), sum_order);
		s.min_ms = (double)rtts[0] / 1000;
		s.median_ms = (double)rtts[n / 2] / 1000;
		s.max_ms = (double)rtts[n - 1] / 1000;
	}
	free(rtts);
	return s;
}

/* ---- the map */

/* Cells stand apart where there is room. */
static void
map_put(const struct matrix *m, char c)
{
	if (m->n <= MAP_COLUMNS / 2)
		putchar(' ');
	putchar(c);
}

/* The columns' numbers, read downwards. */
static void
map_head(const struct matrix *m, size_t from, size_t to, int width)
{
	size_t digit, j;

	for (digit = m->n >= 100  ? 100
		     : m->n >= 10 ? 10
				  : 1;
	     digit > 0; digit /= 10) {
		printf("%*s", width, "");
		for (j = from; j < to; j++)
			map_put(m, j + 1 >= digit || digit == 1
				       ? (char)('0' + (j + 1) / digit % 10)
				       : ' ');
		putchar('\n');
	}
}

static void
map_rows(const struct matrix *m, int f, size_t from, size_t to, int width,
	 bool color)
{
	size_t i, j;

	for (i = 0; i < m->n; i++) {
		printf("%4zu %-*s", i + 1, width - 5, m->hosts[i].name);
		for (j = from; j < to; j++) {
			char c = cell_symbol(m, f, i, j);
			const char *paint = color ? cell_color(c, false) : "";

			fputs(paint, stdout);
			map_put(m, c);
			if (*paint)
				fputs("\033[0m", stdout);
		}
		putchar('\n');
	}
}

static void
map_family(const struct matrix *m, int f, bool color)
{
	size_t from, to, i;
	int width = 0;

	for (i = 0; i < m->n; i++)
		if ((int)strlen(m->hosts[i].name) > width)
			width = (int)strlen(m->hosts[i].name);
	width += 6;
	printf("%s: each row asks each column\n", f ? "IPv6" : "IPv4");
	for (from = 0; from < m->n; from = to) {
		to = from + MAP_COLUMNS < m->n ? from + MAP_COLUMNS : m->n;
		map_head(m, from, to, width);
		map_rows(m, f, from, to, width, color);
		putchar('\n');
	}
}

/* The first pairs that lost something, with what is known of it. */
static void
map_reasons(const struct matrix *m, const struct matrix_sum *s)
{
	size_t i, j, told = 0, bad = s->asked - s->answered;
	int f;

	for (f = 0; f < MATRIX_FAMILIES; f++)
		for (i = 0; i < m->n; i++)
			for (j = 0; j < m->n; j++) {
				const struct matrix_cell *c =
				    matrix_cell(m, f, i, j);
				_free_ char *why = NULL;

				if (!matrix_asked(m, f, i, j) ||
				    (c->sent > 0 && c->received == c->sent) ||
				    told++ >= MAP_REASONS)
					continue;
				why = xstrdup(c->why ? c->why : "");
				str_clean(why);
				printf("%s to %s, %s: %ld of %ld came back%s%s"
				       "\n",
				       m->hosts[i].name, m->hosts[j].name,
				       f ? "IPv6" : "IPv4", c->received,
				       c->sent, *why ? ": " : "", why);
			}
	if (bad > MAP_REASONS)
		printf("and %zu more; see --pairs\n", bad - MAP_REASONS);
}

void
matrix_print_map(const struct matrix *m, bool color)
{
	struct matrix_sum s = matrix_sum(m);
	int f;

	if (s.asked == 0) {
		puts("there are no two hosts to ask");
		return;
	}
	for (f = 0; f < MATRIX_FAMILIES; f++)
		if (m->family[f])
			map_family(m, f, color);
	printf(". answers  1-9 tenths lost  X silent  - no address%s\n",
	       s.full ? "  ! the neighbour table was full" : "");
	printf("%zu asked in %.1f s: %zu answered, %zu lost some, %zu silent\n",
	       s.asked, (double)m->ms / 1000, s.answered, s.lossy, s.silent);
	if (s.median_ms >= 0)
		printf("round trips: %.3f to %.3f ms, half of them under %.3f "
		       "ms\n",
		       s.min_ms, s.max_ms, s.median_ms);
	if (s.full)
		printf("the kernel's neighbour table, one for all labs and "
		       "networks of this machine, was full: %zu pairs could "
		       "not be asked; see ixlab doctor\n",
		       s.full);
	map_reasons(m, &s);
}

/* ---- SVG */

static void
svg_family(const struct matrix *m, int f, int x, int y)
{
	size_t i, j;

	printf("<text x=\"%d\" y=\"%d\" class=\"h\">%s</text>\n", x, y - 78,
	       f ? "IPv6" : "IPv4");
	for (j = 0; j < m->n; j++) {
		int cx = x + (int)j * SVG_CELL + 12;

		printf(
		    "<text x=\"%d\" y=\"%d\" transform=\"rotate(-90 %d %d)\">"
		    "%s</text>\n",
		    cx, y - 4, cx, y - 4, m->hosts[j].name);
	}
	for (i = 0; i < m->n; i++) {
		int cy = y + (int)i * SVG_CELL;

		printf(
		    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n",
		    x - 4, cy + 12, m->hosts[i].name);
		for (j = 0; j < m->n; j++) {
			const struct matrix_cell *c = matrix_cell(m, f, i, j);
			char s = cell_symbol(m, f, i, j);
			int cx = x + (int)j * SVG_CELL;

			if (i == j)
				continue;
			printf("<g><title>%s to %s, %s: %ld of %ld, %.3f ms"
			       "</title><rect x=\"%d\" y=\"%d\" width=\"%d\" "
			       "height=\"%d\" fill=\"%s\"/>",
			       m->hosts[i].name, m->hosts[j].name,
			       f ? "IPv6" : "IPv4", c->received, c->sent,
			       (double)c->avg / 1000, cx, cy, SVG_CELL - 1,
			       SVG_CELL - 1, cell_color(s, true));
			if (s != '.')
				printf("<text x=\"%d\" y=\"%d\" class=\"c\">%c"
				       "</text>",
				       cx + SVG_CELL / 2, cy + 12, s);
			puts("</g>");
		}
	}
}

void
matrix_print_svg(const struct matrix *m)
{
	struct matrix_sum s = matrix_sum(m);
	int side = (int)m->n * SVG_CELL, left = 110, top = 130, f, k = 0;
	int families = m->family[0] + m->family[1];
	int width = families * (side + left) + 40;

	printf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
	       "height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">\n",
	       width < 560 ? 560 : width, top + side + 40);
	puts("<style>.h{font-size:14px;font-weight:bold}.c{fill:white;"
	     "text-anchor:middle;font-weight:bold}</style>");
	puts("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
	printf("<text x=\"10\" y=\"22\" class=\"h\">%s: %zu of %zu pairs "
	       "answer</text>\n",
	       m->lab, s.answered, s.asked);
	printf("<text x=\"10\" y=\"%d\">each row asks each column: green "
	       "answers, a digit lost tenths, X is silent, - has no address"
	       "</text>\n",
	       top + side + 24);
	for (f = 0; f < MATRIX_FAMILIES; f++)
		if (m->family[f])
			svg_family(m, f, left + k++ * (side + left), top);
	puts("</svg>");
}

/* ---- JSON */

static json_t *
json_pair(const struct matrix *m, int f, size_t i, size_t j)
{
	const struct matrix_cell *c = matrix_cell(m, f, i, j);
	json_t *rtt = json_null();

	if (c->received > 0)
		rtt = json_pack("{sI sI sI}", "min", (json_int_t)c->min, "avg",
				(json_int_t)c->avg, "max", (json_int_t)c->max);
	return json_pack(
	    "{ss ss ss ss sI sI sf so so}", "from", m->hosts[i].name, "to",
	    m->hosts[j].name, "family", matrix_names[f], "address",
	    m->hosts[j].address[f], "sent", (json_int_t)c->sent, "received",
	    (json_int_t)c->received, "loss",
	    c->sent ? (double)(c->sent - c->received) / (double)c->sent : 1.0,
	    "rtt_us", rtt, "error", c->why ? out_str(c->why) : json_null());
}

static json_t *
json_hosts(const struct matrix *m)
{
	json_t *all = json_array(), *o;
	size_t i;
	int f;

	for (i = 0; i < m->n; i++) {
		o = json_pack("{ss ss}", "name", m->hosts[i].name, "router",
			      m->hosts[i].router);
		for (f = 0; f < MATRIX_FAMILIES; f++)
			json_object_set_new(
			    o, matrix_names[f],
			    m->hosts[i].address[f][0]
				? json_string(m->hosts[i].address[f])
				: json_null());
		json_array_append_new(all, o);
	}
	return all;
}

json_t *
matrix_json(const struct matrix *m)
{
	struct matrix_sum s = matrix_sum(m);
	json_t *pairs = json_array();
	size_t i, j;
	int f;

	for (f = 0; f < MATRIX_FAMILIES; f++)
		for (i = 0; i < m->n; i++)
			for (j = 0; j < m->n; j++)
				if (matrix_asked(m, f, i, j))
					json_array_append_new(
					    pairs, json_pair(m, f, i, j));
	return json_pack(
	    "{ss sI sI sI sI sI sI sI so so}", "lab", m->lab, "ms",
	    (json_int_t)m->ms, "batches", (json_int_t)m->batches, "asked",
	    (json_int_t)s.asked, "answered", (json_int_t)s.answered, "lossy",
	    (json_int_t)s.lossy, "silent", (json_int_t)s.silent, "table_full",
	    (json_int_t)s.full, "hosts", json_hosts(m), "pairs", pairs);
}
