#!/bin/sh
# A big table, and a member that does not read: the others notice nothing, the
# server's memory does not grow with it, and it gets all once it reads on.
. "$(dirname "$0")/../lan.sh"

n=15000
config
client 65536 10 '' alpha
client 64502 11 '' slow
client 65537 12 '' gamma
big=$(awk -v n=$n 'BEGIN {
	print "protocol static big { ipv4; disabled;"
	for (i = 0; i < n; i++)
		printf "route 100.%d.%d.0/24 blackhole { bgp_community.add((7,%d)); };\n",
		    64 + i / 256, i % 256, i
	print "}"
}')
bird alpha 65536 10 "$big"
bird slow 64502 11
bird gamma 65537 12
node rs 1
in_node rs sysctl -qw net.ipv4.tcp_wmem='4096 8192 16384'
in_node slow sysctl -qw net.ipv4.tcp_rmem='4096 8192 16384'
rs --hold 240 # longer than the slow one is stopped
ok "six sessions are up" wait_for 5 established 6

count() {
	birdc "$1" show route count |
		sed -n 's/^\([0-9]*\) of .* in table master4$/\1/p'
}
holds() { [ "$(count "$1")" = "$2" ]; }
rss() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$rs_pid/status"; }

birdc alpha enable big >/dev/null
ok "everybody has the table" wait_for 10 holds slow $n
ok "gamma too" wait_for 10 holds gamma $n
memory=$(rss)
kill -STOP "$(cat "$tmp/slow.pid")"
round=0
while [ $round -lt 5 ]; do
	birdc alpha disable big >/dev/null
	wait_for 10 holds gamma 0 || break
	birdc alpha enable big >/dev/null
	wait_for 10 holds gamma $n || break
	round=$((round + 1))
done
is "gamma follows five changes of the whole table" $round 5
diag "resident: $memory KiB before, $(rss) KiB after"
if grep -q __asan_init "$(command -v ixrs)"; then
	skip "the server did not grow" "the sanitizer keeps freed memory"
else
	ok "the server grew by less than 8 MiB" \
		test $(($(rss) - memory)) -lt 8192
fi
birdc alpha disable big >/dev/null
wait_for 10 holds gamma 0
kill -CONT "$(cat "$tmp/slow.pid")"
ok "the slow member ends where the others are" wait_for 10 holds slow 0
birdc alpha enable big >/dev/null
ok "and follows again" wait_for 10 holds slow $n
unlike "no session was lost" "$(json show sessions)" '"flaps":[1-9]'
done_testing
