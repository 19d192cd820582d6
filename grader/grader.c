/*
 * grader: the look, the judge and the experiments, put together on a loop.
 *
 * Whenever the evidence is newer (grader_look) it is judged; the judge says
 * when it wants newer evidence for a decision (the end of a hold, a deadline),
 * and then everything is asked again. A tick a second is for the clocks, and
 * catches what has no events; what tells of its changes is asked every five.
 *
 * Nothing is judged before the others are ready, nor while sessions come back
 * after the machine stood still (grader_rest.c), so that nobody is graded by how
 * fast a lab starts or a machine is.
 */
#include "grader/grader.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/exercise_priv.h"
#include "grader/grader_evidence.h"
#include "grader/grader_priv.h"

#define GRADER_PICTURE_NODES 40 /* labs that are shown as a picture */

/* ---- judging */

static void
grader_due(uv_timer_t *t)
{
	struct grader *g = t->data;

	grader_look_again(g->look);
}

/* The judge wants evidence as new as then, or an experiment is due. */
static void
grader_set_due(struct grader *g)
{
	uint64_t next = grader_judge_next(g->judge), now = uv_now(g->loop);
	uint64_t run = grader_experiments_next(g);

	if (g->alone || run < next)
		next = run;
	if (next == UINT64_MAX || grader_lease_rests(g->look) ||
	    g->rest.since != 0) {
		uv_timer_stop(&g->due);
		return;
	}
	/* when it is due already the answers are on their way: do not ask
	 * without end */
	uv_timer_start(&g->due, grader_due, next > now ? next - now : 50, 0);
}

static bool
is_probing(const struct grader *g)
{
	return g->alone &&
	       g->x->checks[g->alone->check].kind->experiment == GRADER_PROBE;
}

/* While a robot announces something, routes tell nothing about the trainee; while
 * another grader tries something, or the lab comes to itself, nothing does. */
static void
set_still(const struct grader *g, const struct exercise_check *c,
	  struct grader_finding *f)
{
	const char *who = grader_lease_who(g->look);

	if (grader_look_gone(g->look) != NULL)
		return;
	if (who)
		grader_finding_saw(f, GRADER_UNKNOWN,
				   "waits: %s tries something in this lab",
				   who);
	if (grader_rest_words(g, f))
		f->still = true;
	else if (is_probing(g))
		f->still =
		    c->kind->experiment == GRADER_PROBE ||
		    c->kind->asks & (GRADER_ASK_ROUTES | GRADER_ASK_KERNEL);
	else
		f->still = grader_lease_rests(g->look) ||
			   (!grader_experiment_alone(c->kind->experiment) &&
			    (grader_lease_is_old(g->look, f->at_ms) ||
			     grader_rest_is_old(g, f->at_ms)));
}

static bool
grader_judge_now(struct grader *g)
{
	struct grader_view v = {g->lab, g->x, grader_look_evidence(g->look)};
	uint64_t now = uv_now(g->loop);
	bool changed;
	size_t i;

	grader_files_look(g->files, grader_look_evidence(g->look), now);
	for (i = 0; i < g->x->nchecks; i++) {
		grader_find(&v, &g->x->checks[i], &g->findings[i]);
		set_still(g, &g->x->checks[i], &g->findings[i]);
	}
	changed = grader_judge_step(g->judge, g->findings, now);
	for (i = 0; i < g->x->nchecks; i++)
		grader_finding_clear(&g->findings[i]);
	return changed;
}

static bool
grader_take_sessions(struct grader *g)
{
	json_t *next = grader_sessions_of(grader_look_evidence(g->look),
					  grader_look_lab(g->look));
	bool same = json_equal(next, g->sessions);

	json_decref(g->sessions);
	g->sessions = next;
	return !same;
}

void
grader_step(struct grader *g)
{
	bool changed;

	grader_rest_beat(g);
	changed = grader_take_sessions(g);
	grader_rest_step(g);
	if (g->alone == NULL || is_probing(g) || grader_look_gone(g->look)) {
		changed |= grader_judge_now(g);
	}
	if (changed) {
		g->changes++;
		g->changed(g->arg, g);
	}
	if (g->closed)
		return;
	grader_experiments_step(g);
	if (!g->closed)
		grader_set_due(g);
}

static void
grader_looked(void *arg)
{
	struct grader *g = arg;

	if (!g->closed &&
	    (grader_look_ready(g->look) || grader_look_gone(g->look) != NULL))
		grader_step(g);
}

static void
grader_tick(uv_timer_t *t)
{
	struct grader *g = t->data;

	grader_rest_beat(g);
	if (g->live && g->rest.since == 0)
		grader_look_tick(g->look);
	else if (g->live || !grader_settled(g))
		grader_look_again(g->look);
}

/* ---- what to ask */

/* What a check wants of its observer, and of the other end. */
static int
grader_want(struct grader *g, const struct exercise_check *c)
{
	const struct grader_params *p = grader_params(c);
	const unsigned int others =
	    GRADER_ASK_FILES | GRADER_ASK_SENT | GRADER_ASK_SENT_ALL;
	const unsigned int asks = grader_check_asks(c);
	const unsigned int cause =
	    asks & GRADER_ASK_SESSIONS ? GRADER_ASK_TCP : 0;
	char text[IP_PREFIXSTRLEN];
	const char *prefix = NULL;

	if (p->prefix.addr.family != IP_NONE && p->longer != GRADER_WISH_YES)
		prefix = ip_prefix_print(&p->prefix, text);
	if (grader_look_ask(g->look, p->at, (asks & ~others) | cause, p->from) <
	    0)
		return -1;
	if (prefix && asks & GRADER_ASK_ROUTES)
		grader_look_ask_prefix(g->look, p->at, prefix);
	if (p->to && asks & GRADER_ASK_SENT)
		grader_look_ask_sent(g->look, p->at, p->to, prefix);
	if (asks & GRADER_ASK_SENT_ALL)
		grader_look_ask_sent(g->look, p->at, NULL, prefix);
	if (p->with && cause)
		grader_look_ask(g->look, p->with, GRADER_ASK_SESSIONS | cause,
				NULL);
	return 0;
}

/* Nodes of other labs have the same names. */
static int
grader_is_its_lab(const struct grader *g, struct err *e)
{
	const char *title = out_text(grader_look_lab(g->look), "title");

	if (strcmp(title, g->lab->title) == 0)
		return 0;
	return err_usage(
	    e,
	    "lab %s is not the lab of exercise %s (start that: ixlab start %s)",
	    g->instance, g->x->name, g->x->name);
}

static int
grader_wants(struct grader *g, struct err *e)
{
	const struct exercise_check *c;
	const struct grader_params *p;
	size_t i;

	if (grader_is_its_lab(g, e) < 0)
		return -1;
	grader_look_ask(
	    g->look, g->x->trainee,
	    GRADER_ASK_SESSIONS | GRADER_ASK_CONFIG | GRADER_ASK_TCP, NULL);
	for (i = 0; i < g->x->nchecks; i++) {
		c = &g->x->checks[i];
		p = grader_params(c);
		if ((c->kind->experiment == GRADER_PROBE &&
		     grader_probe_ask(g, c) < 0) ||
		    (p->at && grader_want(g, c) < 0))
			return err_usage(
			    e,
			    "lab %s has no node %s: it is not the lab of "
			    "exercise %s (start that: ixlab start %s)",
			    g->instance, p->at ? p->at : p->robot, g->x->name,
			    g->x->name);
	}
	if (g->lab->nnodes <= GRADER_PICTURE_NODES)
		grader_ask_sessions(g->look);
	return 0;
}

/* ---- life */

static void
grader_freed(uv_handle_t *h)
{
	struct grader *g = h->data;

	if (--g->handles > 0)
		return;
	model_free(g->lab);
	grader_judge_free(g->judge);
	grader_files_free(g->files);
	free(g->findings);
	free(g->runs);
	free(g->instance);
	json_decref(g->sessions);
	free(g);
}

void
grader_close(struct grader *g)
{
	if (g == NULL || g->closed)
		return;
	g->closed = true;
	grader_experiments_end(g);
	grader_look_free(g->look);
	uv_close((uv_handle_t *)&g->tick, grader_freed);
	uv_close((uv_handle_t *)&g->due, grader_freed);
}

static void
grader_timer(struct grader *g, uv_timer_t *t)
{
	uv_timer_init(g->loop, t);
	t->data = g;
	g->handles++;
}

static struct grader *
grader_new(uv_loop_t *loop, const struct exercise *x, bool live)
{
	struct grader *g = xcalloc(1, sizeof(*g));
	size_t i;

	g->loop = loop;
	g->x = x;
	g->live = live;
	g->judge = grader_judge_new(x, live);
	g->findings = xcalloc(x->nchecks, sizeof(*g->findings));
	g->runs = xcalloc(x->nchecks, sizeof(*g->runs));
	g->sessions = json_array();
	for (i = 0; i < x->nchecks; i++) {
		g->runs[i].g = g;
		g->runs[i].check = i;
	}
	if (getrandom(&g->seed, sizeof(g->seed), 0) < 0)
		g->seed = uv_hrtime();
	uv_update_time(loop);
	g->opened = uv_now(loop);
	grader_timer(g, &g->tick);
	grader_timer(g, &g->due);
	return g;
}

/* The machine lacks what the exercise requires: every check is skipped. */
static void
grader_skip_all(struct grader *g, const char *why)
{
	size_t i;

	for (i = 0; i < g->x->nchecks; i++)
		grader_finding_saw(&g->findings[i], GRADER_NOT_HERE, "%s", why);
	grader_judge_step(g->judge, g->findings, uv_now(g->loop));
	for (i = 0; i < g->x->nchecks; i++)
		grader_finding_clear(&g->findings[i]);
}

static const char *
grader_state_dir(const struct grader *g)
{
	const char *dir = json_string_value(
	    json_object_get(grader_look_lab(g->look), "state_dir"));

	return dir ? dir : "";
}

struct grader *
grader_open(uv_loop_t *loop, const struct exercise *x, const char *instance,
	    bool live, grader_cb changed, void *arg, struct err *e)
{
	struct model_params params = {.name = instance, .trainees = x->daemon};
	struct grader *g = grader_new(loop, x, live);
	_free_ char *missing = exercise_missing(x);

	g->instance = xstrdup(instance);
	g->changed = changed;
	g->arg = arg;
	g->lab = model_load(x->lab, &params, e);
	if (g->lab)
		g->look = grader_look_new(loop, instance, grader_looked, g, e);
	if (g->look == NULL) {
		g->closed = true;
		uv_close((uv_handle_t *)&g->tick, grader_freed);
		uv_close((uv_handle_t *)&g->due, grader_freed);
		return NULL;
	}
	g->files = grader_files_new(x, instance, grader_state_dir(g));
	if (missing) {
		grader_skip_all(g, missing);
		return g;
	}
	if (grader_wants(g, e) < 0) {
		grader_close(g);
		return NULL;
	}
	if (g->lab->nnodes <= GRADER_PICTURE_NODES)
		grader_rest_open(g);
	uv_timer_start(&g->tick, grader_tick, GRADER_TICK_MS, GRADER_TICK_MS);
	return g;
}

void
grader_seed(struct grader *g, uint64_t seed)
{
	g->seed = seed;
}

/* ---- asking it */

const struct grader_verdict *
grader_verdicts(const struct grader *g)
{
	return grader_judge_verdicts(g->judge);
}

bool
grader_settled(const struct grader *g)
{
	return grader_judge_settled(g->judge);
}

const json_t *
grader_sessions(const struct grader *g)
{
	return g->sessions;
}

const char *
grader_gone(const struct grader *g)
{
	return grader_look_gone(g->look);
}

const char *
grader_waits(const struct grader *g)
{
	return grader_lease_who(g->look);
}

json_t *
grader_report(const struct grader *g)
{
	json_t *report =
	    grader_report_of(g->x, grader_verdicts(g), grader_gone(g));
	_free_ char *seed = xasprintf("%016llx", (unsigned long long)g->seed);

	json_object_set_new(report, "seed", json_string(seed));
	return report;
}

/* ---- once */

struct check_once {
	void (*waits)(const char *who); /* or NULL */
	bool told;
};

static void
check_changed(void *arg, struct grader *g)
{
	struct check_once *once = arg;

	if (once->waits && !once->told && grader_waits(g)) {
		once->waits(grader_waits(g));
		once->told = true;
	}
}

static json_t *
check_once(const struct exercise *x, const char *instance, const uint64_t *seed,
	   void (*waits)(const char *who), struct err *e)
{
	struct check_once once = {.waits = waits};

	json_t *report = NULL;
	struct grader *g;
	uv_loop_t loop;

	uv_loop_init(&loop);
	g = grader_open(&loop, x, instance, false, check_changed, &once, e);
	if (g && seed)
		grader_seed(g, *seed);
	while (g && !grader_settled(g) && grader_gone(g) == NULL)
		uv_run(&loop, UV_RUN_ONCE);
	if (g)
		report = grader_report(g);
	grader_close(g);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	return report;
}

json_t *
grader_check(const struct exercise *x, const char *instance,
	     void (*waits)(const char *who), struct err *e)
{
	return check_once(x, instance, NULL, waits, e);
}

json_t *
grader_check_seed(const struct exercise *x, const char *instance, uint64_t seed,
		  struct err *e)
{
	return check_once(x, instance, &seed, NULL, e);
}
