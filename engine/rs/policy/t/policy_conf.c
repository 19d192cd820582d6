/* Bad files, each with the exact sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rs/policy/t/policy_load.h"

#define CFG_WITH "cfg:\n  rs_as: 64500\n  router_id: 192.0.2.1\n  "

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
    {"cfg:\n  filtering: {allow_as_set: True}\n", CLIENTS, NULL,
     "g.yml:2:29: ixrs supports `allow_as_set` only as no: a route with an "
     "AS_SET is treated as withdrawn (RFC 9774)"},
    {"cfg:\n  rpki_aspas: {source: rtr}\n", CLIENTS, NULL,
     "g.yml:2:24: ixrs supports `source` only as json: ASPAs come from "
     "files; the RTR library brings none"},
    {CFG_WITH "blackhole_filtering: {policy_ipv4: rewrite-next-hop}\n", CLIENTS,
     NULL, "g.yml:4:38: rewrite-next-hop needs rewrite_next_hop_ipv4"},
    {CFG_WITH "blackhole_filtering: {policy_ipv6: drop}\n", CLIENTS, NULL,
     "g.yml:4:38: expected propagate-unchanged or rewrite-next-hop, found "
     "\"drop\""},
    {CFG_WITH "blackhole_filtering: {rewrite_next_hop_ipv6: 192.0.2.66}\n",
     CLIENTS, NULL,
     "g.yml:4:48: expected an IPv6 address such as 2001:db8::1, found "
     "\"192.0.2.66\""},
    {CFG_WITH "filtering: {reject_policy: {policy: tag}}\n", CLIENTS, NULL,
     "g.yml:4:39: a policy that tags needs communities.reject_cause"},
    {CFG_WITH "filtering: {transit_free: {asns: '174, x'}}\n", CLIENTS, NULL,
     "g.yml:4:36: expected numbers from 1 to 4294967294 with commas between, "
     "found \"x\""},
    {CFG_WITH "filtering: {transit_free: {action: log}}\n", CLIENTS, NULL,
     "g.yml:4:38: expected reject or warning, found \"log\""},
    {CFG_WITH "filtering: {max_prefix: {action: drop}}\n", CLIENTS, NULL,
     "g.yml:4:36: expected shutdown, restart, block or warning, found "
     "\"drop\""},
    {CFG_WITH "filtering: {max_prefix: {limit_ipv4: 10}}\n", CLIENTS, NULL,
     "g.yml:4:28: \"filtering.max_prefix.limit_ipv4\" belongs in the clients "
     "file"},
    {CFG_WITH "filtering: {max_prefix: {peering_db: [x]}}\n", CLIENTS, NULL,
     "g.yml:4:40: expected yes or no, found a list"},
    {CFG_WITH "multihop: 256\n", CLIENTS, NULL,
     "g.yml:4:13: expected a number from 0 to 255, found \"256\""},
    {CFG_WITH "rtt_thresholds: 5, 10, 10\n", CLIENTS, NULL,
     "g.yml:4:19: rtt_thresholds must ascend: 10 comes after 10"},
    {CFG_WITH "rtt_thresholds: [5, 4]\n", CLIENTS, NULL,
     "g.yml:4:19: rtt_thresholds must ascend: 4 comes after 5"},
    {CFG_WITH "filtering: {irrdb: {use_arin_bulk_whois_data: {enabled: yes}}}"
	      "\n",
     CLIENTS, NULL,
     "g.yml:4:49: use_arin_bulk_whois_data needs source: the absolute path "
     "of a file"},
    {CFG_WITH "filtering: {irrdb: {use_arin_bulk_whois_data: {enabled: yes, "
	      "source: /a.json.bz2}}}\n",
     CLIENTS, NULL,
     "g.yml:4:72: source is compressed: unpack the file and name it"},
    {CFG_WITH "filtering: {irrdb: {use_registrobr_bulk_whois_data: {enabled: "
	      "yes, source: 'ftp://r.example/x'}}}\n",
     CLIENTS, NULL,
     "g.yml:4:78: source is a URL, and ixrs fetches nothing: write the "
     "absolute path of a file"},
    {CFG_WITH "rpki_roas: {ripe_rpki_validator_url: [vrps.json]}\n", CLIENTS,
     NULL, "g.yml:4:41: the file must be an absolute path"},
    {CFG_WITH "rpki_roas: {source: cache}\n", CLIENTS, NULL,
     "g.yml:4:23: expected ripe-rpki-validator-cache, rtr or rtrlib, found "
     "\"cache\""},
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
     "g.yml:2:47: peer_as has no place in do_not_announce_to_any"},
    {"cfg:\n  communities: {reject_cause: {std: 'dyn_val:1'}}\n", CLIENTS, NULL,
     "g.yml:2:37: dyn_val must be the last part, and only that"},
    {"cfg:\n  communities: {blackholing: {std: '65534:dyn_val'}}\n", CLIENTS,
     NULL, "g.yml:2:36: dyn_val has no place in blackholing"},
    {"cfg:\n  communities: {blackholing: {std: '65535:667'}}\n", CLIENTS, NULL,
     "g.yml:2:36: 65535:x is for the well-known communities"},
    {"cfg:\n  communities: {blackholing: {standard: '1:1'}}\n", CLIENTS, NULL,
     "g.yml:2:31: a community has no key \"standard\""},
    {"cfg:\n  communities: {announce_to_peer: {std: '70000:peer_as'}}\n",
     CLIENTS, NULL,
     "g.yml:2:41: \"70000:peer_as\" is no standard community: write A:B of "
     "numbers, rs_as, peer_as or dyn_val"},
    {"cfg:\n  communities: {announce_to_peer: {lrg: '1:2:3:peer_as'}}\n",
     CLIENTS, NULL,
     "g.yml:2:41: \"1:2:3:peer_as\" is no large community: write A:B:C of "
     "numbers, rs_as, peer_as or dyn_val"},
    {"cfg:\n  communities: {announce_to_peer: {ext: 'rx:1:peer_as'}}\n",
     CLIENTS, NULL,
     "g.yml:2:41: \"rx:1:peer_as\" is no extended community: write rt:A:B or "
     "ro:A:B of numbers, rs_as, peer_as or dyn_val"},
    {CFG_WITH "communities: {blackholing: {ext: 'rt:1:65536'}, "
	      "add_noexport_to_any: {ext: 'rt:70000:70000'}}\n",
     CLIENTS, NULL,
     "g.yml:4:78: only one part of an extended community may be beyond "
     "65535"},
    {CFG_WITH "communities: {announce_to_peers_with_rtt_lower_than: {std: "
	      "'65001:dyn_val'}}\n",
     CLIENTS, NULL,
     "g.yml:4:16: communities that go by round-trip time need "
     "rtt_thresholds"},
    {CFG_WITH "communities: {blackholing: {std: '65001:666'}, "
	      "do_not_announce_to_peer: {std: '65001:peer_as'}}\n",
     CLIENTS, NULL,
     "g.yml:4:81: blackholing and do_not_announce_to_peer overlap: "
     "\"65001:666\" (line 4) and \"65001:peer_as\""},
    {CFG_WITH "communities: {prepend_once_to_any: {lrg: 'rs_as:1:1'}, "
	      "prepend_twice_to_any: {lrg: '64500:1:1'}}\n",
     CLIENTS, NULL,
     "g.yml:4:86: prepend_once_to_any and prepend_twice_to_any overlap: "
     "\"rs_as:1:1\" (line 4) and \"64500:1:1\""},
    {CFG_WITH "communities: {origin_present_in_as_set: {lrg: 'rs_as:5:0'}, "
	      "reject_cause: {lrg: 'rs_as:5:dyn_val'}}\n",
     CLIENTS, NULL,
     "g.yml:4:83: origin_present_in_as_set and reject_cause overlap: "
     "\"rs_as:5:0\" (line 4) and \"rs_as:5:dyn_val\""},
    {CFG_WITH "communities: {announce_to_peer: {std: '1:peer_as'}}\n"
	      "  custom_communities: {x: {std: '1:17'}}\n",
     CLIENTS, NULL,
     "g.yml:5:33: announce_to_peer and x overlap: \"1:peer_as\" (line 4) and "
     "\"1:17\""},
    {CFG_WITH "custom_communities: {blackholing: {std: '1:1'}}\n", CLIENTS,
     NULL,
     "g.yml:4:24: \"blackholing\" is the name of a function in communities; "
     "take another one"},
    {CFG_WITH "communities: {reject_cause_map: {'140': {std: '1:1'}}}\n",
     CLIENTS, NULL,
     "g.yml:4:36: the keys of reject_cause_map are numbers of causes, 1 to "
     "15"},
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
    {CFG, "asns: {1: {as_sets: [AS-X]}}\nclients: []\n", NULL,
     "c.yml:1:8: the keys of asns are AS numbers, such as AS65001"},
    {CFG, "asns: {AS1: {as_sets: [X]}}\nclients: []\n", NULL,
     "c.yml:1:24: \"X\" is no AS-SET, such as AS-EXAMPLE, "
     "AS65001:AS-CUSTOMERS or RIPE::AS-EXAMPLE"},
    {CFG, "asns: {AS1: {as_set: [AS-X]}}\nclients: []\n", NULL,
     "c.yml:1:14: an AS has no key \"as_set\"; did you mean \"as_sets\"?"},
    {CFG, "clients:\n  - {asn: 5, ip: 192.0.2.0/33}\n", NULL,
     "c.yml:2:18: expected an IP prefix, found \"192.0.2.0/33\""},
    {CFG, "clients:\n  - {asn: 5, ip: 0.0.0.0/0}\n", NULL,
     "c.yml:2:18: the whole Internet is no range of a client"},
    {CFG,
     "clients:\n  - {asn: 5, ip: 192.0.2.0/25}\n"
     "  - {asn: 6, ip: 192.0.2.64/26}\n",
     NULL, "c.yml:3:18: range 192.0.2.0/25 of client AS5_1 overlaps"},
    {CFG,
     "clients:\n  - {asn: 5, ip: 192.0.2.9, cfg: {attach_custom_communities: "
     "[lyon]}}\n",
     NULL,
     "c.yml:2:63: \"lyon\" is not in custom_communities of the general "
     "file"},
    {CFG,
     "clients:\n  - {asn: 5, ip: 192.0.2.9, cfg: {graceful_shutdown: "
     "{enabled: yes}}}\n",
     NULL, "c.yml:2:64: graceful_shutdown is not enabled in the general file"},
    {CFG,
     "clients:\n  - {asn: 5, ip: 192.0.2.9, cfg: {filtering: {reject_policy: "
     "{policy: tag_and_reject}}}}\n",
     NULL, "c.yml:2:71: a policy that tags needs communities.reject_cause"},
    {CFG,
     "clients:\n  - {asn: 5, ip: 192.0.2.9, cfg: {filtering: {roles: "
     "{local_role: boss}}}}\n",
     NULL,
     "c.yml:2:67: expected provider, rs, rs-client, customer or peer, found "
     "\"boss\""},
    {CFG,
     "clients:\n  - {asn: 5, ip: 192.0.2.9, cfg: {filtering: {next_hop: "
     "{authorized_addresses_list: [192.0.2.8]}}}}\n",
     NULL,
     "c.yml:2:85: authorized_addresses_list needs next hop policy "
     "authorized_addresses"},
    {CFG,
     "clients:\n  - {asn: 5, ip: 192.0.2.9, cfg: {filtering: {irrdb: "
     "{white_list_route: [{prefix: 10.0.0.0, length: 8, asn: 0}]}}}}\n",
     NULL, "c.yml:2:109: expected a number from 1 to 4294967294, found \"0\""},
    {CFG, "clients:\n  - {asn: 5, ip: 192.0.2.9, 16bit_mapped_asn: 64512}\n",
     NULL,
     "c.yml:2:29: ixrs does not support `16bit_mapped_asn`: a standard "
     "community cannot name an AS beyond 65535; use lrg or ext"},
    {CFG,
     "clients:\n  - {asn: 5, ip: 192.0.2.9, cfg: {custom_options: {bird: "
     "x}}}\n",
     NULL,
     "c.yml:2:35: ixrs does not support `custom_options`: lines for the "
     "configuration of BIRD or OpenBGPD mean nothing here"},
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
    {CFG, "clients:\n  - {asn: 5, ip: 192.0.2.9, password: [secret]}\n", NULL,
     "c.yml:2:39: a password is a text"},
    {CFG,
     "clients:\n  - {asn: 5, ip: 192.0.2.9, password: "
     "123456789012345678901234567890123456789012345678901234567890"
     "123456789012345678901}\n",
     NULL, "c.yml:2:39: a password has at most 80 bytes, this one 81"},
    {CFG,
     "clients:\n  - asn: 5\n    ip: 192.0.2.9\n    cfg:\n      filtering:\n"
     "        next_hop:\n          policy: authorized_addresses\n",
     NULL,
     "c.yml:7:19: next hop policy authorized_addresses needs "
     "authorized_addresses_list in the client's filtering.next_hop"},
};

static void
bad_files(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err e = {0};
		struct policy *p =
		    load(bad[i].general, bad[i].clients, bad[i].bogons, &e);
		if (p == NULL && e.class == ERR_USAGE &&
		    strcmp(e.msg, bad[i].sentence) == 0)
			continue;
		print_error("expected %s\nfound    %s\n", bad[i].sentence,
			    e.msg);
		policy_free(p);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bad_files),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
