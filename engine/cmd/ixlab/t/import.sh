#!/bin/sh
# ixlab import: each export becomes a lab that is valid and has a plan; the
# smallest comes up with all its sessions. Bad files get one sentence.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
data=$top/engine/lab/field/t/ixf

refused() { # DESCRIPTION TEXT SENTENCE
	printf '%s' "$2" >"$tmp/bad.json"
	run ixlab import "$tmp/bad.json"
	is "$1" "$status $out $err" "2  ixlab: $tmp/bad.json$3"
}

for name in ixp-manager-0.6 ixp-manager-1.0 sfmix-devmock-1.0 many; do
	run ixlab import "$data/$name.json" -o "$tmp/$name.yml"
	is "$name: exit status" "$status" 0
	run ixlab validate "$tmp/$name.yml"
	is "$name: a good lab" "$out" "$tmp/$name.yml: a good lab"
	run ixlab up "$tmp/$name.yml" --dry-run
	is "$name: it has a plan" "$status" 0
	for asn in $(jq '.member_list[].asnum' "$data/$name.json"); do
		[ "$asn" = 23456 ] ||
			like "$name: AS$asn is there" "$(cat "$tmp/$name.yml")" \
				"asn: $asn\$"
	done
done

twin=$(cat "$tmp/ixp-manager-1.0.yml")
like "an address outside its VLAN keeps its host part" "$twin" \
	'lan1: \{ipv4: 192.0.2.36\}$'
like "a limit on prefixes" "$twin" 'max-prefix: \{ipv4: 2000'
like "an AS-SET" "$twin" 'as-macro: "AS-PCH"$'
like "the second exchange is a second LAN" "$twin" 'lan2:  # Peering LAN 2'
like "0.6 has a notice" "$(cat "$tmp/ixp-manager-0.6.yml")" 'version 0\.6'

twin=$(cat "$tmp/many.yml")
unlike "a name steers no terminal" "$twin" "$(printf '\033')"
unlike "real addresses are replaced" "$twin" '193\.0|2001:7f8'
like "the host part stays" "$twin" 'ipv4: 198\.18\.1\.36, mac: "00:11:22:33:44:55"'
like "two ports are two routers" "$twin" '      r2:'
like "another switch" "$twin" '198\.18\.1\.37, switch: sw2'
is "route servers are recognised" "$(printf '%s\n' "$twin" |
	grep -cE '^    (rs1|rs2|rc1):')" 3
like "an address given twice: the lowest free one" "$twin" \
	'lan1: \{ipv4: 198\.18\.0\.1\}'
like "who is no client" "$twin" 'route-servers: none'
run ixlab import "$data/many.json" --keep-addresses --name kept
like "--keep-addresses" "$out" '193\.0\.1\.36'
like "--name" "$out" '^lab: kept$'
is "--json: what there is" "$(ixlab import --json "$data/many.json" |
	jq -c '[.lans, .route_servers, (.notices | length > 2)]')" '[1,2,true]'

run ixlab import "$data/many.json" -o "$tmp/many.yml"
is "nothing is written over" "$status $err" \
	"2 ixlab: $tmp/many.yml is there already: name another file, or remove it"
run ixlab import "$data/many.json" --name ../x
is "a name is no path" "$status" 2
refused "no JSON" '{"version": ' \
	":1:12: this is no JSON: unexpected token near end of file"
refused "another JSON" '[]' \
	": this is no IX-F Member Export: it has no ixp_list and member_list"
refused "another version" '{"version":"9","ixp_list":[],"member_list":[]}' \
	": version 9 of the schema is not known here: export 1.0"
refused "a wrong type, and where" '{"version":"1.0","ixp_list":[],
	"member_list":[{"asnum":"AS1"}]}' \
	": member_list[0]: asnum: expected a whole number"
run ixlab import "$tmp/bad.json" --kind 'x y'
is "a kind is a word" "$status" 2
printf '{"version":"1.0","ixp_list":[],"member_list":[]}' >"$tmp/bad.json"
run ixlab import "$tmp/bad.json"
is "an empty exchange: exit status" "$status" 2
like "an empty exchange: why" "$err" 'makes no lab'

can_lab || {
	skip "a twin that runs" "no namespaces; see ixlab doctor"
	done_testing
}
run ixlab up "$tmp/sfmix-devmock-1.0.yml" --name "$tag"
is "the smallest: up" "$status $err" "0 "
sessions_up() {
	ixlab graph --json | jq -e '[.edges[] | .ipv4, .ipv6] |
		. == ["up", "up", "up", "up", "up", "up"]'
}
ok "all its six sessions come up" wait_for 20 sessions_up
run ixlab down
leftovers "nothing is left"
done_testing
