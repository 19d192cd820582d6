#!/usr/bin/env bash
# bench.sh: what ixlab costs, next to what it replaces, in one run.
#
#	join    seconds from "ixlab start join-the-route-servers" to the last session
#	        between robots and route servers
#	green   seconds from "birdc configure" of a correct file to the check
#	big-ix  N BIRD members around two route servers: up, converged (each route
#	        server has sent each member all the others' routes), down, memory
#	        a member (PSS of all its processes); and the same star of N empty
#	        hosts made by Debian's Mininet with its Linux bridge, started and
#	        stopped in a namespace of its own. The two alternate; the ratio is
#	        of the medians.
#
# Knobs: SIZES="10 100 500", RUNS=3. Mininet needs root and its package; without
# them its columns say so. Numbers are for comparing within one run only.
set -u
cd "$(dirname "$0")/../.."
ix=${BIN:-build}/ixlab
sizes=${SIZES:-10 100 500}
runs=${RUNS:-3}
work=$(mktemp -d)
export XDG_STATE_HOME=$work
join=bench-join-$$ big=bench-big-$$ # labs of our own, so that nobody's are touched
trap '"$ix" down $join >/dev/null 2>&1; "$ix" down $big >/dev/null 2>&1; rm -rf "$work"' EXIT

now() { echo $(($(date +%s%N) / 1000000)); }
median() { sort -n | awk '{v[NR] = $1} END {if (NR) printf "%.2f", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
seconds() { awk -v ms="$1" 'BEGIN {printf "%.2f", ms / 1000}'; }
until_true() { # SECONDS COMMAND...
	local end=$(($(now) + $1 * 1000))
	shift
	until "$@" 2>/dev/null; do
		[ "$(now)" -lt $end ] || return 1
		sleep 0.02
	done
}

robots_up() { # LAB COUNT
	[ "$("$ix" inspect "$1" --json | jq '[.sessions[] | select(.established)] | length')" -ge "$2" ]
}

bench_join() {
	local t0
	t0=$(now)
	"$ix" start join-the-route-servers -L $join >/dev/null || return 1
	until_true 20 robots_up $join 12 || echo "join: sessions missing" >&2
	seconds $(($(now) - t0))
}

bench_green() { # on the lab of bench_join
	local t0 log=$work/watch pid
	"$ix" check join-the-route-servers -L $join --watch >"$log" 2>&1 &
	pid=$!
	until_true 20 grep -q '^fail *rs1-v4' "$log" || echo "green: the check did not fail first" >&2
	cp exercises/join-the-route-servers/solution/m1/bird.conf "$work/ixlab/labs/$join/nodes/m1/bird.conf"
	t0=$(now)
	"$ix" birdc -L $join m1 configure >/dev/null
	until_true 20 grep -q '^pass *rs1-v4' "$log" || echo "green: the check stayed red" >&2
	seconds $(($(now) - t0))
	kill $pid
	wait $pid 2>/dev/null
	"$ix" down $join >/dev/null
	rm -rf "$work/ixlab/labs/$join" # what was typed survives otherwise
}

delivered() { # LAB MEMBERS: both route servers have sent everybody everything
	local rs
	for rs in rs1 rs2; do
		[ "$("$ix" exec -L "$1" $rs -- "$PWD/${ix%/*}/ixrsctl" --control /run/ixrs/ixrs.ctl --json show sessions |
			jq --argjson n "$2" '[.[] | select(.state == "Established" and .sent >= $n - 1)] | length')" -ge $((2 * $2)) ] || return 1
	done
}

pss() { # KiB of a lab's whole process tree
	local root
	root=$("$ix" inspect "$1" --json | jq .pid)
	ps -e -o pid=,ppid= | awk -v r="$root" '{p[$1] = $2} END {for (i in p) {j = i; while (j > 1 && j != r) j = p[j]; if (j == r) print i}}' |
		while read -r p; do awk '/^Pss:/{print $2}' "/proc/$p/smaps_rollup" 2>/dev/null; done | awk '{s += $1} END {print s + 0}'
}

bench_ours() { # N -> "up converged down KiB-a-member"
	local n=$1 t0 t1 t2 t3 mem
	t0=$(now)
	"$ix" up big-ix --name $big --members "$n" >/dev/null || return 1
	t1=$(now)
	until_true 120 delivered $big "$n" || echo "big-ix $n: not converged" >&2
	t2=$(now)
	mem=$(pss $big)
	t3=$(now)
	"$ix" down $big >/dev/null
	echo "$(seconds $((t1 - t0))) $(seconds $((t2 - t0))) $(seconds $(($(now) - t3))) $((mem / n))"
}

mininet_there() { [ "$(id -u)" = 0 ] && command -v mn >/dev/null && command -v brctl >/dev/null; }

bench_mininet() { # N -> seconds for start and stop together
	local t0
	t0=$(now)
	unshare -nmpf --mount-proc sh -c "mount -t sysfs none /sys && mount -t tmpfs none /run && mkdir /run/netns && ip link set lo up &&
		mn --switch lxbr --topo single,$1 --controller none --test none" >"$work/mn" 2>&1 || { echo "mininet failed, see: $(tail -1 "$work/mn")" >&2; return 1; }
	seconds $(($(now) - t0))
}

echo "start join-the-route-servers to all infrastructure sessions, s: $(for _ in $(seq "$runs"); do
	bench_join
	"$ix" down $join >/dev/null
done | median)"
for _ in $(seq "$runs"); do
	bench_join >/dev/null
	bench_green
done | median | sed 's/^/birdc configure to the check turning green, s: /'
echo
printf '%-8s %8s %10s %8s %12s   %-22s %s\n' members up/s conv/s down/s KiB/member "Mininet up+down/s" "ratio (ours up+down / Mininet)"
for n in $sizes; do
	: >"$work/ours"
	: >"$work/mininet"
	for _ in $(seq "$runs"); do
		bench_ours "$n" >>"$work/ours"
		mininet_there && bench_mininet "$n" >>"$work/mininet"
	done
	column() { awk -v c="$1" '{print $c}' "$work/ours" | median; }
	up=$(column 1) down=$(column 3) theirs=$(median <"$work/mininet")
	printf '%-8s %8s %10s %8s %12s   %-22s %s\n' "$n" "$up" "$(column 2)" "$down" "$(column 4 | cut -d. -f1)" "${theirs:-needs root, mininet}" \
		"$(awk -v a="$up" -v b="$down" -v m="${theirs:-0}" 'BEGIN {if (m > 0) printf "%.3f (BIRD on every member ours, empty hosts theirs)", (a + b) / m}')"
done
