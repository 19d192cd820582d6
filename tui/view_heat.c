#include "tui/view_heat.h"

#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "tui/tui_words.h"

#define HEAT_REASONS 10
#define MAP_GAP 3    /* columns between two maps */
#define HEAT_NAME 16 /* columns of a name at most */

/* ---- reading */

static size_t
heat_index(const struct heat *h, const char *name)
{
	size_t i = 0;

	while (i < h->n && strcmp(h->names[i], name) != 0)
		i++;
	return i;
}

static void
heat_count(struct heat *h, struct heat_cell *c)
{
	h->asked++;
	h->answered += c->state == HEAT_ANSWERS;
	h->full += c->state == HEAT_FULL;
	h->lossy += c->received > 0 && c->received < c->sent;
	h->silent += c->received == 0;
}

static void
heat_pair(struct heat *h, const json_t *p)
{
	int f = strcmp(out_text(p, "family"), "ipv6") == 0;
	size_t i = heat_index(h, out_text(p, "from"));
	size_t j = heat_index(h, out_text(p, "to"));
	const json_t *rtt = json_object_get(p, "rtt_us");
	struct heat_cell *c;

	if (i >= h->n || j >= h->n || i == j)
		return;
	c = &h->cells[f][i * h->n + j];
	c->sent = (long)json_integer_value(json_object_get(p, "sent"));
	c->received = (long)json_integer_value(json_object_get(p, "received"));
	c->why = out_text(p, "error");
	c->ms =
	    json_is_object(rtt)
		? (double)json_integer_value(json_object_get(rtt, "avg")) / 1000
		: -1;
	c->state = c->sent > 0 && c->received >= c->sent ? HEAT_ANSWERS
		   : json_is_true(json_object_get(p, "table_full")) ? HEAT_FULL
		   : c->received > 0				    ? HEAT_LOSES
				     : HEAT_SILENT;
	h->family[f] = true;
	heat_count(h, c);
}

static int
heat_order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
heat_round_trips(struct heat *h)
{
	double *all = xcalloc(2 * h->n * h->n + 1, sizeof(*all));
	size_t i, n = 0;
	int f;

	for (f = 0; f < 2; f++)
		for (i = 0; i < h->n * h->n; i++)
			if (h->cells[f][i].ms >= 0)
				all[n++] = h->cells[f][i].ms;
	h->min_ms = h->median_ms = h->max_ms = -1;
	if (n > 0) {
		qsort(all, n, sizeof(*all), heat_order);
		h->min_ms = all[0];
		h->median_ms = all[n / 2];
		h->max_ms = all[n - 1];
	}
	free(all);
}

void
heat_read(struct heat *h, const json_t *matrix)
{
	const json_t *hosts = json_object_get(matrix, "hosts"), *o;
	size_t i;
	int f;

	*h = (struct heat){.lab = out_text(matrix, "lab"),
			   .n = json_array_size(hosts)};
	h->names = xcalloc(h->n + 1, sizeof(*h->names));
	json_array_foreach(hosts, i, o) h->names[i] = out_text(o, "name");
	for (f = 0; f < 2; f++) {
		h->cells[f] = xcalloc(h->n * h->n + 1, sizeof(**h->cells));
		for (i = 0; i < h->n * h->n; i++)
			h->cells[f][i] = (struct heat_cell){
			    .state =
				i / h->n == i % h->n ? HEAT_SELF : HEAT_UNASKED,
			    .ms = -1,
			    .why = ""};
	}
	json_array_foreach(json_object_get(matrix, "pairs"), i, o)
	    heat_pair(h, o);
	h->seconds =
	    (double)json_integer_value(json_object_get(matrix, "ms")) / 1000;
	heat_round_trips(h);
}

void
heat_clear(struct heat *h)
{
	free(h->names);
	free(h->cells[0]);
	free(h->cells[1]);
	*h = (struct heat){0};
}

const struct heat_cell *
heat_cell(const struct heat *h, int family, size_t row, size_t column)
{
	return &h->cells[family][row * h->n + column];
}

/* ---- one cell */

static const double heat_limits[HEAT_LEVELS - 1] = {1, 10, 50, 150};

int
heat_level(double ms)
{
	int level = 0;

	while (level < HEAT_LEVELS - 1 && ms >= heat_limits[level])
		level++;
	return level;
}

const char *
heat_level_name(int level)
{
	static const char *const names[HEAT_LEVELS] = {
	    "<1 ms", "<10 ms", "<50 ms", "<150 ms", ">150 ms"};

	return names[level];
}

const char *
heat_mark(const struct heat_cell *c, char buf[2])
{
	long tenths;

	buf[0] = buf[1] = '\0';
	if (c->state == HEAT_UNASKED)
		buf[0] = '-';
	else if (c->state == HEAT_FULL)
		buf[0] = '!';
	else if (c->state == HEAT_SILENT)
		buf[0] = 'X';
	else if (c->state == HEAT_LOSES) {
		tenths = (c->sent - c->received) * 10 / c->sent;
		buf[0] = (char)('0' + (tenths < 1 ? 1 : tenths));
	}
	return buf;
}

static uint32_t
level_symbol(int level)
{
	static const uint32_t symbols[HEAT_LEVELS] = {0xb7, 0x2591, 0x2592,
						      0x2593, 0x2588};

	return symbols[level];
}

static enum grid_style
cell_style(const struct heat_cell *c)
{
	switch (c->state) {
	case HEAT_SELF:
	case HEAT_UNASKED: return ST_DIM;
	case HEAT_ANSWERS: return heat_level(c->ms) > 1 ? ST_WAIT : ST_GOOD;
	default: return ST_BAD;
	}
}

/* A cell is as wide as the others, one column or two. */
static void
cell_add(const struct heat_cell *c, int wide, struct flow *line)
{
	enum grid_style style = cell_style(c);
	int level = heat_level(c->ms);
	char buf[2];
	uint32_t ch;

	if (c->state == HEAT_SELF) {
		flow_add(line, wide > 1 ? "  " : " ", ST_NORMAL);
		return;
	}
	ch = c->state == HEAT_ANSWERS ? level_symbol(level)
				      : (unsigned char)heat_mark(c, buf)[0];
	if (wide > 1)
		flow_addc(line,
			  c->state == HEAT_ANSWERS && level > 0 ? ch : ' ',
			  style);
	flow_addc(line, ch, style);
}

/* ---- the map */

struct map {
	const struct heat *h;
	int name, wide;	 /* columns of a name, of a cell */
	size_t from, to; /* columns of the map that are told now */
};

/* The columns' numbers, read downwards. */
static void
map_head(const struct map *m, int f, struct text *out)
{
	size_t digit = m->h->n >= 100 ? 100 : m->h->n >= 10 ? 10 : 1, j;
	struct flow line = {0};
	bool first = true;
	int i;

	for (; digit > 0; digit /= 10, first = false) {
		flow_add(&line, first ? (f ? "IPv6" : "IPv4") : "    ",
			 ST_BOLD);
		for (i = 4; i < m->name + 5; i++)
			flow_addc(&line, ' ', ST_NORMAL);
		for (j = m->from; j < m->to; j++) {
			if (m->wide > 1)
				flow_addc(&line, ' ', ST_NORMAL);
			flow_addc(&line,
				  j + 1 >= digit || digit == 1
				      ? '0' + (uint32_t)((j + 1) / digit % 10)
				      : ' ',
				  ST_DIM);
		}
		text_line(out, &line);
	}
}

static void
map_row(const struct map *m, int f, size_t i, struct text *out)
{
	struct flow line = {0};
	char number[32];
	size_t j;
	int x;

	snprintf(number, sizeof(number), "%3zu ", i + 1);
	flow_add(&line, number, ST_DIM);
	flow_add(&line, m->h->names[i], ST_NORMAL);
	while (flow_width(&line) > m->name + 4)
		line.n--;
	for (x = flow_width(&line); x < m->name + 5; x++)
		flow_addc(&line, ' ', ST_NORMAL);
	for (j = m->from; j < m->to; j++)
		cell_add(heat_cell(m->h, f, i, j), m->wide, &line);
	text_line(out, &line);
}

static void
map_family(const struct heat *h, int f, int width, struct text *out)
{
	struct map m = {.h = h};
	struct flow blank = {0};
	size_t i, room;

	for (i = 0; i < h->n; i++)
		if (grid_text_width(h->names[i]) > m.name)
			m.name = grid_text_width(h->names[i]);
	m.name = m.name > HEAT_NAME ? HEAT_NAME : m.name;
	room = (size_t)(width - m.name - 5);
	m.wide = h->n * 2 <= room ? 2 : 1;
	room /= (size_t)m.wide;
	for (m.from = 0; m.from < h->n; m.from = m.to) {
		m.to = m.from + room < h->n ? m.from + room : h->n;
		map_head(&m, f, out);
		for (i = 0; i < h->n; i++)
			map_row(&m, f, i, out);
		text_line(out, &blank);
	}
}

static void
legend(const struct heat *h, int width, struct text *out)
{
	struct flow line = {0};
	int i;

	flow_add(&line, _("each row asks each column: "), ST_NORMAL);
	for (i = 0; i < HEAT_LEVELS; i++) {
		flow_addc(&line, level_symbol(i), i > 1 ? ST_WAIT : ST_GOOD);
		flow_addc(&line, 0xa0, ST_NORMAL);
		flow_add(&line, heat_level_name(i), ST_DIM);
		flow_add(&line, "  ", ST_NORMAL);
	}
	flow_add(&line, "1-9", ST_BAD);
	flow_add(&line, _(" tenths lost  "), ST_DIM);
	flow_add(&line, "X", ST_BAD);
	flow_add(&line, _(" silent  - no address"), ST_DIM);
	if (h->full)
		flow_add(&line, _("  ! the neighbour table was full"), ST_DIM);
	text_wrap(out, &line, width, NULL, NULL);
	flow_clear(&line);
}

/* ---- in numbers, and why */

static void
sums(const struct heat *h, int width, struct text *out)
{
	_free_ char *words = xasprintf(
	    _("%zu asked in %.1f s: %zu answered, %zu lost some, %zu silent"),
	    h->asked, h->seconds, h->answered, h->lossy, h->silent);
	text_words(out, words, ST_NORMAL, width, "", "");
}

static void
sums_more(const struct heat *h, int width, struct text *out)
{
	_free_ char *trips = NULL, *full = NULL;

	if (h->median_ms >= 0) {
		trips = xasprintf(_("round trips: %.3f to %.3f ms, half of "
				    "them under %.3f ms"),
				  h->min_ms, h->max_ms, h->median_ms);
		text_words(out, trips, ST_NORMAL, width, "", "");
	}
	if (h->full == 0)
		return;
	full = xasprintf(_("the kernel's neighbour table, one for all labs "
			   "and networks of this machine, was full: %zu pairs "
			   "could not be asked; see ixlab doctor"),
			 h->full);
	text_words(out, full, ST_BAD, width, "", "");
}

/* The first pairs that lost something, with what is known of it. */
static void
reasons(const struct heat *h, int width, struct text *out)
{
	size_t i, told = 0, bad = h->asked - h->answered;
	const struct heat_cell *c;
	int f;

	for (f = 0; f < 2; f++)
		for (i = 0; i < h->n * h->n; i++) {
			_free_ char *words = NULL;

			c = &h->cells[f][i];
			if (c->state < HEAT_LOSES || told++ >= HEAT_REASONS)
				continue;
			words = xasprintf(
			    _("%s to %s, %s: %ld of %ld came back%s%s"),
			    h->names[i / h->n], h->names[i % h->n],
			    f ? "IPv6" : "IPv4", c->received, c->sent,
			    *c->why ? ": " : "", c->why);
			text_words(out, words, ST_NORMAL, width, "", "  ");
		}
	if (bad > HEAT_REASONS) {
		_free_ char *more =
		    xasprintf(_("and %zu more; see ixlab matrix --pairs"),
			      bad - HEAT_REASONS);

		text_words(out, more, ST_DIM, width, "", "");
	}
}

/* The right one's lines behind the left one's, when both fit. */
static void
beside(struct text *left, struct text *right, int width)
{
	int wl = 0, wr = 0, w;
	size_t i;

	for (i = 0; i < left->n; i++)
		wl = (w = flow_width(&left->lines[i])) > wl ? w : wl;
	for (i = 0; i < right->n; i++)
		wr = (w = flow_width(&right->lines[i])) > wr ? w : wr;
	if (wl == 0 || left->n != right->n || wl + MAP_GAP + wr > width)
		return;
	for (i = 0; i < left->n; i++) {
		for (w = flow_width(&left->lines[i]);
		     right->lines[i].n > 0 && w < wl + MAP_GAP; w++)
			flow_addc(&left->lines[i], ' ', ST_NORMAL);
		flow_cat(&left->lines[i], &right->lines[i]);
	}
	text_clear(right);
}

void
heat_text(const struct heat *h, int width, struct text *out)
{
	struct text map[2] = {{0}, {0}};
	size_t i;
	int f;

	width = width < 40 ? 40 : width;
	if (h->asked == 0) {
		text_words(out, _("there are no two hosts to ask"), ST_NORMAL,
			   width, "", "");
		return;
	}
	sums(h, width, out);
	for (f = 0; f < 2; f++)
		if (h->family[f])
			map_family(h, f, width, &map[f]);
	beside(&map[0], &map[1], width);
	for (f = 0; f < 2; f++) {
		for (i = 0; i < map[f].n; i++)
			text_line(out, &map[f].lines[i]);
		text_clear(&map[f]);
	}
	legend(h, width, out);
	sums_more(h, width, out);
	reasons(h, width, out);
}

/* ---- in sentences */

static void
words_of_row(const struct heat *h, int f, size_t i, int width, struct text *out)
{
	struct str good = {0}, bad = {0};
	_free_ char *all = NULL;
	const struct heat_cell *c;
	size_t j;

	for (j = 0; j < h->n; j++) {
		c = heat_cell(h, f, i, j);
		if (c->state == HEAT_ANSWERS)
			str_addf(&good, _("%s%s in %.2f ms"),
				 good.len ? ", " : "", h->names[j], c->ms);
		else if (c->state >= HEAT_LOSES)
			str_addf(&bad, _("%s%s (%ld of %ld came back)"),
				 bad.len ? ", " : "", h->names[j], c->received,
				 c->sent);
	}
	if (good.len || bad.len) {
		all = xasprintf(
		    "%s, %s: %s%s%s%s%s.", h->names[i], f ? "IPv6" : "IPv4",
		    good.len ? _("answered by ") : "", str_text(&good),
		    good.len && bad.len ? "; " : "",
		    bad.len ? _("not by ") : "", str_text(&bad));
		text_words(out, all, ST_NORMAL, width, "", "  ");
	}
	str_clear(&good);
	str_clear(&bad);
}

void
heat_words(const struct heat *h, int width, struct text *out)
{
	size_t i;
	int f;

	for (f = 0; f < 2; f++)
		for (i = 0; i < h->n; i++)
			words_of_row(h, f, i, width, out);
	sums(h, width, out);
	sums_more(h, width, out);
}
