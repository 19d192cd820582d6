/*
 * Programs in the nodes of a running lab: those that a client starts, and daemons
 * that die, are misconfigured and mended.
 */
#include "verbs.h"

/* ---- programs in nodes */

static void
exec_runs_a_program(void **state)
{
	struct program p = exec_in(*state, "m1",
				   "hostname; echo $WORD; pwd; "
				   "birdc show status >/dev/null && echo yes; "
				   "exit 7");
	char said[256];
	json_t *x;

	hear_out(p.out, said, sizeof(said));
	assert_true(str_starts(said, "m1\nhello\n/"));
	assert_true(str_ends(said, "\nyes\n"));
	x = exit_of(*state, &p);
	assert_int_equal(number(x, "status"), 7);
	json_decref(x);
}

static void
exec_of_nothing_is_refused(void **state)
{
	struct program p;
	struct err e = {0};

	assert_int_equal(try_exec(*state,
				  json_pack("{ss s[s]}", "node", "m1", "argv",
					    "no-such-program"),
				  &p, &e),
			 -1);
	assert_non_null(strstr(e.msg, "cannot run no-such-program"));
	close(p.out);
	assert_int_equal(try_exec(*state,
				  json_pack("{ss s[]}", "node", "m1", "argv"),
				  &p, &e),
			 -1);
	assert_non_null(strstr(e.msg, "which command"));
	close(p.out);
}

static void
signals_reach_the_group(void **state)
{
	struct program p = exec_in(*state, "m2", "sleep 100 & wait");
	struct ctl *other = lab_open(name);
	struct err e;
	json_t *x;

	e = lab_refused(other, "signal",
			json_pack("{sI si}", "pid", p.pid, "signal", 15));
	assert_non_null(strstr(e.msg, "no program"));
	ctl_close(other);
	json_decref(
	    lab_call(*state, "signal",
		     json_pack("{sI si}", "pid", p.pid, "signal", SIGTERM)));
	x = exit_of(*state, &p);
	assert_int_equal(number(x, "signal"), SIGTERM);
	json_decref(x);
	close(p.out);
}

/* The pipe ends when the last process that held it is dead. */
static void
a_client_takes_its_programs_along(void **state)
{
	struct ctl *c = lab_open(name);
	struct program p =
	    exec_in(c, "m2", "trap '' HUP; sleep 100; sleep 100");
	struct pollfd pfd = {.fd = p.out, .events = POLLIN};
	char byte;

	(void)state;
	assert_int_equal(poll(&pfd, 1, 50), 0);
	ctl_close(c);
	assert_int_equal(poll(&pfd, 1, LAB_PATIENCE), 1);
	assert_int_equal(read(p.out, &byte, 1), 0);
	close(p.out);
}

static void
a_terminal_is_passed(void **state)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), slave;
	char path[64], said[512];
	struct err e = {0};
	json_t *r = NULL;

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 ||
	    ptsname_r(master, path, sizeof(path)) != 0)
		return;
	slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (ctl_call(*state, "exec",
		     json_pack("{ss s[sss] sb}", "node", "m1", "argv", "sh",
			       "-c",
			       "test -t 1 && echo term; : </dev/tty && "
			       "echo inal",
			       "pty", 1),
		     &slave, 1, LAB_PATIENCE, &r, &e) < 0)
		fail_msg("%s", e.msg);
	close(slave);
	hear_out(master, said, sizeof(said));
	assert_string_equal(said, "term\r\ninal\r\n");
	json_decref(r);
}

/* ---- daemons */

static void
a_killed_daemon_comes_back(void **state)
{
	struct ctl *ear = lab_open(name);
	int pid = daemon_pid(*state, "m2");
	struct program p;
	char command[64];
	json_t *n;

	json_decref(lab_call(ear, "subscribe", NULL));
	snprintf(command, sizeof(command), "kill -9 %d", pid);
	p = exec_in(*state, "m2", command);
	json_decref(exit_of(*state, &p));
	close(p.out);
	assert_true(sees(ear, "node", "reason", "killed by signal 9 (Killed)"));
	ctl_close(ear);
	lab_until(*state, "m2", "state", "running");
	n = lab_node(*state, "m2");
	assert_int_equal(number(n, "restarts"), 1);
	assert_int_not_equal(number(n, "pid"), pid);
	assert_string_equal(text(n, "reason"), "");
	json_decref(n);
}

static void
break_m1(struct ctl *c)
{
	lab_write(name, "nodes/m1/bird.conf", "router id 192.0.2.1;\nbird!\n");
	json_decref(lab_call(c, "restart", json_pack("{ss}", "node", "m1")));
}

static void
a_bad_configuration_is_told_and_mended(void **state)
{
	struct ctl *c = *state;
	char *good = lab_read(name, "nodes/m1/bird.conf");
	json_t *n;

	break_m1(c);
	lab_until(c, "m1", "state", "backoff");
	n = lab_node(c, "m1");
	if (!str_starts(text(n, "reason"), "bird.conf:2:"))
		fail_msg("%s", text(n, "reason"));
	assert_non_null(strstr(text(n, "reason"), "syntax error"));
	json_decref(n);
	lab_write(name, "nodes/m1/bird.conf", good);
	lab_until(c, "m1", "state", "running");
	free(good);
}

static void
until_restarts(struct ctl *c, json_int_t want)
{
	json_int_t got = 0;
	int i;

	for (i = 0; i < LAB_PATIENCE / 10 && got < want; i++) {
		json_t *n = lab_node(c, "m1");

		got = number(n, "restarts");
		json_decref(n);
		if (got < want)
			usleep(10000);
	}
	assert_true(got >= want);
}

/* The waiting has grown, to two seconds after three restarts and four after the
 * next; mending ends it, also when it comes while the daemon reads what was there
 * before. How long that took, in ms. */
static long
mended_after(struct ctl *c, const char *good)
{
	struct timespec a, b;
	json_t *n = lab_node(c, "m1");
	json_int_t before = number(n, "restarts");

	json_decref(n);
	break_m1(c);
	until_restarts(c, before + 3);
	clock_gettime(CLOCK_MONOTONIC, &a);
	lab_write(name, "nodes/m1/bird.conf", good);
	lab_until(c, "m1", "state", "running");
	clock_gettime(CLOCK_MONOTONIC, &b);
	return (b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000;
}

/* A machine has slow moments; four in a row are ours. */
static void
mending_ends_the_waiting(void **state)
{
	struct ctl *c = *state;
	char *good = lab_read(name, "nodes/m1/bird.conf");
	long ms = LONG_MAX;
	int i;

	for (i = 0; i < 4 && ms >= 1700; i++) {
		ms = mended_after(c, good);
		print_message("# running %ld ms after that\n", ms);
	}
	assert_true(ms < 1700);
	free(good);
}

static void
stop_and_start(void **state)
{
	struct ctl *c = *state;
	struct err e;

	json_decref(lab_call(c, "stop", json_pack("{ss}", "node", "m2")));
	lab_until(c, "m2", "state", "stopped");
	e = lab_refused(c, "connect", json_pack("{ss}", "node", "m2"));
	assert_int_equal(e.class, ERR_HERE);
	assert_non_null(strstr(e.msg, "stopped"));
	json_decref(lab_call(c, "start", json_pack("{ss}", "node", "m2")));
	lab_until(c, "m2", "state", "running");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(exec_runs_a_program),
	    cmocka_unit_test(exec_of_nothing_is_refused),
	    cmocka_unit_test(signals_reach_the_group),
	    cmocka_unit_test(a_client_takes_its_programs_along),
	    cmocka_unit_test(a_terminal_is_passed),
	    cmocka_unit_test(a_killed_daemon_comes_back),
	    cmocka_unit_test(a_bad_configuration_is_told_and_mended),
	    cmocka_unit_test(mending_ends_the_waiting),
	    cmocka_unit_test(stop_and_start),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	lab_be_alone();
	if (lab_skip_all())
		return 0;
	return cmocka_run_group_tests_name("super_programs", tests, up, down);
}
