/*
 * bgp_attrs: attribute sets as values.
 *
 * A route server holds the same attributes for very many prefixes and hands
 * them to very many peers, so a set is made once, then only shared and counted.
 * It is compared and hashed as a whole (the rib interns by it) and changed by
 * cloning. AS_PATH and the unknown attributes stay the bytes they were, since a
 * route server must pass them on as they came (RFC 7947 2.2).
 */
#include "rs/bgp/bgp.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

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

struct bgp_attrs *
bgp_attrs_new(void)
{
	struct bgp_attrs *a = xcalloc(1, sizeof *a);

	a->refs = 1;
	return a;
}

struct bgp_attrs *
bgp_attrs_clone(const struct bgp_attrs *a)
{
	struct bgp_attrs *c = xmalloc(sizeof *c);

	*c = *a;
	c->refs = 1;
	c->path = copy(a->path, a->path_len);
	c->communities =
	    copy(a->communities, a->n_communities * sizeof *a->communities);
	c->large = copy(a->large, a->n_large * sizeof *a->large);
	c->ext = copy(a->ext, a->n_ext * 8);
	c->unknown = copy(a->unknown, a->unknown_len);
	return c;
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
	free(a->path);
	free(a->communities);
	free(a->large);
	free(a->ext);
	free(a->unknown);
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

/* FNV-1a, with the length mixed in so that neighbouring parts cannot trade
 * bytes. */
static uint64_t
mix(uint64_t h, const void *data, size_t n)
{
	const uint8_t *p = data;

	h = (h ^ n) * 0x100000001b3u;
	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 0x100000001b3u;
	return h;
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
	return h ^ h >> 32;
}

void
bgp_attrs_set_communities(struct bgp_attrs *a, const uint32_t *src, size_t n)
{
	uint32_t *p = copy(src, n * sizeof *src);

	free(a->communities);
	a->communities = p;
	a->n_communities = n;
}

void
bgp_attrs_set_large(struct bgp_attrs *a, const struct bgp_large *src, size_t n)
{
	struct bgp_large *p = copy(src, n * sizeof *src);

	free(a->large);
	a->large = p;
	a->n_large = n;
}

void
bgp_attrs_set_ext(struct bgp_attrs *a, const uint8_t *src, size_t n)
{
	uint8_t *p = copy(src, n * 8);

	free(a->ext);
	a->ext = p;
	a->n_ext = n;
}
