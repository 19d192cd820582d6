/*
 * Control groups: what a node's programs may use together.
 *
 * A lab has one folder in the tree of control groups, ixlab.NAME.PID, and a
 * folder in that for each node that has limits; a program of the node goes there
 * before it becomes what it will be, and so does all that it starts. The kernel
 * has two kinds of such trees. Version 2 is one tree; a folder passes on limits
 * to folders only while no process is in it, so the place is looked for from
 * our own group upwards, as far as folders are ours: a group of systemd's that
 * was delegated (systemd-run --scope), or one that root gave away, or with root's
 * right any. In our own group we make room by moving into a folder of it.
 * Version 1 is a tree for each kind of limit, and the place is our own group.
 *
 * Whoever made a lab's folder holds a lock on it, which the kernel drops when the
 * last of its holders has died, however. So folders of labs that were killed are
 * known, and the next lab removes them.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "lab/node/node.h"

#define CELL_NAME "ixlab."     /* of a lab's folder; ours alone */
#define CELL_ROOM "ixlab-self" /* where we move to make room */
#define CELL_SWAP_V1 "memory.memsw.limit_in_bytes"
#define CELL_TABLE_MAX (1u << 20)
#define CELL_PERIOD_US 100000
#define CELL_TRIES 16 /* as many may sweep at once */

static const struct cell_word {
	const char *name;    /* of the controller */
	const char *v2, *v1; /* the file of the limit */
} cell_words[NODE_MEANS] = {
    [NODE_MEMORY] = {"memory", "memory.max", "memory.limit_in_bytes"},
    [NODE_PROCESSES] = {"pids", "pids.max", "pids.max"},
    [NODE_CPU] = {"cpu", "cpu.max", "cpu.cfs_quota_us"},
};

const char *
node_means_name(enum node_means m)
{
	static const char *const names[] = {"memory", "processes", "cpu"};

	return names[m];
}

/* ---- small files of the kernel's */

static int
cell_write(int dir, const char *name, const char *text)
{
	int fd = openat(dir, name, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
	return n < 0 ? -1 : 0;
}

static char *
cell_read(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	char text[4096];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	return n < 0 ? NULL : xstrndup(text, (size_t)n);
}

/* Is a word among those that a separator divides? */
static bool
cell_has(const char *list, const char *word, const char *separators)
{
	size_t n, len = strlen(word);

	for (; *list; list += n + (list[n] != '\0')) {
		n = strcspn(list, separators);
		if (n == len && strncmp(list, word, n) == 0)
			return true;
	}
	return false;
}

/* ---- where the trees are */

/* Line by line; "36 35 0:31 ROOT POINT OPTIONS ... - TYPE SOURCE SUPER". */
static char *
cell_mount_line(char *line, const char *controller)
{
	char root[512], point[512], type[32], options[512];
	char *rest = strstr(line, " - ");

	if (rest == NULL ||
	    sscanf(line, "%*s %*s %*s %511s %511s", root, point) != 2 ||
	    sscanf(rest, " - %31s %*s %511s", type, options) != 2)
		return NULL;
	if (controller == NULL ? strcmp(type, "cgroup2") != 0
			       : strcmp(type, "cgroup") != 0 ||
				     !cell_has(options, controller, ","))
		return NULL;
	return xstrdup(point);
}

/* Where version 2's tree is mounted, or that of a controller. */
static char *
cell_mount(const char *controller)
{
	char *text = NULL, *line, *rest = NULL, *found = NULL;
	struct err e;

	if (file_read("/proc/self/mountinfo", CELL_TABLE_MAX, &text, NULL, &e) <
	    0)
		return NULL;
	for (line = strtok_r(text, "\n", &rest); line && found == NULL;
	     line = strtok_r(NULL, "\n", &rest))
		found = cell_mount_line(line, controller);
	free(text);
	return found;
}

/* Our group in it: "0::/user.slice" or "8:pids:/". */
static char *
cell_own(const char *controller)
{
	char *text = NULL, *line, *rest = NULL, *at, *path, *found = NULL;
	struct err e;

	if (file_read("/proc/self/cgroup", CELL_TABLE_MAX, &text, NULL, &e) < 0)
		return NULL;
	for (line = strtok_r(text, "\n", &rest); line && found == NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		at = strchr(line, ':');
		path = at ? strchr(at + 1, ':') : NULL;
		if (path == NULL)
			continue;
		*path++ = '\0';
		if (controller == NULL ? at[1] == '\0'
				       : cell_has(at + 1, controller, ","))
			found = xstrdup(path);
	}
	free(text);
	return found;
}

/* ---- what labs that were killed have left */

static void
cell_rmdirs(int dir)
{
	int copy = dup(dir);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *de;

	while (d && (de = readdir(d)) != NULL)
		if (de->d_type == DT_DIR && de->d_name[0] != '.')
			(void)unlinkat(dir, de->d_name, AT_REMOVEDIR);
	if (d)
		closedir(d);
	else if (copy >= 0)
		close(copy);
}

static void
cell_sweep(const char *base)
{
	DIR *d = opendir(base);
	struct dirent *de;
	int fd;

	while (d && (de = readdir(d)) != NULL) {
		if (!str_starts(de->d_name, CELL_NAME))
			continue;
		fd = openat(dirfd(d), de->d_name,
			    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
			cell_rmdirs(fd);
			(void)unlinkat(dirfd(d), de->d_name, AT_REMOVEDIR);
		}
		if (fd >= 0)
			close(fd);
	}
	if (d)
		closedir(d);
}

/* ---- a lab's folder */

/* Locked, and the one that is there: who sweeps may have been faster. */
static int
cell_hold(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat held, there;

	if (fd >= 0 && flock(fd, LOCK_EX) == 0 && fstat(fd, &held) == 0 &&
	    stat(path, &there) == 0 && held.st_ino == there.st_ino)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static int
cell_make(const char *base, const char *name, char **path)
{
	int fd = -1, tries;

	cell_sweep(base);
	*path = xasprintf("%s/" CELL_NAME "%s.%d", base, name, (int)getpid());
	for (tries = 0; fd < 0 && tries < CELL_TRIES; tries++) {
		if (mkdir(*path, 0755) < 0 && errno != EEXIST)
			return -1;
		fd = cell_hold(*path);
	}
	return fd;
}

static void
cells_v1(struct node_cells *c, const char *name, enum node_means m)
{
	const char *controller = cell_words[m].name;
	_free_ char *mount = cell_mount(controller);
	_free_ char *own = cell_own(controller);
	_free_ char *base = NULL;
	char *path = NULL;

	if (mount == NULL || own == NULL)
		return;
	base = xasprintf("%s%s", mount, strcmp(own, "/") == 0 ? "" : own);
	c->dir[m] = cell_make(base, name, &path);
	if (c->dir[m] >= 0)
		c->path[m] = path;
	else
		free(path);
}

/* Are there processes right in a group? Of the top of all, which has no type, it
 * does not matter. */
static bool
cell_lived_in(int dir)
{
	_free_ char *procs = cell_read(dir, "cgroup.procs");

	return procs && procs[0] != '\0' &&
	       faccessat(dir, "cgroup.type", F_OK, 0) == 0;
}

/* Let folders below have limits; false when it cannot be. The kernel takes some
 * kinds of a group that is lived in, but folders below are for threads then. */
static bool
cell_pass_on(int dir, enum node_means m)
{
	_free_ char *word = xasprintf("+%s", cell_words[m].name);
	_free_ char *on = cell_read(dir, "cgroup.subtree_control");

	if (cell_lived_in(dir))
		return false;
	if (on && cell_has(on, cell_words[m].name, " \n"))
		return true;
	return cell_write(dir, "cgroup.subtree_control", word) == 0;
}

/* A group has what all above it pass on; what we use stays with them. */
static void
cell_ask(char *base, size_t mount)
{
	char *at;
	int dir, m;

	for (at = base + mount; at && *at; at = strchr(at + 1, '/')) {
		*at = '\0';
		dir = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		*at = '/';
		for (m = 0; m < NODE_MEANS && dir >= 0; m++)
			(void)cell_pass_on(dir, (enum node_means)m);
		if (dir >= 0)
			close(dir);
	}
}

/* Are there others than us in our own group? */
static bool
cell_alone(const char *procs)
{
	char *end;

	return strtol(procs, &end, 10) == (long)getpid() &&
	       strcmp(end, "\n") == 0;
}

/* All that is in our own group moves into a folder of it. An ordinary user's was
 * given to him, with all that is in it; root's may be a service's, and is left
 * as it is unless we are alone there. */
static void
cell_make_room(int dir)
{
	_free_ char *procs = cell_read(dir, "cgroup.procs");
	char *pid, *rest = NULL;
	int room;

	if (procs == NULL || procs[0] == '\0' ||
	    (geteuid() == 0 && !cell_alone(procs)))
		return;
	if (mkdirat(dir, CELL_ROOM, 0755) < 0 && errno != EEXIST)
		return;
	room = openat(dir, CELL_ROOM, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (room < 0)
		return;
	for (pid = strtok_r(procs, "\n", &rest); pid;
	     pid = strtok_r(NULL, "\n", &rest))
		(void)cell_write(room, "cgroup.procs", pid);
	close(room);
}

/* A place for the lab in this group: at least one kind of limit is had. */
static bool
cells_v2_at(struct node_cells *c, const char *base, const char *name, bool own)
{
	int dir = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd = -1;
	bool can[NODE_MEANS] = {false}, any = false;
	char *path = NULL;
	int m;

	if (dir < 0)
		return false;
	if (own)
		cell_make_room(dir);
	for (m = 0; m < NODE_MEANS; m++) {
		can[m] = cell_pass_on(dir, (enum node_means)m);
		any |= can[m];
	}
	close(dir);
	if (any)
		fd = cell_make(base, name, &path);
	for (m = 0; m < NODE_MEANS && fd >= 0; m++) {
		if (!can[m] || !cell_pass_on(fd, (enum node_means)m))
			continue;
		c->dir[m] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		c->path[m] = xstrdup(path);
		c->v2 = true;
	}
	if (fd >= 0 && !c->v2)
		(void)rmdir(path);
	if (fd >= 0)
		close(fd); /* the lock stays with the copies */
	free(path);
	return c->v2;
}

static void
cells_v2(struct node_cells *c, const char *name)
{
	_free_ char *mount = cell_mount(NULL), *own = cell_own(NULL);
	_free_ char *base = NULL;
	bool mine = true;
	size_t min;
	char *slash;

	if (mount == NULL || own == NULL || strstr(own, "/.."))
		return;
	slash = strrchr(own, '/');
	if (slash && strcmp(slash, "/" CELL_ROOM) == 0)
		*slash = '\0'; /* we made room here before */
	base = xasprintf("%s%s", mount, strcmp(own, "/") == 0 ? "" : own);
	for (min = strlen(mount); strlen(base) >= min; mine = false) {
		if (access(base, W_OK) < 0)
			return;
		cell_ask(base, min);
		if (cells_v2_at(c, base, name, mine))
			return;
		if (strlen(base) == min || (slash = strrchr(base, '/')) == NULL)
			return;
		*slash = '\0';
	}
}

void
node_cells_open(struct node_cells *c, const char *name)
{
	int m;

	memset(c, 0, sizeof(*c));
	for (m = 0; m < NODE_MEANS; m++)
		c->dir[m] = -1;
	cells_v2(c, name);
	for (m = 0; m < NODE_MEANS; m++)
		if (c->dir[m] < 0)
			cells_v1(c, name, (enum node_means)m);
}

void
node_cells_remove(struct node_cells *c)
{
	int m;

	for (m = 0; m < NODE_MEANS; m++) {
		if (c->dir[m] < 0)
			continue;
		cell_rmdirs(c->dir[m]);
		(void)rmdir(c->path[m]);
	}
	node_cells_close(c);
}

void
node_cells_close(struct node_cells *c)
{
	int m;

	for (m = 0; m < NODE_MEANS; m++) {
		if (c->dir[m] >= 0)
			close(c->dir[m]);
		c->dir[m] = -1;
		free(c->path[m]);
		c->path[m] = NULL;
	}
}

/* ---- a node's folder */

static bool
cell_v2(const struct node_cells *c, enum node_means m)
{
	return c->path[m] != NULL && c->v2 &&
	       faccessat(c->dir[m], "cgroup.controllers", F_OK, 0) == 0;
}

/* 0: none. */
static int
cell_limit(int dir, bool v2, enum node_means m, uint64_t max)
{
	const struct cell_word *w = &cell_words[m];
	uint64_t quota = max * (CELL_PERIOD_US / 100);
	_free_ char *text =
	    max == 0	    ? xstrdup(m != NODE_PROCESSES && !v2 ? "-1" : "max")
	    : m != NODE_CPU ? xasprintf("%llu", (unsigned long long)max)
	    : v2	    ? xasprintf("%llu %d", (unsigned long long)quota,
					CELL_PERIOD_US)
			    : xasprintf("%llu", (unsigned long long)quota);

	if (m != NODE_MEMORY)
		return cell_write(dir, v2 ? w->v2 : w->v1, text);
	(void)(v2 ? cell_write(dir, "memory.swap.max", max ? "0" : "max")
		  : cell_write(dir, CELL_SWAP_V1, "-1"));
	if (cell_write(dir, v2 ? w->v2 : w->v1, text) < 0)
		return -1;
	if (!v2) /* with what is swapped, and not below the other */
		(void)cell_write(dir, CELL_SWAP_V1, text);
	return 0;
}

static int
cell_enter(const struct node_cells *c, enum node_means m, const char *node,
	   uint64_t max)
{
	int dir, fd = -1;

	if (mkdirat(c->dir[m], node, 0755) < 0 && errno != EEXIST)
		return -1;
	dir = openat(c->dir[m], node, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir >= 0 && cell_limit(dir, cell_v2(c, m), m, max) == 0)
		fd = openat(dir, "cgroup.procs", O_WRONLY | O_CLOEXEC);
	if (dir >= 0)
		close(dir);
	return fd;
}

int
node_cell_open(const struct node_cells *c, const char *node,
	       const uint64_t max[NODE_MEANS], struct node_cell *cell,
	       struct err *e)
{
	int m;

	cell->n = 0;
	for (m = 0; m < NODE_MEANS; m++) {
		if (max[m] == 0 || c->dir[m] < 0)
			continue;
		cell->procs[cell->n] =
		    cell_enter(c, (enum node_means)m, node, max[m]);
		if (cell->procs[cell->n] < 0) {
			err_sys(e, "cannot limit %s of %s",
				node_means_name((enum node_means)m), node);
			node_cell_close(cell);
			return -1;
		}
		cell->n++;
	}
	return 0;
}

void
node_cell_close(struct node_cell *cell)
{
	while (cell->n > 0)
		close(cell->procs[--cell->n]);
}

/* One that there may not be. */
static int
cell_lift(const struct node_cells *c, enum node_means m, const char *node)
{
	int dir = openat(c->dir[m], node, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = dir < 0 ? 0 : cell_limit(dir, cell_v2(c, m), m, 0);

	if (dir >= 0)
		close(dir);
	return rc;
}

int
node_cell_change(const struct node_cells *c, const char *node,
		 const uint64_t max[NODE_MEANS], struct node_cell *cell,
		 struct err *e)
{
	int m;

	cell->n = 0;
	for (m = 0; m < NODE_MEANS; m++)
		if (max[m] == 0 && c->dir[m] >= 0 &&
		    cell_lift(c, (enum node_means)m, node) < 0)
			return err_sys(e, "cannot lift the limit of %s of %s",
				       node_means_name((enum node_means)m),
				       node);
	return node_cell_open(c, node, max, cell, e);
}

int
node_cell_take(const struct node_cell *cell, pid_t pid)
{
	char text[24];
	size_t i;
	int len = snprintf(text, sizeof(text), "%d", (int)pid);

	for (i = 0; i < cell->n; i++)
		if (write(cell->procs[i], text, (size_t)len) < 0)
			return -1;
	return 0;
}

int
node_cell_deaths(const struct node_cells *c, const char *node)
{
	_free_ char *name =
	    xasprintf("%s/memory.%s", node,
		      cell_v2(c, NODE_MEMORY) ? "events" : "oom_control");

	return c->dir[NODE_MEMORY] < 0
		   ? -1
		   : openat(c->dir[NODE_MEMORY], name, O_RDONLY | O_CLOEXEC);
}

uint64_t
node_cell_count(int deaths)
{
	char text[512] = "";
	ssize_t n = deaths < 0 ? 0 : pread(deaths, text, sizeof(text) - 1, 0);
	const char *at = n > 0 ? strstr(text, "\noom_kill ") : NULL;

	return at ? strtoull(at + strlen("\noom_kill "), NULL, 10) : 0;
}

uint64_t
node_cell_ooms(const struct node_cells *c, const char *node)
{
	int fd = node_cell_deaths(c, node);
	uint64_t n = node_cell_count(fd);

	if (fd >= 0)
		close(fd);
	return n;
}
