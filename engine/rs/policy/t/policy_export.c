/*
 * What leaves: scrubbing of everything that is not for members, informational and
 * custom communities, blackholes, roles, graceful shutdown, prepending; and what
 * the operator is shown.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rs/policy/policy_conf.h"
#include "rs/policy/policy_priv.h"
#include "rs/policy/t/policy_rich.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static struct rich rich;

enum { S7, S8 = 2 };
enum { PLAIN = 2 /* takes blackholes */, PREPENDED = 3, NO_BLACKHOLE = 0 };
enum { DOWN = 4, PEER = 8, UP = 12 }; /* with roles */

/* "8 9|65535:666|64500:1:2|rt:0:1|192.0.2.1|otc 5"; the caller frees. */
static char *
show(const struct bgp_attrs *a)
{
	struct str s = {0};
	char *path = bgp_path_print(a), *std = bgp_communities_print(a),
	     *lrg = bgp_large_print(a), hop[IP_ADDRSTRLEN];

	str_addf(&s, "%s|%s|%s|", path, std, lrg);
	for (size_t i = 0; i < a->n_ext; i++) {
		const uint8_t *c = &a->ext[8 * i];
		str_addf(&s, "%s%02x%02x:%02x%02x%02x%02x%02x%02x",
			 i > 0 ? " " : "", c[0], c[1], c[2], c[3], c[4], c[5],
			 c[6], c[7]);
	}
	str_addf(&s, "|%s", ip_addr_print(&a->next_hop, hop));
	if (a->has_otc)
		str_addf(&s, "|otc %u", a->otc);
	if (a->has_local_pref)
		str_addf(&s, "|local_pref %u", a->local_pref);
	free(path);
	free(std);
	free(lrg);
	return str_steal(&s);
}

static void
expect(struct bgp_attrs *a, uint16_t marks, uint16_t variant,
       unsigned int class, const char *text)
{
	struct bgp_attrs *before = bgp_attrs_clone(a);
	struct bgp_attrs *out =
	    policy_export(&rich.p, &rich.session[S8], a, marks, variant, class);

	assert_true(bgp_attrs_equal(a, before)); /* a is shared */
	if (out == NULL) {
		assert_null(text);
	} else {
		char *shown = show(out);
		assert_string_equal(shown, text);
		assert_int_equal(out == a, bgp_attrs_equal(out, a));
		free(shown);
	}
	bgp_attrs_unref(before);
	bgp_attrs_unref(out);
}

/* Without communities that say that something was not done. */
static void
quiet(void)
{
	rich.p.communities[POLICY_TAG_ROV_NOT_DONE] =
	    (struct policy_community){0};
	rich.p.communities[POLICY_TAG_ASPA_NOT_DONE] =
	    (struct policy_community){0};
	policy_index_build(&rich.p);
}

static int
setup(void **state)
{
	(void)state;
	rich_init(&rich);
	quiet();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rich_clear(&rich);
	return 0;
}

/* ---- scrubbing */

static void
nothing_changes(void **state)
{
	static const char *const communities[] = {
	    "", "3356:1 65535:65281 65535:0 65535:666 9:9:9 rt:1:2",
	    "64501:0:0 64500:5:5 1:64500"};

	(void)state;
	for (size_t i = 0; i < COUNT(communities); i++) {
		struct bgp_attrs *a =
		    rich_attrs("8 9", "192.0.2.98", communities[i]);
		struct bgp_attrs *out =
		    policy_export(&rich.p, &rich.session[S8], a, 0, 0, PLAIN);
		assert_ptr_equal(out, a);
		bgp_attrs_unref(out);
		bgp_attrs_unref(a);
	}
}

/* Every community of every function, alone and among others. */
static void
scrubs_everything(void **state)
{
	static const uint32_t args[] = {0, 7, 30, 65535, 70000};
	struct policy_list l;

	(void)state;
	rich_clear(&rich);
	rich_init(&rich);
	for (int i = 0; i < POLICY_ACTIONS; i++)
		for (size_t j = 0; j < COUNT(args); j++) {
			struct bgp_attrs *a = rich_attrs("8", "192.0.2.98", "");
			l = (struct policy_list){0};
			policy_list_std(&l, BGP_COMMUNITY(3356, 1));
			policy_list_add(&l, &rich.p.communities[i], args[j]);
			policy_list_std(&l, BGP_COMMUNITY(3356, 2));
			policy_list_give(&l, a);
			expect(a, POLICY_MARK_ROV_VALID, 0, PLAIN,
			       "8|3356:1 3356:2 64514:0|64500:1005:0|"
			       "0002:fc0200000000|192.0.2.98");
			bgp_attrs_unref(a);
		}
}

static void
scrubs_others(void **state)
{
	static const char *const communities[] = {
	    "64500:1101:8",	    /* a filter's reason */
	    "64500:1103:14",	    /* of reject_cause_map */
	    "64515:1 64500:1911:1", /* custom, not that client's */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(communities); i++) {
		struct bgp_attrs *a =
		    rich_attrs("8", "192.0.2.98", communities[i]);
		expect(a, 0, 0, PLAIN, "8||||192.0.2.98");
		bgp_attrs_unref(a);
	}
	/* RFC 8097, when the validation is ours */
	struct bgp_attrs *a = rich_attrs("8", "192.0.2.98", "");
	static const uint8_t state8097[] = {0x43, 0, 0, 0, 0, 0, 0, 2};
	bgp_attrs_set_ext(a, state8097, 1);
	expect(a, 0, 0, PLAIN, "8|||4300:000000000002|192.0.2.98");
	rich.p.rov = true;
	expect(a, 0, 0, PLAIN, "8||||192.0.2.98");
	/* both forms of an AS number in an extended community */
	static const uint8_t as4[] = {2, 2, 0, 0, 0, 0, 0, 7};
	bgp_attrs_set_ext(a, as4, 1);
	expect(a, 0, 0, PLAIN, "8||||192.0.2.98");
	/* opaque, of an address, and not transitive ones are not ours */
	static const uint8_t strange[] = {3, 2, 0, 0, 0, 0,    0, 7, 1, 2, 0,
					  0, 0, 0, 0, 7, 0x40, 2, 0, 0, 0, 0,
					  0, 7, 0, 9, 0, 0,    0, 0, 0, 7};
	bgp_attrs_set_ext(a, strange, 4);
	expect(a, 0, 0, PLAIN,
	       "8|||0302:000000000007 0102:000000000007 4002:000000000007 "
	       "0009:000000000007|192.0.2.98");
	a->has_local_pref = true;
	a->local_pref = 500;
	expect(a, 0, 0, PLAIN,
	       "8|||0302:000000000007 0102:000000000007 4002:000000000007 "
	       "0009:000000000007|192.0.2.98");
	bgp_attrs_unref(a);
}

/* ---- what is added */

static const struct {
	uint16_t marks, variant;
	unsigned int class;
	const char *communities, *out;
} rows[] = {
    /* prepending: the first AS, then our own in front */
    {0, 1, PLAIN, "", "8 8 9||||192.0.2.98"},
    {0, 3, PLAIN, "65503:64500", "8 8 8 8 9||||192.0.2.98"},
    {0, 0, PREPENDED, "", "64500 8 9||||192.0.2.98"},
    {0, 2, PREPENDED, "1:1", "64500 8 8 8 9|1:1|||192.0.2.98"},
    /* NO_EXPORT, NO_ADVERTISE: once */
    {0, POLICY_VARIANT_NOEXPORT, PLAIN, "", "8 9|65535:65281|||192.0.2.98"},
    {0, POLICY_VARIANT_NOEXPORT | POLICY_VARIANT_NOADVERTISE, PLAIN,
     "65535:65281 1:1", "8 9|65535:65281 1:1 65535:65282|||192.0.2.98"},
    /* what was found out */
    {POLICY_MARK_PREFIX_IN_SET | POLICY_MARK_ORIGIN_NOT_IN_SET, 0, PLAIN,
     "64512:4",
     "8 9|64512:1 64512:4|64500:1001:1 64500:1001:4|"
     "0002:fc0000000001 0002:fc0000000004|192.0.2.98"},
    {POLICY_MARK_PREFIX_NOT_IN_SET | POLICY_MARK_ORIGIN_IN_SET |
	 POLICY_MARK_VIA_ROA | POLICY_MARK_VIA_ARIN |
	 POLICY_MARK_VIA_REGISTROBR,
     0, PLAIN, "",
     "8 9|64512:2 64512:3 64512:5 64512:6 64512:7|64500:1001:2 64500:1001:3 "
     "64500:1001:5 64500:1001:6 64500:1001:7|0002:fc0000000002 "
     "0002:fc0000000003 0002:fc0000000005 0002:fc0000000006 "
     "0002:fc0000000007|192.0.2.98"},
    {POLICY_MARK_VIA_WHITE_LIST, 0, PLAIN, "",
     "8 9|64512:8|64500:1001:8|0002:fc0000000008|192.0.2.98"},
    /* the states of validation stay inside */
    {POLICY_MARK_ROV_VALID, 0, PLAIN, "64513:3", "8 9||||192.0.2.98"},
    {POLICY_MARK_ROV_UNKNOWN, 0, PLAIN, "", "8 9||||192.0.2.98"},
    /* blackholes; "propagate-unchanged" */
    {POLICY_MARK_BLACKHOLE, 0, PLAIN, "65535:666",
     "8 9|65535:666|||192.0.2.98"},
    {POLICY_MARK_BLACKHOLE, 0, PLAIN, "65534:666 64500:666:0 rt:65534:666",
     "8 9|65535:666|||192.0.2.98"},
    {POLICY_MARK_BLACKHOLE, 0, NO_BLACKHOLE, "65535:666", NULL},
    {0, 0, NO_BLACKHOLE, "65535:666", "8 9|65535:666|||192.0.2.98"},
    {0, 0, PLAIN, "64500:666:0", "8 9||||192.0.2.98"},
    /* long-lived stale, RFC 9494 */
    {POLICY_MARK_LLGR, 0, PLAIN, "", "8 9|65535:6|||192.0.2.98"},
    {POLICY_MARK_LLGR, 0, PLAIN, "65535:6", "8 9|65535:6|||192.0.2.98"},
    /* graceful shutdown of others passes */
    {POLICY_MARK_GSHUT, 0, PLAIN, "65535:0", "8 9|65535:0|||192.0.2.98"},
};

static void
adds(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bgp_attrs *a =
		    rich_attrs("8 9", "192.0.2.98", rows[i].communities);
		expect(a, rows[i].marks, rows[i].variant, rows[i].class,
		       rows[i].out);
		bgp_attrs_unref(a);
	}
}

static void
not_done(void **state)
{
	struct bgp_attrs *a = rich_attrs("8", "192.0.2.98", "64513:1");

	(void)state;
	rich_clear(&rich);
	rich_init(&rich);
	expect(a, 0, 0, PLAIN,
	       "8|64513:0 64514:0|64500:1000:3 64500:1005:0|0002:fc0100000000 "
	       "0002:fc0200000000|192.0.2.98");
	rich.p.aspa = true;
	expect(a, POLICY_MARK_ROV_UNKNOWN, 0, PLAIN, "8||||192.0.2.98");
	expect(a, POLICY_MARK_BLACKHOLE, 0, PLAIN,
	       "8|65535:666 64513:0 64514:0|64500:1000:3 64500:1005:0|"
	       "0002:fc0100000000 0002:fc0200000000|192.0.2.98");
	bgp_attrs_unref(a);
}

static void
custom(void **state)
{
	static size_t which[] = {0};
	struct bgp_attrs *a =
	    rich_attrs("8", "192.0.2.98", "64515:1 64500:1911:1 1:1");

	(void)state;
	rich.clients[1].custom = which;
	rich.clients[1].n_custom = 1;
	expect(a, 0, 0, PLAIN, "8|1:1 64515:1|64500:1911:1||192.0.2.98");
	bgp_attrs_unref(a);
}

static void
blackholes(void **state)
{
	struct bgp_attrs *a = rich_attrs("8", "192.0.2.98", "65534:666");
	struct bgp_attrs *b = rich_attrs("8", "2001:db8::8", "");

	(void)state;
	rich_address(&b->link_local, "fe80::8");
	rich.p.blackhole[0] = POLICY_BH_REWRITE;
	rich_address(&rich.p.blackhole_next_hop[0], "192.0.2.66");
	expect(a, POLICY_MARK_BLACKHOLE, 0, PLAIN, "8|65535:666|||192.0.2.66");
	expect(a, 0, 0, PLAIN, "8||||192.0.2.98");
	expect(b, POLICY_MARK_BLACKHOLE, 0, PLAIN, "8|65535:666|||2001:db8::8");
	rich.p.blackhole_noexport = true;
	rich.p.blackhole[1] = POLICY_BH_REWRITE;
	rich_address(&rich.p.blackhole_next_hop[1], "2001:db8::66");
	expect(b, POLICY_MARK_BLACKHOLE, 0, PLAIN,
	       "8|65535:65281 65535:666|||2001:db8::66");
	struct bgp_attrs *out = policy_export(&rich.p, &rich.session[S8], b,
					      POLICY_MARK_BLACKHOLE, 0, PLAIN);
	assert_int_equal(out->link_local.family, IP_NONE);
	bgp_attrs_unref(out);
	bgp_attrs_unref(a);
	bgp_attrs_unref(b);
}

static void
graceful_shutdown(void **state)
{
	struct bgp_attrs *a = rich_attrs("8", "192.0.2.98", "65535:0 1:1");
	struct bgp_attrs *b = rich_attrs("8", "192.0.2.98", "1:1");

	(void)state;
	rich.p.gshut = true;
	expect(a, 0, 0, PLAIN, "8|65535:0 1:1|||192.0.2.98");
	rich.clients[1].settings.gshut = false;
	expect(a, 0, 0, PLAIN, "8|1:1|||192.0.2.98");
	rich.p.gshut = false;
	expect(a, 0, 0, PLAIN, "8|65535:0 1:1|||192.0.2.98");
	rich.p.perform_gshut = true;
	expect(a, 0, 0, PLAIN, "8|65535:0 1:1|||192.0.2.98");
	expect(b, 0, 0, PLAIN, "8|1:1 65535:0|||192.0.2.98");
	rich.p.gshut = true; /* theirs would go, ours stays */
	expect(a, 0, 0, PLAIN, "8|65535:0 1:1|||192.0.2.98");
	bgp_attrs_unref(a);
	bgp_attrs_unref(b);
}

/* RFC 9234 5. */
static void
roles(void **state)
{
	static const struct {
		int from; /* our role towards the sender; -1 none */
		bool otc;
		unsigned int class;
		const char *out;
	} cases[] = {
	    {-1, false, 0, "8||||192.0.2.98"},
	    {-1, false, DOWN, "8||||192.0.2.98|otc 64500"},
	    {-1, false, PEER, "8||||192.0.2.98|otc 64500"},
	    {-1, false, UP, "8||||192.0.2.98"},
	    {-1, true, 0, "8||||192.0.2.98|otc 5"},
	    {-1, true, DOWN, "8||||192.0.2.98|otc 5"},
	    {-1, true, PEER, NULL},
	    {-1, true, UP, NULL},
	    {BGP_ROLE_RS, false, DOWN, "8||||192.0.2.98|otc 64500"},
	    {BGP_ROLE_PROVIDER, false, UP, "8||||192.0.2.98"},
	    {BGP_ROLE_CUSTOMER, false, DOWN, "8||||192.0.2.98|otc 8"},
	    {BGP_ROLE_CUSTOMER, false, 0, "8||||192.0.2.98|otc 8"},
	    {BGP_ROLE_CUSTOMER, false, UP, NULL},
	    {BGP_ROLE_PEER, false, PEER, NULL},
	    {BGP_ROLE_RS_CLIENT, false, DOWN, "8||||192.0.2.98|otc 8"},
	};
	struct policy_settings *set = &rich.clients[1].settings;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct bgp_attrs *a = rich_attrs("8", "192.0.2.98", "");
		a->has_otc = cases[i].otc;
		a->otc = cases[i].otc ? 5 : 0;
		set->roles = cases[i].from >= 0;
		set->role = cases[i].from;
		expect(a, 0, 0, cases[i].class, cases[i].out);
		bgp_attrs_unref(a);
	}
}

static void
classes(void **state)
{
	struct policy_client c = {.settings = {.role = BGP_ROLE_RS}};
	static const struct {
		bool roles;
		int role;
		unsigned int class;
	} cases[] = {
	    {false, BGP_ROLE_RS, 0},	     {true, BGP_ROLE_RS, DOWN},
	    {true, BGP_ROLE_PROVIDER, DOWN}, {true, BGP_ROLE_PEER, PEER},
	    {true, BGP_ROLE_CUSTOMER, UP},   {true, BGP_ROLE_RS_CLIENT, UP},
	    {true, BGP_ROLE_NONE, 0}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		c.settings.roles = cases[i].roles;
		c.settings.role = cases[i].role;
		assert_int_equal(policy_class(&c), cases[i].class);
	}
	c.settings = (struct policy_settings){.prepend_rs_as = true,
					      .blackhole_announce = true,
					      .roles = true,
					      .role = BGP_ROLE_CUSTOMER};
	assert_int_equal(policy_class(&c), PREPENDED | UP);
	assert_true((PREPENDED | UP) < POLICY_CLASSES);
}

/* ---- what the operator sees */

static void
rejected(void **state)
{
	struct bgp_attrs *a = rich_attrs(
	    "8", "192.0.2.98", "0:7 64513:1 64500:1101:1 65520:9 1:1");
	struct policy_settings *set = &rich.clients[1].settings;
	static const struct {
		enum policy_reject how;
		enum policy_reason reason;
		const char *out;
	} cases[] = {
	    {POLICY_REJECT, POLICY_NEXT_HOP,
	     "8|0:7 1:1|64500:1101:8||192.0.2.98"},
	    {POLICY_TAG, POLICY_ROV_INVALID,
	     "8|0:7 1:1 65520:0 65520:14 65519:8|64500:1101:13 64500:65520:0 "
	     "64500:65520:14 64500:1103:14 64500:65519:8|0002:fff000000000 "
	     "0002:fff00000000e 0002:ffef00000008|192.0.2.98"},
	    {POLICY_TAG_AND_REJECT, POLICY_TOO_LONG,
	     "8|0:7 1:1 65520:0 65520:13 65519:8|64500:1101:1 64500:65520:0 "
	     "64500:65520:13 64500:65519:8|0002:fff000000000 "
	     "0002:fff00000000d 0002:ffef00000008|192.0.2.98"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		set->reject = cases[i].how;
		struct bgp_attrs *out = policy_tag_rejected(
		    &rich.p, &rich.session[S8], a, cases[i].reason);
		char *shown = show(out);
		assert_string_equal(shown, cases[i].out);
		free(shown);
		bgp_attrs_unref(out);
	}
	/* AS65536 does not fit a standard community: it is not there. */
	rich.clients[2].settings.reject = POLICY_TAG;
	struct bgp_attrs *out =
	    policy_tag_rejected(&rich.p, &rich.session[4], a, POLICY_NEXT_HOP);
	char *shown = show(out);
	assert_string_equal(
	    shown, "8|0:7 1:1 65520:0 65520:5|64500:1101:8 64500:65520:0 "
		   "64500:65520:5 64500:65519:65536|0002:fff000000000 "
		   "0002:fff000000005 0002:ffef00010000|192.0.2.98");
	free(shown);
	bgp_attrs_unref(out);
	bgp_attrs_unref(a);
}

static void
accepted(void **state)
{
	struct bgp_attrs *a =
	    rich_attrs("8", "192.0.2.98", "0:7 64513:3 65535:666");
	struct bgp_attrs *out = policy_tag_accepted(
	    &rich.p, &rich.session[S8], a,
	    POLICY_MARK_ROV_VALID | POLICY_MARK_ORIGIN_IN_SET);
	char *shown = show(out);

	(void)state;
	assert_string_equal(shown,
			    "8|0:7 65535:666 64512:3 64513:1|64500:1001:3 "
			    "64500:1000:1|0002:fc0000000003 "
			    "0002:fc0100000001|192.0.2.98");
	free(shown);
	bgp_attrs_unref(out);
	bgp_attrs_unref(a);
}

/* Extended communities are shown as general.yml has them. */
static void
ext_text(void **state)
{
	static const char *const texts[] = {"rt:65000:1", "ro:0:4294967295",
					    "rt:65535:65536", "rt:65536:65535",
					    "ro:4294967295:0"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct policy_community c = {0};
		struct policy_list l = {0};
		char shown[BGP_EXTSTRLEN];
		assert_true(policy_template_parse_ext(texts[i], &c.ext));
		policy_list_add(&l, &c, 0);
		assert_int_equal(l.n_ext, 1);
		assert_string_equal(bgp_ext_one(l.ext, shown), texts[i]);
		free(l.ext);
	}
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(nothing_changes), TEST(scrubs_everything),
	    TEST(scrubs_others),   TEST(adds),
	    TEST(not_done),	   TEST(custom),
	    TEST(blackholes),	   TEST(graceful_shutdown),
	    TEST(roles),	   TEST(classes),
	    TEST(rejected),	   TEST(accepted),
	    TEST(ext_text),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
