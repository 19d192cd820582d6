#define NCURSES_WIDECHAR 1
#include <curses.h>
/* term.h after curses.h: it defines many small words */
#include <term.h>
#undef lines
#undef columns

#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/str.h"
#include "tui/tui_guard.h"
#include "tui/tui_key.h"
#include "tui/tui_term.h"

/* Within this many ms the bytes of one function key arrive; Esc alone is known
 * only after it. */
#define ESC_MS 25
#define PAIRS 250

static struct {
	SCREEN *screen;
	bool color;
	struct {
		int16_t fg, bg;
	} pair[PAIRS]; /* pair i + 1 */
	int npairs;
} term;

/* A locale of this machine's person that the machine has not generated: of its
 * name the character set still counts. */
static void
locale_of_name(void)
{
	const char *name = getenv("LC_ALL");

	if (name == NULL || *name == '\0')
		name = getenv("LC_CTYPE");
	if (name == NULL || *name == '\0')
		name = getenv("LANG");
	if (name != NULL && (strcasestr(name, ".utf-8") != NULL ||
			     strcasestr(name, ".utf8") != NULL))
		setlocale(LC_CTYPE, "C.UTF-8");
}

bool
term_utf8(void)
{
	if (setlocale(LC_CTYPE, "") == NULL)
		locale_of_name();
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* ---- in and out */

/* While curses writes it ignores SIGTSTP; blocked, a stop waits for its turn. */
static void
update(void)
{
	sigset_t stop, old;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	pthread_sigmask(SIG_BLOCK, &stop, &old);
	refresh();
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

/* A terminfo string without its padding marks. */
static void
add_cap(struct str *s, const char *name)
{
	const char *cap = tigetstr(name), *p;

	if (cap == NULL || cap == (const char *)-1)
		return;
	for (p = cap; *p; p++) {
		if (p[0] == '$' && p[1] == '<' && strchr(p, '>') != NULL)
			p = strchr(p, '>');
		else
			str_addn(s, p, 1);
	}
}

static void
arm(void)
{
	struct str s = {0};

	/* the mouse: all the ways it may have been switched on */
	if (tigetstr("kmous") != NULL && tigetstr("kmous") != (char *)-1)
		str_add(&s, "\033[?1003l\033[?1002l\033[?1000l\033[?1006l");
	add_cap(&s, "rmkx");
	add_cap(&s, "sgr0");
	add_cap(&s, "cnorm");
	add_cap(&s, "rmcup");
	guard_arm(STDIN_FILENO, str_text(&s), s.len);
	str_clear(&s);
}

static void
modes(void)
{
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	scrollok(stdscr, FALSE);
	intrflush(stdscr, FALSE);
	set_escdelay(ESC_MS);
}

/* Keys with Shift, Alt or Ctrl, as xterm and all that follow it send them: many
 * descriptions lack them, and what is not known begins with Esc, which closes
 * things. But for Shift where it means something they are the key without. */
static void
modified_keys(void)
{
	static const struct {
		const char *head, *end;
		int key, shifted;
	} keys[] = {
	    {"1", "A", KEY_UP, KEY_SR},
	    {"1", "B", KEY_DOWN, KEY_SF},
	    {"1", "C", KEY_RIGHT, KEY_RIGHT},
	    {"1", "D", KEY_LEFT, KEY_LEFT},
	    {"1", "F", KEY_END, KEY_END},
	    {"1", "H", KEY_HOME, KEY_HOME},
	    {"2", "~", KEY_IC, KEY_IC},
	    {"3", "~", KEY_DC, KEY_DC},
	    {"5", "~", KEY_PPAGE, KEY_SPREVIOUS},
	    {"6", "~", KEY_NPAGE, KEY_SNEXT},
	};
	char seq[16];
	size_t i;
	int with;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		for (with = 2; with <= 8; with++) {
			snprintf(seq, sizeof(seq), "\033[%s;%d%s", keys[i].head,
				 with, keys[i].end);
			define_key(seq,
				   with == 2 ? keys[i].shifted : keys[i].key);
		}
}

int
term_open(bool color, bool mouse, struct err *e)
{
	const char *name = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_here(
		    e,
		    "the interface needs a terminal; try: ixlab open --plain");
	if (name == NULL || *name == '\0' || strcmp(name, "dumb") == 0)
		return err_here(
		    e,
		    "this terminal cannot move its cursor (TERM is \"%.40s\"); "
		    "try: ixlab open --plain",
		    name ? name : "");
	/* before curses changes the modes, so that they can come back */
	if (setupterm(NULL, STDOUT_FILENO, &(int){0}) == ERR)
		return err_here(
		    e,
		    "nothing is known of terminals called \"%.40s\" (TERM); "
		    "try TERM=xterm, or: ixlab open --plain",
		    name);
	arm();
	del_curterm(cur_term);
	term.screen = newterm(NULL, stdout, stdin);
	if (term.screen == NULL) {
		guard_disarm();
		return err_here(e,
				"the terminal \"%.40s\" (TERM) refuses to "
				"be drawn on; try: ixlab open --plain",
				name);
	}
	modes();
	modified_keys();
	term.color = color && has_colors() && start_color() == OK &&
		     use_default_colors() == OK;
	if (mouse) {
		mouseinterval(0);
		mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED,
			  NULL);
	}
	return 0;
}

void
term_close(void)
{
	if (term.screen == NULL)
		return;
	endwin();
	guard_disarm();
	delscreen(term.screen);
	term.screen = NULL;
	term.npairs = 0;
}

bool
term_has_color(void)
{
	return term.color;
}

void
term_resume(void)
{
	reset_prog_mode();
	term_redraw();
	update();
	term_resized();
}

void
term_suspend(void)
{
	def_prog_mode();
	endwin();
	guard_restore();
	kill(getpid(), SIGSTOP);
	term_resume();
}

void
term_resized(void)
{
	struct winsize ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row > 0 &&
	    ws.ws_col > 0)
		resizeterm(ws.ws_row < GRID_MAX_H ? ws.ws_row : GRID_MAX_H,
			   ws.ws_col < GRID_MAX_W ? ws.ws_col : GRID_MAX_W);
	term_redraw();
}

void
term_size(int *w, int *h)
{
	getmaxyx(stdscr, *h, *w);
}

/* ---- keys */

static uint32_t
key_of(wint_t code)
{
	static const struct {
		int code;
		uint32_t key;
	} keys[] = {
	    {KEY_UP, K_UP},
	    {KEY_DOWN, K_DOWN},
	    {KEY_LEFT, K_LEFT},
	    {KEY_RIGHT, K_RIGHT},
	    {KEY_PPAGE, K_PGUP},
	    {KEY_NPAGE, K_PGDN},
	    {KEY_HOME, K_HOME},
	    {KEY_END, K_END},
	    {KEY_IC, K_INSERT},
	    {KEY_DC, K_DELETE},
	    {KEY_BTAB, K_BACKTAB},
	    {KEY_SPREVIOUS, K_SPGUP},
	    {KEY_SNEXT, K_SPGDN},
	    {KEY_SR, K_SUP},
	    {KEY_SF, K_SDOWN},
	    {KEY_ENTER, K_ENTER},
	    {KEY_BACKSPACE, K_BACKSPACE},
	};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if ((wint_t)keys[i].code == code)
			return keys[i].key;
	if (code >= KEY_F(1) && code <= KEY_F(12))
		return K_F1 + (uint32_t)(code - KEY_F(1));
	return 0;
}

static bool
mouse_event(struct term_event *ev)
{
	MEVENT m;

	if (getmouse(&m) != OK)
		return false;
	ev->x = m.x;
	ev->y = m.y;
	ev->kind = TERM_WHEEL;
	if (m.bstate & BUTTON4_PRESSED)
		ev->lines = -3;
	else if (m.bstate & BUTTON5_PRESSED)
		ev->lines = 3;
	else
		ev->kind = TERM_CLICK;
	return (m.bstate &
		(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED)) != 0;
}

bool
term_event(struct term_event *ev)
{
	wint_t ch;
	int rc;

	while ((rc = get_wch(&ch)) != ERR) {
		*ev = (struct term_event){.kind = TERM_KEY};
		if (rc == KEY_CODE_YES && ch == KEY_MOUSE) {
			if (mouse_event(ev))
				return true;
			continue;
		}
		ev->key = rc == KEY_CODE_YES ? key_of(ch) : (uint32_t)ch;
		if (rc == OK && ch == 8)
			ev->key = K_BACKSPACE;
		if (ev->key != 0)
			return true;
	}
	return false;
}

bool
term_gone(void)
{
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
	int waiting = 0;

	if (poll(&p, 1, 0) < 0)
		return false;
	if (p.revents & (POLLHUP | POLLERR | POLLNVAL))
		return true;
	return (p.revents & POLLIN) &&
	       ioctl(STDIN_FILENO, FIONREAD, &waiting) == 0 && waiting == 0;
}

/* ---- frames */

/* A palette entry as one of the eight that every colour terminal has. */
static int16_t
eight(int16_t c)
{
	int r, g, b;

	if (c < 16)
		return c < 0 ? c : c % 8;
	if (c >= 232)
		return c > 243 ? 7 : 0;
	r = (c - 16) / 36;
	g = (c - 16) / 6 % 6;
	b = (c - 16) % 6;
	return (int16_t)((r > 2) | (g > 2) << 1 | (b > 2) << 2);
}

static int
pair_of(int16_t fg, int16_t bg)
{
	int i;

	if (COLORS < 256) {
		fg = eight(fg);
		bg = eight(bg);
	}
	if (!term.color || (fg < 0 && bg < 0))
		return 0;
	for (i = 0; i < term.npairs; i++)
		if (term.pair[i].fg == fg && term.pair[i].bg == bg)
			return i + 1;
	if (i >= PAIRS || i + 1 >= COLOR_PAIRS ||
	    init_pair((short)(i + 1), fg, bg) == ERR)
		return 0;
	term.pair[i].fg = fg;
	term.pair[i].bg = bg;
	term.npairs++;
	return i + 1;
}

static attr_t
attr_of(uint8_t attr)
{
	return (attr & GRID_BOLD ? A_BOLD : 0) | (attr & GRID_DIM ? A_DIM : 0) |
	       (attr & GRID_UNDERLINE ? A_UNDERLINE : 0) |
	       (attr & GRID_REVERSE ? A_REVERSE : 0);
}

static void
paint_cell(int x, int y, const struct grid_cell *c)
{
	wchar_t text[3] = {(wchar_t)c->ch, (wchar_t)c->mark, 0};
	cchar_t cc;

	/* where the C library's table disagrees, a row would shift */
	if (wcwidth(text[0]) != c->width)
		text[0] = '?', text[1] = 0;
	if (text[1] != 0 && wcwidth(text[1]) != 0)
		text[1] = 0;
	setcchar(&cc, text, attr_of(c->attr), (short)pair_of(c->fg, c->bg),
		 NULL);
	mvadd_wch(y, x, &cc);
	if (text[0] == '?' && c->width == 2)
		mvaddch(y, x + 1, ' ');
}

void
term_paint(const struct grid *g)
{
	int w, h, x, y;

	term_size(&w, &h);
	for (y = 0; y < g->h && y < h; y++)
		for (x = 0; x < g->w && x < w; x++)
			if (g->cells[y * g->w + x].width != 0)
				paint_cell(x, y, &g->cells[y * g->w + x]);
	if (g->cx >= 0 && g->cx < w && g->cy >= 0 && g->cy < h)
		move(g->cy, g->cx);
	curs_set(g->cx >= 0);
	update();
}

void
term_redraw(void)
{
	clearok(curscr, TRUE);
}

/* ---- the clipboard */

static void
add_base64(struct str *s, const char *text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
				     "pqrstuvwxyz0123456789+/";
	size_t n = strlen(text), i;
	char four[4];
	uint32_t v;

	for (i = 0; i < n; i += 3) {
		v = (uint32_t)(unsigned char)text[i] << 16;
		v |= i + 1 < n ? (uint32_t)(unsigned char)text[i + 1] << 8 : 0;
		v |= i + 2 < n ? (unsigned char)text[i + 2] : 0;
		four[0] = digits[v >> 18];
		four[1] = digits[v >> 12 & 63];
		four[2] = i + 1 < n ? digits[v >> 6 & 63] : '=';
		four[3] = i + 2 < n ? digits[v & 63] : '=';
		str_addn(s, four, 4);
	}
}

bool
term_copy(const char *text)
{
	static const char *const deaf[] = {"linux", "vt", "ansi", "cons"};
	const char *name = getenv("TERM"), *tmux = getenv("TMUX");
	/* screen itself hands on only what is wrapped */
	bool wrap = name != NULL && strncmp(name, "screen", 6) == 0 &&
		    (tmux == NULL || *tmux == '\0');
	struct str s = {0};
	size_t i;

	for (i = 0; i < sizeof(deaf) / sizeof(deaf[0]); i++)
		if (name == NULL ||
		    strncmp(name, deaf[i], strlen(deaf[i])) == 0)
			return false;
	str_add(&s, wrap ? "\033P\033]52;c;" : "\033]52;c;");
	add_base64(&s, text);
	str_add(&s, wrap ? "\007\033\\" : "\007");
	fwrite(s.text, 1, s.len, stdout);
	fflush(stdout);
	str_clear(&s);
	return true;
}
