/*
 * What a switch lets in from its ports, as an nftables file.
 *
 * Two tables, both called ixlab. In "bridge", every guarded port has a chain
 * from_PORT with a counter for each thing that it may do wrong, and a set of the
 * source addresses it may use, so that a change of router is one more element:
 *
 *	PORT_mac    a source address that is not its own
 *	PORT_type   neither IPv4, IPv6 nor ARP (as far as the LAN forbids)
 *	PORT_bh     to the blackhole's address
 *	PORT_bcast  more broadcast and multicast frames than it may send
 *
 * The first wrong source address of a second is also told to the supervisor
 * (nflog). The map "guarded" leads from a port to its chain,
 * and the set "culled" holds the ports between which BGP is cut off before work
 * on the fabric (RFC 8327); it is empty until somebody asks. The table in "netdev"
 * is plan_fabric_in.c's.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "lab/plan/plan_fabric.h"

#define FABRIC_BLOCK 50 /* ports in a block */

const char *
fabric_port(const struct lab_link *l, size_t sw)
{
	return l->a.node == sw && l->a.ifi == SIZE_MAX ? l->a.port : l->b.port;
}

bool
fabric_on(const struct lab_link *l, size_t sw)
{
	return (l->kind == LAB_LINK_PORT && l->a.node == sw) ||
	       (l->kind == LAB_LINK_SITE &&
		(l->a.node == sw || l->b.node == sw));
}

bool
fabric_typed(const struct lab_guard *g)
{
	return g->ipv4 || g->ipv6 || g->arp;
}

bool
fabric_guarded(const struct lab *lab, const struct lab_link *l, size_t sw)
{
	const struct lab_guard *g = &l->guard;

	return fabric_on(l, sw) && l->kind == LAB_LINK_PORT &&
	       (g->pin || fabric_typed(g) || g->broadcast ||
		lab->lans[l->lan].blackhole);
}

/* Do frames with tags come in there, too? */
static bool
fabric_tagged(const struct lab *lab, const struct lab_link *l)
{
	const struct lab_link *t;

	for (t = lab->links; t < lab->links + lab->nlinks; t++)
		if (t->kind == LAB_LINK_TAG && &lab->links[t->carrier] == l)
			return true;
	return false;
}

/* The source addresses that a port may use; none: any. */
struct fabric_pins {
	const uint8_t *macs; /* six bytes each */
	size_t n;
};

static void
guard_macs(struct str *s, const struct fabric_pins *pins)
{
	char mac[MODEL_MACSTRLEN];
	size_t i;

	for (i = 0; i < pins->n; i++)
		str_addf(s, "%s%s", i ? ", " : "",
			 model_mac_print(pins->macs + 6 * i, mac));
}

static void
guard_counters(struct str *s, const struct lab *lab, const struct lab_link *l,
	       const struct fabric_pins *pins)
{
	const char *port = l->a.port;

	if (pins->n > 0) {
		str_addf(s,
			 "\tcounter %s_mac { }\n"
			 "\tset %s_macs {\n\t\ttype ether_addr\n"
			 "\t\telements = { ",
			 port, port);
		guard_macs(s, pins);
		str_add(s, " }\n\t}\n");
	}
	if (fabric_typed(&l->guard))
		str_addf(s, "\tcounter %s_type { }\n", port);
	if (lab->lans[l->lan].blackhole)
		str_addf(s, "\tcounter %s_bh { }\n", port);
	if (l->guard.broadcast)
		str_addf(s, "\tcounter %s_bcast { }\n", port);
}

static void
guard_pin(struct str *s, const char *port)
{
	str_addf(s,
		 "\t\tether saddr != @%s_macs limit rate 1/second burst 1 "
		 "packets log prefix \"%s\" group %d\n"
		 "\t\tether saddr != @%s_macs counter name %s_mac drop\n",
		 port, port, PLAN_FABRIC_LOG, port, port);
}

/* The type behind a tag is the protocol; that of the frame is the tag's. */
static void
guard_type(struct str *s, const char *port, const struct lab_guard *g,
	   bool tagged)
{
	str_addf(s,
		 "\t\t%s != { %s%s%s%s%s } counter name "
		 "%s_type drop\n",
		 tagged ? "meta protocol" : "ether type", g->ipv4 ? "ip" : "",
		 g->ipv4 && (g->ipv6 || g->arp) ? ", " : "",
		 g->ipv6 ? "ip6" : "", g->ipv6 && g->arp ? ", " : "",
		 g->arp ? "arp" : "", port);
}

static void
guard_chain(struct str *s, const struct lab *lab, const struct lab_link *l,
	    const struct fabric_pins *pins)
{
	const struct lab_guard *g = &l->guard;
	const struct lab_lan *lan = &lab->lans[l->lan];
	const char *port = l->a.port;
	char mac[MODEL_MACSTRLEN];

	str_addf(s, "\tchain from_%s {\n", port);
	if (pins->n > 0)
		guard_pin(s, port);
	if (fabric_typed(g))
		guard_type(s, port, g, fabric_tagged(lab, l));
	if (lan->blackhole)
		str_addf(s, "\t\tether daddr %s counter name %s_bh drop\n",
			 model_mac_print(lan->blackhole_mac, mac), port);
	if (g->broadcast)
		str_addf(s,
			 "\t\tmeta pkttype { broadcast, multicast } limit rate "
			 "over %u/second burst %u packets counter name "
			 "%s_bcast drop\n",
			 g->broadcast, g->broadcast, port);
	str_add(s, "\t}\n");
}

static struct fabric_pins
guard_first_pins(const struct lab *lab, const struct lab_link *l)
{
	const struct lab_if *i = &lab->nodes[l->b.node].ifs[l->b.ifi];

	return (struct fabric_pins){i->mac, l->guard.pin ? 1 : 0};
}

/* BGP between two addresses of a LAN, in both directions. */
static void
cull_rules(struct str *s, const char *family, const struct ip_prefix *p)
{
	static const char *const ports[] = {"sport", "dport"};
	char net[IP_PREFIXSTRLEN];
	int i;

	if (p->addr.family == IP_NONE)
		return;
	ip_prefix_print(p, net);
	for (i = 0; i < 2; i++)
		str_addf(s,
			 "\t\t%s saddr %s %s daddr %s tcp %s 179 counter name "
			 "cull drop\n",
			 family, net, family, net, ports[i]);
}

static void
cull_chain(struct str *s, const struct lab *lab)
{
	const struct lab_lan *l;

	str_add(s, "\tcounter cull { }\n"
		   "\tset culled {\n\t\ttype ifname\n\t}\n"
		   "\tchain cull {\n");
	for (l = lab->lans; l < lab->lans + lab->nlans; l++)
		if (l->quarantine_of == SIZE_MAX) {
			cull_rules(s, "ip", &l->ipv4);
			cull_rules(s, "ip6", &l->ipv6);
		}
	str_add(s, "\t}\n");
}

/* The map's entries for the ports of a block. */
static void
fabric_guards(struct str *s, const struct lab *lab, const size_t *ports,
	      size_t n)
{
	const char *port;
	size_t i;

	str_add(s, "\tmap guarded {\n\t\ttype ifname : verdict\n");
	for (i = 0; i < n; i++) {
		port = lab->links[ports[i]].a.port;
		str_addf(s, "%s\"%s\" : jump from_%s",
			 i ? ",\n\t\t\t" : "\t\telements = {\n\t\t\t", port,
			 port);
	}
	str_add(s, n ? "\n\t\t}\n\t}\n" : "\t}\n");
}

static void
fabric_block(struct str *s, const struct lab *lab, const size_t *ports,
	     size_t n)
{
	const struct lab_link *l;
	struct fabric_pins pins;
	size_t i;

	str_add(s, "table bridge ixlab {\n");
	for (i = 0; i < n; i++) {
		l = &lab->links[ports[i]];
		pins = guard_first_pins(lab, l);
		guard_counters(s, lab, l, &pins);
		guard_chain(s, lab, l, &pins);
	}
	fabric_guards(s, lab, ports, n);
	str_add(s, "}\n");
}

/* In blocks, since many ports are more than a message to the kernel may have;
 * the last one lets the rules hold. */
static void
fabric_bridge(struct str *s, const struct lab *lab, size_t sw)
{
	size_t ports[FABRIC_BLOCK], n = 0, i;

	for (i = 0; i < lab->nlinks; i++) {
		if (!fabric_guarded(lab, &lab->links[i], sw))
			continue;
		ports[n++] = i;
		if (n == FABRIC_BLOCK) {
			fabric_block(s, lab, ports, n);
			n = 0;
		}
	}
	fabric_block(s, lab, ports, n);
	str_add(s, "table bridge ixlab {\n");
	cull_chain(s, lab);
	str_add(s, "\tchain ingress {\n"
		   "\t\ttype filter hook prerouting priority -300; policy "
		   "accept;\n"
		   "\t\tiifname @culled jump cull\n"
		   "\t\tiifname vmap @guarded\n\t}\n}\n");
}

char *
plan_fabric_pin(const struct lab *lab, size_t link, const uint8_t *macs,
		size_t n)
{
	const struct lab_link *l = &lab->links[link];
	const struct fabric_pins none = {NULL, 0}, pins = {macs, n};
	const char *port = l->a.port;
	struct str s = {0};

	str_addf(&s,
		 "table bridge ixlab {\n\tset %s_macs {\n\t\ttype "
		 "ether_addr\n\t}\n\tchain from_%s {\n\t}\n}\n"
		 "flush chain bridge ixlab from_%s\n"
		 "flush set bridge ixlab %s_macs\n"
		 "table bridge ixlab {\n",
		 port, port, port, port);
	guard_counters(&s, lab, l, n > 0 ? &pins : &none);
	guard_chain(&s, lab, l, n > 0 ? &pins : &none);
	str_addf(&s,
		 "}\nadd element bridge ixlab guarded { \"%s\" : jump "
		 "from_%s }\n",
		 port, port);
	return str_steal(&s);
}

bool
plan_fabric_needed(const struct lab *lab, size_t sw)
{
	size_t i;

	for (i = 0; i < lab->nmirrors; i++)
		if (lab->links[lab->mirrors[i].link].a.node == sw)
			return true;
	for (i = 0; i < lab->nlinks; i++)
		if (fabric_guarded(lab, &lab->links[i], sw))
			return true;
	return false;
}

char *
plan_fabric(const struct lab *lab, size_t sw)
{
	struct str s = {0};

	str_addf(&s, "# %s, a switch of lab %s: what its ports let in.\n",
		 lab->nodes[sw].name, lab->name);
	fabric_bridge(&s, lab, sw);
	fabric_in(&s, lab, sw);
	return str_steal(&s);
}
