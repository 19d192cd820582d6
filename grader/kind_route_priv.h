/*
 * What the kinds about routes share: finding a route in the evidence, and
 * holding it against the keys that speak of its looks.
 */
#ifndef GRADER_KIND_ROUTE_PRIV_H
#define GRADER_KIND_ROUTE_PRIV_H

#include <stddef.h>

#include "grader/grader_evidence.h"

/* ---- rows of their tables of keys, for each kind to choose from */

#define KIND_ROUTE_KEY(n, t, field, h)                                     \
	{                                                                  \
		.name = n, .type = t,                                      \
		.offset = offsetof(struct grader_params, field), .help = h \
	}
#define KIND_ROUTE_NEED(n, t, field, h)                                    \
	{                                                                  \
		.name = n, .type = t, .need = true,                        \
		.offset = offsetof(struct grader_params, field), .help = h \
	}
#define KIND_ROUTE_AT                                  \
	KIND_ROUTE_NEED("at", GRADER_KEY_OBSERVER, at, \
			"who looks: a node with a daemon, not the trainee's")
#define KIND_ROUTE_TELLER                              \
	KIND_ROUTE_NEED("at", GRADER_KEY_OBSERVER, at, \
			"who tells the others: a route server")
#define KIND_ROUTE_FROM                                 \
	KIND_ROUTE_KEY("from", GRADER_KEY_ROUTER, from, \
		       "the neighbour that announces")
#define KIND_ROUTE_ORIGIN                                \
	KIND_ROUTE_NEED("from", GRADER_KEY_ROUTER, from, \
			"the neighbour that announced it")
#define KIND_ROUTE_TO                               \
	KIND_ROUTE_KEY("to", GRADER_KEY_ROUTER, to, \
		       "or the neighbour that is told")
#define KIND_ROUTE_PREFIX                                    \
	KIND_ROUTE_NEED("prefix", GRADER_KEY_PREFIX, prefix, \
			"exactly this prefix")

/* ---- looks (kind_route_looks.c) */

extern const char *const kind_route_origins[];

/* Does the route look so? Otherwise the first thing that differs is what f
 * expected and saw. */
bool kind_route_looks(const struct grader_view *v,
		      const struct grader_params *p, const json_t *route,
		      struct grader_finding *f);
/* Facts of a route; NULL is one that is not there. */
void kind_route_facts(const json_t *route, struct grader_finding *f);
/* An AS path against a pattern. */
bool kind_route_path_fits(const struct grader_hop *hops, size_t n,
			  const json_t *path);
/* "64500:*" fits "64500:1" and "64500:1:2": the last "*" is all that follows,
 * another one number. Otherwise the texts are the same. */
bool kind_route_community_fits(const char *pattern, const char *community);
/* The first community of any sort that fits, or NULL. Borrowed. */
const char *kind_route_community(const json_t *route, const char *pattern);

/* ---- rows (kind_route_rows.c) */

/* Rows of `at`: sent to p->to when that is said, else received from p->from. */
const json_t *kind_route_rows(const struct grader_view *v,
			      const struct grader_params *p);
/* Is the row one of these, of that family (IP_NONE: any)? */
bool kind_route_is_of(const struct grader_params *p, const json_t *row,
		      enum ip_family family);
bool kind_route_is_to(const json_t *row, const struct ip_prefix *prefix);
bool kind_route_rejected(const json_t *row);
/* "from m1", "to m3". In text. */
const char *kind_route_way(const struct grader_params *p, char text[160]);
/* Sets where, and the facts about the session; false when nothing can be seen
 * yet, and then f says why. */
bool kind_route_begin(const struct grader_view *v,
		      const struct grader_params *p, enum ip_family family,
		      struct grader_finding *f);
/* "no session with m1: Active, last error: ..."; NULL when one is established.
 * Owned. */
char *kind_route_no_session(const struct grader_view *v, const char *at,
			    const char *with, enum ip_family family);
/* sane: one of from and to is said, and a state only with from. */
int kind_route_sane(const struct grader_params *p, const struct yaml_doc *doc,
		    const struct yaml *check, struct err *e);
/* cannot: at is a daemon that tells of routes, of accepted ones unless another state
 * is said; the same, of all that came; that tells what it accepted and sends. */
char *kind_route_cannot(const struct grader_params *p, const struct lab *lab);
char *kind_route_cannot_receive(const struct grader_params *p,
				const struct lab *lab);
char *kind_route_cannot_send(const struct grader_params *p,
			     const struct lab *lab);

#endif
