/*
 * VLANs (IEEE 802.1Q): the number that tells a LAN's frames from another's on a
 * trunk between sites, or within a switch that is one bridge for all its LANs.
 *
 * A LAN that says no number has 101, the second of the file 102 and so on, those
 * of quarantine last. A number means something only where a frame can bear it, so
 * elsewhere it is refused. Linux' spanning tree knows no VLANs: it would take two
 * pairs between the same switches, each for a LAN, for a ring, and block one.
 *
 * A trunk is one port for several LANs: the first without a tag, the others with
 * theirs. Its interfaces are called as if each were a port of its own, so a
 * configuration does not know whether the kernel had VLANs.
 */
#include <string.h>

#include "lab/model/model_resolve.h"

#define VLAN_MAX 4094	 /* 0 and 4095 are no LAN's: 802.1Q table 9-2 */
#define VLAN_BY_RULE 101 /* the first */

int
word_vlans(struct word_lab *w, const struct yaml *exchange, struct err *e)
{
	static const char *const words[] = {"filtering", "auto"};
	const struct yaml *y = yaml_get(exchange, "vlans");
	size_t word = 0;

	if (y == NULL)
		return 0;
	if (yaml_word(&w->doc, y, words, sizeof(words) / sizeof(*words), &word,
		      e) < 0)
		return -1;
	w->vlans_y = y;
	w->vlans = word == 0 || (w->params && w->params->filtering &&
				 w->params->filtering())
		       ? LAB_VLANS_FILTERING
		       : LAB_VLANS_BRIDGES;
	return 0;
}

int
word_lan_vlan(const struct word_lab *w, struct word_lan *lan, const char *key,
	      struct err *e)
{
	lan->vlan_y = yaml_get(lan->y, key);
	lan->vlan = VLAN_BY_RULE + (uint32_t)(lan - w->lans);
	return lan->vlan_y == NULL
		   ? 0
		   : yaml_u32(&w->doc, lan->vlan_y, 1, VLAN_MAX, &lan->vlan, e);
}

static bool
vlans_borne(const struct word_lab *w)
{
	size_t i;

	for (i = 0; i < w->nsites; i++)
		if (w->sites[i].tags)
			return true;
	return w->vlans_y != NULL;
}

static int
check_number(const struct word_lab *w, const struct word_lan *lan,
	     struct err *e)
{
	const struct word_lan *other;

	if (lan->vlan_y && !vlans_borne(w))
		return word_err(
		    w, lan->vlan_y, e,
		    "nothing here has VLANs, so peering LAN %s needs no number "
		    "of one: say vlans: filtering or vlans: auto under "
		    "exchange, or give a site link over: tags",
		    lan->name);
	for (other = w->lans; other < lan; other++)
		if (other->vlan == lan->vlan)
			return word_err(
			    w,
			    lan->vlan_y	    ? lan->vlan_y
			    : other->vlan_y ? other->vlan_y
					    : lan->y,
			    e,
			    "peering LANs %s and %s would both be VLAN %u: "
			    "give each a number of its own",
			    other->name, lan->name, lan->vlan);
	return 0;
}

static int
check_tree(const struct word_lab *w, const struct word_lan *lan, struct err *e)
{
	if (w->vlans_y == NULL || !lan->tree)
		return 0;
	return word_err(w, lan->tree_y, e,
			"one spanning tree holds for all VLANs of a switch and "
			"would block what only looks like a ring: leave out "
			"spanning-tree here, or vlans of the exchange");
}

/* One bridge takes the ports of all its LANs. */
static int
check_ports(const struct word_lab *w, size_t sw, struct err *e)
{
	size_t i, k, n = 0;

	for (i = 0; i < w->nnodes; i++)
		for (k = 0; k < w->nodes[i].nports; k++)
			n += w->nodes[i].ports[k].sw == sw;
	for (i = 0; i < w->nlans; i++)
		for (k = 0; k < w->nsites; k++)
			n += (w->sites[k].a == sw || w->sites[k].b == sw) &&
			     word_lan_on(&w->lans[i], w->sites[k].a) &&
			     word_lan_on(&w->lans[i], w->sites[k].b);
	if (w->vlans_y == NULL || n <= MODEL_MAX_PORTS)
		return 0;
	return word_err(w, w->vlans_y, e,
			"with VLANs switch %s is one bridge, which would have "
			"%zu ports and takes %d: put some on another switch",
			w->switches[sw].name, n, MODEL_MAX_PORTS);
}

/* ---- trunks */

int
word_trunk(const struct word_lab *w, const struct yaml *map,
	   struct word_node *n, struct err *e)
{
	n->trunk_y = yaml_get(map, "trunk");
	return word_bool(w, map, "trunk", &n->trunk, e);
}

/* What holds for a whole port is the first LAN's to say. */
static int
check_further(const struct word_lab *w, const struct word_node *n,
	      const struct word_port *p, struct err *e)
{
	static const char *const keys[] = {"mac", "guard", "quarantine",
					   WORD_WEATHER};
	const struct word_port *first = &n->ports[0];
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (yaml_get(p->y, keys[i]))
			return word_err(w, yaml_get(p->y, keys[i]), e,
					"%s's LANs are one port: say %s with "
					"the first of them, %s",
					n->name, keys[i],
					w->lans[first->lan].name);
	if (p->sw != first->sw)
		return word_err(w, p->y, e,
				"%s's LANs are one port, but %s is on switch "
				"%s and %s on %s: say the same switch",
				n->name, w->lans[first->lan].name,
				w->switches[first->sw].name,
				w->lans[p->lan].name, w->switches[p->sw].name);
	if (w->lans[p->lan].mtu != w->lans[first->lan].mtu)
		return word_err(w, p->y, e,
				"%s's LANs are one port, and %s has another "
				"mtu than %s",
				n->name, w->lans[p->lan].name,
				w->lans[first->lan].name);
	return 0;
}

static int
check_trunk(const struct word_lab *w, const struct word_node *n, struct err *e)
{
	size_t i;

	if (!n->trunk)
		return 0;
	if (w->vlans_y == NULL)
		return word_err(w, n->trunk_y, e,
				"a trunk's LANs are VLANs: say vlans: "
				"filtering or vlans: auto under exchange");
	if (n->nports < 2)
		return word_err(w, n->trunk_y, e,
				"a trunk is for several LANs: put them under "
				"lans");
	for (i = 1; i < n->nports; i++)
		if (check_further(w, n, &n->ports[i], e) < 0)
			return -1;
	return 0;
}

int
model_check_vlans(const struct word_lab *w, struct err *e)
{
	size_t i;

	for (i = 0; i < w->nlans; i++)
		if (check_number(w, &w->lans[i], e) < 0 ||
		    check_tree(w, &w->lans[i], e) < 0)
			return -1;
	for (i = 0; i < w->nswitches; i++)
		if (check_ports(w, i, e) < 0)
			return -1;
	for (i = 0; i < w->nnodes; i++)
		if (check_trunk(w, &w->nodes[i], e) < 0)
			return -1;
	return 0;
}

/* ---- resolving */

void
resolve_trunk(struct resolve *r, const struct word_node *wn, struct lab_node *n)
{
	size_t carrier = n->ifs[0].link, i;
	struct lab_link *l;

	if (!wn->trunk || r->lab->vlans != LAB_VLANS_FILTERING)
		return;
	for (i = 1; i < wn->nports; i++) {
		l = &r->lab->links[n->ifs[i].link];
		l->kind = LAB_LINK_TAG;
		l->over = LAB_OVER_TAGS;
		l->carrier = carrier;
		l->id = r->lab->lans[l->lan].vlan;
		l->mtu = n->ifs[i].mtu;
		l->guard = (struct lab_guard){0};
		memcpy(l->a.port, r->lab->links[carrier].a.port,
		       sizeof(l->a.port));
		memcpy(n->ifs[i].mac, n->ifs[0].mac, sizeof(n->ifs[i].mac));
	}
}
