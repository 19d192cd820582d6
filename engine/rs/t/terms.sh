#!/bin/sh
# What sessions agree on, with BIRD: paths instead of the path (RFC 7911), IPv4
# over IPv6 (RFC 8950), long messages (RFC 8654), roles (RFC 9234).
. "$(dirname "$0")/../lan.sh"

config
client 65536 10 'add_path: yes' all
client 64502 11 '' alpha
client 65537 12 '' gamma
client 65538 13 'add_path: yes' many
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
rs
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
