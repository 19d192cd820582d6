/*
 * One change of the running lab at a time: of its file (super_apply.c), or of a
 * node that is made anew (super_reset.c). Others wait for their turn.
 *
 *	EMPTIES  daemons that go are asked, so that their neighbours hear it;
 *	         whatever else runs in a namespace that goes is killed
 *	TAKES    what must go is taken back (super_take.c)
 *	         the lab is another one (super_turn.c)
 *	MAKES    what must come is made, as in super_build.c; switches get their
 *	         rules, then daemons read their new files and nodes get their
 *	         new limits, then new ones start
 *	STARTS   until these answer
 *
 * WORK_SLICE_MS of steps at a time, so that the control socket answers
 * meanwhile. When something fails, all of it is run back: what was made is
 * taken, what was taken is made, and files say what they said. On the way back
 * nothing can fail any more; what does is told to the log.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "lab/super/super_links_priv.h"
#include "lab/super/super_work.h"

#define WORK_LOOK_MS 1
#define WORK_SLICE_MS 10
#define WORK_TELL_MS 30
#define WORK_EMPTY_MS 30000 /* for processes that do not die; a busy machine */
#define WORK_START_MS 60000 /* for daemons that do not answer */
#define WORK_MAX 64	    /* that wait */

/* ---- begin and end */

static void
work_closed(uv_handle_t *h)
{
	struct super_work *w = h->data;

	plan_diff_free(w->forward);
	plan_diff_free(w->back);
	plan_free(w->plan);
	model_free(w->lab);
	json_decref(w->result);
	free(w->text);
	free(w->renew);
	free(w->spare);
	free(w);
}

static void
work_verdict(struct super_work *w)
{
	size_t len = strlen(w->why.msg);

	snprintf(w->why.msg + len, sizeof(w->why.msg) - len, "; %s",
		 w->worse ? "and not all of the way back was possible, see the "
			    "lab's log"
			  : "all is as it was before");
	log_info("super", "%s", w->why.msg);
}

static void
work_over(struct super_work *w, const struct err *e)
{
	struct super *s = w->super;
	struct super_work **at;
	size_t i;

	for (at = &s->works; *at != w; at = &(*at)->next)
		;
	*at = w->next;
	while (w->nspare > 0)
		super_node_free(w->spare[--w->nspare]);
	for (i = 0; i < s->lab->nnodes; i++)
		if (s->nodes[i]->network != NULL)
			super_network_again(s->nodes[i]);
	if (w->failed)
		work_verdict(w);
	if (e != NULL)
		ctl_refuse(w->q, e);
	else
		w->kind->done(w);
	super_take_done(s);
	super_files_clear(&s->files);
	uv_timer_stop(&w->timer);
	uv_close((uv_handle_t *)&w->timer, work_closed);
}

/* The way back begins. */
static void
work_fail(struct super_work *w, const struct err *e)
{
	struct super *s = w->super;
	const char *name = w->renew ? w->renew : s->lab->name;

	w->failed = true;
	w->why = *e;
	err_in(&w->why, "%s %s", w->kind->verb, name);
	log_warnx("super", "%s; now the way back", w->why.msg);
	w->back = plan_diff_new(w->forward->to, w->forward->from, w->renew);
	if (w->made) {
		w->diff = w->back;
		w->at = 0;
	}
	w->phase = w->made ? WORK_EMPTIES : WORK_TAKES;
	w->since = uv_now(&s->loop);
}

/* ---- what goes, comes */

static const struct plan_step *
work_step(const struct super_work *w, bool add)
{
	const struct plan_diff *d = w->diff;
	const struct plan *p = add ? d->to : d->from;

	if (w->at == d->n || d->changes[w->at].add != add)
		return NULL;
	return &p->steps[d->changes[w->at].step];
}

static void
work_tell(struct super_work *w, const struct plan_step *st)
{
	const struct plan *p =
	    w->diff->changes[w->at].add ? w->diff->to : w->diff->from;
	struct super *s = w->super;
	char *text;

	uv_update_time(&s->loop);
	if (uv_now(&s->loop) - s->told < WORK_TELL_MS)
		return;
	s->told = uv_now(&s->loop);
	text = plan_step_print(p, st);
	super_tell(s, "progress",
		   json_pack("{sI sI ss}", "done", (json_int_t)w->at, "total",
			     (json_int_t)w->diff->n, "text", text));
	free(text);
}

/* Whose line of the lab file asked for it. */
static int
work_line(const struct super_work *w, const struct plan_step *st, struct err *e)
{
	const struct plan_change *c = &w->diff->changes[w->at];
	const struct lab *lab = (c->add ? w->diff->to : w->diff->from)->lab;

	if (w->renew != NULL)
		return -1;
	err_in(e, "%s", lab->nodes[st->node].name);
	return st->line > 0 ? err_in(e, "%s:%d", lab->file, st->line) : -1;
}

/* 1: no more of these, 0: the time is up, -1: it failed. */
static int
work_some(struct super_work *w, bool add,
	  int (*run)(struct super_work *w, const struct plan_step *st,
		     struct err *e),
	  struct err *e)
{
	uint64_t begin = uv_hrtime(), now = begin;
	const struct plan_step *st;
	int rc = 0;

	while ((st = work_step(w, add)) != NULL && rc == 0 &&
	       now - begin < WORK_SLICE_MS * 1000000ull) {
		if ((rc = run(w, st, e)) < 0 && w->failed) {
			log_warnx("super", "on the way back: %s", e->msg);
			w->worse = true;
			rc = 0;
		}
		w->at += rc == 0;
		now = uv_hrtime();
	}
	w->own_ns += uv_hrtime() - begin;
	if (rc < 0)
		return work_line(w, st, e);
	if (st != NULL && rc == 0)
		work_tell(w, st);
	return st == NULL;
}

static int
work_take(struct super_work *w, const struct plan_step *st, struct err *e)
{
	if (st->op <= PLAN_BRIDGE && super_take_doomed(w->super, e) < 0)
		return -1;
	return super_take_step(w->super, st, e);
}

/* A trainee's text that we are going to write over is kept beside. */
static int
work_file(struct super_work *w, const struct plan_step *st, struct err *e)
{
	struct super *s = w->super;
	_free_ char *path = xasprintf("%s/%s", s->state_dir, st->path);

	if (w->keep && file_exists(path))
		return 0;
	if (!st->keep && !w->failed && super_apply_keep(w, st, path, e) < 0)
		return -1;
	return super_build_step(s, st, e);
}

/* Somebody may have set by hand what the file says now. */
static int
work_address(struct super_work *w, const struct plan_step *st, struct err *e)
{
	struct err ignored;

	if (super_build_step(w->super, st, e) == 0)
		return 0;
	if (super_take_step(w->super, st, &ignored) < 0)
		return -1;
	return super_build_step(w->super, st, e);
}

/* ---- switches' rules, and reloads */

static void
work_filtered(struct super_node *n, void *arg, const struct err *e)
{
	struct super_work *w = arg;

	w->filters--;
	if (e == NULL)
		return;
	w->filter = *e;
	err_in(&w->filter, "%s", n->def->name);
}

/* Its rules, or what they speak of, are not what they were. */
static bool
work_fabric_changes(const struct super_work *w, const struct super_node *n)
{
	const struct plan_change *c = w->diff->changes;
	const struct plan_step *st;
	const struct plan *p;
	const char *name = n->def->name;

	for (; c < w->diff->changes + w->diff->n; c++) {
		p = c->add ? w->diff->to : w->diff->from;
		st = &p->steps[c->step];
		if (st->op == PLAN_FABRIC &&
		    strcmp(p->lab->nodes[st->node].name, name) == 0)
			return true;
		if ((st->op == PLAN_VETH || st->op == PLAN_TUNNEL) &&
		    n->fabric &&
		    (strcmp(p->lab->nodes[st->a.node].name, name) == 0 ||
		     strcmp(p->lab->nodes[st->b.node].name, name) == 0))
			return true;
	}
	return false;
}

static int
work_fabrics(struct super_work *w, struct err *e)
{
	struct super *s = w->super;
	size_t i;

	for (i = 0; i < s->lab->nnodes; i++) {
		struct super_node *n = s->nodes[i];

		if (n->def->role != LAB_SWITCH || n->net == NULL ||
		    !work_fabric_changes(w, n))
			continue;
		if (super_fabric_renew(n, work_filtered, w, e) < 0)
			return -1;
		w->filters++;
	}
	return 0;
}

/* Those who stay hear what is new. */
static int
work_reload(struct super_work *w, struct err *e)
{
	struct super *s = w->super;
	size_t i;

	w->reloaded = true;
	for (i = 0; i < s->lab->nnodes; i++)
		if (w->diff->reload[i])
			super_daemon_reload(s->nodes[i]);
	if (super_limit_change(s, w->diff->limits, e) == 0)
		return 0;
	if (!w->failed)
		return -1;
	log_warnx("super", "on the way back: %s", e->msg);
	w->worse = true;
	return 0;
}

static int
work_make(struct super_work *w, const struct plan_step *st, struct err *e)
{
	struct super_node *n = w->super->nodes[st->node];

	if (st->op > PLAN_TUNNEL && !w->fabrics) {
		w->fabrics = true;
		if (work_fabrics(w, e) < 0)
			return -1;
	}
	if (st->op == PLAN_DAEMON && w->filters > 0)
		return 1; /* a fabric without its rules: wait */
	if (st->op == PLAN_DAEMON && !w->reloaded && work_reload(w, e) < 0)
		return -1;
	switch (st->op) {
	case PLAN_FABRIC: return 0;
	case PLAN_FILE: return work_file(w, st, e);
	case PLAN_ADDR:
	case PLAN_ROUTE: return work_address(w, st, e);
	case PLAN_DAEMON: n->daemon.ended = false; /* fall through */
	case PLAN_NETNS:
	case PLAN_BRIDGE:
	case PLAN_VETH:
	case PLAN_TUNNEL:
	case PLAN_WEATHER:
	case PLAN_NEIGH:
	case PLAN_CROWD: break;
	}
	return super_build_step(w->super, st, e);
}

/* ---- the phases: each says 1: on to the next, 0: not yet, -1: it failed */

static int
phase_waits(struct super_work *w, struct err *e)
{
	int rc;

	w->since = w->began = uv_now(&w->super->loop);
	if ((rc = w->kind->begin(w, e)) < 0)
		return -1;
	w->diff = w->forward;
	if (rc > 0)
		w->phase = WORK_DONE - 1;
	return 1;
}

static int
phase_empties(struct super_work *w, struct err *e)
{
	const struct super_node *n = super_work_empty(w);

	if (n == NULL)
		return 1;
	if (uv_now(&w->super->loop) - w->since < WORK_EMPTY_MS)
		return 0;
	if (w->failed)
		return 1;
	return err_here(e, "something in %s does not die", n->def->name);
}

static size_t
first_added(const struct plan_diff *d)
{
	size_t i = 0;

	while (i < d->n && !d->changes[i].add)
		i++;
	return i;
}

static int
phase_takes(struct super_work *w, struct err *e)
{
	struct super *s = w->super;
	int rc = work_some(w, false, work_take, e);

	if (rc <= 0)
		return rc;
	if (super_take_doomed(s, e) < 0 && !w->failed)
		return -1;
	if (w->failed)
		super_files_undo(&s->files);
	if (w->failed && w->diff == w->forward) {
		w->diff = w->back;
		w->at = first_added(w->back);
	}
	if (w->diff->to != s->plan)
		super_turn(w, w->diff->to);
	w->fabrics = w->reloaded = false;
	if (w->failed)
		return 1;
	w->made = true;
	return w->kind->turned(w, e) < 0 ? -1 : 1;
}

static int
phase_makes(struct super_work *w, struct err *e)
{
	int rc = work_some(w, true, work_make, e);

	if (rc <= 0)
		return rc;
	if (!w->fabrics) {
		w->fabrics = true;
		if (work_fabrics(w, e) < 0 && !w->failed)
			return -1;
	}
	if (w->filters > 0)
		return 0;
	if (!w->reloaded && work_reload(w, e) < 0)
		return -1;
	w->since = uv_now(&w->super->loop);
	return 1;
}

static int
phase_starts(struct super_work *w, struct err *e)
{
	const struct plan_diff *d = w->diff;
	struct super *s = w->super;
	const struct super_node *n;
	bool waits = false;
	size_t i;

	for (i = 0; i < d->n && !w->failed; i++) {
		const struct plan_step *st = &d->to->steps[d->changes[i].step];

		if (!d->changes[i].add || st->op != PLAN_DAEMON)
			continue;
		n = s->nodes[st->node];
		if (n->daemon.ended && w->renew == NULL &&
		    !super_build_may_end(n->def) && !super_own_node(n))
			return err_here(e, "the daemon of %s ended: %s",
					n->def->name, n->daemon.reason);
		if (n->daemon.state != DAEMON_STARTING)
			continue;
		if (uv_now(&s->loop) - w->since > WORK_START_MS)
			return err_here(e, "the daemon of %s does not answer",
					n->def->name);
		waits = true;
	}
	return !waits;
}

static void
work_run(struct super_work *w)
{
	static int (*const phases[])(struct super_work *, struct err *) = {
	    phase_waits, phase_empties, phase_takes, phase_makes, phase_starts};
	struct err e = {0};
	int rc = 1;

	while (rc > 0 && w->phase < WORK_DONE) {
		rc = phases[w->phase](w, &e);
		if (rc > 0)
			w->phase++;
	}
	if (rc < 0 && w->phase == WORK_WAITS)
		work_over(w, &e);
	else if (rc < 0)
		work_fail(w, &e);
	else if (rc > 0)
		work_over(w, w->failed ? &w->why : NULL);
}

static void
work_look(uv_timer_t *t)
{
	struct super_work *w = t->data;
	struct super *s = w->super;
	struct err e = {0};

	if (s->works != w || (w->filters > 0 &&
			      (w->phase != WORK_MAKES || s->state != SUPER_UP)))
		return;
	if (s->state != SUPER_UP) {
		super_files_undo(&s->files);
		err_here(&e, "lab %s is %s", s->lab->name,
			 super_state_name(s->state));
		work_over(w, &e);
		return;
	}
	if (w->filter.class != ERR_NONE && !w->failed) {
		work_fail(w, &w->filter);
		return;
	}
	work_run(w);
}

struct super_work *
super_work_new(struct super *s, struct ctl_request *q,
	       const struct super_work_kind *kind, struct err *e)
{
	struct super_work *w, **at;
	size_t count = 0;

	if (s->state != SUPER_UP) {
		err_here(e, "lab %s is %s", s->lab->name,
			 super_state_name(s->state));
		return NULL;
	}
	if (super_files_there(s, NULL, e) < 0)
		return NULL;
	for (at = &s->works; *at != NULL; at = &(*at)->next)
		count++;
	if (count >= WORK_MAX) {
		err_here(e, "%zu changes wait already", count);
		return NULL;
	}
	w = xcalloc(1, sizeof(*w));
	w->super = s;
	w->q = q;
	w->kind = kind;
	*at = w;
	uv_timer_init(&s->loop, &w->timer);
	w->timer.data = w;
	uv_timer_start(&w->timer, work_look, 0, WORK_LOOK_MS);
	return w;
}
