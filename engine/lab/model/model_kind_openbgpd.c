/*
 * A network's OpenBGPD configuration; model_kind_bird.c says why it does what it
 * does. Neighbours stand in groups by what they are to us, rules speak of groups,
 * and the last rule that fits decides. Our own prefixes carry the large community
 * (our AS, 1, 0) inside and customers' (our AS, 1, 1), by which they are told
 * from others on the way out, where both marks are taken off.
 *
 * bgpd becomes the user _openbgpd, whom a lab of an ordinary user has not: the
 * user's files that it sees say that this is another name of the lab's root. It
 * has no way to the kernel's routes on Linux, so a network of this kind announces
 * what it should and forwards nothing.
 */
#include <string.h>

#include "lab/model/model_kind_text.h"

struct openbgpd {
	const struct lab *lab;
	const struct lab_node *n;
	struct str s;
};

static const char *const openbgpd_all[KIND_VERSIONS] = {"0.0.0.0/0", "::/0"};
static const int openbgpd_bits[KIND_VERSIONS] = {32, 128};
static const int openbgpd_longest[KIND_VERSIONS] = {24, 48};

static void
openbgpd_networks(struct openbgpd *o)
{
	const struct ip_prefix *p;
	char text[IP_PREFIXSTRLEN];
	size_t i;
	int v;

	for (i = 0; (p = kind_own(o->n, i)) != NULL; i++)
		str_addf(&o->s, "network %s set large-community %u:1:0\n",
			 ip_prefix_print(p, text), o->n->asn);
	for (v = 0; v < KIND_VERSIONS && o->n->role == LAB_TRANSIT; v++)
		str_addf(&o->s, "network %s\n", openbgpd_all[v]);
	str_add(&o->s, "\n");
}

/* Nothing of our own, nothing of the exchange's, no default, no tiny ones. */
static void
openbgpd_never(struct openbgpd *o)
{
	const struct ip_prefix *p;
	char text[IP_PREFIXSTRLEN];
	size_t i;
	int v;

	str_add(&o->s, "prefix-set never {\n");
	for (i = 0; i < o->n->nprefixes; i++)
		str_addf(&o->s, "\t%s or-longer\n",
			 ip_prefix_print(&o->n->prefixes[i], text));
	for (i = 0; i < o->lab->nlans; i++)
		for (v = 0; v < KIND_VERSIONS; v++)
			if ((p = kind_lan(o->lab, i, v)) != NULL)
				str_addf(&o->s, "\t%s or-longer\n",
					 ip_prefix_print(p, text));
	for (v = 0; v < KIND_VERSIONS; v++)
		str_addf(&o->s, "\t%s\n\t%s prefixlen %d - %d\n",
			 openbgpd_all[v], openbgpd_all[v],
			 openbgpd_longest[v] + 1, openbgpd_bits[v]);
	str_add(&o->s, "}\n\n");
}

/* A member that says how much it announces at most is held to it. */
static void
openbgpd_limit(struct openbgpd *o, const struct lab_session *s)
{
	uint32_t max = kind_max_prefix(o->lab, s);

	if (max && !s->provider)
		str_addf(&o->s, "\t\tmax-prefix %u\n", max);
}

static void
openbgpd_session(struct openbgpd *o, const struct lab_session *s)
{
	char local[IP_ADDRSTRLEN], remote[IP_ADDRSTRLEN];

	str_addf(&o->s,
		 "\tneighbor %s {\n"
		 "\t\tdescr \"%s\"\n"
		 "\t\tremote-as %u\n"
		 "\t\tlocal-address %s\n"
		 "\t\tenforce neighbor-as %s\n",
		 ip_addr_print(&s->remote, remote), kind_peer(o->lab, s),
		 s->peer_asn, ip_addr_print(&s->local, local),
		 s->rs_client ? "no" : "yes");
	openbgpd_limit(o, s);
	str_add(&o->s, "\t}\n");
}

static bool
openbgpd_has(const struct openbgpd *o, enum kind_from from)
{
	return kind_uses(o->lab, o->n, KIND_V4, from) ||
	       kind_uses(o->lab, o->n, KIND_V6, from);
}

static void
openbgpd_groups(struct openbgpd *o)
{
	const struct lab_node *n = o->n;
	const struct lab_session *s;
	enum kind_from from;

	for (from = 0; from < KIND_FROMS; from++) {
		if (!openbgpd_has(o, from))
			continue;
		str_addf(&o->s, "group \"%s\" { # %s\n", kind_froms[from].name,
			 kind_froms[from].comment);
		for (s = n->sessions; s < n->sessions + n->nsessions; s++)
			if (kind_session_from(o->lab, n, s) == from)
				openbgpd_session(o, s);
		str_add(&o->s, "}\n");
	}
}

static void
openbgpd_in(struct openbgpd *o)
{
	enum kind_from from;
	int v;

	str_addf(
	    &o->s,
	    "\n# From whom we take what; the last rule that fits decides.\n"
	    "match from ebgp set large-community delete %u:*:*\n",
	    o->n->asn);
	for (from = 0; from < KIND_FROMS; from++) {
		if (!openbgpd_has(o, from))
			continue;
		str_addf(&o->s, "allow from group \"%s\" set { localpref %d",
			 kind_froms[from].name, kind_froms[from].pref);
		if (from == KIND_CUSTOMER)
			str_addf(&o->s, " large-community %u:1:1", o->n->asn);
		str_add(&o->s, " }\n");
	}
	str_add(&o->s, "deny from ebgp prefix-set never\n");
	for (v = 0; v < KIND_VERSIONS; v++)
		if (kind_uses(o->lab, o->n, v, KIND_PROVIDER))
			str_addf(&o->s,
				 "allow from group \"provider\" prefix %s set "
				 "{ localpref %d }\n",
				 openbgpd_all[v],
				 kind_froms[KIND_PROVIDER].pref);
}

/* Own and customers' to everybody, everything to customers. */
static void
openbgpd_out(struct openbgpd *o)
{
	str_add(&o->s, "\n# Whom we tell what.\n");
	if (openbgpd_has(o, KIND_CUSTOMER))
		str_add(&o->s, "allow to group \"customer\"\n");
	str_addf(&o->s,
		 "allow to ebgp large-community %u:1:0\n"
		 "allow to ebgp large-community %u:1:1\n"
		 "match to ebgp set { large-community delete %u:*:* nexthop "
		 "self }\n",
		 o->n->asn, o->n->asn, o->n->asn);
}

static void
openbgpd_begin(struct openbgpd *o)
{
	char id[IP_ADDRSTRLEN];

	str_addf(&o->s,
		 "AS %u\nrouter-id %s\nfib-update no\n"
		 "# Timers of the lab: a fault shows in seconds.\n"
		 "connect-retry 1\nholdtime 9\n\n",
		 o->n->asn, ip_addr_print(&o->n->router_id, id));
}

/* A route server (RFC 7947): path, next hop and MED pass through unchanged; who is
 * not told the best route gets the next. */
static char *
openbgpd_server(struct openbgpd *o)
{
	const struct lab_node *n = o->n;
	const struct lab_session *s;

	str_add(&o->s, "transparent-as yes\nrde evaluate all\n\n");
	openbgpd_never(o);
	if (n->nsessions > 0)
		str_add(&o->s, "group \"clients\" {\n");
	for (s = n->sessions; s < n->sessions + n->nsessions; s++)
		openbgpd_session(o, s);
	if (n->nsessions > 0)
		str_add(&o->s, "}\n");
	str_add(&o->s, "\nallow from ebgp nexthop neighbor\n"
		       "deny from ebgp prefix-set never\n"
		       "allow to ebgp\n"
		       "match to ebgp set nexthop no-modify\n");
	return str_steal(&o->s);
}

static char *
openbgpd_conf(const struct lab *lab, const struct lab_node *n)
{
	struct openbgpd o = {lab, n, {0}};

	kind_head(&o.s, "#", lab, n, NULL);
	openbgpd_begin(&o);
	if (n->role == LAB_COLLECTOR) {
		openbgpd_groups(&o);
		str_add(&o.s, "allow from ebgp\n");
		return str_steal(&o.s);
	}
	if (n->role == LAB_ROUTE_SERVER)
		return openbgpd_server(&o);
	openbgpd_networks(&o);
	openbgpd_never(&o);
	openbgpd_groups(&o);
	openbgpd_in(&o);
	openbgpd_out(&o);
	return str_steal(&o.s);
}

static char *
openbgpd_start(const struct lab *lab, const struct lab_node *n)
{
	struct openbgpd o = {lab, n, {0}};

	kind_head(&o.s, "#", lab, n, "bgpctl reload");
	openbgpd_begin(&o);
	kind_facts(&o.s, "#", n);
	str_add(&o.s, "# Nothing is taken or told that no rule allows.\n");
	return str_steal(&o.s);
}

static char *
openbgpd_passwd(const struct lab *lab, const struct lab_node *n)
{
	(void)lab;
	(void)n;
	return xstrdup("root:x:0:0:root:/root:/bin/sh\n"
		       "_openbgpd:x:0:0:OpenBGPD:/run/openbgpd:"
		       "/usr/sbin/nologin\n");
}

static char *
openbgpd_group(const struct lab *lab, const struct lab_node *n)
{
	(void)lab;
	(void)n;
	return xstrdup("root:x:0:\n_openbgpd:x:0:\n");
}

static const struct lab_kind_file files[] = {
    {"bgpd.conf", openbgpd_conf, openbgpd_start},
    {"passwd", openbgpd_passwd, NULL},
    {"group", openbgpd_group, NULL},
    {NULL, NULL, NULL},
};

static const char *const args[] = {"-d", "-v", "-f", "bgpd.conf", NULL};
static const char *const needs[] = {"bgpctl", NULL};
static const struct lab_kind_over over[] = {
    {"passwd", "/etc/passwd"},
    {"group", "/etc/group"},
    {NULL, NULL},
};

static void
openbgpd_guards(json_t *row, const json_t *n)
{
	const json_t *config = json_object_get(n, "config");
	const char *why = kind_json_text(n, "last_error_sent");

	if (json_is_true(json_object_get(config, "ttl_security")))
		json_object_set_new(row, "ttl_security", json_true());
	kind_session_limit(
	    row, "receive", json_object_get(config, "max_prefix"),
	    json_object_get(config, "max_prefix_restart") ? "restart"
							  : "disable",
	    why && strstr(why, "max-prefix exceeded") != NULL &&
		strcmp(kind_json_text(row, "state"), "Established") != 0);
}

static void
openbgpd_terms(json_t *row, const json_t *n)
{
	const json_t *session = json_object_get(n, "session");
	json_t *up = json_object_get(n, "last_updown_sec");

	kind_session_number(row, "hold_time",
			    json_object_get(session, "holdtime"));
	if (row)
		openbgpd_guards(row, n);
	if (row && json_integer_value(up) > 0 &&
	    json_integer_value(up) < UINT32_MAX)
		json_object_set_new(
		    row, "up_ms", json_integer(json_integer_value(up) * 1000));
}

/* {neighbors: [{remote_addr, remote_as: "64500", state, ..}]} */
static void
openbgpd_sessions(const json_t *answer, json_t *rows)
{
	const char *text, *why;
	const json_t *n;
	json_t *row;
	uint32_t asn;
	size_t i;

	json_array_foreach(json_object_get(answer, "neighbors"), i, n)
	{
		text = kind_json_text(n, "remote_as");
		if (text == NULL || !str_to_u32(text, 0, UINT32_MAX, &asn))
			asn = 0;
		if ((why = kind_json_text(n, "last_error_received")) == NULL)
			why = kind_json_text(n, "last_error_sent");
		row = kind_session_row(rows, kind_json_text(n, "remote_addr"),
				       asn, kind_json_text(n, "state"), why);
		openbgpd_terms(row, n);
		kind_openbgpd_agreed(row, n);
	}
}

static const char *const sessions_argv[] = {"bgpctl", "-j", "show", "neighbor",
					    NULL};
static const char *const sessions_news[] = {"state change ", NULL};
static const struct lab_kind_sessions sessions = {
    .argv = sessions_argv,
    .read = openbgpd_sessions,
    .news = sessions_news,
};

static const char *const cli_argv[] = {"bgpctl", NULL};
static const char *const cli_idle[] = {"show", NULL};
static const struct lab_kind_cli cli = {
    .argv = cli_argv,
    .idle = cli_idle,
};

const struct lab_kind model_kind_openbgpd = {
    .name = "openbgpd",
    .title = "OpenBGPD",
    .about = "OpenBGPD, which speaks BGP and leaves the kernel alone.",
    .package = "openbgpd",
    .program = "bgpd",
    .needs = needs,
    .no_kernel = true,
    .no_export = LAB_NO_EXPORT_OBEY,
    .roles = LAB_ROLE(LAB_MEMBER) | LAB_ROLE(LAB_CONTENT) |
	     LAB_ROLE(LAB_TRANSIT) | LAB_ROLE(LAB_COLLECTOR) |
	     LAB_ROLE(LAB_ROUTE_SERVER),
    .etc = "/etc/openbgpd",
    .files = files,
    .args = args,
    .run = "openbgpd",
    .over = over,
    .socket = "openbgpd/bgpd.sock.0",
    .cli = &cli,
    .sessions = &sessions,
    .reload = LAB_RELOAD_HUP,
};
