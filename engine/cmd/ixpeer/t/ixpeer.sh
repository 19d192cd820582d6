#!/bin/sh
# ixpeer against itself and against BIRD, in namespaces of its own.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
inside="unshare ip"
. "$top/engine/t/tap.sh"
ip link set lo up
for n in 1 2 3 4; do
	ip addr add 192.0.2.$n/32 dev lo
	ip addr add 2001:db8::$n/128 dev lo nodad
done
one="ixpeer --asn 65001 --id 192.0.2.1 --timeout 300"
two="ixpeer --asn 4200000002 --id 192.0.2.2 --timeout 300"
heard() { grep -q -- "$2" "$tmp/$1.json"; }

# ---- words
wrong() { # "WORDS" SENTENCE
	# shellcheck disable=SC2086
	run ixpeer $1
	is "ixpeer $1" "$status $err" "2 ixpeer: $2"
}
wrong "" "--asn is missing"
wrong "--asn 0" "--asn needs a number from 1 to 4294967295, not '0'"
wrong "--asn" "--asn needs a value"
wrong "--asm 1" "unknown option '--asm', see --help"
wrong "--asn 1 --id ::1" "--id needs the form A.B.C.D, not '::1'"
wrong "--asn 1 --id 1.1.1.1 --local 192.0.2.1" "say --connect or --listen"
wrong "--asn 1 --id 1.1.1.1 --local 192.0.2.1 --connect ::1" \
	"--local and --connect are of different families"
wrong "--connect 192.0.2.1:0" "--connect needs a number from 1 to 65535, not '0'"
wrong "--role king" "--role needs provider, rs, rs-client, customer, peer, or 0 to 4, not 'king'"
wrong "--gr 4096" "--gr needs a number from 0 to 4095, not '4096'"
wrong "--asn 1 --id 1.1.1.1 --local ::1 --listen --llgr 9" "--llgr needs --gr"
wrong "--asn 1 --id 1.1.1.1 --local ::1 --listen --role-strict" "--role-strict needs --role"
wrong "--hold 2" "--hold needs 0, or 3 and more"
printf 'wait-eor\nannounce 10.0.0.0/33\n' >"$tmp/bad"
wrong "--asn 1 --id 1.1.1.1 --local ::1 --listen --script $tmp/bad" \
	"$tmp/bad:2:10: '10.0.0.0/33' is not a prefix such as 203.0.113.0/24"
run ixpeer --help
like "--help" "$status $out" '^0 usage: ixpeer --asn'
run ixpeer --asn 1 --id 1.1.1.1 --local 198.51.100.1 --listen
is "an address that is not here" "$status $err" \
	"3 ixpeer: listen at 198.51.100.1 port 179: Cannot assign requested address"

# ---- two of them: routes, a bad UPDATE, refresh, goodbye
$one --local 192.0.2.1 --listen 1790 --script - >"$tmp/a.json" <<'END' &
announce 10.0.0.0/8 10.1.0.0/16 as-path 65001 65005 { 7 8 } med 5 community 65001:10 large-community 65001:1:2
wait-prefix 20.0.0.0/8
withdraw 10.1.0.0/16
update 40010103 40020602010000fde9 400304c0000201 10.0.0.0/8
update 40010100 40020602010000fde9 400304c0000201 c0630101 10.2.0.0/16
refresh ipv4
wait-down
quit
END
a=$!
$two --local 192.0.2.2 --connect 192.0.2.1:1790 --script - >"$tmp/b.json" <<'END'
announce 20.0.0.0/8
wait-prefix 10.0.0.0/8 10.1.0.0/16
wait-withdrawn 10.1.0.0/16 10.0.0.0/8
wait-prefix 10.2.0.0/16
quit
END
is "the second: exit status" $? 0
wait $a
is "the first: exit status" $? 0
ok "attributes arrive" heard b '"prefixes":\["10.0.0.0/8","10.1.0.0/16"\],"next_hop":"192.0.2.1","as_path":\[65001,65005,\[7,8\]\],"origin":"IGP","med":5,"communities":\["65001:10"\],"large_communities":\["65001:1:2"\]'
ok "a bad ORIGIN is told" heard b '"treatment":"treat-as-withdraw","code":3,"subcode":6,"text":"ORIGIN: 3 is none of IGP, EGP, incomplete"'
ok "and its route withdrawn" heard b '"withdraw","prefixes":\["10.0.0.0/8"\]'
ok "an unknown attribute is kept" heard b '"10.2.0.0/16".*"unknown":"e063000101"'
ok "End-of-RIB" heard b '"end-of-rib","family":"ipv4"'
ok "the goodbye is named" heard a '"received","code":6,"subcode":2,"name":"Administrative Shutdown"'

# ---- what is not BGP
$two --local 192.0.2.2 --listen 1791 >"$tmp/c.json" 2>&1 &
c=$!
printf 'raw 474554202f20485454502f312e310d0a0d0a0d0a\nwait-down\nquit\n' |
	$one --mute --local 192.0.2.1 --connect 192.0.2.2:1791 --script - >"$tmp/d.json"
ok "noise is answered by a notification" \
	wait_for 3 heard c '"sent","code":1,"subcode":1,"name":"Connection Not Synchronized"'
kill $c
wait $c
is "a signal ends it" $? 0

# ---- what else can be agreed on
$one --local 192.0.2.1 --listen 1793 --families ipv4 --add-path --extended-message --ext-nexthop \
	--role rs --gr 30 --llgr 3600 --script - >"$tmp/e.json" <<'END' &
announce 10.0.0.0/8 path-id 1
announce 10.0.0.0/8 path-id 2 next-hop 2001:db8::1 link-local fe80::1
announce 11.0.0.0/8 path-id 3
wait-prefix 20.0.0.0/8
withdraw 10.0.0.0/8 path-id 1
wait-withdrawn 20.0.0.0/8
drop
wait-prefix 20.0.0.0/8
notify 6/9 0602
END
e=$!
$two --local 192.0.2.2 --connect 192.0.2.1:1793 --families ipv4 --add-path --extended-message --ext-nexthop \
	--role rs-client --role-strict --gr 0 --script - >"$tmp/f.json" <<'END'
announce 20.0.0.0/8
wait-prefix 10.0.0.0/8 11.0.0.0/8
withdraw 20.0.0.0/8
wait-down
wait-established
announce 20.0.0.0/8
wait-down
quit
END
is "all of it: exit status" $? 0
kill $e
wait $e
ok "both say so" heard f '"up",.*"extended_message":true,"add_path_rx":\["ipv4"\],"add_path_tx":\["ipv4"\],"ext_nexthop":\["ipv4"\],"role":"rs"'
ok "graceful restart is announced" heard f '"open",.*"graceful_restart":{"time":30,"restarting":false,"notification":true,"families":\["ipv4"\],"forwarding":\["ipv4"\],"long_lived":\["ipv4"\],"long_lived_ipv4":3600}'
ok "and a restart" heard f '"restarting":true'
ok "the helper promises nothing" heard e '"graceful_restart":{"time":0,"restarting":false,"notification":true,"families":\[\],"forwarding":\[\]}'
ok "path identifiers come" heard f '"announce","prefixes":\["10.0.0.0/8"\],"path_ids":\[1\],"next_hop":"192.0.2.1"'
ok "an IPv6 next hop for IPv4" heard f '"10.0.0.0/8"\],"path_ids":\[2\],"next_hop":"2001:db8::1","link_local":"fe80::1"'
ok "one path is withdrawn" heard f '"withdraw","prefixes":\["10.0.0.0/8"\],"path_ids":\[1\]'
ok "a hard reset" heard f '"received","code":6,"subcode":9,"name":"Hard Reset","data":"0602"'
wrong_role() {
	$one --local 192.0.2.1 --listen 1794 --role provider >"$tmp/g.json" &
	g=$!
	$two --local 192.0.2.2 --connect 192.0.2.1:1794 --role peer >"$tmp/h.json" &
	h=$!
	wait_for 3 mismatch
	is_heard=$?
	kill $g $h
	wait $g $h
	return $is_heard
}
mismatch() {
	heard g '"sent","code":2,"subcode":11,"name":"Role Mismatch"' ||
		heard h '"sent","code":2,"subcode":11,"name":"Role Mismatch"'
}
ok "roles that do not fit" wrong_role

# ---- in vain
run ixpeer --asn 1 --id 1.1.1.1 --local 192.0.2.3 --listen 1792 --until-eor --seconds 1
is "--until-eor without a peer" "$status $err" \
	"1 ixpeer: no End-of-RIB within 1 s (state Active)"
echo wait-established >"$tmp/wait"
run ixpeer --asn 1 --id 1.1.1.1 --local 192.0.2.3 --connect 192.0.2.1:1799 \
	--script "$tmp/wait" --timeout 1
is "a step that waits in vain" "$status $err" \
	"1 ixpeer: $tmp/wait:1: 'wait-established' waited 1 s in vain (state Active, last: cannot connect: Connection refused)"

# ---- BIRD
command -v bird >/dev/null || {
	skip "BIRD" "bird2 is not installed"
	done_testing
}
cat >"$tmp/bird.conf" <<END
router id 192.0.2.2;
log "$tmp/bird.log" all;
protocol device {}
protocol static { ipv4; route 20.0.0.0/8 blackhole { bgp_large_community.add((65002, 1, 2)); }; }
protocol static { ipv6; route 2001:db8:20::/48 blackhole; }
template bgp common { local as 4200000002; strict bind; multihop; }
protocol bgp four from common { source address 192.0.2.2; neighbor 192.0.2.1 as 65001;
	connect delay time 1; ipv4 { import all; export where source = RTS_STATIC; }; }
protocol bgp six from common { source address 2001:db8::2; neighbor 2001:db8::1 as 65001;
	ipv6 { import all; export where source = RTS_STATIC; }; }
protocol bgp old from common { source address 192.0.2.2; neighbor 192.0.2.3 as 65003;
	ipv4 { import all; export where source = RTS_STATIC; }; }
protocol bgp modern from common { source address 192.0.2.2; neighbor 192.0.2.4 as 65004;
	local role rs_client; enable extended messages; graceful restart on; long lived graceful restart on;
	ipv4 { add paths; extended next hop; import all; export where source = RTS_STATIC; }; }
END
bird -c "$tmp/bird.conf" -s "$tmp/bird.ctl" -P "$tmp/bird.pid"
birdc() { command birdc -s "$tmp/bird.ctl" "$@"; }
has() { birdc show route all "$1" | grep -q "$2"; }

# Both sides connect: collisions resolve.
printf 'announce 10.0.0.0/8 otc 65001 aggregator 4200000000 10.0.0.1\nwait-eor\nwait-prefix 20.0.0.0/8\n' |
	$one --local 192.0.2.1 --connect 192.0.2.2 --listen --script - >"$tmp/four.json" &
four=$!
printf 'announce 2001:db8:10::/48 link-local fe80::1\nwait-prefix 2001:db8:20::/48\nwait-down\nquit\n' |
	$one --local 2001:db8::1 --connect '[2001:db8::2]:179' --script - >"$tmp/six.json" &
six=$!
printf 'announce 30.0.0.0/8 as-path 65003 4200000009\nwait-prefix 20.0.0.0/8\n' |
	ixpeer --asn 65003 --id 192.0.2.3 --two-byte --timeout 300 --local 192.0.2.3 --connect 192.0.2.2 \
		--script - >"$tmp/old.json" &
old=$!
cat >"$tmp/modern" <<'END'
announce 40.0.0.0/8 path-id 1
announce 40.0.0.0/8 path-id 2 next-hop 2001:db8::1 as-path 65004 65005
wait-prefix 20.0.0.0/8
wait-down
END
ixpeer --asn 65004 --id 192.0.2.4 --timeout 300 --local 192.0.2.4 --connect 192.0.2.2 --add-path \
	--extended-message --ext-nexthop --role rs --role-strict --gr 60 --llgr 600 \
	--script "$tmp/modern" >"$tmp/modern.json" &
modern=$!
ok "BIRD has the IPv4 route" wait_for 5 has 10.0.0.0/8 'as_path: 65001$'
ok "BIRD reads the aggregator" has 10.0.0.0/8 'aggregator: 10.0.0.1 AS4200000000'
ok "BIRD has the IPv6 route" wait_for 5 has 2001:db8:10::/48 'next_hop: 2001:db8::1 fe80::1'
ok "BIRD joins AS4_PATH" wait_for 5 has 30.0.0.0/8 'as_path: 65003 4200000009$'
ok "we join AS4_PATH" wait_for 3 heard old '"as_path":\[4200000002\]'
ok "large communities come" wait_for 3 heard four '"large_communities":\["65002:1:2"\]'
ok "End-of-RIB, IPv6" wait_for 3 heard six '"end-of-rib","family":"ipv6"'
ok "BIRD has both paths" wait_for 5 has 40.0.0.0/8 'as_path: 65004 65005$'
ok "and the other one" has 40.0.0.0/8 'as_path: 65004$'
ok "BIRD takes the IPv6 next hop" has 40.0.0.0/8 'next_hop: 2001:db8::1'
ok "all is agreed on with BIRD" wait_for 3 heard modern '"up",.*"extended_message":true,"add_path_rx":\["ipv4"\],"add_path_tx":\["ipv4"\],"ext_nexthop":\["ipv4"\],"role":"rs-client"'
ok "BIRD's path identifier comes" wait_for 3 heard modern '"20.0.0.0/8"\],"path_ids":\[[0-9]'
kill -9 $modern # without a word
wait $modern 2>/dev/null
ok "BIRD keeps the routes meanwhile" has 40.0.0.0/8 'as_path: 65004 65005$'
birdc 'reload in four' >/dev/null
ok "BIRD asks for a refresh" wait_for 3 heard four '"refresh","family":"ipv4","kind":"request"'
ok "and has the route after it" has 10.0.0.0/8 'as_path: 65001$'
birdc 'disable six "see you later"' >/dev/null
ok "BIRD's words are read" wait_for 3 heard six '"text":"see you later"'
wait $six
is "wait-down, quit" $? 0
kill $four $old
wait $four $old
ok "BIRD reads our goodbye" wait_for 3 \
	grep -q 'four: Received: Administrative shutdown' "$tmp/bird.log"
kill "$(cat "$tmp/bird.pid")"
done_testing
