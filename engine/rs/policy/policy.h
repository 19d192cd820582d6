/*
 * policy: what the route server accepts, and to whom it passes it on.
 *
 * A policy comes from the files an operator already has: arouteserver's
 * general.yml, clients.yml and bogons.yml. Every key of theirs stands in one
 * table (policy_keys.c), as supported or as refused by name, and that table
 * drives the reader, the refusals and the manual page.
 *
 * On the way in a route meets policy_check: one enum policy_reason says why it
 * was rejected, and policy_reason_print writes the sentence with the numbers
 * seen. The reasons are one table (policy_reason.c).
 *
 * On the way out the members' control communities decide. They are compiled
 * once per attribute set into a struct policy_rule; asking it about a client is
 * a small search. RFC 1997, RFC 7947 2.2.4, RFC 8092.
 *
 * Pure: trees of text and routes come in, values go out.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/ip.h"
#include "base/yaml.h"
#include "rs/bgp/bgp.h"

/* ---- the configuration */

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

/* What may differ from client to client. */
struct policy_settings {
	bool prepend_rs_as; /* put rs_as in front of what is sent */
	bool passive;	    /* wait for the client to connect */
	bool reject_invalid_as;
	uint32_t next_hop; /* enum policy_next_hop */
	uint32_t max_as_path_len;
	uint32_t min_len[2], max_len[2]; /* IPv4, IPv6; inclusive */
	struct ip_addr *authorized;
	size_t n_authorized;
	struct policy_prefixes black_list; /* the client's own */
};

struct policy_client {
	char id[24];	   /* AS65001_1: numbered within the AS, file order */
	char *description; /* NULL when there is none */
	uint32_t asn;
	struct ip_addr *ip; /* one session each */
	size_t n_ip;
	struct policy_settings settings;
};

/* A community of general.yml: up to three parts, some of them names. */
struct policy_template {
	struct {
		enum {
			POLICY_PART_NUMBER,
			POLICY_PART_RS,
			POLICY_PART_PEER
		} kind;
		uint32_t value;
	} part[3];
	unsigned int n; /* 2 standard, 3 large, 0 not configured */
};

enum policy_action {
	POLICY_DENY_ALL,   /* do_not_announce_to_any */
	POLICY_DENY_PEER,  /* do_not_announce_to_peer */
	POLICY_ALLOW_PEER, /* announce_to_peer */
	POLICY_ACTIONS,
};

struct policy_community {
	struct policy_template std, lrg;
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
};

/* Read the files' trees; bogons may be NULL. The documents may be cleared
 * afterwards. NULL with a "file:line:col: sentence" in e. */
struct policy *policy_new(const struct yaml_doc *general,
			  const struct yaml_doc *clients,
			  const struct yaml_doc *bogons, struct err *e);
void policy_free(struct policy *p); /* NULL is fine */
/* Let AS numbers that are not for the public Internet pass the check: the
 * documentation ranges in a training lab. */
void policy_allow_asns(struct policy *p, uint32_t first, uint32_t last);
/* The table of keys as the body of ixrs.conf(5), in mdoc. */
void policy_keys_print(FILE *f);

/* ---- the way in */

/* Numbers in the wire's and the manual's words: policy_reason.c. */
enum policy_reason {
	POLICY_ACCEPTED,
	POLICY_DEFAULT_ROUTE,
	POLICY_BLACK_LIST,
	POLICY_BOGON_PREFIX,
	POLICY_CLIENT_BLACK_LIST,
	POLICY_TOO_LONG,
	POLICY_TOO_SHORT,
	POLICY_EMPTY_PATH,
	POLICY_FIRST_AS,
	POLICY_AS_LOOP,
	POLICY_PATH_TOO_LONG,
	POLICY_BOGON_ASN,
	POLICY_NEXT_HOP,
	POLICY_REASONS,
};

/* A session as policy sees it: which client, from which of its addresses. */
struct policy_session {
	const struct policy_client *client;
	struct ip_addr address;
};

enum policy_reason policy_check(const struct policy *p,
				const struct policy_session *s,
				const struct ip_prefix *prefix,
				const struct bgp_attrs *a);

/* Stable word ("next-hop-not-peer"), and the Euro-IX number n of the large
 * community RS:1101:n; 0 for an accepted route. */
const char *policy_reason_slug(enum policy_reason r);
unsigned int policy_reason_code(enum policy_reason r);
/* The sentence with the numbers seen. Returns buf, always terminated. */
char *policy_reason_print(const struct policy *p,
			  const struct policy_session *s,
			  const struct ip_prefix *prefix,
			  const struct bgp_attrs *a, enum policy_reason r,
			  char *buf, size_t size);
/* All reasons as a table in mdoc, for the manual. */
void policy_reasons_print(FILE *f);

/* The entry that covers the prefix at its length, NULL when none; borrowed. */
const struct policy_prefix *
policy_prefixes_find(const struct policy_prefixes *l,
		     const struct ip_prefix *p);
/* Not for the public Internet (RFC 7607, 4893, 5398, 6996, 7300) and neither
 * allowed nor a configured client's. */
bool policy_asn_is_bogon(const struct policy *p, uint32_t asn);

/* ---- the way out */

/* To whom a route may go, from its communities. */
struct policy_rule {
	bool nobody;		    /* RFC 1997 is obeyed: no exception */
	bool deny;		    /* to nobody but the allowed */
	uint32_t *denied, *allowed; /* sorted AS numbers */
	size_t n_denied, n_allowed;
};

void policy_rule_init(struct policy_rule *r, const struct policy *p,
		      const struct bgp_attrs *a);
void policy_rule_clear(struct policy_rule *r);
/* Evaluation order of curriculum and exchanges: not to X, only to X, to nobody,
 * to everybody. */
bool policy_rule_allows(const struct policy_rule *r, uint32_t asn);
/* Remove the control communities. Returns whether there were any. */
bool policy_scrub(const struct policy *p, struct bgp_attrs *a);

#endif
