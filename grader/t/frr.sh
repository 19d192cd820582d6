#!/bin/sh
# An exercise with FRR in the trainee's hand: started under a name of its own, typed in
# vtysh, handed in and graded again; a slip in the file is told, and the way back.
top=$(cd "$(dirname "$0")/../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine refuses namespaces: ixlab doctor"
for need in jq vtysh /usr/lib/frr/frr-reload.py; do
	command -v $need >/dev/null || skip_all "$need is not installed"
done
x=first-ebgp-session
conf=$XDG_STATE_HOME/ixlab/labs/$x-frr/nodes/m1/frr.conf
cleanup() { ixlab down --all >/dev/null 2>&1; }
cd "$tmp" || exit 1

# Once each: its own title; after it what comes after it, with FRR where there is that.
is "the list has it, below its own name" \
	"$(ixlab exercises --json | jq -r '.[] | select(.name == "'$x'-frr") | .title')" \
	"One session, one neighbour (FRR)"
run ixlab start $x-bird
like "with what it cannot be had" "$status $err" '^2 ixlab: .*it cannot be done with BIRD'
run ixlab start $x-frr
is "start" "$status" 0
is "m1 runs FRR, m2 what the lab says" \
	"$(ixlab inspect $x-frr --json | jq -r '[.nodes[] | select(.name | test("^m.$")) | .kind] | join(" ")')" \
	"frr bird"
run ixlab start $x
is "the same with BIRD beside it" "$status" 0
ixlab down $x >/dev/null
run ixlab check
is "at the start the session is missing" "$status" 1

type_in() {
	ixlab exec m1 -- vtysh -c "configure terminal" -c "router bgp 65536" \
		-c "neighbor 203.0.113.11 remote-as 65537" \
		-c "neighbor 203.0.113.11 peer-group lab" \
		-c "address-family ipv4 unicast" \
		-c "neighbor 203.0.113.11 activate" -c end -c write
}
ok "type it in vtysh" type_in
ok "it is on disk" grep -q "neighbor 203.0.113.11 remote-as 65537" "$conf"
run ixlab check
is "all passes" "$status" 0
run ixlab submit --id ayesha --name Ayesha
is "submit" "$status" 0
is "what runs is on disk" "$err" ""
is "the submission says which" "$(sed -n 's/^exercise: //p' ayesha-$x-frr.ixs)" $x-frr

ixlab exec m1 -- vtysh -c "configure terminal" -c "ip route 198.51.100.0/24 blackhole"
run ixlab submit -o other.ixs
like "what was typed and not written is told" "$status $err" \
	'^0 .*ixlab: m1 runs with lines that are in no file of it: .* say "write" in vtysh'
echo "routter bgp 65536" >>"$conf"
run ixlab check --json
is "a slip is told" \
	"$(printf %s "$out" | jq -r '.steps[0].checks[0] | .result + " " + .hint_id + " " + .saw' | cut -d% -f2)" \
	" Unknown command[4]: routter bgp 65536"
run ixlab reset $x-frr
is "from the start again" "$status" 0
ok "it was read" wait_for 20 sh -c \
	'! ixlab exec m1 -- vtysh -c "show running-config" | grep -q "neighbor 203"'
run ixlab solve $x-frr
is "solve" "$status" 0
run ixlab check
is "the solution passes" "$status" 0
ok "save" ixlab save $x-frr -o lab.ixsave
ixlab down $x-frr >/dev/null
ok "restore" ixlab restore lab.ixsave --as again
is "what is restored runs FRR, too" \
	"$(ixlab inspect again --json | jq -r '.nodes[] | select(.name == "m1") | .kind')" frr
ixlab down again >/dev/null

run ixlab grade ayesha-$x-frr.ixs --json
is "graded again" "$status $(printf %s "$out" | jq -rs 'flatten[0] | .status + " " + .result')" \
	"0 graded pass"
leftovers "nothing is left"
done_testing
