#include "grader/desk/desk_foreign.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum { FOREIGN_TOLD = 4 };

static bool
word_char(char c)
{
	return isalnum((unsigned char)c) || c == '.' || c == ':' || c == '_';
}

/* A colon or full stop at the end belongs to the sentence. */
static void
word_add(struct foreign_words *w, const char *at, size_t n)
{
	size_t digits = 0, i;

	while (n > 0 && (at[n - 1] == '.' ||
			 (at[n - 1] == ':' && (n == 1 || at[n - 2] != ':'))))
		n--;
	for (i = 0; i < n; i++)
		digits += isdigit((unsigned char)at[i]) != 0;
	if (digits == 0)
		return;
	if ((w->n & (w->n + 1)) == 0) /* 0, 1, 3, 7, ..: room is doubled */
		w->items =
		    xreallocarray(w->items, 2 * w->n + 1, sizeof(*w->items));
	w->items[w->n++] = xstrndup(at, n);
}

void
foreign_add(struct foreign_words *w, const char *text, size_t len)
{
	size_t i, from;

	for (i = 0; i < len; i++) {
		for (from = i; i < len && word_char(text[i]); i++)
			;
		word_add(w, text + from, i - from);
	}
}

static int
word_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
foreign_finish(struct foreign_words *w)
{
	if (w->n > 0)
		qsort(w->items, w->n, sizeof(*w->items), word_order);
}

static bool
word_in(const struct foreign_words *w, char *const *word)
{
	return w->n > 0 && bsearch(word, w->items, w->n, sizeof(*w->items),
				   word_order) != NULL;
}

char *
foreign_found(const struct foreign_words *work,
	      const struct foreign_words *given,
	      const struct foreign_words *other)
{
	char *text = NULL, *more;
	size_t i, told = 0;

	for (i = 0; given->n && i < other->n && told < FOREIGN_TOLD; i++) {
		char *const *word = &other->items[i];

		if (i > 0 && strcmp(word[-1], *word) == 0)
			continue;
		if (!word_in(work, word) || word_in(given, word))
			continue;
		more = xasprintf("%s%s%s", text ? text : "", text ? ", " : "",
				 *word);
		free(text);
		text = more;
		told++;
	}
	return text;
}

void
foreign_clear(struct foreign_words *w)
{
	while (w->n > 0)
		free(w->items[--w->n]);
	free(w->items);
	w->items = NULL;
}
