#!/bin/sh
# What our TAP writer writes, as two readers understand it: Perl's (prove) and
# npm's tap-parser. t/tap.c, given a version, prints the text.
top=$(cd "$(dirname "$0")/../../.." && pwd)
. "$top/engine/t/tap.sh"

case $bin in
*/bin) writer=${bin%/bin}/engine/base/t/tap.t ;;
*) writer=$bin/opt/engine/base/t/tap.t ;;
esac
parser=$top/build/npm/node_modules/.bin/tap-parser

for v in 13 14; do
	run "$writer" $v
	is "version $v: written" "$status" 0
	cp "$tmp/run.out" "$tmp/$v.tap"
done
is "the versions differ in the first line" \
	"$(sed 1d "$tmp/13.tap")" "$(sed 1d "$tmp/14.tap")"

# Older readers of Perl know version 13 and no later one.
cat >"$tmp/read.pl" <<'PERL'
use TAP::Parser;
local $/;
my $p = TAP::Parser->new({ tap => scalar <STDIN> });
while (my $r = $p->next) {
	printf "%s %d [%s] %s [%s]\n", $r->is_ok ? "ok" : "not ok", $r->number,
	    $r->description, $r->directive, $r->explanation if $r->is_test;
	my $d = $r->is_yaml ? $r->data : {};
	print map { "$_=$d->{$_}\n" } sort keys %$d;
}
print "error: $_\n" for $p->parse_errors;
printf "planned %d, run %d, good %d\n", $p->tests_planned, $p->tests_run,
    scalar $p->passed;
PERL
perl "$tmp/read.pl" <"$tmp/13.tap" >"$tmp/perl.out" 2>&1
is "perl: reads version 13" "$(cat "$tmp/perl.out")" 'ok 1 [- plain]  []
ok 2 [- a \# SKIP that is none?ok 9\\]  []
expected=say "no" \ # ü?  ...
points=-3
found=x
ok 3 [- outer \# x]  []
ok 4 [- later] SKIP [no namespaces?here \# ok]
ok 5 [- one day] TODO [not yet]
ok 6 [- TODO]  []
planned 6, run 6, good 6'

if [ -x "$parser" ]; then
	cat >"$tmp/read.jq" <<'JQ'
def walk($at): .[] |
	if .[0] == "child" then .[1] | walk($at + "  ")
	elif .[0] == "extra" then "\($at)extra \(.[1])"
	elif .[0] == "comment" then "\($at)\(.[1] | rtrimstr("\n"))"
	elif .[0] == "assert" then .[1] |
		"\($at)\(.ok) \(.id) [\(.name)] \(.skip) \(.todo) \(.diag)"
	else empty end;
walk("")
JQ
	cat >"$tmp/want" <<'WANT'
# two lines,
# the second?[2J
true 1 [plain] false false null
true 2 [a # SKIP that is none?ok 9\] false false {"expected":"say \"no\" \\ # ü?  ...","points":-3}
  # Subtest: outer # x
    # Subtest: inner
    true 1 [deep] false false null
  true 1 [inner] false false null
  true 2 [] false false {"found":"x"}
true 3 [outer # x] false false null
true 4 [later] no namespaces?here # ok false null
false 5 [one day] false not yet null
true 6 [TODO] false false null
WANT
	for v in 13 14; do
		"$parser" --json <"$tmp/$v.tap" >"$tmp/$v.json" 2>&1
		is "tap-parser: accepts version $v" "$?" 0
		jq -r -f "$tmp/read.jq" "$tmp/$v.json" >"$tmp/got" 2>&1
		is "tap-parser: reads version $v" "$(cat "$tmp/got")" \
			"$(cat "$tmp/want")"
	done
else
	skip "tap-parser" "npm could not install it"
fi
done_testing
