/*
 * ixlab hint, solve, reset of an exercise: help with an exercise that runs.
 */
#include <stdlib.h>

#include "base/log.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "grader/desk/desk.h"

/* That it cannot be noted must not hide the help. */
static void
work_note(const struct exercise *x, const char *what, const char *detail)
{
	struct err e;

	if (desk_journal_note(x->name, what, detail, &e) < 0)
		log_warnx("ixlab", "the journal is not kept: %s", e.msg);
}

static int
work_hint(const struct cmd *c, const struct exercise *x, const char *instance,
	  struct err *e)
{
	json_t *report = grader_check(x, instance, NULL, e), *row;
	_free_ char *hint = NULL;

	if (report == NULL)
		return -1;
	hint = grader_hint(x, report);
	work_note(x, "hint", NULL);
	json_decref(report);
	if (c->json) {
		row = json_pack("{s:o, s:o}", "exercise", out_str(x->name),
				"hint", out_str(hint));
		out_json(stdout, row);
		json_decref(row);
		return 0;
	}
	if (hint)
		str_clean_lines(hint);
	puts(hint ? hint : "no check fails: there is nothing to hint at");
	return 0;
}

int
cmd_hint(struct cmd *c, struct err *e)
{
	_free_ char *instance = NULL;
	struct exercise *x = cmd_exercise_pick(c, &instance, true, e);
	int rc;

	if (x == NULL)
		return -1;
	rc = work_hint(c, x, instance, e);
	exercise_free(x);
	return rc;
}

static int
work_lay(const struct cmd *c, const struct exercise *x, const char *folder,
	 const char *instance, struct err *e)
{
	const char *step = cmd_option(c, "--step");
	unsigned int n;

	if (step == NULL)
		return grader_apply(x, folder, instance, true, e);
	if (!str_to_u32(step, 1, x->nsteps, &n))
		return err_usage(e, "--step takes a number from 1 to %zu",
				 x->nsteps);
	return grader_step_reset(x, n - 1, instance, e);
}

/* Lay a folder of the exercise over the person's files, keeping theirs. */
static int
work_apply(struct cmd *c, const char *folder, const char *word,
	   const char *what, struct err *e)
{
	_free_ char *instance = NULL;
	struct exercise *x = cmd_exercise_pick(c, &instance, true, e);
	json_t *row;
	int rc;

	if (x == NULL)
		return -1;
	rc = work_lay(c, x, folder, instance, e);
	if (rc == 0)
		work_note(x, word, NULL);
	if (rc == 0 && c->json) {
		row = json_pack("{s:o, s:s, s:s}", "exercise", out_str(x->name),
				"applied", folder, "kept", ".mine");
		out_json(stdout, row);
		json_decref(row);
	} else if (rc == 0) {
		printf("%s: %s; your own text is beside it as FILE.mine\n",
		       x->name, what);
	}
	exercise_free(x);
	return rc;
}

int
cmd_solve(struct cmd *c, struct err *e)
{
	return work_apply(c, "solution", "solve",
			  "the reference solution is in place", e);
}

int
cmd_reset_exercise(struct cmd *c, struct err *e)
{
	return work_apply(c, "start", "reset",
			  cmd_option(c, "--step")
			      ? "the files are as when that step began"
			      : "the files are as at the start",
			  e);
}
