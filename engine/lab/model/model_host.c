/*
 * Machines behind a network. They live in the first /24 and the first /64 of its
 * prefixes: the router is .1 and ::1, the machine of "host: yes" is .10 and ::10,
 * those of "hosts" and machines that are "behind" the network follow from .11 and
 * ::11 on, in the order of the file, unless it gives them an address. One
 * machine is joined to the router's lan0 directly; with several, lan0 is a bridge
 * in the router and each machine has a port of it, called as the machine.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "lab/model/model_kind.h"
#include "lab/model/model_resolve.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define HOST_MTU 1500
#define HOSTS_MAX 64 /* behind a router */

static const uint8_t host_len[FAMS] = {24, 64};
static const uint32_t host_first[FAMS] = {10, 0x10};

/* ---- reading */

/* How many nodes the hosts of a network and of its routers make. */
size_t
word_host_count(const struct yaml *network)
{
	const struct yaml *hosts = yaml_get(network, "hosts");
	const struct yaml *routers = yaml_get(network, "routers");
	size_t i, n = hosts ? hosts->n : 0;

	for (i = 0; routers && routers->kind == YAML_MAP && i < routers->n; i++)
		if ((hosts = yaml_get(routers->items[i], "hosts")) != NULL)
			n += hosts->n;
	return n;
}

static int
host_address(const struct word_lab *w, const struct yaml *y,
	     struct word_behind *b, struct err *e)
{
	int f;

	for (f = 0; f < FAMS; f++) {
		b->at[f] = yaml_get(y, word_family_key[f]);
		if (b->at[f] && yaml_addr(&w->doc, b->at[f], word_family[f],
					  &b->addr[f], e) < 0)
			return -1;
	}
	return word_weather(w, y, &b->weather, e);
}

static int
host_read(struct word_lab *w, const struct yaml *y, size_t owner, struct err *e)
{
	static const char *const keys[] = {"name", "limits", "ipv4",
					   "ipv6", WORD_RUN, WORD_WEATHER};
	struct word_node *n = word_node_add(w, LAB_HOST, y);

	n->network = w->nodes[owner].network;
	n->behind.who = (struct word_ref){y, owner};
	if (word_name_inside(w, y, "host", n, e) < 0 ||
	    yaml_keys(&w->doc, y, "a host", keys, COUNT(keys), e) < 0 ||
	    word_run(w, y, n, e) < 0 || word_limits(w, y, &n->limits, e) < 0 ||
	    word_title(w, yaml_get(y, "name"), n->name, &n->title, e) < 0)
		return -1;
	return host_address(w, y, &n->behind, e);
}

int
word_hosts(struct word_lab *w, struct err *e)
{
	size_t networks = w->nnodes, i, k;

	for (i = 0; i < networks; i++) {
		const struct yaml *y = w->nodes[i].hosts_y;

		if (y == NULL)
			continue;
		if (yaml_want(&w->doc, y, YAML_MAP, "hosts", e) < 0)
			return -1;
		for (k = 0; k < y->n; k++)
			if (host_read(w, y->items[k], i, e) < 0)
				return -1;
	}
	return 0;
}

/* A machine's "behind: m1": what it has of ports is its address there. */
int
word_behind(struct word_lab *w, const struct yaml *y, struct word_node *n,
	    struct err *e)
{
	static const char *const ports[] = {"lan",	  "lans", "switch",
					    "quarantine", "mac",  "guard"};
	const char *text;
	size_t i;

	n->behind.who.y = yaml_get(y, "behind");
	if (yaml_str(&w->doc, n->behind.who.y, &text, e) < 0)
		return -1;
	for (i = 0; i < COUNT(ports); i++)
		if (yaml_get(y, ports[i]))
			return word_err(w, yaml_get(y, ports[i]), e,
					"%s is behind a network and has no "
					"port on a peering LAN: leave \"%s\" "
					"out, or \"behind\"",
					n->name, ports[i]);
	return host_address(w, y, &n->behind, e);
}

/* ---- checking */

static int
host_check_addr(const struct word_lab *w, const struct word_node *h, int f,
		struct err *e)
{
	const struct word_node *n = &w->nodes[h->behind.who.node], *o;
	const struct word_prefix *p = word_first_prefix(n, f);
	const struct yaml *at = h->behind.at[f];
	const struct ip_addr *a = &h->behind.addr[f];
	char text[IP_ADDRSTRLEN], net[IP_PREFIXSTRLEN];
	struct ip_addr router, first;
	struct ip_prefix lan;

	if (p == NULL)
		return yaml_err(
		    &w->doc, at, e,
		    "%s has an %s address, and %s no prefix of that "
		    "family",
		    h->name, word_family_key[f], n->name);
	lan = ip_prefix_of(&p->p.addr, host_len[f]);
	ip_addr_print(a, text);
	if (!ip_prefix_has_addr(&lan, a) || *word_reserved_addr(&lan, a))
		return yaml_err(
		    &w->doc, at, e,
		    "%s is no address for a machine behind %s: take "
		    "one of %s",
		    text, n->name, ip_prefix_print(&lan, net));
	router = ip_addr_add(&p->p.addr, 1);
	first = ip_addr_add(&p->p.addr, host_first[f]);
	if (ip_addr_eq(a, &router) || (n->host && ip_addr_eq(a, &first)))
		return yaml_err(&w->doc, at, e, "%s is already that of %s%s",
				text, n->name,
				ip_addr_eq(a, &router) ? "" : "-h");
	for (o = w->nodes; o < h; o++)
		if (o->behind.who.y &&
		    o->behind.who.node == h->behind.who.node &&
		    o->behind.at[f] && ip_addr_eq(a, &o->behind.addr[f]))
			return yaml_err(&w->doc, at, e,
					"%s is already the address of %s", text,
					o->name);
	return 0;
}

static int
host_check_network(const struct word_lab *w, const struct word_node *n,
		   struct err *e)
{
	const struct yaml *y = n->host	    ? n->host_y
			       : n->hosts_y ? n->hosts_y
					    : n->y;
	const struct word_prefix *p;
	char text[IP_PREFIXSTRLEN];
	int f;

	if (n->nprefixes == 0)
		return word_err(w, y, e,
				"%s has a host and no prefixes to number it "
				"from: give it prefixes",
				n->name);
	if (n->nhosts > HOSTS_MAX)
		return word_err(w, y, e,
				"%zu machines behind %s: there are at most %d",
				n->nhosts, n->name, HOSTS_MAX);
	for (f = 0; f < FAMS; f++) {
		p = word_first_prefix(n, f);
		if (p != NULL && p->p.len > host_len[f])
			return yaml_err(&w->doc, p->y, e,
					"%s's host needs a /%u of its own, %s "
					"is smaller",
					n->name, host_len[f],
					ip_prefix_print(&p->p, text));
	}
	return 0;
}

/* They are numbered from what belongs to all routers of the network. */
static int
host_check_routers(const struct word_lab *w, const struct word_node *lead,
		   struct err *e)
{
	size_t i, routers = 0;

	for (i = 0; i < lead->nrouters; i++)
		routers += lead[i].host || lead[i].nhosts > 0;
	if (routers < 2)
		return 0;
	return word_err(w, lead->y, e,
			"%s has hosts behind %zu routers: one is all that its "
			"first prefixes have room for",
			lead->network, routers);
}

int
model_check_hosts(const struct word_lab *w, struct err *e)
{
	const struct word_node *n;
	int f;

	for (n = w->nodes; n < w->nodes + w->nnodes; n++) {
		if ((n->host || n->nhosts > 0) &&
		    host_check_network(w, n, e) < 0)
			return -1;
		if (n->nrouters > 1 && host_check_routers(w, n, e) < 0)
			return -1;
		for (f = 0; f < FAMS; f++)
			if (n->behind.who.y && n->behind.at[f] &&
			    host_check_addr(w, n, f, e) < 0)
				return -1;
	}
	return 0;
}

/* ---- resolving */

struct host_lan {
	struct resolve *r;
	const struct word_node *wn;
	struct lab_node *n;
	bool bridge;
	uint32_t next[FAMS]; /* address to give */
};

static bool
host_taken(const struct host_lan *l, int f, const struct ip_addr *a)
{
	const struct word_lab *w = l->r->w;
	size_t i, self = (size_t)(l->wn - w->nodes);

	for (i = 0; i < w->nnodes; i++) {
		const struct word_behind *b = &w->nodes[i].behind;

		if (b->who.y && b->who.node == self && b->at[f] &&
		    ip_addr_eq(&b->addr[f], a))
			return true;
	}
	return false;
}

static struct ip_addr
host_give(struct host_lan *l, int f, const struct word_prefix *p)
{
	struct ip_addr a;

	do
		a = ip_addr_add(&p->p.addr, ++l->next[f]);
	while (host_taken(l, f, &a));
	return a;
}

/* b: NULL for the machine of host: yes. */
static void
host_join(struct host_lan *l, struct lab_node *h, const struct word_behind *b)
{
	const struct ip_prefix def[FAMS] = {{{.family = IP_V4}, 0},
					    {{.family = IP_V6}, 0}};
	const struct word_prefix *p;
	struct ip_addr via, addr;
	struct lab_link *link;
	struct lab_if *ih;
	int f;

	h->owner = (size_t)(l->n - l->r->lab->nodes);
	h->network = l->n->network;
	h->routes = model_mem_alloc(l->r->mem, FAMS, sizeof(struct lab_static));
	ih = resolve_add_if(l->r, h, l->n, "lan", 0, HOST_MTU);
	for (f = 0; f < FAMS; f++) {
		if ((p = word_first_prefix(l->wn, f)) == NULL)
			continue;
		via = ip_addr_add(&p->p.addr, 1);
		if (b == NULL)
			addr = ip_addr_add(&p->p.addr, host_first[f]);
		else
			addr = b->at[f] ? b->addr[f] : host_give(l, f, p);
		resolve_add_addr(ih, &addr, host_len[f]);
		h->routes[h->nroutes++] = (struct lab_static){def[f], via};
	}
	link = resolve_add_link(l->r, LAB_LINK_HOST, SIZE_MAX, h->line);
	link->a = resolve_end(l->r->lab, l->n);
	if (l->bridge) {
		link->a.ifi = SIZE_MAX;
		snprintf(link->a.port, sizeof(link->a.port), "%s", h->name);
	}
	link->b = resolve_end(l->r->lab, h);
	if (b != NULL)
		link->weather = b->weather;
}

static void
host_gateway(struct host_lan *l)
{
	struct lab_if *in =
	    resolve_add_if(l->r, l->n, l->n, "lan", 0, HOST_MTU);
	const struct word_prefix *p;
	struct ip_addr via;
	int f;

	in->bridge = l->bridge;
	for (f = 0; f < FAMS; f++) {
		if ((p = word_first_prefix(l->wn, f)) == NULL)
			continue;
		via = ip_addr_add(&p->p.addr, 1);
		resolve_add_addr(in, &via, host_len[f]);
		l->next[f] = host_first[f];
	}
}

void
resolve_hosts(struct resolve *r, const struct word_node *wn, struct lab_node *n)
{
	const struct word_lab *w = r->w;
	struct host_lan l = {.r = r, .wn = wn, .n = n};
	size_t i, self = (size_t)(wn - w->nodes);
	char name[MODEL_NODE_MAX + 1];
	struct lab_node *h;

	l.bridge = wn->host + wn->nhosts > 1;
	host_gateway(&l);
	if (wn->host) {
		snprintf(name, sizeof(name), "%.10s-h", n->name);
		h = resolve_add_node(r->lab, name, LAB_HOST, n->line);
		h->ifs = model_mem_alloc(r->mem, 1, sizeof(struct lab_if));
		host_join(&l, h, NULL);
	}
	for (i = 0; wn->nhosts > 0 && i < w->nnodes; i++)
		if (w->nodes[i].behind.who.y &&
		    w->nodes[i].behind.who.node == self)
			host_join(&l, &r->lab->nodes[w->nswitches + i],
				  &w->nodes[i].behind);
}
