#!/bin/bash
# Every exercise from its start to full marks in plain lines, as somebody would who
# sees no screen: all that is done is typed into "ixlab open --plain", and nothing is
# read but what it says. The files typed are the reference solution's; where an
# exercise asks, or is dealt to each person otherwise, "solve" says first what to type. Each in a lab of its own name, several at once,
# since nearly all of the time is waiting.
top=$(cd "$(dirname "$0")/../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
command -v jq >/dev/null || skip_all "jq is not installed"

export tmp top
AT_ONCE=${AT_ONCE:-8}
cleanup() {
	ixlab down --all >/dev/null 2>&1
}

plain() { # WORDS: one per line
	ixlab open --plain "$1" </dev/stdin
}

files() { # EXERCISE: what its solution types, out of its own folder or as it was dealt
	mine=$XDG_STATE_HOME/ixlab/labs/$1/nodes
	for path in "$top/exercises/$1"/solution/*/*; do
		file=${path##*/}
		node=${path%/*}
		node=${node##*/}
		[ ! -e "$mine/$node/$file.mine" ] || path=$mine/$node/$file.mine
		echo "node $node"
		echo "put $file"
		cat "$path"
		echo .
		case $file in
		bird.conf) echo "birdc configure" ;;
		network.yml) echo reload ;;
		nftables.conf) echo "shell nft -f /etc/bird/nftables.conf" ;;
		esac
	done
}

answers() { # EXERCISE: number and text of each question, as solve answers them
	n=0
	ixlab answer "$1" --json | jq -r '.[].id' | while read -r check; do
		n=$((n + 1))
		jq -r --arg c "$check" --arg n "$n" '"answer \($n) \(.[$c])"' \
			"$XDG_STATE_HOME/ixlab/labs/$1/answers.json.mine"
	done
}

play() { # EXERCISE
	steps=$(grep -c '^  - step:' "$top/exercises/$1/exercise.yml")
	# what is dealt to each person otherwise: solve says it, and reset leaves that
	! grep -rqs -e 'kind: answer' -e '@[a-z]*@' "$top/exercises/$1/exercise.yml" \
		"$top/exercises/$1/solution" ||
		printf '%s\n' solve reset | plain "$1" >/dev/null
	{
		for _ in $(seq 2 "$steps"); do echo next; done
		echo next
		files "$1"
		answers "$1"
		printf '%s\n' check hint points stop quit
	} | plain "$1" >"$tmp/$1.said" 2>&1
	echo $? >"$tmp/$1.status"
}
export XDG_STATE_HOME
export -f play plain files answers

all=${EXERCISES:-$(cd "$top/exercises" && ls -d */exercise.yml | xargs -n1 dirname)}
xargs -P"$AT_ONCE" -I{} bash -c 'play {}' <<<"$all"
for x in $all; do
	out=$(cat "$tmp/$x.said")
	steps=$(grep -c '^  - step:' "$top/exercises/$x/exercise.yml")
	is "$x: exit status" "$(cat "$tmp/$x.status")" 0
	like "$x: its text is read to the end" "$out" "^Step $steps of $steps\$"
	like "$x: full marks" "$out" '^([0-9]+) of \1 checks pass: ([0-9]+) of \2 points'
	like "$x: no hint is left" "$out" '^Nothing fails now'
	is "$x: no control character" "$(tr -d '\n\t' <<<"$out" | LC_ALL=C grep -c '[[:cntrl:]]')" 0
	like "$x: is stopped" "$out" '^The lab is stopped'
done
leftovers "nothing is left: no process, no socket, no mount"
done_testing
