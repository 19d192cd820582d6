/*
 * A port: where somebody is plugged in, under which addresses, and what the
 * switch lets in from there. The guard of a peering LAN holds for every port of
 * a network on it, key by key, unless the port says otherwise.
 */
#include <stdlib.h>
#include <string.h>

#include "lab/model/model_word.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- addresses of hardware */

int
word_mac(const struct word_lab *w, const struct yaml *y, uint8_t mac[6],
	 struct err *e)
{
	static const char hex[] = "0123456789abcdef";
	const char *text, *hi, *lo;
	size_t i;

	if (yaml_str(&w->doc, y, &text, e) < 0)
		return -1;
	for (i = 0; i < 6; i++) {
		hi = text[0] ? strchr(hex, text[0] | 0x20) : NULL;
		lo = hi && text[1] ? strchr(hex, text[1] | 0x20) : NULL;
		if (lo == NULL || text[2] != (i < 5 ? ':' : '\0'))
			break;
		mac[i] = (uint8_t)((hi - hex) << 4 | (lo - hex));
		text += 3;
	}
	if (i < 6 || mac[0] & 1)
		return yaml_err(&w->doc, y, e,
				"\"%.40s\" is no address of one machine: write "
				"six pairs of digits, such as "
				"02:00:00:00:00:01, the first pair even",
				y->text);
	return 0;
}

/* ---- guards */

static int
guard_types(const struct word_lab *w, const struct yaml *y, struct lab_guard *g,
	    struct err *e)
{
	static const char *const words[] = {"ipv4", "ipv6", "arp"};
	bool *const at[] = {&g->ipv4, &g->ipv6, &g->arp};
	size_t i, k = 0;

	if (y == NULL)
		return 0;
	if (yaml_want(&w->doc, y, YAML_LIST, "ethertypes", e) < 0)
		return -1;
	for (i = 0; i < COUNT(at); i++)
		*at[i] = false;
	for (i = 0; i < y->n; i++) {
		if (yaml_word(&w->doc, y->items[i], words, COUNT(words), &k,
			      e) < 0)
			return -1;
		*at[k] = true;
	}
	return 0;
}

static int
guard_flag(const struct word_lab *w, const struct yaml *y, bool *out,
	   struct err *e)
{
	return y == NULL ? 0 : yaml_bool(&w->doc, y, out, e);
}

int
word_guard(const struct word_lab *w, const struct yaml *map,
	   struct lab_guard *g, struct err *e)
{
	static const char *const keys[] = {"pin", "shut", "ethertypes",
					   "broadcast"};
	const struct yaml *y = yaml_get(map, "guard"), *v;

	if (y == NULL)
		return 0;
	if (yaml_keys(&w->doc, y, "a guard", keys, COUNT(keys), e) < 0 ||
	    guard_flag(w, yaml_get(y, "pin"), &g->pin, e) < 0 ||
	    guard_flag(w, yaml_get(y, "shut"), &g->shut, e) < 0 ||
	    guard_types(w, yaml_get(y, "ethertypes"), g, e) < 0)
		return -1;
	v = yaml_get(y, "broadcast");
	if (v && yaml_u32(&w->doc, v, 0, 1000000, &g->broadcast, e) < 0)
		return -1;
	if (g->shut && !g->pin)
		return word_err(w, y, e,
				"shut takes a port down for a wrong source "
				"address, and without pin none is wrong: say "
				"pin: yes, too");
	return 0;
}

/* ---- ports */

static int
port_switch(const struct word_lab *w, const struct yaml *y,
	    const struct word_node *n, struct word_port *p, struct err *e)
{
	const struct yaml *s = yaml_get(y, "switch");
	const struct word_lan *lan = &w->lans[p->lan];

	p->sw = lan->sws[0];
	p->placed = s != NULL;
	if (s == NULL)
		return 0;
	if (word_switch_find(w, s, &p->sw, e) < 0)
		return -1;
	if (!word_lan_on(lan, p->sw))
		return yaml_err(&w->doc, s, e,
				"%s's port is on switch %s, where peering LAN "
				"%s is not",
				n->name, w->switches[p->sw].name, lan->name);
	return 0;
}

static int
port_quarantine(const struct word_lab *w, const struct yaml *y,
		struct word_port *p, struct err *e)
{
	const struct yaml *q = yaml_get(y, "quarantine");
	bool yes;

	if (word_bool(w, y, "quarantine", &yes, e) < 0)
		return -1;
	if (!yes)
		return 0;
	if (w->lans[p->lan].quarantine == WORD_NONE)
		return yaml_err(&w->doc, q, e,
				"peering LAN %s has no quarantine: say "
				"quarantine: yes there",
				w->lans[p->lan].name);
	p->lan = w->lans[p->lan].quarantine;
	return 0;
}

static int
port_addr(const struct word_lab *w, const struct yaml *y, int f,
	  struct word_port *p, struct err *e)
{
	p->at[f] = yaml_get(y, word_family_key[f]);
	return p->at[f] == NULL ? 0
				: yaml_addr(&w->doc, p->at[f], word_family[f],
					    &p->addr[f], e);
}

static int
port_mac(const struct word_lab *w, const struct yaml *y, struct word_port *p,
	 struct err *e)
{
	p->mac_y = yaml_get(y, "mac");
	return p->mac_y == NULL ? 0 : word_mac(w, p->mac_y, p->mac, e);
}

static int
parse_port(const struct word_lab *w, const struct yaml *y, struct word_node *n,
	   size_t lan, struct err *e)
{
	struct word_port *p = &n->ports[n->nports];
	size_t i;
	int f;

	for (i = 0; i < n->nports; i++)
		if (word_lan_base(w, n->ports[i].lan) == lan)
			return word_err(
			    w, y, e,
			    "%s has a second port on %s: one is enough",
			    n->name, w->lans[lan].name);
	p->y = y;
	p->lan = lan;
	if (n->role == LAB_MEMBER || n->role == LAB_CONTENT)
		p->guard = w->lans[lan].guard;
	if (port_switch(w, y, n, p, e) < 0 || port_quarantine(w, y, p, e) < 0 ||
	    port_mac(w, y, p, e) < 0 || word_guard(w, y, &p->guard, e) < 0 ||
	    word_weather(w, y, &p->weather, e) < 0)
		return -1;
	for (f = 0; f < FAMS; f++)
		if (port_addr(w, y, f, p, e) < 0)
			return -1;
	n->nports++;
	return 0;
}

static int
parse_ports_long(struct word_lab *w, const struct yaml *y, struct word_node *n,
		 struct err *e)
{
	static const char *const keys[] = {"ipv4", "ipv6", WORD_PORT};
	size_t i, lan;

	if (yaml_want(&w->doc, y, YAML_MAP, "lans", e) < 0)
		return -1;
	n->ports = model_mem_alloc(&w->mem, y->n, sizeof(struct word_port));
	for (i = 0; i < y->n; i++)
		if (word_lan(w, y->items[i], y->items[i]->key, &lan, e) < 0 ||
		    yaml_keys(&w->doc, y->items[i], "a port", keys, COUNT(keys),
			      e) < 0 ||
		    parse_port(w, y->items[i], n, lan, e) < 0)
			return -1;
	return 0;
}

/* The first key that only a port can have. */
static const struct yaml *
key_of_port(const struct yaml *map)
{
	static const char *const keys[] = {WORD_PORT};
	const struct yaml *y = NULL;
	size_t i;

	for (i = 0; i < COUNT(keys) && y == NULL; i++)
		y = yaml_get(map, keys[i]);
	return y;
}

/* Either lans: {khi: {ipv4:, ipv6:}}, or ipv4 and ipv6 beside the name with
 * lan: khi where there are several. */
int
word_ports(struct word_lab *w, const struct yaml *y, struct word_node *n,
	   struct err *e)
{
	const struct yaml *lans = yaml_get(y, "lans");
	const struct yaml *name = yaml_get(y, "lan"), *lost = key_of_port(y);
	bool bare = !name && !yaml_get(y, "ipv4") && !yaml_get(y, "ipv6");
	const char *text;
	size_t lan;

	if (lans != NULL && !bare)
		return word_err(
		    w, lans, e,
		    "%s has \"lans\" and also a port of its own: put all ports "
		    "under lans",
		    n->name);
	if (bare && lost)
		return word_err(w, lost, e,
				"%s has no port here that this could be of: "
				"put \"%s\" beside the port's addresses",
				n->name, lost->key);
	if (lans != NULL)
		return parse_ports_long(w, lans, n, e);
	if (bare)
		return 0;
	if (name == NULL) {
		if (word_only_lan(w, y, &lan, e) < 0)
			return -1;
	} else if (yaml_str(&w->doc, name, &text, e) < 0 ||
		   word_lan(w, name, text, &lan, e) < 0) {
		return -1;
	}
	n->ports = model_mem_alloc(&w->mem, 1, sizeof(struct word_port));
	return parse_port(w, y, n, lan, e);
}
