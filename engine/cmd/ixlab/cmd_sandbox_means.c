/*
 * The attacks of ixlab sandbox-test on what is bounded: room, processes, memory,
 * control groups. try_together, which ends its seal, only tells.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "cmd_sandbox.h"
#include "lab/node/node.h"
#include "lab/node/node_seal.h"

#define SANDBOX_FORKS 1100
#define SANDBOX_DISK_MAX (192u << 20) /* bytes; more is no bound */

int
sandbox_try_fill(const struct sandbox *s, struct err *e)
{
	static char block[1 << 20];
	unsigned int n, all = 0;
	int fd = 0;

	(void)signal(SIGXFSZ, SIG_IGN);
	for (n = 0; n < 16 && fd >= 0 && all < SANDBOX_DISK_MAX; n++) {
		_free_ char *path = xasprintf("%s/fill-%u", s->state, n);

		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		while (fd >= 0 && all < SANDBOX_DISK_MAX &&
		       write(fd, block, sizeof(block)) > 0)
			all += sizeof(block);
		if (fd >= 0)
			close(fd);
	}
	while (n-- > 0) {
		_free_ char *path = xasprintf("%s/fill-%u", s->state, n);

		(void)unlink(path);
	}
	if (all == 0)
		return err_set(e, ERR_REFUSED, "nothing can be written");
	return all < SANDBOX_DISK_MAX
		   ? 0
		   : err_set(e, ERR_FAILED, "%u MiB were written", all >> 20);
}

int
sandbox_try_file(const struct sandbox *s, struct err *e)
{
	_free_ char *path = xasprintf("%s/long", s->state);
	int fd, rc;

	(void)signal(SIGXFSZ, SIG_IGN);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(e, ERR_REFUSED, "no file can be made");
	rc = ftruncate(fd, 65 << 20);
	close(fd);
	(void)unlink(path);
	return rc < 0 ? 0 : sandbox_through(e, "a file of 65 MiB can be made");
}

int
sandbox_try_forks(const struct sandbox *s, struct err *e)
{
	static const char *const argv[] = {"sleep", "600", NULL};
	static const char *const env[] = {NULL};
	const struct node_spec spec = {
	    .argv = argv, .env = env, .cwd = "/", .fds = {-1, -1, -1}};
	struct node_child child;
	unsigned int n = 0;
	struct err why;

	(void)s;
	while (n < SANDBOX_FORKS && node_spawn(&spec, &child, &why) == 0) {
		close(child.report);
		n++;
	}
	(void)kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		continue;
	if (n == SANDBOX_FORKS)
		return err_set(e, ERR_FAILED, "%u processes run at once", n);
	return n > 0 ? 0 : err_set(e, ERR_REFUSED, "%s", why.msg);
}

int
sandbox_try_memory(const struct sandbox *s, struct err *e)
{
	struct rlimit r;

	(void)s;
	if (getrlimit(RLIMIT_DATA, &r) == 0 && r.rlim_max == RLIM_INFINITY)
		return err_set(e, ERR_REFUSED,
			       "this build has no limit of memory");
	return mmap(NULL, (size_t)5 << 30, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
		   ? 0
		   : sandbox_through(e, "a program can have 5 GiB");
}

/* It was tried before, in a seal of its own: with it that ends. */
int
sandbox_try_together(const struct sandbox *s, struct err *e)
{
	return s->held != NODE_SEAL_NOTHING
		   ? 0
		   : sandbox_through(e, "they took twice what all may");
}

int
sandbox_try_limits(const struct sandbox *s, struct err *e)
{
	static const __rlimit_resource_t what[] = {RLIMIT_NPROC, RLIMIT_FSIZE,
						   RLIMIT_CPU};
	struct rlimit r;
	size_t i;

	(void)s;
	for (i = 0; i < sizeof(what) / sizeof(*what); i++) {
		r = (struct rlimit){RLIM_INFINITY, RLIM_INFINITY};
		if (setrlimit(what[i], &r) == 0)
			return sandbox_through(e, "a limit can be lifted");
	}
	return 0;
}

/* A control group, that of another or the way out of ours. Of what can be opened
 * nothing is written. */
static int
groups_open(const char *path, const struct stat *st, int type, struct FTW *at)
{
	int fd;

	(void)st;
	(void)at;
	if (type != FTW_F || (fd = open(path, O_WRONLY | O_CLOEXEC)) < 0)
		return 0;
	close(fd);
	return 1;
}

int
sandbox_try_groups(const struct sandbox *s, struct err *e)
{
	(void)s;
	return nftw("/sys/fs/cgroup", groups_open, 16, FTW_PHYS) > 0
		   ? sandbox_through(e, "a control group can be changed")
		   : 0;
}

int
sandbox_try_groups_below(const struct sandbox *s, struct err *e)
{
	(void)s;
	return unshare(CLONE_NEWCGROUP) == 0 &&
		       mount("none", "/tmp", "cgroup2", 0, NULL) == 0
		   ? sandbox_through(e,
				     "a tree of control groups can be mounted")
		   : 0;
}
