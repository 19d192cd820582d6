#!/bin/sh
# Files: what there is, what a file would become, what is wrong with one.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"

json() { jq -r "$@" <"$tmp/run.out"; }

run ixlab labs
is "labs: exit status" "$status" 0
for lab in bilateral first-ix big-ix multi-site operator-view border-core \
	two-exchanges remote-peering hub workshop; do
	like "labs: $lab" "$out" "^$lab  +[0-9]+  "
done
run ixlab labs --json
is "labs --json: names" "$(json '[.[].name] | sort | join(" ")')" \
	"big-ix bilateral border-core class first-ix hub multi-site one-switch operator-view remote-peering routing-security two-exchanges workshop"
is "labs --json: no error" "$(json '[.[] | select(.error)] | length')" 0

run ixlab exercises
is "exercises: exit status" "$status" 0
like "exercises: points reached and to reach" "$out" \
	'^first-ebgp-session +[0-9]+ +[1-5] +0/[0-9]+ '
run ixlab exercises --json
is "exercises --json: the first of the course" "$(json '.[0].name')" fabric-first-light
is "exercises --json: nothing stands before what it comes after" "$(json '
	[.[].name] as $all | [.[] | .name as $x | .after[] | select(
	([.] | inside($all) | not) or ($all | index($x)) <
	(. as $a | $all | index($a)))] | join(" ")')" ""
is "exercises --json: nothing reached" "$(json '[.[].reached] | add')" 0

# A plan needs no privilege and leaves nothing; the list leaves the copies for
# practice of exercises with parameters.
made() { find "$XDG_STATE_HOME" -mindepth 2 -not -path '*/practice*' 2>/dev/null; }
run ixlab up first-ix --dry-run
is "up --dry-run: exit status" "$status" 0
like "up --dry-run: an address" "$out" '^m1: address 203\.0\.113\.10/24 on ix0$'
steps=$(printf '%s\n' "$out" | wc -l)
run ixlab up first-ix --dry-run --json
is "up --dry-run --json: the same steps" "$(json '.steps | length')" "$steps"
is "up --dry-run --json: the name" "$(json .lab)" first-ix
run ixlab up big-ix --members 5 --dry-run --name "$tag" --json
is "up --members: five" "$status $(json \
	'[.steps[] | select(.op == "daemon" and (.node | test("^m")))] | length')" \
	"0 5"
is "up --name: the name" "$(json .lab)" "$tag"
is "up --dry-run leaves no file" "$(made)" ""

# Good files.
for lab in "$top"/labs/*.yml; do
	run ixlab validate "$lab"
	is "validate ${lab##*/}" "$status $out" "0 $lab: a good lab"
done
for x in "$top"/exercises/*/exercise.yml; do
	run ixlab validate "$x" "${x%/*}"
	is "validate exercise ${x#"$top/exercises/"}, and its folder" \
		"$status $err" "0 "
done

# Bad files: every one is read, every error is one line.
mkdir "$tmp/bad" && cd "$tmp/bad" || exit
sed 's/^members:/membrs:/' "$top/labs/first-ix.yml" >key.yml
sed 's/203\.0\.113\.12$/203.0.113.11/' "$top/labs/first-ix.yml" >twice.yml
sed 's/203\.0\.113\.13$/198.51.100.13/' "$top/labs/first-ix.yml" >outside.yml
echo 'recipe: soup' >kind.yml
: >empty.yml
printf 'lab: x\n\tbad: yes\n' >tab.yml
sed 's/^minutes:/minuets:/' \
	"$top/exercises/first-ebgp-session/exercise.yml" >exercise-key.yml
line() { grep -n "$1" "$2" | cut -d: -f1; }

bad() { # FILE SENTENCE: one line on standard error, exit status 2
	run ixlab validate "$1"
	is "$1: exit status, output" "$status $out" "2 "
	is "$1: the sentence" "$err" "$1:$2"
}
bad key.yml "$(line ^membrs key.yml):1: unknown key \"membrs\" in a lab (did you mean \"members\"?)"
bad twice.yml "$(line 203.0.113.11 twice.yml | sed -n 2p):11: 203.0.113.11 is already the address of m2, line $(line 203.0.113.11 twice.yml | sed -n 1p): give m3 another"
bad outside.yml "$(line 198.51.100.13 outside.yml):11: m4's address 198.51.100.13 is not in peering LAN khi, 203.0.113.0/24"
bad kind.yml "1:1: this is no lab, exercise or course: give it the key \"lab\", \"exercise\" or \"course\""
bad empty.yml "1:1: this is no lab, exercise or course: give it the key \"lab\", \"exercise\" or \"course\""
bad tab.yml "2:1: while scanning a plain scalar, found a tab character that violates indentation"
bad missing.yml " No such file or directory"
bad exercise-key.yml "$(line ^minuets exercise-key.yml):1: unknown key \"minuets\" in an exercise (did you mean \"minutes\"?)"

# A node's network.yml is read where its exercise is.
x=first-ebgp-session
cp -r "$top/exercises/$x" . && cd "$x" || exit
sed -i "s|^files: \[|&m1/network.yml, |" exercise.yml
echo 'interfaces: {ix0: {mtu: 1400}}' >solution/m1/network.yml
run ixlab validate exercise.yml
is "an exercise with a network.yml" "$status $out" \
	"0 exercise.yml: a good exercise"
printf 'interfaces:\n  ix7: {up: yes}\n' >solution/m1/network.yml
run ixlab validate exercise.yml
is "with one that names no interface" "$status $err" \
	"2 ./solution/m1/network.yml:2:3: m1 has no interface ix7 (it has ix0, lan0, lo)"
run ixlab validate solution/m1/network.yml
is "alone it is none" "$status $err" "2 solution/m1/network.yml:1:1: this is \
no lab, exercise or course: a network.yml is read with its exercise, and by ixlab reload"
cd ..
run ixlab validate key.yml "$top/labs/first-ix.yml" outside.yml
is "several files: exit status" "$status" 2
is "several files: each bad one has a line" \
	"$(printf '%s\n' "$err" | cut -d: -f1 | tr '\n' ' ')" \
	"key.yml outside.yml "
is "several files: the good one is told" "$out" \
	"$top/labs/first-ix.yml: a good lab"
run ixlab validate --json key.yml "$top/labs/first-ix.yml"
is "validate --json" "$status $(json '[.[].ok] | map(tostring) | join(" ")')" \
	"2 false true"

# The same sentences from up, which builds nothing of it.
for file in key twice outside; do
	run ixlab validate ./$file.yml
	sentence=$err
	run ixlab up ./$file.yml
	is "up $file.yml: the sentence" "$err" "ixlab: $sentence"
	is "up $file.yml: exit status" "$status" 2
done
run ixlab up no-such-lab
is "up no-such-lab: exit status" "$status" 2
like "up no-such-lab: the sentence" "$err" \
	'^ixlab: there is no lab "no-such-lab"'
is "nothing was made" "$(made)" ""
leftovers "nothing is left"
done_testing
