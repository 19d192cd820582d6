/*
 * ixpeer_run: the loop between two sockets, the session machine, the script.
 *
 * Once round: let the script go on as far as it can, write what is queued, sleep
 * until a socket, a deadline or a signal, and turn what happened into events of
 * the machine (rs/bgp). The machine's actions come back through carry_out(). A
 * route that was announced stays in "own" and is sent again in every new
 * session, followed by End-of-RIB, as a real speaker would.
 */
#include "cmd/ixpeer/ixpeer_peer.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"

static volatile sig_atomic_t signalled;

static void
on_signal(int sig)
{
	signalled = sig;
}

uint64_t
ixpeer_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* ---- the machine ---- */

static bool
connect_out(struct ixpeer *p)
{
	const struct ixpeer_options *o = p->o;

	return ixpeer_link_connect(&p->link[BGP_OUT], &o->local, &o->remote,
				   o->port) == 0;
}

static void
carry_out_one(struct ixpeer *p, const struct bgp_action *a)
{
	struct ixpeer_link *l = &p->link[a->side];

	switch (a->type) {
	case BGP_ACT_CONNECT: break; /* see carry_out */
	case BGP_ACT_SEND_NOTIFICATION:
		if (!p->o->mute)
			ixpeer_say_sent_notification(a->data, a->len);
		/* fall through */
	case BGP_ACT_SEND_OPEN:
	case BGP_ACT_SEND_KEEPALIVE:
		if (!p->o->mute)
			ixpeer_link_queue(l, a->data, a->len);
		break;
	case BGP_ACT_CLOSE: ixpeer_link_close(l, false); break;
	case BGP_ACT_UP:
		ixpeer_say_up(bgp_fsm_session(&p->fsm));
		p->fsm.conf.restart.restarting = false;
		if (!p->o->mute)
			ixpeer_send_tables(p);
		break;
	case BGP_ACT_DOWN:
		ixpeer_say_down(p->fsm.last_error);
		ixpeer_forget(p);
		break;
	case BGP_ACT_UPDATE: ixpeer_learn(p, a->update); break;
	case BGP_ACT_STALE_LONG_LIVED:
	case BGP_ACT_STALE_OVER: break; /* we keep nothing */
	case BGP_ACT_REFRESH:
		if (!p->o->mute)
			ixpeer_answer_refresh(p, &a->refresh);
		break;
	}
}

static void
carry_out(struct ixpeer *p, const struct bgp_actions *out)
{
	bool connect = false;

	for (size_t i = 0; i < out->n; i++) {
		carry_out_one(p, &out->list[i]);
		connect |= out->list[i].type == BGP_ACT_CONNECT;
	}
	if (bgp_fsm_state(&p->fsm) != p->said) {
		p->said = bgp_fsm_state(&p->fsm);
		ixpeer_say_state(p->said, p->fsm.last_error);
	}
	if (connect && !connect_out(p))
		ixpeer_step_fsm(p, BGP_EV_TCP_DOWN, BGP_OUT, strerror(errno));
}

void
ixpeer_step_fsm(struct ixpeer *p, enum bgp_event_type type, enum bgp_side side,
		const char *text)
{
	struct bgp_event ev = {.type = type, .side = side, .text = text};
	struct bgp_actions out;

	bgp_fsm_step(&p->fsm, &ev, ixpeer_now(), &out);
	carry_out(p, &out);
}

void
ixpeer_stop(struct ixpeer *p, const struct bgp_notify *n)
{
	struct bgp_event ev = {.type = BGP_EV_STOP, .notify = n};
	struct bgp_actions out;

	bgp_fsm_step(&p->fsm, &ev, ixpeer_now(), &out);
	carry_out(p, &out);
}

void
ixpeer_lost(struct ixpeer *p, enum bgp_side side, int error)
{
	ixpeer_link_close(&p->link[side], true);
	ixpeer_step_fsm(p, BGP_EV_TCP_DOWN, side,
			error ? strerror(error) : NULL);
}

static void
bad_header(struct ixpeer *p, enum bgp_side side,
	   const struct bgp_problem *problem)
{
	struct bgp_event ev = {.type = BGP_EV_MSG_ERROR,
			       .side = side,
			       .notify = &problem->notify,
			       .text = problem->text};
	struct bgp_actions out;

	ixpeer_say_problem(BGP_SESSION_RESET, problem);
	bgp_fsm_step(&p->fsm, &ev, ixpeer_now(), &out);
	carry_out(p, &out);
}

/* A whole message as it came, to a file of its own: DIR/NUMBER-TYPE. */
static void
record(struct ixpeer *p, const uint8_t *data, size_t len)
{
	static const char *const types[] = {
	    "none", "open", "update", "notification", "keepalive", "refresh"};
	struct err e = {0};
	char *path;

	if (p->o->record == NULL)
		return;
	path = xasprintf("%s/%04u-%s", p->o->record, ++p->n_recorded,
			 types[data[BGP_HEADER - 1]]);
	if (file_write(path, data, len, &e) < 0)
		fprintf(stderr, "ixpeer: %s\n", e.msg);
	free(path);
}

static void
receive(struct ixpeer *p, enum bgp_side side, size_t len)
{
	struct ixpeer_link *l = &p->link[side];
	struct bgp_actions out;
	enum bgp_treat treat;
	struct bgp_msg m;

	record(p, l->in, len);
	bgp_fsm_receive(&p->fsm, side, l->in, len, ixpeer_now(), &m, &out);
	treat = m.problem.notify.code == 0 ? BGP_OK : BGP_SESSION_RESET;
	if (m.type == BGP_UPDATE)
		treat = m.update.treat;
	ixpeer_say_message(treat, &m);
	ixpeer_link_eat(l, len);
	carry_out(p, &out);
	bgp_msg_clear(&m);
}

/* ---- the loop ---- */

/* All whole messages that are there; the script goes on after each, so that it
 * sees what the next one undoes. */
static void
receive_all(struct ixpeer *p, enum bgp_side side)
{
	struct ixpeer_link *l = &p->link[side];

	while (l->fd >= 0 && !p->quit) {
		struct bgp_problem problem = {0};
		size_t len;

		if (bgp_frame(bgp_fsm_terms(&p->fsm, side), l->in, l->in_len,
			      &len, &problem) != BGP_OK) {
			bad_header(p, side, &problem);
			return;
		}
		if (len == 0)
			return;
		receive(p, side, len);
		if (ixpeer_go_on(p) < 0)
			return; /* once() says so again */
	}
}

static void
accept_one(struct ixpeer *p)
{
	struct ip_addr from = {0};
	int fd = ixpeer_link_accept(p->listener, &from);

	if (fd < 0)
		return;
	if ((p->o->remote.family != IP_NONE &&
	     !ip_addr_eq(&from, &p->o->remote)) ||
	    !bgp_fsm_may_accept(&p->fsm)) {
		close(fd);
		return;
	}
	p->link[BGP_IN].fd = fd;
	ixpeer_step_fsm(p, BGP_EV_TCP_UP, BGP_IN, NULL);
}

static void
connected(struct ixpeer *p)
{
	struct ixpeer_link *l = &p->link[BGP_OUT];
	socklen_t len = sizeof(int);
	int error = 0;

	getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &error, &len);
	if (error != 0) {
		ixpeer_lost(p, BGP_OUT, error);
		return;
	}
	l->connecting = false;
	ixpeer_step_fsm(p, BGP_EV_TCP_UP, BGP_OUT, NULL);
}

static void
serve(struct ixpeer *p, enum bgp_side side, short events)
{
	struct ixpeer_link *l = &p->link[side];

	if (l->fd < 0 || events == 0)
		return;
	if (l->connecting) {
		connected(p);
		return;
	}
	if (events & (POLLIN | POLLHUP | POLLERR)) {
		int got = ixpeer_link_read(l);

		if (got < 0)
			ixpeer_lost(p, side, errno);
		else if (got > 0)
			receive_all(p, side);
	}
}

static void
flush(struct ixpeer *p)
{
	for (int i = BGP_OUT; i <= BGP_IN; i++) {
		enum bgp_side side = (enum bgp_side)i;
		struct ixpeer_link *l = &p->link[side];
		size_t before = l->out_len;

		if (ixpeer_link_write(l) < 0) {
			ixpeer_lost(p, side, errno);
			continue;
		}
		if (l->out_len < before)
			bgp_fsm_flowing(&p->fsm, side);
		if (l->out_len > 0)
			bgp_fsm_blocked(&p->fsm, side, ixpeer_now());
	}
}

static short
interest(const struct ixpeer *p, const struct ixpeer_link *l)
{
	if (l->connecting)
		return POLLOUT;
	return (short)((p->stalled ? 0 : POLLIN) |
		       (l->out_len > 0 ? POLLOUT : 0));
}

/* Until when to sleep. */
static uint64_t
deadline(const struct ixpeer *p, uint64_t end)
{
	uint64_t at = bgp_fsm_next_deadline(&p->fsm);

	if (p->waits_since != 0 && at > p->waits_since + p->o->timeout * 1000u)
		at = p->waits_since + p->o->timeout * 1000u;
	return end < at ? end : at;
}

static void
sleep_and_serve(struct ixpeer *p, uint64_t end, const sigset_t *unblocked)
{
	struct pollfd fds[3] = {
	    {.fd = p->listener, .events = POLLIN},
	    {.fd = p->link[0].fd, .events = interest(p, &p->link[0])},
	    {.fd = p->link[1].fd, .events = interest(p, &p->link[1])},
	};
	uint64_t now = ixpeer_now(), at = deadline(p, end);
	uint64_t ms = at > now ? at - now : 0;
	struct timespec ts = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};

	if (ppoll(fds, 3, at == UINT64_MAX ? NULL : &ts, unblocked) <= 0)
		fds[0].revents = fds[1].revents = fds[2].revents = 0;
	serve(p, BGP_OUT, fds[1].revents);
	serve(p, BGP_IN, fds[2].revents);
	if (fds[0].revents)
		accept_one(p);
	if (bgp_fsm_next_deadline(&p->fsm) <= ixpeer_now())
		ixpeer_step_fsm(p, BGP_EV_TIMER, BGP_OUT, NULL);
}

/* 1: go on, 0: done, -1: failed. */
static int
once(struct ixpeer *p, uint64_t end, const sigset_t *unblocked)
{
	if (ixpeer_go_on(p) < 0)
		return -1;
	flush(p);
	if (p->quit || signalled || (p->o->until_eor && ixpeer_got_eor(p)))
		return 0;
	if (ixpeer_now() >= end) {
		if (p->o->until_eor)
			return err_set(p->e, ERR_FAILED,
				       "no End-of-RIB within %u s (state %s)",
				       p->o->seconds,
				       bgp_state_name(bgp_fsm_state(&p->fsm)));
		if (p->at < p->script->n)
			return err_set(
			    p->e, ERR_FAILED, "%s:%d: not reached within %u s",
			    p->o->script_name, p->script->steps[p->at].line,
			    p->o->seconds);
		return 0;
	}
	sleep_and_serve(p, end, unblocked);
	return 1;
}

static void
catch_signals(sigset_t *unblocked)
{
	struct sigaction sa = {.sa_handler = on_signal};
	sigset_t mine;

	sigemptyset(&mine);
	sigaddset(&mine, SIGINT);
	sigaddset(&mine, SIGTERM);
	sigprocmask(SIG_BLOCK, &mine, unblocked);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
}

static void
clear(struct ixpeer *p)
{
	ixpeer_stop(p, NULL);
	for (int side = BGP_OUT; side <= BGP_IN; side++)
		ixpeer_link_close(&p->link[side], false);
	if (p->listener >= 0)
		close(p->listener);
	for (size_t i = 0; i < p->n_own; i++)
		bgp_attrs_unref(p->own[i].attrs);
	free(p->own);
	ixpeer_forget(p);
}

int
ixpeer_run(const struct ixpeer_options *o, const struct ixpeer_script *script,
	   struct err *e)
{
	struct ixpeer p = {.o = o, .script = script, .e = e, .listener = -1};
	uint64_t end = UINT64_MAX;
	sigset_t unblocked;
	int rc;

	p.link[0].fd = p.link[1].fd = -1;
	if (o->listen_port != 0) {
		p.listener = ixpeer_link_listen(&o->local, o->listen_port, e);
		if (p.listener < 0)
			return -1;
	}
	if (o->seconds != 0)
		end = ixpeer_now() + o->seconds * 1000u;
	catch_signals(&unblocked);
	bgp_fsm_init(&p.fsm, &o->bgp, ixpeer_now());
	ixpeer_step_fsm(&p, BGP_EV_START, BGP_OUT, NULL);
	do
		rc = once(&p, end, &unblocked);
	while (rc > 0);
	clear(&p);
	return rc;
}
