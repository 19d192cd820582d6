/* slab: a great many small things of one size, by number; see slab.h. */
#include "base/slab.h"

#include <stdlib.h>
#include <string.h>

#include "base/large.h"
#include "base/str.h"

enum { FEW = 16, MANY = 64 }; /* blocks that come alone; then at once */

static void
more_blocks(struct slab *s)
{
	size_t more = s->n_blocks < FEW ? 1 : MANY,
	       size = (size_t)s->item << SLAB_SHIFT;
	uint8_t *block = large_new(more, size);

	s->blocks =
	    xreallocarray(s->blocks, s->n_blocks + more, sizeof(*s->blocks));
	for (size_t i = 0; i < more; i++)
		s->blocks[s->n_blocks++] = block + i * size;
}

void
slab_grow(struct slab *s, uint32_t i)
{
	while (i >> SLAB_SHIFT >= s->n_blocks)
		more_blocks(s);
	s->end = i + 1;
}

/* The free list's link lies in the last four bytes of a free thing. */
static uint8_t *
link_of(const struct slab *s, uint32_t i)
{
	return (uint8_t *)slab_at(s, i) + s->item - sizeof(s->free);
}

uint32_t
slab_new(struct slab *s)
{
	uint32_t i = s->free;

	if (i == 0) {
		i = s->end > 0 ? s->end : 1;
		slab_grow(s, i);
		return i;
	}
	memcpy(&s->free, link_of(s, i), sizeof(s->free));
	memset(link_of(s, i), 0, sizeof(s->free));
	return i;
}

void
slab_del(struct slab *s, uint32_t i)
{
	memset(slab_at(s, i), 0, s->item);
	memcpy(link_of(s, i), &s->free, sizeof(s->free));
	s->free = i;
}

void
slab_clear(struct slab *s)
{
	for (uint32_t i = 0; i < s->n_blocks; i += i < FEW ? 1 : MANY)
		large_free(s->blocks[i], i < FEW ? 1 : MANY,
			   (size_t)s->item << SLAB_SHIFT);
	free(s->blocks);
	*s = (struct slab){.item = s->item};
}
