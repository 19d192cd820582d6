#!/bin/sh
# What registries say of a route: AS-SETs within AS-SETs, two of one name, white
# lists, ROAs and whois data in place of route objects; enforced, and told.
. "$(dirname "$0")/../lan.sh"

cat >"$general" <<END
cfg:
  rs_as: 64500
  router_id: "203.0.113.1"
  passive: no
  filtering:
    never_via_route_servers: {peering_db: False}
    irrdb:
      enforce_origin_in_as_set: True
      enforce_prefix_in_as_set: True
      allow_longer_prefixes: False
      tag_as_set: True
      peering_db: True
      use_rpki_roas_as_route_objects:
        enabled: True
      use_arin_bulk_whois_data:
        enabled: True
        source: "$tmp/arin.json"
      use_registrobr_bulk_whois_data:
        enabled: True
        source: "$tmp/nicbr.txt"
  rpki_roas:
    ripe_rpki_validator_url: "$tmp/vrps.json"
  communities:
    prefix_present_in_as_set: {std: "65530:1", lrg: "rs_as:64511:1"}
    prefix_not_present_in_as_set: {std: "65530:2"}
    origin_present_in_as_set: {std: "65530:3"}
    origin_not_present_in_as_set: {std: "65530:4"}
    prefix_validated_via_rpki_roas: {std: "65530:5"}
    prefix_validated_via_arin_whois_db_dump: {std: "65530:6"}
    prefix_validated_via_registrobr_whois_db_dump: {std: "65530:7"}
    route_validated_via_white_list: {std: "65530:8"}
    rpki_bgp_origin_validation_not_performed: {lrg: "rs_as:64511:9"}
END
echo "bogons: []" >"$tmp/bogons.yml"
cat >"$clients" <<'END'
asns:
  AS65010:
    as_sets:
      - "AS-ALPHA"
clients:
END
client 65010 10 '
      filtering:
        irrdb:
          white_list_pref:
            - prefix: "100.69.0.0"
              length: 16
          white_list_asn: [65098]
          white_list_route:
            - prefix: "100.71.0.0"
              length: 16
              exact: True
              asn: 65097
            - prefix: "100.72.0.0"
              length: 16' alpha
client 65010 20 '' alpha6
client 65011 11 '{filtering: {irrdb: {as_sets: ["TEST::AS-BRAVO", "AS65011:AS-NONE"]}}}' bravo
client 65012 13 '' charlie
client 65013 14 '' delta
client 65014 15 '
      filtering:
        irrdb:
          enforce_origin_in_as_set: False
          enforce_prefix_in_as_set: False' echo
client 64502 12 '' gamma

object() { printf '%s\n' "$@" "source: $source" ''; }
source=TEST
{
	object 'as-set: AS-ALPHA' 'members: AS65010, AS-ALPHA-CUST # a loop' \
		'+ AS65010:AS-SUB'
	object 'as-set: as-alpha-cust' 'members: AS65020, AS-ALPHA, AS-LOOP'
	object 'as-set: AS-LOOP' 'members: AS-LOOP, AS65021'
	object 'as-set: AS65010:AS-SUB' 'members: AS65022'
	object 'as-set: AS-BRAVO' 'members: AS65030'
	object 'as-set: AS-DELTA' 'members: AS65013' 'mbrs-by-ref: MNT-DELTA'
	object 'aut-num: AS65041' 'member-of: AS-DELTA' 'mnt-by: MNT-DELTA'
	object 'aut-num: AS65042' 'member-of: AS-DELTA' 'mnt-by: MNT-OTHER'
	for r in 64:65010 65:65020 66:65021 67:65022 68:65099 70:65010 73:65030 \
		74:65031 75:65012 76:65040 77:65041 79:65042; do
		object "route: 100.${r%:*}.0.0/16" "origin: AS${r#*:}"
	done
	object 'route6: 3fff:10::/32' 'origin: AS65010'
} >"$tmp/test.irr"
source=OTHER
{
	object 'as-set: AS-ALPHA' 'members: AS65099'
	object 'as-set: AS-BRAVO' 'members: AS65031'
} >"$tmp/other.irr"
cat >"$tmp/vrps.json" <<'END'
{"roas": [
 {"asn": "AS65020", "prefix": "100.90.0.0/16", "maxLength": 24, "ta": "ripe"},
 {"asn": "AS65020", "prefix": "100.93.0.0/16", "maxLength": 16, "ta": "ripe"}]}
END
cat >"$tmp/arin.json" <<'END'
{"json_schema": "0.0.2", "source": "ARIN-WHOIS", "whois_records": {
 "v4": [{"originas": "AS65020", "prefix": "100.91.0.0/16"}], "v6": []}}
END
echo 'AS65021|Organization|1|100.92.0.0/16|3fff:92::/32' >"$tmp/nicbr.txt"
cat >"$tmp/pdb.json" <<'END'
{"data": [{"asn": 65013, "irr_as_set": "AS-DELTA", "info_prefixes4": 10}]}
END
peer alpha 65010 10 <<'END'
announce 100.64.0.0/16 community 65010:7 65530:8 large-community 64500:64511:1 64500:64511:9
announce 100.65.0.0/16 as-path 65010 65020
announce 100.66.0.0/16 as-path 65010 65021
announce 100.67.0.0/16 as-path 65010 65022
announce 100.64.1.0/24
announce 100.68.0.0/16 as-path 65010 65099
announce 100.69.0.0/16
announce 100.69.1.0/24
announce 100.70.0.0/16 as-path 65010 65098
announce 100.71.0.0/16 as-path 65010 65097
announce 100.71.1.0/24 as-path 65010 65097
announce 100.72.1.0/24 as-path 65010 65096
announce 100.90.1.0/24 as-path 65010 65020
announce 100.91.0.0/16 as-path 65010 65020
announce 100.92.0.0/16 as-path 65010 65021
announce 100.93.0.0/16 as-path 65010 65021
announce 100.94.0.0/16 as-path 65010 65099
END
peer alpha6 65010 6:20 <<'END'
announce 3fff:10::/32
announce 3fff:10:1::/48
END
peer bravo 65011 11 <<'END'
announce 100.73.0.0/16 as-path 65011 65030
announce 100.74.0.0/16 as-path 65011 65031
END
peer charlie 65012 13 <<'END'
announce 100.75.0.0/16
announce 100.76.0.0/16 as-path 65012 65040
END
peer delta 65013 14 <<'END'
announce 100.77.0.0/16 as-path 65013 65041
announce 100.79.0.0/16 as-path 65013 65042
END
peer echo 65014 15 <<'END'
announce 100.78.0.0/16 as-path 65014 65050
END
bird gamma 64502 12
rs --irr "$tmp/test.irr" --irr "$tmp/other.irr" --peering-db "$tmp/pdb.json" \
	--allow-asns 64496-64511 --allow-asns 65000-65099
ok "eight sessions are up" wait_for 8 established 8

lrg="lrg=64500:64511:1,64500:64511:9" no="lrg=64500:64511:9"
fine="std=65530:1,65530:3 $lrg"
expect <<END
gamma|100.64.0.0/16|std=65010:7,65530:1,65530:3 $lrg|in the AS-SET; what only we may say is scrubbed
gamma|100.65.0.0/16|$fine|in an AS-SET within
gamma|100.66.0.0/16|$fine|in one that holds itself
gamma|100.67.0.0/16|$fine|in one with a name below an AS
gamma|3fff:10::/32|$fine|a route6 object
gamma|100.64.1.0/24|-|longer than the route object
gamma|100.69.0.0/16|$fine|white_list_pref
gamma|100.69.1.0/24|$fine|white_list_pref, longer
gamma|100.70.0.0/16|$fine|white_list_asn
gamma|100.71.0.0/16|std=65530:2,65530:4,65530:8 $no|white_list_route
gamma|100.72.1.0/24|std=65530:2,65530:4,65530:8 $no|white_list_route of any origin
gamma|100.90.1.0/24|std=65530:2,65530:3,65530:5 $no|a ROA for a route object
gamma|100.91.0.0/16|std=65530:2,65530:3,65530:6 $no|ARIN's data for a route object
gamma|100.92.0.0/16|std=65530:2,65530:3,65530:7 $no|Registro.br's data for a route object
gamma|100.73.0.0/16|$fine|the AS-SET of that registry
gamma|100.74.0.0/16|-|not that of another
gamma|100.75.0.0/16|$fine|without an AS-SET the AS itself
gamma|100.77.0.0/16|$fine|an AS-SET of PeeringDB's, with members by reference
gamma|100.78.0.0/16|std=65530:2,65530:4 $no|not enforced
END
origins="100.74.0.0/16|10 origin-not-in-as-set|AS65031 is in none of TEST::AS-BRAVO, AS65011:AS-NONE
100.76.0.0/16|10 origin-not-in-as-set|AS65040 is not in AS65012's own objects
100.79.0.0/16|10 origin-not-in-as-set|AS65042 is not in AS-DELTA
100.68.0.0/16|10 origin-not-in-as-set|AS65099 is not in AS-ALPHA
100.71.1.0/24|10 origin-not-in-as-set|AS65097 is not in AS-ALPHA
100.94.0.0/16|10 origin-not-in-as-set|AS65099 is not in AS-ALPHA"
refused gamma <<END
$origins
100.64.1.0/24|9 prefix-not-in-as-set|a route object for 100.64.1.0/24 is not in AS-ALPHA
100.93.0.0/16|9 prefix-not-in-as-set|a route object for 100.93.0.0/16 is not in AS-ALPHA
3fff:10:1::/48|9 prefix-not-in-as-set|a route object for 3fff:10:1::/48 is not in AS-ALPHA
END

# ---- longer prefixes, and a registry that has changed
sed -i 's/allow_longer_prefixes: False/allow_longer_prefixes: True/' "$general"
sed -i 's/AS-LOOP, AS65021/AS-LOOP/' "$tmp/test.irr"
reload
expect <<END
gamma|100.64.1.0/24|$fine|longer than the route object
gamma|3fff:10:1::/48|$fine|longer than the route object
gamma|100.64.0.0/16|std=65010:7,65530:1,65530:3 $lrg|as before
gamma|100.66.0.0/16|-|not in the AS-SET any more
gamma|100.92.0.0/16|-|whois data need the origin to be in it
END
refused gamma <<END
$origins
100.66.0.0/16|10 origin-not-in-as-set|AS65021 is not in AS-ALPHA
100.92.0.0/16|10 origin-not-in-as-set|AS65021 is not in AS-ALPHA
100.93.0.0/16|10 origin-not-in-as-set|AS65021 is not in AS-ALPHA
END

# ---- told, not enforced
sed -i 's/^      enforce_origin_in_as_set: True/      enforce_origin_in_as_set: False/' \
	"$general"
sed -i 's/^      enforce_prefix_in_as_set: True/      enforce_prefix_in_as_set: False/' \
	"$general"
reload
expect <<END
gamma|100.66.0.0/16|std=65530:2,65530:4 $no|neither is in it
gamma|100.68.0.0/16|std=65530:2,65530:4 $no|neither is in it
gamma|100.93.0.0/16|std=65530:2,65530:4 $no|neither is in it
gamma|100.71.0.0/16|std=65530:2,65530:4,65530:8 $no|white_list_route
END

# ---- neither told nor enforced
sed -i 's/tag_as_set: True/tag_as_set: False/; /_not_performed/d' "$general"
reload
expect <<END
gamma|100.68.0.0/16|+|nothing is told
gamma|100.64.0.0/16|std=65010:7 lrg=64500:64511:9|what was ours is, what is not ours any more passes
END
done_testing
