/*
 * graph_dot: what the files that draw a lab as DOT share. graph_dot.c is the
 * picture, graph_dot_lan.c a LAN with all that hangs on it, graph_dot_box.c a box
 * and a line. Private to the module.
 */
#ifndef LAB_GRAPH_GRAPH_DOT_H
#define LAB_GRAPH_GRAPH_DOT_H

#include "base/str.h"
#include "lab/graph/graph.h"

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

/* By graph_state. */
extern const char *const dot_colors[];
extern const char *const dot_symbols[];

/* Text in an HTML-like label; room for it in a wider font; a row of a table. */
void dot_text(struct str *s, const char *text);
void dot_room(struct str *s, size_t len);
void dot_row(struct str *s, const char *color, const char *size,
	     const char *text);
/* The worst that a node's sessions are; GRAPH_NONE without one. */
enum graph_state dot_worst(const struct dot *d, size_t node);
/* What a line looks like and says: a link's own state comes before that of the
 * sessions over it. more: a word before its words, or NULL. */
void dot_line(struct dot *d, size_t link, const char *more,
	      enum graph_state worst);
/* Does it stand above its LAN? */
bool dot_server(const struct lab_node *n);
/* A box; of a node that has one already, nothing. */
void dot_node(struct dot *d, size_t node);
void dot_group(struct dot *d, size_t group);
/* A LAN's bar, row by row, and what hangs on it. */
void dot_lan(struct dot *d, size_t lan);

#endif
