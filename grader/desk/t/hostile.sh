#!/bin/bash
# Work and exercises that want out of their place: each row of hostile/README.md
# gets the verdict that stands there, and three honest ones among them get what
# they get alone, byte by byte.
top=$(cd "$(dirname "$0")/../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine refuses namespaces: ixlab doctor"
command -v jq >/dev/null || skip_all "jq is not installed"
x=first-ebgp-session
ex=$tmp/ex/$x
here=$top/grader/desk/t/hostile
labs=$top/labs
in=$tmp/in
mkdir "$in" "$tmp/alone" "$tmp/packs"

rows() { # in ways of files: row file verdict why
	sed -n 's/^| \([0-9]*\) | \([^ ]*\) | \([^|]*\) | \([^|]*\)|$/\1\t\2\t\3\t\4/p' \
		"$here/README.md"
}
digest() { b2sum -l 256 | cut -d' ' -f1; }
ended() { # standard input, a submission without its end
	cat >"$tmp/text"
	cat "$tmp/text"
	echo "end $(digest <"$tmp/text")"
}
send() { # PERSON FILE TO [EXERCISE]: honest work
	local file=m1/bird.conf node=$XDG_STATE_HOME/ixlab/labs/$x/nodes
	[ -z "${4-}" ] || file=m1/frr.conf
	mkdir -p "$node/m1"
	cp "$2" "$node/$file"
	ixlab submit "${4-$ex}" --id "$1" -o "$3" >/dev/null
	rm -rf "$XDG_STATE_HOME/ixlab/labs"
}
# ixlab submit would refuse most of them: a stranger makes the text by hand.
forge() { # SUBMISSION: with another configuration, from standard input
	cat >"$tmp/conf"
	{
		sed -n '1,/^$/p' "$1"
		echo "$(sed -n 's/^\(file [^ ]*\).*/\1/p' "$1") $(wc -c <"$tmp/conf") $(digest <"$tmp/conf")"
		sed 's/^/|/' "$tmp/conf"
		sed -n '/^journal/,/^$/p' "$1" | sed '1i\\'
	} | ended
}

# ---- the exercise, with less patience; with FRR, and with a hidden check
mkdir "$tmp/ex"
cp -r "$top/exercises/$x" "$tmp/ex/"
sed -i 's/within: 8s/within: 5s/; s/hold: 5s/hold: 1s/; s/hold: 2s/hold: 500ms/' "$ex/exercise.yml"
copy() { # NAME: a copy of the exercise, where the shell goes
	mkdir -p "$tmp/packs/$1"
	cp -r "$ex" "$tmp/packs/$1/"
	cd "$tmp/packs/$1/$x" || exit
}
(
	copy frr
	sed 's/^    trainee: yes/    kind: frr\n&/' "$labs/bilateral.yml" >lab.yml
	sed -i '/^wrong:/,$d; s|^lab: .*|lab: ./lab.yml|; s|^files: .*|files: [m1/frr.conf]|; /needs: .bird-runs/d' \
		exercise.yml
	rm -r wrong also start/m1/bird.conf solution/m1/bird.conf
	cp "$here/frr/good" start/m1/frr.conf
	cp "$here/frr/good" solution/m1/frr.conf
)
for f in "$here"/over/*.sh; do
	(copy "$(basename "$f" .sh)" && . "$f")
done

# ---- honest work, and what is not
send good "$ex/solution/m1/bird.conf" "$in/good"
send hira "$ex/also/no-template/m1/bird.conf" "$in/hira"
send asad "$ex/wrong/announces-already/m1/bird.conf" "$in/asad"
mkdir "$tmp/frr"
send good "$here/frr/good" "$tmp/frr/good" "$tmp/packs/frr/$x"
for f in "$here"/*.conf; do
	cat "$ex/solution/m1/bird.conf" "$f" | forge "$in/good" >"$in/$(basename "$f")"
done
for f in "$here"/*.awk; do
	{ cat "$ex/solution/m1/bird.conf"; awk -f "$f"; } |
		forge "$in/good" >"$in/$(basename "$f")"
done
for f in "$here"/wrong/*.conf; do
	cat "$ex/wrong/neighbour-typo/m1/bird.conf" "$f" |
		forge "$in/good" >"$in/$(basename "$f")"
done
for f in "$here"/frr/*.conf; do
	cat "$here/frr/good" "$f" | forge "$tmp/frr/good" >"$tmp/frr/$(basename "$f")"
done
for f in "$here"/*.sed; do
	case $f in
	*.raw.sed) sed -f "$f" "$in/good" ;;
	*) sed '$d' "$in/good" | sed -f "$f" | ended ;;
	esac >"$in/$(basename "$f")"
done
cp -P "$here"/asis/* "$in/"
for f in "$here"/*.result.json; do
	cp "$f" "$in/$(basename "$f" .result.json).conf.result.json"
done
mkdir -p "$XDG_STATE_HOME/ixlab"
cp "$here/progress.json" "$XDG_STATE_HOME/ixlab/"

# ---- all together; beside that the honest ones by themselves, one after the other,
# and what needs another exercise
for who in good hira asad; do
	cp "$in/$who" "$tmp/alone/"
done
ixlab grade "$tmp/frr" --exercise "$tmp/packs/frr/$x" -j 8 --json >"$tmp/frr.out" 2>&1 &

for f in "$here"/over/*.sh; do
	name=$(basename "$f" .sh)
	mkdir "$tmp/over-$name"
	cp "$in/good" "$tmp/over-$name/"
	ixlab grade "$tmp/over-$name" --exercise "$tmp/packs/$name/$x" --json \
		>"$tmp/over-$name.out" 2>&1 &
done
ixlab grade "$tmp/alone" --exercise "$ex" -j 1 >"$tmp/alone.out" 2>&1 &

# most of a batch is waiting for what does not come
run ixlab grade "$in" --exercise "$ex" --json
diag "$SECONDS s: the batch"
wait
diag "$SECONDS s: those beside it"
alone_out=$(cat "$tmp/alone.out")
like "the honest ones" "$alone_out" 'good: 6 of 6 points'
for who in good hira asad; do
	is "$who: alone and among hostile ones, the same bytes" \
		"$(cmp "$tmp/alone/$who.result.json" "$in/$who.result.json" 2>&1)" ""
done
got() { # FILE OF-WHICH WHAT
	jq -r --arg f "$1" ".[] | select(.file == \$f) | $3" <<<"$2"
}
said() { # FILE OF-WHICH: status, points and reason
	got "$1" "$2" '"\(.status) \(if .points == null then "" elif .points == .total or .total == 6 then .points else "\(.points) of \(.total)" end) \(.reason // "")"'
}
is "FRR on m1: the good one" "$(said "$tmp/frr/good" "$(cat "$tmp/frr.out")")" "graded 6 "
like "result of another desk: it is not kept" \
	"$(got "$in/shipped.conf" "$out" .kept)" '^false$'
is "result of a person who never was" "$(got "$in/good" "$out" .kept)" false

# ---- each row
invalid() { # PACK: what ixlab validate says of it
	local f=$1 name=${1##*/}
	name=${name%.sh}
	(
		copy "$name"
		# shellcheck disable=SC1090
		. "$f"
	)
	ixlab validate "$tmp/packs/$name/$x/exercise.yml" 2>&1
	echo "invalid=$?"
	rm -rf "$tmp/packs/$name"
}
row() { # ROW FILE VERDICT WHY
	local name="threat $1: $2" all file=$in/${2##*/}
	case $2 in
	packs/*)
		all=$(invalid "$here/$2" | tr '\n' ' ')
		like "$name is refused" "$all" "$4.*invalid=2"
		return ;;
	verify/*)
		sed -f "$here/$2" "$in/good.result.json" >"$tmp/forged"
		all=$(ixlab verify "$tmp/forged" 2>&1; echo "verify=$?")
		like "$name is told" "$all" "$4"
		return ;;
	frr/*)
		file=$tmp/frr/${2##*/} all=$(cat "$tmp/frr.out") ;;
	over/*)
		file=${2##*/} file=$tmp/over-${file%.sh}
		all=$(cat "$file.out") file=$file/good ;;
	*/t/*)
		ok "$name shows it" grep -qF "$4" "$top/$2"
		return ;;
	*) all=$out ;;
	esac
	like "$name is $3" "$(said "$file" "$all")" "^$3 .*$4"
}
seen=
while IFS=$'\t' read -r threat file verdict why; do
	row "$threat" "$file" "${verdict% }" "${why% }"
	seen="$seen $threat"
done < <(rows)
is "each of the threats has a row" \
	"$(tr ' ' '\n' <<<"$seen" | sort -nu | tr -d '\n')" "$(seq 23 | tr -d '\n')"
is "each file has a row" "$(
	cd "$here" && find . -type f ! -name README.md ! -name '*.json' ! -path ./frr/good |
		sed 's/^..//' | while read -r f; do
			grep -qF "| $f |" README.md || echo "$f"
		done
)" ""
unlike "threat 18: no escape reaches a result" \
	"$(cat -v "$in/escape.awk.result.json")" '\^\['
is "nothing was written outside" "$(ls -d /var/tmp/owned 2>/dev/null)" ""
leftovers "nothing is left"
done_testing
