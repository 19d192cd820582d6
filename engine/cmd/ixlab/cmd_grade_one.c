/*
 * ixlab grade --one: one submission, in this process.
 *
 * The batch (cmd_grade.c) begins it for each file, with memory of its own as the
 * standard output. It goes behind the seal (node_seal.h) by way of desk_grade,
 * when the bytes are read and before any of them is parsed; with --unsealed only
 * the limits hold. The result is printed unsigned: the signing key is never read
 * by a process that parses strangers' text.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "grader/desk/submission.h"
#include "lab/node/node_seal.h"

static int
grade_seal(void *seal, struct err *e)
{
	return node_seal(seal, e);
}

int
cmd_grade_one(struct cmd *c, const char *instance, struct err *e)
{
	_free_ char *state = file_state_dir(e), *dir = NULL, *overlay = NULL;
	struct grader_host host = cmd_host(NULL);
	char bird[64], kernel[64];
	struct desk_bench b = {.exercise = cmd_option(c, "--exercise"),
			       .host = &host,
			       .instance = instance,
			       .ixlab = IXLAB_VERSION,
			       .bird = bird,
			       .kernel = kernel};
	const char *own = b.exercise;
	_free_ char *folder =
	    own && strchr(own, '/') ? file_absolute(own) : NULL;
	struct node_seal seal = {.name = instance, .seen = {folder}};
	json_t *result;

	if (state == NULL)
		return -1;
	if (c->nargs != 1)
		return err_usage(e, "--one grades one file");
	if (strspn(instance, "abcdefghijklmnopqrstuvwxyz0123456789-") !=
		strlen(instance) ||
	    *instance == '\0' || strlen(instance) > MODEL_NAME_MAX)
		return err_usage(e, "that is no name of a lab");
	if (cmd_lab_runs(instance))
		return err_here(e, "lab %s runs already", instance);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (cmd_option(c, "--unsealed")) {
		if (node_seal_bound(e) < 0)
			return -1;
		cmd_host_guard();
	} else
		b.seal = grade_seal;
	b.seal_arg = &seal;
	if (folder)
		b.exercise = folder;
	/* what cmd_host_guard removes when a signal ends us */
	dir = xasprintf("%s/dev/%d", state, (int)getpid());
	overlay = xasprintf("%s/lab", dir);
	b.overlay = overlay;
	cmd_submit_versions(bird, kernel);
	result = desk_grade(&b, c->args[0]);
	(void)file_remove(dir, &(struct err){0});
	out_json(stdout, result);
	c->status = (int)desk_result_class(result);
	json_decref(result);
	return 0;
}
