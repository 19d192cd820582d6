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

static struct rib_attrs **
bucket_of(const struct rib *r, uint32_t hash)
{
	return &r->attrs[hash & (r->attrs_size - 1)];
}

static struct rib_attrs *
find(const struct rib *r, const struct rib_attrs *a)
{
	if (r->attrs_size == 0)
		return NULL;
	struct rib_attrs *i = *bucket_of(r, a->hash);
	while (i != NULL && (i->hash != a->hash || i->len != a->len ||
			     memcmp(i->packed, a->packed, a->len) != 0))
		i = i->next;
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
	struct rib_attrs *is = find(r, made);

	if (is != NULL) {
		rib_attrs_drop(made);
		return rib_attrs_ref(is);
	}
	if (r->n_attrs == r->attrs_size)
		grow(r);
	struct rib_attrs **b = bucket_of(r, made->hash);
	made->next = *b;
	made->serial = ++r->serial;
	*b = made;
	r->n_attrs++;
	return rib_attrs_ref(made);
}

struct rib_attrs *
rib_attrs_intern(struct rib *r, const struct bgp_attrs *a)
{
	struct rib_attrs *made = rib_attrs_make(r, a);

	return made != NULL ? rib_attrs_join(r, made) : NULL;
}

void
rib_attrs_prefetch(const struct rib *r, uint32_t hash, bool set)
{
	if (r->attrs_size == 0)
		return;
	struct rib_attrs **b = bucket_of(r, hash);
	if (!set)
		__builtin_prefetch(b);
	else if (*b != NULL)
		__builtin_prefetch(*b);
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
	struct rib_attrs **link = bucket_of(r, a->hash);
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
