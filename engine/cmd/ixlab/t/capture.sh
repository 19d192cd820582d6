#!/bin/sh
# ixlab capture: pcap that others read, and an end to each way it can end.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
command -v tcpdump >/dev/null || skip_all "tcpdump is not installed"
run ixlab up first-ix --name "$tag"
is "up" "$status" 0

packets() { tcpdump -nr "$1" 2>/dev/null; }
running() { # tcpdump in the lab
	tap_processes | while read -r pid; do
		tr '\0' ' ' <"/proc/$pid/cmdline"
	done 2>/dev/null | grep -q "tcpdump -n"
}
none() { ! running; }

# ---- what is captured
run ixlab capture rs1 tcp port 179 -c 3 -w "$tmp/bgp.pcap"
is "-w, -c and a filter: exit status, output" "$status $out" "0 "
is "-c: so many packets" "$(packets "$tmp/bgp.pcap" | wc -l)" 3
is "the filter holds" "$(packets "$tmp/bgp.pcap" | grep -vc '\.179')" 0
ixlab capture m2 ix0 icmp -c 2 >"$tmp/ping.pcap" 2>"$tmp/err" &
pid=$!
listens() { grep -q 'listening on ix0' "$tmp/err"; }
ok "an interface may be named" wait_for 5 listens
ixlab exec m3 -- ping -c 2 -i 0.1 203.0.113.11 >/dev/null
wait $pid
is "to standard output: exit status" $? 0
like "to standard output: the packets" "$(packets "$tmp/ping.pcap")" \
	'203\.0\.113\.12 > 203\.0\.113\.11: ICMP echo request'
is "standard output through a pipe" \
	"$(ixlab capture rs1 tcp -c 2 2>/dev/null | packets - | wc -l)" 2
run ixlab capture sw1 -c 1 -w "$tmp/lan.pcap"
like "a switch: all that passes its LAN" "$err" 'listening on khi'
run ixlab capture m1 -c 1 -w "$tmp/any.pcap"
like "several interfaces: all of them" "$err" 'listening on any'
run ixlab capture rs1 --text -c 1 tcp
like "--text: a line for a packet" "$out" '203\.0\.113\.|2001:db8:'
if command -v tshark >/dev/null; then
	run ixlab capture rs1 --tshark -c 1 tcp
	like "--tshark: a line for a packet" "$out" ' TCP | BGP '
else
	run ixlab capture rs1 --tshark
	is "--tshark: the package is named" "$status $err" \
		"3 ixlab: tshark is not installed: sudo apt-get install tshark"
fi

# ---- the ends
for sig in INT TERM; do
	: >"$tmp/err"
	env --default-signal=INT "$bin/ixlab" capture m2 ix0 \
		>"$tmp/sig.pcap" 2>"$tmp/err" &
	pid=$!
	wait_for 5 listens
	kill -$sig $pid
	wait $pid
	is "SIG$sig: exit status" $? 0
	like "SIG$sig: tcpdump counts" "$(cat "$tmp/err")" 'packets captured'
	ok "SIG$sig: the file is whole" tcpdump -nr "$tmp/sig.pcap"
	ok "SIG$sig: nothing is left running" wait_for 5 none
done
: >"$tmp/err"
ixlab capture m2 ix0 >"$tmp/sig.pcap" 2>"$tmp/err" &
pid=$!
wait_for 5 listens
kill -9 $pid
wait $pid 2>/dev/null
ok "SIGKILL: nothing is left running" wait_for 5 none
# m1-h hears nothing: tcpdump alone would wait for ever
leaves() { timeout 60 ixlab capture m1-h 2>/dev/null | head -c 4; }
best_of 3 3000 leaves
quick "a reader that leaves ends a capture without packets" 3000
ok "a reader that leaves: nothing is left running" wait_for 5 none
if [ -e /dev/full ]; then
	run ixlab capture rs1 -w /dev/full
	is "a full disk: exit status" "$status" 3
fi

# ---- refusals
printf 'precious\n' >"$tmp/kept"
run ixlab capture rs1 tcp port -w "$tmp/kept"
is "a wrong filter: exit status" "$status" 2
like "a wrong filter: tcpdump's words" "$err" 'syntax error'
is "a wrong filter: the old file stays" "$(cat "$tmp/kept")" precious
run ixlab capture rs1 ix7
is "no such interface" "$status $err" \
	'2 ixlab: rs1 has no interface "ix7"; it has: ix0 lo'
run ixlab capture rs7
is "no such node" "$status $err" \
	'2 ixlab: there is no node "rs7" in this lab (did you mean "rs1"?)'
run ixlab capture rs1 -c many
is "-c" "$status $err" \
	'2 ixlab: -c wants a number of packets, not "many"'
run ixlab capture rs1 -w "$tmp/no/such/file"
is "a file that cannot be made" "$status $err" \
	"3 ixlab: cannot write $tmp/no/such/file: No such file or directory"
run ixlab capture rs1 --text -w x
is "--text and -w" "$status $err" \
	"2 ixlab: -w and --text cannot go together"
if command -v script >/dev/null; then
	run script -qec "ixlab capture rs1" /dev/null
	is "a terminal is refused: exit status" "$status" 2
	like "a terminal is refused: the sentence" "$out" \
		'^ixlab: a capture is binary and this is a terminal: use -w'
else
	skip "a terminal is refused" "script is not installed"
fi

# ---- the lab's end is the capture's
: >"$tmp/err"
ixlab capture m2 ix0 >"$tmp/end.pcap" 2>"$tmp/err" &
pid=$!
wait_for 5 listens
run ixlab down
wait $pid
is "the lab's end: exit status" $? 0
ok "the lab's end: the file is whole" tcpdump -nr "$tmp/end.pcap"
leftovers "nothing is left"
done_testing
