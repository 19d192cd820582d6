#include "cmd/ixpeer/ixpeer_line.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* The next word, or NULL at the end of the line. */
const char *
ixpeer_peek(const struct ixpeer_line *l)
{
	return l->at < l->n ? l->words[l->at].text : NULL;
}

int
ixpeer_column(const struct ixpeer_line *l)
{
	if (l->at < l->n)
		return l->words[l->at].col;
	return l->n > 0 ? l->words[l->n - 1].col +
			      (int)strlen(l->words[l->n - 1].text)
			: l->indent + 1;
}

int
ixpeer_refuse(struct ixpeer_line *l, const char *why)
{
	return err_at(l->e, l->name, l->number, ixpeer_column(l), "%s", why);
}

/* The next word is not what it should be. */
int
ixpeer_wrong(struct ixpeer_line *l, const char *want)
{
	const char *word = ixpeer_peek(l);

	if (word == NULL)
		return err_at(l->e, l->name, l->number, ixpeer_column(l),
			      "the line ends here, expected %s", want);
	return err_at(l->e, l->name, l->number, ixpeer_column(l),
		      "'%.60s' is not %s", word, want);
}

void
ixpeer_line_clear(struct ixpeer_line *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->words[i].text);
	free(l->words);
	l->words = NULL;
	l->n = l->at = 0;
}

static bool
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

int
ixpeer_line_split(struct ixpeer_line *l, const char *text, size_t len)
{
	for (size_t i = 0, start; i < len;) {
		if (blank(text[i])) {
			i++;
			continue;
		}
		if (text[i] == '#')
			break;
		for (start = i; i < len && !blank(text[i]);)
			i++;
		if (memchr(text + start, '\0', i - start))
			return err_at(l->e, l->name, l->number,
				      l->indent + (int)start + 1,
				      "a zero byte is in this word");
		l->words = xreallocarray(l->words, l->n + 1, sizeof *l->words);
		l->words[l->n].text = xstrndup(text + start, i - start);
		l->words[l->n++].col = l->indent + (int)start + 1;
	}
	return 0;
}
