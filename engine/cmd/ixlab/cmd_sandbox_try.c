/*
 * The attacks of ixlab sandbox-test, and the table of them. Each runs as process 1
 * of a lab under the seal. Those on what is bounded are in cmd_sandbox_means.c.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
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
#include "cmd_sandbox.h"
#include "grader/desk/submission.h"
#include "lab/node/node.h"
#include "lab/node/node_seal.h"

int
sandbox_through(struct err *e, const char *what)
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

/* A home is there only as the way to one of ixlab's folders, its program's, its
 * data's or its state's, which may lie in one, and has nothing else in it. */
static int
reads_home(const char *name, const char *const *own, struct err *e)
{
	_free_ char *home = xasprintf("/home/%s/", name);
	_free_ char *file = xasprintf("%s.profile", home);

	while (*own != NULL && !str_starts(*own, home))
		own++;
	if (*own == NULL)
		return err_set(e, ERR_FAILED, "%s can be seen", home);
	return reads(file, e);
}

static int
reads_homes(const struct sandbox *s, struct err *e)
{
	_free_ char *program = file_program_dir(), *data = file_data_dir();
	const char *const own[] = {s->state, program, data, NULL};
	const struct dirent *d;
	DIR *all = opendir("/home");
	int r = 0;

	while (all != NULL && r == 0 && (d = readdir(all)) != NULL)
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			r = reads_home(d->d_name, own, e);
	if (all != NULL)
		closedir(all);
	return r;
}

static int
try_shadow(const struct sandbox *s, struct err *e)
{
	return reads("/etc/shadow", e) < 0 || reads("/root/.bashrc", e) < 0
		   ? -1
		   : reads_homes(s, e);
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
		   ? sandbox_through(e, "the state folder can be uncovered")
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
		return sandbox_through(e, "a disk's node can be made");
	if (mount("/dev/vda", "/tmp", "ext4", 0, NULL) == 0)
		return sandbox_through(e, "a disk can be mounted");
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

/* ---- the network */

static int
try_connect(const struct sandbox *s, struct err *e)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)s->port),
				 .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (connect(fd, (struct sockaddr *)&in, sizeof(in)) == 0)
		return sandbox_through(e, "a server of this machine answers");
	in.sin_addr.s_addr = htonl(0xc0000201); /* 192.0.2.1 */
	if (connect(fd, (struct sockaddr *)&in, sizeof(in)) == 0 ||
	    errno != ENETUNREACH)
		return sandbox_through(e, "there is a way out");
	return 0;
}

void
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
		   ? sandbox_through(e,
				     "a control socket of this machine answers")
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
		   ? sandbox_through(e,
				     "a process of this machine can be killed")
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
		return sandbox_through(e, "/proc cannot be read");
	return strstr(status, "\nNoNewPrivs:\t1") &&
		       strstr(status, "\nSeccomp:\t2")
		   ? 0
		   : sandbox_through(e, "programs may give rights");
}

static const int lab_needs[] = {
    CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_NET_RAW,
    CAP_SYS_CHROOT,	  CAP_SYS_ADMIN, CAP_SETPCAP,
};

static int
try_bounded(const struct sandbox *s, struct err *e)
{
	unsigned long more = 0;
	int cap, has;
	size_t i;

	(void)s;
	for (cap = 0; (has = prctl(PR_CAPBSET_READ, cap, 0, 0, 0)) >= 0; cap++)
		more |= (unsigned long)has << cap;
	for (i = 0; i < sizeof(lab_needs) / sizeof(*lab_needs); i++)
		more &= ~(1ul << lab_needs[i]);
	return more ? err_set(e, ERR_FAILED, "rights %lx are left", more) : 0;
}

/* What a node's program is told that it may have. */
static int
program_bound(unsigned long *bound, struct err *e)
{
	static const char *const argv[] = {"grep", "CapBnd",
					   "/proc/self/status", NULL};
	static const char *const env[] = {NULL};
	const struct node_place place = {.name = "m1", .net = -1, .mnt = -1};
	int out = memfd_create("status", MFD_CLOEXEC);
	const struct node_spec spec = {
	    .place = &place, .argv = argv, .env = env, .fds = {-1, out, -1}};
	struct node_child child;
	char line[64] = "";
	int rc = node_spawn(&spec, &child, e);

	if (rc == 0) {
		close(child.report);
		(void)waitpid(child.pid, NULL, 0);
		rc = pread(out, line, sizeof(line) - 1, 0) > 0 &&
			     sscanf(line, "CapBnd: %lx", bound) == 1
			 ? 0
			 : -1;
	}
	close(out);
	return rc;
}

/* One that is not FRR's: the first four. */
static int
try_program(const struct sandbox *s, struct err *e)
{
	unsigned long more;
	size_t i;

	(void)s;
	if (program_bound(&more, e) < 0)
		return sandbox_through(e, "a node's program cannot be asked");
	for (i = 0; i < 4; i++)
		more &= ~(1ul << lab_needs[i]);
	return more ? err_set(e, ERR_FAILED, "rights %lx are left", more) : 0;
}

static int
try_below(const struct sandbox *s, struct err *e)
{
	(void)s;
	return unshare(CLONE_NEWUSER) == 0
		   ? sandbox_through(e, "a user namespace can be made")
		   : 0;
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

const struct sandbox_row sandbox_rows[] = {
    {1, "read the desk's secrets", try_secret, true},
    {1, "look into the desk's folder", try_state, true},
    {1, "read another's file in /tmp", try_tmp, true},
    {1, "read passwords and homes", try_shadow, false},
    {1, "a configuration that names files", try_words, false},
    {2, "write to the system's folders", try_write, false},
    {2, "make them writable", try_remount, false},
    {2, "uncover what is covered", try_umount, false},
    {2, "get at a disk", try_disk, false},
    {2, "fill the disk", sandbox_try_fill, false},
    {2, "a file without an end", sandbox_try_file, true},
    {3, "speak to a control socket outside", try_abstract, true},
    {4, "reach a network", try_connect, true},
    {4, "sockets past the network namespace", try_families, false},
    {6, "a fork bomb", sandbox_try_forks, false},
    {6, "all the memory", sandbox_try_memory, false},
    {6, "all the memory, by many processes", sandbox_try_together, false},
    {6, "lift the limits", sandbox_try_limits, false},
    {6, "leave or change a control group", sandbox_try_groups, true},
    {6, "have control groups of its own", sandbox_try_groups_below, false},
    {7, "write the kernel's settings", try_kernel_file, false},
    {7, "change the machine", try_machine, false},
    {7, "wide parts of the kernel", try_calls, true},
    {7, "gain rights by a program", try_rights, true},
    {7, "rights that no lab needs", try_bounded, true},
    {7, "rights that no program of a node needs", try_program, false},
    {7, "all rights, in a namespace below", try_below, true},
    {21, "kill a process outside", try_kill, true},
    {21, "look into processes", try_others, true},
};
const size_t sandbox_nrows = sizeof(sandbox_rows) / sizeof(*sandbox_rows);
