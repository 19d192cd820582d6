#!/bin/sh
# Graceful restart (RFC 4724), as helper: BIRD members that restart, that crash,
# that stay away, and long absences (RFC 9494).
. "$(dirname "$0")/../lan.sh"

config
client 65536 10 '' alpha
client 64502 11 '' beta
client 65537 12 '' long
client 65538 13 '' plain
gr='graceful restart on; graceful restart time 4;'
lived='graceful restart on; graceful restart time 1; long lived graceful restart on; long lived stale time 3;'
bird alpha 65536 10 "$(routes ipv4 100.64.0.0/24 100.64.1.0/24)" '' "$gr"
bird beta 64502 11 '' '' 'long lived graceful restart aware;'
bird long 65537 12 "$(routes ipv4 100.65.0.0/24)
$(routes ipv4 '100.65.1.0/24 bgp_community.add((65535,7))')" '' "$lived"
bird plain 65538 13 "$(routes ipv4 100.66.0.0/24)" '' 'graceful restart off;'
rs
ok "eight sessions are up" wait_for 5 established 8
for p in 100.64.1.0/24 100.65.0.0/24 100.65.1.0/24 100.66.0.0/24; do
	ok "beta has $p" wait_for 5 has beta $p
done
session() { json show sessions | tr '{' '\n' | grep "\"address\":\"203.0.113.$1\""; }
is_session() { session "$1" | grep -q "$2"; }

# ---- it dies and comes back with one route less
birdc beta 'debug all { routes }' >/dev/null
kill -9 "$(cat "$tmp/alpha.pid")"
kill -9 "$(cat "$tmp/plain.pid")"
ok "alpha is away" wait_for 5 is_session 10 '"state":"\(Idle\|Connect\|Active\)"'
ok "without graceful restart the routes go" wait_for 3 has_not beta 100.66.0.0/24
like "with it they stay, as stale" "$(session 10)" '"received":2,.*"stale":2'
ok "beta still has them" has beta 100.64.0.0/24
sed -i '/100.64.1.0/d' "$tmp/alpha.conf"
in_node alpha bird -R -c "$tmp/alpha.conf" -s "$tmp/alpha.ctl" -P "$tmp/alpha.pid"
ok "it is back, and what it did not say again is gone" \
	wait_for 8 has_not beta 100.64.1.0/24
ok "the rest is no longer stale" wait_for 5 is_session 10 '"received":1,.*"stale":0'
like "and beta never lost it" "$(birdc beta show route 100.64.0.0/24)" 100.64.0.0
unlike "not for a moment" "$(grep -h 'removed.*100.64.0.0/24\|< removed 100.64.0.0' "$tmp/beta.log")" .

# ---- it stays away
kill -9 "$(cat "$tmp/alpha.pid")"
ok "kept at first" wait_for 5 is_session 10 '"stale":1'
ok "and gone when its time is over" wait_for 10 has_not beta 100.64.0.0/24
is "no stale route is left" "$(session 10 | grep -c '"stale":0')" 1

# ---- long-lived
kill -9 "$(cat "$tmp/long.pid")"
ok "away" wait_for 5 is_session 12 '"stale":2'
marked() { birdc beta show route all 100.65.0.0/24 | grep -q '65535,6'; }
ok "after the short time it is marked for those who know" wait_for 5 marked
ok "what says NO_LLGR goes" wait_for 3 has_not beta 100.65.1.0/24
like "the operator sees it" "$(ctl show received long)" long-lived-stale
ok "and gone when the long time is over" wait_for 10 has_not beta 100.65.0.0/24

# ---- an operator's word is not a restart
in_node alpha bird -R -c "$tmp/alpha.conf" -s "$tmp/alpha.ctl" -P "$tmp/alpha.pid"
ok "alpha again" wait_for 8 has beta 100.64.0.0/24
ctl shutdown alpha >/dev/null
ok "a shutdown ends the routes at once" wait_for 3 has_not beta 100.64.0.0/24
done_testing
