/*
 * grader_echo: the experiments that are echoes, of ping, bypass and passes.
 *
 *	ping	probe
 *	bypass	count bytes, probe with long ones, count again
 *
 * What moved at a node during a probe may be echoes, or a table that is sent, or
 * sessions that come back. So where much moved it is silent next for as long as
 * the probe took, and then another probe goes: of what moved in both the less is
 * told, and when much moves in the silence, too, nobody can tell. That is tried
 * again, and then it is an error of ours: it costs no point. The echoes of other
 * graders of the lab would be heard in the silence; they hold still for it
 * (grader_lease.c), once for as long as the same is seen.
 */
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"
#include "grader/grader_priv.h"
#include "grader/kind_ping_priv.h"

#define PING_INTERVAL_MS 20
#define BYPASS_INTERVAL_MS 5
#define PROBE_TIMEOUT_MS 400
#define ECHO_NOISY 5	 /* times, until it is told */
#define ECHO_HUSH_MS 700 /* until other graders' echoes are over */
#define ECHO_LEASE_MS 4000

static const struct exercise_check *
echo_check(const struct grader_run *r)
{
	return &r->g->x->checks[r->check];
}

static void echo_count(struct grader_run *r);

/* ---- the probe */

static void
echo_probed(void *arg, const json_t *result, const struct err *error)
{
	static const char *const keys[] = {"sent", "received", "rtt_us"};
	struct grader_run *r = arg;
	size_t i;

	for (i = 0; !error && i < 3; i++)
		json_object_set(r->result, keys[i],
				json_object_get(result, keys[i]));
	if (error)
		json_object_set_new(r->result, "failed", out_str(error->msg));
	else
		json_object_set(r->result, "why",
				json_object_get(result, "error"));
	if (echo_check(r)->kind->experiment == GRADER_BYPASS) {
		r->phase = RUN_RECOUNT;
		echo_count(r);
	} else {
		grader_run_end(r);
	}
}

static void
echo_probe(struct grader_run *r)
{
	const struct exercise_check *c = echo_check(r);
	const struct grader_params *p = grader_params(c);
	bool bypass = c->kind->experiment == GRADER_BYPASS;
	struct grader *g = r->g;
	char text[IP_ADDRSTRLEN];
	struct ip_addr to;
	json_t *args;

	to = kind_ping_to(g->lab, p);
	r->phase = RUN_PROBE;
	r->waited = uv_now(g->loop);
	args = json_pack("{s:s, s:s, s:i, s:i, s:i}", "node", p->from, "to",
			 ip_addr_print(&to, text), "count", (int)p->count,
			 "interval_ms",
			 bypass ? BYPASS_INTERVAL_MS : PING_INTERVAL_MS,
			 "timeout_ms", PROBE_TIMEOUT_MS);
	if (bypass)
		json_object_set_new(args, "size",
				    json_integer(GRADER_BYPASS_BYTES));
	else if (c->kind == &grader_kind_ping && p->size != GRADER_UNSAID) {
		json_object_set_new(args, "size", json_integer(p->size));
		json_object_set_new(args, "whole", json_true());
	}
	ctl_async_call(grader_look_super(g->look), "probe", args, NULL, 0,
		       echo_probed, r);
}

/* ---- the counters */

static json_int_t
links_bytes(const json_t *rows)
{
	const json_t *row;
	json_int_t n = 0;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (strcmp(out_text(row, "dev"), "lo") == 0)
			continue;
		n += json_integer_value(json_object_get(row, "rx_bytes")) +
		     json_integer_value(json_object_get(row, "tx_bytes"));
	}
	return n;
}

/* The first node at which so much moved, or NULL. */
static const char *
echo_moved(json_t *moved, json_int_t much)
{
	const char *node;
	json_t *n;

	json_object_foreach(moved, node, n)
	{
		if (json_integer_value(n) >= much)
			return node;
	}
	return NULL;
}

static void
echo_noisy(struct grader_run *r, const char *node)
{
	_free_ char *why =
	    xasprintf("so much else passes %s that nobody can tell echoes "
		      "from it",
		      node);

	if (++r->refused < ECHO_NOISY) {
		grader_run_drop(r);
		return;
	}
	r->refused = 0;
	json_object_set_new(r->result, "refused", out_str(why));
	grader_run_end(r);
}

static void
echo_end(struct grader_run *r)
{
	r->refused = 0;
	grader_run_end(r);
}

/* The others are to hold still, and what they sent is to be over. */
static void
echo_hush(struct grader_run *r)
{
	if (r->g->hushed && r->g->hushed != r)
		return;
	if (!grader_lease_take(r->g->look, ECHO_LEASE_MS))
		return;
	r->g->hushed = r;
	r->waits = uv_now(r->g->loop) + ECHO_HUSH_MS;
}

/* All counters of a phase are read. */
static void
echo_counted(struct grader_run *r)
{
	json_t *moved = json_object_get(r->result, "moved");
	json_int_t much = kind_bypass_much(echo_check(r));
	uint64_t now = uv_now(r->g->loop);
	const char *node;

	if (r->phase == RUN_COUNT) {
		echo_probe(r);
	} else if (r->phase == RUN_RESILENT) {
		node = echo_moved(json_object_get(r->result, "else"), much / 2);
		if (node)
			echo_noisy(r, node);
		else
			echo_probe(r);
	} else if (r->phase == RUN_HUSH) {
		r->phase = RUN_SILENCE;
		r->waits = now + r->waited;
		json_object_set_new(r->result, "else", json_object());
	} else if (json_object_get(r->result, "failed") ||
		   echo_moved(moved, much) == NULL) {
		r->sure = false;
		echo_end(r);
	} else if (r->sure || json_object_get(r->result, "else")) {
		r->sure = true;
		echo_end(r);
	} else {
		r->phase = RUN_HUSH;
		r->waited = now - r->waited; /* so long it took */
		echo_hush(r);
	}
}

/* In which the counters of a node moved by n. */
static void
echo_note(struct grader_run *r, const char *node, json_int_t n)
{
	json_t *of = json_object_get(
	    r->result, r->phase == RUN_RESILENT ? "else" : "moved");
	json_t *before = json_object_get(of, node);

	if (before == NULL || n < json_integer_value(before))
		json_object_set_new(of, node, json_integer(n));
}

static void
echo_answered(void *arg, const json_t *result, const struct err *error)
{
	struct grader_run *r = arg;
	const struct grader_params *p = grader_params(echo_check(r));
	const char *node;
	json_int_t n = links_bytes(json_object_get(result, "rows"));

	/* answers come in the order of the questions */
	node = p->not_through.items[p->not_through.n - r->pending];
	r->pending--;
	if (error)
		json_object_set_new(r->result, "failed", out_str(error->msg));
	if (r->phase != RUN_COUNT && r->phase != RUN_HUSH)
		echo_note(
		    r, node,
		    n - json_integer_value(json_object_get(r->counts, node)));
	json_object_set_new(r->counts, node, json_integer(n));
	if (r->pending == 0)
		echo_counted(r);
}

static void
echo_count(struct grader_run *r)
{
	const struct grader_params *p = grader_params(echo_check(r));
	struct ctl_async *super = grader_look_super(r->g->look);
	size_t i;

	r->pending = (unsigned int)p->not_through.n;
	for (i = 0; i < p->not_through.n; i++)
		ctl_async_call(super, "kernel",
			       json_pack("{s:s, s:s}", "node",
					 p->not_through.items[i], "what",
					 "links"),
			       NULL, 0, echo_answered, r);
	if (r->pending == 0)
		echo_counted(r);
}

/* ---- begin, and the end of a silence */

void
grader_echo_begin(struct grader_run *r)
{
	if (echo_check(r)->kind->experiment == GRADER_PING) {
		echo_probe(r);
		return;
	}
	r->phase = RUN_COUNT;
	r->counts = json_object();
	json_object_set_new(r->result, "moved", json_object());
	echo_count(r);
}

void
grader_echo_step(struct grader_run *r)
{
	if (r->phase == RUN_HUSH && r->waits == 0) {
		echo_hush(r);
		return;
	}
	if (r->waits == 0 || uv_now(r->g->loop) < r->waits)
		return;
	r->waits = 0;
	if (r->phase == RUN_SILENCE)
		r->phase = RUN_RESILENT;
	echo_count(r);
}
