# interop.sh: one make of router as members of ixrs, with each feature on and off.
#
#	. "$(dirname "$0")/../lan.sh"
#	. "$top/engine/rs/interop.sh"
#	interop bird
#
# The cast and the rows are the same for every make; all that differs is in
# members/MAKE.sh, in these words:
#
#	MAKE_needs		programs; $MAKE_user whom it becomes, if anybody
#	MAKE_cannot FEATURE on|off	why a row cannot be; else nothing
#	MAKE_off FEATURE	the member that has it off, if not "off"
#	MAKE_up NAME N ASN	start, from the member's words and routes
#	MAKE_kill NAME		with SIGKILL
#	MAKE_table NAME		what it holds from the route server, a line for each
#				path: "PREFIX nh=A path=1,2 med=M comm=a:b,c:d
#				large=a:b:c ext=rt:a:b,ro:a:b otc=N", "-" where
#				there is none
#	MAKE_communities NAME PREFIX	how many it has, where the table does not tell
#	MAKE_terms NAME 4|6	words: what was agreed on in that session
#	MAKE_heard_updates NAME, MAKE_told_updates NAME	counters, IPv4
#	MAKE_refresh NAME	ask the route server for all again
#	MAKE_close NAME TEXT	end the IPv4 session, and say why
#	MAKE_notices NAME	text that tells of NOTIFICATIONs
#
# A member's words stand in $tmp/NAME.words, a line each: only4 (no IPv6 session),
# mp6 (one session over IPv6 for both), add-path, extended-message, restart=S,
# long-lived=S, no-restart, role=ROLE, md5=PASSWORD, gtsm, hold=S, first-as,
# as4=off, refresh=off, caps=off, customer (203.0.113.9 is one), again (it was
# there before). Its routes are in $tmp/NAME.routes: "PREFIX [med=] [comm=]
# [large=] [ext=] [otc=] [path=] [id=2]", where path comes behind the own AS and
# id=2 is a second path to the prefix.

for make in bird frr openbgpd gobgp exabgp; do
	. "$top/engine/rs/members/$make.sh"
done

want() { grep -q "^$2\(=\|\$\)" "$tmp/$1.words"; }
word() { # NAME KEY [OTHERWISE]
	word_v=$(sed -n "s/^$2=//p" "$tmp/$1.words")
	echo "${word_v:-${3-}}"
}
wants4() { ! want "$1" mp6; }
wants6() { ! want "$1" only4; }
rs_address() { [ "$1" = 4 ] && echo 203.0.113.1 || echo 2001:db8:ffff:1::1; }
routes_of() { # NAME 4|6 ID
	awk -v f="$2" -v id="$3" '{
		six = index($1, ":") > 0
		second = sub(/ id=2/, "")
		if (six == (f == 6) && second == (id == 2))
			print
	}' "$tmp/$1.routes"
}

killed() { # PID: and gone, so that its place is free
	kill -9 "$1"
	wait_for 2 eval "! grep -qs ') [^Z]' /proc/$1/stat"
}

# ---- the cast

# Its routes are read from standard input. The last two words are what the files
# say of it once all is mended.
member() { # NAME N ASN WORDS [CFG [PASSWORD [CFG [PASSWORD]]]]
	cat >"$tmp/$1.routes"
	for w in $4; do echo "$w"; done >"$tmp/$1.words"
	echo "$make" >"$tmp/$1.make"
	client "$3" "$2" "${5-}" "$1" "${6-}"
	(clients=$mended client "$3" "$2" "${7-${5-}}" "$1" "${8-${6-}}")
	node "$1" "$2"
	"${make}_up" "$1" "$2" "$3"
}

many() { # N: so many communities, for more than 4096 bytes
	seq -s, -f 65000:%g 1 "$1"
}

witnesses() {
	make=bird
	member alpha 10 65536 "extended-message no-restart" <<-END
		100.64.0.0/22 path=65536 med=5 comm=65000:1,65000:2 large=65536:7:7 ext=rt:65000:7,ro:65000:8
		3fff:0:64::/48 comm=65000:1
		100.64.4.0/22
		100.64.4.4/32 comm=65535:666
		100.64.9.0/24
		100.64.16.0/20 comm=$(many 1100)
		100.73.0.0/24 path=65536
		100.73.1.0/24 path=65536
	END
	member beta 11 64502 aware <<-END
		100.64.9.0/24 path=64502
	END
	member gamma 12 65538 "mp6 add-path no-restart" \
		'{rfc8950: yes, add_path: yes}' <<-END
		100.64.12.0/24
	END
	make=$1
}

# Behind the member with all features: AS 64496, who has another path.
customer() { # N of the member, its ASN
	node customer 9
	: >"$tmp/customer.words"
	echo "router id 203.0.113.9;
	protocol device {}
	protocol static { ipv4; route 100.75.$1.0/24 blackhole; }
	protocol bgp provider {
		local as 64496; neighbor 203.0.113.$1 as $2;
		connect delay time 1; connect retry time 1;
		error wait time 1, 2;
		ipv4 { import none; export all; };
	}" >"$tmp/customer.conf"
	in_node customer bird -c "$tmp/customer.conf" -s "$tmp/customer.ctl" \
		-P "$tmp/customer.pid"
}

home() { # N: what each member announces
	echo "100.65.$1.0/24"
	[ "${2-}" = only4 ] || echo "3fff:0:65$1::/48"
}
three() { # N
	for i in 0 1 2; do echo "100.77.$1.$((64 * i))/26"; done
}

few() { # NAME N ASN WORDS ...: as a member; IPv4, and the route of home
	few_name=$1 few_n=$2 few_asn=$3 few_words=$4
	shift 4
	home "$few_n" only4 | member "$few_name" "$few_n" "$few_asn" \
		"only4 no-restart $few_words" "$@"
}

limited() { # NAME N ASN ACTION
	three "$2" | member "$1" "$2" "$3" 'only4 no-restart' \
		"$(limit "$4" 2)" '' "$(limit "$4" 3)"
}
limit() { # ACTION N
	echo "{filtering: {ipv4_pref_len: {max: 26}, max_prefix: {action: $1, limit_ipv4: $2, restart_after: 1}}}"
}

routes_on() { # N ASN
	home "$1"
	cat <<-END
		100.66.$1.0/24 med=77 comm=65000:7 large=$2:7:7
		100.67.$1.0/24 large=64500:0:65536
		100.80.$1.0/24 ext=rt:65000:$1
		100.65.$1.66/32 comm=65535:666
		100.65.$1.67/32
		100.73.0.0/24 comm=65535:0
		100.73.1.0/24
		100.75.$1.0/24
		100.75.$1.0/24 path=64496 id=2
		100.78.$1.0/24
	END
	[ -n "$("${make}_cannot" extended-message-out on)" ] ||
		echo "100.76.$1.0/24 comm=$(many 1100)"
}

roles='filtering: {roles: {enabled: yes}}'
all='add-path extended-message enhanced-refresh restart=600 gtsm hold=60'
cast() {
	has_role=
	[ -n "$("${make}_cannot" roles on)" ] || has_role=role=rs-client
	has_customer=
	case $make in
	bird | exabgp) ;;
	*)
		has_customer=customer
		customer 21 65541
		;;
	esac
	routes_on 21 65541 | member on 21 65541 \
		"$all $has_role $has_customer md5=secret" \
		"{add_path: yes, gtsm: yes, $roles}" secret
	{
		home 20
		[ -n "$("${make}_cannot" otc-from-member on)" ] ||
			echo "100.79.20.0/24 otc=64496"
	} | member off 20 64520 'as4=off refresh=off no-restart' \
		"{add_path: yes, $roles}"
	home 22 | member alone 22 65542 "add-path no-restart $has_role"
	[ -n "$("${make}_cannot" both-families on)" ] ||
		home 23 | member both 23 65543 'mp6 no-restart' '{rfc8950: yes}'
	{ [ -n "$("${make}_cannot" no-capabilities on)" ] &&
		[ -n "$("${make}_cannot" hold-time off)" ]; } ||
		few bare 24 64524 'caps=off hold=0'
	few wrong 25 65545 md5=guess '' secret '' guess
	few near 27 65547 '' '{gtsm: yes}' '' ''
	few far 28 65548 gtsm '' '' '{gtsm: yes}'
	[ -z "$has_role" ] || few peer 29 65549 role=peer "{$roles}" '' ''
	few strict 30 65550 '' '{filtering: {roles: {enabled: yes, strict_mode: yes}}}' \
		'' "{$roles}"
	[ -n "$("${make}_cannot" first-as on)" ] || {
		few first 31 65551 first-as
		few prepended 32 65552 first-as '{prepend_rs_as: yes}'
	}
	[ -n "$("${make}_cannot" long-lived on)" ] || {
		home 37 only4
		echo "100.81.37.0/24 comm=65535:7"
	} | member lived 37 65557 'only4 restart=1 long-lived=1000'
	limited max-shutdown 33 65553 shutdown
	limited max-restart 34 65554 restart
	limited max-block 35 65555 block
	limited max-warning 36 65556 warning
}

# ---- questions

table() { "$(cat "$tmp/$1.make")_table" "$1"; }
terms() { "$(cat "$tmp/$1.make")_terms" "$1" "${2:-4}"; }
notices() { "$(cat "$tmp/$1.make")_notices" "$1"; }

# NAME holds PREFIX, with what the expressions ask for.
holds() { # NAME PREFIX [EXPRESSION...]
	holds_l=$(table "$1" | grep "^$2 ")
	echo "${holds_l:-nothing}"
	[ -n "$holds_l" ] || return
	shift 2
	for holds_e; do
		echo "$holds_l " | grep -Eq " $holds_e" || return
	done
}
holds_not() { # NAME PREFIX
	holds_t=$(table "$1") && ! echo "$holds_t" | grep "^$2 "
}
paths() { # NAME PREFIX AS-PATH...: these and no others
	paths_n=$1 paths_p=$2
	shift 2
	paths_got=$(table "$paths_n" | sed -n "s|^$paths_p .*path=\([^ ]*\).*|\1|p" |
		sort)
	echo "$paths_got"
	[ "$paths_got" = "$(printf '%s\n' "$@" | sort)" ]
}
communities() { # NAME PREFIX N
	communities_m=$(cat "$tmp/$1.make")
	if command -v "${communities_m}_communities" >/dev/null; then
		communities_n=$("${communities_m}_communities" "$1" "$2")
	else
		communities_n=$(table "$1" | sed -n "s|^$2 .* comm=\([^ ]*\).*|\1|p" |
			tr , '\n' | wc -l)
	fi
	echo "$communities_n"
	[ "$communities_n" = "$3" ]
}

session() { # NAME 4|6 FILTER: of jq, about ixrs's word on it
	ctl --json show sessions | jq -re --arg m "$1" --arg f "ipv$2" \
		".[] | select(.member == \$m and .family == \$f) | $3"
}
up() { session "$1" "${2:-4}" 'select(.state == "Established") | .state'; }
down() { # NAME: it never was up
	session "$1" 4 'select(.state != "Established" and .flaps == 0) | .state'
}
last_error() { # NAME EXPRESSION
	session "$1" 4 .last_error | tee /dev/stderr | grep -Eiq "$2"
}
stopped() { # NAME WORD
	session "$1" 4 "select(.state != \"Established\" and .stopped == \"$2\")"
}

# Do both ends say so? ixrs has no word for RFC 4724 alone: it helps everybody.
agree() { # NAME TERM
	agree_t=$(terms "$1" "${3:-4}")
	agree_c=$(session "$1" "${3:-4}" '.capabilities[]')
	echo "member:" $agree_t "; ixrs:" $agree_c
	echo "$agree_t" | grep -qx "$2" || return
	[ "$2" = restart ] || echo "$agree_c" | grep -q "^$2"
}
disagree() { # NAME TERM: neither says so
	agree_t=$(terms "$1") && agree_c=$(session "$1" 4 '.capabilities | join(" ")') ||
		return
	echo "member:" $agree_t "; ixrs:" $agree_c
	! echo "$agree_t" | grep -qx "$2" && case " $agree_c" in *" $2"*) false ;; esac
}
hold_time() { # NAME S: both
	[ "$(session "$1" 4 .hold_time)" = "$2" ] &&
		terms "$1" | grep -x "hold=$2"
}
heard_from() { notices "$1" | grep -Ei "$2"; } # NAME EXPRESSION

# ---- rows

row() { # FEATURE on|off TEXT COMMAND...: until it is so
	row_f=$1 row_m=$2 row_t="$make: $1: $2: $3"
	shift 3
	row_why=$("${make}_cannot" "$row_f" "$row_m")
	if [ -n "$row_why" ]; then
		skip "$row_t" "$row_why"
	else
		ok "$row_t" soon "$@"
	fi
}
soon() {
	wait_for "${RS_PATIENCE:-2}" "$@" || "$@"
}
off() { # FEATURE: the member that has it off
	command -v "${make}_off" >/dev/null && "${make}_off" "$1" || echo off
}

rows_sessions() {
	row ipv4 on "the session is up" up on 4
	row ipv6 on "the session is up" up on 6
	row ipv4 on "it holds what the witness announces, untouched" \
		holds on 100.64.0.0/22 nh=203.0.113.10 path=65536,65536 med=5 \
		comm=65000:1,65000:2 large=65536:7:7
	row ipv6 on "it holds what the witness announces, untouched" \
		holds on 3fff:0:64::/48 nh=2001:db8:ffff:1::10 path=65536 \
		comm=65000:1
	row ipv4 on "the witness holds its route" \
		holds alpha 100.65.21.0/24 nh=203.0.113.21 'path=65541 '
	row ipv6 on "the witness holds its route" \
		holds alpha 3fff:0:6521::/48 nh=2001:db8:ffff:1::21 'path=65541 '
	row ipv4 off "with next to no features, it holds the witness's" \
		holds off 100.64.0.0/22 nh=203.0.113.10
	row ipv6 off "with next to no features, it holds the witness's" \
		holds off 3fff:0:64::/48 nh=2001:db8:ffff:1::10
	row no-capabilities on "the session is up" up bare
	row no-capabilities on "it holds the witness's route" \
		holds bare 100.64.0.0/22
	row no-capabilities on "the witness holds its route" \
		holds alpha 100.65.24.0/24 'path=64524 '
	row both-families on "IPv4 and IPv6 share a session" \
		session both 6 '.tables | select(length == 2 and all(.agreed))'
	row both-families on "it holds the witness's IPv4 route" \
		holds both 100.64.0.0/22 path=65536,65536
	row both-families on "it holds the witness's IPv6 route" \
		holds both 3fff:0:64::/48 path=65536
	row both-families on "the witness holds its IPv6 route" \
		holds alpha 3fff:0:6523::/48 'path=65543 '
	row both-families off "each session is for its own family" \
		session on 6 '.tables | select(length == 1)'
}

rows_capabilities() {
	row as4 on "both ends say so" agree on as4
	row as4 off "neither says so" disagree "$(off as4)" as4
	row as4 off "its path holds AS_TRANS or the two merged" \
		holds "$(off as4)" 100.64.0.0/22 'path=(65536,65536|23456,23456)'
	row as4 off "the witness holds its route" \
		holds alpha "100.65.$([ "$(off as4)" = off ] && echo 20 || echo 24).0/24" \
		'path=645(20|24) '
	for f in refresh enhanced-refresh extended-message add-path restart; do
		row $f on "both ends say so" agree on $f
		row $f off "neither says so" disagree "$(off $f)" $f
	done
	row long-lived on "both ends say so" agree lived long-lived
	row long-lived off "neither says so" disagree off long-lived
	row extended-message on "it holds the route of 4,400 bytes" \
		communities on 100.64.16.0/20 1100
	row extended-message off "it is not told of that route" \
		holds_not "$(off extended-message)" 100.64.16.0/20
	row extended-message off "and the session stays" \
		session "$(off extended-message)" 4 \
		'select(.state == "Established" and .flaps == 0)'
	row extended-message-out on "the witness holds its route of 4,400 bytes" \
		communities alpha 100.76.21.0/24 1100
	row hold-time on "60 seconds, says either end" hold_time on 60
	row hold-time off "0, says either end" hold_time bare 0
}

rows_add_path() {
	row add-path on "it holds both paths" \
		paths on 100.64.9.0/24 65536 64502,64502
	row add-path on "both its paths are there" \
		paths gamma 100.75.21.0/24 65541 65541,64496
	row add-path on "who has no add-path holds the best of them" \
		paths beta 100.75.21.0/24 65541
	row add-path off "it holds one path" paths off 100.64.9.0/24 65536
	row add-path off "by the server: neither says so" disagree alone add-path
	row add-path off "by the server: it holds one path" \
		paths alone 100.64.9.0/24 65536
}

rows_next_hop() {
	row extended-next-hop on "both ends say so" \
		agree both extended-next-hop 6
	row extended-next-hop on "it holds an IPv4 route via IPv6" \
		holds both 100.64.12.0/24 nh=2001:db8:ffff:1::12
	row extended-next-hop on "and one via IPv4" \
		holds both 100.64.0.0/22 nh=203.0.113.10
	row extended-next-hop on "the witness with RFC 8950 holds its route" \
		holds gamma 100.65.23.0/24 nh=2001:db8:ffff:1::23
	row extended-next-hop on "the one without does not" \
		holds_not alpha 100.65.23.0/24
	row extended-next-hop off "neither says so" disagree on extended-next-hop
	row extended-next-hop off "it is not told of an IPv4 route via IPv6" \
		holds_not on 100.64.12.0/24
}

rows_roles() {
	row roles on "it hears that we are a route server" \
		eval 'terms on 4 | grep -Eqx "role=rs([-_]server)?"'
	row roles on "we hear that it is a client" \
		session on 4 'select(.peer_role == "rs-client")'
	row roles off "without a role the session is up" \
		session off 4 'select(.peer_role == null and .state == "Established")'
	row otc on "routes come with our AS number" \
		holds on 100.64.0.0/22 otc=64500
	row otc on "even to a member without a role" \
		holds off 100.64.0.0/22 otc=64500
	row otc-from-member on "the route is a leak, and rejected" \
		eval 'ctl --json show rejected off |
			jq -e ".[] | select(.prefix == \"100.79.20.0/24\" and
			.reason == \"otc-leak\")"'
	row role-mismatch on "the session is refused" down peer
	row role-mismatch on "the server says why" last_error peer 'role'
	row role-mismatch on "the member hears why" heard_from peer \
		'role.?mismatch|"code": ?2,.*"subcode": ?11'
	row role-strict on "a member without a role is refused" down strict
	row role-strict on "the server says why" last_error strict 'role'
}

rows_protection() {
	row md5 on "with the right password the session is up" up on
	row md5 on "with a wrong one it is not" down wrong
	row md5 off "without one it is up" up off
	row gtsm on "with it on both sides the session is up" up on
	row gtsm on "with it on the server alone it is not" down near
	row gtsm-by-member on "with it on the member alone it hears nothing" \
		holds_not far 100.64.0.0/22
	row gtsm off "without it the session is up" up off
}

rows_limits() {
	row max-prefix:shutdown on "the session is ended for good" \
		stopped max-shutdown max_prefix
	row max-prefix:shutdown on "the member hears why" heard_from max-shutdown \
		'maximum|max.?prefix|threshold|code 6 subcode 1 '
	row max-prefix:shutdown on "the witness has none of its routes" \
		holds_not alpha 100.77.33.0/26
	row max-prefix:restart on "the session is ended for a minute" \
		session max-restart 4 'select(.state != "Established" and
			.stopped == "max_prefix" and .restart_ms > 0 and
			.restart_ms <= 60000)'
	row max-prefix:block on "the witness holds two routes" \
		eval '[ "$(table alpha | grep -c "^100.77.35.")" = 2 ]'
	row max-prefix:block on "the third is kept, with the reason" \
		eval '[ "$(ctl --json show rejected max-block |
			jq -r ".[].reason")" = over-prefix-limit ]'
	row max-prefix:warning on "the witness holds all three" \
		eval '[ "$(table alpha | grep -c "^100.77.36.")" = 3 ]'
	row max-prefix:warning on "it is logged" \
		grep -q 'max-warning .*more than its limit of 2 ipv4' "$tmp/rs.log"
	row max-prefix off "without a limit nothing happens" \
		session on 4 'select(.stopped == null)'
}

rows_policy() {
	row blackhole on "it holds the witness's, with the other next hop" \
		holds on 100.64.4.4/32 nh=203.0.113.66 'comm=[^ ]*65535:666'
	row blackhole on "the witness holds its, likewise" \
		holds alpha 100.65.21.66/32 nh=203.0.113.66 \
		'comm=[^ ]*65535:666'
	row blackhole off "without the community it is too long" \
		holds_not alpha 100.65.21.67/32
	row graceful-shutdown on "another path is preferred to its" \
		paths beta 100.73.0.0/24 65536,65536
	row graceful-shutdown off "its path, the shorter one, is best" \
		paths beta 100.73.1.0/24 65541
	row communities on "the witness holds its standard and large ones" \
		holds alpha 100.66.21.0/24 med=77 comm=65000:7 large=65541:7:7
	row ext-communities on "it holds the witness's" \
		holds on 100.64.0.0/22 'ext=rt:65000:7,ro:65000:8 '
	row ext-communities on "the witness holds its" \
		holds alpha 100.80.21.0/24 'ext=rt:65000:21 '
	row ext-communities off "where there are none, none are added" \
		holds alpha 100.66.21.0/24 'ext=- '
	row communities on "a large one keeps its route from one member" \
		holds_not alpha 100.67.21.0/24
	row communities on "and from no other, and is scrubbed" \
		holds beta 100.67.21.0/24 large=-
	row first-as on "routes without the server's AS are not taken" \
		holds_not first 100.64.0.0/22
	row first-as on "though they were sent to it" \
		session first 4 "select(.sent > 0 or .flaps > 0)"
	row first-as on "with prepend_rs_as they are" \
		holds prepended 100.64.0.0/22 path=64500,65536,65536
	row first-as off "they are taken" holds on 100.64.0.0/22
}

more() { # COUNTER NAME N
	[ "$("${make}_$1_updates" "$2")" -gt "$3" ]
}
rows_refresh() {
	refresh_n=$("${make}_heard_updates" on)
	"${make}_refresh" on >/dev/null 2>&1
	row refresh-by-member on "who asks is told all again" \
		more heard on "$refresh_n"
	refresh_t=$("${make}_told_updates" on)
	row refresh-asked on "the server asks" ctl refresh on
	row refresh-asked on "the member tells all again" \
		more told on "$refresh_t"
	row refresh on "it has all it had" holds on 100.64.0.0/22
	row refresh on "the witness has all it had" holds alpha 100.65.21.0/24
	row enhanced-refresh on "none was swept at either end" \
		session on 4 'select(.flaps == 0 and .tables[0].stale == 0)'
	refresh_off=$(off refresh)
	row refresh off "the server cannot ask" \
		eval '! ctl refresh "$refresh_off"'
}

# What made the sessions impossible is put right at the server, with a reload.
# Who has waited for long on half a connection starts anew.
again() { # NAME N:ASN
	[ -e "$tmp/$1.words" ] || return
	"${make}_kill" "$1"
	"${make}_up" "$1" "${2%:*}" "${2#*:}"
}
rows_mended() {
	cp "$mended" "$clients"
	row reload on "the server takes the mended files" ctl reload
	for m in wrong:25:65545 near:27:65547 far:28:65548 peer:29:65549 \
		strict:30:65550 max-shutdown:33:65553 max-restart:34:65554; do
		again "${m%%:*}" "${m#*:}"
	done
	row md5 on "with the password put right it is up" up wrong
	row gtsm on "with it off at the server it is up" up near
	row gtsm-by-member on "with it on at the server it hears all" \
		holds far 100.64.0.0/22
	row role-mismatch on "with no role at the server it is up" up peer
	row role-strict on "with strict_mode off it is up" up strict
	row max-prefix:shutdown on "an operator lets it back" \
		ctl enable max-shutdown
	row max-prefix:shutdown on "with the limit raised it is up" up max-shutdown
	row max-prefix:shutdown on "the witness holds all three" \
		holds alpha 100.77.33.128/26
	row max-prefix:restart on "an operator need not wait" ctl enable max-restart
	row max-prefix:restart on "with the limit raised it is up" up max-restart
	row max-prefix:block on "with the limit raised the third is taken" \
		holds alpha 100.77.35.128/26
	row reload on "the others' sessions stayed" session on 4 \
		'select(.state == "Established" and .flaps == 0)'
}

since() { # NAME PREFIX: when BIRD learnt it
	birdc "$1" show route "$2" | sed -n "s|^$2 .*\[rs4 \([0-9:.]*\).*|\1|p"
}
since_is() { # NAME PREFIX TIME
	[ "$(since "$1" "$2")" = "$3" ]
}
rows_restart() {
	restart_since=$(since alpha 100.65.21.0/24)
	"${make}_kill" on
	"${make}_kill" off
	row restart off "its routes go at once" holds_not alpha 100.65.20.0/24
	row restart on "the server keeps its routes, as stale" \
		session on 4 'select(.state != "Established" and .stale > 0)'
	row restart on "the witness still holds them" \
		holds alpha 100.65.21.0/24
	[ -z "$("${make}_cannot" restart on)" ] || return
	echo again >>"$tmp/on.words"
	sed -i /^100.78./d "$tmp/on.routes"
	"${make}_up" on 21 65541
	row restart on "it is back" up on
	row restart on "what it announces no more goes at its End-of-RIB" \
		holds_not alpha 100.78.21.0/24
	row restart on "nothing is stale any more" \
		session on 4 'select(.state == "Established" and .stale == 0)'
	row restart on "the witness did not notice" \
		since_is alpha 100.65.21.0/24 "$restart_since"
	row restart on "it has the witness's routes" holds on 100.64.0.0/22
}

rows_long_lived() {
	row long-lived on "the witness holds its routes" \
		holds beta 100.81.37.0/24 'comm=65535:7 '
	[ ! -e "$tmp/lived.words" ] || "${make}_kill" lived
	row long-lived on "when its short time is over, its route is marked" \
		holds beta 100.65.37.0/24 'comm=65535:6 '
	row long-lived on "who does not know the mark is not told" \
		holds_not alpha 100.65.37.0/24
	row long-lived on "what says NO_LLGR goes" holds_not beta 100.81.37.0/24
	[ -e "$tmp/lived.words" ] || return
	echo again >>"$tmp/lived.words"
	"${make}_up" lived 37 65557
	row long-lived on "it is back, and the mark is gone" \
		holds beta 100.65.37.0/24 'comm=- '
	row long-lived on "everybody holds its routes again" holds alpha 100.81.37.0/24
	row long-lived on "nothing is stale any more" session lived 4 \
		'select(.state == "Established" and .stale == 0)'
}

rows_texts() {
	soon up alone >/dev/null
	wait_for 2 "${make}_close" alone "Wartung bis zwölf"
	row shutdown-text-by-member on "the server hears why a member goes" \
		last_error alone 'Wartung bis zwölf'
	! command -v "${make}_stay" >/dev/null ||
		"${make}_stay" alone >/dev/null 2>&1
	row shutdown-text on "the witness has none of its routes" \
		holds_not alpha 100.65.22.0/24
	text_at=max-warning
	row shutdown-text on "the server goes" ctl shutdown $text_at Fiber cut
	row shutdown-text on "the member hears why" \
		heard_from $text_at 'Fiber.cut|466962657220637574'
}

interop() { # MAKE
	make=$1
	for need in $("${make}_needs") jq; do
		sh -c "command -v $need" >/dev/null || # not a function of ours
			skip_all "$need is not installed"
	done
	eval "interop_user=\${${make}_user-}"
	[ -z "$interop_user" ] || [ "$inside_as" = root ] || skip_all \
		"$make wants to become $interop_user, whom an ordinary user's namespaces do not have"
	config '  blackhole_filtering: {policy_ipv4: rewrite-next-hop, rewrite_next_hop_ipv4: 203.0.113.66}
  graceful_shutdown: {enabled: yes}'
	mended=$tmp/mended.yml
	cp "$clients" "$mended"
	witnesses "$make"
	cast
	rs --allow-asns 64496
	for part in sessions capabilities add_path next_hop protection roles \
		limits policy refresh mended texts restart long_lived; do
		rows_$part
	done
	kill -TERM "$rs_pid"
	wait "$rs_pid"
	is "$make: SIGTERM: exit status" $? 0
}

cleanup() {
	[ -z "${RS_DEBUG:-}" ] || {
		cat "$tmp/rs.log" "$general" "$clients"
		tail -n 20 "$tmp"/*.err
	} >&2
	[ -z "${RS_KEEP:-}" ] || cp -r "$tmp" "$RS_KEEP"
}
