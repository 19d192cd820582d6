/* Origin validation, changes, and ASPA: tables, and a naive reference. */
#include "rs/rpki/rpki.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static struct rpki_vrp
vrp(const char *prefix, uint8_t max_len, uint32_t asn)
{
	struct rpki_vrp v = {.max_len = max_len, .asn = asn};

	assert_true(ip_prefix_parse(prefix, &v.prefix));
	return v;
}

static void
put(struct rpki *t, const char *prefix, uint8_t max_len, uint32_t asn)
{
	struct rpki_vrp v = vrp(prefix, max_len, asn);

	rpki_add(t, &v);
}

/* ---- RFC 6811 */

static void
validates_origins(void **state)
{
	static const struct {
		const char *prefix;
		uint32_t origin;
		enum rpki_state expect;
		bool covers;
	} cases[] = {
	    /* 10.0.0.0/16-20 AS1 */
	    {"10.0.0.0/16", 1, RPKI_VALID, true},
	    {"10.0.16.0/20", 1, RPKI_VALID, true},
	    {"10.0.16.0/21", 1, RPKI_INVALID, true},
	    {"10.0.0.0/15", 1, RPKI_NOT_FOUND, false},
	    {"10.1.0.0/16", 1, RPKI_NOT_FOUND, false},
	    {"10.0.0.0/16", 2, RPKI_INVALID, false},
	    /* and beneath it 10.0.32.0/24 AS2 */
	    {"10.0.32.0/24", 2, RPKI_VALID, true},
	    {"10.0.32.0/24", 1, RPKI_INVALID, true},
	    {"10.0.32.128/25", 2, RPKI_INVALID, true},
	    /* two origins for 10.2.0.0/16 */
	    {"10.2.0.0/16", 3, RPKI_VALID, true},
	    {"10.2.0.0/16", 4, RPKI_VALID, true},
	    {"10.2.4.0/24", 3, RPKI_INVALID, true},
	    {"10.2.4.0/24", 4, RPKI_VALID, true},
	    /* AS 0: nobody (RFC 6483, 4), an AS_SET: nobody either */
	    {"10.3.0.0/16", 1, RPKI_INVALID, false},
	    {"10.3.0.0/16", 0, RPKI_INVALID, false},
	    {"10.0.0.0/16", 0, RPKI_INVALID, false},
	    {"10.9.0.0/16", 0, RPKI_NOT_FOUND, false},
	    /* the other family is another table */
	    {"a00::/16", 1, RPKI_NOT_FOUND, false},
	    {"2001:db8::/32", 1, RPKI_VALID, true},
	    {"2001:db8:ffff::/48", 1, RPKI_VALID, true},
	    {"2001:db8:ffff::/49", 1, RPKI_INVALID, true},
	    {"2001:db8::/128", 4200000000, RPKI_VALID, true},
	};
	struct rpki *t = rpki_new();
	struct ip_prefix p;

	(void)state;
	put(t, "10.0.0.0/16", 20, 1);
	put(t, "10.0.32.0/24", 24, 2);
	put(t, "10.2.0.0/16", 16, 3);
	put(t, "10.2.0.0/16", 24, 4);
	put(t, "10.3.0.0/16", 32, 0);
	put(t, "2001:db8::/32", 48, 1);
	put(t, "2001:db8::/128", 128, 4200000000);
	assert_int_equal(rpki_count(t), 7);
	for (size_t i = 0; i < N(cases); i++) {
		assert_true(ip_prefix_parse(cases[i].prefix, &p));
		if (rpki_validate(t, &p, cases[i].origin) != cases[i].expect)
			fail_msg("%s AS%u", cases[i].prefix, cases[i].origin);
		if (rpki_covers(t, &p, cases[i].origin) != cases[i].covers)
			fail_msg("%s AS%u: covers", cases[i].prefix,
				 cases[i].origin);
	}
	rpki_free(t);
}

/* What a sentence names. */
static void
covering(void **state)
{
	static const struct {
		const char *prefix;
		uint32_t asn;
		const char *vrp; /* NULL: none */
		uint8_t max_len;
		uint32_t expect;
	} cases[] = {
	    {"10.0.32.0/25", 0, "10.0.32.0/24", 24, 2},
	    {"10.0.32.0/25", 1, "10.0.0.0/16", 20, 1},
	    {"10.0.32.0/25", 9, NULL, 0, 0},
	    {"10.2.0.0/25", 0, "10.2.0.0/16", 24, 4},
	    {"10.2.0.0/25", 3, "10.2.0.0/16", 16, 3},
	    {"10.3.0.0/24", 0, NULL, 0, 0},
	};
	struct rpki *t = rpki_new();
	struct rpki_vrp v;
	struct ip_prefix p, vrp;

	(void)state;
	put(t, "10.0.0.0/16", 20, 1);
	put(t, "10.0.32.0/24", 24, 2);
	put(t, "10.2.0.0/16", 24, 4);
	put(t, "10.2.0.0/16", 16, 3);
	for (size_t i = 0; i < N(cases); i++) {
		assert_true(ip_prefix_parse(cases[i].prefix, &p));
		assert_int_equal(rpki_covering(t, &p, cases[i].asn, &v),
				 cases[i].vrp != NULL);
		if (cases[i].vrp == NULL)
			continue;
		assert_true(ip_prefix_parse(cases[i].vrp, &vrp));
		assert_true(ip_prefix_eq(&v.prefix, &vrp));
		assert_int_equal(v.max_len, cases[i].max_len);
		assert_int_equal(v.asn, cases[i].expect);
	}
	rpki_free(t);
}

/* ---- against a list, with everything that comes and goes */

#define MANY 120

static unsigned int dice = 3; /* the same every time */

static unsigned int throw(unsigned int n)
{
	dice = dice * 1103515245u + 12345u;
	return (dice >> 8) % n;
}

static struct rpki_vrp
any_vrp(void)
{
	struct ip_addr a = {.family = IP_V4, .bytes = {10}};
	struct rpki_vrp v;

	a.bytes[1] = (uint8_t)(throw(2) * 128);
	v.prefix = ip_prefix_of(&a, (uint8_t)(8 + throw(3)));
	v.max_len = (uint8_t)(v.prefix.len + throw(3));
	v.asn = 1 + throw(6);
	return v;
}

static bool
vrp_eq(const struct rpki_vrp *a, const struct rpki_vrp *b)
{
	return ip_prefix_eq(&a->prefix, &b->prefix) &&
	       a->max_len == b->max_len && a->asn == b->asn;
}

struct list {
	struct rpki_vrp v[MANY]; /* with repetitions */
	size_t n;
};

static enum rpki_state
naive(const struct list *l, const struct rpki_vrp *r)
{
	enum rpki_state s = RPKI_NOT_FOUND;

	for (size_t i = 0; i < l->n && s != RPKI_VALID; i++)
		if (ip_prefix_covers(&l->v[i].prefix, &r->prefix))
			s = l->v[i].asn == r->asn &&
				    r->prefix.len <= l->v[i].max_len
				? RPKI_VALID
				: RPKI_INVALID;
	return s;
}

static size_t
distinct(const struct list *l)
{
	size_t n = 0, j;

	for (size_t i = 0; i < l->n; i++) {
		for (j = 0; j < i && !vrp_eq(&l->v[i], &l->v[j]); j++)
			;
		n += i == j;
	}
	return n;
}

static void
agrees_with_a_list(void **state)
{
	struct rpki *t = rpki_new();
	struct list l = {.n = 0};

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct rpki_vrp v = any_vrp(), r = any_vrp();
		size_t at = 0;
		while (at < l.n && !vrp_eq(&l.v[at], &v))
			at++;
		if (throw(2) == 0) {
			assert_int_equal(rpki_del(t, &v), at < l.n);
			if (at < l.n)
				l.v[at] = l.v[--l.n];
		} else if (l.n < MANY) {
			rpki_add(t, &v);
			l.v[l.n++] = v;
		}
		assert_int_equal(rpki_count(t), distinct(&l));
		assert_int_equal(rpki_validate(t, &r.prefix, r.asn),
				 naive(&l, &r));
	}
	rpki_free(t);
}

/* ---- changes */

static void
check_changes(struct rpki *t, const char *expect, bool expect_aspas)
{
	char text[256] = "", buf[IP_PREFIXSTRLEN];
	struct ip_prefix *list;
	bool aspas;
	size_t n;

	list = rpki_changes(t, &n, &aspas);
	for (size_t i = 0; i < n; i++) {
		strcat(text, ip_prefix_print(&list[i], buf));
		strcat(text, " ");
	}
	assert_string_equal(text, expect);
	assert_int_equal(aspas, expect_aspas);
	assert_true(n > 0 || list == NULL);
	free(list);
}

static void
notes_what_changed(void **state)
{
	struct rpki_vrp v = vrp("10.0.0.0/8", 8, 1);
	struct rpki *t = rpki_new();

	(void)state;
	check_changes(t, "", false);
	rpki_add(t, &v);
	put(t, "10.0.0.0/8", 9, 1);
	check_changes(t, "10.0.0.0/8 ", false);
	check_changes(t, "", false);
	rpki_add(t, &v); /* a second source: no news */
	check_changes(t, "", false);
	assert_true(rpki_del(t, &v));
	check_changes(t, "", false);
	assert_true(rpki_del(t, &v));
	assert_false(rpki_del(t, &v));
	check_changes(t, "10.0.0.0/8 ", false);
	rpki_aspa_set(t, 1, (uint32_t[]){3, 2, 3}, 3);
	check_changes(t, "", true);
	rpki_aspa_set(t, 1, (uint32_t[]){2, 3}, 2);
	check_changes(t, "", false);
	rpki_aspa_set(t, 1, (uint32_t[]){2}, 1);
	check_changes(t, "", true);
	rpki_free(t);
}

static void
notes_what_a_replacement_changed(void **state)
{
	struct rpki *t = rpki_new(), *from = rpki_new();

	(void)state;
	put(t, "10.0.0.0/8", 8, 1); /* stays */
	put(t, "11.0.0.0/8", 8, 1); /* goes */
	put(t, "12.0.0.0/8", 8, 1); /* another length */
	put(t, "13.0.0.0/8", 8, 1); /* one of two stays */
	put(t, "13.0.0.0/8", 8, 2);
	rpki_aspa_set(t, 1, (uint32_t[]){2}, 1);
	check_changes(t, "10.0.0.0/8 11.0.0.0/8 12.0.0.0/8 13.0.0.0/8 ", true);
	put(from, "10.0.0.0/8", 8, 1);
	put(from, "10.0.0.0/8", 8, 1);
	put(from, "12.0.0.0/8", 9, 1);
	put(from, "13.0.0.0/8", 8, 2);
	put(from, "14.0.0.0/8", 8, 2); /* comes */
	rpki_aspa_set(from, 1, (uint32_t[]){2}, 1);
	rpki_replace(t, from);
	check_changes(t, "11.0.0.0/8 12.0.0.0/8 13.0.0.0/8 14.0.0.0/8 ", false);
	assert_int_equal(rpki_count(t), 4);
	assert_int_equal(rpki_count(from), 0);
	assert_int_equal(rpki_aspa_count(from), 0);
	rpki_replace(t, from); /* by nothing */
	check_changes(t, "10.0.0.0/8 12.0.0.0/8 13.0.0.0/8 14.0.0.0/8 ", true);
	assert_int_equal(rpki_count(t), 0);
	rpki_free(t);
	rpki_free(from);
}

static void
merges(void **state)
{
	struct rpki *t = rpki_new(), *from = rpki_new();
	struct rpki_vrp v = vrp("10.0.0.0/8", 8, 1);

	(void)state;
	rpki_add(t, &v);
	rpki_add(from, &v);
	put(from, "11.0.0.0/8", 8, 1);
	rpki_aspa_set(from, 1, NULL, 0);
	rpki_merge(t, from);
	assert_int_equal(rpki_count(t), 2);
	assert_int_equal(rpki_count(from), 2);
	assert_int_equal(rpki_aspa_count(t), 1);
	assert_true(rpki_del(t, &v)); /* the other one still says it */
	assert_int_equal(rpki_count(t), 2);
	rpki_free(t);
	rpki_free(from);
}

/* ---- ASPA: as the draft's upstream algorithm says, AS(1) being the origin */

static void
verifies_paths(void **state)
{
	static const struct {
		uint32_t path[6]; /* neighbour first, ends in 0 */
		enum rpki_state expect;
	} cases[] = {
	    {{0}, RPKI_INVALID},		/* empty: step 1 */
	    {{10}, RPKI_VALID},			/* one AS: step 4 */
	    {{99}, RPKI_VALID},			/* with or without an ASPA */
	    {{20, 10}, RPKI_VALID},		/* 10 names 20 */
	    {{30, 20, 10}, RPKI_VALID},		/* all the way up */
	    {{31, 20, 10}, RPKI_VALID},		/* the other provider */
	    {{40, 10}, RPKI_INVALID},		/* 10 does not name 40 */
	    {{10, 20}, RPKI_INVALID},		/* downwards: a leak */
	    {{40, 30, 20, 10}, RPKI_NOT_FOUND}, /* 30 has no ASPA */
	    {{20, 99}, RPKI_NOT_FOUND},		/* the origin has none */
	    {{10, 20, 99}, RPKI_INVALID},	/* one contradiction decides */
	    {{98, 99, 10}, RPKI_INVALID},	/* at whichever end */
	    {{97, 98, 99}, RPKI_NOT_FOUND},
	    {{20, 50}, RPKI_INVALID}, /* AS 0: 50 has no provider */
	    {{50}, RPKI_VALID},
	    {{20, 51}, RPKI_INVALID}, /* nor has 51 */
	};
	struct rpki *t = rpki_new();
	size_t n;

	(void)state;
	rpki_aspa_set(t, 20, (uint32_t[]){31, 30}, 2);
	rpki_aspa_set(t, 51, NULL, 0);
	rpki_aspa_set(t, 50, (uint32_t[]){0}, 1);
	rpki_aspa_set(t, 10, (uint32_t[]){7, 20}, 2);
	assert_int_equal(rpki_aspa_count(t), 4);
	for (size_t i = 0; i < N(cases); i++) {
		for (n = 0; cases[i].path[n] != 0; n++)
			;
		if (rpki_aspa_verify(t, cases[i].path, n) != cases[i].expect)
			fail_msg("case %zu", i);
	}
	rpki_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(covering),
	    cmocka_unit_test(validates_origins),
	    cmocka_unit_test(agrees_with_a_list),
	    cmocka_unit_test(notes_what_changed),
	    cmocka_unit_test(notes_what_a_replacement_changed),
	    cmocka_unit_test(merges),
	    cmocka_unit_test(verifies_paths),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("rpki", tests, NULL, NULL);
}
