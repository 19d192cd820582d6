/* course_clock: the time that a block has run. Pure. */
#include <string.h>

#include "grader/course.h"

uint32_t
course_clock_spent(const struct course_clock *k, const struct course_now *now)
{
	int64_t more = now->seconds - k->since;

	if (!k->running || strcmp(k->boot, now->boot) != 0 || more < 0)
		return k->spent;
	return more > UINT32_MAX - k->spent ? UINT32_MAX
					    : k->spent + (uint32_t)more;
}

void
course_clock_note(struct course_clock *k, const struct course_now *now)
{
	k->spent = course_clock_spent(k, now);
	k->running = k->running && strcmp(k->boot, now->boot) == 0;
	memcpy(k->boot, now->boot, sizeof(k->boot));
	k->since = now->seconds;
}

void
course_clock_run(struct course_clock *k, bool run, const struct course_now *now)
{
	course_clock_note(k, now);
	k->running = run;
}

void
course_clock_block(struct course_clock *k, size_t block,
		   const struct course_now *now)
{
	*k = (struct course_clock){.block = block};
	course_clock_run(k, true, now);
}

bool
course_clock_pauses(const struct course *c, const struct course_clock *k)
{
	return !k->running || (c != NULL && k->block < c->nblocks &&
			       c->blocks[k->block].pause);
}
