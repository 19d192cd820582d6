/*
 * A network's GoBGP configuration; model_kind_bird.c says why it does what it
 * does. GoBGP has one policy for all neighbours, whose statements ask which set
 * of neighbours one belongs to; a customer's route is marked with the large
 * community (our AS, 1, 1) on its way in, as in FRR.
 *
 * Its own prefixes cannot stand in its file: a script beside it gives them to the
 * daemon once it answers, and takes back what is there no more. GoBGP leaves the
 * kernel alone (it could speak to zebra, but that of FRR 8 makes it die), so a
 * network of this kind announces what it should and forwards nothing.
 */
#include "lab/model/model_kind_text.h"

#define GOBGP_SOCKET "gobgp/gobgp.sock"

struct gobgp {
	const struct lab *lab;
	const struct lab_node *n;
	struct str s;
};

static const char *const gobgp_all[KIND_VERSIONS] = {"0.0.0.0/0", "::/0"};
static const int gobgp_bits[KIND_VERSIONS] = {32, 128};
static const int gobgp_longest[KIND_VERSIONS] = {24, 48};

static void
gobgp_set(struct gobgp *g, const char *name, int v)
{
	str_addf(&g->s,
		 "    - prefix-set-name: %s%d\n"
		 "      prefix-list:\n",
		 name, kind_family[v]);
}

/* A prefix, and with longest all longer ones in it. */
static void
gobgp_prefix(struct gobgp *g, const struct ip_prefix *p, int longest)
{
	char text[IP_PREFIXSTRLEN];

	str_addf(&g->s, "        - {ip-prefix: \"%s\"",
		 ip_prefix_print(p, text));
	if (longest)
		str_addf(&g->s, ", masklength-range: \"%u..%d\"", p->len,
			 longest);
	str_add(&g->s, "}\n");
}

/* Nothing of our own, nothing of the exchange's, no default, no tiny ones. */
static void
gobgp_sets(struct gobgp *g, int v)
{
	const struct ip_prefix *p;
	size_t i;

	if (kind_originates(g->n, v)) {
		gobgp_set(g, "own", v);
		for (i = 0; (p = kind_own(g->n, i)) != NULL; i++)
			if (p->addr.family == kind_family[v])
				gobgp_prefix(g, p, 0);
	}
	gobgp_set(g, "default", v);
	str_addf(&g->s, "        - {ip-prefix: \"%s\"}\n", gobgp_all[v]);
	gobgp_set(g, "never", v);
	for (i = 0; i < g->n->nprefixes; i++)
		if (g->n->prefixes[i].addr.family == kind_family[v])
			gobgp_prefix(g, &g->n->prefixes[i], gobgp_bits[v]);
	for (i = 0; i < g->lab->nlans; i++)
		if ((p = kind_lan(g->lab, i, v)) != NULL)
			gobgp_prefix(g, p, gobgp_bits[v]);
	str_addf(&g->s,
		 "        - {ip-prefix: \"%s\", masklength-range: "
		 "\"%d..%d\"}\n",
		 gobgp_all[v], gobgp_longest[v] + 1, gobgp_bits[v]);
}

static bool
gobgp_has(const struct gobgp *g, enum kind_from from)
{
	return kind_uses(g->lab, g->n, KIND_V4, from) ||
	       kind_uses(g->lab, g->n, KIND_V6, from);
}

static void
gobgp_neighbours(struct gobgp *g, enum kind_from from)
{
	const struct lab_node *n = g->n;
	const struct lab_session *s;
	char text[IP_ADDRSTRLEN];

	str_addf(&g->s,
		 "    - neighbor-set-name: %s # %s\n"
		 "      neighbor-info-list:\n",
		 kind_froms[from].name, kind_froms[from].comment);
	for (s = n->sessions; s < n->sessions + n->nsessions; s++)
		if (kind_session_from(g->lab, n, s) == from)
			str_addf(&g->s, "        - \"%s\"\n",
				 ip_addr_print(&s->remote, text));
}

static void
gobgp_defined(struct gobgp *g)
{
	enum kind_from from;
	int v;

	str_add(&g->s, "defined-sets:\n  prefix-sets:\n");
	for (v = 0; v < KIND_VERSIONS; v++)
		gobgp_sets(g, v);
	if (g->n->nsessions > 0)
		str_add(&g->s, "  neighbor-sets:\n");
	for (from = 0; from < KIND_FROMS; from++)
		if (gobgp_has(g, from))
			gobgp_neighbours(g, from);
	str_addf(&g->s,
		 "  bgp-defined-sets:\n    large-community-sets:\n"
		 "      - large-community-set-name: customers\n"
		 "        large-community-list: [\"^%u:1:1$\"]\n",
		 g->n->asn);
}

/* One statement; what is NULL is left out. */
static void
gobgp_say(struct gobgp *g, const char *name, const char *conditions,
	  const char *disposition, const char *actions)
{
	str_addf(&g->s, "      - name: %s\n", name);
	if (conditions)
		str_addf(&g->s, "        conditions: {%s}\n", conditions);
	str_addf(&g->s, "        actions:\n          route-disposition: %s\n",
		 disposition);
	if (actions)
		str_addf(&g->s, "          bgp-actions: {%s}\n", actions);
}

/* "set-large-community" that takes all marks away. */
static char *
gobgp_strip(const struct gobgp *g)
{
	return xasprintf("set-large-community: {options: remove, "
			 "set-large-community-method: {communities-list: "
			 "[\"^%u:.*:.*$\"]}}",
			 g->n->asn);
}

static void
gobgp_prefixes(struct gobgp *g, const char *set, int v, const char *more,
	       const char *disposition, const char *actions)
{
	_free_ char *name = xasprintf("%s%d", set, kind_family[v]);
	_free_ char *conditions =
	    xasprintf("match-prefix-set: {prefix-set: %s}%s", name, more);

	gobgp_say(g, name, conditions, disposition, actions);
}

static void
gobgp_from(struct gobgp *g, enum kind_from from)
{
	const struct kind_relation *r = &kind_froms[from];
	_free_ char *conditions =
	    xasprintf("match-neighbor-set: {neighbor-set: %s}", r->name);
	_free_ char *mark =
	    from == KIND_CUSTOMER
		? xasprintf(", set-large-community: {options: add, "
			    "set-large-community-method: {communities-list: "
			    "[\"%u:1:1\"]}}",
			    g->n->asn)
		: xstrdup("");
	_free_ char *actions = xasprintf("set-local-pref: %d%s", r->pref, mark);

	gobgp_say(g, r->name, conditions, "accept-route", actions);
}

static void
gobgp_in(struct gobgp *g)
{
	_free_ char *strip = gobgp_strip(g);
	_free_ char *pref =
	    xasprintf("set-local-pref: %d", kind_froms[KIND_PROVIDER].pref);
	enum kind_from from;
	int v;

	str_add(&g->s, "  - name: in\n    statements:\n");
	gobgp_say(g, "ours", "bgp-conditions: {route-type: local}",
		  "accept-route", NULL);
	for (v = 0; v < KIND_VERSIONS; v++) {
		if (kind_uses(g->lab, g->n, v, KIND_PROVIDER))
			gobgp_prefixes(g, "default", v,
				       ", match-neighbor-set: {neighbor-set: "
				       "provider}",
				       "accept-route", pref);
		else
			gobgp_prefixes(g, "default", v, "", "reject-route",
				       NULL);
		gobgp_prefixes(g, "never", v, "", "reject-route", NULL);
	}
	gobgp_say(g, "unmark", NULL, "none", strip);
	for (from = 0; from < KIND_FROMS; from++)
		if (gobgp_has(g, from))
			gobgp_from(g, from);
}

/* Own and customers' to everybody, everything to customers. */
static void
gobgp_out(struct gobgp *g)
{
	_free_ char *strip = gobgp_strip(g);
	int v;

	str_add(&g->s, "  - name: out\n    statements:\n");
	if (gobgp_has(g, KIND_CUSTOMER))
		gobgp_say(g, "to-customers",
			  "match-neighbor-set: {neighbor-set: customer}",
			  "accept-route", strip);
	for (v = 0; v < KIND_VERSIONS; v++)
		if (kind_originates(g->n, v))
			gobgp_prefixes(g, "own", v,
				       ", bgp-conditions: {route-type: local}",
				       "accept-route", NULL);
	gobgp_say(g, "customers",
		  "bgp-conditions: {match-large-community-set: "
		  "{large-community-set: customers, match-set-options: any}}",
		  "accept-route", strip);
}

static void
gobgp_global(struct gobgp *g, bool policy)
{
	char id[IP_ADDRSTRLEN];

	str_addf(&g->s, "global:\n  config: {as: %u, router-id: %s}\n",
		 g->n->asn, ip_addr_print(&g->n->router_id, id));
	if (!policy)
		return;
	str_add(&g->s, "  apply-policy:\n    config:\n");
	if (g->n->role == LAB_COLLECTOR)
		str_add(&g->s, "      default-import-policy: accept-route\n");
	else
		str_add(&g->s, "      import-policy-list: [in]\n"
			       "      default-import-policy: reject-route\n"
			       "      export-policy-list: [out]\n");
	str_add(&g->s, "      default-export-policy: reject-route\n");
}

static void
gobgp_session(struct gobgp *g, const struct lab_session *s)
{
	char local[IP_ADDRSTRLEN], remote[IP_ADDRSTRLEN];
	uint32_t max = kind_max_prefix(g->lab, s);

	str_addf(&g->s,
		 "  - config: {neighbor-address: \"%s\", peer-as: %u, "
		 "description: %s}\n"
		 "    transport: {config: {local-address: \"%s\"}}\n"
		 "    timers: {config: {connect-retry: 1, "
		 "idle-hold-time-after-reset: 1, hold-time: 9, "
		 "keepalive-interval: 3}}\n"
		 "    afi-safis: [{config: {afi-safi-name: ipv%d-unicast}",
		 ip_addr_print(&s->remote, remote), s->peer_asn,
		 kind_peer(g->lab, s), ip_addr_print(&s->local, local),
		 s->remote.family);
	/* with more something is wrong there: it ends the session */
	if (max && !s->provider && g->n->role != LAB_COLLECTOR)
		str_addf(&g->s, ", prefix-limit: {config: {max-prefixes: %u}}",
			 max);
	str_add(&g->s, "}]\n");
}

/* A route server (RFC 7947): path and next hop pass through unchanged, and each
 * client has a table of its own. */
static void
gobgp_server(struct gobgp *g)
{
	int v;

	str_add(&g->s, "defined-sets:\n  prefix-sets:\n");
	for (v = 0; v < KIND_VERSIONS; v++)
		gobgp_sets(g, v);
	str_add(&g->s, "policy-definitions:\n  - name: sane\n"
		       "    statements:\n");
	for (v = 0; v < KIND_VERSIONS; v++) {
		gobgp_prefixes(g, "default", v, "", "reject-route", NULL);
		gobgp_prefixes(g, "never", v, "", "reject-route", NULL);
	}
}

static void
gobgp_client(struct gobgp *g)
{
	str_add(&g->s,
		"    route-server: {config: {route-server-client: true, "
		"secondary-route: true}}\n"
		"    apply-policy: {config: {import-policy-list: [sane], "
		"default-import-policy: accept-route, "
		"default-export-policy: accept-route}}\n");
}

static char *
gobgp_conf(const struct lab *lab, const struct lab_node *n)
{
	struct gobgp g = {lab, n, {0}};
	const struct lab_session *s;

	kind_head(&g.s, "#", lab, n, NULL);
	gobgp_global(&g, n->role != LAB_ROUTE_SERVER);
	if (n->role == LAB_ROUTE_SERVER) {
		gobgp_server(&g);
	} else if (n->role != LAB_COLLECTOR) {
		gobgp_defined(&g);
		str_add(&g.s, "policy-definitions:\n");
		gobgp_in(&g);
		gobgp_out(&g);
	}
	str_add(&g.s, n->nsessions > 0 ? "neighbors:\n" : "neighbors: []\n");
	for (s = n->sessions; s < n->sessions + n->nsessions; s++) {
		gobgp_session(&g, s);
		if (n->role == LAB_ROUTE_SERVER)
			gobgp_client(&g);
	}
	return str_steal(&g.s);
}

static char *
gobgp_start(const struct lab *lab, const struct lab_node *n)
{
	struct gobgp g = {lab, n, {0}};

	kind_head(&g.s, "#", lab, n, "ixlab reload it.");
	kind_facts(&g.s, "#", n);
	str_add(&g.s, "# GoBGP reads prefixes to originate from routes.sh.\n");
	gobgp_global(&g, false);
	str_add(&g.s, "neighbors: []\n");
	return str_steal(&g.s);
}

/* ---- what it originates */

static const char gobgp_script[] =
    "\nreset() { # FAMILY PREFIX...\n"
    "\tfamily=$1\n\tshift\n"
    "\tfor prefix; do\n"
    "\t\tadd \"$prefix\" || exit 1\n"
    "\tdone\n"
    "\tgobgp global rib -a \"$family\" | while read -r mark prefix hop rest; "
    "do\n"
    "\t\tcase $hop in 0.0.0.0 | ::) ;; *) continue ;; esac\n"
    "\t\tcase \" $* \" in *\" $prefix \"*) continue ;; esac\n"
    "\t\tgobgp global rib -a \"$family\" del \"$prefix\"\n"
    "\tdone\n"
    "}\n"
    "add() { # PREFIX: it answers a little before it takes routes\n"
    "\ttries=100\n"
    "\tuntil error=$(gobgp global rib -a \"$family\" add \"$1\" 2>&1); do\n"
    "\t\ttries=$((tries - 1))\n"
    "\t\t[ $tries -gt 0 ] || { echo \"$error\"; return 1; }\n"
    "\t\tsleep 0.05\n"
    "\tdone\n"
    "}\n\n";

static char *
gobgp_script_of(struct gobgp *g, bool prefixes)
{
	char text[IP_PREFIXSTRLEN];
	const struct ip_prefix *p;
	size_t i;
	int v;

	str_add(&g->s, "# It runs when the daemon begins and after each reload,"
		       "\n# and leaves the prefixes below announced, and no "
		       "others.\n");
	str_add(&g->s, gobgp_script);
	for (v = 0; v < KIND_VERSIONS; v++) {
		str_addf(&g->s, "reset ipv%d", kind_family[v]);
		for (i = 0; prefixes && (p = kind_own(g->n, i)) != NULL; i++)
			if (p->addr.family == kind_family[v])
				str_addf(&g->s, " %s",
					 ip_prefix_print(p, text));
		if (prefixes && g->n->role == LAB_TRANSIT)
			str_addf(&g->s, " %s", gobgp_all[v]);
		str_add(&g->s, "\n");
	}
	return str_steal(&g->s);
}

static char *
gobgp_routes(const struct lab *lab, const struct lab_node *n)
{
	struct gobgp g = {lab, n, {0}};

	kind_head(&g.s, "#", lab, n, NULL);
	return gobgp_script_of(&g, true);
}

static char *
gobgp_no_routes(const struct lab *lab, const struct lab_node *n)
{
	struct gobgp g = {lab, n, {0}};

	kind_head(&g.s, "#", lab, n, "ixlab reload it.");
	return gobgp_script_of(&g, false);
}

static const struct lab_kind_file files[] = {
    {"gobgpd.yml", gobgp_conf, gobgp_start},
    {"routes.sh", gobgp_routes, gobgp_no_routes},
    {NULL, NULL, NULL},
};

static const char *const args[] = {
    "-t",	   "yaml",
    "-f",	   "gobgpd.yml",
    "-p",	   "--pprof-disable",
    "--api-hosts", "127.0.0.1:50051,unix:///run/" GOBGP_SOCKET,
    NULL};
static const char *const after[] = {"sh", "routes.sh", NULL};
static const char *const needs[] = {"gobgp", NULL};

static void
gobgp_terms(json_t *row, const json_t *timers)
{
	const json_t *state = json_object_get(timers, "state");

	kind_session_number(row, "hold_time",
			    json_object_get(state, "negotiated_hold_time"));
	kind_session_number(
	    row, "up_since",
	    json_object_get(json_object_get(state, "uptime"), "seconds"));
}

static void
gobgp_guard(json_t *row, const json_t *n)
{
	const json_t *ttl = json_object_get(n, "ttl_security");

	if (row && json_is_true(json_object_get(ttl, "enabled")))
		json_object_set_new(row, "ttl_security", json_true());
}

/* The state PFX_CT of who was put down for it. */
static void
gobgp_counted(json_t *row, const json_t *n)
{
	const json_t *limit =
	    json_object_get(json_array_get(json_object_get(n, "afi_safis"), 0),
			    "prefix_limits");
	const json_t *state = json_object_get(n, "state");

	kind_session_limit(
	    row, "receive", json_object_get(limit, "max_prefixes"), "disable",
	    json_integer_value(json_object_get(state, "admin_state")) == 2);
}

/* [{conf: {neighbor_address, peer_asn}, state: {session_state: 6, ..}}] */
static void
gobgp_sessions(const json_t *answer, json_t *rows)
{
	static const char *const states[] = {
	    NULL,	"Idle",	       "Connect",    "Active",
	    "OpenSent", "OpenConfirm", "Established"};
	const json_t *n, *state, *conf;
	json_int_t number;
	const char *name;
	json_t *row;
	size_t i;

	json_array_foreach(answer, i, n)
	{
		state = json_object_get(n, "state");
		conf = json_object_get(n, "conf");
		number =
		    json_integer_value(json_object_get(state, "session_state"));
		name = number >= 0 && number < 7 ? states[number] : NULL;
		row = kind_session_row(
		    rows, kind_json_text(state, "neighbor_address"),
		    json_integer_value(json_object_get(conf, "peer_asn")), name,
		    NULL);
		gobgp_terms(row, json_object_get(n, "timers"));
		gobgp_counted(row, n);
		gobgp_guard(row, n);
		kind_gobgp_agreed(row, n);
	}
}

static const char *const sessions_argv[] = {"gobgp", "-j", "neighbor", NULL};
static const char *const sessions_news[] = {"Peer Up", "Peer Down", NULL};
static const struct lab_kind_sessions sessions = {
    .argv = sessions_argv,
    .read = gobgp_sessions,
    .news = sessions_news,
};

static const char *const cli_argv[] = {"gobgp", NULL};
static const char *const cli_idle[] = {"neighbor", NULL};
static const struct lab_kind_cli cli = {
    .argv = cli_argv,
    .idle = cli_idle,
};

const struct lab_kind model_kind_gobgp = {
    .name = "gobgp",
    .title = "GoBGP",
    .about = "GoBGP, which speaks BGP and leaves the kernel alone.",
    .package = "gobgpd",
    .program = "gobgpd",
    .needs = needs,
    .no_kernel = true,
    .no_export = LAB_NO_EXPORT_PASS,
    .roles = LAB_ROLE(LAB_MEMBER) | LAB_ROLE(LAB_CONTENT) |
	     LAB_ROLE(LAB_TRANSIT) | LAB_ROLE(LAB_COLLECTOR) |
	     LAB_ROLE(LAB_ROUTE_SERVER),
    .etc = "/etc/gobgp",
    .files = files,
    .args = args,
    .after = after,
    .run = "gobgp",
    .socket = GOBGP_SOCKET,
    .cli = &cli,
    .sessions = &sessions,
    .reload = LAB_RELOAD_HUP,
};
