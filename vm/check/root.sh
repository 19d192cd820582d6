#!/bin/sh
# root.sh ROOT: what a root of Debian's packages needs to boot and run tests: an
# ordinary user, no daemons, an initramfs with what finds the disk, and a service
# that is guest.sh.
set -eu
cd "$1"
chroot . useradd -m -s /bin/bash tester
mkdir -p var/lib/systemd/linger
: >var/lib/systemd/linger/tester # a systemd of the user's own, without a login
: >etc/fstab
echo check-vm >etc/hostname
echo 127.0.0.1 localhost check-vm >etc/hosts
for s in bird frr openbgpd gobgpd stayrtr exabgp e2scrub_reap; do
	ln -sf /dev/null "etc/systemd/system/$s.service"
done
# drivers of devices that it has not, which cost an emulated machine a minute
printf 'blacklist %s\n' kvm kvm_amd powernow_k8 snd_pcm i2c_i801 lpc_ich \
	parport_pc >etc/modprobe.d/check-vm.conf
cat >etc/systemd/system/check-vm.service <<'UNIT'
[Unit]
After=multi-user.target user@1000.service
[Service]
Type=oneshot
ExecStart=/bin/sh /ixlab/vm/check/guest.sh
TimeoutStartSec=infinity
UNIT
mkdir -p etc/systemd/system/multi-user.target.wants
ln -sf ../check-vm.service etc/systemd/system/multi-user.target.wants/
printf 'MODULES=list\nCOMPRESS=gzip\n' >etc/initramfs-tools/conf.d/check-vm
printf 'virtio_pci\nvirtio_blk\next4\n' >>etc/initramfs-tools/modules
chroot . update-initramfs -u
