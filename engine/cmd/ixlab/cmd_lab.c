/*
 * Which running lab is meant, and what it says of itself.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd.h"

static bool
lab_among(const json_t *names, const char *name)
{
	size_t i;
	json_t *item;

	json_array_foreach(names, i, item) if (strcmp(json_string_value(item),
						      name) == 0) return true;
	return false;
}

bool
cmd_lab_runs(const char *name)
{
	json_t *names = ctl_lab_list();
	bool found = lab_among(names, name);

	json_decref(names);
	return found;
}

static const char *
lab_choose(const json_t *names, const char *name, struct err *e)
{
	_free_ char *all = out_word(names);

	if (name && lab_among(names, name))
		return name;
	if (name && json_array_size(names) == 0) {
		err_here(e, "no lab \"%s\" runs; see ixlab ps", name);
		return NULL;
	}
	if (name) {
		err_here(e, "no lab \"%s\" runs; these do: %s", name, all);
		return NULL;
	}
	if (json_array_size(names) == 0) {
		err_here(e, "no lab runs; start one: ixlab up first-ix");
		return NULL;
	}
	if (json_array_size(names) > 1) {
		err_usage(e, "several labs run: %s; choose one with -L NAME",
			  all);
		return NULL;
	}
	return json_string_value(json_array_get(names, 0));
}

char *
cmd_lab_pick(const struct cmd *c, const char *name, struct err *e)
{
	json_t *names = ctl_lab_list();
	const char *found = lab_choose(names, name ? name : c->lab, e);
	char *copy = found ? xstrdup(found) : NULL;

	json_decref(names);
	return copy;
}

char *
cmd_lab_state_dir(const char *name, struct err *e)
{
	_free_ char *state = file_state_dir(e);

	return state ? xasprintf("%s/labs/%s", state, name) : NULL;
}

static json_t *
lab_inspect(const char *name, bool ports, struct err *e)
{
	_free_ char *socket = ctl_lab_name(name);
	struct ctl *ctl = ctl_open(socket, e);
	json_t *result = NULL;

	if (ctl == NULL)
		return NULL;
	ctl_call(ctl, "inspect", json_pack("{sb}", "ports", ports), NULL, 0,
		 CMD_TIMEOUT_MS, &result, e);
	ctl_close(ctl);
	return result;
}

json_t *
cmd_lab_inspect(const char *name, struct err *e)
{
	return lab_inspect(name, false, e);
}

json_t *
cmd_lab_inspect_ports(const char *name, struct err *e)
{
	return lab_inspect(name, true, e);
}

const json_t *
cmd_lab_node(const json_t *state, const char *name, struct err *e)
{
	const json_t *nodes = json_object_get(json_object_get(state, "model"),
					      "nodes"),
		     *node;
	const char *names[MODEL_MAX_NODES], *near;
	size_t i, n = 0;

	json_array_foreach(nodes, i, node)
	{
		const char *s =
		    json_string_value(json_object_get(node, "name"));

		if (s && strcmp(s, name) == 0)
			return node;
		if (s && n < MODEL_MAX_NODES)
			names[n++] = s;
	}
	near = str_nearest(name, names, n);
	err_usage(e, "there is no node \"%s\" in this lab%s%s%s", name,
		  near ? " (did you mean \"" : "", near ? near : "",
		  near ? "\"?)" : "");
	return NULL;
}

char *
cmd_age(json_int_t ms)
{
	long long s = ms / 1000;

	if (s < 60)
		return xasprintf("%llds", s);
	if (s < 3600)
		return xasprintf("%lldm %llds", s / 60, s % 60);
	if (s < 86400)
		return xasprintf("%lldh %lldm", s / 3600, s / 60 % 60);
	return xasprintf("%lldd %lldh", s / 86400, s / 3600 % 24);
}

bool
cmd_utf8(void)
{
	const char *s = getenv("LC_ALL");

	if (s == NULL || *s == '\0')
		s = getenv("LC_CTYPE");
	if (s == NULL || *s == '\0')
		s = getenv("LANG");
	return s && (strstr(s, "UTF-8") || strstr(s, "utf8"));
}
