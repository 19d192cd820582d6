#!/bin/sh
# A lab that names files, saved and restored where there are none of them: in
# another folder, as another user, with the folder that it came from gone.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
labs=$XDG_STATE_HOME/ixlab/labs
file=$tmp/lab.tar.gz

# ---- a name twice, a blank in a name, one in two places, one from the root
from=$tmp/from
mkdir -p "$from/lab" "$from/dumps" "$from/more"
seed=$top/engine/rs/mrt/fuzz/mrt.seeds/table_dump
gzip -c "$seed" >"$from/dumps/a dump.gz"
cp "$seed" "$from/lab/table"
cp "$seed" "$from/more/table"
echo 'announce 193.0.0.0/21' >"$from/lab/robot.script"
mkdir "$from/lab/registry"
printf 'route: 100.64.4.0/22\norigin: AS65537\n\nroute: 100.64.8.0/22\norigin: AS65538\n' \
	>"$from/lab/registry/ripe.rpsl"
echo '{"roas": [{"asn": 0, "prefix": "100.64.8.0/22", "maxLength": 22, "ta": "ripe"}]}' \
	>"$from/lab/registry/vrps.json"
cat >"$from/lab/lab.yml" <<END
lab: files
exchange:
  name: IX
  asn: 64500
  switches: [sw1]
  irr: registry/ripe.rpsl
  peering-lans: {lan: {quarantine: yes, ipv4: 203.0.113.0/24}}
  route-servers: {rs1: {ipv4: 203.0.113.1, vrps: registry/vrps.json}}
members:
  me: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22], trainee: yes}
  r1: {asn: 65537, name: Über uns, kind: ixpeer, ipv4: 203.0.113.11, prefixes: [100.64.4.0/22],
       announce: [{mrt: "../dumps/a dump.gz", count: 2}, {mrt: table, count: 1, skip: 2}]}
  r2: {asn: 65538, kind: ixpeer, ipv4: 203.0.113.12, prefixes: [100.64.8.0/22],
       announce: [{mrt: '$from/more/table', count: 1, skip: 3}], script: robot.script}
generate:
  members: {count: 2, asn: 65600, name: Robot, kind: ixpeer, ipv4: 203.0.113.100,
            prefixes: [100.80.0.0/22], announce: [{mrt: table, count: 2, skip: 4}]}
END
run ixlab up "$from/lab/lab.yml" --name "$tag"
is "up" "$status $err" "0 "
[ "$status" = 0 ] || exit 1
ixlab move me lan-q >/dev/null
ixlab pin r1 02:00:00:00:00:77 >/dev/null

# What each robot announces and the route server refuses of it, and the ports.
refused() { # ROBOT COMMAND...
	refused_r=$1
	shift
	"$@" ixlab birdc rs1 -- --json show rejected "$refused_r" |
		jq -r '[.. | objects | select(.prefix and .reason) |
			"\(.prefix) \(.reason)"] | sort | join(", ")'
}
refuses() { [ "$(refused r2 "$@" | tr -cd ,)" = ,, ]; } # all three
look() {
	wait_for 20 refuses "$@"
	refused r2 "$@"
	for r in r1 r2 m1 m2; do
		"$@" ixlab robot "$r" announced --json | jq -c 'map(del(.since)) | sort'
	done
	"$@" ixlab ports --json | jq -cS '.ports | map(del(.counters, .macs))'
}
look >"$tmp/before"
like "what the route server refuses, by its registry and its VRPs" "$(head -1 "$tmp/before")" \
	'^100\.64\.8\.0/22 rpki-invalid, .*193\.0\.0\.0/21 prefix-not-in-as-set'
is "what robots announce: their own, tables', a script's" \
	"$(sed 1d "$tmp/before" | jq -c 'select(.[0].prefix?) | length' | tr '\n' ' ')" "4 3 3 3 "

run ixlab save -o "$file"
is "save: exit status" "$status" 0
is "save: nothing is left out" "$err" ""
is "save: what is in it" "$(tar tzf "$file" | grep '^files/' | sort | tr '\n' ' ')" \
	"files/2-table files/a_dump.gz files/ripe.rpsl files/robot.script files/table files/vrps.json "
like "save: the lab file names them there" "$(tar xzOf "$file" lab.yml)" \
	'announce: \[\{mrt: "files/a_dump\.gz", count: 2\}, \{mrt: files/(2-)?table, count: 1, skip: 2\}\]'
unlike "save: and nothing outside" "$(tar xzOf "$file" lab.yml)" "$from|\.\./"

# ---- one that cannot be read any more is told; the lab is saved
rm "$from/lab/robot.script"
run ixlab save -o "$tmp/less.tar.gz"
is "one is gone: exit status" "$status" 0
like "one is gone: it is told" "$err" '^left out: robot\.script: .*No such file or directory$'
like "one is gone: its name stays" "$(tar xzOf "$tmp/less.tar.gz" lab.yml)" 'script: robot\.script'

# ---- elsewhere
same() { # NAME COMMAND...: as it was
	name=$1
	shift
	look "$@" >"$tmp/after" 2>&1
	cmp -s "$tmp/before" "$tmp/after" ||
		diff "$tmp/before" "$tmp/after" | head -20 | cut -c1-500 | sed 's/^/# /'
	ok "$name" cmp "$tmp/before" "$tmp/after"
}
ixlab down >/dev/null
rm -rf "$from" "$XDG_STATE_HOME"
run ixlab restore "$file"
is "restored with all of that gone" "$status $err" "0 "
same "restored: robots and ports are as they were"
run ixlab save -o "$tmp/again.tar.gz"
is "saved again: the same lab" "$err$(tar xzOf "$tmp/again.tar.gz" manifest.json | jq -S 'del(.made, .sha256)')" \
	"$(tar xzOf "$file" manifest.json | jq -S 'del(.made, .sha256)')"
ixlab down >/dev/null
run ixlab up "$labs/$tag/lab.yml" --name "$tag"
is "its folder is a lab like any other" "$status $err" "0 "
ixlab down >/dev/null
leftovers "down: nothing is left"

# ---- another user
as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups env \
		HOME="$tmp/nobody" XDG_STATE_HOME="$tmp/nobody/state" "$@"
}
if [ "$(id -u)" = 0 ] && chmod 755 "$tmp" && mkdir -m 700 "$tmp/nobody" &&
	chown 65534:65534 "$tmp/nobody" && chmod 644 "$file" &&
	as_nobody test -r "$file" && as_nobody test -x "$bin/ixlab" &&
	as_nobody unshare -Urn true 2>/dev/null; then
	run as_nobody ixlab restore "$file" --as "$tag-n"
	is "as another user" "$status $err" "0 "
	same "as another user: all is as it was" as_nobody
	# what anybody does who has no ixlab at hand
	as_nobody mkdir "$tmp/nobody/x"
	as_nobody tar xzf "$file" -C "$tmp/nobody/x"
	as_nobody ixlab down >/dev/null
	run as_nobody ixlab up "$tmp/nobody/x/lab.yml" --name "$tag-n"
	is "taken apart by tar it is a lab, too" "$status $err" "0 "
	as_nobody ixlab down >/dev/null
else
	skip "as another user" "we are none, or cannot become one"
fi

# ---- a file too many: hostile
mkdir -p "$tmp/x"
tar xzf "$file" -C "$tmp/x"
sed -i 's|"files/table"|"files/../../table"|' "$tmp/x/manifest.json"
tar czf "$tmp/bad" -C "$tmp/x" manifest.json lab.yml
run ixlab restore "$tmp/bad" --as "$tag-x"
is "a name that leads away: exit status" "$status" 2
ok "a name that leads away: nothing stays" [ ! -e "$labs/$tag-x" ]
leftovers "nothing is left at the end"
done_testing
