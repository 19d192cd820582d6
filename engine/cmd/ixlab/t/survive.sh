#!/bin/sh
# What a trainee typed outlives the lab, however the lab ends; and a lab that is
# killed leaves nothing else.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"

conf=$XDG_STATE_HOME/ixlab/labs/$tag/nodes/m1/bird.conf
pid() { ixlab ps --json | jq -r '.[0].pid'; }

run ixlab up bilateral --name "$tag"
is "up" "$status" 0
ok "the trainee has a file to begin with" test -s "$conf"
ixlab exec m1 -- sh -c 'echo "# I was here" >>/etc/bird/bird.conf'
like "typed inside, kept outside" "$(tail -1 "$conf")" '^# I was here$'
typed=$(cat "$conf")

kill -9 "$(pid)"
leftovers "kill -9: nothing is left"
is "kill -9: what was typed is there" "$(cat "$conf")" "$typed"
run ixlab ps
is "kill -9: nothing runs" "$out" "no lab runs"
run ixlab up bilateral --name "$tag"
is "after kill -9: up" "$status $err" "0 "
is "after kill -9: what was typed is in the node" \
	"$(ixlab exec m1 -- cat /etc/bird/bird.conf)" "$typed"

run ixlab down
is "down" "$status" 0
is "after down: what was typed is there" "$(cat "$conf")" "$typed"
run ixlab up bilateral --name "$tag"
is "up again" "$status" 0
is "up again: what was typed is in the node" \
	"$(ixlab exec m1 -- cat /etc/bird/bird.conf)" "$typed"
run ixlab down
is "down again" "$status" 0
leftovers "nothing is left"

# The one who calls is killed while the lab is built: a lab either is up or
# leaves nothing.
for ms in 0 20 60 120 250; do
	ixlab up first-ix --name "$tag" >/dev/null 2>&1 &
	up=$!
	sleep "$(printf '0.%03d' $ms)"
	kill -9 $up 2>/dev/null
	wait $up 2>/dev/null
	settled() { # up entirely, or gone
		[ "$(ixlab ps --json | jq -r '.[0].state // "gone"')" \
			!= building ]
	}
	ok "up is killed after $ms ms: up, or gone" wait_for 5 settled
	ixlab down --all >/dev/null 2>&1
	leftovers "up is killed after $ms ms: nothing is left"
done
run ixlab up first-ix --name "$tag"
is "and the next up works" "$status" 0
run ixlab down
leftovers "nothing is left at the end"
done_testing
