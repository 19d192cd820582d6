#!/bin/sh
# Routes that should not be here: leaks by roles (RFC 9234), by ASPA, by who is in
# the AS path; paths that are none. What is refused, and what is kept but not sent.
. "$(dirname "$0")/../lan.sh"

cat >"$general" <<END
cfg:
  rs_as: 64500
  router_id: "203.0.113.1"
  passive: no
  filtering:
    max_as_path_len: 6
    reject_invalid_as_in_as_path: True
    transit_free:
      action: "reject"
      asns: >
        174, 701, 1299,
        12956
    never_via_route_servers:
      peering_db: True
      asns: 65099, 65098
    irrdb: {enforce_origin_in_as_set: False, enforce_prefix_in_as_set: False, tag_as_set: False}
    rpki_aspa_verification:
      enabled: True
      reject_invalid: True
    roles:
      enabled: True
  rpki_aspas:
    json_url: "$tmp/aspas.json"
END
echo "bogons: []" >"$tmp/bogons.yml"
echo "clients:" >"$clients"
client 65010 10 '' alpha
client 64502 12 '' gamma
client 64504 14 '{filtering: {roles: {enabled: no}}}' delta
client 65011 11 '{filtering: {roles: {local_role: customer}}}' above
client 65015 15 '{filtering: {roles: {local_role: peer}}}' beside
client 65016 16 '{filtering: {roles: {strict_mode: True}}}' silent
cat >"$tmp/pdb.json" <<'END'
{"data": [{"asn": 65088, "info_never_via_route_servers": true},
          {"asn": 65020, "info_never_via_route_servers": false}]}
END
cat >"$tmp/aspas.json" <<'END'
{"roas": [], "aspas": [{"customer_asid": 65030, "providers": [65031]}]}
END
peer alpha 65010 10 --role rs-client <<'END'
announce 100.64.1.0/24
announce 100.64.2.0/24 otc 65010
announce 100.64.3.0/24 as-path 65010 65020
announce 100.64.4.0/24 as-path 65010 174 65020
announce 100.64.5.0/24 as-path 65010 65020 12956
announce 100.64.11.0/24 as-path 65010 174 65021
announce 100.64.12.0/24 as-path 65010 65021 174
announce 100.64.6.0/24 as-path 65010 175
announce 100.64.7.0/24 as-path 65010 65088
announce 100.64.8.0/24 as-path 65010 65098
announce 100.64.9.0/24 as-path 65010 65030
announce 100.64.10.0/24 as-path 65010 65031 65030
announce 100.64.20.0/24 as-path 65011 65020
announce 100.64.21.0/24 as-path
announce 100.64.22.0/24 as-path 65010 64500
announce 100.64.23.0/24 as-path 65010 65010 65010 65010 65010 65010 65020
announce 100.64.24.0/24 as-path 65010 64512
announce 100.64.25.0/24 as-path 65010 23456
announce 100.64.26.0/24 as-path 65010 64502 65020
announce 100.64.27.0/24 as-path 65010 65010 65010 65010 65010 65020
wait-prefix 100.65.1.0/24
announce 100.64.3.0/24 as-path 65010 { 65020 65021 }
announce 100.64.28.0/24 as-path 65010 { 65020 65021 }
announce 100.64.99.0/24
END
bird gamma 64502 12 "" "" "local role rs_client;"
peer beside 65015 15 --role peer </dev/null
peer silent 65016 16 </dev/null
rs --peering-db "$tmp/pdb.json" --allow-asns 64496-64511 --allow-asns 65000-65099
peer delta 64504 14 </dev/null
ok "five sessions are up" wait_for 8 established 5
ok "and have the routes" wait_for 5 has gamma 100.64.3.0/24

# ---- what is above us speaks last: then alpha goes on
peer above 65011 11 --role provider <<'END'
announce 100.65.2.0/24 otc 65055
announce 100.65.1.0/24
END
expect <<'END'
gamma|100.64.99.0/24|otc=64500|the last has come
gamma|100.64.1.0/24|path=65010 otc=64500|to a customer with ONLY_TO_CUSTOMER
beside|100.64.1.0/24|path=65010 otc=64500|to a peer with ONLY_TO_CUSTOMER
above|100.64.1.0/24|path=65010|to a provider as it is
delta|100.64.1.0/24|path=65010|without roles as it is
gamma|100.65.1.0/24|otc=65011|from a provider with its number
delta|100.65.1.0/24|otc=65011|from a provider, without roles
beside|100.65.1.0/24|-|from a provider to a peer
gamma|100.65.2.0/24|otc=65055|from a provider that says it
beside|100.65.2.0/24|-|from a provider that says it, to a peer
gamma|100.64.3.0/24|-|AS_SET: what was there is withdrawn
delta|100.64.3.0/24|-|AS_SET: what was there is withdrawn
gamma|100.64.28.0/24|-|AS_SET
gamma|100.64.6.0/24|path=65010,175 otc=64500|175 is not 174
gamma|100.64.10.0/24|path=65010,65031,65030 otc=64500|the provider that the ASPA names
gamma|100.64.26.0/24|-|its own number in the path
delta|100.64.26.0/24|path=65010,64502,65020|another's number in the path
gamma|100.64.27.0/24|path=65010,65010,65010,65010,65010,65020 otc=64500|a path of six
END
cat >"$tmp/always" <<'END'
100.64.2.0/24|21 otc-leak|the route carries ONLY_TO_CUSTOMER AS65010, so AS65010 leaks it
100.64.7.0/24|14 never-via-route-servers|the AS path contains AS65088, which never uses route servers
100.64.8.0/24|14 never-via-route-servers|the AS path contains AS65098, which never uses route servers
100.64.20.0/24|7 first-as-not-peer|the AS path begins with AS65011, not with the announcing member's AS65010
100.64.21.0/24|6 as-path-empty|the AS path is empty; it must begin with AS65010
100.64.22.0/24|20 as-loop|the AS path contains AS64500, the route server itself
100.64.23.0/24|5 as-path-too-long|the AS path has 7 hops, more than 6
100.64.24.0/24|4 bogon-asn|the AS path contains AS64512, which is not a public AS number
100.64.25.0/24|4 bogon-asn|the AS path contains AS23456, which is not a public AS number
END
{
	cat "$tmp/always"
	cat <<'END'
100.64.4.0/24|14 transit-free-asn|the AS path contains AS174, a transit-free network, behind the first AS: a leak
100.64.11.0/24|14 transit-free-asn|the AS path contains AS174, a transit-free network, behind the first AS: a leak
100.64.12.0/24|14 transit-free-asn|the AS path contains AS174, a transit-free network, behind the first AS: a leak
100.64.5.0/24|14 transit-free-asn|the AS path contains AS12956, a transit-free network, behind the first AS: a leak
100.64.9.0/24|13 aspa-invalid|ASPA: AS65030 is behind AS65010 in the AS path and does not name it as a provider
END
} >"$tmp/refusals"
refused gamma <"$tmp/refusals"
why() { # PREFIX MEMBER SENTENCE
	like "explain $1 $2" "$(ctl explain "$1" "$2")" " withheld +$3\$"
}
why 100.65.1.0/24 beside 'it came from AS65011, no customer, and AS65015 is none either'
why 100.65.2.0/24 beside 'it carries ONLY_TO_CUSTOMER AS65055, and AS65015 is no customer'
why 100.64.26.0/24 gamma 'AS64502 is in the AS path and would discard it as a loop'
like "explain: an AS_SET is no route at all" "$(ctl explain 100.64.28.0/24 gamma)" \
	'^nobody announces it$'
sessions=$(ctl --json show sessions | jq -r \
	'.[] | "\(.member) \(.malformed) \(.last_malformed) \(.last_error)"')
like "the AS_SETs are counted" "$sessions" '^alpha 2 .*AS_SET'
like "who must say a role and does not is sent away" "$sessions" \
	'^silent .*[Rr]ole'

# ---- less strict: ASPA-invalid is kept and not sent, 174 may be behind others
sed -i '/rpki_aspa/,/reject_invalid/s/reject_invalid: True/reject_invalid: False/
	s/action: "reject"/action: "warning"/' "$general"
reload
expect <<'END'
gamma|100.64.4.0/24|path=65010,174,65020 otc=64500|transit_free warns only
gamma|100.64.5.0/24|path=65010,65020,12956 otc=64500|transit_free warns only
gamma|100.64.11.0/24|path=65010,174,65021 otc=64500|transit_free warns only
gamma|100.64.9.0/24|-|invalid by ASPA
delta|100.64.9.0/24|-|invalid by ASPA
END
refused gamma <"$tmp/always"
like "which is kept" "$(ctl --json show received alpha |
	jq -r '.[] | "\(.prefix) \(.state) \(.marks)"')" \
	'^100.64.9.0/24 accepted \["aspa-invalid"\]$'
warned() { # ASN: how often
	grep -c " server: alpha (203.0.113.10) announces 100.64.[0-9]*.0/24 with AS$1, a transit-free network, behind the first AS of the path: taken, as transit_free.action is warning\$" "$tmp/rs.log"
}
is "the log warns of AS174 once, not for each of three routes" "$(warned 174)" 1
is "of AS12956, too" "$(warned 12956)" 1
is "and of nobody else" "$(grep -c 'a transit-free network' "$tmp/rs.log")" 2
is "the routes are marked" "$(ctl --json show received alpha | jq -r \
	'.[] | select(.marks == ["transit-free-asn"]) | .prefix' | xargs)" \
	"100.64.4.0/24 100.64.5.0/24 100.64.11.0/24 100.64.12.0/24"
like "explain warns" "$(ctl explain 100.64.5.0/24 gamma)" \
	' sent +sent to the member; a warning: AS12956, a transit-free network, is behind the first AS of its path$'
why 100.64.9.0/24 gamma 'the ASPAs say that the route is a leak: it goes to nobody'

# ---- what a new file says holds at once
cat >"$tmp/aspas.json" <<'END'
{"roas": [], "aspas": [{"customer_asid": 65030, "providers": [65031, 65010]},
	{"customer_asid": 65031, "providers": []}]}
END
reload
expect <<'END'
gamma|100.64.9.0/24|path=65010,65030 otc=64500|named as a provider now
gamma|100.64.10.0/24|-|invalid now
END

# ---- without roles: they are agreed on in the OPEN, so these sessions begin anew
sed -i '/^    roles:/,/enabled/d' "$general"
sed -i 's/{filtering: {roles: .*/{}/' "$clients"
before=$(flaps)
ctl reload >/dev/null
expect <<'END'
gamma|100.64.2.0/24|otc=65010|a leak passes as it is
beside|100.64.1.0/24|+|nothing is added
gamma|100.64.1.0/24|otc=64500|but by a member that has a role of its own
END
flaps_of() { # ADDRESS BEFORE-OR-AFTER
	echo "$2" | jq ".[] | select(.[0] == \"$1\") | .[1]"
}
is "a session that has lost its role has begun anew" \
	"$(flaps_of 203.0.113.12 "$(flaps)")" \
	$(($(flaps_of 203.0.113.12 "$before") + 1))
is "one that had none has not" "$(flaps_of 203.0.113.14 "$(flaps)")" \
	"$(flaps_of 203.0.113.14 "$before")"
done_testing
