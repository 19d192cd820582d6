/*
 * bgp_attrs: attribute sets as values.
 *
 * A route server holds the same attributes for very many prefixes and hands
 * them to very many peers, so a set is made once, then only shared and counted.
 * It is compared and hashed as a whole (the rib interns by it) and changed by
 * cloning. Reading a set from an UPDATE costs one allocation: the struct and all
 * its arrays are one block. AS_PATH and the unknown attributes stay the bytes
 * they were, since a route server must pass them on as they came (RFC 7947 2.2).
 */
#include "rs/bgp/bgp_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* ---- one block: the struct, then its arrays, the wider ones first ---- */

static size_t
arrays_size(const struct bgp_attrs *a)
{
	return a->n_communities * sizeof *a->communities +
	       a->n_large * sizeof *a->large + a->path_len + a->n_ext * 8 +
	       a->unknown_len;
}

/* Copy n bytes to *at and step over them; where they lie now, NULL for none. */
static void *
put(uint8_t **at, const void *src, size_t n)
{
	void *p = *at;

	if (n == 0)
		return NULL;
	memcpy(p, src, n);
	*at += n;
	return p;
}

struct bgp_attrs *
bgp_attrs_new(void)
{
	struct bgp_attrs *a = xcalloc(1, sizeof *a);

	a->refs = 1;
	return a;
}

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

/* Likewise, but as numbers in host order. */
static void *
put_words(uint8_t **at, struct rbuf src)
{
	uint32_t *words = (uint32_t *)(void *)*at;

	for (size_t i = 0; i < src.len / 4; i++)
		words[i] = be32(src.data + 4 * i);
	*at += src.len;
	return src.len > 0 ? words : NULL;
}

struct bgp_attrs *
bgp_attrs_make(const struct bgp_attrs *plain, const struct bgp_arrays *s)
{
	size_t inside = s->communities.len + s->large.len + s->path.len +
			s->ext.len + plain->unknown_len;
	struct bgp_attrs *a = xmalloc(sizeof *a + inside);
	uint8_t *at = (uint8_t *)(a + 1);

	*a = *plain;
	a->refs = 1;
	a->inside = (uint32_t)inside;
	a->communities = put_words(&at, s->communities);
	a->n_communities = s->communities.len / 4;
	a->large = put_words(&at, s->large);
	a->n_large = s->large.len / sizeof *a->large;
	a->path = put(&at, s->path.data, s->path.len);
	a->path_len = s->path.len;
	a->ext = put(&at, s->ext.data, s->ext.len);
	a->n_ext = s->ext.len / 8;
	a->unknown = put(&at, plain->unknown, plain->unknown_len);
	return a;
}

struct bgp_attrs *
bgp_attrs_clone(const struct bgp_attrs *a)
{
	size_t inside = arrays_size(a);
	struct bgp_attrs *c = xmalloc(sizeof *c + inside);
	uint8_t *at = (uint8_t *)(c + 1);

	*c = *a;
	c->refs = 1;
	c->inside = (uint32_t)inside;
	c->communities =
	    put(&at, a->communities, a->n_communities * sizeof(uint32_t));
	c->large = put(&at, a->large, a->n_large * sizeof *a->large);
	c->path = put(&at, a->path, a->path_len);
	c->ext = put(&at, a->ext, a->n_ext * 8);
	c->unknown = put(&at, a->unknown, a->unknown_len);
	return c;
}

/* Free an array, unless it lies in the block. */
static void
drop(const struct bgp_attrs *a, void *array)
{
	uintptr_t start = (uintptr_t)(a + 1), p = (uintptr_t)array;

	if (array != NULL && p - start >= a->inside)
		free(array);
}

struct bgp_attrs *
bgp_attrs_ref(struct bgp_attrs *a)
{
	assert(a->refs > 0 && a->refs < UINT32_MAX);
	a->refs++;
	return a;
}

void
bgp_attrs_unref(struct bgp_attrs *a)
{
	if (a == NULL)
		return;
	assert(a->refs > 0);
	if (--a->refs > 0)
		return;
	drop(a, a->path);
	drop(a, a->communities);
	drop(a, a->large);
	drop(a, a->ext);
	drop(a, a->unknown);
	free(a);
}

static bool
same(const void *a, size_t an, const void *b, size_t bn)
{
	return an == bn && (an == 0 || memcmp(a, b, an) == 0);
}

bool
bgp_attrs_equal(const struct bgp_attrs *a, const struct bgp_attrs *b)
{
	return a->origin == b->origin && a->has_med == b->has_med &&
	       a->has_local_pref == b->has_local_pref &&
	       a->atomic_aggregate == b->atomic_aggregate &&
	       a->has_aggregator == b->has_aggregator &&
	       a->has_otc == b->has_otc && a->med == b->med &&
	       a->local_pref == b->local_pref &&
	       a->aggregator_as == b->aggregator_as &&
	       a->aggregator_id == b->aggregator_id && a->otc == b->otc &&
	       a->partial == b->partial &&
	       ip_addr_eq(&a->next_hop, &b->next_hop) &&
	       ip_addr_eq(&a->link_local, &b->link_local) &&
	       same(a->path, a->path_len, b->path, b->path_len) &&
	       same(a->communities, a->n_communities * 4, b->communities,
		    b->n_communities * 4) &&
	       same(a->large, a->n_large * 12, b->large, b->n_large * 12) &&
	       same(a->ext, a->n_ext * 8, b->ext, b->n_ext * 8) &&
	       same(a->unknown, a->unknown_len, b->unknown, b->unknown_len);
}

/* Eight bytes at a time; the length goes in, so that neighbouring parts cannot
 * trade bytes. */
static uint64_t
mix(uint64_t h, const void *data, size_t n)
{
	const uint64_t k = 0x9e3779b97f4a7c15u;
	const uint8_t *p = data;
	uint64_t word;

	h = (h ^ n) * k;
	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&word, p, 8);
		h = (h ^ word) * k;
		h ^= h >> 32;
	}
	for (word = 0; n > 0; n--)
		word = word << 8 | *p++;
	h = (h ^ word) * k;
	return h ^ h >> 32;
}

uint64_t
bgp_attrs_hash(const struct bgp_attrs *a)
{
	uint32_t words[] = {a->origin,		 a->partial,
			    a->has_med,		 a->has_local_pref,
			    a->atomic_aggregate, a->has_aggregator,
			    a->has_otc,		 a->med,
			    a->local_pref,	 a->aggregator_as,
			    a->aggregator_id,	 a->otc};
	uint64_t h = 0xcbf29ce484222325u;

	h = mix(h, words, sizeof words);
	h = mix(h, &a->next_hop, sizeof a->next_hop);
	h = mix(h, &a->link_local, sizeof a->link_local);
	h = mix(h, a->path, a->path_len);
	h = mix(h, a->communities, a->n_communities * 4);
	h = mix(h, a->large, a->n_large * 12);
	h = mix(h, a->ext, a->n_ext * 8);
	h = mix(h, a->unknown, a->unknown_len);
	return h;
}

/* ---- replacing an array ---- */

static void *
copy(const void *src, size_t n)
{
	void *p;

	if (n == 0)
		return NULL;
	p = xmalloc(n);
	memcpy(p, src, n);
	return p;
}

void
bgp_attrs_set_communities(struct bgp_attrs *a, const uint32_t *src, size_t n)
{
	uint32_t *p = copy(src, n * sizeof *src);

	drop(a, a->communities);
	a->communities = p;
	a->n_communities = n;
}

void
bgp_attrs_set_large(struct bgp_attrs *a, const struct bgp_large *src, size_t n)
{
	struct bgp_large *p = copy(src, n * sizeof *src);

	drop(a, a->large);
	a->large = p;
	a->n_large = n;
}

void
bgp_attrs_set_ext(struct bgp_attrs *a, const uint8_t *src, size_t n)
{
	uint8_t *p = copy(src, n * 8);

	drop(a, a->ext);
	a->ext = p;
	a->n_ext = n;
}

void
bgp_attrs_set_path(struct bgp_attrs *a, const uint8_t *src, size_t n)
{
	uint8_t *p = copy(src, n);

	drop(a, a->path);
	a->path = p;
	a->path_len = n;
}
