/* rib_table: how nets and attribute sets are found, and which nets have changed. */
#include "rs/rib/rib_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/large.h"
#include "base/str.h"

/* ---- open hash tables */

void
rib_slots_grow(struct rib_slots *t)
{
	struct rib_slots old = *t;

	t->n = old.n > 0 ? 2 * old.n : 256;
	t->at = large_new(t->n, sizeof(*t->at));
	for (size_t k = 0; k < old.n; k++) {
		size_t i = rib_slot_own(t, old.at[k].hash);
		if (old.at[k].is == 0)
			continue;
		while (t->at[i].is != 0)
			i = rib_slot_next(t, i);
		t->at[i] = old.at[k];
	}
	large_free(old.at, old.n, sizeof(*old.at));
}

void
rib_slots_clear(struct rib_slots *t)
{
	large_free(t->at, t->n, sizeof(*t->at));
	*t = (struct rib_slots){0};
}

/* Who comes behind it may have wanted to be there, and moves up. */
void
rib_slots_free(struct rib_slots *t, size_t i)
{
	for (size_t k = rib_slot_next(t, i); t->at[k].is != 0;
	     k = rib_slot_next(t, k)) {
		size_t from_own = (k - t->at[k].hash) & (t->n - 1);
		if (from_own < ((k - i) & (t->n - 1)))
			continue;
		t->at[i] = t->at[k];
		i = k;
	}
	t->at[i] = (struct rib_slot){0};
	t->used--;
}

void
rib_slots_prefetch(const struct rib_slots *t, uint32_t hash)
{
	enum { LINE = 64 / sizeof(struct rib_slot) }; /* of the cache */

	if (t->n == 0)
		return;
	size_t i = rib_slot_own(t, hash);
	__builtin_prefetch(&t->at[i]);
	if (i % LINE >= LINE / 2) /* it may be in the next one */
		__builtin_prefetch(&t->at[rib_slot_own(t, i + LINE / 2)]);
}

uint32_t
rib_slots_peek(const struct rib_slots *t, uint32_t hash)
{
	size_t i = rib_slot_own(t, hash);

	if (t->n == 0)
		return 0;
	while (t->at[i].is != 0 && t->at[i].hash != hash)
		i = rib_slot_next(t, i);
	return t->at[i].is;
}

/* Asked for one by one, each net waits for memory, and so does each attribute set.
 * Asked for well before, nobody waits. */
enum { PREFETCH_MAX = 32 };

void
rib_prefetch_begin(const struct rib *r, const uint32_t *hashes, size_t n,
		   uint32_t attrs_hash)
{
	rib_slots_prefetch(&r->attrs_slots, attrs_hash);
	for (size_t i = 0; i < n && i < PREFETCH_MAX; i++)
		rib_slots_prefetch(&r->net_slots, hashes[i]);
}

void
rib_prefetch(const struct rib *r, const uint32_t *hashes, size_t n,
	     uint32_t attrs_hash)
{
	uint32_t is = rib_slots_peek(&r->attrs_slots, attrs_hash);

	if (is != 0)
		__builtin_prefetch(rib_attrs_at(r, is));
	for (size_t i = 0; i < n && i < PREFETCH_MAX; i++) {
		is = rib_slots_peek(&r->net_slots, hashes[i]);
		if (is != 0)
			__builtin_prefetch(rib_net_at(r, is));
	}
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

/* The slot of a net, or the free one where it would be. */
static size_t
slot_of(const struct rib *r, const struct ip_prefix *p, uint32_t hash)
{
	const struct rib_slots *t = &r->net_slots;
	size_t i = rib_slot_own(t, hash);

	while (t->at[i].is != 0 && (t->at[i].hash != hash ||
				    memcmp(&rib_net_at(r, t->at[i].is)->prefix,
					   p, sizeof(*p)) != 0))
		i = rib_slot_next(t, i);
	return i;
}

uint32_t
rib_find(const struct rib *r, const struct ip_prefix *p)
{
	const struct rib_slots *t = &r->net_slots;

	return t->n > 0 ? t->at[slot_of(r, p, rib_hash(r, p))].is : 0;
}

uint32_t
rib_net_get(struct rib *r, const struct ip_prefix *p, uint32_t hash)
{
	struct rib_slots *t = &r->net_slots;

	if (rib_slots_full(t))
		rib_slots_grow(t);
	struct rib_slot *slot = &t->at[slot_of(r, p, hash)];
	if (slot->is == 0) {
		*slot = (struct rib_slot){hash, slab_new(&r->nets)};
		rib_net_at(r, slot->is)->prefix = *p;
		t->used++;
	}
	return slot->is;
}

void
rib_net_release(struct rib *r, uint32_t i)
{
	const struct rib_net *net = rib_net_at(r, i);

	if (net->n != 0 || (net->flags & RIB_NET_CHANGED) != 0 ||
	    net->prefix.addr.family == IP_NONE)
		return;
	rib_slots_free(&r->net_slots,
		       slot_of(r, &net->prefix, rib_hash(r, &net->prefix)));
	slab_del(&r->nets, i);
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

	if (rib_nets(r) == 0)
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
	return r->net_slots.used;
}

size_t
rib_paths(const struct rib *r)
{
	return r->n_paths;
}
