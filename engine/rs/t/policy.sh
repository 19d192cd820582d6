#!/bin/sh
# What is rejected and why, who hears what, and what a changed policy does.
. "$(dirname "$0")/../lan.sh"

config
client 65536 10 '' alpha
client 64502 11 '' beta
client 65537 12 '' gamma
client 65538 13 '' delta
bird alpha 65536 10 "$(routes ipv4 \
	'100.64.0.0/22 bgp_path.prepend(64496)' \
	'100.64.1.0/24 bgp_community.add((0,64502))' \
	'100.64.2.0/24 bgp_community.add((0,64500)); bgp_community.add((64500,64502)); bgp_community.add((65000,1))' \
	'100.64.3.0/24 bgp_large_community.add((64500,0,0)); bgp_large_community.add((64500,1,65537)); bgp_large_community.add((65536,7,7))' \
	'100.64.10.0/24 bgp_large_community.add((64500,0,65537))' \
	'100.64.11.0/24 bgp_community.add((0,64500))' \
	'100.64.12.0/24 bgp_community.add((65535,65281))' \
	10.1.0.0/16 100.65.0.0/25 100.0.0.0/6 0.0.0.0/0 203.0.113.0/25 \
	'100.66.0.0/24 bgp_path.prepend(64500)' \
	'100.67.0.0/24 bgp_path.prepend(64512)' 100.68.0.0/24)
$(routes ipv6 3fff:0:10::/48 3fff:0:11::/64 ::/0 fc00:1::/32)" \
	'if net = 100.68.0.0/24 then bgp_next_hop = 203.0.113.66;'
bird beta 64502 11
bird gamma 65537 12
bird delta 65538 13 "$(routes ipv4 '100.70.0.0/24 bgp_path.prepend(64499)' \
	100.71.0.0/24)" '' 'rs client;'
rs --allow-asns 64496-64499
ok "eight sessions are up" wait_for 5 established 8
table_is_there() {
	[ "$(ctl show received alpha | wc -l)" = 20 ] &&
		[ "$(ctl show rejected delta | wc -l)" = 3 ]
}
ok "the table has arrived" wait_for 5 table_is_there

# ---- who hears what
hears() { ok "$1 hears $2 $3" wait_for 3 has "$1" "$2"; }
deaf() { ok "$1 does not hear $2 $3" has_not "$1" "$2"; }
hears beta 100.64.0.0/22 "without communities"
hears gamma 100.64.0.0/22 "without communities"
hears gamma 100.64.1.0/24 "with 0:64502"
hears beta 100.64.2.0/24 "with 0:64500 64500:64502"
hears gamma 100.64.3.0/24 "with 64500:0:0 64500:1:65537"
hears beta 100.64.10.0/24 "with 64500:0:65537"
hears beta 100.64.12.0/24 "with NO_EXPORT, passed on"
deaf beta 100.64.1.0/24 "with 0:64502"
deaf gamma 100.64.2.0/24 "with 0:64500 64500:64502"
deaf beta 100.64.3.0/24 "with 64500:0:0 64500:1:65537"
deaf gamma 100.64.10.0/24 "with 64500:0:65537"
deaf beta 100.64.11.0/24 "with 0:64500"
run birdc beta show route all 100.64.2.0/24
like "control communities are scrubbed" "$out" 'BGP.community: \(65000,1\)$'
run birdc gamma show route all 100.64.3.0/24
like "large ones too" "$out" 'BGP.large_community: \(65536, 7, 7\)$'
like "but the table has them" "$(json show routes 100.64.2.0/24)" \
	'"communities":\["0:64500","64500:64502","65000:1"\]'

# ---- what is rejected
rejected() { # MEMBER PREFIX CODE SENTENCE
	like "rejected: $4" "$all" "^$2 +$1 +[0-9a-f.:]+ +$3 +$4\$"
}
all=$(ctl show rejected)
rejected alpha 0.0.0.0/0 3 \
	'0.0.0.0/0 is a default route, which has no place at an exchange'
rejected alpha ::/0 3 '::/0 is a default route, which has no place at an exchange'
rejected alpha 10.1.0.0/16 3 \
	'prefix 10.1.0.0/16 lies in the bogon 10.0.0.0/8 \(RFC 1918\)'
rejected alpha fc00:1::/32 3 \
	'prefix fc00:1::/32 lies in the bogon fc00::/7 \(RFC 4193\)'
rejected alpha 203.0.113.0/25 3 \
	"prefix 203.0.113.0/25 lies in the exchange's black list 203.0.113.0/24 \(peering LAN\)"
rejected alpha 100.65.0.0/25 1 'prefix 100.65.0.0/25 is longer than /24'
rejected alpha 3fff:0:11::/64 1 'prefix 3fff:0:11::/64 is longer than /48'
rejected alpha 100.0.0.0/6 2 'prefix 100.0.0.0/6 is shorter than /8'
rejected alpha 100.66.0.0/24 20 \
	'the AS path contains AS64500, the route server itself'
rejected alpha 100.67.0.0/24 4 \
	'the AS path contains AS64512, which is not a public AS number'
rejected alpha 100.68.0.0/24 8 \
	"next hop 203.0.113.66 is not the announcing member's address 203.0.113.10"
rejected delta 100.70.0.0/24 7 \
	"the AS path begins with AS64499, not with the announcing member's AS65538"
rejected delta 100.71.0.0/24 6 \
	'the AS path is empty; it must begin with AS65538'
like "in JSON, with the stable word" "$(json show rejected 203.0.113.13)" \
	'"prefix":"100.70.0.0/24".*"state":"rejected","reason":"first-as-not-peer","reason_code":7,'
unlike "no rejected route is sent" "$(ctl show sent beta)" \
	'^(10\.|0\.0|100\.(65|66|67|68|70|71))'

# ---- a changed policy, without a session lost
config '  rfc1997_wellknown_communities: {policy: rfc1997}'
client 65536 10 '{filtering: {ipv4_pref_len: {max: 25}}}' alpha
client 64502 11 '{prepend_rs_as: yes}' beta
client 65537 12 '' gamma
run ctl reload
is "reload: exit status" "$status" 0
ok "a longer prefix is taken now" wait_for 3 has gamma 100.65.0.0/25
ok "NO_EXPORT is obeyed now" wait_for 3 has_not gamma 100.64.12.0/24
ok "beta has the route server in its paths now" wait_for 3 sh -c \
	"birdc -s $tmp/beta.ctl show route all 100.64.0.0/22 |
		grep -q 'as_path: 64500 65536 64496\$'"
ok "the client that is gone is told" wait_for 3 \
	logged delta 'Received: Peer de-configured'
unlike "the others kept their sessions" "$(json show sessions)" \
	'"flaps":[1-9]'
echo "  blackhole_filtering: {policy_ipv4: rewrite}" >>"$general"
run ctl reload
is "a bad file: exit status" "$status" 2
like "a bad file: sentence" "$err" \
	'general.yml:[0-9]+:38: expected propagate-unchanged or rewrite-next-hop, found "rewrite"'
ok "a bad file changes nothing" established 6

kill -TERM $rs_pid
wait $rs_pid
is "SIGTERM: exit status" $? 0
done_testing
