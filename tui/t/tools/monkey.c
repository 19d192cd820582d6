/*
 * monkey: random keys, clicks, wheels, bytes and sizes for SECONDS (default 600), in
 * an exercise whose lab runs. Made for the sanitizers (make monkey-tui):
 *
 *	the program ends only as a person would have it end, with status 0
 *	and the terminal is then as it was
 *	it is opened anew then, and goes on where it was
 *
 * The shell and the editor inside are cat, so what is typed does nothing. SEED makes
 * the same keys again.
 */
#include "../seat.h"

#include "base/err.h"

static const struct how how = {
    {"open", "first-ebgp-session"},
    {"SHELL=/bin/cat", "VISUAL=/bin/cat", "ASAN_OPTIONS=exitcode=99", NULL}};

static const char *const gestures[] = {
    "\033[A",
    "\033[B",
    "\033[C",
    "\033[D",
    "\033[5~",
    "\033[6~",
    "\033[5;2~",
    "\033[6;2~",
    "\033[1;2A",
    "\033[1;2B",
    "\033[H",
    "\033[F",
    "\033",
    "\r",
    "\t",
    "\033[Z",
    "\x1d",
    "\x7f",
    "\x0c",
    "\x15",
    "\x1a",
    "\033[3~",
    "\033OP",
    "\033[200~x",
    "\xc3\xa9",
    "\xd8\xa7",
    "\xe6\xbc\xa2",
    "\xff",
    "\033[999;999H",
    "/line\r",
    "Ry",
    "R2y",
    "R4y",
    "c",
    "hy",
    "t",
    "b",
    "e",
    "4",
    "2",
    "\x1d/",
    "]]>><<[[",
    "vjjy",
    "w",
    "z",
    "l",
    "n",
};
#define GESTURES (sizeof(gestures) / sizeof(gestures[0]))

static unsigned seed;
static long typed, sizes, starts;

static int
any(int n)
{
	return (int)(rand_r(&seed) >> 4) % n;
}

static void
gesture(struct seat *s)
{
	char text[64];
	int w, h;

	typed++;
	switch (any(12)) {
	case 0:
		sizes++;
		size_set(s, 1 + any(any(4) ? 160 : 500),
			 1 + any(any(4) ? 60 : 200));
		return;
	case 1: /* a click or a wheel */
		vt_size(s->vt, &w, &h);
		snprintf(text, sizeof(text), "\033[<%d;%d;%dM",
			 any(3) ? 0 : 64 + any(2), 1 + any(w), 1 + any(h));
		keys(s, text);
		return;
	case 2:
	case 3:
	case 4:
	case 5: keys(s, gestures[any(GESTURES)]); return;
	default:
		snprintf(text, sizeof(text), "%c", ' ' + any(95));
		keys(s, text);
	}
}

static void
told(struct seat *s, int status)
{
	const char *text = str_text(&s->sent);
	size_t from = s->sent.len > 6000 ? s->sent.len - 6000 : 0;

	printf("it ended with %x; the last that it said:\n%s\n", status,
	       text + from);
	fail_msg("seed and keys so far: %u, %ld", seed, typed);
}

/* False when it has ended. */
static bool
lives(struct seat *s)
{
	int status;
	pid_t pid = waitpid(s->pid, &status, WNOHANG | WUNTRACED);

	if (pid == 0)
		return true;
	if (pid == s->pid && WIFSTOPPED(status)) {
		kill(s->pid, SIGCONT);
		return true;
	}
	while (poll(&(struct pollfd){.fd = s->master, .events = POLLIN}, 1,
		    200) > 0 &&
	       take(s, 0))
		continue;
	s->pid = 0;
	if (status != 0)
		told(s, status);
	restored(s);
	return false;
}

static void
monkey(long end)
{
	struct seat s;

	seat_open(&s, 80, 24, &how);
	starts++;
	while (now_ms() < end && lives(&s)) {
		gesture(&s);
		take(&s, any(20));
		if (s.sent.len > (1u << 24))
			str_clear(&s.sent);
	}
	if (s.pid > 0) {
		kill(s.pid, SIGTERM);
		if (!WIFSIGNALED(ended(&s)))
			fail_msg("SIGTERM does not end it");
		restored(&s);
	}
	seat_close(&s);
}

int
main(void)
{
	const char *given = getenv("SECONDS_LONG"), *first = getenv("SEED");
	long end = now_ms() + (given ? atol(given) : 600) * 1000;
	const char *why;
	struct err e;

	if (!program_find())
		return 1;
	seed = first ? (unsigned)atol(first) : (unsigned)getpid();
	printf("seed %u\n", seed);
	fflush(stdout);
	assert_int_equal(state_make(NULL), 0);
	why = private_names();
	if (why != NULL)
		printf("without a lab: %s\n", why);
	while (now_ms() < end)
		monkey(end);
	printf("%ld gestures, %ld of them sizes, in %ld sessions: clean\n",
	       typed, sizes, starts);
	free(program);
	return file_remove(state_dir, &e) < 0;
}
