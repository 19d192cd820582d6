#!/bin/sh
# Links with weather: what was asked for is what frames meet, measured from
# inside the lab; sessions do not notice that it comes and goes. Run by ixwire,
# and again by netem where the kernel has it.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
IXLAB_SEED=20261122
export IXLAB_SEED
json() { jq -r "$@" <"$tmp/run.out"; }
here() { ixlab exec -L "$lab" "$@"; }
link() { ixlab link -L "$lab" "$@"; }

# An emulated machine (make check-vm) has each instruction to translate: it carries
# some hundred frames a second, and needs a round trip's time for itself. So it has
# weather that is slow beside that, and what it needs in fair weather is taken off.
if [ -z "${IXLAB_EMULATED-}" ]; then
	first=2ms first_us=2000 first_rtt=4 pings=1000 every=0.004 often=0.01
	rate=10mbit bps=10000000 bytes=5000000
else
	first=40ms first_us=40000 first_rtt=80 pings=400 every=0.05 often=0.05
	rate=1mbit bps=1000000 bytes=500000
fi
fair=0

cat >"$tmp/pair.yml" <<LAB
lab: pair
exchange:
  name: IX Weather
  asn: 64500
  switches: [sw1]
  peering-lans:
    lan:
      ipv4: 203.0.113.0/24
members:
  m1:
    asn: 65536
    trainee: yes
    ipv4: 203.0.113.10
    prefixes: [100.64.0.0/22]
  m2:
    asn: 65537
    ipv4: 203.0.113.11
    prefixes: [100.64.4.0/22]
    peers: [m1]
    delay: $first
LAB
own() { # m1's own configuration: a hold time that a test can wait for
	mkdir -p "$XDG_STATE_HOME/ixlab/labs/$lab/nodes/m1"
	cat >"$XDG_STATE_HOME/ixlab/labs/$lab/nodes/m1/bird.conf" <<'BIRD'
router id 203.0.113.10;
protocol device {}
protocol bgp m2 {
	local 203.0.113.10 as 65536;
	neighbor 203.0.113.11 as 65537;
	hold time 6;
	connect delay time 1;
	connect retry time 1;
	error wait time 1, 2;
	ipv4 { import all; export none; };
}
BIRD
}

# ---- measuring. What is off is measured again, three times at most: it may have
# been the machine's moment. What a machine that has no time for us makes of a time
# is skipped, and said; an emulated one may be off by a tenth and 5 ms more.
within() { # VALUE WANTED TOLERANCE
	near=$3
	[ -z "${IXLAB_EMULATED-}" ] || near=$(awk "BEGIN {print $3 + $2 / 10 + 5}")
	awk "BEGIN {exit !($1 >= $2 - $near && $1 <= $2 + $near)}"
}
near() { # DESCRIPTION VALUE WANTED TOLERANCE
	within "$2" "$3" "$4"
	near_is=$?
	diag "$1: $2, wanted $3 - $near to $3 + $near"
	if [ $near_is = 0 ]; then
		tap_point ok "$1"
	elif [ "$tap_stalled" -ge 60 ] && [ -z "${IXLAB_EMULATED-}" ]; then
		skip "$1" "a busy machine: programs waited for a processor $tap_stalled % of the time"
	else
		tap_point "not ok" "$1"
	fi
}
near_rtt() { # the same of a round trip in ms, without what a fair one takes
	[ "$fair" = 0 ] || diag "$1: $2, of which $fair in fair weather"
	near "$1" "$(awk "BEGIN {print $2 - $fair}")" "$3" "$4"
}
rtts() { # COUNT INTERVAL: leaves $median $p90 $p99 $least $got
	watch_start
	here m1 -- ping -n -c "$1" -i "$2" -W 3 203.0.113.11 >"$tmp/ping" 2>&1
	watch_stop
	# shellcheck disable=SC2046
	set -- $(sed -n 's/.*time=\([0-9.]*\) ms$/\1/p' "$tmp/ping" | sort -n |
		awk '{v[NR] = $1} END {print NR, v[1], v[int((NR + 1) / 2)],
			v[int(NR * 0.9 + 0.5)], v[int(NR * 0.99 + 0.5)]}')
	got=$1 least=$2 median=$3 p90=$4 p99=$5
}
within_rtt() { # the same of a round trip in ms
	within "$(awk "BEGIN {print $1 - $fair}")" "$2" "$3"
}
rtts_of() { # COUNT INTERVAL WANTED TOLERANCE: as rtts
	for try in 1 2 3; do
		rtts "$1" "$2"
		! within_rtt "$median" "$3" "$4" || return
	done
}
session() { here m2 -- birdc show protocols | grep -E 'BGP +.*Established'; }
no_session() { ! session; }
# Its beginning in seconds of the day; BIRD reckons it anew each time, off by some ms.
since() { session | awk '{split($5, t, ":"); print t[1] * 3600 + t[2] * 60 + t[3]}'; }

cat >"$tmp/receive.pl" <<'PERL'
use strict; use warnings;
use IO::Socket::INET; use Digest::MD5; use Time::HiRes 'time';
my $l = IO::Socket::INET->new(LocalAddr => '0.0.0.0', LocalPort => 5001,
	Listen => 1, ReuseAddr => 1) or die $!;
my ($c, $buf, $n, $from, $t0) = (scalar $l->accept, '', 0, 0, 0);
my $md5 = Digest::MD5->new;
while (sysread $c, $buf, 65536) {
	$md5->add($buf);
	$n += length $buf;
	($from, $t0) = ($n, time) if !$t0 && $n > $ARGV[0] / 8;
}
printf "%.0f %s\n", 8 * ($n - $from) / (time - $t0), $md5->hexdigest;
PERL
cat >"$tmp/send.pl" <<'PERL'
use strict; use warnings;
use IO::Socket::INET; use Digest::MD5;
my ($c, $left, $md5) = (undef, $ARGV[0], Digest::MD5->new);
for (1 .. 100) {
	last if $c = IO::Socket::INET->new('203.0.113.11:5001');
	select undef, undef, undef, 0.1;
}
die "no connection\n" unless $c;
my $seed = 1;
while ($left > 0) {
	my $part = pack 'N*', map { $seed = ($seed * 1103515245 + 12345) & 0x7fffffff } 1 .. 4096;
	$part = substr $part, 0, $left;
	for (my $at = 0; $at < length $part;) {
		$at += syswrite($c, $part, length($part) - $at, $at) // die $!;
	}
	$md5->add($part);
	$left -= length $part;
}
print $md5->hexdigest, "\n";
PERL
transfer() { # BYTES: leaves $got_bps, of frames: 1448 bytes of payload in 1514
	watch_start
	here m2 -- perl "$tmp/receive.pl" "$1" >"$tmp/received" 2>&1 &
	here m1 -- perl "$tmp/send.pl" "$1" >"$tmp/sent" 2>&1
	wait $!
	watch_stop
	got_bps=$(awk '{print $1 * 1514 / 1448}' "$tmp/received")
	is "TCP: what arrives is what was sent" \
		"$(cut -d' ' -f2 "$tmp/received")" "$(cat "$tmp/sent")"
}

# ---- by ixwire, or by netem
scenario() {
	by=$1
	lab=$tag-$by
	export IXLAB_WEATHER="$by"
	own
	run ixlab up "$tmp/pair.yml" --name "$lab"
	is "$by: up" "$status $err" "0 "
	ok "$by: the session comes up" wait_for 30 session
	before=$(since)

	run link m2 sw1 --json
	is "$by: the lab file's weather" \
		"$(json '[.by, .weather.delay_us, .up] | map(tostring) | join(" ")')" "$by $first_us true"
	rtts_of 20 0.02 $first_rtt 1
	filed=$median
	run link sw1 m2 clear
	is "$by: clear" "$status $out" "0 sw1:m2 - m2:ix0 is up; weather: fair"
	is "$by: nothing of it is left" \
		"$(here m2 -- ip -o link | grep -c wire-)" 0
	if [ -n "${IXLAB_EMULATED-}" ]; then
		rtts 50 0.05
		fair=$median
		ok "$by: in fair weather it is quick ($fair ms)" \
			awk "BEGIN {exit !($fair < 30)}"
	fi
	near_rtt "$by: a delay of $first from the lab file" "$filed" $first_rtt 1

	run link m1 sw1 delay 90ms
	like "$by: delay: said" "$status $out" \
		'^0 sw1:m1 - m1:ix0 is up; weather: delay 90ms \(by '
	rtts_of 150 0.02 180 1
	is "$by: delay: nothing is lost" "$got" 150
	near_rtt "$by: delay: the median round trip" "$median" 180 1
	diag "$by: delay: the 99th percentile is $p99 ms"

	link m1 sw1 delay 20ms jitter 5ms >/dev/null
	for try in 1 2 3; do
		rtts 200 "$often"
		! within_rtt "$median" 40 3 || ! within_rtt "$p90" 46 5 || break
	done
	near_rtt "$by: jitter: around the delay" "$median" 40 3
	near_rtt "$by: jitter: within its bounds, least" "$least" 34 4.5
	# a machine that stumbles once in a while does so in fair weather, too
	near_rtt "$by: jitter: within its bounds, nine of ten" "$p90" 46 5
	ok "$by: jitter: there is some" \
		awk "BEGIN {exit !($p90 - $least > 4)}"

	link m1 sw1 clear delay 1ms loss 20% >/dev/null
	counted=$(link m1 sw1 --json | jq -c .directions)
	rtts $pings $every
	# 0.8 * 0.8 of them; five standard deviations
	ok "$by: loss: both ways ($got of $pings came back)" awk "BEGIN {
		exit !(($got - 0.64 * $pings) ^ 2 < 25 * $pings * 0.64 * 0.36)}"
	run link m1 sw1 --json
	ok "$by: loss: counted, in each direction" \
		jq -e --argjson before "$counted" '[.directions, $before] |
		transpose | all((.[0].lost - .[1].lost) as $lost |
			(.[0].passed - .[1].passed + $lost) as $n |
			$n > 100 and ($lost - 0.2 * $n | . * .) <
				25 * $n * 0.2 * 0.8)' "$tmp/run.out"

	link m1 sw1 clear delay 5ms rate $rate >/dev/null
	for try in 1 2 3; do
		transfer $bytes
		! within "$got_bps" $bps $((bps / 20)) || break
	done
	near "$by: rate: TCP, bit/s of frames" "$got_bps" $bps $((bps / 20))

	link m1 sw1 clear >/dev/null
	ok "$by: the session did not notice any of it" within "$(since)" "$before" 0.5

	link m1 sw1 silent >/dev/null
	rtts 3 0.1
	is "$by: silent: nothing passes" "$got" 0
	ok "$by: silent: the hold timer runs out" wait_for 15 no_session
	like "$by: silent: the link is up" \
		"$(here m1 -- ip -o link show ix0)" 'LOWER_UP.* state UP'
	like "$by: silent: said" "$(link m1 sw1)" 'is up; weather: silent'
	link m1 sw1 clear >/dev/null
	ok "$by: clear: the session comes back" wait_for 30 session

	run link m1 sw1 down delay 30ms
	like "$by: down, and delay" "$out" 'is down; weather: delay 30ms'
	like "$by: down: this end" "$(here m1 -- ip -o link show ix0)" 'state DOWN'
	like "$by: down: that end" "$(here sw1 -- ip -o link show m1)" 'state DOWN'
	rtts 2 0.1
	is "$by: down: nothing passes" "$got" 0
	run link m1 sw1 up
	like "$by: weather lives through down and up" "$out" \
		'is up; weather: delay 30ms'
	ok "$by: up: frames pass" wait_for 10 here m1 -- ping -c 1 -W 1 203.0.113.11
	rtts_of 20 0.02 60 1
	near_rtt "$by: up: with the delay" "$median" 60 1
	ixlab inspect -L "$lab" --json >"$tmp/run.out"
	is "$by: inspect tells of the link" \
		"$(json '[.links[] | select(.weather) | .a.interface + " " +
			(.weather.delay_us | tostring)] | join(",")')" "m1 30000"

	like "$by: inspect says so to a person" "$(ixlab inspect "$lab")" \
		'^sw1:m1 - m1:ix0: delay 30ms$'

	for while in 1 5 25; do # a slow machine needs one that lasts until it pings
		run link m1 sw1 clear loss 100% --for ${while}s
		rtts 2 0.1
		[ "$got" != 0 ] || break
	done
	like "$by: for a while: said" "$out" "loss 100%, for another ($while|$((while - 1)))\."
	is "$by: for a while: nothing passes" "$got" 0
	back() { link m1 sw1 | grep 'weather: delay 30ms'; }
	ok "$by: and then it is as before" wait_for 5 back
	link m1 sw1 clear >/dev/null
}

events() { # what a subscriber hears when ixwire dies
	run link m1 sw1 delay 15ms --json
	pid=$(json .wire.pid)
	here m1 -- kill -9 "$pid"
	died() { [ "$(link m1 sw1 --json | jq -r '.wire.state + " " +
		(.wire.restarts | tostring)')" = "running 1" ]; }
	ok "ixwire is killed: another one begins" wait_for 10 died
	like "ixwire is killed: the reason" \
		"$(link m1 sw1 --json | jq -r .wire.reason)" 'signal 9'
	ok "ixwire is killed: frames pass again" \
		wait_for 10 here m1 -- ping -c 1 -W 1 203.0.113.11
	rtts_of 20 0.02 30 1
	near_rtt "ixwire is killed: with the weather there was" "$median" 30 1
	# one that is stopped is told of, too: frames wait, and are not lost
	pid=$(link m1 sw1 --json | jq -r .wire.pid)
	here m1 -- kill -STOP "$pid"
	here m1 -- ping -c 5 -i 0.02 -W 5 203.0.113.11 >"$tmp/ping" 2>&1 &
	sent() { [ "$(here m1 -- cat /sys/class/net/wire-ix0/statistics/tx_packets)" -gt "$old" ]; }
	old=$(here m1 -- cat /sys/class/net/wire-ix0/statistics/tx_packets)
	wait_for 5 sent
	here m1 -- kill -CONT "$pid"
	wait $!
	like "ixwire is stopped for a while: frames wait for it" \
		"$(cat "$tmp/ping")" ' 5 received'
	ok "ixwire gives up its rights" test "$(here m1 -- sed -n \
		's/^CapEff:[^0-9a-f]*//p' "/proc/$pid/status")" = 0000000000000000
	link m1 sw1 clear >/dev/null
}

wrong() { # "WORDS" STATUS SENTENCE
	# shellcheck disable=SC2086
	run link $1
	is "link $1" "$status $err" "$2 ixlab: $3"
}
words() {
	wrong "m1 sw1 delay 90" 2 'delay: "90" has no unit; say a time such as 500us, 90ms or 1.5s, up to 60s'
	wrong "m1 sw1 delay" 2 'delay needs a value'
	wrong "m1 sw1 dealy 90ms" 2 'a link has no "dealy" (did you mean "delay"?)'
	wrong "m1 sw1 loss 101%" 2 'loss: "101%" is not a share such as 1% or 0.25%, up to 100%'
	wrong "m1 sw1 jitter 5ms" 2 'jitter is more than delay: a frame cannot arrive before it was sent'
	wrong "m1 m2" 2 'there is no link between m1 and m2; there is sw1:m1 - m1:ix0'
	wrong "m1:ix7 sw1" 2 'there is no link between m1:ix7 and sw1'
	wrong "m1 sw1 down --for 30" 2 '--for: "30" has no unit; say a time such as 500ms, 30s or 5m, up to 10m'
	wrong "m1 sw1 --for 30s" 2 '--for goes with a change; for example: ixlab link m1 sw1 down --for 30s'
	wrong "m1 sw1 up --for 30s" 2 'only a link that goes down comes back'
	wrong "m1 sw1 clear --for 30s" 2 'fair weather needs no end'
	run link m1:ix0 sw1:m1
	is "NODE:INTERFACE" "$status" 0
}

if [ -z "${IXLAB_EMULATED-}" ]; then
	scenario wire
	events
	words
	ixlab down "$lab" >/dev/null
else
	skip "wire: all of it" "an emulated machine, which is here for netem"
fi
netem() { ixlab doctor --json | jq -e '.[] | select(.feature == "netem" and .ok)'; }
if netem >/dev/null; then
	scenario netem
	ixlab down "$lab" >/dev/null
else
	skip "netem: the same" "this kernel has no netem"
	IXLAB_WEATHER=netem
	lab=$tag-none
	run ixlab up "$tmp/pair.yml" --name "$lab"
	like "netem alone, which this kernel has not: up says so" "$status $err" \
		'^3 .*/pair\.yml:[0-9]+: m2: cannot put netem on'
fi
ixwire >"$tmp/out" 2>&1 </dev/null
is "ixwire by hand" "$? $(cat "$tmp/out")" \
	"2 ixwire: a lab's supervisor starts it; people say: ixlab link A B delay 90ms"
leftovers "nothing is left"
done_testing
