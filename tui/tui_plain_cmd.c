#include "tui/tui_plain.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "grader/course.h"
#include "tui/tui_words.h"
#include "tui/view.h"

#define WIDTH 78
#define SETTLE_MS 180000

/* ---- saying things */

void
plain_say(const struct plain *p, const char *fmt, ...)
{
	struct text t = {0};
	struct str s = {0};
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&s, fmt, ap);
	va_end(ap);
	text_words(&t, str_text(&s), ST_NORMAL, WIDTH, "", "  ");
	text_print(&t, stdout, p->ascii);
	fflush(stdout);
	text_clear(&t);
	str_clear(&s);
}

static void
say_text(const struct plain *p, struct text *t)
{
	text_print(t, stdout, p->ascii);
	fflush(stdout);
	text_clear(t);
}

static const char *
result_words(enum grader_result r)
{
	switch (r) {
	case GRADER_PASS: return _("passes");
	case GRADER_FAIL: return _("FAILS");
	case GRADER_BLOCKED: return _("is blocked");
	case GRADER_SKIP: return _("is skipped");
	case GRADER_ERROR: return _("could not be made (our error)");
	default: return _("waits");
	}
}

static void
say_points(const struct plain *p)
{
	const struct exercise *x = work_exercise(p->work);
	const struct grader_verdict *v = work_verdicts(p->work);
	size_t i, n = 0;

	if (v == NULL) {
		plain_say(p, _("The lab is not running; type: start"));
		return;
	}
	for (i = 0; i < x->nchecks; i++)
		n += v[i].result == GRADER_PASS;
	plain_say(p, _("%zu of %zu checks pass: %u of %u points."), n,
		  x->nchecks, grader_points(x, v, NULL), x->total);
}

/* Only what became true or untrue: the rest is for who asks. */
static void
say_changes(struct plain *p)
{
	const struct exercise *x = work_exercise(p->work);
	const struct grader_verdict *v = work_verdicts(p->work);
	enum grader_result was;
	size_t i;

	for (i = 0; v != NULL && i < x->nchecks; i++) {
		was = p->said[i];
		if (v[i].result == was || v[i].result == GRADER_WAIT)
			continue;
		p->said[i] = v[i].result;
		if (p->muted)
			continue;
		if (v[i].result == GRADER_PASS)
			plain_say(p, _("check %zu of %zu now passes: %s"),
				  i + 1, x->nchecks, x->checks[i].say);
		else if (was == GRADER_PASS)
			plain_say(
			    p,
			    _("check %zu of %zu no longer passes, it %s: %s"),
			    i + 1, x->nchecks, result_words(v[i].result),
			    x->checks[i].say);
	}
}

static void
on_work(void *arg, enum work_event what, enum tui_action job,
	const struct err *err, const json_t *data)
{
	struct plain *p = arg;

	(void)data;
	if (what == WORK_VERDICTS)
		say_changes(p);
	if (what == WORK_LAB && strcmp(work_lab_state(p->work), "gone") == 0)
		plain_say(
		    p, _("The lab is gone. Type start to start it again; your "
			 "files are kept."));
	if (what != WORK_JOB)
		return;
	p->job = job;
	p->job_failed = err != NULL;
	if (err != NULL)
		plain_say(p, _("That did not work: %s"), err->msg);
}

/* ---- waiting */

static void
on_timeout(uv_timer_t *t)
{
	((struct plain *)t->data)->timeout = true;
}

/* Runs the loop until the grader knows, or it takes absurdly long. */
static void
wait_settled(struct plain *p)
{
	p->timeout = false;
	uv_timer_start(&p->timer, on_timeout, SETTLE_MS, 0);
	while (!p->timeout && work_verdicts(p->work) != NULL &&
	       !work_settled(p->work))
		uv_run(&p->loop, UV_RUN_ONCE);
	uv_timer_stop(&p->timer);
}

static bool
wait_job(struct plain *p)
{
	plain_say(p, _("Now %s."), work_busy(p->work));
	while (work_busy(p->work) != NULL)
		uv_run(&p->loop, UV_RUN_ONCE);
	work_step(p->work, p->step);
	return !p->job_failed;
}

static bool
do_job(struct plain *p, enum tui_action job)
{
	struct err e = {0};

	if (work_job(p->work, job, &e) == 0)
		return wait_job(p);
	plain_say(p, "%s", e.msg);
	return false;
}

/* ---- commands */

/* In the order of the course that is followed; open takes the numbers as they were
 * said. */
static void
plain_order(struct plain *p)
{
	struct course_follow f;
	struct course *c = NULL;
	json_t *rows, *row;
	struct err e;
	size_t i;

	course_follow_read(&f);
	if (f.course != NULL)
		c = course_load(f.course, p->list, &e);
	if (c != NULL) {
		plain_say(p, _("You follow: %s"), c->title);
		rows = course_rows(c, p->list);
		json_array_clear(p->list);
		json_array_foreach(rows, i, row)
		{
			if (json_object_get(row, "name") != NULL)
				json_array_append(p->list, row);
		}
		json_decref(rows);
	}
	course_free(c);
	course_follow_clear(&f);
}

void
plain_list(struct plain *p, const char *args)
{
	const json_t *x;
	size_t i;

	(void)args;
	plain_order(p);
	json_array_foreach(p->list, i, x)
	{
		plain_say(p, _("%zu. %s (%s, %lld minutes, level %lld)"), i + 1,
			  json_string_value(json_object_get(x, "title")),
			  json_string_value(json_object_get(x, "name")),
			  json_integer_value(json_object_get(x, "minutes")),
			  json_integer_value(json_object_get(x, "level")));
	}
	plain_say(p, _("Type open and a number."));
}

static void
c_text(struct plain *p, const char *args)
{
	const struct exercise *x = work_exercise(p->work);
	struct err e = {0};
	_free_ char *markdown = work_text(p->work, p->step, &e);
	struct text t = {0};

	(void)args;
	if (markdown == NULL) {
		plain_say(p, "%s", e.msg);
		return;
	}
	work_step(p->work, p->step);
	plain_say(p, _("Step %zu of %zu"), p->step + 1, x->nsteps);
	text_markdown(&t, markdown, WIDTH, true);
	say_text(p, &t);
}

static void
step_by(struct plain *p, bool on)
{
	if (on ? p->step + 1 >= work_exercise(p->work)->nsteps : p->step == 0) {
		plain_say(p, "%s",
			  on ? _("This is the last step.")
			     : _("This is the first step."));
		return;
	}
	p->step += on ? 1 : (size_t)-1;
	c_text(p, "");
}

static void
c_next(struct plain *p, const char *args)
{
	(void)args;
	step_by(p, true);
}

static void
c_prev(struct plain *p, const char *args)
{
	(void)args;
	step_by(p, false);
}

void
plain_close(struct plain *p)
{
	work_close(p->work);
	p->work = NULL;
	free(p->said);
	p->said = NULL;
}

static void
c_start(struct plain *p, const char *args)
{
	(void)args;
	if (do_job(p, ACT_START))
		plain_say(p, _("The lab is up; your router is %s."),
			  work_exercise(p->work)->trainee);
}

void
plain_open(struct plain *p, const char *name)
{
	struct work *w;
	struct err e = {0};

	w = work_open(&p->loop, p->o->host, name, on_work, p, &e);
	if (w == NULL) {
		plain_say(p, "%s", e.msg);
		return;
	}
	plain_close(p);
	p->work = w;
	p->step = 0;
	snprintf(p->node, sizeof(p->node), "%s", work_exercise(w)->trainee);
	p->said = xcalloc(work_exercise(w)->nchecks + 1, sizeof(*p->said));
	plain_say(p, "%s", work_exercise(w)->title);
	c_start(p, "");
	c_text(p, "");
}

static void
c_open(struct plain *p, const char *args)
{
	unsigned int n;

	if (str_to_u32(args, 1, json_array_size(p->list), &n))
		args = json_string_value(
		    json_object_get(json_array_get(p->list, n - 1), "name"));
	if (*args == '\0')
		plain_say(
		    p,
		    _("Which one? Type open and a number; list shows them."));
	else
		plain_open(p, args);
}

static void
say_check(const struct plain *p, size_t i)
{
	const struct exercise *x = work_exercise(p->work);
	const struct grader_verdict *v = &work_verdicts(p->work)[i];
	struct str s = {0};

	str_addf(&s, _("check %zu of %zu %s: %s."), i + 1, x->nchecks,
		 result_words(v->result), x->checks[i].say);
	if (v->expected != NULL)
		str_addf(&s, _(" Expected: %s."), v->expected);
	if (v->saw != NULL)
		str_addf(&s, _(" Saw: %s."), v->saw);
	if (v->where != NULL)
		str_addf(&s, _(" Where: %s."), v->where);
	if (v->result == GRADER_BLOCKED && v->blocked_by < x->nchecks)
		str_addf(&s, _(" First: check %zu."), v->blocked_by + 1);
	if (v->reason != NULL)
		str_addf(&s, _(" Reason: %s."), v->reason);
	if (v->cause != NULL)
		str_addf(&s, _(" Cause: %s"), v->cause);
	plain_say(p, "%s", str_text(&s));
	str_clear(&s);
}

static void
c_check(struct plain *p, const char *args)
{
	const struct exercise *x = work_exercise(p->work);
	struct err e = {0};
	size_t i;

	(void)args;
	if (work_check(p->work, &e) < 0) {
		plain_say(p, "%s", e.msg);
		return;
	}
	p->muted = true;
	wait_settled(p);
	p->muted = false;
	for (i = 0; work_verdicts(p->work) != NULL && i < x->nchecks; i++)
		say_check(p, i);
	say_points(p);
}

static void
c_why(struct plain *p, const char *args)
{
	const struct exercise *x = work_exercise(p->work);
	struct text t = {0};
	unsigned int n;

	if (!str_to_u32(args, 1, x->nchecks, &n)) {
		plain_say(
		    p, _("Which check? Type why and a number from 1 to %zu."),
		    x->nchecks);
		return;
	}
	view_story(x, work_verdicts(p->work), n - 1, WIDTH, &t);
	say_text(p, &t);
}

static void
c_points(struct plain *p, const char *args)
{
	(void)args;
	say_points(p);
}

static void
c_hint(struct plain *p, const char *args)
{
	_free_ char *words = NULL;
	struct text t = {0};

	(void)args;
	wait_settled(p);
	words = work_hint(p->work, true);
	if (words == NULL) {
		plain_say(p, "%s",
			  work_verdicts(p->work)
			      ? _("Nothing fails now, so there is no hint.")
			      : _("The lab is not running; type: start"));
		return;
	}
	text_markdown(&t, words, WIDTH, true);
	say_text(p, &t);
}

static void
c_solve(struct plain *p, const char *args)
{
	(void)args;
	if (do_job(p, ACT_SOLVE))
		plain_say(
		    p, _("The solution is in place; your files are kept beside "
			 "it as FILE.mine."));
}

static void
reset_step(struct plain *p)
{
	struct err e = {0};

	if (work_reset_step(p->work, p->step, &e) < 0)
		plain_say(p, "%s", e.msg);
	else if (wait_job(p))
		plain_say(p, _("Your files are as they were when you came to "
			       "this step; what you had is FILE.mine."));
}

static void
c_reset(struct plain *p, const char *args)
{
	if (strcmp(args, "step") == 0) {
		reset_step(p);
		return;
	}
	if (*args != '\0') {
		plain_say(p, _("Type reset, or reset step."));
		return;
	}
	if (do_job(p, ACT_RESET))
		plain_say(p, _("Back at the beginning; your files are kept as "
			       "FILE.mine."));
}

static void
c_reload(struct plain *p, const char *args)
{
	(void)args;
	if (do_job(p, ACT_RELOAD))
		plain_say(p, _("Your router was told to read its files."));
}

static void
c_stop(struct plain *p, const char *args)
{
	(void)args;
	if (do_job(p, ACT_STOP))
		plain_say(p, _("The lab is stopped; what you typed is kept."));
}

static void c_help(struct plain *p, const char *args);

static void
c_quit(struct plain *p, const char *args)
{
	(void)args;
	p->quit = true;
}

const struct command plain_commands[] = {
    {"list", "", N_("the exercises"), plain_list, false},
    {"open", "NUMBER", N_("open an exercise, and start its lab"), c_open,
     false},
    {"text", "", N_("read this step"), c_text, true},
    {"next", "", N_("the next step"), c_next, true},
    {"prev", "", N_("the step before"), c_prev, true},
    {"check", "", N_("look at every check, and say why some fail"), c_check,
     true},
    {"why", "NUMBER", N_("everything about one check"), c_why, true},
    {"answer", "[NUMBER [TEXT]]",
     N_("the questions of this exercise, or your answer to one"), plain_answer,
     true},
    {"hint", "", N_("a hint for what fails now"), c_hint, true},
    {"points", "", N_("how far you are"), c_points, true},
    {"picture", "", N_("who is there, and which sessions are up"),
     plain_picture, true},
    {"matrix", "", N_("who reaches whom"), plain_matrix, true},
    {"spread", "[PREFIX]", N_("how far a prefix got, and why no further"),
     plain_spread, true},
    {"traffic", "[NODE]",
     N_("what a node sends and receives, and how far its neighbour is"),
     plain_traffic, true},
    {"node", "[NAME]",
     N_("the node that you work on, or go to another: for the next four"),
     plain_node, true},
    {"shell", "[COMMAND]", N_("a shell on it, or one command"), plain_shell,
     true},
    {"birdc", "[COMMAND]",
     N_("BIRD's command line on it, or one question to it"), plain_birdc, true},
    {"edit", "[FILE]", N_("your file on it in an editor"), plain_edit, true},
    {"put", "FILE",
     N_("the lines that follow, up to one with only a dot, are that file of "
	"yours"),
     plain_put, true},
    {"reload", "", N_("let your router read its files again, after an edit"),
     c_reload, true},
    {"solve", "", N_("lay the solution over your files (kept as FILE.mine)"),
     c_solve, true},
    {"reset", "[step]",
     N_("begin again, or this step (your files are kept as FILE.mine)"),
     c_reset, true},
    {"start", "", N_("start the lab"), c_start, true},
    {"stop", "", N_("stop the lab"), c_stop, true},
    {"help", "", N_("these words"), c_help, false},
    {"quit", "", N_("leave; the lab runs on"), c_quit, false},
};
const size_t plain_ncommands =
    sizeof(plain_commands) / sizeof(plain_commands[0]);

static void
c_help(struct plain *p, const char *args)
{
	const struct command *c;
	char first[40];
	struct text t = {0};

	(void)args;
	for (c = plain_commands; c < plain_commands + plain_ncommands; c++) {
		snprintf(first, sizeof(first), "%s %-*s", c->name,
			 23 - (int)strlen(c->name), c->args);
		text_words(&t, _(c->help), ST_NORMAL, WIDTH, first,
			   "                        ");
	}
	say_text(p, &t);
}
