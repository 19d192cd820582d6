#!/bin/sh
# What is printed without a lab: help, completion, wrong words. GENERATE=1
# rewrites the golden files.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
here=$top/engine/cmd/ixlab/t

golden() { # NAME COMMAND...: the output is the file's
	file=$here/$1.golden
	shift
	run "$@"
	[ -z "$GENERATE" ] || printf '%s\n' "$out" >"$file"
	is "$* prints ${file##*/}" "$out" "$(cat "$file")"
	is "$*: exit status" "$status" 0
}

wrong() { # "WORDS" SENTENCE: exit status 2, nothing on standard output
	# shellcheck disable=SC2086
	run ixlab $1
	is "ixlab $1: the sentence" "$err" "ixlab: $2"
	is "ixlab $1: exit status, output" "$status $out" "2 "
}

golden help ixlab help
golden help-check ixlab check --help
golden completion ixlab completion bash
is "--help is help" "$(ixlab --help)" "$(ixlab help)"
is "help VERB is VERB --help" "$(ixlab help up)" "$(ixlab up -h)"
like "version" "$(ixlab version)" '^ixlab [0-9.]+$'
is "--version" "$(ixlab --version)" "$(ixlab version)"

run ixlab
is "without a terminal: exit status 2" "$status" 2
is "without a terminal: the help" "$out" "$(ixlab help)"
wrong open "the interface needs a terminal; without one, use: ixlab open --plain"

wrong chekc 'there is no verb "chekc" (did you mean "check"?)'
wrong frobnicate 'there is no verb "frobnicate"; see ixlab help'
wrong "help frobnicate" 'there is no verb "frobnicate"; see ixlab help'
wrong "up x --memebrs 3" \
	'up has no option "--memebrs" (did you mean "--members"?)'
wrong "ps -x" 'ps has no option "-x"; see ixlab ps --help'
wrong "ps --json=1" '--json takes no value'
wrong "up x --members" '--members needs a value: --members N'
wrong "up x --members many" \
	'--members wants a number from 1 to 4096, not "many"'
wrong "up x --members -1" \
	'--members wants a number from 1 to 4096, not "-1"'
wrong up 'something is missing; use: ixlab up LAB'
wrong "exec m1" 'something is missing; use: ixlab exec NODE [--] COMMAND...'
wrong "ps a" '"a" is too much; use: ixlab ps'
wrong "down a b" '"b" is too much; use: ixlab down [NAME]'
wrong "down a --all" '--all and a name cannot go together'
wrong "completion zsh" 'completion is made for bash, not for "zsh"'
wrong "dev frob" 'dev knows new, lint, run, check, kinds, man and keys, not "frob"'

run ixlab up "$(printf 'a\033[2Jb')"
unlike "a sentence cannot steer the terminal" "$err" "$(printf '\033')"

# Completion, as bash would ask for it.
complete_words() { # WORDS...: what is offered for the last one
	bash -c 'source <(ixlab completion bash)
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		_ixlab
		echo "${COMPREPLY[*]}"' bash "$@"
}
is "completion: a verb" "$(complete_words ixlab insp)" inspect
is "completion: a lab" "$(cd "$tmp" && complete_words ixlab up first)" first-ix
is "completion: an option" "$(complete_words ixlab up --mem)" --members
is "completion: a common option" "$(complete_words ixlab ps --js)" --json
is "completion: what is not there" "$(complete_words ixlab down xyz)" ""
for verb in $(ixlab completion words verbs); do
	like "help knows $verb" "$(ixlab help)" "^  $verb( |\$)"
	like "$verb --help" "$(ixlab "$verb" --help)" "^ixlab $verb"
done

if [ -e /dev/full ]; then
	ixlab help >/dev/full 2>"$tmp/err"
	is "an answer that cannot be written: exit status" "$?" 3
	is "an answer that cannot be written: the sentence" "$(cat "$tmp/err")" \
		"ixlab: cannot write the answer: No space left on device"
fi
done_testing
