/*
 * model: what a lab is, in the words of the field.
 *
 * A lab file describes an exchange (its switches, peering LANs and route
 * servers), its members with the hosts behind them, transit networks, and links
 * between two networks outside the exchange. model_parse reads it, checks all
 * that can be checked without a kernel, and resolves every default, so that the
 * result names each node, interface, address and session outright. The plan, the
 * picture, the grader and the interface all read this one resolved form.
 *
 * Pure: text in, values out. Everything in a struct lab is owned by it and freed
 * by model_free.
 */
#ifndef LAB_MODEL_MODEL_H
#define LAB_MODEL_MODEL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/ip.h"

#define MODEL_NAME_MAX 32 /* lab names: [a-z0-9-] */
#define MODEL_NODE_MAX 12 /* node names, so that interface names fit */
#define MODEL_MAX_NODES 4096
#define MODEL_PROCESSES_MAX 100000 /* in one node */
#define MODEL_CPU_MAX 10000	   /* a hundred processors */
#define MODEL_MAX_PORTS 1023	   /* a Linux bridge takes no more */

enum lab_role {
	LAB_SWITCH,	  /* bridges in a namespace of their own */
	LAB_ROUTE_SERVER, /* RFC 7947 */
	LAB_COLLECTOR,	  /* hears everybody, says nothing */
	LAB_MEMBER,	  /* a network with a port on the exchange */
	LAB_CONTENT,	  /* the same, and what it sends is what people want */
	LAB_TRANSIT,	  /* a network that sells the rest of the world */
	LAB_HOST,	  /* a machine behind a network */
	LAB_MONITOR,	  /* sees a copy of what passes on a LAN */
	LAB_MACHINE,	  /* anything else: a cache, an attacker, a test */
};

struct lab_kind; /* what a node runs: model_kind.h */

/* Where a node's daemon gets its configuration. */
enum lab_config {
	LAB_CONFIG_AUTO, /* written by us from this model, at every start */
	LAB_CONFIG_OWN,	 /* the trainee's: made once, then never touched */
};

struct lab_addr {
	struct ip_addr addr;
	uint8_t len;
};

struct lab_if {
	char name[16];	/* "ix0" on a LAN, "lan0" to the host, "pni0", ... */
	uint8_t mac[6]; /* as the file says, or from AS number and port */
	bool igp;	/* inside the network: its IGP speaks here */
	bool bridge;	/* several machines behind it have a port each */
	uint32_t mtu;
	size_t link; /* index in lab.links; of a bridge the first */
	struct lab_addr addrs[4];
	size_t naddrs;
};

/* What a node may use; 0: no limit of its own. */
struct lab_limits {
	uint64_t memory;    /* bytes; see lab.5 for whose */
	uint32_t processes; /* all in the node together */
	uint32_t cpu;	    /* of one processor, in a hundred */
};

/* What a network asks of its sessions with a trainee's. */
struct lab_protect {
	const char *password; /* TCP-MD5 (RFC 2385); NULL: none */
	bool ttl_security;    /* RFC 5082 */
};

/* A VRP (RFC 6811): asn may originate prefix and what is in it up to max_len. */
struct lab_vrp {
	struct ip_prefix prefix;
	uint8_t max_len;
	uint32_t asn; /* 0: nobody may */
};

/* What a robot announces besides its prefixes, and what it does wrong on
 * purpose: the items of "announce" and "behave" in ixpeer(1). */
enum lab_routes_from {
	LAB_ROUTES_LIST,
	LAB_ROUTES_GENERATED,
	LAB_ROUTES_TABLE, /* of an MRT dump (RFC 6396) */
};

struct lab_routes {
	enum lab_routes_from from;
	struct ip_prefix *prefixes; /* GENERATED: the first one */
	size_t nprefixes;
	const char *file, *peer; /* TABLE; peer "best", "2", "AS65001", ... */
	uint32_t count;		 /* 0: all there are */
	uint32_t skip, step, share, path_min, path_max, seed;
	const char *attributes; /* "as-path 65001 3333 med 5"; "": none said */
};

struct lab_behaviour {
	const char *name;
	uint32_t after_ms, every_ms, for_ms; /* 0: not said */
	uint32_t count, asn;		     /* likewise */
	struct ip_prefix prefix;	     /* IP_NONE: not said */
	struct ip_addr address;
};

struct lab_robot {
	struct lab_routes *announce;
	size_t nannounce;
	struct lab_behaviour *behave;
	size_t nbehave;
	const char *script; /* a file, NULL: none */
	uint32_t hold;	    /* seconds */
	bool keep;	    /* what it hears, and not only how much */
	bool add_path;
};

struct lab_static { /* a route the engine sets: a host's default */
	struct ip_prefix to;
	struct ip_addr via;
};

/* A BGP session that our own configuration of this node will open. */
struct lab_session {
	size_t peer; /* index in lab.nodes */
	uint32_t peer_asn;
	struct ip_addr local, remote;
	bool rs_client; /* the far end is a route server */
	bool provider;	/* the far end sells us transit */
	bool customer;	/* we sell transit to the far end */
	bool internal;	/* iBGP, between loopbacks */
	bool collector; /* the far end is a route collector */
};

/* What a route server reads beside its configuration: absolute paths, or as the
 * lab file's. */
struct lab_files {
	const char **irr; /* RPSL, or what bgpq4 -j prints */
	size_t nirr;
	const char *vrps, *bogons; /* NULL: none */
};

/* What a route server does with a route that says NO_EXPORT or NO_ADVERTISE (RFC
 * 1997): they are for the clients, and it hands them on; or for whoever reads
 * them, and it tells nobody. */
enum lab_no_export {
	LAB_NO_EXPORT_UNSAID, /* its kind's habit, or a person's file */
	LAB_NO_EXPORT_PASS,
	LAB_NO_EXPORT_OBEY,
};

struct lab_node {
	char name[MODEL_NODE_MAX + 1];
	const char *title; /* "Eyeball A", never NULL */
	enum lab_role role;
	const struct lab_kind *kind; /* never NULL */
	enum lab_config config;
	bool trainee; /* the person's own node: may be opened and edited */
	uint32_t asn; /* 0 for switches, hosts, monitors, machines */
	/* The network it belongs to: its own name, or for one of several routers
	 * and for hosts that of the network ("m1" of "m1-core", "m1-h"). */
	const char *network;
	struct ip_addr router_id;
	struct lab_addr loopbacks[4]; /* on lo */
	size_t nloopbacks;
	struct ip_prefix *prefixes; /* what it originates */
	size_t nprefixes;
	struct ip_prefix *anycast; /* likewise, and others may, too */
	size_t nanycast;
	/* What it tells the world: how many prefixes it announces at most (IPv4,
	 * IPv6; 0: it does not say), and its AS-SET in a registry (or NULL). */
	uint32_t max_prefix[2];
	const char *as_macro;
	struct lab_protect protect;
	bool advertises; /* calls itself a router on peering LANs (RFC 4861) */
	struct lab_limits limits;
	const char **command; /* of kind plain: argv; NULL: its kind's */
	struct lab_vrp *vrps; /* of a cache */
	size_t nvrps;
	size_t cache; /* that a route server asks, in lab.nodes; SIZE_MAX */
	struct ip_addr cache_addr;     /* where it answers */
	struct lab_files files;	       /* of a route server */
	enum lab_no_export no_export;  /* likewise */
	const struct lab_robot *robot; /* NULL: it is none */
	struct lab_if *ifs;
	size_t nifs;
	struct lab_static *routes;
	size_t nroutes;
	struct lab_session *sessions;
	size_t nsessions;
	size_t owner; /* of what is behind a network: its router; or SIZE_MAX */
	int line;     /* where the file speaks of it */
};

struct lab_end {
	size_t node; /* index in lab.nodes */
	size_t ifi;  /* index in that node's ifs; of a bridge's port SIZE_MAX */
	char port[16]; /* of a bridge: the port's name, else "" */
};

/* What happens to frames on their way over a link, the same in both directions;
 * all zero: nothing. */
struct lab_weather {
	uint32_t delay_us;  /* one way; a round trip takes twice as long */
	uint32_t jitter_us; /* each frame's delay is off by up to so much */
	uint32_t loss_ppm;  /* frames lost out of a million */
	uint64_t rate_bps;  /* bits a second; 0: no limit */
	bool silent;	    /* the link stays up and nothing passes */
};

enum lab_link_kind {
	LAB_LINK_PORT,	  /* a switch's port and who is plugged in */
	LAB_LINK_TAG,	  /* a further LAN of such a port, with its tag there */
	LAB_LINK_HOST,	  /* a network and a machine behind it */
	LAB_LINK_PRIVATE, /* two networks, outside the exchange */
	LAB_LINK_INSIDE,  /* two routers of one network */
	LAB_LINK_SITE,	  /* two switches, for one LAN */
	LAB_LINK_CARRIER, /* two switches, for the tunnels of their LANs */
};

/* What carries a LAN between two switches. */
enum lab_over {
	LAB_OVER_VETH,	/* a pair of its own */
	LAB_OVER_VXLAN, /* a tunnel over the carrier (RFC 7348) */
	LAB_OVER_TAGS,	/* frames with its tag over the carrier (802.1Q) */
};

/* What a switch lets in from a port; all zero: everything. Frames that are not
 * let in are counted, port by port. */
struct lab_guard {
	bool pin;	      /* only the port's own source MAC */
	bool shut;	      /* a wrong one takes the port down */
	bool ipv4, ipv6, arp; /* the ethertypes allowed; none set: all */
	uint32_t broadcast;   /* broadcast and multicast frames a second */
};

struct lab_link { /* a veth pair, or a tunnel over one */
	enum lab_link_kind kind;
	enum lab_over over; /* of a site link */
	size_t carrier; /* of a tunnel or tag: in lab.links, else SIZE_MAX */
	uint32_t id;  /* of a tunnel: its VNI, no other's in the lab, or VLAN */
	uint32_t mtu; /* of a tunnel: what fits the carrier */
	struct lab_end a, b; /* a port's a is the switch */
	size_t
	    lan; /* of a port, tag or site link: in lab.lans, else SIZE_MAX */
	struct lab_guard guard; /* of a port */
	struct lab_weather weather;
	int line;
};

struct lab_lan {
	char name[MODEL_NODE_MAX + 3];
	uint16_t vlan;	  /* its number in tags and in bridges with VLANs */
	size_t *switches; /* it is on, in lab.nodes; the first is home */
	size_t nswitches;
	size_t quarantine_of; /* the LAN it guards, else SIZE_MAX: "khi-q" */
	struct ip_prefix ipv4, ipv6; /* IP_NONE when absent */
	uint32_t mtu;
	bool spanning_tree; /* its site links may form a ring */
	bool blackhole;	    /* frames to this MAC are dropped and counted */
	uint8_t
	    blackhole_mac[6]; /* (RFC 7999 next hop; a node answers for it) */
	int line;
};

/* What a switch is made of. */
enum lab_vlans {
	LAB_VLANS_NONE,	     /* a bridge for each LAN, called after it */
	LAB_VLANS_BRIDGES,   /* the same, where VLANs could not be had */
	LAB_VLANS_FILTERING, /* one bridge, called after the switch, of which
			      * each LAN is a VLAN (IEEE 802.1Q) */
};

/* A copy of all frames of a LAN on one switch, for a monitor's port. */
struct lab_mirror {
	size_t lan;
	size_t link; /* the monitor's port, index in lab.links */
};

/* A file that the lab file names, such as a table dump. */
struct lab_file {
	const struct lab_file *next;
	const char *name; /* as it stands there */
	const char *path; /* where it is */
	int line, col;	  /* of the name in the lab file, from 1 */
};

struct lab {
	const char *name, *title, *file;
	const char *exchange; /* "IX Indus", "" when there is none */
	uint32_t rs_asn;      /* the route servers' AS number */
	enum lab_vlans vlans;
	struct lab_lan *lans;
	size_t nlans;
	struct lab_node *nodes;
	size_t nnodes;
	struct lab_link *links;
	size_t nlinks;
	struct lab_mirror *mirrors;
	size_t nmirrors;
	const struct lab_file *files; /* in no order; NULL: none */
	bool neighbours; /* large: the plan pins infrastructure neighbours */
	void *mem;	 /* owns all of the above */
};

struct model_params {
	const char *name;   /* the instance's name; NULL: as in the file */
	uint32_t members;   /* how many to generate; 0: as in the file */
	const char *folder; /* of the files it names; NULL: the lab file's */
	/* What trainees' networks run, whatever the file says; NULL: what it
	 * says. */
	const struct lab_kind *trainees;
	/* Has the kernel that will run it 802.1Q? Asked when a site link says
	 * over: auto; NULL: it has not. */
	bool (*tags)(void);
	/* Do its bridges filter VLANs? Asked when the exchange says vlans: auto;
	 * NULL: they do not. */
	bool (*filtering)(void);
};

/* Parse, check, resolve. file is the name for messages. NULL with e set. */
struct lab *model_parse(const char *file, const void *text, size_t len,
			const struct model_params *params, struct err *e);
/* The same from a path, or from a bare name: labs/NAME.yml in the data folder. */
struct lab *model_load(const char *name_or_path,
		       const struct model_params *params, struct err *e);
void model_free(struct lab *lab);

/* Is it [a-z0-9-]{1,32}: a lab's name, never a path? */
bool model_is_lab_name(const char *name);
/* "AS-EXAMPLE", "AS65001:AS-CUSTOMERS", "RIPE::AS-EXAMPLE" (RFC 2622, 5.1)? */
bool model_is_as_macro(const char *text);
const char *model_over_name(enum lab_over over); /* "veth", "vxlan", "tags" */
const char *
model_vlans_name(enum lab_vlans v); /* "bridges", "filtering" or NULL */
/* Is its end b on a peering LAN: a port of a switch, or a further LAN of one? */
bool model_on_lan(const struct lab_link *l);
/* What a LAN is called on a switch, or the bridge of which it is a VLAN there. */
const char *model_bridge(const struct lab *lab, size_t lan, size_t sw);
/* The VLAN of a port on that LAN; 0: its bridge knows none. */
uint16_t model_vlan(const struct lab *lab, size_t lan);
const char *model_role_name(enum lab_role role); /* "route-server", ... */
/* "bird", "ixrs"; "-": it runs none */
const char *model_daemon_name(const struct lab_node *n);
/* NULL when there is none; borrowed. */
const struct lab_node *model_find(const struct lab *lab, const char *name);
/* The node's first address of a family on an exchange LAN (or on any interface
 * when it has no port); family IP_NONE in the result when there is none. */
struct ip_addr model_address(const struct lab *lab, const struct lab_node *n,
			     enum ip_family family);
/* The node that holds the address, or whose it is as a link-local one made of a MAC
 * address; NULL when there is none. */
const struct lab_node *model_holder(const struct lab *lab,
				    const struct ip_addr *a);

/* "02:00:00:00:00:01" */
#define MODEL_MACSTRLEN 18
/* Where a router answers that originates an anycast prefix: its first address,
 * on lo. */
struct lab_addr model_anycast_addr(const struct ip_prefix *p);
char *model_mac_print(const uint8_t mac[6], char text[MODEL_MACSTRLEN]);

/* The resolved lab as JSON (documented in lab.5): name, title, exchange, lans[],
 * nodes[] {name, role, kind, title, asn, trainee, daemon, prefixes, interfaces[],
 * sessions[]}, links[]. */
json_t *model_json(const struct lab *lab);
/* The items of "announce" and "behave", as ixpeer(1) reads them; owned. */
json_t *model_robot_announce(const struct lab_robot *r);
json_t *model_robot_behave(const struct lab_robot *r);

/* ---- weather in words (model_weather.c); numbers are refused without unit */

#define MODEL_WEATHER_TIME_MAX 60000000u /* us */
#define MODEL_WEATHER_RATE_MIN 8000u	 /* bits a second */
#define MODEL_WEATHER_RATE_MAX 1000000000000u

int model_weather_parse_time(const char *text, uint32_t *us, struct err *e);
int model_weather_parse_loss(const char *text, uint32_t *ppm, struct err *e);
int model_weather_parse_rate(const char *text, uint64_t *bps, struct err *e);
/* How long something lasts: "500ms", "30s", "5m", up to ten minutes. */
int model_weather_parse_span(const char *text, uint32_t *ms, struct err *e);
/* One of them by its word: "delay", "jitter", "loss" or "rate". */
int model_weather_parse(const char *key, const char *value,
			struct lab_weather *w, struct err *e);
/* Is all of it in range, and possible together? */
int model_weather_check(const struct lab_weather *w, struct err *e);
bool model_weather_fair(const struct lab_weather *w); /* nothing happens */
/* "delay 90ms jitter 5ms loss 1% rate 10mbit silent", "" when fair; owned. */
char *model_weather_print(const struct lab_weather *w);
/* {delay_us, jitter_us, loss_ppm, rate_bps, silent} */
json_t *model_weather_json(const struct lab_weather *w);

/* Configuration text for a node, from the model (owned by the caller). */
char *model_bird_conf(const struct lab *lab, const struct lab_node *n);
/* The trainee's starting point: identity and interfaces, no session. */
char *model_bird_start(const struct lab *lab, const struct lab_node *n);
char *model_ixrs_general(const struct lab *lab, const struct lab_node *n);
char *model_ixrs_clients(const struct lab *lab, const struct lab_node *n);
/* All robots, as a crowd file of ixpeer(1); NULL when there are none. */
char *model_crowd(const struct lab *lab);

#endif
