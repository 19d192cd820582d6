/*
 * course: exercises in the order and at the times of a workshop.
 *
 *	exercises/courses/NAME.yml	days, and in them blocks and pauses
 *
 * A block has minutes and exercises; "later" names those that the kit does not have
 * yet, so that a timetable shows what it leaves out. A course is a plan for people:
 * nothing is locked by it, and what was done counts in whatever order.
 *
 * Who follows a course has a place in it and a clock (course_clock.c, pure): how long
 * this block has run. The clock stands still in a pause that somebody called,
 * while the machine sleeps, and from a power cut until it is told to go on; so no
 * break costs anybody time. What is kept of it is one small file (course_follow.c).
 */
#ifndef GRADER_COURSE_H
#define GRADER_COURSE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/yaml.h"

#define COURSE_NO_TIME UINT32_MAX

struct course_block {
	const char *title;
	bool pause;	  /* such as tea: no exercises, and their time stands */
	uint32_t from;	  /* minutes after midnight; COURSE_NO_TIME: not said */
	uint32_t minutes; /* how long it is */
	uint32_t day;	  /* from 1 */
	const char **exercises;
	size_t nexercises;
	const char **later; /* names of what is not in this kit yet */
	size_t nlater;
	const struct yaml *y;
};

struct course {
	const char *name, *title, *about; /* about: a paragraph, or "" */
	const char **days;		  /* their titles */
	size_t ndays;
	struct course_block *blocks; /* of all days, in order */
	size_t nblocks;
	struct yaml_doc doc;
	void *mem; /* owns the above */
};

/* From memory: for the fuzzer and "ixlab validate". NULL with e set. */
struct course *course_parse(const char *file, const void *text, size_t len,
			    struct err *e);
/* A name in exercises/courses, or a file; held against the exercises that there are,
 * of which all may be given (exercise_list), or NULL. */
struct course *course_load(const char *name_or_path, const json_t *all,
			   struct err *e);
/* Every exercise is there, comes behind those that it names in "after", and there is
 * time for it in its block. all: as exercise_list. */
int course_fits(const struct course *c, const json_t *all, struct err *e);
void course_free(struct course *c);
/* [{name, title, about, days, minutes, exercises, later}], pauses not counted,
 * sorted by minutes. What cannot be read is told in the log. NULL with e set. */
json_t *course_list(struct err *e);

/* all in the course's order: before each block a row {"block": INDEX}, behind the
 * last {"block": -1} and what is in none. all is not changed; owned. */
json_t *course_rows(const struct course *c, const json_t *all);
/* The first exercise that is not done, by progress (grader_progress); NULL: all are. */
const char *course_next(const struct course *c, const json_t *progress);

/* ---- the clock: times are seconds of the machine since it was started */

struct course_now {
	char boot[40]; /* another one after each start of the machine */
	int64_t seconds;
};

struct course_clock {
	size_t block;
	uint32_t spent; /* seconds on it, up to since */
	bool running;
	char boot[40];
	int64_t since;
};

/* Seconds on this block. */
uint32_t course_clock_spent(const struct course_clock *k,
			    const struct course_now *now);
/* Bring spent up to now. After a new start of the machine the clock stands. */
void course_clock_note(struct course_clock *k, const struct course_now *now);
void course_clock_run(struct course_clock *k, bool run,
		      const struct course_now *now);
/* To the beginning of that block; the clock runs. */
void course_clock_block(struct course_clock *k, size_t block,
			const struct course_now *now);
/* Do exercises' times stand still? c may be NULL. */
bool course_clock_pauses(const struct course *c, const struct course_clock *k);

/* ---- who follows a course */

struct course_follow {
	char *course; /* its name or path, owned; NULL: none is followed */
	struct course_clock clock;
};

/* This machine's time. */
void course_follow_now(struct course_now *now);
/* A file that cannot be read is as if there were none. */
void course_follow_read(struct course_follow *f);
int course_follow_write(const struct course_follow *f, struct err *e);
/* Pure. */
void course_follow_parse(struct course_follow *f, const char *text, size_t len);
void course_follow_clear(struct course_follow *f);

#endif
