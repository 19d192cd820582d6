/*
 * lint_term: the words of the field in a text.
 *
 * A text is first made plain: code, headings and the marks of quotations become
 * blanks, byte by byte, so that places stay. Then each place is asked which term
 * begins there, the longest first: in "large community" there is no "community".
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "grader/lint.h"

/* ---- a plain text */

static void
term_blank(char *p, size_t n)
{
	memset(p, ' ', n);
}

/* What stands between two such marks: `code` in a line, "a message" in a hint. */
static void
term_spans(char *p, size_t n, char mark)
{
	char *from = memchr(p, mark, n), *to;

	while (from != NULL &&
	       (to = memchr(from + 1, mark, n - (size_t)(from + 1 - p)))) {
		term_blank(from, (size_t)(to + 1 - from));
		from = memchr(to, mark, n - (size_t)(to - p));
	}
}

static char *
term_plain(const char *text)
{
	char *plain = xstrdup(text), *p = plain;
	bool fence = false;
	size_t n;

	for (; *p; p += n + (p[n] == '\n')) {
		n = strcspn(p, "\n");
		if (str_starts(p, "```")) {
			fence = !fence;
			term_blank(p, n);
		} else if (fence || *p == '#' || *p == '\t' ||
			   str_starts(p, "    ") || str_starts(p, "<!--"))
			term_blank(p, n);
		else
			term_spans(p, n, '`');
		if (n > 0 && *p == '>')
			*p = ' ';
	}
	return plain;
}

/* For each byte whether it is emphasised, and the number of its paragraph. */
struct term_place {
	bool marked;
	unsigned int paragraph;
};

static bool
term_is_gap(const char *line)
{
	size_t n = strcspn(line, "\n");

	return strspn(line, " \n") >= n;
}

static struct term_place *
term_places(const char *plain)
{
	size_t n = strlen(plain), i, stars;
	struct term_place *at = xcalloc(n + 1, sizeof(*at));
	unsigned int paragraph = 0;
	bool marked = false;

	for (i = 0; i < n; i++) {
		if (plain[i] == '\n' && term_is_gap(plain + i + 1)) {
			paragraph++;
			marked = false;
		}
		stars = strspn(plain + i, "*");
		if (stars > 0 &&
		    (marked || !isspace((unsigned char)plain[i + stars])))
			marked = !marked;
		for (; stars > 1; stars--)
			at[i++] = (struct term_place){marked, paragraph};
		at[i] = (struct term_place){marked, paragraph};
	}
	return at;
}

/* ---- terms */

/* The bytes of term at p, 0 when it does not stand there. */
static size_t
term_length(const char *term, const char *p)
{
	bool exact = false;
	const char *from = p, *t;
	size_t gap;

	for (t = term; *t; t++)
		exact |= isupper((unsigned char)*t) != 0;
	for (; *term; term++) {
		if (*term == ' ') {
			if ((gap = strspn(p, " \n*")) == 0)
				return 0;
			p += gap;
			continue;
		}
		if (exact ? *p != *term : tolower((unsigned char)*p) != *term)
			return 0;
		p++;
	}
	if (lint_is_word(*p) && *p == 's')
		p++;
	else if (p[0] == 'e' && p[1] == 's')
		p += 2;
	return lint_is_word(*p) ? 0 : (size_t)(p - from);
}

static size_t
term_spelt(const struct yaml *row, const char *p)
{
	const struct yaml *also = yaml_get(row, "also");
	size_t best = term_length(yaml_get(row, "term")->text, p), n, i;

	for (i = 0; also && i < also->n; i++) {
		n = term_length(also->items[i]->text, p);
		best = n > best ? n : best;
	}
	return best;
}

/* The longest that begins at p: its bytes, and which it is. */
static size_t
term_here(const struct lint *l, const char *p, size_t *which)
{
	size_t i, n, best = 0;

	for (i = 0; i < l->nterms; i++) {
		n = term_spelt(l->glossary.root->items[i], p);
		if (n > best) {
			best = n;
			*which = i;
		}
	}
	return best;
}

/* Call each for each use. */
static void
term_each(const struct lint *l, const char *plain,
	  void (*each)(void *arg, size_t term, size_t at), void *arg)
{
	const char *p = plain;
	size_t n, which = 0;

	for (; *p; p += n) {
		n = 1;
		if (!lint_is_word(*p) || (p > plain && lint_is_word(p[-1])))
			continue;
		n = term_here(l, p, &which);
		if (n > 0)
			each(arg, which, (size_t)(p - plain));
		else
			n = 1;
	}
}

static const char *
term_name(const struct lint *l, size_t i)
{
	return yaml_get(l->glossary.root->items[i], "term")->text;
}

static void
term_trouble(const struct lint *l, const char *file, int line, size_t term,
	     struct lint_finds *f)
{
	lint_find(f, file, line,
		  "\"%s\" is used before it is explained: say here what it "
		  "is, with the word in **bold**, or name in \"after\" an "
		  "exercise that does",
		  term_name(l, term));
}

/* ---- a text */

struct term_read {
	const struct lint *l;
	const char *file, *text;
	const struct term_place *places;
	bool *known, *told; /* told: that it is not known, once a text */
	unsigned int *since;
	struct lint_finds *f;
};

static void
read_marks(void *arg, size_t term, size_t at)
{
	struct term_read *r = arg;

	if (r->known[term] || r->since[term] != 0 || !r->places[at].marked)
		return;
	r->since[term] = r->places[at].paragraph + 1;
}

static void
read_uses(void *arg, size_t term, size_t at)
{
	struct term_read *r = arg;

	if (r->known[term] || r->told[term])
		return;
	if (r->since[term] != 0 &&
	    r->places[at].paragraph + 1 >= r->since[term])
		return;
	r->told[term] = true;
	term_trouble(r->l, r->file, lint_line(r->text, r->text + at), term,
		     r->f);
}

void
lint_term_text(const struct lint *l, const char *file, const char *text,
	       bool *known, struct lint_finds *f)
{
	_free_ char *plain = term_plain(text);
	_free_ struct term_place *places = term_places(plain);
	_free_ unsigned int *since = xcalloc(l->nterms + 1, sizeof(*since));
	_free_ bool *told = xcalloc(l->nterms + 1, sizeof(*told));
	struct term_read r = {l, file, text, places, known, told, since, f};
	size_t i;

	term_each(l, plain, read_marks, &r);
	if (f != NULL)
		term_each(l, plain, read_uses, &r);
	for (i = 0; i < l->nterms; i++)
		known[i] |= since[i] != 0 || told[i];
}

struct term_sentence {
	const struct lint *l;
	const char *file;
	int line;
	bool *known;
	struct lint_finds *f;
};

static void
sentence_use(void *arg, size_t term, size_t at)
{
	struct term_sentence *s = arg;

	(void)at;
	if (!s->known[term])
		term_trouble(s->l, s->file, s->line, term, s->f);
	s->known[term] = true; /* said once is enough */
}

void
lint_term_sentence(const struct lint *l, const char *file, int line,
		   const char *text, bool *known, struct lint_finds *f)
{
	struct term_sentence s = {l, file, line, known, f};
	_free_ char *plain = xstrdup(text);

	term_spans(plain, strlen(plain), '"');
	term_each(l, plain, sentence_use, &s);
}
