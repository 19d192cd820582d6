#!/bin/sh
# ixrs and ixrsctl as programs: words, exit statuses, sentences, manuals.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
. "$top/engine/t/tap.sh"

cat >"$tmp/general.yml" <<-END
	cfg: {rs_as: 64500, router_id: 192.0.2.1, passive: no}
END
cat >"$tmp/clients.yml" <<-END
	clients: [{asn: 1, ip: 127.0.0.9}, {asn: 1, ip: 127.0.0.8}]
END
files="--general $tmp/general.yml --clients $tmp/clients.yml"

refused() { # DESCRIPTION STATUS PATTERN COMMAND...
	what=$1 want=$2 pattern=$3
	shift 3
	run "$@"
	is "$what: exit status" "$status" "$want"
	like "$what: sentence" "$err" "$pattern"
	is "$what: one line" "$(printf '%s\n' "$err" | wc -l)" 1
}

run ixrs --help
is "ixrs --help: exit status" "$status" 0
like "ixrs --help: usage" "$out" '^usage: ixrs '
run ixrsctl --help
is "ixrsctl --help: exit status" "$status" 0
like "ixrsctl --help: commands" "$out" '^  show received MEMBER '

run ixrs --check $files
is "--check: exit status" "$status" 0
is "--check: summary" "$out" "AS64500: clients 2, bogon prefixes 0"
refused "no files" 2 '^ixrs: --general FILE is missing' ixrs --check
refused "no control socket" 2 '^ixrs: --control SOCKET is missing' ixrs $files
refused "a missing file" 2 '^ixrs: .*nowhere.yml: No such file' \
	ixrs --check --general "$tmp/nowhere.yml" --clients "$tmp/clients.yml"
refused "a word too many" 2 '"hello" is one word too many' \
	ixrs --check $files hello
refused "a hold time of 2" 2 'hold: 2 seconds are too few' \
	ixrs --check $files --hold 2
refused "a bad address" 2 'listen: "x" is no address' \
	ixrs --check $files --listen x
refused "a bad range" 2 'allow-asns: "9-3" is no range' \
	ixrs --check $files --allow-asns 9-3

# ---- data from outside
like "--check says what is off for want of data" "$(ixrs --check $files 2>&1)" \
	'not compared with AS-SETs: there is no --irr'
cat >"$tmp/irr" <<-END
	as-set: AS-X
	members: AS1

	route: 100.64.0.0/24
	origin: AS1
END
echo '{"metadata": {"buildtime": "2024-01-01T00:00:00Z"}, "roas": [
	{"asn": 1, "prefix": "100.64.0.0/24", "maxLength": 24, "ta": "x"},
	{"asn": 2, "prefix": "100.65.0.0/24", "maxLength": 24, "ta": "y"}]}' \
	>"$tmp/vrps.json"
echo '{"data": [{"asn": 7, "info_never_via_route_servers": true}]}' \
	>"$tmp/net.json"
echo "127.0.0.9 12.5 # far" >"$tmp/rtt"
run ixrs --check $files --irr "$tmp/irr" --vrps "$tmp/vrps.json" \
	--rtt "$tmp/rtt" --peering-db "$tmp/net.json" \
	--perform-graceful-shutdown
is "--check with all data: exit status" "$status" 0
is "--check with all data: summary" "$out" \
	"AS64500: clients 2, bogon prefixes 0, route objects 1, AS-SETs 1, VRPs 2, networks that avoid route servers 1, round-trip times 1"
echo "route: 100.64.9.0/24" >>"$tmp/irr" # right behind another
run ixrs --check $files --irr "$tmp/irr"
is "a malformed object: exit status" "$status" 0
like "a malformed object: where" "$err" '/irr:4: this is malformed and left out$'
like "a malformed object: the others are taken" "$out" 'objects 0, AS-SETs 1'
refused "no such data" 2 'none.json: No such file' \
	ixrs --check $files --vrps "$tmp/none.json"
echo "127.0.0.9 far" >"$tmp/rtt"
refused "a bad round-trip time" 2 \
	'/rtt:1:1: "far" is no number of milliseconds' \
	ixrs --check $files --rtt "$tmp/rtt"

# files that general.yml names: the first that is good, of trust anchors allowed
named() { # LINES
	cat >"$tmp/named.yml" <<-END
		cfg:
		  rs_as: 64500
		  router_id: 192.0.2.1
		  filtering:
		    never_via_route_servers: {peering_db: no}
		    irrdb: {enforce_origin_in_as_set: no, enforce_prefix_in_as_set: no}
		    rpki_bgp_origin_validation: {enabled: yes}
		  rpki_roas:
		    allowed_trust_anchors: [x]
		$1
	END
}
check_named="ixrs --check --general $tmp/named.yml --clients $tmp/clients.yml"
named "    ripe_rpki_validator_url: [http://a.example/, $tmp/none, $tmp/vrps.json]
    ignore_cache_files_older_than: 0"
run $check_named
is "VRPs of a file in general.yml" "$out" \
	"AS64500: clients 2, bogon prefixes 0, VRPs 1"
like "the one before it is named" "$err" '/none: No such file'
named "    ripe_rpki_validator_url: $tmp/vrps.json"
run $check_named
is "a file too old: exit status" "$status" 2
like "a file too old: sentence" "$err" '^ixrs: .*/vrps.json:'
is "which is said once" "$(echo "$err" | grep -c vrps.json)" 1
named "    ripe_rpki_validator_url: [$tmp/none, $tmp/vrps.json]"
run $check_named
is "none is good: exit status" "$status" 2
like "none is good: the end is why the first is not" "$err" \
	'^ixrs: .*/none: No such file'
like "and the other is named" "$err" ' .*/vrps.json:'
is "each of them once" "$(echo "$err" | grep -c /)" 2
named "    ripe_rpki_validator_url: http://a.example/"
refused "a URL only" 2 'named.yml:10:30: ROAs are wanted and ixrs fetches no URL: give --vrps' \
	$check_named
run $check_named --vrps "$tmp/vrps.json"
is "--vrps goes first, and anchors hold" "$out" \
	"AS64500: clients 2, bogon prefixes 0, VRPs 1"
echo '!include x.yml' >"$tmp/bad.yml"
refused "an include" 2 'bad.yml:1:1: ixrs does not support !include' \
	ixrs --check --general "$tmp/bad.yml" --clients "$tmp/clients.yml"
printf 'clients:\n  - {asn: 5, ip: 192.0.2.1, password: "${SECRET}"}\n' \
	>"$tmp/bad.yml"
refused "a variable" 2 'bad.yml:2:40: ixrs does not put variables' \
	ixrs --check --general "$tmp/general.yml" --clients "$tmp/bad.yml"

echo "cfg: {rs_as: 64500, max_prefix: 3}" >"$tmp/bad.yml"
refused "a bad key" 2 '^ixrs: .*/bad.yml:1:21: cfg has no key "max_prefix"$' \
	ixrs --check --general "$tmp/bad.yml" --clients "$tmp/clients.yml"
refused "nobody answers" 3 '^ixrsctl: .*: nobody answers there' \
	ixrsctl --control "$tmp/none" show sessions
refused "an unknown option" 2 '^ixrs: there is no option "--frob"; see' \
	ixrs --check $files --frob
refused "an option without its value" 2 '^ixrs: --hold needs a value' \
	ixrs --check $files --hold
refused "ixrsctl: an unknown option" 2 '^ixrsctl: there is no option "--frob"' \
	ixrsctl --frob --control "$tmp/none" show sessions
refused "ixrsctl: an option without its value" 2 \
	'^ixrsctl: --control needs a value' ixrsctl --control
refused "no command" 2 'which command\?' ixrsctl --control "$tmp/none"
refused "an unknown command" 2 'did you mean "sessions"' \
	ixrsctl --control "$tmp/none" show sesions
refused "a command without its argument" 2 'which member\?' \
	ixrsctl --control "$tmp/none" show received

# ---- in the background, and its end
port=$((20000 + $$ % 10000)) # or the next one that is free
while :; do
	run ixrs $files --control "$tmp/rs" --listen 127.0.0.1 --port $port
	case $status$err in
	3*'already in use'*) port=$((port + 1)) ;;
	*) break ;;
	esac
done
is "in the background: exit status" "$status" 0
run ixrsctl --control "$tmp/rs" --json show version
like "it answers" "$out" '"rs_as": 64500'
refused "an AS number of two clients" 2 \
	'"AS1" is AS1_1 as well as AS1_2; name one of them' \
	ixrsctl --control "$tmp/rs" show received AS1
refused "what is no prefix" 2 '"10.0.0.0/33" is no prefix' \
	ixrsctl --control "$tmp/rs" show routes 10.0.0.0/33
run ixrsctl --control "$tmp/rs" show received AS1_2
is "a client by its id: exit status" "$status" 0
is "a client by its id: nothing there" "$out" "no routes from that member"
refused "a second one" 3 'somebody answers there already' \
	ixrs --foreground $files --control "$tmp/rs" --listen 127.0.0.1 \
	--port $port
refused "a port that is taken" 3 'listen on 127.0.0.1 port [0-9]+: address already in use' \
	ixrs $files --control "$tmp/other" --listen 127.0.0.1 --port $port
ok "which leaves no socket" test ! -e "$tmp/other"
pid=$(tap_processes | head -n 1)
kill -TERM "$pid"
gone() { [ ! -e "$tmp/rs" ]; }
ok "SIGTERM ends it" wait_for 3 gone

# ---- the manual says what the tables say
between() { sed -n "/^.\\\\\" The $1 are printed/,/^.\\\\\" End of the $1/p" \
	"$top/engine/cmd/ixrs/ixrs.conf.5" | sed '1d;$d'; }
is "ixrs.conf(5) has the keys" "$(between keys)" "$(ixrs --keys)"
is "ixrs.conf(5) has the reasons" "$(between reasons)" "$(ixrs --reasons)"
example() { # N
	awk -v n="$1" '/^\.Bd -literal/ {i++; next} /^\.Ed/ {i += 0; in_ = 0}
		{if (i == n && !done[n]) print} /^\.Ed/ {done[i] = 1}' \
		"$top/engine/cmd/ixrs/ixrs.conf.5" | grep -v '^\.'
}
example 1 >"$tmp/general.yml"
example 2 >"$tmp/clients.yml"
example 3 >"$tmp/bogons.yml"
run ixrs --check $files --bogons "$tmp/bogons.yml" --vrps "$tmp/vrps.json"
is "the examples of ixrs.conf(5) are good" "$status $out" \
	"0 AS64500: clients 2, bogon prefixes 1, VRPs 2"
leftovers "nothing is left"
done_testing
