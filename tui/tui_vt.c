#include "tui/tui_vt.h"

#include <libtsm.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define VT_PAST 5000
#define VT_SLICE 4096

struct vt {
	struct tsm_screen *screen;
	struct tsm_vte *vte;
	vt_write_cb write;
	void *arg;
	int w, h, back;
	int past; /* lines, when the view left the present */
};

int
grid_width(uint32_t ch)
{
	unsigned int w;

	if (ch >= 0x20 && ch < 0x7f)
		return 1;
	w = tsm_ucs4_get_width(ch);
	return w > 2 ? 1 : (int)w;
}

static void
answer(struct tsm_vte *vte, const char *bytes, size_t n, void *data)
{
	struct vt *v = data;

	(void)vte;
	v->write(v->arg, bytes, n);
}

static int
clamp(int n, int max)
{
	return n < 1 ? 1 : n > max ? max : n;
}

struct vt *
vt_new(int w, int h, vt_write_cb write, void *arg)
{
	struct vt *v = xcalloc(1, sizeof(*v));

	v->write = write;
	v->arg = arg;
	if (tsm_screen_new(&v->screen, NULL, NULL) < 0 ||
	    tsm_vte_new(&v->vte, v->screen, answer, v, NULL, NULL) < 0)
		abort(); /* no memory */
	tsm_screen_set_max_sb(v->screen, VT_PAST);
	vt_resize(v, w, h);
	tsm_screen_clear_sb(v->screen); /* where shrinking put blank lines */
	return v;
}

void
vt_free(struct vt *v)
{
	if (v == NULL)
		return;
	tsm_screen_clear_sb(v->screen); /* libtsm would forget it */
	tsm_vte_unref(v->vte);
	tsm_screen_unref(v->screen);
	free(v);
}

void
vt_resize(struct vt *v, int w, int h)
{
	w = clamp(w, GRID_MAX_W);
	h = clamp(h, GRID_MAX_H);
	if (w == v->w && h == v->h)
		return;
	v->w = w;
	v->h = h;
	tsm_screen_sb_reset(v->screen);
	v->back = 0;
	if (tsm_screen_resize(v->screen, (unsigned)w, (unsigned)h) < 0)
		abort(); /* no memory */
}

void
vt_size(const struct vt *v, int *w, int *h)
{
	*w = v->w;
	*h = v->h;
}

void
vt_feed(struct vt *v, const void *bytes, size_t n)
{
	const char *p = bytes;
	size_t slice;

	for (; n > 0; p += slice, n -= slice) {
		slice = n > VT_SLICE ? VT_SLICE : n;
		tsm_vte_input(v->vte, p, slice);
	}
}

/* The keysyms that libtsm knows are X11's. */
static uint32_t
keysym(uint32_t key)
{
	static const struct {
		uint32_t key, sym;
	} syms[] = {
	    {K_UP, 0xff52},	{K_DOWN, 0xff54},    {K_LEFT, 0xff51},
	    {K_RIGHT, 0xff53},	{K_PGUP, 0xff55},    {K_PGDN, 0xff56},
	    {K_HOME, 0xff50},	{K_END, 0xff57},     {K_INSERT, 0xff63},
	    {K_DELETE, 0xffff}, {K_BACKTAB, 0xfe20},
	};
	size_t i;

	if (key >= K_F1 && key <= K_F12)
		return 0xffbe + (key - K_F1);
	for (i = 0; i < sizeof(syms) / sizeof(syms[0]); i++)
		if (syms[i].key == key)
			return syms[i].sym;
	return 0;
}

void
vt_key(struct vt *v, uint32_t key)
{
	uint32_t sym = key >= K_FIRST ? keysym(key) : 0;
	char c = (char)key;

	vt_scroll(v, -VT_PAST);
	if (key == K_BACKTAB)
		v->write(v->arg, "\033[Z", 3);
	else if (key < 0x20 || key == K_BACKSPACE)
		v->write(v->arg, &c, 1);
	else if (key >= K_FIRST && sym != 0)
		tsm_vte_handle_keyboard(v->vte, sym, TSM_VTE_INVALID, 0,
					TSM_VTE_INVALID);
	else if (key < K_FIRST)
		tsm_vte_handle_keyboard(v->vte, TSM_VTE_INVALID,
					TSM_VTE_INVALID, 0, key);
}

/* ---- the past. libtsm does not say how long it is, but shows a selected cell
 * reversed wherever that is drawn: with the screen's first cell selected, the first
 * row that differs is where the past ends. */

struct column {
	bool *reversed; /* the first cell of each row */
	int h;
};

static int
column_cell(struct tsm_screen *screen, uint64_t id, const uint32_t *ch,
	    size_t len, unsigned int width, unsigned int x, unsigned int y,
	    const struct tsm_screen_attr *attr, tsm_age_t age, void *data)
{
	struct column *c = data;

	(void)screen;
	(void)id;
	(void)ch;
	(void)len;
	(void)width;
	(void)age;
	if (x == 0 && (int)y < c->h)
		c->reversed[y] = attr->inverse;
	return 0;
}

/* Of all the past, page by page from its beginning. */
static void
column_of(struct vt *v, bool *reversed)
{
	struct column c = {reversed, v->h};

	tsm_screen_sb_up(v->screen, VT_PAST);
	for (; c.reversed <= reversed + VT_PAST; c.reversed += v->h) {
		tsm_screen_draw(v->screen, column_cell, &c);
		tsm_screen_sb_down(v->screen, (unsigned)v->h);
	}
	tsm_screen_sb_reset(v->screen);
}

/* How many; the view must be that of the present. */
static int
past_lines(struct vt *v)
{
	size_t rows = VT_PAST + 2 * GRID_MAX_H;
	_free_ bool *plain = xcalloc(rows, sizeof(*plain));
	_free_ bool *marked = xcalloc(rows, sizeof(*marked));
	int n = 0;

	column_of(v, plain);
	tsm_screen_selection_start(v->screen, 0, 0);
	column_of(v, marked);
	tsm_screen_selection_reset(v->screen);
	while (n < VT_PAST && plain[n] == marked[n])
		n++;
	return n;
}

/* The first rows of the view. */
static void
add_rows(struct vt *v, int rows, struct str *s)
{
	_free_ char *text = NULL;
	const char *end;
	struct grid g;

	grid_init(&g, v->w, v->h, false, false);
	vt_draw(v, &g, (struct rect){0, 0, v->w, v->h}, false);
	text = grid_dump(&g, false);
	grid_clear(&g);
	for (end = text; rows > 0 && *end != '\0'; rows--)
		end = strchr(end, '\n') + 1;
	str_addn(s, text, (size_t)(end - text));
}

char *
vt_text(struct vt *v)
{
	struct str s = {0};
	int n, top;

	vt_scroll(v, -VT_PAST);
	n = past_lines(v);
	tsm_screen_sb_up(v->screen, VT_PAST);
	for (top = 0; top < n; top += v->h) {
		add_rows(v, n - top < v->h ? n - top : v->h, &s);
		tsm_screen_sb_down(v->screen, (unsigned)v->h);
	}
	tsm_screen_sb_reset(v->screen);
	add_rows(v, v->h, &s);
	while (s.len > 1 && strcmp(s.text + s.len - 2, "\n\n") == 0)
		s.text[--s.len] = '\0';
	return str_steal(&s);
}

void
vt_scroll(struct vt *v, int lines)
{
	int to = v->back + lines;

	if (lines > 0 && v->back == 0)
		v->past = past_lines(v);
	to = to < 0 ? 0 : to > v->past ? v->past : to;
	if (to > v->back)
		tsm_screen_sb_up(v->screen, (unsigned)(to - v->back));
	else if (to == 0)
		tsm_screen_sb_reset(v->screen);
	else
		tsm_screen_sb_down(v->screen, (unsigned)(v->back - to));
	v->back = to;
}

int
vt_back(const struct vt *v)
{
	return v->back;
}

void
vt_reset(struct vt *v)
{
	tsm_vte_hard_reset(v->vte);
	tsm_screen_clear_sb(v->screen);
	v->back = 0;
}

/* ---- drawing */

struct drawing {
	struct grid *g;
	struct rect r;
};

/* The nearest entry of the 256-colour cube. */
static int16_t
cube(uint8_t r, uint8_t g, uint8_t b)
{
	return (int16_t)(16 + 36 * ((r + 25) / 51) + 6 * ((g + 25) / 51) +
			 (b + 25) / 51);
}

static int16_t
color(int8_t code, uint8_t r, uint8_t g, uint8_t b)
{
	if (code < 0)
		return cube(r, g, b);
	return code < 16 ? code : -1;
}

static struct grid_look
look_of(const struct tsm_screen_attr *a, bool colors)
{
	struct grid_look look = {-1, -1, 0};

	if (colors) {
		look.fg = color(a->fccode, a->fr, a->fg, a->fb);
		look.bg = color(a->bccode, a->br, a->bg, a->bb);
	}
	look.attr = (a->bold ? GRID_BOLD : 0) |
		    (a->underline ? GRID_UNDERLINE : 0) |
		    (a->inverse ? GRID_REVERSE : 0);
	return look;
}

static int
draw_cell(struct tsm_screen *screen, uint64_t id, const uint32_t *ch,
	  size_t len, unsigned int width, unsigned int x, unsigned int y,
	  const struct tsm_screen_attr *attr, tsm_age_t age, void *data)
{
	struct drawing *d = data;
	struct grid_look look = look_of(attr, d->g->theme != THEME_NONE);
	uint32_t c = len > 0 ? ch[0] : ' ';

	(void)screen;
	(void)id;
	(void)age;
	if (width == 0)
		return 0;
	if (grid_width(grid_safe(c, false)) == 0)
		c = ' ';
	grid_putc(d->g, d->r, (int)x, (int)y, c, look);
	if (len > 1 && grid_width(ch[1]) == 0)
		grid_putc(d->g, d->r, (int)(x + width), (int)y, ch[1], look);
	return 0;
}

void
vt_draw(struct vt *v, struct grid *g, struct rect r, bool cursor)
{
	unsigned flags = tsm_screen_get_flags(v->screen);
	struct drawing d = {g, r};
	int x, y;

	tsm_screen_set_flags(v->screen, TSM_SCREEN_HIDE_CURSOR);
	tsm_screen_draw(v->screen, draw_cell, &d);
	if (flags & TSM_SCREEN_HIDE_CURSOR)
		return;
	tsm_screen_reset_flags(v->screen, TSM_SCREEN_HIDE_CURSOR);
	x = r.x + (int)tsm_screen_get_cursor_x(v->screen);
	y = r.y + (int)tsm_screen_get_cursor_y(v->screen);
	if (cursor && v->back == 0 && rect_has(r, x, y)) {
		g->cx = x;
		g->cy = y;
	}
}
