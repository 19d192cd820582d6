/* The experiment of grader_probe.h: announce, watch, take back. */
#include "grader/grader_probe.h"

#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"
#include "grader/grader_priv.h"

#define TELL_MS 3000  /* for the robot to say that it did */
#define SPARE_MS 5000 /* that it is lent longer than it is needed */
#define GONE_MS 4000  /* for it to be gone everywhere */
#define AGAIN_MS 150

static const struct exercise_check *
probe_check(const struct grader_run *r)
{
	return &r->g->x->checks[r->check];
}

static const struct grader_params *
probe_params(const struct grader_run *r)
{
	return grader_params(probe_check(r));
}

static uint64_t
probe_now(const struct grader_run *r)
{
	return uv_now(r->g->loop);
}

/* How long it takes at most, once it is announced. */
static uint32_t
probe_time(const struct grader_run *r)
{
	return probe_check(r)->within_ms + probe_check(r)->hold_ms;
}

uint64_t
grader_probe_lease(const struct grader_run *r)
{
	return TELL_MS + probe_time(r) + SPARE_MS + GONE_MS;
}

/* ---- asking */

int
grader_probe_ask(struct grader *g, const struct exercise_check *c)
{
	const struct grader_params *p = grader_params(c);
	int rc = grader_look_ask(g->look, p->robot, GRADER_ASK_SESSIONS, NULL);
	size_t i;

	for (i = 0; rc == 0 && i < p->observers.n; i++)
		rc = grader_look_ask(g->look, p->observers.items[i],
				     c->kind->asks, p->from);
	for (i = 0; rc == 0 && i < p->kernels.n; i++)
		rc = grader_look_ask(g->look, p->kernels.items[i],
				     GRADER_ASK_KERNEL, NULL);
	return rc;
}

/* ---- the robot */

/* The end of it, at the next look. */
static void
probe_fail(struct grader_run *r, bool ours, const char *why)
{
	json_object_set_new(r->result, "failed", out_str(why));
	json_object_set_new(r->result, "ours", json_boolean(ours));
	grader_look_again(r->g->look);
}

static void
probe_told(void *arg, const json_t *result, const struct err *error)
{
	struct grader_run *r = arg;

	(void)result;
	if (r->phase != RUN_ROBOT || r->told != 0)
		return;
	if (error)
		probe_fail(r, true, error->msg);
	else
		r->told = probe_now(r);
}

/* Whether the robot can speak to anybody; when not, whether that is for the
 * trainee to mend. */
static bool
probe_is_up(const struct grader_run *r, bool *ours)
{
	const json_t *nodes =
	    json_object_get(grader_look_evidence(r->g->look), "nodes");
	const json_t *rows = json_object_get(
	    json_object_get(nodes, probe_params(r)->robot), "sessions");
	const json_t *s;
	bool up = false;
	size_t i;

	*ours = true;
	json_array_foreach(rows, i, s)
	{
		up |= json_is_true(json_object_get(s, "established"));
		if (strcmp(out_text(s, "with"), r->g->x->trainee) == 0)
			*ours = false;
	}
	return up;
}

static void
probe_announce(struct grader_run *r, struct ctl_async *link)
{
	const struct grader_params *p = probe_params(r);
	char prefix[IP_PREFIXSTRLEN];
	_free_ char *words = NULL;

	ip_prefix_print(&r->prefix, prefix);
	if (p->behave) {
		_free_ char *time = xasprintf("%ums", probe_time(r));

		ctl_async_call(link, "behave",
			       json_pack("{s:s, s:{s:s, s:s, s:s}}", "robot",
					 p->robot, "behave", "do", p->behave,
					 "prefix", prefix, "for", time),
			       NULL, 0, probe_told, r);
		return;
	}
	words = xasprintf("%s %s", prefix, p->words ? p->words : "");
	ctl_async_call(link, "announce",
		       json_pack("{s:s, s:s, s:i}", "robot", p->robot, "words",
				 words, "for_ms",
				 (int)(probe_time(r) + SPARE_MS)),
		       NULL, 0, probe_told, r);
}

static void
probe_withdraw(struct grader_run *r)
{
	const struct grader_params *p = probe_params(r);
	struct ctl_async *link = grader_look_robot(r->g->look, p->robot);
	char prefix[IP_PREFIXSTRLEN];

	if (link && p->behave == NULL)
		ctl_async_call(link, "withdraw",
			       json_pack("{s:s, s:[s]}", "robot", p->robot,
					 "prefixes",
					 ip_prefix_print(&r->prefix, prefix)),
			       NULL, 0, NULL, NULL);
}

/* ---- watching */

/* Some node, whichever, shows the prefix. */
static bool
probe_is_seen(const struct grader_run *r)
{
	json_t *nodes =
		   json_object_get(grader_look_evidence(r->g->look), "nodes"),
	       *n;
	char prefix[IP_PREFIXSTRLEN];
	const json_t *row;
	const char *name;
	size_t i;

	ip_prefix_print(&r->prefix, prefix);
	json_object_foreach(nodes, name, n)
	{
		json_array_foreach(json_object_get(n, "routes"), i, row)
		{
			if (strcmp(out_text(row, "prefix"), prefix) == 0)
				return true;
		}
		json_array_foreach(json_object_get(n, "kernel"), i, row)
		{
			if (strcmp(out_text(row, "to"), prefix) == 0)
				return true;
		}
	}
	return false;
}

/* The time of the oldest evidence among those who look. */
static uint64_t
probe_seen_at(const struct grader_run *r)
{
	const json_t *times =
	    json_object_get(grader_look_evidence(r->g->look), "at_ms");
	const struct grader_params *p = probe_params(r);
	uint64_t at = UINT64_MAX, one;
	const char *node;
	size_t i;

	for (i = 0; i < p->observers.n + p->kernels.n; i++) {
		node = i < p->observers.n
			   ? p->observers.items[i]
			   : p->kernels.items[i - p->observers.n];
		one =
		    (uint64_t)json_integer_value(json_object_get(times, node));
		at = one < at ? one : at;
	}
	return at;
}

static void
probe_keep_node(const struct grader_run *r, json_t *to, const char *node)
{
	const json_t *nodes =
	    json_object_get(grader_look_evidence(r->g->look), "nodes");

	if (node && json_object_get(to, node) == NULL)
		json_object_set_new(
		    to, node, json_deep_copy(json_object_get(nodes, node)));
}

/* The sample decided: keep it, and take the announcement back. */
static void
probe_decide(struct grader_run *r)
{
	const struct grader_params *p = probe_params(r);
	json_t *to = json_object();
	size_t i;

	for (i = 0; i < p->observers.n; i++)
		probe_keep_node(r, to, p->observers.items[i]);
	for (i = 0; i < p->kernels.n; i++)
		probe_keep_node(r, to, p->kernels.items[i]);
	probe_keep_node(r, to, p->from);
	probe_keep_node(r, to, r->g->x->trainee);
	probe_keep_node(r, to, p->robot);
	json_object_set_new(r->result, "nodes", to);
	probe_withdraw(r);
	r->mending = probe_now(r);
}

/* Evidence is newer than the announcement: is it enough? */
static void
probe_look(struct grader_run *r, uint64_t at)
{
	const struct exercise_check *c = probe_check(r);
	struct grader_view v = {r->g->lab, r->g->x,
				grader_look_evidence(r->g->look)};
	struct grader_finding f = {0};
	bool is_so, over;

	grader_probe_find(&v, c, &r->prefix, &f);
	is_so = f.truth == GRADER_TRUE;
	over =
	    at >= r->told + (c->kind->negative ? probe_time(r) : c->within_ms);
	if (c->kind->negative && f.truth == GRADER_FALSE)
		over = true; /* it was seen: no time mends that */
	grader_finding_clear(&f);
	if (!is_so)
		r->since = 0;
	else if (r->since == 0)
		r->since = c->kind->negative && r->first ? r->told : at;
	r->first = false;
	if (is_so ? at >= r->since + c->hold_ms : over)
		probe_decide(r);
}

/* It is gone where it was seen, and everybody was asked since; of what was there
 * before nothing is expected. */
static bool
probe_is_over(const struct grader_run *r)
{
	uint64_t now = probe_now(r), until = r->mending + GONE_MS;

	if (probe_params(r)->behave) {
		until = r->told + probe_time(r);
		return now >= until + GONE_MS ||
		       (now > until && probe_seen_at(r) > until &&
			(r->was_there || !probe_is_seen(r)));
	}
	return now >= until || (probe_seen_at(r) > r->mending &&
				(r->was_there || !probe_is_seen(r)));
}

void
grader_probe_watch(struct grader_run *r)
{
	uint64_t at = probe_seen_at(r);

	if (json_object_get(r->result, "failed")) {
		grader_run_end(r);
	} else if (r->mending != 0) {
		if (probe_is_over(r)) {
			r->mending = 0;
			grader_run_end(r);
		}
	} else if (r->told == 0) {
		if (probe_now(r) >= r->began + TELL_MS)
			probe_fail(r, true, "the robot does not answer");
	} else if (at > r->told) {
		probe_look(r, at);
	}
}

uint64_t
grader_probe_next(const struct grader_run *r)
{
	const struct exercise_check *c = probe_check(r);
	uint64_t soon = probe_now(r) + AGAIN_MS, at;

	if (r->mending != 0 || r->told == 0)
		return soon;
	at = r->since ? r->since + c->hold_ms : r->told + c->within_ms;
	return at > soon ? at : soon;
}

/* ---- begin and end */

void
grader_probe_begin(struct grader_run *r)
{
	const struct grader_params *p = probe_params(r);
	struct ctl_async *link = grader_look_robot(r->g->look, p->robot);
	char prefix[IP_PREFIXSTRLEN];
	bool ours;

	r->phase = RUN_ROBOT;
	r->g->alone = r;
	r->told = r->since = r->mending = 0;
	r->first = true;
	r->prefix = grader_probe_prefix(r->g->x, r->check, r->g->seed);
	r->was_there = probe_is_seen(r);
	json_object_set_new(r->result, "robot", out_str(p->robot));
	json_object_set_new(r->result, "announced",
			    out_str(ip_prefix_print(&r->prefix, prefix)));
	if (link == NULL) {
		probe_fail(r, true, "the robot does not answer");
	} else if (!probe_is_up(r, &ours)) {
		_free_ char *why = xasprintf(
		    "%s has no session over which it could announce", p->robot);

		probe_fail(r, ours, why);
	} else {
		probe_announce(r, link);
	}
}

void
grader_probe_end(struct grader_run *r)
{
	if (r->mending == 0)
		probe_withdraw(r);
}
