/*
 * A route server's configuration in the form that arouteserver documents:
 * general.yml says what is taken and which communities steer it, clients.yml
 * who may connect. The trainee is a client like the others.
 */
#include <string.h>

#include "base/str.h"
#include "lab/model/model_kind.h"

static void
black_list(struct str *s, const struct lab *lab)
{
	const struct ip_prefix *p;
	char addr[IP_ADDRSTRLEN];
	size_t i;
	int f;

	if (lab->nlans > 0)
		str_add(s, "    global_black_list_pref:\n");
	for (i = 0; i < lab->nlans; i++)
		for (f = 0; f < 2; f++) {
			p = f ? &lab->lans[i].ipv6 : &lab->lans[i].ipv4;
			if (p->addr.family == IP_NONE)
				continue;
			str_addf(s,
				 "      - prefix: \"%s\"\n        length: %u\n"
				 "        comment: \"peering LAN %s\"\n",
				 ip_addr_print(&p->addr, addr), p->len,
				 lab->lans[i].name);
		}
}

static bool
is_client(const struct lab_node *rs, size_t node)
{
	size_t i;

	for (i = 0; i < rs->nsessions; i++)
		if (rs->sessions[i].peer == node)
			return true;
	return false;
}

/* Labs number their networks from documentation and private space, so the
 * route server can refuse such AS numbers (it takes its clients' own) unless a
 * client brings along a customer that is no client itself, or is a robot that
 * tells of paths. */
static bool
tells_paths(const struct lab_robot *r)
{
	size_t i;

	for (i = 0; r != NULL && i < r->nannounce; i++)
		if (strstr(r->announce[i].attributes, "as-path"))
			return true;
	return false;
}

static bool
strangers_in_paths(const struct lab *lab, const struct lab_node *rs)
{
	const struct lab_node *n;
	size_t i;

	for (n = lab->nodes; n < lab->nodes + lab->nnodes; n++) {
		if (tells_paths(n->robot))
			return true;
		for (i = 0; i < n->nsessions; i++)
			if ((n->sessions[i].customer &&
			     !is_client(rs, n->sessions[i].peer)) ||
			    (n->sessions[i].provider &&
			     !is_client(rs, (size_t)(n - lab->nodes))))
				return true;
	}
	return false;
}

/* Prepending: large communities as Euro-IX lists them; for standard ones, where
 * no list is common, the numbers of arouteserver's examples. */
static void
prepending(struct str *s, bool std)
{
	static const char *const times[] = {"once", "twice", "thrice"};
	unsigned int i;

	for (i = 0; i < 3; i++) {
		str_addf(s, "    prepend_%s_to_any:\n", times[i]);
		if (std)
			str_addf(s, "      std: \"%u:rs_as\"\n", 65501 + i);
		str_addf(s,
			 "      lrg: \"rs_as:%u:0\"\n"
			 "    prepend_%s_to_peer:\n",
			 101 + i, times[i]);
		if (std)
			str_addf(s, "      std: \"%u:peer_as\"\n", 65511 + i);
		str_addf(s, "      lrg: \"rs_as:%u:peer_as\"\n", 101 + i);
	}
}

/* The scheme that most exchanges share; a standard community has room for
 * 16-bit numbers only. */
static void
communities(struct str *s, uint32_t asn)
{
	bool std = asn <= UINT16_MAX;

	str_add(s, "  communities:\n    do_not_announce_to_any:\n");
	if (std)
		str_add(s, "      std: \"0:rs_as\"\n");
	str_add(s, "      lrg: \"rs_as:0:0\"\n    do_not_announce_to_peer:\n"
		   "      std: \"0:peer_as\"\n      lrg: \"rs_as:0:peer_as\"\n"
		   "    announce_to_peer:\n");
	if (std)
		str_add(s, "      std: \"rs_as:peer_as\"\n");
	str_add(s, "      lrg: \"rs_as:1:peer_as\"\n");
	prepending(s, std);
}

char *
model_ixrs_general(const struct lab *lab, const struct lab_node *n)
{
	const char *irr = n->files.nirr ? "yes" : "no";
	struct str s = {0};
	char id[IP_ADDRSTRLEN];

	str_addf(
	    &s,
	    "# %s: route server of %s, in lab %s.\n"
	    "# Written by ixlab at every start; a change made here is lost.\n"
	    "cfg:\n  rs_as: %u\n  router_id: \"%s\"\n  passive: no\n"
	    "  filtering:\n    next_hop:\n      policy: strict\n"
	    "    ipv4_pref_len:\n      min: 8\n      max: 24\n"
	    "    ipv6_pref_len:\n      min: 12\n      max: 48\n"
	    "    max_as_path_len: 32\n"
	    "    reject_invalid_as_in_as_path: %s\n"
	    "    irrdb:\n      enforce_origin_in_as_set: %s\n"
	    "      enforce_prefix_in_as_set: %s\n      tag_as_set: no\n"
	    "    never_via_route_servers:\n      peering_db: no\n",
	    n->name, lab->exchange, lab->name, n->asn,
	    ip_addr_print(&n->router_id, id),
	    strangers_in_paths(lab, n) ? "no" : "yes", irr, irr);
	if (n->cache != SIZE_MAX || n->files.vrps)
		str_add(&s, "    rpki_bgp_origin_validation:\n"
			    "      enabled: yes\n      reject_invalid: yes\n");
	black_list(&s, lab);
	if (n->no_export == LAB_NO_EXPORT_OBEY)
		str_add(&s, "  rfc1997_wellknown_communities:\n"
			    "    policy: rfc1997\n");
	communities(&s, n->asn);
	if (n->cache != SIZE_MAX)
		str_add(&s, "  rpki_roas:\n    source: rtr\n");
	return str_steal(&s);
}

/* What the client's network says of itself. The AS-SET is used once general.yml
 * says that origins or prefixes are to be checked. Robots always come by
 * themselves; to call thousands of them would flood the LAN, whose switch does
 * not know yet where they are. */
static void
client_registry(struct str *s, const struct lab_node *peer)
{
	bool max = peer->max_prefix[0] || peer->max_prefix[1];
	int f;

	if (!max && peer->as_macro == NULL && peer->robot == NULL)
		return;
	str_add(s, "    cfg:\n");
	if (peer->robot != NULL)
		str_add(s, "      passive: yes\n");
	if (peer->robot != NULL && peer->robot->add_path)
		str_add(s, "      add_path: yes\n");
	if (!max && peer->as_macro == NULL)
		return;
	str_add(s, "      filtering:\n");
	if (max)
		str_add(s, "        max_prefix:\n          action: shutdown\n"
			   "          peering_db:\n            enabled: no\n");
	for (f = 0; f < 2; f++)
		if (peer->max_prefix[f])
			str_addf(s, "          limit_%s: %u\n",
				 f ? "ipv6" : "ipv4", peer->max_prefix[f]);
	if (peer->as_macro)
		str_addf(s,
			 "        irrdb:\n          as_sets:\n"
			 "            - \"%s\"\n",
			 peer->as_macro);
}

char *
model_ixrs_clients(const struct lab *lab, const struct lab_node *n)
{
	const struct lab_session *x = n->sessions;
	struct str s = {0};
	char addr[IP_ADDRSTRLEN];
	size_t i;

	str_addf(
	    &s,
	    "# The clients of %s, in lab %s.\n"
	    "# Written by ixlab at every start; a change made here is lost.\n",
	    n->name, lab->name);
	str_add(&s, n->nsessions ? "clients:\n" : "clients: []\n");
	for (i = 0; i < n->nsessions; i++) {
		if (i == 0 || x[i].peer != x[i - 1].peer)
			str_addf(
			    &s,
			    "  - asn: %u\n    description: \"%s\"\n    ip:\n",
			    x[i].peer_asn, lab->nodes[x[i].peer].name);
		str_addf(&s, "      - \"%s\"\n",
			 ip_addr_print(&x[i].remote, addr));
		if (i + 1 == n->nsessions || x[i + 1].peer != x[i].peer)
			client_registry(&s, &lab->nodes[x[i].peer]);
	}
	return str_steal(&s);
}

static const struct lab_kind_file files[] = {
    {"general.yml", model_ixrs_general, NULL},
    {"clients.yml", model_ixrs_clients, NULL},
    {NULL, NULL, NULL},
};

static const char *const args[] = {
    "--foreground", "--general", "general.yml",	       "--clients",
    "clients.yml",  "--control", "/run/ixrs/ixrs.ctl", NULL};

/* The cache to ask, or none. */
static char *
ixrs_rtr(const struct lab *lab, const struct lab_node *n, size_t i)
{
	char text[IP_ADDRSTRLEN];

	(void)lab;
	if (n->cache == SIZE_MAX || i > 0)
		return NULL;
	ip_addr_print(&n->cache_addr, text);
	return xasprintf(n->cache_addr.family == IP_V6 ? "[%s]:323" : "%s:323",
			 text);
}

static char *
ixrs_irr(const struct lab *lab, const struct lab_node *n, size_t i)
{
	(void)lab;
	return i < n->files.nirr ? xstrdup(n->files.irr[i]) : NULL;
}

static char *
ixrs_vrps(const struct lab *lab, const struct lab_node *n, size_t i)
{
	(void)lab;
	return i == 0 && n->files.vrps ? xstrdup(n->files.vrps) : NULL;
}

static char *
ixrs_bogons(const struct lab *lab, const struct lab_node *n, size_t i)
{
	(void)lab;
	return i == 0 && n->files.bogons ? xstrdup(n->files.bogons) : NULL;
}

static const struct lab_kind_option options[] = {
    {"--rtr", ixrs_rtr},       {"--irr", ixrs_irr}, {"--vrps", ixrs_vrps},
    {"--bogons", ixrs_bogons}, {NULL, NULL},
};

static const char *const cli_argv[] = {"ixrsctl", "--control",
				       "/run/ixrs/ixrs.ctl", NULL};
static const char *const cli_idle[] = {"show", "sessions", NULL};
static const struct lab_kind_cli cli = {
    .argv = cli_argv,
    .idle = cli_idle,
};

const struct lab_kind model_kind_ixrs = {
    .name = "ixrs",
    .title = "ixrs",
    .about = "ixlab's own route server.",
    .program = "ixrs",
    .ours = true,
    .no_export = LAB_NO_EXPORT_PASS,
    .no_export_both = true,
    .roles = LAB_ROLE(LAB_ROUTE_SERVER),
    .etc = "/etc/bird",
    .files = files,
    .args = args,
    .options = options,
    .socket = "ixrs/ixrs.ctl",
    .cli = &cli,
    .reload = LAB_RELOAD_HUP,
};
