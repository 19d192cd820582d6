#!/bin/bash
# The kinds about sessions and routes, and a real lab: our route server, BIRD as
# one, BIRD as a member, robots. The right configuration passes each; of the wrong
# one each fails, with what was really seen.
top=$(cd "$(dirname "$0")/../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine refuses namespaces: ixlab doctor"
command -v jq >/dev/null || skip_all "jq is not installed"

lab=$tag-bgp
ex=$tmp/bgp
nodes=$XDG_STATE_HOME/ixlab/labs/$lab/nodes
cleanup() { ixlab down "$lab" >/dev/null 2>&1; }

mkdir -p "$ex/text/en" "$ex/start/m1" "$ex/solution/m1"
echo "Text." >"$ex/text/en/t.md"
cat >"$ex/vrps.json" <<'END'
{"roas": [{"prefix": "100.64.0.0/22", "maxLength": 22, "asn": "AS65536"},
          {"prefix": "100.64.0.0/22", "maxLength": 22, "asn": "AS65538"},
          {"prefix": "100.64.8.0/22", "maxLength": 22, "asn": "AS65538"}]}
END
# m3's path to 198.18.0.0/24 is longer than m4's, which is not for m2. m5
# announces more than it says. m6 keeps what it hears.
cat >"$ex/lab.yml" <<'END'
lab: bgp
title: Sessions and routes
exchange:
  name: IX
  asn: 64500
  switches: [sw1]
  peering-lans: {khi: {ipv4: 203.0.113.0/24}}
  vrps: vrps.json
  route-servers:
    rs1: {ipv4: 203.0.113.1}
    rs2: {ipv4: 203.0.113.2, kind: bird}
members:
  m1: {asn: 65536, name: Me, trainee: yes, ipv4: 203.0.113.10,
       prefixes: [100.64.0.0/22]}
  m2: {asn: 65537, name: Two, ipv4: 203.0.113.11, prefixes: [100.64.4.0/22]}
  m3: {asn: 65538, name: Three, kind: ixpeer, ipv4: 203.0.113.12,
       prefixes: [100.64.8.0/22],
       announce: [{prefixes: [198.18.0.0/24], as-path: [65538, 65538]}]}
  m4: {asn: 65539, name: Four, kind: ixpeer, ipv4: 203.0.113.13,
       prefixes: [100.64.12.0/22],
       announce: [{prefixes: [198.18.0.0/24],
                   large-communities: ['64500:0:65537']}]}
  m5: {asn: 65540, name: Five, kind: ixpeer, ipv4: 203.0.113.14,
       prefixes: [100.64.16.0/22], max-prefix: {ipv4: 1},
       announce: [100.64.16.0/24, 100.64.17.0/24]}
  m6: {asn: 65541, name: Six, kind: ixpeer, keep: yes, ipv4: 203.0.113.15,
       prefixes: [100.64.20.0/22]}
END
{
	cat <<'END'
exercise: bgp
version: 1
title: Sessions and routes
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
	while IFS='|' read -r id keys; do
		echo "      $id: {say: s, within: 6s, $keys, hints: [{hint: h, text: t}]}"
	done <<'END'
up|kind: session, at: rs1, with: m1, family: ipv4
terms|kind: session, at: rs1, with: m1, family: ipv4, both-ends: yes, hold-time: 9, role: rs-client, capabilities: [ipv4, as4, refresh], md5: no, ttl-security: no
terms-bird|kind: session, at: rs2, with: m1, family: ipv4, hold-time: 9, role: rs-client, multihop: no, capabilities: [ipv4, as4, refresh]
stable|kind: session, at: rs2, with: m1, family: ipv4, up-for: 1s
limit|kind: limit, at: rs1, with: m5, family: ipv4
five-down|kind: session-absent, at: rs1, with: m5, witness: up, hold: 300ms
looks|kind: route, at: rs1, from: m1, prefix: 100.64.0.0/22, state: best, as-path: ['65536+'], prepended: 2, path-length: 3, med: 20, origin: igp, next-hop: m1, marks: [rpki-valid], large-communities: ['64500:0:65538'], extended-communities: ['rt:64500:7'], without: ['0:*']
looks-bird|kind: route, at: rs2, from: m1, prefix: 100.64.0.0/22, state: best, as-path: ['65536+'], prepended: 2, local-pref: 100, med: 20, origin: igp, next-hop: 203.0.113.10, large-communities: ['64500:0:65538'], extended-communities: ['rt:64500:7'], no-others: yes
rejected|kind: route, at: rs1, from: m1, prefix: 203.0.113.0/24, state: rejected, reason: 3
rejected-bird|kind: route, at: rs2, from: m1, prefix: 203.0.113.0/24, state: received
sent|kind: route, at: rs1, to: m2, prefix: 100.64.0.0/22, next-hop: m1, prepended: 2, without: ['64500:*:*']
sent-bird|kind: route, at: rs2, to: m2, prefix: 100.64.0.0/22, next-hop: m1, prepended: 2
member|kind: route, at: m2, from: rs1, prefix: 100.64.0.0/22, as-path: [65536, 65536, 65536], local-pref: 100
robot|kind: route, at: m6, from: rs1, prefix: 100.64.0.0/22, as-path: [65536, '*'], prepended: 2, med: 20, next-hop: m1
unsent|kind: no-route, at: rs1, to: m3, prefix: 100.64.0.0/22, or-longer: yes, witness: up, hold: 300ms
only-to|kind: sent-only-to, at: rs1, from: m1, prefix: 100.64.0.0/22, only-to: [m2, m4, m6], witness: up, hold: 300ms
scrubbed|kind: scrubbed, at: rs1, from: m1, prefix: 100.64.0.0/22, communities: ['64500:0:65538']
closed|kind: only-routes, at: rs1, to: m4, prefixes: [100.64.0.0/22, 100.64.4.0/22, 100.64.8.0/22, 100.64.20.0/22, 198.18.0.0/24], witness: up, hold: 300ms
count|kind: route-count, at: rs1, from: m1, count: 1
count-bird|kind: route-count, at: rs2, to: m2, count: {min: 1}
not-hidden|kind: path-not-hidden, at: rs1, from: m3, to: m2, prefix: 198.18.0.0/24
END
} >"$ex/exercise.yml"

conf() { # SESSION EXPORTS ROUTES: m1's bird.conf
	cat <<END
router id 203.0.113.10;
protocol device { }
protocol static own { ipv4; route 100.64.0.0/22 unreachable; }
protocol static lan { ipv4; route 203.0.113.0/24 unreachable; }
protocol static more { ipv4; $3 }
template bgp both {
	local 203.0.113.10 as 65536;
	connect delay time 1; connect retry time 1; error wait time 1, 2;
	hold time 9; keepalive time 3;
	$1
	ipv4 { import all; export filter { $2 }; };
}
protocol bgp rs1_v4 from both { neighbor 203.0.113.1 as 64500; }
protocol bgp rs2_v4 from both { neighbor 203.0.113.2 as 64500; }
END
}
conf "local role rs_client;" '
	if source != RTS_STATIC then reject;
	if net = 203.0.113.0/24 then accept;
	bgp_path.prepend(65536); bgp_path.prepend(65536); bgp_med = 20;
	bgp_large_community.add((64500, 0, 65538));
	bgp_ext_community.add((rt, 64500, 7));
	accept;' "" >"$ex/solution/m1/bird.conf"
conf "hold time 30;" '
	if source != RTS_STATIC || net = 203.0.113.0/24 then reject;
	bgp_community.add((0, 1)); accept;' \
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
is "it passes" "$(results fail)$(results error)" ""
is "all of it" "$status" 0
jq -r '.steps[].checks[] | select(.result != "pass") |
	"# \(.id): \(.expected), saw \(.saw)"' <<<"$out"

ok "the wrong configuration is read" lay start
spread() { ixlab birdc -L "$lab" m2 show route 198.51.100.0/24 | grep -q "rs1_v4"; }
ok "what it announces is everywhere" wait_for 20 spread
run ixlab check "$ex" -L "$lab" --json
is "what is not of m1 passes" "$(results pass)" \
	"up stable limit five-down count-bird not-hidden"
while IFS='|' read -r id words; do
	is "$id: what was seen" "$(saw "$id")" "$words"
done <<'END'
terms|Established, m1 said no role
terms-bird|Established, m1 said no role
looks|AS path length 1
looks-bird|times prepended 0
rejected|from m1 only 100.64.0.0/22 198.51.100.0/24
sent|times prepended 0
sent-bird|times prepended 0
member|AS path 65536
robot|times prepended 0
unsent|100.64.0.0/22 is there
only-to|also sent to m3
scrubbed|it came without the community 64500:0:65538
closed|also 198.51.100.0/24
count|2 routes
END
ixlab down "$lab" >/dev/null
leftovers "nothing is left"
done_testing
