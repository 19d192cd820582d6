/*
 * ixpeer_session: what the state machine says is done, what sockets say is told
 * to it.
 *
 * A message that is not whole yet is the only thing received that a session
 * keeps; the buffer into which sockets are read is one for all. UPDATEs of an
 * established session go to ixpeer_hear.c, everything else to the machine.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "cmd/ixpeer/ixpeer_robot.h"

enum {
	ROOM =
	    256 << 10,	/* of the shared buffer; a message is at most 64 KiB */
	SLOW_MS = 1000, /* between two bytes of a slow reader */
};

static uint8_t room[ROOM];

uint64_t
ixpeer_clock(void)
{
	return uv_hrtime() / 1000000 + 1;
}

static uint64_t
next_time(const struct ixpeer_session *s)
{
	uint64_t at = bgp_fsm_next_deadline(&s->fsm), slow;

	if (!s->robot->slow || s->up_at == 0)
		return at;
	slow = ixpeer_clock() + SLOW_MS;
	return slow < at ? slow : at;
}

static void
set_alarm(struct ixpeer_session *s)
{
	ixpeer_alarm_set(&s->robot->all->wheel, &s->alarm, next_time(s));
}

/* ---- wires */

static void
wire_close(struct ixpeer_wire *w, bool abrupt)
{
	if (w->fd < 0)
		return;
	ixpeer_poll_close(&w->poll);
	if (!abrupt && !w->connecting) {
		/* Unread bytes would turn the close into a reset, which may
		 * overtake our last words. */
		if (w->out_len > w->out_at)
			send(w->fd, w->out + w->out_at, w->out_len - w->out_at,
			     MSG_NOSIGNAL);
		shutdown(w->fd, SHUT_WR);
		while (recv(w->fd, room, sizeof room, MSG_DONTWAIT) > 0)
			;
	}
	close(w->fd);
	free(w->in);
	free(w->out);
	*w = (struct ixpeer_wire){.fd = -1,
				  .serial = w->serial + 1,
				  .session = w->session,
				  .side = w->side};
}

/* What the socket takes. -1 with errno: it is gone. */
static int
wire_write(struct ixpeer_wire *w)
{
	ssize_t n;

	if (w->fd < 0 || w->connecting || w->out_len == 0)
		return 0;
	n = send(w->fd, w->out + w->out_at, w->out_len - w->out_at,
		 MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		return -1;
	if (n > 0) {
		w->out_at += (size_t)n;
		bgp_fsm_flowing(&w->session->fsm, w->side);
	}
	if (w->out_at < w->out_len) {
		bgp_fsm_blocked(&w->session->fsm, w->side, ixpeer_clock());
		return 0;
	}
	free(w->out);
	w->out = NULL;
	w->out_len = w->out_at = 0;
	return 0;
}

static void
wire_queue(struct ixpeer_wire *w, const void *data, size_t len)
{
	if (w->fd < 0 || len == 0)
		return;
	w->out = xrealloc(w->out, w->out_len + len);
	memcpy(w->out + w->out_len, data, len);
	w->out_len += len;
	if (w->out_at == 0 && w->out_len == len)
		wire_write(w); /* what is wrong will be read */
}

static void on_event(uv_poll_t *p, int status, int events);

static void
wire_poll(struct ixpeer_wire *w)
{
	struct ixpeer_session *s = w->session;
	bool deaf = s->robot->stalled || s->robot->slow;
	enum bgp_side side;
	int want = UV_DISCONNECT;

	if (w->fd < 0)
		return;
	if (w->connecting || w->out_len > 0 ||
	    (ixpeer_tell_pending(s) && ixpeer_session_up(s, &side) &&
	     side == w->side))
		want |= UV_WRITABLE;
	if (!w->connecting && !(deaf && s->up_at != 0))
		want = (want & ~UV_DISCONNECT) | UV_READABLE;
	if (want != w->events)
		uv_poll_start(w->poll, want, on_event);
	w->events = want;
}

static void
wire_open(struct ixpeer_wire *w, int fd, bool connecting)
{
	w->fd = fd;
	w->connecting = connecting;
	w->events = 0;
	w->poll = xcalloc(1, sizeof *w->poll);
	w->poll->data = w;
	uv_poll_init(&w->session->robot->all->loop, w->poll, fd);
	wire_poll(w);
}

void
ixpeer_session_poll(struct ixpeer_session *s)
{
	wire_poll(&s->wire[BGP_OUT]);
	wire_poll(&s->wire[BGP_IN]);
}

/* ---- the machine */

static void
came_up(struct ixpeer_session *s)
{
	struct ixpeer_robot *r = s->robot;

	s->up_at = ixpeer_clock();
	r->all->up++;
	if (r->first_up == 0)
		r->first_up = s->up_at;
	s->eor = 0;
	ixpeer_players_next(s);
	ixpeer_event(r->all, "up", r, s, NULL);
	ixpeer_tell_again(s);
	/* conduct and script look at it soon */
	ixpeer_alarm_set(&r->all->wheel, &r->alarm, s->up_at);
}

static void
went_down(struct ixpeer_session *s)
{
	struct ixpeer_players *all = s->robot->all;

	s->up_at = 0;
	s->tell.at = IXPEER_TELL_DONE;
	all->up--;
	all->changed = ixpeer_clock();
	ixpeer_hear_forget(s);
	ixpeer_event(all, "down", s->robot, s,
		     json_pack("{ss}", "reason", s->fsm.last_error));
	ixpeer_alarm_set(&all->wheel, &s->robot->alarm, all->changed);
}

static void
carry_out_one(struct ixpeer_session *s, const struct bgp_action *a)
{
	struct ixpeer_wire *w = &s->wire[a->side];

	switch (a->type) {
	case BGP_ACT_SEND_KEEPALIVE:
		if (!s->robot->silent || s->up_at == 0)
			wire_queue(w, a->data, a->len);
		break;
	case BGP_ACT_SEND_NOTIFICATION:
	case BGP_ACT_SEND_OPEN: wire_queue(w, a->data, a->len); break;
	case BGP_ACT_CLOSE:
		wire_close(w, false);
		ixpeer_players_next(s);
		break;
	case BGP_ACT_UP: came_up(s); break;
	case BGP_ACT_DOWN: went_down(s); break;
	case BGP_ACT_REFRESH: ixpeer_tell_refreshed(s, &a->refresh); break;
	case BGP_ACT_CONNECT: /* see carry_out */
	case BGP_ACT_UPDATE:  /* ixpeer_hear.c */
	case BGP_ACT_STALE_LONG_LIVED:
	case BGP_ACT_STALE_OVER: break;
	}
}

static void
carry_out(struct ixpeer_session *s, const struct bgp_actions *out)
{
	bool connect = false;
	int fd;

	for (size_t i = 0; i < out->n; i++) {
		carry_out_one(s, &out->list[i]);
		connect |= out->list[i].type == BGP_ACT_CONNECT;
	}
	if (s->robot->stalled || s->robot->slow)
		/* who does not read does not miss anything either */
		s->fsm.conn[0].hold_at = s->fsm.conn[1].hold_at = 0;
	if (connect) {
		fd = ixpeer_socket_connect(s);
		if (fd < 0) {
			ixpeer_players_next(s);
			ixpeer_session_step(s, BGP_EV_TCP_DOWN, BGP_OUT,
					    strerror(errno));
			return;
		}
		wire_open(&s->wire[BGP_OUT], fd, true);
	}
	ixpeer_session_poll(s);
	set_alarm(s);
}

void
ixpeer_session_step(struct ixpeer_session *s, enum bgp_event_type type,
		    enum bgp_side side, const char *text)
{
	struct bgp_event ev = {.type = type, .side = side, .text = text};
	struct bgp_actions out;

	bgp_fsm_step(&s->fsm, &ev, ixpeer_clock(), &out);
	carry_out(s, &out);
}

void
ixpeer_session_stop(struct ixpeer_session *s, const struct bgp_notify *n)
{
	struct bgp_event ev = {.type = BGP_EV_STOP, .notify = n};
	struct bgp_actions out;

	bgp_fsm_step(&s->fsm, &ev, ixpeer_clock(), &out);
	carry_out(s, &out);
	ixpeer_players_next(s);
}

static void
lost(struct ixpeer_session *s, enum bgp_side side, int error)
{
	wire_close(&s->wire[side], true);
	ixpeer_players_next(s);
	ixpeer_session_step(s, BGP_EV_TCP_DOWN, side,
			    error ? strerror(error) : NULL);
}

void
ixpeer_session_drop(struct ixpeer_session *s)
{
	for (int side = BGP_OUT; side <= BGP_IN; side++)
		if (s->wire[side].fd >= 0)
			lost(s, (enum bgp_side)side, ECONNABORTED);
}

bool
ixpeer_session_up(const struct ixpeer_session *s, enum bgp_side *side)
{
	return bgp_fsm_side(&s->fsm, side);
}

bool
ixpeer_session_send(struct ixpeer_session *s, const void *data, size_t len)
{
	enum bgp_side side = BGP_OUT;
	struct ixpeer_wire *w;

	if (s->fsm.conn[BGP_IN].state > s->fsm.conn[BGP_OUT].state)
		side = BGP_IN;
	w = &s->wire[side];
	if (s->fsm.conn[side].state < BGP_OPENSENT || w->fd < 0)
		return false;
	wire_queue(w, data, len);
	bgp_fsm_sent(&s->fsm, ixpeer_clock());
	wire_poll(w);
	return true;
}

/* ---- what comes */

static void
bad_header(struct ixpeer_session *s, enum bgp_side side,
	   const struct bgp_problem *problem)
{
	struct bgp_event ev = {.type = BGP_EV_MSG_ERROR,
			       .side = side,
			       .notify = &problem->notify,
			       .text = problem->text};
	struct bgp_actions out;

	bgp_fsm_step(&s->fsm, &ev, ixpeer_clock(), &out);
	carry_out(s, &out);
}

static void
note(struct ixpeer_session *s, const struct bgp_problem *problem)
{
	s->problems++;
	snprintf(s->problem, sizeof s->problem, "%.119s", problem->text);
}

/* To the machine: all but the UPDATEs of ixpeer_hear. */
static void
machine(struct ixpeer_session *s, enum bgp_side side, const uint8_t *data,
	size_t len)
{
	struct bgp_actions out;
	struct bgp_msg m;

	bgp_fsm_receive(&s->fsm, side, data, len, ixpeer_clock(), &m, &out);
	if (m.problem.text[0] != '\0')
		note(s, &m.problem);
	carry_out(s, &out);
	bgp_msg_clear(&m);
}

/* The peer is alive: once for all UPDATEs that came together. */
static void
alive(struct ixpeer_session *s, enum bgp_side side)
{
	static struct bgp_msg update = {.type = BGP_UPDATE};
	struct bgp_event ev = {
	    .type = BGP_EV_MSG, .side = side, .msg = &update};
	struct bgp_actions out;

	if (s->refreshed)
		return;
	s->refreshed = true;
	bgp_fsm_step(&s->fsm, &ev, ixpeer_clock(), &out);
}

static void
message(struct ixpeer_session *s, enum bgp_side side, const uint8_t *data,
	size_t len)
{
	if (data[BGP_HEADER - 1] == BGP_UPDATE &&
	    s->fsm.conn[side].state == BGP_ESTABLISHED &&
	    ixpeer_hear(s, side, data, len) != BGP_SESSION_RESET)
		alive(s, side);
	else
		machine(s, side, data, len);
}

/* The messages among n bytes; how many bytes they took. The connection may be
 * another one afterwards. */
static size_t
messages(struct ixpeer_session *s, struct ixpeer_wire *w, const uint8_t *data,
	 size_t n)
{
	uint32_t serial = w->serial;
	size_t at = 0, len;

	while (w->serial == serial) {
		struct bgp_problem problem = {0};

		if (n - at < BGP_HEADER)
			break;
		if (bgp_frame(bgp_fsm_terms(&s->fsm, w->side), data + at,
			      n - at, &len, &problem) != BGP_OK) {
			bad_header(s, w->side, &problem);
			break;
		}
		if (len == 0)
			break;
		message(s, w->side, data + at, len);
		at += len;
	}
	return at;
}

static void
keep_rest(struct ixpeer_wire *w, const uint8_t *data, size_t n)
{
	free(w->in);
	w->in = NULL;
	w->in_len = n;
	if (n > 0) {
		w->in = xmalloc(n);
		memcpy(w->in, data, n);
	}
}

/* At most that many bytes. */
static void
receive(struct ixpeer_session *s, struct ixpeer_wire *w, size_t most)
{
	size_t have = w->in_len, used;
	uint32_t serial = w->serial;
	ssize_t n;

	if (have > 0)
		memcpy(room, w->in, have);
	if (most > sizeof room - have)
		most = sizeof room - have;
	n = recv(w->fd, room + have, most, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		lost(s, w->side, n < 0 ? errno : 0);
		return;
	}
	s->refreshed = false;
	used = messages(s, w, room, have + (size_t)n);
	if (w->serial == serial && w->fd >= 0)
		keep_rest(w, room + used, have + (size_t)n - used);
	if (s->robot->puppet)
		ixpeer_puppet_go_on(s->robot);
}

/* ---- events */

static void
connected(struct ixpeer_session *s, struct ixpeer_wire *w)
{
	socklen_t len = sizeof(int);
	int error = 0;

	getsockopt(w->fd, SOL_SOCKET, SO_ERROR, &error, &len);
	if (error != 0) {
		lost(s, w->side, error);
		return;
	}
	w->connecting = false;
	ixpeer_session_step(s, BGP_EV_TCP_UP, w->side, NULL);
}

static void
writable(struct ixpeer_session *s, struct ixpeer_wire *w)
{
	enum bgp_side side;

	if (wire_write(w) < 0) {
		lost(s, w->side, errno);
		return;
	}
	if (w->out_len == 0 && ixpeer_tell_pending(s) &&
	    ixpeer_session_up(s, &side) && side == w->side &&
	    !ixpeer_tell(s, side))
		lost(s, w->side, errno);
}

static void
on_event(uv_poll_t *p, int status, int events)
{
	struct ixpeer_wire *w = p->data;
	struct ixpeer_session *s = w->session;
	uint32_t serial = w->serial;

	if (w->connecting) {
		connected(s, w);
		return;
	}
	if (status < 0 || events & UV_DISCONNECT) {
		lost(s, w->side, status < 0 ? -status : 0);
		return;
	}
	if (events & UV_READABLE)
		receive(s, w, sizeof room);
	if (events & UV_WRITABLE && w->serial == serial && w->fd >= 0)
		writable(s, w);
	ixpeer_session_poll(s);
	set_alarm(s);
}

static void
ring(struct ixpeer_alarm *a, uint64_t now)
{
	struct ixpeer_session *s =
	    (void *)((char *)a - offsetof(struct ixpeer_session, alarm));
	enum bgp_side side;

	if (bgp_fsm_next_deadline(&s->fsm) <= now)
		ixpeer_session_step(s, BGP_EV_TIMER, BGP_OUT, NULL);
	if (s->robot->slow && ixpeer_session_up(s, &side))
		receive(s, &s->wire[side], 1);
	set_alarm(s);
}

/* ---- sessions */

void
ixpeer_session_init(struct ixpeer_session *s, struct ixpeer_robot *r,
		    const struct ixpeer_to *to)
{
	struct bgp_fsm_conf conf = r->conf->bgp;

	*s = (struct ixpeer_session){.robot = r, .to = to};
	ixpeer_robot_from(r->conf, to, &s->local);
	conf.peer_as = to->asn;
	conf.families = to->families;
	conf.ext_nexthop &= to->families;
	conf.add_path_tx &= to->families;
	conf.add_path_rx &= to->families;
	conf.seed += (uint32_t)(to - r->conf->to) * 40503u;
	conf.seed |= 1;
	s->tell.at = IXPEER_TELL_DONE;
	s->alarm.ring = ring;
	for (int side = BGP_OUT; side <= BGP_IN; side++)
		s->wire[side] = (struct ixpeer_wire){
		    .fd = -1, .session = s, .side = (enum bgp_side)side};
	bgp_fsm_init(&s->fsm, &conf, ixpeer_clock());
}

void
ixpeer_session_clear(struct ixpeer_session *s)
{
	ixpeer_alarm_stop(&s->robot->all->wheel, &s->alarm);
	wire_close(&s->wire[BGP_OUT], true);
	wire_close(&s->wire[BGP_IN], true);
	ixpeer_hear_forget(s);
}

void
ixpeer_session_accept(struct ixpeer_session *s, int fd)
{
	if (!bgp_fsm_may_accept(&s->fsm)) {
		close(fd);
		return;
	}
	wire_open(&s->wire[BGP_IN], fd, false);
	ixpeer_session_step(s, BGP_EV_TCP_UP, BGP_IN, NULL);
}
