#!/bin/sh
# nft takes the rules of every switch of every lab we ship, and of one whose
# ports are too many for one chain, and for one message of an ordinary user. Each is tried on ports of the right names.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
for program in nft ip jq; do
	command -v $program >/dev/null || skip_all "$program is not installed"
done
[ "$(id -u)" = 0 ] && away="unshare -n" || away="unshare -rn"

cat >"$tmp/many.yml" <<-'EOF'
	lab: many
	exchange:
	  name: IX
	  switches: [sw1]
	  peering-lans:
	    khi:
	      ipv4: 198.18.0.0/20
	      ipv6: 2001:db8:ffff::/64
	      guard: {pin: yes, ethertypes: [ipv4, ipv6, arp], broadcast: 100}
	      blackhole: {ipv4: 198.18.15.66}
	  monitors: {mon1: {lan: khi}}
	generate:
	  members: {count: 410, ipv4: 198.18.0.10, prefixes: [100.64.0.0/22]}
EOF
cat >"$tmp/try.sh" <<'EOF'
jq -r '.ports[] | "link add \(.) type veth"' "$1" | ip -batch - || exit
jq -r .content "$1" >"$1.nft"
[ "${2-all}" = pieces ] || exec nft -c -f "$1.nft"
csplit -szf "$1.piece" "$1.nft" '/^table /' '{*}' || exit
for piece in "$1".piece*; do nft -f "$piece" || exit; done
EOF
tried=0
for lab in "$top"/labs/*.yml "$tmp/many.yml"; do
	name=$(basename "$lab" .yml)
	ixlab up "$lab" --dry-run --json >"$tmp/plan" 2>"$tmp/plan.err" || {
		tap_point "not ok" "$name: dry run"
		diag "$(cat "$tmp/plan.err")"
		continue
	}
	for sw in $(jq -r '.steps[] | select(.op == "fabric") | .node' "$tmp/plan"); do
		jq --arg sw "$sw" '{ports: [.steps[] | select(.op == "link" or
			.op == "tunnel") | .a, .b | select(.node == $sw and
			.bridge) | .interface], content: (.steps[] | select(.op ==
			"fabric" and .node == $sw) | .content)}' \
			"$tmp/plan" >"$tmp/$sw"
		[ $name = many ] && how=pieces || how=all
		ok "$name: $sw" $away sh "$tmp/try.sh" "$tmp/$sw" $how
		tried=$((tried + 1))
	done
done
ok "there were rules to try ($tried switches)" [ "$tried" -ge 3 ]
is "many ports: several chains" \
	"$(grep -c 'type filter hook ingress' "$tmp/sw1.nft")" 3
sed -i 's/hook prerouting/hook prerooting/' "$tmp/sw1"
ok "a rule that nft does not take is noticed" \
	eval "! $away sh '$tmp/try.sh' '$tmp/sw1' 2>/dev/null"
done_testing
