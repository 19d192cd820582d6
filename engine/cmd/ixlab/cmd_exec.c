/*
 * ixlab exec, shell: get inside a node.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"

/* What a program in a node must know of the person's terminal and language. */
static json_t *
exec_env(void)
{
	static const char *const names[] = {"TERM",   "COLORTERM", "LANG",
					    "LC_ALL", "LC_CTYPE",  "EDITOR",
					    "VISUAL", "NO_COLOR",  "PAGER"};
	json_t *env = json_object();
	const char *value;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if ((value = getenv(names[i])) != NULL)
			json_object_set_new(env, names[i], out_str(value));
	return env;
}

static json_t *
exec_argv(const struct cmd *c, size_t from)
{
	json_t *argv = json_array();

	for (; from < c->nargs; from++)
		json_array_append_new(argv, out_str(c->args[from]));
	return argv;
}

/* What a shell would say of the same command. */
static int
exec_explain(int rc, struct err *e)
{
	if (rc == 0 || e->class != ERR_HERE)
		return rc;
	if (str_ends(e->msg, strerror(ENOENT)))
		e->class = 127;
	else if (str_ends(e->msg, strerror(EACCES)) ||
		 str_ends(e->msg, strerror(ENOEXEC)))
		e->class = 126;
	return rc;
}

int
cmd_exec_argv(struct cmd *c, const char *lab, json_t *argv, struct err *e)
{
	return exec_explain(cmd_run(c, lab, c->args[0], argv, exec_env(), e),
			    e);
}

int
cmd_exec(struct cmd *c, struct err *e)
{
	_free_ char *lab = cmd_lab_pick(c, NULL, e);

	if (lab == NULL)
		return -1;
	return cmd_exec_argv(c, lab, exec_argv(c, 1), e);
}

/* The person's own shell; a bash without the files that would change what the
 * prompt says. */
int
cmd_shell(struct cmd *c, struct err *e)
{
	_free_ char *lab = cmd_lab_pick(c, NULL, e);
	_free_ char *prompt = xasprintf("%s# ", c->args[0]);
	const char *shell = getenv("SHELL");
	json_t *env, *argv;

	if (lab == NULL)
		return -1;
	if (shell == NULL || shell[0] != '/' || access(shell, X_OK) < 0)
		shell = "/bin/bash";
	env = exec_env();
	json_object_set_new(env, "PS1", out_str(prompt));
	argv = str_ends(shell, "/bash")
		   ? json_pack("[s, s, s]", shell, "--norc", "--noprofile")
		   : json_pack("[s]", shell);
	return cmd_run(c, lab, c->args[0], argv, env, e);
}
