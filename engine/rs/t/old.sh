#!/bin/sh
# Speakers that are not BIRD of today: two-byte AS numbers (RFC 6793), no hold
# time, both sides opening at once (RFC 4271 6.8). ixpeer plays them.
. "$(dirname "$0")/../lan.sh"
command -v ixpeer >/dev/null || skip_all "ixpeer is not built"

config
client 65536 10 '' witness
client 64502 21 '' old
bird witness 65536 10 "$(routes ipv4 100.64.0.0/22)"
node old 21
rs --allow-asns 65537-65540
ok "the witness is up" wait_for 5 established 2
peer="--asn 64502 --id 203.0.113.21 --local 203.0.113.21 --timeout 300 --script -"

ip netns exec old ixpeer $peer --connect 203.0.113.1 --two-byte --hold 0 \
	>"$tmp/old.json" 2>&1 <<-END &
	wait-established
	wait-prefix 100.64.0.0/22
	announce 100.72.1.0/24 as-path 64502 65537 65538
	wait-down
END
old_pid=$!
ok "a two-byte speaker's route arrives" wait_for 5 has witness 100.72.1.0/24
like "with the four-byte path that AS4_PATH carried" \
	"$(birdc witness show route all 100.72.1.0/24)" \
	'as_path: 64502 65537 65538$'
like "it has the witness's" "$(cat "$tmp/old.json")" '100.64.0.0/22'
like "no hold time is agreed" "$(json show sessions)" \
	'"address":"203.0.113.21"[^}]*"hold_time":0,'
kill $old_pid
wait $old_pid 2>/dev/null
ok "and goes with it" wait_for 3 has_not witness 100.72.1.0/24

ip netns exec old ixpeer $peer --connect 203.0.113.1 --listen \
	>"$tmp/both.json" 2>&1 <<-END &
	wait-established
	wait-prefix 100.64.0.0/22
	announce 100.72.2.0/24
	wait-down
END
both_pid=$!
ok "one that opens and is opened to: its route arrives" \
	wait_for 5 has witness 100.72.2.0/24
is "two that open at once agree on one connection" \
	"$(grep -c '"state":"Established"' "$tmp/both.json")" 1
like "which works" "$(cat "$tmp/both.json")" '100.64.0.0/22'
kill $both_pid
unlike "the witness noticed nothing" "$(json show sessions)" \
	'"address":"203.0.113.10"[^}]*"flaps":[1-9]'
done_testing
