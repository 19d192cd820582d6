/*
 * rib_set: sets of members, each stored once.
 *
 * A set is a bit for each member. "Everybody but the announcer" is the set of
 * nearly all routes, so there are about as many sets as members, while there are
 * as many answers as nets. Sets are compared by pointer, counted, and combined;
 * since the same few are combined again and again, the last results are
 * remembered.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/rib/rib_table.h"

enum { OP_AND, OP_OR, OP_LESS };

static uint32_t
hash_of(const struct rib *r, const uint64_t *words, uint32_t n)
{
	uint64_t h = r->seed;

	for (uint32_t i = 0; i < n; i++)
		h = rib_mix(h ^ words[i]) + i;
	return (uint32_t)(h ^ h >> 32);
}

static void
grow(struct rib *r)
{
	size_t size = r->sets_size ? r->sets_size * 2 : 64;
	struct rib_set **buckets = xcalloc(size, sizeof(*buckets));

	for (size_t i = 0; i < r->sets_size; i++)
		for (struct rib_set *s = r->sets[i], *next; s != NULL;
		     s = next) {
			next = s->next;
			s->next = buckets[s->hash & (size - 1)];
			buckets[s->hash & (size - 1)] = s;
		}
	free(r->sets);
	r->sets = buckets;
	r->sets_size = size;
}

struct rib_set *
rib_set_of(struct rib *r, const uint64_t *words, uint32_t n)
{
	while (n > 0 && words[n - 1] == 0)
		n--;
	if (n == 0)
		return NULL;
	if (r->n_sets == r->sets_size)
		grow(r);
	uint32_t hash = hash_of(r, words, n);
	struct rib_set **b = &r->sets[hash & (r->sets_size - 1)];
	for (struct rib_set *s = *b; s != NULL; s = s->next)
		if (s->hash == hash && s->n == n &&
		    memcmp(s->words, words, n * sizeof(*words)) == 0)
			return rib_set_ref(s);
	struct rib_set *s = xcalloc(1, sizeof(*s) + n * sizeof(*words));
	s->refs = 1;
	s->hash = hash;
	s->id = ++r->set_id;
	s->n = n;
	memcpy(s->words, words, n * sizeof(*words));
	s->next = *b;
	*b = s;
	r->n_sets++;
	return s;
}

struct rib_set *
rib_set_ref(struct rib_set *s)
{
	if (s != NULL)
		s->refs++;
	return s;
}

void
rib_set_unref(struct rib *r, struct rib_set *s)
{
	if (s == NULL)
		return;
	assert(s->refs > 0);
	if (--s->refs > 0)
		return;
	struct rib_set **link = &r->sets[s->hash & (r->sets_size - 1)];
	while (*link != s)
		link = &(*link)->next;
	*link = s->next;
	r->n_sets--;
	free(s);
}

/* ---- combining */

static struct rib_set *
combine(struct rib *r, const struct rib_set *a, const struct rib_set *b, int op)
{
	uint32_t n = op == OP_AND && b->n < a->n ? b->n : a->n;
	uint32_t size = op == OP_OR && b->n > a->n ? b->n : n;
	uint64_t *words = xcalloc(size, sizeof(*words));

	memcpy(words, a->words, n * sizeof(*words));
	for (uint32_t i = 0; i < size && i < b->n; i++)
		words[i] = op == OP_AND	 ? words[i] & b->words[i]
			   : op == OP_OR ? words[i] | b->words[i]
					 : words[i] & ~b->words[i];
	struct rib_set *s = rib_set_of(r, words, size);
	free(words);
	return s;
}

static struct rib_set *
remembered(struct rib *r, struct rib_set *a, struct rib_set *b, int op)
{
	uint32_t at = (a->id * 31 + b->id * 7 + (uint32_t)op) % RIB_OPS;
	struct rib_op *o = &r->ops[at];

	if (o->a != a || o->b != b || o->kind != op) {
		struct rib_op new = {rib_set_ref(a), rib_set_ref(b),
				     combine(r, a, b, op), (uint8_t)op};
		struct rib_op old = *o;
		*o = new;
		rib_set_unref(r, old.a);
		rib_set_unref(r, old.b);
		rib_set_unref(r, old.is);
	}
	return rib_set_ref(o->is);
}

struct rib_set *
rib_set_and(struct rib *r, struct rib_set *a, struct rib_set *b)
{
	if (a == b)
		return rib_set_ref(a);
	return a == NULL || b == NULL ? NULL : remembered(r, a, b, OP_AND);
}

struct rib_set *
rib_set_or(struct rib *r, struct rib_set *a, struct rib_set *b)
{
	if (a == b || b == NULL)
		return rib_set_ref(a);
	return a == NULL ? rib_set_ref(b) : remembered(r, a, b, OP_OR);
}

struct rib_set *
rib_set_less(struct rib *r, struct rib_set *a, struct rib_set *b)
{
	if (a == b || a == NULL)
		return NULL;
	return b == NULL ? rib_set_ref(a) : remembered(r, a, b, OP_LESS);
}

void
rib_set_add(struct rib *r, struct rib_set **a, struct rib_set *b)
{
	struct rib_set *both = rib_set_or(r, *a, b);

	rib_set_unref(r, *a);
	*a = both;
}

void
rib_set_take(struct rib *r, struct rib_set **a, struct rib_set *b)
{
	struct rib_set *rest = rib_set_less(r, *a, b);

	rib_set_unref(r, *a);
	*a = rest;
}

void
rib_set_forget_ops(struct rib *r)
{
	for (size_t i = 0; i < RIB_OPS; i++) {
		struct rib_op old = r->ops[i];
		r->ops[i] = (struct rib_op){0};
		rib_set_unref(r, old.a);
		rib_set_unref(r, old.b);
		rib_set_unref(r, old.is);
	}
}

/* ---- looking */

bool
rib_set_meets(const struct rib_set *a, const struct rib_set *b)
{
	if (a == NULL || b == NULL)
		return false;
	for (uint32_t i = 0; i < a->n && i < b->n; i++)
		if ((a->words[i] & b->words[i]) != 0)
			return true;
	return false;
}

size_t
rib_set_count(const struct rib *r)
{
	return r->n_sets;
}

size_t
rib_set_uses(const struct rib *r, uint32_t index, unsigned int which)
{
	size_t n = 0;

	for (size_t i = 0; i < r->sets_size; i++)
		for (const struct rib_set *s = r->sets[i]; s != NULL;
		     s = s->next)
			if (s->uses[which] != 0 && rib_set_has(s, index))
				n += s->uses[which];
	return n;
}
