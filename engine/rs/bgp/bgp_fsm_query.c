/*
 * bgp_fsm_query: setting a machine up, asking it, and the rule of collisions.
 */
#include "rs/bgp/bgp_fsm_priv.h"

#include <assert.h>

void
bgp_fsm_init(struct bgp_fsm *f, const struct bgp_fsm_conf *conf, uint64_t now)
{
	assert(conf->hold == 0 || conf->hold >= 3);
	assert(conf->local_as != 0 && conf->local_id != 0);
	*f = (struct bgp_fsm){.conf = *conf, .since = now};
	if (f->conf.connect_retry_ms == 0)
		f->conf.connect_retry_ms = 500;
	if (f->conf.idle_hold_ms == 0)
		f->conf.idle_hold_ms = 300;
	if (f->conf.max_wait_ms == 0)
		f->conf.max_wait_ms = 5000;
	if (f->conf.open_hold_ms == 0)
		f->conf.open_hold_ms = 240000;
	if (f->conf.send_hold_ms == 0)
		f->conf.send_hold_ms = 480000;
	if (f->conf.stale_ms == 0)
		f->conf.stale_ms = 360000;
	f->random = conf->seed;
}

bool
bgp_fsm_may_accept(const struct bgp_fsm *f)
{
	return f->started && (f->idle_hold_at == 0 || f->failures <= 1) &&
	       f->conn[BGP_IN].state == BGP_IDLE;
}

bool
bgp_fsm_collides(const struct bgp_fsm *f, uint64_t now)
{
	for (int side = BGP_OUT; side <= BGP_IN; side++) {
		const struct bgp_conn *c = &f->conn[side];
		if (c->state == BGP_ESTABLISHED ||
		    (c->state == BGP_OPENCONFIRM &&
		     now - c->confirm_since < BGP_COLLISION_MS))
			return true;
	}
	return false;
}

bool
bgp_fsm_restarted(const struct bgp_fsm *f, uint64_t now)
{
	enum bgp_side side;

	return bgp_fsm_side(f, &side) && f->conf.restart.there &&
	       f->conn[side].peer.restart.families != 0 &&
	       now - f->since >= f->conf.max_wait_ms;
}

static void
earlier(uint64_t *min, uint64_t at)
{
	if (at != 0 && at < *min)
		*min = at;
}

uint64_t
bgp_fsm_next_deadline(const struct bgp_fsm *f)
{
	uint64_t min = UINT64_MAX;

	earlier(&min, f->idle_hold_at);
	earlier(&min, f->stale.at[0]);
	earlier(&min, f->stale.at[1]);
	for (int side = BGP_OUT; side <= BGP_IN; side++) {
		earlier(&min, f->conn[side].connect_retry_at);
		earlier(&min, f->conn[side].hold_at);
		earlier(&min, f->conn[side].keepalive_at);
		earlier(&min, f->conn[side].send_hold_at);
		earlier(&min, f->conn[side].yields_until);
	}
	return min;
}

enum bgp_state
bgp_fsm_state(const struct bgp_fsm *f)
{
	enum bgp_state out = f->conn[BGP_OUT].state;
	enum bgp_state in = f->conn[BGP_IN].state;

	return in > out ? in : out;
}

bool
bgp_fsm_side(const struct bgp_fsm *f, enum bgp_side *side)
{
	*side = f->conn[BGP_IN].state == BGP_ESTABLISHED ? BGP_IN : BGP_OUT;
	return f->conn[*side].state == BGP_ESTABLISHED;
}

const struct bgp_session *
bgp_fsm_session(const struct bgp_fsm *f)
{
	enum bgp_side side;

	return bgp_fsm_side(f, &side) ? &f->conn[side].session : NULL;
}

const struct bgp_session *
bgp_fsm_terms(const struct bgp_fsm *f, enum bgp_side side)
{
	const struct bgp_conn *c = &f->conn[side];

	return c->state >= BGP_OPENCONFIRM ? &c->session : NULL;
}

const char *
bgp_state_name(enum bgp_state s)
{
	static const char *const names[] = {"Idle",	   "Connect",
					    "Active",	   "OpenSent",
					    "OpenConfirm", "Established"};

	return names[s];
}

bool
bgp_collision(uint32_t local_id, uint32_t local_as, uint32_t peer_id,
	      uint32_t peer_as, enum bgp_side side, enum bgp_state other,
	      enum bgp_side *loser)
{
	bool ours_stays =
	    local_id > peer_id || (local_id == peer_id && local_as > peer_as);

	if (other == BGP_ESTABLISHED)
		*loser = side;
	else if (other == BGP_OPENCONFIRM || other == BGP_OPENSENT)
		*loser = ours_stays ? BGP_IN : BGP_OUT;
	else
		return false;
	return true;
}
