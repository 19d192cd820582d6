#!/bin/bash
# Every reason for which a route server refuses a route, really provoked by what a
# member says, is told to who asks in the route server's own words.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine refuses namespaces: ixlab doctor"
command -v jq >/dev/null || skip_all "jq is not installed"

lab=$tag-reasons
ex=$tmp/reasons
rs=$XDG_STATE_HOME/ixlab/labs/$lab/nodes/rs1
cleanup() { ixlab down "$lab" >/dev/null 2>&1; }
mkdir -p "$ex/text/en" "$ex/start/m1" "$ex/solution/m1"
echo "Text." >"$ex/text/en/t.md"

# Who announces what, the reason, the sentence, and what is said of the route.
# Robots: no BIRD lets its operator say the half of this.
refused="
r1|0.0.0.0/0|default-route|0.0.0.0/0 is a default route, which has no place at an exchange|
r1|203.0.113.0/24|black-listed-prefix|prefix 203.0.113.0/24 lies in the exchange's black list 203.0.113.0/24 (peering LAN khi)|
r1|198.18.1.0/24|bogon-prefix|prefix 198.18.1.0/24 lies in the bogon 198.18.0.0/15 (RFC 2544)|
r1|100.64.1.0/24|client-black-listed-prefix|prefix 100.64.1.0/24 lies in the member's black list 100.64.1.0/24 (sold)|
r1|fc00:1::/32|not-global-unicast|prefix fc00:1::/32 is not IPv6 global unicast (2000::/3)|
r1|100.64.2.0/25|prefix-too-long|prefix 100.64.2.0/25 is longer than /24|
r1|100.0.0.0/7|prefix-too-short|prefix 100.0.0.0/7 is shorter than /8|
r1|100.64.3.0/24|as-path-empty|the AS path is empty; it must begin with AS65537|as-path
r1|100.64.4.0/24|first-as-not-peer|the AS path begins with AS65538, not with the announcing member's AS65537|as-path 65538 7
r1|100.64.5.0/24|as-loop|the AS path contains AS64500, the route server itself|as-path 65537 64500
r1|100.64.6.0/24|as-path-too-long|the AS path has 6 hops, more than 5|as-path 65537 1 2 3 5 6
r1|100.64.7.0/24|bogon-asn|the AS path contains AS23456, which is not a public AS number|as-path 65537 23456
r1|100.64.8.0/24|next-hop-not-peer|next hop 203.0.113.77 is not the announcing member's address 203.0.113.11|next-hop 203.0.113.77
r1|100.64.9.0/24|transit-free-asn|the AS path contains AS174, a transit-free network, behind the first AS: a leak|as-path 65537 174 3
r1|100.64.10.0/24|never-via-route-servers|the AS path contains AS44, which never uses route servers|as-path 65537 44
r1|100.64.11.0/24|otc-leak|the route carries ONLY_TO_CUSTOMER AS65537, so AS65537 leaks it|otc 65537
r1|100.64.12.0/24|rpki-invalid|RPKI: AS65537 may not originate 100.64.12.0/24; the ROA names AS65538|
r1|100.64.13.0/24|aspa-invalid|ASPA: AS33 is behind AS65537 in the AS path and does not name it as a provider|as-path 65537 33
r2|100.65.1.0/24|origin-not-in-as-set|AS22 is not in AS-TWO|as-path 65538 22
r2|100.65.2.0/24|prefix-not-in-as-set|a route object for 100.65.2.0/24 is not in AS-TWO|
r2|100.65.3.1/32|blackhole-not-covered|the blackhole 100.65.3.1/32 lies in no prefix that AS65538 may announce|community 65535:666
r3|100.66.1.0/24|over-prefix-limit|the member has reached its limit of 1 prefixes|
"
rows() { echo "$refused" | grep '|'; }
for r in r1 r2 r3; do
	rows | awk -F'|' -v who="$r" '$1 == who {print "announce", $2, $5}' >"$ex/$r.script"
done
sed -i '1i wait-established' "$ex/r3.script" # its own prefix comes first
cat >"$ex/irr.rpsl" <<'END'
as-set:  AS-TWO
members: AS65538

route:   198.51.100.0/24
origin:  AS65538
END
cat >"$ex/bogons.yml" <<'END'
bogons:
  - {prefix: 198.18.0.0, length: 15, comment: RFC 2544}
END
cat >"$ex/vrps.json" <<'END'
{"roas": [{"prefix": "100.64.12.0/24", "maxLength": 24, "asn": "AS65538"}],
 "aspas": [{"customer_asid": 33, "providers": [34]}]}
END
cat >"$ex/lab.yml" <<'END'
lab: reasons
title: What a route server refuses
exchange:
  name: IX
  asn: 64500
  irr: [irr.rpsl]
  switches: [sw1]
  peering-lans: {khi: {ipv4: 203.0.113.0/24, ipv6: "2001:db8:ffff:1::/64"}}
  route-servers: {rs1: {ipv4: 203.0.113.1, ipv6: "2001:db8:ffff:1::1", vrps: vrps.json, bogons: bogons.yml}}
members:
  m1: {asn: 65536, name: Me, trainee: yes, ipv4: 203.0.113.10, prefixes: [100.64.16.0/22]}
  r1: {asn: 65537, name: One, kind: ixpeer, script: r1.script, ipv4: 203.0.113.11, ipv6: "2001:db8:ffff:1::11", prefixes: [198.51.99.0/24]}
  r2: {asn: 65538, name: Two, kind: ixpeer, script: r2.script, ipv4: 203.0.113.12, prefixes: [198.51.100.0/24]}
  r3: {asn: 65539, name: Three, kind: ixpeer, script: r3.script, ipv4: 203.0.113.13, prefixes: [198.51.101.0/24]}
END
cat >"$tmp/general.yml" <<'END'
cfg:
  rs_as: 64500
  router_id: "203.0.113.1"
  passive: no
  filtering:
    next_hop: {policy: strict}
    ipv4_pref_len: {min: 8, max: 24}
    ipv6_pref_len: {min: 12, max: 48}
    max_as_path_len: 5
    reject_invalid_as_in_as_path: yes
    global_black_list_pref:
      - {prefix: 203.0.113.0, length: 24, comment: peering LAN khi}
    irrdb: {enforce_origin_in_as_set: no, enforce_prefix_in_as_set: no, tag_as_set: no}
    never_via_route_servers: {peering_db: no, asns: 44}
    transit_free: {action: reject, asns: 174}
    roles: {enabled: yes}
    rpki_bgp_origin_validation: {enabled: yes, reject_invalid: yes}
    rpki_aspa_verification: {enabled: yes, reject_invalid: yes}
  blackhole_filtering: {policy_ipv4: propagate-unchanged}
END
cat >"$tmp/clients.yml" <<'END'
clients:
  - {asn: 65536, ip: 203.0.113.10, description: m1}
  - asn: 65537
    ip: [203.0.113.11, "2001:db8:ffff:1::11"]
    description: r1
    cfg:
      passive: yes
      filtering:
        black_list_pref:
          - {prefix: 100.64.1.0, length: 24, comment: sold}
  - asn: 65538
    ip: 203.0.113.12
    description: r2
    cfg:
      passive: yes
      filtering:
        irrdb: {enforce_origin_in_as_set: yes, enforce_prefix_in_as_set: yes, as_sets: [AS-TWO]}
  - asn: 65539
    ip: 203.0.113.13
    description: r3
    cfg:
      passive: yes
      filtering: {max_prefix: {action: block, limit_ipv4: 1, peering_db: {enabled: no}}}
END
{
	cat <<'END'
exercise: reasons
version: 1
title: What a route server refuses
minutes: 1
level: 1
lab: ./lab.yml
trainee: m1
files: [m1/bird.conf]
steps:
  - step: one
    title: One
    text: t.md
    checks:
END
	rows | while IFS='|' read -r who prefix reason _; do
		echo "      $reason: {say: s, kind: route, at: rs1, from: $who, prefix: \"$prefix\", within: 0s, hints: [{hint: h, text: t}]}"
	done
} >"$ex/exercise.yml"
echo 'router id 203.0.113.10; protocol device { }' |
	tee "$ex/start/m1/bird.conf" >"$ex/solution/m1/bird.conf"

# There is none that no member can cause, so none is left out.
is "the reasons are those of ixrs.conf(5)" "$(rows | cut -d'|' -f3 | sort)" \
	"$(sed -n 's/^\.It [0-9]* Ta [0-9]* Ta \([a-z0-9-]*\) Ta .*/\1/p' "$top/engine/cmd/ixrs/ixrs.conf.5" | sort)"

run ixlab start "$ex" -L "$lab"
is "the lab starts: $err" "$status" 0
cp "$tmp/general.yml" "$tmp/clients.yml" "$rs/"
run ixlab reload -L "$lab" rs1
is "the route server takes another configuration: $err" "$status" 0

# The robots come again, to a route server that knows them so.
told() { # reason
	jq -r --arg id "$1" '.steps[].checks[] | select(.id == $id) |
		.cause // "no cause: \(.saw)"' "$tmp/look"
}
all_told() {
	ixlab check "$ex" -L "$lab" --json >"$tmp/look" 2>&1
	while IFS='|' read -r _ _ reason _; do
		told "$reason" | grep -q "is rejected: $reason " || return 1
	done < <(rows)
}
wait_for 12 all_told
while IFS='|' read -r who prefix reason sentence _; do
	is "$who, $prefix: $reason" "$(told "$reason")" \
		"It arrives there, and is rejected: $reason $sentence"
done < <(rows)

ixlab down "$lab" >/dev/null
leftovers "nothing is left"
done_testing
