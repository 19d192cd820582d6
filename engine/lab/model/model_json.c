/*
 * The resolved lab as JSON; the keys are documented in lab.5 and stay.
 */
#include <stdio.h>

#include "base/out.h"
#include "lab/model/model_kind.h"

static void
put(json_t *o, const char *key, const char *text)
{
	json_object_set_new(o, key, out_str(text));
}

static void
put_int(json_t *o, const char *key, json_int_t n)
{
	json_object_set_new(o, key, json_integer(n));
}

static json_t *
json_addr(const struct ip_addr *a)
{
	char text[IP_ADDRSTRLEN];

	return a->family == IP_NONE ? json_null()
				    : json_string(ip_addr_print(a, text));
}

static json_t *
json_prefix(const struct ip_prefix *p)
{
	char text[IP_PREFIXSTRLEN];

	return p->addr.family == IP_NONE
		   ? json_null()
		   : json_string(ip_prefix_print(p, text));
}

static json_t *
json_switches(const struct lab *lab, const struct lab_lan *l)
{
	json_t *a = json_array();
	size_t i;

	for (i = 0; i < l->nswitches; i++)
		json_array_append_new(
		    a, json_string(lab->nodes[l->switches[i]].name));
	return a;
}

static json_t *
json_mac(const uint8_t mac[6])
{
	char text[MODEL_MACSTRLEN];

	return json_string(model_mac_print(mac, text));
}

static json_t *
json_lan(const struct lab *lab, const struct lab_lan *l)
{
	json_t *o = json_object();

	put(o, "name", l->name);
	put_int(o, "vlan", l->vlan);
	json_object_set_new(o, "switches", json_switches(lab, l));
	json_object_set_new(
	    o, "quarantine_of",
	    l->quarantine_of == SIZE_MAX
		? json_null()
		: json_string(lab->lans[l->quarantine_of].name));
	json_object_set_new(o, "spanning_tree", json_boolean(l->spanning_tree));
	json_object_set_new(o, "blackhole_mac",
			    l->blackhole ? json_mac(l->blackhole_mac)
					 : json_null());
	json_object_set_new(o, "ipv4", json_prefix(&l->ipv4));
	json_object_set_new(o, "ipv6", json_prefix(&l->ipv6));
	put_int(o, "mtu", l->mtu);
	return o;
}

static json_t *
json_if(const struct lab *lab, const struct lab_node *n, const struct lab_if *i)
{
	const struct lab_link *l = &lab->links[i->link];
	size_t self = (size_t)(n - lab->nodes), k;
	const struct lab_end *far = l->a.node == self ? &l->b : &l->a;
	json_t *o = json_object(), *addrs = json_array();
	char text[64], addr[IP_ADDRSTRLEN];

	put(o, "name", i->name);
	json_object_set_new(o, "mac", json_mac(i->mac));
	put_int(o, "mtu", i->mtu);
	json_object_set_new(
	    o, "lan",
	    l->lan == SIZE_MAX ? json_null() : out_str(lab->lans[l->lan].name));
	put(o, "to", lab->nodes[far->node].name);
	for (k = 0; k < i->naddrs; k++) {
		snprintf(text, sizeof(text), "%s/%u",
			 ip_addr_print(&i->addrs[k].addr, addr),
			 i->addrs[k].len);
		json_array_append_new(addrs, json_string(text));
	}
	json_object_set_new(o, "addresses", addrs);
	json_object_set_new(o, "igp", json_boolean(i->igp));
	json_object_set_new(o, "bridge", json_boolean(i->bridge));
	return o;
}

static json_t *
json_session(const struct lab *lab, const struct lab_node *n,
	     const struct lab_session *s)
{
	json_t *o = json_object();

	put(o, "peer", lab->nodes[s->peer].name);
	put_int(o, "peer_asn", s->peer_asn);
	json_object_set_new(o, "local", json_addr(&s->local));
	json_object_set_new(o, "remote", json_addr(&s->remote));
	put(o, "relation",
	    s->rs_client		  ? "route-server"
	    : n->role == LAB_ROUTE_SERVER ? "client"
	    : s->provider		  ? "provider"
	    : s->customer		  ? "customer"
	    : s->collector		  ? "collector"
	    : s->internal		  ? "internal"
					  : "peer");
	return o;
}

static json_t *
json_command(const struct lab_node *n)
{
	json_t *a;
	size_t i;

	if (n->command == NULL)
		return json_null();
	a = json_array();
	for (i = 0; n->command[i] != NULL; i++)
		json_array_append_new(a, out_str(n->command[i]));
	return a;
}

static json_t *
json_vrps(const struct lab_node *n)
{
	json_t *a = json_array();
	size_t i;

	for (i = 0; i < n->nvrps; i++)
		json_array_append_new(
		    a, json_pack("{so sI si}", "prefix",
				 json_prefix(&n->vrps[i].prefix), "asn",
				 (json_int_t)n->vrps[i].asn, "max_length",
				 (int)n->vrps[i].max_len));
	return a;
}

/* Null for what it is not given. */
static json_t *
json_no_export(const struct lab_node *n)
{
	if (n->no_export == LAB_NO_EXPORT_UNSAID)
		return json_null();
	return json_string(n->no_export == LAB_NO_EXPORT_PASS ? "pass"
							      : "obey");
}

static json_t *
json_files(const struct lab_files *f)
{
	json_t *irr = json_array();
	size_t i;

	for (i = 0; i < f->nirr; i++)
		json_array_append_new(irr, out_str(f->irr[i]));
	return json_pack("{so so so}", "irr", irr, "vrps",
			 f->vrps ? out_str(f->vrps) : json_null(), "bogons",
			 f->bogons ? out_str(f->bogons) : json_null());
}

static json_t *
json_limits(const struct lab_limits *l)
{
	json_t *o = json_object();

	json_object_set_new(o, "memory",
			    l->memory ? json_integer((json_int_t)l->memory)
				      : json_null());
	json_object_set_new(o, "processes",
			    l->processes ? json_integer(l->processes)
					 : json_null());
	json_object_set_new(o, "cpu",
			    l->cpu ? json_integer(l->cpu) : json_null());
	return o;
}

static json_t *
json_max_prefix(const uint32_t max[2])
{
	json_t *o = json_object();
	int f;

	for (f = 0; f < 2; f++)
		json_object_set_new(o, f ? "ipv6" : "ipv4",
				    max[f] ? json_integer(max[f])
					   : json_null());
	return o;
}

static json_t *
json_robot(const struct lab_robot *r)
{
	json_t *o;

	if (r == NULL)
		return json_null();
	o = json_object();
	json_object_set_new(o, "announce", model_robot_announce(r));
	json_object_set_new(o, "behave", model_robot_behave(r));
	json_object_set_new(o, "script",
			    r->script ? out_str(r->script) : json_null());
	put_int(o, "hold", r->hold);
	json_object_set_new(o, "keep", json_boolean(r->keep));
	json_object_set_new(o, "add_path", json_boolean(r->add_path));
	return o;
}

static json_t *
json_node(const struct lab *lab, const struct lab_node *n)
{
	json_t *o = json_object(), *a;
	size_t i;

	put(o, "name", n->name);
	put(o, "role", model_role_name(n->role));
	put(o, "kind", n->kind->name);
	put(o, "title", n->title);
	put(o, "network", n->network);
	json_object_set_new(o, "asn",
			    n->asn ? json_integer(n->asn) : json_null());
	json_object_set_new(o, "trainee", json_boolean(n->trainee));
	put(o, "daemon", model_daemon_name(n));
	json_object_set_new(o, "command", json_command(n));
	json_object_set_new(o, "vrps", json_vrps(n));
	json_object_set_new(o, "rpki",
			    n->cache == SIZE_MAX
				? json_null()
				: out_str(lab->nodes[n->cache].name));
	json_object_set_new(o, "files", json_files(&n->files));
	json_object_set_new(o, "no_export", json_no_export(n));
	json_object_set_new(o, "limits", json_limits(&n->limits));
	json_object_set_new(o, "max_prefix", json_max_prefix(n->max_prefix));
	json_object_set_new(o, "as_macro",
			    n->as_macro ? out_str(n->as_macro) : json_null());
	json_object_set_new(o, "robot", json_robot(n->robot));
	json_object_set_new(o, "router_id", json_addr(&n->router_id));
	json_object_set_new(o, "owner",
			    n->owner == SIZE_MAX
				? json_null()
				: out_str(lab->nodes[n->owner].name));
	a = json_array();
	for (i = 0; i < n->nprefixes; i++)
		json_array_append_new(a, json_prefix(&n->prefixes[i]));
	json_object_set_new(o, "prefixes", a);
	a = json_array();
	for (i = 0; i < n->nanycast; i++)
		json_array_append_new(a, json_prefix(&n->anycast[i]));
	json_object_set_new(o, "anycast", a);
	a = json_array();
	for (i = 0; i < n->nloopbacks; i++)
		json_array_append_new(a, json_addr(&n->loopbacks[i].addr));
	json_object_set_new(o, "loopbacks", a);
	a = json_array();
	for (i = 0; i < n->nifs; i++)
		json_array_append_new(a, json_if(lab, n, &n->ifs[i]));
	json_object_set_new(o, "interfaces", a);
	a = json_array();
	for (i = 0; i < n->nsessions; i++)
		json_array_append_new(a, json_session(lab, n, &n->sessions[i]));
	json_object_set_new(o, "sessions", a);
	return o;
}

static json_t *
json_end(const struct lab *lab, const struct lab_end *e)
{
	const struct lab_node *n = &lab->nodes[e->node];
	json_t *o = json_object();

	put(o, "node", n->name);
	put(o, "interface", e->ifi == SIZE_MAX ? e->port : n->ifs[e->ifi].name);
	return o;
}

static json_t *
json_guard(const struct lab_guard *g)
{
	json_t *o = json_object(), *types = json_array();

	json_object_set_new(o, "pin", json_boolean(g->pin));
	json_object_set_new(o, "shut", json_boolean(g->shut));
	if (g->ipv4)
		json_array_append_new(types, json_string("ipv4"));
	if (g->ipv6)
		json_array_append_new(types, json_string("ipv6"));
	if (g->arp)
		json_array_append_new(types, json_string("arp"));
	json_object_set_new(o, "ethertypes", types);
	put_int(o, "broadcast", g->broadcast);
	return o;
}

/* The monitor and the LAN it sees. */
static json_t *
json_mirror(const struct lab *lab, const struct lab_mirror *m)
{
	const struct lab_link *l = &lab->links[m->link];
	json_t *o = json_object();

	put(o, "monitor", lab->nodes[l->b.node].name);
	put(o, "switch", lab->nodes[l->a.node].name);
	put(o, "lan", lab->lans[m->lan].name);
	return o;
}

/* What it is, and the carrier's interface at each end. */
static json_t *
json_tunnel(const struct lab *lab, const struct lab_link *l)
{
	json_t *o;

	if (l->carrier == SIZE_MAX)
		return json_null();
	o = json_object();
	put(o, "by", model_over_name(l->over));
	put_int(o, "id", l->id);
	put_int(o, "mtu", l->mtu);
	json_object_set_new(o, "a", json_end(lab, &lab->links[l->carrier].a));
	json_object_set_new(o, "b", json_end(lab, &lab->links[l->carrier].b));
	return o;
}

static json_t *
json_link(const struct lab *lab, const struct lab_link *l)
{
	static const char *const kinds[] = {
	    [LAB_LINK_PORT] = "port",	    [LAB_LINK_HOST] = "host",
	    [LAB_LINK_TAG] = "tag",	    [LAB_LINK_PRIVATE] = "private",
	    [LAB_LINK_INSIDE] = "inside",   [LAB_LINK_SITE] = "site",
	    [LAB_LINK_CARRIER] = "carrier",
	};
	json_t *o = json_object();

	put(o, "kind", kinds[l->kind]);
	json_object_set_new(
	    o, "lan",
	    l->lan == SIZE_MAX ? json_null() : out_str(lab->lans[l->lan].name));
	json_object_set_new(o, "a", json_end(lab, &l->a));
	json_object_set_new(o, "b", json_end(lab, &l->b));
	json_object_set_new(o, "tunnel", json_tunnel(lab, l));
	json_object_set_new(o, "guard",
			    l->kind == LAB_LINK_PORT ? json_guard(&l->guard)
						     : json_null());
	json_object_set_new(o, "weather", model_weather_json(&l->weather));
	return o;
}

json_t *
model_json(const struct lab *lab)
{
	json_t *o = json_object(), *a;
	size_t i;

	put(o, "name", lab->name);
	put(o, "title", lab->title);
	put(o, "exchange", lab->exchange);
	json_object_set_new(
	    o, "rs_asn", lab->rs_asn ? json_integer(lab->rs_asn) : json_null());
	json_object_set_new(o, "vlans",
			    lab->vlans == LAB_VLANS_NONE
				? json_null()
				: json_string(model_vlans_name(lab->vlans)));
	a = json_array();
	for (i = 0; i < lab->nlans; i++)
		json_array_append_new(a, json_lan(lab, &lab->lans[i]));
	json_object_set_new(o, "lans", a);
	a = json_array();
	for (i = 0; i < lab->nnodes; i++)
		json_array_append_new(a, json_node(lab, &lab->nodes[i]));
	json_object_set_new(o, "nodes", a);
	a = json_array();
	for (i = 0; i < lab->nlinks; i++)
		json_array_append_new(a, json_link(lab, &lab->links[i]));
	json_object_set_new(o, "links", a);
	a = json_array();
	for (i = 0; i < lab->nmirrors; i++)
		json_array_append_new(a, json_mirror(lab, &lab->mirrors[i]));
	json_object_set_new(o, "mirrors", a);
	return o;
}
