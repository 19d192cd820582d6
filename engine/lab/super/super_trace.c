/*
 * "trace": the way from a node to an address. An echo for each distance, one after
 * the other, until the address itself has answered.
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_priv.h"

#define TRACE_MAX 30
#define TRACE_PACE_MS 3

struct trace {
	struct net_trace *net;
	long hops, timeout; /* ms */
	uint8_t sent, end;  /* end: where it was reached or refused, 0: not */
	bool reached;
	struct ip_addr at[TRACE_MAX + 1]; /* who answered at each distance */
	struct err e;
};

static void
trace_free(void *data)
{
	struct trace *t = data;

	net_trace_free(t->net);
	free(t);
}

/* All that can be known is. */
static bool
trace_over(const struct trace *t)
{
	uint8_t i;

	for (i = 1; t->end && i <= t->end; i++) {
		if (t->at[i].family == IP_NONE)
			return false;
	}
	return t->end != 0;
}

static bool
trace_readable(void *data)
{
	struct trace *t = data;
	struct net_hop h;

	while (net_trace_read(t->net, &h)) {
		if (h.hops > TRACE_MAX || t->at[h.hops].family != IP_NONE)
			continue;
		t->at[h.hops] = h.from;
		if (h.is == NET_HOP_PASSED || (t->end != 0 && t->end <= h.hops))
			continue;
		t->end = h.hops;
		t->reached = h.is == NET_HOP_REACHED;
	}
	return trace_over(t);
}

static long
trace_tick(void *data)
{
	struct trace *t = data;

	if (t->timeout == 0)
		return 0;
	if (t->end == 0 && t->sent < t->hops) {
		(void)net_trace_send(t->net, ++t->sent, &t->e);
		return TRACE_PACE_MS;
	}
	t->hops = t->timeout; /* the last wait */
	t->timeout = 0;
	return t->hops;
}

static json_t *
trace_result(void *data)
{
	struct trace *t = data;
	uint8_t last = t->end, i;
	json_t *hops = json_array(), *r;
	char text[IP_ADDRSTRLEN];

	for (i = 1; t->end == 0 && i <= TRACE_MAX; i++) {
		if (t->at[i].family != IP_NONE)
			last = i;
	}
	for (i = 1; i <= last; i++)
		json_array_append_new(
		    hops, t->at[i].family == IP_NONE
			      ? json_null()
			      : json_string(ip_addr_print(&t->at[i], text)));
	r = json_pack("{so sb}", "hops", hops, "reached", t->reached);
	if (t->e.class != ERR_NONE)
		json_object_set_new(r, "error", out_str(t->e.msg));
	return r;
}

static const struct super_asking tracing = {trace_readable, trace_tick,
					    trace_result, trace_free};

int
super_trace(struct super *s, struct ctl_request *q, const json_t *args,
	    struct err *e)
{
	const struct super_node *n = super_arg_node(s, args, e);
	const char *text = json_string_value(json_object_get(args, "to"));
	struct trace *t, want = {.hops = 16, .timeout = 500};
	struct ip_addr to;

	if (n == NULL)
		return -1;
	if (text == NULL || !ip_addr_parse(text, &to))
		return err_usage(e, "to must be an address");
	if (super_arg_int(args, "hops", 1, TRACE_MAX, &want.hops, e) < 0 ||
	    super_arg_int(args, "timeout_ms", 1, 60000, &want.timeout, e) < 0 ||
	    (want.net = net_trace_new(n->net, &to, e)) == NULL)
		return -1;
	t = xmalloc(sizeof(*t));
	*t = want;
	return super_ask(s, q, &tracing, t, net_trace_fd(t->net), e);
}
