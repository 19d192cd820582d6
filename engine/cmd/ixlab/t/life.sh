#!/bin/sh
# A lab's life: up, ps, inspect, birdc, down; two at once; the end of one.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
json() { jq -r "$@" <"$tmp/run.out"; }
names() { ixlab ps --json | jq -r '[.[].lab] | join(" ")'; }

a=$tag-a
b=$tag-b
run ixlab ps
is "ps: nothing runs" "$status $out" "0 no lab runs"
run ixlab ps --json
is "ps --json: nothing runs" "$status $out" "0 []"
run ixlab down
is "down: nothing runs" "$status $err" \
	"3 ixlab: no lab runs; start one: ixlab up first-ix"
run ixlab down --all
is "down --all: nothing runs" "$status $out" "0 no lab runs"
run ixlab inspect nobody
is "inspect: a name that does not run" "$status $err" \
	'3 ixlab: no lab "nobody" runs; see ixlab ps'

run ixlab up first-ix --name "$a"
is "up: exit status" "$status" 0
like "up: the time it took" "$out" \
	"^$a is up: [0-9]+ nodes in [0-9]+\.[0-9][0-9] s\$"
run ixlab ps
like "ps: the lab" "$out" "^$a +up +11 +6/6 +[0-9]+s +One exchange"
run ixlab ps --json
is "ps --json: the lab" "$(json '.[0] | [.lab, .state, .nodes, .daemons,
	.running] | map(tostring) | join(" ")')" "$a up 11 6 6"
ok "ps --json: a pid that lives" kill -0 "$(json '.[0].pid')"
is "ps --json: the folder" "$(json '.[0].state_dir')" \
	"$XDG_STATE_HOME/ixlab/labs/$a"
like "ps --json: since" "$(json '.[0].since_ms')" '^[0-9]{1,5}$'

run ixlab up first-ix --name "$a"
is "a lab that runs already: exit status" "$status" 0
is "a lab that runs already: the sentence" "$out" \
	"$a runs and is as its file says"
is "a lab that runs already: goes on" "$(names)" "$a"

sessions_up() {
	ixlab inspect "$a" --json | jq '[.sessions[] |
		select(.established and .with != "m1")] | length >= 12' |
		grep -q true
}
ok "the robots' sessions come up" wait_for 10 sessions_up
run ixlab inspect
is "inspect: exit status" "$status" 0
like "inspect: the head" "$out" '^state: +up$'
like "inspect: a node" "$out" \
	'^m2 +member +65537 +bird +running +[0-9]+ +0 +.*203\.0\.113\.11/24'
like "inspect: a session" "$out" '^rs1 +m2 +ipv4 +Established'
run ixlab inspect "$a" --json
is "inspect --json: the trainee" "$(json '.nodes[] | select(.trainee).name')" m1
is "inspect --json: the model" "$(json '.model.nodes | length')" 11
run ixlab birdc m2 show protocols
like "birdc on a member" "$out" '^rs1_v4 +BGP'
run ixlab birdc rs1
like "birdc on a route server: its sessions" "$out" 'Established'
run ixlab birdc rs1 show routes
like "birdc on a route server: its routes" "$out" '100\.64\.4\.0/22'
run ixlab cli m2 show protocols
like "cli on a member" "$out" '^rs1_v4 +BGP'
run ixlab cli rs1
like "cli on a route server: its sessions" "$out" 'Established'
run ixlab cli rs1 show routes
like "cli on a route server: its routes" "$out" '100\.64\.4\.0/22'
run ixlab cli m2-h
is "cli on a host" "$status $err" "2 ixlab: m2-h runs no routing daemon"
run ixlab cli m77
is "cli on nobody" "$status $err" "2 ixlab: there is no node \"m77\" in $a"
run ixlab birdc m2-h
is "birdc on a host" "$status $err" "2 ixlab: m2-h runs no routing daemon"
run ixlab birdc m77
is "birdc on nobody" "$status $err" \
	"2 ixlab: there is no node \"m77\" in $a"

# ---- two at once
run ixlab up bilateral -L "$b" --json
is "a second lab" "$status $(json '.lab')" "0 $b"
is "two labs run" "$(names)" "$a $b"
several="several labs run: $a $b; choose one with -L NAME"
run ixlab reset m1
is "reset: which one" "$status $err" "2 ixlab: there is no exercise \"m1\", \
look: ixlab exercises; nor a node: $several"
for verb in down inspect "birdc m1" "shell m1" "exec m1 true"; do
	# shellcheck disable=SC2086
	run ixlab $verb
	is "$verb: which one" "$status $err" "2 ixlab: $several"
done
run ixlab exec m1 -L "$b" -- hostname
is "-L chooses" "$status $out" "0 m1"
run ixlab -L "$a" exec rs1 hostname
is "-L before the verb chooses, too" "$status $out" "0 rs1"
run ixlab exec -L nobody m1 true
is "-L with a name that does not run" "$status $err" \
	"3 ixlab: no lab \"nobody\" runs; these do: $a $b"
a_pid=$(ixlab ps --json | jq -r ".[] | select(.lab == \"$a\").pid")
run ixlab down "$b"
is "down: one" "$status $out" "0 $b is down"
is "the other goes on" "$(names)" "$a"
ok "the other's supervisor is the same" kill -0 "$a_pid"

# ---- the folder goes while the lab runs: nothing is begun that could not be ended
run ixlab up bilateral --name "$b"
gone=$XDG_STATE_HOME/ixlab/labs/$b
rest="was removed while lab $b runs; take the lab down and up again: ixlab down $b"
m1_pid=$(ixlab inspect -L "$b" --json | jq '.nodes[] | select(.name == "m1").pid')
mv "$gone/nodes/m2" "$tmp/m2"
run ixlab reset m2 -L "$b"
is "reset: of a node without a folder" "$status $err" "3 ixlab: $gone/nodes/m2 $rest"
rm -r "$gone"
for verb in "reset m1 -L" "up bilateral --name" "save -L"; do
	# shellcheck disable=SC2086
	run ixlab $verb "$b"
	is "$verb: without a folder" "$status $err" "3 ixlab: $gone/nodes $rest"
done
run ixlab graph -L "$b"
is "graph: without a folder" "$status $err" "3 ixlab: $gone/lab.yml $rest"
is "the daemons are the same" "$(ixlab inspect -L "$b" --json |
	jq '.nodes[] | select(.name == "m1").pid')" "$m1_pid"
run ixlab down "$b"
is "down: without a folder" "$status" 0

# ---- the end
run ixlab up bilateral --name "$b"
run ixlab down --all --json
is "down --all --json" "$status $(json '.down | sort | join(" ")')" "0 $a $b"
is "nothing runs" "$(names)" ""
run ixlab down "$a"
is "down: it does not run" "$status $err" \
	"3 ixlab: no lab \"$a\" runs; see ixlab ps"
leftovers "nothing is left"
done_testing
