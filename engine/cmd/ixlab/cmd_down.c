/*
 * ixlab down: a lab's end. What was typed in it stays in the state folder.
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"

static int
down_one(const char *name, json_t *done, struct err *e)
{
	if (cmd_stop_lab(name, e) < 0)
		return -1;
	json_array_append_new(done, out_str(name));
	return 0;
}

/* All are tried; the first failure is told. */
static int
down_all(json_t *done, struct err *e)
{
	json_t *names = ctl_lab_list(), *name;
	struct err other;
	int rc = 0;
	size_t i;

	json_array_foreach(names, i, name)
	{
		if (down_one(json_string_value(name), done, &other) == 0)
			continue;
		if (rc == 0)
			*e = other;
		rc = -1;
	}
	json_decref(names);
	return rc;
}

static void
down_print(const struct cmd *c, json_t *done)
{
	json_t *all, *name;
	size_t i;

	if (c->json) {
		all = json_pack("{s:O}", "down", done);
		out_json(stdout, all);
		json_decref(all);
		return;
	}
	json_array_foreach(done, i, name)
	    printf("%s is down\n", json_string_value(name));
	if (i == 0)
		puts("no lab runs");
}

int
cmd_down(struct cmd *c, struct err *e)
{
	const char *arg = c->nargs ? c->args[0] : NULL;
	json_t *done;
	int rc;

	if (cmd_option(c, "--all") && (arg || c->lab))
		return err_usage(e, "--all and a name cannot go together");
	done = json_array();
	if (cmd_option(c, "--all")) {
		rc = down_all(done, e);
	} else {
		_free_ char *name = cmd_lab_pick(c, arg, e);

		rc = name ? down_one(name, done, e) : -1;
	}
	if (rc == 0 || json_array_size(done) > 0)
		down_print(c, done);
	json_decref(done);
	return rc;
}
