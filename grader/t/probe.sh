#!/bin/bash
# Probes in a real lab: a customer's robot announces behind the trainee, and a
# peer of the trainee sees it, or not. A check is hidden, another name-only, and
# no form of what the trainee is told knows of it. Two graders take turns; one that
# is killed leaves nothing announced.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine refuses namespaces: ixlab doctor"
command -v jq >/dev/null || skip_all "jq is not installed"

lab=$tag-probe
x=$top/grader/t/probe/transit
nodes=$XDG_STATE_HOME/ixlab/labs/$lab/nodes
cleanup() { ixlab down "$lab" >/dev/null 2>&1; }

# ---- the author's proof: solution and mistakes, with what is hidden
run ixlab dev check "$x"
is "the exercise is proven, in fresh labs" "$status $err" "0 "

# ---- one lab, from now on
lay() {
	cp "$x/$1/m1/bird.conf" "$nodes/m1/bird.conf"
	ixlab birdc -L "$lab" m1 configure
}
check() { run ixlab check "$x" -L "$lab" "$@"; }
of() { jq -r ".steps[].checks[] | select(.id == \"$1\") | .$2" <<<"$out"; }
announced() { ixlab robot -L "$lab" c1 announced --json | jq -r '.[].prefix' | tr '\n' ' '; }

run ixlab start "$x" -L "$lab"
lay solution >/dev/null
check --json
is "the solution passes" "$(jq -c '[.result, .points, .total]' <<<"$out")" '["pass",5,5]'
seed=$(jq -r .seed <<<"$out")
is "the robot announces what it did before" "$(announced)" "100.64.8.0/22 "

# ---- a filter for one prefix does not help: another is drawn each time
lay wrong/one-prefix >/dev/null
check --json
is "a filter for a prefix once seen fails" "$(of carried result)" fail
first=$(of carried expected)
like "what was drawn is told" "$first" '^100\.80\.[0-9]+\.0/24 from m1$'
like "and where it was looked for" "$(of carried where)" '^m2, routes received from m1, while c1 announces it$'
is "the reason found is that of its facts" "$(of carried hint_id)" not-sent
is "and so is the cause" "$(of carried cause_id)" other-sent
is "what leans on it is blocked" "$(of stopped blocked_by)" carried
isnt() { [ "$2" != "$3" ] && ok "$1" true || ok "$1" false; }
isnt "another seed than before" "$(jq -r .seed <<<"$out")" "$seed"

# ---- causes: two mistakes at a time
mistaken() { # sed expressions, for m2's session and for c1's
	sed -e "/neighbor 203.0.113.2/$1" -e "/neighbor 203.0.113.3/$2" \
		"$x/solution/m1/bird.conf" >"$nodes/m1/bird.conf"
	ixlab birdc -L "$lab" m1 configure >/dev/null
	wait_for 10 down "$3" # what was up a moment ago would pass
	check --json
}
down() { # far ends: they have seen it
	case $1 in *m2*) ! ixlab birdc -L "$lab" m2 show protocols m1_v4 | grep -q Established || return 1 ;; esac
	case $1 in *c1*) ! ixlab robot -L "$lab" c1 | grep -q Established || return 1 ;; esac
}
mistaken 's/65002/65009/' 's/;/; disabled;/' 'm2 c1'
is "another AS number than the other end's" "$(of peer cause_id)" as-expected
like "in words, with the number" "$(of peer cause)" 'it expects AS 65009'
is "a session that is switched off" "$(of customer cause_id)" switched-off
mistaken 's/113.2 /113.99 /' 's/x/x/' m2
is "a neighbour that is not the other end" "$(of peer cause_id)" other-neighbour

# ---- what is hidden is in no form
lay wrong/half >/dev/null
check --json
is "a hidden mistake: the trainee sees full marks" "$(jq -c '[.result, .points, .total]' <<<"$out")" '["pass",5,5]'
cp "$tmp/run.out" "$tmp/mine.json"
for form in json tap13 tap14 junit csv html text; do
	run ixlab report "$tmp/mine.json" --format "$form"
	unlike "$form: not a word of it" "$out$err" 'deeper|other private|half|172\.16'
done
run ixlab check "$x" -L "$lab"
unlike "nor in what check prints" "$out$err" 'deeper|other private|172\.16'
unlike "nor in the list of exercises" "$(ixlab exercises 2>&1)" 'deeper'

# ---- two at once: what one tries is not the network's doing to the other
lay solution >/dev/null
grade() { # name: in the background
	ixlab check "$x" -L "$lab" --json >"$tmp/$1.json" 2>"$tmp/$1.err" &
	grader=$!
}
result() { jq -c '[.result, .points, .total]' "$tmp/$1.json"; }
grade one
one=$grader
grade two
wait "$one" "$grader"
is "two graders at once: both are right" "$(result one) $(result two)" '["pass",5,5] ["pass",5,5]'
like "one of them said for whom it waits" "$(cat "$tmp/one.err" "$tmp/two.err")" \
	"^checking waits: process ($one|$grader) tries something in this lab"

# ---- killed while the robot announces, and another waits
lent() { announced | grep -q ' 100\.80\|^100\.80\|10\.'; }
grade one
one=$grader
ok "a probe is on its way" wait_for 10 lent
grade two
waits() { grep -q "process $one" "$tmp/two.err"; }
ok "another grader waits for it" wait_for 10 waits
kill -9 "$one"
wait "$one" 2>/dev/null
wait "$grader"
is "the other is right, though that one is gone" "$(result two)" '["pass",5,5]'
is_as_before() { [ "$(announced)" = "100.64.8.0/22 " ]; }
ok "and what it announced is taken back" wait_for 25 is_as_before

ixlab down "$lab" >/dev/null
leftovers "nothing is left"
done_testing
