/*
 * What a running lab answers: one lab, the verbs that ask and those that change
 * it, and events.
 */
#include "base/out.h"
#include "verbs.h"

/* ---- asking */

static void
lease_is(struct ctl *c, json_t *args, bool mine, const char *who)
{
	json_t *r = lab_call(c, "lease", args);

	assert_int_equal(json_is_true(json_object_get(r, "mine")), mine);
	assert_string_equal(out_text(r, "who"), who ? who : "");
	assert_int_equal(number(r, "left_ms") > 0, who != NULL);
	json_decref(r);
}

/* Until an event of that name: who it names. */
static void
lease_heard(struct ctl *c, const char *who)
{
	json_t *event = NULL, *data;
	struct err e = {0};

	for (;; json_decref(event)) {
		if (ctl_event(c, LAB_PATIENCE, &event, &e) != 1)
			fail_msg("no event: %s", e.msg);
		data = json_object_get(event, "data");
		if (strcmp(out_text(event, "event"), "lease") == 0)
			break;
	}
	assert_string_equal(out_text(data, "who"), who);
	json_decref(event);
}

static void
a_lease_is_one_client_s(void **state)
{
	_free_ char *at = ctl_lab_name(name);
	struct err e = {0};
	struct ctl *a = *state, *b = ctl_open(at, &e);

	assert_non_null(b);
	json_decref(lab_call(b, "subscribe", NULL));
	lease_is(a, NULL, false, NULL);
	lease_is(a, json_pack("{si ss}", "ms", 600000, "who", "one\033"), true,
		 "one?");
	lease_heard(b, "one?");
	lease_is(b, json_pack("{si ss}", "ms", 1000, "who", "two"), false,
		 "one?");
	lease_is(b, json_pack("{si}", "ms", 0), false, "one?");
	lease_is(a, json_pack("{si}", "ms", 0), false, NULL);
	lease_heard(b, "");
	json_decref(lab_call(a, "lease", json_pack("{si}", "ms", 50)));
	lease_heard(b, "somebody");
	lease_heard(b, "");
	/* it outlives its client, and is nobody else's then */
	lease_is(b, json_pack("{si ss}", "ms", 600000, "who", "two"), true,
		 "two");
	ctl_close(b);
	assert_non_null(b = ctl_open(at, &e));
	lease_is(b, json_pack("{si}", "ms", 0), false, "two");
	lease_is(a, json_pack("{si}", "ms", 9), false, "two");
	ctl_close(b);
	e = lab_refused(a, "lease", json_pack("{si}", "ms", 600001));
	assert_non_null(strstr(e.msg, "from 0 to 600000"));
}

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
	static const char *const what[] = {"routes",	   "addresses",
					   "neighbours",   "links",
					   "other-routes", "tcp"};
	json_t *r;
	int i;

	for (i = 0; i < 6; i++) {
		r = lab_call(
		    *state, "kernel",
		    json_pack("{ss ss}", "node", "m2", "what", what[i]));
		assert_true(json_is_array(json_object_get(r, "rows")));
		if (i != 2 && i != 4)
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
refused_with(void *state, const struct bad *bad, size_t n)
{
	struct err e;
	size_t i;

	for (i = 0; i < n; i++) {
		e = lab_refused(state, bad[i].verb,
				json_loads(bad[i].args, 0, NULL));
		if (strstr(e.msg, bad[i].words) == NULL)
			fail_msg("%s %s: %s", bad[i].verb, bad[i].args, e.msg);
	}
}

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

	refused_with(*state, bad, sizeof(bad) / sizeof(bad[0]));
}

/* Questions that take a moment: to a network that answers, and wrong ones. */
static void
bad_questions_get_sentences(void **state)
{
	static const struct bad bad[] = {
	    {"trace", "{}", "which node"},
	    {"trace", "{\"node\": \"m1\"}", "to must be an address"},
	    {"trace", "{\"node\": \"m1\", \"to\": \"::1\", \"hops\": 31}",
	     "hops must be a number"},
	    {"frames", "{\"node\": \"sw1\"}", "has no port on a switch"},
	    {"frames", "{\"node\": \"m1\", \"lan\": \"moon\"}",
	     "m1 has no port on moon"},
	    {"frames", "{\"node\": \"m1\", \"ms\": -1}", "ms must be a number"},
	    {"whohas", "{\"node\": \"m1\", \"address\": 5}",
	     "address must be one"},
	    {"fetch", "{\"node\": \"m1\", \"to\": \"x\"}",
	     "to must be an address"},
	    {"fetch", "{\"node\": \"m1\", \"to\": \"::1\", \"port\": 0}",
	     "port must be a number"},
	    {"fetch",
	     "{\"node\": \"m1\", \"to\": \"::1\", \"path\": "
	     "\"/ HTTP/1.0\\r\\nX: y\"}",
	     "one word"},
	};
	json_t *r;
	size_t i;

	refused_with(*state, bad, sizeof(bad) / sizeof(bad[0]));
	for (i = 0; i < 3; i++) { /* nobody is there, and that is an answer */
		r = lab_call(*state, "fetch",
			     json_pack("{ss ss si}", "node", "m1", "to",
				       i ? "127.0.0.1" : "::1", "port", 9));
		assert_false(json_is_true(json_object_get(r, "connected")));
		assert_non_null(json_object_get(r, "error"));
		json_decref(r);
	}
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
	json_t *x;

	hear_out(p.out, said, sizeof(said));
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
	    cmocka_unit_test(bad_questions_get_sentences),
	    cmocka_unit_test(reload_loads_the_packet_filter),
	    cmocka_unit_test(reload_reads_the_configuration),
	    cmocka_unit_test(link_takes_an_interface_down),
	    cmocka_unit_test(subscribers_hear_changes),
	    cmocka_unit_test(a_lease_is_one_client_s),
	    cmocka_unit_test(names_are_there_inside),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	lab_be_alone();
	if (lab_skip_all())
		return 0;
	return cmocka_run_group_tests_name("super_verbs", tests, up, down);
}
