/*
 * How the states of sessions look (their edges come from lab/graph).
 */
#ifndef TUI_VIEW_EDGES_H
#define TUI_VIEW_EDGES_H

#include "lab/graph/graph.h"
#include "tui/tui_grid.h"

/* Symbol, style, and word; by enum graph_state. */
struct edge_face {
	uint32_t symbol;
	enum grid_style style;
	const char *word;
};
extern const struct edge_face edge_faces[];

#endif
