#!/bin/sh
# Graceful restart (RFC 4724), as helper: BIRD members that restart, that crash,
# that stay away, and long absences (RFC 9494).
. "$(dirname "$0")/../lan.sh"

config
client 65536 10 '' alpha
client 64502 11 '' beta
client 65537 12 '' long
client 65538 13 '' plain
client 65539 14 '' short
client 65540 15 '' brief
# What is looked at while it lasts lasts long; what must end, ends soon, and only
# its end is waited for.
gr='graceful restart on; graceful restart time 1000;'
ends='graceful restart on; graceful restart time 2;'
lived='graceful restart on; graceful restart time 1; long lived graceful restart on; long lived stale time'
bird alpha 65536 10 "$(routes ipv4 100.64.0.0/24 100.64.1.0/24)" '' "$gr"
bird beta 64502 11 '' '' 'long lived graceful restart aware;'
bird long 65537 12 "$(routes ipv4 100.65.0.0/24)
$(routes ipv4 '100.65.1.0/24 bgp_community.add((65535,7))')" '' "$lived 1000;"
bird plain 65538 13 "$(routes ipv4 100.66.0.0/24)" '' 'graceful restart off;'
bird short 65539 14 "$(routes ipv4 100.67.0.0/24)" '' "$ends"
bird brief 65540 15 "$(routes ipv4 100.68.0.0/24)" '' "$lived 3;"
rs
ok "twelve sessions are up" wait_for 5 established 12
for p in 64.0 64.1 65.0 65.1 66.0 67.0 68.0; do
	ok "beta has 100.$p.0/24" wait_for 5 has beta 100.$p.0/24
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
is "not for a moment" "$(grep -c 'removed .*100.64.0.0/24' "$tmp/beta.bird")" 0
ok "which would have been seen" wait_for 3 logged beta 'removed .*100.64.1.0/24'

# ---- it stays away
kill -9 "$(cat "$tmp/alpha.pid")"
kill -9 "$(cat "$tmp/short.pid")"
ok "kept at first" wait_for 5 is_session 10 '"stale":1'
ok "and gone when its time is over" wait_for 10 has_not beta 100.67.0.0/24
ok "no stale route is left" wait_for 3 is_session 14 '"stale":0'
ok "while another one's time goes on" has beta 100.64.0.0/24

# ---- long-lived
kill -9 "$(cat "$tmp/long.pid")"
kill -9 "$(cat "$tmp/brief.pid")"
ok "away" wait_for 5 is_session 12 '"stale":[12]'
marked() { birdc beta show route all 100.65.0.0/24 | grep -q '65535,6'; }
ok "after the short time it is marked for those who know" wait_for 5 marked
ok "what says NO_LLGR goes" wait_for 3 has_not beta 100.65.1.0/24
like "the operator sees it" "$(ctl show received long)" long-lived-stale
ok "and gone when the long time is over" wait_for 10 has_not beta 100.68.0.0/24
ok "while another one's goes on" has beta 100.65.0.0/24

# ---- an operator's word is not a restart
in_node alpha bird -R -c "$tmp/alpha.conf" -s "$tmp/alpha.ctl" -P "$tmp/alpha.pid"
ok "alpha again" wait_for 8 is_session 10 '"state":"Established".*"stale":0'
ok "and its route" wait_for 3 has beta 100.64.0.0/24
ctl shutdown alpha >/dev/null
ok "a shutdown ends the routes at once" wait_for 3 has_not beta 100.64.0.0/24
ok "one who is away is still waited for" has beta 100.65.0.0/24
ctl shutdown long >/dev/null
ok "until the operator gives it up" wait_for 3 has_not beta 100.65.0.0/24
done_testing
