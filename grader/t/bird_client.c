/* The conversation with BIRD, the other end played by this test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/str.h"
#include "grader/grader_bird.h"

struct talk {
	uv_loop_t loop;
	uv_timer_t limit;
	int far;
	struct grader_bird *bird;
	struct str heard; /* what came back, in order */
	char gone[128];
};

static void
on_log(void *arg, const char *line)
{
	struct talk *t = arg;

	str_addf(&t->heard, "log %s;", line);
}

static void
on_gone(void *arg, const char *why)
{
	struct talk *t = arg;

	snprintf(t->gone, sizeof(t->gone), "%s", why);
}

static void
on_reply(void *arg, const struct bird_reply *reply)
{
	struct talk *t = arg;

	str_addf(&t->heard, "%04d;", reply->code);
}

static void
on_reply_ask(void *arg, const struct bird_reply *reply)
{
	struct talk *t = arg;

	on_reply(arg, reply);
	grader_bird_ask(t->bird, "third", on_reply, t);
	grader_bird_ask(t->bird, "fourth", on_reply, t);
}

static void
on_limit(uv_timer_t *timer)
{
	(void)timer;
	fail_msg("nothing happened for too long");
}

static void
talk_begin(struct talk *t)
{
	struct err e;
	int fds[2];

	memset(t, 0, sizeof(*t));
	uv_loop_init(&t->loop);
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	t->far = fds[1];
	t->bird = grader_bird_new(&t->loop, fds[0], on_log, on_gone, t, &e);
	assert_non_null(t->bird);
	uv_timer_init(&t->loop, &t->limit);
	uv_timer_start(&t->limit, on_limit, 300000, 0);
}

static void
talk_end(struct talk *t)
{
	if (t->gone[0] == '\0')
		grader_bird_close(t->bird);
	uv_close((uv_handle_t *)&t->limit, NULL);
	uv_run(&t->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&t->loop), 0);
	close(t->far);
	str_clear(&t->heard);
}

static void
far_says(struct talk *t, const char *text)
{
	assert_int_equal(write(t->far, text, strlen(text)),
			 (ssize_t)strlen(text));
	uv_run(&t->loop, UV_RUN_ONCE);
}

static void
far_hears(struct talk *t, const char *want)
{
	char got[256] = "";

	assert_true(recv(t->far, got, sizeof(got) - 1, MSG_DONTWAIT) > 0);
	assert_string_equal(got, want);
	assert_true(recv(t->far, got, 1, MSG_DONTWAIT) < 0);
}

static void
one_question_at_a_time(void **state)
{
	struct talk t;

	(void)state;
	talk_begin(&t);
	grader_bird_ask(t.bird, "first", on_reply_ask, &t);
	grader_bird_ask(t.bird, "second", NULL, NULL);
	assert_true(recv(t.far, (char[1]){0}, 1, MSG_DONTWAIT) < 0);
	far_says(&t, "0001 BIRD 2.0.12 ready.\n");
	far_hears(&t, "first\n");
	far_says(&t, "1007-a\n+m1: up\n b\n000");
	far_says(&t, "0 \n");
	far_hears(&t, "second\n");
	far_says(&t, "0000 \n");
	far_hears(&t, "third\n");
	far_says(&t, "8001 no\n");
	far_hears(&t, "fourth\n");
	far_says(&t, "0013 up\n");
	assert_string_equal(str_text(&t.heard), "log m1: up;0000;8001;0013;");
	assert_string_equal(t.gone, "");
	talk_end(&t);
}

static void
bad_ends(void **state)
{
	static const struct {
		const char *says, *why;
	} rows[] = {
	    {"HTTP/1.1 400\n", "something else than BIRD answers"},
	    {"0000 \n", "something else than BIRD answers"},
	    {"0001 hello\nwhat\n", "something else than BIRD answers"},
	};
	struct talk t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		talk_begin(&t);
		grader_bird_ask(t.bird, "first", on_reply, &t);
		far_says(&t, rows[i].says);
		assert_string_equal(t.gone, rows[i].why);
		assert_string_equal(str_text(&t.heard), "");
		talk_end(&t);
	}
}

static void
it_goes_away(void **state)
{
	struct talk t;

	(void)state;
	talk_begin(&t);
	shutdown(t.far, SHUT_RDWR);
	uv_run(&t.loop, UV_RUN_ONCE);
	assert_string_equal(t.gone, "BIRD closed its control socket");
	talk_end(&t);
}

static void
it_hangs(void **state)
{
	uint64_t ms = UINT64_MAX, began;
	struct talk t;
	int i;

	(void)state;
	/* a machine has slow moments; three in a row are ours */
	for (i = 0; i < 3 && ms >= 2 * GRADER_BIRD_MS; i++) {
		talk_begin(&t);
		far_says(&t, "0001 ready\n");
		grader_bird_ask(t.bird, "first", on_reply, &t);
		began = uv_hrtime();
		while (t.gone[0] == '\0')
			uv_run(&t.loop, UV_RUN_ONCE);
		ms = (uv_hrtime() - began) / 1000000;
		assert_string_equal(
		    t.gone, "BIRD does not answer on its control socket");
		talk_end(&t);
	}
	assert_true(ms < 2 * GRADER_BIRD_MS);
}

/* A far end that reads nothing: what we say fits the socket's buffer or is
 * given up, but never waited for. */
static void
it_does_not_read(void **state)
{
	_free_ char *question = xcalloc(1, 1 << 22);
	struct talk t;

	(void)state;
	talk_begin(&t);
	far_says(&t, "0001 ready\n");
	memset(question, 'x', (1 << 22) - 1);
	grader_bird_ask(t.bird, question, on_reply, &t);
	while (t.gone[0] == '\0')
		uv_run(&t.loop, UV_RUN_ONCE);
	talk_end(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_question_at_a_time),
	    cmocka_unit_test(bad_ends),
	    cmocka_unit_test(it_goes_away),
	    cmocka_unit_test(it_hangs),
	    cmocka_unit_test(it_does_not_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
