/*
 * export_batch: what is to be said, in the order that shares most.
 *
 * Changes are collected in the order of the decisions. Sorted, withdrawals come
 * first; then what is for the same members stands side by side, and of that what
 * has the same attributes: entries of a stream join, and prefixes share messages.
 * Changes that already are side by side are one run, and runs are what is sorted.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/export/export_priv.h"

void
export_batch_add(struct export_batch *b, struct rib_attrs *a,
		 struct rib_set *to, const struct ip_prefix *p, uint32_t id)
{
	if (to == NULL)
		return;
	if (b->n == b->size) {
		b->size = b->size ? b->size * 2 : 256;
		b->list = xreallocarray(b->list, b->size, sizeof(*b->list));
	}
	b->list[b->n] = (struct export_change){
	    .attrs = a != NULL ? rib_attrs_ref(a) : NULL,
	    .to = rib_set_ref(to),
	    .prefix = *p,
	    .id = id,
	};
	b->n++;
}

static void
run_add(struct export_batch *b, size_t first, size_t n)
{
	const struct export_change *c = &b->list[first];
	uint64_t announce = c->attrs != NULL;

	if (b->n_runs == b->runs_size) {
		b->runs_size = b->runs_size ? b->runs_size * 2 : 64;
		b->runs =
		    xreallocarray(b->runs, b->runs_size, sizeof(*b->runs));
	}
	b->runs[b->n_runs++] = (struct export_run){
	    .key = announce << 63 | (uint64_t)c->to->id << 32 |
		   (announce ? c->attrs->serial : 0),
	    .first = (uint32_t)first,
	    .n = (uint32_t)n,
	};
}

/* By one byte of the key, stable. */
static void
runs_deal(const struct export_run *from, struct export_run *to, size_t n,
	  unsigned int shift)
{
	size_t at[257] = {0};

	for (size_t i = 0; i < n; i++)
		at[(from[i].key >> shift & 255) + 1]++;
	for (size_t i = 1; i < 257; i++)
		at[i] += at[i - 1];
	for (size_t i = 0; i < n; i++)
		to[at[from[i].key >> shift & 255]++] = from[i];
}

/* There are few sets of members and the attributes are mostly new, so keys differ
 * in few of their bytes: a radix sort by these takes no comparing at all. */
static void
runs_sort(struct export_batch *b)
{
	struct export_run *other =
	    xreallocarray(NULL, b->n_runs, sizeof(*other));
	uint64_t differ = 0;

	for (size_t i = 1; i < b->n_runs; i++)
		differ |= b->runs[i].key ^ b->runs[0].key;
	for (unsigned int shift = 0; shift < 64; shift += 8) {
		if ((differ >> shift & 255) == 0)
			continue;
		runs_deal(b->runs, other, b->n_runs, shift);
		memcpy(b->runs, other, b->n_runs * sizeof(*other));
	}
	free(other);
}

void
export_batch_sort(struct export_batch *b)
{
	b->n_runs = 0;
	for (size_t i = 0, n; i < b->n; i += n) {
		const struct export_change *c = &b->list[i];
		for (n = 1;
		     i + n < b->n && c[n].attrs == c->attrs && c[n].to == c->to;
		     n++)
			;
		run_add(b, i, n);
	}
	if (b->n_runs > 1)
		runs_sort(b);
}

void
export_batch_free(struct export_batch *b)
{
	free(b->list);
	free(b->runs);
}

void
export_batch_clear(struct export *x, struct export_batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		if (b->list[i].attrs != NULL)
			rib_attrs_unref(x->rib, b->list[i].attrs);
		rib_set_unref(x->rib, b->list[i].to);
	}
	b->n = 0;
}
