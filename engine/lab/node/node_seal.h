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

#include "base/err.h"

#define NODE_SEAL_SEEN 3

struct node_seal {
	const char *name;		  /* of its control group */
	const char *seen[NODE_SEAL_SEEN]; /* folders to be read; NULL: none */
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

#endif
