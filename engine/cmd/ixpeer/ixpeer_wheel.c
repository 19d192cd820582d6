#include "cmd/ixpeer/ixpeer_wheel.h"

#include <stddef.h>

void
ixpeer_wheel_init(struct ixpeer_wheel *w, uint64_t now)
{
	*w = (struct ixpeer_wheel){.hand = now / IXPEER_SLOT_MS};
}

void
ixpeer_alarm_stop(struct ixpeer_wheel *w, struct ixpeer_alarm *a)
{
	if (a->where == NULL)
		return;
	*a->where = a->next;
	if (a->next)
		a->next->where = a->where;
	a->where = NULL;
	a->next = NULL;
	w->n--;
}

void
ixpeer_alarm_set(struct ixpeer_wheel *w, struct ixpeer_alarm *a, uint64_t at)
{
	/* the slot behind, so that it is due when the hand is there */
	uint64_t slot = at / IXPEER_SLOT_MS + 1;
	struct ixpeer_alarm **head;

	if (at == UINT64_MAX || (a->where && a->at <= at))
		return;
	ixpeer_alarm_stop(w, a);
	if (slot < w->hand + 1)
		slot = w->hand + 1;
	if (slot > w->hand + IXPEER_SLOTS - 1)
		slot = w->hand + IXPEER_SLOTS - 1;
	head = &w->slots[slot % IXPEER_SLOTS];
	a->at = at;
	a->next = *head;
	a->where = head;
	if (a->next)
		a->next->where = &a->next;
	*head = a;
	w->n++;
}

void
ixpeer_wheel_turn(struct ixpeer_wheel *w, uint64_t now)
{
	uint64_t end = now / IXPEER_SLOT_MS;

	for (; w->hand <= end; w->hand++) {
		struct ixpeer_alarm **head = &w->slots[w->hand % IXPEER_SLOTS];

		if (w->n == 0) {
			w->hand = end + 1;
			return;
		}
		while (*head) {
			struct ixpeer_alarm *a = *head;

			ixpeer_alarm_stop(w, a);
			a->ring(a, now);
		}
	}
}

uint64_t
ixpeer_wheel_wait(const struct ixpeer_wheel *w, uint64_t now)
{
	if (w->n == 0)
		return UINT64_MAX;
	for (uint64_t i = 0; i < IXPEER_SLOTS; i++) {
		uint64_t at = (w->hand + i) * IXPEER_SLOT_MS;

		if (w->slots[(w->hand + i) % IXPEER_SLOTS])
			return at > now ? at - now : 0;
	}
	return UINT64_MAX;
}
