#!/usr/bin/env bash
# bench-engine.sh: how long a star of N takes to come up: namespaces of N hosts,
# a link each to one bridge, both families of addresses.
#
#	ours      ixlab up and ixlab down, whole commands, from a lab file; the lab
#	          needs a member, so one BIRD runs beside the N hosts
#	floor     engine/bench/floor/star.c, the least a kernel must be told, by one
#	          program without sysctls, files, processes or control socket
#	batch     "ip -batch" with the same, one file for links, one a namespace
#	nobody    ours with no host at all, for what a lab costs before the first:
#	          programs that start, namespaces of the lab's own, the BIRD
#	mininet   Debian's, IPv4 only; start and stop together, to be held against
#	          the sum of ours
#
# The programs alternate, the medians and their ratios are of one run, and each
# aim is printed, met or not. As root all is measured a second time as an ordinary
# user, who has ours and the floor only. Knobs: SIZES="50 200 500 1000", RUNS=3,
# MININET_MAX=1000 (it takes half a minute there), MININET_RUNS=1, ORDINARY=no.
set -u
cd "$(dirname "$0")/../.."
ix=$PWD/${BIN:-build}/ixlab
sizes=${SIZES:-50 200 500 1000} runs=${RUNS:-3}
mininet_max=${MININET_MAX:-1000} mininet_runs=${MININET_RUNS:-1}
work=$(mktemp -d)
export XDG_STATE_HOME=$work
lab=bench-star-$$ # of our own, so that nobody's is touched
trap '"$ix" down $lab >/dev/null 2>&1; rm -rf "$work"' EXIT
${CC:-cc} -O2 -o "$work/star" engine/bench/floor/star.c || exit 1
now() { echo $(($(date +%s%N) / 1000000)); }
median() { sort -n | awk '{v[NR] = $1} END {if (NR) printf "%.3f", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2; else printf "-"}'; }
timed() { # FILE COMMAND...: its seconds to FILE
	local t0 file=$1
	shift
	t0=$(now)
	"$@" >"$work/out" 2>&1 || { tail -1 "$work/out" >&2; return 1; }
	awk -v ms=$(($(now) - t0)) 'BEGIN {printf "%.3f\n", ms / 1000}' >>"$work/$file"
}

make_lab() { # N
	printf 'lab: star\nexchange:\n  name: IX\n  asn: 64500\n  switches: [sw1]\n  peering-lans:\n'
	printf '    lan: {ipv4: 10.0.0.0/16, ipv6: "2001:db8::/64"}\n'
	printf 'members:\n  m1: {asn: 65536, ipv4: 10.0.255.1, prefixes: [100.64.0.0/22]}\n'
	[ "$1" = 0 ] || echo nodes:
	awk -v n="$1" 'BEGIN {for (i = 1; i <= n; i++)
		printf "  n%d: {kind: host, ipv4: 10.0.%d.%d, ipv6: \"2001:db8::%x\"}\n", i, i / 256, i % 256, i}'
}
make_batch() { # N: files for ip, to be used in a namespace of its own
	local i
	{
		echo "link add lan up type bridge"
		for ((i = 1; i <= $1; i++)); do echo "netns add n$i"; done
		for ((i = 1; i <= $1; i++)); do
			echo "link add p$i master lan up type veth peer name ix0 netns n$i"
		done
	} >"$work/all.batch"
	for ((i = 1; i <= $1; i++)); do
		printf 'link set lo up\nlink set ix0 up\naddr add 10.0.%d.%d/16 dev ix0\naddr add 2001:db8::%x/64 dev ix0 nodad\n' \
			$((i / 256)) $((i % 256)) $i >"$work/n$i.batch"
	done
}
# The time within, so that the namespace's own making is not counted.
batch() { # N
	unshare -nm sh -c 'mount --make-rprivate / && mount -t tmpfs none /run && mkdir /run/netns || exit 1
		t0=$(date +%s%N); ip -batch "$1/all.batch" || exit 1
		i=1; while [ $i -le "$2" ]; do ip -n n$i -batch "$1/n$i.batch" || exit 1; i=$((i + 1)); done
		echo $(($(date +%s%N) - t0)) | awk "{printf \"%.3f\n\", \$1 / 1e9}"' - "$work" "$1"
}
mininet_there() { [ "$(id -u)" = 0 ] && command -v mn >/dev/null && command -v brctl >/dev/null; }
mininet() { # N
	unshare -nmpf --mount-proc sh -c "mount -t sysfs none /sys && mount -t tmpfs none /run && mkdir /run/netns && ip link set lo up &&
		mn --switch lxbr --topo single,$1 --controller none --test none"
}

echo "star, as $([ "$(id -u)" = 0 ] && echo root || echo an ordinary user), load $(cut -d' ' -f1 /proc/loadavg)"
printf '%-6s %8s %8s %8s %8s %9s   %s\n' N up/s down/s floor/s batch/s mininet/s "ours/floor batch/ours mininet/ours"
make_lab 0 >"$work/nobody.yml"
for n in $sizes; do
	rm -f "$work"/{up,down,floor,batch,mininet,nobody}
	touch "$work"/{up,down,floor,batch,mininet,nobody}
	make_lab "$n" >"$work/star.yml"
	make_batch "$n"
	for r in $(seq "$runs"); do
		timed up "$ix" up "$work/star.yml" --name $lab
		timed down "$ix" down $lab
		timed nobody "$ix" up "$work/nobody.yml" --name $lab
		"$ix" down $lab >/dev/null 2>&1
		"$work/star" "$n" >>"$work/floor"
		[ "$(id -u)" != 0 ] || batch "$n" >>"$work/batch"
		if mininet_there && [ "$n" -le "$mininet_max" ] && [ "$r" -le "$mininet_runs" ]; then timed mininet mininet "$n"; fi
	done
	m() { median <"$work/$1"; }
	printf '%-6s %8s %8s %8s %8s %9s   ' "$n" "$(m up)" "$(m down)" "$(m floor)" "$(m batch)" "$(m mininet)"
	awk -v u="$(m up)" -v d="$(m down)" -v f="$(m floor)" -v b="$(m batch)" -v n="$(m mininet)" -v z="$(m nobody)" '
		function aim(what, is, wants, more) {
			return is == "-" ? "" : sprintf("; %s %.2f (aim %s %s: %s)", what, is, more ? "at least" : "at most", wants, (more ? is >= wants : is <= wants) ? "met" : "NOT MET")
		}
		BEGIN {
			bu = b == "-" ? "-" : b / u; nu = n == "-" ? "-" : n / (u + d)
			printf "%.2f %s %s\n", u / f, bu == "-" ? "-" : sprintf("%.2f", bu), nu == "-" ? "-" : sprintf("%.1f", nu)
			printf "       %.3f s with nobody in it; the hosts alone: %.2f of the floor\n", z, (u - z) / f
			printf "       %s%s%s\n", substr(aim("ours/floor", u / f, 1.5, 0), 3), aim("batch/ours", bu, 3, 1), aim("mininet/ours", nu, 12, 1)
		}'
done
[ "$(id -u)" = 0 ] && [ "${ORDINARY:-yes}" = yes ] && command -v setpriv >/dev/null || exit 0
echo
setpriv --reuid 31416 --regid 31416 --clear-groups env HOME=/nonexistent BIN="${BIN:-build}" SIZES="$sizes" RUNS="$runs" bash engine/bench/bench-engine.sh
