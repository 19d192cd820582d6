/*
 * Frames lie in one ring of bytes, each behind a head of its own, in the order
 * in which they arrived, which is the order in which they leave. A frame is never
 * split over the ring's end: a head with WIRE_SKIP says that the next one is at
 * the beginning.
 */
#include "lab/wire/wire.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define WIRE_SKIP UINT32_MAX
#define WIRE_FIRST 16384	     /* bytes, doubled when it is full */
#define WIRE_KEEP (1u << 20)	     /* bytes; more is given back */
#define WIRE_BACKLOG_NS 100000000ull /* of the queue before a slow line */
#define WIRE_BACKLOG_BITS (10ull * 1514 * 8) /* but at least so much */

struct wire_head {
	uint64_t due;
	uint32_t len;
	uint32_t pad; /* heads stay aligned to 16 bytes */
};

struct wire {
	struct wire_weather weather;
	uint64_t random;
	uint64_t came;	  /* when the last frame arrived */
	uint64_t free;	  /* when the line is through with what came */
	uint64_t last;	  /* when the last frame in the queue is due */
	uint64_t knot;	  /* jitter: the time of the point behind us, */
	int64_t from, to; /* its value and that of the next; microseconds */
	uint8_t *ring;
	size_t size, head, used; /* bytes; head: of the first frame */
	size_t n;
};

struct wire *
wire_new(uint64_t seed)
{
	struct wire *w = xcalloc(1, sizeof(*w));

	w->random = seed;
	return w;
}

void
wire_free(struct wire *w)
{
	if (w)
		free(w->ring);
	free(w);
}

/* ---- chance: splitmix64 */

static uint64_t
wire_random(struct wire *w)
{
	uint64_t z = w->random += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static uint32_t
wire_below(struct wire *w, uint32_t n)
{
	return (uint32_t)(((wire_random(w) >> 32) * n) >> 32);
}

static bool
wire_loses(struct wire *w)
{
	return w->weather.silent ||
	       wire_below(w, 1000000) < w->weather.loss_ppm;
}

/* ---- time */

static int64_t
wire_point(struct wire *w)
{
	uint32_t j = w->weather.jitter_us;

	return (int64_t)wire_below(w, 2 * j + 1) - j;
}

/* How much a frame of that moment is off, in nanoseconds. */
static int64_t
wire_jitter(struct wire *w, uint64_t at)
{
	uint64_t span = 2000ull * w->weather.jitter_us;

	if (span == 0)
		return 0;
	if (at >= w->knot + 2 * span) {
		w->knot = at - wire_random(w) % span;
		w->from = wire_point(w);
		w->to = wire_point(w);
	}
	for (; at >= w->knot + span; w->knot += span) {
		w->from = w->to;
		w->to = wire_point(w);
	}
	return w->from * 1000 + (w->to - w->from) *
				    (int64_t)((at - w->knot) / 1000) /
				    (int64_t)(span / 1000) * 1000;
}

static uint64_t
wire_line(const struct wire *w, uint64_t bits)
{
	return bits * 1000000000 / w->weather.rate_bps;
}

/* How long a frame may wait before the line. */
static uint64_t
wire_backlog(const struct wire *w)
{
	uint64_t few;

	if (w->weather.rate_bps == 0)
		return 0;
	few = wire_line(w, WIRE_BACKLOG_BITS);
	return few > WIRE_BACKLOG_NS ? few : WIRE_BACKLOG_NS;
}

static uint64_t
wire_longest(const struct wire *w)
{
	return 1000ull * w->weather.delay_us + 1000ull * w->weather.jitter_us +
	       wire_backlog(w);
}

/* ---- the ring */

static struct wire_head *
wire_head(const struct wire *w, size_t at)
{
	return (struct wire_head *)(void *)(w->ring + at);
}

static size_t
wire_room(size_t len)
{
	return sizeof(struct wire_head) + ((len + 15) & ~(size_t)15);
}

/* The head at that place, past the ring's end if need be. */
static struct wire_head *
wire_at(const struct wire *w, size_t *at)
{
	if (*at == w->size || wire_head(w, *at)->len == WIRE_SKIP)
		*at = 0;
	return wire_head(w, *at);
}

static void
wire_grow(struct wire *w)
{
	size_t size = w->size ? 2 * w->size : WIRE_FIRST, to = 0, at = w->head;
	uint8_t *ring = xmalloc(size);
	size_t i, room;

	for (i = 0; i < w->n; i++, at += room, to += room) {
		const struct wire_head *h = wire_at(w, &at);

		room = wire_room(h->len);
		memcpy(ring + to, h, room);
	}
	free(w->ring);
	w->ring = ring;
	w->size = size;
	w->head = 0;
	w->used = to;
}

/* Where a frame of that room goes, or NULL. The part that is used may reach over
 * the ring's end; a frame may not. */
static struct wire_head *
wire_place(struct wire *w, size_t room)
{
	size_t tail = w->head + w->used, end;

	if (tail >= w->size)
		tail -= w->size;
	end = tail < w->head || w->used == w->size ? w->head : w->size;
	if (end - tail >= room)
		return wire_head(w, tail);
	if (end != w->size || w->head < room)
		return NULL;
	wire_head(w, tail)->len = WIRE_SKIP;
	w->used += w->size - tail;
	return wire_head(w, 0);
}

static bool
wire_store(struct wire *w, uint64_t due, const void *data, size_t len)
{
	size_t room = wire_room(len);
	struct wire_head *h;

	if (w->n == 0)
		w->head = w->used = 0;
	while (w->size < room || (h = wire_place(w, room)) == NULL) {
		if (w->size >= WIRE_QUEUE_MAX)
			return false;
		wire_grow(w);
	}
	*h = (struct wire_head){.due = due, .len = (uint32_t)len};
	memcpy(h + 1, data, len);
	w->used += room;
	w->n++;
	return true;
}

/* ---- in */

void
wire_set(struct wire *w, const struct wire_weather *weather, uint64_t now)
{
	size_t i, at = w->head;
	uint64_t most;

	w->weather = *weather;
	w->knot = 0;
	most = now + wire_longest(w);
	if (w->free > now + wire_backlog(w))
		w->free = now + wire_backlog(w);
	if (w->last > most)
		w->last = most;
	for (i = 0; i < w->n; i++) {
		struct wire_head *h = wire_at(w, &at);

		if (h->due > most)
			h->due = most;
		at += wire_room(h->len);
	}
}

enum wire_fate
wire_put(struct wire *w, uint64_t arrived, const void *data, size_t len)
{
	int64_t off;
	uint64_t at, due;

	assert(len <= WIRE_FRAME_MAX);
	if (wire_loses(w))
		return WIRE_LOST;
	if (arrived > w->came)
		w->came = arrived;
	at = w->came;
	if (w->weather.rate_bps) {
		if (w->free > at)
			at = w->free;
		if (at - w->came > wire_backlog(w))
			return WIRE_DROPPED;
		at += wire_line(w, 8 * (uint64_t)len);
	}
	off = wire_jitter(w, at) + 1000ll * w->weather.delay_us;
	due = at + (off > 0 ? (uint64_t)off : 0);
	if (due < w->last)
		due = w->last;
	if (!wire_store(w, due, data, len))
		return WIRE_DROPPED;
	w->free = at;
	w->last = due;
	return WIRE_QUEUED;
}

/* ---- out */

uint64_t
wire_next(const struct wire *w)
{
	size_t at = w->head;

	return w->n ? wire_at(w, &at)->due : WIRE_NEVER;
}

size_t
wire_due(const struct wire *w, uint64_t now, struct wire_frame *frames,
	 size_t n)
{
	size_t i, at = w->head;

	for (i = 0; i < n && i < w->n; i++) {
		const struct wire_head *h = wire_at(w, &at);

		if (h->due > now)
			break;
		frames[i] = (struct wire_frame){h + 1, h->len, h->due};
		at += wire_room(h->len);
	}
	return i;
}

void
wire_done(struct wire *w, size_t n)
{
	size_t before;
	const struct wire_head *h;

	assert(n <= w->n);
	for (; n > 0; n--, w->n--) {
		before = w->head;
		h = wire_at(w, &w->head);
		if (w->head != before)
			w->used -= w->size - before;
		w->used -= wire_room(h->len);
		w->head += wire_room(h->len);
		if (w->head == w->size)
			w->head = 0;
	}
	if (w->n == 0 && w->size > WIRE_KEEP) {
		free(w->ring);
		w->ring = NULL;
		w->size = w->head = w->used = 0;
	}
}

size_t
wire_queued(const struct wire *w)
{
	return w->n;
}

size_t
wire_held(const struct wire *w)
{
	return w->size;
}
