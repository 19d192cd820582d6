/*
 * Robots: members that no daemon of their own plays but one process for all
 * (kind ixpeer). What they announce besides their prefixes, and what they do
 * wrong on purpose, is said in the words of ixpeer(1), which has to understand
 * all that is let through here; a test holds the names of misbehaviours against
 * ixpeer's own. model_robot_announce.c reads what is announced,
 * model_kind_ixpeer.c writes all of it down for ixpeer.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "lab/model/model_kind.h"
#include "lab/model/model_robot.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ROBOT_HOLD 90
#define ROBOT_BEHAVIOURS 16
#define ROBOT_ADDRESSES 8

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
	    word_robot_number(w, y, "count", 1, ROBOT_ROUTES, &b->count, e) <
		0 ||
	    word_robot_number(w, y, "asn", 1, UINT32_MAX, &b->asn, e) < 0)
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

	r->hold = ROBOT_HOLD;
	if (word_robot_announce(w, yaml_get(map, "announce"), r, e) < 0 ||
	    robot_behave(w, yaml_get(map, "behave"), r, e) < 0 ||
	    word_robot_number(w, map, "hold", 3, 65535, &r->hold, e) < 0 ||
	    word_bool(w, map, "keep", &r->keep, e) < 0 ||
	    word_bool(w, map, "add-path", &r->add_path, e) < 0)
		return -1;
	return script ? word_file(w, script, &r->script, e) : 0;
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
