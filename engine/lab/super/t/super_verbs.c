/*
 * What a running lab answers: one lab, all verbs, and daemons that die, are
 * misconfigured and mended.
 */
#include "lab.h"

static const char *name;

static int
up(void **state)
{
	(void)state;
	name = lab_name("verbs");
	lab_up(name);
	*state = lab_open(name);
	return 0;
}

static int
down(void **state)
{
	ctl_close(*state);
	lab_down(name);
	return lab_teardown(state);
}

static const char *
text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static json_int_t
number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

/* ---- asking */

static void
inspect_tells_all(void **state)
{
	struct ctl *c = *state;
	json_t *r = lab_call(c, "inspect", NULL), *n;

	assert_string_equal(text(r, "lab"), name);
	assert_string_equal(text(r, "state"), "up");
	assert_string_equal(text(r, "exchange"), "IX Test");
	assert_true(number(r, "pid") > 1);
	assert_true(number(r, "since_ms") >= 0);
	assert_non_null(strstr(text(r, "state_dir"), name));
	assert_true(json_is_object(json_object_get(r, "model")));
	assert_int_equal(json_array_size(json_object_get(r, "nodes")), 3);
	json_decref(r);
	n = lab_node(c, "m1");
	assert_string_equal(text(n, "role"), "member");
	assert_string_equal(text(n, "kind"), "bird");
	assert_string_equal(text(n, "daemon"), "bird");
	assert_string_equal(text(n, "state"), "running");
	assert_int_equal(number(n, "asn"), 65536);
	assert_true(json_is_true(json_object_get(n, "trainee")));
	assert_true(number(n, "pid") > 1);
	json_decref(n);
	n = lab_node(c, "sw1");
	assert_string_equal(text(n, "state"), "-");
	assert_true(json_is_null(json_object_get(n, "pid")));
	json_decref(n);
}

static void
connect_reaches_the_daemon(void **state)
{
	struct err e = {0};
	struct pollfd p = {.events = POLLIN};
	char banner[64] = "";
	int fd;

	if (ctl_call_fd(*state, "connect",
			json_pack("{ss ss}", "node", "m1", "service", "bird"),
			LAB_PATIENCE, &fd, &e) < 0)
		fail_msg("%s", e.msg);
	p.fd = fd;
	assert_int_equal(poll(&p, 1, LAB_PATIENCE), 1);
	assert_true(read(fd, banner, sizeof(banner) - 1) > 0);
	assert_true(str_starts(banner, "0001 BIRD"));
	close(fd);
	e = lab_refused(*state, "connect", json_pack("{ss}", "node", "sw1"));
	assert_non_null(strstr(e.msg, "sw1"));
	e = lab_refused(*state, "connect",
			json_pack("{ss ss}", "node", "m1", "service", "ixrs"));
	assert_non_null(strstr(e.msg, "ixrs"));
}

static void
kernel_shows_its_tables(void **state)
{
	static const char *const what[] = {"routes", "addresses", "neighbours",
					   "links"};
	json_t *r;
	int i;

	for (i = 0; i < 4; i++) {
		r = lab_call(
		    *state, "kernel",
		    json_pack("{ss ss}", "node", "m2", "what", what[i]));
		assert_true(json_is_array(json_object_get(r, "rows")));
		if (i != 2)
			assert_true(
			    json_array_size(json_object_get(r, "rows")) > 0);
		json_decref(r);
	}
}

static void
probe_counts_echoes(void **state)
{
	json_t *r, *rtt;

	r = lab_call(*state, "probe",
		     json_pack("{ss ss si si si}", "node", "m1", "to",
			       "203.0.113.11", "count", 3, "interval_ms", 5,
			       "timeout_ms", 60000));
	assert_int_equal(number(r, "sent"), 3);
	assert_int_equal(number(r, "received"), 3);
	rtt = json_object_get(r, "rtt_us");
	assert_true(number(rtt, "min") <= number(rtt, "avg"));
	assert_true(number(rtt, "avg") <= number(rtt, "max"));
	json_decref(r);
	r = lab_call(*state, "probe",
		     json_pack("{ss ss ss si si si}", "node", "m2", "to",
			       "2001:db8:ffff:1::10", "from",
			       "2001:db8:ffff:1::11", "count", 2, "interval_ms",
			       5, "timeout_ms", 60000));
	assert_int_equal(number(r, "received"), 2);
	json_decref(r);
	r = lab_call(*state, "probe",
		     json_pack("{ss ss si si}", "node", "m1", "to",
			       "203.0.113.99", "count", 1, "timeout_ms", 50));
	assert_int_equal(number(r, "received"), 0);
	assert_true(json_is_null(json_object_get(r, "rtt_us")));
	json_decref(r);
}

static void
a_whole_echo_is_not_cut(void **state)
{
	json_t *r;

	r = lab_call(*state, "probe",
		     json_pack("{ss ss si si si sb}", "node", "m1", "to",
			       "203.0.113.11", "count", 1, "size", 4000,
			       "timeout_ms", 2000, "whole", 0));
	assert_int_equal(number(r, "received"), 1);
	json_decref(r);
	r = lab_call(*state, "probe",
		     json_pack("{ss ss si si si sb}", "node", "m1", "to",
			       "203.0.113.11", "count", 1, "size", 4000,
			       "timeout_ms", 200, "whole", 1));
	assert_int_equal(number(r, "received"), 0);
	assert_non_null(strstr(text(r, "error"), "too long"));
	json_decref(r);
}

static size_t
neighbours(struct ctl *c, const char *address)
{
	json_t *r = lab_call(
		   c, "kernel",
		   json_pack("{ss ss}", "node", "m1", "what", "neighbours")),
	       *row;
	size_t i, n = 0;

	json_array_foreach(json_object_get(r, "rows"), i, row) n +=
	    strcmp(text(row, "address"), address) == 0;
	json_decref(r);
	return n;
}

static void
neighbours_are_forgotten(void **state)
{
	json_t *r;

	r = lab_call(*state, "probe",
		     json_pack("{ss ss si}", "node", "m1", "to", "203.0.113.11",
			       "count", 1));
	json_decref(r);
	assert_int_equal(neighbours(*state, "203.0.113.11"), 1);
	r = lab_call(
	    *state, "forget",
	    json_pack("{ss s[s]}", "node", "m1", "keep", "203.0.113.11"));
	json_decref(r);
	assert_int_equal(neighbours(*state, "203.0.113.11"), 1);
	r = lab_call(*state, "forget", json_pack("{ss}", "node", "m1"));
	assert_true(number(r, "forgotten") >= 1);
	json_decref(r);
	assert_int_equal(neighbours(*state, "203.0.113.11"), 0);
}

/* ---- refusals */

struct bad {
	const char *verb, *args, *words;
};

static void
bad_requests_get_sentences(void **state)
{
	static const struct bad bad[] = {
	    {"dance", "{}", "does not know the verb dance"},
	    {"kernel", "{}", "which node"},
	    {"kernel", "{\"node\": 5}", "which node"},
	    {"kernel", "{\"node\": \"mm1\"}", "did you mean m1?"},
	    {"kernel", "{\"node\": \"m1\", \"what\": \"x\"}", "what must be"},
	    {"forget", "{\"node\": \"m1\", \"keep\": [7]}", "keep"},
	    {"probe", "{\"node\": \"m1\"}", "to must be an address"},
	    {"probe", "{\"node\": \"m1\", \"to\": \"1.2.3\"}", "address"},
	    {"probe",
	     "{\"node\": \"m1\", \"to\": \"::1\", \"from\": "
	     "\"127.0.0.1\"}",
	     "different families"},
	    {"probe", "{\"node\": \"m1\", \"to\": \"::1\", \"count\": 0}",
	     "count must be a number"},
	    {"probe", "{\"node\": \"m1\", \"to\": \"::1\", \"count\": \"9\"}",
	     "count must be a number"},
	    {"probe", "{\"node\": \"m1\", \"to\": \"::1\", \"size\": 99999}",
	     "size must be a number"},
	    {"exec", "{\"node\": \"m1\", \"argv\": [\"true\"]}",
	     "three descriptors"},
	    {"exec", "{\"node\": \"m1\", \"argv\": [\"true\"], \"pty\": true}",
	     "needs a terminal"},
	    {"signal", "{\"pid\": 1, \"signal\": 9}", "no program 1"},
	    {"signal", "{\"pid\": -1, \"signal\": 9}", "pid must be"},
	    {"stop", "{\"node\": \"sw1\"}", "has no daemon"},
	};
	struct err e;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		e = lab_refused(*state, bad[i].verb,
				json_loads(bad[i].args, 0, NULL));
		if (strstr(e.msg, bad[i].words) == NULL)
			fail_msg("%s %s: %s", bad[i].verb, bad[i].args, e.msg);
	}
}

/* ---- programs in nodes */

struct program {
	json_int_t pid;
	int out; /* what it says */
};

static int
try_exec(struct ctl *c, json_t *args, struct program *p, struct err *e)
{
	int fds[3], pipes[2], null = open("/dev/null", O_RDWR | O_CLOEXEC), rc;
	json_t *r = NULL;

	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	fds[0] = null;
	fds[1] = fds[2] = pipes[1];
	rc = ctl_call(c, "exec", args, fds, 3, LAB_PATIENCE, &r, e);
	close(null);
	close(pipes[1]);
	p->out = pipes[0];
	p->pid = number(r, "pid");
	json_decref(r);
	return rc;
}

static struct program
exec_in(struct ctl *c, const char *node, const char *command)
{
	struct program p;
	struct err e = {0};

	if (try_exec(c,
		     json_pack("{ss s[sss] s{ss}}", "node", node, "argv", "sh",
			       "-c", command, "env", "WORD", "hello"),
		     &p, &e) < 0)
		fail_msg("%s", e.msg);
	return p;
}

/* Its "exit" event; owned by the caller. */
static json_t *
exit_of(struct ctl *c, const struct program *p)
{
	json_t *ev = NULL, *data;
	struct err e = {0};
	int i;

	for (i = 0; i < 100; i++) {
		assert_int_equal(ctl_event(c, LAB_PATIENCE, &ev, &e), 1);
		data = json_incref(json_object_get(ev, "data"));
		if (strcmp(text(ev, "event"), "exit") == 0 &&
		    number(data, "pid") == p->pid) {
			json_decref(ev);
			return data;
		}
		json_decref(ev);
		json_decref(data);
	}
	fail_msg("no exit event");
	return NULL;
}

static void
exec_runs_a_program(void **state)
{
	struct program p = exec_in(*state, "m1",
				   "hostname; echo $WORD; pwd; "
				   "birdc show status >/dev/null && echo yes; "
				   "exit 7");
	char said[256];
	ssize_t n, total = 0;
	json_t *x;

	while ((n = read(p.out, said + total,
			 sizeof(said) - 1 - (size_t)total)) > 0)
		total += n;
	said[total] = '\0';
	close(p.out);
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
	ssize_t n, total = 0;
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
	while ((n = read(master, said + total,
			 sizeof(said) - 1 - (size_t)total)) > 0)
		total += n;
	said[total] = '\0';
	assert_string_equal(said, "term\r\ninal\r\n");
	close(master);
	json_decref(r);
}

/* ---- daemons */

static int
daemon_pid(struct ctl *c, const char *node)
{
	json_t *n = lab_node(c, node);
	int pid = (int)number(n, "pid");

	json_decref(n);
	return pid;
}

static bool sees(struct ctl *c, const char *event, const char *key,
		 const char *value);

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

/* ---- the packet filter, links */

static json_int_t
echoes(struct ctl *c, int timeout_ms)
{
	json_t *r = lab_call(
	    c, "probe",
	    json_pack("{ss ss si si si}", "node", "m1", "to", "203.0.113.11",
		      "count", 1, "interval_ms", 5, "timeout_ms", timeout_ms));
	json_int_t n = number(r, "received");

	json_decref(r);
	return n;
}

static json_t *
reload_m1(struct ctl *c)
{
	return lab_call(c, "reload", json_pack("{ss}", "node", "m1"));
}

static void
reload_loads_the_packet_filter(void **state)
{
	static const char drop[] = "table inet f {\n"
				   "  chain in {\n"
				   "    type filter hook input priority 0;\n"
				   "    ip protocol icmp drop\n"
				   "  }\n"
				   "}\n";
	struct ctl *c = *state;
	char *nft = node_which("nft"), *path;
	struct err e;

	if (nft == NULL) {
		print_message("# not tried: nft is not installed\n");
		return;
	}
	free(nft);
	assert_int_equal(echoes(c, 60000), 1);
	lab_write(name, "nodes/m1/nftables.conf", drop);
	json_decref(reload_m1(c));
	assert_int_equal(echoes(c, 200), 0);
	lab_write(name, "nodes/m1/nftables.conf", "table inet f {\n  no!\n");
	e = lab_refused(c, "reload", json_pack("{ss}", "node", "m1"));
	assert_int_equal(e.class, ERR_USAGE);
	assert_non_null(strstr(e.msg, "nftables.conf:2:"));
	assert_non_null(strstr(e.msg, "syntax error"));
	assert_int_equal(echoes(c, 200), 0); /* the old rules stay */
	path = lab_path(name, "nodes/m1/nftables.conf");
	assert_int_equal(unlink(path), 0);
	free(path);
	json_decref(reload_m1(c));
	assert_int_equal(echoes(c, 60000), 1);
}

static void
reload_reads_the_configuration(void **state)
{
	struct ctl *c = *state;
	char *good = lab_read(name, "nodes/m1/bird.conf");
	char *more = xasprintf("%s\nprotocol static s_mark { ipv4; }\n", good);
	json_int_t pid = daemon_pid(c, "m1");
	struct program p;
	json_t *x;

	lab_write(name, "nodes/m1/bird.conf", more);
	json_decref(reload_m1(c));
	p = exec_in(c, "m1",
		    "i=0; until birdc show protocols s_mark | grep -q up; do "
		    "i=$((i+1)); [ $i -lt 1000 ] || exit 1; sleep 0.05; done");
	x = exit_of(c, &p);
	assert_int_equal(number(x, "status"), 0);
	json_decref(x);
	close(p.out);
	assert_int_equal(daemon_pid(c, "m1"), pid);
	lab_write(name, "nodes/m1/bird.conf", good);
	json_decref(lab_call(c, "stop", json_pack("{ss}", "node", "m1")));
	lab_until(c, "m1", "state", "stopped");
	json_decref(reload_m1(c));
	lab_until(c, "m1", "state", "running");
	free(good);
	free(more);
}

static void
link_takes_an_interface_down(void **state)
{
	struct ctl *c = *state;
	struct err e;
	int i;

	json_decref(lab_call(
	    c, "link",
	    json_pack("{ss ss sb}", "node", "m1", "dev", "ix0", "up", 0)));
	assert_int_equal(echoes(c, 200), 0);
	json_decref(lab_call(
	    c, "link",
	    json_pack("{ss ss sb}", "node", "m1", "dev", "ix0", "up", 1)));
	for (i = 0; i < 300 && echoes(c, 200) == 0; i++)
		;
	assert_true(i < 300);
	e = lab_refused(
	    c, "link",
	    json_pack("{ss ss sb}", "node", "m1", "dev", "nope", "up", 1));
	assert_non_null(strstr(e.msg, "nope"));
	e = lab_refused(c, "link",
			json_pack("{ss ss}", "node", "m1", "dev", "ix0"));
	assert_non_null(strstr(e.msg, "up true or false"));
}

/* ---- events */

static bool
sees(struct ctl *c, const char *event, const char *key, const char *value)
{
	struct err e = {0};
	json_t *ev = NULL;
	bool is;
	int i;

	for (i = 0; i < 200; i++) {
		if (ctl_event(c, LAB_PATIENCE, &ev, &e) != 1)
			return false;
		is = strcmp(text(ev, "event"), event) == 0 &&
		     strcmp(text(json_object_get(ev, "data"), key), value) == 0;
		assert_true(number(json_object_get(ev, "data"), "time_ms") > 0);
		assert_true(number(json_object_get(ev, "data"), "ms") >= 0);
		json_decref(ev);
		if (is)
			return true;
	}
	return false;
}

static void
subscribers_hear_changes(void **state)
{
	struct ctl *c = lab_open(name);
	struct program p;

	json_decref(lab_call(c, "subscribe", NULL));
	p = exec_in(*state, "m2", "ip link set ix0 down");
	assert_true(sees(c, "link", "node", "m2"));
	json_decref(exit_of(*state, &p));
	close(p.out);
	p = exec_in(*state, "m2", "ip link set ix0 up");
	assert_true(sees(c, "route", "node", "m2"));
	json_decref(exit_of(*state, &p));
	close(p.out);
	p = exec_in(*state, "m1", "ip addr add 192.0.2.7/32 dev ix0");
	assert_true(sees(c, "address", "address", "192.0.2.7/32"));
	json_decref(exit_of(*state, &p));
	close(p.out);
	json_decref(
	    lab_call(*state, "restart", json_pack("{ss}", "node", "m1")));
	assert_true(sees(c, "node", "state", "stopped"));
	assert_true(sees(c, "node", "state", "running"));
	ctl_close(c);
}

static void
names_are_there_inside(void **state)
{
	struct program p = exec_in(*state, "sw1",
				   "ip -n m1 -br link show ix0 && "
				   "ls /run/netns | wc -l && "
				   "bridge link | wc -l");
	char said[512];
	ssize_t n, total = 0;
	json_t *x;

	while ((n = read(p.out, said + total,
			 sizeof(said) - 1 - (size_t)total)) > 0)
		total += n;
	said[total] = '\0';
	close(p.out);
	x = exit_of(*state, &p);
	assert_int_equal(number(x, "status"), 0);
	json_decref(x);
	assert_non_null(strstr(said, "\n3\n2\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(inspect_tells_all),
	    cmocka_unit_test(connect_reaches_the_daemon),
	    cmocka_unit_test(kernel_shows_its_tables),
	    cmocka_unit_test(probe_counts_echoes),
	    cmocka_unit_test(a_whole_echo_is_not_cut),
	    cmocka_unit_test(neighbours_are_forgotten),
	    cmocka_unit_test(bad_requests_get_sentences),
	    cmocka_unit_test(exec_runs_a_program),
	    cmocka_unit_test(exec_of_nothing_is_refused),
	    cmocka_unit_test(signals_reach_the_group),
	    cmocka_unit_test(a_client_takes_its_programs_along),
	    cmocka_unit_test(a_terminal_is_passed),
	    cmocka_unit_test(a_killed_daemon_comes_back),
	    cmocka_unit_test(a_bad_configuration_is_told_and_mended),
	    cmocka_unit_test(mending_ends_the_waiting),
	    cmocka_unit_test(stop_and_start),
	    cmocka_unit_test(reload_loads_the_packet_filter),
	    cmocka_unit_test(reload_reads_the_configuration),
	    cmocka_unit_test(link_takes_an_interface_down),
	    cmocka_unit_test(subscribers_hear_changes),
	    cmocka_unit_test(names_are_there_inside),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	lab_be_alone();
	if (lab_skip_all())
		return 0;
	return cmocka_run_group_tests_name("super_verbs", tests, up, down);
}
