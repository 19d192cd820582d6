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
# As a person would who reads what doctor says: in a scope of systemd's, where
# that is what is missing.
scope=
in_scope() { systemd-run --user --scope --quiet -p Delegate=yes "$@"; }
has_groups() {
	$scope ixlab doctor --json | jq -e '.[] |
		select(.feature == "limits by cgroup").ok' >/dev/null
}
if ! has_groups && in_scope true 2>/dev/null; then
	scope="in_scope"
	ok "doctor: in a scope of systemd's there are limits by cgroup" has_groups
fi
up() { run $scope ixlab up "$@"; }
groups() { # the lab's folders in the trees of control groups
	find /sys/fs/cgroup -maxdepth 9 -type d -name "ixlab.$tag.*" 2>/dev/null
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

up "$tmp/tight.yml" --name "$tag"
is "up" "$status" 0
[ "$status" = 0 ] || exit 1
is "inspect: the limits" "$(ixlab inspect --json | jq -c '.nodes[] |
	select(.name == "m2").limits | map([.what, .max])')" \
	'[["memory",314572800],["processes",30],["cpu",20]]'
if [ -n "$scope" ]; then
	is "a scope holds memory and processes" "$(by memory) $(by processes)" \
		"cgroup cgroup"
elif [ "$(id -u)" = 0 ] && [ -w /sys/fs/cgroup/cgroup.subtree_control ]; then
	is "root's limits are held by the kernel" \
		"$(by memory) $(by processes) $(by cpu)" "cgroup cgroup cgroup"
fi
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

# ---- other limits for a lab that runs: for what runs there, too, and at once
held() { # NODE: memory, processes, cpu of its daemon
	for what in memory processes cpu; do
		case $(ixlab inspect --json | jq -r ".nodes[] | select(.name == \"$1\")
			| .limits[] | select(.what == \"$what\").by") in
		rlimit)
			ixlab exec "$1" -- sh -c 'cat "/proc/$(cat /run/bird/bird.pid)/limits"' |
				sed -n "/$(echo "$what" | sed 's/memory/address space/')/s/^[^0-9u]*\([^ ]*\).*/$what rlimit \1/p" ;;
		cgroup) groups | sort | while read -r d; do
				case $what in
				memory) cat "$d/$1/memory.max" "$d/$1/memory.limit_in_bytes" ;;
				processes) cat "$d/$1/pids.max" ;;
				cpu) cat "$d/$1/cpu.max" "$d/$1/cpu.cfs_quota_us" ;;
				esac 2>/dev/null | sed "s/^/$what cgroup /"
			done ;;
		*) echo "$what" ;;
		esac
	done
}
daemons() { ixlab inspect --json | jq -c '.nodes[] | select(.name == "m1" or .name == "m2")
	| [.pid, .restarts]'; }
# As it would read, by who holds it; an ordinary user's processes are counted with
# those of the rest of the lab.
want() { # MEMORY PROCESSES CPU
	if [ "$(by memory)" = rlimit ]; then echo "memory rlimit $1"; else
		echo "memory cgroup $1"; fi
	case $(by processes) in
	cgroup) echo "processes cgroup $2" ;;
	rlimit) echo "processes rlimit [0-9]+" ;;
	*) echo processes ;;
	esac
	case $(by cpu) in
	cgroup) echo "cpu cgroup $3(000)?( 100000)?" ;;
	*) echo cpu ;;
	esac
}
before=$(daemons)
sed 's/300M, processes: 30, cpu: 20/400M, processes: 40, cpu: 30/; s/^    asn: 65536$/&\n    limits: {memory: 500M, processes: 50, cpu: 50}/' \
	"$tmp/tight.yml" >"$tmp/other.yml"
run ixlab up "$tmp/other.yml" --name "$tag" --dry-run
like "other limits: what would be" "$out" \
	'^  ~ m2: limits: memory 409600 KiB processes 40 cpu 30$'
run ixlab up "$tmp/other.yml" --name "$tag"
is "other limits: up" "$status" 0
like "other limits: no session is lost" "$out" "^$tag is changed: 2 changed, "
is "other limits: nobody began again" "$(daemons)" "$before"
like "other limits: they hold" "$(held m2 | tr '\n' ,)" \
	"^$(want 419430400 40 30 | tr '\n' ,)$"
like "other limits: for a node that had none" "$(held m1 | tr '\n' ,)" \
	"^$(want 524288000 50 50 | tr '\n' ,)$"
if [ "$(by processes)" = cgroup ]; then
	is "other limits: its daemon is in its group" "$(ixlab exec m1 -- sh -c \
		'grep -c "ixlab.*/m1$" "/proc/$(cat /run/bird/bird.pid)/cgroup"')" \
		"$(groups | wc -l)"
else
	skip "other limits: its daemon is in its group" "no control group"
fi
sed 's/limits: .*/limits: {memory: 600M}/' "$tmp/other.yml" >"$tmp/fewer.yml"
run ixlab up "$tmp/fewer.yml" --name "$tag"
is "fewer limits: nobody began again" "$status $(daemons)" "0 $before"
like "fewer limits: memory" "$(held m2)" ' 629145600$'
unlike "fewer limits: in the groups nothing else is" "$(groups | sort |
	while read -r d; do cat "$d/m2/pids.max" "$d/m2/cpu.max" \
		"$d/m2/cpu.cfs_quota_us" 2>/dev/null; done)" '^[0-9]'
sane "fewer limits"
if [ "$(by memory)" = rlimit ]; then # in which BIRD cannot begin; 2M of its own it may not fill
	sed 's/memory: 600M/memory: 700M/' "$tmp/fewer.yml" >"$tmp/bad.yml"
	echo "  m9: {asn: 65009, ipv4: 203.0.113.19, prefixes: [100.64.36.0/22], limits: {memory: 2M}}" \
		>>"$tmp/bad.yml"
	run ixlab up "$tmp/bad.yml" --name "$tag"
	like "a change that fails" "$status $err" '^3 .*all is as it was before$'
	like "a change that fails: the limits are those of before" "$(held m2)" ' 629145600$'
	is "a change that fails: nobody began again" "$(daemons)" "$before"
else
	skip "a change that fails" "BIRD may live in a group of 2M"
fi

# ---- the end
run ixlab down
is "down" "$status" 0
is "down: no control group is left" "$(groups)" ""
leftovers "down: nothing is left"

# ---- a daemon that eats memory, again and again, until it is told not to
cat >"$tmp/glutton.yml" <<'LAB'
lab: glutton
exchange:
  switches: [sw1]
  peering-lans: {lan: {ipv4: 203.0.113.0/24}}
members:
  m1: {asn: 65536, ipv4: 203.0.113.10, kind: plain, command: [sleep, infinity]}
  m2:
    asn: 65537
    ipv4: 203.0.113.11
    kind: plain
    limits: {memory: 40M}
    command:
      - sh
      - -c
      - |
        until [ -e /run/hungry ]; do sleep 0.1; done
        exec perl -e '$x .= "x" x 1_000_000 while length $x < 60_000_000; sleep 1 while 1'
LAB
up "$tmp/glutton.yml" --name "$tag"
is "memory: up" "$status" 0
m2() { ixlab inspect --json | jq -r '.nodes[] | select(.name == "m2") | '"$1"; }
why="Out of memory" # what perl says when it gets no more
[ "$(by memory)" != cgroup ] ||
	why="killed: the node's memory of 40960 KiB is used up"
ixlab exec m2 -- touch /run/hungry
dies() { # once it has begun again there is no reason any more
	reason=$(m2 'select(.restarts >= 2).reason // empty')
	[ -n "$reason" ]
}
ok "memory: a daemon that eats it ends, begins again, and ends" wait_for 10 dies
like "memory: the reason" "$reason" "^$why"
sane memory
ixlab exec m2 -- rm /run/hungry
lives() { [ "$(m2 .state)" = running ]; }
ok "memory: when it eats no more it runs" wait_for 10 lives
run ixlab down
is "memory: down" "$status" 0
is "memory: no control group is left" "$(groups)" ""

up "$top/labs/bilateral.yml" --name "$tag"
before=$(daemons)
run $scope ixlab up "$tmp/tight.yml" --name "$tag"
is "limits for a lab that had none: up" "$status $(daemons)" "0 $before"
is "limits for a lab that had none: without groups" "$(held m2 | head -1)" \
	"memory rlimit 314572800"
like "limits for a lab that had none: what cannot be held is told" "$err" \
	"^m2: its limit of cpu is not enforced: no node had a limit when the lab began"
run ixlab down
up "$tmp/tight.yml" --name "$tag"
kill -9 "$(ixlab ps --json | jq -r '.[0].pid')"
leftovers "kill -9: no process is left"
up "$tmp/tight.yml" --name "$tag"
is "after kill -9: up" "$status" 0
swept() { [ "$(groups | sed 's/.*\.//' | sort -u | wc -l)" -le 1 ]; }
ok "after kill -9: the old groups are gone" wait_for 5 swept
run ixlab down
is "at the end no control group is left" "$(groups)" ""

# ---- a group that root made and gave away, with a shell in it
given=/sys/fs/cgroup/ixlab-test-$tag
if [ "$(id -u)" = 0 ] && mkdir "$given" 2>/dev/null &&
	[ -e "$given/cgroup.procs" ]; then
	mkdir "$tmp/nobody"
	chown nobody "$tmp" "$tmp/nobody" "$given" "$given/cgroup.procs" \
		"$given/cgroup.subtree_control"
	cat >"$tmp/given.sh" <<-'SH'
		ixlab up "$1/tight.yml" --name "$2" &&
			ixlab inspect "$2" --json >"$HOME/state"
		ixlab down "$2"
	SH
	# shellcheck disable=SC2016 # that shell's
	run sh -c 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"' sh "$given" \
		setpriv --reuid nobody --regid nogroup --clear-groups \
		env HOME="$tmp/nobody" XDG_STATE_HOME="$tmp/nobody" \
		sh "$tmp/given.sh" "$tmp" "$tag"
	is "a given group: it holds all limits" "$status $(jq -r '[.nodes[] |
		select(.name == "m2").limits[] | .what + " " + .by] |
		join(", ")' "$tmp/nobody/state")" \
		"0 memory cgroup, processes cgroup, cpu cgroup"
	is "a given group: nothing is left" "$(groups)" ""
	rmdir "$given/ixlab-self" "$given"
else
	rmdir "$given" 2>/dev/null
	skip "a given group" "it takes root and control groups of version 2"
fi

# ---- a start that fails
run env XDG_STATE_HOME=/proc/none ixlab up "$tmp/tight.yml" --name "$tag"
ok "a start that fails" [ "$status" != 0 ]
is "a start that fails leaves no control group" "$(groups)" ""
done_testing
