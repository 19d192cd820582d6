/*
 * timetable: between the course that is followed (grader/course.h) and what the
 * screen shows of it. "ixlab course" in another window changes the same file, so it is
 * read with every tick.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tui/tui_list.h"
#include "tui/tui_run.h"
#include "tui/tui_words.h"

#define NOTE_TICKS 30 /* the clock is written so often */

static bool
same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The list in the course's order, with the same exercise chosen. */
static void
order(struct tui *t)
{
	_free_ char *at = NULL;
	const char *name = tui_model_listed(&t->m, t->m.list_at);

	at = name ? xstrdup(name) : NULL;
	json_decref(t->m.list);
	t->m.list = t->course ? course_rows(t->course, t->exercises)
			      : json_incref(t->exercises);
	tui_model_list_to(&t->m, at);
}

static void
load(struct tui *t, const char *name)
{
	struct err e = {0};

	course_free(t->course);
	t->course = name ? course_load(name, t->exercises, &e) : NULL;
	if (name != NULL && t->course == NULL)
		tui_model_status(&t->m, true, "%s", e.msg);
	free(t->course_name);
	t->course_name = name ? xstrdup(name) : NULL;
	order(t);
}

/* Is there something to be seen of the change? */
static bool
differs(const struct tui_course *a, const struct tui_course *b)
{
	return a->c != b->c || a->block != b->block || a->stands != b->stands ||
	       (a->left + 59) / 60 != (b->left + 59) / 60;
}

static struct tui_course
seen(const struct tui *t, const struct course_clock *k,
     const struct course_now *now)
{
	struct tui_course c = {.c = t->course};
	uint32_t whole, spent;

	if (t->course == NULL)
		return c;
	c.block = k->block < c.c->nblocks ? k->block : c.c->nblocks - 1;
	whole = c.c->blocks[c.block].minutes * 60;
	spent = course_clock_spent(k, now);
	c.left = spent < whole ? whole - spent : 0;
	c.stands = !k->running || strcmp(k->boot, now->boot) != 0;
	c.pauses = c.stands || course_clock_pauses(c.c, k);
	return c;
}

/* What is followed now, and how late it is. */
static void
look(struct tui *t, struct course_follow *f, struct course_now *now)
{
	struct tui_course *c = &t->m.course, was = *c;

	course_follow_now(now);
	course_follow_read(f);
	if (!same(f->course, t->course_name))
		load(t, f->course);
	*c = seen(t, &f->clock, now);
	if (c->c != NULL && c->c == was.c && c->block == was.block &&
	    c->left == 0 && was.left > 0)
		tui_model_status(&t->m, false,
				 _("The time of this block is over."));
	if (differs(c, &was))
		tui_touch(t);
}

void
timetable_tick(struct tui *t)
{
	struct course_follow f;
	struct course_now now;
	struct err e;

	look(t, &f, &now);
	/* a full disk costs the clock, not the session */
	if (t->course != NULL && f.clock.running &&
	    ++t->course_ticks % NOTE_TICKS == 0) {
		course_clock_note(&f.clock, &now);
		(void)course_follow_write(&f, &e);
	}
	course_follow_clear(&f);
}

void
timetable_courses(struct tui *t)
{
	struct err e = {0};

	json_decref(t->m.courses);
	t->m.courses = course_list(&e);
	if (t->m.courses == NULL)
		tui_model_status(&t->m, true, "%s", e.msg);
	else
		tui_list_courses(&t->m);
}

static void
write_and_look(struct tui *t, struct course_follow *f)
{
	struct course_now now;
	struct err e = {0};

	if (course_follow_write(f, &e) < 0)
		tui_model_status(&t->m, true, "%s", e.msg);
	course_follow_clear(f);
	look(t, f, &now);
	course_follow_clear(f);
}

void
timetable_follow(struct tui *t, const char *name)
{
	struct course_follow f = {0};
	struct course_now now;

	snprintf(t->m.verb, sizeof(t->m.verb),
		 *name ? "ixlab course %s --follow" : "ixlab course --leave",
		 name);
	course_follow_now(&now);
	if (*name != '\0') {
		f.course = xstrdup(name);
		course_clock_block(&f.clock, 0, &now);
	}
	write_and_look(t, &f);
	tui_model_list_to(&t->m, NULL);
}

void
timetable_pause(struct tui *t)
{
	struct course_follow f;
	struct course_now now;

	look(t, &f, &now);
	if (t->course == NULL) {
		tui_model_status(&t->m, false,
				 _("You follow no course; in the list of "
				   "exercises C chooses one."));
		course_follow_clear(&f);
		return;
	}
	course_clock_note(&f.clock, &now);
	course_clock_run(&f.clock, !f.clock.running, &now);
	tui_model_status(&t->m, false,
			 f.clock.running ? _("The clock goes on.")
					 : _("The clock stands; P lets it go "
					     "on."));
	snprintf(t->m.verb, sizeof(t->m.verb), "ixlab course --%s",
		 f.clock.running ? "resume" : "pause");
	write_and_look(t, &f);
}

void
timetable_next(struct tui *t)
{
	struct course_follow f;
	struct course_now now;

	look(t, &f, &now);
	if (t->course == NULL) {
		tui_model_status(&t->m, false,
				 _("You follow no course; in the list of "
				   "exercises C chooses one."));
	} else if (t->m.course.block + 1 >= t->course->nblocks) {
		tui_model_status(&t->m, false,
				 _("This is the last block of the course."));
	} else {
		course_clock_block(&f.clock, t->m.course.block + 1, &now);
		snprintf(t->m.verb, sizeof(t->m.verb), "ixlab course --next");
		write_and_look(t, &f);
		return;
	}
	course_follow_clear(&f);
}

void
timetable_end(struct tui *t)
{
	course_free(t->course);
	t->course = NULL;
	t->m.course = (struct tui_course){0};
	free(t->course_name);
	json_decref(t->exercises);
}
