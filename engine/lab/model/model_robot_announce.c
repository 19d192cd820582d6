/*
 * What robots announce besides their prefixes: lists, generators and MRT tables,
 * with attributes in the words of ixpeer(1).
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "lab/model/model_robot.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ROBOT_ITEMS 1000
#define ROBOT_PREFIXES 1000
#define ROBOT_PATH 250
#define ROBOT_STEP (1u << 20)
#define ROBOT_ATTRIBUTES                                                \
	"as-path", "origin", "med", "communities", "large-communities", \
	    "next-hop"

int
word_robot_number(const struct word_lab *w, const struct yaml *map,
		  const char *key, uint32_t min, uint32_t max, uint32_t *out,
		  struct err *e)
{
	const struct yaml *y = yaml_get(map, key);

	return y ? yaml_u32(&w->doc, y, min, max, out, e) : 0;
}

/* ---- attributes, as text */

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
	    word_robot_number(w, y, "step", 1, ROBOT_STEP, &r->step, e) < 0 ||
	    word_robot_number(w, y, "share", 1, ROBOT_STEP, &r->share, e) < 0 ||
	    word_robot_number(w, y, "seed", 0, UINT32_MAX, &r->seed, e) < 0)
		return -1;
	return robot_lengths(w, yaml_get(y, "path"), r, e);
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

	r->from = LAB_ROUTES_TABLE;
	if (yaml_keys(&w->doc, y, "a table", keys, COUNT(keys), e) < 0 ||
	    word_file(w, yaml_get(y, "mrt"), &r->file, e) < 0)
		return -1;
	return robot_peer(w, yaml_get(y, "peer"), r, e);
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
	if (word_robot_number(w, y, "count", 1, ROBOT_ROUTES, &r->count, e) <
		0 ||
	    word_robot_number(w, y, "skip", 0, UINT32_MAX, &r->skip, e) < 0)
		return -1;
	return robot_attributes(w, y, r, e);
}

int
word_robot_announce(struct word_lab *w, const struct yaml *y,
		    struct lab_robot *r, struct err *e)
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
