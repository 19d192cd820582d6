#!/bin/bash
# Observers of every sort in one lab: the same checks at FRR, GoBGP, OpenBGPD and
# BIRD. The right configuration of m1 passes each; of the wrong one each fails at
# all of them with the same words; and what one of them says no more is missed.
top=$(cd "$(dirname "$0")/../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine refuses namespaces: ixlab doctor"
for need in jq vtysh gobgpd bgpctl; do
	command -v $need >/dev/null || skip_all "$need is not installed"
done

lab=$tag-all
ex=$tmp/daemons
nodes=$XDG_STATE_HOME/ixlab/labs/$lab/nodes
cleanup() { ixlab down "$lab" >/dev/null 2>&1; }

mkdir -p "$ex/text/en" "$ex/start/m1" "$ex/solution/m1"
echo "Text." >"$ex/text/en/t.md"

cat >"$ex/lab.yml" <<'END'
lab: all
title: Observers of every sort
exchange:
  name: IX
  asn: 64500
  switches: [sw1]
  peering-lans: {khi: {ipv4: 203.0.113.0/24, ipv6: "2001:db8:ffff:1::/64"}}
  route-servers:
    rs1: {kind: openbgpd, ipv4: 203.0.113.1}
members:
  m1: {asn: 65536, name: Me, trainee: yes, peers: [m2, m3, m4, m5],
       max-prefix: {ipv4: 4},
       ipv4: 203.0.113.10, ipv6: "2001:db8:ffff:1::10",
       prefixes: [100.64.0.0/22, "3fff::/32"]}
  m2: {asn: 65537, name: Two, kind: frr, route-servers: none,
       ipv4: 203.0.113.11, ipv6: "2001:db8:ffff:1::11",
       prefixes: [100.64.4.0/22, "3fff:1::/32"]}
  m3: {asn: 65538, name: Three, kind: gobgp, route-servers: none,
       ipv4: 203.0.113.12, ipv6: "2001:db8:ffff:1::12",
       prefixes: [100.64.8.0/22, "3fff:2::/32"]}
  m4: {asn: 65539, name: Four, kind: openbgpd, route-servers: none,
       ipv4: 203.0.113.13, ipv6: "2001:db8:ffff:1::13",
       prefixes: [100.64.12.0/22, "3fff:3::/32"]}
  m5: {asn: 65540, name: Five, route-servers: none,
       ipv4: 203.0.113.14, ipv6: "2001:db8:ffff:1::14",
       prefixes: [100.64.16.0/22, "3fff:4::/32"]}
  m6: {asn: 65541, name: Six, kind: ixpeer, ipv4: 203.0.113.15,
       prefixes: [100.64.20.0/22]}
END
own4() { echo "100.64.$((4 * ($1 - 1))).0/22"; }
checks() { # NODE NUMBER LOOKS: of what it sends
	cat <<END
$1-up|within: 20s, kind: session, at: $1, with: m1, family: ipv4, hold-time: 9
$1-limit|needs: [$1-up], kind: limit, at: $1, with: m1, family: ipv4, routes: 4, action: [disable]
$1-in|needs: [$1-up], within: 6s, kind: route, at: $1, from: m1, prefix: 100.64.0.0/22, state: best, as-path: ['65536+'], prepended: 1, med: 20, origin: igp, next-hop: m1, local-pref: 100, communities: ['64500:7', '65535:65284'], large-communities: ['64500:0:65538'], extended-communities: ['rt:64500:7', 'ro:65536:8'], no-others: yes
$1-in6|needs: [$1-up], within: 6s, kind: route, at: $1, from: m1, prefix: '3fff::/32', as-path: [65536], next-hop: m1, no-others: yes
$1-refused|needs: [$1-up], within: 6s, kind: route, at: $1, from: m1, prefix: 203.0.113.0/24, state: rejected, reason: filtered, as-path: [65536], next-hop: m1
$1-not|needs: [$1-up], within: 6s, kind: no-route, at: $1, from: m1, prefix: 198.51.100.0/24, witness: $1-up, hold: 300ms
$1-closed|needs: [$1-up], within: 6s, kind: only-routes, at: $1, from: m1, prefixes: [100.64.0.0/22, 203.0.113.0/24, '3fff::/32'], witness: $1-up, hold: 300ms
$1-count|needs: [$1-up], within: 6s, kind: route-count, at: $1, from: m1, family: ipv4, count: 1
$1-sent|needs: [$1-up], within: 6s, kind: route, at: $1, to: m1, prefix: $(own4 $2), $3
$1-sent6|needs: [$1-up], within: 6s, kind: route, at: $1, to: m1, prefix: '3fff:$(($2 - 1))::/32', $3
$1-tells|needs: [$1-up], within: 6s, kind: only-routes, at: $1, to: m1, family: ipv4, prefixes: [$(own4 $2)], witness: $1-up, hold: 300ms
$1-keeps|needs: [$1-up], within: 6s, kind: sent-only-to, at: $1, from: m1, prefix: 100.64.0.0/22, only-to: [], witness: $1-up, hold: 300ms
END
}
{
	cat <<'END'
exercise: daemons
version: 1
title: Observers of every sort
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
	{
		for n in 2 3 4; do
			checks m$n $n "as-path: [$((65535 + n))], next-hop: m$n"
		done
		checks m5 5 "no-others: yes"
		cat <<'END'
served|within: 6s, kind: route, at: rs1, to: m6, prefix: 100.64.0.0/22, as-path: ['65536+'], next-hop: m1, communities: ['64500:7']
spread|within: 6s, kind: sent-only-to, at: rs1, from: m1, prefix: 100.64.0.0/22, only-to: [m6], witness: m5-up, hold: 300ms
END
	} | while IFS='|' read -r id keys; do
		echo "      $id: {say: s, $keys, hints: [{hint: h, text: t}]}"
	done
} >"$ex/exercise.yml"

conf() { # FILTER ROUTES: m1's bird.conf
	cat <<END
router id 203.0.113.10;
protocol device { }
protocol static own { ipv4; route 100.64.0.0/22 unreachable; $2 }
protocol static own6 { ipv6; route 3fff::/32 unreachable; }
filter told { if source != RTS_STATIC then reject; $1 }
template bgp both {
	local as 65536;
	connect delay time 1; connect retry time 1; error wait time 1, 2;
	hold time 9; keepalive time 3;
}
template bgp four from both { ipv4 { import all; export filter told; }; }
template bgp six from both { ipv6 { import all; export where source = RTS_STATIC; }; }
protocol bgp rs1_v4 from four { neighbor 203.0.113.1 as 64500; }
END
	for n in 2 3 4 5; do
		echo "protocol bgp m${n}_v4 from four { neighbor 203.0.113.1$((n - 1)) as $((65535 + n)); }"
		echo "protocol bgp m${n}_v6 from six { neighbor 2001:db8:ffff:1::1$((n - 1)) as $((65535 + n)); }"
	done
}
conf 'if net = 203.0.113.0/24 then accept;
	bgp_path.prepend(65536); bgp_med = 20;
	bgp_community.add((64500, 7)); bgp_community.add((65535, 65284));
	bgp_large_community.add((64500, 0, 65538));
	bgp_ext_community.add((rt, 64500, 7));
	bgp_ext_community.add((ro, 65536, 8));
	accept;' "route 203.0.113.0/24 unreachable;" >"$ex/solution/m1/bird.conf"
conf 'bgp_path.prepend(65550); accept;' \
	"route 198.51.100.0/24 unreachable;" >"$ex/start/m1/bird.conf"

lay() { # folder: over m1's file, and read
	cp "$ex/$1/m1/bird.conf" "$nodes/m1/bird.conf"
	ixlab birdc -L "$lab" m1 configure
}
saw() { jq -r ".steps[].checks[] | select(.id == \"$1\") | .saw" <<<"$out"; }
results() { jq -r '[.steps[].checks[] | select(.result == "'"$1"'") | .id] | join(" ")' <<<"$out"; }

run ixlab start "$ex" -L "$lab"
is "the lab starts: $err" "$status" 0
ok "the right configuration is read" lay solution
run ixlab check "$ex" -L "$lab" --json
is "it passes" "$(results fail)$(results error)$(results blocked)" ""
is "all of it" "$status" 0
jq -r '.steps[].checks[] | select(.result != "pass") |
	"# \(.id): \(.expected), saw \(.saw)"' <<<"$out"

ok "the wrong configuration is read" lay start
spread() { ixlab birdc -L "$lab" m5 show route 198.51.100.0/24 protocol m1_v4 | grep -q m1_v4; }
ok "what it announces is everywhere" wait_for 20 spread
# Each of the others loses one of its own prefixes, too.
ixlab exec -L "$lab" m2 -- vtysh -c "conf t" -c "router bgp 65537" \
	-c "address-family ipv4" -c "no network $(own4 2)" >/dev/null
ixlab exec -L "$lab" m3 -- gobgp global rib del "$(own4 3)"
ixlab exec -L "$lab" m4 -- bgpctl network delete "$(own4 4)" >/dev/null
run ixlab check "$ex" -L "$lab" --json
for n in 2 3 4 5; do
	is "m$n: what is not of m1 passes" \
		"$(results pass | tr ' ' '\n' | grep "^m$n" | tr '\n' ' ')" \
		"m$n-up m$n-limit m$n-in6$([ $n -lt 5 ] || echo " m5-sent") m$n-sent6 m$n-tells m$n-keeps "
	is "m$n: what was seen" "$(for c in in not closed count; do saw m$n-$c; done)" \
"AS path 65536 65550
198.51.100.0/24 is there
also 198.51.100.0/24
2 routes"
	[ $n -lt 5 ] || continue
	is "m$n: what it tells no more" "$(saw m$n-sent)" \
		"no IPv4 route to m1 over the session"
done
is "the route server tells m6 what it took" "$(saw served)" \
	"AS path 65536 65550"
ixlab down "$lab" >/dev/null
leftovers "nothing is left"
done_testing
