#!/bin/bash
# Every exercise proves itself (design, section 6): "ixlab dev check" for each,
# three at once, each as a subtest. That takes long, and is IXLAB_EXERCISES=all
# (make check-exercises). Else of each exercise the start, the solution and a third
# of the rest: other solutions and mistakes, the next third with the next commit.
# The texts name only nodes and verbs that there are.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"

all=$(cd "$top/exercises" && ls -d */exercise.yml | xargs -n1 dirname)
export tmp
prove() {
	ixlab dev check "$1" >"$tmp/$1.tap" 2>"$tmp/$1.err"
	echo $? >"$tmp/$1.status"
}
try() { # EXERCISE FOLDER; once more for a machine that was busy
	ixlab dev run "$1" "$2" >"$tmp/$1.$2" 2>&1 ||
		ixlab dev run "$1" "$2" >"$tmp/$1.$2" 2>&1 ||
		echo "$1 $2" >>"$tmp/wrong"
}
export -f prove try

# The names below "wrong:" in exercise.yml, and the folders in also/.
rest() {
	sed -n '/^wrong:/,/^[a-vx-z]/s/^  \([a-z0-9-]*\):.*/\1/p' \
		"$top/exercises/$1/exercise.yml"
	ls "$top/exercises/$1/also" 2>/dev/null
}
if [ "${IXLAB_EXERCISES:-}" = all ]; then
	xargs -P3 -I{} bash -c 'prove {}' <<<"$all"
	for x in $all; do
		echo "# Subtest: $x"
		sed '/^TAP version/d; s/^/    /' "$tmp/$x.tap"
		is "$x" "$(cat "$tmp/$x.status" "$tmp/$x.err")" 0
	done
else
	# A shallow clone has one commit to count: by its time, then.
	case $(git -C "$top" rev-parse --is-shallow-repository 2>/dev/null) in
	false) turn=$(git -C "$top" rev-list --count HEAD) ;;
	true) turn=$(git -C "$top" log -1 --format=%ct) ;;
	*) turn=$(date +%j) ;;
	esac
	for x in $all; do
		echo "$x start"
		echo "$x solution"
		rest "$x" | awk -v x="$x" -v t="$((10#$turn % 3))" \
			'NR % 3 == t { print x, $0 }'
	done >"$tmp/tries"
	: >"$tmp/wrong"
	xargs -P10 -L1 bash -c 'try "$0" "$1"' <"$tmp/tries"
	for x in $all; do
		n=$(grep -c "^$x " "$tmp/tries")
		bad=$(sed -n "s/^$x //p" "$tmp/wrong")
		is "$x: $n of its folders are judged as it says" "$bad" ""
		for f in $bad; do sed 's/^/# /' "$tmp/$x.$f"; done
	done
fi

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
