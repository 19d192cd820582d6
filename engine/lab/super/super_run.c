/*
 * Process 1 of a lab, from its first instruction to its last.
 *
 * It makes its world, opens the control socket, builds in the idle time of the
 * loop (so that questions are answered meanwhile), and then sleeps until
 * something happens. When it ends, however it ends, the kernel ends everything
 * else in its process namespace and drops the namespaces nobody holds any more.
 */
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_links_priv.h"
#include "lab/super/super_priv.h"

#define RUN_PATIENCE_MS 500 /* for daemons to say goodbye */
#define RUN_TRIM_MS 50

/* ---- states */

const char *
super_state_name(enum super_state state)
{
	static const char *const names[] = {"building", "up", "stopping",
					    "failed"};

	return names[state];
}

void
super_set_state(struct super *s, enum super_state state)
{
	s->state = state;
	s->state_since = uv_now(&s->loop);
	log_info("super", "lab %s is %s", s->lab->name,
		 super_state_name(state));
	super_tell(s, "lab",
		   json_pack("{ss}", "state", super_state_name(state)));
}

/* ---- the end */

static void
run_over(struct super *s)
{
	if (s->server)
		ctl_server_close(s->server);
	s->server = NULL;
	uv_stop(&s->loop);
}

static void
run_stop_look(struct super *s)
{
	size_t i;

	if (s->state != SUPER_STOPPING)
		return;
	for (i = 0; i < s->lab->nnodes; i++) {
		if (s->nodes[i]->daemon.pid != 0)
			return;
	}
	if (s->crowd.pid != 0)
		return;
	run_over(s);
}

static void
run_impatient(uv_timer_t *t)
{
	run_over(t->data);
}

void
super_stop(struct super *s)
{
	struct err e = {0};
	size_t i;

	if (s->state == SUPER_STOPPING || s->state == SUPER_FAILED)
		return;
	if (s->state == SUPER_BUILDING) {
		err_here(&e, "lab %s was stopped while it was being built",
			 s->lab->name);
		super_fail(s, &e);
		return;
	}
	uv_timer_stop(&s->ready);
	super_set_state(s, SUPER_STOPPING);
	super_exec_kill_all(s, SIGHUP);
	for (i = 0; i < s->lab->nnodes; i++)
		super_daemon_stop(s->nodes[i], false);
	super_crowd_end(s);
	uv_timer_start(&s->end, run_impatient, RUN_PATIENCE_MS, 0);
	run_stop_look(s);
}

static void
run_sorry(struct super *s, const struct err *e)
{
	struct super_report r = {.word = SUPER_SORRY, .e = *e};

	if (s->caller >= 0 &&
	    send(s->caller, &r, sizeof(r), MSG_NOSIGNAL) != sizeof(r))
		log_warn("super", "cannot tell the caller");
}

void
super_fail(struct super *s, const struct err *e)
{
	if (s->state == SUPER_FAILED)
		return;
	log_warnx("super", "%s", e->msg);
	uv_idle_stop(&s->builder);
	uv_timer_stop(&s->ready);
	super_set_state(s, SUPER_FAILED);
	if (getpid() == 1)
		(void)kill(-1, SIGKILL); /* before what they read goes */
	if (s->log_made)
		(void)unlink(s->log_made);
	super_files_undo(&s->files);
	run_sorry(s, e);
	s->exit_status = 1;
	run_over(s);
}

/* ---- signals: by descriptor. The program we were forked from may have a libuv
 * loop with signal handlers of its own, whose descriptors are not ours. */

static void
run_children(struct super *s)
{
	int status;
	size_t i;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (super_exec_exited(s, pid, status) ||
		    super_firewall_exited(s, pid, status) ||
		    super_wire_exited(s, pid, status) ||
		    super_crowd_exited(s, pid, status) ||
		    super_nft_exited(s, pid, status))
			continue;
		for (i = 0; i < s->lab->nnodes; i++) {
			if (s->nodes[i]->daemon.pid == pid) {
				super_daemon_exited(s->nodes[i], status);
				break;
			}
		}
	}
	run_stop_look(s);
}

static void
run_signal(uv_poll_t *p, int status, int events)
{
	struct super *s = p->data;
	struct signalfd_siginfo info;

	(void)status;
	(void)events;
	while (read(s->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			run_children(s);
		else
			super_stop(s);
	}
}

static int
run_signals(struct super *s, struct err *e)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->signals < 0 || sigprocmask(SIG_SETMASK, &set, NULL) < 0)
		return err_sys(e, "cannot receive signals");
	uv_poll_init(&s->loop, &s->signal_poll, s->signals);
	s->signal_poll.data = s;
	uv_poll_start(&s->signal_poll, UV_READABLE, run_signal);
	return 0;
}

/* Until the lab is up, its caller's end is its own: no half-built lab stays. */
static void
run_caller(uv_poll_t *p, int status, int events)
{
	struct super *s = p->data;
	struct err e = {0};
	char c;

	(void)events;
	if (status == 0 && recv(s->caller, &c, 1, MSG_DONTWAIT) < 0 &&
	    (errno == EAGAIN || errno == EINTR))
		return;
	uv_poll_stop(p);
	err_here(&e, "whoever started the lab has gone");
	super_fail(s, &e);
}

static void
run_late(uv_timer_t *t)
{
	struct super *s = t->data;
	struct err e = {0};
	size_t i;

	for (i = 0; i < s->lab->nnodes; i++) {
		if (s->nodes[i]->daemon.state == DAEMON_STARTING)
			break;
	}
	if (i < s->lab->nnodes)
		err_here(&e,
			 "lab %s was not up in time: the daemon of %s does not "
			 "answer",
			 s->lab->name, s->nodes[i]->def->name);
	else
		err_here(&e, "lab %s was not up in time: %zu of %zu steps done",
			 s->lab->name, s->step, s->plan->n);
	super_fail(s, &e);
}

/* ---- the beginning */

/* What we were forked from is none of our business: no handler, no blocked
 * signal, no terminal. */
static void
run_detach(struct super *s)
{
	struct rlimit r;
	char name[16], self[16];
	int i;
	ssize_t n;

	(void)setsid();
	for (i = 1; i < NSIG; i++)
		(void)signal(i, SIG_DFL);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)umask(077);
	snprintf(name, sizeof(name), "ixlab:%s", s->lab->name);
	(void)prctl(PR_SET_NAME, name);
	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		r.rlim_cur = r.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &r);
	}
	/* /proc is still the caller's, so this is our number there. */
	n = readlink("/proc/self", self, sizeof(self) - 1);
	self[n > 0 ? n : 0] = '\0';
	s->host_pid = (pid_t)atoi(self);
}

/* What stands on disk before the first step. */
static int
run_disk(struct super *s, struct err *e)
{
	const struct super_opts *o = s->opts;
	char *nodes = xasprintf("%s/nodes", s->state_dir);
	char *file = xasprintf("%s/lab.yml", s->state_dir);
	size_t i;
	int rc = super_files_dir(&s->files, nodes, e);

	super_files_sweep(s->state_dir);
	for (i = 0; rc == 0 && i < s->lab->nnodes; i++) {
		rc = super_files_dir(&s->files, s->nodes[i]->home, e);
		super_files_sweep(s->nodes[i]->home);
	}
	if (rc == 0 && o->overlay)
		rc = super_files_overlay(&s->files, o->overlay, nodes, e);
	if (rc == 0 && o->lab_text)
		rc = super_files_write(&s->files, file, o->lab_text,
				       strlen(o->lab_text), true, e);
	if (rc == 0)
		rc = super_own_load(s, e);
	free(nodes);
	free(file);
	return rc;
}

struct super_node *
super_node_new(struct super *s, const struct lab_node *def)
{
	struct super_node *n = xcalloc(1, sizeof(*n));

	n->super = s;
	n->def = def;
	snprintf(n->name, sizeof(n->name), "%s", def->name);
	n->run = xasprintf(SUPER_RUN "/%s", def->name);
	n->home = xasprintf("%s/nodes/%s", s->state_dir, def->name);
	n->watch = -1;
	super_daemon_init(n);
	return n;
}

static void
run_node_closed(uv_handle_t *h)
{
	struct super_node *n = h->data;

	super_binds_free(n);
	free(n->run);
	free(n->home);
	free(n);
}

void
super_node_free(struct super_node *n)
{
	super_events_forget(n);
	super_link_forget(n, NULL);
	super_output_close(n);
	super_watch_forget(n);
	super_network_forget(n);
	net_free(n->net);
	uv_timer_stop(&n->daemon.timer);
	uv_close((uv_handle_t *)&n->daemon.timer, run_node_closed);
}

size_t
super_node_index(const struct super_node *n)
{
	return (size_t)(n->def - n->super->lab->nodes);
}

static void
run_nodes(struct super *s)
{
	size_t i;

	s->nodes = xcalloc(s->lab->nnodes, sizeof(struct super_node *));
	for (i = 0; i < s->lab->nnodes; i++)
		s->nodes[i] = super_node_new(s, &s->lab->nodes[i]);
}

static void
run_trim(uv_timer_t *t)
{
	(void)t;
	(void)malloc_trim(0);
}

void
super_trim(struct super *s)
{
	if (!uv_is_active((uv_handle_t *)&s->trim))
		uv_timer_start(&s->trim, run_trim, RUN_TRIM_MS, 0);
}

static int
run_init(struct super *s)
{
	if (uv_loop_init(&s->loop) < 0)
		return -1;
	uv_idle_init(&s->loop, &s->builder);
	uv_timer_init(&s->loop, &s->ready);
	uv_timer_init(&s->loop, &s->end);
	uv_timer_init(&s->loop, &s->trim);
	uv_unref((uv_handle_t *)&s->trim);
	s->born_ns = uv_hrtime();
	uv_poll_init(&s->loop, &s->caller_poll, s->caller);
	s->builder.data = s->ready.data = s->end.data = s;
	s->caller_poll.data = s;
	s->members = s->opts->members;
	s->text = s->opts->lab_text ? xstrdup(s->opts->lab_text) : NULL;
	run_nodes(s);
	super_fabric_init(s);
	super_crowd_init(s);
	super_lease_init(s);
	return 0;
}

static void
run_client_gone(void *super, struct ctl_client *client)
{
	super_exec_client_gone(super, client);
	super_lease_client_gone(super, client);
}

static void
run_loop(struct super *s)
{
	uv_poll_start(&s->caller_poll, UV_READABLE | UV_DISCONNECT, run_caller);
	s->server =
	    ctl_server_new(&s->loop, s->listen, super_verb, run_client_gone, s);
	super_watch_init(s);
	uv_update_time(&s->loop);
	uv_timer_start(&s->end, run_late, (uint64_t)s->opts->timeout_ms, 0);
	super_build_begin(s);
	uv_run(&s->loop, UV_RUN_DEFAULT);
	uv_run(&s->loop, UV_RUN_NOWAIT); /* the server's last words */
}

int
super_run(void *super)
{
	struct super *s = super;
	struct err e = {0};
	char *log = xasprintf("%s/log", s->state_dir);

	run_detach(s);
	if (run_init(s) < 0)
		return 1;
	if (super_files_dir(&s->files, s->state_dir, &e) < 0) {
		super_fail(s, &e);
		return 1;
	}
	if (!file_exists(log))
		s->log_made = log;
	if (super_log_open(s->state_dir, &e) < 0 ||
	    super_world_enter(s, &e) < 0 || run_disk(s, &e) < 0 ||
	    run_signals(s, &e) < 0) {
		super_fail(s, &e);
		return 1;
	}
	super_set_state(s, SUPER_BUILDING);
	run_loop(s);
	super_limit_end(s);
	return s->exit_status;
}
