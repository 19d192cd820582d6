/*
 * grader_source_ixpeer: a round with a robot: its rows of "robots", and how it
 * holds each prefix that a check is about; a robot that keeps no attributes says
 * only that it does. All robots of a lab are one process, which tells of all of
 * them; what it tells of this one marks the node dirty.
 */
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"
#include "grader/grader_look_priv.h"

static json_t *
ixpeer_session(const struct grader_source *s, const json_t *row)
{
	const char *peer = json_string_value(json_object_get(row, "peer"));
	const char *state = json_string_value(json_object_get(row, "state"));
	json_t *o = json_object();

	peer = peer ? peer : "";
	json_object_set_new(o, "with",
			    json_string(grader_look_holder(s->look, peer)));
	json_object_set_new(o, "address", json_string(peer));
	json_object_set_new(o, "family",
			    json_string(strchr(peer, ':') ? "ipv6" : "ipv4"));
	json_object_set(o, "state", json_object_get(row, "state"));
	json_object_set(o, "last_error", json_object_get(row, "last_error"));
	json_object_set(o, "local_asn", json_object_get(row, "asn"));
	json_object_set(o, "flaps", json_object_get(row, "flaps"));
	if (state && strcmp(state, "Established") == 0)
		json_object_set(o, "up_ms", json_object_get(row, "since_ms"));
	json_object_set_new(
	    o, "established",
	    json_boolean(state && strcmp(state, "Established") == 0));
	return o;
}

static json_t *
ixpeer_route(const struct grader_source *s, const json_t *row)
{
	const char *prefix = out_text(row, "prefix");
	json_t *o = json_pack(
	    "{s:s, s:s, s:s, s:s}", "prefix", prefix, "state", "accepted",
	    "family", strchr(prefix, ':') ? "ipv6" : "ipv4", "from",
	    grader_look_holder(s->look, out_text(row, "peer")));

	json_object_set(o, "next_hop", json_object_get(row, "next_hop"));
	json_object_set(o, "origin", json_object_get(row, "origin"));
	json_object_set(o, "med", json_object_get(row, "med"));
	json_object_set_new(o, "as_path",
			    evidence_path(out_text(row, "as_path")));
	json_object_set_new(o, "communities",
			    evidence_path(out_text(row, "communities")));
	json_object_set_new(o, "large_communities",
			    evidence_path(out_text(row, "large_communities")));
	return o;
}

static void
ixpeer_got_routes(void *arg, const json_t *result, const struct err *error)
{
	struct source_word *w = arg;
	struct grader_source *s = w->source;
	json_t *routes = json_object_get(s->draft, "routes");
	const json_t *row;
	size_t i;

	if (error)
		grader_source_cannot(s, error->msg);
	json_array_foreach(error ? NULL : result, i, row)
	{
		json_array_append_new(routes, ixpeer_route(s, row));
	}
	grader_source_answered(s);
}

static void
ixpeer_got(void *arg, const json_t *result, const struct err *error)
{
	grader_source_sessions(arg, result, error, ixpeer_session);
}

void
source_ixpeer_begin(struct grader_source *s)
{
	struct source_word *w;

	json_object_set_new(s->draft, "sessions", json_array());
	json_object_set_new(s->draft, "routes", json_array());
	s->pending++;
	for (w = s->prefixes; w; w = w->next)
		s->pending++;
	ctl_async_call(s->link_ixrs, "robots",
		       json_pack("{s:s}", "robot", s->node), NULL, 0,
		       ixpeer_got, s);
	for (w = s->prefixes; w && s->link_ixrs; w = w->next)
		ctl_async_call(s->link_ixrs, "routes",
			       json_pack("{s:s, s:s}", "robot", s->node,
					 "prefix", w->text),
			       NULL, 0, ixpeer_got_routes, w);
}

static void
ixpeer_event(void *arg, const char *event, const json_t *data)
{
	struct grader_source *s = arg;
	const char *robot = json_string_value(json_object_get(data, "robot"));

	(void)event;
	if (robot && strcmp(robot, s->node) == 0)
		grader_look_dirty(s->look, s);
}

static void
ixpeer_gone(void *arg, const char *why)
{
	grader_source_lost(arg, why);
}

void
source_ixpeer_connected(struct grader_source *s, int fd)
{
	struct err e;

	s->link_ixrs = ctl_async_adopt(s->look->loop, fd, ixpeer_event,
				       ixpeer_gone, s, &e);
	if (s->link_ixrs)
		ctl_async_call(s->link_ixrs, "subscribe", NULL, NULL, 0, NULL,
			       NULL);
}
