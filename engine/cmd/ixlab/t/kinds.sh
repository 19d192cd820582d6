#!/bin/sh
# kinds.sh [KIND]: the kinds of routers, each as a member between a route server, a BIRD peer, a
# customer and a provider, whose routes it must tell to the right ones. Each mostly
# waits for its own timers (FRR begins four seconds after it has read its file), so
# without a kind there are as many tests as kinds at once, and their points are told
# one after the other.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
command -v bird >/dev/null || skip_all "BIRD is not installed"

kinds="bird frr gobgp openbgpd"
if [ -z "${1-}" ]; then
	for kind in $kinds; do
		env -u IXLAB_ALONE "$0" $kind >"$tmp/$kind.tap" 2>&1 &
	done
	wait
	for kind in $kinds; do
		while IFS= read -r line; do
			case $line in
			'ok '*' # SKIP '*) line=${line#ok * - }
				skip "${line%% # SKIP *}" "${line#* # SKIP }" ;;
			'ok '*) tap_point ok "${line#ok * - }" ;;
			'not ok '*) tap_point "not ok" "${line#not ok * - }" ;;
			TAP* | 1..*) ;;
			*) diag "${line#\# }" ;;
			esac
		done <"$tmp/$kind.tap"
		ok "$kind: to the end" grep -q '^1\.\.[1-9]' "$tmp/$kind.tap"
	done
	done_testing
fi

a=$tag-k
lab() { # KIND [TRAINEE]
	cat >"$tmp/$1.yml" <<-END
		lab: k
		exchange:
		  name: IX
		  asn: 64500
		  switches: [sw1]
		  peering-lans:
		    khi: {ipv4: 203.0.113.0/24, ipv6: "2001:db8:ffff:1::/64"}
		  route-servers:
		    rs1: {ipv4: 203.0.113.1, ipv6: "2001:db8:ffff:1::1"}
		members:
		  m1:
		    asn: 65536
		    ipv4: 203.0.113.10
		    ipv6: "2001:db8:ffff:1::10"
		    prefixes: [100.64.0.0/22, "3fff::/32"]
		    peers: [m3]
		    host: yes
		  m2:
		    asn: 65537
		    kind: $1
		    trainee: ${2:-no}
		    ipv4: 203.0.113.11
		    ipv6: "2001:db8:ffff:1::11"
		    prefixes: [100.64.4.0/22, "3fff:1::/32"]
		    peers: [m3]
		    host: yes
		  m3:
		    asn: 65538
		    ipv4: 203.0.113.12
		    ipv6: "2001:db8:ffff:1::12"
		    prefixes: [100.64.8.0/22, "3fff:2::/32"]
		    route-servers: none
		  cust:
		    asn: 65539
		    prefixes: [100.64.12.0/22, "3fff:3::/32"]
		transit:
		  isp: {asn: 64496, prefixes: [198.18.0.0/16, "3fff:f00::/32"]}
		links:
		  - {between: [cust, m2], relation: transit, ipv4: 100.127.0.4/31, ipv6: "3fff:fff::4/127"}
		  - {between: [m2, isp], relation: transit, ipv4: 100.127.0.2/31, ipv6: "3fff:fff::2/127"}
	END
}

heard() { # NODE: the origin AS of each route it learnt, v4 then v6
	for heard_f in 4 6; do
		ixlab birdc "$1" show route table "master$heard_f" \
			where source = RTS_BGP |
			sed -n 's/.*\[AS\([0-9]*\)[i?e]\].*/\1/p' | sort -u | xargs
	done | xargs
}
hears() { got=$(heard "$1") && [ "$got" = "$2" ]; }
routes() { # NODE WORDS: it has these and no others
	wait_for 20 hears "$1" "$2"
	is "$kind: what $1 hears" "$got" "$2"
}
state() { ixlab inspect --json |
	jq -r --arg n "$1" '.nodes[] | select(.name == $n) | .state'; }
runs() { [ "$(state m2)" = running ]; }
daemon() { ixlab inspect --json |
	jq -r '.nodes[] | select(.name == "m2") | .pid'; }
restarts() { ixlab inspect --json |
	jq -r '.nodes[] | select(.name == "m2") | .restarts'; }
restarted() { [ "$(restarts)" -gt "$1" ] && runs; }
sees() { # what m2 itself tells of its sessions: the answer of its own program
	ixlab inspect --json | jq -r '[.sessions[] | select(.at == "m2") |
		"\(.with) \(.family[3:]) \(.state)"] | sort | join(", ")'
}
sees_all() { seen=$(sees) && [ "$seen" = "$all_up" ]; }
all_up="cust 4 Established, cust 6 Established, isp 4 Established, isp 6 Established, m3 4 Established, m3 6 Established, rs1 4 Established, rs1 6 Established"
has_event() { jq -es "any(.[]; .event == \"session\" and .node == \"m2\" and
	.with == \"m3\" and .family == \"ipv4\" and $1)" <"$tmp/events"; }
told_sessions() {
	wait_for 20 sees_all
	is "$kind: inspect shows its ends of sessions" "$seen" "$all_up"
	ixlab events --all --json >"$tmp/events" &
	events=$!
	wait_for 20 has_event '.was == null and .established' # the first look
	ixlab birdc m3 disable m2_v4 >/dev/null
	ok "$kind: its end goes: an event" wait_for 20 has_event \
		'.established == false and .was == "Established"'
	ixlab birdc m3 enable m2_v4 >/dev/null
	ok "$kind: its end comes back: an event" wait_for 20 has_event \
		'.state == "Established" and .was != null'
	kill $events
	wait_for 20 sees_all
	is "$kind: all of them stand again" "$seen" "$all_up"
}
pings() { ixlab exec m1-h ping -c1 -W1 "$1"; }
processes() { # NAME: those of m2, from inside it
	ixlab exec m2 sh -c 'for p in /proc/[0-9]*; do
		[ "$(cat $p/comm 2>/dev/null)" = "$1" ] &&
		[ "$(readlink $p/ns/net)" = "$(readlink /proc/self/ns/net)" ] &&
		echo ${p#/proc/}
	done; :' sh "$1" </dev/null
}

converged() {
	# the route server's clients, and what they bring along
	routes m1 "65537 65538 65539 65537 65538 65539"
	routes m3 "65536 65537 65539 65536 65537 65539"
	routes cust "64496 65536 65537 65538 64496 65536 65537 65538"
	routes isp "65537 65539 65537 65539"
}

# As a route server: next hop and path as the member said them, no /25.
server_lab() { # KIND
	cat >"$tmp/$1.yml" <<-END
		lab: k
		exchange:
		  name: IX
		  asn: 64500
		  switches: [sw1]
		  peering-lans:
		    khi: {ipv4: 203.0.113.0/24, ipv6: "2001:db8:ffff:1::/64"}
		  route-servers:
		    rs1: {kind: $1, ipv4: 203.0.113.1, ipv6: "2001:db8:ffff:1::1"}
		members:
		  m1: {asn: 65536, ipv4: 203.0.113.10, ipv6: "2001:db8:ffff:1::10", prefixes: [100.64.0.0/22, 100.64.200.0/25, "3fff::/32"]}
		  m2: {asn: 65537, ipv4: 203.0.113.11, ipv6: "2001:db8:ffff:1::11", prefixes: [100.64.4.0/22, "3fff:1::/32"]}
		  m3: {asn: 65538, ipv4: 203.0.113.12, prefixes: [100.64.8.0/22]}
	END
}
learnt() { # NODE: prefix, path, next hop
	ixlab birdc "$1" show route all where source = RTS_BGP |
		awk '/^[0-9a-f:.]+\// { p = $1 } /BGP.as_path:/ { a = $2 "-" $3 }
			/BGP.next_hop:/ { print p "," a "," $2 }' | sort | xargs
}
knows() { got=$(learnt "$1") && [ "$got" = "$2" ]; }
told() { # NODE WORDS
	wait_for 30 knows "$1" "$2"
	is "$kind serves: what $1 learns" "$got" "$2"
}
served() {
	told m2 "100.64.0.0/22,65536-,203.0.113.10 100.64.8.0/22,65538-,203.0.113.12 3fff::/32,65536-,2001:db8:ffff:1::10"
	told m3 "100.64.0.0/22,65536-,203.0.113.10 100.64.4.0/22,65537-,203.0.113.11"
}
running() { [ "$(state rs1)" = running ] && [ "$(ixlab inspect --json |
	jq -r '.nodes[] | select(.name == "rs1") | .restarts')" = 1 ]; }
server() { # KIND
	kind=$1
	rm -rf "$XDG_STATE_HOME/ixlab/labs/$a"
	server_lab "$kind"
	run ixlab up "$tmp/$kind.yml" --name "$a"
	is "$kind serves: up" "$status $err" "0 $err"
	[ "$status" = 0 ] || { diag "$out"; return; }
	served
	ixlab exec rs1 kill -9 "$(ixlab inspect --json |
		jq -r '.nodes[] | select(.name == "rs1") | .pid')"
	ok "$kind serves: killed, it starts again" wait_for 20 running
	served
	run ixlab down "$a"
	leftovers "$kind serves: nothing is left"
}

cli() { # EXPRESSION [COMMAND...]
	cli_say=$1
	shift
	run ixlab cli m2 "$@"
	like "$kind: its command line${1:+: $*}" "$status $out" "$cli_say"
}

member() { # KIND KERNEL PROCESS...
	kind=$1 kernel=$2
	shift 2
	lab "$kind"
	run ixlab up "$tmp/$kind.yml" --name "$a"
	is "$kind: up" "$status $err" "0 $err"
	[ "$status" = 0 ] || { diag "$out"; return; }
	converged
	if [ "$kernel" = kernel ]; then
		ok "$kind: its kernel forwards IPv4" wait_for 10 pings 100.64.4.10
		ok "$kind: its kernel forwards IPv6" wait_for 10 pings 3fff:1::10
	fi
	told_sessions
	"$kind"_cli
	run ixlab birdc m2
	like "$kind: birdc is another's" "$status $err" \
		"^2 ixlab: m2 runs [A-Za-z]* and no BIRD; use: ixlab cli m2\$"
	before=$(restarts)
	ixlab exec m2 kill -HUP "$(daemon)" # as the verb reload does
	ok "$kind: it reads its files anew" wait_for 20 reread
	converged
	is "$kind: and it is the same daemon" "$(restarts)" "$before"
	for process; do
		had=$(restarts)
		pid=$(processes "$process" | head -n 1)
		ixlab exec m2 kill -9 "$pid"
		ok "$kind: $process is killed, and it starts again" \
			wait_for 20 restarted "$had"
	done
	converged
	run ixlab down "$a"
	is "$kind: down" "$status" 0
	leftovers "$kind: nothing is left"
}

chosen=$1
has() { # KIND PROGRAM...: it is that kind's turn, and it is there
	[ "$1" = "$chosen" ] || return 1
	shift
	for has_p; do
		command -v "$has_p" >/dev/null && continue
		skip "$chosen" "$has_p is not installed"
		return 1
	done
}

called() { ixlab birdc m3 show protocols all m2_v4 | grep -q 'Last error:'; }
said() { ixlab inspect --json |
	jq -r '.nodes[] | select(.name == "m2") | .reason'; }
reason() { said | grep -Eq "$1"; }
waits() { [ "$(state m2)" = backoff ]; }
trainee() { # KIND FILE SENTENCE: its first file starts, and has no session
	kind=$1
	rm -rf "$XDG_STATE_HOME/ixlab/labs/$a" # the robot's files
	lab "$kind" yes
	run ixlab up "$tmp/$kind.yml" --name "$a"
	is "$kind: a trainee's: up, it runs" "$status $(state m2)" "0 running"
	ok "$kind: its peers call in vain" wait_for 20 called
	routes m1 "65538 65538"
	printf 'rubbish in it\n' >>"$XDG_STATE_HOME/ixlab/labs/$a/nodes/m2/$2"
	ixlab exec m2 kill -9 "$(daemon)"
	ok "$kind: a mistake in it: it waits" wait_for 20 waits
	wait_for 20 reason "$3"
	like "$kind: and says where" "$(said)" "$3"
	sed -i '$d' "$XDG_STATE_HOME/ixlab/labs/$a/nodes/m2/$2"
	ok "$kind: corrected, it runs" wait_for 20 runs
	run ixlab down "$a"
	leftovers "$kind: nothing is left of the trainee's"
}

# Who says 1 and announces 2 loses the session; a daemon that hangs keeps nobody
# waiting who asks for its sessions.
limited() { # KIND PROCESS
	kind=$1
	rm -rf "$XDG_STATE_HOME/ixlab/labs/$a"
	cat >"$tmp/$kind.yml" <<-END
		lab: k
		exchange:
		  switches: [sw1]
		  peering-lans:
		    khi: {ipv4: 203.0.113.0/24, ipv6: "2001:db8:ffff:1::/64"}
		members:
		  m1: {asn: 65536, ipv4: 203.0.113.10, ipv6: "2001:db8:ffff:1::10", prefixes: [100.64.0.0/22, 100.64.100.0/24], max-prefix: {ipv4: 1, ipv6: 3}, peers: [m2]}
		  m2: {asn: 65537, kind: $kind, ipv4: 203.0.113.11, ipv6: "2001:db8:ffff:1::11", prefixes: [100.64.4.0/22]}
	END
	all_up="m1 4 Idle, m1 6 Established"
	run ixlab up "$tmp/$kind.yml" --name "$a"
	is "$kind: a limit on prefixes: up" "$status" 0
	wait_for 20 sees_all
	is "$kind: who exceeds it loses the session" "$seen" "$all_up"
	hung=$(processes "$2")
	# shellcheck disable=SC2086
	ixlab exec m2 kill -STOP $hung
	is "$kind: its daemon hangs: no word of it, and none of others missing" \
		"$(sees) $(ixlab inspect --json | jq '[.sessions[] |
		select(.at == "m1")] | length')" " 2"
	is "$kind: and no program waits for it" \
		"$(ixlab exec m1 sh -c 'cat /proc/[0-9]*/comm' 2>/dev/null |
		grep -E '^(vtysh|gobgp|bgpctl)$')" ""
	# shellcheck disable=SC2086
	ixlab exec m2 kill -CONT $hung
	wait_for 20 sees_all
	is "$kind: it goes on" "$seen" "$all_up"
	run ixlab down "$a"
	leftovers "$kind: nothing is left of that"
}

missing() { # KIND PROGRAM SENTENCE
	lab "$1"
	[ "$(id -u)" = 0 ] && as="-m" || as="-rm"
	# shellcheck disable=SC2016
	run unshare $as sh -c 'mount --bind /dev/null "$1" && shift &&
		exec "$@"' sh "$2" ixlab up "$tmp/$1.yml" --name "$a"
	is "$1: $2 is missing" "$status $err" "3 ixlab: node m2 needs $3"
}

! has bird bird || server bird
if has frr /usr/lib/frr/bgpd vtysh /usr/lib/frr/frr-reload.py; then
	reread() { grep -q 'm2: .*INFO: Loading Config object from file' "$XDG_STATE_HOME/ixlab/labs/$a/log"; }
	frr_cli() { cli '203\.0\.113\.1 +4 +64500' show bgp summary; }
	member frr kernel bgpd zebra staticd
	server frr
	limited frr bgpd
	trainee frr frr.conf 'line [0-9]+: % Unknown command.*rubbish in it'
	missing frr /usr/lib/frr/zebra "FRR (/usr/lib/frr/zebra), which is not \
installed; apt-get install frr frr-pythontools"
	is "frr: nothing in the machine's own folders" \
		"$(find /run/frr /var/run/frr -newer "$tmp/frr.yml" 2>/dev/null)" ""
fi
if has gobgp gobgpd gobgp; then
	reread() { grep -q 'm2: .*msg="Reload the config file"' "$XDG_STATE_HOME/ixlab/labs/$a/log"; }
	gobgp_cli() {
		cli '^203\.0\.113\.1 +64500 .* Establ'
		cli '100\.64\.4\.0/22 +0\.0\.0\.0' global rib
	}
	member gobgp - gobgpd
	server gobgp
	limited gobgp gobgpd
	trainee gobgp gobgpd.yml 'rubbish|yaml'
	missing gobgp "$(command -v gobgp)" "GoBGP (gobgp), which is not \
installed; apt-get install gobgpd"
fi
if has openbgpd bgpd bgpctl; then
	reread() { grep -q 'm2: .*RDE reconfigured' "$XDG_STATE_HOME/ixlab/labs/$a/log"; }
	openbgpd_cli() {
		cli '^rs1 +64500 '
		cli '100\.64\.4\.0/22 ' show rib
	}
	member openbgpd - bgpd
	server openbgpd
	limited openbgpd bgpd
	trainee openbgpd bgpd.conf 'bgpd.conf:[0-9]+: syntax error|has errors'
	missing openbgpd "$(command -v bgpctl)" "OpenBGPD (bgpctl), which is not \
installed; apt-get install openbgpd"
fi
done_testing
