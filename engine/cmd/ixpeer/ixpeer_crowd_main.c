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
#include "cmd/ixpeer/ixpeer_crowd.h"

static const char help[] =
    "usage: ixpeer --crowd FILE [--crowd FILE ...] [option ...]\n"
    "\n"
    "Plays the robots that the files name, see ixpeer(1).\n"
    "\n"
    "  --check   read the files, say what there is, and end\n"
    "  --help    this text\n";

static int
load(struct ixpeer_crowd *c, const char *path, struct err *e)
{
	return ixpeer_crowd_load(c, path, e);
}

static size_t
sessions(const struct ixpeer_crowd *c)
{
	struct ip_addr a;
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct ixpeer_robot_conf *r = &c->robots[i];

		for (size_t j = 0; j < r->n_to; j++)
			n += ixpeer_robot_local(
			    r, (enum ip_family)r->to[j].addr.family, &a);
	}
	return n;
}

enum { OPT_CROWD = 256, OPT_CHECK, OPT_HELP };

static const struct option options[] = {
    {"crowd", required_argument, NULL, OPT_CROWD},
    {"check", no_argument, NULL, OPT_CHECK},
    {"help", no_argument, NULL, OPT_HELP},
    {0},
};

int
ixpeer_crowd_main(int argc, char **argv, struct err *e)
{
	struct ixpeer_crowd crowd = {0};
	bool check = false;
	int c, rc = 0;

	while (rc == 0 &&
	       (c = getopt_long(argc, argv, ":", options, NULL)) != -1)
		switch (c) {
		case OPT_CROWD: rc = load(&crowd, optarg, e); break;
		case OPT_CHECK: check = true; break;
		case OPT_HELP: fputs(help, stdout); exit(0);
		case ':':
			rc = err_usage(e, "%s needs a value", argv[optind - 1]);
			break;
		default:
			rc = err_usage(e, "unknown option '%s', see --help",
				       argv[optind - 1]);
		}
	if (rc == 0 && optind < argc)
		rc = err_usage(e, "unexpected argument '%s'", argv[optind]);
	if (rc == 0 && check)
		printf("%zu robots, %zu sessions\n", crowd.n, sessions(&crowd));
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
