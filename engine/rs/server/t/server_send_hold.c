/*
 * A member whose router takes no more bytes, but goes on living (RFC 9687): its
 * session ends after eight minutes, or twice the hold time where that is longer,
 * and the others notice nothing.
 *
 * There is no scenario of it: the eight minutes are the RFC's and no setting makes
 * them less. Here the server runs as it is, over TCP, in this process; only the
 * clock is ours, which libuv reads like everybody: it can be put forward.
 */
#include <sys/syscall.h>
#include <time.h>

#include "rs/server/t/server_robot.h"

enum {
	MINUTES_8 = 480,
	PATIENCE_S = 120,
};

/* ---- the clock */

static time_t skew;

static time_t
real_clock(clockid_t which, struct timespec *ts)
{
	syscall(SYS_clock_gettime, which, ts);
	return ts->tv_sec;
}

int
clock_gettime(clockid_t which, struct timespec *ts)
{
	real_clock(which, ts);
	if (which == CLOCK_MONOTONIC || which == CLOCK_MONOTONIC_COARSE)
		ts->tv_sec += skew;
	return 0;
}

/* ---- until it is so */

static void
robot_reads(const struct robot *r)
{
	uint8_t data[65536];

	while (recv(r->fd, data, sizeof(data), 0) > 0)
		;
}

static struct robot stuck, talker;
static struct server_member *of_stuck, *of_talker;

static void
turns(unsigned int n)
{
	while (n-- > 0) {
		robot_writes(&stuck);
		robot_writes(&talker);
		uv_run(&loop, UV_RUN_NOWAIT);
	}
}

static bool
are_up(void)
{
	return bgp_fsm_state(&of_stuck->fsm) == BGP_ESTABLISHED &&
	       bgp_fsm_state(&of_talker->fsm) == BGP_ESTABLISHED;
}

static uint64_t
deadline(void)
{
	return of_stuck->fsm.conn[BGP_IN].send_hold_at;
}

static bool
is_blocked(void)
{
	return deadline() != 0 && talker.at == talker.len &&
	       server_peer(of_talker, SERVER_V4)->accepted == ROUTES;
}

static bool
is_down(void)
{
	return bgp_fsm_state(&of_stuck->fsm) != BGP_ESTABLISHED;
}

static uint64_t first; /* the deadline when it stopped reading */

static bool
reads_some(void)
{
	robot_reads(&stuck);
	return deadline() != first;
}

static void
until(bool (*so)(void))
{
	struct timespec ts;
	time_t end = real_clock(CLOCK_MONOTONIC, &ts) + PATIENCE_S;

	while (!so()) {
		turns(1);
		if (real_clock(CLOCK_MONOTONIC, &ts) >= end)
			fail_msg("%s and %s, %zu bytes of %zu written, %s",
				 bgp_state_name(bgp_fsm_state(&of_stuck->fsm)),
				 bgp_state_name(bgp_fsm_state(&of_talker->fsm)),
				 talker.at, talker.len,
				 of_talker->last_malformed);
	}
}

static void
ends_who_takes_nothing(void **state)
{
	(void)state;
	until(are_up);
	for (unsigned int n = 0; n < ROUTES; n++)
		talker.len += put_route(talker.out + talker.len, n, 65002);
	until(is_blocked);
	first = deadline();
	assert_true(first <= server_now(server) + MINUTES_8 * 1000);
	assert_true(first > server_now(server) + (MINUTES_8 - 100) * 1000);

	/* It reads, late, some of it: then its time begins anew. */
	skew += MINUTES_8 - 110;
	turns(100);
	assert_true(are_up() && deadline() == first);
	until(reads_some);
	until(is_blocked);
	assert_true(deadline() >= first + (MINUTES_8 - 110) * 1000);
	skew += 120; /* past the first time */
	turns(100);
	assert_true(are_up());

	/* Nothing more. */
	skew += MINUTES_8;
	until(is_down);
	assert_string_equal(of_stuck->last_down,
			    "sent Send Hold Timer Expired: the peer took "
			    "nothing in time");
	assert_int_equal(bgp_fsm_state(&of_talker->fsm), BGP_ESTABLISHED);
	assert_int_equal(of_talker->fsm.flaps, 0);
	assert_int_equal(server_peer(of_talker, SERVER_V4)->accepted, ROUTES);
}

/* ---- all of it */

static int
start(void **state)
{
	(void)state;
	uint16_t port = serve(
	    "clients:\n"
	    "  - {asn: 65001, ip: 127.0.0.2}\n"
	    "  - asn: 65002\n"
	    "    ip: 127.0.0.3\n"
	    "    cfg: {filtering: {next_hop: {policy: authorized_addresses, "
	    "authorized_addresses_list: [192.0.2.3]}}}\n");
	stuck = robot_new(port, 65001, 2);
	talker = robot_new(port, 65002, 3);
	of_stuck = member(2);
	of_talker = member(3);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	close(stuck.fd);
	close(talker.fd);
	serve_no_more();
	free(stuck.out);
	free(talker.out);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ends_who_takes_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, stop);
}
