# openbgpd.sh: OpenBGPD as a member; see interop.sh.

openbgpd_needs() { echo bgpd bgpctl; }
openbgpd_user=_bgpd # whom it becomes

openbgpd_cannot() { # FEATURE MODE
	case $1:$2 in
	extended-message:on | extended-message-out:*)
		echo "OpenBGPD 7.7 has no extended messages" ;;
	extended-next-hop:* | both-families:*)
		echo "OpenBGPD 7.7 has no RFC 8950" ;;
	refresh-asked:*) echo "OpenBGPD 7.7 counts the request and does nothing (nor for BIRD)" ;;
	restart:on) echo "OpenBGPD promises no more than End-of-RIB" ;;
	long-lived:on) echo "OpenBGPD has no long-lived graceful restart" ;;
	hold-time:off) echo "OpenBGPD takes no hold time of 0" ;;
	no-capabilities:*) openbgpd_old || echo "OpenBGPD 8 always has capabilities" ;;
	otc-from-member:*) echo "OpenBGPD 7.7 cannot set OTC by hand" ;;
	esac
}

# Of 7 or before: Debian 13's is 8 and has other words.
openbgpd_old() {
	case $(bgpd -V 2>&1) in
	*' '[1-7].*) ;;
	*) return 1 ;;
	esac
}

openbgpd_role() { # ROLE
	if openbgpd_old; then
		echo "announce policy $1"
	else
		printf 'role %s\nannounce policy yes\n' "$1"
	fi
}

openbgpd_options() { # NAME
	want "$1" first-as || echo "enforce neighbor-as no"
	want "$1" enhanced-refresh && echo "announce enhanced refresh yes"
	want "$1" add-path && echo "announce add-path recv yes
		announce add-path send all"
	while read -r w; do
		case $w in
		as4=off) echo "announce as-4byte no" ;;
		refresh=off) echo "announce refresh no" ;;
		no-restart) echo "announce restart no" ;;
		role=*) openbgpd_role "${w#*=}" ;;
		md5=*) echo "tcp md5sig password ${w#*=}" ;;
		gtsm) echo "ttl-security yes" ;;
		hold=*) [ "${w#*=}" = 0 ] || echo "holdtime ${w#*=}" ;;
		caps=off) ! openbgpd_old || echo "announce capabilities no" ;;
		esac
	done <"$tmp/$1.words"
}

openbgpd_networks() { # NAME
	for f in 4 6; do
		routes_of "$1" $f 1 | while read -r p attrs; do
			echo "network $p set {"
			for a in $attrs; do
				for x in $(echo "${a#*=}" | tr , ' '); do
					case $a in
					med=*) echo "metric $x" ;;
					comm=*) echo "community $x" ;;
					large=*) echo "large-community $x" ;;
					ext=rt:* | ext=ro:*) echo "ext-community $x" |
						sed 's/ rt:/ rt /; s/ ro:/ soo /' ;;
					esac
				done
			done
			echo "}"
		done
	done | sed 'N;s/ set {\n}$//;P;D'
}

openbgpd_up() { # NAME N ASN
	mkdir -p /run/openbgpd # its chroot
	rm -f "/run/$1.sock"
	{
		echo "AS $3
		router-id 203.0.113.$2
		socket \"/run/$1.sock\"
		fib-update no"
		openbgpd_networks "$1"
		! wants4 "$1" || echo "neighbor 203.0.113.1 {
			remote-as 64500
			$(openbgpd_options "$1")
		}"
		! wants6 "$1" || echo "neighbor 2001:db8:ffff:1::1 {
			remote-as 64500
			$(openbgpd_options "$1")
		}"
		! want "$1" customer || echo "neighbor 203.0.113.9 {
			remote-as 64496
		}"
		echo "allow from any
		allow to any
		match to any set nexthop self"
	} >"$tmp/$1.conf"
	chmod 600 "$tmp/$1.conf"
	ip netns exec "$1" bgpd -d -v -f "$tmp/$1.conf" >"$tmp/$1.log" 2>&1 &
	echo $! >"$tmp/$1.pid"
}

openbgpd_kill() { killed "$(cat "$tmp/$1.pid")"; }

openbgpd_ctl() { # NAME WORD...
	openbgpd_sock=/run/$1.sock
	shift
	bgpctl -s "$openbgpd_sock" "$@"
}

openbgpd_table() { # NAME
	openbgpd_ctl "$1" -j show rib detail | jq -r '.rib[] |
	select(.neighbor.remote_addr == "203.0.113.1" or
		.neighbor.remote_addr == "2001:db8:ffff:1::1") |
	"\(.prefix) nh=\(.exit_nexthop) path=\(.aspath | gsub(" "; ",")
	 ) med=\(.metric) comm=\((.communities // ["-"]) | map({BLACKHOLE: "65535:666",
	 NO_EXPORT: "65535:65281", GRACEFUL_SHUTDOWN: "65535:0"}[.] // .) | join(",")
	 ) large=\((.large_communities // ["-"]) | join(",")
	 ) ext=\((.extended_communities // ["-"]) | map(gsub("^rt "; "rt:") |
	 gsub("^soo "; "ro:")) | join(",")) otc=\(.otc // ([.attributes[]? | select(.type == 35 or .type == "OTC") |
	 .data.as // .data // .as] | first) // "-")"'
}

openbgpd_terms() { # NAME 4|6
	openbgpd_ctl "$1" -j show neighbor | jq -r --arg n "$(rs_address "$2")" '
	.neighbors[] | select(.remote_addr == $n) | .session |
	.capabilities as $c | .local.capabilities as $l |
	.remote.capabilities as $r |
	(if $c.as4byte then "as4" else empty end),
	(if $c.refresh then "refresh" else empty end),
	(if $c.enhanced_refresh then "enhanced-refresh" else empty end),
	(if $c["add-path"] then "add-path" else empty end),
	(if $l.graceful_restart.restart and $r.graceful_restart
	 then "restart" else empty end),
	(first($r.open_policy_role, (.. | objects | .remote_role) |
	 select(. != null)) | "role=\(.)"),
	"hold=\(.holdtime)"'
}

openbgpd_stat() { # NAME sent|received
	openbgpd_ctl "$1" -j show neighbor | jq ".neighbors[] |
		select(.remote_addr == \"203.0.113.1\") | .stats.message.$2.updates"
}
openbgpd_heard_updates() { openbgpd_stat "$1" received; }
openbgpd_told_updates() { openbgpd_stat "$1" sent; }
openbgpd_refresh() { openbgpd_ctl "$1" neighbor 203.0.113.1 refresh; }
openbgpd_close() { openbgpd_ctl "$1" neighbor 203.0.113.1 down "$2"; }
openbgpd_notices() {
	openbgpd_ctl "$1" -j show neighbor
	cat "$tmp/$1.log"
}
