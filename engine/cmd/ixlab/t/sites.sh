#!/bin/sh
# Sites joined by tunnels (VXLAN; tags.sh has 802.1Q): a LAN over them, and what a carrier with too
# little room does to full frames.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
command -v bird >/dev/null || skip_all "BIRD is not installed"

a=$tag-a
cat >"$tmp/sites.yml" <<-'EOF'
	lab: sites
	exchange:
	  name: IX
	  switches: [sw1, sw2, sw3]
	  site-links:
	    - {between: [sw1, sw2], over: vxlan, delay: 2ms}
	    - {between: [sw1, sw3], over: vxlan, mtu: 1500}
	  peering-lans:
	    khi:
	      switches: [sw1, sw2, sw3]
	      ipv4: 203.0.113.0/24
	      ipv6: 2001:db8:ffff:1::/64
	      quarantine: yes
	members:
	  m1:
	    asn: 65536
	    ipv4: 203.0.113.10
	    ipv6: 2001:db8:ffff:1::10
	    prefixes: [100.64.0.0/22]
	    peers: [m2, m3]
	  m2:
	    asn: 65537
	    switch: sw2
	    ipv4: 203.0.113.11
	    ipv6: 2001:db8:ffff:1::11
	    prefixes: [100.64.4.0/22]
	  m3:
	    asn: 65538
	    switch: sw3
	    ipv4: 203.0.113.12
	    prefixes: [100.64.8.0/22]
EOF
run ixlab up "$tmp/sites.yml" --dry-run
like "the plan says what carries what" "$out" \
	'tunnel sw1:sw2_1 .port of khi-q. - sw2:sw1_1 .*, mtu 1500, VXLAN 102 over wan0 - wan0'
run ixlab up "$tmp/sites.yml" --name "$a"
is "up" "$status" 0
up() {
	[ "$(ixlab inspect "$a" --json | jq '[.sessions[] |
		select(.established)] | length')" -eq 6 ]
}
ok "members of two sites have sessions" wait_for 30 up
sized() { # TO BYTES: an echo of that size arrives, whole
	ixlab exec m1 ping -c1 -W1 -M "do" -s $(($2 - 28)) "203.0.113.$1"
}
not() { ! "$@"; }
ok "a full frame passes" wait_for 5 sized 11 1500
ok "one of 1,450 bytes passes a carrier of 1,500" wait_for 5 sized 12 1450
ok "a full one does not" not sized 12 1500
run ixlab ports sw1 --json
is "ports: what a site link's port is an end of" \
	"$(jq -c '[.ports[] | select(.kind == "site") | .port, .lan,
		.tunnel.id, .tunnel.mtu, .tunnel.carrier]' <"$tmp/run.out")" \
	'["sw2","khi",101,1500,"wan0","sw2_1","khi-q",102,1500,"wan0","sw3","khi",201,1450,"wan1","sw3_1","khi-q",202,1450,"wan1"]'
run ixlab ports m2
like "ports: seen behind the tunnel" "$(ixlab ports sw1)" \
	'^sw1 +sw2 +khi +up, vxlan .* 02:00:01:00:01:00'
run ixlab graph "$a" --text
like "graph: how the sites are joined" "$out" \
	'^ khi: sw1 - sw2 \(vxlan, delay 2ms\), sw1 - sw3 \(vxlan\)$'
run ixlab link sw1 sw2
like "link: two switches are joined by their carrier" "$out" \
	'^sw1:wan0 - sw2:wan0 is up; weather: delay 2ms'
run ixlab move m3 khi-q
ok "move: in quarantine it reaches nobody of the LAN" not sized 12 64
run ixlab move m1 khi-q
ok "move: but those who are there, over the second tunnel" wait_for 5 sized 12 64
run ixlab move m1 khi
run ixlab move m3 khi
for sw in sw2 sw1; do
	run ixlab reset $sw
	is "reset of $sw" "$status" 0
	ok "and its tunnels work" wait_for 5 sized 11 1500
	ok "of all sites" wait_for 5 sized 12 1450
done
ok "the sessions are there, or come back" wait_for 60 up
run ixlab down "$a"
is "down" "$status" 0
leftovers "nothing is left"
done_testing
