/* Members that come and go on a full table: whose client has a range, or has been
 * there before, changes no decision; nobody else hears a byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rs/export/export.h"

enum { NETS = 5000, GIVER = 0, OTHER = 1, MEMBERS = 2, GUESTS = 20 };

static struct {
	struct policy *p;
	struct export *x;
	struct policy_session session[MEMBERS], guest[GUESTS];
	struct export_member *member[MEMBERS];
} t;

static const struct bgp_session terms = {.as4 = true, .families = BGP_IPV4};

static void
nobody(void *arg, void *user)
{
	(void)arg;
	(void)user;
}

static size_t
read_all(struct export_member *m)
{
	struct export_piece piece[64];
	size_t n, bytes = 0;

	while ((n = export_take(m, piece, 64, 1 << 20)) > 0) {
		for (size_t i = 0; i < n; i++)
			bytes += piece[i].len;
		export_release(piece, n);
	}
	return bytes;
}

static struct policy *
policy_make(void)
{
	static const char general[] =
	    "cfg: {rs_as: 64500, router_id: 192.0.2.1}\n";
	static const char clients[] = "clients:\n"
				      "  - {asn: 65001, ip: 192.0.2.11}\n"
				      "  - {asn: 65002, ip: 192.0.2.12}\n"
				      "  - {asn: 65003, ip: 192.0.2.128/25}\n";
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

static void
announce(struct export_member *m, uint32_t first, uint32_t n)
{
	const struct rib_verdict yes = {0};
	uint8_t path[6] = {2, 1, 0, 0, 0xfd, 0xe9};
	struct bgp_attrs a = {.path = path, .path_len = sizeof(path)};
	struct rib *r = export_rib(t.x);

	a.next_hop = export_peer(m)->address;
	struct rib_attrs *is = rib_attrs_intern(r, &a);
	assert_non_null(is);
	for (uint32_t i = first; i < first + n; i++) {
		struct ip_addr p = {
		    .family = IP_V4,
		    .bytes = {100, (uint8_t)(i >> 8), (uint8_t)i}};
		struct ip_prefix prefix = ip_prefix_of(&p, 24);
		rib_announce(export_peer(m), &prefix, 0, is, &yes);
	}
	rib_attrs_unref(r, is);
}

static struct export_member *
guest_add(int i)
{
	return export_member_add(t.x, &t.guest[i], NULL);
}

static int
setup(void **state)
{
	const struct export_conf conf = {.family = IP_V4};
	const struct export_hooks hooks = {.wake = nobody};

	(void)state;
	t.p = policy_make();
	t.x = export_new(&conf, t.p, &hooks);
	for (int i = 0; i < MEMBERS; i++) {
		t.session[i] = (struct policy_session){&t.p->clients[i],
						       t.p->clients[i].ip[0]};
		t.member[i] = export_member_add(t.x, &t.session[i], NULL);
		export_up(t.member[i], &terms);
	}
	for (int i = 0; i < GUESTS; i++)
		t.guest[i] = (struct policy_session){
		    &t.p->clients[2],
		    {.family = IP_V4,
		     .bytes = {192, 0, 2, (uint8_t)(130 + i)}}};
	announce(t.member[GIVER], 0, NETS);
	export_decide(t.x, 0);
	read_all(t.member[GIVER]);
	read_all(t.member[OTHER]);
	assert_int_equal(export_told_count(t.member[OTHER]), NETS);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	for (int i = 0; i < MEMBERS; i++)
		export_member_del(t.member[i]);
	export_free(t.x);
	policy_free(t.p);
	return 0;
}

static size_t
undecided(void)
{
	return rib_changed_count(export_rib(t.x));
}

/* Comes, gets all, announces one net, goes. */
static void
visit(int i)
{
	struct export_member *m = guest_add(i);

	assert_int_equal(undecided(), 0);
	export_up(m, &terms);
	assert_true(read_all(m) > NETS * 4);
	assert_int_equal(export_told_count(m), NETS);
	assert_int_equal(read_all(t.member[OTHER]), 0);
	announce(m, NETS + 1, 1);
	export_decide(t.x, 0);
	assert_true(read_all(t.member[OTHER]) > 0);
	assert_int_equal(read_all(m), 0);
	export_member_del(m);
	assert_int_equal(undecided(), 1);
	export_decide(t.x, 0);
	assert_true(read_all(t.member[OTHER]) > 0);
	assert_int_equal(export_told_count(t.member[OTHER]), NETS);
	assert_int_equal(read_all(t.member[GIVER]), 0);
}

static void
one_after_the_other(void **state)
{
	(void)state;
	for (int i = 0; i < GUESTS; i++) {
		announce(t.member[GIVER], 0, NETS); /* no news */
		assert_int_equal(undecided(), 0);
		visit(i);
	}
}

/* More than were expected: all is decided anew, now and then, silently. */
static void
a_crowd(void **state)
{
	struct export_member *m[GUESTS];
	size_t anew = 0;

	(void)state;
	for (int i = 0; i < GUESTS; i++) {
		m[i] = guest_add(i);
		anew += undecided() > 0;
		export_decide(t.x, 0);
		export_up(m[i], &terms);
		assert_true(read_all(m[i]) > NETS * 4);
		assert_int_equal(export_told_count(m[i]), NETS);
		for (int k = 0; k < i; k++)
			assert_int_equal(read_all(m[k]), 0);
	}
	assert_in_range(anew, 1, 6);
	assert_int_equal(read_all(t.member[OTHER]), 0);
	for (int i = 0; i < GUESTS; i++)
		export_member_del(m[i]);
	assert_int_equal(undecided(), 0);
}

/* A net that changes does not wait for those that are looked at again. */
static void
changes_first(void **state)
{
	(void)state;
	export_policy(t.x, t.p);
	assert_true(undecided() >= NETS);
	announce(t.member[GIVER], NETS, 1);
	uint32_t net = rib_changed(export_rib(t.x));
	assert_true(net > NETS);
	assert_true(undecided() >= NETS);
	export_decide(t.x, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(one_after_the_other, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(a_crowd, setup, teardown),
	    cmocka_unit_test_setup_teardown(changes_first, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
