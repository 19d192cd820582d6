#!/bin/sh
# What a machine may lack: BIRD, room on the disk, user namespaces. Each gives one
# sentence and status 3, and nothing half-built stays.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
[ "$(id -u)" = 0 ] && in_mounts="unshare -m" || in_mounts="unshare -Urm"

cannot() { # WHAT SENTENCE-EXPRESSION
	is "$1: exit status, output" "$status $out" "3 "
	is "$1: one line" "$(printf '%s\n' "$err" | wc -l)" 1
	like "$1: the sentence" "$err" "$2"
	is "$1: no folder stays" "$(ls "$XDG_STATE_HOME/ixlab/labs" 2>/dev/null)" ""
	leftovers "$1: nothing is left"
}

# ---- no BIRD
cat >"$tmp/no-bird" <<'END'
for dir in $(echo "$PATH:/usr/local/sbin:/usr/sbin:/sbin" | tr : ' '); do
	[ ! -e "$dir/bird" ] || mount --bind /dev/null "$dir/bird" || exit 99
done
exec ixlab up bilateral --name "$1"
END
run $in_mounts sh "$tmp/no-bird" "$tag"
cannot "without BIRD" \
	'^ixlab: node m[12] needs BIRD 2 \(bird\), which is not installed; apt-get install bird2$'

# ---- a full disk
cat >"$tmp/full" <<'END'
mkdir -p "$XDG_STATE_HOME"
mount -t tmpfs -o size=16k,mode=700 tmpfs "$XDG_STATE_HOME" || exit 99
dd if=/dev/zero of="$XDG_STATE_HOME/stone" bs=4k 2>/dev/null
ixlab up bilateral --name "$1"
status=$?
find "$XDG_STATE_HOME" -type f ! -name stone | sed 's/^/left: /'
exit $status
END
run $in_mounts sh "$tmp/full" "$tag"
cannot "a full disk" '^ixlab: .*No space left on device$'

# ---- no user namespaces: an ordinary user in a world that allows no more
run unshare -Ur sh -c 'echo 1 >/proc/sys/user/max_user_namespaces &&
	exec unshare -U --map-user=1000 --map-group=1000 \
		ixlab up bilateral --name "$1"' sh "$tag"
cannot "no user namespaces" \
	'^ixlab: this machine does not let an ordinary user make namespaces .*"ixlab doctor" names the remedy$'

# ---- doctor says the same of them
run unshare -Ur sh -c 'echo 1 >/proc/sys/user/max_user_namespaces &&
	exec unshare -U --map-user=1000 --map-group=1000 ixlab doctor'
is "doctor, no user namespaces: exit status" "$status" 3
like "doctor, no user namespaces: the row" "$out" '^namespaces +MISSING'
like "doctor, no user namespaces: the remedy" "$out" '^to have namespaces: .+'
like "doctor, no user namespaces: what then" "$out" 'the virtual machine image'
like "doctor: what needs them is not guessed" "$out" \
	'^veth +MISSING +not tried: it needs namespaces'
like "doctor: a program is looked for all the same" "$out" '^bird +ok +found'
# max_user_namespaces of 0 is a reason that has a name and a command.
run unshare -Ur sh -c 'echo 2 >/proc/sys/user/max_user_namespaces
	exec unshare -Ur sh -c "echo 0 >/proc/sys/user/max_user_namespaces
	exec setpriv --bounding-set=-all --inh-caps=-all ixlab doctor --json"'
like "doctor, none at all: the command" "$(jq -r '.[] |
	select(.feature == "namespaces") | .fix' <"$tmp/run.out")" \
	'sysctl -w user.max_user_namespaces=10000$'

# ---- doctor: packages that are not there, a /proc with masks, no terminal's files
cat >"$tmp/no-packages" <<'END'
for name in bird ip nft tcpdump vtysh; do
	for dir in $(echo "$PATH:/usr/local/sbin:/usr/sbin:/sbin" | tr : ' '); do
		[ ! -e "$dir/$name" ] || mount --bind /dev/null "$dir/$name" ||
			exit 99
	done
done
exec ixlab doctor --json
END
fix() { jq -r ".[] | select(.feature == \"$1\") | .fix" <"$tmp/run.out"; }
run $in_mounts sh "$tmp/no-packages"
is "doctor without packages: exit status" "$status" 3
for row in bird:bird2 iproute2:iproute2 nftables:nftables tcpdump:tcpdump \
	"kind frr:frr frr-pythontools"; do
	like "doctor without packages: ${row%%:*}" "$(fix "${row%%:*}")" \
		"^(sudo )?apt-get install ${row#*:}\$"
done
# A container's runtime covers parts of /proc; who has not covered them himself
# gets no new one, which would show them.
run unshare -Urm sh -c 'mount --bind /dev/null /proc/version &&
	exec unshare -Urm ixlab doctor --json'
like "doctor, a /proc with masks" "$(fix "own /proc")" 'systempaths=unconfined'
is "doctor, a /proc with masks: labs do without" "$status" 0
if [ "$(id -u)" = 0 ]; then
	run unshare -m sh -c 'mount --bind /proc/sys /proc/sys &&
		mount -o remount,bind,ro /proc/sys && exec ixlab doctor'
	like "doctor, read-only sysctls, as in a container: a lab's own are not" \
		"$out" '^sysctls +ok'
	is "doctor, read-only sysctls: exit status" "$status" 0
else
	skip "doctor, read-only sysctls" "only root gets a new /proc beside these"
fi
run unshare -Urn ixlab doctor
like "doctor, in a network of its own: who can change the neighbour table" \
	"$out" 'large mesh, IPv4 +absent .*outside of this container only'
run unshare -Urm sh -c 'mount -t tmpfs -o ro tmpfs /sys && exec ixlab doctor'
is "doctor, a /sys that is read-only and empty" "$status" 0
run ixlab doctor
is "doctor here: exit status" "$status" 0
like "doctor here: what it is" "$out" '^this machine +ok +.*, Linux [0-9]'
run ixlab doctor --json
is "doctor --json: every row has its keys" "$(jq -r 'map(has("feature") and
	has("ok") and has("needed") and has("note") and has("why") and has("fix")) | all' <"$tmp/run.out")" true
done_testing
