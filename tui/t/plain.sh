#!/bin/sh
# The interface in lines: from a file of words, without a terminal.
top=$(cd "$(dirname "$0")/../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"

plain() { # WORDS: one per line; output without our own greeting lines
	printf '%s\n' "$@" >"$tmp/words"
	run sh -c "exec ixlab open --plain <'$tmp/words'"
}

plain quit
is "quit: exit status" "$status" 0
like "the menu has numbers" "$out" '^[0-9]+\. .* \(first-ebgp-session, '
plain help
is "end of input: exit status" "$status" 0
like "help: tells the words" "$out" '^check +look at every check'
like "help: tells them with arguments" "$out" '^open NUMBER +open an exercise'
plain lits
like "a mistyped word" "$out" '^"lits" is not a command here \(did you mean list\?\)'
plain check
like "nothing is open" "$out" '^No exercise is open; type: open 1'
plain 'open 99'
like "no such exercise" "$out" '^there is no exercise "99"'
printf 'qu' >"$tmp/half"
printf 'help\nquit' >"$tmp/words"
run sh -c "exec ixlab open --plain <'$tmp/words'"
is "a last line without its end" "$status" 0
printf 'a\033[2Jb\nquit\n' >"$tmp/words"
run sh -c "exec ixlab open --plain <'$tmp/words'"
is "control characters come back clean" \
	"$(printf %s "$out" | grep -c "$(printf '\033')")" 0

can_lab || {
	diag "the rest needs namespaces; see ixlab doctor"
	done_testing
	exit
}
plain 'open first-ebgp-session' check hint 'why 2' picture matrix \
	spread 'spread x' 'spread 100.64.0.0/22' traffic 'shell' 'shell echo fi""ne' \
	'birdc show protocols' answer solve check points next next
is "an exercise: exit status" "$status" 0
like "the lab is started" "$out" '^The lab is up; your router is m1\.$'
like "the text is read" "$out" '^Step 1 of [0-9]+$'
like "a check fails with its reason" "$(printf %s "$out" | tr '\n' ' ')" \
	'check 2 of [0-9]+ FAILS: [^.]*\. +Expected: [^.]+\. +Saw: '
like "code keeps its quotes" "$out" '[`]from lab[`]'
like "why tells all" "$out" '^where '
like "who reaches whom, in words" "$out" '^[0-9]+ asked in '
like "how far a prefix got: which" "$out" '^Which prefix\? Type spread and one of these: '
like "how far a prefix got, in words" "$out" '^m1 should announce it; nobody hears it'
like "what is no prefix" "$out" '^"x" is no prefix such as'
like "traffic, in words" "$out" '^into m1, .*: .*bit/s on average'
like "the picture is a list" "$out" '^m1: member \(you\), AS65536'
like "a shell needs a terminal" "$out" '^this needs a terminal; without one'
like "a command does not" "$out" '^fine$'
like "questions, when there are some" "$out" '^This exercise asks no question'
like "birdc answers" "$out" '^Name +Proto +'
like "the solution is laid" "$out" '^The solution is in place'
like "then all pass" "$out" '^([0-9]+) of \1 checks pass: '
like "steps go on" "$out" '^Step 2 of [0-9]+$'
like "and end" "$out" '^This is the last step\.$'
plain 'open first-ebgp-session' reset 'shell echo "# one" >/etc/bird/bird.conf' next \
	'shell echo "# two" >/etc/bird/bird.conf' 'reset step' \
	'shell echo now: $(cat /etc/bird/bird.conf)' \
	'shell echo mine: $(cat /etc/bird/bird.conf.mine)' 'reset steps' \
	prev 'reset step' 'shell grep -c protocol /etc/bird/bird.conf'
like "a step begins again" "$out" '^now: # one$'
like "what was there is kept" "$out" '^mine: # two$'
like "a word too much" "$out" '^Type reset, or reset step\.$'
like "also the first step" "$out" '^[1-9][0-9]*$'
plain 'open first-ebgp-session' node 'node m2' 'shell echo here' 'birdc show status' 'birdc configure' \
	'put bird.conf' 'node nobody' 'node m1' 'put some.conf' 'put bird.conf' \
	'# is not' '.. a command' 'quit' '.' 'shell cat /etc/bird/bird.conf' 'edit'
like "whose nodes" "$out" '^You work on m1\. Yours: m1'
like "what is not yours is not entered" "$out" '^m2 belongs to somebody else'
like "but may be asked" "$out" '^Router ID is|^BIRD .* ready'
like "and nothing more" "$out" 'Access denied'
like "nor written" "$(printf %s "$out" | tr '\n' ' ')" 'none of your files: m1/bird.conf'
like "a node that there is not" "$out" '^There is no node nobody'
like "a file is typed" "$(printf %s "$out" | tr '\n' ' ')" \
	'm1/bird.conf is written.* # is not \.\. a command quit '
like "an editor needs a terminal" "$out" '^this needs a terminal'
run ixlab reset first-ebgp-session --step 2
is "the same as a verb" "$status" 0
like "of a step that there is not" "$(ixlab reset first-ebgp-session --step 9 2>&1)" \
	'takes a number from 1 to [0-9]'
plain 'open first-ebgp-session' stop points
like "the lab stops" "$out" '^The lab is stopped; what you typed is kept\.$'
like "and is missed" "$out" '^The lab is not running; type: start$'
ok "nothing stays" sh -c '[ "$(ixlab ps --json | jq length)" = 0 ]'
ok "a note is kept" ixlab note first-ebgp-session 'say configure, then look'
like "and read again" "$(ixlab note first-ebgp-session)" \
	'^20[-0-9]+ [0-9:]+  say configure, then look$'
ok "points are noted" sh -c 'ixlab exercises --json | grep -q first-ebgp'
done_testing
