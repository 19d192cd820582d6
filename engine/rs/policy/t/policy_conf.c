/* Files, good and bad: what is read, and the exact sentence otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "rs/policy/policy.h"

#define CFG "cfg: {rs_as: 64500, router_id: 192.0.2.1}\n"
#define CLIENTS "clients: []\n"

/* The policy, or NULL with the sentence in e. */
static struct policy *
load(const char *general, const char *clients, const char *bogons,
     struct err *e)
{
	struct yaml_doc g = {0}, c = {0}, b = {0};
	struct policy *p = NULL;

	if (yaml_parse(&g, "g.yml", general, strlen(general), e) == 0 &&
	    yaml_parse(&c, "c.yml", clients, strlen(clients), e) == 0 &&
	    (bogons == NULL ||
	     yaml_parse(&b, "b.yml", bogons, strlen(bogons), e) == 0))
		p = policy_new(&g, &c, bogons != NULL ? &b : NULL, e);
	yaml_clear(&g);
	yaml_clear(&c);
	yaml_clear(&b);
	return p;
}

static const struct {
	const char *general, *clients, *bogons, *sentence;
} bad[] = {
    /* general */
    {"", CLIENTS, NULL, "g.yml: the file is empty; it needs \"cfg\""},
    {"x: 1", CLIENTS, NULL,
     "g.yml:1:1: the general file needs the key \"cfg\""},
    {"[]", CLIENTS, NULL,
     "g.yml:1:1: the general file must be a map, found a list"},
    {"cfg: {rs_as: 1}", CLIENTS, NULL, "g.yml:1:6: cfg needs router_id"},
    {"cfg: {router_id: 192.0.2.1}", CLIENTS, NULL,
     "g.yml:1:6: cfg needs rs_as"},
    {"cfg:\n  rs_as: 1\n  router_id: 0.0.0.0\n", CLIENTS, NULL,
     "g.yml:3:14: router_id cannot be 0.0.0.0"},
    {"cfg:\n  router_id: [192.0.2.1, 192.0.2.2]\n", CLIENTS, NULL,
     "g.yml:2:14: one process has one router_id; start one for each"},
    {"cfg:\n  rs_ass: 1\n", CLIENTS, NULL,
     "g.yml:2:3: cfg has no key \"rs_ass\"; did you mean \"rs_as\"?"},
    {"cfg:\n  filtering.next_hop.policy: strict\n", CLIENTS, NULL,
     "g.yml:2:3: cfg has no key \"filtering.next_hop.policy\""},
    {"cfg:\n  filtering:\n    next_hop:\n      polici: strict\n", CLIENTS, NULL,
     "g.yml:4:7: cfg has no key \"filtering.next_hop.polici\"; did you "
     "mean \"policy\"?"},
    {"cfg:\n  filtering: strict\n", CLIENTS, NULL,
     "g.yml:2:14: filtering must be a map, found \"strict\""},
    {"cfg:\n  filtering: {next_hop: {policy: lax}}\n", CLIENTS, NULL,
     "g.yml:2:34: expected strict, same-as or authorized_addresses, found "
     "\"lax\""},
    {"cfg:\n  blackhole_filtering: {policy_ipv4: rewrite-next-hop}\n", CLIENTS,
     NULL,
     "g.yml:2:3: ixrs does not support `blackhole_filtering` yet: "
     "blackhole routes are not made"},
    {"cfg:\n  add_path: yes\n", CLIENTS, NULL,
     "g.yml:2:13: ixrs supports `add_path` only as no: ADD-PATH is not "
     "done"},
    {"cfg:\n  filtering: {reject_policy: {policy: tag}}\n", CLIENTS, NULL,
     "g.yml:2:39: ixrs supports `policy` only as reject: rejected routes "
     "are kept for ixrsctl and not tagged"},
    {"cfg:\n  filtering: {black_list_pref: []}\n", CLIENTS, NULL,
     "g.yml:2:15: \"filtering.black_list_pref\" belongs in the clients "
     "file"},
    {"cfg:\n  rs_as: 1\n  router_id: 1.1.1.1\n  filtering:\n"
     "    ipv4_pref_len: {min: 25}\n",
     CLIENTS, NULL, "g.yml:5:20: min 25 is longer than max 24"},
    {"cfg:\n  filtering: {ipv6_pref_len: {max: 129}}\n", CLIENTS, NULL,
     "g.yml:2:36: expected a number from 0 to 128, found \"129\""},
    {"cfg:\n  passive: perhaps\n", CLIENTS, NULL,
     "g.yml:2:12: expected yes or no, found \"perhaps\""},
    {"cfg:\n  communities: {announce_to_peer: {std: 'rs_as:5'}}\n", CLIENTS,
     NULL, "g.yml:2:41: peer_as must be the last part, and only that"},
    {"cfg:\n  communities: {do_not_announce_to_any: {lrg: "
     "'rs_as:0:peer_as'}}\n",
     CLIENTS, NULL,
     "g.yml:2:47: peer_as has no place in a community for everybody"},
    {"cfg:\n  communities: {announce_to_peer: {std: '70000:peer_as'}}\n",
     CLIENTS, NULL,
     "g.yml:2:41: \"70000:peer_as\" is no standard community: write A:B of "
     "numbers, rs_as or peer_as"},
    {"cfg:\n  communities: {announce_to_peer: {lrg: '1:2:3:peer_as'}}\n",
     CLIENTS, NULL,
     "g.yml:2:41: \"1:2:3:peer_as\" is no large community: write A:B:C of "
     "numbers, rs_as or peer_as"},
    {"cfg:\n  communities: {announce_to_peer: {ext: 'rt:1:peer_as'}}\n",
     CLIENTS, NULL,
     "g.yml:2:36: ixrs does not support `ext` yet: extended communities do "
     "not control announcements; use std or lrg"},
    {"cfg:\n  communities: {announce_to_peer: {std: 'rs_as:peer_as'}}\n"
     "  rs_as: 65550\n  router_id: 192.0.2.1\n",
     CLIENTS, NULL,
     "g.yml:2:41: rs_as 65550 does not fit a standard community; remove "
     "std and use lrg"},
    {"cfg:\n  rfc1997_wellknown_communities: {policy: obey}\n", CLIENTS, NULL,
     "g.yml:2:43: expected pass or rfc1997, found \"obey\""},
    /* lists of prefixes */
    {CFG, CLIENTS, "bogons:\n  - {prefix: 10.0.0.0}\n",
     "b.yml:2:5: a prefix entry needs length"},
    {CFG, CLIENTS, "bogons:\n  - {length: 8}\n",
     "b.yml:2:5: a prefix entry needs prefix"},
    {CFG, CLIENTS, "bogons:\n  - {prefix: 10.0.0.1, length: 8}\n",
     "b.yml:2:14: the address has bits set beyond length 8"},
    {CFG, CLIENTS, "bogons:\n  - {prefix: 10.0.0.0, length: 33}\n",
     "b.yml:2:5: a length is beyond the 32 bits of the address"},
    {CFG, CLIENTS, "bogons:\n  - {prefix: 10.0.0.0, length: 8, ge: 7}\n",
     "b.yml:2:5: length 8, ge 7 and le 32 are not in ascending order"},
    {CFG, CLIENTS,
     "bogons:\n  - {prefix: 10.0.0.0, length: 8, exact: yes, le: 9}\n",
     "b.yml:2:5: exact leaves no room for ge and le"},
    {CFG, CLIENTS, "bogons: none\n",
     "b.yml:1:9: bogons must be a list, found \"none\""},
    {CFG, CLIENTS, "bogons:\n  - {prefix: 10.0.0.0, lenght: 8}\n",
     "b.yml:2:24: a prefix has no key \"lenght\"; did you mean "
     "\"length\"?"},
    /* clients */
    {CFG, "asns: {AS1: {as_sets: [AS-X]}}\nclients: []\n", NULL,
     "c.yml:1:1: ixrs does not support `asns` yet: registry data is not "
     "used"},
    {CFG, "clients:\n  - ip: 192.0.2.9\n", NULL,
     "c.yml:2:5: a client needs asn"},
    {CFG, "clients:\n  - asn: 5\n", NULL, "c.yml:2:5: a client needs ip"},
    {CFG, "clients:\n  - {asn: 64500, ip: 192.0.2.9}\n", NULL,
     "c.yml:2:11: asn 64500 is the route server's own"},
    {CFG, "clients:\n  - {asn: 5, ip: 192.0.2.300}\n", NULL,
     "c.yml:2:18: expected an IP address, found \"192.0.2.300\""},
    {CFG,
     "clients:\n  - {asn: 5, ip: [192.0.2.9, 192.0.2.8]}\n"
     "  - {asn: 5, ip: 192.0.2.9}\n",
     NULL, "c.yml:3:18: address 192.0.2.9 belongs to client AS5_1 already"},
    {CFG, "clients:\n  - {asn: 5, ip: [192.0.2.9, 192.0.2.9]}\n", NULL,
     "c.yml:2:18: address 192.0.2.9 belongs to client AS5_1 already"},
    {CFG, "clients:\n  - {asn: 5, ip: 192.0.2.9, cfg: {rs_as: 3}}\n", NULL,
     "c.yml:2:35: \"rs_as\" belongs in the general file"},
    {CFG, "clients:\n  - {asn: 5, ip: 192.0.2.9, password: x}\n", NULL,
     "c.yml:2:29: ixrs does not support `password` yet: TCP-MD5 is not "
     "done"},
    {CFG,
     "clients:\n  - asn: 5\n    ip: 192.0.2.9\n    cfg:\n      filtering:\n"
     "        next_hop:\n          policy: authorized_addresses\n",
     NULL,
     "c.yml:7:19: next hop policy authorized_addresses needs "
     "authorized_addresses_list in the client's filtering.next_hop"},
    {CFG,
     "clients:\n  - {asn: 5, ip: 192.0.2.9, cfg: {filtering: {max_prefix: "
     "{limit_ipv4: 10}}}}\n",
     NULL,
     "c.yml:2:47: ixrs does not support `max_prefix` yet: prefixes are not "
     "limited"},
};

static void
bad_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err e = {0};
		struct policy *p =
		    load(bad[i].general, bad[i].clients, bad[i].bogons, &e);
		if (p != NULL)
			print_error("%s\n", bad[i].sentence);
		assert_null(p);
		assert_string_equal(e.msg, bad[i].sentence);
		assert_int_equal(e.class, ERR_USAGE);
	}
}

static void
defaults(void **state)
{
	struct err e = {0};
	struct policy *p =
	    load(CFG, "clients: [{asn: 5, ip: 192.0.2.9}]", NULL, &e);

	(void)state;
	assert_non_null(p);
	assert_int_equal(p->rs_as, 64500);
	assert_int_equal(p->router_id, 0xc0000201);
	assert_false(p->obey_rfc1997);
	const struct policy_settings *s = &p->clients[0].settings;
	assert_true(s->passive);
	assert_false(s->prepend_rs_as);
	assert_true(s->reject_invalid_as);
	assert_int_equal(s->next_hop, POLICY_NH_STRICT);
	assert_int_equal(s->min_len[0], 8);
	assert_int_equal(s->max_len[0], 24);
	assert_int_equal(s->min_len[1], 12);
	assert_int_equal(s->max_len[1], 48);
	assert_int_equal(s->max_as_path_len, 32);
	policy_free(p);
}

/* What a distributed file leaves empty says nothing; a client's cfg wins. */
static void
everything(void **state)
{
	struct err e = {0};
	struct policy *p = load(
	    "cfg:\n"
	    "  passive: False\n"
	    "  path_hiding: True\n"
	    "  gtsm: False\n"
	    "  filtering:\n"
	    "    next_hop:\n"
	    "      policy: same-as\n"
	    "    ipv4_pref_len: {min: 9, max: 23}\n"
	    "    global_black_list_pref:\n"
	    "      - {prefix: 192.0.2.0, length: 24, comment: Local network}\n"
	    "    irrdb:\n"
	    "      enforce_origin_in_as_set: False\n"
	    "    transit_free:\n"
	    "    reject_policy: {policy: reject}\n"
	    "  rfc1997_wellknown_communities: {policy: rfc1997}\n"
	    "  communities:\n"
	    "    blackholing:\n"
	    "    do_not_announce_to_any: {std: '0:rs_as', lrg: 'rs_as:0:0'}\n"
	    "  rs_as: 65000\n"
	    "  router_id: \"192.0.2.2\"\n",
	    "clients:\n"
	    "  - asn: 5\n"
	    "    ip: [192.0.2.9, '2001:db8::9']\n"
	    "    description: five\n"
	    "    password:\n"
	    "    cfg:\n"
	    "      passive: yes\n"
	    "      filtering:\n"
	    "        next_hop:\n"
	    "          policy: authorized_addresses\n"
	    "          authorized_addresses_list: [192.0.2.77]\n"
	    "        ipv4_pref_len: {max: 25}\n"
	    "        black_list_pref: [{prefix: 10.0.0.0, length: 8, ge: 9, "
	    "le: 16}]\n"
	    "  - {asn: 5, ip: 192.0.2.10}\n"
	    "  - {asn: 6, ip: 192.0.2.11}\n",
	    "bogons: [{prefix: '::', length: 0, exact: True}]\n", &e);

	(void)state;
	assert_string_equal(e.msg, "");
	assert_non_null(p);
	assert_true(p->obey_rfc1997);
	assert_int_equal(p->n_clients, 3);
	assert_int_equal(p->clients[0].n_ip, 2);
	assert_string_equal(p->clients[0].description, "five");
	assert_string_equal(p->clients[0].id, "AS5_1");
	assert_string_equal(p->clients[1].id, "AS5_2");
	assert_string_equal(p->clients[2].id, "AS6_1");
	const struct policy_settings *s = &p->clients[0].settings;
	assert_true(s->passive);
	assert_int_equal(s->next_hop, POLICY_NH_AUTHORIZED);
	assert_int_equal(s->n_authorized, 1);
	assert_int_equal(s->min_len[0], 9);
	assert_int_equal(s->max_len[0], 25);
	assert_int_equal(s->black_list.items[0].ge, 9);
	assert_int_equal(s->black_list.items[0].le, 16);
	assert_false(p->clients[1].settings.passive);
	assert_int_equal(p->clients[1].settings.next_hop, POLICY_NH_SAME_AS);
	assert_string_equal(p->black_list.items[0].comment, "Local network");
	assert_int_equal(p->black_list.items[0].le, 32);
	assert_int_equal(p->bogons.items[0].le, 0);
	assert_int_equal(p->communities[POLICY_DENY_ALL].std.part[1].value,
			 65000);
	policy_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bad_files),
	    cmocka_unit_test(defaults),
	    cmocka_unit_test(everything),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
