/*
 * A node's daemon: started, watched, started again.
 *
 * STARTING until its control socket answers, RUNNING until it dies, then
 * BACKOFF: 250 ms, doubling to 8 s, forgotten once it has run for a while. Its
 * last line is the reason. A change of its configuration ends the waiting at
 * once (super_watch).
 */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "lab/super/super_priv.h"

#define DAEMON_FIRST_MS 250
#define DAEMON_DOUBLE 5 /* times: to 8 s */
#define DAEMON_GOOD_MS 10000
#define DAEMON_KICK_MS 20 /* an editor may write twice */
#define DAEMON_TERM_MS 2000
#define DAEMON_LEAVE_MS 500
#define DAEMON_LOOK_MS 5
#define DAEMON_ARGS 72
#define DAEMON_STEPS 8
#define DAEMON_VALUES 16 /* of all options of a kind */

/* ---- what there is to say */

const char *
super_daemon_state(const struct super_node *n)
{
	static const char *const names[] = {"-", "starting", "running",
					    "backoff", "stopped"};

	return names[n->daemon.state];
}

static void
daemon_set(struct super_node *n, enum daemon_state state)
{
	n->daemon.state = state;
	super_tell_node(n);
}

static char *
daemon_socket(const struct super_node *n)
{
	const char *name = n->def->kind->socket;

	return name == NULL ? NULL : xasprintf("%s/%s", n->run, name);
}

static int
daemon_try(const struct super_node *n, const char *path, struct err *e)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd;

	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_sys(e, "cannot make a socket");
	/* one that was told to stop may answer until it is dead */
	if (n->daemon.state != DAEMON_STOPPED &&
	    connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0)
		return fd;
	close(fd);
	return err_here(e, "the daemon of %s does not answer (it is %s%s%s)",
			n->def->name, super_daemon_state(n),
			n->daemon.reason[0] ? ": " : "", n->daemon.reason);
}

int
super_daemon_connect(const struct super_node *n, struct err *e)
{
	_free_ char *path = daemon_socket(n);

	if (!model_kind_runs(n->def->kind))
		return err_here(e, "node %s has no daemon", n->def->name);
	if (path == NULL)
		return err_here(e, "%s of %s has no control socket",
				n->def->kind->title, n->def->name);
	return daemon_try(n, path, e);
}

/* ---- the start */

/* The values are the caller's. */
static void
daemon_options(const struct super_node *n, const char **argv, char **values)
{
	const struct lab_kind_option *o = n->def->kind->options;
	size_t i, left = DAEMON_VALUES;

	for (; o && o->option; o++)
		for (i = 0;
		     (*values = o->value(n->super->lab, n->def, i)) != NULL;
		     i++) {
			*argv++ = o->option;
			if (**values != '\0')
				*argv++ = *values;
			*argv = NULL;
			values++;
			assert(--left > 0);
		}
}

/* A machine without, say, /etc/bird reads from its current folder. */
static void
daemon_argv(const struct super_node *n, const char **argv, char **values)
{
	const struct lab_kind *k = n->def->kind;
	size_t i;

	if (k->command) {
		for (i = 0; (argv[i] = n->def->command[i]) != NULL; i++)
			assert(i + 1 < DAEMON_ARGS);
		return;
	}
	argv[0] = n->super->programs[model_kind_index(k)];
	for (i = 0; k->args[i] != NULL; i++) {
		argv[i + 1] = k->args[i];
		if (str_starts(k->args[i], k->etc) && !file_exists(k->etc))
			argv[i + 1] += strlen(k->etc) + 1;
	}
	assert(i + 1 < DAEMON_ARGS);
	argv[i + 1] = NULL;
	daemon_options(n, &argv[i + 1], values);
}

/* A daemon of several programs. The paths are owned by the caller. */
struct daemon_group {
	struct node_group group;
	struct node_step before[DAEMON_STEPS];
	char *paths[DAEMON_STEPS];
	size_t n;
};

static const char *
daemon_path(struct daemon_group *g, const char *socket)
{
	if (socket == NULL)
		return NULL;
	assert(g->n < DAEMON_STEPS);
	return g->paths[g->n++] = xasprintf("/run/%s", socket);
}

static const struct node_group *
daemon_group(struct daemon_group *g, const struct lab_node *n)
{
	const struct lab_kind *k = n->kind;
	size_t i, at = 0;

	memset(g, 0, sizeof(*g));
	if (k->before == NULL && k->after == NULL && k->reload_argv == NULL)
		return NULL;
	for (i = 0; k->before && k->before[i].argv; i++) {
		if (k->before[i].inside && n->nloopbacks == 0)
			continue;
		assert(at + 1 < DAEMON_STEPS);
		g->before[at].argv = k->before[i].argv;
		g->before[at++].socket = daemon_path(g, k->before[i].socket);
	}
	g->group.before = g->before;
	g->group.socket = daemon_path(g, k->socket);
	g->group.after = k->after;
	if (k->reload == LAB_RELOAD_COMMAND)
		g->group.reload = k->reload_argv;
	return &g->group;
}

static void
daemon_group_clear(struct daemon_group *g)
{
	while (g->n > 0)
		free(g->paths[--g->n]);
}

/* On a switch, which sees the lab's /run, nothing is called /run/bird; daemons
 * live on other nodes only. */
static int
daemon_spawn(struct super_node *n, struct err *e)
{
	_free_ char *path = xasprintf("PATH=%s", node_path());
	const char *const env[] = {path, "HOME=/root", "LANG=C.UTF-8", NULL};
	const char *argv[DAEMON_ARGS];
	char *values[DAEMON_VALUES] = {NULL};
	size_t i;
	struct daemon_group g;
	struct node_spec spec = {.place = &n->place,
				 .argv = argv,
				 .group = daemon_group(&g, n->def),
				 .env = env,
				 .fds = {-1, -1, -1},
				 .trusted = true,
				 .mounter = n->def->kind->mounter};
	int out, rc;

	daemon_argv(n, argv, values);
	super_output_close(n);
	rc = super_output_open(n, &out, e);
	if (rc == 0) {
		spec.fds[1] = spec.fds[2] = out;
		rc = super_limit_spawn(n, &spec, &n->daemon.child, e);
		close(out);
	}
	daemon_group_clear(&g);
	for (i = 0; i < DAEMON_VALUES; i++)
		free(values[i]);
	return rc;
}

/* What a dead one left would look alive. */
static void
daemon_unlink(const struct super_node *n, const char *socket)
{
	_free_ char *path = NULL;

	if (socket == NULL)
		return;
	path = xasprintf("%s/%s", n->run, socket);
	(void)unlink(path);
}

int
super_daemon_start(struct super_node *n, struct err *e)
{
	struct super_daemon *d = &n->daemon;
	const struct lab_kind_step *b = n->def->kind->before;

	if (n->def->kind->crowd) {
		super_crowd_start(n);
		return 0;
	}
	daemon_unlink(n, n->def->kind->socket);
	for (; b && b->argv; b++)
		daemon_unlink(n, b->socket);
	d->ooms = super_limit_ooms(n);
	if (daemon_spawn(n, e) < 0) {
		super_output_close(n);
		return -1;
	}
	d->pid = d->child.pid;
	d->started = uv_now(&n->super->loop);
	d->again = d->hup = d->mended = d->refused = false;
	daemon_set(n, DAEMON_STARTING);
	if (!uv_is_active((uv_handle_t *)&n->super->ready))
		uv_timer_start(&n->super->ready, super_ready_look,
			       DAEMON_LOOK_MS, DAEMON_LOOK_MS);
	return 0;
}

/* Does it run, and answer? */
static void
daemon_look(struct super_node *n)
{
	struct super_daemon *d = &n->daemon;
	struct err e;
	int fd;

	if (d->child.report >= 0 && node_report(&d->child, &e) < 0) {
		snprintf(d->reason, sizeof(d->reason), "%.500s", e.msg);
		d->refused = true;
	}
	if (d->child.report >= 0 || d->refused)
		return;
	if (n->def->kind->socket != NULL) {
		if ((fd = super_daemon_connect(n, &e)) < 0)
			return;
		close(fd);
	}
	d->reason[0] = '\0';
	if (d->hup)
		(void)kill(d->pid, SIGHUP);
	d->hup = false;
	daemon_set(n, DAEMON_RUNNING);
}

void
super_ready_look(uv_timer_t *t)
{
	struct super *s = t->data;
	bool waiting = s->state == SUPER_BUILDING;
	size_t i;

	for (i = 0; i < s->lab->nnodes; i++) {
		if (s->nodes[i]->daemon.state != DAEMON_STARTING)
			continue;
		if (!s->nodes[i]->def->kind->crowd)
			daemon_look(s->nodes[i]);
		waiting |= s->nodes[i]->daemon.state == DAEMON_STARTING;
	}
	if (!waiting)
		uv_timer_stop(t);
	super_crowd_look(s);
	super_build_look(s);
}

/* ---- the end */

/* "bird: /etc/bird/bird.conf:3:5 syntax error" as a person calls it. */
static const char *
daemon_words(const struct lab_kind *k, const char *line)
{
	if (str_starts(line, k->name) &&
	    str_starts(line + strlen(k->name), ": "))
		line += strlen(k->name) + 2;
	if (str_starts(line, k->etc) && line[strlen(k->etc)] == '/')
		line += strlen(k->etc) + 1;
	return line;
}

static void
daemon_reason(struct super_node *n, int status)
{
	struct super_daemon *d = &n->daemon;
	struct err e = {0};

	if (d->child.report >= 0 && node_report(&d->child, &e) < 0)
		snprintf(d->reason, sizeof(d->reason), "%.500s", e.msg);
	else if (d->refused)
		return; /* what it says while it ends is no reason */
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL &&
		 super_limit_ooms(n) > d->ooms)
		snprintf(d->reason, sizeof(d->reason),
			 "killed: the node's memory of %" PRIu64 " KiB is used "
			 "up",
			 n->def->limits.memory / 1024);
	else if (WIFSIGNALED(status))
		snprintf(d->reason, sizeof(d->reason),
			 "killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else if (d->out.said && WEXITSTATUS(status) != 0)
		snprintf(d->reason, sizeof(d->reason), "%s",
			 daemon_words(n->def->kind, d->out.last));
	else if (WEXITSTATUS(status) != 127 || d->reason[0] == '\0')
		snprintf(d->reason, sizeof(d->reason), "exited with status %d",
			 WEXITSTATUS(status));
}

static void daemon_timer(uv_timer_t *t);

static void
daemon_backoff(struct super_node *n)
{
	struct super_daemon *d = &n->daemon;
	uint64_t ms = DAEMON_FIRST_MS;

	if (uv_now(&n->super->loop) - d->started >= DAEMON_GOOD_MS || d->mended)
		d->failures = 0;
	ms <<= d->failures < DAEMON_DOUBLE ? d->failures : DAEMON_DOUBLE;
	d->failures++;
	uv_timer_start(&d->timer, daemon_timer, ms, 0);
	daemon_set(n, DAEMON_BACKOFF);
}

static void
daemon_again(struct super_node *n)
{
	struct err e = {0};

	if (super_daemon_start(n, &e) == 0)
		return;
	snprintf(n->daemon.reason, sizeof(n->daemon.reason), "%.500s", e.msg);
	daemon_backoff(n);
}

static void
daemon_left(struct super_daemon *d)
{
	if (d->leaving >= 0)
		close(d->leaving);
	d->leaving = -1;
}

static void
daemon_term(struct super_node *n)
{
	struct super_daemon *d = &n->daemon;

	(void)kill(n->def->command ? -d->pid : d->pid, SIGTERM);
	uv_timer_start(&d->timer, daemon_timer, DAEMON_TERM_MS, 0);
}

/* It did not do what it was told, it did not obey a SIGTERM, or it is time to
 * try again. */
static void
daemon_timer(uv_timer_t *t)
{
	struct super_node *n = t->data;

	if (n->daemon.pid != 0 && n->daemon.leaving >= 0) {
		daemon_left(&n->daemon);
		daemon_term(n);
	} else if (n->daemon.pid != 0)
		(void)kill(-n->daemon.pid, SIGKILL);
	else if (n->super->state <= SUPER_UP) {
		n->daemon.restarts++;
		daemon_again(n);
	}
}

void
super_daemon_exited(struct super_node *n, int status)
{
	struct super_daemon *d = &n->daemon;

	/* a shell's children would go on without it */
	if (n->def->command != NULL)
		(void)kill(-d->pid, SIGKILL);
	d->pid = 0;
	daemon_left(d);
	uv_timer_stop(&d->timer);
	super_output_drain(n);
	super_output_close(n);
	daemon_reason(n, status);
	if (n->super->state > SUPER_UP)
		return;
	if (d->state == DAEMON_STOPPED) {
		d->reason[0] = '\0';
		if (d->again)
			daemon_again(n);
		else
			super_tell_node(n);
		return;
	}
	d->ended = true;
	super_log_line(n->def->name, d->reason);
	daemon_backoff(n);
	super_build_look(n->super);
}

void
super_daemon_stop(struct super_node *n, bool again)
{
	struct super_daemon *d = &n->daemon;

	if (n->def->kind->crowd) {
		super_crowd_stop(n, again);
		return;
	}
	if (d->state == DAEMON_NONE)
		return;
	uv_timer_stop(&d->timer);
	d->again = again;
	d->failures = 0;
	daemon_left(d);
	if (d->pid != 0)
		daemon_term(n);
	d->state = DAEMON_STOPPED;
	if (d->pid == 0 && again)
		daemon_again(n);
	else
		super_tell_node(n);
}

/* BIRD that gets a SIGTERM takes its routes out of the kernel before its
 * farewell to BGP neighbours is sent, and those that are not on a link of its
 * own never hear it: they trust in a dead session until its hold time is over,
 * and refuse the new one until then. */
void
super_daemon_leave(struct super_node *n)
{
	struct super_daemon *d = &n->daemon;
	const char *line = n->def->kind->leave;
	struct err e;
	int fd = line && d->pid != 0 ? super_daemon_connect(n, &e) : -1;

	if (fd < 0) {
		super_daemon_stop(n, false);
		return;
	}
	d->again = false;
	d->failures = 0;
	d->state = DAEMON_STOPPED;
	d->leaving = fd;
	uv_timer_start(&d->timer, daemon_timer, DAEMON_LEAVE_MS, 0);
	if (send(fd, line, strlen(line), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
		daemon_left(d);
		daemon_term(n);
	}
	super_tell_node(n);
}

/* One that starts may have read what was there before: should it die of that,
 * the waiting begins anew. */
void
super_daemon_kick(struct super_node *n)
{
	n->daemon.mended = n->daemon.state == DAEMON_STARTING;
	if (n->daemon.state != DAEMON_BACKOFF)
		return;
	n->daemon.failures = 0;
	uv_timer_start(&n->daemon.timer, daemon_timer, DAEMON_KICK_MS, 0);
}

/* A daemon that starts has no handler for the signal yet. */
void
super_daemon_reload(struct super_node *n)
{
	struct super_daemon *d = &n->daemon;

	if (n->super->state > SUPER_UP || n->def->kind->crowd)
		return;
	switch (d->state) {
	case DAEMON_NONE: break;
	case DAEMON_STARTING:
		d->hup = n->def->kind->reload != LAB_RELOAD_RESTART;
		if (d->pid == 0)
			daemon_again(n);
		break;
	case DAEMON_RUNNING:
		if (n->def->kind->reload == LAB_RELOAD_RESTART)
			super_daemon_stop(n, true);
		else
			(void)kill(d->pid, SIGHUP);
		break;
	case DAEMON_BACKOFF: super_daemon_kick(n); break;
	case DAEMON_STOPPED:
		if (d->pid == 0)
			super_daemon_stop(n, true);
		else
			d->again = true;
		break;
	}
}

void
super_daemon_waits(struct super_node *n)
{
	daemon_set(n, DAEMON_STARTING);
}

void
super_daemon_init(struct super_node *n)
{
	struct super_daemon *d = &n->daemon;

	uv_timer_init(&n->super->loop, &d->timer);
	d->timer.data = n;
	d->out.fd = -1;
	d->child.report = -1;
	d->leaving = -1;
}
