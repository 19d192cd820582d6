#!/bin/sh
# session.sh TEST...: inside the virtual machine, as one user: what the doctor
# says, then each test's TAP.
build/ixlab doctor | sed 's/^/# /'
# "qemu" emulates each instruction; tests that measure a time want to know
[ "$(systemd-detect-virt)" != qemu ] || export IXLAB_EMULATED=1
failed=
for t; do
	echo "# check-vm: $(id -un): $t"
	begin=$(date +%s)
	"$t" </dev/null || failed="$failed $t"
	echo "# check-vm: $(id -un): $t: $(($(date +%s) - begin)) s"
done
[ -n "$failed" ] || exit 0
echo "# check-vm: $(id -un): failed:$failed"
exit 1
