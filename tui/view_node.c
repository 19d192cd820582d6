/*
 * view_node: what is known of one node, for its box.
 */
#include <stdlib.h>

#include "base/str.h"
#include "tui/tui_words.h"
#include "tui/view.h"
#include "tui/view_edges.h"

static void
say(struct text *out, int width, enum grid_style style, const char *first,
    const char *words)
{
	text_words(out, words, style, width, first, "           ");
}

static void
identity(const struct tui_model *m, const struct lab_node *n, int width,
	 struct text *out)
{
	struct ip_addr a[2] = {model_address(m->lab, n, IP_V4),
			       model_address(m->lab, n, IP_V6)};
	char buf[IP_ADDRSTRLEN];
	struct str s = {0};
	int f;

	str_addf(&s, "%s, %s", n->title, model_role_name(n->role));
	if (n->asn != 0)
		str_addf(&s, ", AS%u", n->asn);
	if (model_daemon_name(n)[0] != '-')
		str_addf(&s, ", runs %s", model_daemon_name(n));
	say(out, width, ST_NORMAL, "", str_text(&s));
	str_clear(&s);
	for (f = 0; f < 2; f++)
		if (a[f].family != IP_NONE)
			str_addf(&s, "%s%s", s.len ? ", " : "",
				 ip_addr_print(&a[f], buf));
	if (s.len > 0)
		say(out, width, ST_NORMAL, "addresses  ", str_text(&s));
	str_clear(&s);
}

static void
originates(const struct lab_node *n, int width, struct text *out)
{
	char buf[IP_PREFIXSTRLEN];
	struct str s = {0};
	size_t i;

	for (i = 0; i < n->nprefixes && i < 8; i++) {
		ip_prefix_print(&n->prefixes[i], buf);
		str_addf(&s, "%s%s", i ? ", " : "", buf);
	}
	if (n->nprefixes > 8)
		str_addf(&s, " and %zu more", n->nprefixes - 8);
	if (s.len > 0)
		say(out, width, ST_NORMAL, "holds      ", str_text(&s));
	str_clear(&s);
}

static void
sessions(const struct tui_model *m, size_t node, int width, struct text *out)
{
	struct graph_edges es =
	    graph_edges_make(m->lab, m->sessions, m->lab->nnodes <= 64);
	const struct graph_edge *e;
	struct str s = {0};
	size_t i, n = 0;
	int f;

	for (i = 0; i < es.n; i++) {
		e = &es.e[i];
		if (e->a != node && e->b != node)
			continue;
		for (f = 0; f < 2; f++) {
			if (e->state[f] == GRAPH_NONE)
				continue;
			str_clear(&s);
			str_addf(&s, "%s IPv%d: %s",
				 m->lab->nodes[e->a == node ? e->b : e->a].name,
				 f ? 6 : 4, _(edge_faces[e->state[f]].word));
			if (e->state[f] == GRAPH_DOWN && e->word[f] != NULL)
				str_addf(&s, " (%s)", e->word[f]);
			if (e->state[f] == GRAPH_DOWN && e->error[f] != NULL &&
			    e->error[f][0] != '\0')
				str_addf(&s, ", last error: %s", e->error[f]);
			say(out, width, edge_faces[e->state[f]].style,
			    n++ ? "           " : "sessions   ", str_text(&s));
		}
	}
	str_clear(&s);
	free(es.e);
}

static void
links(const struct tui_model *m, size_t node, int width, struct text *out)
{
	const struct lab_link *l;
	struct str s = {0};
	size_t i;

	for (i = 0; m->links != NULL && i < m->lab->nlinks; i++) {
		_free_ char *words = graph_link_words(m->lab, &m->links[i]);

		l = &m->lab->links[i];
		if ((l->a.node != node && l->b.node != node) ||
		    words[0] == '\0')
			continue;
		str_clear(&s);
		str_addf(
		    &s, "to %s: %s",
		    m->lab->nodes[l->a.node == node ? l->b.node : l->a.node]
			.name,
		    words);
		say(out, width,
		    graph_link_passes(&m->links[i]) ? ST_WAIT : ST_BAD,
		    "link       ", str_text(&s));
	}
	str_clear(&s);
}

void
view_node(const struct tui_model *m, size_t node, int width, struct text *out)
{
	const struct lab_node *n = &m->lab->nodes[node];

	identity(m, n, width, out);
	originates(n, width, out);
	links(m, node, width, out);
	sessions(m, node, width, out);
}
