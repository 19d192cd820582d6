/*
 * grader_source_ixpeer: a round with a robot: its rows of "robots". All robots of
 * a lab are one process, which tells of all of them; what it tells of this one
 * marks the node dirty. It announces on its own account, and is asked for no
 * routes.
 */
#include <string.h>

#include "base/str.h"
#include "grader/grader_kind.h"
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
	json_object_set_new(
	    o, "established",
	    json_boolean(state && strcmp(state, "Established") == 0));
	return o;
}

static void
ixpeer_got(void *arg, const json_t *result, const struct err *error)
{
	grader_source_sessions(arg, result, error, ixpeer_session);
}

void
source_ixpeer_begin(struct grader_source *s)
{
	json_object_set_new(s->draft, "sessions", json_array());
	json_object_set_new(s->draft, "routes", json_array());
	s->pending++;
	ctl_async_call(s->link_ixrs, "robots",
		       json_pack("{s:s}", "robot", s->node), NULL, 0,
		       ixpeer_got, s);
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
