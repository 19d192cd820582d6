#!/bin/sh
# ixlab inspect --json: of labs that have everything between them, the manual names
# every key of the answer, at every depth, and no other.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"

paths() { # "nodes[].name", one a line
	jq -r '[paths | map(if type == "number" then "[]" else . end) |
		join(".") | gsub("\\.\\[\\]"; "[]")] | unique | .[]' |
		grep -v '\[\]$' # an array's elements are named by their keys
}
documented() {
	sed -n '/^\.Sh WHAT INSPECT SAYS$/,/^\.Sh /s/^\.It Li //p' \
		"$top/engine/cmd/ixlab/ixlab.1"
}

sed 's/^    asn: 65537$/&\n    limits: {memory: 1G}/' "$top/labs/first-ix.yml" >"$tmp/lab.yml"
run ixlab up "$tmp/lab.yml" --name "$tag"
is "up" "$status" 0
# A link with weather has more to say, where this machine can make some.
if ixlab link m2 sw1 delay 5ms >/dev/null 2>&1; then
	weather=.
else
	weather=directions
fi
# And so has one with robots.
cat >"$tmp/robot.yml" <<-END
	lab: robot
	exchange: {asn: 64500, switches: [s], peering-lans: {l: {ipv4: 203.0.113.0/24}}, route-servers: {rs1: {ipv4: 203.0.113.1}}}
	members: {r1: {asn: 65001, kind: ixpeer, ipv4: 203.0.113.2}}
END
run ixlab up "$tmp/robot.yml" --name "$tag-r"
is "up with a robot" "$status" 0
# And one whose ports have guards, a monitor, and tunnels between its sites.
cat >"$tmp/ports.yml" <<-END
	lab: ports
	exchange:
	  asn: 64500
	  switches: [s1, s2]
	  vlans: auto
	  site-links: [{between: [s1, s2], over: vxlan}]
	  peering-lans: {l: {switches: [s1, s2], ipv4: 203.0.113.0/24, mtu: 1500,
	    guard: {pin: yes, ethertypes: [ipv4, ipv6, arp], broadcast: 100},
	    blackhole: {ipv4: 203.0.113.66}}}
	  monitors: {mon: {lan: l, switch: s1}}
	members: {m1: {asn: 65001, ipv4: 203.0.113.2, switch: s1}}
END
run ixlab up "$tmp/ports.yml" --name "$tag-p"
is "up with guards" "$status" 0
ixlab -L "$tag-p" cull l on >/dev/null
# What the model of a larger lab has needs none that runs.
{
	ixlab inspect "$tag" --json | paths
	ixlab inspect "$tag-r" --json | paths
	ixlab inspect "$tag-p" --json | paths | grep -v '^cull\.' # names of switches
	for lab in "$top"/engine/lab/model/t/hub.yml "$top"/engine/lab/model/t/robots.yml "$top"/labs/*.yml; do
		ixlab graph "$lab" --json 2>/dev/null |
			jq '{model}' 2>/dev/null | paths
	done
} | LC_ALL=C sort -u >"$tmp/real"
documented | LC_ALL=C sort -u >"$tmp/page"
is "keys that the manual does not name" \
	"$(LC_ALL=C comm -23 "$tmp/real" "$tmp/page")" ""
LC_ALL=C comm -13 "$tmp/real" "$tmp/page" >"$tmp/unsaid"
if [ $weather = directions ]; then
	skip "keys of a link with weather" "this machine makes none"
	grep -v '^links\[\]\|^wire' "$tmp/unsaid" >"$tmp/unsaid.some"
	mv "$tmp/unsaid.some" "$tmp/unsaid"
fi
if ! ixlab inspect "$tag-p" --json | jq -e '.model.vlans == "filtering"' >/dev/null; then
	skip "keys of ports with VLANs" "this kernel's bridges filter none"
	grep -v '^ports\[\]\.vlans\[\]' "$tmp/unsaid" >"$tmp/unsaid.some"
	mv "$tmp/unsaid.some" "$tmp/unsaid"
fi
is "keys that the manual names and nobody says" "$(cat "$tmp/unsaid")" ""
like "there are many" "$(wc -l <"$tmp/page")" '^ *[1-9][0-9][0-9]'
is "the manual names none twice" "$(documented | sort | uniq -d)" ""
is "cull: by switch" "$(ixlab inspect "$tag-p" --json | jq -c '.cull | map_values(keys)')" \
	'{"s1":["bytes","packets"]}'
is "ports says the same" "$(ixlab -L "$tag-p" ports --json | jq -S '.ports | map(keys)')" \
	"$(ixlab inspect "$tag-p" --json | jq -S '.ports | map(keys)')"
ixlab down "$tag-r" >/dev/null
ixlab down "$tag-p" >/dev/null
# lab(5) says the same of the model, in sentences; a robot's words are ixpeer(1)'s.
sed -n '/^\.Sh JSON/,/^\.Sh FILES/p' "$top/engine/lab/model/lab.5" >"$tmp/lab5"
is "keys of the model that lab.5 does not name" "$(sed -n \
	'/\.robot\.[ab]/d; s/^model\..*\.//p; s/^model\.\([^.]*\)$/\1/p' "$tmp/real" |
	tr -d '[]' | sort -u | while read -r key; do
		grep -qw -- "$key" "$tmp/lab5" || echo "$key"
	done)" ""
run ixlab down
leftovers "nothing is left"
done_testing
