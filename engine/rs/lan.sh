# lan.sh: a peering LAN for the scenario tests of the route server.
#
#	. "$(dirname "$0")/../lan.sh"
#
# The test starts itself again as process 1 of namespaces of its own (user,
# network, mount, process; as root without the user namespace): nothing it makes
# can outlive it. There it has tap.sh, a bridge, and these words:
#
#	node NAME N	a namespace on the LAN, 203.0.113.N, 2001:db8:ffff:1::N
#	in_node NAME CMD...
#	config [TEXT]	write the route server's files; lines of cfg
#	client ASN N [TEXT] [NAME] [PASSWORD]	add one to clients.yml; lines of
#			its cfg
#	rs [OPTION...]	start ixrs on node rs; $rs_pid
#	bird NAME ASN N [TEXT [OUT]]	a member; TEXT is more of its
#			configuration, OUT what its export filter does, and a
#			sixth word an option of its sessions
#	ctl WORD...	ask the route server; json PATTERN for --json
#	birdc NAME WORD...
#	established N	that many sessions are up

top=$(cd "$(dirname "$0")/../../.." && pwd) # of the test
if [ -z "${RS_LAN:-}" ]; then
	user=
	[ "$(id -u)" = 0 ] || user=-Ur
	for need in unshare ip bird; do
		PATH=$PATH:/usr/sbin:/sbin command -v $need >/dev/null || {
			echo "1..0 # SKIP $need is not installed"
			exit 0
		}
	done
	unshare $user -nmpf true 2>/dev/null || {
		echo "1..0 # SKIP the kernel refuses namespaces to this user"
		exit 0
	}
	RS_LAN=${user:-root} exec unshare $user -nmpf --mount-proc \
		--kill-child sh "$0" "$@"
fi

. "$top/engine/t/tap.sh"

mount -t tmpfs lan /run && mkdir /run/netns || exit 1
ip link set lo up
ip link add lan type bridge
ip link set lan up

node() { # NAME N
	ip netns add "$1"
	ip link add "p$2" type veth peer name ix netns "$1"
	ip link set "p$2" master lan up
	ip -n "$1" link set lo up
	ip netns exec "$1" sysctl -qw net.ipv6.conf.ix.accept_dad=0 \
		net.ipv6.conf.ix.addr_gen_mode=1
	ip -n "$1" addr add "203.0.113.$2/24" dev ix
	ip -n "$1" addr add "2001:db8:ffff:1::$2/64" dev ix nodad
	ip -n "$1" link set ix up
}

in_node() {
	in_name=$1
	shift
	ip netns exec "$in_name" "$@"
}

# ---- the route server

general=$tmp/general.yml
clients=$tmp/clients.yml
control=$tmp/rs.ctl

config() {
	cat >"$general" <<-END
		cfg:
		  rs_as: 64500
		  router_id: 203.0.113.1
		  passive: no
		  filtering:
		    irrdb: {enforce_origin_in_as_set: no, enforce_prefix_in_as_set: no}
		    never_via_route_servers: {peering_db: no}
		    global_black_list_pref:
		      - prefix: 203.0.113.0
		        length: 24
		        comment: peering LAN
		  communities:
		    do_not_announce_to_any: {std: "0:rs_as", lrg: "rs_as:0:0"}
		    do_not_announce_to_peer: {std: "0:peer_as", lrg: "rs_as:0:peer_as"}
		    announce_to_peer: {std: "rs_as:peer_as", lrg: "rs_as:1:peer_as"}
	END
	[ -z "${1:-}" ] || printf '%s\n' "$1" >>"$general"
	cat >"$tmp/bogons.yml" <<-END
		bogons:
		  - {prefix: 10.0.0.0, length: 8, comment: RFC 1918}
		  - {prefix: 192.168.0.0, length: 16, comment: RFC 1918}
		  - {prefix: "fc00::", length: 7, comment: RFC 4193}
	END
	echo "clients:" >"$clients"
}

client() { # ASN N [CFG] [NAME] [PASSWORD]
	printf '  - asn: %s\n    ip: ["203.0.113.%s", "2001:db8:ffff:1::%s"]\n' \
		"$1" "$2" "$2" >>"$clients"
	[ -z "${4:-}" ] || printf '    description: %s\n' "$4" >>"$clients"
	[ -z "${5:-}" ] || printf '    password: %s\n' "$5" >>"$clients"
	[ -z "${3:-}" ] || printf '    cfg:\n      %s\n' "$3" >>"$clients"
}

rs() {
	ip netns pids rs >/dev/null 2>&1 || node rs 1
	ip netns exec rs ixrs --foreground --general "$general" --clients "$clients" \
		--bogons "$tmp/bogons.yml" --control "$control" "$@" \
		2>"$tmp/rs.log" &
	rs_pid=$!
	wait_for 5 ctl show version
}

ctl() { ixrsctl --control "$control" "$@"; }
# The answer on one line, blanks gone: for like.
json() { ixrsctl --control "$control" --json "$@" | tr -d ' \n'; }

established() { # N
	[ "$(ctl show sessions | grep -c Established)" = "$1" ]
}

# ---- members

bird() { # NAME ASN N [TEXT [OUT]]
	[ -e "/run/netns/$1" ] || node "$1" "$3"
	cat >"$tmp/$1.conf" <<-END
		router id 203.0.113.$3;
		protocol device {}
		filter to_rs {
			if source != RTS_STATIC then reject;
			${5:-}
			accept;
		}
		template bgp server {
			${6:-}
			local as $2;
			connect delay time 1; connect retry time 1;
			error wait time 1, 2;
		}
		protocol bgp rs4 from server {
			neighbor 203.0.113.1 as 64500;
			ipv4 { import all; export filter to_rs; };
		}
		protocol bgp rs6 from server {
			neighbor 2001:db8:ffff:1::1 as 64500;
			ipv6 { import all; export filter to_rs; };
		}
	END
	printf '%s\n' "${4:-}" >>"$tmp/$1.conf"
	in_node "$1" bird -c "$tmp/$1.conf" -s "$tmp/$1.ctl" -P "$tmp/$1.pid" \
		2>"$tmp/$1.log" ||
		{ diag "$(cat "$tmp/$1.log")"; false; }
}

# Static routes with a BIRD filter block for each: routes4 "PREFIX {...}" ...
routes() { # ipv4|ipv6 ROUTE...
	echo "protocol static { $1;"
	routes_family=$1
	shift
	for routes_r in "$@"; do echo "route ${routes_r%% *} blackhole"; case $routes_r in
		*' '*) echo "{ ${routes_r#* }; };" ;;
		*) echo ';' ;;
		esac
	done
	echo "}"
}

birdc() {
	birdc_name=$1
	shift
	command birdc -s "$tmp/$birdc_name.ctl" "$@"
}

# NAME learnt PREFIX: the member has the route.
has() { birdc "$1" "show route for $2" | grep -q "$2"; }
has_not() {
	has_all=$(birdc "$1" show route) && ! echo "$has_all" | grep -q "^$2"
}

cleanup() {
	[ -z "${RS_DEBUG:-}" ] || cat "$tmp/rs.log" >&2
}
