/*
 * A lab that is too large to be drawn with characters, as lines: the groups, and
 * what is in none.
 */
#include <stdlib.h>

#include "base/str.h"
#include "lab/graph/graph.h"

static void
text_edges(struct str *s, const struct lab *lab, const struct graph_edges *es,
	   size_t node, bool seen)
{
	const struct graph_edge *e;
	size_t i;
	int f;

	for (i = 0; i < es->n; i++) {
		e = &es->e[i];
		if (e->a != node && e->b != node)
			continue;
		str_addf(s, "    %s",
			 lab->nodes[e->a == node ? e->b : e->a].name);
		for (f = 0; f < 2; f++) {
			if (e->state[f] == GRAPH_NONE)
				continue;
			str_addf(s, "  IPv%d", f ? 6 : 4);
			if (seen)
				str_addf(s, " %s %s",
					 graph_state_symbol(e->state[f]),
					 graph_state_word(e->state[f]));
		}
		str_add(s, "\n");
	}
}

static void
text_lan(struct str *s, const struct lab *lab, const struct graph_link *links,
	 const struct lab_lan *l)
{
	char net[IP_PREFIXSTRLEN], *sites;

	str_addf(s, "%s%sLAN %s", lab->exchange, lab->exchange[0] ? ", " : "",
		 l->name);
	if (l->ipv4.addr.family != IP_NONE)
		str_addf(s, " %s", ip_prefix_print(&l->ipv4, net));
	if (l->ipv6.addr.family != IP_NONE)
		str_addf(s, " %s", ip_prefix_print(&l->ipv6, net));
	sites = graph_sites(lab, links, (size_t)(l - lab->lans));
	str_addf(s, "%s%s\n", sites[0] ? "\n  sites: " : "", sites);
	free(sites);
}

static void
text_node(struct str *s, const struct lab *lab, const struct graph_edges *es,
	  size_t node, bool seen)
{
	const struct lab_node *n = &lab->nodes[node];
	bool server = n->role == LAB_ROUTE_SERVER || n->role == LAB_COLLECTOR;

	str_addf(s, "  %s: %s%s", n->name, model_role_name(n->role),
		 n->trainee ? " (you)" : "");
	if (n->owner < lab->nnodes)
		str_addf(s, " of %s", lab->nodes[n->owner].name);
	if (n->asn)
		str_addf(s, ", AS%u", n->asn);
	str_add(s, "\n");
	if (!server)
		text_edges(s, lab, es, node, seen);
}

char *
graph_summary(const struct lab *lab, const struct graph_edges *es,
	      const struct graph_link *links, bool seen)
{
	struct graph_groups gs = graph_groups_make(lab, es, links);
	struct str s = {0};
	size_t i;

	for (i = 0; i < lab->nlans; i++)
		text_lan(&s, lab, links, &lab->lans[i]);
	for (i = 0; i < lab->nnodes; i++)
		if (lab->nodes[i].role != LAB_SWITCH && gs.of[i] == SIZE_MAX)
			text_node(&s, lab, es, i, seen);
	for (i = 0; i < gs.n; i++) {
		const struct graph_group *g = &gs.g[i];
		char *name;

		if (g->n == 0)
			continue;
		name = graph_group_name(lab, g);
		str_addf(&s, "  %s: %zu networks, AS%u \u2013 AS%u\n", name,
			 g->n, lab->nodes[g->nodes[0]].asn,
			 lab->nodes[g->nodes[g->n - 1]].asn);
		text_edges(&s, lab, es, g->nodes[0], seen);
		free(name);
	}
	graph_groups_clear(&gs);
	return str_steal(&s);
}
