/*
 * Messages of fixed length for each word, one a packet of the socket:
 *
 *	op(1) slot(4) [weather(21)] [seed(8) frame_size(4) frames(4)]
 */
#include "base/buf.h"
#include "lab/wire/wire.h"

static void
msg_put_u64(struct wbuf *b, uint64_t v)
{
	wbuf_u32(b, (uint32_t)(v >> 32));
	wbuf_u32(b, (uint32_t)v);
}

static uint64_t
msg_u64(struct rbuf *b)
{
	uint64_t high = rbuf_u32(b);

	return high << 32 | rbuf_u32(b);
}

size_t
wire_msg_encode(const struct wire_msg *m, uint8_t buf[WIRE_MSG_MAX])
{
	struct wbuf b = wbuf_of(buf, WIRE_MSG_MAX);

	wbuf_u8(&b, (uint8_t)m->op);
	wbuf_u32(&b, m->slot);
	if (m->op == WIRE_ADD || m->op == WIRE_SET) {
		wbuf_u32(&b, m->weather.delay_us);
		wbuf_u32(&b, m->weather.jitter_us);
		wbuf_u32(&b, m->weather.loss_ppm);
		msg_put_u64(&b, m->weather.rate_bps);
		wbuf_u8(&b, m->weather.silent);
	}
	if (m->op == WIRE_ADD) {
		msg_put_u64(&b, m->seed);
		wbuf_u32(&b, m->frame_size);
		wbuf_u32(&b, m->frames);
	}
	return b.len;
}

static bool
msg_weather(struct rbuf *b, struct wire_weather *w)
{
	uint8_t silent;

	w->delay_us = rbuf_u32(b);
	w->jitter_us = rbuf_u32(b);
	w->loss_ppm = rbuf_u32(b);
	w->rate_bps = msg_u64(b);
	silent = rbuf_u8(b);
	w->silent = silent == 1;
	return silent <= 1 && w->delay_us <= 60000000 &&
	       w->jitter_us <= 60000000 && w->loss_ppm <= 1000000 &&
	       (w->rate_bps == 0 || w->rate_bps >= 8000) &&
	       w->rate_bps <= 1000000000000;
}

/* A ring's frames are of a power of two bytes, so none lies over a page that is
 * not there. */
static bool
msg_ring(const struct wire_msg *m)
{
	return m->frame_size >= 2048 && m->frame_size <= 1u << 17 &&
	       (m->frame_size & (m->frame_size - 1)) == 0 && m->frames >= 1 &&
	       m->frames <= 65536;
}

bool
wire_msg_decode(const void *data, size_t len, struct wire_msg *m)
{
	struct rbuf b = rbuf_of(data, len);
	bool good = true;

	*m = (struct wire_msg){.op = (enum wire_op)rbuf_u8(&b)};
	m->slot = rbuf_u32(&b);
	switch (m->op) {
	case WIRE_TABLE: good = m->slot >= 1 && m->slot <= WIRE_SLOTS; break;
	case WIRE_ADD:
		good = msg_weather(&b, &m->weather);
		m->seed = msg_u64(&b);
		m->frame_size = rbuf_u32(&b);
		m->frames = rbuf_u32(&b);
		good = good && msg_ring(m);
		break;
	case WIRE_SET: good = msg_weather(&b, &m->weather); break;
	case WIRE_REMOVE: break;
	default: return false;
	}
	if (m->op != WIRE_TABLE && m->slot >= WIRE_SLOTS)
		return false;
	return good && !b.failed && rbuf_left(&b) == 0;
}
