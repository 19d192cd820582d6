#!/bin/sh
# check.sh SUITE PACKAGE...: boot Debian SUITE in a virtual machine and run tests
# of this tree there, as root and as an ordinary user. See README.md beside this.
#
#	TESTS="PATH..."	those instead of the chosen ones (vm/check/tests)
#	USERS="root"	as whom; default: root tester
#	LIMIT=7200	seconds until the machine is given up
#	ACCEL=kvm	where it works: a /dev/kvm inside a virtual machine may hang
set -eu
cd "$(dirname "$0")/../.."
suite=$1
shift
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || {
		echo "check-vm: making a root of Debian's packages takes root; run it under sudo" >&2
		exit 3
	}
	exec sudo env TESTS="${TESTS-}" USERS="${USERS-}" LIMIT="${LIMIT-}" \
		ACCEL="${ACCEL-}" sh "$0" "$suite" "$@"
fi
here=build/vm/$suite
root=$here/root
say() { echo "# check-vm: $*"; }

# The archive that this machine installs from, of another suite, too.
archive() {
	# shellcheck disable=SC2016 # apt's words, not the shell's
	apt-get indextargets --format '$(LABEL) $(SITE)' 'Created-By: Packages' |
		awk '$1 == "Debian" {print $2; exit}'
}

# Debian, as it is after its packages were installed; kept for the next time.
make_root() {
	say "$suite: installing $# packages into $root (minutes; $here/root.log)"
	rm -rf "$here"
	mkdir -p "$here"
	mmdebstrap --variant=minbase --include="$(echo "$*" | tr ' ' ,)" \
		--customize-hook='sh vm/check/root.sh "$1"' \
		"$suite" "$root" "$(archive)" >"$here/root.log" 2>&1 || {
		tail -5 "$here/root.log" >&2
		exit 3
	}
	echo "$*" >"$here/packages"
}

# Those files that differ, so that make sees which are new; and none that is gone.
copy_tree() {
	mkdir -p "$root/ixlab"
	git ls-files -co --exclude-standard | while read -r f; do
		[ ! -e "$f" ] || echo "$f"
	done | LC_ALL=C sort >"$here/files"
	(cd "$root/ixlab" && find . -path ./build -prune -o -type f -print) |
		cut -c3- | LC_ALL=C sort | LC_ALL=C comm -13 "$here/files" - |
		while read -r f; do rm "$root/ixlab/$f"; done
	while read -r f; do
		cmp -s "$f" "$root/ixlab/$f" ||
			cp --parents "$f" "$root/ixlab"
	done <"$here/files"
}

# This tree, built with that Debian's compiler.
make_tree() {
	say "$suite: building ($here/build.log)"
	copy_tree
	if [ -n "${TESTS-}" ]; then
		# shellcheck disable=SC2086
		printf '%s\n' $TESTS
	else
		grep -v '^#' vm/check/tests
	fi >"$root/check.tests"
	echo "${USERS:-root tester}" >"$root/check.users"
	# shellcheck disable=SC2016
	unshare --mount --pid --fork sh -c 'mount -t proc proc "$1/proc" &&
		mount --bind /dev "$1/dev" && exec chroot "$1" make -C /ixlab \
			-j"$(nproc)" all $(grep -o "^[^ ]*[.]t" "$1/check.tests")' \
		sh "$root" >"$here/build.log" 2>&1 || {
		tail -20 "$here/build.log" >&2
		exit 1
	}
}

make_disk() {
	size=$(du -sm "$root" | cut -f1)
	rm -f "$here/disk"
	mke2fs -q -t ext4 -O ^has_journal -d "$root" "$here/disk" \
		"$((size + size / 5 + 1024))M"
}

# In a line: what ran, what of it was left out and why.
summary() {
	awk -v suite="$suite" '
	/^# check-vm: [a-z]+: .*: [0-9]+ s$/ { runs++; names[$4]; who[$3] }
	/^(ok|1[.][.]0).*# SKIP/ {
		skipped++
		sub(/.*# SKIP */, "")
		if (!(why[$0]++))
			reasons = reasons (reasons ? "; " : "") $0
		next
	}
	/^ok / { passed++ }
	/^not ok / { failed++ }
	END {
		for (n in names) {
			sub(/:$/, "", n)
			sub(/.*\//, "", n)
			list = list " " n
		}
		printf "# check-vm: %s: %d runs of%s: %d passed, %d failed, %d skipped%s\n",
		    suite, runs, list, passed, failed, skipped,
		    reasons ? " (" reasons ")" : ""
	}' "$here/tap.log"
}

boot() {
	say "$suite: booting $(basename "$root"/boot/vmlinuz-*) (console: $here/console.log)"
	timeout "${LIMIT:-7200}" qemu-system-x86_64 \
		-machine q35,hpet=off,accel="${ACCEL:-tcg}" -smp 2 -m 2048 \
		-no-reboot -nodefaults -display none -vga none \
		-kernel "$root"/boot/vmlinuz-* -initrd "$root"/boot/initrd.img-* \
		-append "root=/dev/vda rw console=ttyS0 panic=-1" \
		-drive "file=$here/disk,format=raw,if=virtio,cache=unsafe" \
		-serial "file:$here/console.log" -chardev file,id=tap,path=/dev/stdout \
		-device virtio-serial \
		-device virtserialport,chardev=tap,name=check </dev/null |
		tee "$here/tap.log"
	summary
	# what counts is what the machine said, last
	case $(sed -n 's/^# check-vm: status //p' "$here/tap.log" | tail -1) in
	0) exit 0 ;;
	1) exit 1 ;;
	esac
	echo "check-vm: the machine ended before its tests did; $here/console.log ends so:" >&2
	tail -5 "$here/console.log" >&2
	exit 1
}

[ "$(cat "$here/packages" 2>/dev/null)" = "$*" ] || make_root "$@"
make_tree
make_disk
boot
