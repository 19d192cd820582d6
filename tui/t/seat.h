/*
 * A seat in front of the real program: a pty is its terminal, and what it sends is
 * read back with our own vt, so "the screen" is what a person would see. Every
 * wait is for a text, with a limit.
 */
#ifndef TUI_T_SEAT_H
#define TUI_T_SEAT_H

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

/* of a wait; a busy machine may need it, and who writes a test need not wait */
#define LIMIT_MS (getenv("LIMIT_MS") ? atol(getenv("LIMIT_MS")) : 300000)

struct seat {
	int master, slave;
	pid_t pid;
	struct vt *vt;
	struct str sent; /* all that the program sent */
	struct str cast; /* of it, what is not recorded yet */
	FILE *record; /* with CAST=FILE: what is seen, as asciinema plays it */
	long began;
	struct termios before;
};

static char state_dir[] = "/tmp/ixlab-tui-XXXXXX";
static char *program;
static struct seat *at; /* for the clean-up when a test fails in the middle */

/* The program that is tried; false, and said so, when it is not built. */
static inline bool
program_find(void)
{
	const char *bin = getenv("IXLAB_BIN");

	program = xasprintf("%s/ixlab", bin ? bin : IXLAB_TREE "/build");
	if (access(program, X_OK) == 0)
		return true;
	puts("1..0 # SKIP ixlab is not built");
	free(program);
	return false;
}

static inline long
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- a seat: keyboard, screen, program */

static inline void
to_program(void *arg, const char *bytes, size_t n)
{
	struct seat *s = arg;

	if (write(s->master, bytes, n) != (ssize_t)n)
		fail_msg("the program does not read");
}

static inline void
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

static inline void
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
	unsetenv("IXLAB_THEME");
	unsetenv("EDITOR");
	unsetenv("VISUAL");
	for (i = 0; i < 4 && how->env[i] != NULL; i++)
		putenv((char *)(uintptr_t)how->env[i]);
	execv(program, (char **)(uintptr_t)argv);
	_exit(127);
}

/* The bytes at the end that begin a character and do not finish it. */
static inline size_t
unfinished(const char *text, size_t len)
{
	size_t i;

	for (i = 1; i <= 3 && i <= len; i++) {
		unsigned char c = (unsigned char)text[len - i];

		if (c >= 0xc0)
			return (c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2) > i ? i : 0;
		if (c < 0x80)
			break;
	}
	return 0;
}

static inline void
record(struct seat *s, const char *bytes, size_t n)
{
	size_t keep, whole;
	json_t *event;

	if (s->record == NULL)
		return;
	str_addn(&s->cast, bytes, n);
	keep = unfinished(s->cast.text, s->cast.len);
	whole = s->cast.len - keep;
	event = json_pack("[fss#]", (double)(now_ms() - s->began) / 1000, "o",
			  s->cast.text, (int)whole);
	if (event != NULL) {
		json_dumpf(event, s->record, JSON_REAL_PRECISION(6));
		fputc('\n', s->record);
	}
	json_decref(event);
	memmove(s->cast.text, s->cast.text + whole, keep + 1);
	s->cast.len = keep;
}

static inline void
record_begin(struct seat *s, int w, int h)
{
	const char *path = getenv("CAST");

	s->began = now_ms();
	s->record = path ? fopen(path, "we") : NULL;
	if (s->record != NULL)
		fprintf(s->record,
			"{\"version\": 2, \"width\": %d, \"height\": %d, "
			"\"idle_time_limit\": 2}\n",
			w, h);
}

static inline void
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
	record_begin(s, w, h);
	size_set(s, w, h);
	s->pid = fork();
	if (s->pid == 0)
		child(s, how);
}

static inline char *
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
static inline bool
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
	record(s, buf, (size_t)n);
	return true;
}

static inline bool
seen(struct seat *s, const char *text)
{
	_free_ char *now = screen(s);

	return strstr(now, text) != NULL;
}

static inline void
wait_for(struct seat *s, const char *text)
{
	long end = now_ms() + LIMIT_MS;

	while (!seen(s, text)) {
		if (now_ms() > end || !take(s, 100)) {
			_free_ char *now = screen(s);
			int status = 0;
			bool over = waitpid(s->pid, &status, WNOHANG) > 0;

			fputs(now, stderr); /* too long for a message */
			fail_msg("no \"%s\"; %s %x", text,
				 over ? "it has ended:" : "it runs", status);
		}
	}
}

static inline void
wait_gone(struct seat *s, const char *text)
{
	long end = now_ms() + LIMIT_MS;

	while (seen(s, text)) {
		if (now_ms() > end || !take(s, 100))
			fail_msg("\"%s\" stays", text);
	}
}

static inline void
keys(struct seat *s, const char *k)
{
	to_program(s, k, strlen(k));
}

/* The exit status as waitpid gives it, within the limit. */
static inline int
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

static inline void
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
static inline bool
last_is(struct seat *s, const char *off, const char *on)
{
	const char *p, *last_off = NULL, *last_on = NULL;

	for (p = str_text(&s->sent); (p = strstr(p, off)) != NULL; p++)
		last_off = p;
	for (p = str_text(&s->sent); (p = strstr(p, on)) != NULL; p++)
		last_on = p;
	return last_on == NULL || (last_off != NULL && last_off > last_on);
}

static inline bool
modes_off(struct seat *s)
{
	return last_is(s, "\033[?1049l", "\033[?1049h") &&
	       last_is(s, "\033[?1000l", "\033[?1006;1000h") &&
	       last_is(s, "\033[?25h", "\033[?25l") &&
	       last_is(s, "\033[?1l", "\033[?1h");
}

/* The program has ended or stopped; the kernel may still be carrying its last
 * bytes to us. */
static inline void
restored(struct seat *s)
{
	long end = now_ms() + LIMIT_MS;

	same_modes(s);
	while (!modes_off(s) && now_ms() < end)
		take(s, 100);
	assert_true(modes_off(s));
}

static inline void
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
	str_clear(&s->cast);
	if (s->record != NULL)
		fclose(s->record);
}

static inline void
lab_stop(struct seat *s)
{
	keys(s, "q");
	wait_for(s, "Leave ixlab?");
	keys(s, "d");
	assert_int_equal(ended(s), 0);
	restored(s);
}

/* ---- the world around it */

static inline int
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
static inline const char *
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

/* A state folder in which the words of the first start were read. */
static inline int
state_make(void **state)
{
	static const char been[] = "{\"welcomed\": true}";
	_free_ char *dir = NULL, *path = NULL;
	struct err e;

	(void)state;
	if (mkdtemp(state_dir) == NULL)
		return 1;
	dir = xasprintf("%s/ixlab", state_dir);
	path = xasprintf("%s/interface.json", dir);
	return file_mkdirs(dir, &e) < 0 ||
	       file_write(path, been, strlen(been), &e) < 0;
}

#endif
