/*
 * bgp_fsm_stale: what becomes of a peer's routes when its session ends.
 *
 * Plain BGP forgets them at once, for a dead session is its only sign of a dead
 * router. But routers restart their BGP process while their line cards go on
 * forwarding. Such a router announces graceful restart (RFC 4724): "when I
 * vanish without a word, keep my routes for so many seconds". We are the helper
 * (the RFC: the receiving speaker) and never the one that asks; a route server
 * forwards nothing, so it has no forwarding state to be proud of.
 *
 *             session lost           restart time over        long time over
 *   fresh --------------------> stale ----------------> long-lived ----------> gone
 *     ^                          |  |  (no long time: gone)  stale
 *     |        announced again   |  |                          |
 *     +--------------------------+--+--------------------------+
 *
 * Long-lived graceful restart (RFC 9494) adds the second stage, for hours: the
 * routes are marked LLGR_STALE and lose against any other. Its time runs by
 * family and is neither stopped nor begun anew by a session that comes and goes:
 * only End-of-RIB, which says that the peer's table is complete, ends it.
 *
 * "Without a word" is to be taken literally. A NOTIFICATION ends the routes, as
 * does an expired hold timer, which sends one, unless both sides have set the N
 * bit (RFC 8538) and it is no hard reset.
 *
 * When the peer is back, its new OPEN says for which families it did keep its
 * forwarding state (the F bit). The stale routes of others go at once, those of
 * the rest at End-of-RIB, or when that does not come in time.
 */
#include "rs/bgp/bgp_fsm_priv.h"

static unsigned int
nth(unsigned int bit)
{
	return bit == BGP_IPV6;
}

static uint32_t
capped(uint32_t seconds, uint32_t cap)
{
	return cap != 0 && seconds > cap ? cap : seconds;
}

static void
say(struct bgp_step *s, enum bgp_action_type type, enum bgp_side side,
    unsigned int families)
{
	if (families != 0)
		bgp_act(s, type, side)->families = (uint8_t)families;
}

/* These families have nothing stale any more. */
static void
forget(struct bgp_stale *st, unsigned int families)
{
	st->families &= (uint8_t)~families;
	st->long_lived &= (uint8_t)~families;
	st->spent &= (uint8_t)~families;
	for (unsigned int bit = BGP_IPV4; bit <= BGP_IPV6; bit <<= 1)
		if (families & bit)
			st->at[nth(bit)] = 0;
}

static void
over(struct bgp_step *s, enum bgp_side side, unsigned int families)
{
	families &= s->f->stale.families;
	forget(&s->f->stale, families);
	say(s, BGP_ACT_STALE_OVER, side, families);
}

/* ---- down ---- */

/* Has this peer anything kept, the way this session ends? */
static bool
kept_at_all(const struct bgp_step *s, const struct bgp_conn *c)
{
	if (!s->f->conf.restart.there || !c->peer.restart.there)
		return false;
	return s->end == BGP_END_LOST ||
	       (s->end == BGP_END_NOTIFIED && c->session.notify_restart);
}

static uint32_t
restart_time(const struct bgp_step *s, const struct bgp_conn *c,
	     unsigned int bit)
{
	const struct bgp_restart *g = &c->peer.restart;

	if (!(g->families & bit))
		return 0;
	return capped(g->time, s->f->conf.max_restart_s);
}

static uint32_t
long_time(const struct bgp_step *s, const struct bgp_conn *c, unsigned int bit)
{
	const struct bgp_long_lived *l = &c->peer.long_lived;

	if (!c->session.long_lived || !(l->families & bit))
		return 0;
	return capped(l->time[nth(bit)], s->f->conf.max_long_lived_s);
}

/* Begin to wait, for one family. Returns false when there is no time to. */
static bool
keep(struct bgp_step *s, const struct bgp_conn *c, unsigned int bit)
{
	struct bgp_stale *st = &s->f->stale;
	uint32_t restart = restart_time(s, c, bit);
	uint32_t later = long_time(s, c, bit);

	if (st->spent & bit || (restart == 0 && later == 0))
		return false;
	if (!(st->long_lived & bit)) { /* else that time goes on */
		st->time[nth(bit)] = later;
		st->at[nth(bit)] =
		    s->now + (restart ? restart : later) * UINT64_C(1000);
		if (restart == 0)
			st->long_lived |= (uint8_t)bit;
	}
	st->families |= (uint8_t)bit;
	return true;
}

void
bgp_stale_down(struct bgp_step *s, enum bgp_side side, const struct bgp_conn *c)
{
	struct bgp_stale *st = &s->f->stale;
	bool any = kept_at_all(s, c);
	unsigned int kept = 0;

	/* RFC 4724 4.2: what was stale before, and did not come again, goes; RFC
	 * 9494 excepts what has a long time. */
	over(s, side, st->families & ~st->long_lived);
	for (unsigned int bit = BGP_IPV4; bit <= BGP_IPV6; bit <<= 1)
		if (any && c->session.families & bit && keep(s, c, bit))
			kept |= bit;
	forget(st, ~kept);
	bgp_act(s, BGP_ACT_DOWN, side)->keep = (uint8_t)kept;
	say(s, BGP_ACT_STALE_LONG_LIVED, side, st->long_lived);
}

void
bgp_stale_drop(struct bgp_step *s)
{
	over(s, BGP_OUT, s->f->stale.families);
}

/* ---- up again ---- */

void
bgp_stale_up(struct bgp_step *s, enum bgp_side side, const struct bgp_conn *c)
{
	struct bgp_stale *st = &s->f->stale;
	unsigned int flows = 0;

	if (c->peer.restart.there)
		flows = c->peer.restart.families & c->peer.restart.forwarding &
			(unsigned int)~st->long_lived;
	if (c->session.long_lived)
		flows |= c->peer.long_lived.families &
			 c->peer.long_lived.forwarding & st->long_lived;
	over(s, side, ~(flows & c->session.families));
	for (unsigned int bit = BGP_IPV4; bit <= BGP_IPV6; bit <<= 1)
		if (st->families & ~st->long_lived & bit)
			st->at[nth(bit)] = s->now + s->f->conf.stale_ms;
}

void
bgp_stale_end_of_rib(struct bgp_step *s, enum bgp_side side, enum ip_family f)
{
	unsigned int bit = bgp_family_bit(f);

	s->f->stale.spent &= (uint8_t)~bit;
	over(s, side, bit);
}

/* ---- time ---- */

static void
expired(struct bgp_step *s, unsigned int bit)
{
	struct bgp_stale *st = &s->f->stale;
	enum bgp_side side;
	bool up = bgp_fsm_side(s->f, &side), was_long = st->long_lived & bit;

	if (was_long || up || st->time[nth(bit)] == 0) {
		over(s, side, bit);
		if (was_long && up)
			st->spent |= (uint8_t)bit;
		return;
	}
	st->long_lived |= (uint8_t)bit;
	st->at[nth(bit)] = s->now + st->time[nth(bit)] * UINT64_C(1000);
	say(s, BGP_ACT_STALE_LONG_LIVED, side, bit);
}

void
bgp_stale_timers(struct bgp_step *s)
{
	for (unsigned int bit = BGP_IPV4; bit <= BGP_IPV6; bit <<= 1) {
		uint64_t at = s->f->stale.at[nth(bit)];

		if (at != 0 && at <= s->now)
			expired(s, bit);
	}
}
