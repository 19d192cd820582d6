#!/bin/sh
# The fabric: what the ports of a switch let in, and what it copies.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
command -v nft >/dev/null || skip_all "nft is not installed"
command -v bird >/dev/null || skip_all "BIRD is not installed"

a=$tag-a
cat >"$tmp/bad.yml" <<-'EOF'
	lab: bad
	exchange:
	  name: IX
	  asn: 64500
	  switches: [sw1]
	  peering-lans:
	    khi:
	      ipv4: 203.0.113.0/24
	      guard: {pin: yes}
	members:
	  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}
EOF
printf '#!/bin/sh\necho "/dev/stdin:3:4-5: Error: it is full" >&2\nexit 1\n' \
	>"$tmp/nft"
chmod 755 "$tmp/nft"
nft=$(command -v nft)
[ "$(id -u)" = 0 ] && as="-m" || as="-rm"
instead() { # FILE COMMAND...: with that file in nft's place
	# shellcheck disable=SC2016
	unshare $as sh -c 'mount --bind "$1" "$0" && shift && exec "$@"' \
		"$nft" "$@"
}
run instead "$tmp/nft" ixlab up "$tmp/bad.yml" --name "$a"
is "nft refuses: the line of the lab file" "$status $err" \
	"3 ixlab: $tmp/bad.yml:5: sw1: nft refuses the fabric's rules: it is full"
run instead /dev/null ixlab up "$tmp/bad.yml" --name "$a"
is "no nft: what to install" "$status $err" \
	"3 ixlab: $tmp/bad.yml:5: switch sw1 guards its ports, which needs nft, \
which is not installed; apt-get install nftables"
leftovers "nothing is left of either"

# ---- the exchange from behind the counter
run ixlab up operator-view --name "$a"
is "up" "$status" 0
established() { # how many sessions in quarantine, and outside
	ixlab inspect "$a" --json | jq -c '[.sessions[] |
		select(.established) | .at == "m5" or .with == "m5"] |
		[(map(select(.)) | length), (map(select(not)) | length)]'
}
settled() { [ "$(established)" = "[0,68]" ]; }
ok "all sessions but those of quarantine" wait_for 30 settled
counter() { # FAMILY NAME
	ixlab exec sw1 nft -j list counter "$1" ixlab "$2" |
		jq '.nftables[] | .counter // empty | .packets'
}
counted() { [ "$(counter "$@")" -gt 0 ]; }
is "nobody did wrong" "$(counter bridge m1_mac) $(counter bridge m1_type)" "0 0"
ok "the monitor saw it" counted netdev mon1

run ixlab down "$a"
is "down" "$status" 0
leftovers "nothing is left"
done_testing
