/*
 * Graceful restart, seen by the helper (RFC 4724, 8538, 9494): how a session
 * ends decides what is kept, then time, a new OPEN and End-of-RIB decide.
 */
#include "bgp_fsm_test.h"

/* What the peer says in its OPEN. */
static struct bgp_open peer;

static void
receive_peer(void)
{
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	bgp_open_encode(&w, &peer);
	receive(BGP_OUT, &w);
}

/* From wherever it is to Established, the peer saying what is in peer. */
static void
establish(void)
{
	step(BGP_EV_START, BGP_OUT);
	step(BGP_EV_TCP_UP, BGP_OUT);
	receive_peer();
	receive_keepalive(BGP_OUT);
	assert_non_null(bgp_fsm_session(&fsm));
}

static void
begin(void)
{
	struct bgp_fsm_conf conf = {
	    .local_as = LOCAL_AS,
	    .local_id = LOCAL_ID,
	    .peer_as = PEER_AS,
	    .families = BGP_IPV4 | BGP_IPV6,
	    .hold = 90,
	    .restart = {.there = true, .notification = true},
	    .long_lived = {.there = true},
	};

	now = 1000000;
	peer = (struct bgp_open){
	    .asn = PEER_AS,
	    .id = PEER_ID,
	    .hold = 90,
	    .as4 = true,
	    .mp = true,
	    .families = BGP_IPV4 | BGP_IPV6,
	    .restart = {.there = true,
			.time = 120,
			.families = BGP_IPV4 | BGP_IPV6,
			.forwarding = BGP_IPV4 | BGP_IPV6},
	};
	bgp_fsm_init(&fsm, &conf, now);
	establish();
}

static void
expect_actions(const char *actions)
{
	char text[256];

	print_actions(text, sizeof text);
	assert_string_equal(text, actions);
}

static void
end_of_rib(enum ip_family f)
{
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	bgp_eor_encode(&w, f);
	receive(BGP_OUT, &w);
}

/* Up again some seconds later. */
static void
back_after(uint64_t seconds)
{
	now += seconds * 1000;
	establish();
}

/* ---- how it ends ---- */

enum end { LOST, HOLD, RECEIVED, HARD, FINAL_STOP, RESET_STOP, BAD_UPDATE };

static void
end_by(enum end end)
{
	struct wbuf w = wbuf_of(bytes, sizeof bytes);
	struct bgp_notify n = bgp_notify_cease(BGP_CEASE_OTHER, NULL);

	switch (end) {
	case LOST: step(BGP_EV_TCP_DOWN, BGP_OUT); break;
	case HOLD:
		fsm.conn[BGP_OUT].keepalive_at = 0;
		timer(fsm.conn[BGP_OUT].hold_at);
		break;
	case HARD: n = bgp_notify_hard(&n);
	/* fall through */
	case RECEIVED:
		bgp_notify_encode(&w, &n);
		receive(BGP_OUT, &w);
		break;
	case FINAL_STOP: stop(BGP_CEASE_SHUTDOWN); break;
	case RESET_STOP: stop(BGP_CEASE_RESET); break;
	case BAD_UPDATE: error(3, 1); break;
	}
}

static const struct {
	const char *name;
	enum end end;
	const char *with_n, *without_n;
} ends[] = {
    {"TCP is lost", LOST, "down:3", "down:3"},
    {"the hold timer expires", HOLD, "notify4/0 close down:3",
     "notify4/0 close down"},
    {"a NOTIFICATION comes", RECEIVED, "close down:3", "close down"},
    {"a hard reset comes", HARD, "close down", "close down"},
    {"we stop for good", FINAL_STOP, "notify6/9 close down",
     "notify6/2 close down"},
    {"we reset", RESET_STOP, "notify6/4 close down:3", "notify6/4 close down"},
    {"a broken UPDATE comes", BAD_UPDATE, "notify3/1 close down:3",
     "notify3/1 close down"},
};

static void
what_ends_routes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		for (int n = 0; n < 2; n++) {
			print_message("# %s, N %d\n", ends[i].name, n);
			begin();
			now += 1;
			step(BGP_EV_TCP_DOWN, BGP_OUT);
			peer.restart.notification = n;
			establish();
			end_of_rib(IP_V4);
			end_of_rib(IP_V6);
			end_by(ends[i].end);
			expect_actions(n ? ends[i].with_n : ends[i].without_n);
		}
	}
}

/* RFC 8538 3.1: after which Cease of ours nobody need wait for us. */
static void
which_stop_is_final(void **state)
{
	static const struct {
		enum bgp_cease why;
		const char *actions;
	} rows[] = {
	    {BGP_CEASE_MAX_PREFIX, "notify6/9 close down"},
	    {BGP_CEASE_SHUTDOWN, "notify6/9 close down"},
	    {BGP_CEASE_UNCONFIGURED, "notify6/9 close down"},
	    {BGP_CEASE_RESET, "notify6/4 close down:3"},
	    {BGP_CEASE_REJECTED, "notify6/9 close down"},
	    {BGP_CEASE_OTHER, "notify6/6 close down:3"},
	    {BGP_CEASE_RESOURCES, "notify6/8 close down:3"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		begin();
		now += 1;
		step(BGP_EV_TCP_DOWN, BGP_OUT);
		peer.restart.notification = true;
		establish();
		end_of_rib(IP_V4);
		end_of_rib(IP_V6);
		stop(rows[i].why);
		expect_actions(rows[i].actions);
	}
}

/* Who keeps what: both must have announced, and only agreed families count. */
static void
who_keeps(void **state)
{
	(void)state;
	begin();
	fsm.conf.restart.there = false; /* we are no helper */
	end_by(LOST);
	expect_actions("down");
	begin();
	fsm.conn[BGP_OUT].peer.restart.there = false; /* it is none */
	end_by(LOST);
	expect_actions("down");
	begin();
	fsm.conn[BGP_OUT].peer.restart.families = BGP_IPV6;
	end_by(LOST);
	expect_actions("down:2");
	begin();
	fsm.conn[BGP_OUT].session.families = BGP_IPV4;
	end_by(LOST);
	expect_actions("down:1");
	begin();
	fsm.conn[BGP_OUT].peer.restart.time = 0; /* no time, no restart */
	end_by(LOST);
	expect_actions("down");
}

/* ---- afterwards ---- */

static void
restart_time(void **state)
{
	(void)state;
	begin();
	end_by(LOST);
	assert_true(fsm.stale.at[0] == now + 120000);
	fsm.started = false; /* nobody comes */
	fsm.idle_hold_at = 0;
	assert_true(bgp_fsm_next_deadline(&fsm) == now + 120000);
	timer(now + 119999);
	expect_actions("");
	timer(now + 1);
	expect_actions("over:1 over:2");
	assert_true(bgp_fsm_next_deadline(&fsm) == UINT64_MAX);
	begin(); /* our patience may be shorter */
	fsm.conf.max_restart_s = 60;
	end_by(LOST);
	assert_true(fsm.stale.at[1] == now + 60000);
}

/* We give up somebody who is away: at once, whatever was promised; a reset is
 * no farewell. */
static void
stopped_while_away(void **state)
{
	(void)state;
	begin();
	end_by(LOST);
	stop(BGP_CEASE_RESET);
	expect_actions("");
	begin();
	end_by(LOST);
	stop(BGP_CEASE_SHUTDOWN);
	expect_actions("over:3");
	assert_true(bgp_fsm_next_deadline(&fsm) == UINT64_MAX);
}

static void
comes_back(void **state)
{
	static const struct {
		const char *name;
		uint8_t families, forwarding;
		const char *up;
	} rows[] = {
	    {"forwarding kept", 3, 3, "up"},
	    {"F for IPv6 only", 3, 2, "over:1 up"},
	    {"IPv4 no longer in it", 2, 3, "over:1 up"},
	    {"nothing kept", 3, 0, "over:3 up"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		print_message("# %s\n", rows[i].name);
		begin();
		end_by(LOST);
		peer.restart.families = rows[i].families;
		peer.restart.forwarding = rows[i].forwarding;
		back_after(10);
		expect_actions(rows[i].up);
	}
	begin();
	end_by(LOST);
	peer.restart.there = false;
	back_after(10);
	expect_actions("over:3 up");
	begin();
	end_by(LOST);
	peer.families = BGP_IPV4; /* the session carries less than before */
	back_after(10);
	expect_actions("over:2 up");
}

static void
sweep(void **state)
{
	(void)state;
	begin();
	end_by(LOST);
	back_after(10);
	end_of_rib(IP_V4);
	expect_actions("update over:1");
	end_of_rib(IP_V4); /* once is enough */
	expect_actions("update");
	assert_true(fsm.stale.at[1] == now + 360000);
	fsm.conn[BGP_OUT].hold_at = fsm.conn[BGP_OUT].keepalive_at = 0;
	timer(fsm.stale.at[1]); /* that of IPv6 never comes */
	expect_actions("over:2");
	assert_int_equal(fsm.stale.families, 0);
}

/* RFC 4724 4.2: who vanishes again before End-of-RIB loses what was stale. */
static void
again_and_again(void **state)
{
	(void)state;
	begin();
	end_by(LOST);
	back_after(10);
	end_of_rib(IP_V4);
	end_by(LOST);
	expect_actions("over:2 down:3");
	assert_true(fsm.stale.at[1] == now + 120000);
}

/* ---- RFC 9494 ---- */

static void
begin_long(uint16_t restart, uint32_t v4, uint32_t v6)
{
	begin();
	step(BGP_EV_TCP_DOWN, BGP_OUT);
	peer.restart.time = restart;
	peer.long_lived = (struct bgp_long_lived){
	    .there = true, .families = 3, .forwarding = 3, .time = {v4, v6}};
	establish();
	end_of_rib(IP_V4);
	end_of_rib(IP_V6);
}

static void
long_lived(void **state)
{
	uint64_t at;

	(void)state;
	begin_long(120, 3600, 0);
	end_by(LOST);
	expect_actions("down:3");
	fsm.started = false;
	fsm.idle_hold_at = 0;
	timer(now + 120000);
	expect_actions("long-lived:1 over:2");
	at = now + 3600000;
	assert_true(bgp_fsm_next_deadline(&fsm) == at);
	timer(at);
	expect_actions("over:1");

	begin_long(0, 3600, 7200); /* the first stage may be left out */
	end_by(LOST);
	expect_actions("down:3 long-lived:3");
	begin_long(0, 0, 0);
	end_by(LOST);
	expect_actions("down");
	begin_long(120, 0xFFFFFF, 0);
	fsm.conf.max_long_lived_s = 60;
	end_by(LOST);
	timer(fsm.stale.at[0]);
	assert_true(fsm.stale.at[0] == now + 60000);
}

/* 4.2: sessions that come and go neither stop nor renew the long time. */
static void
long_time_goes_on(void **state)
{
	uint64_t at;

	(void)state;
	begin_long(0, 3600, 3600);
	end_by(LOST);
	at = fsm.stale.at[0];
	back_after(600);
	expect_actions("up");
	assert_true(fsm.stale.at[0] == at);
	end_of_rib(IP_V6);
	expect_actions("update over:2");
	end_by(LOST); /* before the End-of-RIB of IPv4 */
	expect_actions("down:3 long-lived:3");
	assert_true(fsm.stale.at[0] == at);
	assert_true(fsm.stale.at[1] == now + 3600000);
	back_after(600);
	fsm.conn[BGP_OUT].hold_at = fsm.conn[BGP_OUT].keepalive_at = 0;
	timer(at); /* it is over while the table is being sent */
	expect_actions("over:1");
	end_by(LOST); /* and then nothing of that family is kept */
	expect_actions("down:2 long-lived:2");
}

static void
long_lived_flag(void **state)
{
	(void)state;
	begin_long(0, 3600, 3600);
	end_by(LOST);
	peer.long_lived.forwarding = BGP_IPV6;
	back_after(10);
	expect_actions("over:1 up");
}

/* ---- RFC 4724 5: a peer that is back before we noticed ---- */

static void
restarted(void **state)
{
	(void)state;
	begin();
	assert_false(bgp_fsm_restarted(&fsm, now)); /* a collision, perhaps */
	now += 10000;
	assert_true(bgp_fsm_restarted(&fsm, now));
	step(BGP_EV_RESTARTED, BGP_IN);
	expect("close down:3", BGP_ACTIVE);
	assert_true(bgp_fsm_may_accept(&fsm));
	step(BGP_EV_TCP_UP, BGP_IN);
	expect("open-in", BGP_OPENSENT);
	begin();
	now += 10000;
	fsm.conn[BGP_OUT].peer.restart.families = 0;
	assert_false(bgp_fsm_restarted(&fsm, now));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_ends_routes),
	    cmocka_unit_test(which_stop_is_final),
	    cmocka_unit_test(who_keeps),
	    cmocka_unit_test(restart_time),
	    cmocka_unit_test(stopped_while_away),
	    cmocka_unit_test(comes_back),
	    cmocka_unit_test(sweep),
	    cmocka_unit_test(again_and_again),
	    cmocka_unit_test(long_lived),
	    cmocka_unit_test(long_time_goes_on),
	    cmocka_unit_test(long_lived_flag),
	    cmocka_unit_test(restarted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
