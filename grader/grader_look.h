/*
 * grader_look: keeps the evidence about a running lab fresh.
 *
 * It is told which nodes matter and what to ask them. The supervisor connects
 * it to the daemons' control sockets and tells what the kernels do; BIRD's log
 * lines, ixrs' events and the supervisor's events mark a node dirty, and a few
 * milliseconds later it is asked again: a round. Every answer has a deadline, so
 * a daemon that hangs is an observation ("does not answer") and never a hang of
 * ours. When the rounds that began together are over, the owner is called.
 *
 * Only the supervisor's end is an error of ours.
 */
#ifndef GRADER_GRADER_LOOK_H
#define GRADER_GRADER_LOOK_H

#include <jansson.h>
#include <uv.h>

#include "base/err.h"
#include "ctl/ctl.h"

struct grader_look;
typedef void (*grader_look_cb)(void *arg);

/* instance runs (asked once, blocking, with a deadline). changed is called from
 * the loop, never from here. */
struct grader_look *grader_look_new(uv_loop_t *loop, const char *instance,
				    grader_look_cb changed, void *arg,
				    struct err *e);
void grader_look_free(struct grader_look *l); /* the loop must run once more */

/* The lab as the supervisor describes it ("inspect"). Borrowed. */
const json_t *grader_look_lab(const struct grader_look *l);
/* Ask a node for these (GRADER_ASK_), from now on; of routes those that it
 * received from the node `from`, when not NULL. Adds to what was said before; -1 when
 * there is no such node. */
int grader_look_ask(struct grader_look *l, const char *node, unsigned int asks,
		    const char *from);
/* Ask a node what it sends to its neighbour to (NULL: to each), of that prefix
 * (NULL: all), from now on. A node that cannot tell is not asked. */
int grader_look_ask_sent(struct grader_look *l, const char *node,
			 const char *to, const char *prefix);
/* Robots are asked for the prefixes that are wanted, one by one: this too. */
int grader_look_ask_prefix(struct grader_look *l, const char *node,
			   const char *prefix);
/* Ask all nodes again, soon. */
void grader_look_again(struct grader_look *l);
/* Once a second, for what no event told: what has no events is asked each time,
 * the others now and then. */
void grader_look_tick(struct grader_look *l);
/* Nodes and at_ms of grader_evidence.h; error when the lab is gone. Borrowed;
 * the owner may add experiments. */
json_t *grader_look_evidence(struct grader_look *l);
/* Every node was asked once, and answered or did not. */
bool grader_look_ready(const struct grader_look *l);
/* Why the lab cannot be seen any more; NULL while it can. */
const char *grader_look_gone(const struct grader_look *l);
/* The robots' process, by way of one of them that is asked for its sessions; NULL
 * when it is not reached, or the node is no robot. */
struct ctl_async *grader_look_robot(struct grader_look *l, const char *node);
/* The supervisor, for experiments. NULL when it is gone. */
struct ctl_async *grader_look_super(struct grader_look *l);

/* ---- grader_lease.c */

/* May we try what disturbs others, for so long? When not yet, it is asked, and
 * the owner is called when that is answered. */
bool grader_lease_take(struct grader_look *l, uint64_t ms);
/* It is over; what it disturbed may take so long to be as before. */
void grader_lease_give(struct grader_look *l, uint64_t ms);
/* Is another at it, as far as we know? */
bool grader_lease_rests(const struct grader_look *l);
/* Who; NULL when it is not known. Borrowed. */
const char *grader_lease_who(const struct grader_look *l);
/* Was it seen while another was at it? */
bool grader_lease_is_old(const struct grader_look *l, uint64_t at_ms);

#endif
