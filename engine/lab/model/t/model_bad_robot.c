/*
 * Bad robots: what they announce and do, and where they cannot be.
 */
#include "bad.h"

/* clang-format off */
static const struct bad bad[] = {
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, ipv4: 203.0.113.10, announce: [100.64.0.0/22]}\n",
	"lab.yml:7:40: announce is for robots: say kind: ixpeer, too",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, kind: ixpeer, ipv4: 203.0.113.10, trainee: yes}\n",
	"lab.yml:7:3: m1 is a robot, which nobody configures: take another kind for a trainee",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, kind: ixpeer, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22], host: yes}\n",
	"lab.yml:7:87: m1 is a robot, which forwards nothing: take another kind for one with a host",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, kind: ixpeer, ipv4: 203.0.113.10, limits: {memory: 64M}}\n",
	"lab.yml:7:3: m1 is a robot: all are one process, and none has limits of its own",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, kind: ixpeer, ipv4: 203.0.113.10}\n",
	"lab.yml:7:3: m1 is a robot and has no session: give it a route server or a peer",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, kind: ixpeer, ipv4: 203.0.113.10, behave: leek}\n",
	"lab.yml:7:62: unknown misbehaviour \"leek\" (did you mean \"leak\"?)",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, kind: ixpeer, ipv4: 203.0.113.10, behave: hijack}\n",
	"lab.yml:7:62: hijack needs a prefix, the victim's: {do: hijack, prefix: 100.64.0.0/24}",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, kind: ixpeer, ipv4: 203.0.113.10, behave: [{do: foreign-next-hop}]}\n",
	"lab.yml:7:63: foreign-next-hop needs an address, the victim's: {do: foreign-next-hop, address: 203.0.113.10}",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, kind: ixpeer, ipv4: 203.0.113.10, behave: [{do: flap, every: 5ms}]}\n",
	"lab.yml:7:63: every 10ms is the fastest",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, kind: ixpeer, ipv4: 203.0.113.10, behave: [{after: 5s}]}\n",
	"lab.yml:7:63: the key \"do\" is missing here",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, kind: ixpeer, ipv4: 203.0.113.10, announce: 100.64.0.0/22}\n",
	"lab.yml:7:64: announce must be a list, found \"100.64.0.0/22\"",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, kind: ixpeer, ipv4: 203.0.113.10, announce: [{count: 5}]}\n",
	"lab.yml:7:65: announce what? a prefix, or a map with prefixes, generate or mrt",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, kind: ixpeer, ipv4: 203.0.113.10, announce: [{prefixes: []}]}\n",
	"lab.yml:7:66: 0 prefixes: an item has from 1 to 1000",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, kind: ixpeer, ipv4: 203.0.113.10, announce: [{prefixes: [100.64.0.0/22, \"3fff::/32\"]}]}\n",
	"lab.yml:7:92: prefixes of both families: make two items of it",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, kind: ixpeer, ipv4: 203.0.113.10, announce: [{generate: 20.0.0.0/24, path: 4-1}]}\n",
	"lab.yml:7:95: \"4-1\" is no length of a path such as 2 or 1-4",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, kind: ixpeer, ipv4: 203.0.113.10, announce: [{generate: 20.0.0.0/24, mad: 4}]}\n",
	"lab.yml:7:89: unknown key \"mad\" in a generator (did you mean \"med\"?)",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, kind: ixpeer, ipv4: 203.0.113.10, announce: [{prefixes: [100.64.0.0/22], communities: [65000:70000]}]}\n",
	"lab.yml:7:107: \"65000:70000\" is no community such as \"65001:10\"",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, kind: ixpeer, ipv4: 203.0.113.10, announce: [{prefixes: [100.64.0.0/22], large-communities: [1:2]}]}\n",
	"lab.yml:7:113: \"1:2\" is no large community such as \"65001:1:10\"",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, kind: ixpeer, ipv4: 203.0.113.10, announce: [{mrt: x, peer: me}]}\n",
	"lab.yml:7:80: \"me\" is neither best, nor a number of the table's index, an address or an AS such as AS65001",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, kind: ixpeer, ipv4: 203.0.113.10, announce: [{mrt: x, next-hop: 203.0.113.10}]}\n",
	"lab.yml:7:84: a table's routes are of either family, and have the robot's own address as next hop",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, kind: ixpeer, prefixes: [100.64.0.0/22], routers: {a: {ipv4: 203.0.113.10}}}\n",
	"lab.yml:7:71: ixpeer cannot be one of several routers, since ixlab writes no OSPF for it: take another kind",
    },
    {
	LAB EXCHANGE "generate: {members: {count: 2, kind: ixpeer, announce: [{generate: 20.0.0.0/24, skip: 4294967295}]}}\n",
	"lab.yml:6:46: the shares of so many robots do not fit: give them fewer routes each",
    },
    {
	LAB EXCHANGE "generate: {members: {count: 4, kind: ixpeer, quarantine: yes}}\n",
	"lab.yml:6:58: peering LAN khi has no quarantine: say quarantine: yes there",
    },
    {
	LAB EXCHANGE "generate: {members: {count: 4, keep: yes}}\n",
	"lab.yml:6:38: keep is for robots: say kind: ixpeer, too",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, kind: brid, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:34: expected bird, frr, gobgp, openbgpd, plain or ixpeer, found \"brid\" (did you mean \"bird\"?)",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, kind: ixrs, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:34: expected bird, frr, gobgp, openbgpd, plain or ixpeer, found \"ixrs\"",
    },
};
/* clang-format on */

static void
refuses(void **state)
{
	(void)state;
	refuses_all(bad, sizeof(bad) / sizeof(bad[0]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refuses),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
