/*
 * From words to the lab: every node, interface, address and veth pair by name.
 *
 * Order is part of the result, since people and tests read it: switches, route
 * servers, members, transit, then hosts; on a node first its ports in the order
 * of the file (ix0, ix1), then the way to its host (lan0), then private links
 * (pni0), the way up to a provider (up0) and down to a customer (down0). By then
 * nothing can contradict any more, so nothing here fails.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "lab/model/model_kind.h"
#include "lab/model/model_resolve.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const struct word_prefix *
word_first_prefix(const struct word_node *n, int f)
{
	size_t i;

	for (i = 0; i < n->nprefixes; i++)
		if (n->prefixes[i].p.addr.family == word_family[f])
			return &n->prefixes[i];
	return NULL;
}

struct lab_node *
resolve_add_node(struct lab *lab, const char *name, enum lab_role role,
		 int line)
{
	struct lab_node *n = &lab->nodes[lab->nnodes++];

	snprintf(n->name, sizeof(n->name), "%.*s", MODEL_NODE_MAX, name);
	n->title = n->name;
	n->network = n->name;
	n->role = role;
	n->kind = model_kind_default(role);
	n->owner = n->cache = SIZE_MAX;
	n->line = line;
	return n;
}

/* All routers of a network count their MACs together. */
static size_t
lead_of(const struct resolve *r, const struct lab_node *n)
{
	size_t i = (size_t)(n - r->lab->nodes) - r->w->nswitches;

	return r->w->nodes[i].lead;
}

/* Locally administered, spelled from the AS number and a counter, so that the
 * same lab has the same MACs everywhere and a capture can be read. */
static void
set_mac(struct resolve *r, struct lab_if *i, const struct lab_node *owner)
{
	uint32_t asn = owner->asn;

	i->mac[0] = 0x02;
	i->mac[1] = (uint8_t)(asn >> 24);
	i->mac[2] = (uint8_t)(asn >> 16);
	i->mac[3] = (uint8_t)(asn >> 8);
	i->mac[4] = (uint8_t)asn;
	if (asn == 0) {
		i->mac[0] = r->other_macs < 256 ? 0x02 : 0x06;
		i->mac[4] = (uint8_t)(r->other_macs >> 8);
		i->mac[5] = (uint8_t)r->other_macs++;
	} else if (owner->role == LAB_ROUTE_SERVER)
		i->mac[5] = r->rs_macs++;
	else
		i->mac[5] = r->macs[lead_of(r, owner)]++;
}

struct lab_if *
resolve_add_if(struct resolve *r, struct lab_node *n,
	       const struct lab_node *owner, const char *name, size_t number,
	       uint32_t mtu)
{
	struct lab_if *i = &n->ifs[n->nifs++];

	snprintf(i->name, sizeof(i->name), "%s%zu", name, number);
	i->mtu = mtu;
	i->link = r->lab->nlinks;
	set_mac(r, i, owner);
	return i;
}

void
resolve_add_addr(struct lab_if *i, const struct ip_addr *a, uint8_t len)
{
	assert(i->naddrs < COUNT(i->addrs));
	i->addrs[i->naddrs++] = (struct lab_addr){*a, len};
}

struct lab_link *
resolve_add_link(struct resolve *r, enum lab_link_kind kind, size_t lan,
		 int line)
{
	struct lab_link *l = &r->lab->links[r->lab->nlinks++];

	*l = (struct lab_link){
	    .kind = kind, .carrier = SIZE_MAX, .lan = lan, .line = line};
	return l;
}

struct lab_end
resolve_end(const struct lab *lab, const struct lab_node *n)
{
	return (struct lab_end){.node = (size_t)(n - lab->nodes),
				.ifi = n->nifs - 1};
}

/* A switch's port is called after who is plugged in: m1, and m1_1 for the
 * second. "_" is in no node's name. */
static void
resolve_port(struct resolve *r, struct lab_node *n, const struct word_port *p,
	     size_t number, int line)
{
	const struct lab_lan *lan = &r->lab->lans[p->lan];
	const struct ip_prefix *prefix[FAMS] = {&lan->ipv4, &lan->ipv6};
	const char *name = n->role == LAB_MONITOR ? "mon" : "ix";
	struct lab_if *i = resolve_add_if(r, n, n, name, number, lan->mtu);
	struct lab_link *l = resolve_add_link(r, LAB_LINK_PORT, p->lan, line);
	int f;

	if (p->mac_y)
		memcpy(i->mac, p->mac, sizeof(i->mac));
	for (f = 0; f < FAMS; f++)
		if (p->at[f])
			resolve_add_addr(i, &p->addr[f], prefix[f]->len);
	l->a = (struct lab_end){.node = p->sw, .ifi = SIZE_MAX};
	if (number == 0)
		snprintf(l->a.port, sizeof(l->a.port), "%s", n->name);
	else
		snprintf(l->a.port, sizeof(l->a.port), "%s_%u", n->name,
			 (unsigned)number % 100u);
	l->b = resolve_end(r->lab, n);
	l->weather = p->weather;
	l->guard = p->guard;
}

struct lab_if *
resolve_private_if(struct resolve *r, struct lab_node *n, int what,
		   uint32_t mtu)
{
	static const char *const names[] = {"pni", "up", "down", "in", "wan"};
	size_t index = (size_t)(n - r->lab->nodes);

	return resolve_add_if(r, n, n, names[what], r->counts[index][what]++,
			      mtu);
}

static void
resolve_private(struct resolve *r, const struct word_link *wl)
{
	const struct word_lab *w = r->w;
	struct lab_node *a = &r->lab->nodes[w->nswitches + wl->end[0].node];
	struct lab_node *b = &r->lab->nodes[w->nswitches + wl->end[1].node];
	struct lab_if *ia = resolve_private_if(
	    r, a, wl->transit ? RESOLVE_UP : RESOLVE_PNI, wl->mtu);
	struct lab_if *ib = resolve_private_if(
	    r, b, wl->transit ? RESOLVE_DOWN : RESOLVE_PNI, wl->mtu);
	struct lab_link *l =
	    resolve_add_link(r, LAB_LINK_PRIVATE, SIZE_MAX, wl->y->line);
	struct ip_addr first;
	int f;

	for (f = 0; f < FAMS; f++) {
		if (wl->at[f] == NULL)
			continue;
		/* both addresses of a /31 or /127 are usable: RFC 3021, 6164 */
		first = ip_addr_add(
		    &wl->prefix[f].addr,
		    wl->prefix[f].len + 1u == ip_bits(word_family[f]) ? 0 : 1);
		resolve_add_addr(ia, &first, wl->prefix[f].len);
		first = ip_addr_add(&first, 1);
		resolve_add_addr(ib, &first, wl->prefix[f].len);
	}
	l->a = resolve_end(r->lab, a);
	l->b = resolve_end(r->lab, b);
	l->weather = wl->weather;
}

/* A machine whose one way out is a link sends everything there. */
static void
resolve_way_out(struct resolve *r, const struct word_node *wn,
		struct lab_node *n)
{
	const struct lab_link *l;
	const struct lab_end *far;
	const struct lab_if *i;
	size_t k;

	if (wn->role != LAB_MACHINE || wn->nports > 0 || n->nifs != 1 ||
	    wn->behind.who.y)
		return;
	l = &r->lab->links[n->ifs[0].link];
	far = l->a.node == (size_t)(n - r->lab->nodes) ? &l->b : &l->a;
	i = &r->lab->nodes[far->node].ifs[far->ifi];
	n->routes = model_mem_alloc(r->mem, FAMS, sizeof(struct lab_static));
	for (k = 0; k < i->naddrs; k++)
		n->routes[n->nroutes++] = (struct lab_static){
		    {{.family = i->addrs[k].addr.family}, 0}, i->addrs[k].addr};
}

static void
resolve_lans(struct resolve *r)
{
	const struct word_lab *w = r->w;
	struct lab *lab = r->lab;
	struct lab_lan *lan;
	size_t i;

	lab->lans = model_mem_alloc(r->mem, w->nlans, sizeof(struct lab_lan));
	for (i = 0; i < w->nlans; i++) {
		lan = &lab->lans[lab->nlans++];
		snprintf(lan->name, sizeof(lan->name), "%s", w->lans[i].name);
		lan->nswitches = w->lans[i].nsws;
		lan->switches =
		    model_mem_alloc(r->mem, lan->nswitches, sizeof(size_t));
		memcpy(lan->switches, w->lans[i].sws,
		       lan->nswitches * sizeof(size_t));
		lan->spanning_tree = w->lans[i].tree;
		lan->vlan = (uint16_t)w->lans[i].vlan;
		lan->blackhole = w->lans[i].hole_y != NULL;
		memcpy(lan->blackhole_mac, w->lans[i].hole_mac, 6);
		lan->quarantine_of = w->lans[i].of;
		lan->ipv4 = w->lans[i].prefix[FAM4];
		lan->ipv6 = w->lans[i].prefix[FAM6];
		lan->mtu = w->lans[i].mtu;
		lan->line = w->lans[i].y->key_line;
	}
}

/* Its first port is where the copies go. */
static void
resolve_mirror(struct resolve *r, const struct word_port *p)
{
	struct lab *lab = r->lab;

	lab->mirrors[lab->nmirrors++] =
	    (struct lab_mirror){.lan = p->lan, .link = lab->nlinks - 1};
}

static const char **
resolve_command(struct resolve *r, const char *const *words)
{
	const char **argv;
	size_t i, n = 0;

	while (words != NULL && words[n] != NULL)
		n++;
	if (n == 0)
		return NULL;
	argv = model_mem_alloc(r->mem, n + 1, sizeof(*argv));
	for (i = 0; i < n; i++)
		argv[i] = model_mem_strdup(r->mem, words[i]);
	return argv;
}

static void
resolve_rpki(struct resolve *r, const struct word_node *wn, struct lab_node *n)
{
	n->nvrps = wn->nvrps;
	n->vrps = model_mem_alloc(r->mem, wn->nvrps, sizeof(struct lab_vrp));
	if (wn->nvrps > 0)
		memcpy(n->vrps, wn->vrps, wn->nvrps * sizeof(struct lab_vrp));
	n->files = wn->files.files;
	if (wn->rpki.y == NULL)
		return;
	n->cache = r->w->nswitches + wn->rpki.node;
	n->cache_addr = wn->cache;
}

static void
resolve_network(struct resolve *r, const struct word_node *wn)
{
	struct lab_node *n =
	    resolve_add_node(r->lab, wn->name, wn->role,
			     wn->y->key ? wn->y->key_line : wn->y->line);
	const struct word_node *lead = &r->w->nodes[wn->lead];
	size_t i;

	n->title = model_mem_strdup(r->mem, wn->title);
	n->network = model_mem_strdup(r->mem, wn->network);
	n->kind = wn->kind;
	n->limits = wn->limits;
	memcpy(n->max_prefix, lead->max_prefix, sizeof(n->max_prefix));
	if (lead->as_macro)
		n->as_macro = model_mem_strdup(r->mem, lead->as_macro);
	n->advertises = lead->advertises;
	n->protect.ttl_security = lead->protect.ttl_security;
	if (lead->protect.password)
		n->protect.password =
		    model_mem_strdup(r->mem, lead->protect.password);
	n->command = resolve_command(r, wn->command);
	resolve_rpki(r, wn, n);
	n->no_export = wn->no_export;
	n->robot = wn->robot;
	n->trainee = wn->trainee;
	n->config = wn->trainee ? LAB_CONFIG_OWN : LAB_CONFIG_AUTO;
	n->asn = wn->asn;
	n->nprefixes = wn->nprefixes;
	n->prefixes =
	    model_mem_alloc(r->mem, wn->nprefixes, sizeof(struct ip_prefix));
	for (i = 0; i < wn->nprefixes; i++)
		n->prefixes[i] = wn->prefixes[i].p;
	n->nanycast = wn->nanycast;
	n->anycast =
	    model_mem_alloc(r->mem, wn->nanycast, sizeof(struct ip_prefix));
	for (i = 0; i < wn->nanycast; i++)
		n->anycast[i] = wn->anycast[i].p;
	n->ifs =
	    model_mem_alloc(r->mem, wn->nports + wn->nlinks + lead->ninside + 1,
			    sizeof(struct lab_if));
	if (lead->nrouters > 1)
		resolve_loopbacks(n, lead, (size_t)(wn - lead));
	for (i = 0; i < wn->nports; i++)
		resolve_port(r, n, &wn->ports[i], i, n->line);
	resolve_trunk(r, wn, n);
	if (n->role == LAB_MONITOR)
		resolve_mirror(r, &wn->ports[0]);
}

/* The loopback, or the first IPv4 address; where there is none, the AS number: any four bytes
 * do that no neighbour of the same AS has (RFC 6286). */
static void
set_router_id(struct lab_node *n)
{
	uint32_t asn = n->asn;
	const uint8_t bytes[4] = {(uint8_t)(asn >> 24), (uint8_t)(asn >> 16),
				  (uint8_t)(asn >> 8), (uint8_t)asn};
	size_t i, k;

	if (n->nloopbacks > 0 && n->loopbacks[0].addr.family == IP_V4) {
		n->router_id = n->loopbacks[0].addr;
		return;
	}
	for (i = 0; i < n->nifs; i++)
		for (k = 0; k < n->ifs[i].naddrs; k++)
			if (n->ifs[i].addrs[k].addr.family == IP_V4) {
				n->router_id = n->ifs[i].addrs[k].addr;
				return;
			}
	n->router_id = ip_addr_from(IP_V4, bytes);
}

static void
resolve_nodes(struct resolve *r)
{
	const struct word_lab *w = r->w;
	struct lab *lab = r->lab;
	size_t i, members = 0;

	for (i = 0; i < w->nswitches; i++)
		resolve_add_node(lab, w->switches[i].name, LAB_SWITCH,
				 w->switches[i].y->line);
	for (i = 0; i < w->nnodes; i++) {
		resolve_network(r, &w->nodes[i]);
		members += w->nodes[i].role == LAB_MEMBER ||
			   w->nodes[i].role == LAB_CONTENT;
	}
	for (i = 0; i < w->nnodes; i++)
		if (w->nodes[i].host || w->nodes[i].nhosts > 0)
			resolve_hosts(r, &w->nodes[i],
				      &lab->nodes[w->nswitches + i]);
	for (i = 0; i < w->nnodes; i++)
		resolve_inside(r, &w->nodes[i]);
	for (i = 0; i < w->nlinks; i++)
		resolve_private(r, &w->links[i]);
	for (i = 0; i < w->nnodes; i++)
		resolve_way_out(r, &w->nodes[i], &lab->nodes[w->nswitches + i]);
	for (i = 0; i < w->nsites; i++)
		resolve_site(r, &w->sites[i]);
	for (i = w->nswitches; i < lab->nnodes; i++)
		if (lab->nodes[i].asn != 0)
			set_router_id(&lab->nodes[i]);
	lab->neighbours = members > MODEL_FEW_MEMBERS;
}

void
model_resolve(const struct word_lab *w, struct lab *lab)
{
	struct model_mem *mem = w->kept, *scratch = NULL;
	struct resolve *r = model_mem_alloc(&scratch, 1, sizeof(*r));
	size_t i, nodes = w->nswitches + w->nnodes;
	size_t links = w->nlinks + w->nsites * (w->nlans + 1);

	for (i = 0; i < w->nnodes; i++) {
		nodes += w->nodes[i].host;
		links += w->nodes[i].host + w->nodes[i].nhosts +
			 w->nodes[i].nports + w->nodes[i].ninside;
	}
	*r = (struct resolve){.w = w, .lab = lab, .mem = &mem};
	lab->name = model_mem_strdup(&mem, w->name);
	lab->title = model_mem_strdup(&mem, w->title);
	lab->file = model_mem_strdup(&mem, w->doc.file);
	lab->exchange = model_mem_strdup(&mem, w->exchange);
	lab->rs_asn = w->rs_asn;
	lab->vlans = w->vlans;
	lab->files = w->files;
	lab->nodes = model_mem_alloc(&mem, nodes, sizeof(struct lab_node));
	lab->links = model_mem_alloc(&mem, links, sizeof(struct lab_link));
	lab->mirrors =
	    model_mem_alloc(&mem, w->nnodes, sizeof(struct lab_mirror));
	resolve_lans(r);
	resolve_nodes(r);
	lab->mem = mem;
	model_mem_free(scratch);
}
