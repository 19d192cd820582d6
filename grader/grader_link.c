/*
 * grader_link: experiments that take an interface down and put it back.
 *
 *	stays	a route is watched for `hold`: it must not go
 *	moves	a kernel's next hop is watched: to another node, and back
 *
 * Each step has its time, and is decided by what was seen after it began; once the
 * interface is up again the lab has a while to be as before: a session that died of
 * it takes its time. Who grades once has decided about the other checks; who watches
 * would see them fail, and for their sake try again, for ever, so the while is
 * longer then. The supervisor is asked to put the link back by itself should we not
 * live to do it.
 */
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"
#include "grader/grader_priv.h"
#include "grader/kind_kernel_priv.h"

#define LINK_LOOK_MS 150 /* how often, while it mends */
#define LINK_SPARE_MS 3000
#define LINK_LIVE_MS 60000 /* for all that held to hold again */
#define LINK_CALM_MS \
	8000 /* so long: some ends notice only when a session is
			    * made anew that it was gone */

static const struct exercise_check *
link_check(const struct grader_run *r)
{
	return &r->g->x->checks[r->check];
}

static struct grader_view
link_view(const struct grader_run *r)
{
	return (struct grader_view){r->g->lab, r->g->x,
				    grader_look_evidence(r->g->look)};
}

static bool
link_moves(const struct grader_run *r)
{
	return link_check(r)->kind->experiment == GRADER_MOVES;
}

/* How long the interface is down at the most. */
static uint64_t
link_down_ms(const struct grader_run *r)
{
	return link_moves(r) ? grader_params(link_check(r))->each_ms
			     : link_check(r)->hold_ms;
}

static void
link_set(struct grader_run *r, bool up, ctl_reply_cb cb)
{
	const struct grader_params *p = grader_params(link_check(r));
	struct ctl_async *super = grader_look_super(r->g->look);
	json_t *args = json_pack("{s:s, s:s, s:b}", "node", p->down.node, "dev",
				 p->down.interface, "up", up);

	if (!up)
		json_object_set_new(
		    args, "for_ms",
		    json_integer((json_int_t)link_down_ms(r) + LINK_SPARE_MS));
	if (super)
		ctl_async_call(super, "link", args, NULL, 0, cb, r);
	else
		json_decref(args);
}

static void
link_downed(void *arg, const json_t *result, const struct err *error)
{
	struct grader_run *r = arg;

	(void)result;
	if (error == NULL || r->phase != RUN_DOWN)
		return;
	json_object_set_new(r->result, "failed", out_str(error->msg));
	grader_run_end(r);
}

static void
link_mend(struct grader_run *r, uint64_t now)
{
	link_set(r, true, NULL);
	r->mending = now;
}

/* When the observer was last asked. */
static uint64_t
link_seen_at(const struct grader_run *r)
{
	const json_t *times =
	    json_object_get(grader_look_evidence(r->g->look), "at_ms");

	return (uint64_t)json_integer_value(
	    json_object_get(times, grader_params(link_check(r))->at));
}

/* ---- the others, when somebody watches */

/* All that was seen to hold before holds again. What is only looked at now and then
 * (other experiments) rests meanwhile, and is not asked. */
static bool
link_is_as_before(const struct grader_run *r)
{
	const struct grader *g = r->g;
	const struct grader_verdict *v = grader_judge_verdicts(g->judge);
	struct grader_view view = link_view(r);
	struct grader_finding f;
	bool holds = true;
	size_t i;

	for (i = 0; holds && i < g->x->nchecks; i++) {
		if (v[i].result != GRADER_PASS ||
		    g->x->checks[i].kind->experiment != GRADER_NO_EXPERIMENT)
			continue;
		f = (struct grader_finding){0};
		grader_find(&view, &g->x->checks[i], &f);
		holds = f.truth == GRADER_TRUE &&
			(f.at_ms == 0 || f.at_ms > r->mending);
		grader_finding_clear(&f);
	}
	return holds;
}

static bool
link_is_calm(struct grader_run *r)
{
	uint64_t now = uv_now(r->g->loop);

	if (!link_is_as_before(r))
		r->since = 0;
	else if (r->since == 0)
		r->since = now;
	return (r->since != 0 && now >= r->since + LINK_CALM_MS) ||
	       now >= r->mending + LINK_LIVE_MS;
}

static void
link_settle(struct grader_run *r)
{
	r->told_all = true;
	if (r->g->live && !link_is_calm(r))
		return;
	r->mending = 0;
	grader_run_end(r);
}

/* ---- stays */

static bool
route_is_there(const struct grader_run *r)
{
	const struct grader_params *p = grader_params(link_check(r));
	struct grader_view v = link_view(r);
	char text[IP_PREFIXSTRLEN];

	ip_prefix_print(&p->prefix, text);
	return strcmp(
		   out_text(evidence_route(&v, p->at, p->from, text), "state"),
		   "accepted") == 0;
}

static void
stays_told(struct grader_run *r, bool kept)
{
	uint64_t now = uv_now(r->g->loop);

	json_object_set_new(r->result, "kept", json_boolean(kept));
	if (!kept)
		json_object_set_new(r->result, "lost_ms",
				    json_integer((json_int_t)(now - r->began)));
	link_mend(r, now);
}

/* An observer that does not answer has seen nothing go: it is waited for. */
static bool
stays_is_blind(struct grader_run *r)
{
	struct grader_view v = link_view(r);
	const json_t *n = evidence_node(&v, grader_params(link_check(r))->at);

	if (json_is_array(json_object_get(n, "routes")))
		return false;
	if (uv_now(r->g->loop) < r->began + link_down_ms(r) + LINK_SPARE_MS)
		return true;
	json_object_set_new(r->result, "failed",
			    out_str(out_text(n, "silent")));
	return false;
}

static void
stays_watch(struct grader_run *r)
{
	uint64_t now = uv_now(r->g->loop), at = link_seen_at(r);

	if (r->mending != 0) {
		if (now < r->mending + GRADER_MEND_MS &&
		    (at <= r->mending || !route_is_there(r)))
			return;
		link_settle(r);
	} else if (stays_is_blind(r)) {
		return;
	} else if (at > r->began && !route_is_there(r)) {
		stays_told(r, false);
	} else if (at >= r->began + link_down_ms(r)) {
		stays_told(r, true);
	}
}

/* ---- moves */

/* Packets went another way before anything was done: nothing is. */
static bool
moves_is_early(const struct grader_run *r)
{
	return strcmp(out_text(r->result, "first"),
		      grader_params(link_check(r))->via) != 0;
}

/* "then" and "back" of the result: {node, ms}, without ms when its time was over. */
static void
moves_told(struct grader_run *r, const char *step, bool there, uint64_t ms)
{
	struct grader_view v = link_view(r);
	const struct grader_params *p = grader_params(link_check(r));
	json_t *o = json_pack("{s:s}", "node", kind_kernel_next(&v, p));

	if (there)
		json_object_set_new(o, "ms", json_integer((json_int_t)ms));
	json_object_set_new(r->result, step, o);
}

static void
moves_watch(struct grader_run *r)
{
	const struct grader_params *p = grader_params(link_check(r));
	uint64_t begun = r->mending ? r->mending : r->began;
	uint64_t now = uv_now(r->g->loop), at = link_seen_at(r);
	const char *want = r->mending ? p->via : p->then;
	struct grader_view v = link_view(r);
	bool there = at > begun && strcmp(kind_kernel_next(&v, p), want) == 0;

	if (moves_is_early(r)) {
		grader_run_end(r);
		return;
	}
	if (!there && at < begun + p->each_ms &&
	    now < begun + p->each_ms + LINK_SPARE_MS)
		return;
	moves_told(r, r->mending ? "back" : "then", there, now - begun);
	if (r->mending == 0) {
		link_mend(r, now);
	} else {
		link_settle(r);
	}
}

/* ---- what the others call */

void
grader_link_begin(struct grader_run *r)
{
	struct grader_view v = link_view(r);
	const struct grader_params *p = grader_params(link_check(r));

	r->phase = RUN_DOWN;
	r->told_all = false;
	r->since = 0;
	r->g->alone = r;
	if (link_moves(r))
		json_object_set_new(r->result, "first",
				    json_string(kind_kernel_next(&v, p)));
	if (!link_moves(r) || !moves_is_early(r))
		link_set(r, false, link_downed);
}

void
grader_link_watch(struct grader_run *r)
{
	if (r->told_all)
		link_settle(r);
	else if (link_moves(r))
		moves_watch(r);
	else
		stays_watch(r);
}

uint64_t
grader_link_lease(const struct grader_run *r)
{
	uint64_t ms = link_down_ms(r) + LINK_SPARE_MS;

	ms += link_moves(r) ? ms : GRADER_MEND_MS;
	return r->g->live ? ms + LINK_LIVE_MS : ms;
}

uint64_t
grader_link_next(const struct grader_run *r)
{
	if (r->mending)
		return uv_now(r->g->loop) + LINK_LOOK_MS;
	if (link_moves(r) && moves_is_early(r))
		return r->began;
	return r->began + link_down_ms(r);
}

void
grader_link_end(struct grader_run *r)
{
	if (r->mending == 0)
		link_set(r, true, NULL);
}
