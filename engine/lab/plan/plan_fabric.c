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
 * and the set "culled" holds the ports between which BGP is cut off before work
 * on the fabric (RFC 8327); it is empty until somebody asks. In "netdev", a
 * chain for each monitor copies what comes in at the LAN's ports, before any of
 * the above; there, because frames to 01-80-C2-00-00-0x never reach the bridge's
 * hooks.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "lab/plan/plan.h"

#define FABRIC_DEVICES 200 /* in a chain; the kernel takes 256 */

static const char *
fabric_port(const struct lab_link *l, size_t sw)
{
	return l->a.node == sw && l->a.ifi == SIZE_MAX ? l->a.port : l->b.port;
}

static bool
fabric_on(const struct lab_link *l, size_t sw)
{
	return (l->kind == LAB_LINK_PORT && l->a.node == sw) ||
	       (l->kind == LAB_LINK_SITE &&
		(l->a.node == sw || l->b.node == sw));
}

static bool
guard_types(const struct lab_guard *g)
{
	return g->ipv4 || g->ipv6 || g->arp;
}

/* Is there a rule for what comes from this port? */
static bool
fabric_guarded(const struct lab *lab, const struct lab_link *l, size_t sw)
{
	const struct lab_guard *g = &l->guard;

	return fabric_on(l, sw) && l->kind == LAB_LINK_PORT &&
	       (g->pin || guard_types(g) || g->broadcast ||
		lab->lans[l->lan].blackhole);
}

static char *
fabric_mac(const uint8_t mac[6], char text[18])
{
	snprintf(text, 18, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
		 mac[2], mac[3], mac[4], mac[5]);
	return text;
}

static void
guard_counters(struct str *s, const struct lab *lab, const struct lab_link *l)
{
	const char *port = l->a.port;
	char mac[18];

	if (l->guard.pin)
		str_addf(
		    s,
		    "\tcounter %s_mac { }\n"
		    "\tset %s_macs {\n\t\ttype ether_addr\n"
		    "\t\telements = { %s }\n\t}\n",
		    port, port,
		    fabric_mac(lab->nodes[l->b.node].ifs[l->b.ifi].mac, mac));
	if (guard_types(&l->guard))
		str_addf(s, "\tcounter %s_type { }\n", port);
	if (lab->lans[l->lan].blackhole)
		str_addf(s, "\tcounter %s_bh { }\n", port);
	if (l->guard.broadcast)
		str_addf(s, "\tcounter %s_bcast { }\n", port);
}

static void
guard_chain(struct str *s, const struct lab *lab, const struct lab_link *l)
{
	const struct lab_guard *g = &l->guard;
	const struct lab_lan *lan = &lab->lans[l->lan];
	const char *port = l->a.port;
	char mac[18];

	str_addf(s, "\tchain from_%s {\n", port);
	if (g->pin)
		str_addf(s,
			 "\t\tether saddr != @%s_macs counter name %s_mac "
			 "drop\n",
			 port, port);
	if (guard_types(g))
		str_addf(s,
			 "\t\tether type != { %s%s%s%s%s } counter name "
			 "%s_type drop\n",
			 g->ipv4 ? "ip" : "",
			 g->ipv4 && (g->ipv6 || g->arp) ? ", " : "",
			 g->ipv6 ? "ip6" : "", g->ipv6 && g->arp ? ", " : "",
			 g->arp ? "arp" : "", port);
	if (lan->blackhole)
		str_addf(s, "\t\tether daddr %s counter name %s_bh drop\n",
			 fabric_mac(lan->blackhole_mac, mac), port);
	if (g->broadcast)
		str_addf(s,
			 "\t\tmeta pkttype { broadcast, multicast } limit rate "
			 "over %u/second burst %u packets counter name "
			 "%s_bcast drop\n",
			 g->broadcast, g->broadcast, port);
	str_add(s, "\t}\n");
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

static void
fabric_bridge(struct str *s, const struct lab *lab, size_t sw)
{
	const struct lab_link *end = lab->links + lab->nlinks, *l;
	bool any = false;

	str_add(s, "table bridge ixlab {\n");
	for (l = lab->links; l < end; l++)
		if (fabric_guarded(lab, l, sw)) {
			guard_counters(s, lab, l);
			guard_chain(s, lab, l);
		}
	cull_chain(s, lab);
	str_add(s, "\tchain ingress {\n"
		   "\t\ttype filter hook prerouting priority -300; policy "
		   "accept;\n"
		   "\t\tiifname @culled jump cull\n");
	for (l = lab->links; l < end; l++)
		if (fabric_guarded(lab, l, sw)) {
			str_addf(s, "%s\"%s\" : jump from_%s",
				 any ? ",\n\t\t\t"
				     : "\t\tiifname vmap {\n\t\t\t",
				 l->a.port, l->a.port);
			any = true;
		}
	str_add(s, any ? "\n\t\t}\n\t}\n}\n" : "\t}\n}\n");
}

/* ---- mirrors */

static void
mirror_chain(struct str *s, const char *port, unsigned int number,
	     const char *devices)
{
	str_addf(s,
		 "\tchain %s_%u {\n"
		 "\t\ttype filter hook ingress devices = { %s } priority "
		 "-400; policy accept;\n"
		 "\t\tcounter name %s dup to \"%s\"\n\t}\n",
		 port, number, devices, port, port);
}

static void
fabric_mirror(struct str *s, const struct lab *lab, size_t sw,
	      const struct lab_mirror *m)
{
	const char *port = lab->links[m->link].a.port;
	struct str devices = {0};
	unsigned int n = 0, number = 0;
	size_t i;

	str_addf(s, "\tcounter %s { }\n", port);
	for (i = 0; i < lab->nlinks; i++) {
		const struct lab_link *l = &lab->links[i];

		if (!fabric_on(l, sw) || l->lan != m->lan || i == m->link)
			continue;
		str_addf(&devices, "%s%s", n ? ", " : "", fabric_port(l, sw));
		if (++n < FABRIC_DEVICES)
			continue;
		mirror_chain(s, port, number++, str_text(&devices));
		str_clear(&devices);
		n = 0;
	}
	if (n > 0)
		mirror_chain(s, port, number, str_text(&devices));
	str_clear(&devices);
}

static void
fabric_mirrors(struct str *s, const struct lab *lab, size_t sw)
{
	const struct lab_mirror *m;
	bool any = false;

	for (m = lab->mirrors; m < lab->mirrors + lab->nmirrors; m++) {
		if (lab->links[m->link].a.node != sw)
			continue;
		if (!any)
			str_add(s, "table netdev ixlab {\n");
		fabric_mirror(s, lab, sw, m);
		any = true;
	}
	if (any)
		str_add(s, "}\n");
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
	fabric_mirrors(&s, lab, sw);
	return str_steal(&s);
}
