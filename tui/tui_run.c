/*
 * run: the loop of the full screen.
 *
 *	keys, mouse ──> model ──> action ──> a job, a program, a pane
 *	grader, lab, program's output ──> model
 *	                      model ──> view ──> grid ──> screen, 30 times a second
 *
 * Nothing here waits: what takes time is a job (tui_work.c) and reports back.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "tui/tui_plain.h"
#include "tui/tui_run.h"
#include "tui/tui_term.h"
#include "tui/tui_words.h"

#define FRAME_MS 33
#define TICK_MS 1000

static const int watched[SIG_N] = {SIGWINCH, SIGTSTP, SIGCONT};

/* ---- frames */

static void
sync_model(struct tui *t)
{
	const char *busy = t->work ? work_busy(t->work) : NULL;

	snprintf(t->m.busy, sizeof(t->m.busy), "%s", busy ? busy : "");
	snprintf(t->m.lab_state, sizeof(t->m.lab_state), "%s",
		 t->work ? work_lab_state(t->work) : "");
	t->m.verdicts = t->work ? work_verdicts(t->work) : NULL;
	t->m.sessions = t->work ? work_sessions(t->work) : NULL;
	t->m.links = t->work ? work_links(t->work) : NULL;
	measure_sync(t);
	slots_sync(t);
}

static void
paint(struct tui *t)
{
	sync_model(t);
	slots_resize(t);
	tui_model_settle(&t->m);
	t->grid.theme = t->m.theme;
	view_draw(&t->m, &t->grid);
	term_paint(&t->grid);
	if (slots_pane(t) != NULL)
		pane_taken(slots_pane(t));
	t->dirty = false;
	t->painted = uv_now(&t->loop);
}

static void
on_frame(uv_timer_t *timer)
{
	paint(timer->data);
}

void
tui_touch(struct tui *t)
{
	uint64_t due = t->painted + FRAME_MS, now;

	if (t->dirty)
		return;
	t->dirty = true;
	uv_update_time(&t->loop);
	now = uv_now(&t->loop);
	uv_timer_start(&t->frame, on_frame, due > now ? due - now : 0, 0);
}

static void
resize(struct tui *t)
{
	int w, h;

	term_size(&w, &h);
	grid_clear(&t->grid);
	grid_init(&t->grid, w, h, t->m.ascii, t->m.theme);
	tui_model_resize(&t->m, t->grid.w, t->grid.h);
	tui_touch(t);
}

static void
on_tick(uv_timer_t *timer)
{
	struct tui *t = timer->data;

	resume_note(t);
	timetable_tick(t);
	if (t->work != NULL && work_ctl(t->work) != NULL &&
	    !t->m.course.pauses && ++t->m.seconds % 60 == 0)
		tui_touch(t);
	/* the seconds of what waits go on */
	if (t->work != NULL && !work_settled(t->work))
		tui_touch(t);
}

/* ---- the exercise */

static void
show_step(struct tui *t)
{
	struct err e = {0};
	char *text = work_text(t->work, t->m.step, &e);

	if (text == NULL)
		tui_model_status(&t->m, true, "%s", e.msg);
	tui_model_text(&t->m, text ? text : xstrdup(""));
	work_step(t->work, t->m.step);
}

static void
start(struct tui *t, enum tui_action job)
{
	struct err e = {0};

	if (work_job(t->work, job, &e) < 0)
		tui_model_status(&t->m, true, "%s", e.msg);
}

static void
leave_exercise(struct tui *t)
{
	struct err e = {0};

	resume_left(t);
	slots_drop(t, true);
	measure_drop(t);
	tui_model_enter(&t->m, NULL, NULL);
	work_close(t->work);
	t->work = NULL;
	json_decref(t->m.progress);
	t->m.progress = grader_progress(&e);
}

/* What a job did, for a person. */
static const char *
job_said(enum tui_action job)
{
	switch (job) {
	case ACT_START:
		return _("The lab is up. Tab goes round the panes, ? shows the "
			 "keys.");
	case ACT_SOLVE:
		return _("The solution is in place; your files are FILE.mine.");
	case ACT_RESET:
		return _("Back at the beginning; your files are FILE.mine.");
	case ACT_RESET_STEP:
		return _("Your files are as they were when you came to this "
			 "step.");
	case ACT_RELOAD: return _("Your router was told to read its files.");
	case ACT_STOP: return _("The lab is stopped; what you typed is kept.");
	default: return "";
	}
}

static void
on_job(struct tui *t, enum tui_action job, const struct err *err)
{
	if (err != NULL)
		tui_model_message(&t->m, _("That did not work"), err->msg);
	else if (job == ACT_RESET_NODE)
		tui_model_status(&t->m, false, _("%s is made anew."),
				 t->m.pick);
	else
		tui_model_status(&t->m, false, "%s", job_said(job));
	if (err == NULL && job == ACT_START) {
		resume_programs(t);
		measure_shown(t, false);
	}
	work_step(t->work, t->m.step);
	if (job == ACT_STOP && t->leave_after_stop)
		t->quit = true;
}

static void
congratulate(struct tui *t)
{
	const struct grader_verdict *v = work_verdicts(t->work);
	const struct exercise *x = work_exercise(t->work);
	size_t i, n = 0;

	for (i = 0; v != NULL && i < x->nchecks; i++)
		n += v[i].result == GRADER_PASS;
	if (n == x->nchecks && !t->all_passed)
		tui_model_status(
		    &t->m, false,
		    _("All %zu checks pass: well done. Esc leads to the next "
		      "exercise."),
		    n);
	t->all_passed = n == x->nchecks;
}

static void
on_work(void *arg, enum work_event what, enum tui_action job,
	const struct err *err, const json_t *data)
{
	struct tui *t = arg;

	switch (what) {
	case WORK_VERDICTS: congratulate(t); break;
	case WORK_LAB:
		if (strcmp(work_lab_state(t->work), "up") == 0)
			break;
		slots_drop(t, false);
		measure_drop(t);
		if (strcmp(work_lab_state(t->work), "gone") == 0)
			tui_model_status(
			    &t->m, true,
			    _("The lab is gone: s starts it again, with your "
			      "files."));
		break;
	case WORK_JOB: on_job(t, job, err); break;
	case WORK_LINKS: break;
	case WORK_EXIT: slots_exited(t, data); break;
	}
	sync_model(t);
	tui_touch(t);
}

static void
enter_exercise(struct tui *t, const char *name)
{
	struct err e = {0};

	t->work = work_open(&t->loop, t->o->host, name, on_work, t, &e);
	if (t->work == NULL) {
		tui_model_message(&t->m, _("This exercise cannot be opened"),
				  e.msg);
		return;
	}
	tui_model_enter(&t->m, work_exercise(t->work), work_lab(t->work));
	/* such a row has no other column beside it, see README */
	t->m.zoom = words_rtl();
	tui_model_list_to(&t->m, name);
	if (resume_enter(t))
		tui_model_status(
		    &t->m, false,
		    _("Back where you were; p leads back to earlier "
		      "steps."));
	show_step(t);
	resume_text(t);
	resume_note(t);
	start(t, ACT_START);
}

/* ---- actions that need the world */

static void
hint(struct tui *t, bool take)
{
	_free_ char *words = work_hint(t->work, take);

	if (words != NULL && !take)
		tui_model_ask_hint(&t->m, work_hints(t->work));
	else if (words != NULL)
		tui_model_message(&t->m, _("Hint"), words);
	else
		tui_model_status(
		    &t->m, false,
		    work_verdicts(t->work) == NULL
			? _("there are hints once the lab runs")
			: _("nothing fails now, so there is no hint"));
}

static void
check(struct tui *t)
{
	struct err e = {0};

	if (work_check(t->work, &e) < 0)
		tui_model_status(&t->m, true, "%s", e.msg);
	else
		tui_model_status(&t->m, false,
				 _("looking at every check again"));
}

static void
reset_node(struct tui *t)
{
	size_t n = strlen(t->m.verb);
	struct err e = {0};

	if (t->m.pick_keeps)
		snprintf(t->m.verb + n, sizeof(t->m.verb) - n,
			 " --keep-config");
	if (work_reset_node(t->work, t->m.pick, &e) < 0)
		tui_model_status(&t->m, true, "%s", e.msg);
}

static void
reset_step(struct tui *t)
{
	size_t n = strlen(t->m.verb);
	struct err e = {0};

	snprintf(t->m.verb + n, sizeof(t->m.verb) - n, " --step %zu",
		 t->m.step + 1);
	if (work_reset_step(t->work, t->m.step, &e) < 0)
		tui_model_status(&t->m, true, "%s", e.msg);
}

static void
say_verb(struct tui *t, enum tui_action a)
{
	const char *name = tui_model_listed(&t->m, t->m.list_at);
	const char *node = "NODE";
	char verb[sizeof(t->m.verb)];

	if (t->work != NULL) {
		name = work_opened(t->work);
		node = a == ACT_RESET_NODE ? t->m.pick
		       : a == ACT_RELOAD   ? work_exercise(t->work)->trainee
					   : t->m.want.node;
	}
	tui_key_verb(a, name ? name : "EXERCISE", node, verb, sizeof(verb));
	if (verb[0] != '\0')
		memcpy(t->m.verb, verb, sizeof(verb));
}

static void
do_action(struct tui *t, enum tui_action a)
{
	say_verb(t, a);
	switch (a) {
	case ACT_OPEN:
		enter_exercise(t, tui_model_listed(&t->m, t->m.list_at));
		break;
	case ACT_CLOSE: leave_exercise(t); break;
	case ACT_NEXT_STEP:
	case ACT_PREV_STEP: show_step(t); break;
	case ACT_SHELL:
	case ACT_BIRDC:
	case ACT_EDIT: slots_show(t, &t->m.want); break;
	case ACT_NEXT_TERM: slots_next(t); break;
	case ACT_STOP:
		t->leave_after_stop = t->m.asked == ACT_QUIT;
		start(t, a);
		break;
	case ACT_START:
	case ACT_SOLVE:
	case ACT_RELOAD:
	case ACT_RESET: start(t, a); break;
	case ACT_CHECK: check(t); break;
	case ACT_HINT: hint(t, false); break;
	case ACT_SHOW_HINT: hint(t, true); break;
	case ACT_RESET_STEP: reset_step(t); break;
	case ACT_RESET_NODE: reset_node(t); break;
	case ACT_ANSWER: paper_form(t); break;
	case ACT_NOTES: paper_notes(t); break;
	case ACT_KEEP:
		if (t->m.over == OVER_NOTES)
			paper_note(t);
		else
			paper_answer(t);
		break;
	case ACT_OTHER: measure_shown(t, false); break;
	case ACT_AGAIN: measure_shown(t, true); break;
	case ACT_RECORD: measure_record(t); break;
	case ACT_COURSES: timetable_courses(t); break;
	case ACT_FOLLOW: timetable_follow(t, t->m.pick); break;
	case ACT_PAUSE: timetable_pause(t); break;
	case ACT_NEXT_BLOCK: timetable_next(t); break;
	case ACT_PAST: paper_past(t); break;
	case ACT_COPY: paper_copy(t); break;
	case ACT_SAVE: paper_save(t); break;
	case ACT_SEND_LEAVE:
		if (slots_pane(t) != NULL)
			pane_key(slots_pane(t), K_LEAVE);
		break;
	case ACT_BACK_UP:
	case ACT_BACK_DOWN:
		if (slots_pane(t) != NULL)
			pane_scroll(slots_pane(t), a == ACT_BACK_UP ? 5 : -5);
		break;
	case ACT_REDRAW: term_redraw(); break;
	case ACT_THEME: keep_theme_set(t->keep, t->m.theme); break;
	case ACT_SUSPEND: term_suspend(); break;
	case ACT_QUIT: t->quit = true; break;
	default: break;
	}
}

static void
on_event(struct tui *t, const struct term_event *ev)
{
	enum tui_action a;
	bool typed = false;

	sync_model(t); /* what is borrowed may be gone */
	if (ev->kind == TERM_CLICK)
		a = tui_model_click(&t->m, ev->x, ev->y);
	else if (ev->kind == TERM_WHEEL)
		a = tui_model_wheel(&t->m, ev->x, ev->y, ev->lines);
	else
		a = tui_model_key(&t->m, ev->key, &typed);
	if (typed && t->m.term_open)
		pane_key(slots_pane(t), ev->key);
	else if (typed && ev->key == K_ENTER && t->m.cells != NULL)
		slots_again(t);
	else if (typed && !t->m.term_open)
		tui_model_status(&t->m, false,
				 _("no program runs here: Ctrl-] "
				   "leaves, then t, b or e"));
	if (a != ACT_NONE)
		do_action(t, a);
	sync_model(t);
	tui_touch(t);
}

static void
on_input(uv_poll_t *poll, int status, int events)
{
	struct tui *t = poll->data;
	struct term_event ev;
	bool any = false;

	(void)events;
	while (!t->quit && term_event(&ev)) {
		any = true;
		on_event(t, &ev);
	}
	if (!any && (status < 0 || term_gone()))
		t->quit = true;
}

/* ---- signals of the terminal */

static void
on_signal(uv_signal_t *handle, int sig)
{
	struct tui *t = handle->data;

	if (sig == SIGTSTP)
		term_suspend();
	else if (sig == SIGCONT)
		term_resume();
	else
		term_resized();
	resize(t);
}

static void
close_all(uv_handle_t *h, void *arg)
{
	(void)arg;
	if (!uv_is_closing(h))
		uv_close(h, NULL);
}

static void
quiet(enum log_level level, const char *line)
{
	(void)level;
	(void)line;
}

/* The exercise that was open when the last session ended. */
static void
go_on(struct tui *t)
{
	_free_ char *name = xstrdup(keep_open(t->keep));

	enter_exercise(t, name);
	if (t->work == NULL)
		keep_open_set(t->keep, NULL);
}

static void
tui_start(struct tui *t)
{
	int i;

	slots_drop(t, true);
	uv_timer_init(&t->loop, &t->frame);
	uv_timer_init(&t->loop, &t->tick);
	t->frame.data = t->tick.data = t->in.data = t;
	uv_timer_start(&t->tick, on_tick, TICK_MS, TICK_MS);
	uv_poll_init(&t->loop, &t->in, STDIN_FILENO);
	uv_poll_start(&t->in, UV_READABLE | UV_DISCONNECT, on_input);
	for (i = 0; i < SIG_N; i++) {
		uv_signal_init(&t->loop, &t->signals[i]);
		t->signals[i].data = t;
		uv_signal_start(&t->signals[i], on_signal, watched[i]);
	}
	resize(t);
	timetable_tick(t);
	tui_model_list_to(&t->m, NULL);
	if (t->o->exercise != NULL)
		enter_exercise(t, t->o->exercise);
	else if (keep_open(t->keep) != NULL)
		go_on(t);
	if (!keep_wish(t->keep, "welcomed", false) && t->m.over == OVER_NONE)
		tui_model_welcome(&t->m);
	keep_wish_set(t->keep, "welcomed", true);
}

static void
tui_stop(struct tui *t)
{
	const char *busy = t->work ? work_busy(t->work) : NULL;
	bool runs = t->work != NULL &&
		    (work_ctl(t->work) != NULL ||
		     strcmp(work_lab_state(t->work), "starting") == 0);
	struct err e = {0};

	if (runs)
		resume_note(t);
	else
		resume_left(t);
	(void)keep_write(t->keep, &t->kept, &e);
	slots_drop(t, true);
	measure_drop(t);
	term_close();
	if (busy != NULL)
		printf(_("ixlab: %s, one moment\n"), busy);
	else if (t->work != NULL && work_ctl(t->work) != NULL)
		printf(_("ixlab: the lab %s runs on; ixlab down %s stops it\n"),
		       work_instance(t->work), work_instance(t->work));
	fflush(stdout);
	work_close(t->work);
	t->work = NULL;
	uv_close((uv_handle_t *)&t->frame, NULL);
	uv_close((uv_handle_t *)&t->tick, NULL);
	uv_close((uv_handle_t *)&t->in, NULL);
	for (int i = 0; i < SIG_N; i++)
		uv_close((uv_handle_t *)&t->signals[i], NULL);
	uv_run(&t->loop, UV_RUN_DEFAULT);
	uv_walk(&t->loop, close_all, NULL);
	uv_run(&t->loop, UV_RUN_DEFAULT);
	uv_loop_close(&t->loop);
	timetable_end(t);
	tui_model_clear(&t->m);
	grid_clear(&t->grid);
	json_decref(t->keep);
	free(t->kept);
	log_set_hook(NULL);
}

int
tui_run(const struct tui_opts *o, struct err *e)
{
	struct tui t = {.o = o};
	const char *type = getenv("TERM");
	bool utf8 = term_utf8();

	words_init(!utf8 || o->ascii);
	if (o->plain || (type != NULL && strcmp(type, "dumb") == 0))
		return tui_plain(o, !utf8 || o->ascii, e);
	tui_model_init(&t.m, 80, 24);
	t.m.ascii = o->ascii || !utf8;
	t.exercises = exercise_list(e);
	if (t.exercises == NULL)
		return -1;
	t.m.list = json_incref(t.exercises);
	t.m.progress = grader_progress(e);
	if (t.m.progress == NULL) {
		/* points that cannot be read are no reason to stay away */
		tui_model_status(&t.m, true, "%s", e->msg);
		t.m.progress = json_object();
	}
	if (term_open(o->color, o->mouse, e) < 0) {
		timetable_end(&t);
		tui_model_clear(&t.m);
		return -1;
	}
	if (uv_loop_init(&t.loop) != 0) {
		term_close();
		timetable_end(&t);
		tui_model_clear(&t.m);
		return err_here(e, "this machine gives us no event loop");
	}
	t.keep = keep_read();
	resume_theme(&t);
	t.m.clock = keep_wish(t.keep, "clock", true);
	t.m.wish = keep_sizes(t.keep);
	log_set_hook(quiet); /* lines on the screen would spoil it */
	if (!utf8 && !o->ascii)
		tui_model_status(
		    &t.m, false,
		    _("The locale is not UTF-8, so the pictures are ASCII."));
	tui_start(&t);
	while (!t.quit)
		uv_run(&t.loop, UV_RUN_ONCE);
	tui_stop(&t);
	return 0;
}
