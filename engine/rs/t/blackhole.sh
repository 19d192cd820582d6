#!/bin/sh
# Blackhole routes (RFC 7999): who may announce them, where they lead, who hears
# them. What a member may announce comes from a registry's text, then from bgpq4.
. "$(dirname "$0")/../lan.sh"

cat >"$general" <<'END'
cfg:
  rs_as: 64500
  router_id: "203.0.113.1"
  filtering:
    never_via_route_servers: {peering_db: False}
    irrdb:
      enforce_origin_in_as_set: True
      enforce_prefix_in_as_set: True
      tag_as_set: False
    rpki_bgp_origin_validation:
      enabled: True
      reject_invalid: True
  blackhole_filtering:
    policy_ipv4: "rewrite-next-hop"
    policy_ipv6: "rewrite-next-hop"
    rewrite_next_hop_ipv4: "203.0.113.66"
    rewrite_next_hop_ipv6: "2001:db8:ffff:1::66"
    announce_to_client: True
    add_noexport: True
  communities:
    blackholing:
      std: "65534:666"
      ext: "rt:65534:666"
      lrg: "rs_as:666:0"
    do_not_announce_to_peer: {std: "0:peer_as"}
END
cat >"$tmp/bogons.yml" <<'END'
bogons:
  - prefix: 10.0.0.0
    length: 8
    comment: "RFC 1918"
END
cat >"$clients" <<'END'
asns:
  AS65010:
    as_sets: ["AS-ALPHA"]
clients:
END
white='
      filtering:
        irrdb:
          white_list_pref:
            - prefix: 100.67.0.0
              length: 24
          white_list_route:
            - {prefix: 100.68.0.0, length: 16, asn: 65010}'
client 65010 10 "$white" alpha
client 65010 20 '' alpha6
client 64502 11 '' beta
client 65537 12 'blackhole_filtering: {announce_to_client: False}' gamma
client 64504 14 '' delta
cat >"$tmp/irr" <<'END'
as-set: AS-ALPHA
members: AS65010, AS65020
source: TEST

route: 100.64.0.0/16
origin: AS65010
source: TEST

route: 100.65.0.0/16
origin: AS65020
source: TEST

route6: 3fff:10::/32
origin: AS65010
source: TEST
END
cat >"$tmp/vrps.json" <<'END'
{"roas": [
 {"asn": 65010, "prefix": "100.64.0.0/16", "maxLength": 16, "ta": "ripe"},
 {"asn": 65099, "prefix": "100.65.128.0/17", "maxLength": 17, "ta": "ripe"}]}
END
peer alpha 65010 10 --hold 30 <<'END'
announce 100.64.0.0/16
announce 100.64.1.1/32 community 65535:666 65010:7
announce 100.64.1.2/32 community 65010:7 65534:666
announce 100.64.1.3/32 large-community 64500:666:0 65010:7:7
announce 100.64.2.0/24 community 65535:666 65535:65281
announce 100.65.0.9/32 as-path 65010 65020 community 65535:666
announce 100.67.0.1/32 community 65535:666
announce 100.68.0.1/32 community 65535:666
announce 100.64.1.6/32 community 65535:666 0:64502
announce 100.64.1.5/32
announce 100.66.0.1/32 community 65535:666
announce 100.68.0.2/32 as-path 65010 65020 community 65535:666
announce 100.69.1.7/32 as-path 65010 65030 community 65535:666
announce 100.65.128.1/32 as-path 65010 65020 community 65535:666
announce 100.64.1.8/32 next-hop 203.0.113.77 community 65535:666
announce 10.1.1.1/32 community 65535:666
announce 0.0.0.0/0 community 65535:666
announce 100.0.0.0/10 community 65535:666
END
peer alpha6 65010 6:20 --hold 30 <<'END'
announce 3fff:10::/32
announce 3fff:10::1/128 community 65535:666
announce 3fff:10::2/128 large-community 64500:666:0
announce 3fff:10:3::/48 community 65534:666
announce 3fff:10::5/128
announce 3fff:11::1/128 community 65535:666
END
bird beta 64502 11
bird gamma 65537 12
rs --irr "$tmp/irr" --vrps "$tmp/vrps.json" --allow-asns 64496-64511 \
	--allow-asns 65000-65099
peer delta 64504 14 </dev/null
ok "seven sessions are up" wait_for 8 established 7

hop="hop=203.0.113.66" both=std=65535:666,65535:65281
hop6="hop=2001:db8:ffff:1::66"
expect <<END
beta|100.64.0.0/16|hop=203.0.113.10|an ordinary route is as it was
gamma|100.64.0.0/16|hop=203.0.113.10|an ordinary route is as it was
beta|100.64.1.1/32|$hop path=65010 std=65535:666,65010:7,65535:65281|65535:666
delta|100.64.1.1/32|$hop path=65010 std=65535:666,65010:7,65535:65281|65535:666
beta|100.64.1.2/32|$hop std=65010:7,65535:65281,65535:666|a standard community of ours
beta|100.64.1.3/32|$hop std=65535:65281,65535:666 lrg=65010:7:7|a large community of ours
beta|100.64.2.0/24|$hop std=65535:666,65535:65281|NO_EXPORT not twice
beta|100.65.0.9/32|$hop path=65010,65020 $both|a customer's
beta|100.67.0.1/32|$hop $both|inside white_list_pref
beta|100.68.0.1/32|$hop $both|inside white_list_route
beta|100.64.1.6/32|-|with 0:64502
delta|100.64.1.6/32|$hop $both|with 0:64502
gamma|100.64.1.1/32|-|announce_to_client is off
gamma|100.64.1.3/32|-|announce_to_client is off
beta|3fff:10::/32|hop=2001:db8:ffff:1::20|an ordinary route is as it was
beta|3fff:10::1/128|$hop6 $both|65535:666
beta|3fff:10::2/128|$hop6 std=65535:65281,65535:666|a large community of ours
beta|3fff:10:3::/48|$hop6 std=65535:65281,65535:666|a standard community of ours
gamma|3fff:10::1/128|-|announce_to_client is off
beta|100.66.0.1/32|-|not covered
beta|100.64.1.5/32|-|no blackhole
beta|100.65.128.1/32|-|another's by RPKI
END
cat >"$tmp/always" <<'END'
0.0.0.0/0|3 default-route|0.0.0.0/0 is a default route, which has no place at an exchange
10.1.1.1/32|3 bogon-prefix|prefix 10.1.1.1/32 lies in the bogon 10.0.0.0/8 (RFC 1918)
100.64.1.5/32|1 prefix-too-long|prefix 100.64.1.5/32 is longer than /24
3fff:10::5/128|1 prefix-too-long|prefix 3fff:10::5/128 is longer than /48
100.64.1.8/32|8 next-hop-not-peer|next hop 203.0.113.77 is not the announcing member's address 203.0.113.10
100.69.1.7/32|10 origin-not-in-as-set|AS65030 is not in AS-ALPHA
100.66.0.1/32|9 blackhole-not-covered|the blackhole 100.66.0.1/32 lies in no prefix that AS65010 may announce
100.68.0.2/32|9 blackhole-not-covered|the blackhole 100.68.0.2/32 lies in no prefix that AS65010 may announce
100.0.0.0/10|9 blackhole-not-covered|the blackhole 100.0.0.0/10 lies in no prefix that AS65010 may announce
3fff:11::1/128|9 blackhole-not-covered|the blackhole 3fff:11::1/128 lies in no prefix that AS65010 may announce
100.65.128.1/32|9 blackhole-not-covered|the blackhole 100.65.128.1/32 lies in no prefix that AS65010 may announce
END
refused beta <"$tmp/always"
why() { # PREFIX MEMBER SENTENCE
	like "explain $1 $2" "$(ctl explain "$1" "$2")" " withheld +$3\$"
}
why 100.64.1.1/32 gamma 'it is a blackhole route, and this member takes none'
why 3fff:10::1/128 gamma 'it is a blackhole route, and this member takes none'
why 100.64.1.6/32 beta 'community 0:64502 asks that it not go to AS64502'

# ---- data in bgpq4's form, in which AS65020 has nothing
cat >"$tmp/irr" <<'END'
{"AS-ALPHA": [{"prefix": "100.64.0.0/16", "exact": true}]}
{"AS-ALPHA": [{"prefix": "3fff:10::/32", "exact": true}]}
{"AS-ALPHA": [65010, 65020]}
END
reload
expect <<END
beta|100.64.1.1/32|$hop std=65535:666,65010:7,65535:65281|covered as before
beta|3fff:10::1/128|$hop6 $both|covered as before
beta|100.67.0.1/32|$hop $both|white lists hold
beta|100.65.0.9/32|-|not covered any more
delta|100.65.0.9/32|-|not covered any more
END
{
	cat "$tmp/always"
	echo "100.65.0.9/32|9 blackhole-not-covered|the blackhole 100.65.0.9/32 lies in no prefix that AS65010 may announce"
} >"$tmp/refusals"
refused beta <"$tmp/refusals"

# ---- other policies
sed -i 's/policy_ipv4: .*/policy_ipv4: propagate-unchanged/
	s/add_noexport: True/add_noexport: False/' "$general"
sed -i 's/announce_to_client: False/announce_to_client: True/' "$clients"
reload
expect <<END
beta|100.64.1.1/32|hop=203.0.113.10 std=65535:666,65010:7|the next hop stays, NO_EXPORT is not added
gamma|100.64.1.1/32|hop=203.0.113.10 std=65535:666,65010:7|who wants them now has them
gamma|100.64.1.3/32|hop=203.0.113.10 std=65535:666 lrg=65010:7:7|a community of ours becomes 65535:666
gamma|3fff:10::1/128|$hop6 std=65535:666|the other family has its own policy
delta|100.64.2.0/24|hop=203.0.113.10 std=65535:666,65535:65281|the member's own NO_EXPORT stays
END

sed -i 's/announce_to_client: True/announce_to_client: False/' "$general"
reload
expect <<END
gamma|100.64.1.1/32|hop=203.0.113.10 std=65535:666,65010:7|in general nobody wants them, but this one
beta|100.64.1.1/32|-|in general nobody wants them
delta|3fff:10::1/128|-|in general nobody wants them
beta|100.64.0.0/16|+|ordinary routes stay
END

# ---- without blackhole filtering
sed -i '/^  blackhole_filtering/,/add_noexport/d; /rpki_bgp_origin/,/reject_inv/d' \
	"$general"
cat >"$tmp/irr" <<'END'
{"AS-ALPHA": [{"prefix": "100.64.0.0/16", "exact": false,
               "greater-equal": 16, "less-equal": 24}]}
{"AS-ALPHA": [{"prefix": "3fff:10::/32", "exact": true}]}
{"AS-ALPHA": [65010, 65020]}
END
reload
expect <<'END'
beta|100.64.1.1/32|-|the route is too long
delta|3fff:10::1/128|-|the route is too long
beta|100.64.2.0/24|hop=203.0.113.10 std=65535:666,65535:65281|65535:666 says nothing here and stays
END
done_testing
