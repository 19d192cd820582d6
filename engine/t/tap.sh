# tap.sh: a test in shell that prints TAP, for every scenario of the tree.
#
#	top=$(cd "$(dirname "$0")/../../../.." && pwd)
#	. "$top/engine/t/tap.sh"
#	run ixlab labs
#	is "labs: exit status" "$status" 0
#	like "labs: names first-ix" "$out" '^first-ix '
#	done_testing
#
# A test gets a folder of its own in $tmp and a state folder of its own, both
# removed at the end, and ixlab, ixrs, ... of the build under test in PATH. There
# are no fixed sleeps: wait_for asks again until a command succeeds or its time is
# over. What must also be quick is measured: watch_start, wait_for, watch_stop,
# quick; or again and again, for a machine has slow moments: best_of, quick.
# leftovers fails when anything that carries this test's tag still lives.
#
# A test that sets alone=1 before it reads this file runs in a network namespace of
# its own: labs' sockets are named there, so it sees no lab but its own. One that
# sets inside="PROGRAM ..." becomes process 1 of namespaces of its own (user,
# network, mount, process; as root without the user namespace), where it may do
# everything with these programs, and nothing it makes can outlive it; $inside_as
# says who it was: root, or -Ur.

if [ -n "${alone-}" ] && [ -z "${IXLAB_ALONE-}" ]; then
	IXLAB_ALONE=1
	export IXLAB_ALONE
	[ "$(id -u)" = 0 ] && tap_alone=-n || tap_alone="-cn"
	# shellcheck disable=SC2086
	! unshare $tap_alone true 2>/dev/null || exec unshare $tap_alone "$0" "$@"
fi

if [ -n "${inside-}" ] && [ -z "${inside_as-}" ]; then
	for tap_need in $inside; do
		PATH=$PATH:/usr/sbin:/sbin command -v "$tap_need" >/dev/null || {
			echo "1..0 # SKIP $tap_need is not installed"
			exit 0
		}
	done
	tap_user=
	[ "$(id -u)" = 0 ] || tap_user=-Ur
	unshare $tap_user -nmpf true 2>/dev/null || {
		echo "1..0 # SKIP the kernel refuses namespaces to this user"
		exit 0
	}
	inside_as=${tap_user:-root} exec unshare $tap_user -nmpf \
		--mount-proc --kill-child sh "$0" "$@"
fi

tap_count=0
tap_failed=0
tap_done=
bin=${IXLAB_BIN:-$top/build}
PATH=$bin:$PATH:/usr/sbin:/sbin
tmp=$(mktemp -d "${TMPDIR:-/tmp}/ixlab-test.XXXXXX") || exit 1
tag=t$$ # for names of labs: two tests never collide
XDG_STATE_HOME=$tmp/state
HOME=$tmp # so that no program's history or cache goes to the person's
IXLAB_TEST=$tmp # inherited by all that the test starts
LC_ALL=C.UTF-8
export PATH HOME XDG_STATE_HOME IXLAB_TEST LC_ALL
unset NO_COLOR IXLAB_DATA IXLAB_THEME

echo "TAP version 13"

tap_exit() {
	rc=$?
	trap - EXIT
	if command -v cleanup >/dev/null 2>&1; then cleanup; fi
	tap_processes | while read -r pid; do kill -9 "$pid" 2>/dev/null; done
	rm -rf "$tmp"
	[ -n "$tap_done" ] || {
		echo "Bail out! the test ended early (status $rc)"
		exit 1
	}
	exit "$tap_failed"
}
trap tap_exit EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

tap_point() { # ok|"not ok" description
	tap_count=$((tap_count + 1))
	echo "$1 $tap_count - $(printf %s "$2" | tr '\n#' ' .')"
	[ "$1" = ok ] || tap_failed=1
}

diag() { printf '%s\n' "$*" | sed 's/^/# /'; }

# ok DESCRIPTION COMMAND...: the command succeeds.
ok() {
	tap_what=$1
	shift
	if "$@" >"$tmp/ok.log" 2>&1; then
		tap_point ok "$tap_what"
	else
		tap_point "not ok" "$tap_what"
		diag "failed ($?): $*"
		sed 's/^/# /' "$tmp/ok.log"
	fi
}

# is DESCRIPTION GOT EXPECTED
is() {
	if [ "$2" = "$3" ]; then
		tap_point ok "$1"
	else
		tap_point "not ok" "$1"
		diag "got:      $2"
		diag "expected: $3"
	fi
}

# like DESCRIPTION TEXT EXTENDED-EXPRESSION; unlike is its opposite.
like() {
	if printf '%s\n' "$2" | grep -Eq -e "$3"; then
		tap_point ok "$1"
	else
		tap_point "not ok" "$1"
		diag "got:    $2"
		diag "wanted: $3"
	fi
}
unlike() {
	if printf '%s\n' "$2" | grep -Eq -e "$3"; then
		tap_point "not ok" "$1"
		diag "got:      $2"
		diag "unwanted: $3"
	else
		tap_point ok "$1"
	fi
}

# run COMMAND...: leaves $status, $out and $err; but for what ixlab tells who waits
# for a slow machine, of how far it is ("3/489 m4: network namespace").
run() {
	"$@" >"$tmp/run.out" 2>"$tmp/run.err" </dev/null
	status=$?
	out=$(cat "$tmp/run.out")
	err=$(grep -avE '^[0-9]+/[0-9]+ ' "$tmp/run.err" || :)
}

# wait_for SECONDS COMMAND...: until it succeeds; false when the time is over. A
# slow or busy machine gets ten times that, and at least two minutes: only what is
# broken gets there, and what must be quick is for quick to say.
wait_for() {
	tap_end=$(($(tap_now) + ($1 > 12 ? $1 : 12) * 10000))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(tap_now)" -lt "$tap_end" ] || return 1
		sleep 0.05
	done
}
tap_now() { echo $(($(date +%s%N) / 1000000)); }

# quick DESCRIPTION MS: less time than that passed between watch_start and
# watch_stop ($took). Where programs waited for a processor meanwhile, more than
# they do when this test is alone, the time tells nothing about ours: skipped.
watch_start() {
	tap_begin=$(tap_now)
	tap_stalled=$(tap_stall)
}
watch_stop() {
	took=$(($(tap_now) - tap_begin))
	tap_stalled=$((($(tap_stall) - tap_stalled) / 10 / (took + 1)))
}
quick() {
	diag "$1: $took ms, less than $2 wanted"
	if [ "$took" -lt "$2" ]; then
		tap_point ok "$1"
	elif [ "$tap_stalled" -ge 30 ]; then
		skip "$1" "a busy machine: programs waited for a processor $tap_stalled % of the time"
	else
		tap_point "not ok" "$1"
	fi
}
# best_of N MS COMMAND...: run and measured up to N times, until it takes less; one
# slow moment is the machine's, N in a row are ours.
best_of() {
	tap_tries=$1 tap_limit=$2
	shift 2
	while :; do
		watch_start
		"$@" >/dev/null
		watch_stop
		tap_tries=$((tap_tries - 1))
		[ "$took" -ge "$tap_limit" ] && [ "$tap_tries" -gt 0 ] || break
		diag "$took ms: once more"
	done
}
# Microseconds in which something waited for a processor, or the processors were
# a neighbour's; where the kernel does not count the former, in which all worked.
tap_stall() {
	tap_waited=$(sed -n 's/^some .*total=//p' /proc/pressure/cpu 2>/dev/null)
	awk -v waited="$tap_waited" '
		/^cpu / {steal = $9; worked = $2 + $3 + $4 + $7 + $8}
		/^cpu[0-9]/ {n++}
		END {
			if (waited == "") waited = 10000 * worked / n
			printf "%.0f\n", waited + 10000 * steal
		}' /proc/stat
}

skip() { # description reason
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

skip_all() { # reason
	echo "1..0 # SKIP $1"
	tap_done=1
	exit 0
}

done_testing() {
	echo "1..$tap_count"
	tap_done=1
	exit
}

# Can this machine make the namespaces that a lab is made of?
can_lab() {
	if [ "$(id -u)" = 0 ]; then
		unshare -nmpf true
	else
		unshare -Urnmpf true
	fi 2>/dev/null
}

# Processes that this test started and that still live, but for its own shells.
tap_processes() {
	tap_ours /proc/[0-9]*/environ | while IFS=/ read -r _ _ tap_pid _; do
		[ "$tap_pid" != $$ ] || continue
		tap_parents "$tap_pid" | grep -qx $$ && continue
		tap_ours "/proc/$tap_pid/environ" | sed "s,.*,$tap_pid,"
	done
}
tap_ours() { grep -lszxF "IXLAB_TEST=$tmp" "$@"; }
tap_parents() { # of a process that still has us as an ancestor: not a leftover
	tap_a=$1
	while [ "${tap_a:-0}" -gt 1 ]; do
		tap_a=$(sed -n 's/^PPid:[^0-9]*//p' "/proc/$tap_a/status" \
			2>/dev/null)
		echo "$tap_a"
	done
}

# Sockets of this test's labs: their names carry the tag, as a word.
tap_sockets() { grep -E "@ixlab/[0-9]+/(.*-)?$tag(-|\$)" /proc/net/unix; }

leftovers() { # DESCRIPTION: no process, no socket, no mount of ours
	wait_for 3 tap_clean
	tap_left=$(
		tap_processes | while read -r pid; do
			tr '\0' ' ' <"/proc/$pid/cmdline"
		done
		tap_sockets
		grep "$tmp" /proc/self/mountinfo
	)
	is "$1" "$tap_left" ""
}
tap_clean() {
	[ -z "$(tap_processes)" ] && ! tap_sockets &&
		! grep -q "$tmp" /proc/self/mountinfo
}
