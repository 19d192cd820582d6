/*
 * A LAN of the picture: a bar with a place for each line; servers stand above it,
 * networks below in rows, and when a row is full the bar goes on below it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lab/graph/graph_dot.h"

#define DOT_ROW 6   /* boxes beside each other */
#define DOT_BOX 130 /* the width of one, about, in points */

/* A line of empty cells, where lines to boxes begin. */
static void
dot_ports(struct dot *d, char side, size_t n, size_t span, size_t width)
{
	size_t i;

	str_add(&d->s, "<TR>");
	for (i = 0; i < n; i++)
		str_addf(&d->s,
			 "<TD PORT=\"%c%zu\" COLSPAN=\"%zu\" WIDTH=\"%zu\" "
			 "HEIGHT=\"2\"></TD>",
			 side, i, span, width / n);
	str_add(&d->s, "</TR>");
}

static void
dot_bar_words(struct dot *d, const struct lab_lan *l, bool first)
{
	char net[IP_PREFIXSTRLEN], *sites;
	size_t i;

	if (!first) {
		dot_text(&d->s, l->name);
		str_add(&d->s, " (continued)");
		return;
	}
	dot_text(&d->s, d->lab->exchange[0] ? d->lab->exchange : "LAN");
	str_add(&d->s, " \u00b7 ");
	dot_text(&d->s, l->name);
	if (l->ipv4.addr.family != IP_NONE)
		str_addf(&d->s, " \u00b7 %s", ip_prefix_print(&l->ipv4, net));
	if (l->ipv6.addr.family != IP_NONE)
		str_addf(&d->s, " \u00b7 %s", ip_prefix_print(&l->ipv6, net));
	if (model_vlan(d->lab, (size_t)(l - d->lab->lans)) != 0)
		str_addf(&d->s, " \u00b7 VLAN %u", l->vlan);
	for (i = 0; i < l->nswitches; i++)
		str_addf(&d->s, " \u00b7 %s",
			 d->lab->nodes[l->switches[i]].name);
	dot_room(&d->s, 24);
	sites = graph_sites(d->lab, d->links, (size_t)(l - d->lab->lans));
	if (sites[0])
		str_addf(&d->s, "<BR/><FONT POINT-SIZE=\"10\">%s</FONT>",
			 sites);
	free(sites);
}

/* A bar with so many places above and below it. */
static void
dot_bar(struct dot *d, size_t lan, size_t row, size_t above, size_t below)
{
	size_t a = above ? above : 1, b = below ? below : 1;

	str_addf(&d->s,
		 "  \"lan %zu %zu\" [label=<<TABLE BORDER=\"0\" "
		 "CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"0\" "
		 "BGCOLOR=\"" DOT_BAR "\">",
		 lan, row);
	dot_ports(d, 's', a, b, b * DOT_BOX);
	str_addf(&d->s,
		 "<TR><TD COLSPAN=\"%zu\" CELLPADDING=\"4\"><FONT "
		 "COLOR=\"white\">",
		 a * b);
	dot_bar_words(d, &d->lab->lans[lan], row == 0);
	str_add(&d->s, "</FONT></TD></TR>");
	dot_ports(d, 'm', b, a, b * DOT_BOX);
	str_add(&d->s, "</TABLE>>];\n");
}

/* Where a LAN has several switches, the one that a port is on. */
static const char *
dot_switch(const struct dot *d, const struct lab_link *l)
{
	return d->lab->lans[l->lan].nswitches > 1
		   ? d->lab->nodes[l->a.node].name
		   : NULL;
}

static size_t
dot_servers(struct dot *d, size_t lan, bool draw)
{
	const struct lab_link *l;
	const char *before = NULL;
	size_t i, n = 0;

	for (i = 0; i < d->lab->nlinks; i++) {
		l = &d->lab->links[i];
		if (!model_on_lan(l) || d->links[i].lan != lan ||
		    !dot_server(&d->lab->nodes[l->b.node]))
			continue;
		if (draw) {
			dot_node(d, l->b.node);
			str_addf(&d->s, "  \"%s\" -- \"lan %zu 0\":s%zu:n [",
				 d->lab->nodes[l->b.node].name, lan, n);
			dot_line(d, i, dot_switch(d, l), GRAPH_NONE);
			str_add(&d->s, "];\n");
			if (before) /* in the order of the bar's places */
				str_addf(&d->s,
					 "  {rank=same; \"%s\" -- \"%s\" "
					 "[style=invis];}\n",
					 before, d->lab->nodes[l->b.node].name);
			before = d->lab->nodes[l->b.node].name;
		}
		n++;
	}
	return n;
}

/* What hangs on a LAN, row by row: single nodes, then groups. */
struct dot_hung {
	char name[32];
	size_t node, group; /* one of them is SIZE_MAX */
	size_t link;	    /* of a node's port */
};

static struct dot_hung *
dot_hang(const struct dot *d, size_t lan, size_t *n)
{
	struct dot_hung *h =
	    xcalloc(d->lab->nlinks + d->groups.n + 1, sizeof(*h));
	const struct lab_link *l;
	size_t i;

	*n = 0;
	for (i = 0; i < d->lab->nlinks; i++) {
		l = &d->lab->links[i];
		if (!model_on_lan(l) || d->links[i].lan != lan ||
		    dot_server(&d->lab->nodes[l->b.node]) ||
		    d->groups.of[l->b.node] != SIZE_MAX)
			continue;
		h[*n].node = l->b.node;
		h[*n].group = SIZE_MAX;
		h[*n].link = i;
		snprintf(h[(*n)++].name, sizeof(h->name), "%s",
			 d->lab->nodes[l->b.node].name);
	}
	for (i = 0; i < d->groups.n; i++) {
		if (d->groups.g[i].lan != lan || d->groups.g[i].n == 0)
			continue;
		h[*n].node = SIZE_MAX;
		h[*n].group = i;
		h[*n].link = SIZE_MAX;
		snprintf(h[(*n)++].name, sizeof(h->name), "group %zu", i);
	}
	return h;
}

/* How many stand in a row: full rows, and the last not much shorter. */
static size_t
dot_wide(size_t n)
{
	size_t rows = (n + DOT_ROW - 1) / DOT_ROW;

	return rows ? (n + rows - 1) / rows : 0;
}

/* The bar of a row, below the row before it and as wide. */
static void
dot_row_begin(struct dot *d, size_t lan, size_t row, size_t n,
	      const struct dot_hung *h)
{
	size_t i, wide = dot_wide(n);

	if (row == 0) {
		dot_bar(d, lan, 0, dot_servers(d, lan, false), wide);
		dot_servers(d, lan, true);
		return;
	}
	dot_bar(d, lan, row, wide, wide);
	for (i = 0; i < wide; i++)
		str_addf(&d->s,
			 "  \"%s\" -- \"lan %zu %zu\":s%zu:n [style=invis "
			 "weight=9];\n",
			 h[(row - 1) * wide + i].name, lan, row, i);
	str_addf(&d->s,
		 "  \"lan %zu %zu\" -- \"lan %zu %zu\" [penwidth=4 "
		 "color=\"" DOT_BAR "\"];\n",
		 lan, row - 1, lan, row);
}

static void
dot_hung_draw(struct dot *d, size_t lan, size_t i, size_t wide,
	      const struct dot_hung *h)
{
	enum graph_state worst;

	if (h->group == SIZE_MAX)
		dot_node(d, h->node);
	else
		dot_group(d, h->group);
	worst = dot_worst(
	    d, h->group == SIZE_MAX ? h->node : d->groups.g[h->group].nodes[0]);
	str_addf(&d->s, "  \"lan %zu %zu\":m%zu:s -- \"%s\" [", lan, i / wide,
		 i % wide, h->name);
	if (h->link == SIZE_MAX)
		str_addf(&d->s, "color=\"%s\"%s", dot_colors[worst],
			 worst == GRAPH_DOWN ? " style=dashed penwidth=2" : "");
	else
		dot_line(d, h->link, dot_switch(d, &d->lab->links[h->link]),
			 worst);
	str_add(&d->s, "];\n");
}

void
dot_lan(struct dot *d, size_t lan)
{
	size_t n, i;
	struct dot_hung *h = dot_hang(d, lan, &n);

	if (n == 0 && d->lab->lans[lan].quarantine_of != SIZE_MAX) {
		free(h); /* an empty quarantine is no news */
		return;
	}
	if (n == 0)
		dot_row_begin(d, lan, 0, 0, h);
	for (i = 0; i < n; i++) {
		if (i % dot_wide(n) == 0)
			dot_row_begin(d, lan, i / dot_wide(n), n, h);
		dot_hung_draw(d, lan, i, dot_wide(n), &h[i]);
	}
	free(h);
}
