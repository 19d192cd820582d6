/*
 * ixpeer_routes: what a robot announces, made from the items of its file.
 *
 * A table is a list of sets, each some prefixes of one family with the same
 * attributes. What depends on the session is left open: a next hop of family
 * IP_NONE is the robot's own address, and prepend says that the robot's AS is to
 * stand in front of the path unless it does.
 */
#ifndef IXPEER_ROUTES_H
#define IXPEER_ROUTES_H

#include "cmd/ixpeer/ixpeer_crowd.h"

struct ixpeer_set {
	struct bgp_attrs *attrs; /* one reference */
	struct ip_prefix *p;	 /* owned; all of one family */
	size_t n;
	uint32_t path_id;
	bool prepend;
	uint64_t until;	 /* a lease: milliseconds; 0: it stays */
	const void *why; /* the behaviour that it belongs to; NULL: none */
};

struct ixpeer_routes {
	struct ixpeer_set *sets;
	size_t n;
};

/* One table of a dump, routes in its order; shared by the robots. */
struct ixpeer_dump {
	const struct ixpeer_source *of; /* file and whose */
	struct ixpeer_dump_route {
		struct ip_prefix prefix;
		uint32_t path_id;
		uint32_t attrs; /* which of sets */
	} * routes;
	size_t n;
	struct bgp_attrs **attrs; /* different ones, next hops left out */
	size_t n_attrs;
	uint64_t malformed;
};

struct ixpeer_dumps { /* {0}: none read yet */
	struct ixpeer_dump **list;
	size_t n;
};

/* Add what the robot's items say. The dumps are read when first needed. */
int ixpeer_routes_make(struct ixpeer_routes *r,
		       const struct ixpeer_robot_conf *conf,
		       struct ixpeer_dumps *dumps, struct err *e);
/* Add a set: attrs gains a reference, the prefixes are copied. A prefix that is
 * there already (with that path identifier) leaves its old set. */
struct ixpeer_set *ixpeer_routes_add(struct ixpeer_routes *r,
				     struct bgp_attrs *attrs,
				     const struct ip_prefix *p, size_t n,
				     uint32_t path_id);
/* The same, whether they are there already or not. */
struct ixpeer_set *ixpeer_routes_more(struct ixpeer_routes *r,
				      struct bgp_attrs *attrs,
				      const struct ip_prefix *p, size_t n,
				      uint32_t path_id);
/* Take one out; false when it was not there. */
bool ixpeer_routes_del(struct ixpeer_routes *r, const struct ip_prefix *p,
		       uint32_t path_id);
size_t ixpeer_routes_count(const struct ixpeer_routes *r, enum ip_family f);
void ixpeer_routes_clear(struct ixpeer_routes *r);
void ixpeer_set_clear(struct ixpeer_set *s);

/* ---- ixpeer_dump.c */

/* The dump of a source, read now unless it was; NULL with e. */
const struct ixpeer_dump *ixpeer_dump_get(struct ixpeer_dumps *d,
					  const struct ixpeer_source *s,
					  struct err *e);
void ixpeer_dumps_clear(struct ixpeer_dumps *d);

#endif
