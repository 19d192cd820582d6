/*
 * Which networks look alike: robots on one LAN, each with nothing but its port
 * and sessions with servers, in equal states. Few of them are drawn one by one.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lab/graph/graph.h"

static bool
group_server(const struct lab_node *n)
{
	return n->role == LAB_ROUTE_SERVER || n->role == LAB_COLLECTOR;
}

/* The LAN of a network that has a port of which there is nothing to say, and
 * nothing else; SIZE_MAX: it has. */
static size_t
group_lan(const struct lab *lab, const struct graph_link *links, size_t node,
	  const bool *owner)
{
	const struct lab_node *n = &lab->nodes[node];
	const struct lab_link *l;
	char *words;
	bool said;

	if (n->trainee || owner[node] || n->nifs != 1 ||
	    (n->role != LAB_MEMBER && n->role != LAB_CONTENT))
		return SIZE_MAX;
	l = &lab->links[n->ifs[0].link];
	words = graph_link_words(lab, &links[n->ifs[0].link]);
	said = *words != '\0';
	free(words);
	return l->kind == LAB_LINK_PORT && !said ? l->lan : SIZE_MAX;
}

static bool *
group_owners(const struct lab *lab)
{
	bool *owner = xcalloc(lab->nnodes + 1, sizeof(*owner));
	size_t i;

	for (i = 0; i < lab->nnodes; i++)
		if (lab->nodes[i].owner < lab->nnodes)
			owner[lab->nodes[i].owner] = true;
	return owner;
}

/* For each node its sessions as a word, "rs1 4 3,3"; NULL when one is not with a
 * server. */
static void
group_words(const struct lab *lab, const struct graph_edges *es,
	    struct str *words, bool *odd)
{
	const struct graph_edge *e;
	size_t i;
	int k;

	for (i = 0; i < es->n; i++) {
		e = &es->e[i];
		for (k = 0; k < 2; k++) {
			size_t me = k ? e->b : e->a, it = k ? e->a : e->b;

			odd[me] = odd[me] || !group_server(&lab->nodes[it]);
			str_addf(&words[me], "%s %d,%d;", lab->nodes[it].name,
				 (int)e->state[0], (int)e->state[1]);
		}
	}
}

static void
group_join(struct graph_groups *gs, size_t node, size_t lan, const char *alike)
{
	struct graph_group *g;
	size_t i;

	for (i = 0; i < gs->n; i++)
		if (gs->g[i].lan == lan && strcmp(gs->g[i].alike, alike) == 0)
			break;
	if (i == gs->n) {
		gs->g = xreallocarray(gs->g, gs->n + 1, sizeof(*gs->g));
		gs->g[gs->n++] =
		    (struct graph_group){.lan = lan, .alike = xstrdup(alike)};
	}
	g = &gs->g[i];
	g->nodes = xreallocarray(g->nodes, g->n + 1, sizeof(*g->nodes));
	g->nodes[g->n++] = node;
	gs->of[node] = i;
}

/* A group of few is none, but where there are many such groups. */
static void
group_dissolve(struct graph_groups *gs, size_t all)
{
	size_t i, k;

	for (i = 0; i < gs->n; i++) {
		if (all >= GRAPH_GROUP_MIN && gs->g[i].n > 3)
			continue;
		for (k = 0; k < gs->g[i].n; k++)
			gs->of[gs->g[i].nodes[k]] = SIZE_MAX;
		gs->g[i].n = 0;
	}
}

struct graph_groups
graph_groups_make(const struct lab *lab, const struct graph_edges *es,
		  const struct graph_link *links)
{
	struct graph_groups gs = {0};
	bool *owner = group_owners(lab);
	bool *odd = xcalloc(lab->nnodes + 1, sizeof(*odd));
	struct str *words = xcalloc(lab->nnodes + 1, sizeof(*words));
	size_t i, lan, all = 0;

	gs.of = xcalloc(lab->nnodes + 1, sizeof(*gs.of));
	group_words(lab, es, words, odd);
	for (i = 0; i < lab->nnodes; i++) {
		gs.of[i] = SIZE_MAX;
		lan = group_lan(lab, links, i, owner);
		if (lan == SIZE_MAX || odd[i])
			continue;
		group_join(&gs, i, lan, str_text(&words[i]));
		all++;
	}
	group_dissolve(&gs, all);
	for (i = 0; i < lab->nnodes; i++)
		str_clear(&words[i]);
	free(words);
	free(odd);
	free(owner);
	return gs;
}

void
graph_groups_clear(struct graph_groups *gs)
{
	size_t i;

	for (i = 0; i < gs->n; i++) {
		free(gs->g[i].nodes);
		free(gs->g[i].alike);
	}
	free(gs->g);
	free(gs->of);
	*gs = (struct graph_groups){0};
}

/* Runs of neighbours in the lab, the first few. */
char *
graph_group_name(const struct lab *lab, const struct graph_group *g)
{
	struct str s = {0};
	size_t i, k, runs = 0;

	for (i = 0; i < g->n; i = k) {
		for (k = i + 1; k < g->n && g->nodes[k] == g->nodes[k - 1] + 1;
		     k++)
			;
		if (++runs > 3) {
			str_addf(&s, ", and %zu more", g->n - i);
			break;
		}
		str_addf(&s, "%s%s", i ? ", " : "",
			 lab->nodes[g->nodes[i]].name);
		if (k - i > 1)
			str_addf(&s, " \u2013 %s",
				 lab->nodes[g->nodes[k - 1]].name);
	}
	return str_steal(&s);
}
