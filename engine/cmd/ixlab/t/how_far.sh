#!/bin/sh
# ixlab spread: how far a prefix got, and why not further, in a lab with robots whose
# communities keep a route from one of them.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
cat >"$tmp/far.yml" <<-'END'
	lab: far
	exchange:
	  name: IX
	  asn: 64500
	  switches: [sw1]
	  peering-lans: {khi: {ipv4: 203.0.113.0/24}}
	  route-servers: {rs1: {ipv4: 203.0.113.1}}
	members:
	  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}
	  m2:
	    asn: 65537
	    kind: ixpeer
	    ipv4: 203.0.113.12
	    prefixes: [100.64.4.0/22]
	    keep: yes
	    announce:
	      - {prefixes: [100.64.5.0/24], large-communities: ["64500:0:65538"]}
	      - {prefixes: [198.18.0.0/28]}
	  m3: {asn: 65538, kind: ixpeer, ipv4: 203.0.113.13, keep: yes, prefixes: [100.64.8.0/22]}
	  m4: {asn: 65539, ipv4: 203.0.113.14, trainee: yes, prefixes: [100.64.12.0/22]}
END
run ixlab up "$tmp/far.yml" --name "$tag"
is "up" "$status $err" "0 "
spread() { ixlab spread "$1" -L "$tag" --json >"$tmp/spread.json"; }
json() { jq -c "$@" <"$tmp/spread.json"; }
arrived() {
	spread 100.64.4.0/22
	json -e '[.rows[] | select(.what == "has") | .at] | sort ==
		["m1", "m3", "rs1"]'
}
ok "a prefix gets to the route server and to who is there" wait_for 20 arrived
is "it begins with who has it" "$(json '[.rows[0] | .at, .from, .what, .depth]')" \
	'["m2",null,"announces",0]'
is "and goes on from there" "$(json '[.rows[1] | .at, .from, .what, .depth]')" \
	'["rs1","m2","has",1]'
is "the trainee's has no session yet" \
	"$(json '[.rows[] | select(.at == "m4") | .from, .what]')" '["rs1","down"]'
is "BIRD says for how long" "$(json '[.rows[] | select(.at == "m1") |
	.age_ms >= 0]')" '[true]'
is "all prefixes that there are" "$(json '.prefixes | length')" 6
spread 100.64.5.0/24
is "an order not to tell: who" "$(json '[.rows[] | select(.at == "m3") |
	.what]')" '["not-told"]'
like "an order not to tell: why" "$(json -r '.rows[] | select(.at == "m3") |
	.why')" '64500:0:65538'
spread 198.18.0.0/28
is "refused: by whom" "$(json '[.rows[] | [.at, .what]]')" \
	'[["m2","announces"],["rs1","refused"]]'
like "refused: why" "$(json -r '.rows[1].why')" '[a-z]+'
spread 100.64.12.0/22
is "who should announce and does not" "$(json '[.rows[0] | .at, .what]')" \
	'["m4","silent"]'
page=$top/engine/cmd/ixlab/ixlab.1
part=$(sed -n '/^\.It Cm spread$/,/^\.It Cm /p' "$page")
for key in $(json 'keys, (.rows[0] | keys) | .[]' | tr -d '"' | sort -u); do
	like "ixlab.1 knows the key $key" "$part" "(^| |Brq )$key( |\$)"
done

run ixlab spread 100.64.5.0/24 -L "$tag"
is "as lines: exit status" "$status" 0
like "as lines: the tree" "$out" '^[├╰] ● rs1'
like "as lines: why not" "$out" '○ m3 .*was not told: .*64500:0:65538'
is "80 columns are enough" "$(printf '%s\n' "$out" | wc -L |
	awk '{ print ($1 <= 80) }')" 1
run env LC_ALL=C ixlab spread 100.64.5.0/24 -L "$tag"
is "a terminal without UTF-8 gets ASCII" \
	"$(printf %s "$out" | LC_ALL=C tr -d ' -~\n' | wc -c)" 0
run ixlab spread 100.64.5.0/24 -L "$tag" --svg
like "--svg" "$out" '^<svg xmlns='
if command -v xmllint >/dev/null; then
	ok "--svg is XML" sh -c "printf '%s' \"\$1\" | xmllint --noout -" x "$out"
fi
run ixlab spread 192.0.2.0/24 -L "$tag"
is "what nobody announces: exit status 1" "$status" 1
like "what nobody announces: in words" "$out" 'Nobody announces it'
for bad in "no-prefix" "192.0.2.1/24" "192.0.2.0/24 --svg --json"; do
	# shellcheck disable=SC2086
	run ixlab spread $bad -L "$tag"
	is "$bad: refused" "$status $out" "2 "
done

# ---- followed
ixlab spread 198.51.100.0/24 -L "$tag" --watch >"$tmp/watch" &
watcher=$!
said() { grep -q "$1" "$tmp/watch"; }
ok "--watch: what is so now" wait_for 10 said '^198.51.100.0/24'
ixlab robot -L "$tag" m2 announce 198.51.100.0/24 >/dev/null
ok "--watch: somebody has it, and when" \
	wait_for 20 said '^m2 announces it; after [0-9.]* s\.$'
is "--watch: what the route server made of it" \
	"$(wait_for 20 said '^rs1 .*(from m2).*; after' && echo yes)" yes
ixlab robot -L "$tag" m2 withdraw 198.51.100.0/24 >/dev/null
kill "$watcher"
wait "$watcher"
is "--watch: interrupted is done" "$?" 0
run ixlab down "$tag"
leftovers "nothing is left"
done_testing
