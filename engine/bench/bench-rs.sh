#!/usr/bin/env bash
# bench-rs.sh: ixrs beside the four free route servers and the ceiling, on the
# same members, in one run. README.md beside it says what is measured.
#
# Knobs, all from the environment:
#	ROUNDS=5	medians of so many; the servers' order turns each round
#	ONLY="..."	workloads: dNxM (N members, M routes each; 1k = 1000), sNxM
#			(all announce the same M), late leave return storm reload
#			upN canary visitors dumps hostile
#	PEERS="..."	servers: ceiling ixrs bird openbgpd frr gobgp
#	QUICK=1		small sizes, two rounds, a few minutes
#	SLOW=1		also what is left out because it takes minutes
#	LIMIT=120	seconds after which a phase is given up
#	EVENTS=100x1k STORM=100x100 CANARY=100x100	sizes of the others
#	SECONDS_CANARY=20 RATE=2000	length, and route changes a second
#	SEED=1 PREPENDS=1 IXRS=path KEEP=folder (logs and raw results stay there)
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)

# In namespaces of our own: whatever we start ends with us.
if [ -z "${BENCH_RS:-}" ]; then
	user_ns=
	[ "$(id -u)" = 0 ] || user_ns=-Ur
	unshare $user_ns -nmpf true 2>/dev/null || {
		echo "bench-rs: the kernel refuses namespaces to this user" >&2
		exit 3
	}
	BENCH_RS=${user_ns:-root} exec unshare $user_ns -nmpf --mount-proc --kill-child bash "$0" "$@"
fi
user_ns=${BENCH_RS#root}
trap 'exit 130' INT TERM # as process 1 we would not hear them otherwise

bin=$(cd "$top/${BIN:-build}" && pwd)
rsload=$bin/rsload
ixrs=${IXRS:-$bin/ixrs}
quick=${QUICK:-}
rounds=${ROUNDS:-${quick:+2}}
rounds=${rounds:-5}
peers=${PEERS:-ceiling ixrs bird openbgpd frr gobgp}
events=${EVENTS:-$([ "$quick" ] && echo 20x500 || echo 100x1k)}
storm=${STORM:-$([ "$quick" ] && echo 20x50 || echo 100x100)}
canary=${CANARY:-$([ "$quick" ] && echo 20x100 || echo 100x100)}
if [ "$quick" ]; then
	default="d$events d50x100 d10x5k s20x500 late leave return storm reload up100 canary visitors dumps hostile"
else
	default="d$events d500x200 d1000x100 d10x100k s100x1k late leave return storm reload up1000 canary visitors dumps hostile"
fi
only=${ONLY:-$default}
limit=${LIMIT:-120}
seconds=${SECONDS_CANARY:-$([ "$quick" ] && echo 5 || echo 20)}
rate=${RATE:-2000}
prepends=${PREPENDS:-1}
work=${KEEP:-$(mktemp -d)}
mkdir -p "$work"
server_pid=

. "$top/engine/bench/servers.sh"

say() { echo "bench-rs: $*" >&2; }

# ---- two namespaces and a cable: members here, the server in "rs"

lan() {
	local i mac_rs mac_us
	mount -t tmpfs bench /run && mkdir /run/netns || exit 3
	ip link set lo up
	ip netns add rs
	ip link add members type veth peer name server netns rs
	ip -n rs link set lo up
	ip addr add 198.19.255.254/15 dev members
	ip -n rs addr add 198.18.0.1/15 dev server
	ip link set members up
	ip -n rs link set server up
	for i in 198.18.1.0/24 198.18.2.0/23 198.18.4.0/22 198.18.8.0/21; do
		ip route add local $i dev lo
	done
	mac_rs=$(ip -n rs -br link show server | awk '{print $3}')
	mac_us=$(ip -br link show members | awk '{print $3}')
	ip neigh replace 198.18.0.1 lladdr "$mac_rs" dev members nud permanent
	# A thousand neighbours are more than the kernel keeps by itself.
	for ((i = 256; i < 256 + 1024; i++)); do
		echo "neigh replace 198.18.$((i / 256)).$((i % 256)) lladdr $mac_us dev server nud permanent"
	done | ip -n rs -batch -
}
rs_exec() { ip netns exec rs "$@"; }

wait_until() { # SECONDS COMMAND...
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}

is_there() { "$1_ready" || ! kill -0 $server_pid 2>/dev/null; }

server_stop() {
	local p
	for p in $(ip netns pids rs); do kill "$p" 2>/dev/null; done
	wait_until 5 no_server || for p in $(ip netns pids rs); do kill -9 "$p" 2>/dev/null; done
	wait_until 5 no_server
	{ wait $server_pid; } 2>/dev/null
}
no_server() { [ -z "$(ip netns pids rs)" ]; }

# ---- what is run: from the names of workloads to lives of a server

thousand() { local v=${1%k}; [ "$v" = "$1" ] && echo "$v" || echo "${v}000"; }
members_of() { local v=${1%x*}; echo "${v#[ds]}"; }
routes_of() { thousand "${1#*x}"; }
wanted() { case " $only " in *" $1 "*) ;; *) return 1 ;; esac; }

# Lines "NAME MEMBERS ROUTES SAME PHASES"
runs() {
	local w phases
	phases=full
	for w in late leave return; do wanted $w && phases=$phases,$w; done
	if [ $phases != full ] || wanted "d$events"; then
		echo "d$events $(members_of "$events") $(routes_of "$events") no up,$phases"
	fi
	for w in $only; do
		case $w in
		"d$events") ;;
		d*x*) echo "$w $(members_of "$w") $(routes_of "$w") no up,full" ;;
		s*x*) echo "$w $(members_of "$w") $(routes_of "$w") yes up,full" ;;
		up*) echo "$w ${w#up} 0 no up" ;;
		late | leave | return | storm | reload | canary | visitors | dumps | hostile) ;;
		*) say "no workload is called $w" ;;
		esac
	done
	phases=
	for w in storm reload; do wanted $w && phases=$phases,$w; done
	[ -z "$phases" ] || echo "storm $(members_of "$storm") $(routes_of "$storm") no up,full$phases"
	if wanted canary; then
		phases=up,full,canary
		for w in visitors dumps hostile; do wanted $w && phases=$phases,$w; done
		echo "canary $(members_of "$canary") $(routes_of "$canary") no $phases"
	fi
}

# Why a server is not run on a workload, if so. Ten million routes take GoBGP ten
# minutes, and FRR half a minute to load 500 clients.
left_out() { # SERVER MEMBERS ROUTES SAME
	local out=$(($2 * $2 * $3))
	[ -z "${SLOW:-}" ] || return
	case $1 in
	gobgp)
		[ "$4" = yes ] || [ $out -le 1500000 ] || echo "takes minutes (60 us a route)"
		[ "$4" = no ] || [ $out -le 1500000 ] || echo "takes minutes"
		;;
	frr) [ "$2" -le 200 ] || echo "takes minutes (to load the policy of $2 clients alone half of one)" ;;
	esac
}

# ---- one life of a server under one workload

hostile() { # the extra members after the late joiner
	local i=$((members + 1)) w
	for w in half-open never-read byte-a-second sessions; do
		"$rsload" "${exchange[@]}" --hostile $w --as $i &
		hostiles="$hostiles $!"
		i=$((i + 1))
	done
}
visitors() { "$rsload" "${exchange[@]}" --hostile visitors & hostiles=$!; }
dumps() { # SERVER: all its lists, over and over, four askers at once; they use what is left
	local w
	for w in 1 2 3 4; do
		(renice -n 19 $BASHPID >/dev/null; while "$1_dump" "$w"; do :; done) >/dev/null 2>>"$conf/log" &
		hostiles="$hostiles $!"
	done
}
quiet() {
	local p
	for p in $hostiles; do kill "$p"; wait "$p" 2>/dev/null; done
	hostiles=
}

play() { # RUN SERVER ROUND PHASES
	local word rest
	hostiles=
	while read -r word rest; do
		case $word in
		result) echo "run=$1 server=$2 round=$3 $rest" >>"$work/results" ;;
		cue)
			case $rest in
			reload)
				"$2_reload" >>"$conf/log" 2>&1 &
				;;
			hostile | visitors | quiet) $rest ;;
			dumps) dumps "$2" ;;
			esac
			;;
		esac
	done < <("$rsload" "${exchange[@]}" --phases "$4" --limit "$limit" --seconds "$seconds" \
		--rate "$rate" --pids "$(ip netns pids rs | tr '\n' ',')" 2>>"$conf/log")
	quiet
}

life() { # RUN SERVER ROUND MEMBERS ROUTES SAME PHASES
	local members=$4 why
	n=$((members + 5))
	exchange=(--members "$4" --routes "$5" --seed "${SEED:-1}")
	[ "$6" = no ] || exchange+=(--same)
	[ "$prepends" = 1 ] || exchange+=(--no-prepends)
	conf=$work/$1-$2
	rm -rf "$conf"
	mkdir -m 755 -p "$conf"
	"$2_config" 0
	"$2_start"
	if wait_until 180 is_there "$2" && "$2_ready"; then
		case ,$7, in *,reload,*)
			# the daemon has read its files; these are for the reload
			"$2_config" 64990 ;;
		esac
		play "$1" "$2" "$3" "$7"
	else
		why=$(tail -n 1 "$conf/log" | tr ' ' '_')
		echo "run=$1 server=$2 round=$3 phase=start state=failed first=$why" >>"$work/results"
		say "$2 does not start: $why"
	fi
	server_stop
	[ -n "${KEEP:-}" ] || rm -rf "$conf"
}

gave_up() { grep -qE "^run=$1 server=$2 .*state=(late|failed|stuck)" "$work/results"; }

lan
chmod 755 "$work"
: >"$work/results"
able=
for s in $peers; do
	why=$("${s}_there") || why="no server is called $s"
	if [ -z "$why" ]; then able="$able $s"; else say "$s is left out: $why"; fi
done
if { wanted visitors || wanted dumps || wanted hostile; } && ! wanted canary; then only="canary $only"; fi
runs >"$work/runs"
round=1
while [ $round -le "$rounds" ]; do
	while read -r run members routes same phases <&3; do
		for s in $able; do
			why=$(left_out $s $members $routes $same)
			if [ -n "$why" ]; then
				[ $round -gt 1 ] || echo "run=$run server=$s round=0 phase=all state=left-out first=${why// /_}" >>"$work/results"
			elif ! gave_up $run $s; then
				say "round $round of $rounds: $run, $s"
				parts=$phases
				[ $s != ceiling ] || parts=${parts%,hostile} # it defends nobody
				[ "$(type -t ${s}_dump)" ] || parts=${parts/,dumps/}
				case $s in ixrs | bird) ;; *) parts=${parts/,visitors/} ;; esac
				life $run $s $round $members $routes $same $parts
			fi
		done
	done 3<"$work/runs"
	# shellcheck disable=SC2086 # words
	set -- $able
	first=$1
	shift
	able="$* $first"
	round=$((round + 1))
done

awk -v only="$only" -v events="$events" -v storm="$storm" -v canary="$canary" -v limit="$limit" \
	-v rate="$rate" -v rounds="$rounds" -v runs="$work/runs" -f "$top/engine/bench/report.awk" "$work/results"
[ -n "${KEEP:-}" ] || rm -rf "$work"
