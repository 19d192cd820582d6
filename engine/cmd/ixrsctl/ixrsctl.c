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
#define PAGE 250 /* rows */
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* clang-format off */
static const struct out_column session_columns[] = {
	{"MEMBER", "member"}, {"ADDRESS", "address"}, {"AS", "asn"},
	{"STATE", "state"}, {"SINCE", "since"}, {"RECEIVED", "received"},
	{"ACCEPTED", "accepted"}, {"REJECTED", "rejected"}, {"SENT", "sent"},
	{"STALE", "stale"}, {"LAST ERROR", "last_error"},
};
static const struct out_column route_columns[] = {
	{"", "mark"}, {"PREFIX", "prefix"}, {"MEMBER", "member"},
	{"NEXT HOP", "next_hop"}, {"AS PATH", "as_path"},
	{"COMMUNITIES", "communities"}, {"LARGE", "large_communities"},
	{"FOUND", "marks"}, {"REASON", "reason_text"},
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
static const struct out_column explain_columns[] = {
	{"", "mark"}, {"PREFIX", "prefix"}, {"FROM", "member"},
	{"ADDRESS", "address"}, {"AS PATH", "as_path"},
	{"VERDICT", "verdict"}, {"WHY", "why"},
};
static const struct out_column version_columns[] = {
	{"name", "name"}, {"version", "version"}, {"rs_as", "rs_as"},
	{"router_id", "router_id"},
};
static const struct out_column stats_columns[] = {
	{"uptime", "uptime"}, {"memory, bytes", "memory_bytes"},
	{"sessions", "sessions"}, {"of these up", "up"},
	{"of these dynamic", "dynamic"},
	{"IPv4: prefixes", "ipv4.nets"}, {"IPv4: paths", "ipv4.paths"},
	{"IPv4: attribute sets", "ipv4.attribute_sets"},
	{"IPv4: groups", "ipv4.groups"},
	{"IPv4: bytes encoded", "ipv4.encoded_bytes"},
	{"IPv4: bytes held for slow members", "ipv4.stream_bytes"},
	{"IPv6: prefixes", "ipv6.nets"}, {"IPv6: paths", "ipv6.paths"},
	{"IPv6: attribute sets", "ipv6.attribute_sets"},
	{"IPv6: groups", "ipv6.groups"},
	{"IPv6: bytes encoded", "ipv6.encoded_bytes"},
	{"IPv6: bytes held for slow members", "ipv6.stream_bytes"},
};
static const struct out_column rpki_columns[] = {
	{"VRPs", "vrps"}, {"ASPAs", "aspas"}, {"cache", "cache"},
	{"state", "state"}, {"serial", "serial"},
	{"VRPs of the cache", "cache_vrps"}, {"last change", "changed"},
	{"routes judged", "judged"}, {"last error", "last_error"},
};
static const struct out_column refresh_columns[] = {{"asked", "asked"}};
static const struct out_column reload_columns[] = {{"clients", "clients"}};
static const struct out_column shutdown_columns[] = {
	{"sessions shut down", "shut_down"}};
static const struct out_column enable_columns[] = {
	{"sessions enabled", "enabled"}};
static const struct out_column reset_columns[] = {
	{"sessions reset", "reset"}};

enum need { NO_ARG, MAY_ARG, MUST_ARG };
/* of the answer; PAGES are asked for one after the other and are ROWS then */
enum form { ROWS, PAGES, RECORD, EVENTS };

static const struct command {
	const char *words[2];	/* "show", "sessions" */
	const char *verb;
	struct {
		const char *key; /* in the request */
		enum need need;
	} args[2];		/* "text" takes all words that are left */
	enum form form;
	const struct out_column *columns;
	size_t n_columns;
	const char *empty;	/* what to say of an empty list */
	const char *help;
} commands[] = {
#define COLUMNS(c) c, COUNT(c)
	{{"show", "sessions"}, "sessions", {{0}}, ROWS,
	    COLUMNS(session_columns), "no members are configured",
	    "the members' sessions and their counters"},
	{{"show", "routes"}, "routes", {{"prefix", MAY_ARG}}, PAGES,
	    COLUMNS(route_columns), "no routes",
	    "all paths, or those to a prefix or around an address"},
	{{"show", "received"}, "received",
	    {{"member", MUST_ARG}, {"prefix", MAY_ARG}}, PAGES,
	    COLUMNS(route_columns), "no routes from that member",
	    "what a member announces"},
	{{"show", "rejected"}, "rejected", {{"member", MAY_ARG}}, PAGES,
	    COLUMNS(rejected_columns), "no rejected routes",
	    "what was rejected, and why"},
	{{"show", "sent"}, "sent",
	    {{"member", MUST_ARG}, {"prefix", MAY_ARG}}, PAGES,
	    COLUMNS(sent_columns), "no routes sent to that member",
	    "what a member was told"},
	{{"show", "stats"}, "stats", {{0}}, RECORD,
	    COLUMNS(stats_columns), NULL, "how much of everything there is"},
	{{"show", "rpki"}, "rpki", {{0}}, RECORD,
	    COLUMNS(rpki_columns), NULL,
	    "what is known of the RPKI, and the cache it comes from"},
	{{"show", "version"}, "version", {{0}}, RECORD,
	    COLUMNS(version_columns), NULL, "the route server itself"},
	{{"explain", NULL}, "explain",
	    {{"prefix", MUST_ARG}, {"member", MUST_ARG}}, ROWS,
	    COLUMNS(explain_columns), "nobody announces it",
	    "why a member has a route, or has it not"},
	{{"refresh", NULL}, "refresh", {{"member", MUST_ARG}}, RECORD,
	    COLUMNS(refresh_columns), NULL,
	    "ask a member to announce all again"},
	{{"reload", NULL}, "reload", {{0}}, RECORD,
	    COLUMNS(reload_columns), NULL,
	    "read the configuration files again"},
	{{"shutdown", NULL}, "shutdown",
	    {{"member", MUST_ARG}, {"text", MAY_ARG}}, RECORD,
	    COLUMNS(shutdown_columns), NULL,
	    "end a member's sessions until enable"},
	{{"enable", NULL}, "enable", {{"member", MUST_ARG}}, RECORD,
	    COLUMNS(enable_columns), NULL, "let them come up again"},
	{{"reset", NULL}, "reset",
	    {{"member", MUST_ARG}, {"text", MAY_ARG}}, RECORD,
	    COLUMNS(reset_columns), NULL,
	    "end a member's sessions and begin anew"},
	{{"watch", NULL}, "subscribe", {{0}}, EVENTS, NULL, 0, NULL,
	    "print events as JSON, one a line, until the server ends"},
};
/* clang-format on */

static void
add_arg(struct str *s, const char *key, enum need need)
{
	static const char *const names[][2] = {
	    {"member", "MEMBER"}, {"prefix", "PREFIX"}, {"text", "TEXT"}};

	if (need == NO_ARG)
		return;
	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(key, names[i][0]) == 0)
			str_addf(s, need == MAY_ARG ? " [%s]" : " %s",
				 names[i][1]);
}

static void
help(void)
{
	fputs("usage: ixrsctl --control SOCKET [--json] COMMAND\n\n", stdout);
	for (size_t i = 0; i < COUNT(commands); i++) {
		const struct command *c = &commands[i];
		struct str words = {0};
		str_addf(&words, "%s%s%s", c->words[0], c->words[1] ? " " : "",
			 c->words[1] ? c->words[1] : "");
		for (int k = 0; k < 2; k++)
			add_arg(&words, c->args[k].key, c->args[k].need);
		printf("  %-24s %s\n", str_text(&words), c->help);
		str_clear(&words);
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

/* The words of a text, whose number the shell decides. */
static json_t *
joined(char **words, int n)
{
	struct str s = {0};

	for (int i = 0; i < n; i++)
		str_addf(&s, "%s%s", i > 0 ? " " : "", words[i]);
	json_t *text = out_str(str_text(&s));
	str_clear(&s);
	return text;
}

static int
request(char **words, int n, const struct command **out, json_t **args,
	struct err *e)
{
	int used = 0;
	const struct command *c = find(words, n, &used);

	if (c == NULL)
		return unknown(words, n, e);
	*out = c;
	*args = json_object();
	for (int i = 0; i < 2 && c->args[i].need != NO_ARG; i++) {
		const char *key = c->args[i].key;
		bool rest = strcmp(key, "text") == 0;
		if (used < n)
			json_object_set_new(*args, key,
					    rest
						? joined(words + used, n - used)
						: out_str(words[used]));
		else if (c->args[i].need == MUST_ARG)
			return err_usage(e, "which %s? see ixrsctl --help",
					 key);
		used = rest ? n : used + (used < n);
	}
	if (used < n)
		return err_usage(e, "\"%s\" is one word too many", words[used]);
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

static bool
is_word(const json_t *row, const char *key, const char *word)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text != NULL && strcmp(text, word) == 0;
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
		bool best = json_is_true(json_object_get(row, "best"));
		bool rejected = is_word(row, "state", "rejected");
		if (json_object_get(row, "verdict") != NULL)
			best = is_word(row, "verdict", "sent");
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
	json_t *uptime = json_object_get(row, "uptime_ms");

	if (json_is_integer(uptime))
		json_object_set_new(row, "uptime",
				    age(json_integer_value(uptime)));

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
	} else if (c->form == ROWS || c->form == PAGES) {
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

/* All pages of a list, as one. */
static int
pages(struct ctl *ctl, const struct command *c, json_t *args, json_t **result,
      struct err *e)
{
	json_t *page = NULL;
	int r = 0;

	*result = json_array();
	json_object_set_new(args, "max", json_integer(PAGE));
	for (;;) {
		r = ctl_call(ctl, c->verb, json_deep_copy(args), NULL, 0,
			     TIMEOUT_MS, &page, e);
		if (r < 0)
			break;
		json_array_extend(*result, json_object_get(page, "rows"));
		json_t *next = json_incref(json_object_get(page, "next"));
		json_decref(page);
		json_object_set_new(args, "after", next);
		if (!json_is_string(next))
			break;
	}
	json_decref(args);
	return r;
}

static int
ask(const char *control, const struct command *c, json_t *args, json_t **result,
    struct err *e)
{
	struct ctl *ctl = ctl_open(control, e);
	int r;

	if (ctl == NULL) {
		json_decref(args);
		return -1;
	}
	if (c->form == PAGES)
		r = pages(ctl, c, args, result, e);
	else
		r = ctl_call(ctl, c->verb, args, NULL, 0, TIMEOUT_MS, result,
			     e);
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
	    ask(control, c, json_incref(args), &result, &e) == 0)
		print(c, result, json);
	else
		fprintf(stderr, "ixrsctl: %s\n", e.msg);
	json_decref(args);
	json_decref(result);
	return e.class;
}
