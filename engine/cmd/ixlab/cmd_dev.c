/*
 * ixlab dev: for those who write exercises, and for this program's manual.
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd_man.h"
#include "cmd_table.h"
#include "grader/grader_kind.h"

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

static int
dev_prove(const char *name, FILE *tap, struct err *e)
{
	struct grader_host host = cmd_host(NULL);
	struct exercise *x = exercise_load_whole(name, e);
	int rc;

	if (x == NULL)
		return -1;
	rc = grader_dev_check(x, &host, tap, e);
	exercise_free(x);
	return rc;
}

static int
dev_prove_nested(const char *name, size_t number)
{
	struct dev_indent in = {.to = stdout};
	FILE *tap = fopencookie(
	    &in, "w", (cookie_io_functions_t){.write = dev_indent_write});
	struct err e = {0};
	int rc;

	setvbuf(tap, NULL, _IOLBF, 0);
	rc = dev_prove(name, tap, &e);
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
dev_prove_all(json_t *names, struct err *e)
{
	size_t i, bad = 0;
	json_t *name;

	printf("TAP version 13\n1..%zu\n", json_array_size(names));
	json_array_foreach(names, i, name)
	{
		bad += dev_prove_nested(json_string_value(name), i + 1) < 0;
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
dev_check(const struct cmd *c, struct err *e)
{
	json_t *names = dev_names(c, e);
	int rc;

	if (names == NULL)
		return -1;
	cmd_host_guard();
	if (c->nargs == 2)
		rc = dev_prove(c->args[1], stdout, e);
	else
		rc = dev_prove_all(names, e);
	json_decref(names);
	return rc;
}

int
cmd_dev(struct cmd *c, struct err *e)
{
	const char *what = c->args[0];

	if (strcmp(what, "check") == 0)
		return dev_check(c, e);
	if (c->nargs > 1)
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
	return err_usage(e, "dev knows check, kinds, man and keys, not \"%s\"",
			 what);
}
