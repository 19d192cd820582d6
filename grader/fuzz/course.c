/* A timetable: any text is one or a sentence; and what is kept of who follows it. */
#include <assert.h>
#include <stdint.h>

#include "grader/course.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct course_now now = {.boot = "b", .seconds = 100};
	struct course_follow f;
	struct err e = {0};
	struct course *c = course_parse("x.yml", data, size, &e);
	json_t *none = json_array(), *rows;

	course_follow_parse(&f, (const char *)data, size);
	course_clock_note(&f.clock, &now);
	(void)course_clock_pauses(c, &f.clock);
	course_follow_clear(&f);
	if (c == NULL) {
		assert(e.class != ERR_NONE && e.msg[0] != '\0');
		json_decref(none);
		return 0;
	}
	assert(c->nblocks > 0 && c->blocks[c->nblocks - 1].day == c->ndays);
	(void)course_fits(c, none, &e);
	rows = course_rows(c, none);
	assert(json_array_size(rows) == c->nblocks + 1);
	json_decref(rows);
	json_decref(none);
	course_free(c);
	return 0;
}
