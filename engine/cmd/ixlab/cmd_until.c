#include "cmd_until.h"

static void
until_signal(uv_signal_t *s, int sig)
{
	(void)sig;
	*((struct cmd_until *)s->data)->over = true;
}

static void
until_timeout(uv_timer_t *t)
{
	*((struct cmd_until *)t->data)->over = true;
}

void
cmd_until_begin(struct cmd_until *u, uv_loop_t *loop, uint64_t for_ms,
		bool *over)
{
	u->loop = loop;
	u->over = over;
	uv_timer_init(loop, &u->timer);
	uv_signal_init(loop, &u->sigint);
	uv_signal_init(loop, &u->sigterm);
	u->timer.data = u->sigint.data = u->sigterm.data = u;
	if (for_ms > 0)
		uv_timer_start(&u->timer, until_timeout, for_ms, 0);
	uv_signal_start(&u->sigint, until_signal, SIGINT);
	uv_signal_start(&u->sigterm, until_signal, SIGTERM);
}

void
cmd_until_end(struct cmd_until *u)
{
	uv_close((uv_handle_t *)&u->timer, NULL);
	uv_close((uv_handle_t *)&u->sigint, NULL);
	uv_close((uv_handle_t *)&u->sigterm, NULL);
	uv_run(u->loop, UV_RUN_NOWAIT);
}
