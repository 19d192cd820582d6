/*
 * ixlab exec, shell, birdc: get inside a node.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
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
cmd_exec(struct cmd *c, struct err *e)
{
	_free_ char *lab = cmd_lab_pick(c, NULL, e);

	if (lab == NULL)
		return -1;
	return exec_explain(
	    cmd_run(c, lab, c->args[0], exec_argv(c, 1), exec_env(), e), e);
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

/* ---- the daemon's own command line */

/* "bird", "ixrs", "-"; NULL with e set when there is no such node. */
static char *
birdc_daemon(const char *lab, const char *name, struct err *e)
{
	json_t *state = cmd_lab_inspect(lab, e), *node;
	const char *text;
	char *daemon = NULL;
	size_t i;

	if (state == NULL)
		return NULL;
	json_array_foreach(json_object_get(state, "nodes"), i, node)
	{
		text = json_string_value(json_object_get(node, "name"));
		if (text && strcmp(text, name) == 0)
			daemon = out_word(json_object_get(node, "daemon"));
	}
	if (daemon == NULL)
		err_usage(e, "there is no node \"%s\" in %s", name, lab);
	json_decref(state);
	return daemon;
}

/* ixrsctl stands beside us. */
static json_t *
birdc_ixrsctl(const struct cmd *c)
{
	_free_ char *dir = file_program_dir();
	_free_ char *path = xasprintf("%s/ixrsctl", dir ? dir : ".");
	json_t *argv, *rest = exec_argv(c, 1);

	argv = json_pack("[s, s, s]", path, "--control", "/run/ixrs/ixrs.ctl");
	if (json_array_size(rest) == 0) {
		json_array_append_new(rest, json_string("show"));
		json_array_append_new(rest, json_string("sessions"));
	}
	json_array_extend(argv, rest);
	json_decref(rest);
	return argv;
}

int
cmd_birdc(struct cmd *c, struct err *e)
{
	_free_ char *lab = cmd_lab_pick(c, NULL, e);
	_free_ char *daemon = lab ? birdc_daemon(lab, c->args[0], e) : NULL;
	json_t *argv;

	if (daemon == NULL)
		return -1;
	if (strcmp(daemon, "ixrs") == 0) {
		argv = birdc_ixrsctl(c);
	} else if (strcmp(daemon, "bird") == 0) {
		argv = exec_argv(c, 1);
		json_array_insert_new(argv, 0, json_string("birdc"));
	} else {
		return err_usage(e, "%s runs no routing daemon", c->args[0]);
	}
	return exec_explain(cmd_run(c, lab, c->args[0], argv, exec_env(), e),
			    e);
}
