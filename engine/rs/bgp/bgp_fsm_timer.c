/*
 * bgp_fsm_timer: how long things may last.
 *
 * The timers, in the RFC's words:
 *   ConnectRetryTimer  time for TCP to come up, and the pause between attempts
 *   HoldTimer          how long the peer may be silent: four minutes before its
 *                      OPEN, then the smaller of both proposals
 *   KeepaliveTimer     a third of that
 *   SendHoldTimer      how long the peer may read nothing of what we write (RFC
 *                      9687): its own timers do not notice, since it hears us
 *                      in its way, and all routes it missed would stay wrong
 *   IdleHoldTimer      the pause in Idle after an error (DampPeerOscillations)
 * Pauses double with every failure and are bounded. They begin anew once a
 * session lasted longer than the longest pause.
 */
#include "rs/bgp/bgp_fsm_priv.h"

/* Up to a quarter less (RFC 4271 10), that not all peers of a box speak at
 * once; xorshift will do for that. */
static uint64_t
jitter(struct bgp_fsm *f, uint64_t ms)
{
	uint32_t x = f->random;

	if (x == 0)
		return ms;
	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	f->random = x;
	return ms - ms / 4 * (x & 0xFF) / 255;
}

uint64_t
bgp_timer_pause(const struct bgp_step *s, uint64_t ms)
{
	uint32_t doubled = s->f->failures < 16 ? s->f->failures : 16;

	ms <<= doubled;
	if (ms > s->f->conf.max_wait_ms)
		ms = s->f->conf.max_wait_ms;
	return s->now + jitter(s->f, ms);
}

void
bgp_timer_hold(struct bgp_step *s, struct bgp_conn *c)
{
	c->hold_at = c->session.hold ? s->now + c->session.hold * 1000u : 0;
}

void
bgp_timer_keepalive(struct bgp_fsm *f, uint64_t now, struct bgp_conn *c)
{
	uint64_t ms = c->session.keepalive * UINT64_C(1000);

	c->keepalive_at = ms ? now + jitter(f, ms) : 0;
}

void
bgp_fsm_sent(struct bgp_fsm *f, uint64_t now)
{
	enum bgp_side side;

	if (bgp_fsm_side(f, &side))
		bgp_timer_keepalive(f, now, &f->conn[side]);
}

void
bgp_fsm_blocked(struct bgp_fsm *f, enum bgp_side side, uint64_t now)
{
	struct bgp_conn *c = &f->conn[side];
	uint64_t ms = c->session.hold * UINT64_C(2000);

	if (c->state != BGP_ESTABLISHED || c->send_hold_at != 0)
		return;
	if (ms < f->conf.send_hold_ms)
		ms = f->conf.send_hold_ms;
	c->send_hold_at = now + ms;
}

void
bgp_fsm_flowing(struct bgp_fsm *f, enum bgp_side side)
{
	f->conn[side].send_hold_at = 0;
}
