/*
 * A network's FRR configuration; model_kind_bird.c says why it does what it
 * does. A customer's route is marked with the large community (our AS, 1, 1) when
 * it comes in, because a route-map towards a peer cannot ask who told us.
 *
 * FRR is a family: zebra puts routes into the kernel, staticd makes static ones,
 * ospfd and ospf6d find the way inside a network of several routers, bgpd speaks
 * BGP, and vtysh gives each of them its part of frr.conf, at the
 * start as well as (by way of FRR's own frr-reload.py) later. They would become
 * the user frr, of the group frrvty, whom a lab of an ordinary user does not
 * have; so they stay root of the lab, which the group file says may be so. Crash
 * logs in /var/tmp go to the node's own.
 */
#include <string.h>

#include "lab/model/model_kind_text.h"

struct frr {
	const struct lab *lab;
	const struct lab_node *n;
	struct str s;
};

static const char *const frr_ip[KIND_VERSIONS] = {"ip", "ipv6"};
static const char *const frr_all[KIND_VERSIONS] = {"0.0.0.0/0", "::/0"};
static const int frr_bits[KIND_VERSIONS] = {32, 128};
static const int frr_longest[KIND_VERSIONS] = {24, 48};

static const char *const frr_upper[KIND_FROMS] = {
    [KIND_CUSTOMER] = "CUSTOMER",
    [KIND_PRIVATE] = "PRIVATE",
    [KIND_PEER] = "PEER",
    [KIND_PROVIDER] = "PROVIDER",
};

static int
frr_version(enum ip_family f)
{
	return f == IP_V4 ? KIND_V4 : KIND_V6;
}

static void
frr_own(struct frr *f)
{
	const struct ip_prefix *p;
	char text[IP_PREFIXSTRLEN];
	size_t i;
	int v;

	str_add(&f->s, "! Our space: what nobody inside takes ends here.\n");
	for (i = 0; (p = kind_own(f->n, i)) != NULL; i++)
		str_addf(&f->s, "%s route %s reject\n",
			 frr_ip[frr_version(p->addr.family)],
			 ip_prefix_print(p, text));
	for (v = 0; v < KIND_VERSIONS && f->n->role == LAB_TRANSIT; v++)
		str_addf(&f->s, "%s route %s reject\n", frr_ip[v], frr_all[v]);
	for (i = 0; (p = kind_own(f->n, i)) != NULL; i++) {
		v = frr_version(p->addr.family);
		str_addf(&f->s, "%s prefix-list OWN%d permit %s\n", frr_ip[v],
			 kind_family[v], ip_prefix_print(p, text));
	}
}

/* Nothing of our own, nothing of the exchange's, no default, no tiny ones. */
static void
frr_sane(struct frr *f, int v)
{
	const struct ip_prefix *p;
	char text[IP_PREFIXSTRLEN];
	size_t i;

	for (p = f->n->prefixes; p < f->n->prefixes + f->n->nprefixes; p++)
		if (p->addr.family == kind_family[v])
			str_addf(&f->s, "%s prefix-list SANE%d deny %s le %d\n",
				 frr_ip[v], kind_family[v],
				 ip_prefix_print(p, text), frr_bits[v]);
	for (i = 0; i < f->lab->nlans; i++)
		if ((p = kind_lan(f->lab, i, v)) != NULL)
			str_addf(&f->s, "%s prefix-list SANE%d deny %s le %d\n",
				 frr_ip[v], kind_family[v],
				 ip_prefix_print(p, text), frr_bits[v]);
	str_addf(&f->s,
		 "%s prefix-list SANE%d deny %s\n"
		 "%s prefix-list SANE%d permit %s le %d\n"
		 "%s prefix-list DEFAULT%d permit %s\n",
		 frr_ip[v], kind_family[v], frr_all[v], frr_ip[v],
		 kind_family[v], frr_all[v], frr_longest[v], frr_ip[v],
		 kind_family[v], frr_all[v]);
}

static void
frr_from(struct frr *f, int v, enum kind_from from)
{
	int fam = kind_family[v];

	str_addf(&f->s, "! %s: %s\n", kind_froms[from].name,
		 kind_froms[from].comment);
	str_addf(&f->s,
		 "route-map FROM-%s%d permit 10\n"
		 " match %s address prefix-list SANE%d\n"
		 " set large-comm-list MARKS delete\n"
		 " set local-preference %d\n",
		 frr_upper[from], fam, frr_ip[v], fam, kind_froms[from].pref);
	if (from == KIND_CUSTOMER)
		str_addf(&f->s,
			 " on-match next\nexit\n"
			 "route-map FROM-%s%d permit 20\n"
			 " match %s address prefix-list SANE%d\n"
			 " set large-community %u:1:1 additive\n",
			 frr_upper[from], fam, frr_ip[v], fam, f->n->asn);
	str_add(&f->s, "exit\n");
	if (from == KIND_PROVIDER)
		str_addf(&f->s,
			 "route-map FROM-PROVIDER%d permit 30\n"
			 " match %s address prefix-list DEFAULT%d\n"
			 " set local-preference %d\nexit\n",
			 fam, frr_ip[v], fam, kind_froms[from].pref);
}

/* Own and customers' to everybody, everything to customers. */
static void
frr_to(struct frr *f, int v)
{
	int fam = kind_family[v];

	str_addf(&f->s,
		 "route-map TO-OTHERS%d permit 10\n"
		 " match %s address prefix-list OWN%d\nexit\n"
		 "route-map TO-OTHERS%d permit 20\n"
		 " match large-community CUSTOMERS\n"
		 " set large-comm-list MARKS delete\nexit\n"
		 "route-map TO-CUSTOMERS%d permit 10\n"
		 " set large-comm-list MARKS delete\nexit\n",
		 fam, frr_ip[v], fam, fam, fam);
}

/* Every router of the network has its own prefixes from its own file. */
static void
frr_to_inside(struct frr *f, int v)
{
	str_addf(&f->s,
		 "route-map TO-INSIDE%d deny 10\n"
		 " match %s address prefix-list OWN%d\nexit\n"
		 "route-map TO-INSIDE%d permit 20\nexit\n",
		 kind_family[v], frr_ip[v], kind_family[v], kind_family[v]);
}

static void
frr_policy(struct frr *f)
{
	enum kind_from from;
	int v;

	str_addf(&f->s,
		 "bgp large-community-list expanded MARKS permit ^%u:.*$\n"
		 "bgp large-community-list standard CUSTOMERS permit %u:1:1\n",
		 f->n->asn, f->n->asn);
	for (v = 0; v < KIND_VERSIONS; v++) {
		frr_sane(f, v);
		for (from = 0; from < KIND_FROMS; from++)
			if (kind_uses(f->lab, f->n, v, from))
				frr_from(f, v, from);
		frr_to(f, v);
		if (f->n->nloopbacks > 0)
			frr_to_inside(f, v);
	}
}

static void
frr_neighbor(struct frr *f, const struct lab_session *s)
{
	char to[IP_ADDRSTRLEN], from[IP_ADDRSTRLEN];

	ip_addr_print(&s->remote, to);
	str_addf(&f->s,
		 " neighbor %s remote-as %u\n"
		 " neighbor %s description %s\n"
		 " neighbor %s update-source %s\n"
		 " neighbor %s timers 3 9\n"
		 " neighbor %s timers connect 1\n"
		 " neighbor %s advertisement-interval 0\n",
		 to, s->peer_asn, to, kind_peer(f->lab, s), to,
		 ip_addr_print(&s->local, from), to, to, to);
	str_addf(&f->s, " %sneighbor %s enforce-first-as\n",
		 s->rs_client ? "no " : "", to);
}

/* What was learnt outside is told inside, with the way to us. */
static void
frr_internal(struct frr *f, int v, const struct lab_session *s)
{
	char to[IP_ADDRSTRLEN];

	ip_addr_print(&s->remote, to);
	str_addf(&f->s,
		 "  neighbor %s activate\n"
		 "  neighbor %s next-hop-self\n"
		 "  neighbor %s soft-reconfiguration inbound\n"
		 "  neighbor %s route-map TO-INSIDE%d out\n",
		 to, to, to, to, kind_family[v]);
}

static void
frr_activate(struct frr *f, int v, const struct lab_session *s)
{
	char to[IP_ADDRSTRLEN];

	if (s->internal) {
		frr_internal(f, v, s);
		return;
	}
	ip_addr_print(&s->remote, to);
	str_addf(&f->s,
		 "  neighbor %s activate\n"
		 "  neighbor %s %s\n"
		 "  neighbor %s soft-reconfiguration inbound\n",
		 to, to,
		 f->n->role == LAB_ROUTE_SERVER ? "route-server-client"
						: "next-hop-self",
		 to);
	if (f->n->role == LAB_COLLECTOR)
		str_addf(&f->s,
			 "  neighbor %s route-map ALL in\n"
			 "  neighbor %s route-map NOTHING out\n",
			 to, to);
	else if (f->n->role == LAB_ROUTE_SERVER)
		str_addf(&f->s,
			 "  neighbor %s route-map CLIENT%d in\n"
			 "  neighbor %s route-map ALL out\n",
			 to, kind_family[v], to);
	else
		str_addf(&f->s,
			 "  neighbor %s route-map FROM-%s%d in\n"
			 "  neighbor %s route-map TO-%s%d out\n",
			 to, frr_upper[kind_session_from(f->lab, f->n, s)],
			 kind_family[v], to,
			 s->customer ? "CUSTOMERS" : "OTHERS", kind_family[v]);
	if (f->n->role != LAB_COLLECTOR && !s->provider &&
	    f->lab->nodes[s->peer].max_prefix[v])
		str_addf(&f->s, "  neighbor %s maximum-prefix %u\n", to,
			 f->lab->nodes[s->peer].max_prefix[v]);
}

static void
frr_family(struct frr *f, int v)
{
	const struct lab_session *s;
	const struct ip_prefix *p;
	char text[IP_PREFIXSTRLEN];
	size_t i;

	str_addf(&f->s, " address-family ipv%d unicast\n", kind_family[v]);
	for (i = 0; (p = kind_own(f->n, i)) != NULL; i++)
		if (p->addr.family == kind_family[v])
			str_addf(&f->s, "  network %s\n",
				 ip_prefix_print(p, text));
	if (f->n->role == LAB_TRANSIT)
		str_addf(&f->s, "  network %s\n", frr_all[v]);
	for (s = f->n->sessions; s < f->n->sessions + f->n->nsessions; s++)
		if (s->remote.family == kind_family[v])
			frr_activate(f, v, s);
	str_add(&f->s, " exit-address-family\n");
}

static void
frr_begin(struct frr *f)
{
	str_addf(&f->s,
		 "frr defaults traditional\nhostname %s\n"
		 "log stdout informational\n"
		 "service integrated-vtysh-config\n",
		 f->n->name);
	if (f->n->role != LAB_COLLECTOR && f->n->role != LAB_ROUTE_SERVER)
		str_add(&f->s, "ip forwarding\nipv6 forwarding\n");
	str_add(&f->s, "!\n");
}

static void
frr_router(struct frr *f)
{
	char id[IP_ADDRSTRLEN];

	str_addf(&f->s,
		 "router bgp %u\n bgp router-id %s\n"
		 " bgp log-neighbor-changes\n"
		 " no bgp default ipv4-unicast\n"
		 " no bgp network import-check\n",
		 f->n->asn, ip_addr_print(&f->n->router_id, id));
}

/* What a route server (RFC 7947) takes from a client. */
static void
frr_clients(struct frr *f)
{
	int v;

	str_add(&f->s, "route-map ALL permit 10\nexit\n");
	for (v = 0; v < KIND_VERSIONS; v++) {
		frr_sane(f, v);
		str_addf(&f->s,
			 "route-map CLIENT%d permit 10\n"
			 " match %s address prefix-list SANE%d\nexit\n",
			 kind_family[v], frr_ip[v], kind_family[v]);
	}
}

static char *
frr_conf(const struct lab *lab, const struct lab_node *n)
{
	struct frr f = {lab, n, {0}};
	const struct lab_session *s;
	int v;

	kind_head(&f.s, "!", lab, n, NULL);
	frr_begin(&f);
	if (n->role == LAB_COLLECTOR) {
		str_add(&f.s, "route-map ALL permit 10\nexit\n"
			      "route-map NOTHING deny 10\nexit\n");
	} else if (n->role == LAB_ROUTE_SERVER) {
		frr_clients(&f);
	} else {
		kind_frr_inside(&f.s, n);
		frr_own(&f);
		frr_policy(&f);
	}
	str_add(&f.s, "!\n");
	frr_router(&f);
	for (s = n->sessions; s < n->sessions + n->nsessions; s++)
		frr_neighbor(&f, s);
	for (v = 0; v < KIND_VERSIONS; v++)
		frr_family(&f, v);
	str_add(&f.s, "exit\n");
	return str_steal(&f.s);
}

static char *
frr_start(const struct lab *lab, const struct lab_node *n)
{
	struct frr f = {lab, n, {0}};

	kind_head(&f.s, "!", lab, n,
		  "ixlab reload it, or type it in vtysh and say \"write\".");
	frr_begin(&f);
	kind_frr_inside(&f.s, n);
	kind_facts(&f.s, "!", n);
	str_add(&f.s, "!\n! A session with a route server needs the line\n"
		      "!\tno neighbor ADDRESS enforce-first-as\n");
	frr_router(&f);
	str_add(&f.s, "exit\n");
	return str_steal(&f.s);
}

static char *
frr_vtysh(const struct lab *lab, const struct lab_node *n)
{
	(void)lab;
	(void)n;
	return xstrdup("service integrated-vtysh-config\n");
}

static char *
frr_group(const struct lab *lab, const struct lab_node *n)
{
	(void)lab;
	(void)n;
	return xstrdup("root:x:0:\nfrrvty:x:0:root\n");
}

static json_t *
frr_seconds(const json_t *ms)
{
	return json_is_integer(ms) ? json_integer(json_integer_value(ms) / 1000)
				   : NULL;
}

static void
frr_terms(json_t *row, const json_t *n)
{
	json_t *hold = frr_seconds(json_object_get(n, "bgpTimerHoldTimeMsecs"));
	json_t *family, *families = json_object_get(n, "addressFamilyInfo");
	bool transparent = false;
	const char *name;

	json_object_foreach(families, name, family)
	{
		transparent |=
		    json_is_true(json_object_get(family, "routeServerClient"));
	}
	kind_session_address(row, "local", kind_json_text(n, "hostLocal"));
	kind_session_number(row, "local_asn", json_object_get(n, "localAs"));
	kind_session_number(row, "hold_time", hold);
	kind_session_number(row, "up_ms", json_object_get(n, "bgpTimerUpMsec"));
	if (row && transparent)
		json_object_set_new(row, "transparent", json_true());
	json_decref(hold);
}

/* It counts what its filters let in. */
static void
frr_limit(json_t *row, const json_t *n)
{
	const char *family = kind_json_text(row, "family");
	const json_t *of = json_object_get(
	    json_object_get(n, "addressFamilyInfo"),
	    family && strcmp(family, "ipv6") == 0 ? "ipv6Unicast"
						  : "ipv4Unicast");

	kind_session_limit(
	    row, "import", json_object_get(of, "prefixAllowedMax"),
	    json_is_true(json_object_get(of, "prefixAllowedMaxWarning"))
		? "warn"
	    : json_object_get(of, "prefixAllowedRestartIntervalMsecs")
		? "restart"
		: "disable",
	    json_is_true(json_object_get(n, "prefixesConfigExceedMax")));
}

/* {ADDRESS: {remoteAs, bgpState, lastNotificationReason, ..}}, and things that are
 * no neighbours. Why a session does not stand may be no error of BGP's. */
static void
frr_sessions(const json_t *answer, json_t *rows)
{
	const char *address, *state, *why;
	json_t *n, *row;

	json_object_foreach((json_t *)(uintptr_t)answer, address, n)
	{
		state = kind_json_text(n, "bgpState");
		why = kind_json_text(n, "lastNotificationReason");
		if (why == NULL && state && strcmp(state, "Established") != 0)
			why = kind_json_text(n, "lastResetDueTo");
		row = kind_session_row(
		    rows, address,
		    json_integer_value(json_object_get(n, "remoteAs")), state,
		    why);
		frr_terms(row, n);
		kind_frr_agreed(row, n);
		frr_limit(row, n);
	}
}

static const char *const sessions_argv[] = {
    "vtysh", "-d", "bgpd", "-c", "show bgp neighbors json", NULL};
static const char *const sessions_news[] = {"ADJCHANGE", NULL};
static const char *const sessions_tries[] = {"vtysh", "-C", NULL};
static const struct lab_kind_sessions sessions = {
    .argv = sessions_argv,
    .read = frr_sessions,
    .news = sessions_news,
    .tries = sessions_tries,
};

static const struct lab_kind_file files[] = {
    {"frr.conf", frr_conf, frr_start},
    {"vtysh.conf", frr_vtysh, NULL},
    {"group", frr_group, NULL},
    {NULL, NULL, NULL},
};

#define FRR_AS "-u", "root", "-g", "root", "-P", "0"

static const char *const args[] = {FRR_AS, NULL};
static const char *const zebra[] = {"/usr/lib/frr/zebra", FRR_AS, NULL};
static const char *const staticd[] = {"/usr/lib/frr/staticd", FRR_AS, NULL};
static const char *const ospfd[] = {"/usr/lib/frr/ospfd", FRR_AS, NULL};
static const char *const ospf6d[] = {"/usr/lib/frr/ospf6d", FRR_AS, NULL};
static const struct lab_kind_step before[] = {
    {zebra, "frr/zserv.api", false},
    {staticd, "frr/staticd.vty", false},
    {ospfd, "frr/ospfd.vty", true},
    {ospf6d, "frr/ospf6d.vty", true},
    {NULL, NULL, false},
};
static const char *const after[] = {"vtysh", "-b", NULL};
static const char *const reload[] = {"/usr/lib/frr/frr-reload.py", "--reload",
				     "--stdout", "/etc/frr/frr.conf", NULL};
static const char *const unsaved[] = {"/usr/lib/frr/frr-reload.py", "--test",
				      "--stdout", "/etc/frr/frr.conf", NULL};
/* A static route is taken back by a line to add. */
static const char *const unsaved_words[] = {"Lines To Delete", "\nno ", NULL};
static const char *const needs[] = {"/usr/lib/frr/zebra",
				    "/usr/lib/frr/staticd",
				    "/usr/lib/frr/ospfd",
				    "/usr/lib/frr/ospf6d",
				    "vtysh",
				    "/usr/lib/frr/frr-reload.py",
				    NULL};
static const char *const covers[] = {"/var/tmp", "/var/log/frr", "/var/lib/frr",
				     NULL};
static const struct lab_kind_over over[] = {
    {"group", "/etc/group"},
    {NULL, NULL},
};

static const char *const cli_argv[] = {"vtysh", NULL};
static const struct lab_kind_cli cli = {
    .argv = cli_argv,
    .joined = "-c",
};

const struct lab_kind model_kind_frr = {
    .name = "frr",
    .title = "FRR",
    .about =
	"FRRouting: zebra, staticd, bgpd and for OSPF ospfd and ospf6d, as "
	"one daemon.",
    .package = "frr frr-pythontools",
    .program = "/usr/lib/frr/bgpd",
    .needs = needs,
    .igp = true,
    .no_export = LAB_NO_EXPORT_PASS,
    .roles = LAB_ROLE(LAB_MEMBER) | LAB_ROLE(LAB_CONTENT) |
	     LAB_ROLE(LAB_TRANSIT) | LAB_ROLE(LAB_COLLECTOR) |
	     LAB_ROLE(LAB_ROUTE_SERVER),
    .etc = "/etc/frr",
    .files = files,
    .args = args,
    .before = before,
    .after = after,
    .run = "frr",
    .mounter = true,
    .covers = covers,
    .over = over,
    .socket = "frr/bgpd.vty",
    .cli = &cli,
    .unsaved = unsaved,
    .unsaved_words = unsaved_words,
    .sessions = &sessions,
    .reload = LAB_RELOAD_COMMAND,
    .reload_argv = reload,
};
