/*
 * export: what each member is told, encoded once for all of them.
 *
 *	rib: changed nets            stream of a group              member
 *	  |                          +-----+-----+-----+            cursor, iovec
 *	  v   difference to what     |entry|entry|entry| .. <------ skips entries
 *	decide ---- was told ------->+-----+-----+-----+            not for it
 *	      (attributes, members)    one encoding each
 *
 * Members with the same encoding form a group (export_group.c): what two
 * sessions negotiated decides that, and nothing else; policy does not. A
 * group has a stream of UPDATEs, each encoded once, with the set of members it
 * is for. A member is a cursor in the stream: it is handed the bytes of the
 * entries that are for it, by reference.
 *
 * What was told is kept per net as answers (attributes, set of members), for all
 * members of a kind at once, up or not (export_view.c). The sets come from policy,
 * so they are true for a member that is not there yet: a session that comes or
 * goes changes nothing, but the routes it announces.
 *
 * A member that has just come up, asks for a refresh, or is too far behind the
 * stream, leaves it and is told from the table instead (export_walk.c): the
 * answers that name it, and withdrawals of what it may still hold, in passes, each
 * covering what changed during the one before, until it is at the stream's end.
 * Members that walk the same way at the same time share the encoding.
 *
 * A changed policy cuts the streams: nothing encoded under the old one is handed
 * out any more, and nothing at all until every net is decided anew. A member that
 * is new, or whose session is of another kind than its last one, waits alone for
 * the decisions that take it in; one that finds the seat of another one of its
 * client, which is gone, or kept free for it (export_plan.c), needs none.
 *
 * Pure. One struct export is one address family of one route server.
 */
#ifndef EXPORT_EXPORT_H
#define EXPORT_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rs/bgp/bgp.h"
#include "rs/policy/policy.h"
#include "rs/rib/rib.h"

struct export;
struct export_member;

struct export_hooks {
	void *arg;
	/* There are changed nets for export_decide. */
	void (*changed)(void *arg);
	/* The member has something to be sent, where it had nothing. */
	void (*wake)(void *arg, void *user);
};

/* 0 takes the default. */
struct export_conf {
	enum ip_family family;
	/* Bytes; a member farther behind leaves the stream. The default grows
	 * with the table. */
	size_t behind;
	size_t slice;	    /* bytes, roughly, that a walk produces at once */
	uint32_t add_paths; /* most paths of a prefix for an ADD-PATH member */
	uint64_t seed;	    /* of hash tables */
};

/* p is borrowed until export_policy gives another. */
struct export *export_new(const struct export_conf *conf,
			  const struct policy *p, const struct export_hooks *h);
void export_free(struct export *x); /* all members must be deleted */
/* Where the caller announces and withdraws; export watches its changes. */
struct rib *export_rib(const struct export *x);

/* A session of this family. s is borrowed (its client may change under
 * export_policy only); user goes to the hook. */
struct export_member *
export_member_add(struct export *x, const struct policy_session *s, void *user);
void export_member_del(struct export_member *m); /* takes it down first */
struct rib_peer *export_peer(const struct export_member *m);
/* policy_is_plain holds for the set as it came from the member, under the policy in
 * force: routes with these marks need nobody to look again. */
void export_plain(struct export_member *m, struct rib_attrs *a, uint16_t marks);
/* For others, what policy says of a set as it came from a member, with these marks
 * (export_draft.c): all that a plan takes but the members. Made in advance it
 * spares deciding that. export_draft_make reads the policy and nothing of an
 * export, so that another thread may do it; a stays the caller's. NULL when that
 * is better left to the decision. A draft is used once, under the policy that it was
 * made by, with the set that its attributes became; then freed by who made it. */
struct export_draft;
struct export_draft *export_draft_make(const struct policy *p,
				       const struct rib *r,
				       const struct policy_session *from,
				       struct bgp_attrs *a, uint16_t marks);
void export_draft_use(struct export_member *m, struct rib_attrs *a,
		      struct export_draft *d);
void export_draft_free(struct export_draft *d); /* may be NULL */

/* The session stands: it may announce, and is told the table, then End-of-RIB.
 * terms are copied. */
void export_up(struct export_member *m, const struct bgp_session *terms);
/* Its paths go, or stay as stale (keep, RFC 4724). It is told nothing more;
 * pieces not yet released stay valid. */
void export_down(struct export_member *m, bool keep);
/* ROUTE-REFRESH was received: all is told again, between BoRR and EoRR where
 * RFC 7313 is agreed. */
void export_refresh(struct export_member *m);

/* The policy, or the data it holds, or clients of sessions have changed: the
 * caller has judged all paths again. Every decision is made anew before anybody
 * is told anything more. */
void export_policy(struct export *x, const struct policy *p);

/* Decide on up to max changed nets (0: all). Whether more are left. */
bool export_decide(struct export *x, size_t max);

/* ---- sending */

struct export_chunk;  /* counted; shared by the members */
struct export_piece { /* whole messages */
	const uint8_t *data;
	size_t len;
	struct export_chunk *chunk; /* a reference, for export_release */
};

/* It is to take again: there is something to read, or to find that there is not. */
bool export_waiting(const struct export_member *m);
/* The next pieces for a member, up to max of them and about bytes in all (a
 * single message may be longer). They count as sent. How many; 0 when there is
 * nothing (or decisions are still to be made: export_decide). */
size_t export_take(struct export_member *m, struct export_piece *out,
		   size_t max, size_t bytes);
void export_release(struct export_piece *p, size_t n);

/* ---- looking */

/* How many answers name the member: one a net, with ADD-PATH one a path. */
size_t export_told_count(const struct export_member *m);
/* The answers to a net that name the member: attributes and path id; one, or
 * several with ADD-PATH. Calls cb for each. */
void export_told(const struct export_member *m, uint32_t net,
		 void (*cb)(void *arg, const struct rib_attrs *a, uint32_t id),
		 void *arg);

struct export_stats {
	size_t groups, views, walks;
	size_t stream_bytes; /* held for members that are behind */
	uint64_t encoded;    /* bytes, since the start */
	size_t sets, attrs;
};
void export_stats(const struct export *x, struct export_stats *out);

#endif
