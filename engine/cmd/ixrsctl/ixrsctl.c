/*
 * ixrsctl: asks a running ixrs, and prints what it answers.
 *
 * A command is a row of the table: its words, the verb of the control socket,
 * what its argument means there, and the columns of its text form. --json prints
 * the answer as it came.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/out.h"
#include "base/str.h"
#include "ctl/ctl.h"

#define TIMEOUT_MS 30000
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* clang-format off */
static const struct out_column session_columns[] = {
	{"MEMBER", "member"}, {"ADDRESS", "address"}, {"AS", "asn"},
	{"STATE", "state"}, {"SINCE", "since"}, {"RECEIVED", "received"},
	{"REJECTED", "rejected"}, {"SENT", "sent"},
	{"LAST ERROR", "last_error"},
};
static const struct out_column route_columns[] = {
	{"", "mark"}, {"PREFIX", "prefix"}, {"MEMBER", "member"},
	{"NEXT HOP", "next_hop"}, {"AS PATH", "as_path"},
	{"COMMUNITIES", "communities"}, {"LARGE", "large_communities"},
	{"REASON", "reason_text"},
};
static const struct out_column rejected_columns[] = {
	{"PREFIX", "prefix"}, {"MEMBER", "member"}, {"ADDRESS", "address"},
	{"CODE", "reason_code"}, {"REASON", "reason_text"},
};
static const struct out_column sent_columns[] = {
	{"PREFIX", "prefix"}, {"TO", "address"}, {"NEXT HOP", "next_hop"},
	{"AS PATH", "as_path"}, {"MED", "med"},
	{"COMMUNITIES", "communities"}, {"LARGE", "large_communities"},
};
static const struct out_column version_columns[] = {
	{"name", "name"}, {"version", "version"}, {"rs_as", "rs_as"},
	{"router_id", "router_id"},
};
static const struct out_column rpki_columns[] = {
	{"VRPs", "vrps"}, {"ASPAs", "aspas"}, {"cache", "cache"},
	{"state", "state"}, {"serial", "serial"},
	{"VRPs of the cache", "cache_vrps"}, {"last change", "changed"},
	{"routes judged", "judged"}, {"last error", "last_error"},
};
static const struct out_column refresh_columns[] = {{"asked", "asked"}};
static const struct out_column reload_columns[] = {{"clients", "clients"}};

enum need { NO_ARG, MAY_ARG, MUST_ARG };
enum form { ROWS, RECORD, EVENTS }; /* of the answer */

static const struct command {
	const char *words[2];	/* "show", "sessions" */
	const char *verb;
	const char *arg;	/* its key in the request */
	enum need need;
	enum form form;
	const struct out_column *columns;
	size_t n_columns;
	const char *empty;	/* what to say of an empty list */
	const char *help;
} commands[] = {
#define COLUMNS(c) c, COUNT(c)
	{{"show", "sessions"}, "sessions", NULL, NO_ARG, ROWS,
	    COLUMNS(session_columns), "no members are configured",
	    "the members' sessions and their counters"},
	{{"show", "routes"}, "routes", "prefix", MAY_ARG, ROWS,
	    COLUMNS(route_columns), "no routes",
	    "all paths, or those to a prefix or around an address"},
	{{"show", "received"}, "received", "member", MUST_ARG, ROWS,
	    COLUMNS(route_columns), "no routes from that member",
	    "what a member announces"},
	{{"show", "rejected"}, "rejected", "member", MAY_ARG, ROWS,
	    COLUMNS(rejected_columns), "no rejected routes",
	    "what was rejected, and why"},
	{{"show", "sent"}, "sent", "member", MUST_ARG, ROWS,
	    COLUMNS(sent_columns), "no routes sent to that member",
	    "what a member was told"},
	{{"show", "rpki"}, "rpki", NULL, NO_ARG, RECORD,
	    COLUMNS(rpki_columns), NULL,
	    "what is known of the RPKI, and the cache it comes from"},
	{{"show", "version"}, "version", NULL, NO_ARG, RECORD,
	    COLUMNS(version_columns), NULL, "the route server itself"},
	{{"refresh", NULL}, "refresh", "member", MUST_ARG, RECORD,
	    COLUMNS(refresh_columns), NULL,
	    "ask a member to announce all again"},
	{{"reload", NULL}, "reload", NULL, NO_ARG, RECORD,
	    COLUMNS(reload_columns), NULL,
	    "read the configuration files again"},
	{{"watch", NULL}, "subscribe", NULL, NO_ARG, EVENTS, NULL, 0, NULL,
	    "print events as JSON, one a line, until the server ends"},
};
/* clang-format on */

static void
help(void)
{
	fputs("usage: ixrsctl --control SOCKET [--json] COMMAND\n\n", stdout);
	for (size_t i = 0; i < COUNT(commands); i++) {
		const struct command *c = &commands[i];
		const char *arg = c->arg == NULL		  ? ""
				  : strcmp(c->arg, "member") == 0 ? "MEMBER"
								  : "PREFIX";
		_free_ char *words = xasprintf(
		    "%s%s%s%s%s%s", c->words[0], c->words[1] ? " " : "",
		    c->words[1] ? c->words[1] : "",
		    c->need == NO_ARG	 ? ""
		    : c->need == MAY_ARG ? " ["
					 : " ",
		    arg, c->need == MAY_ARG ? "]" : "");
		printf("  %-24s %s\n", words, c->help);
	}
	fputs("\nMEMBER is a client's description or id, an address, or an AS "
	      "number.\n"
	      "See ixrsctl(1) for the keys of --json.\n",
	      stdout);
}

/* ---- from words to a request */

static const struct command *
find(char **words, int n, int *used)
{
	for (size_t i = 0; i < COUNT(commands); i++) {
		const struct command *c = &commands[i];
		if (n < 1 || strcmp(words[0], c->words[0]) != 0)
			continue;
		*used = c->words[1] == NULL ? 1 : 2;
		if (c->words[1] == NULL ||
		    (n > 1 && strcmp(words[1], c->words[1]) == 0))
			return c;
	}
	return NULL;
}

static const char *
nearest(char **words, int n)
{
	const char *known[COUNT(commands)];
	size_t count = 0;
	bool show = n > 1 && strcmp(words[0], "show") == 0;

	for (size_t i = 0; i < COUNT(commands); i++)
		if (!show || commands[i].words[1] != NULL)
			known[count++] = commands[i].words[show ? 1 : 0];
	return str_nearest(words[show ? 1 : 0], known, count);
}

static int
unknown(char **words, int n, struct err *e)
{
	if (n == 0)
		return err_usage(e, "which command? see ixrsctl --help");
	const char *near = nearest(words, n);
	return err_usage(e, "no command \"%s%s%s\"%s%s%s; see ixrsctl --help",
			 words[0], n > 1 ? " " : "", n > 1 ? words[1] : "",
			 near ? " (did you mean \"" : "", near ? near : "",
			 near ? "\"?)" : "");
}

static int
request(char **words, int n, const struct command **out, json_t **args,
	struct err *e)
{
	int used = 0;
	const struct command *c = find(words, n, &used);

	if (c == NULL)
		return unknown(words, n, e);
	if (n > used + (c->need != NO_ARG))
		return err_usage(e, "\"%s\" is one word too many",
				 words[used + (c->need != NO_ARG)]);
	if (c->need == MUST_ARG && n == used)
		return err_usage(e, "which %s? see ixrsctl --help", c->arg);
	*out = c;
	*args = json_object();
	if (n > used)
		json_object_set_new(*args, c->arg, out_str(words[used]));
	return 0;
}

/* ---- the answer as text */

/* "42s", "7m10s", "3h20m", "2d4h" */
static json_t *
age(json_int_t ms)
{
	json_int_t s = ms / 1000, m = s / 60, h = m / 60, d = h / 24;
	_free_ char *text = d > 0   ? xasprintf("%lldd%lldh", d, h % 24)
			    : h > 0 ? xasprintf("%lldh%lldm", h, m % 60)
			    : m > 0 ? xasprintf("%lldm%llds", m, s % 60)
				    : xasprintf("%llds", s);

	return json_string(text);
}

/* Columns made from keys: for a person only. */
static void
decorate(json_t *rows)
{
	size_t i;
	json_t *row;

	json_array_foreach(rows, i, row)
	{
		json_t *since = json_object_get(row, "since_ms");
		if (since != NULL)
			json_object_set_new(row, "since",
					    age(json_integer_value(since)));
		const char *state =
		    json_string_value(json_object_get(row, "state"));
		bool best = json_is_true(json_object_get(row, "best"));
		bool rejected = state != NULL && strcmp(state, "rejected") == 0;
		json_object_set_new(row, "mark",
				    json_string(best	   ? "*"
						: rejected ? "x"
							   : " "));
	}
}

static void
decorate_record(json_t *row)
{
	json_t *changed = json_object_get(row, "changed_ms");

	if (json_is_integer(changed))
		json_object_set_new(row, "changed",
				    age(json_integer_value(changed)));
}

static void
print(const struct command *c, json_t *result, bool json)
{
	if (c->form == EVENTS)
		return; /* they were the answer */
	if (json) {
		out_json(stdout, result);
	} else if (c->form == ROWS) {
		decorate(result);
		out_table(stdout, result, c->columns, c->n_columns, c->empty);
	} else {
		decorate_record(result);
		out_record(stdout, result, c->columns, c->n_columns);
	}
}

/* Until the server ends: that is how watching ends well. */
static void
watch(struct ctl *ctl)
{
	json_t *event = NULL;
	struct err e;

	while (ctl_event(ctl, TIMEOUT_MS, &event, &e) >= 0) {
		if (event == NULL)
			continue;
		json_dumpf(event, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
		putchar('\n');
		fflush(stdout);
		json_decref(event);
		event = NULL;
	}
}

static int
ask(const char *control, const struct command *c, json_t *args, json_t **result,
    struct err *e)
{
	struct ctl *ctl = ctl_open(control, e);

	if (ctl == NULL) {
		json_decref(args);
		return -1;
	}
	int r = ctl_call(ctl, c->verb, args, NULL, 0, TIMEOUT_MS, result, e);
	if (r == 0 && c->form == EVENTS)
		watch(ctl);
	ctl_close(ctl);
	return r;
}

static int
options(int argc, char **argv, const char **control, bool *json, struct err *e)
{
	static const struct option known[] = {
	    {"control", required_argument, NULL, 's'},
	    {"json", no_argument, NULL, 'j'},
	    {"help", no_argument, NULL, 'h'},
	    {0},
	};
	int opt;

	while ((opt = getopt_long(argc, argv, ":h", known, NULL)) != -1)
		switch (opt) {
		case 's': *control = optarg; break;
		case 'j': *json = true; break;
		case 'h': help(); exit(0);
		case ':':
			return err_usage(e,
					 "%s needs a value; see ixrsctl --help",
					 argv[optind - 1]);
		default:
			return err_usage(
			    e, "there is no option \"%s\"; see ixrsctl --help",
			    argv[optind - 1]);
		}
	if (*control == NULL)
		return err_usage(
		    e, "--control SOCKET is missing; see ixrsctl --help");
	return 0;
}

int
main(int argc, char **argv)
{
	const char *control = NULL;
	const struct command *c = NULL;
	json_t *args = NULL, *result = NULL;
	bool json = false;
	struct err e = {0};

	if (options(argc, argv, &control, &json, &e) == 0 &&
	    request(argv + optind, argc - optind, &c, &args, &e) == 0 &&
	    ask(control, c, args, &result, &e) == 0)
		print(c, result, json);
	else
		fprintf(stderr, "ixrsctl: %s\n", e.msg);
	json_decref(result);
	return e.class;
}
