#!/bin/sh
# ixlab dev for authors: a copy that works, one folder to look at, and mistakes by
# rule that no check notices.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
cd "$tmp" || exit 1

run ixlab dev new mine
is "dev new: exit status" "$status" 0
is "it has its own name" "$(sed -n 's/^exercise: //p' mine/exercise.yml)" mine
ok "it is an exercise" ixlab validate mine/exercise.yml
run ixlab dev new mine
is "what is there stays" "$status $err" "3 ixlab: mine is there already"
run ixlab dev new Mine
like "a name that is none" "$status $err" '^2 .*found "Mine"'
ok "and leaves nothing" test ! -e Mine
run ixlab dev new other nix
like "of an exercise that is none" "$status $err" '^2 .*no exercise "nix"'
# As ixlab-authors(7) begins: of one that comes after another, which is not here.
run ixlab dev new keep-it-out announce-your-aggregate
is "of one that comes after another" "$status $err" "0 "
run ixlab validate keep-it-out/exercise.yml
is "it comes after none" "$status $err$(grep '^after' keep-it-out/exercise.yml)" "0 "
is "and nothing else is missing" "$(diff keep-it-out/exercise.yml \
	"$top/exercises/announce-your-aggregate/exercise.yml" |
	sed -n 's/^> //p' | grep -v '^#\|^$')" \
	"exercise: announce-your-aggregate
after: [first-ebgp-session]"
mkdir beside
cp -r "$top/exercises/first-ebgp-session" beside/
run ixlab dev new beside/mine announce-your-aggregate
is "where that is it stays so" "$status $(grep '^after' beside/mine/exercise.yml)" \
	"0 after: [first-ebgp-session]"

run ixlab dev run ./mine wrong-local-as
is "dev run: exit status" "$status" 0
like "what the checks say" "$out" 'FAIL.*m2 holds an established session'
like "and that it is what it must be" "$out" \
	'wrong/wrong-local-as fails exactly what it must$'
run ixlab dev run ./mine nix
like "a folder that is not there" "$status $err" '^2 .*it has start solution'

run ixlab dev check --third 3 ./mine
is "dev check --third: of two other solutions none, of eight mistakes two" \
	"$status $(printf '%s\n' "$out" | sed -n 's/^ok [0-9]* - wrong.\([a-z-]*\) .*/\1/p' | xargs)" \
	"0 neighbour-typo no-policy"
run ixlab dev check --third 4 ./mine
like "a third that is none" "$status $err" '^2 .*--third is 1, 2 or 3, not "4"'

# Nothing says that the mistakes are none here; and of a check nobody thought.
rm -r mine/also mine/wrong
sed -i '/^wrong:/,$d' mine/exercise.yml
run ixlab dev check --mutants ./mine
is "dev check --mutants: exit status" "$status" 1
is "what no check notices" "$(printf '%s\n' "$out" |
	sed -n 's/^not ok .* refused with \([a-z-]*\):.*/\1/p' | xargs)" \
	"import-all export-all"
is "what one does" "$(printf '%s\n' "$out" |
	sed -n 's/^ok .* refused with \([a-z-]*\):.*/\1/p' | xargs)" \
	"no-session other-asn other-asn"
echo 'open: {import-all: so it is, export-all: so it is}' >>mine/exercise.yml
run ixlab validate mine/exercise.yml
is "open" "$status $err" "0 "
echo 'open: {import-most: so it is}' >>mine/exercise.yml
sed -i '/import-all/d' mine/exercise.yml
run ixlab validate mine/exercise.yml
like "open: a mistake that is none" "$status $err" \
	'^2 .*there is no mistake "import-most"'
leftovers "nothing is left"
done_testing
