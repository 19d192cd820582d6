/*
 * grader_source_bird: a round with BIRD.
 *
 * "show protocols all", then of each session that matters "show route ... all",
 * accepted and filtered; of the trainee's BIRD also whether the file on disk is
 * good and read.
 *
 * Observers get "restrict" before anything else is asked, so that nothing can
 * be changed over that connection; only their debug mask is set before, for the
 * log lines are what wakes us. The trainee's own daemon is not restricted,
 * because BIRD counts "configure check" among what may not be done then.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_kind.h"
#include "grader/grader_look_priv.h"

#define SOURCE_UNREAD_S 0.05 /* clocks of files are coarse */

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

/* What marks and where from the rows of one answer are. */
static void
bird_row(struct grader_source *s, const struct source_route *q, json_t *r)
{
	bool rejected = q->part == SOURCE_REJECTED;
	_free_ char *why = xasprintf("the import filter of %s", s->node);

	bird_route_marks(r, q->asn, q->local_asn);
	if (q->part == SOURCE_SENT) {
		json_object_set_new(r, "to", json_string(q->node));
		return;
	}
	json_object_set_new(r, "from", json_string(q->node));
	json_object_set_new(r, "state",
			    json_string(rejected ? "rejected" : "accepted"));
	if (!rejected)
		return;
	json_object_set_new(r, "reason", json_string("filtered"));
	json_object_set_new(r, "reason_text", out_str(why));
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
		bird_row(s, q, r);
	}
	json_array_extend(json_object_get(s->draft, q->part == SOURCE_SENT
							? "sent"
							: "routes"),
			  rows);
	json_decref(rows);
	grader_source_answered(s);
}

static unsigned int
bird_number(const json_t *session, const char *key)
{
	return (unsigned int)json_integer_value(json_object_get(session, key));
}

static void
bird_ask_routes(struct grader_source *s, const json_t *session,
		enum source_part part, const char *prefix)
{
	const char *name = json_string_value(json_object_get(session, "name"));
	const char *with = json_string_value(json_object_get(session, "with"));
	_free_ char *question = xasprintf(
	    "show route %s%s%s%s %s all", prefix ? prefix : "",
	    prefix ? " " : "", part == SOURCE_REJECTED ? "filtered " : "",
	    part == SOURCE_SENT ? "export" : "protocol", name);

	s->routes =
	    xreallocarray(s->routes, s->nroutes + 1, sizeof(*s->routes));
	s->routes[s->nroutes++] = (struct source_route){
	    .node = xstrdup(with),
	    .part = part,
	    .asn = bird_number(session, "asn"),
	    .local_asn = bird_number(session, "local_asn")};
	s->pending++;
	grader_bird_ask(s->link_bird, question, bird_got_routes, s);
}

/* A session that is not up has sent nothing; what its filter would let out is
 * another question. */
static void
bird_ask_session(struct grader_source *s, const json_t *p)
{
	const char *name = json_string_value(json_object_get(p, "name"));
	const char *with = json_string_value(json_object_get(p, "with"));
	const struct source_sent *w;

	if (s->trainee || strpbrk(name, "'\" {};"))
		return;
	if (s->asks & GRADER_ASK_ROUTES && grader_source_wants(s, with)) {
		bird_ask_routes(s, p, SOURCE_ACCEPTED, NULL);
		bird_ask_routes(s, p, SOURCE_REJECTED, NULL);
	}
	for (w = s->sents; w; w = w->next) {
		if (grader_source_is_sent(s, w, with) &&
		    (w->prefix == NULL || !grader_source_all_sent(s, with)) &&
		    json_is_true(json_object_get(p, "established")))
			bird_ask_routes(s, p, SOURCE_SENT, w->prefix);
	}
}

/* "since", a time of the clock, as an age. */
static void
bird_set_age(json_t *p)
{
	const char *since = json_string_value(json_object_get(p, "since"));
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (since && json_is_true(json_object_get(p, "established")))
		json_object_set_new(
		    p, "up_ms",
		    json_integer(
			bird_age_ms(since, (double)now.tv_sec +
					       1e-9 * (double)now.tv_nsec)));
}

static void
bird_got_protocols(void *arg, const struct bird_reply *reply)
{
	struct grader_source *s = arg;
	json_t *sessions = bird_protocols(reply), *p;
	size_t i;

	bird_add_with(s, sessions);
	json_array_foreach(sessions, i, p)
	{
		bird_set_age(p);
		bird_ask_session(s, p);
	}
	json_object_set_new(s->draft, "sessions", sessions);
	grader_source_answered(s);
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
	grader_source_answered(s);
}

static void
bird_got_status(void *arg, const struct bird_reply *reply)
{
	struct grader_source *s = arg;
	double read = bird_reconfigured(reply), written = config_mtime(s);

	json_object_set_new(
	    config_draft(s), "unread",
	    json_boolean(read > 0 && written > read + SOURCE_UNREAD_S));
	grader_source_answered(s);
}

void
source_bird_begin(struct grader_source *s)
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

void
source_bird_connected(struct grader_source *s, int fd)
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
