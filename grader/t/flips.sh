#!/bin/bash
# The same state gives the same verdicts: a running lab is graded again and again,
# and nothing flips, neither a result nor its points, hint or cause.
#
# IXLAB_FLIPS=whole (make check-flips): each solution of three exercises 20 times,
# each wrong one 5 times, in a fresh lab each. Without it a sample: of the exercise
# of probe.sh, which has the shortest holds, the solution 4 times and one wrong one
# twice. The first grading of a lab waits until it has settled and is not compared.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine refuses namespaces: ixlab doctor"
command -v jq >/dev/null || skip_all "jq is not installed"

lab=$tag-flips
nodes=$XDG_STATE_HOME/ixlab/labs/$lab/nodes
cleanup() { ixlab down "$lab" >/dev/null 2>&1; }

lay() { # exercise, folder: its files instead of the trainee's, and read
	for path in "$1/$2"/*/*; do
		file=${path#"$1/$2/"}
		cp "$path" "$nodes/$file" && ixlab reload -L "$lab" "${file%%/*}"
	done
}
vector() { # exercise: what may not flip, one line
	ixlab check "$1" -L "$lab" --json 2>/dev/null |
		jq -c '[.result, .points, (.steps[].checks[] | [.id, .result, .points, .hint_id, .cause_id])]'
}
regrade() { # exercise, folder, times, result
	ixlab start "$1" -L "$lab" >/dev/null 2>&1
	lay "$1" "$2" >/dev/null 2>&1
	vector "$1" >/dev/null
	: >"$tmp/vectors"
	from=$(tap_now)
	for i in $(seq "$3"); do
		vector "$1" >>"$tmp/vectors"
	done
	took=$((($(tap_now) - from) / $3))
	is "${1##*/}, $2: $3 times the same, $4" \
		"$(sort -u "$tmp/vectors" | wc -l) $(wc -l <"$tmp/vectors") $(head -1 "$tmp/vectors" | jq -r '.[0]')" "1 $3 $4"
	[ "$(sort -u "$tmp/vectors" | wc -l)" = 1 ] || diag "$(sort "$tmp/vectors" | uniq -c)"
	diag "a regrade takes $took ms"
	ixlab down "$lab" >/dev/null 2>&1
	rm -rf "$XDG_STATE_HOME/ixlab/labs/$lab"
}

if [ "$IXLAB_FLIPS" = whole ]; then
	for x in first-ebgp-session join-the-route-servers announce-your-aggregate; do
		x=$top/exercises/$x
		regrade "$x" solution 20 pass
		for wrong in "$x/wrong"/*; do
			regrade "$x" "wrong/${wrong##*/}" 5 fail
		done
	done
else
	x=$top/grader/t/probe/transit
	regrade "$x" solution 4 pass
	regrade "$x" wrong/no-filter 2 fail
fi
leftovers "nothing is left"
done_testing
