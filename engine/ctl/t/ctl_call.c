/* The blocking client, and clients that misbehave, against a server. */
#include "ctl/t/desk.h"

static void
asks_and_is_answered(void **state)
{
	struct ctl *c = dial();
	json_t *args = json_pack("{s:[i,i,i], s:s}", "a", 1, 2, 3, "b", "x");
	json_t *r = ask(c, "echo", json_incref(args));

	(void)state;
	assert_true(json_equal(args, r));
	json_decref(args);
	json_decref(r);
	r = ask(c, "echo", NULL);
	assert_int_equal(json_object_size(r), 0);
	json_decref(r);
	ctl_close(c);
}

static void
passes_on_a_refusal(void **state)
{
	struct ctl *c = dial();
	json_t *r;
	struct err e;

	(void)state;
	assert_int_equal(ctl_call(c, "dance", NULL, NULL, 0, WAIT, &r, &e), -1);
	assert_null(r);
	assert_int_equal(e.class, ERR_USAGE);
	assert_string_equal(e.msg, "no verb \"dance\"?");
	assert_int_equal(ctl_call(c, "huge", NULL, NULL, 0, WAIT, &r, &e), -1);
	assert_string_equal(e.msg, "the answer is larger than 33554432 bytes");
	json_decref(ask(c, "echo", NULL));
	ctl_close(c);
}

static void
passes_descriptors_both_ways(void **state)
{
	struct ctl *c = dial();
	int p[2], q[2], fds[2], fd;
	char buf[16] = {0};
	json_t *r, *want = json_pack("[s, s]", "one", "two");
	struct err e;
	long before = count(c, "fds");

	(void)state;
	assert_int_equal(pipe(p), 0);
	assert_int_equal(pipe(q), 0);
	assert_int_equal(write(p[1], "one", 3), 3);
	assert_int_equal(write(q[1], "two", 3), 3);
	fds[0] = p[0];
	fds[1] = q[0];
	assert_int_equal(ctl_call(c, "read", NULL, fds, 2, WAIT, &r, &e), 0);
	assert_true(json_equal(r, want));
	json_decref(want);
	json_decref(r);
	assert_true(fcntl(p[0], F_GETFD) >= 0); /* still ours */
	close(p[0]), close(p[1]), close(q[0]), close(q[1]);

	assert_int_equal(ctl_call_fd(c, "pipe",
				     json_pack("{s:s}", "text", "hello"), WAIT,
				     &fd, &e),
			 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(read(fd, buf, sizeof(buf)), 5);
	assert_string_equal(buf, "hello");
	close(fd);
	assert_int_equal(ctl_call_fd(c, "echo", NULL, WAIT, &fd, &e), -1);
	assert_int_equal(fd, -1);
	assert_string_equal(e.msg, "the answer to \"echo\" has no descriptor");
	assert_int_equal(count(c, "fds"), before);
	ctl_close(c);
}

static void
carries_large_answers(void **state)
{
	struct ctl *c = dial();
	size_t n = 8 << 20;
	_free_ char *text = xmalloc(n);
	json_t *args, *r;

	(void)state;
	memset(text, 'y', n);
	args = json_pack("{s:s#}", "t", text, (int)n);
	r = ask(c, "echo", json_incref(args));
	assert_true(json_equal(args, r));
	json_decref(args);
	json_decref(r);
	ctl_close(c);
}

static void
brings_events_to_subscribers(void **state)
{
	struct ctl *a = dial(), *b = dial();
	json_t *event;
	struct err e;
	int i;

	(void)state;
	json_decref(ask(a, "subscribe", NULL));
	for (i = 0; i < 3; i++)
		json_decref(ask(b, "publish", json_pack("{s:i}", "n", i)));
	/* They arrive in a call's way, and are kept. */
	json_decref(ask(a, "echo", NULL));
	for (i = 0; i < 3; i++) {
		assert_int_equal(ctl_event(a, WAIT, &event, &e), 1);
		assert_string_equal(
		    json_string_value(json_object_get(event, "event")), "news");
		assert_int_equal(json_integer_value(json_object_get(
				     json_object_get(event, "data"), "n")),
				 i);
		json_decref(event);
	}
	assert_int_equal(ctl_event(a, 0, &event, &e), 0);
	assert_int_equal(ctl_event(b, 20, &event, &e), 0);
	assert_null(event);
	json_decref(ask(b, "whisper", NULL));
	assert_int_equal(ctl_event(b, WAIT, &event, &e), 1);
	assert_string_equal(json_string_value(json_object_get(event, "event")),
			    "psst");
	json_decref(event);
	ctl_close(a);
	ctl_close(b);
}

static void
keeps_deadlines(void **state)
{
	struct ctl *a = dial(), *b = dial();
	json_t *r;
	struct err e;

	(void)state;
	assert_int_equal(ctl_call(a, "hold", NULL, NULL, 0, 30, &r, &e), -1);
	assert_int_equal(e.class, ERR_HERE);
	assert_string_equal(e.msg, "no answer to \"hold\" within 30 ms");
	json_decref(ask(b, "free", NULL));
	/* The late answer is not taken for the next one. */
	r = ask(a, "echo", json_pack("{s:i}", "x", 1));
	assert_int_equal(json_object_size(r), 1);
	json_decref(r);
	ctl_close(a);
	ctl_close(b);
}

static void
answers_for_one_who_left(void **state)
{
	struct ctl *a = dial(), *b = dial();
	json_t *r;
	struct err e;

	(void)state;
	assert_int_equal(ctl_call(a, "hold", NULL, NULL, 0, 20, &r, &e), -1);
	ctl_close(a);
	await(b, "closed", 1);
	json_decref(ask(b, "free", NULL));
	ctl_close(b);
}

static void
survives_rubbish(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} cases[] = {
	    {"GET / HTTP/1.1\r\n\r\n", 18},
	    {"\xff\xff\xff\xff", 4},
	    {"\0\0\0\0", 4},
	    {"\0\0\0\2[]", 6},
	    {"\0\0\0\2{}", 6},
	    {"\0\0\0\14{\"id\":\"one\"}", 16},
	    {"\0\0\0\25{\"id\":1,\"verb\":[1,2]}", 25},
	    {"\0\0\0\41{\"id\":1,\"verb\":\"echo\",\"args\":[1]}", 37},
	    {"\0\0\0\37{\"id\":1,\"verb\":\"echo\",\"fds\":1}", 35},
	    {"\0\0\0\40{\"id\":1,\"verb\":\"echo\",\"fds\":-1}", 36},
	};
	struct ctl *c = dial();
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		fd = raw();
		assert_int_equal(write(fd, cases[i].bytes, cases[i].len),
				 cases[i].len);
		raw_expect_end(fd);
		await(c, "closed", (long)i + 1);
	}
	/* Half a frame, and away. */
	fd = raw();
	assert_int_equal(write(fd, "\0\0\1\0{\"id\"", 9), 9);
	close(fd);
	await(c, "closed", (long)N(cases) + 1);
	/* An order, and away before the answer: no SIGPIPE. */
	fd = raw();
	assert_int_equal(write(fd, "\0\0\0\26{\"id\":1,\"verb\":\"huge\"}", 26),
			 26);
	close(fd);
	await(c, "closed", (long)N(cases) + 2);
	json_decref(ask(c, "echo", NULL));
	ctl_close(c);
}

static void
closes_descriptors_nobody_takes(void **state)
{
	static const char order[] = "\0\0\0\26{\"id\":1,\"verb\":\"echo\"}";
	struct ctl *c = dial();
	long before = count(c, "fds");
	int fds[16], fd, i;
	char buf[256];

	(void)state;
	for (i = 0; i < 16; i++)
		fds[i] = i % 2;
	/* A frame that does not mention its descriptors, over and over. */
	fd = raw();
	for (i = 0; i < 50; i++) {
		raw_send_fds(fd, order, sizeof(order) - 1, fds, 4);
		assert_true(read(fd, buf, sizeof(buf)) > 0);
	}
	await(c, "fds", before + 1);
	/* Half a frame with some, then more with each byte. */
	for (i = 0; i < 2; i++)
		raw_send_fds(fd, order + i, 1, fds, 4);
	await(c, "fds", before + 9);
	raw_send_fds(fd, order + 2, 1, fds, 1);
	raw_expect_end(fd);
	await(c, "closed", 1);
	/* More than a frame may carry. */
	fd = raw();
	raw_send_fds(fd, order, sizeof(order) - 1, fds, 16);
	raw_expect_end(fd);
	await(c, "closed", 2);
	assert_int_equal(count(c, "fds"), before);
	ctl_close(c);
}

static void
drops_one_who_does_not_read(void **state)
{
	struct ctl *slow = dial(), *c = dial();
	json_t *event;
	struct err e;
	int rc;

	(void)state;
	json_decref(ask(slow, "subscribe", NULL));
	json_decref(ask(c, "flood", NULL));
	await(c, "closed", 1);
	do {
		rc = ctl_event(slow, WAIT, &event, &e);
		json_decref(event);
	} while (rc == 1);
	assert_int_equal(rc, -1);
	assert_int_equal(ctl_fd(slow), -1);
	assert_int_equal(ctl_call(slow, "echo", NULL, NULL, 0, WAIT, NULL, &e),
			 -1);
	assert_string_equal(e.msg, "the connection is gone");
	ctl_close(slow);
	ctl_close(c);
}

static void
carries_text(void **state)
{
	struct ctl *c = dial();
	json_t *r = ask(c, "text", json_pack("{s:s}", "t", "[1,{\"a\":null}]"));
	json_t *want = json_pack("[i, {s:n}]", 1, "a");

	(void)state;
	assert_true(json_equal(r, want));
	json_decref(r);
	json_decref(want);
	ctl_close(c);
}

/* Little enough to be kept, but not for ever. */
static void
cuts_off_one_who_reads_nothing(void **state)
{
	struct ctl *c = dial();
	_free_ char *mega = xmalloc(1 << 20);
	json_t *r;
	int fd = raw();

	(void)state;
	json_decref(ask(c, "patience", NULL));
	memset(mega, 'x', 1 << 20);
	json_t *order = json_pack("{s:i, s:s, s:{s:s#}}", "id", 1, "verb",
				  "echo", "args", "t", mega, 1 << 20);
	size_t len;
	uint8_t *frame = ctl_frame_encode(order, &len);
	json_decref(order);
	for (size_t at = 0; at < len;) {
		ssize_t n = write(fd, frame + at, len - at);
		assert_true(n > 0);
		at += (size_t)n;
	}
	free(frame);
	await(c, "closed", 1);
	r = ask(c, "queued", NULL);
	assert_int_equal(json_integer_value(r), 0);
	json_decref(r);
	close(fd);
	ctl_close(c);
}

static void
limits_open_requests(void **state)
{
	static const char order[] = "\0\0\0\26{\"id\":1,\"verb\":\"pile\"}";
	struct ctl *c = dial();
	int fd = raw(), i;
	json_t *r;

	(void)state;
	for (i = 0; i < 1025; i++)
		assert_int_equal(write(fd, order, 26), 26);
	raw_expect_end(fd);
	await(c, "closed", 1);
	r = ask(c, "take", NULL);
	assert_int_equal(json_integer_value(r), 1024);
	json_decref(r);
	ctl_close(c);
}

/* 255 beside the first; the rest is let in and shown out. */
static void
turns_away_the_many(void **state)
{
	struct ctl *c = dial();
	int fds[300], i, ended, tries;
	struct pollfd p[300];

	(void)state;
	for (i = 0; i < 300; i++)
		fds[i] = raw();
	for (i = 0; i < 300; i++)
		p[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
	for (tries = ended = 0; tries < WAIT / 5 && ended < 45; tries++) {
		ended = poll(p, 300, 0);
		poll(NULL, 0, 5);
	}
	json_decref(ask(c, "echo", NULL));
	assert_int_equal(poll(p, 300, 0), 45);
	for (i = 0; i < 300; i++)
		close(fds[i]);
	await(c, "closed", 255);
	ctl_close(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_SERVER(asks_and_is_answered),
	    WITH_SERVER(passes_on_a_refusal),
	    WITH_SERVER(passes_descriptors_both_ways),
	    WITH_SERVER(carries_large_answers),
	    WITH_SERVER(carries_text),
	    WITH_SERVER(brings_events_to_subscribers),
	    WITH_SERVER(keeps_deadlines),
	    WITH_SERVER(answers_for_one_who_left),
	    WITH_SERVER(survives_rubbish),
	    WITH_SERVER(closes_descriptors_nobody_takes),
	    WITH_SERVER(drops_one_who_does_not_read),
	    WITH_SERVER(cuts_off_one_who_reads_nothing),
	    WITH_SERVER(limits_open_requests),
	    WITH_SERVER(turns_away_the_many),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("ctl_call", tests, NULL, NULL);
}
