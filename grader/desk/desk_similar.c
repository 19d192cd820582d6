#include "grader/desk/desk_similar.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "grader/words.h"

/* ---- hashes: to tell bags apart, nothing is kept secret by them (FNV-1a) */

#define HASH_BEGIN 14695981039346656037ull

static uint64_t
hash_add(uint64_t h, const void *data, size_t n)
{
	const unsigned char *p = data;

	while (n--)
		h = (h ^ *p++) * 1099511628211ull;
	return h;
}

static void
bag_add(struct similar_bag *b, uint64_t item)
{
	if ((b->n & (b->n + 1)) == 0) /* 0, 1, 3, 7, ..: room is doubled */
		b->items =
		    xreallocarray(b->items, 2 * b->n + 1, sizeof(*b->items));
	b->items[b->n++] = item;
}

static int
bag_order(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* ---- a text */

struct scan {
	struct similar *s;
	uint64_t statement, before;
	bool empty;
};

static void
scan_end(struct scan *c)
{
	uint64_t pair;

	if (c->empty)
		return;
	bag_add(&c->s->bags[SIMILAR_STATEMENTS], c->statement);
	pair = hash_add(c->before, &c->statement, sizeof(c->statement));
	bag_add(&c->s->bags[SIMILAR_ORDER], pair);
	c->before = c->statement;
	c->statement = HASH_BEGIN;
	c->empty = true;
}

/* A comment counts by its words, whatever stands around them. */
static void
scan_own(struct scan *c, const struct words *w)
{
	uint64_t h = HASH_BEGIN;
	size_t i;

	for (i = 0; i < w->n; i++) {
		char small = (char)tolower((unsigned char)w->at[i]);

		if (isalnum((unsigned char)small) || (small & 0x80))
			h = hash_add(h, &small, 1);
	}
	if (h != HASH_BEGIN)
		bag_add(&c->s->bags[SIMILAR_WORDS], h);
}

static void
scan_word(struct scan *c, const struct words *w)
{
	bool number = w->kind == WORDS_PLAIN && isdigit((unsigned char)*w->at);

	if (w->kind == WORDS_SIGN && strchr(";{}", *w->at)) {
		scan_end(c);
		return;
	}
	if (number)
		c->statement = hash_add(c->statement, "0 ", 2);
	else if (w->kind == WORDS_QUOTED)
		c->statement = hash_add(c->statement, "\" ", 2);
	else
		c->statement =
		    hash_add(hash_add(c->statement, w->at, w->n), " ", 1);
	c->empty = false;
	if (!number && w->kind != WORDS_SIGN)
		scan_own(c, w);
}

void
similar_add(struct similar *s, const char *name, const char *text, size_t len)
{
	struct words w = {
	    .text = text, .len = len, .line = 1, .bird = words_bird(name)};
	struct scan c = {.s = s, .statement = HASH_BEGIN, .empty = true};

	c.before = hash_add(HASH_BEGIN, name, strlen(name));
	while (words_next(&w)) {
		if (w.kind == WORDS_COMMENT)
			scan_own(&c, &w);
		else
			scan_word(&c, &w);
	}
	scan_end(&c);
}

void
similar_finish(struct similar *s)
{
	size_t i;

	for (i = 0; i < SIMILAR_BAGS; i++)
		if (s->bags[i].n > 0)
			qsort(s->bags[i].items, s->bags[i].n,
			      sizeof(*s->bags[i].items), bag_order);
}

/* ---- two bags */

static void
bag_without(struct similar_bag *b, const struct similar_bag *start)
{
	size_t i, k = 0, n = 0;

	for (i = 0; i < b->n; i++) {
		while (k < start->n && start->items[k] < b->items[i])
			k++;
		if (k == start->n || start->items[k] != b->items[i])
			b->items[n++] = b->items[i];
	}
	b->n = n;
}

void
similar_without(struct similar *s, const struct similar *start)
{
	size_t i;

	for (i = 0; i < SIMILAR_BAGS; i++)
		bag_without(&s->bags[i], &start->bags[i]);
}

int
similar_percent(const struct similar *a, const struct similar *b, int bag)
{
	const struct similar_bag *x = &a->bags[bag], *y = &b->bags[bag];
	size_t i = 0, k = 0, both = 0;

	if (x->n + y->n == 0)
		return -1;
	while (i < x->n && k < y->n) {
		if (x->items[i] == y->items[k]) {
			both++;
			i++;
			k++;
		} else if (x->items[i] < y->items[k]) {
			i++;
		} else {
			k++;
		}
	}
	return (int)(100 * both / (x->n + y->n - both));
}

int
similar_score(const int percent[SIMILAR_BAGS])
{
	static const int weight[SIMILAR_BAGS] = {1, 1, 2};
	int sum = 0, all = 0, i;

	for (i = 0; i < SIMILAR_BAGS; i++) {
		if (percent[i] < 0)
			continue;
		sum += weight[i] * percent[i];
		all += weight[i];
	}
	return all ? sum / all : 0;
}

void
similar_clear(struct similar *s)
{
	size_t i;

	for (i = 0; i < SIMILAR_BAGS; i++)
		free(s->bags[i].items);
	memset(s, 0, sizeof(*s));
}
