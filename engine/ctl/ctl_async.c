#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "ctl/ctl_wire.h"

struct ctl_pending {
	struct ctl_pending *next;
	json_int_t id;
	ctl_reply_cb cb;
	void *arg;
};

struct ctl_async {
	uv_poll_t poll;
	int fd; /* -1 once the connection is gone */
	bool closed;
	struct ctl_inbox in;
	struct ctl_outbox out;
	struct ctl_pending *pending;
	struct ctl_msg *msg; /* while its callback runs */
	json_int_t id;	     /* of the last request */
	ctl_event_cb on_event;
	ctl_gone_cb on_gone;
	void *arg;
};

static void ctl_async_ready(uv_poll_t *poll, int status, int events);

static void
ctl_async_watch(struct ctl_async *c)
{
	uv_poll_start(&c->poll, UV_READABLE | (c->out.first ? UV_WRITABLE : 0),
		      ctl_async_ready);
}

static void
ctl_async_drop(struct ctl_async *c)
{
	if (c->fd < 0)
		return;
	uv_poll_stop(&c->poll);
	close(c->fd);
	c->fd = -1;
	ctl_inbox_clear(&c->in);
	ctl_outbox_clear(&c->out);
}

/* Callbacks may close the connection, hence the looks at closed. */
static void
ctl_async_lose(struct ctl_async *c, const struct err *e)
{
	struct ctl_pending *p;

	ctl_async_drop(c);
	while (!c->closed && (p = c->pending) != NULL) {
		c->pending = p->next;
		if (p->cb)
			p->cb(p->arg, NULL, e);
		free(p);
	}
	if (!c->closed && c->on_gone)
		c->on_gone(c->arg, e->msg);
}

static struct ctl_pending *
ctl_async_take(struct ctl_async *c, json_int_t id)
{
	struct ctl_pending **at = &c->pending, *p;

	while ((p = *at) != NULL && p->id != id)
		at = &p->next;
	if (p)
		*at = p->next;
	return p;
}

static void
ctl_async_reply(struct ctl_async *c, const json_t *reply)
{
	struct ctl_pending *p;
	json_t *result;
	struct err e;
	int rc;

	p = ctl_async_take(c, json_integer_value(json_object_get(reply, "id")));
	if (p == NULL)
		return;
	rc = ctl_wire_outcome(reply, &result, &e);
	if (p->cb)
		p->cb(p->arg, result, rc < 0 ? &e : NULL);
	json_decref(result);
	free(p);
}

static void
ctl_async_dispatch(struct ctl_async *c, const json_t *value)
{
	const char *event = json_string_value(json_object_get(value, "event"));

	if (event == NULL)
		ctl_async_reply(c, value);
	else if (c->on_event)
		c->on_event(c->arg, event, json_object_get(value, "data"));
}

static int
ctl_async_read(struct ctl_async *c, struct err *e)
{
	struct ctl_msg m;
	int rc = ctl_inbox_fill(&c->in, c->fd, e);

	if (rc <= 0)
		return rc;
	while (c->fd >= 0 && (rc = ctl_inbox_next(&c->in, &m, e)) == 1) {
		c->msg = &m;
		ctl_async_dispatch(c, m.value);
		c->msg = NULL;
		ctl_msg_clear(&m);
	}
	return c->fd < 0 ? 0 : rc;
}

static void
ctl_async_ready(uv_poll_t *poll, int status, int events)
{
	struct ctl_async *c = poll->data;
	struct err e;
	int rc = 0;

	(void)events;
	if (ctl_async_read(c, &e) < 0) {
		ctl_async_lose(c, &e);
		return;
	}
	if (c->fd < 0)
		return;
	if (status < 0)
		rc = err_here(&e, "the connection broke: %s",
			      uv_strerror(status));
	else if (ctl_outbox_flush(&c->out, c->fd) < 0)
		rc = err_sys(&e, "the connection broke");
	if (rc < 0)
		ctl_async_lose(c, &e);
	else
		ctl_async_watch(c);
}

struct ctl_async *
ctl_async_adopt(uv_loop_t *loop, int fd, ctl_event_cb on_event,
		ctl_gone_cb on_gone, void *arg, struct err *e)
{
	struct ctl_async *c = xcalloc(1, sizeof(*c));
	int rc;

	if ((rc = uv_poll_init(loop, &c->poll, fd)) < 0) {
		err_here(e, "control socket: %s", uv_strerror(rc));
		close(fd);
		free(c);
		return NULL;
	}
	c->poll.data = c;
	c->fd = fd;
	c->on_event = on_event;
	c->on_gone = on_gone;
	c->arg = arg;
	ctl_async_watch(c);
	return c;
}

struct ctl_async *
ctl_async_open(uv_loop_t *loop, const char *name, ctl_event_cb on_event,
	       ctl_gone_cb on_gone, void *arg, struct err *e)
{
	int fd = ctl_wire_connect(name, e);

	if (fd < 0)
		return NULL;
	return ctl_async_adopt(loop, fd, on_event, on_gone, arg, e);
}

int
ctl_async_take_fd(struct ctl_async *c)
{
	int fd;

	if (c->msg == NULL || c->msg->nfds == 0)
		return -1;
	fd = c->msg->fds[0];
	c->msg->nfds--;
	memmove(c->msg->fds, c->msg->fds + 1,
		c->msg->nfds * sizeof(c->msg->fds[0]));
	return fd;
}

static void
ctl_async_expect(struct ctl_async *c, ctl_reply_cb cb, void *arg)
{
	struct ctl_pending *p = xcalloc(1, sizeof(*p));

	*p = (struct ctl_pending){
	    .next = c->pending, .id = c->id, .cb = cb, .arg = arg};
	c->pending = p;
}

/* What cannot be sent is found by the watcher: an end is readable, and so is
 * the end that shutdown makes. */
void
ctl_async_call(struct ctl_async *c, const char *verb, json_t *args,
	       const int *fds, size_t nfds, ctl_reply_cb cb, void *arg)
{
	json_t *q = ctl_wire_request(++c->id, verb, args, nfds);
	size_t len;
	uint8_t *data = ctl_frame_encode(q, &len);

	json_decref(q);
	if (c->fd < 0) {
		free(data);
		return;
	}
	ctl_async_expect(c, cb, arg);
	if (data == NULL || ctl_outbox_add(&c->out, data, len, fds, nfds) < 0 ||
	    ctl_outbox_flush(&c->out, c->fd) < 0)
		shutdown(c->fd, SHUT_RDWR);
	ctl_async_watch(c);
}

static void
ctl_async_free(uv_handle_t *h)
{
	free(h->data);
}

void
ctl_async_close(struct ctl_async *c)
{
	struct ctl_pending *p;

	if (c == NULL || c->closed)
		return;
	c->closed = true;
	ctl_async_drop(c);
	while ((p = c->pending) != NULL) {
		c->pending = p->next;
		free(p);
	}
	uv_close((uv_handle_t *)&c->poll, ctl_async_free);
}
