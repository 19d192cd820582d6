/*
 * The switches' ports while the lab runs: what they let in, which LAN they are
 * on, what was counted there.
 *
 * The rules are those of plan_fabric. A switch that needs none gets them when
 * somebody first asks for something they do. A frame from a wrong address is
 * told by the kernel (nflog), so a port that a guard wants shut goes down with
 * the first one, and comes back when somebody brings it up.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_priv.h"

#define FABRIC_PINS 16 /* of a port */

static bool
fabric_is_port(const struct lab_link *l)
{
	return l->kind == LAB_LINK_PORT;
}

struct super_port
super_fabric_port(const struct lab *lab, size_t link)
{
	const struct lab_link *l = &lab->links[link];
	struct super_port p = {.lan = l->lan};

	if (!fabric_is_port(l) || !l->guard.pin)
		return p;
	p.pin = xcalloc(1, 6);
	p.npins = 1;
	memcpy(p.pin, lab->nodes[l->b.node].ifs[l->b.ifi].mac, 6);
	return p;
}

bool
super_fabric_pins_file(const struct super *s, size_t link)
{
	const struct lab_link *l = &s->lab->links[link];
	const struct super_port *p = &s->ports[link];

	if (!l->guard.pin)
		return p->npins == 0;
	return p->npins == 1 &&
	       memcmp(p->pin, s->lab->nodes[l->b.node].ifs[l->b.ifi].mac, 6) ==
		   0;
}

static void
fabric_port_init(struct super *s, size_t i)
{
	free(s->ports[i].pin);
	s->ports[i] = super_fabric_port(s->lab, i);
}

void
super_fabric_init(struct super *s)
{
	size_t i;

	s->ports = xcalloc(s->lab->nlinks + 1, sizeof(*s->ports));
	for (i = 0; i < s->lab->nlinks; i++)
		fabric_port_init(s, i);
}

/* Its pins and whether it is culled stand in the switch's rules, which stay. */
void
super_fabric_anew(struct super *s, size_t link)
{
	s->ports[link].lan = s->lab->links[link].lan;
	s->ports[link].shut = false;
}

/* ---- violations */

static void
fabric_violation(void *arg, const char *port, const uint8_t mac[6])
{
	struct super_node *n = arg;
	struct super *s = n->super;
	const struct lab_link *l;
	struct super_port *p;
	struct err e = {0};
	char text[18];

	for (l = s->lab->links; l < s->lab->links + s->lab->nlinks; l++)
		if (fabric_is_port(l) && s->nodes[l->a.node] == n &&
		    strcmp(l->a.port, port) == 0)
			break;
	if (l == s->lab->links + s->lab->nlinks)
		return;
	p = &s->ports[l - s->lab->links];
	p->violations++;
	if (l->guard.shut && net_link_set(n->net, port, false, &e) < 0)
		log_warnx("super", "%s: %s", n->def->name, e.msg);
	p->shut = l->guard.shut;
	model_mac_print(mac, text);
	log_info("super", "%s: port %s: a frame from %s%s", n->def->name, port,
		 text, p->shut ? "; the port is shut" : "");
	super_tell(s, "violation",
		   json_pack("{ss ss ss ss sb}", "switch", n->def->name, "port",
			     port, "node", s->lab->nodes[l->b.node].name, "mac",
			     text, "shut", p->shut));
}

static void
fabric_readable(uv_poll_t *p, int status, int events)
{
	struct super_node *n = p->data;

	(void)status;
	(void)events;
	net_log_read(n->fabric_log, fabric_violation, n);
}

static int
fabric_listen(struct super_node *n, struct err *e)
{
	if (n->fabric_log != NULL)
		return 0;
	n->fabric_log = net_log_new(n->net, PLAN_FABRIC_LOG, e);
	if (n->fabric_log == NULL)
		return -1;
	n->fabric_poll = xmalloc(sizeof(*n->fabric_poll));
	uv_poll_init(&n->super->loop, n->fabric_poll,
		     net_log_fd(n->fabric_log));
	n->fabric_poll->data = n;
	uv_poll_start(n->fabric_poll, UV_READABLE, fabric_readable);
	return 0;
}

static void
fabric_closed(uv_handle_t *h)
{
	free(h);
}

void
super_fabric_forget(struct super_node *n)
{
	struct super *s = n->super;
	size_t i;

	for (i = 0; i < s->lab->nlinks; i++)
		if (s->nodes[s->lab->links[i].a.node] == n)
			fabric_port_init(s, i);
	n->fabric = false;
	if (n->fabric_log == NULL)
		return;
	uv_close((uv_handle_t *)n->fabric_poll, fabric_closed);
	net_log_free(n->fabric_log);
	n->fabric_log = NULL;
}

/* ---- rules */

int
super_fabric_load(struct super_node *n, const char *text, super_nft_cb done,
		  void *arg, struct err *e)
{
	if (fabric_listen(n, e) < 0 || super_nft(n, text, done, arg, e) < 0)
		return -1;
	n->fabric = true;
	return 0;
}

/* An answer that waits for some switches. */
struct fabric_wait {
	struct ctl_request *q;
	size_t left, ports;
	struct err e;
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
fabric_changed(struct super_node *n, void *arg, const struct err *e)
{
	struct fabric_wait *w = arg;

	if (e != NULL) {
		w->e = *e;
		err_in(&w->e, "%s", n->def->name);
	}
	w->left--;
	fabric_answer(w);
}

/* Over the rules of a switch, which gets them now if it has none. */
static int
fabric_change(struct super_node *n, const char *text, struct fabric_wait *w,
	      struct err *e)
{
	_free_ char *base =
	    n->fabric ? xstrdup("")
		      : plan_fabric(n->super->lab, super_node_index(n));
	_free_ char *all = xasprintf("%s%s", base, text);

	if (super_fabric_load(n, all, fabric_changed, w, e) < 0)
		return -1;
	w->left++;
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
		if (!fabric_is_port(l) || s->nodes[l->b.node] != n)
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

/* ---- move */

/* A monitor sees the ports that are on its LAN now. */
void
super_fabric_mirrors(const struct lab *lab, const struct lab_link *l,
		     size_t from, size_t to, struct str *s)
{
	const struct lab_mirror *m;

	for (m = lab->mirrors; m < lab->mirrors + lab->nmirrors; m++) {
		const struct lab_link *own = &lab->links[m->link];

		if (own->a.node != l->a.node || own == l ||
		    (m->lan != from && m->lan != to))
			continue;
		str_addf(s, "%s element netdev ixlab %s_from { \"%s\" }\n",
			 m->lan == from ? "delete" : "add", own->a.port,
			 l->a.port);
	}
}

int
super_fabric_move(struct super *s, struct ctl_request *q, const json_t *args,
		  struct err *e)
{
	const struct lab_link *l = fabric_port(s, args, e);
	struct super_port *p = l ? &s->ports[l - s->lab->links] : NULL;
	const struct lab_lan *to;
	struct fabric_wait *w;
	struct str text = {0};
	size_t lan;
	int rc = 0;

	if (l == NULL ||
	    (to = fabric_lan_on(s->lab,
				json_string_value(json_object_get(args, "lan")),
				l->a.node, e)) == NULL ||
	    net_link_master(s->nodes[l->a.node]->net, l->a.port, to->name, e) <
		0)
		return -1;
	lan = (size_t)(to - s->lab->lans);
	if (lan != p->lan)
		super_fabric_mirrors(s->lab, l, p->lan, lan, &text);
	p->lan = lan;
	super_tell(s, "move",
		   json_pack("{ss ss ss ss}", "switch",
			     s->lab->nodes[l->a.node].name, "port", l->a.port,
			     "node", s->lab->nodes[l->b.node].name, "lan",
			     to->name));
	w = fabric_wait(q);
	w->ports = 1;
	if (text.len > 0)
		rc = fabric_change(s->nodes[l->a.node], str_text(&text), w, e);
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

int
super_fabric_pin(struct super *s, struct ctl_request *q, const json_t *args,
		 struct err *e)
{
	const struct lab_link *l = fabric_port(s, args, e);
	struct super_port *p = l ? &s->ports[l - s->lab->links] : NULL;
	uint8_t pins[FABRIC_PINS * 6];
	struct fabric_wait *w;
	_free_ char *text = NULL;
	size_t n = 0;

	if (l == NULL || pin_args(args, pins, &n, e) < 0)
		return -1;
	text = plan_fabric_pin(s->lab, (size_t)(l - s->lab->links), pins, n);
	w = fabric_wait(q);
	w->ports = 1;
	if (fabric_change(s->nodes[l->a.node], text, w, e) < 0) {
		free(w);
		return -1;
	}
	free(p->pin);
	p->pin = xcalloc(n + 1, 6);
	memcpy(p->pin, pins, n * 6);
	p->npins = n;
	return 0;
}

/* ---- cull */

/* The ports that the word means, on one switch: of a LAN, or all. */
static char *
cull_text(struct super *s, size_t sw, size_t lan, bool on, size_t *count)
{
	struct str text = {0};
	size_t i, n = 0;

	for (i = 0; i < s->lab->nlinks; i++) {
		const struct lab_link *l = &s->lab->links[i];

		if (!fabric_is_port(l) || l->a.node != sw ||
		    (lan != SIZE_MAX && s->ports[i].lan != lan) ||
		    s->ports[i].culled == on)
			continue;
		s->ports[i].culled = on;
		str_addf(&text, "%s\"%s\"",
			 n++  ? ", "
			 : on ? "add element bridge ixlab culled { "
			      : "delete element bridge ixlab culled { ",
			 l->a.port);
	}
	*count += n;
	if (n == 0)
		return NULL;
	str_add(&text, " }\n");
	return str_steal(&text);
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
		_free_ char *text = NULL;

		if (s->lab->nodes[i].role != LAB_SWITCH ||
		    (sw != SIZE_MAX && sw != i))
			continue;
		text = cull_text(s, i, lan, json_is_true(on), &w->ports);
		if (text && fabric_change(s->nodes[i], text, w, &w->e) < 0)
			break;
	}
	w->left--;
	fabric_answer(w);
	return 0;
}
