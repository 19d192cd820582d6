/*
 * work: what full-screen and plain mode share: the exercise that is open, its
 * lab, the grader that watches it, and the jobs that take their time.
 *
 * A job (start, solve, ...) calls the grader in a thread of libuv's pool, so the
 * screen lives on; one job at a time. While a lab is up there is one connection
 * to its control socket, for the state of the lab and for programs in it.
 */
#ifndef TUI_WORK_H
#define TUI_WORK_H

#include <uv.h>

#include "ctl/ctl.h"
#include "tui/tui.h"
#include "tui/tui_key.h"

struct work;

enum work_event {
	WORK_VERDICTS, /* a check changed; sessions may have */
	WORK_LINKS,    /* a link came or went */
	WORK_LAB,      /* the lab's state changed, see work_lab_state */
	WORK_JOB,      /* a job ended; err is NULL when it went well */
	WORK_EXIT,     /* a program in the lab ended; data is the event */
};

typedef void (*work_cb)(void *arg, enum work_event what, enum tui_action job,
			const struct err *err, const json_t *data);

/* Load an exercise and its lab. */
struct work *work_open(uv_loop_t *loop, const struct grader_host *host,
		       const char *exercise, work_cb cb, void *arg,
		       struct err *e);
/* The lab stays up. The loop must run until it is empty. */
void work_close(struct work *w);

const struct exercise *work_exercise(const struct work *w);
const struct lab *work_lab(const struct work *w);
/* As what it was opened: a name, or a folder's path. */
const char *work_opened(const struct work *w);
const char *work_instance(const struct work *w);
/* "not started", "starting", "up", "stopping", "failed", "gone" */
const char *work_lab_state(const struct work *w);
/* NULL while the lab is not up. Borrowed until the next event. */
const struct grader_verdict *work_verdicts(const struct work *w);
const json_t *work_sessions(const struct work *w);
/* By index in the lab's links; NULL until they are known. */
const struct graph_link *work_links(const struct work *w);
struct ctl_async *work_ctl(const struct work *w);
bool work_settled(const struct work *w);

/* ACT_START, ACT_SOLVE, ACT_RESET, ACT_RELOAD, ACT_STOP: -1 when a job runs already. */
int work_job(struct work *w, enum tui_action job, struct err *e);
/* Make a node anew, as a job (ACT_RESET_NODE); the person's own keeps its files. */
int work_reset_node(struct work *w, const char *node, struct err *e);
/* The files as they were when the step was begun, as a job (ACT_RESET_STEP). */
int work_reset_step(struct work *w, size_t step, struct err *e);
/* This step is shown: it is begun, if it was not before. */
void work_step(struct work *w, size_t step);
/* What the running job does, for a person; NULL when none runs. */
const char *work_busy(const struct work *w);
/* Look at everything afresh. */
int work_check(struct work *w, struct err *e);
/* As grader_put. */
int work_put(struct work *w, const char *file, const char *text, struct err *e);
/* What was answered, {CHECK: TEXT}; owned, NULL with e set. */
json_t *work_answers(const struct work *w, struct err *e);
/* Answer that check; NULL takes the answer back. */
int work_answer(struct work *w, size_t check, const char *text, struct err *e);
/* The next hint: owned, NULL when nothing fails. Noted in the journal with take. */
char *work_hint(const struct work *w, bool take);
/* How many hints were taken, by the journal. */
long long work_hints(const struct work *w);
/* A step's Markdown with, above it, what is to be known of its translation; free
 * it. */
char *work_text(const struct work *w, size_t step, struct err *e);

#endif
