#!/bin/bash
# Work that wants out of its lab: each file of hostile/ is put behind a good
# configuration and sent in; its first line is "# THREAT VERDICT WHY", see
# hostile/README.md. None of them changes another's result.
top=$(cd "$(dirname "$0")/../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine refuses namespaces: ixlab doctor"
command -v jq >/dev/null || skip_all "jq is not installed"
x=first-ebgp-session
node=$XDG_STATE_HOME/ixlab/labs/$x/nodes/m1
good=$top/exercises/$x/solution/m1/bird.conf
mkdir -p "$node" "$tmp/in"

# ixlab submit would refuse most of them: a stranger makes the text by hand.
digest() { b2sum -l 256 | cut -d' ' -f1; }
cp "$good" "$node/bird.conf"
ixlab submit $x --id good -o "$tmp/in/good" >/dev/null
forge() { # NAME, with the configuration on standard input
	cat >"$tmp/conf"
	{
		sed -n '1,/^$/p' "$tmp/in/good"
		echo "file m1/bird.conf $(wc -c <"$tmp/conf") $(digest <"$tmp/conf")"
		sed 's/^/|/' "$tmp/conf"
		sed -n '/^journal/,/^$/p' "$tmp/in/good" | sed '1i\\'
	} >"$tmp/text"
	{ cat "$tmp/text"; echo "end $(digest <"$tmp/text")"; } >"$tmp/in/$1"
}
for f in "$top"/grader/desk/t/hostile/*.conf; do
	cat "$good" "$f" | forge "$(basename "$f" .conf)"
done
forge same <"$good"
{ cat "$good"; printf '# \033]0;owned\007\033[2J not ok 1\n'; } | forge escape
rm -rf "$XDG_STATE_HOME/ixlab/labs"
run ixlab grade "$tmp/in" -j 6 --json

got() { # what of NAME
	jq -r --arg f "$tmp/in/$1" \
		".[] | select(.file == \$f) | $2" <<<"$out"
}
is "the good one among them" "$(got good '"\(.status) \(.points)"')" "graded 6"
is "forged as it is, the same" "$(got same '"\(.status) \(.points)"')" "graded 6"
for f in "$top"/grader/desk/t/hostile/*.conf; do
	name=$(basename "$f" .conf)
	read -r _ threat verdict why <"$f"
	like "threat $threat: $name is $verdict" \
		"$(got "$name" '"\(.status) \(.reason // .points)"')" \
		"^$verdict .*$why"
done
is "threat 18: escape is refused" "$(got escape .status)" refused
unlike "threat 18: no escape reaches a result" \
	"$(cat -v "$tmp/in/escape.result.json")" '\^\['
leftovers "nothing is left"
done_testing
