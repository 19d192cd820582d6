/*
 * What an exchange has besides switches and route servers, and what no network
 * owns: route collectors, monitors, the machine that answers for blackholed
 * traffic, and machines of any other use.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "lab/model/model_kind.h"
#include "lab/model/model_word.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const uint8_t hole_mac[6] = {0x66, 0x66, 0xde, 0xad, 0xbe, 0xef};

/* Hears everybody on its LANs, and tells nobody anything. */
int
word_collector(struct word_lab *w, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = {"asn",  "name",   "kind",
					   "lan",  "lans",   "ipv4",
					   "ipv6", "limits", WORD_PORT};
	struct word_node *n = word_node_add(w, LAB_COLLECTOR, y);

	if (word_name(w, y, y->key, "collector", e) < 0 ||
	    yaml_keys(&w->doc, y, "a collector", keys, COUNT(keys), e) < 0 ||
	    word_kind(w, y, n, e) < 0 || word_limits(w, y, &n->limits, e) < 0 ||
	    word_asn(w, y, n->name, &n->asn, &n->asn_y, e) < 0 ||
	    word_title(w, yaml_get(y, "name"), n->name, &n->title, e) < 0 ||
	    word_ports(w, y, n, e) < 0)
		return -1;
	n->rs = WORD_RS_ALL;
	return 0;
}

int
word_monitor(struct word_lab *w, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = {"name", "lan",    "ipv4",
					   "ipv6", "switch", "limits"};
	struct word_node *n = word_node_add(w, LAB_MONITOR, y);

	if (word_name(w, y, y->key, "monitor", e) < 0 ||
	    yaml_keys(&w->doc, y, "a monitor", keys, COUNT(keys), e) < 0 ||
	    word_limits(w, y, &n->limits, e) < 0 ||
	    word_title(w, yaml_get(y, "name"), n->name, &n->title, e) < 0 ||
	    word_ports(w, y, n, e) < 0)
		return -1;
	if (n->nports == 0)
		return word_err(w, y, e,
				"monitor %s sees nothing: say which LAN with "
				"lan: %s",
				n->name, w->lans[0].name);
	return 0;
}

int
word_machine(struct word_lab *w, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = {"name",   "lan",    "lans",	 "ipv4",
					   "ipv6",   "limits", "behind", "vrps",
					   WORD_RUN, WORD_PORT};
	struct word_node *n = word_node_add(w, LAB_MACHINE, y);

	if (word_name(w, y, y->key, "node", e) < 0 ||
	    yaml_keys(&w->doc, y, "a node", keys, COUNT(keys), e) < 0 ||
	    word_run(w, y, n, e) < 0 || word_vrps(w, y, n, e) < 0 ||
	    word_limits(w, y, &n->limits, e) < 0 ||
	    word_title(w, yaml_get(y, "name"), n->name, &n->title, e) < 0)
		return -1;
	if (yaml_get(y, "behind"))
		return word_behind(w, y, n, e);
	return word_ports(w, y, n, e);
}

/* ---- blackholes (RFC 7999) */

static int
hole_port(const struct word_lab *w, struct word_lan *lan, struct word_port *p,
	  struct err *e)
{
	const struct yaml *mac = yaml_get(lan->hole_y, "mac");
	int f;

	p->y = lan->hole_y;
	p->lan = (size_t)(lan - w->lans);
	p->sw = lan->sws[0];
	p->placed = true;
	p->mac_y = mac ? mac : lan->hole_y;
	memcpy(p->mac, hole_mac, sizeof(p->mac));
	if (mac && word_mac(w, mac, p->mac, e) < 0)
		return -1;
	memcpy(lan->hole_mac, p->mac, sizeof(p->mac));
	for (f = 0; f < FAMS; f++) {
		p->at[f] = yaml_get(lan->hole_y, word_family_key[f]);
		if (p->at[f] && yaml_addr(&w->doc, p->at[f], word_family[f],
					  &p->addr[f], e) < 0)
			return -1;
	}
	return 0;
}

/* The machine LAN-bh, which answers for the address that blackholed traffic is
 * sent to; the fabric lets nothing through to it. */
int
word_blackhole(struct word_lab *w, struct word_lan *lan, struct err *e)
{
	static const char *const keys[] = {"ipv4", "ipv6", "mac"};
	struct word_node *n;
	char name[MODEL_NODE_MAX + 4];

	if (yaml_keys(&w->doc, lan->hole_y, "a blackhole", keys, COUNT(keys),
		      e) < 0)
		return -1;
	snprintf(name, sizeof(name), "%.12s-bh", lan->name);
	if (strlen(name) > MODEL_NODE_MAX)
		return word_err(w, lan->y, e,
				"the machine %s answers for the blackhole, "
				"which is too long a name: call the LAN by at "
				"most %d characters",
				name, MODEL_NODE_MAX - 3);
	n = word_node_add(w, LAB_MACHINE, lan->hole_y);
	n->name = n->network = model_mem_strdup(&w->mem, name);
	n->title = "Blackhole";
	n->ports = model_mem_alloc(&w->mem, 1, sizeof(struct word_port));
	n->nports = 1;
	return hole_port(w, lan, &n->ports[0], e);
}
