/*
 * The server. libuv tells when a socket is ready; reading and writing are ours,
 * because of the descriptors. Bytes become frames (ctl_wire), a frame becomes a
 * request, the handler answers it now or later, and answers and events wait in
 * the client's outbox until the socket takes them.
 *
 * Only the watcher of a client ends that client: whoever else finds a reason (a
 * full outbox, a failed write) dooms it by shutting the socket down, which wakes
 * the watcher. So on_closed never comes out of a reply or an event in the
 * middle of its caller's work. A request keeps its client's memory, and a client
 * its server's, until it is answered.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/str.h"
#include "ctl/ctl_serving.h"

#define CTL_MAX_CLIENTS 256
#define CTL_MAX_OPEN 1024 /* requests of a client */
#define CTL_LINGER_MS 250 /* for last words, all clients together */
#define CTL_PATIENCE_MS 30000

/* ---- lives */

static void
ctl_server_release(struct ctl_server *s)
{
	if (--s->refs > 0)
		return;
	free(s->path);
	free(s);
}

void
ctl_client_release(struct ctl_client *c)
{
	if (--c->refs > 0)
		return;
	ctl_server_release(c->server);
	free(c);
}

static void
ctl_client_unwatched(uv_handle_t *h)
{
	ctl_client_release(h->data);
}

static void
ctl_client_close(struct ctl_client *c)
{
	struct ctl_server *s = c->server;

	if (c->fd < 0)
		return;
	if (c->prev)
		c->prev->next = c->next;
	else
		s->clients = c->next;
	if (c->next)
		c->next->prev = c->prev;
	s->nclients--;
	uv_close((uv_handle_t *)&c->poll, ctl_client_unwatched);
	close(c->fd);
	c->fd = -1;
	ctl_inbox_clear(&c->in);
	ctl_outbox_clear(&c->out);
	if (s->on_closed)
		s->on_closed(s->arg, c);
}

void
ctl_client_doom(struct ctl_client *c)
{
	c->doomed = true;
	ctl_outbox_clear(&c->out);
	shutdown(c->fd, SHUT_RDWR);
}

/* ---- out */

static void ctl_client_ready(uv_poll_t *poll, int status, int events);

static void
ctl_client_watch(struct ctl_client *c)
{
	uv_poll_start(&c->poll, UV_READABLE | (c->out.first ? UV_WRITABLE : 0),
		      ctl_client_ready);
}

static void ctl_server_wait(struct ctl_server *s);

void
ctl_client_flush(struct ctl_client *c)
{
	size_t before = c->out.bytes;

	if (ctl_outbox_flush(&c->out, c->fd) < 0)
		ctl_client_doom(c);
	if (c->out.first == NULL)
		c->stuck = 0;
	else if (c->stuck == 0 || c->out.bytes < before)
		c->stuck = uv_now(c->server->loop);
	if (c->stuck != 0)
		ctl_server_wait(c->server);
	ctl_client_watch(c);
}

/* Who reads nothing keeps what it asked for in our memory. */
static void
ctl_server_look(uv_timer_t *t)
{
	struct ctl_server *s = t->data;
	bool waits = false;

	for (struct ctl_client *c = s->clients; c; c = c->next) {
		if (c->stuck == 0 || c->doomed)
			continue;
		waits = true;
		if (uv_now(s->loop) - c->stuck < s->patience)
			continue;
		log_warnx("ctl", "a client does not read what it asked for, "
				 "dropped");
		ctl_client_doom(c);
	}
	if (!waits)
		uv_timer_stop(t);
}

static void
ctl_server_wait(struct ctl_server *s)
{
	uint64_t every = s->patience / 4 + 1;

	if (s->fd >= 0 && !uv_is_active((uv_handle_t *)&s->timer))
		uv_timer_start(&s->timer, ctl_server_look, every, every);
}

void
ctl_server_patience(struct ctl_server *s, uint64_t ms)
{
	s->patience = ms;
}

/* ---- in */

static struct ctl_request *
ctl_request_new(struct ctl_client *c, json_int_t id)
{
	struct ctl_request *q = xcalloc(1, sizeof(*q));

	q->client = c;
	q->id = id;
	q->next = c->open;
	if (q->next)
		q->next->prev = q;
	c->open = q;
	c->nopen++;
	c->refs++;
	return q;
}

/* Hand one frame to the handler; its descriptors with it. */
static int
ctl_client_request(struct ctl_client *c, struct ctl_msg *m, struct err *e)
{
	const json_t *id = json_object_get(m->value, "id");
	const char *verb = json_string_value(json_object_get(m->value, "verb"));
	json_t *args = json_object_get(m->value, "args");
	size_t nfds = m->nfds;

	if (!json_is_integer(id) || verb == NULL ||
	    (args && !json_is_object(args)))
		return err_here(e, "a frame is not a request");
	if (c->nopen == CTL_MAX_OPEN)
		return err_here(e, "more than %d requests are open",
				CTL_MAX_OPEN);
	args = args ? json_incref(args) : json_object();
	m->nfds = 0;
	c->server->handler(c->server->arg,
			   ctl_request_new(c, json_integer_value(id)), verb,
			   args, m->fds, nfds);
	json_decref(args);
	return 0;
}

static int
ctl_client_read(struct ctl_client *c, struct err *e)
{
	struct ctl_msg m;
	int rc = ctl_inbox_fill(&c->in, c->fd, e);

	if (rc <= 0)
		return rc;
	while (c->fd >= 0 && !c->doomed &&
	       (rc = ctl_inbox_next(&c->in, &m, e)) == 1) {
		rc = ctl_client_request(c, &m, e);
		ctl_msg_clear(&m);
		if (rc < 0)
			return -1;
	}
	return c->fd >= 0 && !c->doomed ? rc : 0;
}

static void
ctl_client_ready(uv_poll_t *poll, int status, int events)
{
	struct ctl_client *c = poll->data;
	struct err e;

	(void)events;
	if (status < 0 || c->doomed) {
		ctl_client_close(c);
		return;
	}
	if (ctl_client_read(c, &e) < 0) {
		log_debug("ctl", "client closed: %s", e.msg);
		ctl_client_close(c);
		return;
	}
	if (c->fd >= 0)
		ctl_client_flush(c);
}

/* ---- accepting */

static void
ctl_client_new(struct ctl_server *s, int fd)
{
	struct ctl_client *c = xcalloc(1, sizeof(*c));

	if (uv_poll_init(s->loop, &c->poll, fd) < 0) {
		close(fd);
		free(c);
		return;
	}
	c->poll.data = c;
	c->server = s;
	c->fd = fd;
	c->refs = 1;
	c->next = s->clients;
	if (c->next)
		c->next->prev = c;
	s->clients = c;
	s->nclients++;
	s->refs++;
	ctl_client_watch(c);
}

/* Out of descriptors: a caller left in the backlog would wake us for ever, so
 * let him in with the spare one and show him the door. */
static void
ctl_server_turn_away(struct ctl_server *s)
{
	int fd;

	if (s->spare >= 0)
		close(s->spare);
	fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0)
		close(fd);
	s->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
	log_warnx("ctl", "too many open files, a client was turned away");
}

static void
ctl_server_ready(uv_poll_t *poll, int status, int events)
{
	struct ctl_server *s = poll->data;
	int fd;

	(void)events;
	if (status < 0)
		return;
	fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE)
			ctl_server_turn_away(s);
		return;
	}
	if (!ctl_wire_trusted(fd)) {
		log_warnx("ctl", "refused a client of another user");
		close(fd);
	} else if (s->nclients >= CTL_MAX_CLIENTS) {
		log_warnx("ctl", "more than %d clients, the last was refused",
			  CTL_MAX_CLIENTS);
		close(fd);
	} else {
		ctl_client_new(s, fd);
	}
}

struct ctl_server *
ctl_server_new(uv_loop_t *loop, int fd, ctl_handler handler,
	       ctl_closed_cb on_closed, void *arg)
{
	struct ctl_server *s = xcalloc(1, sizeof(*s));
	struct sockaddr_un sun = {0};
	socklen_t len = sizeof(sun);
	int rc;

	s->loop = loop;
	s->fd = fd;
	s->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
	s->handler = handler;
	s->on_closed = on_closed;
	s->arg = arg;
	s->refs = 2;
	s->patience = CTL_PATIENCE_MS;
	uv_timer_init(loop, &s->timer);
	s->timer.data = s;
	if (getsockname(fd, (struct sockaddr *)&sun, &len) == 0 &&
	    sun.sun_path[0] != '\0')
		s->path = xstrndup(sun.sun_path, sizeof(sun.sun_path));
	rc = uv_poll_init(loop, &s->poll, fd);
	assert(rc == 0);
	s->poll.data = s;
	rc = uv_poll_start(&s->poll, UV_READABLE, ctl_server_ready);
	assert(rc == 0);
	(void)rc;
	return s;
}

/* ---- the end */

static void
ctl_client_last_words(struct ctl_client *c, uint64_t deadline)
{
	struct pollfd p = {.fd = c->fd, .events = POLLOUT};
	struct ctl_request *q;
	struct err e;
	uint64_t now;

	err_here(&e, "the program is stopping");
	for (q = c->open; q; q = q->next) {
		ctl_request_refuse(q, &e);
		q->refused = true;
	}
	while (!c->doomed && ctl_outbox_flush(&c->out, c->fd) == 0) {
		now = uv_hrtime() / 1000000;
		if (now >= deadline || poll(&p, 1, (int)(deadline - now)) <= 0)
			break;
	}
}

static void
ctl_server_unwatched(uv_handle_t *h)
{
	ctl_server_release(h->data);
}

void
ctl_server_close(struct ctl_server *s)
{
	uint64_t deadline = uv_hrtime() / 1000000 + CTL_LINGER_MS;

	if (s == NULL || s->fd < 0)
		return;
	uv_close((uv_handle_t *)&s->poll, ctl_server_unwatched);
	uv_close((uv_handle_t *)&s->timer, ctl_server_unwatched);
	close(s->fd);
	s->fd = -1;
	if (s->spare >= 0)
		close(s->spare);
	if (s->path)
		unlink(s->path);
	while (s->clients) {
		ctl_client_last_words(s->clients, deadline);
		ctl_client_close(s->clients);
	}
}
