/*
 * Bytes on their way between two descriptors.
 *
 * A clean relay carries what a lab's program printed to a person's terminal:
 * whatever could steer the terminal becomes '?'. A character may come in two
 * pieces, so an unfinished one waits for its rest.
 */
#ifndef CMD_IXLAB_CMD_RELAY_H
#define CMD_IXLAB_CMD_RELAY_H

#include <stdbool.h>
#include <stddef.h>

struct cmd_relay {
	int from, to; /* borrowed; from -1: closed */
	bool clean;
	char held[4]; /* the start of a character */
	size_t nheld;
};

/* Read once and write all of it. False when there will be no more. */
bool cmd_relay_step(struct cmd_relay *r);

#endif
