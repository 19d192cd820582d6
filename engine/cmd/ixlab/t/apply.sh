#!/bin/sh
# up of a lab that runs, with another file: what changes changes, and what does
# not keeps its processes, its sessions and its counters.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
json() { jq -r "$@" <"$tmp/run.out"; }
lab=$tag-a
f=$tmp/$lab.yml

# lab [MEMBER [WORDS]]...: a file of an exchange with these members
file() {
	cat <<END
lab: $lab
exchange:
  name: X
  asn: 64500
  switches: [sw1${more_switches-}]
  peering-lans:
    khi: {switch: sw1, ipv4: 203.0.113.0/24}
${more_lans-}
  route-servers:
    rs1: {ipv4: 203.0.113.1${port_words-}}
members:
END
	while [ $# -gt 0 ]; do
		n=${1#m}
		echo "  $1: {asn: $((65000 + n)), ipv4: 203.0.113.$((10 + n))," \
			"prefixes: [100.64.$((4 * n)).0/22]$2${port_words-}}"
		shift 2
	done
}
sessions() { # NODE: those that are established
	ixlab inspect "$lab" --json | jq "[.sessions[] | select(.at == \"$1\" and
		.established)] | length"
}
has_sessions() { [ "$(sessions "$1")" -ge "$2" ]; }
# When m2's session began, and how much it has heard: BIRD's own words.
since() { ixlab birdc "$1" show protocols rs1_v4 | awk '/^rs1/ { print $5 }'; }
pid() { ixlab inspect "$lab" --json | jq ".nodes[] | select(.name == \"$1\").pid"; }
# what the route server counts of m2's session, but for how long it lasts
counts() {
	ixlab birdc rs1 show sessions --json | jq -c '.[] |
		select(.member == "m2") | [.flaps, .state, .address]'
}
difference() { json '.difference | "\(.added) \(.removed) \(.remade) \(.changed) \(.untouched)"'; }

# ---- nothing to do
file m1 ", trainee: yes" m2 "" m3 ", host: yes" m4 ", delay: 5ms" >"$f"
run ixlab up "$f"
is "up" "$status" 0
ok "sessions come up" wait_for 20 has_sessions rs1 3
m2_since=$(since m2) m2_counts=$(counts) m2_pid=$(pid m2) rs_pid=$(pid rs1)
writes() { find "$XDG_STATE_HOME" -newer "$tmp/stamp" -type f ! -name log; }
touch "$tmp/stamp"
run ixlab up "$f"
is "the same file again" "$status $out" "0 $lab runs and is as its file says"
run ixlab up "$f" --json
is "the same file again, --json" "$status $(json '.difference.same')" "0 true"
again() { ixlab up "$f" >/dev/null; }
best_of 5 50 again
quick "nothing to do is found quickly" 50
is "nothing was written" "$(writes)" ""

# ---- in words, before
file m1 ", trainee: yes" m2 "" m3 ", host: yes" m5 ", host: yes" >"$f"
run ixlab up "$f" --dry-run
is "dry run: exit status" "$status" 0
like "dry run: what it counts" "$out" \
	"^$lab would be changed: 2 added, 1 removed, 1 changed, 5 untouched\$"
like "dry run: a step" "$out" '^  \+ m5: address 203\.0\.113\.15/24 on ix0$'
like "dry run: one that goes" "$out" '^  - m4: start bird$'
run ixlab up "$f" --dry-run --json
is "dry run --json" "$status $(difference)" "0 2 1 0 1 5"
is "dry run --json: node by node" "$(json '[.difference.nodes[] |
	"\(.name) \(.change) \(.daemon)"] | sort | join(", ")')" \
	"m4 removed stopped, m5 added started, m5-h added null, rs1 changed reloaded"
is "a dry run changes nothing" "$(pid m4 | grep -c .) $(writes)" "1 "

# ---- members come and go
run ixlab up "$f"
like "up: the difference" "$status $out" "^0 $lab is changed: 2 added, 1 removed, 1 changed, 5 untouched in "
ok "the new one's session" wait_for 30 has_sessions m5 1
is "the old one has gone" "$(ixlab inspect --json |
	jq '[.nodes[].name] | index("m4")')" null
ping_ok() { ixlab exec "$1" ping -c1 -W1 "$2"; }
ok "what is new reaches what was there" wait_for 10 ping_ok m5-h 100.64.12.10
is "untouched: its process, its session" "$(pid m2) $(since m2)" \
	"$m2_pid $m2_since"
is "the route server was not restarted" "$(pid rs1)" "$rs_pid"
is "nor has it lost the session" "$(counts)" "$m2_counts"
is "the file is kept" "$(cat "$XDG_STATE_HOME/ixlab/labs/$lab/lab.yml")" \
	"$(cat "$f")"

# ---- weather, a policy's input, a guard: in place
file m1 ", trainee: yes" m2 ", delay: 30ms" m3 ", host: yes" \
	m5 ", host: yes, guard: {pin: yes}" >"$f"
run ixlab up "$f" --json
is "weather and a pin: in place" "$status $(difference)" "0 0 0 0 2 6"
is "weather and a pin: no daemon is touched" \
	"$(json '[.difference.nodes[].daemon // empty] | length')" 0
is "the weather" "$(ixlab inspect --json | jq '.links[] |
	select(.b.node == "m2" and .a.node == "sw1").weather.delay_us')" 30000
is "the pin" "$(ixlab ports m5 --json | jq '.ports[0].pins | length')" 1
is "its session goes on" "$(since m2)" "$m2_since"
counted() { ixlab ports m5 --json | jq '.ports[0].counters.mac.packets'; }
ixlab exec m5 ip link set ix0 address 02:00:00:00:99:99
ixlab exec m5 ping -c2 -W1 203.0.113.12 >/dev/null 2>&1
ok "the pin counts" test "$(counted)" -gt 0
before=$(counted)
file m1 ", trainee: yes" m2 "" m3 ", host: yes" \
	m5 ", host: yes, guard: {pin: yes}" m6 ", guard: {pin: yes}" >"$f"
run ixlab up "$f" --json
is "another guarded port" "$status $(difference)" "0 1 0 0 3 5"
ok "counters of the other ports go on" test "$(counted)" -ge "$before"
is "fair weather again" "$(ixlab inspect --json | jq '.links[] |
	select(.b.node == "m2" and .a.node == "sw1").weather')" null

# ---- what was done by hand
ixlab link sw1 m3 delay 3ms >/dev/null
ixlab cull sw1 on >/dev/null
culled() { ixlab ports m3 --json | jq '.ports[0].culled'; }
file m1 ", trainee: yes" m2 "" m3 ", host: yes" >"$f"
run ixlab up "$f" --json
is "two go" "$status $(difference)" "0 0 3 0 2 4"
is "weather set by hand stays" "$(ixlab inspect --json | jq '.links[] |
	select(.b.node == "m3" and .a.node == "sw1").weather.delay_us')" 3000
is "what was culled stays so" "$(culled)" true
ixlab cull sw1 off >/dev/null

# ---- a trainee's file
dir=$XDG_STATE_HOME/ixlab/labs/$lab/nodes/m1
echo '# mine' >>"$dir/bird.conf"
file m1 ", trainee: yes, name: Another" m2 "" m3 ", host: yes" >"$f"
sed -i 's/ipv4: 203.0.113.11,/ipv4: 203.0.113.111,/' "$f"
run ixlab up "$f"
like "a trainee's file: it is told" "$out" \
	'^nodes/m1/bird.conf is the trainee.s and left as it is$'
ok "a trainee's file is left" grep -q '^# mine' "$dir/bird.conf"
is "the address is another" "$(ixlab exec m1 ip -4 -o addr show ix0 |
	grep -o '203[0-9.]*/24')" 203.0.113.111/24
file m1 "" m2 "" m3 ", host: yes" >"$f"
run ixlab up "$f"
like "no trainee's any more: it is told" "$out" \
	'^what the trainee wrote is kept: nodes/m1/bird.conf.mine$'
ok "what was written is kept" grep -q '^# mine' "$dir/bird.conf.mine"
ok "ours takes its place" wait_for 30 has_sessions m1 1
is "all the time m2 was in peace" "$(pid m2) $(since m2)" "$m2_pid $m2_since"

# ---- another program, a switch, a LAN
more_switches=", sw2" port_words=", lan: khi"
more_lans="    lon: {switch: sw2, ipv4: 198.51.100.0/24}"
file m1 "" m2 "" m3 ", host: yes" >"$f"
cat >>"$f" <<END
  m7: {asn: 65007, lans: {lon: {ipv4: 198.51.100.7}}, prefixes: [100.64.28.0/22]}
  m8: {asn: 65008, lans: {lon: {ipv4: 198.51.100.8}, khi: {ipv4: 203.0.113.18}}, prefixes: [100.64.32.0/22]}
END
run ixlab up "$f" --json
is "a switch, a LAN, two members" "$status $(difference)" "0 3 0 0 4 2"
ok "the new LAN carries" wait_for 10 ping_ok m7 198.51.100.8
ok "a member of both has its session" wait_for 30 has_sessions m8 1

# ---- what fails leaves all as it was
state() {
	ixlab inspect --json | jq -S '[.model, [.nodes[] | {name, state, pid}],
		[.links[] | {a, b, weather}]]'
}
cp "$f" "$tmp/good.yml"
before=$(state)
echo "  m9: {asn: 65009, ipv4: 203.0.113.19, lan: khi, prefixes: [100.64.36.0/22], kind: nobody}" >>"$f"
run ixlab up "$f"
is "a mistake in the file: exit status" "$status" 2
cp "$tmp/good.yml" "$f"
mkdir -p "$XDG_STATE_HOME/ixlab/labs/$lab/nodes/m9/bird.conf"
sed -i '/^  m2:/d' "$f"
echo "  m9: {asn: 65009, ipv4: 203.0.113.19, lan: khi, prefixes: [100.64.36.0/22]}" >>"$f"
run ixlab up "$f"
is "a step that fails: exit status" "$status" 3
like "a step that fails: one sentence" "$err" \
	"^ixlab: up $lab: $f:[0-9]+: m9: .*nodes/m9/bird.conf.*; all is as it was before\$"
m2_up() { [ "$(ixlab inspect --json | jq -r '.nodes[] | select(.name == "m2").state')" = running ]; }
ok "who had gone is there again" wait_for 10 m2_up
is "the rest did not notice" "$(state | sed 's/"pid": [0-9]*/"pid"/')" \
	"$(printf %s "$before" | sed 's/"pid": [0-9]*/"pid"/')"
is "the file is the old one" \
	"$(cat "$XDG_STATE_HOME/ixlab/labs/$lab/lab.yml")" "$(cat "$tmp/good.yml")"
rmdir "$XDG_STATE_HOME/ixlab/labs/$lab/nodes/m9/bird.conf"
cp "$tmp/good.yml" "$f"
echo "  m9: {asn: 65009, ipv4: 203.0.113.19, lan: khi, prefixes: [100.64.36.0/22], limits: {memory: 2M}}" >>"$f"
run ixlab up "$f"
is "a daemon that does not live: exit status" "$status" 3
like "a daemon that does not live: one sentence" "$err" \
	"^ixlab: up $lab: the daemon of m9 ended: .*; all is as it was before\$"
is "it has gone" "$(ixlab inspect --json | jq '[.nodes[].name] | index("m9")')" \
	null
run ixlab up "$tmp/good.yml"
is "the good file has nothing to do" "$out" "$lab runs and is as its file says"

# ---- two at once
sed 's/m7: /m17: /; s/asn: 65007/asn: 65017/' "$tmp/good.yml" >"$tmp/one.yml"
ixlab up "$tmp/one.yml" >"$tmp/first" 2>&1 &
first=$!
ixlab up "$tmp/good.yml" >"$tmp/second" 2>&1
wait $first
is "two at once: each holds, or one is told to wait" \
	"$(cat "$tmp/first" "$tmp/second" | grep -vc \
		'^[0-9]*/[0-9]* \|is changed: \|runs and is as its file says\|being changed already')" 0
run ixlab up "$tmp/good.yml"
is "then it is as the last file says" "$status" 0

run ixlab down
is "down" "$status" 0

# ---- generated members
cat >"$f" <<END
lab: $lab
exchange:
  name: X
  asn: 64500
  switches: [sw1]
  peering-lans:
    khi: {ipv4: 203.0.113.0/24}
  route-servers:
    rs1: {ipv4: 203.0.113.1}
generate: {members: {count: 5, ipv4: 203.0.113.11}}
END
ixlab up "$f" >"$tmp/ok.log"
ok "generated members: their sessions" wait_for 20 has_sessions rs1 5
m2_since=$(since m2)
sed -i 's/count: 5/count: 10/' "$f"
run ixlab up "$f" --json
is "twice as many" "$status $(difference)" "0 5 0 0 1 6"
ok "twice as many: their sessions" wait_for 30 has_sessions rs1 10
is "twice as many: the first feel nothing" "$(since m2)" "$m2_since"
run ixlab up "$f" --members 4 --json
is "--members, of a lab that runs" "$status $(difference)" "0 0 6 0 1 5"
run ixlab up "$f" --members 4
is "--members, again" "$status $out" "0 $lab runs and is as its file says"
ixlab down >"$tmp/ok.log"

# ---- an exercise has the lab that it needs
run ixlab start first-ebgp-session -L "$lab"
is "an exercise starts" "$status$err" 0
run ixlab up "$f"
is "an exercise's lab is not changed" "$status $err" "3 ixlab: lab $lab was \
started for an exercise and is not changed; stop it first: ixlab down $lab"
ixlab down >"$tmp/ok.log"
leftovers "nothing is left"
done_testing
