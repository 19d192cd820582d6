/*
 * ixrs_sandbox: give up what a route server does not need.
 *
 * Its port is bound, its files are read; from here on it talks to strangers. So,
 * one behind the other, each for the case that the one before it falls:
 *
 *   account       another user than root, if --user names one or there is one
 *                 called ixrs
 *   capabilities  none; as root, one: to read files on reload
 *   Landlock      no file can be written, made or run; removed, only in the
 *                 folder of the control socket, which is removed at the end
 *   seccomp       a list of the system calls that are used, nothing else: no new
 *                 program, no tracing, no file opened for writing
 *
 * An io_uring would lead around that list: what is asked for in the ring is not
 * a system call. A libuv that can make one does so with the loop, and aborts
 * when the list refuses to serve it; so it is told before that there is none.
 *
 * Reading stays possible, for a reload reads the files that an operator names.
 * A kernel, or a lab inside a user namespace, may refuse any of these: then the
 * log says so. A call that is not in the list fails with EPERM rather than
 * killing an exchange's route server over a forgotten line.
 */
#include "cmd/ixrs/ixrs_sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <pwd.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"

#if defined(__SANITIZE_ADDRESS__)
enum { SANITIZED = true };
#else
enum { SANITIZED = false };
#endif

/* ---- another account */

static int
become(const struct passwd *pw, const char *control, struct err *e)
{
	if (control[0] != '@' && chown(control, pw->pw_uid, pw->pw_gid) < 0)
		return err_sys(e, "give %s to %s", control, pw->pw_name);
	if (initgroups(pw->pw_name, pw->pw_gid) < 0 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) < 0 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) < 0)
		return err_sys(e, "become %s", pw->pw_name);
	log_info("ixrs", "runs as %s", pw->pw_name);
	return 0;
}

/* An account that /etc/passwd has, or NULL; static. getpwnam would load what asks
 * systemd for others: 500 KiB that stay, for one name that a package made. */
static const struct passwd *
local_account(const char *name)
{
	FILE *f = fopen("/etc/passwd", "re");
	const struct passwd *pw = NULL;

	if (f == NULL)
		return NULL;
	while ((pw = fgetpwent(f)) != NULL && strcmp(pw->pw_name, name) != 0)
		continue;
	fclose(f);
	return pw;
}

static int
change_user(const char *user, const char *control, struct err *e)
{
	const struct passwd *pw;

	if (user != NULL) {
		pw = getpwnam(user);
		return pw != NULL
			   ? become(pw, control, e)
			   : err_usage(e, "--user: no account \"%s\"", user);
	}
	if (geteuid() != 0)
		return 0;
	pw = local_account("ixrs");
	if (pw == NULL)
		pw = local_account("_ixrs");
	if (pw == NULL)
		log_info("ixrs",
			 "stays root, with no power but to read files; --user "
			 "names another account");
	else if (become(pw, control, e) < 0)
		log_warnx("ixrs", "stays root: %s", e->msg);
	return 0;
}

static void
drop_capabilities(void)
{
	static const cap_value_t reading[] = {CAP_DAC_READ_SEARCH};
	cap_t none = cap_init();

	if (geteuid() == 0) {
		cap_set_flag(none, CAP_PERMITTED, 1, reading, CAP_SET);
		cap_set_flag(none, CAP_EFFECTIVE, 1, reading, CAP_SET);
	}
	if (cap_set_proc(none) < 0)
		log_warn("ixrs", "capabilities are kept");
	cap_free(none);
}

/* ---- files */

static int
landlock(const char *control)
{
	const uint64_t written =
	    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
	    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
	    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
	    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
	    LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
	    LANDLOCK_ACCESS_FS_MAKE_SYM;
	struct landlock_ruleset_attr rules = {.handled_access_fs = written};
	struct landlock_path_beneath_attr own = {
	    .allowed_access = LANDLOCK_ACCESS_FS_REMOVE_FILE, .parent_fd = -1};
	int fd =
	    (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);

	if (fd < 0)
		return -1;
	if (control[0] != '@') {
		_free_ char *folder = xstrdup(control);
		char *slash = strrchr(folder, '/');
		if (slash != NULL)
			slash[slash == folder] = '\0';
		own.parent_fd = open(slash != NULL ? folder : ".",
				     O_PATH | O_DIRECTORY | O_CLOEXEC);
	}
	if (own.parent_fd >= 0) {
		syscall(SYS_landlock_add_rule, fd, LANDLOCK_RULE_PATH_BENEATH,
			&own, 0);
		close(own.parent_fd);
	}
	int r = (int)syscall(SYS_landlock_restrict_self, fd, 0);
	int why = errno;
	close(fd);
	errno = why;
	return r;
}

/* ---- system calls */

/* clang-format off */
static const int calls[] = {
	/* the loop and its sockets */
	SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_pwait2), SCMP_SYS(poll),
	SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(pselect6),
	SCMP_SYS(eventfd2), SCMP_SYS(pipe2), SCMP_SYS(timerfd_create),
	SCMP_SYS(timerfd_settime), SCMP_SYS(read), SCMP_SYS(readv),
	SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg), SCMP_SYS(recvmmsg), SCMP_SYS(sendto),
	SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg), SCMP_SYS(connect),
	SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(bind), SCMP_SYS(listen),
	SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt), SCMP_SYS(shutdown), SCMP_SYS(close),
	SCMP_SYS(close_range), SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(dup3),
	SCMP_SYS(fcntl), SCMP_SYS(ioctl),
	/* files, to read; the end of the control socket */
	SCMP_SYS(fstat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat),
	SCMP_SYS(statx), SCMP_SYS(statfs), SCMP_SYS(fstatfs), SCMP_SYS(lseek),
	SCMP_SYS(pread64), SCMP_SYS(access), SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
	SCMP_SYS(getcwd), SCMP_SYS(getdents64), SCMP_SYS(fadvise64),
	SCMP_SYS(unlink), SCMP_SYS(unlinkat),
	/* memory */
	SCMP_SYS(brk), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap),
	SCMP_SYS(mprotect), SCMP_SYS(madvise), SCMP_SYS(membarrier),
	/* threads (of the RTR client), signals, time */
	SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(get_robust_list),
	SCMP_SYS(rseq), SCMP_SYS(set_tid_address), SCMP_SYS(arch_prctl),
	SCMP_SYS(prctl), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sched_getparam), SCMP_SYS(sched_getscheduler),
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigtimedwait),
	SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall),
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres),
	SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday),
	SCMP_SYS(time), SCMP_SYS(times), SCMP_SYS(getrusage),
	/* who we are, and the end */
	SCMP_SYS(getpid), SCMP_SYS(getppid), SCMP_SYS(gettid), SCMP_SYS(getuid),
	SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
	SCMP_SYS(getrandom), SCMP_SYS(uname), SCMP_SYS(sysinfo),
	SCMP_SYS(getrlimit), SCMP_SYS(prlimit64), SCMP_SYS(tgkill),
	SCMP_SYS(exit), SCMP_SYS(exit_group),
};
/* clang-format on */

/* Calls of which only some uses are allowed. */
static int
allow_partly(scmp_filter_ctx ctx)
{
	const scmp_datum_t writing =
	    O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY);
	static const int families[] = {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK};
	int r = 0;

	r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
			      SCMP_A2(SCMP_CMP_MASKED_EQ, writing, O_RDONLY));
	r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(open), 1,
			      SCMP_A1(SCMP_CMP_MASKED_EQ, writing, O_RDONLY));
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++)
		r |= seccomp_rule_add(
		    ctx, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
		    SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i], 0));
	r |= seccomp_rule_add(
	    ctx, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
	    SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
	/* its flags are in memory, out of sight: glibc then uses clone */
	r |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	return r;
}

static int
filter_calls(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int r = ctx != NULL ? allow_partly(ctx) : -ENOMEM;

	for (size_t i = 0; r == 0 && i < sizeof(calls) / sizeof(*calls); i++)
		if (calls[i] >= 0) /* below: not of this machine */
			r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0);
	if (r == 0)
		r = seccomp_load(ctx);
	seccomp_release(ctx);
	errno = r < 0 ? -r : 0;
	return r;
}

void
ixrs_sandbox_early(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);

	if (ctx == NULL ||
	    seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS),
			     SCMP_SYS(io_uring_setup), 0) < 0 ||
	    seccomp_load(ctx) < 0)
		log_warnx("ixrs", "io_uring is not refused");
	seccomp_release(ctx);
}

int
ixrs_sandbox(const char *user, const char *control, bool filter, struct err *e)
{
	if (change_user(user, control, e) < 0)
		return -1;
	drop_capabilities();
	if (!filter)
		return 0;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || landlock(control) < 0)
		log_warn("ixrs", "files are not protected by Landlock");
	if (SANITIZED)
		log_info(
		    "ixrs",
		    "system calls are not filtered: the sanitizer needs more");
	else if (filter_calls() < 0)
		log_warn("ixrs", "system calls are not filtered");
	return 0;
}
