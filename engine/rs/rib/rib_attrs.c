/* rib_attrs: equal attribute sets are one object. */
#include "rs/rib/rib_table.h"

#include <assert.h>
#include <stdlib.h>

#include "base/str.h"

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
find(const struct rib *r, const struct bgp_attrs *a, uint64_t hash)
{
	if (r->attrs_size == 0)
		return NULL;
	struct rib_attrs *i = r->attrs[hash & (r->attrs_size - 1)];
	while (i != NULL && (i->hash != hash || !bgp_attrs_equal(i->attrs, a)))
		i = i->next;
	return i;
}

struct rib_attrs *
rib_attrs_intern(struct rib *r, struct bgp_attrs *a)
{
	uint64_t hash = rib_mix(bgp_attrs_hash(a) ^ r->seed);
	struct rib_attrs *known = find(r, a, hash);

	if (known != NULL) {
		bgp_attrs_unref(a);
		return rib_attrs_ref(known);
	}
	if (r->n_attrs == r->attrs_size)
		grow(r);
	struct rib_attrs **b = &r->attrs[hash & (r->attrs_size - 1)];
	struct rib_attrs *new = xcalloc(1, sizeof(*new));
	*new = (struct rib_attrs){
	    .attrs = a,
	    .serial = ++r->serial,
	    .hash = hash,
	    .refs = 1,
	    .path_len = bgp_path_length(a),
	    .neighbour = bgp_path_first(a),
	    .next = *b,
	};
	*b = new;
	r->n_attrs++;
	return new;
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
	bgp_attrs_unref(a->attrs);
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
