/*
 * What is kept of where a person was: it comes back as it was, and nothing that a
 * file may say leads anywhere else.
 */
#include "fixture.h"

#include <unistd.h>

#include "tui/tui_keep.h"

static void
comes_back(void **state)
{
	struct keep_at at = {.step = 3,
			     .check = 7,
			     .top = 41,
			     .pane = PANE_PICTURE,
			     .zoom = true,
			     .seconds = 720,
			     .programs = {{PROGRAM_SHELL, "m1", ""},
					  {PROGRAM_EDIT, "m1", "bird.conf"}},
			     .nprograms = 2};
	json_t *all = keep_parse("", 0), *again;
	struct keep_at got;
	_free_ char *text = NULL;

	(void)state;
	assert_false(keep_get(all, "x", &got));
	assert_int_equal(got.step, 0);
	assert_null(keep_open(all));
	assert_true(keep_wish(all, "clock", true));
	keep_put(all, "x", &at);
	keep_open_set(all, "x");
	keep_wish_set(all, "clock", false);
	assert_int_equal(keep_theme(all), THEME_DARK);
	keep_theme_set(all, THEME_CONTRAST);
	text = json_dumps(all, 0);
	again = keep_parse(text, strlen(text));
	assert_true(keep_get(again, "x", &got));
	assert_int_equal(got.step, 3);
	assert_int_equal(got.check, 7);
	assert_int_equal(got.top, 41);
	assert_int_equal(got.pane, PANE_PICTURE);
	assert_true(got.zoom && !got.as_list);
	assert_int_equal(got.seconds, 720);
	assert_int_equal(got.nprograms, 2);
	assert_true(program_same(&got.programs[0], &at.programs[0]));
	assert_true(program_same(&got.programs[1], &at.programs[1]));
	assert_string_equal(keep_open(again), "x");
	assert_false(keep_wish(again, "clock", true));
	assert_int_equal(keep_theme(again), THEME_CONTRAST);
	json_decref(all);
	json_decref(again);
}

/* Strange files: bounded, and never an error. */
static void
strange_files(void **state)
{
	static const char *const texts[] = {
	    "",
	    "[]",
	    "{\"exercises\": 5, \"open\": [1], \"clock\": \"no\"}",
	    "{\"exercises\": {\"x\": 7}}",
	    "{\"exercises\": {\"x\": {\"step\": -1, \"pane\": 99, \"top\": "
	    "99999999999, \"programs\": -5}}}",
	    "{\"exercises\": {\"x\": {\"programs\": [5, [], [\"cli\"], "
	    "[\"no\", "
	    "\"m1\"], [\"cli\", \"a-name-that-is-too-long\"], [\"cli\", 7]]}}}",
	    "{\"exercises\": {\"x\": {\"step\": \"a\", \"seconds\": "
	    "9223372036854775807}}",
	};
	struct keep_at at;
	json_t *all;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		all = keep_parse(texts[i], strlen(texts[i]));
		(void)keep_get(all, "x", &at);
		assert_true(at.step <= 100000 && at.top <= 100000);
		assert_true(at.top >= 0 && at.pane < PANE_N);
		assert_int_equal(at.nprograms, 0);
		assert_null(keep_open(all));
		assert_true(keep_wish(all, "clock", true));
		keep_put(all, "y", &at);
		assert_true(keep_get(all, "y", &at));
		json_decref(all);
	}
}

static void
sizes(void **state)
{
	static const char *const texts[] = {"{}", "{\"sizes\": 7}",
					    "{\"sizes\": [\"a\"]}",
					    "{\"sizes\": [9e9, {}]}"};
	struct layout_wish wish = {8, -3};
	json_t *all = keep_parse("", 0);
	size_t i;

	(void)state;
	keep_sizes_set(all, &wish);
	wish = keep_sizes(all);
	assert_true(wish.text == 8 && wish.low == -3);
	json_decref(all);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		all = keep_parse(texts[i], strlen(texts[i]));
		wish = keep_sizes(all);
		assert_true(wish.text == 0 && wish.low == 0);
		json_decref(all);
	}
	all = keep_parse("{\"sizes\": [99999999999, -99999999999]}", 38);
	wish = keep_sizes(all);
	assert_true(wish.text == GRID_MAX_W && wish.low == -GRID_MAX_W);
	json_decref(all);
}

/* Written when there is something new, and only then. */
static void
written_once(void **state)
{
	char dir[] = "/tmp/ixlab-keep-XXXXXX";
	_free_ char *path = NULL, *last = NULL;
	json_t *all;
	struct err e = {0};

	(void)state;
	assert_non_null(mkdtemp(dir));
	setenv("XDG_STATE_HOME", dir, 1);
	path = xasprintf("%s/ixlab/interface.json", dir);
	all = keep_read();
	keep_open_set(all, "x");
	assert_int_equal(keep_write(all, &last, &e), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(keep_write(all, &last, &e), 0);
	assert_false(file_exists(path));
	keep_open_set(all, "y");
	assert_int_equal(keep_write(all, &last, &e), 0);
	json_decref(all);
	all = keep_read();
	assert_string_equal(keep_open(all), "y");
	json_decref(all);
	assert_int_equal(file_write(path, "rubbish", 7, &e), 0);
	all = keep_read();
	assert_null(keep_open(all));
	json_decref(all);
	assert_int_equal(file_remove(dir, &e), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(comes_back),
	    cmocka_unit_test(strange_files),
	    cmocka_unit_test(sizes),
	    cmocka_unit_test(written_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("keep", tests, NULL, NULL);
}
