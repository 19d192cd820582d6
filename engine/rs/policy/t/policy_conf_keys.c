/*
 * Every key that is honoured, and what it does: files that use them all, read
 * field by field; and a look at the table for keys that the files forget.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rs/policy/policy_conf.h"
#include "rs/policy/t/policy_load.h"

static const char general[] =
    "cfg:\n"
    "  rs_as: 65000\n"
    "  router_id: [\"192.0.2.2\"]\n"
    "  prepend_rs_as: True\n"
    "  path_hiding: False\n"
    "  passive: False\n"
    "  multihop: 3\n"
    "  gtsm: True\n"
    "  add_path: True\n"
    "  rfc8950: True\n"
    "  filtering:\n"
    "    next_hop:\n"
    "      policy: same-as\n"
    "    ipv4_pref_len: {min: 9, max: 23}\n"
    "    ipv6_pref_len: {min: 13, max: 47}\n"
    "    global_black_list_pref:\n"
    "      - {prefix: 192.0.2.0, length: 24, comment: Local network}\n"
    "    max_as_path_len: 31\n"
    "    reject_invalid_as_in_as_path: False\n"
    "    allow_as_set: False\n"
    "    transit_free:\n"
    "      action: warning\n"
    "      asns: >\n"
    "        701, 174,\n"
    "        2914, 174\n"
    "    never_via_route_servers:\n"
    "      peering_db: False\n"
    "      asns: [7018, 3356]\n"
    "    irrdb:\n"
    "      enforce_origin_in_as_set: False\n"
    "      enforce_prefix_in_as_set: False\n"
    "      allow_longer_prefixes: True\n"
    "      tag_as_set: False\n"
    "      peering_db: True\n"
    "      use_rpki_roas_as_route_objects: {enabled: True}\n"
    "      use_arin_bulk_whois_data: {enabled: True, source: /d/arin.json}\n"
    "      use_registrobr_bulk_whois_data: {enabled: True, source: /d/br}\n"
    "    rpki_bgp_origin_validation: {enabled: True, reject_invalid: False}\n"
    "    rpki_aspa_verification: {enabled: True, reject_invalid: False}\n"
    "    max_prefix:\n"
    "      action: restart\n"
    "      restart_after: 7\n"
    "      count_rejected_routes: False\n"
    "      general_limit_ipv4: 1000\n"
    "      general_limit_ipv6: 500\n"
    "      peering_db:\n"
    "        enabled: False\n"
    "        increment: {absolute: 10, relative: 5}\n"
    "    roles: {enabled: True, strict_mode: True}\n"
    "    reject_policy: {policy: tag}\n"
    "  rpki_roas:\n"
    "    source: ripe-rpki-validator-cache\n"
    "    ripe_rpki_validator_url: ['https://x.example/y', /d/v1, /d/v2]\n"
    "    allowed_trust_anchors: [arin]\n"
    "    ignore_cache_files_older_than: 60\n"
    "  rpki_aspas:\n"
    "    source: json\n"
    "    json_url: /d/aspas\n"
    "    allowed_trust_anchors: [ripe, apnic]\n"
    "    ignore_cache_files_older_than: 61\n"
    "  blackhole_filtering:\n"
    "    policy_ipv4: rewrite-next-hop\n"
    "    policy_ipv6: propagate-unchanged\n"
    "    rewrite_next_hop_ipv4: 192.0.2.66\n"
    "    rewrite_next_hop_ipv6: '2001:db8::66'\n"
    "    announce_to_client: False\n"
    "    add_noexport: False\n"
    "  graceful_shutdown: {enabled: True, local_pref: 9}\n"
    "  rfc1997_wellknown_communities: {policy: rfc1997}\n"
    "  rtt_thresholds: 5, 10, 500\n"
    "  communities:\n"
    "    do_not_announce_to_any: {std: '0:rs_as', lrg: 'rs_as:0:0', ext: "
    "'rt:0:rs_as'}\n"
    "    do_not_announce_to_peer: {std: '0:peer_as', lrg: 'rs_as:0:peer_as', "
    "ext: 'rt:0:peer_as'}\n"
    "    announce_to_peer: {std: 'rs_as:peer_as', ext: 'ro:rs_as:peer_as'}\n"
    "    do_not_announce_to_peers_with_rtt_lower_than: {lrg: "
    "'rs_as:2:dyn_val'}\n"
    "    do_not_announce_to_peers_with_rtt_higher_than: {lrg: "
    "'rs_as:3:dyn_val'}\n"
    "    announce_to_peers_with_rtt_lower_than: {lrg: 'rs_as:4:dyn_val'}\n"
    "    announce_to_peers_with_rtt_higher_than: {lrg: 'rs_as:5:dyn_val'}\n"
    "    prepend_once_to_any: {lrg: 'rs_as:101:0'}\n"
    "    prepend_twice_to_any: {lrg: 'rs_as:102:0'}\n"
    "    prepend_thrice_to_any: {lrg: 'rs_as:103:0'}\n"
    "    prepend_once_to_peer: {lrg: 'rs_as:111:peer_as'}\n"
    "    prepend_twice_to_peer: {lrg: 'rs_as:112:peer_as'}\n"
    "    prepend_thrice_to_peer: {lrg: 'rs_as:113:peer_as'}\n"
    "    prepend_once_to_peers_with_rtt_lower_than: {lrg: "
    "'rs_as:121:dyn_val'}\n"
    "    prepend_twice_to_peers_with_rtt_lower_than: {lrg: "
    "'rs_as:122:dyn_val'}\n"
    "    prepend_thrice_to_peers_with_rtt_lower_than: {lrg: "
    "'rs_as:123:dyn_val'}\n"
    "    prepend_once_to_peers_with_rtt_higher_than: {lrg: "
    "'rs_as:131:dyn_val'}\n"
    "    prepend_twice_to_peers_with_rtt_higher_than: {lrg: "
    "'rs_as:132:dyn_val'}\n"
    "    prepend_thrice_to_peers_with_rtt_higher_than: {lrg: "
    "'rs_as:133:dyn_val'}\n"
    "    add_noexport_to_any: {lrg: 'rs_as:141:0'}\n"
    "    add_noadvertise_to_any: {lrg: 'rs_as:142:0'}\n"
    "    add_noexport_to_peer: {lrg: 'rs_as:143:peer_as'}\n"
    "    add_noadvertise_to_peer: {lrg: 'rs_as:144:peer_as'}\n"
    "    blackholing: {lrg: 'rs_as:151:0'}\n"
    "    prefix_present_in_as_set: {lrg: 'rs_as:201:0'}\n"
    "    prefix_not_present_in_as_set: {lrg: 'rs_as:202:0'}\n"
    "    origin_present_in_as_set: {lrg: 'rs_as:203:0'}\n"
    "    origin_not_present_in_as_set: {lrg: 'rs_as:204:0'}\n"
    "    prefix_validated_via_rpki_roas: {lrg: 'rs_as:205:0'}\n"
    "    prefix_validated_via_arin_whois_db_dump: {lrg: 'rs_as:206:0'}\n"
    "    prefix_validated_via_registrobr_whois_db_dump: {lrg: "
    "'rs_as:207:0'}\n"
    "    route_validated_via_white_list: {lrg: 'rs_as:208:0'}\n"
    "    rpki_bgp_origin_validation_not_performed: {lrg: 'rs_as:209:0'}\n"
    "    rpki_bgp_origin_validation_valid: {lrg: 'rs_as:210:0'}\n"
    "    rpki_bgp_origin_validation_unknown: {lrg: 'rs_as:211:0'}\n"
    "    rpki_bgp_origin_validation_invalid: {lrg: 'rs_as:212:0'}\n"
    "    rpki_aspa_verification_not_performed: {lrg: 'rs_as:213:0'}\n"
    "    rpki_aspa_verification_valid: {lrg: 'rs_as:214:0'}\n"
    "    rpki_aspa_verification_unknown: {lrg: 'rs_as:215:0'}\n"
    "    rpki_aspa_verification_invalid: {lrg: 'rs_as:216:0'}\n"
    "    reject_cause: {std: '65520:dyn_val', lrg: 'rs_as:301:dyn_val'}\n"
    "    rejected_route_announced_by: {lrg: 'rs_as:302:dyn_val'}\n"
    "    reject_cause_map:\n"
    "      \"14\": {lrg: 'rs_as:1101:13'}\n"
    "      \"2\": {lrg: 'rs_as:1101:3'}\n"
    "  custom_communities:\n"
    "    lyon: {std: '65501:1', lrg: 'rs_as:401:1'}\n"
    "    paris:\n"
    "      lrg: 'rs_as:401:2'\n";

static const char clients[] =
    "asns:\n"
    "  AS6:\n"
    "    as_sets: [AS-SIX, 'ripe::AS6:as-more']\n"
    "  AS9:\n"
    "clients:\n"
    "  - asn: 5\n"
    "    ip: [192.0.2.9, '2001:db8::9', 192.0.2.128/26]\n"
    "    description: five\n"
    "    password: secret\n"
    "    cfg:\n"
    "      prepend_rs_as: False\n"
    "      passive: yes\n"
    "      multihop: 0\n"
    "      gtsm: no\n"
    "      add_path: no\n"
    "      rfc8950: no\n"
    "      attach_custom_communities: [paris, lyon, paris]\n"
    "      filtering:\n"
    "        next_hop:\n"
    "          policy: authorized_addresses\n"
    "          authorized_addresses_list: [192.0.2.77]\n"
    "        ipv4_pref_len: {min: 10, max: 25}\n"
    "        ipv6_pref_len: {min: 14, max: 49}\n"
    "        black_list_pref: [{prefix: 10.0.0.0, length: 8, ge: 9, le: "
    "16}]\n"
    "        max_as_path_len: 30\n"
    "        reject_invalid_as_in_as_path: yes\n"
    "        irrdb:\n"
    "          as_sets: [AS5]\n"
    "          enforce_origin_in_as_set: yes\n"
    "          enforce_prefix_in_as_set: yes\n"
    "          white_list_pref: [{prefix: 100.64.0.0, length: 16}]\n"
    "          white_list_asn: [9, 7, 9]\n"
    "          white_list_route:\n"
    "            - {prefix: 100.65.0.0, length: 16, exact: True, asn: 70}\n"
    "            - {prefix: 100.66.0.0, length: 16}\n"
    "        rpki_bgp_origin_validation: {reject_invalid: True}\n"
    "        rpki_aspa_verification: {reject_invalid: True}\n"
    "        max_prefix:\n"
    "          action: block\n"
    "          restart_after: 8\n"
    "          count_rejected_routes: yes\n"
    "          limit_ipv4: 44\n"
    "          limit_ipv6: 0\n"
    "          peering_db:\n"
    "            enabled: yes\n"
    "            increment: {absolute: 11, relative: 6}\n"
    "        roles: {enabled: False, strict_mode: no, local_role: provider}\n"
    "        reject_policy: {policy: tag_and_reject}\n"
    "      blackhole_filtering: {announce_to_client: True}\n"
    "      graceful_shutdown: {enabled: False}\n"
    "  - asn: 6\n"
    "    ip: 192.0.2.10\n"
    "    cfg:\n"
    "      filtering:\n"
    "        next_hop_policy: strict\n"
    "        rpki: {reject_invalid: yes}\n"
    "        max_prefix: {peering_db: True}\n"
    "        roles: {role: peer}\n"
    "  - {asn: 5, ip: 192.0.2.11}\n";

static struct policy *
read_all(void)
{
	struct err e = {0};
	struct policy *p =
	    load(general, clients,
		 "bogons: [{prefix: '::', length: 0, exact: True}]", &e);

	assert_string_equal(e.msg, "");
	assert_non_null(p);
	return p;
}

static void
general_settings(void **state)
{
	struct policy *p = read_all();
	const struct policy_settings *s = &p->settings;

	(void)state;
	assert_int_equal(p->rs_as, 65000);
	assert_int_equal(p->router_id, 0xc0000202);
	assert_true(s->prepend_rs_as && s->gtsm && s->add_path && s->rfc8950);
	assert_false(p->path_hiding || s->passive || s->reject_invalid_as);
	assert_int_equal(s->multihop, 3);
	assert_int_equal(s->next_hop, POLICY_NH_SAME_AS);
	assert_int_equal(s->min_len[0], 9);
	assert_int_equal(s->max_len[0], 23);
	assert_int_equal(s->min_len[1], 13);
	assert_int_equal(s->max_len[1], 47);
	assert_int_equal(s->max_as_path_len, 31);
	assert_string_equal(p->black_list.items[0].comment, "Local network");
	assert_int_equal(p->black_list.items[0].le, 32);
	assert_int_equal(p->bogons.items[0].le, 0);
	assert_true(p->transit_free_warn && !p->transit_free_reject);
	assert_int_equal(p->n_transit_free, 3);
	assert_int_equal(p->transit_free[0], 174);
	assert_int_equal(p->transit_free[2], 2914);
	assert_int_equal(p->n_never_via, 2);
	assert_int_equal(p->never_via[0], 3356);
	assert_false(s->enforce_origin || s->enforce_prefix || p->tag_as_set);
	assert_true(p->allow_longer_prefixes && p->roas_as_routes);
	assert_true(p->rov && p->aspa);
	assert_false(s->reject_rov_invalid || s->reject_aspa_invalid);
	assert_int_equal(s->max_action, POLICY_MAX_RESTART);
	assert_int_equal(s->restart_after, 7);
	assert_false(s->count_rejected || s->max_peering_db);
	assert_int_equal(s->max_absolute, 10);
	assert_int_equal(s->max_relative, 5);
	assert_true(s->roles && s->strict_roles);
	assert_int_equal(s->role, 1);
	assert_int_equal(s->reject, POLICY_TAG);
	policy_free(p);
}

static void
general_functions(void **state)
{
	struct policy *p = read_all();

	(void)state;
	assert_int_equal(p->blackhole[0], POLICY_BH_REWRITE);
	assert_int_equal(p->blackhole[1], POLICY_BH_UNCHANGED);
	assert_int_equal(p->blackhole_next_hop[0].bytes[3], 66);
	assert_int_equal(p->blackhole_next_hop[1].bytes[15], 0x66);
	assert_false(p->blackhole_noexport || p->settings.blackhole_announce);
	assert_true(p->gshut && p->settings.gshut);
	assert_int_equal(p->gshut_pref, 9);
	assert_true(p->obey_rfc1997);
	assert_int_equal(p->n_rtt_thresholds, 3);
	assert_int_equal(p->rtt_thresholds[2], 500);
	assert_int_equal(p->n_custom, 2);
	assert_string_equal(p->custom[0].name, "lyon");
	assert_int_equal(p->custom[0].community.std.part[1].value, 1);
	assert_int_equal(p->custom[1].community.std.n, 0);
	assert_int_equal(p->custom[1].community.lrg.part[0].value, 65000);
	assert_int_equal(p->n_causes, 2);
	assert_int_equal(p->causes[0].cause, 14);
	assert_int_equal(p->causes[0].community.lrg.part[2].value, 13);
	policy_free(p);
}

/* The second part of each large one is its mark in the file above. */
static void
general_communities(void **state)
{
	static const uint32_t second[POLICY_ACTIONS] = {
	    0,	 0,   0,   2,	3,   4,	  5,   101, 102, 103, 111,
	    112, 113, 121, 122, 123, 131, 132, 133, 141, 142, 143,
	    144, 151, 201, 202, 203, 204, 205, 206, 207, 208, 209,
	    210, 211, 212, 213, 214, 215, 216, 301, 302};
	struct policy *p = read_all();
	const struct policy_community *c = p->communities;

	(void)state;
	for (int i = 0; i < POLICY_ACTIONS; i++) {
		if (i == POLICY_ALLOW_PEER)
			continue;
		assert_int_equal(c[i].lrg.n, 3);
		assert_int_equal(c[i].lrg.part[0].value, 65000);
		assert_int_equal(c[i].lrg.part[1].value, second[i]);
	}
	assert_int_equal(c[POLICY_DENY_ALL].std.part[1].value, 65000);
	assert_int_equal(c[POLICY_DENY_ALL].ext.ext, 2);
	assert_int_equal(c[POLICY_DENY_PEER].std.part[1].kind,
			 POLICY_PART_PEER);
	assert_int_equal(c[POLICY_ALLOW_PEER].lrg.n, 0);
	assert_int_equal(c[POLICY_ALLOW_PEER].ext.ext, 3);
	assert_int_equal(c[POLICY_ALLOW_PEER].ext.n, 2);
	assert_int_equal(c[POLICY_TAG_REJECT_CAUSE].std.part[1].kind,
			 POLICY_PART_DYN);
	assert_int_equal(c[POLICY_DENY_RTT_LOWER].lrg.part[2].kind,
			 POLICY_PART_DYN);
	policy_free(p);
}

static void
general_files(void **state)
{
	struct policy *p = read_all();
	struct policy_wanted w;

	(void)state;
	policy_wanted(p, &w);
	assert_true(w.rpki && w.irr);
	assert_int_equal(w.vrps.n, 2);
	assert_string_equal(w.vrps.files[0], "/d/v1");
	assert_int_equal(w.vrps.n_anchors, 1);
	assert_string_equal(w.vrps.anchors[0], "arin");
	assert_true(w.vrps.said_anchors);
	assert_int_equal(w.vrps.max_age, 60);
	assert_int_equal(w.aspas.n, 1);
	assert_string_equal(w.aspas.files[0], "/d/aspas");
	assert_int_equal(w.aspas.n_anchors, 2);
	assert_int_equal(w.aspas.max_age, 61);
	assert_string_equal(w.arin, "/d/arin.json");
	assert_string_equal(w.registrobr, "/d/br");
	policy_wanted_clear(&w);
	policy_free(p);
}

static void
client_settings(void **state)
{
	struct policy *p = read_all();
	const struct policy_client *c = &p->clients[0];
	const struct policy_settings *s = &c->settings;

	(void)state;
	assert_false(s->prepend_rs_as || s->gtsm || s->add_path || s->rfc8950);
	assert_true(s->passive && s->reject_invalid_as);
	assert_int_equal(s->multihop, 0);
	assert_int_equal(s->next_hop, POLICY_NH_AUTHORIZED);
	assert_int_equal(s->n_authorized, 1);
	assert_int_equal(s->authorized[0].bytes[3], 77);
	assert_int_equal(s->min_len[0], 10);
	assert_int_equal(s->max_len[0], 25);
	assert_int_equal(s->min_len[1], 14);
	assert_int_equal(s->max_len[1], 49);
	assert_int_equal(s->black_list.items[0].ge, 9);
	assert_int_equal(s->black_list.items[0].le, 16);
	assert_int_equal(s->max_as_path_len, 30);
	assert_true(s->enforce_origin && s->enforce_prefix);
	assert_true(s->reject_rov_invalid && s->reject_aspa_invalid);
	assert_int_equal(s->max_action, POLICY_MAX_BLOCK);
	assert_int_equal(s->restart_after, 8);
	assert_true(s->count_rejected && s->max_peering_db);
	assert_int_equal(s->max_prefix[0], 44);
	assert_int_equal(s->max_prefix[1], 0);
	assert_int_equal(s->max_absolute, 11);
	assert_int_equal(s->max_relative, 6);
	assert_false(s->roles || s->strict_roles);
	assert_int_equal(s->role, 0);
	assert_int_equal(s->reject, POLICY_TAG_AND_REJECT);
	assert_true(s->blackhole_announce);
	assert_false(s->gshut);
	policy_free(p);
}

static void
client_itself(void **state)
{
	struct policy *p = read_all();
	const struct policy_client *c = &p->clients[0];

	(void)state;
	assert_int_equal(p->n_clients, 3);
	assert_string_equal(c->id, "AS5_1");
	assert_string_equal(p->clients[1].id, "AS6_1");
	assert_string_equal(p->clients[2].id, "AS5_2");
	assert_int_equal(c->n_ip, 2);
	assert_int_equal(c->n_range, 1);
	assert_int_equal(c->range[0].len, 26);
	assert_string_equal(c->description, "five");
	assert_string_equal(c->password, "secret");
	assert_null(p->clients[1].password);
	assert_int_equal(c->n_as_sets, 1);
	assert_string_equal(c->as_sets[0], "AS5");
	assert_int_equal(c->white_prefixes.n, 1);
	assert_int_equal(c->white_prefixes.items[0].le, 32);
	assert_int_equal(c->n_white_asns, 2);
	assert_int_equal(c->white_asns[0], 7);
	assert_int_equal(c->n_white_routes, 2);
	assert_int_equal(c->white_routes[0].asn, 70);
	assert_false(c->white_routes[0].any_asn);
	assert_int_equal(c->white_routes[0].prefix.le, 16);
	assert_true(c->white_routes[1].any_asn);
	assert_int_equal(c->n_custom, 2);
	assert_int_equal(c->custom[0], 1);
	assert_int_equal(c->custom[1], 0);
	policy_free(p);
}

/* Older names, and what a client takes over. */
static void
client_heir(void **state)
{
	struct policy *p = read_all();
	const struct policy_client *c = &p->clients[1];

	(void)state;
	assert_int_equal(c->n_as_sets, 2);
	assert_string_equal(c->as_sets[0], "AS-SIX");
	assert_string_equal(c->as_sets[1], "RIPE::AS6:AS-MORE");
	assert_int_equal(c->settings.next_hop, POLICY_NH_STRICT);
	assert_true(c->settings.reject_rov_invalid);
	assert_true(c->settings.max_peering_db);
	assert_int_equal(c->settings.role, 4);
	assert_int_equal(c->settings.max_prefix[0], 1000);
	assert_int_equal(c->settings.max_prefix[1], 500);
	assert_int_equal(p->clients[2].settings.max_len[0], 23);
	assert_int_equal(p->clients[2].settings.black_list.n, 0);
	policy_free(p);
}

static void
defaults(void **state)
{
	struct err e = {0};
	struct policy *p =
	    load(CFG, "clients: [{asn: 5, ip: 192.0.2.9}]", NULL, &e);
	const struct policy_settings *s = &p->clients[0].settings;

	(void)state;
	assert_int_equal(p->router_id, 0xc0000201);
	assert_true(p->path_hiding && p->tag_as_set && p->blackhole_noexport);
	assert_false(p->obey_rfc1997 || p->rov || p->aspa || p->gshut);
	assert_false(p->transit_free_reject || p->transit_free_warn);
	assert_false(p->allow_longer_prefixes || p->roas_as_routes);
	assert_int_equal(p->blackhole[0], POLICY_BH_NONE);
	assert_true(s->passive && s->reject_invalid_as);
	assert_true(s->enforce_origin && s->enforce_prefix);
	assert_true(s->reject_rov_invalid && s->reject_aspa_invalid);
	assert_true(s->blackhole_announce && s->count_rejected);
	assert_false(s->prepend_rs_as || s->gtsm || s->add_path || s->rfc8950 ||
		     s->roles || s->strict_roles || s->gshut);
	assert_int_equal(s->next_hop, POLICY_NH_STRICT);
	assert_int_equal(s->min_len[0], 8);
	assert_int_equal(s->max_len[0], 24);
	assert_int_equal(s->min_len[1], 12);
	assert_int_equal(s->max_len[1], 48);
	assert_int_equal(s->max_as_path_len, 32);
	assert_int_equal(s->max_action, POLICY_MAX_NONE);
	assert_int_equal(s->reject, POLICY_REJECT);
	assert_int_equal(s->role, 1);
	policy_free(p);
}

/* Keys of the distributed file that are left without a value say nothing. */
static void
empty(void **state)
{
	struct err e = {0};
	struct policy *p =
	    load("cfg:\n  rs_as: 999\n  router_id: 192.0.2.2\n"
		 "  filtering:\n    global_black_list_pref:\n"
		 "    transit_free:\n    irrdb:\n"
		 "      use_arin_bulk_whois_data:\n"
		 "  communities:\n    blackholing:\n"
		 "    reject_cause:\n      std:\n",
		 "asns:\n  AS1:\n    as_sets:\nclients: []\n", NULL, &e);

	(void)state;
	assert_string_equal(e.msg, "");
	policy_free(p);
}

/* ---- does the file above use every key of the table? */

static bool
stands_in(const struct yaml *y, const char *path)
{
	char word[80];

	while (*path != '\0' && y != NULL) {
		size_t n = strcspn(path, ".");
		assert_true(n < sizeof(word));
		memcpy(word, path, n);
		word[n] = '\0';
		y = yaml_get(y, word);
		path += n + (path[n] == '.');
	}
	return y != NULL;
}

static void
every_key(void **state)
{
	struct yaml_doc g, c;
	struct err e = {0};

	(void)state;
	assert_int_equal(yaml_parse(&g, "g", general, strlen(general), &e), 0);
	assert_int_equal(yaml_parse(&c, "c", clients, strlen(clients), &e), 0);
	const struct yaml *cfg = yaml_get(g.root, "cfg");
	const struct yaml *list = yaml_get(c.root, "clients");
	for (size_t i = 0; i < policy_keys_cfg.n; i++) {
		const struct policy_key *k = &policy_keys_cfg.keys[i];
		bool old = strcmp(k->path, "filtering.rpki.enabled") == 0;
		if (k->set == policy_set_refused || k->set == NULL || old)
			continue;
		bool in_client =
		    stands_in(yaml_get(list->items[0], "cfg"), k->path) ||
		    stands_in(yaml_get(list->items[1], "cfg"), k->path);
		if (k->where & POLICY_KEY_CLIENT && !in_client &&
		    k->set != policy_set_only)
			fail_msg("clients do not use %s", k->path);
		if (!stands_in(cfg, k->path) && !in_client)
			fail_msg("nobody uses %s", k->path);
	}
	yaml_clear(&g);
	yaml_clear(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(general_settings),
	    cmocka_unit_test(general_functions),
	    cmocka_unit_test(general_communities),
	    cmocka_unit_test(general_files),
	    cmocka_unit_test(client_settings),
	    cmocka_unit_test(client_itself),
	    cmocka_unit_test(client_heir),
	    cmocka_unit_test(defaults),
	    cmocka_unit_test(empty),
	    cmocka_unit_test(every_key),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
