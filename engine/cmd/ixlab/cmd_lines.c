#include "cmd_lines.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

#define LINES_AGAIN_MS 10 /* until a full pipe is tried again */
#define LINES_LOOK_MS 250 /* is anybody there still? */
#define LINES_END_MS 1000 /* for the last words */
#define LINES_CHUNK 4096  /* what a pipe that is ready takes at once */

struct cmd_lines {
	int fd, error; /* errno of a failed write */
	char *queue[CMD_LINES_MAX];
	size_t first, n, at; /* at: bytes of the first that are written */
	size_t lost;
	cmd_lines_lost_cb tell;
	void *arg;
	uv_timer_t timer;
};

static void
lines_push(struct cmd_lines *l, char *line)
{
	l->queue[(l->first + l->n++) % CMD_LINES_MAX] = line;
}

static void
lines_pop(struct cmd_lines *l)
{
	free(l->queue[l->first]);
	l->first = (l->first + 1) % CMD_LINES_MAX;
	l->n--;
	l->at = 0;
	if (l->lost > 0 && l->n <= CMD_LINES_MAX / 2) {
		lines_push(l, l->tell(l->arg, l->lost));
		l->lost = 0;
	}
}

/* Would a write of LINES_CHUNK pass without waiting? */
static bool
lines_ready(struct cmd_lines *l, int wait_ms)
{
	struct pollfd p = {.fd = l->fd, .events = POLLOUT};

	if (poll(&p, 1, wait_ms) <= 0)
		return false;
	if (p.revents & (POLLERR | POLLNVAL))
		l->error = p.revents & POLLERR ? EPIPE : EBADF;
	return l->error == 0 && p.revents & POLLOUT;
}

static void
lines_flush(struct cmd_lines *l, int wait_ms)
{
	while (l->n > 0 && l->error == 0 && lines_ready(l, wait_ms)) {
		const char *s = l->queue[l->first] + l->at;
		size_t len = strlen(s);
		ssize_t n =
		    write(l->fd, s, len > LINES_CHUNK ? LINES_CHUNK : len);

		if (n < 0 && errno != EINTR && errno != EAGAIN)
			l->error = errno;
		else if (n > 0 && (l->at += (size_t)n, (size_t)n == len))
			lines_pop(l);
	}
}

static void
lines_tick(uv_timer_t *t)
{
	struct cmd_lines *l = t->data;

	if (l->n == 0)
		(void)lines_ready(l, 0);
	lines_flush(l, 0);
	uv_timer_start(t, lines_tick, l->n > 0 ? LINES_AGAIN_MS : LINES_LOOK_MS,
		       0);
}

struct cmd_lines *
cmd_lines_new(uv_loop_t *loop, int fd, cmd_lines_lost_cb lost, void *arg)
{
	struct cmd_lines *l = xcalloc(1, sizeof(*l));

	l->fd = fd;
	l->tell = lost;
	l->arg = arg;
	uv_timer_init(loop, &l->timer);
	l->timer.data = l;
	uv_timer_start(&l->timer, lines_tick, LINES_LOOK_MS, 0);
	return l;
}

void
cmd_lines_put(struct cmd_lines *l, char *line)
{
	if (l->lost > 0 || l->n == CMD_LINES_MAX) {
		l->lost++;
		free(line);
	} else {
		lines_push(l, line);
	}
	lines_flush(l, 0);
	if (l->n > 0)
		uv_timer_start(&l->timer, lines_tick, LINES_AGAIN_MS, 0);
}

bool
cmd_lines_over(const struct cmd_lines *l)
{
	return l->error != 0;
}

int
cmd_lines_end(struct cmd_lines *l, struct err *e)
{
	uint64_t end = uv_hrtime() + LINES_END_MS * 1000000ULL;

	while (l->n > 0 && l->error == 0 && uv_hrtime() < end)
		lines_flush(l, 100);
	if (l->error == 0)
		return 0;
	if (l->error == EPIPE) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	errno = l->error;
	return err_sys(e, "cannot write the answer");
}

static void
lines_closed(uv_handle_t *h)
{
	struct cmd_lines *l = h->data;

	l->lost = 0;
	while (l->n > 0)
		lines_pop(l);
	free(l);
}

void
cmd_lines_free(struct cmd_lines *l)
{
	if (l)
		uv_close((uv_handle_t *)&l->timer, lines_closed);
}
