#!/bin/bash
# The machine stands still while labs are graded, for longer than hold times: a
# solution passes all the same, with an experiment on a cable too, and a mistake
# fails what it failed.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine refuses namespaces: ixlab doctor"
command -v jq >/dev/null || skip_all "jq is not installed"

labs=$XDG_STATE_HOME/ixlab/labs
cleanup() {
	for path in "$labs"/*; do
		ixlab down "${path##*/}" >/dev/null 2>&1
	done
}
bring_up() { # exercise, folder: its file instead of the trainee's, and read; lab
	ixlab start "$1" -L "$3" >/dev/null 2>&1
	cp "$top/exercises/$1/$2/m1/bird.conf" "$labs/$3/nodes/m1/bird.conf"
	ixlab reload -L "$3" m1 >/dev/null 2>&1
}
graded() { # exercise, folder, lab: what did not pass
	ixlab check "$1" -L "$3" --json 2>/dev/null | jq -c '[.result,
		(.steps[].checks[] | select(.result != "pass") | [.id, .result, .hint_id])]'
}
out_of() { ixlab exec -L "$tag-cable" m1-h -- ip link show lan0 | grep -q "state DOWN"; }

jobs="join-the-route-servers solution $tag-well
join-the-route-servers wrong/told-to-hide $tag-wrong
announce-your-aggregate solution $tag-cable"
while read -r job; do
	# shellcheck disable=SC2086
	{ bring_up $job; graded $job >"$tmp/before.${job##* }"; } &
done <<<"$jobs"
wait
is "well: passes" "$(cat "$tmp/before.$tag-well")" '["pass"]'
is "cable: passes" "$(cat "$tmp/before.$tag-cable")" '["pass"]'
like "wrong: fails" "$(cat "$tmp/before.$tag-wrong")" '"told-to-hide"'

graded announce-your-aggregate solution "$tag-cable" >"$tmp/after.$tag-cable" &
ok "a cable is out" wait_for 20 out_of
graded join-the-route-servers solution "$tag-well" >"$tmp/after.$tag-well" &
graded join-the-route-servers wrong/told-to-hide "$tag-wrong" >"$tmp/after.$tag-wrong" &
graders() { # pids
	tap_ours /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do
		tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q "^ixlab check .* -L $tag-" && echo "$pid"
	done
}
three() { [ "$(graders | wc -l)" = 3 ]; }
ok "three are graded" wait_for 5 three
in_labs() { # pids: the supervisors, and all that they started
	for lab in well wrong cable; do ixlab inspect -L "$tag-$lab" --json | jq .pid; done >"$tmp/roots"
	cat /proc/[0-9]*/stat 2>/dev/null | sed 's/(.*)/-/' | awk '
		NR == FNR {root[$1] = 1; next}
		{parent[$1] = $4}
		END {for (p in parent) for (q = p; q > 1; q = parent[q]) if (q in root) {print p; break}}
	' "$tmp/roots" -
}
all=$(in_labs; graders)
like "daemons are among them" "$(for pid in $all; do cat "/proc/$pid/comm"; done | sort -u | xargs)" 'bird.*ixlab.*ixrs'
# shellcheck disable=SC2086
kill -STOP $all
sleep 11 # longer than the hold times of these labs
# shellcheck disable=SC2086
kill -CONT $all
wait
for what in well wrong cable; do
	is "$what: as before" "$(cat "$tmp/after.$tag-$what")" "$(cat "$tmp/before.$tag-$what")"
done
cleanup
leftovers "nothing is left"
done_testing
