/*
 * The order of steps. All namespaces first, so that each veth end can be born in
 * its own; bridges before ports, and carriers before tunnels; addresses and routes when all links are there;
 * files before daemons; caches before route servers before members, so that the first
 * connection attempt of a member finds a listener.
 */
#include "lab/plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lab/model/model_kind.h"

struct builder {
	struct plan *p;
	size_t size;
};

static struct plan_step *
step(struct builder *b, enum plan_op op, size_t node, int line)
{
	struct plan *p = b->p;

	if (p->n == b->size) {
		b->size = b->size ? 2 * b->size : 256;
		p->steps = xreallocarray(p->steps, b->size, sizeof(*p->steps));
	}
	p->steps[p->n] =
	    (struct plan_step){.op = op, .node = node, .line = line};
	return &p->steps[p->n++];
}

/* In a router, for the machines behind it. */
static void
plan_inner_bridge(struct builder *b, const struct lab *lab,
		  const struct lab_node *n, const struct lab_if *i)
{
	struct plan_step *s =
	    step(b, PLAN_BRIDGE, (size_t)(n - lab->nodes), n->line);

	s->ifname = i->name;
	s->mtu = i->mtu;
	s->mac = i->mac;
}

/* One bridge with VLANs for all LANs of a switch. */
static void
plan_vlan_bridge(struct builder *b, const struct lab *lab, size_t sw)
{
	const struct lab_lan *l;
	uint32_t mtu = 0;
	struct plan_step *s;
	size_t i;

	for (l = lab->lans; l < lab->lans + lab->nlans; l++)
		for (i = 0; i < l->nswitches; i++)
			if (l->switches[i] == sw && l->mtu > mtu)
				mtu = l->mtu;
	if (mtu == 0)
		return;
	s = step(b, PLAN_BRIDGE, sw, lab->nodes[sw].line);
	s->ifname = lab->nodes[sw].name;
	s->mtu = mtu;
	s->vlans = true;
}

static void
plan_lan_bridges(struct builder *b, const struct lab_lan *l)
{
	struct plan_step *s;
	size_t i;

	for (i = 0; i < l->nswitches; i++) {
		s = step(b, PLAN_BRIDGE, l->switches[i], l->line);
		s->ifname = l->name;
		s->mtu = l->mtu;
		s->spanning_tree = l->spanning_tree;
	}
}

static void
plan_bridges(struct builder *b, const struct lab *lab)
{
	bool vlans = lab->vlans == LAB_VLANS_FILTERING;
	const struct lab_node *n;
	const struct lab_lan *l;
	const struct lab_if *k;

	for (n = lab->nodes; vlans && n < lab->nodes + lab->nnodes; n++)
		if (n->role == LAB_SWITCH)
			plan_vlan_bridge(b, lab, (size_t)(n - lab->nodes));
	for (l = lab->lans; !vlans && l < lab->lans + lab->nlans; l++)
		plan_lan_bridges(b, l);
	for (n = lab->nodes; n < lab->nodes + lab->nnodes; n++)
		for (k = n->ifs; k < n->ifs + n->nifs; k++)
			if (k->bridge)
				plan_inner_bridge(b, lab, n, k);
}

static struct plan_end
plan_end(const struct lab *lab, const struct lab_link *l,
	 const struct lab_end *e)
{
	const struct lab_if *i = lab->nodes[e->node].ifs;

	if (e->ifi == SIZE_MAX && l->lan != SIZE_MAX)
		return (struct plan_end){e->node,
					 e->port,
					 NULL,
					 model_bridge(lab, l->lan, e->node),
					 model_vlan(lab, l->lan),
					 l->kind == LAB_LINK_TAG};
	if (e->ifi == SIZE_MAX) {
		while (!i->bridge)
			i++;
		return (struct plan_end){e->node, e->port, NULL,
					 i->name, 0,	   false};
	}
	i += e->ifi;
	return (struct plan_end){e->node, i->name, i->mac, NULL, 0, false};
}

static uint32_t
plan_mtu(const struct lab *lab, const struct lab_link *l)
{
	return l->kind == LAB_LINK_SITE
		   ? lab->lans[l->lan].mtu
		   : lab->nodes[l->b.node].ifs[l->b.ifi].mtu;
}

static void
plan_tunnel(const struct lab *lab, const struct lab_link *l,
	    struct plan_step *s)
{
	const struct lab_link *c = &lab->links[l->carrier];

	s->op = PLAN_TUNNEL;
	s->mtu = l->mtu;
	s->over_a =
	    c->a.ifi == SIZE_MAX ? NULL : &lab->nodes[c->a.node].ifs[c->a.ifi];
	s->over_b = &lab->nodes[c->b.node].ifs[c->b.ifi];
}

static void
plan_link(struct builder *b, const struct lab *lab, const struct lab_link *l)
{
	struct plan_step *s = step(b, PLAN_VETH, l->b.node, l->line);

	if (l->carrier != SIZE_MAX)
		plan_tunnel(lab, l, s);
	else
		s->mtu = plan_mtu(lab, l);
	s->link = (size_t)(l - lab->links);
	s->a = plan_end(lab, l, &l->a);
	s->b = plan_end(lab, l, &l->b);
}

/* A bridge floods to the port first that came last, and a broadcast that goes on
 * to a thousand ports of another site fills the kernel's queue (netdev_max_backlog)
 * for who would answer meanwhile. So ways to other sites come first. */
static void
plan_links(struct builder *b, const struct lab *lab)
{
	const struct lab_link *l, *end = lab->links + lab->nlinks;

	for (l = lab->links; l < end; l++)
		if (l->kind == LAB_LINK_SITE || l->kind == LAB_LINK_CARRIER)
			plan_link(b, lab, l);
	for (l = lab->links; l < end; l++)
		if (l->kind != LAB_LINK_SITE && l->kind != LAB_LINK_CARRIER)
			plan_link(b, lab, l);
}

static void
plan_fabrics(struct builder *b, const struct lab *lab)
{
	size_t i;

	for (i = 0; i < lab->nnodes; i++)
		if (lab->nodes[i].role == LAB_SWITCH &&
		    plan_fabric_needed(lab, i))
			step(b, PLAN_FABRIC, i, lab->nodes[i].line)->text =
			    plan_fabric(lab, i);
}

static void
plan_weather(struct builder *b, const struct lab *lab)
{
	const struct lab_link *l;
	struct plan_step *s;

	for (l = lab->links; l < lab->links + lab->nlinks; l++) {
		if (model_weather_fair(&l->weather))
			continue;
		s = step(b, PLAN_WEATHER, l->b.node, l->line);
		s->link = (size_t)(l - lab->links);
		s->a = plan_end(lab, l, &l->a);
		s->b = plan_end(lab, l, &l->b);
	}
}

static void
plan_addresses(struct builder *b, const struct lab *lab, size_t node)
{
	const struct lab_node *n = &lab->nodes[node];
	const struct lab_if *i;
	struct plan_step *s;
	size_t k;

	for (k = 0; k < n->nloopbacks; k++) {
		s = step(b, PLAN_ADDR, node, n->line);
		s->ifname = "lo";
		s->addr = n->loopbacks[k];
	}
	for (k = 0; k < n->nanycast; k++) {
		s = step(b, PLAN_ADDR, node, n->line);
		s->ifname = "lo";
		s->addr = model_anycast_addr(&n->anycast[k]);
	}
	for (i = n->ifs; i < n->ifs + n->nifs; i++)
		for (k = 0; k < i->naddrs; k++) {
			s = step(b, PLAN_ADDR, node, n->line);
			s->ifname = i->name;
			s->addr = i->addrs[k];
		}
}

static void
plan_routes(struct builder *b, const struct lab *lab, size_t node)
{
	const struct lab_node *n = &lab->nodes[node];
	struct plan_step *s;
	size_t i;

	for (i = 0; i < n->nroutes; i++) {
		s = step(b, PLAN_ROUTE, node, n->line);
		s->to = n->routes[i].to;
		s->via = n->routes[i].via;
	}
}

static const struct lab_if *
interface_with(const struct lab_node *n, const struct ip_addr *a)
{
	const struct lab_if *i;
	size_t k;

	for (i = n->ifs; i < n->ifs + n->nifs; i++)
		for (k = 0; k < i->naddrs; k++)
			if (ip_addr_eq(&i->addrs[k].addr, a))
				return i;
	return NULL;
}

static void
plan_neighbour(struct builder *b, const struct lab *lab, size_t node,
	       const struct lab_if *i, const struct ip_addr *a,
	       const struct lab_if *far)
{
	struct plan_step *s = step(b, PLAN_NEIGH, node, lab->nodes[node].line);

	s->ifname = i->name;
	s->addr = (struct lab_addr){*a, (uint8_t)ip_bits(a->family)};
	s->mac = far->mac;
}

/* Full of others' entries, the table that all namespaces share must not cut the
 * fabric in two. */
static void
plan_carriers(struct builder *b, const struct lab *lab)
{
	const struct lab_link *l;
	const struct lab_if *x, *y;

	for (l = lab->links; l < lab->links + lab->nlinks; l++) {
		if (l->kind != LAB_LINK_CARRIER)
			continue;
		x = &lab->nodes[l->a.node].ifs[l->a.ifi];
		if (x->naddrs == 0)
			continue;
		y = &lab->nodes[l->b.node].ifs[l->b.ifi];
		plan_neighbour(b, lab, l->a.node, x, &y->addrs[0].addr, y);
		plan_neighbour(b, lab, l->b.node, y, &x->addrs[0].addr, x);
	}
}

/* Permanent entries do not count against the table that all namespaces share,
 * so those between route servers and members are set, both ways. */
static void
plan_neighbours(struct builder *b, const struct lab *lab, size_t rs)
{
	const struct lab_node *n = &lab->nodes[rs];
	const struct lab_session *s;
	const struct lab_if *near, *far;

	for (s = n->sessions; s < n->sessions + n->nsessions; s++) {
		near = interface_with(n, &s->local);
		far = interface_with(&lab->nodes[s->peer], &s->remote);
		if (near == NULL || far == NULL)
			continue;
		plan_neighbour(b, lab, rs, near, &s->remote, far);
		plan_neighbour(b, lab, s->peer, far, &s->local, near);
	}
}

static void
plan_file(struct builder *b, const struct lab_node *n, size_t node,
	  const char *name, char *text, bool keep)
{
	struct plan_step *s = step(b, PLAN_FILE, node, n->line);

	s->path = xasprintf("nodes/%s/%s", n->name, name);
	s->text = text;
	s->keep = keep;
}

static void
plan_files(struct builder *b, const struct lab *lab, size_t node)
{
	const struct lab_node *n = &lab->nodes[node];
	bool keep = n->config == LAB_CONFIG_OWN;
	const struct lab_kind_file *f;

	for (f = n->kind->files; f != NULL && f->name != NULL; f++)
		plan_file(b, n, node, f->name,
			  keep && f->begin ? f->begin(lab, n)
					   : f->write(lab, n),
			  keep);
}

#define PLAN_TURNS 3

static int
plan_turn(const struct lab_node *n)
{
	if (n->kind->first)
		return 0;
	return n->role == LAB_ROUTE_SERVER ? 1 : 2;
}

/* All robots are one step, which stands at the first of them. */
static void
plan_crowd(struct builder *b, const struct lab *lab)
{
	struct plan_step *s;
	size_t i = 0;

	while (i < lab->nnodes && lab->nodes[i].robot == NULL)
		i++;
	if (i == lab->nnodes)
		return;
	s = step(b, PLAN_CROWD, i, lab->nodes[i].line);
	s->path = xstrdup("robots.json");
	s->text = model_crowd(lab);
}

static void
plan_daemons(struct builder *b, const struct lab *lab, int turn)
{
	size_t i;

	for (i = 0; i < lab->nnodes; i++)
		if (model_kind_runs(lab->nodes[i].kind) &&
		    plan_turn(&lab->nodes[i]) == turn)
			step(b, PLAN_DAEMON, i, lab->nodes[i].line);
}

struct plan *
plan_new(const struct lab *lab)
{
	struct builder b = {.p = xcalloc(1, sizeof(struct plan))};
	size_t i;
	int turn;

	b.p->lab = lab;
	for (i = 0; i < lab->nnodes; i++)
		step(&b, PLAN_NETNS, i, lab->nodes[i].line);
	plan_bridges(&b, lab);
	plan_links(&b, lab);
	plan_fabrics(&b, lab);
	for (i = 0; i < lab->nnodes; i++)
		plan_addresses(&b, lab, i);
	for (i = 0; i < lab->nnodes; i++)
		plan_routes(&b, lab, i);
	plan_carriers(&b, lab);
	for (i = 0; lab->neighbours && i < lab->nnodes; i++)
		if (lab->nodes[i].role == LAB_ROUTE_SERVER)
			plan_neighbours(&b, lab, i);
	plan_weather(&b, lab);
	for (i = 0; i < lab->nnodes; i++)
		plan_files(&b, lab, i);
	for (turn = 0; turn < PLAN_TURNS; turn++) {
		if (turn + 1 == PLAN_TURNS)
			plan_crowd(&b, lab);
		plan_daemons(&b, lab, turn);
	}
	return b.p;
}

void
plan_free(struct plan *p)
{
	size_t i;

	if (p == NULL)
		return;
	for (i = 0; i < p->n; i++) {
		free(p->steps[i].path);
		free(p->steps[i].text);
	}
	free(p->steps);
	free(p);
}
