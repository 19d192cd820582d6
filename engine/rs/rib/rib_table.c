/*
 * rib_table: where nets and paths live, and how a net is found.
 *
 * A table of a million nets has a million small things of two kinds. They live in
 * slabs, blocks of 4096, and are known by number: four bytes instead of eight
 * for every link, no header of malloc's, and a walk over the table is a walk
 * over memory.
 */
#include "rs/rib/rib_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* ---- slabs */

/* The free list's link lies in the last four bytes of a free thing. */
static uint8_t *
link_of(const struct rib_slab *s, uint32_t i)
{
	return (uint8_t *)rib_slab_at(s, i) + s->item - sizeof(s->free);
}

uint32_t
rib_slab_new(struct rib_slab *s)
{
	uint32_t i = s->free;

	if (i != 0) {
		memcpy(&s->free, link_of(s, i), sizeof(s->free));
		memset(link_of(s, i), 0, sizeof(s->free));
		return i;
	}
	if (s->end == 0)
		s->end = 1;
	if (s->blocks == NULL || (s->end & RIB_SLAB_MASK) == 0) {
		uint32_t n = s->end >> RIB_SLAB_SHIFT;
		s->blocks = xreallocarray(s->blocks, n + 1, sizeof(uint8_t *));
		s->blocks[n] = xcalloc((size_t)1 << RIB_SLAB_SHIFT, s->item);
	}
	return s->end++;
}

void
rib_slab_del(struct rib_slab *s, uint32_t i)
{
	memset(rib_slab_at(s, i), 0, s->item);
	memcpy(link_of(s, i), &s->free, sizeof(s->free));
	s->free = i;
}

void
rib_slab_clear(struct rib_slab *s)
{
	for (uint32_t i = 0; i < s->end; i += RIB_SLAB_MASK + 1)
		free(s->blocks[i >> RIB_SLAB_SHIFT]);
	free(s->blocks);
	s->blocks = NULL;
	s->end = s->free = 0;
}

/* ---- nets by prefix */

/* Every bit of the result depends on every bit of x (Stafford's mix 13). */
uint64_t
rib_mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

uint32_t
rib_hash(const struct rib *r, const struct ip_prefix *p)
{
	uint64_t half[2];

	memcpy(half, p->addr.bytes, sizeof(half));
	if (r->family == IP_V4)
		return (uint32_t)rib_mix(half[0] ^ r->seed ^
					 (uint64_t)p->len << 32);
	return (uint32_t)rib_mix(rib_mix(half[0] ^ r->seed) ^ half[1] ^ p->len);
}

static uint32_t *
bucket_of(const struct rib *r, uint32_t hash)
{
	return &r->buckets[hash & (r->n_buckets - 1)];
}

static bool
same_prefix(const struct ip_prefix *a, const struct ip_prefix *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static uint32_t
find(const struct rib *r, const struct ip_prefix *p, uint32_t hash)
{
	if (r->n_buckets == 0)
		return 0;
	uint32_t i = *bucket_of(r, hash);
	while (i != 0 && !same_prefix(&rib_net_at(r, i)->prefix, p))
		i = rib_net_at(r, i)->chain;
	return i;
}

uint32_t
rib_find(const struct rib *r, const struct ip_prefix *p)
{
	return find(r, p, rib_hash(r, p));
}

/* A table of a million nets lies in no cache. Asked for one by one, each net waits
 * for memory twice, for its bucket and for the net, and so does each attribute set.
 * Asked for well before, nobody waits. */
enum { PREFETCH_MAX = 32 };

void
rib_prefetch_begin(const struct rib *r, const uint32_t *hashes, size_t n,
		   uint32_t attrs_hash)
{
	rib_attrs_prefetch(r, attrs_hash, false);
	for (size_t i = 0; r->n_buckets > 0 && i < n && i < PREFETCH_MAX; i++)
		__builtin_prefetch(bucket_of(r, hashes[i]));
}

void
rib_prefetch(const struct rib *r, const uint32_t *hashes, size_t n,
	     uint32_t attrs_hash)
{
	rib_attrs_prefetch(r, attrs_hash, true);
	for (size_t i = 0; r->n_buckets > 0 && i < n && i < PREFETCH_MAX; i++) {
		uint32_t first = *bucket_of(r, hashes[i]);
		if (first != 0)
			__builtin_prefetch(rib_net_at(r, first));
	}
}

static void
grow(struct rib *r)
{
	size_t n = r->n_buckets ? r->n_buckets * 2 : 1024;

	free(r->buckets);
	r->buckets = xcalloc(n, sizeof(*r->buckets));
	r->n_buckets = n;
	for (uint32_t i = 1; i < r->nets.end; i++) {
		struct rib_net *net = rib_net_at(r, i);
		if (net->prefix.addr.family == IP_NONE)
			continue;
		uint32_t *b = bucket_of(r, rib_hash(r, &net->prefix));
		net->chain = *b;
		*b = i;
	}
}

uint32_t
rib_net_get(struct rib *r, const struct ip_prefix *p, uint32_t hash)
{
	uint32_t i = find(r, p, hash);

	if (i != 0)
		return i;
	if (r->n_nets == r->n_buckets)
		grow(r);
	i = rib_slab_new(&r->nets);
	struct rib_net *net = rib_net_at(r, i);
	uint32_t *b = bucket_of(r, hash);
	net->prefix = *p;
	net->chain = *b;
	*b = i;
	r->n_nets++;
	return i;
}

void
rib_net_release(struct rib *r, uint32_t i)
{
	struct rib_net *net = rib_net_at(r, i);

	if (net->n != 0 || (net->flags & RIB_NET_CHANGED) != 0 ||
	    net->prefix.addr.family == IP_NONE)
		return;
	uint32_t *link = bucket_of(r, rib_hash(r, &net->prefix));
	while (*link != i)
		link = &rib_net_at(r, *link)->chain;
	*link = net->chain;
	rib_slab_del(&r->nets, i);
	r->n_nets--;
}

/* ---- changed nets */

void
rib_net_changed(struct rib *r, uint32_t i)
{
	struct rib_net *net = rib_net_at(r, i);

	if (net->flags & RIB_NET_CHANGED)
		return;
	net->flags |= RIB_NET_CHANGED;
	if (r->changed_n == r->changed_size) {
		size_t size = r->changed_size ? r->changed_size * 2 : 1024;
		uint32_t *ring = xcalloc(size, sizeof(*ring));
		for (size_t k = 0; k < r->changed_n; k++)
			ring[k] = r->changed[(r->changed_head + k) &
					     (r->changed_size - 1)];
		free(r->changed);
		r->changed = ring;
		r->changed_head = 0;
		r->changed_size = size;
	}
	r->changed[(r->changed_head + r->changed_n++) & (r->changed_size - 1)] =
	    i;
	if (rib_changed_count(r) == 1 && r->hooks.wake != NULL)
		r->hooks.wake(r->hooks.arg);
}

static uint32_t
next_touched(struct rib *r)
{
	while (r->touch < r->touch_end) {
		uint32_t i = r->touch++;
		if (rib_net_at(r, i)->prefix.addr.family != IP_NONE)
			return i;
	}
	return 0;
}

uint32_t
rib_changed(struct rib *r)
{
	if (r->changed_n == 0)
		return next_touched(r);
	uint32_t i = r->changed[r->changed_head];
	r->changed_head = (r->changed_head + 1) & (r->changed_size - 1);
	r->changed_n--;
	rib_net_at(r, i)->flags &= (uint16_t)~RIB_NET_CHANGED;
	return i;
}

size_t
rib_changed_count(const struct rib *r)
{
	return r->changed_n + (r->touch_end - r->touch);
}

void
rib_touch_all(struct rib *r)
{
	bool none = rib_changed_count(r) == 0;

	if (r->n_nets == 0)
		return;
	r->touch = 1;
	r->touch_end = r->nets.end;
	if (none && r->hooks.wake != NULL)
		r->hooks.wake(r->hooks.arg);
}

/* ---- looking */

const struct rib_net *
rib_net(const struct rib *r, uint32_t net)
{
	return rib_net_at(r, net);
}

const struct rib_path *
rib_path(const struct rib *r, uint32_t path)
{
	return path != 0 ? rib_path_at(r, path) : NULL;
}

uint32_t
rib_nets_end(const struct rib *r)
{
	return r->nets.end > 0 ? r->nets.end : 1;
}

uint32_t
rib_paths_end(const struct rib *r)
{
	return r->paths.end > 0 ? r->paths.end : 1;
}

size_t
rib_nets(const struct rib *r)
{
	return r->n_nets;
}

size_t
rib_paths(const struct rib *r)
{
	return r->n_paths;
}
