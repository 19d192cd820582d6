#!/bin/sh
# What sessions agree on, with BIRD: paths instead of the path (RFC 7911), IPv4
# over IPv6 (RFC 8950), long messages (RFC 8654), roles (RFC 9234).
. "$(dirname "$0")/../lan.sh"

config
client 65536 10 'add_path: yes' all
client 64502 11 '' alpha
client 65537 12 '' gamma
client 65538 13 'add_path: yes' many
client 65543 18 'add_path: yes' plenty
cat >>"$clients" <<-END
	  - {asn: 65539, ip: "2001:db8:ffff:1::14", description: six, cfg: {rfc8950: yes}}
	  - {asn: 65540, ip: "2001:db8:ffff:1::15", description: seven, cfg: {rfc8950: yes}}
	  - {asn: 65541, ip: 203.0.113.16, description: role, cfg: {filtering: {roles: {enabled: yes, strict_mode: yes}}}}
	  - {asn: 65542, ip: 203.0.113.17, description: norole, cfg: {filtering: {roles: {enabled: yes, strict_mode: yes}}}}
END
bird all 65536 10
bird alpha 64502 11 "$(routes ipv4 100.64.0.0/24)"
bird gamma 65537 12 "$(routes ipv4 '100.64.0.0/24 bgp_path.prepend(65537)')" \
	'' 'enable extended messages on;'
bird many 65538 13 "$(routes ipv4 100.66.0.0/24)"
for m in all many; do
	sed -i 's/ipv4 { import all;/ipv4 { add paths on; import all;/' "$tmp/$m.conf"
	birdc $m configure >/dev/null
done
six() { # NAME ASN N ROUTE: one session over IPv6 for both
	node "$1" "$3"
	ip -n "$1" addr flush dev ix scope global
	ip -n "$1" addr add "2001:db8:ffff:1::$3/64" dev ix nodad
	cat >"$tmp/$1.conf" <<-END
		router id 203.0.113.$3;
		protocol device {}
		protocol static { ipv4; route $4 blackhole; }
		protocol bgp rs6 {
			local as $2; neighbor 2001:db8:ffff:1::1 as 64500;
			connect delay time 1; connect retry time 1;
			ipv4 { extended next hop on; import all; export where source = RTS_STATIC; };
			ipv6 { import all; export none; };
		}
	END
	in_node "$1" bird -c "$tmp/$1.conf" -s "$tmp/$1.ctl" -P "$tmp/$1.pid"
}
six six 65539 14 100.70.0.0/24
six seven 65540 15 100.71.0.0/24
bird role 65541 16 '' '' 'local role rs_client;'
bird norole 65542 17
rs --allow-asns 65000-65099
ok "the sessions are up" wait_for 5 established 11
session() { json show sessions | tr '{' '\n' | grep "\"address\":\"$1\""; }

# ---- ADD-PATH
like "ADD-PATH is agreed" "$(session 203.0.113.10)" 'add-path-rx-ipv4.*add-path-tx-ipv4'
paths() { [ "$(birdc "$1" show route all 100.64.0.0/24 | grep -c as_path)" = "$2" ]; }
ok "who asked for all paths has both" wait_for 5 paths all 2
ok "and so has the other one who did" wait_for 5 paths many 2
like "told with their numbers" "$(json show sent all)" \
	'"prefix":"100.64.0.0/24".*"path_id":[0-9]+.*"prefix":"100.64.0.0/24".*"path_id":[0-9]+'
birdc alpha disable static1 >/dev/null
ok "one goes, the other one stays" wait_for 3 paths all 1
birdc alpha enable static1 >/dev/null
ok "and it comes back" wait_for 3 paths all 2

# ---- more paths than are taken, and than are told
for n in $(seq 18); do
	echo "announce 100.72.0.0/24 path-id $n as-path 65543 $(yes 65001 | head -n $n | xargs)"
done | peer plenty 65543 18 --add-path
told() { ctl --json show sent "$1" | jq -r '.[] | select(.prefix == "100.72.0.0/24") | .as_path | length' | sort -n | xargs; }
told_is() { [ "$(told "$1")" = "$2" ]; }
ok "of many paths the best eight are told" wait_for 5 told_is all '2 3 4 5 6 7 8 9'
ok "and one to who did not ask" wait_for 5 told_is alpha 2
is "sixteen of a session's are taken" \
	"$(ctl --json show received plenty | jq 'length')" 16
is "the others are counted" "$(ctl --json show sessions | jq -c '.[] |
	select(.address == "203.0.113.18") | .tables[0].discarded')" 2
like "and the log names the prefix" "$(cat "$tmp/rs.log")" \
	'plenty \(203.0.113.18\) announces more than 16 paths to 100.72.0.0/24: the others are not taken$'
is "which it does once" "$(grep -c 'more than 16 paths' "$tmp/rs.log")" 1
is "explain knows which were told" "$(ctl --json explain 100.72.0.0/24 all |
	jq -r '.[].verdict' | uniq -c | xargs)" "8 sent 8 not-best"
like "and why the ninth was not" "$(ctl explain 100.72.0.0/24 all)" \
	' not-best +8 better paths were sent$'
is "and that one goes to who did not ask" "$(ctl --json explain 100.72.0.0/24 alpha |
	jq -r '.[].verdict' | uniq -c | xargs)" "1 sent 15 not-best"

# ---- RFC 8950
like "IPv4 over IPv6 is agreed" "$(session 2001:db8:ffff:1::14)" 'extended-next-hop-ipv4'
like "one session, two tables" "$(json show sessions)" \
	'"address":"2001:db8:ffff:1::14".*"tables":\[\{"family":"ipv4","agreed":true[^]]*"family":"ipv6","agreed":true'
ok "IPv4 routes pass between those who can" wait_for 3 has six 100.71.0.0/24
like "with an IPv6 next hop" "$(birdc six show route all 100.71.0.0/24)" \
	'next_hop: 2001:db8:ffff:1::15'
ok "not to those who cannot" has_not alpha 100.70.0.0/24
like "and explain says so" "$(ctl explain 100.70.0.0/24 alpha)" 'withheld .*8950'

# ---- long messages, roles
like "extended messages are agreed" "$(session 203.0.113.12)" extended-message
unlike "where both can" "$(session 203.0.113.11)" extended-message
like "a role is told" "$(session 203.0.113.16)" '"state":"Established".*"peer_role":"rs-client"'
refused_role() { session 203.0.113.17 | grep -q '"last_error":"[^"]*[Rr]ole'; }
ok "none, where it must be: no session" wait_for 5 refused_role
done_testing
