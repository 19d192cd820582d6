#include "lab/node/node.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/str.h"
#include "lab/node/node_group.h"
#include "lab/node/node_seal_priv.h"

#define SPAWN_FILES 4096
#define SPAWN_PATH \
	"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* ---- the child, from fork to exec; e is what the parent will read */

static int
spawn_signals(struct err *e)
{
	sigset_t none;
	int s;

	for (s = 1; s < NSIG; s++)
		(void)signal(s, SIG_DFL); /* some numbers are not for us */
	sigemptyset(&none);
	if (sigprocmask(SIG_SETMASK, &none, NULL) < 0)
		return err_sys(e, "cannot reset signals");
	return 0;
}

static int
spawn_enter(const struct node_place *p, struct err *e)
{
	if (p->net >= 0 && setns(p->net, CLONE_NEWNET) < 0)
		return err_sys(e, "cannot enter the network namespace");
	if (p->mnt >= 0 && setns(p->mnt, CLONE_NEWNS) < 0)
		return err_sys(e, "cannot enter the mount namespace");
	if (unshare(CLONE_NEWNS | CLONE_NEWUTS) < 0)
		return err_sys(e, "cannot make a mount namespace");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return err_sys(e, "cannot make mounts private");
	if (p->name && sethostname(p->name, strlen(p->name)) < 0)
		return err_sys(e, "cannot set the host name");
	return 0;
}

static bool
spawn_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int
spawn_bind(const char *from, const char *to, struct err *e)
{
	if (mount(from, to, NULL, MS_BIND, NULL) < 0)
		return err_sys(e, "cannot mount %s on %s", from, to);
	return 0;
}

/* The current folder is set before /run changes, as the state folder may well
 * lie below it. */
static int
spawn_mounts(const struct node_place *p, struct err *e)
{
	const char *cwd = p->home;
	const struct node_bind *b;

	for (b = p->binds; b && b->from; b++)
		if (access(b->to, F_OK) == 0 &&
		    spawn_bind(b->from, b->to, e) < 0)
			return -1;
	if (p->home && p->etc && spawn_is_dir(p->etc)) {
		if (spawn_bind(p->home, p->etc, e) < 0)
			return -1;
		cwd = p->etc;
	}
	if (cwd && chdir(cwd) < 0)
		return err_sys(e, "%s", cwd);
	if (p->run && spawn_bind(p->run, "/run", e) < 0)
		return -1;
	/* /sys/class/net of this namespace; some containers forbid it, and
	 * nothing of ours depends on it. */
	if (p->net >= 0)
		(void)mount("sysfs", "/sys", "sysfs",
			    MS_NOSUID | MS_NOEXEC | MS_NODEV | MS_RDONLY, NULL);
	return 0;
}

/* Put the three descriptors on 0 to 2. First out of the way, as they may stand
 * on each other's places. */
static int
spawn_stdio(const struct node_spec *s, struct err *e)
{
	int fds[3], i;

	for (i = 0; i < 3; i++) {
		fds[i] = s->fds[i] >= 0 ? fcntl(s->fds[i], F_DUPFD, 10)
					: open("/dev/null", O_RDWR);
		if (fds[i] < 0)
			return err_sys(e, "cannot prepare descriptor %d", i);
	}
	for (i = 0; i < 3; i++) {
		if (dup2(fds[i], i) < 0)
			return err_sys(e, "cannot prepare descriptor %d", i);
	}
	if (s->pty && ioctl(0, TIOCSCTTY, 0) < 0)
		return err_sys(e, "cannot take the terminal");
	return 0;
}

/* Only root outside of all labs can raise the second of the two, the hard one. */
static int
spawn_limit(int what, rlim_t max, bool trusted)
{
	struct rlimit r;

	if (max == 0)
		return 0;
	if (getrlimit(what, &r) < 0)
		return -1;
	r.rlim_cur = max < r.rlim_max ? max : r.rlim_max;
	if (!trusted)
		r.rlim_max = r.rlim_cur;
	return setrlimit(what, &r);
}

static int
spawn_limits(const struct node_spec *s, struct err *e)
{
	const struct rlimit none = {0, 0};
	struct rlimit r;

	if (setrlimit(RLIMIT_CORE, &none) < 0)
		return err_sys(e, "cannot set limits");
	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		r.rlim_cur =
		    r.rlim_max < SPAWN_FILES ? r.rlim_max : SPAWN_FILES;
		(void)setrlimit(RLIMIT_NOFILE, &r);
	}
	if (spawn_limit(RLIMIT_NPROC, s->processes, s->trusted) < 0 ||
	    spawn_limit(RLIMIT_AS, s->memory, s->trusted) < 0)
		return err_sys(e, "cannot set limits");
	return 0;
}

void
node_relimit(pid_t pid, enum node_means m, uint64_t max)
{
	int what = m == NODE_MEMORY ? RLIMIT_AS : RLIMIT_NPROC;
	struct rlimit r;

	if (prlimit(pid, what, NULL, &r) < 0)
		return;
	r.rlim_cur = max && max < r.rlim_max ? max : r.rlim_max;
	(void)prlimit(pid, what, &r, NULL);
}

static bool
spawn_groups_denied(void)
{
	int fd = open("/proc/self/setgroups", O_RDONLY | O_CLOEXEC);
	char word[8] = "";
	ssize_t n = fd < 0 ? -1 : read(fd, word, sizeof(word) - 1);

	if (fd >= 0)
		close(fd);
	return n > 0 && strncmp(word, "deny", 4) == 0;
}

/* A user namespace that an ordinary user made forbids setgroups(2), and programs
 * that become "root" again before they begin (tcpdump -Z root) give up. There are
 * no groups to give away here, so they are told that it is done. */
static void
spawn_groups(void)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		     offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_setgroups, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};

	if (spawn_groups_denied())
		(void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* "0" is whoever writes it. */
static int
spawn_cell(const struct node_cell *c, struct err *e)
{
	size_t i;

	for (i = 0; c && i < c->n; i++)
		if (write(c->procs[i], "0", 1) < 0)
			return err_sys(e, "cannot enter a control group");
	return 0;
}

/* Comes back only on failure. */
static void
spawn_exec(const struct node_spec *s, int report, struct err *e)
{
	umask(022);
	(void)setsid();
	if (spawn_signals(e) < 0 || spawn_cell(s->cell, e) < 0 ||
	    (s->place &&
	     (spawn_enter(s->place, e) < 0 || spawn_mounts(s->place, e) < 0)) ||
	    spawn_stdio(s, e) < 0 || spawn_limits(s, e) < 0)
		return;
	if (s->cwd && chdir(s->cwd) < 0) {
		err_sys(e, "%s", s->cwd);
		return;
	}
	if (close_range(3, ~0u, CLOSE_RANGE_CLOEXEC) < 0) {
		err_sys(e, "cannot close descriptors");
		return;
	}
	if (s->place) {
		spawn_groups();
		if (node_seal_program(s->mounter, e) < 0)
			return;
	}
	environ = (char **)(uintptr_t)s->env; /* its PATH, not ours */
	if (s->group)
		node_group_run(s, report);
	execvp(s->argv[0], (char *const *)(uintptr_t)s->argv);
	err_sys(e, "cannot run %s", s->argv[0]);
}

/* ---- the parent */

int
node_spawn(const struct node_spec *spec, struct node_child *c, struct err *e)
{
	struct err failed = {0};
	int p[2];

	if (pipe2(p, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_sys(e, "cannot make a pipe");
	c->pid = fork();
	if (c->pid == 0) {
		spawn_exec(spec, p[1], &failed);
		if (write(p[1], failed.msg, strlen(failed.msg)) < 0)
			_exit(126);
		_exit(127);
	}
	close(p[1]);
	if (c->pid < 0) {
		err_sys(e, "cannot make a process");
		close(p[0]);
		return -1;
	}
	c->report = p[0];
	return 0;
}

int
node_report(struct node_child *c, struct err *e)
{
	char text[512];
	ssize_t n;

	do
		n = read(c->report, text, sizeof(text) - 1);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	close(c->report);
	c->report = -1;
	if (n == 0)
		return 1;
	if (n < 0)
		return err_sys(e, "cannot start a program");
	text[n] = '\0';
	return err_here(e, "%s", text);
}

/* ---- programs */

const char *
node_path(void)
{
	return SPAWN_PATH;
}

static char *
which_in(const char *path, const char *program)
{
	size_t n;
	char *full;

	for (; *path; path += n + (path[n] == ':')) {
		n = strcspn(path, ":");
		full = xasprintf("%.*s/%s", (int)n, path, program);
		if (n > 0 && access(full, X_OK) == 0)
			return full;
		free(full);
	}
	return NULL;
}

char *
node_which(const char *program)
{
	const char *path = getenv("PATH");
	char *found;

	if (program[0] == '/')
		return access(program, X_OK) == 0 ? xstrdup(program) : NULL;
	found = which_in(SPAWN_PATH, program);
	if (found == NULL && path != NULL)
		found = which_in(path, program);
	return found;
}
