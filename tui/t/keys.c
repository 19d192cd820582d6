/*
 * The table of keys, and what keys and clicks do to the model.
 */
#include "fixture.h"
#include "tui/tui_list.h"

/* One key means one thing in one place. */
static void
keys_are_unique(void **state)
{
	const struct tui_key *k;
	size_t i, n;

	(void)state;
	for (i = 0; i < tui_nkeys; i++)
		for (n = 0; n < 2; n++) {
			k = tui_key_find(tui_keys[i].keys[n],
					 tui_keys[i].where &
					     -tui_keys[i].where);
			if (tui_keys[i].keys[n] != 0)
				assert_ptr_equal(k, &tui_keys[i]);
		}
}

/* The terminal keeps every key but Ctrl-] and the shifted ones that scroll. */
static void
terminal_keeps_its_keys(void **state)
{
	const struct tui_key *k;
	uint32_t key;

	(void)state;
	for (key = 1; key <= K_LAST; key++) {
		k = tui_key_find(key, IN_TERM);
		if (k != NULL)
			assert_true(key == K_LEAVE || key == K_SPGUP ||
				    key == K_SPGDN || key == K_SUP ||
				    key == K_SDOWN);
		if (key == 0x3000)
			key = K_FIRST - 1;
	}
}

static void
every_key_is_told(void **state)
{
	char names[40], places[80];
	size_t i;

	(void)state;
	for (i = 0; i < tui_nkeys; i++) {
		tui_key_names(&tui_keys[i], names, sizeof(names));
		tui_key_places(tui_keys[i].where, places, sizeof(places));
		assert_true(names[0] != '\0' && places[0] != '\0');
		assert_true(strlen(names) < 24);
		assert_true(strlen(tui_keys[i].help) > 5);
		assert_true(tui_keys[i].where != 0);
	}
}

struct stage {
	struct tui_model m;
	struct lab *lab;
	json_t *seen;
};

static void
stage_set(struct stage *s, int w, int h)
{
	tui_model_init(&s->m, w, h);
	s->lab = lab_of(lab_text);
	s->seen = sessions();
	s->m.list = list();
	in_the_middle(&s->m, s->lab, s->seen);
}

static void
stage_clear(struct stage *s)
{
	tui_model_clear(&s->m);
	json_decref(s->seen);
	model_free(s->lab);
}

static const struct {
	const char *name, *keys;
	enum tui_action want;
	enum tui_pane focus;
	enum tui_over over;
	bool typed;
} typed[] = {
    {"Tab goes round, Ctrl-] past the terminal", "\t\x1d\t\t", ACT_NONE,
     PANE_TEXT, OVER_NONE, false},
    {"Tab in the terminal is the terminal's", "\t\t", ACT_NONE, PANE_TERM,
     OVER_NONE, true},
    {"q in the terminal is the terminal's", "2q", ACT_NONE, PANE_TERM,
     OVER_NONE, true},
    {"Ctrl-C in the terminal is the terminal's", "2\x03", ACT_NONE, PANE_TERM,
     OVER_NONE, true},
    {"Ctrl-] leaves to where one was", "3\x1d\x1d", ACT_NONE, PANE_CHECKS,
     OVER_NONE, false},
    {"t opens a shell and goes there", "t", ACT_SHELL, PANE_TERM, OVER_NONE,
     false},
    {"e opens the editor", "e", ACT_EDIT, PANE_TERM, OVER_NONE, false},
    {"r lets the router read its files", "r", ACT_RELOAD, PANE_TEXT, OVER_NONE,
     false},
    {"S asks first", "S", ACT_NONE, PANE_TEXT, OVER_ASK, false},
    {"S then y solves", "Sy", ACT_SOLVE, PANE_TEXT, OVER_NONE, false},
    {"S then n does not", "Sn", ACT_NONE, PANE_TEXT, OVER_NONE, false},
    {"S then Esc does not", "S\033", ACT_NONE, PANE_TEXT, OVER_NONE, false},
    {"d means nothing when solving", "Sd", ACT_NONE, PANE_TEXT, OVER_ASK,
     false},
    {"R asks what, asks first, then resets", "R\ry", ACT_RESET, PANE_TEXT,
     OVER_NONE, false},
    {"R and 2 resets the step", "R2y", ACT_RESET_STEP, PANE_TEXT, OVER_NONE,
     false},
    {"R and a number resets a node", "R3y", ACT_RESET_NODE, PANE_TEXT,
     OVER_NONE, false},
    {"R, down, Enter asks about the first node", "Rjj\r", ACT_NONE, PANE_TEXT,
     OVER_ASK, false},
    {"R and a number that is none stays", "R0", ACT_NONE, PANE_TEXT, OVER_PICK,
     false},
    {"R then Esc does nothing", "R\033", ACT_NONE, PANE_TEXT, OVER_NONE, false},
    {"q asks while a lab is up", "q", ACT_NONE, PANE_TEXT, OVER_ASK, false},
    {"q then y leaves", "qy", ACT_QUIT, PANE_TEXT, OVER_NONE, false},
    {"q then d stops the lab", "qd", ACT_STOP, PANE_TEXT, OVER_NONE, false},
    {"Ctrl-C outside asks, too", "\x03", ACT_NONE, PANE_TEXT, OVER_ASK, false},
    {"Esc closes the help, not the exercise", "?\033", ACT_NONE, PANE_TEXT,
     OVER_NONE, false},
    {"Esc goes back to the list", "\033", ACT_CLOSE, PANE_TEXT, OVER_NONE,
     false},
    {"Enter on a check tells why", "3\r", ACT_NONE, PANE_CHECKS, OVER_STORY,
     false},
    {"Enter in the picture opens the node's box", "4\r", ACT_NONE, PANE_PICTURE,
     OVER_NODE, false},
    {"its first line is a shell", "4\r1", ACT_SHELL, PANE_TERM, OVER_NONE,
     false},
    {"Enter takes the chosen line", "4\rj\r", ACT_BIRDC, PANE_TERM, OVER_NONE,
     false},
    {"the third is its file", "4\r3", ACT_EDIT, PANE_TERM, OVER_NONE, false},
    {"a line that is none stays", "4\r4", ACT_NONE, PANE_PICTURE, OVER_NODE,
     false},
    {"Esc closes it", "4\r\033", ACT_NONE, PANE_PICTURE, OVER_NONE, false},
    {"v shows the next program", "v", ACT_NEXT_TERM, PANE_TEXT, OVER_NONE,
     false},
    {"n goes to the next step", "n", ACT_NEXT_STEP, PANE_TEXT, OVER_NONE,
     false},
    {"p on the first step stays", "p", ACT_NONE, PANE_TEXT, OVER_NONE, false},
    {"h asks for a hint", "h", ACT_HINT, PANE_TEXT, OVER_NONE, false},
};

static void
typed_case(void **state)
{
	size_t i = (size_t)(uintptr_t)*state;
	enum tui_action a = ACT_NONE;
	struct stage s;
	const char *p;
	bool is_typed = false;

	stage_set(&s, 80, 24);
	for (p = typed[i].keys; *p; p++)
		a = tui_model_key(&s.m, (uint32_t)*p, &is_typed);
	assert_int_equal(a, typed[i].want);
	assert_int_equal(s.m.focus, typed[i].focus);
	assert_int_equal(s.m.over, typed[i].over);
	assert_int_equal(is_typed, typed[i].typed);
	stage_clear(&s);
}

/* Scrolling stops at both ends, also after the screen has grown. */
static void
scrolling_stops(void **state)
{
	struct stage s;
	bool ignored;
	int i;

	(void)state;
	stage_set(&s, 80, 24);
	for (i = 0; i < 100; i++)
		tui_model_key(&s.m, ' ', &ignored);
	assert_int_equal(
	    s.m.text_top,
	    (int)s.m.lines.n -
		layout_make(80, 24, PANE_TEXT, false, NULL).pane[PANE_TEXT].h);
	tui_model_resize(&s.m, 132, 200);
	assert_int_equal(s.m.text_top, 0);
	tui_model_key(&s.m, 'k', &ignored);
	assert_int_equal(s.m.text_top, 0);
	stage_clear(&s);
}

/* Every word of the bar can be clicked and is the key that it names. */
static void
bar_is_clickable(void **state)
{
	struct stage s;
	const struct tui_key *k;
	int x, found = 0;
	uint32_t key;

	(void)state;
	stage_set(&s, 80, 24);
	for (x = 0; x < 80; x++) {
		key = view_bar_key(&s.m, 80, x);
		if (key == 0)
			continue;
		k = tui_key_find(key, IN_TEXT);
		assert_non_null(k);
		assert_non_null(k->bar);
		found++;
	}
	assert_true(found > 40);
	assert_int_equal(tui_model_click(&s.m, 1, 23), ACT_NONE);
	assert_int_equal(s.m.over, OVER_HELP);
	stage_clear(&s);
}

static void
clicks_choose(void **state)
{
	struct layout l = layout_make(132, 43, PANE_TEXT, false, NULL);
	struct rect r = l.pane[PANE_CHECKS];
	struct stage s;

	(void)state;
	stage_set(&s, 132, 43);
	tui_model_click(&s.m, r.x + 3, r.y + 2);
	assert_int_equal(s.m.focus, PANE_CHECKS);
	assert_int_equal(s.m.check_at, 1);
	tui_model_click(&s.m, r.x + 3, r.y + 2);
	assert_int_equal(s.m.over, OVER_STORY);
	tui_model_click(&s.m, 0, 0);
	assert_int_equal(s.m.over, OVER_NONE);
	tui_model_click(&s.m, l.pane[PANE_TERM].x, l.pane[PANE_TERM].y);
	assert_int_equal(s.m.focus, PANE_TERM);
	assert_int_equal(
	    tui_model_wheel(&s.m, l.pane[PANE_TERM].x, l.pane[PANE_TERM].y, -3),
	    ACT_BACK_UP);
	tui_model_wheel(&s.m, 1, 5, 3);
	assert_int_equal(s.m.text_top, 3);
	assert_int_equal(s.m.focus, PANE_TERM);
	stage_clear(&s);
}

static struct rect
pane(const struct tui_model *m, enum tui_pane p)
{
	return layout_make(m->w, m->h, m->focus, m->zoom, &m->wish).pane[p];
}

/* Panes grow and shrink as far as they are of use, and what a large screen was made
 * to is undone on a small one with one key. */
static void
panes_have_sizes(void **state)
{
	struct stage s;
	bool mine;
	int i, w;

	(void)state;
	stage_set(&s, 132, 43);
	w = pane(&s.m, PANE_TEXT).w;
	tui_model_key(&s.m, '>', &mine);
	assert_int_equal(pane(&s.m, PANE_TEXT).w, w + 4);
	tui_model_key(&s.m, '=', &mine);
	assert_int_equal(pane(&s.m, PANE_TEXT).w, w);
	tui_model_resize(&s.m, 200, 60);
	for (i = 0; i < 100; i++)
		tui_model_key(&s.m, '>', &mine);
	assert_non_null(strstr(s.m.status, "cannot become larger"));
	assert_int_equal(pane(&s.m, PANE_TERM).w, 40);
	tui_model_resize(&s.m, 132, 43);
	assert_int_equal(pane(&s.m, PANE_TERM).w, 40);
	tui_model_key(&s.m, '<', &mine);
	assert_true(pane(&s.m, PANE_TERM).w > 40);
	i = pane(&s.m, PANE_CHECKS).h;
	tui_model_key(&s.m, '[', &mine);
	assert_int_equal(pane(&s.m, PANE_CHECKS).h, i - 1);
	tui_model_resize(&s.m, 80, 24); /* a strip */
	i = pane(&s.m, PANE_TEXT).h;
	tui_model_key(&s.m, ']', &mine);
	assert_int_equal(pane(&s.m, PANE_TEXT).h, i - 1);
	tui_model_key(&s.m, '>', &mine); /* nothing is beside it */
	assert_non_null(strstr(s.m.status, "cannot become larger"));
	stage_clear(&s);
}

static bool
apart(struct rect a, struct rect b)
{
	struct rect both = rect_and(a, b);

	return both.w == 0 || both.h == 0;
}

/* Whatever is wished on whatever screen: panes lie in the body, apart, large enough. */
static void
any_wish(void **state)
{
	struct layout_wish wish;
	unsigned seed = 5;
	struct layout l;
	struct rect in;
	int i, p, q, w, h;

	(void)state;
	for (i = 0; i < 20000; i++) {
		w = LAYOUT_MIN_W + (int)(rand_r(&seed) % 200);
		h = LAYOUT_MIN_H + (int)(rand_r(&seed) % 60);
		wish.text = (int)(rand_r(&seed) % 1000) - 500;
		wish.low = (int)(rand_r(&seed) % 1000) - 500;
		l = layout_make(w, h, (enum tui_pane)(i % PANE_N), i % 7 == 0,
				&wish);
		assert_true(l.pane[i % PANE_N].w > 0);
		for (p = 0; p < PANE_N; p++) {
			if (l.pane[p].w == 0)
				continue;
			in = rect_and(l.pane[p], l.body);
			assert_memory_equal(&in, &l.pane[p], sizeof(in));
			assert_true(in.w >= 24 && in.h >= 3);
			assert_true(apart(in, l.strip));
			for (q = 0; q < p; q++)
				assert_true(apart(in, l.pane[q]));
		}
	}
}

static void
node_is(const struct stage *s, const char *name)
{
	assert_true(s->m.node_at < s->lab->nnodes);
	assert_string_equal(s->lab->nodes[s->m.node_at].name, name);
}

/* Arrows go from node to node, and what is opened is on the chosen one. */
static void
picture_is_walked(void **state)
{
	static const struct {
		uint32_t key;
		const char *node;
	} walk[] = {{K_DOWN, "m1"},  {K_RIGHT, "m2"}, {K_RIGHT, "m3"},
		    {K_RIGHT, "m4"}, {K_RIGHT, "m4"}, {K_UP, "rs2"},
		    {K_LEFT, "rs1"}, {K_LEFT, "rs1"}, {K_DOWN, "m2"},
		    {K_LEFT, "m1"},  {'j', "m1-h"},   {'k', "m1"}};
	struct stage s;
	bool ignored;
	size_t i;

	(void)state;
	stage_set(&s, 132, 43);
	tui_model_key(&s.m, '4', &ignored);
	for (i = 0; i < sizeof(walk) / sizeof(walk[0]); i++) {
		tui_model_key(&s.m, walk[i].key, &ignored);
		node_is(&s, walk[i].node);
	}
	assert_int_equal(tui_model_key(&s.m, 'e', &ignored), ACT_EDIT);
	assert_string_equal(s.m.want.file, "bird.conf");
	/* another's router is looked at, not entered; m3 is closed */
	tui_model_key(&s.m, K_LEAVE, &ignored);
	tui_model_key(&s.m, K_RIGHT, &ignored);
	node_is(&s, "m2");
	assert_int_equal(tui_model_key(&s.m, 't', &ignored), ACT_NONE);
	assert_non_null(strstr(s.m.status, "belongs to somebody else"));
	assert_int_equal(tui_model_key(&s.m, 'e', &ignored), ACT_NONE);
	assert_int_equal(tui_model_key(&s.m, 'b', &ignored), ACT_BIRDC);
	assert_string_equal(s.m.want.node, "m2");
	tui_model_key(&s.m, K_LEAVE, &ignored);
	tui_model_key(&s.m, K_RIGHT, &ignored);
	assert_int_equal(tui_model_key(&s.m, 'b', &ignored), ACT_NONE);
	assert_non_null(strstr(s.m.status, "keeps m3 closed"));
	/* elsewhere the person's own is meant */
	tui_model_key(&s.m, '1', &ignored);
	assert_int_equal(tui_model_key(&s.m, 't', &ignored), ACT_SHELL);
	assert_string_equal(s.m.want.node, "m1");
	stage_clear(&s);
}

/* The same as a list, which is longer than its pane, and with the mouse. */
static void
picture_list_is_walked(void **state)
{
	struct layout l = layout_make(132, 43, PANE_PICTURE, false, NULL);
	struct rect r = l.pane[PANE_PICTURE];
	struct view_places all;
	struct stage s;
	bool ignored;
	size_t i;

	(void)state;
	stage_set(&s, 132, 43);
	tui_model_key(&s.m, '4', &ignored);
	view_picture_places(&s.m, r, &all);
	assert_false(all.list);
	for (i = 0; i < all.n; i++) {
		tui_model_click(&s.m, r.x + all.p[i].x, r.y + all.p[i].y);
		assert_int_equal(s.m.node_at, all.p[i].node);
		assert_int_equal(s.m.over, OVER_NONE);
	}
	tui_model_click(&s.m, r.x + all.p[i - 1].x, r.y + all.p[i - 1].y);
	assert_int_equal(s.m.over, OVER_NODE);
	tui_model_click(&s.m, 0, 0);
	tui_model_resize(&s.m, 60, 20);
	tui_model_key(&s.m, 'l', &ignored);
	for (i = 0; i < 20; i++)
		tui_model_key(&s.m, K_DOWN, &ignored);
	node_is(&s, "m1-h");
	for (i = 0; i < 20; i++)
		tui_model_key(&s.m, K_UP, &ignored);
	node_is(&s, "rs1");
	assert_int_equal(s.m.picture_top, 0);
	stage_clear(&s);
}

/* A read-only command line changes nothing, by its option or by its words. */
static void
looking_glass(void **state)
{
	const struct program rs = {PROGRAM_CLI, "rs1", ""},
			     m2 = {PROGRAM_CLI, "m2", ""},
			     m1 = {PROGRAM_CLI, "m1", ""};
	struct lab *lab = lab_of(lab_text);
	struct err e = {0};
	json_t *c;
	_free_ char *text = NULL;

	(void)state;
	c = program_command(&exercise, lab, &m2, "xterm", &e);
	text = json_dumps(json_object_get(c, "argv"), 0);
	assert_string_equal(text, "[\"birdc\", \"-r\"]");
	json_decref(c);
	free(text);
	c = program_command(&exercise, lab, &m1, "xterm", &e);
	text = json_dumps(json_object_get(c, "argv"), 0);
	assert_string_equal(text, "[\"birdc\"]");
	json_decref(c);
	free(text);
	c = program_command(&exercise, lab, &rs, "xterm", &e);
	text = json_dumps(json_object_get(c, "argv"), 0);
	assert_non_null(strstr(text, "\"show explain\""));
	assert_non_null(strstr(text, "ixrsctl\", \"--control\""));
	assert_string_equal(program_name(&exercise, lab, &rs), "looking glass");
	json_decref(c);
	model_free(lab);
}

static void
list_opens(void **state)
{
	struct tui_model m;
	bool ignored;

	(void)state;
	tui_model_init(&m, 80, 24);
	m.list = list();
	assert_int_equal(tui_model_key(&m, '3', &ignored), ACT_OPEN);
	assert_string_equal(tui_model_listed(&m, m.list_at),
			    "join-the-route-servers");
	assert_int_equal(tui_model_key(&m, '4', &ignored), ACT_NONE);
	assert_int_equal(tui_model_click(&m, 5, 4), ACT_NONE);
	assert_int_equal(m.list_at, 0);
	assert_int_equal(tui_model_click(&m, 5, 4), ACT_OPEN);
	assert_int_equal(tui_model_key(&m, 'q', &ignored), ACT_QUIT);
	tui_model_clear(&m);
}

/* Headings are passed over, and no key or click takes one. */
static void
course_is_walked(void **state)
{
	struct tui_model m;
	bool ignored;

	(void)state;
	tui_model_init(&m, 80, 24);
	m.list = list();
	follow(&m, false);
	assert_int_equal(m.list_at, 1);
	tui_model_key(&m, 'k', &ignored);
	assert_int_equal(m.list_at, 1);
	tui_model_key(&m, 'j', &ignored);
	assert_int_equal(m.list_at, 2);
	tui_model_key(&m, 'j', &ignored);
	assert_string_equal(tui_model_listed(&m, m.list_at),
			    "join-the-route-servers");
	tui_model_key(&m, 'j', &ignored);
	assert_int_equal(m.list_at, 6);
	tui_model_key(&m, 'g', &ignored);
	assert_int_equal(m.list_at, 1);
	assert_int_equal(tui_model_click(&m, 5, 4), ACT_NONE);
	assert_int_equal(m.list_at, 1);
	assert_int_equal(tui_model_key(&m, '3', &ignored), ACT_OPEN);
	assert_int_equal(m.list_at, 6);
	assert_int_equal(tui_model_key(&m, '4', &ignored), ACT_NONE);
	assert_int_equal(tui_model_key(&m, 'N', &ignored), ACT_NEXT_BLOCK);
	assert_int_equal(tui_model_key(&m, 'P', &ignored), ACT_PAUSE);
	assert_int_equal(tui_model_key(&m, 'C', &ignored), ACT_COURSES);
	tui_list_courses(&m);
	tui_model_key(&m, 'j', &ignored);
	tui_model_key(&m, 'j', &ignored);
	assert_int_equal(tui_model_key(&m, K_ENTER, &ignored), ACT_FOLLOW);
	assert_string_equal(m.pick, "tour");
	tui_list_courses(&m);
	assert_int_equal(tui_model_key(&m, '1', &ignored), ACT_FOLLOW);
	assert_string_equal(m.pick, "");
	assert_int_equal(m.over, OVER_NONE);
	course_free((struct course *)(uintptr_t)m.course.c);
	tui_model_clear(&m);
}

int
main(void)
{
	size_t n = sizeof(typed) / sizeof(typed[0]), i;
	const struct CMUnitTest more[] = {
	    cmocka_unit_test(keys_are_unique),
	    cmocka_unit_test(terminal_keeps_its_keys),
	    cmocka_unit_test(every_key_is_told),
	    cmocka_unit_test(scrolling_stops),
	    cmocka_unit_test(bar_is_clickable),
	    cmocka_unit_test(clicks_choose),
	    cmocka_unit_test(panes_have_sizes),
	    cmocka_unit_test(any_wish),
	    cmocka_unit_test(list_opens),
	    cmocka_unit_test(course_is_walked),
	    cmocka_unit_test(picture_is_walked),
	    cmocka_unit_test(picture_list_is_walked),
	    cmocka_unit_test(looking_glass),
	};
	struct CMUnitTest tests[sizeof(typed) / sizeof(typed[0]) + 13];

	cmocka_set_message_output(CM_OUTPUT_TAP);
	for (i = 0; i < n; i++)
		tests[i] = (struct CMUnitTest){typed[i].name, typed_case, NULL,
					       NULL, (void *)(uintptr_t)i};
	memcpy(tests + n, more, sizeof(more));
	return _cmocka_run_group_tests("keys", tests, n + 13, NULL, NULL);
}
