#!/bin/sh
# What the route server itself says on a route, and what it keeps to itself:
# communities of the exchange's own, states of validation, prepend_rs_as; and which
# path is told with and without path hiding.
. "$(dirname "$0")/../lan.sh"

cat >"$general" <<END
cfg:
  rs_as: 64500
  router_id: "203.0.113.1"
  passive: no
  prepend_rs_as: False
  path_hiding: True
  filtering:
    never_via_route_servers: {peering_db: False}
    irrdb: {enforce_origin_in_as_set: False, enforce_prefix_in_as_set: False, tag_as_set: False}
    rpki_bgp_origin_validation: {enabled: True}
  blackhole_filtering:
    policy_ipv4: propagate-unchanged
  communities:
    do_not_announce_to_peer: {std: "0:peer_as", lrg: "rs_as:0:peer_as"}
    prepend_twice_to_any: {std: "65502:rs_as"}
    rpki_bgp_origin_validation_not_performed: {lrg: "rs_as:1000:3"}
    rpki_bgp_origin_validation_valid: {std: "65530:1", lrg: "rs_as:1000:1"}
    rpki_bgp_origin_validation_unknown: {lrg: "rs_as:1000:2"}
    rpki_bgp_origin_validation_invalid: {lrg: "rs_as:1000:4"}
    rpki_aspa_verification_not_performed: {lrg: "rs_as:1001:3"}
  custom_communities:
    learnt_in_lyon:
      std: "65501:1"
      lrg: "rs_as:2000:1"
      ext: "rt:65501:1"
    port_of_100g:
      lrg: "rs_as:2001:100"
    learnt_in_paris:
      std: "65501:2"
END
echo "bogons: []" >"$tmp/bogons.yml"
members() { # cfg of alpha, of gamma
	echo "clients:" >"$clients"
	client 65010 10 "$1" alpha
	client 65011 11 'attach_custom_communities: [learnt_in_paris]' bravo
	client 64502 12 "$2" gamma
	client 64504 14 '' delta
}
members 'attach_custom_communities: [port_of_100g, learnt_in_lyon]' ''
cat >"$tmp/vrps.json" <<'END'
{"roas": [{"asn": 65010, "prefix": "100.64.0.0/16", "maxLength": 24, "ta": "x"}]}
END
bird alpha 65010 10 "$(routes ipv4 '100.64.1.0/24 bgp_community.add((0,64502))' \
	"$(tagged 100.64.2.0/24 65501:2 65530:1 65010:7 64500:1000:2 64500:1000:3 \
		64500:2001:100 65010:7:7 rt:65501:1 rt:65010:7);
	bgp_ext_community.add((generic, 0x43000000, 2))" \
	'100.64.3.0/24 bgp_community.add((65502,64500))' \
	'100.64.4.4/32 bgp_community.add((65535,666))' \
	100.65.1.0/24 '100.65.2.0/24 bgp_community.add((65535,65281))')
$(routes ipv6 3fff:10::/32)" 'if net = 100.64.3.0/24 then bgp_med = 50;'
peer bravo 65011 11 <<'END'
announce 100.64.1.0/24 as-path 65011 65020 65010 community 0:64504
announce 100.65.1.0/24 as-path 65011 65020 65021
END
bird gamma 64502 12
rs --vrps "$tmp/vrps.json" --allow-asns 64496-64511 --allow-asns 65000-65099
peer delta 64504 14 </dev/null
ok "six sessions are up" wait_for 8 established 6

says="lrg=64500:1001:3,64500:2001:100,64500:2000:1 ext=rt:65501:1"
expect <<END
gamma|100.65.1.0/24|path=65010 std=65501:1 $says|where it was learnt
delta|100.65.1.0/24|path=65010 std=65501:1 $says|where it was learnt
alpha|100.65.1.0/24|path=65011,65020,65021 std=65501:2 lrg=64500:1001:3|another's place
gamma|100.64.2.0/24|std=65010:7,65501:1 lrg=65010:7:7,64500:1001:3,64500:2001:100,64500:2000:1 ext=rt:65010:7,rt:65501:1|nobody else says where, nor what RPKI says
gamma|100.64.3.0/24|path=65010,65010,65010 med=50 hop=203.0.113.10 std=65501:1 $says|prepended; MED and next hop pass
gamma|100.64.4.4/32|std=65535:666,65535:65281,65501:1 lrg=64500:1000:3,64500:1001:3,64500:2001:100,64500:2000:1 ext=rt:65501:1|a blackhole is not validated
gamma|100.65.2.0/24|std=65535:65281,65501:1 $says|NO_EXPORT passes
gamma|3fff:10::/32|std=65501:1 $says|IPv6
gamma|100.64.1.0/24|path=65011,65020,65010 std=65501:2 lrg=64500:1001:3|not meant to have the best, it has the second
delta|100.64.1.0/24|path=65010 std=65501:1 $says|who may have the best has it
alpha|100.64.1.0/24|-|not one with itself in the path
END
like "explain: the path that is kept from a member" \
	"$(ctl explain 100.64.1.0/24 gamma)" \
	' alpha .* withheld +community 0:64502 asks that it not go to AS64502$'
like "explain: and the one that it has" "$(ctl explain 100.64.1.0/24 gamma)" \
	' bravo .* sent +sent to the member$'

# ---- what stays inside is shown to who asks the route server
shown() { # show WORD...: the communities of alpha's routes
	ctl --json show "$@" | jq -r '.[] | select(.member == "alpha") | .prefix + " " +
		(.communities + .large_communities + .ext_communities | join(" "))'
}
ours="64500:2001:100 64500:2000:1" rt=rt:65501:1
says_so() { # PREFIX COMMUNITIES DESCRIPTION
	is "show received: $3" "$(shown received 203.0.113.10 | grep "^$1 ")" "$1 $2"
	is "show routes: $3" "$(shown routes "$1")" "$1 $2"
	is "explain: $3" "$(ctl --json explain "$1" gamma | jq -r '.[] |
		select(.member == "alpha") | .communities + .large_communities +
		.ext_communities | join(" ")')" "$2"
}
says_so 100.64.1.0/24 "0:64502 65501:1 65530:1 64500:1001:3 $ours 64500:1000:1 $rt" \
	"the origin is valid, and what the member asks for"
says_so 100.65.1.0/24 "65501:1 64500:1001:3 $ours 64500:1000:2 $rt" \
	"nothing is known of the origin"
says_so 100.64.4.4/32 "65535:666 65501:1 64500:1000:3 64500:1001:3 $ours $rt" \
	"a blackhole is not validated"
says_so 100.64.2.0/24 "65010:7 65501:1 65530:1 65010:7:7 64500:1001:3 $ours 64500:1000:1 rt:65010:7 $rt" \
	"what the member says in our name is not"

# ---- path hiding is not mitigated: who may not have the best has none
sed -i 's/path_hiding: True/path_hiding: False/' "$general"
reload
expect <<END
gamma|100.64.1.0/24|-|not meant to have the best, it has none
delta|100.64.1.0/24|path=65010 std=65501:1 $says|who may have the best has it
alpha|100.65.1.0/24|-|whose route is the best has no other
gamma|100.65.1.0/24|path=65010 std=65501:1 $says|as before
END
only='path_hiding is no, so only the best path is considered for all members, and that one, from alpha, is not for this member:'
like "explain: the best path" "$(ctl explain 100.64.1.0/24 gamma)" \
	' alpha .* withheld +community 0:64502 asks that it not go to AS64502$'
like "explain: the second path" "$(ctl explain 100.64.1.0/24 gamma)" \
	" bravo .* withheld +$only community 0:64502 asks that it not go to AS64502\$"
like "explain: behind one's own" "$(ctl explain 100.65.1.0/24 alpha)" \
	" bravo .* withheld +$only it is its own\$"
like "explain: who has the best" "$(ctl explain 100.65.1.0/24 gamma)" \
	' bravo .* not-best +a better path from alpha was sent$'

# ---- mitigated again; the route server in the path of one; other places
sed -i 's/path_hiding: False/path_hiding: True/' "$general"
members 'attach_custom_communities: [learnt_in_paris]' 'prepend_rs_as: True'
reload
paris="std=65501:2 lrg=64500:1001:3"
expect <<END
gamma|100.64.1.0/24|path=64500,65011,65020,65010 $paris|the second path again, prepended
alpha|100.65.1.0/24|path=65011,65020,65021 $paris|the second path again
gamma|100.64.3.0/24|path=64500,65010,65010,65010 med=50 $paris|rs_as before what the member asked for
delta|100.64.3.0/24|path=65010,65010,65010 $paris|not for others
gamma|3fff:10::/32|path=64500,65010 $paris|IPv6
delta|100.65.1.0/24|path=65010 $paris|another place
gamma|100.64.2.0/24|path=64500,65010 std=65010:7,65501:2 lrg=65010:7:7,64500:1001:3 ext=rt:65010:7|nobody else says where
END
sed -i 's/prepend_rs_as: False/prepend_rs_as: True/' "$general"
members '' 'prepend_rs_as: False'
reload
expect <<END
gamma|100.64.3.0/24|path=65010,65010,65010 lrg=64500:1001:3|not for this one
delta|100.64.3.0/24|path=64500,65010,65010,65010 lrg=64500:1001:3|for all others
END
done_testing
