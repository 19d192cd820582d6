/*
 * ixpeer_wheel: one clock for ten thousand sessions.
 *
 * Deadlines lie in slots of 16 ms; the hand goes round and calls what it finds
 * due. A session's deadline moves away with every message it gets, so it is left
 * where it is: when its slot comes, it looks at its clock and is put in again.
 */
#ifndef IXPEER_WHEEL_H
#define IXPEER_WHEEL_H

#include <stdbool.h>
#include <stdint.h>

struct ixpeer_alarm { /* {0}: not set */
	struct ixpeer_alarm *next, **where;
	uint64_t at; /* milliseconds; where is NULL: not set */
	void (*ring)(struct ixpeer_alarm *a, uint64_t now);
};

enum { IXPEER_SLOTS = 4096, IXPEER_SLOT_MS = 16 };

struct ixpeer_wheel {
	struct ixpeer_alarm *slots[IXPEER_SLOTS];
	uint64_t hand; /* the slot to be looked at next, counted from time 0 */
	uint64_t n;
};

void ixpeer_wheel_init(struct ixpeer_wheel *w, uint64_t now);
/* Ring at that time, or earlier if it is set already to an earlier one; so ring()
 * looks whether it is time. UINT64_MAX: never. */
void ixpeer_alarm_set(struct ixpeer_wheel *w, struct ixpeer_alarm *a,
		      uint64_t at);
void ixpeer_alarm_stop(struct ixpeer_wheel *w, struct ixpeer_alarm *a);
/* Ring all that are due. An alarm is not set any more when it rings. */
void ixpeer_wheel_turn(struct ixpeer_wheel *w, uint64_t now);
/* Milliseconds until the next one may be due; UINT64_MAX: none is set. */
uint64_t ixpeer_wheel_wait(const struct ixpeer_wheel *w, uint64_t now);

#endif
