/*
 * model_netconf: a node's own network.yml, what a person says of its interfaces.
 *
 * nodes/NODE/network.yml is to a node what /etc/network/interfaces and
 * /etc/sysctl.conf are to a machine (lab.5, NETWORK.YML): interfaces up or down,
 * their MTU and addresses, a closed list of sysctls, static routes. Here it is
 * read and bounded; super_network.c sets it. A key that is not there means "as
 * the lab file says".
 *
 * Pure, and the text may be anybody's: names are those of the node's interfaces,
 * numbers have bounds, lists have ends, and nothing in it is a path.
 *
 * Left out: tables but main and rules, interfaces that the lab does not give.
 */
#ifndef LAB_MODEL_MODEL_NETCONF_H
#define LAB_MODEL_MODEL_NETCONF_H

#include "lab/model/model.h"

#define MODEL_NETCONF_FILE "network.yml"
#define MODEL_NETCONF_BYTES 65536
#define MODEL_NETCONF_ADDRS 64 /* of an interface */
#define MODEL_NETCONF_ROUTES 256
#define MODEL_NETCONF_SYSCTLS 64
#define MODEL_NETCONF_MTU_MIN 68 /* RFC 791 */
#define MODEL_NETCONF_MTU_MAX 9216

struct model_netconf_addr {
	struct lab_addr addr;
	int line, col;
};

enum model_netconf_up {
	MODEL_NETCONF_AS_IT_IS,
	MODEL_NETCONF_DOWN,
	MODEL_NETCONF_UP
};

struct model_netconf_if {
	char name[16];
	enum model_netconf_up up;
	uint32_t mtu;	 /* 0: as it is */
	bool says_addrs; /* these and no others */
	struct model_netconf_addr addrs[MODEL_NETCONF_ADDRS];
	size_t naddrs;
	int line, col;
};

struct model_netconf_route {
	struct ip_prefix to;
	struct ip_addr via; /* IP_NONE: none */
	char dev[16];	    /* "": as via says */
	const char *type;   /* "unicast", "blackhole", "unreachable" */
	int line, col;
};

struct model_netconf_sysctl {
	char key[64]; /* below /proc/sys/net: "ipv4/conf/ix0/proxy_arp" */
	char value[4];
	char was[16]; /* room for who sets it: before the file said it */
	int line, col;
};

struct model_netconf { /* {0} says nothing */
	struct model_netconf_if *ifs;
	size_t nifs;
	struct model_netconf_route *routes;
	size_t nroutes;
	struct model_netconf_sysctl *sysctls;
	size_t nsysctls;
};

/* Read the text of n's file. On error nothing is owned; the sentence begins with
 * "network.yml:line:col". */
int model_netconf_parse(const struct lab_node *n, const void *text, size_t len,
			struct model_netconf *out, struct err *e);
void model_netconf_clear(struct model_netconf *c);

#endif
