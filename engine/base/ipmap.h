/*
 * ipmap: prefixes numbered, found again, and walked outwards.
 *
 * A prefix that is added gets a number, counted from 0 without gaps, so that the
 * caller keeps what belongs to it in a plain array. Equal prefixes are found with
 * one hash; the prefixes around one with a hash for each length in use. A routing
 * table has two dozen of these, so a big map also keeps, by the first 16 bits of
 * IPv4 and 32 of IPv6, which lengths there may be. 22 to 34 bytes a prefix.
 */
#ifndef BASE_IPMAP_H
#define BASE_IPMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"

struct ipmap {			/* {0} is empty and ready */
	struct ip_prefix *keys; /* by number */
	uint32_t n, size;
	uint32_t *slots; /* open addressing: number + 1, or 0 */
	uint32_t n_slots;
	uint32_t lens[2][129]; /* keys of a length: IPv4, IPv6 */
	uint64_t *hints;       /* of a big map: lengths by the first bits */
};

#define IPMAP_NONE UINT32_MAX

void ipmap_clear(struct ipmap *m); /* frees, and leaves {0} */
/* The number of the prefix, which is the next one when it is new. */
uint32_t ipmap_add(struct ipmap *m, const struct ip_prefix *p);
/* Its number, or IPMAP_NONE. */
uint32_t ipmap_find(const struct ipmap *m, const struct ip_prefix *p);
/* Remove the key of that number; the last key takes the number over, so that the
 * caller moves the last element of its array there. */
void ipmap_del(struct ipmap *m, uint32_t number);
/* Of the keys that cover p (or are equal to it), the shortest of length *from or
 * more: its number, and *from is set to continue with; IPMAP_NONE: no more. */
uint32_t ipmap_around(const struct ipmap *m, const struct ip_prefix *p,
		      unsigned int *from);

#endif
