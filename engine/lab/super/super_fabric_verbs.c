/*
 * The verbs move, pin and cull: an operator's hands on ports. Each is a change of
 * its switch's rules and answers when nft has made it; a port counts as changed
 * from then on, so what nft refuses has not happened.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "lab/super/super_links_priv.h"
#include "lab/super/super_priv.h"

#define FABRIC_PINS 16 /* of a port */

/* An answer that waits for some switches. */
struct fabric_wait {
	struct ctl_request *q;
	size_t left, ports;
	struct err e;
};

/* What nft is asked to do at a switch. The ports count as changed when it has
 * done so: what it refuses has not happened. */
struct fabric_change {
	struct fabric_wait *wait;
	const struct lab *lab; /* as it was then */
	bool base;	       /* the switch's rules come along */
	size_t *ports, n;      /* by lab.links */
	/* What follows for a port when all went well, or did not; may be NULL */
	void (*done)(struct super *s, const struct fabric_change *c,
		     size_t link);
	void (*undo)(struct super *s, const struct fabric_change *c,
		     size_t link);
	bool cull;
	uint8_t *pin;
	size_t npins, from;
};

static void
fabric_answer(struct fabric_wait *w)
{
	if (w->left > 0)
		return;
	if (w->e.msg[0])
		ctl_refuse(w->q, &w->e);
	else
		ctl_reply(w->q,
			  json_pack("{sI}", "ports", (json_int_t)w->ports));
	free(w);
}

static void
change_free(struct fabric_change *c)
{
	free(c->ports);
	free(c->pin);
	free(c);
}

/* Another lab file's rules were made without this change. */
static void
change_lost(struct fabric_change *c)
{
	if (c->wait->e.msg[0] == '\0')
		err_here(&c->wait->e,
			 "the lab was changed meanwhile; say it again");
}

static void
fabric_changed(struct super_node *n, void *arg, const struct err *e)
{
	struct fabric_change *c = arg;
	struct fabric_wait *w = c->wait;
	struct super *s = n->super;
	size_t i;

	if (e != NULL) {
		w->e = *e;
		err_in(&w->e, "%s", n->def->name);
		if (c->base)
			n->fabric = false;
	}
	if (s->lab != c->lab)
		change_lost(c);
	for (i = 0; s->lab == c->lab && i < c->n; i++) {
		if (e == NULL && c->done)
			c->done(s, c, c->ports[i]);
		else if (e != NULL && c->undo)
			c->undo(s, c, c->ports[i]);
	}
	change_free(c);
	w->left--;
	fabric_answer(w);
}

static struct fabric_change *
fabric_begin(struct super *s, struct fabric_wait *w)
{
	struct fabric_change *c = xcalloc(1, sizeof(*c));

	c->wait = w;
	c->lab = s->lab;
	return c;
}

static void
change_port(struct fabric_change *c, size_t link)
{
	c->ports = xreallocarray(c->ports, c->n + 1, sizeof(*c->ports));
	c->ports[c->n++] = link;
}

/* Over the rules of a switch, which gets them now if it has none. The change is
 * taken over. */
static int
fabric_change(struct super_node *n, const char *text, struct fabric_change *c,
	      struct err *e)
{
	_free_ char *base =
	    n->fabric ? xstrdup("")
		      : plan_fabric(n->super->lab, super_node_index(n));
	_free_ char *all = xasprintf("%s%s", base, text);

	c->base = !n->fabric;
	if (super_fabric_load(n, all, fabric_changed, c, e) < 0) {
		change_free(c);
		return -1;
	}
	c->wait->left++;
	return 0;
}

static struct fabric_wait *
fabric_wait(struct ctl_request *q)
{
	struct fabric_wait *w = xcalloc(1, sizeof(*w));

	w->q = q;
	return w;
}

/* ---- which port */

/* The ports of the node that an argument names; with several, dev says which. */
static const struct lab_link *
fabric_port(struct super *s, const json_t *args, struct err *e)
{
	const struct super_node *n = super_arg_node(s, args, e);
	const char *dev = json_string_value(json_object_get(args, "dev"));
	const struct lab_link *l, *found = NULL;
	const char *name;
	size_t count = 0;

	if (n == NULL)
		return NULL;
	for (l = s->lab->links; l < s->lab->links + s->lab->nlinks; l++) {
		if (l->kind != LAB_LINK_PORT || s->nodes[l->b.node] != n)
			continue;
		name = n->def->ifs[l->b.ifi].name;
		if (dev != NULL && strcmp(dev, name) != 0)
			continue;
		found = l;
		count++;
	}
	if (count == 1)
		return found;
	if (count == 0)
		err_usage(e, "node %s has no port%s%.20s on a switch",
			  n->def->name, dev ? " " : "", dev ? dev : "");
	else
		err_usage(e,
			  "node %s has %zu ports; say which: %s:ix0, %s:ix1 ..",
			  n->def->name, count, n->def->name, n->def->name);
	return NULL;
}

static const struct lab_lan *
fabric_lan(const struct lab *lab, const char *name)
{
	size_t i;

	for (i = 0; name && i < lab->nlans; i++)
		if (strcmp(lab->lans[i].name, name) == 0)
			return &lab->lans[i];
	return NULL;
}

static const struct lab_lan *
fabric_lan_on(const struct lab *lab, const char *name, size_t sw, struct err *e)
{
	const struct lab_lan *l = fabric_lan(lab, name);
	struct str all = {0};
	size_t i, k;

	for (i = 0; l && i < l->nswitches; i++)
		if (l->switches[i] == sw)
			return l;
	for (i = 0; i < lab->nlans; i++)
		for (k = 0; k < lab->lans[i].nswitches; k++)
			if (lab->lans[i].switches[k] == sw)
				str_addf(&all, " %s", lab->lans[i].name);
	err_usage(e, "switch %s has no LAN \"%.40s\"; it has:%s",
		  lab->nodes[sw].name, name ? name : "", str_text(&all));
	str_clear(&all);
	return NULL;
}

/* Is the LAN a further one of that port's, with tags? */
static bool
fabric_tagged(const struct lab *lab, size_t port, size_t lan)
{
	const struct lab_link *l;

	for (l = lab->links; l < lab->links + lab->nlinks; l++)
		if (l->kind == LAB_LINK_TAG && l->carrier == port &&
		    l->lan == lan)
			return true;
	return false;
}

/* ---- move */

static void
move_tell(struct super *s, const struct lab_link *l, size_t lan)
{
	super_tell(s, "move",
		   json_pack("{ss ss ss ss}", "switch",
			     s->lab->nodes[l->a.node].name, "port", l->a.port,
			     "node", s->lab->nodes[l->b.node].name, "lan",
			     s->lab->lans[lan].name));
}

static int
move_port(struct super *s, size_t link, size_t lan, struct err *e)
{
	const struct lab_link *l = &s->lab->links[link];

	if (super_fabric_plug(s->nodes[l->a.node], l->a.port,
			      model_vlan(s->lab, s->ports[link].lan), s->lab,
			      lan, e) < 0)
		return -1;
	s->ports[link].lan = lan;
	move_tell(s, l, lan);
	return 0;
}

/* The monitors do not see it there, so there it may not be. */
static void
move_undo(struct super *s, const struct fabric_change *c, size_t link)
{
	struct err e = {0};

	if (move_port(s, link, c->from, &e) < 0)
		log_warnx("super", "%s", e.msg);
}

int
super_fabric_move(struct super *s, struct ctl_request *q, const json_t *args,
		  struct err *e)
{
	const struct lab_link *l = fabric_port(s, args, e);
	const struct lab_lan *to;
	struct fabric_change *c;
	struct fabric_wait *w;
	struct str text = {0};
	size_t link, from;
	int rc = 0;

	if (l == NULL ||
	    (to = fabric_lan_on(s->lab,
				json_string_value(json_object_get(args, "lan")),
				l->a.node, e)) == NULL)
		return -1;
	link = (size_t)(l - s->lab->links);
	if (fabric_tagged(s->lab, link, (size_t)(to - s->lab->lans)))
		return err_usage(e, "port %s has LAN %s already, with its tag",
				 l->a.port, to->name);
	from = s->ports[link].lan;
	if (move_port(s, link, (size_t)(to - s->lab->lans), e) < 0)
		return -1;
	if (from != s->ports[link].lan)
		super_fabric_mirrors(s->lab, l, from, s->ports[link].lan,
				     &text);
	w = fabric_wait(q);
	w->ports = 1;
	if (text.len > 0) {
		c = fabric_begin(s, w);
		c->undo = move_undo;
		c->from = from;
		change_port(c, link);
		rc = fabric_change(s->nodes[l->a.node], str_text(&text), c, e);
	}
	str_clear(&text);
	if (rc < 0)
		free(w);
	else
		fabric_answer(w);
	return rc;
}

/* ---- pin */

static int
pin_parse(const char *text, uint8_t mac[6])
{
	unsigned int b[6];
	int i, end = 0;

	if (text == NULL || strlen(text) != 17 ||
	    sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &b[0], &b[1], &b[2],
		   &b[3], &b[4], &b[5], &end) != 6 ||
	    end != 17 || (b[0] & 1))
		return -1;
	for (i = 0; i < 6; i++)
		mac[i] = (uint8_t)b[i];
	return 0;
}

static int
pin_args(const json_t *args, uint8_t pins[FABRIC_PINS * 6], size_t *n,
	 struct err *e)
{
	const json_t *list = json_object_get(args, "macs"), *v;
	size_t i;

	if (!json_is_array(list) || json_array_size(list) > FABRIC_PINS)
		return err_usage(e, "macs must be a list of up to %d addresses",
				 FABRIC_PINS);
	json_array_foreach(list, i, v)
	{
		const char *text = json_string_value(v);

		if (pin_parse(text, pins + 6 * i) < 0)
			return err_usage(e,
					 "\"%.40s\" is not the address of one "
					 "machine, such as 02:00:5e:00:53:01",
					 text ? text : "");
	}
	*n = json_array_size(list);
	return 0;
}

static void
pin_done(struct super *s, const struct fabric_change *c, size_t link)
{
	struct super_port *p = &s->ports[link];

	free(p->pin);
	p->pin = xcalloc(c->npins + 1, 6);
	memcpy(p->pin, c->pin, c->npins * 6);
	p->npins = c->npins;
}

int
super_fabric_pin(struct super *s, struct ctl_request *q, const json_t *args,
		 struct err *e)
{
	const struct lab_link *l = fabric_port(s, args, e);
	uint8_t pins[FABRIC_PINS * 6];
	struct fabric_change *c;
	struct fabric_wait *w;
	_free_ char *text = NULL;
	size_t n = 0;

	if (l == NULL || pin_args(args, pins, &n, e) < 0)
		return -1;
	text = plan_fabric_pin(s->lab, (size_t)(l - s->lab->links), pins, n);
	w = fabric_wait(q);
	w->ports = 1;
	c = fabric_begin(s, w);
	c->done = pin_done;
	c->pin = xcalloc(n + 1, 6);
	memcpy(c->pin, pins, n * 6);
	c->npins = n;
	change_port(c, (size_t)(l - s->lab->links));
	if (fabric_change(s->nodes[l->a.node], text, c, e) < 0) {
		free(w);
		return -1;
	}
	return 0;
}

/* ---- cull */

/* The ports that the word means, on one switch: of a LAN, or all. Whatever they
 * are now or will be soon: off says on first, since nft takes no port off twice. */
static char *
cull_text(struct super *s, size_t sw, size_t lan, struct fabric_change *c)
{
	struct str ports = {0};
	char *text;
	size_t i;

	for (i = 0; i < s->lab->nlinks; i++) {
		const struct lab_link *l = &s->lab->links[i];

		if (l->kind != LAB_LINK_PORT || l->a.node != sw ||
		    (lan != SIZE_MAX && s->ports[i].lan != lan &&
		     !fabric_tagged(s->lab, i, lan)))
			continue;
		str_addf(&ports, "%s\"%s\"", c->n ? ", " : "", l->a.port);
		change_port(c, i);
	}
	if (c->n == 0)
		return NULL;
	text = xasprintf(
	    "add element bridge ixlab culled { %s }\n%s%s%s", str_text(&ports),
	    c->cull ? "" : "delete element bridge ixlab culled { ",
	    c->cull ? "" : str_text(&ports), c->cull ? "" : " }\n");
	str_clear(&ports);
	return text;
}

static void
cull_done(struct super *s, const struct fabric_change *c, size_t link)
{
	c->wait->ports += s->ports[link].culled != c->cull;
	s->ports[link].culled = c->cull;
}

/* Nothing to do is not worth a process, but nft may be at work. */
static bool
cull_is(const struct super *s, const struct fabric_change *c,
	const struct super_node *n)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (s->ports[c->ports[i]].culled != c->cull)
			return false;
	return !super_nft_busy(n);
}

static int
cull_switch(struct super *s, size_t sw, size_t lan, bool on,
	    struct fabric_wait *w, struct err *e)
{
	struct fabric_change *c = fabric_begin(s, w);
	_free_ char *text = NULL;

	c->done = cull_done;
	c->cull = on;
	text = cull_text(s, sw, lan, c);
	if (text == NULL || cull_is(s, c, s->nodes[sw])) {
		change_free(c);
		return 0;
	}
	return fabric_change(s->nodes[sw], text, c, e);
}

static int
cull_what(const struct super *s, const char *what, size_t *sw, size_t *lan,
	  struct err *e)
{
	const struct lab_lan *l = fabric_lan(s->lab, what);
	const struct lab_node *n = what ? model_find(s->lab, what) : NULL;

	*sw = *lan = SIZE_MAX;
	if (l != NULL)
		*lan = (size_t)(l - s->lab->lans);
	else if (n != NULL && n->role == LAB_SWITCH)
		*sw = (size_t)(n - s->lab->nodes);
	else
		return err_usage(e, "lab %s has no LAN and no switch \"%.40s\"",
				 s->lab->name, what ? what : "");
	return 0;
}

int
super_fabric_cull(struct super *s, struct ctl_request *q, const json_t *args,
		  struct err *e)
{
	const char *what = json_string_value(json_object_get(args, "what"));
	const json_t *on = json_object_get(args, "on");
	struct fabric_wait *w;
	size_t sw, lan, i;

	if (!json_is_boolean(on))
		return err_usage(e, "on must be true or false");
	if (cull_what(s, what, &sw, &lan, e) < 0)
		return -1;
	w = fabric_wait(q);
	w->left = 1;
	for (i = 0; i < s->lab->nnodes; i++) {
		if (s->lab->nodes[i].role != LAB_SWITCH ||
		    (sw != SIZE_MAX && sw != i))
			continue;
		if (cull_switch(s, i, lan, json_is_true(on), w, &w->e) < 0)
			break;
	}
	w->left--;
	fabric_answer(w);
	return 0;
}
