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
#include "lab/super/super_links_priv.h"
#include "lab/super/super_priv.h"

struct super_port
super_fabric_port(const struct lab *lab, size_t link)
{
	const struct lab_link *l = &lab->links[link];
	struct super_port p = {.lan = l->lan};

	if (l->kind != LAB_LINK_PORT || !l->guard.pin)
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
		if (l->kind == LAB_LINK_PORT && s->nodes[l->a.node] == n &&
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

/* ---- plugging */

int
super_fabric_plug(struct super_node *sw, const char *port, uint16_t from,
		  const struct lab *lab, size_t to, struct err *e)
{
	uint16_t vlan = model_vlan(lab, to);

	if (vlan == 0)
		return net_link_master(sw->net, port, lab->lans[to].name, e);
	if (net_port_vlan(sw->net, port, vlan, NET_PORT_PLAIN, e) < 0)
		return -1;
	if (from == 0 || from == vlan)
		return 0;
	return net_port_vlan(sw->net, port, from, NET_PORT_OUT, e);
}
