#!/bin/sh
# A lab put into one file and brought up again elsewhere: what was typed, what was
# set by hand, and nothing half-done when it cannot be.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
labs=$XDG_STATE_HOME/ixlab/labs
file=$tmp/lab.tar.gz
in_node() { ixlab exec "$@" >/dev/null; }

cat >"$tmp/lab.yml" <<'END'
lab: hands
exchange:
  name: IX
  asn: 64500
  switches: [sw1]
  peering-lans: {lan: {quarantine: yes, ipv4: 203.0.113.0/24, ipv6: "2001:db8:1::/64"}}
  route-servers: {rs1: {ipv4: 203.0.113.1, ipv6: "2001:db8:1::1"}}
members:
  me: {asn: 65536, ipv4: 203.0.113.10, ipv6: "2001:db8:1::10", prefixes: [100.64.0.0/22], trainee: yes, host: yes}
  ma: {asn: 65537, ipv4: 203.0.113.11, ipv6: "2001:db8:1::11", prefixes: [100.64.4.0/22], host: yes}
  mb: {asn: 65538, ipv4: 203.0.113.12, prefixes: [100.64.8.0/22]}
  mc: {asn: 65539, ipv4: 203.0.113.13, prefixes: [100.64.12.0/22]}
generate: {members: {count: 3, asn: 4200000001, name: Robot, ipv4: 203.0.113.100, prefixes: [100.80.0.0/22]}}
END

# ---- nothing runs, nothing is there
run ixlab save -o "$file"
is "nothing runs" "$status $err" \
	"3 ixlab: no lab runs; start one: ixlab up first-ix"
run ixlab restore "$tmp/none"
is "no such file" "$status $err" "3 ixlab: $tmp/none: No such file or directory"

# ---- a lab that people have worked on
run ixlab up "$tmp/lab.yml" --name "$tag" --members 5
is "up" "$status $err" "0 "
[ "$status" = 0 ] || exit 1
in_node me -- sh -c 'echo "# I was here" >>/etc/bird/bird.conf; mkdir notes
	echo one >notes/a; printf "table inet mine {}\n" >nftables.conf; ln -s a link
	nft -f nftables.conf'
in_node ma -- sh -c 'echo "# and here" >>/etc/bird/bird.conf'
in_node me -- ip address add 198.51.100.1/24 dev ix0
in_node me -- ip address add 2001:db8:7::1/64 dev ix0
in_node me -- ip address add 2001:db8:7::2/64 dev ix0
in_node me -- ip route add 192.0.2.0/25 via 198.51.100.9
in_node me -- ip route add 192.0.2.128/25 via 192.0.2.5 dev ix0 onlink metric 9
in_node me -- ip route add blackhole 198.18.0.0/15
in_node me -- ip route add unreachable 2001:db8:8::/48
# the first address of a network is changed, and its routes go with it
in_node ma-h -- sh -c 'ip address flush dev lan0 scope global
	ip address add 100.64.4.99/24 dev lan0; ip route add default via 100.64.4.1'
in_node mb -- ip link set ix0 mtu 1400
in_node mb -- ip link set ix0 address 02:00:00:00:00:77
in_node mc -- ip link set ix0 down
ixlab link me me-h delay 20ms loss 1% >/dev/null
ixlab link ma ma-h loss 100% --for 60s >/dev/null
ixlab move ma lan-q >/dev/null
ixlab pin mb 02:00:00:00:00:77 02:00:00:00:00:78 >/dev/null
ixlab cull lan on >/dev/null
in_node me -- ip link add mine type veth peer name other
in_node me -- ip link set mine up
# What a node and a port say that times, processes and counters do not change.
look() {
	ixlab inspect --json | jq -S "del(.lab, .pid, .state_dir, .since_ms,
		.age_ms, .built, .ports, .cull, .wire, .sessions, .title, .model.name, .model.title)
		| del(.nodes[] | .pid, .restarts, .log)
		| .links |= map(del(.directions, .for_ms))
		| .links |= map(if .weather.loss_ppm == 1000000
			then .weather = null | .by = null else . end)"
	ixlab ports --json | jq -S '.ports | map(del(.counters, .macs))'
	for n in me me-h ma ma-h mb mc; do
		for what in address link route '-6 route'; do
			# shellcheck disable=SC2086
			ixlab exec $n -- ip -o $what |
				grep -v 'mine\|other\|proto bird\|fe80\|wire-' |
				sed 's/^[0-9]*: //; s/@if[0-9]*//; s/link-netns[^ ]* [^ ]*//
					s/qdisc.*state/state/; s/ nodad//; s/ *$//'
		done
	done | sort
	ixlab exec me -- sh -c 'cat bird.conf nftables.conf notes/a'
	ixlab exec ma -- tail -1 bird.conf
	ixlab exec me -- nft list tables
}
look >"$tmp/before"

mkdir "$tmp/lib"
: >"$tmp/lib/libarchive.so.13"
run env LD_LIBRARY_PATH="$tmp/lib" ixlab save -o "$file"
like "without the library: one sentence" "$status $err" \
	'^3 ixlab: .*a library cannot be loaded: .*; apt-get install libarchive-dev brings it$'
ok "without the library: no file" [ ! -e "$file" ]
run ixlab save -o "$file"
is "save: exit status" "$status" 0
like "save: what it says" "$out" \
	"^$tag is saved in $file: 13 nodes, 1[0-9] files, [0-9]+ bytes\$"
like "save: an interface made by hand is left out, and told" "$err" \
	'^left out: me: an interface made by hand, mine$'
like "save: so is a link" "$err" '^left out: nodes/me/link: it is no plain file$'
is "a tar that anybody reads" "$(tar tzf "$file" | head -2 | tr '\n' ' ')" \
	"manifest.json lab.yml "
is "a configuration taken out of it" \
	"$(tar xzOf "$file" nodes/me/bird.conf | tail -1)" "# I was here"
(cd "$tmp" && ixlab save --json >"$tmp/run.json")
is "save without -o, --json" "$(jq -r '[.lab, .file] | join(" ")' \
	<"$tmp/run.json")" "$tag $tag.tar.gz"

# ---- a name that is taken
run ixlab restore "$file"
is "it runs" "$status $err" "3 ixlab: lab $tag runs already; say --as NAME, or ixlab down $tag"
ixlab down >/dev/null
run ixlab restore "$file"
is "its files are there" "$status $err" \
	"3 ixlab: there are files of a lab $tag already, in $labs/$tag; say --as NAME, or move them away"
run ixlab restore "$file" --as ../x
is "--as: no name" "$status $err" '2 ixlab: "../x" is not a lab'"'"'s name'

# ---- elsewhere
elsewhere() { # NAME: into an empty state folder
	rm -rf "$XDG_STATE_HOME"
	run ixlab restore "$file" --as "$1"
	is "restore as $1: exit status" "$status" 0
	like "restore as $1: what it says" "$out" "^$1 is restored: 13 nodes in "
	look >"$tmp/after" 2>&1
	if ! cmp -s "$tmp/before" "$tmp/after"; then
		diff "$tmp/before" "$tmp/after" | head -40 | sed 's/^/# /'
	fi
	ok "restored as $1: all is as it was" cmp "$tmp/before" "$tmp/after"
}
elsewhere "$tag"
run ixlab save -o "$tmp/again.tar.gz"
is "saved again: the same lab" \
	"$(tar xzOf "$tmp/again.tar.gz" manifest.json | jq -S 'del(.made, .sha256)')" \
	"$(tar xzOf "$file" manifest.json | jq -S 'del(.made, .sha256)')"
ixlab down >/dev/null
leftovers "down: nothing is left"
elsewhere "$tag-b"

# ---- restored files are the trainee's own, until a reset
ixlab down >/dev/null
run ixlab up "$labs/$tag-b/lab.yml" --name "$tag-b" --members 5
is "up again: exit status" "$status" 0
is "up again: what was typed where we write is there" \
	"$(ixlab exec ma -- tail -1 bird.conf)" "# and here"
run ixlab reset ma
like "reset: it is kept beside" "$out" "bird.conf.mine"
unlike "reset: the file is ours again" "$(ixlab exec ma -- tail -1 bird.conf)" "here"
ok "reset: and counts as ours" [ ! -e "$labs/$tag-b/own" ]
ixlab down >/dev/null

# ---- a mistake that was saved does not keep the lab down
rm -rf "$XDG_STATE_HOME"
ixlab restore "$file" --as "$tag" >/dev/null
in_node ma -- sh -c 'echo nonsense >>/etc/bird/bird.conf'
ixlab save -o "$tmp/bad.tar.gz" >/dev/null 2>&1
ixlab down >/dev/null
rm -rf "$XDG_STATE_HOME"
run ixlab restore "$tmp/bad.tar.gz"
is "a broken configuration: the lab comes up" "$status" 0
like "a broken configuration: and is shown" "$(ixlab inspect --json |
	jq -r '.nodes[] | select(.name == "ma") | .state + " " + .reason')" \
	'^(backoff|starting) .*syntax error'
ixlab down >/dev/null

# ---- another user
rm -rf "$XDG_STATE_HOME"
as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups env \
		XDG_STATE_HOME="$tmp/nobody" "$@"
}
if [ "$(id -u)" = 0 ] && chmod 755 "$tmp" && mkdir -m 700 "$tmp/nobody" &&
	chown 65534:65534 "$tmp/nobody" && chmod 644 "$file" &&
	as_nobody test -r "$file" && as_nobody test -x "$bin/ixlab" &&
	as_nobody unshare -Urn true 2>/dev/null; then
	run as_nobody ixlab restore "$file"
	is "as another user: exit status" "$status $err" "0 "
	is "as another user: what was typed" \
		"$(as_nobody ixlab exec me -- tail -1 bird.conf)" "# I was here"
	like "as another user: what was set" \
		"$(as_nobody ixlab exec me -- ip route)" \
		'^192\.0\.2\.0/25 via 198\.51\.100\.9 dev ix0'
	run as_nobody ixlab down
	is "as another user: down" "$status" 0
else
	skip "as another user" "we are none, or cannot become one"
fi

# ---- what is no save, and what is none any more
refused() { # NAME FILE SENTENCE-EXPRESSION
	run ixlab restore "$2" --as "$tag-x"
	is "$1: exit status" "$status" "${4:-2}"
	like "$1: the sentence" "$err" "^ixlab: $2: $3\$"
	is "$1: nothing stays" "$(ls -A "$labs" 2>/dev/null)" ""
}
mkdir -p "$tmp/x"
tar xzf "$file" -C "$tmp/x"
pack() { # FILES...: as they are now
	tar czf "$tmp/bad" -C "$tmp/x" "$@"
}
listed=$(tar tzf "$file")
echo hello >"$tmp/bad"
refused "a text" "$tmp/bad" 'it is no save of a lab.*'
: >"$tmp/bad"
refused "an empty file" "$tmp/bad" 'it is no save of a lab.*'
head -c 2000 "$file" >"$tmp/bad"
refused "a file that is cut off" "$tmp/bad" '.*(cut off|truncated).*'
refused "a folder" "$tmp/x" 'is not a regular file' 3
# shellcheck disable=SC2086
{
	pack $listed extra 2>/dev/null || true
	echo more >"$tmp/x/extra"
	pack $listed extra
	refused "a file too many" "$tmp/bad" 'it holds files that its manifest does not list'
	pack $(echo "$listed" | sed '$d')
	refused "a file too few" "$tmp/bad" 'nodes/.* is missing'
	echo more >>"$tmp/x/nodes/me/bird.conf"
	pack $listed
	refused "a file that was changed" "$tmp/bad" 'nodes/me/bird.conf: it holds more than it says'
	ln -sf /etc/passwd "$tmp/x/nodes/me/bird.conf"
	pack $listed
	refused "a link" "$tmp/bad" '"nodes/me/bird.conf" is a link'
	rm "$tmp/x/nodes/me/bird.conf"
	mkfifo "$tmp/x/nodes/me/bird.conf"
	pack $listed
	refused "a pipe" "$tmp/bad" '"nodes/me/bird.conf" is no plain file'
	sed -i 's/"ixlab-save": 1/"ixlab-save": 9/' "$tmp/x/manifest.json"
	pack $listed
	refused "of another version" "$tmp/bad" 'it is of version 9, and this ixlab reads version 1'
}

# ---- full disks
[ "$(id -u)" = 0 ] && in_mounts="unshare -m" || in_mounts="unshare -Urm"
cat >"$tmp/full" <<'END'
mkdir -p "$tmp/small"
mount -t tmpfs -o size=16k,mode=700 tmpfs "$tmp/small" || exit 99
echo old >"$tmp/small/old"
dd if=/dev/zero of="$tmp/small/stone" bs=4k 2>/dev/null
export XDG_STATE_HOME="${state:-$XDG_STATE_HOME}"
ixlab "$@"
status=$?
find "$tmp/small" -type f ! -name stone ! -name old | sed 's/^/left: /'
cat "$tmp/small/old"
exit $status
END
export tmp
state=$tmp/small run env state="$tmp/small" $in_mounts sh "$tmp/full" restore "$file"
is "restore onto a full disk: exit status" "$status $out" "3 old"
like "restore onto a full disk: the sentence" "$err" '^ixlab: .*No space left on device$'
if [ "$(id -u)" = 0 ]; then
	ixlab up bilateral --name "$tag" >/dev/null
	run $in_mounts sh "$tmp/full" save -o "$tmp/small/old"
	is "save onto a full disk: the old file stays" "$status $out" "3 old"
	like "save onto a full disk: the sentence" "$err" '^ixlab: .*No space left on device$'
	ixlab down >/dev/null
else
	skip "save onto a full disk" "who may mount here is another user there"
fi
leftovers "nothing is left at the end"
done_testing
