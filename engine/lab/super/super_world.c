/*
 * The file system a lab sees. It is the host's, read from the same disk, but
 * for /proc (the lab's own processes) and /run (a tmpfs of its own). The state
 * folder and the programs stay reachable even when they lie below /run.
 *
 * Namespaces get names by being mounted below /run/netns. Hundreds of such
 * mounts would be copied at every start of a program, so they are made in a
 * second mount namespace, in which only this process and the switches live; all
 * other nodes begin from the first.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "lab/super/super_priv.h"

static int
world_refused(struct err *e, const char *what)
{
	if (errno != EPERM && errno != EACCES)
		return err_sys(e, "cannot %s", what);
	return err_here(e,
			"this machine makes namespaces but gives no rights in "
			"them (cannot %s); \"ixlab doctor\" names the remedy",
			what);
}

/* A folder to be seen again after /run has been covered. */
struct world_kept {
	const char *path;
	int fd; /* -1: not below /run */
};

static void
world_hold(struct world_kept *k)
{
	k->fd = -1;
	if (k->path && str_starts(k->path, "/run/"))
		k->fd = open(k->path, O_PATH | O_CLOEXEC);
}

static int
world_put_back(struct world_kept *k, struct err *e)
{
	char from[32];
	int rc = 0;

	if (k->fd < 0)
		return 0;
	snprintf(from, sizeof(from), "/proc/self/fd/%d", k->fd);
	if (file_mkdirs(k->path, e) < 0)
		rc = -1;
	else if (mount(from, k->path, NULL, MS_BIND | MS_REC, NULL) < 0)
		rc = err_sys(e, "cannot keep %s", k->path);
	close(k->fd);
	return rc;
}

static char *
world_folder(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? xstrndup(path, (size_t)(slash - path)) : NULL;
}

/* The folder of ixlab's own programs. */
static char *
world_ours(const struct super *s)
{
	size_t i;

	for (i = 0; i < model_nkinds; i++)
		if (model_kinds[i]->ours && s->programs[i])
			return world_folder(s->programs[i]);
	return world_folder(s->wire.program);
}

static int
world_run(struct super *s, struct err *e)
{
	char *programs = world_ours(s);
	struct world_kept state = {s->state_dir, -1}, prog = {programs, -1};
	int rc = 0;

	world_hold(&state);
	world_hold(&prog);
	if (mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV,
		  "mode=0755,size=256m") < 0)
		rc = world_refused(e, "mount a tmpfs on /run");
	else if (mkdir(SUPER_RUN, 0755) < 0 || mkdir(SUPER_NETNS, 0755) < 0)
		rc = err_sys(e, "cannot make folders in /run");
	else if (world_put_back(&state, e) < 0 || world_put_back(&prog, e) < 0)
		rc = -1;
	free(programs);
	return rc;
}

int
super_world_enter(struct super *s, struct err *e)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return world_refused(e, "make mounts private");
	if (world_run(s, e) < 0)
		return -1;
	/* Where a container hides parts of /proc the kernel gives no new one;
	 * the lab works, only ps shows too much. */
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  NULL) < 0)
		log_warn("super", "no /proc of the lab's own");
	s->base_mnt = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	if (s->base_mnt < 0 || unshare(CLONE_NEWNS) < 0)
		return world_refused(e, "make a mount namespace");
	if (chdir("/") < 0)
		return err_sys(e, "/");
	return 0;
}
