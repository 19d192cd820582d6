/*
 * grader_params: the keys of a check kind, read by type.
 *
 * Two passes: grader_kind_params needs the file alone (and is fuzzed);
 * grader_kind_fits then holds the words against the lab.
 */
#include <string.h>

#include "base/str.h"
#include "grader/grader_kind.h"

#define GRADER_KEYS_MAX 48
#define GRADER_LIST_MAX 256

/* Keys that every check has, whatever its kind; see exercise_parse.c. */
static const char *const common[] = {
    "kind",  "say",	 "within", "hold",    "points", "bonus",
    "group", "required", "needs",  "witness", "hints",	"visibility"};

static int
params_list(const struct yaml_doc *doc, const struct yaml *y, const char *what,
	    struct err *e)
{
	if (yaml_want(doc, y, YAML_LIST, what, e) < 0)
		return -1;
	if (y->n > GRADER_LIST_MAX)
		return yaml_err(doc, y, e, "%s has more than %d entries", what,
				GRADER_LIST_MAX);
	return 0;
}

static int
params_words(const struct yaml_doc *doc, const struct yaml *y, const char *what,
	     struct model_mem **mem, struct grader_list *out, struct err *e)
{
	size_t i;

	if (params_list(doc, y, what, e) < 0)
		return -1;
	out->items = model_mem_alloc(mem, y->n, sizeof(*out->items));
	for (i = 0; i < y->n; i++) {
		if (yaml_str(doc, y->items[i], &out->items[i], e) < 0)
			return -1;
	}
	out->n = y->n;
	return 0;
}

/* "a:b" or "a:b:c": n numbers between colons, each at most max. */
static bool
params_is_numbers(const char *text, unsigned int n, unsigned long max,
		  bool stars)
{
	_free_ char *copy = xstrdup(text);
	char *at = copy, *colon;
	unsigned int i, v;

	for (i = 0; i < n; i++) {
		colon = strchr(at, ':');
		if ((colon != NULL) != (i + 1 < n))
			return false;
		if (colon)
			*colon = '\0';
		if (!(stars && strcmp(at, "*") == 0) &&
		    !str_to_u32(at, 0, max, &v))
			return false;
		at = colon ? colon + 1 : NULL;
	}
	return true;
}

static bool
params_is_extended(const char *text, bool stars)
{
	return (str_starts(text, "rt:") || str_starts(text, "ro:")) &&
	       params_is_numbers(text + 3, 2, UINT32_MAX, stars);
}

/* "65550:*", of large ones alone: no standard one begins so. */
static bool
params_is_beginning(const char *text)
{
	size_t n = strlen(text);

	return n > 2 && strcmp(text + n - 2, ":*") == 0 &&
	       params_is_numbers(text, 2, UINT32_MAX, true);
}

static bool
params_is_community(enum grader_key_type type, const char *text)
{
	switch (type) {
	case GRADER_KEY_STANDARD:
		return params_is_numbers(text, 2, UINT16_MAX, false);
	case GRADER_KEY_LARGE:
		return params_is_numbers(text, 3, UINT32_MAX, false);
	case GRADER_KEY_EXTENDED: return params_is_extended(text, false);
	default:
		return params_is_numbers(text, 2, UINT16_MAX, true) ||
		       params_is_beginning(text) ||
		       params_is_numbers(text, 3, UINT32_MAX, true) ||
		       params_is_extended(text, true);
	}
}

static int
params_communities(const struct yaml_doc *doc, const struct yaml *y,
		   const struct grader_key *k, struct model_mem **mem,
		   struct grader_list *out, struct err *e)
{
	static const char *const shapes[][2] = {
	    [GRADER_KEY_STANDARD] = {"standard community", "64500:1"},
	    [GRADER_KEY_LARGE] = {"large community", "64500:1:2"},
	    [GRADER_KEY_EXTENDED] = {"extended community", "rt:64500:1"},
	    [GRADER_KEY_COMMUNITY] = {"community",
				      "64500:1, 64500:1:2, rt:64500:1 or, for "
				      "any number, 64500:*"},
	};
	size_t i;

	if (params_words(doc, y, k->name, mem, out, e) < 0)
		return -1;
	for (i = 0; i < out->n; i++) {
		if (!params_is_community(k->type, out->items[i]))
			return yaml_err(doc, y->items[i], e,
					"\"%s\" is no %s, write it as %s",
					out->items[i], shapes[k->type][0],
					shapes[k->type][1]);
	}
	return 0;
}

static int
params_prefixes(const struct yaml_doc *doc, const struct yaml *y,
		const char *what, struct model_mem **mem,
		struct grader_params *p, struct err *e)
{
	size_t i;

	if (params_list(doc, y, what, e) < 0)
		return -1;
	p->prefixes = model_mem_alloc(mem, y->n, sizeof(*p->prefixes));
	for (i = 0; i < y->n; i++) {
		if (yaml_prefix(doc, y->items[i], IP_NONE, &p->prefixes[i], e) <
		    0)
			return -1;
	}
	p->nprefixes = y->n;
	return 0;
}

static bool
params_hop(const char *text, struct grader_hop *hop)
{
	size_t n = strlen(text);
	_free_ char *number =
	    xstrndup(text, n && text[n - 1] == '+' ? n - 1 : n);

	if (strcmp(text, "*") == 0)
		hop->is = GRADER_HOP_REST;
	else if (strcmp(text, "?") == 0)
		hop->is = GRADER_HOP_ANY;
	else if (str_to_u32(number, 0, UINT32_MAX, &hop->asn))
		hop->is = number[n - 1] ? GRADER_HOP_AS : GRADER_HOP_MORE;
	else
		return false;
	return true;
}

static int
params_as_path(const struct yaml_doc *doc, const struct yaml *y,
	       const char *what, struct model_mem **mem,
	       struct grader_params *p, struct err *e)
{
	const char *text;
	size_t i;

	if (params_list(doc, y, what, e) < 0)
		return -1;
	p->as_path = model_mem_alloc(mem, y->n, sizeof(*p->as_path));
	for (i = 0; i < y->n; i++) {
		if (yaml_str(doc, y->items[i], &text, e) < 0)
			return -1;
		if (!params_hop(text, &p->as_path[i]))
			return yaml_err(doc, y->items[i], e,
					"\"%s\" is no item of an AS path: "
					"write 65536, \"65536+\" (once or "
					"more), \"?\" (any one) or \"*\" (any "
					"number)",
					text);
	}
	p->nas_path = y->n;
	p->has_as_path = true;
	return 0;
}

/* A number, or {min: A, max: B}, of which one may be absent. */
static int
params_range(const struct grader_key *k, const struct yaml_doc *doc,
	     const struct yaml *y, struct grader_range *out, struct err *e)
{
	static const char *const keys[] = {"min", "max"};
	uint32_t top = k->max ? k->max : UINT32_MAX;
	const struct yaml *v;

	*out = (struct grader_range){true, k->min, top};
	if (y->kind != YAML_MAP) {
		if (yaml_u32(doc, y, k->min, top, &out->min, e) < 0)
			return -1;
		out->max = out->min;
		return 0;
	}
	if (yaml_keys(doc, y, k->name, keys, 2, e) < 0)
		return -1;
	if (y->n == 0)
		return yaml_err(doc, y, e, "%s: say min, max or both", k->name);
	if ((v = yaml_get(y, "min")) != NULL &&
	    yaml_u32(doc, v, k->min, top, &out->min, e) < 0)
		return -1;
	if ((v = yaml_get(y, "max")) != NULL &&
	    yaml_u32(doc, v, out->min, top, &out->max, e) < 0)
		return -1;
	return 0;
}

static int
params_wish(const struct yaml_doc *doc, const struct yaml *y, uint32_t *out,
	    struct err *e)
{
	bool yes;

	if (yaml_bool(doc, y, &yes, e) < 0)
		return -1;
	*out = yes ? GRADER_WISH_YES : GRADER_WISH_NO;
	return 0;
}

static int
params_family(const struct yaml_doc *doc, const struct yaml *y, uint32_t *out,
	      struct err *e)
{
	static const char *const words[] = {"ipv4", "ipv6"};
	size_t i;

	if (yaml_word(doc, y, words, 2, &i, e) < 0)
		return -1;
	*out = i == 0 ? IP_V4 : IP_V6;
	return 0;
}

static int
params_type(const struct yaml_doc *doc, const struct yaml *y, const char **out,
	    struct err *e)
{
	static const char *const words[] = {"unicast", "blackhole",
					    "unreachable", "prohibit"};
	size_t i;

	if (yaml_word(doc, y, words, 4, &i, e) < 0)
		return -1;
	*out = words[i];
	return 0;
}

/* Linux has names for three and numbers for all. */
static int
params_table(const struct yaml_doc *doc, const struct yaml *y, uint32_t *out,
	     struct err *e)
{
	enum { TABLE_DEFAULT = 253, TABLE_MAIN, TABLE_LOCAL };
	const char *text;

	if (yaml_str(doc, y, &text, e) < 0)
		return -1;
	if (strcmp(text, "main") == 0)
		*out = TABLE_MAIN;
	else if (strcmp(text, "default") == 0)
		*out = TABLE_DEFAULT;
	else if (strcmp(text, "local") == 0)
		*out = TABLE_LOCAL;
	else if (!str_to_u32(text, 1, UINT32_MAX, out))
		return yaml_err(doc, y, e,
				"\"%s\" is no table of routes: write main, "
				"default, or a number from 1 on",
				text);
	if (*out == TABLE_LOCAL)
		return yaml_err(doc, y, e,
				"table local is made of a node's addresses: "
				"look at these, with kind interface");
	if (*out == TABLE_MAIN)
		*out = 0;
	return 0;
}

static int
params_interface(const struct yaml_doc *doc, const struct yaml *y,
		 const char *what, struct grader_params *p, struct err *e)
{
	static const char *const keys[] = {"node", "interface"};
	const struct yaml *v;

	if (yaml_want(doc, y, YAML_MAP, what, e) < 0 ||
	    yaml_keys(doc, y, what, keys, 2, e) < 0 ||
	    yaml_need(doc, y, "node", &v, e) < 0 ||
	    yaml_str(doc, v, &p->down.node, e) < 0 ||
	    yaml_need(doc, y, "interface", &v, e) < 0)
		return -1;
	return yaml_str(doc, v, &p->down.interface, e);
}

static int
params_word(const struct grader_key *k, const struct yaml_doc *doc,
	    const struct yaml *y, const char **out, struct err *e)
{
	size_t n = 0, i;

	while (k->words[n] != NULL)
		n++;
	if (yaml_word(doc, y, k->words, n, &i, e) < 0)
		return -1;
	*out = k->words[i];
	return 0;
}

static int
params_closed(const struct grader_key *k, const struct yaml_doc *doc,
	      const struct yaml *y, struct model_mem **mem,
	      struct grader_list *out, struct err *e)
{
	size_t i;

	if (params_words(doc, y, k->name, mem, out, e) < 0)
		return -1;
	for (i = 0; i < out->n; i++) {
		if (params_word(k, doc, y->items[i], &out->items[i], e) < 0)
			return -1;
	}
	return 0;
}

static int
params_text(const struct grader_key *k, const struct yaml_doc *doc,
	    const struct yaml *y, const char **out, struct err *e)
{
	if (yaml_str(doc, y, out, e) < 0)
		return -1;
	if (**out == '\0')
		return yaml_err(doc, y, e, "\"%s\" is empty", k->name);
	return 0;
}

static int
params_time(const struct grader_key *k, const struct yaml_doc *doc,
	    const struct yaml *y, uint32_t *out, struct err *e)
{
	if (yaml_ms(doc, y, out, e) < 0)
		return -1;
	if (*out < k->min || *out > k->max)
		return yaml_err(doc, y, e, "\"%s\" is a time from %ums to %ums",
				k->name, k->min, k->max);
	return 0;
}

static int
params_read(const struct grader_key *k, const struct yaml_doc *doc,
	    const struct yaml *y, struct model_mem **mem,
	    struct grader_params *p, struct err *e)
{
	void *at = (char *)p + k->offset;

	switch (k->type) {
	case GRADER_KEY_OBSERVER:
	case GRADER_KEY_ROUTER:
	case GRADER_KEY_NODE: return yaml_str(doc, y, at, e);
	case GRADER_KEY_OBSERVERS:
	case GRADER_KEY_NODES: return params_words(doc, y, k->name, mem, at, e);
	case GRADER_KEY_FAMILY: return params_family(doc, y, at, e);
	case GRADER_KEY_PREFIX: return yaml_prefix(doc, y, IP_NONE, at, e);
	case GRADER_KEY_PREFIXES:
		return params_prefixes(doc, y, k->name, mem, p, e);
	case GRADER_KEY_AS_PATH:
		return params_as_path(doc, y, k->name, mem, p, e);
	case GRADER_KEY_STANDARD:
	case GRADER_KEY_LARGE:
	case GRADER_KEY_EXTENDED:
	case GRADER_KEY_COMMUNITY:
		return params_communities(doc, y, k, mem, at, e);
	case GRADER_KEY_COUNT: return yaml_u32(doc, y, k->min, k->max, at, e);
	case GRADER_KEY_RANGE: return params_range(k, doc, y, at, e);
	case GRADER_KEY_WISH: return params_wish(doc, y, at, e);
	case GRADER_KEY_WORDS: return params_closed(k, doc, y, mem, at, e);
	case GRADER_KEY_HOP: return yaml_str(doc, y, at, e);
	case GRADER_KEY_TABLE: return params_table(doc, y, at, e);
	case GRADER_KEY_ROUTE_TYPE: return params_type(doc, y, at, e);
	case GRADER_KEY_INTERFACE:
		return params_interface(doc, y, k->name, p, e);
	case GRADER_KEY_TEXT: return params_text(k, doc, y, at, e);
	case GRADER_KEY_TEXTS: return params_words(doc, y, k->name, mem, at, e);
	case GRADER_KEY_WORD: return params_word(k, doc, y, at, e);
	case GRADER_KEY_TIME: return params_time(k, doc, y, at, e);
	case GRADER_KEY_ADDRESS: return yaml_addr(doc, y, IP_NONE, at, e);
	}
	return 0;
}

static void
params_default(const struct grader_key *k, struct grader_params *p)
{
	if (k->type == GRADER_KEY_COUNT || k->type == GRADER_KEY_FAMILY ||
	    k->type == GRADER_KEY_TIME)
		memcpy((char *)p + k->offset, &k->absent, sizeof(k->absent));
}

static int
params_keys(const struct grader_kind *k, const struct yaml_doc *doc,
	    const struct yaml *check, struct err *e)
{
	const char *names[GRADER_KEYS_MAX];
	size_t ncommon = sizeof(common) / sizeof(common[0]), i;
	char what[64];

	memcpy(names, common, sizeof(common));
	for (i = 0; i < k->nkeys; i++)
		names[ncommon + i] = k->keys[i].name;
	snprintf(what, sizeof(what), "a %s check", k->name);
	return yaml_keys(doc, check, what, names, ncommon + k->nkeys, e);
}

int
grader_kind_params(const struct grader_kind *k, const struct yaml_doc *doc,
		   const struct yaml *check, struct model_mem **mem,
		   struct grader_params **out, struct err *e)
{
	const struct yaml *v;
	size_t i;

	*out = model_mem_alloc(mem, 1, sizeof(**out));
	if (params_keys(k, doc, check, e) < 0)
		return -1;
	for (i = 0; i < k->nkeys; i++) {
		v = yaml_get(check, k->keys[i].name);
		if (v == NULL && k->keys[i].need)
			return yaml_need(doc, check, k->keys[i].name, &v, e);
		if (v == NULL)
			params_default(&k->keys[i], *out);
		else if (params_read(&k->keys[i], doc, v, mem, *out, e) < 0)
			return -1;
	}
	return k->sane ? k->sane(*out, doc, check, e) : 0;
}

/* ---- against the lab */

static int
fits_node(enum grader_key_type type, enum ip_family family, const char *name,
	  const struct yaml_doc *doc, const struct yaml *y,
	  const struct lab *lab, struct err *e)
{
	const struct lab_node *n = model_find(lab, name);

	if (n == NULL)
		return yaml_err(doc, y, e, "lab %s has no node \"%s\"",
				lab->name, name);
	if (n->role == LAB_SWITCH)
		return yaml_err(doc, y, e, "%s is a switch: it has no address",
				name);
	if (type == GRADER_KEY_OBSERVER && n->trainee)
		return yaml_err(doc, y, e,
				"%s is the trainee's own node: observe where "
				"the trainee has no hand",
				name);
	if ((type == GRADER_KEY_OBSERVER || type == GRADER_KEY_ROUTER) &&
	    strcmp(model_daemon_name(n), "-") == 0)
		return yaml_err(doc, y, e, "%s runs no routing daemon", name);
	if (family != IP_NONE &&
	    model_address(lab, n, family).family == IP_NONE)
		return yaml_err(doc, y, e, "%s has no %s address in lab %s",
				name, ip_family_name(family), lab->name);
	return 0;
}

static int
fits_nodes(enum grader_key_type type, const struct grader_list *list,
	   enum ip_family family, const struct yaml_doc *doc,
	   const struct yaml *y, const struct lab *lab, struct err *e)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		if (fits_node(type, family, list->items[i], doc, y->items[i],
			      lab, e) < 0)
			return -1;
	}
	return 0;
}

static int
fits_hop(enum ip_family family, const char *name, const struct yaml_doc *doc,
	 const struct yaml *y, const struct lab *lab, struct err *e)
{
	struct ip_addr a;

	if (ip_addr_parse(name, &a))
		return 0;
	return fits_node(GRADER_KEY_NODE, family, name, doc, y, lab, e);
}

static int
fits_interface(const struct grader_params *p, const struct yaml_doc *doc,
	       const struct yaml *y, const struct lab *lab, struct err *e)
{
	const struct lab_node *n = model_find(lab, p->down.node);
	size_t i;

	if (n == NULL)
		return yaml_err(doc, yaml_get(y, "node"), e,
				"lab %s has no node \"%s\"", lab->name,
				p->down.node);
	for (i = 0; i < n->nifs; i++) {
		if (strcmp(n->ifs[i].name, p->down.interface) == 0)
			return 0;
	}
	return yaml_err(doc, yaml_get(y, "interface"), e,
			"%s has no interface \"%s\"", n->name,
			p->down.interface);
}

/* In which family must the node of that key have an address in the lab file? A
 * person gives a port its own in network.yml, and no lab file knows of it; where
 * they did not, that is what the check finds. */
static enum ip_family
fits_family(const struct grader_key *k, const struct grader_params *p,
	    const char *name, const struct lab *lab)
{
	const struct lab_node *n = model_find(lab, name);

	if (k->bare && n != NULL && n->trainee)
		return IP_NONE;
	if (k->met && p->address.family != IP_NONE)
		return IP_NONE;
	return grader_params_family(p);
}

static int
fits_one(const struct grader_key *k, const struct grader_params *p,
	 const char *name, const struct yaml_doc *doc, const struct yaml *y,
	 const struct lab *lab, struct err *e)
{
	return fits_node(k->type, fits_family(k, p, name, lab), name, doc, y,
			 lab, e);
}

int
grader_kind_fits(const struct grader_kind *k, const struct grader_params *p,
		 const struct yaml_doc *doc, const struct yaml *check,
		 const struct lab *lab, struct err *e)
{
	enum ip_family family = grader_params_family(p);
	const struct grader_key *key;
	const struct yaml *y;
	_free_ char *cannot = NULL;
	const void *at;
	int rc = 0;
	size_t i;

	for (i = 0; rc == 0 && i < k->nkeys; i++) {
		key = &k->keys[i];
		at = (const char *)p + key->offset;
		if ((y = yaml_get(check, key->name)) == NULL)
			continue;
		if (key->type <= GRADER_KEY_NODE)
			rc = fits_one(key, p, *(const char *const *)at, doc, y,
				      lab, e);
		else if (key->type == GRADER_KEY_HOP)
			rc = fits_hop(family, *(const char *const *)at, doc, y,
				      lab, e);
		else if (key->type == GRADER_KEY_NODES)
			rc = fits_nodes(GRADER_KEY_NODE, at, IP_NONE, doc, y,
					lab, e);
		else if (key->type == GRADER_KEY_OBSERVERS)
			rc = fits_nodes(GRADER_KEY_OBSERVER, at, family, doc, y,
					lab, e);
		else if (key->type == GRADER_KEY_INTERFACE)
			rc = fits_interface(p, doc, y, lab, e);
	}
	if (rc == 0 && k->cannot && (cannot = k->cannot(p, lab)) != NULL)
		rc = yaml_err(doc, check, e, "%s", cannot);
	return rc;
}
