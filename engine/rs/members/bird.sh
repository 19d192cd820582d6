# bird.sh: BIRD 2 as a member, for interop.sh, which says what these words mean.

bird_needs() { echo bird; }

bird_cannot() { # FEATURE MODE
	case $1:$2 in
	enhanced-refresh:off) echo "BIRD 2.0 has one switch for both kinds of refresh" ;;
	esac
}

bird_options() { # NAME: lines of its sessions
	while read -r w; do
		case $w in
		as4=off) echo 'enable as4 off;' ;;
		refresh=off) echo 'enable route refresh off;' ;;
		extended-message) echo 'enable extended messages on;' ;;
		role=*) echo "local role $(echo "${w#*=}" | tr - _);" ;;
		md5=*) echo "password \"${w#*=}\";" ;;
		gtsm) echo 'ttl security on;' ;;
		hold=*) echo "hold time ${w#*=};" ;;
		caps=off) echo 'capabilities off;' ;;
		first-as) echo 'enforce first as on;' ;;
		restart=*) echo "graceful restart on;
			graceful restart time ${w#*=};" ;;
		aware) echo 'graceful restart aware;
			long lived graceful restart aware;' ;;
		long-lived=*) echo "long lived graceful restart on;
			long lived stale time ${w#*=};" ;;
		no-restart) echo 'graceful restart off;
			long lived graceful restart off;' ;;
		esac
	done <"$tmp/$1.words"
}

bird_channel() { # NAME ipv4|ipv6 [WORDS]
	want "$1" add-path && bird_ap='add paths on;' || bird_ap=
	echo "$2 { import all; export filter to_rs; $bird_ap ${3:-} };"
}

bird_routes() { # NAME FAMILY ID: "route P blackhole { ... };" for each
	routes_of "$1" "$2" "$3" | while read -r p attrs; do
		echo "route $p blackhole {"
		for a in $attrs; do
			v=$(echo "${a#*=}" | tr , ' ')
			case $a in
			otc=*) echo "bgp_otc = $v;" ;;
			path=*) for x in $v; do
				echo "bgp_path.prepend($x);"
			done ;;
			comm=*) for x in $v; do
				echo "bgp_community.add((${x%:*},${x#*:}));"
			done ;;
			large=*) for x in $v; do
				echo "bgp_large_community.add(($(echo "$x" |
					tr : ,)));"
			done ;;
			ext=*) for x in $v; do
				echo "bgp_ext_community.add(($(echo "$x" |
					tr : ,)));"
			done ;;
			esac
		done
		echo "};"
	done
}

# A MED that is not set on the way out stays at home.
bird_meds() { # NAME
	sed -n 's/^\([^ ]*\) .*med=\([0-9]*\).*/if net = \1 then bgp_med = \2;/p' \
		"$tmp/$1.routes"
}

bird_statics() { # NAME: a protocol for each family and path
	for id in 1 2; do
		for f in 4 6; do
			bird_r=$(bird_routes "$1" "$f" $id)
			[ -z "$bird_r" ] ||
				echo "protocol static s$f$id { ipv$f; $bird_r }"
		done
	done
}

bird_up() { # NAME N ASN
	{
		echo "router id 203.0.113.$2;
		protocol device {}
		filter to_rs {
			if source != RTS_STATIC then reject;
			$(bird_meds "$1")
			accept;
		}
		template bgp server {
			local as $3;
			connect delay time 1; connect retry time 1;
			error wait time 1, 2;
			$(bird_options "$1")
		}"
		! wants4 "$1" || echo "protocol bgp rs4 from server {
			neighbor 203.0.113.1 as 64500;
			$(bird_channel "$1" ipv4)
		}"
		! wants6 "$1" || echo "protocol bgp rs6 from server {
			neighbor 2001:db8:ffff:1::1 as 64500;
			$(bird_channel "$1" ipv6)
			$(! want "$1" mp6 ||
				bird_channel "$1" ipv4 'extended next hop on;')
		}"
		bird_statics "$1"
	} >"$tmp/$1.conf"
	! want "$1" again || bird_again=-R
	in_node "$1" bird ${bird_again-} -c "$tmp/$1.conf" -s "$tmp/$1.ctl" \
		-P "$tmp/$1.pid" -D "$tmp/$1.log" >"$tmp/$1.err" 2>&1 ||
		diag "$(cat "$tmp/$1.err")"
	unset bird_again
}

bird_kill() { killed "$(cat "$tmp/$1.pid")"; }

bird_table() { # NAME
	birdc "$1" show route all where source = RTS_BGP | awk '
	function flush() {
		if (seen)
			print prefix, "nh=" nh, "path=" path, "med=" med, \
			    "comm=" comm, "large=" large, "ext=" ext, \
			    "otc=" otc
		seen = 0
	}
	function list(s) {
		gsub(/, /, ":", s); gsub(/\) \(/, ",", s); gsub(/[()]/, "", s)
		return s
	}
	/^[0-9a-f]+[.:].*\[/ { flush(); prefix = $1 }
	/ \[rs[46] / { flush(); seen = 1; nh = path = med = comm = large = ext = otc = "-" }
	/BGP.next_hop:/ { nh = $2 }
	/BGP.med:/ { med = $2 }
	/BGP.otc:/ { otc = $2 }
	/BGP.as_path:/ { $1 = ""; sub(/^ /, ""); gsub(/ /, ","); path = $0 }
	/BGP.community:/ {
		s = $0; sub(/.*community: /, "", s)
		gsub(/,/, ", ", s); comm = list(s)
	}
	/BGP.large_community:/ {
		s = $0; sub(/.*community: /, "", s); large = list(s)
	}
	/BGP.ext_community:/ {
		s = $0; sub(/.*community: /, "", s); ext = list(s)
	}
	END { flush() }'
}

# It prints no more than the first dozens.
bird_communities() { # NAME PREFIX: how many there are
	for bird_n in 1100 0; do
		[ "$(birdc "$1" show route "$2" where \
			"bgp_community.len >= $bird_n" | grep -c "^$2")" = 0 ] ||
			break
	done
	echo $bird_n
}

bird_terms() { # NAME 4|6
	birdc "$1" show protocols all "rs$2" | awk '
	BEGIN {
		split("4-octet AS numbers/as4/Route refresh/refresh/Enhanced refresh/enhanced-refresh/Extended message/extended-message/ADD-PATH/add-path/Extended next hop/extended-next-hop/Graceful restart/restart/Long-lived graceful restart/long-lived", w, "/")
		for (i = 1; i in w; i += 2)
			name[w[i]] = w[i + 1]
	}
	/^    [A-Z]/ { side = "" }
	/^    Local capabilities/ { side = "l" }
	/^    Neighbor capabilities/ { side = "n" }
	side { sub(/^ +/, ""); if ($0 in name) got[side, name[$0]] = 1 }
	/^ *Role: / && side == "n" { print "role=" $2 }
	/^ *Hold timer:/ { sub(/.*\//, "", $3); print "hold=" $3 }
	END {
		for (i = 2; i in w; i += 2)
			if (got["l", w[i]] && got["n", w[i]])
				print w[i]
	}'
}

bird_count() { # NAME Import|Export: updates
	birdc "$1" show protocols all rs4 |
		sed -n "s/^ *$2 updates: *\([0-9]*\).*/\1/p"
}
bird_heard_updates() { bird_count "$1" Import; }
bird_told_updates() { bird_count "$1" Export; }

bird_refresh() { birdc "$1" reload in rs4; }
bird_close() { birdc "$1" disable rs4 "\"$2\""; }
bird_notices() { # NAME: what NOTIFICATIONs it heard or sent
	birdc "$1" show protocols all
	cat "$tmp/$1.log" 2>/dev/null
}
