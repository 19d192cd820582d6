/*
 * Which exercise is meant, and the labs that belong to it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd.h"

static bool
exercise_known(const json_t *all, const char *name)
{
	json_t *row;
	size_t i;

	json_array_foreach(all, i, row)
	{
		const char *n = json_string_value(json_object_get(row, "name"));

		if (n && strcmp(n, name) == 0)
			return true;
	}
	return false;
}

/* The names of the running labs that are exercises; owned, NULL with e set. */
static json_t *
exercise_running(struct err *e)
{
	json_t *all = exercise_list(e), *labs, *name, *found;
	size_t i;

	if (all == NULL)
		return NULL;
	labs = ctl_lab_list();
	found = json_array();
	json_array_foreach(labs, i, name)
	{
		if (exercise_known(all, json_string_value(name)))
			json_array_append(found, name);
	}
	json_decref(labs);
	json_decref(all);
	return found;
}

/* The one that runs; owned. */
static char *
exercise_only(struct err *e)
{
	json_t *found = exercise_running(e);
	_free_ char *names = NULL;
	char *name = NULL;

	if (found == NULL)
		return NULL;
	names = out_word(found);
	if (json_array_size(found) == 1)
		name = xstrdup(names);
	else if (json_array_size(found) == 0)
		err_here(e, "no exercise runs; choose one: ixlab exercises; "
			    "then: ixlab start EXERCISE");
	else
		err_usage(e, "several exercises run: %s; say which", names);
	json_decref(found);
	return name;
}

/* A folder's path is an exercise too; its name is what the file says. */
static int
exercise_check_runs(const struct exercise *x, const char *instance,
		    struct err *e)
{
	if (cmd_lab_runs(instance))
		return 0;
	return err_here(e, "%s is not running; start it: ixlab start %s",
			instance, x->name);
}

struct exercise *
cmd_exercise_pick(const struct cmd *c, char **instance, bool running,
		  struct err *e)
{
	_free_ char *only = NULL;
	const char *name = c->nargs ? c->args[0] : c->lab;
	struct exercise *x;

	if (name == NULL && (name = only = exercise_only(e)) == NULL)
		return NULL;
	if ((x = exercise_load(name, e)) == NULL)
		return NULL;
	*instance = xstrdup(c->lab ? c->lab : x->name);
	if (!running || exercise_check_runs(x, *instance, e) == 0)
		return x;
	exercise_free(x);
	free(*instance);
	*instance = NULL;
	return NULL;
}
