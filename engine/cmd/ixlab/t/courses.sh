#!/bin/sh
# Courses: those that there are fit the exercises; one is followed, through pauses.
# The clock is not waited for: the file says when it began, and is put back.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
cd "$tmp" || exit 1
kept=$XDG_STATE_HOME/ixlab/course.json
ago() { jq ".since -= $1" <"$kept" >"$tmp/new" && mv "$tmp/new" "$kept"; }
now() { ixlab course --json | jq -c '[.blocks[] | select(.now)][0] | [.block, (.left_s / 60 | ceil)]'; }

for f in "$top"/exercises/courses/*.yml; do
	run ixlab validate "$f"
	is "${f##*/}" "$status $err" "0 "
done
sed -n '/^\.Bd/,/^\.Ed/{/^\./d;p}' "$top/grader/course.5" | sed '/^\$/d' >taster.yml
run ixlab validate taster.yml
is "the manual's example" "$status $out$err" "0 taster.yml: a good course"

run ixlab courses
is "courses, the shortest first" "$(printf '%s\n' "$out" | awk 'NR > 1 {print $1}' | xargs)" \
	"tour one-day two-days three-days"
is "what is not there yet is told, and is not there" \
	"$(ixlab courses --json | jq -r '.[].later[]' | sort -u | while read -r x; do
		[ -e "$top/exercises/$x" ] && echo "$x"
	done)" ""
ok "there is such a thing" test "$(ixlab courses --json | jq '[.[].later[]] | length')" -gt 5

run ixlab course
like "none is followed" "$status $err" '^3 ixlab: you follow no course'
run ixlab course two-days
like "a course, to look at" "$out" 'To follow it: ixlab course two-days --follow'
ok "is not followed by that" test ! -e "$kept"
run ixlab course two-days --follow
is "follow: exit status" "$status" 0
like "where one is" "$out" '^>  09:00  A look round, 90 minutes, 90 left$'
like "what is next" "$out" '^     next  guided-tour '
ago 600
is "ten minutes" "$(now)" "[1,80]"
ixlab course --pause >/dev/null
ago 3600
is "a pause of an hour" "$(now)" "[1,80]"
like "is told" "$(ixlab course)" '80 left; the clock stands'
ixlab course --resume >/dev/null
ago 60
is "and it goes on" "$(now)" "[1,79]"
ixlab course --resume >/dev/null # notes what was spent
jq '.boot = "another" | .since = 1' <"$kept" >"$tmp/new" && mv "$tmp/new" "$kept"
is "the machine was started anew" "$(now)" "[1,79]"
is "and waits" "$(ixlab course --json | jq .running)" false
ixlab course --resume >/dev/null
ago 100000
is "all gone" "$(now)" "[1,0]"
like "is told, too" "$(ixlab course)" '^>  09:00  A look round, 90 minutes, all gone$'
ixlab course --next >/dev/null
is "the next is tea" "$(ixlab course --json | jq -c '.blocks[] | select(.now) | [.title, .pause, .left_s > 1790]')" \
	'["Tea",true,true]'

# What was done counts, in whatever order.
mkdir -p "$XDG_STATE_HOME/ixlab"
echo '{"guided-tour": {"points": 5, "total": 5, "done": true}}' >"$XDG_STATE_HOME/ixlab/progress.json"
run ixlab course
like "done" "$out" '^     done  guided-tour '
like "next" "$out" '^     next  fabric-first-light '

i=0
while ixlab course --next >/dev/null 2>"$tmp/err"; do i=$((i + 1)); done
is "through all blocks, and no further" "$i $(cat "$tmp/err")" \
	"12 ixlab: this is the last block of two-days"
run ixlab course two-days --pause
like "the clock of one that is named" "$status $err" '^2 .*leave the name out'
run ixlab course --pause --next
like "two things at once" "$status $err" '^2 .*at a time'
run ixlab course --follow
like "follow what" "$status $err" '^2 .*follow which course'
run ixlab course --leave
is "leave" "$status $out" "0 two-days is followed no longer; what you did counts"
run ixlab course --leave
is "leave what" "$status $err" "3 ixlab: you follow no course"

# One's own, that is wrong, and right.
mkdir own && cat >own/mine.yml <<'END'
course: mine
title: Mine
days:
  - day: One
    blocks: [{block: All, minutes: 30, do: [announce-your-aggregate]}]
END
run ixlab validate own/mine.yml
like "an exercise before its time" "$status $err" \
	'^2 own/mine.yml:5:[0-9]*: announce-your-aggregate comes after first-ebgp-session'
sed -i 's/do: \[.*\]}/do: [first-ebgp-session]}/' own/mine.yml
run ixlab course own/mine.yml --follow
is "a course of one's own" "$status $err" "0 "
cd / && is "is followed from anywhere" "$(ixlab course --json | jq -r .course)" mine
rm "$tmp/own/mine.yml"
run ixlab course
like "and when it is gone" "$status $err" '^2 .*there is no course'
run ixlab course --leave
is "it can be left" "$status" 0
echo nonsense >"$kept"
run ixlab course
like "a file that is none is none" "$status $err" '^3 .*you follow no course'
done_testing
