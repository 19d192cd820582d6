/*
 * Several programs that are one daemon.
 *
 * Some daemons are a family: FRR is zebra, which speaks to the kernel, and bgpd,
 * which speaks BGP, and both get their configuration from vtysh. To whoever
 * started it such a family is one process, the leader, which is this code in the
 * child that would otherwise have become the program. It starts the others one
 * after the other, each when the socket of the one before answers; it passes on
 * SIGTERM and SIGHUP; and when one of them dies it ends the others and goes the
 * same way, by the same signal or status. They die with it, whatever kills it.
 *
 * The report of the start (node.h) stays open until all of that has been done,
 * so that "it runs" means all of it. When what comes last fails, such as vtysh on
 * a mistake in its file, the report is the first line that it said.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lab/node/node_group.h"

#define GROUP_MAX 8
#define GROUP_LOOK_MS 5
#define GROUP_END_MS 1000

struct group {
	const struct node_spec *spec;
	int report; /* -1 once it has been told */
	sigset_t signals;
	pid_t pids[GROUP_MAX]; /* members; 0: gone */
	size_t n;
	pid_t main;
	pid_t after, reload; /* those that run and end; 0: none */
	size_t step;	     /* of before; then the daemon itself */
	int said;	     /* what after says; -1 */
	char line[256];	     /* the first of it */
	bool whole;	     /* it has ended */
	bool again;	     /* it was told to reload while it did */
	bool ending;
	int status; /* of the first that died */
};

static _Noreturn void
group_child(const struct group *g, const char *const *argv)
{
	struct err e = {0};
	sigset_t none;

	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	err_sys(&e, "cannot run %s", argv[0]);
	if (g->report < 0 || write(g->report, e.msg, strlen(e.msg)) < 0)
		_exit(126);
	_exit(127);
}

/* out: where it speaks to; -1: where we do. */
static pid_t
group_fork(const struct group *g, const char *const *argv, int out)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (out >= 0 && (dup2(out, 1) < 0 || dup2(out, 2) < 0))
			_exit(126);
		group_child(g, argv);
	}
	return pid < 0 ? 0 : pid;
}

static void
group_end(struct group *g, int status)
{
	size_t i;

	if (g->ending)
		return;
	g->ending = true;
	g->status = status;
	for (i = 0; i < g->n; i++)
		if (g->pids[i] > 0)
			(void)kill(g->pids[i], SIGTERM);
}

static pid_t
group_add(struct group *g, const char *const *argv)
{
	pid_t pid = g->n < GROUP_MAX ? group_fork(g, argv, -1) : 0;

	if (pid == 0)
		group_end(g, 126 << 8);
	else
		g->pids[g->n++] = pid;
	return pid;
}

static bool
group_answers(const char *path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	bool yes;
	int fd;

	if (path == NULL)
		return true;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path);
	yes = fd >= 0 && connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0;
	if (fd >= 0)
		close(fd);
	return yes;
}

static void
group_told(struct group *g)
{
	if (g->report >= 0)
		close(g->report);
	g->report = -1;
}

static void
group_after(struct group *g)
{
	int p[2];

	if (pipe2(p, O_CLOEXEC | O_NONBLOCK) < 0) {
		group_end(g, 126 << 8);
		return;
	}
	g->said = p[0];
	g->after = group_fork(g, g->spec->group->after, p[1]);
	close(p[1]);
	if (g->after == 0)
		group_end(g, 126 << 8);
}

/* Pass on what it says, and keep the first line. */
static void
group_hear(struct group *g)
{
	size_t len = strlen(g->line);
	char text[1024];
	ssize_t n, i;

	while (g->said >= 0 && (n = read(g->said, text, sizeof(text))) > 0) {
		for (i = 0; i < n && !g->whole; i++) {
			g->whole = text[i] == '\n' && len > 0;
			if (text[i] != '\n' && len < sizeof(g->line) - 1)
				g->line[len++] = text[i];
		}
		if (write(1, text, (size_t)n) < 0)
			return;
	}
}

static void
group_after_exited(struct group *g, int status)
{
	g->after = 0;
	group_hear(g);
	close(g->said);
	g->said = -1;
	if (status != 0) {
		if (g->line[0] &&
		    write(g->report, g->line, strlen(g->line)) < 0)
			status = 126 << 8;
		group_end(g, status);
	} else
		group_told(g);
}

/* What comes next, if it is time for it. */
static void
group_next(struct group *g)
{
	const struct node_group *def = g->spec->group;
	const struct node_step *b = &def->before[g->step];

	if (g->ending || g->report < 0 || g->after != 0)
		return;
	if (g->main == 0) {
		if (g->n > 0 && !group_answers(b[-1].socket))
			return;
		if (b->argv != NULL)
			(void)group_add(g, b->argv);
		else
			g->main = group_add(g, g->spec->argv);
		g->step += b->argv != NULL;
	} else if (group_answers(def->socket)) {
		if (def->after == NULL)
			group_told(g);
		else
			group_after(g);
	}
}

/* To the daemon, and what follows its start follows again. What is written while
 * it reads may come too late for that: then it reads once more. */
static void
group_hup(struct group *g)
{
	const struct node_group *def = g->spec->group;

	g->again = g->reload != 0;
	if (g->ending || g->main == 0 || g->again)
		return;
	if (def->reload != NULL) {
		g->reload = group_fork(g, def->reload, -1);
		return;
	}
	(void)kill(g->main, SIGHUP);
	if (def->after != NULL)
		g->reload = group_fork(g, def->after, -1);
}

static void
group_reloaded(struct group *g)
{
	g->reload = 0;
	if (g->again)
		group_hup(g);
}

static void
group_exited(struct group *g, pid_t pid, int status)
{
	size_t i;

	if (pid == g->after)
		group_after_exited(g, status);
	else if (pid == g->reload)
		group_reloaded(g);
	for (i = 0; i < g->n; i++)
		if (g->pids[i] == pid) {
			g->pids[i] = 0;
			group_end(g, status);
		}
}

static bool
group_empty(const struct group *g)
{
	size_t i;

	for (i = 0; i < g->n; i++)
		if (g->pids[i] > 0)
			return false;
	return true;
}

/* One signal, or none in time. */
static void
group_turn(struct group *g, int ms)
{
	const struct timespec wait = {ms / 1000, ms % 1000 * 1000000L};
	int status, got = sigtimedwait(&g->signals, NULL, &wait);
	pid_t pid;

	if (got == SIGHUP)
		group_hup(g);
	else if (got == SIGTERM || got == SIGINT)
		group_end(g, 0);
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		group_exited(g, pid, status);
	group_hear(g);
	group_next(g);
}

static _Noreturn void
group_go(const struct group *g)
{
	sigset_t none;

	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (WIFSIGNALED(g->status))
		(void)kill(getpid(), WTERMSIG(g->status));
	_exit(WIFEXITED(g->status) ? WEXITSTATUS(g->status) : 126);
}

void
node_group_run(const struct node_spec *spec, int report)
{
	struct group g = {.spec = spec, .said = -1};
	int left;

	sigemptyset(&g.signals);
	sigaddset(&g.signals, SIGCHLD);
	sigaddset(&g.signals, SIGHUP);
	sigaddset(&g.signals, SIGTERM);
	sigaddset(&g.signals, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &g.signals, NULL);
	(void)prctl(PR_SET_NAME, "ixlab:group");
	/* nothing of the parent's stays open but the report */
	g.report = dup2(report, 3);
	(void)fcntl(g.report, F_SETFD, FD_CLOEXEC);
	(void)close_range(4, ~0u, 0);
	group_next(&g);
	while (!g.ending)
		group_turn(&g, g.report >= 0 ? GROUP_LOOK_MS : 60000);
	for (left = GROUP_END_MS; left > 0 && !group_empty(&g);
	     left -= GROUP_LOOK_MS)
		group_turn(&g, GROUP_LOOK_MS);
	group_go(&g);
}
