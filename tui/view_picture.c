/*
 * view_picture: the exchange as a drawing, with the state of each session.
 *
 *	     rs1            rs2         the route servers,
 *	      |              |
 *	 =====+==============+======    the fabric: the peering LAN,
 *	   |         |         |
 *	   m1        m2        m3       the members, and below each one its
 *	 rs1 4+ 6-  rs1 4+ 6+           sessions: family and state
 *
 * An edge is up when either end of it that we can ask says Established. Private
 * links are lines of their own. What is too big to draw (a hundred members, a
 * narrow pane) is told as a list, which always has the same information.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tui/tui_shown.h"
#include "tui/tui_words.h"
#include "tui/view.h"
#include "tui/view_edges.h"

/* The name of a node, where it may be chosen: the place is noted, and marked when it
 * is the chosen one. x is relative to r, the place to the grid. Returns the column
 * after it. */
static int
draw_name(const struct view_marks *m, struct grid *g, struct rect r, int x,
	  int y, size_t node, const char *words, enum grid_style style)
{
	struct view_places *all = m ? m->places : NULL;
	bool chosen = m != NULL && m->node == node;
	int w = grid_text_width(words);

	if (all != NULL && all->n < VIEW_PLACES)
		all->p[all->n++] =
		    (struct view_place){node, r.x + x, r.y + y, w, 1};
	if (chosen)
		grid_put(g, r, x - 1, y, ">", ST_FOCUS);
	return grid_put(g, r, x, y, words, chosen ? ST_FOCUS : style);
}

/* What joins a node to the fabric: broken when its port passes nothing. */
static void
draw_stub(const struct lab *lab, const struct view_marks *m, size_t lan,
	  size_t node, struct grid *g, struct rect r, int x, int y)
{
	const struct lab_link *l;
	bool down = false;
	size_t i;

	for (i = 0; m != NULL && m->links != NULL && i < lab->nlinks; i++) {
		l = &lab->links[i];
		if (model_on_lan(l) && l->lan == lan && l->b.node == node)
			down = !graph_link_passes(&m->links[i]);
	}
	grid_putc(g, r, x, y, down ? 0x2717 : 0x2502,
		  grid_look(down ? ST_BAD : ST_NORMAL, g->theme));
	if (down)
		grid_put(g, r, x + 2, y, _("link down"), ST_BAD);
}

/* "4+ 6-" at x; returns the column after it. */
static int
draw_state(const struct graph_edge *e, struct grid *g, struct rect r, int x,
	   int y)
{
	enum graph_state s;
	int f;

	for (f = 0; f < 2; f++) {
		s = e->state[f];
		if (s == GRAPH_NONE)
			continue;
		x = grid_putf(g, r, x, y, edge_faces[s].style, " %d",
			      f ? 6 : 4);
		grid_putc(g, r, x++, y, edge_faces[s].symbol,
			  grid_look(edge_faces[s].style, g->theme));
	}
	return x;
}

static void
legend(struct grid *g, struct rect r, int y)
{
	enum graph_state s;
	int x = 1;

	for (s = GRAPH_UP; s > GRAPH_NONE; s--) {
		grid_putc(g, r, x, y, edge_faces[s].symbol,
			  grid_look(edge_faces[s].style, g->theme));
		x = grid_putf(g, r, x + 2, y, ST_DIM, "%s",
			      edge_faces[s].word) +
		    3;
	}
	grid_put(g, r, x, y, _("(4: IPv4, 6: IPv6)"), ST_DIM);
}

/* ---- the fabric of one LAN */

struct fabric {
	const struct lab *lab;
	const struct graph_edges *edges;
	const struct view_marks *marks; /* may be NULL */
	const struct lab_lan *lan;
	size_t *rs, nrs, *member, nmember; /* indices of nodes */
	int col, cols;			   /* a column's width, and how many */
	int deep;			   /* lines below a member's name */
	bool hosts;
};

static size_t
sessions_of(const struct graph_edges *es, size_t node)
{
	size_t i, n = 0;

	for (i = 0; i < es->n; i++)
		n += es->e[i].a == node || es->e[i].b == node;
	return n;
}

/* The first machine behind it, and how many more there are. */
static const struct lab_node *
host_of(const struct lab *lab, size_t member, size_t *more)
{
	const struct lab_node *first = NULL;
	size_t i;

	*more = 0;
	for (i = 0; i < lab->nnodes; i++) {
		if (lab->nodes[i].owner != member)
			continue;
		*more += first != NULL;
		if (first == NULL)
			first = &lab->nodes[i];
	}
	return first;
}

static void
fabric_add(struct fabric *f, size_t node)
{
	const struct lab_node *n = &f->lab->nodes[node];
	size_t s;

	if (n->role == LAB_ROUTE_SERVER) {
		f->rs[f->nrs++] = node;
		return;
	}
	if (n->role != LAB_MEMBER && n->role != LAB_CONTENT &&
	    n->role != LAB_TRANSIT)
		return;
	f->member[f->nmember++] = node;
	s = sessions_of(f->edges, node);
	f->deep = (int)s > f->deep ? (int)s : f->deep;
	f->hosts = f->hosts || host_of(f->lab, node, &s) != NULL;
}

static void
fabric_init(struct fabric *f, const struct lab *lab,
	    const struct graph_edges *es, size_t lan)
{
	size_t i;

	*f =
	    (struct fabric){.lab = lab,
			    .edges = es,
			    .lan = &lab->lans[lan],
			    .rs = xcalloc(lab->nlinks + 1, sizeof(size_t)),
			    .member = xcalloc(lab->nlinks + 1, sizeof(size_t))};
	for (i = 0; i < lab->nlinks; i++)
		if (model_on_lan(&lab->links[i]) && lab->links[i].lan == lan)
			fabric_add(f, lab->links[i].b.node);
}

static void
fabric_clear(struct fabric *f)
{
	free(f->rs);
	free(f->member);
}

static int
fabric_height(const struct fabric *f)
{
	int rows =
	    f->nmember == 0 ? 1 : ((int)f->nmember + f->cols - 1) / f->cols;

	return (f->nrs > 0 ? 3 : 1) + rows * (4 + f->deep + f->hosts);
}

static int
slot(int width, size_t n, size_t i)
{
	return n == 0 ? 0 : (int)((2 * i + 1) * (size_t)width / (2 * n));
}

static void
centre(struct grid *g, struct rect r, int x, int y, const char *text,
       enum grid_style style)
{
	x -= grid_text_width(text) / 2;
	grid_put(g, r, x < 0 ? 0 : x, y, text, style);
}

static int
draw_servers(const struct fabric *f, struct grid *g, struct rect r)
{
	const struct lab_node *n;
	char as[32];
	size_t i;
	int x;

	for (i = 0; i < f->nrs; i++) {
		n = &f->lab->nodes[f->rs[i]];
		x = slot(r.w, f->nrs, i);
		draw_name(f->marks, g, r, x - (int)strlen(n->name) / 2, 0,
			  f->rs[i], n->name, ST_BOLD);
		snprintf(as, sizeof(as), "AS%u", n->asn);
		centre(g, r, x, 1, as, ST_DIM);
		draw_stub(f->lab, f->marks, (size_t)(f->lan - f->lab->lans),
			  f->rs[i], g, r, x, 2);
	}
	return f->nrs > 0 ? 3 : 1;
}

static void
draw_bar(const struct fabric *f, struct grid *g, struct rect r, int y,
	 bool first, size_t members)
{
	char net[IP_PREFIXSTRLEN] = "", words[96];
	size_t i;

	grid_fill(g, (struct rect){r.x, r.y + y, r.w, 1}, 0x2550, ST_NORMAL);
	for (i = 0; first && i < f->nrs; i++)
		grid_putc(g, r, slot(r.w, f->nrs, i), y, 0x2567,
			  grid_look(ST_NORMAL, g->theme));
	for (i = 0; i < members; i++)
		grid_putc(g, r, (int)i * f->col + 3, y, 0x2564,
			  grid_look(ST_NORMAL, g->theme));
	if (f->lan->ipv4.addr.family != IP_NONE)
		ip_prefix_print(&f->lan->ipv4, net);
	else if (f->lan->ipv6.addr.family != IP_NONE)
		ip_prefix_print(&f->lan->ipv6, net);
	snprintf(words, sizeof(words), " %.40s \u00b7 %.12s ",
		 first && f->lab->exchange[0] ? f->lab->exchange : net,
		 f->lan->name);
	centre(g, r, r.w / 2, y, words, ST_BOLD);
}

static void
draw_member(const struct fabric *f, struct grid *g, struct rect r, size_t node)
{
	const struct lab_node *n = &f->lab->nodes[node], *peer;
	size_t i, more;
	const struct lab_node *host = host_of(f->lab, node, &more);
	const struct graph_edge *e;
	char name[48];
	int y = 3, x;

	draw_stub(f->lab, f->marks, (size_t)(f->lan - f->lab->lans), node, g, r,
		  3, 0);
	snprintf(name, sizeof(name), "%s%s", n->name,
		 n->trainee ? _(" (you)") : "");
	draw_name(f->marks, g, r, 1, 1, node, name,
		  n->trainee ? ST_HEAD : ST_BOLD);
	grid_putf(g, r, 1, 2, ST_DIM, "AS%u", n->asn);
	if (host != NULL) {
		snprintf(name, sizeof(name),
			 more ? _("host %s +%zu") : _("host %s"), host->name,
			 more);
		draw_name(f->marks, g, r, 1, y, (size_t)(host - f->lab->nodes),
			  name, ST_DIM);
	}
	y += f->hosts;
	for (i = 0; i < f->edges->n; i++) {
		e = &f->edges->e[i];
		if (e->a != node && e->b != node)
			continue;
		peer = &f->lab->nodes[e->a == node ? e->b : e->a];
		x = grid_put(g, r, 1, y, peer->name, ST_NORMAL);
		draw_state(e, g, r, x, y++);
	}
}

static int
draw_fabric(const struct fabric *f, struct grid *g, struct rect r)
{
	int y = draw_servers(f, g, r), tall = 4 + f->deep + f->hosts;
	size_t i, k, n;

	if (f->nrs == 0)
		y = 0;
	for (i = 0; i < f->nmember; i += n, y += tall) {
		n = f->nmember - i;
		if (n > (size_t)f->cols)
			n = (size_t)f->cols;
		draw_bar(f, g, r, y, i == 0, n);
		for (k = 0; k < n; k++)
			draw_member(
			    f, g,
			    rect_and(r, (struct rect){r.x + (int)k * f->col,
						      r.y + y + 1, f->col,
						      tall - 1}),
			    f->member[i + k]);
	}
	return y;
}

/* ---- links outside the fabric */

static int
draw_private(const struct lab *lab, const struct graph_edges *es,
	     const struct view_marks *m, struct grid *g, struct rect r, int y)
{
	struct graph_edges all = *es;
	const struct lab_node *a, *b;
	char name[48];
	const struct lab_link *l;
	struct graph_edge none = {0}, *e;
	size_t i, k;
	int x;

	for (i = 0; i < lab->nlinks; i++) {
		l = &lab->links[i];
		if (l->kind != LAB_LINK_PRIVATE)
			continue;
		a = &lab->nodes[l->a.node];
		b = &lab->nodes[l->b.node];
		for (e = &none, k = 0; k < all.n; k++)
			if ((all.e[k].a == l->a.node &&
			     all.e[k].b == l->b.node) ||
			    (all.e[k].a == l->b.node &&
			     all.e[k].b == l->a.node))
				e = &all.e[k];
		snprintf(name, sizeof(name), "%s%s", a->name,
			 a->trainee ? _(" (you)") : "");
		x = draw_name(m, g, r, 1, y, l->a.node, name,
			      a->trainee ? ST_HEAD : ST_BOLD);
		x = grid_putf(g, r, x, y, ST_DIM, " AS%u ", a->asn);
		x = grid_put(g, r, x, y, "\u2500\u2500", ST_NORMAL);
		x = draw_state(e, g, r, x, y);
		x = grid_put(g, r, x, y, " \u2500\u2500 ", ST_NORMAL);
		snprintf(name, sizeof(name), "%s%s", b->name,
			 b->trainee ? _(" (you)") : "");
		x = draw_name(m, g, r, x, y, l->b.node, name,
			      b->trainee ? ST_HEAD : ST_BOLD);
		x = grid_putf(g, r, x, y, ST_DIM, " AS%u", b->asn);
		if (m != NULL && m->links != NULL &&
		    !graph_link_passes(&m->links[i]))
			grid_put(g, r, x, y, _("  link down"), ST_BAD);
		y += 2;
	}
	return y;
}

static size_t
count_private(const struct lab *lab)
{
	size_t i, n = 0;

	for (i = 0; i < lab->nlinks; i++)
		n += lab->links[i].kind == LAB_LINK_PRIVATE;
	return n;
}

/* Wide enough for the longest name with its sessions. */
static int
column(const struct lab *lab)
{
	size_t i, w = 12;

	for (i = 0; i < lab->nnodes; i++) {
		if (strlen(lab->nodes[i].name) + 7 > w)
			w = strlen(lab->nodes[i].name) + 7;
		if (lab->nodes[i].asn >= 1000000000 && w < 13)
			w = 13;
	}
	return (int)w + 2;
}

int
view_picture_draw(const struct lab *lab, const json_t *sessions,
		  const struct view_marks *marks, struct grid *g, struct rect r)
{
	struct graph_edges es;
	struct fabric f;
	size_t i, private = count_private(lab);
	int y = 0, col = column(lab), need;

	if (lab->nnodes > 64 || lab->nlans > 4 || col > r.w)
		return 0;
	es = graph_edges_make(lab, sessions, lab->nnodes <= 64);
	need = (int)private * 2 + 1;
	for (i = 0; i < lab->nlans; i++) {
		fabric_init(&f, lab, &es, i);
		f.col = col;
		f.cols = r.w / col;
		need += fabric_height(&f) - (f.nrs == 0);
		fabric_clear(&f);
	}
	for (i = 0; need <= r.h && i < lab->nlans; i++) {
		fabric_init(&f, lab, &es, i);
		f.marks = marks;
		f.col = col;
		f.cols = r.w / col;
		y += draw_fabric(&f, g,
				 (struct rect){r.x, r.y + y, r.w, r.h - y});
		fabric_clear(&f);
	}
	if (need <= r.h) {
		y = draw_private(lab, &es, marks, g, r, y);
		legend(g, r, y++);
	}
	free(es.e);
	return need <= r.h ? y : 0;
}

/* ---- the same as a list */

static void
list_node(const struct lab *lab, const struct lab_node *n, bool chosen,
	  int width, struct text *out)
{
	struct ip_addr a4 = model_address(lab, n, IP_V4);
	struct ip_addr a6 = model_address(lab, n, IP_V6);
	char buf[IP_ADDRSTRLEN];
	struct str s = {0};

	str_addf(&s, "%s: %s%s", n->name, _(model_role_name(n->role)),
		 n->trainee ? _(" (you)") : "");
	if (n->owner < lab->nnodes)
		str_addf(&s, _(" of %s"), lab->nodes[n->owner].name);
	if (n->asn != 0)
		str_addf(&s, ", AS%u", n->asn);
	if (a4.family != IP_NONE)
		str_addf(&s, ", %s", ip_addr_print(&a4, buf));
	if (a6.family != IP_NONE)
		str_addf(&s, ", %s", ip_addr_print(&a6, buf));
	text_words(out, str_text(&s), chosen ? ST_FOCUS : ST_NORMAL, width, "",
		   "    ");
	str_clear(&s);
}

static void
list_edge(const struct lab *lab, const struct graph_edge *e, int f, int width,
	  struct text *out)
{
	struct flow line = {0};
	struct str s = {0};

	flow_addc(&line, edge_faces[e->state[f]].symbol,
		  edge_faces[e->state[f]].style);
	str_addf(&s, _(" %s - %s IPv%d: %s"), lab->nodes[e->a].name,
		 lab->nodes[e->b].name, f ? 6 : 4,
		 edge_faces[e->state[f]].word);
	if (e->word[f] != NULL && e->state[f] != GRAPH_UP)
		str_addf(&s, " (%s)", e->word[f]);
	if (e->error[f] != NULL && e->error[f][0] != '\0' &&
	    e->state[f] != GRAPH_UP)
		str_addf(&s, _(", last error: %s"), e->error[f]);
	flow_add(&line, str_text(&s), ST_NORMAL);
	text_wrap(out, &line, width, NULL, NULL);
	flow_clear(&line);
	str_clear(&s);
}

void
view_picture_list(const struct lab *lab, const json_t *sessions,
		  const struct view_marks *marks, int width, struct text *out)
{
	struct view_places *all = marks ? marks->places : NULL;
	struct graph_edges es =
	    graph_edges_make(lab, sessions, lab->nnodes <= 64);
	struct flow blank = {0};
	size_t i, top;
	int f;

	for (i = 0; i < lab->nnodes; i++) {
		if (lab->nodes[i].role == LAB_SWITCH)
			continue;
		top = out->n;
		list_node(lab, &lab->nodes[i], marks && marks->node == i, width,
			  out);
		if (all != NULL && all->n < VIEW_PLACES)
			all->p[all->n++] = (struct view_place){
			    i, 0, (int)top, width, (int)(out->n - top)};
	}
	text_line(out, &blank);
	for (i = 0; i < es.n; i++)
		for (f = 0; f < 2; f++)
			if (es.e[i].state[f] != GRAPH_NONE)
				list_edge(lab, &es.e[i], f, width, out);
	if (es.n == 0)
		text_words(out, _("No session is seen yet."), ST_DIM, width, "",
			   "");
	free(es.e);
}

/* As a drawing or as a list, into r; the places of both are relative to r. */
static void
draw(const struct tui_model *m, struct view_places *places, struct grid *g,
     struct rect r)
{
	struct rect in = {r.x + 1, r.y, r.w - 2 > 60 ? 60 : r.w - 2, r.h};
	struct view_marks marks = {
	    m->focus == PANE_PICTURE ? m->node_at : SIZE_MAX, m->links, places};
	struct text t = {0};

	if (!m->picture_list &&
	    view_picture_draw(m->lab, m->sessions, &marks, g, in) > 0)
		return;
	if (places != NULL)
		*places = (struct view_places){.list = true};
	view_picture_list(m->lab, m->sessions, &marks, r.w - 2, &t);
	text_draw(&t, g, (struct rect){r.x + 1, r.y, r.w - 2, r.h},
		  m->picture_top);
	text_clear(&t);
}

void
view_picture(const struct tui_model *m, struct grid *g, struct rect r)
{
	if (m->lab == NULL)
		grid_put(g, r, 1, 1, _("The picture appears with the lab."),
			 ST_DIM);
	else if (m->shown != SHOWN_LAB)
		shown_draw(m, g, r);
	else
		draw(m, NULL, g, r);
}

void
view_picture_places(const struct tui_model *m, struct rect r,
		    struct view_places *out)
{
	struct grid g;

	*out = (struct view_places){0};
	grid_init(&g, r.w, r.h, false, false);
	draw(m, out, &g, (struct rect){0, 0, r.w, r.h});
	grid_clear(&g);
}
