/*
 * ixlab check --watch: the report again whenever a verdict changes.
 *
 * A terminal is repainted in place (also once a second, for the clocks that
 * run); elsewhere each verdict that changed is one line, and with --json each
 * report is one line.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd_check.h"

struct watch {
	struct cmd *c;
	const struct exercise *x;
	enum grader_form form;
	bool tty, dirty, over;
	enum grader_result *last; /* per check, what was told */
	struct grader *g;
};

/* Painted over the old text, so that nothing flickers. */
static void
watch_paint(const struct watch *w, const json_t *report)
{
	char *text = NULL, *line, *rest;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	grader_print_text(f, report, w->c->color);
	fclose(f);
	fputs("\033[H", stdout);
	for (rest = text; (line = strsep(&rest, "\n")) != NULL && rest;)
		printf("%s\033[K\n", line);
	fputs("\033[K\nCtrl-C ends this.\033[J", stdout);
	free(text);
}

/* "fail  rs1-v4: rs1 holds an IPv4 session with you; saw ..." */
static void
watch_tell(struct watch *w)
{
	const struct grader_verdict *v = grader_verdicts(w->g);
	size_t i;

	for (i = 0; i < w->x->nchecks; i++) {
		_free_ char *saw = xstrdup(v[i].saw ? v[i].saw : "");

		if (v[i].result == w->last[i])
			continue;
		w->last[i] = v[i].result;
		str_clean(saw);
		printf("%-7s %s: %s%s%s\n", grader_result_name(v[i].result),
		       w->x->checks[i].id, w->x->checks[i].say,
		       *saw ? "; saw: " : "", saw);
	}
}

static void
watch_show(struct watch *w)
{
	json_t *report = grader_report(w->g);

	w->dirty = false;
	w->c->status = (int)grader_status(report);
	if (w->form == GRADER_FORM_JSON) {
		json_dumpf(report, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
		putchar('\n');
	} else if (w->tty) {
		watch_paint(w, report);
	} else {
		watch_tell(w);
	}
	json_decref(report);
	w->over |= fflush(stdout) != 0 || grader_gone(w->g) != NULL;
}

/* ---- events */

static void
watch_changed(void *arg, struct grader *g)
{
	struct watch *w = arg;

	(void)g;
	w->dirty = true;
}

static void
watch_tick(uv_timer_t *timer)
{
	struct watch *w = timer->data;

	w->dirty |= w->tty;
}

static void
watch_interrupt(uv_signal_t *handle, int sig)
{
	struct watch *w = handle->data;

	(void)sig;
	w->over = true;
}

static void
watch_close_handle(uv_handle_t *handle, void *arg)
{
	(void)arg;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

static void
watch_run(struct watch *w, uv_loop_t *loop)
{
	uv_signal_t sigint, sigterm;
	uv_timer_t timer;

	uv_timer_init(loop, &timer);
	uv_signal_init(loop, &sigint);
	uv_signal_init(loop, &sigterm);
	timer.data = sigint.data = sigterm.data = w;
	uv_timer_start(&timer, watch_tick, 1000, 1000);
	uv_signal_start(&sigint, watch_interrupt, SIGINT);
	uv_signal_start(&sigterm, watch_interrupt, SIGTERM);
	while (!w->over) {
		if (w->dirty)
			watch_show(w);
		if (!w->over)
			uv_run(loop, UV_RUN_ONCE);
		w->over |= grader_gone(w->g) != NULL;
	}
	uv_close((uv_handle_t *)&timer, NULL);
	uv_close((uv_handle_t *)&sigint, NULL);
	uv_close((uv_handle_t *)&sigterm, NULL);
	uv_run(loop, UV_RUN_NOWAIT);
}

static int
watch_end(struct watch *w, struct err *e)
{
	const char *gone = grader_gone(w->g);
	json_t *report = grader_report(w->g);

	w->c->status = (int)grader_status(report);
	if (!gone)
		cmd_report_note(report);
	json_decref(report);
	if (w->tty)
		putchar('\n');
	return gone ? err_here(e, "%s", gone) : 0;
}

int
cmd_watch(struct cmd *c, const struct exercise *x, const char *instance,
	  enum grader_form form, struct err *e)
{
	struct watch w = {.c = c, .x = x, .form = form, .dirty = true};
	uv_loop_t loop;
	int rc = -1;

	w.tty = form == GRADER_FORM_TEXT && isatty(STDOUT_FILENO);
	w.last = xcalloc(x->nchecks, sizeof(*w.last));
	uv_loop_init(&loop);
	w.g = grader_open(&loop, x, instance, true, watch_changed, &w, e);
	if (w.g) {
		if (w.tty)
			fputs("\033[2J", stdout);
		watch_run(&w, &loop);
		rc = watch_end(&w, e);
		grader_close(w.g);
	}
	uv_walk(&loop, watch_close_handle, NULL);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	free(w.last);
	return rc;
}
