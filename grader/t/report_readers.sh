#!/bin/bash
# Reports as programs of others read them: JUnit by xmllint against junit.xsd, the
# page by tidy and xmllint, CSV by Python's reader. The words in them are as bad as
# words can be. (More of TAP: t/tap_readers.sh; the page in Chromium: t/report_page.sh.)
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/engine/t/tap.sh"
command -v jq >/dev/null || skip_all "jq is not installed"
reports=$top/grader/t/report

# Every text but those of our own becomes this.
bad=$'=cmd|\' /C calc\'!A0 ]]><script>alert(1)</script>"><img src=x onerror=y> &lt;&nbsp; \\ # SKIP\nok 1\e[2J\u202e\u2028\ufffe\x7f'
jq --arg bad "$bad" 'walk(if type == "object" then with_entries(
	if (.value | type) == "string" and .key != "result" and .key != "visibility" then .value = $bad else . end) else . end)' \
	"$reports/mixed.json" >"$tmp/bad.json"
jq '.who = "ann"' "$reports/mixed.json" >"$tmp/a.json"
jq '.who = "bob" | {report: ., signature: "of the desk"}' "$reports/pass.json" >"$tmp/b.json"
jq -s '[.[0], (.[1] | .exercise = "other")]' "$reports/error.json" "$reports/skip.json" >"$tmp/carol.json"

report() { run ixlab report "$@"; }
report "$tmp/a.json"
is "text is the form when none is said: status" "$status" 0
like "text: the result" "$out" '3 of 9 points'
like "text: whose it is, by the file" "$(ixlab report --json "$tmp/carol.json")" '"who": "carol"'
is "json: as it was" "$(ixlab report --json "$tmp/a.json" | jq -S -c .)" "$(jq -S -c . "$tmp/a.json")"
for form in tap13 tap14; do
	is "$form: as check prints it" "$(ixlab report --format $form "$reports/error.json")" "$(cat "$reports/error.$form")"
	report --format $form "$tmp/a.json" "$tmp/b.json"
	is "$form of two: status and sentence" "$status $err" "2 ixlab: $form tells of one report, not of 2"
done
report --format xml "$tmp/a.json"
is "no such form: status" "$status" 2
like "no such form: the forms" "$err" 'text, json, tap13, tap14, junit, csv and html, not "xml"'
report "$top/README.md"
is "no report: status" "$status" 2
like "no report: the sentence" "$err" 'README.md:1:[0-9]*: this is no JSON'
report --format html "$tmp/nothing.json"
is "no file: status, output" "$status $out" "3 "

# What the schema says, as far as it goes: types, words, least numbers, keys.
schema='def fits($s; $defs):
	if $s["$ref"] then fits($defs[$s["$ref"] | ltrimstr("#/$defs/")]; $defs)
	elif $s.enum then . as $v | $s.enum | index([$v]) != null
	else . as $v
		| (if ($v | type) == "number" and $v == ($v | floor) then "integer" else $v | type end) as $type
		| ([$s.type] | flatten | index([$type]) != null)
			and ($s.minimum == null or $v >= $s.minimum)
			and (($s.required // []) - ($v | keys? // []) == [])
			and (if $type == "object" then ($v | keys) - ($s.properties | keys) == []
					and all($v | to_entries[]; .key as $k | .value | fits($s.properties[$k]; $defs))
				elif $type == "array" then all($v[]; fits($s.items; $defs)) else true end)
	end;
	$schema[0] as $s | fits($s; $s["$defs"])'
for r in pass mixed error skip; do
	is "the schema fits $r.json, and knows each key of it" \
		"$(jq --slurpfile schema "$top/grader/report.schema.json" "$schema" "$reports/$r.json")" true
done
is "it does not fit everything" "$(jq -c --slurpfile schema "$top/grader/report.schema.json" \
	"(.points = -1, .result = \"good\", del(.title), .steps[0].checks[0].saw = 7, .steps[0].checks[0].more = 1) | $schema" \
	"$reports/mixed.json" | sort -u)" false

words() { # of a report, as it must come out of a reader
	jq -r '[.. | .say? // empty] | length' "$1"
}
class="$tmp/a.json $tmp/b.json $tmp/carol.json"
# shellcheck disable=SC2086
for form in junit html csv; do
	ixlab report --format $form "$tmp/bad.json" >"$tmp/bad.$form"
	ixlab report --format $form $class >"$tmp/class.$form"
done

if command -v xmllint >/dev/null; then
	for r in pass mixed error skip; do
		ok "xmllint: $r.junit is what junit.xsd says" \
			xmllint --nonet --noout --schema "$top/grader/junit.xsd" "$reports/$r.junit"
	done
	for r in bad class; do
		ok "xmllint: $r.junit is what junit.xsd says" \
			xmllint --nonet --noout --schema "$top/grader/junit.xsd" "$tmp/$r.junit"
		ok "xmllint: $r.html is well-formed" xmllint --nonet --noout "$tmp/$r.html"
	done
	count() { xmllint --xpath "string(count($2))" "$1"; }
	is "xmllint: a testcase a check" "$(count "$tmp/bad.junit" //testcase)" "$(words "$tmp/bad.json")"
	is "xmllint: the sums are right" \
		"$(xmllint --xpath 'concat(/*/@tests, " ", /*/@failures, " ", /*/@errors)' "$tmp/class.junit")" \
		"$(count "$tmp/class.junit" //testcase) $(count "$tmp/class.junit" //failure) $(count "$tmp/class.junit" //error)"
	like "xmllint: a word is a word" "$(xmllint --xpath 'string(//failure[1]/@message)' "$tmp/bad.junit")" \
		']]><script>alert\(1\)</script>"><img src=x onerror=y> &lt;&nbsp;'
	is "xmllint: no element of theirs" "$(count "$tmp/bad.html" '//script | //img')" 0
	is "xmllint: each table has its caption and heads" \
		"$(count "$tmp/class.html" '//table[not(caption) or not(thead/tr/th[@scope="col"])]')" 0
	is "xmllint: each row has its head" "$(count "$tmp/class.html" '//tbody/tr[not(@class="more") and not(th[@scope="row"])]')" 0
	is "xmllint: nothing is loaded from anywhere" "$(count "$tmp/class.html" '//@src | //link | //script | //@href[not(starts-with(., "#"))]')" 0
	is "xmllint: a class: a row a person" "$(count "$tmp/class.html" '//div[@role="region"]//tbody/tr')" 3
else
	skip "xmllint reads JUnit" "xmllint is not installed: make deps-check"
fi

parser=$top/build/npm/node_modules/.bin/tap-parser
for form in tap13 tap14; do
	ixlab report --format $form "$tmp/bad.json" >"$tmp/bad.$form"
	jq '.reason = .title' "$tmp/bad.json" >"$tmp/unjudged.json"
	like "$form: why nothing could be judged ends it, in one line" \
		"$(ixlab report --format $form "$tmp/unjudged.json" | tail -n +3)" '^Bail out! =cmd.*\?ok 1\?'
	if [ -x "$parser" ]; then
		is "tap-parser: $form: as many points as checks and steps, nothing else" \
			"$("$parser" --json --strict <"$tmp/bad.$form" | jq -c '[([.. | arrays | select(.[0] == "assert")] | length), ([.. | arrays | select(.[0] == "extra" or .[0] == "bailout")] | length), (last(.[] | select(.[0] == "complete"))[1] | .count, .fail)]')" \
			"[$(($(words "$tmp/bad.json") + 3)),0,3,2]"
	else
		skip "tap-parser reads $form" "tap-parser is not installed: make deps-check"
	fi
done
run prove -e cat "$tmp/bad.tap13"
like "prove: tap13: two of three steps failed" "$out$err" 'Failed 2/3 subtests'
unlike "prove: tap13: it can be parsed" "$out$err" 'Parse error'

if command -v tidy >/dev/null; then
	for r in bad class; do
		run tidy -q -e --drop-empty-elements no "$tmp/$r.html"
		is "tidy: $r.html has no error and no warning" "$status $err" "0 "
	done
else
	skip "tidy reads the page" "tidy is not installed: make deps-check"
fi

if command -v python3 >/dev/null && python3 -c 'import csv' 2>/dev/null; then
	is "Python: a row a person, all of one length" \
		"$(python3 -c 'import csv, sys; r = list(csv.reader(open(sys.argv[1], newline="", encoding="utf-8"), strict=True)); print(len(r), len(set(map(len, r))), r[1][0], r[2][1], r[3][0])' "$tmp/class.csv")" \
		"4 1 ann 9 carol"
	is "Python: no cell begins like a formula" \
		"$(python3 -c 'import csv, sys; print([c for r in csv.reader(open(sys.argv[1], newline="", encoding="utf-8"), strict=True) for c in r if c[:1] in tuple("=+-@\t\r")])' "$tmp/bad.csv")" "[]"
else
	skip "Python reads CSV" "python3 is not installed"
fi
done_testing
