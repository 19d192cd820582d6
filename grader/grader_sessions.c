/*
 * The BGP sessions of a lab, as nodes that are not the trainee's see them: asked
 * once, or followed. What changed is found by comparing two looks, so a session
 * that goes and comes back between them (some milliseconds) is not told.
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"
#include "grader/grader_priv.h"
#include "lab/model/model_kind.h"

#define SESSIONS_MANY_NODES 64 /* above: the route servers alone are asked */

/* Every daemon has its words for some states; told are those of RFC 4271. */
static const char *
session_state(const json_t *s)
{
	const char *word = out_text(s, "state");
	const char *name = model_session_state(word);

	return name ? name : word;
}

json_t *
grader_sessions_of(json_t *evidence, const json_t *lab)
{
	const json_t *nodes = json_object_get(evidence, "nodes");
	const json_t *list, *n, *s;
	json_t *rows = json_array(), *row;
	size_t i, k;

	json_array_foreach(json_object_get(lab, "nodes"), i, n)
	{
		const char *at = out_text(n, "name");

		if (json_is_true(json_object_get(n, "trainee")))
			continue;
		list = json_object_get(json_object_get(nodes, at), "sessions");
		json_array_foreach(list, k, s)
		{
			row = json_pack("{s:s}", "at", at);
			json_object_set(row, "with",
					json_object_get(s, "with"));
			json_object_set(row, "family",
					json_object_get(s, "family"));
			json_object_set_new(row, "state",
					    json_string(session_state(s)));
			json_object_set(row, "established",
					json_object_get(s, "established"));
			json_object_set_new(
			    row, "last_error",
			    json_string(out_text(s, "last_error")));
			json_array_append_new(rows, row);
		}
	}
	return rows;
}

void
grader_ask_sessions(struct grader_look *look)
{
	const json_t *n;
	size_t i;

	json_array_foreach(json_object_get(grader_look_lab(look), "nodes"), i,
			   n)
	{
		if (strcmp(out_text(n, "daemon"), "-") != 0 &&
		    !json_is_true(json_object_get(n, "trainee")))
			grader_look_ask(look, out_text(n, "name"),
					GRADER_ASK_SESSIONS, NULL);
	}
}

/* ---- once */

static void
lab_looked(void *arg)
{
	(void)arg;
}

json_t *
grader_lab_sessions(const char *instance, struct err *e)
{
	struct grader_look *look;
	json_t *rows = NULL;
	uv_loop_t loop;

	uv_loop_init(&loop);
	look = grader_look_new(&loop, instance, lab_looked, NULL, e);
	if (look)
		grader_ask_sessions(look);
	while (look && !grader_look_ready(look) && !grader_look_gone(look))
		uv_run(&loop, UV_RUN_ONCE);
	if (look)
		rows = grader_sessions_of(grader_look_evidence(look),
					  grader_look_lab(look));
	grader_look_free(look);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	return rows;
}

/* ---- followed */

struct grader_watch {
	struct grader_look *look;
	json_t *known; /* {KEY: row} */
	grader_watch_cb cb;
	void *arg;
};

/* Two nodes may have several sessions in a family: they are counted. */
static json_t *
watch_index(const json_t *rows)
{
	json_t *all = json_object(), *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		const char *with = out_text(row, "with");
		char *key = NULL;
		int n = 0;

		do {
			free(key);
			key = xasprintf("%s %s %s %d", out_text(row, "at"),
					with, out_text(row, "family"), n++);
		} while (json_object_get(all, key));
		json_object_set(all, key, row);
		free(key);
	}
	return all;
}

static void
watch_gone(struct grader_watch *w, const json_t *was)
{
	json_t *row = json_deep_copy(was);

	json_object_set_new(row, "state", json_string("gone"));
	json_object_set_new(row, "established", json_false());
	w->cb(w->arg, row, was);
	json_decref(row);
}

static void
watch_looked(void *arg)
{
	struct grader_watch *w = arg;
	json_t *rows, *now, *old = w->known, *row;
	const char *key;

	if (grader_look_gone(w->look))
		return;
	rows = grader_sessions_of(grader_look_evidence(w->look),
				  grader_look_lab(w->look));
	w->known = now = watch_index(rows);
	json_object_foreach(now, key, row)
	{
		const json_t *was = json_object_get(old, key);

		if (was == NULL || !json_equal(was, row))
			w->cb(w->arg, row, was);
	}
	json_object_foreach(old, key, row)
	{
		if (json_object_get(now, key) == NULL)
			watch_gone(w, row);
	}
	json_decref(rows);
	json_decref(old);
}

static void
watch_ask_servers(struct grader_look *look)
{
	const json_t *n;
	size_t i;

	json_array_foreach(json_object_get(grader_look_lab(look), "nodes"), i,
			   n)
	{
		if (strcmp(out_text(n, "role"), "route-server") == 0 &&
		    strcmp(out_text(n, "daemon"), "-") != 0)
			grader_look_ask(look, out_text(n, "name"),
					GRADER_ASK_SESSIONS, NULL);
	}
}

struct grader_watch *
grader_watch_open(uv_loop_t *loop, const char *instance, grader_watch_cb cb,
		  void *arg, struct err *e)
{
	struct grader_watch *w = xcalloc(1, sizeof(*w));

	w->cb = cb;
	w->arg = arg;
	w->known = json_object();
	w->look = grader_look_new(loop, instance, watch_looked, w, e);
	if (w->look == NULL) {
		grader_watch_close(w);
		return NULL;
	}
	if (json_array_size(json_object_get(grader_look_lab(w->look),
					    "nodes")) > SESSIONS_MANY_NODES)
		watch_ask_servers(w->look);
	else
		grader_ask_sessions(w->look);
	return w;
}

bool
grader_watch_ready(const struct grader_watch *w)
{
	return grader_look_ready(w->look);
}

void
grader_watch_close(struct grader_watch *w)
{
	if (w == NULL)
		return;
	grader_look_free(w->look);
	json_decref(w->known);
	free(w);
}
