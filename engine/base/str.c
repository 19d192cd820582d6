#include "base/str.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *
str_check(void *p, size_t n)
{
	if (p == NULL && n != 0) {
		fprintf(stderr, "out of memory (%zu bytes)\n", n);
		abort();
	}
	return p;
}

void *
xmalloc(size_t n)
{
	return str_check(malloc(n ? n : 1), n);
}

void *
xcalloc(size_t n, size_t size)
{
	return str_check(calloc(n ? n : 1, size ? size : 1), size);
}

void *
xrealloc(void *p, size_t n)
{
	return str_check(realloc(p, n ? n : 1), n);
}

void *
xreallocarray(void *p, size_t n, size_t size)
{
	return str_check(reallocarray(p, n ? n : 1, size ? size : 1),
			 n ? n : 1);
}

char *
xstrdup(const char *s)
{
	return str_check(strdup(s), 1);
}

char *
xstrndup(const char *s, size_t n)
{
	return str_check(strndup(s, n), 1);
}

char *
xasprintf(const char *fmt, ...)
{
	struct str s = {0};
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&s, fmt, ap);
	va_end(ap);
	return str_steal(&s);
}

void
str_autofree(void *p)
{
	free(*(void **)p);
}

void
str_clear(struct str *s)
{
	free(s->text);
	*s = (struct str){0};
}

static void
str_room(struct str *s, size_t more)
{
	if (s->len + more + 1 <= s->size)
		return;
	s->size = (s->len + more + 1) * 2;
	s->text = xrealloc(s->text, s->size);
}

void
str_addn(struct str *s, const char *text, size_t n)
{
	str_room(s, n);
	memcpy(s->text + s->len, text, n);
	s->len += n;
	s->text[s->len] = '\0';
}

void
str_add(struct str *s, const char *text)
{
	str_addn(s, text, strlen(text));
}

void
str_vaddf(struct str *s, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		return;
	str_room(s, (size_t)n);
	vsnprintf(s->text + s->len, (size_t)n + 1, fmt, ap);
	s->len += (size_t)n;
}

void
str_addf(struct str *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(s, fmt, ap);
	va_end(ap);
}

const char *
str_text(const struct str *s)
{
	return s->text ? s->text : "";
}

char *
str_steal(struct str *s)
{
	char *text = s->text ? s->text : xstrdup("");

	*s = (struct str){0};
	return text;
}

/* Length of the well-formed, printable UTF-8 sequence at p, 0 if there is
 * none. C1 controls (U+0080 to U+009F) count as none. */
static size_t
str_utf8(const unsigned char *p)
{
	uint32_t c;
	size_t n, i;

	if (p[0] < 0x80)
		return p[0] >= 0x20 && p[0] != 0x7f;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		n = 2, c = p[0] & 0x1f;
	else if ((p[0] & 0xf0) == 0xe0)
		n = 3, c = p[0] & 0x0f;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		n = 4, c = p[0] & 0x07;
	else
		return 0;
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < 0xa0 || (n == 3 && c < 0x800) || (n == 4 && c < 0x10000))
		return 0;
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	/* Separators of lines end one for some readers; bidirectional overrides
	 * reorder what a person sees. */
	if ((c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
		return 0;
	return n;
}

static void
str_scrub(char *s, bool lines)
{
	unsigned char *p = (unsigned char *)s;
	size_t n;

	while (*p) {
		if (lines && (*p == '\n' || *p == '\t')) {
			p++;
			continue;
		}
		n = str_utf8(p);
		if (n == 0) {
			*p = '?';
			n = 1;
		}
		p += n;
	}
}

void
str_clean(char *s)
{
	str_scrub(s, false);
}

void
str_clean_lines(char *s)
{
	str_scrub(s, true);
}

bool
str_to_u32(const char *s, unsigned long min, unsigned long max,
	   unsigned int *out)
{
	unsigned long v;

	if (*s == '\0' || strspn(s, "0123456789") != strlen(s))
		return false;
	errno = 0;
	v = strtoul(s, NULL, 10);
	if (errno != 0 || v < min || v > max || v > UINT32_MAX)
		return false;
	*out = (unsigned int)v;
	return true;
}

bool
str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && strcmp(s + n - m, suffix) == 0;
}

/* Levenshtein distance, both words at most 31 bytes; 99 when longer. */
static unsigned int
str_distance(const char *a, const char *b)
{
	unsigned int row[32], up, diag, i, j, best;
	size_t n = strlen(a), m = strlen(b);

	if (n > 31 || m > 31)
		return 99;
	for (j = 0; j <= m; j++)
		row[j] = j;
	for (i = 1; i <= n; i++) {
		diag = row[0];
		row[0] = i;
		for (j = 1; j <= m; j++) {
			up = row[j];
			best = diag + (a[i - 1] != b[j - 1]);
			if (up + 1 < best)
				best = up + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
			diag = up;
		}
	}
	return row[m];
}

const char *
str_nearest(const char *s, const char *const *words, size_t n)
{
	const char *found = NULL;
	size_t i, len = strlen(s);
	unsigned int best = len < 3 ? (unsigned int)len : 3, d;

	for (i = 0; i < n; i++) {
		d = str_distance(s, words[i]);
		if (d < best) {
			best = d;
			found = words[i];
		}
	}
	return found;
}
