#!/bin/sh
# A network of several routers of different kinds: FRR and BIRD find each other by
# OSPF, and tell by iBGP what they learnt outside.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
command -v bird >/dev/null || skip_all "BIRD is not installed"
[ -x /usr/lib/frr/ospf6d ] && [ -x /usr/lib/frr/frr-reload.py ] ||
	skip_all "Debian's frr or frr-pythontools is not installed"

a=$tag-n
# border and peering are FRR, the core between them is BIRD; m2 the other way round
cat >"$tmp/n.yml" <<-END
	lab: n
	exchange:
	  asn: 64500
	  switches: [sw1]
	  peering-lans:
	    khi: {ipv4: 203.0.113.0/24, ipv6: "2001:db8:ffff:1::/64"}
	  route-servers:
	    rs1: {ipv4: 203.0.113.1, ipv6: "2001:db8:ffff:1::1"}
	members:
	  m1:
	    asn: 65536
	    prefixes: [100.64.0.0/22, "3fff::/32"]
	    kind: frr
	    routers:
	      border: {}
	      core: {kind: bird, host: yes}
	      peering: {ipv4: 203.0.113.10, ipv6: "2001:db8:ffff:1::10"}
	  m2:
	    asn: 65537
	    prefixes: [100.64.4.0/22, "3fff:1::/32"]
	    anycast: ["3fff:a::/32"]
	    routers:
	      border: {}
	      core: {kind: frr, host: yes}
	      peering: {ipv4: 203.0.113.11, ipv6: "2001:db8:ffff:1::11"}
	  cust:
	    asn: 65539
	    prefixes: [100.64.12.0/22, "3fff:3::/32"]
	    host: yes
	transit:
	  isp: {asn: 64496, prefixes: [198.18.0.0/16, "3fff:f00::/32"], host: yes}
	links:
	  - {between: [m1-border, isp], relation: transit, ipv4: 100.127.0.0/31, ipv6: "3fff:fff::/127"}
	  - {between: [m2-border, isp], relation: transit, ipv4: 100.127.0.2/31, ipv6: "3fff:fff::2/127"}
	  - {between: [cust, m2-core], relation: transit, ipv4: 100.127.0.4/31, ipv6: "3fff:fff::4/127"}
END
run ixlab up "$tmp/n.yml" --name "$a"
is "up" "$status $err" "0 $err"
[ "$status" = 0 ] || { diag "$out"; done_testing; }

sessions() { # NODE: with whom it has sessions that stand, IPv4 and IPv6
	ixlab inspect --json | jq -r --arg n "$1" '[.sessions[] |
		select(.at == $n and .established) |
		"\(.with)-\(.family[3:])"] | sort | join(" ")'
}
stand() { [ "$(sessions "$1")" = "$2" ]; }
have() { # NODE WORDS
	wait_for 30 stand "$1" "$2"
	is "$1: its sessions stand" "$(sessions "$1")" "$2"
}
have m1-border "isp-4 isp-6 m1-core-4 m1-core-6 m1-peering-4 m1-peering-6"
have m1-core "m1-border-4 m1-border-6 m1-peering-4 m1-peering-6"
have m1-peering "m1-border-4 m1-border-6 m1-core-4 m1-core-6 rs1-4 rs1-6"
have m2-core "cust-4 cust-6 m2-border-4 m2-border-6 m2-peering-4 m2-peering-6"

pings() { ixlab exec "$1" ping -c1 -W1 "$2"; }
reaches() { # FROM TO
	ok "$1 reaches $2" wait_for 30 pings "$1" "$2"
}
reaches m1-core-h 100.64.12.10 # m1 core, peering, exchange, m2 peering, core
reaches m1-core-h 3fff:3::10
reaches cust-h 198.18.0.10 # through m2's FRR core and BIRD border
reaches cust-h 3fff:f00::10
reaches m1-core-h 198.18.0.10 # through m1's FRR border
reaches m1-core-h 3fff:f00::10

# What is ours stays inside: others hear the aggregates, and the customer's.
heard() { # of isp: prefixes and the last AS of their path
	ixlab birdc isp show route where source = RTS_BGP |
		sed -n 's,^\([0-9a-f:.]*/[0-9]*\) .*\[AS\([0-9]*\).*,\1-\2,p' |
		sort -u | xargs
}
hears() { [ "$(heard)" = "$1" ]; }
all="100.64.0.0/22-65536 100.64.12.0/22-65539 100.64.4.0/22-65537 3fff:1::/32-65537 3fff:3::/32-65539 3fff::/32-65536 3fff:a::/32-65537"
wait_for 30 hears "$all"
is "the provider hears what it should" "$(heard)" "$all"
inside=$(ixlab birdc m2-border show route where source = RTS_OSPF)
like "OSPF tells of FRR's loopback" "$inside" '^3fff:1:ffff:ffff::1001/128 '
unlike "and not of its anycast address, which is there, too" "$inside" 3fff:a::
like "on the same interface" "$(ixlab exec m2-core ip -6 address show dev lo)" \
	'inet6 3fff:a::'

# ---- a router goes: sessions from loopback to loopback survive nothing else
for process in ospfd ospf6d; do
	# shellcheck disable=SC2016
	ixlab exec m1-peering sh -c 'for p in /proc/[0-9]*; do
		[ "$(cat $p/comm 2>/dev/null)" = "$1" ] &&
		[ "$(readlink $p/ns/net)" = "$(readlink /proc/self/ns/net)" ] &&
		kill -9 ${p#/proc/}
	done; :' sh $process
	restarted() { [ "$(ixlab inspect --json | jq -r '.nodes[] |
		select(.name == "m1-peering") | "\(.state) \(.restarts)"')" = \
		"running $1" ]; }
	ok "$process is killed, and FRR starts again" \
		wait_for 20 restarted "$([ $process = ospfd ] && echo 1 || echo 2)"
done
have m1-peering "m1-border-4 m1-border-6 m1-core-4 m1-core-6 rs1-4 rs1-6"
run ixlab down "$a"
leftovers "down: nothing is left"

# ---- a trainee's: OSPF is ready, BGP is theirs
sed 's/^    kind: frr$/&\n    trainee: yes/' "$tmp/n.yml" >"$tmp/t.yml"
rm -rf "$XDG_STATE_HOME/ixlab/labs/$a"
run ixlab up "$tmp/t.yml" --name "$a"
is "a trainee's: up" "$status" 0
border=$(ixlab inspect --json | jq -r '.model.nodes[] |
	select(.name == "m1-border") | .loopbacks[] | sub("/.*"; "")' | xargs)
for to in $border; do
	reaches m1-peering "$to"
done
is "a trainee's: no session" "$(ixlab inspect --json | jq '[.sessions[] |
	select((.with | startswith("m1-")) and .established)] | length')" 0
run ixlab down "$a"
leftovers "down: nothing is left of it"
done_testing
