#!/bin/sh
# Limits of nodes: too many processes, too much memory, too much of a processor in
# one node harm neither the others nor the machine; and what holds them goes with
# the lab.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
command -v bird >/dev/null || skip_all "BIRD is not installed"

sed 's/^    asn: 65537$/&\n    limits: {memory: 300M, processes: 30, cpu: 20}/' \
	"$top/labs/bilateral.yml" >"$tmp/tight.yml"
groups() { # the lab's folders in the trees of control groups
	find /sys/fs/cgroup -maxdepth 6 -type d -name "ixlab.$tag.*" 2>/dev/null
}
by() { # WHAT
	ixlab inspect --json | jq -r ".nodes[] | select(.name == \"m2\")
		| .limits[] | select(.what == \"$1\").by"
}
sane() { # WHAT: the lab goes on
	is "$1: the other node goes on" "$(ixlab exec m1 -- echo fine)" fine
	is "$1: the daemon of the other runs, never restarted" \
		"$(ixlab inspect --json | jq -r '.nodes[] | select(.name == "m1")
			| .state + " \(.restarts)"')" "running 0"
}

run ixlab up "$tmp/tight.yml" --name "$tag"
is "up" "$status" 0
[ "$status" = 0 ] || exit 1
is "inspect: the limits" "$(ixlab inspect --json | jq -c '.nodes[] |
	select(.name == "m2").limits | map([.what, .max])')" \
	'[["memory",314572800],["processes",30],["cpu",20]]'
for what in memory processes cpu; do
	if [ "$(by $what)" = null ]; then
		like "up: $what is told not to be enforced" "$err" \
			"^m2: its limit of $what is not enforced: no control group"
		like "doctor: says the same" "$(ixlab doctor --json |
			jq -r '.[] | select(.feature == "limits by cgroup").why')" "$what"
	else
		unlike "up: $what is enforced" "$err" "limit of $what"
	fi
done

# ---- processes: three hundred at most, whatever happens
if [ "$(by processes)" = null ]; then
	skip "processes" "no control group, and root's are not counted"
else
	run timeout 60 ixlab exec m2 -- sh -c 'i=0
		while [ $i -lt 300 ]; do sleep 20 & i=$((i + 1)); done; wait'
	like "processes: there is an end to it" "$err" \
		'[Rr]esource temporarily unavailable|Cannot fork'
	if [ "$(by processes)" = cgroup ]; then
		ok "processes: never more than 30" [ "$(ixlab exec m1 -- \
			ps -e | grep -c sleep)" -le 30 ]
	fi
	sane processes
	run ixlab reset m2
	is "processes: the node is itself again after a reset" "$status" 0
fi

# ---- memory
run timeout 60 ixlab exec m2 -- perl -e 'my $x = "x" x 100_000_000; my $y = $x . $x . $x;
	print length $y'
ok "memory: one that wants more dies" [ "$status" != 0 ]
sane memory

# ---- cpu
case $(by cpu) in
cgroup)
	throttled() { # microseconds or nanoseconds, by version
		groups | while read -r d; do
			cat "$d/m2/cpu.stat" 2>/dev/null
		done | awk '/^nr_throttled/ { n += $2 } END { print n + 0 }'
	}
	busy() { ! ixlab exec m2 -- timeout 1 sh -c 'while :; do :; done' &&
		[ "$(throttled)" -gt 0 ]; }
	ok "cpu: a busy loop is held" wait_for 20 busy
	sane cpu
	;;
*) skip "cpu" "no control group" ;;
esac

# ---- the end
run ixlab down
is "down" "$status" 0
is "down: no control group is left" "$(groups)" ""
leftovers "down: nothing is left"
run ixlab up "$tmp/tight.yml" --name "$tag"
kill -9 "$(ixlab ps --json | jq -r '.[0].pid')"
leftovers "kill -9: no process is left"
run ixlab up "$tmp/tight.yml" --name "$tag"
is "after kill -9: up" "$status" 0
ok "after kill -9: the old groups are gone" [ "$(groups | sed 's/.*\.//' | sort -u | wc -l)" -le 1 ]
run ixlab down
is "at the end no control group is left" "$(groups)" ""

# ---- a start that fails
run env XDG_STATE_HOME=/proc/none ixlab up "$tmp/tight.yml" --name "$tag"
ok "a start that fails" [ "$status" != 0 ]
is "a start that fails leaves no control group" "$(groups)" ""
done_testing
