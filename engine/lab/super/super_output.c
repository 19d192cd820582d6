/*
 * What a daemon says, line by line from a pipe into the lab's log. The last
 * line is kept: it is what "inspect" shows, and when the daemon dies it is the
 * reason in its own words.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "lab/super/super_priv.h"

#define OUTPUT_AT_ONCE 65536 /* bytes; then others have their turn */

static void
output_line(struct super_node *n)
{
	struct super_output *o = &n->daemon.out;

	if (o->len > 0) {
		o->line[o->len] = '\0';
		str_clean(o->line);
		memcpy(o->last, o->line, o->len + 1);
		o->said = true;
		super_log_line(n->def->name, o->line);
		if (model_sessions_news(n->def->kind, o->line))
			super_tell_sessions(n);
	}
	o->len = 0;
}

/* A line too long for us is told in pieces. */
static void
output_add(struct super_node *n, const char *text, size_t len)
{
	struct super_output *o = &n->daemon.out;
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] == '\n')
			output_line(n);
		else
			o->line[o->len++] = text[i] ? text[i] : '?';
		if (o->len == sizeof(o->line) - 1)
			output_line(n);
	}
}

void
super_output_drain(struct super_node *n)
{
	struct super_output *o = &n->daemon.out;
	char buf[4096];
	size_t total;
	ssize_t len;

	for (total = 0; o->fd >= 0 && total < OUTPUT_AT_ONCE;) {
		len = read(o->fd, buf, sizeof(buf));
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0 && errno == EAGAIN)
			return;
		if (len <= 0) {
			output_line(n);
			super_output_close(n);
			return;
		}
		output_add(n, buf, (size_t)len);
		total += (size_t)len;
	}
}

static void
output_ready(uv_poll_t *p, int status, int events)
{
	(void)status;
	(void)events;
	super_output_drain(p->data);
}

static void
output_closed(uv_handle_t *h)
{
	free(h);
}

void
super_output_close(struct super_node *n)
{
	struct super_output *o = &n->daemon.out;

	if (o->fd < 0)
		return;
	uv_close((uv_handle_t *)o->poll, output_closed);
	o->poll = NULL;
	close(o->fd);
	o->fd = -1;
}

int
super_output_open(struct super_node *n, int *write_end, struct err *e)
{
	struct super_output *o = &n->daemon.out;
	int p[2];

	if (pipe2(p, O_CLOEXEC) < 0)
		return err_sys(e, "cannot make a pipe");
	(void)fcntl(p[0], F_SETFL, O_NONBLOCK);
	o->fd = p[0];
	o->len = 0;
	o->said = false;
	o->poll = xmalloc(sizeof(*o->poll));
	uv_poll_init(&n->super->loop, o->poll, o->fd);
	o->poll->data = n;
	uv_poll_start(o->poll, UV_READABLE | UV_DISCONNECT, output_ready);
	*write_end = p[1];
	return 0;
}
