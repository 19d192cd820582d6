#!/bin/sh
# The recorded cast of the first exercise (asciinema's format, version 2; "make cast"
# records it from t/pty.c): well formed, and it shows what it is there for, to the end.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/engine/t/tap.sh"
command -v jq >/dev/null || skip_all "jq is not installed"
cast=$top/tui/first.cast

is "the head is version 2, with a size" \
	"$(head -1 "$cast" | jq -c '[.version, .width, .height]')" '[2,132,43]'
is "then events: a time that does not go back, o, text" \
	"$(tail -n +2 "$cast" | jq -s 'all(.[]; length == 3 and (.[0] | type) == "number" and
		.[1] == "o" and (.[2] | type) == "string") and
		([.[][0]] | . == sort)')" true
ok "it is small" test "$(wc -c <"$cast")" -lt 200000
said=$(tail -n +2 "$cast" | jq -r '.[2]')
for words in 'One session, one neighbour' 'looking glass on m2' 'solution is in place'; do
	like "it shows: $words" "$said" "$words"
done
like "the terminal is left as it was" "$(printf %s "$said" | tail -n 2)" '\[\?1049l'
done_testing
