#include "tui/tui_pass.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"
#include "ctl/ctl.h"
#include "tui/tui_guard.h"
#include "tui/tui_shell.h"

#define PASS_MS 30000
#define PASS_CALL_MS 5000

static volatile sig_atomic_t resized;

static void
on_winch(int sig)
{
	(void)sig;
	resized = 1;
}

static struct ctl *
run(const char *instance, const char *node, json_t *command, const int *fds,
    size_t nfds, struct err *e)
{
	_free_ char *name = ctl_lab_name(instance);
	struct ctl *c = ctl_open(name, e);

	if (c == NULL) {
		json_decref(command);
		return NULL;
	}
	json_object_set_new(command, "node", json_string(node));
	json_object_set_new(command, "pty", json_boolean(nfds == 1));
	if (ctl_call(c, "exec", command, fds, nfds, PASS_CALL_MS, NULL, e) <
	    0) {
		ctl_close(c);
		return NULL;
	}
	return c;
}

static bool
put(int fd, const char *p, ssize_t n)
{
	ssize_t done;

	for (; n > 0; p += done, n -= done) {
		done = write(fd, p, (size_t)n);
		if (done < 0 && errno == EINTR)
			done = 0;
		if (done < 0)
			return false;
	}
	return true;
}

static void
copy_size(int master)
{
	struct winsize ws;

	resized = 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0)
		(void)ioctl(master, TIOCSWINSZ, &ws);
}

static void
relay(int master)
{
	struct pollfd p[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
			      {.fd = master, .events = POLLIN}};
	char buf[4096];
	ssize_t n;

	for (;;) {
		if (resized)
			copy_size(master);
		if (poll(p, 2, -1) < 0) {
			if (errno == EINTR)
				continue;
			return;
		}
		if (p[1].revents != 0) {
			n = read(master, buf, sizeof(buf));
			if (n <= 0 || !put(STDOUT_FILENO, buf, n))
				return;
		}
		if (p[0].revents != 0) {
			n = read(STDIN_FILENO, buf, sizeof(buf));
			if (n <= 0 || !put(master, buf, n))
				return;
		}
	}
}

int
pass_terminal(const char *instance, const char *node, json_t *command,
	      struct err *e)
{
	struct sigaction sa = {.sa_handler = on_winch}, old;
	int master, slave;
	struct ctl *c;

	if (shell_pty(&master, &slave, e) < 0) {
		json_decref(command);
		return -1;
	}
	copy_size(master);
	c = run(instance, node, command, &slave, 1, e);
	close(slave);
	if (c != NULL && guard_arm(STDIN_FILENO, "", 0)) {
		sigaction(SIGWINCH, &sa, &old);
		guard_raw();
		relay(master);
		guard_disarm();
		sigaction(SIGWINCH, &old, NULL);
	}
	close(master);
	if (c == NULL)
		return -1;
	ctl_close(c);
	return 0;
}

/* ---- output only */

static void
print_lines(struct str *s, bool all)
{
	char *end;
	size_t n;

	while ((end = memchr(str_text(s), '\n', s->len)) != NULL ||
	       (all && s->len > 0)) {
		n = end ? (size_t)(end - s->text) : s->len;
		_free_ char *line = xstrndup(s->text, n);

		str_clean_lines(line);
		puts(line);
		n += end != NULL;
		memmove(s->text, s->text + n, s->len - n + 1);
		s->len -= n;
	}
}

static long
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int
collect(int fd, struct err *e)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	long end = now_ms() + PASS_MS, left;
	struct str s = {0};
	char buf[4096];
	ssize_t n = 1;

	while (n > 0) {
		left = end - now_ms();
		if (left <= 0 || poll(&p, 1, (int)left) == 0)
			break;
		n = read(fd, buf, sizeof(buf));
		if (n > 0)
			str_addn(&s, buf, (size_t)n);
		print_lines(&s, n <= 0 || s.len > sizeof(buf));
	}
	print_lines(&s, true);
	str_clear(&s);
	if (n > 0)
		return err_here(e,
				"the command took longer than %d seconds "
				"and was ended",
				PASS_MS / 1000);
	return 0;
}

int
pass_output(const char *instance, const char *node, json_t *command,
	    struct err *e)
{
	int fds[3] = {-1, -1, -1}, ends[2], rc = -1;
	struct ctl *c = NULL;

	if (pipe2(ends, O_CLOEXEC) < 0) {
		json_decref(command);
		return err_sys(e, "cannot make a pipe");
	}
	fds[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	fds[1] = fds[2] = ends[1];
	if (fds[0] >= 0)
		c = run(instance, node, command, fds, 3, e);
	else
		err_sys(e, "cannot open /dev/null");
	close(ends[1]);
	if (c != NULL) {
		rc = collect(ends[0], e);
		ctl_close(c);
	}
	close(ends[0]);
	if (fds[0] >= 0)
		close(fds[0]);
	return rc;
}
