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
#include "lab/node/node.h"
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

int
doctor_cgroup(void *arg, struct err *e)
{
	struct str without = {0};
	struct node_cells c;
	int m, rc = 0;

	(void)arg;
	node_cells_open(&c, "doctor");
	for (m = 0; m < NODE_MEANS; m++)
		if (c.dir[m] < 0)
			str_addf(&without, "%s %s", without.len ? "," : "",
				 node_means_name((enum node_means)m));
	node_cells_remove(&c);
	if (without.len > 0)
		rc = err_here(e,
			      "no control group may be used here to limit a "
			      "node's%s",
			      str_text(&without));
	str_clear(&without);
	return rc;
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
