/*
 * graph: a lab as a picture: what stands in it, and how its sessions are.
 *
 *	lab, sessions ──> edges, one for each pair of nodes and its two families
 *	lab, inspect ──> links, with their weather and what was done to them
 *	lab, edges, links ──> groups: networks that look alike, in a large exchange
 *	lab, edges, links, groups ──> DOT for graphviz, or text
 *
 * The interface draws the same edges with characters (tui/view_picture.c).
 * Colour is never the only sign: a state is a symbol and a word, too, and a
 * broken line where it is down.
 *
 * Pure: values in, text out.
 */
#ifndef LAB_GRAPH_GRAPH_H
#define LAB_GRAPH_GRAPH_H

#include <jansson.h>

#include "lab/model/model.h"

/* ---- edges (graph_edges.c) */

#define GRAPH_MAX_EDGES 16384

/* In the order of what counts when two ends differ. */
enum graph_state { GRAPH_NONE, GRAPH_UNSEEN, GRAPH_DOWN, GRAPH_UP };

struct graph_edge {
	size_t a, b;			/* nodes; a < b */
	enum graph_state state[2];	/* IPv4, IPv6 */
	const char *word[2], *error[2]; /* borrowed from the sessions */
};

struct graph_edges {
	struct graph_edge *e;
	size_t n;
};

/* From what is seen (grader_sessions; NULL: nothing) and, with all, from what our
 * configurations will open. Words are borrowed from sessions; free(result.e). */
struct graph_edges graph_edges_make(const struct lab *lab,
				    const json_t *sessions, bool all);

/* ---- links (graph_links.c) */

struct graph_link { /* as it is now; by index in lab.links */
	struct lab_weather weather;
	bool up;
	bool shut;   /* a port that a wrong address took down */
	bool culled; /* a port without BGP (RFC 8327) */
	size_t lan;  /* a port's now: it may have been moved */
};

/* From what inspect says with "ports"; NULL: from the lab file. free() it. */
struct graph_link *graph_links_make(const struct lab *lab, const json_t *state);
/* "silent, in quarantine, delay 12ms"; "" when there is nothing to say; owned. */
char *graph_link_words(const struct lab *lab, const struct graph_link *x);
bool graph_link_quarantined(const struct lab *lab, const struct graph_link *x);
bool graph_link_passes(const struct graph_link *x); /* frames, at all */
/* How the switches of a LAN are joined: "sw1 - sw2 (vxlan delay 5ms), ...", ""
 * when it is on one (graph_site.c); owned. */
char *graph_sites(const struct lab *lab, const struct graph_link *links,
		  size_t lan);
/* A line for each link of which there is something to say, below a title; "" when
 * there is none; owned. */
char *graph_links_print(const struct lab *lab, const struct graph_link *links);

/* ---- groups (graph_group.c) */

#define GRAPH_GROUP_MIN 24 /* so many alike networks are too many to draw */

struct
    graph_group { /* networks on one LAN whose sessions are in equal states */
	size_t lan;
	size_t *nodes, n; /* in the order of the lab */
	char *alike;	  /* what they have in common */
};

struct graph_groups {
	struct graph_group *g;
	size_t n;
	size_t *of; /* by node: its group, or SIZE_MAX */
};

struct graph_groups graph_groups_make(const struct lab *lab,
				      const struct graph_edges *es,
				      const struct graph_link *links);
void graph_groups_clear(struct graph_groups *gs);
/* "m1 - m30", or "m1, m7 and m9"; owned. */
char *graph_group_name(const struct lab *lab, const struct graph_group *g);

/* ---- the picture */

/* DOT for graphviz; owned. seen: the lab runs, so states are told. */
char *graph_dot(const struct lab *lab, const struct graph_edges *es,
		const struct graph_link *links, bool seen);
/* The groups and what is in none, as lines of text; owned. */
char *graph_summary(const struct lab *lab, const struct graph_edges *es,
		    const struct graph_link *links, bool seen);
const char *graph_state_word(enum graph_state s); /* "up", "down", "not seen" */
const char *graph_state_symbol(enum graph_state s);

#endif
