/* grader_spread_ask: asks a running lab for what grader_spread.c makes rows of. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_kind.h"
#include "grader/grader_look.h"
#include "grader/grader_spread.h"

#define SPREAD_MANY 64 /* nodes; above: the route servers alone are asked */

struct grader_spread {
	struct grader_look *look;
	char *prefix; /* NULL: the first that is known */
	json_t *rows; /* NULL: nothing is known */
	json_t *told; /* {ROW: ms}: since when we see it */
	uint64_t began;
	grader_spread_cb changed;
	void *arg;
};

/* ---- whom, for what */

static const json_t *
ask_nodes(struct grader_look *look)
{
	return json_object_get(json_object_get(grader_look_lab(look), "model"),
			       "nodes");
}

static bool
ask_has_daemon(const json_t *n)
{
	const char *daemon = out_text(n, "daemon");

	return *daemon && strcmp(daemon, "-") != 0;
}

/* All that a node has from each other, and how robots hold the prefix. */
static void
ask_routes(struct grader_look *look, const json_t *n)
{
	const json_t *from;
	size_t i;

	json_array_foreach(ask_nodes(look), i, from)
	{
		if (from != n && ask_has_daemon(from))
			(void)grader_look_ask(look, out_text(n, "name"),
					      GRADER_ASK_SESSIONS |
						  GRADER_ASK_ROUTES,
					      out_text(from, "name"));
	}
}

static void
ask_all(struct grader_look *look, const char *prefix)
{
	const json_t *nodes = ask_nodes(look), *n;
	bool many = json_array_size(nodes) > SPREAD_MANY;
	size_t i;

	json_array_foreach(nodes, i, n)
	{
		const char *name = out_text(n, "name");
		bool server = strcmp(out_text(n, "role"), "route-server") == 0;

		if (!ask_has_daemon(n) || (many && !server) ||
		    json_is_true(json_object_get(n, "trainee")))
			continue;
		ask_routes(look, n);
		if (prefix == NULL)
			continue;
		(void)grader_look_ask_prefix(look, name, prefix);
		if (server)
			(void)grader_look_ask_sent(look, name, NULL, prefix);
	}
}

/* ---- what came */

static double
ask_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static char *
ask_key(const json_t *row)
{
	return xasprintf("%s %s %s %s %s", out_text(row, "at"),
			 out_text(row, "from"), out_text(row, "what"),
			 out_text(row, "why"), out_text(row, "as_path"));
}

/* A row that was not there before is as old as this look; those of the first look
 * may be of any age. */
static void
ask_stamp(struct grader_spread *s, json_t *rows)
{
	bool first = s->told == NULL;
	json_t *told = json_object(), *row, *ms;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		_free_ char *key = ask_key(row);

		ms = json_object_get(s->told, key);
		if (ms == NULL)
			ms = first ? json_null()
				   : json_integer(
					 (json_int_t)(uv_hrtime() / 1000000 -
						      s->began));
		else
			json_incref(ms);
		json_object_set(row, "seen_ms", ms);
		json_object_set_new(told, key, ms);
	}
	json_decref(s->told);
	s->told = told;
}

static void
ask_looked(void *arg)
{
	struct grader_spread *s = arg;

	if (s->look && !grader_look_gone(s->look) &&
	    grader_look_ready(s->look)) {
		json_decref(s->rows);
		s->rows = grader_spread_of(grader_look_evidence(s->look),
					   grader_look_lab(s->look), s->prefix,
					   ask_now());
		ask_stamp(s, json_object_get(s->rows, "rows"));
	}
	s->changed(s->arg);
}

/* ---- followed */

struct grader_spread *
grader_spread_open(uv_loop_t *loop, const char *instance, const char *prefix,
		   grader_spread_cb changed, void *arg, struct err *e)
{
	struct grader_spread *s = xcalloc(1, sizeof(*s));

	*s = (struct grader_spread){.prefix = prefix ? xstrdup(prefix) : NULL,
				    .began = uv_hrtime() / 1000000,
				    .changed = changed,
				    .arg = arg};
	s->look = grader_look_new(loop, instance, ask_looked, s, e);
	if (s->look == NULL) {
		grader_spread_close(s);
		return NULL;
	}
	ask_all(s->look, prefix);
	return s;
}

const json_t *
grader_spread_rows(const struct grader_spread *s)
{
	return s->rows;
}

bool
grader_spread_ready(const struct grader_spread *s)
{
	return s->rows != NULL;
}

const char *
grader_spread_gone(const struct grader_spread *s)
{
	return grader_look_gone(s->look);
}

void
grader_spread_close(struct grader_spread *s)
{
	if (s == NULL)
		return;
	grader_look_free(s->look);
	json_decref(s->rows);
	json_decref(s->told);
	free(s->prefix);
	free(s);
}

/* ---- once */

static void
once_changed(void *arg)
{
	(void)arg;
}

json_t *
grader_spread(const char *instance, const char *prefix, struct err *e)
{
	struct grader_spread *s;
	json_t *rows = NULL;
	uv_loop_t loop;

	uv_loop_init(&loop);
	s = grader_spread_open(&loop, instance, prefix, once_changed, NULL, e);
	while (s && !grader_spread_ready(s) && !grader_spread_gone(s))
		uv_run(&loop, UV_RUN_ONCE);
	if (s && s->rows)
		rows = json_incref(s->rows);
	else if (s)
		(void)err_here(e, "%s", grader_spread_gone(s));
	grader_spread_close(s);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	return rows;
}
