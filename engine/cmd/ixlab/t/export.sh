#!/bin/sh
# ixlab export: what is written is read by who must read it; out and in again
# gives the same members. IXF_SCHEMA names the published schema (Euro-IX,
# ixp-member-list-1.0.schema.json), which is not ours to ship.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
data=$top/engine/lab/field/t/ixf
schema=${IXF_SCHEMA-}

# ---- IX-F
members() { # what must survive, from an export
	jq -c '.member_list | sort_by(.asnum) | .[] | [.asnum, .name,
		.member_type, ([.connection_list[].vlan_list[] | .vlan_id,
		.ipv4, .ipv6])]' "$1"
}
validator=
[ -n "$schema" ] && python3 -c 'import jsonschema' 2>/dev/null && validator=1
for lab in first-ix bilateral big-ix multi-site operator-view border-core; do
	run ixlab export "$lab" --ixf
	is "$lab --ixf: exit status" "$status $err" "0 "
	printf '%s' "$out" >"$tmp/$lab.json"
	if [ -n "$validator" ]; then
		is "$lab --ixf: valid by the published schema" "$(python3 -c '
import json, sys, jsonschema
v = jsonschema.Draft4Validator(json.load(open(sys.argv[1])),
    format_checker=jsonschema.FormatChecker())
print(*[e.message for e in v.iter_errors(json.load(open(sys.argv[2])))])' \
			"$schema" "$tmp/$lab.json")" ""
	else
		skip "$lab --ixf: valid by the published schema" \
			"IXF_SCHEMA or python3-jsonschema is missing"
	fi
	run ixlab import "$tmp/$lab.json" -o "$tmp/$lab.yml"
	is "$lab: in again" "$status" 0
	ixlab export "$tmp/$lab.yml" --ixf >"$tmp/$lab.2.json"
	is "$lab: the same members" "$(members "$tmp/$lab.2.json")" \
		"$(members "$tmp/$lab.json")"
done
is "first-ix: a member for each AS number" "$(jq -c \
	'[.member_list[].asnum] | sort' "$tmp/first-ix.json")" \
	"$(grep -E '^ +asn:' "$top/labs/first-ix.yml" | grep -oE '[0-9]+' |
	head -n "$(jq '.member_list | length' "$tmp/first-ix.json")" |
	jq -sc sort)"
like "a route server says so" "$(cat "$tmp/first-ix.json")" ixrouteserver

# What networks say of themselves goes out and comes in, and reaches the daemons.
cat >"$tmp/said.yml" <<'X'
lab: said
exchange:
  name: IX
  asn: 64500
  switches: [sw1]
  peering-lans: {lan1: {ipv4: 203.0.113.0/24, ipv6: "2001:db8:ffff:1::/64"}}
  route-servers: {rs1: {ipv4: 203.0.113.1, ipv6: "2001:db8:ffff:1::1"}}
members:
  as65536:
    asn: 65536
    ipv4: 203.0.113.10
    ipv6: 2001:db8:ffff:1::10
    max-prefix: {ipv4: 1, ipv6: 9}
    as-macro: AS65536:AS-CUSTOMERS
    prefixes: [100.64.0.0/22, 100.64.4.0/22, "3fff::/32"]
  as65537:
    asn: 65537
    ipv4: 203.0.113.11
    ipv6: 2001:db8:ffff:1::11
    max-prefix: {ipv6: 5}
    prefixes: [100.64.8.0/22]
    peers: [as65536, as65538]
  as65538:
    asn: 65538
    kind: frr
    ipv4: 203.0.113.12
    ipv6: 2001:db8:ffff:1::12
    prefixes: [100.64.12.0/22]
    peers: [as65536]
X
run ixlab export "$tmp/said.yml" --ixf
printf '%s' "$out" >"$tmp/said.json"
is "what is said, in IX-F" "$(printf %s "$out" | jq -c '[.member_list |
	sort_by(.asnum) | .[].connection_list[].vlan_list[] | .ipv4, .ipv6 |
	[.max_prefix, .as_macro]] | .[2:6]')" '[[1,"AS65536:AS-CUSTOMERS"],'\
'[9,"AS65536:AS-CUSTOMERS"],[null,null],[5,null]]'
run ixlab import "$tmp/said.json" -o "$tmp/said2.yml"
ixlab export "$tmp/said2.yml" --ixf >"$tmp/said2.json"
is "what is said: in again, and the same" "$(members "$tmp/said2.json")" \
	"$(members "$tmp/said.json")"
run ixlab export "$tmp/said.yml" --arouteserver "$tmp/said"
run ixrs --check --general "$tmp/said/general.yml" \
	--clients "$tmp/said/clients.yml"
is "what is said: ixrs takes it" "$status" 0
like "arouteserver's clients.yml: the limit" "$(cat "$tmp/said/clients.yml")" \
	'^          limit_ipv4: 1$'
like "arouteserver's clients.yml: the AS-SET" \
	"$(cat "$tmp/said/clients.yml")" '^            - "AS65536:AS-CUSTOMERS"$'
config() { # the file of a node
	ixlab up "$tmp/said.yml" --dry-run --json | jq -r --arg node "$1" \
		'.steps[] | select(.op == "file" and .node == $node) | .content'
}
is "BIRD limits who says a number, and nobody else" "$(config as65537 |
	grep 'import limit')" "$(printf '\t\timport limit %s action disable;\n' 1 9)"
is "FRR, too" "$(config as65538 | grep maximum-prefix | sort)" \
	"$(printf '  neighbor %s maximum-prefix %s\n' \
	2001:db8:ffff:1::10 9 2001:db8:ffff:1::11 5 203.0.113.10 1)"
if can_lab; then
	sed -i '/kind: frr/d' "$tmp/said.yml" # whether or not it is installed
	run ixlab up "$tmp/said.yml" --name "$tag"
	is "one that says 1 and announces 2: up" "$status $err" "0 "
	over() {
		ixlab birdc as65537 show protocols as65536_v4 |
			grep -q 'Route limit exceeded'
	}
	ok "its neighbour ends the session" wait_for 20 over
	over_rs() {
		ixlab birdc rs1 show sessions |
			grep -q '203.0.113.10 .*more than 1 ipv4 prefixes'
	}
	ok "the route server, too" wait_for 20 over_rs
	run ixlab down
	leftovers "nothing is left"
else
	skip "a limit that is reached" "no namespaces; see ixlab doctor"
fi

# ---- arouteserver
run ixlab import "$data/many.json" -o "$tmp/many.yml"
run ixlab export "$tmp/many.yml" --arouteserver "$tmp/ars"
is "--arouteserver: two route servers, two folders" "$out" \
	"$(for n in 1 2; do for f in general clients; do
		echo "$tmp/ars/rs$n/$f.yml"; done; done)"
run ixlab import "$data/sfmix-devmock-1.0.json" -o "$tmp/sfmix.yml"
run ixlab export "$tmp/sfmix.yml" --arouteserver "$tmp/one"
is "--arouteserver: one route server, one folder" \
	"$(ls "$tmp/one")" "$(printf 'clients.yml\ngeneral.yml')"
for dir in one ars/rs1 ars/rs2; do
	run ixrs --check --general "$tmp/$dir/general.yml" \
		--clients "$tmp/$dir/clients.yml"
	like "$dir: ixrs takes it" "$status $out" '^0 AS[0-9]+: clients [1-9]'
	unlike "$dir: nothing says that a start rewrites it" \
		"$(cat "$tmp/$dir"/*.yml)" 'every start'
done
if command -v arouteserver >/dev/null; then
	run arouteserver bird --ip-ver 4 --general "$tmp/one/general.yml" \
		--clients "$tmp/one/clients.yml"
	is "arouteserver takes it" "$status" 0
else
	skip "arouteserver takes it" "it is not installed"
fi
run ixlab export "$tmp/sfmix.yml" --arouteserver "$tmp/one"
is "nothing is written over" "$status $err" "2 ixlab: \
$tmp/one/general.yml is there already: name another folder, or remove it"
run ixlab export bilateral --arouteserver "$tmp/none"
is "without a route server" "$status $err" \
	"2 ixlab: bilateral has no route server"

for words in "" "--ixf --arouteserver x"; do
	# shellcheck disable=SC2086
	run ixlab export first-ix $words
	is "one form: $words" "$status $err" \
		"2 ixlab: one form at a time: --ixf, --arouteserver DIR or --containerlab DIR"
done
run ixlab export nothing-of-the-kind --ixf
is "no such lab" "$status" 2
done_testing
