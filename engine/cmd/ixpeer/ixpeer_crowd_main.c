/*
 * ixpeer --crowd: many robots in one process; and the table of misbehaviours as
 * people read it.
 */
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd/ixpeer/ixpeer.h"
#include "cmd/ixpeer/ixpeer_robot.h"

static const char help[] =
    "usage: ixpeer --crowd FILE [--crowd FILE ...] [option ...]\n"
    "\n"
    "Plays the robots that the files name, see ixpeer(1).\n"
    "\n"
    "  --check         read the files, say what there is, and end\n"
    "  --control NAME  answer there: a path, or @NAME (ixpeer --ask)\n"
    "  --events        a JSON line for each session that comes up or goes\n"
    "  --seconds N     end after that time\n"
    "  --at-once N     how many sessions are being made at a time, 1000\n"
    "  --help          this text\n";

static size_t
sessions(const struct ixpeer_crowd *c)
{
	struct ip_addr a;
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct ixpeer_robot_conf *r = &c->robots[i];

		for (size_t j = 0; j < r->n_to; j++)
			n += ixpeer_robot_from(r, &r->to[j], &a);
	}
	return n;
}

enum {
	OPT_CROWD = 256,
	OPT_CHECK,
	OPT_CONTROL,
	OPT_EVENTS,
	OPT_SECONDS,
	OPT_AT_ONCE,
	OPT_HELP,
};

static const struct option options[] = {
    {"crowd", required_argument, NULL, OPT_CROWD},
    {"check", no_argument, NULL, OPT_CHECK},
    {"control", required_argument, NULL, OPT_CONTROL},
    {"events", no_argument, NULL, OPT_EVENTS},
    {"seconds", required_argument, NULL, OPT_SECONDS},
    {"at-once", required_argument, NULL, OPT_AT_ONCE},
    {"help", no_argument, NULL, OPT_HELP},
    {0},
};

static int
number(const char *option, uint32_t *out, struct err *e)
{
	unsigned int v;

	if (!str_to_u32(optarg, 1, 4000000, &v))
		return err_usage(
		    e, "%s needs a number from 1 to 4000000, not '%s'", option,
		    optarg);
	*out = v;
	return 0;
}

static int
option(int c, char **argv, struct ixpeer_crowd *crowd,
       struct ixpeer_crowd_options *o, bool *check, struct err *e)
{
	switch (c) {
	case OPT_CROWD: return ixpeer_crowd_load(crowd, optarg, e);
	case OPT_CHECK: *check = true; return 0;
	case OPT_CONTROL: o->control = optarg; return 0;
	case OPT_EVENTS: o->events = true; return 0;
	case OPT_SECONDS: return number("--seconds", &o->seconds, e);
	case OPT_AT_ONCE: return number("--at-once", &o->at_once, e);
	case OPT_HELP: fputs(help, stdout); exit(0);
	case ':': return err_usage(e, "%s needs a value", argv[optind - 1]);
	default:
		return err_usage(e, "unknown option '%s', see --help",
				 argv[optind - 1]);
	}
}

/* Read what the crowd names, too. */
static int
check_all(const struct ixpeer_crowd *crowd, struct err *e)
{
	struct ixpeer_dumps dumps = {0};
	size_t routes = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < crowd->n; i++) {
		struct ixpeer_routes r = {0};
		struct ixpeer_robot one = {.conf = &crowd->robots[i]};

		rc = ixpeer_routes_make(&r, one.conf, &dumps, e);
		routes += ixpeer_routes_count(&r, IP_V4) +
			  ixpeer_routes_count(&r, IP_V6);
		ixpeer_routes_clear(&r);
		if (rc == 0)
			rc = ixpeer_puppet_init(&one, e);
		ixpeer_puppet_free(one.puppet);
	}
	ixpeer_dumps_clear(&dumps);
	if (rc == 0)
		printf("%zu robots, %zu sessions, %zu routes\n", crowd->n,
		       sessions(crowd), routes);
	return rc;
}

int
ixpeer_crowd_main(int argc, char **argv, struct err *e)
{
	struct ixpeer_crowd crowd = {0};
	struct ixpeer_crowd_options o = {0};
	bool check = false;
	int c, rc = 0;

	while (rc == 0 &&
	       (c = getopt_long(argc, argv, ":", options, NULL)) != -1)
		rc = option(c, argv, &crowd, &o, &check, e);
	if (rc == 0 && optind < argc)
		rc = err_usage(e, "unexpected argument '%s'", argv[optind]);
	if (rc == 0)
		rc = check ? check_all(&crowd, e)
			   : ixpeer_crowd_run(&crowd, &o, e);
	ixpeer_crowd_clear(&crowd);
	return rc;
}

int
ixpeer_behaviours_main(int argc, char **argv, struct err *e)
{
	static const struct out_column columns[] = {
	    {"NAME", "name"},	  {"KIND", "kind"}, {"RFC", "rfc"},
	    {"TREATED", "treat"}, {"DOES", "does"},
	};
	static const char *const kinds[] = {"update", "message", "routes",
					    "session"};
	json_t *rows = json_array();

	if (argc > 2 && strcmp(argv[2], "--json") != 0) {
		json_decref(rows);
		return err_usage(e, "unexpected argument '%s'", argv[2]);
	}
	for (size_t i = 0; i < ixpeer_bad_n; i++) {
		const struct ixpeer_bad *b = &ixpeer_bad[i];
		bool bytes = b->kind <= IXPEER_BAD_MESSAGE;

		json_array_append_new(
		    rows,
		    json_pack("{ss,ss,ss,ss*,si,si,ss}", "name", b->name,
			      "kind", kinds[b->kind], "rfc", b->rfc, "treat",
			      bytes ? bgp_treat_name(b->treat) : NULL, "code",
			      b->code, "subcode", b->subcode, "does", b->what));
	}
	if (argc > 2)
		out_json(stdout, rows);
	else
		out_table(stdout, rows, columns, 5, "");
	json_decref(rows);
	return 0;
}
