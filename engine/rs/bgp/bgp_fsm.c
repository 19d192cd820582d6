/*
 * bgp_fsm: the session state machine of RFC 4271 section 8, as pure steps.
 *
 *            start         TCP up         OPEN          KEEPALIVE
 *   Idle ----------> Connect --------> OpenSent ----> OpenConfirm ----> Established
 *    ^                |   ^               |                |                 |
 *    |        refused |   | retry         | TCP lost       | anything bad    |
 *    |                v   |               v                v                 v
 *    |               Active <-------------+         notification, Idle <-----+
 *    +---- idle hold, then start again by itself
 *
 * bgp_fsm_step() takes an event and the time and fills a list of actions. It
 * opens no socket, reads no clock and keeps no pointer, so a test can drive it
 * through every row of the RFC's table (t/bgp_fsm_rfc.c) and a fuzzer through
 * every order of events. Timers are deadlines in the struct: the caller sleeps
 * until bgp_fsm_next_deadline() and then says BGP_EV_TIMER.
 *
 * One peer, two connections. Both ends may open TCP at once, so there can be a
 * connection we opened (BGP_OUT) and one we accepted (BGP_IN). The RFC thinks of
 * a machine for each; here both live in one struct, conn[side], and each goes
 * through the states for itself:
 *
 *   conn[BGP_OUT]  Idle, Connect, Active, OpenSent, OpenConfirm, Established
 *   conn[BGP_IN]   Idle,                  OpenSent, OpenConfirm, Established
 *
 * The peer's state is that of the further one. What happens when both come as far
 * as an OPEN is told in bgp_fsm_collide.c.
 *
 * What the timers are is told in bgp_fsm_timer.c.
 *
 * Where this differs from the letter of RFC 4271 8.2.2, the table in
 * t/bgp_fsm_rfc.c says so, event by event, with the reason. The main points:
 *   - Connect and TCP refused leads to Active rather than Idle, as everywhere:
 *     meanwhile the peer may connect to us.
 *   - A NOTIFICATION is never answered, not even in OpenSent (6.4).
 *   - Idle after a first failure keeps us from connecting, not the peer: one that
 *     was started anew is back before our pause is over.
 *   - The attempt to connect goes on while an accepted connection has not yet
 *     shown an OPEN; else anyone on the LAN could block it by being silent.
 *   - An FSM error says in its subcode in which state (RFC 6608).
 *   - DelayOpen (8.1.1, an option) is left out: an exchange's route server wants
 *     its members up at once, and collisions are resolved.
 * The OPENs are judged in bgp_fsm_open.c. How a session ends is in
 * bgp_fsm_down.c, and what becomes of the routes then, graceful restart, in
 * bgp_fsm_stale.c.
 * A peer without a capability is not refused: what both can is used, even if
 * that is no address family at all; the operator can see it.
 */
#include "rs/bgp/bgp_fsm_priv.h"

/* ---- going up ---- */

static void
connect_out(struct bgp_step *s)
{
	struct bgp_conn *c = &s->f->conn[BGP_OUT];

	c->state = BGP_CONNECT;
	c->connect_retry_at = bgp_timer_pause(s, s->f->conf.connect_retry_ms);
	bgp_act(s, BGP_ACT_CONNECT, BGP_OUT);
}

/* Out of Idle. */
static void
begin(struct bgp_step *s)
{
	s->f->idle_hold_at = 0;
	if (s->f->conf.passive)
		s->f->conn[BGP_OUT].state = BGP_ACTIVE;
	else
		connect_out(s);
}

static void
open_sent(struct bgp_step *s, enum bgp_side side)
{
	struct bgp_conn *c = &s->f->conn[side];

	*c = (struct bgp_conn){.state = BGP_OPENSENT};
	c->hold_at = s->now + s->f->conf.open_hold_ms;
	bgp_act_open(s, side);
}

/* ---- OPEN ---- */

static void
open_received(struct bgp_step *s, enum bgp_side side, const struct bgp_open *o)
{
	struct bgp_conn *c = &s->f->conn[side];
	struct bgp_notify n;
	char text[128];

	if (!bgp_fsm_judge(&s->f->conf, o, &n, text)) {
		bgp_down_fail(s, side, &n, text);
		return;
	}
	if (!bgp_collide_survives(s, side, o))
		return;
	c->peer = *o;
	c->session = bgp_fsm_negotiate(&s->f->conf, o);
	c->state = BGP_OPENCONFIRM;
	c->confirm_since = s->now;
	bgp_collide_confirm(s, side);
	bgp_timer_hold(s, c);
}

/* ---- messages ---- */

static void
refresh_received(struct bgp_step *s, enum bgp_side side,
		 const struct bgp_refresh *r)
{
	const struct bgp_session *with = &s->f->conn[side].session;

	if (!(bgp_family_bit(r->family) & with->families))
		return;
	if (r->subtype != BGP_REFRESH_REQUEST &&
	    (!with->enhanced_refresh || r->subtype > BGP_REFRESH_END))
		return;
	bgp_act(s, BGP_ACT_REFRESH, side)->refresh = *r;
}

static void
established(struct bgp_step *s, enum bgp_side side, const struct bgp_msg *m)
{
	switch (m->type) {
	case BGP_UPDATE:
		bgp_act(s, BGP_ACT_UPDATE, side)->update = &m->update;
		if (m->update.end_of_rib != IP_NONE)
			bgp_stale_end_of_rib(s, side, m->update.end_of_rib);
		break;
	case BGP_REFRESH: refresh_received(s, side, &m->refresh); break;
	case BGP_KEEPALIVE: break;
	default: bgp_down_fsm_error(s, side, (uint8_t)m->type); return;
	}
	bgp_timer_hold(s, &s->f->conn[side]);
}

static void
message(struct bgp_step *s, enum bgp_side side, const struct bgp_msg *m)
{
	struct bgp_conn *c = &s->f->conn[side];

	if (c->state < BGP_OPENSENT)
		return;
	if (m->type == BGP_NOTIFICATION) {
		bgp_down_notified(s, side, &m->notify);
	} else if (c->state == BGP_OPENSENT && m->type == BGP_OPEN) {
		open_received(s, side, &m->open);
	} else if (c->state == BGP_OPENCONFIRM && m->type == BGP_KEEPALIVE) {
		bgp_collide_confirmed(s, side);
	} else if (c->state == BGP_ESTABLISHED) {
		established(s, side, m);
	} else {
		bgp_down_fsm_error(s, side, (uint8_t)m->type);
	}
}

/* A message that could not be read, and the answer it deserves. One that had no
 * business here at all is the machine's error, broken or not. */
static void
message_error(struct bgp_step *s, enum bgp_side side,
	      const struct bgp_notify *n, const char *text)
{
	enum bgp_state state = s->f->conn[side].state;

	if (state < BGP_OPENSENT)
		return;
	if (state < BGP_ESTABLISHED && n->code == BGP_ERR_UPDATE)
		bgp_down_fsm_error(s, side, BGP_UPDATE);
	else if (state == BGP_ESTABLISHED && n->code == BGP_ERR_OPEN)
		bgp_down_fsm_error(s, side, BGP_OPEN);
	else
		bgp_down_fail(s, side, n, text ? text : "");
}

/* ---- the other events ---- */

/* Listen, and try to connect in a while. */
static void
wait_out(struct bgp_step *s)
{
	struct bgp_conn *c = &s->f->conn[BGP_OUT];

	*c = (struct bgp_conn){.state = BGP_ACTIVE};
	if (!s->f->conf.passive)
		c->connect_retry_at =
		    bgp_timer_pause(s, s->f->conf.connect_retry_ms);
}

/* No TCP any more, but no error either. */
static void
to_active(struct bgp_step *s)
{
	wait_out(s);
	s->f->failures += !s->f->conf.passive;
}

/* In Idle: who comes back at once does not wait, but so do we. */
static void
accepted(struct bgp_step *s)
{
	struct bgp_notify n = bgp_notify_cease(BGP_CEASE_COLLISION, NULL);

	if (bgp_fsm_collides(s->f, s->now)) {
		bgp_act_notification(s, BGP_IN, &n);
		bgp_act(s, BGP_ACT_CLOSE, BGP_IN);
		return;
	}
	if (s->f->idle_hold_at != 0)
		wait_out(s);
	s->f->idle_hold_at = 0;
	open_sent(s, BGP_IN);
}

static void
tcp_up(struct bgp_step *s, enum bgp_side side)
{
	struct bgp_fsm *f = s->f;

	if (side == BGP_OUT && f->conn[side].state == BGP_CONNECT)
		open_sent(s, side);
	else if (side == BGP_IN && bgp_fsm_may_accept(f))
		accepted(s);
	else if (f->conn[side].state < BGP_CONNECT)
		bgp_act(s, BGP_ACT_CLOSE, side);
}

static void
tcp_down(struct bgp_step *s, enum bgp_side side, const char *text)
{
	struct bgp_fsm *f = s->f;
	enum bgp_state was = f->conn[side].state;
	enum bgp_side other = side == BGP_OUT ? BGP_IN : BGP_OUT;

	if (was == BGP_IDLE || was == BGP_ACTIVE)
		return;
	bgp_down_blame(s, was <= BGP_OPENSENT,
		       was == BGP_CONNECT ? "cannot connect: "
					  : "connection lost: ",
		       text ? text : "closed by the peer");
	bgp_down_forget(s, side);
	if (was > BGP_OPENSENT)
		bgp_down_fall(s, side);
	else if (f->conn[other].state > BGP_OPENSENT)
		return; /* no other is needed */
	else if (side == BGP_OUT || f->conn[BGP_OUT].state == BGP_IDLE)
		to_active(s);
}

/* RFC 4724 5: the peer is here again, so the old session is not. */
static void
restarted(struct bgp_step *s)
{
	enum bgp_side side;

	if (!bgp_fsm_side(s->f, &side))
		return;
	bgp_down_blame(s, false, "connection lost: ", "the peer has restarted");
	bgp_down_close(s, BGP_OUT);
	bgp_down_close(s, BGP_IN);
	to_active(s);
}

static void
conn_timers(struct bgp_step *s, enum bgp_side side)
{
	struct bgp_conn *c = &s->f->conn[side];
	struct bgp_notify n;

	if (c->connect_retry_at != 0 && c->connect_retry_at <= s->now) {
		if (c->state == BGP_CONNECT) {
			s->f->failures++;
			bgp_act(s, BGP_ACT_CLOSE, side);
		}
		connect_out(s);
	}
	if (c->hold_at != 0 && c->hold_at <= s->now) {
		bgp_notify_set(&n, BGP_ERR_HOLD, 0, NULL, 0);
		bgp_down_fail(s, side, &n, "nothing was heard in time");
		return;
	}
	if (c->send_hold_at != 0 && c->send_hold_at <= s->now) {
		bgp_notify_set(&n, BGP_ERR_SEND_HOLD, 0, NULL, 0);
		bgp_down_fail(s, side, &n, "the peer took nothing in time");
		return;
	}
	if (c->keepalive_at != 0 && c->keepalive_at <= s->now) {
		bgp_act_keepalive(s, side);
		bgp_timer_keepalive(s->f, s->now, c);
	}
}

static void
timers(struct bgp_step *s)
{
	if (s->f->idle_hold_at != 0 && s->f->idle_hold_at <= s->now)
		begin(s);
	conn_timers(s, BGP_OUT);
	conn_timers(s, BGP_IN);
	bgp_stale_timers(s);
}

static void
start(struct bgp_step *s)
{
	struct bgp_fsm *f = s->f;

	if (f->started && f->idle_hold_at == 0)
		return;
	f->started = true;
	begin(s);
}

void
bgp_fsm_step(struct bgp_fsm *f, const struct bgp_event *ev, uint64_t now,
	     struct bgp_actions *out)
{
	struct bgp_step s = {f, now, out, BGP_END_LOST};
	enum bgp_state before = bgp_fsm_state(f);

	out->n = 0;
	out->used = 0;
	switch (ev->type) {
	case BGP_EV_START: start(&s); break;
	case BGP_EV_STOP: bgp_down_stop(&s, ev->notify); break;
	case BGP_EV_TCP_UP: tcp_up(&s, ev->side); break;
	case BGP_EV_TCP_DOWN: tcp_down(&s, ev->side, ev->text); break;
	case BGP_EV_MSG: message(&s, ev->side, ev->msg); break;
	case BGP_EV_MSG_ERROR:
		message_error(&s, ev->side, ev->notify, ev->text);
		break;
	case BGP_EV_TIMER: timers(&s); break;
	case BGP_EV_RESTARTED: restarted(&s); break;
	}
	bgp_collide_settle(&s);
	if (bgp_fsm_state(f) != before)
		f->since = now;
}

void
bgp_fsm_receive(struct bgp_fsm *f, enum bgp_side side, const uint8_t *data,
		size_t len, uint64_t now, struct bgp_msg *msg,
		struct bgp_actions *out)
{
	struct bgp_event ev = {.side = side, .msg = msg};

	if (bgp_msg_decode(bgp_fsm_terms(f, side), data, len, msg) ==
	    BGP_SESSION_RESET) {
		ev.type = BGP_EV_MSG_ERROR;
		ev.notify = &msg->problem.notify;
		ev.text = msg->problem.text;
	} else {
		ev.type = BGP_EV_MSG;
	}
	bgp_fsm_step(f, &ev, now, out);
}
