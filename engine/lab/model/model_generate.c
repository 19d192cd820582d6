/*
 * Labs too large to write by hand: "generate: members:" stands for a row of
 * members m1, m2, ... whose AS numbers, addresses and prefixes count up from
 * those given for the first. They become words like any others, at the place
 * of the key that asked for them, and are checked with the rest.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "lab/model/model_word.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define FIRST_ASN 4200000001u /* private use, RFC 6996 */

struct gen {
	const struct yaml *y;
	size_t count;
	uint32_t from, asn;
	const char *title;
	size_t lan;
	bool quarantine;
	struct lab_guard guard;
	struct ip_addr addr[FAMS]; /* of the first; IP_NONE: by rule */
	const struct yaml *addr_y[FAMS];
	struct word_node first; /* prefixes, host, route servers */
};

int
model_generate_count(const struct word_lab *w, const struct yaml *generate,
		     size_t *count, struct err *e)
{
	static const char *const keys[] = {"members"};
	const struct yaml *m = yaml_get(generate, "members"), *y;
	uint32_t given = w->params ? w->params->members : 0, n = 0;

	*count = 0;
	if (generate == NULL && given != 0)
		return err_usage(
		    e,
		    "%s: this lab generates no members, so their number cannot "
		    "be chosen",
		    w->doc.file);
	if (generate == NULL)
		return 0;
	if (yaml_keys(&w->doc, generate, "generate", keys, COUNT(keys), e) < 0)
		return -1;
	y = yaml_get(m, "count");
	if (y == NULL)
		return word_err(
		    w, m ? m : generate, e,
		    "say how many to generate, such as members: {count: 30}");
	if (yaml_u32(&w->doc, y, 1, MODEL_MAX_NODES, &n, e) < 0)
		return -1;
	if (given > MODEL_MAX_NODES)
		return err_usage(e, "%u members: a lab has at most %d nodes",
				 given, MODEL_MAX_NODES);
	*count = given != 0 ? given : n;
	return 0;
}

static int
gen_first(struct word_lab *w, struct gen *g, struct err *e)
{
	const struct yaml *lan = yaml_get(g->y, "lan"), *y;
	const char *text;
	int f;

	if (lan == NULL ? word_only_lan(w, g->y, &g->lan, e) < 0
			: yaml_str(&w->doc, lan, &text, e) < 0 ||
			      word_lan(w, lan, text, &g->lan, e) < 0)
		return -1;
	if (word_bool(w, g->y, "quarantine", &g->quarantine, e) < 0)
		return -1;
	if (g->quarantine && w->lans[g->lan].quarantine == WORD_NONE)
		return yaml_err(&w->doc, yaml_get(g->y, "quarantine"), e,
				"peering LAN %s has no quarantine: say "
				"quarantine: yes there",
				w->lans[g->lan].name);
	g->guard = w->lans[g->lan].guard;
	if (word_guard(w, g->y, &g->guard, e) < 0)
		return -1;
	for (f = 0; f < FAMS; f++) {
		y = yaml_get(g->y, word_family_key[f]);
		g->addr_y[f] = y;
		if (y == NULL)
			continue;
		if (yaml_addr(&w->doc, y, word_family[f], &g->addr[f], e) < 0)
			return -1;
		if (w->lans[g->lan].at[f] == NULL)
			return yaml_err(
			    &w->doc, y, e, "peering LAN %s has no %s",
			    w->lans[g->lan].name, word_family_key[f]);
	}
	return 0;
}

static int
gen_read(struct word_lab *w, struct gen *g, struct err *e)
{
	static const char *const keys[] = {
	    "count",  "from",	    "asn",	"name",	   "lan",
	    "ipv4",   "ipv6",	    "prefixes", "host",	   "route-servers",
	    "limits", "quarantine", "guard",	"anycast", "trainee",
	    WORD_RUN, WORD_ROBOT};
	const struct yaml *y;

	if (yaml_keys(&w->doc, g->y, "generated members", keys, COUNT(keys),
		      e) < 0)
		return -1;
	g->from = 1;
	g->asn = FIRST_ASN;
	g->first.role = LAB_MEMBER;
	g->first.name = g->y->key;
	y = yaml_get(g->y, "from");
	if (y && yaml_u32(&w->doc, y, 1, 1000000, &g->from, e) < 0)
		return -1;
	y = yaml_get(g->y, "asn");
	if (y && yaml_u32(&w->doc, y, 1, UINT32_MAX - 2 * MODEL_MAX_NODES,
			  &g->asn, e) < 0)
		return -1;
	if (word_title(w, yaml_get(g->y, "name"), "Network", &g->title, e) <
		0 ||
	    gen_first(w, g, e) < 0 || word_run(w, g->y, &g->first, e) < 0 ||
	    word_limits(w, g->y, &g->first.limits, e) < 0 ||
	    word_robot(w, g->y, &g->first, e) < 0 ||
	    word_prefixes(w, g->y, &g->first, e) < 0 ||
	    word_bool(w, g->y, "host", &g->first.host, e) < 0 ||
	    word_bool(w, g->y, "trainee", &g->first.trainee, e) < 0)
		return -1;
	return word_route_servers(w, yaml_get(g->y, "route-servers"), &g->first,
				  e);
}

/* The AS number spelled in the low half, four decimal digits a group, so that a
 * person reads the member off its address: AS65537 is ::6:5537:0:1 (in the
 * spirit of RFC 5963). */
static struct ip_addr
spelled(const struct ip_prefix *lan, uint32_t asn)
{
	char digits[16], text[IP_ADDRSTRLEN];
	struct ip_addr a, out = lan->addr;
	size_t i, n;

	n = (size_t)snprintf(digits, sizeof(digits), "%u", asn);
	if (n <= 4)
		snprintf(text, sizeof(text), "::%.4s:0:0:1", digits);
	else if (n <= 8)
		snprintf(text, sizeof(text), "::%.*s:%s:0:1", (int)n - 4,
			 digits, digits + n - 4);
	else
		snprintf(text, sizeof(text), "::%.*s:%.4s:%s:1", (int)n - 8,
			 digits, digits + n - 8, digits + n - 4);
	if (!ip_addr_parse(text, &a))
		return out;
	for (i = 8; i < 16; i++)
		out.bytes[i] |= a.bytes[i];
	return out;
}

/* The n-th prefix of the same length after p; false past the end. */
static bool
prefix_after(const struct ip_prefix *p, uint32_t n, struct ip_prefix *out)
{
	size_t at = (p->len - 1u) / 8u;
	uint64_t carry = (uint64_t)n << (7u - (p->len - 1u) % 8u);

	*out = *p;
	for (;; at--) {
		carry += out->addr.bytes[at];
		out->addr.bytes[at] = (uint8_t)carry;
		carry >>= 8;
		if (at == 0)
			return carry == 0;
	}
}

static int
gen_port(const struct word_lab *w, const struct gen *g, struct word_node *n,
	 uint32_t i, struct err *e)
{
	const struct word_lan *lan = &w->lans[g->lan];
	struct word_port *p = &n->ports[0];
	char text[IP_PREFIXSTRLEN];
	int f;

	n->nports = 1;
	p->y = n->y;
	p->lan = g->quarantine ? w->lans[g->lan].quarantine : g->lan;
	p->sw = w->lans[g->lan].sws[0];
	p->guard = g->guard;
	for (f = 0; f < FAMS; f++) {
		if (lan->at[f] == NULL)
			continue;
		p->at[f] = g->addr_y[f] ? g->addr_y[f] : g->y;
		if (f == FAM6 && g->addr_y[f] == NULL)
			p->addr[f] = spelled(&lan->prefix[f], n->asn);
		else if (g->addr_y[f])
			p->addr[f] = ip_addr_add(&g->addr[f], i);
		else
			p->addr[f] = ip_addr_add(&lan->prefix[f].addr, i + 10);
		if (!ip_prefix_has_addr(&lan->prefix[f], &p->addr[f]) ||
		    *word_reserved_addr(&lan->prefix[f], &p->addr[f]))
			return word_err(
			    w, g->y, e,
			    "%zu members do not fit: %s has room for %u of "
			    "them; give peering LAN %s a shorter prefix",
			    g->count, ip_prefix_print(&lan->prefix[f], text), i,
			    lan->name);
	}
	return 0;
}

static int
gen_prefixes(struct word_lab *w, const struct gen *g, struct word_node *n,
	     uint32_t i, struct err *e)
{
	const struct word_node *first = &g->first;
	char text[IP_PREFIXSTRLEN];
	size_t k;

	n->nprefixes = first->nprefixes;
	n->prefixes =
	    model_mem_alloc(&w->mem, n->nprefixes, sizeof(struct word_prefix));
	for (k = 0; k < n->nprefixes; k++) {
		n->prefixes[k].y = first->prefixes[k].y;
		if (!prefix_after(&first->prefixes[k].p, i,
				  &n->prefixes[k].p) ||
		    word_is_special(&n->prefixes[k].p))
			return yaml_err(
			    &w->doc, n->prefixes[k].y, e,
			    "%zu members need as many prefixes, and only "
			    "%u are usable from %s on",
			    g->count, i,
			    ip_prefix_print(&first->prefixes[k].p, text));
	}
	return 0;
}

static int
gen_member(struct word_lab *w, const struct gen *g, uint32_t i, struct err *e)
{
	struct word_node *n = word_node_add(w, LAB_MEMBER, g->y);
	char text[128];

	n->generated = true;
	n->asn = g->asn + i;
	n->asn_y = yaml_get(g->y, "asn") ? yaml_get(g->y, "asn") : g->y;
	n->kind = g->first.kind;
	n->limits = g->first.limits;
	n->command = g->first.command;
	n->anycast = g->first.anycast;
	n->nanycast = g->first.nanycast;
	n->host = g->first.host;
	n->trainee = g->first.trainee;
	n->host_y = yaml_get(g->y, "host");
	n->rs = g->first.rs;
	n->rss = g->first.rss;
	n->nrss = g->first.nrss;
	snprintf(text, sizeof(text), "m%u", g->from + i);
	n->name = n->network = model_mem_strdup(&w->mem, text);
	snprintf(text, sizeof(text), "%s %u", g->title, g->from + i);
	n->title = model_mem_strdup(&w->mem, text);
	n->ports = model_mem_alloc(&w->mem, 1, sizeof(struct word_port));
	if (gen_port(w, g, n, i, e) < 0 ||
	    word_robot_deal(w, g->y, &g->first, n, i, e) < 0)
		return -1;
	return gen_prefixes(w, g, n, i, e);
}

/* Never AS_TRANS and 65535, which are nobody's. */
static int
gen_check_asns(const struct word_lab *w, const struct gen *g, struct err *e)
{
	static const uint32_t bad[] = {23456, 65535};
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		if (g->asn <= bad[i] && bad[i] - g->asn < g->count)
			return word_err(
			    w, g->y, e,
			    "%zu AS numbers from %u on include the reserved "
			    "AS%u: begin elsewhere, such as asn: %u",
			    g->count, g->asn, bad[i], FIRST_ASN);
	return 0;
}

int
model_generate(struct word_lab *w, const struct yaml *generate, struct err *e)
{
	struct gen g = {.y = yaml_get(generate, "members")};
	uint32_t i;

	if (generate == NULL)
		return 0;
	if (model_generate_count(w, generate, &g.count, e) < 0 ||
	    gen_read(w, &g, e) < 0 || gen_check_asns(w, &g, e) < 0)
		return -1;
	for (i = 0; i < g.count; i++)
		if (gen_member(w, &g, i, e) < 0)
			return -1;
	return 0;
}
