/*
 * grader_source: one node, asked round by round.
 *
 * A round of BIRD is "show protocols all", then of each session that matters
 * "show route ... all", accepted and filtered; of the trainee's BIRD also
 * whether the file on disk is good and read. A round of ixrs is "sessions" and
 * "received". The answers of a round become evidence together.
 *
 * Observers get "restrict" before anything else is asked, so that nothing can
 * be changed over that connection; only their debug mask is set before, for the
 * log lines are what wakes us. The trainee's own daemon is not restricted,
 * because BIRD counts "configure check" among what may not be done then.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ip.h"
#include "base/out.h"
#include "base/str.h"
#include "grader/grader_kind.h"
#include "grader/grader_look_priv.h"

#define SOURCE_RETRY_MS 200
#define SOURCE_UNREAD_S 0.05 /* clocks of files are coarse */

static void source_begin(struct grader_source *s);

static uint64_t
source_now(const struct grader_source *s)
{
	return uv_now(s->look->loop);
}

bool
grader_source_busy(const struct grader_source *s)
{
	return s->connecting || s->pending > 0 || s->kernel_busy;
}

/* ---- the end of a round */

static void
source_forget(struct grader_source *s)
{
	size_t i;

	for (i = 0; i < s->nroutes; i++)
		free(s->routes[i].node);
	free(s->routes);
	s->routes = NULL;
	s->nroutes = s->route = 0;
	json_decref(s->draft);
	s->draft = NULL;
	s->pending = 0;
}

static void
source_commit(struct grader_source *s)
{
	json_t *node = grader_look_node(s->look, s->node);

	json_object_del(node, "silent");
	json_object_update(node, s->draft);
	source_forget(s);
	s->done_at = s->round_at;
	if (s->dirty)
		grader_look_dirty(s->look, NULL);
	grader_look_done(s->look);
}

/* No answers, and why. It is asked again in a moment. */
static void
source_fail(struct grader_source *s, const char *why)
{
	json_t *node = grader_look_node(s->look, s->node);
	_free_ char *words = xasprintf("%s: %s", s->node, why);

	str_clean(words);
	json_object_set_new(node, "silent", out_str(words));
	json_object_set_new(node, "sessions", json_null());
	json_object_set_new(node, "routes", json_null());
	json_object_del(node, "config");
	source_forget(s);
	s->connecting = false;
	s->dirty = true;
	s->retry_at = source_now(s) + SOURCE_RETRY_MS;
	s->done_at = s->round_at;
	grader_look_done(s->look);
}

static void
source_hang_up(struct grader_source *s)
{
	grader_bird_close(s->link_bird);
	ctl_async_close(s->link_ixrs);
	s->link_bird = NULL;
	s->link_ixrs = NULL;
}

void
grader_source_lost(struct grader_source *s, const char *why)
{
	source_hang_up(s);
	if (s->pending == 0)
		s->round_at = source_now(s);
	source_fail(s, why);
}

void
grader_source_late(struct grader_source *s)
{
	source_hang_up(s);
	source_fail(s, "its daemon does not answer");
}

static void
source_answered(struct grader_source *s)
{
	if (s->pending > 0 && --s->pending == 0)
		source_commit(s);
}

/* ---- BIRD */

static void
bird_add_with(struct grader_source *s, json_t *sessions)
{
	json_t *p;
	size_t i;

	json_array_foreach(sessions, i, p)
	{
		const char *address =
		    json_string_value(json_object_get(p, "address"));

		json_object_set_new(p, "with",
				    json_string(grader_look_holder(
					s->look, address ? address : "")));
	}
}

static void
bird_got_routes(void *arg, const struct bird_reply *reply)
{
	struct grader_source *s = arg;
	struct source_route *q;
	json_t *rows, *r;
	size_t i;

	if (s->route >= s->nroutes)
		return;
	q = &s->routes[s->route++];
	rows = bird_routes(reply);
	json_array_foreach(rows, i, r)
	{
		json_object_set_new(r, "from", json_string(q->node));
		json_object_set_new(
		    r, "state",
		    json_string(q->rejected ? "rejected" : "accepted"));
		if (q->rejected) {
			_free_ char *why =
			    xasprintf("the import filter of %s", s->node);

			json_object_set_new(r, "reason",
					    json_string("filtered"));
			json_object_set_new(r, "reason_text", out_str(why));
		}
	}
	json_array_extend(json_object_get(s->draft, "routes"), rows);
	json_decref(rows);
	source_answered(s);
}

static void
bird_ask_routes(struct grader_source *s, const char *name, const char *node,
		bool rejected)
{
	_free_ char *question = xasprintf("show route %sprotocol %s all",
					  rejected ? "filtered " : "", name);

	s->routes =
	    xreallocarray(s->routes, s->nroutes + 1, sizeof(*s->routes));
	s->routes[s->nroutes++] =
	    (struct source_route){.node = xstrdup(node), .rejected = rejected};
	s->pending++;
	grader_bird_ask(s->link_bird, question, bird_got_routes, s);
}

static bool
source_wants(const struct grader_source *s, const char *node)
{
	const struct source_from *f;

	for (f = s->froms; f; f = f->next) {
		if (strcmp(f->node, node) == 0)
			return true;
	}
	return false;
}

static void
bird_got_protocols(void *arg, const struct bird_reply *reply)
{
	struct grader_source *s = arg;
	json_t *sessions = bird_protocols(reply), *p;
	const char *name, *with;
	size_t i;

	bird_add_with(s, sessions);
	json_array_foreach(sessions, i, p)
	{
		name = json_string_value(json_object_get(p, "name"));
		with = json_string_value(json_object_get(p, "with"));
		if (!(s->asks & GRADER_ASK_ROUTES) || s->trainee ||
		    !source_wants(s, with) || strpbrk(name, "'\" {};"))
			continue;
		bird_ask_routes(s, name, with, false);
		bird_ask_routes(s, name, with, true);
	}
	json_object_set_new(s->draft, "sessions", sessions);
	source_answered(s);
}

/* ---- BIRD's configuration: is the file on disk good, and read? */

static double
config_mtime(const struct grader_source *s)
{
	const char *dir =
	    json_string_value(json_object_get(s->look->lab, "state_dir"));
	_free_ char *path =
	    xasprintf("%s/nodes/%s/bird.conf", dir ? dir : "", s->node);
	struct stat st;

	if (dir == NULL || stat(path, &st) < 0)
		return 0;
	return (double)st.st_mtim.tv_sec + 1e-9 * (double)st.st_mtim.tv_nsec;
}

static json_t *
config_draft(struct grader_source *s)
{
	json_t *config = json_object_get(s->draft, "config");

	if (config == NULL) {
		config = json_object();
		json_object_set_new(s->draft, "config", config);
	}
	return config;
}

static void
bird_got_check(void *arg, const struct bird_reply *reply)
{
	struct grader_source *s = arg;
	json_t *config = bird_config(reply);

	json_object_update(config_draft(s), config);
	json_decref(config);
	source_answered(s);
}

static void
bird_got_status(void *arg, const struct bird_reply *reply)
{
	struct grader_source *s = arg;
	double read = bird_reconfigured(reply), written = config_mtime(s);

	json_object_set_new(
	    config_draft(s), "unread",
	    json_boolean(read > 0 && written > read + SOURCE_UNREAD_S));
	source_answered(s);
}

static void
bird_begin(struct grader_source *s)
{
	s->pending++;
	json_object_set_new(s->draft, "routes", json_array());
	grader_bird_ask(s->link_bird, "show protocols all", bird_got_protocols,
			s);
	if (!(s->asks & GRADER_ASK_CONFIG) || !s->trainee)
		return;
	s->pending += 2;
	grader_bird_ask(s->link_bird, "show status", bird_got_status, s);
	grader_bird_ask(s->link_bird, "configure check", bird_got_check, s);
}

static void
bird_log(void *arg, const char *line)
{
	struct grader_source *s = arg;

	(void)line;
	grader_look_dirty(s->look, s);
}

static void
bird_gone(void *arg, const char *why)
{
	struct grader_source *s = arg;

	s->link_bird = NULL; /* it closes itself */
	grader_source_lost(s, why);
}

static void
bird_connected(struct grader_source *s, int fd)
{
	struct err e;

	s->link_bird =
	    grader_bird_new(s->look->loop, fd, bird_log, bird_gone, s, &e);
	if (s->link_bird == NULL)
		return;
	if (!s->trainee)
		grader_bird_ask(s->link_bird, "debug all { states, routes }",
				NULL, NULL);
	grader_bird_ask(s->link_bird, "echo all", NULL, NULL);
	if (!s->trainee)
		grader_bird_ask(s->link_bird, "restrict", NULL, NULL);
}

/* ---- ixrs */

static json_t *
ixrs_session(const struct grader_source *s, const json_t *row)
{
	static const char *const keys[] = {"address", "asn", "family", "state",
					   "last_error"};
	const char *address =
	    json_string_value(json_object_get(row, "address"));
	const char *state = json_string_value(json_object_get(row, "state"));
	json_t *o = json_object();
	size_t i;

	json_object_set_new(
	    o, "with",
	    json_string(grader_look_holder(s->look, address ? address : "")));
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		json_object_set(o, keys[i], json_object_get(row, keys[i]));
	json_object_set_new(
	    o, "established",
	    json_boolean(state && strcmp(state, "Established") == 0));
	return o;
}

static void
ixrs_got_sessions(void *arg, const json_t *result, const struct err *error)
{
	struct grader_source *s = arg;
	json_t *sessions;
	const json_t *row;
	size_t i;

	if (error) {
		if (s->pending > 0)
			grader_source_lost(s, error->msg);
		return;
	}
	sessions = json_object_get(s->draft, "sessions");
	json_array_foreach(result, i, row)
	{
		json_array_append_new(sessions, ixrs_session(s, row));
	}
	source_answered(s);
}

static json_t *
ixrs_route(const json_t *row, const char *from)
{
	static const char *const keys[] = {
	    "prefix",  "address",     "next_hop",
	    "as_path", "communities", "large_communities",
	    "state",   "reason",      "reason_text"};
	const char *prefix = json_string_value(json_object_get(row, "prefix"));
	json_t *o = json_object();
	struct ip_prefix p;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		json_object_set(o, keys[i], json_object_get(row, keys[i]));
	json_object_set_new(o, "from", json_string(from));
	if (prefix && ip_prefix_parse(prefix, &p))
		json_object_set_new(o, "family",
				    json_string(ip_family_name(p.addr.family)));
	return o;
}

/* A member that the route server does not know has sent it nothing. */
static void
ixrs_got_received(void *arg, const json_t *result, const struct err *error)
{
	struct source_from *f = arg;
	json_t *routes = json_object_get(f->source->draft, "routes");
	const json_t *row;
	size_t i;

	if (error == NULL) {
		json_array_foreach(result, i, row)
		{
			json_array_append_new(routes, ixrs_route(row, f->node));
		}
	}
	source_answered(f->source);
}

static void
ixrs_begin(struct grader_source *s)
{
	struct source_from *f;

	json_object_set_new(s->draft, "sessions", json_array());
	json_object_set_new(s->draft, "routes", json_array());
	s->pending++;
	for (f = s->asks & GRADER_ASK_ROUTES ? s->froms : NULL; f; f = f->next)
		s->pending++;
	ctl_async_call(s->link_ixrs, "sessions", NULL, NULL, 0,
		       ixrs_got_sessions, s);
	for (f = s->asks & GRADER_ASK_ROUTES ? s->froms : NULL;
	     f && s->link_ixrs; f = f->next)
		ctl_async_call(s->link_ixrs, "received",
			       json_pack("{s:s}", "member", f->address), NULL,
			       0, ixrs_got_received, f);
}

static void
ixrs_event(void *arg, const char *event, const json_t *data)
{
	struct grader_source *s = arg;

	(void)event;
	(void)data;
	grader_look_dirty(s->look, s);
}

static void
ixrs_gone(void *arg, const char *why)
{
	grader_source_lost(arg, why);
}

static void
ixrs_connected(struct grader_source *s, int fd)
{
	struct err e;

	s->link_ixrs =
	    ctl_async_adopt(s->look->loop, fd, ixrs_event, ixrs_gone, s, &e);
	if (s->link_ixrs)
		ctl_async_call(s->link_ixrs, "subscribe", NULL, NULL, 0, NULL,
			       NULL);
}

/* ---- the beginning of a round */

static void
source_connected(void *arg, const json_t *result, const struct err *error)
{
	struct grader_source *s = arg;
	int fd = ctl_async_take_fd(s->look->super);

	(void)result;
	if (!s->connecting) { /* too late */
		if (fd >= 0)
			close(fd);
		return;
	}
	s->connecting = false;
	if (error || fd < 0) {
		source_fail(s, error ? error->msg : "no connection");
		return;
	}
	if (s->bird)
		bird_connected(s, fd);
	else
		ixrs_connected(s, fd);
	if (s->link_bird || s->link_ixrs)
		source_begin(s);
	else
		source_fail(s, "no connection");
}

static void
source_connect(struct grader_source *s)
{
	s->connecting = true;
	s->round_at = source_now(s);
	ctl_async_call(s->look->super, "connect",
		       json_pack("{s:s, s:s}", "node", s->node, "service",
				 s->bird ? "bird" : "ixrs"),
		       NULL, 0, source_connected, s);
}

static void
source_begin(struct grader_source *s)
{
	s->dirty = false;
	s->retry_at = 0;
	s->round_at = source_now(s);
	s->draft = json_object();
	if (s->bird)
		bird_begin(s);
	else
		ixrs_begin(s);
}

/* ---- the kernel */

static void
kernel_got(void *arg, const json_t *result, const struct err *error)
{
	struct grader_source *s = arg;
	json_t *node = grader_look_node(s->look, s->node);

	s->kernel_busy = false;
	s->kernel_done_at = s->kernel_at;
	if (error) {
		json_object_set_new(node, "kernel", json_null());
		json_object_set_new(node, "silent", out_str(error->msg));
	} else {
		json_object_set(node, "kernel",
				json_object_get(result, "rows"));
	}
	if (s->kernel_dirty)
		grader_look_dirty(s->look, NULL);
	grader_look_done(s->look);
}

static void
kernel_begin(struct grader_source *s)
{
	s->kernel_busy = true;
	s->kernel_dirty = false;
	s->kernel_at = source_now(s);
	ctl_async_call(
	    s->look->super, "kernel",
	    json_pack("{s:s, s:s}", "node", s->node, "what", "routes"), NULL, 0,
	    kernel_got, s);
}

bool
grader_source_step(struct grader_source *s)
{
	bool daemon = s->asks & ~(unsigned int)GRADER_ASK_KERNEL;

	if (s->asks & GRADER_ASK_KERNEL && s->kernel_dirty && !s->kernel_busy)
		kernel_begin(s);
	if (daemon && s->dirty && s->pending == 0 && !s->connecting &&
	    source_now(s) >= s->retry_at) {
		if (s->link_bird || s->link_ixrs)
			source_begin(s);
		else
			source_connect(s);
	}
	return grader_source_busy(s);
}

void
grader_source_free(struct grader_source *s)
{
	struct source_from *f;

	source_hang_up(s);
	source_forget(s);
	while ((f = s->froms) != NULL) {
		s->froms = f->next;
		free(f->node);
		free(f->address);
		free(f);
	}
	free(s->node);
	free(s);
}
