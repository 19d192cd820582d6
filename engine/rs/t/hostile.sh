#!/bin/sh
# A peer that breaks the rules: malformed attributes cost a route (RFC 7606),
# broken framing and a wrong OPEN cost the session, and nobody else notices.
. "$(dirname "$0")/../lan.sh"
command -v ixpeer >/dev/null || skip_all "ixpeer is not built"

config
client 65536 10 '' witness
for n in 21 22 23 24 25; do client 65545 $n '' hostile$n; done
bird witness 65536 10 "$(routes ipv4 100.64.0.0/22)"
node hostile 21
for n in 22 23 24 25; do
	ip -n hostile addr add 203.0.113.$n/24 dev ix
done
rs
ok "the witness is up" wait_for 5 established 2
peer="--id 203.0.113.21 --connect 203.0.113.1 --timeout 300 --script -"

# ---- RFC 7606: one prefix a row, announced well before it is announced badly
origin=40010100
path=400206020100010009
hop=400304cb007115
rows=$(cat <<'END'
gone 40010105 PATH HOP # ORIGIN of unknown value
gone 4001020000 PATH HOP # ORIGIN too long
gone c0010100 PATH HOP # ORIGIN with the flags of an optional attribute
gone PATH HOP # ORIGIN missing
gone ORIGIN HOP # AS_PATH missing
gone ORIGIN 4002060203000100090000 HOP # AS_PATH segment longer than the attribute
gone ORIGIN PATH # NEXT_HOP missing
gone ORIGIN PATH 400303cb0071 # NEXT_HOP too short
gone ORIGIN PATH HOP 800403000000 # MED too short
gone ORIGIN PATH HOP c0080300fde8 # COMMUNITIES not in fours
gone ORIGIN PATH HOP c0200b0000fbf40000000000000000 # LARGE_COMMUNITIES not in twelves
stays ORIGIN PATH HOP c0070400000000 # AGGREGATOR too short: left out
stays ORIGIN PATH HOP 40060100 # ATOMIC_AGGREGATE too long: left out
stays ORIGIN PATH HOP c0630401020304 # an unknown attribute: passed on
END
)
fill() {
	echo "$1" | sed "s/ORIGIN/$origin/;s/PATH/$path/;s/HOP/$hop/"
}
{
	echo wait-established
	echo wait-prefix 100.64.0.0/22
	n=1
	echo "$rows" | while read -r row; do
		echo "announce 100.72.$n.0/24"
		n=$((n + 1))
	done
	n=1
	echo "$rows" | while read -r what row; do
		hex=$(fill "${row%%#*}" | tr -d ' ')
		echo "update $hex 100.72.$n.0/24"
		n=$((n + 1))
	done
	echo "announce 100.72.99.0/24"
	echo wait-down
} >"$tmp/rows.txt"
ip netns exec hostile ixpeer $peer --asn 65545 --local 203.0.113.21 \
	<"$tmp/rows.txt" >"$tmp/rows.json" 2>"$tmp/rows.err" &
peer_pid=$!
ok "all rows were heard" wait_for 8 has witness 100.72.99.0/24
n=1
while [ $n -le "$(echo "$rows" | wc -l)" ]; do
	row=$(echo "$rows" | sed -n ${n}p)
	if [ "${row%% *}" = gone ]; then
		ok "treated as withdrawn: ${row#*# }" has_not witness 100.72.$n.0/24
	else
		ok "used: ${row#*# }" has witness 100.72.$n.0/24
	fi
	n=$((n + 1))
done
like "the session is still the same" "$(json show sessions)" \
	'"address":"203.0.113.21"[^}]*"state":"Established"[^}]*"flaps":0,.*"malformed":13,"last_malformed":"'
like "the unknown attribute went through" \
	"$(birdc witness show route all 100.72.14.0/24)" 'BGP.63 \[t\]: 01 02 03 04'
kill $peer_pid
wait $peer_pid 2>/dev/null
ok "and goes when the member does" wait_for 3 has_not witness 100.72.99.0/24

# ---- what ends a session
try() { # ASN N, script on standard input; each from its own address, for
	# after an error the server holds a session back for a while
	cat >"$tmp/peer.script"
	try_node=hostile
	[ "$2" != 66 ] || try_node=stranger
	ip netns exec $try_node ixpeer $peer --asn "$1" --local "203.0.113.$2" \
		<"$tmp/peer.script" >"$tmp/peer.json" 2>&1 &
	try_pid=$!
}
hears() { # DESCRIPTION PATTERN: in what ixpeer prints, which then ends
	ok "$1" wait_for 5 grep -q "$2" "$tmp/peer.json"
	kill $try_pid
	wait $try_pid 2>/dev/null
}
try 65545 22 <<-END
	wait-established
	raw 00112233445566778899aabbccddeeff001304
	wait-down
END
hears "a broken marker" 'Connection Not Synchronized'
try 65545 23 <<-END
	wait-established
	raw ffffffffffffffffffffffffffffffff001004
	wait-down
END
hears "a length below the header's" 'Bad Message Length'
try 65545 24 <<-END
	wait-established
	raw ffffffffffffffffffffffffffffffff001309
	wait-down
END
hears "an unknown type" 'Bad Message Type'
try 65546 25 <<-END
	wait-established
END
hears "another AS than configured" 'Bad Peer AS'
like "and the operator sees it" "$(json show sessions)" \
	'"203.0.113.25"[^}]*"last_error":"[^"]*BadPeerAS'
node stranger 66
try 65547 66 <<-END
	wait-established
END
hears "an address that is no member's" 'Connection Rejected'

# ---- too many, too slow, too silent: from a member's own address
crowd() { # NODE BYTE: 500 connections, until told to go; a byte now and then
	in_node "$1" bash -c 'trap "" PIPE
		for i in {1..500}; do
			exec {fd}<>/dev/tcp/203.0.113.1/179 && fds+=($fd)
			[ $i != 10 ] || : >"$2.begins"
		done
		: >"$2.is_here"
		until [ -e "$3" ]; do
			[ -z "$1" ] || for fd in ${fds[@]:0:5}; do printf "$1" >&$fd; done
			sleep 0.25
		done' crowd "$2" "$tmp/$1" "$tmp/go" 2>"$tmp/crowd.log"
}
crowd hostile '' &
crowd_pid=$!
crowd stranger '\377' &
crowd2_pid=$!
wait_for 5 test -e "$tmp/hostile.begins" -a -e "$tmp/stranger.begins"
best_of 5 300 ctl show sessions
ok "while 1,000 connections come and say nothing, the server answers" ctl show sessions
quick "at once" 300
ok "they have come" wait_for 10 test -e "$tmp/hostile.is_here" -a -e "$tmp/stranger.is_here"
few() { [ "$(ls "/proc/$rs_pid/fd" | wc -l)" -lt 150 ]; }
ok "of a member's, one is kept" wait_for 5 few
bird late 65547 30 "$(routes ipv4 100.90.0.0/22)"
client 65547 30 '' late
ctl reload >/dev/null
ok "and a member comes up meanwhile" wait_for 5 has witness 100.90.0.0/22
held() { in_node rs ss -tn state established "src 203.0.113.1:179 and dst $1" | grep -c :179; }
holds() { [ "$(held "$1")" -le "$2" ]; }
ok "who opened 500 has at most one" wait_for 5 holds 203.0.113.21 1
ok "a stranger has none" wait_for 5 holds 203.0.113.66 0
: >"$tmp/go"
wait $crowd_pid $crowd2_pid

# ---- the others
ok "the witness is still up" established 4
unlike "and never lost its session" "$(json show sessions)" \
	'"address":"203.0.113.10"[^}]*"flaps":[1-9]'
kill -TERM $rs_pid
wait $rs_pid
is "SIGTERM: exit status" $? 0
done_testing
