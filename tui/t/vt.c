/*
 * The terminal inside: what programs print becomes cells and nothing else.
 */
#include "fixture.h"

static struct str answers;

static void
answer(void *arg, const char *bytes, size_t n)
{
	(void)arg;
	str_addn(&answers, bytes, n);
}

static char *
shown(const char *bytes, int w, int h, bool marks)
{
	struct vt *v = vt_new(w, h, answer, NULL);
	struct grid g;
	char *text;

	str_clear(&answers);
	vt_feed(v, bytes, strlen(bytes));
	grid_init(&g, w, h, false, true);
	vt_draw(v, &g, (struct rect){0, 0, w, h}, true);
	text = grid_dump(&g, marks);
	grid_clear(&g);
	vt_free(v);
	return text;
}

static const struct {
	const char *name, *bytes, *cells, *answer;
} cases[] = {
    {"plain lines", "a\r\nb", "a\nb\n\n", ""},
    {"moving and erasing", "abc\033[1;2Hx\033[K", "ax\n\n\n", ""},
    {"a title stays inside", "\033]0;evil\007a", "a\n\n\n", ""},
    {"the clipboard stays inside", "\033]52;c;ZXZpbA==\007a", "a\n\n\n", ""},
    {"device control stays inside", "\033P+q544e\033\\a", "a\n\n\n", ""},
    {"window size stays inside", "\033[8;50;200ta", "a\n\n\n", ""},
    {"where is the cursor", "ab\033[6n", "ab\n\n\n", "\033[1;3R"},
    {"is there anybody", "\033[5n", "\n\n\n", "\033[0n"},
    /* libtsm leaves them out */
    {"combining marks do not spoil the line", "e\xcc\x81x", "ex\n\n\n", ""},
    {"direction marks do not pass",
     "a\xe2\x80\xae"
     "b",
     "ab\n\n\n", ""},
};

static void
vt_case(void **state)
{
	size_t i = (size_t)(uintptr_t)*state;
	_free_ char *got = shown(cases[i].bytes, 10, 3, false);

	assert_string_equal(got, cases[i].cells);
	assert_string_equal(str_text(&answers), cases[i].answer);
	str_clear(&answers);
}

static void
colours(void **state)
{
	_free_ char *got = shown(
	    "\033[31mr\033[0mn\033[1mb\033[0;7mv\033[38;5;196mx", 10, 1, true);

	(void)state;
	assert_string_equal(got, "rnbvx\n~1 br4\n");
}

static const struct {
	uint32_t key;
	const char *bytes;
} keys[] = {
    {'a', "a"},
    {0xe9, "\xc3\xa9"},
    {K_ENTER, "\r"},
    {K_TAB, "\t"},
    {K_ESC, "\033"},
    {K_CTRL('c'), "\003"},
    {K_LEAVE, "\x1d"},
    {K_BACKSPACE, "\x7f"},
    {K_UP, "\033[A"},
    {K_LEFT, "\033[D"},
    {K_BACKTAB, "\033[Z"},
    {K_PGUP, "\033[5~"},
    {K_DELETE, "\033[3~"},
    {K_F1 + 4, "\033[15~"},
};

static void
vt_keys(void **state)
{
	struct vt *v = vt_new(10, 3, answer, NULL);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		str_clear(&answers);
		vt_key(v, keys[i].key);
		assert_string_equal(str_text(&answers), keys[i].bytes);
	}
	/* application cursor keys, as nano asks for them */
	vt_feed(v, "\033[?1h", 5);
	str_clear(&answers);
	vt_key(v, K_UP);
	assert_string_equal(str_text(&answers), "\033OA");
	str_clear(&answers);
	vt_free(v);
}

static void
past(void **state)
{
	struct vt *v = vt_new(10, 3, answer, NULL);
	struct grid g;
	char *text;

	(void)state;
	vt_feed(v, "1\r\n2\r\n3\r\n4\r\n5", 13);
	grid_init(&g, 10, 3, false, false);
	vt_scroll(v, 2);
	vt_draw(v, &g, (struct rect){0, 0, 10, 3}, true);
	text = grid_dump(&g, false);
	assert_string_equal(text, "1\n2\n3\n");
	assert_int_equal(g.cx, -1);
	free(text);
	vt_key(v, 'x'); /* a key returns to the present */
	assert_int_equal(vt_back(v), 0);
	vt_draw(v, &g, (struct rect){0, 0, 10, 3}, true);
	text = grid_dump(&g, false);
	assert_string_equal(text, "3\n4\n5\n");
	assert_int_equal(g.cx, 1);
	assert_int_equal(g.cy, 2);
	free(text);
	str_clear(&answers);
	grid_clear(&g);
	vt_free(v);
}

/* However much scrolled away, and whatever is reversed: the last 5,000 lines of the
 * past and the screen, each once. */
static void
whole_text(void **state)
{
	static const struct {
		int lines, w, h;
	} of[] = {{0, 10, 3}, {2, 10, 3},    {3, 10, 3},   {6, 10, 3},
		  {7, 10, 3}, {100, 80, 24}, {5002, 7, 3}, {9000, 80, 24}};
	size_t i;
	int k;

	(void)state;
	for (i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct vt *v = vt_new(of[i].w, of[i].h, answer, NULL);
		int first = of[i].lines + 1 - of[i].h - 5000;
		struct str s = {0}, want = {0};
		_free_ char *got = NULL;

		for (k = 0; k < of[i].lines; k++)
			str_addf(&s, "%s%d\033[0m\r\n", k % 3 ? "" : "\033[7m",
				 k);
		for (k = first > 0 ? first : 0; k < of[i].lines; k++)
			str_addf(&want, "%d\n", k);
		vt_feed(v, str_text(&s), s.len);
		vt_scroll(v, 2);
		got = vt_text(v);
		assert_string_equal(got, want.len ? want.text : "\n");
		assert_int_equal(vt_back(v), 0);
		vt_scroll(v, 9999); /* not further than there is */
		k = of[i].lines + 1 - of[i].h;
		assert_int_equal(vt_back(v), k < 0 ? 0 : k > 5000 ? 5000 : k);
		str_clear(&s);
		str_clear(&want);
		vt_free(v);
	}
}

/* The cursor that a program hides is hidden. */
static void
hidden_cursor(void **state)
{
	struct vt *v = vt_new(10, 3, answer, NULL);
	struct grid g;

	(void)state;
	grid_init(&g, 10, 3, false, false);
	vt_feed(v, "\033[?25l", 6);
	vt_draw(v, &g, (struct rect){0, 0, 10, 3}, true);
	assert_int_equal(g.cx, -1);
	vt_feed(v, "\033[?25h", 6);
	vt_draw(v, &g, (struct rect){0, 0, 10, 3}, true);
	assert_int_equal(g.cx, 0);
	grid_clear(&g);
	vt_free(v);
}

int
main(void)
{
	size_t n = sizeof(cases) / sizeof(cases[0]), i;
	const struct CMUnitTest more[] = {
	    cmocka_unit_test(colours),	     cmocka_unit_test(vt_keys),
	    cmocka_unit_test(past),	     cmocka_unit_test(whole_text),
	    cmocka_unit_test(hidden_cursor),
	};
	struct CMUnitTest tests[sizeof(cases) / sizeof(cases[0]) + 5];

	cmocka_set_message_output(CM_OUTPUT_TAP);
	for (i = 0; i < n; i++)
		tests[i] = (struct CMUnitTest){cases[i].name, vt_case, NULL,
					       NULL, (void *)(uintptr_t)i};
	memcpy(tests + n, more, sizeof(more));
	return _cmocka_run_group_tests("vt", tests, n + 5, NULL, NULL);
}
