/*
 * grader_probe: what a robot announces for a check, and what is seen of it.
 *
 * A probe is an experiment. When the barrier of its check is open, and nobody
 * else waits or tries something, the robot announces one prefix (or misbehaves
 * for a while); the named nodes are watched; it is taken back; and only when no
 * node shows it any more the next check has its turn. So probes of one exercise
 * never meet, nor does one fall into the hold of another check; verdicts about
 * routes stand still meanwhile, all others go on.
 *
 * It is lent: the robot takes it back by itself should the grader not live to do
 * it (ixpeer(1), for_ms), and nothing is left to clean up at the next start.
 *
 * A fresh prefix is drawn from the grader's seed, so that nobody can write a
 * configuration for the check; the seed is in the report, and with it the same
 * are drawn again.
 *
 * Another grader of the lab holds still meanwhile (grader_lease.c).
 *
 * What is seen is judged as `route` and `kernel-route` judge, with the announced
 * prefix in place of theirs. The result keeps the evidence of the deciding
 * sample:
 *
 *	{announced, robot, failed: why it could not be made, ours: bool,
 *	 nodes: as in grader_evidence.h}
 */
#ifndef GRADER_GRADER_PROBE_H
#define GRADER_GRADER_PROBE_H

#include "grader/grader_kind.h"

#define GRADER_PROBE_BITS 4u /* to draw from: at least as many */

/* The prefix that a check's probe announces. Pure: the same exercise and seed
 * give the same, and different checks different ones. */
struct ip_prefix grader_probe_prefix(const struct exercise *x, size_t check,
				     uint64_t seed);
/* What the nodes of a probe show of the announced prefix. Pure. */
void grader_probe_find(const struct grader_view *v,
		       const struct exercise_check *c,
		       const struct ip_prefix *announced,
		       struct grader_finding *f);

#endif
