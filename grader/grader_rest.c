/*
 * grader_rest: times at which what is seen says nothing about the trainee.
 *
 * A lab that was started a moment ago has its own sessions to set up first: those
 * between nodes that are not the trainee's must be there, or some seconds over.
 *
 * A machine may stand still for seconds: one that is overloaded, or a virtual one
 * that was paused. Then hold timers have run out, sessions come back, and what was
 * counted or waited for meanwhile was counted over another time than was asked
 * for. The grader sees it by its own loop, which a timer wakes each second: who
 * wakes much later did not run, and nobody else did. So the time that was lost is
 * taken from nobody (grader_judge_lost), an experiment that was under way is made
 * again, and nothing is judged until as many sessions are up as were before, or a
 * long time is over. Machines that stand still again and again are graded in the
 * end.
 */
#include <string.h>

#include "base/out.h"
#include "grader/grader_priv.h"

#define REST_LATE_MS (GRADER_TICK_MS + 1500) /* between two beats */
#define REST_LEAST_MS 2000		     /* for timers to run out */
#define REST_MOST_MS 75000 /* sixty is BIRD's wait after an error */
#define REST_MOST_LIVE_MS 20000
#define REST_TIMES 8
#define REST_OPEN_MS 5000 /* for the others to be ready */

/* Sessions between two nodes that are not the trainee's; or all that others see. */
static bool
rest_is_asked(const struct grader *g, const json_t *row)
{
	const char *with = out_text(row, "with");

	return !g->rest.opening || (*with && strcmp(with, g->x->trainee) != 0);
}

/* As seen since then. */
static size_t
rest_up(const struct grader *g, uint64_t since)
{
	const json_t *times =
	    json_object_get(grader_look_evidence(g->look), "at_ms");
	const json_t *row;
	size_t i, n = 0;

	json_array_foreach(g->sessions, i, row)
	{
		n += rest_is_asked(g, row) &&
		     json_is_true(json_object_get(row, "established")) &&
		     (uint64_t)json_integer_value(
			 json_object_get(times, out_text(row, "at"))) >= since;
	}
	return n;
}

static size_t
rest_wanted(const struct grader *g)
{
	const json_t *row;
	size_t i, n = 0;

	if (!g->rest.opening)
		return g->rest.wanted;
	json_array_foreach(g->sessions, i, row)
	{
		n += rest_is_asked(g, row);
	}
	return n;
}

void
grader_rest_open(struct grader *g)
{
	g->rest.opening = true;
	g->rest.since = g->rest.least = g->opened;
	g->rest.most = g->opened + REST_OPEN_MS;
}

void
grader_rest_beat(struct grader *g)
{
	struct grader_rest *r = &g->rest;
	uint64_t now = uv_now(g->loop), late = now - r->beat;
	bool lost = r->beat != 0 && late >= REST_LATE_MS;

	r->beat = now;
	if (!lost || grader_look_gone(g->look) || r->times == REST_TIMES)
		return;
	r->times++;
	r->lost_ms = late;
	if (r->since == 0 || r->opening) { /* else it counts from before */
		r->opening = false;
		r->wanted = rest_up(g, 0);
	}
	r->since = now;
	r->least = now + REST_LEAST_MS;
	r->most = now + (g->live ? REST_MOST_LIVE_MS : REST_MOST_MS);
	grader_judge_lost(g->judge, late);
	grader_experiments_upset(g);
	grader_look_again(g->look);
}

void
grader_rest_step(struct grader *g)
{
	struct grader_rest *r = &g->rest;
	uint64_t now = uv_now(g->loop);

	if (r->since == 0 ||
	    (now < r->most &&
	     (now < r->least || rest_up(g, r->least) < rest_wanted(g))))
		return;
	r->since = 0;
	if (r->opening)
		return;
	r->over_at = now;
	grader_look_again(g->look);
}

bool
grader_rest_words(const struct grader *g, struct grader_finding *f)
{
	const struct grader_rest *r = &g->rest;

	if (r->since == 0)
		return false;
	if (r->opening)
		grader_finding_saw(f, GRADER_UNKNOWN,
				   "waits: the others set up their sessions");
	else
		grader_finding_saw(f, GRADER_UNKNOWN,
				   "waits: this machine stood still for %llu s",
				   (unsigned long long)(r->lost_ms + 500) /
				       1000);
	return true;
}

bool
grader_rest_is_old(const struct grader *g, uint64_t at_ms)
{
	return at_ms != 0 && at_ms <= g->rest.over_at;
}
