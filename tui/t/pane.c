/*
 * The terminal emulator in a process of its own: what it shows, how soon, and that
 * its end is ours to survive.
 */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "tui/tui_pane.h"
#include "tui/tui_shell.h"

#define LIMIT_MS 120000

/* We are the program: slave is ours. */
struct bench {
	uv_loop_t loop;
	uv_timer_t tick;
	struct pane *pane;
	int slave, pid;
	int frames, texts, over, lost;
};

static uint64_t
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static void
told(void *arg, enum pane_event what)
{
	struct bench *b = arg;

	b->frames += what == PANE_FRAME;
	b->texts += what == PANE_WHOLE;
	b->over += what == PANE_OVER;
	b->lost += what == PANE_LOST;
}

static void
nothing(uv_timer_t *t)
{
	(void)t;
}

static void
bench_open(struct bench *b, int w, int h)
{
	struct termios raw;
	struct err e = {0};
	int master;

	*b = (struct bench){0};
	assert_int_equal(uv_loop_init(&b->loop), 0);
	uv_timer_init(&b->loop, &b->tick);
	uv_timer_start(&b->tick, nothing, 5, 5);
	assert_int_equal(shell_pty(&master, &b->slave, &e), 0);
	assert_int_equal(tcgetattr(b->slave, &raw), 0);
	cfmakeraw(&raw);
	assert_int_equal(tcsetattr(b->slave, TCSANOW, &raw), 0);
	b->pane = pane_new(&b->loop, master, w, h, told, b, &e);
	if (b->pane == NULL)
		fail_msg("%s", e.msg);
	b->pid = pane_pid(b->pane);
}

static void
bench_close(struct bench *b)
{
	pane_free(b->pane);
	uv_close((uv_handle_t *)&b->tick, NULL);
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&b->loop), 0);
	close(b->slave);
	/* no process stays */
	assert_int_equal(waitpid(b->pid, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static bool
shows(struct bench *b, const char *text)
{
	_free_ char *now = NULL;
	struct grid g;
	bool yes;

	grid_init(&g, 200, 100, false, false);
	grid_copy(&g, (struct rect){0, 0, 200, 100}, pane_cells(b->pane));
	now = grid_dump(&g, false);
	yes = strstr(now, text) != NULL;
	grid_clear(&g);
	return yes;
}

static void
until_shows(struct bench *b, const char *text)
{
	uint64_t end = now_us() + LIMIT_MS * 1000ull;

	while (!shows(b, text)) {
		pane_taken(b->pane);
		uv_run(&b->loop, UV_RUN_ONCE);
		if (now_us() > end || b->lost)
			fail_msg("\"%s\" is not shown", text);
	}
}

static void
until(struct bench *b, const int *what)
{
	uint64_t end = now_us() + LIMIT_MS * 1000ull;

	while (*what == 0) {
		pane_taken(b->pane);
		uv_run(&b->loop, UV_RUN_ONCE);
		if (now_us() > end)
			fail_msg("it does not happen");
	}
}

static void
print(struct bench *b, const char *text)
{
	assert_int_equal(write(b->slave, text, strlen(text)),
			 (ssize_t)strlen(text));
}

static void
program_reads(struct bench *b, char *buf, size_t size)
{
	ssize_t n = read(b->slave, buf, size - 1);

	assert_true(n > 0);
	buf[n] = '\0';
}

static void
both_ways(void **state)
{
	struct winsize ws;
	struct bench b;
	char buf[32];
	int i;

	(void)state;
	bench_open(&b, 20, 5);
	print(&b, "hello\033[2;3H\033[31mred");
	until_shows(&b, "hello\n  red");
	assert_int_equal(pane_cells(b.pane)->cx, 5);
	assert_int_equal(pane_cells(b.pane)->cells[22].fg, 1);
	pane_key(b.pane, 'a');
	pane_key(b.pane, K_UP);
	for (i = 0; i < 4; i += (int)strlen(buf))
		program_reads(&b, buf, sizeof(buf));
	pane_resize(b.pane, 40, 10);
	print(&b, "\033[6n"); /* where is the cursor? it answers by itself */
	program_reads(&b, buf, sizeof(buf));
	assert_int_equal(buf[0], '\033');
	print(&b, "\033[10;36Hend");
	until_shows(&b, "end");
	assert_int_equal(ioctl(b.slave, TIOCGWINSZ, &ws), 0);
	assert_int_equal(ws.ws_col, 40);
	assert_int_equal(ws.ws_row, 10);
	for (i = 0; i < 30; i++)
		print(&b, "\r\nline");
	print(&b, "\r\nlast");
	until_shows(&b, "last");
	pane_scroll(b.pane, 31);
	until_shows(&b, "hello");
	assert_int_equal(pane_back(b.pane), 31);
	bench_close(&b);
}

/* All that it holds, however large; also from an emulator that is dead. */
static void
whole_text(void **state)
{
	_free_ char *text = NULL, *dead = NULL;
	struct bench b;
	char line[24];
	int i;

	(void)state;
	bench_open(&b, 20, 5);
	for (i = 0; i < 1000; i++) {
		snprintf(line, sizeof(line), "line %d\r\n", i);
		print(&b, line);
	}
	print(&b, "that is all");
	until_shows(&b, "that is all");
	assert_null(pane_text(b.pane));
	pane_read(b.pane);
	until(&b, &b.texts);
	text = pane_text(b.pane);
	assert_int_equal(strncmp(text, "line 0\nline 1\n", 14), 0);
	assert_non_null(strstr(text, "\nline 998\nline 999\nthat is all\n"));
	assert_null(pane_text(b.pane));
	print(&b, " or not"); /* and frames go on */
	until_shows(&b, "that is all or not");
	assert_int_equal(kill(b.pid, SIGKILL), 0);
	until(&b, &b.lost);
	pane_read(b.pane);
	assert_int_equal(b.texts, 2);
	dead = pane_text(b.pane);
	assert_non_null(strstr(dead, "line 999\nthat is all or not\n"));
	bench_close(&b);
}

/* The emulator dies of anything: it is told once, what it showed can still be
 * read, and orders are in vain. The program's terminal has hung up. */
static void
dies(void **state)
{
	static const int by[] = {SIGSEGV, SIGABRT, SIGKILL};
	struct bench b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(by) / sizeof(by[0]); i++) {
		bench_open(&b, 20, 5);
		print(&b, "before");
		until_shows(&b, "before");
		assert_int_equal(kill(b.pid, by[i]), 0);
		until(&b, &b.lost);
		pane_key(b.pane, 'x');
		pane_resize(b.pane, 30, 6);
		pane_scroll(b.pane, 3);
		pane_taken(b.pane);
		assert_int_equal(b.lost, 1);
		assert_true(shows(&b, "before"));
		assert_int_equal(write(b.slave, "x", 1), -1);
		assert_int_equal(errno, EIO);
		bench_close(&b);
	}
}

/* The program ends: what it said last is shown, and its past can be read. */
static void
program_ends(void **state)
{
	struct bench b;
	int i;

	(void)state;
	bench_open(&b, 20, 5);
	for (i = 0; i < 10; i++)
		print(&b, "past\r\n");
	print(&b, "bye");
	close(b.slave);
	until(&b, &b.over);
	until_shows(&b, "bye");
	pane_scroll(b.pane, 4);
	until_shows(&b, "past\npast\npast\npast\npast\n");
	b.slave = open("/dev/null", O_RDWR | O_CLOEXEC);
	bench_close(&b);
}

/* Key to cells: the program echoes. What it takes is told; the limit is that of a
 * person (50 ms) and for the best, since a busy machine may take a core away. */
static void
soon(void **state)
{
	uint64_t took[200], begin, t;
	struct bench b;
	char buf[8], want[16];
	int i, k, n = (int)(sizeof(took) / sizeof(took[0]));

	(void)state;
	bench_open(&b, 80, 24);
	for (i = 0; i < n; i++) {
		snprintf(want, sizeof(want), "<%d>", i);
		begin = now_us();
		pane_key(b.pane, 'k');
		program_reads(&b, buf, sizeof(buf));
		print(&b, "\033[H");
		print(&b, want);
		until_shows(&b, want);
		t = now_us() - begin;
		for (k = i; k > 0 && took[k - 1] > t; k--)
			took[k] = took[k - 1];
		took[k] = t;
	}
	printf("# key to cells: median %llu us, p99 %llu us\n",
	       (unsigned long long)took[n / 2],
	       (unsigned long long)took[n * 99 / 100]);
	assert_true(took[0] < 50000);
	bench_close(&b);
}

/* A flood costs as many frames as are taken, and a key is heard in it. */
static void
flood(void **state)
{
	static char line[4096];
	struct bench b;
	pid_t writer;
	char buf[8];
	int i;

	(void)state;
	bench_open(&b, 80, 24);
	memset(line, 'f', sizeof(line));
	writer = fork();
	if (writer == 0) {
		for (i = 0; i < 250; i++)
			if (write(b.slave, line, sizeof(line)) < 0)
				_exit(1);
		_exit(write(b.slave, "\r\nthat was all", 14) != 14);
	}
	for (i = 0; i < 20; i++) /* nothing is taken */
		uv_run(&b.loop, UV_RUN_ONCE);
	assert_true(b.frames <= 1);
	pane_key(b.pane, 'k');
	program_reads(&b, buf, sizeof(buf));
	assert_string_equal(buf, "k");
	until_shows(&b, "that was all");
	assert_int_equal(waitpid(writer, &i, 0), writer);
	assert_int_equal(i, 0);
	bench_close(&b);
}

/* Cells of anybody: what is drawn is printable, and within its place. */
static void
strange_cells(void **state)
{
	struct grid src, g;
	unsigned seed = 99;
	size_t i, k;
	uint8_t *bytes;

	(void)state;
	for (k = 0; k < 200; k++) {
		_free_ char *text = NULL;

		grid_init(&src, 37, 11, false, true);
		bytes = (uint8_t *)src.cells;
		for (i = 0; i < sizeof(*src.cells) * 37 * 11; i++)
			bytes[i] = (uint8_t)(rand_r(&seed) >> (k % 3 ? 8 : 15));
		grid_init(&g, 40, 12, k % 2, true);
		grid_copy(&g, (struct rect){2, 1, 36, 10}, &src);
		text = grid_dump(&g, true);
		for (i = 0; text[i] != '\0'; i++)
			assert_true((unsigned char)text[i] >= 0x20 ||
				    text[i] == '\n');
		for (i = 0; i < 40 * 12; i++) {
			assert_true(g.cells[i].fg >= -1 &&
				    g.cells[i].fg <= 255);
			assert_true(g.cells[i].width <= 2);
			if (i < 40 || i % 40 < 2 || i % 40 >= 38)
				assert_int_equal(g.cells[i].ch, ' ');
		}
		grid_clear(&g);
		grid_clear(&src);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_text),    cmocka_unit_test(both_ways),
	    cmocka_unit_test(dies),	     cmocka_unit_test(program_ends),
	    cmocka_unit_test(soon),	     cmocka_unit_test(flood),
	    cmocka_unit_test(strange_cells),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("pane", tests, NULL, NULL);
}
