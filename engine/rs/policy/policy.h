/*
 * policy: what the route server accepts, and to whom it passes it on.
 *
 * A policy comes from the files an operator already has: arouteserver's
 * general.yml, clients.yml and bogons.yml. Every key of theirs stands in one
 * table (policy_keys.c), as supported or as refused by name, and that table
 * drives the reader, the refusals and the manual page.
 *
 * On the way in a route meets policy_import: one enum policy_reason says why it
 * was rejected, and policy_reason_print writes the sentence with the numbers
 * seen. The reasons are one table (policy_reason.c). What was found out about an
 * accepted route stays beside it as marks, for its attributes are shared.
 *
 * On the way out the members' control communities decide. They are compiled
 * once per attribute set into a struct policy_rule: a variant of the route for
 * everybody, and for the AS numbers that differ. What is sent in a variant to a
 * class of clients is made once, too (policy_export). policy_why_not says in
 * words why something is not sent. RFC 1997, 4360, 7947 2.2.4, 7999, 8092, 8326,
 * 9234.
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
#include "rs/policy/policy_settings.h"

/* ---- the configuration */

/* Read the files' trees; bogons may be NULL. The documents may be cleared
 * afterwards. NULL with a "file:line:col: sentence" in e. */
struct policy *policy_new(const struct yaml_doc *general,
			  const struct yaml_doc *clients,
			  const struct yaml_doc *bogons, struct err *e);
/* What general.yml wants read besides, by absolute path, before the policy is
 * complete; the caller reads and gives it in policy_sources. */
struct policy_wanted {
	/* Files of VRPs in order of preference: the first that can be read and is
	 * not older than max_age (seconds; 0 any age) is to be taken, unless the
	 * caller has VRPs from elsewhere. ASPAs likewise. */
	struct policy_wanted_json {
		char **files;
		size_t n;
		char **anchors; /* trust anchors taken */
		size_t n_anchors;
		bool said_anchors; /* by general.yml; else the default */
		uint32_t max_age;
	} vrps, aspas;
	char *arin, *registrobr; /* NULL: not wanted */
	bool irr, rpki;		 /* a filter needs --irr, or --vrps or --rtr */
};
/* Texts of files, with their names for messages; NULL where not given. */
struct policy_text {
	const char *name, *text;
	size_t len;
};
struct policy_sources {
	const struct policy_text *irr; /* RPSL, or bgpq4's JSON */
	size_t n_irr;
	struct policy_text rtt, peering_db, arin, registrobr;
	struct rpki *rpki; /* borrowed for the policy's life; may be NULL */
	bool vrps, aspas;  /* it has them, or somebody will fill them in */
};
void policy_wanted(const struct policy *p, struct policy_wanted *w);
void policy_wanted_clear(struct policy_wanted *w);
/* Take the texts in: registry data become filters, limits and round-trip times
 * find their clients. -1 with e when one is malformed, or missing and wanted:
 * the sentence names the option, or the key that says no. */
int policy_complete(struct policy *p, const struct policy_sources *s,
		    struct err *e);
void policy_free(struct policy *p); /* NULL is fine */
/* Make p's index anew, after communities, clients or round-trip times have been
 * changed by hand. */
void policy_index_build(struct policy *p);
void policy_index_free(struct policy_index *x); /* NULL is fine */
/* Let AS numbers that are not for the public Internet pass the check: the
 * documentation ranges in a training lab. */
void policy_allow_asns(struct policy *p, uint32_t first, uint32_t last);
/* The table of keys as the body of ixrs.conf(5), in mdoc. */
void policy_keys_print(FILE *f);

/* ---- the way in */

/* In the order of the checks. Numbers in the wire's and the manual's words:
 * policy_reason.c. */
enum policy_reason {
	POLICY_ACCEPTED,
	POLICY_DEFAULT_ROUTE,
	POLICY_BLACK_LIST,
	POLICY_BOGON_PREFIX,
	POLICY_CLIENT_BLACK_LIST,
	POLICY_NOT_GLOBAL, /* IPv6 outside 2000::/3 */
	POLICY_TOO_LONG,
	POLICY_TOO_SHORT,
	POLICY_EMPTY_PATH,
	POLICY_FIRST_AS,
	POLICY_AS_LOOP,
	POLICY_PATH_TOO_LONG,
	POLICY_BOGON_ASN,
	POLICY_NEXT_HOP,
	POLICY_TRANSIT_FREE,
	POLICY_NEVER_VIA_RS,
	POLICY_OTC_LEAK,	  /* RFC 9234: OTC on a route from a client */
	POLICY_BLACKHOLE_FOREIGN, /* no covering prefix is the client's */
	POLICY_ORIGIN_NOT_IN_SET,
	POLICY_PREFIX_NOT_IN_SET,
	POLICY_ROV_INVALID,
	POLICY_ASPA_INVALID,
	POLICY_MAX_BLOCKED, /* beyond max_prefix, action block */
	POLICY_REASONS,
};

/* A session as policy sees it: which client, from which of its addresses. */
struct policy_session {
	const struct policy_client *client;
	struct ip_addr address;
};

/* What the way in found out about an accepted route, beside its attributes. What
 * is sent depends on the attributes, on these, and on the session it came from
 * (custom communities, its role), and on nothing else. A set of bits. */
enum policy_mark {
	POLICY_MARK_ROV_VALID = 1 << 0,
	POLICY_MARK_ROV_UNKNOWN = 1 << 1,
	POLICY_MARK_ROV_INVALID = 1 << 2, /* accepted, yet sent to nobody */
	POLICY_MARK_PREFIX_IN_SET = 1 << 3,
	POLICY_MARK_PREFIX_NOT_IN_SET = 1 << 4,
	POLICY_MARK_ORIGIN_IN_SET = 1 << 5,
	POLICY_MARK_ORIGIN_NOT_IN_SET = 1 << 6,
	POLICY_MARK_VIA_ROA = 1 << 7,
	POLICY_MARK_VIA_ARIN = 1 << 8,
	POLICY_MARK_VIA_REGISTROBR = 1 << 9,
	POLICY_MARK_VIA_WHITE_LIST = 1 << 10,
	POLICY_MARK_BLACKHOLE = 1 << 11,
	POLICY_MARK_GSHUT = 1 << 12, /* honoured: a last resort */
	POLICY_MARK_LLGR =
	    1 << 13, /* long-lived stale (RFC 9494): the caller's */
	POLICY_MARK_ASPA_INVALID = 1 << 14, /* like ROV_INVALID: to nobody */
	POLICY_MARK_TRANSIT_FREE = 1 << 15, /* a leak that is warned of */
};

struct policy_verdict {
	uint16_t reason; /* enum policy_reason; POLICY_ACCEPTED: a candidate */
	uint16_t marks;	 /* enum policy_mark */
	uint8_t rank;	 /* degree of preference: 0 ordinary, more is worse */
};

/* The way in: everything but limits. Depends on nothing but its arguments (and
 * the data the policy holds), so it may be asked again when these change. Prefixes
 * that share their attributes share what is found out about these: a case, which
 * borrows all it was made of. */
struct policy_case {
	const struct policy *p;
	const struct policy_session *s;
	const struct bgp_attrs *a;
	uint32_t origin; /* the last AS of the path */
	bool blackhole, aspa_invalid;
	enum policy_reason reason; /* whatever the prefix */
	uint16_t marks;
	uint8_t rank;
};
struct policy_case policy_case(const struct policy *p,
			       const struct policy_session *s, enum ip_family f,
			       const struct bgp_attrs *a);
struct policy_verdict policy_judge(const struct policy_case *c,
				   const struct ip_prefix *prefix);
/* Both at once. */
struct policy_verdict policy_import(const struct policy *p,
				    const struct policy_session *s,
				    const struct ip_prefix *prefix,
				    const struct bgp_attrs *a);
enum policy_reason policy_check(const struct policy *p,
				const struct policy_session *s,
				const struct ip_prefix *prefix,
				const struct bgp_attrs *a);
/* The AS of transit_free.asns behind the first of the path; 0: none. */
uint32_t policy_transit_free(const struct policy *p,
			     const struct policy_session *s,
			     const struct bgp_attrs *a);
/* arouteserver's number of the reason, for reject_cause. */
unsigned int policy_reason_cause(enum policy_reason r);
/* The communities a rejected route is shown with: the Euro-IX RS:1101:n, and
 * what reject_policy tag says (reject_cause with its map,
 * rejected_route_announced_by). A new set, one reference. */
struct bgp_attrs *policy_tag_rejected(const struct policy *p,
				      const struct policy_session *s,
				      const struct bgp_attrs *a,
				      enum policy_reason r);

/* The communities an accepted route is shown with to the operator: as it came,
 * without what only we may set, with the informational ones, the states of
 * validation that stay inside, and the client's custom ones. A new set. */
struct bgp_attrs *policy_tag_accepted(const struct policy *p,
				      const struct policy_session *s,
				      const struct bgp_attrs *a,
				      uint16_t marks);

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

/* How a route goes to a member: what is done to it beside scrubbing. */
enum {
	POLICY_VARIANT_PREPEND =
	    3, /* mask: the first AS of the path, n times */
	POLICY_VARIANT_NOEXPORT = 4,
	POLICY_VARIANT_NOADVERTISE = 8,
	POLICY_VARIANT_DENY = 0x8000, /* it does not go there; alone */
};

/* To whom a route may go, compiled once from communities, marks and the session
 * it came from: a variant for everybody, and the AS numbers that differ. Members
 * whose AS is in the path are denied here, too. The rule knows nothing of
 * sessions that are up: it is true for every client, present or future. */
struct policy_rule {
	uint16_t others; /* variant */
	bool by_session; /* round-trip times decide: ask for each session */
	struct policy_exception {
		uint32_t asn;
		uint16_t variant;
	} * except; /* sorted by asn */
	size_t n;
	struct policy_rtt_rule *rtt; /* private; NULL without */
	size_t n_rtt;
};

void policy_rule_init(struct policy_rule *r, const struct policy *p,
		      const struct policy_session *from,
		      const struct bgp_attrs *a, uint16_t marks);
void policy_rule_clear(struct policy_rule *r);
/* The variant for a session other than the one it came from. */
uint16_t policy_rule_variant(const struct policy_rule *r,
			     const struct policy *p,
			     const struct policy_session *to);

/* Whether nothing in the attributes has a say in where the route goes and in what
 * becomes of it: no community that means something, no OTC, no client in the path
 * but the one it came from. Such routes of a session, if they have the same marks
 * and a next hop of their own family, all go out alike. */
bool policy_is_plain(const struct policy *p, const struct policy_session *from,
		     const struct bgp_attrs *a);

/* Settings of the receiving client that change what is sent to it (prepend_rs_as,
 * blackhole_announce, roles) as a small number: equal numbers, equal
 * treatment. Below POLICY_CLASSES. */
enum { POLICY_CLASSES = 16 };
unsigned int policy_class(const struct policy_client *c);
/* Those that clients have: a set of bits. */
unsigned int policy_classes(const struct policy *p);

/* The attributes as they leave for clients of a class: scrubbed, informational
 * and custom communities added, blackhole next hop, OTC, graceful shutdown, and
 * the variant. A new reference (perhaps to a itself, when nothing changes); NULL
 * when clients of that class do not get the route at all (blackhole). */
struct bgp_attrs *policy_export(const struct policy *p,
				const struct policy_session *from,
				struct bgp_attrs *a, uint16_t marks,
				uint16_t variant, unsigned int class);

/* Why a route of that session does not go to that client, as a sentence naming
 * the community, mark or AS that decided ("community 65500:0:65002 asks for it");
 * false when it does. buf is always terminated. */
bool policy_why_not(const struct policy *p, const struct policy_session *from,
		    const struct bgp_attrs *a, uint16_t marks,
		    const struct policy_session *to, char *buf, size_t size);

#endif
