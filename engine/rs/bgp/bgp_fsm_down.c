/*
 * bgp_fsm_down: how a session ends, or an attempt at one.
 *
 * Whoever finds a mistake says so in a NOTIFICATION and closes (RFC 4271 6); one
 * that comes is never answered (6.4). Unless the other connection of the two is
 * under way, the machine then waits in Idle, longer after each failure in a row,
 * and starts again by itself. What becomes of the routes depends on how the
 * session ended: lost without a word, notified, or for good (RFC 8538); that is
 * bgp_fsm_stale.c's matter. The reason is kept as a sentence for people.
 */
#include "rs/bgp/bgp_fsm_priv.h"

#include <stdio.h>

void
bgp_down_blame(struct bgp_step *s, bool attempt, const char *what,
	       const char *text)
{
	struct bgp_fsm *f = s->f;

	if (attempt && f->last_error[0] != '\0' && !f->only_attempts)
		return;
	f->only_attempts = attempt;
	snprintf(f->last_error, sizeof f->last_error, "%s%s", what, text);
}

void
bgp_down_forget(struct bgp_step *s, enum bgp_side side)
{
	struct bgp_conn *c = &s->f->conn[side], was = *c;

	*c = (struct bgp_conn){.state = BGP_IDLE};
	if (was.state != BGP_ESTABLISHED)
		return;
	s->f->flaps++;
	if (s->now - s->f->since >= s->f->conf.max_wait_ms)
		s->f->failures = 0;
	bgp_stale_down(s, side, &was);
}

void
bgp_down_close(struct bgp_step *s, enum bgp_side side)
{
	enum bgp_state state = s->f->conn[side].state;

	if (state != BGP_IDLE && state != BGP_ACTIVE)
		bgp_act(s, BGP_ACT_CLOSE, side);
	bgp_down_forget(s, side);
}

void
bgp_down_fall(struct bgp_step *s, enum bgp_side side)
{
	enum bgp_side other = side == BGP_OUT ? BGP_IN : BGP_OUT;

	if (s->f->conn[other].state >= BGP_OPENSENT)
		return;
	bgp_down_close(s, other);
	s->f->idle_hold_at = bgp_timer_pause(s, s->f->conf.idle_hold_ms);
	s->f->failures++;
}

void
bgp_down_fail(struct bgp_step *s, enum bgp_side side,
	      const struct bgp_notify *n, const char *text)
{
	char name[96], what[112];

	bgp_act_notification(s, side, n);
	s->end = BGP_END_NOTIFIED;
	snprintf(what, sizeof what,
		 "sent %s: ", bgp_notify_print(n, name, sizeof name));
	bgp_down_blame(s, false, what, text);
	bgp_down_close(s, side);
	bgp_down_fall(s, side);
}

void
bgp_down_fsm_error(struct bgp_step *s, enum bgp_side side, uint8_t type)
{
	enum bgp_state state = s->f->conn[side].state;
	struct bgp_notify n;
	char text[64];

	bgp_notify_set(&n, BGP_ERR_FSM, (uint8_t)(state - BGP_OPENSENT + 1),
		       &type, 1);
	snprintf(text, sizeof text, "message type %u in %s", type,
		 bgp_state_name(state));
	bgp_down_fail(s, side, &n, text);
}

static bool
is_hard(const struct bgp_notify *n)
{
	return n->code == BGP_ERR_CEASE && n->subcode == BGP_CEASE_HARD_RESET;
}

void
bgp_down_notified(struct bgp_step *s, enum bgp_side side,
		  const struct bgp_notify *n)
{
	char text[240];

	bgp_down_blame(s, false, "received ",
		       bgp_notify_print(n, text, sizeof text));
	s->end = is_hard(n) ? BGP_END_HARD : BGP_END_NOTIFIED;
	bgp_down_close(s, side);
	bgp_down_fall(s, side);
}

/* RFC 8538 3.1: whoever does not come back soon says so. */
static bool
is_final(const struct bgp_notify *n)
{
	return n->code == BGP_ERR_CEASE &&
	       (n->subcode == BGP_CEASE_MAX_PREFIX ||
		n->subcode == BGP_CEASE_SHUTDOWN ||
		n->subcode == BGP_CEASE_UNCONFIGURED ||
		n->subcode == BGP_CEASE_REJECTED);
}

static void
stop_side(struct bgp_step *s, enum bgp_side side, const struct bgp_notify *why)
{
	const struct bgp_conn *c = &s->f->conn[side];

	s->end = is_hard(why) ? BGP_END_HARD : BGP_END_NOTIFIED;
	if (c->session.notify_restart && is_final(why)) {
		struct bgp_notify hard = bgp_notify_hard(why);

		s->end = BGP_END_HARD;
		bgp_act_notification(s, side, &hard);
	} else if (c->state >= BGP_OPENSENT) {
		bgp_act_notification(s, side, why);
	}
	bgp_down_close(s, side);
}

void
bgp_down_stop(struct bgp_step *s, const struct bgp_notify *why)
{
	struct bgp_fsm *f = s->f;
	struct bgp_notify n = bgp_notify_cease(BGP_CEASE_SHUTDOWN, NULL);
	char text[240];

	if (!f->started)
		return;
	if (why && why->code != 0)
		n = *why;
	bgp_down_blame(s, false,
		       "stopped: ", bgp_notify_print(&n, text, sizeof text));
	stop_side(s, BGP_OUT, &n);
	stop_side(s, BGP_IN, &n);
	if (is_final(&n))
		bgp_stale_drop(s);
	f->started = false;
	f->idle_hold_at = 0;
	f->failures = 0;
}
