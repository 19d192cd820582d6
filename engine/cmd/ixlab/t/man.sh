#!/bin/sh
# The manual's lists of verbs and of keys are the program's own. GENERATE=1
# rewrites them.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
. "$top/engine/t/tap.sh"
page=$top/engine/cmd/ixlab/ixlab.1

section() { # what stands between the marks
	sed -n "/^\.\\\\\" begin: ixlab dev $1\$/,/^\.\\\\\" end/p" "$page" |
		sed '1d;$d'
}

generate() {
	ixlab dev "$1" >"$tmp/part" || return
	awk -v word="$1" -v part="$tmp/part" '
		$0 == ".\\\" end: ixlab dev " word { off = 0 }
		!off { print }
		$0 == ".\\\" begin: ixlab dev " word {
			off = 1
			while ((getline line < part) > 0)
				print line
		}' "$page" >"$tmp/page" && cat "$tmp/page" >"$page"
}

for part in man keys; do
	[ -z "$GENERATE" ] || generate $part
	is "ixlab.1: $part is what ixlab dev $part prints" \
		"$(section $part)" "$(ixlab dev $part)"
	like "ixlab dev $part prints a list" "$(ixlab dev $part)" '^\.It '
done
if command -v man >/dev/null; then
	run man -Tutf8 --warnings=w -l "$page"
	is "ixlab.1: man reads it without a warning" "$err" ""
	like "ixlab.1: a verb is shown" \
		"$(printf %s "$out" | sed "s/.\x08//g")" 'inspect \[NAME\]'
else
	skip "ixlab.1: man reads it" "man is not installed"
fi
done_testing
