#!/bin/sh
# ixlab matrix: who reaches whom, also where the kernel's neighbour table is too
# small for everybody at once.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
run ixlab up first-ix --name "$tag"
is "up" "$status" 0
json() { jq -c "$@" <"$tmp/run.out"; }

# m1 is the trainee's and has no session: its host reaches nobody.
routes_there() {
	ixlab matrix --json --timeout 300ms >"$tmp/m.json"
	jq -e '[.pairs[] | select(.from != "m1-h" and .to != "m1-h")] |
		length == 12 and all(.received == .sent)' <"$tmp/m.json"
}
ok "the robots' hosts reach each other in both families" \
	wait_for 20 routes_there
run ixlab matrix --json --timeout 2s --count 2
is "who is silent: exit status" "$status" 1
is "the hosts" "$(json '[.hosts[].name]')" '["m1-h","m2-h","m3-h","m4-h"]'
is "a host's router" "$(json '.hosts[1].router')" '"m2"'
is "every pair is asked once in each family" \
	"$(json '[.asked, (.pairs | map([.from, .to, .family]) | unique | length)]')" \
	'[24,24]'
is "so many echoes" "$(json '[.pairs[].sent] | unique')" '[2]'
is "the trainee's is silent" "$(json '[.pairs[] | select(.received == 0) |
	select(.from != "m1-h" and .to != "m1-h")] | length')" 0
is "loss and round trips" "$(json '[.pairs[] | select((.received == .sent and
	.loss == 0 and .rtt_us.min <= .rtt_us.avg and .rtt_us.avg <= .rtt_us.max)
	or (.received == 0 and .loss == 1 and .rtt_us == null) | not)] |
	length')" 0
page=$top/engine/cmd/ixlab/ixlab.1
part=$(sed -n '/^\.It Cm matrix$/,/^\.It Cm validate$/p' "$page")
for key in $(json 'keys, (.pairs[0] | keys), (.hosts[0] | keys) | .[]' |
	tr -d '"' | sort -u); do
	like "ixlab.1 knows the key $key" "$part" "(^| )$key( |\$)"
done
run ixlab matrix --timeout 2s
like "the map: a row" "$out" '^  2 m2-h  X  ( ·|░░|▒▒)( ·|░░|▒▒)   '
like "the map: both families" "$out" '^IPv4 +1 2 3 4   IPv6 +1 2 3 4$'
like "the map: what its cells mean" "$out" '·.<1 ms  ░.<10 ms .*>150 ms'
like "the map: in numbers" "$out" '24 asked in .*: 12 answered, 0 lost some, 12'
like "the map: why" "$out" 'm1-h to m2-h, IPv4: 0 of 3 came back'
run env LC_ALL=C ixlab matrix --family 4 --timeout 2s
like "the map: in ASCII" "$out" '^  2 m2-h  X  ( \.|::|==)( \.|::|==)$'
run ixlab matrix --pairs --family 6 --timeout 300ms --count 1
is "--family 6: only that" \
	"$(printf '%s\n' "$out" | awk 'NR > 1 { print $3 }' | sort -u)" ipv6
run ixlab matrix --svg --timeout 2s --count 1
like "--svg" "$out" '^<svg xmlns='
like "--svg: every cell says what it is" "$out" \
	'<title>m2-h to m3-h, IPv4: 1 of 1, [0-9.]+ ms</title>'
if command -v xmllint >/dev/null; then
	ok "--svg is XML" sh -c "printf '%s' \"\$1\" | xmllint --noout -" x "$out"
fi
run ixlab matrix --whole --size 4000 --count 1 --timeout 300ms --json
is "--whole: what does not fit is told" "$(json '[.pairs[] | select(
	.from == "m2-h" and .to == "m3-h") | .error | test("too long")] |
	unique')" '[true]'
for bad in "--family 5" "--count 0" "--size 9999" "--interval 0s" \
	"--timeout never" "--svg --pairs"; do
	# shellcheck disable=SC2086
	run ixlab matrix $bad
	is "$bad: refused" "$status $out" "2 "
done
run ixlab down
run ixlab matrix
is "no lab" "$status" 3

# ---- sixty routers on a LAN: 3,540 entries a family, and room for 1,024
run ixlab up big-ix --members 60 --name "$tag"
is "sixty members" "$status" 0
run ixlab matrix --json --count 1 --timeout 5s
is "no pair of sixty is lost" "$(json '[.asked, .answered, .table_full]')" \
	'[7080,7080,0]'
is "and the exit status says so" "$status" 0
like "it took several batches" "$(json .batches)" '^[1-9][0-9]+$'
run ixlab matrix --count 1 --timeout 5s
is "the map of sixty fits 80 columns" \
	"$(printf '%s\n' "$out" | wc -L | awk '{ print ($1 <= 80) }')" 1
run ixlab down
leftovers "nothing is left"
done_testing
