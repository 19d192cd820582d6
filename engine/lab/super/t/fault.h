/*
 * Faults: what may happen to a supervisor that is held before one of its steps
 * (trace.h), each for real, and how it is taken back.
 */
#ifndef LAB_SUPER_T_FAULT_H
#define LAB_SUPER_T_FAULT_H

#include "trace.h"

#include <sys/resource.h>

/* ---- chance */

static uint64_t faults_seed;

static uint32_t
chance(uint32_t below)
{
	faults_seed = faults_seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(faults_seed >> 33) % below;
}

static uint32_t
number_of(const char *variable, uint32_t otherwise)
{
	const char *text = getenv(variable);
	uint32_t n;

	return text && str_to_u32(text, 0, UINT32_MAX, &n) ? n : otherwise;
}

/* ---- the disk and the folder */

static char *
faults_path(const char *file)
{
	return xasprintf("%s/%s", lab_dir, file);
}

static void
disk_fill(bool inodes)
{
	static const char page[4096];
	_free_ char *dir = faults_path("fill");
	char path[128];
	int fd = -1, i;

	assert_int_equal(mkdir(dir, 0700), 0);
	for (i = 0; i < 10000; i++) {
		if (fd < 0 || inodes) {
			if (fd >= 0)
				close(fd);
			snprintf(path, sizeof(path), "%s/%d", dir, i);
			fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		}
		if (fd < 0 || (!inodes && write(fd, page, 4096) != 4096))
			break;
	}
	assert_int_equal(errno, ENOSPC);
	if (fd >= 0)
		close(fd);
}

static void
disk_free(void)
{
	_free_ char *dir = faults_path("fill");
	struct err e = {0};

	if (file_exists(dir) && file_remove(dir, &e) < 0)
		fail_msg("%s", e.msg);
}

/* ---- processes of a lab */

/* Any of them but the first; 0: there is none. */
static pid_t
lab_any_process(const struct lab_ns *ns, pid_t first)
{
	DIR *d = opendir("/proc");
	struct dirent *de;
	uint32_t seen = 0;
	pid_t pid = 0;

	assert_non_null(d);
	while ((de = readdir(d)) != NULL) {
		char line[256], name[64];

		if (!lab_is_number(de->d_name) || atoi(de->d_name) == first ||
		    !*lab_stat(de->d_name, line))
			continue;
		lab_ns_name(de->d_name, name);
		if (strcmp(name, ns->name) == 0 && chance(++seen) == 0)
			pid = atoi(de->d_name);
	}
	closedir(d);
	return pid;
}

static size_t
count_fds(pid_t pid)
{
	char path[64];
	size_t n = 0;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	if ((d = opendir(path)) == NULL)
		return 0;
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2;
}

/* ---- what happens */

struct trial {
	struct trace t;
	struct lab_ns ns;
	pid_t pid; /* the supervisor's, while it is not known to be dead */
	bool limited;
	enum __rlimit_resource limit;
	struct rlimit before;
	char group[128]; /* of processes that may not become more; or empty */
};

static void
hit_kill(struct trial *t)
{
	trace_kill(&t->t);
}

static void
hit_stop_kill(struct trial *t)
{
	assert_int_equal(kill(t->pid, SIGSTOP), 0);
	trace_release(&t->t, true, 0);
	usleep(2000);
	assert_int_equal(kill(t->pid, SIGKILL), 0);
}

static void
hit_stop(struct trial *t)
{
	assert_int_equal(kill(t->pid, SIGSTOP), 0);
	trace_release(&t->t, true, 0);
	usleep(20000);
	assert_int_equal(kill(t->pid, SIGCONT), 0);
}

/* At the first step from here on at which there is one. */
static void
hit_daemon(struct trial *t)
{
	bool held = true;
	pid_t pid = 0;

	while (held && (pid = lab_any_process(&t->ns, t->pid)) == 0)
		held = trace_to(&t->t, t->t.steps + 1);
	if (pid != 0)
		(void)kill(pid, SIGKILL);
	trace_release(&t->t, held, 0);
}

static void
hit_caller(struct trial *t)
{
	if (t->t.caller != 0)
		(void)kill(t->t.caller, SIGKILL);
	trace_release(&t->t, true, 0);
}

static void
hit_caller_of_stopped(struct trial *t)
{
	if (t->t.caller != 0)
		(void)kill(t->t.caller, SIGKILL);
	hit_stop(t);
}

static void
hit_disk(struct trial *t)
{
	disk_fill(false);
	trace_release(&t->t, true, 0);
}

static void
hit_inodes(struct trial *t)
{
	disk_fill(true);
	trace_release(&t->t, true, 0);
}

static void
limit(struct trial *t, enum __rlimit_resource what, rlim_t value)
{
	struct rlimit r;

	assert_int_equal(prlimit(t->pid, what, NULL, &t->before), 0);
	r = t->before;
	if (value < r.rlim_cur)
		r.rlim_cur = value;
	assert_int_equal(prlimit(t->pid, what, &r, NULL), 0);
	t->limited = true;
	t->limit = what;
}

static void
hit_descriptors(struct trial *t)
{
	limit(t, RLIMIT_NOFILE, count_fds(t->pid) + chance(4));
	trace_release(&t->t, true, 0);
}

static bool
group_put(const char *group, const char *file, long value)
{
	_free_ char *path = xasprintf("%s/%s", group, file);
	char text[24];
	int fd = open(path, O_WRONLY | O_CLOEXEC), n;

	n = snprintf(text, sizeof(text), "%ld", value);
	if (fd < 0)
		return false;
	n = write(fd, text, (size_t)n) == n;
	close(fd);
	return n;
}

/* The kernel does not count root's processes; a control group does, where we may
 * make one. */
static void
group_limit(struct trial *t)
{
	static const char *const roots[] = {"/sys/fs/cgroup/pids",
					    "/sys/fs/cgroup"};
	size_t i;

	for (i = 0; i < 2; i++) {
		snprintf(t->group, sizeof(t->group), "%s/ixlab-faults-%d",
			 roots[i], (int)getpid());
		if (mkdir(t->group, 0700) == 0 &&
		    group_put(t->group, "pids.max", 1) &&
		    group_put(t->group, "cgroup.procs", t->pid))
			return;
		(void)rmdir(t->group);
	}
	t->group[0] = '\0';
}

static void
hit_processes(struct trial *t)
{
	if (geteuid() == 0)
		group_limit(t);
	else
		limit(t, RLIMIT_NPROC, 1);
	trace_release(&t->t, true, 0);
}

/* What becomes of it: the supervisor dies, nothing, nobody hears the answer. */
enum outcome { ANY, DEADLY, NOTHING, UNHEARD };

static const struct fault {
	const char *name;
	void (*hit)(struct trial *t);
	enum outcome outcome;
} faults[] = {
    {"the supervisor is killed", hit_kill, DEADLY},
    {"a daemon is killed", hit_daemon, ANY},
    {"the disk is full", hit_disk, ANY},
    {"no more processes", hit_processes, ANY},
    {"the supervisor is stopped, then killed", hit_stop_kill, DEADLY},
    {"the supervisor is stopped for a while", hit_stop, NOTHING},
    {"who asked is killed", hit_caller, UNHEARD},
    {"who asked is killed while it is stopped", hit_caller_of_stopped, UNHEARD},
    {"no more files", hit_inodes, ANY},
    {"no more descriptors", hit_descriptors, ANY},
};
#define NFAULTS (sizeof(faults) / sizeof(faults[0]))

/* All is as it was on the machine; the lab may live on. */
static void
relieve(struct trial *t)
{
	disk_free();
	if (t->limited && t->pid != 0)
		(void)prlimit(t->pid, t->limit, &t->before, NULL);
	t->limited = false;
	if (t->group[0]) {
		(void)group_put(t->group, "pids.max", 100000);
	}
}

static void
ungroup(struct trial *t)
{
	_free_ char *path = xasprintf("%s/cgroup.procs", t->group);
	_free_ char *above = xstrdup(t->group);
	char line[32];
	FILE *f;
	int i;

	for (i = 0; t->group[0] && rmdir(t->group) < 0 && i < 1000; i++) {
		*strrchr(above, '/') = '\0';
		for (f = fopen(path, "re"); f && fgets(line, 32, f);)
			(void)group_put(above, "cgroup.procs", atol(line));
		if (f)
			fclose(f);
		above[strlen(above)] = '/';
		usleep(1000);
	}
	t->group[0] = '\0';
}

#endif
