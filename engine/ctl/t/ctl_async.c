/* The client on a loop, against a server. */
#include "ctl/t/desk.h"

struct ear {
	struct ctl_async *c;
	int replies, refusals, lost, events, gone;
};

static void
ear_reply(void *arg, const json_t *result, const struct err *error)
{
	struct ear *x = arg;

	assert_true((result == NULL) != (error == NULL));
	if (result)
		x->replies++;
	else if (error->class == ERR_USAGE)
		x->refusals++;
	else
		x->lost++;
}

static void
ear_event(void *arg, const char *event, const json_t *data)
{
	struct ear *x = arg;

	assert_string_equal(event, "news");
	assert_true(json_is_object(data));
	x->events++;
}

static void
ear_gone(void *arg, const char *why)
{
	struct ear *x = arg;

	assert_true(*why != '\0');
	x->gone++;
	ctl_async_close(x->c);
	x->c = NULL;
}

static void
ear_hang_up(void *arg, const json_t *result, const struct err *error)
{
	struct ear *x = arg;

	ear_reply(arg, result, error);
	ctl_async_close(x->c);
	x->c = NULL;
}

static void
works_on_a_loop(void **state)
{
	uv_loop_t loop;
	struct ear x = {0}, y = {0};
	struct ctl *b = dial();
	struct err e;
	int i, fds[2];

	uv_loop_init(&loop);
	x.c = ctl_async_open(&loop, name, ear_event, ear_gone, &x, &e);
	y.c = ctl_async_open(&loop, name, NULL, NULL, &y, &e);
	assert_non_null(x.c);
	assert_non_null(y.c);
	ctl_async_call(x.c, "subscribe", NULL, NULL, 0, ear_reply, &x);
	for (i = 0; i < 100; i++)
		ctl_async_call(x.c, "echo", NULL, NULL, 0, ear_reply, &x);
	assert_int_equal(pipe(fds), 0);
	ctl_async_call(x.c, "read", NULL, &fds[1], 1, ear_reply, &x);
	close(fds[0]), close(fds[1]);
	ctl_async_call(x.c, "dance", NULL, NULL, 0, ear_reply, &x);
	ctl_async_call(x.c, "echo", NULL, NULL, 0, NULL, NULL);
	ctl_async_call(x.c, "publish", NULL, NULL, 0, ear_reply, &x);
	/* A callback may close; the calls behind it are never answered. */
	ctl_async_call(y.c, "echo", NULL, NULL, 0, ear_hang_up, &y);
	ctl_async_call(y.c, "echo", NULL, NULL, 0, ear_reply, &y);
	while (x.replies < 103 || x.events < 1 || y.c)
		uv_run(&loop, UV_RUN_ONCE);
	assert_int_equal(x.replies, 103);
	assert_int_equal(x.refusals, 1);
	assert_int_equal(y.replies, 1);
	/* The server goes: what was held is refused, then we are told. */
	ctl_async_call(x.c, "hold", NULL, NULL, 0, ear_reply, &x);
	ctl_async_call(x.c, "echo", NULL, NULL, 0, ear_reply, &x);
	while (x.replies < 104)
		uv_run(&loop, UV_RUN_ONCE);
	ctl_close(b);
	stop(state);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(x.lost, 1);
	assert_int_equal(x.gone, 1);
	assert_int_equal(uv_loop_close(&loop), 0);
}

static void
ear_fd(void *arg, const json_t *result, const struct err *error)
{
	struct ear *x = arg;
	char buf[8] = {0};
	int fd = ctl_async_take_fd(x->c);

	ear_reply(arg, result, error);
	assert_int_equal(read(fd, buf, sizeof(buf)), 5);
	assert_string_equal(buf, "hello");
	close(fd);
	assert_int_equal(ctl_async_take_fd(x->c), -1);
}

/* A connection somebody else made, and descriptors that come back on it. */
static void
adopts_a_connection(void **state)
{
	uv_loop_t loop;
	struct ear x = {0};
	struct ctl *b = dial();
	struct err e;
	long before = count(b, "fds");

	(void)state;
	uv_loop_init(&loop);
	x.c = ctl_async_adopt(&loop, raw(), ear_event, ear_gone, &x, &e);
	assert_non_null(x.c);
	assert_int_equal(ctl_async_take_fd(x.c), -1);
	ctl_async_call(x.c, "pipe", json_pack("{s:s}", "text", "hello"), NULL,
		       0, ear_fd, &x);
	/* Nobody takes this one: it is closed. */
	ctl_async_call(x.c, "pipe", json_pack("{s:s}", "text", "hello"), NULL,
		       0, ear_reply, &x);
	while (x.replies < 2)
		uv_run(&loop, UV_RUN_ONCE);
	ctl_async_close(x.c);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
	await(b, "fds", before);
	ctl_close(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_SERVER(adopts_a_connection),
	    cmocka_unit_test_setup(works_on_a_loop, start),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("ctl_async", tests, NULL, NULL);
}
