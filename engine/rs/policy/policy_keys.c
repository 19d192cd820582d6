/*
 * policy_keys: the words of the configuration files, each once.
 *
 * The keys are arouteserver's, with its meanings and its defaults. A key is
 * either honoured, or it has one value that says what ixrs does anyway, or it is
 * refused with the reason that stands here. None is ignored: a route server that
 * silently skips a filter is worse than one that does not start.
 */
#include "rs/policy/policy_conf.h"

#define BOTH (POLICY_KEY_GENERAL | POLICY_KEY_CLIENT)
#define GENERAL POLICY_KEY_GENERAL
#define CLIENT POLICY_KEY_CLIENT
#define FIELD(f) .offset = offsetof(struct policy_settings, f)
#define POLICY(f) .base = POLICY_IN_POLICY, .offset = offsetof(struct policy, f)
#define FILES(f) \
	.base = POLICY_IN_FILES, .offset = offsetof(struct policy_files, f)
#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define WORDS(w) .words = w, .n_words = COUNT(w)

#define MAP(w, path)                                   \
	{                                              \
		path, w, NULL, .value = "", .text = "" \
	}
#define REFUSED(w, p, why)                                         \
	{                                                          \
		p, w, policy_set_refused, .value = "", .text = why \
	}
#define ONLY(w, p, v, why)                                     \
	{                                                      \
		p, w, policy_set_only, .value = v, .text = why \
	}

static const char *const next_hop_words[] = {"strict", "same-as",
					     "authorized_addresses"};
static const char *const max_prefix_words[] = {"", "shutdown", "restart",
					       "block", "warning"};
static const char *const reject_words[] = {"reject", "tag", "tag_and_reject"};
static const char *const blackhole_words[] = {"", "propagate-unchanged",
					      "rewrite-next-hop"};
static const char *const rfc1997_words[] = {"pass", "rfc1997"};
static const char *const transit_words[] = {"reject", "warning"};
static const char *const roas_words[] = {"ripe-rpki-validator-cache", "rtr",
					 "rtrlib"};

#define ANCHORS "APNIC, AfriNIC, LACNIC, RIPE NCC"

static const struct policy_key cfg_keys[] = {
    {"rs_as", GENERAL, policy_set_rs_as, .value = "",
     .text = "AS number of the route server; required"},
    {"router_id", GENERAL, policy_set_router_id, .value = "",
     .text = "BGP identifier, as an IPv4 address; required"},
    {"prepend_rs_as", BOTH, policy_set_bool, FIELD(prepend_rs_as),
     .value = "no", .text = "put rs_as in front of the AS_PATH of routes sent"},
    {"path_hiding", GENERAL, policy_set_bool, POLICY(path_hiding),
     .value = "yes",
     .text = "path hiding is mitigated: every client has its own best path; "
	     "with no, whoever may not have the best route gets none"},
    {"passive", BOTH, policy_set_bool, FIELD(passive), .value = "yes",
     .text = "wait for clients; with no, connect to them as well"},
    {"multihop", BOTH, policy_set_u32, FIELD(multihop), .max = 255,
     .value = "0", .text = "most hops to the client; 0: it is on the LAN"},
    {"gtsm", BOTH, policy_set_bool, FIELD(gtsm), .value = "no",
     .text = "TTL security (RFC 5082)"},
    {"add_path", BOTH, policy_set_bool, FIELD(add_path), .value = "no",
     .text = "several paths for a prefix (RFC 7911), both ways: the best 8 are "
	     "sent, and 16 are taken"},
    {"rfc8950", BOTH, policy_set_bool, FIELD(rfc8950), .value = "no",
     .text = "IPv4 routes with an IPv6 next hop, on IPv6 sessions"},
    {"attach_custom_communities", CLIENT, policy_set_attach, .value = "",
     .text = "names of custom_communities to put on this client's routes"},
    REFUSED(
	CLIENT, "custom_options",
	"lines for the configuration of BIRD or OpenBGPD mean nothing here"),

    MAP(BOTH, "filtering"),
    MAP(BOTH, "filtering.next_hop"),
    {"filtering.next_hop.policy", BOTH, policy_set_word, FIELD(next_hop),
     WORDS(next_hop_words), .value = "strict",
     .text = "whose address the next hop may be: the announcing "
	     "session's, any client's of the same AS, or one of a list"},
    {"filtering.next_hop.authorized_addresses_list", CLIENT,
     policy_set_addresses, .said = POLICY_SAID_AUTHORIZED, .value = "",
     .text = "the list for authorized_addresses"},
    {"filtering.next_hop_policy", BOTH, policy_set_word, FIELD(next_hop),
     WORDS(next_hop_words), .value = "",
     .text = "older name of next_hop.policy"},
    MAP(BOTH, "filtering.ipv4_pref_len"),
    {"filtering.ipv4_pref_len.min", BOTH, policy_set_u32, FIELD(min_len[0]),
     .max = 32, .value = "8", .text = "shortest IPv4 prefix taken"},
    {"filtering.ipv4_pref_len.max", BOTH, policy_set_u32, FIELD(max_len[0]),
     .max = 32, .value = "24", .text = "longest IPv4 prefix taken"},
    MAP(BOTH, "filtering.ipv6_pref_len"),
    {"filtering.ipv6_pref_len.min", BOTH, policy_set_u32, FIELD(min_len[1]),
     .max = 128, .value = "12", .text = "shortest IPv6 prefix taken"},
    {"filtering.ipv6_pref_len.max", BOTH, policy_set_u32, FIELD(max_len[1]),
     .max = 128, .value = "48", .text = "longest IPv6 prefix taken"},
    {"filtering.global_black_list_pref", GENERAL, policy_set_black_list,
     .value = "",
     .text = "prefixes rejected from everybody, such as the peering "
	     "LAN: a list of the form of bogons.yml"},
    {"filtering.black_list_pref", CLIENT, policy_set_black_list, .value = "",
     .text = "prefixes rejected from this client"},
    {"filtering.max_as_path_len", BOTH, policy_set_u32, FIELD(max_as_path_len),
     .min = 1, .max = 64, .value = "32", .text = "longest AS_PATH taken"},
    {"filtering.reject_invalid_as_in_as_path", BOTH, policy_set_bool,
     FIELD(reject_invalid_as), .value = "yes",
     .text = "reject private, documentation and reserved AS numbers in "
	     "the AS_PATH (those of configured clients pass)"},
    ONLY(BOTH, "filtering.allow_as_set", "no",
	 "a route with an AS_SET is treated as withdrawn (RFC 9774)"),
    MAP(GENERAL, "filtering.transit_free"),
    {"filtering.transit_free.action", GENERAL, policy_set_transit_action,
     WORDS(transit_words), .value = "",
     .text = "what happens to a route that has one of asns behind the first "
	     "place of its AS_PATH: it is rejected, or taken and the log says "
	     "so, once an hour for each session and AS; without it, nothing"},
    {"filtering.transit_free.asns", GENERAL, policy_set_asns,
     POLICY(transit_free), .value = "",
     .text = "AS numbers, as a list or with commas"},
    MAP(GENERAL, "filtering.never_via_route_servers"),
    {"filtering.never_via_route_servers.peering_db", GENERAL,
     policy_set_never_pdb, .said = POLICY_SAID_NEVER_PDB, .value = "yes",
     .text = "reject routes with an AS that says so in PeeringDB, see "
	     "--peering-db"},
    {"filtering.never_via_route_servers.asns", GENERAL, policy_set_asns,
     POLICY(never_via), .value = "",
     .text = "reject routes with one of these, as a list or with commas"},

    MAP(BOTH, "filtering.irrdb"),
    {"filtering.irrdb.enforce_origin_in_as_set", BOTH, policy_set_bool,
     FIELD(enforce_origin), .said = POLICY_SAID_ORIGIN, .value = "yes",
     .text = "the origin must be in the client's AS-SET, see --irr"},
    {"filtering.irrdb.enforce_prefix_in_as_set", BOTH, policy_set_bool,
     FIELD(enforce_prefix), .said = POLICY_SAID_PREFIX, .value = "yes",
     .text = "an origin of the client's AS-SET must have a route object for "
	     "the prefix, see --irr"},
    {"filtering.irrdb.allow_longer_prefixes", GENERAL, policy_set_bool,
     POLICY(allow_longer_prefixes), .value = "no",
     .text = "a route object for a prefix around it is enough"},
    {"filtering.irrdb.tag_as_set", GENERAL, policy_set_bool, POLICY(tag_as_set),
     .said = POLICY_SAID_TAG, .value = "yes",
     .text = "say with the communities for it whether prefix and origin are "
	     "in the AS-SET, see --irr"},
    {"filtering.irrdb.peering_db", GENERAL, policy_set_bool, FILES(irr_pdb),
     .value = "no",
     .text = "AS-SETs of clients that have none in the files come from "
	     "PeeringDB, see --peering-db"},
    MAP(GENERAL, "filtering.irrdb.use_rpki_roas_as_route_objects"),
    {"filtering.irrdb.use_rpki_roas_as_route_objects.enabled", GENERAL,
     policy_set_bool, POLICY(roas_as_routes), .value = "no",
     .text = "a ROA counts as a route object"},
    MAP(GENERAL, "filtering.irrdb.use_arin_bulk_whois_data"),
    {"filtering.irrdb.use_arin_bulk_whois_data.enabled", GENERAL,
     policy_set_bool, FILES(use_arin), .value = "no",
     .text = "an entry of ARIN's database counts as a route object"},
    {"filtering.irrdb.use_arin_bulk_whois_data.source", GENERAL,
     policy_set_text, FILES(arin), .value = "",
     .text = "the file (JSON, not compressed), by absolute path"},
    MAP(GENERAL, "filtering.irrdb.use_registrobr_bulk_whois_data"),
    {"filtering.irrdb.use_registrobr_bulk_whois_data.enabled", GENERAL,
     policy_set_bool, FILES(use_registrobr), .value = "no",
     .text = "an entry of Registro.br's database counts as a route object"},
    {"filtering.irrdb.use_registrobr_bulk_whois_data.source", GENERAL,
     policy_set_text, FILES(registrobr), .value = "",
     .text = "the file (fields with | between), by absolute path"},
    {"filtering.irrdb.as_sets", CLIENT, policy_set_as_sets, .value = "",
     .text = "the client's AS-SETs; without, those of its AS in asns, then "
	     "PeeringDB's, then its AS number"},
    {"filtering.irrdb.white_list_pref", CLIENT, policy_set_white_prefixes,
     .value = "", .text = "prefixes taken as if they were in the AS-SET"},
    {"filtering.irrdb.white_list_asn", CLIENT, policy_set_white_asns,
     .value = "", .text = "origins taken as if they were in the AS-SET"},
    {"filtering.irrdb.white_list_route", CLIENT, policy_set_white_routes,
     .value = "",
     .text = "prefixes, perhaps each with an origin asn, that pass whatever "
	     "the registry says"},

    MAP(BOTH, "filtering.rpki_bgp_origin_validation"),
    {"filtering.rpki_bgp_origin_validation.enabled", GENERAL, policy_set_bool,
     POLICY(rov), .value = "no",
     .text = "origins are validated (RFC 6811), see --vrps and --rtr"},
    {"filtering.rpki_bgp_origin_validation.reject_invalid", BOTH,
     policy_set_bool, FIELD(reject_rov_invalid), .value = "yes",
     .text = "reject what is invalid; with no, it is kept and not sent"},
    MAP(BOTH, "filtering.rpki"),
    {"filtering.rpki.enabled", GENERAL, policy_set_bool, POLICY(rov),
     .value = "", .text = "older name of rpki_bgp_origin_validation.enabled"},
    {"filtering.rpki.reject_invalid", BOTH, policy_set_bool,
     FIELD(reject_rov_invalid), .value = "",
     .text = "older name of rpki_bgp_origin_validation.reject_invalid"},
    MAP(BOTH, "filtering.rpki_aspa_verification"),
    {"filtering.rpki_aspa_verification.enabled", GENERAL, policy_set_bool,
     POLICY(aspa), .value = "no",
     .text = "AS paths are verified with ASPAs, see --vrps"},
    {"filtering.rpki_aspa_verification.reject_invalid", BOTH, policy_set_bool,
     FIELD(reject_aspa_invalid), .value = "yes",
     .text = "reject what is invalid; with no, it is kept and not sent"},

    MAP(BOTH, "filtering.max_prefix"),
    {"filtering.max_prefix.action", BOTH, policy_set_word, FIELD(max_action),
     WORDS(max_prefix_words), .value = "",
     .text = "what happens at the limit: the session goes down until "
	     "somebody acts, or comes back after restart_after; further "
	     "routes are not taken; or it is logged. Without it, nothing is "
	     "limited"},
    {"filtering.max_prefix.restart_after", BOTH, policy_set_u32,
     FIELD(restart_after), .min = 1, .max = 10080, .value = "15",
     .text = "minutes until a session comes back"},
    {"filtering.max_prefix.count_rejected_routes", BOTH, policy_set_bool,
     FIELD(count_rejected), .value = "yes",
     .text = "rejected routes count, too"},
    {"filtering.max_prefix.limit_ipv4", CLIENT, policy_set_u32,
     FIELD(max_prefix[0]), .max = UINT32_MAX, .said = POLICY_SAID_LIMIT4,
     .value = "", .text = "most IPv4 prefixes of this client; 0: no limit"},
    {"filtering.max_prefix.limit_ipv6", CLIENT, policy_set_u32,
     FIELD(max_prefix[1]), .max = UINT32_MAX, .said = POLICY_SAID_LIMIT6,
     .value = "", .text = "most IPv6 prefixes of this client; 0: no limit"},
    {"filtering.max_prefix.general_limit_ipv4", GENERAL, policy_set_u32,
     FILES(general_limit[0]), .max = UINT32_MAX, .value = "170000",
     .text = "most IPv4 prefixes where nothing else says; 0: no limit"},
    {"filtering.max_prefix.general_limit_ipv6", GENERAL, policy_set_u32,
     FILES(general_limit[1]), .max = UINT32_MAX, .value = "12000",
     .text = "most IPv6 prefixes where nothing else says; 0: no limit"},
    {"filtering.max_prefix.peering_db", BOTH, policy_set_bool, .or_map = true,
     FIELD(max_peering_db), .said = POLICY_SAID_MAX_PDB, .value = "",
     .text = "older form of peering_db.enabled"},
    {"filtering.max_prefix.peering_db.enabled", BOTH, policy_set_bool,
     FIELD(max_peering_db), .said = POLICY_SAID_MAX_PDB, .value = "yes",
     .text = "limits come from PeeringDB, see --peering-db, but for clients "
	     "that have their own"},
    MAP(BOTH, "filtering.max_prefix.peering_db.increment"),
    {"filtering.max_prefix.peering_db.increment.absolute", BOTH, policy_set_u32,
     FIELD(max_absolute), .max = 1000000, .value = "100",
     .text = "prefixes added to PeeringDB's number"},
    {"filtering.max_prefix.peering_db.increment.relative", BOTH, policy_set_u32,
     FIELD(max_relative), .max = 1000, .value = "15",
     .text = "percent added to that"},

    MAP(BOTH, "filtering.roles"),
    {"filtering.roles.enabled", BOTH, policy_set_bool, FIELD(roles),
     .value = "no", .text = "BGP roles and Only to Customer (RFC 9234)"},
    {"filtering.roles.strict_mode", BOTH, policy_set_bool, FIELD(strict_roles),
     .value = "no", .text = "a client without a role is refused"},
    {"filtering.roles.local_role", CLIENT, policy_set_role, .value = "rs",
     .text = "our role on its sessions: rs, rs-client, provider, customer or "
	     "peer"},
    {"filtering.roles.role", CLIENT, policy_set_role, .value = "",
     .text = "the same"},
    MAP(BOTH, "filtering.reject_policy"),
    {"filtering.reject_policy.policy", BOTH, policy_set_word, FIELD(reject),
     WORDS(reject_words), .value = "reject",
     .text = "a rejected route is kept for ixrsctl and sent to nobody; with "
	     "tag and tag_and_reject it carries reject_cause, the communities "
	     "of reject_cause_map, and rejected_route_announced_by"},

    MAP(GENERAL, "rpki_roas"),
    {"rpki_roas.source", GENERAL, policy_set_rpki_source, FILES(roas.source),
     WORDS(roas_words), .value = "ripe-rpki-validator-cache",
     .text = "where ROAs come from: files in JSON, or --rtr (rtrlib is its "
	     "older name)"},
    {"rpki_roas.ripe_rpki_validator_url", GENERAL, policy_set_texts,
     FILES(roas.urls), .value = "",
     .text = "files by absolute path; the first that can be read is used. "
	     "URLs are passed over: nothing is fetched. --vrps and --rtr go "
	     "first"},
    {"rpki_roas.allowed_trust_anchors", GENERAL, policy_set_texts,
     FILES(roas.anchors), .value = ANCHORS,
     .text = "only ROAs below these are taken; with --vrps, if this is given"},
    {"rpki_roas.ignore_cache_files_older_than", GENERAL, policy_set_u32,
     FILES(roas.max_age), .max = UINT32_MAX, .value = "21600",
     .text = "a file that says it was made longer ago, in seconds, is passed "
	     "over; not with --vrps"},
    MAP(GENERAL, "rpki_aspas"),
    ONLY(GENERAL, "rpki_aspas.source", "json",
	 "ASPAs come from files; the RTR library brings none"),
    {"rpki_aspas.json_url", GENERAL, policy_set_texts, FILES(aspas.urls),
     .value = "", .text = "like ripe_rpki_validator_url"},
    {"rpki_aspas.allowed_trust_anchors", GENERAL, policy_set_texts,
     FILES(aspas.anchors), .value = ANCHORS,
     .text = "only ASPAs below these, or of no named anchor, are taken"},
    {"rpki_aspas.ignore_cache_files_older_than", GENERAL, policy_set_u32,
     FILES(aspas.max_age), .max = UINT32_MAX, .value = "21600",
     .text = "as in rpki_roas"},

    MAP(BOTH, "blackhole_filtering"),
    {"blackhole_filtering.policy_ipv4", GENERAL, policy_set_word,
     POLICY(blackhole[0]), WORDS(blackhole_words), .value = "",
     .text = "what is done with IPv4 routes that carry 65535:666 or the "
	     "community blackholing (RFC 7999); without it, they are like "
	     "others"},
    {"blackhole_filtering.policy_ipv6", GENERAL, policy_set_word,
     POLICY(blackhole[1]), WORDS(blackhole_words), .value = "",
     .text = "the same for IPv6"},
    {"blackhole_filtering.rewrite_next_hop_ipv4", GENERAL,
     policy_set_blackhole_hop, POLICY(blackhole_next_hop[0]), .min = IP_V4,
     .value = "", .text = "the next hop that rewrite-next-hop puts in"},
    {"blackhole_filtering.rewrite_next_hop_ipv6", GENERAL,
     policy_set_blackhole_hop, POLICY(blackhole_next_hop[1]), .min = IP_V6,
     .value = "", .text = "the same for IPv6"},
    {"blackhole_filtering.announce_to_client", BOTH, policy_set_bool,
     FIELD(blackhole_announce), .value = "yes",
     .text = "blackhole routes are sent to clients"},
    {"blackhole_filtering.add_noexport", GENERAL, policy_set_bool,
     POLICY(blackhole_noexport), .value = "yes",
     .text = "put NO_EXPORT on blackhole routes"},
    MAP(BOTH, "graceful_shutdown"),
    {"graceful_shutdown.enabled", BOTH, policy_set_gshut, .value = "no",
     .text = "a route with GRACEFUL_SHUTDOWN is a last resort (RFC 8326). No "
	     "in general: the community is passed on; no for a client: it is "
	     "taken off its routes"},
    {"graceful_shutdown.local_pref", GENERAL, policy_set_u32,
     POLICY(gshut_pref), .max = UINT32_MAX, .value = "0",
     .text = "the LOCAL_PREF of such a route, where others have 100"},
    MAP(GENERAL, "rfc1997_wellknown_communities"),
    {"rfc1997_wellknown_communities.policy", GENERAL, policy_set_rfc1997,
     WORDS(rfc1997_words), .value = "pass",
     .text = "NO_EXPORT and NO_ADVERTISE: pass hands them on, rfc1997 "
	     "obeys them and sends the route to nobody"},
    {"rtt_thresholds", GENERAL, policy_set_thresholds, .value = "",
     .text = "round-trip times in milliseconds, ascending, as a list or with "
	     "commas: the values that dyn_val may have in the communities that "
	     "go by round-trip time, see --rtt"},
    {"custom_communities", GENERAL, policy_set_custom, .value = "",
     .text = "communities by names of the exchange's own, each with std, lrg "
	     "and ext: for attach_custom_communities"},

    MAP(GENERAL, "communities"),
#define COMMUNITY(i, mac, name, what)                                    \
	{                                                                \
		"communities." name, GENERAL, policy_set_community,      \
		    .offset = i, .min = POLICY_MACRO_##mac, .value = "", \
		    .text = what                                         \
	}
#define RTT(i, name, what) COMMUNITY(i, DYN, name, what)
    COMMUNITY(POLICY_DENY_ALL, NONE, "do_not_announce_to_any",
	      "do not announce to anybody but the announce_to_peer clients"),
    COMMUNITY(POLICY_DENY_PEER, PEER, "do_not_announce_to_peer",
	      "do not announce to the client peer_as"),
    COMMUNITY(POLICY_ALLOW_PEER, PEER, "announce_to_peer",
	      "announce to the client peer_as"),
    RTT(POLICY_DENY_RTT_LOWER, "do_not_announce_to_peers_with_rtt_lower_than",
	"do not announce to clients up to dyn_val milliseconds away"),
    RTT(POLICY_DENY_RTT_HIGHER, "do_not_announce_to_peers_with_rtt_higher_than",
	"do not announce to clients more than that away"),
    RTT(POLICY_ALLOW_RTT_LOWER, "announce_to_peers_with_rtt_lower_than",
	"announce to clients up to dyn_val milliseconds away"),
    RTT(POLICY_ALLOW_RTT_HIGHER, "announce_to_peers_with_rtt_higher_than",
	"announce to clients more than that away"),
#define PREPEND(n, NTH, times)                                            \
	COMMUNITY(POLICY_PREPEND_ANY_##n, NONE, "prepend_" NTH "_to_any", \
		  "prepend the announcing client's AS " times),           \
	    COMMUNITY(POLICY_PREPEND_PEER_##n, PEER,                      \
		      "prepend_" NTH "_to_peer",                          \
		      "prepend " times " towards the client peer_as"),    \
	    RTT(POLICY_PREPEND_RTT_LOWER_##n,                             \
		"prepend_" NTH "_to_peers_with_rtt_lower_than",           \
		"prepend " times                                          \
		" towards clients up to dyn_val milliseconds away"),      \
	    RTT(POLICY_PREPEND_RTT_HIGHER_##n,                            \
		"prepend_" NTH "_to_peers_with_rtt_higher_than",          \
		"prepend " times " towards clients more than that away")
    PREPEND(1, "once", "once"),
    PREPEND(2, "twice", "twice"),
    PREPEND(3, "thrice", "three times"),
    COMMUNITY(POLICY_ADD_NOEXPORT_ANY, NONE, "add_noexport_to_any",
	      "put NO_EXPORT on what is sent"),
    COMMUNITY(POLICY_ADD_NOADVERTISE_ANY, NONE, "add_noadvertise_to_any",
	      "put NO_ADVERTISE on what is sent"),
    COMMUNITY(POLICY_ADD_NOEXPORT_PEER, PEER, "add_noexport_to_peer",
	      "put NO_EXPORT on what is sent to the client peer_as"),
    COMMUNITY(POLICY_ADD_NOADVERTISE_PEER, PEER, "add_noadvertise_to_peer",
	      "put NO_ADVERTISE on what is sent to the client peer_as"),
    COMMUNITY(POLICY_BLACKHOLE, NONE, "blackholing",
	      "means what 65535:666 means, see blackhole_filtering"),
    COMMUNITY(POLICY_TAG_PREFIX_IN_SET, NONE, "prefix_present_in_as_set",
	      "we say: the prefix is in the client's AS-SET"),
    COMMUNITY(POLICY_TAG_PREFIX_NOT_IN_SET, NONE,
	      "prefix_not_present_in_as_set", "we say: it is not"),
    COMMUNITY(POLICY_TAG_ORIGIN_IN_SET, NONE, "origin_present_in_as_set",
	      "we say: the origin is in the client's AS-SET"),
    COMMUNITY(POLICY_TAG_ORIGIN_NOT_IN_SET, NONE,
	      "origin_not_present_in_as_set", "we say: it is not"),
    COMMUNITY(POLICY_TAG_VIA_ROA, NONE, "prefix_validated_via_rpki_roas",
	      "we say: a ROA stood in for the route object"),
    COMMUNITY(POLICY_TAG_VIA_ARIN, NONE,
	      "prefix_validated_via_arin_whois_db_dump",
	      "we say: ARIN's database stood in for it"),
    COMMUNITY(POLICY_TAG_VIA_REGISTROBR, NONE,
	      "prefix_validated_via_registrobr_whois_db_dump",
	      "we say: Registro.br's database stood in for it"),
    COMMUNITY(POLICY_TAG_VIA_WHITE_LIST, NONE, "route_validated_via_white_list",
	      "we say: white_list_route let it pass"),
    COMMUNITY(POLICY_TAG_ROV_NOT_DONE, NONE,
	      "rpki_bgp_origin_validation_not_performed",
	      "we say: the origin was not validated"),
    COMMUNITY(POLICY_TAG_ROV_VALID, NONE, "rpki_bgp_origin_validation_valid",
	      "for ixrsctl: the origin is valid"),
    COMMUNITY(POLICY_TAG_ROV_UNKNOWN, NONE,
	      "rpki_bgp_origin_validation_unknown",
	      "for ixrsctl: no ROA covers the prefix"),
    COMMUNITY(POLICY_TAG_ROV_INVALID, NONE,
	      "rpki_bgp_origin_validation_invalid",
	      "for ixrsctl: the origin is invalid"),
    COMMUNITY(POLICY_TAG_ASPA_NOT_DONE, NONE,
	      "rpki_aspa_verification_not_performed",
	      "we say: the path was not verified"),
    COMMUNITY(POLICY_TAG_ASPA_VALID, NONE, "rpki_aspa_verification_valid",
	      "for ixrsctl: the path is valid"),
    COMMUNITY(POLICY_TAG_ASPA_UNKNOWN, NONE, "rpki_aspa_verification_unknown",
	      "for ixrsctl: nothing is known about the path"),
    COMMUNITY(POLICY_TAG_ASPA_INVALID, NONE, "rpki_aspa_verification_invalid",
	      "for ixrsctl: the path is a leak"),
    COMMUNITY(POLICY_TAG_REJECT_CAUSE, DYN, "reject_cause",
	      "on a rejected route: dyn_val is the number of the cause"),
    COMMUNITY(POLICY_TAG_REJECTED_BY, DYN, "rejected_route_announced_by",
	      "on a rejected route: dyn_val is the AS it came from"),
    {"communities.reject_cause_map", GENERAL, policy_set_cause_map, .value = "",
     .text = "numbers of causes, each with std, lrg and ext: communities for "
	     "rejected routes beside reject_cause"},
};

static const struct policy_key community_keys[] = {
    {"std", BOTH, policy_set_std, .value = "",
     .text = "standard (RFC 1997): A:B, 16 bits each"},
    {"lrg", BOTH, policy_set_lrg, .value = "",
     .text = "large (RFC 8092): A:B:C, 32 bits each"},
    {"ext", BOTH, policy_set_ext, .value = "",
     .text = "extended (RFC 4360): rt:A:B or ro:A:B, where one of A and B may "
	     "have 32 bits"},
};

static const struct policy_key client_keys[] = {
    {"asn", BOTH, policy_set_asn, .value = "",
     .text = "the client's AS number; required"},
    {"ip", BOTH, policy_set_ip, .value = "",
     .text = "its address, or a list of them; required. Each address "
	     "is one session, which carries routes of its own family. A "
	     "prefix (not in arouteserver) lets any address inside connect"},
    {"description", BOTH, policy_set_description, .value = "",
     .text = "a name for people; ixrsctl takes it for MEMBER"},
    {"password", BOTH, policy_set_password, .value = "",
     .text = "of TCP-MD5 (RFC 2385), up to 80 bytes; never shown"},
    {"cfg", BOTH, policy_set_cfg, .value = "",
     .text = "settings of this client instead of the general ones"},
    REFUSED(BOTH, "16bit_mapped_asn",
	    "a standard community cannot name an AS beyond 65535; use lrg or "
	    "ext"),
};

static const struct policy_key as_keys[] = {
    {"as_sets", BOTH, policy_set_as_sets, .value = "",
     .text = "AS-SETs of the clients of that AS that have none of their own"},
};

#define PREFIX_KEYS                                                        \
	{"prefix", BOTH, policy_set_prefix, .value = "",                   \
	 .text = "network address; required"},                             \
	    {"length",	 BOTH,	      policy_set_length,                   \
	     .max = 128, .value = "", .text = "its length; required"},     \
	    {"exact", BOTH, policy_set_exact, .value = "no",               \
	     .text = "this length only, not the longer ones inside"},      \
	    {"ge",	 BOTH,	      policy_set_ge,                       \
	     .max = 128, .value = "", .text = "lengths from this one on"}, \
	    {"le",	 BOTH,	      policy_set_le,                       \
	     .max = 128, .value = "", .text = "lengths up to this one"},   \
	    REFUSED(BOTH, "max_length", "write le"),                       \
	{                                                                  \
		"comment", BOTH, policy_set_comment,                       \
		    .value = "", .text = "shown with a rejected route"     \
	}

static const struct policy_key prefix_keys[] = {PREFIX_KEYS};
static const struct policy_key route_keys[] = {
    PREFIX_KEYS,
    {"asn", BOTH, policy_set_route_asn, .value = "",
     .text = "in white_list_route: the origin; without it, any"},
};

static const struct policy_key general_root[] = {
    {"cfg", BOTH, policy_set_cfg, .value = "", .text = "the settings"}};
static const struct policy_key clients_root[] = {
    {"asns", BOTH, policy_set_as_entries, .value = "",
     .text = "what clients of an AS have in common"},
    {"clients", BOTH, policy_set_clients, .value = "",
     .text = "the list of clients"}};
static const struct policy_key bogons_root[] = {
    {"bogons", BOTH, policy_set_bogons, .value = "",
     .text = "prefixes that nobody may announce"}};
#define TABLE(name, what, keys)                                         \
	const struct policy_key_table policy_keys_##name = {what, keys, \
							    COUNT(keys)}
TABLE(root_general, "the general file", general_root);
TABLE(root_clients, "the clients file", clients_root);
TABLE(root_bogons, "the bogons file", bogons_root);
TABLE(cfg, "cfg", cfg_keys);
TABLE(client, "a client", client_keys);
TABLE(as, "an AS", as_keys);
TABLE(prefix, "a prefix", prefix_keys);
TABLE(route, "a route", route_keys);
TABLE(community, "a community", community_keys);
