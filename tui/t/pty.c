/*
 * The real program in a real terminal: we are the terminal.
 *
 * ixlab runs behind a pty; what it sends is read back with our own vt, so "the
 * screen" is what a person would see. Every wait is for a text, with a limit.
 * The tests that open an exercise need user namespaces (or root) and are skipped
 * with the reason where there are none.
 */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define LIMIT_MS 300000 /* of a wait; a busy machine may need it */

struct seat {
	int master, slave;
	pid_t pid;
	struct vt *vt;
	struct str sent; /* all that the program sent */
	struct termios before;
};

static char state_dir[] = "/tmp/ixlab-tui-XXXXXX";
static char *program;
static const char *no_lab; /* why there can be none; NULL: there can */
static struct seat *at; /* for the clean-up when a test fails in the middle */

static long
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- a seat: keyboard, screen, program */

static void
to_program(void *arg, const char *bytes, size_t n)
{
	struct seat *s = arg;

	if (write(s->master, bytes, n) != (ssize_t)n)
		fail_msg("the program does not read");
}

static void
size_set(struct seat *s, int w, int h)
{
	struct winsize ws = {.ws_row = (unsigned short)h,
			     .ws_col = (unsigned short)w};

	vt_resize(s->vt, w, h);
	assert_int_equal(ioctl(s->master, TIOCSWINSZ, &ws), 0);
}

struct how {
	const char *args[6];
	const char *env[4]; /* NAME=VALUE */
};

static void
child(struct seat *s, const struct how *how)
{
	const char *argv[8] = {program};
	int i;

	for (i = 0; i < 6 && how->args[i] != NULL; i++)
		argv[i + 1] = how->args[i];
	setsid();
	ioctl(s->slave, TIOCSCTTY, 0);
	for (i = 0; i < 3; i++)
		dup2(s->slave, i);
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("XDG_STATE_HOME", state_dir, 1);
	setenv("SHELL", "/bin/bash", 1);
	unsetenv("NO_COLOR");
	unsetenv("EDITOR");
	unsetenv("VISUAL");
	for (i = 0; i < 4 && how->env[i] != NULL; i++)
		putenv((char *)(uintptr_t)how->env[i]);
	execv(program, (char **)(uintptr_t)argv);
	_exit(127);
}

static void
seat_open(struct seat *s, int w, int h, const struct how *how)
{
	char name[64];

	*s = (struct seat){0};
	at = s;
	s->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(s->master >= 0);
	assert_int_equal(grantpt(s->master) | unlockpt(s->master), 0);
	assert_int_equal(ptsname_r(s->master, name, sizeof(name)), 0);
	/* kept open: its modes are looked at after the program is gone */
	s->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_int_equal(tcgetattr(s->slave, &s->before), 0);
	s->vt = vt_new(w, h, to_program, s);
	size_set(s, w, h);
	s->pid = fork();
	if (s->pid == 0)
		child(s, how);
}

static char *
screen(struct seat *s)
{
	struct grid g;
	char *text;
	int w, h;

	vt_size(s->vt, &w, &h);
	grid_init(&g, w, h, false, false);
	vt_draw(s->vt, &g, (struct rect){0, 0, w, h}, true);
	text = grid_dump(&g, false);
	grid_clear(&g);
	return text;
}

/* Take what there is within ms; false when the program's end is closed. */
static bool
take(struct seat *s, int ms)
{
	struct pollfd p = {.fd = s->master, .events = POLLIN};
	char buf[8192];
	ssize_t n;

	if (poll(&p, 1, ms) <= 0)
		return true;
	n = read(s->master, buf, sizeof(buf));
	if (n <= 0)
		return false;
	str_addn(&s->sent, buf, (size_t)n);
	vt_feed(s->vt, buf, (size_t)n);
	return true;
}

static bool
seen(struct seat *s, const char *text)
{
	_free_ char *now = screen(s);

	return strstr(now, text) != NULL;
}

static void
wait_for(struct seat *s, const char *text)
{
	long end = now_ms() + LIMIT_MS;

	while (!seen(s, text)) {
		if (now_ms() > end || !take(s, 100)) {
			_free_ char *now = screen(s);
			int status = 0;
			bool over = waitpid(s->pid, &status, WNOHANG) > 0;

			fail_msg("no \"%s\" on:\n%s%s %x", text, now,
				 over ? "it has ended:" : "it runs", status);
		}
	}
}

static void
wait_gone(struct seat *s, const char *text)
{
	long end = now_ms() + LIMIT_MS;

	while (seen(s, text)) {
		if (now_ms() > end || !take(s, 100))
			fail_msg("\"%s\" stays", text);
	}
}

static void
keys(struct seat *s, const char *k)
{
	to_program(s, k, strlen(k));
}

/* The exit status as waitpid gives it, within the limit. */
static int
ended(struct seat *s)
{
	long end = now_ms() + LIMIT_MS;
	int status;

	while (waitpid(s->pid, &status, WNOHANG) == 0) {
		take(s, 20);
		if (now_ms() > end) {
			kill(s->pid, SIGKILL);
			waitpid(s->pid, &status, 0);
			fail_msg("the program does not end");
		}
	}
	s->pid = 0;
	while (poll(&(struct pollfd){.fd = s->master, .events = POLLIN}, 1,
		    100) > 0 &&
	       take(s, 0))
		;
	return status;
}

static void
same_modes(struct seat *s)
{
	struct termios after;

	assert_int_equal(tcgetattr(s->slave, &after), 0);
	assert_int_equal(after.c_iflag, s->before.c_iflag);
	assert_int_equal(after.c_oflag, s->before.c_oflag);
	assert_int_equal(after.c_lflag, s->before.c_lflag);
	assert_int_equal(after.c_cflag, s->before.c_cflag);
	assert_memory_equal(after.c_cc, s->before.c_cc, sizeof(after.c_cc));
}

/* The last word on a mode is that it is off again. */
static bool
last_is(struct seat *s, const char *off, const char *on)
{
	const char *p, *last_off = NULL, *last_on = NULL;

	for (p = str_text(&s->sent); (p = strstr(p, off)) != NULL; p++)
		last_off = p;
	for (p = str_text(&s->sent); (p = strstr(p, on)) != NULL; p++)
		last_on = p;
	return last_on == NULL || (last_off != NULL && last_off > last_on);
}

static bool
modes_off(struct seat *s)
{
	return last_is(s, "\033[?1049l", "\033[?1049h") &&
	       last_is(s, "\033[?1000l", "\033[?1006;1000h") &&
	       last_is(s, "\033[?25h", "\033[?25l") &&
	       last_is(s, "\033[?1l", "\033[?1h");
}

/* The program has ended or stopped; the kernel may still be carrying its last
 * bytes to us. */
static void
restored(struct seat *s)
{
	long end = now_ms() + LIMIT_MS;

	same_modes(s);
	while (!modes_off(s) && now_ms() < end)
		take(s, 100);
	assert_true(modes_off(s));
}

static void
seat_close(struct seat *s)
{
	if (s->pid > 0) {
		kill(s->pid, SIGKILL);
		waitpid(s->pid, NULL, 0);
	}
	at = NULL;
	vt_free(s->vt);
	close(s->master);
	close(s->slave);
	str_clear(&s->sent);
}

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

/* ---- what terminals cannot do */

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
	static const struct how how = {{"open"}, {"NO_COLOR=1"}};
	struct seat s;

	(void)state;
	seat_open(&s, 80, 24, &how);
	wait_for(&s, "q Quit");
	keys(&s, "?");
	wait_for(&s, "Keys");
	assert_false(colored(str_text(&s.sent)));
	/* the question itself can be answered with yes */
	assert_true(colored("x\033[0;31my"));
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
vt100_works(void **state)
{
	static const struct how how = {{"open"}, {"TERM=vt100"}};
	struct seat s;

	(void)state;
	seat_open(&s, 80, 24, &how);
	wait_for(&s, greeting);
	keys(&s, "q");
	assert_int_equal(ended(&s), 0);
	same_modes(&s);
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

static int
put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));

	if (fd >= 0)
		close(fd);
	return n < 0 ? -1 : 0;
}

/* A network namespace of our own: a lab's name lives there, so it meets no lab
 * of the person who runs the tests. */
static const char *
private_names(void)
{
	unsigned uid = geteuid(), gid = getegid();
	_free_ char *users = xasprintf("0 %u 1", uid);
	_free_ char *groups = xasprintf("0 %u 1", gid);

	if (unshare(CLONE_NEWNET | (uid ? CLONE_NEWUSER : 0)) < 0)
		return "this user may have no namespaces";
	if (uid == 0)
		return NULL;
	if (put("/proc/self/setgroups", "deny") < 0 ||
	    put("/proc/self/uid_map", users) < 0 ||
	    put("/proc/self/gid_map", groups) < 0)
		return "this user may have no user of its own in a namespace";
	return NULL;
}

static void
lab_stop(struct seat *s)
{
	keys(s, "q");
	wait_for(s, "Leave ixlab?");
	keys(s, "d");
	assert_int_equal(ended(s), 0);
	restored(s);
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
	wait_for(&s, "FAIL");
	keys(&s, "3j\r");
	wait_for(&s, "expected");
	keys(&s, "\033");
	wait_gone(&s, "expected");
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
	keys(&s, "t");
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
	wait_for(&s, "closed: Ctrl-]");
	keys(&s, "\x1d"
		 "b");
	wait_for(&s, "bird>");
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

static int
setup(void **state)
{
	(void)state;
	return mkdtemp(state_dir) == NULL;
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
	static char name[3][200];
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
	    cmocka_unit_test(no_color_means_none),
	    cmocka_unit_test(no_utf8_means_ascii),
	    cmocka_unit_test(vt100_works),
	    cmocka_unit_test(dumb_means_plain),
	    cmocka_unit_test(unknown_terminal_says_so),
	    cmocka_unit_test(mouse_clicks),
	    with_lab(exercise_to_the_end),
	    with_lab(hostile_output),
	    with_lab(lab_dies),
	};
	size_t i;

	program =
	    xasprintf("%s/ixlab", getenv("IXLAB_BIN") ? getenv("IXLAB_BIN")
						      : IXLAB_TREE "/build");
	if (access(program, X_OK) < 0) {
		puts("1..0 # SKIP ixlab is not built");
		free(program);
		return 0;
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	no_lab = private_names();
	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (no_lab != NULL && tests[i].teardown_func == leave_nothing)
			leave_out(&tests[i]);
	return cmocka_run_group_tests_name("pty", tests, setup, teardown);
}
