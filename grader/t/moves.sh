#!/bin/bash
# Packets that take another way while a cable is out, and return: with the right
# configuration; with one that has no other way, and one that prefers the other
# from the beginning. The cable is back in afterwards.
top=$(cd "$(dirname "$0")/../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine refuses namespaces: ixlab doctor"
command -v jq >/dev/null || skip_all "jq is not installed"

lab=$tag-moves
ex=$tmp/moves
nodes=$XDG_STATE_HOME/ixlab/labs/$lab/nodes
cleanup() { ixlab down "$lab" >/dev/null 2>&1; }

mkdir -p "$ex/text/en" "$ex/start/m1"
echo "Text." >"$ex/text/en/t.md"
cat >"$ex/lab.yml" <<'END'
lab: moves
title: Two ways
exchange:
  name: IX
  asn: 64500
  switches: [sw1]
  peering-lans: {khi: {ipv4: 203.0.113.0/24}}
members:
  m1: {asn: 65536, name: Me, trainee: yes, route-servers: none,
       peers: [m2, m3], ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}
  m2: {asn: 65537, name: Two, kind: ixpeer, route-servers: none,
       ipv4: 203.0.113.11, prefixes: [100.64.4.0/22], announce: [198.18.0.0/24]}
  m3: {asn: 65538, name: Three, kind: ixpeer, route-servers: none,
       ipv4: 203.0.113.12, prefixes: [100.64.8.0/22], announce: [198.18.0.0/24]}
END
cat >"$ex/exercise.yml" <<'END'
exercise: moves
version: 1
title: Two ways
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
      here: {say: s, within: 20s, kind: kernel-route, at: m1, to: 198.18.0.0/24, type: unicast, hints: [{hint: h, text: t}]}
      moves:
        say: s
        kind: moves
        at: m1
        to: 198.18.0.0/24
        via: m2
        then: m3
        while-down: {node: m2, interface: ix0}
        needs: [here]
        hints:
          - {hint: no-other, when: {moved: "no", first: m2}, text: t}
          - {hint: h, text: t}
END
conf() { # PREFERENCE-OF-M3 IMPORTS-OF-M3: m1's bird.conf
	cat <<END
router id 203.0.113.10;
protocol device { }
protocol kernel { ipv4 { export all; }; }
template bgp robot {
	local as 65536;
	connect delay time 1; connect retry time 1; error wait time 1, 2;
	hold time 6; keepalive time 2;
}
protocol bgp m2_v4 from robot {
	neighbor 203.0.113.11 as 65537;
	ipv4 { import filter { bgp_local_pref = 200; accept; }; export none; };
}
protocol bgp m3_v4 from robot {
	neighbor 203.0.113.12 as 65538;
	ipv4 { import filter { bgp_local_pref = $1; $2; }; export none; };
}
END
}
conf 100 accept >"$ex/start/m1/bird.conf"
mkdir -p "$ex/solution" && cp -r "$ex/start/m1" "$ex/solution/"
checked() { # PREFERENCE IMPORTS: the verdict on what is then, in $verdict
	conf "$1" "$2" >"$nodes/m1/bird.conf"
	ixlab birdc -L "$lab" m1 configure >/dev/null || return 1
	run ixlab check "$ex" -L "$lab" --json
	verdict=$(jq -r '.steps[].checks[] | select(.id == "moves") |
		"\(.result) \(.saw) \(.hint_id)"' <<<"$out")
}
on() { ixlab exec -L "$lab" m2 -- ip -o link show ix0 | grep -q 'state UP'; }

run ixlab start "$ex" -L "$lab"
is "the lab starts: $err" "$status" 0
run ixlab check "$ex" -L "$lab"
is "two ways: it passes: $out" "$status" 0
ok "the cable is in again" wait_for 5 on
ok "another configuration" checked 100 reject
is "no other way: it fails" "${verdict%% *}" fail
like "in words" "$verdict" "^fail by nobody when 15 s were over no-other"
ok "the cable is in again" wait_for 5 on
ok "a third" checked 300 accept
like "the other way from the beginning" "$verdict" "^fail at first by m3 h"
ok "the cable was left alone" on
ixlab down "$lab" >/dev/null
leftovers "nothing is left"
done_testing
