/*
 * grader_source: one node, asked round by round.
 *
 * What its daemon is asked is in grader_source_bird.c and others of its kind;
 * here is when, and what happens when no answer comes. The answers of a round
 * become evidence together.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ip.h"
#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"
#include "grader/grader_kind.h"
#include "grader/grader_look_priv.h"

#define SOURCE_RETRY_MS 200
#define SOURCE_RETRY_RUN_MS 1000 /* a process each time */

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
	struct source_question *q;
	size_t i;

	while ((q = s->questions) != NULL) {
		s->questions = q->next;
		free(q->address);
		free(q->node);
		free(q);
	}
	s->unasked = NULL;
	s->open = 0;
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
	json_object_del(node, "cannot");
	evidence_sessions_keep(json_object_get(node, "sessions"),
			       json_object_get(s->draft, "sessions"),
			       source_now(s));
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
	json_object_set_new(node, "sent", json_null());
	json_object_del(node, "explained");
	json_object_del(node, "cannot");
	json_object_del(node, "config");
	source_forget(s);
	s->connecting = false;
	s->dirty = true;
	s->retry_at =
	    source_now(s) + (s->asked ? SOURCE_RETRY_RUN_MS : SOURCE_RETRY_MS);
	s->done_at = s->round_at;
	grader_look_done(s->look);
}

static void
source_hang_up(struct grader_source *s)
{
	grader_bird_close(s->link_bird);
	ctl_async_close(s->link_ixrs);
	source_run_hang_up(s);
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

void
grader_source_cannot(struct grader_source *s, const char *why)
{
	_free_ char *words = xasprintf("%s: %s", s->node, why);

	str_clean(words);
	json_object_set_new(s->draft, "cannot", out_str(words));
	json_object_set_new(s->draft, "routes", json_null());
	json_object_set_new(s->draft, "sent", json_null());
}

bool
grader_source_wants(const struct grader_source *s, const char *node)
{
	const struct source_from *f;

	for (f = s->froms; f; f = f->next) {
		if (strcmp(f->node, node) == 0)
			return true;
	}
	return false;
}

static bool
sent_is_of(const struct source_sent *w, const char *to)
{
	return *to && (w->to == NULL || strcmp(w->to, to) == 0);
}

bool
grader_source_all_sent(const struct grader_source *s, const char *to)
{
	const struct source_sent *w = s->sents;

	while (w && (w->prefix || !sent_is_of(w, to)))
		w = w->next;
	return w != NULL;
}

bool
grader_source_is_sent(const struct grader_source *s,
		      const struct source_sent *w, const char *to)
{
	const struct source_sent *b;

	for (b = s->sents; b != w; b = b->next) {
		bool same = w->prefix == NULL || b->prefix == NULL
				? w->prefix == b->prefix
				: strcmp(w->prefix, b->prefix) == 0;

		if (same && sent_is_of(b, to))
			return false;
	}
	return sent_is_of(w, to);
}

void
grader_source_answered(struct grader_source *s)
{
	s->ticks = 0; /* it is there */
	if (s->pending > 0 && --s->pending == 0)
		source_commit(s);
}

void
grader_source_sessions(struct grader_source *s, const json_t *result,
		       const struct err *error,
		       json_t *(*row)(const struct grader_source *s,
				      const json_t *of))
{
	json_t *sessions;
	const json_t *of;
	size_t i;

	if (error) {
		if (s->pending > 0)
			grader_source_lost(s, error->msg);
		return;
	}
	sessions = json_object_get(s->draft, "sessions");
	json_array_foreach(result, i, of)
	{
		json_array_append_new(sessions, row(s, of));
	}
	grader_source_answered(s);
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
		source_bird_connected(s, fd);
	else if (s->ixpeer)
		source_ixpeer_connected(s, fd);
	else
		source_ixrs_connected(s, fd);
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
				 s->bird     ? "bird"
				 : s->ixpeer ? "ixpeer"
					     : "ixrs"),
		       NULL, 0, source_connected, s);
}

static void
source_begin(struct grader_source *s)
{
	s->dirty = false;
	s->retry_at = 0;
	if (source_now(s) >= s->again_at)
		s->again_at = 0;
	s->round_at = source_now(s);
	s->draft = json_object();
	if (s->sents)
		json_object_set_new(s->draft, "sent", json_array());
	if (s->asked)
		source_run_begin(s);
	else if (s->bird)
		source_bird_begin(s);
	else if (s->ixpeer)
		source_ixpeer_begin(s);
	else
		source_ixrs_begin(s);
}

/* ---- the kernel */

/* What the supervisor tells of a node: its kernel's tables, and the ports of
 * switches that it is plugged into. */
static const struct {
	unsigned int ask;
	const char *key;  /* of the evidence */
	const char *what; /* of the verb kernel; NULL: the verb ports */
} tables[SOURCE_TABLES] = {
    {GRADER_ASK_KERNEL, "kernel", "routes"},
    {GRADER_ASK_LINKS, "links", "links"},
    {GRADER_ASK_ADDRESSES, "addresses", "addresses"},
    {GRADER_ASK_NEIGHBOURS, "neighbours", "neighbours"},
    {GRADER_ASK_PORTS, "ports", NULL},
    {GRADER_ASK_OTHER_ROUTES, "other_kernel", "other-routes"},
    {GRADER_ASK_TCP, "tcp", "tcp"},
};

/* Sessions that are up need no explanation. */
static unsigned int
kernel_asks(struct grader_source *s)
{
	json_t *node = grader_look_node(s->look, s->node);
	const json_t *sessions = json_object_get(node, "sessions"), *one;
	size_t i, up = 0;

	json_array_foreach(sessions, i, one)
	{
		up += json_is_true(json_object_get(one, "established"));
	}
	if (s->asks & GRADER_ASK_SOCKETS || !json_is_array(sessions) ||
	    up < json_array_size(sessions))
		return s->asks;
	json_object_del(node, "tcp");
	json_object_del(node, "vain");
	return s->asks & ~(unsigned int)GRADER_ASK_TCP;
}

static void
kernel_got(void *arg, const json_t *result, const struct err *error)
{
	struct source_table *t = arg;
	struct grader_source *s = t->source;
	size_t which = (size_t)(t - s->tables);
	json_t *node = grader_look_node(s->look, s->node);
	const char *key = tables[which].key;

	if (error && tables[which].ask == GRADER_ASK_TCP) {
		json_object_set_new(node, key, out_str(error->msg));
	} else if (error) {
		json_object_set_new(node, key, json_null());
		json_object_set_new(node, "silent", out_str(error->msg));
	} else {
		json_object_set(node, key,
				json_object_get(result, tables[which].what
							    ? "rows"
							    : "ports"));
		if (tables[which].ask == GRADER_ASK_TCP)
			evidence_tcp_keep(node, json_object_get(node, key),
					  source_now(s));
	}
	if (--s->kernel_pending > 0)
		return;
	s->kernel_busy = false;
	s->kernel_done_at = s->kernel_at;
	if (s->kernel_dirty)
		grader_look_dirty(s->look, NULL);
	grader_look_done(s->look);
}

static void
kernel_begin(struct grader_source *s)
{
	unsigned int asks = kernel_asks(s);
	json_t *args;
	size_t i;

	s->kernel_dirty = false;
	s->kernel_at = source_now(s);
	for (i = 0; i < SOURCE_TABLES; i++)
		s->kernel_pending += (asks & tables[i].ask) != 0;
	s->kernel_busy = s->kernel_pending > 0;
	if (!s->kernel_busy)
		s->kernel_done_at = s->kernel_at;
	for (i = 0; i < SOURCE_TABLES; i++) {
		if ((asks & tables[i].ask) == 0)
			continue;
		s->tables[i].source = s;
		args = json_pack("{s:s}", "node", s->node);
		if (tables[i].what)
			json_object_set_new(args, "what",
					    json_string(tables[i].what));
		ctl_async_call(s->look->super,
			       tables[i].what ? "kernel" : "ports", args, NULL,
			       0, kernel_got, &s->tables[i]);
	}
}

bool
grader_source_step(struct grader_source *s)
{
	bool daemon = s->asks & ~(unsigned int)GRADER_ASK_TABLES;

	if (s->asks & GRADER_ASK_TABLES && s->kernel_dirty && !s->kernel_busy)
		kernel_begin(s);
	if (daemon && s->dirty && s->pending == 0 && !s->connecting &&
	    !s->starting && source_now(s) >= s->retry_at) {
		if (s->asked || s->link_bird || s->link_ixrs)
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
	struct source_sent *w;
	struct source_word *p;

	source_hang_up(s);
	source_forget(s);
	while ((f = s->froms) != NULL) {
		s->froms = f->next;
		free(f->node);
		free(f->address);
		free(f);
	}
	while ((w = s->sents) != NULL) {
		s->sents = w->next;
		free(w->to);
		free(w->prefix);
		free(w);
	}
	while ((p = s->prefixes) != NULL) {
		s->prefixes = p->next;
		free(p->text);
		free(p);
	}
	free(s->node);
	free(s);
}
