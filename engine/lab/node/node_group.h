/* node_group: the leader of a daemon that is several programs; see node.h. */
#ifndef LAB_NODE_NODE_GROUP_H
#define LAB_NODE_NODE_GROUP_H

#include "lab/node/node.h"

/* In the child, after all that node_spawn prepares; never returns. */
_Noreturn void node_group_run(const struct node_spec *spec, int report);

#endif
