#!/bin/bash
# ixlab sandbox-test: all that it can try is held, for root and for a user.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine refuses namespaces: ixlab doctor"
command -v jq >/dev/null || skip_all "jq is not installed"

tried() { # how many points that are no SKIP
	printf '%s\n' "$out" | grep '^ok' | grep -vc '# SKIP'
}
# As a person would who reads result(5): in a scope of systemd's, where that is what
# is missing for control groups.
scope=
in_scope() { systemd-run --user --scope --quiet -p Delegate=yes "$@"; }
has_groups() {
	$scope ixlab doctor --json | jq -e '.[] |
		select(.feature == "limits by cgroup").ok' >/dev/null
}
has_groups || { in_scope true 2>/dev/null && scope=in_scope; }

held() { # the control groups of a submission that is being tried: with whom in them
	find /sys/fs/cgroup -path '*/ixlab.sandbox-test.*/seal/pids.max' 2>/dev/null |
		while read -r f; do
			echo "$(cat "$f") of $(wc -l <"${f%/*}/cgroup.procs")"
		done
}
run $scope ixlab sandbox-test
is "nothing gets through" "$status $(printf '%s\n' "$out" | grep '^not ok')" "0 "
ok "nearly all was tried" [ "$(tried)" -ge 18 ]
if has_groups; then
	like "memory is held by a control group" "$out" \
		'^# memory of .* 2048 MiB, held by a control group'
	like "processes, too" "$out" '^# processes of .* 1024, held by a control group'
	$scope ixlab sandbox-test >/dev/null &
	seen() { held | grep -q '^1024 of [1-9]'; }
	ok "it is in the group while it is tried" wait_for 60 seen
	wait
	is "no control group is left" "$(find /sys/fs/cgroup -maxdepth 9 -type d \
		-name 'ixlab.sandbox-test*' 2>/dev/null)" ""
else
	like "memory is counted" "$out" \
		'^# memory of .* 2048 MiB, held by process 1 of its seal, which counts'
	like "control groups are told of" "$out" '^# "ixlab doctor" tells how'
fi
like "what is not is told" "$out" '^ok .*threat 8: .* # SKIP .'
is "nothing stays in the state folder" "$(find "$XDG_STATE_HOME" -type f)" ""
is "nothing stays in /tmp" "$(ls -d /tmp/ixlab-sandbox-test-* 2>/dev/null)" ""

if [ "$(id -u)" = 0 ]; then
	mkdir "$tmp/user"
	chmod 711 "$tmp"
	chown 65534:65534 "$tmp/user"
	as_user() {
		setpriv --reuid 65534 --regid 65534 --clear-groups env \
			HOME="$tmp/user" XDG_STATE_HOME="$tmp/user/state" "$@"
	}
	if as_user ixlab version >/dev/null 2>&1; then
		run as_user ixlab sandbox-test
		is "a user: nothing gets through" \
			"$status $(printf '%s\n' "$out" | grep '^not ok')" "0 "
		ok "a user: nearly all was tried" [ "$(tried)" -ge 18 ]
	else
		skip "a user" "this build cannot be run by others"
	fi
fi
# ixlab is installed elsewhere, and the state folder lies in a home, as it does for
# most people: a home where there is nothing else.
in_home() {
	# shellcheck disable=SC2016
	unshare -m sh -c 'mount -t tmpfs none /home && mkdir /home/hira /home/zara &&
		echo mine >/home/hira/.profile &&
		XDG_STATE_HOME=/home/hira/.local/state ixlab sandbox-test' 2>&1
}
case $top/ in
/home/*) skip "in a home" "this clone is in one itself" ;;
*)
	if [ "$(id -u)" = 0 ]; then
		run in_home
		is "in a home: nothing gets through" \
			"$status $(printf '%s\n' "$out" | grep '^not ok')" "0 "
		ok "in a home: nearly all was tried" [ "$(tried)" -ge 18 ]
	else
		skip "in a home" "only root can cover /home"
	fi ;;
esac
leftovers "nothing is left"
done_testing
