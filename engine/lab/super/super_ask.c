/*
 * The questions that take a moment: a descriptor is read and a timer goes, until
 * the question says that it is over; then it is answered. The questions
 * themselves are super_trace.c's, super_listen.c's and super_fetch.c's.
 */
#include <stdlib.h>

#include "base/str.h"
#include "lab/super/super_priv.h"

#define ASK_AT_ONCE 64

struct super_ask {
	struct super *super;
	struct ctl_request *request;
	const struct super_asking *is;
	void *data;
	uv_poll_t poll;
	uv_timer_t timer;
	int handles;
	bool over;
};

static void
ask_closed(uv_handle_t *h)
{
	struct super_ask *a = h->data;

	if (--a->handles > 0)
		return;
	a->is->free(a->data);
	free(a);
}

static void
ask_finish(struct super_ask *a)
{
	if (a->over)
		return;
	a->over = true;
	a->super->asks--;
	ctl_reply(a->request, a->is->result(a->data));
	uv_close((uv_handle_t *)&a->poll, ask_closed);
	uv_close((uv_handle_t *)&a->timer, ask_closed);
}

static void
ask_tick(uv_timer_t *t)
{
	struct super_ask *a = t->data;
	long next = a->is->tick(a->data);

	if (next <= 0)
		ask_finish(a);
	else
		uv_timer_start(t, ask_tick, (uint64_t)next, 0);
}

static void
ask_ready(uv_poll_t *poll, int status, int events)
{
	struct super_ask *a = poll->data;

	(void)status;
	(void)events;
	if (a->is->readable(a->data))
		ask_finish(a);
}

int
super_ask(struct super *s, struct ctl_request *q, const struct super_asking *is,
	  void *data, int fd, struct err *e)
{
	struct super_ask *a;

	if (s->asks >= ASK_AT_ONCE) {
		is->free(data);
		return err_here(e, "%d questions are under way already",
				ASK_AT_ONCE);
	}
	a = xcalloc(1, sizeof(*a));
	a->super = s;
	a->request = q;
	a->is = is;
	a->data = data;
	a->handles = 2;
	s->asks++;
	uv_timer_init(&s->loop, &a->timer);
	uv_poll_init(&s->loop, &a->poll, fd);
	a->timer.data = a->poll.data = a;
	uv_poll_start(&a->poll, UV_READABLE, ask_ready);
	uv_timer_start(&a->timer, ask_tick, 0, 0);
	return 0;
}
