/*
 * pane_child: the process behind a pane. See tui_pane.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "base/str.h"
#include "tui/tui_pane.h"
#include "tui/tui_vt.h"

#define CHILD_READ 16384	 /* bytes taken before orders are looked at */
#define CHILD_QUEUE (256u << 10) /* bytes that may wait for the program */

struct child {
	int sock, master; /* master -1: the program's end is closed */
	struct grid_cell *cells;
	struct vt *vt;
	char *queue;
	size_t queued;
	bool dirty; /* something is to be shown */
	bool read;  /* its text was asked for */
	bool may;   /* the shared memory is ours */
};

static void
flush(struct child *c)
{
	ssize_t n;

	while (c->queued > 0 && c->master >= 0) {
		n = write(c->master, c->queue, c->queued);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		c->queued -= (size_t)n;
		memmove(c->queue, c->queue + n, c->queued);
	}
}

static void
to_program(void *arg, const char *bytes, size_t n)
{
	struct child *c = arg;

	/* a program that reads nothing loses what is typed beyond this */
	if (c->master < 0 || c->queued + n > CHILD_QUEUE)
		return;
	memcpy(c->queue + c->queued, bytes, n);
	c->queued += n;
	flush(c);
}

static void
say(struct child *c, const struct pane_news *news)
{
	if (send(c->sock, news, sizeof(*news), MSG_NOSIGNAL) < 0)
		_exit(0); /* nobody is there any more */
}

/* The newest lines that find room. */
static void
tell_text(struct child *c)
{
	size_t room = (size_t)(GRID_MAX_W * GRID_MAX_H) * sizeof(*c->cells), n;
	_free_ char *all = vt_text(c->vt);
	const char *from = all;

	n = strlen(all);
	if (n > room)
		from = strchr(all + n - room, '\n') + 1;
	n = strlen(from);
	memcpy(c->cells, from, n);
	c->read = c->may = false;
	say(c, &(struct pane_news){.what = PANE_WHOLE, .w = (int32_t)n});
}

static void
show(struct child *c)
{
	struct pane_news n = {.what = PANE_FRAME};
	struct grid g;

	if (c->read && c->may)
		tell_text(c);
	if (!c->dirty || !c->may)
		return;
	vt_size(c->vt, &n.w, &n.h);
	grid_init(&g, n.w, n.h, false, true);
	vt_draw(c->vt, &g, (struct rect){0, 0, n.w, n.h}, true);
	memcpy(c->cells, g.cells, (size_t)n.w * (size_t)n.h * sizeof(*g.cells));
	n.cx = g.cx;
	n.cy = g.cy;
	n.back = vt_back(c->vt);
	grid_clear(&g);
	c->dirty = c->may = false;
	say(c, &n);
}

static void
set_size(struct child *c, int w, int h)
{
	struct winsize ws = {0};

	vt_resize(c->vt, w, h);
	vt_size(c->vt, &w, &h);
	ws.ws_row = (unsigned short)h;
	ws.ws_col = (unsigned short)w;
	if (c->master >= 0)
		(void)ioctl(c->master, TIOCSWINSZ, &ws);
}

static void
obey(struct child *c, const struct pane_order *o)
{
	c->dirty = c->dirty || o->what != PANE_TAKEN;
	switch (o->what) {
	case PANE_KEY: vt_key(c->vt, (uint32_t)o->a); break;
	case PANE_SIZE: set_size(c, o->a, o->b); break;
	case PANE_SCROLL: vt_scroll(c->vt, o->a); break;
	case PANE_READ: c->read = true; break;
	default: c->may = true; break;
	}
}

static void
orders(struct child *c)
{
	struct pane_order all[PANE_ORDERS];
	ssize_t n = recv(c->sock, all, sizeof(all), 0), i;

	if (n <= 0)
		_exit(0);
	for (i = 0; i < n / (ssize_t)sizeof(all[0]); i++)
		obey(c, &all[i]);
}

static void
output(struct child *c)
{
	static const struct pane_news over = {.what = PANE_OVER};
	char buf[CHILD_READ];
	ssize_t n = read(c->master, buf, sizeof(buf));

	if (n > 0) {
		vt_feed(c->vt, buf, (size_t)n);
		c->dirty = true;
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		close(c->master); /* Linux says EIO */
		c->master = -1;
		show(c);
		say(c, &over);
	}
}

void
pane_child(int sock, int master, struct grid_cell *cells, int w, int h)
{
	struct child c = {.sock = sock,
			  .master = master,
			  .cells = cells,
			  .queue = xmalloc(CHILD_QUEUE),
			  .dirty = true,
			  .may = true};
	struct pollfd p[2];

	(void)fcntl(master, F_SETFL, O_NONBLOCK);
	c.vt = vt_new(w, h, to_program, &c);
	set_size(&c, w, h);
	for (;;) {
		show(&c);
		p[0] = (struct pollfd){.fd = c.sock, .events = POLLIN};
		p[1] = (struct pollfd){
		    .fd = c.master,
		    .events = (short)(POLLIN | (c.queued ? POLLOUT : 0))};
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			_exit(1);
		if (p[0].revents)
			orders(&c);
		if (p[1].revents & POLLOUT)
			flush(&c);
		if (c.master >= 0 && (p[1].revents & ~POLLOUT))
			output(&c);
	}
}
