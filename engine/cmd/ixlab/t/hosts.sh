#!/bin/sh
# Machines behind a network: several on one bridge, by hosts and by behind.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
command -v bird >/dev/null || skip_all "BIRD is not installed"

a=$tag-a
cat >"$tmp/hosts.yml" <<-'EOF'
	lab: hosts
	exchange:
	  name: IX
	  switches: [sw1]
	  peering-lans: {khi: {ipv4: 203.0.113.0/24, ipv6: "2001:db8:ffff:1::/64"}}
	members:
	  m1:
	    asn: 65536
	    ipv4: 203.0.113.10
	    ipv6: 2001:db8:ffff:1::10
	    prefixes: [100.64.0.0/22, "3fff::/32"]
	    peers: [m2]
	    host: yes
	    hosts:
	      web: {name: The shop, delay: 2ms}
	      db: {ipv4: 100.64.0.200}
	      dns: {kind: plain, command: [sh, -c, "echo ready; exec sleep 1h"]}
	  m2:
	    asn: 65537
	    ipv4: 203.0.113.11
	    ipv6: 2001:db8:ffff:1::11
	    prefixes: [100.64.4.0/22, "3fff:1::/32"]
	nodes:
	  cache: {behind: m2}
EOF
run ixlab up "$tmp/hosts.yml" --dry-run
like "several machines: a bridge in the router" "$out" \
	'^ *m1: bridge lan0, mtu 1500$'
unlike "one machine: none" "$out" 'm2: bridge'
run ixlab up "$tmp/hosts.yml" --name "$a"
is "up" "$status" 0
addresses() {
	ixlab inspect "$a" --json | jq -c --arg n "$1" '.model.nodes[] |
		select(.name == $n) | [.role, .title, .owner, .network,
		(.interfaces[] | .name, .bridge, .addresses)]'
}
is "the router's side" "$(addresses m1)" '["member","m1",null,"m1","ix0",false,["203.0.113.10/24","2001:db8:ffff:1::10/64"],"lan0",true,["100.64.0.1/24","3fff::1/64"]]'
is "the first of hosts" "$(addresses m1-web)" '["host","The shop","m1","m1","lan0",false,["100.64.0.11/24","3fff::11/64"]]'
is "one that has its address" "$(addresses m1-db)" '["host","m1-db","m1","m1","lan0",false,["100.64.0.200/24","3fff::12/64"]]'
is "the next" "$(addresses m1-dns)" '["host","m1-dns","m1","m1","lan0",false,["100.64.0.12/24","3fff::13/64"]]'
is "a machine behind" "$(addresses cache)" '["machine","cache","m2","m2","lan0",false,["100.64.4.11/24","3fff:1::11/64"]]'
ping_ok() { ixlab exec "$1" ping -c1 -W1 "$2"; }
ok "hosts reach each other" wait_for 5 ping_ok m1-h 100.64.0.200
ok "in both families" wait_for 5 ping_ok m1-dns 3fff::12
ok "and the machine behind the other network" wait_for 30 ping_ok m1-web 100.64.4.11
ok "it them" wait_for 30 ping_ok cache 3fff::13
run ixlab exec m1-dns ip -o link show
is "a machine has one interface" "$(printf "%s\n" "$out" | wc -l)" 2
runs() { ixlab exec m1-dns pgrep -x sleep; }
ok "a host's command runs" wait_for 5 runs
run ixlab link m1 m1-web
like "its link has weather, at a port of the bridge" "$out" \
	'^m1:m1-web - m1-web:lan0 is up; weather: delay 2ms'
run ixlab link m1 m1-web down
ok "down" eval '! ping_ok m1-h 100.64.0.11'
run ixlab link m1 m1-web up
ok "and up again" wait_for 5 ping_ok cache 100.64.0.11
for n in m1-web m1; do
	run ixlab reset $n
	is "reset of $n" "$status" 0
	ok "$n: as before" wait_for 40 ping_ok cache 100.64.0.11
	ok "$n: inside, too" wait_for 5 ping_ok m1-h 100.64.0.11
done
run ixlab graph "$a" --dot
like "graph: every machine" "$out" '"m1" -- "m1-dns"'
like "graph: behind" "$out" '"m2" -- "cache"'
run ixlab graph "$a" --text
like "graph: how many there are" "$out" 'host m1-web \+3'
run ixlab down "$a"
is "down" "$status" 0
leftovers "nothing is left"
done_testing
