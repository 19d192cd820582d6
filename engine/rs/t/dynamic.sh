#!/bin/sh
# Dynamic neighbours: whoever connects from inside a client's range is a session;
# and two LANs in one server.
. "$(dirname "$0")/../lan.sh"
command -v ixpeer >/dev/null || skip_all "ixpeer is not built"

config
client 65536 10 '' fixed
client 65544 12 '' ll
cat >>"$clients" <<-END
	  - {asn: 65540, ip: ["203.0.113.64/26", "2001:db8:ffff:1::40/122"], description: cloud}
	  - {asn: 65541, ip: 198.51.100.2, description: other}
END
bird fixed 65536 10 "$(routes ipv4 100.64.0.0/22)"
node ll 12
ip -n ll addr add fe80::12/64 dev ix nodad
bird ll 65544 12 "$(routes ipv6 3fff:0:12::/48)"
bird one 65540 70 "$(routes ipv4 100.70.0.0/22)"
bird two 65540 71 "$(routes ipv4 100.71.0.0/22)"
# Another peering LAN, on the same server.
node rs 1
ip netns add other
ip -n rs link add lan2 type veth peer name ix netns other
ip -n rs addr add 198.51.100.1/24 dev lan2
ip -n rs link set lan2 up
ip -n other addr add 198.51.100.2/24 dev ix
ip -n other link set ix up
ip -n other link set lo up
cat >"$tmp/other.conf" <<-END
	router id 198.51.100.2;
	protocol device {}
	protocol static { ipv4; route 100.99.0.0/22 blackhole; }
	protocol bgp rs4 {
		local as 65541; neighbor 198.51.100.1 as 64500;
		connect delay time 1; connect retry time 1;
		ipv4 { import all; export where source = RTS_STATIC; };
	}
END
in_node other bird -c "$tmp/other.conf" -s "$tmp/other.ctl" -P "$tmp/other.pid"
rs --listen 203.0.113.1 --listen 198.51.100.1 --listen 2001:db8:ffff:1::1 --listen ::1
ok "five fixed sessions, four dynamic ones" wait_for 8 established 9
session() { json show sessions | tr '{' '\n' | grep "\"address\":\"$1\""; }
like "a session from the range" "$(session 203.0.113.70)" \
	'"member":"cloud".*"asn":65540.*"local":"203.0.113.1".*"dynamic":true'
like "another one" "$(session 203.0.113.71)" '"dynamic":true'
like "a fixed one" "$(session 203.0.113.10)" '"dynamic":false'
like "the other LAN's" "$(session 198.51.100.2)" '"local":"198.51.100.1"'
ok "the range's routes pass" wait_for 3 has fixed 100.70.0.0/22
ok "all of them" wait_for 3 has fixed 100.71.0.0/22
sent() { ctl show sent "$1" | grep -q "^$2 "; }
ok "the LANs' members are told of each other" wait_for 3 sent fixed 100.99.0.0/22
ok "both ways" wait_for 3 sent other 100.64.0.0/22
ok "nobody is told what has its own AS in the path" has_not two 100.70.0.0/22
ok "an IPv6 route passes" wait_for 3 has fixed 3fff:0:12::/48
run birdc fixed show route all 3fff:0:12::/48
like "with the global next hop alone, where a server has two LANs" \
	"$out" 'next_hop: 2001:db8:ffff:1::12$'
run ctl show received 203.0.113.71
like "named by the address" "$out" '100.71.0.0/22'
like "or all by the name" "$(ctl show received cloud)" '100.70.0.0/22'

# ---- who is outside
node stranger 66
stranger() { # ASN LAST-OCTET WORDS: it knocks until it was told so
	echo wait-established | ip netns exec stranger ixpeer --asn "$1" --id 203.0.113.66 \
		--local "203.0.113.$2" --connect 203.0.113.1 --script - \
		>"$tmp/peer.json" 2>&1 &
	wait_for 5 grep -q "$3" "$tmp/peer.json"
	is_told=$?
	kill $!
	wait $! 2>/dev/null
	return $is_told
}
ok "another AS from inside is refused" stranger 65541 66 'Bad Peer AS'
ip -n stranger addr add 203.0.113.200/24 dev ix
ok "an address outside is refused" stranger 65540 200 'Connection Rejected'

# ---- they come and go
kill -9 "$(cat "$tmp/two.pid")"
ok "a member that goes takes its routes" wait_for 5 has_not fixed 100.71.0.0/22
sed -i 's/203.0.113.64\/26/203.0.113.72\/29/' "$clients"
ctl reload >/dev/null
ok "a range that shrinks drops who is outside" \
	wait_for 5 has_not fixed 100.70.0.0/22
no_session() { ! session 203.0.113.70; }
ok "its session is gone" wait_for 3 no_session
like "who is still inside stays" "$(session 2001:db8:ffff:1::70)" \
	'"state":"Established".*"flaps":0,'
unlike "and the fixed ones noticed nothing" "$(session 203.0.113.10)" \
	'"flaps":[1-9]'
done_testing
