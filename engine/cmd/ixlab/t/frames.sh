#!/bin/sh
# What the guards of a switch are for, provoked: frames of a foreign ethertype and
# too many broadcasts, made by hand in one member and looked for in another.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
command -v nft >/dev/null || skip_all "nft is not installed"
command -v bird >/dev/null || skip_all "BIRD is not installed"
command -v perl >/dev/null || skip_all "perl is not installed"

a=$tag-a
cat >"$tmp/frames.yml" <<-'EOF'
	lab: frames
	exchange:
	  name: IX
	  switches: [sw1]
	  peering-lans:
	    khi:
	      ipv4: 203.0.113.0/24
	      guard: {ethertypes: [ipv4, ipv6, arp], broadcast: 20}
	members:
	  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}
	  m2: {asn: 65537, ipv4: 203.0.113.11, prefixes: [100.64.4.0/22]}
	  m3:
	    asn: 65538
	    ipv4: 203.0.113.12
	    prefixes: [100.64.8.0/22]
	    guard: {ethertypes: [], broadcast: 0}
EOF
# send.pl TO TYPE COUNT WORD: frames out of ix0; a word is what they carry.
cat >"$tmp/send.pl" <<'EOF'
my ($to, $type, $count, $word) = @ARGV;
socket(my $s, 17, 3, 0) or die "socket: $!";
my $if = pack("a16 x24", "ix0");
ioctl($s, 0x8933, $if) or die "ix0: $!";
my $index = unpack("x16 i", $if);
ioctl($s, 0x8927, $if) or die "ix0: $!";
my $from = unpack("x18 a6", $if);
my $frame = pack("H12 a6 n a46", $to =~ tr/://dr, $from, hex $type, $word);
my $ll = pack("S n i S C C a8", 17, hex $type, $index, 0, 0, 6, "");
for (1 .. $count) { send($s, $frame, 0, $ll) or die "send: $!" }
EOF
# hear.pl TYPE: the words of frames of that type, until one says "end".
cat >"$tmp/hear.pl" <<'EOF'
$| = 1;
my $type = hex shift;
socket(my $s, 17, 3, unpack("S", pack("n", $type))) or die "socket: $!";
print "listening\n";
alarm 60;
while (defined recv($s, my $frame, 2000, 0)) {
	my $word = unpack("x14 Z46", $frame);
	next unless $word =~ /^[a-z]/;
	print "$word\n";
	last if $word eq "end";
}
EOF
run ixlab up "$tmp/frames.yml" --name "$a"
is "up" "$status" 0
send() { ixlab exec "$1" perl "$tmp/send.pl" "$2" "$3" "$4" "$5"; }
listens() { grep -q listening "$tmp/heard"; }
hear() { # TYPE; then send; then heard
	ixlab exec m2 perl "$tmp/hear.pl" "$1" >"$tmp/heard" 2>&1 &
	ear=$!
	wait_for 10 listens
}
heard() { # what came in, as "COUNT WORD" lines
	wait $ear
	grep -v -e listening -e end "$tmp/heard" | sort | uniq -c |
		awk '{print $1, $2}'
}
counted() { # NODE KIND
	ixlab ports "$1" --json | jq ".ports[0].counters.$2.packets"
}
all=ff:ff:ff:ff:ff:ff
mac=$(ixlab exec m2 cat /sys/class/net/ix0/address)

# ---- ethertypes: 88b5 is for experiments (IEEE 802), 0040 is a length
hear 88b5
send m1 "$mac" 88b5 3 foreign
send m1 $all 88b5 2 foreign
send m1 "$mac" 0040 1 length
send m3 "$mac" 88b5 2 allowed
send m3 "$mac" 88b5 1 end
is "a foreign ethertype does not arrive; from a port that may, it does" \
	"$(heard)" "2 allowed"
is "each is counted" "$(counted m1 type)" 6
is "a port without the list counts none" "$(counted m3 type)" null
run ixlab ports m1
like "ports: as dropped" "$out" '^sw1 +m1 +khi +up +- +0 +6 '
pings() { ixlab exec m1 ping -c1 -W1 203.0.113.11; }
ok "IPv4 and ARP pass" wait_for 5 pings

# ---- between neighbours: a spanning tree's frame, an LLDP's; m3 has no guard
send m1 01:80:c2:00:00:00 0026 3 bpdu
send m1 01:80:c2:00:00:0e 88cc 2 lldp
send m3 01:80:c2:00:00:0e 88cc 2 lldp
is "frames to a bridge itself are counted" \
	"$(counted m1 control) $(counted m2 control) $(counted m3 control)" \
	"5 0 null"
is "and are no foreign ethertype besides" "$(counted m1 type)" 6

# ---- broadcasts: of a burst the first twenty, and then twenty a second
before=$(counted m1 bcast)
hear 0806
send m1 $all 0806 500 flood
send m3 $all 0806 60 free
send m3 $all 0806 1 end
heard >"$tmp/words"
passed=$(awk '$2 == "flood" {print $1}' "$tmp/words")
dropped=$(($(counted m1 bcast) - before))
is "broadcasts: what was dropped and what arrived are all there was" \
	$((passed + dropped)) 500
ok "as many arrive as may" [ "$passed" -ge 15 ]
ok "and not many more" [ "$passed" -le 250 ]
diag "$passed of 500 arrived"
is "from a port without a limit all do" \
	"$(awk '$2 == "free" {print $1}' "$tmp/words")" 60
is "that port counts none" "$(counted m3 bcast)" null
hear 0806
send m1 "$mac" 0806 100 unicast
send m3 "$mac" 0806 1 end
is "the limit is not for frames to one machine" "$(heard)" "100 unicast"

run ixlab down "$a"
is "down" "$status" 0
leftovers "nothing is left"
done_testing
