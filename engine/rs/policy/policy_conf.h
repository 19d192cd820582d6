/* policy_conf: between the table of keys and the reader of files. Private. */
#ifndef POLICY_CONF_H
#define POLICY_CONF_H

#include "rs/policy/policy.h"

struct policy_conf { /* one file being read */
	const struct yaml_doc *doc;
	struct err *e;
	struct policy *p;
	struct policy_client *client;	  /* in clients.yml: this one */
	struct policy_settings *settings; /* general ones, or the client's */
	struct policy_prefix *prefix;	  /* in a list: this one */
	bool has_length, exact;		  /* of that prefix */
	const struct yaml *community[POLICY_ACTIONS][2]; /* where: std, lrg */
};

struct policy_key;
/* y is neither null nor, for a scalar key, anything but what the file says. */
typedef int policy_key_set(struct policy_conf *c, const struct yaml *y,
			   const struct policy_key *k);

enum { POLICY_KEY_GENERAL = 1, POLICY_KEY_CLIENT = 2 };

struct policy_key {
	const char *path;    /* "filtering.next_hop.policy" */
	unsigned int where;  /* of cfg: in which files it may stand */
	policy_key_set *set; /* NULL: a map with keys of its own */
	size_t offset;	     /* of its field, for the generic setters */
	uint32_t min, max;
	const char *const *words; /* a choice */
	size_t n_words;
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
    policy_keys_client, policy_keys_prefix;

/* Read a map by a table: where is POLICY_KEY_GENERAL or _CLIENT. */
int policy_conf_walk(struct policy_conf *c, const struct policy_key_table *t,
		     const struct yaml *y, unsigned int where);

/* ---- setters, by the type of the value; _only takes one value,
 * which says what we do anyway */
policy_key_set policy_set_bool, policy_set_u32, policy_set_word,
    policy_set_only, policy_set_refused;
/* ---- and by the key */
policy_key_set policy_set_cfg, policy_set_rs_as, policy_set_router_id,
    policy_set_rfc1997, policy_set_addresses, policy_set_black_list,
    policy_set_std, policy_set_lrg;
policy_key_set policy_set_clients, policy_set_asn, policy_set_ip,
    policy_set_description;
policy_key_set policy_set_bogons, policy_set_prefix, policy_set_length,
    policy_set_exact, policy_set_ge, policy_set_le, policy_set_comment;

/* "65000:0", "rs_as:peer_as": n parts; false when it is not one. */
bool policy_template_parse(const char *text, unsigned int n,
			   struct policy_template *t);
/* "rt:rs_as:peer_as", "ro:65001:dyn_val". */
bool policy_template_parse_ext(const char *text, struct policy_template *t);
/* Put rs_as in. false: the AS number does not fit a standard community. */
bool policy_template_resolve(struct policy_template *t, uint32_t rs_as);

#endif
