/* rib: members come and go, and announce and withdraw; see rib.h. */
#include "rs/rib/rib.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/rib/rib_table.h"

struct rib *
rib_new(const struct rib_hooks *hooks, uint64_t seed)
{
	struct rib *r = xcalloc(1, sizeof(*r));

	r->hooks = *hooks;
	r->seed = seed;
	return r;
}

void
rib_free(struct rib *r)
{
	for (uint32_t i = 0; i < r->n_peers; i++)
		assert(r->peers[i] == NULL);
	for (size_t i = 0; i < 2; i++) {
		assert(r->tables[i].n == 0);
		free(r->tables[i].buckets);
	}
	assert(r->n_attrs == 0);
	free(r->attrs);
	free(r->peers);
	free(r);
}

/* ---- peers */

struct rib_peer *
rib_peer_add(struct rib *r, enum ip_family f, void *user)
{
	struct rib_peer *p = xcalloc(1, sizeof(*p));
	uint32_t i = 0;

	while (i < r->n_peers && r->peers[i] != NULL)
		i++;
	if (i == r->n_peers)
		r->peers =
		    xreallocarray(r->peers, ++r->n_peers, sizeof(*r->peers));
	*p = (struct rib_peer){.rib = r, .family = f, .user = user, .index = i};
	r->peers[i] = p;
	return p;
}

void
rib_peer_del(struct rib_peer *p)
{
	rib_peer_down(p);
	p->rib->peers[p->index] = NULL;
	free(p);
}

void
rib_peer_up(struct rib_peer *p, uint32_t router_id,
	    const struct ip_addr *address)
{
	assert(!p->up && p->first == NULL);
	p->up = true;
	p->router_id = router_id;
	p->address = *address;
	rib_peer_begin(p);
}

/* ---- paths of a net, in order */

static size_t
path_at(const struct rib_net *net, const struct rib_peer *p)
{
	size_t i = 0;

	while (i < net->n && net->paths[i]->peer != p)
		i++;
	return i;
}

static void
path_take(struct rib_net *net, size_t i)
{
	memmove(&net->paths[i], &net->paths[i + 1],
		(net->n - i - 1) * sizeof(struct rib_path *));
	net->n--;
}

static void
path_place(struct rib_net *net, struct rib_path *path)
{
	size_t i = net->n;

	net->paths =
	    xreallocarray(net->paths, net->n + 1, sizeof(struct rib_path *));
	for (; i > 0 && rib_path_cmp(path, net->paths[i - 1]) < 0; i--)
		net->paths[i] = net->paths[i - 1];
	net->paths[i] = path;
	net->n++;
}

static void
path_link(struct rib_peer *p, struct rib_path *path)
{
	path->next = p->first;
	if (p->first != NULL)
		p->first->prev = path;
	p->first = path;
	p->received++;
	p->accepted += path->verdict == 0;
}

static void
path_unlink(struct rib_peer *p, struct rib_path *path)
{
	*(path->prev != NULL ? &path->prev->next : &p->first) = path->next;
	if (path->next != NULL)
		path->next->prev = path->prev;
	p->received--;
	p->accepted -= path->verdict == 0;
}

static void
path_free(struct rib *r, struct rib_path *path)
{
	struct rib_net *net = path->net;

	path_take(net, path_at(net, path->peer));
	path_unlink(path->peer, path);
	if (path->verdict == 0)
		rib_net_changed(r, net);
	rib_attrs_unref(r, path->attrs);
	free(path);
	rib_net_release(r, net);
}

void
rib_peer_down(struct rib_peer *p)
{
	p->up = false; /* it hears nothing of what follows */
	while (p->first != NULL)
		path_free(p->rib, p->first);
	rib_peer_forget(p);
}

static void
path_new(struct rib_peer *p, struct rib_net *net, struct rib_attrs *a,
	 uint16_t verdict)
{
	struct rib_path *path = xcalloc(1, sizeof(*path));

	*path = (struct rib_path){.net = net,
				  .peer = p,
				  .attrs = rib_attrs_ref(a),
				  .verdict = verdict};
	path_link(p, path);
	path_place(net, path);
}

static void
path_change(struct rib_path *path, struct rib_attrs *a, uint16_t verdict)
{
	struct rib *r = path->peer->rib;
	struct rib_net *net = path->net;

	path_take(net, path_at(net, path->peer));
	rib_attrs_ref(a);
	rib_attrs_unref(r, path->attrs);
	path->attrs = a;
	path->peer->accepted += (verdict == 0) - (path->verdict == 0);
	path->verdict = verdict;
	path_place(net, path);
}

bool
rib_announce(struct rib_peer *p, const struct ip_prefix *prefix,
	     struct rib_attrs *a, uint16_t verdict)
{
	struct rib *r = p->rib;
	struct rib_net *net = rib_net_get(r, prefix);
	size_t i = path_at(net, p);
	bool visible = verdict == 0;

	assert(p->up && prefix->addr.family == p->family);
	if (i == net->n) {
		path_new(p, net, a, verdict);
	} else {
		struct rib_path *path = net->paths[i];
		path->stale = false;
		if (path->attrs == a && path->verdict == verdict)
			return false;
		visible |= path->verdict == 0;
		path_change(path, a, verdict);
	}
	if (visible)
		rib_net_changed(r, net);
	return true;
}

bool
rib_withdraw(struct rib_peer *p, const struct ip_prefix *prefix)
{
	struct rib_net *net = rib_net_find(p->rib, prefix);

	if (net == NULL)
		return false;
	size_t i = path_at(net, p);
	if (i == net->n)
		return false;
	path_free(p->rib, net->paths[i]);
	return true;
}

void
rib_path_judge(struct rib_path *path, uint16_t verdict)
{
	if (path->verdict == verdict)
		return;
	bool visible = verdict == 0 || path->verdict == 0;
	path_change(path, path->attrs, verdict);
	if (visible)
		rib_net_changed(path->peer->rib, path->net);
}

void
rib_stale_mark(struct rib_peer *p)
{
	for (struct rib_path *i = p->first; i != NULL; i = i->next)
		i->stale = true;
}

size_t
rib_stale_sweep(struct rib_peer *p,
		void (*gone)(void *arg, const struct rib_path *path), void *arg)
{
	size_t n = 0;

	for (struct rib_path *i = p->first, *next; i != NULL; i = next) {
		next = i->next;
		if (!i->stale)
			continue;
		if (gone != NULL)
			gone(arg, i);
		path_free(p->rib, i);
		n++;
	}
	return n;
}

/* ---- looking */

void
rib_touch_all(struct rib *r)
{
	for (size_t i = 0; i < 2; i++)
		for (struct rib_net *n = r->tables[i].first; n != NULL;
		     n = n->after)
			rib_net_changed(r, n);
}

const struct rib_net *
rib_find(const struct rib *r, const struct ip_prefix *p)
{
	return rib_net_find(r, p);
}

const struct rib_net *
rib_next_net(const struct rib *r, enum ip_family f, const struct rib_net *after)
{
	return after != NULL ? after->after : rib_table_of(r, f)->first;
}

size_t
rib_nets(const struct rib *r, enum ip_family f)
{
	return rib_table_of(r, f)->n;
}
