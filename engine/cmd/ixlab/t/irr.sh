#!/bin/sh
# Files that a lab names for its route servers: route objects and AS-SETs, VRPs,
# bogons. A route server of the lab filters by them.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
command -v bird >/dev/null || skip_all "BIRD is not installed"

a=$tag-i
mkdir "$tmp/files"
cat >"$tmp/files/ripe.rpsl" <<-END
	as-set:  AS65536:AS-ALL
	members: AS65536, AS65540
	source:  RIPE

	route:   100.64.0.0/22
	origin:  AS65536
	source:  RIPE

	route6:  3fff::/32
	origin:  AS65536
	source:  RIPE
END
# of the second member: no AS-SET, but its own AS number
cat >"$tmp/files/more.rpsl" <<-END
	route:   100.64.4.0/22
	origin:  AS65537
END
cat >"$tmp/files/vrps.json" <<-END
	{"roas": [
	  {"asn": 65536, "prefix": "3fff::/32", "maxLength": 32, "ta": "ripe"},
	  {"asn": 0, "prefix": "100.64.4.0/22", "maxLength": 22, "ta": "ripe"}
	]}
END
cat >"$tmp/files/bogons.yml" <<-END
	bogons:
	  - prefix: "100.64.8.0"
	    length: 22
	    comment: "nobody's"
END
cat >"$tmp/i.yml" <<-END
	lab: i
	exchange:
	  asn: 64500
	  irr: [files/ripe.rpsl, files/more.rpsl]
	  switches: [sw1]
	  peering-lans:
	    khi: {ipv4: 203.0.113.0/24, ipv6: "2001:db8:ffff:1::/64"}
	  route-servers:
	    rs1: {ipv4: 203.0.113.1, ipv6: "2001:db8:ffff:1::1"}
	    rs2: {ipv4: 203.0.113.2, vrps: files/vrps.json, bogons: files/bogons.yml}
	members:
	  m1:
	    asn: 65536
	    as-macro: AS65536:AS-ALL
	    ipv4: 203.0.113.10
	    ipv6: "2001:db8:ffff:1::10"
	    prefixes: [100.64.0.0/22, 100.64.100.0/24, "3fff::/32"]
	  m2:
	    asn: 65537
	    ipv4: 203.0.113.11
	    ipv6: "2001:db8:ffff:1::11"
	    prefixes: [100.64.4.0/22, 100.64.8.0/22]
END
rejected() { # ROUTE-SERVER MEMBER: what it refuses, and why
	ixlab birdc "$1" -- --json show rejected "$2" |
		jq -r '[.. | objects | select(.prefix and .reason) |
			"\(.prefix) \(.reason)"] | sort | join(", ")'
}
refuses() { [ "$(rejected "$1" "$2")" = "$3" ]; }
is_refused() { # ROUTE-SERVER MEMBER WORDS
	wait_for 30 refuses "$1" "$2" "$3"
	is "$1 refuses of $2" "$(rejected "$1" "$2")" "$3"
}

cd "$tmp" || exit 1
run ixlab up ./i.yml --name "$a"
is "up, files beside the lab file" "$status $err" "0 $err"
is "inspect tells of them" "$(ixlab inspect --json | jq -c '[.model.nodes[] |
	select(.role == "route-server").files | [(.irr[], .vrps // "-",
	.bogons // "-") | sub(".*/"; "")]]')" \
	'[["ripe.rpsl","more.rpsl","-","-"],["ripe.rpsl","more.rpsl","vrps.json","bogons.yml"]]'
is_refused rs1 m1 "100.64.100.0/24 prefix-not-in-as-set"
is_refused rs2 m2 "100.64.4.0/22 rpki-invalid, 100.64.8.0/22 bogon-prefix"
has() { # what m2 has of m1's
	ixlab birdc m2 show route where source = RTS_BGP |
		sed -n 's,^\([^ ]*/[0-9]*\) .*,\1,p' | sort -u | xargs
}
hears() { [ "$(has)" = "$1" ]; }
wait_for 20 hears "100.64.0.0/22 3fff::/32"
is "what has one comes" "$(has)" "100.64.0.0/22 3fff::/32"

# ---- the registry changes, and then the lab file
printf '\nroute: 100.64.100.0/24\norigin: AS65536\n' >>files/ripe.rpsl
run ixlab reload rs1
is "reload" "$status $err" "0 "
is_refused rs1 m1 ""
before=$(ixlab inspect --json | jq '.nodes[] | select(.name == "rs1") | .pid')
sed -i 's/, vrps: .*bogons.yml//' i.yml
run ixlab up ./i.yml --name "$a"
is "another lab file: the change is made" "$status $err" "0 $err"
is_refused rs2 m2 "100.64.8.0/22 prefix-not-in-as-set"
is "whose files are the same goes on" "$(ixlab inspect --json |
	jq '.nodes[] | select(.name == "rs1") | .pid')" "$before"
run ixlab export ./i.yml --containerlab "$tmp/clab"
like "exported to containerlab: what is lost is told" "$err" \
	'^the files of registries'
unlike "and no path of ours is in it" "$(cat "$tmp/clab/i.clab.yml")" "$tmp"
run ixlab down "$a"
leftovers "down: nothing is left"

# ---- what cannot be
sed -i 's/more.rpsl/none.rpsl/' i.yml
run ixlab up ./i.yml --name "$a"
like "a file that is not there" "$status $err" '^3 ixlab: .*none\.rpsl.*No such file'
is "one line" "$(printf '%s\n' "$err" | wc -l)" 1
leftovers "nothing is left of it"
done_testing
