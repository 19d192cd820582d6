#!/bin/sh
# Origin validation with VRPs from a cache (RFC 8210, RFC 6811): what changes there
# changes verdicts here, at once, and no member is asked for anything.
. "$(dirname "$0")/../lan.sh"

PATH=$PATH:/usr/local/bin
command -v stayrtr >/dev/null || skip_all "stayrtr is not installed"

vrps() { # ASN-OF-192.0.2.0/24 ASN-OF-198.51.100.0/24 ASN-OF-2001:db8:1::/48
	cat >"$tmp/vrps.new" <<-END
		{"roas": [
		 {"asn": $1, "prefix": "192.0.2.0/24", "maxLength": 24, "ta": "x"},
		 {"asn": $2, "prefix": "198.51.100.0/24", "maxLength": 24, "ta": "x"},
		 {"asn": $3, "prefix": "2001:db8:1::/48", "maxLength": 48, "ta": "x"}]}
	END
	mv "$tmp/vrps.new" "$tmp/vrps.json"
}

cache() { # on the route server's node; it looks at its file every second
	ip netns exec rs stayrtr -bind 127.0.0.1:8282 -cache "$tmp/vrps.json" -refresh 1 \
		-checktime=false -rtr.retry 1 -rtr.expire 600 -rtr.refresh 60 \
		-metrics.addr 127.0.0.1:9847 >>"$tmp/stayrtr.log" 2>&1 &
	cache_pid=$!
}

rpki() { # KEY VALUE: what the route server says of the cache
	json show rpki | grep -q "\"$1\":\"*$2\"*[,}]"
}
rejected() { # PREFIX: for its origin
	json show rejected alice | grep -q "\"prefix\":\"$1\"[^{]*\"reason\":\"rpki-invalid\""
}
asked() { grep -c 'Got ROUTE-REFRESH' "$tmp/alice.bird"; }
flaps() { json show sessions | grep -o '"flaps":[0-9]*' | tr '\n' ' '; }

# ---- words that are wrong

for word in 127.0.0.1 :323 127.0.0.1:0 127.0.0.1:65536 ::1:323 '[]:323'; do
	run ixrs --check --general x --clients x --rtr "$word"
	is "--rtr $word: exit status" "$status" 2
	is "--rtr $word: sentence" "$err" \
		"ixrs: --rtr: \"$word\" is no cache's HOST:PORT, such as 192.0.2.1:323 or [2001:db8::1]:323"
done

# ---- the library, which only this takes

loaded() { grep -q librtr "/proc/$rs_pid/maps"; }
mkdir "$tmp/lib"
: >"$tmp/lib/librtr.so.0"
run env LD_LIBRARY_PATH="$tmp/lib" ixrs --check --general x --clients x \
	--rtr 127.0.0.1:323
is "no library: exit status" "$status" 3
like "no library: sentence" "$err" \
	'^ixrs: --rtr: a library cannot be loaded: .*librtr.so.0: .*; apt-get install librtr-dev brings it$'
ln -sf "$(ldd "$(command -v ixrs)" | sed -n 's/.*libuv[^>]*=> \([^ ]*\).*/\1/p')" \
	"$tmp/lib/librtr.so.0"
run env LD_LIBRARY_PATH="$tmp/lib" ixrs --check --general x --clients x \
	--rtr 127.0.0.1:323
is "another library: sentence" "$err" \
	"ixrs: --rtr: librtr.so.0 has no tr_tcp_init, so it is another one than that of librtr-dev"
run env LD_LIBRARY_PATH="$tmp/lib" ixrs --check --general x --clients x
unlike "without --rtr nobody looks for it" "$err" 'librtr'

# ---- a cache that comes later than the route server

config
sed -i 's/^  filtering:$/&\n    rpki_bgp_origin_validation: {enabled: yes, reject_invalid: yes}/' \
	"$general"
echo "  rpki_roas: {source: rtr}" >>"$general"
client 65001 11 "" alice
client 65002 12 "" bob
vrps 65001 65009 65001
ok "the route server starts without the cache" rs --allow-asns 64496-65551 \
	--rtr 127.0.0.1:8282
ok "the library is there" loaded
ok "it says that it has none" wait_for 5 rpki state connecting
bird alice 65001 11 "$(routes ipv4 192.0.2.0/24 198.51.100.0/24 198.18.0.0/16)
$(routes ipv6 2001:db8:1::/48)" "" "debug { packets };"
bird bob 65002 12
ok "the sessions come up" wait_for 20 established 4
before=$(flaps)
ok "without VRPs every origin is unknown" wait_for 5 has bob 198.51.100.0/24

cache
ok "the cache is found" wait_for 20 rpki state established
ok "its VRPs are there" wait_for 5 rpki vrps 3
ok "a route that is invalid goes" wait_for 5 has_not bob 198.51.100.0/24
ok "with the reason" wait_for 5 rejected 198.51.100.0/24
ok "a valid one stays" has bob 192.0.2.0/24
ok "one that no VRP covers stays" has bob 198.18.0.0/16
ok "a valid IPv6 one stays" has bob 2001:db8:1::/48
ok "no more routes were judged than were concerned" wait_for 5 rpki judged 3

# ---- VRPs change

vrps 65009 65001 65009
ok "what has become valid comes" wait_for 10 has bob 198.51.100.0/24
ok "what has become invalid goes" wait_for 5 has_not bob 192.0.2.0/24
ok "in IPv6, too" wait_for 5 has_not bob 2001:db8:1::/48
ok "with the reason" wait_for 5 rejected 192.0.2.0/24
ok "the valid one is not rejected" sh -c \
	"! ixrsctl --control $control show rejected alice | grep -q 198.51.100.0/24"
ok "the others stay" has bob 198.18.0.0/16
like "the serial has moved" "$(json show rpki)" '"serial":[1-9]'

# ---- the cache dies and returns

kill -TERM $cache_pid
wait $cache_pid 2>/dev/null
ok "a cache that is gone is noticed" wait_for 10 rpki state connecting
like "and said" "$(json show rpki)" '"last_error":"the(connection|cacheclosed)'
like "and logged" "$(cat "$tmp/rs.log")" \
	'RPKI cache 127.0.0.1:8282: .*; its VRPs stay until they expire'
ok "its VRPs stay" rpki cache_vrps 3
ok "and so do the verdicts" rejected 192.0.2.0/24
vrps 65001 65009 65001
cache
ok "it returns, without memory" wait_for 20 rpki state established
ok "what differs is judged again" wait_for 10 has bob 192.0.2.0/24
ok "both ways" wait_for 5 has_not bob 198.51.100.0/24
ok "and nothing is counted twice" wait_for 5 rpki vrps 3
like "for a person" "$(ctl show rpki)" '^state: +established$'

# ---- a reload keeps what the cache said

ok "a reload" ctl reload
ok "VRPs stay" rpki vrps 3
ok "verdicts stay" rejected 198.51.100.0/24
sed -i 's/^  filtering:$/&\n    rpki_aspa_verification: {enabled: yes}/' "$general"
echo "  rpki_aspas: {json_url: \"$tmp/aspas.json\"}" >>"$general"
aspas() { # ASPA...: beside the cache, which has none
	echo "{\"roas\": [], \"aspas\": [$*]}" >"$tmp/aspas.json"
	ctl reload >/dev/null
}
aspas '{"customer_asid": 65003, "providers": [65004]},
	{"customer_asid": 65005, "providers": []}'
ok "ASPAs of a file" rpki aspas 2
aspas '{"customer_asid": 65003, "providers": [65004]}'
ok "what the file says no more is forgotten" rpki aspas 1
ok "VRPs stay all the same" rpki vrps 3

# ---- nobody was asked for anything

is "no ROUTE-REFRESH went to the member" "$(asked)" 0
is "no session was lost" "$(flaps)" "$before"
ok "one that is asked for" ctl refresh alice
refreshed() { [ "$(asked)" -gt 0 ]; }
ok "would have been seen" wait_for 5 refreshed

# ---- in the background

in_node rs ixrs --general "$general" --clients "$clients" --port 1790 \
	--allow-asns 64496-65551 --control "$tmp/second.ctl" \
	--rtr localhost:8282 2>"$tmp/second.log"
is "detached: exit status" "$?" 0
second() { ixrsctl --control "$tmp/second.ctl" show rpki | grep -q established; }
ok "the cache is followed after detaching" wait_for 20 second
kill -TERM "$(pgrep -f second.ctl)"
gone() { ! pgrep -f second.ctl; }
ok "it ends when told to" wait_for 5 gone

kill -TERM $rs_pid
wait $rs_pid
is "the server ends well" "$?" 0
kill $cache_pid
for b in alice bob; do birdc "$b" down >/dev/null; done
leftovers "nothing is left"

# ---- the end, whatever the client's thread waits for: a cache that is there (above),
# one that refuses, and one whose address does not answer
for cache in 127.0.0.1:9 203.0.113.99:323; do
	rs --allow-asns 64496-65551 --rtr "$cache"
	wait_for 5 rpki state connecting
	watch_start
	kill -TERM "$(ip netns pids rs)"
	wait "$rs_pid"
	is "while $cache is asked, it ends well" $? 0
	watch_stop
	quick "and soon" 900
	unlike "with its thread" "$(cat "$tmp/rs.log")" 'does not end'
done
done_testing
