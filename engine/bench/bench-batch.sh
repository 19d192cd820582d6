#!/usr/bin/env bash
# bench-batch.sh: how many submissions of first-ebgp-session are graded in a minute.
#
# MANY people send in the solution; ixlab grade -j N grades them, RUNS times for each
# N, from nothing each time: the whole lab of each, the session that has to hold, and
# the result that is signed. Most of that is waiting (a session must be up for 5 s), so
# it is N that counts until the processors are busy. Told are the median of the runs,
# and what the processors did meanwhile. The aim is 60 a minute on two processors, by
# the best N. Then, once: at -j 1 the results are the same bytes as at the largest N.
# Knobs: RUNS=3, MANY=24, JOBS_BATCH="2 8 16".
set -u
cd "$(dirname "$0")/../.."
ix=${BIN:-build}/ixlab
runs=${RUNS:-3}
many=${MANY:-24}
x=first-ebgp-session
work=$(mktemp -d)
export XDG_STATE_HOME=$work/state
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

mkdir -p "$work/in" "$XDG_STATE_HOME/ixlab/labs/$x/nodes/m1"
cp exercises/$x/solution/m1/bird.conf "$XDG_STATE_HOME/ixlab/labs/$x/nodes/m1/"
for i in $(seq "$many"); do
	"$ix" submit $x --id "p$i" -o "$work/in/p$i" >/dev/null || exit
done
rm -rf "$XDG_STATE_HOME/ixlab/labs"

median() { sort -n | awk '{v[NR] = $1} END {if (NR) printf "%.1f", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
busy() { awk '/^cpu / {print $2 + $3 + $4 + $7 + $8, $5 + $6 + $9; exit}' /proc/stat; }
one() { # JOBS: how many a minute, and how busy the processors were, in percent
	local t0 b0 i0 b1 i1
	read -r b0 i0 < <(busy)
	t0=$EPOCHREALTIME
	"$ix" grade "$work/in" -o "$work/out-$1" --again -j "$1" >"$work/said" || {
		tail -3 "$work/said" >&2
		return 1
	}
	read -r b1 i1 < <(busy)
	awk -v n="$many" -v a="$t0" -v b="$EPOCHREALTIME" -v busy=$((b1 - b0)) -v idle=$((i1 - i0)) \
		'BEGIN {printf "%.1f %.0f\n", 60 * n / (b - a), 100 * busy / (busy + idle)}'
}

echo "a batch of $many submissions, on $(nproc) processors (median of $runs):"
best=0
for jobs in ${JOBS_BATCH:-2 8 16}; do
	mkdir -p "$work/out-$jobs"
	for _ in $(seq "$runs"); do
		one "$jobs" || exit
	done >"$work/runs"
	rate=$(cut -d' ' -f1 "$work/runs" | median)
	printf '  -j %-3s %6s a minute, processors %s %% busy\n' "$jobs" "$rate" \
		"$(cut -d' ' -f2 "$work/runs" | median)"
	best=$(printf '%s\n%s\n' "$best" "$rate" | sort -n | tail -1)
	last=$jobs
done
awk -v n="submissions a minute" -v f="$best" 'BEGIN {printf "  %-34s %8s     aim 60: %s\n", n, f, (f >= 60 ? "met" : "NOT MET")}'

mkdir "$work/alone"
for i in 1 2 3; do
	"$ix" grade "$work/in/p$i" -o "$work/alone" -j 1 >/dev/null
	cmp "$work/alone/p$i.result.json" "$work/out-$last/p$i.result.json" || exit 1
done
echo "  -j 1 and -j $last: the same results, byte for byte"
