/* The queue in virtual time: what is due when, what is lost, what is dropped;
 * chance with fixed seeds, so that its bounds are never missed by chance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lab/wire/wire.h"

#define MS 1000000ull
#define S 1000000000ull
#define START (1000 * S)
#define SEED 20261122

static uint8_t frame[WIRE_FRAME_MAX];

static struct wire *
make(const struct wire_weather *weather)
{
	struct wire *w = wire_new(SEED);

	wire_set(w, weather, START);
	return w;
}

/* One frame out: when it was due. */
static uint64_t
out(struct wire *w)
{
	struct wire_frame f;
	uint64_t due = wire_next(w);

	assert_int_not_equal(due, WIRE_NEVER);
	assert_int_equal(wire_due(w, due - 1, &f, 1), 0);
	assert_int_equal(wire_due(w, due, &f, 1), 1);
	assert_int_equal(f.due, due);
	wire_done(w, 1);
	return due;
}

static void
a_delay_is_a_delay(void **state)
{
	struct wire *w = make(&(struct wire_weather){.delay_us = 90000});
	struct wire_frame f[3];

	(void)state;
	assert_int_equal(wire_next(w), WIRE_NEVER);
	assert_int_equal(wire_put(w, START, "one", 3), WIRE_QUEUED);
	assert_int_equal(wire_put(w, START + 7, "three", 5), WIRE_QUEUED);
	assert_int_equal(wire_queued(w), 2);
	assert_int_equal(wire_next(w), START + 90 * MS);
	assert_int_equal(wire_due(w, START + 90 * MS + 7, f, 3), 2);
	assert_int_equal(f[0].len, 3);
	assert_memory_equal(f[0].data, "one", 3);
	assert_memory_equal(f[1].data, "three", 5);
	assert_int_equal(f[1].due, START + 90 * MS + 7);
	wire_done(w, 2);
	assert_int_equal(wire_next(w), WIRE_NEVER);
	wire_free(w);
}

static void
without_weather_nothing_waits(void **state)
{
	struct wire *w = make(&(struct wire_weather){0});

	(void)state;
	assert_int_equal(wire_put(w, START + 5, frame, 60), WIRE_QUEUED);
	assert_int_equal(out(w), START + 5);
	wire_free(w);
}

/* 200,000 frames: four standard deviations are 0.36 percentage points at 20 %. */
static void
loss_is_what_was_asked_for(void **state)
{
	static const uint32_t ppm[] = {0, 100, 10000, 200000, 999999, 1000000};
	const double n = 200000;
	double p, lost, dev;
	size_t i;
	int k;

	(void)state;
	for (i = 0; i < sizeof(ppm) / sizeof(*ppm); i++) {
		struct wire *w =
		    make(&(struct wire_weather){.loss_ppm = ppm[i]});

		for (k = 0, lost = 0; k < n; k++) {
			lost += wire_put(w, START, frame, 60) == WIRE_LOST;
			wire_done(w, wire_queued(w));
		}
		p = ppm[i] / 1e6;
		dev = n * p * (1 - p);
		assert_true((lost - n * p) * (lost - n * p) <= 16 * dev);
		wire_free(w);
	}
}

static void
silent_loses_all(void **state)
{
	struct wire *w = make(&(struct wire_weather){.silent = true});
	int i;

	(void)state;
	for (i = 0; i < 1000; i++)
		assert_int_equal(wire_put(w, START, frame, 60), WIRE_LOST);
	assert_int_equal(wire_queued(w), 0);
	wire_free(w);
}

/* At every frame rate: within the bounds, centred on the delay, in order, and
 * really spread. */
static void
jitter_keeps_order_and_mean(void **state)
{
	static const uint64_t gaps[] = {1000, 100000, 10 * MS, S};
	const int64_t j = 5 * (int64_t)MS;
	size_t i;
	int k;

	(void)state;
	for (i = 0; i < sizeof(gaps) / sizeof(*gaps); i++) {
		struct wire *w = make(&(struct wire_weather){
		    .delay_us = 20000, .jitter_us = 5000});
		int64_t off, sum = 0, min = j, max = -j;
		uint64_t at = START, due, last = 0;
		int n = gaps[i] < MS ? (int)(20 * S / gaps[i]) : 20000;

		if (n > 2000000)
			n = 2000000;
		for (k = 0; k < n; k++, at += gaps[i]) {
			assert_int_equal(wire_put(w, at, frame, 60),
					 WIRE_QUEUED);
			due = out(w);
			off = (int64_t)(due - at) - 20 * (int64_t)MS;
			assert_true(off >= -j && off <= j && due >= last);
			last = due;
			sum += off;
			min = off < min ? off : min;
			max = off > max ? off : max;
		}
		assert_true(llabs(sum / n) < j / 10);
		assert_true(min < -j * 8 / 10 && max > j * 8 / 10);
		wire_free(w);
	}
}

/* 10 Mbit/s, frames of 1250 bytes: one a millisecond, however they come. */
static void
rate_is_the_lines(void **state)
{
	struct wire *w = make(&(struct wire_weather){.rate_bps = 10000000});
	int i, queued;

	(void)state;
	for (queued = 0; queued < 1000; queued++)
		if (wire_put(w, START, frame, 1250) != WIRE_QUEUED)
			break;
	assert_int_equal(queued, 101); /* 100 ms of backlog and the last one */
	for (i = 1; i <= queued; i++)
		assert_int_equal(out(w), START + (unsigned int)i * MS);
	assert_int_equal(wire_put(w, START + 200 * MS, frame, 1250),
			 WIRE_QUEUED);
	assert_int_equal(out(w), START + 201 * MS);
	wire_free(w);
}

static void
a_slow_line_still_takes_ten_frames(void **state)
{
	struct wire *w = make(&(struct wire_weather){.rate_bps = 64000});
	int queued;

	(void)state;
	for (queued = 0; queued < 1000; queued++)
		if (wire_put(w, START, frame, 1514) != WIRE_QUEUED)
			break;
	assert_int_equal(queued, 11);
	wire_free(w);
}

/* An hour at 80 % load: what went in comes out, and in time. */
static void
an_hour_of_rate_and_delay(void **state)
{
	struct wire *w = make(
	    &(struct wire_weather){.delay_us = 90000, .rate_bps = 1000000});
	uint64_t at, n = 0, gone = 0;
	struct wire_frame f[16];
	size_t got;

	(void)state;
	for (at = START; at < START + 3600 * S; at += 10 * MS) {
		n += wire_put(w, at, frame, 1000) == WIRE_QUEUED;
		got = wire_due(w, at, f, 16);
		gone += got;
		wire_done(w, got);
		assert_true(wire_queued(w) <= 11);
	}
	assert_int_equal(n, 360000);
	assert_int_equal(gone + wire_queued(w), n);
	wire_free(w);
}

static void
better_weather_hurries_what_is_on_its_way(void **state)
{
	struct wire *w = make(&(struct wire_weather){.delay_us = 10000000});

	(void)state;
	wire_put(w, START, "first", 5);
	wire_put(w, START + S, "second", 6);
	wire_set(w, &(struct wire_weather){.delay_us = 1000}, START + 2 * S);
	wire_put(w, START + 2 * S, "third", 5);
	assert_int_equal(out(w), START + 2 * S + MS);
	assert_int_equal(out(w), START + 2 * S + MS);
	assert_int_equal(out(w), START + 2 * S + MS);
	/* and worse weather waits for its turn */
	wire_put(w, START + 3 * S, "fourth", 6);
	wire_set(w, &(struct wire_weather){.delay_us = 5000}, START + 3 * S);
	assert_int_equal(out(w), START + 3 * S + MS);
	/* a slow line's backlog goes with the slow line */
	wire_set(w, &(struct wire_weather){.rate_bps = 8000}, START + 4 * S);
	while (wire_put(w, START + 4 * S, frame, 1000) == WIRE_QUEUED)
		;
	wire_set(w, &(struct wire_weather){0}, START + 5 * S);
	wire_put(w, START + 5 * S, "last", 4);
	while (wire_queued(w) > 0)
		assert_true(out(w) <= START + 5 * S);
	wire_free(w);
}

static void
time_does_not_run_backwards(void **state)
{
	struct wire *w =
	    make(&(struct wire_weather){.delay_us = 9000, .jitter_us = 3000});
	uint64_t first;

	(void)state;
	wire_put(w, START + S, "a", 1);
	first = wire_next(w);
	wire_put(w, START, "b", 1);
	out(w);
	assert_true(wire_next(w) >= first);
	wire_free(w);
}

/* Frames of many sizes through a ring that wraps and grows, by content. */
static void
frames_stay_whole(void **state)
{
	struct wire *w = make(&(struct wire_weather){.delay_us = 1000});
	uint64_t in = 0, gone = 0, at = START;
	struct wire_frame f[5];
	uint32_t value;
	size_t got, i, len;
	int k;

	(void)state;
	for (k = 0; k < 100000; k++, at += 10000) {
		len = 4 + (size_t)(k * 7919 % 3000);
		value = (uint32_t)in;
		memcpy(frame, &value, 4);
		frame[len - 1] = (uint8_t)in;
		if (len >= 5 && wire_put(w, at, frame, len) == WIRE_QUEUED)
			in++;
		got = wire_due(w, at, f, k % 6 < 5 ? (size_t)(k % 6) : 5);
		for (i = 0; i < got; i++, gone++) {
			memcpy(&value, f[i].data, 4);
			assert_int_equal(value, gone);
			assert_int_equal(
			    ((const uint8_t *)f[i].data)[f[i].len - 1],
			    (uint8_t)gone);
		}
		wire_done(w, got);
	}
	assert_true(gone > 90000);
	assert_int_equal(wire_queued(w), in - gone);
	wire_free(w);
}

static void
memory_has_an_end(void **state)
{
	struct wire *w = make(&(struct wire_weather){.delay_us = 60000000});
	int n = 0;

	(void)state;
	while (wire_put(w, START, frame, 1500) == WIRE_QUEUED)
		n++;
	assert_true(n > 20000 && wire_held(w) <= WIRE_QUEUE_MAX);
	wire_done(w, (size_t)n);
	assert_int_equal(wire_held(w), 0);
	assert_int_equal(wire_put(w, START, frame, 1500), WIRE_QUEUED);
	wire_free(w);
}

/* ---- messages */

static void
messages_there_and_back(void **state)
{
	static const struct wire_msg all[] = {
	    {.op = WIRE_TABLE, .slot = WIRE_SLOTS},
	    {.op = WIRE_ADD,
	     .slot = 7,
	     .weather = {90000, 5000, 10000, 10000000000, true},
	     .seed = 0x0123456789abcdef,
	     .frame_size = 2048,
	     .frames = 1024},
	    {.op = WIRE_SET, .slot = 8, .weather = {.delay_us = 1}},
	    {.op = WIRE_REMOVE, .slot = WIRE_SLOTS - 1},
	};
	uint8_t buf[WIRE_MSG_MAX];
	struct wire_msg m;
	size_t i, len, k;

	(void)state;
	for (i = 0; i < 4; i++) {
		len = wire_msg_encode(&all[i], buf);
		assert_true(wire_msg_decode(buf, len, &m));
		assert_int_equal(m.op, all[i].op);
		assert_int_equal(m.slot, all[i].slot);
		assert_int_equal(m.weather.delay_us, all[i].weather.delay_us);
		assert_int_equal(m.weather.rate_bps, all[i].weather.rate_bps);
		assert_int_equal(m.weather.silent, all[i].weather.silent);
		assert_int_equal(m.seed, all[i].seed);
		assert_int_equal(m.frames, all[i].frames);
		for (k = 0; k < len; k++)
			assert_false(wire_msg_decode(buf, k, &m));
		assert_false(wire_msg_decode(buf, len + 1, &m));
	}
}

static void
messages_that_cannot_be(void **state)
{
	static const struct wire_msg bad[] = {
	    {.op = WIRE_TABLE, .slot = 0},
	    {.op = WIRE_TABLE, .slot = WIRE_SLOTS + 1},
	    {.op = WIRE_SET, .slot = WIRE_SLOTS},
	    {.op = WIRE_SET, .weather = {.delay_us = 60000001}},
	    {.op = WIRE_SET, .weather = {.loss_ppm = 1000001}},
	    {.op = WIRE_SET, .weather = {.rate_bps = 1}},
	    {.op = WIRE_ADD, .frame_size = 2049, .frames = 1},
	    {.op = WIRE_ADD, .frame_size = 2048, .frames = 0},
	    {.op = WIRE_ADD, .frame_size = 1u << 18, .frames = 1},
	    {.op = (enum wire_op)5},
	};
	uint8_t buf[WIRE_MSG_MAX];
	struct wire_msg m;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(
		    wire_msg_decode(buf, wire_msg_encode(&bad[i], buf), &m));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_delay_is_a_delay),
	    cmocka_unit_test(without_weather_nothing_waits),
	    cmocka_unit_test(loss_is_what_was_asked_for),
	    cmocka_unit_test(silent_loses_all),
	    cmocka_unit_test(jitter_keeps_order_and_mean),
	    cmocka_unit_test(rate_is_the_lines),
	    cmocka_unit_test(a_slow_line_still_takes_ten_frames),
	    cmocka_unit_test(an_hour_of_rate_and_delay),
	    cmocka_unit_test(better_weather_hurries_what_is_on_its_way),
	    cmocka_unit_test(time_does_not_run_backwards),
	    cmocka_unit_test(frames_stay_whole),
	    cmocka_unit_test(memory_has_an_end),
	    cmocka_unit_test(messages_there_and_back),
	    cmocka_unit_test(messages_that_cannot_be),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
