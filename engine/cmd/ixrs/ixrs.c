/*
 * ixrs: the route server daemon. Reads its words, starts server, waits.
 *
 * Exit status: 0 done, 2 usage or a bad file, 3 cannot be done here.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "cmd/ixrs/ixrs_sandbox.h"
#include "rs/bgp/bgp.h"
#include "rs/server/server.h"

struct ixrs {
	struct server_conf conf;
	bool foreground, check, no_sandbox;
	const char *user;
	uv_loop_t loop;
	uv_signal_t signals[3];
	struct server *server;
};

static void
help(void)
{
	fputs(
	    "usage: ixrs [--foreground] --general FILE --clients FILE\n"
	    "            [--bogons FILE] [--irr FILE]... [--vrps FILE]\n"
	    "            [--rtr HOST:PORT] [--rtt FILE] [--peering-db FILE]\n"
	    "            [--perform-graceful-shutdown]\n"
	    "            --control SOCKET [--check]\n"
	    "            [--listen ADDR]... [--port N] [--hold SECONDS]\n"
	    "            [--allow-asns FIRST[-LAST]]... [--user NAME]\n"
	    "            [--no-sandbox] [--verbose]\n"
	    "\n"
	    "A BGP route server (RFC 7947), configured by arouteserver's "
	    "files.\n"
	    "\n"
	    "  --general FILE    general.yml: the exchange's settings\n"
	    "  --clients FILE    clients.yml: the members\n"
	    "  --bogons FILE     bogons.yml: prefixes nobody may announce\n"
	    "  --irr FILE        route objects and AS-SETs, in RPSL or from "
	    "bgpq4 -j\n"
	    "  --vrps FILE       VRPs and ASPAs, the JSON of rpki-client or "
	    "Routinator\n"
	    "  --rtr HOST:PORT   RPKI cache to follow instead (RFC 8210)\n"
	    "  --rtt FILE        round-trip times: ADDRESS MILLISECONDS lines\n"
	    "  --peering-db FILE PeeringDB's networks, the JSON of /api/net\n"
	    "  --perform-graceful-shutdown\n"
	    "                    tag all routes sent with GRACEFUL_SHUTDOWN\n"
	    "  --control SOCKET  where ixrsctl asks: a path, or @name\n"
	    "  --foreground      stay; without it, return once all runs\n"
	    "  --check           read the files, say what is wrong, and end\n"
	    "  --listen ADDR     address to listen on and to connect from\n"
	    "                    (default: all, both families)\n"
	    "  --port N          instead of 179, for listening and connecting\n"
	    "  --hold SECONDS    hold time to propose, 0 or from 3 (default "
	    "90)\n"
	    "  --allow-asns A-B  AS numbers that are no bogons here\n"
	    "  --user NAME       become this account once the port is bound\n"
	    "  --no-sandbox      do not filter system calls, do not protect "
	    "files\n"
	    "  --verbose         log more, on standard error as always\n"
	    "  --keys            print the table of keys, as the manual has "
	    "it\n"
	    "  --reasons         print the table of reject reasons likewise\n"
	    "\n"
	    "SIGHUP reads the files again; SIGTERM ends all sessions.\n"
	    "See ixrs(8), ixrs.conf(5), ixrsctl(1).\n",
	    stdout);
}

/* ---- words */

enum {
	OPT_GENERAL = 1,
	OPT_CLIENTS,
	OPT_BOGONS,
	OPT_IRR,
	OPT_VRPS,
	OPT_RTT,
	OPT_PEERING_DB,
	OPT_GSHUT,
	OPT_CONTROL,
	OPT_LISTEN,
	OPT_PORT,
	OPT_HOLD,
	OPT_ALLOW,
	OPT_USER,
	OPT_NO_SANDBOX,
	OPT_RTR,
	OPT_KEYS,
	OPT_REASONS
};

static int
add_listen(struct server_conf *c, const char *text, struct err *e)
{
	c->listen =
	    xreallocarray(c->listen, c->n_listen + 1, sizeof(*c->listen));
	if (!ip_addr_parse(text, &c->listen[c->n_listen]))
		return err_usage(e, "--listen: \"%s\" is no address", text);
	c->n_listen++;
	return 0;
}

static void
add_irr(struct server_conf *c, const char *file)
{
	c->irr = xreallocarray(c->irr, c->n_irr + 1, sizeof(*c->irr));
	c->irr[c->n_irr++] = file;
}

static int
add_allowed(struct server_conf *c, const char *text, struct err *e)
{
	_free_ char *first = xstrdup(text);
	char *last = strchr(first, '-');
	unsigned int a, b;

	if (last != NULL)
		*last++ = '\0';
	else
		last = first;
	if (!str_to_u32(first, 0, UINT32_MAX, &a) ||
	    !str_to_u32(last, 0, UINT32_MAX, &b) || a > b)
		return err_usage(
		    e, "--allow-asns: \"%s\" is no range, such as 64496-64511",
		    text);
	c->allowed =
	    xreallocarray(c->allowed, c->n_allowed + 1, sizeof(*c->allowed));
	c->allowed[c->n_allowed++] = (struct policy_asns){a, b};
	return 0;
}

static int
set_number(const char *option, const char *text, unsigned int max,
	   uint16_t *out, struct err *e)
{
	unsigned int v;

	if (!str_to_u32(text, 0, max, &v))
		return err_usage(e, "%s: \"%s\" is no number up to %u", option,
				 text, max);
	*out = (uint16_t)v;
	return 0;
}

static int
set_hold(struct server_conf *c, const char *text, struct err *e)
{
	if (set_number("--hold", text, UINT16_MAX, &c->hold, e) < 0)
		return -1;
	if (c->hold == 1 || c->hold == 2)
		return err_usage(
		    e,
		    "--hold: %u seconds are too few; BGP allows 0, and 3 or "
		    "more",
		    c->hold);
	return 0;
}

static int
set_port(struct server_conf *c, const char *text, struct err *e)
{
	if (set_number("--port", text, UINT16_MAX, &c->port, e) < 0)
		return -1;
	return c->port != 0 ? 0 : err_usage(e, "--port: 0 is no port");
}

static int
set_rtr(struct server_conf *c, const char *text, struct err *e)
{
	_free_ char *host = NULL, *port = NULL;

	c->rtr = text;
	if (server_rtr_parse(text, &host, &port, e) < 0)
		return err_in(e, "--rtr");
	return 0;
}

static int
option(struct ixrs *x, int opt, const char *word, struct err *e)
{
	struct server_conf *c = &x->conf;

	switch (opt) {
	case 'f': x->foreground = true; return 0;
	case 'c': x->check = true; return 0;
	case 'v': log_set_level(LOG_LV_DEBUG); return 0;
	case 'h': help(); exit(0);
	case OPT_KEYS: policy_keys_print(stdout); exit(0);
	case OPT_REASONS: policy_reasons_print(stdout); exit(0);
	case OPT_GENERAL: c->general = optarg; return 0;
	case OPT_CLIENTS: c->clients = optarg; return 0;
	case OPT_BOGONS: c->bogons = optarg; return 0;
	case OPT_IRR: add_irr(c, optarg); return 0;
	case OPT_VRPS: c->vrps = optarg; return 0;
	case OPT_RTT: c->rtt = optarg; return 0;
	case OPT_PEERING_DB: c->peering_db = optarg; return 0;
	case OPT_GSHUT: c->perform_gshut = true; return 0;
	case OPT_RTR: return set_rtr(c, optarg, e);
	case OPT_CONTROL: c->control = optarg; return 0;
	case OPT_LISTEN: return add_listen(c, optarg, e);
	case OPT_PORT: return set_port(c, optarg, e);
	case OPT_HOLD: return set_hold(c, optarg, e);
	case OPT_ALLOW: return add_allowed(c, optarg, e);
	case OPT_USER: x->user = optarg; return 0;
	case OPT_NO_SANDBOX: x->no_sandbox = true; return 0;
	case ':':
		return err_usage(e, "%s needs a value; see ixrs --help", word);
	}
	return err_usage(e, "there is no option \"%s\"; see ixrs --help", word);
}

static int
words(struct ixrs *x, int argc, char **argv, struct err *e)
{
	static const struct option options[] = {
	    {"foreground", no_argument, NULL, 'f'},
	    {"check", no_argument, NULL, 'c'},
	    {"verbose", no_argument, NULL, 'v'},
	    {"help", no_argument, NULL, 'h'},
	    {"general", required_argument, NULL, OPT_GENERAL},
	    {"clients", required_argument, NULL, OPT_CLIENTS},
	    {"bogons", required_argument, NULL, OPT_BOGONS},
	    {"irr", required_argument, NULL, OPT_IRR},
	    {"vrps", required_argument, NULL, OPT_VRPS},
	    {"rtt", required_argument, NULL, OPT_RTT},
	    {"peering-db", required_argument, NULL, OPT_PEERING_DB},
	    {"perform-graceful-shutdown", no_argument, NULL, OPT_GSHUT},
	    {"rtr", required_argument, NULL, OPT_RTR},
	    {"control", required_argument, NULL, OPT_CONTROL},
	    {"listen", required_argument, NULL, OPT_LISTEN},
	    {"port", required_argument, NULL, OPT_PORT},
	    {"hold", required_argument, NULL, OPT_HOLD},
	    {"allow-asns", required_argument, NULL, OPT_ALLOW},
	    {"user", required_argument, NULL, OPT_USER},
	    {"no-sandbox", no_argument, NULL, OPT_NO_SANDBOX},
	    {"keys", no_argument, NULL, OPT_KEYS},
	    {"reasons", no_argument, NULL, OPT_REASONS},
	    {0},
	};
	int opt;

	while ((opt = getopt_long(argc, argv, ":fvh", options, NULL)) != -1)
		if (option(x, opt, argv[optind - 1], e) < 0)
			return -1;
	if (optind < argc)
		return err_usage(e,
				 "\"%s\" is one word too many; see ixrs --help",
				 argv[optind]);
	if (x->conf.general == NULL)
		return err_usage(e,
				 "--general FILE is missing; see ixrs --help");
	if (x->conf.clients == NULL)
		return err_usage(e,
				 "--clients FILE is missing; see ixrs --help");
	if (x->conf.control == NULL && !x->check)
		return err_usage(
		    e, "--control SOCKET is missing; see ixrs --help");
	if (x->conf.vrps != NULL && x->conf.rtr != NULL)
		return err_usage(e, "--vrps and --rtr: one of them, VRPs come "
				    "from a file or from a cache");
	return 0;
}

/* ---- running */

static void
reloaded(void *arg, const struct err *e)
{
	(void)arg;
	if (e != NULL)
		log_warnx("ixrs", "not reloaded: %s", e->msg);
}

static void
on_signal(uv_signal_t *h, int number)
{
	struct ixrs *x = h->data;

	if (number == SIGHUP) {
		server_reload(x->server, reloaded, NULL);
		return;
	}
	server_stop(x->server);
	for (int i = 0; i < 3; i++)
		uv_close((uv_handle_t *)&x->signals[i], NULL);
}

static void
watch_signals(struct ixrs *x)
{
	static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};

	for (int i = 0; i < 3; i++) {
		uv_signal_init(&x->loop, &x->signals[i]);
		x->signals[i].data = x;
		uv_signal_start(&x->signals[i], on_signal, numbers[i]);
	}
}

/* Everything that can fail has been done: leave it to a process of its own, and
 * keep standard error for the log. */
static int
detach(struct ixrs *x, struct err *e)
{
	if (daemon(1, 1) < 0)
		return err_sys(e, "go into the background");
	if (freopen("/dev/null", "r", stdin) == NULL ||
	    freopen("/dev/null", "w", stdout) == NULL)
		return err_sys(e, "/dev/null");
	uv_loop_fork(&x->loop);
	return 0;
}

static int
run(struct ixrs *x, struct err *e)
{
	int r = 0;

	if (!x->no_sandbox)
		ixrs_sandbox_early();
	uv_loop_init(&x->loop);
	x->server = server_new(&x->loop, &x->conf, e);
	if (x->server == NULL) {
		uv_loop_close(&x->loop);
		return -1;
	}
	if (!x->foreground)
		r = detach(x, e);
	if (r == 0)
		r = ixrs_sandbox(x->user, x->conf.control, !x->no_sandbox, e);
	if (r == 0)
		r = server_rtr_start(x->server, e);
	if (r == 0) {
		watch_signals(x);
		server_start(x->server);
	} else {
		server_stop(x->server);
	}
	uv_run(&x->loop, UV_RUN_DEFAULT);
	server_free(x->server);
	uv_loop_close(&x->loop);
	return r;
}

/* One line: what is there, and of what the options brought, how much. */
static void
summary(const struct policy *p)
{
	printf("AS%u: clients %zu, bogon prefixes %zu", p->rs_as, p->n_clients,
	       p->bogons.n);
	if (p->irr != NULL)
		printf(", route objects %zu, AS-SETs %zu",
		       irr_db_routes(p->irr), irr_db_sets(p->irr));
	if (rpki_count(p->rpki) != 0)
		printf(", VRPs %zu", rpki_count(p->rpki));
	if (rpki_aspa_count(p->rpki) != 0)
		printf(", ASPAs %zu", rpki_aspa_count(p->rpki));
	if (p->n_never_via != 0)
		printf(", networks that avoid route servers %zu",
		       p->n_never_via);
	if (p->n_rtt != 0)
		printf(", round-trip times %zu", p->n_rtt);
	printf("\n");
}

static int
check(const struct ixrs *x, struct err *e)
{
	struct rpki *rpki = rpki_new();
	struct policy *p = server_policy_load(&x->conf, rpki, rpki, e);

	if (p != NULL) {
		summary(p);
		server_policy_notes(p);
	}
	policy_free(p);
	rpki_free(rpki);
	return p != NULL ? 0 : -1;
}

int
main(int argc, char **argv)
{
	struct ixrs x = {.conf = {.port = BGP_PORT, .hold = 90}};
	struct err e = {0};

	signal(SIGPIPE, SIG_IGN);
	setenv("UV_THREADPOOL_SIZE", "1", 1); /* for server_reload */
	if (words(&x, argc, argv, &e) < 0 ||
	    (x.conf.rtr != NULL && server_rtr_load(&e) < 0) ||
	    (x.check ? check(&x, &e) : run(&x, &e)) < 0)
		fprintf(stderr, "ixrs: %s\n", e.msg);
	free(x.conf.irr);
	free(x.conf.listen);
	free(x.conf.allowed);
	return e.class;
}
