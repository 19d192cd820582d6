#!/bin/sh
# An exercise on the command line: start, check, hint, solve, reset, play.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
json() { jq -r "$@" <"$tmp/run.out"; }
x=first-ebgp-session
n=$tag-x # its lab's name here, so that a real one is not in the way
conf=$XDG_STATE_HOME/ixlab/labs/$n/nodes/m1/bird.conf

for verb in check hint solve reset; do
	run ixlab $verb $x -L "$n"
	is "$verb before start" "$status $err" \
		"3 ixlab: $n is not running; start it: ixlab start $x"
done
run ixlab start no-such-exercise
is "start: no such exercise: exit status" "$status" 2
like "start: no such exercise: the sentence" "$err" \
	'^ixlab: there is no exercise "no-such-exercise"'

run ixlab start $x -L "$n"
is "start: exit status" "$status" 0
like "start: the time it took" "$out" "^$n is up in [0-9]+\.[0-9][0-9] s\$"
like "start: says where to type" "$out" "^  $conf\$"
begin=$(cat "$conf")
run ixlab start $x -L "$n" --json
is "start again: says that it runs" "$status $(json .already)" "0 true"

# A check takes its time, because what must be absent is waited for: all at once.
form() { # NAME VERB OPTIONS...
	name=$1
	shift
	ixlab "$@" >"$tmp/$name" 2>&1
	echo $? >"$tmp/$name.status"
}
forms() { # wait for these
	for f; do
		eval "wait \$form_$f"
	done
}
env --default-signal=INT "$bin/ixlab" check $x -L "$n" --watch \
	>"$tmp/watch" 2>&1 &
watcher=$!
form text check $x -L "$n" & form_text=$!
form tap13 check --tap $x -L "$n" & form_tap13=$!
form tap14 check --tap=14 $x -L "$n" & form_tap14=$!
form json check --json $x -L "$n" & form_json=$!
form alone check -L "$n" --json & form_alone=$!
form only check --json & form_only=$!
form hint hint $x -L "$n" & form_hint=$!
forms text tap13 tap14 json alone only hint
first() { echo "$(cat "$tmp/$1.status") $(head -1 "$tmp/$1")"; }
is "check: fails at the start" "$(cat "$tmp/text.status")" 1
like "check: with a word for it" "$(cat "$tmp/text")" ' FAIL '
said() { echo "$(cat "$tmp/$1.status") $(jq -r .exercise <"$tmp/$1")"; }
is "check -L alone: the lab knows its exercise" "$(said alone)" "1 $x"
is "check: the only exercise that runs" "$(said only)" "1 $x"
is "check --tap" "$(first tap13)" "1 TAP version 13"
is "check --tap=14" "$(first tap14)" "1 TAP version 14"
is "check --json" "$(jq -r '[.exercise, .result] | join(" ")' <"$tmp/json")" \
	"$x fail"
is "check --json: exit status" "$(cat "$tmp/json.status")" 1
is "hint: exit status" "$(cat "$tmp/hint.status")" 0
like "hint: a sentence" "$(cat "$tmp/hint")" '[a-z]+ [a-z]+'
run ixlab check $x -L "$n" --tap --json
is "check: one form only" "$status $err" \
	"2 ixlab: --format, --tap and --json cannot go together"
run ixlab check $x -L "$n" --tap=15
is "check: TAP 15" "$status $err" \
	'2 ixlab: TAP has the versions 13 and 14, not "15"'

# ---- watched while it is solved
watched() { grep -q "^$1" "$tmp/watch"; }
ok "check --watch: shows what fails" wait_for 20 watched fail
echo "# my own words" >>"$conf"
run ixlab solve $x -L "$n"
is "solve: exit status" "$status" 0
like "solve: the person's text is kept" "$(cat "$conf.mine")" '# my own words'
unlike "solve: the solution is in place" "$(cat "$conf")" '# my own words'
ok "check --watch: shows what passes now" wait_for 10 watched pass
form text check $x -L "$n" & form_text=$!
form hint hint $x -L "$n" & form_hint=$!
forms text hint
is "check: passes with the solution" "$(cat "$tmp/text.status")" 0
run ixlab exercises --json
is "exercises: what was reached is noted" \
	"$(json ".[] | select(.name == \"$x\") | .reached == .points")" true
is "hint: nothing to hint at" "$(cat "$tmp/hint")" \
	"no check fails: there is nothing to hint at"
kill -INT $watcher
wait $watcher
is "check --watch: the last verdict is its status" "$?" 0

run ixlab reset $x -L "$n"
is "reset: exit status" "$status" 0
is "reset: the file is as at the start" "$(cat "$conf")" "$begin"

# ---- by itself, while that is looked at
form text check $x -L "$n" & form_text=$!
run ixlab play $x -L "$tag-p"
is "play: exit status" "$status" 0
like "play: what fails first" "$out" '==> .*must fail'
like "play: the end" "$out" '==> .*all checks pass'
forms text
is "reset: the check fails again" "$(cat "$tmp/text.status")" 1
run ixlab down "$n"
is "down" "$status" 0
is "play: nothing of it stays" \
	"$(ls "$XDG_STATE_HOME/ixlab/labs")" "$n"
ixlab play $x -L "$tag-p" >"$tmp/play" 2>&1 &
player=$!
playing() { grep -q 'must fail' "$tmp/play"; }
ok "play: begins" wait_for 20 playing
kill -TERM $player
wait $player
is "play: interrupted: exit status" "$?" 143
leftovers "nothing is left"
done_testing
