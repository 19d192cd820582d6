#!/bin/bash
# ixlab sandbox-test: all that it can try is held, for root and for a user.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine refuses namespaces: ixlab doctor"

tried() { # how many points that are no SKIP
	printf '%s\n' "$out" | grep '^ok' | grep -vc '# SKIP'
}
run ixlab sandbox-test
is "nothing gets through" "$status $(printf '%s\n' "$out" | grep '^not ok')" "0 "
ok "nearly all was tried" [ "$(tried)" -ge 18 ]
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
leftovers "nothing is left"
done_testing
