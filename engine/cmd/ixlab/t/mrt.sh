#!/bin/sh
# Robots that announce what real collectors published: every dump that lies beside
# the sources. A route server takes of it what its policy lets in, and a member holds
# exactly that; a file of updates is refused with a sentence.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
dumps=${IXLAB_MRT:-$top/../shared/data/mrt}
[ -d "$dumps" ] || skip_all "no dumps of collectors in ../shared/data/mrt; IXLAB_MRT names another folder"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
dumps=$(cd "$dumps" && pwd)
a=$tag-mrt

lab() { # FILE [KEYS-OF-M1 [KEYS-OF-ITS-MAP]]
	cat <<-END
		lab: mrt
		exchange:
		  asn: 64500
		  switches: [sw1]
		  peering-lans: {lan: {ipv4: 203.0.113.0/24, ipv6: "2001:db8:ffff:1::/64"}}
		  route-servers: {rs1: {ipv4: 203.0.113.1, ipv6: "2001:db8:ffff:1::1"}}
		members:
		  m1: {asn: 64511, kind: ixpeer, ipv4: 203.0.113.2, ipv6: "2001:db8:ffff:1::2", announce: [{mrt: "$1"$3}]$2}
		  m2: {asn: 64512, kind: ixpeer, ipv4: 203.0.113.3, ipv6: "2001:db8:ffff:1::3"$2}
	END
}
routes() { # of m1, as ixpeer counts them in the file that is written for it
	ixlab up "$1" --dry-run --json | jq -r '.steps[] | select(.op == "crowd") | .content' >"$tmp/crowd.json"
	ixpeer --crowd "$tmp/crowd.json" --check | sed 's/.* \([0-9]*\) routes$/\1/'
}
rs() { # KEY[+.KEY], of m1's sessions
	ixlab exec rs1 -- "$(command -v ixrsctl)" --control /run/ixrs/ixrs.ctl --json show sessions |
		jq "[.[] | select(.asn == 64511) | .$1] | add"
}
held() { ixlab robot m2 robots --json | jq '[.[] | .held_ipv4 + .held_ipv6] | add'; }
told() { ixlab robot m1 robots --json | jq '[.[].told] | add'; }
# Of a dump with path identifiers (RFC 8050), all paths of one peer, to another robot that
# takes them, with nobody's policy in between: "PREFIXES PATHS", in both families together.
several() {
	ixlab robot m2 robots --json | jq -r '[.[] | select(.peer == "203.0.113.2" or
		.peer == "2001:db8:ffff:1::2")] | "\([.[] | .held_ipv4 + .held_ipv6] | add) " +
		"\([.[] | .paths_ipv4 + .paths_ipv6] | add)"'
}
has_several() { [ "$(several)" = "$1" ]; }
add_path() { # FILE
	reasons=$(ixlab exec rs1 -- "$(command -v ixrsctl)" --control /run/ixrs/ixrs.ctl \
		--json show rejected m1 | jq -r '[.[].reason] | unique | join(" ")')
	is "$name: made of private AS numbers, which is why all are rejected" "$reasons" bogon-asn
	lab "$1" ', add-path: yes, peers: [m2]' ', peer: AS65017' |
		sed '/^  m2:/s/peers: .m2./keep: yes/' >"$tmp/paths.yml"
	run ixlab up "$tmp/paths.yml" --name "$a"
	is "$name: all paths, without a route server: up" "$status $err" "0 "
	ok "$name: 31 paths of 16 prefixes arrive" wait_for 20 has_several "16 31"
	is "$name: with as many identifiers" "$(ixlab robot m2 routes --json |
		jq '[.[].path_id] | unique | length')" 31
}
settled() { # all is told, and what the server has and another holds stays the same
	now="$(told) $(rs received) $(rs accepted) $(held)"
	last=$(cat "$tmp/last")
	echo "$now" >"$tmp/last"
	[ "$now" = "$last" ] && [ "${now%% *}" = "$1" ] && [ "$(rs received)" -gt 0 ]
}
n=0
for f in "$dumps"/*; do
	name=$(basename "$f")
	n=$((n + 1))
	lab "$f" >"$tmp/$n.yml"
	run ixlab up "$tmp/$n.yml" --name "$a"
	case $name in
	updates*)
		like "$name: updates are no table" "$status $err" \
			"^[23] ixlab: $tmp/$n.yml:[0-9]*: .*$name: there is no table in it, but [0-9]+ records"
		continue
		;;
	esac
	is "$name: up" "$status $err" "0 "
	all=$(routes "$tmp/$n.yml")
	: >"$tmp/last"
	ok "$name: $all routes are told and judged" wait_for 60 settled "$all"
	# paths with an AS_SET count as withdrawn (RFC 9774)
	ok "$name: nearly all are received" [ "$(rs received)" -ge $((all * 99 / 100)) ]
	is "$name: another holds what was accepted, no more and no less" "$(held)" "$(rs accepted)"
	is "$name: the rest was rejected" "$(rs accepted+.rejected)" "$(rs received)"
	diag "$name: $all told, $(rs received) received, $(rs accepted) accepted"
	case $name in *_add_path*) add_path "$f" ;; esac
	ixlab down "$a" >/dev/null
done
leftovers "nothing is left"
done_testing
