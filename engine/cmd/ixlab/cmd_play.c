/*
 * ixlab play: an exercise from its start to its solution, without a person.
 *
 * It runs in a lab of its own, EXERCISE-play, so nobody's work is touched, and
 * leaves nothing behind, interrupted or not. The checks must fail at the start
 * and pass at the end: anything else is a failure of the exercise.
 */
#include <stdlib.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_check.h"
#include "cmd_table.h"

struct play {
	struct cmd *c;
	const struct exercise *x;
	const char *instance;
	struct grader_host host;
	json_t *before, *after; /* reports */
	int64_t up_ms, solved_ms;
};

static void
play_say(const struct play *p, const char *text)
{
	if (!p->c->json) {
		printf("==> %s: %s\n", p->x->name, text);
		fflush(stdout);
	}
}

/* Check, print, and want this status. */
static int
play_check(struct play *p, enum err_class want, json_t **report, struct err *e)
{
	enum err_class got;

	*report = grader_check(p->x, p->instance, NULL, e);
	if (*report == NULL)
		return -1;
	if (!p->c->json)
		grader_print_text(stdout, *report, p->c->color);
	fflush(stdout);
	if ((got = grader_status(*report)) == want)
		return 0;
	if (got == ERR_HERE)
		return err_here(e, "%s: a check could not be made", p->x->name);
	return err_set(e, ERR_FAILED,
		       want == ERR_NONE
			   ? "%s: the reference solution does not pass"
			   : "%s: the start passes already",
		       p->x->name);
}

static int
play_steps(struct play *p, struct err *e)
{
	int64_t begin = cmd_now_ms();
	_free_ char *up = NULL;

	play_say(p, "start its lab");
	if (grader_start(p->x, &p->host, p->instance, e) < 0)
		return -1;
	p->up_ms = cmd_now_ms() - begin;
	up = xasprintf("the lab is up in %.2f s; check what is there: "
		       "these must fail",
		       (double)p->up_ms / 1000);
	play_say(p, up);
	if (play_check(p, ERR_FAILED, &p->before, e) < 0)
		return -1;
	play_say(p, "put the reference solution in place; all must pass");
	begin = cmd_now_ms();
	if (grader_apply(p->x, "solution", p->instance, false, e) < 0 ||
	    play_check(p, ERR_NONE, &p->after, e) < 0)
		return -1;
	p->solved_ms = cmd_now_ms() - begin;
	return 0;
}

static int
play_clean(struct play *p, const char *dir, struct err *e)
{
	if (cmd_lab_runs(p->instance) &&
	    p->host.down(p->host.arg, p->instance, e) < 0)
		return -1;
	return file_remove(dir, e);
}

static void
play_end(const struct play *p)
{
	json_t *all;

	if (!p->c->json) {
		printf("==> %s: played, all checks pass after the solution "
		       "(%.2f s)\n",
		       p->x->name, (double)p->solved_ms / 1000);
		return;
	}
	all = json_pack("{s:o, s:I, s:I, s:O, s:O}", "exercise",
			out_str(p->x->name), "up_ms", (json_int_t)p->up_ms,
			"solved_ms", (json_int_t)p->solved_ms, "before",
			p->before, "after", p->after);
	out_json(stdout, all);
	json_decref(all);
}

static int
play_exercise(struct play *p, struct err *e)
{
	_free_ char *dir = cmd_lab_state_dir(p->instance, e);
	struct err later;
	int rc;

	if (dir == NULL)
		return -1;
	if (cmd_lab_runs(p->instance))
		return err_here(e,
				"%s is being played already; end it: ixlab "
				"down %s",
				p->x->name, p->instance);
	if (file_remove(dir, e) < 0)
		return -1;
	cmd_host_guard();
	rc = play_steps(p, e);
	if (rc == 0)
		rc = play_clean(p, dir, e);
	else
		(void)play_clean(p, dir, &later);
	if (rc == 0)
		play_end(p);
	json_decref(p->before);
	json_decref(p->after);
	return rc;
}

/* The one that is meant, or the first of the course. */
static struct exercise *
play_load(const struct cmd *c, struct err *e)
{
	struct exercise *x;
	const char *name;
	json_t *all;

	if (c->nargs)
		return exercise_load(c->args[0], e);
	if ((all = exercise_list(e)) == NULL)
		return NULL;
	name =
	    json_string_value(json_object_get(json_array_get(all, 0), "name"));
	if (name == NULL)
		err_here(e, "there are no exercises");
	x = name ? exercise_load(name, e) : NULL;
	json_decref(all);
	return x;
}

int
cmd_play(struct cmd *c, struct err *e)
{
	struct exercise *x = play_load(c, e);
	_free_ char *instance = NULL;
	struct play p = {.c = c, .x = x, .host = cmd_host(stderr)};
	int rc;

	if (x == NULL)
		return -1;
	instance = c->lab ? xstrdup(c->lab) : xasprintf("%.27s-play", x->name);
	p.instance = instance;
	rc = play_exercise(&p, e);
	exercise_free(x);
	return rc;
}
