/*
 * Random routes to all members, three ways: by the rule, by a reference that asks
 * for one member at a time as the documentation reads, and in words. SEED chooses
 * other routes.
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

/* ---- the reference: one member, straight from the documentation */

static unsigned int dice;

static unsigned int throw(unsigned int n)
{
	dice = dice * 1103515245u + 12345u;
	return (dice >> 8) % n;
}

/* The community of a template, with the macro's value put in. */
static bool
is_asked_by(const struct bgp_attrs *a, const struct policy_template *t,
	    uint32_t value)
{
	uint32_t v[3] = {0};

	for (unsigned int i = 0; i < t->n; i++)
		v[i] = t->part[i].kind == POLICY_PART_NUMBER ? t->part[i].value
							     : value;
	if (t->n == 3) {
		for (size_t i = 0; i < a->n_large; i++)
			if (a->large[i].global == v[0] &&
			    a->large[i].a == v[1] && a->large[i].b == v[2])
				return true;
	} else if (t->ext == 0) {
		for (size_t i = 0; i < a->n_communities; i++)
			if (a->communities[i] >> 16 == v[0] &&
			    (a->communities[i] & 0xffff) == v[1])
				return true;
	} else {
		uint8_t c[8] = {0,
				t->ext,
				(uint8_t)(v[0] >> 8),
				(uint8_t)v[0],
				(uint8_t)(v[1] >> 24),
				(uint8_t)(v[1] >> 16),
				(uint8_t)(v[1] >> 8),
				(uint8_t)v[1]};
		for (size_t i = 0; i < a->n_ext; i++)
			if (memcmp(&a->ext[8 * i], c, 8) == 0)
				return true;
	}
	return false;
}

static bool
asked(const struct bgp_attrs *a, enum policy_action action, uint32_t value)
{
	const struct policy_community *c = &rich.p.communities[action];

	return is_asked_by(a, &c->std, value) ||
	       is_asked_by(a, &c->lrg, value) || is_asked_by(a, &c->ext, value);
}

/* By any threshold that the time meets? */
static bool
asked_time(const struct bgp_attrs *a, enum policy_action action, double ms,
	   bool higher)
{
	for (size_t i = 0; ms > 0 && i < COUNT(rich_thresholds); i++)
		if ((higher ? ms > rich_thresholds[i]
			    : ms <= rich_thresholds[i]) &&
		    asked(a, action, rich_thresholds[i]))
			return true;
	return false;
}

static uint16_t
reference_prepend(const struct bgp_attrs *a, uint32_t asn, double ms)
{
	for (unsigned int x = 0; x < 3; x++)
		if (asked(a, POLICY_PREPEND_PEER_1 + x, asn))
			return (uint16_t)(x + 1);
	for (size_t i = COUNT(rich_thresholds); ms > 0 && i-- > 0;)
		for (unsigned int x = 0; x < 3; x++)
			if (ms > rich_thresholds[i] &&
			    asked(a, POLICY_PREPEND_RTT_HIGHER_1 + x,
				  rich_thresholds[i]))
				return (uint16_t)(x + 1);
	for (size_t i = 0; ms > 0 && i < COUNT(rich_thresholds); i++)
		for (unsigned int x = 0; x < 3; x++)
			if (ms <= rich_thresholds[i] &&
			    asked(a, POLICY_PREPEND_RTT_LOWER_1 + x,
				  rich_thresholds[i]))
				return (uint16_t)(x + 1);
	for (unsigned int x = 0; x < 3; x++)
		if (asked(a, POLICY_PREPEND_ANY_1 + x, 0))
			return (uint16_t)(x + 1);
	return 0;
}

static bool
reference_goes(const struct bgp_attrs *a, uint32_t source, uint32_t asn,
	       double ms)
{
	if (asn == source || bgp_path_contains(a, asn))
		return false;
	if (asked(a, POLICY_DENY_PEER, asn))
		return false;
	if (asked(a, POLICY_ALLOW_PEER, asn))
		return true;
	if (asked_time(a, POLICY_DENY_RTT_HIGHER, ms, true) ||
	    asked_time(a, POLICY_DENY_RTT_LOWER, ms, false))
		return false;
	if (asked_time(a, POLICY_ALLOW_RTT_HIGHER, ms, true) ||
	    asked_time(a, POLICY_ALLOW_RTT_LOWER, ms, false))
		return true;
	return !asked(a, POLICY_DENY_ALL, 0);
}

static uint16_t
reference(const struct bgp_attrs *a, uint16_t marks, uint32_t source,
	  uint32_t asn, double ms)
{
	bool noexport = false, noadvertise = false;

	for (size_t i = 0; i < a->n_communities; i++) {
		noexport |= a->communities[i] == 0xffffff01;
		noadvertise |= a->communities[i] == 0xffffff02;
	}
	if (marks & (POLICY_MARK_ROV_INVALID | POLICY_MARK_ASPA_INVALID) ||
	    (rich.p.obey_rfc1997 && (noexport || noadvertise)) ||
	    !reference_goes(a, source, asn, ms))
		return DENY;
	uint16_t v = reference_prepend(a, asn, ms);
	if (asked(a, POLICY_ADD_NOEXPORT_ANY, 0) ||
	    asked(a, POLICY_ADD_NOEXPORT_PEER, asn))
		v |= NOEXP;
	if (asked(a, POLICY_ADD_NOADVERTISE_ANY, 0) ||
	    asked(a, POLICY_ADD_NOADVERTISE_PEER, asn))
		v |= NOADV;
	return v;
}

/* A community that means something, or nearly. */
static void
random_community(struct policy_list *l)
{
	static const uint32_t args[] = {7,  8,	 65536, 70000, 4464,  0,
					5,  10,	 30,	100,   64500, 9,
					31, 666, 1,	65535};
	struct policy_community one = {0}, *all;
	uint32_t arg = args[throw(COUNT(args))];

	all = &rich.p.communities[throw(POLICY_TAGS)];
	switch (throw(8)) {
	case 0:
	case 1: one.std = all->std; break;
	case 2:
	case 3: one.lrg = all->lrg; break;
	case 4:
	case 5: one.ext = all->ext; break;
	case 6: policy_list_std(l, 0xffffff00u + throw(4)); break;
	case 7: policy_list_std(l, BGP_COMMUNITY(throw(3), arg)); break;
	}
	policy_list_add(l, &one, arg);
}

static struct bgp_attrs *
random_route(uint32_t first)
{
	struct bgp_attrs *a = rich_attrs("", "192.0.2.1", "");
	uint32_t path[5] = {first};
	size_t n = 1 + throw(4);
	struct policy_list l = {0};

	for (size_t i = 1; i < n; i++)
		path[i] = throw(3) ? 100 + throw(9) : rich_asns[throw(4)];
	bgp_path_set(a, path, n);
	for (unsigned int k = throw(12); k > 0; k--)
		random_community(&l);
	policy_list_give(&l, a);
	return a;
}

static void
settings_random(void)
{
	for (size_t i = 0; i < RICH_CLIENTS; i++) {
		struct policy_settings *s = &rich.clients[i].settings;
		s->blackhole_announce = throw(2);
		s->prepend_rs_as = throw(2);
		s->roles = throw(3) == 0;
		s->role = (int) throw(5);
	}
	rich.p.obey_rfc1997 = throw(4) == 0;
}

/* The rule, the reference, and the words for it. */
static void
agree(const struct bgp_attrs *a, uint16_t marks, int from, int to)
{
	const struct policy_client *c = rich.session[to].client;
	uint32_t source = rich.session[from].client->asn;
	uint16_t v = variant_of(a, marks, from, to);
	uint16_t expect = reference(a, marks, source, c->asn, rich_ms[to]);
	char text[256];
	bool not_sent = v == DENY;

	if (v != expect) {
		char *std = bgp_communities_print(a);
		char *lrg = bgp_large_print(a);
		fail_msg("from AS%u to session %d: %x, not %x: %s, %s, %zu "
			 "extended",
			 source, to, v, expect, std, lrg, a->n_ext);
	}
	if (!not_sent) {
		struct bgp_attrs *mine = bgp_attrs_clone(a);
		struct bgp_attrs *out =
		    policy_export(&rich.p, &rich.session[from], mine, marks, v,
				  policy_class(c));
		not_sent = out == NULL;
		bgp_attrs_unref(out);
		bgp_attrs_unref(mine);
	}
	assert_int_equal(policy_why_not(&rich.p, &rich.session[from], a, marks,
					&rich.session[to], text, sizeof(text)),
			 not_sent);
	assert_int_equal(text[0] != '\0', not_sent);
}

/* What policy makes of it for a session: 0 nothing goes, 1 as it came, 2 changed. */
static int
outcome(struct bgp_attrs *a, uint16_t marks, int from, int to)
{
	uint16_t v = variant_of(a, marks, from, to);

	if (v == DENY)
		return 0;
	struct bgp_attrs *out =
	    policy_export(&rich.p, &rich.session[from], a, marks, v,
			  policy_class(rich.session[to].client));
	int is = out == NULL ? 0 : out == a ? 1 : 2;
	bgp_attrs_unref(out);
	return is;
}

/* A plain route goes as the barest one does. Whether it is plain. */
static bool
plain_is_plain(struct bgp_attrs *a, uint16_t marks, int from)
{
	const struct policy_session *s = &rich.session[from];

	if (!policy_is_plain(&rich.p, s, a))
		return false;
	struct bgp_attrs *bare = bgp_attrs_new();
	bgp_path_set(bare, &s->client->asn, 1);
	bare->next_hop = a->next_hop;
	for (int to = 0; to < RICH_SESSIONS; to++)
		if (to != from)
			assert_int_equal(outcome(a, marks, from, to),
					 outcome(bare, marks, from, to));
	bgp_attrs_unref(bare);
	return true;
}

static void
agrees_with_reference(void **state)
{
	const char *seed = getenv("SEED");
	unsigned int denied = 0, sent = 0, plain = 0;

	(void)state;
	dice = seed != NULL ? (unsigned int)strtoul(seed, NULL, 10) : 1;
	for (int i = 0; i < 20000; i++) {
		if (i % 16 == 0)
			settings_random();
		int from = (int) throw(RICH_SESSIONS);
		struct bgp_attrs *a =
		    random_route(rich.session[from].client->asn);
		uint16_t marks = throw(3) == 0 ? POLICY_MARK_BLACKHOLE : 0;
		if (throw(20) == 0)
			marks |= throw(2) ? POLICY_MARK_ROV_INVALID
					  : POLICY_MARK_ASPA_INVALID;
		a->has_otc = throw(4) == 0;
		a->otc = a->has_otc ? throw(70001) : 0;
		plain += plain_is_plain(a, marks, from);
		for (int to = 0; to < RICH_SESSIONS; to++) {
			if (to == from)
				continue;
			agree(a, marks, from, to);
			if (variant_of(a, marks, from, to) == DENY)
				denied++;
			else
				sent++;
		}
		bgp_attrs_unref(a);
	}
	/* The dice threw all kinds. */
	assert_true(denied > 10000 && sent > 10000 && plain > 100);
	rich_clear(&rich);
	rich_init(&rich);
}

/* ---- in words */

static const struct {
	const char *path, *communities;
	uint16_t marks;
	int to;
	const char *sentence; /* "": it is sent */
} words[] = {
    {"8", "", 0, S7_5, ""},
    {"8", "64500:7 0:64500", 0, S7_5, ""},
    {"8", "5:5 64500:0:7", 0, S7_5,
     "community 64500:0:7 asks that it not go to AS7"},
    {"8", "rt:0:70000", 0, S70000_NONE,
     "community rt:0:70000 asks that it not go to AS70000"},
    {"8", "64500:8 0:64500", 0, S7_5,
     "community 0:64500 asks that it go to nobody, and none excepts AS7"},
    {"8 9 7", "", 0, S7_5,
     "AS7 is in the AS path and would discard it as a loop"},
    {"8", "", 0, S8_NONE, "AS8 announced the route itself"},
    {"8", "64532:30", 0, S7_37,
     "community 64532:30 asks that it not go to members with a round-trip "
     "time above 30 ms, and this one has 37"},
    {"7", "64531:10", 0, S8_5,
     "community 64531:10 asks that it not go to members with a round-trip "
     "time of at most 10 ms, and this one has 5.5"},
    {"8", "", POLICY_MARK_ROV_INVALID, S7_5,
     "RPKI origin validation says that the route is invalid: it goes to "
     "nobody"},
    {"8", "", POLICY_MARK_ASPA_INVALID, S7_5,
     "the ASPAs say that the route is a leak: it goes to nobody"},
};

static void
in_words(void **state)
{
	char text[256];

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		struct bgp_attrs *a = rich_attrs(words[i].path, "192.0.2.1",
						 words[i].communities);
		int from = words[i].path[0] == '7' ? S7_5 : S8_5;
		assert_int_equal(policy_why_not(&rich.p, &rich.session[from], a,
						words[i].marks,
						&rich.session[words[i].to],
						text, sizeof(text)),
				 words[i].sentence[0] != '\0');
		assert_string_equal(text, words[i].sentence);
		bgp_attrs_unref(a);
	}
}

static void
in_words_of_settings(void **state)
{
	struct bgp_attrs *a = rich_attrs("8", "192.0.2.1", "65535:65281");
	struct policy_settings *set = &rich.clients[0].settings;
	char text[256];

	(void)state;
#define WHY(marks)                                             \
	policy_why_not(&rich.p, &rich.session[S8_5], a, marks, \
		       &rich.session[S7_5], text, sizeof(text))
	assert_false(WHY(POLICY_MARK_BLACKHOLE));
	set->blackhole_announce = false;
	assert_true(WHY(POLICY_MARK_BLACKHOLE));
	assert_string_equal(
	    text, "it is a blackhole route, and this member takes none");
	assert_false(WHY(0));
	set->roles = true;
	set->role = BGP_ROLE_PEER;
	assert_false(WHY(0));
	a->has_otc = true;
	a->otc = 5;
	assert_true(WHY(0));
	assert_string_equal(
	    text, "it carries ONLY_TO_CUSTOMER AS5, and AS7 is no customer");
	a->has_otc = false;
	rich.clients[1].settings.roles = true;
	rich.clients[1].settings.role = BGP_ROLE_CUSTOMER;
	assert_true(WHY(0));
	assert_string_equal(
	    text, "it came from AS8, no customer, and AS7 is none either");
	rich.p.obey_rfc1997 = true;
	assert_true(WHY(0));
	assert_string_equal(text, "community NO_EXPORT (65535:65281) is obeyed "
				  "here: it goes to nobody");
	bgp_attrs_unref(a);
	rich_clear(&rich);
	rich_init(&rich);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(agrees_with_reference),
	    cmocka_unit_test(in_words),
	    cmocka_unit_test(in_words_of_settings),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	rich_init(&rich);
	int r = cmocka_run_group_tests(tests, NULL, NULL);
	rich_clear(&rich);
	return r;
}
