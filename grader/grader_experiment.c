/*
 * grader_experiment: what cannot be seen must be tried.
 *
 * An experiment is made for a check whose barrier is open: again and again
 * until it is decided, and now and then when the grader is live. Its result is
 * evidence like any other, with the time at which it began.
 *
 *	ping, bypass	echoes (grader_echo.c)
 *	calls	what the kind asks (grader_calls.c)
 *	stays	take a link down, watch the route for `hold`, put it back
 *	moves	take a link down, watch where packets go, put it back, watch
 *		them return (both in grader_link.c)
 *	probe	let a robot announce, watch some nodes, take it back
 *		(grader_probe.c)
 *
 * The last three disturb what other checks look at, so they run alone, while
 * nobody else waits, and none of these is judged meanwhile; other graders of the
 * lab hold still (grader_lease.c).
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"
#include "grader/grader_priv.h"

#define AGAIN_MS 300	  /* after one that did not please */
#define AGAIN_LIVE_MS 800 /* the same when somebody watches for hours */
#define REFRESH_MS 5000	  /* after one that did */

static const struct exercise_check *
run_check(const struct grader_run *r)
{
	return &r->g->x->checks[r->check];
}

/* ---- the end of one */

static void
run_unhush(struct grader_run *r)
{
	if (r->g->hushed != r)
		return;
	r->g->hushed = NULL;
	grader_lease_give(r->g->look, 0);
}

void
grader_run_end(struct grader_run *r)
{
	json_t *evidence = grader_look_evidence(r->g->look);
	const char *id = run_check(r)->id;

	json_object_set_new(json_object_get(evidence, "experiments"), id,
			    r->result);
	json_object_set_new(json_object_get(evidence, "at_ms"), id,
			    json_integer((json_int_t)r->began));
	json_decref(r->counts);
	r->result = r->counts = NULL;
	r->phase = RUN_IDLE;
	r->ended = uv_now(r->g->loop);
	run_unhush(r);
	if (r->g->alone == r) {
		r->g->alone = NULL;
		grader_lease_give(r->g->look, 0);
	}
	grader_step(r->g);
}

void
grader_run_drop(struct grader_run *r)
{
	json_decref(r->result);
	json_decref(r->counts);
	r->result = r->counts = NULL;
	r->phase = RUN_IDLE;
	r->ended = uv_now(r->g->loop);
	run_unhush(r);
}

/* ---- when */

static void
run_begin(struct grader_run *r)
{
	enum grader_experiment what = run_check(r)->kind->experiment;

	r->began = uv_now(r->g->loop);
	r->seen = r->g->changes;
	r->result = json_object();
	if (what == GRADER_PING || what == GRADER_BYPASS) {
		grader_echo_begin(r);
	} else if (what == GRADER_CALLS || what == GRADER_WATCH) {
		r->phase = RUN_CALLS;
		grader_calls_begin(r);
	} else if (what == GRADER_PROBE) {
		grader_probe_begin(r);
	} else {
		grader_link_begin(r);
	}
}

/* How long others hold still for it at the most. */
static uint64_t
run_lease(const struct grader_run *r)
{
	if (run_check(r)->kind->experiment == GRADER_PROBE)
		return grader_probe_lease(r);
	return grader_link_lease(r);
}

/* Nobody else waits or tries something. */
static bool
may_be_alone(const struct grader_run *r)
{
	const struct grader_verdict *v = grader_judge_verdicts(r->g->judge);
	const struct exercise *x = r->g->x;
	size_t i;

	for (i = 0; i < x->nchecks; i++) {
		if (r->g->runs[i].phase != RUN_IDLE)
			return false;
		if (v[i].result == GRADER_WAIT &&
		    grader_judge_open(r->g->judge, i) &&
		    !grader_experiment_alone(x->checks[i].kind->experiment))
			return false;
	}
	return true;
}

/* After one that did not please. */
static uint64_t
run_pause(const struct grader_run *r)
{
	uint64_t ms = r->g->live ? AGAIN_LIVE_MS : AGAIN_MS;
	uint64_t kind = run_check(r)->kind->pause_ms;

	return kind > ms ? kind : ms;
}

static bool
is_due(const struct grader_run *r)
{
	const struct grader_verdict *v =
	    &grader_judge_verdicts(r->g->judge)[r->check];
	uint64_t now = uv_now(r->g->loop), age = now - r->ended;
	bool moved = r->g->changes != r->seen;

	if (grader_experiment_alone(run_check(r)->kind->experiment))
		return (r->ended == 0 || (v->result == GRADER_FAIL && moved &&
					  age >= 2 * REFRESH_MS)) &&
		       may_be_alone(r);
	if (r->ended == 0)
		return true;
	if (v->result == GRADER_PASS)
		return age >= REFRESH_MS || (moved && age >= AGAIN_LIVE_MS);
	return age >= run_pause(r);
}

static bool
may_begin(const struct grader_run *r)
{
	return !grader_experiment_alone(run_check(r)->kind->experiment) ||
	       grader_lease_take(r->g->look, run_lease(r));
}

/* What was tried before the barrier closed says nothing after it opened. */
static void
run_forget(struct grader_run *r)
{
	json_t *evidence = grader_look_evidence(r->g->look);
	const char *id = run_check(r)->id;

	if (r->ended == 0)
		return;
	r->ended = 0;
	json_object_del(json_object_get(evidence, "experiments"), id);
	json_object_del(json_object_get(evidence, "at_ms"), id);
}

void
grader_experiments_step(struct grader *g)
{
	struct grader_run *r;
	size_t i;

	if (grader_look_super(g->look) == NULL)
		return;
	if (g->alone) {
		if (run_check(g->alone)->kind->experiment == GRADER_PROBE)
			grader_probe_watch(g->alone);
		else
			grader_link_watch(g->alone);
		return;
	}
	if (grader_lease_rests(g->look) || g->rest.since != 0)
		return;
	for (i = 0; i < g->x->nchecks && g->alone == NULL; i++) {
		r = &g->runs[i];
		if (r->phase == RUN_CALLS)
			grader_calls_step(r);
		else if (r->phase == RUN_SILENCE || r->phase == RUN_HUSH)
			grader_echo_step(r);
		if (g->x->checks[i].kind->experiment == GRADER_NO_EXPERIMENT ||
		    r->phase != RUN_IDLE)
			continue;
		if (!grader_judge_open(g->judge, i)) {
			if (g->live)
				run_forget(r);
		} else if (is_due(r) && may_begin(r)) {
			run_begin(r);
		}
	}
	if (g->alone == NULL && g->hushed == NULL)
		grader_lease_give(g->look, 0); /* it was not used */
}

void
grader_experiments_end(struct grader *g)
{
	size_t i;

	if (g->alone && run_check(g->alone)->kind->experiment == GRADER_PROBE)
		grader_probe_end(g->alone);
	else if (g->alone)
		grader_link_end(g->alone);
	if (g->alone)
		grader_lease_give(g->look, GRADER_MEND_MS);
	else if (g->hushed)
		grader_lease_give(g->look, 0);
	for (i = 0; i < g->x->nchecks; i++) {
		json_decref(g->runs[i].result);
		json_decref(g->runs[i].counts);
	}
}

/* What has its answer already is let be. */
void
grader_experiments_upset(struct grader *g)
{
	struct grader_run *r = g->alone;

	if (r == NULL ||
	    (r->mending != 0 && run_check(r)->kind->experiment != GRADER_MOVES))
		return;
	if (run_check(r)->kind->experiment == GRADER_PROBE)
		grader_probe_end(r);
	else
		grader_link_end(r);
	grader_run_drop(r);
	r->mending = r->ended = 0;
	g->alone = NULL;
	grader_lease_give(g->look, GRADER_MEND_MS);
}

uint64_t
grader_experiments_next(const struct grader *g)
{
	const struct grader_verdict *v = grader_judge_verdicts(g->judge);
	uint64_t next = UINT64_MAX, at;
	const struct grader_run *r;
	size_t i;

	if (g->alone && run_check(g->alone)->kind->experiment == GRADER_PROBE)
		return grader_probe_next(g->alone);
	if (g->alone)
		return grader_link_next(g->alone);
	for (i = 0; i < g->x->nchecks; i++) {
		r = &g->runs[i];
		if (r->waits != 0 && r->waits < next)
			next = r->waits;
		if (r->phase != RUN_IDLE || r->ended == 0 ||
		    v[i].result == GRADER_PASS ||
		    !grader_judge_open(g->judge, i))
			continue;
		at = r->ended + run_pause(r);
		if (at < next)
			next = at;
	}
	return next;
}
