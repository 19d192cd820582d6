#!/bin/sh
# Sites joined by a trunk: the frames of each LAN have a tag of their own (802.1Q).
# A kernel without it says so, where a lab file insists; where it says auto, such a
# kernel gives each LAN a pair.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"

lab_file() { # OVER
	cat <<-EOF
		lab: tags
		exchange:
		  name: IX
		  switches: [sw1, sw2]
		  site-links:
		    - {between: [sw1, sw2], over: $1}
		  peering-lans:
		    khi:
		      switches: [sw1, sw2]
		      ipv4: 203.0.113.0/24
		      quarantine: yes
		members:
		  m1:
		    asn: 65536
		    ipv4: 203.0.113.10
		    kind: plain
		    command: [sleep, infinity]
		  m2:
		    asn: 65537
		    switch: sw2
		    ipv4: 203.0.113.11
		    kind: plain
		    command: [sleep, infinity]
	EOF
}
lab_file tags >"$tmp/tags.yml"
lab_file auto >"$tmp/auto.yml"
here() { ixlab exec -L "$lab" "$@"; }
sized() { # BYTES
	here m1 ping -c1 -W1 -M "do" -s $(($1 - 28)) 203.0.113.11
}
has=$(ixlab doctor --json | jq '[.. | objects | select(.feature? == "802.1Q") |
	.ok] | first')

# ---- as the kernel can
lab=$tag-auto
run ixlab up "$tmp/auto.yml" --name "$lab"
is "auto: up" "$status" 0
ok "auto: a full frame passes" wait_for 5 sized 1500
[ "$has" = true ] && by=tags || by=null
run ixlab inspect "$lab" --json
is "auto: inspect: what was taken" "$(echo "$out" | jq -rc \
	'[.model.links[] | select(.kind == "site").tunnel.by] | unique')" \
	"$([ $by = tags ] && echo '["tags"]' || echo '[null]')"
run ixlab ports -L "$lab" sw1
if [ $by = tags ]; then
	like "auto: ports: tags, where the kernel has 802.1Q" "$out" \
		'^sw1 +sw2 +khi +up, tags '
else
	like "auto: ports: a pair for each LAN, where it has not" "$out" \
		'^sw1 +sw2_1 +khi-q +up '
	unlike "auto: ports: and no tags" "$out" 'tags'
fi
run ixlab up "$tmp/auto.yml" --name "$lab"
like "auto: the running lab is what the file says" "$status $out$err" \
	"^0 $lab runs and is as its file says"
run ixlab graph "$lab"
like "auto: graph" "$status $out" '^0 '
run ixlab down "$lab"
is "auto: down" "$status" 0

# ---- tags or nothing
lab=$tag-a
run ixlab up "$tmp/tags.yml" --dry-run
like "one trunk carries both LANs" "$out" \
	'tunnel sw1:sw2_1 .port of khi-q. - sw2:sw1_1 .*, mtu 1500, VLAN 102 over wan0 - wan0'
unlike "it has no addresses" "$out" 'address .* on wan0'
run ixlab up "$tmp/tags.yml" --name "$lab"
if [ "$has" != true ]; then
	like "a kernel without 802.1Q refuses, and says what can be had" \
		"$status $err" \
		'^3 .*tags.yml:6: .*over: tags cannot be had, over: auto can: this kernel has no 802.1Q'
	leftovers "nothing is left"
	skip "frames with tags" "this kernel has no 802.1Q"
	done_testing
fi
is "up" "$status" 0
ok "a full frame passes" wait_for 5 sized 1500
run ixlab ports -L "$lab" sw1
like "ports: what carries them" "$out" '^sw1 +sw2 +khi +up, tags '
if command -v tcpdump >/dev/null; then
	here sw1 -- timeout 100 tcpdump -Z root -c1 -enli wan0 \
		"vlan 101 and icmp" >"$tmp/seen" 2>"$tmp/seen.err" &
	seen=$!
	listens() { grep -q listening "$tmp/seen.err"; }
	wait_for 10 listens
	sized 100 >/dev/null
	wait $seen
	like "the trunk's frames have the tag" "$(cat "$tmp/seen")" 'vlan 101'
else
	skip "the trunk's frames have the tag" "tcpdump is not installed"
fi
run ixlab move -L "$lab" m2 khi-q
ok "another LAN is another tag" eval '! sized 100'
run ixlab move -L "$lab" m1 khi-q
ok "which goes over the same trunk" wait_for 5 sized 1500
run ixlab reset -L "$lab" sw2
run ixlab move -L "$lab" m2 khi-q
ok "a switch made anew has its tags again" wait_for 5 sized 1500
run ixlab down "$lab"
is "down" "$status" 0
leftovers "nothing is left"
done_testing
