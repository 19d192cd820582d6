/*
 * The fabric behind a peering LAN: which switches it is on, and how these are
 * joined. A LAN is one bridge on each of its switches; a site link carries every
 * LAN that both its switches have, each over a pair of its own, since a lab must
 * run where the kernel knows no VLANs.
 *
 * A Linux bridge takes 1,023 ports. Where the file asks for more on a switch,
 * model_spread adds switches to it (sw1-2, sw1-3, ...), each joined to it, and
 * deals the ports out in the order of the file, as many to each. A ring of site links would send
 * frames round for ever, so it has to be meant: with a spanning tree, or
 * without one, which is a lesson.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "lab/model/model_word.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- reading */

int
word_switch_find(const struct word_lab *w, const struct yaml *y, size_t *sw,
		 struct err *e)
{
	const char *names[WORD_MAX_SWITCHES];
	size_t i;

	for (i = 0; i < w->nswitches; i++)
		names[i] = w->switches[i].name;
	return yaml_word(&w->doc, y, names, w->nswitches, sw, e);
}

bool
word_lan_on(const struct word_lan *lan, size_t sw)
{
	size_t i;

	for (i = 0; i < lan->nsws; i++)
		if (lan->sws[i] == sw)
			return true;
	return false;
}

static int
lan_switch_add(const struct word_lab *w, const struct yaml *y,
	       struct word_lan *lan, struct err *e)
{
	size_t sw = 0;

	if (word_switch_find(w, y, &sw, e) < 0)
		return -1;
	if (word_lan_on(lan, sw))
		return word_err(w, y, e, "%s is named twice",
				w->switches[sw].name);
	lan->sws[lan->nsws++] = sw;
	return 0;
}

/* "switch: sw1", "switches: [sw1, sw2]", or nothing where there is one. */
int
word_lan_switches(const struct word_lab *w, const struct yaml *y,
		  struct word_lan *lan, struct err *e)
{
	const struct yaml *one = yaml_get(y, "switch");
	const struct yaml *many = yaml_get(y, "switches");
	size_t i;

	if (one && many)
		return word_err(w, many, e,
				"peering LAN %s has \"switch\" and "
				"\"switches\": say one of them",
				lan->name);
	if (one)
		return lan_switch_add(w, one, lan, e);
	if (many == NULL && w->nswitches == 1) {
		lan->nsws = 1; /* sws[0] is 0 */
		return 0;
	}
	if (many == NULL)
		return word_err(
		    w, y, e,
		    "peering LAN %s needs a switch: say which of the %zu with "
		    "switch: %s, or several with switches: [%s, %s]",
		    lan->name, w->nswitches, w->switches[0].name,
		    w->switches[0].name, w->switches[1].name);
	if (many->kind != YAML_LIST || many->n == 0)
		return word_err(w, many, e,
				"switches must be a list of switches, such as "
				"[%s]",
				w->switches[0].name);
	for (i = 0; i < many->n; i++)
		if (lan_switch_add(w, many->items[i], lan, e) < 0)
			return -1;
	return 0;
}

static int
site_ends(const struct word_lab *w, const struct yaml *y, struct word_site *s,
	  struct err *e)
{
	const struct yaml *b = yaml_get(y, "between");

	if (b == NULL || b->kind != YAML_LIST || b->n != 2)
		return word_err(w, b ? b : y, e,
				"a site link joins two switches: name them, "
				"such as between: [sw1, sw2]");
	if (word_switch_find(w, b->items[0], &s->a, e) < 0 ||
	    word_switch_find(w, b->items[1], &s->b, e) < 0)
		return -1;
	if (s->a == s->b)
		return word_err(w, b->items[1], e,
				"both ends of this site link are %s: name two "
				"switches",
				w->switches[s->a].name);
	return 0;
}

/* "auto" is tags where they can be had, else a pair for each LAN, which any kernel
 * has. */
static enum lab_over
site_auto(const struct word_lab *w)
{
	return w->params && w->params->tags && w->params->tags()
		   ? LAB_OVER_TAGS
		   : LAB_OVER_VETH;
}

static int
site_over(const struct word_lab *w, const struct yaml *y, struct word_site *s,
	  struct err *e)
{
	static const char *const overs[] = {[LAB_OVER_VETH] = "veth",
					    [LAB_OVER_VXLAN] = "vxlan",
					    [LAB_OVER_TAGS] = "tags",
					    "auto"};
	const struct yaml *o = yaml_get(y, "over"), *mtu = yaml_get(y, "mtu");
	size_t over = LAB_OVER_VETH;

	if (o != NULL &&
	    yaml_word(&w->doc, o, overs, COUNT(overs), &over, e) < 0)
		return -1;
	s->tags = over >= LAB_OVER_TAGS;
	s->over = over > LAB_OVER_TAGS ? site_auto(w) : (enum lab_over)over;
	if (mtu != NULL && s->over != LAB_OVER_VXLAN)
		return word_err(w, mtu, e,
				"a site link without tunnels has the MTU of "
				"its LANs: give it over: vxlan, or set mtu on "
				"the peering LAN");
	return mtu == NULL ? 0 : yaml_u32(&w->doc, mtu, 1280, 9266, &s->mtu, e);
}

int
word_sites(struct word_lab *w, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = {"between", "over", "mtu",
					   WORD_WEATHER};
	size_t i, n = y == NULL ? 0 : y->n;

	if (y != NULL && yaml_want(&w->doc, y, YAML_LIST, "site-links", e) < 0)
		return -1;
	if (n > WORD_MAX_SITES)
		return word_err(w, y, e, "%zu site links: a lab has at most %d",
				n, WORD_MAX_SITES);
	w->sites = model_mem_alloc(&w->mem, n + WORD_MAX_SPREAD,
				   sizeof(struct word_site));
	for (i = 0; i < n; i++) {
		struct word_site *s = &w->sites[w->nsites++];

		s->y = y->items[i];
		if (yaml_keys(&w->doc, s->y, "a site link", keys, COUNT(keys),
			      e) < 0 ||
		    site_ends(w, s->y, s, e) < 0 ||
		    site_over(w, s->y, s, e) < 0 ||
		    word_weather(w, s->y, &s->weather, e) < 0)
			return -1;
	}
	return 0;
}

/* ---- spreading */

static size_t
sites_at(const struct word_lab *w, const struct word_lan *lan, size_t sw)
{
	size_t i, n = 0;

	for (i = 0; i < w->nsites; i++)
		n += (w->sites[i].a == sw && word_lan_on(lan, w->sites[i].b)) ||
		     (w->sites[i].b == sw && word_lan_on(lan, w->sites[i].a));
	return n;
}

/* How many ports a LAN has on a switch; of those, how many may go elsewhere. */
static size_t
ports_at(const struct word_lab *w, size_t lan, size_t sw, size_t *free_ports)
{
	const struct word_port *p;
	size_t i, k, n = 0;

	*free_ports = 0;
	for (i = 0; i < w->nnodes; i++)
		for (k = 0; k < w->nodes[i].nports; k++) {
			p = &w->nodes[i].ports[k];
			if (p->lan != lan || p->sw != sw)
				continue;
			n++;
			*free_ports += !p->placed;
		}
	return n;
}

/* The number-th switch beside that one, made when it is not there yet. */
static size_t
spread_switch(struct word_lab *w, size_t base, size_t number)
{
	char name[MODEL_NODE_MAX + 16];
	size_t i;

	snprintf(name, sizeof(name), "%s-%zu", w->switches[base].name, number);
	for (i = 0; i < w->nswitches; i++)
		if (w->switches[i].spread &&
		    strcmp(w->switches[i].name, name) == 0)
			return i;
	w->switches[i].y = w->switches[base].y;
	w->switches[i].name = model_mem_strdup(&w->mem, name);
	w->switches[i].spread = true;
	w->nswitches++;
	w->sites[w->nsites++] =
	    (struct word_site){.y = w->switches[base].y, .a = base, .b = i};
	return i;
}

static void
spread_ports(struct word_lab *w, size_t lan, size_t base, size_t stay,
	     size_t each)
{
	struct word_lan *l = &w->lans[lan];
	size_t i, k, room = stay, number = 1, sw = base;

	for (i = 0; i < w->nnodes; i++)
		for (k = 0; k < w->nodes[i].nports; k++) {
			struct word_port *p = &w->nodes[i].ports[k];

			if (p->lan != lan || p->sw != base || p->placed)
				continue;
			if (room == 0) {
				sw = spread_switch(w, base, ++number);
				l->sws[l->nsws++] = sw;
				room = each;
			}
			p->sw = sw;
			room--;
		}
}

/* Each further switch costs the first a port and has one less for members. All
 * get their share: a flood to fewer ports loses less (net/README.md). */
static int
spread_lan(struct word_lab *w, size_t lan, size_t base, struct err *e)
{
	size_t movable, sites = sites_at(w, &w->lans[lan], base);
	size_t ports = ports_at(w, lan, base, &movable) + sites, more = 0;
	size_t name = strlen(w->switches[base].name), share, stay;

	if (ports <= MODEL_MAX_PORTS)
		return 0;
	while (ports + more >
	       MODEL_MAX_PORTS + more * (size_t)(MODEL_MAX_PORTS - 1))
		more++;
	if (ports + more - MODEL_MAX_PORTS > movable)
		return word_err(
		    w, w->lans[lan].y, e,
		    "peering LAN %s would have %zu ports on switch %s, which "
		    "takes %d: put some on another switch",
		    w->lans[lan].name, ports, w->switches[base].name,
		    MODEL_MAX_PORTS);
	if (name + 2 > MODEL_NODE_MAX)
		return word_err(
		    w, w->switches[base].y, e,
		    "switch %s is spread over %s-2 and so on, which is too "
		    "long: give it a name of at most %d characters",
		    w->switches[base].name, w->switches[base].name,
		    MODEL_NODE_MAX - 2);
	share = (ports + 2 * more + more) / (more + 1);
	stay = share > ports - movable + more ? share - (ports - movable + more)
					      : 0;
	spread_ports(w, lan, base, stay, (movable - stay + more - 1) / more);
	return 0;
}

int
model_spread(struct word_lab *w, struct err *e)
{
	size_t i, k, n;

	for (i = 0; i < w->nlans; i++)
		for (n = w->lans[i].nsws, k = 0; k < n; k++)
			if (spread_lan(w, i, w->lans[i].sws[k], e) < 0)
				return -1;
	return 0;
}

/* ---- is it one LAN, and no ring? */

static size_t
root_of(const size_t *up, size_t i)
{
	while (up[i] != i)
		i = up[i];
	return i;
}

static int
check_lan(const struct word_lab *w, const struct word_lan *lan, struct err *e)
{
	size_t up[WORD_ALL_SWITCHES], i, a, b;

	for (i = 0; i < w->nswitches; i++)
		up[i] = i;
	for (i = 0; i < w->nsites; i++) {
		if (!word_lan_on(lan, w->sites[i].a) ||
		    !word_lan_on(lan, w->sites[i].b))
			continue;
		a = root_of(up, w->sites[i].a);
		b = root_of(up, w->sites[i].b);
		if (a == b && lan->tree_y == NULL)
			return word_err(
			    w, w->sites[i].y, e,
			    "this site link closes a ring, in which frames of "
			    "peering LAN %s would go round for ever: say "
			    "spanning-tree: yes there, or no to see that",
			    lan->name);
		up[a] = b;
	}
	for (i = 1; i < lan->nsws; i++)
		if (root_of(up, lan->sws[i]) != root_of(up, lan->sws[0]))
			return word_err(
			    w, lan->y, e,
			    "peering LAN %s is on %s and on %s, which nothing "
			    "joins: add a site link",
			    lan->name, w->switches[lan->sws[0]].name,
			    w->switches[lan->sws[i]].name);
	return 0;
}

static int
check_site(const struct word_lab *w, const struct word_site *s, struct err *e)
{
	size_t i;

	for (i = 0; i < w->nlans; i++)
		if (word_lan_on(&w->lans[i], s->a) &&
		    word_lan_on(&w->lans[i], s->b))
			return 0;
	return word_err(w, s->y, e,
			"no peering LAN is on both %s and %s: give one "
			"switches: [%s, %s]",
			w->switches[s->a].name, w->switches[s->b].name,
			w->switches[s->a].name, w->switches[s->b].name);
}

int
model_check_fabric(const struct word_lab *w, struct err *e)
{
	size_t i;

	for (i = 0; i < w->nsites; i++)
		if (check_site(w, &w->sites[i], e) < 0)
			return -1;
	for (i = 0; i < w->nlans; i++)
		if (check_lan(w, &w->lans[i], e) < 0)
			return -1;
	return 0;
}
