#!/bin/sh
# max_prefix: the four actions, what the member hears, and the way back, also the
# one of restart, by itself: restart_after counts whole minutes, so this waits one,
# while other tests run.
. "$(dirname "$0")/../lan.sh"

limit() { echo "filtering: {max_prefix: {limit_ipv4: 5, $1}}"; }
config
client 65536 10 '' witness
client 65537 11 "$(limit 'action: shutdown')" shut
client 65538 12 "$(limit 'action: restart, restart_after: 15')" again
client 65539 13 "$(limit 'action: block')" block
client 65540 14 "$(limit 'action: warning')" warn
client 65541 15 "$(limit 'action: shutdown, count_rejected_routes: yes')" count
client 65542 16 "$(limit 'action: restart, restart_after: 1, count_rejected_routes: no')" some
client 65543 17 "$(limit 'action: restart, restart_after: 1, count_rejected_routes: yes')" every

n_routes() { # THIRD-OCTET FIRST LAST: of 100.64.THIRD.0/24 ...
	for n_i in $(seq "$2" "$3"); do printf '100.%s.%s.0/24 ' "$1" "$n_i"; done
}
table() { # NAME ROUTE...: a static protocol that birdc can enable
	table_name=$1
	shift
	echo "protocol static $table_name { disabled; ipv4;"
	for r; do echo "route $r blackhole;"; done
	echo "}"
}
member() { # NAME ASN N
	bird "$1" "$2" "$3" "$(table few $(n_routes $((70 + $3)) 1 4))
$(table more $(n_routes $((70 + $3)) 5 9))"
	birdc "$1" enable few >/dev/null
}
bird witness 65536 10
member shut 65537 11
member again 65538 12
member block 65539 13
member warn 65540 14
bird count 65541 15 "$(table few $(n_routes 85 1 4))
$(table bad 10.1.0.0/16 10.2.0.0/16 10.3.0.0/16)"
birdc count enable few >/dev/null
# Both announce four good routes and three bad ones; one has two more.
for m in some:65542:16 every:65543:17; do
	n=${m##*:}
	asn=${m#*:}
	bird "${m%%:*}" "${asn%:*}" "$n" "$(table few $(n_routes $((70 + n)) 1 4))
$(table more $(n_routes $((70 + n)) 5 6))
$(table bad 10.1.0.0/16 10.2.0.0/16 10.3.0.0/16)"
	birdc "${m%%:*}" enable few >/dev/null
done
rs
ok "sixteen sessions are up" wait_for 5 established 16
for m in 16 17; do
	ok "member $m: four routes are fine" \
		wait_for 5 has witness 100.$((70 + m)).4.0/24
done
birdc some enable bad >/dev/null
every_before=$(tap_now)
birdc every enable bad >/dev/null
for m in 11 12 13 14 15; do
	ok "member $m: four routes are fine" \
		wait_for 5 has witness 100.$((70 + m)).4.0/24
done
ok "at 80 % the log warns" grep -q 'shut .*80 % of its limit of 5 ipv4' "$tmp/rs.log"
is "once" "$(grep -c 'shut .*80 %' "$tmp/rs.log")" 1

for m in shut again block warn; do birdc $m enable more >/dev/null; done
session() { json show sessions | tr '{' '\n' | grep "\"address\":\"203.0.113.$1\""; }
is_session() { session "$1" | grep -q "$2"; }
ends() { is_session "$1" '"state":"Idle".*"stopped":"max_prefix","restart_ms":[1-9]'; }
began() { # N: between when and when its minute did, by what the server says is left
	began_a=$(tap_now)
	began_left=$(session "$1" | sed 's/.*"restart_ms":\([0-9]*\).*/\1/')
	echo $((began_a - 60000 + began_left)) $(($(tap_now) - 60000 + began_left))
}
ok "restart, with all counted: the session ends" wait_for 5 ends 17
every_began=$(began 17)
ok "with the accepted ones counted it does not" \
	wait_for 5 is_session 16 '"state":"Established".*"accepted":4,"rejected":3'
some_before=$(tap_now)
birdc some enable more >/dev/null
ok "until these are too many" wait_for 5 ends 16
some_began=$(began 16)
birdc some disable more >/dev/null # every goes on as before
ok "shutdown: the session ends" wait_for 5 is_session 11 '"state":"Idle"'
ok "and all its routes" wait_for 3 has_not witness 100.81.1.0/24
like "and says so" "$(session 11)" '"stopped":"max_prefix".*"restart_ms":null.*"last_error":"morethan5ipv4prefixes'
ok "the member hears the limit" wait_for 3 logged shut \
	'Received: Maximum number of prefixes reached'
like "its IPv6 session is not touched" \
	"$(birdc shut show protocols rs6)" Established
ok "restart: the session ends" wait_for 5 is_session 12 '"state":"Idle"'
like "and will come back" "$(session 12)" '"stopped":"max_prefix".*"restart_ms":[0-9]{5}'
ok "block: the session stays" is_session 13 '"state":"Established"'
ok "five routes are taken" wait_for 5 is_session 13 '"accepted":5,"rejected":4'
like "the rest is kept as blocked" "$(ctl show rejected block)" \
	'^100.83.[5-9].0/24 +block .* 22 +'
ok "warning: all routes are taken" wait_for 5 is_session 14 '"accepted":9,'
like "and the log warns" "$(cat "$tmp/rs.log")" \
	'warn .*more than its limit of 5 ipv4 prefixes: only a warning'
birdc count enable bad >/dev/null
ok "rejected routes count where they are to" \
	wait_for 5 is_session 15 '"stopped":"max_prefix"'

# ---- the way back
hears_limit() { [ "$(grep -c 'Received: Maximum number' "$tmp/shut.bird")" = "$1" ]; }
birdc shut disable more >/dev/null
sleep 1
ok "shutdown: nothing brings it back" is_session 11 '"state":"Idle"'
ctl enable shut >"$tmp/enabled"
like "but enable" "$(cat "$tmp/enabled")" 'sessions enabled: +1$'
ok "it is up again" wait_for 8 has witness 100.81.1.0/24
birdc block disable more >/dev/null
ok "block: withdrawn routes make room" wait_for 3 is_session 13 '"received":4,'
birdc block enable more >/dev/null
ok "for one more" wait_for 3 is_session 13 '"accepted":5,"rejected":4'
sed -i 's/limit_ipv4: 5, action: block/limit_ipv4: 7, action: block/' "$clients"
ctl reload >/dev/null
ok "a higher limit takes in what was blocked" \
	wait_for 3 is_session 13 '"accepted":7,"rejected":2'
unlike "without a reset" "$(session 13)" '"flaps":[1-9]'
sed -i '/: 7, action: block/!s/limit_ipv4: 5, action: \(shutdown\|warning\)}/limit_ipv4: 3, action: \1}/' "$clients"
ctl reload >/dev/null
ok "a lower limit counts what is there: shutdown" \
	wait_for 5 is_session 11 '"state":"Idle".*"stopped":"max_prefix"'
ok "its routes go" wait_for 3 has_not witness 100.81.1.0/24
ok "the member hears it" wait_for 3 hears_limit 2
is "and the log tells it once" \
	"$(grep -c 'shut .*more than its limit of 3 ipv4' "$tmp/rs.log")" 1
like "warning: the session stays" "$(session 14)" \
	'"state":"Established".*"accepted":9,.*"flaps":0'
unlike "the witness noticed nothing" "$(session 10)" '"flaps":[1-9]'

# ---- and by itself
ok "restart: with four routes the session is up again" \
	wait_for 80 is_session 16 '"state":"Established".*"stopped":null,"restart_ms":null,"flaps":1'
minute() { # BEGAN: the two of them, and the time of its cause
	took=$(($(tap_now) - $1))
	diag "after $took ms"
	ok "and not before the minute is over, which began after its cause" \
		test "$took" -ge 59000 -a "$2" -ge $(($3 - 1000))
}
# shellcheck disable=SC2086
minute $some_began "$some_before"
ok "its routes are back" wait_for 5 has witness 100.86.4.0/24
ok "restart: with as many as before it ends again" \
	wait_for 80 eval "is_session 17 '\"flaps\":[2-9]' && ends 17"
# shellcheck disable=SC2086
minute $every_began "$every_before"
done_testing
