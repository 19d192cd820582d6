#!/bin/sh
# What is refused for its prefix, its origin by RPKI or its next hop, and how a
# refused route is marked for those who look: reject, tag, tag_and_reject.
. "$(dirname "$0")/../lan.sh"

cat >"$general" <<END
cfg:
  rs_as: 64500
  router_id: "203.0.113.1"
  passive: no
  filtering:
    next_hop:
      policy: "strict"
    ipv4_pref_len:
      min: 9
      max: 24
    ipv6_pref_len:
      min: 20
      max: 48
    global_black_list_pref:
      - prefix: "203.0.113.0"
        length: 24
        comment: "peering LAN"
      - prefix: "100.99.0.0"
        length: 16
        ge: 20
        le: 22
    never_via_route_servers: {peering_db: False}
    irrdb: {enforce_origin_in_as_set: False, enforce_prefix_in_as_set: False, tag_as_set: False}
    rpki_bgp_origin_validation:
      enabled: True
      reject_invalid: True
    reject_policy:
      policy: "reject"
  rpki_roas:
    source: "ripe-rpki-validator-cache"
    ripe_rpki_validator_url:
      - "https://validator.example/vrps.json"
      - "$tmp/vrps.json"
  communities:
    reject_cause:
      std: "65520:dyn_val"
      lrg: "rs_as:65520:dyn_val"
    rejected_route_announced_by:
      ext: "rt:65521:dyn_val"
      lrg: "rs_as:65521:dyn_val"
    reject_cause_map:
      "14":
        std: "65519:14"
        lrg: "rs_as:65519:14"
END
cat >"$tmp/bogons.yml" <<'END'
bogons:
  - prefix: "0.0.0.0"
    length: 0
    exact: True
    comment: "Default route"
  - prefix: "10.0.0.0"
    length: 8
    comment: "RFC 1918"
  - prefix: "100.98.0.0"
    length: 16
    exact: True
  - prefix: "3fff:dead::"
    length: 32
    comment: "not here"
END
echo "clients:" >"$clients"
client 65010 10 '
      filtering:
        black_list_pref:
          - prefix: 100.97.0.0
            length: 16
            comment: "AS65010 sold it"
        ipv6_pref_len: {min: 20, max: 50}' alpha
client 65010 20 '' alpha6
client 65011 11 '{filtering: {next_hop: {policy: same-as}}}' bravo
client 65011 21 '' bravo2
client 65012 13 '
      filtering:
        next_hop:
          policy: authorized_addresses
          authorized_addresses_list:
            - 203.0.113.13
            - 203.0.113.99' charlie
client 65013 15 '{filtering: {rpki_bgp_origin_validation: {reject_invalid: False}}}' lax
client 64502 12 '' gamma
client 64504 14 '' delta
vrps() { # ASN of 100.90.0.0/16
	cat >"$tmp/vrps.json" <<END
{"metadata": {"buildtime": "$(date -u +%Y-%m-%dT%H:%M:%SZ)"}, "roas": [
 {"asn": $1, "prefix": "100.90.0.0/16", "maxLength": 16, "ta": "ripe"},
 {"asn": 65099, "prefix": "100.91.0.0/16", "maxLength": 24, "ta": "apnic"},
 {"asn": 65099, "prefix": "100.64.0.0/16", "maxLength": 24, "ta": "arin"},
 {"asn": 65099, "prefix": "3fff:91::/32", "maxLength": 48, "ta": "ripe"}]}
END
}
vrps 65010
peer alpha 65010 10 <<'END'
announce 100.64.0.0/16 community 65010:7 65520:3 65519:14 large-community 64500:65520:3 64500:65521:1 64500:1101:9
announce 0.0.0.0/0
announce 10.20.0.0/16
announce 100.98.0.0/16 large-community 64500:65520:3 64500:1101:9 65010:7:7
announce 100.98.1.0/24
announce 203.0.113.128/25
announce 100.99.16.0/20
announce 100.99.0.0/16
announce 100.99.4.0/23
announce 100.97.3.0/24
announce 100.64.1.0/25
announce 101.0.0.0/8
announce 100.64.2.0/24 next-hop 203.0.113.11
announce 100.90.0.0/16
announce 100.90.1.0/24
announce 100.91.1.0/24 community 65010:7
END
peer alpha6 65010 6:20 <<'END'
announce 3fff:10::/32
announce 3fff:10:1::/50
announce 3fff:dead:1::/48
announce 4000::/32
announce 3000::/19
announce 3fff:91:1::/48
END
peer bravo 65011 11 <<'END'
announce 100.70.1.0/24
announce 100.70.2.0/24 next-hop 203.0.113.21
announce 100.70.3.0/24 next-hop 203.0.113.10
END
peer charlie 65012 13 <<'END'
announce 100.71.1.0/24
announce 100.71.2.0/24 next-hop 203.0.113.99
announce 100.71.3.0/24 next-hop 203.0.113.98
END
peer lax 65013 15 <<'END'
announce 100.91.2.0/24
announce 100.72.0.0/16
END
bird gamma 64502 12
rs --allow-asns 64496-64511 --allow-asns 65000-65099
peer delta 64504 14 </dev/null
ok "eight sessions are up" wait_for 8 established 8

expect <<'END'
gamma|100.64.0.0/16|std=65010:7|marks of refused routes are scrubbed
delta|100.64.0.0/16|std=65010:7|marks of refused routes are scrubbed
gamma|100.98.1.0/24|+|inside a bogon that is exact
gamma|100.99.0.0/16|+|shorter than a black list's ge
gamma|100.99.4.0/23|+|longer than a black list's le
gamma|100.90.0.0/16|+|valid by RPKI
gamma|3fff:10::/32|hop=2001:db8:ffff:1::20|IPv6
gamma|100.70.1.0/24|hop=203.0.113.11|same-as: its own address
gamma|100.70.2.0/24|hop=203.0.113.21|same-as: that of its other session
gamma|100.71.1.0/24|hop=203.0.113.13|authorized_addresses: its own, which is on the list
gamma|100.71.2.0/24|hop=203.0.113.99|authorized_addresses: another on the list
gamma|100.72.0.0/16|+|a ROA covers nothing of it
gamma|100.91.2.0/24|-|invalid by RPKI, taken and not sent
delta|100.91.2.0/24|-|invalid by RPKI, taken and not sent
END
cat >"$tmp/refusals" <<'END'
0.0.0.0/0|3 default-route|0.0.0.0/0 is a default route, which has no place at an exchange
10.20.0.0/16|3 bogon-prefix|prefix 10.20.0.0/16 lies in the bogon 10.0.0.0/8 (RFC 1918)
100.98.0.0/16|3 bogon-prefix|prefix 100.98.0.0/16 lies in the bogon 100.98.0.0/16
3fff:dead:1::/48|3 bogon-prefix|prefix 3fff:dead:1::/48 lies in the bogon 3fff:dead::/32 (not here)
203.0.113.128/25|3 black-listed-prefix|prefix 203.0.113.128/25 lies in the exchange's black list 203.0.113.0/24 (peering LAN)
100.99.16.0/20|3 black-listed-prefix|prefix 100.99.16.0/20 lies in the exchange's black list 100.99.0.0/16
100.97.3.0/24|3 client-black-listed-prefix|prefix 100.97.3.0/24 lies in the member's black list 100.97.0.0/16 (AS65010 sold it)
4000::/32|3 not-global-unicast|prefix 4000::/32 is not IPv6 global unicast (2000::/3)
100.64.1.0/25|1 prefix-too-long|prefix 100.64.1.0/25 is longer than /24
3fff:10:1::/50|1 prefix-too-long|prefix 3fff:10:1::/50 is longer than /48
101.0.0.0/8|2 prefix-too-short|prefix 101.0.0.0/8 is shorter than /9
3000::/19|2 prefix-too-short|prefix 3000::/19 is shorter than /20
100.64.2.0/24|8 next-hop-not-peer|next hop 203.0.113.11 is not the announcing member's address 203.0.113.10
100.70.3.0/24|8 next-hop-not-peer|next hop 203.0.113.10 is no address of AS65011 here
100.71.3.0/24|8 next-hop-not-peer|next hop 203.0.113.98 is not in the member's list of authorized addresses
100.91.1.0/24|13 rpki-invalid|RPKI: AS65010 may not originate 100.91.1.0/24; the ROA names AS65099
3fff:91:1::/48|13 rpki-invalid|RPKI: AS65010 may not originate 3fff:91:1::/48; the ROA names AS65099
100.90.1.0/24|13 rpki-invalid|RPKI: AS65010 may not originate 100.90.1.0/24; its ROA permits lengths up to /16
END
refused gamma <"$tmp/refusals"
like "explain: taken and not sent" "$(ctl explain 100.91.2.0/24 gamma)" \
	' withheld +RPKI origin validation says that the route is invalid: it goes to nobody$'

# ---- the marks
marks() { # PREFIX COMMUNITIES: all kinds of them, of a refused route
	is "marks of $1" "$(ctl --json show rejected alpha | jq -r ".[] |
		select(.prefix == \"$1\") | .communities + .large_communities +
		.ext_communities | join(\" \")")" "$2"
}
marks 100.91.1.0/24 '65010:7 64500:1101:13'
marks 100.98.0.0/16 '65010:7:7 64500:1101:3'
sed -i 's/policy: "reject"/policy: "tag"/' "$general"
reload
refused gamma <"$tmp/refusals"
ext=rt:65521:65010
marks 100.91.1.0/24 "65010:7 65520:0 65520:14 65519:14 64500:1101:13 64500:65520:0 64500:65520:14 64500:65519:14 64500:65521:65010 $ext"
marks 100.98.0.0/16 "65520:0 65520:2 65010:7:7 64500:1101:3 64500:65520:0 64500:65520:2 64500:65521:65010 $ext"
marks 100.64.2.0/24 "65520:0 65520:5 64500:1101:8 64500:65520:0 64500:65520:5 64500:65521:65010 $ext"
expect <<'END'
gamma|100.64.0.0/16|std=65010:7|a marked route may not pass for ours
gamma|100.91.1.0/24|-|a tagged route is not sent
delta|100.98.0.0/16|-|a tagged route is not sent
END
sed -i 's/policy: "tag"/policy: "tag_and_reject"/; /reject_cause_map/,$d' "$general"
reload
marks 100.91.1.0/24 "65010:7 65520:0 65520:14 64500:1101:13 64500:65520:0 64500:65520:14 64500:65521:65010 $ext"

# ---- other ROAs, other limits, other rights: at once, both ways
vrps 65098
sed -i 's/max: 24/max: 25/; s/policy: "strict"/policy: "same-as"/; /AS65010 sold/d
	/"10.0.0.0"/,/RFC 1918/d' "$general" "$tmp/bogons.yml"
sed -i 's/100\.97\.0\.0/100.96.0.0/; s/reject_invalid: False/reject_invalid: True/
	s/- 203.0.113.13$/- 203.0.113.98/' "$clients"
sed -i 's/^\(100.90.1.0.*;\).*/\1 the ROA names AS65098/
	/^100.64.1.0/d; /^10\.20/d; /^100.97/d; /^100.71.3/d
	s/\(100.64.2.0.*\)|.*/\1|next hop 203.0.113.11 is no address of AS65010 here/' \
	"$tmp/refusals"
cat >>"$tmp/refusals" <<'END'
100.90.0.0/16|13 rpki-invalid|RPKI: AS65010 may not originate 100.90.0.0/16; the ROA names AS65098
100.91.2.0/24|13 rpki-invalid|RPKI: AS65013 may not originate 100.91.2.0/24; the ROA names AS65099
100.71.1.0/24|8 next-hop-not-peer|next hop 203.0.113.13 is not in the member's list of authorized addresses
END
reload
expect <<'END'
gamma|100.90.0.0/16|-|another's now
delta|100.90.0.0/16|-|another's now
gamma|100.64.1.0/25|+|longer ones are taken
gamma|10.20.0.0/16|+|no bogon any more
gamma|100.97.3.0/24|+|not on the black list any more
gamma|100.71.3.0/24|hop=203.0.113.98|authorized now
gamma|100.71.1.0/24|-|not authorized now
gamma|100.64.0.0/16|std=65010:7,65519:14|what no cause means any more passes
END
refused gamma <"$tmp/refusals"
done_testing
