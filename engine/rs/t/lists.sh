#!/bin/sh
# Long lists, asked for at the control socket while the table changes: each is
# whole, whoever asks beside it, goes in the middle of it, or is what it is about.
# Who asks and never reads is cut off after thirty seconds, which pass beside the
# other tests.
. "$(dirname "$0")/../lan.sh"
command -v jq >/dev/null || skip_all "jq is not installed"

n=15000
config
client 65536 10 '' alpha
client 65537 12 '' gamma
cp "$clients" "$tmp/without"
client 64502 11 '' beta
big() { # NAME SECOND-BYTE: a table that can be switched
	awk -v n=$n -v name="$1" -v at="$2" 'BEGIN {
		print "protocol static " name " { ipv4; disabled;"
		for (i = 0; i < n; i++)
			printf "route %d.%d.%d.0/24 blackhole;\n", at, 64 + i / 256, i % 256
		print "}"
	}'
}
bird alpha 65536 10 "$(big big 100)"
bird beta 64502 11 "$(big spare 100)"
bird gamma 65537 12 "$(routes ipv4 100.30.0.0/24)"
node rs 1
rs --hold 30
ok "six sessions are up" wait_for 5 established 6
birdc alpha enable big >/dev/null
told() { [ "$(ctl --json show sessions | jq -r '[.[] | select(.member == "'"$1"'" and .family == "ipv4") | .sent] | add')" = "$2" ]; }
ok "gamma was told all" wait_for 20 told gamma $n

prefixes() { jq -r '.[].prefix' "$1" | sort | uniq | wc -l; }
rows() { jq length "$1"; }

# ---- whole, and in order

ctl --json show routes >"$tmp/all"
is "all routes" "$(rows "$tmp/all")" $((n + 1))
is "each once" "$(prefixes "$tmp/all")" $((n + 1))
jq -r '.[].prefix' "$tmp/all" >"$tmp/order"
sort -t. -k1,1n -k2,2n -k3,3n "$tmp/order" >"$tmp/sorted"
ok "in order" cmp -s "$tmp/order" "$tmp/sorted"
is "what alpha announces" "$(ctl --json show received alpha | jq length)" $n
is "what gamma was told" "$(ctl --json show sent gamma | jq length)" $n
is "of one prefix" "$(ctl --json show sent gamma 100.64.3.0/24 | jq -c 'map(.prefix)')" '["100.64.3.0/24"]'
is "around an address" "$(ctl --json show sent gamma 100.64.3.9 | jq -c 'map(.prefix)')" '["100.64.3.0/24"]'
is "of one that it was not told" "$(ctl --json show sent gamma 100.30.0.0/24)" '[]'
is "one prefix that alpha announces" "$(ctl --json show received alpha 100.64.3.0/24 | jq -c 'map(.prefix)')" '["100.64.3.0/24"]'
is "and none of the others'" "$(ctl --json show received alpha 100.30.0.0/24)" '[]'
is "what alpha was told" "$(ctl --json show sent alpha | jq -r '.[].prefix')" 100.30.0.0/24

# ---- one asks, and reads nothing

# Thirty pages; it says how many bytes it was left with, once it may read.
never_reads() {
	perl -MIO::Socket::UNIX -e '
		my ($at, $go) = @ARGV;
		my $s = IO::Socket::UNIX->new(Peer => $at) or die "$at: $!";
		$s->syswrite(pack("N/a*", qq({"id":$_,"verb":"routes","args":{"max":250}})))
			or die $! for 1 .. 30;
		select(undef, undef, undef, 0.1) until -e $go;
		my ($got, $n) = (0, 0);
		$got += $n while $n = $s->sysread(my $data, 65536);
		print "$got\n";' "$control" "$tmp/go" >"$tmp/never" 2>"$tmp/never.err"
}
cut_off() { grep -q 'does not read what it asked for' "$tmp/rs.log"; }
never=
if command -v perl >/dev/null; then
	never_at=$(tap_now)
	never_reads &
	never=$!
fi

# ---- four at once

for i in 1 2; do
	ctl --json show routes >"$tmp/all$i" &
	pids="${pids:-} $!"
done
ctl --json show received alpha >"$tmp/received" &
pids="$pids $!"
ctl --json show sent gamma >"$tmp/sent" &
pids="$pids $!"
all=yes
for p in $pids; do wait "$p" || all=no; done
is "four lists at once" $all yes
ok "both whole lists are the same as one alone" \
	sh -c "cmp -s '$tmp/all1' '$tmp/all' && cmp -s '$tmp/all2' '$tmp/all'"
is "received is whole" "$(rows "$tmp/received")" $n
is "sent is whole" "$(rows "$tmp/sent")" $n

# ---- the asker goes

for i in 1 2 3 4 5; do
	ctl --json show routes >/dev/null 2>&1 &
	pid=$!
	asked=$(ctl show version >/dev/null && echo asked)
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
done
is "askers went in the middle" "$asked" asked
is "the next one gets all" "$(ctl --json show routes | jq length)" $((n + 1))

# ---- what it is about goes

ctl --json show received alpha >"$tmp/going" 2>"$tmp/going.err" &
pid=$!
ctl --json show sent gamma >"$tmp/sent" &
pid2=$!
birdc alpha disable big >/dev/null
wait $pid && wait $pid2
is "lists end while the table goes" $? 0
ok "with part of it" test "$(rows "$tmp/going")" -le $n
ok "gamma was told so" wait_for 20 told gamma 0
is "and then there is nothing" "$(ctl --json show received alpha | jq length)" 0

birdc beta enable spare >/dev/null
ok "another one announces it" wait_for 20 told gamma $n
ctl --json show received beta >"$tmp/going" 2>"$tmp/going.err" &
pid=$!
ctl --json show routes >"$tmp/all1" 2>/dev/null &
pid2=$!
cp "$tmp/without" "$clients"
ctl reload >/dev/null
wait $pid
got=$?
ok "a list of a member that is removed ends, or says why" \
	sh -c "[ $got = 0 ] || grep -q 'no member' '$tmp/going.err'"
wait $pid2
is "one of all routes just ends" $? 0
ok "the member is gone" wait_for 5 told beta null
if [ -n "$never" ]; then
	ok "who reads nothing is cut off" wait_for 45 cut_off
	took=$(($(tap_now) - never_at))
	diag "after $took ms"
	ok "not before half a minute" test "$took" -ge 29000
	: >"$tmp/go"
	wait "$never"
	ok "with a part of what it asked for" test "$(cat "$tmp/never")" -gt 4096 \
		-a "$(cat "$tmp/never")" -lt 1048576
	unlike "no session was lost meanwhile" "$(json show sessions)" \
		'"flaps":[1-9]'
else
	skip "who reads nothing is cut off" "perl is not installed"
fi
is "routes then" "$(ctl --json show routes | jq -r '.[].prefix')" 100.30.0.0/24
done_testing
