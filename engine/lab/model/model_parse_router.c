/*
 * Networks of several routers. The file names the routers of a network, where
 * each of them has its ports, and which of them are joined; the rest follows:
 * loopbacks and link addresses are taken from the top of the network's first
 * prefixes, OSPF finds the way between them, and every router speaks iBGP with
 * every other, from loopback to loopback.
 *
 * In the words a router is a node like any other. Those of one network stand
 * side by side, and the first, the lead, holds what is the network's: its AS
 * number, prefixes, peers.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "lab/model/model_kind.h"
#include "lab/model/model_word.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* How many nodes the networks of a map make. */
size_t
word_router_count(const struct yaml *map)
{
	size_t i, n = map == NULL ? 0 : map->n;
	const struct yaml *r;

	for (i = 0; map && map->kind == YAML_MAP && i < map->n; i++) {
		r = yaml_get(map->items[i], "routers");
		n += r && r->n > 1 ? r->n - 1 : 0;
		n += word_host_count(map->items[i]);
	}
	return n;
}

static int
router_read(struct word_lab *w, const struct yaml *y, struct word_node *n,
	    struct err *e)
{
	static const char *const keys[] = {"name",  "kind",   "trainee", "lan",
					   "lans",  "ipv4",   "ipv6",	 "host",
					   "hosts", "limits", WORD_PORT};

	if (yaml_keys(&w->doc, y, "a router", keys, COUNT(keys), e) < 0)
		return -1;
	if (yaml_get(y, "kind") && word_kind(w, y, n, e) < 0)
		return -1;
	if (yaml_get(y, "trainee") &&
	    word_bool(w, y, "trainee", &n->trainee, e) < 0)
		return -1;
	if (word_trainees_run(w, y, n, e) < 0)
		return -1;
	if (!n->kind->igp)
		return word_err(
		    w, y, e,
		    "%s cannot be one of several routers, since "
		    "ixlab writes no OSPF for it: take another kind",
		    n->kind->title);
	n->host_y = yaml_get(y, "host");
	n->hosts_y = yaml_get(y, "hosts");
	if (word_limits(w, y, &n->limits, e) < 0 ||
	    word_title(w, yaml_get(y, "name"), n->title, &n->title, e) < 0 ||
	    word_bool(w, y, "host", &n->host, e) < 0)
		return -1;
	return word_ports(w, y, n, e);
}

/* The network's own keys are read; its node becomes the first router. */
int
word_routers(struct word_lab *w, const struct yaml *map, struct word_node *lead,
	     struct err *e)
{
	const struct yaml *y = yaml_get(map, "routers");
	struct word_node *n = lead;
	size_t i;

	if (yaml_want(&w->doc, y, YAML_MAP, "routers", e) < 0)
		return -1;
	if (y->n == 0 || y->n > WORD_MAX_ROUTERS)
		return word_err(w, y, e,
				"%zu routers: a network has from 1 to %d", y->n,
				WORD_MAX_ROUTERS);
	if (lead->nports > 0 || lead->host || lead->hosts_y)
		return word_err(w, map, e,
				"%s has routers: put its ports and its host "
				"under one of them",
				lead->network);
	lead->nrouters = y->n;
	for (i = 0; i < y->n; i++) {
		if (i > 0) {
			n = word_node_add(w, lead->role, y->items[i]);
			n->lead = (size_t)(lead - w->nodes);
			n->network = lead->network;
			n->kind = lead->kind;
			n->title = lead->title;
			n->asn = lead->asn;
			n->trainee = lead->trainee;
			n->limits = lead->limits;
			n->prefixes = lead->prefixes;
			n->nprefixes = lead->nprefixes;
			n->anycast = lead->anycast;
			n->nanycast = lead->nanycast;
		}
		n->y = y->items[i];
		if (word_name_inside(w, n->y, "router", n, e) < 0)
			return -1;
	}
	for (i = 0; i < y->n; i++)
		if (router_read(w, y->items[i], lead + i, e) < 0)
			return -1;
	return 0;
}

/* ---- who is joined to whom */

static int
inside_end(const struct word_lab *w, const struct yaml *y,
	   const struct word_node *lead, size_t *at, struct err *e)
{
	const char *names[WORD_MAX_ROUTERS];
	size_t i;

	for (i = 0; i < lead->nrouters; i++)
		names[i] = lead[i].y->key;
	return yaml_word(&w->doc, y, names, lead->nrouters, at, e);
}

static int
inside_read(struct word_lab *w, const struct yaml *y, struct word_node *lead,
	    struct err *e)
{
	struct word_inside *k;
	size_t i;

	if (yaml_want(&w->doc, y, YAML_LIST, "inside", e) < 0)
		return -1;
	if (y->n > WORD_MAX_INSIDE)
		return word_err(w, y, e,
				"%zu links: there are at most %d inside a "
				"network",
				y->n, WORD_MAX_INSIDE);
	lead->inside =
	    model_mem_alloc(&w->mem, y->n, sizeof(struct word_inside));
	for (i = 0; i < y->n; i++) {
		k = &lead->inside[lead->ninside++];
		k->y = y->items[i];
		if (k->y->kind != YAML_LIST || k->y->n != 2)
			return word_err(w, k->y, e,
					"a link inside has two ends: name two "
					"routers, such as [%s, %s]",
					lead->y->key,
					lead[lead->nrouters - 1].y->key);
		if (inside_end(w, k->y->items[0], lead, &k->a, e) < 0 ||
		    inside_end(w, k->y->items[1], lead, &k->b, e) < 0)
			return -1;
		if (k->a == k->b)
			return word_err(w, k->y, e,
					"both ends of this link are %s",
					lead[k->a].y->key);
	}
	return 0;
}

/* A chain, in the order of the file. */
static void
inside_chain(struct word_lab *w, struct word_node *lead)
{
	size_t i;

	lead->inside = model_mem_alloc(&w->mem, lead->nrouters,
				       sizeof(struct word_inside));
	for (i = 1; i < lead->nrouters; i++)
		lead->inside[lead->ninside++] =
		    (struct word_inside){lead[i].y, i - 1, i};
}

static int
inside_joined(const struct word_lab *w, const struct word_node *lead,
	      struct err *e)
{
	bool seen[WORD_MAX_ROUTERS] = {true}, more = true;
	size_t i;

	while (more)
		for (more = false, i = 0; i < lead->ninside; i++) {
			const struct word_inside *k = &lead->inside[i];

			if (seen[k->a] != seen[k->b])
				seen[k->a] = seen[k->b] = more = true;
		}
	for (i = 0; i < lead->nrouters; i++)
		if (!seen[i])
			return word_err(w, lead[i].y, e,
					"nothing joins %s to the other routers "
					"of %s: add it to inside",
					lead[i].y->key, lead->network);
	return 0;
}

static int
inside_room(const struct word_lab *w, const struct word_node *lead,
	    struct err *e)
{
	static const uint8_t max[FAMS] = {23, 63};
	const struct word_prefix *p;
	char text[IP_PREFIXSTRLEN];
	int f, any = 0;

	for (f = 0; f < FAMS; f++) {
		if ((p = word_first_prefix(lead, f)) == NULL)
			continue;
		any = 1;
		if (p->p.len > max[f])
			return yaml_err(&w->doc, p->y, e,
					"%s numbers its routers from its first "
					"prefixes, and %s has no room: give it "
					"one up to /%u",
					lead->network,
					ip_prefix_print(&p->p, text), max[f]);
	}
	if (!any)
		return word_err(w, lead->y, e,
				"%s numbers its routers from its prefixes and "
				"has none: give it one, such as prefixes: "
				"[100.64.0.0/22]",
				lead->network);
	return 0;
}

int
word_inside(struct word_lab *w, const struct yaml *map, struct word_node *lead,
	    struct err *e)
{
	static const char *const words[] = {"ospf", "none"};
	const struct yaml *inside = yaml_get(map, "inside");
	const struct yaml *igp = yaml_get(map, "igp");
	const struct yaml *alone = inside ? inside : igp;
	size_t i = 0;

	if (lead->nrouters == 1 && alone)
		return word_err(w, alone, e,
				"\"%s\" is for a network of several routers: "
				"say which under routers",
				alone->key);
	if (igp && yaml_word(&w->doc, igp, words, COUNT(words), &i, e) < 0)
		return -1;
	lead->igp = i == 0;
	if (lead->nrouters == 1)
		return 0;
	if (inside == NULL)
		inside_chain(w, lead);
	else if (inside_read(w, inside, lead, e) < 0)
		return -1;
	if (inside_joined(w, lead, e) < 0)
		return -1;
	return inside_room(w, lead, e);
}
