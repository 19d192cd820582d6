#include "tui/tui_grid.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* What each style looks like in each theme. Of the eight colours that all terminals
 * have, dark leaves out what cannot be read on black, light what cannot on white;
 * high contrast brings its own ground, in colours of the 256 that no scheme changes and
 * that are black, white and so on where there are eight. A style is never told by
 * colour alone. */
enum { BLACK = 16, WHITE = 231, YELLOW = 226, CYAN = 51, GREEN = 46 };

static const struct grid_look looks[THEME_N][ST_STYLES] = {
    [THEME_NONE] = {[ST_NORMAL] = {-1, -1, 0},
		    [ST_BOLD] = {-1, -1, GRID_BOLD},
		    [ST_DIM] = {-1, -1, GRID_DIM},
		    [ST_EMPH] = {-1, -1, GRID_UNDERLINE},
		    [ST_HEAD] = {-1, -1, GRID_BOLD},
		    [ST_CODE] = {-1, -1, GRID_BOLD},
		    [ST_BAR] = {-1, -1, GRID_REVERSE},
		    [ST_KEY] = {-1, -1, GRID_BOLD},
		    [ST_PANE] = {-1, -1, GRID_UNDERLINE},
		    [ST_FOCUS] = {-1, -1, GRID_BOLD | GRID_REVERSE},
		    [ST_SELECT] = {-1, -1, GRID_REVERSE},
		    [ST_GOOD] = {-1, -1, 0},
		    [ST_BAD] = {-1, -1, GRID_BOLD},
		    [ST_WAIT] = {-1, -1, 0}},
    [THEME_DARK] = {[ST_NORMAL] = {-1, -1, 0},
		    [ST_BOLD] = {-1, -1, GRID_BOLD},
		    [ST_DIM] = {-1, -1, GRID_DIM},
		    [ST_EMPH] = {-1, -1, GRID_UNDERLINE},
		    [ST_HEAD] = {6, -1, GRID_BOLD},
		    [ST_CODE] = {3, -1, 0},
		    [ST_BAR] = {-1, -1, GRID_REVERSE},
		    [ST_KEY] = {-1, -1, GRID_BOLD},
		    [ST_PANE] = {-1, -1, GRID_UNDERLINE},
		    [ST_FOCUS] = {6, -1, GRID_BOLD | GRID_REVERSE},
		    [ST_SELECT] = {-1, -1, GRID_REVERSE},
		    [ST_GOOD] = {2, -1, 0},
		    [ST_BAD] = {1, -1, GRID_BOLD},
		    [ST_WAIT] = {3, -1, 0}},
    [THEME_LIGHT] = {[ST_NORMAL] = {-1, -1, 0},
		     [ST_BOLD] = {-1, -1, GRID_BOLD},
		     [ST_DIM] = {-1, -1, 0},
		     [ST_EMPH] = {-1, -1, GRID_UNDERLINE},
		     [ST_HEAD] = {4, -1, GRID_BOLD},
		     [ST_CODE] = {5, -1, 0},
		     [ST_BAR] = {-1, -1, GRID_REVERSE},
		     [ST_KEY] = {-1, -1, GRID_BOLD},
		     [ST_PANE] = {-1, -1, GRID_UNDERLINE},
		     [ST_FOCUS] = {4, -1, GRID_BOLD | GRID_REVERSE},
		     [ST_SELECT] = {-1, -1, GRID_REVERSE},
		     [ST_GOOD] = {4, -1, 0},
		     [ST_BAD] = {1, -1, GRID_BOLD},
		     [ST_WAIT] = {5, -1, 0}},
    [THEME_CONTRAST] = {[ST_NORMAL] = {WHITE, BLACK, 0},
			[ST_BOLD] = {WHITE, BLACK, GRID_BOLD},
			[ST_DIM] = {WHITE, BLACK, 0},
			[ST_EMPH] = {WHITE, BLACK, GRID_UNDERLINE},
			[ST_HEAD] = {YELLOW, BLACK, GRID_BOLD | GRID_UNDERLINE},
			[ST_CODE] = {CYAN, BLACK, GRID_BOLD},
			[ST_BAR] = {BLACK, WHITE, 0},
			[ST_KEY] = {WHITE, BLACK, GRID_BOLD},
			[ST_PANE] = {WHITE, BLACK, GRID_UNDERLINE},
			[ST_FOCUS] = {BLACK, YELLOW, 0},
			[ST_SELECT] = {BLACK, WHITE, 0},
			[ST_GOOD] = {GREEN, BLACK, GRID_BOLD},
			[ST_BAD] = {BLACK, WHITE, 0},
			[ST_WAIT] = {YELLOW, BLACK, GRID_BOLD}},
};

static const char *const theme_names[THEME_N] = {
    [THEME_NONE] = "none",
    [THEME_DARK] = "dark",
    [THEME_LIGHT] = "light",
    [THEME_CONTRAST] = "high-contrast",
};

/* One cell for one cell: the likeness has the same width. */
static const struct {
	uint32_t from, to;
} likeness[] = {
    {0x00a0, ' '}, {0x00a1, '!'}, {0x00ab, '"'},  {0x00bb, '"'},  {0x0153, 'o'},
    {0x202f, ' '}, {0x00b7, '.'}, {0x00d7, 'x'},  {0x2010, '-'},  {0x2011, '-'},
    {0x2013, '-'}, {0x2014, '-'}, {0x2018, '\''}, {0x2019, '\''}, {0x201c, '"'},
    {0x201d, '"'}, {0x2022, '*'}, {0x2026, '.'},  {0x2190, '<'},  {0x2191, '^'},
    {0x2192, '>'}, {0x2193, 'v'}, {0x2194, '-'},  {0x2212, '-'},  {0x2264, '<'},
    {0x2265, '>'}, {0x25b6, '>'}, {0x25b8, '>'},  {0x25cb, '-'},  {0x25cf, '+'},
    {0x2588, '#'}, {0x2591, ':'}, {0x2592, '='},  {0x2593, '%'},  {0x2713, '+'},
    {0x2717, 'x'},
};

uint32_t
grid_utf8(const char **s)
{
	const unsigned char *p = (const unsigned char *)*s;
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
	uint32_t ch;
	int i, more;

	if (*p == '\0')
		return 0;
	more = *p < 0x80   ? 0
	       : *p < 0xc2 ? -1
	       : *p < 0xe0 ? 1
	       : *p < 0xf0 ? 2
	       : *p < 0xf5 ? 3
			   : -1;
	*s += 1;
	if (more <= 0)
		return more == 0 ? *p : 0xfffd;
	ch = *p & (0x3fu >> more);
	for (i = 1; i <= more; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0xfffd;
		ch = ch << 6 | (p[i] & 0x3fu);
	}
	if (ch < least[more] || ch > 0x10ffff || (ch >= 0xd800 && ch < 0xe000))
		return 0xfffd;
	*s += more;
	return ch;
}

/* Of Latin letters with marks, U+00C0 to U+00FF, the letter. */
static const char latin[] = "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTs"
			    "aaaaaaaceeeeiiiidnooooo/ouuuuyty";

static bool
steers(uint32_t ch)
{
	return ch < 0x20 || (ch >= 0x7f && ch < 0xa0) || ch == 0xad ||
	       ch == 0x61c || (ch >= 0x180b && ch <= 0x180e) ||
	       (ch >= 0x200b && ch <= 0x200f) ||
	       (ch >= 0x2028 && ch <= 0x202e) ||
	       (ch >= 0x2060 && ch <= 0x206f) || ch == 0xfeff ||
	       (ch >= 0xfe00 && ch <= 0xfe0f) ||
	       (ch >= 0xfff0 && ch <= 0xfffb) ||
	       (ch >= 0xd800 && ch < 0xe000) || ch >= 0xe0000;
}

static bool
draws_line(uint32_t ch)
{
	return ch >= 0x2500 && ch <= 0x257f;
}

static uint32_t
ascii_line(uint32_t ch)
{
	switch (ch) {
	case 0x2500: return '-';
	case 0x2550: return '=';
	case 0x2502: return '|';
	case 0x2551:
	case 0x251c: return '|';
	case 0x256d: /* a line that bends keeps its height */
	case 0x256e: return '.';
	case 0x256f:
	case 0x2570: return '\'';
	default: return '+';
	}
}

uint32_t
grid_safe(uint32_t ch, bool ascii)
{
	size_t i;

	if (steers(ch))
		return '?';
	if (!ascii || ch < 0x7f)
		return ch;
	if (draws_line(ch))
		return ascii_line(ch);
	if (ch >= 0xc0 && ch <= 0xff)
		return (unsigned char)latin[ch - 0xc0];
	for (i = 0; i < sizeof(likeness) / sizeof(likeness[0]); i++)
		if (likeness[i].from == ch)
			return likeness[i].to;
	return '?';
}

int
grid_text_width(const char *text)
{
	uint32_t ch;
	int w = 0;

	while ((ch = grid_utf8(&text)) != 0)
		w += grid_width(grid_safe(ch, false));
	return w;
}

struct grid_look
grid_look(enum grid_style style, enum grid_theme theme)
{
	return looks[theme][style];
}

const char *
grid_theme_name(enum grid_theme theme)
{
	return theme_names[theme];
}

enum grid_theme
grid_theme_named(const char *name)
{
	enum grid_theme t = THEME_NONE;

	while (t < THEME_N && strcmp(theme_names[t], name) != 0)
		t++;
	return t;
}

static int
clamp(int v, int max)
{
	return v < 1 ? 1 : v > max ? max : v;
}

void
grid_init(struct grid *g, int w, int h, bool ascii, enum grid_theme theme)
{
	*g = (struct grid){.w = clamp(w, GRID_MAX_W),
			   .h = clamp(h, GRID_MAX_H),
			   .ascii = ascii,
			   .theme = theme};
	g->cells = xcalloc((size_t)g->w * (size_t)g->h, sizeof(*g->cells));
	grid_blank(g);
}

void
grid_clear(struct grid *g)
{
	free(g->cells);
	*g = (struct grid){0};
}

void
grid_blank(struct grid *g)
{
	grid_fill(g, (struct rect){0, 0, g->w, g->h}, ' ', ST_NORMAL);
	g->cx = g->cy = -1;
}

struct rect
rect_and(struct rect a, struct rect b)
{
	int x = a.x > b.x ? a.x : b.x, y = a.y > b.y ? a.y : b.y;
	int ax = a.x + a.w, bx = b.x + b.w, ay = a.y + a.h, by = b.y + b.h;
	int w = (ax < bx ? ax : bx) - x, h = (ay < by ? ay : by) - y;

	return (struct rect){x, y, w > 0 ? w : 0, h > 0 ? h : 0};
}

bool
rect_has(struct rect r, int x, int y)
{
	return x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h;
}

/* A half of a wide character that loses its other half becomes a blank. */
static void
heal(struct grid *g, int x, int y)
{
	struct grid_cell *c = &g->cells[y * g->w + x];

	if (c->width == 0 && x > 0 && c[-1].width == 2)
		c[-1].ch = ' ', c[-1].mark = 0, c[-1].width = 1;
	if (c->width == 2 && x + 1 < g->w)
		c[1].ch = ' ', c[1].mark = 0, c[1].width = 1;
}

static void
set(struct grid *g, int x, int y, uint32_t ch, int width, struct grid_look look)
{
	struct grid_cell *c = &g->cells[y * g->w + x];

	heal(g, x, y);
	*c = (struct grid_cell){.ch = ch,
				.fg = look.fg,
				.bg = look.bg,
				.attr = look.attr,
				.width = (uint8_t)width};
}

int
grid_putc(struct grid *g, struct rect r, int x, int y, uint32_t ch,
	  struct grid_look look)
{
	struct rect in = rect_and(r, (struct rect){0, 0, g->w, g->h});
	int w, gx = r.x + x, gy = r.y + y;

	ch = grid_safe(ch, false);
	w = grid_width(ch);
	if (g->ascii) {
		ch = grid_safe(ch, true);
		if (w == 2 && rect_has(in, gx + 1, gy))
			set(g, gx + 1, gy, '?', 1, look);
	}
	if (w == 0) {
		if (x > 0 && rect_has(in, gx - 1, gy) && !g->ascii)
			g->cells[gy * g->w + gx - 1].mark = ch;
		return 0;
	}
	if (!rect_has(in, gx, gy))
		return w;
	if (w == 2 && !g->ascii) {
		if (!rect_has(in, gx + 1, gy)) {
			set(g, gx, gy, ' ', 1, look);
			return w;
		}
		set(g, gx, gy, ch, 2, look);
		heal(g, gx + 1, gy);
		g->cells[gy * g->w + gx].ch = ch;
		g->cells[gy * g->w + gx].width = 2;
		g->cells[gy * g->w + gx + 1] = g->cells[gy * g->w + gx];
		g->cells[gy * g->w + gx + 1].width = 0;
		return w;
	}
	set(g, gx, gy, ch, 1, look);
	return w;
}

int
grid_put(struct grid *g, struct rect r, int x, int y, const char *text,
	 enum grid_style style)
{
	struct grid_look look = grid_look(style, g->theme);
	uint32_t ch;

	while ((ch = grid_utf8(&text)) != 0)
		x += grid_putc(g, r, x, y, ch == '\n' || ch == '\t' ? ' ' : ch,
			       look);
	return x;
}

int
grid_putf(struct grid *g, struct rect r, int x, int y, enum grid_style style,
	  const char *fmt, ...)
{
	struct str s = {0};
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&s, fmt, ap);
	va_end(ap);
	x = grid_put(g, r, x, y, str_text(&s), style);
	str_clear(&s);
	return x;
}

void
grid_fill(struct grid *g, struct rect r, uint32_t ch, enum grid_style style)
{
	struct rect in = rect_and(r, (struct rect){0, 0, g->w, g->h});
	struct grid_look look = grid_look(style, g->theme);
	int x, y;

	for (y = 0; y < in.h; y++)
		for (x = 0; x < in.w; x++)
			grid_putc(g, in, x, y, ch, look);
}

static int16_t
palette(int16_t c)
{
	return c >= 0 && c <= 255 ? c : -1;
}

/* The look of another's cell: what is the terminal's own is the theme's. */
static struct grid_look
worn(const struct grid_cell *c, enum grid_theme theme)
{
	struct grid_look look = grid_look(ST_NORMAL, theme);

	look.attr = c->attr & 15;
	if (theme != THEME_NONE && palette(c->fg) >= 0)
		look.fg = palette(c->fg);
	if (theme != THEME_NONE && palette(c->bg) >= 0)
		look.bg = palette(c->bg);
	return look;
}

void
grid_copy(struct grid *g, struct rect r, const struct grid *src)
{
	const struct grid_cell *c;
	struct grid_look look;
	uint32_t ch;
	int x, y, w;

	for (y = 0; y < src->h && y < r.h; y++)
		for (x = 0; x < src->w && x < r.w; x++) {
			c = &src->cells[y * src->w + x];
			if (c->width == 0)
				continue;
			look = worn(c, g->theme);
			ch = grid_safe(c->ch, false);
			w = grid_putc(g, r, x, y,
				      grid_width(ch) == 0 ? ' ' : ch, look);
			if (c->mark != 0 &&
			    grid_width(grid_safe(c->mark, false)) == 0)
				grid_putc(g, r, x + w, y, c->mark, look);
		}
}

void
grid_box(struct grid *g, struct rect r, enum grid_style style)
{
	struct grid_look look = grid_look(style, g->theme);
	int x, y;

	for (x = 1; x < r.w - 1; x++) {
		grid_putc(g, r, x, 0, 0x2500, look);
		grid_putc(g, r, x, r.h - 1, 0x2500, look);
	}
	for (y = 1; y < r.h - 1; y++) {
		grid_putc(g, r, 0, y, 0x2502, look);
		grid_putc(g, r, r.w - 1, y, 0x2502, look);
	}
	grid_putc(g, r, 0, 0, 0x250c, look);
	grid_putc(g, r, r.w - 1, 0, 0x2510, look);
	grid_putc(g, r, 0, r.h - 1, 0x2514, look);
	grid_putc(g, r, r.w - 1, r.h - 1, 0x2518, look);
}

void
grid_add_utf8(struct str *s, uint32_t ch)
{
	char b[4];
	size_t n = 0;

	if (ch < 0x80)
		b[n++] = (char)ch;
	else if (ch < 0x800)
		b[n++] = (char)(0xc0 | ch >> 6);
	else if (ch < 0x10000)
		b[n++] = (char)(0xe0 | ch >> 12);
	else
		b[n++] = (char)(0xf0 | ch >> 18);
	if (ch >= 0x10000)
		b[n++] = (char)(0x80 | (ch >> 12 & 0x3f));
	if (ch >= 0x800)
		b[n++] = (char)(0x80 | (ch >> 6 & 0x3f));
	if (ch >= 0x80)
		b[n++] = (char)(0x80 | (ch & 0x3f));
	str_addn(s, b, n);
}

static char
mark_of(const struct grid_cell *c)
{
	if (c->fg >= 0)
		return (char)('0' + c->fg % 8);
	if (c->attr & GRID_REVERSE)
		return 'r';
	if (c->attr & GRID_BOLD)
		return 'b';
	if (c->attr & GRID_UNDERLINE)
		return 'u';
	return c->attr & GRID_DIM ? 'd' : ' ';
}

static void
trim(struct str *s, size_t from)
{
	while (s->len > from && s->text[s->len - 1] == ' ')
		s->text[--s->len] = '\0';
}

static void
dump_marks(struct str *s, const struct grid_cell *row, int w)
{
	size_t from = s->len;
	char m;
	int x;

	for (x = 0; x < w; x++) {
		m = mark_of(&row[x]);
		str_addn(s, &m, 1);
	}
	trim(s, from);
	if (s->len == from)
		return;
	str_add(s, "\n");
	memmove(s->text + from + 1, s->text + from, s->len - from - 1);
	s->text[from] = '~';
	str_add(s, "\n");
}

char *
grid_dump(const struct grid *g, bool marks)
{
	const struct grid_cell *c;
	struct str s = {0};
	size_t from;
	int x, y;

	for (y = 0; y < g->h; y++) {
		from = s.len;
		for (x = 0; x < g->w; x++) {
			c = &g->cells[y * g->w + x];
			if (c->width == 0)
				continue;
			grid_add_utf8(&s, c->ch);
			if (c->mark != 0)
				grid_add_utf8(&s, c->mark);
		}
		trim(&s, from);
		str_add(&s, "\n");
		if (marks)
			dump_marks(&s, &g->cells[y * g->w], g->w);
	}
	return str_steal(&s);
}

/* Cells of another look are set off by a sequence. */
static void
print_look(const struct grid_cell *c, const struct grid_cell *was,
	   struct str *s)
{
	if (was != NULL && was->fg == c->fg && was->attr == c->attr)
		return;
	str_add(s, "\033[0");
	if (c->attr & GRID_BOLD)
		str_add(s, ";1");
	if (c->fg >= 0)
		str_addf(s, ";%d", 30 + c->fg % 8);
	str_add(s, "m");
}

static void
print_line(const struct grid *g, const struct grid_cell *line, struct str *s)
{
	int x, end = g->w;

	while (end > 0 && line[end - 1].ch == ' ')
		end--;
	for (x = 0; x < end; x++) {
		if (g->theme)
			print_look(&line[x], x ? &line[x - 1] : NULL, s);
		if (line[x].width > 0)
			grid_add_utf8(s, line[x].ch);
		if (line[x].mark != 0)
			grid_add_utf8(s, line[x].mark);
	}
	if (g->theme && end > 0)
		str_add(s, "\033[0m");
}

void
grid_print(const struct grid *g, int lines, bool over, FILE *f)
{
	struct str s = {0};
	int y;

	for (y = 0; y < lines && y < g->h; y++) {
		print_line(g, &g->cells[y * g->w], &s);
		str_add(&s, over ? "\033[K\n" : "\n");
	}
	fputs(str_text(&s), f);
	str_clear(&s);
}
