/*
 * policy_settings: what the files say, as values.
 *
 * Open structs that the readers fill and tests write by hand. All that points
 * somewhere is owned by the struct policy, unless it says borrowed.
 */
#ifndef POLICY_SETTINGS_H
#define POLICY_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"
#include "rs/irr/irr.h"
#include "rs/rpki/rpki.h"

/* A prefix and the lengths it stands for. */
struct policy_prefix {
	struct ip_prefix prefix;
	uint8_t ge, le;
	char *comment; /* "" when there is none */
};

struct policy_prefixes {
	struct policy_prefix *items;
	size_t n;
};

enum policy_next_hop {
	POLICY_NH_STRICT,     /* the announcing session's own address */
	POLICY_NH_SAME_AS,    /* any address of a client of the same AS */
	POLICY_NH_AUTHORIZED, /* an address of a list */
};

enum policy_max_prefix { /* what happens at the limit */
			 POLICY_MAX_NONE,
			 POLICY_MAX_SHUTDOWN, /* the session stays down until a person acts */
			 POLICY_MAX_RESTART, /* it comes back after restart_after */
			 POLICY_MAX_BLOCK, /* new routes are discarded */
			 POLICY_MAX_WARNING,
};

enum policy_reject {
	POLICY_REJECT, /* kept for the operator, untagged */
	POLICY_TAG,    /* tagged with the cause; never sent to clients */
	POLICY_TAG_AND_REJECT, /* both */
};

enum policy_blackhole {
	POLICY_BH_NONE, /* no blackhole filtering: 65535:666 means nothing */
	POLICY_BH_UNCHANGED, /* propagate-unchanged */
	POLICY_BH_REWRITE,   /* rewrite-next-hop */
};

/* What may differ from client to client. */
struct policy_settings {
	bool prepend_rs_as; /* put rs_as in front of what is sent */
	bool passive;	    /* wait for the client to connect */
	bool gtsm;	    /* RFC 5082 */
	uint32_t multihop;  /* most hops; 0: on the LAN */
	bool add_path;	    /* RFC 7911, towards the client and from it */
	bool rfc8950;	    /* IPv4 with an IPv6 next hop, on IPv6 sessions */
	bool roles, strict_roles; /* RFC 9234 */
	int role; /* ours: enum bgp_role; BGP_ROLE_RS unless a client says else */
	bool enforce_origin, enforce_prefix; /* in the client's AS-SET */
	bool reject_rov_invalid, reject_aspa_invalid;
	bool gshut;		 /* RFC 8326 is honoured from this client */
	bool blackhole_announce; /* blackhole routes go to this client */
	uint32_t reject;	 /* enum policy_reject */
	uint32_t max_action;	 /* enum policy_max_prefix */
	uint32_t restart_after;	 /* minutes */
	bool count_rejected;	 /* rejected routes count, too */
	uint32_t max_prefix
	    [2]; /* IPv4, IPv6: as it comes out of all sources; 0 none */
	bool max_peering_db;
	uint32_t max_absolute,
	    max_relative; /* increment of PeeringDB's: n, % */
	bool reject_invalid_as;
	uint32_t next_hop; /* enum policy_next_hop */
	uint32_t max_as_path_len;
	uint32_t min_len[2], max_len[2]; /* IPv4, IPv6; inclusive */
	struct ip_addr *authorized;
	size_t n_authorized;
	struct policy_prefixes black_list; /* the client's own */
	uint32_t said; /* private to the reader: keys that the files set */
};

/* An entry of white_list_route: prefix and, unless any_asn, origin. */
struct policy_route {
	struct policy_prefix prefix;
	bool any_asn;
	uint32_t asn;
};

struct policy_client {
	char id[24];	   /* AS65001_1: numbered within the AS, file order */
	char *description; /* NULL when there is none */
	char *password;	   /* TCP-MD5, RFC 2385; NULL none. Never printed */
	uint32_t asn;
	struct ip_addr *ip; /* one session each */
	size_t n_ip;
	struct ip_prefix *range; /* dynamic neighbours: sessions from inside */
	size_t n_range;
	struct policy_settings settings;

	/* the registry's word; names are as in the files, or from the AS's entry
	 * under asns:, or from PeeringDB, or the AS itself: what was found first */
	char **as_sets;
	size_t n_as_sets;
	struct irr_filter *irr; /* owned; NULL when nobody wants it */
	struct policy_prefixes white_prefixes;
	uint32_t *white_asns; /* sorted */
	size_t n_white_asns;
	struct policy_route *white_routes;
	size_t n_white_routes;

	/* of custom_communities, to be attached to its routes: indexes */
	size_t *custom;
	size_t n_custom;
};

/* A community of general.yml: up to three parts, some of them names. */
struct policy_template {
	struct {
		enum {
			POLICY_PART_NUMBER,
			POLICY_PART_RS,
			POLICY_PART_PEER,
			POLICY_PART_DYN /* dyn_val */
		} kind;
		uint32_t value;
	} part[3];
	unsigned int n; /* 2 standard and extended, 3 large, 0 not configured */
	uint8_t
	    ext; /* extended: the subtype, 2 route target, 3 origin; else 0 */
};

/* Communities of general.yml by function: the members' wishes first, in order of
 * precedence where one is a special case of another, then what we add. */
enum policy_action {
	POLICY_DENY_ALL,       /* do_not_announce_to_any */
	POLICY_DENY_PEER,      /* do_not_announce_to_peer */
	POLICY_ALLOW_PEER,     /* announce_to_peer */
	POLICY_DENY_RTT_LOWER, /* ..._to_peers_with_rtt_lower_than: <= dyn_val */
	POLICY_DENY_RTT_HIGHER,
	POLICY_ALLOW_RTT_LOWER,
	POLICY_ALLOW_RTT_HIGHER,
	POLICY_PREPEND_ANY_1,
	POLICY_PREPEND_ANY_2,
	POLICY_PREPEND_ANY_3,
	POLICY_PREPEND_PEER_1,
	POLICY_PREPEND_PEER_2,
	POLICY_PREPEND_PEER_3,
	POLICY_PREPEND_RTT_LOWER_1,
	POLICY_PREPEND_RTT_LOWER_2,
	POLICY_PREPEND_RTT_LOWER_3,
	POLICY_PREPEND_RTT_HIGHER_1,
	POLICY_PREPEND_RTT_HIGHER_2,
	POLICY_PREPEND_RTT_HIGHER_3,
	POLICY_ADD_NOEXPORT_ANY,
	POLICY_ADD_NOADVERTISE_ANY,
	POLICY_ADD_NOEXPORT_PEER,
	POLICY_ADD_NOADVERTISE_PEER,
	POLICY_BLACKHOLE, /* blackholing: local forms beside 65535:666 */
	POLICY_TAGS,	  /* ---- from here on: only we may set them */
	POLICY_TAG_PREFIX_IN_SET = POLICY_TAGS,
	POLICY_TAG_PREFIX_NOT_IN_SET,
	POLICY_TAG_ORIGIN_IN_SET,
	POLICY_TAG_ORIGIN_NOT_IN_SET,
	POLICY_TAG_VIA_ROA,
	POLICY_TAG_VIA_ARIN,
	POLICY_TAG_VIA_REGISTROBR,
	POLICY_TAG_VIA_WHITE_LIST,
	POLICY_TAG_ROV_NOT_DONE,
	POLICY_TAG_ROV_VALID,
	POLICY_TAG_ROV_UNKNOWN,
	POLICY_TAG_ROV_INVALID,
	POLICY_TAG_ASPA_NOT_DONE,
	POLICY_TAG_ASPA_VALID,
	POLICY_TAG_ASPA_UNKNOWN,
	POLICY_TAG_ASPA_INVALID,
	POLICY_TAG_REJECT_CAUSE, /* dyn_val: the cause */
	POLICY_TAG_REJECTED_BY,	 /* rejected_route_announced_by: dyn_val */
	POLICY_ACTIONS,
};

struct policy_community {
	struct policy_template std, lrg, ext;
};

/* An entry of custom_communities: attached to the routes of the clients that
 * name it, removed when it comes from a client. */
struct policy_custom {
	char *name;
	struct policy_community community;
};

struct policy_asns { /* inclusive */
	uint32_t first, last;
};

struct policy {
	uint32_t rs_as, router_id; /* host order */
	bool obey_rfc1997; /* NO_EXPORT and NO_ADVERTISE stop a route here */
	struct policy_settings settings;
	struct policy_prefixes bogons, black_list;
	struct policy_community communities[POLICY_ACTIONS];
	struct policy_client *clients;
	size_t n_clients;
	struct policy_asns *allowed; /* bogon AS numbers that are fine here */
	size_t n_allowed;

	bool path_hiding; /* mitigated: every client has its own best path */
	bool transit_free_reject, transit_free_warn; /* action */
	uint32_t *transit_free, *never_via;	     /* sorted AS numbers */
	size_t n_transit_free, n_never_via;
	bool allow_longer_prefixes, tag_as_set, roas_as_routes;
	bool rov;	       /* rpki_bgp_origin_validation.enabled */
	bool aspa;	       /* rpki_aspa_verification.enabled */
	uint32_t blackhole[2]; /* enum policy_blackhole: IPv4, IPv6 */
	struct ip_addr blackhole_next_hop[2];
	bool blackhole_noexport;
	bool gshut; /* enabled in general: else the community is passed */
	uint32_t gshut_pref; /* local_pref; ordinary routes have 100 */
	bool perform_gshut;  /* --perform-graceful-shutdown: tag all we send */
	uint32_t *rtt_thresholds; /* milliseconds, ascending */
	size_t n_rtt_thresholds;
	struct policy_rtt { /* --rtt */
		struct ip_addr address;
		double ms;
	} * rtt;
	size_t n_rtt;
	struct policy_custom *custom;
	size_t n_custom;
	/* reject_cause_map: our reasons to the operator's communities */
	struct policy_cause {
		uint32_t cause; /* arouteserver's number */
		struct policy_community community;
	} * causes;
	size_t n_causes;
	struct irr_db *irr; /* owned; NULL without */
	/* owned; NULL without: each a table of prefix and origin (max_len is the
	 * prefix's own), to be asked with rpki_validate for exact ones or with
	 * rpki_covers when longer ones are allowed */
	struct rpki *arin, *registrobr;
	struct rpki *rpki; /* borrowed, see policy_sources; NULL without */
	/* what the operator should know, such as a filter that is off for want
	 * of data: sentences for the log */
	char **notes;
	size_t n_notes;
	struct policy_files *files; /* private to the reader */
	struct policy_index *index; /* private: policy_index.c */
};

#endif
