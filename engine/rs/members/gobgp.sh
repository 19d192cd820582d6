# gobgp.sh: GoBGP as a member; see interop.sh.

gobgp_needs() { echo gobgpd gobgp; }

gobgp_cannot() { # FEATURE MODE
	case $1:$2 in
	as4:off | refresh:off) echo "GoBGP always announces it" ;;
	refresh-by-member:*) echo "GoBGP keeps what it heard, and never asks" ;;
	enhanced-refresh:*) echo "GoBGP 3.10 knows the capability code, and no more" ;;
	extended-message:on | extended-message-out:*)
		echo "GoBGP 3.10 has no extended messages" ;;
	roles:on | role-mismatch:*) echo "GoBGP has no roles" ;;
	otc-from-member:*) echo "GoBGP cannot set OTC" ;;
	first-as:*) echo "GoBGP has no check of the first AS" ;;
	no-capabilities:*) echo "GoBGP always announces its capabilities" ;;
	hold-time:off) echo "GoBGP takes no hold time of 0" ;;
	esac
}

gobgp_neighbor() { # NAME ADDRESS FAMILY...
	gobgp_name=$1
	echo "  - config:"
	echo "      neighbor-address: \"$2\""
	echo "      peer-as: 64500"
	! want "$1" md5 || echo "      auth-password: $(word "$1" md5)"
	echo "    timers: {config: {connect-retry: 1, idle-hold-time-after-reset: 1, hold-time: $(word "$1" hold 90)}}"
	! want "$1" gtsm || echo "    ttl-security: {config: {enabled: true, ttl-min: 255}}"
	want "$1" restart && gobgp_gr='mp-graceful-restart: {config: {enabled: true}},' ||
		gobgp_gr=
	gobgp_lived=
	! want "$1" long-lived || {
		gobgp_lived=", long-lived-enabled: true"
		gobgp_gr="$gobgp_gr long-lived-graceful-restart: {config: {enabled: true, restart-time: $(word "$1" long-lived)}},"
	}
	[ -z "$gobgp_gr" ] || echo "    graceful-restart: {config: {enabled: true, restart-time: $(word "$1" restart)$gobgp_lived}}"
	echo "    afi-safis:"
	shift 2
	for gobgp_f; do
		echo "      - {$gobgp_gr $(gobgp_add_path)config: {afi-safi-name: ipv$gobgp_f-unicast}}"
	done
}
gobgp_add_path() {
	! want "$gobgp_name" add-path ||
		echo "add-paths: {config: {receive: true, send-max: 8}}, "
}

gobgp_conf() { # NAME N ASN
	{
		echo "global: {config: {as: $3, router-id: 203.0.113.$2}}"
		echo "neighbors:"
		! wants4 "$1" || gobgp_neighbor "$1" 203.0.113.1 4
		! wants6 "$1" || gobgp_neighbor "$1" 2001:db8:ffff:1::1 6 \
			$(! want "$1" mp6 || echo 4)
		! want "$1" customer || echo "  - config: {neighbor-address: 203.0.113.9, peer-as: 64496}"
	} >"$tmp/$1.conf"
}

gobgp_ctl() { # NAME WORD...
	gobgp_node=$1
	shift
	ip netns exec "$gobgp_node" gobgp "$@"
}

gobgp_route() { # NAME N FAMILY PREFIX ATTRIBUTE...
	gobgp_nh=203.0.113.$2
	{ [ "$3" = 4 ] && ! want "$1" mp6; } || gobgp_nh=2001:db8:ffff:1::$2
	gobgp_name=$1 gobgp_f=$3 gobgp_p=$4 gobgp_ext=
	shift 4
	for gobgp_a; do
		shift
		case $gobgp_a in
		med=*) set -- "$@" med "${gobgp_a#*=}" ;;
		comm=*) set -- "$@" community "${gobgp_a#*=}" ;;
		large=*) set -- "$@" large-community "${gobgp_a#*=}" ;;
		ext=*) gobgp_ext=$(echo "${gobgp_a#*=}" |
			sed 's/,/ /g; s/rt:/rt /g') ;;
		esac
	done
	gobgp_ctl "$gobgp_name" global rib -a "ipv$gobgp_f" add "$gobgp_p" \
		nexthop "$gobgp_nh" origin igp "$@" $gobgp_ext
}

gobgp_routes() { # NAME N
	for f in 4 6; do
		routes_of "$1" $f 1 | while read -r p attrs; do
			gobgp_route "$1" "$2" $f "$p" $attrs </dev/null
		done
	done
}

# Routes cannot be in its configuration, and who restarts must have them before it
# says that these were all: so there is no way to the route server until then.
gobgp_way() { # NAME replace|del
	ip -n "$1" route "$2" unreachable 203.0.113.1
	ip -n "$1" route "$2" unreachable 2001:db8:ffff:1::1
}

gobgp_up() { # NAME N ASN
	gobgp_conf "$@"
	gobgp_way "$1" replace
	! want "$1" again || gobgp_r=-r
	ip netns exec "$1" gobgpd -f "$tmp/$1.conf" -t yaml --pprof-disable \
		${gobgp_r-} >>"$tmp/$1.log" 2>&1 &
	echo $! >"$tmp/$1.pid"
	unset gobgp_r
	(
		trap - EXIT HUP INT TERM
		wait_for 5 gobgp_ctl "$1" global
		gobgp_routes "$1" "$2"
		gobgp_way "$1" del
	) >"$tmp/$1.err" 2>&1 &
}

gobgp_kill() { killed "$(cat "$tmp/$1.pid")"; }

gobgp_table() { # NAME
	for gobgp_f in 4 6; do
		gobgp_ctl "$1" global rib -a ipv$gobgp_f -j | jq -r '
		def number: # of four bytes in base 64
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
			as $digits | reduce (.[:6] | split("") | .[]) as $d
			(0; . * 64 + ($digits | index($d))) | . / 16 | floor;
		to_entries[] | .key as $p | .value[] |
		select(."neighbor-ip" == "203.0.113.1" or
			."neighbor-ip" == "2001:db8:ffff:1::1") |
		(.attrs | map({key: "\(.type)", value: .}) | from_entries) as $a |
		"\($p) nh=\($a["14"].nexthop // $a["3"].nexthop) path=\(
		 [$a["2"].as_paths[]?.asns[]] | map(tostring) | join(",")
		 ) med=\($a["4"].metric // "-") comm=\([$a["8"].communities[]? |
		 "\(. / 65536 | floor):\(. % 65536)"] |
		 if . == [] then "-" else join(",") end
		 ) large=\([$a["32"].value[]? |
		 "\(.ASN):\(.LocalData1):\(.LocalData2)"] |
		 if . == [] then "-" else join(",") end) ext=\([$a["16"].value[]? |
		 "\({"2": "rt", "3": "ro"}["\(.subtype)"] // .subtype):\(.value)"] |
		 if . == [] then "-" else join(",") end) otc=\(
		 if $a["35"] then $a["35"].value | number else "-" end)"'
	done
}

gobgp_terms() { # NAME 4|6
	gobgp_ctl "$1" neighbor -j | jq -r --arg n "$(rs_address "$2")" '
	.[] | select(.conf.neighbor_address == $n) |
	([.state.local_cap[]?.type_url] | map(sub(".*\\."; ""))) as $l |
	([.state.remote_cap[]?.type_url] | map(sub(".*\\."; ""))) as $r |
	({FourOctetASNCapability: "as4", RouteRefreshCapability: "refresh",
	  EnhancedRouteRefreshCapability: "enhanced-refresh",
	  AddPathCapability: "add-path",
	  ExtendedNexthopCapability: "extended-next-hop",
	  GracefulRestartCapability: "restart",
	  LongLivedGracefulRestartCapability: "long-lived"} | to_entries[] |
	 .key as $k | select(($l | index($k)) and ($r | index($k))) | .value),
	"hold=\(.timers.state.negotiated_hold_time)"'
}

gobgp_stat() { # NAME received|sent
	gobgp_ctl "$1" neighbor -j | jq ".[] |
		select(.conf.neighbor_address == \"203.0.113.1\") |
		.state.messages.$2.update"
}
gobgp_heard_updates() { gobgp_stat "$1" received; }
gobgp_told_updates() { gobgp_stat "$1" sent; }
gobgp_refresh() { gobgp_ctl "$1" neighbor 203.0.113.1 softresetin; }
# It would come back after half a minute; what makes it stay has no text.
gobgp_close() { gobgp_ctl "$1" neighbor 203.0.113.1 shutdown --reason "$2"; }
gobgp_stay() { gobgp_ctl "$1" neighbor 203.0.113.1 disable; }
gobgp_notices() {
	gobgp_ctl "$1" neighbor -j
	cat "$tmp/$1.log"
}
