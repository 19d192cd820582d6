/*
 * grader_source_ixrs: a round with our route server: "sessions", "received" of
 * each address that matters, and, when it is asked for, what was "sent" to a
 * member and the words of "explain" for what was not. Its events mark the node
 * dirty.
 */
#include <string.h>

#include "base/ip.h"
#include "base/out.h"
#include "base/str.h"
#include "grader/grader_kind.h"
#include "grader/grader_look_priv.h"

/* ---- sessions */

static void
copy_keys(json_t *o, const json_t *row, const char *const *keys, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		json_object_set(o, keys[i], json_object_get(row, keys[i]));
}

/* Words of what was agreed, families among them; and whether max_prefix has
 * acted, whatever its action. */
static void
ixrs_tables(json_t *o, const json_t *row)
{
	json_t *agreed = json_deep_copy(json_object_get(row, "capabilities"));
	bool hit = json_is_string(json_object_get(row, "stopped")) &&
		   strcmp(json_string_value(json_object_get(row, "stopped")),
			  "max_prefix") == 0;
	const json_t *t;
	size_t i;

	if (!json_is_array(agreed)) {
		json_decref(agreed);
		agreed = json_array();
	}
	json_array_foreach(json_object_get(row, "tables"), i, t)
	{
		if (json_is_true(json_object_get(t, "agreed")))
			json_array_append(agreed, json_object_get(t, "family"));
		hit |= json_integer_value(json_object_get(t, "blocked")) > 0 ||
		       json_integer_value(json_object_get(t, "discarded")) > 0;
	}
	json_object_set_new(o, "capabilities", agreed);
	json_object_set_new(o, "limit_hit", json_boolean(hit));
}

static json_t *
ixrs_session(const struct grader_source *s, const json_t *row)
{
	static const char *const keys[] = {
	    "address",	 "asn",	      "family", "state",       "last_error",
	    "peer_role", "hold_time", "flaps",	"ttl_security"};
	const char *address =
	    json_string_value(json_object_get(row, "address"));
	const char *state = json_string_value(json_object_get(row, "state"));
	bool up = state && strcmp(state, "Established") == 0;
	json_t *o = json_object();

	json_object_set_new(
	    o, "with",
	    json_string(grader_look_holder(s->look, address ? address : "")));
	copy_keys(o, row, keys, sizeof(keys) / sizeof(keys[0]));
	ixrs_tables(o, row);
	json_object_set_new(o, "established", json_boolean(up));
	if (up)
		json_object_set(o, "up_ms", json_object_get(row, "since_ms"));
	return o;
}

/* ---- routes */

/* A member that the route server does not know has sent it nothing, and was told
 * nothing. */
static void
ixrs_refused(struct grader_source *s, const struct err *error)
{
	if (error->class != ERR_USAGE)
		grader_source_cannot(s, error->msg);
}

/* The marks of an accepted route; of a rejected one the reason is all. */
static void
ixrs_marks(json_t *o, const json_t *row)
{
	const char *reason = json_string_value(json_object_get(row, "reason"));

	if (reason && (strcmp(reason, "rpki-invalid") == 0))
		json_object_set_new(o, "marks", json_pack("[s]", reason));
	else
		json_object_set(o, "marks", json_object_get(row, "marks"));
}

/* key: "from" or "to". */
static json_t *
ixrs_route(const json_t *row, const char *key, const char *neighbour)
{
	static const char *const keys[] = {"prefix",
					   "address",
					   "next_hop",
					   "as_path",
					   "origin",
					   "med",
					   "otc",
					   "communities",
					   "large_communities",
					   "ext_communities",
					   "best",
					   "state",
					   "reason",
					   "reason_code",
					   "reason_text"};
	const char *prefix = json_string_value(json_object_get(row, "prefix"));
	json_t *o = json_object();
	struct ip_prefix p;

	copy_keys(o, row, keys, sizeof(keys) / sizeof(keys[0]));
	ixrs_marks(o, row);
	json_object_set_new(o, key, json_string(neighbour));
	if (prefix && ip_prefix_parse(prefix, &p))
		json_object_set_new(o, "family",
				    json_string(ip_family_name(p.addr.family)));
	return o;
}

/* prefix NULL: all of them. */
static void
ixrs_take(struct grader_source *s, const char *part, const char *key,
	  const char *neighbour, const char *prefix, const json_t *result)
{
	json_t *routes = json_object_get(s->draft, part);
	const json_t *row;
	const char *is;
	size_t i;

	json_array_foreach(result, i, row)
	{
		is = json_string_value(json_object_get(row, "prefix"));
		if (prefix == NULL || (is && strcmp(is, prefix) == 0))
			json_array_append_new(routes,
					      ixrs_route(row, key, neighbour));
	}
}

/* ---- asking */

enum { IXRS_OPEN = 16 }; /* at once; the route server has room for 32 */

static void
ixrs_ask_next(struct grader_source *s)
{
	struct source_question *q;
	json_t *args;

	while (s->link_ixrs && s->open < IXRS_OPEN && (q = s->unasked)) {
		s->unasked = q->next;
		s->open++;
		args = json_pack("{s:s}", "member", q->address);
		if (q->prefix)
			json_object_set_new(args, "prefix",
					    json_string(q->prefix));
		ctl_async_call(s->link_ixrs, q->verb, args, NULL, 0, q->got, q);
	}
}

static void
ixrs_ask(struct grader_source *s, const char *verb, const char *address,
	 const char *node, const char *prefix, ctl_reply_cb got)
{
	struct source_question *q = xcalloc(1, sizeof(*q));
	struct source_question **end = &s->questions;

	q->source = s;
	q->verb = verb;
	q->address = xstrdup(address);
	q->node = xstrdup(node);
	q->prefix = prefix;
	q->got = got;
	if (s->unasked)
		end = &s->unasked;
	while (*end)
		end = &(*end)->next;
	*end = q;
	if (s->unasked == NULL)
		s->unasked = q;
	s->pending++;
	ixrs_ask_next(s);
}

static void
ixrs_answered(struct grader_source *s)
{
	if (s->open > 0)
		s->open--;
	ixrs_ask_next(s);
	grader_source_answered(s);
}

static void
ixrs_got_received(void *arg, const json_t *result, const struct err *error)
{
	struct source_question *q = arg;

	if (error)
		ixrs_refused(q->source, error);
	else
		ixrs_take(q->source, "routes", "from", q->node, NULL, result);
	ixrs_answered(q->source);
}

/* ---- what was sent */

static void
ixrs_got_sent(void *arg, const json_t *result, const struct err *error)
{
	struct source_question *q = arg;

	if (error)
		ixrs_refused(q->source, error);
	else
		ixrs_take(q->source, "sent", "to", q->node, q->prefix, result);
	ixrs_answered(q->source);
}

/* Why it was not: of each path that the member did not get. */
static void
ixrs_got_explained(void *arg, const json_t *result, const struct err *error)
{
	struct source_question *q = arg;
	json_t *rows = json_object_get(q->source->draft, "explained");
	const json_t *row;
	size_t i;

	json_array_foreach(error ? NULL : result, i, row)
	{
		json_t *o = json_pack("{s:s}", "to", q->node);

		json_object_set(o, "prefix", json_object_get(row, "prefix"));
		json_object_set(o, "why", json_object_get(row, "why"));
		json_array_append_new(rows, o);
	}
	ixrs_answered(q->source);
}

static void
ixrs_ask_sent(struct grader_source *s, const json_t *session)
{
	const char *address =
	    json_string_value(json_object_get(session, "address"));
	const char *to = json_string_value(json_object_get(session, "with"));
	const struct source_sent *w;

	for (w = s->sents; w && address && s->link_ixrs; w = w->next) {
		if (!grader_source_is_sent(s, w, to))
			continue;
		if (w->prefix == NULL || !grader_source_all_sent(s, to))
			ixrs_ask(s, "sent", address, to, w->prefix,
				 ixrs_got_sent);
		if (w->prefix && s->link_ixrs)
			ixrs_ask(s, "explain", address, to, w->prefix,
				 ixrs_got_explained);
	}
}

static void
ixrs_got_sessions(void *arg, const json_t *result, const struct err *error)
{
	struct grader_source *s = arg;
	json_t *sessions;
	const json_t *row;
	size_t i;

	if (error == NULL && s->sents) {
		s->pending++; /* until all questions are asked */
		grader_source_sessions(s, result, error, ixrs_session);
		sessions = json_incref(json_object_get(s->draft, "sessions"));
		json_array_foreach(sessions, i, row)
		{
			ixrs_ask_sent(s, row);
		}
		json_decref(sessions);
		grader_source_answered(s);
		return;
	}
	grader_source_sessions(s, result, error, ixrs_session);
}

/* ---- a round */

void
source_ixrs_begin(struct grader_source *s)
{
	struct source_from *f;

	json_object_set_new(s->draft, "sessions", json_array());
	json_object_set_new(s->draft, "routes", json_array());
	json_object_set_new(s->draft, "explained", json_array());
	s->pending++;
	ctl_async_call(s->link_ixrs, "sessions", NULL, NULL, 0,
		       ixrs_got_sessions, s);
	for (f = s->asks & GRADER_ASK_ROUTES ? s->froms : NULL;
	     f && s->link_ixrs; f = f->next)
		ixrs_ask(s, "received", f->address, f->node, NULL,
			 ixrs_got_received);
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

void
source_ixrs_connected(struct grader_source *s, int fd)
{
	struct err e;

	s->link_ixrs =
	    ctl_async_adopt(s->look->loop, fd, ixrs_event, ixrs_gone, s, &e);
	if (s->link_ixrs)
		ctl_async_call(s->link_ixrs, "subscribe", NULL, NULL, 0, NULL,
			       NULL);
}
