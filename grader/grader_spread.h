/*
 * grader_spread: how far a prefix got: who announces it, who took it from whom,
 * who refused it and why, whom a route server told of it and whom not.
 *
 *	evidence (grader_evidence.h) ──> rows, in the order in which a route goes
 *
 *	m3  announces it
 *	  rs1  took it from m3
 *	    m1  was told by rs1                      (the trainee's is not asked)
 *	    m2  has it from rs1
 *	    m4  not told by rs1: 0:65539 is among its communities
 *
 * The same, as JSON: {lab, prefix, prefixes: [every one that is known, in order],
 * have (nodes that hold it), miss (nodes that could), rows: [{at, from (null:
 * it begins here), depth, what, why (null: there is no more to say), as_path
 * (text), age_ms (for how long, where a daemon tells; else null), seen_ms (after
 * the beginning of the watch; null: it was so before)}]}.
 *
 * what: "announces", "silent" (it should announce it, nobody hears it), "has",
 * "refused", "told", "not-told", "lacks" (it was told, and does not have it),
 * "down" (no session).
 */
#ifndef GRADER_GRADER_SPREAD_H
#define GRADER_GRADER_SPREAD_H

#include <jansson.h>
#include <uv.h>

#include "base/err.h"
#include "base/ip.h"

/* The rows from what was seen; now is the time of day in seconds, for ages. Pure;
 * owned. prefix NULL: the first that is known. */
json_t *grader_spread_of(const json_t *evidence, const json_t *lab,
			 const char *prefix, double now);

/* Ask a running lab once. Owned; NULL with e. */
json_t *grader_spread(const char *instance, const char *prefix, struct err *e);

/* The same, followed until closed; changed when anything is different. */
struct grader_spread;
typedef void (*grader_spread_cb)(void *arg);
struct grader_spread *grader_spread_open(uv_loop_t *loop, const char *instance,
					 const char *prefix,
					 grader_spread_cb changed, void *arg,
					 struct err *e);
/* Borrowed until the next change; NULL while nothing is known. */
const json_t *grader_spread_rows(const struct grader_spread *s);
/* Everybody was asked, and answered or did not. */
bool grader_spread_ready(const struct grader_spread *s);
/* Why it can be followed no more; NULL while it can. */
const char *grader_spread_gone(const struct grader_spread *s);
void grader_spread_close(struct grader_spread *s); /* NULL is fine */

#endif
