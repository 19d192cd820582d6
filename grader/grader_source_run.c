/*
 * grader_source_run: a round with a daemon that is asked by a program of its own
 * (model_kind.h: sessions), run in its node: vtysh, gobgp, bgpctl.
 *
 *	exec ──> program ── JSON by a pipe ──> model_sessions_read ──> sessions
 *
 * A process costs more than a question on a socket, so a round begins when the
 * daemon's log tells of a session (the supervisor's event "sessions"), once more
 * a moment later, and never sooner than RUN_GAP_MS after the last. A program that
 * hangs is killed with its round.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "grader/grader_kind.h"
#include "grader/grader_look_priv.h"

#define RUN_GAP_MS 400
#define RUN_AGAIN_MS 1000 /* after news: what was in passing has settled */

struct source_run {
	uv_pipe_t pipe;
	struct grader_source *source;
	struct str text;
};

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

void
source_run_hang_up(struct grader_source *s)
{
	if (s->run == NULL)
		return;
	uv_close((uv_handle_t *)&s->run->pipe, run_closed);
	s->run = NULL;
	run_kill(s);
}

static json_t *
run_session(const struct grader_source *s, json_t *row)
{
	const char *address =
	    json_string_value(json_object_get(row, "address"));

	json_object_set_new(row, "with",
			    json_string(grader_look_holder(s->look, address)));
	return row;
}

static void
run_over(struct source_run *r)
{
	struct grader_source *s = r->source;
	json_t *rows = model_sessions_read(s->asked, str_text(&r->text),
					   r->text.len),
	       *row;
	size_t i;

	s->run_pid = 0; /* it has ended, or will: nobody listens */
	source_run_hang_up(s);
	if (rows == NULL) {
		grader_source_lost(s, "its daemon does not answer");
		return;
	}
	json_array_foreach(rows, i, row)
	{
		run_session(s, row);
	}
	json_object_set_new(s->draft, "sessions", rows);
	s->retry_at = s->round_at + RUN_GAP_MS;
	grader_source_answered(s);
}

static void
run_room(uv_handle_t *h, size_t suggested, uv_buf_t *buf)
{
	static char room[65536]; /* one reader at a time */

	(void)h;
	(void)suggested;
	*buf = uv_buf_init(room, sizeof(room));
}

static void
run_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct source_run *r = stream->data;

	if (n > 0)
		str_addn(&r->text, buf->base, (size_t)n);
	if (n < 0 || r->text.len > MODEL_SESSIONS_MAX)
		run_over(r);
}

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
}

static json_t *
run_args(const struct grader_source *s)
{
	const char *const *word;
	json_t *argv = json_array();

	for (word = s->asked->sessions->argv; *word != NULL; word++)
		json_array_append_new(argv, json_string(*word));
	return json_pack("{ss so sb}", "node", s->node, "argv", argv, "pty", 0);
}

static void
run_begin(struct grader_source *s, int fd)
{
	struct source_run *r = xcalloc(1, sizeof(*r));

	r->source = s;
	s->run = r;
	uv_pipe_init(s->look->loop, &r->pipe, 0);
	r->pipe.data = r;
	uv_pipe_open(&r->pipe, fd);
	uv_read_start((uv_stream_t *)&r->pipe, run_room, run_read);
}

void
source_run_begin(struct grader_source *s)
{
	int p[2] = {-1, -1}, null = open("/dev/null", O_RDWR | O_CLOEXEC),
	    fds[3];

	s->pending++;
	json_object_set_new(s->draft, "routes", json_array());
	if (null < 0 || pipe2(p, O_CLOEXEC) < 0) {
		grader_source_lost(s, strerror(errno));
		if (null >= 0)
			close(null);
		return;
	}
	run_begin(s, p[0]);
	fds[0] = fds[2] = null;
	fds[1] = p[1];
	s->starting = true;
	ctl_async_call(s->look->super, "exec", run_args(s), fds, 3, run_started,
		       s);
	close(null);
	close(p[1]);
}

void
source_run_news(struct grader_source *s)
{
	s->again_at = uv_now(s->look->loop) + RUN_AGAIN_MS;
	grader_look_dirty(s->look, s);
}
