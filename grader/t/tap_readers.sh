#!/bin/bash
# Our TAP as others read it: prove (version 13) and npm's tap-parser (13 and 14)
# over the reports of t/report/, which t/report.c compares with what is printed.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/engine/t/tap.sh"
reports=$top/grader/t/report
parser=$top/build/npm/node_modules/.bin/tap-parser

# ---- prove: its exit status and its words
prove_says() { # report status words
	run prove -e cat "$reports/$1.tap13"
	if [ "$2" = 0 ]; then
		is "prove: $1 passes" "$status" 0
	else
		ok "prove: $1 does not pass" test "$status" -ne 0
	fi
	like "prove: $1: $3" "$out$err" "$3"
}
if command -v prove >/dev/null; then
	prove_says pass 0 'All tests successful'
	prove_says skip 0 'All tests successful'
	prove_says mixed 1 'Failed tests:  1-2'
	unlike "prove: mixed has no parse error" "$out" 'Parse error'
	prove_says error 1 'Further testing stopped:.*lab demo is gone'
else
	skip "prove reads our TAP" "prove is not installed"
fi

# ---- tap-parser: every subtest, every diagnostic
parsed() { # report version filter
	"$parser" --json --strict <"$reports/$1.tap$2" | jq -c "$3"
}
checks='[.. | arrays | select(.[0] == "assert") | .[1]]'
parser_says() { # version
	is "tap-parser $1: pass is ok" "$(parsed pass "$1" 'last(.[] | select(.[0] == "complete"))[1].ok')" true
	is "tap-parser $1: mixed is not" "$(parsed mixed "$1" 'last(.[] | select(.[0] == "complete"))[1].ok')" false
	is "tap-parser $1: steps failed and passed" \
		"$(parsed mixed "$1" 'last(.[] | select(.[0] == "complete"))[1] | [.count, .pass, .fail]')" '[3,1,2]'
	is "tap-parser $1: nothing in mixed is no TAP" \
		"$(parsed mixed "$1" '[.. | arrays | select(.[0] == "extra")] | length')" 0
	is "tap-parser $1: what was seen" \
		"$(parsed mixed "$1" "$checks | map(select(.name | startswith(\"rs1-v6\")))[0].diag.saw")" \
		'"Active, last error: \"Bad peer AS\" \\ # x"'
	is "tap-parser $1: points" \
		"$(parsed mixed "$1" "[$checks[] | .diag.max // empty] | add")" 5
	is "tap-parser $1: who blocks" \
		"$(parsed mixed "$1" "[$checks[] | .diag.blocked_by // empty][0]")" '"rs1-v6"'
	is "tap-parser $1: a node's words forge nothing" \
		"$(parsed mixed "$1" "$checks | map(select(.name | test(\"forged\"))) | length")" 0
	is "tap-parser $1: a skip has its reason" \
		"$(parsed mixed "$1" "[$checks[] | .skip | strings][0]")" '"this kernel has no IPv6"'
	is "tap-parser $1: an error of ours bails out" \
		"$(parsed error "$1" 'last(.[] | select(.[0] == "complete"))[1].bailout')" '"lab demo is gone"'
}
if [ ! -x "$parser" ]; then
	skip "tap-parser reads our TAP" "tap-parser is not installed: make deps-check"
elif ! command -v jq >/dev/null; then
	skip "tap-parser reads our TAP" "jq is not installed"
else
	parser_says 13
	parser_says 14
fi
done_testing
