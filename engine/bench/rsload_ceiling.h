/* The two halves of the ceiling: its buffers, and its sockets. */
#ifndef RSLOAD_CEILING_H
#define RSLOAD_CEILING_H

#include "bench/rsload.h"

struct rsload_block {
	unsigned int from;
	bool changes; /* what a reload changes, not a table */
	const struct rsload_set **sets;
	size_t n;
	size_t *at;	  /* of each set in data, and the end */
	size_t *other_at; /* of its other form */
	uint32_t *next;	  /* from a set on, the next that is not for all */
	uint8_t *data, *other;
};

void rsload_block_init(struct rsload_block *b, const struct rsload_work *work,
		       unsigned int from, bool changes);
void rsload_block_clear(struct rsload_block *b);
/* Add the runs for a receiver from *set on; true when the block is done. */
bool rsload_block_runs(const struct rsload_block *b, unsigned int to,
		       size_t *set, struct iovec *iov, size_t *n, size_t room);
bool rsload_block_runs_same(const struct rsload_block *blocks,
			    unsigned int members, unsigned int to, size_t *set,
			    struct iovec *iov, size_t *n, size_t room);

#endif
