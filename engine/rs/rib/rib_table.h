/* rib_table: the inside of the rib, shared by its files. Private. */
#ifndef RIB_TABLE_H
#define RIB_TABLE_H

#include "rs/rib/rib.h"

/* Things of one size, by number; number 0 is none. They never move. */
struct rib_slab {
	uint8_t **blocks;
	uint32_t item, end, free; /* size; one more than the last; free list */
};
enum { RIB_SLAB_SHIFT = 12, RIB_SLAB_MASK = (1 << RIB_SLAB_SHIFT) - 1 };

static inline void *
rib_slab_at(const struct rib_slab *s, uint32_t i)
{
	return s->blocks[i >> RIB_SLAB_SHIFT] +
	       (size_t)(i & RIB_SLAB_MASK) * s->item;
}
uint32_t rib_slab_new(struct rib_slab *s); /* zeroed */
void rib_slab_del(struct rib_slab *s, uint32_t i);
void rib_slab_clear(struct rib_slab *s);

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

struct rib_op { /* a result remembered */
	struct rib_set *a, *b, *is;
	uint8_t kind;
};
enum { RIB_OPS = 512 };

struct rib {
	enum ip_family family;
	struct rib_hooks hooks;
	uint64_t seed;

	struct rib_slab nets, paths, lists; /* lists: pointers to them */
	uint32_t *buckets;		    /* of nets */
	size_t n_buckets;		    /* a power of two */
	size_t n_nets, n_paths;
	uint32_t *changed; /* a ring of nets */
	size_t changed_head, changed_n, changed_size;
	uint32_t touch, touch_end; /* all nets from here to there, too */

	struct rib_attrs **attrs; /* buckets */
	size_t attrs_size, n_attrs;
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
	return rib_slab_at(&r->paths, i);
}
static inline struct rib_net *
rib_net_at(const struct rib *r, uint32_t i)
{
	return rib_slab_at(&r->nets, i);
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

/* ---- attribute sets (rib_attrs.c) */
/* Its bucket, or the first set in that. */
void rib_attrs_prefetch(const struct rib *r, uint32_t hash, bool set);

/* ---- sets (rib_set.c) */
void rib_set_forget_ops(struct rib *r);

/* ---- the last decision (rib_decide.c) */
void rib_answers_clear(struct rib *r);

#endif
