/*
 * Who speaks BGP with whom: each member with its route servers, members that
 * peer over a LAN, the two ends of a link; one session for each family that both
 * ends have. A trainee's own end is never in the list, because the trainee
 * writes it; the other end is, and waits for it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lab/model/model_word.h"

#define ROBOT_SESSIONS 64

struct wanted { /* one direction */
	size_t node;
	struct lab_session s;
};

struct wanted_list {
	const struct word_lab *w;
	const struct lab *lab;
	struct wanted *v;
	size_t n, size;
};

enum relation {
	REL_PEER,
	REL_ROUTE_SERVER,
	REL_TRANSIT,
	REL_COLLECTOR,
	REL_INTERNAL,
};

static void
want(struct wanted_list *l, size_t from, size_t to, const struct ip_addr *local,
     const struct ip_addr *remote)
{
	const struct lab_node *n = &l->lab->nodes[from];

	if (n->config == LAB_CONFIG_OWN)
		return;
	if (l->n == l->size) {
		l->size = l->size ? 2 * l->size : 64;
		l->v = xreallocarray(l->v, l->size, sizeof(*l->v));
	}
	l->v[l->n++] = (struct wanted){from,
				       {.peer = to,
					.peer_asn = l->lab->nodes[to].asn,
					.local = *local,
					.remote = *remote}};
}

/* Both directions; b is the route server, the provider or the collector. */
static void
want_both(struct wanted_list *l, size_t a, size_t b, const struct ip_addr *addr,
	  const struct ip_addr *baddr, enum relation rel)
{
	size_t at = l->n;

	if (addr->family == IP_NONE || baddr->family == IP_NONE)
		return;
	want(l, a, b, addr, baddr);
	if (l->n > at) {
		l->v[at].s.rs_client = rel == REL_ROUTE_SERVER;
		l->v[at].s.provider = rel == REL_TRANSIT;
		l->v[at].s.collector = rel == REL_COLLECTOR;
		l->v[at].s.internal = rel == REL_INTERNAL;
		at = l->n;
	}
	want(l, b, a, baddr, addr);
	if (l->n > at)
		l->v[at].s.customer = rel == REL_TRANSIT;
	if (l->n > at)
		l->v[at].s.internal = rel == REL_INTERNAL;
}

/* Over every LAN that both routers are on; how many sessions that makes. */
static size_t
want_routers(struct wanted_list *l, size_t a, size_t b, enum relation rel)
{
	const struct word_node *na = &l->w->nodes[a], *nb = &l->w->nodes[b];
	const struct word_port *p, *q;
	size_t made = 0, base = l->w->nswitches;
	int f;

	for (p = na->ports; p < na->ports + na->nports; p++)
		for (q = nb->ports; q < nb->ports + nb->nports; q++)
			for (f = 0; f < FAMS && word_lan_base(l->w, p->lan) ==
						    word_lan_base(l->w, q->lan);
			     f++) {
				made += p->at[f] && q->at[f];
				want_both(l, base + a, base + b, &p->addr[f],
					  &q->addr[f], rel);
			}
	return made;
}

/* The same for all routers of two networks. */
static size_t
want_lans(struct wanted_list *l, size_t a, size_t b, enum relation rel)
{
	const struct word_node *nodes = l->w->nodes;
	size_t i, k, made = 0;

	for (i = 0; i < nodes[a].nrouters; i++)
		for (k = 0; k < nodes[b].nrouters; k++)
			made += want_routers(l, a + i, b + k, rel);
	return made;
}

/* iBGP: every router of a network with every other. */
static void
want_internal(struct wanted_list *l, size_t lead)
{
	size_t i, k, f, n = l->w->nodes[lead].nrouters;
	const struct lab_node *a, *b;

	for (i = 0; i < n; i++)
		for (k = i + 1; k < n; k++) {
			a = &l->lab->nodes[l->w->nswitches + lead + i];
			b = &l->lab->nodes[l->w->nswitches + lead + k];
			for (f = 0; f < a->nloopbacks; f++)
				want_both(l, l->w->nswitches + lead + i,
					  l->w->nswitches + lead + k,
					  &a->loopbacks[f].addr,
					  &b->loopbacks[f].addr, REL_INTERNAL);
		}
}

static int
want_route_servers(struct wanted_list *l, size_t a, struct err *e)
{
	const struct word_lab *w = l->w;
	const struct word_node *n = &w->nodes[a];
	size_t i;

	for (i = 0; n->rs == WORD_RS_ALL && i < w->nnodes; i++)
		if (w->nodes[i].role == LAB_ROUTE_SERVER)
			want_lans(l, a, i, REL_ROUTE_SERVER);
	for (i = 0; i < n->nrss; i++)
		if (want_lans(l, a, n->rss[i].node, REL_ROUTE_SERVER) == 0)
			return word_err(
			    w, n->rss[i].y, e,
			    "%s and %s share no peering LAN and family",
			    n->name, w->nodes[n->rss[i].node].name);
	return 0;
}

/* A collector hears every network on its LANs. */
static void
want_collector(struct wanted_list *l, size_t c)
{
	const struct word_lab *w = l->w;
	size_t i;

	for (i = 0; i < w->nnodes; i++)
		if (w->nodes[i].lead == i && (w->nodes[i].role == LAB_MEMBER ||
					      w->nodes[i].role == LAB_CONTENT))
			want_lans(l, i, c, REL_COLLECTOR);
}

struct pair {
	size_t a, b; /* a < b */
	const struct yaml *y;
	size_t seq;
};

static int
cmp_pair(const void *x, const void *y)
{
	const struct pair *p = x, *q = y;

	if (p->a != q->a)
		return p->a < q->a ? -1 : 1;
	if (p->b != q->b)
		return p->b < q->b ? -1 : 1;
	return p->seq < q->seq ? -1 : p->seq > q->seq;
}

/* "m1: peers: [m2]" is the same wish as "m2: peers: [m1]". */
static int
want_peers(struct wanted_list *l, struct err *e)
{
	const struct word_lab *w = l->w;
	struct pair *pairs;
	size_t i, k, n = 0;
	int r = 0;

	for (i = 0; i < w->nnodes; i++)
		n += w->nodes[i].npeers;
	pairs = xcalloc(n + 1, sizeof(*pairs));
	for (n = 0, i = 0; i < w->nnodes; i++)
		for (k = 0; k < w->nodes[i].npeers; k++, n++) {
			const struct word_ref *ref = &w->nodes[i].peers[k];

			pairs[n] = (struct pair){i < ref->node ? i : ref->node,
						 i < ref->node ? ref->node : i,
						 ref->y, n};
		}
	qsort(pairs, n, sizeof(*pairs), cmp_pair);
	for (i = 0; i < n && r == 0; i++) {
		if (i > 0 && pairs[i].a == pairs[i - 1].a &&
		    pairs[i].b == pairs[i - 1].b)
			continue;
		if (want_lans(l, pairs[i].a, pairs[i].b, REL_PEER) == 0)
			r = word_err(w, pairs[i].y, e,
				     "%s and %s share no peering LAN and "
				     "family: connect "
				     "them with a link instead",
				     w->nodes[pairs[i].a].name,
				     w->nodes[pairs[i].b].name);
	}
	free(pairs);
	return r;
}

static void
want_links(struct wanted_list *l)
{
	const struct lab *lab = l->lab;
	const struct lab_link *k;
	const struct lab_if *a, *b;
	size_t i, j, seen = 0;

	for (k = lab->links; k < lab->links + lab->nlinks; k++) {
		if (k->kind != LAB_LINK_PRIVATE || l->w->links[seen++].silent)
			continue;
		a = &lab->nodes[k->a.node].ifs[k->a.ifi];
		b = &lab->nodes[k->b.node].ifs[k->b.ifi];
		for (i = 0; i < a->naddrs; i++)
			for (j = 0; j < b->naddrs; j++)
				if (a->addrs[i].addr.family ==
				    b->addrs[j].addr.family)
					want_both(l, k->a.node, k->b.node,
						  &a->addrs[i].addr,
						  &b->addrs[j].addr,
						  l->w->links[seen - 1].transit
						      ? REL_TRANSIT
						      : REL_PEER);
	}
}

static void
hand_out(const struct wanted_list *l, struct lab *lab)
{
	struct model_mem *mem = lab->mem;
	struct lab_node *n;
	size_t i;

	for (i = 0; i < l->n; i++)
		lab->nodes[l->v[i].node].nsessions++;
	for (n = lab->nodes; n < lab->nodes + lab->nnodes; n++) {
		n->sessions = model_mem_alloc(&mem, n->nsessions,
					      sizeof(struct lab_session));
		n->nsessions = 0;
	}
	for (i = 0; i < l->n; i++) {
		n = &lab->nodes[l->v[i].node];
		n->sessions[n->nsessions++] = l->v[i].s;
	}
	lab->mem = mem;
}

/* ixpeer's limit; and there is no robot without anybody to talk to. */
static int
check_robots(const struct word_lab *w, const struct lab *lab, struct err *e)
{
	const struct lab_node *n;
	size_t i;

	for (i = 0; i < w->nnodes; i++) {
		n = &lab->nodes[w->nswitches + i];
		if (n->robot != NULL && n->nsessions == 0)
			return word_err(w, w->nodes[i].y, e,
					"%s is a robot and has no session: "
					"give it a route server or a peer",
					n->name);
		if (n->robot != NULL && n->nsessions > ROBOT_SESSIONS)
			return word_err(w, w->nodes[i].y, e,
					"%s has %zu sessions: a robot has at "
					"most %d",
					n->name, n->nsessions, ROBOT_SESSIONS);
	}
	return 0;
}

int
model_sessions(const struct word_lab *w, struct lab *lab, struct err *e)
{
	struct wanted_list l = {.w = w, .lab = lab};
	size_t i;
	int r = 0;

	for (i = 0; i < w->nnodes && r == 0; i++)
		r = want_route_servers(&l, i, e);
	for (i = 0; i < w->nnodes && r == 0; i++)
		if (w->nodes[i].role == LAB_COLLECTOR)
			want_collector(&l, i);
	if (r == 0)
		r = want_peers(&l, e);
	if (r == 0) {
		want_links(&l);
		for (i = 0; i < w->nnodes; i++)
			want_internal(&l, i);
		hand_out(&l, lab);
	}
	free(l.v);
	return r == 0 ? check_robots(w, lab, e) : r;
}
