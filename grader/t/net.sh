#!/bin/bash
# The kinds below BGP in a real lab: all pass where all is right, and when cables,
# addresses and answers are made wrong each sees its own.
top=$(cd "$(dirname "$0")/../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine refuses namespaces: ixlab doctor"
command -v jq >/dev/null || skip_all "jq is not installed"
command -v nft >/dev/null || skip_all "nft is not installed"

ex=$tmp/net-kinds
lab=$tag-net
mkdir -p "$ex"/{text/en,start/m1,solution/m1}
cat >"$ex/lab.yml" <<-'EOF'
	lab: net-kinds
	exchange:
	  name: IX
	  switches: [sw1]
	  asn: 64500
	  route-servers: {rs1: {ipv4: 203.0.113.1, ipv6: "2001:db8:ffff:1::1"}}
	  peering-lans: {khi: {ipv4: 203.0.113.0/24, ipv6: "2001:db8:ffff:1::/64"}}
	members:
	  m1:
	    asn: 65536
	    trainee: yes
	    ipv4: 203.0.113.10
	    ipv6: 2001:db8:ffff:1::10
	    prefixes: [100.64.0.0/22, "3fff::/32"]
	    host: yes
	    guard: {pin: yes}
	  m2:
	    asn: 65537
	    ipv4: 203.0.113.11
	    ipv6: 2001:db8:ffff:1::11
	    prefixes: [100.64.4.0/22]
	    peers: [m1]
EOF
echo 'protocol device { }' | tee "$ex/start/m1/bird.conf" "$ex/solution/m1/bird.conf" >/dev/null
echo text >"$ex/text/en/t.md"
cat >"$ex/exercise.yml" <<-'EOF'
	exercise: net-kinds
	version: 1
	title: T
	minutes: 1
	level: 1
	lab: ./lab.yml
	trainee: m1
	files: [m1/bird.conf]
	steps:
	  - step: all
	    title: T
	    text: t.md
	    checks:
	      reach: {kind: ping, say: s, from: m2, to: m1, rtt-most: 200ms, within: 5s, hints: [{hint: h, text: t}]}
	      here: {kind: passes, say: s, from: m2, to: m1, through: [m1], count: 20, within: 3s, hints: [{hint: h, text: t}]}
	      past: {kind: bypass, say: s, from: m2, to: m1, not-through: [rs1], within: 3s, hold: 300ms, witness: reach, points: 2, hints: [{hint: h, text: t}]}
	      there: {kind: passes, say: s, from: m2, to: m1, through: [m1-h], count: 20, within: 0s, hints: [{hint: h, text: t}]}
	      afar: {kind: ping, say: s, from: m2, to: m1, rtt-least: 500ms, within: 0s, hints: [{hint: h, text: t}]}
	      card: {kind: interface, say: s, at: m1, interface: ix0, up: yes, mtu: 1500, addresses: [203.0.113.10/24, "2001:db8:ffff:1::10/64"], only: yes, within: 1s, hints: [{hint: h, text: t}]}
	      way: {kind: path, say: s, from: m1-h, to: m2, hops: [m1], within: 4s, hints: [{hint: h, text: t}]}
	      short: {kind: path, say: s, from: m2, to: m1, hops: [], within: 4s, hints: [{hint: h, text: t}]}
	      way6: {kind: path, say: s, from: m1-h, to: m2, family: ipv6, through: [m1], avoids: [rs1], within: 4s, hints: [{hint: h, text: t}]}
	      silent: {kind: quiet, say: s, at: m1, hold: 1s, within: 3s, witness: reach, hints: [{hint: h, text: t}]}
	      mine: {kind: owner, say: s, at: m2, address: 203.0.113.10, is: m1, within: 2s, hints: [{hint: h, text: t}]}
	      mine6: {kind: owner, say: s, at: m2, address: "2001:db8:ffff:1::10", is: m1, within: 2s, hints: [{hint: h, text: t}]}
	      none: {kind: owner, say: s, at: m2, address: 203.0.113.99, nobody: yes, hold: 300ms, within: 2s, witness: reach, hints: [{hint: h, text: t}]}
	      page: {kind: fetch, say: s, from: m2, to: m1-h, port: 8080, path: /, has: i-am-m1-h, within: 4s, hints: [{hint: h, text: t}]}
	      one: {kind: mac, say: s, at: m2, within: 2s, hints: [{hint: h, text: t}]}
	      pinned: {kind: dropped, say: s, at: m1, counter: mac, most: 0, hold: 500ms, within: 2s, witness: reach, hints: [{hint: h, text: t}]}
	      flow: {kind: rate, say: s, at: m1, interface: lan0, unit: packets, least: 60, hold: 500ms, within: 4s, hints: [{hint: h, text: t}]}
	      share: {kind: share, say: s, from: [m2], to: m1, at: m1, interface: ix0, least: 90, within: 4s, hints: [{hint: h, text: t}]}
	      inner: {kind: share, say: s, from: [m2], to: m1, at: m1, interface: lan0, least: 1, within: 0s, hints: [{hint: h, text: t}]}
	      said: {kind: log, say: s, at: m2, has: "Started", within: 2s, hints: [{hint: h, text: t}]}
	      unsaid: {kind: log, say: s, at: m2, has-not: "Reconfigur", hold: 300ms, within: 2s, witness: reach, hints: [{hint: h, text: t}]}
	      steered: {kind: kernel-route, say: s, at: m1, to: 100.64.4.0/22, via: m2, table: 100, within: 2s, hints: [{hint: h, text: t}]}
	      plain: {kind: no-kernel-route, say: s, at: m1, to: 100.64.0.0/10, or-longer: yes, table: 101, hold: 300ms, within: 2s, witness: reach, hints: [{hint: h, text: t}]}
	      deaf: {kind: no-ping, say: s, from: m2, to: m1, to-address: 203.0.113.99, hold: 500ms, within: 3s, witness: reach, hints: [{hint: h, text: t}]}
	      members: {kind: answer, say: s, question: How many members?, type: number, accept: ["2"], hints: [{hint: h, text: t}]}
EOF
results() { # RESULT: the checks that have it
	jq -r "[.steps[].checks[] | select(.result == \"$1\") | .id] | join(\" \")" <<<"$out"
}
saw() { jq -r ".steps[].checks[] | select(.id == \"$1\") | .saw" <<<"$out"; }
idle() { ! ixlab exec -L "$lab" "$1" -- pgrep -x ping >/dev/null; }
is_busy() { ixlab exec -L "$lab" m2 -- pgrep -x ping >/dev/null; }
run ixlab start "$ex" -L "$lab"
is "the lab starts" "$status" 0
[ "$status" = 0 ] || diag "$err"
cleanup() { ixlab down "$lab" >/dev/null 2>&1; }
# ---- right
ok "m2 knows the way back" ixlab exec -L "$lab" m2 -- sh -c 'ip route add 100.64.0.0/22 via 203.0.113.10 &&
	ip route add 3fff::/32 via 2001:db8:ffff:1::10'
ok "m1 has routes of another table" ixlab exec -L "$lab" m1 -- ip route add \
	100.64.4.0/22 via 203.0.113.11 table 100
ixlab exec -L "$lab" m1-h -- ping -q -i 0.01 100.64.0.1 >/dev/null &
pinger=$!
ixlab exec -L "$lab" m1-h -- perl -e 'use Socket; $| = 1;
	socket(S, PF_INET, SOCK_STREAM, 0); setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1);
	bind(S, sockaddr_in(8080, INADDR_ANY)) or die; listen(S, 9);
	while (accept(C, S)) { sysread(C, $_, 999);
		syswrite(C, "HTTP/1.0 200 OK\r\n\r\ni-am-m1-h\n"); close(C) }' &
server=$!
run ixlab answer "$ex" members 2 -L "$lab"
is "an answer is noted" "$status $out" "0 members: noted; now: ixlab check"
is "and told" "$(ixlab answer "$ex" -L "$lab" --json | jq -r '.[0].answer')" 2
run ixlab answer "$ex" members two -L "$lab"
is "one that cannot be meant is refused" "$status $err" '2 ixlab: "two" is no number'
run ixlab check "$ex" -L "$lab" --json
is "what is asked for and not so fails" "$(results fail)" "there afar inner"
is "all else passes" "$(results pass)" "reach here past card way short way6 silent mine mine6 none page one pinned flow share said unsaid steered plain deaf members"
is "in words: who did not carry it" "$(saw there)" "they do not pass m1-h"
is "in words: who came by which door" "$(saw inner)" "ix0 100%"
like "in words: how quick it was" "$(saw afar)" "the quickest answer took 0"

# ---- wrong
kill $pinger $server; ok "the ping ends" wait_for 5 idle m1-h
other_mac() { # NODE: and it speaks
	ixlab exec -L "$lab" "$1" -- sh -c 'ip link add mv0 link ix0 type macvlan &&
		ip addr add 203.0.113.99/32 dev mv0 && ip link set mv0 up'
}
ok "m1 gets another address" other_mac m1
ok "m2, too" other_mac m2
ixlab exec -L "$lab" m1 -- ping -q -b -i 0.1 -I mv0 255.255.255.255 >/dev/null 2>&1 &
pinger=$!
ixlab exec -L "$lab" m2 -- ping -q -c 1 -W 1 -I mv0 203.0.113.10 >/dev/null 2>&1
ixlab exec -L "$lab" m1 -- ip link set ix0 mtu 1400
ok "m1 takes an address" ixlab exec -L "$lab" m1 -- ip addr add 203.0.113.99/32 dev ix0
ixlab exec -L "$lab" m1 -- sh -c 'ip route flush table 100
	ip route add 100.64.4.0/24 via 203.0.113.11 table 101'
ixlab reload -L "$lab" m2
ixlab answer "$ex" members 3 -L "$lab" >/dev/null
run ixlab check "$ex" -L "$lab" --json
is "what was made wrong fails" "$(results fail)" "there afar card silent none page one pinned flow inner unsaid steered plain deaf members"
is "what was not passes" "$(results pass)" "reach here past way short way6 mine mine6 share said"
is "in words: the interface" "$(saw card)" "MTU 1400"
like "in words: two addresses" "$(saw one)" "^2: "
like "in words: what was dropped" "$(saw pinned)" "^[1-9][0-9]* dropped"
like "in words: little flows" "$(saw flow)" "^[0-9]{1,2} packets a second"
like "in words: noise" "$(saw silent)" "^broadcast \([0-9]+\)$"
like "in words: who answers" "$(saw none)" "^m1 \(02:"
like "in words: what was said" "$(saw unsaid)" "Reconfigur"
like "in words: no server" "$(saw page)" "^no connection: "
is "in words: the table" "$(saw steered)" "no such route"
is "in words: the other" "$(saw plain)" "100.64.4.0/24 via 203.0.113.11"
like "in words: who answers an echo" "$(saw deaf)" "^[1-5] of 5 answers"
is "in words: the answer" "$(saw members)" '"3"'
kill $pinger

# ---- what nobody can tell
ixlab exec -L "$lab" m2 -- ping -q -i 0.002 -s 1400 203.0.113.1 >/dev/null 2>&1 &
pinger=$!
ok "m2 keeps the route server busy" wait_for 5 is_busy
run ixlab check "$ex" -L "$lab" --json
is "a way that nobody can tell is no failure" "$(results error)" "past"
like "in words: why" "$(jq -r '.steps[].checks[] | select(.id == "past") | .reason' <<<"$out")" \
	"^so much else passes rs1 that nobody can tell"
kill $pinger
ixlab down "$lab" >/dev/null
leftovers "nothing is left"
done_testing
