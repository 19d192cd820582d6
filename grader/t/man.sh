#!/bin/sh
# exercise(5)'s list of check kinds is the program's own table. GENERATE=1
# rewrites it.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/engine/t/tap.sh"
page=$top/grader/exercise.5

kinds() { # ixlab dev kinds as mdoc(7)
	ixlab dev kinds | awk '
		function close_list() { if (list) print ".El"; list = 0 }
		/^[a-z]/ {
			print ".It Ic " $1
			negative = /negative/
			first = 1
			next
		}
		/^  example:/ { print ".Bd -literal"; example = 1; next }
		example && NF { sub(/^    /, ""); print; next }
		example { print ".Ed"; example = 0; next }
		/^  facts for hints: / {
			close_list()
			sub(/^  f/, "F")
			gsub(/-/, "\\-") # a name is not broken at its hyphen
			print $0 "."
			next
		}
		/^      / { sub(/^ */, ""); print; next }
		/^  [a-z0-9-]+: / {
			if (!list++) {
				if (negative)
					print "Looks for an absence: needs a witness."
				print ".Bl -tag -width Ds -compact"
			}
			key = $1
			optional = sub(/ \(optional\)$/, "")
			sub(/^ *[^ ]* /, "")
			printf ".It Ic %s Li \"%s\"%s\n", key, $0,
				optional ? " (optional)" : ""
			next
		}
		NF { sub(/^ */, ""); print }
		END { close_list(); if (example) print ".Ed" }'
}

kinds >"$tmp/kinds"
if [ -n "${GENERATE-}" ]; then
	awk -v part="$tmp/kinds" '
		index($0, "end: ixlab dev kinds") { off = 0 }
		!off { print }
		index($0, "begin: ixlab dev kinds") {
			off = 1
			while ((getline line < part) > 0)
				print line
		}' "$page" >"$tmp/page" && cat "$tmp/page" >"$page"
fi
is "exercise.5: the kinds are what ixlab dev kinds prints" \
	"$(sed -n '/begin: ixlab dev kinds/,/end: ixlab dev kinds/p' "$page" |
		sed '1d;$d')" "$(cat "$tmp/kinds")"
is "each kind is an item, with an example" \
	"$(grep -c '^\.It Ic [a-z-]*$' "$tmp/kinds") $(grep -c '^kind: ' "$tmp/kinds")" \
	"$(ixlab dev kinds | grep -c '^[a-z]') $(ixlab dev kinds | grep -c '^    kind: ')"
if command -v man >/dev/null; then
	run man -Tutf8 --warnings=w -l "$page"
	is "exercise.5: man reads it without a warning" "$err" ""
	like "exercise.5: a key is shown" \
		"$(printf %s "$out" | sed "s/.\x08//g")" "next-hop: NODE\|ADDRESS \(optional\)"
else
	skip "exercise.5: man reads it" "man is not installed"
fi
if command -v man >/dev/null; then
	run man -Tutf8 --warnings=w -l "$top/grader/report.5"
	is "report.5: man reads it without a warning" "$err" ""
fi
keys=$(sed -n 's/^ *"\([a-z_]*\)": {\("type"\|"enum"\|"const"\).*/\1/p' "$top/grader/report.schema.json" | sort -u)
told=$(sed -n '/^\.Sh THE MASTER FORM/,/^\.Sh EX/s/^\.\(It \)\{0,1\}Ic //p' "$top/grader/report.5" | tr -s ' ,' '\n')
for key in $keys; do
	echo "$told" | grep -qx "$key" || lacking="${lacking-} $key"
done
is "report.5: each key of the schema is told" "${lacking-}" ""
done_testing
