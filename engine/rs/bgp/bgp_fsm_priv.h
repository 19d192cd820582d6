/*
 * bgp_fsm_priv: what the files of the state machine share.
 */
#ifndef BGP_FSM_PRIV_H
#define BGP_FSM_PRIV_H

#include "rs/bgp/bgp_priv.h"

/* How a session ends, from the routes' point of view. */
enum bgp_end {
	BGP_END_LOST,	  /* without a word: they may come back */
	BGP_END_NOTIFIED, /* with a NOTIFICATION, see RFC 8538 */
	BGP_END_HARD,	  /* for good */
};

/* One step in progress. */
struct bgp_step {
	struct bgp_fsm *f;
	uint64_t now;
	struct bgp_actions *out;
	enum bgp_end end; /* should a session end */
};

struct bgp_action *bgp_act(struct bgp_step *s, enum bgp_action_type type,
			   enum bgp_side side);

/* ---- bgp_fsm_timer.c ---- */

/* When a pause is over that doubles with each failure in a row. */
uint64_t bgp_timer_pause(const struct bgp_step *s, uint64_t ms);
void bgp_timer_hold(struct bgp_step *s, struct bgp_conn *c);
void bgp_timer_keepalive(struct bgp_fsm *f, uint64_t now, struct bgp_conn *c);

/* ---- bgp_fsm_open.c ---- */

/* The OPEN to send. */
struct bgp_open bgp_fsm_offer(const struct bgp_fsm_conf *conf);
/* Is the peer the one that is configured? False: n and text say why not. */
bool bgp_fsm_judge(const struct bgp_fsm_conf *conf, const struct bgp_open *o,
		   struct bgp_notify *n, char text[128]);
/* What both offered. */
struct bgp_session bgp_fsm_negotiate(const struct bgp_fsm_conf *conf,
				     const struct bgp_open *o);

/* ---- bgp_fsm_stale.c ---- */

/* A session of c ends: say DOWN, and keep what is to be kept. */
void bgp_stale_down(struct bgp_step *s, enum bgp_side side,
		    const struct bgp_conn *c);
/* A new session begins on c; before UP. */
void bgp_stale_up(struct bgp_step *s, enum bgp_side side,
		  const struct bgp_conn *c);
void bgp_stale_end_of_rib(struct bgp_step *s, enum bgp_side side,
			  enum ip_family f);
void bgp_stale_timers(struct bgp_step *s);

#endif
