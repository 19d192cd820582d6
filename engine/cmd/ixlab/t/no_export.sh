#!/bin/sh
# NO_EXPORT at a route server: the key no-export, both answers of both kinds that have
# them, and what each kind does when nothing is said; at an exchange with an AS number of 16
# bits and at one of 32, where orders are large communities alone.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
command -v bird >/dev/null || skip_all "BIRD is not installed"

a=$tag-n
cd "$tmp" || exit 1
lab() { # AS-NUMBER RS1-SAYS
	cat <<-END
		lab: n
		exchange:
		  asn: $1
		  switches: [sw1]
		  peering-lans: {khi: {ipv4: 203.0.113.0/24}}
		  route-servers:
		    rs1: {ipv4: 203.0.113.1$2}
		    rs2: {ipv4: 203.0.113.2, no-export: obey}
		    rs3: {ipv4: 203.0.113.3, kind: bird}
		    rs4: {ipv4: 203.0.113.4, kind: bird, no-export: pass}
		members:
		  m1:
		    asn: 64502
		    ipv4: 203.0.113.10
		    kind: ixpeer
		    prefixes: [100.64.0.0/22]
		    announce:
		      - {prefixes: [198.18.1.0/24], communities: ["65535:65281"]}
		      - {prefixes: [198.18.2.0/24], communities: ["65535:65282"]}
		      - {prefixes: [198.18.3.0/24], large-communities: ["$1:0:64503"]}
		      - {prefixes: [198.18.4.0/24], communities: ["0:64503"]}
		  m2: {asn: 64503, ipv4: 203.0.113.11, prefixes: [100.64.4.0/22]}
	END
}
told() { # RS: what m2 has from it, with NO_EXPORT or NO_ADVERTISE on it as a +
	ixlab birdc m2 show route protocol "$1"_v4 all | awk '
		/^[0-9]/ && $1 ~ "/" {print p; p = $1}
		/BGP.community:.*65535,6528/ {p = p "+"}
		END {print p}' | sort | xargs
}
has() { [ "$(told "$1")" = "$2" ]; }
is_told() { # RS PREFIXES WHEN
	wait_for 30 has "$1" "$2"
	is "$3: $1 tells m2" "$(told "$1")" "$2"
}
says() { ixlab inspect --json | jq -c '[.model.nodes[] | select(.no_export).no_export]'; }

plain="100.64.0.0/22"
order="198.18.3.0/24 198.18.4.0/24"
for asn in 64500 65550; do
	lab "$asn" "" >n.yml
	run ixlab up ./n.yml --name "$a"
	is "AS$asn: up" "$status $err" "0 $err"
	is "AS$asn: inspect tells who does what" "$(says)" '["pass","obey","obey","pass"]'
	is_told rs1 "$plain 198.18.1.0/24+ 198.18.2.0/24+" "AS$asn"
	is_told rs2 "$plain" "AS$asn"
	is_told rs3 "$plain $order" "AS$asn"
	is_told rs4 "$plain 198.18.1.0/24+ 198.18.2.0/24+ $order" "AS$asn"
	[ "$asn" = 65550 ] || run ixlab down "$a"
done

# ---- those that do one thing only
for k in frr:pass:/usr/lib/frr/bgpd gobgp:pass:gobgpd openbgpd:obey:bgpd; do
	kind=${k%%:*} does=${k#*:}
	command -v "${does#*:}" >/dev/null || {
		skip "kind $kind" "it is not installed"
		continue
	}
	does=${does%%:*}
	lab 65550 ", kind: $kind, no-export: $does" >n.yml
	run ixlab up ./n.yml --name "$a"
	is "$kind: another kind, in its place" "$status $err" "0 $err"
	case $does in
	pass) is_told rs1 "$plain 198.18.1.0/24+ 198.18.2.0/24+ $order" "$kind" ;;
	obey) is_told rs1 "$plain $order" "$kind" ;;
	esac
done

# ---- the switch, while it runs
lab 65550 ", no-export: obey" >n.yml
run ixlab up ./n.yml --name "$a"
is "another word: the change is made" "$status $err" "0 $err"
is_told rs1 "$plain" "changed"
lab 65550 ", no-export: pass" >n.yml
run ixlab up ./n.yml --name "$a"
is "and back" "$status $err" "0 $err"
is_told rs1 "$plain 198.18.1.0/24+ 198.18.2.0/24+" "and back"
run ixlab down "$a"
leftovers "down: nothing is left"
done_testing
