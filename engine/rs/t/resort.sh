#!/bin/sh
# Routes of last resort: GRACEFUL_SHUTDOWN (RFC 8326) and LLGR_STALE (RFC 9494),
# each on the shorter of two paths; and a route server that goes itself.
. "$(dirname "$0")/../lan.sh"

cat >"$general" <<'END'
cfg:
  rs_as: 64500
  router_id: "203.0.113.1"
  passive: no
  filtering:
    never_via_route_servers: {peering_db: False}
    irrdb: {enforce_origin_in_as_set: False, enforce_prefix_in_as_set: False, tag_as_set: False}
  graceful_shutdown:
    enabled: True
    local_pref: 0
END
echo "bogons: []" >"$tmp/bogons.yml"
members() { # cfg of alpha
	echo "clients:" >"$clients"
	client 65010 10 "$1" alpha
	client 65011 11 '' beta
	client 64502 12 '' gamma
	client 64504 14 '' delta
	client 65010 20 "$1" alpha6
	client 65011 21 '' beta6
}
members ''
peer alpha 65010 10 <<'END'
announce 100.64.1.0/24 as-path 65010 65020 community 65535:0 65010:7
announce 100.64.2.0/24 community 65535:0 65010:7
announce 100.64.3.0/24
announce 100.64.4.0/24 community 65535:6
announce 100.64.5.0/24 community 65535:6
announce 100.64.6.0/24 community 65535:6
END
peer beta 65011 11 <<'END'
announce 100.64.1.0/24 100.64.3.0/24 as-path 65011 65011 65011 65020
announce 100.64.4.0/24 as-path 65011 65011 65011 65020
announce 100.64.6.0/24 as-path 65011 65011 65011 65020 community 65535:0
END
peer alpha6 65010 6:20 <<'END'
announce 3fff:10::/32 community 65535:0
END
peer beta6 65011 6:21 <<'END'
announce 3fff:10::/32 as-path 65011 65011 65011 65020
END
bird gamma 64502 12
rs --allow-asns 64496-64511 --allow-asns 65000-65099
peer delta 64504 14 </dev/null
ok "seven sessions are up" wait_for 8 established 7

long=path=65011,65011,65011,65020
expect <<END
gamma|100.64.1.0/24|$long|the longer path of two
delta|100.64.1.0/24|$long|the longer path of two
beta|100.64.1.0/24|path=65010,65020 std=65535:0,65010:7|but its source has the other
gamma|100.64.2.0/24|path=65010 std=65535:0,65010:7|the only path
gamma|100.64.3.0/24|path=65010|without the community the shorter one
gamma|100.64.4.0/24|$long|LLGR_STALE: the longer path of two
gamma|100.64.5.0/24|path=65010 std=65535:6|LLGR_STALE: the only path
gamma|100.64.6.0/24|$long std=65535:0|GRACEFUL_SHUTDOWN before LLGR_STALE
gamma|3fff:10::/32|$long|the longer path of two
END
like "explain: the shorter path" "$(ctl explain 100.64.1.0/24 gamma)" \
	' alpha .* not-best +a better path from beta was sent$'

# ---- not for alpha: off its routes, which count as others do
members 'graceful_shutdown: {enabled: False}'
reload
expect <<END
gamma|100.64.1.0/24|path=65010,65020 std=65010:7|off for the client: the shorter path, without the community
delta|100.64.1.0/24|path=65010,65020 std=65010:7|off for the client: the shorter path, without the community
gamma|100.64.2.0/24|path=65010 std=65010:7|off for the client: without the community
gamma|100.64.4.0/24|$long|LLGR_STALE is not concerned
gamma|100.64.6.0/24|$long std=65535:0|on for others
gamma|3fff:10::/32|path=65010|off for the client: the shorter path, without the community
END

# ---- not at all: passed on
members ''
sed -i 's/enabled: True/enabled: False/' "$general"
reload
expect <<END
gamma|100.64.1.0/24|path=65010,65020 std=65535:0,65010:7|off: the shorter path, the community passes
gamma|100.64.2.0/24|path=65010 std=65535:0,65010:7|off: the community passes
gamma|100.64.6.0/24|$long std=65535:0|LLGR_STALE is worse still
gamma|3fff:10::/32|path=65010 std=65535:0|off: the shorter path, the community passes
END

# ---- a better preference than 0
sed -i 's/enabled: False$/enabled: True/; s/local_pref: 0/local_pref: 50/' "$general"
reload
expect <<END
gamma|100.64.1.0/24|$long|local_pref 50 is below the others' 100
END

# ---- the route server goes
kill -TERM $rs_pid
wait $rs_pid
is "SIGTERM: exit status" $? 0
rs --allow-asns 64496-64511 --allow-asns 65000-65099 --perform-graceful-shutdown
ok "seven sessions are up again" wait_for 8 established 7
expect <<END
gamma|100.64.1.0/24|$long std=65535:0|every route carries GRACEFUL_SHUTDOWN
gamma|100.64.2.0/24|path=65010 std=65535:0,65010:7|but once
gamma|100.64.3.0/24|path=65010 std=65535:0|every route carries GRACEFUL_SHUTDOWN
delta|100.64.3.0/24|path=65010 std=65535:0|every route carries GRACEFUL_SHUTDOWN
gamma|100.64.5.0/24|path=65010 std=65535:6,65535:0|beside others
gamma|3fff:10::/32|$long std=65535:0|every route carries GRACEFUL_SHUTDOWN
END
done_testing
