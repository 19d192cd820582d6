/*
 * Which exercise is meant, and the labs that belong to it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd.h"

/* The names of the running labs that belong to an exercise; owned. */
static json_t *
exercise_running(void)
{
	json_t *labs = ctl_lab_list(), *found = json_array(), *name;
	size_t i;

	json_array_foreach(labs, i, name)
	{
		_free_ char *x = grader_exercise_of(json_string_value(name));

		if (x != NULL)
			json_array_append(found, name);
	}
	json_decref(labs);
	return found;
}

/* The lab of the one that runs; owned. */
static char *
exercise_only(struct err *e)
{
	json_t *found = exercise_running();
	_free_ char *names = out_word(found);
	char *name = NULL;

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
	_free_ char *lab = c->lab ? xstrdup(c->lab) : NULL, *of = NULL;
	const char *name = c->nargs ? c->args[0] : NULL;
	struct exercise *x;

	if (name == NULL && lab == NULL && (lab = exercise_only(e)) == NULL)
		return NULL;
	if (name == NULL)
		name = (of = grader_exercise_of(lab)) ? of : lab;
	if ((x = exercise_load(name, e)) == NULL)
		return NULL;
	*instance = xstrdup(lab ? lab : x->name);
	if (!running || exercise_check_runs(x, *instance, e) == 0)
		return x;
	exercise_free(x);
	free(*instance);
	*instance = NULL;
	return NULL;
}
