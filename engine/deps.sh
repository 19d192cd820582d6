#!/bin/sh
# deps.sh PACKAGE...        install those Debian packages that are missing
# deps.sh --npm PACKAGE...  install npm packages into build/npm
#
# Asks for root only when something is missing. Debian starts a daemon when its
# package is installed; what was installed here is stopped and disabled again,
# because labs run their own copies and the host must not speak BGP.
set -u

npm_install() {
	want=
	for p; do
		[ -d "build/npm/node_modules/${p%@*}" ] || want="$want $p"
	done
	[ -n "$want" ] || exit 0
	command -v npm >/dev/null || sh "$0" npm || exit 1
	mkdir -p build/npm
	if ! npm install --cache build/npm/cache --silent --no-audit --no-fund --no-save --prefix build/npm $want >build/npm/log 2>&1; then
		echo "deps: npm could not install$want; the tests that use it will be skipped (build/npm/log says why)" >&2
	fi
	exit 0
}

if [ "${1-}" = --npm ]; then
	shift
	npm_install "$@"
fi

missing=
for p; do
	case $(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null) in
	installed) ;;
	*) missing="$missing $p" ;;
	esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	sudo=
elif command -v sudo >/dev/null; then
	sudo=sudo
else
	echo "deps: missing:$missing" >&2
	echo "deps: as root, run: apt-get install$missing" >&2
	exit 3
fi

echo "deps: installing$missing"
mkdir -p build
export DEBIAN_FRONTEND=noninteractive
if ! { $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $missing; } >build/deps.log 2>&1; then
	tail -5 build/deps.log >&2
	echo "deps: apt-get failed (build/deps.log); run: apt-get install$missing" >&2
	exit 3
fi

[ -d /run/systemd/system ] || exit 0
for p in $missing; do
	case $p in
	bird2) s=bird ;;
	frr | openbgpd | gobgpd) s=$p ;;
	*) continue ;;
	esac
	$sudo systemctl disable --now --quiet "$s" 2>/dev/null
done
exit 0
