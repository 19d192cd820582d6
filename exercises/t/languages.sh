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
# The words of exercise.yml: of what is another sentence by now the translation is told
# here, and not read.
older() { # words.yml, LANG
	python3 -c 'import sys, yaml
x = yaml.safe_load(open(sys.argv[1] + "/exercise.yml"))
words = {x["title"]}
for step in x["steps"]:
    words.add(step["title"])
    for check in step.get("checks", {}).values():
        words.add(check["say"])
        words.update(h["text"] for h in check["hints"] if "text" in h)
for pair in yaml.safe_load(open(sys.argv[2])):
    if pair["en"] not in words:
        print("no sentence any more:", pair["en"].strip())
' "$@"
}
for f in "$top"/exercises/*/text/*/words.yml; do
	x=${f%/text/*}
	lang=${f%/*}
	name=${x##*/}
	gone=$(older "$x" "$f")
	[ -z "$gone" ] || diag "$name: ${lang##*/}: $gone"
	run env LC_ALL=C.UTF-8 LANGUAGE="${lang##*/}" ixlab validate "$x/exercise.yml"
	is "$name: ${lang##*/}: words can be read" "$status $err" "0 "
done
is "a title in the reader's language" "$(LC_ALL=C.UTF-8 LANGUAGE=fr ixlab exercises --json |
	jq -r '.[] | select(.name == "first-ebgp-session") | .title')" "Une session, un voisin"
like "a reader is told" "$(echo 'open first-ebgp-session' | LC_ALL=C.UTF-8 LANGUAGE=fr \
	ixlab open --plain | tr '\n' ' ')" 'attend un lecteur dont c.est la langue'
ixlab down first-ebgp-session >/dev/null 2>&1
done_testing
