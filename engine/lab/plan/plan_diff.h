/*
 * plan_diff: what turns the lab of one plan into the lab of another.
 *
 * First what must go, last things first; then what must come, in the order of
 * the new plan. What both plans have and nothing under it changes is left alone,
 * and so are its daemons and sessions. Steps are compared by what they say (with
 * names, not indices), so the two labs need not share anything.
 *
 * What stands on something that is made anew is made anew: a namespace carries
 * its bridges, links and daemon; a bridge its ports; a link the addresses,
 * neighbours and routes of its two ends. Their going needs no step of its own,
 * as the kernel takes them along; a link is always removed by name, because a
 * namespace is cleaned up some time after its last user has gone, and the far
 * end's name would be taken until then.
 *
 * Files are never removed. Limits are of no step: programs that run can be given
 * others. Pure.
 */
#ifndef LAB_PLAN_PLAN_DIFF_H
#define LAB_PLAN_PLAN_DIFF_H

#include "lab/plan/plan.h"

struct plan_change {
	bool add;
	size_t step; /* index in to's steps, or for a removal in from's */
};

struct plan_diff {
	const struct plan *from, *to; /* borrowed */
	struct plan_change *changes;
	size_t n;
	bool *reload; /* by node of to: its files change under its daemon */
	bool
	    *limits; /* by node of to: it was there before, with other limits */
};

/* renew: the name of a node that is to be made anew though nothing of it
 * changes, or NULL. */
struct plan_diff *plan_diff_new(const struct plan *from, const struct plan *to,
				const char *renew);
void plan_diff_free(struct plan_diff *d);
/* {added, removed, remade, changed, untouched: how many nodes; nodes: [{name,
 * change: "added"|"removed"|"remade"|"changed", daemon: "started"|"stopped"|
 * "restarted"|"reloaded"|null, why: (a node that was there before loses its
 * sessions)|null, what: ["+ STEP", "- STEP"]}], left: [the trainee's files that
 * the other lab would begin otherwise]}; owned (plan_diff_json.c). */
json_t *plan_diff_json(const struct plan_diff *d);
/* A node by its name, which is mostly where it is in the other lab; or NULL. */
const struct lab_node *plan_diff_node(const struct lab *lab, const char *name,
				      size_t at);
/* What a step says, the same for the same in another plan; owned. */
char *plan_diff_key(const struct plan *p, const struct plan_step *s);

#endif
