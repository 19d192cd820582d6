/*
 * ixpeer --ask: asks a crowd at work, and prints what it answers. A row of the
 * table is a verb, what its words mean, and the columns of its text form.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd/ixpeer/ixpeer_robot.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

enum { TIMEOUT_MS = 30000 };

static const struct out_column summary_columns[] = {
    {"robots", "robots"},
    {"sessions", "sessions"},
    {"of these up", "up"},
    {"routes held", "held"},
    {"routes told", "told"},
    {"sessions lost so far", "flaps"},
    {"malformed UPDATEs heard", "problems"},
    {"IPv4 prefixes", "prefixes_ipv4"},
    {"IPv6 prefixes", "prefixes_ipv6"},
    {"UPDATEs heard", "updates"},
    {"of these seen before", "updates_seen_before"},
    {"ms since the last change", "quiet_ms"},
};
static const struct out_column robot_columns[] = {
    {"ROBOT", "robot"},	      {"AS", "asn"},
    {"PEER", "peer"},	      {"STATE", "state"},
    {"IPV4", "held_ipv4"},    {"IPV6", "held_ipv6"},
    {"TOLD", "told"},	      {"FLAPS", "flaps"},
    {"PROBLEMS", "problems"}, {"LAST ERROR", "last_error"},
};
static const struct out_column route_columns[] = {
    {"PREFIX", "prefix"},	    {"FROM", "peer"},
    {"NEXT HOP", "next_hop"},	    {"AS PATH", "as_path"},
    {"COMMUNITIES", "communities"}, {"LARGE", "large_communities"},
};
static const struct out_column done_columns[] = {{"robots", "robots"}};

static const struct word {
	const char *verb;
	const char *usage;
	const struct out_column *columns;
	size_t n_columns;
	int min, max;	   /* words behind it; max -1: any */
	const char *words; /* the key for the words behind the robot */
	bool is_list;	   /* of "words" */
} words[] = {
    {"summary", "", summary_columns, COUNT(summary_columns), 0, 0, NULL, 0},
    {"robots", "[ROBOT]", robot_columns, COUNT(robot_columns), 0, 1, NULL, 0},
    {"routes", "ROBOT [PREFIX]", route_columns, COUNT(route_columns), 1, 2,
     "prefix", 0},
    {"announced", "ROBOT", route_columns, COUNT(route_columns), 1, 1, NULL, 0},
    {"announce", "ROBOT PREFIX ... [WORD ...]", done_columns, 1, 2, -1, "words",
     0},
    {"withdraw", "ROBOT PREFIX ...", done_columns, 1, 2, -1, "prefixes", 1},
    {"behave", "ROBOT NAME [KEY=VALUE ...]", done_columns, 1, 2, -1, "behave",
     0},
    {"keep", "ROBOT", done_columns, 1, 1, 1, NULL, 0},
    {"stop", "ROBOT [REASON]", done_columns, 1, 1, -1, "reason", 0},
    {"start", "ROBOT", done_columns, 1, 1, 1, NULL, 0},
    {"drop", "ROBOT", done_columns, 1, 1, 1, NULL, 0},
    {"reload", "", done_columns, 1, 0, 0, NULL, 0},
    {"quit", "", done_columns, 1, 0, 0, NULL, 0},
};

static json_t *
joined(char **argv, int n)
{
	struct str s = {0};
	json_t *text;

	for (int i = 0; i < n; i++)
		str_addf(&s, "%s%s", i ? " " : "", argv[i]);
	text = out_str(str_text(&s));
	str_clear(&s);
	return text;
}

/* NAME KEY=VALUE ... as an item of "behave". */
static json_t *
behaviour(char **argv, int n)
{
	json_t *o;

	if (n == 1)
		return out_str(argv[0]);
	o = json_pack("{so}", "do", out_str(argv[0]));
	for (int i = 1; i < n; i++) {
		char *equals = strchr(argv[i], '=');

		if (equals == NULL) {
			json_object_set_new(o, argv[i], json_string(""));
			continue;
		}
		*equals = '\0';
		json_object_set_new(o, argv[i], out_str(equals + 1));
	}
	return o;
}

static json_t *
arguments(const struct word *w, char **argv, int n)
{
	json_t *args = json_object();

	if (n > 0)
		json_object_set_new(args, "robot", out_str(argv[0]));
	if (n < 2 || w->words == NULL)
		return args;
	if (strcmp(w->verb, "behave") == 0) {
		json_object_set_new(args, w->words, behaviour(argv + 1, n - 1));
	} else if (w->is_list) {
		json_t *list = json_array();

		for (int i = 1; i < n; i++)
			json_array_append_new(list, out_str(argv[i]));
		json_object_set_new(args, w->words, list);
	} else {
		json_object_set_new(args, w->words, joined(argv + 1, n - 1));
	}
	return args;
}

static int
unknown(const char *verb, struct err *e)
{
	const char *names[COUNT(words)], *near;

	for (size_t i = 0; i < COUNT(words); i++)
		names[i] = words[i].verb;
	near = str_nearest(verb, names, COUNT(words));
	return err_usage(e, "unknown question '%.60s'%s%s%s", verb,
			 near ? ", did you mean '" : "", near ? near : "",
			 near ? "'?" : "");
}

static int
ask(const char *name, const struct word *w, char **argv, int n, bool json,
    struct err *e)
{
	json_t *result = NULL;
	struct ctl *c;
	int rc;

	if (n < w->min || (w->max >= 0 && n > w->max))
		return err_usage(e, "usage: ixpeer --ask SOCKET %s %s", w->verb,
				 w->usage);
	c = ctl_open(name, e);
	if (c == NULL)
		return -1;
	rc = ctl_call(c, w->verb, arguments(w, argv, n), NULL, 0, TIMEOUT_MS,
		      &result, e);
	ctl_close(c);
	if (rc < 0)
		return -1;
	if (json)
		out_json(stdout, result);
	else if (json_is_array(result))
		out_table(stdout, result, w->columns, w->n_columns, "none");
	else
		out_record(stdout, result, w->columns, w->n_columns);
	json_decref(result);
	return 0;
}

/* ixpeer --ask SOCKET [--json] VERB [WORD ...] */
int
ixpeer_ask_main(int argc, char **argv, struct err *e)
{
	bool json = argc > 3 && strcmp(argv[3], "--json") == 0;
	int at = 3 + json;

	if (argc <= at)
		return err_usage(e, "usage: ixpeer --ask SOCKET [--json] "
				    "QUESTION, see ixpeer(1)");
	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(words[i].verb, argv[at]) == 0)
			return ask(argv[2], &words[i], argv + at + 1,
				   argc - at - 1, json, e);
	return unknown(argv[at], e);
}
