#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"
#include "ctl/ctl_wire.h"

struct ctl {
	int fd; /* -1 once the connection is of no more use */
	struct ctl_inbox in;
	json_t *events; /* those that came while a reply was awaited */
	json_int_t id;	/* of the last request */
};

struct ctl *
ctl_open(const char *name, struct err *e)
{
	int fd = ctl_wire_connect(name, e);
	struct ctl *c;

	if (fd < 0)
		return NULL;
	c = xcalloc(1, sizeof(*c));
	c->fd = fd;
	c->events = json_array();
	return c;
}

static void
ctl_hang_up(struct ctl *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	ctl_inbox_clear(&c->in);
}

void
ctl_close(struct ctl *c)
{
	if (c == NULL)
		return;
	ctl_hang_up(c);
	json_decref(c->events);
	free(c);
}

int
ctl_fd(const struct ctl *c)
{
	return c->fd;
}

/* ---- deadlines, in milliseconds of the monotonic clock; -1 is never */

static int64_t
ctl_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int64_t
ctl_deadline(int timeout_ms)
{
	return timeout_ms < 0 ? -1 : ctl_now() + timeout_ms;
}

/* 1 the socket is ready, 0 too late, -1 with errno. */
static int
ctl_wait(const struct ctl *c, short events, int64_t deadline)
{
	struct pollfd p = {.fd = c->fd, .events = events};
	int64_t left = -1;
	int rc;

	do {
		if (deadline >= 0) {
			left = deadline - ctl_now();
			if (left < 0)
				left = 0;
		}
		rc = poll(&p, 1, (int)left);
	} while (rc < 0 && errno == EINTR);
	return rc;
}

/* The next frame: 1, 0 too late, -1 gone. A peer that sends rubbish is gone. */
static int
ctl_receive(struct ctl *c, int64_t deadline, struct ctl_msg *m, struct err *e)
{
	int rc;

	if (c->fd < 0)
		return err_here(e, "the connection is gone");
	for (;;) {
		rc = ctl_inbox_next(&c->in, m, e);
		if (rc == 0 && (rc = ctl_inbox_fill(&c->in, c->fd, e)) == 1)
			continue;
		if (rc != 0)
			break;
		rc = ctl_wait(c, POLLIN, deadline);
		if (rc < 0)
			err_sys(e, "the connection broke");
		if (rc <= 0)
			break;
	}
	if (rc < 0)
		ctl_hang_up(c);
	return rc;
}

static int
ctl_too_late(const char *verb, int timeout_ms, struct err *e)
{
	return err_here(e, "no answer to \"%s\" within %d ms", verb,
			timeout_ms);
}

/* Half a frame cannot be taken back: whatever stops us here ends the
 * connection. */
static int
ctl_send(struct ctl *c, struct ctl_outbox *out, int64_t deadline,
	 const char *verb, int timeout_ms, struct err *e)
{
	int rc;

	while ((rc = ctl_outbox_flush(out, c->fd)) == 0) {
		rc = ctl_wait(c, POLLOUT, deadline);
		if (rc == 0)
			ctl_too_late(verb, timeout_ms, e);
		if (rc <= 0)
			break;
	}
	if (rc < 0)
		err_sys(e, "the connection broke");
	if (rc <= 0)
		ctl_hang_up(c);
	return rc <= 0 ? -1 : 0;
}

static int
ctl_ask(struct ctl *c, const char *verb, json_t *args, const int *fds,
	size_t nfds, int64_t deadline, int timeout_ms, struct err *e)
{
	struct ctl_outbox out = {0};
	json_t *q = ctl_wire_request(++c->id, verb, args, nfds);
	size_t len;
	uint8_t *data = ctl_frame_encode(q, &len);
	int rc;

	json_decref(q);
	if (data == NULL)
		return err_here(e, "the request \"%s\" is larger than %u bytes",
				verb, CTL_MAX);
	if (c->fd < 0) {
		free(data);
		return err_here(e, "the connection is gone");
	}
	if (ctl_outbox_add(&out, data, len, fds, nfds) < 0)
		return err_sys(e, "cannot pass a descriptor");
	rc = ctl_send(c, &out, deadline, verb, timeout_ms, e);
	ctl_outbox_clear(&out);
	return rc;
}

/* Ask and wait for the reply to this request; replies to earlier ones, which
 * came too late, are dropped. */
static int
ctl_exchange(struct ctl *c, const char *verb, json_t *args, const int *fds,
	     size_t nfds, int timeout_ms, struct ctl_msg *reply, struct err *e)
{
	int64_t deadline = ctl_deadline(timeout_ms);
	int rc;

	if (ctl_ask(c, verb, args, fds, nfds, deadline, timeout_ms, e) < 0)
		return -1;
	for (;;) {
		rc = ctl_receive(c, deadline, reply, e);
		if (rc == 0)
			return ctl_too_late(verb, timeout_ms, e);
		if (rc < 0)
			return -1;
		if (json_object_get(reply->value, "event"))
			json_array_append(c->events, reply->value);
		else if (json_integer_value(
			     json_object_get(reply->value, "id")) == c->id)
			return 0;
		ctl_msg_clear(reply);
		if (deadline >= 0 && ctl_now() > deadline)
			return ctl_too_late(verb, timeout_ms, e);
	}
}

int
ctl_call(struct ctl *c, const char *verb, json_t *args, const int *fds,
	 size_t nfds, int timeout_ms, json_t **result, struct err *e)
{
	struct ctl_msg reply;
	json_t *value;
	int rc;

	if (result)
		*result = NULL;
	if (ctl_exchange(c, verb, args, fds, nfds, timeout_ms, &reply, e) < 0)
		return -1;
	rc = ctl_wire_outcome(reply.value, &value, e);
	ctl_msg_clear(&reply);
	if (result)
		*result = value;
	else
		json_decref(value);
	return rc;
}

int
ctl_call_fd(struct ctl *c, const char *verb, json_t *args, int timeout_ms,
	    int *fd, struct err *e)
{
	struct ctl_msg reply;
	json_t *value;
	int rc;

	*fd = -1;
	if (ctl_exchange(c, verb, args, NULL, 0, timeout_ms, &reply, e) < 0)
		return -1;
	rc = ctl_wire_outcome(reply.value, &value, e);
	json_decref(value);
	if (rc == 0 && reply.nfds == 0) {
		rc =
		    err_here(e, "the answer to \"%s\" has no descriptor", verb);
	} else if (rc == 0) {
		*fd = reply.fds[--reply.nfds];
	}
	ctl_msg_clear(&reply);
	return rc;
}

int
ctl_event(struct ctl *c, int timeout_ms, json_t **event, struct err *e)
{
	int64_t deadline = ctl_deadline(timeout_ms);
	struct ctl_msg m;
	int rc;

	*event = NULL;
	if (json_array_size(c->events) > 0) {
		*event = json_incref(json_array_get(c->events, 0));
		json_array_remove(c->events, 0);
		return 1;
	}
	while ((rc = ctl_receive(c, deadline, &m, e)) == 1) {
		if (json_object_get(m.value, "event"))
			*event = json_incref(m.value);
		ctl_msg_clear(&m);
		if (*event)
			return 1;
	}
	return rc;
}
