/*
 * The real program in the terminals of the world: what each can do, what it cannot,
 * what its keys send; and in other languages.
 */
#include "seat.h"

static const char greeting[] = "Choose an exercise";

/* Is there an order to use a colour (30-38, 40-48, 90-107)? */
static bool
colored(const char *p)
{
	long n;

	while ((p = strstr(p, "\033[")) != NULL) {
		const char *end = p + 2 + strspn(p + 2, "0123456789;");

		for (p += 2; *end == 'm' && p < end;
		     p += strcspn(p, ";m") + 1) {
			n = strtol(p, NULL, 10);
			if ((n >= 30 && n <= 38) || (n >= 40 && n <= 48) ||
			    (n >= 90 && n <= 107))
				return true;
		}
		p = end;
	}
	return false;
}

static void
no_color_means_none(void **state)
{
	static const struct how none[] = {
	    {{"open"}, {"NO_COLOR=1"}},
	    {{"open"}, {"IXLAB_THEME=none"}},
	    {{"open"}, {"CLICOLOR=0"}},
	    {{"open"}, {"NO_COLOR=1", "CLICOLOR_FORCE=1"}},
	    {{"open", "--no-color"}, {"CLICOLOR_FORCE=1"}}};
	struct seat s;
	size_t i;

	(void)state;
	/* the question itself can be answered with yes */
	assert_true(colored("x\033[0;31my"));
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		seat_open(&s, 80, 24, &none[i]);
		wait_for(&s, "q Quit");
		keys(&s, "?");
		wait_for(&s, "Keys");
		assert_false(colored(str_text(&s.sent)));
		seat_close(&s);
	}
}

/* The key's choice is there at the next start, and IXLAB_THEME is stronger. */
static void
theme_is_kept(void **state)
{
	static const struct how kept = {{"open"}, {NULL}};
	static const struct how bad = {{"open"}, {"IXLAB_THEME=purple"}};
	struct seat s;

	(void)state;
	seat_open(&s, 80, 24, &bad);
	wait_for(&s, "IXLAB_THEME is \"purple\"; it may be dark, light");
	keys(&s, "L");
	wait_for(&s, "colours: light");
	keys(&s, "L");
	wait_for(&s, "colours: high-contrast");
	keys(&s, "q");
	assert_int_equal(ended(&s), 0);
	same_modes(&s);
	seat_close(&s);
	seat_open(&s, 80, 24, &kept);
	wait_for(&s, greeting);
	keys(&s, "L");
	wait_for(&s, "colours: none");
	seat_close(&s);
}

static void
no_utf8_means_ascii(void **state)
{
	static const struct how how = {{"open"}, {"LC_ALL=C"}};
	struct seat s;
	size_t i;

	(void)state;
	seat_open(&s, 80, 24, &how);
	wait_for(&s, "The locale is not UTF-8");
	keys(&s, "?");
	wait_for(&s, "+- Keys");
	for (i = 0; i < s.sent.len; i++)
		assert_true((unsigned char)s.sent.text[i] < 0x80);
	seat_close(&s);
}

static void
dumb_means_plain(void **state)
{
	static const struct how how = {{"open"}, {"TERM=dumb"}};
	struct seat s;

	(void)state;
	seat_open(&s, 80, 24, &how);
	wait_for(&s, "ixlab>");
	keys(&s, "quit\n");
	assert_int_equal(ended(&s), 0);
	assert_null(strchr(str_text(&s.sent), '\033'));
	same_modes(&s);
	seat_close(&s);
}

static void
unknown_terminal_says_so(void **state)
{
	static const struct how how = {{"open"}, {"TERM=nonsense"}};
	struct seat s;

	(void)state;
	seat_open(&s, 80, 24, &how);
	assert_int_equal(WEXITSTATUS(ended(&s)), 3);
	wait_for(&s, "nothing is known of terminals called");
	same_modes(&s);
	seat_close(&s);
}

/* ---- what terminals send */

struct kind {
	const char *term, *down, *end, *home;
};

static const struct kind kinds[] = {
    {"TERM=xterm", "\033OB", "\033OF", "\033OH"},
    {"TERM=xterm-256color", "\033OB", "\033OF", "\033OH"},
    {"TERM=screen", "\033OB", "\033[4~", "\033[1~"},
    {"TERM=tmux", "\033OB", "\033[4~", "\033[1~"},
    {"TERM=tmux-256color", "\033OB", "\033[4~", "\033[1~"},
    {"TERM=linux", "\033[B", "\033[4~", "\033[1~"},
    {"TERM=putty", "\033OB", "\033[4~", "\033[1~"},
    {"TERM=vt100", "\033OB", "G", "g"},
};

static void
terminal_works(void **state)
{
	const struct kind *k = *state;
	const struct how how = {{"open"}, {k->term}};
	struct seat s;

	seat_open(&s, 80, 24, &how);
	wait_for(&s, greeting);
	keys(&s, k->down);
	wait_for(&s, "> 2  ");
	keys(&s, k->end);
	wait_gone(&s, "> 2  ");
	keys(&s, k->home);
	wait_for(&s, "> 1  ");
	keys(&s, "?");
	wait_for(&s, "one page down");
	keys(&s, "\033");
	wait_gone(&s, "one page down");
	keys(&s, "q");
	assert_int_equal(ended(&s), 0);
	same_modes(&s);
	seat_close(&s);
}

/* A key held with Ctrl or Alt is that key, though the terminal's description knows
 * no such thing; and it is not Esc and some letters. */
static void
modified_keys(void **state)
{
	static const struct how how = {{"open"}, {"TERM=screen"}};
	struct seat s;

	(void)state;
	seat_open(&s, 80, 24, &how);
	wait_for(&s, "> 1  ");
	keys(&s, "\033[1;5B");
	wait_for(&s, "> 2  ");
	keys(&s, "\033[1;5F");
	wait_gone(&s, "> 2  ");
	keys(&s, "\033[1;3H");
	wait_for(&s, "> 1  ");
	keys(&s, "q");
	assert_int_equal(ended(&s), 0);
	seat_close(&s);
}

/* ---- languages */

static void
other_languages(void **state)
{
	static const struct {
		struct how how;
		const char *words, *keys;
	} rows[] = {
	    {{{"open"}, {"LANGUAGE=fr"}}, "Choisissez un exercice", "Touches"},
	    {{{"open"}, {"LANGUAGE=es"}}, "Elija un ejercicio", "Teclas"},
	    {{{"open"}, {"LANGUAGE=ur"}},
	     "\u0645\u0634\u0642 \u0686\u0646\u06cc\u06ba",
	     "\u06a9\u0646\u062c\u06cc\u0627\u06ba"},
	    {{{"open", "--ascii"}, {"LANGUAGE=fr"}},
	     "des controles en direct",
	     "Touches"},
	    {{{"open", "--ascii"}, {"LANGUAGE=ur"}},
	     "Choose an exercise",
	     "Keys"},
	};
	struct seat s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		seat_open(&s, 80, 24, &rows[i].how);
		wait_for(&s, rows[i].words);
		wait_for(&s, rows[i].keys);
		keys(&s, "q");
		assert_int_equal(ended(&s), 0);
		seat_close(&s);
	}
}

/* A terminal whose description is not installed here is left out, with a word for
 * prove in its name. */
static bool
described(const char *term)
{
	static const char *const places[] = {"/etc/terminfo", "/lib/terminfo",
					     "/usr/share/terminfo"};
	size_t i;

	for (i = 0; i < 3; i++) {
		_free_ char *path =
		    xasprintf("%s/%c/%s", places[i], *term, term);

		if (file_exists(path))
			return true;
	}
	return false;
}

static void
nothing(void **state)
{
	(void)state;
}

static int
teardown(void **state)
{
	struct err e;

	(void)state;
	free(program);
	return file_remove(state_dir, &e);
}

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

int
main(void)
{
	struct CMUnitTest tests[KINDS + 6] = {
	    cmocka_unit_test(no_color_means_none),
	    cmocka_unit_test(theme_is_kept),
	    cmocka_unit_test(no_utf8_means_ascii),
	    cmocka_unit_test(dumb_means_plain),
	    cmocka_unit_test(unknown_terminal_says_so),
	    cmocka_unit_test(modified_keys),
	    cmocka_unit_test(other_languages),
	};
	char names[KINDS][80];
	size_t i;

	if (!program_find())
		return 0;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	for (i = 0; i < KINDS; i++) {
		bool here = described(kinds[i].term + 5);

		snprintf(names[i], sizeof(names[i]), "%s%s", kinds[i].term,
			 here ? ""
			      : " # SKIP its description is not installed");
		tests[6 + i] = (struct CMUnitTest){
		    names[i], here ? terminal_works : nothing, NULL, NULL,
		    (void *)(uintptr_t)&kinds[i]};
	}
	return cmocka_run_group_tests_name("terminals", tests, state_make,
					   teardown);
}
