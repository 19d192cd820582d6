#include "grader/grader_bird.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"

#define BIRD_TICKS 10

struct bird_question {
	struct bird_question *next;
	char *text; /* with its newline */
	grader_bird_reply_cb cb;
	void *arg;
};

struct grader_bird {
	uv_poll_t poll;
	uv_timer_t timer;
	int fd;
	unsigned int handles; /* not closed yet */
	bool closed, hello;
	unsigned int ticks; /* since it was asked */
	bool asked;	    /* the first question is out */
	struct bird_reader reader;
	struct bird_question *first, **last; /* the first is asked */
	grader_bird_log_cb on_log;
	grader_bird_gone_cb on_gone;
	void *arg;
};

static void
bird_freed(uv_handle_t *h)
{
	struct grader_bird *b = h->data;

	if (--b->handles == 0)
		free(b);
}

static void
question_free(struct bird_question *q)
{
	free(q->text);
	free(q);
}

void
grader_bird_close(struct grader_bird *b)
{
	struct bird_question *q;

	if (b == NULL || b->closed)
		return;
	b->closed = true;
	uv_poll_stop(&b->poll);
	close(b->fd);
	bird_reader_clear(&b->reader);
	while ((q = b->first) != NULL) {
		b->first = q->next;
		question_free(q);
	}
	uv_close((uv_handle_t *)&b->poll, bird_freed);
	uv_close((uv_handle_t *)&b->timer, bird_freed);
}

/* The owner's callback closes the connection. */
static void
bird_lose(struct grader_bird *b, const char *why)
{
	if (b->closed)
		return;
	b->on_gone(b->arg, why);
	grader_bird_close(b);
}

/* Counted in ticks: a loop that was held up elsewhere blames nobody. */
static void
bird_late(uv_timer_t *t)
{
	struct grader_bird *b = t->data;

	if (++b->ticks >= BIRD_TICKS)
		bird_lose(b, "BIRD does not answer on its control socket");
}

/* The questions are short and one at a time: the socket takes them whole. */
static void
bird_send(struct grader_bird *b)
{
	size_t n;

	if (b->closed || !b->hello || b->asked)
		return;
	uv_timer_stop(&b->timer);
	if (b->first == NULL)
		return;
	b->asked = true;
	n = strlen(b->first->text);
	if (send(b->fd, b->first->text, n, MSG_NOSIGNAL | MSG_DONTWAIT) !=
	    (ssize_t)n)
		shutdown(b->fd, SHUT_RDWR); /* the watcher finds it */
	b->ticks = 0;
	uv_timer_start(&b->timer, bird_late, GRADER_BIRD_MS / BIRD_TICKS,
		       GRADER_BIRD_MS / BIRD_TICKS);
}

void
grader_bird_ask(struct grader_bird *b, const char *question,
		grader_bird_reply_cb cb, void *arg)
{
	struct bird_question *q;

	if (b->closed)
		return;
	q = xcalloc(1, sizeof(*q));
	q->text = xasprintf("%s\n", question);
	q->cb = cb;
	q->arg = arg;
	*b->last = q;
	b->last = &q->next;
	bird_send(b);
}

static void
bird_answered(struct grader_bird *b, struct bird_reply *reply)
{
	struct bird_question *q = b->first;

	if (!b->hello) {
		b->hello = reply->code == 1;
		if (!b->hello)
			bird_lose(b, "something else than BIRD answers");
	} else if (q) {
		b->asked = false;
		b->first = q->next;
		if (b->first == NULL)
			b->last = &b->first;
		if (q->cb)
			q->cb(q->arg, reply);
		question_free(q);
	}
	bird_send(b);
}

static void
bird_read(struct grader_bird *b)
{
	struct bird_reply reply;
	enum bird_what what;
	char *log;

	while (!b->closed && (what = bird_reader_next(&b->reader, &reply,
						      &log)) != BIRD_MORE) {
		if (what == BIRD_RUBBISH) {
			bird_lose(b, "something else than BIRD answers");
		} else if (what == BIRD_LOG) {
			if (b->on_log)
				b->on_log(b->arg, log);
			free(log);
		} else {
			bird_answered(b, &reply);
			bird_reply_clear(&reply);
		}
	}
}

static void
bird_ready(uv_poll_t *poll, int status, int events)
{
	struct grader_bird *b = poll->data;
	char data[65536];
	ssize_t n;

	(void)events;
	n = recv(b->fd, data, sizeof(data), MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR) && status == 0)
		return;
	if (n <= 0) {
		bird_lose(b, "BIRD closed its control socket");
		return;
	}
	bird_reader_add(&b->reader, data, (size_t)n);
	bird_read(b);
}

struct grader_bird *
grader_bird_new(uv_loop_t *loop, int fd, grader_bird_log_cb on_log,
		grader_bird_gone_cb on_gone, void *arg, struct err *e)
{
	struct grader_bird *b = xcalloc(1, sizeof(*b));
	int rc;

	if ((rc = uv_poll_init(loop, &b->poll, fd)) < 0) {
		err_here(e, "BIRD's control socket: %s", uv_strerror(rc));
		close(fd);
		free(b);
		return NULL;
	}
	uv_timer_init(loop, &b->timer);
	b->poll.data = b->timer.data = b;
	b->handles = 2;
	b->fd = fd;
	b->last = &b->first;
	b->on_log = on_log;
	b->on_gone = on_gone;
	b->arg = arg;
	uv_poll_start(&b->poll, UV_READABLE, bird_ready);
	b->ticks = 0;
	uv_timer_start(&b->timer, bird_late, GRADER_BIRD_MS / BIRD_TICKS,
		       GRADER_BIRD_MS / BIRD_TICKS);
	return b;
}
