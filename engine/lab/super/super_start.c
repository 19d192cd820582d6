/*
 * The caller's side of a lab's birth, and super_down. All that can be found out
 * before anything is made is found out here; then the lab's name is taken (the
 * listening socket is made in the caller's network namespace, so that two
 * starts cannot both succeed), process 1 is made, and from then on it does the
 * work and reports over a socket pair. If either side goes before "up", the
 * other one ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "lab/super/super_priv.h"

#define START_TIMEOUT_MS 60000
#define START_UNDO_MS 5000 /* for the other side to clean up */
#define DOWN_ASK_MS 10000

static int64_t
start_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- before anything is made */

char *
super_find_ours(const char *program_dir, const char *name)
{
	char *dir = program_dir ? xstrdup(program_dir) : file_program_dir();
	char *path = xasprintf("%s/%s", dir ? dir : ".", name);

	free(dir);
	if (access(path, X_OK) == 0)
		return path;
	free(path);
	return node_which(name);
}

static int
start_missing(const struct lab_node *n, const char *program, struct err *e)
{
	return err_here(e,
			"node %s needs %s (%s), which is not installed; "
			"apt-get install %s",
			n->name, n->kind->title, program, n->kind->package);
}

/* A command with a path may mean a file of the node's own, one without is
 * looked up as it will be in the node. */
static int
start_find_command(const struct lab *lab, const struct lab_node *n,
		   struct err *e)
{
	char *path;

	if (n->command == NULL || strchr(n->command[0], '/') != NULL)
		return 0;
	if ((path = node_which(n->command[0])) == NULL)
		return err_here(e,
				"%s:%d: node %s runs %s, which is not "
				"installed",
				lab->file, n->line, n->name, n->command[0]);
	free(path);
	return 0;
}

/* All that a node's kind runs must be there. */
static int
start_find_kind(struct super *s, const struct lab_node *n, struct err *e)
{
	const struct lab_kind *k = n->kind;
	char **at = &s->programs[model_kind_index(k)], *path;
	size_t i;

	if (k->program == NULL || *at != NULL)
		return 0;
	*at = k->ours ? super_find_ours(s->opts->program_dir, k->program)
		      : node_which(k->program);
	if (*at == NULL && k->ours)
		return err_here(e,
				"node %s needs %s, which is not beside this "
				"program; \"make\" builds it",
				n->name, k->program);
	if (*at == NULL)
		return start_missing(n, k->program, e);
	for (i = 0; k->needs && k->needs[i]; i++) {
		if ((path = node_which(k->needs[i])) == NULL)
			return start_missing(n, k->needs[i], e);
		free(path);
	}
	return 0;
}

/* A fabric with rules needs the program that sets them. */
static int
start_find_nft(const struct lab *lab, struct err *e)
{
	char *nft = node_which("nft");
	size_t i;

	for (i = 0; nft == NULL && i < lab->nnodes; i++)
		if (lab->nodes[i].role == LAB_SWITCH &&
		    plan_fabric_needed(lab, i))
			return err_here(e,
					"%s:%d: switch %s guards its ports, "
					"which needs nft, which is not "
					"installed; apt-get install nftables",
					lab->file, lab->nodes[i].line,
					lab->nodes[i].name);
	free(nft);
	return 0;
}

int
super_find_programs(struct super *s, const struct lab *lab, struct err *e)
{
	size_t i;

	for (i = 0; i < lab->nnodes; i++) {
		const struct lab_node *n = &lab->nodes[i];

		if (start_find_kind(s, n, e) < 0 ||
		    start_find_command(s->lab, n, e) < 0)
			return -1;
	}
	return start_find_nft(lab, e);
}

/* The lab's name, taken for this user; nobody else can start it now. */
static int
start_take_name(struct super *s, struct err *e)
{
	char *name = ctl_lab_name(s->lab->name);

	if (name == NULL)
		return err_usage(e, "\"%s\" is not a lab's name", s->lab->name);
	s->listen = ctl_listen(name, e);
	free(name);
	if (s->listen < 0 && errno == EADDRINUSE)
		return err_here(e, "lab %s runs already; look: ixlab ps",
				s->lab->name);
	return s->listen < 0 ? -1 : 0;
}

/* ---- while it is made */

/* 1 the lab is up, 0 more will come, -1 it failed. */
static int
start_hear(const struct super_opts *o, int fd, struct err *e)
{
	struct super_report r;
	ssize_t n = recv(fd, &r, sizeof(r), 0);

	if (n < 0 && errno == EINTR)
		return 0;
	if (n != sizeof(r))
		return err_here(e,
				"lab %s: its supervisor died while building; "
				"see %s/log",
				o->lab->name, o->state_dir);
	switch (r.word) {
	case SUPER_DONE: return 1;
	case SUPER_PROGRESS:
		if (o->progress)
			o->progress(o->arg, r.done, r.total, r.e.msg);
		return 0;
	case SUPER_SORRY: break;
	}
	*e = r.e;
	return -1;
}

static int
start_listen(const struct super_opts *o, int fd, struct err *e)
{
	/* The supervisor keeps the time and says why; this is for one that
	 * hangs. */
	int ms = o->timeout_ms + START_UNDO_MS, rc = 0;
	int64_t end = start_now() + ms, now;
	struct pollfd p = {.fd = fd, .events = POLLIN};

	while (rc == 0) {
		now = start_now();
		if (now >= end || poll(&p, 1, (int)(end - now)) == 0)
			return err_here(e,
					"lab %s: its supervisor does not "
					"answer; see %s/log",
					o->lab->name, o->state_dir);
		if (p.revents)
			rc = start_hear(o, fd, e);
	}
	return rc < 0 ? -1 : 0;
}

/* Make the process and see it through. */
static int
start_make(struct super *s, struct err *e)
{
	int sv[2], keep[2 + NODE_MEANS], pidfd, rc, m;
	size_t nkeep = 2;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) < 0)
		return err_sys(e, "cannot make a socket");
	s->caller = keep[0] = sv[1];
	keep[1] = s->listen;
	super_limit_begin(s);
	for (m = 0; m < NODE_MEANS; m++)
		if (s->cells.dir[m] >= 0)
			keep[nkeep++] = s->cells.dir[m];
	rc = node_sandbox(super_run, s, keep, nkeep, &pid, &pidfd, e);
	close(sv[1]);
	close(s->listen);
	s->listen = -1;
	if (rc == 0) {
		rc = start_listen(s->opts, sv[0], e);
		/* It undoes what it did when it sees our end close. */
		close(sv[0]);
		if (rc < 0 && node_wait(pidfd, START_UNDO_MS) < 0) {
			(void)kill(pid, SIGKILL);
			(void)node_wait(pidfd, START_UNDO_MS);
		}
		close(pidfd);
	} else
		close(sv[0]);
	if (rc < 0)
		node_cells_remove(&s->cells);
	else
		node_cells_close(&s->cells);
	return rc;
}

int
super_start(const struct super_opts *o, struct err *e)
{
	struct super_opts own = *o;
	struct super s = {
	    .opts = &own, .lab = o->lab, .listen = -1, .caller = -1};
	struct plan *plan;
	int rc = -1;
	size_t i;

	s.programs = xcalloc(model_nkinds, sizeof(*s.programs));
	s.wire.program = super_find_ours(o->program_dir, "ixwire");
	if (own.timeout_ms <= 0)
		own.timeout_ms = START_TIMEOUT_MS;
	s.state_dir = file_absolute(o->state_dir);
	if (super_find_programs(&s, s.lab, e) == 0 &&
	    start_take_name(&s, e) == 0) {
		s.plan = plan = plan_new(o->lab);
		rc = start_make(&s, e);
		plan_free(plan);
	}
	free(s.state_dir);
	for (i = 0; i < model_nkinds; i++)
		free(s.programs[i]);
	free(s.programs);
	free(s.wire.program);
	return rc;
}

/* ---- the end */

static int
down_ask(struct ctl *c, int *pidfd, struct err *e)
{
	json_t *r = NULL;
	pid_t pid;

	if (ctl_call(c, "inspect", NULL, NULL, 0, DOWN_ASK_MS, &r, e) < 0)
		return -1;
	pid = (pid_t)json_integer_value(json_object_get(r, "pid"));
	json_decref(r);
	*pidfd = pid > 1 ? node_pidfd(pid) : -1;
	if (*pidfd < 0)
		return err_here(e, "its supervisor is not a process here");
	return ctl_call(c, "down", NULL, NULL, 0, DOWN_ASK_MS, NULL, e);
}

int
super_down(const char *name, int timeout_ms, struct err *e)
{
	char *sock = ctl_lab_name(name);
	struct ctl *c;
	int pidfd = -1, rc;

	if (sock == NULL)
		return err_usage(e, "\"%s\" is not a lab's name", name);
	c = ctl_open(sock, e);
	free(sock);
	if (c == NULL)
		return err_here(e, "lab %s does not run; look: ixlab ps", name);
	rc = down_ask(c, &pidfd, e);
	ctl_close(c);
	if (rc < 0)
		err_in(e, "lab %s", name);
	else if ((rc = node_wait(pidfd, timeout_ms)) < 0)
		err_here(e, "lab %s was not gone after %d seconds", name,
			 (timeout_ms + 999) / 1000);
	if (pidfd >= 0)
		close(pidfd);
	return rc;
}
