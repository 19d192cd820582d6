#!/usr/bin/env bash
# bench-lab.sh: how soon whole labs are what they shall be, and what they take.
#
#	hundred   100 BIRD members and one ixrs, both families: "ixlab up" from
#	          nothing until the route server has sent every member every
#	          other's routes; then each member is asked whether it holds them
#	workshop  labs/workshop.yml with robots in the trainees' place (their BGP is
#	          an exercise's solution): from nothing until every session is up,
#	          OSPF and iBGP inside the groups too, and every router of a group
#	          has every network's routes in its kernel; then a router in the
#	          middle of a group is reset, until all is so again
#	crowd     2,500 robots of one process and two ixrs, both families: from
#	          nothing until all 10,000 sessions are up and each holds every
#	          other's routes, 25 million; and where that time goes
#	idle      "ixlab up" of a lab that runs, with nothing changed; what was
#	          written to the state folder meanwhile, and what happened in the lab
#	reset     "ixlab reset" of a member, again and again
#
# Whole commands, medians of RUNS; memory is the proportional set size (PSS) of
# all processes of the lab, the supervisor too. Each aim is printed with its
# figure, met or not. Knobs: PARTS="hundred workshop crowd idle reset", RUNS=3,
# RESETS=20, ROBOTS=2500, CROWD_RUNS=1.
set -u
cd "$(dirname "$0")/../.."
bin=$PWD/${BIN:-build} ix=$PWD/${BIN:-build}/ixlab
parts=${PARTS:-hundred workshop crowd idle reset} robots=${ROBOTS:-2500} crowd_runs=${CROWD_RUNS:-1} runs=${RUNS:-3} resets=${RESETS:-20}
work=$(mktemp -d)
export XDG_STATE_HOME=$work
lab=bench-lab-$$ # of our own, so that nobody's is touched
trap '"$ix" down $lab >/dev/null 2>&1; rm -rf "$work"' EXIT
now() { echo $(($(date +%s%N) / 1000000)); }
median() { sort -n | awk '{v[NR] = $1} END {if (NR) printf "%d", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2; else printf "-"}'; }
# FIGURE AIM UNIT WHAT: the figure shall be below the aim.
aim() {
	awk -v f="$1" -v a="$2" -v u="$3" -v w="$4" 'BEGIN {
		printf "%-44s %8s %-4s aim < %s: %s\n", w, f, u, a, (f != "-" && f + 0 < a + 0) ? "met" : "NOT MET"}'
}
until_true() { # SECONDS COMMAND...
	local end=$(($(now) + $1 * 1000))
	shift
	until "$@" 2>/dev/null; do
		[ "$(now)" -lt $end ] || { echo "not in time: $*" >&2; return 1; }
		sleep "${pause:-0.02}"
	done
}
pss() { # KiB of the lab's whole process tree, and by program
	local root
	root=$("$ix" inspect $lab --json | jq .pid)
	sleep 0.2 # until what the answer needed is given back
	ps -e -o pid=,ppid=,comm= | awk -v r="$root" '{p[$1] = $2; c[$1] = $3} END {for (i in p) {j = i; while (j > 1 && j != r) j = p[j]; if (j == r) print i, c[i]}}' |
		while read -r p c; do echo "$c $(awk '/^Pss:/{print $2}' "/proc/$p/smaps_rollup" 2>/dev/null)"; done |
		awk '{s[$1] += $2; n[$1]++; t += $2} END {printf "%d", t; for (k in s) printf " %s:%dx%d", k, n[k], s[k] / n[k]; print ""}'
}

# ---- hundred
hundred_file() {
	cat <<-'YML'
	lab: hundred
	exchange:
	  name: IX
	  asn: 64500
	  switches: [sw1]
	  peering-lans:
	    lan: {ipv4: 198.19.0.0/21, ipv6: "2001:db8:ffff:1::/64"}
	  route-servers:
	    rs1: {ipv4: 198.19.0.1, ipv6: "2001:db8:ffff:1::1"}
	generate:
	  members:
	    count: 100
	    asn: 4200000001
	    ipv4: 198.19.0.10
	    prefixes: [100.64.0.0/22, "3fff::/32"]
	YML
}
hundred_sent() { # the route server has sent each of 200 sessions 99 routes
	[ "$("$ix" exec -L $lab rs1 -- "$bin/ixrsctl" --control /run/ixrs/ixrs.ctl --json show sessions |
		jq '[.[] | select(.state == "Established" and .sent >= 99)] | length')" -ge 200 ]
}
hundred_held() { # NODE: it holds the routes of all hundred, its own too
	[ "$("$ix" birdc -L $lab "$1" show route count | grep -c '^100 of 100 ')" = 2 ]
}
hundred() {
	local t0 i
	hundred_file >"$work/hundred.yml"
	for _ in $(seq "$runs"); do
		t0=$(now)
		"$ix" up "$work/hundred.yml" --name $lab >/dev/null 2>&1 || return 1
		echo $(($(now) - t0)) >>"$work/h.up"
		until_true 120 hundred_sent || return 1
		echo $(($(now) - t0)) >>"$work/h.all"
		for i in $(seq 100); do until_true 10 hundred_held "m$i"; done
		echo $(($(now) - t0)) >>"$work/h.proof"
		pss >>"$work/h.pss"
		"$ix" down $lab >/dev/null
		rm -rf "$work/ixlab"
	done
	aim "$(median <"$work/h.all")" 2000 ms "100 BIRD and ixrs, every route sent"
	aim "$(median <"$work/h.pss")" 102400 KiB "100 BIRD and ixrs, memory"
	echo "  up: $(median <"$work/h.up") ms; the last of the members, asked one by one, said yes at $(median <"$work/h.proof") ms; PSS by program: $(head -1 "$work/h.pss" | cut -d' ' -f2-)"
}

# ---- workshop
sessions_up() { # all that "ixlab inspect" knows of
	"$ix" inspect $lab --json >"$work/w.json"
	jq -e '(.sessions | length) > 0 and all(.sessions[]; .established)' "$work/w.json" >"$work/out"
}
# One program in the lab asks all BIRDs for their sessions, and the routers of
# groups' kernels for every prefix (ask/settled.c). What "inspect" says is held
# against it then, each session from both ends and the route servers' too; it is
# no part of the time, unless it says otherwise.
workshop_settled() {
	"$ix" exec -L $lab khi1 -- "$work/settled" 120 "$work/w.prefixes" "${routers[@]}" -- "${others[@]}"
}
workshop_whom() { # routers, others: the daemons' numbers of now
	"$ix" inspect $lab --json >"$work/w.json"
	mapfile -t routers < <(jq -r "$birds)) | .pid" "$work/w.json")
	mapfile -t others < <(jq -r "$birds | not)) | .pid" "$work/w.json")
}
workshop_reset() { # of a router that others of its group need for the way to each other
	local t0
	sleep 6 # MinLSInterval of what was told at the start would hide that a link was away
	t0=$(now)
	"$ix" reset g3-core -L $lab >/dev/null || return 1
	echo $(($(now) - t0)) >>"$work/w.reset"
	workshop_whom
	until workshop_settled || return 1; sessions_up; do :; done
	echo $(($(now) - t0)) >>"$work/w.back"
}
workshop() {
	local t0 t1 routers others birds='.nodes[] | select(.daemon == "bird" and (.name | startswith("g")'
	${CC:-cc} -O2 -o "$work/settled" engine/bench/ask/settled.c || return 1
	sed 's/trainee: yes/trainee: no/' labs/workshop.yml >"$work/workshop.yml"
	for _ in $(seq "$runs"); do
		t0=$(now)
		"$ix" up "$work/workshop.yml" --name $lab >/dev/null 2>&1 || return 1
		echo $(($(now) - t0)) >>"$work/w.up"
		workshop_whom
		jq -r '.model.networks[]?.prefixes[]?, .model.nodes[]?.prefixes[]?' "$work/w.json" | sort -u >"$work/w.prefixes"
		until workshop_settled || return 1; t1=$(now); sessions_up; do :; done
		echo $((t1 - t0)) >>"$work/w.proof"
		pss >>"$work/w.pss"
		workshop_reset || return 1
		"$ix" down $lab >/dev/null
		rm -rf "$work/ixlab"
	done
	aim "$(median <"$work/w.proof")" 5000 ms "workshop, every route in every group's router"
	aim "$(median <"$work/w.pss")" 524288 KiB "workshop, memory"
	aim "$(median <"$work/w.reset")" 100 ms "workshop, reset of a router, whole command"
	aim "$(median <"$work/w.back")" 10000 ms "workshop, every route and session again after it"
	echo "  runs: $(tr '\n' ' ' <"$work/w.proof")ms; up: $(median <"$work/w.up") ms; all $(jq '.sessions | length' "$work/w.json") ends of sessions up, ${#routers[@]} routers asked for $(wc -l <"$work/w.prefixes") prefixes; PSS by program: $(head -1 "$work/w.pss" | cut -d' ' -f2-)"
}

# ---- crowd
crowd_file() {
	cat <<-YML
	lab: crowd
	exchange:
	  name: IX
	  asn: 64500
	  switches: [sw1]
	  peering-lans:
	    lan: {ipv4: 198.18.0.0/20, ipv6: "2001:db8:ffff:1::/64"}
	  route-servers:
	    rs1: {ipv4: 198.18.0.1, ipv6: "2001:db8:ffff:1::1"}
	    rs2: {ipv4: 198.18.0.2, ipv6: "2001:db8:ffff:1::2"}
	generate:
	  members:
	    count: $robots
	    kind: ixpeer
	    asn: 4200000001
	    ipv4: 198.18.0.10
	    prefixes: [100.64.0.0/22, "3fff::/32"]
	YML
}
crowd_is() { # KEY N
	"$ix" exec -L $lab m1 -- "$bin/ixpeer" --ask /run/ixpeer.ctl --json summary >"$work/c.json"
	[ "$(jq ".$1" "$work/c.json")" = "$2" ]
}
lost_frames() { # in full queues of processors, of all namespaces
	local lost sum=0
	while read -r _ lost _; do sum=$((sum + 0x$lost)); done </proc/net/softnet_stat
	echo $sum
}
crowd_took() { # where a process tree's, a kernel's and a clock's time went
	"$ix" inspect $lab --json | jq -r '"  of which steps: " + ([.built[] | select(.ms >= 10) | "\(.op) \(.ms | floor) ms (\(.steps))"] | join(", "))'
	ps -e -o pid=,ppid=,comm=,time= | awk -v r="$("$ix" inspect $lab --json | jq .pid)" '
		{p[$1] = $2; c[$1] = $3 " " $4} END {for (i in p) {j = i; while (j > 1 && j != r) j = p[j]; if (j == r) printf " %s", c[i]}; print ""}' |
		sed 's/^/  CPU of processes:/'
}
crowd() {
	local t0 all=$((robots * 4)) before pause=0.2
	crowd_file >"$work/crowd.yml"
	for _ in $(seq "$crowd_runs"); do
		before=$(lost_frames)
		t0=$(now)
		"$ix" up "$work/crowd.yml" --name $lab >/dev/null 2>&1 || return 1
		echo $(($(now) - t0)) >>"$work/c.up"
		until_true 300 crowd_is up $all || return 1
		echo $(($(now) - t0)) >>"$work/c.sessions"
		until_true 300 crowd_is held $((all * (robots - 1))) || return 1
		echo $(($(now) - t0)) >>"$work/c.all"
		pss >>"$work/c.pss"
		crowd_took >"$work/c.took"
		echo "  frames lost in full queues: $(($(lost_frames) - before)); sessions lost: $(jq .flaps "$work/c.json")" >>"$work/c.took"
		t0=$(now)
		"$ix" down $lab >/dev/null
		echo $(($(now) - t0)) >>"$work/c.down"
		rm -rf "$work/ixlab"
	done
	aim "$(median <"$work/c.all")" 20000 ms "$robots robots, two ixrs, every route everywhere"
	aim "$(median <"$work/c.pss")" 2097152 KiB "$robots robots, two ixrs, memory"
	echo "  up: $(median <"$work/c.up") ms; all $all sessions up: $(median <"$work/c.sessions") ms; down: $(median <"$work/c.down") ms; PSS by program: $(head -1 "$work/c.pss" | cut -d' ' -f2-)"
	cat "$work/c.took"
}

# ---- idle, reset: on the lab everybody begins with
first_up() { # robots only, so that all sessions come up, and nothing happens then
	sed 's/trainee: yes/trainee: no/' labs/first-ix.yml >"$work/first.yml"
	"$ix" up "$work/first.yml" --name $lab >/dev/null 2>&1 && until_true 60 sessions_up && sleep 1
}
idle() {
	local t0 written told
	first_up || return 1
	touch "$work/mark"
	"$ix" events -L $lab --json >"$work/i.events" 2>/dev/null &
	told=$!
	until_true 10 test -s "$work/i.events" || sleep 0.2
	for _ in $(seq 20); do
		t0=$(now)
		"$ix" up "$work/first.yml" --name $lab >/dev/null 2>"$work/i.err" ||
			{ echo "idle: up refuses: $(cat "$work/i.err")"; kill $told; "$ix" down $lab >/dev/null; return 1; }
		echo $(($(now) - t0)) >>"$work/i.ms"
	done
	written=$(find "$work/ixlab" -newer "$work/mark" -type f ! -name log | wc -l)
	kill $told
	aim "$(median <"$work/i.ms")" 50 ms "up with nothing changed"
	aim "$written" 1 '' "files written by it"
	aim "$(grep -cE '"event": *"(link|address|route|process|node)"' "$work/i.events")" 1 '' "links, addresses, routes, processes touched"
	"$ix" down $lab >/dev/null
}
reset() {
	local t0
	first_up || return 1
	for _ in $(seq "$resets"); do
		t0=$(now)
		"$ix" reset m2 -L $lab >/dev/null || return 1
		echo $(($(now) - t0)) >>"$work/r.ms"
	done
	aim "$(median <"$work/r.ms")" 100 ms "reset of a member, whole command"
	echo "  worst of $resets: $(sort -n "$work/r.ms" | tail -1) ms"
	"$ix" down $lab >/dev/null
}

for p in $parts; do "$p" || echo "$p: could not be measured"; done
