/* rib: members come and go, and announce and withdraw; see rib.h. */
#include "rs/rib/rib.h"

#include <assert.h>
#include <stdlib.h>

#include "base/str.h"
#include "rs/rib/rib_table.h"

struct rib *
rib_new(enum ip_family f, const struct rib_hooks *hooks, uint64_t seed)
{
	struct rib *r = xcalloc(1, sizeof(*r));

	r->family = f;
	r->hooks = *hooks;
	r->seed = seed;
	r->nets.item = sizeof(struct rib_net);
	r->paths.item = sizeof(struct rib_path);
	r->lists.item = sizeof(struct rib_list *);
	r->attrs.item = sizeof(struct rib_attrs *);
	return r;
}

void
rib_free(struct rib *r)
{
	rib_answers_clear(r);
	rib_set_forget_ops(r);
	rib_set_unref(r, r->all);
	rib_set_unref(r, r->expected);
	assert(r->n_paths == 0 && rib_nets(r) == 0);
	assert(rib_attrs_count(r) == 0 && r->n_sets == 0);
	slab_clear(&r->nets);
	slab_clear(&r->paths);
	slab_clear(&r->lists);
	slab_clear(&r->attrs);
	rib_slots_clear(&r->net_slots);
	rib_slots_clear(&r->attrs_slots);
	free(r->changed);
	free(r->sets);
	free(r->peers);
	free(r->answers);
	free(r);
}

/* ---- members */

static void
all_update(struct rib *r)
{
	uint32_t n = r->n_peers / 64 + 1;
	uint64_t *words = xcalloc(n, sizeof(*words));

	for (uint32_t i = 0; i < r->n_peers; i++)
		if (r->peers[i] != NULL)
			rib_bit_set(words, i);
	rib_set_unref(r, r->all);
	r->all = rib_set_of(r, words, n);
	rib_set_add(r, &r->all, r->expected);
	free(words);
}

struct rib_peer *
rib_peer_add(struct rib *r, const struct ip_addr *address, void *user)
{
	uint32_t i = 0;

	while ((i < r->n_peers && r->peers[i] != NULL) ||
	       (r->expected != NULL && rib_set_has(r->expected, i)))
		i++;
	return rib_peer_add_at(r, i, address, user);
}

struct rib_peer *
rib_peer_add_at(struct rib *r, uint32_t i, const struct ip_addr *address,
		void *user)
{
	struct rib_peer *p = xcalloc(1, sizeof(*p));

	if (i >= r->n_peers) {
		r->peers = xreallocarray(r->peers, i + 1, sizeof(*r->peers));
		while (r->n_peers <= i)
			r->peers[r->n_peers++] = NULL;
	}
	assert(r->peers[i] == NULL);
	*p = (struct rib_peer){
	    .rib = r, .user = user, .index = i, .address = *address};
	r->peers[i] = p;
	all_update(r);
	return p;
}

void
rib_peer_expect(struct rib *r, const uint64_t *words, uint32_t n)
{
	rib_set_unref(r, r->expected);
	r->expected = rib_set_of(r, words, n);
	all_update(r);
}

void
rib_peer_del(struct rib_peer *p)
{
	struct rib *r = p->rib;

	rib_peer_down(p, false);
	r->peers[p->index] = NULL;
	all_update(r);
	free(p);
}

struct rib_peer *
rib_peer(const struct rib *r, uint32_t index)
{
	return index < r->n_peers ? r->peers[index] : NULL;
}

uint32_t
rib_path_of(const struct rib_peer *p, const struct ip_prefix *prefix,
	    uint32_t id)
{
	uint32_t net = rib_find(p->rib, prefix);

	return net != 0 ? rib_list_find(p->rib, net, p->index, id) : 0;
}

/* ---- the paths of a member */

static void
peer_link(struct rib_peer *p, uint32_t i)
{
	struct rib *r = p->rib;
	struct rib_path *path = rib_path_at(r, i);

	path->next = p->first;
	if (p->first != 0)
		rib_path_at(r, p->first)->prev = i;
	p->first = i;
	p->received++;
	p->accepted += path->reason == 0;
}

static void
peer_unlink(struct rib_peer *p, uint32_t i)
{
	struct rib *r = p->rib;
	struct rib_path *path = rib_path_at(r, i);

	*(path->prev != 0 ? &rib_path_at(r, path->prev)->next : &p->first) =
	    path->next;
	if (path->next != 0)
		rib_path_at(r, path->next)->prev = path->prev;
	p->received--;
	p->accepted -= path->reason == 0;
	p->stale -= path->stale;
}

/* ---- changes */

static void
path_new(struct rib_peer *p, uint32_t net, uint32_t id, struct rib_attrs *a,
	 const struct rib_verdict *v)
{
	struct rib *r = p->rib;
	uint32_t i = slab_new(&r->paths);

	*rib_path_at(r, i) = (struct rib_path){
	    .attrs = rib_attrs_ref(a),
	    .net = net,
	    .peer = p->index,
	    .id = id,
	    .reason = v->reason,
	    .marks = v->marks,
	    .rank = v->rank,
	};
	r->n_paths++;
	peer_link(p, i);
	rib_list_add(r, i);
}

static void
path_free(struct rib *r, uint32_t i)
{
	struct rib_path *path = rib_path_at(r, i);
	uint32_t net = path->net;
	bool visible = path->reason == 0;

	rib_list_del(r, i);
	peer_unlink(r->peers[path->peer], i);
	rib_attrs_unref(r, path->attrs);
	slab_del(&r->paths, i);
	r->n_paths--;
	if (visible)
		rib_net_changed(r, net);
	else
		rib_net_release(r, net);
}

/* Whether anything changed. */
static bool
path_change(struct rib *r, uint32_t i, struct rib_attrs *a,
	    const struct rib_verdict *v)
{
	struct rib_path *path = rib_path_at(r, i);
	struct rib_attrs *old = path->attrs;
	bool visible = v->reason == 0 || path->reason == 0;

	if (old == a && path->reason == v->reason && path->marks == v->marks &&
	    path->rank == v->rank)
		return false;
	rib_list_del(r, i);
	path->attrs = rib_attrs_ref(a);
	rib_attrs_unref(r, old);
	r->peers[path->peer]->accepted +=
	    (size_t)(v->reason == 0) - (size_t)(path->reason == 0);
	path->reason = v->reason;
	path->marks = v->marks;
	path->rank = v->rank;
	rib_list_add(r, i);
	if (visible)
		rib_net_changed(r, path->net);
	return true;
}

static void
path_fresh(struct rib *r, uint32_t i)
{
	struct rib_path *path = rib_path_at(r, i);

	r->peers[path->peer]->stale -= path->stale;
	path->stale = false;
}

bool
rib_announce(struct rib_peer *p, const struct ip_prefix *prefix, uint32_t id,
	     struct rib_attrs *a, const struct rib_verdict *v)
{
	return rib_announce_hashed(p, prefix, rib_hash(p->rib, prefix), id, a,
				   v);
}

bool
rib_announce_hashed(struct rib_peer *p, const struct ip_prefix *prefix,
		    uint32_t hash, uint32_t id, struct rib_attrs *a,
		    const struct rib_verdict *v)
{
	struct rib *r = p->rib;

	assert(p->up && prefix->addr.family == r->family);
	uint32_t net = rib_net_get(r, prefix, hash),
		 i = rib_list_find(r, net, p->index, id);
	if (i == 0) {
		path_new(p, net, id, a, v);
		if (v->reason == 0)
			rib_net_changed(r, net);
		return true;
	}
	path_fresh(r, i);
	return path_change(r, i, a, v);
}

bool
rib_withdraw(struct rib_peer *p, const struct ip_prefix *prefix, uint32_t id)
{
	uint32_t i = rib_path_of(p, prefix, id);

	if (i == 0)
		return false;
	path_free(p->rib, i);
	return true;
}

void
rib_judge(struct rib *r, uint32_t path, const struct rib_verdict *v)
{
	path_change(r, path, rib_path_at(r, path)->attrs, v);
}

/* ---- sessions */

/* The order of its paths depends on it. */
static void
new_router_id(struct rib_peer *p, uint32_t router_id)
{
	struct rib *r = p->rib;

	for (uint32_t i = p->first; i != 0; i = rib_path_at(r, i)->next)
		rib_list_del(r, i);
	p->router_id = router_id;
	for (uint32_t i = p->first; i != 0; i = rib_path_at(r, i)->next) {
		rib_list_add(r, i);
		rib_net_changed(r, rib_path_at(r, i)->net);
	}
}

void
rib_peer_up(struct rib_peer *p, uint32_t router_id)
{
	assert(!p->up);
	p->up = true;
	if (router_id != p->router_id)
		new_router_id(p, router_id);
}

void
rib_peer_down(struct rib_peer *p, bool keep)
{
	p->up = false;
	if (keep)
		rib_stale_mark(p);
	else
		while (p->first != 0)
			path_free(p->rib, p->first);
}

void
rib_stale_mark(struct rib_peer *p)
{
	for (uint32_t i = p->first; i != 0; i = rib_path_at(p->rib, i)->next)
		rib_path_at(p->rib, i)->stale = true;
	p->stale = p->received;
}

size_t
rib_stale_sweep(struct rib_peer *p,
		void (*gone)(void *arg, const struct rib_path *path), void *arg)
{
	struct rib *r = p->rib;
	size_t n = 0;

	for (uint32_t i = p->first, next; i != 0 && p->stale > 0; i = next) {
		next = rib_path_at(r, i)->next;
		if (!rib_path_at(r, i)->stale)
			continue;
		if (gone != NULL)
			gone(arg, rib_path_at(r, i));
		path_free(r, i);
		n++;
	}
	return n;
}
