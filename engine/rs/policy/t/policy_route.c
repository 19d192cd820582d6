/* Routes in and out: reasons with their sentences, communities, scrubbing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "rs/policy/policy.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static struct policy *
policy(const char *more)
{
	char *general = xasprintf(
	    "cfg:\n  rs_as: 64500\n  router_id: 192.0.2.1\n"
	    "  filtering:\n    max_as_path_len: 4\n"
	    "    irrdb: {enforce_origin_in_as_set: no, "
	    "enforce_prefix_in_as_set: no}\n"
	    "    global_black_list_pref:\n"
	    "      - {prefix: 203.0.113.0, length: 24, comment: LAN}\n"
	    "  communities:\n"
	    "    do_not_announce_to_any: {std: '0:rs_as', lrg: 'rs_as:0:0'}\n"
	    "    do_not_announce_to_peer: {std: '0:peer_as', lrg: "
	    "'rs_as:0:peer_as'}\n"
	    "    announce_to_peer: {std: 'rs_as:peer_as', lrg: "
	    "'rs_as:1:peer_as'}\n%s",
	    more);
	static const char clients[] =
	    "clients:\n"
	    "  - asn: 65536\n    ip: [203.0.113.10, '2001:db8::10']\n"
	    "    cfg: {filtering: {black_list_pref: [{prefix: 100.64.9.0, "
	    "length: 24}]}}\n"
	    "  - asn: 7\n    ip: 203.0.113.11\n"
	    "    cfg: {filtering: {next_hop: {policy: same-as}}}\n"
	    "  - asn: 7\n    ip: 203.0.113.12\n"
	    "  - asn: 8\n    ip: 203.0.113.13\n"
	    "    cfg: {filtering: {reject_invalid_as_in_as_path: no, next_hop: "
	    "{policy: authorized_addresses, authorized_addresses_list: "
	    "[203.0.113.99]}}}\n";
	static const char bogons[] =
	    "bogons:\n  - {prefix: 10.0.0.0, length: 8, comment: RFC 1918}\n"
	    "  - {prefix: 100.0.0.0, length: 8, exact: yes}\n"
	    "  - {prefix: 'fc00::', length: 7}\n";
	struct yaml_doc g, c, b;
	struct err e = {0};

	assert_int_equal(yaml_parse(&g, "g", general, strlen(general), &e), 0);
	assert_int_equal(yaml_parse(&c, "c", clients, strlen(clients), &e), 0);
	assert_int_equal(yaml_parse(&b, "b", bogons, strlen(bogons), &e), 0);
	struct policy *p = policy_new(&g, &c, &b, &e);
	assert_string_equal(e.msg, "");
	yaml_clear(&g);
	yaml_clear(&c);
	yaml_clear(&b);
	free(general);
	return p;
}

static struct bgp_attrs *
attrs(const char *path, const char *next_hop)
{
	struct bgp_attrs *a = bgp_attrs_new();
	uint32_t asns[16];
	size_t n = 0;

	for (char *end; *path != '\0'; path = end + (*end == ' '))
		asns[n++] = (uint32_t)strtoul(path, &end, 10);
	if (n > 0)
		bgp_path_set(a, asns, n);
	assert_true(ip_addr_parse(next_hop, &a->next_hop));
	return a;
}

static const struct {
	int client; /* in the order of the file; its first address */
	const char *prefix, *path, *next_hop;
	enum policy_reason reason;
	const char *sentence;
} routes[] = {
    {0, "100.64.0.0/22", "65536", "203.0.113.10", POLICY_ACCEPTED, "accepted"},
    {0, "0.0.0.0/0", "65536", "203.0.113.10", POLICY_DEFAULT_ROUTE,
     "0.0.0.0/0 is a default route, which has no place at an exchange"},
    {0, "203.0.113.0/24", "65536", "203.0.113.10", POLICY_BLACK_LIST,
     "prefix 203.0.113.0/24 lies in the exchange's black list "
     "203.0.113.0/24 (LAN)"},
    {0, "10.2.0.0/16", "65536", "203.0.113.10", POLICY_BOGON_PREFIX,
     "prefix 10.2.0.0/16 lies in the bogon 10.0.0.0/8 (RFC 1918)"},
    {0, "100.0.0.0/8", "65536", "203.0.113.10", POLICY_BOGON_PREFIX,
     "prefix 100.0.0.0/8 lies in the bogon 100.0.0.0/8"},
    {0, "100.0.0.0/9", "65536", "203.0.113.10", POLICY_ACCEPTED, "accepted"},
    {0, "100.64.9.0/24", "65536", "203.0.113.10", POLICY_CLIENT_BLACK_LIST,
     "prefix 100.64.9.0/24 lies in the member's black list 100.64.9.0/24"},
    {1, "100.64.9.0/24", "7", "203.0.113.11", POLICY_ACCEPTED, "accepted"},
    {0, "100.64.0.0/25", "65536", "203.0.113.10", POLICY_TOO_LONG,
     "prefix 100.64.0.0/25 is longer than /24"},
    {0, "96.0.0.0/6", "65536", "203.0.113.10", POLICY_TOO_SHORT,
     "prefix 96.0.0.0/6 is shorter than /8"},
    {0, "3fff::/49", "65536", "2001:db8::10", POLICY_TOO_LONG,
     "prefix 3fff::/49 is longer than /48"},
    {0, "3f00::/11", "65536", "2001:db8::10", POLICY_TOO_SHORT,
     "prefix 3f00::/11 is shorter than /12"},
    {0, "100.64.0.0/24", "", "203.0.113.10", POLICY_EMPTY_PATH,
     "the AS path is empty; it must begin with AS65536"},
    {0, "100.64.0.0/24", "7 65536", "203.0.113.10", POLICY_FIRST_AS,
     "the AS path begins with AS7, not with the announcing member's "
     "AS65536"},
    {0, "100.64.0.0/24", "65536 64500 9", "203.0.113.10", POLICY_AS_LOOP,
     "the AS path contains AS64500, the route server itself"},
    {0, "100.64.0.0/24", "65536 1 2 3 4", "203.0.113.10", POLICY_PATH_TOO_LONG,
     "the AS path has 5 hops, more than 4"},
    {0, "100.64.0.0/24", "65536 64512 3", "203.0.113.10", POLICY_BOGON_ASN,
     "the AS path contains AS64512, which is not a public AS number"},
    {0, "100.64.0.0/24", "65536 23456", "203.0.113.10", POLICY_BOGON_ASN,
     "the AS path contains AS23456, which is not a public AS number"},
    {0, "100.64.0.0/24", "65536 0", "203.0.113.10", POLICY_BOGON_ASN,
     "the AS path contains AS0, which is not a public AS number"},
    {3, "100.64.0.0/24", "8 64512", "203.0.113.99", POLICY_ACCEPTED,
     "accepted"},
    {0, "100.64.0.0/24", "65536", "203.0.113.66", POLICY_NEXT_HOP,
     "next hop 203.0.113.66 is not the announcing member's address "
     "203.0.113.10"},
    {1, "100.64.0.0/24", "7", "203.0.113.12", POLICY_ACCEPTED, "accepted"},
    {1, "100.64.0.0/24", "7", "203.0.113.10", POLICY_NEXT_HOP,
     "next hop 203.0.113.10 is no address of AS7 here"},
    {2, "100.64.0.0/24", "7", "203.0.113.11", POLICY_NEXT_HOP,
     "next hop 203.0.113.11 is not the announcing member's address "
     "203.0.113.12"},
    {3, "100.64.0.0/24", "8", "203.0.113.13", POLICY_NEXT_HOP,
     "next hop 203.0.113.13 is not in the member's list of authorized "
     "addresses"},
};

static void
reasons(void **state)
{
	struct policy *p = policy("");
	char text[512];

	(void)state;
	for (size_t i = 0; i < COUNT(routes); i++) {
		const struct policy_client *c = &p->clients[routes[i].client];
		struct ip_prefix prefix;
		assert_true(ip_prefix_parse(routes[i].prefix, &prefix));
		struct policy_session s = {c,
					   c->ip[prefix.addr.family == IP_V6]};
		struct bgp_attrs *a = attrs(routes[i].path, routes[i].next_hop);
		enum policy_reason r = policy_check(p, &s, &prefix, a);
		policy_reason_print(p, &s, &prefix, a, r, text, sizeof(text));
		assert_string_equal(text, routes[i].sentence);
		assert_int_equal(r, routes[i].reason);
		bgp_attrs_unref(a);
	}
	policy_free(p);
}

static void
reason_table(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < POLICY_REASONS; i++) {
		assert_true(strlen(policy_reason_slug(i)) > 0);
		assert_int_equal(policy_reason_code(i) == 0, i == 0);
		for (unsigned int j = 0; j < i; j++)
			assert_string_not_equal(policy_reason_slug(i),
						policy_reason_slug(j));
	}
	assert_string_equal(policy_reason_slug(POLICY_NEXT_HOP),
			    "next-hop-not-peer");
	assert_int_equal(policy_reason_code(POLICY_NEXT_HOP), 8);
}

static void
bogon_asns(void **state)
{
	struct policy *p = policy("");
	static const struct {
		uint32_t asn;
		bool bogon;
	} asns[] = {{0, true},
		    {1, false},
		    {23455, false},
		    {23456, true},
		    {64495, false},
		    {64496, true},
		    {64512, true},
		    {65535, true},
		    {65536, false /* a client's */},
		    {65537, true},
		    {131071, true},
		    {131072, false},
		    {4199999999, false},
		    {4200000000, true},
		    {4294967295, true}};

	(void)state;
	for (size_t i = 0; i < COUNT(asns); i++)
		assert_int_equal(policy_asn_is_bogon(p, asns[i].asn),
				 asns[i].bogon);
	policy_allow_asns(p, 64496, 64511);
	assert_false(policy_asn_is_bogon(p, 64496));
	assert_true(policy_asn_is_bogon(p, 64512));
	policy_free(p);
}

/* ---- out */

static void
add(struct bgp_attrs *a, const char *words)
{
	char *copy = xstrdup(words), *save = NULL;

	for (char *w = strtok_r(copy, " ", &save); w != NULL;
	     w = strtok_r(NULL, " ", &save)) {
		uint32_t std[16];
		struct bgp_large large[16];
		for (size_t i = 0; i < a->n_communities; i++)
			std[i] = a->communities[i];
		for (size_t i = 0; i < a->n_large; i++)
			large[i] = a->large[i];
		if (bgp_community_parse(w, &std[a->n_communities]))
			bgp_attrs_set_communities(a, std, a->n_communities + 1);
		else if (bgp_large_parse(w, &large[a->n_large]))
			bgp_attrs_set_large(a, large, a->n_large + 1);
		else
			fail_msg("%s", w);
	}
	free(copy);
}

static const struct {
	const char *communities;
	const char *seven, *eight, *big; /* do AS7, AS8 and AS65536 hear it? */
	const char *left;		 /* after scrubbing */
} control[] = {
    {"", "yes", "yes", "yes", ""},
    {"65000:1 9:9:9", "yes", "yes", "yes", "65000:1 9:9:9"},
    {"0:7", "no", "yes", "yes", ""},
    {"64500:7", "yes", "yes", "yes", ""}, /* alone it changes nothing */
    {"0:64500", "no", "no", "no", ""},
    {"0:64500 64500:7", "yes", "no", "no", ""},
    {"64500:7 0:64500 64500:8", "yes", "yes", "no", ""},
    {"0:7 64500:7", "no", "yes", "yes", ""}, /* not to X goes first */
    {"0:64500 0:7 64500:7", "no", "no", "no", ""},
    {"64500:0:0", "no", "no", "no", ""},
    {"64500:0:0 64500:1:65536", "no", "no", "yes", ""},
    {"64500:0:65536", "yes", "yes", "no", ""},
    {"0:64500 64500:1:8", "no", "yes", "no", ""}, /* both kinds together */
    {"0:0", "yes", "yes", "yes", ""}, /* 65536 does not fit in 16 bits */
    {"64500:0:7 65535:65281", "no", "yes", "yes", "65535:65281"},
    {"64501:0:0", "yes", "yes", "yes", "64501:0:0"}, /* another's */
    {"0:8 0:7 0:8 5:5", "no", "no", "yes", "5:5"},
};

static const char *
hears(const struct policy *p, const struct policy_rule *r, uint32_t asn)
{
	struct policy_client c = {.asn = asn};
	struct policy_session to = {.client = &c};

	return policy_rule_variant(r, p, &to) != POLICY_VARIANT_DENY ? "yes"
								     : "no";
}

static const struct policy_client nine = {.asn = 9};
static const struct policy_session from = {.client = &nine};

static void
communities(void **state)
{
	struct policy *p = policy("");

	(void)state;
	for (size_t i = 0; i < COUNT(control); i++) {
		struct bgp_attrs *a = attrs("9", "203.0.113.11"), *left, *out;
		struct policy_rule r;
		add(a, control[i].communities);
		policy_rule_init(&r, p, &from, a, 0);
		assert_string_equal(hears(p, &r, 7), control[i].seven);
		assert_string_equal(hears(p, &r, 8), control[i].eight);
		assert_string_equal(hears(p, &r, 65536), control[i].big);
		left = attrs("9", "203.0.113.11");
		add(left, control[i].left);
		out = policy_export(p, &from, a, 0, 0, 0);
		assert_true(bgp_attrs_equal(out, left));
		policy_rule_clear(&r);
		bgp_attrs_unref(a);
		bgp_attrs_unref(left);
		bgp_attrs_unref(out);
	}
	policy_free(p);
}

static void
rfc1997(void **state)
{
	static const struct {
		const char *communities, *pass, *obey;
	} rows[] = {
	    {"65535:65281", "yes", "no"},
	    {"65535:65282", "yes", "no"},
	    {"65535:65283", "yes", "yes"},
	    {"65535:65281 0:64500 64500:7", "yes", "no"}, /* no exception */
	};
	struct policy *pass = policy("");
	struct policy *obey =
	    policy("  rfc1997_wellknown_communities: {policy: rfc1997}\n");

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bgp_attrs *a = attrs("9", "203.0.113.11");
		struct policy_rule r;
		add(a, rows[i].communities);
		policy_rule_init(&r, pass, &from, a, 0);
		assert_string_equal(hears(pass, &r, 7), rows[i].pass);
		policy_rule_clear(&r);
		policy_rule_init(&r, obey, &from, a, 0);
		assert_string_equal(hears(obey, &r, 7), rows[i].obey);
		policy_rule_clear(&r);
		bgp_attrs_unref(a);
	}
	policy_free(pass);
	policy_free(obey);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reasons),	  cmocka_unit_test(reason_table),
	    cmocka_unit_test(bogon_asns), cmocka_unit_test(communities),
	    cmocka_unit_test(rfc1997),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
