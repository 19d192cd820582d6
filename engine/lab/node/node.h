/*
 * node: programs inside a place, and a place for programs.
 *
 * A place is what one machine of the lab sees: a network namespace, a host
 * name, a /run of its own and a folder of configuration on, say, /etc/bird;
 * more can be mounted over what the machine has. node_spawn starts a program there. Each program gets a private copy of the
 * mounts, so nothing it mounts reaches anybody else, and a session of its own,
 * so that it can be killed with all its children by one signal to the group.
 * All steps between fork and exec happen in the child; if one fails, its
 * sentence comes back through a pipe that exec closes, so the parent never
 * waits: it polls the pipe.
 *
 * node_sandbox makes the world a lab lives in: a child that is process 1 of its
 * own mount, pid, network, ipc and uts namespaces, and of a user namespace
 * unless we are root. It is no child of the caller (who may go), but the caller
 * holds a descriptor that becomes readable when the last process in it is gone.
 *
 * This is the only module that makes processes. The caller has one thread.
 */
#ifndef LAB_NODE_NODE_H
#define LAB_NODE_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

/* ---- programs (node_spawn.c) */

struct node_bind { /* from, as the caller sees it, is mounted on to */
	const char *from, *to;
};

struct node_place {
	const char *name; /* the host name */
	int net;	  /* network namespace; -1: the caller's */
	int mnt;	  /* mounts to begin with; -1: the caller's */
	const char *run;  /* becomes /run; NULL: /run stays */
	const char *home; /* becomes etc, and the current folder */
	const char *etc;  /* NULL: home is mounted nowhere */
	/* Further mounts, where the machine has something to cover; from NULL at
	 * the end, or NULL. */
	const struct node_bind *binds;
};

/* A daemon of several programs (node_group.c). */
struct node_step {
	const char *const *argv;
	const char *socket; /* the next one starts when it answers */
};

struct node_group {
	const struct node_step *before; /* argv NULL at the end */
	const char *socket;	   /* of the daemon itself; NULL: at once */
	const char *const *after;  /* runs then, and must succeed; or NULL */
	const char *const *reload; /* what SIGHUP runs; NULL: it is passed on to
				      the daemon, and after runs again */
};

struct node_cell;

struct node_spec {
	const struct node_place *place; /* NULL: where we are */
	const char *const *argv;	/* looked up in the child's PATH */
	const struct node_group *group; /* who starts with it, or NULL */
	const char *const *env;		/* "KEY=value", NULL at the end */
	const char *cwd;		/* NULL: the place's home */
	int fds[3];			/* -1: /dev/null; stay the caller's */
	bool pty;	    /* fds[0] becomes the controlling terminal */
	uint64_t memory;    /* bytes of address space; 0: no limit */
	uint32_t processes; /* as RLIMIT_NPROC counts; 0: no limit */
	bool trusted;	    /* it could lift these two, and node_relimit can */
	bool mounter; /* asks for the right to mount, even in a sealed lab */
	const struct node_cell *cell; /* control groups to go to, or NULL */
};

struct node_child {
	pid_t pid;  /* also its process group */
	int report; /* readable when the program runs or could not start */
};

/* Start it; -1 with e set when there was not even a child. */
int node_spawn(const struct node_spec *spec, struct node_child *c,
	       struct err *e);
/* How that went: 1 it runs, 0 not known yet, -1 it could not start (e set; the
 * child is gone or going). Closes c->report unless it returns 0. */
int node_report(struct node_child *c, struct err *e);

/* Run a program of this machine outside any lab, as a user may who is no root
 * (node_run.c), and wait for its end: 0 when it exits with 0. fds as in
 * node_spec. */
int node_run(const char *const *argv, const int fds[3], int timeout_ms,
	     struct err *e);
/* Whether a program is to be had: its path, owned by the caller, or NULL. Looks
 * through PATH and the folders where system programs are. */
char *node_which(const char *program);
/* The PATH that programs in a node get. */
const char *node_path(void);

/* ---- what the programs of a node may use together (node_cell.c) */

enum node_means { NODE_MEMORY, NODE_PROCESSES, NODE_CPU, NODE_MEANS };

const char *node_means_name(enum node_means m); /* "memory", .. */

struct node_cells {	     /* a lab's folders in the trees of groups */
	int dir[NODE_MEANS]; /* -1: this kind of limit is not to be had */
	char *path[NODE_MEANS];
	bool v2; /* some of them are of version 2 */
};

struct node_cell { /* where a program goes, open for writing */
	int procs[NODE_MEANS];
	size_t n;
};

/* Look for a place, make the lab's folder, remove what labs that were killed have
 * left. From outside of the lab. What cannot be had stays -1. */
void node_cells_open(struct node_cells *c, const char *name);
void node_cells_close(struct node_cells *c);
/* When nobody is in them any more. */
void node_cells_remove(struct node_cells *c);
/* The node's, with these limits; 0: none. -1 with e set. */
int node_cell_open(const struct node_cells *c, const char *node,
		   const uint64_t max[NODE_MEANS], struct node_cell *cell,
		   struct err *e);
void node_cell_close(struct node_cell *cell);
/* The same with other limits than those it had: those that are 0 now are lifted. */
int node_cell_change(const struct node_cells *c, const char *node,
		     const uint64_t max[NODE_MEANS], struct node_cell *cell,
		     struct err *e);
/* A process that runs goes there, with all its threads; -1 with errno. */
int node_cell_take(const struct node_cell *cell, pid_t pid);
/* Without groups: another limit of memory or processes, as in node_spec, for one that
 * runs, if it may be given more. */
void node_relimit(pid_t pid, enum node_means m, uint64_t max);
/* How many of its programs died of its limit of memory. */
uint64_t node_cell_ooms(const struct node_cells *c, const char *node);
/* The same, for one who will not see the folder any more: a file that can only be
 * read, owned by the caller (-1: none), and the number in it, which is 0 then. */
int node_cell_deaths(const struct node_cells *c, const char *node);
uint64_t node_cell_count(int deaths);

/* ---- worlds (node_sandbox.c) */

/* Run body as process 1 of new namespaces. Of the open descriptors it gets 0
 * to 2 and those in keep. Returns 0 and *pid as seen from here and *pidfd
 * (owned by the caller); -1, class ERR_HERE, when the machine does not allow
 * it. */
int node_sandbox(int (*body)(void *arg), void *arg, const int *keep,
		 size_t nkeep, pid_t *pid, int *pidfd, struct err *e);

/* Run a test in a throw-away process, in a sandbox of its own if so wanted; its
 * result and sentence come back. A test that dies has failed. */
typedef int (*node_test)(void *arg, struct err *e);
int node_try(bool sandbox, node_test test, void *arg, struct err *e);

/* Wait until that process, and all of its namespace when it was process 1, is
 * gone: 0, or -1 when it was not in time. */
int node_wait(int pidfd, int timeout_ms);
/* A descriptor for a process; -1 with errno. */
int node_pidfd(pid_t pid);

/* ---- the last thing a program does (node_sweep.c) */

#define NODE_SWEEP_MAX 32
/* Remove up to that many folders and all in them, with rm, and wait for it. May
 * be called in a signal handler. dirs ends with NULL. */
void node_sweep(char *const *dirs);

#endif
