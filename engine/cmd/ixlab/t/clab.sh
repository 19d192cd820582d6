#!/bin/sh
# ixlab export --containerlab: the topology is of containerlab's form, and a
# small stand-in for containerlab (clab.awk) that carries it out, line by line,
# has a lab whose sessions come up. CLAB_SCHEMA names the schema that containerlab
# publishes (clab.schema.json), which is not ours to ship.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
here=$top/engine/cmd/ixlab/t

run ixlab export bilateral --containerlab "$tmp/bilateral"
is "exit status" "$status $err" "0 "
is "the files are told" "$out" "$(cd "$tmp/bilateral" &&
	for f in bilateral.clab.yml nodes/*/* Dockerfile; do
		echo "$tmp/bilateral/$f"
	done)"
[ -z "$GENERATE" ] ||
	cp "$tmp/bilateral/bilateral.clab.yml" "$here/clab.golden"
is "bilateral: as it was" "$(cat "$tmp/bilateral/bilateral.clab.yml")" \
	"$(cat "$here/clab.golden")"
run ixlab export bilateral --containerlab "$tmp/bilateral"
is "nothing is written over" "$status $err" "2 ixlab: \
$tmp/bilateral/bilateral.clab.yml is there already: name another folder, or \
remove it"

# ---- its form: what the published schema asks of the keys that we use, in words of
# our own (clab.schema.json); then what no schema can say
have_yaml= have_schema=
python3 -c 'import yaml' 2>/dev/null && have_yaml=1
python3 -c 'import yaml, jsonschema' 2>/dev/null && have_schema=1
cat >"$tmp/valid.py" <<'X'
import json, sys, yaml, jsonschema
s = json.load(open(sys.argv[1]))
jsonschema.Draft7Validator.check_schema(s)
for e in jsonschema.Draft7Validator(s).iter_errors(yaml.safe_load(open(sys.argv[2]))):
    print("/".join(map(str, e.path)), e.message)
X
cat >"$tmp/form.py" <<'X'
import sys, yaml
t = yaml.safe_load(open(sys.argv[1]))["topology"]
seen = set()
for l in t.get("links", []):
    for end in l["endpoints"]:
        assert end.split(":")[0] in t["nodes"] and end not in seen, end
        seen.add(end)
print(len(t["nodes"]), len(t.get("links", [])))
X
valid() { # WHAT SCHEMA FILE
	if [ -n "$have_schema" ]; then
		is "$1" "$(python3 "$tmp/valid.py" "$2" "$3" 2>&1)" ""
	else
		skip "$1" "python3-yaml or python3-jsonschema is not installed"
	fi
}
if [ -n "$have_schema" ]; then
	sed 's/^    m1:$/&\n      pid-mode: host/; s/^name: .*/name: 7/; s/\(endpoints: .*\)m1:ix0/\1m1/' \
		"$tmp/bilateral/bilateral.clab.yml" >"$tmp/wrong.yml"
	is "what is wrong is found" "$(python3 "$tmp/valid.py" "$here/clab.schema.json" "$tmp/wrong.yml" |
		cut -d' ' -f1 | sort -u | tr '\n' ' ')" "name topology/links/0/endpoints/1 topology/nodes/m1 "
else
	skip "what is wrong is found" "python3-yaml or python3-jsonschema is not installed"
fi
for lab in first-ix multi-site operator-view border-core big-ix workshop hub \
	routing-security two-exchanges remote-peering one-switch; do
	run ixlab export $lab --containerlab "$tmp/$lab"
	is "$lab: exit status" "$status" 0
	file=$tmp/$lab/$lab.clab.yml
	unlike "$lab: nothing that containerlab would replace" \
		"$(cat "$file")" '[$]'
	valid "$lab: as our words of the schema want it" "$here/clab.schema.json" "$file"
	if [ -n "$have_yaml" ]; then
		is "$lab: nodes and links" "$(python3 "$tmp/form.py" "$file")" \
			"$(ixlab graph $lab --json | jq -r \
			'.model | "\(.nodes | length) \([.links[] | select(.tunnel == null)] | length)"')"
	else
		skip "$lab: nodes and links" "python3-yaml is not installed"
	fi
	if [ -n "${CLAB_SCHEMA-}" ]; then
		valid "$lab: valid by the published schema" "$CLAB_SCHEMA" "$file"
	else
		skip "$lab: valid by the published schema" "CLAB_SCHEMA names none"
	fi
done
like "the image has what the nodes run" "$(cat "$tmp/first-ix/Dockerfile")" \
	'^COPY ixrs /usr/local/bin/$'
ok "and that program lies beside it" test -x "$tmp/first-ix/ixrs"
unlike "and no other" "$(cat "$tmp/bilateral/Dockerfile")" COPY
like "what is lost is told" "$(cat "$tmp/multi-site/multi-site.clab.yml")" \
	'^# Note: .*netem'

# ---- carried out
command -v bird >/dev/null && [ -d /etc/bird ] || {
	skip "what it makes" "bird2 is not installed"
	done_testing
}
can_lab || {
	skip "what it makes" "no namespaces; see ixlab doctor"
	done_testing
}
[ "$(id -u)" = 0 ] && enter="unshare -nm" || enter="unshare -rnm"
cat >"$tmp/wait.sh" <<'X'
until_true() { # as wait_for
	end=$(($(date +%s) + 120))
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt $end ] || return 1
		sleep 0.1
	done
}
X
# Carries a lab out, then what stands on standard input.
play() { # lab
	{
		cat "$tmp/wait.sh"
		awk -v dir="$tmp/$1" -f "$here/clab.awk" "$tmp/$1/$1.clab.yml"
		cat
	} >"$tmp/$1/play.sh"
	# shellcheck disable=SC2086
	run $enter sh "$tmp/$1/play.sh"
	tap_processes | while read -r pid; do kill -9 "$pid" 2>/dev/null; done
}
play first-ix <<'X'
robots() {
	[ "$(in_m2 birdc -s /run/bird/bird.ctl show protocols |
		grep -c 'BGP .*Established')" = 4 ]
}
until_true robots && echo sessions
until_true in_m2_h ping -c 1 -W 1 100.64.8.10 && echo ipv4
until_true in_m2_h ping -c 1 -W 1 3fff:2::10 && echo ipv6
X
is "first-ix: sessions with the route servers, and both families pass" \
	"$status $out" "0 sessions
ipv4
ipv6"
is "first-ix: no line failed" "$(cat "$tmp/first-ix/failed")" ""

play operator-view <<'X'
in_sw1 nft list counters | grep -c 'counter '
until_true in_m2_h ping -c 1 -W 1 100.64.8.10 && echo passes
until_true in_m2 ping -c 1 -W 1 203.0.113.1 && echo alive
in_m2 ping -c 1 -W 1 203.0.113.66 >/dev/null || echo black
X
like "operator-view: the switch counts what it drops" "$out" '^[1-9][0-9]+$'
is "operator-view: guards let through what they should" \
	"$(printf '%s\n' "$out" | sed 1d | tr '\n' ' ')" "passes alive black "
is "operator-view: no line failed" "$(cat "$tmp/operator-view/failed")" ""

play border-core <<'X'
all() {
	in_m1_core birdc -s /run/bird/bird.ctl show protocols |
		grep BGP | grep -vc Established | grep -qx 0
}
until_true all && echo inside
X
is "border-core: iBGP over OSPF" "$status $out" "0 inside"
is "border-core: no line failed" "$(cat "$tmp/border-core/failed")" ""

play multi-site <<'X'
until_true in_m2_h ping -c 1 -W 1 100.64.8.10 && echo sites
X
is "multi-site: from site to site" "$status $out" "0 sites"
if ixlab doctor --json | jq -e '.[] | select(.feature == "netem") | .ok' \
	>/dev/null; then
	is "multi-site: no line failed" "$(cat "$tmp/multi-site/failed")" ""
else
	is "multi-site: no line failed but those of netem, which is missing" \
		"$(grep -vc ': tc .* netem ' "$tmp/multi-site/failed")" 0
fi
# ---- a command of the lab file, with all the signs that quoting knows
cat >"$tmp/word.yml" <<'X'
lab: word
exchange:
  switches: [sw1]
  peering-lans: {khi: {ipv4: 203.0.113.0/24}}
members: {m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}}
nodes:
  probe:
    kind: plain
    command: [sh, -c, "echo \"it's $HOME\" '$(id -u)' \\\\ >/run/said; exec sleep 60"]
    ipv4: 203.0.113.30
X
run ixlab export "$tmp/word.yml" --containerlab "$tmp/word"
is "a command: exit status" "$status $err" "0 "
unlike "a command: no dollar in the topology" \
	"$(cat "$tmp/word/word.clab.yml")" '[$]'
play word <<'X'
until_true in_probe test -s /run/said
in_probe cat /run/said
X
is "a command: as the lab file says it" "$out" "it's $HOME \$(id -u) \\"
cat >"$tmp/robot.yml" <<'X'
lab: robot
exchange:
  switches: [sw1]
  peering-lans: {khi: {ipv4: 203.0.113.0/24}}
members:
  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}
  m2: {asn: 65537, kind: ixpeer, ipv4: 203.0.113.11, peers: [m1],
       prefixes: [100.64.4.0/22]}
X
run ixlab export "$tmp/robot.yml" --containerlab "$tmp/robot"
is "robots: exit status" "$status" 0
like "robots: what is lost is told" "$err" '^robots .* say nothing'
leftovers "nothing is left"
done_testing
