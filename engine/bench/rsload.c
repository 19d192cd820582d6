/*
 * rsload: all members of an exchange in one process, for measuring a route
 * server.
 *
 *	rsload --members N --routes M [--same] --phases up,full,... --pids P,...
 *	rsload --members N --routes M [--same] --ceiling
 *	rsload --members N --hostile WHAT [--as MEMBER] [--count N]
 *
 * The first plays the members and prints what it cost the processes named; the
 * second plays the least that a server could be; the third is bad company. All
 * three make the same exchange from the same numbers. bench-rs.sh runs them;
 * README.md says what the results mean.
 *
 * Exit status: 0 done, 2 usage, 3 cannot be done here.
 */
#include "bench/rsload.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum {
	OPT_MEMBERS = 256,
	OPT_ROUTES,
	OPT_SAME,
	OPT_SEED,
	OPT_NO_PREPENDS,
	OPT_PHASES,
	OPT_PIDS,
	OPT_LIMIT,
	OPT_SECONDS,
	OPT_RATE,
	OPT_CEILING,
	OPT_HOSTILE,
	OPT_AS,
	OPT_COUNT,
	OPT_HELP,
};

static const struct option options[] = {
    {"members", required_argument, NULL, OPT_MEMBERS},
    {"routes", required_argument, NULL, OPT_ROUTES},
    {"same", no_argument, NULL, OPT_SAME},
    {"seed", required_argument, NULL, OPT_SEED},
    {"no-prepends", no_argument, NULL, OPT_NO_PREPENDS},
    {"phases", required_argument, NULL, OPT_PHASES},
    {"pids", required_argument, NULL, OPT_PIDS},
    {"limit", required_argument, NULL, OPT_LIMIT},
    {"seconds", required_argument, NULL, OPT_SECONDS},
    {"rate", required_argument, NULL, OPT_RATE},
    {"ceiling", no_argument, NULL, OPT_CEILING},
    {"hostile", required_argument, NULL, OPT_HOSTILE},
    {"as", required_argument, NULL, OPT_AS},
    {"count", required_argument, NULL, OPT_COUNT},
    {"help", no_argument, NULL, OPT_HELP},
    {0},
};

static const char help[] =
    "usage: rsload --members N --routes M --phases WORD,... [--pids PID,...]\n"
    "       rsload --members N --routes M --ceiling\n"
    "       rsload --members N --hostile WHAT [--as MEMBER] [--count N]\n"
    "\n"
    "  --same           all announce the same M prefixes\n"
    "  --seed N         another exchange (1)\n"
    "  --no-prepends    nobody asks for a prepended path\n"
    "  --phases WORDS   up full late leave return storm reload canary "
    "visitors\n"
    "                   dumps hostile\n"
    "  --pids PIDS      the server's processes, whose cost is printed\n"
    "  --limit S        seconds that a phase may take (120)\n"
    "  --seconds S      how long a canary phase is (20)\n"
    "  --rate N         route changes a second beside the canary (2000)\n"
    "  --ceiling        be the server: the same bytes from ready buffers\n"
    "  --hostile WHAT   half-open, never-read, byte-a-second, sessions,\n"
    "                   visitors\n"
    "  --as MEMBER      whose address a hostile peer has (the first extra "
    "one)\n"
    "  --count N        of how many connections\n";

struct args {
	struct rsload_work work;
	struct rsload_plan plan;
	const char *hostile;
	unsigned int as, count, limit, seconds;
	bool ceiling, help;
};

static int
number(const char *option, unsigned long min, unsigned long max,
       unsigned int *out, struct err *e)
{
	if (str_to_u32(optarg, min, max, out))
		return 0;
	return err_usage(e, "--%s needs a number from %lu to %lu, not '%s'",
			 option, min, max, optarg);
}

static int
option(struct args *a, int opt, struct err *e)
{
	struct rsload_work *w = &a->work;

	switch (opt) {
	case OPT_MEMBERS: return number("members", 1, 4000, &w->members, e);
	case OPT_ROUTES: return number("routes", 0, 1 << 20, &w->routes, e);
	case OPT_SEED: return number("seed", 0, 1 << 30, &w->seed, e);
	case OPT_LIMIT: return number("limit", 1, 3600, &a->limit, e);
	case OPT_SECONDS: return number("seconds", 1, 3600, &a->seconds, e);
	case OPT_RATE: return number("rate", 0, 1000000, &a->plan.rate, e);
	case OPT_AS: return number("as", 0, 4004, &a->as, e);
	case OPT_COUNT: return number("count", 1, 100000, &a->count, e);
	case OPT_SAME: w->same = true; return 0;
	case OPT_NO_PREPENDS: w->prepends = false; return 0;
	case OPT_CEILING: a->ceiling = true; return 0;
	case OPT_HELP: a->help = true; return 0;
	case OPT_PHASES: a->plan.phases = optarg; return 0;
	case OPT_PIDS: rsload_proc_set(optarg); return 0;
	case OPT_HOSTILE: a->hostile = optarg; return 0;
	default: return err_usage(e, "see rsload --help");
	}
}

static int
parse(int argc, char **argv, struct args *a, struct err *e)
{
	int opt;

	*a = (struct args){
	    .work = {.seed = 1, .prepends = true},
	    .plan = {.rate = 2000},
	    .limit = 120,
	    .seconds = 20,
	};
	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (option(a, opt, e) < 0)
			return -1;
	if (a->help)
		return 0;
	if (optind < argc)
		return err_usage(e, "what is '%s'? see rsload --help",
				 argv[optind]);
	if (a->work.members == 0)
		return err_usage(e, "how many --members?");
	if ((uint64_t)a->work.members * a->work.routes > 1u << 20 &&
	    !a->work.same)
		return err_usage(e, "more than %u prefixes", 1u << 20);
	if (a->as == 0)
		a->as = a->work.members;
	a->plan.limit = a->limit;
	a->plan.seconds = a->seconds;
	return 0;
}

static int
members(struct args *a, struct err *e)
{
	struct rsload_load load;
	int rc;

	if (!a->plan.phases)
		return err_usage(e, "--phases, --ceiling or --hostile?");
	rsload_load_init(&load, &a->work);
	rc = rsload_phases(&load, &a->plan, e);
	rsload_load_clear(&load);
	return rc;
}

int
main(int argc, char **argv)
{
	struct args a;
	struct err e = {0};
	int rc = parse(argc, argv, &a, &e);

	signal(SIGPIPE, SIG_IGN);
	if (rc == 0 && a.help) {
		fputs(help, stdout);
	} else if (rc == 0 && a.hostile) {
		rc = rsload_hostile(a.hostile, a.as, a.count, &e);
	} else if (rc == 0) {
		rsload_work_init(&a.work);
		rc = a.ceiling ? rsload_ceiling(&a.work, &e) : members(&a, &e);
		rsload_work_clear(&a.work);
	}
	if (rc == 0)
		return 0;
	fprintf(stderr, "rsload: %s\n", e.msg);
	return e.class;
}
