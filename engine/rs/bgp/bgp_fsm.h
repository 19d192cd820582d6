/*
 * bgp_fsm: the session state machine (RFC 4271 section 8) as pure steps.
 */
#ifndef BGP_FSM_H
#define BGP_FSM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/ip.h"
#include "rs/bgp/bgp_msg.h"

enum bgp_state {
	BGP_IDLE,
	BGP_CONNECT,
	BGP_ACTIVE,
	BGP_OPENSENT,
	BGP_OPENCONFIRM,
	BGP_ESTABLISHED,
};

/* A peer has at most two connections: the one we opened, the one we accepted. */
enum bgp_side { BGP_OUT, BGP_IN };

struct bgp_fsm_conf {
	uint32_t local_as, local_id;
	uint32_t peer_as; /* 0 accepts any */
	uint8_t families; /* to offer: BGP_IPV4|BGP_IPV6 */
	bool passive;	  /* never connect, wait */
	bool two_byte;	  /* play an old speaker: no 4-octet AS capability */
	bool no_enhanced_refresh; /* do not offer RFC 7313 */
	uint16_t hold;		  /* seconds to propose: 0, or 3 and more */
	/* Milliseconds; 0 takes the default. The first two double with each
	 * failure, up to max_wait_ms. */
	uint32_t connect_retry_ms; /* between attempts to connect: 500 */
	uint32_t idle_hold_ms;	   /* in Idle after an error: 300 */
	uint32_t max_wait_ms;	   /* 5000 */
	uint32_t open_hold_ms;	   /* to wait for an OPEN: 240000 */
};

struct bgp_conn { /* one connection's half of the machine */
	enum bgp_state state;
	uint64_t connect_retry_at, hold_at, keepalive_at; /* 0: stopped */
	struct bgp_open peer; /* what the peer sent, from OpenConfirm on */
	struct bgp_session session; /* from OpenConfirm on */
};

struct bgp_fsm { /* read freely, write through the functions */
	struct bgp_fsm_conf conf;
	struct bgp_conn conn[2]; /* by enum bgp_side */
	bool started;
	uint64_t idle_hold_at; /* 0: stopped */
	uint64_t since;	       /* when the overall state was entered */
	uint32_t failures;     /* in a row, for the back-off */
	uint32_t flaps;	       /* times the session left Established */
	char last_error[256];  /* why it went down last; "" never */
	bool only_attempts;    /* ... is about connecting, not a session */
};

enum bgp_event_type {
	BGP_EV_START,	 /* RFC events 1, 3 */
	BGP_EV_STOP,	 /* 2, 8: notify is sent (code 0: a plain shutdown) */
	BGP_EV_TCP_UP,	 /* 16, 17: connected (OUT) or accepted (IN) */
	BGP_EV_TCP_DOWN, /* 18: refused, or lost (no CLOSE follows); text: how */
	BGP_EV_MSG,	 /* 19, 25 to 27: a well-formed message; msg */
	BGP_EV_MSG_ERROR, /* 21, 22, 28: send notify, for the reason text */
	BGP_EV_TIMER,	  /* 9, 10, 11, 13: look at the clock */
};

struct bgp_event {
	enum bgp_event_type type;
	enum bgp_side side;		 /* TCP_*, MSG* */
	const struct bgp_msg *msg;	 /* MSG */
	const struct bgp_notify *notify; /* STOP (may be NULL), MSG_ERROR */
	const char *text;		 /* TCP_DOWN, MSG_ERROR; may be NULL */
};

enum bgp_action_type {
	BGP_ACT_CONNECT, /* start to connect (side OUT); answer TCP_UP or _DOWN */
	BGP_ACT_SEND_OPEN, /* the SENDs: write data to side's connection */
	BGP_ACT_SEND_KEEPALIVE,
	BGP_ACT_SEND_NOTIFICATION,
	BGP_ACT_CLOSE,	 /* close side's connection or attempt, once written;
			  no event answers */
	BGP_ACT_UP,	 /* Established on side; the terms: bgp_fsm_session() */
	BGP_ACT_DOWN,	 /* no longer; why: last_error. Forget the routes */
	BGP_ACT_UPDATE,	 /* update, borrowed from the event's message */
	BGP_ACT_REFRESH, /* refresh: a request to answer, or BoRR/EoRR */
};

struct bgp_action {
	enum bgp_action_type type;
	enum bgp_side side;
	const uint8_t *data; /* SEND_*: one message, in the list's own bytes */
	size_t len;
	const struct bgp_update *update;
	struct bgp_refresh refresh;
};

struct bgp_actions { /* in the order to be carried out */
	struct bgp_action list[12];
	size_t n;
	uint8_t bytes[2048];
	size_t used;
};

void bgp_fsm_init(struct bgp_fsm *f, const struct bgp_fsm_conf *conf,
		  uint64_t now);
/* One step. out is emptied first. An event that makes no sense now (a timer not
 * due, a late TCP_DOWN of a closed side) does nothing. */
void bgp_fsm_step(struct bgp_fsm *f, const struct bgp_event *ev, uint64_t now,
		  struct bgp_actions *out);
/* Decode one whole message of side's connection (as cut by bgp_frame, whose bad
 * header is a BGP_EV_MSG_ERROR) and step with the outcome. msg is filled for the actions to point into; clear it after carrying them out.
 * msg->problem.text tells what was wrong with an UPDATE that was used anyhow. */
void bgp_fsm_receive(struct bgp_fsm *f, enum bgp_side side, const uint8_t *data,
		     size_t len, uint64_t now, struct bgp_msg *msg,
		     struct bgp_actions *out);
/* May an incoming connection be taken now (then TCP_UP with BGP_IN)? If not,
 * close it: the peer is stopped, held in Idle, or has one already. */
bool bgp_fsm_may_accept(const struct bgp_fsm *f);
/* An UPDATE went out: the keepalive timer starts again (RFC 4271 4.4). */
void bgp_fsm_sent(struct bgp_fsm *f, uint64_t now);
/* When to step with BGP_EV_TIMER; UINT64_MAX: never. */
uint64_t bgp_fsm_next_deadline(const struct bgp_fsm *f);
enum bgp_state bgp_fsm_state(const struct bgp_fsm *f); /* the further side's */
/* The side that is Established; false when none is. */
bool bgp_fsm_side(const struct bgp_fsm *f, enum bgp_side *side);
/* What was agreed; NULL unless Established. */
const struct bgp_session *bgp_fsm_session(const struct bgp_fsm *f);
const char *bgp_state_name(enum bgp_state s); /* "OpenSent" */

/* RFC 4271 6.8: of two connections, which one dies when an OPEN with that
 * router id arrives on side and the other one is in that state? false: none. */
bool bgp_collision(uint32_t local_id, uint32_t local_as, uint32_t peer_id,
		   uint32_t peer_as, enum bgp_side side, enum bgp_state other,
		   enum bgp_side *loser);

#endif
