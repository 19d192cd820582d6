/* rib_table: the inside of the rib, shared by its files. Private. */
#ifndef RIB_TABLE_H
#define RIB_TABLE_H

#include "rs/rib/rib.h"

struct rib_sent { /* these peers were told these attributes */
	struct rib_attrs *attrs;
	struct rib_bits to;
};

struct rib_table { /* nets of a family */
	struct rib_net **buckets;
	size_t size, n; /* size is a power of two */
	struct rib_net *first, *last;
};

struct rib {
	struct rib_hooks hooks;
	uint64_t seed;
	struct rib_table tables[2];
	struct rib_attrs **attrs; /* buckets */
	size_t attrs_size, n_attrs;
	uint64_t serial;
	struct rib_peer **peers; /* by index; NULL where one was deleted */
	uint32_t n_peers;
};

/* ---- sets of peers (rib_bits.c) */
bool rib_bits_has(const struct rib_bits *b, uint32_t i);
void rib_bits_add(struct rib_bits *b, uint32_t i);
void rib_bits_del(struct rib_bits *b, uint32_t i);
bool rib_bits_empty(const struct rib_bits *b);
void rib_bits_clear(struct rib_bits *b);

/* ---- nets (rib_table.c) */
uint64_t rib_mix(uint64_t x);
struct rib_table *rib_table_of(const struct rib *r, enum ip_family f);
struct rib_net *rib_net_find(const struct rib *r, const struct ip_prefix *p);
struct rib_net *rib_net_get(struct rib *r, const struct ip_prefix *p);
/* Free the net if nobody knows anything about it any more. */
void rib_net_release(struct rib *r, struct rib_net *net);

/* ---- queues (rib_out.c) */
void rib_net_changed(struct rib *r, struct rib_net *net);
void rib_peer_begin(struct rib_peer *p);  /* after up: queue the table */
void rib_peer_forget(struct rib_peer *p); /* what it was and is to be told */

#endif
