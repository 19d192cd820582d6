/*
 * Two ends that connect to each other at once, with messages that take their
 * time: in whatever order these arrive, no session that has come up, at either
 * end, is lost again, and one comes up.
 *
 * One end is the machine. The other is the machine, too, or plain: RFC 4271 6.8 by
 * the letter, which decides when an OPEN meets a connection in OpenConfirm.
 */
#include <stdlib.h>

#include "bgp_test.h"

enum kind { SYN, OPEN, KEEPALIVE, CEASE, FIN };

struct cable { /* one direction of one connection */
	enum kind queue[32];
	size_t head, n;
};

struct end {
	bool plain;
	uint32_t as, id;
	struct bgp_fsm fsm;
	enum bgp_state state[2]; /* plain: by enum bgp_side */
};

static struct end ends[2];
static struct cable cables[2][2]; /* [who opened it][to whom] */
static uint64_t now;
static unsigned int lost;

static void
put(int conn, int to, enum kind kind)
{
	struct cable *c = &cables[conn][to];

	assert_true(c->n < sizeof c->queue / sizeof *c->queue);
	c->queue[c->n++] = kind;
}

static enum bgp_side
side_of(int me, int conn)
{
	return conn == me ? BGP_OUT : BGP_IN;
}

static enum bgp_state
state_of(const struct end *e, enum bgp_side side)
{
	return e->plain ? e->state[side] : e->fsm.conn[side].state;
}

/* ---- plain */

static void
plain_close(int me, enum bgp_side side, bool cease)
{
	struct end *e = &ends[me];
	int conn = side == BGP_OUT ? me : !me;

	if (e->state[side] == BGP_IDLE)
		return;
	lost += e->state[side] == BGP_ESTABLISHED;
	e->state[side] = BGP_IDLE;
	put(conn, !me, cease ? CEASE : FIN);
}

static void
plain_open(int me, enum bgp_side side, int conn)
{
	struct end *e = &ends[me];
	enum bgp_side other = side == BGP_OUT ? BGP_IN : BGP_OUT;
	bool mine = e->id > ends[!me].id;

	if (e->state[other] == BGP_CONNECT)
		plain_close(me, other, false);
	if (e->state[other] == BGP_OPENCONFIRM && mine == (side == BGP_OUT)) {
		plain_close(me, other, true);
	} else if (e->state[other] >= BGP_OPENCONFIRM) {
		plain_close(me, side, true);
		return;
	}
	e->state[side] = BGP_OPENCONFIRM;
	put(conn, !me, KEEPALIVE);
}

static void
plain_get(int me, int conn, enum kind kind)
{
	struct end *e = &ends[me];
	enum bgp_side side = side_of(me, conn);

	if (kind == SYN && (side == BGP_OUT) != (e->state[side] == BGP_CONNECT))
		return; /* given up */
	if (kind == SYN) {
		e->state[side] = BGP_OPENSENT;
		if (side == BGP_IN)
			put(conn, !me, SYN);
		put(conn, !me, OPEN);
	} else if (e->state[side] == BGP_IDLE) {
		return;
	} else if (kind == OPEN) {
		plain_open(me, side, conn);
	} else if (kind == KEEPALIVE) {
		assert_true(e->state[side] == BGP_OPENCONFIRM);
		e->state[side] = BGP_ESTABLISHED;
	} else {
		plain_close(me, side, false);
	}
}

/* ---- the machine */

static void
machine_acts(int me, const struct bgp_actions *out)
{
	for (size_t i = 0; i < out->n; i++) {
		const struct bgp_action *a = &out->list[i];
		int conn = a->side == BGP_OUT ? me : !me;

		switch (a->type) {
		case BGP_ACT_CONNECT: put(conn, !me, SYN); break;
		case BGP_ACT_SEND_OPEN: put(conn, !me, OPEN); break;
		case BGP_ACT_SEND_KEEPALIVE: put(conn, !me, KEEPALIVE); break;
		case BGP_ACT_SEND_NOTIFICATION:
			assert_int_equal(a->data[19], BGP_ERR_CEASE);
			put(conn, !me, CEASE);
			break;
		case BGP_ACT_CLOSE: put(conn, !me, FIN); break;
		case BGP_ACT_DOWN: lost++; break;
		default: break;
		}
	}
}

static void
machine_step(int me, enum bgp_event_type type, enum bgp_side side)
{
	struct bgp_event ev = {.type = type, .side = side};
	struct bgp_actions out;

	bgp_fsm_step(&ends[me].fsm, &ev, now, &out);
	machine_acts(me, &out);
}

static void
machine_message(int me, enum bgp_side side, enum kind kind)
{
	const struct end *peer = &ends[!me];
	uint8_t bytes[BGP_MSG_MAX];
	struct wbuf w = wbuf_of(bytes, sizeof bytes);
	struct bgp_notify n = bgp_notify_cease(BGP_CEASE_COLLISION, NULL);
	struct bgp_open o = {.asn = peer->as,
			     .id = peer->id,
			     .hold = 90,
			     .as4 = true,
			     .mp = true,
			     .families = BGP_IPV4};
	struct bgp_actions out;
	struct bgp_msg msg;

	if (kind == OPEN)
		bgp_open_encode(&w, &o);
	else if (kind == KEEPALIVE)
		bgp_keepalive_encode(&w);
	else
		bgp_notify_encode(&w, &n);
	bgp_fsm_receive(&ends[me].fsm, side, w.data, w.len, now, &msg, &out);
	bgp_msg_clear(&msg);
	machine_acts(me, &out);
}

static void
machine_get(int me, int conn, enum kind kind)
{
	struct end *e = &ends[me];
	enum bgp_side side = side_of(me, conn);

	if (kind == SYN && side == BGP_OUT) {
		if (state_of(e, side) == BGP_CONNECT)
			machine_step(me, BGP_EV_TCP_UP, side);
	} else if (kind == SYN) {
		put(conn, !me, SYN); /* the kernel's answer */
		if (bgp_fsm_may_accept(&e->fsm))
			machine_step(me, BGP_EV_TCP_UP, side);
		else
			put(conn, !me, FIN);
	} else if (state_of(e, side) < BGP_OPENSENT) {
		return;
	} else if (kind == FIN) {
		machine_step(me, BGP_EV_TCP_DOWN, side);
	} else {
		machine_message(me, side, kind);
	}
}

/* ---- the two */

static void
get(int me, int conn)
{
	struct cable *c = &cables[conn][me];
	enum kind kind = c->queue[c->head++];

	if (c->head == c->n)
		c->head = c->n = 0;
	if (ends[me].plain)
		plain_get(me, conn, kind);
	else
		machine_get(me, conn, kind);
}

static void
begin(bool plain, bool first_is_higher)
{
	struct bgp_fsm_conf conf = {.families = BGP_IPV4, .hold = 90};

	memset(cables, 0, sizeof cables);
	lost = 0;
	now = 1000;
	for (int i = 0; i < 2; i++) {
		struct end *e = &ends[i];
		*e = (struct end){.plain = i == 1 && plain,
				  .as = 65001 + (uint32_t)i,
				  .id = (i == 0) == first_is_higher ? 20 : 10};
		conf.local_as = e->as;
		conf.local_id = e->id;
		bgp_fsm_init(&e->fsm, &conf, now);
	}
}

static void
start(int me)
{
	struct end *e = &ends[me];

	if (!e->plain) {
		machine_step(me, BGP_EV_START, BGP_OUT);
	} else if (e->state[BGP_IN] <= BGP_OPENSENT) {
		e->state[BGP_OUT] = BGP_CONNECT;
		put(me, !me, SYN);
	}
}

/* One message arrives, or one end starts; false when nothing is left to. */
static bool
happen(unsigned int *started)
{
	int at = rand() % 6;

	for (int i = 0; i < 6; i++, at = (at + 1) % 6) {
		if (at >= 4) {
			int me = at - 4;
			if (*started >> me & 1)
				continue;
			*started |= 1u << me;
			start(me);
			return true;
		}
		if (cables[at / 2][at % 2].n > 0) {
			get(at % 2, at / 2);
			return true;
		}
	}
	return false;
}

static bool
is_up(int conn)
{
	return state_of(&ends[0], side_of(0, conn)) == BGP_ESTABLISHED &&
	       state_of(&ends[1], side_of(1, conn)) == BGP_ESTABLISHED;
}

static void
play(bool plain, bool first_is_higher)
{
	unsigned int started = 0;

	begin(plain, first_is_higher);
	while (happen(&started)) {}
	now += 500; /* nobody who yields waits for longer */
	for (int i = 0; i < 2; i++)
		if (!ends[i].plain &&
		    bgp_fsm_state(&ends[i].fsm) >= BGP_OPENSENT)
			machine_step(i, BGP_EV_TIMER, BGP_OUT);
	while (happen(&started)) {}
	assert_int_equal(lost, 0);
	assert_true(is_up(0) || is_up(1));
	assert_false(is_up(0) && is_up(1));
}

static void
many(bool plain, bool first_is_higher)
{
	srand(4271);
	for (int i = 0; i < 50000; i++)
		play(plain, first_is_higher);
}

static void
with_itself(void **state)
{
	(void)state;
	many(false, true);
}

static void
with_a_plain_one(void **state)
{
	(void)state;
	many(true, true);
	many(true, false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(with_itself),
	    cmocka_unit_test(with_a_plain_one),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
