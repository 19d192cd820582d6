#!/bin/sh
# Kind rtr: a cache with the VRPs of the lab file, and a route server that asks it.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
command -v bird >/dev/null || skip_all "BIRD is not installed"
command -v stayrtr >/dev/null || skip_all "Debian's stayrtr is not installed"

a=$tag-r
cat >"$tmp/r.yml" <<-END
	lab: r
	exchange:
	  asn: 64500
	  rpki: cache
	  switches: [sw1]
	  peering-lans:
	    khi: {ipv4: 203.0.113.0/24, ipv6: "2001:db8:ffff:1::/64"}
	  route-servers:
	    rs1: {ipv4: 203.0.113.1, ipv6: "2001:db8:ffff:1::1"}
	    rs2: {ipv6: "2001:db8:ffff:1::2"}
	members:
	  m1:
	    asn: 65536
	    ipv4: 203.0.113.10
	    ipv6: "2001:db8:ffff:1::10"
	    prefixes: [100.64.0.0/22, 100.64.100.0/24, 100.64.200.0/24, "3fff::/32"]
	  m2: {asn: 65537, ipv4: 203.0.113.11, ipv6: "2001:db8:ffff:1::11"}
	nodes:
	  cache:
	    kind: rtr
	    ipv4: 203.0.113.53
	    ipv6: "2001:db8:ffff:1::53"
	    vrps:
	      - {prefix: 100.64.0.0/16, asn: 65536, max-length: 22}
	      - {prefix: 100.64.100.0/24, asn: 65537}
	      - {prefix: 100.64.200.0/24, asn: 65536}
	      - {prefix: "3fff::/32", asn: 0}
END
state() { ixlab inspect --json |
	jq -r --arg n "$1" '.nodes[] | select(.name == $n) | .state'; }
rejected() { # ROUTE-SERVER: what it refuses of m1, and why
	ixlab birdc "$1" -- --json show rejected m1 |
		jq -r '[.. | objects | select(.prefix and .reason) |
			"\(.prefix) \(.reason)"] | sort | join(", ")'
}
refuses() { [ "$(rejected "$1")" = "$2" ]; }
has() { # what m2 has of m1's
	ixlab birdc m2 show route where source = RTS_BGP |
		sed -n 's,^\([^ ]*/[0-9]*\) .*,\1,p' | sort | xargs
}
hears() { [ "$(has)" = "$1" ]; }

run ixlab up "$tmp/r.yml" --name "$a"
is "up" "$status $err" "0 $err"
is "the cache runs" "$(state cache)" running
is "inspect tells what it serves" "$(ixlab inspect --json |
	jq -c '.model.nodes[] | select(.name == "cache").vrps[:2]')" \
	'[{"prefix":"100.64.0.0/16","asn":65536,"max_length":22},{"prefix":"100.64.100.0/24","asn":65537,"max_length":24}]'
is "and who asks it" "$(ixlab inspect --json |
	jq -r '[.model.nodes[] | select(.rpki == "cache").name] | join(" ")')" \
	"rs1 rs2"
run ixlab cli cache
is "it has no command line" "$status $err" \
	"2 ixlab: cache runs StayRTR, which has no command line"
wait_for 30 refuses rs1 "100.64.100.0/24 rpki-invalid, 3fff::/32 rpki-invalid"
is "what is invalid is refused, and for that" "$(rejected rs1)" \
	"100.64.100.0/24 rpki-invalid, 3fff::/32 rpki-invalid"
wait_for 30 refuses rs2 "3fff::/32 rpki-invalid"
is "by the one that asks over IPv6, too" "$(rejected rs2)" \
	"3fff::/32 rpki-invalid"
wait_for 20 hears "100.64.0.0/22 100.64.200.0/24"
is "what is valid comes" "$(has)" "100.64.0.0/22 100.64.200.0/24"

sed -i '/100.64.100.0/s/65537/65536/' \
	"$XDG_STATE_HOME/ixlab/labs/$a/nodes/cache/vrps.json"
wait_for 20 hears "100.64.0.0/22 100.64.100.0/24 100.64.200.0/24"
is "its file is changed, and what has become valid comes" "$(has)" \
	"100.64.0.0/22 100.64.100.0/24 100.64.200.0/24"
run ixlab down "$a"
leftovers "down: nothing is left"

[ "$(id -u)" = 0 ] && as="-m" || as="-rm"
# shellcheck disable=SC2016
run unshare $as sh -c 'mount --bind /dev/null "$1" && shift && exec "$@"' sh \
	"$(command -v stayrtr)" ixlab up "$tmp/r.yml" --name "$a"
is "stayrtr is missing" "$status $err" "3 ixlab: node cache needs StayRTR \
(stayrtr), which is not installed; apt-get install stayrtr"
done_testing
