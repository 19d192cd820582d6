/*
 * A lab as an IX-F Member Export, schema 1.0: what stands on the exchange, one
 * member for each AS number, one connection for each port. Route servers and
 * collectors are members of type "ixp" that say their service. Who uses the
 * route servers is known from these, so a trainee counts whose own end is still
 * to be typed. Ports in quarantine, monitors, machines, and networks behind
 * links are not on the exchange and are left out.
 */
#include <stdlib.h>
#include <string.h>

#include "lab/field/field.h"

static bool
is_listed(const struct lab_node *n)
{
	return n->role == LAB_MEMBER || n->role == LAB_CONTENT ||
	       n->role == LAB_ROUTE_SERVER || n->role == LAB_COLLECTOR;
}

static json_t *
prefix_json(const struct ip_prefix *p)
{
	char text[IP_ADDRSTRLEN];

	return json_pack("{ss si}", "prefix", ip_addr_print(&p->addr, text),
			 "mask_length", p->len);
}

static json_t *
exchange_json(const struct lab *lab)
{
	json_t *switches = json_array(), *vlans = json_array(), *v;
	const struct lab_lan *l;
	size_t i;

	for (i = 0; i < lab->nnodes; i++)
		if (lab->nodes[i].role == LAB_SWITCH)
			json_array_append_new(
			    switches,
			    json_pack("{sI ss}", "id", (json_int_t)i + 1,
				      "name", lab->nodes[i].name));
	for (i = 0; i < lab->nlans; i++) {
		l = &lab->lans[i];
		if (l->quarantine_of != SIZE_MAX)
			continue;
		v = json_pack("{sI ss}", "id", (json_int_t)i + 1, "name",
			      l->name);
		if (l->ipv4.addr.family != IP_NONE)
			json_object_set_new(v, "ipv4", prefix_json(&l->ipv4));
		if (l->ipv6.addr.family != IP_NONE)
			json_object_set_new(v, "ipv6", prefix_json(&l->ipv6));
		json_array_append_new(vlans, v);
	}
	return json_pack("{si si ss ss so so}", "ixp_id", 1, "ixf_id", 0,
			 "shortname", lab->name, "name",
			 *lab->exchange ? lab->exchange : lab->title, "switch",
			 switches, "vlan", vlans);
}

/* Has a route server a session with this address? */
static bool
is_client(const struct lab *lab, const struct ip_addr *a)
{
	const struct lab_node *n;
	size_t i;

	for (n = lab->nodes; n < lab->nodes + lab->nnodes; n++)
		for (i = 0; n->role == LAB_ROUTE_SERVER && i < n->nsessions;
		     i++)
			if (ip_addr_eq(&n->sessions[i].remote, a))
				return true;
	return false;
}

static json_t *
address_json(const struct lab *lab, const struct lab_node *n,
	     const struct lab_if *f, const struct ip_addr *a)
{
	char text[IP_ADDRSTRLEN];
	char mac[MODEL_MACSTRLEN];
	uint32_t max = n->max_prefix[a->family == IP_V6];
	json_t *o = json_pack("{ss s[s]}", "address", ip_addr_print(a, text),
			      "mac_addresses", model_mac_print(f->mac, mac));

	if (n->role == LAB_MEMBER || n->role == LAB_CONTENT) {
		json_object_set_new(o, "routeserver",
				    json_boolean(is_client(lab, a)));
		if (max)
			json_object_set_new(o, "max_prefix", json_integer(max));
		if (n->as_macro)
			json_object_set_new(o, "as_macro",
					    json_string(n->as_macro));
	} else
		json_object_set_new(o, "services",
				    json_pack("[{ss ss}]", "type",
					      n->role == LAB_ROUTE_SERVER
						  ? "ixrouteserver"
						  : "ixroutecollector",
					      "daemon", model_daemon_name(n)));
	return o;
}

/* NULL when this interface is no port with an address on the exchange. */
static json_t *
connection_json(const struct lab *lab, const struct lab_node *n,
		const struct lab_if *f)
{
	const struct lab_link *l = &lab->links[f->link];
	json_t *vlan, *port;
	size_t i;

	if (!model_on_lan(l) || f->naddrs == 0 ||
	    lab->lans[l->lan].quarantine_of != SIZE_MAX)
		return NULL;
	vlan = json_pack("{sI}", "vlan_id", (json_int_t)l->lan + 1);
	for (i = 0; i < f->naddrs; i++)
		json_object_set_new(
		    vlan,
		    ip_family_name((enum ip_family)f->addrs[i].addr.family),
		    address_json(lab, n, f, &f->addrs[i].addr));
	port = json_pack("{sI}", "switch_id", (json_int_t)l->a.node + 1);
	if (l->weather.rate_bps >= 1000000)
		json_object_set_new(
		    port, "if_speed",
		    json_integer((json_int_t)(l->weather.rate_bps / 1000000)));
	return json_pack("{si ss s[o] s[o]}", "ixp_id", 1, "state", "active",
			 "if_list", port, "vlan_list", vlan);
}

/* The connections of a member of that AS number; it is made when it is new. */
static json_t *
member_of(json_t *members, const struct lab_node *n)
{
	bool infra = n->role == LAB_ROUTE_SERVER || n->role == LAB_COLLECTOR;
	json_t *m;
	size_t i;

	json_array_foreach(members, i, m)
	{
		if (json_integer_value(json_object_get(m, "asnum")) ==
		    (json_int_t)n->asn)
			return json_object_get(m, "connection_list");
	}
	m = json_pack("{sI ss ss s[]}", "asnum", (json_int_t)n->asn,
		      "member_type", infra ? "ixp" : "peering", "name",
		      n->title, "connection_list");
	json_array_append_new(members, m);
	return json_object_get(m, "connection_list");
}

json_t *
field_ixf(const struct lab *lab, const char *timestamp)
{
	json_t *members = json_array(), *c;
	const struct lab_node *n;
	size_t i;

	for (n = lab->nodes; n < lab->nodes + lab->nnodes; n++)
		for (i = 0; is_listed(n) && i < n->nifs; i++)
			if ((c = connection_json(lab, n, &n->ifs[i])))
				json_array_append_new(member_of(members, n), c);
	return json_pack("{ss ss ss s[o] so}", "version", "1.0", "generator",
			 "ixlab", "timestamp", timestamp, "ixp_list",
			 exchange_json(lab), "member_list", members);
}
