/*
 * ixlab ps: the labs that run, as each describes itself.
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"

static void
ps_count(const json_t *nodes, json_int_t *daemons, json_int_t *running)
{
	const char *daemon, *state;
	json_t *node;
	size_t i;

	*daemons = *running = 0;
	json_array_foreach(nodes, i, node)
	{
		daemon = json_string_value(json_object_get(node, "daemon"));
		state = json_string_value(json_object_get(node, "state"));
		if (daemon == NULL || strcmp(daemon, "-") == 0)
			continue;
		*daemons += 1;
		*running += state && strcmp(state, "running") == 0;
	}
}

/* A lab that does not answer is shown with the reason. */
static json_t *
ps_row(const char *name)
{
	struct err e;
	json_t *state = cmd_lab_inspect(name, &e), *nodes, *row;
	json_int_t daemons, running;

	if (state == NULL)
		return json_pack("{s:o, s:s, s:o}", "lab", out_str(name),
				 "state", "silent", "reason", out_str(e.msg));
	nodes = json_object_get(state, "nodes");
	ps_count(nodes, &daemons, &running);
	row = json_pack(
	    "{s:o, s:O?, s:I, s:I, s:I, s:O?, s:O?, s:O?, s:O?}", "lab",
	    out_str(name), "state", json_object_get(state, "state"), "nodes",
	    (json_int_t)json_array_size(nodes), "daemons", daemons, "running",
	    running, "since_ms", json_object_get(state, "since_ms"), "pid",
	    json_object_get(state, "pid"), "title",
	    json_object_get(state, "title"), "state_dir",
	    json_object_get(state, "state_dir"));
	json_decref(state);
	return row;
}

static void
ps_print(json_t *rows)
{
	static const struct out_column columns[] = {
	    {"NAME", "lab"}, {"STATE", "state"}, {"NODES", "nodes"},
	    {"UP", "up"},    {"SINCE", "since"}, {"TITLE", "title"}};
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		json_t *since = json_object_get(row, "since_ms");
		_free_ char *age = cmd_age(json_integer_value(since));
		_free_ char *up =
		    xasprintf("%lld/%lld",
			      (long long)json_integer_value(
				  json_object_get(row, "running")),
			      (long long)json_integer_value(
				  json_object_get(row, "daemons")));

		json_object_set_new(row, "up", out_str(since ? up : NULL));
		json_object_set_new(row, "since", out_str(since ? age : NULL));
		if (json_object_get(row, "title") == NULL)
			json_object_set(row, "title",
					json_object_get(row, "reason"));
	}
	out_table(stdout, rows, columns, 6, "no lab runs");
}

int
cmd_ps(struct cmd *c, struct err *e)
{
	json_t *names = ctl_lab_list(), *name, *rows = json_array();
	size_t i;

	(void)e;
	json_array_foreach(names, i, name)
	    json_array_append_new(rows, ps_row(json_string_value(name)));
	if (c->json)
		out_json(stdout, rows);
	else
		ps_print(rows);
	json_decref(rows);
	json_decref(names);
	return 0;
}
