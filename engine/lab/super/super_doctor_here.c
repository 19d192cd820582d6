/*
 * Doctor's rows about the place we are in: whose files, which packages of kinds,
 * cgroups, devices. See super_place.h for what is merely told.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "lab/model/model_kind.h"
#include "lab/super/super_doctor.h"

/* ---- /dev/net/tun: nothing of ours needs it, programs of a person's may */

int
doctor_tun(void *arg, struct err *e)
{
	struct ifreq r = {.ifr_flags = IFF_TAP | IFF_NO_PI};
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	int rc = 0;

	(void)arg;
	if (fd < 0)
		return err_sys(e, "cannot open /dev/net/tun");
	if (ioctl(fd, TUNSETIFF, &r) < 0)
		rc = err_sys(e, "cannot make a tap interface");
	close(fd);
	return rc;
}

/* ---- cgroups */

/* The path after "0::" in /proc/self/cgroup, of version 2; owned, or NULL. */
char *
doctor_cgroup_of(const char *text)
{
	size_t n;

	for (; text && *text; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if (n > 3 && strncmp(text, "0::", 3) == 0)
			return xstrndup(text + 3, n - 3);
	}
	return NULL;
}

/* Where version 2 is mounted, by /proc/self/mountinfo: the fifth word of the line
 * whose type, after " - ", is cgroup2; owned, or NULL. */
char *
doctor_cgroup_mount(const char *text)
{
	const char *line, *type, *end, *at;
	int i;

	for (line = text; line && *line; line = *end ? end + 1 : end) {
		end = line + strcspn(line, "\n");
		type = strstr(line, " - ");
		if (type == NULL || type > end ||
		    strncmp(type + 3, "cgroup2 ", 8) != 0)
			continue;
		for (i = 0, at = line; i < 4 && at && at < end; i++)
			at = strchr(at, ' ') ? strchr(at, ' ') + 1 : NULL;
		return at ? xstrndup(at, strcspn(at, " \n")) : NULL;
	}
	return NULL;
}

static int
cgroup_try(const char *dir, struct err *e)
{
	_free_ char *have = xasprintf("%s/cgroup.controllers", dir);
	_free_ char *sub = xasprintf("%s/ixlab-doctor-%d", dir, (int)getpid());
	_free_ char *text = NULL;

	if (file_read(have, 4096, &text, NULL, e) < 0)
		return -1;
	if (strstr(text, "memory") == NULL || strstr(text, "pids") == NULL)
		return err_here(e, "%s has not the controllers memory and pids",
				dir);
	if (mkdir(sub, 0700) < 0)
		return err_sys(e, "cannot make a group in %s", dir);
	if (rmdir(sub) < 0)
		return err_sys(e, "cannot remove %s", sub);
	return 0;
}

int
doctor_cgroup(void *arg, struct err *e)
{
	_free_ char *of = NULL;
	_free_ char *mounts = NULL;
	_free_ char *mount = NULL;
	_free_ char *path = NULL;
	_free_ char *dir = NULL;

	(void)arg;
	if (file_read("/proc/self/cgroup", 1 << 16, &of, NULL, e) < 0 ||
	    file_read("/proc/self/mountinfo", 1 << 20, &mounts, NULL, e) < 0)
		return -1;
	path = doctor_cgroup_of(of);
	mount = doctor_cgroup_mount(mounts);
	if (path == NULL || mount == NULL)
		return err_here(e, "cgroups of version 2 are not mounted");
	dir = xasprintf("%s%s", mount, strcmp(path, "/") == 0 ? "" : path);
	return cgroup_try(dir, e);
}

/* ---- whose files */

static int
files_owner(const char *path, struct err *e)
{
	struct stat st;

	if (lstat(path, &st) < 0 || st.st_uid == geteuid())
		return 0;
	return err_here(e,
			"%s belongs to user %u: a lab was started as "
			"somebody else, with sudo perhaps",
			path, (unsigned int)st.st_uid);
}

/* The state folder, and each lab's in it. */
int
doctor_files(void *arg, struct err *e)
{
	_free_ char *state = file_state_dir(e);
	_free_ char *labs = state ? xasprintf("%s/labs", state) : NULL;
	DIR *d;
	struct dirent *x;
	int rc = state ? 0 : -1;

	(void)arg;
	if (rc < 0 || files_owner(state, e) < 0 || files_owner(labs, e) < 0)
		return -1;
	if ((d = opendir(labs)) == NULL)
		return 0;
	while (rc == 0 && (x = readdir(d)) != NULL) {
		_free_ char *lab = xasprintf("%s/%s", labs, x->d_name);

		if (x->d_name[0] != '.')
			rc = files_owner(lab, e);
	}
	closedir(d);
	return rc;
}

char *
doctor_files_fix(void)
{
	struct err e;
	_free_ char *state = file_state_dir(&e);

	return state ? xasprintf("sudo chown -R %u:%u %s",
				 (unsigned int)geteuid(),
				 (unsigned int)getegid(), state)
		     : xstrdup("set HOME to a folder of yours");
}

/* ---- what kinds need */

int
doctor_kind(void *arg, struct err *e)
{
	const struct lab_kind *k = arg;
	size_t i;

	for (i = 0; i == 0 || (k->needs && k->needs[i - 1]); i++) {
		const char *name = i == 0 ? k->program : k->needs[i - 1];
		_free_ char *path = node_which(name);

		if (path == NULL)
			return err_here(e, "the program %s is not installed",
					name);
	}
	return 0;
}
