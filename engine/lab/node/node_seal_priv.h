/* What the files of the seal share. */
#ifndef LAB_NODE_NODE_SEAL_PRIV_H
#define LAB_NODE_NODE_SEAL_PRIV_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

#include "base/err.h"

/* A limit that is lower already stays. */
int seal_limit(__rlimit_resource_t what, rlim_t most, struct err *e);
/* Into a file of the kernel's. */
int seal_put(const char *path, const char *text, struct err *e);
/* No further namespace of a kind ("user") in ours, which has to be a user namespace. */
int seal_no_more(const char *kind, struct err *e);
/* Bytes that the processes of our pid namespace take. */
uint64_t seal_memory(void);

bool node_seal_is_on(void);
/* In a sealed lab's user namespace: what its root may not is given up. */
int node_seal_rights(struct err *e);
/* In a program of its nodes, last: what only the lab itself needs, too. */
int node_seal_program(bool mounter, struct err *e);

#endif
