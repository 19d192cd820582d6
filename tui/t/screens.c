/*
 * Golden screens: the views at the sizes that people have, driven by keys.
 */
#include "fixture.h"
#include "samples.h"
#include "svg.h"
#include "tui/tui_list.h"

struct shot {
	const char *name, *keys; /* keys: as typed; see key_of */
	int w, h;
	bool ascii;
	enum grid_theme theme; /* true: dark */
	bool marks;
};

static const struct shot shots[] = {
    {"list-80x24", "", 80, 24, false, true, false},
    {"list-60x20-ascii", "j", 60, 20, true, false, false},
    {"course-80x24", "", 80, 24, false, true, false},
    {"course-60x20-ascii", "jj", 60, 20, true, false, false},
    {"course-box-80x24", "Cj", 80, 24, false, true, false},
    {"course-work-80x24", "o", 80, 24, false, true, false},
    {"work-80x24", "o", 80, 24, false, true, false},
    {"work-80x24-ascii-mono", "o", 80, 24, true, false, true},
    {"work-80x24-color", "o", 80, 24, false, true, true},
    {"work-80x24-light", "o", 80, 24, false, THEME_LIGHT, true},
    {"work-132x43-light", "o", 132, 43, false, THEME_LIGHT, true},
    {"work-132x43-contrast", "o", 132, 43, false, THEME_CONTRAST, true},
    {"checks-80x24-contrast", "o3j", 80, 24, false, THEME_CONTRAST, true},
    {"work-60x20", "o", 60, 20, false, true, false},
    {"work-132x43", "o", 132, 43, false, true, false},
    {"work-132x43-ascii", "o", 132, 43, true, false, false},
    {"work-132x24", "o", 132, 24, false, true, false},
    {"scrolled-80x24", "oG", 80, 24, false, true, false},
    {"step-two-80x24", "on", 80, 24, false, true, false},
    {"checks-80x24", "o3j", 80, 24, false, true, false},
    {"checks-60x20-ascii", "o3j", 60, 20, true, false, false},
    {"story-80x24", "o3j\r", 80, 24, false, true, false},
    {"story-60x20", "o3jj\r", 60, 20, false, true, false},
    {"blocked-80x24", "o3jjjj\r", 80, 24, false, true, false},
    {"picture-80x24", "o4", 80, 24, false, true, false},
    {"picture-80x24-ascii", "o4", 80, 24, true, false, false},
    {"picture-60x20", "o4", 60, 20, false, true, false},
    {"picture-node-80x24", "o4j^", 80, 24, false, true, true},
    {"picture-down-132x43", "o4j", 132, 43, false, true, false},
    {"node-80x24", "o4jo", 80, 24, false, true, false},
    {"node-other-60x20-ascii", "o4j>>o", 60, 20, true, false, false},
    {"picture-list-80x24", "o4l", 80, 24, false, true, false},
    {"heat-80x24", "o4OOO", 80, 24, false, true, true},
    {"heat-60x20-ascii", "o4OOO", 60, 20, true, false, false},
    {"heat-132x43", "o4OOO", 132, 43, false, true, false},
    {"spread-80x24", "o4OO", 80, 24, false, true, true},
    {"spread-60x20-ascii", "o4OO", 60, 20, true, false, false},
    {"spread-132x43", "o4OO", 132, 43, false, true, false},
    {"traffic-80x24", "o4O", 80, 24, false, true, false},
    {"traffic-60x20-ascii", "o4O", 60, 20, true, false, false},
    {"traffic-132x43", "o4O", 132, 43, false, true, false},
    {"heat-words-60x20", "o4OOOl", 60, 20, false, true, false},
    {"spread-words-80x24", "o4OOl", 80, 24, false, true, false},
    {"traffic-words-60x20", "o4Ol", 60, 20, false, true, false},
    {"shown-not-yet-80x24", "o4O", 80, 24, false, true, false},
    {"terminal-80x24", "o2", 80, 24, false, true, false},
    {"terminal-132x43", "o2", 132, 43, false, true, true},
    {"past-80x24", "o/kv-", 80, 24, false, true, true},
    {"past-found-80x24", "o//0 RECEIVEDonnn", 80, 24, false, true, false},
    {"past-search-60x20-ascii", "o//recei", 60, 20, true, false, false},
    {"sized-132x43", "o>>>]]]]", 132, 43, false, true, false},
    {"sized-80x24", "o]]]", 80, 24, false, true, false},
    {"zoom-132x43", "oz", 132, 43, false, true, false},
    {"help-list-80x24", "?", 80, 24, false, true, false},
    {"help-work-80x24", "o?", 80, 24, false, true, false},
    {"help-work-132x43", "o?", 132, 43, false, true, false},
    {"solve-80x24", "oS", 80, 24, false, true, false},
    {"welcome-80x24", "i", 80, 24, false, true, false},
    {"welcome-60x20", "oi", 60, 20, false, true, false},
    {"reset-80x24", "oRj", 80, 24, false, true, true},
    {"reset-step-60x20", "oR2", 60, 20, false, true, false},
    {"reset-node-60x20", "oR3", 60, 20, false, true, false},
    {"quit-80x24", "oq", 80, 24, false, true, false},
    {"small-59x20", "o", 59, 20, false, true, false},
    {"small-10x1", "o", 10, 1, false, true, false},
};

static void
to_program(void *arg, const char *bytes, size_t n)
{
	(void)arg;
	(void)bytes;
	(void)n;
}

/* o: Enter, and the arrows that no letter stands for. */
static uint32_t
key_of(char c)
{
	return c == 'o'	  ? K_ENTER
	       : c == '>' ? K_RIGHT
	       : c == '^' ? K_UP
			  : (uint32_t)c;
}

/* What a terminal said long ago. */
static char *
said(void)
{
	struct str s = {0};
	int i;

	for (i = 0; i < 40; i++)
		str_addf(&s,
			 "m1# ping -c 1 100.64.%d.1\n1 packets transmitted, "
			 "%d received, caf\xc3\xa9\n",
			 i, i % 9 != 0);
	return str_steal(&s);
}

static void
type(struct tui_model *m, const char *keys, struct lab *lab, json_t *seen)
{
	enum tui_action a;
	bool typed;

	for (; *keys; keys++) {
		a = tui_model_key(m, key_of(*keys), &typed);
		if (a == ACT_OPEN)
			in_the_middle(m, lab, seen);
		if (a == ACT_COURSES)
			tui_list_courses(m);
		if (a == ACT_PAST) {
			strcpy(m->term, "shell on m1");
			tui_model_past(m, said());
		}
	}
}

/* What a lab would have said by now. */
static void
measured(struct tui_model *m, const char *name)
{
	static double v[TRAFFIC_CHARTS][120];
	static struct chart charts[TRAFFIC_CHARTS] = {
	    {"into m1, ix0", CHART_BITS, v[0], 120, 1},
	    {"out of m1, ix0", CHART_BITS, v[1], 120, 1},
	    {"from m1 to rs1 and back", CHART_MS, v[2], 120, 1}};
	static json_t *heat, *rows;
	size_t i;

	if (m->shown == SHOWN_LAB || str_starts(name, "shown"))
		return;
	for (i = 0; i < 120; i++) {
		v[0][i] = i < 50 ? 4000 : 1e6 + 4e5 * (double)(i * 7 % 5);
		v[1][i] = i < 60 ? 3000 : 5e5 * (double)(i % 9 > 5);
		v[2][i] = i > 80 && i < 86 ? NAN : 12 + (double)(i * 5 % 7);
	}
	json_decref(heat); /* of the shot before */
	json_decref(rows);
	heat = heat_sample();
	rows = spread_sample("100.64.4.0/22");
	m->heat = heat;
	m->spread = rows;
	m->spread_at = 5;
	m->charts = charts;
	tui_model_settle(m);
}

static void
shot_make(const struct shot *s)
{
	static const char shell[] =
	    "\033[1mm1#\033[0m birdc show protocols\r\n"
	    "BIRD 2.0.12 ready.\r\nName       Proto      State  Info\r\n"
	    "rs1_v4     BGP        \033[32mup\033[0m     Established\r\n"
	    "caf\xc3\xa9 \xe6\xbc\xa2 \033[7mreverse\033[0m\r\nm1# ";
	struct lab *lab = lab_of(lab_text);
	struct graph_link *links = graph_links_make(lab, NULL);
	struct grid cells = {0};
	struct vt *vt = NULL;
	json_t *seen = sessions();
	struct tui_model m;
	struct grid g;
	struct err e;
	char *text;
	size_t i;

	tui_model_init(&m, s->w, s->h);
	m.list = list();
	m.progress = progress();
	m.list_at = 1;
	if (strncmp(s->name, "course", 6) == 0)
		follow(&m, strstr(s->name, "work") != NULL);
	type(&m, s->keys, lab, seen);
	if (strncmp(s->name, "terminal", 8) == 0) {
		struct rect r = {0, 0, 80, 24};

		vt = vt_new(80, 24, to_program, NULL);
		vt_feed(vt, shell, sizeof(shell) - 1);
		grid_init(&cells, r.w, r.h, false, true);
		vt_draw(vt, &cells, r, true);
		m.cells = &cells;
		strcpy(m.term, "shell on m1");
		m.term_open = true;
	}
	if (strcmp(s->name, "picture-down-132x43") == 0) {
		for (i = 0; i < lab->nlinks; i++)
			if (strcmp(lab->nodes[lab->links[i].b.node].name,
				   "m3") == 0)
				links[i].up = false;
		m.links = links;
	}
	measured(&m, s->name);
	grid_init(&g, s->w, s->h, s->ascii, s->theme);
	view_draw(&m, &g);
	if (svg_pictures(&g, s->name, &e) < 0)
		fail_msg("%s", e.msg);
	text = grid_dump(&g, s->marks);
	golden(s->name, text);
	free(text);
	vt_free(vt);
	grid_clear(&cells);
	grid_clear(&g);
	course_free((struct course *)(uintptr_t)m.course.c);
	tui_model_clear(&m);
	json_decref(seen);
	free(links);
	model_free(lab);
}

static void
one(void **state)
{
	shot_make(*state);
}

/* ---- themes */

/* How bright xterm's colours are, in thousandths of white (WCAG's luminance). */
static const int bright[8] = {0, 130, 437, 567, 62, 174, 481, 783};

static int
luminance(int c)
{
	return c < 8	  ? bright[c]
	       : c == 16  ? 0
	       : c == 231 ? 1000
	       : c == 226 ? 928
	       : c == 51  ? 787
	       : c == 46  ? 715
			  : -1;
}

static int
contrast(int a, int b)
{
	int high = a > b ? a : b, low = a > b ? b : a;

	return (high + 50) * 10 / (low + 50);
}

/* Whatever stands on the screen can be read on the ground that it is for. */
static void
themes_can_be_read(void **state)
{
	struct grid_look k;
	enum grid_theme t;
	int s, fg, bg, light;

	(void)state;
	for (t = THEME_DARK; t < THEME_N; t++)
		for (s = 0; s < ST_STYLES; s++) {
			light = t == THEME_LIGHT;
			k = grid_look((enum grid_style)s, t);
			if (t == THEME_CONTRAST)
				assert_true(k.fg >= 0 && k.bg >= 0);
			fg = k.fg >= 0 ? luminance(k.fg) : light ? 0 : 783;
			bg = k.bg >= 0 ? luminance(k.bg) : light ? 1000 : 0;
			assert_true(fg >= 0 && bg >= 0);
			/* the red of xterm on black has 3.6 */
			assert_true(contrast(fg, bg) >=
				    (t == THEME_CONTRAST ? 70
				     : t == THEME_LIGHT	 ? 45
							 : 36));
		}
	for (s = 0; s < ST_STYLES; s++) {
		k = grid_look((enum grid_style)s, THEME_NONE);
		assert_true(k.fg < 0 && k.bg < 0);
	}
}

static void
theme_key_goes_round(void **state)
{
	struct tui_model m;
	bool typed;
	int i;

	(void)state;
	tui_model_init(&m, 80, 24);
	m.theme = THEME_DARK;
	for (i = 0; i < THEME_N; i++) {
		assert_int_equal(grid_theme_named(grid_theme_name(m.theme)),
				 m.theme);
		assert_int_equal(m.theme, (THEME_DARK + i) % THEME_N);
		assert_int_equal(tui_model_key(&m, 'L', &typed), ACT_THEME);
	}
	assert_int_equal(m.theme, THEME_DARK);
	assert_int_equal(grid_theme_named("purple"), THEME_N);
	m.mono = true;
	m.theme = THEME_NONE;
	assert_int_equal(tui_model_key(&m, 'L', &typed), ACT_NONE);
	assert_int_equal(m.theme, THEME_NONE);
	tui_model_clear(&m);
}

/* ASCII screens are ASCII, and say as much as the others. */
static void
ascii_is_ascii(void **state)
{
	_free_ char *path = NULL, *text = NULL;
	struct err e = {0};
	size_t i;
	char *p;

	(void)state;
	for (i = 0; i < sizeof(shots) / sizeof(shots[0]); i++) {
		if (!shots[i].ascii)
			continue;
		path =
		    xasprintf("%s/tui/t/%s.screen", IXLAB_TREE, shots[i].name);
		assert_int_equal(file_read(path, 1 << 20, &text, NULL, &e), 0);
		for (p = text; *p; p++)
			assert_true((unsigned char)*p < 0x7f);
		assert_null(strchr(text, '?') == NULL ? NULL
						      : strstr(text, "??"));
		free(text);
		free(path);
		text = path = NULL;
	}
}

static void
bilateral_picture(void **state)
{
	struct lab *lab = lab_of(pair_text);
	json_t *seen = json_array();
	struct grid g;
	char *text;

	(void)state;
	json_array_append_new(seen, session("m2", "m1", "ipv4", "Idle"));
	grid_init(&g, 60, 8, false, false);
	assert_true(view_picture_draw(lab, seen, NULL, &g,
				      (struct rect){0, 0, 60, 8}) > 0);
	text = grid_dump(&g, false);
	golden("picture-bilateral", text);
	free(text);
	grid_clear(&g);
	json_decref(seen);
	model_free(lab);
}

/* Eight members and two route servers fit into 60 columns and 24 lines; a
 * hundred do not, and are a list. */
static void
many_members(void **state)
{
	struct str yml = {0};
	struct lab *lab;
	struct grid g;
	char *text;
	int i, n;

	(void)state;
	for (n = 8; n <= 100; n += 92) {
		str_add(&yml, lab_head);
		for (i = 1; i <= n; i++)
			str_addf(&yml,
				 "  m%d: {asn: %d, name: M%d, "
				 "ipv4: 203.0.113.%d, "
				 "prefixes: [100.%d.%d.0/22]}\n",
				 i, 65535 + i, i, 9 + i, 64 + i / 60,
				 i % 60 * 4);
		lab = lab_of(str_text(&yml));
		grid_init(&g, 60, 24, false, false);
		if (n == 8) {
			assert_true(
			    view_picture_draw(lab, NULL, NULL, &g,
					      (struct rect){0, 0, 60, 24}) > 0);
			text = grid_dump(&g, false);
			golden("picture-eight", text);
			free(text);
		} else
			assert_int_equal(
			    view_picture_draw(lab, NULL, NULL, &g,
					      (struct rect){0, 0, 60, 24}),
			    0);
		grid_clear(&g);
		model_free(lab);
		str_clear(&yml);
	}
}

static void
welcome_is_short(void **state)
{
	struct tui_model m;

	(void)state;
	tui_model_init(&m, 80, 24);
	tui_model_welcome(&m);
	assert_true(m.over_text.n <= 15);
	tui_model_clear(&m);
}

/* Every size is drawn without leaving the grid (the sanitizers look). */
static void
every_size(void **state)
{
	static const char *const keys[] = {"",	 "o",  "o2", "o3j\r",
					   "o4", "o?", "oz", "oq"};
	struct lab *lab = lab_of(lab_text);
	json_t *seen = sessions();
	struct tui_model m;
	struct grid g;
	size_t k;
	int w, h;

	(void)state;
	for (k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
		for (w = 1; w < 200; w += 7)
			for (h = 1; h < 70; h += 3) {
				tui_model_init(&m, 80, 24);
				m.list = list();
				type(&m, keys[k], lab, seen);
				tui_model_resize(&m, w, h);
				grid_init(&g, w, h, w % 2, true);
				view_draw(&m, &g);
				grid_clear(&g);
				tui_model_clear(&m);
			}
	json_decref(seen);
	model_free(lab);
}

int
main(void)
{
	size_t n = sizeof(shots) / sizeof(shots[0]), i;
	struct CMUnitTest tests[sizeof(shots) / sizeof(shots[0]) + 7];

	cmocka_set_message_output(CM_OUTPUT_TAP);
	for (i = 0; i < n; i++)
		tests[i] = (struct CMUnitTest){shots[i].name, one, NULL, NULL,
					       (void *)(uintptr_t)&shots[i]};
	tests[n] = (struct CMUnitTest)cmocka_unit_test(ascii_is_ascii);
	tests[n + 1] = (struct CMUnitTest)cmocka_unit_test(bilateral_picture);
	tests[n + 2] = (struct CMUnitTest)cmocka_unit_test(every_size);
	tests[n + 3] = (struct CMUnitTest)cmocka_unit_test(many_members);
	tests[n + 4] = (struct CMUnitTest)cmocka_unit_test(welcome_is_short);
	tests[n + 5] = (struct CMUnitTest)cmocka_unit_test(themes_can_be_read);
	tests[n + 6] =
	    (struct CMUnitTest)cmocka_unit_test(theme_key_goes_round);
	return _cmocka_run_group_tests("screens", tests, n + 7, NULL, NULL);
}
