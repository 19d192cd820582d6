/*
 * ixlab start: an exercise's lab, and where the person's work is.
 */
#include <stdlib.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"

static json_t *
start_files(const struct exercise *x, const char *dir)
{
	json_t *files = json_array();
	size_t i;

	for (i = 0; i < x->nfiles; i++) {
		_free_ char *path = xasprintf("%s/nodes/%s", dir, x->files[i]);

		json_array_append_new(files, out_str(path));
	}
	return files;
}

static void
start_print(const struct exercise *x, const json_t *row)
{
	_free_ char *lab = out_word(json_object_get(row, "lab"));
	const json_t *file;
	size_t i;

	if (json_is_true(json_object_get(row, "already")))
		printf("%s runs already\n", lab);
	else
		printf("%s is up in %.2f s\n", lab,
		       (double)json_integer_value(json_object_get(row, "ms")) /
			   1000);
	printf("%s. You work on %s; your files:\n", x->title, x->trainee);
	json_array_foreach(json_object_get(row, "files"), i, file)
	{
		_free_ char *path = out_word(file);

		printf("  %s\n", path);
	}
	printf("Next: ixlab shell %s, ixlab check, ixlab hint\n", x->trainee);
}

static int
start_exercise(const struct cmd *c, const struct exercise *x,
	       const char *instance, struct err *e)
{
	struct grader_host host = cmd_host(stderr);
	_free_ char *dir = cmd_lab_state_dir(instance, e);
	int64_t begin = cmd_now_ms();
	bool already = cmd_lab_runs(instance);
	json_t *row;

	if (dir == NULL || grader_start(x, &host, instance, e) < 0)
		return -1;
	row = json_pack("{s:o, s:o, s:b, s:I, s:o, s:o}", "exercise",
			out_str(x->name), "lab", out_str(instance), "already",
			already, "ms", (json_int_t)(cmd_now_ms() - begin),
			"trainee", out_str(x->trainee), "files",
			start_files(x, dir));
	if (c->json)
		out_json(stdout, row);
	else
		start_print(x, row);
	json_decref(row);
	return 0;
}

int
cmd_start(struct cmd *c, struct err *e)
{
	_free_ char *instance = NULL;
	struct exercise *x = cmd_exercise_pick(c, &instance, false, e);
	int rc;

	if (x == NULL)
		return -1;
	rc = start_exercise(c, x, instance, e);
	exercise_free(x);
	return rc;
}
