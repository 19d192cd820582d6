/*
 * To whom a route goes and how: every function in every kind of community, and
 * the order when several ask.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rs/policy/t/policy_variant.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* ---- every function, in every kind */

static const struct {
	enum policy_action action;
	uint16_t target, others; /* variants */
	bool with_deny;		 /* beside do_not_announce_to_any */
} functions[] = {
    {POLICY_DENY_ALL, DENY, DENY, false},
    {POLICY_DENY_PEER, DENY, 0, false},
    {POLICY_ALLOW_PEER, 0, 0, false},
    {POLICY_ALLOW_PEER, 0, DENY, true},
    {POLICY_PREPEND_ANY_1, 1, 1, false},
    {POLICY_PREPEND_ANY_2, 2, 2, false},
    {POLICY_PREPEND_ANY_3, 3, 3, false},
    {POLICY_PREPEND_PEER_1, 1, 0, false},
    {POLICY_PREPEND_PEER_2, 2, 0, false},
    {POLICY_PREPEND_PEER_3, 3, 0, false},
    {POLICY_ADD_NOEXPORT_ANY, NOEXP, NOEXP, false},
    {POLICY_ADD_NOADVERTISE_ANY, NOADV, NOADV, false},
    {POLICY_ADD_NOEXPORT_PEER, NOEXP, 0, false},
    {POLICY_ADD_NOADVERTISE_PEER, NOADV, 0, false},
    {POLICY_BLACKHOLE, 0, 0, false},
    {POLICY_TAG_ROV_INVALID, 0, 0, false}, /* nobody's to say */
};

/* One kind of the function's community for an AS; false: it does not fit. */
static bool
put(struct bgp_attrs *a, enum policy_action action, int kind, uint32_t arg,
    bool deny)
{
	const struct policy_community *all = &rich.p.communities[action];
	struct policy_community one = {0};
	struct policy_list l = {0};

	if (kind == 0)
		one.std = all->std;
	else if (kind == 1)
		one.lrg = all->lrg;
	else
		one.ext = all->ext;
	policy_list_add(&l, &one, arg);
	bool fits = l.n_std + l.n_lrg + l.n_ext > 0;
	if (deny)
		policy_list_std(&l, BGP_COMMUNITY(0, RICH_RS));
	policy_list_give(&l, a);
	return fits;
}

static void
every_function(void **state)
{
	static const struct {
		int target, other;
	} whom[] = {{S7_5, S65536_30}, {S65536_30, S7_5}, {S70000_NONE, S8_5}};

	(void)state;
	for (size_t i = 0; i < COUNT(functions); i++)
		for (int kind = 0; kind < 3; kind++)
			for (size_t j = 0; j < COUNT(whom); j++) {
				struct bgp_attrs *a =
				    rich_attrs("9", "192.0.2.1", "");
				struct policy_client nine = {.asn = 9};
				struct policy_session from = {.client = &nine};
				struct policy_rule r;
				int to = whom[j].target;
				uint32_t asn = rich.session[to].client->asn;
				bool fits = put(a, functions[i].action, kind,
						asn, functions[i].with_deny);
				policy_rule_init(&r, &rich.p, &from, a, 0);
				assert_int_equal(
				    policy_rule_variant(&r, &rich.p,
							&rich.session[to]),
				    fits ? functions[i].target
					 : functions[i].others);
				assert_int_equal(
				    policy_rule_variant(
					&r, &rich.p,
					&rich.session[whom[j].other]),
				    functions[i].others);
				policy_rule_clear(&r);
				bgp_attrs_unref(a);
			}
}

/* A target of 32 bits: 65536 is 0, 70000 is 4464 in 16 bits. */
static void
wide_targets(void **state)
{
	static const struct {
		const char *communities;
		uint16_t seven, s65536, s70000;
	} rows[] = {
	    {"0:0 0:4464 65511:4464", 0, 0, 0},
	    {"rt:0:70000", 0, 0, DENY},
	    {"64500:0:65536", 0, DENY, 0},
	    {"0:64500 64500:4464 rt:64500:70000", DENY, DENY, 0},
	    {"64500:102:70000 rt:65513:65536", 0, 3, 2},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bgp_attrs *a =
		    rich_attrs("8", "192.0.2.1", rows[i].communities);
		assert_int_equal(variant_of(a, 0, S8_5, S7_5), rows[i].seven);
		assert_int_equal(variant_of(a, 0, S8_5, S65536_30),
				 rows[i].s65536);
		assert_int_equal(variant_of(a, 0, S8_5, S70000_NONE),
				 rows[i].s70000);
		bgp_attrs_unref(a);
	}
}

/* ---- who wins */

static const struct {
	const char *path, *communities;
	uint16_t marks;
	int to;
	uint16_t variant;
} precedence[] = {
    {"8", "0:7 64500:7", 0, S7_5, DENY}, /* not to X goes first */
    {"8", "64500:1:7 64500:0:7", 0, S7_5, DENY},
    {"8", "0:64500 64500:7", 0, S7_5, 0},
    {"8", "0:64500 64500:7", 0, S65536_30, DENY},
    {"8", "0:64500 0:7 64500:7", 0, S7_5, DENY},
    {"8 7", "64500:7", 0, S7_5, DENY},	/* a loop, whatever is asked */
    {"8", "64500:8", 0, S8_NONE, DENY}, /* the other session of the source */
    {"8", "", POLICY_MARK_ROV_INVALID, S7_5, DENY},
    {"8", "64500:7", POLICY_MARK_ASPA_INVALID, S7_5, DENY},
    {"8", "", POLICY_MARK_ROV_UNKNOWN, S7_5, 0},
    {"8", "65501:64500 65512:7", 0, S7_5, 2}, /* to peer before to any */
    {"8", "65501:64500 65512:7", 0, S65536_30, 1},
    {"8", "65513:7 65511:7 65512:7", 0, S7_5, 1}, /* once first */
    {"8", "65503:64500 65502:64500", 0, S7_5, 2},
    {"8", "65501:64500 0:64500", 0, S7_5, DENY},
    {"8", "65521:64500 65522:64500", 0, S7_5, NOEXP | NOADV},
    {"8", "65521:64500 65524:7 65503:64500", 0, S7_5, NOEXP | NOADV | 3},
    {"8", "65521:64500 65524:7 65503:64500", 0, S65536_30, NOEXP | 3},
    /* round-trip times: 37, 5, none, 5.5, 30, 250, none, 100 */
    {"8", "64531:5", 0, S7_5, DENY}, /* lower is inclusive */
    {"8", "64531:5", 0, S7_37, 0},
    {"7", "64531:5", 0, S8_5, 0}, /* 5.5 */
    {"8", "64532:30", 0, S7_37, DENY},
    {"8", "64532:30", 0, S65536_30, 0}, /* higher is exclusive */
    {"8", "64532:30", 0, S70000_NONE, 0},
    {"8", "64532:31", 0, S7_37, 0}, /* no threshold */
    {"8", "64532:0", 0, S7_37, 0},
    {"8", "0:64500 64533:30", 0, S65536_30, 0},
    {"8", "0:64500 64533:30", 0, S65536_250, DENY},
    {"8", "0:64500 64533:30", 0, S70000_NONE, DENY},
    {"8", "0:64500 64534:100", 0, S65536_250, 0},
    {"8", "0:64500 64534:100", 0, S70000_100, DENY},
    {"8", "64532:30 64534:10", 0, S7_37, DENY}, /* not before only */
    {"8", "64532:30 64500:7", 0, S7_37, 0},	/* to peer before both */
    {"8", "64534:30 0:7", 0, S7_37, DENY},
    {"8", "65512:7 64544:30", 0, S7_37, 2}, /* peer, higher, lower, any */
    {"8", "65503:64500 64544:30", 0, S7_37, 1},
    {"8", "65503:64500 64544:30", 0, S7_5, 3},
    {"8", "64544:10 64545:30 64546:100", 0, S65536_250, 3}, /* highest */
    {"8", "64544:10 64545:30 64546:100", 0, S7_37, 2},
    {"8", "64541:100 64542:30 64543:10", 0, S7_5, 3}, /* lowest */
    {"8", "64541:100 64542:30 64543:10", 0, S65536_30, 2},
    {"8", "64546:10 64541:100", 0, S7_37, 3}, /* higher before lower */
    {"8", "64546:30 64545:30", 0, S7_37, 2},  /* once, twice, thrice */
    {"8", "64500:46:30 ro:64545:30", 0, S7_37, 2},
};

static void
order(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(precedence); i++) {
		struct bgp_attrs *a = rich_attrs(
		    precedence[i].path, "192.0.2.1", precedence[i].communities);
		int from = precedence[i].path[0] == '7' ? S7_5 : S8_5;
		uint16_t v =
		    variant_of(a, precedence[i].marks, from, precedence[i].to);
		if (v != precedence[i].variant)
			fail_msg("%s: %x, not %x", precedence[i].communities, v,
				 precedence[i].variant);
		bgp_attrs_unref(a);
	}
}

/* An AS number of ours in four octets, and one that only looks like it. */
static void
four_octet_extended(void **state)
{
	static const struct {
		uint8_t ext[8];
		uint16_t seven;
	} rows[] = {
	    {{2, 2, 0, 0, 0xfb, 0xf4, 0, 7}, 0},
	    {{2, 2, 0xfb, 0xf4, 0, 0, 0, 7}, DENY},
	    {{0, 2, 0xfb, 0xf4, 0, 0, 0, 7}, 0},
	    {{0, 3, 0xfb, 0xf4, 0, 0, 0, 7}, DENY},    /* origin, not target */
	    {{0x40, 2, 0xfb, 0xf4, 0, 0, 0, 7}, DENY}, /* not transitive */
	    {{1, 2, 0, 0, 0xfb, 0xf4, 0, 7}, DENY},    /* an address */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bgp_attrs *a = rich_attrs("8", "192.0.2.1", "0:64500");
		bgp_attrs_set_ext(a, rows[i].ext, 1);
		assert_int_equal(variant_of(a, 0, S8_5, S7_5), rows[i].seven);
		bgp_attrs_unref(a);
	}
}

static void
well_known(void **state)
{
	static const struct {
		const char *communities;
		uint16_t pass, obey;
	} rows[] = {
	    {"65535:65281", 0, DENY},
	    {"65535:65282", 0, DENY},
	    {"65535:65283", 0, 0},
	    {"65535:65281 0:64500 64500:7", 0, DENY}, /* no exception */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bgp_attrs *a =
		    rich_attrs("8", "192.0.2.1", rows[i].communities);
		assert_int_equal(variant_of(a, 0, S8_5, S7_5), rows[i].pass);
		rich.p.obey_rfc1997 = true;
		assert_int_equal(variant_of(a, 0, S8_5, S7_5), rows[i].obey);
		rich.p.obey_rfc1997 = false;
		bgp_attrs_unref(a);
	}
}

/* Most rules are one exception: the source. Numbers of strangers take no room. */
static void
small(void **state)
{
	struct bgp_attrs *a = rich_attrs("8 9 10 11", "192.0.2.1",
					 "0:9 64500:10 3356:2 65501:11");
	struct policy_rule r;

	(void)state;
	policy_rule_init(&r, &rich.p, &rich.session[S8_5], a, 0);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.except[0].asn, 8);
	assert_int_equal(r.except[0].variant, DENY);
	assert_int_equal(r.others, 0);
	assert_false(r.by_session);
	policy_rule_clear(&r);
	bgp_attrs_unref(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_function),
	    cmocka_unit_test(wide_targets),
	    cmocka_unit_test(four_octet_extended),
	    cmocka_unit_test(order),
	    cmocka_unit_test(well_known),
	    cmocka_unit_test(small),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	rich_init(&rich);
	int r = cmocka_run_group_tests(tests, NULL, NULL);
	rich_clear(&rich);
	return r;
}
