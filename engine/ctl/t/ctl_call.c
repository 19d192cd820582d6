/*
 * A server in a child process, and clients of all kinds against it. The server
 * answers a few verbs that each try one thing; it must live to the end of every
 * test, whatever its clients do.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/str.h"
#include "ctl/ctl.h"

#define WAIT 20000
#define N(a) (sizeof(a) / sizeof((a)[0]))

static char name[64];
static pid_t server_pid;

/* ---- the server's side */

struct desk {
	struct ctl_server *server;
	struct ctl_request *held;
	struct ctl_request *pile[2000];
	size_t npile;
	int closed; /* clients that went */
};

static void
desk_pipe(struct ctl_request *q, const json_t *args)
{
	const char *text = json_string_value(json_object_get(args, "text"));
	int p[2];

	if (pipe2(p, O_CLOEXEC) < 0)
		abort();
	if (write(p[1], text, strlen(text)) < 0)
		abort();
	close(p[1]);
	ctl_reply_fd(q, NULL, p[0]);
}

static int
desk_count_fds(void)
{
	int fd, n = 0;

	for (fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static json_t *
desk_read(const int *fds, size_t nfds)
{
	json_t *list = json_array();
	char buf[64];
	ssize_t n;
	size_t i;

	for (i = 0; i < nfds; i++) {
		n = read(fds[i], buf, sizeof(buf));
		json_array_append_new(list,
				      json_stringn(buf, n > 0 ? (size_t)n : 0));
	}
	return list;
}

static void
desk_handle(void *arg, struct ctl_request *q, const char *verb,
	    const json_t *args, const int *fds, size_t nfds)
{
	struct desk *d = arg;
	json_t *value;
	struct err e;
	size_t i;

	if (strcmp(verb, "echo") == 0) {
		ctl_reply(q, json_deep_copy(args));
	} else if (strcmp(verb, "read") == 0) {
		ctl_reply(q, desk_read(fds, nfds));
	} else if (strcmp(verb, "pipe") == 0) {
		desk_pipe(q, args);
	} else if (strcmp(verb, "hold") == 0) {
		if (d->held)
			ctl_reply(d->held, NULL);
		d->held = q;
	} else if (strcmp(verb, "free") == 0) {
		if (d->held)
			ctl_reply(d->held, json_string("late"));
		d->held = NULL;
		ctl_reply(q, NULL);
	} else if (strcmp(verb, "pile") == 0) {
		if (d->npile == N(d->pile))
			abort();
		d->pile[d->npile++] = q;
	} else if (strcmp(verb, "take") == 0) {
		ctl_reply(q, json_integer((json_int_t)d->npile));
		while (d->npile > 0)
			ctl_reply(d->pile[--d->npile], NULL);
	} else if (strcmp(verb, "subscribe") == 0) {
		ctl_subscribe(ctl_request_client(q));
		ctl_reply(q, NULL);
	} else if (strcmp(verb, "publish") == 0) {
		ctl_publish(d->server, "news", json_deep_copy(args));
		ctl_reply(q, NULL);
	} else if (strcmp(verb, "whisper") == 0) {
		ctl_send_event(ctl_request_client(q), "psst", NULL);
		ctl_reply(q, NULL);
	} else if (strcmp(verb, "count") == 0) {
		ctl_reply(q, json_pack("{s:i, s:i}", "fds", desk_count_fds(),
				       "closed", d->closed));
	} else if (strcmp(verb, "flood") == 0) {
		for (i = 0; i < 80; i++) {
			value = json_object();
			_free_ char *mega = xmalloc(1 << 20);

			memset(mega, 'x', 1 << 20);
			json_object_set_new(value, "x",
					    json_stringn(mega, 1 << 20));
			ctl_publish(d->server, "flood", value);
		}
		ctl_reply(q, NULL);
	} else if (strcmp(verb, "huge") == 0) {
		_free_ char *huge = xmalloc(CTL_MAX);

		memset(huge, 'x', CTL_MAX);
		ctl_reply(q, json_stringn(huge, CTL_MAX));
	} else if (strcmp(verb, "stop") == 0) {
		ctl_reply(q, json_string("bye"));
		ctl_server_close(d->server);
		if (d->held)
			ctl_reply(d->held, NULL);
	} else {
		err_set(&e, ERR_USAGE, "no verb \"%s\"\n", verb);
		ctl_refuse(q, &e);
	}
	for (i = 0; i < nfds; i++)
		close(fds[i]);
}

static void
desk_closed(void *arg, struct ctl_client *client)
{
	struct desk *d = arg;

	(void)client;
	d->closed++;
}

static void
mute(enum log_level level, const char *line)
{
	(void)level;
	(void)line;
}

/* Runs in the child; the exit status says whether the loop ended cleanly. */
static void
desk_run(int fd)
{
	uv_loop_t loop;
	struct desk d = {0};

	/* Never outlive a test that failed. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	log_set_hook(mute);
	uv_loop_init(&loop);
	d.server = ctl_server_new(&loop, fd, desk_handle, desk_closed, &d);
	uv_run(&loop, UV_RUN_DEFAULT);
	exit(uv_loop_close(&loop) == 0 ? 0 : 9);
}

static void
server_start(const char *at)
{
	struct err e;
	int fd;

	snprintf(name, sizeof(name), "%s", at);
	if ((fd = ctl_listen(name, &e)) < 0)
		fail_msg("%s", e.msg);
	fflush(NULL);
	if ((server_pid = fork()) == 0)
		desk_run(fd);
	assert_true(server_pid > 0);
	close(fd);
}

static int
start(void **state)
{
	static int starts;
	char at[64];

	(void)state;
	snprintf(at, sizeof(at), "@ixlab-test/%d-%d", (int)getpid(), ++starts);
	server_start(at);
	return 0;
}

static struct ctl *
dial(void)
{
	struct err e;
	struct ctl *c = ctl_open(name, &e);

	if (c == NULL)
		fail_msg("%s", e.msg);
	return c;
}

static json_t *
ask(struct ctl *c, const char *verb, json_t *args)
{
	json_t *result = NULL;
	struct err e;

	if (ctl_call(c, verb, args, NULL, 0, WAIT, &result, &e) < 0)
		fail_msg("%s: %s", verb, e.msg);
	return result;
}

static long
count(struct ctl *c, const char *what)
{
	json_t *r = ask(c, "count", NULL);
	long n = (long)json_integer_value(json_object_get(r, what));

	json_decref(r);
	return n;
}

/* Until the server counts n of what: it sees its clients one by one. */
static void
await(struct ctl *c, const char *what, long n)
{
	int tries;

	for (tries = 0; tries < WAIT / 5 && count(c, what) != n; tries++)
		poll(NULL, 0, 5);
	assert_int_equal(count(c, what), n);
}

/* The server must still be there, stop when told, and with nothing left. */
static int
stop(void **state)
{
	struct ctl *c = dial();
	json_t *r = ask(c, "stop", NULL);
	int status;

	(void)state;
	assert_string_equal(json_string_value(r), "bye");
	json_decref(r);
	ctl_close(c);
	assert_int_equal(waitpid(server_pid, &status, 0), server_pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	return 0;
}

/* A client that does not know how to behave. */
static int
raw(void)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	socklen_t len;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	len =
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
	memcpy(sun.sun_path, name, strlen(name));
	sun.sun_path[0] = '\0';
	assert_int_equal(connect(fd, (struct sockaddr *)&sun, len), 0);
	return fd;
}

static void
raw_expect_end(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char buf[256];

	assert_int_equal(poll(&p, 1, WAIT), 1);
	assert_true(read(fd, buf, sizeof(buf)) <= 0);
	close(fd);
}

static void
raw_send_fds(int sock, const void *data, size_t len, const int *fds, size_t n)
{
	char control[CMSG_SPACE(16 * sizeof(int))] = {0};
	struct iovec iov = {.iov_base = memcpy(malloc(len), data, len),
			    .iov_len = len};
	struct msghdr mh = {.msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = CMSG_SPACE(n * sizeof(int))};
	struct cmsghdr *c = CMSG_FIRSTHDR(&mh);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	assert_int_equal(sendmsg(sock, &mh, MSG_NOSIGNAL), (ssize_t)len);
	free(iov.iov_base);
}

/* ---- the tests */

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

static void
refuses_to_listen_twice(void **state)
{
	struct err e;
	_free_ char *want =
	    xasprintf("%s: somebody answers there already", name);

	(void)state;
	assert_int_equal(ctl_listen(name, &e), -1);
	assert_int_equal(errno, EADDRINUSE);
	assert_int_equal(e.class, ERR_HERE);
	assert_string_equal(e.msg, want);
}

static void
says_when_nobody_answers(void **state)
{
	struct err e;

	(void)state;
	assert_null(ctl_open("@ixlab-test/nobody", &e));
	assert_int_equal(e.class, ERR_HERE);
	assert_string_equal(e.msg, "@ixlab-test/nobody: nobody answers there");
	assert_null(ctl_open("/nowhere/socket", &e));
	assert_string_equal(e.msg, "/nowhere/socket: nobody answers there");
	assert_null(ctl_open("", &e));
	assert_int_equal(e.class, ERR_USAGE);
}

static void
replaces_a_dead_path(void **state)
{
	char dir[] = "/tmp/ixlab-ctl.XXXXXX", path[64];
	struct stat st;
	struct err e;
	int fd;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/s", dir);
	fd = ctl_listen(path, &e);
	assert_true(fd >= 0);
	assert_int_equal(ctl_listen(path, &e), -1);
	assert_int_equal(errno, EADDRINUSE);
	close(fd); /* the file stays, as after kill -9 */
	server_start(path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	stop(state);
	assert_int_equal(stat(path, &st), -1);
	/* What is no socket is left alone. */
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	close(fd);
	assert_int_equal(ctl_listen(path, &e), -1);
	assert_int_equal(stat(path, &st), 0);
	unlink(path);
	rmdir(dir);
}

static void
lists_labs_that_answer(void **state)
{
	_free_ char *lab = xasprintf("t-%d", (int)getpid());
	_free_ char *first = ctl_lab_name(lab);
	json_t *list, *v;
	struct err e;
	size_t i, seen = 0;
	int fd = ctl_listen(first, &e);

	(void)state;
	assert_true(fd >= 0);
	list = ctl_lab_list();
	json_array_foreach(list, i, v)
	{
		seen += strcmp(json_string_value(v), lab) == 0;
		if (i > 0)
			assert_true(strcmp(json_string_value(
					       json_array_get(list, i - 1)),
					   json_string_value(v)) < 0);
	}
	assert_int_equal(seen, 1);
	json_decref(list);
	close(fd);
	list = ctl_lab_list();
	json_array_foreach(list, i, v)
	    assert_string_not_equal(json_string_value(v), lab);
	json_decref(list);
}

static void
trusts_no_stranger(void **state)
{
	struct ctl *c;
	struct err e;
	pid_t pid;
	int status;

	(void)state;
	fflush(NULL);
	if ((pid = fork()) == 0) {
		if (setgid(65534) < 0 || setuid(65534) < 0)
			_exit(1);
		/* Root's socket is trusted by everybody, but shut. */
		if ((c = ctl_open(name, &e)) == NULL)
			_exit(2);
		_exit(ctl_call(c, "echo", NULL, NULL, 0, WAIT, NULL, &e) < 0
			  ? 0
			  : 3);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
does_not_call_a_stranger(void **state)
{
	_free_ char *far = xasprintf("@ixlab-test/%d-stranger", (int)getpid());
	_free_ char *words = xasprintf("%s: belongs to another user", far);
	struct err e;
	pid_t pid;
	int ready[2];
	char c;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	fflush(NULL);
	if ((pid = fork()) == 0) {
		if (setgid(65534) < 0 || setuid(65534) < 0 ||
		    ctl_listen(far, &e) < 0)
			_exit(1);
		if (write(ready[1], "x", 1) != 1)
			_exit(2);
		pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_null(ctl_open(far, &e));
	assert_string_equal(e.msg, words);
	close(ready[0]);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static bool
write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) >= 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* The supervisor's case: root in a user namespace of the owner's. */
static void
serves_from_a_user_namespace(void **state)
{
	char map[32];
	struct err e;
	pid_t child;
	int ready[2], fd;
	char c = 0;

	(void)state;
	snprintf(map, sizeof(map), "0 %u 1\n", (unsigned int)geteuid());
	snprintf(name, sizeof(name), "@ixlab-test/%d-ns", (int)getpid());
	assert_int_equal(pipe(ready), 0);
	fflush(NULL);
	if ((child = fork()) == 0) {
		if (unshare(CLONE_NEWUSER) < 0 ||
		    !write_text("/proc/self/uid_map", map))
			_exit(2);
		fd = ctl_listen(name, &e);
		if (fd < 0 || write(ready[1], "x", 1) != 1)
			_exit(1);
		close(ready[1]);
		desk_run(fd);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	server_pid = child;
	stop(state);
}

/* ---- the asynchronous client */

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

#define WITH_SERVER(f) cmocka_unit_test_setup_teardown(f, start, stop)

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

static bool
has_namespaces(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(unshare(CLONE_NEWUSER) < 0);
	return waitpid(pid, &status, 0) == pid && status == 0;
}

/* Are we root, and is there another user here? */
static bool
can_be_a_stranger(void)
{
	int status;
	pid_t pid;

	fflush(NULL);
	if ((pid = fork()) == 0)
		_exit(setgid(65534) < 0 || setuid(65534) < 0);
	return waitpid(pid, &status, 0) == pid && status == 0;
}

/* cmocka prints a skipped test as one that failed, so choose beforehand. */
int
main(void)
{
	const struct CMUnitTest always[] = {
	    WITH_SERVER(asks_and_is_answered),
	    WITH_SERVER(passes_on_a_refusal),
	    WITH_SERVER(passes_descriptors_both_ways),
	    WITH_SERVER(carries_large_answers),
	    WITH_SERVER(brings_events_to_subscribers),
	    WITH_SERVER(keeps_deadlines),
	    WITH_SERVER(answers_for_one_who_left),
	    WITH_SERVER(survives_rubbish),
	    WITH_SERVER(closes_descriptors_nobody_takes),
	    WITH_SERVER(drops_one_who_does_not_read),
	    WITH_SERVER(limits_open_requests),
	    WITH_SERVER(turns_away_the_many),
	    WITH_SERVER(refuses_to_listen_twice),
	    WITH_SERVER(adopts_a_connection),
	    cmocka_unit_test(says_when_nobody_answers),
	    cmocka_unit_test(replaces_a_dead_path),
	    cmocka_unit_test(lists_labs_that_answer),
	    cmocka_unit_test_setup(works_on_a_loop, start),
	};
	const struct CMUnitTest in_namespace =
	    cmocka_unit_test(serves_from_a_user_namespace);
	const struct CMUnitTest as_root[] = {
	    WITH_SERVER(trusts_no_stranger),
	    cmocka_unit_test(does_not_call_a_stranger),
	};
	struct CMUnitTest tests[N(always) + 1 + N(as_root)];
	size_t n = N(always);

	memcpy(tests, always, sizeof(always));
	if (has_namespaces())
		tests[n++] = in_namespace;
	else
		print_message("# no user namespaces: that test is left out\n");
	if (can_be_a_stranger()) {
		memcpy(tests + n, as_root, sizeof(as_root));
		n += N(as_root);
	} else {
		print_message("# nobody to become (not root, or alone in a "
			      "namespace): tests with strangers left out\n");
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("ctl_call", tests, n, NULL, NULL);
}
