/*
 * What reaches a person's terminal when a lab's program prints to it.
 */
#include "cmd/ixlab/cmd_relay.c"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

struct relay_row {
	const char *name;
	const char *parts[4]; /* written one by one */
	bool clean;
	const char *expected;
};

static const struct relay_row relay_rows[] = {
    {"plain bytes pass", {"\033[2Jx"}, false, "\033[2Jx"},
    {"an escape cannot steer", {"\033[2Jx"}, true, "?[2Jx"},
    {"lines and tabs stay", {"a\tb\n", "c\n"}, true, "a\tb\nc\n"},
    {"a character in two pieces", {"\xc3", "\xa9"}, true, "\xc3\xa9"},
    {"a character in four pieces",
     {"\xf0", "\x9f", "\x8c", "\x90"},
     true,
     "\xf0\x9f\x8c\x90"},
    {"a piece that never ends", {"ok\xe2\x82"}, true, "ok??"},
    {"a piece followed by another", {"\xe2", "\xc3\xa9"}, true, "?\xc3\xa9"},
    {"C1 controls",
     {"\xc2", "\x9b"
	      "2J"},
     true,
     "??2J"},
    {"no bytes at all", {NULL}, true, ""},
};

static void
relay_all(struct cmd_relay *r)
{
	struct pollfd fd;

	do {
		fd = cmd_relay_poll(r);
	} while (poll(&fd, 1, 0) == 1 && fd.revents != 0 && cmd_relay_step(r));
}

static void
relay_row(void **state)
{
	const struct relay_row *row = *state;
	int in[2], out[2];
	char got[256];
	ssize_t n;
	size_t i;

	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC | O_NONBLOCK), 0);
	struct cmd_relay r = {.from = in[0], .to = out[1], .clean = row->clean};

	for (i = 0; i < 4 && row->parts[i]; i++) {
		n = (ssize_t)strlen(row->parts[i]);
		assert_int_equal(write(in[1], row->parts[i], (size_t)n), n);
		relay_all(&r);
	}
	close(in[1]);
	relay_all(&r);
	n = read(out[0], got, sizeof(got) - 1);
	got[n > 0 ? n : 0] = '\0';
	assert_string_equal(got, row->expected);
	close(in[0]);
	close(out[0]);
	close(out[1]);
}

/* A reader that is slow is waited for, not lost. */
static void
relay_full(void **state)
{
	char block[1024] = {0}, got[1024];
	int in[2], out[2], i;
	size_t total = 0;
	ssize_t n;

	(void)state;
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC | O_NONBLOCK), 0);
	assert_true(fcntl(out[1], F_SETPIPE_SZ, 4096) >= 4096);
	struct cmd_relay r = {.from = in[0], .to = out[1]};

	for (i = 0; i < 20; i++)
		assert_int_equal(write(in[1], block, sizeof(block)), 1024);
	close(in[1]);
	relay_all(&r);
	assert_true(r.nwait > 0);
	do {
		while ((n = read(out[0], got, sizeof(got))) > 0)
			total += (size_t)n;
		relay_all(&r);
	} while (!r.end || r.nwait > 0);
	while ((n = read(out[0], got, sizeof(got))) > 0)
		total += (size_t)n;
	assert_int_equal(total, 20 * 1024);
	close(in[0]);
	close(out[0]);
	close(out[1]);
}

int
main(void)
{
	enum { N = sizeof(relay_rows) / sizeof(*relay_rows) };
	struct CMUnitTest tests[N + 1] = {{0}};
	size_t i;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	for (i = 0; i < N; i++) {
		tests[i].name = relay_rows[i].name;
		tests[i].test_func = relay_row;
		/* cmocka hands it to the test and changes nothing. */
		tests[i].initial_state = (void *)(uintptr_t)&relay_rows[i];
	}
	tests[N] = (struct CMUnitTest){.name = "a slow reader loses nothing",
				       .test_func = relay_full};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
