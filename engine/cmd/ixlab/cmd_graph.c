/*
 * ixlab graph: a picture of a lab, of one that runs with the states of its
 * sessions, else of what its file says.
 *
 *	lab, sessions ──> lab/graph ── DOT ──> graphviz ── SVG ──> standard output
 *	lab, sessions ──> the interface's picture, or lab/graph's summary ──> text
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "lab/graph/graph.h"
#include "lab/node/node.h"
#include "tui/view.h"

#define GRAPH_WIDTH 80
#define GRAPH_DOT_MS 60000

struct graph {
	char *name; /* of the lab that runs, or NULL */
	struct lab *lab;
	json_t *sessions; /* NULL: it does not run */
	struct graph_edges edges;
	struct graph_link *links;
};

/* ---- which lab */

static size_t
graph_members(const struct lab *lab)
{
	size_t i, n = 0;

	for (i = 0; i < lab->nnodes; i++)
		n += lab->nodes[i].role == LAB_MEMBER;
	return n;
}

/* What "auto" became where the lab runs. */
static bool
graph_yes(void)
{
	return true;
}

static bool
graph_has_tags(const json_t *model)
{
	const json_t *link, *tunnel;
	size_t i;

	json_array_foreach(json_object_get(model, "links"), i, link)
	{
		const char *by;

		tunnel = json_object_get(link, "tunnel");
		by = json_string_value(json_object_get(tunnel, "by"));
		if (by && strcmp(by, "tags") == 0)
			return true;
	}
	return false;
}

static bool
graph_filters(const json_t *model)
{
	const char *vlans = json_string_value(json_object_get(model, "vlans"));

	return vlans && strcmp(vlans, "filtering") == 0;
}

/* The lab that runs may have been given another number of members than its file
 * says: the kept file is read with that number. */
static struct lab *
graph_running(const char *name, const json_t *state, struct err *e)
{
	const json_t *model = json_object_get(state, "model");
	const json_t *nodes = json_object_get(model, "nodes");
	const char *dir =
	    json_string_value(json_object_get(state, "state_dir"));
	_free_ char *file = xasprintf("%s/lab.yml", dir ? dir : ".");
	struct model_params p = {
	    .name = name,
	    .tags = graph_has_tags(model) ? graph_yes : NULL,
	    .filtering = graph_filters(model) ? graph_yes : NULL};
	struct lab *lab;
	const json_t *n;
	size_t i, want = 0;

	if (!file_exists(file)) {
		err_here(e,
			 "%s was removed while lab %s runs; take the lab down "
			 "and up again: ixlab down %s",
			 file, name, name);
		return NULL;
	}
	lab = model_load(file, &p, e);
	if (lab == NULL || lab->nnodes == json_array_size(nodes))
		return lab;
	json_array_foreach(nodes, i, n)
	{
		const char *role =
		    json_string_value(json_object_get(n, "role"));

		want += role && strcmp(role, "member") == 0;
	}
	model_free(lab);
	p.members = 1;
	if ((lab = model_load(file, &p, e)) == NULL)
		return NULL;
	p.members = (uint32_t)(want - graph_members(lab) + 1);
	model_free(lab);
	return model_load(file, &p, e);
}

static int
graph_open(struct cmd *c, struct graph *g, struct err *e)
{
	const char *word = c->nargs ? c->args[0] : c->lab;
	json_t *state;

	if (c->nargs && !cmd_lab_runs(word)) {
		g->lab = model_load(word, NULL, e);
		if (g->lab)
			g->links = graph_links_make(g->lab, NULL);
		return g->lab ? 0 : -1;
	}
	if ((g->name = cmd_lab_pick(c, word, e)) == NULL ||
	    (state = cmd_lab_inspect_ports(g->name, e)) == NULL)
		return -1;
	g->lab = graph_running(g->name, state, e);
	if (g->lab)
		g->links = graph_links_make(g->lab, state);
	json_decref(state);
	if (g->lab)
		g->sessions = grader_lab_sessions(g->name, e);
	return g->sessions ? 0 : -1;
}

/* ---- as text */

/* It has a bar for a LAN, whatever it stretches over. */
static void
graph_print_sites(const struct graph *g)
{
	const struct lab *lab = g->lab;
	char *sites;
	size_t i;

	for (i = 0; i < lab->nlans; i++) {
		sites = graph_sites(lab, g->links, i);
		if (model_vlan(lab, i) != 0)
			printf(" %s: VLAN %u%s%s\n", lab->lans[i].name,
			       model_vlan(lab, i), sites[0] ? ", " : "", sites);
		else if (sites[0] && lab->lans[i].quarantine_of == SIZE_MAX)
			printf(" %s: %s\n", lab->lans[i].name, sites);
		free(sites);
	}
}

/* The interface's picture where it fits, its list where that is short, else
 * what is alike once. */
static void
graph_text(const struct graph *g)
{
	struct text list = {0};
	struct grid grid = {0};
	char *summary, *links;
	int lines;

	grid_init(&grid, GRAPH_WIDTH, GRID_MAX_H, !cmd_utf8(), false);
	lines = view_picture_draw(g->lab, g->sessions, NULL, &grid,
				  (struct rect){0, 0, GRAPH_WIDTH, GRID_MAX_H});
	if (lines > 0) {
		grid_print(&grid, lines, false, stdout);
		graph_print_sites(g);
	} else if (g->lab->nnodes <= GRAPH_GROUP_MIN) {
		view_picture_list(g->lab, g->sessions, NULL, GRAPH_WIDTH,
				  &list);
		text_print(&list, stdout, !cmd_utf8());
		text_clear(&list);
	} else {
		summary =
		    graph_summary(g->lab, &g->edges, g->links, g->sessions);
		fputs(summary, stdout);
		free(summary);
	}
	grid_clear(&grid);
	links = graph_links_print(g->lab, g->links);
	fputs(links, stdout);
	free(links);
}

/* ---- as SVG */

static int
graph_memory(const char *text, struct err *e)
{
	size_t len = strlen(text);
	int fd = memfd_create("graph", MFD_CLOEXEC);

	if (fd < 0)
		return err_sys(e, "cannot hold the graph");
	if (write(fd, text, len) != (ssize_t)len ||
	    lseek(fd, 0, SEEK_SET) < 0) {
		close(fd);
		return err_sys(e, "cannot hold the graph");
	}
	return fd;
}

static int
graph_svg(const char *dot, int out, struct err *e)
{
	_free_ char *program = node_which("dot");
	const char *argv[] = {program, "-Tsvg", NULL};
	int fds[3] = {-1, out, out == STDOUT_FILENO ? STDERR_FILENO : -1}, rc;

	if (program == NULL)
		return err_here(e, "graphviz is not installed: sudo apt-get "
				   "install graphviz (--dot needs none)");
	fflush(stdout);
	if ((fds[0] = graph_memory(dot, e)) < 0)
		return -1;
	rc = node_run(argv, fds, GRAPH_DOT_MS, e);
	close(fds[0]);
	return rc;
}

char *
cmd_graph_svg(const char *dot, struct err *e)
{
	int fd = graph_memory("", e);
	struct str s = {0};
	char buf[4096];
	ssize_t n;

	if (fd < 0)
		return NULL;
	if (graph_svg(dot, fd, e) < 0) {
		close(fd);
		return NULL;
	}
	(void)lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		str_addn(&s, buf, (size_t)n);
	close(fd);
	return str_steal(&s);
}

/* ---- as JSON */

static json_t *
graph_json_end(const struct lab *lab, const struct lab_end *x)
{
	const struct lab_node *n = &lab->nodes[x->node];

	return json_pack("{ss ss}", "node", n->name, "interface",
			 x->ifi == SIZE_MAX ? x->port : n->ifs[x->ifi].name);
}

static json_t *
graph_json_links(const struct graph *g)
{
	json_t *links = json_array(), *o;
	const struct lab_link *l;
	const struct graph_link *x;
	size_t i;

	for (i = 0; i < g->lab->nlinks; i++) {
		_free_ char *words = graph_link_words(g->lab, &g->links[i]);

		l = &g->lab->links[i];
		x = &g->links[i];
		o = json_pack("{so so so sb sb sb sb so ss}", "a",
			      graph_json_end(g->lab, &l->a), "b",
			      graph_json_end(g->lab, &l->b), "lan",
			      x->lan < g->lab->nlans
				  ? json_string(g->lab->lans[x->lan].name)
				  : json_null(),
			      "up", x->up, "shut", x->shut, "culled", x->culled,
			      "quarantine", graph_link_quarantined(g->lab, x),
			      "weather", model_weather_json(&x->weather),
			      "words", words);
		json_array_append_new(links, o);
	}
	return links;
}

static json_t *
graph_json(const struct graph *g)
{
	json_t *edges = json_array(), *o;
	const struct graph_edge *x;
	size_t i;
	int f;

	for (i = 0; i < g->edges.n; i++) {
		x = &g->edges.e[i];
		o = json_pack("{ss ss}", "a", g->lab->nodes[x->a].name, "b",
			      g->lab->nodes[x->b].name);
		for (f = 0; f < 2; f++)
			json_object_set_new(
			    o, f ? "ipv6" : "ipv4",
			    x->state[f] == GRAPH_NONE
				? json_null()
				: json_string(graph_state_word(x->state[f])));
		json_array_append_new(edges, o);
	}
	return json_pack("{so sb so so so}", "lab", out_str(g->lab->name),
			 "running", g->sessions != NULL, "edges", edges,
			 "links", graph_json_links(g), "model",
			 model_json(g->lab));
}

/* ---- the verb */

static int
graph_print(const struct cmd *c, const struct graph *g, struct err *e)
{
	bool svg = cmd_option(c, "--svg"), dot = cmd_option(c, "--dot");
	_free_ char *text = NULL;
	json_t *o;

	if (svg + dot + (cmd_option(c, "--text") != NULL) + c->json > 1)
		return err_usage(e, "one form at a time: --svg, --dot, --text "
				    "or --json");
	if (c->json) {
		o = graph_json(g);
		out_json(stdout, o);
		json_decref(o);
		return 0;
	}
	if (!svg && !dot) {
		graph_text(g);
		return 0;
	}
	text = graph_dot(g->lab, &g->edges, g->links, g->sessions != NULL);
	if (svg)
		return graph_svg(text, STDOUT_FILENO, e);
	fputs(text, stdout);
	return 0;
}

int
cmd_graph(struct cmd *c, struct err *e)
{
	struct graph g = {0};
	int rc = graph_open(c, &g, e);

	if (rc == 0) {
		g.edges = graph_edges_make(g.lab, g.sessions, true);
		rc = graph_print(c, &g, e);
	}
	free(g.edges.e);
	free(g.links);
	json_decref(g.sessions);
	if (g.lab)
		model_free(g.lab);
	free(g.name);
	return rc;
}
