/*
 * Robots: members that no daemon of their own plays but one process for all
 * (kind ixpeer). What they announce besides their prefixes, and what they do
 * wrong on purpose, is said in the words of ixpeer(1), which has to understand
 * all that is let through here; a test holds the names of misbehaviours against
 * ixpeer's own. model_kind_ixpeer.c writes it down for ixpeer.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "lab/model/model_kind.h"
#include "lab/model/model_word.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ROBOT_HOLD 90
#define ROBOT_ITEMS 1000
#define ROBOT_PREFIXES 1000
#define ROBOT_PATH 250
#define ROBOT_ROUTES 2000000 /* of one item: ixpeer's limit, as those below */
#define ROBOT_BEHAVIOURS 16
#define ROBOT_ADDRESSES 8
#define ROBOT_STEP (1u << 20)
#define ROBOT_ATTRIBUTES                                                \
	"as-path", "origin", "med", "communities", "large-communities", \
	    "next-hop"

static const char *const behaviours[] = {
    /* a flaw in an UPDATE (RFC 7606) */
    "origin-missing", "origin-flags", "origin-length", "origin-value",
    "origin-twice", "as-path-missing", "as-path-flags", "as-path-segment",
    "as-path-overrun", "as-path-stray", "as-path-empty-segment",
    "as-path-confederation", "as-path-set", "as-path-zero", "next-hop-missing",
    "next-hop-flags", "next-hop-length", "next-hop-zero", "next-hop-multicast",
    "med-flags", "med-length", "local-pref-external", "atomic-aggregate-length",
    "aggregator-length", "aggregator-zero", "communities-length",
    "communities-empty", "communities-flags", "originator-external",
    "cluster-list-external", "mp-reach-twice", "mp-reach-flags",
    "mp-reach-length", "mp-reach-next-hop", "mp-unreach-length",
    "mp-unreach-prefix", "ext-communities-length", "as4-path-new",
    "ipv6-ext-length", "large-length", "otc-length", "prefix-sid-external",
    "unknown-optional", "unknown-well-known", "attribute-overrun",
    "attribute-cut", "error-without-prefix", "list-overrun",
    "withdrawn-overrun", "prefix-length", "prefix-short", "mp-prefix-length",
    /* a message that is none */
    "marker", "message-length", "message-type", "open-again",
    /* routes that nobody should announce */
    "foreign-next-hop", "leak", "bogons", "first-as", "reserved-as",
    "long-path", "too-many", "med-games", "blackhole", "hijack", "route-flap",
    /* a session that is no pleasure */
    "flap", "slow-reader", "never-reads", "silent"};

/* ---- attributes, as text */

static int
robot_number(const struct word_lab *w, const struct yaml *map, const char *key,
	     uint32_t min, uint32_t max, uint32_t *out, struct err *e)
{
	const struct yaml *y = yaml_get(map, key);

	return y ? yaml_u32(&w->doc, y, min, max, out, e) : 0;
}

static int
robot_path(const struct word_lab *w, const struct yaml *y, struct str *s,
	   struct err *e)
{
	uint32_t asn;
	size_t i;

	if (yaml_want(&w->doc, y, YAML_LIST, "as-path", e) < 0)
		return -1;
	if (y->n > ROBOT_PATH)
		return word_err(w, y, e,
				"%zu AS numbers: a path has at most %d", y->n,
				ROBOT_PATH);
	str_add(s, " as-path");
	for (i = 0; i < y->n; i++) {
		if (yaml_u32(&w->doc, y->items[i], 0, UINT32_MAX, &asn, e) < 0)
			return -1;
		str_addf(s, " %u", asn);
	}
	return 0;
}

/* "65001:10", "65001:1:2": numbers and no more. */
static bool
is_community(const char *text, size_t parts)
{
	unsigned long max = parts == 2 ? UINT16_MAX : UINT32_MAX;
	char part[12];
	unsigned int v;
	size_t i, n;

	for (i = 0; i < parts; i++) {
		n = strcspn(text, ":");
		if (n >= sizeof(part) || (text[n] == ':') != (i + 1 < parts))
			return false;
		memcpy(part, text, n);
		part[n] = '\0';
		if (!str_to_u32(part, 0, max, &v))
			return false;
		text += n + 1;
	}
	return true;
}

static int
robot_communities(const struct word_lab *w, const struct yaml *y, size_t parts,
		  struct str *s, struct err *e)
{
	const char *text;
	size_t i;

	if (yaml_want(&w->doc, y, YAML_LIST, "communities", e) < 0)
		return -1;
	if (y->n > ROBOT_PATH)
		return word_err(w, y, e, "%zu communities: at most %d", y->n,
				ROBOT_PATH);
	if (y->n > 0)
		str_add(s, parts == 2 ? " community" : " large-community");
	for (i = 0; i < y->n; i++) {
		if (yaml_str(&w->doc, y->items[i], &text, e) < 0)
			return -1;
		if (!is_community(text, parts))
			return yaml_err(
			    &w->doc, y->items[i], e,
			    "\"%.40s\" is no %s such as \"%s\"", text,
			    parts == 2 ? "community" : "large community",
			    parts == 2 ? "65001:10" : "65001:1:10");
		str_addf(s, " %s", text);
	}
	return 0;
}

static int
robot_hop(const struct word_lab *w, const struct yaml *y,
	  const struct lab_routes *r, struct str *s, struct err *e)
{
	char text[IP_ADDRSTRLEN];
	struct ip_addr a;

	if (r->from == LAB_ROUTES_TABLE)
		return yaml_err(&w->doc, y, e,
				"a table's routes are of either family, and "
				"have the robot's own address as next hop");
	if (yaml_addr(&w->doc, y, IP_NONE, &a, e) < 0)
		return -1;
	str_addf(s, " next-hop %s", ip_addr_print(&a, text));
	return 0;
}

static int
robot_words(const struct word_lab *w, const struct yaml *map,
	    const struct lab_routes *r, struct str *s, struct err *e)
{
	static const char *const origins[] = {"igp", "egp", "incomplete"};
	const struct yaml *y;
	uint32_t med;
	size_t at;

	if ((y = yaml_get(map, "as-path")) && robot_path(w, y, s, e) < 0)
		return -1;
	if ((y = yaml_get(map, "origin"))) {
		if (yaml_word(&w->doc, y, origins, 3, &at, e) < 0)
			return -1;
		str_addf(s, " origin %s", origins[at]);
	}
	if ((y = yaml_get(map, "med"))) {
		if (yaml_u32(&w->doc, y, 0, UINT32_MAX, &med, e) < 0)
			return -1;
		str_addf(s, " med %u", med);
	}
	if ((y = yaml_get(map, "communities")) &&
	    robot_communities(w, y, 2, s, e) < 0)
		return -1;
	if ((y = yaml_get(map, "large-communities")) &&
	    robot_communities(w, y, 3, s, e) < 0)
		return -1;
	y = yaml_get(map, "next-hop");
	return y ? robot_hop(w, y, r, s, e) : 0;
}

static int
robot_attributes(struct word_lab *w, const struct yaml *map,
		 struct lab_routes *r, struct err *e)
{
	struct str s = {0};
	int rc = robot_words(w, map, r, &s, e);

	r->attributes =
	    model_mem_strdup(&w->kept, s.len > 0 ? str_text(&s) + 1 : "");
	str_clear(&s);
	return rc;
}

/* ---- items of announce */

static int
robot_prefix(struct word_lab *w, const struct yaml *y, struct lab_routes *r,
	     struct err *e)
{
	return yaml_prefix(&w->doc, y, IP_NONE, &r->prefixes[r->nprefixes++],
			   e);
}

static int
robot_list(struct word_lab *w, const struct yaml *y, struct lab_routes *r,
	   struct err *e)
{
	static const char *const keys[] = {"prefixes", ROBOT_ATTRIBUTES};
	const struct yaml *list = yaml_get(y, "prefixes");
	size_t i;

	if (list == NULL)
		return word_err(w, y, e,
				"announce what? a prefix, or a map with "
				"prefixes, generate or mrt");
	if (yaml_keys(&w->doc, y, "an item of announce", keys, COUNT(keys), e) <
	    0)
		return -1;
	if (yaml_want(&w->doc, list, YAML_LIST, "prefixes", e) < 0)
		return -1;
	if (list->n == 0 || list->n > ROBOT_PREFIXES)
		return word_err(w, list, e,
				"%zu prefixes: an item has from 1 to %d",
				list->n, ROBOT_PREFIXES);
	r->prefixes =
	    model_mem_alloc(&w->kept, list->n, sizeof(struct ip_prefix));
	for (i = 0; i < list->n; i++) {
		if (robot_prefix(w, list->items[i], r, e) < 0)
			return -1;
		if (r->prefixes[i].addr.family != r->prefixes[0].addr.family)
			return yaml_err(&w->doc, list->items[i], e,
					"prefixes of both families: make two "
					"items of it");
	}
	return 0;
}

/* "3", or "1-4" */
static int
robot_lengths(const struct word_lab *w, const struct yaml *y,
	      struct lab_routes *r, struct err *e)
{
	const char *text, *dash;
	char first[8] = "";

	if (y == NULL)
		return 0;
	if (yaml_str(&w->doc, y, &text, e) < 0)
		return -1;
	dash = strchr(text, '-');
	if (dash && (size_t)(dash - text) < sizeof(first))
		memcpy(first, text, (size_t)(dash - text));
	if (str_to_u32(dash ? first : text, 1, ROBOT_PATH, &r->path_min) &&
	    str_to_u32(dash ? dash + 1 : text, r->path_min, ROBOT_PATH,
		       &r->path_max))
		return 0;
	return yaml_err(&w->doc, y, e,
			"\"%.40s\" is no length of a path such as 2 or 1-4",
			text);
}

static int
robot_generator(struct word_lab *w, const struct yaml *y, struct lab_routes *r,
		struct err *e)
{
	static const char *const keys[] = {"generate", "count",		"step",
					   "path",     "share",		"seed",
					   "skip",     ROBOT_ATTRIBUTES};

	r->from = LAB_ROUTES_GENERATED;
	r->count = r->step = r->path_min = r->path_max = r->seed = 1;
	r->share = 4;
	r->prefixes = model_mem_alloc(&w->kept, 1, sizeof(struct ip_prefix));
	if (yaml_keys(&w->doc, y, "a generator", keys, COUNT(keys), e) < 0 ||
	    robot_prefix(w, yaml_get(y, "generate"), r, e) < 0 ||
	    robot_number(w, y, "step", 1, ROBOT_STEP, &r->step, e) < 0 ||
	    robot_number(w, y, "share", 1, ROBOT_STEP, &r->share, e) < 0 ||
	    robot_number(w, y, "seed", 0, UINT32_MAX, &r->seed, e) < 0)
		return -1;
	return robot_lengths(w, yaml_get(y, "path"), r, e);
}

/* A file's name is relative to the lab file. */
static const char *
robot_file(struct word_lab *w, const char *name)
{
	const char *slash = strrchr(w->doc.file, '/');
	char *path;

	if (name[0] != '/' && w->folder != NULL)
		path = xasprintf("%s/%s", w->folder, name);
	else if (name[0] != '/' && slash != NULL)
		path = xasprintf("%.*s/%s", (int)(slash - w->doc.file),
				 w->doc.file, name);
	else
		path = xstrdup(name);
	name = model_mem_strdup(&w->kept, path);
	str_autofree(&path);
	return name;
}

/* best, a number in the table's index, an address, or AS65001 */
static int
robot_peer(struct word_lab *w, const struct yaml *y, struct lab_routes *r,
	   struct err *e)
{
	struct ip_addr a;
	const char *text;
	unsigned int v;

	r->peer = "best";
	if (y == NULL)
		return 0;
	if (yaml_str(&w->doc, y, &text, e) < 0)
		return -1;
	r->peer = model_mem_strdup(&w->kept, text);
	if (strcmp(text, "best") == 0 || str_to_u32(text, 0, 65535, &v) ||
	    ip_addr_parse(text, &a) ||
	    (str_starts(text, "AS") && str_to_u32(text + 2, 1, UINT32_MAX, &v)))
		return 0;
	return yaml_err(&w->doc, y, e,
			"\"%.40s\" is neither best, nor a number of the "
			"table's index, an address or an AS such as AS65001",
			text);
}

static int
robot_table(struct word_lab *w, const struct yaml *y, struct lab_routes *r,
	    struct err *e)
{
	static const char *const keys[] = {"mrt", "peer", "count", "skip",
					   ROBOT_ATTRIBUTES};
	const char *file;

	r->from = LAB_ROUTES_TABLE;
	if (yaml_keys(&w->doc, y, "a table", keys, COUNT(keys), e) < 0 ||
	    yaml_str(&w->doc, yaml_get(y, "mrt"), &file, e) < 0 ||
	    robot_peer(w, yaml_get(y, "peer"), r, e) < 0)
		return -1;
	r->file = robot_file(w, file);
	return 0;
}

static int
robot_item(struct word_lab *w, const struct yaml *y, struct lab_routes *r,
	   struct err *e)
{
	bool generate = yaml_get(y, "generate") != NULL;

	r->attributes = "";
	if (y->kind == YAML_SCALAR) {
		r->prefixes =
		    model_mem_alloc(&w->kept, 1, sizeof(struct ip_prefix));
		return robot_prefix(w, y, r, e);
	}
	if ((generate		  ? robot_generator(w, y, r, e)
	     : yaml_get(y, "mrt") ? robot_table(w, y, r, e)
				  : robot_list(w, y, r, e)) < 0)
		return -1;
	if (robot_number(w, y, "count", 1, ROBOT_ROUTES, &r->count, e) < 0 ||
	    robot_number(w, y, "skip", 0, UINT32_MAX, &r->skip, e) < 0)
		return -1;
	return robot_attributes(w, y, r, e);
}

static int
robot_announce(struct word_lab *w, const struct yaml *y, struct lab_robot *r,
	       struct err *e)
{
	size_t i;

	if (y == NULL)
		return 0;
	if (yaml_want(&w->doc, y, YAML_LIST, "announce", e) < 0)
		return -1;
	if (y->n > ROBOT_ITEMS)
		return word_err(w, y, e, "%zu items: announce has at most %d",
				y->n, ROBOT_ITEMS);
	r->announce =
	    model_mem_alloc(&w->kept, y->n, sizeof(struct lab_routes));
	for (i = 0; i < y->n; i++)
		if (robot_item(w, y->items[i], &r->announce[r->nannounce++],
			       e) < 0)
			return -1;
	return 0;
}

/* ---- items of behave */

static int
robot_time(const struct word_lab *w, const struct yaml *map, const char *key,
	   uint32_t *out, struct err *e)
{
	const struct yaml *y = yaml_get(map, key);

	return y ? yaml_ms(&w->doc, y, out, e) : 0;
}

static int
robot_victim(const struct word_lab *w, const struct yaml *map,
	     struct lab_behaviour *b, struct err *e)
{
	const struct yaml *p = yaml_get(map, "prefix");
	const struct yaml *a = yaml_get(map, "address");

	if ((p && yaml_prefix(&w->doc, p, IP_NONE, &b->prefix, e) < 0) ||
	    (a && yaml_addr(&w->doc, a, IP_NONE, &b->address, e) < 0))
		return -1;
	if (p == NULL && (strcmp(b->name, "hijack") == 0 ||
			  strcmp(b->name, "blackhole") == 0))
		return yaml_err(&w->doc, map, e,
				"%s needs a prefix, the victim's: {do: %s, "
				"prefix: 100.64.0.0/24}",
				b->name, b->name);
	if (a == NULL && strcmp(b->name, "foreign-next-hop") == 0)
		return yaml_err(&w->doc, map, e,
				"%s needs an address, the victim's: {do: %s, "
				"address: 203.0.113.10}",
				b->name, b->name);
	return 0;
}

static int
robot_misdeed(const struct word_lab *w, const struct yaml *y, const char **out,
	      struct err *e)
{
	const char *text, *near;
	size_t i;

	if (yaml_str(&w->doc, y, &text, e) < 0)
		return -1;
	for (i = 0; i < COUNT(behaviours); i++)
		if (strcmp(behaviours[i], text) == 0) {
			*out = behaviours[i];
			return 0;
		}
	near = str_nearest(text, behaviours, COUNT(behaviours));
	return yaml_err(&w->doc, y, e,
			"unknown misbehaviour \"%.40s\" (%s%s%s)", text,
			near ? "did you mean \""
			     : "ixpeer --behaviours lists "
			       "what there is",
			near ? near : "", near ? "\"?" : "");
}

static int
robot_behaviour(struct word_lab *w, const struct yaml *y,
		struct lab_behaviour *b, struct err *e)
{
	static const char *const keys[] = {"do",    "after",  "every",	 "for",
					   "count", "prefix", "address", "asn"};
	const struct yaml *name = y;

	if (y->kind != YAML_SCALAR &&
	    (yaml_keys(&w->doc, y, "an item of behave", keys, COUNT(keys), e) <
		 0 ||
	     yaml_need(&w->doc, y, "do", &name, e) < 0))
		return -1;
	if (robot_misdeed(w, name, &b->name, e) < 0)
		return -1;
	if (robot_time(w, y, "after", &b->after_ms, e) < 0 ||
	    robot_time(w, y, "every", &b->every_ms, e) < 0 ||
	    robot_time(w, y, "for", &b->for_ms, e) < 0 ||
	    robot_number(w, y, "count", 1, ROBOT_ROUTES, &b->count, e) < 0 ||
	    robot_number(w, y, "asn", 1, UINT32_MAX, &b->asn, e) < 0)
		return -1;
	if (b->every_ms > 0 && b->every_ms < 10)
		return word_err(w, y, e, "every 10ms is the fastest");
	return robot_victim(w, y, b, e);
}

/* One, or a list of them. */
static int
robot_behave(struct word_lab *w, const struct yaml *y, struct lab_robot *r,
	     struct err *e)
{
	size_t i, n = y && y->kind == YAML_LIST ? y->n : 1;

	if (y == NULL)
		return 0;
	if (n > ROBOT_BEHAVIOURS)
		return word_err(w, y, e,
				"%zu misbehaviours: a robot has at "
				"most %d",
				n, ROBOT_BEHAVIOURS);
	r->behave = model_mem_alloc(&w->kept, n, sizeof(struct lab_behaviour));
	for (i = 0; i < n; i++)
		if (robot_behaviour(w, y->kind == YAML_LIST ? y->items[i] : y,
				    &r->behave[r->nbehave++], e) < 0)
			return -1;
	return 0;
}

/* ---- robots */

static int
robot_read(struct word_lab *w, const struct yaml *map, struct lab_robot *r,
	   struct err *e)
{
	const struct yaml *script = yaml_get(map, "script");
	const char *file;

	r->hold = ROBOT_HOLD;
	if (robot_announce(w, yaml_get(map, "announce"), r, e) < 0 ||
	    robot_behave(w, yaml_get(map, "behave"), r, e) < 0 ||
	    robot_number(w, map, "hold", 3, 65535, &r->hold, e) < 0 ||
	    word_bool(w, map, "keep", &r->keep, e) < 0 ||
	    word_bool(w, map, "add-path", &r->add_path, e) < 0)
		return -1;
	if (script == NULL)
		return 0;
	if (yaml_str(&w->doc, script, &file, e) < 0)
		return -1;
	r->script = robot_file(w, file);
	return 0;
}

int
word_robot(struct word_lab *w, const struct yaml *map, struct word_node *n,
	   struct err *e)
{
	static const char *const keys[] = {WORD_ROBOT};
	const struct yaml *y;
	size_t i;

	for (i = 0; !n->kind->crowd && i < COUNT(keys); i++)
		if ((y = yaml_get(map, keys[i])))
			return word_err(w, y, e,
					"%s is for robots: say kind: %s, too",
					keys[i], model_kind_ixpeer.name);
	if (!n->kind->crowd)
		return 0;
	n->robot = model_mem_alloc(&w->kept, 1, sizeof(struct lab_robot));
	return robot_read(w, map, n->robot, e);
}

/* The first gets the first count of a table, the next one those behind. */
int
word_robot_deal(struct word_lab *w, const struct yaml *map,
		const struct word_node *first, struct word_node *n, uint32_t i,
		struct err *e)
{
	const struct lab_robot *r = first->robot;
	struct lab_routes *a;
	uint64_t skip;
	size_t k;

	n->robot = first->robot;
	if (r == NULL || r->nannounce == 0 || i == 0)
		return 0;
	n->robot = model_mem_alloc(&w->kept, 1, sizeof(struct lab_robot));
	a = model_mem_alloc(&w->kept, r->nannounce, sizeof(struct lab_routes));
	*n->robot = *r;
	n->robot->announce = a;
	for (k = 0; k < r->nannounce; k++) {
		a[k] = r->announce[k];
		skip = a[k].skip + (uint64_t)i * a[k].count;
		if (skip > UINT32_MAX)
			return word_err(w, yaml_get(map, "announce"), e,
					"the shares of so many robots do not "
					"fit: give them fewer routes each");
		a[k].skip = (uint32_t)skip;
	}
	return 0;
}

static int
check_robot(const struct word_lab *w, const struct word_node *n, struct err *e)
{
	if (n->trainee)
		return word_err(w, n->y, e,
				"%s is a robot, which nobody configures: take "
				"another kind for a trainee",
				n->name);
	if (n->host || n->nhosts > 0)
		return word_err(w, n->host_y ? n->host_y : n->y, e,
				"%s is a robot, which forwards nothing: take "
				"another kind for one with a host",
				n->name);
	if (n->limits.memory)
		return word_err(w, n->y, e,
				"%s is a robot: all are one process, and none "
				"has limits of its own",
				n->name);
	if (FAMS * (n->nports + n->nlinks) > ROBOT_ADDRESSES)
		return word_err(w, n->y, e,
				"%s has %zu ports and links: a robot has at "
				"most %d",
				n->name, n->nports + n->nlinks,
				ROBOT_ADDRESSES / FAMS);
	return 0;
}

int
model_check_robots(const struct word_lab *w, struct err *e)
{
	const struct word_node *n;

	for (n = w->nodes; n < w->nodes + w->nnodes; n++)
		if (n->kind->crowd && check_robot(w, n, e) < 0)
			return -1;
	return 0;
}
