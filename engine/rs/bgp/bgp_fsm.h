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
	/* What else to offer; zero: nothing. */
	bool extended_message; /* RFC 8654 */
	uint8_t add_path_rx;   /* families, RFC 7911: to receive */
	uint8_t add_path_tx;   /* ... to send */
	uint8_t ext_nexthop;   /* BGP_IPV4, RFC 8950 */
	bool has_role;	       /* RFC 9234 */
	enum bgp_role role;    /* ours */
	bool role_strict;      /* refuse a peer that says none */
	/* RFC 4724 and 9494, as they are to stand in our OPEN. Just .there (and
	 * .notification, RFC 8538) makes us a helper: the peer's routes are kept
	 * while it restarts, see BGP_ACT_DOWN. */
	struct bgp_restart restart;
	struct bgp_long_lived long_lived;
	bool allow_as_set;	   /* take paths with sets, against RFC 9774 */
	uint32_t max_restart_s;	   /* no peer is waited for longer; 0: no cap */
	uint32_t max_long_lived_s; /* the same for the time after that */
	/* Milliseconds; 0 takes the default. The first two double with each
	 * failure, up to max_wait_ms. */
	uint32_t connect_retry_ms; /* between attempts to connect: 500 */
	uint32_t idle_hold_ms;	   /* in Idle after an error: 300 */
	uint32_t max_wait_ms;	   /* 5000 */
	uint32_t open_hold_ms;	   /* to wait for an OPEN: 240000 */
	uint32_t send_hold_ms;	   /* RFC 9687: 480000, at least twice hold */
	uint32_t
	    stale_ms;  /* from UP to End-of-RIB, if routes are stale: 360000 */
	uint32_t seed; /* randomness for jitter (RFC 4271 10); 0: none */
};

struct bgp_conn { /* one connection's half of the machine */
	enum bgp_state state;
	uint64_t connect_retry_at, hold_at, keepalive_at; /* 0: stopped */
	uint64_t send_hold_at;				  /* RFC 9687 */
	uint64_t confirm_since; /* from OpenConfirm on */
	uint64_t
	    yields_until; /* our KEEPALIVE waits for the other side; 0: not */
	bool confirmed;	  /* the peer's has come meanwhile */
	struct bgp_open peer; /* what the peer sent, from OpenConfirm on */
	struct bgp_session session; /* from OpenConfirm on */
};

/* What a helper has kept of a peer that is gone or not yet complete. */
struct bgp_stale {
	uint8_t families;   /* with stale routes */
	uint8_t long_lived; /* of these, those marked LLGR_STALE */
	uint8_t spent;	    /* the long time ran out before End-of-RIB */
	uint64_t at[2];	    /* IPv4, IPv6: when that ends; 0: stopped */
	uint32_t time[2];   /* seconds of the long-lived time to follow */
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
	struct bgp_stale stale;
	uint32_t random; /* the state of jitter */
};

enum bgp_event_type {
	BGP_EV_START,  /* RFC events 1, 3 */
	BGP_EV_STOP,   /* 2, 8: notify is sent (code 0: a plain shutdown). As a
			  hard reset where the peer would keep our routes, and
			  the Cease says that we are not coming back (RFC 8538) */
	BGP_EV_TCP_UP, /* 16, 17: connected (OUT) or accepted (IN) */
	BGP_EV_TCP_DOWN, /* 18: refused, or lost (no CLOSE follows); text: how */
	BGP_EV_MSG,	 /* 19, 25 to 27: a well-formed message; msg */
	BGP_EV_MSG_ERROR, /* 21, 22, 28: send notify, for the reason text */
	BGP_EV_TIMER,	  /* 9, 10, 11, 13, 29: look at the clock */
	BGP_EV_RESTARTED, /* RFC 4724 5: see bgp_fsm_restarted() */
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
	BGP_ACT_CLOSE, /* close side's connection or attempt, once written;
			  no event answers */
	BGP_ACT_UP,    /* Established on side; the terms: bgp_fsm_session() */
	BGP_ACT_DOWN,  /* no longer; why: last_error. Forget the routes, but for
			  those of the families in keep: mark these stale */
	BGP_ACT_UPDATE,	 /* update, borrowed from the event's message */
	BGP_ACT_REFRESH, /* refresh: a request to answer, or BoRR/EoRR */
	BGP_ACT_STALE_LONG_LIVED, /* families: see below */
	BGP_ACT_STALE_OVER,	  /* families: delete what is still stale */
};

/*
 * What the caller does for graceful restart (RFC 4724 4.2, RFC 9494 4.2); the
 * machine owns the timers and the rules. A route is fresh, stale, or long-lived
 * stale, and it becomes fresh again when the peer announces it again.
 *
 *   DOWN, keep          routes of other families go; those of these become
 *                       stale, and are used and sent on as before
 *   STALE_LONG_LIVED    of these families: routes with the community NO_LLGR go;
 *                       other stale ones get the community LLGR_STALE, lose
 *                       against every route without it, and are withdrawn from
 *                       peers whose session lacks long_lived
 *   STALE_OVER          of these families: what is stale in either way goes. It
 *                       comes when a time is over, when the peer is back without
 *                       having kept its forwarding state (then before UP), and
 *                       at End-of-RIB (then behind the UPDATE)
 *
 * The actions come with any event, so also while the machine is in Idle or
 * stopped. Who calls bgp_fsm_init() again deletes stale routes without being
 * told. The LLGR_STALE mark is the server's: what a peer sends with that
 * community is long-lived stale, too, but not from us to sweep.
 */

struct bgp_action {
	enum bgp_action_type type;
	enum bgp_side side;
	const uint8_t *data; /* SEND_*: one message, in the list's own bytes */
	size_t len;
	const struct bgp_update *update;
	struct bgp_refresh refresh;
	uint8_t keep;	  /* DOWN */
	uint8_t families; /* STALE_* */
};

struct bgp_actions { /* in the order to be carried out */
	struct bgp_action list[16];
	size_t n;
	uint8_t bytes[2 * BGP_MSG_MAX + 512]; /* two NOTIFICATIONs, and more */
	size_t used;
};

void bgp_fsm_init(struct bgp_fsm *f, const struct bgp_fsm_conf *conf,
		  uint64_t now);
/* One step. out is emptied first. An event that makes no sense now (a timer not
 * due, a late TCP_DOWN of a closed side) does nothing. */
void bgp_fsm_step(struct bgp_fsm *f, const struct bgp_event *ev, uint64_t now,
		  struct bgp_actions *out);
/* Decode one whole message of side's connection (as cut by bgp_frame, whose bad
 * header is a BGP_EV_MSG_ERROR) and step with the outcome. msg is filled for the
 * actions to point into; clear it after carrying them out.
 * msg->problem.text tells what was wrong with an UPDATE that was used anyhow. */
void bgp_fsm_receive(struct bgp_fsm *f, enum bgp_side side, const uint8_t *data,
		     size_t len, uint64_t now, struct bgp_msg *msg,
		     struct bgp_actions *out);
/* May an incoming connection be taken now (then TCP_UP with BGP_IN)? If not,
 * close it: the peer is stopped, has failed more than once in a row and is held
 * in Idle, or has one already. */
bool bgp_fsm_may_accept(const struct bgp_fsm *f);
/* Does a new connection come too late, since a session stands, or is about to?
 * Then it hears Cease/Connection Collision Resolution and no OPEN. */
bool bgp_fsm_collides(const struct bgp_fsm *f, uint64_t now);
/* Does a new connection from the peer mean that it has restarted, and that the
 * session which seems to be Established is dead (RFC 4724 5)? Then say
 * BGP_EV_RESTARTED, carry that out, and accept it. So: when the peer had
 * promised to come back, and the session is old enough for the newcomer not to
 * be a collision. */
bool bgp_fsm_restarted(const struct bgp_fsm *f, uint64_t now);
/* An UPDATE went out: the keepalive timer starts again (RFC 4271 4.4). */
void bgp_fsm_sent(struct bgp_fsm *f, uint64_t now);
/* RFC 9687. Bytes wait that side's socket does not take; say it as often as you
 * like. The session ends when that lasts too long. */
void bgp_fsm_blocked(struct bgp_fsm *f, enum bgp_side side, uint64_t now);
/* It took some; if others still wait, say so again. */
void bgp_fsm_flowing(struct bgp_fsm *f, enum bgp_side side);
/* When to step with BGP_EV_TIMER; UINT64_MAX: never. */
uint64_t bgp_fsm_next_deadline(const struct bgp_fsm *f);
enum bgp_state bgp_fsm_state(const struct bgp_fsm *f); /* the further side's */
/* The side that is Established; false when none is. */
bool bgp_fsm_side(const struct bgp_fsm *f, enum bgp_side *side);
/* What was agreed; NULL unless Established. */
const struct bgp_session *bgp_fsm_session(const struct bgp_fsm *f);
/* What is agreed on one connection: for bgp_frame(); NULL before its OPEN. */
const struct bgp_session *bgp_fsm_terms(const struct bgp_fsm *f,
					enum bgp_side side);
const char *bgp_state_name(enum bgp_state s); /* "OpenSent" */

/* RFC 4271 6.8: of two connections, which one has to go when an OPEN with that
 * router id arrives on side and the other one is in that state? false: none. In
 * OpenSent, too: whose connection that is we know. */
bool bgp_collision(uint32_t local_id, uint32_t local_as, uint32_t peer_id,
		   uint32_t peer_as, enum bgp_side side, enum bgp_state other,
		   enum bgp_side *loser);

#endif
