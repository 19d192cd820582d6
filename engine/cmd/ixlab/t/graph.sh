#!/bin/sh
# ixlab graph: a lab that runs with its states, a file with its structure; each
# form is read by who must read it.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
unset LC_ALL; LC_ALL=C.UTF-8; export LC_ALL

# ---- what does not run
run ixlab graph first-ix
is "a lab by its name: exit status" "$status" 0
like "a lab by its name: the bar" "$out" 'IX Indus . khi'
is "80 columns are enough" "$(printf '%s\n' "$out" | wc -L)" 80
run ixlab graph "$top/labs/bilateral.yml" --dot
like "a file, as DOT" "$out" '^graph lab \{'
unlike "what does not run has no states" "$out" 'down|not seen'
run ixlab graph big-ix --json
is "--json: the edges" "$(printf %s "$out" | jq '.edges | length')" 60
is "--json: the keys" "$(printf %s "$out" | jq -c 'keys, (.edges[0] | keys)' |
	tr '\n' ' ')" '["edges","lab","model","running"] ["a","b","ipv4","ipv6"] '
run ixlab graph big-ix --dot
like "thirty alike are one box" "$out" '30 networks'
LC_ALL=C run ixlab graph first-ix
is "a terminal without UTF-8 gets ASCII" \
	"$(printf %s "$out" | LC_ALL=C tr -d ' -~\n' | wc -c)" 0
run ixlab graph nothing-of-the-kind
is "no such lab: exit status" "$status" 2
run ixlab graph first-ix --svg --dot
is "one form" "$status $err" \
	"2 ixlab: one form at a time: --svg, --dot, --text or --json"
if command -v dot >/dev/null; then
	for lab in first-ix bilateral big-ix; do
		run ixlab graph $lab --svg
		is "$lab: SVG: exit status, words" "$status $err" "0 "
		like "$lab: SVG" "$out" '^<svg width='
	done
	ixlab graph first-ix --dot | dot -Tplain >/dev/null 2>"$tmp/dot.err"
	is "graphviz has nothing to complain of" "$(cat "$tmp/dot.err")" ""
else
	run ixlab graph first-ix --svg
	is "without graphviz the package is named" "$status $err" "3 ixlab: \
graphviz is not installed: sudo apt-get install graphviz (--dot needs none)"
fi

# ---- what runs
can_lab || {
	skip "a lab that runs" "no namespaces; see ixlab doctor"
	done_testing
}
run ixlab up first-ix --name "$tag"
is "up" "$status" 0
robots_up() {
	ixlab graph --json | jq -e '[.edges[] | select(.a != "m1" and
		.b != "m1" and .ipv4 == "up" and .ipv6 == "up")] | length == 6'
}
ok "the robots' sessions are up" wait_for 10 robots_up
is "the trainee's are down" "$(ixlab graph --json | jq '[.edges[] | select(
	.a == "m1" or .b == "m1") | .ipv4, .ipv6] | unique | join(" ")')" '"down"'
run ixlab graph --dot
like "up: symbol and word" "$out" '● up'
like "down: symbol and word" "$out" '○ down'
like "down: a broken line" "$out" 'style=dashed'
run ixlab graph
like "text: the states" "$out" 'rs1 4○ 6○ +rs1 4● 6●'
run ixlab down
run ixlab graph big-ix
like "with as many members as it runs with: before" "$out" 'm30$'
run ixlab up big-ix --members 9 --name "$tag"
is "with as many members as it runs with" \
	"$(ixlab graph --json | jq '.model.nodes | length')" 12
run ixlab down
leftovers "nothing is left"
done_testing
