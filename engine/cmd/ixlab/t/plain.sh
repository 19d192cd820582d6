#!/bin/sh
# Kind plain: a machine and a member that run what the lab file says.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
command -v bird >/dev/null || skip_all "BIRD is not installed"

a=$tag-p
lab() { # COMMAND: of the machine
	cat >"$tmp/p.yml" <<-END
		lab: p
		exchange:
		  switches: [sw1]
		  peering-lans: {khi: {ipv4: 203.0.113.0/24}}
		members:
		  m1: {asn: 65536, ipv4: 203.0.113.10, peers: [m2]}
		  m2:
		    asn: 65537
		    kind: plain
		    command: [bird, -f, -c, my.conf, -s, /run/bird/bird.ctl, -P, /run/bird/bird.pid]
		    ipv4: 203.0.113.11
		nodes:
		  probe: {kind: plain, command: $1, ipv4: 203.0.113.30}
	END
}
field() { # NODE FIELD
	ixlab inspect --json |
		jq -r --arg n "$1" --arg f "$2" '.nodes[] | select(.name == $n)[$f]'
}
has() { [ "$(field "$1" "$2")" = "$3" ]; }
more() { [ "$(field "$1" restarts)" -gt "$2" ]; }
logged() { grep -Eq "$1" "$XDG_STATE_HOME/ixlab/labs/$a/log"; }
sleepers() { # inside the probe
	ixlab exec probe sh -c 'for p in /proc/[0-9]*; do
		[ "$(cat $p/comm 2>/dev/null)" = sleep ] &&
		[ "$(readlink $p/ns/net)" = "$(readlink /proc/self/ns/net)" ] &&
		echo ${p#/proc/}
	done; :' </dev/null
}

lab '[no-such-program]'
run ixlab up "$tmp/p.yml" --name "$a"
is "a program that is not there" "$status $err" \
	"3 ixlab: $tmp/p.yml:13: node probe runs no-such-program, which is not installed"
leftovers "nothing is left of it"

lab '[sh, -c, "echo its address is; ip -4 -o address show ix0; sleep 1000; :"]'
run ixlab up "$tmp/p.yml" --name "$a"
is "up, though one command has no file yet" "$status $err" "0 $err"
is "the machine's runs" "$(field probe state)" running
is "it is named by its kind" "$(field probe kind) $(field probe daemon)" \
	"plain plain"
ok "it runs in the node, and the log has its words" \
	wait_for 10 logged 'probe: .*inet 203\.0\.113\.30/24'
is "inspect tells the command" "$(ixlab inspect --json | jq -c '.model.nodes[] |
	select(.name == "m2").command[:3]')" '["bird","-f","-c"]'
ok "the member's waits" wait_for 10 has m2 state backoff
like "and says why" "$(field m2 reason)" 'my\.conf'
cat >"$XDG_STATE_HOME/ixlab/labs/$a/nodes/m2/my.conf" <<-END
	router id 203.0.113.11;
	protocol device {}
	protocol bgp m1 {
		local 203.0.113.11 as 65537;
		neighbor 203.0.113.10 as 65536;
		connect delay time 1;
		ipv4 { import all; export all; };
	}
END
ok "its file is written: it runs" wait_for 10 has m2 state running
established() { ixlab birdc m1 show protocols | grep -Eq '^m2_v4 .*Established'; }
ok "and its peer has a session with it" wait_for 30 established

had=$(field probe restarts)
ixlab exec probe kill -9 "$(field probe pid)"
ok "killed, it starts again" wait_for 10 more probe "$had"
ok "and runs" wait_for 10 has probe state running
alone() { [ "$(sleepers | wc -l)" = 1 ]; }
ok "what the killed one had started is gone" wait_for 10 alone

run ixlab reset probe
is "reset: it runs" "$status $(field probe state)" "0 running"
ok "reset: one of it" wait_for 10 alone
run ixlab birdc probe
is "birdc: it is none" "$status $err" "2 ixlab: probe runs no routing daemon"
run ixlab down "$a"
leftovers "down: nothing is left"
done_testing
