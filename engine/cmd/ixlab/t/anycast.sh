#!/bin/sh
# Anycast: two networks originate a prefix and answer in it; a packet ends at the
# one that BGP prefers, and at the other when that withdraws.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
command -v bird >/dev/null || skip_all "BIRD is not installed"

a=$tag-a
cat >"$tmp/any.yml" <<-'EOF'
	lab: any
	exchange:
	  name: IX
	  switches: [sw1]
	  peering-lans: {khi: {ipv4: 203.0.113.0/24, ipv6: "2001:db8:ffff:1::/64"}}
	members:
	  m1:
	    asn: 65536
	    ipv4: 203.0.113.10
	    ipv6: 2001:db8:ffff:1::10
	    prefixes: [100.64.0.0/22]
	    anycast: [192.88.98.0/24, "3fff:fff::/48"]
	    peers: [m3]
	  m2:
	    asn: 65537
	    prefixes: [100.64.4.0/22]
	    routers:
	      edge: {lan: khi, ipv4: 203.0.113.11, ipv6: "2001:db8:ffff:1::11"}
	      deep: {}
	    anycast: [192.88.98.0/24, "3fff:fff::/48"]
	    peers: [m3]
	  m3:
	    asn: 65538
	    ipv4: 203.0.113.12
	    ipv6: 2001:db8:ffff:1::12
	    prefixes: [100.64.8.0/22, "3fff:2::/32"]
	    host: yes
EOF
run ixlab up "$tmp/any.yml" --name "$a"
is "up" "$status" 0
[ "$status" = 0 ] || diag "$err"
heard() { # NODE: echo requests, of both families
	ixlab exec "$1" cat /proc/net/snmp /proc/net/snmp6 | awk '
		/^Icmp: / && !n {for (i = 1; i <= NF; i++) if ($i == "InEchos") n = i; next}
		/^Icmp: / {sum += $n}
		/^Icmp6InEchos/ {sum += $2}
		END {print sum}'
}
ping_ok() { ixlab exec "$1" ping -c1 -W1 "$2"; }
ok "somebody answers" wait_for 30 ping_ok m3-h 192.88.98.1
ok "in both families" wait_for 30 ping_ok m3-h 3fff:fff::1
paths() {
	[ "$(ixlab birdc m3 show route for "$1" | grep -c unicast)" = 2 ]
}
ok "both originate the prefix" wait_for 30 paths 192.88.98.1
ok "of IPv6, too" wait_for 30 paths 3fff:fff::1
answers() { # ADDRESS: who hears an echo to it
	m1=$(heard m1) edge=$(heard m2-edge) deep=$(heard m2-deep)
	ixlab exec m3-h ping -c1 -W10 "$1" >/dev/null || echo nobody
	[ "$(heard m1)" = "$m1" ] || echo m1
	[ "$(heard m2-edge)" = "$edge" ] || echo m2-edge
	[ "$(heard m2-deep)" = "$deep" ] || echo m2-deep
}
best() { # ADDRESS: the neighbour to which BGP leads
	ixlab birdc m3 show route primary for "$1" | sed -n 's/.*\[\(m[12]\)[^ ]* .*/\1/p'
}
for to in 192.88.98.1 3fff:fff::1; do
	is "$to: BGP prefers one of two equal ways" "$(best $to)" m2
	is "$to: its nearest router answers, and nobody else" \
		"$(answers $to)" m2-edge
done
ixlab birdc m2-edge disable own_v4 >/dev/null
ixlab birdc m2-edge disable own_v6 >/dev/null
leads() { [ "$(best 192.88.98.1) $(best 3fff:fff::1)" = "$1 $1" ]; }
ok "one withdraws" wait_for 30 leads m1
for to in 192.88.98.1 3fff:fff::1; do
	is "$to: the other one answers" "$(answers $to)" m1
done
ok "inside, the own router is the nearest" ping_ok m2-deep 192.88.98.1
ixlab birdc m2-edge enable own_v4 >/dev/null
ixlab birdc m2-edge enable own_v6 >/dev/null
ok "it announces again" wait_for 30 leads m2
is "and answers again" "$(answers 192.88.98.1)" m2-edge
run ixlab down "$a"
is "down" "$status" 0
leftovers "nothing is left"
done_testing
