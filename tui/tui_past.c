#include "tui/tui_past.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

void
past_clear(struct past *p)
{
	free(p->text);
	free(p->line);
	*p = (struct past){0};
}

void
past_open(struct past *p, char *text, const char *name)
{
	char *line, *rest = text;
	size_t len = strlen(text);

	past_clear(p);
	p->text = text;
	p->mark = SIZE_MAX;
	snprintf(p->name, sizeof(p->name), "%s", name);
	if (len > 0 && text[len - 1] == '\n')
		text[len - 1] = '\0';
	while ((line = strsep(&rest, "\n")) != NULL) {
		/* grown in steps of powers of two */
		if ((p->n & (p->n - 1)) == 0)
			p->line = xreallocarray(p->line, p->n ? p->n * 2 : 1,
						sizeof(*p->line));
		p->line[p->n++] = line;
	}
	p->at = p->n - 1;
}

void
past_move(struct past *p, long lines)
{
	if (lines < 0)
		p->at = (size_t)-lines > p->at ? 0 : p->at - (size_t)-lines;
	else
		p->at = (size_t)lines > p->n - 1 - p->at
			    ? p->n - 1
			    : p->at + (size_t)lines;
}

void
past_mark(struct past *p)
{
	p->mark = p->mark == SIZE_MAX ? p->at : SIZE_MAX;
}

bool
past_find(struct past *p, bool older)
{
	size_t i, at = p->at;

	for (i = 0; p->find.text[0] != '\0' && i < p->n; i++) {
		at = (at + (older ? p->n - 1 : 1)) % p->n;
		if (strcasestr(p->line[at], p->find.text) == NULL)
			continue;
		p->at = at;
		return true;
	}
	return false;
}

bool
past_chosen(const struct past *p, size_t line)
{
	size_t a = p->mark == SIZE_MAX ? p->at : p->mark, b = p->at;

	return a < b ? line >= a && line <= b : line >= b && line <= a;
}

char *
past_chosen_text(const struct past *p, bool all, size_t *lines)
{
	struct str s = {0};
	size_t i;

	*lines = 0;
	for (i = 0; i < p->n; i++) {
		if (!past_chosen(p, i) && !(all && p->mark == SIZE_MAX))
			continue;
		str_addf(&s, "%s\n", p->line[i]);
		*lines += 1;
	}
	return str_steal(&s);
}

void
past_settle(struct past *p, int rows)
{
	size_t room = rows > 0 ? (size_t)rows : 1;

	if (p->top > p->at)
		p->top = p->at;
	if (p->top + room <= p->at)
		p->top = p->at + 1 - room;
	if (p->top + room > p->n)
		p->top = p->n > room ? p->n - room : 0;
}
