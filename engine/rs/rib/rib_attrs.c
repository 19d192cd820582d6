/* rib_attrs: equal attribute sets are one object, in packed form. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/rib/rib_table.h"

static uint32_t
hash_of(const struct rib *r, const uint8_t *data, size_t len)
{
	uint64_t h = r->seed ^ len, word;

	for (; len >= sizeof(word); len -= sizeof(word), data += sizeof(word)) {
		memcpy(&word, data, sizeof(word));
		h = (h ^ word) * 0x9fb21c651e98df25u;
		h ^= h >> 29;
	}
	word = 0;
	memcpy(&word, data, len);
	h = rib_mix(h ^ word);
	return (uint32_t)(h ^ h >> 32);
}

/* Its slot, that of the equal set, or the free one where it would be. */
static size_t
slot_of(const struct rib *r, const struct rib_attrs *a)
{
	const struct rib_slots *t = &r->attrs_slots;
	size_t i = rib_slot_own(t, a->hash);

	for (; t->at[i].is != 0; i = rib_slot_next(t, i)) {
		if (t->at[i].hash != a->hash)
			continue;
		const struct rib_attrs *is = rib_attrs_at(r, t->at[i].is);
		if (is->len == a->len &&
		    memcmp(is->packed, a->packed, a->len) == 0)
			break;
	}
	return i;
}

static struct rib_attrs *
make(const struct rib *r, const struct bgp_attrs *a, const uint8_t *data,
     size_t len)
{
	struct rib_attrs *new = xmalloc(sizeof(*new) + len);
	unsigned int path = bgp_path_length(a);

	*new = (struct rib_attrs){
	    .hash = hash_of(r, data, len),
	    .neighbour = bgp_path_first(a),
	    .med = a->has_med ? a->med : 0,
	    .path_len = path < INT16_MAX ? (uint16_t)path : INT16_MAX,
	    .origin = a->origin,
	    .foreign_next_hop = a->next_hop.family != r->family,
	    .len = (uint16_t)len,
	};
	memcpy(new->packed, data, len);
	return new;
}

struct rib_attrs *
rib_attrs_make(const struct rib *r, const struct bgp_attrs *a)
{
	uint8_t small[1024], *data = small;
	size_t len = bgp_pack(a, small, sizeof(small));

	if (len == 0) {
		data = xmalloc(BGP_PACK_MAX);
		len = bgp_pack(a, data, BGP_PACK_MAX);
	}
	struct rib_attrs *is = len > 0 ? make(r, a, data, len) : NULL;
	if (data != small)
		free(data);
	return is;
}

void
rib_attrs_drop(struct rib_attrs *made)
{
	assert(made == NULL || made->refs == 0);
	free(made);
}

struct rib_attrs *
rib_attrs_join(struct rib *r, struct rib_attrs *made)
{
	struct rib_slots *t = &r->attrs_slots;

	if (rib_slots_full(t))
		rib_slots_grow(t);
	struct rib_slot *slot = &t->at[slot_of(r, made)];
	if (slot->is != 0) {
		rib_attrs_drop(made);
		return rib_attrs_ref(rib_attrs_at(r, slot->is));
	}
	made->number = slab_new(&r->attrs);
	made->serial = ++r->serial;
	*(struct rib_attrs **)slab_at(&r->attrs, made->number) = made;
	*slot = (struct rib_slot){made->hash, made->number};
	t->used++;
	return rib_attrs_ref(made);
}

struct rib_attrs *
rib_attrs_intern(struct rib *r, const struct bgp_attrs *a)
{
	struct rib_attrs *made = rib_attrs_make(r, a);

	return made != NULL ? rib_attrs_join(r, made) : NULL;
}

struct rib_attrs *
rib_attrs_ref(struct rib_attrs *a)
{
	a->refs++;
	return a;
}

static void
forget_tag(struct rib *r, struct rib_attrs *a)
{
	void *tag = a->tag;

	a->tag = NULL;
	if (tag != NULL)
		r->hooks.tag_free(r->hooks.arg, tag);
}

void
rib_attrs_unref(struct rib *r, struct rib_attrs *a)
{
	assert(a->refs > 0);
	if (--a->refs > 0)
		return;
	rib_slots_free(&r->attrs_slots, slot_of(r, a));
	slab_del(&r->attrs, a->number);
	forget_tag(r, a);
	free(a);
}

size_t
rib_attrs_count(const struct rib *r)
{
	return r->attrs_slots.used;
}

/* A tag may hold references to other sets, so that freeing it may free some:
 * collect the sets first and hold them. */
void
rib_attrs_forget(struct rib *r)
{
	const struct rib_slots *t = &r->attrs_slots;
	size_t n = 0, max = t->used;
	struct rib_attrs **all = xcalloc(max, sizeof(*all));

	for (size_t i = 0; i < t->n; i++)
		if (t->at[i].is != 0)
			all[n++] = rib_attrs_ref(rib_attrs_at(r, t->at[i].is));
	assert(n == max);
	for (size_t i = 0; i < n; i++)
		forget_tag(r, all[i]);
	for (size_t i = 0; i < n; i++)
		rib_attrs_unref(r, all[i]);
	free(all);
}
