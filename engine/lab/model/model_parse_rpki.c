/*
 * Origin validation: what a cache serves (its VRPs, RFC 6811), and which cache a
 * route server asks (RFC 8210).
 */
#include "lab/model/model_kind.h"
#include "lab/model/model_word.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define VRPS_MAX 10000

static int
parse_vrp(const struct word_lab *w, const struct yaml *y, struct lab_vrp *v,
	  struct err *e)
{
	static const char *const keys[] = {"prefix", "asn", "max-length"};
	const struct yaml *prefix, *asn, *max = yaml_get(y, "max-length");
	char text[IP_PREFIXSTRLEN];
	unsigned int bits;
	uint32_t len;

	if (yaml_keys(&w->doc, y, "a VRP", keys, COUNT(keys), e) < 0 ||
	    yaml_need(&w->doc, y, "prefix", &prefix, e) < 0 ||
	    yaml_need(&w->doc, y, "asn", &asn, e) < 0 ||
	    yaml_prefix(&w->doc, prefix, IP_NONE, &v->prefix, e) < 0 ||
	    yaml_u32(&w->doc, asn, 0, UINT32_MAX, &v->asn, e) < 0)
		return -1;
	v->max_len = v->prefix.len;
	if (max == NULL)
		return 0;
	bits = ip_bits(v->prefix.addr.family);
	if (yaml_u32(&w->doc, max, 0, bits, &len, e) < 0)
		return -1;
	if (len < v->prefix.len)
		return yaml_err(
		    &w->doc, max, e,
		    "max-length %u is shorter than %s itself: give from %u to "
		    "%u",
		    len, ip_prefix_print(&v->prefix, text), v->prefix.len,
		    bits);
	v->max_len = (uint8_t)len;
	return 0;
}

int
word_vrps(struct word_lab *w, const struct yaml *map, struct word_node *n,
	  struct err *e)
{
	const struct yaml *y = yaml_get(map, "vrps");
	size_t i;

	if (y == NULL && n->kind != &model_kind_rtr)
		return 0;
	if (y == NULL)
		return word_err(w, map, e,
				"%s is of kind rtr and has no vrps: say what "
				"it serves, such as vrps: [{prefix: "
				"100.64.0.0/22, asn: 65536}]",
				n->name);
	if (n->kind != &model_kind_rtr)
		return word_err(w, y, e,
				"%s is of kind %s: \"vrps\" is for kind rtr",
				n->name, n->kind->name);
	if (yaml_want(&w->doc, y, YAML_LIST, "vrps", e) < 0)
		return -1;
	if (y->n > VRPS_MAX)
		return word_err(w, y, e, "%zu VRPs: a cache has at most %d",
				y->n, VRPS_MAX);
	n->vrps = model_mem_alloc(&w->mem, y->n, sizeof(struct lab_vrp));
	for (i = 0; i < y->n; i++)
		if (parse_vrp(w, y->items[i], &n->vrps[n->nvrps++], e) < 0)
			return -1;
	return 0;
}

/* The cache's name is looked up when all are known. */
int
word_rpki(const struct word_lab *w, const struct yaml *map,
	  const struct yaml **out, struct err *e)
{
	const char *text;

	*out = yaml_get(map, "rpki");
	return *out == NULL ? 0 : yaml_str(&w->doc, *out, &text, e);
}

/* Where both are on one LAN: the cache's address there. */
static bool
rpki_meet(const struct word_lab *w, const struct word_node *rs,
	  const struct word_node *cache, struct ip_addr *out)
{
	const struct word_port *p, *q;
	int f;

	for (p = rs->ports; p < rs->ports + rs->nports; p++)
		for (q = cache->ports; q < cache->ports + cache->nports; q++)
			for (f = 0; f < FAMS; f++)
				if (word_lan_base(w, p->lan) ==
					word_lan_base(w, q->lan) &&
				    p->at[f] && q->at[f]) {
					*out = q->addr[f];
					return true;
				}
	return false;
}

/* Each route server's own word, or else the exchange's for those that can. */
int
model_rpki(struct word_lab *w, struct err *e)
{
	const struct word_node *cache;
	struct word_node *n;

	for (n = w->nodes; n < w->nodes + w->nnodes; n++) {
		if (n->role != LAB_ROUTE_SERVER)
			continue;
		if (n->rpki.y != NULL && n->kind != &model_kind_ixrs)
			return word_err(w, n->rpki.y, e,
					"%s is of kind %s, for which ixlab "
					"sets up no validation: \"rpki\" is "
					"for kind ixrs",
					n->name, n->kind->name);
		if (n->rpki.y == NULL && n->kind == &model_kind_ixrs)
			n->rpki.y = w->rpki_y;
		if (n->rpki.y == NULL)
			continue;
		if (word_ref_find(w, &n->rpki, "cache", e) < 0)
			return -1;
		cache = &w->nodes[n->rpki.node];
		if (cache->kind != &model_kind_rtr)
			return word_err(w, n->rpki.y, e,
					"%s is no cache: name a node of kind "
					"rtr",
					cache->name);
		if (!rpki_meet(w, n, cache, &n->cache))
			return word_err(w, n->rpki.y, e,
					"%s and %s share no peering LAN and "
					"family",
					n->name, cache->name);
	}
	return 0;
}
