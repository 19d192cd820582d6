#!/bin/sh
# guest.sh: inside the virtual machine. Run the tests of /check.tests as each of
# /check.users; what they print leaves through a port of the machine, and so does
# the status, last. Then the machine is switched off.
for _ in $(seq 600); do
	[ ! -e /dev/virtio-ports/check ] || break
	sleep 0.1
done
exec >/dev/virtio-ports/check 2>&1 </dev/null
cd /ixlab || exit 1
export LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin
tests() { # of USER: of all, where a line names nobody
	awk -v user="$1" '{
		mine = NF == 1
		for (i = 2; i <= NF; i++)
			mine = mine || $i == user
		if (mine)
			print $1
	}' /check.tests
}
chmod -R go+rX .
status=0
about() {
	. /etc/os-release
	echo "# check-vm: $PRETTY_NAME, Linux $(uname -r), up $(cut -d' ' -f1 /proc/uptime) s"
	echo "# check-vm: security modules: $(cat /sys/kernel/security/lsm 2>/dev/null)"
	echo "# check-vm: user namespaces for all: $(sysctl -n kernel.unprivileged_userns_clone kernel.apparmor_restrict_unprivileged_userns 2>&1 | tr '\n' ' ')"
}
about
for user in $(cat /check.users); do
	echo "# check-vm: as $user"
	# as whoever logs in: a session, and a systemd of one's own to ask
	# shellcheck disable=SC2086
	systemd-run --quiet --wait --pipe --uid "$user" -p PAMName=login \
		-p WorkingDirectory=/ixlab -p LimitNOFILE=4096:524288 \
		-E LC_ALL=C.UTF-8 -E IXLAB_BIN=/ixlab/build \
		sh vm/check/session.sh $(tests "$user") || status=1
done
echo "# check-vm: status $status"
sync
exec systemctl poweroff --force --force >/dev/null 2>&1
