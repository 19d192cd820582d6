#!/bin/bash
# Every exercise proves itself (design, section 6): "ixlab dev check" for each,
# two at once, each as a subtest. The texts name only nodes and verbs that there are.
# Of the mistakes of each a third is made, another one for each commit; all of them
# with THIRD=all ("make check-exercises"). Of those that can be done with FRR as well a
# third is done so, too.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"

all=$(cd "$top/exercises" && ls -d */exercise.yml | xargs -n1 dirname)
if [ -z "$THIRD" ]; then
	# A shallow clone has one commit to count: by its time, then.
	case $(git -C "$top" rev-parse --is-shallow-repository 2>/dev/null) in
	false) turn=$(git -C "$top" rev-list --count HEAD) ;;
	true) turn=$(git -C "$top" log -1 --format=%ct) ;;
	*) turn=$(date +%j) ;;
	esac
	THIRD=$((10#$turn % 3 + 1))
fi
[ "$THIRD" = all ] || third="--third $THIRD"
names=$all
i=0
for x in $(cd "$top/exercises" && ls -d */frr | xargs -n1 dirname); do
	i=$((i + 1))
	[ "$THIRD" != all ] && [ $((i % 3 + 1)) != "$THIRD" ] || all="$all $x-frr"
done
echo "# mistakes: ${third:-all}"
export third
prove() {
	# shellcheck disable=SC2086 # none, or two words
	ixlab dev check $third "$1" >"$tmp/$1.tap" 2>"$tmp/$1.err"
	echo $? >"$tmp/$1.status"
}
export -f prove
export tmp
xargs -P2 -n1 bash -c 'prove "$0"' <<<"$all"
for x in $all; do
	echo "# Subtest: $x"
	sed '/^TAP version/d; s/^/    /' "$tmp/$x.tap"
	is "$x" "$(cat "$tmp/$x.status" "$tmp/$x.err")" 0
done

# What a text tells people to type must exist: verbs of ixlab, nodes of the lab.
verbs=$(ixlab --help | awk '/^  [a-z]/ {print $1}')
for x in $names; do
	wrong=$(find "$top/exercises/$x" -path '*/text/*.md' -exec grep -ho 'ixlab [a-z]\+' {} + |
		sort -u | while read -r _ verb; do
		grep -qx "$verb" <<<"$verbs" || echo "$verb"
	done)
	is "$x: the text names verbs that exist" "$wrong" ""
done

is "no folder of a lab stays" "$(find "$XDG_STATE_HOME" -mindepth 3 -not -path '*/practice/*')" ""
leftovers "nothing is left: no process, no socket, no mount"
done_testing
