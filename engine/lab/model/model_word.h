/*
 * model_word: a lab as the file says it, before anything is decided.
 *
 * Reading a lab is a line of small steps over these words:
 *
 *	yaml -> model_parse (types, keys)      -> words
 *	     -> model_generate (more members)  -> words
 *	     -> model_spread (more switches)   -> words
 *	     -> model_names (who is meant)     -> words with indices
 *	     -> model_check (what contradicts) -> the same words
 *	     -> model_resolve, model_session   -> struct lab
 *
 * Each word keeps the place in the file that said it, because every complaint
 * names one. Words and the YAML tree live only until the lab is resolved.
 * Private to the module.
 */
#ifndef LAB_MODEL_MODEL_WORD_H
#define LAB_MODEL_MODEL_WORD_H

#include "base/yaml.h"
#include "lab/model/model.h"
#include "lab/model/model_mem.h"

enum { FAM4, FAM6, FAMS };
extern const enum ip_family word_family[FAMS];	/* IP_V4, IP_V6 */
extern const char *const word_family_key[FAMS]; /* "ipv4", "ipv6" */

#define WORD_MAX_SWITCHES 16
#define WORD_MAX_SITES 64
#define WORD_MAX_SPREAD 64 /* switches that model_spread may add */
#define WORD_ALL_SWITCHES (WORD_MAX_SWITCHES + WORD_MAX_SPREAD)
#define WORD_MAX_LANS 16 /* and as many for quarantine */
#define WORD_MAX_RS 16
#define WORD_MAX_ROUTERS 30
#define WORD_MAX_INSIDE 48
#define MODEL_FEW_MEMBERS 30 /* with more, neighbours are pinned */
#define WORD_NONE SIZE_MAX

struct word_switch {
	const struct yaml *y;
	const char *name;
	bool spread; /* made because another was full */
};

struct word_lan {
	const struct yaml *y;
	const char *name;
	size_t sws[WORD_ALL_SWITCHES],
	    nsws; /* in switches; the first is home */
	bool tree;
	const struct yaml *tree_y; /* NULL: not said */
	uint32_t vlan;
	const struct yaml *vlan_y; /* NULL: by rule */
	size_t quarantine;	   /* its quarantine LAN, or WORD_NONE */
	size_t of;		/* of a quarantine LAN: whose, or WORD_NONE */
	struct lab_guard guard; /* of its ports */
	const struct yaml *hole_y; /* of blackhole, NULL: none */
	uint8_t hole_mac[6];
	struct ip_prefix prefix[FAMS];
	const struct yaml *at[FAMS];
	uint32_t mtu;
};

struct word_site {
	const struct yaml *y;
	size_t a, b; /* in switches */
	enum lab_over over;
	bool tags;    /* it may have them, somewhere */
	uint32_t mtu; /* of the carrier; 0: what the LANs need */
	struct lab_weather weather;
};

struct word_port {
	const struct yaml *y;
	size_t lan;
	size_t sw;   /* in switches */
	bool placed; /* the file says so */
	struct lab_guard guard;
	uint8_t mac[6];
	const struct yaml *mac_y;  /* NULL: by rule */
	struct ip_addr addr[FAMS]; /* IP_NONE when absent */
	const struct yaml *at[FAMS];
	struct lab_weather weather;
};

struct word_prefix {
	struct ip_prefix p;
	const struct yaml *y;
};

struct word_ref { /* a node named by another */
	const struct yaml *y;
	size_t node; /* index in nodes, set by model_names */
};

enum word_rs { WORD_RS_ALL, WORD_RS_NONE, WORD_RS_SOME };

struct word_inside { /* two routers of a network are joined */
	const struct yaml *y;
	size_t a, b; /* counted from its lead */
};

struct word_behind {	     /* where a machine is that is behind a network */
	struct word_ref who; /* y NULL: it is not */
	struct ip_addr addr[FAMS];
	const struct yaml *at[FAMS]; /* NULL: by rule */
	struct lab_weather weather;
};

struct word_files { /* the keys, NULL when not said, and what they say */
	const struct yaml *irr, *vrps, *bogons;
	struct lab_files files;
};

struct word_node { /* what is plugged in: a network, a server, a machine */
	const struct yaml *y;
	enum lab_role role;
	const struct lab_kind *kind;
	struct lab_limits limits;
	uint32_t max_prefix[FAMS];
	const char *as_macro;
	struct lab_protect protect;
	bool advertises;      /* router-advertisements */
	const char **command; /* of kind plain, NULL at the end */
	struct lab_vrp *vrps; /* of kind rtr */
	size_t nvrps;
	struct word_ref rpki;	 /* the cache to ask; y NULL: none */
	struct ip_addr cache;	 /* its address */
	struct word_files files; /* of a route server */
	enum lab_no_export no_export;
	struct lab_robot *robot; /* in kept; NULL: none */
	const char *name, *title;
	uint32_t asn;
	const struct yaml *asn_y;
	bool trainee, host, generated;
	const struct yaml *host_y, *hosts_y;
	size_t nhosts; /* machines behind it but that of host, by model_names */
	struct word_behind behind;
	struct word_port *ports;
	size_t nports;
	const struct yaml *trunk_y; /* all its ports are one; NULL: not said */
	bool trunk;
	struct word_prefix *prefixes, *anycast;
	size_t nprefixes, nanycast;
	enum word_rs rs;
	struct word_ref *rss, *peers;
	size_t nrss, npeers;
	size_t nlinks; /* links that name it, set by model_names */
	/* Several routers (model_parse_router.c); of the lead but the first two. */
	const char *network; /* the name in the file */
	size_t lead;	     /* index in nodes; itself, for most */
	size_t nrouters;     /* from lead on */
	struct word_inside *inside;
	size_t ninside;
	bool igp;
};

struct word_link {
	const struct yaml *y;
	struct word_ref end[2];
	struct ip_prefix prefix[FAMS];
	const struct yaml *at[FAMS];
	bool transit; /* end[1] provides */
	bool silent;  /* relation none: addresses, no BGP */
	uint32_t mtu;
	struct lab_weather weather;
};

struct word_name {		 /* everything that has a name, sorted by it */
	const char *name, *what; /* "member", "peering LAN" */
	const struct yaml *y;
	size_t node; /* index in nodes, else WORD_NONE */
};

struct word_lab {
	struct yaml_doc doc;
	const struct model_params *params;
	const char *folder;	/* of the file, NULL: as its name says */
	struct model_mem *mem;	/* of the words */
	struct model_mem *kept; /* what the lab takes over as it is */
	const char *name, *title, *exchange;
	const struct yaml *exchange_y;
	uint32_t rs_asn;
	const struct yaml *rs_asn_y;
	const struct yaml *rpki_y;  /* the cache of all; NULL: none */
	struct word_files rs_files; /* of all route servers */
	enum lab_vlans vlans;
	const struct yaml *vlans_y; /* NULL: not said */
	struct word_switch *switches;
	size_t nswitches;
	struct word_lan *lans; /* the file's, then those of quarantine */
	size_t nlans, nbases;
	struct word_site *sites;
	size_t nsites;
	struct word_node *nodes;
	size_t nnodes, room;
	struct word_link *links;
	size_t nlinks;
	struct word_name *names;
	size_t nnames;
	const struct lab_file *files; /* in kept */
};

/* Each step: 0, or -1 with one sentence in e. */
int model_parse_words(struct word_lab *w, struct err *e);
int model_parse_networks(struct word_lab *w, const struct yaml *exchange,
			 struct err *e);
/* How many members will be made; then make them. */
int model_generate_count(const struct word_lab *w, const struct yaml *generate,
			 size_t *count, struct err *e);
int model_generate(struct word_lab *w, const struct yaml *generate,
		   struct err *e);
int model_spread(struct word_lab *w, struct err *e);
int model_names(struct word_lab *w, struct err *e);
/* The node that a reference names; what is what it should be. */
int word_ref_find(const struct word_lab *w, struct word_ref *r,
		  const char *what, struct err *e);
int model_check(const struct word_lab *w, struct err *e);
void model_resolve(const struct word_lab *w, struct lab *lab);
int model_sessions(const struct word_lab *w, struct lab *lab, struct err *e);

/* Shared by the parsers. */
int word_err(const struct word_lab *w, const struct yaml *y, struct err *e,
	     const char *fmt, ...) __attribute__((format(printf, 4, 5)));
int word_name(const struct word_lab *w, const struct yaml *y, const char *name,
	      const char *what, struct err *e);
/* Of a node that is called NETWORK-KEY, by y's key. */
int word_name_inside(struct word_lab *w, const struct yaml *y, const char *what,
		     struct word_node *n, struct err *e);
int word_title(struct word_lab *w, const struct yaml *y, const char *fallback,
	       const char **out, struct err *e);
int word_lan(const struct word_lab *w, const struct yaml *y, const char *name,
	     size_t *lan, struct err *e);
int word_bool(const struct word_lab *w, const struct yaml *map, const char *key,
	      bool *out, struct err *e);
int word_asn(const struct word_lab *w, const struct yaml *map, const char *who,
	     uint32_t *asn, const struct yaml **at, struct err *e);
/* prefixes and anycast */
int word_prefixes(struct word_lab *w, const struct yaml *map,
		  struct word_node *n, struct err *e);
int word_route_servers(struct word_lab *w, const struct yaml *y,
		       struct word_node *n, struct err *e);
/* Switches, and what joins them (model_fabric.c). */
int word_switch_find(const struct word_lab *w, const struct yaml *y, size_t *sw,
		     struct err *e);
bool word_lan_on(const struct word_lan *lan, size_t sw);
int word_lan_switches(const struct word_lab *w, const struct yaml *y,
		      struct word_lan *lan, struct err *e);
int word_sites(struct word_lab *w, const struct yaml *y, struct err *e);
int model_check_fabric(const struct word_lab *w, struct err *e);
/* VLANs (model_vlan.c): the exchange's "vlans", a LAN's "vlan" and its
 * quarantine's, and what contradicts when all are read. */
int word_vlans(struct word_lab *w, const struct yaml *exchange, struct err *e);
int word_lan_vlan(const struct word_lab *w, struct word_lan *lan,
		  const char *key, struct err *e);
int word_trunk(const struct word_lab *w, const struct yaml *map,
	       struct word_node *n, struct err *e);
int model_check_vlans(const struct word_lab *w, struct err *e);
/* Ports (model_parse_port.c). */
#define WORD_PORT "switch", "quarantine", "mac", "guard", WORD_WEATHER
int word_mac(const struct word_lab *w, const struct yaml *y, uint8_t mac[6],
	     struct err *e);
int word_guard(const struct word_lab *w, const struct yaml *map,
	       struct lab_guard *g, struct err *e);
int word_ports(struct word_lab *w, const struct yaml *y, struct word_node *n,
	       struct err *e);
/* The LAN itself, or that whose quarantine it is. */
size_t word_lan_base(const struct word_lab *w, size_t lan);
/* What a person configures runs what the parameters say, if they say it. */
int word_trainees_run(const struct word_lab *w, const struct yaml *y,
		      struct word_node *n, struct err *e);
/* Networks of several routers (model_parse_router.c). */
size_t word_router_count(const struct yaml *map);
int word_routers(struct word_lab *w, const struct yaml *map,
		 struct word_node *lead, struct err *e);
int word_inside(struct word_lab *w, const struct yaml *map,
		struct word_node *lead, struct err *e);
/* Machines behind a network (model_host.c). */
size_t word_host_count(const struct yaml *network);
int word_hosts(struct word_lab *w, struct err *e);
int word_behind(struct word_lab *w, const struct yaml *y, struct word_node *n,
		struct err *e);
int model_check_hosts(const struct word_lab *w, struct err *e);
/* Collectors, monitors, machines (model_parse_machine.c). */
int word_collector(struct word_lab *w, const struct yaml *y, struct err *e);
int word_monitor(struct word_lab *w, const struct yaml *y, struct err *e);
int word_machine(struct word_lab *w, const struct yaml *y, struct err *e);
int word_blackhole(struct word_lab *w, struct word_lan *lan, struct err *e);
/* A file that y names: its path, in kept (model_file.c). */
int word_file(struct word_lab *w, const struct yaml *y, const char **path,
	      struct err *e);
/* Robots (model_robot.c): n->robot, when its kind is theirs. */
#define WORD_ROBOT "announce", "behave", "script", "hold", "keep", "add-path"
int word_robot(struct word_lab *w, const struct yaml *map, struct word_node *n,
	       struct err *e);
/* The i-th of so many that are alike gets its share of tables and generators. */
int word_robot_deal(struct word_lab *w, const struct yaml *map,
		    const struct word_node *first, struct word_node *n,
		    uint32_t i, struct err *e);
int model_check_robots(const struct word_lab *w, struct err *e);
/* Keys that stand on many things (model_parse_run.c); WORD_RUN is what
 * word_run reads. */
#define WORD_RUN "kind", "command"
#define WORD_WEATHER "delay", "jitter", "loss", "rate", "silent"
int word_kind(const struct word_lab *w, const struct yaml *map,
	      struct word_node *n, struct err *e);
/* The same, and its command. */
int word_run(struct word_lab *w, const struct yaml *map, struct word_node *n,
	     struct err *e);
/* max-prefix and as-macro */
/* protect, of who has said what it is and whose (model_protect.c). */
int word_protect(const struct word_lab *w, const struct yaml *map,
		 struct word_node *n, struct err *e);
int word_registry(const struct word_lab *w, const struct yaml *map,
		  struct word_node *n, struct err *e);
/* Origin validation (model_parse_rpki.c). */
int word_vrps(struct word_lab *w, const struct yaml *map, struct word_node *n,
	      struct err *e);
int word_rpki(const struct word_lab *w, const struct yaml *map,
	      const struct yaml **out, struct err *e);
int model_rpki(struct word_lab *w, struct err *e);
/* A route server's files (model_parse_files.c). */
#define WORD_FILES "irr", "vrps", "bogons"
int word_files(struct word_lab *w, const struct yaml *map, struct word_files *f,
	       struct err *e);
int model_files(struct word_lab *w, struct err *e);
int word_limits(const struct word_lab *w, const struct yaml *map,
		struct lab_limits *l, struct err *e);
int word_weather(const struct word_lab *w, const struct yaml *map,
		 struct lab_weather *out, struct err *e);
/* The one LAN there is; WORD_NONE with e set when there are none or several. */
int word_only_lan(const struct word_lab *w, const struct yaml *y, size_t *lan,
		  struct err *e);
struct word_node *word_node_add(struct word_lab *w, enum lab_role role,
				const struct yaml *y);
/* The first prefix of a family; NULL when there is none. */
const struct word_prefix *word_first_prefix(const struct word_node *n, int f);
/* Is the prefix one of those that no network can have for its own? */
bool word_is_special(const struct ip_prefix *p);
/* Would BIRD or the kernel stumble over a node of this name? */
bool word_is_reserved(const char *name);
/* "wan0": the name of a carrier's end, which stands beside ports and bridges. */
bool word_is_wan(const char *name);
/* Is the address the network's own or its broadcast address? "" when not. */
const char *word_reserved_addr(const struct ip_prefix *p,
			       const struct ip_addr *a);

#endif
