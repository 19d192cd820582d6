#!/bin/sh
# TCP-MD5 (RFC 2385): both directions and families, a wrong password, a range, a
# password that changes; and that it stays a secret.
. "$(dirname "$0")/../lan.sh"

config
client 65536 10 '' open
client 65537 11 '    passive: yes' in
echo '    password: geheim-in' >>"$clients"
client 65538 12 '' out
echo '    password: geheim-out' >>"$clients"
client 65539 13 '' wrong
echo '    password: geheim-right' >>"$clients"
sed -i 's/^          passive/      passive/' "$clients"
cat >>"$clients" <<-END
	  - asn: 65540
	    ip: ["203.0.113.64/26", "2001:db8:ffff:1::40/122"]
	    description: range
	    password: geheim-range
END
bird open 65536 10 "$(routes ipv4 100.64.0.0/22)"
bird in 65537 11 "$(routes ipv4 100.65.0.0/22)" '' 'password "geheim-in";'
bird out 65538 12 '' '' 'password "geheim-out"; passive;'
bird wrong 65539 13 '' '' 'password "geheim-wrong";'
bird range 65540 70 "$(routes ipv4 100.70.0.0/22)" '' 'password "geheim-range";'
rs
grep -q 'no TCP-MD5' "$tmp/rs.log" && skip_all "this kernel has no TCP-MD5"
up() { birdc "$1" show protocols | grep -c Established; }
has_up() { [ "$(up "$1")" = "$2" ]; }
ok "no password: both sessions" wait_for 5 has_up open 2
ok "we wait, the member connects: both" wait_for 8 has_up in 2
ok "we connect, the member waits: both" wait_for 8 has_up out 2
ok "from inside a range: both" wait_for 8 has_up range 2
ok "routes pass" wait_for 3 has out 100.65.0.0/22
ok "a range's, too" wait_for 3 has out 100.70.0.0/22
is "a wrong password: none" "$(up wrong)" 0
session() { json show sessions | tr '{' '\n' | grep '"address":"203.0.113.'"$1"'"'; }
like "who needs one is told" "$(session 11)" '"md5":true'
like "and who does not" "$(session 10)" '"md5":false'
# ---- a password that changes resets its own session, no other
sed -i 's/geheim-in/geheim-new/' "$clients"
run ctl reload
is "reload: exit status" "$status" 0
ok "a changed password ends the old sessions" wait_for 5 has_up in 0
sed 's/geheim-in/geheim-new/' "$tmp/in.conf" >"$tmp/new.conf"
cp "$tmp/new.conf" "$tmp/in.conf"
birdc in configure >/dev/null
ok "and the new one is the one that counts" wait_for 10 has_up in 2
sed -i 's/geheim-right/geheim-wrong/' "$clients"
ctl reload >/dev/null
ok "a corrected one, too" wait_for 10 has_up wrong 2
unlike "nobody else noticed" "$(json show sessions | tr '{' '\n' |
	grep -E '"member":"(open|out|range)"')" '"flaps":[1-9]'
sed -i '/geheim-new/d' "$clients"
sed -i '/password/d' "$tmp/in.conf"
ctl reload >/dev/null
birdc in configure >/dev/null
ok "none at all is a change as well" wait_for 10 has_up in 2

# ---- refused
cp "$clients" "$tmp/good.yml"
sed -i "s/geheim-out/$(printf 'x%.0s' $(seq 90))/" "$clients"
run ctl reload
is "a password of 90 bytes: exit status" "$([ "$status" != 0 ] && echo refused)" refused
like "and whose it is" "$err" 'AS65538_1|password'
cp "$tmp/good.yml" "$clients"
unlike "passwords are in no answer and no log" \
	"$(json show sessions; ctl explain 100.64.0.0/22 in; cat "$tmp/rs.log")" geheim
done_testing
