/*
 * Robots: members that one ixpeer plays, all of a lab together.
 *
 * It shares our mounts, so it finds each robot's namespace by its name below
 * /run/netns, also one that is made anew later. It is started when the route
 * servers answer, and again, with back-off, when it dies. A robot's state is that
 * of the process, unless somebody stopped the robot; then its sessions are down,
 * which is said over ixpeer's control socket and said again to its successor.
 * The socket is linked into each robot's own /run, where programs in its
 * namespace and the verb connect find it, as they find a daemon's.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_priv.h"

#define CROWD_SOCKET "/run/robots.ctl"
#define CROWD_FIRST_MS 250
#define CROWD_DOUBLE 5 /* times: to 8 s */
#define CROWD_GOOD_MS 10000
#define CROWD_LOOK_MS 5

static void crowd_again(uv_timer_t *t);

static bool
crowd_has(const struct super_node *n)
{
	return n->def->kind->crowd;
}

static void
crowd_watch(struct super *s)
{
	if (!uv_is_active((uv_handle_t *)&s->ready))
		uv_timer_start(&s->ready, super_ready_look, CROWD_LOOK_MS,
			       CROWD_LOOK_MS);
}

/* ---- words to it */

static void
crowd_heard(void *arg, const json_t *result, const struct err *error)
{
	(void)arg;
	(void)result;
	if (error != NULL)
		log_warnx("super", "robots: %s", error->msg);
}

static void
crowd_tell(struct super *s, const char *verb, const char *robot)
{
	if (s->crowd.ctl != NULL)
		ctl_async_call(s->crowd.ctl, verb,
			       json_pack("{ss}", "robot", robot), NULL, 0,
			       crowd_heard, s);
}

/* What a dead one left is another socket. */
static void
crowd_link(const struct super_node *n)
{
	_free_ char *path = xasprintf("%s/%s", n->run, n->def->kind->socket);

	(void)unlink(path);
	if (link(CROWD_SOCKET, path) < 0)
		log_warn("super", "%s: no control socket", n->def->name);
}

static void
crowd_set(struct super_node *n, enum daemon_state state)
{
	struct super_crowd *c = &n->super->crowd;

	if (n->daemon.state == state)
		return;
	n->daemon.state = state;
	n->daemon.restarts = c->restarts;
	snprintf(n->daemon.reason, sizeof(n->daemon.reason), "%s",
		 state == DAEMON_BACKOFF ? c->reason : "");
	super_tell_node(n);
}

/* All but those that somebody stopped, and those that are not made yet. */
static void
crowd_set_all(struct super *s, enum daemon_state state)
{
	size_t i;

	for (i = 0; i < s->lab->nnodes; i++)
		if (crowd_has(s->nodes[i]) &&
		    s->nodes[i]->daemon.state != DAEMON_STOPPED &&
		    s->nodes[i]->daemon.state != DAEMON_NONE)
			crowd_set(s->nodes[i], state);
}

/* ---- the process */

static void
crowd_gone(void *arg, const char *why)
{
	struct super *s = arg;

	(void)why; /* it dies, and that is told */
	ctl_async_close(s->crowd.ctl);
	s->crowd.ctl = NULL;
}

static void
crowd_event(void *arg, const char *event, const json_t *data)
{
	(void)arg;
	(void)event;
	(void)data;
}

static int
crowd_spawn(struct super *s, struct err *e)
{
	struct super_crowd *c = &s->crowd;
	const char *argv[] = {s->programs[model_kind_index(&model_kind_ixpeer)],
			      "--crowd",
			      c->file,
			      "--control",
			      CROWD_SOCKET,
			      NULL};
	const char *const env[] = {"LANG=C.UTF-8", NULL};
	struct node_spec spec = {.argv = argv, .env = env, .fds = {-1, -1, -1}};
	int fds[2], rc;

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_sys(e, "cannot make a pipe");
	(void)unlink(CROWD_SOCKET);
	spec.fds[2] = fds[1];
	rc = node_spawn(&spec, &c->child, e);
	close(fds[1]);
	if (rc < 0) {
		close(fds[0]);
		return -1;
	}
	c->said = fds[0];
	c->pid = c->child.pid;
	return 0;
}

static void
crowd_backoff(struct super *s)
{
	struct super_crowd *c = &s->crowd;
	uint64_t ms = CROWD_FIRST_MS;

	if (uv_now(&s->loop) - c->started >= CROWD_GOOD_MS)
		c->failures = 0;
	ms <<= c->failures < CROWD_DOUBLE ? c->failures : CROWD_DOUBLE;
	c->failures++;
	c->state = DAEMON_BACKOFF;
	uv_timer_start(&c->timer, crowd_again, ms, 0);
	crowd_set_all(s, DAEMON_BACKOFF);
}

static void
crowd_start(struct super *s)
{
	struct super_crowd *c = &s->crowd;
	struct err e = {0};

	c->started = uv_now(&s->loop);
	if (crowd_spawn(s, &e) < 0) {
		snprintf(c->reason, sizeof(c->reason), "%.500s", e.msg);
		crowd_backoff(s);
		return;
	}
	c->state = DAEMON_STARTING;
	crowd_set_all(s, DAEMON_STARTING);
	crowd_watch(s);
}

static void
crowd_again(uv_timer_t *t)
{
	struct super *s = t->data;

	if (s->state > SUPER_UP)
		return;
	s->crowd.restarts++;
	crowd_start(s);
}

/* ---- does it answer? */

static bool
crowd_servers_start(const struct super *s)
{
	size_t i;

	for (i = 0; i < s->lab->nnodes; i++)
		if (s->nodes[i]->def->role == LAB_ROUTE_SERVER &&
		    s->nodes[i]->daemon.state == DAEMON_STARTING)
			return true;
	return false;
}

static void
crowd_answers(struct super *s)
{
	struct super_crowd *c = &s->crowd;
	struct super_node *n;
	size_t i;

	c->state = DAEMON_RUNNING;
	c->reason[0] = '\0';
	for (i = 0; i < s->lab->nnodes; i++) {
		n = s->nodes[i];
		if (!crowd_has(n) || n->net == NULL)
			continue;
		crowd_link(n);
		if (n->daemon.state == DAEMON_STOPPED)
			crowd_tell(s, "stop", n->def->name);
	}
	crowd_set_all(s, DAEMON_RUNNING);
}

void
super_crowd_look(struct super *s)
{
	struct super_crowd *c = &s->crowd;
	struct err e;

	if (c->due && c->pid == 0 && !crowd_servers_start(s)) {
		c->due = false;
		crowd_start(s);
	}
	if (c->state != DAEMON_STARTING || c->pid == 0)
		return;
	if (c->child.report >= 0 && node_report(&c->child, &e) < 0)
		snprintf(c->reason, sizeof(c->reason), "%.500s", e.msg);
	if (c->child.report >= 0)
		return;
	c->ctl = ctl_async_open(&s->loop, CROWD_SOCKET, crowd_event, crowd_gone,
				s, &e);
	if (c->ctl != NULL)
		crowd_answers(s);
}

/* ---- its end */

/* Its last line, as a person calls it. */
static void
crowd_reason(struct super_crowd *c, int status)
{
	static const char own[] = "ixpeer: ";
	char text[512], *line = text;
	ssize_t n = read(c->said, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	str_clean(text);
	if (str_starts(line, own))
		line += strlen(own);
	if (WIFSIGNALED(status))
		snprintf(c->reason, sizeof(c->reason),
			 "killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else if (*line)
		snprintf(c->reason, sizeof(c->reason), "%s", line);
	else if (WEXITSTATUS(status) != 127 || c->reason[0] == '\0')
		snprintf(c->reason, sizeof(c->reason), "exited with status %d",
			 WEXITSTATUS(status));
}

static void
crowd_ended(struct super *s)
{
	size_t i;

	for (i = 0; i < s->lab->nnodes; i++)
		if (crowd_has(s->nodes[i]))
			s->nodes[i]->daemon.ended = true;
}

bool
super_crowd_exited(struct super *s, pid_t pid, int status)
{
	struct super_crowd *c = &s->crowd;
	struct err e;

	if (pid != c->pid || pid == 0)
		return false;
	if (c->child.report >= 0 && node_report(&c->child, &e) < 0)
		snprintf(c->reason, sizeof(c->reason), "%.500s", e.msg);
	crowd_reason(c, status);
	super_log_line("ixpeer", c->reason);
	if (c->child.report >= 0)
		close(c->child.report);
	c->child.report = -1;
	close(c->said);
	c->pid = 0;
	if (c->ctl != NULL)
		ctl_async_close(c->ctl);
	c->ctl = NULL;
	if (s->state > SUPER_UP)
		return true;
	if (c->leaves) {
		c->leaves = false;
		c->state = DAEMON_NONE;
		c->restarts = c->failures = 0;
		c->reason[0] = '\0';
		return true;
	}
	if (s->state == SUPER_BUILDING)
		crowd_ended(s);
	crowd_backoff(s);
	super_build_look(s);
	return true;
}

void
super_crowd_end(struct super *s)
{
	uv_timer_stop(&s->crowd.timer);
	if (s->crowd.pid != 0)
		(void)kill(s->crowd.pid, SIGTERM);
}

/* ---- steps of the plan, and verbs */

void
super_crowd_init(struct super *s)
{
	uv_timer_init(&s->loop, &s->crowd.timer);
	s->crowd.timer.data = s;
	s->crowd.child.report = -1;
}

/* One that runs reads the file again; who is in it as before stays up. */
int
super_crowd_load(struct super *s, const struct plan_step *st, struct err *e)
{
	struct super_crowd *c = &s->crowd;

	if (c->file == NULL)
		c->file = xasprintf("%s/%s", s->state_dir, st->path);
	if (super_files_write(&s->files, c->file, st->text, strlen(st->text),
			      false, e) < 0)
		return -1;
	c->due = c->pid == 0 || c->leaves;
	if (c->due)
		uv_timer_stop(&c->timer);
	else if (c->ctl != NULL)
		ctl_async_call(c->ctl, "reload", NULL, NULL, 0, crowd_heard, s);
	return 0;
}

void
super_crowd_unload(struct super *s)
{
	s->crowd.due = false;
	s->crowd.leaves = s->crowd.pid != 0;
	if (!s->crowd.leaves)
		s->crowd.state = DAEMON_NONE;
	super_crowd_end(s);
}

void
super_crowd_start(struct super_node *n)
{
	struct super *s = n->super;

	n->daemon.reason[0] = '\0';
	switch (s->crowd.state) {
	case DAEMON_RUNNING:
		crowd_link(n);
		crowd_tell(s, "start", n->def->name);
		crowd_set(n, DAEMON_RUNNING);
		break;
	case DAEMON_BACKOFF: crowd_set(n, DAEMON_BACKOFF); break;
	case DAEMON_NONE:
	case DAEMON_STARTING:
	case DAEMON_STOPPED: crowd_set(n, DAEMON_STARTING); crowd_watch(s);
	}
}

void
super_crowd_stop(struct super_node *n, bool again)
{
	if (n->daemon.state == DAEMON_NONE || n->super->state > SUPER_UP)
		return;
	crowd_tell(n->super, "stop", n->def->name);
	crowd_set(n, DAEMON_STOPPED);
	if (again)
		super_crowd_start(n);
}

json_t *
super_crowd_json(const struct super *s)
{
	static const char *const states[] = {"starting", "starting", "running",
					     "backoff", "stopped"};
	const struct super_crowd *c = &s->crowd;
	size_t i, robots = 0;

	for (i = 0; i < s->lab->nnodes; i++)
		robots += crowd_has(s->nodes[i]);
	if (robots == 0)
		return json_null();
	return json_pack("{ss so sI so sI}", "state", states[c->state], "pid",
			 c->pid ? json_integer(c->pid) : json_null(),
			 "restarts", (json_int_t)c->restarts, "reason",
			 out_str(c->reason), "robots", (json_int_t)robots);
}
