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

# ---- its form: what the published schema asks of the keys that we use, in words
# of our own (an unknown key is an error there, an empty list, too)
cat >"$tmp/form.py" <<'X'
import re, sys, yaml
d = yaml.safe_load(open(sys.argv[1]))
text = lambda x: type(x) is str
node = {
    "kind": lambda x: x == "linux",
    "image": text,
    "image-pull-policy": lambda x: x in ("always", "never", "ifnotpresent"),
    "network-mode": lambda x: re.match(r"^(host)|(container:\S+)|(none)$", x),
    "cmd": text,
    "binds": lambda x: x and all(map(text, x)) and len(set(x)) == len(x),
    "exec": lambda x: x and all(map(text, x)),
}
assert set(d) == {"name", "topology"}, d.keys()
assert text(d["name"])
t = d["topology"]
assert {"nodes"} <= set(t) <= {"nodes", "kinds", "links"}, t.keys()
assert set(t["kinds"]) == {"linux"} and t.get("links", [1])
seen = set()
for n in list(t["nodes"].values()) + list(t["kinds"].values()):
    for key, value in n.items():
        assert node[key](value), (key, value)
for l in t.get("links", []):
    assert set(l) == {"endpoints"} and len(l["endpoints"]) == 2, l
    for end in l["endpoints"]:
        assert re.match(r"^\S+:\S+$", end), end
        name, port = end.split(":")
        assert name in t["nodes"] and 0 < len(port) < 16, end
        assert end not in seen, end
        seen.add(end)
print(len(t["nodes"]), len(t.get("links", [])))
X
for lab in first-ix multi-site operator-view border-core big-ix workshop hub \
	routing-security two-exchanges remote-peering one-switch; do
	run ixlab export $lab --containerlab "$tmp/$lab"
	is "$lab: exit status" "$status" 0
	file=$tmp/$lab/$lab.clab.yml
	unlike "$lab: nothing that containerlab would replace" \
		"$(cat "$file")" '[$]'
	if python3 -c 'import yaml' 2>/dev/null; then
		is "$lab: nodes and links" "$(python3 "$tmp/form.py" "$file")" \
			"$(ixlab graph $lab --json | jq -r \
			'.model | "\(.nodes | length) \([.links[] | select(.tunnel == null)] | length)"')"
	else
		skip "$lab: nodes and links" "python3-yaml is not installed"
	fi
	if [ -n "${CLAB_SCHEMA-}" ] && python3 -c 'import yaml, jsonschema'; then
		is "$lab: valid by the published schema" "$(python3 -c '
import json, sys, yaml, jsonschema
v = jsonschema.Draft7Validator(json.load(open(sys.argv[1])))
print(*[e.message for e in v.iter_errors(yaml.safe_load(open(sys.argv[2])))])' \
			"$CLAB_SCHEMA" "$file")" ""
	else
		skip "$lab: valid by the published schema" \
			"CLAB_SCHEMA, python3-yaml or python3-jsonschema is missing"
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
