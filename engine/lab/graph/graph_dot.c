/*
 * A lab as DOT. Each LAN is a bar; the servers stand above it, the networks below
 * in rows, and when a row is full the bar goes on below it. A box has the name, the
 * AS number, the addresses, and a line for each neighbour: family, symbol, word.
 * What is linked outside the exchange is linked in the picture.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lab/graph/graph_dot.h"

static const struct graph_edge *
dot_between(const struct dot *d, size_t a, size_t b)
{
	size_t i;

	for (i = 0; i < d->es->n; i++)
		if ((d->es->e[i].a == a && d->es->e[i].b == b) ||
		    (d->es->e[i].a == b && d->es->e[i].b == a))
			return &d->es->e[i];
	return NULL;
}

/* A link outside the exchange, with the state of its session when it has one. */
static void
dot_link(struct dot *d, const struct lab_link *l)
{
	const struct graph_edge *e = dot_between(d, l->a.node, l->b.node);
	enum graph_state worst = GRAPH_NONE;
	char more[32];
	int f;

	for (f = 0; e && d->seen && f < 2; f++)
		if (e->state[f] != GRAPH_NONE &&
		    (worst == GRAPH_NONE || e->state[f] < worst))
			worst = e->state[f];
	dot_node(d, l->a.node);
	dot_node(d, l->b.node);
	str_addf(&d->s, "  \"%s\" -- \"%s\" [%s", d->lab->nodes[l->a.node].name,
		 d->lab->nodes[l->b.node].name,
		 l->kind == LAB_LINK_PRIVATE ? "constraint=false " : "");
	if (l->kind == LAB_LINK_PRIVATE)
		snprintf(more, sizeof(more), "private %s",
			 worst == GRAPH_NONE ? "" : dot_symbols[worst]);
	dot_line(d, (size_t)(l - d->lab->links),
		 l->kind == LAB_LINK_PRIVATE ? more : NULL, worst);
	str_add(&d->s, "];\n");
}

static void
dot_links(struct dot *d)
{
	const struct lab_link *l;
	size_t i;

	for (i = 0; i < d->lab->nlinks; i++) {
		l = &d->lab->links[i];
		if (l->kind == LAB_LINK_HOST || l->kind == LAB_LINK_PRIVATE ||
		    l->kind == LAB_LINK_INSIDE)
			dot_link(d, l);
	}
}

static void
dot_begin(struct dot *d)
{
	str_addf(&d->s,
		 "graph lab {\n"
		 "  graph [rankdir=TB nodesep=0.25 ranksep=0.35 "
		 "fontname=\"Helvetica,DejaVu Sans,sans-serif\" "
		 "labelloc=t fontsize=14 bgcolor=white splines=true label=<");
	dot_text(&d->s, d->lab->title[0] ? d->lab->title : d->lab->name);
	if (d->seen)
		str_addf(
		    &d->s,
		    "<BR/><FONT POINT-SIZE=\"10\"><FONT COLOR=\"%s\">%s "
		    "up</FONT>   <FONT COLOR=\"%s\">%s down</FONT>   <FONT "
		    "COLOR=\"%s\">? not seen</FONT></FONT>",
		    DOT_UP, dot_symbols[GRAPH_UP], DOT_DOWN,
		    dot_symbols[GRAPH_DOWN], DOT_DIM);
	str_add(&d->s, ">];\n"
		       "  node [shape=plain fontsize=11 "
		       "fontname=\"Helvetica,DejaVu Sans,sans-serif\"];\n"
		       "  edge [fontsize=9 "
		       "fontname=\"Helvetica,DejaVu Sans,sans-serif\"];\n");
}

char *
graph_dot(const struct lab *lab, const struct graph_edges *es,
	  const struct graph_link *links, bool seen)
{
	struct dot d = {.lab = lab, .es = es, .links = links, .seen = seen};
	size_t i;

	d.drawn = xcalloc(lab->nnodes + 1, sizeof(*d.drawn));
	d.groups = graph_groups_make(lab, es, links);
	dot_begin(&d);
	for (i = 0; i < lab->nlans; i++)
		dot_lan(&d, i);
	dot_links(&d);
	str_add(&d.s, "}\n");
	graph_groups_clear(&d.groups);
	free(d.drawn);
	return str_steal(&d.s);
}
