/*
 * node_group: several programs that are one daemon. This program plays them,
 * too: called as "NAME SOCKET" it listens there, then says so in the file LOG,
 * as it says each signal that it gets.
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"
#include "lab/node/node.h"

#define SELF "/proc/self/exe"
#define LIMIT 12000 /* times 5 ms */

static char dir[] = "/tmp/ixlab-group-XXXXXX";
static char a_path[64], b_path[64], log_path[64], log_env[80];

/* ---- a member */

static void
member_say(const char *name, const char *word)
{
	FILE *f = fopen(getenv("LOG"), "a");

	fprintf(f, "%s %s\n", name, word);
	fclose(f);
}

static int
member_listen(const char *path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path);
	(void)unlink(path);
	return bind(fd, (struct sockaddr *)&sun, sizeof(sun)) < 0 ||
	       listen(fd, 5) < 0;
}

static int
member(const char *name, const char *path)
{
	const struct timespec late = {0, 100 * 1000000};
	char pid[24];
	sigset_t set;
	int got;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	(void)nanosleep(&late, NULL); /* whoever does not wait is earlier */
	if (member_listen(path))
		return 1;
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	member_say(name, pid);
	while (sigwait(&set, &got) == 0 && got == SIGHUP)
		member_say(name, "hup");
	return 0;
}

/* ---- those that look */

static void
nap(void)
{
	const struct timespec ms5 = {0, 5000000};

	(void)nanosleep(&ms5, NULL);
}

/* What the log says, without the numbers of processes; owned. */
static char *
logged(void)
{
	char *text = NULL, *out, *p;
	struct err e;

	if (file_read(log_path, 1 << 16, &text, NULL, &e) < 0)
		return xstrdup("");
	for (p = out = text; *p; p++)
		if (strchr("0123456789", *p) == NULL)
			*out++ = *p == '\n' ? '.' : *p;
	*out = '\0';
	return text;
}

static void
log_becomes(const char *want)
{
	char *got = logged();
	int i;

	for (i = 0; i < LIMIT && strcmp(got, want) != 0; i++) {
		free(got);
		nap();
		got = logged();
	}
	assert_string_equal(got, want);
	free(got);
}

static pid_t
member_pid(const char *name)
{
	char *text, *at, *line = xasprintf("%s ", name);
	struct err e;
	long pid;

	assert_int_equal(file_read(log_path, 1 << 16, &text, NULL, &e), 0);
	at = strstr(text, line);
	assert_non_null(at);
	pid = strtol(at + strlen(line), NULL, 10);
	assert_true(pid > 1);
	free(line);
	free(text);
	return (pid_t)pid;
}

static void
is_gone(pid_t pid)
{
	int i;

	for (i = 0; i < LIMIT && kill(pid, 0) == 0; i++)
		nap();
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(errno, ESRCH);
}

static int
ended(pid_t pid)
{
	int status = -1, i;

	for (i = 0; i < LIMIT && waitpid(pid, &status, WNOHANG) == 0; i++)
		nap();
	assert_int_not_equal(status, -1);
	is_gone(-pid); /* and nobody of its group is left */
	return status;
}

/* ---- groups of a, then b, then whatever comes after */

static const char *const a_argv[] = {SELF, "a", a_path, NULL};
static const char *const b_argv[] = {SELF, "b", b_path, NULL};
static const struct node_step before[] = {{a_argv, a_path}, {NULL, NULL}};
static const char *const after[] = {"sh", "-c", "echo after >>$LOG", NULL};
static const char *const reload[] = {"sh", "-c", "echo reload >>$LOG", NULL};
static const char *const refusal[] = {
    "sh", "-c", "echo; echo line 3: no such word; echo more; exit 2", NULL};
static const char *const env[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", log_env,
				  NULL};

/* Starts it and waits until it is told how that went: 1 or -1. */
static int
start(const struct node_group *g, const char *const *argv, struct node_child *c,
      struct err *e)
{
	struct node_spec s = {
	    .argv = argv, .group = g, .env = env, .fds = {-1, -1, -1}};
	struct pollfd p;
	int rc;

	(void)unlink(log_path);
	assert_int_equal(node_spawn(&s, c, e), 0);
	p = (struct pollfd){.fd = c->report, .events = POLLIN};
	while ((rc = node_report(c, e)) == 0)
		assert_int_equal(poll(&p, 1, 60000), 1);
	return rc;
}

static struct node_child
started(const struct node_group *g)
{
	struct node_child c;
	struct err e = {0};

	if (start(g, b_argv, &c, &e) != 1)
		fail_msg("%s", e.msg);
	return c;
}

static void
starts_in_order_and_ends_together(void **state)
{
	const struct node_group g = {before, b_path, after, NULL};
	struct node_child c = started(&g);
	pid_t a = member_pid("a"), b = member_pid("b");

	(void)state;
	log_becomes("a .b .after.");
	assert_int_equal(kill(c.pid, SIGTERM), 0);
	assert_int_equal(ended(c.pid), 0);
	is_gone(a);
	is_gone(b);
}

static void
passes_a_hangup_on(void **state)
{
	const struct node_group g = {before, b_path, after, NULL};
	static const char whole[] = "a .b .after.b hup.after.";
	struct node_child c = started(&g);
	char *got = logged();
	int i;

	(void)state;
	assert_int_equal(kill(c.pid, SIGHUP), 0);
	for (i = 0; i < LIMIT && strlen(got) < strlen(whole); i++) {
		free(got);
		nap();
		got = logged();
	}
	assert_int_equal(strlen(got), strlen(whole));
	/* the two come in either order */
	assert_non_null(strstr(got, "b hup."));
	assert_non_null(strstr(strstr(got, "after.") + 1, "after."));
	assert_null(strstr(got, "a hup."));
	free(got);
	assert_int_equal(kill(c.pid, SIGTERM), 0);
	assert_int_equal(ended(c.pid), 0);
}

static void
has_its_own_way_to_reload(void **state)
{
	const struct node_group g = {before, b_path, NULL, reload};
	struct node_child c = started(&g);

	(void)state;
	assert_int_equal(kill(c.pid, SIGHUP), 0);
	log_becomes("a .b .reload.");
	assert_int_equal(kill(c.pid, SIGTERM), 0);
	assert_int_equal(ended(c.pid), 0);
	log_becomes("a .b .reload.");
}

/* Who is told again while it reads has something new to read. */
static void
reloads_once_more(void **state)
{
	static const char *const slow[] = {
	    "sh", "-c",
	    "echo reload >>$LOG; until [ -e $LOG.go ]; do sleep 0.01; done",
	    NULL};
	const struct node_group g = {before, b_path, NULL, slow};
	struct node_child c = started(&g);
	_free_ char *go = xasprintf("%s.go", log_path);
	struct err e = {0};

	(void)state;
	assert_int_equal(kill(c.pid, SIGHUP), 0);
	log_becomes("a .b .reload.");
	assert_int_equal(kill(c.pid, SIGHUP), 0);
	assert_int_equal(file_write(go, "", 0, &e), 0);
	log_becomes("a .b .reload.reload.");
	assert_int_equal(kill(c.pid, SIGTERM), 0);
	assert_int_equal(ended(c.pid), 0);
	(void)unlink(go);
}

static void
dies_as_its_member_did(void **state)
{
	const struct node_group g = {before, b_path, NULL, NULL};
	static const char *const who[] = {"a", "b"};
	struct node_child c;
	int status;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		c = started(&g);
		assert_int_equal(kill(member_pid(who[i]), SIGKILL), 0);
		status = ended(c.pid);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGKILL);
		is_gone(member_pid(who[1 - i]));
	}
}

static void
takes_its_members_along(void **state)
{
	const struct node_group g = {before, b_path, NULL, NULL};
	struct node_child c = started(&g);
	pid_t a = member_pid("a"), b = member_pid("b");

	(void)state;
	assert_int_equal(kill(c.pid, SIGKILL), 0);
	(void)ended(c.pid);
	is_gone(a);
	is_gone(b);
}

static void
says_what_it_was_told(void **state)
{
	const struct node_group g = {before, b_path, refusal, NULL};
	struct node_child c;
	struct err e = {0};
	int status;

	(void)state;
	assert_int_equal(start(&g, b_argv, &c, &e), -1);
	assert_string_equal(e.msg, "line 3: no such word");
	status = ended(c.pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 2);
}

static void
says_who_is_missing(void **state)
{
	static const char *const nobody[] = {"/no/such/program", NULL};
	const struct node_group g = {before, b_path, NULL, NULL};
	struct node_child c;
	struct err e = {0};

	(void)state;
	assert_int_equal(start(&g, nobody, &c, &e), -1);
	assert_string_equal(e.msg, "cannot run /no/such/program: No such file "
				   "or directory");
	assert_int_not_equal(ended(c.pid), 0);
	is_gone(member_pid("a"));
}

static int
clean(void **state)
{
	struct err e;

	(void)state;
	return file_remove(dir, &e);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(starts_in_order_and_ends_together),
	    cmocka_unit_test(passes_a_hangup_on),
	    cmocka_unit_test(has_its_own_way_to_reload),
	    cmocka_unit_test(reloads_once_more),
	    cmocka_unit_test(dies_as_its_member_did),
	    cmocka_unit_test(takes_its_members_along),
	    cmocka_unit_test(says_what_it_was_told),
	    cmocka_unit_test(says_who_is_missing),
	};

	if (argc == 3)
		return member(argv[1], argv[2]);
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(a_path, sizeof(a_path), "%s/a", dir);
	snprintf(b_path, sizeof(b_path), "%s/b", dir);
	snprintf(log_path, sizeof(log_path), "%s/log", dir);
	snprintf(log_env, sizeof(log_env), "LOG=%s", log_path);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("node_group", tests, NULL, clean);
}
