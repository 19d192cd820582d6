#!/bin/sh
# record.sh: seeds for the fuzzer of messages, from what real daemons say.
#
#	engine/rs/bgp/fuzz/record.sh [DIR]
#
# Runs BIRD, FRR, OpenBGPD, GoBGP and ExaBGP, one after the other, as the peer of
# ixpeer in a network namespace, each with every capability that it has, lets
# them announce, refresh, withdraw and say goodbye, and writes each message to
# DIR (bgp_message.seeds beside this script) as DAEMON-NUMBER-TYPE, behind the two
# bytes that tell the fuzzer what was agreed on. What is not installed is left
# out. Needs root, for OpenBGPD becomes another user, and "make" before.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../../../.." && pwd)
to=${1:-$here/bgp_message.seeds}
PATH=$top/build:$PATH:/usr/sbin:/sbin:/usr/lib/frr
if [ -z "${RECORD_NS:-}" ]; then
	RECORD_NS=1 exec unshare -nmpf --mount-proc --kill-child sh "$0" "$to"
fi
ip link set lo up
for n in 1 2; do
	ip addr add 192.0.2.$n/32 dev lo
	ip addr add 2001:db8::$n/128 dev lo nodad
done
mount -t tmpfs run /run
tmp=$(mktemp -d)
chmod 755 "$tmp"
# RECORD_LOGS=1: what the daemons had to say, for who runs this by hand
trap '[ -z "${RECORD_LOGS:-}" ] || tail -n 30 "$tmp"/*.log "$tmp"/*/log; rm -rf "$tmp"' EXIT

# What was agreed on, as the fuzzer's two bytes.
agreed() { # DIR
	grep '^{' "$1/log" | jq -rs '[.[] | select(.event == "up")][0] as $u |
		[.[] | select(.event == "open")][0] as $o |
		def bit($v; $n): if $v then $n else 0 end;
		def set($l): bit($l | index("ipv4"); 1) + bit($l | index("ipv6"); 2);
		[bit($o.as4; 2) + bit($o.enhanced_refresh; 4) + 8 * set($u.families),
		 set($u.add_path_rx) + bit($u.ext_nexthop != []; 4) +
		 bit($u.extended_message; 8) + 16] |
		"\\x\(.[0] / 16 | floor | "0123456789abcdef"[.:.+1])\(.[0] % 16 | "0123456789abcdef"[.:.+1])" +
		"\\x\(.[1] / 16 | floor | "0123456789abcdef"[.:.+1])\(.[1] % 16 | "0123456789abcdef"[.:.+1])"' \
		<"$1/log"
}

# Speak with a daemon that runs as $daemon until it is told to end. MORE is what
# makes it say more meanwhile.
listen() { # NAME PID MORE...
	name=$1 pid=$2
	shift 2
	mkdir "$tmp/$name"
	cat >"$tmp/script" <<-END
		announce 10.9.0.0/16 community 65001:1
		announce 2001:db8:9::/48 next-hop 2001:db8::1
		wait-prefix 20.0.0.0/8
		refresh ipv4
		refresh ipv6
	END
	ixpeer --asn 65001 --id 192.0.2.1 --local 192.0.2.1 --listen \
		--connect 192.0.2.2 --families ipv4,ipv6 --add-path \
		--extended-message --ext-nexthop --role rs --gr 120 --llgr 3600 \
		--record "$tmp/$name" --script "$tmp/script" --seconds 14 \
		>"$tmp/$name/log" 2>"$tmp/$name/errors" &
	us=$!
	sleep 8
	"$@" || true
	sleep 2
	kill "$pid" 2>/dev/null || true
	wait $us || echo "record.sh: $name: $(cat "$tmp/$name/errors")" >&2
	kill -9 "$pid" 2>/dev/null || true
	rm -f "$to/$name"-*
	grep -q '"event":"up"' "$tmp/$name/log" || return 0
	bytes=$(agreed "$tmp/$name")
	: >"$tmp/known"
	for f in "$tmp/$name"/[0-9]*; do
		sum=$(md5sum <"$f")
		! grep -q "$sum" "$tmp/known" || continue
		echo "$sum" >>"$tmp/known"
		case $f in *keepalive) continue ;; esac
		{
			# shellcheck disable=SC2059
			printf "$bytes"
			cat "$f"
		} >"$to/$name-$(basename "$f")"
	done
	echo "$name: $(find "$to" -name "$name-*" | wc -l) messages"
}

have() {
	command -v "$1" >/dev/null || {
		echo "$1 is not installed" >&2
		return 1
	}
}

if have bird; then
	cat >"$tmp/bird.conf" <<-END
		router id 192.0.2.2;
		protocol device {}
		protocol static s4 { ipv4; route 20.0.0.0/8 blackhole { bgp_community.add((65002, 1));
			bgp_large_community.add((65002, 1, 2)); bgp_ext_community.add((rt, 65002, 3)); bgp_med = 7; };
			route 20.1.0.0/16 blackhole; route 20.2.0.0/16 blackhole { bgp_path.prepend(4200000000); }; }
		protocol static s6 { ipv6; route 2001:db8:20::/48 blackhole; }
		protocol bgp peer { local 192.0.2.2 as 65002; neighbor 192.0.2.1 as 65001; multihop; strict bind;
			local role rs_client; graceful restart on; long lived graceful restart on;
			long lived stale time 3600; enable extended messages; connect delay time 1;
			ipv4 { add paths; extended next hop; import all; export where source = RTS_STATIC; next hop self; };
			ipv6 { add paths; import all; export where source = RTS_STATIC; next hop address 2001:db8::2; }; }
	END
	bird -f -c "$tmp/bird.conf" -s "$tmp/bird.ctl" 2>"$tmp/bird.log" &
	listen bird $! birdc -s "$tmp/bird.ctl" disable s4
fi

if have bgpd && have vtysh; then
	mkdir -p /run/frr
	cat >"$tmp/frr.conf" <<-END
		router bgp 65002
		 bgp router-id 192.0.2.2
		 no bgp ebgp-requires-policy
		 no bgp enforce-first-as
		 no bgp network import-check
		 bgp graceful-restart
		 bgp long-lived-graceful-restart stale-time 3600
		 neighbor 192.0.2.1 remote-as 65001
		 neighbor 192.0.2.1 ebgp-multihop 2
		 neighbor 192.0.2.1 update-source 192.0.2.2
		 neighbor 192.0.2.1 local-role rs-client
		 neighbor 192.0.2.1 capability extended-nexthop
		 neighbor 192.0.2.1 timers connect 1
		 address-family ipv4 unicast
		  network 20.0.0.0/8 route-map tag
		  network 20.1.0.0/16
		  neighbor 192.0.2.1 activate
		  neighbor 192.0.2.1 addpath-tx-all-paths
		 exit-address-family
		 address-family ipv6 unicast
		  network 2001:db8:20::/48
		  neighbor 192.0.2.1 activate
		  neighbor 192.0.2.1 addpath-tx-all-paths
		 exit-address-family
		route-map tag permit 10
		 set community 65002:1 additive
		 set large-community 65002:1:2
		 set extcommunity rt 65002:3
		 set as-path prepend 4200000000
		 set atomic-aggregate
		 set aggregator as 65002 192.0.2.2
	END
	/usr/lib/frr/bgpd -n -S -f "$tmp/frr.conf" -i /run/frr/bgpd.pid \
		-z /run/frr/zserv.api --vty_socket /run/frr >"$tmp/frr.log" 2>&1 &
	listen frr $! vtysh --vty_socket /run/frr -c 'configure terminal' \
		-c 'router bgp 65002' -c 'address-family ipv4 unicast' \
		-c 'no network 20.1.0.0/16'
fi

if have bgpctl; then
	mkdir -p /run/openbgpd
	cat >"$tmp/openbgpd.conf" <<-END
		AS 65002
		router-id 192.0.2.2
		socket "/run/openbgpd/bgpd.sock"
		listen on 192.0.2.2
		fib-update no
		network 20.0.0.0/8 set { community 65002:1 large-community 65002:1:2 ext-community rt 65002:3 med 7 }
		network 20.1.0.0/16
		network 2001:db8:20::/48 set nexthop 2001:db8::2
		neighbor 192.0.2.1 {
			remote-as 65001
			multihop 2
			local-address 192.0.2.2
			enforce neighbor-as no
			announce IPv4 unicast
			announce IPv6 unicast
			announce refresh yes
			announce enhanced refresh yes
			announce restart yes
			announce add-path recv yes
			announce add-path send all
			announce policy rs-client
		}
		allow from any
		allow to any
	END
	chmod 600 "$tmp/openbgpd.conf"
	$(command -v -p bgpd || echo /usr/sbin/bgpd) -d -f "$tmp/openbgpd.conf" >"$tmp/openbgpd.log" 2>&1 &
	listen openbgpd $! bgpctl -s /run/openbgpd/bgpd.sock network delete 20.1.0.0/16
fi

if have gobgpd; then
	cat >"$tmp/gobgpd.yml" <<-END
		global: {config: {as: 65002, router-id: 192.0.2.2, local-address-list: [192.0.2.2]}}
		neighbors:
		  - config: {neighbor-address: 192.0.2.1, peer-as: 65001}
		    transport: {config: {local-address: 192.0.2.2, passive-mode: true}}
		    ebgp-multihop: {config: {enabled: true, multihop-ttl: 5}}
		    graceful-restart: {config: {enabled: true, restart-time: 120, notification-enabled: true, long-lived-enabled: true}}
		    add-paths: {config: {receive: true, send-max: 8}}
		    afi-safis:
		      - config: {afi-safi-name: ipv4-unicast}
		        mp-graceful-restart: {config: {enabled: true}}
		        long-lived-graceful-restart: {config: {enabled: true, restart-time: 3600}}
		      - config: {afi-safi-name: ipv6-unicast}
		        mp-graceful-restart: {config: {enabled: true}}
		        long-lived-graceful-restart: {config: {enabled: true, restart-time: 3600}}
	END
	gobgpd -f "$tmp/gobgpd.yml" -t yaml >"$tmp/gobgp.log" 2>&1 &
	pid=$!
	until gobgp global >/dev/null 2>&1; do sleep 1; done
	gobgp global rib add 20.0.0.0/8 nexthop 192.0.2.2 community 65002:1 \
		large-community 65002:1:2 med 7
	gobgp global rib add 20.1.0.0/16 nexthop 192.0.2.2 aigp metric 10
	gobgp global rib add 20.2.0.0/16 nexthop 2001:db8::2 || true
	gobgp global rib -a ipv6 add 2001:db8:20::/48 nexthop 2001:db8::2
	listen gobgp $pid gobgp global rib del 20.1.0.0/16
fi

if have exabgp; then
	mkfifo "$tmp/exabgp.in"
	cat >"$tmp/exabgp.conf" <<-END
		process later {
			run /bin/sh -c "sleep 7; echo withdraw route 20.1.0.0/16 next-hop 192.0.2.2; sleep 60";
			encoder text;
		}
		neighbor 192.0.2.1 {
			router-id 192.0.2.2;
			local-address 192.0.2.2;
			local-as 65002;
			peer-as 65001;
			capability { asn4; route-refresh; graceful-restart 120; add-path send/receive; extended-message enable; nexthop enable; }
			family { ipv4 unicast; ipv6 unicast; }
			add-path { ipv4 unicast; ipv6 unicast; }
			nexthop { ipv4 unicast ipv6; }
			api { processes [ later ]; }
			static {
				route 20.0.0.0/8 next-hop 192.0.2.2 community [ 65002:1 ] large-community [ 65002:1:2 ] extended-community [ target:65002:3 ] as-path [ 65002 4200000000 ] med 7 path-information 1.2.3.4;
				route 20.1.0.0/16 next-hop 192.0.2.2 aggregator ( 65002:192.0.2.2 ) atomic-aggregate;
				route 20.2.0.0/16 next-hop 2001:db8::2;
				route 20.3.0.0/16 next-hop 192.0.2.2 attribute [ 0x99 0xc0 0xabcdef ];
				route 2001:db8:20::/48 next-hop 2001:db8::2;
			}
		}
	END
	env exabgp.daemon.user=root exabgp.api.cli=false exabgp "$tmp/exabgp.conf" >"$tmp/exabgp.log" 2>&1 &
	listen exabgp $! true
fi
