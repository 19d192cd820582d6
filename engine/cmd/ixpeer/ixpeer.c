/*
 * ixpeer: a scripted BGP speaker. The robot member of big labs, and the hostile
 * peer of our tests: it speaks BGP properly by itself (rs/bgp) and says what a
 * script tells it, however wrong. What it hears it prints, one JSON line an
 * event. See ixpeer(1).
 */
#include "cmd/ixpeer/ixpeer.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"

static const char help[] =
    "usage: ixpeer --asn N --id A.B.C.D --local ADDR\n"
    "              (--connect ADDR[:PORT] | --listen [PORT]) [option ...]\n"
    "       ixpeer --crowd FILE [option ...]\n"
    "       ixpeer --ask SOCKET [--json] QUESTION [WORD ...]\n"
    "       ixpeer --behaviours [--json]\n"
    "\n"
    "Speaks BGP as a script says, prints what it hears as JSON lines. With "
    "--crowd\n"
    "plays many members at once (ixpeer --crowd --help).\n"
    "\n"
    "  --asn N             our AS number\n"
    "  --id A.B.C.D        our BGP identifier\n"
    "  --local ADDR        our address; its family is the session's\n"
    "  --connect ADDR[:PORT]  open the connection; [ADDR]:PORT for IPv6\n"
    "  --listen [PORT]     wait for it at --local; 179 if not said; both may\n"
    "                      be given\n"
    "  --peer-as N         refuse another AS than this\n"
    "  --families LIST     ipv4, ipv6 or ipv4,ipv6\n"
    "  --hold S            hold time to propose, 90\n"
    "  --two-byte          play an old speaker without 4-byte AS numbers\n"
    "  --add-path          several routes for a prefix, both ways (RFC 7911)\n"
    "  --extended-message  messages up to 65535 bytes (RFC 8654)\n"
    "  --ext-nexthop       IPv6 next hops for IPv4 (RFC 8950)\n"
    "  --role ROLE         provider, rs, rs-client, customer or peer, or 0 to "
    "4\n"
    "                      (RFC 9234)\n"
    "  --role-strict       refuse a peer that says no role\n"
    "  --gr S              graceful restart: keep our routes for that time "
    "while\n"
    "                      we are away; 0 only helps others (RFC 4724, 8538)\n"
    "  --llgr S            and for that time after it (RFC 9494)\n"
    "  --mute              send nothing but what the script says\n"
    "  --record DIR        write each message that comes to a file there\n"
    "  --script FILE       what to say, - for standard input\n"
    "  --timeout S         how long a step may wait, 30\n"
    "  --seconds N         stop after that time\n"
    "  --until-eor         stop when the peer's table has been heard\n"
    "  --json              JSON lines (there is no other form)\n"
    "  --help              this text\n";

enum {
	OPT_ASN = 256,
	OPT_ID,
	OPT_LOCAL,
	OPT_CONNECT,
	OPT_LISTEN,
	OPT_PEER_AS,
	OPT_FAMILIES,
	OPT_HOLD,
	OPT_TWO_BYTE,
	OPT_ADD_PATH,
	OPT_EXTENDED_MESSAGE,
	OPT_EXT_NEXTHOP,
	OPT_ROLE,
	OPT_ROLE_STRICT,
	OPT_GR,
	OPT_LLGR,
	OPT_MUTE,
	OPT_RECORD,
	OPT_SCRIPT,
	OPT_TIMEOUT,
	OPT_SECONDS,
	OPT_UNTIL_EOR,
	OPT_JSON,
	OPT_HELP,
};

static const struct option options[] = {
    {"asn", required_argument, NULL, OPT_ASN},
    {"id", required_argument, NULL, OPT_ID},
    {"local", required_argument, NULL, OPT_LOCAL},
    {"connect", required_argument, NULL, OPT_CONNECT},
    {"listen", optional_argument, NULL, OPT_LISTEN},
    {"peer-as", required_argument, NULL, OPT_PEER_AS},
    {"families", required_argument, NULL, OPT_FAMILIES},
    {"hold", required_argument, NULL, OPT_HOLD},
    {"two-byte", no_argument, NULL, OPT_TWO_BYTE},
    {"add-path", no_argument, NULL, OPT_ADD_PATH},
    {"extended-message", no_argument, NULL, OPT_EXTENDED_MESSAGE},
    {"ext-nexthop", no_argument, NULL, OPT_EXT_NEXTHOP},
    {"role", required_argument, NULL, OPT_ROLE},
    {"role-strict", no_argument, NULL, OPT_ROLE_STRICT},
    {"gr", required_argument, NULL, OPT_GR},
    {"llgr", required_argument, NULL, OPT_LLGR},
    {"mute", no_argument, NULL, OPT_MUTE},
    {"record", required_argument, NULL, OPT_RECORD},
    {"script", required_argument, NULL, OPT_SCRIPT},
    {"timeout", required_argument, NULL, OPT_TIMEOUT},
    {"seconds", required_argument, NULL, OPT_SECONDS},
    {"until-eor", no_argument, NULL, OPT_UNTIL_EOR},
    {"json", no_argument, NULL, OPT_JSON},
    {"help", no_argument, NULL, OPT_HELP},
    {0},
};

static int
number(const char *option, const char *text, unsigned long min,
       unsigned long max, uint32_t *out, struct err *e)
{
	unsigned int v;

	if (!str_to_u32(text, min, max, &v))
		return err_usage(e,
				 "%s needs a number from %lu to %lu, not '%s'",
				 option, min, max, text);
	*out = v;
	return 0;
}

static int
port(const char *option, const char *text, uint16_t *out, struct err *e)
{
	uint32_t v = 0;

	if (number(option, text, 1, 65535, &v, e) < 0)
		return -1;
	*out = (uint16_t)v;
	return 0;
}

/* ADDR, A.B.C.D:PORT or [ADDR]:PORT */
static int
endpoint(const char *text, struct ixpeer_options *o, struct err *e)
{
	char addr[64];
	const char *end, *colon;

	o->port = BGP_PORT;
	if (ip_addr_parse(text, &o->remote))
		return 0;
	end = text[0] == '[' ? strchr(text, ']') : strchr(text, ':');
	text += text[0] == '[';
	if (end && end - text < (ptrdiff_t)sizeof addr) {
		memcpy(addr, text, (size_t)(end - text));
		addr[end - text] = '\0';
		colon = *end == ']' ? end + 1 : end;
		if (*colon == ':' && ip_addr_parse(addr, &o->remote))
			return port("--connect", colon + 1, &o->port, e);
	}
	return err_usage(
	    e, "--connect needs an address, or address:port, not '%s'", text);
}

static int
address(const char *option, const char *text, struct ip_addr *out,
	struct err *e)
{
	if (!ip_addr_parse(text, out))
		return err_usage(e, "%s needs an address, not '%s'", option,
				 text);
	return 0;
}

static int
identifier(const char *text, uint32_t *id, struct err *e)
{
	struct ip_addr a;

	if (!ip_addr_parse(text, &a) || a.family != IP_V4)
		return err_usage(e, "--id needs the form A.B.C.D, not '%s'",
				 text);
	*id = (uint32_t)a.bytes[0] << 24 | (uint32_t)a.bytes[1] << 16 |
	      (uint32_t)a.bytes[2] << 8 | a.bytes[3];
	if (*id == 0)
		return err_usage(e, "--id must not be 0.0.0.0");
	return 0;
}

static int
families(const char *text, uint8_t *out, struct err *e)
{
	if (strcmp(text, "ipv4") == 0)
		*out = BGP_IPV4;
	else if (strcmp(text, "ipv6") == 0)
		*out = BGP_IPV6;
	else if (strcmp(text, "ipv4,ipv6") == 0 ||
		 strcmp(text, "ipv6,ipv4") == 0)
		*out = BGP_IPV4 | BGP_IPV6;
	else
		return err_usage(
		    e, "--families needs ipv4, ipv6 or ipv4,ipv6, not '%s'",
		    text);
	return 0;
}

static int
hold_time(const char *text, uint16_t *out, struct err *e)
{
	uint32_t v = 0;

	if (number("--hold", text, 0, 65535, &v, e) < 0)
		return -1;
	if (v == 1 || v == 2)
		return err_usage(e, "--hold needs 0, or 3 and more");
	*out = (uint16_t)v;
	return 0;
}

static int
role(const char *text, struct bgp_fsm_conf *c, struct err *e)
{
	static const char *const names[] = {"provider", "rs", "rs-client",
					    "customer", "peer"};

	for (unsigned int i = 0; i < sizeof names / sizeof *names; i++) {
		char digit[2] = {(char)('0' + i), '\0'};

		if (strcmp(text, names[i]) != 0 && strcmp(text, digit) != 0)
			continue;
		c->has_role = true;
		c->role = (enum bgp_role)i;
		return 0;
	}
	return err_usage(e,
			 "--role needs provider, rs, rs-client, customer, "
			 "peer, or 0 to 4, not '%s'",
			 text);
}

static int
restart_time(const char *text, struct bgp_fsm_conf *c, struct err *e)
{
	uint32_t v = 0;

	if (number("--gr", text, 0, 4095, &v, e) < 0)
		return -1;
	c->restart.there = c->restart.notification = true;
	c->restart.time = (uint16_t)v;
	return 0;
}

static int
long_time(const char *text, struct bgp_fsm_conf *c, struct err *e)
{
	uint32_t v = 0;

	if (number("--llgr", text, 0, 0xFFFFFF, &v, e) < 0)
		return -1;
	c->long_lived.there = true;
	c->long_lived.time[0] = c->long_lived.time[1] = v;
	return 0;
}

/* "--listen 1790" as well as "--listen=1790" and "--listen". */
static int
listen_port(int argc, char **argv, uint16_t *out, struct err *e)
{
	const char *text = optarg;

	if (text == NULL && optind < argc && argv[optind][0] >= '0' &&
	    argv[optind][0] <= '9')
		text = argv[optind++];
	*out = BGP_PORT;
	return text ? port("--listen", text, out, e) : 0;
}

/* The options about what to offer. */
static int
capability(int c, struct bgp_fsm_conf *bgp, struct err *e)
{
	switch (c) {
	case OPT_FAMILIES: return families(optarg, &bgp->families, e);
	case OPT_TWO_BYTE: bgp->two_byte = true; break;
	case OPT_ADD_PATH:
		bgp->add_path_rx = bgp->add_path_tx = BGP_IPV4 | BGP_IPV6;
		break;
	case OPT_EXTENDED_MESSAGE: bgp->extended_message = true; break;
	case OPT_EXT_NEXTHOP: bgp->ext_nexthop = BGP_IPV4; break;
	case OPT_ROLE: return role(optarg, bgp, e);
	case OPT_ROLE_STRICT: bgp->role_strict = true; break;
	case OPT_GR: return restart_time(optarg, bgp, e);
	case OPT_LLGR: return long_time(optarg, bgp, e);
	}
	return 0;
}

static int
option(int c, int argc, char **argv, struct ixpeer_options *o,
       const char **script, struct err *e)
{
	switch (c) {
	case OPT_FAMILIES:
	case OPT_TWO_BYTE:
	case OPT_ADD_PATH:
	case OPT_EXTENDED_MESSAGE:
	case OPT_EXT_NEXTHOP:
	case OPT_ROLE:
	case OPT_ROLE_STRICT:
	case OPT_GR:
	case OPT_LLGR: return capability(c, &o->bgp, e);
	case OPT_ASN:
		return number("--asn", optarg, 1, UINT32_MAX, &o->bgp.local_as,
			      e);
	case OPT_ID: return identifier(optarg, &o->bgp.local_id, e);
	case OPT_LOCAL: return address("--local", optarg, &o->local, e);
	case OPT_CONNECT: return endpoint(optarg, o, e);
	case OPT_LISTEN: return listen_port(argc, argv, &o->listen_port, e);
	case OPT_PEER_AS:
		return number("--peer-as", optarg, 1, UINT32_MAX,
			      &o->bgp.peer_as, e);
	case OPT_HOLD: return hold_time(optarg, &o->bgp.hold, e);
	case OPT_MUTE: o->mute = true; return 0;
	case OPT_RECORD: o->record = optarg; return 0;
	case OPT_SCRIPT: *script = optarg; return 0;
	case OPT_TIMEOUT:
		return number("--timeout", optarg, 1, 86400, &o->timeout, e);
	case OPT_SECONDS:
		return number("--seconds", optarg, 1, 4000000, &o->seconds, e);
	case OPT_UNTIL_EOR: o->until_eor = true; return 0;
	case OPT_JSON: return 0;
	case ':': return err_usage(e, "%s needs a value", argv[optind - 1]);
	default:
		return err_usage(e, "unknown option '%s', see --help",
				 argv[optind - 1]);
	}
}

/* What we keep while we are away: all, or nothing if no time is given. */
static void
promise(struct bgp_fsm_conf *c)
{
	if (c->restart.time > 0)
		c->restart.families = c->restart.forwarding = c->families;
	if (c->long_lived.time[0] > 0)
		c->long_lived.families = c->long_lived.forwarding = c->families;
}

static int
complete(struct ixpeer_options *o, struct err *e)
{
	if (o->bgp.local_as == 0)
		return err_usage(e, "--asn is missing");
	if (o->bgp.local_id == 0)
		return err_usage(e, "--id is missing");
	if (o->local.family == IP_NONE)
		return err_usage(e, "--local is missing");
	if (o->remote.family == IP_NONE && o->listen_port == 0)
		return err_usage(e, "say --connect or --listen");
	if (o->remote.family != IP_NONE && o->remote.family != o->local.family)
		return err_usage(
		    e, "--local and --connect are of different families");
	if (o->bgp.families == 0)
		o->bgp.families = (uint8_t)bgp_family_bit(o->local.family);
	o->bgp.passive = o->remote.family == IP_NONE;
	if (o->bgp.long_lived.there && !o->bgp.restart.there)
		return err_usage(e, "--llgr needs --gr");
	if (o->bgp.role_strict && !o->bgp.has_role)
		return err_usage(e, "--role-strict needs --role");
	promise(&o->bgp);
	return 0;
}

static int
arguments(int argc, char **argv, struct ixpeer_options *o, const char **script,
	  struct err *e)
{
	int c;

	while ((c = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (c == OPT_HELP) {
			fputs(help, stdout);
			exit(0);
		}
		if (option(c, argc, argv, o, script, e) < 0)
			return -1;
	}
	if (optind < argc)
		return err_usage(e, "unexpected argument '%s'", argv[optind]);
	return complete(o, e);
}

/* Standard input, whole. */
static char *
read_stdin(size_t *len)
{
	struct str s = {0};
	char part[4096];
	size_t n;

	while ((n = fread(part, 1, sizeof part, stdin)) > 0)
		str_addn(&s, part, n);
	*len = s.len;
	return str_steal(&s);
}

static int
load(const char *path, struct ixpeer_options *o, struct ixpeer_script *s,
     struct err *e)
{
	char *text;
	size_t len;
	int rc;

	*s = (struct ixpeer_script){0};
	o->script_name = path;
	if (path == NULL)
		return 0;
	if (strcmp(path, "-") == 0) {
		o->script_name = "standard input";
		text = read_stdin(&len);
	} else if (file_read(path, 64 << 20, &text, &len, e) < 0) {
		return -1;
	}
	rc = ixpeer_script_parse(text, len, o->script_name, s, e);
	free(text);
	if (rc == 0)
		rc = ixpeer_script_fill(s, o, e);
	return rc;
}

/* What else the program does, by its first word. */
static const struct {
	const char *option;
	int (*main)(int argc, char **argv, struct err *e);
} forms[] = {
    {"--crowd", ixpeer_crowd_main},
    {"--ask", ixpeer_ask_main},
    {"--behaviours", ixpeer_behaviours_main},
};
enum { N_FORMS = sizeof forms / sizeof *forms };

static int
finish(int rc, struct err *e)
{
	if (rc == 0)
		return ERR_NONE;
	str_clean(e->msg);
	fprintf(stderr, "ixpeer: %s\n", e->msg);
	return (int)e->class;
}

int
main(int argc, char **argv)
{
	struct ixpeer_options o = {.bgp = {.hold = 90, .allow_as_set = true},
				   .timeout = 30};
	struct ixpeer_script script = {0};
	const char *path = NULL;
	struct err e = {0};
	int rc;

	for (size_t i = 0; argc > 1 && i < N_FORMS; i++)
		if (strcmp(argv[1], forms[i].option) == 0)
			return finish(forms[i].main(argc, argv, &e), &e);
	rc = arguments(argc, argv, &o, &path, &e);
	if (rc == 0)
		rc = load(path, &o, &script, &e);
	if (rc == 0)
		rc = ixpeer_run(&o, &script, &e);
	ixpeer_script_clear(&script);
	return finish(rc, &e);
}
