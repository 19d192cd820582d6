/*
 * grader_source_run: a round with a daemon that is asked by a program of its own,
 * run in its node: vtysh, gobgp, bgpctl.
 *
 *	exec ──> program ── JSON by a pipe ──> model_sessions_read ──> sessions
 *	  ^                                ├─> grader_daemon_read ──> routes, sent
 *	  └── the next of the round <──────┘
 *
 * The sessions come first, then of the trainee's whether the files on disk are good;
 * for sessions that stand and matter, what came over each, what was taken of it and
 * what is sent. A process costs more than a question on a
 * socket, so a round begins when the daemon's log tells of a session (the
 * supervisor's event "sessions"), once more a moment later, and never sooner than
 * RUN_GAP_MS after the last. A program that hangs is killed with its round.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"
#include "grader/grader_look_priv.h"

#define RUN_GAP_MS 400
#define RUN_AGAIN_MS 1000 /* after news: what was in passing has settled */

struct source_run {
	uv_pipe_t pipe;
	struct grader_source *source;
	struct str text;
	bool over; /* it has said all; its pid is not known yet */
};

struct source_next { /* a question about routes, or the files */
	struct source_next *next;
	bool config;
	struct daemon_question q;
	bool asked;
};

static void run_begin(struct grader_source *s, json_t *argv, bool errors);

static json_t *
run_words(const char *const *words)
{
	json_t *argv = json_array();

	for (; *words != NULL; words++)
		json_array_append_new(argv, json_string(*words));
	return argv;
}

/* ---- the end of a program */

static void
run_closed(uv_handle_t *h)
{
	struct source_run *r = h->data;

	str_clear(&r->text);
	free(r);
}

static void
run_kill(struct grader_source *s)
{
	if (s->run_pid > 0 && s->look->super)
		ctl_async_call(s->look->super, "signal",
			       json_pack("{sI si}", "pid",
					 (json_int_t)s->run_pid, "signal",
					 SIGKILL),
			       NULL, 0, NULL, NULL);
	s->run_pid = 0;
}

static void
run_close(struct grader_source *s)
{
	if (s->run)
		uv_close((uv_handle_t *)&s->run->pipe, run_closed);
	s->run = NULL;
}

static void
run_drop_next(struct grader_source *s)
{
	struct source_next *n = s->next_run;

	s->next_run = n->next;
	if (s->next_run == NULL)
		s->last_run = NULL;
	json_decref((json_t *)(uintptr_t)n->q.session);
	free(n);
}

void
source_run_hang_up(struct grader_source *s)
{
	if (s->run) {
		run_close(s);
		run_kill(s);
	}
	while (s->next_run)
		run_drop_next(s);
	json_decref(s->received);
	s->received = NULL;
}

/* ---- what else there is to ask */

static void
run_ask(struct grader_source *s, const struct daemon_question *q)
{
	struct source_next *n = xcalloc(1, sizeof(*n));

	n->config = q == NULL;
	if (q)
		n->q = *q;
	json_incref((json_t *)(uintptr_t)n->q.session);
	if (s->last_run)
		s->last_run->next = n;
	else
		s->next_run = n;
	s->last_run = n;
}

static bool
run_is_told(const struct grader_source *s, const char *to, const char *prefix)
{
	const struct source_sent *w;

	for (w = s->sents; w; w = w->next) {
		if (*to && (w->to == NULL || strcmp(w->to, to) == 0) &&
		    (prefix == NULL || w->prefix == NULL ||
		     strcmp(w->prefix, prefix) == 0))
			return true;
	}
	return false;
}

static bool
run_wants(const struct grader_source *s, const json_t *session,
	  enum daemon_part part)
{
	const char *with = out_text(session, "with");

	if (!json_is_true(json_object_get(session, "established")))
		return false;
	return part == DAEMON_SENT ? run_is_told(s, with, NULL)
				   : grader_source_wants(s, with);
}

static enum ip_family
run_family(const json_t *session)
{
	return strcmp(out_text(session, "family"), "ipv6") == 0 ? IP_V6 : IP_V4;
}

static void
run_ask_part(struct grader_source *s, enum daemon_part part)
{
	bool whole = part == DAEMON_ACCEPTED && s->daemon->whole,
	     asked[2] = {0};
	enum ip_family family;
	json_t *session;
	size_t i;

	json_array_foreach(json_object_get(s->draft, "sessions"), i, session)
	{
		family = run_family(session);
		if (!run_wants(s, session, part) ||
		    (whole && asked[family == IP_V6]))
			continue;
		asked[family == IP_V6] = true;
		run_ask(s, &(struct daemon_question){part, family,
						     whole ? NULL : session});
	}
}

/* ---- answers */

static void
run_session(const struct grader_source *s, json_t *row)
{
	const json_t *since = json_object_get(row, "up_since");
	json_int_t up = time(NULL) - json_integer_value(since);

	json_object_set_new(
	    row, "with",
	    json_string(grader_look_holder(s->look, out_text(row, "address"))));
	if (!json_is_true(json_object_get(row, "established")))
		json_object_del(row, "up_ms");
	else if (since)
		json_object_set_new(row, "up_ms",
				    json_integer(up > 0 ? up * 1000 : 0));
}

static int
run_take_sessions(struct grader_source *s, const struct str *text)
{
	json_t *rows = model_sessions_read(s->asked, str_text(text), text->len),
	       *row;
	size_t i;

	if (rows == NULL) {
		grader_source_lost(s, "its daemon does not answer");
		return -1;
	}
	json_array_foreach(rows, i, row)
	{
		run_session(s, row);
	}
	json_object_set_new(s->draft, "sessions", rows);
	if (s->trainee && s->asks & GRADER_ASK_CONFIG)
		run_ask(s, NULL);
	if (s->daemon && !s->trainee) {
		run_ask_part(s, DAEMON_RECEIVED);
		run_ask_part(s, DAEMON_ACCEPTED);
		run_ask_part(s, DAEMON_SENT);
	}
	s->received = json_array();
	return 0;
}

/* Of a list of all, those that are wanted. */
static void
run_keep(struct grader_source *s, const struct daemon_question *q, json_t *rows,
	 json_t *to)
{
	bool sent = q->part == DAEMON_SENT;
	const char *node;
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		node = grader_look_holder(s->look, out_text(row, "address"));
		if (sent ? !run_is_told(s, node, out_text(row, "prefix"))
			 : !grader_source_wants(s, node))
			continue;
		json_object_set_new(row, sent ? "to" : "from",
				    json_string(node));
		json_array_append(to, row);
	}
}

/* The first line of what is wrong. */
static void
run_take_config(struct grader_source *s, const struct str *text)
{
	_free_ char *line =
	    xstrndup(str_text(text), strcspn(str_text(text), "\n"));
	json_t *config = json_pack("{sb}", "ok", *line == '\0');

	str_clean(line);
	if (*line)
		json_object_set_new(config, "error", out_str(line));
	json_object_set_new(s->draft, "config", config);
	run_drop_next(s);
}

static void
run_take_routes(struct grader_source *s, const struct str *text)
{
	const struct daemon_question *q = &s->next_run->q;
	json_t *rows =
	    grader_daemon_read(s->daemon, q, str_text(text), text->len);

	if (rows == NULL)
		grader_source_cannot(s, "what it says of its routes cannot be "
					"read");
	else
		run_keep(s, q, rows,
			 q->part == DAEMON_RECEIVED ? s->received
			 : q->part == DAEMON_SENT
			     ? json_object_get(s->draft, "sent")
			     : json_object_get(s->draft, "routes"));
	json_decref(rows);
	run_drop_next(s);
}

/* ---- the end of a round */

static unsigned int
run_asn(const struct grader_source *s, const char *address)
{
	const json_t *session;
	size_t i;

	json_array_foreach(json_object_get(s->draft, "sessions"), i, session)
	{
		if (strcmp(out_text(session, "address"), address) == 0)
			return (unsigned int)json_integer_value(
			    json_object_get(session, "asn"));
	}
	return 0;
}

static void
run_mark(const struct grader_source *s, json_t *row)
{
	_free_ char *why = xasprintf("the import filter of %s", s->node);

	bird_route_marks(row, run_asn(s, out_text(row, "address")), s->asn);
	if (*out_text(row, "reason"))
		json_object_set_new(row, "reason_text", json_string(why));
}

static void
run_done(struct grader_source *s)
{
	json_t *routes = json_object_get(s->draft, "routes"), *row;
	size_t i;

	if (json_is_array(routes)) {
		grader_daemon_judged(s->received, routes);
		s->received = NULL;
	}
	json_array_foreach(routes, i, row)
	{
		run_mark(s, row);
	}
	json_array_foreach(json_object_get(s->draft, "sent"), i, row)
	{
		run_mark(s, row);
	}
	json_decref(s->received);
	s->received = NULL;
	s->retry_at = s->round_at + RUN_GAP_MS;
	grader_source_answered(s);
}

static void
run_over(struct source_run *r)
{
	struct grader_source *s = r->source;

	s->run_pid = 0; /* it has ended, or will: nobody listens */
	s->ticks = 0;
	if (s->received == NULL && run_take_sessions(s, &r->text) < 0)
		return;
	else if (s->next_run && s->next_run->asked && s->next_run->config)
		run_take_config(s, &r->text);
	else if (s->next_run && s->next_run->asked)
		run_take_routes(s, &r->text);
	run_close(s);
	if (s->next_run) {
		s->next_run->asked = true;
		run_begin(s,
			  s->next_run->config
			      ? run_words(s->asked->sessions->tries)
			      : s->daemon->argv(&s->next_run->q),
			  s->next_run->config);
	} else {
		run_done(s);
	}
}

static void
run_room(uv_handle_t *h, size_t suggested, uv_buf_t *buf)
{
	static char room[65536]; /* one reader at a time */

	(void)h;
	(void)suggested;
	*buf = uv_buf_init(room, sizeof(room));
}

/* The pid of a program comes by another way than its words, and before the next
 * is asked for. */
static void
run_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct source_run *r = stream->data;

	if (n > 0)
		str_addn(&r->text, buf->base, (size_t)n);
	if (n >= 0 && r->text.len <= DAEMON_ANSWER_MAX)
		return;
	uv_read_stop(stream);
	r->over = true;
	if (!r->source->starting)
		run_over(r);
}

/* ---- the beginning of a program */

/* The answer to exec: of a round that is over, too. */
static void
run_started(void *arg, const json_t *result, const struct err *error)
{
	struct grader_source *s = arg;

	s->starting = false;
	if (error == NULL)
		s->run_pid =
		    (long)json_integer_value(json_object_get(result, "pid"));
	if (s->run == NULL)
		run_kill(s);
	else if (error)
		grader_source_lost(s, error->msg);
	else if (s->run->over)
		run_over(s->run);
}

static void
run_listen(struct grader_source *s, int fd)
{
	struct source_run *r = xcalloc(1, sizeof(*r));

	r->source = s;
	s->run = r;
	uv_pipe_init(s->look->loop, &r->pipe, 0);
	r->pipe.data = r;
	uv_pipe_open(&r->pipe, fd);
	uv_read_start((uv_stream_t *)&r->pipe, run_room, run_read);
}

/* argv is given up. errors: listen to what it says of those, too. */
static void
run_begin(struct grader_source *s, json_t *argv, bool errors)
{
	int p[2] = {-1, -1}, null = open("/dev/null", O_RDWR | O_CLOEXEC),
	    fds[3];
	json_t *args =
	    json_pack("{ss so sb}", "node", s->node, "argv", argv, "pty", 0);

	if (null < 0 || pipe2(p, O_CLOEXEC) < 0) {
		json_decref(args);
		grader_source_lost(s, strerror(errno));
		if (null >= 0)
			close(null);
		return;
	}
	run_listen(s, p[0]);
	fds[0] = null;
	fds[1] = p[1];
	fds[2] = errors ? p[1] : null;
	s->starting = true;
	ctl_async_call(s->look->super, "exec", args, fds, 3, run_started, s);
	close(null);
	close(p[1]);
}

void
source_run_begin(struct grader_source *s)
{
	s->pending++;
	json_object_set_new(s->draft, "routes", json_array());
	run_begin(s, run_words(s->asked->sessions->argv), false);
}

void
source_run_news(struct grader_source *s)
{
	s->again_at = uv_now(s->look->loop) + RUN_AGAIN_MS;
	grader_look_dirty(s->look, s);
}
