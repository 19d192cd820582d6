#!/bin/sh
# A member that sends much is read by a second thread (server_ahead.c). What that has
# judged by a policy that is no more is judged again; a member that vanishes in the
# middle leaves nothing.
. "$(dirname "$0")/../lan.sh"

n=16000 # 100.64.0.0/24 and up; the first 8192 of them are in 100.64.0.0/11
config
cp "$general" "$tmp/open.yml"
sed 's,^ *global_black_list_pref:$,&\n      - {prefix: 100.64.0.0\, length: 11\, comment: some},' \
	"$general" >"$tmp/closed.yml"
client 65536 10 '' alpha
client 64502 11 '' beta
client 65537 12 '' gamma
big=$(awk -v n=$n 'BEGIN {
	print "protocol static big { ipv4; disabled;"
	for (i = 0; i < n; i++)
		printf "route 100.%d.%d.0/24 blackhole { bgp_community.add((7,%d));%s };\n",
		    64 + i / 256, i % 256, i / 4,
		    i % 10 == 0 ? " bgp_community.add((0,64502));" : ""
	print "}"
}')
bird alpha 65536 10 "$big"
bird beta 64502 11
bird gamma 65537 12
rs --hold 240
ok "six sessions are up" wait_for 5 established 6

holds() { [ "$(birdc "$1" show route count |
	sed -n 's/^\([0-9]*\) of .* in table master4$/\1/p')" = "$2" ]; }
policy() { # open or closed
	cp "$tmp/$1.yml" "$general"
	ctl reload >/dev/null
}

birdc alpha enable big >/dev/null
for round in 1 2 3 4; do
	policy closed
	policy open
done
policy closed
ok "the last of nine policies holds for all that came meanwhile" \
	wait_for 10 holds gamma $((n - 8192))
ok "also for the member that some routes are not for" \
	wait_for 10 holds beta $(((n - 8192) * 9 / 10 + 1))
if [ "$(nproc)" -gt 1 ]; then
	is "threads: the loop, one that reads ahead, one that reads files" \
		"$(ls "/proc/$rs_pid/task" | wc -l)" 3
else
	skip "threads: the loop, one that reads ahead, one that reads files" \
		"there is one processor"
fi
policy open
ok "what was rejected is there" wait_for 10 holds gamma $n
ok "for those whom it is meant for" wait_for 10 holds beta $((n * 9 / 10))
unlike "no session was lost" "$(json show sessions)" '"flaps":[1-9]'

for round in 1 2 3; do
	birdc alpha disable big >/dev/null
	wait_for 10 holds gamma 0
	birdc alpha enable big >/dev/null
	kill -9 "$(cat "$tmp/alpha.pid")"
	wait_for 10 holds gamma 0
	bird alpha 65536 10 "$big"
	wait_for 10 established 6
done
ok "who vanishes in the middle leaves nothing" wait_for 10 holds gamma 0
birdc alpha enable big >/dev/null
ok "and is heard when it is back" wait_for 10 holds gamma $n
done_testing
