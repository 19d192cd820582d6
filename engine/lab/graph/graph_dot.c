/*
 * A lab as DOT. Each LAN is a bar; the servers stand above it, the networks below
 * in rows, and when a row is full the bar goes on below it. A box has the name, the
 * AS number, the addresses, and a line for each neighbour: family, symbol, word.
 * What is linked outside the exchange is linked in the picture.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lab/graph/graph.h"

#define DOT_ROW 6   /* boxes beside each other */
#define DOT_BOX 130 /* the width of one, about, in points */

#define DOT_UP "#1a7f37"
#define DOT_DOWN "#b42318"
#define DOT_DIM "#6b7280"
#define DOT_INK "#111827"
#define DOT_BAR "#374151"

struct dot {
	const struct lab *lab;
	const struct graph_edges *es;
	const struct graph_link *links;
	struct graph_groups groups;
	bool seen;
	bool *drawn; /* by node */
	struct str s;
};

static const char *const dot_colors[] = {DOT_DIM, DOT_DIM, DOT_DOWN, DOT_UP};
static const char *const dot_symbols[] = {"", "?", "\u25cb", "\u25cf"};
static const char *const dot_words[] = {"", "not seen", "down", "up"};

const char *
graph_state_word(enum graph_state s)
{
	return dot_words[s];
}

const char *
graph_state_symbol(enum graph_state s)
{
	return dot_symbols[s];
}

/* Text in an HTML-like label. */
static void
dot_text(struct str *s, const char *text)
{
	for (; *text; text++) {
		if (*text == '&')
			str_add(s, "&amp;");
		else if (*text == '<')
			str_add(s, "&lt;");
		else if (*text == '>')
			str_add(s, "&gt;");
		else if (*text == '"')
			str_add(s, "&quot;");
		else if ((unsigned char)*text < ' ' || *text == 0x7f)
			str_add(s, " ");
		else
			str_addn(s, text, 1);
	}
}

/* Fonts differ: what graphviz takes for the text's width may be too little. */
static void
dot_room(struct str *s, size_t len)
{
	for (len = len / 6 + 1; len > 0; len--)
		str_add(s, "&#160;");
}

static void
dot_row(struct str *s, const char *color, const char *size, const char *text)
{
	str_addf(s,
		 "<TR><TD ALIGN=\"LEFT\"><FONT COLOR=\"%s\" POINT-SIZE=\"%s\">",
		 color, size);
	dot_text(s, text);
	dot_room(s, strlen(text));
	str_add(s, "</FONT></TD></TR>");
}

static void
dot_head(struct str *s, const char *name)
{
	str_add(s, "<TR><TD ALIGN=\"LEFT\"><B>");
	dot_text(s, name);
	dot_room(s, strlen(name));
	str_add(s, "</B></TD></TR>");
}

/* ---- sessions */

/* "rs1  IPv4 ● up  IPv6 ○ down"; count: of how many alike. */
static void
dot_session(struct dot *d, const struct graph_edge *e, size_t peer,
	    size_t count)
{
	enum graph_state state;
	int f;

	str_add(&d->s, "<TR><TD ALIGN=\"LEFT\"><FONT POINT-SIZE=\"9\">");
	dot_text(&d->s, d->lab->nodes[peer].name);
	for (f = 0; f < 2; f++) {
		if ((state = e->state[f]) == GRAPH_NONE)
			continue;
		str_addf(&d->s, "&#160; IPv%d", f ? 6 : 4);
		if (!d->seen)
			continue;
		str_addf(&d->s, " <FONT COLOR=\"%s\">%s ", dot_colors[state],
			 dot_symbols[state]);
		if (count > 1)
			str_addf(&d->s, "%zu ", count);
		str_addf(&d->s, "%s&#160;</FONT>", dot_words[state]);
	}
	dot_room(&d->s, 20);
	str_add(&d->s, "</FONT></TD></TR>");
}

/* The worst that a node's sessions are; GRAPH_NONE without one. */
static enum graph_state
dot_worst(const struct dot *d, size_t node)
{
	enum graph_state worst = GRAPH_NONE, s;
	size_t i;
	int f;

	for (i = 0; d->seen && i < d->es->n; i++) {
		if (d->es->e[i].a != node && d->es->e[i].b != node)
			continue;
		for (f = 0; f < 2; f++) {
			s = d->es->e[i].state[f];
			if (s == GRAPH_NONE)
				continue;
			if (worst == GRAPH_NONE || s == GRAPH_DOWN ||
			    (s == GRAPH_UNSEEN && worst == GRAPH_UP))
				worst = worst == GRAPH_DOWN ? worst : s;
		}
	}
	return worst;
}

static void
dot_frame(struct dot *d, enum graph_state worst, const char *fill)
{
	str_addf(&d->s,
		 "[label=<<TABLE BORDER=\"%d\" STYLE=\"rounded\" COLOR=\"%s\" "
		 "BGCOLOR=\"%s\" CELLBORDER=\"0\" CELLSPACING=\"0\" "
		 "CELLPADDING=\"4\"><TR><TD><TABLE BORDER=\"0\" "
		 "CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"1\">",
		 worst == GRAPH_DOWN ? 2 : 1, dot_colors[worst], fill);
}

static void
dot_frame_end(struct dot *d)
{
	str_add(&d->s, "</TABLE></TD></TR></TABLE>>];\n");
}

/* ---- lines */

/* What a line looks like and says: a link's own state comes before that of the
 * sessions over it. more: a word before its words, or NULL. */
static void
dot_line(struct dot *d, size_t link, const char *more, enum graph_state worst)
{
	const struct graph_link *x = &d->links[link];
	char *words = graph_link_words(d->lab, x);
	const char *color = dot_colors[worst], *style = "";
	char *rest, *word;

	if (!graph_link_passes(x)) {
		color = DOT_DOWN;
		style = " style=dotted penwidth=3";
	} else if (worst == GRAPH_DOWN) {
		style = " style=dashed penwidth=2";
	} else if (*words) {
		style = " penwidth=2";
	}
	str_addf(&d->s, "color=\"%s\"%s", color, style);
	if (*words || more) {
		str_addf(&d->s,
			 " label=<<TABLE BORDER=\"0\" CELLBORDER=\"0\" "
			 "CELLSPACING=\"0\" CELLPADDING=\"3\"%s>",
			 /* such a label may come to stand on its line */
			 d->lab->links[link].kind == LAB_LINK_PRIVATE
			     ? " BGCOLOR=\"white\""
			     : "");
		if (more)
			dot_row(&d->s, DOT_DIM, "9", more);
		for (rest = words; *words && (word = strsep(&rest, ","));)
			dot_row(&d->s,
				graph_link_passes(x) ? DOT_INK : DOT_DOWN, "9",
				word + (*word == ' '));
		str_add(&d->s, "</TABLE>>");
	}
	free(words);
}

/* ---- boxes */

static bool
dot_server(const struct lab_node *n)
{
	return n->role == LAB_ROUTE_SERVER || n->role == LAB_COLLECTOR;
}

static void
dot_addresses(struct dot *d, const struct lab_node *n)
{
	struct ip_addr a4 = model_address(d->lab, n, IP_V4);
	struct ip_addr a6 = model_address(d->lab, n, IP_V6);
	char text[IP_ADDRSTRLEN];

	if (a4.family != IP_NONE)
		dot_row(&d->s, DOT_DIM, "9", ip_addr_print(&a4, text));
	if (a6.family != IP_NONE)
		dot_row(&d->s, DOT_DIM, "9", ip_addr_print(&a6, text));
}

static void
dot_node(struct dot *d, size_t node)
{
	const struct lab_node *n = &d->lab->nodes[node];
	const struct graph_edge *e;
	char text[80];
	size_t i;

	if (d->drawn[node])
		return;
	d->drawn[node] = true;
	str_addf(&d->s, "  \"%s\" ", n->name);
	dot_frame(d, dot_server(n) ? GRAPH_NONE : dot_worst(d, node),
		  n->trainee	  ? "#fff7d6"
		  : dot_server(n) ? "#e5edff"
				  : "#ffffff");
	snprintf(text, sizeof(text), "%s%s", n->name,
		 n->trainee ? " (you)" : "");
	dot_head(&d->s, text);
	if (strcmp(n->title, n->name) != 0)
		dot_row(&d->s, DOT_INK, "9", n->title);
	snprintf(text, sizeof(text), "%s%sAS%u",
		 n->role == LAB_MEMBER ? "" : model_role_name(n->role),
		 n->role == LAB_MEMBER ? "" : ", ", n->asn);
	if (n->asn == 0)
		snprintf(text, sizeof(text), "%s", model_role_name(n->role));
	dot_row(&d->s, DOT_INK, "10", text);
	dot_addresses(d, n);
	for (i = 0; !dot_server(n) && i < d->es->n; i++) {
		e = &d->es->e[i];
		if (e->a == node || e->b == node)
			dot_session(d, e, e->a == node ? e->b : e->a, 1);
	}
	dot_frame_end(d);
}

static void
dot_group(struct dot *d, size_t group)
{
	const struct graph_group *g = &d->groups.g[group];
	const struct lab_node *first = &d->lab->nodes[g->nodes[0]];
	const struct lab_node *last = &d->lab->nodes[g->nodes[g->n - 1]];
	char *name = graph_group_name(d->lab, g), text[80];
	const struct graph_edge *e;
	size_t i;

	str_addf(&d->s, "  \"group %zu\" ", group);
	dot_frame(d, dot_worst(d, g->nodes[0]), "#f3f4f6");
	dot_head(&d->s, name);
	snprintf(text, sizeof(text), "%zu networks", g->n);
	dot_row(&d->s, DOT_INK, "10", text);
	snprintf(text, sizeof(text), "AS%u \u2013 AS%u", first->asn, last->asn);
	dot_row(&d->s, DOT_INK, "10", text);
	for (i = 0; i < d->es->n; i++) {
		e = &d->es->e[i];
		if (e->a == g->nodes[0] || e->b == g->nodes[0])
			dot_session(d, e, e->a == g->nodes[0] ? e->b : e->a,
				    g->n);
	}
	dot_frame_end(d);
	free(name);
}

/* ---- a LAN */

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
		if (l->kind != LAB_LINK_PORT || d->links[i].lan != lan ||
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
		if (l->kind != LAB_LINK_PORT || d->links[i].lan != lan ||
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

static void
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

/* ---- the rest */

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
