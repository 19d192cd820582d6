#!/bin/sh
# Inside a network of several routers: who starts tells of its links only when it
# has found its neighbours, so that the way is known before the 5 s in which OSPF
# may tell no more (MinLSInterval); and a router that is made anew is found again.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
command -v bird >/dev/null || skip_all "BIRD is not installed"

a=$tag-a
cat >"$tmp/in.yml" <<-'YML'
	lab: in
	exchange:
	  name: IX
	  asn: 64500
	  switches: [sw1]
	  peering-lans: {khi: {ipv4: 203.0.113.0/24}}
	members:
	  m1:
	    asn: 65536
	    peers: [m2]
	    prefixes: [100.64.0.0/22, "3fff:1::/32"]
	    routers:
	      edge: {lan: khi, ipv4: 203.0.113.10}
	      core: {}
	      deep: {}
	  m2: {asn: 65537, ipv4: 203.0.113.11, prefixes: [100.64.4.0/22]}
YML
# The way to each other, by OSPF of both families: four routes that need it at
# either end.
known() {
	ixlab exec sw1 -- sh -c '
		for n in m1-edge m1-deep; do
			ip -n $n route show table all proto bird |
				grep " via " | awk -v n=$n "{print n, /:/ ? 6 : 4}"
		done' >"$tmp/via" &&
		[ "$(sort "$tmp/via" | uniq -c | awk '$1 >= 3' | wc -l)" = 4 ]
}
established() { # NODE N
	[ "$(ixlab birdc "$1" show protocols | grep -c 'BGP .*Established')" = "$2" ]
}
recovered() { ! ixlab birdc m1-deep show status | grep -q 'recovery'; }
words() { # NODE: of its daemon
	ixlab exec "$1" -- sh -c 'tr "\0" " " <"/proc/$(cat /run/bird/bird.pid)/cmdline"'
}
begin() {
	ixlab down "$a" 2>/dev/null
	watch_start
	run ixlab up "$tmp/in.yml" --name "$a"
	wait_for 20 known
}

best_of 3 4900 begin
is "up" "$status" 0
[ "$status" = 0 ] || diag "$err"
ok "the way inside is known" known
quick "before MinLSInterval is over" 4900
ok "sessions inside" wait_for 20 established m1-deep 4
ok "and with the neighbour" wait_for 20 established m1-edge 5
ok "the wait is over" wait_for 20 recovered
like "where there is OSPF, BIRD waits for neighbours" "$(words m1-deep)" "bird .* -R "
like "and elsewhere not" "$(words m2)" "bird -f -c [^R]*$"

# What stands between the two is made anew. It says farewell while there is still a
# way to those who are not beside it: else they would trust in a dead session
# until its hold time is over, and refuse the new one.
sed -n '/m1-/p' "$XDG_STATE_HOME/ixlab/labs/$a/log" | wc -l >"$tmp/lines"
run ixlab reset m1-core
is "reset" "$status" 0
heard() { # NODE N: by so many sessions, since the reset
	[ "$(sed -n '/m1-/p' "$XDG_STATE_HOME/ixlab/labs/$a/log" | tail -n "+$(cat "$tmp/lines")" |
		grep -c "$1: .*core_v[46]: .*Received: Administrative shutdown")" = "$2" ]
}
ok "a neighbour beside it hears it go" wait_for 5 heard m1-edge 2
ok "and so does the other" wait_for 5 heard m1-deep 2
lost() { ! known; }
wait_for 5 lost # or it was too short to be seen
ok "the way is found again" wait_for 30 known
ok "sessions, too" wait_for 30 established m1-deep 4

# One that does not listen any more is ended all the same.
ixlab exec m2 -- sh -c 'kill -STOP "$(cat /run/bird/bird.pid)"'
run ixlab reset m2
is "reset of one that is deaf" "$status" 0
like "it is back" "$out" "its daemon: running"

run ixlab reset m1-cor
is "reset of neither a node nor an exercise" "$status" 2
like "both are told" "$err" "no node m1-cor; did you mean m1-core[?]; nor is there an exercise"

run ixlab down "$a"
is "down" "$status" 0
leftovers "nothing is left"
done_testing
