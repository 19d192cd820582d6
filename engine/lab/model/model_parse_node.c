/*
 * The networks of a lab file: route servers, members, transit, and how each is
 * connected. Who is meant by a name is left to model_names.
 */
#include <string.h>

#include "lab/model/model_kind.h"
#include "lab/model/model_word.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define PREFIXES_MAX 1000

struct word_node *
word_node_add(struct word_lab *w, enum lab_role role, const struct yaml *y)
{
	struct word_node *n = &w->nodes[w->nnodes];

	n->lead = w->nnodes++;
	n->nrouters = 1;

	n->role = role;
	n->kind = model_kind_default(role);
	n->rs = WORD_RS_NONE;
	n->y = y;
	n->name = n->network = y->key;
	return n;
}

/* AS 0, AS_TRANS and the last number of each width are reserved (RFC 7607,
 * RFC 6793, RFC 7300). */
int
word_asn(const struct word_lab *w, const struct yaml *map, const char *who,
	 uint32_t *asn, const struct yaml **at, struct err *e)
{
	*at = yaml_get(map, "asn");
	if (*at == NULL)
		return word_err(
		    w, map, e,
		    "%s has no AS number: give one, such as asn: 64500", who);
	if (yaml_u32(&w->doc, *at, 1, UINT32_MAX - 1, asn, e) < 0)
		return -1;
	if (*asn == 23456 || *asn == 65535)
		return yaml_err(
		    &w->doc, *at, e,
		    "AS%u is reserved and no network's: take one from 64496 to "
		    "64511 or from 65536 to 65551",
		    *asn);
	return 0;
}

/* Reserved for all, and no place for a network of its own. */
bool
word_is_special(const struct ip_prefix *p)
{
	static const char *const bad[] = {
	    "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3",
	    "::/8",	 "fe80::/10",	"ff00::/8"};
	struct ip_prefix b;
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		if (ip_prefix_parse(bad[i], &b) &&
		    (ip_prefix_covers(&b, p) || ip_prefix_covers(p, &b)))
			return true;
	return false;
}

static int
parse_prefixes(struct word_lab *w, const struct yaml *y, const char *what,
	       struct word_prefix **out, size_t *n, struct err *e)
{
	struct word_prefix *p;
	char text[IP_PREFIXSTRLEN];
	size_t i;

	if (y == NULL)
		return 0;
	if (yaml_want(&w->doc, y, YAML_LIST, what, e) < 0)
		return -1;
	if (y->n > PREFIXES_MAX)
		return word_err(w, y, e,
				"%zu prefixes: a network has at most %d", y->n,
				PREFIXES_MAX);
	*out = model_mem_alloc(&w->mem, y->n, sizeof(struct word_prefix));
	for (i = 0; i < y->n; i++) {
		p = &(*out)[(*n)++];
		p->y = y->items[i];
		if (yaml_prefix(&w->doc, p->y, IP_NONE, &p->p, e) < 0)
			return -1;
		if (word_is_special(&p->p))
			return yaml_err(
			    &w->doc, p->y, e,
			    "%s is no network's own: it covers or lies in "
			    "special space; take one from 100.64.0.0/10 or "
			    "3fff::/20",
			    ip_prefix_print(&p->p, text));
	}
	return 0;
}

int
word_prefixes(struct word_lab *w, const struct yaml *map, struct word_node *n,
	      struct err *e)
{
	if (parse_prefixes(w, yaml_get(map, "prefixes"), "prefixes",
			   &n->prefixes, &n->nprefixes, e) < 0)
		return -1;
	return parse_prefixes(w, yaml_get(map, "anycast"), "anycast",
			      &n->anycast, &n->nanycast, e);
}

static int
parse_refs(struct word_lab *w, const struct yaml *y, const char *what,
	   struct word_ref **refs, size_t *n, struct err *e)
{
	const char *text;
	size_t i;

	if (y == NULL)
		return 0;
	if (yaml_want(&w->doc, y, YAML_LIST, what, e) < 0)
		return -1;
	*refs = model_mem_alloc(&w->mem, y->n, sizeof(struct word_ref));
	for (i = 0; i < y->n; i++) {
		(*refs)[i].y = y->items[i];
		if (yaml_str(&w->doc, y->items[i], &text, e) < 0)
			return -1;
	}
	*n = y->n;
	return 0;
}

int
word_route_servers(struct word_lab *w, const struct yaml *y,
		   struct word_node *n, struct err *e)
{
	static const char *const words[] = {"all", "none"};
	size_t i = 0;

	n->rs = WORD_RS_ALL;
	if (y == NULL)
		return 0;
	if (y->kind == YAML_LIST) {
		n->rs = WORD_RS_SOME;
		return parse_refs(w, y, "route-servers", &n->rss, &n->nrss, e);
	}
	if (yaml_word(&w->doc, y, words, 2, &i, e) < 0)
		return -1;
	n->rs = i == 0 ? WORD_RS_ALL : WORD_RS_NONE;
	return 0;
}

static int
parse_routers(struct word_lab *w, const struct yaml *y, struct word_node *n,
	      struct err *e)
{
	if (yaml_get(y, "routers") && word_routers(w, y, n, e) < 0)
		return -1;
	return word_inside(w, y, n, e);
}

/* A mistake that a lab makes on purpose, in a file that the lab writes. */
static int
parse_advertises(const struct word_lab *w, const struct yaml *y,
		 struct word_node *n, struct err *e)
{
	const char *key = "router-advertisements";

	if (word_bool(w, y, key, &n->advertises, e) < 0)
		return -1;
	if (n->advertises && n->trainee)
		return word_err(w, yaml_get(y, key), e,
				"%s is configured by a person: take %s away",
				n->name, key);
	if (n->advertises && strcmp(n->kind->name, "bird") != 0)
		return word_err(w, yaml_get(y, key), e,
				"%s is of kind %s: %s are for kind bird",
				n->name, n->kind->name, key);
	return 0;
}

int
word_trainees_run(const struct word_lab *w, const struct yaml *y,
		  struct word_node *n, struct err *e)
{
	const struct lab_kind *k = w->params ? w->params->trainees : NULL;

	if (k == NULL || !n->trainee)
		return 0;
	if ((k->roles & LAB_ROLE(n->role)) == 0)
		return word_err(w, y, e, "%s cannot run %s", n->name, k->title);
	n->kind = k;
	return 0;
}

static int
parse_network(struct word_lab *w, const struct yaml *y, struct word_node *n,
	      const char *what, const char *a_what, struct err *e)
{
	static const char *const keys[] = {
	    "asn",	"name",	   "kind",	    "trainee",
	    "lan",	"lans",	   "ipv4",	    "ipv6",
	    "prefixes", "host",	   "route-servers", "peers",
	    "limits",	"routers", "inside",	    "igp",
	    "anycast",	"command", "max-prefix",    "as-macro",
	    "hosts",	"trunk",   "protect",	    "router-advertisements",
	    WORD_ROBOT, WORD_PORT};

	if (word_name(w, y, y->key, what, e) < 0 ||
	    yaml_keys(&w->doc, y, a_what, keys, COUNT(keys), e) < 0 ||
	    word_run(w, y, n, e) < 0 || word_limits(w, y, &n->limits, e) < 0 ||
	    word_asn(w, y, n->name, &n->asn, &n->asn_y, e) < 0 ||
	    word_title(w, yaml_get(y, "name"), n->name, &n->title, e) < 0 ||
	    word_bool(w, y, "trainee", &n->trainee, e) < 0 ||
	    word_trainees_run(w, y, n, e) < 0 || word_ports(w, y, n, e) < 0 ||
	    word_trunk(w, y, n, e) < 0 || word_prefixes(w, y, n, e) < 0 ||
	    word_registry(w, y, n, e) < 0 ||
	    word_bool(w, y, "host", &n->host, e) < 0 ||
	    word_route_servers(w, yaml_get(y, "route-servers"), n, e) < 0)
		return -1;
	n->host_y = yaml_get(y, "host");
	n->hosts_y = yaml_get(y, "hosts");
	if (word_robot(w, y, n, e) < 0 || word_protect(w, y, n, e) < 0 ||
	    parse_advertises(w, y, n, e) < 0)
		return -1;
	if (parse_refs(w, yaml_get(y, "peers"), "peers", &n->peers, &n->npeers,
		       e) < 0)
		return -1;
	return parse_routers(w, y, n, e);
}

static int
parse_member(struct word_lab *w, const struct yaml *y, struct err *e)
{
	return parse_network(w, y, word_node_add(w, LAB_MEMBER, y), "member",
			     "a member", e);
}

static int
parse_content(struct word_lab *w, const struct yaml *y, struct err *e)
{
	return parse_network(w, y, word_node_add(w, LAB_CONTENT, y),
			     "content network", "a content network", e);
}

static int
parse_transit(struct word_lab *w, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = {
	    "asn",     "name",	  "kind",   "prefixes", "host",
	    "limits",  "routers", "inside", "igp",	"anycast",
	    "command", "hosts",	  "protect"};
	struct word_node *n = word_node_add(w, LAB_TRANSIT, y);

	if (word_name(w, y, y->key, "transit network", e) < 0 ||
	    yaml_keys(&w->doc, y, "a transit network", keys, COUNT(keys), e) <
		0 ||
	    word_run(w, y, n, e) < 0 || word_limits(w, y, &n->limits, e) < 0 ||
	    word_asn(w, y, n->name, &n->asn, &n->asn_y, e) < 0 ||
	    word_title(w, yaml_get(y, "name"), n->name, &n->title, e) < 0 ||
	    word_prefixes(w, y, n, e) < 0 || word_protect(w, y, n, e) < 0 ||
	    word_bool(w, y, "host", &n->host, e) < 0)
		return -1;
	n->rs = WORD_RS_NONE;
	n->host_y = yaml_get(y, "host");
	n->hosts_y = yaml_get(y, "hosts");
	return parse_routers(w, y, n, e);
}

/* ixrs has no file that a person could keep: they say who the members are, and
 * are written at every start. */
static int
check_server_trainee(struct word_lab *w, const struct yaml *y,
		     const struct word_node *n, struct err *e)
{
	if (n->trainee && (n->kind == NULL || n->kind->ours))
		return word_err(w, yaml_get(y, "trainee"), e,
				"the files of %s are written by ixlab: give it "
				"a kind such as bird for a trainee",
				n->name);
	return 0;
}

/* What each kind does when nothing is said is what it does in the field; some can be
 * told the other. */
static int
server_no_export(struct word_lab *w, const struct yaml *map,
		 struct word_node *n, struct err *e)
{
	static const char *const words[] = {"pass", "obey"};
	const struct yaml *y = yaml_get(map, "no-export");
	size_t i;

	n->no_export = n->trainee ? LAB_NO_EXPORT_UNSAID : n->kind->no_export;
	if (y == NULL)
		return 0;
	if (yaml_word(&w->doc, y, words, 2, &i, e) < 0)
		return -1;
	if (n->trainee)
		return word_err(
		    w, y, e,
		    "%s is configured by a person, who says there "
		    "what becomes of NO_EXPORT: take no-export away",
		    n->name);
	n->no_export = i == 0 ? LAB_NO_EXPORT_PASS : LAB_NO_EXPORT_OBEY;
	if (n->no_export != n->kind->no_export && !n->kind->no_export_both)
		return word_err(w, y, e,
				"%s is of kind %s, which can only %s it: take "
				"kind ixrs or bird",
				n->name, n->kind->name, words[1 - i]);
	return 0;
}

static int
parse_route_server(struct word_lab *w, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = {
	    "name", "kind",   "trainee", "lan",	      "lans",	  "ipv4",
	    "ipv6", "limits", "rpki",	 "no-export", WORD_FILES, WORD_PORT};
	struct word_node *n = word_node_add(w, LAB_ROUTE_SERVER, y);

	if (word_name(w, y, y->key, "route server", e) < 0 ||
	    yaml_keys(&w->doc, y, "a route server", keys, COUNT(keys), e) < 0 ||
	    word_kind(w, y, n, e) < 0 || word_rpki(w, y, &n->rpki.y, e) < 0 ||
	    word_files(w, y, &n->files, e) < 0 ||
	    word_limits(w, y, &n->limits, e) < 0 ||
	    word_title(w, yaml_get(y, "name"), n->name, &n->title, e) < 0 ||
	    word_bool(w, y, "trainee", &n->trainee, e) < 0 ||
	    check_server_trainee(w, y, n, e) < 0 ||
	    server_no_export(w, y, n, e) < 0 || word_ports(w, y, n, e) < 0)
		return -1;
	n->asn = w->rs_asn;
	n->rs = WORD_RS_NONE;
	if (n->nports == 0)
		return word_err(w, y, e,
				"route server %s has no address: give it ipv4, "
				"ipv6 or both",
				n->name);
	return 0;
}

static int
parse_each(struct word_lab *w, const struct yaml *y, const char *what,
	   int (*parse)(struct word_lab *, const struct yaml *, struct err *),
	   struct err *e)
{
	size_t i;

	if (y == NULL)
		return 0;
	if (yaml_want(&w->doc, y, YAML_MAP, what, e) < 0)
		return -1;
	for (i = 0; i < y->n; i++)
		if (parse(w, y->items[i], e) < 0)
			return -1;
	return 0;
}

int
model_parse_networks(struct word_lab *w, const struct yaml *root, struct err *e)
{
	const struct yaml *ix = yaml_get(root, "exchange");
	const struct yaml *rs = yaml_get(ix, "route-servers");
	const struct yaml *collectors = yaml_get(ix, "collectors");
	const struct yaml *monitors = yaml_get(ix, "monitors");
	const struct yaml *nodes = yaml_get(root, "nodes");
	const struct yaml *members = yaml_get(root, "members");
	const struct yaml *content = yaml_get(root, "content");
	const struct yaml *transit = yaml_get(root, "transit");
	size_t made, i;

	if (model_generate_count(w, yaml_get(root, "generate"), &made, e) < 0)
		return -1;
	w->room = made + (rs ? rs->n : 0) + word_router_count(members) +
		  word_router_count(content) + (nodes ? nodes->n : 0) +
		  (collectors ? collectors->n : 0) +
		  (monitors ? monitors->n : 0) + w->nbases +
		  word_router_count(transit);
	if (w->room > MODEL_MAX_NODES)
		return word_err(w, root, e,
				"%zu networks: a lab has at most %d nodes",
				w->room, MODEL_MAX_NODES);
	w->nodes = model_mem_alloc(&w->mem, w->room, sizeof(struct word_node));
	if (rs != NULL && rs->n > WORD_MAX_RS)
		return word_err(w, rs, e,
				"%zu route servers: a lab has at most %d",
				rs->n, WORD_MAX_RS);
	if (parse_each(w, rs, "route-servers", parse_route_server, e) < 0 ||
	    parse_each(w, collectors, "collectors", word_collector, e) < 0 ||
	    parse_each(w, members, "members", parse_member, e) < 0 ||
	    model_generate(w, yaml_get(root, "generate"), e) < 0 ||
	    parse_each(w, content, "content", parse_content, e) < 0 ||
	    parse_each(w, transit, "transit", parse_transit, e) < 0 ||
	    parse_each(w, nodes, "nodes", word_machine, e) < 0 ||
	    parse_each(w, monitors, "monitors", word_monitor, e) < 0)
		return -1;
	for (i = 0; i < w->nbases; i++)
		if (w->lans[i].hole_y && word_blackhole(w, &w->lans[i], e) < 0)
			return -1;
	return word_hosts(w, e);
}
