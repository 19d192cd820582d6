/*
 * Any bytes as what an established peer says next: cut into frames, decoded by
 * the terms of the session, stepped through the machine. The first two bytes
 * choose what both ends offered; then each message is a type, a length and a
 * body, the header is put around it, but for type 7, which is bytes as they are.
 */
#include <assert.h>
#include <string.h>

#include "rs/bgp/bgp.h"

static struct bgp_fsm f;
static bool up;
static unsigned int stale;

static void
carry_out(const struct bgp_actions *out)
{
	for (size_t i = 0; i < out->n; i++) {
		const struct bgp_action *a = &out->list[i];

		switch (a->type) {
		case BGP_ACT_UP: up = true; break;
		case BGP_ACT_DOWN:
			assert(up);
			up = false;
			stale = a->keep;
			break;
		case BGP_ACT_STALE_OVER:
			assert((a->families & ~stale) == 0);
			stale &= ~a->families;
			break;
		case BGP_ACT_UPDATE:
			assert(up && a->update->n_reach <= 2);
			break;
		default: break;
		}
	}
	assert(f.stale.families == stale);
}

static void
event(enum bgp_event_type type)
{
	struct bgp_event ev = {.type = type, .side = BGP_OUT};
	struct bgp_actions out;

	bgp_fsm_step(&f, &ev, 1000, &out);
	carry_out(&out);
}

/* Everything that is whole; false when the connection is gone. */
static bool
stream(const uint8_t *data, size_t n)
{
	while (f.conn[BGP_OUT].state >= BGP_OPENSENT) {
		struct bgp_problem p;
		struct bgp_event ev = {.type = BGP_EV_MSG_ERROR,
				       .side = BGP_OUT,
				       .notify = &p.notify,
				       .text = p.text};
		struct bgp_actions out;
		struct bgp_msg m;
		size_t len;

		if (bgp_frame(bgp_fsm_terms(&f, BGP_OUT), data, n, &len, &p) !=
		    BGP_OK) {
			bgp_fsm_step(&f, &ev, 1000, &out);
			carry_out(&out);
			return false;
		}
		if (len == 0)
			return true;
		bgp_fsm_receive(&f, BGP_OUT, data, len, 1000, &m, &out);
		carry_out(&out);
		bgp_msg_clear(&m);
		data += len;
		n -= len;
	}
	return false;
}

static void
establish(uint8_t how, uint8_t more)
{
	struct bgp_fsm_conf conf = {
	    .local_as = 65000,
	    .local_id = 2,
	    .families = how & 3 ? how & 3 : BGP_IPV4,
	    .two_byte = how & 4,
	    .hold = 9,
	    .extended_message = how & 8,
	    .add_path_rx = how >> 4 & 3,
	    .ext_nexthop = how & 64 ? BGP_IPV4 : 0,
	    .restart = {.there = more & 1, .notification = more & 2},
	    .long_lived = {.there = more & 4},
	    .allow_as_set = more & 8};
	struct bgp_fsm_conf theirs = conf;
	struct bgp_open o = {.asn = how & 128 ? 65000 : 65001,
			     .id = 3,
			     .hold = 9,
			     .as4 = !theirs.two_byte,
			     .enhanced_refresh = true,
			     .mp = true,
			     .families = 3,
			     .extended_message = true,
			     .add_path_tx = 3,
			     .ext_nexthop = BGP_IPV4,
			     .restart = {true, false, true, 10, 3, 3},
			     .long_lived = {true, 3, 3, {20, 0}}};
	uint8_t bytes[512];
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	up = false;
	stale = 0;
	bgp_fsm_init(&f, &conf, 1000);
	event(BGP_EV_START);
	event(BGP_EV_TCP_UP);
	bgp_open_encode(&w, &o);
	bgp_keepalive_encode(&w);
	assert(stream(bytes, w.len) && up);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t wire[BGP_HEADER + 256];

	if (size < 2)
		return 0;
	establish(data[0], data[1]);
	for (size_t i = 2, n; i + 2 <= size && up; i += 2 + n) {
		size_t head = data[i] % 8 == 7 ? 0 : BGP_HEADER;

		n = data[i + 1];
		if (n > size - i - 2)
			n = size - i - 2;
		memset(wire, 0xFF, 16);
		wire[16] = (uint8_t)((BGP_HEADER + n) >> 8);
		wire[17] = (uint8_t)(BGP_HEADER + n);
		wire[18] = data[i] % 8;
		memcpy(wire + head, data + i + 2, n);
		stream(wire, head + n);
	}
	return 0;
}
