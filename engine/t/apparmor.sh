#!/bin/sh
# AppArmor's parser reads the profile that we ship. It takes version 4, which
# Ubuntu 24.04 and Debian 13 have. APPARMOR_PARSER names another than the system's,
# with its first words, such as "ld-linux.so --library-path DIR apparmor_parser
# --base DIR/etc/apparmor.d", for a package that was only unpacked.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/engine/t/tap.sh"
parser=${APPARMOR_PARSER:-apparmor_parser}
command -v "${parser%% *}" >/dev/null || skip_all "AppArmor's parser is not installed"
# shellcheck disable=SC2086
version=$($parser --version 2>/dev/null | sed -n 's/.*version \([0-9]*\).*/\1/p')
[ "${version:-0}" -ge 4 ] || skip_all \
	"AppArmor's parser is of version ${version:-?} and knows no userns rules; 4 does"

names() { # FILE: the profiles in it; nothing is given to a kernel
	# shellcheck disable=SC2086
	run $parser --config-file /dev/null -Q -K -N "$1"
}
sh "$top/engine/install.sh" "$tmp/usr" "$bin" || diag "install.sh failed"
names "$tmp/usr/share/ixlab/apparmor/ixlab"
is "the profile that we ship" "$status $out" "0 ixlab"
# What doctor prints where ixlab runs from a checkout (super_place.c).
printf 'abi <abi/4.0>,\nprofile ixlab-here "%s" flags=(unconfined) {\n  userns,\n}\n' \
	"$tmp/a checkout/build/ixlab" >"$tmp/here"
names "$tmp/here"
is "the one of doctor, for a path with a space" "$status $out" "0 ixlab-here"
sed 's/userns,/usernz,/' "$tmp/here" >"$tmp/bad"
names "$tmp/bad"
is "a mistake would be found" "$status $out" "1 "
done_testing
