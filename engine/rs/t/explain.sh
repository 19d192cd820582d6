#!/bin/sh
# ixrsctl explain: for each path, why a member has it or has it not.
. "$(dirname "$0")/../lan.sh"

config '    prepend_once_to_any: {lrg: "rs_as:101:0"}
  rfc1997_wellknown_communities: {policy: pass}'
client 65536 10 '' alpha
client 64502 11 '' beta
client 65537 12 '' gamma
client 65538 13 '' down
bird alpha 65536 10 "$(routes ipv4 '100.64.0.0/24 bgp_community.add((0,64502))' \
	100.64.1.0/24 10.9.0.0/16 '100.64.3.0/24 bgp_path.prepend(64502)' \
	'100.64.4.0/24 bgp_large_community.add((64500,0,0))')"
bird beta 64502 11
bird gamma 65537 12 "$(routes ipv4 \
	'100.64.1.0/24 bgp_path.prepend(65537)')"
rs
ok "six sessions are up" wait_for 5 established 6
ok "routes have passed" wait_for 5 has beta 100.64.1.0/24
ok "all of them" wait_for 5 has gamma 100.64.3.0/24
ok "both ways" wait_for 5 has alpha 100.64.1.0/24

says() { # DESCRIPTION PREFIX MEMBER PATTERN
	like "$1" "$(ctl explain "$2" "$3")" "$4"
}
says "sent" 100.64.1.0/24 beta \
	'^\* +100.64.1.0/24 +alpha +203.0.113.10 .*sent +sent to the member'
says "not the best" 100.64.1.0/24 beta \
	'gamma .* not-best +a better path from alpha was sent'
says "the member's own" 100.64.1.0/24 alpha \
	'alpha .* own +the member.s own route, accepted'
says "and what it got instead" 100.64.1.0/24 alpha '^\* .*gamma .*sent'
says "a community keeps it away" 100.64.0.0/24 beta 'withheld .*0:64502'
says "not from others" 100.64.0.0/24 gamma '^\* .*sent'
says "to nobody" 100.64.4.0/24 gamma 'withheld .*64500:0:0'
says "the member is in the path" 100.64.3.0/24 beta 'withheld .*64502'
says "rejected" 10.9.0.0/16 beta \
	'^x +10.9.0.0/16 +alpha .* rejected +prefix 10.9.0.0/16 lies in the bogon'
says "rejected, asked for the one who announces it" 10.9.0.0/16 alpha \
	'rejected +prefix 10.9'
says "the member is away" 100.64.1.0/24 down 'down +the member.s session'
says "nobody announces it" 192.0.2.0/24 beta '^nobody announces it$'
says "around an address" 100.64.1.7 beta '^\* +100.64.1.0/24'
like "the keys of --json" "$(json explain 100.64.1.0/24 beta)" \
	'"verdict":"sent","why":"senttothemember","as_sent":\[\{"prefix":"100.64.1.0/24","member":"beta",.*"as_path":\[65536\]'
run ctl explain 100.64.1.0/24
is "no member: exit status" "$status" 2
like "no member: sentence" "$err" '^ixrsctl: which member\?'
run ctl explain 100.64.1.0 nobody
is "an unknown member: exit status" "$status" 2
run ctl explain frob beta
like "no prefix: sentence" "$err" '"frob" is no prefix'

# ---- the other words
ctl shutdown beta maintenance at noon >"$tmp/out"
like "shutdown" "$(cat "$tmp/out")" 'sessions shut down: +2$'
ok "the member reads why" wait_for 3 logged beta 'Received: Administrative shutdown'
ok "with the text" wait_for 3 logged beta 'maintenance at noon'
sleep 1
is "it stays down" "$(json show sessions | tr '{' '\n' | grep -c '"stopped":"operator"')" 2
ctl enable beta >/dev/null
ok "until enable" wait_for 8 has beta 100.64.1.0/24
ctl reset gamma >"$tmp/out"
like "reset" "$(cat "$tmp/out")" 'sessions reset: +2$'
ok "and it comes back" wait_for 8 has gamma 100.64.3.0/24
run ctl shutdown beta "$(printf 'x%.0s' $(seq 200))"
is "a text too long: exit status" "$status" 2
like "stats" "$(ctl show stats)" '^IPv4: prefixes: +5$'
done_testing
