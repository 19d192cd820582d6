/*
 * Steps as plain English, and as JSON with documented keys: op, node, line,
 * text, and what the step is about.
 */
#include <stdio.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "lab/plan/plan.h"

static void
print_end(struct str *s, const struct lab *lab, const struct plan_end *e)
{
	char mac[MODEL_MACSTRLEN];

	str_addf(s, "%s:%s", lab->nodes[e->node].name, e->ifname);
	if (e->bridge && e->vlan)
		str_addf(s, " (port of %s, VLAN %u%s)", e->bridge, e->vlan,
			 e->tagged ? " tagged" : "");
	else if (e->bridge)
		str_addf(s, " (port of %s)", e->bridge);
	if (e->mac)
		str_addf(s, " (%s)", model_mac_print(e->mac, mac));
}

static void
print_link(struct str *s, const struct plan *p, const struct plan_step *x)
{
	bool tunnel = x->op == PLAN_TUNNEL;

	str_add(s, tunnel ? "tunnel " : "link ");
	print_end(s, p->lab, &x->a);
	str_add(s, " - ");
	print_end(s, p->lab, &x->b);
	str_addf(s, ", mtu %u", x->mtu);
	if (tunnel && x->over_a == NULL)
		str_addf(s, ", VLAN %u over %s", p->lab->links[x->link].id,
			 x->over_b->name);
	else if (tunnel)
		str_addf(s, ", %s %u over %s - %s",
			 p->lab->links[x->link].over == LAB_OVER_VXLAN ? "VXLAN"
								       : "VLAN",
			 p->lab->links[x->link].id, x->over_a->name,
			 x->over_b->name);
}

static void
print_weather(struct str *s, const struct plan *p, const struct plan_step *x)
{
	char *text = model_weather_print(&p->lab->links[x->link].weather);

	str_addf(s, "weather of %s:%s - %s:%s: %s",
		 p->lab->nodes[x->a.node].name, x->a.ifname,
		 p->lab->nodes[x->b.node].name, x->b.ifname, text);
	str_autofree(&text);
}

static void
print_route(struct str *s, const struct plan_step *x)
{
	char to[IP_PREFIXSTRLEN], via[IP_ADDRSTRLEN];

	str_addf(s, "route %s via %s", ip_prefix_print(&x->to, to),
		 ip_addr_print(&x->via, via));
}

char *
plan_step_print(const struct plan *p, const struct plan_step *x)
{
	const struct lab_node *n = &p->lab->nodes[x->node];
	char addr[IP_ADDRSTRLEN], mac[MODEL_MACSTRLEN];
	struct str s = {0};

	if (x->op != PLAN_VETH && x->op != PLAN_TUNNEL && x->op != PLAN_WEATHER)
		str_addf(&s, "%s: ", n->name);
	switch (x->op) {
	case PLAN_NETNS: str_add(&s, "network namespace"); break;
	case PLAN_BRIDGE:
		str_addf(&s, "bridge %s, mtu %u%s", x->ifname, x->mtu,
			 x->vlans ? ", filters VLANs" : "");
		break;
	case PLAN_VETH:
	case PLAN_TUNNEL: print_link(&s, p, x); break;
	case PLAN_WEATHER: print_weather(&s, p, x); break;
	case PLAN_FABRIC: str_add(&s, "packet filter of its ports"); break;
	case PLAN_ADDR:
		str_addf(&s, "address %s/%u on %s",
			 ip_addr_print(&x->addr.addr, addr), x->addr.len,
			 x->ifname);
		break;
	case PLAN_ROUTE: print_route(&s, x); break;
	case PLAN_NEIGH:
		str_addf(&s, "neighbour %s is %s on %s",
			 ip_addr_print(&x->addr.addr, addr),
			 model_mac_print(x->mac, mac), x->ifname);
		break;
	case PLAN_FILE:
		str_addf(&s, "file %s%s", x->path,
			 x->keep ? ", unless it is there" : "");
		break;
	case PLAN_CROWD:
		str_addf(&s, "and all robots: file %s, played by ixpeer",
			 x->path);
		break;
	case PLAN_DAEMON: str_addf(&s, "start %s", model_daemon_name(n)); break;
	}
	return str_steal(&s);
}

static json_t *
json_end(const struct lab *lab, const struct plan_end *e)
{
	json_t *o = json_object();
	char mac[MODEL_MACSTRLEN];

	json_object_set_new(o, "node", out_str(lab->nodes[e->node].name));
	json_object_set_new(o, "interface", out_str(e->ifname));
	json_object_set_new(o, "mac",
			    e->mac ? json_string(model_mac_print(e->mac, mac))
				   : json_null());
	json_object_set_new(o, "bridge",
			    e->bridge ? out_str(e->bridge) : json_null());
	json_object_set_new(o, "vlan",
			    e->vlan ? json_integer(e->vlan) : json_null());
	json_object_set_new(o, "tagged", json_boolean(e->tagged));
	return o;
}

static void
json_addresses(json_t *o, const struct plan_step *x)
{
	char text[64], addr[IP_ADDRSTRLEN], mac[MODEL_MACSTRLEN];

	if (x->op == PLAN_ADDR) {
		snprintf(text, sizeof(text), "%s/%u",
			 ip_addr_print(&x->addr.addr, addr), x->addr.len);
		json_object_set_new(o, "address", json_string(text));
	}
	if (x->op == PLAN_NEIGH) {
		json_object_set_new(
		    o, "address",
		    json_string(ip_addr_print(&x->addr.addr, addr)));
		json_object_set_new(o, "mac",
				    json_string(model_mac_print(x->mac, mac)));
	}
	if (x->op == PLAN_ROUTE) {
		json_object_set_new(o, "to",
				    json_string(ip_prefix_print(&x->to, text)));
		json_object_set_new(o, "via",
				    json_string(ip_addr_print(&x->via, addr)));
	}
}

const char *
plan_op_name(enum plan_op op)
{
	static const char *const ops[PLAN_OPS] = {
	    [PLAN_NETNS] = "netns",	[PLAN_BRIDGE] = "bridge",
	    [PLAN_VETH] = "link",	[PLAN_ADDR] = "address",
	    [PLAN_TUNNEL] = "tunnel",	[PLAN_ROUTE] = "route",
	    [PLAN_NEIGH] = "neighbour", [PLAN_FABRIC] = "fabric",
	    [PLAN_WEATHER] = "weather", [PLAN_FILE] = "file",
	    [PLAN_DAEMON] = "daemon",	[PLAN_CROWD] = "crowd",
	};

	return ops[op];
}

static json_t *
json_step(const struct plan *p, const struct plan_step *x)
{
	json_t *o = json_object();
	char *text = plan_step_print(p, x);

	json_object_set_new(o, "op", json_string(plan_op_name(x->op)));
	json_object_set_new(o, "node", out_str(p->lab->nodes[x->node].name));
	json_object_set_new(o, "line", json_integer(x->line));
	json_object_set_new(o, "text", out_str(text));
	str_autofree(&text);
	if (x->ifname)
		json_object_set_new(o, "interface", out_str(x->ifname));
	if (x->mtu)
		json_object_set_new(o, "mtu", json_integer(x->mtu));
	json_addresses(o, x);
	if (x->op == PLAN_VETH || x->op == PLAN_TUNNEL) {
		json_object_set_new(o, "a", json_end(p->lab, &x->a));
		json_object_set_new(o, "b", json_end(p->lab, &x->b));
	}
	if (x->op == PLAN_TUNNEL)
		json_object_set_new(
		    o, "tunnel",
		    json_pack("{ss sI ss ss}", "by",
			      model_over_name(p->lab->links[x->link].over),
			      "id", (json_int_t)p->lab->links[x->link].id, "a",
			      x->over_a ? x->over_a->name : x->a.ifname, "b",
			      x->over_b->name));
	if (x->op == PLAN_WEATHER) {
		json_object_set_new(o, "a", json_end(p->lab, &x->a));
		json_object_set_new(o, "b", json_end(p->lab, &x->b));
		json_object_set_new(
		    o, "weather",
		    model_weather_json(&p->lab->links[x->link].weather));
	}
	if (x->op == PLAN_FILE) {
		json_object_set_new(o, "path", out_str(x->path));
		json_object_set_new(o, "keep", json_boolean(x->keep));
	}
	if (x->op == PLAN_CROWD)
		json_object_set_new(o, "path", out_str(x->path));
	if (x->text)
		json_object_set_new(o, "content", json_string(x->text));
	return o;
}

json_t *
plan_json(const struct plan *p)
{
	json_t *a = json_array();
	size_t i;

	for (i = 0; i < p->n; i++)
		json_array_append_new(a, json_step(p, &p->steps[i]));
	return a;
}
