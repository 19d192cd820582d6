/*
 * A program of this machine, run to its end: a converter, as in a pipe.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "lab/node/node.h"

static int
run_reported(struct node_child *c, int timeout_ms, struct err *e)
{
	struct pollfd p = {c->report, POLLIN, 0};
	int rc;

	(void)poll(&p, 1, timeout_ms);
	if ((rc = node_report(c, e)) == 0)
		close(c->report);
	return rc < 0 ? -1 : 0;
}

int
node_run(const char *const *argv, const int fds[3], int timeout_ms,
	 struct err *e)
{
	_free_ char *path = xasprintf("PATH=%s", node_path());
	const char *const env[] = {path, "LANG=C.UTF-8", NULL};
	struct node_spec spec = {
	    .argv = argv, .env = env, .fds = {fds[0], fds[1], fds[2]}};
	struct node_child c;
	int status = 0, pidfd, late;

	if (node_spawn(&spec, &c, e) < 0 || run_reported(&c, timeout_ms, e) < 0)
		return -1;
	pidfd = node_pidfd(c.pid);
	late = pidfd >= 0 && node_wait(pidfd, timeout_ms) < 0;
	if (pidfd >= 0)
		close(pidfd);
	if (late)
		(void)kill(-c.pid, SIGKILL);
	while (waitpid(c.pid, &status, 0) < 0 && errno == EINTR)
		;
	if (late)
		return err_here(e, "%s did not end in time", argv[0]);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_here(e, "%s failed", argv[0]);
	return 0;
}
