/*
 * The lab becomes another one while it runs. Nodes are found by their names,
 * links by the interfaces they join; all that speaks of them by number is
 * counted anew: the ports of switches, and weather. What was done to a port by
 * hand (moved, pinned, culled) stays, unless the lab file has another opinion
 * than before.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "lab/super/super_links_priv.h"
#include "lab/super/super_work.h"

struct turn {
	struct super *s;
	const struct lab *from, *to;
	size_t *was;  /* by node of to: its number in from, or SIZE_MAX */
	size_t *link; /* by link of from: its number in to, or SIZE_MAX */
};

/* ---- nodes */

/* Mostly they are where they were, so the search begins there. */
static size_t
turn_find(const struct lab *lab, const char *name, size_t at)
{
	size_t i, k;

	for (i = 0; i < lab->nnodes; i++) {
		k = (at + i) % lab->nnodes;
		if (strcmp(lab->nodes[k].name, name) == 0)
			return k;
	}
	return SIZE_MAX;
}

static struct super_node *
turn_spare(struct super_work *w, const char *name)
{
	struct super_node *n;
	size_t i;

	for (i = 0; i < w->nspare; i++) {
		n = w->spare[i];
		if (strcmp(n->name, name) != 0)
			continue;
		w->spare[i] = w->spare[--w->nspare];
		return n;
	}
	return NULL;
}

static void
turn_nodes(struct turn *t, struct super_work *w)
{
	const struct lab *from = t->from, *to = t->to;
	struct super *s = t->s;
	struct super_node **nodes = xcalloc(to->nnodes + 1, sizeof(*nodes));
	struct super_node **spare =
	    xcalloc(from->nnodes + w->nspare + 1, sizeof(*spare));
	struct super_node *n;
	size_t i, nspare = 0;

	for (i = 0; i < to->nnodes; i++) {
		const struct lab_node *def = &to->nodes[i];

		t->was[i] = turn_find(from, def->name, i);
		n = t->was[i] != SIZE_MAX ? s->nodes[t->was[i]]
					  : turn_spare(w, def->name);
		if (n == NULL)
			n = super_node_new(s, def);
		n->def = def;
		nodes[i] = n;
	}
	for (i = 0; i < from->nnodes; i++)
		if (turn_find(to, from->nodes[i].name, i) == SIZE_MAX)
			spare[nspare++] = s->nodes[i];
	for (i = 0; i < w->nspare; i++)
		spare[nspare++] = w->spare[i];
	free(w->spare);
	w->spare = spare;
	w->nspare = nspare;
	free(s->nodes);
	s->nodes = nodes;
}

/* ---- links */

static const char *
end_dev(const struct lab *lab, const struct lab_end *e)
{
	return e->ifi == SIZE_MAX ? e->port
				  : lab->nodes[e->node].ifs[e->ifi].name;
}

static bool
end_is(const struct turn *t, const struct lab_end *was, const struct lab_end *e)
{
	return t->was[e->node] == was->node &&
	       strcmp(end_dev(t->from, was), end_dev(t->to, e)) == 0;
}

static bool
link_is(const struct turn *t, size_t was, const struct lab_link *l)
{
	const struct lab_link *x = &t->from->links[was];

	return x->kind == l->kind && end_is(t, &x->a, &l->a) &&
	       end_is(t, &x->b, &l->b);
}

/* The number in from of a link of to: by the interface at one end; between two
 * switches there are few. */
static size_t
link_was(const struct turn *t, const struct lab_link *l)
{
	const struct lab_end *e = l->b.ifi != SIZE_MAX ? &l->b : &l->a;
	const struct lab_node *n;
	size_t i;

	if (t->was[e->node] == SIZE_MAX)
		return SIZE_MAX;
	n = &t->from->nodes[t->was[e->node]];
	for (i = 0; e->ifi != SIZE_MAX && i < n->nifs; i++)
		if (link_is(t, n->ifs[i].link, l))
			return n->ifs[i].link;
	for (i = 0; e->ifi == SIZE_MAX && i < t->from->nlinks; i++)
		if (link_is(t, i, l))
			return i;
	return SIZE_MAX;
}

static void
turn_links(struct turn *t)
{
	size_t i, was;

	for (i = 0; i < t->from->nlinks; i++)
		t->link[i] = SIZE_MAX;
	for (i = 0; i < t->to->nlinks; i++)
		if ((was = link_was(t, &t->to->links[i])) != SIZE_MAX)
			t->link[was] = i;
}

/* ---- ports */

/* The LAN it was moved to, where there still is such a LAN. */
static size_t
port_lan(const struct turn *t, const struct super_port *old, size_t was,
	 const struct lab_link *l)
{
	const struct lab *to = t->to;
	const char *name = t->from->lans[old->lan].name;
	uint16_t vlan = model_vlan(t->from, old->lan);
	struct super_node *sw = t->s->nodes[l->a.node];
	size_t i, k, lan = l->lan;
	struct err e;

	if (l->lan == SIZE_MAX || old->lan == t->from->links[was].lan)
		return l->lan;
	for (i = 0; i < to->nlans; i++)
		for (k = 0; k < to->lans[i].nswitches; k++)
			if (strcmp(to->lans[i].name, name) == 0 &&
			    to->lans[i].switches[k] == l->a.node)
				lan = i;
	if (lan != l->lan && model_vlan(to, lan) == vlan)
		return lan;
	if (sw->net != NULL &&
	    super_fabric_plug(sw, l->a.port, vlan, to, lan, &e) < 0)
		log_warnx("super", "%s: %s", sw->def->name, e.msg);
	return lan;
}

static bool
pins_equal(const struct super_port *a, const struct super_port *b)
{
	return a->npins == b->npins &&
	       (a->npins == 0 || memcmp(a->pin, b->pin, 6 * a->npins) == 0);
}

/* What was done by hand to a port of from is done to the same one of to, whose
 * p is as its file has it. */
static void
port_keep(const struct turn *t, struct super_port *old, size_t was,
	  struct super_port *p)
{
	const struct lab_link *l = &t->to->links[t->link[was]];
	struct super_port file = super_fabric_port(t->from, was);
	uint8_t *pin;

	p->lan = port_lan(t, old, was, l);
	p->shut = old->shut;
	p->culled = old->culled;
	p->violations = old->violations;
	if (pins_equal(&file, p)) {
		pin = p->pin;
		p->pin = old->pin;
		p->npins = old->npins;
		old->pin = pin;
	}
	free(file.pin);
}

static void
turn_ports(struct turn *t)
{
	struct super *s = t->s;
	struct super_port *ports = xcalloc(t->to->nlinks + 1, sizeof(*ports));
	size_t i;

	for (i = 0; i < t->to->nlinks; i++)
		ports[i] = super_fabric_port(t->to, i);
	for (i = 0; i < t->from->nlinks; i++) {
		if (t->link[i] != SIZE_MAX &&
		    t->from->links[i].kind == LAB_LINK_PORT)
			port_keep(t, &s->ports[i], i, &ports[t->link[i]]);
		free(s->ports[i].pin);
	}
	free(s->ports);
	s->ports = ports;
}

void
super_turn(struct super_work *w, const struct plan *to)
{
	struct super *s = w->super;
	struct turn t = {.s = s, .from = s->lab, .to = to->lab};

	t.was = xcalloc(to->lab->nnodes + 1, sizeof(*t.was));
	t.link = xcalloc(s->lab->nlinks + 1, sizeof(*t.link));
	turn_nodes(&t, w);
	turn_links(&t);
	turn_ports(&t);
	super_weather_turn(s, t.link);
	s->lab = to->lab;
	s->plan = to;
	free(t.was);
	free(t.link);
}
