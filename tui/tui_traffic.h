/*
 * traffic: what a node sends and receives, and how far its neighbour is, measured
 * again and again over the lab's control socket.
 *
 *	inspect ──> which interface, whom to ask
 *	links (the kernel's counters) ──┐
 *	probe (one ICMP echo) ──────────┴─> three charts
 */
#ifndef TUI_TUI_TRAFFIC_H
#define TUI_TUI_TRAFFIC_H

#include <jansson.h>
#include <uv.h>

#include "base/err.h"
#include "tui/view_chart.h"

enum { TRAFFIC_IN, TRAFFIC_OUT, TRAFFIC_TRIP, TRAFFIC_CHARTS };

#define TRAFFIC_KEPT 3600 /* values of each chart */

struct traffic;
/* A value came, or (why not NULL) none will come any more; then it is still to be
 * closed, not from here. */
typedef void (*traffic_cb)(void *arg, const char *why);

struct traffic_opts {
	const char *lab, *node;
	const char *to; /* the other end of the echoes; NULL: a route server,
			   or who is on the same link */
	unsigned int every; /* ms, 100 at least */
};

/* The words of o are copied. */
struct traffic *traffic_open(uv_loop_t *loop, const struct traffic_opts *o,
			     traffic_cb cb, void *arg, struct err *e);
void traffic_close(struct traffic *t); /* NULL is fine; the loop must run on */
/* TRAFFIC_CHARTS of them; borrowed until the next value. */
const struct chart *traffic_charts(struct traffic *t);
/* Of which node. */
const char *traffic_node(const struct traffic *t);
/* {lab, node, interface, to, address, every_ms, values: [{in_bps, out_bps,
 * rtt_ms}]}: to, address and a value that did not come are null. */
json_t *traffic_json(const struct traffic *t);

/* The part that needs no lab: from "inspect", which interface of the node, and which
 * address of whom. -1 with e when there is nothing to measure. Words are borrowed
 * from the lab; to is NULL where nobody can be asked. */
struct traffic_ends {
	const char *dev, *to;
	char address[64];
};
int traffic_ends(const json_t *lab, const char *node, const char *to,
		 struct traffic_ends *out, struct err *e);

#endif
