#!/bin/bash
# The same state gives the same verdicts: each solution of three exercises is graded
# 20 times and each wrong one 5 times, and nothing flips: no result, no points, no
# hint, no cause, in no word. A fourth has parameters and robots that announce things
# while it is graded, one grading after the other: 3 times (6 in labs of their own)
# and twice.
#
# Each is brought up once. Its first grading waits until the lab has settled and is
# not compared; the others begin from zero, each a program with evidence of its own.
# Nearly all of their time they wait (for what must hold, or for what is given up
# only at its deadline), so many labs stand at once, and of a lab several are graded
# at once: but not where a check pulls a cable, for that changes the state.
#
# IXLAB_FLIPS=fresh (make check-flips) makes a new lab for each single grading.
#
# That takes long, and on a machine that stands still for seconds hold timers run out:
# the state is another one. A grading during which this shell itself was held up is
# told, and made again.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine refuses namespaces: ixlab doctor"
command -v jq >/dev/null || skip_all "jq is not installed"

export tag labs="$XDG_STATE_HOME/ixlab/labs"
cleanup() {
	for path in "$labs"/*; do
		ixlab down "${path##*/}" >/dev/null 2>&1
	done
}

bring_up() { # lab, exercise, folder: its files before the trainee's, as at the desk
	for path in "$2/$3"/*/*; do
		file=$labs/$1/nodes/${path#"$2/$3/"}
		mkdir -p "${file%/*}" && cp "$path" "$file"
	done
	ixlab start "$2" -L "$1"
	[ ! -f "$2/parameters" ] || ixlab answer "$2" -L "$1" who "$(ixlab inspect -L "$1" --json |
		jq --arg n "$(sed 's/.*leaker=\([^ ]*\).*/\1/' "$2/parameters")" '.nodes[] | select(.name == $n) | .asn')"
}
take_down() {
	ixlab down "$1"
	rm -rf "${labs:?}/$1"
}
vector() { # lab, exercise: what may not flip, one line, and what was seen
	ixlab check "$2" -L "$1" --json 2>/dev/null | jq -c '
		[.result, .points, (.steps[].checks[] | [.id, .result, .points,
			.hint_id, .hint, .cause_id, .cause])],
		[.steps[].checks[] | select(.result != "pass") |
			"\(.id) \(.result): \(.saw // .reason // .blocked_by)"]'
}
# Asks for a moment's sleep again and again; a pause that took longer by STILL_MS is
# the machine's. A line each: when it ended.
STILL_MS=1500
heart() {
	exec 9<>"$tmp/never"
	last=$(date +%s%3N)
	while :; do
		read -rt 0.2 -u 9
		now=${EPOCHREALTIME/./}
		now=${now%???}
		[ $((now - last)) -lt $((STILL_MS + 200)) ] || echo "$now"
		last=$now
	done >"$tmp/still"
}
stood_still() { # since: did it, in those ms since 1970?
	sleep 0.3
	awk -v since="$1" '$1 >= since {n++} END {exit !n}' "$tmp/still"
}
calmly() { # file, command...: again when the machine stood still, four times at most
	for try in 1 2 3 4 5; do
		since=$(date +%s%3N)
		"${@:2}" >"$1"
		stood_still "$since" || return 0
		echo "$1" >>"$tmp/again"
	done
}
graded() { # number, exercise, folder, times, at once: vectors of one state
	lab=$tag-flips-$1
	bring_up "$lab" "$2" "$3" >/dev/null 2>&1
	vector "$lab" "$2" >/dev/null
	from=$(date +%s%N)
	seq "$4" | xargs -P"$5" -I{} bash -c 'vector "$@" >"$tmp/$0.{}"' "$1" "$lab" "$2"
	echo $((($(date +%s%N) - from) / 1000000)) >"$tmp/$1.took"
	take_down "$lab" >/dev/null 2>&1
}
once() { # lab, exercise, folder
	bring_up "$@" >/dev/null 2>&1
	vector "$1" "$2"
	take_down "$1" >/dev/null 2>&1
}
afresh() { # the same, of as many labs
	from=$(date +%s%N)
	for i in $(seq "$4"); do
		calmly "$tmp/$1.$i" once "$tag-flips-$1-$i" "$2" "$3"
	done
	echo $((($(date +%s%N) - from) / 1000000)) >"$tmp/$1.took"
}
export -f bring_up take_down vector stood_still calmly once graded afresh
export tmp
mkfifo "$tmp/never"
: >"$tmp/again"
heart &
heart=$!

way=graded many=16
[ "$IXLAB_FLIPS" != fresh ] || way=afresh many=3

# The class secret makes the ticket, the ticket the parameters.
mkdir -p "$XDG_STATE_HOME/ixlab/desk"
(umask 077 && printf '%064d\n' 1 >"$XDG_STATE_HOME/ixlab/desk/class")
ok "an exercise is dealt" ixlab deal max-prefix-guard -o "$tmp/dealt" \
	--ticket "$(ixlab desk ticket ayesha --json | jq -r '.[].ticket')"

# What takes longest comes first.
n=0
for x in "$tmp/dealt/max-prefix-guard" "$top"/exercises/{announce-your-aggregate,first-ebgp-session,join-the-route-servers}; do
	at_once=5 right=20 wrong=5
	! grep -Eq 'while-down:|kind: probe' "$x/exercise.yml" || at_once=1
	[ ! -f "$x/parameters" ] || { right=3 wrong=2; [ "$way" = graded ] || right=6; }
	for path in "$x"/{solution,also/*,wrong/*}; do
		n=$((n + 1))
		folder=${path#"$x/"} times=$right
		[ "${folder%%/*}" != wrong ] || times=$wrong
		echo "$n $x $folder $times $at_once"
	done
done >"$tmp/jobs"
xargs -P"$many" -L1 bash -c '"$@"' sh "$way" <"$tmp/jobs"

while read -r n x folder times _; do
	result=pass
	[ "${folder%%/*}" != wrong ] || result=fail
	head -qn1 "$tmp/$n".[0-9]* >"$tmp/vectors"
	is "${x##*/}, $folder: $times times the same, $result" \
		"$(sort -u "$tmp/vectors" | wc -l) $(wc -l <"$tmp/vectors") $(head -1 "$tmp/vectors" | jq -r '.[0]')" "1 $times $result"
	[ "$(sort -u "$tmp/vectors" | wc -l)" = 1 ] ||
		diag "$(sort "$tmp/vectors" | uniq -c; tail -qn+2 "$tmp/$n".[0-9]* | sort | uniq -c)"
	diag "in $(cat "$tmp/$n.took") ms"
done <"$tmp/jobs"
kill "$heart"
diag "the machine stood still, so graded again: $(wc -l <"$tmp/again") times"
leftovers "nothing is left"
done_testing
