/*
 * What goes out: answers to requests, refusals, events. Each becomes a frame in
 * its client's outbox; a client that does not read what it asked for is ended, for
 * its outbox would grow without end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/str.h"
#include "ctl/ctl_serving.h"

#define CTL_MAX_QUEUED ((size_t)64 << 20) /* bytes for a client */

/* data is a frame, and is taken over. */
static bool
ctl_client_send_frame(struct ctl_client *c, uint8_t *data, size_t len,
		      const int *fds, size_t nfds)
{
	if (c->out.bytes + len > CTL_MAX_QUEUED) {
		log_warnx("ctl", "a client does not read what it asked for, "
				 "dropped");
		free(data);
		ctl_client_doom(c);
		return true;
	}
	if (ctl_outbox_add(&c->out, data, len, fds, nfds) < 0) {
		log_warn("ctl", "cannot pass a descriptor, client dropped");
		ctl_client_doom(c);
		return true;
	}
	ctl_client_flush(c);
	return true;
}

/* value is consumed, fds stay the caller's; false when it is no frame. */
static bool
ctl_client_send(struct ctl_client *c, json_t *value, const int *fds,
		size_t nfds)
{
	size_t len;
	uint8_t *data;

	if (c->fd < 0 || c->doomed) {
		json_decref(value);
		return true;
	}
	data = ctl_frame_encode(value, &len);
	json_decref(value);
	return data != NULL && ctl_client_send_frame(c, data, len, fds, nfds);
}

static json_t *
ctl_reply_object(const struct ctl_request *q, bool ok)
{
	json_t *value = json_object();

	json_object_set_new(value, "id", json_integer(q->id));
	json_object_set_new(value, "ok", json_boolean(ok));
	return value;
}

void
ctl_request_refuse(struct ctl_request *q, const struct err *e)
{
	json_t *value = ctl_reply_object(q, false);
	char text[sizeof(e->msg)];
	int class = e->class == ERR_NONE ? ERR_HERE : (int)e->class;

	memcpy(text, e->msg, sizeof(text));
	text[sizeof(text) - 1] = '\0';
	str_clean(text);
	json_object_set_new(value, "class", json_integer(class));
	json_object_set_new(value, "error", json_string(text));
	ctl_client_send(q->client, value, NULL, 0);
}

void
ctl_request_free(struct ctl_request *q)
{
	struct ctl_client *c = q->client;

	if (q->prev)
		q->prev->next = q->next;
	else
		c->open = q->next;
	if (q->next)
		q->next->prev = q->prev;
	c->nopen--;
	free(q);
	ctl_client_release(c);
}

static void
ctl_answer(struct ctl_request *q, json_t *result, const int *fds, size_t nfds)
{
	json_t *value = ctl_reply_object(q, true);
	struct err e;

	json_object_set_new(value, "result", result ? result : json_object());
	if (nfds > 0)
		json_object_set_new(value, "fds",
				    json_integer((json_int_t)nfds));
	if (q->refused) {
		json_decref(value);
	} else if (!ctl_client_send(q->client, value, fds, nfds)) {
		err_here(&e, "the answer is larger than %u bytes", CTL_MAX);
		ctl_request_refuse(q, &e);
	}
	ctl_request_free(q);
}

void
ctl_reply(struct ctl_request *q, json_t *result)
{
	ctl_answer(q, result, NULL, 0);
}

void
ctl_reply_fd(struct ctl_request *q, json_t *result, int fd)
{
	ctl_answer(q, result, &fd, 1);
	close(fd);
}

void
ctl_reply_text(struct ctl_request *q, const char *text, size_t len)
{
	struct ctl_client *c = q->client;
	char head[64];
	int n = snprintf(
	    head, sizeof(head),
	    "{\"id\":%" JSON_INTEGER_FORMAT ",\"ok\":true,\"result\":", q->id);
	size_t all = (size_t)n + len + 1;
	struct err e;

	if (!q->refused && c->fd >= 0 && !c->doomed && all > CTL_MAX) {
		err_here(&e, "the answer is larger than %u bytes", CTL_MAX);
		ctl_request_refuse(q, &e);
	} else if (!q->refused && c->fd >= 0 && !c->doomed) {
		uint8_t *data = xmalloc(4 + all);
		struct wbuf w = wbuf_of(data, 4 + all);
		wbuf_u32(&w, (uint32_t)all);
		wbuf_bytes(&w, head, (size_t)n);
		wbuf_bytes(&w, text, len);
		wbuf_u8(&w, '}');
		ctl_client_send_frame(c, data, 4 + all, NULL, 0);
	}
	ctl_request_free(q);
}

size_t
ctl_client_queued(const struct ctl_client *client)
{
	return client->out.bytes;
}

void
ctl_refuse(struct ctl_request *q, const struct err *e)
{
	if (!q->refused)
		ctl_request_refuse(q, e);
	ctl_request_free(q);
}

struct ctl_client *
ctl_request_client(struct ctl_request *q)
{
	return q->client;
}

void
ctl_subscribe(struct ctl_client *client)
{
	client->subscribed = true;
}

static json_t *
ctl_event_object(const char *event, json_t *data)
{
	json_t *value = json_object();

	json_object_set_new(value, "event", json_string(event));
	json_object_set_new(value, "data", data ? data : json_object());
	return value;
}

static void
ctl_client_event(struct ctl_client *c, json_t *value)
{
	if (!ctl_client_send(c, json_incref(value), NULL, 0))
		log_warnx("ctl", "an event is too large to be sent");
}

void
ctl_publish(struct ctl_server *s, const char *event, json_t *data)
{
	json_t *value = ctl_event_object(event, data);
	struct ctl_client *c;

	for (c = s->clients; c; c = c->next)
		if (c->subscribed)
			ctl_client_event(c, value);
	json_decref(value);
}

void
ctl_send_event(struct ctl_client *client, const char *event, json_t *data)
{
	json_t *value = ctl_event_object(event, data);

	ctl_client_event(client, value);
	json_decref(value);
}
