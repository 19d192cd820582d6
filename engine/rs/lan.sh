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
#	logged NAME PATTERN	the member's BIRD has said so; what birdc shows of a
#			session is soon that of its next try
#	established N	that many sessions are up
#	peer NAME ASN N OPTION... <SCRIPT	a scripted member (ixpeer); with
#			N written 6:N it speaks over IPv6
#	tagged PREFIX COMMUNITY...	a route for routes: 0:1, 1:2:3, rt:1:2
#	held NAME	what a BIRD member holds, told NAME what ixpeer was told
#			last, a line a prefix: PREFIX KEY=VALUE[,VALUE]...
#	expect <TABLE	a line a check: MEMBER|PREFIX|WANTED|DESCRIPTION
#	refused MEMBER <TABLE	PREFIX|CODE WORD|SENTENCE of each rejected route, and
#			explain says the same to MEMBER
#	reload		with what was written to the files; no session is lost

top=$(cd "$(dirname "$0")/../../.." && pwd) # of the test
inside="unshare ip bird"
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
		log "$tmp/$1.bird" all;
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

logged() { grep -q "$2" "$tmp/$1.bird"; }

# NAME learnt PREFIX: the member has the route.
has() { birdc "$1" "show route for $2" | grep -q "$2"; }
has_not() {
	has_all=$(birdc "$1" show route) && ! echo "$has_all" | grep -q "^$2"
}

# ---- exact attributes

peer() { # NAME ASN N OPTION... <SCRIPT
	peer_name=$1 peer_asn=$2 peer_n=${3#6:}
	peer_local=203.0.113.$peer_n peer_rs=203.0.113.1
	[ "$peer_n" = "$3" ] || peer_local=2001:db8:ffff:1::$peer_n \
		peer_rs=2001:db8:ffff:1::1
	shift 3
	[ -e "/run/netns/$peer_name" ] || node "$peer_name" "$peer_n"
	cat >"$tmp/$peer_name.script"
	in_node "$peer_name" ixpeer --asn "$peer_asn" --id "203.0.113.$peer_n" \
		--local "$peer_local" --connect "$peer_rs" --timeout 300 "$@" \
		--script "$tmp/$peer_name.script" \
		>"$tmp/$peer_name.json" 2>"$tmp/$peer_name.err" &
	peer_pid=$!
}

# A community of the three kinds, as BIRD writes them.
tagged() { # PREFIX COMMUNITY...
	printf %s "$1"
	shift
	tagged_and=
	for tagged_c in "$@"; do
		tagged_v=$(echo "$tagged_c" | tr : ,)
		case $tagged_c in
		r[to]:*) tagged_k=ext ;;
		*:*:*) tagged_k=large ;;
		*) tagged_k= ;;
		esac
		printf '%s bgp_%scommunity.add((%s))' "$tagged_and" \
			"${tagged_k:+${tagged_k}_}" "$tagged_v"
		tagged_and=';'
	done
}

held() { # NAME
	birdc "$1" show route all where source = RTS_BGP | awk '
		function value() {
			sub(/^[^:]*: */, ""); gsub(/, */, ":"); gsub(/[()]/, "")
			gsub(/ +/, ","); return $0
		}
		/^[0-9a-f]/ {if (line) print line; line = $1}
		/BGP.next_hop:/ {sub(/ fe80.*/, ""); line = line " hop=" value()}
		/BGP.as_path:/ {line = line " path=" value()}
		/BGP.med:/ {line = line " med=" value()}
		/BGP.community:/ {line = line " std=" value()}
		/BGP.large_community:/ {line = line " lrg=" value()}
		/BGP.ext_community:/ {line = line " ext=" value()}
		/BGP.otc:|BGP.23 / {line = line " otc=" value()}
		END {if (line) print line}'
}

told() { # NAME
	jq -r --slurp '
		def list(k): if . and . != [] then " \(k)=\(map(tostring) | join(","))" else "" end;
		def one(k): if . then " \(k)=\(.)" else "" end;
		def text: (.next_hop | one("hop")) + (.as_path | list("path")) +
			(.med | one("med")) + (.communities | list("std")) +
			(.large_communities | list("lrg")) +
			(.ext_communities | list("ext")) + (.otc | one("otc"));
		reduce .[] as $e ({};
			if $e.event == "announce" then
				reduce $e.prefixes[] as $p (.; .[$p] = ($e | text))
			elif $e.event == "withdraw" then
				reduce $e.prefixes[] as $p (.; del(.[$p]))
			elif $e.event == "down" then {} else . end) |
		to_entries[] | .key + .value' "$tmp/$1.json"
}

# WANTED is "-" for nothing, or what held and told print: all communities and OTC
# must be those, "+" for none of them; hop, path and med count where they stand.
expect() { # <TABLE
	cat >"$tmp/expect"
	wait_for 5 expect_met
	while IFS='|' read -r expect_r expect_w expect_d expect_g; do
		[ "$expect_r" = ok ] && tap_point ok "$expect_d" && continue
		is "$expect_d" "$expect_g" "$expect_w"
	done <"$tmp/expect.done"
}
expect_met() {
	cut -d'|' -f1 "$tmp/expect" | sort -u | while read -r expect_m; do
		expect_how=told
		[ ! -e "$tmp/$expect_m.conf" ] || expect_how=held
		$expect_how "$expect_m" | sed "s/^/$expect_m|/; s/ /|/"
	done >"$tmp/expect.got"
	awk -F'|' '
		function fits(want, got,  w, i, n, m) {
			if (want == "-" || got == "-") return want == got
			n = split(want, w, " ")
			for (i = 1; i <= n; i++)
				if (w[i] != "+" &&
				    index(" " got " ", " " w[i] " ") == 0) return 0
			m = split(got, w, " ")
			for (i = 1; i <= m; i++)
				if (w[i] !~ /^(hop|path|med)=/ &&
				    index(" " want " ", " " w[i] " ") == 0) return 0
			return 1
		}
		FILENAME == ARGV[1] {held[$1, $2] = $3; next}
		{
			got = ($1, $2) in held ? held[$1, $2] : "-"
			if (!fits($3, got)) bad = 1
			print (fits($3, got) ? "ok" : "not") "|" $3 "|" \
				$1 " " $2 ": " $4 "|" got
		}
		END {exit bad}' "$tmp/expect.got" "$tmp/expect" >"$tmp/expect.done"
}

refused() { # MEMBER <TABLE
	sort >"$tmp/refused"
	wait_for 5 refused_met
	cut -d'|' -f1 "$tmp/refused" | uniq | while read -r refused_p; do
		ctl --json explain "$refused_p" "$1"
	done | jq -r '.[] | select(.verdict == "rejected") |
		"\(.prefix)|\(.why)"' >"$tmp/refused.why"
	while IFS='|' read -r refused_p refused_r refused_s; do
		is "$refused_p is refused: $refused_r" \
			"$(grep "^$refused_p|" "$tmp/refused.got")" \
			"$refused_p|$refused_r|$refused_s"
	done <"$tmp/refused"
	is "explain says the same to $1" "$(cat "$tmp/refused.why")" \
		"$(cut -d'|' -f1,3 "$tmp/refused")"
}
refused_met() {
	ctl --json show rejected | jq -r \
		'.[] | "\(.prefix)|\(.reason_code) \(.reason)|\(.reason_text)"' |
		sort >"$tmp/refused.got"
	cmp -s "$tmp/refused.got" "$tmp/refused"
}

reload() {
	reload_before=$(flaps)
	run ctl reload
	is "reload: exit status" "$status$err" 0
	is "reload: no session is lost" "$(flaps)" "$reload_before"
}
flaps() { ctl --json show sessions | jq -c 'map([.address, .flaps])'; }

cleanup() {
	[ -z "${RS_DEBUG:-}" ] || cat "$tmp/rs.log" >&2
}
