/*
 * ixlab labs, ixlab exercises: what there is.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"

static int
labs_is_file(const struct dirent *d)
{
	return d->d_name[0] != '.' && str_ends(d->d_name, ".yml");
}

/* A lab that cannot be read is listed with its error: it must not hide. */
static json_t *
labs_row(const char *dir, const char *file)
{
	_free_ char *path = xasprintf("%s/%s", dir, file);
	_free_ char *name = xstrndup(file, strlen(file) - strlen(".yml"));
	struct err e;
	struct lab *lab = model_load(path, NULL, &e);
	json_t *row;

	if (lab == NULL)
		return json_pack("{s:o, s:o, s:o}", "name", out_str(name),
				 "title", out_str(e.msg), "error",
				 out_str(e.msg));
	row = json_pack("{s:o, s:o, s:I, s:o}", "name", out_str(name), "title",
			out_str(lab->title), "nodes", (json_int_t)lab->nnodes,
			"exchange", out_str(lab->exchange));
	model_free(lab);
	return row;
}

json_t *
cmd_labs_list(struct err *e)
{
	_free_ char *data = file_data_dir();
	_free_ char *dir = xasprintf("%s/labs", data);
	struct dirent **names;
	json_t *rows;
	int i, n;

	if ((n = scandir(dir, &names, labs_is_file, alphasort)) < 0) {
		err_sys(e, "%s", dir);
		return NULL;
	}
	rows = json_array();
	for (i = 0; i < n; i++) {
		json_array_append_new(rows, labs_row(dir, names[i]->d_name));
		free(names[i]);
	}
	free(names);
	return rows;
}

int
cmd_labs(struct cmd *c, struct err *e)
{
	static const struct out_column columns[] = {
	    {"NAME", "name"}, {"NODES", "nodes"}, {"TITLE", "title"}};
	json_t *rows = cmd_labs_list(e);

	if (rows == NULL)
		return -1;
	if (c->json)
		out_json(stdout, rows);
	else
		out_table(stdout, rows, columns, 3, "there are no labs");
	json_decref(rows);
	return 0;
}

/* What was reached so far beside what there is to reach. */
static void
labs_add_progress(json_t *rows, const json_t *progress)
{
	const json_t *reached;
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		reached = json_object_get(
		    json_object_get(progress, json_string_value(json_object_get(
						  row, "name"))),
		    "points");
		json_object_set_new(row, "reached",
				    json_integer(json_integer_value(reached)));
	}
}

static void
labs_print_exercises(json_t *rows)
{
	static const struct out_column columns[] = {{"NAME", "name"},
						    {"MINUTES", "minutes"},
						    {"LEVEL", "level"},
						    {"POINTS", "score"},
						    {"TITLE", "title"}};
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		_free_ char *score =
		    xasprintf("%lld/%lld",
			      (long long)json_integer_value(
				  json_object_get(row, "reached")),
			      (long long)json_integer_value(
				  json_object_get(row, "points")));

		json_object_set_new(row, "score", out_str(score));
	}
	out_table(stdout, rows, columns, 5, "there are no exercises");
}

int
cmd_exercises(struct cmd *c, struct err *e)
{
	json_t *rows = exercise_list(e), *progress;

	if (rows == NULL)
		return -1;
	if ((progress = grader_progress(e)) == NULL) {
		json_decref(rows);
		return -1;
	}
	labs_add_progress(rows, progress);
	if (c->json)
		out_json(stdout, rows);
	else
		labs_print_exercises(rows);
	json_decref(progress);
	json_decref(rows);
	return 0;
}
