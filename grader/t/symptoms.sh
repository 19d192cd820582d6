#!/bin/bash
# The table of symptoms, and what is really so: in one lab, pairs of real daemons
# are each set up wrong in one way, and what is told of each pair is its own cause
# and no other, again and again.
#
# GENERATE=1 keeps the facts in t/symptoms.json, by which t/symptom.c tries the
# table without a lab.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine refuses namespaces: ixlab doctor"
command -v jq >/dev/null || skip_all "jq is not installed"

lab=$tag-symptoms
ex=$tmp/symptoms
nodes=$XDG_STATE_HOME/ixlab/labs/$lab/nodes
cleanup() { ixlab down "$lab" >/dev/null 2>&1; }
mkdir -p "$ex/text/en" "$ex/start/m1" "$ex/solution/m1" "$tmp/conf"
echo "Text." >"$ex/text/en/t.md"
cat >"$ex/vrps.json" <<'END'
{"roas": [{"prefix": "198.18.208.0/24", "maxLength": 24, "asn": "AS65537"}]}
END
cat >"$ex/lab.yml" <<'END'
lab: symptoms
title: Ends that do not fit
exchange:
  name: IX
  asn: 64500
  switches: [sw1]
  peering-lans: {khi: {ipv4: 203.0.113.0/24, quarantine: yes}, isb: {ipv4: 198.51.100.0/24}}
  vrps: vrps.json
  route-servers: {rs1: {lan: khi, ipv4: 203.0.113.1}}
members:
  m1: {asn: 65536, name: Me, trainee: yes, lan: khi, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}
END

# ---- BIRD, at both ends of each pair. Node f<i> (AS 65600+i) looks; the other end
# is m1, or, of what would disturb others, n<i>.
begin() { # node, last byte, AS, routes
	cat >"$tmp/conf/$1" <<END
router id 203.0.113.$2;
protocol device { }
protocol static own { ipv4; $4 }
template bgp t {
	local 203.0.113.$2 as $3;
	connect delay time 1; connect retry time 2; error wait time 1, 2;
	hold time 240;
	ipv4 { import keep filtered; import all; export where source = RTS_STATIC; };
}
END
}
i=0
pair() { # name, at the other end, its neighbour, at f<i>; own=1: a node of its own
	i=$((i + 1))
	name[i]=$1 other[i]=m1
	if [ -n "$own" ]; then
		other[i]=n$i
		echo "  n$i: {asn: $((65700 + i)), name: N, lan: khi, ipv4: 203.0.113.$((100 + i)), prefixes: [198.19.$((100 + i)).0/24]}" >>"$ex/lab.yml"
		begin "n$i" $((100 + i)) $((65700 + i)) "route 198.19.$((100 + i)).0/24 unreachable;"
	fi
	at="lan: khi, ipv4: 203.0.113.$((20 + i))"
	[ "$1" != multihop-missing ] || at="lans: {khi: {ipv4: 203.0.113.$((20 + i))}, isb: {ipv4: 198.51.100.$((20 + i))}}"
	echo "  f$i: {asn: $((65600 + i)), name: F, $at, prefixes: [198.18.$i.0/24]}" >>"$ex/lab.yml"
	begin "f$i" $((20 + i)) $((65600 + i)) "route 198.18.$i.0/24 unreachable; route 198.19.$i.0/24 unreachable;"
	[ "$2" = none ] || echo "protocol bgp p$i from t { neighbor ${3:-203.0.113.$((20 + i)) as $((65600 + i))}; $2 }" >>"$tmp/conf/${other[i]}"
	if [ -n "$own" ]; then near="203.0.113.$((100 + i)) as $((65700 + i))"; else near="203.0.113.10 as 65536"; fi
	echo "protocol bgp o$i from t { neighbor $near; $4 }" >>"$tmp/conf/f$i"
	own=
}
begin m1 10 65536 "route 100.64.0.0/22 unreachable; route 100.64.4.0/22 unreachable;"
pair as-expected '' '203.0.113.21 as 64999'
pair as-said 'local 203.0.113.10 as 64998;'
pair family-missing
sed -i '$d' "$tmp/conf/m1" # a session of IPv6 alone
echo 'protocol bgp p3 { local 203.0.113.10 as 65536; neighbor 203.0.113.23 as 65603; connect delay time 1; connect retry time 2; error wait time 1, 2; ipv6 { import all; export none; next hop address 2001:db8::1; }; }' >>"$tmp/conf/m1"
pair ttl-here 'ttl security on;'
pair ttl-there '' '' 'ttl security on;'
slow='connect retry time 240;'
pair password-here "password \"x\"; $slow" '' "$slow"
pair password-there "$slow" '' "password \"x\"; $slow"
pair password-differs "password \"x\"; $slow" '' "password \"y\"; $slow"
pair both-passive 'passive;' '' 'passive;'
pair limit-here 'ipv4 { import limit 1 action disable; };'
pair limit-there '' '' 'ipv4 { import limit 1 action disable; };'
pair switched-off 'disabled;'
pair no-socket 'strict bind; local 198.51.100.9 as 65536;'
pair role-differs 'local role customer;' '' 'local role customer;'
pair role-wanted '' '' 'local role customer; require roles;'
own=1 pair went-silent 'hold time 3;' '' 'hold time 3;'
own=1 pair other-neighbour '' '203.0.113.254 as 65617'
own=1 pair no-neighbour none
own=1 pair wrong-mask
own=1 pair link-down
own=1 pair quarantine 'connect retry time 10;' # longer than ARP tries
own=1 pair filtered "password \"x\"; $slow" '' "password \"x\"; $slow"
own=1 pair multihop-missing '' "198.51.100.$((21 + i)) as $((65601 + i))" "local 198.51.100.$((21 + i)); multihop;"
own=1 pair graceful-restart 'graceful restart on; graceful restart time 4000;' '' 'passive;'
own=1 pair refused '' '' 'disabled;'
pair nothing-sent 'ipv4 { export none; };'
pair other-sent 'ipv4 { export where net = 100.64.4.0/22; };'
pair rejected-by-bird '' '' 'ipv4 { import where net != 100.64.0.0/22; };'
pair import-none 'ipv4 { import none; };'
pair import-filter 'ipv4 { import where net.len < 8; };'
pair no-next-hop '' '' 'ipv4 { next hop address 198.51.100.77; };'
own=1 pair as-differs none
own=1 pair duplicate-address
pairs=$i
sed -i "/^  n$((i - 1)):/s/name: N/name: N, kind: frr/" "$ex/lab.yml"
rm "$tmp/conf/n$((i - 1))"

# ---- routes that a route server refuses: prefix, what is done to it, reason
refused='
0.0.0.0/0||default-route
203.0.113.0/24||black-listed-prefix
198.18.200.128/25||prefix-too-long
198.0.0.0/7||prefix-too-short
198.18.201.0/24|bgp_path.prepend(64500);|as-loop
198.18.202.0/24|bgp_path.prepend(23456);|bogon-asn
198.18.203.0/24|bgp_next_hop = 203.0.113.77;|next-hop-not-peer
198.18.205.0/24|LONG|as-path-too-long
198.18.208.0/24||rpki-invalid
'
long=$(printf 'bgp_path.prepend(65536); %.0s' $(seq 33))
{
	echo 'protocol static worse { ipv4 { table bad; };'
	echo "$refused" | sed -n 's/^\([0-9].*\)|.*|.*/route \1 unreachable;/p'
	echo '}'
	echo 'protocol bgp rs1_v4 from t { neighbor 203.0.113.1 as 64500; ipv4 { table bad; import none; export filter {'
	echo "$refused" | sed -n "s/^\([0-9].*\)|\(.*\)|.*/if net = \1 then { \2 accept; }/p" | sed "s/LONG/$long/"
	echo 'reject; }; }; }'
} >>"$tmp/conf/m1"
sed -i '1a ipv4 table bad;' "$tmp/conf/m1"

{
	cat <<'END'
exercise: symptoms
version: 1
title: Ends that do not fit
minutes: 1
level: 1
lab: ./lab.yml
trainee: m1
files: [m1/bird.conf]
steps:
  - step: one
    title: One
    text: t.md
    checks:
END
	for i in $(seq "$pairs"); do
		keys="kind: session, at: f$i, with: ${other[i]}, family: ipv4, both-ends: yes"
		case ${name[i]} in
		*-sent | rejected-*) keys="kind: route, at: f$i, from: ${other[i]}, prefix: 100.64.0.0/22" ;;
		duplicate-*) keys="kind: owner, at: f1, address: 203.0.113.$((20 + i)), is: f$i" ;;
		import-* | no-next-hop) keys="kind: kernel-route, at: m1, to: 198.18.$i.0/24, via: f$i" ;;
		esac
		echo "      ${name[i]}: {say: s, $keys, within: 0s, hints: [{hint: h, text: t}]}"
	done
	echo "$refused" | sed -n 's/^\([0-9].*\)|.*|\(.*\)/      \2: {say: s, kind: route, at: rs1, from: m1, prefix: \1, within: 0s, hints: [{hint: h, text: t}]}/p'
	echo "      daemon: {say: s, kind: daemon, at: m1, within: 0s, hints: [{hint: h, text: t}]}"
} >"$ex/exercise.yml"
cp "$tmp/conf/m1" "$ex/start/m1/bird.conf"
cp "$tmp/conf/m1" "$ex/solution/m1/bird.conf"

run ixlab start "$ex" -L "$lab"
is "the lab starts: $err" "$status" 0
number() { # of a pair
	for k in $(seq "$pairs"); do [ "${name[k]}" != "$1" ] || echo "$k"; done
}
inside() { # pair, command: in the node at the other end
	k=$(number "$1")
	ixlab exec -L "$lab" "n$k" -- sh -c "$2"
}
ixlab move -L "$lab" "n$(number quarantine)" khi-q >/dev/null
inside filtered 'nft add table ip t; nft "add chain ip t in { type filter hook input priority 0; }"
nft add rule ip t in tcp dport 179 drop; nft add rule ip t in tcp sport 179 drop'
for path in "$tmp/conf"/*; do
	node=${path##*/}
	cp "$path" "$nodes/$node/bird.conf"
	ixlab birdc -L "$lab" "$node" configure >"$tmp/read" 2>&1
	grep -q '^Reconfigur' "$tmp/read" || diag "$node: $(cat "$tmp/read")"
done
k=$(number as-differs)
frr() { inside as-differs "vtysh -c 'configure terminal' -c 'router bgp $((65700 + k))' -c 'neighbor 203.0.113.$((20 + k)) remote-as 64999' -c 'neighbor 203.0.113.$((20 + k)) timers connect 1' -c 'address-family ipv4 unicast' -c 'neighbor 203.0.113.$((20 + k)) activate'"; }
ok "FRR is told" wait_for 10 frr
k=$(number duplicate-address)
inside duplicate-address "ip address add 203.0.113.$((20 + k))/24 dev ix0"

# What was up, and then is not.
up() { # pair
	k=$(number "$1")
	ixlab birdc -L "$lab" "f$k" show protocols "o$k" | grep -q Established
}
ok "a session is up that then loses its link" wait_for 20 up went-silent
ixlab link -L "$lab" sw1 "f$(number went-silent)" silent >/dev/null
ok "another is, whose end gets the wrong mask" wait_for 20 up wrong-mask
inside wrong-mask 'a=$(ip -o -4 address show dev ix0 | tr -s " " | cut -d" " -f4); ip address del $a dev ix0; ip address add ${a%/24}/32 dev ix0'
ok "another, whose interface goes down" wait_for 20 up link-down
inside link-down 'ip link set ix0 down'

ok "another, whose end dies and then waits" wait_for 20 up graceful-restart
k=$(number graceful-restart)
sed -i 's/graceful restart on;/passive; &/' "$nodes/n$k/bird.conf"
inside graceful-restart "kill -9 $(ixlab inspect -L "$lab" --json | jq ".nodes[] | select(.name == \"n$k\") | .pid")"

# ---- each is told its own cause
expected() { # check: by the symptom's name
	case $1 in
	ttl-*) echo "$1(-up)?" ;; # by which end called
	role-wanted) echo role-differs ;;
	went-silent) echo "(went-silent|nobody-there)" ;; # the longer, the deader
	wrong-mask | link-down) echo not-on-link ;;
	quarantine) echo nobody-there ;;
	import-*) echo import-rejects ;;
	rejected-by-bird) echo rejected ;;
	daemon) echo none ;;
	*) if [ -n "$(number "$1")" ]; then echo "$1"; else echo rejected; fi ;;
	esac
}
look() { ixlab check "$ex" -L "$lab" --json --facts >"$tmp/look" 2>&1; }
causes() { jq -r '.steps[].checks[] | "\(.id) \(.cause_id // "none")"' "$tmp/look"; }
kept=$top/grader/t/symptoms.json
keep() { # with GENERATE: of the checks but one, or of that alone, what was looked at
	[ -n "$GENERATE" ] || return 0
	[ -f "$kept" ] || echo '{}' >"$kept"
	jq -r -s --arg id "$1" '.[0] + ([.[1].steps[].checks[] |
			select(.cause_id and (.id == "daemon") == ($id == "daemon")) |
			{"\(.id) \(.cause_id)": {cause_id, cause, facts}}] | add) |
		[to_entries | sort_by(.key)[] | "\(.key | tojson): \(.value | tojson)"] |
		"{", join(",\n"), "}"' "$kept" "$tmp/look" >"$tmp/keep" && cp "$tmp/keep" "$kept"
}
told() { # check, cause
	look
	causes | grep -qx "$1 $2"
}
ok "a session that is gone because nothing comes" wait_for 10 told went-silent went-silent
keep
checks=$(causes | cut -d' ' -f1)
for c in $checks; do echo "^$c $(expected "$c")\$"; done >"$tmp/expected"
settled() {
	look
	[ "$(causes | grep -vcEf "$tmp/expected")" = 0 ]
}
wait_for 4 settled
for try in 1 2 3 4 5; do
	look
	causes >"$tmp/causes.$try"
done
for c in $checks; do
	is "$c: $(expected "$c")" "$(grep -h "^$c " "$tmp"/causes.? | grep -vE "^$c $(expected "$c")\$" | sort | uniq -c)" ""
done
words() { jq -r ".steps[].checks[] | select(.id == \"$1\") | .cause" "$tmp/look"; }
for c in $(echo "$refused" | sed -n 's/.*|//p'); do
	like "$c: the route server's words" "$(words "$c")" "is rejected: $c "
done
keep

# ---- the trainee's own daemon
begin m1 10 65536 ""
cp "$tmp/conf/m1" "$nodes/m1/bird.conf"
ok "a file that was not read" wait_for 5 told daemon config-unread
keep daemon
echo 'protocol rs { }' >>"$nodes/m1/bird.conf"
ok "a file that is refused" wait_for 5 told daemon config-broken
keep daemon
ixlab exec -L "$lab" m1 -- kill -9 "$(ixlab inspect -L "$lab" --json | jq '.nodes[] | select(.name == "m1") | .pid')"
ok "a daemon that does not stay up" wait_for 5 told daemon daemon-fails
keep daemon

ixlab down "$lab" >/dev/null
leftovers "nothing is left"
done_testing
