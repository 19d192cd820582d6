# exabgp.sh: ExaBGP 4 as a member; see interop.sh.
#
# It keeps no table: it tells a process each event as a line of text (its JSON
# ends in a traceback where add-path is agreed), and takes commands from it. Here
# the process is two: one writes the events down, the other reads commands from the
# end of a file.

exabgp_needs() { echo exabgp; }

exabgp_cannot() { # FEATURE MODE
	case $1:$2 in
	enhanced-refresh:off) echo "ExaBGP has one switch for both kinds of refresh" ;;
	roles:on | role-mismatch:*) echo "ExaBGP 4.2 has no roles" ;;
	refresh-asked:*) echo "ExaBGP 4.2 ends in a TypeError when it is asked" ;;
	gtsm-by-member:*) echo "ExaBGP looks at the TTL of what it accepts only" ;;
	long-lived:on) echo "ExaBGP 4.2 has no long-lived graceful restart" ;;
	first-as:*) echo "ExaBGP has no check of the first AS" ;;
	no-capabilities:*) echo "ExaBGP always announces its families" ;;
	shutdown-text:*) echo "ExaBGP 4.2 ends in a TypeError when it reads a text" ;;
	shutdown-text-by-member:*) echo "ExaBGP 4.2 sends no text" ;;
	esac
}

exabgp_bool() { want "$1" "$2" && echo disable || echo enable; }

exabgp_routes() { # NAME 4|6
	want "$1" mp6 && nh=$exabgp_self || nh=self
	for id in 1 2; do
		routes_of "$1" "$2" $id | while read -r p attrs; do
			printf 'route %s next-hop %s' "$p" "$nh"
			! want "$1" add-path || printf ' path-information 0.0.0.%s' $id
			printf ' origin igp'
			for a in $attrs; do
				v=$(echo "${a#*=}" | tr , ' ')
				case $a in
				med=*) printf ' med %s' "$v" ;;
				path=*) printf ' as-path [ %s %s ]' "$exabgp_as" "$v" ;;
				comm=*) printf ' community [%s]' "$v" ;;
				large=*) printf ' large-community [%s]' "$v" ;;
				ext=*) printf ' extended-community [%s]' "$v" |
					sed 's/rt:/target:/g; s/ro:/origin:/g' ;;
				otc=*) printf ' attribute [0x23 0xc0 0x%08x]' "$v" ;;
				esac
			done
			echo ';'
		done
	done
}

exabgp_neighbor() { # NAME N ASN ADDRESS FAMILY...
	exabgp_name=$1 exabgp_as=$3
	[ "$4" = 203.0.113.1 ] && exabgp_self=203.0.113.$2 ||
		exabgp_self=2001:db8:ffff:1::$2
	echo "neighbor $4 {
		local-address $exabgp_self; local-as $3; peer-as 64500;
		router-id 203.0.113.$2; hold-time $(word "$1" hold 90);
		adj-rib-out true;
		$(! want "$1" md5 || echo "md5-password '$(word "$1" md5)';")
		$(! want "$1" gtsm || echo "outgoing-ttl 255; incoming-ttl 255;")
		capability {
			asn4 $(exabgp_bool "$1" as4=off);
			route-refresh $(exabgp_bool "$1" refresh=off);
			extended-message $(want "$1" extended-message &&
				echo enable || echo disable);
			add-path $(want "$1" add-path && echo send/receive ||
				echo disable);
			graceful-restart $(word "$1" restart disable);
			nexthop $(want "$1" mp6 && echo enable || echo disable);
			multi-session disable; operational disable; aigp disable;
		}
		api { processes [api]; neighbor-changes; negotiated;
			receive { parsed; update; open; refresh; } }"
	! want "$1" mp6 || echo "nexthop { ipv4 unicast ipv6; }"
	shift 4
	echo "family {"
	for exabgp_f; do echo "ipv$exabgp_f unicast;"; done
	echo "}"
	! want "$exabgp_name" add-path || {
		echo "add-path {"
		for exabgp_f; do echo "ipv$exabgp_f unicast;"; done
		echo "}"
	}
	echo "static {"
	for exabgp_f; do exabgp_routes "$exabgp_name" "$exabgp_f"; done
	echo "} }"
}

exabgp_up() { # NAME N ASN
	: >"$tmp/$1.cmd"
	: >"$tmp/$1.events"
	cat >"$tmp/$1.api" <<-END
		#!/bin/sh
		tail -n +1 -f --pid=\$\$ "$tmp/$1.cmd" &
		exec cat >>"$tmp/$1.events"
	END
	chmod +x "$tmp/$1.api"
	{
		echo "process api { run $tmp/$1.api; encoder text; }"
		! wants4 "$1" || exabgp_neighbor "$1" "$2" "$3" 203.0.113.1 4
		! wants6 "$1" || exabgp_neighbor "$1" "$2" "$3" \
			2001:db8:ffff:1::1 $(! want "$1" mp6 || echo 4) 6
	} >"$tmp/$1.conf"
	exabgp_daemon_user=$(id -un) exabgp_daemon_drop=false \
		exabgp_api_cli=false ip netns exec "$1" exabgp "$tmp/$1.conf" \
		>"$tmp/$1.log" 2>&1 &
	echo $! >"$tmp/$1.pid"
}

exabgp_kill() { killed "$(cat "$tmp/$1.pid")"; }

# The last word on each session, prefix and path.
exabgp_table() { # NAME
	awk '
	function value() { # of the word at i, which may be a list
		v = $++i
		if (v != "[")
			return v
		for (v = ""; $++i != "]"; )
			v = v (v == "" ? "" : ",") $i
		return v
	}
	$3 == "down" {
		for (k in route)
			if (index(k, $2 " ") == 1)
				delete route[k]
	}
	$3 == "receive" && $4 == "update" && /path-information/ {
		id = $0; sub(/.*path-information /, "", id); sub(/ .*/, "", id)
	}
	!/path-information/ { id = "" }
	$5 == "withdrawn" { delete route[$2 " " $6 " " id] }
	$5 == "announced" {
		nh = path = med = comm = large = ext = otc = "-"
		for (i = 7; i <= NF; i++) {
			if ($i == "next-hop") nh = value()
			else if ($i == "as-path") path = value()
			else if ($i == "med") med = value()
			else if ($i == "community") comm = value()
			else if ($i == "large-community") large = value()
			else if ($i == "extended-community") ext = value()
			else if ($i == "attribute") {
				a = value()
				if (a ~ /^0x23,/)
					otc = substr(a, 11)
			}
		}
		gsub(/blackhole/, "65535:666", comm)
		gsub(/no-export/, "65535:65281", comm)
		gsub(/target:/, "rt:", ext)
		gsub(/origin:/, "ro:", ext) # whose number looks like an address
		gsub(/:0\.0\.0\./, ":", ext)
		route[$2 " " $6 " " id] = $6 " nh=" nh " path=" path \
		    " med=" med " comm=" comm " large=" large " ext=" ext \
		    " otc=" otc
	}
	END { for (k in route) print route[k] }' "$tmp/$1.events" |
	while read -r line; do
		case $line in
		*otc=0x*) echo "${line%otc=*}otc=$((${line##*otc=}))" ;;
		*) echo "$line" ;;
		esac
	done
}

# What the route server offered, and the member does too.
exabgp_said() { case $exabgp_open in *$1*) ;; *) false ;; esac }
exabgp_terms() { # NAME 4|6
	exabgp_open=$(grep "^neighbor $(rs_address "$2") receive open" \
		"$tmp/$1.events" | tail -n 1)
	exabgp_said 'asn4(' && ! want "$1" as4=off && echo as4
	exabgp_said ' route refresh' && ! want "$1" refresh=off && echo refresh
	exabgp_said 'enhanced route refresh' && ! want "$1" refresh=off &&
		echo enhanced-refresh
	exabgp_said 'extended message(' && want "$1" extended-message &&
		echo extended-message
	exabgp_said 'addpath(send/receive' && want "$1" add-path && echo add-path
	exabgp_said '[Nn]ext[Hh]op' && want "$1" mp6 && echo extended-next-hop
	exabgp_said 'graceful restart' && want "$1" restart && echo restart
	exabgp_hold=${exabgp_open#*hold_time }
	[ "${exabgp_hold%% *}" -lt "$(word "$1" hold 90)" ] ||
		exabgp_hold=$(word "$1" hold 90)
	echo "hold=${exabgp_hold%% *}"
}

exabgp_events() { # NAME EXPRESSION: how many
	grep -c "^neighbor 203.0.113.1 receive $2" "$tmp/$1.events"
}
exabgp_heard_updates() { exabgp_events "$1" 'update announced'; }
# It tells only that it was asked.
exabgp_told_updates() { exabgp_events "$1" 'route-refresh'; }
exabgp_refresh() { echo 'announce route-refresh ipv4 unicast' >>"$tmp/$1.cmd"; }
exabgp_close() { echo 'neighbor 203.0.113.1 teardown 2' >>"$tmp/$1.cmd"; }
exabgp_notices() { cat "$tmp/$1.events" "$tmp/$1.log"; }
