#!/bin/sh
# One session in each family with FRR, OpenBGPD and GoBGP: up, and routes both
# ways. BIRD is the witness at the other side of the route server.
. "$(dirname "$0")/../lan.sh"

config
client 65536 10 '' witness
client 65541 21 '' frr
client 65542 22 '' openbgpd
client 65543 23 '' gobgp
bird witness 65536 10 "$(routes ipv4 100.64.0.0/22)
$(routes ipv6 3fff:0:10::/48)"
rs
ok "the witness is up" wait_for 5 established 2

is_up() { # N: both sessions of that member
	[ "$(ctl show sessions | grep -Ec "(203.0.113|ffff:1:):?[.:]$1 .*Established")" = 2 ]
}

prints() { # TEXT COMMAND...
	prints_text=$1
	shift
	"$@" | grep -q "$prints_text"
}

# NAME N V4 V6: what is to be seen of a member, whatever it runs.
member_works() {
	ok "$1: both sessions are up" wait_for 8 is_up "$2"
	ok "$1: the witness has its IPv4 route" wait_for 5 has witness "$3"
	ok "$1: the witness has its IPv6 route" wait_for 5 has witness "$4"
	like "$1: the path is its own" \
		"$(birdc witness show route all "$3")" "as_path: 655$((20 + $2))\$"
	like "$1: it was told the witness's routes" \
		"$(ctl show sent "$1")" '^100.64.0.0/22 .* 65536 '
}

# In the namespaces' user space only the caller's own id exists: a daemon that
# becomes another user cannot.
needs() { # NAME PROGRAM USER N
	if [ ! -x "$(command -v "$2")" ]; then
		skip "$1" "$2 is not installed"
	elif [ -n "${3:-}" ] && [ "$RS_LAN" != root ]; then
		skip "$1" "it wants to become $3, whom an ordinary user's namespaces do not have"
	else
		node "$1" "$4"
		return 0
	fi
	return 1
}

# ---- FRR
if needs frr /usr/lib/frr/bgpd '' 21; then
	mkdir -p /run/frr
	cat >"$tmp/frr.conf" <<-END
		router bgp 65541
		 bgp router-id 203.0.113.21
		 no bgp ebgp-requires-policy
		 no bgp enforce-first-as
		 no bgp default ipv4-unicast
		 no bgp network import-check
		 neighbor 203.0.113.1 remote-as 64500
		 neighbor 203.0.113.1 timers connect 1
		 neighbor 2001:db8:ffff:1::1 remote-as 64500
		 neighbor 2001:db8:ffff:1::1 timers connect 1
		 address-family ipv4 unicast
		  network 100.65.0.0/24
		  neighbor 203.0.113.1 activate
		 exit-address-family
		 address-family ipv6 unicast
		  network 3fff:0:41::/48
		  neighbor 2001:db8:ffff:1::1 activate
		 exit-address-family
	END
	ip netns exec frr /usr/lib/frr/bgpd -n -S -f "$tmp/frr.conf" -i /run/frr/bgpd.pid \
		-z /run/frr/zserv.api --vty_socket /run/frr >"$tmp/frr.log" 2>&1 &
	member_works frr 21 100.65.0.0/24 3fff:0:41::/48
	ok "frr: it has the witness's route" wait_for 3 prints 65536 \
		vtysh --vty_socket /run/frr -c 'show bgp ipv4 unicast 100.64.0.0/22'
fi

# ---- OpenBGPD
if needs openbgpd bgpd _bgpd 22; then
	mkdir -p /run/openbgpd
	cat >"$tmp/bgpd.conf" <<-END
		AS 65542
		router-id 203.0.113.22
		socket "/run/openbgpd/bgpd.sock"
		fib-update no
		network 100.66.0.0/24
		network 3fff:0:42::/48
		neighbor 203.0.113.1 {
			remote-as 64500
			enforce neighbor-as no
		}
		neighbor 2001:db8:ffff:1::1 {
			remote-as 64500
			enforce neighbor-as no
		}
		allow from any
		allow to any
	END
	chmod 600 "$tmp/bgpd.conf"
	ip netns exec openbgpd bgpd -d -f "$tmp/bgpd.conf" \
		>"$tmp/openbgpd.log" 2>&1 &
	member_works openbgpd 22 100.66.0.0/24 3fff:0:42::/48
	ok "openbgpd: it has the witness's route" wait_for 3 prints 65536 \
		bgpctl -s /run/openbgpd/bgpd.sock show rib 100.64.0.0/22
fi

# ---- GoBGP
if needs gobgp gobgpd '' 23; then
	cat >"$tmp/gobgpd.yml" <<-END
		global: {config: {as: 65543, router-id: 203.0.113.23}}
		neighbors:
		  - config: {neighbor-address: 203.0.113.1, peer-as: 64500}
		    timers: {config: {connect-retry: 1, idle-hold-time-after-reset: 1}}
		    afi-safis: [{config: {afi-safi-name: ipv4-unicast}}]
		  - config: {neighbor-address: "2001:db8:ffff:1::1", peer-as: 64500}
		    timers: {config: {connect-retry: 1, idle-hold-time-after-reset: 1}}
		    afi-safis: [{config: {afi-safi-name: ipv6-unicast}}]
	END
	ip netns exec gobgp gobgpd -f "$tmp/gobgpd.yml" -t yaml \
		>"$tmp/gobgp.log" 2>&1 &
	gobgp() { ip netns exec gobgp gobgp "$@"; }
	ok "gobgp: it runs" wait_for 5 gobgp global
	gobgp global rib add 100.67.0.0/24 nexthop 203.0.113.23
	gobgp global rib -a ipv6 add 3fff:0:43::/48 nexthop 2001:db8:ffff:1::23
	member_works gobgp 23 100.67.0.0/24 3fff:0:43::/48
	ok "gobgp: it has the witness's route" wait_for 3 prints 65536 \
		gobgp global rib 100.64.0.0/22
fi

cleanup() {
	[ "$tap_failed" = 0 ] ||
		tail -n 20 "$tmp"/*.log | sed 's/^/# /'
}
done_testing
