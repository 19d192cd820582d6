/*
 * The part of the seal that is numbers and rights: what one process may use up,
 * what all of them take, and what root of a sealed lab may do.
 *
 * Memory in total, where no control group counts it, is counted by process 1 of
 * the seal, five times a second: of each process what is in memory and is no
 * file's. Pages that a fork shares count twice, so it errs to the safe side. What
 * can be taken between two looks is bounded by RLIMIT_DATA of each process; what
 * lies in file systems, by their size.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/str.h"
#include "lab/node/node_seal.h"
#include "lab/node/node_seal_priv.h"

/* ---- what it may use up: a limit that is lower already stays */

int
seal_limit(__rlimit_resource_t what, rlim_t most, struct err *e)
{
	struct rlimit r;

	if (getrlimit(what, &r) < 0)
		return err_sys(e, "seal: cannot read a limit");
	if (r.rlim_max > most)
		r.rlim_max = most;
	if (r.rlim_cur > r.rlim_max)
		r.rlim_cur = r.rlim_max;
	if (setrlimit(what, &r) < 0)
		return err_sys(e, "seal: cannot set a limit");
	return 0;
}

int
node_seal_bound(struct err *e)
{
	static const struct {
		__rlimit_resource_t what;
		rlim_t most;
	} rows[] = {
	    {RLIMIT_CORE, 0},
	    {RLIMIT_FSIZE, 64u << 20},
	    {RLIMIT_CPU, 300},
	    {RLIMIT_MSGQUEUE, 1u << 20},
	    {RLIMIT_MEMLOCK, 64u << 20},
#ifndef __SANITIZE_ADDRESS__ /* which maps far more than it uses */
	    {RLIMIT_DATA, 1u << 30},
#endif
	};
	size_t i;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_sys(e, "seal: cannot give up new rights");
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (seal_limit(rows[i].what, rows[i].most, e) < 0)
			return -1;
	return 0;
}

/* ---- what all take */

/* Pages of a process that are its own; 0: it is gone. */
static uint64_t
seal_pages(int proc, const char *pid)
{
	char path[32], text[128] = "";
	unsigned long resident, shared;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%.16s/statm", pid);
	if ((fd = openat(proc, path, O_RDONLY | O_CLOEXEC)) < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0 || sscanf(text, "%*u %lu %lu", &resident, &shared) != 2)
		return 0;
	return resident > shared ? resident - shared : 0;
}

uint64_t
seal_memory(void)
{
	DIR *dir = opendir("/proc");
	uint64_t pages = 0;
	struct dirent *d;

	while (dir && (d = readdir(dir)) != NULL)
		if (isdigit((unsigned char)d->d_name[0]))
			pages += seal_pages(dirfd(dir), d->d_name);
	if (dir)
		closedir(dir);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* ---- what root of the lab may do */

/* Found by trial, with each of them taken away from a lab of every kind of router
 * and route server: without NET_BIND_SERVICE there is no BGP, without NET_ADMIN no
 * link, without NET_RAW FRR ends at once (and ping), without SYS_CHROOT nobody
 * enters a node's mounts, without SYS_ADMIN nobody makes them. All others were
 * taken away together and nothing was missed: whatever is in the lab belongs to its
 * one user. SETPCAP is there to take away more.
 *
 * A node's program makes no mounts: only FRR's daemons ask for SYS_ADMIN (for VRFs
 * that are network namespaces), and all but staticd end when they may not have it;
 * bgpd alone has an option to do without. So a node of FRR's has it, and no other. */
static const int seal_rights[] = {
    CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_NET_RAW,
    CAP_SYS_CHROOT,	  CAP_SYS_ADMIN, CAP_SETPCAP,
};

static bool
seal_has(const struct __user_cap_data_struct *data, int cap)
{
	return data[CAP_TO_INDEX(cap)].permitted & CAP_TO_MASK(cap);
}

/* The limits of a user namespace count for those below. */
int
seal_no_more(const char *kind, struct err *e)
{
	_free_ char *path = xasprintf("/proc/sys/user/max_%s_namespaces", kind);

	return seal_put(path, "0", e);
}

/* All but those that are permitted, for this process and all that it starts. */
static int
seal_keep(struct __user_cap_data_struct data[2], struct err *e)
{
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	int cap, has;
	size_t i;

	for (cap = 0; (has = prctl(PR_CAPBSET_READ, cap, 0, 0, 0)) >= 0; cap++)
		if (has && (cap >= 64 || !seal_has(data, cap)) &&
		    prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			return err_sys(e, "seal: cannot give up right %d", cap);
	for (i = 0; i < 2; i++)
		data[i].effective = data[i].permitted;
	return syscall(SYS_capset, &head, data) < 0
		   ? err_sys(e, "seal: cannot give up rights")
		   : 0;
}

/* In a user namespace below a program would have all rights again; in a cgroup
 * namespace an ordinary user's could mount the tree of groups, and theirs in it. */
int
node_seal_rights(struct err *e)
{
	struct __user_cap_data_struct data[2] = {{0}};
	size_t i;

	if (!node_seal_is_on())
		return 0;
	if (seal_no_more("user", e) < 0 || seal_no_more("cgroup", e) < 0)
		return -1;
	for (i = 0; i < sizeof(seal_rights) / sizeof(*seal_rights); i++)
		data[CAP_TO_INDEX(seal_rights[i])].permitted |=
		    CAP_TO_MASK(seal_rights[i]);
	return seal_keep(data, e);
}

int
node_seal_program(bool mounter, struct err *e)
{
	struct __user_cap_data_struct data[2] = {{0}};
	size_t i;

	if (!node_seal_is_on())
		return 0;
	for (i = 0; i < sizeof(seal_rights) / sizeof(*seal_rights); i++)
		if (seal_rights[i] != CAP_SETPCAP &&
		    (mounter || seal_rights[i] != CAP_SYS_ADMIN))
			data[CAP_TO_INDEX(seal_rights[i])].permitted |=
			    CAP_TO_MASK(seal_rights[i]);
	return seal_keep(data, e);
}
