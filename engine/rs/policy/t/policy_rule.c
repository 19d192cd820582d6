/*
 * To whom a route goes and how: every function in every kind of community, the
 * order when several ask, and random routes against a reference that asks for one
 * member at a time, as the documentation reads.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rs/policy/t/policy_rich.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

enum {
	DENY = POLICY_VARIANT_DENY,
	NOEXP = POLICY_VARIANT_NOEXPORT,
	NOADV = POLICY_VARIANT_NOADVERTISE,
};

static struct rich rich;

/* The sessions of policy_rich.h by AS and round-trip time. */
enum {
	S7_37,
	S7_5,
	S8_NONE,
	S8_5,
	S65536_30,
	S65536_250,
	S70000_NONE,
	S70000_100
};

static uint16_t
variant_of(const struct bgp_attrs *a, uint16_t marks, int from, int to)
{
	struct policy_rule r;

	policy_rule_init(&r, &rich.p, &rich.session[from], a, marks);
	uint16_t v = policy_rule_variant(&r, &rich.p, &rich.session[to]);
	policy_rule_clear(&r);
	return v;
}

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
				  policy_class(&rich.p, c));
		not_sent = out == NULL;
		bgp_attrs_unref(out);
		bgp_attrs_unref(mine);
	}
	assert_int_equal(policy_why_not(&rich.p, &rich.session[from], a, marks,
					&rich.session[to], text, sizeof(text)),
			 not_sent);
	assert_int_equal(text[0] != '\0', not_sent);
}

static void
agrees_with_reference(void **state)
{
	const char *seed = getenv("SEED");
	unsigned int denied = 0, sent = 0;

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
	/* The dice threw both kinds. */
	assert_true(denied > 10000 && sent > 10000);
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
	    cmocka_unit_test(every_function),
	    cmocka_unit_test(wide_targets),
	    cmocka_unit_test(order),
	    cmocka_unit_test(well_known),
	    cmocka_unit_test(small),
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
