#include "lab/graph/graph.h"

#include <string.h>

#include "base/str.h"

static struct graph_edge *
edge_get(struct graph_edges *es, size_t a, size_t b)
{
	size_t lo = a < b ? a : b, hi = a < b ? b : a, i;

	for (i = 0; i < es->n; i++)
		if (es->e[i].a == lo && es->e[i].b == hi)
			return &es->e[i];
	es->e = xreallocarray(es->e, es->n + 1, sizeof(*es->e));
	es->e[es->n] = (struct graph_edge){.a = lo, .b = hi};
	return &es->e[es->n++];
}

static void
edge_from_json(struct graph_edges *es, const struct lab *lab, const json_t *s)
{
	const char *at = json_string_value(json_object_get(s, "at"));
	const char *with = json_string_value(json_object_get(s, "with"));
	const char *family = json_string_value(json_object_get(s, "family"));
	const struct lab_node *a, *b;
	enum graph_state state;
	struct graph_edge *e;
	int f;

	if (at == NULL || with == NULL || family == NULL)
		return;
	a = model_find(lab, at);
	b = model_find(lab, with);
	if (a == NULL || b == NULL || a == b)
		return;
	e = edge_get(es, (size_t)(a - lab->nodes), (size_t)(b - lab->nodes));
	f = strchr(family, '6') != NULL;
	state = json_is_true(json_object_get(s, "established")) ? GRAPH_UP
								: GRAPH_DOWN;
	if (state < e->state[f])
		return;
	e->state[f] = state;
	e->word[f] = json_string_value(json_object_get(s, "state"));
	e->error[f] = json_string_value(json_object_get(s, "last_error"));
}

struct graph_edges
graph_edges_make(const struct lab *lab, const json_t *sessions, bool all)
{
	struct graph_edges es = {0};
	const struct lab_session *s;
	struct graph_edge *e;
	size_t i, j;
	int f;

	for (i = 0; all && i < lab->nnodes; i++)
		for (j = 0; j < lab->nodes[i].nsessions; j++) {
			s = &lab->nodes[i].sessions[j];
			e = edge_get(&es, i, s->peer);
			f = s->remote.family == IP_V6;
			if (e->state[f] == GRAPH_NONE)
				e->state[f] = GRAPH_UNSEEN;
		}
	for (i = 0; i < json_array_size(sessions) && es.n < GRAPH_MAX_EDGES;
	     i++)
		edge_from_json(&es, lab, json_array_get(sessions, i));
	return es;
}
