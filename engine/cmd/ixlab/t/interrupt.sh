#!/bin/sh
# "ixlab dev check" that is interrupted, at any moment: its labs are gone, and so
# are their folders. (exercises/t looks at one that ends by itself.)
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"

left() { find "$XDG_STATE_HOME" -mindepth 3 2>/dev/null; }
lays() { [ -n "$(left)" ]; } # its folders: the first thing it makes
begins() { # a lab of its own, named after the exercise and the process
	for b in "$XDG_STATE_HOME"/ixlab/labs/first-ebgp-sessi-$pid-*; do
		[ -e "$b" ] && return
	done
}
runs() { ixlab ps --json | grep -q '"up"'; }
empty() { [ -z "$(left)" ]; }

interrupt() { # SIGNAL STATUS COMMAND: once the command succeeds
	ixlab dev check first-ebgp-session >"$tmp/dev.out" 2>&1 &
	pid=$!
	ok "SIG$1 when $3: there it is" wait_for 5 "$3"
	kill -"$1" $pid
	wait $pid
	is "SIG$1 when $3: exit status" $? "$2"
	ok "SIG$1 when $3: no folder stays" wait_for 1 empty
	leftovers "SIG$1 when $3: nothing is left"
}
interrupt TERM 143 lays
for sig in TERM:143 INT:130 HUP:129; do
	interrupt ${sig%:*} ${sig#*:} begins
	interrupt ${sig%:*} ${sig#*:} runs
done
done_testing
