#include "grader/words.h"

#include <ctype.h>
#include <string.h>

static bool
words_part(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool
words_at(const struct words *w, const char *text)
{
	size_t n = strlen(text);

	return w->len - w->pos >= n && memcmp(w->text + w->pos, text, n) == 0;
}

/* Up to end, which is passed over, too; the end of a line is left. */
static void
words_until(struct words *w, const char *end)
{
	w->at = w->text + w->pos;
	while (w->pos < w->len && !words_at(w, end))
		w->line += w->text[w->pos++] == '\n';
	w->n = (size_t)(w->text + w->pos - w->at);
	if (w->pos < w->len && *end != '\n')
		w->pos += strlen(end);
}

static void
words_comment(struct words *w)
{
	bool line = w->text[w->pos] == '#';

	w->kind = WORDS_COMMENT;
	w->pos += line ? 1 : 2;
	words_until(w, line ? "\n" : "*/");
}

static void
words_quoted(struct words *w, char quote)
{
	w->kind = WORDS_QUOTED;
	w->at = w->text + ++w->pos;
	while (w->pos < w->len && w->text[w->pos] != quote &&
	       w->text[w->pos] != '\n')
		w->pos++;
	w->n = (size_t)(w->text + w->pos - w->at);
	w->pos += w->pos < w->len && w->text[w->pos] == quote;
}

static void
words_plain(struct words *w)
{
	w->kind = WORDS_PLAIN;
	w->at = w->text + w->pos;
	while (w->pos < w->len && words_part(w->text[w->pos]))
		w->pos++;
	w->n = (size_t)(w->text + w->pos - w->at);
}

bool
words_next(struct words *w)
{
	char c;

	while (w->pos < w->len && isspace((unsigned char)w->text[w->pos]))
		w->line += w->text[w->pos++] == '\n';
	if (w->pos == w->len)
		return false;
	c = w->text[w->pos];
	if (w->bird && (c == '#' || words_at(w, "/*"))) {
		words_comment(w);
	} else if (w->bird && (c == '"' || c == '\'')) {
		words_quoted(w, c);
	} else if (words_part(c)) {
		words_plain(w);
	} else {
		w->kind = WORDS_SIGN;
		w->at = w->text + w->pos++;
		w->n = 1;
	}
	return true;
}

bool
words_is(const struct words *w, const char *word)
{
	return w->n == strlen(word) && memcmp(w->at, word, w->n) == 0;
}

bool
words_bird(const char *name)
{
	const char *base = strrchr(name, '/');

	return strcmp(base ? base + 1 : name, "bird.conf") == 0;
}
