/*
 * desk: a server in a child process, for tests of its clients. It answers a few
 * verbs that each try one thing; it must live to the end of every test, whatever
 * its clients do, and stop with nothing left.
 */
#ifndef CTL_T_DESK_H
#define CTL_T_DESK_H

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

#define WAIT 300000 /* ms: limits that only a busy machine comes near */
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

static inline void
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

static inline int
desk_count_fds(void)
{
	int fd, n = 0;

	for (fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static inline json_t *
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

static inline void
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
	} else if (strcmp(verb, "text") == 0) {
		const char *text =
		    json_string_value(json_object_get(args, "t"));

		ctl_reply_text(q, text, strlen(text));
	} else if (strcmp(verb, "patience") == 0) {
		ctl_server_patience(d->server, 50);
		ctl_reply(q, NULL);
	} else if (strcmp(verb, "queued") == 0) {
		size_t n = ctl_client_queued(ctl_request_client(q));

		ctl_reply(q, json_integer((json_int_t)n));
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

static inline void
desk_closed(void *arg, struct ctl_client *client)
{
	struct desk *d = arg;

	(void)client;
	d->closed++;
}

static inline void
mute(enum log_level level, const char *line)
{
	(void)level;
	(void)line;
}

/* Runs in the child; the exit status says whether the loop ended cleanly. */
static inline void
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

static inline void
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

static inline int
start(void **state)
{
	static int starts;
	char at[64];

	(void)state;
	snprintf(at, sizeof(at), "@ixlab-test/%d-%d", (int)getpid(), ++starts);
	server_start(at);
	return 0;
}

static inline struct ctl *
dial(void)
{
	struct err e;
	struct ctl *c = ctl_open(name, &e);

	if (c == NULL)
		fail_msg("%s", e.msg);
	return c;
}

static inline json_t *
ask(struct ctl *c, const char *verb, json_t *args)
{
	json_t *result = NULL;
	struct err e;

	if (ctl_call(c, verb, args, NULL, 0, WAIT, &result, &e) < 0)
		fail_msg("%s: %s", verb, e.msg);
	return result;
}

static inline long
count(struct ctl *c, const char *what)
{
	json_t *r = ask(c, "count", NULL);
	long n = (long)json_integer_value(json_object_get(r, what));

	json_decref(r);
	return n;
}

/* Until the server counts n of what: it sees its clients one by one. */
static inline void
await(struct ctl *c, const char *what, long n)
{
	int tries;

	for (tries = 0; tries < WAIT / 5 && count(c, what) != n; tries++)
		poll(NULL, 0, 5);
	assert_int_equal(count(c, what), n);
}

/* The server must still be there, stop when told, and with nothing left. */
static inline int
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
static inline int
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

static inline void
raw_expect_end(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char buf[256];

	assert_int_equal(poll(&p, 1, WAIT), 1);
	assert_true(read(fd, buf, sizeof(buf)) <= 0);
	close(fd);
}

static inline void
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

#define WITH_SERVER(f) cmocka_unit_test_setup_teardown(f, start, stop)

#endif
