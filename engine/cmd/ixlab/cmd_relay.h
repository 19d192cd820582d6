/*
 * Bytes on their way between two descriptors.
 *
 * A step reads once or writes once, so that two relays in opposite directions
 * (a terminal and its pty) never wait for each other. A clean relay carries
 * what a lab's program printed to a person's terminal: whatever could steer the
 * terminal becomes '?'. A character may come in two pieces, so an unfinished
 * one waits for its rest.
 */
#ifndef CMD_IXLAB_CMD_RELAY_H
#define CMD_IXLAB_CMD_RELAY_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#define CMD_RELAY_MAX 4096

struct cmd_relay {
	int from, to; /* borrowed; from -1: closed */
	bool clean;
	bool end;     /* nothing more will be read */
	char held[4]; /* the start of a character */
	size_t nheld;
	char wait[CMD_RELAY_MAX + 5]; /* read, not written yet */
	size_t at, nwait;
};

/* What to wait for before the next step. */
struct pollfd cmd_relay_poll(const struct cmd_relay *r);
/* False when there will be no more. */
bool cmd_relay_step(struct cmd_relay *r);

#endif
