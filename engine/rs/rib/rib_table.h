/* rib_table: the inside of the rib, shared by its files. Private. */
#ifndef RIB_TABLE_H
#define RIB_TABLE_H

#include "base/slab.h"
#include "rs/rib/rib.h"

enum { RIB_NET_CHANGED = 1 }; /* flags of a net: it is in the list */

/* The paths of a net that has more than one, side by side: they are searched and
 * sorted at each announcement. Equal upper halves of keys are a tie up to the BGP
 * identifier. */
struct rib_entry {
	uint64_t key;
	uint32_t path, peer;
};
struct rib_list {
	uint32_t size;
	struct rib_entry at[];
};

/* An open hash table of things that have numbers: who does not find its own slot
 * free is in one of the next. The hash is there so that a search looks at memory
 * once, or twice where there is something to be found: a table of a million lies
 * in no cache, and to look at a thing is to wait. */
struct rib_slot {
	uint32_t hash, is; /* 0: free */
};
struct rib_slots {
	struct rib_slot *at;
	size_t n, used; /* n: a power of two, or 0 */
};

static inline size_t
rib_slot_own(const struct rib_slots *t, uint32_t hash)
{
	return hash & (t->n - 1);
}
static inline size_t
rib_slot_next(const struct rib_slots *t, size_t i)
{
	return (i + 1) & (t->n - 1);
}
/* Before a search for what may be added; else t->n may be 0. */
static inline bool
rib_slots_full(const struct rib_slots *t)
{
	return 3 * t->used >= 2 * t->n;
}
void rib_slots_grow(struct rib_slots *t);
void rib_slots_clear(struct rib_slots *t);
void rib_slots_free(struct rib_slots *t, size_t i); /* that slot */
/* Bring the slot of that hash into the cache; and say which thing has it, 0 none. */
void rib_slots_prefetch(const struct rib_slots *t, uint32_t hash);
uint32_t rib_slots_peek(const struct rib_slots *t, uint32_t hash);

struct rib_op { /* a result remembered */
	struct rib_set *a, *b, *is;
	uint8_t kind;
};
enum { RIB_OPS = 512 };

struct rib {
	enum ip_family family;
	struct rib_hooks hooks;
	uint64_t seed;

	struct slab nets, paths, lists; /* lists: pointers to them */
	struct rib_slots net_slots;
	size_t n_paths;
	uint32_t *changed; /* a ring of nets */
	size_t changed_head, changed_n, changed_size;
	uint32_t touch, touch_end; /* all nets from here to there, too */

	struct slab attrs; /* pointers to them */
	struct rib_slots attrs_slots;
	uint32_t serial;

	struct rib_set **sets; /* buckets */
	size_t sets_size, n_sets;
	uint32_t set_id;
	struct rib_op ops[RIB_OPS];
	struct rib_set *expected, *all; /* members to come; and that exist */

	struct rib_peer **peers; /* by index; NULL where one was deleted */
	uint32_t n_peers;

	struct rib_answer *answers; /* of the last decision */
	size_t n_answers, answers_size;
};

static inline struct rib_path *
rib_path_at(const struct rib *r, uint32_t i)
{
	return slab_at(&r->paths, i);
}
static inline struct rib_net *
rib_net_at(const struct rib *r, uint32_t i)
{
	return slab_at(&r->nets, i);
}

static inline struct rib_attrs *
rib_attrs_at(const struct rib *r, uint32_t i)
{
	return *(struct rib_attrs **)slab_at(&r->attrs, i);
}

uint64_t rib_mix(uint64_t x);

/* ---- the paths of a net (rib_list.c) */
void rib_list_add(struct rib *r, uint32_t path);
void rib_list_del(struct rib *r, uint32_t path);
uint32_t rib_list_find(const struct rib *r, uint32_t net, uint32_t peer,
		       uint32_t id);
struct rib_entry rib_list_at(const struct rib *r, const struct rib_net *net,
			     uint32_t nth);

/* ---- order (rib_decide.c) */
uint64_t rib_path_key(const struct rib *r, const struct rib_path *path);

/* ---- nets (rib_table.c) */
uint32_t rib_net_get(struct rib *r, const struct ip_prefix *p, uint32_t hash);
void rib_net_changed(struct rib *r, uint32_t net);

/* ---- sets (rib_set.c) */
void rib_set_forget_ops(struct rib *r);

/* ---- the last decision (rib_decide.c) */
void rib_answers_clear(struct rib *r);

#endif
