/*
 * bgp_fsm_priv: what the files of the state machine share.
 */
#ifndef BGP_FSM_PRIV_H
#define BGP_FSM_PRIV_H

#include "rs/bgp/bgp_priv.h"

/* For so long a collision may take to decide, and a connection whose OPEN has
 * come keeps newcomers away. */
#define BGP_COLLISION_MS 500

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

/* ---- bgp_fsm_act.c ---- */

struct bgp_action *bgp_act(struct bgp_step *s, enum bgp_action_type type,
			   enum bgp_side side);
/* The SENDs, with their message. */
void bgp_act_open(struct bgp_step *s, enum bgp_side side);
void bgp_act_keepalive(struct bgp_step *s, enum bgp_side side);
void bgp_act_notification(struct bgp_step *s, enum bgp_side side,
			  const struct bgp_notify *n);

/* ---- bgp_fsm_down.c ---- */

/* Why it is down: what and text, one behind the other. That an attempt to connect
 * came to nothing does not replace what a session ended with: that tells more. */
void bgp_down_blame(struct bgp_step *s, bool attempt, const char *what,
		    const char *text);
/* The connection is no more; bgp_down_close also says CLOSE. */
void bgp_down_forget(struct bgp_step *s, enum bgp_side side);
void bgp_down_close(struct bgp_step *s, enum bgp_side side);
/* This side is closed; unless the other one is under way, wait in Idle. */
void bgp_down_fall(struct bgp_step *s, enum bgp_side side);
/* Notify, close, fall back to Idle. */
void bgp_down_fail(struct bgp_step *s, enum bgp_side side,
		   const struct bgp_notify *n, const char *text);
/* The same for a message of a type that has no business in this state. */
void bgp_down_fsm_error(struct bgp_step *s, enum bgp_side side, uint8_t type);
/* A NOTIFICATION came. */
void bgp_down_notified(struct bgp_step *s, enum bgp_side side,
		       const struct bgp_notify *n);
/* By our own will; why may be NULL. */
void bgp_down_stop(struct bgp_step *s, const struct bgp_notify *why);

/* ---- bgp_fsm_collide.c ---- */

/* An OPEN has come on this side. False: it was the one to go. */
bool bgp_collide_survives(struct bgp_step *s, enum bgp_side side,
			  const struct bgp_open *o);
/* The peer is who it should be: say so, unless this side is to yield. */
void bgp_collide_confirm(struct bgp_step *s, enum bgp_side side);
/* The peer says so. */
void bgp_collide_confirmed(struct bgp_step *s, enum bgp_side side);
/* At the end of a step: need nobody wait any more? */
void bgp_collide_settle(struct bgp_step *s);

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
/* Whoever is away is not waited for any more. */
void bgp_stale_drop(struct bgp_step *s);
void bgp_stale_timers(struct bgp_step *s);

#endif
