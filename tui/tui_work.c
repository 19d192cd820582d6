#include "tui/tui_work.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "grader/desk/desk.h"
#include "grader/grader_answer.h"
#include "lab/graph/graph.h"
#include "lab/model/model.h"
#include "tui/tui_words.h"

#define RESET_MS 60000
#define RELOAD_MS 10000

struct work {
	uv_loop_t *loop;
	const struct grader_host *host;
	struct exercise *x;
	struct lab *lab;
	struct grader *grader; /* NULL while the lab is not up */
	struct ctl_async *ctl; /* likewise */
	char *opened;
	const char *state;
	work_cb cb;
	void *arg;
	struct graph_link *links; /* as inspect says; NULL: not known */
	bool asking, again;	  /* for them, and once more */
	uint32_t noted;		  /* points that are in the state folder */
	bool closed;

	uv_work_t req;
	enum tui_action job; /* ACT_NONE: none runs */
	char node[64];	     /* that the job is about */
	size_t step;	     /* likewise */
	struct err job_err;
	int job_rc;
};

static void
work_free(struct work *w)
{
	model_free(w->lab);
	exercise_free(w->x);
	free(w->opened);
	free(w);
}

static void
tell(struct work *w, enum work_event what, enum tui_action job,
     const struct err *err, const json_t *data)
{
	w->cb(w->arg, what, job, err, data);
}

/* ---- the lab's socket and the grader */

static void
unwatch(struct work *w)
{
	if (w->grader != NULL)
		grader_close(w->grader);
	w->grader = NULL;
}

static void
disconnect(struct work *w)
{
	unwatch(w);
	if (w->ctl != NULL)
		ctl_async_close(w->ctl);
	w->ctl = NULL;
	free(w->links);
	w->links = NULL;
	w->asking = w->again = false;
}

static json_t *
report_now(const struct work *w)
{
	return w->grader ? grader_report(w->grader) : NULL;
}

/* Note the points in the state folder when there are more than before. */
static void
note_points(struct work *w)
{
	const struct grader_verdict *v = work_verdicts(w);
	struct err e = {0};
	json_t *report;
	uint32_t n = grader_points(w->x, v, NULL);

	if (n <= w->noted || !work_settled(w))
		return;
	report = report_now(w);
	/* a full disk costs a line in the list, not the session */
	if (grader_progress_note(report, &e) == 0)
		w->noted = n;
	(void)desk_journal_report(report, &e);
	json_decref(report);
}

static void
changed(void *arg, struct grader *g)
{
	struct work *w = arg;

	if (grader_gone(g) != NULL)
		return; /* the lab's socket says it better, see gone() */
	note_points(w);
	tell(w, WORK_VERDICTS, ACT_NONE, NULL, NULL);
}

static void
set_state(struct work *w, const char *state)
{
	static const char *const known[] = {
	    N_("building"), N_("up"),	    N_("stopping"),   N_("failed"),
	    N_("gone"),	    N_("starting"), N_("not started")};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (state != NULL && strcmp(known[i], state) == 0)
			w->state = known[i];
}

/* ---- links: asked for when one changed, not more than one question at once */

static void ask_links(struct work *w);

static void
links_came(void *arg, const json_t *result, const struct err *error)
{
	struct work *w = arg;

	w->asking = false;
	if (error == NULL) {
		free(w->links);
		w->links = graph_links_make(w->lab, result);
		tell(w, WORK_LINKS, ACT_NONE, NULL, NULL);
	}
	if (w->again && error == NULL)
		ask_links(w);
}

static void
ask_links(struct work *w)
{
	w->again = w->asking;
	if (w->asking || w->ctl == NULL)
		return;
	w->asking = true;
	ctl_async_call(w->ctl, "inspect", json_pack("{sb}", "ports", 1), NULL,
		       0, links_came, w);
}

static void
event(void *arg, const char *name, const json_t *data)
{
	struct work *w = arg;

	if (strcmp(name, "exit") == 0)
		tell(w, WORK_EXIT, ACT_NONE, NULL, data);
	if (strcmp(name, "link") == 0 || strcmp(name, "move") == 0 ||
	    strcmp(name, "violation") == 0)
		ask_links(w);
	if (strcmp(name, "lab") != 0)
		return;
	set_state(w, json_string_value(json_object_get(data, "state")));
	tell(w, WORK_LAB, ACT_NONE, NULL, data);
}

static void
gone(void *arg, const char *why)
{
	struct work *w = arg;

	(void)why;
	/* the listener lets go of the connection first; somebody else may have
	 * stopped it, too */
	w->state = w->job == ACT_STOP ? "not started" : "gone";
	tell(w, WORK_LAB, ACT_NONE, NULL, NULL);
	disconnect(w);
}

static int
watch(struct work *w, struct err *e)
{
	w->grader = grader_open(w->loop, w->x, w->x->name, true, changed, w, e);
	return w->grader == NULL ? -1 : 0;
}

static int
join(struct work *w, struct err *e)
{
	_free_ char *name = ctl_lab_name(w->x->name);

	disconnect(w);
	w->ctl = ctl_async_open(w->loop, name, event, gone, w, e);
	if (w->ctl == NULL)
		return -1;
	ctl_async_call(w->ctl, "subscribe", NULL, NULL, 0, NULL, NULL);
	if (watch(w, e) < 0) {
		disconnect(w);
		return -1;
	}
	w->state = "up";
	ask_links(w);
	return 0;
}

/* ---- jobs */

/* As with the points: what cannot be noted does not end the session. */
static void
journal(const struct work *w, const char *what)
{
	struct err e;

	if (w->job_rc == 0)
		(void)desk_journal_note(w->x->name, what, NULL, &e);
}

static int
reset_node(const struct work *w, struct err *e)
{
	_free_ char *name = ctl_lab_name(w->x->name);
	struct ctl *c = ctl_open(name, e);
	json_t *args = json_pack("{ss}", "node", w->node);
	size_t i;
	int rc;

	if (c == NULL) {
		json_decref(args);
		return -1;
	}
	for (i = 0; i < w->lab->nnodes; i++)
		if (w->lab->nodes[i].trainee &&
		    strcmp(w->lab->nodes[i].name, w->node) == 0)
			json_object_set_new(args, "keep", json_true());
	rc = ctl_call(c, "reset", args, NULL, 0, RESET_MS, NULL, e);
	ctl_close(c);
	return rc;
}

/* Each of the person's own routers; in the first that cannot it ends. */
static int
reload_own(const struct work *w, struct err *e)
{
	_free_ char *name = ctl_lab_name(w->x->name);
	struct ctl *c = ctl_open(name, e);
	const struct lab_node *n = w->lab->nodes;
	int rc = c == NULL ? -1 : 0;

	for (; rc == 0 && n < w->lab->nodes + w->lab->nnodes; n++)
		if (n->trainee)
			rc = ctl_call(c, "reload",
				      json_pack("{ss}", "node", n->name), NULL,
				      0, RELOAD_MS, NULL, e);
	ctl_close(c);
	return rc;
}

static void
job_run(uv_work_t *req)
{
	struct work *w = req->data;
	const char *instance = w->x->name;
	struct err *e = &w->job_err;

	switch (w->job) {
	case ACT_START:
		w->job_rc = grader_start(w->x, w->host, instance, e);
		break;
	case ACT_SOLVE:
		w->job_rc = grader_apply(w->x, "solution", instance, true, e);
		journal(w, "solve");
		break;
	case ACT_RESET:
		w->job_rc = grader_apply(w->x, "start", instance, true, e);
		journal(w, "reset");
		break;
	case ACT_RESET_STEP:
		w->job_rc = grader_step_reset(w->x, w->step, instance, e);
		journal(w, "reset");
		break;
	case ACT_RESET_NODE:
		w->job_rc = reset_node(w, e);
		journal(w, "reset");
		break;
	case ACT_RELOAD: w->job_rc = reload_own(w, e); break;
	case ACT_STOP:
		w->job_rc = w->host->down(w->host->arg, instance, e);
		break;
	default: w->job_rc = 0;
	}
}

static void
job_done(uv_work_t *req, int status)
{
	struct work *w = req->data;
	enum tui_action job = w->job;
	struct err e = w->job_err;
	int rc = status < 0 ? -1 : w->job_rc;

	w->job = ACT_NONE;
	if (w->closed) {
		work_free(w);
		return;
	}
	if (rc == 0 && job == ACT_START)
		rc = join(w, &e);
	else if (rc == 0 && job == ACT_STOP) {
		disconnect(w);
		w->state = "not started";
	} else if (rc == 0)
		rc = work_check(w, &e);
	if (rc < 0 && job == ACT_START)
		w->state = "not started";
	tell(w, WORK_JOB, job, rc < 0 ? &e : NULL, NULL);
}

int
work_job(struct work *w, enum tui_action job, struct err *e)
{
	if (w->job != ACT_NONE)
		return err_here(e, "still busy: %s", work_busy(w));
	if (job != ACT_START && w->ctl == NULL)
		return err_here(e, "the lab is not running; start it first");
	if (job == ACT_START && w->ctl != NULL)
		return err_here(e, strcmp(w->state, "stopping") == 0
				       ? "the lab is stopping; start it when "
					 "it is gone"
				       : "the lab is up already");
	w->job = job;
	w->job_err = (struct err){0};
	w->req.data = w;
	if (job == ACT_START)
		w->state = "starting";
	if (job == ACT_STOP) {
		/* what stops now is no news about the checks */
		w->state = "stopping";
		unwatch(w);
	}
	if (uv_queue_work(w->loop, &w->req, job_run, job_done) != 0) {
		w->job = ACT_NONE;
		return err_here(e, "this machine gives us no thread");
	}
	return 0;
}

int
work_reset_node(struct work *w, const char *node, struct err *e)
{
	if (w->job == ACT_NONE)
		snprintf(w->node, sizeof(w->node), "%s", node);
	return work_job(w, ACT_RESET_NODE, e);
}

int
work_reset_step(struct work *w, size_t step, struct err *e)
{
	if (w->job == ACT_NONE)
		w->step = step;
	return work_job(w, ACT_RESET_STEP, e);
}

void
work_step(struct work *w, size_t step)
{
	struct err e;

	/* without it the step cannot be begun again, and that will be said */
	if (w->ctl != NULL && w->job == ACT_NONE)
		(void)grader_step_begin(w->x, step, w->x->name, &e);
}

const char *
work_busy(const struct work *w)
{
	switch (w->job) {
	case ACT_START: return _("starting the lab");
	case ACT_SOLVE: return _("laying the solution over your files");
	case ACT_RESET:
	case ACT_RESET_STEP: return _("beginning again");
	case ACT_RESET_NODE: return _("making the node anew");
	case ACT_RELOAD: return _("your router reads its files");
	case ACT_STOP: return _("stopping the lab");
	default: return NULL;
	}
}

/* ---- open and close */

static uint32_t
noted(const char *name)
{
	struct err e = {0};
	json_t *all = grader_progress(&e);
	json_int_t n = json_integer_value(
	    json_object_get(json_object_get(all, name), "points"));

	json_decref(all);
	return n > 0 ? (uint32_t)n : 0;
}

struct work *
work_open(uv_loop_t *loop, const struct grader_host *host, const char *exercise,
	  work_cb cb, void *arg, struct err *e)
{
	struct work *w = xcalloc(1, sizeof(*w));
	struct model_params params = {0};

	*w = (struct work){.loop = loop,
			   .host = host,
			   .cb = cb,
			   .arg = arg,
			   .opened = strchr(exercise, '/')
					 ? file_absolute(exercise)
					 : xstrdup(exercise),
			   .state = "not started"};
	w->x = exercise_load(exercise, e);
	if (w->x != NULL) {
		params.name = w->x->name;
		params.trainees = w->x->daemon;
		w->lab = model_load(w->x->lab, &params, e);
	}
	if (w->x == NULL || w->lab == NULL) {
		work_free(w);
		return NULL;
	}
	w->noted = noted(w->x->name);
	return w;
}

void
work_close(struct work *w)
{
	if (w == NULL)
		return;
	disconnect(w);
	w->closed = true;
	if (w->job == ACT_NONE)
		work_free(w); /* else when the job is done */
}

/* ---- questions */

const struct exercise *
work_exercise(const struct work *w)
{
	return w->x;
}

const struct lab *
work_lab(const struct work *w)
{
	return w->lab;
}

const char *
work_opened(const struct work *w)
{
	return w->opened;
}

const char *
work_instance(const struct work *w)
{
	return w->x->name;
}

const char *
work_lab_state(const struct work *w)
{
	return w->state;
}

const struct grader_verdict *
work_verdicts(const struct work *w)
{
	return w->grader ? grader_verdicts(w->grader) : NULL;
}

const json_t *
work_sessions(const struct work *w)
{
	return w->grader ? grader_sessions(w->grader) : NULL;
}

const struct graph_link *
work_links(const struct work *w)
{
	return w->links;
}

struct ctl_async *
work_ctl(const struct work *w)
{
	return w->ctl;
}

bool
work_settled(const struct work *w)
{
	return w->grader != NULL && grader_settled(w->grader);
}

int
work_check(struct work *w, struct err *e)
{
	if (w->ctl == NULL)
		return err_here(e, "the lab is not running; start it first");
	unwatch(w);
	return watch(w, e);
}

int
work_put(struct work *w, const char *file, const char *text, struct err *e)
{
	return grader_put(w->x, file, w->x->name, text, e);
}

json_t *
work_answers(const struct work *w, struct err *e)
{
	return grader_answers(w->x->name, e);
}

int
work_answer(struct work *w, size_t check, const char *text, struct err *e)
{
	return grader_answer(w->x, w->x->name, w->x->checks[check].id, text, e);
}

long long
work_hints(const struct work *w)
{
	struct err e;
	_free_ char *text = desk_journal_read(w->x->name, DESK_JOURNAL_MAX, &e);
	json_t *sum = desk_journal_sum(text ? text : "");
	long long n = json_integer_value(json_object_get(sum, "hints"));

	json_decref(sum);
	return n;
}

char *
work_hint(const struct work *w, bool take)
{
	json_t *report = report_now(w);
	char *hint = report ? grader_hint(w->x, report) : NULL;
	struct err e;

	if (hint != NULL && take)
		(void)desk_journal_note(w->x->name, "hint", NULL, &e);
	json_decref(report);
	return hint;
}

char *
work_text(const struct work *w, size_t step, struct err *e)
{
	unsigned about;
	_free_ char *text = exercise_text(w->x, step, &about, e);
	struct str s = {0};

	if (text == NULL)
		return NULL;
	if (about & EXERCISE_TEXT_STALE)
		str_add(&s, _("> This translation is older than the English "
			      "text.\n\n"));
	if (about & EXERCISE_TEXT_UNREAD)
		str_add(&s,
			_("> This translation awaits a native reader.\n\n"));
	str_add(&s, text);
	return str_steal(&s);
}
