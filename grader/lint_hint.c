/*
 * lint_hint: what a hint must not say.
 *
 * All is compared as words with a blank on either side, so that punctuation and line
 * breaks do not matter. What a text, a check's sentence or the start says is no
 * secret; of the rest the solution's lines of two words and more are, and its
 * numbers and addresses.
 */
#include <string.h>

#include "grader/lint.h"

#define HINT_ANSWER 3
#define HINT_VALUE 4 /* letters; a shorter number is anybody's */

static bool
is_in_word(char c)
{
	return lint_is_word(c) || (c != '\0' && strchr(".:/-", c) != NULL);
}

/* " word word ... ", without the punctuation of sentences; the number of words. */
static size_t
hint_words(struct str *out, const char *p, size_t n)
{
	size_t words = 0, i = 0, from, to;

	str_add(out, " ");
	while (i < n) {
		for (from = i; i < n && is_in_word(p[i]); i++)
			continue;
		for (to = i; to > from && strchr(".:/-", p[to - 1]); to--)
			continue;
		if (to > from) {
			str_addn(out, p + from, to - from);
			str_add(out, " ");
			words++;
		}
		i += i == from;
	}
	return words;
}

void
lint_hint_told(struct lint_secret *s, const char *text)
{
	hint_words(&s->told, text, strlen(text));
}

static void
hint_secret(struct lint_secret *s, const char *words)
{
	if (strstr(str_text(&s->told), words) == NULL)
		str_addf(&s->lines, "\n%s", words);
}

/* A number or an address; "m2_v4" is the name of something. */
static bool
hint_is_value(const char *word, size_t n)
{
	return n >= HINT_VALUE && strcspn(word, "0123456789") < n &&
	       strspn(word, "0123456789abcdefABCDEF.:/") >= n;
}

static void
hint_values(struct lint_secret *s, const char *words)
{
	const char *p = words;
	size_t n;

	for (p++; *p; p += n + 1) {
		n = strcspn(p, " ");
		if (hint_is_value(p, n)) {
			_free_ char *one = xasprintf(" %.*s ", (int)n, p);
			hint_secret(s, one);
		}
	}
}

void
lint_hint_added(struct lint_secret *s, const char *text)
{
	size_t n;

	for (; *text; text += n + (text[n] == '\n')) {
		struct str words = {0};

		n = strcspn(text, "\n");
		if (hint_words(&words, text, strcspn(text, "#\n")) > 1)
			hint_secret(s, str_text(&words));
		hint_values(s, str_text(&words));
		str_clear(&words);
	}
}

char *
lint_hint_gives(const struct lint_secret *s, const char *hint)
{
	const char *p = s->lines.text;
	struct str words = {0};
	char *found = NULL;
	size_t n;

	hint_words(&words, hint, strlen(hint));
	while (found == NULL && p != NULL && *p == '\n') {
		n = strcspn(++p, "\n");
		_free_ char *line = xstrndup(p, n);
		if (strstr(str_text(&words), line) != NULL)
			found = xstrndup(line + 1, strlen(line) - 2);
		p += n;
	}
	str_clear(&words);
	return found;
}

bool
lint_hint_answers(const char *hint, const char *answer)
{
	struct str words = {0}, sought = {0};
	bool found;

	hint_words(&words, hint, strlen(hint));
	found = hint_words(&sought, answer, strlen(answer)) > 0 &&
		strlen(answer) >= HINT_ANSWER &&
		strcasestr(str_text(&words), str_text(&sought)) != NULL;
	str_clear(&words);
	str_clear(&sought);
	return found;
}

void
lint_secret_clear(struct lint_secret *s)
{
	str_clear(&s->told);
	str_clear(&s->lines);
}
