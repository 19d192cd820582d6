/* What the tests of the state machine share: a machine, and how to make each
 * event happen to it. */
#ifndef BGP_FSM_TEST_H
#define BGP_FSM_TEST_H

#include "bgp_test.h"

enum { LOCAL_AS = 65000, PEER_AS = 65001, LOCAL_ID = 20, PEER_ID = 10 };

/* Events, by their numbers in RFC 4271 8.1. */
enum event {
	MANUAL_START = 1,
	MANUAL_STOP,
	AUTOMATIC_START,
	MANUAL_START_PASSIVE,
	AUTOMATIC_START_PASSIVE,
	AUTOMATIC_START_DAMPED,
	AUTOMATIC_START_DAMPED_PASSIVE,
	AUTOMATIC_STOP,
	CONNECT_RETRY_EXPIRES,
	HOLD_EXPIRES,
	KEEPALIVE_EXPIRES,
	DELAY_OPEN_EXPIRES,
	IDLE_HOLD_EXPIRES,
	TCP_VALID,
	TCP_INVALID,
	TCP_ACKED,     /* ours is up */
	TCP_CONFIRMED, /* theirs is */
	TCP_FAILS,
	OPEN,
	OPEN_DELAYED,
	HEADER_ERR,
	OPEN_ERR,
	COLLISION_DUMP,
	VERSION_ERR,
	NOTIFICATION,
	KEEPALIVE,
	UPDATE,
	UPDATE_ERR,
	SEND_HOLD_EXPIRES, /* RFC 9687 */
	REFRESH = 100,	   /* RFC 2918 has no number for it */
};

#define IDLE BGP_IDLE
#define CONNECT BGP_CONNECT
#define ACTIVE BGP_ACTIVE
#define OPENSENT BGP_OPENSENT
#define CONFIRM BGP_OPENCONFIRM
#define UP BGP_ESTABLISHED

static struct bgp_fsm fsm;
static struct bgp_actions out;
static uint64_t now;

static inline void
print_actions(char *text, size_t size)
{
	static const char *const words[] = {
	    [BGP_ACT_CONNECT] = "connect",
	    [BGP_ACT_SEND_OPEN] = "open",
	    [BGP_ACT_SEND_KEEPALIVE] = "keepalive",
	    [BGP_ACT_SEND_NOTIFICATION] = "notify",
	    [BGP_ACT_CLOSE] = "close",
	    [BGP_ACT_UP] = "up",
	    [BGP_ACT_DOWN] = "down",
	    [BGP_ACT_UPDATE] = "update",
	    [BGP_ACT_REFRESH] = "refresh",
	    [BGP_ACT_STALE_LONG_LIVED] = "long-lived",
	    [BGP_ACT_STALE_OVER] = "over",
	};
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < out.n; i++) {
		const struct bgp_action *a = &out.list[i];

		n += (size_t)snprintf(text + n, size - n, "%s%s",
				      i > 0 ? " " : "", words[a->type]);
		if (a->type == BGP_ACT_SEND_NOTIFICATION)
			n += (size_t)snprintf(text + n, size - n, "%u/%u",
					      a->data[19], a->data[20]);
		if (a->keep | a->families)
			n += (size_t)snprintf(text + n, size - n, ":%u",
					      a->keep | a->families);
		if (a->side == BGP_IN)
			n += (size_t)snprintf(text + n, size - n, "-in");
	}
}

static inline void
expect(const char *actions, enum bgp_state state)
{
	char text[256];

	print_actions(text, sizeof text);
	assert_string_equal(text, actions);
	assert_string_equal(bgp_state_name(bgp_fsm_state(&fsm)),
			    bgp_state_name(state));
}

static inline void
step(enum bgp_event_type type, enum bgp_side side)
{
	struct bgp_event ev = {.type = type, .side = side};

	bgp_fsm_step(&fsm, &ev, now, &out);
}

static inline void
error(uint8_t code, uint8_t subcode)
{
	struct bgp_notify n = {.code = code, .subcode = subcode};
	struct bgp_event ev = {.type = BGP_EV_MSG_ERROR,
			       .side = BGP_OUT,
			       .notify = &n,
			       .text = "because"};

	bgp_fsm_step(&fsm, &ev, now, &out);
}

static inline void
receive(enum bgp_side side, struct wbuf *w)
{
	struct bgp_msg m;

	bgp_fsm_receive(&fsm, side, w->data, w->len, now, &m, &out);
	bgp_msg_clear(&m);
}

static uint8_t bytes[BGP_MSG_MAX];

static inline void
receive_open(enum bgp_side side, uint32_t asn, uint32_t id, uint16_t hold)
{
	struct bgp_open o = {.asn = asn,
			     .id = id,
			     .hold = hold,
			     .as4 = true,
			     .refresh = true,
			     .mp = true,
			     .families = BGP_IPV4};
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	bgp_open_encode(&w, &o);
	receive(side, &w);
}

static inline void
receive_keepalive(enum bgp_side side)
{
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	bgp_keepalive_encode(&w);
	receive(side, &w);
}

static inline void
receive_notification(uint8_t code, uint8_t subcode)
{
	struct bgp_notify n = {.code = code, .subcode = subcode};
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	bgp_notify_encode(&w, &n);
	receive(BGP_OUT, &w);
}

static inline void
receive_refresh(enum ip_family f, uint8_t subtype)
{
	struct bgp_refresh r = {.family = f, .subtype = subtype};
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	bgp_refresh_encode(&w, &r);
	receive(BGP_OUT, &w);
}

static inline void
receive_update(enum bgp_side side)
{
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	bgp_eor_encode(&w, IP_V4);
	receive(side, &w);
}

static inline void
timer(uint64_t at)
{
	if (at != 0)
		now = at;
	step(BGP_EV_TIMER, BGP_OUT);
}

static inline void
stop(uint8_t subcode)
{
	struct bgp_notify n = {.code = BGP_ERR_CEASE, .subcode = subcode};
	struct bgp_event ev = {.type = BGP_EV_STOP, .notify = &n};

	bgp_fsm_step(&fsm, &ev, now, &out);
}

/* The other connection's OPEN arrives, and ours has to go. */
static inline void
collide(void)
{
	out.n = 0;
	if (!bgp_fsm_may_accept(&fsm))
		return;
	if (fsm.conn[BGP_OUT].state == BGP_OPENCONFIRM)
		now += 500; /* before, it would not get as far as an OPEN */
	step(BGP_EV_TCP_UP, BGP_IN);
	if (fsm.conn[BGP_IN].state == BGP_OPENSENT)
		receive_open(BGP_IN, PEER_AS, LOCAL_ID + 1, 90);
}

static inline void
happen(enum event event)
{
	const struct bgp_conn *c = &fsm.conn[BGP_OUT];

	switch (event) {
	case MANUAL_START_PASSIVE:
	case AUTOMATIC_START_PASSIVE:
	case AUTOMATIC_START_DAMPED_PASSIVE: fsm.conf.passive = true;
	/* fall through */
	case MANUAL_START:
	case AUTOMATIC_START:
	case AUTOMATIC_START_DAMPED: step(BGP_EV_START, BGP_OUT); break;
	case MANUAL_STOP: step(BGP_EV_STOP, BGP_OUT); break;
	case AUTOMATIC_STOP: stop(BGP_CEASE_MAX_PREFIX); break;
	case CONNECT_RETRY_EXPIRES: timer(c->connect_retry_at); break;
	case HOLD_EXPIRES: timer(c->hold_at); break;
	case KEEPALIVE_EXPIRES: timer(c->keepalive_at); break;
	case DELAY_OPEN_EXPIRES: timer(0); break; /* there is none */
	case IDLE_HOLD_EXPIRES:
		if (c->state == BGP_IDLE) { /* as after an error */
			fsm.started = true;
			fsm.idle_hold_at = now + 1;
		}
		timer(fsm.idle_hold_at);
		break;
	case TCP_VALID:
	case TCP_INVALID: out.n = 0; break; /* our caller's business */
	case TCP_ACKED: step(BGP_EV_TCP_UP, BGP_OUT); break;
	case TCP_CONFIRMED: step(BGP_EV_TCP_UP, BGP_IN); break;
	case TCP_FAILS: step(BGP_EV_TCP_DOWN, BGP_OUT); break;
	case OPEN:
	case OPEN_DELAYED: receive_open(BGP_OUT, PEER_AS, PEER_ID, 90); break;
	case HEADER_ERR: error(1, 1); break;
	case OPEN_ERR: error(2, 2); break;
	case COLLISION_DUMP: collide(); break;
	case VERSION_ERR: receive_notification(2, 1); break;
	case NOTIFICATION: receive_notification(6, 2); break;
	case KEEPALIVE: receive_keepalive(BGP_OUT); break;
	case UPDATE: receive_update(BGP_OUT); break;
	case UPDATE_ERR: error(3, 1); break;
	case SEND_HOLD_EXPIRES:
		bgp_fsm_blocked(&fsm, BGP_OUT, now);
		timer(c->send_hold_at ? now : 0);
		fsm.conn[BGP_OUT].hold_at = 0;
		fsm.conn[BGP_OUT].keepalive_at = 0;
		timer(c->send_hold_at);
		break;
	case REFRESH: receive_refresh(IP_V4, 0); break;
	}
}

static inline void
setup(bool passive)
{
	struct bgp_fsm_conf conf = {.local_as = LOCAL_AS,
				    .local_id = LOCAL_ID,
				    .peer_as = PEER_AS,
				    .families = BGP_IPV4,
				    .passive = passive,
				    .hold = 90};

	now = 1000000;
	bgp_fsm_init(&fsm, &conf, now);
}

static inline void
reach(enum bgp_state state)
{
	setup(false);
	if (state == BGP_IDLE)
		return;
	happen(MANUAL_START);
	if (state == BGP_ACTIVE)
		happen(TCP_FAILS);
	if (state >= BGP_OPENSENT)
		happen(TCP_ACKED);
	if (state >= BGP_OPENCONFIRM)
		happen(OPEN);
	if (state == BGP_ESTABLISHED)
		happen(KEEPALIVE);
	assert_int_equal(bgp_fsm_state(&fsm), state);
}

#endif
