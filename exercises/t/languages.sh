#!/bin/sh
# Translations of exercises: each belongs to an English file, says which English it is
# of, and has the commands of the English text unchanged. What is older than its
# English is told here and to its readers, and is no failure.
top=$(cd "$(dirname "$0")/../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"

commands() { grep '^    [^ ]' "$1"; } # what is typed or printed, as it is
for f in "$top"/exercises/*/text/*/*.md; do
	lang=${f%/*}
	lang=${lang##*/}
	[ "$lang" != en ] || continue
	en=$(printf %s "$f" | sed "s|/text/$lang/|/text/en/|")
	name=${f#"$top/exercises/"}
	[ -e "$en" ] || {
		ok "$name: has an English text" false
		continue
	}
	mark=$(sed -n '1s/^<!-- of cksum \([0-9]*\)\(; awaits a native reader\)* -->$/\1/p' "$f")
	like "$name: says of which English it is" "$mark" '^[0-9]+$'
	if [ "$mark" = "$(cksum <"$en" | cut -d' ' -f1)" ]; then
		is "$name: commands are those of the English text" \
			"$(commands "$f")" "$(commands "$en")"
	else
		diag "$name is older than its English text"
	fi
done
like "a reader is told" "$(echo 'open first-ebgp-session' | LC_ALL=C.UTF-8 LANGUAGE=fr \
	ixlab open --plain | tr '\n' ' ')" 'attend un lecteur dont c.est la langue'
ixlab down first-ebgp-session >/dev/null 2>&1
done_testing
