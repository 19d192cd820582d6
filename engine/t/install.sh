#!/bin/sh
# "make install": a tree that works where the checkout cannot be seen. A tmpfs
# hides the checkout in a mount namespace of this test's own.
alone=1
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/engine/t/tap.sh"
prefix=$tmp/dest/usr/local
mkdir "$tmp/dest"

run make -nC "$top" install DESTDIR="$tmp/dest"
like "make install: below DESTDIR, in PREFIX" "$out" \
	"install\.sh \"?$prefix\"? build"
run make -nC "$top" install DESTDIR= PREFIX=/opt/ix
like "make install: PREFIX" "$out" 'install\.sh "?/opt/ix"? build'

mkdir -p "$prefix/share/ixlab/exercises/gone"
run sh "$top/engine/install.sh" "$prefix" "$bin"
is "install.sh succeeds" "$status $out$err" "0 "
for f in bin/ixlab bin/ixrs bin/ixrsctl bin/ixpeer bin/ixwire \
	share/man/man1/ixlab.1 share/man/man1/ixrsctl.1 \
	share/man/man1/ixpeer.1 share/man/man8/ixrs.8 share/man/man8/ixwire.8 \
	share/man/man5/ixrs.conf.5 share/man/man5/lab.5 \
	share/man/man5/exercise.5 share/man/man5/report.5 share/ixlab/labs/first-ix.yml \
	share/ixlab/apparmor/ixlab share/bash-completion/completions/ixlab; do
	ok "$f is there" test -s "$prefix/$f"
done
is "every page of the tree is there" \
	"$(cd "$prefix/share/man" && find . -type f -printf '%f\n' | sort)" \
	"$(find "$top/engine" "$top/grader" "$top/tui" -name '*.[1-9]' -printf '%f\n' | sort)"
if command -v man >/dev/null; then
	for page in "$prefix"/share/man/man*/*; do
		run man -Tutf8 --warnings=w -l "$page"
		is "${page##*/}: man reads it without a warning" \
			"$status $err" "0 "
	done
else
	skip "man reads every page" "man is not installed"
fi
is "the AppArmor profile is for that program" \
	"$(grep '^profile ' "$prefix/share/ixlab/apparmor/ixlab")" \
	"profile ixlab $prefix/bin/ixlab flags=(unconfined) {"
run sh "$top/engine/install.sh" "$tmp/staged/opt/ix" "$bin" /opt/ix
is "and without DESTDIR" \
	"$(grep '^profile ' "$tmp/staged/opt/ix/share/ixlab/apparmor/ixlab")" \
	"profile ixlab /opt/ix/bin/ixlab flags=(unconfined) {"
is "no tests, nothing of an older release" \
	"$(find "$prefix/share/ixlab" -name t -o -name gone)" ""
ok "what others install, all may read" \
	test -z "$(find "$prefix" -type f ! -perm -444)"

# the build's own word, before the checkout is hidden
labs=$(ixlab labs)
exercises=$(ixlab exercises)
is "the installed ixlab prefers its own data" \
	"$(mv "$prefix/share/ixlab/labs/big-ix.yml" "$tmp/" &&
		"$prefix/bin/ixlab" labs | grep -c big-ix)" 0
mv "$tmp/big-ix.yml" "$prefix/share/ixlab/labs/"

hidden() { # COMMAND...: where the checkout is an empty folder
	# shellcheck disable=SC2016,SC2086
	unshare $as -m sh -c 'mount -t tmpfs none "$0" && "$@"' "$top" "$@"
}
[ "$(id -u)" = 0 ] && as= || as=-r
if hidden test ! -e "$top/labs" 2>/dev/null; then
	run hidden "$prefix/bin/ixlab" labs
	is "without the checkout: labs" "$status $out$err" "0 $labs"
	run hidden "$prefix/bin/ixlab" exercises
	is "without the checkout: exercises" "$status $out$err" "0 $exercises"
	run hidden env IXLAB_DATA="$tmp/none" "$prefix/bin/ixlab" up first-ix
	like "IXLAB_DATA comes first" "$status $err" '^2 .*there is no lab'
	cp -R "$prefix/share/ixlab" "$tmp/data"
	mv "$prefix/share/ixlab" "$tmp/away"
	run hidden env IXLAB_DATA="$tmp/data" "$prefix/bin/ixlab" labs
	is "IXLAB_DATA alone is enough" "$status $out$err" "0 $labs"
	mv "$tmp/away" "$prefix/share/ixlab"
else
	skip "without the checkout" "a mount namespace is refused here"
fi
if can_lab && hidden true 2>/dev/null; then
	run hidden sh -c '
		"$0" start join-the-route-servers >&2 && "$0" solve >&2 &&
		"$0" check
		echo "status $?"
		"$0" down >&2' "$prefix/bin/ixlab"
	like "without the checkout: an exercise is started, solved, graded" \
		"$out$err" '^status 0'
else
	skip "without the checkout: an exercise" "no namespaces here"
fi
leftovers "nothing is left"
done_testing
