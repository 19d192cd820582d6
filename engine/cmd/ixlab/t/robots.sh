#!/bin/sh
# Robots from a lab file: fifty of them played by one process, each with a
# namespace of its own; what they announce is heard, what they do wrong is seen, and
# what happens to one is no matter to the others.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
a=$tag-robots

gzip -c "$top/engine/rs/mrt/fuzz/mrt.seeds/table_dump" >"$tmp/dump.gz"
echo 'announce 193.0.0.0/21' >"$tmp/script"
cat >"$tmp/robots.yml" <<-END
	lab: robots
	exchange:
	  name: IX
	  asn: 64500
	  switches: [sw1]
	  peering-lans:
	    khi: {ipv4: 203.0.113.0/24, ipv6: "2001:db8:ffff:1::/64"}
	    lhe: {ipv4: 198.51.100.0/24}
	  route-servers:
	    rs1: {lans: {khi: {ipv4: 203.0.113.1, ipv6: "2001:db8:ffff:1::1"}, lhe: {ipv4: 198.51.100.1}}}
	members:
	  b1: {asn: 65001, lan: khi, ipv4: 203.0.113.2, peers: [r1], prefixes: [100.65.0.0/22]}
	  r1:
	    asn: 65002
	    kind: ixpeer
	    lans: {khi: {ipv4: 203.0.113.3, ipv6: "2001:db8:ffff:1::3"}, lhe: {ipv4: 198.51.100.3}}
	    prefixes: [100.65.4.0/22]
	    announce:
	      - {prefixes: [100.66.0.0/24], as-path: [65002, 65010], communities: ["65002:1"], med: 5}
	      - {mrt: dump.gz, count: 8}
	    keep: yes
	    add-path: yes
	    hold: 9
	  r2: {asn: 65003, kind: ixpeer, lan: khi, ipv4: 203.0.113.4, peers: [r1], prefixes: [100.65.8.0/22],
	       script: script, behave: [{do: origin-value, after: 10m}]}
	generate:
	  members:
	    count: 50
	    lan: khi
	    kind: ixpeer
	    ipv4: 203.0.113.10
	    prefixes: [100.64.0.0/22, "3fff::/32"]
	    announce: [{generate: 20.0.0.0/24, count: 4, path: 1-3}]
END

# ---- every misbehaviour of ixpeer is one of a lab file, and the other way round
misdeeds() { ixpeer --behaviours --json | jq -r '.[].name' | sort; }
{
	printf 'lab: x\nexchange: {asn: 64500, switches: [s], peering-lans: {l: {ipv4: 203.0.113.0/24}}, route-servers: {rs1: {ipv4: 203.0.113.1}}}\nmembers:\n'
	i=0
	for name in $(misdeeds); do
		i=$((i + 1))
		echo "  m$i: {asn: $((65000 + i)), kind: ixpeer, ipv4: 203.0.113.$((i + 1)), behave: {do: $name, prefix: 10.0.0.0/24, address: 203.0.113.1}}"
	done
} >"$tmp/all.yml"
run ixlab validate "$tmp/all.yml"
is "each of them is known" "$status $err" "0 "
is "and there are no others" "$(sed -n '/behaviours\[\]/,/;/p' "$top/engine/lab/model/model_robot.c" |
	grep -o '"[a-z0-9-]*"' | tr -d '"' | sort)" "$(misdeeds)"
run ixlab up "$tmp/all.yml" --dry-run --json
jq -r '.. | objects | select(.op == "crowd") | .content' <"$tmp/run.out" >"$tmp/all.json"
run ixpeer --crowd "$tmp/all.json" --check
like "ixpeer reads what is written for it" "$status $out$err" "^0 $i robots"

# ---- up
run ixlab up "$tmp/robots.yml" --name "$a"
is "up" "$status $err" "0 "
state() { ixlab inspect "$a" --json; }
of() { state | jq -r ".sessions[] | select(.at == \"$1\") | select(.established) | .with" | sort | uniq -c | tr -s ' \n' ' '; }
sessions() { state | jq "[.sessions[] | select(.at == \"rs1\" and .established)] | length"; }
up() { [ "$(sessions)" = "$1" ]; }
ok "each has its sessions with the route server" wait_for 20 up 105
is "one process plays them" "$(state | jq -r '[.nodes[] | select(.kind == "ixpeer") | .pid] | unique | length')" 1
is "and is told of by itself" "$(state | jq -c '[.robots.state, .robots.robots, .robots.restarts]')" '["running",52,0]'
says() { [ "$(of r1)" = " 1 b1 1 r2 3 rs1 " ]; }
wait_for 10 says
is "what a robot says of its sessions is in inspect" "$(of r1)" " 1 b1 1 r2 3 rs1 "
holds() { [ "$(ixlab robot "$1" robots --json | jq '[.[].held_ipv4] | max')" = "$2" ]; }
# 50 members with 5 prefixes, b1 1, r1 10, r2 2, but its own
ok "a generated one holds what the others announce" wait_for 10 holds m7 $((49 * 5 + 1 + 10 + 2))
b1_has() { ixlab birdc b1 show route 100.66.0.0/24 all protocol r1_v4 | grep -q 'as_path: 65002 65010'; }
ok "a route with what the file says of it" wait_for 10 b1_has
is "a table's routes" "$(ixlab robot r1 announced --json | jq -r '.[].prefix' | grep -c '^[236][0-9]*\.')" 8
is "ADD-PATH where the file says so: agreed with the route server" \
	"$(ixlab robot r1 robots --json | jq -c '[.[] | select(.add_path != []) | .peer] | unique')" '["198.51.100.1","2001:db8:ffff:1::1","203.0.113.1"]'
two_paths() { [ "$(ixlab robot r1 routes 192.88.98.0/24 --json | jq -r '[.[] | select(.peer == "203.0.113.1") | .as_path] | sort | join(",")')" = "$1" ]; }
first=$(ixlab robot m1 robots --json | jq '.[0].asn') second=$(ixlab robot m2 robots --json | jq '.[0].asn')
ixlab robot m1 announce 192.88.98.0/24 >/dev/null
ixlab robot m2 announce 192.88.98.0/24 >/dev/null
ok "and every path is heard" wait_for 10 two_paths "$first,$second"
ixlab robot m1 withdraw 192.88.98.0/24 >/dev/null
ixlab robot m2 withdraw 192.88.98.0/24 >/dev/null
ok "until it is withdrawn" wait_for 10 two_paths ""
r1_has() { ixlab robot r1 routes 193.0.0.0/21 | grep -q '^193\.0\.0\.0/21 .* 203\.0\.113\.4 '; }
ok "a script's" wait_for 10 r1_has
is "dealt out: the seventh has its share" "$(ixlab robot m7 announced --json | jq -r '.[].prefix' | grep '^20' | tr '\n' ' ')" \
	"20.0.24.0/24 20.0.25.0/24 20.0.26.0/24 20.0.27.0/24 "
is "each has a namespace and an address of its own" \
	"$(ixlab exec m7 -- ip -4 -o addr show ix0 | awk '{print $4}')" 203.0.113.16/24
like "graph knows their sessions" "$(ixlab graph "$a" --json | jq -c '[.. | objects | select(.kind? == "ixpeer")] | length')" 52

# ---- words
run ixlab birdc r1
is "birdc" "$status $err" "2 ixlab: r1 runs ixpeer and no BIRD; use: ixlab cli r1"
run ixlab robot b1
is "robot on a member of another kind" "$status $err" "2 ixlab: b1 is no robot: it runs BIRD 2"
run ixlab cli r1
like "cli on a robot: its sessions" "$out" '^r1 +65002 +203\.0\.113\.1 +Established'
run ixlab robot r1
like "robot alone: its sessions" "$out" '^r1 +65002 +203\.0\.113\.1 +Established'
run ixlab robot m7 behave leek
like "a misbehaviour that is none" "$status $err" "^2 ixpeer: .*did you mean 'leak'"

# ---- misbehaviour
ixlab robot m7 behave origin-value >/dev/null
ok "origin-value: one route fewer" wait_for 10 holds m8 $((49 * 5 + 1 + 10 + 2 - 1))
ixlab robot m7 behave normal >/dev/null
ok "and again" wait_for 10 holds m8 $((49 * 5 + 1 + 10 + 2))

# ---- reset one, and stop one
flaps() {
	ixlab exec m8 -- "$(command -v ixpeer)" --ask /run/ixpeer.ctl --json robots |
		jq '[.[] | select(.robot != "m9") | .flaps] | add'
}
before=$(flaps)
run ixlab reset m9
like "reset: it is as at first" "$status $out" "^0 m9 is as at first; its daemon: running"
ok "and has its sessions again" wait_for 20 up 105
is "its namespace is new, and has its address" "$(ixlab exec m9 -- ip -4 -o addr show ix0 | awk '{print $4}')" 203.0.113.18/24
is "nobody else lost a session" "$(flaps)" "$before"

# ---- another file: one goes, one comes, one says something else; the others do
# not notice
sed -e '/kind: ixpeer, lan: khi, ipv4: 203.0.113.4/,+1d' -e 's/peers: \[r1\], prefixes: \[100.65.0/prefixes: [100.65.0/' \
	-e 's/count: 50/count: 51/' -e 's/med: 5}/med: 6}/' <"$tmp/robots.yml" >"$tmp/other.yml"
others() {
	ixlab exec m8 -- "$(command -v ixpeer)" --ask /run/ixpeer.ctl --json robots |
		jq '[.[] | select(.robot != "r1") | .flaps] | add'
}
before=$(others)
run ixlab up "$tmp/other.yml" --name "$a"
is "up of a changed file" "$status $err" "0 "
ok "the new one is up, and the changed one again" wait_for 20 up 106
ok "what they say is heard" wait_for 10 holds m8 $((50 * 5 + 1 + 10))
is "the same process plays them" "$(state | jq -c '[.robots.restarts, .robots.robots]')" '[0,52]'
is "nobody else lost a session" "$(others)" "$before"
like "a new one has its share" "$(ixlab robot m51 announced --json | jq -r '.[].prefix' | tr '\n' ' ')" '20\.0\.200\.0/24 20\.0\.201\.0/24'
run ixlab up "$tmp/robots.yml" --name "$a"
is "and back" "$status $err" "0 "
ok "all are up as before" wait_for 20 up 105

# ---- the process dies
before=$(state | jq .robots.pid)
ixlab robot m7 behave first-as >/dev/null
kill -9 "$(pgrep -f "ixpeer --crowd $XDG_STATE_HOME/ixlab/labs/$a/")"
again() { [ "$(state | jq -c '[.robots.state, .robots.restarts]')" = '["running",1]' ] && up 105; }
ok "killed: it is started again, and all come back" wait_for 30 again
unlike "as another process" "$(state | jq .robots.pid)" "^$before\$"
is "each robot tells of it" "$(state | jq -c '[.nodes[] | select(.kind == "ixpeer") | [.state, .restarts]] | unique')" '[["running",1]]'

# ---- down, and what does not come up
run ixlab down "$a"
is "down" "$status $err" "0 "
leftovers "nothing is left"
rm "$tmp/dump.gz"
run ixlab up "$tmp/robots.yml" --name "$a"
like "a table that is not there: which robot and which file" "$status $err" \
	"^3 ixlab: $tmp/robots.yml:[0-9]*: .*open $tmp/dump.gz: No such file"
leftovers "and nothing is left"
done_testing
