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
is "--json: the keys" "$(printf %s "$out" | jq -c 'keys, (.edges[0] | keys),
	(.links[0] | keys)' | tr '\n' ' ')" \
	'["edges","lab","links","model","running"] ["a","b","ipv4","ipv6"] '\
'["a","b","culled","lan","quarantine","shut","up","weather","words"] '
run ixlab graph multi-site
like "weather of the lab file" "$out" 'khi1.* delay 12ms rate 1gbit'
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
# ---- links: what was done to them
run ixlab up operator-view --name "$tag"
is "operator-view: up" "$status" 0
ixlab link m1 sw1 delay 90ms loss 1% >/dev/null
ixlab link m2 sw1 silent >/dev/null
ixlab link m3 sw1 down >/dev/null
ixlab link m3 m3-h down >/dev/null
ixlab move m4 khi-q
ixlab cull khi on
run ixlab graph
for words in 'm1 - m1:ix0 +BGP culled, delay 90ms loss 1%' \
	'm2 - m2:ix0 +silent, BGP culled' 'm3 - m3:ix0 +link down, BGP culled' \
	'm3:lan0 - m3-h:lan0 +link down' 'm4 - m4:ix0 +in quarantine' \
	'm5 - m5:ix0 +in quarantine'; do
	like "text: $words" "$out" "$words"
done
is "--json: each by a key" "$(ixlab graph --json | jq -c '[.links[] |
	select(.b.interface == "ix0") | select(.b.node | startswith("m")) |
	[.b.node, .up, .culled, .quarantine, .lan, .weather.delay_us,
	.weather.silent]]')" '[["m1",true,true,false,"khi",90000,false],'\
'["m2",true,true,false,"khi",0,true],["m3",false,true,false,"khi",0,false],'\
'["m4",true,false,true,"khi-q",0,false],["m5",true,false,true,"khi-q",0,false]]'
run ixlab graph --dot
like "DOT: a dotted line where nothing passes" "$out" \
	'-- "m2" \[color="#b42318" style=dotted'
like "DOT: in words" "$out" 'link down'
like "DOT: a port in quarantine hangs there" "$out" '"lan 1 0":m[01]:s -- "m4"'
if command -v dot >/dev/null; then
	run ixlab graph --svg
	for words in silent 'link down' 'in quarantine' 'BGP culled' \
		'delay 90ms loss 1%'; do
		like "SVG: $words" "$(printf %s "$out" |
			sed 's/&#160;/ /g')" "$words"
	done
fi
run ixlab down

run ixlab up big-ix --members 9 --name "$tag"
is "with as many members as it runs with" \
	"$(ixlab graph --json | jq '.model.nodes | length')" 12
run ixlab down
leftovers "nothing is left"
done_testing
