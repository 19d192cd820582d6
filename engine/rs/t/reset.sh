#!/bin/sh
# How a session ends, and what becomes of the member's routes: where both sides
# have set the N bit (RFC 8538), a NOTIFICATION is like a lost connection, and a
# member that promised to come back (RFC 4724) keeps its routes, as stale. A hard
# reset ends them. With ixpeer, which says what its script says, BIRD, which has
# no N bit, and FRR, which has.
. "$(dirname "$0")/../lan.sh"
. "$top/engine/rs/interop.sh"
for need in ixpeer jq; do
	command -v $need >/dev/null || skip_all "$need is not installed"
done

config
mended=$tmp/mended.yml
echo "clients:" >"$mended"
client 65536 10 '' witness
bird witness 65536 10 'protocol static go { disabled; ipv4;
	route 100.127.0.0/24 blackhole; }'
birdc witness 'debug all { routes }' >/dev/null

# Each announces 100.N.0.0/24 and 100.N.1.0/24, waits until the witness gives the
# sign, and does what is read from standard input.
says() { # N OPTION... <SCRIPT
	{
		echo "announce 100.$1.0.0/24 100.$1.1.0/24"
		echo "wait-prefix 100.127.0.0/24"
		cat
	} >"$tmp/m$1.says"
	says_n=$1
	shift
	client $((65500 + says_n)) "$says_n" "${says_cfg-}" "m$says_n"
	peer "m$says_n" $((65500 + says_n)) "$says_n" "$@" <"$tmp/m$says_n.says"
}
notifies() { # N CODE/SUBCODE[ DATA] OPTION...
	notifies_n=$1 notifies_what=$2
	shift 2
	echo "notify $notifies_what" | says "$notifies_n" "$@"
}
notifies 70 6/4 --gr 1000
says 71 --gr 1000 <<-END
	notify 6/4
	withdraw 100.71.1.0/24
	start
END
notifies 72 '6/9 0604' --gr 1000
notifies 73 6/9 --gr 1000
notifies 74 6/4
notifies 75 4/0 --gr 1000
notifies 76 '6/9 0602' --gr 1000 --llgr 1000
says 77 --gr 1000 --hold 3 </dev/null
says 78 --gr 1000 </dev/null
says 79 --gr 1000 </dev/null
says_cfg='filtering: {max_prefix: {action: shutdown, limit_ipv4: 2}}'
echo 'announce 100.80.2.0/24' | says 80 --gr 1000
says_cfg=
client 65581 81 '' bird
bird bird 65581 81 "$(routes ipv4 100.81.0.0/24 100.81.1.0/24)" '' \
	'graceful restart on; graceful restart time 1000;'
last=81
frr=
! [ -x /usr/lib/frr/bgpd ] || ! command -v vtysh >/dev/null || {
	make=frr frr=yes last=83
	for n in 82 83; do
		printf '100.%s.0.0/24\n100.%s.1.0/24\n' $n $n | member "f$n" $n \
			$((65500 + n)) "only4 restart=1000 $([ $n = 82 ] && echo soft-reset)"
	done
}
rs
for n in $(seq 70 $last); do
	ok "the witness has the routes of member $n" \
		wait_for 8 has witness "100.$n.1.0/24"
done

# ---- what the witness and the server saw

kept() { # N: it never lost them
	has witness "100.$1.0.0/24" && has witness "100.$1.1.0/24" &&
		! logged witness "removed .*100\.$1\.0\.0/24"
}
gone() { # N: both
	has_not witness "100.$1.0.0/24" && has_not witness "100.$1.1.0/24"
}
of() { # N FILTER
	ctl --json show sessions | jq -e ".[] |
		select(.address == \"203.0.113.$1\") | $2"
}
waits_for() { # N: away, its routes stale
	of "$1" 'select(.state != "Established" and .stale == 2)'
}
back() { # N ROUTES [FLAPS]
	of "$1" "select(.state == \"Established\" and .flaps ${3:-== 1} and
		.stale == 0 and .received == $2)"
}
why() { of "$1" .last_error; }
hears() { # N SUBCODE DATA: the last words of the server
	jq -se "any(.[]; .event == \"notification\" and
		.direction == \"received\" and .code == 6 and
		.subcode == $2 and (.data // \"\" | startswith(\"$3\")))" \
		"$tmp/m$1.json"
}
n_bit() { of "$1" '.capabilities | index("notification-restart")'; }

ok "with graceful restart the N bit is agreed on" n_bit 70
ok "not without" eval '! n_bit 74'
ok "nor with BIRD, which has none" eval '! n_bit 81'

birdc witness enable go >/dev/null
ok "Administrative Reset: the routes are kept" wait_for 8 waits_for 70
like "the server says what it heard" "$(why 70)" 'received Cease/Administrative Reset'
ok "and who comes back with one of them" wait_for 8 back 71 1
ok "loses the other one at its End-of-RIB" \
	wait_for 8 has_not witness 100.71.1.0/24
ok "Hard Reset for the same reason: they go" wait_for 8 gone 72
like "the server says both" "$(why 72)" 'received .*Hard Reset.*Administrative Reset'
ok "one without a reason inside, too" wait_for 8 gone 73
ok "without a promise to come back, any does" wait_for 8 gone 74
ok "Hold Timer Expired: they are kept" wait_for 8 waits_for 75
ok "Hard Reset: no long absence either" wait_for 8 gone 76

# ---- the server's own words

silent=$(ip netns pids m77)
kill -STOP "$silent"
ok "who says nothing is notified, and its routes are kept" \
	wait_for 8 waits_for 77
like "that is an expired hold timer" "$(why 77)" 'sent Hold Timer Expired'
kill -CONT "$silent"
# a slow machine may have kept it from a word before, too
ok "it is back" wait_for 8 back 77 2 '>= 1'
ctl reset m78 >/dev/null
ok "reset: it is back" wait_for 8 back 78 2
ok "it was told without a hard reset" wait_for 8 hears 78 4 ''
ctl shutdown m79 Fiber cut >/dev/null
ok "shutdown: the routes go" wait_for 8 gone 79
ok "it was told so, by a hard reset" wait_for 8 hears 79 9 0602
ok "over the limit: the routes go" wait_for 8 gone 80
ok "it was told so, by a hard reset" wait_for 8 hears 80 9 0601
birdc bird restart rs4 >/dev/null
ok "BIRD: a NOTIFICATION without the N bit ends the routes" \
	wait_for 8 logged witness 'removed .*100\.81\.0\.0/24'
ok "and they come with the next session" wait_for 8 back 81 2

# ---- FRR

if [ -n "$frr" ]; then
	ok "FRR: the N bit is agreed on" n_bit 82
	frr_reset f82
	ok "FRR: after an Administrative Reset it is back" wait_for 8 back 82 2
	like "that is what it said" "$(why 82)" 'received Cease/Administrative Reset'
	frr_reset f83
	ok "FRR: a Hard Reset ends its routes" \
		wait_for 8 logged witness 'removed .*100\.83\.0\.0/24'
	like "that is what it said" "$(why 83)" 'received .*Hard Reset'
	ok "and they come with the next session" wait_for 8 back 83 2
else
	skip "FRR: Administrative Reset and Hard Reset" "FRR is not installed"
fi

# ---- nobody was lost meanwhile

for n in 70 71 75 77 78 ${frr:+82}; do
	if [ $n = 71 ]; then
		ok "member 71: never without its route" eval \
			'has witness 100.71.0.0/24 &&
			! logged witness "removed .*100\.71\.0\.0/24"'
	else
		ok "member $n: never without its routes" kept $n
	fi
done
ok "which would have been seen" logged witness 'removed .*100\.71\.1\.0/24'
done_testing
