/*
 * Bad networks: members and transit, their addresses and prefixes, links, and those
 * that are generated.
 */
#include "bad.h"

/* clang-format off */
static const struct bad bad[] = {
    {
	LAB,
	"lab.yml:1:1: this lab has no members: add one, such as members: {m1: {asn: 65536}}",
    },
    {
	LAB "members: &a {}\n",
	"lab.yml:2:10: anchors (&a) are not used here, write the value out",
    },
    {
	LAB "members: [m1]\n",
	"lab.yml:2:10: members must be a map, found a list",
    },
    {
	LAB "members:\n  m1: {asn: 65536}\n",
	"lab.yml:3:3: m1 is connected to nothing: give it an address on a peering LAN, or a link",
    },
    {
	LAB "members:\n  m1: {ipv4: 203.0.113.10}\n",
	"lab.yml:3:3: m1 has no AS number: give one, such as asn: 64500",
    },
    {
	LAB "members:\n  m1: {asn: 65536, ipv4: 203.0.113.10}\n",
	"lab.yml:3:3: this needs a peering LAN and there is none: declare one under exchange, peering-lans",
    },
    {
	LAB "members:\n  m1: {asn: no}\n",
	"lab.yml:3:13: expected a number from 1 to 4294967294, found \"no\"",
    },
    {
	LAB "members:\n  m1: {asn: 4294967295}\n",
	"lab.yml:3:13: expected a number from 1 to 4294967294, found \"4294967295\"",
    },
    {
	LAB "members:\n  m1: {asn: 23456}\n",
	"lab.yml:3:13: AS23456 is reserved and no network's: take one from 64496 to 64511 or from 65536 to 65551",
    },
    {
	LAB "members:\n  m1: {asn: 065536}\n",
	"lab.yml:3:13: expected a number from 1 to 4294967294, found \"065536\"",
    },
    {
	LAB "members:\n  m1: {asn: 65536, trainee: maybe}\n",
	"lab.yml:3:29: expected yes or no, found \"maybe\"",
    },
    {
	LAB "members:\n  M1: {asn: 65536}\n",
	"lab.yml:3:3: \"M1\" is no name for a member: use small letters, digits and \"-\", a letter first and no \"-\" last",
    },
    {
	LAB "members:\n  m1-: {asn: 65536}\n",
	"lab.yml:3:3: \"m1-\" is no name for a member: use small letters, digits and \"-\", a letter first and no \"-\" last",
    },
    {
	LAB "members:\n  university-of-x: {asn: 65536}\n",
	"lab.yml:3:3: the name \"university-of-x\" of a member is 15 characters long: at most 12, so that interface names fit",
    },
    {
	LAB "members:\n  rs: {asn: 65536}\n",
	"lab.yml:3:3: \"rs\" means something to BIRD or the kernel: choose another name for this member",
    },
    {
	LAB "members:\n  lo: {asn: 65536}\n",
	"lab.yml:3:3: \"lo\" means something to BIRD or the kernel: choose another name for this member",
    },
    {
	LAB "members:\n  m1: {asn: 65536, name: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx}\n",
	"lab.yml:3:26: this name is 81 bytes long: at most 80",
    },
    {
	LAB "members:\n  m1: {asn: 65536, prefix: [100.64.0.0/22]}\n",
	"lab.yml:3:20: unknown key \"prefix\" in a member (did you mean \"prefixes\"?)",
    },
    {
	LAB "exchange: {switches: [sw1], peering-lans: {khi: {}}}\nmembers:\n  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n",
	"lab.yml:2:44: peering LAN khi has no addresses: give it ipv4, ipv6 or both",
    },
    {
	LAB "exchange: {switches: [sw1], peering-lans: {khi: {ipv4: 203.0.113.0}}}\nmembers:\n  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n",
	"lab.yml:2:56: expected an IPv4 prefix such as 192.0.2.0/24, found \"203.0.113.0\"",
    },
    {
	LAB "exchange: {switches: [sw1], peering-lans: {khi: {ipv4: \"2001:db8::/64\"}}}\nmembers:\n  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n",
	"lab.yml:2:56: expected an IPv4 prefix such as 192.0.2.0/24, found \"2001:db8::/64\"",
    },
    {
	LAB "exchange: {switches: [sw1], peering-lans: {khi: {ipv4: 203.0.113.0/31}}}\nmembers:\n  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n",
	"lab.yml:2:56: a peering LAN of length /31: give one from /8 to /30",
    },
    {
	LAB "exchange: {switches: [sw1], peering-lans: {khi: {ipv4: 203.0.113.0/24}, khi-b: {ipv4: 203.0.113.128/25}}}\nmembers:\n  m1: {asn: 65536, lan: khi, ipv4: 203.0.113.10}\n",
	"lab.yml:2:87: 203.0.113.128/25 of peering LAN khi-b overlaps 203.0.113.0/24 of peering LAN khi, line 2: give each its own",
    },
    {
	LAB "exchange: {switches: [sw1], peering-lans: {sw1: {ipv4: 203.0.113.0/24}}}\nmembers:\n  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n",
	"lab.yml:2:44: the name sw1 of this peering LAN is taken by the switch of line 2: choose another",
    },
    {
	LAB "exchange:\n  switches: [sw1]\n  peering-lans: {khi: {ipv4: 203.0.113.0/24, ipv6: \"2001:db8:ffff:1::/64\"}}\n  route-servers: {rs1: {ipv4: 203.0.113.1}}\nmembers:\n  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n",
	"lab.yml:2:1: the exchange has no AS number: give one, such as asn: 64500",
    },
    {
	LAB EXCHANGE "  route-servers: {rs1: {}}\nmembers:\n  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n",
	"lab.yml:6:19: route server rs1 has no address: give it ipv4, ipv6 or both",
    },
    {
	LAB EXCHANGE "  route-servers: {rs1: {asn: 64500, ipv4: 203.0.113.1}}\nmembers:\n  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n",
	"lab.yml:6:25: unknown key \"asn\" in a route server (did you mean \"lan\"?)",
    },
    {
	LAB EXCHANGE "  route-servers: {rs1: {ipv4: 203.0.113.1, no-export: no}}\n",
	"lab.yml:6:55: expected pass or obey, found \"no\"",
    },
    {
	LAB EXCHANGE "  route-servers: {rs1: {ipv4: 203.0.113.1, kind: frr, no-export: obey}}\n",
	"lab.yml:6:66: rs1 is of kind frr, which can only pass it: take kind ixrs or bird",
    },
    {
	LAB EXCHANGE "  route-servers: {rs1: {ipv4: 203.0.113.1, kind: bird, trainee: yes, no-export: pass}}\n",
	"lab.yml:6:81: rs1 is configured by a person, who says there what becomes of NO_EXPORT: take no-export away",
    },
    {
	LAB EXCHANGE "  route-servers: {m1: {ipv4: 203.0.113.1}}\nmembers:\n  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n",
	"lab.yml:8:3: the name m1 of this member is taken by the route server of line 6: choose another",
    },
    {
	LAB EXCHANGE,
	"lab.yml:1:1: this lab has no members: add one, such as members: {m1: {asn: 65536}}",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, ipv4: 203.0.113.300}\n",
	"lab.yml:7:26: expected an IPv4 address such as 192.0.2.1, found \"203.0.113.300\"",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, ipv4: \"2001:db8:ffff:1::10\"}\n",
	"lab.yml:7:26: expected an IPv4 address such as 192.0.2.1, found \"2001:db8:ffff:1::10\"",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, ipv6: 203.0.113.10}\n",
	"lab.yml:7:26: expected an IPv6 address such as 2001:db8::1, found \"203.0.113.10\"",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, ipv4: 203.0.112.10}\n",
	"lab.yml:7:26: m1's address 203.0.112.10 is not in peering LAN khi, 203.0.113.0/24",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, ipv4: 203.0.113.0}\n",
	"lab.yml:7:26: 203.0.113.0 is the network address of 203.0.113.0/24: give m1 another",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, ipv4: 203.0.113.255}\n",
	"lab.yml:7:26: 203.0.113.255 is the broadcast address of 203.0.113.0/24: give m1 another",
    },
    {
	LAB "exchange:\n  asn: 64500\n  switches: [sw1]\n  peering-lans: {khi: {ipv4: 203.0.113.0/24}}\nmembers:\n  m1: {asn: 65536, ipv6: \"2001:db8:ffff:1::10\"}\n",
	"lab.yml:7:26: m1 has an ipv6 address on peering LAN khi, which has no ipv6",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, lan: kho, ipv4: 203.0.113.10}\n",
	"lab.yml:7:25: there is no peering LAN \"kho\" (did you mean \"khi\"?): declare it under exchange, peering-lans",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, lans: {isb: {ipv4: 203.0.113.10}}}\n",
	"lab.yml:7:27: there is no peering LAN \"isb\": declare it under exchange, peering-lans",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, lans: {khi: {}}}\n",
	"lab.yml:7:27: m1 has a port on peering LAN khi and no address there: give it ipv4, ipv6 or both",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, lans: {khi: {ipv4: 203.0.113.10}}, ipv4: 203.0.113.11}\n",
	"lab.yml:7:20: m1 has \"lans\" and also a port of its own: put all ports under lans",
    },
    {
	LAB "exchange:\n  switches: [sw1]\n  peering-lans:\n    khi: {ipv4: 203.0.113.0/24}\n    isb: {ipv4: 198.51.100.0/24}\nmembers:\n  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n",
	"lab.yml:8:3: there are 2 peering LANs: say which with \"lan\" or \"lans\"",
    },
    {
	LAB EXCHANGE "  route-servers: {rs1: {ipv4: 203.0.113.1}}\nmembers:\n  m1: {asn: 65536, ipv4: 203.0.113.1}\n",
	"lab.yml:8:26: 203.0.113.1 is already the address of rs1, line 6: give m1 another",
    },
    {
	LAB EXCHANGE MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.10}\n",
	"lab.yml:8:26: 203.0.113.10 is already the address of m1, line 7: give m2 another",
    },
    {
	LAB EXCHANGE MEMBER "  m2: {asn: 65536, ipv4: 203.0.113.11}\n",
	"lab.yml:8:13: AS65536 of m2 is already that of m1, line 7: each network needs its own",
    },
    {
	LAB EXCHANGE MEMBER "  m2: {asn: 64500, ipv4: 203.0.113.11}\n",
	"lab.yml:8:13: AS64500 of m2 is already that of the exchange, line 3: each network needs its own",
    },
    {
	LAB EXCHANGE MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, prefixes: [100.64.0.0/22]}\n",
	"lab.yml:8:51: 100.64.0.0/22 of member m2 is already that of member m1, line 7: give each its own",
    },
    {
	LAB EXCHANGE MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, prefixes: [100.64.2.0/24]}\n",
	"lab.yml:8:51: 100.64.2.0/24 of member m2 overlaps 100.64.0.0/22 of member m1, line 7: give each its own",
    },
    {
	LAB EXCHANGE MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, prefixes: [203.0.112.0/22]}\n",
	"lab.yml:8:51: 203.0.112.0/22 of member m2 overlaps 203.0.113.0/24 of peering LAN khi, line 5: give each its own",
    },
    {
	LAB EXCHANGE MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, prefixes: [0.0.0.0/0]}\n",
	"lab.yml:8:51: 0.0.0.0/0 is no network's own: it covers or lies in special space; take one from 100.64.0.0/10 or 3fff::/20",
    },
    {
	LAB EXCHANGE MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, prefixes: [\"fe80::/64\"]}\n",
	"lab.yml:8:51: fe80::/64 is no network's own: it covers or lies in special space; take one from 100.64.0.0/10 or 3fff::/20",
    },
    {
	LAB EXCHANGE MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, prefixes: [100.64.4.0]}\n",
	"lab.yml:8:51: expected an IP prefix, found \"100.64.4.0\"",
    },
    {
	LAB EXCHANGE MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, prefixes: 100.64.4.0/22}\n",
	"lab.yml:8:50: prefixes must be a list, found \"100.64.4.0/22\"",
    },
    {
	LAB EXCHANGE MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, peers: [m9]}\n",
	"lab.yml:8:48: there is no member \"m9\" in this lab (did you mean \"m1\"?)",
    },
    {
	LAB EXCHANGE MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, peers: [m2]}\n",
	"lab.yml:8:48: m2 cannot peer with itself",
    },
    {
	LAB EXCHANGE MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, peers: [sw1]}\n",
	"lab.yml:8:48: sw1 is a switch, expected a member",
    },
    {
	LAB EXCHANGE MEMBER "  m2: {asn: 65537, ipv6: \"2001:db8:ffff:1::11\", peers: [m1]}\n",
	"lab.yml:8:57: m1 and m2 share no peering LAN and family: connect them with a link instead",
    },
    {
	LAB EXCHANGE RS MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, peers: [rs1]}\n",
	"lab.yml:9:48: rs1 is no member: sessions with route servers belong under route-servers, with transit under links",
    },
    {
	LAB EXCHANGE RS MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, route-servers: [rs2]}\n",
	"lab.yml:9:56: there is no route server \"rs2\" in this lab (did you mean \"rs1\"?)",
    },
    {
	LAB EXCHANGE RS MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, route-servers: [m1]}\n",
	"lab.yml:9:56: m1 is no route server: sessions between members belong under peers",
    },
    {
	LAB EXCHANGE RS MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, route-servers: [rs1, rs1]}\n",
	"lab.yml:9:61: rs1 is named twice",
    },
    {
	LAB EXCHANGE RS MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, route-servers: some}\n",
	"lab.yml:9:55: expected all or none, found \"some\" (did you mean \"none\"?)",
    },
    {
	LAB EXCHANGE RS MEMBER "  m2: {asn: 65537, ipv6: \"2001:db8:ffff:1::11\", route-servers: [rs1]}\n",
	"lab.yml:9:65: m2 and rs1 share no peering LAN and family",
    },
    {
	LAB EXCHANGE MEMBER "  m2: {asn: 65537}\n",
	"lab.yml:8:3: m2 is connected to nothing: give it an address on a peering LAN, or a link",
    },
    {
	LAB EXCHANGE MEMBER "links: {}\n",
	"lab.yml:8:8: links must be a list, found a map",
    },
    {
	LAB EXCHANGE MEMBER "links: [{between: [m1, m2], ipv4: 100.127.0.0/31, relation: peer}]\n",
	"lab.yml:8:24: there is no member or transit network \"m2\" in this lab (did you mean \"m1\"?)",
    },
    {
	LAB EXCHANGE MEMBER "links: [{between: [m1], ipv4: 100.127.0.0/31, relation: peer}]\n",
	"lab.yml:8:10: a link has two ends: name them, such as between: [m1, m2]",
    },
    {
	LAB EXCHANGE MEMBER "links: [{between: [m1, m1], ipv4: 100.127.0.0/31, relation: peer}]\n",
	"lab.yml:8:24: both ends of this link are m1: name two networks",
    },
    {
	LAB EXCHANGE RS MEMBER "links: [{between: [m1, rs1], ipv4: 100.127.0.0/31, relation: peer}]\n",
	"lab.yml:9:24: rs1 is a route server, which has no links of its own",
    },
    {
	LAB EXCHANGE MEMBER "transit: {t1: {asn: 64496}}\nlinks: [{between: [m1, t1], ipv4: 100.127.0.0/32, relation: transit}]\n",
	"lab.yml:9:35: a link's prefix of length /32: give one from /24 to /31, it has two ends",
    },
    {
	LAB EXCHANGE MEMBER "transit: {t1: {asn: 64496}}\nlinks: [{between: [m1, t1], ipv6: \"3fff:f00::/128\", relation: transit}]\n",
	"lab.yml:9:35: a link's prefix of length /128: give one from /64 to /127, it has two ends",
    },
    {
	LAB EXCHANGE MEMBER "transit: {t1: {asn: 64496}}\nlinks: [{between: [m1, t1], relation: transit}]\n",
	"lab.yml:9:9: this link has no addresses: give it ipv4, ipv6 or both, such as ipv4: 100.127.0.0/31",
    },
    {
	LAB EXCHANGE MEMBER "transit: {t1: {asn: 64496}}\nlinks: [{between: [m1, t1], ipv4: 100.127.0.0/31}]\n",
	"lab.yml:9:9: this link has no relation: say relation: peer, or relation: transit when the second end is the provider, or relation: none when nobody speaks BGP over it",
    },
    {
	LAB EXCHANGE MEMBER "transit: {t1: {asn: 64496}}\nlinks: [{between: [m1, t1], ipv4: 100.127.0.0/31, relation: peer}]\n",
	"lab.yml:9:9: t1 sells transit: say relation: transit",
    },
    {
	LAB EXCHANGE MEMBER "transit: {t1: {asn: 64496}}\nlinks: [{between: [t1, m1], ipv4: 100.127.0.0/31, relation: transit}]\n",
	"lab.yml:9:9: the second end of a transit link is the provider: write between: [m1, t1]",
    },
    {
	LAB EXCHANGE MEMBER "transit: {t1: {asn: 64496}}\nlinks: [{between: [m1, t1], ipv4: 100.64.1.0/31, relation: transit}]\n",
	"lab.yml:9:35: 100.64.1.0/31 of the link of m1 overlaps 100.64.0.0/22 of member m1, line 7: give each its own",
    },
    {
	LAB EXCHANGE MEMBER "transit: {t1: {asn: 64496}}\n",
	"lab.yml:8:11: t1 is connected to nothing: give it a link",
    },
    {
	LAB EXCHANGE MEMBER "generate: {}\n",
	"lab.yml:8:1: say how many to generate, such as members: {count: 30}",
    },
    {
	LAB EXCHANGE MEMBER "generate: {members: {asn: 65540}}\n",
	"lab.yml:8:12: say how many to generate, such as members: {count: 30}",
    },
    {
	LAB EXCHANGE MEMBER "generate:\n  members: {count: 0}\n",
	"lab.yml:9:20: expected a number from 1 to 4096, found \"0\"",
    },
    {
	LAB EXCHANGE MEMBER "generate:\n  members: {count: 2, ipv4: 203.0.113.20}\n",
	"lab.yml:9:3: the name m1 of this member is taken by the member of line 7: choose another",
    },
    {
	"members: {m1: {asn: 65536, ipv4: 203.0.113.10}}\nlab: x\nexchange:\n  asn: 64500\n  switches: [sw1]\n  peering-lans: {khi: {ipv4: 203.0.113.0/24, ipv6: \"2001:db8:ffff:1::/64\"}}\n  route-servers: {rs1: {ipv4: 203.0.113.10}}\n",
	"lab.yml:7:31: 203.0.113.10 is already the address of m1, line 1: give rs1 another",
    },
    {
	LAB EXCHANGE "generate:\n  members: {count: 300}\n",
	"lab.yml:7:3: 300 members do not fit: 203.0.113.0/24 has room for 245 of them; give peering LAN khi a shorter prefix",
    },
    {
	LAB EXCHANGE "generate:\n  members: {count: 3, prefixes: [223.255.255.0/24]}\n",
	"lab.yml:7:34: 3 members need as many prefixes, and only 1 are usable from 223.255.255.0/24 on",
    },
    {
	LAB EXCHANGE "generate:\n  members: {count: 3, prefixes: [255.255.254.0/24]}\n",
	"lab.yml:7:34: 255.255.254.0/24 is no network's own: it covers or lies in special space; take one from 100.64.0.0/10 or 3fff::/20",
    },
    {
	LAB EXCHANGE "generate:\n  members: {count: 3, asn: 23455}\n",
	"lab.yml:7:3: 3 AS numbers from 23455 on include the reserved AS23456: begin elsewhere, such as asn: 4200000001",
    },
    {
	LAB "generate:\n  members: {count: 3}\n",
	"lab.yml:3:3: this needs a peering LAN and there is none: declare one under exchange, peering-lans",
    },
    {
	LAB "exchange:\n  asn: 64500\n  switches: [switch-long]\n  peering-lans: {khi: {ipv4: 198.19.0.0/21, ipv6: \"2001:db8:ffff:1::/64\"}}\ngenerate:\n  members: {count: 1024}\n",
	"lab.yml:4:14: switch switch-long is spread over switch-long-2 and so on, which is too long: give it a name of at most 10 characters",
    },
    {
	LAB EXCHANGE MEMBER "links: [{between: [m1, mon], relation: none, ipv4: 100.127.0.0/31}]\n",
	"lab.yml:8:24: there is no member or transit network \"mon\" in this lab (did you mean \"m1\"?)",
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
