/* Courses: what a timetable may say, how it fits the exercises, its order, and the
 * clock of who follows one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/course.h"

static const char good[] = "course: short\n"
			   "title: A short one\n"
			   "days:\n"
			   "  - day: One\n"
			   "    blocks:\n"
			   "      - {block: A, from: '09:00', minutes: 60, "
			   "do: [a, b]}\n"
			   "      - {pause: Tea, from: '10:00', minutes: 30}\n"
			   "      - {block: B, minutes: 40, do: [c], later: "
			   "[z]}\n"
			   "  - day: Two\n"
			   "    blocks: [{block: C, minutes: 30, later: "
			   "[y]}]\n";

static json_t *
exercises(void)
{
	return json_pack("[{s:s,s:i,s:[]}, {s:s,s:i,s:[]}, {s:s,s:i,s:[s]}, "
			 "{s:s,s:i,s:[s]}]",
			 "name", "d", "minutes", 5, "after", "name", "a",
			 "minutes", 20, "after", "name", "b", "minutes", 40,
			 "after", "a", "name", "c", "minutes", 40, "after",
			 "b");
}

static struct course *
made(void)
{
	struct err e;
	struct course *c = course_parse("short.yml", good, strlen(good), &e);

	if (c == NULL)
		fail_msg("%s", e.msg);
	return c;
}

static void
reads(void **state)
{
	struct course *c = made();

	(void)state;
	assert_string_equal(c->name, "short");
	assert_string_equal(c->about, "");
	assert_int_equal(c->ndays, 2);
	assert_int_equal(c->nblocks, 4);
	assert_int_equal(c->blocks[0].from, 540);
	assert_true(c->blocks[1].pause);
	assert_int_equal(c->blocks[2].from, COURSE_NO_TIME);
	assert_string_equal(c->blocks[2].later[0], "z");
	assert_int_equal(c->blocks[3].day, 2);
	course_free(c);
}

static void
refuses(void **state)
{
	static const struct {
		const char *blocks, *says;
	} rows[] = {
	    {"[]", "a day has 1 to 40 blocks, found 0"},
	    {"[{block: A}]", "\"minutes\""},
	    {"[{block: A, minutes: 0}]", "1 to 1440"},
	    {"[{block: A, minutes: 9, from: '9:00'}]",
	     "expected a time such as 09:30, found \"9:00\""},
	    {"[{block: A, minutes: 9, from: '24:00'}]", "such as 09:30"},
	    {"[{block: A, minutes: 9, from: '09:60'}]", "such as 09:30"},
	    {"[{block: A, minutes: 60, from: '09:00'}, "
	     "{pause: T, minutes: 9, from: '09:30'}]",
	     "\"T\" begins before the block above has ended, at 10:00"},
	    {"[{pause: T, minutes: 9, do: [a]}]", "nothing to do in it"},
	    {"[{block: A, minutes: 9, do: [a, b, a]}]",
	     "\"a\" is in the course twice"},
	    {"[{block: A, minutes: 9, do: [A]}]", "a name is 1 to"},
	    {"[{block: A, minutes: 9, done: [a]}]", "did you mean \"do\""},
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_free_ char *text = xasprintf("course: x\ntitle: X\ndays:\n"
					      "  - {day: D, blocks: %s}\n",
					      rows[i].blocks);

		assert_null(course_parse("x.yml", text, strlen(text), &e));
		if (strstr(e.msg, rows[i].says) == NULL ||
		    !str_starts(e.msg, "x.yml:4:"))
			fail_msg("%s: %s", rows[i].blocks, e.msg);
	}
	assert_null(course_parse("x.yml", "", 0, &e));
	assert_string_equal(e.msg, "x.yml:1:1: the file is empty");
}

static void
fits(void **state)
{
	static const struct {
		const char *blocks, *says;
	} rows[] = {
	    {"[{block: A, minutes: 60, do: [a, b]}]", NULL},
	    {"[{block: A, minutes: 59, do: [a, b]}]",
	     "\"A\" has 59 minutes, and its exercises take 60"},
	    {"[{block: A, minutes: 60, do: [b, a]}]",
	     "b comes after a, which is not in the course before it"},
	    {"[{block: A, minutes: 60, do: [nix]}]",
	     "there is no exercise \"nix\""},
	};
	json_t *all = exercises();
	struct course *c;
	struct err e;
	int rc;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_free_ char *text = xasprintf("course: x\ntitle: X\ndays:\n"
					      "  - {day: D, blocks: %s}\n",
					      rows[i].blocks);

		c = course_parse("x.yml", text, strlen(text), &e);
		assert_non_null(c);
		rc = course_fits(c, all, &e);
		assert_int_equal(rc, rows[i].says ? -1 : 0);
		if (rows[i].says && strstr(e.msg, rows[i].says) == NULL)
			fail_msg("%s", e.msg);
		course_free(c);
	}
	json_decref(all);
}

static void
in_order(void **state)
{
	struct course *c = made();
	json_t *all = exercises(), *rows = course_rows(c, all), *row;
	json_t *progress =
	    json_pack("{s:{s:b}, s:{s:b}}", "a", "done", 1, "b", "done", 0);
	struct str s = {0};
	size_t i;

	(void)state;
	json_array_foreach(rows, i, row)
	{
		if (json_object_get(row, "block"))
			str_addf(&s, "%d ",
				 (int)json_integer_value(
				     json_object_get(row, "block")));
		else
			str_addf(&s, "%s ", out_text(row, "name"));
	}
	assert_string_equal(str_text(&s), "0 a b 1 2 c 3 -1 d ");
	str_clear(&s);
	assert_int_equal(json_array_size(all), 4);
	assert_string_equal(course_next(c, progress), "b");
	json_object_set_new(progress, "b", json_pack("{s:b}", "done", 1));
	json_object_set_new(progress, "c", json_pack("{s:b}", "done", 1));
	assert_null(course_next(c, progress));
	json_decref(progress);
	json_decref(rows);
	json_decref(all);
	course_free(c);
}

static void
clock_runs(void **state)
{
	struct course *c = made();
	struct course_now now = {.boot = "one", .seconds = 1000};
	struct course_clock k;

	(void)state;
	course_clock_block(&k, 0, &now);
	now.seconds += 60;
	assert_int_equal(course_clock_spent(&k, &now), 60);
	assert_false(course_clock_pauses(c, &k));
	/* a pause that somebody calls */
	course_clock_run(&k, false, &now);
	now.seconds += 5000;
	assert_int_equal(course_clock_spent(&k, &now), 60);
	assert_true(course_clock_pauses(c, &k));
	course_clock_run(&k, true, &now);
	now.seconds += 5;
	assert_int_equal(course_clock_spent(&k, &now), 65);
	/* the power goes: what was noted stays, and the clock stands */
	course_clock_note(&k, &now);
	now = (struct course_now){.boot = "two", .seconds = 9000};
	assert_int_equal(course_clock_spent(&k, &now), 65);
	course_clock_note(&k, &now);
	assert_false(k.running);
	course_clock_run(&k, true, &now);
	now.seconds += 1;
	assert_int_equal(course_clock_spent(&k, &now), 66);
	/* a machine's clock that goes back takes nothing away that was noted */
	course_clock_note(&k, &now);
	now.seconds = 0;
	assert_int_equal(course_clock_spent(&k, &now), 66);
	/* tea: its own time runs, that of exercises does not */
	course_clock_block(&k, 1, &now);
	assert_int_equal(course_clock_spent(&k, &now), 0);
	assert_true(k.running && course_clock_pauses(c, &k));
	course_free(c);
}

static void
kept(void **state)
{
	static const char *const bad[] = {"", "[]", "{", "{\"course\": 7}",
					  "{\"course\": \"\"}"};
	static const char text[] =
	    "{\"course\": \"short\", \"block\": 2, \"spent\": -5, "
	    "\"running\": true, \"boot\": \"0123456789012345678901234567890123"
	    "4567890123456789\", \"since\": 12}";
	struct course_follow f;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		course_follow_parse(&f, bad[i], strlen(bad[i]));
		assert_null(f.course);
	}
	course_follow_parse(&f, text, strlen(text));
	assert_string_equal(f.course, "short");
	assert_int_equal(f.clock.block, 2);
	assert_int_equal(f.clock.spent, 0);
	assert_int_equal(strlen(f.clock.boot), 39);
	assert_true(f.clock.running && f.clock.since == 12);
	course_follow_clear(&f);
	assert_null(f.course);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads),	  cmocka_unit_test(refuses),
	    cmocka_unit_test(fits),	  cmocka_unit_test(in_order),
	    cmocka_unit_test(clock_runs), cmocka_unit_test(kept),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
