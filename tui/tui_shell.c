#include "tui/tui_shell.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/str.h"

#define SHELL_READ 16384	 /* bytes taken per turn of the loop */
#define SHELL_QUEUE (256u << 10) /* bytes that may wait for the program */

struct shell {
	uv_poll_t poll;
	struct vt *vt;
	int master; /* -1: closed */
	json_int_t pid;
	char *queue;
	size_t queued;
	shell_cb cb;
	void *arg;
	bool waiting; /* for the answer to exec */
	bool closed;  /* and the handle is closed as well */
};

/* ---- bytes */

int
shell_pty(int *master, int *slave, struct err *e)
{
	char name[64];

	*slave = -1;
	*master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*master < 0 || grantpt(*master) < 0 || unlockpt(*master) < 0 ||
	    ptsname_r(*master, name, sizeof(name)) != 0 ||
	    (*slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0) {
		err_sys(e, "cannot make a terminal (pty)");
		if (*master >= 0)
			close(*master);
		return -1;
	}
	return 0;
}

static void ready(uv_poll_t *poll, int status, int events);

static void
watch(struct shell *s)
{
	uv_poll_start(&s->poll, UV_READABLE | (s->queued ? UV_WRITABLE : 0),
		      ready);
}

static void
flush(struct shell *s)
{
	ssize_t n;

	while (s->queued > 0) {
		n = write(s->master, s->queue, s->queued);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		s->queued -= (size_t)n;
		memmove(s->queue, s->queue + n, s->queued);
	}
}

static void
to_program(void *arg, const char *bytes, size_t n)
{
	struct shell *s = arg;

	/* a program that reads nothing loses what is typed beyond this */
	if (s->master < 0 || s->queued + n > SHELL_QUEUE)
		return;
	if (s->queue == NULL)
		s->queue = xmalloc(SHELL_QUEUE);
	memcpy(s->queue + s->queued, bytes, n);
	s->queued += n;
	flush(s);
	if (s->queued > 0)
		watch(s);
}

static void
over(struct shell *s, const char *why)
{
	if (s->master < 0)
		return;
	uv_poll_stop(&s->poll);
	close(s->master);
	s->master = -1;
	s->cb(s->arg, true, why);
}

static void
ready(uv_poll_t *poll, int status, int events)
{
	struct shell *s = poll->data;
	char buf[SHELL_READ];
	ssize_t n;

	if (status == 0 && (events & UV_WRITABLE)) {
		flush(s);
		if (s->queued == 0)
			watch(s);
	}
	n = read(s->master, buf, sizeof(buf));
	if (n > 0) {
		vt_feed(s->vt, buf, (size_t)n);
		s->cb(s->arg, false, NULL);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		over(s, "it ended"); /* Linux says EIO */
}

/* ---- its life */

static void
shell_free(struct shell *s)
{
	vt_free(s->vt);
	free(s->queue);
	free(s);
}

static void
started(void *arg, const json_t *result, const struct err *error)
{
	struct shell *s = arg;

	s->waiting = false;
	if (s->closed) {
		shell_free(s);
		return;
	}
	if (error != NULL) {
		over(s, error->msg);
		return;
	}
	s->pid = json_integer_value(json_object_get(result, "pid"));
}

static void
set_size(int master, int w, int h)
{
	struct winsize ws = {.ws_row = (unsigned short)h,
			     .ws_col = (unsigned short)w};

	(void)ioctl(master, TIOCSWINSZ, &ws);
}

struct shell *
shell_open(uv_loop_t *loop, struct ctl_async *ctl, const char *node,
	   json_t *command, int w, int h, shell_cb cb, void *arg, struct err *e)
{
	struct shell *s;
	int master, slave;

	if (shell_pty(&master, &slave, e) < 0) {
		json_decref(command);
		return NULL;
	}
	(void)fcntl(master, F_SETFL, O_NONBLOCK);
	s = xcalloc(1, sizeof(*s));
	*s = (struct shell){
	    .master = master, .cb = cb, .arg = arg, .waiting = true};
	s->vt = vt_new(w, h, to_program, s);
	vt_size(s->vt, &w, &h);
	set_size(master, w, h);
	json_object_set_new(command, "node", json_string(node));
	json_object_set_new(command, "pty", json_true());
	ctl_async_call(ctl, "exec", command, &slave, 1, started, s);
	close(slave);
	uv_poll_init(loop, &s->poll, master);
	s->poll.data = s;
	watch(s);
	return s;
}

static void
freed(uv_handle_t *h)
{
	struct shell *s = h->data;

	s->closed = true;
	if (!s->waiting)
		shell_free(s);
}

/* With the master the terminal hangs up, which ends the program. */
void
shell_close(struct shell *s, bool lost)
{
	if (s == NULL)
		return;
	if (s->master >= 0) {
		uv_poll_stop(&s->poll);
		close(s->master);
		s->master = -1;
	}
	if (lost)
		s->waiting = false;
	uv_close((uv_handle_t *)&s->poll, freed);
}

struct vt *
shell_vt(struct shell *s)
{
	return s->vt;
}

void
shell_resize(struct shell *s, int w, int h)
{
	int ow, oh;

	vt_size(s->vt, &ow, &oh);
	vt_resize(s->vt, w, h);
	vt_size(s->vt, &w, &h);
	if (s->master >= 0 && (w != ow || h != oh))
		set_size(s->master, w, h);
}

bool
shell_exited(struct shell *s, const json_t *data)
{
	return s->pid != 0 &&
	       json_integer_value(json_object_get(data, "pid")) == s->pid;
}
