/*
 * What a second thread has judged is worth nothing once the policy has changed, be
 * it before the thread comes to it or behind. In a scenario the moment between is
 * too short to be met; here the loop stands still meanwhile.
 */
#include <poll.h>

#include "rs/server/t/server_robot.h"

enum { PATIENCE_MS = 120000, SOME = 60 /* routes, of 1 KiB */ };

#define CLOSED                          \
	"    global_black_list_pref:\n" \
	"      - {prefix: 100.64.0.0, length: 10, comment: all}\n"

static struct robot talker;
static struct server_member *of_talker;

static void
turns_until(bool (*so)(void))
{
	uint64_t end = uv_hrtime() + PATIENCE_MS * (uint64_t)1000000;

	while (!so()) {
		robot_writes(&talker);
		uv_run(&loop, UV_RUN_NOWAIT);
		assert_true(uv_hrtime() < end);
	}
}

static bool
is_up(void)
{
	return bgp_fsm_state(&of_talker->fsm) == BGP_ESTABLISHED &&
	       talker.at == talker.len;
}

static bool
is_taken_away(void)
{
	return of_talker->conn[BGP_IN]->job != NULL;
}

static bool
is_heard(void)
{
	return server_peer(of_talker, SERVER_V4)->received == SOME &&
	       talker.at == talker.len && !is_taken_away();
}

static void
reload(const char *more)
{
	char text[1024];
	struct rpki *read = rpki_new();
	struct err e;

	snprintf(text, sizeof(text), "%s%s", GENERAL, more);
	write_file("general.yml", text);
	struct policy *new =
	    server_policy_load(server->conf, server->rpki, read, &e);
	assert_non_null(new);
	assert_int_equal(server_reload_apply(server, new, read, &e), 0);
}

/* More than is worth a thread, all in the socket before the loop looks. */
static void
talk(void)
{
	talker.at = talker.len = 0;
	for (unsigned int n = 0; n < SOME; n++)
		talker.len += put_route(talker.out + talker.len, n, 65002);
	for (int i = 0; i < 100 && talker.at < talker.len; i++)
		robot_writes(&talker);
}

static void
talk_and_be_taken(void)
{
	server_ahead_hold(server); /* or it might be done before we look */
	talk();
	turns_until(is_taken_away);
	server_ahead_release(server);
}

/* The thread's last act with a job is to wake the loop up. */
static void
wait_for_thread(void)
{
	struct pollfd p = {.fd = uv_backend_fd(&loop), .events = POLLIN};

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
}

static void
policy_changes_behind(void **state)
{
	(void)state;
	turns_until(is_up);
	talk(); /* the thread starts with what it is needed for */
	turns_until(is_heard);
	assert_int_equal(server_peer(of_talker, SERVER_V4)->accepted, SOME);
	talk_and_be_taken();
	wait_for_thread();
	assert_true(is_taken_away());
	reload(CLOSED);
	turns_until(is_heard);
	assert_int_equal(server_peer(of_talker, SERVER_V4)->accepted, 0);
}

static void
policy_changes_before(void **state)
{
	(void)state;
	reload("");
	turns_until(is_heard);
	assert_int_equal(server_peer(of_talker, SERVER_V4)->accepted, SOME);
	talk_and_be_taken();
	reload(CLOSED);
	turns_until(is_heard);
	assert_int_equal(server_peer(of_talker, SERVER_V4)->accepted, 0);
}

static void
member_goes_meanwhile(void **state)
{
	(void)state;
	talk_and_be_taken();
	server_member_stop(of_talker, SERVER_BY_OPERATOR, NULL);
	assert_null(of_talker->conn[BGP_IN]);
	for (int i = 0; i < 1000; i++)
		uv_run(&loop, UV_RUN_NOWAIT);
	assert_int_equal(server_peer(of_talker, SERVER_V4)->received, 0);
}

static int
start(void **state)
{
	(void)state;
	uint16_t port = serve("clients:\n"
			      "  - {asn: 65001, ip: 127.0.0.2}\n"
			      "  - asn: 65002\n"
			      "    ip: 127.0.0.3\n"
			      "    cfg: {filtering: {next_hop: {policy: "
			      "authorized_addresses, "
			      "authorized_addresses_list: [192.0.2.3]}}}\n");
	talker = robot_new(port, 65002, 3);
	of_talker = member(3);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	close(talker.fd);
	serve_no_more();
	free(talker.out);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(policy_changes_behind),
	    cmocka_unit_test(policy_changes_before),
	    cmocka_unit_test(member_goes_meanwhile),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (uv_available_parallelism() < 2) {
		puts("1..0 # SKIP there is one processor, so there is no "
		     "second thread");
		return 0;
	}
	return cmocka_run_group_tests(tests, start, stop);
}
