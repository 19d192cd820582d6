/*
 * The session state machine: timers, collisions, what is told to people. The
 * RFC's table is in bgp_fsm_rfc.c, graceful restart in bgp_fsm_stale.c.
 */
#include "bgp_fsm_test.h"

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
		happen(TCP_ACKED);
	}
	reach(BGP_CONNECT);
	for (size_t i = 0; i < sizeof retry / sizeof *retry; i++) {
		happen(TCP_FAILS);
		assert_int_equal(bgp_fsm_next_deadline(&fsm), now + retry[i]);
		timer(now + retry[i]);
		expect("connect", BGP_CONNECT);
	}
	happen(TCP_ACKED);
	happen(OPEN);
	happen(KEEPALIVE);
	now += 5000;
	happen(TCP_FAILS);
	assert_int_equal(bgp_fsm_next_deadline(&fsm), now + 300);
	assert_int_equal(fsm.flaps, 1);
	happen(MANUAL_START); /* the operator does not wait */
	expect("connect", BGP_CONNECT);
}

static void
passive(void **state)
{
	(void)state;
	setup(true);
	assert_false(bgp_fsm_may_accept(&fsm));
	happen(MANUAL_START);
	expect("", BGP_ACTIVE);
	assert_true(bgp_fsm_next_deadline(&fsm) == UINT64_MAX);
	assert_true(bgp_fsm_may_accept(&fsm));
	happen(TCP_CONFIRMED);
	expect("open-in", BGP_OPENSENT);
	assert_false(bgp_fsm_may_accept(&fsm));
	step(BGP_EV_TCP_DOWN, BGP_IN);
	expect("", BGP_ACTIVE);
	happen(TCP_CONFIRMED);
	receive_open(BGP_IN, PEER_AS, PEER_ID, 90);
	expect("keepalive-in", BGP_OPENCONFIRM);
	receive_keepalive(BGP_IN);
	expect("up-in", BGP_ESTABLISHED);
	step(BGP_EV_TCP_DOWN, BGP_IN);
	expect("down-in", BGP_IDLE);
	timer(fsm.idle_hold_at);
	expect("", BGP_ACTIVE);
}

/* Who comes back at once is let in, but not again and again. */
static void
comes_back(void **state)
{
	(void)state;
	reach(BGP_ESTABLISHED);
	now += 5000;
	happen(NOTIFICATION);
	expect("close down", BGP_IDLE);
	assert_true(bgp_fsm_may_accept(&fsm));
	happen(TCP_CONFIRMED);
	expect("open-in", BGP_OPENSENT);
	assert_int_equal(fsm.conn[BGP_OUT].state, BGP_ACTIVE);
	receive_open(BGP_IN, PEER_AS, PEER_ID, 90);
	receive_keepalive(BGP_IN);
	expect("up-in", BGP_ESTABLISHED);
	step(BGP_EV_TCP_DOWN, BGP_IN);
	expect("down-in", BGP_IDLE);
	assert_false(bgp_fsm_may_accept(&fsm));
	timer(fsm.idle_hold_at);
	expect("connect", BGP_CONNECT);
	assert_true(bgp_fsm_may_accept(&fsm));
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
	    {1, 1, 2, 2, BGP_ACTIVE, -1, -1},
	    {1, 1, 2, 2, BGP_OPENSENT, BGP_OUT, BGP_OUT},
	    {2, 1, 1, 2, BGP_OPENSENT, BGP_IN, BGP_IN},
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
	happen(TCP_CONFIRMED);
	expect("open-in", BGP_OPENSENT);
	happen(OPEN);
	expect("notify6/7-in close-in keepalive", BGP_OPENCONFIRM);
	happen(KEEPALIVE);
	expect("up", BGP_ESTABLISHED);

	reach(BGP_OPENSENT);
	happen(TCP_CONFIRMED);
	receive_open(BGP_IN, PEER_AS, PEER_ID, 90);
	expect("", BGP_OPENCONFIRM); /* yields to ours */
	happen(OPEN);
	expect("notify6/7-in close-in keepalive", BGP_OPENCONFIRM);

	/* The peer has the higher one: its connection stays. */
	reach(BGP_OPENSENT);
	happen(TCP_CONFIRMED);
	receive_open(BGP_OUT, PEER_AS, LOCAL_ID + 1, 90);
	expect("", BGP_OPENCONFIRM);
	receive_open(BGP_IN, PEER_AS, LOCAL_ID + 1, 90);
	expect("notify6/7 close keepalive-in", BGP_OPENCONFIRM);
	receive_keepalive(BGP_IN);
	expect("up-in", BGP_ESTABLISHED);

	/* An attempt is given up when the other connection shows an OPEN. */
	reach(BGP_CONNECT);
	happen(TCP_CONFIRMED);
	receive_open(BGP_IN, PEER_AS, PEER_ID, 90);
	expect("close keepalive-in", BGP_OPENCONFIRM);
	assert_int_equal(fsm.conn[BGP_OUT].state, BGP_IDLE);

	/* Nothing beats an established session. */
	reach(BGP_ESTABLISHED);
	happen(TCP_CONFIRMED);
	expect("notify6/7-in close-in", BGP_ESTABLISHED);
	assert_int_equal(fsm.flaps, 0);

	/* Nor one that is confirmed, unless it takes suspiciously long. */
	reach(BGP_OPENCONFIRM);
	assert_true(bgp_fsm_collides(&fsm, now + 499));
	assert_false(bgp_fsm_collides(&fsm, now + 500));
	happen(TCP_CONFIRMED);
	expect("notify6/7-in close-in", BGP_OPENCONFIRM);

	/* What goes wrong on one connection leaves the other alone. */
	now += 500;
	happen(TCP_CONFIRMED);
	expect("open-in", BGP_OPENCONFIRM);
	receive_keepalive(BGP_IN);
	expect("notify5/1-in close-in", BGP_OPENCONFIRM);
	assert_int_equal(fsm.idle_hold_at, 0);

	/* The first is lost, then the second before its OPEN: try again. */
	reach(BGP_OPENSENT);
	happen(TCP_CONFIRMED);
	error(1, 1);
	expect("notify1/1 close", BGP_OPENSENT);
	step(BGP_EV_TCP_DOWN, BGP_IN);
	expect("", BGP_ACTIVE);
	timer(bgp_fsm_next_deadline(&fsm));
	expect("connect", BGP_CONNECT);
}

/* Who yields goes on when the other connection comes to nothing. */
static void
yielding(void **state)
{
	(void)state;
	reach(BGP_OPENSENT);
	happen(TCP_CONFIRMED);
	receive_open(BGP_IN, PEER_AS, PEER_ID, 90);
	happen(TCP_FAILS);
	expect("keepalive-in", BGP_OPENCONFIRM);
	assert_int_equal(fsm.conn[BGP_OUT].state, BGP_IDLE);
	assert_true(fsm.conn[BGP_IN].keepalive_at > now);
	receive_keepalive(BGP_IN);
	expect("up-in", BGP_ESTABLISHED);

	/* The peer did not wait for us. */
	reach(BGP_OPENSENT);
	happen(TCP_CONFIRMED);
	receive_open(BGP_IN, PEER_AS, PEER_ID, 90);
	receive_keepalive(BGP_IN);
	expect("", BGP_OPENCONFIRM);
	happen(NOTIFICATION);
	expect("close keepalive-in up-in", BGP_ESTABLISHED);

	/* Silence is not an answer. */
	reach(BGP_OPENSENT);
	happen(TCP_CONFIRMED);
	receive_open(BGP_IN, PEER_AS, PEER_ID, 90);
	assert_true(bgp_fsm_next_deadline(&fsm) == now + 500);
	timer(now + 499);
	expect("", BGP_OPENCONFIRM);
	timer(now + 1);
	expect("notify6/7 close keepalive-in", BGP_OPENCONFIRM);
	assert_true(bgp_fsm_next_deadline(&fsm) > now);

	/* It may be the one that goes. */
	reach(BGP_OPENSENT);
	happen(TCP_CONFIRMED);
	receive_open(BGP_IN, PEER_AS, PEER_ID, 90);
	step(BGP_EV_TCP_DOWN, BGP_IN);
	expect("", BGP_OPENSENT);
	happen(OPEN);
	expect("keepalive", BGP_OPENCONFIRM);
}

/* RFC 9687 4: the longer one of eight minutes and twice the hold time. */
static void
send_hold(void **state)
{
	static const struct {
		uint16_t hold;
		uint32_t conf, ms;
	} rows[] = {{90, 0, 480000}, {240, 0, 480000},	{300, 0, 600000},
		    {0, 0, 480000},  {9, 20000, 20000}, {30, 20000, 60000}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct bgp_conn *c = &fsm.conn[BGP_OUT];

		reach(BGP_OPENSENT);
		fsm.conf.hold = rows[i].hold;
		if (rows[i].conf)
			fsm.conf.send_hold_ms = rows[i].conf;
		receive_open(BGP_OUT, PEER_AS, PEER_ID, rows[i].hold);
		bgp_fsm_blocked(&fsm, BGP_OUT, now);
		assert_true(c->send_hold_at == 0); /* not yet Established */
		happen(KEEPALIVE);
		bgp_fsm_blocked(&fsm, BGP_OUT, now);
		assert_true(c->send_hold_at == now + rows[i].ms);
		now += 1000; /* still blocked: the time goes on */
		bgp_fsm_blocked(&fsm, BGP_OUT, now);
		assert_true(c->send_hold_at == now - 1000 + rows[i].ms);
		bgp_fsm_flowing(&fsm, BGP_OUT);
		assert_true(c->send_hold_at == 0);
		bgp_fsm_blocked(&fsm, BGP_OUT, now);
		c->hold_at = c->keepalive_at = 0; /* the peer talks, we do */
		assert_true(bgp_fsm_next_deadline(&fsm) == now + rows[i].ms);
		timer(now + rows[i].ms);
		expect("notify8/0 close down", BGP_IDLE);
	}
	assert_string_equal(
	    fsm.last_error,
	    "sent Send Hold Timer Expired: the peer took nothing in time");
}

/* RFC 4271 10: timers run for 75 to 100 per cent of their time. */
static void
jitter(void **state)
{
	uint64_t min = UINT64_MAX, max = 0;

	(void)state;
	reach(BGP_ESTABLISHED);
	fsm.random = 12345;
	for (int i = 0; i < 1000; i++) {
		uint64_t in;

		bgp_fsm_sent(&fsm, now);
		in = fsm.conn[BGP_OUT].keepalive_at - now;
		min = in < min ? in : min;
		max = in > max ? in : max;
	}
	assert_in_range(min, 22500, 23000);
	assert_in_range(max, 29500, 30000);
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
	fsm.only_attempts = true; /* the first ones failed */
	happen(NOTIFICATION);
	assert_string_equal(fsm.last_error,
			    "received Cease/Administrative Shutdown");
	timer(bgp_fsm_next_deadline(&fsm));
	bgp_fsm_step(&fsm, &lost, now, &out); /* says less */
	assert_string_equal(fsm.last_error,
			    "received Cease/Administrative Shutdown");
	reach(BGP_ESTABLISHED);
	happen(HOLD_EXPIRES);
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
	    cmocka_unit_test(timers_by_state), cmocka_unit_test(hold_time),
	    cmocka_unit_test(open_refused),    cmocka_unit_test(negotiation),
	    cmocka_unit_test(refresh),	       cmocka_unit_test(back_off),
	    cmocka_unit_test(comes_back),      cmocka_unit_test(passive),
	    cmocka_unit_test(collision_rule),  cmocka_unit_test(collision),
	    cmocka_unit_test(yielding),	       cmocka_unit_test(send_hold),
	    cmocka_unit_test(jitter),	       cmocka_unit_test(words),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
