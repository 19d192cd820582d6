/*
 * ixlab sandbox-test: what a stranger's work could try, tried.
 *
 *	this process ──node_try──> sealed process ──node_try──> process 1 of a
 *	(makes the bait)           (prints TAP)                 lab, with all the
 *	                                                        rights in there
 *
 * Each row is an attack on this machine out of the place where a daemon of a
 * submission runs, under the very seal of ixlab grade (node_seal.c), and with more
 * rights than a daemon has: those of the lab's first process. The bait is made
 * before: a secret in the state folder, a file in /tmp, a process, a listening
 * socket. A row passes when the attack fails. What cannot be tried here is skipped
 * with its reason.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "base/tap.h"
#include "cmd_table.h"
#include "grader/desk/submission.h"
#include "lab/node/node.h"
#include "lab/node/node_seal.h"

#define SANDBOX_ROWS 32
#define SANDBOX_FORKS 1100
#define SANDBOX_DISK_MAX (192u << 20) /* bytes; more is no bound */

struct sandbox {
	char *state, *desk, *secret; /* folders; in the first */
	char *file, *door;	     /* in /tmp; a name */
	int listen, abstract, port;  /* sockets */
	pid_t victim;
	bool blunt[SANDBOX_ROWS]; /* fails outside, too: says nothing */
	FILE *out;
};

/* An attack: 0 it failed; -1 it got through (ERR_FAILED), or could not be tried
 * (ERR_REFUSED). */
struct sandbox_row {
	int threat; /* number in the table of threats; 0: of the machine */
	const char *name;
	int (*attack)(const struct sandbox *s, struct err *e);
	bool bait; /* harmless, and gets through outside */
};

static int
through(struct err *e, const char *what)
{
	return err_set(e, ERR_FAILED, "%s", what);
}

/* ---- files */

static int
reads(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	close(fd);
	return err_set(e, ERR_FAILED, "%s can be read", path);
}

static int
try_secret(const struct sandbox *s, struct err *e)
{
	return reads(s->secret, e);
}

static int
try_tmp(const struct sandbox *s, struct err *e)
{
	return reads(s->file, e);
}

static int
try_shadow(const struct sandbox *s, struct err *e)
{
	(void)s;
	return reads("/etc/shadow", e) < 0 || reads("/root/.bashrc", e) < 0 ||
		       reads("/home", e) < 0
		   ? -1
		   : 0;
}

/* The state folder of the one who grades, though it is there, is another. */
static int
try_state(const struct sandbox *s, struct err *e)
{
	return reads(s->desk, e);
}

static int
try_write(const struct sandbox *s, struct err *e)
{
	static const char *const in[] = {"/usr", "/etc",     "/usr/lib",
					 "/opt", "/var/log", "/"};
	_free_ char *own = file_program_dir();
	size_t i;

	(void)s;
	for (i = 0; i <= sizeof(in) / sizeof(*in); i++) {
		const char *dir = i < sizeof(in) / sizeof(*in) ? in[i] : own;
		_free_ char *path = xasprintf("%s/ixlab-sandbox-test", dir);
		int fd =
		    open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

		if (fd < 0)
			continue;
		close(fd);
		(void)unlink(path);
		return err_set(e, ERR_FAILED, "%s can be written", path);
	}
	return 0;
}

static int
try_remount(const struct sandbox *s, struct err *e)
{
	static const char *const at[] = {"/", "/usr", "/etc"};
	size_t i;

	(void)s;
	for (i = 0; i < sizeof(at) / sizeof(*at); i++)
		if (mount(NULL, at[i], NULL, MS_REMOUNT | MS_BIND | MS_NOSUID,
			  NULL) == 0)
			return err_set(e, ERR_FAILED, "%s can be made writable",
				       at[i]);
	return 0;
}

static int
try_umount(const struct sandbox *s, struct err *e)
{
	static const char *const at[] = {"/usr", "/etc", "/tmp", "/run"};
	size_t i;

	for (i = 0; i < sizeof(at) / sizeof(*at); i++)
		if (umount2(at[i], MNT_DETACH) == 0)
			return err_set(e, ERR_FAILED, "%s can be uncovered",
				       at[i]);
	return umount2(s->state, MNT_DETACH) == 0
		   ? through(e, "the state folder can be uncovered")
		   : 0;
}

/* The disks of the machine: a node of one, or the file system on it. */
static int
try_disk(const struct sandbox *s, struct err *e)
{
	static const char *const disks[] = {"/dev/vda", "/dev/sda",
					    "/dev/nvme0n1"};
	size_t i;

	(void)s;
	for (i = 0; i < sizeof(disks) / sizeof(*disks); i++)
		if (reads(disks[i], e) < 0)
			return -1;
	if (mknod("/tmp/sandbox-test-disk", S_IFBLK | 0600, 254 << 8) == 0)
		return through(e, "a disk's node can be made");
	if (mount("/dev/vda", "/tmp", "ext4", 0, NULL) == 0)
		return through(e, "a disk can be mounted");
	return 0;
}

static int
try_kernel_file(const struct sandbox *s, struct err *e)
{
	static const char *const files[] = {
	    "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe",
	    "/proc/sysrq-trigger", "/sys/kernel/uevent_helper",
	    "/proc/sys/vm/drop_caches"};
	size_t i;
	int fd;

	(void)s;
	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		if ((fd = open(files[i], O_WRONLY | O_CLOEXEC)) < 0)
			continue;
		close(fd);
		return err_set(e, ERR_FAILED, "%s can be written", files[i]);
	}
	return 0;
}

/* ---- what is bounded */

static int
try_fill(const struct sandbox *s, struct err *e)
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

static int
try_file(const struct sandbox *s, struct err *e)
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
	return rc < 0 ? 0 : through(e, "a file of 65 MiB can be made");
}

static int
try_forks(const struct sandbox *s, struct err *e)
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

static int
try_memory(const struct sandbox *s, struct err *e)
{
	struct rlimit r;

	(void)s;
	if (getrlimit(RLIMIT_DATA, &r) == 0 && r.rlim_max == RLIM_INFINITY)
		return err_set(e, ERR_REFUSED,
			       "this build has no limit of memory");
	return mmap(NULL, (size_t)5 << 30, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
		   ? 0
		   : through(e, "a program can have 5 GiB");
}

static int
try_limits(const struct sandbox *s, struct err *e)
{
	static const __rlimit_resource_t what[] = {RLIMIT_NPROC, RLIMIT_FSIZE,
						   RLIMIT_CPU};
	struct rlimit r;
	size_t i;

	(void)s;
	for (i = 0; i < sizeof(what) / sizeof(*what); i++) {
		r = (struct rlimit){RLIM_INFINITY, RLIM_INFINITY};
		if (setrlimit(what[i], &r) == 0)
			return through(e, "a limit can be lifted");
	}
	return 0;
}

/* ---- the network */

static int
try_connect(const struct sandbox *s, struct err *e)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)s->port),
				 .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (connect(fd, (struct sockaddr *)&in, sizeof(in)) == 0)
		return through(e, "a server of this machine answers");
	in.sin_addr.s_addr = htonl(0xc0000201); /* 192.0.2.1 */
	if (connect(fd, (struct sockaddr *)&in, sizeof(in)) == 0 ||
	    errno != ENETUNREACH)
		return through(e, "there is a way out");
	return 0;
}

static void
sandbox_name(const struct sandbox *s, struct sockaddr_un *sun)
{
	*sun = (struct sockaddr_un){.sun_family = AF_UNIX};
	snprintf(sun->sun_path + 1, sizeof(sun->sun_path) - 1,
		 "ixlab-sandbox-test/%s", s->door);
}

static int
try_abstract(const struct sandbox *s, struct err *e)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un sun;

	sandbox_name(s, &sun);
	return connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0
		   ? through(e, "a control socket of this machine answers")
		   : 0;
}

static int
try_families(const struct sandbox *s, struct err *e)
{
	static const int families[] = {AF_VSOCK, AF_ALG, AF_KEY, AF_TIPC,
				       AF_BLUETOOTH};
	size_t i;

	(void)s;
	for (i = 0; i < sizeof(families) / sizeof(*families); i++)
		if (socket(families[i], SOCK_STREAM, 0) >= 0 ||
		    errno != EAFNOSUPPORT)
			return err_set(e, ERR_FAILED,
				       "a socket of family %d is not refused",
				       families[i]);
	return 0;
}

/* ---- processes and the kernel */

static int
try_kill(const struct sandbox *s, struct err *e)
{
	return kill(s->victim, 0) == 0
		   ? through(e, "a process of this machine can be killed")
		   : 0;
}

/* Of itself, which only the filter can refuse. */
static int
refuses(long rc, const char *name, struct err *e)
{
	return rc < 0 && (errno == EPERM || errno == ENOSYS)
		   ? 0
		   : err_set(e, ERR_FAILED, "%s is not refused", name);
}

static int
try_others(const struct sandbox *s, struct err *e)
{
	char from[8] = "", to[8];
	struct iovec a = {to, sizeof(to)}, b = {from, sizeof(from)};

	(void)s;
	if (refuses(syscall(SYS_process_vm_readv, getpid(), &a, 1, &b, 1, 0),
		    "process_vm_readv", e) < 0)
		return -1;
#ifdef __SANITIZE_ADDRESS__
	return err_set(e, ERR_REFUSED, "this build needs ptrace");
#else
	return refuses(ptrace(PTRACE_TRACEME, 0, NULL, NULL), "ptrace", e);
#endif
}

static int
try_calls(const struct sandbox *s, struct err *e)
{
	static const char nothing[256] = "";

	(void)s;
	if (refuses(syscall(SYS_bpf, 0, nothing, 48), "bpf", e) < 0 ||
	    refuses(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID,
			    KEY_SPEC_PROCESS_KEYRING, 1),
		    "keyctl", e) < 0 ||
	    refuses(syscall(SYS_perf_event_open, nothing, 0, -1, -1, 0),
		    "perf_event_open", e) < 0 ||
	    refuses(syscall(SYS_userfaultfd, 1), "userfaultfd", e) < 0 ||
	    refuses(syscall(SYS_io_uring_setup, 1, nothing), "io_uring", e) <
		0 ||
	    refuses(syscall(SYS_open_by_handle_at, -1, nothing, 0),
		    "open_by_handle_at", e) < 0)
		return -1;
	return 0;
}

static int
try_machine(const struct sandbox *s, struct err *e)
{
	const struct timespec t = {0,
				   -1}; /* who looks at it refuses otherwise */

	(void)s;
	if (refuses(syscall(SYS_init_module, "", 0, ""), "init_module", e) <
		0 ||
	    refuses(syscall(SYS_kexec_load, 0, 0, NULL, 0), "kexec_load", e) <
		0 ||
	    refuses(syscall(SYS_reboot, 0, 0, 0, NULL), "reboot", e) < 0 ||
	    refuses(syscall(SYS_clock_settime, CLOCK_REALTIME, &t),
		    "clock_settime", e) < 0)
		return -1;
	return 0;
}

/* su and its like give nothing: no program gives rights. */
static int
try_rights(const struct sandbox *s, struct err *e)
{
	_free_ char *status = NULL;

	(void)s;
	if (file_read("/proc/self/status", 1 << 16, &status, NULL, e) < 0)
		return through(e, "/proc cannot be read");
	return strstr(status, "\nNoNewPrivs:\t1") &&
		       strstr(status, "\nSeccomp:\t2")
		   ? 0
		   : through(e, "programs may give rights");
}

/* ---- words, before any daemon reads them */

static int
try_words(const struct sandbox *s, struct err *e)
{
	static const char *const bad[] = {
	    "include \"/etc/passwd\";\n",
	    "include \"/tmp/fifo\";\n",
	    "log \"/usr/bird.log\" all;\n",
	    "mrtdump \"/usr/x\";\n",
	    "protocol mrt { filename \"/usr/x\"; }\n",
	    "protocol rpki { remote 192.0.2.1; transport ssh { }; }\n",
	};
	size_t i;
	int line;

	(void)s;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (exercise_words_bad("m1/bird.conf", bad[i], strlen(bad[i]),
					 &line) == NULL)
			return err_set(e, ERR_FAILED, "is let in: %s", bad[i]);
	return 0;
}

/* ---- the table */

static const struct sandbox_row sandbox_rows[] = {
    {1, "read the desk's secrets", try_secret, true},
    {1, "look into the desk's folder", try_state, true},
    {1, "read another's file in /tmp", try_tmp, true},
    {1, "read passwords and homes", try_shadow, false},
    {1, "a configuration that names files", try_words, false},
    {2, "write to the system's folders", try_write, false},
    {2, "make them writable", try_remount, false},
    {2, "uncover what is covered", try_umount, false},
    {2, "get at a disk", try_disk, false},
    {2, "fill the disk", try_fill, false},
    {2, "a file without an end", try_file, true},
    {3, "speak to a control socket outside", try_abstract, true},
    {4, "reach a network", try_connect, true},
    {4, "sockets past the network namespace", try_families, false},
    {6, "a fork bomb", try_forks, false},
    {6, "all the memory", try_memory, false},
    {6, "lift the limits", try_limits, false},
    {7, "write the kernel's settings", try_kernel_file, false},
    {7, "change the machine", try_machine, false},
    {7, "wide parts of the kernel", try_calls, true},
    {7, "gain rights by a program", try_rights, true},
    {21, "kill a process outside", try_kill, true},
    {21, "look into processes", try_others, true},
};

static const struct {
	int threat;
	const char *name, *why;
} sandbox_elsewhere[] = {
    {5, "a daemon that crashes or hangs", "needs a whole lab"},
    {8, "FRR's shell", "needs a whole lab"},
    {10, "names and archives", "submissions are one text, parsed by itself"},
    {11, "a forged result", "results are made by the grader outside the lab"},
    {14, "a friend's work", "is told by ixlab desk similar"},
    {22, "a changed result", "is told by ixlab verify"},
};

struct sandbox_call {
	const struct sandbox *s;
	const struct sandbox_row *row;
};

static int
sandbox_attack(void *arg, struct err *e)
{
	const struct sandbox_call *c = arg;

	return c->row->attack(c->s, e);
}

static void
sandbox_skip(struct tap *t, int threat, const char *name, const char *why)
{
	_free_ char *what = xasprintf("threat %d: %s", threat, name);
	_free_ char *skip = xasprintf("SKIP %s", why);

	tap_point(t, true, what, skip);
}

/* Did it hold? */
static bool
sandbox_row_try(const struct sandbox *s, const struct sandbox_row *row,
		struct tap *t)
{
	struct sandbox_call c = {s, row};
	_free_ char *what = xasprintf("threat %d: %s", row->threat, row->name);
	struct err e = {0};
	int rc;

	if (s->blunt[row - sandbox_rows]) {
		sandbox_skip(t, row->threat, row->name,
			     "it fails here without the seal, too");
		return true;
	}
	rc = node_try(true, sandbox_attack, &c, &e);
	if (rc < 0 && e.class == ERR_REFUSED) {
		sandbox_skip(t, row->threat, row->name, e.msg);
		return true;
	}
	tap_point(t, rc == 0, what, NULL);
	if (rc < 0)
		tap_comment(t, e.msg);
	return rc == 0;
}

static int
sandbox_sealed(void *arg, struct err *e)
{
	static const size_t n = sizeof(sandbox_rows) / sizeof(*sandbox_rows),
			    m = sizeof(sandbox_elsewhere) /
				sizeof(*sandbox_elsewhere);
	const struct node_seal seal = {.name = "sandbox-test"};
	const struct sandbox *s = arg;
	bool held = true;
	struct tap t;
	size_t i;

	if (node_seal(&seal, e) < 0)
		return -1;
	t = tap_begin(s->out, 13, (int)(n + m));
	for (i = 0; i < n; i++)
		held &= sandbox_row_try(s, &sandbox_rows[i], &t);
	for (i = 0; i < m; i++)
		sandbox_skip(&t, sandbox_elsewhere[i].threat,
			     sandbox_elsewhere[i].name,
			     sandbox_elsewhere[i].why);
	fflush(s->out);
	return held ? 0 : err_set(e, ERR_FAILED, "an attack got through");
}

/* ---- the bait */

static int
sandbox_bait(struct sandbox *s, struct err *e)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof(in);
	struct sockaddr_un sun;

	if ((s->state = file_state_dir(e)) == NULL)
		return -1;
	s->door = xasprintf("%d", (int)getpid());
	s->secret = xasprintf("%s/sandbox-test-%s", s->state, s->door);
	s->file = xasprintf("/tmp/ixlab-sandbox-test-%s", s->door);
	s->desk = xasprintf("%s/desk", s->state);
	if (file_mkdirs(s->desk, e) < 0 ||
	    file_write(s->secret, "secret\n", 7, e) < 0 ||
	    file_write(s->file, "a file\n", 7, e) < 0)
		return -1;
	s->listen = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	s->abstract = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	sandbox_name(s, &sun);
	if (bind(s->listen, (struct sockaddr *)&in, sizeof(in)) < 0 ||
	    listen(s->listen, 8) < 0 ||
	    getsockname(s->listen, (struct sockaddr *)&in, &len) < 0 ||
	    bind(s->abstract, (struct sockaddr *)&sun, sizeof(sun)) < 0 ||
	    listen(s->abstract, 8) < 0)
		return err_sys(e, "cannot listen");
	s->port = ntohs(in.sin_port);
	s->victim = getpid();
	return 0;
}

/* An attack that fails on an open door as well says nothing. */
static void
sandbox_bites(struct sandbox *s)
{
	struct err e;
	size_t i;

	for (i = 0; i < sizeof(sandbox_rows) / sizeof(*sandbox_rows); i++) {
		struct sandbox_call c = {s, &sandbox_rows[i]};

		s->blunt[i] =
		    c.row->bait && node_try(false, sandbox_attack, &c, &e) == 0;
	}
}

int
cmd_sandbox_test(struct cmd *c, struct err *e)
{
	struct sandbox s = {.listen = -1, .abstract = -1, .out = stdout};
	int rc = sandbox_bait(&s, e);

	fflush(stdout);
	if (rc == 0) {
		sandbox_bites(&s);
		rc = node_try(false, sandbox_sealed, &s, e);
	}
	if (rc < 0 && e->class == ERR_FAILED) {
		c->status = ERR_FAILED; /* its points have said it */
		rc = 0;
	}
	if (s.secret)
		(void)unlink(s.secret);
	if (s.file)
		(void)unlink(s.file);
	if (s.listen >= 0)
		close(s.listen);
	if (s.abstract >= 0)
		close(s.abstract);
	if (s.desk)
		(void)rmdir(s.desk); /* if it was not there */
	free(s.state);
	free(s.desk);
	free(s.secret);
	free(s.file);
	free(s.door);
	return rc;
}
