#!/bin/sh
# A LAN of more ports than a bridge has: it is spread over two switches by itself,
# and every port is guarded.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
command -v nft >/dev/null || skip_all "nft is not installed"

a=$tag-a
{
	cat <<-'EOF'
	lab: spread
	exchange:
	  name: IX
	  switches: [sw1]
	  peering-lans: {khi: {ipv4: 198.18.0.0/20}}
	members:
	  m1:
	    asn: 65536
	    ipv4: 198.18.0.1
	    kind: plain
	    command: [sleep, infinity]
	nodes:
	EOF
	awk 'BEGIN {
		for (i = 1; i < 1100; i++)
			printf "  n%d: {ipv4: 198.18.%d.%d, guard: {pin: yes, ethertypes: [ipv4, arp]}}\n",
				i, 1 + i / 200, 1 + i % 200
	}'
} >"$tmp/spread.yml"
run ixlab up "$tmp/spread.yml" --name "$a"
is "up: 1,100 ports" "$status" 0
diag "$out"
limit=$(cat /proc/sys/net/core/netdev_max_backlog 2>/dev/null || echo 0)
if [ "$limit" -lt 1100 ]; then
	like "up warns of broadcasts that do not reach them all" "$err" \
		"^$a: peering LAN khi has 1100 ports: (the kernel takes [0-9]+ frames|how many frames the kernel takes) .* a broadcast does not reach them all \\(.*netdev_max_backlog=10000.*\\)\$"
else
	is "up has no reason to warn" "$err" ""
fi
# Each of 1,102 interfaces tells of its groups (MLD) when it comes up, to nobody.
frames=$(ixlab exec n1 -- ip -s -j link show ix0 | jq '.[0].stats64.rx.packets')
ok "the first one did not hear all the others come up ($frames frames)" [ "$frames" -lt 300 ]
ports() { # of SWITCH, of KIND
	ixlab ports "$1" --json | jq --arg k "$2" '[.ports[] |
		select(.kind == $k and .state == "up")] | length'
}
is "half of them are on the first" \
	"$(ports sw1 port) $(ports sw1 site)" "550 1"
is "half on a second" "$(ports sw1-2 port) $(ports sw1-2 site)" "550 1"
ping_ok() { ixlab exec "$1" ping -c1 -W1 "$2"; }
ok "a machine reaches one on its own switch" \
	wait_for 5 ping_ok n1099 198.18.6.99
ok "and one on the other" wait_for 5 ping_ok n1099 198.18.1.51
ok "which reaches them" wait_for 5 ping_ok n50 198.18.6.100
ixlab exec n1099 ip link set ix0 address 02:00:5e:00:53:01
ok "a wrong address gets nowhere" eval '! ping_ok n1099 198.18.6.99'
like "and is counted" "$(ixlab ports n1099)" \
	'^sw1-2 +n1099 +khi +up +pin +[1-9]'
run ixlab cull khi on
is "cull: of all ports of both" "$status $(ixlab ports --json |
	jq '[.ports[] | select(.culled)] | length')" "0 1100"
run ixlab down "$a"
is "down" "$status" 0
leftovers "nothing is left"
done_testing
