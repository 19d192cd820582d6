#!/bin/sh
# Per-member best paths, refresh in both directions, a late joiner.
. "$(dirname "$0")/../lan.sh"

config
for n in 10:65536:alpha 11:64502:beta 12:65537:gamma 13:65538:late; do
	name=${n##*:} asn=${n#*:}
	client "${asn%%:*}" "${n%%:*}" '' "$name"
done
# alpha's path to .0 is the best, but not for beta; gamma's is longer.
bird alpha 65536 10 "$(routes ipv4 \
	'100.64.0.0/24 bgp_community.add((0,64502))' 100.64.1.0/24 100.64.2.0/24)"
bird beta 64502 11
bird gamma 65537 12 "$(routes ipv4 \
	'100.64.0.0/24 bgp_path.prepend(65537)' \
	'100.64.1.0/24 bgp_path.prepend(64502); bgp_path.prepend(65537)')"
rs
ok "six sessions are up" wait_for 5 established 6

path() { # NAME PREFIX AS-PATH
	birdc "$1" show route all "$2" | grep -q "as_path: $3\$"
}
path_is() { ok "$4" wait_for 3 path "$1" "$2" "$3"; }
path_is gamma 100.64.0.0/24 65536 "gamma has alpha's route"
path_is beta 100.64.0.0/24 '65537 65537' \
	"beta, not meant to hear alpha, has gamma's: no path is hidden"
path_is alpha 100.64.0.0/24 '65537 65537' \
	"alpha, who announces the best path, has the runner-up"
path_is alpha 100.64.1.0/24 '65537 65537 64502' "a second prefix likewise"
path_is beta 100.64.1.0/24 65536 "beta has alpha's, there is another"
like "both paths are shown, the best one marked" \
	"$(ctl show routes 100.64.0.0/24)" '^\* +100.64.0.0/24 +alpha'

birdc alpha disable static1 >/dev/null
ok "beta is told nothing with its own AS in the path" \
	wait_for 3 has_not beta 100.64.1.0/24
ok "gamma is told that alpha's route is gone" \
	wait_for 3 has_not gamma 100.64.2.0/24
birdc alpha enable static1 >/dev/null
path_is gamma 100.64.0.0/24 65536 "and that it is back"

# ---- refresh
updates() { # NAME: import updates that BIRD has counted on rs4
	birdc "$1" show protocols all rs4 |
		sed -n 's/^ *Import updates: *\([0-9]*\).*/\1/p'
}
before=$(updates gamma)
told_again() { [ "$(updates gamma)" -gt "$before" ]; }
birdc gamma reload in rs4 >/dev/null
ok "a member that asks is told all again" wait_for 3 told_again
ok "and keeps what it had" has gamma 100.64.0.0/24
run ctl refresh alpha
is "refresh: exit status" "$status" 0
ok "a member that is asked keeps its routes" path gamma 100.64.0.0/24 65536
birdc alpha show protocols all rs4 >"$tmp/alpha.txt"
like "enhanced refresh is agreed" "$(cat "$tmp/alpha.txt")" \
	'Enhanced refresh'
run ctl refresh late
is "refresh of a member that is away: exit status" "$status" 3
like "refresh of a member that is away: sentence" "$err" \
	'^ixrsctl: the session with late is not up$'

# ---- a late joiner, and a member that stops reading
bird late 65538 13
ok "a late joiner has the table" wait_for 5 has late 100.64.0.0/24
kill -STOP "$(cat "$tmp/late.pid")"
birdc alpha disable static1 >/dev/null
ok "the others go on while one does not read" \
	wait_for 3 has_not gamma 100.64.2.0/24
kill -CONT "$(cat "$tmp/late.pid")"
path_is late 100.64.0.0/24 '65537 65537' "who reads again hears the latest"

kill -TERM $rs_pid
wait $rs_pid
is "SIGTERM: exit status" $? 0
done_testing
