/*
 * What the ports of switches are: the answer to the verb ports. The kernel's
 * tables of a switch are read once for all its ports.
 */
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_links_priv.h"
#include "lab/super/super_priv.h"

struct fabric_view { /* of a switch; the first two by port */
	json_t *links, *macs, *bridge, *netdev;
	json_t *vlans; /* NULL: there are none */
};

static void
view_clear(struct fabric_view *v)
{
	json_decref(v->links);
	json_decref(v->vlans);
	json_decref(v->macs);
	json_decref(v->bridge);
	json_decref(v->netdev);
}

static const char *
view_dev(const json_t *row)
{
	const char *dev = json_string_value(json_object_get(row, "dev"));

	return dev ? dev : "";
}

static int
view_links(const struct super_node *n, struct fabric_view *v, struct err *e)
{
	json_t *rows = net_dump(n->net, NET_LINKS, e), *row;
	size_t i;

	if (rows == NULL)
		return -1;
	v->links = json_object();
	json_array_foreach(rows, i, row)
	    json_object_set(v->links, view_dev(row), row);
	json_decref(rows);
	return 0;
}

/* Once, though it may be known in several VLANs. */
static void
view_mac(json_t *list, json_t *mac)
{
	const json_t *old;
	size_t i;

	json_array_foreach(list, i, old) if (json_equal(old, mac)) return;
	json_array_append(list, mac);
}

static int
view_macs(const struct super_node *n, struct fabric_view *v, struct err *e)
{
	json_t *rows = net_dump(n->net, NET_FDB, e), *row, *list;
	size_t i;

	if (rows == NULL)
		return -1;
	v->macs = json_object();
	json_array_foreach(rows, i, row)
	{
		if (json_is_true(json_object_get(row, "own")))
			continue;
		list = json_object_get(v->macs, view_dev(row));
		if (list == NULL) {
			list = json_array();
			json_object_set_new(v->macs, view_dev(row), list);
		}
		view_mac(list, json_object_get(row, "mac"));
	}
	json_decref(rows);
	return 0;
}

/* By port, a list of {vlan, tagged}. */
static int
view_vlans(const struct super_node *n, struct fabric_view *v, struct err *e)
{
	json_t *rows, *row, *list;
	size_t i;

	if (n->super->lab->vlans != LAB_VLANS_FILTERING)
		return 0;
	if ((rows = net_dump(n->net, NET_VLANS, e)) == NULL)
		return -1;
	v->vlans = json_object();
	json_array_foreach(rows, i, row)
	{
		list = json_object_get(v->vlans, view_dev(row));
		if (list == NULL) {
			list = json_array();
			json_object_set_new(v->vlans, view_dev(row), list);
		}
		json_array_append(list, row);
	}
	json_decref(rows);
	return 0;
}

static int
view_read(const struct super_node *n, struct fabric_view *v, struct err *e)
{
	if (view_links(n, v, e) < 0 || view_macs(n, v, e) < 0 ||
	    view_vlans(n, v, e) < 0)
		return -1;
	if (!n->fabric)
		return 0;
	v->bridge = net_counters(n->net, true, "ixlab", e);
	v->netdev = v->bridge ? net_counters(n->net, false, "ixlab", e) : NULL;
	return v->netdev ? 0 : -1;
}

static json_t *
view_counters(const struct fabric_view *v, const char *port)
{
	static const char *const kinds[] = {"mac", "type", "bh", "bcast"};
	json_t *all = json_object(), *c;
	_free_ char *name = NULL;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		_free_ char *key = xasprintf("%s_%s", port, kinds[i]);

		if ((c = json_object_get(v->bridge, key)) != NULL)
			json_object_set(all, kinds[i], c);
	}
	if ((c = json_object_get(v->netdev, port)) != NULL)
		json_object_set(all, "copied", c);
	name = xasprintf("%s_control", port);
	if ((c = json_object_get(v->netdev, name)) != NULL)
		json_object_set(all, "control", c);
	return all;
}

static json_t *
port_pins(const struct super_port *p)
{
	json_t *all = json_array();
	char text[18];
	size_t i;

	for (i = 0; i < p->npins; i++)
		json_array_append_new(
		    all, json_string(model_mac_print(p->pin + 6 * i, text)));
	return all;
}

static json_t *
port_tunnel(const struct super *s, const struct lab_link *l, const char *name)
{
	const struct lab_link *c;

	if (l->carrier == SIZE_MAX)
		return json_null();
	c = &s->lab->links[l->carrier];
	return json_pack("{ss sI sI ss}", "by", model_over_name(l->over), "id",
			 (json_int_t)l->id, "mtu", (json_int_t)l->mtu,
			 "carrier",
			 super_link_dev(s, name == l->a.port ? &c->a : &c->b));
}

/* [{vlan, tagged, lan}] as the bridge has it; null where it knows none. */
static json_t *
port_vlans(const struct super *s, const struct fabric_view *v, const char *name)
{
	const json_t *list = json_object_get(v->vlans, name), *row;
	json_t *all = json_array(), *vlan;
	size_t i, k;

	json_array_foreach(list, i, row)
	{
		vlan = json_object_get(row, "vlan");
		for (k = 0; k < s->lab->nlans; k++)
			if (s->lab->lans[k].vlan == json_integer_value(vlan))
				break;
		json_array_append_new(
		    all, json_pack("{sO sO so}", "vlan", vlan, "tagged",
				   json_object_get(row, "tagged"), "lan",
				   k < s->lab->nlans
				       ? json_string(s->lab->lans[k].name)
				       : json_null()));
	}
	return all;
}

/* The LAN it is on now. */
static json_t *
port_lan(json_t *row, const json_t *link)
{
	const json_t *vlan;
	json_t *lan = json_object_get(link, "master");
	size_t i;

	if (json_is_array(json_object_get(row, "vlans")))
		lan = NULL;
	json_array_foreach(
	    json_object_get(row, "vlans"), i,
	    vlan) if (!json_is_true(json_object_get(vlan, "tagged"))) lan =
	    json_object_get(vlan, "lan");
	return lan ? json_incref(lan) : json_null();
}

/* Likewise, of a further LAN: if it is still there. */
static json_t *
port_tag(const struct super *s, const struct lab_link *l, json_t *row)
{
	const char *name = s->lab->lans[l->lan].name, *lan;
	const json_t *vlan;
	size_t i;

	json_array_foreach(json_object_get(row, "vlans"), i, vlan)
	{
		lan = json_string_value(json_object_get(vlan, "lan"));
		if (lan && strcmp(lan, name) == 0 &&
		    json_is_true(json_object_get(vlan, "tagged")))
			return json_string(name);
	}
	return json_null();
}

static json_t *
port_row(const struct super *s, const struct lab_link *l,
	 const struct fabric_view *v, const char *name)
{
	bool tag = l->kind == LAB_LINK_TAG;
	const struct super_port *p =
	    &s->ports[tag ? l->carrier : (size_t)(l - s->lab->links)];
	const json_t *link = json_object_get(v->links, name);
	json_t *macs = json_object_get(v->macs, name);
	bool up = json_is_true(json_object_get(link, "up"));
	bool port = l->kind == LAB_LINK_PORT || tag;
	json_t *row = json_object();

	json_object_set_new(row, "port", json_string(name));
	json_object_set_new(row, "kind", json_string(port ? "port" : "site"));
	json_object_set_new(row, "vlans",
			    v->vlans ? port_vlans(s, v, name) : json_null());
	json_object_set_new(row, "lan",
			    tag ? port_tag(s, l, row) : port_lan(row, link));
	json_object_set_new(row, "home",
			    json_string(s->lab->lans[l->lan].name));
	json_object_set_new(row, "tunnel", port_tunnel(s, l, name));
	json_object_set_new(row, "state",
			    json_string(up	  ? "up"
					: p->shut ? "shut"
						  : "down"));
	json_object_set_new(row, "culled", json_boolean(p->culled));
	json_object_set_new(row, "macs",
			    macs ? json_incref(macs) : json_array());
	json_object_set_new(row, "pins", port_pins(p));
	json_object_set_new(row, "shut", json_boolean(port && l->guard.shut));
	json_object_set_new(row, "counters", view_counters(v, name));
	return row;
}

static void
ports_of(const struct super *s, size_t sw, const struct super_node *only,
	 const struct fabric_view *v, json_t *rows)
{
	const struct lab_link *l;
	const struct lab_end *far;
	json_t *row;

	for (l = s->lab->links; l < s->lab->links + s->lab->nlinks; l++) {
		bool b = l->kind == LAB_LINK_SITE && l->b.node == sw;

		if ((!model_on_lan(l) && l->kind != LAB_LINK_SITE) ||
		    (l->a.node != sw && !b))
			continue;
		far = b ? &l->a : &l->b;
		if (only && only != s->nodes[sw] &&
		    (only->def->role == LAB_SWITCH ||
		     only != s->nodes[far->node]))
			continue;
		row = port_row(s, l, v, b ? l->b.port : l->a.port);
		json_object_set_new(row, "switch",
				    json_string(s->lab->nodes[sw].name));
		json_object_set_new(row, "node",
				    json_string(s->lab->nodes[far->node].name));
		json_array_append_new(rows, row);
	}
}

json_t *
super_fabric_ports(struct super *s, const struct super_node *only,
		   json_t *culls, struct err *e)
{
	json_t *rows = json_array();
	size_t i;
	int rc;

	for (i = 0; i < s->lab->nnodes; i++) {
		struct fabric_view v = {0};

		if (s->lab->nodes[i].role != LAB_SWITCH ||
		    s->nodes[i]->net == NULL)
			continue;
		if ((rc = view_read(s->nodes[i], &v, e)) == 0)
			ports_of(s, i, only, &v, rows);
		if (v.bridge != NULL && culls != NULL)
			json_object_set(culls, s->lab->nodes[i].name,
					json_object_get(v.bridge, "cull"));
		view_clear(&v);
		if (rc < 0) {
			json_decref(rows);
			return NULL;
		}
	}
	return rows;
}

int
super_fabric_clear(struct super *s, const struct super_node *only,
		   struct err *e)
{
	const struct lab_link *l;
	struct super_port *p;

	for (l = s->lab->links; l < s->lab->links + s->lab->nlinks; l++) {
		p = &s->ports[l - s->lab->links];
		if (!p->shut || (only && only != s->nodes[l->b.node] &&
				 only != s->nodes[l->a.node]))
			continue;
		if (net_link_set(s->nodes[l->a.node]->net, l->a.port, true, e) <
		    0)
			return -1;
		p->shut = false;
	}
	return 0;
}
