/*
 * policy_keys: the words of the configuration files, each once.
 *
 * The keys are arouteserver's, with its meanings and its defaults. A key is
 * either honoured, or it has one value that says what ixrs does anyway, or it is
 * refused with the reason that stands here. None is ignored: a route server that
 * silently skips a filter is worse than one that does not start.
 */
#include <string.h>

#include "rs/policy/policy_conf.h"

#define BOTH (POLICY_KEY_GENERAL | POLICY_KEY_CLIENT)
#define GENERAL POLICY_KEY_GENERAL
#define CLIENT POLICY_KEY_CLIENT
#define FIELD(f) .offset = offsetof(struct policy_settings, f)
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

#define MAP(w, path)                                   \
	{                                              \
		path, w, NULL, .value = "", .text = "" \
	}
#define NOT_YET(w, p, why)                                         \
	{                                                          \
		p, w, policy_set_refused, .value = "", .text = why \
	}
#define ONLY(w, p, v, why)                                     \
	{                                                      \
		p, w, policy_set_only, .value = v, .text = why \
	}

static const char *const next_hop_words[] = {"strict", "same-as",
					     "authorized_addresses"};

static const struct policy_key cfg_keys[] = {
    {"rs_as", GENERAL, policy_set_rs_as, .value = "",
     .text = "AS number of the route server; required"},
    {"router_id", GENERAL, policy_set_router_id, .value = "",
     .text = "BGP identifier, as an IPv4 address; required"},
    {"prepend_rs_as", BOTH, policy_set_bool, FIELD(prepend_rs_as),
     .value = "no", .text = "put rs_as in front of the AS_PATH of routes sent"},
    ONLY(GENERAL, "path_hiding", "yes", "every client has its own best path"),
    {"passive", BOTH, policy_set_bool, FIELD(passive), .value = "yes",
     .text = "wait for clients; with no, connect to them as well"},
    NOT_YET(BOTH, "multihop", "clients stand on the peering LAN"),
    ONLY(BOTH, "gtsm", "no", "TTL security is not done"),
    ONLY(BOTH, "add_path", "no", "ADD-PATH is not done"),
    ONLY(BOTH, "rfc8950", "no", "an IPv6 next hop for IPv4 is not done"),
    NOT_YET(CLIENT, "attach_custom_communities",
	    "communities are not added to routes"),

    MAP(BOTH, "filtering"),
    MAP(BOTH, "filtering.next_hop"),
    {"filtering.next_hop.policy", BOTH, policy_set_word, FIELD(next_hop),
     .words = next_hop_words, .n_words = COUNT(next_hop_words),
     .value = "strict",
     .text = "whose address the next hop may be: the announcing "
	     "session's, any client's of the same AS, or one of a list"},
    {"filtering.next_hop.authorized_addresses_list", CLIENT,
     policy_set_addresses, .value = "",
     .text = "the list for authorized_addresses"},
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
    NOT_YET(GENERAL, "filtering.transit_free",
	    "AS numbers of transit-free networks are not looked for"),
    MAP(GENERAL, "filtering.never_via_route_servers"),
    ONLY(GENERAL, "filtering.never_via_route_servers.peering_db", "no",
	 "PeeringDB is not asked"),
    NOT_YET(GENERAL, "filtering.never_via_route_servers.asns",
	    "AS numbers that avoid route servers are not looked for"),
    MAP(BOTH, "filtering.irrdb"),
    ONLY(BOTH, "filtering.irrdb.enforce_origin_in_as_set", "no",
	 "registry data is not used"),
    ONLY(BOTH, "filtering.irrdb.enforce_prefix_in_as_set", "no",
	 "registry data is not used"),
    ONLY(GENERAL, "filtering.irrdb.allow_longer_prefixes", "no",
	 "registry data is not used"),
    ONLY(GENERAL, "filtering.irrdb.tag_as_set", "no",
	 "registry data is not used"),
    ONLY(GENERAL, "filtering.irrdb.peering_db", "no", "PeeringDB is not asked"),
    NOT_YET(GENERAL, "filtering.irrdb.use_rpki_roas_as_route_objects",
	    "registry data is not used"),
    NOT_YET(GENERAL, "filtering.irrdb.use_arin_bulk_whois_data",
	    "registry data is not used"),
    NOT_YET(GENERAL, "filtering.irrdb.use_registrobr_bulk_whois_data",
	    "registry data is not used"),
    NOT_YET(CLIENT, "filtering.irrdb.as_sets", "registry data is not used"),
    NOT_YET(CLIENT, "filtering.irrdb.white_list_pref",
	    "registry data is not used"),
    NOT_YET(CLIENT, "filtering.irrdb.white_list_asn",
	    "registry data is not used"),
    NOT_YET(CLIENT, "filtering.irrdb.white_list_route",
	    "registry data is not used"),
    MAP(BOTH, "filtering.rpki_bgp_origin_validation"),
    ONLY(GENERAL, "filtering.rpki_bgp_origin_validation.enabled", "no",
	 "origins are not validated"),
    NOT_YET(BOTH, "filtering.rpki_bgp_origin_validation.reject_invalid",
	    "origins are not validated"),
    NOT_YET(BOTH, "filtering.max_prefix", "prefixes are not limited"),
    MAP(BOTH, "filtering.roles"),
    ONLY(BOTH, "filtering.roles.enabled", "no", "roles are not negotiated"),
    ONLY(BOTH, "filtering.roles.strict_mode", "no", "roles are not negotiated"),
    NOT_YET(CLIENT, "filtering.roles.role", "roles are not negotiated"),
    MAP(BOTH, "filtering.reject_policy"),
    ONLY(BOTH, "filtering.reject_policy.policy", "reject",
	 "rejected routes are kept for ixrsctl and not tagged"),

    NOT_YET(GENERAL, "rpki_roas", "origins are not validated"),
    NOT_YET(BOTH, "blackhole_filtering", "blackhole routes are not made"),
    MAP(BOTH, "graceful_shutdown"),
    ONLY(BOTH, "graceful_shutdown.enabled", "no",
	 "GRACEFUL_SHUTDOWN is passed on and does not lower a route"),
    NOT_YET(GENERAL, "graceful_shutdown.local_pref",
	    "GRACEFUL_SHUTDOWN does not lower a route"),
    MAP(GENERAL, "rfc1997_wellknown_communities"),
    {"rfc1997_wellknown_communities.policy", GENERAL, policy_set_rfc1997,
     .value = "pass",
     .text = "NO_EXPORT and NO_ADVERTISE: pass hands them on, rfc1997 "
	     "obeys them and sends the route to nobody"},
    NOT_YET(GENERAL, "rtt_thresholds", "round-trip times are not known"),
    NOT_YET(GENERAL, "custom_communities",
	    "communities are not added to routes"),

    MAP(GENERAL, "communities"),
#define COMMUNITY(i, name, what)                                              \
	MAP(GENERAL, "communities." name),                                    \
	    {"communities." name ".std",                                      \
	     GENERAL,                                                         \
	     policy_set_std,                                                  \
	     .offset = i,                                                     \
	     .value = "",                                                     \
	     .text = what},                                                   \
	    {"communities." name ".lrg",                                      \
	     GENERAL,                                                         \
	     policy_set_lrg,                                                  \
	     .offset = i,                                                     \
	     .value = "",                                                     \
	     .text = what},                                                   \
	    NOT_YET(GENERAL, "communities." name ".ext",                      \
		    "extended communities do not control announcements; use " \
		    "std or lrg")
    COMMUNITY(POLICY_DENY_ALL, "do_not_announce_to_any",
	      "do not announce to anybody but the announce_to_peer clients"),
    COMMUNITY(POLICY_DENY_PEER, "do_not_announce_to_peer",
	      "do not announce to the client peer_as"),
    COMMUNITY(POLICY_ALLOW_PEER, "announce_to_peer",
	      "announce to the client peer_as"),
#define UNUSED(name)                          \
	NOT_YET(GENERAL, "communities." name, \
		"this community has no function here")
    UNUSED("prefix_present_in_as_set"),
    UNUSED("prefix_not_present_in_as_set"),
    UNUSED("origin_present_in_as_set"),
    UNUSED("origin_not_present_in_as_set"),
    UNUSED("prefix_validated_via_rpki_roas"),
    UNUSED("prefix_validated_via_arin_whois_db_dump"),
    UNUSED("prefix_validated_via_registrobr_whois_db_dump"),
    UNUSED("route_validated_via_white_list"),
    UNUSED("rpki_bgp_origin_validation_not_performed"),
    UNUSED("rpki_bgp_origin_validation_valid"),
    UNUSED("rpki_bgp_origin_validation_unknown"),
    UNUSED("rpki_bgp_origin_validation_invalid"),
    UNUSED("blackholing"),
    UNUSED("do_not_announce_to_peers_with_rtt_lower_than"),
    UNUSED("do_not_announce_to_peers_with_rtt_higher_than"),
    UNUSED("announce_to_peers_with_rtt_lower_than"),
    UNUSED("announce_to_peers_with_rtt_higher_than"),
    UNUSED("prepend_once_to_any"),
    UNUSED("prepend_twice_to_any"),
    UNUSED("prepend_thrice_to_any"),
    UNUSED("prepend_once_to_peer"),
    UNUSED("prepend_twice_to_peer"),
    UNUSED("prepend_thrice_to_peer"),
    UNUSED("prepend_once_to_peers_with_rtt_lower_than"),
    UNUSED("prepend_twice_to_peers_with_rtt_lower_than"),
    UNUSED("prepend_thrice_to_peers_with_rtt_lower_than"),
    UNUSED("prepend_once_to_peers_with_rtt_higher_than"),
    UNUSED("prepend_twice_to_peers_with_rtt_higher_than"),
    UNUSED("prepend_thrice_to_peers_with_rtt_higher_than"),
    UNUSED("add_noexport_to_any"),
    UNUSED("add_noadvertise_to_any"),
    UNUSED("add_noexport_to_peer"),
    UNUSED("add_noadvertise_to_peer"),
    UNUSED("reject_cause"),
    UNUSED("reject_cause_map"),
    UNUSED("rejected_route_announced_by"),
};

static const struct policy_key client_keys[] = {
    {"asn", BOTH, policy_set_asn, .value = "",
     .text = "the client's AS number; required"},
    {"ip", BOTH, policy_set_ip, .value = "",
     .text = "its address, or a list of them; required. Each address "
	     "is one session, which carries routes of its own family"},
    {"description", BOTH, policy_set_description, .value = "",
     .text = "a name for people; ixrsctl takes it for MEMBER"},
    NOT_YET(BOTH, "password", "TCP-MD5 is not done"),
    {"cfg", BOTH, policy_set_cfg, .value = "",
     .text = "settings of this client instead of the general ones"},
};

static const struct policy_key prefix_keys[] = {
    {"prefix", BOTH, policy_set_prefix, .value = "",
     .text = "network address; required"},
    {"length", BOTH, policy_set_length, .max = 128, .value = "",
     .text = "its length; required"},
    {"exact", BOTH, policy_set_exact, .value = "no",
     .text = "this length only, not the longer ones inside"},
    {"ge", BOTH, policy_set_ge, .max = 128, .value = "",
     .text = "lengths from this one on"},
    {"le", BOTH, policy_set_le, .max = 128, .value = "",
     .text = "lengths up to this one"},
    NOT_YET(BOTH, "max_length", "write le"),
    {"comment", BOTH, policy_set_comment, .value = "",
     .text = "shown with a rejected route"},
};

static const struct policy_key general_root[] = {
    {"cfg", BOTH, policy_set_cfg, .value = "", .text = "the settings"}};
static const struct policy_key clients_root[] = {
    {"clients", BOTH, policy_set_clients, .value = "",
     .text = "the list of clients"},
    NOT_YET(BOTH, "asns", "registry data is not used")};
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
TABLE(prefix, "a prefix", prefix_keys);

static bool
key_is_supported(const struct policy_key *k)
{
	return k->set != policy_set_refused && k->set != policy_set_only;
}

static void
key_print(FILE *f, const struct policy_key *k, bool mark_scope)
{
	fprintf(f, ".It Cm %s", k->path);
	if (k->set == policy_set_only)
		fprintf(f, " : %s only", k->value);
	else if (k->n_words != 0)
		for (size_t i = 0; i < k->n_words; i++)
			fprintf(f, "%s %s", i ? " |" : " :", k->words[i]);
	fprintf(f, "\n%s", k->text);
	if (key_is_supported(k) && k->value[0] != '\0')
		fprintf(f, "; default %s", k->value);
	if (mark_scope && k->where != BOTH)
		fprintf(f, " (%s only)",
			k->where == GENERAL ? "general" : "clients");
	fprintf(f, ".\n");
}

static void
table_print(FILE *f, const struct policy_key_table *t, const char *title,
	    bool supported)
{
	fprintf(f, ".Ss %s\n.Bl -tag -width Ds -compact\n", title);
	for (size_t i = 0; i < t->n; i++) {
		const struct policy_key *k = &t->keys[i];
		if (k->set != NULL && key_is_supported(k) == supported)
			key_print(f, k, t == &policy_keys_cfg);
	}
	fprintf(f, ".El\n");
}

void
policy_keys_print(FILE *f)
{
	table_print(f, &policy_keys_cfg,
		    "cfg, in the general file and in a client", true);
	table_print(f, &policy_keys_client, "clients, in the clients file",
		    true);
	table_print(f, &policy_keys_prefix,
		    "bogons, in the bogons file, and the black lists", true);
	table_print(f, &policy_keys_cfg, "Refused, or with one value only",
		    false);
	table_print(f, &policy_keys_client, "Refused in a client", false);
	table_print(f, &policy_keys_prefix, "Refused in a prefix", false);
}
