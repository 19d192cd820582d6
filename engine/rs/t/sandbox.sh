#!/bin/sh
# What ixrs gives up once its port is bound, and that it still works: detached,
# through a reload, as another account.
. "$(dirname "$0")/../lan.sh"

config
client 65536 10 '' alpha
client 64502 11 '' beta
bird alpha 65536 10 "$(routes ipv4 100.64.0.0/24 100.65.0.0/24)"
bird beta 64502 11
status_of() { sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"; }

rs
ok "four sessions are up" wait_for 5 established 4
is "no new privileges" "$(status_of $rs_pid NoNewPrivs)" 1
if grep -q __asan_init "$(command -v ixrs)"; then
	skip "system calls are filtered" "the sanitizer needs more of them"
else
	is "system calls are filtered" "$(status_of $rs_pid Seccomp)" 2
fi
# newer versions of libuv than Debian 12's make one, and live without
unlike "nothing goes around the filter" \
	"$(ls -l "/proc/$rs_pid/fd")" io_uring
# CAP_DAC_READ_SEARCH, for the reload of a server that stays root
is "no capability but to read" "$(status_of $rs_pid CapEff)" 0000000000000004
is "nor can it get one" "$(status_of $rs_pid CapPrm)" 0000000000000004
client 65537 12 '' gamma
chmod 600 "$general" "$clients"
run ctl reload
is "reload: exit status" "$status $err" "0 "
kill -TERM $rs_pid
wait $rs_pid
is "SIGTERM: exit status" $? 0
ok "it removes its control socket" test ! -e "$control"

# ---- in the background
run ip netns exec rs ixrs --general "$general" --clients "$clients" \
	--bogons "$tmp/bogons.yml" --control "$control"
is "it detaches: exit status" "$status" 0
rs_pid=$(ip netns pids rs)
ok "sessions are up" wait_for 8 established 4
ok "and filtered all the same" test "$(status_of "$rs_pid" NoNewPrivs)" = 1
run ctl reload
is "reload: exit status" "$status" 0
kill -TERM "$rs_pid"
ok "it ends" wait_for 3 test ! -e "/proc/$rs_pid"
ok "and removes its control socket" test ! -e "$control"

# ---- without
rs --no-sandbox
is "--no-sandbox: no filter" "$(status_of $rs_pid Seccomp)" 0
kill $rs_pid
wait $rs_pid

# ---- as somebody else
run in_node rs ixrs --foreground --general "$general" --clients "$clients" \
	--control "$control" --user nobody-of-that-name
is "an unknown account: exit status" "$status" 2
like "an unknown account: sentence" "$err" '^ixrs: --user: no account "nobody-of-that-name"'
if [ "$inside_as" = root ]; then
	chmod 711 "$tmp"
	chmod 644 "$general" "$clients" "$tmp/bogons.yml"
	chmod 777 "$tmp"
	rs --user nobody
	ok "as nobody: sessions are up" wait_for 8 established 4
	is "it is nobody" "$(status_of $rs_pid Uid | cut -f1)" "$(id -u nobody)"
	is "without any capability" "$(status_of $rs_pid CapEff)" 0000000000000000
	run ctl reload
	is "reload: exit status" "$status" 0
	chmod 600 "$clients"
	run ctl reload
	like "a file it may not read: sentence" "$err" 'Permission denied'
	ok "which changes nothing" established 4
	kill $rs_pid
	wait $rs_pid
	ok "it removes its control socket" test ! -e "$control"
else
	skip "as nobody" "an ordinary user has one account"
fi
done_testing
