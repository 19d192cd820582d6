/*
 * rib_list: the paths of a net, sorted.
 *
 * Most nets have one path, whose number then stands in the net itself. Where many
 * members announce the same prefix there is a list: to find the member's earlier
 * path and the place of the new one, all of it is looked at, so it has to be short
 * in memory and to need no other.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/rib/rib_table.h"

static struct rib_list **
list_of(const struct rib *r, const struct rib_net *net)
{
	return slab_at(&r->lists, net->paths);
}

static struct rib_entry
entry_of(const struct rib *r, uint32_t path)
{
	const struct rib_path *p = rib_path_at(r, path);

	return (struct rib_entry){
	    .key = rib_path_key(r, p), .path = path, .peer = p->peer};
}

struct rib_entry
rib_list_at(const struct rib *r, const struct rib_net *net, uint32_t nth)
{
	assert(nth < net->n);
	return net->n == 1 ? entry_of(r, net->paths)
			   : (*list_of(r, net))->at[nth];
}

uint32_t
rib_net_path(const struct rib *r, uint32_t i, uint32_t nth)
{
	const struct rib_net *net = rib_net_at(r, i);

	if (nth >= net->n)
		return 0;
	return net->n == 1 ? net->paths : (*list_of(r, net))->at[nth].path;
}

uint32_t
rib_list_find(const struct rib *r, uint32_t i, uint32_t peer, uint32_t id)
{
	const struct rib_net *net = rib_net_at(r, i);

	if (net->n == 1) {
		const struct rib_path *p = rib_path_at(r, net->paths);
		return p->peer == peer && p->id == id ? net->paths : 0;
	}
	for (uint32_t k = 0; k < net->n; k++) {
		const struct rib_entry *e = &(*list_of(r, net))->at[k];
		if (e->peer == peer && rib_path_at(r, e->path)->id == id)
			return e->path;
	}
	return 0;
}

static bool
is_before(const struct rib *r, const struct rib_entry *a,
	  const struct rib_entry *b)
{
	if (a->key != b->key)
		return a->key < b->key;
	return rib_path_cmp(r, rib_path_at(r, a->path),
			    rib_path_at(r, b->path)) < 0;
}

/* Where there was one path, there is a list now. */
static void
list_new(struct rib *r, struct rib_net *net)
{
	struct rib_list *l = xmalloc(sizeof(*l) + 4 * sizeof(l->at[0]));

	l->size = 4;
	l->at[0] = entry_of(r, net->paths);
	net->paths = slab_new(&r->lists);
	*list_of(r, net) = l;
}

void
rib_list_add(struct rib *r, uint32_t path)
{
	struct rib_net *net = rib_net_at(r, rib_path_at(r, path)->net);
	uint32_t lo = 0, hi = net->n;

	if (net->n++ == 0) {
		net->paths = path;
		return;
	}
	struct rib_entry e = entry_of(r, path);
	if (hi == 1)
		list_new(r, net);
	struct rib_list *l = *list_of(r, net);
	if (hi == l->size) {
		l->size *= 2;
		*list_of(r, net) = l =
		    xrealloc(l, sizeof(*l) + l->size * sizeof(l->at[0]));
	}
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (is_before(r, &l->at[mid], &e))
			lo = mid + 1;
		else
			hi = mid;
	}
	memmove(&l->at[lo + 1], &l->at[lo],
		(net->n - 1 - lo) * sizeof(l->at[0]));
	l->at[lo] = e;
}

void
rib_list_del(struct rib *r, uint32_t path)
{
	struct rib_net *net = rib_net_at(r, rib_path_at(r, path)->net);
	uint32_t k = 0;

	if (net->n == 1) {
		assert(net->paths == path);
		net->n = net->paths = 0;
		return;
	}
	struct rib_list *l = *list_of(r, net);
	while (l->at[k].path != path)
		k++;
	net->n--;
	memmove(&l->at[k], &l->at[k + 1], (net->n - k) * sizeof(l->at[0]));
	if (net->n > 1)
		return;
	uint32_t number = net->paths;
	net->paths = l->at[0].path;
	free(l);
	slab_del(&r->lists, number);
}
