/* rib_table: nets by prefix, in a hash table that also remembers their age. */
#include "rs/rib/rib_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* Every bit of the result depends on every bit of x (Stafford's mix 13). */
uint64_t
rib_mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static uint64_t
prefix_hash(const struct rib *r, const struct ip_prefix *p)
{
	uint64_t half[2];

	memcpy(half, p->addr.bytes, sizeof(half));
	return rib_mix(rib_mix(half[0] ^ r->seed) ^ half[1] ^ p->len);
}

struct rib_table *
rib_table_of(const struct rib *r, enum ip_family f)
{
	assert(f == IP_V4 || f == IP_V6);
	return (struct rib_table *)(uintptr_t)&r->tables[f == IP_V6];
}

static struct rib_net *
find(const struct rib_table *t, const struct ip_prefix *p, uint64_t hash)
{
	if (t->size == 0)
		return NULL;
	struct rib_net *net = t->buckets[hash & (t->size - 1)];
	while (net != NULL && !ip_prefix_eq(&net->prefix, p))
		net = net->chain;
	return net;
}

struct rib_net *
rib_net_find(const struct rib *r, const struct ip_prefix *p)
{
	return find(rib_table_of(r, p->addr.family), p, prefix_hash(r, p));
}

static void
grow(struct rib_table *t)
{
	size_t size = t->size ? t->size * 2 : 256;
	struct rib_net **buckets = xcalloc(size, sizeof(*buckets));

	for (struct rib_net *n = t->first; n != NULL; n = n->after) {
		struct rib_net **b = &buckets[n->hash & (size - 1)];
		n->chain = *b;
		*b = n;
	}
	free(t->buckets);
	t->buckets = buckets;
	t->size = size;
}

struct rib_net *
rib_net_get(struct rib *r, const struct ip_prefix *p)
{
	struct rib_table *t = rib_table_of(r, p->addr.family);
	uint64_t hash = prefix_hash(r, p);
	struct rib_net *net = find(t, p, hash);

	if (net != NULL)
		return net;
	if (t->n == t->size)
		grow(t);
	net = xcalloc(1, sizeof(*net));
	net->prefix = *p;
	net->hash = hash;
	net->chain = t->buckets[hash & (t->size - 1)];
	t->buckets[hash & (t->size - 1)] = net;
	net->before = t->last;
	*(t->last != NULL ? &t->last->after : &t->first) = net;
	t->last = net;
	t->n++;
	return net;
}

void
rib_net_release(struct rib *r, struct rib_net *net)
{
	if (net->n != 0 || net->n_sent != 0 || !rib_bits_empty(&net->waiting))
		return;
	struct rib_table *t = rib_table_of(r, net->prefix.addr.family);
	struct rib_net **link = &t->buckets[net->hash & (t->size - 1)];
	while (*link != net)
		link = &(*link)->chain;
	*link = net->chain;
	*(net->before != NULL ? &net->before->after : &t->first) = net->after;
	*(net->after != NULL ? &net->after->before : &t->last) = net->before;
	t->n--;
	rib_bits_clear(&net->waiting);
	free(net->paths);
	free(net->sent);
	free(net);
}
