#!/bin/bash
# The terms of sessions that every sort of daemon has with the trainee's BIRD: roles
# and capabilities as the daemon says them, passwords as its kernel knows them. Each
# holds over IPv4 and is found wrong; over IPv6 there is none of them.
top=$(cd "$(dirname "$0")/../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine refuses namespaces: ixlab doctor"
for need in jq vtysh gobgpd bgpctl; do
	command -v $need >/dev/null || skip_all "$need is not installed"
done

lab=$tag-terms
ex=$tmp/terms
nodes=$XDG_STATE_HOME/ixlab/labs/$lab/nodes
cleanup() { ixlab down "$lab" >/dev/null 2>&1; }

mkdir -p "$ex/text/en" "$ex/start/m1" "$ex/solution"
echo "Text." >"$ex/text/en/t.md"
member() { # NUMBER KIND REST
	echo "  m$1: {asn: $((65535 + $1)), name: M$1, kind: $2, route-servers: none,
       ipv4: 203.0.113.1$1, ipv6: '2001:db8:ffff:1::1$1',
       prefixes: [100.64.$1.0/24]$3}"
}
{
	cat <<'END'
lab: terms
title: Terms of sessions
exchange:
  name: IX
  asn: 64500
  switches: [sw1]
  peering-lans: {khi: {ipv4: 203.0.113.0/24, ipv6: "2001:db8:ffff:1::/64"}}
members:
END
	member 1 bird ", trainee: yes, peers: [m2, m3, m4, m5, m6]"
	member 2 frr
	member 3 gobgp
	member 4 openbgpd
	member 5 bird ", protect: {password: sesame}"
	member 6 ixpeer ", protect: {password: sesame}"
} >"$ex/lab.yml"

check() { # ID NODE FAMILY TERMS: those that need another wait for that one
	case $4 in *needs:*) within=1s ;; *) within=20s ;; esac
	echo "      $1: {say: s, within: $within, kind: session, at: $2, with: m1," \
		"family: $3, $4, hints: [{hint: h, text: t}]}"
}
{
	cat <<'END'
exercise: terms
version: 1
title: Terms of sessions
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
	for n in 2 3 4; do
		check m$n-md5 m$n ipv4 "md5: yes"
		check m$n-role m$n ipv4 "role: peer"
		[ $n = 4 ] && paths= || paths=", add-path-rx-ipv4"
		check m$n-caps m$n ipv4 "capabilities: [ipv4, as4, refresh$paths]"
		check m$n-plain m$n ipv6 "md5: no"
		check m$n-not-md5 m$n ipv6 "md5: yes, needs: [m$n-plain]"
		check m$n-not-plain m$n ipv4 "md5: no, needs: [m$n-md5]"
		check m$n-not-role m$n ipv4 "role: customer, needs: [m$n-role]"
		check m$n-no-role m$n ipv6 "role: peer, needs: [m$n-plain]"
		check m$n-not-caps m$n ipv6 "capabilities: [as4, add-path-rx-ipv6], needs: [m$n-plain]"
	done
	for n in 5 6; do
		check m$n-md5 m$n ipv4 "md5: yes"
		check m$n-not-plain m$n ipv4 "md5: no, needs: [m$n-md5]"
	done
} >"$ex/exercise.yml"

{
	cat <<'END'
router id 203.0.113.11;
protocol device { }
template bgp both {
	local as 65536;
	connect delay time 1; connect retry time 1; error wait time 1, 2;
	hold time 9; keepalive time 3;
}
template bgp four from both {
	local role peer;
	password "sesame";
	ipv4 { import all; export none; add paths on; };
}
template bgp six from both { ipv6 { import all; export none; }; }
END
	for n in 2 3 4 5 6; do
		echo "protocol bgp m${n}_v4 from four { neighbor 203.0.113.1$n as $((65535 + n)); }"
		echo "protocol bgp m${n}_v6 from six { neighbor 2001:db8:ffff:1::1$n as $((65535 + n)); }"
	done
} >"$ex/start/m1/bird.conf"
cp -r "$ex/start/m1" "$ex/solution/"

run ixlab start "$ex" -L "$lab"
is "the lab starts: $err" "$status" 0
ok "FRR takes a password and a role" ixlab exec -L "$lab" m2 -- vtysh \
	-c "conf t" -c "router bgp 65537" -c "neighbor 203.0.113.11 password sesame" \
	-c "neighbor 203.0.113.11 local-role peer"
# What is wanted of the IPv4 session, the first in the file.
v4="neighbor-address: \"203.0.113.11\""
sed -i -e "s/$v4,/& auth-password: sesame,/" \
	-e 's/{afi-safi-name: ipv4-unicast}/&, add-paths: {config: {receive: true, send-max: 2}}/' \
	"$nodes/m3/gobgpd.yml"
. "$top/engine/rs/members/openbgpd.sh" # how this one writes a role
wanted="tcp md5sig password sesame
$(openbgpd_role peer)"
awk -v wanted="$wanted" '{ print } /neighbor 203.0.113.11 {/ { print wanted }' \
	"$nodes/m4/bgpd.conf" >"$tmp/bgpd.conf"
cp "$tmp/bgpd.conf" "$nodes/m4/bgpd.conf"
ok "GoBGP takes them" ixlab reload -L "$lab" m3
ok "OpenBGPD takes them" ixlab reload -L "$lab" m4
ok "and begins its session anew" \
	ixlab exec -L "$lab" m4 -- bgpctl neighbor 203.0.113.11 clear

results() { jq -r '[.steps[].checks[] | select(.result == "'"$1"'") | .id] | join(" ")' <<<"$out"; }
saw() { jq -r ".steps[].checks[] | select(.id == \"$1\") | .saw" <<<"$out"; }
run ixlab check "$ex" -L "$lab" --json
for n in 2 3 4; do
	right="$right m$n-md5 m$n-role m$n-caps m$n-plain"
	wrong="$wrong m$n-not-md5 m$n-not-plain m$n-not-role m$n-no-role m$n-not-caps"
done
is "what is so passes" "$(results pass)" "${right# } m5-md5 m6-md5"
is "what is not fails" "$(results fail)" "${wrong# } m5-not-plain m6-not-plain"
for n in 2 3 4; do
	is "m$n: what was seen" "$(for c in md5 plain role; do saw m$n-not-$c; done; saw m$n-no-role)" \
"Established without TCP-MD5
Established with TCP-MD5
Established, m1 in the role peer
Established, m1 said no role"
	like "m$n: and what was agreed on" "$(saw m$n-not-caps)" \
		'^Established, agreed on .*as4'
done

# Of a session that is not up nothing is said but its state.
sed -i s/sesame/else/ "$nodes/m1/bird.conf"
ok "m1 has another password" ixlab birdc -L "$lab" m1 configure
sed -i 's/within: 20s/within: 2s/' "$ex/exercise.yml"
down() { ! ixlab inspect "$lab" | grep -q '^m[1-6].* m1 *ipv4 *Established'; }
ok "its sessions go" wait_for 15 down
run ixlab check "$ex" -L "$lab" --json
is "only what is of IPv6 passes" "$(results pass)" "m2-plain m3-plain m4-plain"
is "nothing is an error" "$(results error)" ""
for n in 2 3 4 5 6; do
	like "m$n: its state is told" "$(saw m$n-md5)" '^(Idle|Connect|Active|Open)'
done
ixlab down "$lab" >/dev/null
leftovers "nothing is left"
done_testing
