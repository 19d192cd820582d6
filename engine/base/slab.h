/*
 * slab: a great many small things of one size, known by number.
 *
 * A table of a million routes has a million small things of a kind. They lie in
 * blocks of 4096 and never move. A number is half of a pointer, there is no header
 * of malloc's, and a walk over all is a walk over memory. A small slab grows by
 * a block, a large one by many, which the system may then give in huge pages.
 */
#ifndef BASE_SLAB_H
#define BASE_SLAB_H

#include <stddef.h>
#include <stdint.h>

struct slab { /* {.item = size} is empty and ready */
	uint8_t **blocks;
	uint32_t item; /* bytes, at least 4 */
	uint32_t end;  /* numbers run from 1 to below it; 0: to nowhere */
	uint32_t free; /* the first of those given back, 0 none */
	uint32_t n_blocks;
};
enum { SLAB_SHIFT = 12, SLAB_MASK = (1 << SLAB_SHIFT) - 1 };

static inline void *
slab_at(const struct slab *s, uint32_t i)
{
	return s->blocks[i >> SLAB_SHIFT] + (size_t)(i & SLAB_MASK) * s->item;
}

/* A number from 1 on, of a thing that is zeroed; 0 never is one. */
uint32_t slab_new(struct slab *s);
void slab_del(struct slab *s, uint32_t i);
/* Or number the things yourself: all to i are there, zeroed when they are new. */
void slab_grow(struct slab *s, uint32_t i);
static inline void
slab_reach(struct slab *s, uint32_t i)
{
	if (i >= s->end)
		slab_grow(s, i);
}
void slab_clear(struct slab *s); /* frees, and leaves it empty and ready */

#endif
