#!/bin/sh
# compdb.sh: turn the compile lines of "make -nB V=1" into compile_commands.json.
awk -v dir="$PWD" '
/ -c -o / {
	sub(/^mkdir -p [^ ]* && /, "")
	file = $NF
	gsub(/\\/, "\\\\"); gsub(/"/, "\\\"")
	printf "%s{\"directory\": \"%s\", \"file\": \"%s\", \"command\": \"%s\"}", (n++ ? ",\n" : "[\n"), dir, file, $0
}
END { print n ? "\n]" : "[]" }'
