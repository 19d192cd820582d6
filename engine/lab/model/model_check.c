/*
 * What contradicts: each check walks the whole lab once (after a sort where it
 * compares all with all, so that a hostile file cannot make it slow) and the
 * table at the end is the list of them. The first complaint wins.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lab/model/model_word.h"

#define IFS_MAX 256 /* interfaces of one network: the MAC's last byte */

const char *
word_reserved_addr(const struct ip_prefix *p, const struct ip_addr *a)
{
	struct ip_addr last = p->addr;
	unsigned int i, bits = ip_bits(p->addr.family);

	if (ip_addr_eq(&p->addr, a))
		return p->addr.family == IP_V4
			   ? "network address"
			   : "subnet-router anycast address";
	for (i = p->len; i < bits; i++)
		last.bytes[i / 8] |= (uint8_t)(0x80u >> i % 8);
	if (p->addr.family == IP_V4 && ip_addr_eq(&last, a))
		return "broadcast address";
	return "";
}

/* Does it have customers, or content? */
static bool
word_is_network(const struct word_node *n)
{
	return n->role == LAB_MEMBER || n->role == LAB_CONTENT ||
	       n->role == LAB_TRANSIT;
}

static int
check_some(const struct word_lab *w, struct err *e)
{
	size_t i, nodes = w->nswitches + w->nnodes, networks = 0;

	for (i = 0; i < w->nnodes; i++) {
		networks += word_is_network(&w->nodes[i]);
		nodes += w->nodes[i].host;
	}
	if (networks == 0)
		return word_err(
		    w, w->doc.root, e,
		    "this lab has no members: add one, such as members: {m1: "
		    "{asn: 65536}}");
	if (nodes > MODEL_MAX_NODES)
		return word_err(w, w->doc.root, e,
				"%zu nodes: a lab has at most %d", nodes,
				MODEL_MAX_NODES);
	return 0;
}

static int
check_port_addr(const struct word_lab *w, const struct word_node *n,
		const struct word_port *p, int f, struct err *e)
{
	const struct word_lan *lan = &w->lans[p->lan];
	char addr[IP_ADDRSTRLEN], net[IP_PREFIXSTRLEN];
	const char *what;

	if (p->at[f] == NULL)
		return 0;
	if (lan->at[f] == NULL)
		return yaml_err(
		    &w->doc, p->at[f], e,
		    "%s has an %s address on peering LAN %s, which has no %s",
		    n->name, word_family_key[f], lan->name, word_family_key[f]);
	ip_addr_print(&p->addr[f], addr);
	ip_prefix_print(&lan->prefix[f], net);
	if (!ip_prefix_has_addr(&lan->prefix[f], &p->addr[f]))
		return yaml_err(&w->doc, p->at[f], e,
				"%s's address %s is not in peering LAN %s, %s",
				n->name, addr, lan->name, net);
	what = word_reserved_addr(&lan->prefix[f], &p->addr[f]);
	if (*what)
		return yaml_err(&w->doc, p->at[f], e,
				"%s is the %s of %s: give %s another", addr,
				what, net, n->name);
	return 0;
}

static int
check_ports(const struct word_lab *w, struct err *e)
{
	const struct word_node *n;
	const struct word_port *p;
	int f;

	for (n = w->nodes; n < w->nodes + w->nnodes; n++) {
		for (p = n->ports; p < n->ports + n->nports; p++) {
			for (f = 0; f < FAMS; f++)
				if (check_port_addr(w, n, p, f, e) < 0)
					return -1;
			if (!p->at[FAM4] && !p->at[FAM6] && !n->trainee &&
			    n->role != LAB_MONITOR)
				return word_err(
				    w, p->y, e,
				    "%s has a port on peering LAN %s and no "
				    "address there: give it ipv4, ipv6 or both",
				    n->name, w->lans[p->lan].name);
		}
		if (n->nports == 0 && n->nlinks == 0 && !n->behind.who.y &&
		    w->nodes[n->lead].nrouters == 1)
			return word_err(
			    w, n->y, e,
			    "%s is connected to nothing: give it %s", n->name,
			    n->role == LAB_TRANSIT
				? "a link"
				: "an address on a peering LAN, or a link");
	}
	return 0;
}

/* ---- numbers that must be one network's alone */

struct claim {
	uint32_t asn;
	struct ip_prefix p;
	const struct yaml *y;
	const char *who; /* the owner's name; compared as a pointer */
	const char *what;
	uint64_t place; /* order in the file */
	bool shared;	/* anycast: others may have the same */
};

/* Line, column, and then k for those that one place stands for. */
static uint64_t
place_of(const struct yaml *y, size_t k)
{
	return (uint64_t)y->line << 42 | (uint64_t)y->col << 21 | (uint64_t)k;
}

static int
cmp_asn(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;

	if (x->asn != y->asn)
		return x->asn < y->asn ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

static int
cmp_prefix(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	int c = ip_prefix_cmp(&x->p, &y->p);

	return c ? c : x->place < y->place ? -1 : x->place > y->place;
}

static int
check_asns(const struct word_lab *w, struct err *e)
{
	struct claim *c = xcalloc(w->nnodes + 1, sizeof(*c));
	const struct word_node *n;
	size_t i, k = 0;
	int r = 0;

	if (w->rs_asn_y)
		c[k++] = (struct claim){.asn = w->rs_asn,
					.y = w->rs_asn_y,
					.who = "the exchange",
					.place = place_of(w->rs_asn_y, 0)};
	for (n = w->nodes; n < w->nodes + w->nnodes; n++)
		if (n->asn_y != NULL) {
			c[k] = (struct claim){.asn = n->asn,
					      .y = n->asn_y,
					      .who = n->name,
					      .place = place_of(n->asn_y, k)};
			k++;
		}
	qsort(c, k, sizeof(*c), cmp_asn);
	for (i = 1; i < k && r == 0; i++)
		if (c[i].asn == c[i - 1].asn)
			r = yaml_err(
			    &w->doc, c[i].y, e,
			    "AS%u of %s is already that of %s, line %d: each "
			    "network needs its own",
			    c[i].asn, c[i].who, c[i - 1].who, c[i - 1].y->line);
	free(c);
	return r;
}

static struct claim *
claim(struct claim *c, size_t *k, const struct ip_prefix *p,
      const struct yaml *y, const char *who, const char *what)
{
	c[*k] = (struct claim){.p = *p,
			       .y = y,
			       .who = who,
			       .what = what,
			       .place = place_of(y, *k)};
	return &c[(*k)++];
}

static int
check_addresses(const struct word_lab *w, struct err *e)
{
	char text[IP_ADDRSTRLEN];
	const struct word_node *n;
	const struct word_port *p;
	struct claim *c;
	struct ip_prefix one;
	size_t i, k = 0, max = 0;
	int f, r = 0;

	for (n = w->nodes; n < w->nodes + w->nnodes; n++)
		max += n->nports * FAMS;
	c = xcalloc(max + 1, sizeof(*c));
	for (n = w->nodes; n < w->nodes + w->nnodes; n++)
		for (p = n->ports; p < n->ports + n->nports; p++)
			for (f = 0; f < FAMS; f++)
				if (p->at[f]) {
					one = ip_prefix_of(&p->addr[f], 128);
					claim(c, &k, &one, p->at[f], n->name,
					      "");
				}
	qsort(c, k, sizeof(*c), cmp_prefix);
	for (i = 1; i < k && r == 0; i++)
		if (ip_prefix_eq(&c[i].p, &c[i - 1].p))
			r = yaml_err(
			    &w->doc, c[i].y, e,
			    "%s is already the address of %s, line %d: give %s "
			    "another",
			    ip_addr_print(&c[i].p.addr, text), c[i - 1].who,
			    c[i - 1].y->line, c[i].who);
	free(c);
	return r;
}

/* Two that overlap; the later one in the file is complained about. */
static int
overlap(const struct word_lab *w, const struct claim *a, const struct claim *b,
	struct err *e)
{
	const struct claim *x = a->place < b->place ? a : b;
	const struct claim *y = a->place < b->place ? b : a;
	char tx[IP_PREFIXSTRLEN], ty[IP_PREFIXSTRLEN];

	ip_prefix_print(&x->p, tx);
	ip_prefix_print(&y->p, ty);
	if (ip_prefix_eq(&x->p, &y->p))
		return yaml_err(
		    &w->doc, y->y, e,
		    "%s of %s %s is already that of %s %s, line %d: give each "
		    "its own",
		    ty, y->what, y->who, x->what, x->who, x->y->line);
	return yaml_err(
	    &w->doc, y->y, e,
	    "%s of %s %s overlaps %s of %s %s, line %d: give each its own", ty,
	    y->what, y->who, tx, x->what, x->who, x->y->line);
}

static bool
may_overlap(const struct claim *a, const struct claim *b)
{
	if (a->who == b->who)
		return !ip_prefix_eq(&a->p, &b->p);
	return a->shared && b->shared;
}

/* Sorted, a prefix comes right after those that cover it: they are a stack. */
static int
check_stack(const struct word_lab *w, const struct claim *c, size_t n,
	    struct err *e)
{
	size_t stack[130], depth = 0, i, k;

	for (i = 0; i < n; i++) {
		while (depth > 0 &&
		       !ip_prefix_covers(&c[stack[depth - 1]].p, &c[i].p))
			depth--;
		for (k = 0; k < depth; k++)
			if (!may_overlap(&c[stack[k]], &c[i]))
				return overlap(w, &c[stack[k]], &c[i], e);
		if (depth > 0 && ip_prefix_eq(&c[stack[depth - 1]].p, &c[i].p))
			depth--; /* shared: one stands for all */
		stack[depth++] = i;
	}
	return 0;
}

static bool
is_lead(const struct word_lab *w, const struct word_node *n)
{
	return &w->nodes[n->lead] == n;
}

static size_t
claim_all(const struct word_lab *w, struct claim *c)
{
	const struct word_node *n;
	const char *what;
	size_t i, k = 0, j;
	int f;

	for (f = 0; f < FAMS; f++) {
		for (i = 0; i < w->nbases; i++)
			if (w->lans[i].at[f])
				claim(c, &k, &w->lans[i].prefix[f],
				      w->lans[i].at[f], w->lans[i].name,
				      "peering LAN");
		for (i = 0; i < w->nlinks; i++)
			if (w->links[i].at[f])
				claim(c, &k, &w->links[i].prefix[f],
				      w->links[i].at[f],
				      w->links[i].end[0].y->text,
				      "the link of");
	}
	for (n = w->nodes; n < w->nodes + w->nnodes; n++) {
		what = n->role == LAB_TRANSIT ? "transit network" : "member";
		for (j = 0; is_lead(w, n) && j < n->nprefixes; j++)
			claim(c, &k, &n->prefixes[j].p, n->prefixes[j].y,
			      n->name, what);
		for (j = 0; is_lead(w, n) && j < n->nanycast; j++)
			claim(c, &k, &n->anycast[j].p, n->anycast[j].y, n->name,
			      what)
			    ->shared = true;
	}
	return k;
}

static int
check_space(const struct word_lab *w, struct err *e)
{
	size_t max = (w->nlans + w->nlinks) * FAMS, k;
	const struct word_node *n;
	struct claim *c;
	int r;

	for (n = w->nodes; n < w->nodes + w->nnodes; n++)
		max += n->nprefixes + n->nanycast;
	c = xcalloc(max + 1, sizeof(*c));
	k = claim_all(w, c);
	qsort(c, k, sizeof(*c), cmp_prefix);
	r = check_stack(w, c, k, e);
	free(c);
	return r;
}

static int
check_interfaces(const struct word_lab *w, struct err *e)
{
	const struct word_node *n;
	size_t ifs, k;

	for (n = w->nodes; n < w->nodes + w->nnodes; n++) {
		ifs = n->nports + n->nlinks + 2 * (n->host + n->nhosts);
		for (k = 1; k < n->nrouters; k++)
			ifs += n[k].nports + n[k].nlinks;
		ifs += 2 * n->ninside;
		if (n->role == LAB_ROUTE_SERVER)
			ifs *= WORD_MAX_RS;
		if (ifs > IFS_MAX)
			return word_err(
			    w, n->y, e,
			    "%s has %zu ports and links: a network has at most "
			    "%d",
			    n->name, n->nports + n->nlinks, IFS_MAX - 2);
	}
	return 0;
}

int
model_check(const struct word_lab *w, struct err *e)
{
	static int (*const checks[])(const struct word_lab *, struct err *) = {
	    check_some,	       check_ports,	  model_check_fabric,
	    model_check_vlans, check_asns,	  check_addresses,
	    check_space,       model_check_hosts, check_interfaces,
	    model_check_robots};
	size_t i;

	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (checks[i](w, e) < 0)
			return -1;
	return 0;
}
