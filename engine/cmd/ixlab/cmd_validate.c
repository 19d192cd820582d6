/*
 * ixlab validate: read lab and exercise files as the engine will, and say what
 * is wrong in the form that editors jump to. The key "lab", "exercise" or
 * "course" tells the kind.
 */
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "base/yaml.h"
#include "cmd_table.h"
#include "grader/course.h"
#include "lab/model/model_netconf.h"

static const char *
validate_kind(const char *path, struct err *e)
{
	const char *kind = NULL;
	struct yaml_doc doc;

	if (yaml_load(&doc, path, e) < 0)
		return NULL;
	if (yaml_get(doc.root, "exercise"))
		kind = "exercise";
	else if (yaml_get(doc.root, "lab"))
		kind = "lab";
	else if (yaml_get(doc.root, "course"))
		kind = "course";
	else
		err_at(e, path, doc.root ? doc.root->line : 1,
		       doc.root ? doc.root->col : 1,
		       "this is no lab, exercise or course: %s",
		       str_ends(path, "/" MODEL_NETCONF_FILE)
			   ? "a " MODEL_NETCONF_FILE
			     " is read with its exercise, and by ixlab reload"
			   : "give it the key \"lab\", \"exercise\" or "
			     "\"course\"");
	yaml_clear(&doc);
	return kind;
}

static int
validate_lab(const char *path, struct err *e)
{
	/* A bare name would be looked up in the data folder. */
	_free_ char *local = xasprintf("./%s", path);
	struct lab *lab =
	    model_load(strpbrk(path, "./") ? path : local, NULL, e);

	if (lab == NULL)
		return -1;
	model_free(lab);
	return 0;
}

/* With its texts and folders when it lies in one, alone otherwise. */
static int
validate_exercise(const char *path, struct err *e)
{
	_free_ char *a = xstrdup(path), *b = xstrdup(path), *text = NULL;
	struct exercise *x = NULL;
	size_t len;

	if (strcmp(basename(a), "exercise.yml") == 0) {
		const char *dir = dirname(b);
		_free_ char *local = xasprintf("./%s", dir);

		/* A bare name would be looked up in the data folder. */
		x = exercise_load(strpbrk(dir, "./") ? dir : local, e);
	} else if (file_read(path, YAML_MAX_BYTES, &text, &len, e) == 0) {
		x = exercise_parse(path, text, len, e);
	}
	if (x == NULL)
		return -1;
	exercise_free(x);
	return 0;
}

static int
validate_course(const char *path, struct err *e)
{
	_free_ char *local = xasprintf("./%s", path);
	json_t *all = exercise_list(e);
	struct course *c =
	    all ? course_load(strpbrk(path, "./") ? path : local, all, e)
		: NULL;

	json_decref(all);
	if (c == NULL)
		return -1;
	course_free(c);
	return 0;
}

static int
validate_as(const char *kind, const char *path, struct err *e)
{
	if (strcmp(kind, "lab") == 0)
		return validate_lab(path, e);
	if (strcmp(kind, "course") == 0)
		return validate_course(path, e);
	return validate_exercise(path, e);
}

static json_t *
validate_file(const char *arg)
{
	_free_ char *inside = xasprintf("%s/exercise.yml", arg);
	const char *path = file_exists(inside) ? inside : arg, *kind;
	struct err e = {0};
	int rc = -1;

	if ((kind = validate_kind(path, &e)) != NULL)
		rc = validate_as(kind, path, &e);
	return json_pack("{s:o, s:o, s:b, s:o}", "file", out_str(path), "kind",
			 out_str(kind), "ok", rc == 0, "error",
			 out_str(rc == 0 ? NULL : e.msg));
}

static void
validate_print(const json_t *row)
{
	const char *error = json_string_value(json_object_get(row, "error"));
	_free_ char *file = out_word(json_object_get(row, "file"));
	_free_ char *kind = out_word(json_object_get(row, "kind"));
	_free_ char *text = out_word(json_object_get(row, "error"));

	if (error)
		fprintf(stderr, "%s\n", text);
	else
		printf("%s: a good %s\n", file, kind);
}

int
cmd_validate(struct cmd *c, struct err *e)
{
	json_t *rows = json_array(), *row;
	size_t i, bad = 0;

	for (i = 0; i < c->nargs; i++) {
		row = validate_file(c->args[i]);
		bad += !json_is_true(json_object_get(row, "ok"));
		json_array_append_new(rows, row);
		if (!c->json)
			validate_print(row);
	}
	if (c->json)
		out_json(stdout, rows);
	json_decref(rows);
	return bad ? err_usage(e, "%s", "") : 0;
}
