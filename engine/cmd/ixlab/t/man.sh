#!/bin/sh
# The manual's lists of verbs and of keys are the program's own, and its screens
# those of the tests. GENERATE=1 rewrites them.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
. "$top/engine/t/tap.sh"
here=$top/engine/cmd/ixlab

section() { # FILE WORDS: what stands between the marks
	sed -n "/^\.\\\\\" begin: $2\$/,/^\.\\\\\" end/p" "$1" |
		sed '1d;$d'
}

generate() { # FILE WORDS END: put $tmp/part there
	awk -v first=".\\\\\" begin: $2" -v last=".\\\\\" end: $3" -v part="$tmp/part" '
		$0 == last { off = 0 }
		!off { print }
		$0 == first {
			off = 1
			while ((getline line < part) > 0)
				print line
		}' "$1" >"$tmp/page" && cat "$tmp/page" >"$1"
}

same() { # FILE WORDS END, and $tmp/part
	[ -z "$GENERATE" ] || generate "$1" "$2" "$3"
	is "${1##*/}: $2" "$(section "$1" "$2")" "$(cat "$tmp/part")"
}

for part in man keys; do
	page=$here/ixlab.1
	[ $part = man ] || page=$here/ixlab-tui.1
	ixlab dev $part >"$tmp/part"
	same "$page" "ixlab dev $part" "ixlab dev $part"
	like "ixlab dev $part prints a list" "$(ixlab dev $part)" '^\.It '
done
# The screens of the manual are those that tui/t/screens.c and form.c prove.
for name in $(sed -n 's/^\.\\" begin: screen //p' "$here/ixlab-tui.1"); do
	{
		echo '.Bd -literal'
		sed '/^~/d; /^$/{N;}; s/\\/\\e/g; s/-/\\-/g; s/^[.'"'"']/\\\&&/' "$top/tui/t/$name.screen"
		echo '.Ed'
	} | cat -s >"$tmp/part"
	same "$here/ixlab-tui.1" "screen $name" screen
done
for page in ixlab ixlab-tui; do
	command -v man >/dev/null || {
		skip "$page.1: man reads it" "man is not installed"
		continue
	}
	run man -Tutf8 --warnings=w -l "$here/$page.1"
	is "$page.1: man reads it without a warning" "$err" ""
	printf %s "$out" | sed "s/.\x08//g" >"$tmp/$page.text"
done
if command -v man >/dev/null; then
	like "ixlab.1: a verb is shown" "$(cat "$tmp/ixlab.text")" 'inspect \[NAME\]'
	like "ixlab-tui.1: a screen is shown" "$(cat "$tmp/ixlab-tui.text")" \
		'FAIL +rs1 holds an IPv6 session with you'
fi
done_testing
