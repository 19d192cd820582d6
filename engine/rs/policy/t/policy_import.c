/*
 * What registries and RPKI say on the way in, also of blackholes. Each case is a
 * route of AS8's and the sentence that comes out, after a change of the policy.
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

static const char registry[] =
    "as-set: AS-EIGHT\nmembers: AS8, AS80, AS70000\nsource: TEST\n\n"
    "route: 100.8.0.0/16\norigin: AS8\nsource: TEST\n\n"
    "route: 100.80.0.0/16\norigin: AS80\nsource: TEST\n\n"
    "route6: 2a00:8::/32\norigin: AS8\nsource: TEST\n\n"
    "route: 100.9.0.0/16\norigin: AS9\nsource: TEST\n";

static void
vrp(struct rpki *t, const char *prefix, uint8_t max_len, uint32_t asn)
{
	struct rpki_vrp v = {.max_len = max_len, .asn = asn};

	assert_true(ip_prefix_parse(prefix, &v.prefix));
	rpki_add(t, &v);
}

static char *as_sets[] = {(char[]){"AS-EIGHT"}, (char[]){"AS-MORE"}};

static int
setup(void **state)
{
	struct err e;

	(void)state;
	judge_init();
	rich.p.irr = irr_db_new();
	assert_int_equal(
	    irr_db_rpsl(rich.p.irr, registry, strlen(registry), "registry", &e),
	    0);
	eight->as_sets = as_sets;
	eight->n_as_sets = 1;
	eight->irr =
	    irr_filter_new(rich.p.irr, (const char *const *)as_sets, 1);
	rich.p.rpki = rpki_new();
	vrp(rich.p.rpki, "100.8.0.0/16", 20, 8);
	vrp(rich.p.rpki, "100.81.0.0/16", 24, 80);
	vrp(rich.p.rpki, "100.9.0.0/16", 16, 9);
	rpki_aspa_set(rich.p.rpki, 80, (uint32_t[]){8}, 1);
	rpki_aspa_set(rich.p.rpki, 81, (uint32_t[]){9}, 1);
	rich.p.arin = rpki_new();
	vrp(rich.p.arin, "100.82.0.0/16", 16, 80);
	rich.p.registrobr = rpki_new();
	vrp(rich.p.registrobr, "100.83.0.0/16", 16, 80);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	irr_filter_free(eight->irr);
	irr_db_free(rich.p.irr);
	rpki_free(rich.p.rpki);
	rpki_free(rich.p.arin);
	rpki_free(rich.p.registrobr);
	rich_clear(&rich);
	return 0;
}

/* ---- registries */

enum {
	ORIGIN = POLICY_MARK_ORIGIN_IN_SET,
	NO_ORIGIN = POLICY_MARK_ORIGIN_NOT_IN_SET,
	PREFIX = POLICY_MARK_PREFIX_IN_SET,
	NO_PREFIX = POLICY_MARK_PREFIX_NOT_IN_SET,
};

static void
registries(void **state)
{
	static const struct expected rows[] = {
	    {"100.8.0.0/16", "8", "", POLICY_ACCEPTED, 0, OK},
	    {"100.80.0.0/16", "8 80", "", POLICY_ACCEPTED, 0, OK},
	    {"2a00:8::/32", "8", "", POLICY_ACCEPTED, 0, OK},
	    {"100.9.0.0/16", "8 9", "", POLICY_ORIGIN_NOT_IN_SET, 0,
	     "AS9 is not in AS-EIGHT"},
	    {"100.9.0.0/16", "8", "", POLICY_PREFIX_NOT_IN_SET, 0,
	     "a route object for 100.9.0.0/16 is not in AS-EIGHT"},
	    {"100.8.0.0/17", "8", "", POLICY_PREFIX_NOT_IN_SET, 0,
	     "a route object for 100.8.0.0/17 is not in AS-EIGHT"},
	};
	static const struct expected longer[] = {
	    {"100.8.0.0/17", "8", "", POLICY_ACCEPTED, 0, OK},
	    {"100.0.0.0/8", "8", "", POLICY_PREFIX_NOT_IN_SET, 0,
	     "a route object for 100.0.0.0/8 is not in AS-EIGHT"},
	};
	static const struct expected origin_only[] = {
	    {"100.9.0.0/16", "8", "", POLICY_ACCEPTED, 0, OK},
	    {"100.8.0.0/16", "8 9", "", POLICY_ORIGIN_NOT_IN_SET, 0,
	     "AS9 is in none of AS-EIGHT, AS-MORE"},
	};
	static const struct expected prefix_only[] = {
	    {"100.8.0.0/16", "8 9", "", POLICY_ACCEPTED, 0, OK},
	    {"100.9.0.0/16", "8 9", "", POLICY_PREFIX_NOT_IN_SET, 0,
	     "a route object for 100.9.0.0/16 is not in AS8's own objects"},
	};
	static const struct expected nothing[] = {
	    {"100.9.0.0/16", "8 9", "", POLICY_ACCEPTED, 0, OK},
	};

	(void)state;
	set->enforce_origin = set->enforce_prefix = true;
	JUDGE(rows);
	rich.p.allow_longer_prefixes = true;
	JUDGE(longer);
	set->enforce_prefix = false;
	eight->n_as_sets = 2;
	JUDGE(origin_only);
	set->enforce_prefix = true;
	set->enforce_origin = false;
	eight->n_as_sets = 0;
	JUDGE(prefix_only);
	set->enforce_prefix = false;
	JUDGE(nothing);
}

static void
path_with_set(void **state)
{
	static const uint8_t path[] = {BGP_AS_SEQUENCE, 1, 0, 0, 0, 8,
				       BGP_AS_SET,	1, 0, 0, 0, 80};
	struct bgp_attrs *a = rich_attrs("", "192.0.2.98", "");
	struct ip_prefix prefix;
	char text[256];
	static const struct {
		bool irr, rov, aspa;
		enum policy_reason reason;
		const char *sentence;
	} rows[] = {
	    {true, false, false, POLICY_ORIGIN_NOT_IN_SET,
	     "the AS path ends in a set, which is not in AS-EIGHT"},
	    {false, true, false, POLICY_ROV_INVALID,
	     "RPKI: the AS path ends in a set; the ROA for 100.8.0.0/16 names "
	     "AS8"},
	    {false, false, true, POLICY_ASPA_INVALID,
	     "ASPA: the AS path has a set and cannot be verified"},
	};

	(void)state;
	bgp_attrs_set_path(a, path, sizeof(path));
	assert_true(ip_prefix_parse("100.8.0.0/16", &prefix));
	set->reject_rov_invalid = set->reject_aspa_invalid = true;
	for (size_t i = 0; i < COUNT(rows); i++) {
		set->enforce_origin = rows[i].irr;
		rich.p.rov = rows[i].rov;
		rich.p.aspa = rows[i].aspa;
		struct policy_verdict v =
		    policy_import(&rich.p, &rich.session[2], &prefix, a);
		assert_int_equal(v.reason, rows[i].reason);
		policy_reason_print(&rich.p, &rich.session[2], &prefix, a,
				    v.reason, text, sizeof(text));
		assert_string_equal(text, rows[i].sentence);
	}
	bgp_attrs_unref(a);
}

static void
tags(void **state)
{
	static const struct expected free_[] = {
	    {"100.8.0.0/16", "8", "", POLICY_ACCEPTED, ORIGIN | PREFIX, OK},
	    {"100.8.0.0/16", "8 9", "", POLICY_ACCEPTED, NO_ORIGIN | PREFIX,
	     OK},
	    {"100.9.0.0/16", "8 80", "", POLICY_ACCEPTED, ORIGIN | NO_PREFIX,
	     OK},
	    {"100.9.0.0/16", "8 9", "", POLICY_ACCEPTED, NO_ORIGIN | NO_PREFIX,
	     OK},
	    {"100.81.0.0/16", "8 80", "", POLICY_ACCEPTED, ORIGIN | NO_PREFIX,
	     OK}, /* ROAs are no route objects */
	};
	static const struct expected via[] = {
	    {"100.81.0.0/16", "8 80", "", POLICY_ACCEPTED,
	     ORIGIN | NO_PREFIX | POLICY_MARK_VIA_ROA, OK},
	    {"100.81.1.0/24", "8 80", "", POLICY_ACCEPTED,
	     ORIGIN | NO_PREFIX | POLICY_MARK_VIA_ROA, OK},
	    {"100.82.0.0/16", "8 80", "", POLICY_ACCEPTED,
	     ORIGIN | NO_PREFIX | POLICY_MARK_VIA_ARIN, OK},
	    {"100.83.0.0/16", "8 80", "", POLICY_ACCEPTED,
	     ORIGIN | NO_PREFIX | POLICY_MARK_VIA_REGISTROBR, OK},
	    {"100.82.0.0/17", "8 80", "", POLICY_PREFIX_NOT_IN_SET, 0,
	     "a route object for 100.82.0.0/17 is not in AS-EIGHT"},
	    {"100.82.0.0/16", "8", "", POLICY_PREFIX_NOT_IN_SET, 0,
	     "a route object for 100.82.0.0/16 is not in AS-EIGHT"},
	    /* the origin must be the client's all the same */
	    {"100.9.0.0/16", "8 9", "", POLICY_ORIGIN_NOT_IN_SET, 0,
	     "AS9 is not in AS-EIGHT"},
	};
	static const struct expected longer[] = {
	    {"100.82.0.0/17", "8 80", "", POLICY_ACCEPTED,
	     ORIGIN | NO_PREFIX | POLICY_MARK_VIA_ARIN, OK},
	    {"100.81.0.0/24", "8 80", "", POLICY_ACCEPTED,
	     ORIGIN | NO_PREFIX | POLICY_MARK_VIA_ROA, OK},
	};

	(void)state;
	rich.p.tag_as_set = true;
	JUDGE(free_);
	rich.p.roas_as_routes = true;
	set->enforce_origin = set->enforce_prefix = true;
	JUDGE(via);
	rich.p.allow_longer_prefixes = true;
	JUDGE(longer);
}

static struct policy_prefix white_prefix[] = {{.ge = 20, .le = 24}};
static struct policy_route white_route[] = {
    {.prefix = {.ge = 16, .le = 16}, .asn = 9},
    {.prefix = {.ge = 16, .le = 16}, .any_asn = true}};
static uint32_t white_asns[] = {88};

static void
white_lists(void **state)
{
	static const struct expected rows[] = {
	    {"100.88.0.0/20", "8 88", "", POLICY_ACCEPTED, ORIGIN | PREFIX, OK},
	    {"100.88.0.0/19", "8 88", "", POLICY_PREFIX_NOT_IN_SET, 0,
	     "a route object for 100.88.0.0/19 is not in AS-EIGHT"},
	    {"100.88.0.0/20", "8 89", "", POLICY_ORIGIN_NOT_IN_SET, 0,
	     "AS89 is not in AS-EIGHT"},
	    {"100.9.0.0/16", "8 9", "", POLICY_ACCEPTED,
	     NO_ORIGIN | NO_PREFIX | POLICY_MARK_VIA_WHITE_LIST, OK},
	    {"100.9.0.0/16", "8 10", "", POLICY_ORIGIN_NOT_IN_SET, 0,
	     "AS10 is not in AS-EIGHT"},
	    {"100.10.0.0/16", "8 10", "", POLICY_ACCEPTED,
	     NO_ORIGIN | NO_PREFIX | POLICY_MARK_VIA_WHITE_LIST, OK},
	    {"100.10.0.0/17", "8 10", "", POLICY_ORIGIN_NOT_IN_SET, 0,
	     "AS10 is not in AS-EIGHT"},
	    /* any length may be white, but for the limits of all */
	    {"100.88.1.0/25", "8 88", "", POLICY_TOO_LONG, 0,
	     "prefix 100.88.1.0/25 is longer than /24"},
	};

	(void)state;
	ip_prefix_parse("100.88.0.0/16", &white_prefix[0].prefix);
	ip_prefix_parse("100.9.0.0/16", &white_route[0].prefix.prefix);
	ip_prefix_parse("100.10.0.0/16", &white_route[1].prefix.prefix);
	eight->white_prefixes =
	    (struct policy_prefixes){white_prefix, COUNT(white_prefix)};
	eight->white_asns = white_asns;
	eight->n_white_asns = COUNT(white_asns);
	eight->white_routes = white_route;
	eight->n_white_routes = COUNT(white_route);
	rich.p.tag_as_set = true;
	set->enforce_origin = set->enforce_prefix = true;
	JUDGE(rows);
	eight->irr = (irr_filter_free(eight->irr), NULL);
	JUDGE(rows); /* nothing but the white lists */
}

/* ---- RPKI */

static void
rpki(void **state)
{
	static const struct expected off[] = {
	    {"100.9.0.0/16", "8", "", POLICY_ACCEPTED, 0, OK},
	};
	static const struct expected reject[] = {
	    {"100.8.0.0/20", "8", "", POLICY_ACCEPTED, POLICY_MARK_ROV_VALID,
	     OK},
	    {"100.7.0.0/16", "8", "", POLICY_ACCEPTED, POLICY_MARK_ROV_UNKNOWN,
	     OK},
	    {"100.9.0.0/16", "8", "", POLICY_ROV_INVALID, 0,
	     "RPKI: AS8 may not originate 100.9.0.0/16; the ROA names AS9"},
	    {"100.8.0.0/21", "8", "", POLICY_ROV_INVALID, 0,
	     "RPKI: AS8 may not originate 100.8.0.0/21; its ROA permits "
	     "lengths up to /20"},
	};
	static const struct expected mark[] = {
	    {"100.9.0.0/16", "8", "", POLICY_ACCEPTED, POLICY_MARK_ROV_INVALID,
	     OK},
	};

	(void)state;
	JUDGE(off);
	rich.p.rov = true;
	set->reject_rov_invalid = true;
	JUDGE(reject);
	set->reject_rov_invalid = false;
	JUDGE(mark);
}

static void
aspa(void **state)
{
	static const struct expected rows[] = {
	    {"100.7.0.0/16", "8 80 80", "", POLICY_ACCEPTED, 0, OK},
	    {"100.7.0.0/16", "8 99", "", POLICY_ACCEPTED, 0, OK},
	    {"100.7.0.0/16", "8 8 81", "", POLICY_ASPA_INVALID, 0,
	     "ASPA: AS81 is behind AS8 in the AS path and does not name it as "
	     "a provider"},
	    {"100.7.0.0/16", "8 80 81 99", "", POLICY_ASPA_INVALID, 0,
	     "ASPA: AS81 is behind AS80 in the AS path and does not name it "
	     "as a provider"},
	};
	static const struct expected mark[] = {
	    {"100.7.0.0/16", "8 81", "", POLICY_ACCEPTED,
	     POLICY_MARK_ASPA_INVALID, OK},
	};
	static const struct expected off[] = {
	    {"100.7.0.0/16", "8 81", "", POLICY_ACCEPTED, 0, OK},
	};

	(void)state;
	rich.p.aspa = true;
	set->reject_aspa_invalid = true;
	JUDGE(rows);
	set->reject_aspa_invalid = false;
	JUDGE(mark);
	rich.p.aspa = false;
	JUDGE(off);
}

/* ---- blackholes */

static void
blackholes(void **state)
{
	enum { BH = POLICY_MARK_BLACKHOLE };
	static const struct expected off[] = {
	    {"100.8.0.1/32", "8", "65535:666", POLICY_TOO_LONG, 0,
	     "prefix 100.8.0.1/32 is longer than /24"},
	    {"100.8.0.0/16", "8", "65535:666", POLICY_ACCEPTED, 0, OK},
	};
	static const struct expected open[] = {
	    {"100.8.0.1/32", "8", "65535:666", POLICY_ACCEPTED, BH, OK},
	    {"100.8.0.0/16", "8", "65534:666", POLICY_ACCEPTED, BH, OK},
	    {"100.8.0.1/32", "8", "64500:666:0", POLICY_ACCEPTED, BH, OK},
	    {"100.8.0.1/32", "8", "rt:65534:666", POLICY_ACCEPTED, BH, OK},
	    {"100.8.0.1/32", "8", "1:1", POLICY_TOO_LONG, 0,
	     "prefix 100.8.0.1/32 is longer than /24"},
	    {"2a00:8::1/128", "8", "65535:666", POLICY_TOO_LONG, 0,
	     "prefix 2a00:8::1/128 is longer than /48"}, /* IPv4 only */
	    {"100.8.0.1/32", "9", "65535:666", POLICY_FIRST_AS, 0,
	     "the AS path begins with AS9, not with the announcing member's "
	     "AS8"},
	    {"0.0.0.0/0", "8", "65535:666", POLICY_DEFAULT_ROUTE, 0,
	     "0.0.0.0/0 is a default route, which has no place at an "
	     "exchange"},
	};
	static const struct expected rov[] = {
	    /* a ROA for a /16 makes a /32 invalid, not foreign */
	    {"100.8.0.1/32", "8", "65535:666", POLICY_ACCEPTED, BH, OK},
	    {"100.7.0.1/32", "8", "65535:666", POLICY_ACCEPTED, BH, OK},
	    {"100.9.0.1/32", "8", "65535:666", POLICY_BLACKHOLE_FOREIGN, 0,
	     "the blackhole 100.9.0.1/32 lies in no prefix that AS8 may "
	     "announce"},
	};
	static const struct expected irr[] = {
	    {"100.8.0.1/32", "8", "65535:666", POLICY_ACCEPTED,
	     BH | ORIGIN | PREFIX | POLICY_MARK_VIA_ROA, OK},
	    {"100.8.0.0/16", "8", "65535:666", POLICY_ACCEPTED,
	     BH | ORIGIN | PREFIX | POLICY_MARK_VIA_ROA, OK},
	    {"2a00:8::1/128", "8", "65535:666", POLICY_ACCEPTED,
	     BH | ORIGIN | PREFIX, OK},
	    {"100.81.0.1/32", "8 80", "65535:666", POLICY_ACCEPTED,
	     BH | ORIGIN | NO_PREFIX | POLICY_MARK_VIA_ROA, OK},
	    {"100.10.0.1/32", "8 10", "65535:666", POLICY_ACCEPTED,
	     BH | NO_ORIGIN | NO_PREFIX | POLICY_MARK_VIA_WHITE_LIST, OK},
	    {"100.7.0.1/32", "8", "65535:666", POLICY_BLACKHOLE_FOREIGN, 0,
	     "the blackhole 100.7.0.1/32 lies in no prefix that AS8 may "
	     "announce"},
	    {"100.80.0.1/32", "8 9", "65535:666", POLICY_ORIGIN_NOT_IN_SET, 0,
	     "AS9 is not in AS-EIGHT"},
	};

	(void)state;
	set->reject_rov_invalid = true;
	JUDGE(off);
	rich.p.blackhole[0] = POLICY_BH_UNCHANGED;
	JUDGE(open);
	rich.p.rov = true;
	JUDGE(rov);
	rich.p.blackhole[1] = POLICY_BH_REWRITE;
	set->enforce_origin = set->enforce_prefix = true;
	rich.p.tag_as_set = true;
	ip_prefix_parse("100.10.0.0/16", &white_route[1].prefix.prefix);
	eight->white_routes = white_route;
	eight->n_white_routes = COUNT(white_route);
	JUDGE(irr);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(registries),  TEST(path_with_set), TEST(tags),
	    TEST(white_lists), TEST(rpki),	    TEST(aspa),
	    TEST(blackholes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
