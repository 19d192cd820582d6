/*
 * server_read: bytes from a connection, cut into messages.
 *
 * All connections are read into one buffer of the server; only the beginning of
 * a message whose end has not come stays with its connection, and is put in
 * front of what comes next. A connection that has filled the buffer once pauses
 * until the others have been read, too. What the loop would read later can be read
 * now, where it matters: a member's new connection tells that something has become
 * of the old one.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/str.h"
#include "rs/server/server_state.h"

/* Who was read by the other thread is read on although so many nets are not decided
 * yet: that thread is to have work. */
#define READ_BACKLOG 32768

static void
read_alloc(uv_handle_t *h, size_t hint, uv_buf_t *buf)
{
	struct server_conn *c = h->data;
	struct server *s = c->s;

	(void)hint;
	if (c->rest_len > 0)
		memcpy(s->in, c->rest, c->rest_len);
	*buf = uv_buf_init((char *)s->in + c->rest_len,
			   (unsigned int)(SERVER_IN - c->rest_len));
}

static void
read_bad_header(struct server_conn *c, const struct bgp_problem *problem)
{
	struct bgp_event ev = {.type = BGP_EV_MSG_ERROR,
			       .side = c->side,
			       .notify = &problem->notify,
			       .text = problem->text};

	server_member_step(c->m, &ev);
}

/* How many of the bytes were whole messages. c->m becomes NULL when one ends the
 * connection. */
static size_t
read_cut(struct server_conn *c, const uint8_t *data, size_t n)
{
	struct bgp_problem problem = {0};
	size_t at = 0, len = 0;

	while (c->m != NULL) {
		if (bgp_frame(bgp_fsm_terms(&c->m->fsm, c->side), data + at,
			      n - at, &len, &problem) != BGP_OK) {
			read_bad_header(c, &problem);
			break;
		}
		if (len == 0)
			break;
		server_member_receive(c->m, c->side, data + at, len);
		at += len;
	}
	return at;
}

static void
read_keep(struct server_conn *c, const uint8_t *data, size_t n)
{
	if (n != c->rest_len) {
		free(c->rest);
		c->rest = n > 0 ? xmalloc(n) : NULL;
		c->rest_len = n;
	}
	if (n > 0)
		memcpy(c->rest, data, n);
}

static void
read_pause(struct server_conn *c)
{
	c->paused = true;
	c->s->n_paused++;
	server_turn_soon(c->s);
}

/* Enough for now? */
static void
read_count(struct server_conn *c, size_t n)
{
	if (c->turn != c->s->turn) {
		c->turn = c->s->turn;
		c->turn_read = 0;
	}
	c->turn_read += n;
	if ((c->turn_read < SERVER_TURN && c->job == NULL) || c->closing)
		return;
	uv_read_stop((uv_stream_t *)&c->tcp);
	if (c->job == NULL) /* else server_read_on follows */
		read_pause(c);
}

static void
read_some(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct server_conn *c = stream->data;
	uint8_t *data = c->s->in;

	(void)buf;
	if (n < 0) {
		server_conn_ended(c, (int)n);
		return;
	}
	if (n == 0)
		return;
	size_t len = c->rest_len + (size_t)n, at = 0;
	if (c->m != NULL)
		at = server_ahead_take(c, data, len);
	if (c->m != NULL && at == 0)
		at = read_cut(c, data, len);
	if (c->m != NULL)
		read_keep(c, data + at, len - at);
	else /* on its way out: nobody wants to know */
		read_keep(c, NULL, 0);
	read_count(c, (size_t)n);
}

void
server_read(struct server_conn *c)
{
	uv_read_start((uv_stream_t *)&c->tcp, read_alloc, read_some);
}

/* Has the member closed its end? Then there is a bound to what can be read. */
static bool
read_is_last(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLRDHUP};

	return poll(&p, 1, 0) > 0;
}

void
server_read_now(struct server_conn *c)
{
	uv_os_fd_t fd;
	uv_buf_t buf;

	if (uv_fileno((uv_handle_t *)&c->tcp, &fd) < 0)
		return;
	bool last = read_is_last(fd);
	server_ahead_finish(c);
	while (c->m != NULL && !c->closing && (last || !c->paused)) {
		read_alloc((uv_handle_t *)&c->tcp, 0, &buf);
		ssize_t n = recv(fd, buf.base, buf.len, MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		read_some((uv_stream_t *)&c->tcp,
			  n > 0	   ? n
			  : n == 0 ? UV_EOF
				   : uv_translate_sys_error(errno),
			  &buf);
		server_ahead_finish(c);
	}
}

void
server_read_on(struct server_conn *c)
{
	size_t undecided = 0;

	for (int f = 0; f < SERVER_FAMILIES; f++)
		undecided += rib_changed_count(c->s->table[f].rib);
	if (undecided < READ_BACKLOG)
		server_read(c);
	else
		read_pause(c);
}

void
server_read_resume(struct server *s)
{
	if (s->n_paused == 0)
		return;
	for (struct server_conn *c = s->conns; c != NULL; c = c->next) {
		if (!c->paused)
			continue;
		c->paused = false;
		server_read(c);
	}
	s->n_paused = 0;
}
