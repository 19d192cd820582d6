/*
 * The inside of a network of several routers, in FRR's words: OSPF on the links
 * between them, as model_kind_bird.c has it, so that routers of both kinds find
 * each other. What leads out of the network is known inside and speaks no OSPF
 * (passive). OSPFv2 names the loopback's address; OSPFv3 can only name the
 * interface, which has addresses of anycast, too, and tells of none but it.
 */
#include "lab/model/model_kind_text.h"

#define INSIDE_HELLO "hello-interval 1"
#define INSIDE_DEAD "dead-interval 4"
/* BIRD takes no LSA twice in a second; what it drops must come again soon. */
#define INSIDE_AGAIN "retransmit-interval 1"

static void
inside_interface(struct str *s, const struct lab_if *i)
{
	str_addf(s, "interface %s\n", i->name);
	if (i->igp)
		str_add(s, " ip ospf network point-to-point\n"
			   " ip ospf " INSIDE_HELLO "\n"
			   " ip ospf " INSIDE_DEAD "\n"
			   " ip ospf " INSIDE_AGAIN "\n"
			   " ipv6 ospf6 area 0\n"
			   " ipv6 ospf6 network point-to-point\n"
			   " ipv6 ospf6 " INSIDE_HELLO "\n"
			   " ipv6 ospf6 " INSIDE_DEAD "\n"
			   " ipv6 ospf6 " INSIDE_AGAIN "\n");
	else
		str_add(s, " ip ospf passive\n"
			   " ipv6 ospf6 area 0\n"
			   " ipv6 ospf6 passive\n");
	str_add(s, "exit\n");
}

static void
inside_loopback(struct str *s, const struct lab_node *n)
{
	char text[IP_ADDRSTRLEN];
	size_t i;

	for (i = 0; i < n->nloopbacks; i++)
		if (n->loopbacks[i].addr.family == IP_V6)
			str_addf(s, "ipv6 prefix-list LOOPBACK6 permit %s/%u\n",
				 ip_addr_print(&n->loopbacks[i].addr, text),
				 n->loopbacks[i].len);
	str_add(s, "interface lo\n ipv6 ospf6 area 0\n"
		   " ipv6 ospf6 advertise prefix-list LOOPBACK6\nexit\n");
}

static void
inside_network(struct str *s, const struct lab_addr *a)
{
	struct ip_prefix p = ip_prefix_of(&a->addr, a->len);
	char text[IP_PREFIXSTRLEN];

	if (a->addr.family != IP_V4)
		return;
	str_addf(s, " network %s area 0\n", ip_prefix_print(&p, text));
}

void
kind_frr_inside(struct str *s, const struct lab_node *n)
{
	char id[IP_ADDRSTRLEN];
	size_t i, k;

	if (n->nloopbacks == 0)
		return;
	str_add(s, "! The way between the routers of this network.\n");
	for (i = 0; i < n->nifs; i++)
		inside_interface(s, &n->ifs[i]);
	inside_loopback(s, n);
	ip_addr_print(&n->router_id, id);
	str_addf(s,
		 "router ospf\n ospf router-id %s\n"
		 " timers throttle lsa all 1000\n"
		 " timers throttle spf 0 50 1000\n",
		 id);
	for (i = 0; i < n->nloopbacks; i++)
		inside_network(s, &n->loopbacks[i]);
	for (i = 0; i < n->nifs; i++)
		for (k = 0; k < n->ifs[i].naddrs; k++)
			inside_network(s, &n->ifs[i].addrs[k]);
	str_addf(s, "exit\nrouter ospf6\n ospf6 router-id %s\nexit\n!\n", id);
}
