/* policy_conf: between the table of keys and the reader of files. Private. */
#ifndef POLICY_CONF_H
#define POLICY_CONF_H

#include "rs/policy/policy.h"

/* Which way the communities of a function go. */
enum policy_way {
	POLICY_WAY_IN,	/* members ask with it; scrubbed on the way out */
	POLICY_WAY_OUT, /* we say something with it; scrubbed on the way in */
	POLICY_WAY_INTERNAL, /* on rejected routes only */
	POLICY_WAY_CUSTOM,
	POLICY_WAY_CAUSE, /* of reject_cause_map */
};

/* A template that was read, for the checks that compare them. */
struct policy_seen {
	struct policy_template *template;
	const char *name; /* of its function; borrowed */
	const struct yaml *y;
	enum policy_way way;
	const struct policy_community *of; /* where it stands */
};

struct policy_conf { /* one file being read */
	const struct yaml_doc *doc;
	struct err *e;
	struct policy *p;
	struct policy_client *client;	  /* in clients.yml: this one */
	struct policy_settings *settings; /* general ones, or the client's */
	struct policy_prefix *prefix;	  /* in a list: this one */
	bool has_length, exact;		  /* of that prefix */
	struct policy_route *route;	  /* in white_list_route: this one */
	struct policy_as *as;		  /* in asns: this one */
	/* the community that is being read, and all that were */
	struct policy_community *community;
	const char *community_name;
	enum policy_way community_way;
	enum {
		POLICY_MACRO_NONE,
		POLICY_MACRO_PEER,
		POLICY_MACRO_DYN
	} community_macro; /* as the last part */
	struct policy_seen *seen;
	size_t n_seen;
};

/* ---- what general.yml says of data from outside: kept until they are there */

/* Keys whose default needs data from outside: said in a file, they are an order,
 * and the data must be given; unsaid, they hold when the data are given. */
enum {
	POLICY_SAID_ORIGIN = 1 << 0,	 /* enforce_origin_in_as_set */
	POLICY_SAID_PREFIX = 1 << 1,	 /* enforce_prefix_in_as_set */
	POLICY_SAID_LIMIT4 = 1 << 2,	 /* limit_ipv4 */
	POLICY_SAID_LIMIT6 = 1 << 3,	 /* limit_ipv6 */
	POLICY_SAID_MAX_PDB = 1 << 4,	 /* max_prefix.peering_db */
	POLICY_SAID_TAG = 1 << 5,	 /* tag_as_set */
	POLICY_SAID_NEVER_PDB = 1 << 6,	 /* never_via_...peering_db */
	POLICY_SAID_AUTHORIZED = 1 << 7, /* authorized_addresses_list */
};

struct policy_place { /* of a key in general.yml; line 0: it is not there */
	int line, col;
};

struct policy_as { /* an entry of asns */
	uint32_t asn;
	char **as_sets;
	size_t n_as_sets;
};

enum { POLICY_RPKI_JSON, POLICY_RPKI_RTR };

struct policy_texts {
	char **items;
	size_t n;
};

struct policy_rpki_source { /* rpki_roas, rpki_aspas */
	uint32_t source;    /* of the enumeration above */
	struct policy_texts urls, anchors;
	uint32_t max_age; /* seconds */
	struct policy_place place;
};

struct policy_files {
	char *general; /* its name, for messages */
	struct policy_rpki_source roas, aspas;
	bool use_arin, use_registrobr, never_pdb, irr_pdb;
	char *arin, *registrobr;
	struct policy_place arin_place, registrobr_place, never_place;
	uint32_t general_limit[2];
	struct policy_as *asns;
	size_t n_asns;
};

/* ---- the table of keys */

struct policy_key;
/* y is neither null nor, for a scalar key, anything but what the file says. */
typedef int policy_key_set(struct policy_conf *c, const struct yaml *y,
			   const struct policy_key *k);

enum { POLICY_KEY_GENERAL = 1, POLICY_KEY_CLIENT = 2 };

enum policy_base { /* what offset counts from */
		   POLICY_IN_SETTINGS,
		   POLICY_IN_POLICY,
		   POLICY_IN_FILES,
};

struct policy_key {
	const char *path;    /* "filtering.next_hop.policy" */
	unsigned int where;  /* of cfg: in which files it may stand */
	policy_key_set *set; /* NULL: a map with keys of its own */
	bool or_map;	     /* with set: a map with keys of its own as well */
	enum policy_base base;
	size_t offset; /* of its field; of a community: the action */
	uint32_t min, max;
	const char *const *words; /* a choice */
	size_t n_words;
	uint32_t said;	   /* POLICY_SAID_..., when a value is given */
	const char *value; /* default, or the only value taken; "" none */
	const char *text;  /* for the manual; for a refused key the reason */
};

struct policy_key_table {
	const char *what; /* "general.yml", for messages and the manual */
	const struct policy_key *keys;
	size_t n;
};

extern const struct policy_key_table policy_keys_root_general,
    policy_keys_root_clients, policy_keys_root_bogons, policy_keys_cfg,
    policy_keys_client, policy_keys_as, policy_keys_prefix, policy_keys_route,
    policy_keys_community;

/* Read a map by a table: where is POLICY_KEY_GENERAL or _CLIENT. */
int policy_conf_walk(struct policy_conf *c, const struct policy_key_table *t,
		     const struct yaml *y, unsigned int where);
/* The node of a dotted path below y, or the nearest one above it. */
const struct yaml *policy_conf_at(const struct yaml *y, const char *path);
struct policy_place policy_conf_place(const struct yaml *y);

/* ---- setters, by the type of the value; _only takes one value,
 * which says what we do anyway */
policy_key_set policy_set_bool, policy_set_u32, policy_set_word,
    policy_set_only, policy_set_refused, policy_set_asns, policy_set_text,
    policy_set_texts;
/* ---- and by the key */
policy_key_set policy_set_cfg, policy_set_rs_as, policy_set_router_id,
    policy_set_addresses, policy_set_black_list, policy_set_blackhole_hop,
    policy_set_transit_action, policy_set_never_pdb, policy_set_thresholds,
    policy_set_gshut, policy_set_rfc1997, policy_set_rpki_source,
    policy_set_role;
policy_key_set policy_set_community, policy_set_cause_map, policy_set_custom,
    policy_set_std, policy_set_lrg, policy_set_ext;
policy_key_set policy_set_clients, policy_set_asn, policy_set_ip,
    policy_set_description, policy_set_password, policy_set_attach,
    policy_set_as_sets, policy_set_white_prefixes, policy_set_white_asns,
    policy_set_white_routes, policy_set_as_entries;
policy_key_set policy_set_bogons, policy_set_prefix, policy_set_length,
    policy_set_exact, policy_set_ge, policy_set_le, policy_set_comment,
    policy_set_route_asn;

/* A list, or a scalar with commas, of AS numbers: sorted, each once. */
int policy_read_asns(struct policy_conf *c, const struct yaml *y,
		     uint32_t **asns, size_t *n);
void policy_asns_sort(uint32_t *asns, size_t *n);
/* One name of an AS-SET, "AS-X", "AS65001:AS-X", "RIPE::AS-X" or "AS65001":
 * in capitals, owned by the caller; NULL when it is none. */
char *policy_as_set_name(const char *text, size_t len);
/* Free n strings and their array. */
void policy_texts_free(char **list, size_t n);

/* ---- checks over several keys: policy_rules.c. cfg is where to point when the
 * key itself is not there. */
int policy_rules_settings(struct policy_conf *c, const struct yaml *cfg);
int policy_rules_general(struct policy_conf *c, const struct yaml *cfg);
/* What clients get when their own words do not say: AS-SETs and limits. */
void policy_rules_clients(struct policy *p);
/* Put rs_as into all templates, and see that no two mean the same:
 * policy_overlap.c. */
int policy_rules_communities(struct policy_conf *c);

/* ---- templates: policy_community.c */

/* "65000:0", "rs_as:peer_as": n parts; false when it is not one. */
bool policy_template_parse(const char *text, unsigned int n,
			   struct policy_template *t);
/* "rt:rs_as:peer_as", "ro:65001:dyn_val". */
bool policy_template_parse_ext(const char *text, struct policy_template *t);
/* Put rs_as in. false: the AS number does not fit a standard community. */
bool policy_template_resolve(struct policy_template *t, uint32_t rs_as);

/* ---- texts from outside: policy_source_*.c. They add to what is there. */

/* A line is an address and milliseconds; # begins a comment. */
int policy_source_rtt(struct policy *p, const struct policy_text *t,
		      struct err *e);

struct policy_network { /* what PeeringDB says of an AS */
	uint32_t asn;
	bool never_via;
	uint32_t prefixes[2];
	char *as_set; /* as it stands there; NULL or names */
};
struct policy_networks {
	struct policy_network *items; /* sorted by asn */
	size_t n;
};
int policy_source_peering_db(struct policy_networks *l,
			     const struct policy_text *t, struct err *e);
const struct policy_network *
policy_networks_find(const struct policy_networks *l, uint32_t asn);
void policy_networks_clear(struct policy_networks *l);

/* The dump of ARIN's whois in JSON, Registro.br's list: pairs of prefix and
 * origin. NULL with e set. */
struct rpki *policy_source_arin(const struct policy_text *t, struct err *e);
struct rpki *policy_source_registrobr(const struct policy_text *t,
				      struct err *e);
/* Both, where the policy wants them. -1 with e set. */
int policy_source_whois(struct policy *p, const struct policy_sources *s,
			struct err *e);

/* Does a filter of the client's need the registry; does what members are told? */
bool policy_source_wants_registry(const struct policy_settings *s);
bool policy_source_wants_tags(const struct policy *p);
/* Give every client AS-SETs; l may be NULL. -1 with e set: it is needed. */
int policy_source_as_sets(struct policy *p, const struct policy_networks *l,
			  struct err *e);
/* The filters, from s->irr. -1 with e set. */
int policy_source_registry(struct policy *p, const struct policy_sources *s,
			   struct err *e);

/* The functions whose dyn_val is a round-trip time. */
bool policy_action_is_by_rtt(enum policy_action a);
void policy_note(struct policy *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
