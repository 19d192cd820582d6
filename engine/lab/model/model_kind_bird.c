/*
 * A network's BIRD 2 configuration, written to be read: trainees open it to see
 * how their neighbours do it. Aggregates come from static routes, what is
 * learnt from whom is a filter by relation (RFC 7454), what is told to whom
 * follows from who pays (own and customers' routes to everybody, everything to
 * customers). Timers are short, because nobody learns from waiting.
 */
#include <string.h>

#include "base/str.h"
#include "lab/model/model_kind_text.h"

enum { V4, V6, VERSIONS };

enum bird_from { FROM_CUSTOMER, FROM_PRIVATE, FROM_PEER, FROM_PROVIDER, FROMS };

static const enum ip_family families[VERSIONS] = {IP_V4, IP_V6};

static const struct {
	const char *name, *comment;
	int pref;
} froms[FROMS] = {
    [FROM_CUSTOMER] = {"customer", "they pay us", 200},
    [FROM_PRIVATE] = {"private", "a link of our own", 150},
    [FROM_PEER] = {"peer", "over the exchange", 100},
    [FROM_PROVIDER] = {"provider", "we pay them", 50},
};

const char kind_bird_timers[] = "\tconnect delay time 1;\n"
				"\tconnect retry time 2;\n"
				"\terror wait time 1, 4;\n"
				"\terror forget time 10;\n"
				"\thold time 9;\n"
				"\tkeepalive time 3;\n";

struct bird {
	const struct lab *lab;
	const struct lab_node *n;
	struct str s;
};

static bool
has_anycast(const struct lab_node *n, int v)
{
	size_t i;

	for (i = 0; i < n->nanycast; i++)
		if (n->anycast[i].addr.family == families[v])
			return true;
	return false;
}

static bool
has_prefix(const struct lab_node *n, int v)
{
	size_t i;

	for (i = 0; i < n->nprefixes; i++)
		if (n->prefixes[i].addr.family == families[v])
			return true;
	return false;
}

static enum bird_from
session_from(const struct bird *b, const struct lab_session *s)
{
	size_t i, k;

	if (s->internal)
		return FROMS;
	if (s->customer || s->provider)
		return s->customer ? FROM_CUSTOMER : FROM_PROVIDER;
	for (i = 0; i < b->n->nifs; i++)
		for (k = 0; k < b->n->ifs[i].naddrs; k++)
			if (ip_addr_eq(&b->n->ifs[i].addrs[k].addr, &s->local))
				return b->lab->links[b->n->ifs[i].link].kind ==
					       LAB_LINK_PRIVATE
					   ? FROM_PRIVATE
					   : FROM_PEER;
	return FROM_PEER;
}

static bool
uses(const struct bird *b, int v, enum bird_from from)
{
	size_t i;

	for (i = 0; i < b->n->nsessions; i++)
		if (b->n->sessions[i].remote.family == families[v] &&
		    session_from(b, &b->n->sessions[i]) == from)
			return true;
	return false;
}

static void
head(struct bird *b)
{
	char id[IP_ADDRSTRLEN];

	str_add(&b->s, "\nlog stderr all;\ndebug protocols { states };\n");
	str_addf(&b->s, "router id %s;\n\n",
		 ip_addr_print(&b->n->router_id, id));
	str_add(&b->s, "# Interfaces and their addresses.\n"
		       "protocol device { }\n\n");
}

static void
kernel(struct bird *b)
{
	int v;

	str_add(&b->s, "# What is learnt and what is ours goes to the kernel, "
		       "which forwards by it.\n");
	for (v = 0; v < VERSIONS; v++)
		str_addf(
		    &b->s,
		    "protocol kernel kernel_v%d {\n\t%s {\n\t\timport none;\n"
		    "\t\texport where source %s;\n"
		    "\t};\n}\n",
		    families[v], ip_family_name(families[v]),
		    b->n->nloopbacks ? "!= RTS_DEVICE"
				     : "~ [ RTS_STATIC, RTS_BGP ]");
	str_add(&b->s, "\n");
}

/* Between the routers of one network; on the way out it only listens, so that
 * next hops beyond the edge are known inside. */
static void
ospf(struct bird *b)
{
	const struct lab_if *i;
	char text[IP_ADDRSTRLEN];
	size_t k;
	int v;

	if (b->n->nloopbacks == 0)
		return;
	str_add(&b->s,
		"# The way between the routers of this network. Who has just "
		"started waits 2 s\n# for its neighbours before it tells of "
		"its links (bird -R, RFC 3623): it may\n# not tell more within "
		"the 5 s after (MinLSInterval of RFC 2328).\n"
		"graceful restart wait 3;\n");
	for (v = 0; v < VERSIONS; v++) {
		str_addf(&b->s,
			 "protocol ospf %s inside_v%d {\n\t%s {\n"
			 "\t\timport all;\n\t\texport none;\n\t};\n"
			 "\tgraceful restart yes;\n"
			 "\tgraceful restart time 2;\n"
			 "\tarea 0 {\n",
			 v == V4 ? "v2" : "v3", families[v],
			 ip_family_name(families[v]));
		/* not "lo": it has no link-local address, which OSPFv3 needs */
		for (k = 0; k < b->n->nloopbacks; k++)
			if (b->n->loopbacks[k].addr.family == families[v])
				str_addf(&b->s, "\t\tstubnet %s/%u;\n",
					 ip_addr_print(&b->n->loopbacks[k].addr,
						       text),
					 b->n->loopbacks[k].len);
		for (i = b->n->ifs; i < b->n->ifs + b->n->nifs; i++)
			str_addf(
			    &b->s, "\t\tinterface \"%s\" { %s };\n", i->name,
			    i->igp ? "type ptp; hello 1; dead 4; retransmit 2;"
				   : "stub;");
		str_add(&b->s, "\t};\n}\n");
	}
	str_add(&b->s, "\n");
}

/* What no router should say on a peering LAN, where a lab wants it said. */
static void
advertise(struct bird *b)
{
	const struct lab_if *i;

	if (!b->n->advertises)
		return;
	str_add(&b->s, "# Tells the machines in the office that we are their "
		       "router.\nprotocol radv office {\n");
	for (i = b->n->ifs; i < b->n->ifs + b->n->nifs; i++)
		if (b->lab->links[i->link].kind == LAB_LINK_PORT)
			str_addf(&b->s,
				 "\tinterface \"%s\" {\n"
				 "\t\tmin ra interval 3;\n"
				 "\t\tmax ra interval 4;\n\t};\n",
				 i->name);
	str_add(&b->s, "}\n\n");
}

/* Inside a network of several routers, a customer's route carries the mark
 * (our AS, 1, 1) from the router that learnt it to those that announce it. */
static bool
marks(const struct bird *b)
{
	return b->n->nloopbacks > 0;
}

/* Its own prefixes, then, when they are asked for, those of anycast. */
static void
prefix_list(struct bird *b, int v, bool anycast, const char *between,
	    const char *after)
{
	const struct lab_node *n = b->n;
	size_t i, all = n->nprefixes + (anycast ? n->nanycast : 0);
	const struct ip_prefix *p;
	char text[IP_PREFIXSTRLEN];
	const char *sep = "";

	for (i = 0; i < all; i++) {
		p = i < n->nprefixes ? &n->prefixes[i]
				     : &n->anycast[i - n->nprefixes];
		if (p->addr.family != families[v])
			continue;
		str_addf(&b->s, "%s%s", sep, ip_prefix_print(p, text));
		sep = between;
	}
	str_add(&b->s, after);
}

static void
own(struct bird *b)
{
	int v;

	if (marks(b))
		str_addf(&b->s, "define OWN_AS = %u;\n", b->n->asn);
	for (v = 0; v < VERSIONS; v++) {
		if (!has_prefix(b->n, v) && !has_anycast(b->n, v))
			continue;
		str_addf(&b->s, "define OWN_V%d = [ ", families[v]);
		prefix_list(b, v, true, ", ", " ];\n");
		str_addf(&b->s, "protocol static own_v%d {\n\t%s;\n",
			 families[v], ip_family_name(families[v]));
		str_add(&b->s, "\troute ");
		prefix_list(b, v, true, " unreachable;\n\troute ",
			    " unreachable;\n}\n");
	}
	for (v = 0; v < VERSIONS && b->n->role == LAB_TRANSIT; v++)
		str_addf(&b->s,
			 "protocol static default_v%d {\n\t%s;\n"
			 "\troute %s unreachable;\n}\n",
			 families[v], ip_family_name(families[v]),
			 v == V4 ? "0.0.0.0/0" : "::/0");
	str_add(&b->s, "\n");
}

/* Nothing of our own, nothing of the exchange's, no default, no tiny ones. */
static void
sane(struct bird *b, int v)
{
	char text[IP_PREFIXSTRLEN];
	const struct ip_prefix *lan;
	size_t i;

	str_addf(&b->s,
		 "function sane_v%d()\n{\n"
		 "\tif net.len = 0 || net.len > %d then return false;\n",
		 families[v], v == V4 ? 24 : 48);
	if (has_prefix(b->n, v)) {
		str_add(&b->s, "\tif net ~ [ ");
		prefix_list(b, v, false, "+, ", "+ ] then return false;\n");
	}
	for (i = 0; i < b->lab->nlans; i++) {
		lan = v == V4 ? &b->lab->lans[i].ipv4 : &b->lab->lans[i].ipv6;
		if (lan->addr.family != IP_NONE)
			str_addf(&b->s,
				 "\tif net ~ [ %s+ ] then return false;\n",
				 ip_prefix_print(lan, text));
	}
	str_add(&b->s, "\treturn true;\n}\n");
}

static void
imports(struct bird *b, int v)
{
	enum bird_from f;

	for (f = 0; f < FROMS; f++)
		if (uses(b, v, f))
			str_addf(
			    &b->s,
			    "filter from_%s_v%d { # %s\n"
			    "\tif %s!sane_v%d() then reject;\n"
			    "\tbgp_local_pref = %d;\n%s%s\taccept;\n}\n",
			    froms[f].name, families[v], froms[f].comment,
			    f == FROM_PROVIDER ? "net.len > 0 && " : "",
			    families[v], froms[f].pref,
			    marks(b)
				? "\tbgp_large_community.delete([(OWN_AS, *, "
				  "*)]);\n"
				: "",
			    marks(b) && f == FROM_CUSTOMER
				? "\tbgp_large_community.add((OWN_AS, 1, "
				  "1));\n"
				: "");
}

/* Own prefixes and those of whoever pays us to announce theirs. */
static void
exports(struct bird *b, int v)
{
	struct str name = {0};
	size_t i;

	str_addf(&b->s, "function ours_v%d()\n{\n", families[v]);
	if (has_prefix(b->n, v) || has_anycast(b->n, v))
		str_addf(
		    &b->s,
		    "\tif source = RTS_STATIC && net ~ OWN_V%d then return "
		    "true;\n",
		    families[v]);
	for (i = 0; i < b->n->nsessions; i++) {
		if (!b->n->sessions[i].customer ||
		    b->n->sessions[i].remote.family != families[v])
			continue;
		kind_session_name(b->lab, b->n, i, &name);
		str_addf(&b->s, "\tif proto = \"%s\" then return true;\n",
			 str_text(&name));
		str_clear(&name);
	}
	if (marks(b))
		str_add(&b->s, "\tif source = RTS_BGP && (OWN_AS, 1, 1) ~ "
			       "bgp_large_community then {\n"
			       "\t\tbgp_large_community.delete([(OWN_AS, *, "
			       "*)]);\n\t\treturn true;\n\t}\n");
	str_add(&b->s, "\treturn false;\n}\n");
}

static void
policy(struct bird *b)
{
	int v, f;
	bool any;

	for (v = 0; v < VERSIONS; v++) {
		for (any = false, f = 0; f < FROMS; f++)
			any |= uses(b, v, (enum bird_from)f);
		if (!any)
			continue;
		sane(b, v);
		imports(b, v);
		exports(b, v);
		str_add(&b->s, "\n");
	}
}

/* The far end says how many prefixes it announces at most; with more something
 * is wrong there, and the session stays down until a person enables it. */
static void
import_limit(struct bird *b, const struct lab_session *s)
{
	uint32_t max = kind_max_prefix(b->lab, s);

	if (max && !s->provider)
		str_addf(&b->s, "\t\timport limit %u action disable;\n", max);
}

static void
protect(struct bird *b, const struct lab_session *s)
{
	if (!b->lab->nodes[s->peer].trainee)
		return;
	if (b->n->protect.password)
		str_addf(&b->s, "\tpassword \"%s\";\n", b->n->protect.password);
	if (b->n->protect.ttl_security)
		str_add(&b->s, "\tttl security on;\n");
}

static void
session(struct bird *b, size_t at)
{
	const struct lab_session *s = &b->n->sessions[at];
	enum bird_from from = session_from(b, s);
	char local[IP_ADDRSTRLEN], remote[IP_ADDRSTRLEN];
	int v = s->remote.family;

	str_add(&b->s, "\nprotocol bgp ");
	kind_session_name(b->lab, b->n, at, &b->s);
	str_addf(&b->s,
		 " from lab {\n\tlocal %s as %u;\n\tneighbor %s as %u;\n",
		 ip_addr_print(&s->local, local), b->n->asn,
		 ip_addr_print(&s->remote, remote), s->peer_asn);
	protect(b, s);
	if (!s->rs_client)
		str_add(&b->s, "\tenforce first as on;\n");
	str_addf(&b->s,
		 "\t%s {\n\t\timport keep filtered on;\n"
		 "\t\timport filter from_%s_v%d;\n",
		 ip_family_name((enum ip_family)v), froms[from].name, v);
	import_limit(b, s);
	if (s->customer)
		str_add(&b->s,
			"\t\texport where source ~ [ RTS_STATIC, RTS_BGP ];\n");
	else
		str_addf(&b->s, "\t\texport where ours_v%d();\n", v);
	str_add(&b->s, "\t\tnext hop self;\n\t};\n}\n");
}

/* A session without policy: what comes in stays as it is, and exports says what
 * goes out. */
static void
plain_session(struct bird *b, size_t at, const char *exports)
{
	const struct lab_session *s = &b->n->sessions[at];
	char local[IP_ADDRSTRLEN], remote[IP_ADDRSTRLEN];

	str_add(&b->s, "\nprotocol bgp ");
	kind_session_name(b->lab, b->n, at, &b->s);
	str_addf(&b->s,
		 " from lab {\n\tlocal %s as %u;\n\tneighbor %s as %u;\n"
		 "\t%s {\n\t\timport all;\n%s\t};\n}\n",
		 ip_addr_print(&s->local, local), b->n->asn,
		 ip_addr_print(&s->remote, remote), s->peer_asn,
		 ip_family_name((enum ip_family)s->remote.family), exports);
}

/* What was learnt outside is told inside, with the way to us. */
static void
internal(struct bird *b, size_t at)
{
	plain_session(b, at,
		      "\t\texport where source = RTS_BGP;\n"
		      "\t\tnext hop self;\n");
}

static void template(struct bird *b)
{
	str_addf(&b->s,
		 "# Timers of the lab: a fault shows in seconds.\n"
		 "template bgp lab {\n%s}\n",
		 kind_bird_timers);
}

/* A collector takes what it is told, and tells nothing. */
static char *
collector_conf(struct bird *b)
{
	size_t i;

	head(b);
	template(b);
	for (i = 0; i < b->n->nsessions; i++)
		plain_session(b, i, "\t\texport none;\n");
	return str_steal(&b->s);
}

char *
model_bird_conf(const struct lab *lab, const struct lab_node *n)
{
	struct bird b = {lab, n, {0}};
	size_t i;

	if (n->role == LAB_ROUTE_SERVER)
		return kind_bird_server(lab, n);
	str_addf(
	    &b.s,
	    "# %s: %s, AS%u, in lab %s.\n"
	    "# Written by ixlab at every start; a change made here is lost.\n",
	    n->name, n->title, n->asn, lab->name);
	if (n->role == LAB_COLLECTOR)
		return collector_conf(&b);
	head(&b);
	kernel(&b);
	ospf(&b);
	advertise(&b);
	own(&b);
	policy(&b);
	template(&b);
	for (i = 0; i < n->nsessions; i++)
		if (n->sessions[i].internal)
			internal(&b, i);
		else
			session(&b, i);
	return str_steal(&b.s);
}

static void
start_addresses(struct bird *b)
{
	char text[IP_ADDRSTRLEN];
	const struct lab_if *i;
	struct lab_addr any;
	size_t k;

	str_add(&b->s, "# Your addresses:\n");
	for (i = b->n->ifs; i < b->n->ifs + b->n->nifs; i++)
		for (k = 0; k < i->naddrs; k++)
			str_addf(&b->s, "#\t%s on %s\n",
				 ip_addr_print(&i->addrs[k].addr, text),
				 i->name);
	for (k = 0; k < b->n->nanycast; k++) {
		any = model_anycast_addr(&b->n->anycast[k]);
		str_addf(&b->s, "#\t%s on lo, of anycast\n",
			 ip_addr_print(&any.addr, text));
	}
}

char *
model_bird_start(const struct lab *lab, const struct lab_node *n)
{
	struct bird b = {lab, n, {0}};
	int v;

	str_addf(&b.s,
		 "# %s: %s, AS%u, in lab %s.\n"
		 "# This file is yours: ixlab made it once and never writes it "
		 "again.\n# After a change, say \"configure\" in birdc.\n",
		 n->name, n->title, n->asn, lab->name);
	head(&b);
	kernel(&b);
	ospf(&b);
	if (n->nprefixes + n->nanycast > 0) {
		str_add(&b.s, "# Your prefixes:\n");
		for (v = 0; v < VERSIONS; v++)
			if (has_prefix(n, v) || has_anycast(n, v)) {
				str_add(&b.s, "#\t");
				prefix_list(&b, v, true, "\n#\t", "\n");
			}
		str_add(&b.s, "# Originate them here, with a \"protocol "
			      "static\" for each family.\n\n");
	}
	start_addresses(&b);
	str_add(
	    &b.s,
	    "# Write your sessions below, one \"protocol bgp NAME from lab { "
	    "... }\" each.\n\n");
	template(&b);
	return str_steal(&b.s);
}

static const struct lab_kind_file files[] = {
    {"bird.conf", model_bird_conf, model_bird_start},
    {NULL, NULL, NULL},
};

static const char *const args[] = {"-f",
				   "-c",
				   "/etc/bird/bird.conf",
				   "-s",
				   "/run/bird/bird.ctl",
				   "-P",
				   "/run/bird/bird.pid",
				   NULL};

/* Where there is OSPF: see ospf(). */
static char *
bird_recovers(const struct lab *lab, const struct lab_node *n, size_t i)
{
	(void)lab;
	return n->nloopbacks > 0 && i == 0 ? xstrdup("") : NULL;
}

static const struct lab_kind_option options[] = {
    {"-R", bird_recovers},
    {NULL, NULL},
};

static const char *const cli_argv[] = {"birdc", NULL};
static const struct lab_kind_cli cli = {
    .argv = cli_argv,
};

const struct lab_kind model_kind_bird = {
    .name = "bird",
    .title = "BIRD 2",
    .about = "The router of most members, and of many route servers.",
    .package = "bird2",
    .program = "bird",
    .igp = true,
    .no_export = LAB_NO_EXPORT_OBEY,
    .no_export_both = true,
    .roles = LAB_ROLE(LAB_MEMBER) | LAB_ROLE(LAB_CONTENT) |
	     LAB_ROLE(LAB_TRANSIT) | LAB_ROLE(LAB_COLLECTOR) |
	     LAB_ROLE(LAB_ROUTE_SERVER),
    .etc = "/etc/bird",
    .files = files,
    .args = args,
    .options = options,
    .socket = "bird/bird.ctl",
    .leave = "graceful restart\n",
    .cli = &cli,
    .reload = LAB_RELOAD_HUP,
};
