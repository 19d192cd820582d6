#!/bin/sh
# A crowd of robots with ixrs and BIRD: all of them up, each holds what it shall,
# misbehaviour hits who misbehaves and nobody else. In namespaces of its own.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
inside="unshare ip bird jq"
. "$top/engine/t/tap.sh"
mount -t tmpfs lan /run && mkdir /run/netns || exit 1
N=50

# ---- a LAN: ixrs at .1, BIRD at .2, robots from .11 on
ip link set lo up
ip link add lan type bridge
ip link set lan up
node() { # NAME N
	ip netns add "$1"
	ip link add "p$2" type veth peer name ix netns "$1"
	ip link set "p$2" master lan up
	ip -n "$1" -batch - <<-END
		link set lo up
		addr add 203.0.113.$2/24 dev ix
		addr add 2001:db8:ffff:1::$2/64 dev ix nodad
		link set ix up
	END
}
node rs 1
node bird 2
cat >"$tmp/general.yml" <<-END
	cfg:
	  rs_as: 64500
	  router_id: 203.0.113.1
	  passive: yes
	  filtering:
	    max_as_path_len: 32
	    irrdb: {enforce_origin_in_as_set: no, enforce_prefix_in_as_set: no}
	    never_via_route_servers: {peering_db: no}
	    global_black_list_pref:
	      - {prefix: 203.0.113.0, length: 24, comment: peering LAN}
END
echo 'bogons: [{prefix: 10.0.0.0, length: 8, comment: RFC 1918}]' \
	>"$tmp/bogons.yml"
{
	echo 'clients:'
	cat <<-END
		  - {asn: 65002, ip: [203.0.113.2, "2001:db8:ffff:1::2"]}
	END
} >"$tmp/clients.yml"
netns() { # the three ways to name one
	case $1 in
	19) echo /run/netns/m19 ;;
	20) echo fd:9 ;;
	*) echo "m$1" ;;
	esac
}
{
	cat <<-END
		defaults:
		  to:
		    - {address: 203.0.113.1, asn: 64500}
		    - {address: "2001:db8:ffff:1::1", asn: 64500}
		  announce:
		    - {generate: 20.0.0.0/24, count: 4, share: 2, path: 1-3}
		    - {generate: "2a00::/48", count: 2}
		  keep: no
		robots:
	END
	i=1
	while [ $i -le $N ]; do
		n=$((i + 10))
		node m$i $n
		echo "  - {name: m$i, netns: $(netns $i), asn: $((65010 + i))," \
			"addresses: [203.0.113.$n, '2001:db8:ffff:1::$n']" \
			"$([ $i != 2 ] || echo ', keep: yes')" \
			"$([ $i != 3 ] || echo ', announce: [198.51.100.0/24 as-path 65013 3333 community 65013:7 med 5, {mrt: dump.gz, count: 8}]')" \
			"$([ $i != 4 ] || echo ", script: four")" \
			"$([ $i != 23 ] || echo ', add-path: yes, keep: yes')" \
			"$([ $i != 5 ] || echo ", to: [{address: 203.0.113.2, asn: 65002}, {address: 203.0.113.1, asn: 64500}]")" \
			"$([ $i != 17 ] || echo ', passive: yes, to: [{address: 203.0.113.2, password: secret}]')}"
		echo "  - {asn: $((65010 + i)), ip: [203.0.113.$n, \"2001:db8:ffff:1::$n\"]$([ $i != 23 ] || echo ', cfg: {add_path: yes}')}" \
			>>"$tmp/clients.yml"
		i=$((i + 1))
	done
} >"$tmp/crowd.yml"
gzip -c "$top/engine/rs/mrt/fuzz/mrt.seeds/table_dump" >"$tmp/dump.gz"
cat >"$tmp/four" <<-END
	wait-eor
	wait-prefix 20.0.0.0/24
	announce 192.88.99.0/24
	announce 2a02::/32 med 9
END

ip netns exec rs ixrs --foreground --general "$tmp/general.yml" \
	--clients "$tmp/clients.yml" --bogons "$tmp/bogons.yml" \
	--control "$tmp/rs.ctl" 2>"$tmp/rs.log" &
rs_pid=$!
ctl() { ixrsctl --control "$tmp/rs.ctl" "$@"; }
wait_for 5 ctl show version
cat >"$tmp/bird.conf" <<-END
	router id 203.0.113.2;
	protocol device {}
	protocol static { ipv4; route 185.0.0.0/24 blackhole; }
	template bgp ix {
		local as 65002;
		connect delay time 1; connect retry time 1; error wait time 1, 2;
	}
	protocol bgp rs4 from ix {
		neighbor 203.0.113.1 as 64500;
		ipv4 { import all; export where source = RTS_STATIC; };
	}
	protocol bgp m5 from ix {
		neighbor 203.0.113.15 as 65015;
		ipv4 { import all; export where source = RTS_STATIC; };
	}
	protocol bgp m17 from ix {
		neighbor 203.0.113.27 as 65027;
		password "secret";
		ipv4 { import all; export where source = RTS_STATIC; };
	}
END
ip netns exec bird bird -c "$tmp/bird.conf" -s "$tmp/bird.ctl" -P "$tmp/bird.pid" \
	2>"$tmp/bird.log"
birdc() { command birdc -s "$tmp/bird.ctl" "$@"; }

# ---- the file
run ixpeer --crowd "$tmp/crowd.yml" --check
is "--check" "$status $out$err" "0 50 robots, 99 sessions, 303 routes"
run ixpeer --crowd "$tmp/none.yml"
like "no such file" "$status $err" "^[23] ixpeer: .*none.yml"
run ixpeer --ask "$tmp/none" summary
is "nobody to ask" "$status" 3
sed 's/dump.gz/none.gz/' "$tmp/crowd.yml" >"$tmp/bad.yml"
run ixpeer --crowd "$tmp/bad.yml"
like "a dump that is not there" "$status $err" \
	"^3 ixpeer: $tmp/bad.yml:[0-9]*:[0-9]*: open $tmp/none.gz: No such file"
printf 'defaults: {to: [{address: 203.0.113.1}]}\nrobots: [{name: a, asn: 1, addresses: [203.0.113.11], announce: [{mrt: clients.yml}]}]\n' \
	>"$tmp/bad.yml"
run ixpeer --crowd "$tmp/bad.yml"
like "a dump that is none" "$status $err" "^2 ixpeer: $tmp/bad.yml:2:[0-9]*: .*is this an MRT dump"

# ---- all of them
ixpeer --crowd "$tmp/crowd.yml" --control "$tmp/c.ctl" --events \
	>"$tmp/events" 2>"$tmp/crowd.err" 9</run/netns/m20 &
crowd_pid=$!
ask() { ixpeer --ask "$tmp/c.ctl" --json "$@"; }
has() { [ "$(ask robots "$1" 2>/dev/null | jq -r "$2")" = "$3" ]; }
summary() { ask summary 2>/dev/null | jq -r "$1"; }
up() { [ "$(summary .up)" = "$1" ]; }
ok "99 sessions come up" wait_for 10 up 99

# From the route server each holds what the others announce: 4 and 2 of each but
# m17, which has no session there; of m3 9 and none, of m4 2 more, of m5 no IPv6 (it
# has no such session), of BIRD 1.
v4=$((48 * 4 + 9 + 1 + 1)) v6=$((47 * 2 + 1))
held() { ask robots "$1" | jq -r '.[] | "\(.peer) \(.held_ipv4) \(.held_ipv6)"'; }
holds() { # ROBOT OWN4 OWN6
	[ "$(held "$1" | grep '113.1 ')" = "203.0.113.1 $((v4 - $2)) 0" ] &&
		{ [ "$1" = m5 ] || [ "$(held "$1" | grep ::1)" = "2001:db8:ffff:1::1 0 $((v6 - $3))" ]; }
}
all_hold() {
	holds m1 4 2 && holds m2 4 2 && holds m3 9 0 && holds m4 5 3 &&
		holds m5 4 0 && holds m50 4 2
}
ok "each holds what the others announce, and nothing else" wait_for 10 all_hold
is "those in between, too: as many sums as different sets" \
	"$(ask robots | jq -r '[.[] | select(.held_ipv4 == 199) | .held_sum] | unique | length')" 47
ok "the script was played" wait_for 5 has m4 '.[0].script_failed' ""
like "what is kept can be asked for" \
	"$(ask routes m2 198.51.100.0/24 | jq -c .)" \
	'"next_hop":"203.0.113.13","as_path":"65013 3333","origin":"IGP","med":5,"communities":"65013:7"'
like "a table of 2002 goes by the robot's hand" "$(ask routes m2 3.0.0.0/8 | jq -r '.[0].as_path')" \
	'^65013 1853 1239 80$'
is "BIRD has a session with the fifth" \
	"$(birdc show route 20.0.16.0/24 all protocol m5 | sed -n 's/.*BGP.as_path: //p' | cut -d' ' -f1)" 65015

# ---- live
ok "announce" ask announce m6 193.0.0.0/21 as-path 65016 3333 community 65016:1
ok "the others hear it" wait_for 5 has m1 '.[0].held_ipv4' 200
ok "withdraw" ask withdraw m6 193.0.0.0/21
ok "and that" wait_for 5 has m1 '.[0].held_ipv4' 199

# ---- ADD-PATH: m23 hears every path, the others the best one
paths() { ask routes "$1" 192.88.98.0/24 | jq -r '[.[].as_path] | sort | join(",")'; }
has_paths() { [ "$(paths "$1")" = "$2" ]; }
is "add-path is agreed where the file says so" \
	"$(ask robots | jq -c '[.[] | select(.add_path != []) | [.robot, .add_path[]]]')" \
	'[["m23","ipv4"],["m23","ipv6"]]'
before=$(ask robots m23 | jq '.[0].paths_ipv4')
ask announce m21 192.88.98.0/24 >/dev/null
ask announce m22 192.88.98.0/24 as-path 65032 3333 >/dev/null
ask announce m24 192.88.98.0/24 as-path 65034 3333 >/dev/null
ok "add-path: three members announce it, three paths" wait_for 5 has_paths m23 "65031,65032 3333,65034 3333"
is "add-path: each has an identifier of its own" \
	"$(ask routes m23 192.88.98.0/24 | jq '[.[].path_id] | unique | length')" 3
is "add-path: one prefix, three paths are counted" \
	"$(ask robots m23 | jq -c --argjson b "$before" '.[0] | [.held_ipv4, .paths_ipv4 - $b]')" '[200,3]'
is "without it: one path" "$(paths m2)" 65031
is "and as many paths as prefixes" "$(ask robots m2 | jq '.[0] | .held_ipv4 - .paths_ipv4')" 0
ask withdraw m21 192.88.98.0/24 >/dev/null
ok "add-path: the best one goes" wait_for 5 has_paths m23 "65032 3333,65034 3333"
ok "add-path: the prefix is still held" has m23 '.[0].held_ipv4' 200
ask announce m22 192.88.98.0/24 as-path 65032 65032 3333 >/dev/null
ok "add-path: one is told anew, under its identifier" wait_for 5 has_paths m23 "65032 65032 3333,65034 3333"
ask withdraw m22 192.88.98.0/24 >/dev/null
ask withdraw m24 192.88.98.0/24 >/dev/null
ok "add-path: all are gone" wait_for 5 has m23 '.[0].held_ipv4' 199
is "add-path: and nothing is left of them" "$(paths m23) $(ask robots m23 | jq --argjson b "$before" '.[0].paths_ipv4 - $b')" " 0"
run ixpeer --ask "$tmp/c.ctl" announce m6 193.0.0.0/21 mud
like "a mistake in the words" "$status $err" "^2 ixpeer: announce: unknown word 'mud', did you mean 'med'"
run ixpeer --ask "$tmp/c.ctl" stop m66
is "a robot that is not there" "$status $err" "2 ixpeer: there is no robot m66"
run ixpeer --ask "$tmp/c.ctl" behave m6 leek
like "a behaviour that is not there" "$status $err" "did you mean 'leak'"
run ixpeer --ask "$tmp/c.ctl" sumary
is "a question that is none" "$status $err" "2 ixpeer: unknown question 'sumary', did you mean 'summary'?"
run ixpeer --ask "$tmp/c.ctl" summary
like "as text" "$out" "^of these up: *99"

# ---- misbehaviour. m1 watches 46 sets that do not change unless a route does.
lost() { ctl --json show sessions | jq -r "[.[] | select(.flaps > 0) | .asn] | unique | join(\" \")"; }
m1_holds() { has m1 '.[0].held_ipv4' "$1"; }
is "before: no session was lost" "$(lost)" ""
for b in origin-value as-path-overrun next-hop-length communities-length attribute-overrun; do
	ask behave m7 $b >/dev/null
	ok "$b: the route counts as withdrawn" wait_for 5 m1_holds 198
	ask behave m7 normal >/dev/null
	ok "$b: and is back" wait_for 5 m1_holds 199
done
for b in origin-twice aggregator-length atomic-aggregate-length unknown-optional; do
	before=$(ask robots m7 | jq '.[0].told')
	ask behave m7 $b >/dev/null
done
ask announce m7 194.0.0.0/24 >/dev/null
ok "what is to be discarded costs nothing" wait_for 5 m1_holds 200
ask withdraw m7 194.0.0.0/24 >/dev/null
wait_for 5 m1_holds 199
is "no session was lost by all that" "$(lost)" ""

ask behave m8 list-overrun for=1ms >/dev/null
reset() { [ "$(lost)" = "$1" ]; }
ok "list-overrun: ends the session of m8, and of nobody else" wait_for 5 reset 65018
like "m8 was told why" "$(ask robots m8 | jq -r '.[].last_error')" 'Malformed Attribute List'
ok "it comes back" wait_for 10 up 99
ok "and its routes" wait_for 10 m1_holds 199
ask behave m9 marker for=1ms >/dev/null
ok "marker: ends that of m9" wait_for 5 reset "65018 65019"
ok "it comes back, too" wait_for 10 m1_holds 199

ask behave m10 foreign-next-hop address=203.0.113.11 >/dev/null
ok "foreign-next-hop: refused" wait_for 5 m1_holds 195
ask behave m10 normal >/dev/null
ok "foreign-next-hop: and taken again when it is right" wait_for 5 m1_holds 199
for b in first-as reserved-as long-path; do
	ask behave m10 $b >/dev/null
	ok "$b: refused" wait_for 5 m1_holds 195
	ask behave m10 normal >/dev/null
	ok "$b: over" wait_for 5 m1_holds 199
done
ask behave m10 route-flap every=50ms >/dev/null
ok "route-flap: routes go" wait_for 5 m1_holds 195
ok "route-flap: and come" wait_for 5 m1_holds 199
ask behave m10 normal >/dev/null
wait_for 5 m1_holds 199
ask behave m10 hijack prefix=20.0.1.0/24 >/dev/null
ok "hijack: announced" has m10 '.[0].behaves[0].do' hijack
ask behave m10 normal >/dev/null
ask behave m10 too-many count=100 >/dev/null
ok "too-many: 100 more" wait_for 5 m1_holds 299
ask behave m10 normal >/dev/null
ok "too-many: taken back" wait_for 5 m1_holds 199
leaks=$(ask robots m10 | jq '.[0].told')
ask behave m10 leak >/dev/null
leaked() { [ "$(ask robots m10 | jq '.[0].told')" -gt $((leaks + 150)) ]; }
ok "leak: all that it hears is told again" wait_for 5 leaked
ok "leak: the better route stays, nobody loses one" m1_holds 199
ask behave m10 normal >/dev/null
ok "leak: over" wait_for 5 m1_holds 199

flapped() { [ "$(ask robots m11 | jq '.[0].flaps')" -ge 2 ]; }
ask behave m11 flap every=300ms >/dev/null
ok "flap: sessions end again and again" wait_for 20 flapped
ask behave m11 normal >/dev/null
ok "flap: over" wait_for 20 up 99
ask behave m12 never-reads >/dev/null
ask behave m13 slow-reader >/dev/null
ask announce m14 195.0.0.0/24 >/dev/null
ok "with a member that reads nothing and one that reads slowly: the others hear at once" \
	wait_for 5 m1_holds 200
ok "who reads nothing holds what it had" has m12 '.[0].held_ipv4' 199
ask behave m12 normal >/dev/null
ok "and catches up" wait_for 5 has m12 '.[0].held_ipv4' 200
ask behave m13 normal >/dev/null
ask withdraw m14 195.0.0.0/24 >/dev/null
wait_for 10 m1_holds 199
is "who misbehaved lost sessions, and nobody else" "$(lost)" "65018 65019 65021"

# A hold time that can be waited for, from here on: a slow machine can be as silent.
sed -e '/name: m16,/s/}$/, hold: 3}/' -i "$tmp/crowd.yml"
ask reload >/dev/null
held_for() { ctl --json show sessions | jq -e '[.[] | select(.asn == 65026) | .state, .hold_time] == ["Established", 3, "Established", 3]'; }
ok "another hold time: agreed on" wait_for 10 held_for
ask behave m16 silent >/dev/null
silenced() { ask robots m16 | jq -r '.[].last_error' | grep -q 'Hold Timer Expired'; }
ok "silent: the hold timer of the others ends the session" wait_for 10 silenced
ask behave m16 normal >/dev/null
ok "silent: over" wait_for 10 m1_holds 199

# ---- BIRD, which m5 and m17 speak with
at_bird() { [ "$(birdc show route protocol "$1" | grep -c '^20\.')" = "$2" ]; }
ok "BIRD came to the passive robot, with a password" wait_for 5 at_bird m17 4
ok "as it did to the other" wait_for 5 at_bird m5 4
ask behave m5 origin-value >/dev/null
ok "origin-value: BIRD takes the route for withdrawn" wait_for 5 at_bird m5 3
ask behave m5 normal >/dev/null
ok "and the good one again" wait_for 5 at_bird m5 4
ask behave m5 communities-length >/dev/null
ok "communities-length: the same" wait_for 5 at_bird m5 3
ask behave m5 normal >/dev/null
wait_for 5 at_bird m5 4
ask behave m5 withdrawn-overrun for=1ms >/dev/null
told_m5() { ask robots m5 | jq -r '.[0].last_error' | grep -q 'Malformed Attribute List'; }
ok "withdrawn-overrun: BIRD ends the session, and says why" wait_for 5 told_m5
ok "nobody else at BIRD is harmed" at_bird m17 4
ok "and it comes back" wait_for 10 at_bird m5 4
ok "all are up in the end" wait_for 10 up 99

# ---- the end of one, and of all
ask stop m15 "moved away" >/dev/null
ok "stop: m15 is gone" wait_for 5 m1_holds 195
like "and said why" "$(ctl --json show sessions | jq -r '.[] | select(.asn == 65025) | .last_error')" 'moved away'
ask start m15 >/dev/null
ok "start: it is back" wait_for 5 m1_holds 199

# ---- the file, read again: one robot goes, one comes, one says something else
flaps() { ask robots | jq '[.[] | select(.robot | IN("m16", "m18", "m19", "m51") | not) | .flaps] | add'; }
node m51 61
sed -e '/name: m19,/d' -e '/name: m18,/s/}$/, announce: [196.0.0.0\/24]}/' -i "$tmp/crowd.yml"
echo "  - {name: m51, netns: m51, asn: 65061, to: [{address: 203.0.113.1, from: 203.0.113.61}], addresses: [203.0.113.60, 203.0.113.61], announce: [197.0.0.0/24]}" \
	>>"$tmp/crowd.yml"
printf '  - {asn: 65061, ip: [203.0.113.61]}\n' >>"$tmp/clients.yml"
before=$(flaps)
kill -HUP "$rs_pid"
is "reload: read" "$(ask reload | jq -c .)" '{"robots":50}'
again() { up 98 && [ "$(ask routes m2 | jq -r '.[].prefix' | grep -c '^19[67]\.')" = 2 ]; }
ok "one went, one came, and one says something else" wait_for 10 again
is "nobody else lost a session" "$(flaps)" "$before"
echo '  - {name: m51}' >>"$tmp/crowd.yml"
run ixpeer --ask "$tmp/c.ctl" reload
like "a file with a mistake" "$status $err" "^2 ixpeer: $tmp/crowd.yml:[0-9]*:[0-9]*: robot m51 needs an asn"
ok "and all goes on" wait_for 10 up 98
ok "events were told" grep -q '"event":"down",.*"robot":"m15"' "$tmp/events"
kill "$crowd_pid"
wait "$crowd_pid"
is "a signal ends them all" "$?$(cat "$tmp/crowd.err")" 0
none_up() { [ "$(ctl --json show sessions | jq '[.[] | select(.state == "Established")] | length')" = 1 ]; }
ok "with a goodbye: only BIRD is left" wait_for 5 none_up
cleanup() {
	[ ! -e "$tmp/bird.pid" ] || kill "$(cat "$tmp/bird.pid")"
	kill "$rs_pid"
}
done_testing
