#!/bin/bash
# The grader and a real lab: verdicts with their words, the time from a change to
# a verdict, daemons that hang, a supervisor that dies, a link that comes back.
top=$(cd "$(dirname "$0")/../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine refuses namespaces: ixlab doctor"
command -v jq >/dev/null || skip_all "jq is not installed"

lab=$tag-live
ex=join-the-route-servers
nodes=$XDG_STATE_HOME/ixlab/labs/$lab/nodes
cleanup() { ixlab down "$lab" >/dev/null 2>&1; }

check() { run ixlab check "$ex" -L "$lab" "$@"; }
checks() { jq -c "[.steps[].checks[]] | $1" <<<"$out"; }
lay() { # folder of the exercise: over m1's file, and read
	cp "$top/exercises/$ex/$1/m1/bird.conf" "$nodes/m1/bird.conf"
	ixlab birdc -L "$lab" m1 configure
}
pid_of() { # node: its daemon's, as the lab sees it
	ixlab inspect -L "$lab" --json |
		jq ".nodes[] | select(.name == \"$1\") | .pid"
}

# ---- the start: every failure has its words
run ixlab start "$ex" -L "$lab"
is "the exercise starts" "$status" 0
ixlab check "$ex" -L "$lab" --tap >"$tmp/tap" 2>"$tmp/tap.err" & # beside it
tap=$!
check --json
is "the start fails: status 1" "$status" 1
is "result and exercise" "$(jq -c '[.result, .exercise]' <<<"$out")" "[\"fail\",\"$ex\"]"
is "each failure has expected, saw, where, hint" \
	"$(checks 'map(select(.result == "fail") | .expected, .saw, .where, .hint_id, .hint) | map(select(. == null)) | length')" 0
is "whoever is blocked names a check that failed" \
	"$(checks '. as $all | map(select(.result == "blocked") | .blocked_by as $b | $all[] | select(.id == $b) | .result) | unique')" '["fail"]'
total=$(jq .total <<<"$out")
wait $tap
is "TAP: status 1" "$?" 1
out=$(cat "$tmp/tap")
like "TAP 13" "$out" '^TAP version 13'
like "TAP: the score is the last line" "$(tail -1 <<<"$out")" "^# score [0-9]+/$total$"
if command -v xmllint >/dev/null; then
	check --format junit
	is "JUnit: status 1" "$status" 1
	printf '%s\n' "$out" >"$tmp/junit.xml"
	ok "JUnit: as junit.xsd says" xmllint --nonet --noout --schema "$top/grader/junit.xsd" "$tmp/junit.xml"
else
	skip "JUnit: as junit.xsd says" "xmllint is not installed"
fi

# ---- the solution, again and again
ok "the solution is read" lay solution
passes() { ixlab check "$ex" -L "$lab"; }
ok "and passes" wait_for 5 passes
for i in 1 2 3 4 5; do
	ixlab check "$ex" -L "$lab" --json >"$tmp/again.$i" 2>/dev/null &
done
wait
is "five graders at once agree: all points" \
	"$(jq -s -c 'map(.points) | unique' "$tmp"/again.?)" "[$total]"

# ---- from a change to the verdict
ixlab check "$ex" -L "$lab" --watch --json >"$tmp/watch" 2>/dev/null &
watcher=$!
is_result() { # check result
	[ "$(tail -1 "$tmp/watch" | jq -r ".steps[].checks[] | select(.id == \"$1\") | .result")" = "$2" ]
}
ok "watch: all pass" wait_for 12 is_result direct pass
goes() { wait_for 5 is_result rs1-v4 fail; }
for try in 1 2 3; do
	wait_for 8 is_result rs1-v4 pass
	ixlab birdc -L "$lab" m1 'disable rs1_v4' >/dev/null
	best_of 1 1000 goes
	[ "$took" -ge 1000 ] || break
	[ $try = 3 ] || ixlab birdc -L "$lab" m1 'enable rs1_v4' >/dev/null
done
ok "watch: a session that goes fails its check" is_result rs1-v4 fail
quick "watch: within a second" 1000
is "watch: what needs it is blocked" \
	"$(tail -1 "$tmp/watch" | jq -r '.steps[].checks[] | select(.id == "rs1-has-v4") | .blocked_by')" rs1-v4
ixlab birdc -L "$lab" m1 'enable rs1_v4' >/dev/null
ok "watch: and passes when it is back" wait_for 8 is_result rs1-v4 pass
kill "$watcher"
wait "$watcher" 2>/dev/null

# ---- a daemon that hangs is a failure with words, not an error of ours
pid=$(pid_of m3)
ixlab exec -L "$lab" m3 -- kill -STOP "$pid"
check --json
is "a member that hangs: graded, status 1" "$status" 1
is "a member that hangs: its checks fail" \
	"$(checks 'map(select(.id == "m3-gets-v4")) | .[0].result')" '"fail"'
like "a member that hangs: in words" \
	"$(checks 'map(select(.id == "m3-gets-v4")) | .[0].saw')" 'm3: .*does not answer'
is "a member that hangs: others pass" \
	"$(checks 'map(select(.id == "rs1-v4")) | .[0].result')" '"pass"'
ixlab exec -L "$lab" m3 -- kill -CONT "$pid"

# ---- the trainee's own daemon is dead: hints only
echo 'protocol rs { }' >>"$nodes/m1/bird.conf"
ixlab exec -L "$lab" m1 -- kill -9 "$(pid_of m1)"
check --json
is "a dead BIRD: graded, status 1" "$status" 1
like "a dead BIRD: its own words" \
	"$(checks 'map(select(.id == "bird-runs")) | .[0].saw')" 'bird.conf:[0-9]+:[0-9]+ syntax error'

# ---- the supervisor dies while we grade: an error of ours, no points lost
supervisor=$(ixlab inspect -L "$lab" --json | jq .pid)
ixlab check "$ex" -L "$lab" --tap >"$tmp/dying" 2>&1 &
grader=$!
connected() { [ "$(ls -l "/proc/$grader/fd" | grep -c socket:)" -ge 3 ]; }
wait_for 2 connected && kill -9 "$supervisor"
wait "$grader"
is "a dead supervisor: status 3" "$?" 3
like "a dead supervisor: bails out" "$(cat "$tmp/dying")" '^Bail out! '
run ixlab check "$ex" -L "$lab"
is "no lab: status 3 or 2" "$((status == 3 || status == 2))" 1
like "no lab: a sentence" "$err" "$lab"

# ---- the wrong lab
run ixlab start first-ebgp-session -L "$lab-b"
run ixlab check "$ex" -L "$lab-b"
is "another lab: status 2" "$status" 2
like "another lab: a sentence" "$err" "is not the lab of exercise $ex"
run ixlab start "$ex" -L "$lab-b"
is "nor is it started in that one" "$status" 3
like "nor is it started there: a sentence" "$err" "is that of exercise first-ebgp-session"
ixlab down "$lab-b" >/dev/null

# ---- a grader that dies leaves no cable out
lab=$tag-cable
ex=announce-your-aggregate
nodes=$XDG_STATE_HOME/ixlab/labs/$lab/nodes
run ixlab start "$ex" -L "$lab"
lay solution >/dev/null
cable() { # UP or DOWN
	ixlab exec -L "$lab" m1-h -- ip link show lan0 | grep -q "state $1"
}
# What is only so for a moment is told by who sees it all.
ixlab exec -L "$lab" m1-h -- ip monitor link >"$tmp/links" 2>&1 &
monitor=$!
ixlab exec -L "$lab" m1-h -- sh -c 'until grep -q monitor /proc/[0-9]*/cmdline; do sleep 0.1; done'
ixlab check "$ex" -L "$lab" >/dev/null 2>&1 &
grader=$!
ok "an experiment takes the cable out" wait_for 20 grep -q 'lan0.* state DOWN' "$tmp/links"
kill -9 "$grader"
wait "$grader" 2>/dev/null
ok "it comes back by itself" wait_for 10 cable UP
has_default() { ixlab exec -L "$lab" m1-h -- ip route | grep -q "^default"; }
ok "and so does its default route" wait_for 2 has_default
kill $monitor
wait $monitor 2>/dev/null
ixlab down "$lab" >/dev/null
leftovers "nothing is left"
done_testing
