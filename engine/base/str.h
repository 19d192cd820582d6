/*
 * str: memory that never fails, growing strings, and text made safe.
 *
 * A training lab that runs out of memory stops loudly: the x-functions abort
 * with a line instead of returning NULL. Nothing here knows about networks.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size); /* zeroed */
void *xrealloc(void *p, size_t n);
/* Grow p to hold n elements of the given size (overflow is checked). */
void *xreallocarray(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Free on leaving the scope; for effect modules and programs. */
void str_autofree(void *p);
#define _free_ __attribute__((cleanup(str_autofree)))

/* A growing string; {0} is empty and ready. text is always terminated once
 * something was added, and owned by the struct. */
struct str {
	char *text;
	size_t len, size;
};

void str_clear(struct str *s); /* frees, and leaves {0} */
void str_add(struct str *s, const char *text);
void str_addn(struct str *s, const char *text, size_t n);
void str_addf(struct str *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void str_vaddf(struct str *s, const char *fmt, va_list ap);
/* The text, "" when nothing was added; borrowed. */
const char *str_text(const struct str *s);
/* Hand the text over (never NULL; free it) and leave {0}. */
char *str_steal(struct str *s);

/* Replace, in place, every byte that could steer a terminal (C0, DEL, C1, and
 * whatever is not well-formed UTF-8) by '?'. Keeps no newline or tab either. */
void str_clean(char *s);
/* The same, keeping newlines and tabs. */
void str_clean_lines(char *s);

/* Whole text to an unsigned number in min..max, decimal digits only. */
bool str_to_u32(const char *s, unsigned long min, unsigned long max,
		unsigned int *out);
bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);

/* Of n words, the one nearest to s (at most two edits away, and fewer than s has
 * letters), or NULL; for "did you mean". Borrowed from words. */
const char *str_nearest(const char *s, const char *const *words, size_t n);

#endif
