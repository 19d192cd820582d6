#!/bin/sh
# A switch that is one bridge with VLANs: a member of one hears nothing of another,
# a trunk hears both, a port that is moved is in another VLAN. A kernel without says so: where a lab
# file insists the lab is refused, where it says auto each LAN has a bridge.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"

lab_file() { # VLANS [KHI [QUARANTINE]]
	cat <<-EOF2
		lab: vlans
		exchange:
		  name: IX
		  switches: [sw1, sw2]
		  vlans: $1
		  site-links: [{between: [sw1, sw2]}]
		  peering-lans:
		    khi:
		      switches: [sw1, sw2]
		      vlan: ${2:-10}
		      ipv4: 203.0.113.0/24
		      guard: {pin: yes, ethertypes: [ipv4, arp]}
		      quarantine: yes
		      quarantine-vlan: ${3:-20}
		    prv: {switch: sw1, vlan: 30, ipv4: 198.51.100.0/24}
		members:
		  m1: {asn: 65536, lan: khi, ipv4: 203.0.113.10, kind: plain, command: [sleep, infinity]}
		  m2: {asn: 65537, lan: khi, switch: sw2, ipv4: 203.0.113.11, kind: plain, command: [sleep, infinity]}
		  m3:
		    asn: 65538
		    kind: plain
		    command: [sleep, infinity]
		    trunk: yes
		    lans:
		      khi: {ipv4: 203.0.113.12}
		      prv: {ipv4: 198.51.100.12}
		  m4: {asn: 65539, lan: prv, ipv4: 198.51.100.13, kind: plain, command: [sleep, infinity]}
	EOF2
}
lab_file filtering >"$tmp/filtering.yml"
lab_file auto >"$tmp/auto.yml"
here() { ixlab exec -L "$lab" "$@"; }
hears() { # NODE ADDRESS
	here "$1" ping -c1 -W1 "$2"
}
deaf() {
	! hears "$@" >/dev/null
}
ports() { # NODE FILTER
	ixlab ports -L "$lab" --json "$1" | jq -c "$2"
}
has=$(ixlab doctor --json | jq '[.. | objects |
	select(.feature? == "VLANs of a bridge") | .ok] | first')

# ---- auto: as the kernel can
lab=$tag-auto
run ixlab up "$tmp/auto.yml" --name "$lab"
is "auto: up" "$status" 0
if [ "$has" = true ]; then
	unlike "auto: nothing to tell, where bridges filter VLANs" "$err" VLAN
	how=filtering all='[[10,false,"khi"]]'
else
	like "auto: it says what is lacking" "$err" \
		"^$lab: this kernel's bridges filter no VLANs, so each peering LAN has a bridge"
	how=bridges all=null
fi
is "auto: inspect tells what was taken" "$(ixlab inspect "$lab" --json |
	jq -r .model.vlans)" "$how"
is "auto: so do ports" "$(ports m1 \
	'.ports[].vlans | if . then map([.vlan, .tagged, .lan]) else . end')" "$all"
ok "auto: a LAN is one over both switches" wait_for 5 hears m1 203.0.113.11
run ixlab up "$tmp/auto.yml" --name "$lab"
like "auto: the running lab is what the file says" "$status $out$err" \
	"^0 $lab runs and is as its file says"
run ixlab move -L "$lab" m1 khi-q
ok "auto: quarantined" deaf m1 203.0.113.11
run ixlab move -L "$lab" m1 khi
ok "auto: and back" wait_for 5 hears m1 203.0.113.11
run ixlab down "$lab"
is "auto: down" "$status" 0

# ---- VLANs or nothing
lab=$tag-f
run ixlab up "$tmp/filtering.yml" --name "$lab"
if [ "$has" != true ]; then
	like "a kernel without refuses, and says what can be had" \
		"$status $err" \
		'^3 .*filtering.yml:4: sw1: vlans: filtering cannot be had, vlans: auto can: this kernel.s bridges filter no VLANs'
	leftovers "nothing is left"
	skip "VLANs of a bridge, with frames" "this kernel's bridges filter no VLANs"
	done_testing
fi
is "up" "$status" 0
is "each switch is one bridge" "$(here sw1 ip -j link show type bridge |
	jq -c 'map(.ifname)')" '["sw1"]'
is "which filters VLANs, and has none of its own" "$(here sw1 \
	ip -j -d link show sw1 | jq -c '.[0].linkinfo.info_data |
	[.vlan_filtering, .vlan_default_pvid]')" '[1,0]'
is "a port is in its LAN's, without a tag" "$(here sw1 bridge -j vlan show \
	dev m1 | jq -c 'map(.vlans[] | [.vlan, .flags])')" \
	'[[10,["PVID","Egress Untagged"]]]'
is "a trunk is in its first LAN's, and in the others with tags" "$(here sw1 \
	bridge -j vlan show dev m3 | jq -c 'map(.vlans[] | [.vlan, .flags])')" \
	'[[10,["PVID","Egress Untagged"]],[30,null]]'
is "so it is two LANs on one port" "$(ports m3 '[.ports[] | [.port, .lan]]')" \
	'[["m3","khi"],["m3","prv"]]'
ok "a member hears its LAN" wait_for 5 hears m1 203.0.113.12
ok "over both switches" wait_for 5 hears m1 203.0.113.11
is "addresses are seen in a VLAN" "$(ports m2 \
	'[.ports[] | select(.switch == "sw2") | .macs] | flatten | length')" 1

ok "a trunk hears its other LAN, too, and is heard there" wait_for 5 hears m3 198.51.100.13
tagged() { # FRAMES: what m3 sends to its other LAN
	[ "$(here m3 -- timeout 60 tcpdump -Z root -c1 -enli ix0 vlan 30 and icmp \
		2>/dev/null | grep -c 'vlan 30')" = 1 ]
}
(while hears m3 198.51.100.13 >/dev/null; do sleep 0.2; done) &
asks=$!
ok "over the same link, with the tag" tagged
kill $asks
wait $asks 2>/dev/null

# m1 in khi, m4 in prv: both of m1's words begin with a broadcast
here m4 -- timeout 60 tcpdump -Z root -lni ix0 arp >"$tmp/prv" 2>"$tmp/prv.err" &
seen=$!
listens() { grep -q listening "$tmp/prv.err"; }
ok "m4 listens in another VLAN" wait_for 20 listens
here m1 ip neigh flush dev ix0
hears m1 203.0.113.99 >/dev/null
hears m1 203.0.113.12 >/dev/null
here m3 ping -c1 -W1 -I ix1 198.51.100.77 >/dev/null
own() { grep -q 'who-has 198.51.100.77' "$tmp/prv"; }
ok "it hears what the trunk says there" wait_for 20 own
unlike "and nothing of the first" "$(cat "$tmp/prv")" '203\.0\.113'
kill $seen 2>/dev/null
wait $seen

run ixlab move -L "$lab" m2 khi-q
is "moved: it is in another VLAN" "$(ports m2 '[.ports[] |
	select(.kind == "port") | .lan, (.vlans | map(.vlan))]')" '["khi-q",[20]]'
ok "and hears nobody" deaf m1 203.0.113.11
run ixlab move -L "$lab" m1 khi-q
ok "but who is there, too, over both switches" wait_for 5 hears m1 203.0.113.11
run ixlab reset -L "$lab" sw2
is "a switch made anew" "$status" 0
run ixlab move -L "$lab" m1 khi
ok "its ports are where the file says" wait_for 5 hears m1 203.0.113.11
run ixlab move -L "$lab" m2 khi-q
lab_file filtering 10 25 >"$tmp/filtering.yml"
run ixlab up "$tmp/filtering.yml" --name "$lab"
is "another number for a LAN: applied" "$status" 0
is "a port that was moved there goes along" "$(ports m2 '[.ports[] |
	select(.kind == "port") | .vlans[].vlan]')" '[25]'
lab_file filtering 40 25 >"$tmp/filtering.yml"
run ixlab up "$tmp/filtering.yml" --name "$lab"
is "its own ports have it" "$(ports m1 '[.ports[].vlans[].vlan]')" '[40]'
ok "and are made anew, in their LAN" wait_for 5 hears m1 203.0.113.11
run ixlab graph "$lab" --dot
like "graph names the VLANs" "$out" 'VLAN 40'
run ixlab down "$lab"
is "down" "$status" 0
leftovers "nothing is left"
done_testing
