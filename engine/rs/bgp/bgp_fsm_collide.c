/*
 * bgp_fsm_collide: two connections with one peer, of which one must go.
 *
 * RFC 4271 6.8: the connection opened by the side with the higher BGP identifier
 * stays, and with equal identifiers the one of the higher AS (RFC 6286). Both ends
 * come to the same answer, since both know both numbers. Against an Established
 * connection the newcomer always loses. bgp_collision() is that rule and nothing
 * else.
 *
 * The RFC decides when both connections have had their OPEN, and that is too late.
 * While a KEEPALIVE is on its way, one end is Established on one connection and
 * the other end, which has not read it, still free to close it in favour of the
 * other one: a session is lost that was up. So here it is decided when the first
 * OPEN comes, which says what there is to know:
 *
 *	the other one is	and would lose		and would win
 *	only an attempt		is given up		is given up
 *	in OpenSent		Cease			this one yields
 *	in OpenConfirm		Cease			Cease for this one
 *
 * To yield is to keep our KEEPALIVE back, without which the peer cannot be
 * Established on this one, until the other one has its OPEN, or is gone, or has
 * been silent for too long. And a connection that is accepted when the other one
 * has been confirmed already gets its Cease without an OPEN: only an OPEN could
 * make the peer drop the first. t/bgp_fsm_collide.c plays all orders of events
 * against another machine like this one, and against one by the letter.
 */
#include "rs/bgp/bgp_fsm_priv.h"

static enum bgp_side
the_other(enum bgp_side side)
{
	return side == BGP_OUT ? BGP_IN : BGP_OUT;
}

static void
dump(struct bgp_step *s, enum bgp_side side)
{
	struct bgp_notify n = bgp_notify_cease(BGP_CEASE_COLLISION, NULL);

	bgp_act_notification(s, side, &n);
	bgp_down_close(s, side);
}

bool
bgp_collide_survives(struct bgp_step *s, enum bgp_side side,
		     const struct bgp_open *o)
{
	const struct bgp_fsm_conf *conf = &s->f->conf;
	enum bgp_side other = the_other(side), loser;
	enum bgp_state state = s->f->conn[other].state;

	if (state == BGP_CONNECT || state == BGP_ACTIVE)
		bgp_down_close(s, other);
	if (!bgp_collision(conf->local_id, conf->local_as, o->id, o->asn, side,
			   state, &loser))
		return true;
	if (loser == side && state == BGP_OPENSENT) {
		s->f->conn[side].yields_until = s->now + BGP_COLLISION_MS;
		return true;
	}
	dump(s, loser);
	return loser != side;
}

void
bgp_collide_confirm(struct bgp_step *s, enum bgp_side side)
{
	struct bgp_conn *c = &s->f->conn[side];

	if (c->yields_until != 0)
		return;
	bgp_act_keepalive(s, side);
	bgp_timer_keepalive(s->f, s->now, c);
}

void
bgp_collide_confirmed(struct bgp_step *s, enum bgp_side side)
{
	struct bgp_conn *c = &s->f->conn[side];

	bgp_timer_hold(s, c);
	c->confirmed = true;
	if (c->yields_until != 0)
		return;
	bgp_stale_up(s, side, c);
	c->state = BGP_ESTABLISHED;
	bgp_act(s, BGP_ACT_UP, side);
}

static void
settle(struct bgp_step *s, enum bgp_side side)
{
	struct bgp_conn *c = &s->f->conn[side];
	enum bgp_side other = the_other(side);
	bool undecided = s->f->conn[other].state == BGP_OPENSENT;

	if (c->yields_until == 0 || (undecided && s->now < c->yields_until))
		return;
	if (undecided)
		dump(s, other);
	c->yields_until = 0;
	bgp_collide_confirm(s, side);
	if (c->confirmed)
		bgp_collide_confirmed(s, side);
}

void
bgp_collide_settle(struct bgp_step *s)
{
	settle(s, BGP_OUT);
	settle(s, BGP_IN);
}
