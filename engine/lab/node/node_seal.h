/*
 * node_seal: a process in which a stranger's work is graded.
 *
 *	caller ──> process 1 of a pid namespace ──> the sealed process, which
 *	(waits)    (reaps; dies with the caller)    goes on after node_seal
 *
 * Whatever the sealed process does, and the lab that it makes, ends with the
 * caller: the kernel kills a pid namespace with its first process, and the file
 * systems that it wrote to go with it.
 */
#ifndef LAB_NODE_NODE_SEAL_H
#define LAB_NODE_NODE_SEAL_H

#include <stdint.h>

#include "base/err.h"

#define NODE_SEAL_SEEN 3
#define NODE_SEAL_MEMORY (2u << 30) /* bytes, of all processes together */
#define NODE_SEAL_PROCESSES 1024    /* threads counted */
#define NODE_SEAL_GREEDY 90	    /* exit status: they took more, counted */
#define NODE_SEAL_STARVED 91	    /* the control group killed one for it */

struct node_seal {
	const char *name;		  /* of its control group */
	const char *seen[NODE_SEAL_SEEN]; /* folders to be read; NULL: none */
	uint64_t memory;		  /* 0: NODE_SEAL_MEMORY */
};

/* Comes back in the sealed process: 0, or -1 with e set when the kernel refused a
 * step; then it may say so and has to end. Comes back in the caller only when
 * there is no other process: -1. The caller takes on the sealed one's end.
 * Standard descriptors stay, nothing else that is open should. */
int node_seal(const struct node_seal *s, struct err *e);
/* The part of it that needs no namespace, for this process and all that it starts:
 * no program gives rights, no file grows without an end, none computes or takes
 * memory without one. */
int node_seal_bound(struct err *e);
/* Try the limit of memory: twice so many bytes are taken by several processes in a
 * seal that allows bytes. What held them (node_seal_take.c). */
enum node_seal_held {
	NODE_SEAL_NOTHING,
	NODE_SEAL_COUNTED, /* process 1 of the seal */
	NODE_SEAL_GROUP,   /* a control group */
};
int node_seal_take(const char *name, uint64_t bytes, enum node_seal_held *held,
		   struct err *e);

#endif
