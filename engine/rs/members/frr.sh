# frr.sh: FRR's bgpd, alone, as a member; see interop.sh.

frr_needs() { echo /usr/lib/frr/bgpd vtysh; }

frr_cannot() { # FEATURE MODE
	case $1:$2 in
	otc-from-member:*) echo "FRR cannot set OTC by hand" ;;
	esac
}

# What it can only leave out together with all other capabilities.
frr_off() { # FEATURE: the member that has it off
	case $1 in
	as4 | refresh | enhanced-refresh | extended-message) echo bare ;;
	*) echo off ;;
	esac
}

frr_options() { # NAME ADDRESS
	echo "neighbor $2 remote-as 64500
		neighbor $2 timers connect 1
		neighbor $2 advertisement-interval 0"
	while read -r w; do
		case $w in
		role=*) echo "neighbor $2 local-role ${w#*=}" ;;
		md5=*) echo "neighbor $2 password ${w#*=}" ;;
		gtsm) echo "neighbor $2 ttl-security hops 1" ;;
		hold=*) echo "neighbor $2 timers $((${w#*=} / 3)) ${w#*=}" ;;
		caps=off) echo "neighbor $2 dont-capability-negotiate" ;;
		first-as) echo "neighbor $2 enforce-first-as" ;;
		mp6) echo "neighbor $2 capability extended-nexthop" ;;
		esac
	done <"$tmp/$1.words"
}

frr_activate() { # NAME FAMILY ADDRESS
	echo "neighbor $3 activate
		neighbor $3 next-hop-self
		neighbor $3 send-community all
		neighbor $3 route-map to-rs out"
	if want "$1" add-path; then
		echo "neighbor $3 addpath-tx-all-paths"
	else
		echo "neighbor $3 disable-addpath-rx"
	fi
}

frr_family() { # NAME 4|6
	echo "address-family ipv$2 unicast"
	routes_of "$1" "$2" 1 | while read -r p attrs; do
		[ -z "$attrs" ] && echo "network $p" ||
			echo "network $p route-map $(frr_map "$p")"
	done
	if want "$1" mp6; then
		frr_activate "$1" "$2" 2001:db8:ffff:1::1
	elif [ "$2" = 4 ]; then
		! wants4 "$1" || frr_activate "$1" 4 203.0.113.1
	else
		! wants6 "$1" || frr_activate "$1" 6 2001:db8:ffff:1::1
	fi
	if [ "$2" = 4 ] && want "$1" customer; then
		echo "neighbor 203.0.113.9 activate"
	fi
	echo exit-address-family
}

frr_map() { echo "m$1" | tr ./ __; }

# A line holds some thousand bytes: steps of 200 communities.
frr_set_communities() { # MAP COMMUNITY...
	frr_m=$1 frr_step=10
	shift
	while [ $# -gt 200 ]; do
		frr_first=$*
		echo " set community $(echo "$frr_first" | cut -d' ' -f-200) additive
		on-match next
		exit
		route-map $frr_m permit $((frr_step += 1))"
		shift 200
	done
	echo " set community $* additive"
}

# Only its own, and its customer's: FRR would send back what it heard.
frr_maps() { # NAME
	for f in 4 6; do
		for id in 1 2; do
			routes_of "$1" $f $id | while read -r p attrs; do
				[ $f = 4 ] && i=ip || i=ipv6
				echo "$i prefix-list own$f permit $p"
				[ -n "$attrs" ] && [ $id = 1 ] || continue
				echo "route-map $(frr_map "$p") permit 10"
				for a in $attrs; do
					v=$(echo "${a#*=}" | tr , ' ')
					case $a in
					med=*) echo " set metric $v" ;;
					comm=*) frr_set_communities "$(frr_map "$p")" $v ;;
					large=*) echo " set large-community $v" ;;
					ext=*) for x in $v; do
						echo " set extcommunity ${x%%:*} ${x#*:}"
					done | sed 's/ ro / soo /' ;;
					esac
				done
				echo exit
			done
		done
	done
	echo "route-map to-rs permit 10
		match ip address prefix-list own4
		exit
		route-map to-rs permit 20
		match ipv6 address prefix-list own6
		exit"
}

frr_up() { # NAME N ASN
	mkdir -p "/run/$1"
	{
		frr_maps "$1"
		echo "debug bgp neighbor-events
		router bgp $3
		bgp router-id 203.0.113.$2
		no bgp ebgp-requires-policy
		no bgp enforce-first-as
		no bgp default ipv4-unicast
		no bgp network import-check"
		if want "$1" restart; then
			echo "bgp graceful-restart
			bgp graceful-restart preserve-fw-state
			bgp graceful-restart restart-time $(word "$1" restart)"
			! want "$1" soft-reset ||
				echo "no bgp hard-administrative-reset"
			! want "$1" long-lived ||
				echo "bgp long-lived-graceful-restart stale-time $(word "$1" long-lived)"
		else
			echo "bgp graceful-restart-disable"
		fi
		! wants4 "$1" || frr_options "$1" 203.0.113.1
		! wants6 "$1" || frr_options "$1" 2001:db8:ffff:1::1
		! want "$1" customer || echo "neighbor 203.0.113.9 remote-as 64496
		neighbor 203.0.113.9 timers connect 1"
		frr_family "$1" 4
		frr_family "$1" 6
	} >"$tmp/$1.conf"
	ip netns exec "$1" /usr/lib/frr/bgpd -n -S -f "$tmp/$1.conf" \
		-i "/run/$1/bgpd.pid" -z "/run/$1/zserv.api" \
		--vty_socket "/run/$1" --log "file:$tmp/$1.log" \
		--log-level debug >"$tmp/$1.err" 2>&1 &
}

frr_kill() { killed "$(cat "/run/$1/bgpd.pid")"; }

frr_sh() { # NAME COMMAND...
	frr_dir=/run/$1
	shift
	for frr_c; do
		set -- "$@" -c "$frr_c"
		shift
	done
	vtysh --vty_socket "$frr_dir" "$@"
}

frr_table() { # NAME
	for frr_f in 4 6; do
		frr_sh "$1" "show bgp ipv$frr_f unicast json detail" | jq -r '
		.routes // {} | to_entries[] | .key as $p |
		(.value | if type == "object" then .paths else . end)[] |
		select(.peer.type == "external" and .valid and
			.peer.peerId != "203.0.113.9") |
		"\($p) nh=\(.nexthops[0].ip) path=\([.aspath.segments[].list[]] |
		 map(tostring) | join(",")) med=\(.metric // "-") comm=\(
		 (.community.list // ["-"]) | map({blackhole: "65535:666",
		 noExport: "65535:65281", gracefulShutdown: "65535:0"}[.] // .) |
		 join(",")) large=\(
		 (.largeCommunity.list // ["-"]) | join(",")) ext=\(
		 (.extendedCommunity.string // "-") | gsub("RT:"; "rt:") |
		 gsub("SoO:"; "ro:") | gsub(" "; ",")) otc=\(.otc // "-")"'
	done
}

frr_terms() { # NAME 4|6
	frr_sh "$1" 'show bgp neighbors json' | jq -r --arg n "$(rs_address "$2")" '
	.[$n] | .neighborCapabilities as $c |
	def both: . != null and startswith("advertisedAndReceived");
	(if $c["4byteAs"] | both then "as4" else empty end),
	(if $c.routeRefresh | both then "refresh" else empty end),
	(if $c.enhancedRouteRefresh | both then "enhanced-refresh" else empty end),
	(if $c.extendedMessage | both then "extended-message" else empty end),
	(if [$c.addPath // {} | .[] | .rxAdvertisedAndReceived // false]
	 | any then "add-path" else empty end),
	(if [$c.extendedNexthop | .. | strings | both] | any
	 then "extended-next-hop" else empty end),
	(if ($c.gracefulRestart | both) and
	 (.gracefulRestartInfo.localGrMode | startswith("Restart"))
	 then "restart" else empty end),
	(if $c.longLivedGracefulRestart | both then "long-lived" else empty end),
	((.remoteRole // "undefined") | select(. != "undefined") | "role=\(.)"),
	"hold=\((.bgpTimerHoldTimeMsecs // 0) / 1000)"'
}

frr_stat() { # NAME FIELD
	frr_sh "$1" 'show bgp neighbors json' |
		jq ".[\"203.0.113.1\"].messageStats.$2"
}
frr_heard_updates() { frr_stat "$1" updatesRecv; }
frr_told_updates() { frr_stat "$1" updatesSent; }
frr_refresh() { frr_sh "$1" 'clear bgp ipv4 unicast 203.0.113.1 in'; }
frr_reset() { frr_sh "$1" 'clear bgp ipv4 unicast 203.0.113.1'; }
frr_close() {
	frr_sh "$1" 'configure terminal' 'router bgp' \
		"neighbor 203.0.113.1 shutdown message $2"
}
frr_notices() {
	frr_sh "$1" 'show bgp neighbors json' 'show bgp neighbors'
	cat "$tmp/$1.log" 2>/dev/null
}
