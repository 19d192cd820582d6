/*
 * Limits of nodes: by control groups where there are some (lab/node/node_cell.c),
 * else by what a process may be told before it begins, and honest where that does
 * not do. A limit of processes counts those of a user in a user namespace, which
 * is all of the lab: so a node may have as many more as the lab had when a
 * program of the node began. Of root's processes the kernel counts none.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_priv.h"

#define LIMIT_END_TRIES 200 /* of a millisecond: dying takes a moment */
#define LIMIT_NONE \
	"no control group may be used here; \"ixlab doctor\" names the remedy"
#define LIMIT_LATE                                                             \
	"no node had a limit when the lab began, so it has no control group; " \
	"down and up again"

static void
limit_all(const struct lab_node *n, uint64_t max[NODE_MEANS])
{
	max[NODE_MEMORY] = n->limits.memory;
	max[NODE_PROCESSES] = n->limits.processes;
	max[NODE_CPU] = n->limits.cpu;
}

void
super_limit_begin(struct super *s)
{
	uint64_t max[NODE_MEANS], any = 0;
	size_t i;
	int m;

	for (m = 0; m < NODE_MEANS; m++)
		s->cells.dir[m] = -1;
	s->root = geteuid() == 0;
	for (i = 0; i < s->lab->nnodes; i++) {
		limit_all(&s->lab->nodes[i], max);
		any |= max[NODE_MEMORY] | max[NODE_PROCESSES] | max[NODE_CPU];
	}
	s->cells_sought = any != 0;
	if (any)
		node_cells_open(&s->cells, s->lab->name);
}

/* How the kernel is made to hold it; NULL: it is not. */
static const char *
limit_by(const struct super *s, enum node_means m)
{
	if (s->cells.dir[m] >= 0)
		return "cgroup";
	if (m == NODE_MEMORY || (m == NODE_PROCESSES && !s->root))
		return "rlimit";
	return NULL;
}

json_t *
super_limit_json(const struct super_node *n)
{
	const char *why = n->super->cells_sought ? LIMIT_NONE : LIMIT_LATE;
	json_t *all = json_array();
	uint64_t max[NODE_MEANS];
	int m;

	limit_all(n->def, max);
	for (m = 0; m < NODE_MEANS; m++) {
		const char *by = limit_by(n->super, (enum node_means)m);

		if (max[m] == 0)
			continue;
		json_array_append_new(
		    all, json_pack("{ss sI so so}", "what",
				   node_means_name((enum node_means)m), "max",
				   (json_int_t)max[m], "by",
				   by ? json_string(by) : json_null(), "why",
				   by ? json_null() : json_string(why)));
	}
	return all;
}

/* ---- a program of a node */

static uint32_t
limit_processes(void)
{
	DIR *d = opendir("/proc");
	struct dirent *de;
	uint32_t n = 0;

	while (d && (de = readdir(d)) != NULL)
		n += isdigit((unsigned char)de->d_name[0]) != 0;
	if (d)
		closedir(d);
	return n;
}

int
super_limit_spawn(const struct super_node *n, struct node_spec *spec,
		  struct node_child *c, struct err *e)
{
	const struct super *s = n->super;
	struct node_cell cell = {.n = 0};
	uint64_t max[NODE_MEANS];
	int rc;

	limit_all(n->def, max);
	if (node_cell_open(&s->cells, n->def->name, max, &cell, e) < 0)
		return -1;
	spec->cell = &cell;
	if (s->cells.dir[NODE_MEMORY] < 0)
		spec->memory = max[NODE_MEMORY];
	if (max[NODE_PROCESSES] && s->cells.dir[NODE_PROCESSES] < 0 && !s->root)
		spec->processes =
		    limit_processes() + (uint32_t)max[NODE_PROCESSES];
	rc = node_spawn(spec, c, e);
	node_cell_close(&cell);
	spec->cell = NULL;
	return rc;
}

/* ---- other limits for what runs */

struct limit_node {
	struct super_node *node;
	struct stat ns;
	struct node_cell cell;
	uint64_t max[NODE_MEANS];
	uint32_t running;
};

struct limit_change {
	struct super *super;
	struct limit_node *all;
	size_t n;
	uint32_t running; /* in the whole lab */
	bool counted;
};

static int
limit_change_begin(struct limit_change *x, struct super_node *n, struct err *e)
{
	struct limit_node *l = &x->all[x->n];

	if (n->net == NULL || fstat(net_fd(n->net), &l->ns) < 0)
		return 0;
	l->node = n;
	limit_all(n->def, l->max);
	if (node_cell_change(&x->super->cells, n->def->name, l->max, &l->cell,
			     e) < 0)
		return -1;
	x->n++;
	return 0;
}

static int
limit_change_process(const struct limit_change *x, struct limit_node *l,
		     pid_t pid, struct err *e)
{
	const struct super *s = x->super;
	uint64_t others = x->running - l->running;

	l->running += !x->counted;
	if (node_cell_take(&l->cell, pid) < 0 && errno != ESRCH)
		return err_sys(e, "cannot limit process %d of %s", (int)pid,
			       l->node->def->name);
	if (!x->counted)
		return 0;
	if (s->cells.dir[NODE_MEMORY] < 0)
		node_relimit(pid, NODE_MEMORY, l->max[NODE_MEMORY]);
	if (s->cells.dir[NODE_PROCESSES] < 0 && !s->root)
		node_relimit(pid, NODE_PROCESSES,
			     l->max[NODE_PROCESSES]
				 ? others + l->max[NODE_PROCESSES]
				 : 0);
	return 0;
}

static int
limit_change_look(struct limit_change *x, const char *name, struct err *e)
{
	pid_t pid = (pid_t)atoi(name);
	char path[64];
	struct stat st;
	size_t i;

	snprintf(path, sizeof(path), "/proc/%.20s/ns/net", name);
	if (pid <= 1 || pid == x->super->crowd.pid || stat(path, &st) < 0)
		return 0;
	for (i = 0; i < x->n; i++)
		if (x->all[i].ns.st_dev == st.st_dev &&
		    x->all[i].ns.st_ino == st.st_ino)
			return limit_change_process(x, &x->all[i], pid, e);
	return 0;
}

/* Twice: to know how many there are, and because one may have made another before it
 * went to its group. */
static int
limit_change_all(struct limit_change *x, struct err *e)
{
	DIR *d = opendir("/proc");
	struct dirent *de;
	int rc = 0, turn;

	if (d == NULL)
		return err_sys(e, "/proc");
	x->running = limit_processes();
	for (turn = 0; turn < 2 && rc == 0; turn++) {
		rewinddir(d);
		while (rc == 0 && (de = readdir(d)) != NULL)
			rc = limit_change_look(x, de->d_name, e);
		x->counted = true;
	}
	closedir(d);
	return rc;
}

int
super_limit_change(struct super *s, const bool *which, struct err *e)
{
	struct limit_change x = {.super = s};
	size_t i;
	int rc = 0;

	x.all = xcalloc(s->lab->nnodes + 1, sizeof(*x.all));
	for (i = 0; i < s->lab->nnodes && rc == 0; i++)
		if (which[i])
			rc = limit_change_begin(&x, s->nodes[i], e);
	if (rc == 0 && x.n > 0)
		rc = limit_change_all(&x, e);
	for (i = 0; i < x.n; i++)
		node_cell_close(&x.all[i].cell);
	free(x.all);
	return rc;
}

uint64_t
super_limit_ooms(const struct super_node *n)
{
	return n->def->limits.memory
		   ? node_cell_ooms(&n->super->cells, n->def->name)
		   : 0;
}

/* ---- the end */

void
super_limit_end(struct super *s)
{
	const struct timespec ms = {0, 1000000};
	bool any = false;
	int m, i;

	for (m = 0; m < NODE_MEANS; m++)
		any |= s->cells.dir[m] >= 0;
	if (!any || getpid() != 1)
		return;
	(void)kill(-1, SIGKILL);
	for (i = 0; i < LIMIT_END_TRIES; i++) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		if (waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD)
			break;
		(void)nanosleep(&ms, NULL);
	}
	node_cells_remove(&s->cells);
}
