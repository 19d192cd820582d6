#!/bin/sh
# Sessions with BIRD in both families: up quickly, transparent, gone exactly.
. "$(dirname "$0")/../lan.sh"

config
client 65536 10 '' alpha
client 64502 11 '' beta
bird alpha 65536 10 "$(routes ipv4 '100.64.0.0/22 bgp_path.prepend(65536)')
$(routes ipv6 '3fff:0:10::/48')" 'bgp_med = 77;'
bird beta 64502 11 "$(routes ipv4 '100.64.4.0/22')"
watch_start
rs --hold 6
ixrsctl --control "$control" watch >"$tmp/events" &
watch_pid=$!
ok "four sessions are up" wait_for 5 established 4
watch_stop
quick "in less than two seconds" 2000

ok "beta has alpha's IPv4 route" wait_for 3 has beta 100.64.0.0/22
ok "beta has alpha's IPv6 route" wait_for 3 has beta 3fff:0:10::/48
ok "alpha has beta's route" wait_for 3 has alpha 100.64.4.0/22
run birdc beta show route all 100.64.0.0/22
like "the AS path is alpha's alone" "$out" 'as_path: 65536 65536$'
like "the next hop is alpha's" "$out" 'next_hop: 203.0.113.10$'
like "the MED is alpha's" "$out" 'med: 77$'
run birdc beta show route all 3fff:0:10::/48
like "the IPv6 next hop is alpha's" "$out" 'next_hop: 2001:db8:ffff:1::10'
run birdc alpha show route count
like "no member gets its own routes back" "$out" '^2 of 2 routes'

run ctl show sessions
is "show sessions: exit status" "$status" 0
like "show sessions: a row" "$out" '^alpha +203.0.113.10 +65536 +Established'
like "show sessions: counters in JSON" "$(json show sessions)" \
	'"member":"alpha","id":"AS65536_1","description":"alpha","address":"203.0.113.10","asn":65536,"family":"ipv4","state":"Established","since_ms":[0-9]+,"hold_time":6,"received":1,"accepted":1,"rejected":0,"sent":1'
like "show sent" "$(ctl show sent beta)" '100.64.0.0/22 +203.0.113.11 +203.0.113.10'
like "show received by AS number" "$(ctl show received AS64502)" \
	'^\* +100.64.4.0/22 +beta'
like "show routes around an address" "$(ctl show routes 100.64.5.9)" \
	'100.64.4.0/22'
run ctl show received nobody
is "an unknown member: exit status" "$status" 2
like "an unknown member: sentence" "$err" '^ixrsctl: no member "nobody"; '

birdc alpha disable rs6 >/dev/null
ok "a session that ends takes its routes" wait_for 3 has_not beta 3fff:0:10::/48
ok "and no others" has beta 100.64.0.0/22
like "its last error tells why" "$(json show sessions)" \
	'"address":"2001:db8:ffff:1::10".*"last_error":"[^"]*Cease/AdministrativeShutdown'
birdc alpha enable rs6 >/dev/null
ok "and brings them back" wait_for 8 has beta 3fff:0:10::/48
kill -STOP "$(cat "$tmp/beta.pid")"
ok "a member that falls silent is given up when the hold time ends" \
	wait_for 5 has_not alpha 100.64.4.0/22
like "its last error tells that too" "$(json show sessions)" \
	'"address":"203.0.113.11"[^}]*"last_error":"[^"]*HoldTimerExpired'
kill -CONT "$(cat "$tmp/beta.pid")"
ok "and taken back" wait_for 8 has alpha 100.64.4.0/22
ok "with what the others announce" wait_for 8 has beta 100.64.0.0/22
kill -9 "$(cat "$tmp/alpha.pid")"
ok "a member that dies is withdrawn" wait_for 3 has_not beta 100.64.0.0/22

# ---- events
event() { # PATTERN
	grep -Eq "$1" "$tmp/events"
}
ok "event: a session comes" event \
	'^\{"event":"session","data":\{"member":"alpha",.*"state":"Established"'
ok "event: a session goes" event \
	'"event":"session".*"address":"203.0.113.10".*"state":"(Idle|Connect|Active)"'
ok "event: a route comes" event \
	'^\{"event":"route","data":\{"prefix":"3fff:0:10::/48","member":"alpha","address":"2001:db8:ffff:1::10","asn":65536,"change":"announced"\}\}$'

kill -TERM $rs_pid
wait $rs_pid
is "SIGTERM: exit status" $? 0
ok "watching ends with the server" wait $watch_pid
ok "the members hear why" wait_for 3 logged beta 'Received: Administrative shutdown'
ok "the control socket is gone" test ! -e "$control"
done_testing
