/*
 * ixwire: the weather of a lab's links where the kernel has none.
 *
 *	supervisor --messages, sockets--> ixwire.c, the loop
 *	ring of a hidden interface --> ixwire_end.c --> lab/wire, the queue
 *	                                   |
 *	                 real interface <--+ when it is due
 *
 * One process a lab, on one epoll. The supervisor makes both sockets of each
 * direction and keeps them, too; so when this process dies frames gather in the
 * ring, and the next one goes on with them (what was on its way is lost, as on a
 * cable that is cut). Each frame in a ring carries the time at which the kernel
 * put it there, so to be late at reading costs no accuracy as long as the delay
 * is longer.
 *
 * The process needs no rights of its own and gives up those it has; it looks
 * into no frame. What it counts stands in a table that the supervisor reads.
 */
#ifndef CMD_IXWIRE_IXWIRE_H
#define CMD_IXWIRE_IXWIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "lab/wire/wire.h"

#define IXWIRE_EARLY_NS 100000 /* what is due so soon leaves together */
#define IXWIRE_LATE_NS 1000000 /* what is later than that is counted */
#define IXWIRE_HELD_MAX ((size_t)512 << 20) /* bytes in all queues */

struct ixwire_end { /* one direction of a link */
	int rx, tx; /* owned */
	uint8_t *ring;
	uint32_t frame_size, frames, next;
	struct wire *wire;	/* NULL: there is no such end */
	struct wire_slot *slot; /* in the table */
};

uint64_t ixwire_now(void); /* CLOCK_MONOTONIC, ns */
/* Take the sockets over; on failure they are closed. */
int ixwire_end_open(struct ixwire_end *end, const struct wire_msg *m, int rx,
		    int tx, struct wire_slot *slot, struct err *e);
/* What has arrived goes into the queue: true when there may be more. *held is
 * the memory of all queues. */
bool ixwire_end_read(struct ixwire_end *end, size_t *held);
/* The interface went, or went down: the socket says so until it is asked. */
void ixwire_end_calm(struct ixwire_end *end);
/* Send what is due by that time. */
void ixwire_end_send(struct ixwire_end *end, uint64_t now, size_t *held);
/* All leaves at once, then the end is gone. */
void ixwire_end_close(struct ixwire_end *end, size_t *held);

#endif
