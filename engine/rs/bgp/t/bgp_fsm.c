/*
 * The session state machine: the table of RFC 4271 8.2.2, event by event and
 * state by state, then timers, collisions and what is told to people.
 */
#include "bgp_test.h"

enum { LOCAL_AS = 65000, PEER_AS = 65001, LOCAL_ID = 20, PEER_ID = 10 };

/* Events, by their numbers in RFC 4271 8.1. */
enum event {
	START = 1,
	STOP = 2,
	CONNECT_RETRY = 9,
	HOLD = 10,
	KEEPALIVE_TIMER = 11,
	IDLE_HOLD = 13,
	CONNECTED = 16,
	ACCEPTED = 17,
	TCP_FAILS = 18,
	OPEN = 19,
	HEADER_ERR = 21,
	OPEN_ERR = 22,
	VERSION_ERR = 24,
	NOTIFICATION = 25,
	KEEPALIVE = 26,
	UPDATE = 27,
	UPDATE_ERR = 28,
	REFRESH = 100, /* RFC 2918 came later */
};

#define IDLE BGP_IDLE
#define CONNECT BGP_CONNECT
#define ACTIVE BGP_ACTIVE
#define OPENSENT BGP_OPENSENT
#define CONFIRM BGP_OPENCONFIRM
#define UP BGP_ESTABLISHED

/* State and event, then what is done and the next state. A row's connection is
 * the one we opened, but for ACCEPTED. Rows marked * are our deviations, which
 * bgp_fsm.c explains. */
static const struct {
	enum bgp_state state;
	enum event event;
	const char *actions;
	enum bgp_state next;
} table[] = {
    {IDLE, START, "connect", CONNECT},
    {IDLE, STOP, "", IDLE},
    {IDLE, CONNECT_RETRY, "", IDLE},
    {IDLE, HOLD, "", IDLE},
    {IDLE, KEEPALIVE_TIMER, "", IDLE},
    {IDLE, IDLE_HOLD, "connect", CONNECT},
    {IDLE, CONNECTED, "close", IDLE},
    {IDLE, ACCEPTED, "close-in", IDLE},
    {IDLE, TCP_FAILS, "", IDLE},
    {IDLE, OPEN, "", IDLE},
    {IDLE, HEADER_ERR, "", IDLE},
    {IDLE, NOTIFICATION, "", IDLE},
    {IDLE, KEEPALIVE, "", IDLE},
    {IDLE, UPDATE, "", IDLE},

    {CONNECT, START, "", CONNECT},
    {CONNECT, STOP, "close", IDLE},
    {CONNECT, CONNECT_RETRY, "close connect", CONNECT},
    {CONNECT, CONNECTED, "open", OPENSENT},
    {CONNECT, ACCEPTED, "open-in", OPENSENT},
    {CONNECT, TCP_FAILS, "", ACTIVE}, /* * */
    {CONNECT, OPEN, "", CONNECT},     /* no connection, no messages */
    {CONNECT, HEADER_ERR, "", CONNECT},

    {ACTIVE, START, "", ACTIVE},
    {ACTIVE, STOP, "", IDLE},
    {ACTIVE, CONNECT_RETRY, "connect", CONNECT},
    {ACTIVE, ACCEPTED, "open-in", OPENSENT},
    {ACTIVE, TCP_FAILS, "", ACTIVE}, /* * there is none to fail */
    {ACTIVE, OPEN, "", ACTIVE},
    {ACTIVE, UPDATE, "", ACTIVE},

    {OPENSENT, START, "", OPENSENT},
    {OPENSENT, STOP, "notify6/2 close", IDLE},
    {OPENSENT, HOLD, "notify4/0 close", IDLE},
    {OPENSENT, TCP_FAILS, "", ACTIVE},
    {OPENSENT, OPEN, "keepalive", CONFIRM},
    {OPENSENT, HEADER_ERR, "notify1/1 close", IDLE},
    {OPENSENT, OPEN_ERR, "notify2/2 close", IDLE},
    {OPENSENT, VERSION_ERR, "close", IDLE},
    {OPENSENT, NOTIFICATION, "close", IDLE}, /* * */
    {OPENSENT, KEEPALIVE, "notify5/1 close", IDLE},
    {OPENSENT, UPDATE, "notify5/1 close", IDLE},
    {OPENSENT, UPDATE_ERR, "notify5/1 close", IDLE},
    {OPENSENT, REFRESH, "notify5/1 close", IDLE},

    {CONFIRM, START, "", CONFIRM},
    {CONFIRM, STOP, "notify6/2 close", IDLE},
    {CONFIRM, HOLD, "notify4/0 close", IDLE},
    {CONFIRM, KEEPALIVE_TIMER, "keepalive", CONFIRM},
    {CONFIRM, TCP_FAILS, "", IDLE},
    {CONFIRM, OPEN, "notify5/2 close", IDLE},
    {CONFIRM, HEADER_ERR, "notify1/1 close", IDLE},
    {CONFIRM, OPEN_ERR, "notify2/2 close", IDLE},
    {CONFIRM, VERSION_ERR, "close", IDLE},
    {CONFIRM, NOTIFICATION, "close", IDLE},
    {CONFIRM, KEEPALIVE, "up", UP},
    {CONFIRM, UPDATE, "notify5/2 close", IDLE},
    {CONFIRM, UPDATE_ERR, "notify5/2 close", IDLE},
    {CONFIRM, REFRESH, "notify5/2 close", IDLE},

    {UP, START, "", UP},
    {UP, STOP, "notify6/2 close down", IDLE},
    {UP, HOLD, "notify4/0 close down", IDLE},
    {UP, KEEPALIVE_TIMER, "keepalive", UP},
    {UP, ACCEPTED, "open-in", UP}, /* judged when its OPEN arrives */
    {UP, TCP_FAILS, "down", IDLE},
    {UP, OPEN, "notify5/3 close down", IDLE},
    {UP, HEADER_ERR, "notify1/1 close down", IDLE},
    {UP, VERSION_ERR, "close down", IDLE},
    {UP, NOTIFICATION, "close down", IDLE},
    {UP, KEEPALIVE, "", UP},
    {UP, UPDATE, "update", UP},
    {UP, UPDATE_ERR, "notify3/1 close down", IDLE},
    {UP, REFRESH, "refresh", UP},
};

static struct bgp_fsm fsm;
static struct bgp_actions out;
static uint64_t now;

static void
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
		if (a->side == BGP_IN)
			n += (size_t)snprintf(text + n, size - n, "-in");
	}
}

static void
expect(const char *actions, enum bgp_state state)
{
	char text[256];

	print_actions(text, sizeof text);
	assert_string_equal(text, actions);
	assert_string_equal(bgp_state_name(bgp_fsm_state(&fsm)),
			    bgp_state_name(state));
}

static void
step(enum bgp_event_type type, enum bgp_side side)
{
	struct bgp_event ev = {.type = type, .side = side};

	bgp_fsm_step(&fsm, &ev, now, &out);
}

static void
error(uint8_t code, uint8_t subcode)
{
	struct bgp_notify n = {.code = code, .subcode = subcode};
	struct bgp_event ev = {.type = BGP_EV_MSG_ERROR,
			       .side = BGP_OUT,
			       .notify = &n,
			       .text = "because"};

	bgp_fsm_step(&fsm, &ev, now, &out);
}

static void
receive(enum bgp_side side, struct wbuf *w)
{
	struct bgp_msg m;

	bgp_fsm_receive(&fsm, side, w->data, w->len, now, &m, &out);
	bgp_msg_clear(&m);
}

static uint8_t bytes[BGP_MSG_MAX];

static void
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

static void
receive_keepalive(enum bgp_side side)
{
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	bgp_keepalive_encode(&w);
	receive(side, &w);
}

static void
receive_notification(uint8_t code, uint8_t subcode)
{
	struct bgp_notify n = {.code = code, .subcode = subcode};
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	bgp_notify_encode(&w, &n);
	receive(BGP_OUT, &w);
}

static void
receive_refresh(enum ip_family f, uint8_t subtype)
{
	struct bgp_refresh r = {.family = f, .subtype = subtype};
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	bgp_refresh_encode(&w, &r);
	receive(BGP_OUT, &w);
}

static void
receive_update(enum bgp_side side)
{
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	bgp_eor_encode(&w, IP_V4);
	receive(side, &w);
}

static void
timer(uint64_t at)
{
	if (at != 0)
		now = at;
	step(BGP_EV_TIMER, BGP_OUT);
}

static void
happen(enum event event)
{
	const struct bgp_conn *c = &fsm.conn[BGP_OUT];

	switch (event) {
	case START: step(BGP_EV_START, BGP_OUT); break;
	case STOP: step(BGP_EV_STOP, BGP_OUT); break;
	case CONNECT_RETRY: timer(c->connect_retry_at); break;
	case HOLD: timer(c->hold_at); break;
	case KEEPALIVE_TIMER: timer(c->keepalive_at); break;
	case IDLE_HOLD:
		fsm.started = true; /* as after an error */
		fsm.idle_hold_at = now + 1;
		timer(now + 1);
		break;
	case CONNECTED: step(BGP_EV_TCP_UP, BGP_OUT); break;
	case ACCEPTED: step(BGP_EV_TCP_UP, BGP_IN); break;
	case TCP_FAILS: step(BGP_EV_TCP_DOWN, BGP_OUT); break;
	case OPEN: receive_open(BGP_OUT, PEER_AS, PEER_ID, 90); break;
	case HEADER_ERR: error(1, 1); break;
	case OPEN_ERR: error(2, 2); break;
	case VERSION_ERR: receive_notification(2, 1); break;
	case NOTIFICATION: receive_notification(6, 2); break;
	case KEEPALIVE: receive_keepalive(BGP_OUT); break;
	case UPDATE: receive_update(BGP_OUT); break;
	case UPDATE_ERR: error(3, 1); break;
	case REFRESH: receive_refresh(IP_V4, 0); break;
	}
}

static void
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

static void
reach(enum bgp_state state)
{
	setup(false);
	if (state == BGP_IDLE)
		return;
	happen(START);
	if (state == BGP_ACTIVE)
		happen(TCP_FAILS);
	if (state >= BGP_OPENSENT)
		happen(CONNECTED);
	if (state >= BGP_OPENCONFIRM)
		happen(OPEN);
	if (state == BGP_ESTABLISHED)
		happen(KEEPALIVE);
	assert_int_equal(bgp_fsm_state(&fsm), state);
}

static void
rfc_4271_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		print_message("# %s, event %d\n",
			      bgp_state_name(table[i].state), table[i].event);
		reach(table[i].state);
		happen(table[i].event);
		expect(table[i].actions, table[i].next);
	}
}

/* 8.2.2: which timers run in which state. */
static void
timers_by_state(void **state)
{
	static const struct {
		enum bgp_state state;
		uint64_t retry, hold, keepalive; /* from now */
	} rows[] = {
	    {BGP_IDLE, 0, 0, 0},
	    {BGP_CONNECT, 500, 0, 0},
	    {BGP_ACTIVE, 500, 0, 0},
	    {BGP_OPENSENT, 0, 240000, 0},
	    {BGP_OPENCONFIRM, 0, 90000, 30000},
	    {BGP_ESTABLISHED, 0, 90000, 30000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct bgp_conn *c = &fsm.conn[BGP_OUT];

		reach(rows[i].state);
		assert_int_equal(c->connect_retry_at,
				 rows[i].retry ? now + rows[i].retry : 0);
		assert_int_equal(c->hold_at,
				 rows[i].hold ? now + rows[i].hold : 0);
		assert_int_equal(c->keepalive_at, rows[i].keepalive
						      ? now + rows[i].keepalive
						      : 0);
	}
	assert_int_equal(bgp_fsm_next_deadline(&fsm), now + 30000);
	now += 20000;
	happen(UPDATE);
	assert_int_equal(fsm.conn[BGP_OUT].hold_at, now + 90000);
	bgp_fsm_sent(&fsm, now);
	assert_int_equal(fsm.conn[BGP_OUT].keepalive_at, now + 30000);
}

/* 4.2: the smaller hold time, a third of it, and none at all with 0. */
static void
hold_time(void **state)
{
	static const struct {
		uint16_t ours, theirs, hold, keepalive;
	} rows[] = {
	    {90, 90, 90, 30}, {90, 9, 9, 3}, {9, 240, 9, 3},
	    {90, 3, 3, 1},    {0, 90, 0, 0}, {90, 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		reach(BGP_OPENSENT);
		fsm.conf.hold = rows[i].ours;
		receive_open(BGP_OUT, PEER_AS, PEER_ID, rows[i].theirs);
		happen(KEEPALIVE);
		assert_int_equal(bgp_fsm_session(&fsm)->hold, rows[i].hold);
		assert_int_equal(bgp_fsm_session(&fsm)->keepalive,
				 rows[i].keepalive);
		if (rows[i].hold == 0)
			assert_true(bgp_fsm_next_deadline(&fsm) == UINT64_MAX);
	}
}

/* 6.2: what an OPEN is refused for, and the words about it. */
static void
open_refused(void **state)
{
	static const struct {
		uint32_t asn, id;
		uint16_t hold;
		const char *actions, *text;
	} rows[] = {
	    {65099, PEER_ID, 90, "notify2/2 close",
	     "sent OPEN Message Error/Bad Peer AS: the peer says AS 65099, "
	     "AS 65001 is configured"},
	    {PEER_AS, PEER_ID, 2, "notify2/6 close",
	     "sent OPEN Message Error/Unacceptable Hold Time: OPEN: a hold "
	     "time of 2 s, 0 or at least 3 are allowed"},
	    {PEER_AS, 0, 90, "notify2/3 close",
	     "sent OPEN Message Error/Bad BGP Identifier: OPEN: the BGP "
	     "identifier is 0.0.0.0"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		reach(BGP_OPENSENT);
		receive_open(BGP_OUT, rows[i].asn, rows[i].id, rows[i].hold);
		expect(rows[i].actions, BGP_IDLE);
		assert_string_equal(fsm.last_error, rows[i].text);
	}
	/* Our own identifier is wrong inside an AS only (RFC 6286 2.2). */
	reach(BGP_OPENSENT);
	receive_open(BGP_OUT, PEER_AS, LOCAL_ID, 90);
	expect("keepalive", BGP_OPENCONFIRM);
	reach(BGP_OPENSENT);
	fsm.conf.peer_as = LOCAL_AS;
	receive_open(BGP_OUT, LOCAL_AS, LOCAL_ID, 90);
	expect("notify2/3 close", BGP_IDLE);
	/* Any AS will do when none is configured. */
	reach(BGP_OPENSENT);
	fsm.conf.peer_as = 0;
	receive_open(BGP_OUT, 65099, PEER_ID, 90);
	expect("keepalive", BGP_OPENCONFIRM);
}

static void
negotiation(void **state)
{
	const struct bgp_session *s;

	(void)state;
	reach(BGP_ESTABLISHED);
	s = bgp_fsm_session(&fsm);
	assert_int_equal(s->families, BGP_IPV4);
	assert_int_equal(s->peer_as, PEER_AS);
	assert_int_equal(s->peer_id, PEER_ID);
	assert_true(s->as4 && s->refresh && !s->enhanced_refresh);
	reach(BGP_OPENSENT);
	fsm.conf.two_byte = true;
	fsm.conf.families = BGP_IPV6; /* nothing in common: up all the same */
	happen(OPEN);
	happen(KEEPALIVE);
	expect("up", BGP_ESTABLISHED);
	s = bgp_fsm_session(&fsm);
	assert_false(s->as4);
	assert_int_equal(s->families, 0);
}

static void
refresh(void **state)
{
	(void)state;
	reach(BGP_ESTABLISHED);
	receive_refresh(IP_V4, BGP_REFRESH_REQUEST);
	expect("refresh", BGP_ESTABLISHED);
	assert_int_equal(out.list[0].refresh.family, IP_V4);
	receive_refresh(IP_V6, BGP_REFRESH_REQUEST); /* not agreed on */
	expect("", BGP_ESTABLISHED);
	receive_refresh(IP_V4, BGP_REFRESH_BEGIN); /* RFC 7313 neither */
	expect("", BGP_ESTABLISHED);
	fsm.conn[BGP_OUT].session.enhanced_refresh = true;
	receive_refresh(IP_V4, BGP_REFRESH_BEGIN);
	expect("refresh", BGP_ESTABLISHED);
	receive_refresh(IP_V4, 3);
	expect("", BGP_ESTABLISHED);
}

/* Pauses double, are bounded, and begin anew after a lasting session. */
static void
back_off(void **state)
{
	static const uint64_t idle[] = {300, 600, 1200, 2400, 4800, 5000, 5000};
	static const uint64_t retry[] = {500, 1000, 2000, 4000, 5000, 5000};

	(void)state;
	reach(BGP_OPENSENT);
	for (size_t i = 0; i < sizeof idle / sizeof *idle; i++) {
		error(2, 2);
		assert_int_equal(bgp_fsm_next_deadline(&fsm), now + idle[i]);
		timer(now + idle[i] - 1);
		expect("", BGP_IDLE);
		timer(now + 1);
		expect("connect", BGP_CONNECT);
		happen(CONNECTED);
	}
	reach(BGP_CONNECT);
	for (size_t i = 0; i < sizeof retry / sizeof *retry; i++) {
		happen(TCP_FAILS);
		assert_int_equal(bgp_fsm_next_deadline(&fsm), now + retry[i]);
		timer(now + retry[i]);
		expect("connect", BGP_CONNECT);
	}
	happen(CONNECTED);
	happen(OPEN);
	happen(KEEPALIVE);
	now += 5000;
	happen(TCP_FAILS);
	assert_int_equal(bgp_fsm_next_deadline(&fsm), now + 300);
	assert_int_equal(fsm.flaps, 1);
	happen(START); /* the operator does not wait */
	expect("connect", BGP_CONNECT);
}

static void
passive(void **state)
{
	(void)state;
	setup(true);
	assert_false(bgp_fsm_may_accept(&fsm));
	happen(START);
	expect("", BGP_ACTIVE);
	assert_true(bgp_fsm_next_deadline(&fsm) == UINT64_MAX);
	assert_true(bgp_fsm_may_accept(&fsm));
	happen(ACCEPTED);
	expect("open-in", BGP_OPENSENT);
	assert_false(bgp_fsm_may_accept(&fsm));
	step(BGP_EV_TCP_DOWN, BGP_IN);
	expect("", BGP_ACTIVE);
	happen(ACCEPTED);
	receive_open(BGP_IN, PEER_AS, PEER_ID, 90);
	expect("keepalive-in", BGP_OPENCONFIRM);
	receive_keepalive(BGP_IN);
	expect("up-in", BGP_ESTABLISHED);
	step(BGP_EV_TCP_DOWN, BGP_IN);
	expect("down-in", BGP_IDLE);
	assert_false(bgp_fsm_may_accept(&fsm));
	timer(fsm.idle_hold_at);
	expect("", BGP_ACTIVE);
}

/* 6.8 as a rule, ... */
static void
collision_rule(void **state)
{
	static const struct {
		uint32_t local_id, local_as, peer_id, peer_as;
		enum bgp_state other;
		int out,
		    in; /* who goes when the OPEN is on that side; -1: no one */
	} rows[] = {
	    {1, 1, 2, 2, BGP_OPENSENT, -1, -1},
	    {1, 1, 2, 2, BGP_CONNECT, -1, -1},
	    {1, 1, 2, 2, BGP_OPENCONFIRM, BGP_OUT, BGP_OUT},
	    {2, 1, 1, 2, BGP_OPENCONFIRM, BGP_IN, BGP_IN},
	    {0xC0000201, 1, 0x0A000001, 2, BGP_OPENCONFIRM, BGP_IN, BGP_IN},
	    {1, 1, 1, 2, BGP_OPENCONFIRM, BGP_OUT, BGP_OUT}, /* RFC 6286 */
	    {1, 2, 1, 1, BGP_OPENCONFIRM, BGP_IN, BGP_IN},
	    {1, 1, 2, 2, BGP_ESTABLISHED, BGP_OUT, BGP_IN},
	    {2, 1, 1, 2, BGP_ESTABLISHED, BGP_OUT, BGP_IN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (int side = BGP_OUT; side <= BGP_IN; side++) {
			int want = side == BGP_OUT ? rows[i].out : rows[i].in;
			enum bgp_side loser;
			bool any = bgp_collision(
			    rows[i].local_id, rows[i].local_as, rows[i].peer_id,
			    rows[i].peer_as, (enum bgp_side)side, rows[i].other,
			    &loser);

			assert_int_equal(any ? (int)loser : -1, want);
		}
	}
}

/* ... and in the machine. */
static void
collision(void **state)
{
	(void)state;
	/* Both connections open; the peer has the lower identifier: ours stays,
	 * whichever OPEN comes first. */
	reach(BGP_OPENSENT);
	happen(ACCEPTED);
	expect("open-in", BGP_OPENSENT);
	happen(OPEN);
	expect("keepalive", BGP_OPENCONFIRM);
	receive_open(BGP_IN, PEER_AS, PEER_ID, 90);
	expect("notify6/7-in close-in", BGP_OPENCONFIRM);
	happen(KEEPALIVE);
	expect("up", BGP_ESTABLISHED);

	reach(BGP_OPENSENT);
	happen(ACCEPTED);
	receive_open(BGP_IN, PEER_AS, PEER_ID, 90);
	expect("keepalive-in", BGP_OPENCONFIRM);
	happen(OPEN);
	expect("notify6/7-in close-in keepalive", BGP_OPENCONFIRM);

	/* The peer has the higher one: its connection stays. */
	reach(BGP_OPENSENT);
	happen(ACCEPTED);
	receive_open(BGP_OUT, PEER_AS, LOCAL_ID + 1, 90);
	receive_open(BGP_IN, PEER_AS, LOCAL_ID + 1, 90);
	expect("notify6/7 close keepalive-in", BGP_OPENCONFIRM);
	receive_keepalive(BGP_IN);
	expect("up-in", BGP_ESTABLISHED);

	/* An attempt is given up when the other connection shows an OPEN. */
	reach(BGP_CONNECT);
	happen(ACCEPTED);
	receive_open(BGP_IN, PEER_AS, PEER_ID, 90);
	expect("close keepalive-in", BGP_OPENCONFIRM);
	assert_int_equal(fsm.conn[BGP_OUT].state, BGP_IDLE);

	/* Nothing beats an established session. */
	reach(BGP_ESTABLISHED);
	happen(ACCEPTED);
	receive_open(BGP_IN, PEER_AS, LOCAL_ID + 1, 90);
	expect("notify6/7-in close-in", BGP_ESTABLISHED);
	assert_int_equal(fsm.flaps, 0);

	/* What goes wrong on one connection leaves the other alone. */
	reach(BGP_OPENCONFIRM);
	happen(ACCEPTED);
	receive_keepalive(BGP_IN);
	expect("notify5/1-in close-in", BGP_OPENCONFIRM);
	assert_int_equal(fsm.idle_hold_at, 0);

	/* The first is lost, then the second before its OPEN: try again. */
	reach(BGP_OPENSENT);
	happen(ACCEPTED);
	error(1, 1);
	expect("notify1/1 close", BGP_OPENSENT);
	step(BGP_EV_TCP_DOWN, BGP_IN);
	expect("", BGP_ACTIVE);
	timer(bgp_fsm_next_deadline(&fsm));
	expect("connect", BGP_CONNECT);
}

static void
words(void **state)
{
	struct bgp_notify n = bgp_notify_cease(BGP_CEASE_SHUTDOWN, "lunch");
	struct bgp_event stop = {.type = BGP_EV_STOP, .notify = &n};
	struct bgp_event lost = {.type = BGP_EV_TCP_DOWN,
				 .text = "Connection refused"};

	(void)state;
	reach(BGP_ESTABLISHED);
	bgp_fsm_step(&fsm, &stop, now, &out);
	expect("notify6/2 close down", BGP_IDLE);
	assert_string_equal(fsm.last_error,
			    "stopped: Cease/Administrative Shutdown: lunch");
	reach(BGP_CONNECT);
	bgp_fsm_step(&fsm, &lost, now, &out);
	assert_string_equal(fsm.last_error,
			    "cannot connect: Connection refused");
	reach(BGP_ESTABLISHED);
	happen(TCP_FAILS);
	assert_string_equal(fsm.last_error,
			    "connection lost: closed by the peer");
	reach(BGP_ESTABLISHED);
	happen(NOTIFICATION);
	assert_string_equal(fsm.last_error,
			    "received Cease/Administrative Shutdown");
	reach(BGP_ESTABLISHED);
	happen(HOLD);
	assert_string_equal(
	    fsm.last_error,
	    "sent Hold Timer Expired: nothing was heard in time");
	reach(BGP_OPENSENT);
	happen(UPDATE);
	assert_string_equal(
	    fsm.last_error,
	    "sent Finite State Machine Error/Unexpected Message in OpenSent: "
	    "message type 2 in OpenSent");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rfc_4271_table), cmocka_unit_test(timers_by_state),
	    cmocka_unit_test(hold_time),      cmocka_unit_test(open_refused),
	    cmocka_unit_test(negotiation),    cmocka_unit_test(refresh),
	    cmocka_unit_test(back_off),	      cmocka_unit_test(passive),
	    cmocka_unit_test(collision_rule), cmocka_unit_test(collision),
	    cmocka_unit_test(words),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
