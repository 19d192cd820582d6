#!/bin/sh
# GTSM (RFC 5082): a member next to us is heard, one behind a router is not; and
# a member several hops away with multihop.
. "$(dirname "$0")/../lan.sh"

config
client 65536 10 'gtsm: yes' near
client 65537 11 '' plain
cat >>"$clients" <<-END
	  - {asn: 65538, ip: 198.51.100.2, description: far, cfg: {multihop: 3, filtering: {next_hop: {policy: same-as}}}}
	  - {asn: 65539, ip: 198.51.100.3, description: forger, cfg: {gtsm: yes}}
END
# While the server has it off, near hears nothing of it, not even an end; BIRD
# would hold to such a connection for four minutes.
bird near 65536 10 "$(routes ipv4 100.64.0.0/22)" '' \
	'ttl security on; startup hold time 4;'
bird plain 65537 11
# A router between the LAN and two members behind it.
node hop 20
ip netns add far
ip link add h0 netns hop type veth peer name ix netns far
in_node hop sysctl -qw net.ipv4.ip_forward=1
ip -n hop addr add 198.51.100.1/24 dev h0
ip -n hop link set h0 up
for a in 2 3; do ip -n far addr add 198.51.100.$a/24 dev ix; done
ip -n far link set ix up
ip -n far link set lo up
ip -n far route add default via 198.51.100.1
node rs 1
ip -n rs route add 198.51.100.0/24 via 203.0.113.20
far() { # NAME ASN N OPTIONS
	cat >"$tmp/$1.conf" <<-END
		router id 198.51.100.$3;
		protocol device {}
		protocol bgp rs4 {
			local 198.51.100.$3 as $2;
			neighbor 203.0.113.1 as 64500;
			$4
			connect delay time 1; connect retry time 1;
			error wait time 1, 2;
			ipv4 { import all; export none; };
		}
	END
	in_node far bird -c "$tmp/$1.conf" -s "$tmp/$1.ctl" -P "$tmp/$1.pid"
}
# each with a listening socket of its own, whoever is there first
far far 65538 2 'multihop 5; strict bind;'
far forger 65539 3 'multihop 5; strict bind;'
rs
up() { birdc "$1" show protocols | grep -q Established; }
ok "a member with TTL security" wait_for 5 up near
ok "a member without" wait_for 5 up plain
ok "a member three hops away" wait_for 8 up far
session() { json show sessions | tr '{' '\n' | grep '"address":"203.0.113.'"$1"'"'; }
like "and who has it is told" "$(session 10)" '"ttl_security":true'
like "and who has not" "$(session 11)" '"ttl_security":false'
ok "the routes reach it" wait_for 3 has far 100.64.0.0/22
sleep 2
like "who is farther away than it should be is not heard" \
	"$(json show sessions)" '"address":"198.51.100.3"[^}]*"flaps":0,'
unlike "nor has a session" "$(json show sessions)" \
	'"address":"198.51.100.3"[^}]*"state":"Established"'
# ---- the setting changes: that session alone begins anew
sed -i 's/gtsm: yes$/gtsm: no/' "$clients"
birdc near 'configure' >/dev/null
ctl reload >/dev/null
flapped() { json show sessions | tr '{' '\n' | grep '"address":"203.0.113.10"' | grep -q '"flaps":[1-9]'; }
ok "a changed gtsm resets the session" wait_for 5 flapped
unlike "and no other" "$(json show sessions | tr '{' '\n' |
	grep -E '"member":"(plain|far)"')" '"flaps":[1-9]'
# ---- the handshake: guarded when all members have it
connects() { # ADDRESS: a neighbour, with the usual TTL of 64
	in_node plain timeout 2 bash -c ": </dev/tcp/$1/179" 2>/dev/null
}
both() { connects 203.0.113.1 && connects 2001:db8:ffff:1::1; }
neither() { ! connects 203.0.113.1 && ! connects 2001:db8:ffff:1::1; }
ok "where some have gtsm, anybody's SYN is answered" wait_for 2 both
kill -TERM "$(cat "$tmp/plain.pid")" "$(cat "$tmp/far.pid")" \
	"$(cat "$tmp/forger.pid")"
cp "$clients" "$tmp/some.yml"
echo clients: >"$clients"
client 65536 10 'gtsm: yes' near
ctl reload >/dev/null
ok "where all have, one with a lower TTL is not" neither
ok "and members have their sessions" wait_for 8 established 2
cp "$tmp/some.yml" "$clients"
ctl reload >/dev/null
ok "until one has not" wait_for 2 both
done_testing
