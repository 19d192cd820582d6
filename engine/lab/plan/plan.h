/*
 * plan: what must be done to a kernel to make a lab, as a list that can be read.
 *
 * The plan is pure: a lab goes in, steps come out. The supervisor carries the
 * steps out with net and node; "ixlab up --dry-run" prints them; a test compares
 * them with a golden file. Each step knows the line of the lab file that asked
 * for it, so a failure can name it. Steps have no inverse: what a plan makes in
 * the kernel goes with the lab's process 1, and what it writes on disk the
 * supervisor takes back itself.
 */
#ifndef LAB_PLAN_PLAN_H
#define LAB_PLAN_PLAN_H

#include "lab/model/model.h"

enum plan_op {
	PLAN_NETNS,   /* make the node's network namespace, sysctls, lo up */
	PLAN_BRIDGE,  /* make a LAN's bridge in a switch of its */
	PLAN_VETH,    /* make a pair, each end born in its namespace */
	PLAN_TUNNEL,  /* make both ends of a tunnel over such a pair */
	PLAN_WEATHER, /* a link's delay, loss, rate */
	PLAN_FABRIC,  /* load a switch's packet filter: what its ports let in */
	PLAN_ADDR,    /* an address on an interface, or on lo */
	PLAN_ROUTE,   /* a static route */
	PLAN_NEIGH,   /* a permanent neighbour entry (big fabrics) */
	PLAN_FILE,    /* write a configuration file in the state folder */
	PLAN_CROWD,   /* write the robots' file, and let them be played */
	PLAN_DAEMON,  /* start the node's daemon; a robot: its sessions */
};
#define PLAN_OPS (PLAN_DAEMON + 1)

struct plan_end {
	size_t node; /* index in lab.nodes */
	const char *ifname;
	const uint8_t *mac; /* NULL on a switch: the kernel's choice */
	const char *bridge; /* on a switch: the master, else NULL */
	uint16_t vlan;	    /* its VLAN there; 0: none */
	bool tagged;	    /* whose frames have a tag */
};

struct plan_step {
	enum plan_op op;
	size_t node;	      /* index in lab.nodes */
	int line;	      /* of the lab file */
	const char *ifname;   /* ADDR, NEIGH; BRIDGE: its name */
	uint32_t mtu;	      /* BRIDGE, VETH, TUNNEL */
	bool spanning_tree;   /* BRIDGE */
	bool vlans;	      /* BRIDGE: its ports have VLANs */
	size_t link;	      /* VETH, TUNNEL, WEATHER: index in lab.links */
	struct plan_end a, b; /* VETH, TUNNEL, WEATHER */
	/* TUNNEL: of the carrier; over_a is NULL when a is a port of a switch, to
	 * which a VLAN with tags is added */
	const struct lab_if *over_a, *over_b;
	struct lab_addr addr; /* ADDR; NEIGH: addr.addr */
	const uint8_t *mac;   /* NEIGH; BRIDGE: may be NULL */
	struct ip_prefix to;  /* ROUTE */
	struct ip_addr via;   /* ROUTE */
	char *path;	      /* FILE, CROWD: below the lab's state folder */
	char *text;	      /* FILE, CROWD; FABRIC: an nftables file */
	bool keep;	      /* FILE: leave one that is there alone */
};

struct plan {
	const struct lab *lab; /* borrowed: must outlive the plan */
	struct plan_step *steps;
	size_t n;
};

/* The nftables file of a switch, by its index in lab.nodes (plan_fabric.c);
 * owned by the caller. Without guards or monitors nothing needs it, until
 * somebody asks for session culling. */
char *plan_fabric(const struct lab *lab, size_t sw);
#define PLAN_FABRIC_LOG 1 /* the nflog group of wrong source addresses */
/* What gives a port (in lab.links) other source addresses, six bytes each,
 * none: any; to be loaded over plan_fabric's. Owned by the caller. */
char *plan_fabric_pin(const struct lab *lab, size_t link, const uint8_t *macs,
		      size_t n);
bool plan_fabric_needed(const struct lab *lab, size_t sw);

struct plan *plan_new(const struct lab *lab);
void plan_free(struct plan *p);
/* "netns", "link", ... */
const char *plan_op_name(enum plan_op op);
/* One line of plain English per step, owned by the caller. */
char *plan_step_print(const struct plan *p, const struct plan_step *s);
/* [{op, node, line, text, and what the step has of interface, mtu, address, mac,
 * to, via, a, b, tunnel, weather, path, keep, content}] */
json_t *plan_json(const struct plan *p);

#endif
