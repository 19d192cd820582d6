/*
 * model_kind_text: what the writers of configurations have in common.
 *
 * Every kind's router does the same (model_kind_bird.c says what and why); here
 * is what that follows from, for those who only put it into their daemon's words.
 */
#ifndef LAB_MODEL_MODEL_KIND_TEXT_H
#define LAB_MODEL_MODEL_KIND_TEXT_H

#include "base/str.h"
#include "lab/model/model_kind.h"

enum { KIND_V4, KIND_V6, KIND_VERSIONS };

extern const enum ip_family kind_family[KIND_VERSIONS];

/* Who the far end of a session is to us, and how much its routes please. */
enum kind_from {
	KIND_CUSTOMER,
	KIND_PRIVATE,
	KIND_PEER,
	KIND_PROVIDER,
	KIND_FROMS,
};

extern const struct kind_relation {
	const char *name, *comment;
	int pref;
} kind_froms[KIND_FROMS];

/* KIND_FROMS: inside our own network. */
enum kind_from kind_session_from(const struct lab *lab,
				 const struct lab_node *n,
				 const struct lab_session *s);
/* Has it a session of that version with such a far end? */
bool kind_uses(const struct lab *lab, const struct lab_node *n, int v,
	       enum kind_from from);
/* What it announces: its prefixes, then its anycast ones; NULL at the end. */
const struct ip_prefix *kind_own(const struct lab_node *n, size_t i);
/* Has it any of that version? */
bool kind_originates(const struct lab_node *n, int v);
/* The peering LAN's prefix of that version; NULL when it has none. */
const struct ip_prefix *kind_lan(const struct lab *lab, size_t i, int v);
/* "rs1_v4"; "m-b_v4" would need quotes in BIRD, so m_b_v4; m2_v4_2 for a second. */
void kind_session_name(const struct lab *lab, const struct lab_node *n,
		       size_t at, struct str *out);
/* How many prefixes the far end says it announces at most; 0: it does not say. */
uint32_t kind_max_prefix(const struct lab *lab, const struct lab_session *s);
/* BIRD's words for the timers of the lab. */
extern const char kind_bird_timers[];
char *kind_bird_server(const struct lab *lab, const struct lab_node *n);
/* FRR's OSPF, of a router that has others beside it. */
void kind_frr_inside(struct str *s, const struct lab_node *n);
/* The first lines of a file; comment is what begins a line: "#". begun: it is
 * the trainee's, who says reload to make it count. */
void kind_head(struct str *s, const char *comment, const struct lab *lab,
	       const struct lab_node *n, const char *reload);
/* For the trainee's file: its addresses and prefixes. */
void kind_facts(struct str *s, const char *comment, const struct lab_node *n);
/* The far end's name. */
const char *kind_peer(const struct lab *lab, const struct lab_session *s);

/* A row of model_sessions_read, borrowed; left out, and NULL, when address or state
 * is none. error may be NULL. */
json_t *kind_session_row(json_t *rows, const char *address, json_int_t asn,
			 const char *state, const char *error);
/* More of a row: a number when it is one of 32 bits, an address when it is one. The
 * row may be NULL. */
void kind_session_number(json_t *row, const char *key, const json_t *value);
void kind_session_address(json_t *row, const char *key, const char *text);
/* A limit for routes of the session's family, as a BIRD words it: counts is
 * "receive" or "import", action "disable", "restart" or "warn". Without a number
 * there is none. */
void kind_session_limit(json_t *row, const char *counts, const json_t *routes,
			const char *action, bool hit);
/* What both ends agreed on, and in which role (RFC 9234) the far one is: into a
 * row's capabilities and peer_role, from what the three daemons say of a
 * neighbour. The row may be NULL. */
void kind_frr_agreed(json_t *row, const json_t *neighbour);
void kind_gobgp_agreed(json_t *row, const json_t *neighbour);
void kind_openbgpd_agreed(json_t *row, const json_t *neighbour);
/* A text of an object, NULL when it has none. */
const char *kind_json_text(const json_t *o, const char *key);

#endif
