#!/bin/bash
# A class of three, each with parameters of their own in max-prefix-guard: dealt,
# played in labs side by side, sent in, graded by the desk. A fourth sends in what
# is another's, and the desk says so.
top=$(cd "$(dirname "$0")/../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine refuses namespaces: ixlab doctor"
command -v jq >/dev/null || skip_all "jq is not installed"
x=max-prefix-guard
cd "$tmp" || exit 1

# The class secret is the desk's; this one gives each of the three another leaker.
mkdir -p "$XDG_STATE_HOME/ixlab/desk" in
(umask 077; printf '%064d\n' 1 >"$XDG_STATE_HOME/ixlab/desk/class")
ticket() { ixlab desk ticket "$1" --json | jq -r '.[].ticket'; }
for who in ayesha bilal hira; do
	run ixlab deal $x --ticket "$(ticket $who)" -o of/$who
	like "dealt to $who" "$status $out" '^0 .*n=55[45][0-9] host=[0-9]+ .*leaker=m[234]'
done
drawn() { sed "s/.*$1=\([^ ]*\).*/\1/" of/*/$x/parameters | sort -u | wc -l; }
is "each has another peer that misbehaves" "$(drawn leaker)" 3
is "and another prefix" "$(drawn third)" 3
unlike "nothing is left to draw" "$(grep -rho '@[a-z0-9-]*@' of)" .

play() { # PERSON: what they would do; the check's result is their own
	ixlab start "of/$1/$x" -L "$tag-$1" && ixlab solve -L "$tag-$1" &&
		ixlab check "of/$1/$x" -L "$tag-$1" --json >"$1.json"
	echo $? >"$1.status"
	ixlab submit "of/$1/$x" -L "$tag-$1" --id "$1" -o "in/$1"
	[ "$1" != bilal ] || ixlab submit "of/$1/$x" -L "$tag-$1" --id chen -o in/chen
	ixlab down "$tag-$1"
}
for who in ayesha bilal hira; do
	play $who >$who.out 2>&1 &
done
wait
for who in ayesha bilal hira; do
	is "$who: everything passes at home" "$(cat $who.status) $(jq -r .result $who.json)" "0 pass"
	[ "$(cat $who.status)" = 0 ] || diag "$(cat $who.out)"
done

run ixlab grade in -j 4 --json
mark() { jq -r --arg f "in/$1" '.[] | select(.file == $f) | "\(.status) \(.points // "-")"' <<<"$out"; }
notes() { jq -r '.notes[]' "in/$1.result.json"; }
for who in ayesha bilal hira; do
	is "$who: the desk gives all points" "$(mark $who)" "graded 22"
	unlike "$who: with parameters of their own" "$(notes $who)" "not this person's"
done
like "chen: bilal's parameters give no full mark" "$(mark chen)" '^graded (1?[0-9]|2[01])$'
like "chen: and are told" "$(notes chen)" \
	"made with parameters that are not this person's: $(cat of/bilal/$x/parameters)"
run ixlab desk similar in --json
is "and whose they are" \
	"$(jq -c 'map(select(.parameters == "the same") | [.a, .b])' <<<"$out")" '[["bilal","chen"]]'

run ixlab desk class in --json
is "the report of the class: everybody's result" \
	"$(jq -c '.marks | map(.person)' <<<"$out")" '["ayesha","bilal","chen","hira"]'
is "its mistakes are chen's" "$(jq -c '[.mistakes[].people[]] | unique' <<<"$out")" '["chen"]'
like "what the desk noted" "$(jq -r '.notes[] | "\(.person): \(.note)"' <<<"$out")" \
	"^chen: made with parameters that are not this person's"
is "who looks like whom" "$(jq -c '.pairs | map([.a, .b]) | any(. == ["bilal", "chen"])' <<<"$out")" true
run ixlab desk class in
like "the same for a person: marks" "$out" 'chen +max-prefix-guard +fail +[0-9]+ +22'
like "and pairs" "$out" 'bilal +chen +[0-9 ]+the same'
run ixlab desk class in --format html
echo "$out" >class.html
is "a page that is well-formed" "$(xmllint --noout class.html 2>&1)" ""
like "with whom looks like whom" "$out" '<h2><bdi>Who looks like whom</bdi></h2>'
run ixlab desk class of
like "without results: what to do" "$status $err" '^2 .*there is no result in of; first: ixlab grade'

leftovers "nothing is left"
done_testing
