/*
 * Members that are told the table at different speeds: those who are quick share
 * their encoding, whoever lags behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rs/export/export.h"

enum { MEMBERS = 4, PREFIXES = 5000 };
enum { GIVER, SLOW, QUICK, QUICK_TOO };

static struct table {
	struct policy *p;
	struct export *x;
	struct policy_session session[MEMBERS];
	struct export_member *member[MEMBERS];
	bool awake[MEMBERS];
} t;

static void
wake(void *arg, void *user)
{
	(void)arg;
	*(bool *)user = true;
}

/* That many prefixes, each member's its own. */
static void
announce(int who, uint32_t n)
{
	struct export_member *m = t.member[who];
	struct bgp_attrs *a = bgp_attrs_new();
	const struct rib_verdict accepted = {0};

	bgp_path_set(a, &t.session[who].client->asn, 1);
	a->next_hop = t.session[who].address;
	struct rib_attrs *is = rib_attrs_intern(export_rib(t.x), a);
	for (uint32_t i = 0; i < n; i++) {
		struct ip_addr at = ip_addr_from(
		    IP_V4, (uint8_t[16]){(uint8_t)(20 + who), (uint8_t)(i >> 8),
					 (uint8_t)i});
		struct ip_prefix p = ip_prefix_of(&at, 24);
		rib_announce(export_peer(m), &p, 0, is, &accepted);
	}
	rib_attrs_unref(export_rib(t.x), is);
	bgp_attrs_unref(a);
}

/* The bytes that a member takes at one go. */
static size_t
take(int i)
{
	struct export_piece piece[8];
	size_t n = export_take(t.member[i], piece, 8, 4096), bytes = 0;

	for (size_t k = 0; k < n; k++)
		bytes += piece[k].len;
	export_release(piece, n);
	return bytes;
}

/* A policy without filters, and the members its clients. */
static struct policy *
policy_make(void)
{
	static const char general[] =
	    "cfg: {rs_as: 64500, router_id: 192.0.2.1}\n";
	static const char clients[] = "clients:\n"
				      "  - {asn: 65001, ip: [192.0.2.11]}\n"
				      "  - {asn: 65002, ip: [192.0.2.12]}\n"
				      "  - {asn: 65003, ip: [192.0.2.13]}\n"
				      "  - {asn: 65004, ip: [192.0.2.14]}\n";
	struct yaml_doc g = {0}, c = {0};
	struct err e;

	assert_int_equal(yaml_parse(&g, "g", general, strlen(general), &e), 0);
	assert_int_equal(yaml_parse(&c, "c", clients, strlen(clients), &e), 0);
	struct policy *p = policy_new(&g, &c, NULL, &e);
	yaml_clear(&g);
	yaml_clear(&c);
	assert_non_null(p);
	return p;
}

static int
setup(void **state)
{
	const struct export_conf conf = {
	    .family = IP_V4, .behind = 8192, .slice = 4096};
	const struct export_hooks hooks = {.wake = wake};

	(void)state;
	t.p = policy_make();
	t.x = export_new(&conf, t.p, &hooks);
	for (int i = 0; i < MEMBERS; i++) {
		t.session[i] = (struct policy_session){&t.p->clients[i],
						       t.p->clients[i].ip[0]};
		t.member[i] =
		    export_member_add(t.x, &t.session[i], &t.awake[i]);
	}
	return 0;
}

static void
up(int i)
{
	const struct bgp_session terms = {.as4 = true, .families = BGP_IPV4};

	export_up(t.member[i], &terms);
}

static size_t
take_all(int i)
{
	size_t got = 0;

	while (export_waiting(t.member[i]))
		got += take(i);
	return got;
}

static int
teardown(void **state)
{
	(void)state;
	for (int i = 0; i < MEMBERS; i++) {
		export_down(t.member[i], false);
		export_decide(t.x, 0);
		export_member_del(t.member[i]);
	}
	export_free(t.x);
	policy_free(t.p);
	return 0;
}

static void
quick_ones_share(void **state)
{
	struct export_stats s;
	size_t got[2] = {0}, more[2];

	(void)state;
	up(GIVER);
	take_all(GIVER);
	announce(GIVER, PREFIXES);
	export_decide(t.x, 0);
	for (int i = SLOW; i < MEMBERS; i++)
		up(i);
	do {
		more[0] = take(QUICK);
		more[1] = take(QUICK_TOO);
		got[0] += more[0];
		got[1] += more[1];
		export_stats(t.x, &s);
		assert_in_range(s.walks, 0, 2); /* theirs, and the slow one's */
	} while (more[0] + more[1] > 0);
	assert_int_equal(s.walks, 1);
	assert_int_equal(got[0], got[1]);
	assert_true(got[0] > (size_t)4 * PREFIXES);
	assert_true(export_waiting(t.member[SLOW]));
	assert_int_equal(take_all(SLOW), got[1]);
	export_stats(t.x, &s);
	assert_int_equal(s.walks, 0);
}

/* Two share a walk in which there is nothing for them; one makes it to its end, and
 * before the other has seen that, nothing may be told to anybody. It hears of what
 * comes afterwards all the same. */
static void
an_empty_walk_ends(void **state)
{
	(void)state;
	for (int i = GIVER; i < MEMBERS; i++) {
		up(i);
		take_all(i);
	}
	export_refresh(t.member[QUICK]);
	export_refresh(t.member[QUICK_TOO]);
	announce(GIVER, 1);
	rib_peer_down(export_peer(t.member[GIVER]), false);
	rib_peer_up(export_peer(t.member[GIVER]), 0); /* something to decide */
	assert_int_equal(take_all(QUICK), 0);
	export_policy(t.x, t.p);
	assert_int_equal(take(QUICK_TOO), 0);
	t.awake[QUICK_TOO] = false;
	export_decide(t.x, 0);
	announce(GIVER, 1);
	export_decide(t.x, 0);
	assert_true(t.awake[QUICK_TOO]);
	assert_true(take_all(QUICK_TOO) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(quick_ones_share, setup, teardown),
	    cmocka_unit_test_setup_teardown(an_empty_walk_ends, setup,
					    teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
