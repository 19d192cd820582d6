/*
 * Any order of events, against a model of the two sockets. What must always
 * hold is written down in check() and carry_out().
 */
#include <assert.h>
#include <string.h>

#include "rs/bgp/bgp.h"

enum socket { CLOSED, CONNECTING, OPEN };

static struct model {
	struct bgp_fsm f;
	enum socket socket[2];
	bool up;
	unsigned int stale; /* families with stale routes */
	uint64_t now;
} m;

static void
carry_out(const struct bgp_actions *out)
{
	for (size_t i = 0; i < out->n; i++) {
		const struct bgp_action *a = &out->list[i];
		struct bgp_problem p;
		size_t len;

		switch (a->type) {
		case BGP_ACT_CONNECT:
			assert(a->side == BGP_OUT && !m.f.conf.passive);
			assert(m.socket[BGP_OUT] == CLOSED);
			m.socket[BGP_OUT] = CONNECTING;
			break;
		case BGP_ACT_SEND_OPEN:
		case BGP_ACT_SEND_KEEPALIVE:
		case BGP_ACT_SEND_NOTIFICATION:
			assert(m.socket[a->side] == OPEN);
			assert(bgp_frame(NULL, a->data, a->len, &len, &p) ==
			       BGP_OK);
			assert(len == a->len);
			break;
		case BGP_ACT_CLOSE:
			assert(m.socket[a->side] != CLOSED);
			m.socket[a->side] = CLOSED;
			break;
		case BGP_ACT_UP:
			assert(!m.up && m.socket[a->side] == OPEN);
			m.up = true;
			break;
		case BGP_ACT_DOWN:
			assert(m.up &&
			       (a->keep == 0 || m.f.conf.restart.there));
			m.up = false;
			m.stale = a->keep;
			break;
		case BGP_ACT_UPDATE:
		case BGP_ACT_REFRESH: assert(m.up); break;
		case BGP_ACT_STALE_LONG_LIVED:
			assert(a->families != 0 && !m.up);
			assert((a->families & ~m.stale) == 0);
			break;
		case BGP_ACT_STALE_OVER:
			assert(a->families != 0);
			assert((a->families & ~m.stale) == 0);
			m.stale &= ~a->families;
			break;
		}
	}
}

static void
check(void)
{
	const struct bgp_fsm *f = &m.f;
	enum bgp_state o = f->conn[BGP_OUT].state, i = f->conn[BGP_IN].state;
	enum bgp_side side;

	assert(i == BGP_IDLE || i >= BGP_OPENSENT);
	assert((o >= BGP_OPENSENT) == (m.socket[BGP_OUT] == OPEN));
	assert((i >= BGP_OPENSENT) == (m.socket[BGP_IN] == OPEN));
	assert((o == BGP_CONNECT) == (m.socket[BGP_OUT] == CONNECTING));
	assert(o < BGP_OPENCONFIRM || i < BGP_OPENCONFIRM);
	assert(bgp_fsm_side(f, &side) == m.up);
	assert(f->started || (o == BGP_IDLE && i == BGP_IDLE));
	if (f->started) /* either waiting in Idle, or doing something */
		assert((f->idle_hold_at != 0) ==
		       (o == BGP_IDLE && i == BGP_IDLE));
	else if (m.stale == 0)
		assert(bgp_fsm_next_deadline(f) == UINT64_MAX);
	assert(f->stale.families == m.stale);
	for (int k = 0; k < 2; k++) /* nothing stays stale for ever */
		assert((f->stale.at[k] != 0) == (m.stale >> k & 1));
	if (f->conn[BGP_OUT].session.hold != 0 && m.up && side == BGP_OUT)
		assert(bgp_fsm_next_deadline(f) <= m.now + 65535000u);
	assert(strlen(f->last_error) < sizeof f->last_error);
}

static void
step(enum bgp_event_type type, enum bgp_side side)
{
	struct bgp_notify n = {.code = BGP_ERR_CEASE, .subcode = 4};
	struct bgp_event ev = {.type = type, .side = side, .notify = &n};
	struct bgp_actions out;

	bgp_fsm_step(&m.f, &ev, m.now, &out);
	carry_out(&out);
	check();
}

static void
receive(enum bgp_side side, uint8_t what, uint8_t arg)
{
	struct bgp_open o = {.asn = arg & 1 ? 65001 : 65002,
			     .id = (uint32_t)(arg >> 1 & 3),
			     .hold = arg & 8 ? 0 : arg >> 4,
			     .as4 = arg & 16,
			     .mp = true,
			     .families = BGP_IPV4};
	struct bgp_notify n = bgp_notify_cease(arg, "bye");
	struct bgp_refresh r = {.family = IP_V4, .subtype = arg & 3};
	struct bgp_open restarting = {
	    .asn = 65001,
	    .id = 3,
	    .hold = 9,
	    .as4 = true,
	    .mp = true,
	    .families = BGP_IPV4 | BGP_IPV6,
	    .restart = {.there = true,
			.notification = arg & 2,
			.time = arg & 1 ? 10 : 0,
			.families = arg >> 2 & 3,
			.forwarding = arg >> 4 & 3},
	    .long_lived = {.there = true,
			   .families = 3,
			   .forwarding = 3,
			   .time = {arg >> 6 & 1, arg >> 7}}};
	uint8_t bytes[BGP_MSG_MAX];
	struct wbuf w = wbuf_of(bytes, sizeof bytes);
	struct bgp_actions out;
	struct bgp_msg msg;

	switch (what % 8) {
	case 0: bgp_open_encode(&w, &o); break;
	case 1: bgp_keepalive_encode(&w); break;
	case 2: bgp_eor_encode(&w, arg & 1 ? IP_V4 : IP_V6); break;
	case 3: bgp_notify_encode(&w, &n); break;
	case 4: bgp_refresh_encode(&w, &r); break;
	case 5:
		bgp_eor_encode(&w, IP_V4);
		bytes[20] = arg; /* lengths that do not add up */
		break;
	case 6:
	case 7: bgp_open_encode(&w, &restarting); break;
	}
	bgp_fsm_receive(&m.f, side, bytes, w.len, m.now, &msg, &out);
	carry_out(&out);
	check();
	bgp_msg_clear(&msg);
}

static void
tcp(enum bgp_side side, bool up)
{
	if (up && side == BGP_OUT && m.socket[side] == CONNECTING) {
		m.socket[side] = OPEN;
		step(BGP_EV_TCP_UP, side);
	} else if (up && side == BGP_IN && m.socket[side] == CLOSED) {
		m.socket[side] = OPEN; /* even if it may not be accepted */
		step(BGP_EV_TCP_UP, side);
	} else if (!up && m.socket[side] != CLOSED) {
		m.socket[side] = CLOSED;
		step(BGP_EV_TCP_DOWN, side);
	}
}

static void
other_calls(enum bgp_side side, uint8_t arg)
{
	switch (arg & 3) {
	case 0: bgp_fsm_sent(&m.f, m.now); break;
	case 1: bgp_fsm_blocked(&m.f, side, m.now); break;
	case 2: bgp_fsm_flowing(&m.f, side); break;
	case 3:
		if (bgp_fsm_restarted(&m.f, m.now))
			step(BGP_EV_RESTARTED, side);
		break;
	}
	check();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t how = size > 1 ? data[0] : 0, more = size > 1 ? data[1] : 0;
	struct bgp_fsm_conf conf = {
	    .local_as = 65000,
	    .local_id = 2,
	    .peer_as = how & 1 ? 65001 : 0,
	    .families = how & 2 ? BGP_IPV6 : BGP_IPV4,
	    .passive = how & 4,
	    .two_byte = how & 8,
	    .hold = how & 16 ? 0 : 9,
	    .restart = {.there = more & 1, .notification = more & 2},
	    .long_lived = {.there = more & 4},
	    .stale_ms = 3000,
	    .send_hold_ms = 20000,
	    .seed = more >> 4};

	if (more & 8)
		conf.families = BGP_IPV4 | BGP_IPV6;

	m = (struct model){.now = 1000};
	bgp_fsm_init(&m.f, &conf, m.now);
	check();
	for (size_t i = 2; i + 1 < size; i += 2) {
		enum bgp_side side = data[i] & 1;
		uint8_t arg = data[i + 1];

		switch (data[i] >> 1 & 7) {
		case 0: step(BGP_EV_START, side); break;
		case 1: step(BGP_EV_STOP, side); break;
		case 2: tcp(side, true); break;
		case 3: tcp(side, false); break;
		case 4:
			m.now += arg * 50u;
			step(BGP_EV_TIMER, side);
			assert(bgp_fsm_next_deadline(&m.f) > m.now);
			break;
		case 5: other_calls(side, arg); break;
		default: receive(side, data[i] >> 4, arg); break;
		}
	}
	return 0;
}
