#include "tui/tui_entry.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tui/tui_grid.h"
#include "tui/tui_key.h"

static size_t
next(const struct entry *e, size_t at)
{
	const char *p = e->text + at;

	grid_utf8(&p);
	return (size_t)(p - e->text);
}

/* A mark is part of the character before it. */
static size_t
after(const struct entry *e, size_t at)
{
	const char *p;

	if (e->text[at] == '\0')
		return at;
	for (at = next(e, at); e->text[at] != '\0'; at = next(e, at)) {
		p = e->text + at;
		if (grid_width(grid_utf8(&p)) != 0)
			break;
	}
	return at;
}

static size_t
before(const struct entry *e, size_t at)
{
	size_t p = 0, q;

	while ((q = after(e, p)) < at)
		p = q;
	return p;
}

static void
cut(struct entry *e, size_t from, size_t to)
{
	memmove(e->text + from, e->text + to, strlen(e->text + to) + 1);
	e->at = from;
}

static bool
insert(struct entry *e, uint32_t ch)
{
	struct str s = {0};
	size_t len = strlen(e->text);

	if (ch < ' ' || ch == K_BACKSPACE || ch >= K_FIRST ||
	    grid_safe(ch, false) != ch)
		return false;
	grid_add_utf8(&s, ch);
	if (len + s.len <= ENTRY_MAX) {
		memmove(e->text + e->at + s.len, e->text + e->at,
			len - e->at + 1);
		memcpy(e->text + e->at, s.text, s.len);
		e->at += s.len;
	}
	str_clear(&s);
	return true;
}

void
entry_set(struct entry *e, const char *text)
{
	uint32_t ch;

	*e = (struct entry){0};
	while ((ch = grid_utf8(&text)) != 0 && ch != 0xfffd)
		if (!insert(e, ch))
			break;
}

bool
entry_key(struct entry *e, uint32_t key)
{
	switch (key) {
	case K_LEFT: e->at = before(e, e->at); return true;
	case K_RIGHT: e->at = after(e, e->at); return true;
	case K_HOME: e->at = 0; return true;
	case K_END: e->at = strlen(e->text); return true;
	case K_BACKSPACE: cut(e, before(e, e->at), e->at); return true;
	case K_DELETE: cut(e, e->at, after(e, e->at)); return true;
	case K_CTRL('u'): cut(e, 0, strlen(e->text)); return true;
	default: return insert(e, key);
	}
}

char *
entry_window(const struct entry *e, int width, int *column)
{
	_free_ char *left = xstrndup(e->text, e->at);
	size_t from = 0, to;
	int w = grid_text_width(left);

	for (; w > width - 1 && from < e->at; from = after(e, from)) {
		free(left);
		left =
		    xstrndup(e->text + after(e, from), e->at - after(e, from));
		w = grid_text_width(left);
	}
	*column = w;
	to = strlen(e->text);
	for (;;) {
		char *shown = xstrndup(e->text + from, to - from);

		if (to <= e->at || grid_text_width(shown) <= width)
			return shown;
		free(shown);
		to = before(e, to);
	}
}
