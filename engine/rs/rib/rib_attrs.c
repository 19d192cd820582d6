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

static void
grow(struct rib *r)
{
	size_t size = r->attrs_size ? r->attrs_size * 2 : 256;
	struct rib_attrs **buckets = xcalloc(size, sizeof(*buckets));

	for (size_t i = 0; i < r->attrs_size; i++) {
		struct rib_attrs *a = r->attrs[i], *next;
		for (; a != NULL; a = next) {
			next = a->next;
			a->next = buckets[a->hash & (size - 1)];
			buckets[a->hash & (size - 1)] = a;
		}
	}
	free(r->attrs);
	r->attrs = buckets;
	r->attrs_size = size;
}

static struct rib_attrs *
find(const struct rib *r, const uint8_t *data, size_t len, uint32_t hash)
{
	if (r->attrs_size == 0)
		return NULL;
	struct rib_attrs *i = r->attrs[hash & (r->attrs_size - 1)];
	while (i != NULL && (i->hash != hash || i->len != len ||
			     memcmp(i->packed, data, len) != 0))
		i = i->next;
	return i;
}

static struct rib_attrs *
add(struct rib *r, const uint8_t *data, size_t len, uint32_t hash,
    const struct bgp_attrs *a)
{
	struct rib_attrs *new = xmalloc(sizeof(*new) + len);
	unsigned int path = bgp_path_length(a);

	if (r->n_attrs == r->attrs_size)
		grow(r);
	struct rib_attrs **b = &r->attrs[hash & (r->attrs_size - 1)];
	*new = (struct rib_attrs){
	    .refs = 1,
	    .hash = hash,
	    .next = *b,
	    .serial = ++r->serial,
	    .neighbour = bgp_path_first(a),
	    .med = a->has_med ? a->med : 0,
	    .path_len = path < INT16_MAX ? (uint16_t)path : INT16_MAX,
	    .origin = a->origin,
	    .foreign_next_hop = a->next_hop.family != r->family,
	    .len = (uint16_t)len,
	};
	memcpy(new->packed, data, len);
	*b = new;
	r->n_attrs++;
	return new;
}

struct rib_attrs *
rib_attrs_intern(struct rib *r, const struct bgp_attrs *a)
{
	uint8_t small[1024], *data = small;
	size_t len = bgp_pack(a, small, sizeof(small));

	if (len == 0) {
		data = xmalloc(BGP_PACK_MAX);
		len = bgp_pack(a, data, BGP_PACK_MAX);
	}
	struct rib_attrs *is = NULL;
	if (len > 0) {
		uint32_t hash = hash_of(r, data, len);
		is = find(r, data, len, hash);
		is =
		    is != NULL ? rib_attrs_ref(is) : add(r, data, len, hash, a);
	}
	if (data != small)
		free(data);
	return is;
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
	struct rib_attrs **link = &r->attrs[a->hash & (r->attrs_size - 1)];
	while (*link != a)
		link = &(*link)->next;
	*link = a->next;
	r->n_attrs--;
	forget_tag(r, a);
	free(a);
}

size_t
rib_attrs_count(const struct rib *r)
{
	return r->n_attrs;
}

/* A tag may hold references to other sets, so that freeing it may free some:
 * collect the sets first and hold them. */
void
rib_attrs_forget(struct rib *r)
{
	size_t n = 0, max = r->n_attrs;
	struct rib_attrs **all = xcalloc(max, sizeof(*all));

	for (size_t i = 0; i < r->attrs_size; i++)
		for (struct rib_attrs *a = r->attrs[i]; a != NULL; a = a->next)
			all[n++] = rib_attrs_ref(a);
	assert(n == max);
	for (size_t i = 0; i < n; i++)
		forget_tag(r, all[i]);
	for (size_t i = 0; i < n; i++)
		rib_attrs_unref(r, all[i]);
	free(all);
}
