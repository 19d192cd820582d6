/*
 * ixlab reset: of a node, when a lab that runs has one of that name, else of an
 * exercise (cmd_work.c).
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"

static void
reset_print(const struct cmd *c, const json_t *answer)
{
	const json_t *kept = json_object_get(answer, "kept");
	_free_ char *files = out_word(kept);
	_free_ char *state = out_word(json_object_get(answer, "state"));
	_free_ char *reason = out_word(json_object_get(answer, "reason"));
	const char *why = json_string_value(json_object_get(answer, "reason"));

	printf("%s is as at first", c->args[0]);
	if (strcmp(state, "-") != 0)
		printf("; its daemon: %s", state);
	if (why != NULL && *why)
		printf(" (%s)", reason);
	putchar('\n');
	if (json_array_size(kept) > 0)
		printf("your own text is kept: %s\n", files);
}

static int
reset_node(const struct cmd *c, const char *lab, struct err *e)
{
	_free_ char *socket = ctl_lab_name(lab);
	struct ctl *ctl = ctl_open(socket, e);
	json_t *answer = NULL, *args;

	if (ctl == NULL)
		return -1;
	args = json_pack("{so}", "node", out_str(c->args[0]));
	if (cmd_option(c, "--keep-config"))
		json_object_set_new(args, "keep", json_true());
	(void)ctl_call(ctl, "reset", args, NULL, 0, CMD_TIMEOUT_MS, &answer, e);
	ctl_close(ctl);
	if (answer == NULL)
		return -1;
	if (c->json)
		out_json(stdout, answer);
	else
		reset_print(c, answer);
	json_decref(answer);
	return 0;
}

/* The lab is asked for the reset itself, not first whether it has such a node:
 * all that it knows of itself would take longer than the reset. */
int
cmd_reset(struct cmd *c, struct err *e)
{
	struct err none = {0};
	_free_ char *lab = c->nargs ? cmd_lab_pick(c, NULL, &none) : NULL;

	if (cmd_option(c, "--step"))
		return cmd_reset_exercise(c, e);
	if (lab != NULL && reset_node(c, lab, &none) == 0)
		return 0;
	if (lab != NULL && none.class != ERR_USAGE) {
		*e = none;
		return -1;
	}
	if (cmd_option(c, "--keep-config"))
		return lab != NULL
			   ? err_usage(e, "%s", none.msg)
			   : err_usage(e, "--keep-config goes with the name of "
					  "a node of a lab that runs");
	if (cmd_reset_exercise(c, e) == 0)
		return 0;
	if (c->nargs && lab == NULL && e->class == ERR_USAGE)
		err_usage(e,
			  "there is no exercise \"%s\", look: ixlab exercises; "
			  "nor a node: %s",
			  c->args[0], none.msg);
	if (lab != NULL && e->class == ERR_USAGE)
		err_usage(e, "%s; nor is there an exercise of that name",
			  none.msg);
	return -1;
}
