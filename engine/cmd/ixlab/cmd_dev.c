/*
 * ixlab dev: for those who write exercises, and for this program's manual.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_man.h"
#include "cmd_table.h"
#include "grader/exercise_deal.h"
#include "grader/grader_kind.h"
#include "grader/lint.h"

/* ---- many exercises: each one's TAP becomes a subtest of ours */

struct dev_indent {
	FILE *to;
	bool middle; /* of a line */
};

static ssize_t
dev_indent_write(void *cookie, const char *data, size_t n)
{
	struct dev_indent *in = cookie;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!in->middle)
			fputs("    ", in->to);
		fputc(data[i], in->to);
		in->middle = data[i] != '\n';
	}
	fflush(in->to);
	return (ssize_t)n;
}

struct dev_how {
	bool mutants;
	unsigned int third; /* 0: all */
};

static int
dev_prove(const char *name, const struct dev_how *how, FILE *tap, struct err *e)
{
	struct grader_host host = cmd_host(NULL);
	struct exercise *x = exercise_load_whole(name, e);
	int rc;

	if (x == NULL)
		return -1;
	rc = grader_dev_check(x, &host, how->mutants, how->third, tap, e);
	exercise_free(x);
	return rc;
}

static int
dev_prove_nested(const char *name, const struct dev_how *how, size_t number)
{
	struct dev_indent in = {.to = stdout};
	FILE *tap = fopencookie(
	    &in, "w", (cookie_io_functions_t){.write = dev_indent_write});
	struct err e = {0};
	int rc;

	setvbuf(tap, NULL, _IOLBF, 0);
	rc = dev_prove(name, how, tap, &e);
	fclose(tap);
	printf("%s %zu - %s\n", rc == 0 ? "ok" : "not ok", number, name);
	if (rc < 0) {
		str_clean(e.msg);
		printf("# %s\n", e.msg);
	}
	fflush(stdout);
	return rc;
}

static int
dev_prove_all(json_t *names, const struct dev_how *how, struct err *e)
{
	size_t i, bad = 0;
	json_t *name;

	printf("TAP version 13\n1..%zu\n", json_array_size(names));
	json_array_foreach(names, i, name)
	{
		bad +=
		    dev_prove_nested(json_string_value(name), how, i + 1) < 0;
	}
	if (bad == 0)
		return 0;
	return err_set(e, ERR_FAILED, "%zu of %zu exercises are not proven",
		       bad, i);
}

/* The names given, or all there are. */
static json_t *
dev_names(const struct cmd *c, struct err *e)
{
	json_t *names, *all, *row;
	size_t i;

	names = json_array();
	for (i = 1; i < c->nargs; i++)
		json_array_append_new(names, out_str(c->args[i]));
	if (c->nargs > 1)
		return names;
	if ((all = exercise_list(e)) == NULL) {
		json_decref(names);
		return NULL;
	}
	json_array_foreach(all, i, row)
	    json_array_append(names, json_object_get(row, "name"));
	json_decref(all);
	return names;
}

static int
dev_how(const struct cmd *c, struct dev_how *how, struct err *e)
{
	const char *third = cmd_option(c, "--third");

	how->mutants = cmd_option(c, "--mutants") != NULL;
	if (third == NULL)
		return 0;
	if (strlen(third) != 1 || *third < '1' || *third > '3')
		return err_usage(e, "--third is 1, 2 or 3, not \"%s\"", third);
	how->third = (unsigned int)(*third - '0');
	return 0;
}

static int
dev_check(const struct cmd *c, struct err *e)
{
	struct dev_how how = {0};
	json_t *names;
	int rc;

	if (dev_how(c, &how, e) < 0)
		return -1;
	names = dev_names(c, e);
	if (names == NULL)
		return -1;
	cmd_host_guard();
	if (c->nargs == 2)
		rc = dev_prove(c->args[1], &how, stdout, e);
	else
		rc = dev_prove_all(names, &how, e);
	json_decref(names);
	return rc;
}

/* ---- the words alone */

static int
dev_lint_one(const char *name, size_t *found, struct err *e)
{
	struct exercise *x = exercise_load_whole(name, e);
	struct lint_finds f = {0};
	int rc;

	if (x == NULL)
		return -1;
	rc = lint_exercise(x, &f, e);
	fputs(str_text(&f.text), stdout);
	*found += f.n;
	str_clear(&f.text);
	exercise_free(x);
	return rc;
}

static int
dev_lint(const struct cmd *c, struct err *e)
{
	json_t *names = dev_names(c, e), *name;
	size_t i, found = 0;
	int rc = names ? 0 : -1;

	json_array_foreach(names, i, name)
	{
		if (rc == 0)
			rc = dev_lint_one(json_string_value(name), &found, e);
	}
	json_decref(names);
	if (rc < 0 || found == 0)
		return rc;
	return err_set(e, ERR_FAILED, "%zu finding%s", found,
		       found == 1 ? "" : "s");
}

/* ---- one folder, to look at */

static int
dev_run(struct cmd *c, struct err *e)
{
	struct grader_host host = cmd_host(NULL);
	struct exercise *x;
	int rc;

	if (c->nargs != 3)
		return err_usage(e, "use: ixlab dev run EXERCISE FOLDER");
	if ((x = exercise_load_whole(c->args[1], e)) == NULL)
		return -1;
	cmd_host_guard();
	rc = grader_dev_run(x, &host, c->args[2], stdout, c->color, e);
	exercise_free(x);
	return rc;
}

/* ---- a new one */

#define DEV_NEAREST "first-ebgp-session"

/* What comes before the other one stands beside it, but maybe not beside a copy. */
static bool
dev_alone(const char *folder, const struct exercise *from)
{
	size_t i;

	for (i = 0; i < from->nafter; i++) {
		_free_ char *path =
		    xasprintf("%s/../%s/exercise.yml", folder, from->after[i]);

		if (!file_exists(path))
			return true;
	}
	return false;
}

/* Takes a key of the head away, with the lines of its value. */
static void
dev_drop(char *text, const char *key)
{
	char *at = strstr(text, key), *end;

	if (at == NULL)
		return;
	end = ++at; /* the key begins with the end of the line before */
	do {
		end += strcspn(end, "\n");
		end += *end == '\n';
	} while (*end == ' ' || *end == '-');
	memmove(at, end, strlen(end) + 1);
}

/* The first key of exercise.yml says the name; the comment before it spoke of the
 * other one. */
static int
dev_rename(const char *folder, const struct exercise *from, struct err *e)
{
	_free_ char *path = xasprintf("%s/exercise.yml", folder);
	_free_ char *text = NULL, *made = NULL;
	const char *key, *behind, *slash = strrchr(folder, '/');

	if (file_read(path, 1 << 20, &text, NULL, e) < 0)
		return -1;
	key =
	    str_starts(text, "exercise:") ? text : strstr(text, "\nexercise:");
	if (key == NULL)
		return err_here(e, "%s: there is no line \"exercise: %s\"",
				path, from->name);
	if (dev_alone(folder, from))
		dev_drop(text, "\nafter:");
	behind = key + 1 + strcspn(key + 1, "\n");
	made = xasprintf("# After %s.\nexercise: %s%s", from->name,
			 slash ? slash + 1 : folder, behind);
	return file_write(path, made, strlen(made), e);
}

static int
dev_copy(const char *folder, const char *nearest, struct err *e)
{
	struct exercise *from = exercise_load_whole(nearest, e), *made = NULL;
	_free_ char *path = xasprintf("%s/.", folder);
	_free_ char *drawn = xasprintf("%s/" EXERCISE_PARAMETERS, folder);
	struct err dummy;

	if (from == NULL)
		return -1;
	if (file_copy(from->dir, folder, e) == 0 &&
	    file_remove(drawn, e) == 0 && dev_rename(folder, from, e) == 0)
		made = exercise_load_whole(path, e);
	if (made == NULL)
		(void)file_remove(folder, &dummy);
	exercise_free(from);
	exercise_free(made);
	return made != NULL ? 0 : -1;
}

static int
dev_new(const struct cmd *c, struct err *e)
{
	const char *folder = c->nargs > 1 ? c->args[1] : NULL;
	const char *nearest = c->nargs > 2 ? c->args[2] : DEV_NEAREST;

	if (folder == NULL || c->nargs > 3)
		return err_usage(e, "use: ixlab dev new FOLDER [EXERCISE]");
	if (file_exists(folder))
		return err_here(e, "%s is there already", folder);
	if (dev_copy(folder, nearest, e) < 0)
		return -1;
	printf("%s is a copy of %s. Change it, then prove it:\n"
	       "  ixlab dev check ./%s\n",
	       folder, nearest, folder);
	return 0;
}

int
cmd_dev(struct cmd *c, struct err *e)
{
	const char *what = c->args[0];

	if (strcmp(what, "check") == 0)
		return dev_check(c, e);
	if (strcmp(what, "lint") == 0)
		return dev_lint(c, e);
	if (strcmp(what, "run") == 0)
		return dev_run(c, e);
	if (strcmp(what, "new") == 0)
		return dev_new(c, e);
	if (c->nargs > 1 &&
	    (strcmp(what, "kinds") == 0 || strcmp(what, "man") == 0 ||
	     strcmp(what, "keys") == 0))
		return err_usage(e, "\"%s\" is too much; use: ixlab dev %s",
				 c->args[1], what);
	if (strcmp(what, "kinds") == 0) {
		grader_kinds_print(stdout);
		return 0;
	}
	if (strcmp(what, "man") == 0) {
		cmd_man(stdout);
		return 0;
	}
	if (strcmp(what, "keys") == 0) {
		cmd_man_keys(stdout);
		return 0;
	}
	return err_usage(
	    e,
	    "dev knows new, lint, run, check, kinds, man and keys, not \"%s\"",
	    what);
}
