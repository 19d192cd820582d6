/*
 * rib: the routes of all members, and what each member is to be told.
 *
 * A net is a prefix with its paths, one from each member that announced it,
 * whether accepted or not: the Adj-RIBs-In and the Loc-RIB are one table. The
 * verdict of a path is the caller's number; 0 makes it a candidate. Candidates
 * are kept in the order of the decision process (rib_decide.c), and the best
 * path is asked for per member among those that may go to it, so that no member
 * loses a route because a better one is not for it (RFC 7947 2.3).
 *
 * A change marks the net for every member of its family. When a member can take
 * bytes, rib_next hands out the next difference between what it was told and
 * what holds now. A net waits in a member's queue at most once: a slow reader
 * costs a queue that is never longer than the table, and hears the latest state
 * when it reads on. What was told is kept per net as (attributes, set of
 * members), so that equal answers are stored once.
 *
 * Attribute sets are interned: equal ones are one object, compared by pointer.
 *
 * Left out: local preference (all paths come from outside), the kernel, ADD-PATH.
 * Pure: no clock, no sockets. The same calls give the same answers.
 */
#ifndef RIB_RIB_H
#define RIB_RIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"
#include "rs/bgp/bgp.h"

struct rib;

/* An interned attribute set. The caller may hang what it computes from the
 * attributes on it: tag, freed by the hook. */
struct rib_attrs {
	struct bgp_attrs *attrs; /* do not change */
	void *tag;
	uint64_t serial; /* order of creation; never reused */
	/* the rest is the rib's */
	uint64_t hash;
	uint32_t refs;
	uint32_t path_len, neighbour; /* for the decision */
	struct rib_attrs *next;
};

/* One session's end: it announces, and it is told. */
struct rib_peer {
	void *user; /* the caller's */
	enum ip_family family;
	bool up;
	uint32_t router_id;		 /* of the member, while up */
	struct ip_addr address;		 /* likewise */
	size_t received, accepted, sent; /* paths; accepted of the received */
	/* the rest is the rib's */
	uint32_t index;
	struct rib *rib;
	struct rib_path *first; /* its paths, newest first */
	struct rib_net *
	    *queue; /* a ring of nets that may have changed for it */
	size_t head, queued, size;
	enum { RIB_STEADY, RIB_INITIAL, RIB_REFRESH } phase;
	bool begin, again; /* a refresh is to begin; another one, afterwards */
	size_t left;	   /* nets until the phase ends */
};

struct rib_path {
	struct rib_net *net;
	struct rib_peer *peer; /* who announced it */
	struct rib_attrs *attrs;
	uint16_t verdict;	      /* 0: a candidate */
	bool stale;		      /* not yet announced again in a refresh */
	struct rib_path *prev, *next; /* of the same peer */
};

struct rib_net {
	struct ip_prefix prefix;
	struct rib_path **paths; /* candidates in order of preference first */
	size_t n;
	/* the rest is the rib's */
	struct rib_sent *sent;
	size_t n_sent;
	struct rib_bits {
		uint64_t *words;
		uint32_t n;
	} waiting; /* peers in whose queue it is */
	uint64_t hash;
	struct rib_net *chain, *before, *after;
};

struct rib_hooks {
	void *arg;
	/* May this candidate go to that member? Asked for others' paths only. */
	bool (*allow)(void *arg, const struct rib_peer *to,
		      const struct rib_path *path);
	/* The attributes under which it goes there; borrowed: they live as long
	 * as those of the path. NULL: as they are. */
	struct rib_attrs *(*out)(void *arg, const struct rib_peer *to,
				 const struct rib_path *path);
	/* There is something for rib_next (where there was nothing). */
	void (*wake)(void *arg, struct rib_peer *to);
	void (*tag_free)(void *arg, void *tag);
};

/* seed makes the hash tables' order unguessable; results do not depend on it. */
struct rib *rib_new(const struct rib_hooks *hooks, uint64_t seed);
void rib_free(struct rib *r); /* all peers must be deleted */

/* ---- attributes (rib_attrs.c) */

/* Takes over the caller's reference to a; returns a counted one. */
struct rib_attrs *rib_attrs_intern(struct rib *r, struct bgp_attrs *a);
struct rib_attrs *rib_attrs_ref(struct rib_attrs *a);
void rib_attrs_unref(struct rib *r, struct rib_attrs *a);
size_t rib_attrs_count(const struct rib *r);
/* Free all tags: what they were computed from has changed. */
void rib_attrs_forget(struct rib *r);

/* ---- peers and paths (rib.c) */

struct rib_peer *rib_peer_add(struct rib *r, enum ip_family f, void *user);
void rib_peer_del(struct rib_peer *p); /* takes it down first */
/* The session stands: everything is to be told, then the end of the table. */
void rib_peer_up(struct rib_peer *p, uint32_t router_id,
		 const struct ip_addr *address);
/* Its paths go, and what it was told is forgotten. */
void rib_peer_down(struct rib_peer *p);

/* An announcement replaces the peer's earlier path; a is counted anew. Returns
 * whether anything changed. */
bool rib_announce(struct rib_peer *p, const struct ip_prefix *prefix,
		  struct rib_attrs *a, uint16_t verdict);
bool rib_withdraw(struct rib_peer *p, const struct ip_prefix *prefix);
void rib_path_judge(struct rib_path *path, uint16_t verdict);
/* RFC 7313, receiving: BoRR marks the peer's paths, EoRR removes what was not
 * announced again and calls gone (may be NULL) for each before. */
void rib_stale_mark(struct rib_peer *p);
size_t rib_stale_sweep(struct rib_peer *p,
		       void (*gone)(void *arg, const struct rib_path *path),
		       void *arg);
/* Every net may look different to everybody: the policy has changed. */
void rib_touch_all(struct rib *r);

const struct rib_net *rib_find(const struct rib *r, const struct ip_prefix *p);
/* All nets of a family, oldest first: NULL gives the first, and ends. */
const struct rib_net *rib_next_net(const struct rib *r, enum ip_family f,
				   const struct rib_net *after);
size_t rib_nets(const struct rib *r, enum ip_family f);

/* ---- the decision (rib_decide.c) */

/* Total order of candidates, rejected paths last. */
int rib_path_cmp(const struct rib_path *a, const struct rib_path *b);
/* The best path for a member; to NULL: of all candidates. NULL: none. */
const struct rib_path *rib_best(const struct rib *r, const struct rib_net *net,
				const struct rib_peer *to);

/* ---- telling (rib_out.c) */

enum rib_tell {
	RIB_NOTHING,
	RIB_ANNOUNCE,
	RIB_WITHDRAW,
	RIB_END_OF_TABLE,  /* End-of-RIB, RFC 4724 */
	RIB_BEGIN_REFRESH, /* BoRR and EoRR, where RFC 7313 is agreed */
	RIB_END_REFRESH,
};

/* The next thing to tell the member; from now on it counts as told. prefix is
 * set for the first two, *attrs (borrowed, until the next call) for the first. */
enum rib_tell rib_next(struct rib_peer *p, struct ip_prefix *prefix,
		       struct rib_attrs **attrs);
bool rib_peer_waiting(const struct rib_peer *p);
/* The member asks to be told all again. */
void rib_peer_refresh(struct rib_peer *p);
/* What it was told about the net, NULL nothing; borrowed. */
const struct rib_attrs *rib_told(const struct rib_net *net,
				 const struct rib_peer *p);

#endif
