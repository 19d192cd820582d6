/*
 * ixlab inspect: one lab from near: its nodes, their addresses and daemons, and
 * every BGP session that an infrastructure node knows of.
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"

static json_t *
inspect_node(const json_t *nodes, const char *name)
{
	json_t *node;
	size_t i;

	json_array_foreach(nodes, i, node)
	{
		const char *n =
		    json_string_value(json_object_get(node, "name"));

		if (n && name && strcmp(n, name) == 0)
			return node;
	}
	return NULL;
}

/* "ix0 203.0.113.10/24 2001:db8::1/64": an interface as one word per part. */
static void
inspect_interface(struct str *s, const json_t *interface)
{
	const json_t *addresses = json_object_get(interface, "addresses");
	_free_ char *name = out_word(json_object_get(interface, "name"));
	_free_ char *list = out_word(addresses);

	str_addf(s, "%s%s", s->len ? "  " : "", name);
	if (json_array_size(addresses) > 0)
		str_addf(s, " %s", list);
}

static void
inspect_addresses(json_t *row, const json_t *model_node)
{
	const json_t *interface;
	struct str s = {0};
	size_t i;

	json_array_foreach(json_object_get(model_node, "interfaces"), i,
			   interface) inspect_interface(&s, interface);
	json_object_set_new(row, "addresses", out_str(str_text(&s)));
	str_clear(&s);
}

static void
inspect_print_nodes(const json_t *state)
{
	static const struct out_column columns[] = {
	    {"NODE", "name"},	      {"ROLE", "role"},
	    {"ASN", "asn"},	      {"KIND", "kind"},
	    {"STATE", "state"},	      {"PID", "pid"},
	    {"RESTARTS", "restarts"}, {"INTERFACES", "addresses"}};
	const json_t *model =
	    json_object_get(json_object_get(state, "model"), "nodes");
	json_t *rows = json_deep_copy(json_object_get(state, "nodes")), *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		const char *name =
		    json_string_value(json_object_get(row, "name"));
		const json_t *asn = json_object_get(row, "asn");

		inspect_addresses(row, inspect_node(model, name));
		if (json_integer_value(asn) == 0)
			json_object_set_new(row, "asn", json_null());
	}
	out_table(stdout, rows, columns, 8, "no nodes");
	json_decref(rows);
}

/* A daemon that is down says why. */
static void
inspect_print_reasons(const json_t *state)
{
	json_t *node;
	size_t i;

	json_array_foreach(json_object_get(state, "nodes"), i, node)
	{
		const char *text =
		    json_string_value(json_object_get(node, "reason"));
		_free_ char *name = out_word(json_object_get(node, "name"));
		_free_ char *reason = out_word(json_object_get(node, "reason"));

		if (text && *text)
			printf("%s: %s\n", name, reason);
	}
}

/* Only links where something happens to frames; fair weather is no news. */
static void
inspect_print_links(const json_t *state)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(state, "links"), i, row)
	{
		_free_ char *weather = cmd_link_weather(row);
		_free_ char *a = cmd_link_end(row, "a");
		_free_ char *b = cmd_link_end(row, "b");

		if (weather)
			printf("%s - %s: %s\n", a, b, weather);
	}
}

static void
inspect_print(json_t *state)
{
	static const struct out_column head[] = {
	    {"lab", "lab"},	      {"title", "title"},
	    {"exchange", "exchange"}, {"state", "state"},
	    {"since", "since"},	      {"supervisor", "pid"},
	    {"folder", "state_dir"}};
	static const struct out_column columns[] = {
	    {"AT", "at"},
	    {"WITH", "with"},
	    {"FAMILY", "family"},
	    {"STATE", "state"},
	    {"LAST ERROR", "last_error"}};
	_free_ char *age =
	    cmd_age(json_integer_value(json_object_get(state, "since_ms")));

	json_object_set_new(state, "since", out_str(age));
	out_record(stdout, state, head, 7);
	putchar('\n');
	inspect_print_nodes(state);
	inspect_print_reasons(state);
	inspect_print_links(state);
	putchar('\n');
	out_table(stdout, json_object_get(state, "sessions"), columns, 5,
		  "no BGP sessions");
}

int
cmd_inspect(struct cmd *c, struct err *e)
{
	_free_ char *lab = cmd_lab_pick(c, c->nargs ? c->args[0] : NULL, e);
	json_t *state = lab == NULL ? NULL
			: c->json   ? cmd_lab_inspect_ports(lab, e)
				    : cmd_lab_inspect(lab, e);
	json_t *sessions = state ? grader_lab_sessions(lab, e) : NULL;

	if (sessions == NULL) {
		json_decref(state);
		return -1;
	}
	json_object_set_new(state, "sessions", sessions);
	if (c->json)
		out_json(stdout, state);
	else
		inspect_print(state);
	json_decref(state);
	return 0;
}
