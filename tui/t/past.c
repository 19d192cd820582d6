/*
 * The text of a terminal: moving, searching, choosing, without a terminal.
 */
#include "fixture.h"

static void
open_of(struct past *p, const char *text)
{
	*p = (struct past){0};
	past_open(p, xstrdup(text), "shell on m1");
}

static void
chosen(const struct past *p, bool all, const char *want)
{
	size_t lines, i, n = 0;
	_free_ char *got = past_chosen_text(p, all, &lines);

	assert_string_equal(got, want);
	for (i = 0; got[i] != '\0'; i++)
		n += got[i] == '\n';
	assert_int_equal(lines, n);
}

static void
moves(void **state)
{
	struct past p;

	(void)state;
	open_of(&p, "a\nb\n\nd\n");
	assert_int_equal(p.n, 4);
	assert_int_equal(p.at, 3);
	past_move(&p, 100000);
	assert_int_equal(p.at, 3);
	past_move(&p, -2);
	assert_int_equal(p.at, 1);
	past_move(&p, -100000);
	assert_int_equal(p.at, 0);
	past_move(&p, 1);
	chosen(&p, false, "b\n");
	chosen(&p, true, "a\nb\n\nd\n");
	past_mark(&p);
	past_move(&p, 1);
	chosen(&p, false, "b\n\n");
	chosen(&p, true, "b\n\n");
	past_move(&p, -2);
	chosen(&p, false, "a\nb\n");
	past_mark(&p);
	chosen(&p, false, "a\n");
	past_clear(&p);
	open_of(&p, "");
	past_move(&p, -1);
	past_settle(&p, 0);
	chosen(&p, false, "\n");
	past_clear(&p);
}

static void
finds(void **state)
{
	struct past p;

	(void)state;
	open_of(&p, "Alpha\nbeta\nALPHA beta\ngamma\n");
	assert_false(past_find(&p, true)); /* nothing is asked for */
	entry_set(&p.find, "alpha");
	assert_true(past_find(&p, true));
	assert_int_equal(p.at, 2);
	assert_true(past_find(&p, true));
	assert_int_equal(p.at, 0);
	assert_true(past_find(&p, true)); /* round the end */
	assert_int_equal(p.at, 2);
	assert_true(past_find(&p, false));
	assert_int_equal(p.at, 0);
	entry_set(&p.find, "delta");
	assert_false(past_find(&p, true));
	assert_int_equal(p.at, 0);
	entry_set(&p.find, "gamma"); /* also where one is: the only one */
	assert_true(past_find(&p, false));
	assert_true(past_find(&p, false));
	assert_int_equal(p.at, 3);
	past_clear(&p);
}

/* The present line is in the view, which is full when it can be. */
static void
settles(void **state)
{
	struct str s = {0};
	struct past p;
	unsigned seed = 7;
	int i, rows;

	(void)state;
	for (i = 0; i < 50; i++)
		str_addf(&s, "%d\n", i);
	open_of(&p, str_text(&s));
	for (i = 0; i < 1000; i++) {
		rows = (int)(rand_r(&seed) % 70) + 1;
		past_move(&p, (long)(rand_r(&seed) % 41) - 20);
		past_settle(&p, rows);
		assert_true(p.at >= p.top && p.at < p.top + (size_t)rows);
		assert_true(p.top == 0 || p.top + (size_t)rows <= p.n);
	}
	past_clear(&p);
	str_clear(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(moves),
	    cmocka_unit_test(finds),
	    cmocka_unit_test(settles),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("past", tests, NULL, NULL);
}
