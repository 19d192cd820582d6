# servers.sh: the servers that bench-rs.sh compares, each as a route server with
# the same policy. Sourced by it; uses its $conf (a folder for the files of one
# start), $n (clients), $prepends, and rs_exec, which runs a command where the
# server lives.
#
# The policy, for each client by its AS number P, the server being AS 64500:
#	0:P, 64500:0:P			do not announce to P
#	0:64500, 64500:0:0		announce to nobody, except
#	64500:P, 64500:1:P		... to P
#	65501:P, 64500:101:P		prepend the announcing AS once towards P
# and none of these leave the server. Next hop and path stay as they are; nothing
# goes back to its source; a client from which the best path is withheld gets the
# next one, where the server can do that (FRR cannot). After the reload, 64990:P
# stands for do not announce to P, and 0:P is a community as any other.
#
# Each server has NAME_there (a reason on standard output when it cannot run
# here), NAME_config DENY, NAME_start (runs in the background; sets $server_pid),
# NAME_ready, and NAME_reload, for which NAME_config was called again. NAME_dump N,
# where it is there, prints one of four long lists.

# Every client: each NAME's lines are made by a function called with I ASN ADDR.
each_client() {
	local i
	for ((i = 0; i < n; i++)); do
		"$1" $i $((10001 + i)) 198.18.$((1 + i / 256)).$((i % 256))
	done
}

launch() { # COMMAND...
	ip netns exec rs "$@" >"$conf/log" 2>&1 & # not rs_exec: the id is its own
	server_pid=$!
}

installed() { # PROGRAM PACKAGE
	command -v "$1" >/dev/null || echo "Debian's $2 is not installed"
}

# ---- ixrs

ixrs_there() { installed "$ixrs" "ixrs (run make)"; }
ixrs_client() { echo "  - {asn: $2, ip: \"$3\"}"; }
ixrs_config() {
	cat >"$conf/general.yml" <<-END
		cfg:
		  rs_as: 64500
		  router_id: 198.18.0.1
		  passive: yes
		  filtering:
		    irrdb:
		      enforce_origin_in_as_set: no
		      enforce_prefix_in_as_set: no
		  communities:
		    do_not_announce_to_any: {std: "0:rs_as", lrg: "rs_as:0:0"}
		    do_not_announce_to_peer: {std: "$1:peer_as", lrg: "rs_as:0:peer_as"}
		    announce_to_peer: {std: "rs_as:peer_as", lrg: "rs_as:1:peer_as"}
	END
	[ $prepends = 0 ] || echo '    prepend_once_to_peer: {std: "65501:peer_as", lrg: "rs_as:101:peer_as"}' >>"$conf/general.yml"
	{
		echo clients: && each_client ixrs_client
		echo '  - {asn: 64999, ip: 198.18.15.0/24}'
	} >"$conf/clients.yml"
}
ixrs_start() {
	launch "$ixrs" --foreground --general "$conf/general.yml" \
		--clients "$conf/clients.yml" --control "$conf/ixrs.ctl"
}
ixrs_ready() { "$ixrs"ctl --control "$conf/ixrs.ctl" show version >/dev/null 2>&1; }
ixrs_reload() { "$ixrs"ctl --control "$conf/ixrs.ctl" reload; }
ixrs_dump() { # N: routes, or what members N and so on announce or are told
	case $1 in
	1 | 2) set -- routes ;;
	3) set -- received AS10003 ;;
	*) set -- sent AS10004 ;;
	esac
	"$ixrs"ctl --control "$conf/ixrs.ctl" --json show "$@"
}

# ---- BIRD: one sorted table, the policy as a function of the client's AS

bird_there() { installed bird bird2; }
bird_client() {
	echo "protocol bgp c$1 from rs_client { neighbor $3 as $2; ipv4 { export where to_client($2); }; }"
}
bird_config() {
	cat >"$conf/bird.conf" <<-END
		router id 198.18.0.1;
		ipv4 table master4 sorted;
		protocol device {}
		function to_client(int p)
		{
			if (64500, 0, p) ~ bgp_large_community then return false;
			if ($1, p) ~ bgp_community then return false;
			if (0, 64500) ~ bgp_community || (64500, 0, 0) ~ bgp_large_community then
				if !((64500, p) ~ bgp_community || (64500, 1, p) ~ bgp_large_community) then return false;
			if (65501, p) ~ bgp_community || (64500, 101, p) ~ bgp_large_community then
				bgp_path.prepend(bgp_path.first);
			bgp_community.delete([(0, 64500), ($1, *), (64500, *), (65501, *)]);
			bgp_large_community.delete([(64500, *, *)]);
			return true;
		}
		filter from_client
		{
			if bgp_next_hop != from then reject;
			accept;
		}
		template bgp rs_client {
			local 198.18.0.1 as 64500;
			rs client; passive; enforce first as;
			error wait time 1, 1;
			ipv4 { table master4; secondary; import filter from_client; };
		}
	END
	each_client bird_client >>"$conf/bird.conf"
	echo 'protocol bgp visitor from rs_client { neighbor range 198.18.15.0/24 as 64999; ipv4 { export where to_client(64999); }; }' >>"$conf/bird.conf"
}
bird_start() { launch bird -f -c "$conf/bird.conf" -s "$conf/bird.ctl" -P "$conf/bird.pid"; }
bird_ready() { birdc -s "$conf/bird.ctl" show status >/dev/null 2>&1; }
bird_reload() { birdc -s "$conf/bird.ctl" configure; }
bird_dump() {
	case $1 in
	1 | 2) set -- table master4 all ;;
	3) set -- all protocol c2 ;;
	*) set -- all export c3 ;;
	esac
	birdc -s "$conf/bird.ctl" show route "$@"
}

# ---- OpenBGPD: rules that name the neighbour by neighbor-as, rde evaluate all

openbgpd_there() {
	[ "$(id -u)" = 0 ] && [ -z "$user_ns" ] || { echo "its processes become another user: only root can start it"; return; }
	installed bgpctl openbgpd
}
openbgpd_client() { echo "	neighbor $3 { remote-as $2 }"; }
openbgpd_config() {
	{
		cat <<-END
			AS 64500
			router-id 198.18.0.1
			listen on 198.18.0.1
			socket "$conf/bgpd.sock"
			fib-update no
			transparent-as yes
			rde evaluate all
			group "clients" {
				passive
				enforce neighbor-as yes
				announce IPv4 unicast
		END
		each_client openbgpd_client
		cat <<-END
			}
			allow from any
			allow to any
			deny to any community 0:64500
			deny to any large-community 64500:0:0
			allow to any community 64500:neighbor-as
			allow to any large-community 64500:1:neighbor-as
			deny to any community $1:neighbor-as
			deny to any large-community 64500:0:neighbor-as
			match to any community 65501:neighbor-as set prepend-neighbor 1
			match to any large-community 64500:101:neighbor-as set prepend-neighbor 1
			match to any set { nexthop no-modify }
			match to any set { community delete 0:64500 community delete $1:* community delete 64500:* community delete 65501:* large-community delete 64500:*:* }
		END
	} >"$conf/bgpd.conf"
	chmod 600 "$conf/bgpd.conf"
}
openbgpd_start() { mkdir -p /run/openbgpd; launch bgpd -d -f "$conf/bgpd.conf"; }
openbgpd_ready() { bgpctl -s "$conf/bgpd.sock" show >/dev/null 2>&1; }
openbgpd_reload() { bgpctl -s "$conf/bgpd.sock" reload; }

# ---- FRR: a route-map and lists for each client

frr_there() { [ -x /usr/lib/frr/bgpd ] || echo "Debian's frr is not installed"; }
frr_neighbor() {
	printf ' neighbor %s remote-as %s\n neighbor %s passive\n neighbor %s enforce-first-as\n' "$3" "$2" "$3" "$3"
}
frr_family() {
	printf '  neighbor %s activate\n  neighbor %s route-server-client\n  neighbor %s route-map C%s out\n' "$3" "$3" "$3" "$1"
}
frr_deny() { echo "bgp community-list standard DENY$1 permit $frr_word:$2"; }
frr_lists() {
	cat <<-END
		bgp large-community-list standard LDENY$1 permit 64500:0:$2
		bgp community-list standard TO$1 permit 64500:$2
		bgp large-community-list standard LTO$1 permit 64500:1:$2
		bgp community-list standard PRE$1 permit 65501:$2
		bgp large-community-list standard LPRE$1 permit 64500:101:$2
	END
}
frr_map() {
	cat <<-END
		route-map C$1 deny 5
		 match ip next-hop address $3
		route-map C$1 deny 10
		 match community DENY$1
		route-map C$1 deny 20
		 match large-community LDENY$1
		route-map C$1 permit 30
		 match community TO$1
		 on-match goto 60
		route-map C$1 permit 35
		 match large-community LTO$1
		 on-match goto 60
		route-map C$1 deny 40
		 match community NOBODY
		route-map C$1 deny 45
		 match large-community LNOBODY
		route-map C$1 permit 60
		 match community PRE$1
		 set as-path prepend last-as 1
		 on-match goto 80
		route-map C$1 permit 65
		 match large-community LPRE$1
		 set as-path prepend last-as 1
		 on-match goto 80
		route-map C$1 permit 80
		 set comm-list SCRUB delete
		 set large-comm-list LSCRUB delete
	END
}
frr_scrub() { echo "bgp community-list expanded SCRUB permit ^(0:64500|$frr_word:.*|64500:.*|65501:.*)\$"; }
frr_config() {
	frr_word=$1
	{
		frr_scrub
		cat <<-END
			bgp large-community-list expanded LSCRUB permit ^64500:.*\$
			bgp community-list standard NOBODY permit 0:64500
			bgp large-community-list standard LNOBODY permit 64500:0:0
		END
		each_client frr_deny
		each_client frr_lists
		each_client frr_map
		echo "router bgp 64500"
		printf ' bgp router-id 198.18.0.1\n no bgp ebgp-requires-policy\n no bgp default ipv4-unicast\n'
		each_client frr_neighbor
		echo " address-family ipv4 unicast"
		each_client frr_family
		printf ' exit-address-family\nexit\n'
	} >"$conf/frr.conf"
}
# Through vtysh the route-maps come into force at once; from a file of its own
# bgpd validates them all anew with every line, minutes for a hundred clients.
frr_answers() { rs_exec vtysh --vty_socket "$conf" -c 'show version' >/dev/null 2>&1; }
frr_start() {
	: >"$conf/empty"
	launch /usr/lib/frr/bgpd -n -S -l 198.18.0.1 -f "$conf/empty" \
		-i "$conf/frr.pid" -z "$conf/zserv" --vty_socket "$conf"
	wait_until 10 frr_answers
	rs_exec vtysh --vty_socket "$conf" -f "$conf/frr.conf" >>"$conf/log" 2>&1
}
frr_clients() { rs_exec vtysh --vty_socket "$conf" -c 'show running-config' 2>/dev/null | grep -c '^ neighbor .* remote-as'; }
frr_ready() { [ "$(frr_clients)" = "$n" ]; }
frr_undeny() { echo "no bgp community-list standard DENY$1"; }
frr_reload() {
	{
		echo "bgp route-map delay-timer 0"
		echo "no bgp community-list expanded SCRUB"
		frr_scrub
		each_client frr_undeny
		each_client frr_deny
	} >"$conf/change"
	rs_exec vtysh --vty_socket "$conf" -f "$conf/change"
	rs_exec vtysh --vty_socket "$conf" -c 'clear bgp ipv4 unicast * soft out'
}

# ---- GoBGP: route-server clients with secondary routes, a policy for each

gobgp_there() { installed gobgpd gobgpd; }
gobgp_neighbor() {
	cat <<-END
		  - config: {neighbor-address: $3, peer-as: $2}
		    transport: {config: {passive-mode: true, local-address: 198.18.0.1}}
		    route-server: {config: {route-server-client: true, secondary-route: true}}
		    afi-safis: [{config: {afi-safi-name: ipv4-unicast}}]
		    apply-policy: {config: {export-policy-list: [c$1], default-export-policy: accept-route}}
	END
}
gobgp_sets() {
	cat <<-END
		      - {community-set-name: deny$1, community-list: ["^$gobgp_word:$2\$"]}
		      - {community-set-name: to$1, community-list: ["^64500:$2\$"]}
		      - {community-set-name: pre$1, community-list: ["^65501:$2\$"]}
	END
}
gobgp_large_sets() {
	cat <<-END
		      - {large-community-set-name: deny$1, large-community-list: ["^64500:0:$2\$"]}
		      - {large-community-set-name: to$1, large-community-list: ["^64500:1:$2\$"]}
		      - {large-community-set-name: pre$1, large-community-list: ["^64500:101:$2\$"]}
	END
}
gobgp_statements() { # NAME SET ACTIONS: by standard, then by large communities
	cat <<-END
		      - {name: $1, conditions: {bgp-conditions: {match-community-set: {community-set: $2, match-set-options: any}}}, actions: $3}
		      - {name: l$1, conditions: {bgp-conditions: {match-large-community-set: {large-community-set: $2, match-set-options: any}}}, actions: $3}
	END
}
gobgp_policy() {
	local prepend='{route-disposition: none, bgp-actions: {set-as-path-prepend: {as: last-as, repeat-n: 1}}}'
	local scrub="{set-community: {options: remove, set-community-method: {communities-list: [\"^0:64500\$\", \"^$gobgp_word:.*\$\", \"^64500:.*\$\", \"^65501:.*\$\"]}}, set-large-community: {options: remove, set-large-community-method: {communities-list: [\"^64500:.*\$\"]}}}"
	printf '  - name: c%s\n    statements:\n' "$1"
	gobgp_statements deny$1 deny$1 '{route-disposition: reject-route}'
	gobgp_statements pre$1 pre$1 "$prepend"
	gobgp_statements to$1 to$1 "{route-disposition: accept-route, bgp-actions: $scrub}"
	gobgp_statements nobody$1 nobody '{route-disposition: reject-route}'
	echo "      - {name: rest$1, actions: {route-disposition: accept-route, bgp-actions: $scrub}}"
}
gobgp_config() {
	gobgp_word=$1
	{
		echo 'global: {config: {as: 64500, router-id: 198.18.0.1, local-address-list: [198.18.0.1]}}'
		echo neighbors:
		each_client gobgp_neighbor
		printf 'defined-sets:\n  bgp-defined-sets:\n    community-sets:\n'
		echo '      - {community-set-name: nobody, community-list: ["^0:64500$"]}'
		each_client gobgp_sets
		printf '    large-community-sets:\n'
		echo '      - {large-community-set-name: nobody, large-community-list: ["^64500:0:0$"]}'
		each_client gobgp_large_sets
		echo policy-definitions:
		each_client gobgp_policy
	} >"$conf/gobgp.yml"
}
gobgp_start() { launch gobgpd -t yaml -f "$conf/gobgp.yml" --log-level warn; }
gobgp_ready() { [ "$(rs_exec gobgp neighbor 2>/dev/null | grep -c '^198')" = "$n" ]; }
gobgp_reload() { kill -HUP $server_pid; } # it sends all anew, but withdraws nothing

# ---- the ceiling, played by rsload itself

ceiling_there() { :; }
ceiling_config() { :; }
ceiling_start() { launch "$rsload" "${exchange[@]}" --ceiling; }
ceiling_ready() { [ -n "$(rs_exec ss -ltnH sport = :179)" ]; }
ceiling_reload() { kill -HUP $server_pid; }
