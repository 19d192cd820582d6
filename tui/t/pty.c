/*
 * The real program in a real terminal: we are the terminal (seat.h).
 *
 * The tests that open an exercise need user namespaces (or root) and are skipped
 * with the reason where there are none.
 */
#include "seat.h"

#include <dirent.h>

static const char *no_lab; /* why there can be none; NULL: there can */

static const struct how plain_start = {{"open"}, {NULL}};
static const char greeting[] = "Choose an exercise";

/* ---- the screen and its end */

static void
opens_and_quits(void **state)
{
	struct seat s;

	(void)state;
	seat_open(&s, 80, 24, &plain_start);
	wait_for(&s, greeting);
	wait_for(&s, "q Quit");
	keys(&s, "q");
	assert_int_equal(ended(&s), 0);
	restored(&s);
	seat_close(&s);
}

static const int signals[] = {
    SIGHUP,  SIGINT,  SIGQUIT,	 SIGILL,  SIGTRAP, SIGABRT, SIGBUS,
    SIGFPE,  SIGUSR1, SIGSEGV,	 SIGUSR2, SIGALRM, SIGTERM, SIGSTKFLT,
    SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGIO,   SIGPWR,  SIGSYS};

static void
killed_by(void **state)
{
	size_t i;
	struct seat s;
	int status;

	(void)state;
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		seat_open(&s, 80, 24, &plain_start);
		wait_for(&s, greeting);
		kill(s.pid, signals[i]);
		status = ended(&s);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i]);
		restored(&s);
		seat_close(&s);
	}
}

static void
broken_pipe_is_survived(void **state)
{
	struct seat s;

	(void)state;
	seat_open(&s, 80, 24, &plain_start);
	wait_for(&s, greeting);
	kill(s.pid, SIGPIPE);
	keys(&s, "?");
	wait_for(&s, "Keys");
	seat_close(&s);
}

static void
stopped(struct seat *s)
{
	long end = now_ms() + LIMIT_MS;
	int status;

	while (waitpid(s->pid, &status, WUNTRACED | WNOHANG) == 0) {
		take(s, 20);
		if (now_ms() > end)
			fail_msg("the program does not stop");
	}
	assert_true(WIFSTOPPED(status));
	restored(s);
}

static void
suspends_and_comes_back(void **state)
{
	struct seat s;

	(void)state;
	seat_open(&s, 80, 24, &plain_start);
	wait_for(&s, greeting);
	keys(&s, "\x1a");
	stopped(&s);
	assert_false(seen(&s, greeting));
	kill(s.pid, SIGCONT);
	wait_for(&s, greeting);
	kill(s.pid, SIGTSTP);
	stopped(&s);
	kill(s.pid, SIGCONT);
	wait_for(&s, greeting);
	keys(&s, "q");
	assert_int_equal(ended(&s), 0);
	restored(&s);
	seat_close(&s);
}

/* ---- sizes */

static void
too_small_says_so(void **state)
{
	struct seat s;

	(void)state;
	seat_open(&s, 80, 24, &plain_start);
	wait_for(&s, greeting);
	size_set(&s, 50, 10);
	wait_for(&s, "ixlab needs 60x20, this is 50x10");
	size_set(&s, 80, 24);
	wait_for(&s, greeting);
	seat_close(&s);
}

/* After any storm the last frame is what it would be without. */
static void
resize_storm(void **state)
{
	_free_ char *before = NULL;
	unsigned seed = 4711;
	struct seat s;
	int i;

	(void)state;
	seat_open(&s, 80, 24, &plain_start);
	wait_for(&s, "q Quit");
	before = screen(&s);
	for (i = 0; i < 200; i++) {
		size_set(&s, 1 + rand_r(&seed) % 300, 1 + rand_r(&seed) % 100);
		take(&s, 2);
	}
	size_set(&s, 50, 10);
	wait_for(&s, "this is 50x10");
	size_set(&s, 80, 24);
	wait_for(&s, before);
	seat_close(&s);
}

/* ---- the mouse */

static void
mouse_clicks(void **state)
{
	struct seat s;

	(void)state;
	seat_open(&s, 80, 24, &plain_start);
	wait_for(&s, "? Keys");
	keys(&s, "\033[<0;15;24M\033[<0;15;24m"); /* on "? Keys" */
	wait_for(&s, "one page down");
	keys(&s, "\033[<0;2;24M\033[<0;2;24m"); /* on "Esc Close" */
	wait_gone(&s, "one page down");
	seat_close(&s);
}

/* ---- with a lab */

/* Searched, copied (OSC 52: the line's bytes in base64), written to a file. */
static void
past_of_the_terminal(struct seat *s)
{
	_free_ char *path =
	    xasprintf("%s/ixlab/labs/first-ebgp-session/texts/shell-on-m1.txt",
		      state_dir);
	_free_ char *text = NULL;
	struct err e = {0};

	keys(s, "/");
	wait_for(s, "shell on m1, line ");
	keys(s, "/A42B");
	wait_for(s, "Search for: A42B");
	keys(s, "\ry");
	wait_for(s, "sent to the clipboard: 1");
	assert_non_null(strstr(str_text(&s->sent), "\033]52;c;YTQyYgo=\007"));
	keys(s, "w");
	wait_for(s, "Written");
	if (file_read(path, 1 << 20, &text, NULL, &e) < 0)
		fail_msg("%s", e.msg);
	assert_non_null(strstr(text, "\na42b\n"));
	keys(s, "\033");
	wait_gone(s, "Written");
}

static void
exercise_to_the_end(void **state)
{
	static const struct how how = {{"open", "first-ebgp-session"}, {NULL}};
	struct seat s;

	(void)state;
	seat_open(&s, 132, 43, &how);
	wait_for(&s, "lab up");
	wait_for(&s, "Terminal: shell on");
	keys(&s, "t");
	keys(&s, "echo a$((6*7))b; tput cols\r");
	wait_for(&s, "a42b");
	wait_for(&s, "\n"); /* the pane is 80 columns, and the program knows */
	wait_for(&s, "80");
	keys(&s, "\x1d");
	wait_for(&s, ">1 Text");
	past_of_the_terminal(&s);
	wait_for(&s, "FAIL");
	keys(&s, "3j\r");
	wait_for(&s, "expected");
	keys(&s, "\033");
	wait_gone(&s, "expected");
	keys(&s, "h");
	wait_for(&s, "you have taken 0 in this");
	keys(&s, "y");
	wait_for(&s, "\xe2\x94\x80 Hint \xe2\x94\x80");
	wait_for(&s, "$ ixlab hint first-ebgp-session");
	keys(&s, "\033");
	wait_gone(&s, "\xe2\x94\x80 Hint \xe2\x94\x80");
	keys(&s, "h");
	wait_for(&s, "you have taken 1 in this");
	keys(&s, "n");
	keys(&s, "4j\033OC"); /* in the picture: our router, the next one */
	keys(&s, "b");
	wait_for(&s, "looking glass on m2");
	wait_for(&s, "bird>");
	keys(&s, "configure\r");
	wait_for(&s, "Access denied");
	keys(&s, "\x1d"
		 "t");
	wait_for(&s, "m2 belongs to somebody else");
	keys(&s, "v");
	wait_for(&s, "shell on m1 (");
	keys(&s, "R3"); /* our own router: the files stay */
	wait_for(&s, "Make m1 anew?");
	keys(&s, "y");
	wait_for(&s, "m1 is made anew");
	wait_for(&s, "$ ixlab reset m1 --keep-config");
	keys(&s, "Sy");
	wait_for(&s, "solution is in place");
	wait_gone(&s, "wait");
	wait_gone(&s, "FAIL");
	wait_gone(&s, "blocked");
	keys(&s, "4l");
	wait_for(&s, "IPv4: up");
	lab_stop(&s);
	seat_close(&s);
}

/* Kill the processes of its panes; how many there were. */
static int
kill_panes(const struct seat *s)
{
	DIR *d = opendir("/proc");
	struct dirent *f;
	int n = 0;

	while (d != NULL && (f = readdir(d)) != NULL) {
		_free_ char *path = xasprintf("/proc/%s/stat", f->d_name);
		_free_ char *text = NULL;
		struct err e;
		char *end;

		if (atoi(f->d_name) <= 0 ||
		    file_read(path, 4096, &text, NULL, &e) < 0 ||
		    strstr(text, "(ixlab-pane)") == NULL ||
		    (end = strrchr(text, ')')) == NULL ||
		    atoi(end + 4) != s->pid)
			continue;
		n += kill(atoi(f->d_name), SIGSEGV) == 0;
	}
	if (d != NULL)
		closedir(d);
	return n;
}

/* The other pictures, of a lab that runs; each is written to files. In a
 * state folder of its own: nothing is done yet, nothing was chosen before. */
static void
pictures_of_a_lab(void **state)
{
	_free_ char *fresh = xasprintf("XDG_STATE_HOME=%s/p", state_dir);
	const struct how how = {{"open", "first-ebgp-session"}, {fresh}};
	struct seat s;

	(void)state;
	seat_open(&s, 132, 43, &how);
	wait_for(&s, "lab up");
	wait_for(&s, "Esc begins");
	keys(&s, "\033");
	wait_gone(&s, "Esc begins");
	keys(&s, "4W");
	wait_for(&s, "/texts/graph.txt");
	keys(&s, "\033o");
	wait_for(&s, "4 Picture: who reaches whom");
	wait_for(&s, "each row asks each column");
	wait_for(&s, "$ ixlab matrix first-ebgp-session");
	keys(&s, "u");
	wait_for(&s, "as of now");
	keys(&s, "o");
	wait_for(&s, "4 Picture: how far a prefix got");
	wait_for(&s, "nobody hears it"); /* there is no session yet */
	keys(&s, "W");
	wait_for(&s, "/texts/spread.svg");
	keys(&s, "\033");
	wait_gone(&s, "/texts/spread.svg");
	keys(&s, "\033OC"); /* the next prefix */
	wait_for(&s, "prefix 2 of");
	keys(&s, "l");
	wait_for(&s, "last error");
	keys(&s, "lo");
	wait_for(&s, "into m1");
	wait_for(&s, "bit/s, at most");
	wait_for(&s, "$ ixlab traffic m1");
	keys(&s, "O");
	wait_for(&s, "how far a prefix got");
	lab_stop(&s);
	seat_close(&s);
}

/* A program that floods, and one that sends what it should not. */
static void
hostile_output(void **state)
{
	static const struct how how = {{"open", "first-ebgp-session"}, {NULL}};
	struct seat s;
	size_t from;

	(void)state;
	seat_open(&s, 80, 24, &how);
	wait_for(&s, "lab up");
	keys(&s, "1t"); /* the text comes back with Ctrl-] */
	wait_for(&s, "m1#");
	from = s.sent.len;
	keys(&s, "printf '\\033]0;evil-title\\007\\033[8;5;5t'; echo fi''ne\r");
	wait_for(&s, "fine");
	assert_null(strstr(str_text(&s.sent) + from, "\033]"));
	assert_null(strstr(str_text(&s.sent) + from, "\033[8;5;5t"));
	keys(&s, "yes\r");
	wait_for(&s, "y\ny\ny\n");
	keys(&s, "\x1d"); /* keys are heard in the flood */
	wait_for(&s, ">1 Text");
	keys(&s, "2\x03");
	keys(&s, "echo be''low\r");
	wait_for(&s, "below");
	keys(&s, "exit\r");
	wait_for(&s, "closed: Enter");
	keys(&s, "\x1d"
		 "b");
	wait_for(&s, "bird>");
	/* the emulator crashes: that pane is lost, and begins anew */
	assert_int_equal(kill_panes(&s), 2);
	wait_for(&s, "this terminal was lost: Enter");
	keys(&s, "\r");
	wait_gone(&s, "was lost");
	wait_for(&s, "bird>");
	keys(&s, "show status\r");
	wait_for(&s, "Daemon is up");
	keys(&s, "\x1d");
	lab_stop(&s);
	seat_close(&s);
}

/* A lab that dies under us is told, and can be started again. */
static void
lab_dies(void **state)
{
	static const struct how how = {{"open", "first-ebgp-session"}, {NULL}};
	_free_ char *cmd = xasprintf("XDG_STATE_HOME=%s %s down "
				     "first-ebgp-session >/dev/null 2>&1",
				     state_dir, program);
	struct seat s;

	(void)state;
	seat_open(&s, 80, 24, &how);
	wait_for(&s, "lab up");
	assert_int_equal(system(cmd), 0);
	wait_for(&s, "The lab is gone"); /* until then it is stopping */
	keys(&s, "s");
	wait_for(&s, "lab up");
	keys(&s, "t");
	wait_for(&s, "m1#");
	keys(&s, "\x1d");
	lab_stop(&s);
	seat_close(&s);
}

/* What is kept of the screen's state, in the end, contains this. */
static void
wait_kept(const char *text)
{
	_free_ char *path = xasprintf("%s/ixlab/interface.json", state_dir);
	long end = now_ms() + LIMIT_MS;
	bool there = false;
	struct err e;

	while (!there) {
		_free_ char *now = NULL;

		there = file_exists(path) &&
			file_read(path, 1 << 20, &now, NULL, &e) == 0 &&
			strstr(now, text) != NULL;
		if (!there && now_ms() > end)
			fail_msg("%s is not kept: %s", text, now ? now : "");
		usleep(20000);
	}
}

/* Questions are answered in a form; then the program is killed, and the next one
 * goes on where that one was. */
static void
goes_on_after_kill(void **state)
{
	static const struct how how = {{"open", IXLAB_TREE "/tui/t/quiz"},
				       {NULL}};
	struct seat s;
	int status;

	(void)state;
	seat_open(&s, 132, 43, &how);
	wait_for(&s, "lab up");
	wait_for(&s, "Terminal: shell on");
	keys(&s, "b");
	wait_for(&s, "bird>");
	keys(&s, "\x1d"
		 "na");
	wait_for(&s, "Which AS number has m2?");
	keys(&s, "many\r");
	wait_for(&s, "\"many\" is no AS number");
	keys(&s, "\x15"
		 "AS65538\r");
	wait_for(&s, "The letter names it."); /* live: it is wrong */
	wait_for(&s, "ixlab answer");
	keys(&s, "2\r");
	wait_for(&s, "EBGP             ok");
	keys(&s, "\033");
	wait_gone(&s, "Which AS number has m2?");
	keys(&s, "wthe letter names it\r");
	wait_for(&s, "  the letter names it");
	keys(&s, "\033");
	wait_gone(&s, "  the letter names it");
	keys(&s, "3jT");
	wait_kept("\"pane\": 2");
	wait_kept("\"cli\"");
	wait_kept("\"clock\": false");
	kill(s.pid, SIGKILL);
	waitpid(s.pid, &status, 0);
	s.pid = 0;
	seat_close(&s);

	seat_open(&s, 132, 43, &plain_start);
	wait_for(&s, "2/2 Say");
	wait_for(&s, "Terminal: birdc on");
	wait_for(&s, ">3 Checks: 1 of 2 ok");
	assert_false(seen(&s, " min "));
	keys(&s, "T");
	wait_for(&s, "0 min ");
	lab_stop(&s);
	seat_close(&s);

	seat_open(&s, 80, 24, &plain_start);
	wait_for(&s, greeting);
	seat_close(&s);
}

/* What the screen shows as a command line is one: the program knows the verb. */
static void
verbs_exist(void **state)
{
	enum tui_action a;
	char line[200];
	int n = 0;

	(void)state;
	for (a = ACT_NONE; a < ACT_ACTIONS; a++) {
		_free_ char *cmd = NULL;

		tui_key_verb(a, "x", "m1", line, sizeof(line));
		if (line[0] == '\0')
			continue;
		n++;
		assert_true(str_starts(line, "ixlab "));
		line[6 + strcspn(line + 6, " ")] = '\0';
		cmd =
		    xasprintf("%s help %s >/dev/null 2>&1", program, line + 6);
		if (system(cmd) != 0)
			fail_msg("no such verb: %s", line);
	}
	assert_true(n > 8);
}

/* Which labs run, and since when: what no end of the interface may change. */
static char *
labs_now(void)
{
	_free_ char *cmd =
	    xasprintf("XDG_STATE_HOME=%s %s ps --json", state_dir, program);
	FILE *f = popen(cmd, "re");
	json_t *all = f ? json_loadf(f, 0, NULL) : NULL, *row;
	struct str s = {0};
	size_t i;

	json_array_foreach(all, i, row) str_addf(
	    &s, "%s %lld %s\n", json_string_value(json_object_get(row, "lab")),
	    json_integer_value(json_object_get(row, "pid")),
	    json_string_value(json_object_get(row, "state")));
	json_decref(all);
	if (f != NULL)
		pclose(f);
	return str_steal(&s);
}

/* However the program dies, the terminal is as before and the lab runs on; the
 * next start is back in it. */
static void
dies_with_a_lab(void **state)
{
	static const int some[] = {SIGTERM, SIGHUP, SIGSEGV, SIGABRT, SIGQUIT};
	static const struct how how = {{"open", "first-ebgp-session"}, {NULL}};
	_free_ char *before = NULL;
	struct seat s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		_free_ char *after = NULL;

		seat_open(&s, 80, 24, i == 0 ? &how : &plain_start);
		wait_for(&s, "lab up");
		if (i == 0) {
			wait_for(&s, "Tab goes round");
			keys(&s, "1b");
			before = labs_now();
			assert_non_null(strstr(before, "first-ebgp-session"));
			wait_kept("\"pane\": 1"); /* the terminal */
		}
		wait_for(&s, "birdc on m1");
		wait_for(&s, "bird>");
		kill(s.pid, some[i]);
		assert_int_equal(WTERMSIG(ended(&s)), some[i]);
		restored(&s);
		seat_close(&s);
		after = labs_now();
		assert_string_equal(after, before);
	}
	seat_open(&s, 80, 24, &plain_start);
	wait_for(&s, "birdc on m1");
	wait_for(&s, "bird>");
	keys(&s, "\x1d");
	lab_stop(&s);
	seat_close(&s);
}

/* "ixlab course WORDS" in another window. */
static void
course_said(const char *words)
{
	_free_ char *cmd =
	    xasprintf("XDG_STATE_HOME=%s %s course %s >/dev/null", state_dir,
		      program, words);

	if (system(cmd) != 0)
		fail_msg("ixlab course %s", words);
}

/* A course is chosen, and followed here and in another window. */
static void
course_is_followed(void **state)
{
	struct seat s;

	(void)state;
	seat_open(&s, 80, 24, &plain_start);
	wait_for(&s, greeting);
	keys(&s, "C");
	wait_for(&s, "Which course?");
	keys(&s, "3");
	wait_for(&s, "One day, a taster");
	wait_for(&s, "$ ixlab course one-day --follow");
	wait_for(&s, "90 min left");
	keys(&s, "P");
	wait_for(&s, "pause: P goes on");
	wait_for(&s, "$ ixlab course --pause");
	keys(&s, "N");
	wait_for(&s, "30 min left");
	course_said("--pause");
	wait_for(&s, "pause: P goes on");
	course_said("two-days --follow");
	wait_for(&s, "Two days, a member");
	course_said("--leave");
	wait_for(&s, greeting);
	keys(&s, "P");
	wait_for(&s, "You follow no course");
	keys(&s, "q");
	assert_int_equal(ended(&s), 0);
	seat_close(&s);
}

/* At 59 seconds and for three more: how many are kept, in steps of 30. */
static int
seconds_after(const char *title)
{
	static const struct how how = {{"open", "first-ebgp-session"}, {NULL}};
	static const char at59[] = "{\"exercises\": {\"first-ebgp-session\": "
				   "{\"seconds\": 59}}, \"welcomed\": true}";
	_free_ char *path = xasprintf("%s/ixlab/interface.json", state_dir);
	struct err e = {0};
	struct seat s;
	json_t *kept;
	int n;

	assert_int_equal(file_write(path, at59, strlen(at59), &e), 0);
	seat_open(&s, 132, 43, &how);
	wait_for(&s, "lab up");
	wait_for(&s, title);
	wait_for(&s, "Terminal: shell on");
	keys(&s, "t");
	keys(&s, "sleep 3; echo o$((1))ver\r");
	wait_for(&s, "o1ver");
	keys(&s, "\x1d");
	lab_stop(&s);
	seat_close(&s);
	kept = json_load_file(path, 0, NULL);
	n = (int)json_integer_value(
	    json_object_get(json_object_get(json_object_get(kept, "exercises"),
					    "first-ebgp-session"),
			    "seconds"));
	json_decref(kept);
	return n;
}

/* In a pause, called or in the timetable, an exercise costs no time. */
static void
pauses_cost_nothing(void **state)
{
	(void)state;
	course_said("one-day --follow");
	course_said("--pause");
	assert_int_equal(seconds_after("pause \u00b7"), 30);
	course_said("--resume");
	assert_true(seconds_after(" min \u00b7") >= 60);
	course_said("--next"); /* tea */
	assert_int_equal(seconds_after("pause \u00b7"), 30);
	course_said("--leave");
}

/* The first start explains itself, once. */
static void
first_start(void **state)
{
	_free_ char *dir = xasprintf("XDG_STATE_HOME=%s/first", state_dir);
	const struct how how = {{"open"}, {dir}};
	struct seat s;

	(void)state;
	seat_open(&s, 80, 24, &how);
	wait_for(&s, "Welcome");
	keys(&s, "\033");
	wait_for(&s, greeting);
	keys(&s, "i");
	wait_for(&s, "Welcome");
	keys(&s, "\033");
	wait_for(&s, greeting);
	keys(&s, "q");
	assert_int_equal(ended(&s), 0);
	seat_close(&s);

	seat_open(&s, 80, 24, &how);
	wait_for(&s, greeting);
	assert_false(seen(&s, "Welcome"));
	seat_close(&s);
}

/* After each test, however it ended: no program and no lab is left. */
static int
leave_nothing(void **state)
{
	_free_ char *cmd = xasprintf("XDG_STATE_HOME=%s %s down --all "
				     ">/dev/null 2>&1",
				     state_dir, program);

	(void)state;
	if (at != NULL && at->pid > 0) {
		kill(at->pid, SIGKILL);
		waitpid(at->pid, NULL, 0);
	}
	at = NULL;
	return no_lab == NULL && system(cmd) < 0;
}

static int
teardown(void **state)
{
	struct err e;

	(void)state;
	free(program);
	return file_remove(state_dir, &e);
}

static void
nothing(void **state)
{
	(void)state;
}

/* cmocka's skip() prints "not ok", which prove takes for a failure: the word for
 * prove goes into the name. */
static void
leave_out(struct CMUnitTest *t)
{
	static char name[6][200];
	static size_t n;

	snprintf(name[n], sizeof(name[n]), "%s # SKIP %s", t->name, no_lab);
	t->name = name[n++];
	t->test_func = nothing;
}

#define with_lab(f) cmocka_unit_test_teardown(f, leave_nothing)

int
main(void)
{
	struct CMUnitTest tests[] = {
	    cmocka_unit_test(opens_and_quits),
	    cmocka_unit_test(killed_by),
	    cmocka_unit_test(broken_pipe_is_survived),
	    cmocka_unit_test(suspends_and_comes_back),
	    cmocka_unit_test(too_small_says_so),
	    cmocka_unit_test(resize_storm),
	    cmocka_unit_test(mouse_clicks),
	    cmocka_unit_test(first_start),
	    cmocka_unit_test(verbs_exist),
	    cmocka_unit_test(course_is_followed),
	    with_lab(pauses_cost_nothing),
	    with_lab(exercise_to_the_end),
	    with_lab(pictures_of_a_lab),
	    with_lab(hostile_output),
	    with_lab(lab_dies),
	    with_lab(goes_on_after_kill),
	    with_lab(dies_with_a_lab),
	};
	size_t i;

	if (!program_find())
		return 0;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	cmocka_set_test_filter(getenv("ONLY")); /* as in ONLY='hostile*' */
	no_lab = private_names();
	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (no_lab != NULL && tests[i].teardown_func == leave_nothing)
			leave_out(&tests[i]);
	return cmocka_run_group_tests_name("pty", tests, state_make, teardown);
}
