/*
 * edges: the sessions of a lab, one edge for each pair of nodes, from what our
 * configurations will open and from what is seen.
 */
#ifndef TUI_VIEW_EDGES_H
#define TUI_VIEW_EDGES_H

#include <jansson.h>

#include "lab/model/model.h"
#include "tui/tui_grid.h"

enum edge_state { EDGE_NONE, EDGE_UNSEEN, EDGE_DOWN, EDGE_UP };

struct edge {
	size_t a, b; /* nodes; a < b */
	enum edge_state state[2];
	const char *word[2], *error[2]; /* borrowed from the sessions */
};

struct edges {
	struct edge *e;
	size_t n;
};

/* How a state looks: symbol, style, and word. */
struct edge_face {
	uint32_t symbol;
	enum grid_style style;
	const char *word;
};
extern const struct edge_face edge_faces[];

/* Words are borrowed from sessions; free(result.e). Of a large lab (more than 64
 * nodes) only what is seen is told. */
struct edges edges_make(const struct lab *lab, const json_t *sessions);

#endif
