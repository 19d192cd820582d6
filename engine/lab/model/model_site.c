/*
 * What joins two switches, resolved. For each LAN that both have there is a
 * link between its two bridges: a pair of its own, or a tunnel. Tunnels (VXLAN,
 * RFC 7348) run over one pair between the two switches, the carrier, whose ends
 * wan0, wan1 .. have addresses of 169.254.0.0/16, which no network of a lab can
 * have. VNI 203 is the third LAN over the second site link of the file. With tags
 * (IEEE 802.1Q) the carrier is a trunk without addresses, on which each LAN has
 * the number of its VLAN everywhere.
 *
 * A frame grows by 50 bytes on its way into IPv4. A carrier that has no room for
 * that loses full frames without a word, as it does in the field.
 */
#include <stdio.h>
#include <string.h>

#include "lab/model/model_resolve.h"

#define SITE_VXLAN 50 /* Ethernet 14, IPv4 20, UDP 8, VXLAN 8 */

static bool
site_carries(const struct word_site *s, const struct word_lan *l)
{
	return word_lan_on(l, s->a) && word_lan_on(l, s->b);
}

/* What the carrier's MTU must have more; a tag is not counted, as everywhere. */
static uint32_t
site_more(const struct word_site *s)
{
	return s->over == LAB_OVER_VXLAN ? SITE_VXLAN : 0;
}

/* What the largest frames of its LANs need. */
static uint32_t
site_mtu(const struct word_lab *w, const struct word_site *s)
{
	uint32_t mtu = 0;
	size_t i;

	for (i = 0; i < w->nlans; i++)
		if (site_carries(s, &w->lans[i]) && w->lans[i].mtu > mtu)
			mtu = w->lans[i].mtu;
	return mtu + site_more(s);
}

static void
carrier_end(struct resolve *r, const struct word_site *s, size_t sw, uint8_t k)
{
	size_t number = (size_t)(s - r->w->sites);
	const uint8_t bytes[] = {169, 254, (uint8_t)(number / 128),
				 (uint8_t)(number % 128 * 2 + k)};
	struct lab_node *n = &r->lab->nodes[sw];
	struct ip_addr a = ip_addr_from(IP_V4, bytes);
	struct lab_if *i;

	if (n->ifs == NULL)
		n->ifs = model_mem_alloc(r->mem, r->w->nsites, sizeof(*n->ifs));
	i = resolve_private_if(r, n, RESOLVE_WAN,
			       s->mtu ? s->mtu : site_mtu(r->w, s));
	if (s->over == LAB_OVER_VXLAN)
		resolve_add_addr(i, &a, 31);
}

static size_t
site_carrier(struct resolve *r, const struct word_site *s)
{
	struct lab_link *l;

	carrier_end(r, s, s->a, 0);
	carrier_end(r, s, s->b, 1);
	l = resolve_add_link(r, LAB_LINK_CARRIER, SIZE_MAX, s->y->line);
	l->a = resolve_end(r->lab, &r->lab->nodes[s->a]);
	l->b = resolve_end(r->lab, &r->lab->nodes[s->b]);
	l->weather = s->weather;
	return (size_t)(l - r->lab->links);
}

static void
site_tunnel(struct resolve *r, const struct word_site *s, struct lab_link *l,
	    size_t carrier)
{
	const struct lab_end *a = &r->lab->links[carrier].a;
	uint32_t room = r->lab->nodes[a->node].ifs[a->ifi].mtu - site_more(s);
	uint32_t mtu = r->lab->lans[l->lan].mtu;

	l->over = s->over;
	l->carrier = carrier;
	l->id =
	    s->over == LAB_OVER_VXLAN
		? ((uint32_t)(s - r->w->sites) + 1) * 100 + (uint32_t)l->lan + 1
		: r->lab->lans[l->lan].vlan;
	l->mtu = mtu < room ? mtu : room;
}

/* A port towards another switch is called after it: sw2, and sw2_1 for the
 * second LAN or link between the two. */
static void
site_port(struct resolve *r, size_t sw, size_t far, struct lab_end *end)
{
	const struct lab *lab = r->lab;
	const char *name = r->w->switches[far].name;
	size_t i, number = 0;

	for (i = 0; i + 1 < lab->nlinks; i++)
		number += lab->links[i].kind == LAB_LINK_SITE &&
			  ((lab->links[i].a.node == sw &&
			    lab->links[i].b.node == far) ||
			   (lab->links[i].b.node == sw &&
			    lab->links[i].a.node == far));
	*end = (struct lab_end){.node = sw, .ifi = SIZE_MAX};
	if (number == 0)
		snprintf(end->port, sizeof(end->port), "%.12s", name);
	else
		snprintf(end->port, sizeof(end->port), "%.12s_%u", name,
			 (unsigned)number % 100u);
}

void
resolve_site(struct resolve *r, const struct word_site *s)
{
	const struct word_lab *w = r->w;
	size_t i, carrier = SIZE_MAX;
	struct lab_link *l;

	if (s->over != LAB_OVER_VETH)
		carrier = site_carrier(r, s);
	for (i = 0; i < w->nlans; i++) {
		if (!site_carries(s, &w->lans[i]))
			continue;
		l = resolve_add_link(r, LAB_LINK_SITE, i, s->y->line);
		if (carrier == SIZE_MAX)
			l->weather = s->weather;
		else
			site_tunnel(r, s, l, carrier);
		site_port(r, s->a, s->b, &l->a);
		site_port(r, s->b, s->a, &l->b);
	}
}
