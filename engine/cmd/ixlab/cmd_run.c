/*
 * A command in a node, as if it ran here.
 *
 *	ixlab ── exec, descriptors ──> supervisor ──> the command in its node
 *	ixlab <── event "exit" ─────── supervisor
 *
 * On a terminal the command gets a pty of its own and this program carries
 * bytes between the two; elsewhere it gets our descriptors, but for those of
 * ours that are a terminal: what it prints there comes through a pipe and is
 * cleaned.
 * Signals that reach us are passed on to the command's process group. When we
 * die the supervisor sees the connection close and ends the group.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd.h"
#include "cmd_relay.h"
#include "cmd_tty.h"

#define RUN_WRITE_MS 10000 /* the same, to a disk */
#define RUN_DRAIN_MS 500   /* for the last words, after the command's end */

enum { RUN_IN, RUN_OUT, RUN_ERR, RUN_RELAYS };

struct run {
	struct ctl *ctl;
	int signals;
	bool pty;
	int master;
	struct cmd_relay relays[RUN_RELAYS]; /* those in use have from >= 0 */
	int theirs[3];			     /* what is handed over */
	bool ours[3];			     /* and then closed */
	int error;  /* errno of what could not be written */
	int reader; /* whose other end is watched; -1: none */
	bool given; /* the descriptors are the caller's */
	json_int_t pid;
	bool over;
	int status;
};

/* ---- descriptors */

static int
run_pipe(struct run *r, int which, struct err *e)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_sys(e, "cannot make a pipe");
	r->relays[which] =
	    (struct cmd_relay){.from = ends[0], .to = which, .clean = true};
	r->theirs[which] = ends[1];
	r->ours[which] = true;
	return 0;
}

/* A file that can be full is written by us, because not every program looks
 * whether it could. */
static int
run_given(struct run *r, struct err *e)
{
	struct stat st;
	int i, out;

	for (i = 0; i < 3; i++) {
		if (r->theirs[i] >= 0)
			continue;
		r->theirs[i] = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (r->theirs[i] < 0)
			return err_sys(e, "cannot open /dev/null");
		r->ours[i] = true;
	}
	if (isatty(r->theirs[RUN_ERR]) && run_pipe(r, RUN_ERR, e) < 0)
		return -1;
	if (fstat(r->theirs[RUN_OUT], &st) == 0 &&
	    (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode))) {
		r->reader = r->theirs[RUN_OUT];
		return 0;
	}
	out = r->theirs[RUN_OUT];
	if (r->ours[RUN_OUT]) /* nothing */
		return 0;
	if (run_pipe(r, RUN_OUT, e) < 0)
		return -1;
	r->relays[RUN_OUT].to = out;
	r->relays[RUN_OUT].clean = false;
	return 0;
}

static int
run_descriptors(struct run *r, struct err *e)
{
	int slave, i;

	if (r->given)
		return run_given(r, e);
	r->pty = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	if (!r->pty) {
		for (i = RUN_OUT; i <= RUN_ERR; i++)
			if (isatty(i) && run_pipe(r, i, e) < 0)
				return -1;
		return 0;
	}
	if (cmd_tty_open(&r->master, &slave, e) < 0)
		return -1;
	r->theirs[0] = slave;
	r->ours[0] = true;
	r->relays[RUN_IN] =
	    (struct cmd_relay){.from = STDIN_FILENO, .to = r->master};
	r->relays[RUN_OUT] =
	    (struct cmd_relay){.from = r->master, .to = STDOUT_FILENO};
	return 0;
}

static void
run_hand_over(struct run *r)
{
	size_t i;

	for (i = 0; i < 3; i++) {
		if (r->ours[i])
			close(r->theirs[i]);
		r->ours[i] = false;
		r->theirs[i] = -1;
	}
}

static void
run_clear(struct run *r)
{
	size_t i;

	cmd_tty_restore();
	run_hand_over(r);
	for (i = 0; i < RUN_RELAYS; i++)
		if (r->relays[i].from > STDERR_FILENO &&
		    r->relays[i].from != r->master)
			close(r->relays[i].from);
	if (r->master >= 0)
		close(r->master);
	if (r->signals >= 0)
		close(r->signals);
	if (r->ctl)
		ctl_close(r->ctl);
}

/* ---- start */

static int
run_signals(struct run *r, struct err *e)
{
	static const int list[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT,
				   SIGUSR1, SIGUSR2, SIGTSTP, SIGWINCH};
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < sizeof(list) / sizeof(*list); i++)
		sigaddset(&set, list[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	r->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return r->signals < 0 ? err_sys(e, "cannot watch signals") : 0;
}

static int
run_start(struct run *r, const char *node, json_t *argv, json_t *env,
	  struct err *e)
{
	json_t *reply = NULL,
	       *args = json_pack("{s:o, s:O, s:o, s:b}", "node", out_str(node),
				 "argv", argv, "env", env, "pty", r->pty);

	if (ctl_call(r->ctl, "exec", args, r->theirs, r->pty ? 1 : 3,
		     CMD_TIMEOUT_MS, &reply, e) < 0)
		return -1;
	r->pid = json_integer_value(json_object_get(reply, "pid"));
	json_decref(reply);
	run_hand_over(r);
	return r->pty ? cmd_tty_raw(e) : 0;
}

/* ---- while it runs */

static void
run_forward(struct run *r, int sig, struct err *e)
{
	ctl_call(r->ctl, "signal",
		 json_pack("{s:I, s:i}", "pid", r->pid, "signal", sig), NULL, 0,
		 CMD_TIMEOUT_MS, NULL, e);
}

static void
run_stop(struct run *r, struct err *e)
{
	cmd_tty_restore();
	raise(SIGSTOP);
	if (r->pty) {
		(void)cmd_tty_raw(e);
		cmd_tty_resize(r->master);
	}
}

/* An interactive shell ignores what would end it: on a pty we leave, and the
 * supervisor ends the group with the connection. */
static void
run_signal(struct run *r, struct err *e)
{
	struct signalfd_siginfo info;
	int sig;

	if (read(r->signals, &info, sizeof(info)) != sizeof(info))
		return;
	sig = (int)info.ssi_signo;
	if (sig == SIGWINCH) {
		if (r->pty)
			cmd_tty_resize(r->master);
		return;
	}
	if (sig == SIGTSTP) {
		run_stop(r, e);
		return;
	}
	run_forward(r, sig, e);
	if (r->pty && (sig == SIGTERM || sig == SIGHUP)) {
		r->over = true;
		r->status = 128 + sig;
	}
}

static void
run_exit_event(struct run *r, const json_t *event)
{
	const json_t *data = json_object_get(event, "data"), *sig;
	const char *name = json_string_value(json_object_get(event, "event"));

	if (name == NULL || strcmp(name, "exit") != 0 ||
	    json_integer_value(json_object_get(data, "pid")) != r->pid)
		return;
	r->over = true;
	if (json_is_integer(sig = json_object_get(data, "signal")))
		r->status = 128 + (int)json_integer_value(sig);
	else
		r->status =
		    (int)json_integer_value(json_object_get(data, "status"));
}

static int
run_events(struct run *r, struct err *e)
{
	json_t *event;
	int rc;

	while (!r->over && (rc = ctl_event(r->ctl, 0, &event, e)) != 0) {
		if (rc < 0)
			return err_in(e, "the lab is gone");
		run_exit_event(r, event);
		json_decref(event);
	}
	return 0;
}

static bool
run_relay(struct run *r, const struct pollfd *fds)
{
	bool any = false;
	size_t i;

	for (i = 0; i < RUN_RELAYS; i++) {
		if (r->relays[i].from < 0 || fds[i].revents == 0)
			continue;
		any = true;
		errno = 0;
		if (cmd_relay_step(&r->relays[i]))
			continue;
		if (i == RUN_OUT && r->given)
			r->error = errno;
		if (r->relays[i].from > STDERR_FILENO && i != RUN_IN &&
		    r->relays[i].from != r->master)
			close(r->relays[i].from);
		r->relays[i].from = -1;
	}
	return any;
}

static void
run_poll_list(const struct run *r, struct pollfd *fds)
{
	size_t i;

	for (i = 0; i < RUN_RELAYS; i++)
		fds[i] = cmd_relay_poll(&r->relays[i]);
	fds[RUN_RELAYS] = (struct pollfd){r->signals, POLLIN, 0};
	fds[RUN_RELAYS + 1] = (struct pollfd){ctl_fd(r->ctl), POLLIN, 0};
	fds[RUN_RELAYS + 2] = (struct pollfd){r->reader, 0, 0};
}

static int
run_loop(struct run *r, struct err *e)
{
	struct pollfd fds[RUN_RELAYS + 3];

	while (run_events(r, e) == 0) {
		if (r->over)
			return 0;
		run_poll_list(r, fds);
		if (poll(fds, RUN_RELAYS + 3, -1) < 0 && errno != EINTR)
			return err_sys(e, "cannot wait");
		run_relay(r, fds);
		if (r->error)
			return 0;
		if (fds[RUN_RELAYS + 2].revents) {
			r->reader = -1;
			run_forward(r, SIGTERM, e);
		}
		if (fds[RUN_RELAYS].revents)
			run_signal(r, e);
	}
	return -1;
}

static bool
run_relays(const struct run *r)
{
	size_t i = 0;

	while (i < RUN_RELAYS && r->relays[i].from < 0)
		i++;
	return i < RUN_RELAYS;
}

/* What it printed just before its end; what has our own descriptors needs no
 * relay, and no time. */
static void
run_drain(struct run *r)
{
	int64_t end = cmd_now_ms() + (r->given ? RUN_WRITE_MS : RUN_DRAIN_MS);
	struct pollfd fds[RUN_RELAYS + 3];

	r->relays[RUN_IN].from = -1;
	while (run_relays(r) && cmd_now_ms() < end) {
		run_poll_list(r, fds);
		if (poll(fds, RUN_RELAYS, r->pty ? 20 : 100) <= 0)
			return;
		if (!run_relay(r, fds))
			return;
	}
}

int
cmd_run(struct cmd *c, const char *lab, const char *node, json_t *argv,
	json_t *env, struct err *e)
{
	return cmd_run_on(c, lab, node, argv, env, NULL, e);
}

int
cmd_run_on(struct cmd *c, const char *lab, const char *node, json_t *argv,
	   json_t *env, const int fds[3], struct err *e)
{
	_free_ char *socket = ctl_lab_name(lab);
	struct run r = {.signals = -1,
			.master = -1,
			.theirs = {0, 1, 2},
			.reader = -1,
			.given = fds != NULL};
	int rc = -1;
	size_t i;

	for (i = 0; i < RUN_RELAYS; i++)
		r.relays[i].from = -1;
	for (i = 0; fds && i < 3; i++)
		r.theirs[i] = fds[i];
	if ((r.ctl = ctl_open(socket, e)) != NULL && run_signals(&r, e) == 0 &&
	    run_descriptors(&r, e) == 0 &&
	    run_start(&r, node, argv, json_incref(env), e) == 0)
		rc = run_loop(&r, e);
	if (rc == 0 && r.error == 0)
		run_drain(&r);
	if (rc == 0 && r.error) {
		errno = r.error;
		rc = err_sys(e, "cannot write");
	}
	c->status = r.status;
	run_clear(&r);
	json_decref(argv);
	json_decref(env);
	return rc;
}
