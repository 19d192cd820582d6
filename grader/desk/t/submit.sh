#!/bin/sh
# ixlab submit: a person's work as one text, without a lab that runs; what may
# not be sent; the journal that is kept on the way.
top=$(cd "$(dirname "$0")/../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
x=first-ebgp-session
nodes=$XDG_STATE_HOME/ixlab/labs/$x/nodes/m1
cd "$tmp" || exit 1

run ixlab submit $x
is "nobody: who are you" "$status $err" \
	'2 ixlab: who are you? say it once: ixlab submit EXERCISE --id ID --name "NAME"'
run ixlab submit $x --id 'a b'
like "a bad id" "$status $err" '^2 ixlab: an id is at most 64'
run ixlab submit $x --id ayesha --name "Ayesha Khan"
is "nothing written yet" "$status $err" \
	"2 ixlab: there is nothing to send in for $x yet; begin with: ixlab start $x"

mkdir -p "$nodes"
cp "$top/exercises/$x/solution/m1/bird.conf" "$nodes/"
echo 'include "/etc/passwd";' >>"$nodes/bird.conf"
run ixlab submit $x
like "what may not be sent: the place" "$status $err" \
	"^2 ixlab: $nodes/bird.conf:[0-9]+:1: include may not stand in work"
cp "$top/exercises/$x/solution/m1/bird.conf" "$nodes/"
run ixlab submit $x
is "submit" "$status $out" \
	"0 ayesha-$x.ixs: your work on $x, as ayesha; read it, it is plain text, then send it in"
file=ayesha-$x.ixs
is "the head" "$(sed -n '1,5p' $file | tr '\n' '|')" \
	"ixlab submission 1|person: ayesha|name: Ayesha Khan|exercise: $x|version: 1|"
is "the file, behind bars" "$(sed -n '/^file m1/,/^$/s/^|//p' $file)" \
	"$(cat "$nodes/bird.conf")"
run ixlab submit $x -o -
is "the same work is the same parts" \
	"$(printf '%s\n' "$out" | sed -n '/^file/,$p' | grep -v ^end)" \
	"$(sed -n '/^file/,$p' $file | grep -v ^end)"

done_testing
