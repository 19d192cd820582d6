/*
 * BIRD as a route server (RFC 7947): path, next hop and MED pass through
 * unchanged, and of each route all clients' versions are kept, so that who is not
 * told the best one gets the next. A client's routes must begin with its AS, have
 * it as their next hop, and be sane; nobody can steer who gets them. BIRD obeys
 * NO_EXPORT by itself.
 */
#include "lab/model/model_kind_text.h"

static void
server_sane(struct str *s, const struct lab *lab, int v)
{
	char text[IP_PREFIXSTRLEN];
	const struct ip_prefix *lan;
	size_t i;

	str_addf(s,
		 "filter client_v%d\n{\n"
		 "\tif net.len = 0 || net.len > %d then reject;\n",
		 kind_family[v], v == KIND_V4 ? 24 : 48);
	for (i = 0; i < lab->nlans; i++)
		if ((lan = kind_lan(lab, i, v)) != NULL)
			str_addf(s, "\tif net ~ [ %s+ ] then reject;\n",
				 ip_prefix_print(lan, text));
	str_add(s, "\tif bgp_next_hop != from then reject;\n\taccept;\n}\n");
}

static void
server_client(struct str *s, const struct lab *lab, const struct lab_node *n,
	      size_t at)
{
	const struct lab_session *x = &n->sessions[at];
	char local[IP_ADDRSTRLEN], remote[IP_ADDRSTRLEN];
	uint32_t max = kind_max_prefix(lab, x);
	int v = x->remote.family;

	str_add(s, "\nprotocol bgp ");
	kind_session_name(lab, n, at, s);
	str_addf(s,
		 " from lab {\n\tlocal %s as %u;\n\tneighbor %s as %u;\n"
		 "\tipv%d {\n\t\ttable master%d;\n\t\tsecondary;\n"
		 "\t\timport keep filtered on;\n"
		 "\t\timport filter client_v%d;\n",
		 ip_addr_print(&x->local, local), n->asn,
		 ip_addr_print(&x->remote, remote), x->peer_asn, v, v, v);
	if (max)
		str_addf(s, "\t\timport limit %u action disable;\n", max);
	str_add(s, "\t\texport where source = RTS_BGP;\n\t};\n}\n");
}

char *
kind_bird_server(const struct lab *lab, const struct lab_node *n)
{
	char id[IP_ADDRSTRLEN];
	struct str s = {0};
	size_t i;

	kind_head(&s, "#", lab, n, NULL);
	str_addf(&s,
		 "\nlog stderr all;\ndebug protocols { states };\n"
		 "router id %s;\n"
		 "ipv4 table master4 sorted;\nipv6 table master6 sorted;\n"
		 "protocol device { }\n\n",
		 ip_addr_print(&n->router_id, id));
	server_sane(&s, lab, KIND_V4);
	server_sane(&s, lab, KIND_V6);
	str_addf(&s,
		 "\n# Timers of the lab: a fault shows in seconds.\n"
		 "template bgp lab {\n\trs client;\n"
		 "\tenforce first as on;\n%s%s}\n",
		 n->no_export == LAB_NO_EXPORT_PASS
		     ? "\tinterpret communities off; # NO_EXPORT is for the "
		       "clients\n"
		     : "",
		 kind_bird_timers);
	for (i = 0; i < n->nsessions; i++)
		server_client(&s, lab, n, i);
	return str_steal(&s);
}
