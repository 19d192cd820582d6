/*
 * ixpeer_lease: announcements that end by themselves.
 *
 * Who tries something with a robot (the grader's probes) may not live to take it
 * back, so it is lent for a time only. A leased set stands behind the robot's
 * own: what it covers is told as before once the lease is over.
 */
#include <stdlib.h>

#include "cmd/ixpeer/ixpeer_robot.h"

static bool
covers(const struct ixpeer_set *s, const struct ip_prefix *p, uint32_t id)
{
	for (size_t i = 0; s->path_id == id && i < s->n; i++)
		if (ip_prefix_eq(&s->p[i], p))
			return true;
	return false;
}

/* Each prefix of a set that has gone: as it is without it, or not at all. */
static void
tell_without(struct ixpeer_robot *r, const struct ixpeer_set *gone)
{
	for (size_t i = 0; i < gone->n; i++) {
		const struct ixpeer_set *under = NULL;
		struct ixpeer_set one;

		for (size_t k = 0; k < r->routes.n; k++)
			if (covers(&r->routes.sets[k], &gone->p[i],
				   gone->path_id))
				under = &r->routes.sets[k];
		if (under == NULL) {
			ixpeer_tell_gone(r, &gone->p[i], 1, gone->path_id);
			continue;
		}
		one = *under;
		one.p = &gone->p[i];
		one.n = 1;
		ixpeer_tell_set(r, &one);
	}
}

static void
end(struct ixpeer_robot *r, size_t at)
{
	struct ixpeer_set gone = r->routes.sets[at];

	for (size_t i = at + 1; i < r->routes.n; i++)
		r->routes.sets[i - 1] = r->routes.sets[i];
	r->routes.n--;
	tell_without(r, &gone);
	ixpeer_set_clear(&gone);
}

bool
ixpeer_lease_end(struct ixpeer_robot *r, const struct ip_prefix *p, uint32_t id)
{
	for (size_t i = 0; i < r->routes.n; i++)
		if (r->routes.sets[i].until != 0 &&
		    covers(&r->routes.sets[i], p, id)) {
			end(r, i);
			return true;
		}
	return false;
}

void
ixpeer_lease_clock(struct ixpeer_robot *r, uint64_t now)
{
	for (size_t i = 0; i < r->routes.n;)
		if (r->routes.sets[i].until != 0 &&
		    now >= r->routes.sets[i].until)
			end(r, i);
		else
			i++;
}

uint64_t
ixpeer_lease_next(const struct ixpeer_robot *r)
{
	uint64_t at = UINT64_MAX;

	for (size_t i = 0; i < r->routes.n; i++)
		if (r->routes.sets[i].until != 0 &&
		    r->routes.sets[i].until < at)
			at = r->routes.sets[i].until;
	return at;
}
