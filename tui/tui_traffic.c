#include "tui/tui_traffic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "ctl/ctl.h"
#include "tui/tui_words.h"

struct traffic {
	uv_loop_t *loop;
	uv_timer_t timer;
	struct ctl_async *ctl;
	char *lab, *node, *want; /* want: the other end, or NULL */
	char *dev, *to;		 /* NULL until the lab was asked */
	char address[64];
	unsigned int every;
	traffic_cb cb;
	void *arg;
	bool counted; /* there are counters to compare with */
	double in, out;
	uint64_t at; /* when they were read, ns */
	int flying;  /* questions of this round */
	double next[TRAFFIC_CHARTS];
	bool fresh; /* the round has a value */
	double *v[TRAFFIC_CHARTS];
	size_t n;
	char *titles[TRAFFIC_CHARTS];
	struct chart charts[TRAFFIC_CHARTS];
};

/* ---- what is measured */

static const json_t *
ends_node(const json_t *lab, const char *name)
{
	const json_t *n;
	size_t i;

	json_array_foreach(
	    json_object_get(json_object_get(lab, "model"), "nodes"), i, n)
	{
		if (strcmp(out_text(n, "name"), name) == 0)
			return n;
	}
	return NULL;
}

/* The port at an exchange before any other link. */
static const json_t *
ends_interface(const json_t *node)
{
	const json_t *all = json_object_get(node, "interfaces"), *i;
	size_t x;

	json_array_foreach(all, x, i)
	{
		if (*out_text(i, "lan"))
			return i;
	}
	return json_array_get(all, 0);
}

/* The node's address there, IPv4 before IPv6; false without one. */
static bool
ends_address(const json_t *i, char address[64])
{
	const json_t *a;
	int six;
	size_t x;

	for (six = 0; six < 2; six++)
		json_array_foreach(json_object_get(i, "addresses"), x, a)
		{
			const char *s = json_string_value(a);

			if (s == NULL || (strchr(s, ':') != NULL) != six)
				continue;
			snprintf(address, 64, "%.*s", (int)strcspn(s, "/"), s);
			return true;
		}
	return false;
}

/* The interface of n that shares a LAN or a link with interface i of node. */
static const json_t *
ends_meet(const json_t *n, const char *node, const json_t *i)
{
	const char *lan = out_text(i, "lan");
	const json_t *j;
	size_t x;

	json_array_foreach(json_object_get(n, "interfaces"), x, j)
	{
		if (*lan ? strcmp(out_text(j, "lan"), lan) == 0
			 : strcmp(out_text(j, "to"), node) == 0)
			return j;
	}
	return NULL;
}

/* Whom else: a route server on the LAN, else whoever is there. */
static void
ends_other(const json_t *lab, const char *node, const json_t *i,
	   struct traffic_ends *out)
{
	const json_t *n, *j;
	size_t x;
	int any;

	for (any = 0; any < 2 && out->to == NULL; any++)
		json_array_foreach(
		    json_object_get(json_object_get(lab, "model"), "nodes"), x,
		    n)
		{
			bool server =
			    strcmp(out_text(n, "role"), "route-server") == 0;

			if (strcmp(out_text(n, "name"), node) == 0 ||
			    (!any && !server) || out->to)
				continue;
			j = ends_meet(n, node, i);
			if (j && ends_address(j, out->address))
				out->to = out_text(n, "name");
		}
}

int
traffic_ends(const json_t *lab, const char *node, const char *to,
	     struct traffic_ends *out, struct err *e)
{
	const json_t *n = ends_node(lab, node), *other = NULL, *i, *j;

	*out = (struct traffic_ends){0};
	if (n == NULL)
		return err_usage(e, "the lab has no node \"%s\"", node);
	if (to != NULL && (other = ends_node(lab, to)) == NULL)
		return err_usage(e, "the lab has no node \"%s\"", to);
	if ((i = ends_interface(n)) == NULL)
		return err_usage(e,
				 "%s has no interface that is measured; of a "
				 "switch see ixlab ports",
				 node);
	out->dev = out_text(i, "name");
	if (other == NULL) {
		ends_other(lab, node, i, out);
		return 0;
	}
	j = ends_meet(other, node, i);
	if (j == NULL)
		j = ends_interface(other);
	if (!ends_address(j, out->address))
		return err_usage(e, "%s has no address that can be asked", to);
	out->to = out_text(other, "name");
	return 0;
}

/* ---- a round */

static void
round_keep(struct traffic *t)
{
	size_t k;

	if (t->n == TRAFFIC_KEPT) {
		t->n--;
		for (k = 0; k < TRAFFIC_CHARTS; k++)
			memmove(t->v[k], t->v[k] + 1, t->n * sizeof(**t->v));
	}
	for (k = 0; k < TRAFFIC_CHARTS; k++)
		t->v[k][t->n] = t->next[k];
	t->n++;
}

static void
round_answered(struct traffic *t)
{
	if (--t->flying > 0)
		return;
	if (t->fresh)
		round_keep(t);
	t->cb(t->arg, NULL);
}

static void
got_links(void *arg, const json_t *result, const struct err *error)
{
	struct traffic *t = arg;
	uint64_t now = uv_hrtime();
	const json_t *row;
	double in, out, s;
	size_t i;

	json_array_foreach(error ? NULL : json_object_get(result, "rows"), i,
			   row)
	{
		if (strcmp(out_text(row, "dev"), t->dev) != 0)
			continue;
		in = (double)json_integer_value(
		    json_object_get(row, "rx_bytes"));
		out = (double)json_integer_value(
		    json_object_get(row, "tx_bytes"));
		s = (double)(now - t->at) / 1e9;
		/* less than before: the node was made anew */
		if (t->counted && in >= t->in && out >= t->out && s > 0) {
			t->next[TRAFFIC_IN] = (in - t->in) * 8 / s;
			t->next[TRAFFIC_OUT] = (out - t->out) * 8 / s;
			t->fresh = true;
		}
		t->counted = true;
		t->in = in;
		t->out = out;
		t->at = now;
	}
	round_answered(t);
}

static void
got_echo(void *arg, const json_t *result, const struct err *error)
{
	struct traffic *t = arg;
	const json_t *rtt = error ? NULL : json_object_get(result, "rtt_us");

	if (json_is_object(rtt))
		t->next[TRAFFIC_TRIP] =
		    (double)json_integer_value(json_object_get(rtt, "avg")) /
		    1000;
	round_answered(t);
}

static void
round_begin(uv_timer_t *timer)
{
	struct traffic *t = timer->data;
	unsigned int wait = t->every < 1000 ? t->every : 1000;
	size_t k;

	if (t->flying > 0 || t->ctl == NULL)
		return;
	for (k = 0; k < TRAFFIC_CHARTS; k++)
		t->next[k] = NAN;
	t->fresh = false;
	t->flying = 1 + (t->to != NULL);
	ctl_async_call(t->ctl, "kernel",
		       json_pack("{ss ss}", "node", t->node, "what", "links"),
		       NULL, 0, got_links, t);
	if (t->to != NULL && t->ctl != NULL)
		ctl_async_call(t->ctl, "probe",
			       json_pack("{ss ss si si}", "node", t->node, "to",
					 t->address, "count", 1, "timeout_ms",
					 (int)wait),
			       NULL, 0, got_echo, t);
}

/* ---- open, close */

static void
titles(struct traffic *t)
{
	static const enum chart_unit units[] = {CHART_BITS, CHART_BITS,
						CHART_MS};
	size_t k;

	t->titles[TRAFFIC_IN] = xasprintf(_("into %s, %s"), t->node, t->dev);
	t->titles[TRAFFIC_OUT] = xasprintf(_("out of %s, %s"), t->node, t->dev);
	t->titles[TRAFFIC_TRIP] =
	    t->to ? xasprintf(_("from %s to %s and back"), t->node, t->to)
		  : xstrdup(_("nobody to ask for a round trip"));
	for (k = 0; k < TRAFFIC_CHARTS; k++)
		t->charts[k] = (struct chart){.title = t->titles[k],
					      .unit = units[k],
					      .v = t->v[k],
					      .every = t->every / 1000.0};
}

static void
got_lab(void *arg, const json_t *result, const struct err *error)
{
	struct traffic *t = arg;
	struct traffic_ends ends;
	struct err e = {0};

	if (error == NULL &&
	    traffic_ends(result, t->node, t->want, &ends, &e) < 0)
		error = &e;
	if (error) {
		t->cb(t->arg, error->msg);
		return;
	}
	t->dev = xstrdup(ends.dev);
	t->to = ends.to ? xstrdup(ends.to) : NULL;
	memcpy(t->address, ends.address, sizeof(t->address));
	titles(t);
	uv_timer_start(&t->timer, round_begin, 0, t->every);
}

static void
ignore(void *arg, const char *event, const json_t *data)
{
	(void)arg;
	(void)event;
	(void)data;
}

static void
gone(void *arg, const char *why)
{
	struct traffic *t = arg;

	uv_timer_stop(&t->timer);
	t->flying = 0;
	t->cb(t->arg, why);
}

struct traffic *
traffic_open(uv_loop_t *loop, const struct traffic_opts *o, traffic_cb cb,
	     void *arg, struct err *e)
{
	_free_ char *socket = ctl_lab_name(o->lab);
	struct traffic *t = xcalloc(1, sizeof(*t));
	size_t k;

	*t = (struct traffic){.loop = loop,
			      .lab = xstrdup(o->lab),
			      .node = xstrdup(o->node),
			      .want = o->to ? xstrdup(o->to) : NULL,
			      .every = o->every,
			      .cb = cb,
			      .arg = arg};
	for (k = 0; k < TRAFFIC_CHARTS; k++)
		t->v[k] = xcalloc(TRAFFIC_KEPT, sizeof(**t->v));
	uv_timer_init(loop, &t->timer);
	t->timer.data = t;
	t->ctl = ctl_async_open(loop, socket, ignore, gone, t, e);
	if (t->ctl == NULL) {
		traffic_close(t);
		return NULL;
	}
	ctl_async_call(t->ctl, "inspect", NULL, NULL, 0, got_lab, t);
	return t;
}

static void
closed(uv_handle_t *h)
{
	struct traffic *t = h->data;
	size_t k;

	for (k = 0; k < TRAFFIC_CHARTS; k++) {
		free(t->v[k]);
		free(t->titles[k]);
	}
	free(t->lab);
	free(t->node);
	free(t->want);
	free(t->dev);
	free(t->to);
	free(t);
}

void
traffic_close(struct traffic *t)
{
	if (t == NULL)
		return;
	if (t->ctl != NULL)
		ctl_async_close(t->ctl);
	t->ctl = NULL;
	uv_close((uv_handle_t *)&t->timer, closed);
}

/* ---- what came */

const struct chart *
traffic_charts(struct traffic *t)
{
	size_t k;

	for (k = 0; k < TRAFFIC_CHARTS; k++)
		t->charts[k].n = t->n;
	return t->dev ? t->charts : NULL;
}

const char *
traffic_node(const struct traffic *t)
{
	return t->node;
}

static json_t *
number(double v)
{
	return isnan(v) ? json_null() : json_real(v);
}

json_t *
traffic_json(const struct traffic *t)
{
	json_t *values = json_array();
	size_t i;

	for (i = 0; i < t->n; i++)
		json_array_append_new(
		    values, json_pack("{so so so}", "in_bps",
				      number(t->v[TRAFFIC_IN][i]), "out_bps",
				      number(t->v[TRAFFIC_OUT][i]), "rtt_ms",
				      number(t->v[TRAFFIC_TRIP][i])));
	return json_pack("{ss ss ss? ss? so sI so}", "lab", t->lab, "node",
			 t->node, "interface", t->dev, "to", t->to, "address",
			 t->to ? json_string(t->address) : json_null(),
			 "every_ms", (json_int_t)t->every, "values", values);
}
