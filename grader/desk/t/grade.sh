#!/bin/bash
# ixlab grade: a folder with good, bad and hostile work, killed in the middle and
# begun again; the same results one at a time; a deadline; verify.
top=$(cd "$(dirname "$0")/../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine refuses namespaces: ixlab doctor"
command -v jq >/dev/null || skip_all "jq is not installed"
x=first-ebgp-session
nodes=$XDG_STATE_HOME/ixlab/labs/$x/nodes/m1
in=$tmp/in
mkdir -p "$nodes" "$in"

send() { # PERSON FILE: their work
	cp "$2" "$nodes/bird.conf"
	ixlab submit $x --id "$1" -o "$in/$1" >/dev/null
}
send good "$top/exercises/$x/solution/m1/bird.conf"
send wrong "$top/exercises/$x/wrong/reserved-name/m1/bird.conf"
# a filter that calls itself without an end kills BIRD 2.0.12
{
	echo 'function deep(int n) { return deep(n + 1) + deep(n + 2); }'
	sed 's/^protocol device.*/&\nprotocol static deep1 { ipv4 { import where deep(1) > 0; }; route 192.0.2.0\/24 blackhole; }/' \
		"$top/exercises/$x/solution/m1/bird.conf"
} >"$tmp/deep.conf"
send deep "$tmp/deep.conf"
rm -rf "$XDG_STATE_HOME/ixlab/labs"

sed 's/^person: good/person: mallory/' "$in/good" >"$in/stolen"
ln -s good "$in/link"
head -c 2000000 /dev/zero >"$in/bomb"
printf '\033]0;owned\007not ok 1\n' >"$in/escape"
sed 's/^version: 1/version: 7/' "$in/good" | sed '$d' >"$in/.old"
ended() { # digest of standard input, by the same library that reads it
	printf 'end %s\n' "$(b2sum -l 256 "$1" | cut -d' ' -f1)"
}
{ cat "$in/.old"; ended "$in/.old"; } >"$in/old"
sed 's|^file m1/bird.conf|file m1/../m2/bird.conf|' "$in/good" | sed '$d' >"$in/.up"
{ cat "$in/.up"; ended "$in/.up"; } >"$in/up"

row() { # of FILE in $out
	jq -r --arg f "$in/$1" '.[] | select(.file == $f) | "\(.status) \(.points // "-")"' <<<"$out"
}
why() {
	jq -r --arg f "$in/$1" '.[] | select(.file == $f) | .reason' <<<"$out"
}

# ---- a template: m2's AS number is drawn; hira sends in what is maham's, sana what
# she copied into a copy of her own
mkdir -p "$tmp/dealt"
cp -r "$top/exercises/$x" "$tmp/$x"
printf 'params:\n  asn: {from: 131072, to: 199999}\n' >"$tmp/$x/params.yml"
sed 's/asn: 65537/asn: @asn@/' "$top/labs/bilateral.yml" >"$tmp/$x/lab.yml"
sed -i 's|^lab: .*|lab: ./lab.yml|' "$tmp/$x/exercise.yml"
find "$tmp/$x" -name bird.conf -exec sed -i 's/as 65537/as @asn@/' {} +
echo '# The other one is AS @asn@.' >>"$tmp/$x/start/m1/bird.conf"
ticket() { ixlab desk ticket "$1" --json | jq -r '.[].ticket'; }
for who in hira maham sana; do
	run ixlab deal "$tmp/$x" --ticket "$(ticket $who)" -o "$tmp/of/$who"
	like "dealt to $who" "$status $out" "^0 .*asn=[0-9]+"
	mkdir -p "$nodes"
	[ $who = sana ] || cp "$tmp/of/$who/$x/solution/m1/bird.conf" "$nodes/"
	ixlab submit "$tmp/of/$who/$x" --id $who -o "$tmp/dealt/$who" >/dev/null
done
ixlab submit "$tmp/of/maham/$x" --id hira -o "$tmp/dealt/hira" >/dev/null
rm -rf "$XDG_STATE_HOME/ixlab/labs"
run ixlab deal "$top/exercises/$x" --ticket "$(ticket hira)"
like "deal: the same for everybody" "$status $err" '^2 .*has no params.yml'
run ixlab deal "$tmp/$x" --ticket xyz
like "deal: no ticket" "$status $err" '^2 ixlab: a ticket is 64 hex'

many() { # tickets of one person, by desks that begin at once
	XDG_STATE_HOME=$tmp/many
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
		ticket hira &
	done | sort -u | wc -l
}
is "a class has one secret, also where many ask first" "$(many)" 1

# ---- killed when the first results are there; its lab goes with it
ixlab grade "$in" -j 4 >/dev/null 2>&1 &
batch=$!
some() { [ -e "$in/bomb.result.json" ] && grep -q '@ixlab/.*grade-' /proc/net/unix; }
ok "a batch is at work" wait_for 20 some
kill -9 $batch
wait $batch 2>/dev/null
none() { ! grep -q '@ixlab/.*grade-' /proc/net/unix; }
ok "killed, it leaves no lab" wait_for 10 none

# ---- begun again; beside it the good one alone, and one without time
mkdir "$tmp/alone"
ixlab grade "$in/good" -j 1 -o "$tmp/alone" >/dev/null 2>&1 &
single=$!
mkdir "$tmp/late"
cp "$in/good" "$tmp/late/"
# on a terminal
script -qec "ixlab grade '$tmp/late' --deadline 300ms" /dev/null \
	>"$tmp/late.out" 2>&1 </dev/null &
late=$!
ixlab grade "$tmp/dealt" --exercise "$tmp/$x" >"$tmp/dealt.out" 2>&1 &
dealt=$!
mkdir "$tmp/trusted"
ixlab grade "$in/good" --unsealed -o "$tmp/trusted" >/dev/null 2>&1 &
trusted=$!
run ixlab grade "$in" -j 4 --json
is "one was refused: exit status" "$status" 4
is "good" "$(row good)" "graded 6"
is "wrong" "$(row wrong)" "graded 0"
like "its daemon dies or hangs: graded all the same" "$(row deep)" '^graded [0-5]$'
for f in stolen link bomb escape old up; do
	is "$f is refused" "$(row $f)" "refused -"
done
like "stolen: why" "$(why stolen)" 'changed after it was made'
like "old: why" "$(why old)" 'made with version 7 of exercise'
like "up: why" "$(why up)" 'does not ask for a file m1/../m2/bird.conf'
like "link: why" "$(why link)" 'not a plain file'
like "bomb: why" "$(why bomb)" 'at most 1048576 bytes'
wait $single
is "alone and among others: the same bytes" \
	"$(cmp "$tmp/alone/good.result.json" "$in/good.result.json" 2>&1)" ""
wait $trusted
is "under the seal and without it: the same bytes" \
	"$(cmp "$tmp/trusted/good.result.json" "$in/good.result.json" 2>&1)" ""
wait $dealt
is "own parameters pass, another's fail" "$?" 1
like "own parameters" "$(cat "$tmp/dealt.out")" 'maham: 6 of 6'
unlike "another's parameters" "$(cat "$tmp/dealt.out")" 'hira: 6 of 6'
like "another's parameters are told" \
	"$(jq -r '.notes[]' "$tmp/dealt/hira.result.json")" "that are not this person's: asn="
is "one's own are not" "$(jq -r '.notes[]' "$tmp/dealt/maham.result.json")" "there is no journal"
run ixlab desk similar "$tmp/dealt" "$in" --exercise "$tmp/$x" --json
is "who looks like whom, with the same parameters" \
	"$(jq -c 'map(select(.parameters == "the same") | [.a, .b, .score])' <<<"$out")" \
	'[["hira","maham",100]]'
asn=$(sed 's/asn=//' "$tmp/of/maham/$x/parameters")
is "who copied the numbers of whom" \
	"$(jq -r '.[] | select(.a == "maham" and .b == "sana") | .parameters' <<<"$out")" \
	"sana has maham's $asn"
like "what cannot be read is left out" "$err" "left out: .*/stolen:[0-9]"
run ixlab grade "$tmp/dealt" --exercise "$tmp/$x"
like "of a template, too, what is graded is kept" "$out" 'maham: .* \(kept\)'
wait $late
is "over its deadline: exit status" "$?" 3
like "over its deadline: no mark" "$(cat "$tmp/late.out")" 'not graded: it was not graded in'
like "a terminal has a bar" "$(tr '\r' ' ' <"$tmp/late.out")" \
	'\[-{20}\] 0 of 1 graded, 1 at work'
unlike "no escape reaches a terminal" "$(ixlab grade "$in/escape" 2>&1 | cat -v)" '\^\['

watch_start
run ixlab grade "$in" --json
watch_stop
is "all that is graded is kept" \
	"$(jq -c 'map(select(.status == "graded") | .kept) | unique' <<<"$out")" "[true]"
quick "and nothing is graded again" 4000

run ixlab desk mistakes "$in" --json
is "what the class stumbled over" \
	"$(jq -c '.[] | select(.hint == "reserved-name") | [.check, .people, .count]' <<<"$out")" \
	'["bird-runs",["wrong"],1]'
run ixlab desk mistakes "$in" --key "$(printf %064d 1)"
is "results of another desk are left out" "$status $out" "0 no check failed"

# ---- verify, elsewhere
pub=$(ixlab desk key)
XDG_STATE_HOME=$tmp/elsewhere
run ixlab verify "$in/good.result.json"
is "verify without a key" "$status" 3
run ixlab verify "$in/good.result.json" --key "$pub"
like "verify" "$status $out" "^0 .*the signature holds: good, $x, graded, 6 of 6 points"
sed 's/"points": 0/"points": 6/' "$in/wrong.result.json" >"$tmp/forged"
run ixlab verify "$tmp/forged" --key "$pub"
is "verify: a better mark" "$status $err" \
	"1 ixlab: $tmp/forged: it was changed after it was signed"
run ixlab verify "$in/good" --key "$pub"
is "verify: no result" "$status" 2
XDG_STATE_HOME=$tmp/state
is "nothing is left of the labs" \
	"$(ls "$XDG_STATE_HOME/ixlab/labs" "$XDG_STATE_HOME/ixlab/dev" 2>/dev/null | grep -v :)" ""

for page in submission result params; do
	if command -v man >/dev/null; then
		run man -Tutf8 --warnings=w -l "$top/grader/desk/$page.5"
		is "$page.5: man reads it without a warning" "$err" ""
	else
		skip "$page.5: man reads it" "man is not installed"
	fi
done
leftovers "nothing is left"
done_testing
