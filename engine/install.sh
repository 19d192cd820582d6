#!/bin/sh
# install.sh DIR BIN [PREFIX]: put the programs of BIN, their manual pages and the data
# into DIR, a prefix such as /usr/local (make install gives DESTDIR and PREFIX).
#
#	DIR/bin                                 ixlab ixrs ixrsctl ixpeer ixwire
#	DIR/share/man/man[1578]                 their pages
#	DIR/share/ixlab/labs, .../exercises     what file_data_dir finds from bin
#	DIR/share/ixlab/apparmor/ixlab          what Ubuntu wants; see ixlab doctor
#	DIR/share/locale                        the interface's words, where gettext looks
#	DIR/share/bash-completion/completions   ixlab's
#
# The data is replaced as a whole, so that nothing of an older release stays.
set -eu
dir=$1 bin=$2
cd "$(dirname "$0")/.."
data=$dir/share/ixlab

for p in ixlab ixrs ixrsctl ixpeer ixwire; do
	install -D -m 755 "$bin/$p" "$dir/bin/$p"
done
for page in engine/cmd/*/*.[158] engine/lab/model/lab.5 grader/*.[57] grader/desk/*.5; do
	install -D -m 644 "$page" \
		"$dir/share/man/man${page##*.}/${page##*/}"
done
for mo in "$bin"/locale/*/LC_MESSAGES/ixlab.mo; do
	install -D -m 644 "$mo" "$dir/share/${mo#"$bin/"}"
done
rm -rf "$data/labs" "$data/exercises" "$data/grader"
find labs exercises -type f ! -path '*/t/*' | while read -r f; do
	install -D -m 644 "$f" "$data/$f"
done
install -D -m 644 grader/symptoms.yml "$data/grader/symptoms.yml"
# The profile names the program as it will be called, without DESTDIR.
install -d -m 755 "$data/apparmor"
sed "s|@PROGRAM@|${3:-$dir}/bin/ixlab|" engine/apparmor/ixlab \
	>"$data/apparmor/ixlab"
chmod 644 "$data/apparmor/ixlab"
install -d -m 755 "$dir/share/bash-completion/completions"
"$bin/ixlab" completion bash >"$dir/share/bash-completion/completions/ixlab"
chmod 644 "$dir/share/bash-completion/completions/ixlab"
