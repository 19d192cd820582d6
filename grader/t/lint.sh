#!/bin/sh
# ixlab dev lint: the exercises have nothing that it finds; and of a small course of
# two, each spoilt in one place at a time, it finds that, by file and line.
top=$(cd "$(dirname "$0")/../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"

run ixlab dev lint
is "the exercises: nothing is found" "$status $out$err" "0 "

mkdir -p "$tmp/course" && cd "$tmp/course" || exit 1
cp "$top/exercises/lint.yml" .
cp -R "$top/exercises/first-ebgp-session" "$top/exercises/announce-your-aggregate" .
cp "$top/exercises/glossary.yml" .
one=first-ebgp-session two=announce-your-aggregate
run ixlab dev lint ./$one ./$two
is "a good course" "$status $out$err" "0 "

# spoilt WHAT SED-EXPRESSION FILE EXPECTED: and it is as before afterwards
count=1
spoilt() {
	cp "$3" "$tmp/kept"
	sed -i "$2" "$3"
	run ixlab dev lint ./$one ./$two
	is "$1: exit status" "$status" 1
	like "$1" "$out" "$4"
	is "$1: is all" "$(printf '%s\n' "$out" | wc -l) $err" "$count ixlab: $count finding$plural"
	cp "$tmp/kept" "$3"
}
text=$two/text/en/10-look.md
spoilt "a wide line" '5s/$/ Nobody in the whole wide world can reach you, not even a friend/' $text \
	"^$two/text/en/10-look.md:5: the line has [0-9]* columns: break it at 78"
spoilt "an address of somebody" '5s/$/ (9.9.9.9)/' $text \
	"^$two/text/en/10-look.md:5: 9.9.9.9 is somebody's address"
spoilt "a real network" '5s/$/ (Netflix)/' $text \
	"^$two/text/en/10-look.md:5: Netflix is a real network"
spoilt "a word that only comes later" '5s/$/ Use the RPKI./' $text \
	"^$two/text/en/10-look.md:5: \"RPKI\" is used before it is explained"
count=3 plural=s # session, peering LAN, BGP
spoilt "words that an earlier one explains, not any more" \
	'/^after/d' $two/exercise.yml "^$two/text/en/10-look.md:3: \"session\" is used"
count=1 plural=
spoilt "a word in a check's sentence" 's/\(say: m2 holds .*\)with you/\1by RPKI/' \
	$one/exercise.yml "^$one/exercise.yml:[0-9]*: \"RPKI\" is used"
hint='/hint: announces-already/{n;n;s/.*/              Write local 203.0.113.10 as 65536;/}'
spoilt "a hint that gives a line of the solution away" "$hint" $one/exercise.yml \
	"^$one/exercise.yml:[0-9]*: hint \"announces-already\" of check \"[a-z-]*\" gives \"local 203.0.113.10 as 65536\""
two_was=$two two=guided-tour
cp -R "$top/exercises/guided-tour" .
spoilt "a hint that has the answer" \
	'/hint: another/{n;n;s/$/ They carry the news of who is where, and no more./}' $two/exercise.yml \
	"^$two/exercise.yml:[0-9]*: hint \"another\" of check \"carries\" gives \"the news of who is where\""
two=$two_was
spoilt "an empty text" 'd' $two/text/fr/40-stands.md \
	"^$two/text/fr/40-stands.md:1: the text is empty"

# A check without a hint is no exercise at all.
sed -i '/^daemons:/,$d;/^        hints:/,/^      [a-z0-9-]*:$/{/^        hints:/{s/$/ []/;b};/^      [a-z0-9-]*:$/b;d}' \
	$one/exercise.yml
run ixlab dev lint ./$one
like "a check without a hint" "$status $err" '^2 .*exercise.yml:[0-9]*:[0-9]*: check "[a-z-]*" has no hint'
run ixlab dev lint ./nix
like "an exercise that is none" "$status" '^2$'

# Outside of a course no order is known, and no word is asked for.
mkdir "$tmp/alone" && cp -R "$top/exercises/first-ebgp-session" "$tmp/alone/"
echo "Use the RPKI." >>"$tmp/alone/$one/text/en/10-look.md"
run ixlab dev lint "$tmp/alone/$one"
is "an exercise that stands alone" "$status $out$err" "0 "
echo 'networks: BigNet' >lint.yml
run ixlab dev lint ./$two
like "rules that cannot be read" "$status $err" '^2 .*lint.yml:1:11: '
done_testing
