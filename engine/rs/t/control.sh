#!/bin/sh
# Communities by which a member says where its routes go and how: standard,
# extended and large ones, of which general.yml names the values. One table, a
# route a line; beta, gamma, delta and eps hold what they were told, delta and eps
# have AS numbers of 32 and 16 bits, eps no known round-trip time.
. "$(dirname "$0")/../lan.sh"

cat >"$general" <<'END'
cfg:
  rs_as: 64500
  router_id: "203.0.113.1"
  passive: False
  filtering:
    never_via_route_servers: {peering_db: False}
    irrdb:
      enforce_origin_in_as_set: False
      enforce_prefix_in_as_set: False
      tag_as_set: False
  rfc1997_wellknown_communities:
    policy: "pass"
  rtt_thresholds: 5, 10, 15, 20, 30, 50, 100, 200, 500
  communities:
    do_not_announce_to_any:
      std: "0:rs_as"
      ext: "rt:0:rs_as"
      lrg: "rs_as:0:0"
    do_not_announce_to_peer:
      std: "0:peer_as"
      ext: "rt:0:peer_as"
      lrg: "rs_as:0:peer_as"
    announce_to_peer:
      std: "rs_as:peer_as"
      ext: "rt:rs_as:peer_as"
      lrg: "rs_as:1:peer_as"
    do_not_announce_to_peers_with_rtt_lower_than:
      std: "64530:dyn_val"
      lrg: "rs_as:14:dyn_val"
    do_not_announce_to_peers_with_rtt_higher_than:
      ext: "rt:64531:dyn_val"
      lrg: "rs_as:15:dyn_val"
    announce_to_peers_with_rtt_lower_than: {lrg: "rs_as:16:dyn_val"}
    announce_to_peers_with_rtt_higher_than: {lrg: "rs_as:17:dyn_val"}
    prepend_once_to_any:
      std: "65501:rs_as"
      ext: "rt:65501:rs_as"
      lrg: "rs_as:101:0"
    prepend_twice_to_any: {std: "65502:rs_as", lrg: "rs_as:102:0"}
    prepend_thrice_to_any:
      std: "65503:rs_as"
      ext: "rt:65503:rs_as"
      lrg: "rs_as:103:0"
    prepend_once_to_peer: {std: "65511:peer_as", lrg: "rs_as:101:peer_as"}
    prepend_twice_to_peer: {ext: "rt:65512:peer_as", lrg: "rs_as:102:peer_as"}
    prepend_thrice_to_peer: {lrg: "rs_as:103:peer_as"}
    prepend_once_to_peers_with_rtt_lower_than: {lrg: "rs_as:121:dyn_val"}
    prepend_twice_to_peers_with_rtt_lower_than: {lrg: "rs_as:122:dyn_val"}
    prepend_once_to_peers_with_rtt_higher_than: {lrg: "rs_as:131:dyn_val"}
    prepend_twice_to_peers_with_rtt_higher_than: {lrg: "rs_as:132:dyn_val"}
    prepend_thrice_to_peers_with_rtt_higher_than: {lrg: "rs_as:133:dyn_val"}
    add_noexport_to_any: {std: "65507:65281", lrg: "rs_as:651:0"}
    add_noadvertise_to_any: {lrg: "rs_as:652:0"}
    add_noexport_to_peer: {lrg: "rs_as:653:peer_as"}
    add_noadvertise_to_peer: {lrg: "rs_as:654:peer_as"}
END
echo "bogons: []" >"$tmp/bogons.yml"
echo "clients:" >"$clients"
client 65010 10 '' alpha
client 64502 11 '' beta
client 65537 12 '' gamma
client 131073 13 '' delta
client 64504 14 '' eps
for n in 11:5 12:25 13:150.5; do
	echo "203.0.113.${n%:*} ${n#*:}"
	echo "2001:db8:ffff:1::${n%:*} ${n#*:}"
done >"$tmp/rtt.txt"

# What alpha puts on the route; what beta (AS64502, 5 ms), gamma (AS65537, 25 ms),
# delta (AS131073, 150.5 ms) and eps (AS64504) hold: "-" nothing, or how often
# AS65010 is prepended, with x NO_EXPORT, with a NO_ADVERTISE.
cat >"$tmp/table" <<'END'
                                              | 0  0  0  0
0:64500                                       | -  -  -  -
rt:0:64500                                    | -  -  -  -
64500:0:0                                     | -  -  -  -
0:64502                                       | -  0  0  0
rt:0:64504                                    | 0  0  0  -
rt:0:65537                                    | 0  -  0  0
64500:0:131073                                | 0  0  -  0
0:64499                                       | 0  0  0  0
0:64502 rt:0:65537 64500:0:131073             | -  -  -  0
0:64500 64500:64502                           | 0  -  -  -
64500:0:0 64500:1:65537 64500:1:131073        | -  0  0  -
rt:0:64500 rt:64500:65537                     | -  0  -  -
0:64500 64500:1:65537 rt:64500:64504          | -  0  -  0
0:64500 64500:1                               | -  -  -  -
0:1                                           | 0  0  0  0
0:64502 64500:64502                           | -  0  0  0
64500:0:0 64500:1:65537 64500:0:65537         | -  -  -  -
64500:14:20                                   | -  0  0  0
64530:20                                      | -  0  0  0
64500:14:5                                    | -  0  0  0
64500:15:5                                    | 0  -  -  0
64500:15:20                                   | 0  -  -  0
rt:64531:100                                  | 0  0  -  0
64500:15:25                                   | 0  0  0  0
64500:0:0 64500:16:30                         | 0  0  -  -
64500:0:0 64500:17:100                        | -  -  0  -
64500:0:0 64500:16:30 64500:0:65537           | 0  -  -  -
64500:0:0 64500:16:200 64500:14:10            | -  0  0  -
64500:15:20 64500:1:65537                     | 0  0  -  0
65501:64500                                   | 1  1  1  1
64500:102:0                                   | 2  2  2  2
rt:65503:64500                                | 3  3  3  3
64500:103:65537                               | 0  3  0  0
65511:64502                                   | 1  0  0  0
rt:65512:131073                               | 0  0  2  0
65503:64500 64500:101:65537                   | 3  1  3  3
65503:64500 65502:64500 65501:64500           | 1  1  1  1
64500:132:100                                 | 0  0  2  0
64500:131:10 64500:133:100                    | 0  1  3  0
64500:121:30 64500:122:5                      | 2  1  0  0
64500:131:10 64500:122:200                    | 2  1  1  0
65503:64500 64500:131:100 64500:102:131073    | 3  3  2  3
64500:102:0 0:64502                           | -  2  2  2
64500:651:0                                   | 0x 0x 0x 0x
65507:65281                                   | 0x 0x 0x 0x
64500:652:0                                   | 0a 0a 0a 0a
64500:653:65537                               | 0  0x 0  0
64500:654:131073                              | 0  0  0a 0
64500:651:0 64500:654:131073                  | 0x 0x 0xa 0x
64500:102:0 64500:653:64502                   | 2x 2  2  2
65535:65281                                   | 0x 0x 0x 0x
65535:65282                                   | 0a 0a 0a 0a
65535:65281 64500:0:0                         | -  -  -  -
END
all_rows=$(sed 's/ *|.*//' "$tmp/table" | awk '{print NR, $0}')

# The table as routes, and as what is expected; all routes carry 65010:7 as well.
announced() { # FAMILY PREFIX LENGTH, around the number of the row
	echo "protocol static { $1;"
	echo "$all_rows" | while read -r n words; do
		# shellcheck disable=SC2086
		tagged "route $2$n$3 blackhole {" 65010:7 $words
		echo "; };"
	done
	echo "}"
}
wanted() {
	awk -F'|' '
		function cell(c,  t, i) {
			if (c == "-") return c
			t = "path=65010"
			for (i = 0; i < substr(c, 1, 1); i++) t = t ",65010"
			t = t " std=65010:7"
			if (c ~ /x/) t = t ",65535:65281"
			if (c ~ /a/) t = t ",65535:65282"
			return t
		}
		{
			split("beta gamma delta eps", m, " ")
			split($2, c, " ")
			gsub(/ +$/, "", $1)
			if ($1 == "") $1 = "no community"
			for (i = 1; i <= 4; i++) {
				print m[i] "|100.64." NR ".0/24|" cell(c[i]) "|" $1
				if (i == 2)
					print m[i] "|3fff:0:" NR "::/48|" \
						cell(c[i]) "|" $1
			}
		}' "$tmp/table"
}
bird alpha 65010 10 "$(announced ipv4 100.64. .0/24)
$(announced ipv6 3fff:0: ::/48)
$(routes ipv4 "$(tagged 100.65.0.0/24 65010:7 65010:7:7 rt:65010:7 0:64504)")"
bird beta 64502 11
bird gamma 65537 12
bird delta 131073 13
rs --rtt "$tmp/rtt.txt" --allow-asns 64496-64511
peer eps 64504 14 </dev/null
ok "nine sessions are up" wait_for 8 established 9
wanted >"$tmp/wanted"
expect <"$tmp/wanted"
expect <<'END'
beta|100.65.0.0/24|std=65010:7 lrg=65010:7:7 ext=rt:65010:7|what is not for the route server stays
eps|100.65.0.0/24|-|but for whom it was not
END

# ---- why not?
why() { # COMMUNITIES MEMBER SENTENCE
	why_n=$(echo "$all_rows" | sed -n "s/^\([0-9]*\) $1\$/\1/p")
	like "explain: $1 $2" "$(ctl explain "100.64.$why_n.0/24" "$2")" \
		" withheld +$3\$"
}
why 0:64502 beta 'community 0:64502 asks that it not go to AS64502'
why rt:0:65537 gamma 'community rt:0:65537 asks that it not go to AS65537'
why 64500:0:131073 delta \
	'community 64500:0:131073 asks that it not go to AS131073'
why '0:64502 64500:64502' beta 'community 0:64502 asks that it not go to AS64502'
why '0:64500 64500:64502' gamma \
	'community 0:64500 asks that it go to nobody, and none excepts AS65537'
why rt:0:64500 beta \
	'community rt:0:64500 asks that it go to nobody, and none excepts AS64502'
why '0:64500 64500:1' gamma \
	'community 0:64500 asks that it go to nobody, and none excepts AS65537'
why 64530:20 beta \
	'community 64530:20 asks that it not go to members with a round-trip time of at most 20 ms, and this one has 5'
why rt:64531:100 delta \
	'community rt:64531:100 asks that it not go to members with a round-trip time above 100 ms, and this one has 150.5'
why '64500:0:0 64500:16:30' eps \
	'community 64500:0:0 asks that it go to nobody, and none excepts AS64504'

# ---- NO_EXPORT and NO_ADVERTISE obeyed, while routes flow
# Of these each second one carries NO_EXPORT. Whatever the moment of the reload,
# once one was withdrawn none may come.
client 65011 15 '' flow
ctl reload >/dev/null
awk 'BEGIN {
	for (b = 80; b < 94; b += 2) for (c = 0; c < 256; c++) {
		printf "announce 100.%d.%d.0/24 community 65010:7\n", b, c
		printf "announce 100.%d.%d.0/24 community 65535:65281\n", b + 1, c
	}
}' >"$tmp/flow"
before=$(wc -l <"$tmp/eps.json")
peer flow 65011 15 <"$tmp/flow"
flows() { grep -q '"100.8[13].0.0/24"' "$tmp/eps.json"; }
ok "routes flow" wait_for 8 flows
sed -i 's/policy: "pass"/policy: "rfc1997"/' "$general"
reload
before_flaps=$(flaps)
sed 's/.*\(65535:6528[12]\).*/\1 | - - - -/' "$tmp/table" >"$tmp/table.obeyed"
mv "$tmp/table.obeyed" "$tmp/table"
wanted >"$tmp/wanted"
cat >>"$tmp/wanted" <<'END'
eps|100.92.255.0/24|std=65010:7|the last that flows has come
eps|100.93.255.0/24|-|the last with NO_EXPORT has not
eps|100.81.0.0/24|-|the first with NO_EXPORT is gone
beta|100.81.0.0/24|-|the first with NO_EXPORT is gone
gamma|100.92.255.0/24|std=65010:7|the last that flows has come
END
expect <"$tmp/wanted"
is "nobody holds one of them" \
	"$({ held beta; told eps; } | grep -c '^100\.[89][13579]\..*std=65535')" 0
is "once one is withdrawn, none is announced" "$(jq -r --slurp '
	(map(.event == "withdraw") | index(true)) as $first | .[$first:] |
	map(select(.communities // [] | index("65535:65281"))) | length' \
	"$tmp/eps.json")" 0
is "a route that stays is not told again" \
	"$(tail -n +$((before + 1)) "$tmp/eps.json" | grep -c '"100.64.4.0/24"')" 0
why 65535:65281 beta \
	'community NO_EXPORT \(65535:65281\) is obeyed here: it goes to nobody'
why 65535:65282 gamma \
	'community NO_ADVERTISE \(65535:65282\) is obeyed here: it goes to nobody'
is "no session was lost since" "$(flaps)" "$before_flaps"
done_testing
