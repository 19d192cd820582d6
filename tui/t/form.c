/*
 * The line that is typed, and the form of an exercise's questions: keys, what is
 * kept, and how it looks.
 */
#include "fixture.h"

#include "tui/tui_form.h"

static const char quiz_text[] =
    "exercise: quiz\nversion: 1\ntitle: Three questions\nminutes: 1\n"
    "level: 1\nlab: d\ntrainee: m1\nfiles: [m1/bird.conf]\nsteps:\n"
    "  - step: one\n    title: Ask\n    text: t.md\n    checks:\n"
    "      runs: {kind: daemon, say: BIRD runs, at: m1,\n"
    "        hints: [{hint: h, text: t}]}\n"
    "      asn: {kind: answer, say: You know the AS number, type: asn,\n"
    "        question: Which AS number has m2?,\n"
    "        accept: ['65537'], hints: [{hint: h, text: t}]}\n"
    "      how: {kind: answer, say: You know the word, type: choice,\n"
    "        question: \"What is a session with another network called, and "
    "which of these do two routers of one network speak?\",\n"
    "        choices: [IBGP, EBGP, OSPF], accept: [EBGP],\n"
    "        hints: [{hint: h, text: t}]}\n"
    "      speed: {kind: answer, say: You know the speed, type: number,\n"
    "        question: How fast is your port?, unit: Gbit/s,\n"
    "        accept: ['10'], hints: [{hint: h, text: t}]}\n";

static struct exercise *
quiz(void)
{
	struct err e = {0};
	struct exercise *x =
	    exercise_parse("x.yml", quiz_text, strlen(quiz_text), &e);

	if (x == NULL)
		fail_msg("%s", e.msg);
	return x;
}

static void
type(struct form *f, const char *text)
{
	uint32_t ch;

	while ((ch = grid_utf8(&text)) != 0)
		form_key(f, ch);
}

/* ---- the line */

static void
line_is_edited(void **state)
{
	struct entry e = {0};

	(void)state;
	entry_set(&e, "bird");
	entry_key(&e, K_HOME);
	entry_key(&e, 'a');
	entry_key(&e, K_RIGHT);
	entry_key(&e, K_DELETE);
	assert_string_equal(e.text, "abrd");
	entry_key(&e, K_BACKSPACE);
	entry_key(&e, K_END);
	entry_key(&e, 0xe9);
	entry_key(&e, 0x6f22); /* two columns */
	assert_string_equal(e.text, "ard\xc3\xa9\xe6\xbc\xa2");
	entry_key(&e, K_LEFT);
	entry_key(&e, K_BACKSPACE);
	assert_string_equal(e.text, "ard\xe6\xbc\xa2");
	entry_key(&e, K_CTRL('u'));
	assert_string_equal(e.text, "");
	entry_key(&e, K_BACKSPACE);
	entry_key(&e, K_DELETE);
	entry_key(&e, K_LEFT);
	assert_int_equal(e.at, 0);
}

/* Nothing that steers a terminal gets in, and no more than fits. */
static void
line_is_bounded(void **state)
{
	struct entry e = {0};
	uint32_t key;
	int i;

	(void)state;
	for (key = 1; key < 0xa0; key++)
		if (key < ' ' || key >= 0x7f)
			if (entry_key(&e, key))
				assert_string_equal(e.text, "");
	entry_key(&e, 0x202e); /* a direction mark */
	entry_key(&e, 0xd800);
	assert_string_equal(e.text, "");
	for (i = 0; i < 500; i++)
		entry_key(&e, 0x20ac);
	assert_true(strlen(e.text) <= ENTRY_MAX);
	assert_int_equal(strlen(e.text) % 3, 0);
	entry_set(&e, "a\033[2Jb");
	assert_string_equal(e.text, "a");
}

/* The cursor is in sight wherever it stands, and no character is cut. */
static void
window_follows(void **state)
{
	struct entry e = {0};
	int at, width, column;

	(void)state;
	entry_set(&e, "one \xe6\xbc\xa2\xe5\xad\x97 two three four five six");
	for (width = 4; width < 40; width++)
		for (e.at = 0, at = -1; (int)e.at != at;) {
			_free_ char *shown = entry_window(&e, width, &column);

			assert_true(column >= 0 && column < width);
			assert_true(grid_text_width(shown) <= width);
			at = (int)e.at;
			entry_key(&e, K_RIGHT);
		}
}

/* ---- the form */

static void
answers_are_given(void **state)
{
	struct exercise *x = quiz();
	json_t *none = json_object();
	struct form f = {0};

	(void)state;
	form_open(&f, x, none, SIZE_MAX);
	assert_int_equal(f.n, 3);
	assert_int_equal(f.fields[0].check, 1);
	assert_null(form_typed(&f));
	type(&f, "65537");
	assert_string_equal(form_typed(&f), "65537");
	form_kept(&f, NULL);
	assert_string_equal(f.fields[0].kept, "65537");
	assert_int_equal(f.at, 1); /* on to the next */
	type(&f, "4");
	assert_string_equal(form_typed(&f), "4");
	form_kept(&f, "\"4\" is none of the choices");
	assert_null(f.fields[1].kept);
	assert_int_equal(f.at, 1);
	type(&f, "2"); /* a digit is a choice */
	assert_string_equal(form_typed(&f), "EBGP");
	assert_null(f.fields[1].trouble);
	form_key(&f, K_RIGHT);
	assert_string_equal(form_typed(&f), "OSPF");
	form_key(&f, K_RIGHT);
	assert_string_equal(form_typed(&f), "IBGP");
	form_key(&f, K_LEFT);
	assert_string_equal(form_typed(&f), "OSPF");
	form_move(&f, false);
	assert_int_equal(f.at, 0);
	form_key(&f, K_CTRL('u'));
	type(&f, "  ");
	assert_null(form_typed(&f)); /* takes it back */
	form_kept(&f, NULL);
	assert_null(f.fields[0].kept);
	assert_int_equal(f.at, 0);
	form_clear(&f);
	json_decref(none);
	exercise_free(x);
}

/* The form opens where something is to be done. */
static void
form_opens_where(void **state)
{
	struct exercise *x = quiz();
	json_t *some = json_pack("{ss ss}", "asn", "1", "nonsense", "2");
	struct form f = {0};

	(void)state;
	form_open(&f, x, some, SIZE_MAX);
	assert_int_equal(f.at, 1);
	assert_string_equal(f.fields[0].line.text, "1");
	form_open(&f, x, some, 3);
	assert_int_equal(f.at, 2);
	form_open(&f, &exercise, some, 0);
	assert_int_equal(f.n, 0);
	form_key(&f, 'x');
	form_move(&f, true);
	assert_null(form_typed(&f));
	form_clear(&f);
	json_decref(some);
	exercise_free(x);
}

/* ---- the screen */

static struct grader_verdict seen[] = {
    {.result = GRADER_PASS, .blocked_by = SIZE_MAX},
    {.result = GRADER_FAIL,
     .blocked_by = SIZE_MAX,
     .hint = "The letter of the exchange names it: look above."},
    {.result = GRADER_PASS, .blocked_by = SIZE_MAX},
    {.result = GRADER_FAIL, .blocked_by = SIZE_MAX},
};

struct shot {
	const char *name, *keys; /* > kept, ! refused */
	int w, h;
	bool ascii;
};

static const struct shot shots[] = {
    {"answers-80x24", "a9\t2>x!", 80, 24, false},
    {"answers-60x20-ascii", "a9\t2>x!", 60, 20, true},
    {"answers-80x22", "a\t\t", 80, 22, false},
};

static void
form_shot(void **state)
{
	const struct shot *s = *state;
	struct exercise *x = quiz();
	struct lab *lab = lab_of(lab_text);
	json_t *some = json_pack("{ss}", "asn", "6553");
	struct tui_model m;
	enum tui_action a;
	const char *k;
	struct grid g;
	char *text;
	bool typed;

	tui_model_init(&m, s->w, s->h);
	tui_model_enter(&m, x, lab);
	m.verdicts = seen;
	for (k = s->keys; *k; k++) {
		if (*k == '>' || *k == '!') {
			assert_int_equal(tui_model_key(&m, K_ENTER, &typed),
					 ACT_KEEP);
			form_kept(&m.form, *k == '>' ? NULL : "that is none");
			continue;
		}
		a = tui_model_key(&m, (uint32_t)*k, &typed);
		if (a == ACT_ANSWER)
			tui_model_form(&m, some);
	}
	tui_model_settle(&m);
	grid_init(&g, s->w, s->h, s->ascii, false);
	view_draw(&m, &g);
	assert_true(g.cx > 0 && g.cy > 0 && g.cy < s->h - 1);
	text = grid_dump(&g, true);
	golden(s->name, text);
	free(text);
	grid_clear(&g);
	tui_model_clear(&m);
	json_decref(some);
	model_free(lab);
	exercise_free(x);
}

/* An exercise that asks nothing has no form; Esc closes one that is there. */
static void
form_or_not(void **state)
{
	struct exercise *x = quiz();
	struct lab *lab = lab_of(lab_text);
	json_t *none = json_object();
	struct tui_model m;
	bool typed;

	(void)state;
	tui_model_init(&m, 80, 24);
	tui_model_enter(&m, &exercise, lab);
	tui_model_form(&m, none);
	assert_int_equal(m.over, OVER_NONE);
	assert_string_equal(m.status, "this exercise asks no question");
	tui_model_enter(&m, x, lab);
	m.focus = PANE_CHECKS;
	m.check_at = 2;
	assert_int_equal(tui_model_key(&m, K_ENTER, &typed), ACT_NONE);
	assert_int_equal(m.over, OVER_STORY);
	assert_int_equal(tui_model_key(&m, 'a', &typed), ACT_ANSWER);
	tui_model_form(&m, none);
	assert_int_equal(m.form.at, 1);
	assert_int_equal(tui_model_key(&m, 'q', &typed), ACT_NONE);
	assert_string_equal(form_typed(&m.form), "q");
	assert_int_equal(tui_model_key(&m, K_ESC, &typed), ACT_NONE);
	assert_int_equal(m.over, OVER_NONE);
	tui_model_clear(&m);
	json_decref(none);
	model_free(lab);
	exercise_free(x);
}

/* Notes: those that are there, and the one that is typed, in sight. */
static void
notes_shot(void **state)
{
	struct exercise *x = quiz();
	struct lab *lab = lab_of(lab_text);
	struct str s = {0};
	struct tui_model m;
	struct grid g;
	char *text;
	bool typed;
	int i;

	(void)state;
	tui_model_init(&m, 60, 20);
	tui_model_enter(&m, x, lab);
	for (i = 0; i < 30; i++)
		str_addf(&s,
			 "2026-11-22 20:%02d  rs1 said no, and the reason "
			 "was a long one \033[2J\n",
			 i);
	assert_int_equal(tui_model_key(&m, 'w', &typed), ACT_NOTES);
	tui_model_notes(&m, str_text(&s));
	for (i = 0; i < 70; i++)
		tui_model_key(&m, (uint32_t)('a' + i % 26), &typed);
	assert_int_equal(strlen(m.note.text), 70);
	assert_int_equal(tui_model_key(&m, K_ENTER, &typed), ACT_KEEP);
	grid_init(&g, 60, 20, false, false);
	view_draw(&m, &g);
	text = grid_dump(&g, false);
	golden("notes-60x20", text);
	free(text);
	grid_clear(&g);
	assert_int_equal(tui_model_key(&m, K_ESC, &typed), ACT_NONE);
	assert_int_equal(m.over, OVER_NONE);
	tui_model_clear(&m);
	str_clear(&s);
	model_free(lab);
	exercise_free(x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(line_is_edited),
	    cmocka_unit_test(line_is_bounded),
	    cmocka_unit_test(window_follows),
	    cmocka_unit_test(answers_are_given),
	    cmocka_unit_test(form_opens_where),
	    cmocka_unit_test(form_or_not),
	    cmocka_unit_test(notes_shot),
	    cmocka_unit_test_prestate(form_shot, (void *)(uintptr_t)&shots[0]),
	    cmocka_unit_test_prestate(form_shot, (void *)(uintptr_t)&shots[1]),
	    cmocka_unit_test_prestate(form_shot, (void *)(uintptr_t)&shots[2]),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
