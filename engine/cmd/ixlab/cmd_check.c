/*
 * ixlab check: the grader's report in the form that was asked for.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_check.h"
#include "cmd_table.h"
#include "grader/desk/desk.h"

/* --tap and --json are short for two of the forms. */
static int
check_form(const struct cmd *c, enum grader_form *form, struct err *e)
{
	const char *tap = cmd_option(c, "--tap");
	const char *name = cmd_option(c, "--format");

	if ((tap != NULL) + (name != NULL) + c->json > 1)
		return err_usage(e, "--format, --tap and --json cannot go "
				    "together");
	*form = c->json ? GRADER_FORM_JSON : GRADER_FORM_TEXT;
	if (name)
		return grader_form_find(name, form, e);
	if (tap == NULL)
		return 0;
	if (*tap && strcmp(tap, "13") != 0 && strcmp(tap, "14") != 0)
		return err_usage(e,
				 "TAP has the versions 13 and 14, not "
				 "\"%s\"",
				 tap);
	*form = strcmp(tap, "14") == 0 ? GRADER_FORM_TAP14 : GRADER_FORM_TAP13;
	return 0;
}

/* What was reached is noted beside the work; that it cannot be must not hide
 * the report. */
void
cmd_report_note(const json_t *report)
{
	struct err e;

	if (grader_progress_note(report, &e) < 0 ||
	    desk_journal_report(report, &e) < 0)
		log_warnx("ixlab", "what you reached is not noted: %s", e.msg);
}

static void
check_waits(const char *who)
{
	fprintf(stderr, "%schecking waits: %s tries something in this lab\n",
		isatty(STDERR_FILENO) ? "\r\033[K" : "", who);
}

static int
check_once(struct cmd *c, const struct exercise *x, const char *instance,
	   enum grader_form form, struct err *e)
{
	bool tty = isatty(STDERR_FILENO);
	json_t *report;

	if (tty)
		fputs("checking ...", stderr);
	report = grader_check(x, instance, check_waits, e);
	if (tty)
		fputs("\r\033[K", stderr);
	if (report == NULL) {
		if (form == GRADER_FORM_TAP13 || form == GRADER_FORM_TAP14)
			printf("Bail out! %s\n", e->msg);
		return -1;
	}
	grader_form_print(stdout, form, report, false, c->color);
	c->status = (int)grader_status(report);
	cmd_report_note(report);
	json_decref(report);
	return 0;
}

static int
check_exercise(struct cmd *c, const struct exercise *x, const char *instance,
	       struct err *e)
{
	enum grader_form form;

	if (check_form(c, &form, e) < 0)
		return -1;
	if (x->facts && form != GRADER_FORM_JSON)
		return err_usage(e, "--facts goes with --json, not %s",
				 grader_form_name(form));
	if (cmd_option(c, "--watch") == NULL)
		return check_once(c, x, instance, form, e);
	if (form != GRADER_FORM_TEXT && form != GRADER_FORM_JSON)
		return err_usage(e, "--watch prints text or JSON lines, not %s",
				 grader_form_name(form));
	return cmd_watch(c, x, instance, form, e);
}

int
cmd_check(struct cmd *c, struct err *e)
{
	_free_ char *instance = NULL;
	struct exercise *x = cmd_exercise_pick(c, &instance, true, e);
	int rc;

	if (x == NULL)
		return -1;
	x->facts = cmd_option(c, "--facts") != NULL;
	rc = check_exercise(c, x, instance, e);
	exercise_free(x);
	return rc;
}
