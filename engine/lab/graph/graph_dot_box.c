/*
 * A box of the picture, its rows and its sessions, and how a line is drawn.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/graph/graph_dot.h"

const char *const dot_colors[] = {DOT_DIM, DOT_DIM, DOT_DOWN, DOT_UP};
const char *const dot_symbols[] = {"", "?", "\u25cb", "\u25cf"};
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

void
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
void
dot_room(struct str *s, size_t len)
{
	for (len = len / 6 + 1; len > 0; len--)
		str_add(s, "&#160;");
}

void
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

enum graph_state
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

void
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

bool
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

void
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

void
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
