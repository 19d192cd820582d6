#!/bin/sh
# layers.sh OBJ DIR "ALLOWED DIRS" [pure]: does module DIR keep to its place?
#
# Read from the compiler's dependency files, so that indirect includes count:
# a header must lie in DIR or in an allowed folder, of a test's also in the folder of
# that one's tests; a private header (_priv.h) in DIR itself. Read from the sources
# (the compiler does not list the system's headers): a foreign library is included
# where it belongs only; jansson belongs everywhere, libuv comes with ctl. Read from
# the objects (not with nm, which asks the link-time optimiser, and that forgets
# functions it knows): processes are made in lab/node only, programs alone may exit (a
# terminal of the interface is a process, so tui_pane does both), pure modules do no
# I/O, know no loop and read no clock.
set -u
obj=$1 dir=$2 allowed=$3 pure=${4-}
rc=0

complain() {
	echo "layers: $dir $1" >&2
	rc=1
}

headers() { # the headers that dependency file $1 names, one a line
	sed 's/^[^:]*://; s/\\$//' "$1" | tr ' ' '\n' | grep '\.h$' | sort -u
}

for d in $(ls "$obj/$dir"/*.d "$obj/$dir"/t/*.d 2>/dev/null); do
	src=${d#"$obj/"}
	src=${src%.d}.c
	[ -e "$src" ] || continue # its source is gone
	for h in $(headers "$d"); do
		case $h in
		/*) ;;
		*)
			from=${h%/*}
			case $src in
			"$dir"/t/*) owner=${from%/t} ;; # tests lend each other a hand
			*) owner=$from ;;
			esac
			case " $dir $allowed " in
			*" $owner "*) ;;
			*) complain "may not include $h ($src)" ;;
			esac
			case $h in
			*_priv.h) [ "$from" = "$dir" ] || complain "may not include the private $h ($src)" ;;
			esac ;;
		esac
	done
done

foreign() { # FILE HEADER: does this library's header belong into this file?
	case $2 in
	netlink/* | */libnl3/*)
		[ "$dir" = engine/lab/net ] || complain "may not use libnl ($1)" ;;
	*curses.h | *ncursesw/* | term.h)
		[ "$1" = tui/tui_term.c ] || complain "may not use curses ($1)" ;;
	*libtsm.h)
		case $1 in tui/tui_vt.c | tui/t/*) ;;
		*) complain "may not use libtsm ($1)" ;; esac ;;
	*cmark.h)
		[ "$1" = tui/tui_markdown.c ] || complain "may not use libcmark ($1)" ;;
	rtrlib/*)
		[ "$1" = engine/rs/server/server_librtr.h ] || complain "may not use librtr ($1)" ;;
	zlib.h)
		[ "$1" = engine/cmd/ixpeer/ixpeer_dump.c ] || complain "may not use zlib ($1)" ;;
	archive*.h)
		[ "$dir" = engine/lab/save ] || complain "may not use libarchive ($1)" ;;
	sha256.h)
		case $1 in engine/lab/save/* | engine/lab/net/net_tcp.c) ;;
		*) complain "may not use libmd ($1)" ;; esac ;;
	sodium*.h)
		[ "$dir" = grader/desk ] || complain "may not use libsodium ($1)" ;;
	*yaml.h)
		[ "$1" = engine/base/yaml.c ] || complain "may not use libyaml ($1)" ;;
	*uv.h | *uv/*)
		case " $dir $allowed " in *" engine/ctl "*) ;;
		*) complain "may not use libuv ($1)" ;; esac ;;
	esac
}

for f in "$dir"/*.[ch] "$dir"/t/*.[ch] "$dir"/fuzz/*.c; do
	[ -e "$f" ] || continue
	for h in $(sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*<\([^>]*\)>.*/\1/p' "$f"); do
		foreign "$f" "$h"
	done
done

undefined() { # does an object of the module itself call one of these?
	readelf -sW "$1" 2>/dev/null | awk '$7 == "UND" {print $8}' | sed 's/@.*//' |
		grep -Ex "$2" | sort -u | tr '\n' ' '
}

for o in "$obj/$dir"/*.o; do
	[ -e "$o" ] || continue
	src=${o#"$obj/"}
	src=${src%.o}.c
	[ -e "$src" ] || continue
	case $src in
	engine/lab/node/* | tui/tui_pane.c) ;;
	*)
		bad=$(undefined "$o" 'fork|vfork|clone|clone3|posix_spawnp?|exec[lv]p?e?|fexecve|system|popen|uv_spawn')
		[ -z "$bad" ] || complain "may not make processes: $bad($src)" ;;
	esac
	case $src in
	engine/cmd/* | engine/lab/node/* | engine/lab/super/* | tui/tui_pane*.c) ;;
	*)
		bad=$(undefined "$o" 'exit|_exit|_Exit')
		[ -z "$bad" ] || complain "may not exit: $bad($src)" ;;
	esac
	if [ -n "$pure" ]; then
		bad=$(undefined "$o" 'open(at)?(64)?|f?open64|fopen|socket|connect|read|recv.*|send.*|time|gettimeofday|clock_gettime|getenv|uv_.*|printf|puts')
		[ -z "$bad" ] || complain "is pure and may not call: $bad($src)"
	fi
done
exit $rc
