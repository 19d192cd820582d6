/*
 * wire: what a link's weather does to frames, as a queue in virtual time.
 *
 * One struct wire is one direction of a link. Frames go in with the time at
 * which they arrived; each is lost, dropped or queued at once, and a queued one
 * knows the moment at which it leaves at the far end. What is due is taken out.
 * Nobody here reads a clock or a socket, so a test lives through an hour in a
 * moment, and a process that was held up sends late but decides nothing wrongly.
 *
 *   arrival --> loss --> rate --> delay +- jitter --> due
 *
 *   loss    each frame by itself, by a generator with a seed
 *   rate    a frame takes len * 8 / rate from the moment the frame before it
 *           was through; who finds a backlog of more than 100 ms (or ten full
 *           frames, on a slow line) is dropped
 *   jitter  not drawn for each frame: that would either reorder them or, where
 *           order is kept, delay a dense flow by the worst value all the time.
 *           It is a line through points drawn every 2 * jitter, so its slope
 *           keeps frames in order and its mean is the delay at any frame rate
 *
 * A link never reorders: weather that gets better lets what is on its way arrive
 * sooner, all of it before what comes later.
 *
 * Pure. Memory: the frames on their way, at most WIRE_QUEUE_MAX bytes. Left out:
 * duplication, corruption, reordering, losses in bursts.
 *
 * wire_msg.c has the words between the supervisor and ixwire, the program that
 * puts frames in and takes them out.
 */
#ifndef LAB_WIRE_WIRE_H
#define LAB_WIRE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_QUEUE_MAX (32u << 20) /* bytes on their way in one direction */
#define WIRE_FRAME_MAX 65600	   /* bytes in a frame */
#define WIRE_NEVER UINT64_MAX

struct wire_weather { /* all zero: frames leave as they come */
	uint32_t delay_us, jitter_us, loss_ppm;
	uint64_t rate_bps; /* 0: no limit */
	bool silent;	   /* every frame is lost */
};

/* ---- the queue (wire.c); times are in nanoseconds of one clock */

struct wire;

enum wire_fate {
	WIRE_QUEUED,
	WIRE_LOST,    /* by loss, or the link is silent */
	WIRE_DROPPED, /* by rate: the queue before the line is full */
};

struct wire_frame {
	const void *data; /* borrowed, until wire_done or wire_put */
	size_t len;
	uint64_t due;
};

struct wire *wire_new(uint64_t seed);
void wire_free(struct wire *w); /* NULL is fine */
/* From now on. Nothing on its way waits longer than the new weather says. */
void wire_set(struct wire *w, const struct wire_weather *weather, uint64_t now);
/* A frame that arrived at that time (never before the one before it: then it
 * counts as that late). The data is copied. */
enum wire_fate wire_put(struct wire *w, uint64_t arrived, const void *data,
			size_t len);
/* When the first frame is due, WIRE_NEVER when there is none. */
uint64_t wire_next(const struct wire *w);
/* Up to n of the frames that are due by that time, in order; they stay. */
size_t wire_due(const struct wire *w, uint64_t now, struct wire_frame *frames,
		size_t n);
/* The first n frames have left. */
void wire_done(struct wire *w, size_t n);
size_t wire_queued(const struct wire *w); /* frames */
size_t wire_held(const struct wire *w);	  /* bytes of memory */

/* ---- between the supervisor and ixwire (wire_msg.c) */

#define WIRE_SLOTS 65536 /* directions in a lab */
#define WIRE_MSG_MAX 64

enum wire_op {
	WIRE_TABLE = 1, /* the first; with the table's descriptor */
	WIRE_ADD,	/* with two: where frames come from, where they go */
	WIRE_SET,
	WIRE_REMOVE, /* what is on its way leaves at once */
};

struct wire_msg {
	enum wire_op op;
	uint32_t slot;		     /* TABLE: how many there are */
	struct wire_weather weather; /* ADD, SET */
	uint64_t seed;		     /* ADD */
	uint32_t frame_size, frames; /* ADD: geometry of the receive ring */
};

/* The bytes that were written into buf. */
size_t wire_msg_encode(const struct wire_msg *m, uint8_t buf[WIRE_MSG_MAX]);
/* False when it is no message of ours, or says what cannot be. */
bool wire_msg_decode(const void *data, size_t len, struct wire_msg *m);

/* One direction's line in the table, which is memory that both share: ixwire
 * writes (each value atomically), the supervisor reads. It outlives an ixwire,
 * so that the next one goes on where the last one was. */
struct wire_slot {
	uint64_t passed, lost, dropped; /* frames since the weather came */
	uint64_t unsent;    /* could not be sent: the interface was down */
	uint64_t late;	    /* left more than a millisecond late */
	uint64_t late_max;  /* us */
	uint64_t queued;    /* on their way now */
	uint64_t ring_next; /* the place in the receive ring to look at next */
};

#endif
