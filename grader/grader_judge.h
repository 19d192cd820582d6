/*
 * grader_judge: from findings and times to verdicts. Pure.
 *
 * Each check has a barrier: it opens when all its needs and its witness have
 * passed, and only then its time runs. From there it has `within` to become
 * true and must stay true for `hold`; of a negative check the witness must be
 * true all that while too, for an absence on a dead network says nothing. Time
 * is the evidence's own: a check passes only on evidence as new as the end of
 * its hold, and fails only on evidence as new as its deadline. So a slow grader
 * never costs a point, and the same findings always give the same verdicts.
 *
 *	a need failed or is blocked    -> blocked, by the check that failed
 *	a need is skipped, in error    -> skip, error (with the reason)
 *	a need is still open           -> wait
 *
 * Where a finding is still (somebody tries something, so that nothing can be
 * seen) the verdict rests, and so do the clocks: `within` goes on where it was and
 * `hold` begins again.
 *
 * Of a check that is name-only the verdict says no more than the result, so that
 * whoever shows it has nothing to hide; unless the exercise is whole.
 *
 * Once decided a verdict stays, unless the judge is live: then it follows the
 * findings, and grants `within` only the first time after its barrier opened.
 */
#ifndef GRADER_GRADER_JUDGE_H
#define GRADER_GRADER_JUDGE_H

#include "grader/grader.h"
#include "grader/grader_kind.h"

/* The kind's judge, and how new the evidence is that it looked at. */
void grader_find(const struct grader_view *v, const struct exercise_check *c,
		 struct grader_finding *f);

struct grader_judge;

struct grader_judge *grader_judge_new(const struct exercise *x, bool live);
void grader_judge_free(struct grader_judge *j);

/* findings: one per check, borrowed. True when a verdict changed in more than
 * its age. */
bool grader_judge_step(struct grader_judge *j,
		       const struct grader_finding *findings, uint64_t now_ms);
/* For so long nobody looked, and nothing happened: who waits has as much time
 * left as before, and a hold begins again. */
void grader_judge_lost(struct grader_judge *j, uint64_t ms);
const struct grader_verdict *
grader_judge_verdicts(const struct grader_judge *j);
bool grader_judge_settled(const struct grader_judge *j);
/* The next moment at which newer evidence decides something; UINT64_MAX when
 * nothing is open. */
uint64_t grader_judge_next(const struct grader_judge *j);
/* Its barrier is open and it is not decided (live: its barrier is open): an
 * experiment may be made for it. */
bool grader_judge_open(const struct grader_judge *j, size_t check);

/* The first hint whose every fact fits, or whose symptom is the cause that was
 * found (may be NULL). Borrowed; never NULL. */
const struct exercise_hint *grader_judge_hint(const struct exercise_check *c,
					      const json_t *facts,
					      const char *cause);

#endif
