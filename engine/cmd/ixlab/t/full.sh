#!/bin/sh
# The kernel's neighbour table, one for all network namespaces, full in earnest:
# the matrix asks again, then names it; where the kernel's statistics can be seen,
# and where only the echo that cannot leave tells (in a namespace of one's own, as
# a container's). The table is full for a second or two.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
limit=$(cat /proc/sys/net/ipv4/neigh/default/gc_thresh3 2>/dev/null)
[ "${limit:-1024}" -le 4096 ] ||
	skip_all "the table holds $limit entries: too many to fill in a test"
[ "$(id -u)" = 0 ] && enter="unshare -nm" || enter="unshare -rnm"

cat >"$tmp/pair.yml" <<'X'
lab: pair
transit:
  t1: {asn: 64496, host: yes, prefixes: [198.18.0.0/24]}
  t2: {asn: 64497, host: yes, prefixes: [198.18.1.0/24]}
links:
  - {between: [t1, t2], relation: peer, ipv4: 192.0.2.0/31}
X
# Entries that were just used are not thrown out, so it stays full while they are
# written again and again; all go with their namespace.
cat >"$tmp/fill.sh" <<'X'
i=0
while [ $i -lt $(($2 + 100)) ]; do
	echo "neigh replace 10.9.$((i / 200)).$((i % 200 + 1)) lladdr" \
		"02:00:00:00:00:01 nud reachable dev br0"
	i=$((i + 1))
done >"$1/fill.batch"
ip link add br0 type bridge && ip link set br0 up &&
	ip address add 10.9.0.250/16 dev br0 || exit
rounds=0
until [ -e "$1/enough" ] || [ $rounds = 100 ]; do
	ip -batch "$1/fill.batch" -force >/dev/null 2>"$1/fill.err"
	grep -q 'No buffer space' "$1/fill.err" && : >"$1/is.full"
	rounds=$((rounds + 1))
done
X

# WHERE COMMAND...: with a table that is full, the command, which leaves what it
# says in $tmp/said and its status in $rc.
full() {
	what=$1
	shift
	rm -f "$tmp/enough" "$tmp/is.full"
	run $in ixlab up "$tmp/pair.yml" --name "$tag"
	is "$what: up" "$status $err" "0 "
	$enter sh "$tmp/fill.sh" "$tmp" "${limit:-1024}" &
	filler=$!
	wait_for 12 test -e "$tmp/is.full"
	found=$?
	"$@" >"$tmp/said" 2>&1
	rc=$?
	: >"$tmp/enough"
	wait $filler
	[ $found = 0 ] || {
		diag "$(tail -n 1 "$tmp/fill.err")"
		skip "$what: the full table is named" "this kernel takes more"
		return 1
	}
}
answers() { $in ixlab matrix "$tag" --family 4 --count 1 --timeout 200ms; }
again() {
	ok "$1: when there is room again, all answer" wait_for 12 answers
	run $in ixlab down "$tag"
}

in=
what="the kernel's statistics"
if [ ! -r /proc/net/stat/arp_cache ]; then
	skip "$what" "they are not shown here"
else
	if full "$what" answers; then
		is "$what: exit status" "$rc" 1
		like "$what: the map has a sign for it" "$(cat "$tmp/said")" \
			'! the neighbour table was full'
		like "$what: in words, and whom to ask" "$(tr '\n' ' ' <"$tmp/said")" \
			'one for all labs and networks of this machine, was full: .* see ixlab doctor'
	fi
	again "$what"
fi

# The same from within a network namespace, as a container has one.
what="an echo that cannot leave"
if [ "$(id -u)" = 0 ]; then
	unshare -n sleep 600 &
	in="nsenter -t $! -n"
else
	unshare -cn sleep 600 &
	in="nsenter -t $! -U -n --preserve-credentials"
fi
holder=$!
entered() { [ "$(readlink /proc/$holder/ns/net)" != "$(readlink /proc/self/ns/net)" ]; }
wait_for 3 entered
json() { $in ixlab matrix "$tag" --family 4 --count 1 --timeout 200ms --json; }
if full "$what" json; then
	is "$what: exit status" "$rc" 1
	is "$what: --json counts the pairs" \
		"$(jq '.table_full > 0' "$tmp/said")" true
	is "$what: --json says why" "$(jq -c '[.pairs[] | .error | values] |
		unique' "$tmp/said")" '["the kernel'"'"'s neighbour table is full"]'
fi
again "$what"
kill $holder

run ixlab doctor --json
if [ -n "$limit" ]; then
	is "doctor says how many it holds" "$(printf %s "$out" | jq \
		'.[] | select(.feature == "large mesh, IPv4") |
		.ok or (.why | test("holds '"$limit"' entries"))')" true
	is "and what mends it" "$(printf %s "$out" | jq '.[] |
		select(.feature == "large mesh, IPv4") |
		.ok or (.fix | test("gc_thresh3="))')" true
fi
leftovers "nothing is left"
done_testing
