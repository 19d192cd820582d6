/* The queue under any sequence of frames, times and weather: frames come out in
 * order, whole, when they are due, and each that went in comes out or was
 * refused. The input is a program of four bytes a step. */
#include <stdlib.h>
#include <string.h>

#include "lab/wire/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t frame[WIRE_FRAME_MAX];

struct run {
	struct wire *w;
	uint64_t now, in, out, last;
};

static void
take(struct run *r, size_t n)
{
	struct wire_frame f[8];
	size_t got = wire_due(r->w, r->now, f, n), i;
	uint64_t number;

	for (i = 0; i < got; i++) {
		if (f[i].due > r->now || f[i].due < r->last || f[i].len < 8)
			abort();
		r->last = f[i].due;
		memcpy(&number, f[i].data, 8);
		if (number != r->out++)
			abort();
	}
	wire_done(r->w, got);
	if (wire_queued(r->w) != r->in - r->out)
		abort();
}

static void
put(struct run *r, size_t len)
{
	if (len < 8)
		len = 8;
	memcpy(frame, &r->in, 8);
	if (wire_put(r->w, r->now, frame, len) == WIRE_QUEUED)
		r->in++;
}

static void
change(struct run *r, const uint8_t *b)
{
	struct wire_weather w = {.delay_us = 200u * b[1],
				 .jitter_us = 100u * b[2],
				 .loss_ppm = 4000u * (b[3] & 15),
				 .rate_bps = 1000000ull * (b[3] >> 4)};

	wire_set(r->w, &w, r->now);
	r->last = 0; /* what is on its way may now be due sooner */
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct run r = {.w = wire_new(size), .now = 1000000000};

	for (; size >= 4; data += 4, size -= 4) {
		switch (data[0] & 3) {
		case 0:
		case 1: put(&r, (size_t)data[1] << 8 | data[2]); break;
		case 2:
			r.now += 1000u * ((uint32_t)data[1] << 8 | data[2]);
			/* fall through */
		default: take(&r, data[3] & 7);
		}
		if ((data[0] & 0xfc) == 0xfc)
			change(&r, data);
	}
	r.now += 3600000000000;
	while (wire_queued(r.w))
		take(&r, 8);
	if (r.in != r.out || wire_next(r.w) != WIRE_NEVER)
		abort();
	wire_free(r.w);
	return 0;
}
