#include "lab/node/node.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"
#include "lab/node/node_seal_priv.h"

#define SANDBOX_NEW                                                 \
	(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | \
	 CLONE_NEWUTS)
#define SANDBOX_REMEDY "\"ixlab doctor\" names the remedy"

/* ---- descriptors and processes */

static int
fd_cmp(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Close all from 3 on but these. */
static void
close_but(const int *keep, size_t n)
{
	unsigned int from = 3;
	int sorted[16];
	size_t i;

	memcpy(sorted, keep, n * sizeof(*keep));
	qsort(sorted, n, sizeof(*sorted), fd_cmp);
	for (i = 0; i < n; i++) {
		if (sorted[i] < (int)from)
			continue;
		if (sorted[i] > (int)from)
			(void)close_range(from, (unsigned int)sorted[i] - 1, 0);
		from = (unsigned int)sorted[i] + 1;
	}
	(void)close_range(from, ~0u, 0);
}

int
node_pidfd(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

int
node_wait(int pidfd, int timeout_ms)
{
	struct pollfd p = {.fd = pidfd, .events = POLLIN};
	struct timespec ts;
	long now, end;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	now = ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
	for (end = now + timeout_ms; now <= end;) {
		if (poll(&p, 1, (int)(end - now)) > 0)
			return 0;
		clock_gettime(CLOCK_MONOTONIC, &ts);
		now = ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
		if (now == end)
			break;
	}
	return -1;
}

static void
reap(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* ---- namespaces */

static int
put(const char *path, const char *text, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));

	if (n < 0)
		err_sys(e,
			"this machine does not let an ordinary user have "
			"namespaces (%s); " SANDBOX_REMEDY,
			path);
	if (fd >= 0)
		close(fd);
	return n < 0 ? -1 : 0;
}

static int
refused(struct err *e, bool user)
{
	int code = errno;
	const char *why =
	    code == ENOSPC	    ? "the limit in /proc/sys/user is reached"
	    : code == EPERM && user ? "user namespaces are switched off"
				    : strerror(code);

	return err_here(e,
			"this machine does not let %s make namespaces "
			"(%s); " SANDBOX_REMEDY,
			geteuid() ? "an ordinary user" : "us", why);
}

/* Root without the right (in a container) may still have the other way. */
static int
enter_new(struct err *e)
{
	unsigned int uid = geteuid(), gid = getegid();
	char map[64];

	if (uid == 0) {
		if (unshare(SANDBOX_NEW) == 0)
			return 0;
		if (errno != EPERM)
			return refused(e, false);
	}
	if (unshare(CLONE_NEWUSER | SANDBOX_NEW) < 0)
		return refused(e, true);
	if (put("/proc/self/setgroups", "deny", e) < 0)
		return -1;
	snprintf(map, sizeof(map), "0 %u 1", uid);
	if (put("/proc/self/uid_map", map, e) < 0)
		return -1;
	snprintf(map, sizeof(map), "0 %u 1", gid);
	return put("/proc/self/gid_map", map, e);
}

/* ---- a sandbox: caller, middle, process 1. The middle unshares (process ids
 * change for children only), forks and goes, so that process 1 belongs to
 * nobody who might stop reaping it. */

struct hello {	   /* from the middle to the caller */
	pid_t pid; /* 0: it failed */
	struct err e;
};

struct sandbox {
	int (*body)(void *arg);
	void *arg;
	const int *keep;
	size_t nkeep;
	int up[2], go[2]; /* hello; the caller has its pidfd */
};

static void
tell(int fd, const struct hello *h)
{
	if (write(fd, h, sizeof(*h)) != sizeof(*h))
		_exit(1); /* the caller is gone */
}

static void
middle(struct sandbox *s)
{
	struct hello h = {0};
	int keep[16];
	char c;

	memcpy(keep, s->keep, s->nkeep * sizeof(int));
	keep[s->nkeep] = s->up[1];
	keep[s->nkeep + 1] = s->go[0];
	close_but(keep, s->nkeep + 2);
	(void)signal(SIGPIPE, SIG_IGN);
	if (enter_new(&h.e) == 0 && node_seal_rights(&h.e) == 0 &&
	    (h.pid = fork()) < 0) {
		err_sys(&h.e, "cannot make a process");
		h.pid = 0;
	} else if (h.e.class == ERR_NONE && h.pid == 0) {
		close(s->up[1]);
		close(s->go[0]);
		_exit(s->body(s->arg));
	}
	tell(s->up[1], &h);
	while (read(s->go[0], &c, 1) < 0 && errno == EINTR)
		;
	_exit(0);
}

/* While the middle lives, a dead process 1 stays a zombie, so its number cannot
 * have become somebody else's. */
static int
meet(struct sandbox *s, pid_t *pid, int *pidfd, struct err *e)
{
	struct hello h = {0};
	ssize_t n;

	do
		n = read(s->up[0], &h, sizeof(h));
	while (n < 0 && errno == EINTR);
	if (n != sizeof(h))
		return err_here(e, "the lab's process died as it was made");
	if (h.pid == 0) {
		*e = h.e;
		return -1;
	}
	*pid = h.pid;
	if ((*pidfd = node_pidfd(h.pid)) < 0)
		return err_sys(e, "cannot hold the lab's process");
	return 0;
}

int
node_sandbox(int (*body)(void *arg), void *arg, const int *keep, size_t nkeep,
	     pid_t *pid, int *pidfd, struct err *e)
{
	struct sandbox s = {body, arg, keep, nkeep, {-1, -1}, {-1, -1}};
	pid_t child;
	int rc = -1;

	if (nkeep > 8)
		abort();
	if (pipe2(s.up, O_CLOEXEC) < 0)
		return err_sys(e, "cannot make a pipe");
	if (pipe2(s.go, O_CLOEXEC) < 0) {
		err_sys(e, "cannot make a pipe");
		close(s.up[0]);
		close(s.up[1]);
		return -1;
	}
	if ((child = fork()) == 0)
		middle(&s);
	close(s.up[1]);
	close(s.go[0]);
	if (child < 0)
		err_sys(e, "cannot make a process");
	else
		rc = meet(&s, pid, pidfd, e);
	close(s.up[0]);
	close(s.go[1]);
	if (child > 0)
		reap(child);
	return rc;
}

/* ---- throw-away tests */

struct trial {
	node_test test;
	void *arg;
	int out; /* struct err goes there */
};

static int
trial_body(void *arg)
{
	struct trial *t = arg;
	struct err e = {0};
	int rc = t->test(t->arg, &e);

	if (rc == 0)
		e.class = ERR_NONE;
	return write(t->out, &e, sizeof(e)) != sizeof(e);
}

static int
trial_result(int fd, struct err *e)
{
	struct err got;
	ssize_t n;

	do
		n = read(fd, &got, sizeof(got));
	while (n < 0 && errno == EINTR);
	if (n != sizeof(got))
		return err_here(e, "the test died");
	if (got.class == ERR_NONE)
		return 0;
	*e = got;
	return -1;
}

int
node_try(bool sandbox, node_test test, void *arg, struct err *e)
{
	struct trial t = {.test = test, .arg = arg};
	int p[2], rc = -1, pidfd = -1;
	pid_t pid;

	if (pipe2(p, O_CLOEXEC) < 0)
		return err_sys(e, "cannot make a pipe");
	t.out = p[1];
	if (sandbox)
		rc = node_sandbox(trial_body, &t, &p[1], 1, &pid, &pidfd, e);
	else if ((pid = fork()) == 0)
		_exit(trial_body(&t));
	else
		rc = pid < 0 ? err_sys(e, "cannot make a process") : 0;
	close(p[1]);
	if (rc == 0) {
		rc = trial_result(p[0], e);
		if (sandbox)
			(void)node_wait(pidfd, 5000);
		else
			reap(pid);
	}
	close(p[0]);
	if (pidfd >= 0)
		close(pidfd);
	return rc;
}
