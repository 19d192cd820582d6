#!/bin/sh
# A trainee repairs a configuration and reloads BIRD: the route server is there
# at once, and the route is where it should be within a second.
. "$(dirname "$0")/../lan.sh"

config
client 65536 10 '' alpha
client 64502 11 '' beta
client 65537 12 'passive: yes' gamma
bird beta 64502 11
bird alpha 65536 10 "$(routes ipv4 100.64.0.0/22)"
cp "$tmp/alpha.conf" "$tmp/right.conf"
sed '/^protocol bgp/,/^}/d' "$tmp/right.conf" >"$tmp/none.conf"
sed 's/local as 65536/local as 65599/' "$tmp/right.conf" >"$tmp/wrong.conf"
rs
ok "four sessions are up" wait_for 5 established 4

load() { # the file of that name
	cp "$tmp/$1.conf" "$tmp/alpha.conf"
	birdc alpha configure >/dev/null
}
returns() {
	load right
	wait_for 8 has beta 100.64.0.0/22
}
leave() { # CONFIGURATION COMMAND...: with that one, until the command succeeds
	load "$1"
	shift
	wait_for 3 "$@"
}
for round in 1 2 3 4 5; do
	for try in 1 2 3; do
		leave none has_not beta 100.64.0.0/22
		sleep 0.$round # BIRD meets another moment of the server's retries
		best_of 1 1000 returns
		[ "$took" -ge 1000 ] || break
	done
	ok "round $round: a member returns" has beta 100.64.0.0/22
	quick "round $round: within 1000 ms" 1000
done
bad_as() { ctl show sessions | grep -q 'alpha .*Bad Peer AS'; }
for try in 1 2 3; do
	leave none has_not beta 100.64.0.0/22
	leave wrong bad_as
	told=$?
	best_of 1 3000 returns # BIRD itself waits after an error
	[ "$took" -ge 3000 ] || break
done
is "a wrong AS number is told" $told 0
ok "and put right" has beta 100.64.0.0/22
quick "within 3000 ms" 3000

# A member that was started anew is back before the route server has read that it
# went: the new connection is taken all the same, and no second one is needed.
echo 'announce 100.64.12.0/24' >"$tmp/gamma.route"
gamma() { peer gamma 65537 12 <"$tmp/gamma.route"; }
stands() { # who goes sooner is not let back at once
	json show sessions | grep -Eq '"address":"203.0.113.12"[^}]*"state":"Established","since_ms":([89]|[0-9]{2})[0-9]{2}'
}
gamma_ends() {
	kill -TERM "$(ip netns pids gamma)"
	wait "$peer_pid"
}
for round in 1 2 3; do
	gamma
	ok "round $round: a member" wait_for 3 stands
	kill -STOP "$(ip netns pids rs)"
	gamma_ends
	gamma
	wait_for 3 in_node gamma sh -c \
		'ss -Htn state established dport = :179 | grep -q .'
	kill -CONT "$(ip netns pids rs)"
	ok "is started anew" wait_for 3 grep -q '"event":"up"' "$tmp/gamma.json"
	unlike "and is let in at once" "$(cat "$tmp/gamma.json")" 'connection lost'
	wait_for 3 stands
	gamma_ends
	wait_for 3 has_not beta 100.64.12.0/24
done
unlike "beta noticed nothing else" "$(json show sessions)" \
	'"member":"beta"[^}]*"flaps":[1-9]'
done_testing
