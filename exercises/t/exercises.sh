#!/bin/bash
# Every exercise proves itself (design, section 6): "ixlab dev check" for each,
# three at once, each as a subtest. The texts name only nodes and verbs that there are.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"

all=$(cd "$top/exercises" && ls -d */exercise.yml | xargs -n1 dirname)
prove() {
	ixlab dev check "$1" >"$tmp/$1.tap" 2>"$tmp/$1.err"
	echo $? >"$tmp/$1.status"
}
export -f prove
export tmp
xargs -P3 -I{} bash -c 'prove {}' <<<"$all"
for x in $all; do
	echo "# Subtest: $x"
	sed '/^TAP version/d; s/^/    /' "$tmp/$x.tap"
	is "$x" "$(cat "$tmp/$x.status" "$tmp/$x.err")" 0
done

# What a text tells people to type must exist: verbs of ixlab, nodes of the lab.
verbs=$(ixlab --help | awk '/^  [a-z]/ {print $1}')
for x in $all; do
	wrong=$(grep -ho 'ixlab [a-z]\+' "$top/exercises/$x"/text/*/*.md |
		sort -u | while read -r _ verb; do
		grep -qx "$verb" <<<"$verbs" || echo "$verb"
	done)
	is "$x: the text names verbs that exist" "$wrong" ""
done

is "no folder of a lab stays" "$(find "$XDG_STATE_HOME" -mindepth 3 -not -path '*/practice/*')" ""
leftovers "nothing is left: no process, no socket, no mount"
done_testing
