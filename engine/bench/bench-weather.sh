#!/usr/bin/env bash
# bench-weather.sh: how exact a link's weather is, and what it costs.
#
# A stream of full frames goes from m1 to m2, whose link has 90 ms of delay.
# tcpdump takes the time (the kernel's, not its own) of each frame where it
# enters the wire and where it arrives, and the difference is the delay that
# frame had.
#
#	delay   median, 99th and 99.9th percentile and worst, in ms, and the share
#	        of frames within a millisecond of what was asked for
#	cpu     of ixwire, in percent of one processor: what it used itself, and
#	        what the receiver's kernel did in its name
#
# Once as root, when ixwire is scheduled in real time, and once without that
# right. Knobs: RATES="10 100 300" (Mbit/s), DELAY=90 (ms), SECONDS_EACH=8. Numbers are
# for comparing within one run; "stalled" says how long programs waited for a
# processor meanwhile.
set -u
cd "$(dirname "$0")/../.."
ix=$PWD/${BIN:-build}/ixlab
rates=${RATES:-10 100 300} delay=${DELAY:-90} each=${SECONDS_EACH:-8}
work=$(mktemp -d)
export XDG_STATE_HOME=$work IXLAB_WEATHER=wire
lab=bench-weather-$$ # of our own, so that nobody's is touched
trap '"$ix" down $lab >/dev/null 2>&1; rm -rf "$work"' EXIT
in_node() { "$ix" exec -L "$lab" "$@"; }

cat >"$work/send.pl" <<'PERL'
use strict; use warnings;
use Socket; use Time::HiRes qw(time sleep);
my ($mbit, $seconds) = @ARGV;
socket my $s, AF_INET, SOCK_DGRAM, 0 or die $!;
my $to = sockaddr_in 9, inet_aton '203.0.113.11';
my ($n, $start, $pps) = (0, time, $mbit * 1e6 / 8 / 1514);
my $rest = 'x' x 1468;
while ((my $t = time - $start) < $seconds) {
	send $s, pack('N', $n++) . $rest, 0, $to while $n < $t * $pps;
	sleep 0.0005;
}
PERL
cat >"$work/compare.pl" <<'PERL'
use strict; use warnings;
sub frames {
	open my $f, '<:raw', $_[0] or die "$_[0]: $!";
	my (%t, $h, $d);
	read $f, $h, 24;
	die "$_[0]: no nanoseconds\n" unless unpack('V', $h) == 0xa1b23c4d;
	while (read($f, $h, 16) == 16) {
		my ($s, $ns, $len) = unpack 'VVV', $h;
		last unless read($f, $d, $len) == $len;
		$t{unpack 'N', substr $d, 42, 4} = [$s, $ns] if $len >= 46;
	}
	\%t;
}
my ($in, $out, $want, @d) = (frames($ARGV[0]), frames($ARGV[1]), $ARGV[2]);
for (keys %$out) {
	my ($a, $b) = ($in->{$_} // next, $out->{$_});
	push @d, ($b->[0] - $a->[0]) * 1e3 + ($b->[1] - $a->[1]) / 1e6;
}
die "nothing was captured\n" unless @d;
@d = sort { $a <=> $b } @d;
my $near = grep { abs($_ - $want) <= 1 } @d;
printf "%d %d %.3f %.3f %.3f %.3f %.2f\n", scalar keys %$in, scalar @d,
	$d[@d / 2], $d[@d * 0.99], $d[@d * 0.999], $d[-1], 100 * $near / @d;
PERL

cpu() { # ticks of ixwire
	in_node m1 -- cat "/proc/$pid/stat" | awk '{print $14 + $15}'
}
stall() { sed -n 's/^some .*total=//p' /proc/pressure/cpu 2>/dev/null | grep . || echo 0; }
capture() { # NODE DEV FILE
	in_node "$1" -- tcpdump -Z root -i "$2" -s 64 -B 8192 -U --nano -w "$3" udp dst port 9 2>>"$work/tcpdump" &
}
run() { # MBIT
	local t0 t1 s0 before used
	rm -f "$work"/*.pcap
	capture m1 wire-ix0 "$work/in.pcap"
	before=$!
	capture m2 ix0 "$work/out.pcap"
	until [ -s "$work/in.pcap" ] && [ -s "$work/out.pcap" ]; do sleep 0.05; done
	s0=$(stall) t0=$(cpu) t1=$(date +%s%N)
	in_node m1 -- perl "$work/send.pl" "$1" "$each"
	sleep 0.5
	used=$(($(cpu) - t0)) t1=$((($(date +%s%N) - t1) / 1000000)) s0=$(($(stall) - s0))
	kill "$before" $! 2>/dev/null
	wait "$before" $! 2>/dev/null
	# shellcheck disable=SC2046
	set -- "$1" $(perl "$work/compare.pl" "$work/in.pcap" "$work/out.pcap" "$delay")
	[ $# = 8 ] || {
		cat "$work/tcpdump" >&2
		return
	}
	awk -v r="$1" -v in_="$2" -v out="$3" -v a="$4" -v b="$5" -v c="$6" -v d="$7" -v n="$8" \
		-v cpu="$used" -v ms="$t1" -v hz="$(getconf CLK_TCK)" -v stall="$s0" 'BEGIN {
		printf "%6s %8d %8d %9.3f %9.3f %9.3f %9.3f %8s%% %6.1f%% %8.1f %7.0f%%\n", r, in_, out,
		a, b, c, d, n, 100 * cpu / hz * 1000 / (ms - 500), cpu / hz * 1e6 / in_, stall / 10 / ms}'
}

mode() { # WORDS [COMMAND...]: how the lab is started
	local words=$1 r
	shift
	"$@" "$ix" up "$work/lab.yml" --name $lab >/dev/null || exit
	pid=$("$ix" link -L $lab m1 sw1 delay "${delay}ms" --json | jq .wire.pid)
	printf '\n%s: %s\n' "$words" "$(in_node m1 -- awk '{
		print $41 == 2 ? "scheduled in real time" : "scheduled like any program"}' "/proc/$pid/stat")"
	printf '%6s %8s %8s %9s %9s %9s %9s %9s %7s %8s %8s\n' Mbit/s sent arrived median p99 p99.9 worst +-1ms cpu us/frame stalled
	for r in $rates; do run "$r"; done
	"$ix" down $lab >/dev/null
}

[ "$(id -u)" = 0 ] || {
	echo "bench-weather: tcpdump wants to be root here" >&2
	exit 3
}
cp labs/bilateral.yml "$work/lab.yml"
echo "ixwire, $delay ms of delay, frames of 1514 bytes for $each s"
mode "as root"
mode "as an ordinary user gets it" setpriv --bounding-set -sys_nice
