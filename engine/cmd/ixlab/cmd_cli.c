/*
 * ixlab cli, birdc, robot: the command line of a node's daemon, which its kind
 * names, or what a robot is asked.
 */
#include <string.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "lab/model/model_kind.h"

/* What a node runs; NULL with e set when there is no such node, or nothing. */
static const struct lab_kind *
cli_kind(const char *lab, const char *name, struct err *e)
{
	json_t *state = cmd_lab_inspect(lab, e), *node;
	const struct lab_kind *k = NULL;
	bool there = false;
	const char *text;
	size_t i;

	if (state == NULL)
		return NULL;
	json_array_foreach(json_object_get(state, "nodes"), i, node)
	{
		text = json_string_value(json_object_get(node, "name"));
		if (text == NULL || strcmp(text, name) != 0)
			continue;
		there = true;
		text = json_string_value(json_object_get(node, "kind"));
		k = text ? model_kind_find(text) : NULL;
	}
	json_decref(state);
	if (!there)
		err_usage(e, "there is no node \"%s\" in %s", name, lab);
	else if (k == NULL || k->program == NULL)
		err_usage(e, "%s runs no routing daemon", name);
	return there && k && k->program ? k : NULL;
}

static void
cli_add(json_t *argv, const char *const *words)
{
	for (; words && *words; words++)
		json_array_append_new(argv, json_string(*words));
}

/* The person's words, each for itself or, where the program wants that, as one.
 */
static void
cli_words(const struct cmd *c, const char *joined, json_t *argv)
{
	struct str s = {0};
	size_t i;

	for (i = 1; i < c->nargs; i++)
		if (joined == NULL)
			json_array_append_new(argv, out_str(c->args[i]));
		else
			str_addf(&s, "%s%s", i > 1 ? " " : "", c->args[i]);
	if (joined != NULL) {
		json_array_append_new(argv, json_string(joined));
		json_array_append_new(argv, out_str(str_text(&s)));
	}
	str_clear(&s);
}

/* A program of ours stands beside us. */
static json_t *
cli_argv(const struct cmd *c, const struct lab_kind *k)
{
	_free_ char *dir = k->ours ? file_program_dir() : NULL;
	_free_ char *path =
	    dir ? xasprintf("%s/%s", dir, k->cli->argv[0]) : NULL;
	json_t *argv = json_array();

	json_array_append_new(argv, json_string(path ? path : k->cli->argv[0]));
	cli_add(argv, k->cli->argv + 1);
	if (c->nargs > 1)
		cli_words(c, k->cli->joined, argv);
	else
		cli_add(argv, k->cli->idle);
	return argv;
}

/* What ixpeer --ask takes, with the robot's name put in behind the question. */
static json_t *
robot_argv(const struct cmd *c)
{
	_free_ char *dir = file_program_dir();
	_free_ char *path = xasprintf("%s/ixpeer", dir ? dir : ".");
	json_t *argv = json_pack("[s, s, s]", path, "--ask", "/run/ixpeer.ctl");
	json_t *words = json_array();
	size_t i;

	for (i = 1; i < c->nargs; i++)
		json_array_append_new(strcmp(c->args[i], "--json") == 0 ? argv
									: words,
				      out_str(c->args[i]));
	if (json_array_size(words) == 0)
		json_array_append_new(words, json_string("robots"));
	json_array_insert_new(words, 1, json_string(c->args[0]));
	json_array_extend(argv, words);
	json_decref(words);
	return argv;
}

int
cmd_robot(struct cmd *c, struct err *e)
{
	_free_ char *lab = cmd_lab_pick(c, NULL, e);
	const struct lab_kind *k = lab ? cli_kind(lab, c->args[0], e) : NULL;

	if (k == NULL)
		return -1;
	if (!k->crowd)
		return err_usage(e, "%s is no robot: it runs %s", c->args[0],
				 k->title);
	return cmd_exec_argv(c, lab, robot_argv(c), e);
}

int
cmd_cli(struct cmd *c, struct err *e)
{
	_free_ char *lab = cmd_lab_pick(c, NULL, e);
	const struct lab_kind *k = lab ? cli_kind(lab, c->args[0], e) : NULL;

	if (k == NULL)
		return -1;
	if (k->crowd)
		return cmd_exec_argv(c, lab, robot_argv(c), e);
	if (k->cli == NULL)
		return err_usage(e, "%s runs %s, which has no command line",
				 c->args[0], k->title);
	return cmd_exec_argv(c, lab, cli_argv(c, k), e);
}

int
cmd_birdc(struct cmd *c, struct err *e)
{
	_free_ char *lab = cmd_lab_pick(c, NULL, e);
	const struct lab_kind *k = lab ? cli_kind(lab, c->args[0], e) : NULL;

	if (k == NULL)
		return -1;
	if (k != &model_kind_bird && k != &model_kind_ixrs)
		return err_usage(e, "%s runs %s and no BIRD; use: ixlab cli %s",
				 c->args[0], k->title, c->args[0]);
	return cmd_exec_argv(c, lab, cli_argv(c, k), e);
}
