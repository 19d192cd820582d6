/*
 * ixlab sandbox-test: what a stranger's work could try, tried.
 *
 *	this process ──node_try──> sealed process ──node_try──> process 1 of a
 *	(makes the bait)           (prints TAP)                 lab, with all the
 *	                                                        rights in there
 *
 * Each row is an attack on this machine out of the place where a daemon of a
 * submission runs, under the very seal of ixlab grade (node_seal.c), and with more
 * rights than a daemon has: those of the lab's first process. The bait is made
 * before: a secret in the state folder, a file in /tmp, a process, a listening
 * socket. A row passes when the attack fails. What cannot be tried here is skipped
 * with its reason.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "base/tap.h"
#include "cmd_sandbox.h"
#include "cmd_table.h"
#include "lab/node/node.h"
#include "lab/node/node_seal.h"

#define SANDBOX_TAKEN (128u << 20) /* bytes */

static const struct {
	int threat;
	const char *name, *why;
} sandbox_elsewhere[] = {
    {5, "a daemon that crashes or hangs", "needs a whole lab"},
    {8, "FRR's shell", "needs a whole lab"},
    {10, "names and archives", "submissions are one text, parsed by itself"},
    {11, "a forged result", "results are made by the grader outside the lab"},
    {14, "a friend's work", "is told by ixlab desk similar"},
    {22, "a changed result", "is told by ixlab verify"},
};

struct sandbox_call {
	const struct sandbox *s;
	const struct sandbox_row *row;
};

static int
sandbox_attack(void *arg, struct err *e)
{
	const struct sandbox_call *c = arg;

	return c->row->attack(c->s, e);
}

static void
sandbox_skip(struct tap *t, int threat, const char *name, const char *why)
{
	_free_ char *what = xasprintf("threat %d: %s", threat, name);
	_free_ char *skip = xasprintf("SKIP %s", why);

	tap_point(t, true, what, skip);
}

/* Did it hold? */
static bool
sandbox_row_try(const struct sandbox *s, const struct sandbox_row *row,
		struct tap *t)
{
	struct sandbox_call c = {s, row};
	_free_ char *what = xasprintf("threat %d: %s", row->threat, row->name);
	struct err e = {0};
	int rc;

	if (s->blunt[row - sandbox_rows]) {
		sandbox_skip(t, row->threat, row->name,
			     "it fails here without the seal, too");
		return true;
	}
	rc = node_try(true, sandbox_attack, &c, &e);
	if (rc < 0 && e.class == ERR_REFUSED) {
		sandbox_skip(t, row->threat, row->name, e.msg);
		return true;
	}
	tap_point(t, rc == 0, what, NULL);
	if (rc < 0)
		tap_comment(t, e.msg);
	return rc == 0;
}

/* What the bounds of one submission are on this machine. */
static void
sandbox_bounds(const struct sandbox *s, struct tap *t)
{
	_free_ char *memory = xasprintf(
	    "memory of all processes of a submission: %u MiB, held by %s",
	    NODE_SEAL_MEMORY >> 20,
	    s->held == NODE_SEAL_COUNTED ? "process 1 of its seal, which counts"
	    : s->held == NODE_SEAL_NOTHING
		? "nothing"
		: "a control group (process 1 of its seal counts, too)");
	_free_ char *processes = xasprintf(
	    "processes of a submission: %u, held by %s", NODE_SEAL_PROCESSES,
	    s->groups ? "a control group and RLIMIT_NPROC" : "RLIMIT_NPROC");

	tap_comment(t, memory);
	tap_comment(t, processes);
	if (s->held == NODE_SEAL_COUNTED || !s->groups)
		tap_comment(t, "\"ixlab doctor\" tells how control groups are "
			       "to be had here");
}

static int
sandbox_sealed(void *arg, struct err *e)
{
	const size_t n = sandbox_nrows,
		     m = sizeof(sandbox_elsewhere) / sizeof(*sandbox_elsewhere);
	const struct node_seal seal = {.name = "sandbox-test"};
	const struct sandbox *s = arg;
	bool held = true;
	struct tap t;
	size_t i;

	if (node_seal(&seal, e) < 0)
		return -1;
	t = tap_begin(s->out, 13, (int)(n + m));
	sandbox_bounds(s, &t);
	for (i = 0; i < n; i++)
		held &= sandbox_row_try(s, &sandbox_rows[i], &t);
	for (i = 0; i < m; i++)
		sandbox_skip(&t, sandbox_elsewhere[i].threat,
			     sandbox_elsewhere[i].name,
			     sandbox_elsewhere[i].why);
	fflush(s->out);
	return held ? 0 : err_set(e, ERR_FAILED, "an attack got through");
}

/* ---- the bait */

static int
sandbox_bait(struct sandbox *s, struct err *e)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof(in);
	struct sockaddr_un sun;

	if ((s->state = file_state_dir(e)) == NULL)
		return -1;
	s->door = xasprintf("%d", (int)getpid());
	s->secret = xasprintf("%s/sandbox-test-%s", s->state, s->door);
	s->file = xasprintf("/tmp/ixlab-sandbox-test-%s", s->door);
	s->desk = xasprintf("%s/desk", s->state);
	if (file_mkdirs(s->desk, e) < 0 ||
	    file_write(s->secret, "secret\n", 7, e) < 0 ||
	    file_write(s->file, "a file\n", 7, e) < 0)
		return -1;
	s->listen = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	s->abstract = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	sandbox_name(s, &sun);
	if (bind(s->listen, (struct sockaddr *)&in, sizeof(in)) < 0 ||
	    listen(s->listen, 8) < 0 ||
	    getsockname(s->listen, (struct sockaddr *)&in, &len) < 0 ||
	    bind(s->abstract, (struct sockaddr *)&sun, sizeof(sun)) < 0 ||
	    listen(s->abstract, 8) < 0)
		return err_sys(e, "cannot listen");
	s->port = ntohs(in.sin_port);
	s->victim = getpid();
	return 0;
}

/* Is there one for processes? */
static bool
sandbox_groups(void)
{
	struct node_cells c;
	bool there;

	node_cells_open(&c, "sandbox-test");
	there = c.dir[NODE_PROCESSES] >= 0;
	node_cells_remove(&c);
	return there;
}

/* An attack that fails on an open door as well says nothing. */
static void
sandbox_bites(struct sandbox *s)
{
	struct err e;
	size_t i;

	for (i = 0; i < sandbox_nrows; i++) {
		struct sandbox_call c = {s, &sandbox_rows[i]};

		s->blunt[i] =
		    c.row->bait && node_try(false, sandbox_attack, &c, &e) == 0;
	}
}

int
cmd_sandbox_test(struct cmd *c, struct err *e)
{
	struct sandbox s = {.listen = -1, .abstract = -1, .out = stdout};
	int rc = sandbox_bait(&s, e);

	fflush(stdout);
	if (rc == 0) {
		sandbox_bites(&s);
		rc = node_seal_take("sandbox-test-memory", SANDBOX_TAKEN,
				    &s.held, e);
	}
	if (rc == 0) {
		s.groups = sandbox_groups();
		rc = node_try(false, sandbox_sealed, &s, e);
	}
	if (rc < 0 && e->class == ERR_FAILED) {
		c->status = ERR_FAILED; /* its points have said it */
		rc = 0;
	}
	if (s.secret)
		(void)unlink(s.secret);
	if (s.file)
		(void)unlink(s.file);
	if (s.listen >= 0)
		close(s.listen);
	if (s.abstract >= 0)
		close(s.abstract);
	if (s.desk)
		(void)rmdir(s.desk); /* if it was not there */
	free(s.state);
	free(s.desk);
	free(s.secret);
	free(s.file);
	free(s.door);
	return rc;
}
