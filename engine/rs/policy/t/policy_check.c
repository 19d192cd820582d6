/*
 * The way in beyond prefix, path and next hop (policy_route.c) and what registries
 * say (policy_import.c): leaks, RFC 8950, graceful shutdown. Each case is a route
 * of AS8's and the sentence that comes out, after a change of the policy.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rs/policy/t/policy_judge.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static uint32_t transit_free[] = {174, 3356}, never_via[] = {666, 777};

static int
setup(void **state)
{
	(void)state;
	judge_init();
	rich.p.transit_free = transit_free;
	rich.p.n_transit_free = COUNT(transit_free);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rich_clear(&rich);
	return 0;
}

/* ---- leaks */

static void
leaks(void **state)
{
	static const struct expected warn[] = {
	    {"100.7.0.0/16", "8 174", "", POLICY_ACCEPTED,
	     POLICY_MARK_TRANSIT_FREE, OK},
	    {"100.7.0.0/16", "8 9 3356 9", "", POLICY_ACCEPTED,
	     POLICY_MARK_TRANSIT_FREE, OK},
	    {"100.7.0.0/16", "8 175", "", POLICY_ACCEPTED, 0, OK},
	    {"100.7.0.0/25", "8 174", "", POLICY_TOO_LONG, 0,
	     "prefix 100.7.0.0/25 is longer than /24"},
	};
	static const struct expected reject[] = {
	    {"100.7.0.0/16", "8 9 3356 9", "", POLICY_TRANSIT_FREE, 0,
	     "the AS path contains AS3356, a transit-free network, behind the "
	     "first AS: a leak"},
	    {"100.7.0.0/16", "8 175", "", POLICY_ACCEPTED, 0, OK},
	    {"100.7.0.0/16", "8 777", "", POLICY_NEVER_VIA_RS, 0,
	     "the AS path contains AS777, which never uses route servers"},
	};
	static const struct expected own[] = {
	    {"100.7.0.0/16", "8 8 9", "", POLICY_ACCEPTED, 0, OK},
	    {"100.7.0.0/16", "8 174", "", POLICY_TRANSIT_FREE, 0,
	     "the AS path contains AS174, a transit-free network, behind the "
	     "first AS: a leak"},
	};

	(void)state;
	rich.p.transit_free_warn = true;
	JUDGE(warn);
	rich.p.transit_free_warn = false;
	rich.p.transit_free_reject = true;
	rich.p.never_via = never_via;
	rich.p.n_never_via = COUNT(never_via);
	JUDGE(reject);
	transit_free[0] = 8; /* a transit-free network is a member itself */
	transit_free[1] = 174;
	JUDGE(own);
	transit_free[0] = 174;
	transit_free[1] = 3356;
}

/* RFC 9234 5, by our role. */
static void
otc(void **state)
{
	static const struct {
		bool roles;
		int role;
		uint32_t otc;
		enum policy_reason reason;
	} rows[] = {
	    {false, BGP_ROLE_RS, 5, POLICY_ACCEPTED},
	    {true, BGP_ROLE_RS, 5, POLICY_OTC_LEAK},
	    {true, BGP_ROLE_RS, 64500, POLICY_OTC_LEAK},
	    {true, BGP_ROLE_PROVIDER, 8, POLICY_OTC_LEAK},
	    {true, BGP_ROLE_PEER, 5, POLICY_OTC_LEAK},
	    {true, BGP_ROLE_PEER, 8, POLICY_ACCEPTED},
	    {true, BGP_ROLE_CUSTOMER, 5, POLICY_ACCEPTED},
	    {true, BGP_ROLE_RS_CLIENT, 5, POLICY_ACCEPTED},
	};
	struct bgp_attrs *a = rich_attrs("8", "192.0.2.98", "");
	struct ip_prefix prefix;
	char text[128];

	(void)state;
	assert_true(ip_prefix_parse("100.7.0.0/16", &prefix));
	for (size_t i = 0; i < COUNT(rows); i++) {
		set->roles = rows[i].roles;
		set->role = rows[i].role;
		a->has_otc = true;
		a->otc = rows[i].otc;
		assert_int_equal(
		    policy_check(&rich.p, &rich.session[2], &prefix, a),
		    rows[i].reason);
		a->has_otc = false;
		assert_int_equal(
		    policy_check(&rich.p, &rich.session[2], &prefix, a),
		    POLICY_ACCEPTED);
	}
	policy_reason_print(&rich.p, &rich.session[2], &prefix, a,
			    POLICY_OTC_LEAK, text, sizeof(text));
	assert_string_equal(
	    text, "the route carries ONLY_TO_CUSTOMER AS5, so AS8 leaks it");
	bgp_attrs_unref(a);
}

/* ---- the rest */

static void
global_unicast(void **state)
{
	static const struct expected rows[] = {
	    {"2a00::/16", "8", "", POLICY_ACCEPTED, 0, OK},
	    {"3fff::/20", "8", "", POLICY_ACCEPTED, 0, OK},
	    {"4000::/16", "8", "", POLICY_NOT_GLOBAL, 0,
	     "prefix 4000::/16 is not IPv6 global unicast (2000::/3)"},
	    {"fc00::/16", "8", "", POLICY_NOT_GLOBAL, 0,
	     "prefix fc00::/16 is not IPv6 global unicast (2000::/3)"},
	    {"::/2", "8", "", POLICY_NOT_GLOBAL, 0,
	     "prefix ::/2 is not IPv6 global unicast (2000::/3)"},
	};

	(void)state;
	JUDGE(rows);
}

static void
next_hop_8950(void **state)
{
	static const struct {
		bool rfc8950;
		enum policy_next_hop how;
		const char *hop;
		bool fine;
	} rows[] = {
	    {true, POLICY_NH_STRICT, "2001:db8::8", true},
	    {false, POLICY_NH_STRICT, "2001:db8::8", false},
	    {true, POLICY_NH_STRICT, "2001:db8::9", false},
	    {true, POLICY_NH_STRICT, "192.0.2.98", false},
	    {true, POLICY_NH_SAME_AS, "2001:db8::8", true},
	    {true, POLICY_NH_SAME_AS, "2001:db8::88:1", true}, /* range */
	    {false, POLICY_NH_SAME_AS, "2001:db8::88:1", false},
	    {true, POLICY_NH_SAME_AS, "2001:db8::99:1", false},
	    {true, POLICY_NH_SAME_AS, "192.0.2.97", true},
	    {true, POLICY_NH_AUTHORIZED, "2001:db8::77", true},
	    {false, POLICY_NH_AUTHORIZED, "2001:db8::77", false},
	    {true, POLICY_NH_AUTHORIZED, "2001:db8::8", false},
	};
	struct policy_session s = {.client = eight};
	struct ip_prefix prefix, range;
	struct ip_addr list;

	(void)state;
	rich_address(&s.address, "2001:db8::8");
	rich_address(&list, "2001:db8::77");
	assert_true(ip_prefix_parse("2001:db8::88:0/112", &range));
	assert_true(ip_prefix_parse("100.7.0.0/16", &prefix));
	eight->range = &range;
	eight->n_range = 1;
	set->authorized = &list;
	set->n_authorized = 1;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bgp_attrs *a = rich_attrs("8", rows[i].hop, "");
		set->rfc8950 = rows[i].rfc8950;
		set->next_hop = rows[i].how;
		assert_int_equal(policy_check(&rich.p, &s, &prefix, a),
				 rows[i].fine ? POLICY_ACCEPTED
					      : POLICY_NEXT_HOP);
		bgp_attrs_unref(a);
	}
}

static void
ranks(void **state)
{
	static const struct {
		bool general, client;
		uint32_t pref;
		const char *communities;
		uint16_t marks;
		uint8_t rank;
	} rows[] = {
	    {false, true, 0, "65535:0", 0, 0},
	    {true, false, 0, "65535:0", 0, 0},
	    {true, true, 0, "65535:0", POLICY_MARK_GSHUT, 100},
	    {true, true, 50, "65535:0", POLICY_MARK_GSHUT, 50},
	    {true, true, 100, "65535:0", POLICY_MARK_GSHUT, 0},
	    {true, true, 4000000000, "65535:0", POLICY_MARK_GSHUT, 0},
	    {true, true, 0, "1:1", 0, 0},
	    {true, true, 0, "65535:0 65535:666", POLICY_MARK_BLACKHOLE, 0},
	    {false, false, 0, "65535:6", 0, 200},
	};
	struct ip_prefix prefix;

	(void)state;
	assert_true(ip_prefix_parse("100.7.0.0/16", &prefix));
	rich.p.blackhole[0] = POLICY_BH_UNCHANGED;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bgp_attrs *a =
		    rich_attrs("8", "192.0.2.98", rows[i].communities);
		rich.p.gshut = rows[i].general;
		set->gshut = rows[i].client;
		rich.p.gshut_pref = rows[i].pref;
		struct policy_verdict v =
		    policy_import(&rich.p, &rich.session[2], &prefix, a);
		assert_int_equal(v.reason, POLICY_ACCEPTED);
		assert_int_equal(v.marks, rows[i].marks);
		assert_int_equal(v.rank, rows[i].rank);
		bgp_attrs_unref(a);
	}
}

static void
limit(void **state)
{
	struct bgp_attrs *a = rich_attrs("8", "192.0.2.98", "");
	struct ip_prefix prefix;
	char text[128];

	(void)state;
	assert_true(ip_prefix_parse("100.7.0.0/16", &prefix));
	set->max_prefix[0] = 20;
	policy_reason_print(&rich.p, &rich.session[2], &prefix, a,
			    POLICY_MAX_BLOCKED, text, sizeof(text));
	assert_string_equal(text,
			    "the member has reached its limit of 20 prefixes");
	bgp_attrs_unref(a);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(leaks),	 TEST(otc),   TEST(global_unicast),
	    TEST(next_hop_8950), TEST(ranks), TEST(limit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
