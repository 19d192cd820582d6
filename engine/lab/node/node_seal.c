/*
 * The seal around a stranger's work: what it may see, do and use up.
 *
 * Who    Root becomes a user whom no account has, drawn from the process's
 *        number; an ordinary user stays who they are, in a user namespace. So in
 *        both cases the lab makes a user namespace of its own inside, whose
 *        rights reach nothing that was there before, and mounts that came into
 *        it are locked as they are.
 * Sees   A root of its own: the system's folders, ixlab's and the exercise's,
 *        all read-only, and so is /sys, with its control groups, which may be an
 *        ordinary user's own; empty and small ones in place of /tmp, /run, /var and
 *        ixlab's state, with the desk's key in it. There is no other: homes,
 *        mail, sockets, disks. Of processes, those of the pid namespace.
 * Does   No program gives rights (no_new_privs). System calls that reach into
 *        the kernel past all namespaces, or into other processes, are refused,
 *        and sockets of families that are not of a network namespace.
 * May    Of what root may, in its lab, a part (seal_rights in node_seal_bound.c,
 *        which says which), its programs less, and no other user namespace in
 *        which they had all.
 * Uses   So many processes, so much file and time; so much memory each, and in
 *        total: a control group's, where there is one, and process 1 counts in
 *        any case. What it writes is kept in memory, in file systems of a fixed
 *        size.
 *
 * A step that the kernel refuses ends it: sealed or not at all. What is left to
 * the sealed process is the network namespace of the caller, for the control
 * socket of the lab; the lab has its own.
 */
#include "lab/node/node_seal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "lab/node/node.h"
#include "lab/node/node_seal_priv.h"

#define SEAL_OLD "/.old"      /* where the machine's root is, for a while */
#define SEAL_USER 2000000000u /* accounts and containers end below */
#define SEAL_CELL "seal"      /* its control group, in the folder of cells */
#define SEAL_LOOK_MS 200
#define SEAL_FLAGS (MS_NOSUID | MS_NODEV)

enum seal_how { SEAL_EMPTY, SEAL_SEEN };

struct seal_mount {
	enum seal_how how;
	char *path;	  /* as it will be called */
	char *from;	  /* what is bound there */
	const char *what; /* options of an empty one */
};

static bool seal_is_on; /* in this process and all that it makes */

struct seal {
	bool root;
	unsigned int uid, gid; /* as whom it goes on */
	uint64_t memory;       /* bytes that all together may take */
	int alive;	       /* end of file: the caller is gone */
	int deaths; /* node_cell_deaths; -1: no group counts memory */
	struct seal_mount mounts[32];
	size_t n;
};

/* ---- what it sees */

static void
seal_add(struct seal *s, enum seal_how how, const char *path, const char *what)
{
	struct seal_mount *m = &s->mounts[s->n];
	_free_ char *real = NULL;

	if (path == NULL || s->n == sizeof(s->mounts) / sizeof(*s->mounts))
		return;
	real = realpath(path, NULL);
	if (how != SEAL_EMPTY && real == NULL)
		return; /* this machine has none */
	*m = (struct seal_mount){.how = how, .what = what};
	m->path = file_absolute(path);
	m->from = xasprintf(SEAL_OLD "%s", real ? real : "");
	s->n++;
}

/* What lies in a folder comes after it. */
static int
seal_shorter(const void *a, const void *b)
{
	const struct seal_mount *x = a, *y = b;
	size_t n = strlen(x->path), m = strlen(y->path);

	return n < m ? -1 : n > m;
}

static int
seal_list(struct seal *s, const struct node_seal *want, struct err *e)
{
	static const char *const system[] = {
	    "/usr",   "/bin", "/sbin",	 "/lib", "/lib32",
	    "/lib64", "/etc", "/libx32", "/opt", "/nix/store",
	};
	_free_ char *state = file_state_dir(e), *data = file_data_dir();
	_free_ char *own = file_program_dir();
	size_t i;

	if (state == NULL)
		return -1;
	for (i = 0; i < sizeof(system) / sizeof(*system); i++)
		seal_add(s, SEAL_SEEN, system[i], NULL);
	seal_add(s, SEAL_SEEN, "/sys", NULL);
	seal_add(s, SEAL_EMPTY, "/tmp", "mode=1777,size=32m,nr_inodes=4k");
	seal_add(s, SEAL_EMPTY, "/run", "mode=0755,size=16m,nr_inodes=4k");
	seal_add(s, SEAL_EMPTY, "/dev/shm", "mode=1777,size=16m,nr_inodes=1k");
	seal_add(s, SEAL_SEEN, data, NULL);
	seal_add(s, SEAL_SEEN, own, NULL);
	file_program_dir_keep(own);
	for (i = 0; i < NODE_SEAL_SEEN; i++)
		seal_add(s, SEAL_SEEN, want->seen[i], NULL);
	seal_add(s, SEAL_EMPTY, state, "mode=0700,size=128m,nr_inodes=16k");
	qsort(s->mounts, s->n, sizeof(*s->mounts), seal_shorter);
	return 0;
}

static int
seal_mkdirs(const char *path, struct err *e)
{
	_free_ char *own = xstrdup(path);
	char *at = own;

	do {
		at += strspn(at, "/");
		at += strcspn(at, "/");
		char was = *at;

		*at = '\0';
		if (mkdir(own, 0755) < 0 && errno != EEXIST)
			return err_sys(e, "seal: cannot make %s", own);
		*at = was;
	} while (*at);
	return 0;
}

static int
seal_mount(const struct seal *s, const struct seal_mount *m, struct err *e)
{
	struct mount_attr seen = {.attr_set =
				      MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID};
	_free_ char *options = NULL;

	if (seal_mkdirs(m->path, e) < 0)
		return -1;
	if (m->how == SEAL_EMPTY) {
		options =
		    xasprintf("%s,uid=%u,gid=%u", m->what, s->uid, s->gid);
		if (mount("tmpfs", m->path, "tmpfs", SEAL_FLAGS, options) < 0)
			return err_sys(e, "seal: cannot mount a tmpfs on %s",
				       m->path);
		return 0;
	}
	if (mount(m->from, m->path, NULL, MS_BIND | MS_REC, NULL) < 0)
		return err_sys(e, "seal: cannot mount %s", m->path);
	if (mount_setattr(AT_FDCWD, m->path, AT_RECURSIVE, &seen,
			  sizeof(seen)) < 0)
		return err_sys(e, "seal: cannot make %s read-only", m->path);
	return 0;
}

static int
seal_devices(struct err *e)
{
	static const char *const names[] = {"null", "zero",    "full",
					    "tty",  "urandom", "random"};
	size_t i;
	int fd;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		_free_ char *to = xasprintf("/dev/%s", names[i]);
		_free_ char *from = xasprintf(SEAL_OLD "/dev/%s", names[i]);

		if (access(from, F_OK) < 0)
			continue;
		fd = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		if (fd >= 0)
			close(fd);
		if (mount(from, to, NULL, MS_BIND, NULL) < 0)
			return err_sys(e, "seal: cannot mount %s", to);
	}
	(void)symlink("/proc/self/fd", "/dev/fd");
	(void)symlink("/proc/self/fd/0", "/dev/stdin");
	(void)symlink("/proc/self/fd/1", "/dev/stdout");
	(void)symlink("/proc/self/fd/2", "/dev/stderr");
	return 0;
}

/* Daemons find the folders that the machine has for them, empty: a node mounts
 * its own on what is there. */
static int
seal_var(struct err *e)
{
	static const char *const in[] = {"/var/lib", "/var/log"};
	struct dirent *d;
	size_t i, left;
	DIR *dir;

	if (seal_mkdirs("/var/tmp", e) < 0 || symlink("/run", "/var/run") < 0)
		return err_sys(e, "seal: /var");
	for (i = 0; i < sizeof(in) / sizeof(*in); i++) {
		_free_ char *from = xasprintf(SEAL_OLD "%s", in[i]);

		if (seal_mkdirs(in[i], e) < 0)
			return -1;
		if ((dir = opendir(from)) == NULL)
			continue;
		for (left = 2000; left > 0 && (d = readdir(dir)); left--) {
			_free_ char *to = xasprintf("%s/%s", in[i], d->d_name);

			if (d->d_type == DT_DIR)
				(void)mkdir(to, 0755);
		}
		closedir(dir);
	}
	return 0;
}

static int
seal_files(struct seal *s, struct err *e)
{
	size_t i;

	(void)umask(022);
	if (unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return err_sys(e, "seal: cannot have mounts of its own");
	if (mount("tmpfs", "/tmp", "tmpfs", SEAL_FLAGS, "mode=0755,size=4m") <
		0 ||
	    mkdir("/tmp" SEAL_OLD, 0700) < 0 ||
	    syscall(SYS_pivot_root, "/tmp", "/tmp" SEAL_OLD) < 0 ||
	    chdir("/") < 0)
		return err_sys(e, "seal: cannot have a root of its own");
	if (seal_var(e) < 0)
		return -1;
	for (i = 0; i < s->n; i++)
		if (seal_mount(s, &s->mounts[i], e) < 0)
			return -1;
	if (seal_devices(e) < 0 || seal_mkdirs("/proc", e) < 0)
		return -1;
	if (mount("proc", "/proc", "proc", SEAL_FLAGS | MS_NOEXEC, NULL) < 0)
		return err_sys(e, "seal: cannot have a /proc of its own");
	if (umount2(SEAL_OLD, MNT_DETACH) < 0 || rmdir(SEAL_OLD) < 0 ||
	    mount(NULL, "/", NULL,
		  MS_REMOUNT | MS_BIND | MS_RDONLY | SEAL_FLAGS, NULL) < 0)
		return err_sys(e, "seal: cannot leave the machine's root");
	return 0;
}

/* ---- who it is */

int
seal_put(const char *path, const char *text, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));

	if (n < 0)
		err_sys(e, "seal: %s", path);
	if (fd >= 0)
		close(fd);
	return n < 0 ? -1 : 0;
}

/* An ordinary user needs a user namespace to begin with. */
static int
seal_begin(const struct seal *s, struct err *e)
{
	char uid[64], gid[64];

	if (unshare(s->root ? CLONE_NEWPID : CLONE_NEWUSER | CLONE_NEWPID) < 0)
		return err_sys(e, "seal: this machine gives no namespaces "
				  "(\"ixlab doctor\" names the remedy)");
	if (s->root)
		return 0;
	snprintf(uid, sizeof(uid), "%u %u 1", s->uid, s->uid);
	snprintf(gid, sizeof(gid), "%u %u 1", s->gid, s->gid);
	if (seal_put("/proc/self/setgroups", "deny", e) < 0 ||
	    seal_put("/proc/self/uid_map", uid, e) < 0 ||
	    seal_put("/proc/self/gid_map", gid, e) < 0)
		return -1;
	return seal_no_more("cgroup", e);
}

static int
seal_become(const struct seal *s, struct err *e)
{
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct none[2] = {{0}};

	if (s->root &&
	    (setgroups(0, NULL) < 0 || setresgid(s->gid, s->gid, s->gid) < 0 ||
	     setresuid(s->uid, s->uid, s->uid) < 0))
		return err_sys(e, "seal: cannot become nobody");
	/* else its files in /proc are root's, and it can map no user */
	if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0 ||
	    syscall(SYS_capset, &head, none) < 0)
		return err_sys(e, "seal: cannot give up rights");
	return 0;
}

/* ---- what it may ask the kernel for */

/* clang-format off */
static const int seal_refused[] = {
	/* the machine */
	SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load), SCMP_SYS(reboot),
	SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(delete_module),
	SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(acct), SCMP_SYS(syslog),
	SCMP_SYS(settimeofday), SCMP_SYS(clock_settime),
	SCMP_SYS(quotactl), SCMP_SYS(iopl), SCMP_SYS(ioperm),
	/* wide parts of the kernel that no lab needs */
	SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd),
	SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(keyctl),
	SCMP_SYS(fanotify_init), SCMP_SYS(lookup_dcookie), SCMP_SYS(nfsservctl),
	/* files past the names that are seen */
	SCMP_SYS(open_by_handle_at), SCMP_SYS(name_to_handle_at),
	/* other processes */
	SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
	SCMP_SYS(kcmp), SCMP_SYS(pidfd_getfd), SCMP_SYS(process_madvise),
	SCMP_SYS(move_pages), SCMP_SYS(migrate_pages),
#ifndef __SANITIZE_ADDRESS__ /* which looks for leaks with it */
	SCMP_SYS(ptrace),
#endif
};
/* What asks for these goes on without, when it hears that there is none. */
static const int seal_absent[] = {
	SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter),
	SCMP_SYS(io_uring_register),
};
static const int seal_families[] = {
	AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET,
};
/* clang-format on */

static int
seal_calls(struct err *e)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int rc = ctx ? 0 : -ENOMEM, family, k;
	size_t i;

	for (i = 0; rc == 0 && i < sizeof(seal_refused) / sizeof(int); i++)
		if (seal_refused[i] >= 0) /* below: not of this machine */
			rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM),
					      seal_refused[i], 0);
	for (i = 0; rc == 0 && i < sizeof(seal_absent) / sizeof(int); i++)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS),
				      seal_absent[i], 0);
	for (family = 0; rc == 0 && family < AF_MAX; family++) {
		bool known = false;

		for (k = 0; k < (int)(sizeof(seal_families) / sizeof(int)); k++)
			known = known || seal_families[k] == family;
		if (!known)
			rc = seccomp_rule_add(
			    ctx, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket),
			    1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)family, 0));
	}
	if (rc == 0)
		rc = seccomp_load(ctx);
	seccomp_release(ctx);
	errno = -rc;
	return rc < 0 ? err_sys(e, "seal: cannot refuse system calls") : 0;
}

/* ---- the processes */

bool
node_seal_is_on(void)
{
	return seal_is_on;
}

/* Whose parent dies is killed; who became another has to ask for it again. */
static int
seal_with_caller(const struct seal *s, struct err *e)
{
	struct pollfd p = {.fd = s->alive, .events = POLLIN};

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return err_sys(e, "seal: cannot end with its caller");
	if (poll(&p, 1, 0) > 0)
		_exit(1);
	return 0;
}

static _Noreturn void
seal_end_as(int status)
{
	if (WIFSIGNALED(status)) {
		(void)signal(WTERMSIG(status), SIG_DFL);
		(void)kill(getpid(), WTERMSIG(status));
		_exit(128 + WTERMSIG(status)); /* process 1 is not killed so */
	}
	_exit(WEXITSTATUS(status));
}

/* Process 1: whom nobody else waits for, it buries; and it looks after the memory
 * of all. With it the kernel ends them. Where a control group holds the memory, the
 * kernel has killed one of them then, and the others end, too. */
static _Noreturn void
seal_reap(const struct seal *s, pid_t worker)
{
	struct pollfd p = {.fd = node_pidfd(worker), .events = POLLIN};
	int status;
	pid_t pid;

	for (;;) {
		bool ended = false;
		int how = 0;

		while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
			if (pid == worker) {
				ended = true;
				how = status;
			}
		if (node_cell_count(s->deaths) > 0)
			_exit(NODE_SEAL_STARVED); /* also if it was the last */
		if (ended)
			seal_end_as(how);
		if (pid < 0 && errno != EINTR)
			_exit(1);
		if (seal_memory() > s->memory)
			_exit(NODE_SEAL_GREEDY);
		(void)poll(&p, 1, SEAL_LOOK_MS);
	}
}

/* 0 in the sealed process, which is not process 1. */
static int
seal_go(struct seal *s, struct node_cells *cells, struct node_cell *cell,
	struct err *e)
{
	pid_t worker;

	if (seal_with_caller(s, e) < 0)
		return -1;
	if (node_cell_take(cell, 0) < 0)
		return err_sys(e, "seal: cannot enter a control group");
	s->deaths = node_cell_deaths(cells, SEAL_CELL);
	node_cell_close(cell); /* by way of them it could be left again */
	node_cells_close(cells);
	if (seal_files(s, e) < 0 || seal_become(s, e) < 0 ||
	    seal_with_caller(s, e) < 0 || node_seal_bound(e) < 0 ||
	    seal_limit(RLIMIT_NPROC, NODE_SEAL_PROCESSES, e) < 0 ||
	    seal_calls(e) < 0)
		return -1;
	close(s->alive);
	seal_is_on = true;
	worker = fork();
	if (worker > 0)
		seal_reap(s, worker);
	if (s->deaths >= 0)
		close(s->deaths);
	return worker < 0 ? err_sys(e, "seal: cannot make a process") : 0;
}

static uint64_t
seal_most(const struct node_seal *want)
{
	return want->memory ? want->memory : NODE_SEAL_MEMORY;
}

/* Once more than one may use: what the kernel bounds in total. */
static int
seal_cell(struct node_cells *cells, const struct node_seal *want,
	  struct node_cell *cell, struct err *e)
{
	const uint64_t max[NODE_MEANS] = {[NODE_MEMORY] = seal_most(want),
					  [NODE_PROCESSES] =
					      NODE_SEAL_PROCESSES};

	node_cells_open(cells, want->name);
	return node_cell_open(cells, SEAL_CELL, max, cell, e);
}

int
node_seal(const struct node_seal *want, struct err *e)
{
	struct seal s = {.root = geteuid() == 0, .memory = seal_most(want)};
	struct node_cells cells;
	struct node_cell cell = {.n = 0};
	int p[2], status = 0;
	pid_t pid;

	s.uid = s.root ? SEAL_USER + (unsigned int)getpid() : geteuid();
	s.gid = s.root ? s.uid : getegid();
	if (seal_list(&s, want, e) < 0 ||
	    seal_cell(&cells, want, &cell, e) < 0 || seal_begin(&s, e) < 0)
		return -1;
	if (pipe2(p, O_CLOEXEC) < 0)
		return err_sys(e, "cannot make a pipe");
	if ((pid = fork()) == 0) {
		close(p[1]);
		s.alive = p[0];
		return seal_go(&s, &cells, &cell, e);
	}
	if (pid < 0)
		return err_sys(e, "cannot make a process");
	close(p[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	node_cell_close(&cell);
	node_cells_remove(&cells);
	seal_end_as(status);
}
