#!/bin/sh
# ixlab events: what happens is told, in order, with times; whoever reads slowly
# loses events and not the lab.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
run ixlab up first-ix --name "$tag"
is "up" "$status" 0

robots_up() {
	ixlab inspect --json | jq -e '[.sessions[] |
		select(.established and .with != "m1")] | length >= 12'
}
ok "the robots' sessions are up" wait_for 10 robots_up

listen() { # FILE OPTIONS...: in the background, $pid
	listen_to=$1
	shift
	env --default-signal=INT "$bin/ixlab" events "$@" >"$listen_to" 2>&1 &
	pid=$!
	heard() { grep -q 'the lab is up\|"state":"up"' "$listen_to"; }
	wait_for 5 heard
}
has() { # FILTER: an object for which it holds
	jq -es "any(.[]; $1)" <"$tmp/json"
}
says() { grep -Eq "$1" "$tmp/text"; }

listen "$tmp/text"
text=$pid
listen "$tmp/json" --json
json=$pid
listen "$tmp/node" --json --node m3
node=$pid
# The first look at the sessions is over when this one is told.
ixlab birdc m2 disable rs1_v4 >/dev/null
ok "a session that goes down" wait_for 10 has '.event == "session" and
	.node == "rs1" and .with == "m2" and .family == "ipv4" and
	.established == false and .was == "Established"'
ixlab birdc m2 enable rs1_v4 >/dev/null
ok "a session that comes up" wait_for 20 has '.event == "session" and
	.node == "rs1" and .with == "m2" and .family == "ipv4" and
	.established and .state == "Established"'
ok "a session in words" wait_for 5 says \
	'rs1: session with m2 \(IPv4\) is up$'
ixlab exec m1 -- ip addr add 192.0.2.7/32 dev ix0
ok "an address" wait_for 5 has '.event == "address" and .node == "m1" and
	.dev == "ix0" and .address == "192.0.2.7/32" and .added'
ixlab exec m1 -- ip addr del 192.0.2.7/32 dev ix0
ok "an address that goes" wait_for 5 has '.event == "address" and
	.address == "192.0.2.7/32" and .added == false'
ok "an address in words" wait_for 5 says 'm1: ix0 lost 192\.0\.2\.7/32$'
ixlab exec m1 -- ip route add blackhole 198.51.100.0/24
ok "a route" wait_for 5 has '.event == "route" and .node == "m1" and
	.added >= 1'
ixlab exec m4 -- ip link set ix0 down
ok "a link" wait_for 5 has '.event == "link" and .node == "m4" and
	.dev == "ix0" and .up == false'
ok "the switch's side of it" wait_for 5 has '.event == "link" and
	.node == "sw1" and .up == false'
ok "a link in words" wait_for 5 says 'm4: ix0 is down$'
ixlab exec m3 -- sh -c 'kill -9 $(cat /proc/[0-9]*/stat 2>/dev/null |
	sed -n "s/^\([0-9]*\) (bird).*/\1/p" | head -1)' 2>/dev/null
died() { has '.event == "process" and .state == "backoff" and .reason != ""'; }
ok "a process that dies" wait_for 5 died
ok "a process that runs again" wait_for 20 has '.event == "process" and
	.state == "running" and .restarts >= 1'
kill -INT $node
wait $node
is "Ctrl-C: exit status" $? 0
is "--node: nothing else" "$(jq -s 'map(select(.event != "lab" and
	.node != "m3" and .with != "m3")) | length' <"$tmp/node")" 0

run ixlab down
wait $text
is "the lab's end: exit status" $? 0
wait $json
like "the lab's end in words" "$(tail -1 "$tmp/text")" 'the lab is gone$'
ok "the lab's end" has '.event == "lab" and .state == "stopping"'
is "every line is an object with a time" "$(jq -s 'map(select(
	(.time | test("^20[0-9-]{8}T[0-9:]{8}\\.[0-9]{3}Z$") | not) or
	(.ms | type) != "number" or (.event | type) != "string")) | length' \
	<"$tmp/json")" 0
is "the supervisor's times go forward" "$(jq -s '[.[] | select(.event ==
	"link" or .event == "address") | .ms] | . == sort' <"$tmp/json")" true
known='["address","added","count","dev","done","established","event","family",
	"last_error","lost","ms","node","reason","removed","restarts","state",
	"text","time","total","up","was","weather","with"]'
is "no key but the documented" "$(jq -sc "map(keys) | add | unique - $known" \
	<"$tmp/json")" "[]"
page=$top/engine/cmd/ixlab/ixlab.1
events_part=$(sed -n '/^\.It Cm events$/,/^\.It Cm validate$/p' "$page")
for key in $(echo "$known" | jq -r '.[]'); do
	like "ixlab.1 knows the key $key" "$events_part" "(^| )$key( |\$)"
done

# ---- a slow reader
run ixlab up first-ix --name "$tag"
for i in $(seq 1 4000); do
	echo "addr add 192.0.2.$((i % 250 + 1))/32 dev lo"
	echo "addr del 192.0.2.$((i % 250 + 1))/32 dev lo"
done >"$tmp/batch"
mkfifo "$tmp/go"
ixlab events --json | {
	read -r first
	echo "$first"
	: >"$tmp/begun"
	read -r _ <"$tmp/go"
	cat
} >"$tmp/slow" &
slow=$!
ok "a slow reader: the first line" wait_for 5 test -e "$tmp/begun"
# Of a flood the kernel itself drops what the supervisor is too slow for, so
# what a keen reader got is counted.
ixlab events --json >"$tmp/keen" &
keen=$!
flood() {
	ixlab exec m4 -- ip -batch - <"$tmp/batch"
	test "$(grep -c '"event":"address"' "$tmp/keen")" -gt 10000
}
ok "a slow reader: more events than are kept for it" wait_for 30 flood
ok "a slow reader: the lab goes on" ixlab exec m1 true
supervisor=$(ixlab ps --json | jq '.[0].pid')
kb=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$supervisor/status")
ok "a slow reader: the supervisor keeps nothing for it ($kb KiB)" \
	test "$kb" -lt 40000
echo >"$tmp/go"
lost() { grep -q '"event":"lost","count":[1-9]' "$tmp/slow"; }
ok "a slow reader is told what it lost" wait_for 10 lost
run ixlab down
wait $slow $keen
is "a slow reader: what it got is whole" \
	"$(jq -s 'length > 100' <"$tmp/slow")" true

# ---- ends and refusals
run ixlab up bilateral --name "$tag"
run ixlab events --for 300ms
is "--for: exit status" "$status" 0
like "the first line" "$out" '^[0-9:]{8}\.[0-9]{3}  the lab is up$'
leaves() { timeout 60 ixlab events | head -1; }
best_of 3 2000 leaves
quick "a reader that leaves ends it" 2000
run ixlab events --for ever
like "--for" "$status $err" '^2 ixlab: --for: .*ever'
run ixlab events --node m7
is "--node" "$status $err" \
	'2 ixlab: there is no node "m7" in this lab (did you mean "m1"?)'
run ixlab down
leftovers "nothing is left"
done_testing
