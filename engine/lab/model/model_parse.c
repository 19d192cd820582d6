/*
 * The outer form of a lab file: its name, the exchange with its switches and
 * peering LANs, and the links outside. Networks are in model_parse_node.c.
 * Order matters only here: LANs are read before anything that has a port on one.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "lab/model/model_word.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define TITLE_MAX 80

const enum ip_family word_family[FAMS] = {IP_V4, IP_V6};
const char *const word_family_key[FAMS] = {"ipv4", "ipv6"};

int
word_err(const struct word_lab *w, const struct yaml *y, struct err *e,
	 const char *fmt, ...)
{
	char text[sizeof(e->msg)];
	va_list ap;
	bool key;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	str_clean(text);
	key = y->key != NULL && (y->kind != YAML_SCALAR || yaml_is_null(y));
	return err_at(e, w->doc.file, key ? y->key_line : y->line,
		      key ? y->key_col : y->col, "%s", text);
}

/* A name is also a namespace, an interface and a file: keep it plain. */
int
word_name(const struct word_lab *w, const struct yaml *y, const char *name,
	  const char *what, struct err *e)
{
	size_t n = strlen(name);

	if (n > MODEL_NODE_MAX)
		return word_err(w, y, e,
				"the name \"%.40s\" of a %s is %zu characters "
				"long: at most "
				"%d, so that interface names fit",
				name, what, n, MODEL_NODE_MAX);
	if (n == 0 || name[0] < 'a' || name[0] > 'z' || name[n - 1] == '-' ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != n)
		return word_err(
		    w, y, e,
		    "\"%s\" is no name for a %s: use small letters, digits and "
		    "\"-\", a letter first and no \"-\" last",
		    name, what);
	return 0;
}

int
word_name_inside(struct word_lab *w, const struct yaml *y, const char *what,
		 struct word_node *n, struct err *e)
{
	char name[64];

	if (word_name(w, y, y->key, what, e) < 0)
		return -1;
	snprintf(name, sizeof(name), "%.20s-%.20s", n->network, y->key);
	if (strlen(name) > MODEL_NODE_MAX)
		return word_err(w, y, e,
				"this %s would be called %s, which is longer "
				"than %d characters: shorten one of the two "
				"names",
				what, name, MODEL_NODE_MAX);
	n->name = model_mem_strdup(&w->mem, name);
	return 0;
}

int
word_title(struct word_lab *w, const struct yaml *y, const char *fallback,
	   const char **out, struct err *e)
{
	const char *text = fallback;
	char *copy;

	if (y != NULL && yaml_str(&w->doc, y, &text, e) < 0)
		return -1;
	if (y != NULL && strlen(text) > TITLE_MAX)
		return yaml_err(&w->doc, y, e,
				"this name is %zu bytes long: at most %d",
				strlen(text), TITLE_MAX);
	copy = model_mem_strdup(&w->mem, text);
	str_clean(copy);
	*out = copy;
	return 0;
}

static int
word_mtu(const struct word_lab *w, const struct yaml *y, uint32_t *mtu,
	 struct err *e)
{
	*mtu = 1500;
	return y == NULL ? 0 : yaml_u32(&w->doc, y, 1280, 9216, mtu, e);
}

int
word_bool(const struct word_lab *w, const struct yaml *map, const char *key,
	  bool *out, struct err *e)
{
	const struct yaml *y = yaml_get(map, key);

	*out = false;
	return y == NULL ? 0 : yaml_bool(&w->doc, y, out, e);
}

int
word_lan(const struct word_lab *w, const struct yaml *y, const char *name,
	 size_t *lan, struct err *e)
{
	const char *names[WORD_MAX_LANS];
	const char *near;
	size_t i;

	for (i = 0; i < w->nbases; i++) {
		names[i] = w->lans[i].name;
		if (strcmp(name, names[i]) == 0) {
			*lan = i;
			return 0;
		}
	}
	near = str_nearest(name, names, w->nbases);
	return word_err(
	    w, y, e,
	    "there is no peering LAN \"%.40s\"%s%s%s: declare it under "
	    "exchange, peering-lans",
	    name, near ? " (did you mean \"" : "", near ? near : "",
	    near ? "\"?)" : "");
}

int
word_only_lan(const struct word_lab *w, const struct yaml *y, size_t *lan,
	      struct err *e)
{
	*lan = 0;
	if (w->nbases == 1)
		return 0;
	if (w->nbases == 0)
		return word_err(
		    w, y, e,
		    "this needs a peering LAN and there is none: declare one "
		    "under exchange, peering-lans");
	return word_err(
	    w, y, e,
	    "there are %zu peering LANs: say which with \"lan\" or \"lans\"",
	    w->nbases);
}

size_t
word_lan_base(const struct word_lab *w, size_t lan)
{
	return w->lans[lan].of == WORD_NONE ? lan : w->lans[lan].of;
}

static int
parse_switches(struct word_lab *w, const struct yaml *y, struct err *e)
{
	size_t i;

	if (y == NULL || y->kind != YAML_LIST || y->n == 0)
		return word_err(
		    w, y ? y : w->exchange_y, e,
		    "an exchange needs switches: give their names, such as "
		    "switches: [sw1]");
	if (y->n > WORD_MAX_SWITCHES)
		return word_err(w, y, e, "%zu switches: a lab has at most %d",
				y->n, WORD_MAX_SWITCHES);
	w->switches = model_mem_alloc(&w->mem, WORD_ALL_SWITCHES,
				      sizeof(struct word_switch));
	for (i = 0; i < y->n; i++) {
		w->switches[i].y = y->items[i];
		if (yaml_str(&w->doc, y->items[i], &w->switches[i].name, e) <
			0 ||
		    word_name(w, y->items[i], w->switches[i].name, "switch",
			      e) < 0)
			return -1;
		w->nswitches++;
	}
	return 0;
}

static int
parse_tree(const struct word_lab *w, const struct yaml *y, struct word_lan *lan,
	   struct err *e)
{
	lan->tree_y = yaml_get(y, "spanning-tree");
	return word_bool(w, y, "spanning-tree", &lan->tree, e);
}

static int
parse_lan_prefix(const struct word_lab *w, const struct yaml *y, int f,
		 struct word_lan *lan, struct err *e)
{
	static const uint8_t min[FAMS] = {8, 16}, max[FAMS] = {30, 126};

	lan->at[f] = yaml_get(y, word_family_key[f]);
	if (lan->at[f] == NULL)
		return 0;
	if (yaml_prefix(&w->doc, lan->at[f], word_family[f], &lan->prefix[f],
			e) < 0)
		return -1;
	if (lan->prefix[f].len < min[f] || lan->prefix[f].len > max[f])
		return yaml_err(
		    &w->doc, lan->at[f], e,
		    "a peering LAN of length /%u: give one from /%u to /%u",
		    lan->prefix[f].len, min[f], max[f]);
	return 0;
}

static int
parse_lan(struct word_lab *w, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = {
	    "switch",	 "switches",	  "ipv4",	    "ipv6",
	    "mtu",	 "spanning-tree", "quarantine",	    "guard",
	    "blackhole", "vlan",	  "quarantine-vlan"};
	struct word_lan *lan = &w->lans[w->nlans];
	int f;

	lan->y = y;
	lan->name = y->key;
	lan->quarantine = lan->of = WORD_NONE;
	lan->hole_y = yaml_get(y, "blackhole");
	if (word_name(w, y, y->key, "peering LAN", e) < 0 ||
	    yaml_keys(&w->doc, y, "a peering LAN", keys, COUNT(keys), e) < 0 ||
	    word_lan_switches(w, y, lan, e) < 0 ||
	    parse_tree(w, y, lan, e) < 0 ||
	    word_lan_vlan(w, lan, "vlan", e) < 0 ||
	    word_guard(w, y, &lan->guard, e) < 0 ||
	    word_mtu(w, yaml_get(y, "mtu"), &lan->mtu, e) < 0)
		return -1;
	for (f = 0; f < FAMS; f++)
		if (parse_lan_prefix(w, y, f, lan, e) < 0)
			return -1;
	if (lan->at[FAM4] == NULL && lan->at[FAM6] == NULL)
		return word_err(
		    w, y, e,
		    "peering LAN %s has no addresses: give it ipv4, ipv6 or "
		    "both",
		    lan->name);
	w->nlans++;
	return 0;
}

/* A LAN of its own with the same addresses, on the same switches. */
static int
parse_quarantine(struct word_lab *w, struct word_lan *lan, struct err *e)
{
	struct word_lan *q = &w->lans[w->nlans];
	char name[MODEL_NODE_MAX + 3];
	bool yes;

	if (word_bool(w, lan->y, "quarantine", &yes, e) < 0)
		return -1;
	if (!yes && yaml_get(lan->y, "quarantine-vlan"))
		return word_err(w, yaml_get(lan->y, "quarantine-vlan"), e,
				"peering LAN %s has no quarantine: say "
				"quarantine: yes, too",
				lan->name);
	if (!yes)
		return 0;
	snprintf(name, sizeof(name), "%.12s-q", lan->name);
	*q = *lan;
	q->name = model_mem_strdup(&w->mem, name);
	q->of = (size_t)(lan - w->lans);
	q->hole_y = NULL;
	lan->quarantine = w->nlans++;
	return word_lan_vlan(w, q, "quarantine-vlan", e);
}

static int
parse_lans(struct word_lab *w, const struct yaml *y, struct err *e)
{
	size_t i;

	if (y == NULL || y->kind != YAML_MAP || y->n == 0)
		return word_err(
		    w, y ? y : w->exchange_y, e,
		    "an exchange needs a peering LAN, such as peering-lans: "
		    "{khi: {ipv4: 203.0.113.0/24}}");
	if (y->n > WORD_MAX_LANS)
		return word_err(w, y, e,
				"%zu peering LANs: a lab has at most %d", y->n,
				WORD_MAX_LANS);
	w->lans = model_mem_alloc(&w->mem, 2 * y->n, sizeof(struct word_lan));
	for (i = 0; i < y->n; i++)
		if (parse_lan(w, y->items[i], e) < 0)
			return -1;
	w->nbases = w->nlans;
	for (i = 0; i < w->nbases; i++)
		if (parse_quarantine(w, &w->lans[i], e) < 0)
			return -1;
	return 0;
}

static int
parse_exchange(struct word_lab *w, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = {
	    "name",	    "asn",	     "switches",   "site-links",
	    "peering-lans", "route-servers", "collectors", "monitors",
	    "rpki",	    "vlans",	     WORD_FILES};

	w->exchange = "";
	if (y == NULL)
		return 0;
	w->exchange_y = y;
	if (yaml_keys(&w->doc, y, "an exchange", keys, COUNT(keys), e) < 0 ||
	    word_title(w, yaml_get(y, "name"), "the exchange", &w->exchange,
		       e) < 0)
		return -1;
	if (word_rpki(w, y, &w->rpki_y, e) < 0 ||
	    word_files(w, y, &w->rs_files, e) < 0)
		return -1;
	if ((yaml_get(y, "asn") || yaml_get(y, "route-servers")) &&
	    word_asn(w, y, "the exchange", &w->rs_asn, &w->rs_asn_y, e) < 0)
		return -1;
	if (word_vlans(w, y, e) < 0 ||
	    parse_switches(w, yaml_get(y, "switches"), e) < 0 ||
	    word_sites(w, yaml_get(y, "site-links"), e) < 0)
		return -1;
	return parse_lans(w, yaml_get(y, "peering-lans"), e);
}

static int
parse_link_prefix(const struct word_lab *w, const struct yaml *y, int f,
		  struct word_link *l, struct err *e)
{
	static const uint8_t min[FAMS] = {24, 64}, max[FAMS] = {31, 127};

	l->at[f] = yaml_get(y, word_family_key[f]);
	if (l->at[f] == NULL)
		return 0;
	if (yaml_prefix(&w->doc, l->at[f], word_family[f], &l->prefix[f], e) <
	    0)
		return -1;
	if (l->prefix[f].len < min[f] || l->prefix[f].len > max[f])
		return yaml_err(
		    &w->doc, l->at[f], e,
		    "a link's prefix of length /%u: give one from /%u to /%u, "
		    "it has two ends",
		    l->prefix[f].len, min[f], max[f]);
	return 0;
}

static int
parse_link_ends(const struct word_lab *w, const struct yaml *y,
		struct word_link *l, struct err *e)
{
	const struct yaml *b = yaml_get(y, "between");
	const char *name;
	int i;

	if (b == NULL || b->kind != YAML_LIST || b->n != 2)
		return word_err(
		    w, b ? b : y, e,
		    "a link has two ends: name them, such as between: [m1, "
		    "m2]");
	for (i = 0; i < 2; i++) {
		l->end[i].y = b->items[i];
		if (yaml_str(&w->doc, b->items[i], &name, e) < 0)
			return -1;
	}
	return 0;
}

static int
parse_link(struct word_lab *w, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = {"between",  "ipv4", "ipv6",
					   "relation", "mtu",  WORD_WEATHER};
	static const char *const relations[] = {"peer", "transit", "none"};
	struct word_link *l = &w->links[w->nlinks];
	const struct yaml *r;
	size_t relation = 0;
	int f;

	l->y = y;
	if (yaml_keys(&w->doc, y, "a link", keys, COUNT(keys), e) < 0 ||
	    parse_link_ends(w, y, l, e) < 0 ||
	    word_mtu(w, yaml_get(y, "mtu"), &l->mtu, e) < 0 ||
	    word_weather(w, y, &l->weather, e) < 0)
		return -1;
	for (f = 0; f < FAMS; f++)
		if (parse_link_prefix(w, y, f, l, e) < 0)
			return -1;
	if (l->at[FAM4] == NULL && l->at[FAM6] == NULL)
		return word_err(
		    w, y, e,
		    "this link has no addresses: give it ipv4, ipv6 or both, "
		    "such as ipv4: 100.127.0.0/31");
	r = yaml_get(y, "relation");
	if (r == NULL)
		return word_err(
		    w, y, e,
		    "this link has no relation: say relation: peer, or "
		    "relation: transit when the second end is the provider, or "
		    "relation: none when nobody speaks BGP over it");
	if (yaml_word(&w->doc, r, relations, COUNT(relations), &relation, e) <
	    0)
		return -1;
	l->transit = relation == 1;
	l->silent = relation == 2;
	w->nlinks++;
	return 0;
}

static int
parse_links(struct word_lab *w, const struct yaml *y, struct err *e)
{
	size_t i;

	if (y == NULL)
		return 0;
	if (yaml_want(&w->doc, y, YAML_LIST, "links", e) < 0)
		return -1;
	if (y->n > MODEL_MAX_NODES)
		return word_err(w, y, e, "%zu links: a lab has at most %d",
				y->n, MODEL_MAX_NODES);
	w->links = model_mem_alloc(&w->mem, y->n, sizeof(struct word_link));
	for (i = 0; i < y->n; i++)
		if (parse_link(w, y->items[i], e) < 0)
			return -1;
	return 0;
}

static int
parse_lab_name(struct word_lab *w, const struct yaml *y, struct err *e)
{
	const char *given = w->params ? w->params->name : NULL;
	size_t n;

	if (yaml_str(&w->doc, y, &w->name, e) < 0)
		return -1;
	n = strlen(w->name);
	if (n == 0 || n > MODEL_NAME_MAX || !model_is_lab_name(w->name))
		return yaml_err(&w->doc, y, e,
				"\"%.40s\" is no name for a lab: use 1 to %d "
				"small letters, "
				"digits and \"-\"",
				w->name, MODEL_NAME_MAX);
	if (given == NULL)
		return 0;
	if (!model_is_lab_name(given))
		return err_usage(e,
				 "\"%.40s\" is no name for a lab: use 1 to %d "
				 "small letters, "
				 "digits and \"-\"",
				 given, MODEL_NAME_MAX);
	w->name = given;
	return 0;
}

int
model_parse_words(struct word_lab *w, struct err *e)
{
	static const char *const keys[] = {"lab",     "title",	 "exchange",
					   "members", "content", "transit",
					   "nodes",   "links",	 "generate"};
	const struct yaml *root = w->doc.root, *y;

	if (root == NULL)
		return err_at(
		    e, w->doc.file, 1, 1,
		    "the file is empty: a lab begins with its name, such as "
		    "lab: my-lab");
	if (yaml_keys(&w->doc, root, "a lab", keys, COUNT(keys), e) < 0)
		return -1;
	y = yaml_get(root, "lab");
	if (y == NULL)
		return yaml_err(&w->doc, root, e,
				"the lab has no name: begin with lab: NAME");
	if (parse_lab_name(w, y, e) < 0 ||
	    word_title(w, yaml_get(root, "title"), w->name, &w->title, e) < 0 ||
	    parse_exchange(w, yaml_get(root, "exchange"), e) < 0 ||
	    model_parse_networks(w, root, e) < 0)
		return -1;
	return parse_links(w, yaml_get(root, "links"), e);
}
