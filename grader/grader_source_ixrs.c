/*
 * grader_source_ixrs: a round with our route server: "sessions", and "received"
 * of each address that matters. Its events mark the node dirty.
 */
#include <string.h>

#include "base/ip.h"
#include "base/out.h"
#include "base/str.h"
#include "grader/grader_kind.h"
#include "grader/grader_look_priv.h"

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
	grader_source_sessions(arg, result, error, ixrs_session);
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
	grader_source_answered(f->source);
}

void
source_ixrs_begin(struct grader_source *s)
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
