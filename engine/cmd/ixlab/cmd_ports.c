/*
 * ixlab ports, move, pin, cull: the exchange operator's hands on the ports of
 * the fabric.
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"

#define PORTS_MACS 4 /* told of a port */

/* "NODE" or "NODE:INTERFACE" as arguments. */
static json_t *
ports_node(const char *word)
{
	const char *colon = strchr(word, ':');
	json_t *args = json_object();

	if (colon == NULL) {
		json_object_set_new(args, "node", out_str(word));
		return args;
	}
	json_object_set_new(args, "node",
			    json_stringn(word, (size_t)(colon - word)));
	json_object_set_new(args, "dev", out_str(colon + 1));
	return args;
}

/* args is consumed; the result is owned, NULL with e set. */
static json_t *
ports_call(const char *lab, const char *verb, json_t *args, struct err *e)
{
	_free_ char *socket = ctl_lab_name(lab);
	struct ctl *c = args ? ctl_open(socket, e) : NULL;
	json_t *result = NULL;

	if (c == NULL) {
		json_decref(args);
		return NULL;
	}
	if (ctl_call(c, verb, args, NULL, 0, CMD_TIMEOUT_MS, &result, e) < 0)
		result = NULL;
	ctl_close(c);
	return result;
}

/* A change of which nothing is told but with --json. */
static int
ports_change(struct cmd *c, const char *verb, json_t *args, struct err *e)
{
	_free_ char *lab = cmd_lab_pick(c, NULL, e);
	json_t *result;

	if (lab == NULL) {
		json_decref(args);
		return -1;
	}
	if ((result = ports_call(lab, verb, args, e)) == NULL)
		return -1;
	if (c->json)
		out_json(stdout, result);
	json_decref(result);
	return 0;
}

/* ---- ports */

static json_int_t
ports_count(const json_t *row, const char *name)
{
	const json_t *all = json_object_get(row, "counters");

	return json_integer_value(
	    json_object_get(json_object_get(all, name), "packets"));
}

static const char *
ports_guard(const json_t *row)
{
	size_t n = json_array_size(json_object_get(row, "pins"));

	if (n == 0)
		return "-";
	return json_is_true(json_object_get(row, "shut")) ? "shut" : "pin";
}

/* The first few; a site link has seen everybody behind it. */
static void
ports_macs(json_t *row)
{
	json_t *all = json_object_get(row, "macs");
	size_t n = json_array_size(all);
	char more[32];

	if (n == 0)
		json_object_set_new(row, "macs", json_null());
	if (n <= PORTS_MACS)
		return;
	while (json_array_size(all) > PORTS_MACS)
		json_array_remove(all, json_array_size(all) - 1);
	snprintf(more, sizeof(more), "and %zu more", n - PORTS_MACS);
	json_array_append_new(all, json_string(more));
}

static void
ports_words(json_t *row)
{
	json_int_t bad = ports_count(row, "mac");
	const char *state = json_string_value(json_object_get(row, "state"));
	bool culled = json_is_true(json_object_get(row, "culled"));
	const json_t *tunnel = json_object_get(row, "tunnel");
	const char *by = json_string_value(json_object_get(tunnel, "by"));
	_free_ char *text =
	    xasprintf("%s%s%s%s", state ? state : "-", culled ? ", culled" : "",
		      by ? ", " : "", by ? by : "");

	json_object_set_new(row, "state", out_str(text));
	json_object_set_new(row, "guard", json_string(ports_guard(row)));
	json_object_set_new(row, "violations", json_integer(bad));
	json_object_set_new(row, "dropped",
			    json_integer(bad + ports_count(row, "type") +
					 ports_count(row, "bh") +
					 ports_count(row, "bcast") +
					 ports_count(row, "control")));
	ports_macs(row);
}

static void
ports_print(json_t *rows)
{
	static const struct out_column columns[] = {
	    {"SWITCH", "switch"},   {"PORT", "port"},
	    {"LAN", "lan"},	    {"STATE", "state"},
	    {"GUARD", "guard"},	    {"VIOLATIONS", "violations"},
	    {"DROPPED", "dropped"}, {"MACS SEEN", "macs"}};
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) ports_words(row);
	out_table(stdout, rows, columns, 8, "no ports");
}

static void
ports_print_culls(json_t *culls)
{
	const char *name;
	json_t *c;

	json_object_foreach(culls, name, c)
	{
		_free_ char *sw = xstrdup(name);
		json_int_t n =
		    json_integer_value(json_object_get(c, "packets"));

		str_clean(sw);
		if (n > 0)
			printf("%s: %lld packets of BGP were culled\n", sw,
			       (long long)n);
	}
}

int
cmd_ports(struct cmd *c, struct err *e)
{
	_free_ char *lab = cmd_lab_pick(c, NULL, e);
	json_t *args, *result;

	if (lab == NULL)
		return -1;
	args = c->nargs ? ports_node(c->args[0]) : json_object();
	if (cmd_option(c, "--clear"))
		json_object_set_new(args, "clear", json_true());
	if ((result = ports_call(lab, "ports", args, e)) == NULL)
		return -1;
	if (c->json)
		out_json(stdout, result);
	else {
		ports_print(json_object_get(result, "ports"));
		ports_print_culls(json_object_get(result, "cull"));
	}
	json_decref(result);
	return 0;
}

/* ---- move, pin, cull */

int
cmd_move(struct cmd *c, struct err *e)
{
	json_t *args = ports_node(c->args[0]);

	json_object_set_new(args, "lan", out_str(c->args[1]));
	return ports_change(c, "move", args, e);
}

int
cmd_pin(struct cmd *c, struct err *e)
{
	bool off = c->nargs == 2 && strcmp(c->args[1], "off") == 0;
	json_t *args = ports_node(c->args[0]), *macs = json_array();
	size_t i;

	for (i = 1; !off && i < c->nargs; i++)
		json_array_append_new(macs, out_str(c->args[i]));
	json_object_set_new(args, "macs", macs);
	return ports_change(c, "pin", args, e);
}

int
cmd_cull(struct cmd *c, struct err *e)
{
	bool on = strcmp(c->args[1], "on") == 0;
	json_t *args;

	if (!on && strcmp(c->args[1], "off") != 0)
		return err_usage(e, "cull is on or off, not \"%.40s\"",
				 c->args[1]);
	args = json_object();
	json_object_set_new(args, "what", out_str(c->args[0]));
	json_object_set_new(args, "on", json_boolean(on));
	return ports_change(c, "cull", args, e);
}
