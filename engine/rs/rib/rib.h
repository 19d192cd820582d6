/*
 * rib: the routes of all members, of one address family.
 *
 * A net is a prefix with its paths, one from each member that announced it (with
 * ADD-PATH, RFC 7911, one for each path identifier), whether accepted or not:
 * the Adj-RIBs-In and the Loc-RIB are one table. The verdict on a path is the
 * caller's: reason 0 makes it a candidate. Candidates are kept in the order of
 * the decision process (rib_decide.c).
 *
 * Which path is best depends on who asks (RFC 7947 2.3). So a decision does not
 * yield a path: it yields a list of answers, "these attributes for that set of
 * members", whose sets are disjoint (or not, where ADD-PATH gives a member more
 * than one). For nearly all nets the list is one entry, "everybody but the
 * announcer", and the set is shared by all nets of that member.
 *
 * Everything that repeats is stored once: attribute sets (rib_attrs.c) and sets
 * of members (rib_set.c) are interned, so that equal ones are one object and are
 * compared by pointer. Nets and paths are many and small: they live in slabs
 * and know each other by 32-bit numbers.
 *
 * A change puts the net on the list of changed nets, once. What to do about it
 * is export's business.
 *
 * Pure: no clock, no sockets. The same calls give the same answers.
 */
#ifndef RIB_RIB_H
#define RIB_RIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"
#include "rs/bgp/bgp.h"
#include "rs/bgp/bgp_pack.h"

struct rib;

/* ---- attribute sets (rib_attrs.c) */

struct rib_attrs { /* read only; interned: equal sets are one object */
	void *tag; /* what the owner of the rib computed from it */
	uint32_t refs, hash;
	uint32_t number; /* in the rib's list of all */
	uint32_t serial; /* order of creation, for packing messages */
	uint32_t neighbour, med;
	uint16_t path_len; /* as RFC 4271 9.1.2.2 counts */
	uint8_t origin;
	bool foreign_next_hop; /* of the other family: RFC 8950 */
	uint16_t len;
	uint8_t packed[]; /* bgp_pack.h */
};

/* A set by itself: nobody finds it before it joins, which makes it, or its equal
 * that is there, a counted reference. rib_attrs_make reads nothing of r that ever
 * changes, so that another thread may do it; a stays the caller's. NULL when the
 * attributes cannot be packed. */
struct rib_attrs *rib_attrs_make(const struct rib *r,
				 const struct bgp_attrs *a);
struct rib_attrs *rib_attrs_join(struct rib *r, struct rib_attrs *made);
void rib_attrs_drop(struct rib_attrs *made); /* instead; may be NULL */
/* Both at once; NULL when the attributes cannot be packed. a stays the caller's. */
struct rib_attrs *rib_attrs_intern(struct rib *r, const struct bgp_attrs *a);
struct rib_attrs *rib_attrs_ref(struct rib_attrs *a);
void rib_attrs_unref(struct rib *r, struct rib_attrs *a);
size_t rib_attrs_count(const struct rib *r);
/* Give all tags to the hook, as if the sets went. */
void rib_attrs_forget(struct rib *r);

/* ---- sets of members (rib_set.c) */

struct rib_set { /* read only; interned; immutable */
	uint32_t refs, hash;
	struct rib_set *next;
	uint32_t id;	  /* a small number, for sorting */
	uint32_t uses[2]; /* what counts on it: the caller's */
	uint32_t n;	  /* 64-bit words; a member beyond is not in it */
	uint64_t words[];
};

/* A set being made: a bit for each member, by its index (struct rib_peer). */
static inline void
rib_bit_set(uint64_t *words, uint32_t i)
{
	words[i / 64] |= (uint64_t)1 << i % 64;
}
static inline void
rib_bit_clear(uint64_t *words, uint32_t i)
{
	words[i / 64] &= ~((uint64_t)1 << i % 64);
}
static inline bool
rib_set_has(const struct rib_set *s, uint32_t i)
{
	return i / 64 < s->n && (s->words[i / 64] >> i % 64 & 1) != 0;
}

/* All return counted references; the empty set is NULL, and may be given. */
struct rib_set *rib_set_of(struct rib *r, const uint64_t *words, uint32_t n);
struct rib_set *rib_set_and(struct rib *r, struct rib_set *a,
			    struct rib_set *b);
struct rib_set *rib_set_or(struct rib *r, struct rib_set *a, struct rib_set *b);
struct rib_set *rib_set_less(struct rib *r, struct rib_set *a,
			     struct rib_set *b); /* a without b */
struct rib_set *rib_set_ref(struct rib_set *s);
void rib_set_unref(struct rib *r, struct rib_set *s);
/* *a, a counted reference, becomes a with b, or a without b. */
void rib_set_add(struct rib *r, struct rib_set **a, struct rib_set *b);
void rib_set_take(struct rib *r, struct rib_set **a, struct rib_set *b);
size_t rib_set_count(const struct rib *r);
bool rib_set_meets(const struct rib_set *a, const struct rib_set *b);
/* The uses of all sets that have the member. */
size_t rib_set_uses(const struct rib *r, uint32_t index, unsigned int which);

/* ---- members (rib.c) */

struct rib_peer {   /* one session's end */
	void *user; /* the caller's */
	struct rib *rib;
	uint32_t index; /* in sets of members; reused after rib_peer_del */
	bool up;
	uint32_t router_id;	   /* of the member, while up */
	struct ip_addr address;	   /* of the session */
	size_t received, accepted; /* paths; accepted of the received */
	size_t stale;		   /* of the received */
	uint32_t first;		   /* its paths, newest first; 0: none */
};

/* ---- paths and nets: numbers, 0 is none */

struct rib_path {
	struct rib_attrs *attrs; /* as received */
	uint32_t net;
	uint32_t prev, next; /* of the same peer */
	uint32_t peer;	     /* index */
	uint32_t id;	 /* the member's path identifier; 0 without ADD-PATH */
	uint16_t reason; /* 0: a candidate */
	uint16_t marks;	 /* the caller's findings about it */
	uint8_t rank;	 /* degree of preference: 0 first */
	bool stale;
};

struct rib_net {
	struct ip_prefix prefix;
	uint16_t flags;
	uint32_t n;	/* paths: candidates in order, then the rejected */
	uint32_t paths; /* the only one, or a list of them: rib_net_path */
};

struct rib_verdict {
	uint16_t reason, marks;
	uint8_t rank;
};

/* How a path goes out: lists of attributes (in a plan, NULL: its own) and the
 * members that may have them so. The sets of one plan are disjoint, and never
 * contain the announcer. */
struct rib_plan {
	size_t n;
	struct rib_answer {
		struct rib_attrs *attrs;
		struct rib_set *to;
		uint32_t id; /* of the path, when all paths are told; else 0 */
	} to[];
};

struct rib_hooks {
	void *arg;
	/* The plan of a candidate, never NULL; borrowed, valid until
	 * rib_attrs_forget or until the path's attributes go. */
	const struct rib_plan *(*plan)(void *arg, const struct rib_path *path);
	/* The attribute set goes, or is to forget what was computed. */
	void (*tag_free)(void *arg, void *tag);
	/* There are changed nets (where there were none). May be NULL. */
	void (*wake)(void *arg);
};

/* seed makes the hash tables' order unguessable; results do not depend on it. */
struct rib *rib_new(enum ip_family f, const struct rib_hooks *hooks,
		    uint64_t seed);
void rib_free(struct rib *r); /* all peers must be deleted */

struct rib_peer *rib_peer_add(struct rib *r, const struct ip_addr *address,
			      void *user);
void rib_peer_del(struct rib_peer *p); /* takes it down first */
/* These indices are kept for members to come, beside those that are there:
 * decisions take them into account. Each call replaces the one before. */
void rib_peer_expect(struct rib *r, const uint64_t *words, uint32_t n);
/* A member that was expected, at its index. */
struct rib_peer *rib_peer_add_at(struct rib *r, uint32_t index,
				 const struct ip_addr *address, void *user);
struct rib_peer *rib_peer(const struct rib *r, uint32_t index);
/* It may announce from now on. Stale paths that it left behind are kept. */
void rib_peer_up(struct rib_peer *p, uint32_t router_id);
/* It may not announce; its paths go, or stay as stale (RFC 4724). */
void rib_peer_down(struct rib_peer *p, bool keep);

/* An announcement replaces the peer's earlier path of that id; a is counted
 * anew. Returns whether anything changed. */
bool rib_announce(struct rib_peer *p, const struct ip_prefix *prefix,
		  uint32_t id, struct rib_attrs *a,
		  const struct rib_verdict *v);
/* The same with what rib_hash says of the prefix, for who has asked before. */
bool rib_announce_hashed(struct rib_peer *p, const struct ip_prefix *prefix,
			 uint32_t hash, uint32_t id, struct rib_attrs *a,
			 const struct rib_verdict *v);
/* Never changes while r lives; another thread may ask. */
uint32_t rib_hash(const struct rib *r, const struct ip_prefix *p);
bool rib_withdraw(struct rib_peer *p, const struct ip_prefix *prefix,
		  uint32_t id);
/* These are about to be announced, with that set: bring what finding them takes into
 * the cache, in two steps, the first of which should be over before the second. */
void rib_prefetch_begin(const struct rib *r, const uint32_t *hashes, size_t n,
			uint32_t attrs_hash);
void rib_prefetch(const struct rib *r, const uint32_t *hashes, size_t n,
		  uint32_t attrs_hash);
void rib_judge(struct rib *r, uint32_t path, const struct rib_verdict *v);
/* RFC 7313 and RFC 4724, receiving: mark the peer's paths; then remove what was
 * not announced again, calling gone (may be NULL) for each before. */
void rib_stale_mark(struct rib_peer *p);
size_t rib_stale_sweep(struct rib_peer *p,
		       void (*gone)(void *arg, const struct rib_path *path),
		       void *arg);

const struct rib_path *rib_path(const struct rib *r, uint32_t path);
const struct rib_net *rib_net(const struct rib *r, uint32_t net);
/* The paths of a net in order of preference, from 0 on; 0 ends them. */
uint32_t rib_net_path(const struct rib *r, uint32_t net, uint32_t nth);
/* The number of a net; 0 when nobody announces it. */
uint32_t rib_find(const struct rib *r, const struct ip_prefix *p);
/* The path of a member to a net, 0 none. */
uint32_t rib_path_of(const struct rib_peer *p, const struct ip_prefix *prefix,
		     uint32_t id);
/* Numbers of nets run from 1 to below rib_nets_end; the prefix of those not in
 * use has family IP_NONE. */
uint32_t rib_nets_end(const struct rib *r);
/* Likewise those of paths; one that is not in use has no attributes. */
uint32_t rib_paths_end(const struct rib *r);
size_t rib_nets(const struct rib *r); /* in use */
size_t rib_paths(const struct rib *r);

/* ---- the decision (rib_decide.c) */

/* Total order of paths, rejected ones last. */
int rib_path_cmp(const struct rib *r, const struct rib_path *a,
		 const struct rib_path *b);
/* The best of all candidates of a net, whoever asks; 0: none. */
uint32_t rib_best(const struct rib *r, uint32_t net);
/* The best path for one member, by its plan; 0: none. */
uint32_t rib_best_for(const struct rib *r, uint32_t net, uint32_t peer);

enum rib_mode {
	RIB_BEST,  /* each member its best path */
	RIB_FIRST, /* the best path to whom it may go, nothing to others:
		      path_hiding not mitigated */
	RIB_ALL,   /* every path to whom it may go, at most max a member */
};

struct rib_answers {
	/* borrowed until the next decision; attributes and sets not counted */
	struct rib_answer *list;
	size_t n;
};

void rib_decide(struct rib *r, uint32_t net, enum rib_mode mode, uint32_t max,
		struct rib_answers *out);

/* ---- changed nets */

/* Take one; 0: there are none. A net whose last path went is still there until
 * it is taken and released. */
uint32_t rib_changed(struct rib *r);
/* How many there are; after rib_touch_all, at most. */
size_t rib_changed_count(const struct rib *r);
/* Every net may look different: the policy has changed. Nets whose paths change
 * are taken before those. Takes no time. */
void rib_touch_all(struct rib *r);
/* Free the net if it has no paths and was not freed; what the caller keeps about it
 * must be gone. */
void rib_net_release(struct rib *r, uint32_t net);

#endif
