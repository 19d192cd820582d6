#!/bin/sh
# ixlab traffic: bits and round trips of a node over time, as charts, SVG and JSON.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
run ixlab up first-ix --name "$tag"
is "up" "$status" 0
json() { jq -c "$@" <"$tmp/run.out"; }

# Some traffic while it is measured: a megabyte a second, for as long as it takes.
ixlab exec m2 -L "$tag" -- ping -q -i 0.01 -s 1200 203.0.113.13 \
	>/dev/null 2>&1 &
pinger=$!
run ixlab traffic m2 -L "$tag" --every 100ms --for 3s --json
is "--json: exit status" "$status" 0
is "--json: what is measured" "$(json '[.node, .interface, .to, .address,
	.every_ms]')" '["m2","ix0","rs1","203.0.113.1",100]'
is "--json: values came" "$(json '(.values | length) > 3')" true
is "--json: bits went both ways" "$(json 'any(.values[]; .in_bps > 100000 and
	.out_bps > 100000)')" true
is "--json: and echoes" "$(json 'any(.values[]; .rtt_ms != null and
	.rtt_ms > 0)')" true
page=$top/engine/cmd/ixlab/ixlab.1
part=$(sed -n '/^\.It Cm traffic$/,/^\.It Cm /p' "$page")
for key in $(json 'keys, (.values[0] | keys) | .[]' | tr -d '"' | sort -u); do
	like "ixlab.1 knows the key $key" "$part" "(^| )$key( |\$)"
done
run ixlab traffic m2 -L "$tag" --every 100ms --for 2s
like "charts: a line each" "$out" '^into m2, ix0 +now .*bit/s, at most .*bit/s$'
like "charts: an axis" "$out" 'bit/s ┤'
like "charts: round trips" "$out" '^from m2 to rs1 and back +now .* ms'
is "80 columns are enough" "$(printf '%s\n' "$out" | wc -L |
	awk '{ print ($1 <= 80) }')" 1
run env LC_ALL=C ixlab traffic m2 -L "$tag" --to m3 --every 100ms --for 1s
is "a terminal without UTF-8 gets ASCII" \
	"$(printf %s "$out" | LC_ALL=C tr -d ' -~\n' | wc -c)" 0
like "--to: who is asked" "$out" '^from m2 to m3 and back'
run ixlab traffic m2 -L "$tag" --every 100ms --for 1s --svg
like "--svg" "$out" '^<svg xmlns='
like "--svg: a line" "$out" '<polyline'
if command -v xmllint >/dev/null; then
	ok "--svg is XML" sh -c "printf '%s' \"\$1\" | xmllint --noout -" x "$out"
fi
kill $pinger 2>/dev/null

# Who does not answer is told as lost.
ixlab link m2 sw1 silent -L "$tag" >/dev/null
run ixlab traffic m2 -L "$tag" --every 200ms --for 2s --json
is "what does not come is null" "$(json '[.values[-3:][].rtt_ms] | unique')" \
	'[null]'
run ixlab traffic m2 -L "$tag" --every 200ms --for 1s
like "and drawn as a cross" "$out" '✗'

for bad in "m9" "sw1" "m2 --to m9" "m2 --every 1ms" "m2 --for never" \
	"m2 --svg --json"; do
	# shellcheck disable=SC2086
	run ixlab traffic $bad -L "$tag"
	is "$bad: refused" "$((status != 0)) $out" "1 "
done
run ixlab down "$tag"
leftovers "nothing is left"
done_testing
