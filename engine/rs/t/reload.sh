#!/bin/sh
# reload: a changed policy is applied to what is there; sessions stay; a bad file
# changes nothing, nor does a good one beside it.
. "$(dirname "$0")/../lan.sh"

vrps() { # ASN of 100.64.2.0/24
	echo "{\"roas\": [{\"asn\": $1, \"prefix\": \"100.64.2.0/24\",
		\"maxLength\": 24, \"ta\": \"x\"}]}" >"$tmp/vrps.new"
	mv "$tmp/vrps.new" "$tmp/vrps.json"
}

config
sed -i 's/^  filtering:$/&\n    rpki_bgp_origin_validation: {enabled: yes}/' "$general"
vrps 65536
client 65536 10 '' alpha
client 64502 11 '' beta
client 65537 12 '' gamma
bird alpha 65536 10 "$(routes ipv4 '100.64.0.0/24 bgp_community.add((64990,64502))' \
	'100.64.1.0/24 bgp_community.add((0,64502))' 100.64.2.0/24 \
	100.64.128.0/25)"
bird beta 64502 11
bird gamma 65537 12
bird delta 65538 13 "$(routes ipv4 100.68.0.0/24)"
rs --vrps "$tmp/vrps.json"
ok "six sessions are up" wait_for 5 established 6
ok "beta has two routes" wait_for 5 has beta 100.64.0.0/24
ok "this one" has beta 100.64.2.0/24
ok "not that one" has_not beta 100.64.1.0/24
ok "not a long one" has_not beta 100.64.128.0/25

# ---- other communities: what was kept away comes, what came goes
sed -i 's/"0:peer_as"/"64990:peer_as"/' "$general"
ctl reload >/dev/null
ok "what was kept away comes" wait_for 5 has beta 100.64.1.0/24
ok "what came is withdrawn" wait_for 5 has_not beta 100.64.0.0/24
ok "and gamma still has both" has gamma 100.64.0.0/24
# ---- another filter: routes that were rejected are judged again
printf '    ipv4_pref_len: {min: 8, max: 26}\n' >"$tmp/len"
sed -i "/^  filtering:/r $tmp/len" "$general"
kill -HUP $rs_pid
ok "SIGHUP: a rejected route is accepted" wait_for 5 has beta 100.64.128.0/25
sed -i 's/max: 26/max: 24/' "$general"
ctl reload >/dev/null
ok "and rejected again" wait_for 5 has_not beta 100.64.128.0/25
# ---- clients come and go
client 65538 13 '' delta
ctl reload >/dev/null
ok "a new client" wait_for 8 established 8
ok "is heard" wait_for 5 has beta 100.68.0.0/24
unlike "no session was reset by all this" "$(json show sessions)" '"flaps":[1-9]'
cp "$clients" "$tmp/all.yml"
awk '/asn: 65537/ {skip = 3} skip-- > 0 {next} {print}' "$tmp/all.yml" >"$clients"
ctl reload >/dev/null
ok "a client that is no more" wait_for 5 sh -c "! birdc -s $tmp/gamma.ctl show protocols | grep -q Established"
ok "is told so" wait_for 3 logged gamma 'Received: Peer de-configured'
like "the others stay" "$(json show sessions)" '"member":"delta".*"state":"Established"'
unlike "unmoved" "$(json show sessions)" '"flaps":[1-9]'

# ---- a bad file changes nothing
before=$(json show sessions | sed 's/"since_ms":[0-9]*//g')
cp "$general" "$tmp/good.yml"
echo '  frob: 1' >>"$general"
run ctl reload
is "a bad file: exit status" "$status" 2
like "a bad file: sentence" "$err" 'general.yml:[0-9]+:[0-9]+: '
kill -HUP $rs_pid
ok "SIGHUP: the log says it" wait_for 3 grep -q 'not reloaded: .*general.yml' "$tmp/rs.log"
is "nothing has changed" "$(json show sessions | sed 's/"since_ms":[0-9]*//g')" "$before"
cp "$tmp/good.yml" "$general"
rm "$clients"
run ctl reload
is "no file: exit status" "$status" 2
is "nothing has changed either" "$(json show sessions | sed 's/"since_ms":[0-9]*//g')" "$before"
cp "$tmp/all.yml" "$clients"

# ---- VRPs are good, and with them come passwords that the kernel refuses
valid() { # the origin of 100.64.2.0/24
	json show received alpha |
		grep -q '"prefix":"100.64.2.0/24"[^{]*"marks":\["rpki-valid"\]'
}
ok "by the VRPs a route is valid" valid
vrps 65999
crowd() { # NETWORK BYTES: passwords, one for so many bytes of what the kernel allows
	cp "$tmp/all.yml" "$clients"
	cat >>"$clients" <<-END
		  - asn: 65539
		    password: geheim
		    cfg: {passive: yes}
		    ip: [$(seq $(($(cat /proc/sys/net/core/optmem_max) / $2)) |
			xargs printf "\"2001:db8:ffff:$1::%x\", ")]
	END
}
crowd 2 32
run ctl reload
is "passwords that cannot be: exit status" "$status" 3
like "passwords that cannot be: sentence" "$err" 'the password of AS65539_1'
ok "the new VRPs are not in force" valid
ok "and beta keeps its route" has beta 100.64.2.0/24
cp "$tmp/all.yml" "$clients"
run ctl reload
is "without it: exit status" "$status" 0
ok "now they are" wait_for 5 has_not beta 100.64.2.0/24
vrps 65536
ctl reload >/dev/null
ok "and the old ones again" wait_for 5 has beta 100.64.2.0/24
# ---- passwords that go make room for those that come: a key takes some 140 bytes
if crowd 2 200 && run ctl reload && [ "$status" = 0 ]; then
	crowd 3 200
	run ctl reload
	is "other passwords, as many: exit status" "$status$err" 0
	cp "$tmp/all.yml" "$clients"
	run ctl reload
	is "and none: exit status" "$status$err" 0
else
	skip "other passwords, as many" "$err"
fi
ok "and the client comes back" wait_for 8 has gamma 100.68.0.0/24

# ---- much to read: meanwhile the server goes on with what it has
many() { # NETWORK: VRPs, two hundred thousand
	awk -v n="$1" 'BEGIN {
		printf "{\"roas\": [{\"asn\": 65536, \"prefix\": \"100.64.2.0/24\", \"maxLength\": 24}"
		for (i = 0; i < 200000; i++)
			printf ",\n{\"asn\": 65000, \"prefix\": \"%d.%d.%d.0/24\", \"maxLength\": 24, \"ta\": \"x\"}", n + int(i / 65536), i / 256 % 256, i % 256
		print "]}"
	}' >"$tmp/vrps.json"
}
answers() { # to others, until the reload in the background has its own
	n=0
	until [ -s "$tmp/answer" ]; do
		ctl show version >/dev/null && n=$((n + 1))
	done
	echo $n
}
many 20
ctl reload >"$tmp/answer" 2>&1 &
n=$(answers)
ok "much is read, and others are answered meanwhile ($n times)" [ "$n" -ge 3 ]
like "it is in force at the end" "$(cat "$tmp/answer")" clients
ok "by the new VRPs a route is valid" valid

# ---- who asks while something is read gets what is there then
ctl reload >/dev/null 2>&1 &
first=$!
ok "it is being read" ctl show version
vrps 65999
run ctl reload
is "the second one: exit status" "$status" 0
ok "and what has changed meanwhile is in force" wait_for 5 has_not beta 100.64.2.0/24
wait $first
is "the first one was answered, too" $? 0

# ---- and it may end meanwhile
many 40
times=$(grep -c 'read again' "$tmp/rs.log")
ctl reload >/dev/null 2>"$tmp/answer" &
first=$!
ctl show version >/dev/null
kill $rs_pid
wait $rs_pid
is "it ends while something is read" $? 0
wait $first
is "who asked is refused" $? 3
like "in a sentence" "$(cat "$tmp/answer")" '^ixrsctl: '
is "and nothing came into force" "$(grep -c 'read again' "$tmp/rs.log")" "$times"
done_testing
