#!/bin/sh
# The fabric: what the ports of a switch let in, and what it copies.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
command -v nft >/dev/null || skip_all "nft is not installed"
command -v bird >/dev/null || skip_all "BIRD is not installed"

a=$tag-a
cat >"$tmp/bad.yml" <<-'EOF'
	lab: bad
	exchange:
	  name: IX
	  asn: 64500
	  switches: [sw1]
	  peering-lans:
	    khi:
	      ipv4: 203.0.113.0/24
	      guard: {pin: yes}
	members:
	  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}
EOF
printf '#!/bin/sh\necho "/dev/stdin:3:4-5: Error: it is full" >&2\nexit 1\n' \
	>"$tmp/nft"
chmod 755 "$tmp/nft"
nft=$(command -v nft)
# Who is not root is root in a namespace then, and so is the lab's owner.
[ "$(id -u)" = 0 ] && as="-m" owner="" || as="-rm" owner="unshare -r"
instead() { # FILE COMMAND...: with that file in nft's place
	# shellcheck disable=SC2016
	unshare $as sh -c 'mount --bind "$1" "$0" && shift && exec "$@"' \
		"$nft" "$@"
}
run instead "$tmp/nft" ixlab up "$tmp/bad.yml" --name "$a"
is "nft refuses: the line of the lab file" "$status $err" \
	"3 ixlab: $tmp/bad.yml:5: sw1: nft refuses the fabric's rules: it is full"
run instead /dev/null ixlab up "$tmp/bad.yml" --name "$a"
is "no nft: what to install" "$status $err" \
	"3 ixlab: $tmp/bad.yml:5: switch sw1 guards its ports, which needs nft, \
which is not installed; apt-get install nftables"
leftovers "nothing is left of either"

# ---- nft refuses later: then nothing has happened, and ports say so
cp "$nft" "$tmp/nft.real"
cat >"$tmp/nft" <<-END
	#!/bin/sh
	[ ! -e "$tmp/full" ] || { echo "/dev/stdin:3:4-5: Error: it is full" >&2; exit 1; }
	exec "$tmp/nft.real" "\$@"
END
sed 's/^      guard:.*//' "$tmp/bad.yml" >"$tmp/late.yml"
cat >>"$tmp/late.yml" <<-'EOF'
	  m2: {asn: 65537, ipv4: 203.0.113.11, prefixes: [100.64.4.0/22], peers: [m1]}
EOF
run instead "$tmp/nft" ixlab up "$tmp/late.yml" --name "$a"
is "a lab without rules: up" "$status $err" "0 $err"
is_now() { # which ports are culled, and which pinned
	$owner ixlab ports --json | jq -c '[.ports[] |
		select(.culled) | .node], [.ports[] |
		select(.pins != []) | .node]' | xargs
}
refused="3 ixlab: sw1: nft refuses the fabric's rules: it is full"
touch "$tmp/full"
for say in "cull sw1 on" "pin m1 02:00:5e:00:53:01"; do
	# shellcheck disable=SC2086
	run $owner ixlab $say
	is "$say: refused" "$status $err" "$refused"
	is "$say: has not happened" "$(is_now)" "[] []"
done
rm "$tmp/full"
run $owner ixlab cull sw1 on
is "cull: later it works, with the rules that were refused" \
	"$status $err $(is_now)" "0  [m1,m2] []"
touch "$tmp/full"
run $owner ixlab cull sw1 off
is "cull off: refused" "$status $err" "$refused"
is "cull off: has not happened" "$(is_now)" "[m1,m2] []"
rm "$tmp/full"
run $owner ixlab cull sw1 off
is "cull off" "$status $err $(is_now)" "0  [] []"
run $owner ixlab cull sw1 off
is "cull off: again" "$status $err $(is_now)" "0  [] []"
$owner ixlab cull sw1 on >/dev/null &
first=$!
$owner ixlab cull sw1 off >/dev/null &
second=$!
wait $first && wait $second
is "cull on and off at once: both are heard" "$?" 0
like "and the ports are what the rules say" "$(is_now) $($owner ixlab exec sw1 \
	"$tmp/nft.real" list set bridge ixlab culled | grep -c elements)" \
	'^\[(m1,m2\] \[\] 1|\] \[\] 0)$'
$owner ixlab down "$a" >/dev/null
leftovers "nothing is left of that"

# ---- the exchange from behind the counter
run ixlab up operator-view --name "$a"
is "up" "$status" 0
established() { # how many sessions in quarantine, and outside
	ixlab inspect "$a" --json | jq -c '[.sessions[] |
		select(.established) | .at == "m5" or .with == "m5"] |
		[(map(select(.)) | length), (map(select(not)) | length)]'
}
settled() { [ "$(established)" = "[0,68]" ]; }
ok "all sessions but those of quarantine" wait_for 30 settled
counter() { # FAMILY NAME
	ixlab exec sw1 nft -j list counter "$1" ixlab "$2" |
		jq '.nftables[] | .counter // empty | .packets'
}
counted() { [ "$(counter "$@")" -gt 0 ]; }
is "nobody did wrong" "$(counter bridge m1_mac) $(counter bridge m1_type)" "0 0"
ok "the monitor saw it" counted netdev mon1

port() { # NODE FILTER: of its row
	ixlab ports "$1" --json | jq -r ".ports[0] | $2"
}
node_up() { # NODE: how many of its sessions stand
	ixlab inspect "$a" --json | jq --arg n "$1" '[.sessions[] |
		select(.established and (.at == $n or .with == $n))] | length'
}
up_is() { [ "$(node_up "$1")" -eq "$2" ]; }

# ---- a port moves
m5=$(ixlab inspect "$a" --json | jq '[.sessions[] |
	select(.at == "m5" or .with == "m5")] | length')
is "m5 is in quarantine" "$(port m5 .lan) $(node_up m5)" "khi-q 0"
run ixlab move m5 khi
is "move: out of quarantine" "$status $(port m5 .lan)" "0 khi"
ok "move: its sessions come up" wait_for 30 up_is m5 "$m5"
run ixlab move m5 khi-q
is "move: back again" "$status $(port m5 .lan)" "0 khi-q"
run ixlab move m5 khj
is "move: no such LAN" "$status $err" \
	'2 ixlab: switch sw1 has no LAN "khj"; it has: khi khi-q'

# ---- only its own address
old=$(port m4 '.pins[0]')
new=02:00:5e:00:53:01
ixlab exec m4 ip link set ix0 address $new
ping_ok() { ixlab exec "$1" ping -c1 -W1 "$2"; }
not() { ! "$@"; }
ok "a wrong address gets nowhere" not ping_ok m4 203.0.113.10
violated() { [ "$(port m4 .counters.mac.packets)" -gt 0 ]; }
ok "and is counted" violated
run ixlab ports m4
like "ports: the violations" "$out" '^sw1 +m4 +khi +up +pin +[1-9]'
run ixlab pin m4 "$old" "$new"
is "pin: two addresses, for a change of router" \
	"$status $(port m4 '.pins | join(" ")')" "0 $old $new"
ok "the new one passes" wait_for 10 ping_ok m4 203.0.113.10
run ixlab pin m4 off
is "pin: off" "$status $(port m4 '.pins | length')" "0 0"
ixlab exec m4 ip link set ix0 address 02:00:5e:00:53:02
ok "any passes" wait_for 10 ping_ok m4 203.0.113.10
run ixlab pin m4 ff:00:00:00:00:00
like "pin: not a machine's" "$status $err" '^2 ixlab: "ff:.*" is not the address'
run ixlab pin m4 "$old"
ixlab exec m4 ip link set ix0 address "$old"
ok "pin: as at first" wait_for 10 ping_ok m4 203.0.113.10

# ---- what is dropped at the port
ok "the blackhole does not answer" not ping_ok m1 203.0.113.66
is "its frames are counted" "$(port m1 .counters.bh.packets)" 1
ixlab exec mon1 ping -c1 -W1 203.0.113.10 >/dev/null
if command -v tcpdump >/dev/null; then
	ixlab exec mon1 -- timeout 100 tcpdump -Z root -c1 -nli mon0 \
		"icmp and host 203.0.113.12 and host 203.0.113.10" \
		>"$tmp/seen" 2>"$tmp/seen.err" &
	seen=$!
	listens() { grep -q listening "$tmp/seen.err"; }
	wait_for 10 listens
	ixlab exec m3 ping -c1 -W1 203.0.113.10 >/dev/null
	wait $seen
	like "the monitor sees what is not for it" "$(cat "$tmp/seen")" \
		'203\.0\.113\.12 > 203\.0\.113\.10: ICMP echo request'
else
	skip "the monitor sees what is not for it" "tcpdump is not installed"
fi
is "the switch knows where m3 is" "$(port m3 '.macs | length')" 1

# ---- what was moved above; a hold time has passed meanwhile
ok "move: its sessions end" wait_for 30 up_is m5 0

# ---- before work on the fabric
ok "all sessions are up" wait_for 30 settled
run ixlab cull khi on
is "cull: exit status" "$status" 0
none_up() { [ "$(established)" = "[0,0]" ]; }
ok "cull: the sessions end" wait_for 40 none_up
ok "cull: frames pass" wait_for 5 ping_ok m3 203.0.113.10
run ixlab ports m3
like "cull: ports says so" "$out" '^sw1 +m3 +khi +up, culled'
like "cull: and counts" "$out" '^sw1: [0-9]+ packets of BGP were culled$'
run ixlab cull sw1 off
is "cull: off, by the switch" "$status $(port m3 .culled)" "0 false"
ok "cull: the sessions come back" wait_for 40 settled
run ixlab cull khx on
is "cull: no such thing" "$status $err" \
	"2 ixlab: lab $a has no LAN and no switch \"khx\""

# ---- a member made anew: its port is guarded and copied as before
before=$(counter netdev mon1)
run ixlab reset m2 -L "$a" --json
is "reset: the daemon runs" "$status $(jq -r .state <"$tmp/run.out")" "0 running"
ok "its sessions come back" wait_for 30 settled
more() { [ "$(counter netdev mon1)" -gt 0 ]; }
ok "the monitor sees on (${before:-0} frames before)" more
is "the guards count on" "$(counter bridge m1_mac)" 0
run ixlab move m2 khi-q
run ixlab reset m2 -L "$a"
is "reset: a port that was moved is at home" "$status $(port m2 .lan)" "0 khi"
run ixlab pin m2 off
run ixlab reset sw1 -L "$a"
is "reset of a switch: its guards are as at first" \
	"$status $(port m2 '.pins | length')" "0 1"
ok "reset of a switch: all sessions are up" wait_for 60 settled
run ixlab reset m2-q -L "$a" --keep-config
is "reset of nobody" "$status $err" \
	"2 ixlab: lab $a has no node m2-q; did you mean m2-h?"

run ixlab down "$a"
is "down" "$status" 0
leftovers "nothing is left"

# ---- a port that goes down by itself, on a switch that needs no rules but those
cat >"$tmp/shut.yml" <<-'EOF'
	lab: shut
	exchange:
	  name: IX
	  asn: 64500
	  switches: [sw1]
	  peering-lans:
	    khi:
	      ipv4: 203.0.113.0/24
	members:
	  m1:
	    asn: 65536
	    ipv4: 203.0.113.10
	    prefixes: [100.64.0.0/22]
	    guard: {pin: yes, shut: yes}
	    peers: [m2]
	  m2: {asn: 65537, ipv4: 203.0.113.11, prefixes: [100.64.4.0/22]}
EOF
run ixlab up "$tmp/shut.yml" --name "$a"
is "shut: up" "$status" 0
ok "shut: the session" wait_for 30 up_is m1 2
ixlab exec m1 ip link set ix0 address $new
is_shut() { [ "$(port m1 .state)" = shut ]; }
ok "shut: the port goes down" wait_for 10 is_shut
log=$XDG_STATE_HOME/ixlab/labs/$a/log
like "shut: the log says why" "$(cat "$log")" \
	"sw1: port m1: a frame from $new; the port is shut"
ixlab exec m1 ip link set ix0 address "$(port m1 '.pins[0]')"
run ixlab ports m1 --clear
is "shut: cleared" "$status $(port m1 .state)" "0 up"
ok "shut: the session again" wait_for 40 up_is m1 2
run ixlab pin m2 "$(port m2 '.macs[0]')"
is "pin: a port that had no guard" "$status" 0
ixlab exec m2 ip link set ix0 address $new
ok "pin: it holds" not ping_ok m2 203.0.113.10
is "pin: without shut the port stays" "$(port m2 .state)" up
run ixlab down "$a"
leftovers "shut: nothing is left"
done_testing
