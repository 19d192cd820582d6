/*
 * Bad lab files: each is refused with exactly one sentence that says where,
 * what, and what to do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "lab/model/model.h"

#define LAB "lab: x\n"
#define EXCHANGE                                        \
	"exchange:\n  asn: 64500\n  switches: [sw1]\n"  \
	"  peering-lans: {khi: {ipv4: 203.0.113.0/24, " \
	"ipv6: \"2001:db8:ffff:1::/64\"}}\n"
#define RS "  route-servers: {rs1: {ipv4: 203.0.113.1}}\n"
#define MEMBER       \
	"members:\n" \
	"  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n"

/* clang-format off */
static const struct {
	const char *text, *message;
} bad[] = {
    {
	"",
	"lab.yml:1:1: the file is empty: a lab begins with its name, such as lab: my-lab",
    },
    {
	"- lab\n",
	"lab.yml:1:1: a lab must be a map, found a list",
    },
    {
	LAB "membrs: {}\n",
	"lab.yml:2:1: unknown key \"membrs\" in a lab (did you mean \"members\"?)",
    },
    {
	"title: x\n",
	"lab.yml:1:1: the lab has no name: begin with lab: NAME",
    },
    {
	"lab: My Lab\n",
	"lab.yml:1:6: \"My Lab\" is no name for a lab: use 1 to 32 small letters, digits and \"-\"",
    },
    {
	"lab: [x]\n",
	"lab.yml:1:6: expected a text, found a list",
    },
    {
	LAB,
	"lab.yml:1:1: this lab has no members: add one, such as members: {m1: {asn: 65536}}",
    },
    {
	LAB "title: {a: b}\n",
	"lab.yml:2:8: expected a text, found a map",
    },
    {
	LAB "lab: y\n",
	"lab.yml:2:1: key \"lab\" was given before, on line 1",
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
	LAB "exchange: {name: IX}\nmembers:\n  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n",
	"lab.yml:2:1: an exchange needs switches: give their names, such as switches: [sw1]",
    },
    {
	LAB "exchange: {switches: []}\nmembers:\n  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n",
	"lab.yml:2:12: an exchange needs switches: give their names, such as switches: [sw1]",
    },
    {
	LAB "exchange: {switches: [sw1]}\nmembers:\n  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n",
	"lab.yml:2:1: an exchange needs a peering LAN, such as peering-lans: {khi: {ipv4: 203.0.113.0/24}}",
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
	LAB "exchange: {switches: [sw1], peering-lans: {khi: {ipv4: 203.0.113.1/24}}}\nmembers:\n  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n",
	"lab.yml:2:56: \"203.0.113.1/24\" has address bits behind its length, the prefix is 203.0.113.0/24",
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
	LAB "exchange: {switches: [sw1], peering-lans: {khi: {ipv4: 203.0.113.0/24, mtu: 100}}}\nmembers:\n  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n",
	"lab.yml:2:77: expected a number from 1280 to 9216, found \"100\"",
    },
    {
	LAB "exchange: {switches: [sw1, sw2], peering-lans: {khi: {ipv4: 203.0.113.0/24}}}\nmembers:\n  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n",
	"lab.yml:2:49: peering LAN khi needs a switch: say which of the 2 with switch: sw1, or several with switches: [sw1, sw2]",
    },
    {
	LAB "exchange: {switches: [sw1, sw2], peering-lans: {khi: {switch: sw3, ipv4: 203.0.113.0/24}}}\nmembers:\n  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n",
	"lab.yml:2:63: expected sw1 or sw2, found \"sw3\" (did you mean \"sw1\"?)",
    },
    {
	LAB "exchange: {switches: [sw1, sw1], peering-lans: {khi: {ipv4: 203.0.113.0/24, switch: sw1}}}\nmembers:\n  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n",
	"lab.yml:2:28: the name sw1 of this switch is taken by the switch of line 2: choose another",
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
	LAB EXCHANGE "members:\n  m1: {asn: 65536, ipv6: \"2001:db8:ffff:1::\"}\n",
	"lab.yml:7:26: 2001:db8:ffff:1:: is the subnet-router anycast address of 2001:db8:ffff:1::/64: give m1 another",
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
	LAB EXCHANGE MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, host: yes}\n",
	"lab.yml:8:46: m2 has a host and no prefixes to number it from: give it prefixes",
    },
    {
	LAB EXCHANGE MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, prefixes: [100.64.4.0/25], host: yes}\n",
	"lab.yml:8:51: m2's host needs a /24 of its own, 100.64.4.0/25 is smaller",
    },
    {
	LAB EXCHANGE MEMBER "  a-long-name: {asn: 65537, ipv4: 203.0.113.11, prefixes: [100.64.4.0/24], host: yes}\n",
	"lab.yml:8:82: the host behind a-long-name would be called a-long-name-h, which is too long: give a-long-name a name of at most 10 characters",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22], host: yes}\n  m1-h: {asn: 65537, ipv4: 203.0.113.11}\n",
	"lab.yml:8:3: the name m1-h of this member is taken by the host of line 7: choose another",
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
	LAB EXCHANGE MEMBER "transit: {t1: {asn: 64496, ipv4: 203.0.113.9}}\n",
	"lab.yml:8:28: unknown key \"ipv4\" in a transit network (known are asn, name, kind, prefixes, host, limits, routers, inside, igp, anycast, command, hosts)",
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
	LAB EXCHANGE MEMBER "---\nlab: y\n",
	"lab.yml:8:1: a second document starts here, one file holds one",
    },
    {
	LAB "title: !!str x\n",
	"lab.yml:2:8: tags (tag:yaml.org,2002:str) are not used here, leave it out",
    },
    {
	"\tlab: x\n",
	"lab.yml:1:1: a tab cannot indent, use spaces",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, kind: brid, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:34: expected bird, frr, gobgp, openbgpd, plain or ixpeer, found \"brid\" (did you mean \"bird\"?)",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, kind: ixrs, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:34: expected bird, frr, gobgp, openbgpd, plain or ixpeer, found \"ixrs\"",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, limits: {memory: 64}, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:45: \"64\" is no amount of memory: say it in K, M or G, such as 64M",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, limits: {memory: 1K}, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:45: 1K of memory: give from 1M to 1024G",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, limits: {memory: 99999999999G}, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:45: \"99999999999G\" is no amount of memory: say it in K, M or G, such as 64M",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, limits: {processes: 0}, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:48: expected a number from 1 to 100000, found \"0\"",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, limits: {cpu: 50%}, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:42: expected a number from 1 to 10000, found \"50%\"",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, limits: {cpus: 1}, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:37: unknown key \"cpus\" in limits (did you mean \"cpu\"?)",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, max-prefix: 100, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:40: max-prefix must be a map, found \"100\"",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, max-prefix: {ipv4: 0}, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:47: expected a number from 1 to 10000000, found \"0\"",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, as-macro: BS-X, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:38: \"BS-X\" is no AS-SET, such as AS-EXAMPLE, AS65001:AS-CUSTOMERS or RIPE::AS-EXAMPLE",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, as-macro: 'AS-X:', ipv4: 203.0.113.10}}\n",
	"lab.yml:6:38: \"AS-X:\" is no AS-SET, such as AS-EXAMPLE, AS65001:AS-CUSTOMERS or RIPE::AS-EXAMPLE",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, as-macro: '::AS-X', ipv4: 203.0.113.10}}\n",
	"lab.yml:6:38: \"::AS-X\" is no AS-SET, such as AS-EXAMPLE, AS65001:AS-CUSTOMERS or RIPE::AS-EXAMPLE",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, ipv4: 203.0.113.10, delay: 90}}\n",
	"lab.yml:6:55: delay: \"90\" has no unit; say a time such as 500us, 90ms or 1.5s, up to 60s",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, ipv4: 203.0.113.10, jitter: 5ms}}\n",
	"lab.yml:6:11: jitter is more than delay: a frame cannot arrive before it was sent",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, delay: 5ms}}\n",
	"lab.yml:6:35: m1 has no port here that this could be of: put \"delay\" beside the port's addresses",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, loss: 5%, lans: {khi: {ipv4: 203.0.113.10}}}}\n",
	"lab.yml:6:34: m1 has no port here that this could be of: put \"loss\" beside the port's addresses",
    },
    {
	LAB "exchange:\n  switches: [sw1, sw2, sw3]\n" "  peering-lans: {khi: {switches: [sw1, sw2], ipv4: 203.0.113.0/24}}\n" "members: {m1: {asn: 65536, ipv4: 203.0.113.10}}\n",
	"lab.yml:4:18: peering LAN khi is on sw1 and on sw2, which nothing joins: add a site link",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], ipv4: 203.0.113.10, hosts: [web]}}\n",
	"lab.yml:6:82: hosts must be a map, found a list",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], ipv4: 203.0.113.10, hosts: {web: {kind: bird}}}}\n",
	"lab.yml:6:95: expected plain or host, found \"bird\"",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], ipv4: 203.0.113.10, hosts: {webserver1: {}}}}\n",
	"lab.yml:6:83: this host would be called m1-webserver1, which is longer than 12 characters: shorten one of the two names",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, ipv4: 203.0.113.10, hosts: {web: {}}}}\n",
	"lab.yml:6:48: m1 has a host and no prefixes to number it from: give it prefixes",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], ipv4: 203.0.113.10, hosts: {web: {ipv4: 100.64.1.5}}}}\n",
	"lab.yml:6:95: 100.64.1.5 is no address for a machine behind m1: take one of 100.64.0.0/24",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], ipv4: 203.0.113.10, hosts: {web: {ipv4: 100.64.0.255}}}}\n",
	"lab.yml:6:95: 100.64.0.255 is no address for a machine behind m1: take one of 100.64.0.0/24",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], ipv4: 203.0.113.10, hosts: {web: {ipv4: 100.64.0.1}}}}\n",
	"lab.yml:6:95: 100.64.0.1 is already that of m1",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], ipv4: 203.0.113.10, host: yes, hosts: {web: {ipv4: 100.64.0.10}}}}\n",
	"lab.yml:6:106: 100.64.0.10 is already that of m1-h",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], ipv4: 203.0.113.10, hosts: {web: {ipv6: \"3fff::5\"}}}}\n",
	"lab.yml:6:95: m1-web has an ipv6 address, and m1 no prefix of that family",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], ipv4: 203.0.113.10, hosts: {web: {ipv4: 100.64.0.5}, db: {ipv4: 100.64.0.5}}}}\n",
	"lab.yml:6:119: 100.64.0.5 is already the address of m1-web",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], ipv4: 203.0.113.10, hosts: {web: {}, h: {}}, host: yes}}\n",
	"lab.yml:6:92: the name m1-h of this host is taken by the host of line 6: choose another",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], ipv4: 203.0.113.10}}\nnodes: {c: {behind: m2}}\n",
	"lab.yml:7:21: there is no member or transit network \"m2\" in this lab (did you mean \"m1\"?)",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], ipv4: 203.0.113.10}}\nnodes: {c: {behind: sw1}}\n",
	"lab.yml:7:21: sw1 is a switch, expected a member or transit network",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], ipv4: 203.0.113.10}}\nnodes: {c: {behind: c}}\n",
	"lab.yml:7:21: c is a node: machines are behind a network",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], ipv4: 203.0.113.10}}\nnodes: {c: {behind: m1, lan: khi}}\n",
	"lab.yml:7:30: c is behind a network and has no port on a peering LAN: leave \"lan\" out, or \"behind\"",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], routers: {a: {host: yes}, b: {hosts: {web: {}}}}}}\n",
	"lab.yml:6:65: m1 has hosts behind 2 routers: one is all that its first prefixes have room for",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], hosts: {web: {}}, routers: {a: {}, b: {}}}}\n",
	"lab.yml:6:11: m1 has routers: put its ports and its host under one of them",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], routers: {a: {}, b: {}}}}\nnodes: {c: {behind: m1}}\n",
	"lab.yml:7:21: m1 has several routers: say which, such as m1-a",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], ipv4: 203.0.113.10, hosts: {web: {}}}, m2: {asn: 65537, prefixes: [100.64.4.0/22]}}\nlinks: [{between: [m1-web, m2], relation: none, ipv4: 192.0.2.0/31}]\n",
	"lab.yml:7:20: m1-web is a host, which has no links of its own",
    },
    {
	LAB "exchange:\n  switches: [sw1, sw2]\n" "  site-links: [{between: [sw1, sw2], over: gre}]\n" "  peering-lans: {khi: {switches: [sw1, sw2], ipv4: 203.0.113.0/24}}\n" "members: {m1: {asn: 65536, ipv4: 203.0.113.10}}\n",
	"lab.yml:4:44: expected veth, vxlan, tags or auto, found \"gre\"",
    },
    {
	LAB "exchange:\n  switches: [sw1, sw2]\n" "  site-links: [{between: [sw1, sw2], mtu: 1600}]\n" "  peering-lans: {khi: {switches: [sw1, sw2], ipv4: 203.0.113.0/24}}\n" "members: {m1: {asn: 65536, ipv4: 203.0.113.10}}\n",
	"lab.yml:4:43: a site link without tunnels has the MTU of its LANs: give it over: vxlan, or set mtu on the peering LAN",
    },
    {
	LAB "exchange:\n  switches: [sw1, sw2]\n" "  site-links: [{between: [sw1, sw2], over: vxlan, mtu: 1000}]\n" "  peering-lans: {khi: {switches: [sw1, sw2], ipv4: 203.0.113.0/24}}\n" "members: {m1: {asn: 65536, ipv4: 203.0.113.10}}\n",
	"lab.yml:4:56: expected a number from 1280 to 9266, found \"1000\"",
    },
    {
	LAB "exchange:\n  switches: [sw1, sw2]\n" "  site-links: [{between: [sw1, sw2], over: vxlan}]\n" "  peering-lans: {khi: {switches: [sw1, sw2], ipv4: 203.0.113.0/24}}\n" "members: {wan1: {asn: 65536, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:11: \"wan1\" is what a switch calls its way to another site: choose another name for this member",
    },
    {
	LAB "exchange:\n  switches: [sw1, sw2, sw3]\n" "  site-links: [{between: [sw1]}]\n" "  peering-lans: {khi: {switches: [sw1, sw2], ipv4: 203.0.113.0/24}}\n" "members: {m1: {asn: 65536, ipv4: 203.0.113.10}}\n",
	"lab.yml:4:17: a site link joins two switches: name them, such as between: [sw1, sw2]",
    },
    {
	LAB "exchange:\n  switches: [sw1, sw2, sw3]\n" "  site-links: [{between: [sw1, sw1]}]\n" "  peering-lans: {khi: {switches: [sw1, sw2], ipv4: 203.0.113.0/24}}\n" "members: {m1: {asn: 65536, ipv4: 203.0.113.10}}\n",
	"lab.yml:4:32: both ends of this site link are sw1: name two switches",
    },
    {
	LAB "exchange:\n  switches: [sw1, sw2, sw3]\n" "  site-links: [{between: [sw1, sw4]}]\n" "  peering-lans: {khi: {switches: [sw1, sw2], ipv4: 203.0.113.0/24}}\n" "members: {m1: {asn: 65536, ipv4: 203.0.113.10}}\n",
	"lab.yml:4:32: expected sw1, sw2 or sw3, found \"sw4\" (did you mean \"sw1\"?)",
    },
    {
	LAB "exchange:\n  switches: [sw1, sw2, sw3]\n" "  site-links: [{between: [sw1, sw2], delay: 5}]\n" "  peering-lans: {khi: {switches: [sw1, sw2], ipv4: 203.0.113.0/24}}\n" "members: {m1: {asn: 65536, ipv4: 203.0.113.10}}\n",
	"lab.yml:4:45: delay: \"5\" has no unit; say a time such as 500us, 90ms or 1.5s, up to 60s",
    },
    {
	LAB "exchange:\n  switches: [sw1, sw2, sw3]\n" "  site-links: [{between: [sw1, sw2]}, {between: [sw2, sw3]}]\n" "  peering-lans: {khi: {switches: [sw1, sw2], ipv4: 203.0.113.0/24}}\n" "members: {m1: {asn: 65536, ipv4: 203.0.113.10}}\n",
	"lab.yml:4:39: no peering LAN is on both sw2 and sw3: give one switches: [sw2, sw3]",
    },
    {
	LAB "exchange:\n  switches: [sw1, sw2, sw3]\n" "  site-links: [{between: [sw1, sw2]}, {between: [sw1, sw2]}]\n" "  peering-lans: {khi: {switches: [sw1, sw2], ipv4: 203.0.113.0/24}}\n" "members: {m1: {asn: 65536, ipv4: 203.0.113.10}}\n",
	"lab.yml:4:39: this site link closes a ring, in which frames of peering LAN khi would go round for ever: say spanning-tree: yes there, or no to see that",
    },
    {
	LAB "exchange:\n  switches: [sw1, sw2, sw3]\n" "  peering-lans: {khi: {switch: sw1, switches: [sw1], ipv4: 203.0.113.0/24}}\n" "members: {m1: {asn: 65536, ipv4: 203.0.113.10}}\n",
	"lab.yml:4:37: peering LAN khi has \"switch\" and \"switches\": say one of them",
    },
    {
	LAB "exchange:\n  switches: [sw1, sw2, sw3]\n" "  peering-lans: {khi: {switches: [], ipv4: 203.0.113.0/24}}\n" "members: {m1: {asn: 65536, ipv4: 203.0.113.10}}\n",
	"lab.yml:4:24: switches must be a list of switches, such as [sw1]",
    },
    {
	LAB "exchange:\n  switches: [sw1, sw2, sw3]\n" "  peering-lans: {khi: {switches: [sw1, sw1], ipv4: 203.0.113.0/24}}\n" "members: {m1: {asn: 65536, ipv4: 203.0.113.10}}\n",
	"lab.yml:4:40: sw1 is named twice",
    },
    {
	LAB "exchange:\n  switches: [sw1, sw2, sw3]\n" "  peering-lans: {khi: {switch: sw1, ipv4: 203.0.113.0/24}}\n" "members: {m1: {asn: 65536, switch: sw2, ipv4: 203.0.113.10}}\n",
	"lab.yml:5:36: m1's port is on switch sw2, where peering LAN khi is not",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, switch: sw1}}\n",
	"lab.yml:6:36: m1 has no port here that this could be of: put \"switch\" beside the port's addresses",
    },
    {
	LAB "exchange: {asn: 64500, switches: [sw1], peering-lans: {khi: {ipv4: 203.0.113.0/24, guard: {pinned: yes}}}}\n" MEMBER,
	"lab.yml:2:92: unknown key \"pinned\" in a guard (known are pin, shut, ethertypes, broadcast)",
    },
    {
	LAB "exchange: {asn: 64500, switches: [sw1], peering-lans: {khi: {ipv4: 203.0.113.0/24, guard: {shut: yes}}}}\n" MEMBER,
	"lab.yml:2:84: shut takes a port down for a wrong source address, and without pin none is wrong: say pin: yes, too",
    },
    {
	LAB "exchange: {asn: 64500, switches: [sw1], peering-lans: {khi: {ipv4: 203.0.113.0/24, guard: {ethertypes: [ipv4, lldp]}}}}\n" MEMBER,
	"lab.yml:2:111: expected ipv4, ipv6 or arp, found \"lldp\"",
    },
    {
	LAB "exchange: {asn: 64500, switches: [sw1], peering-lans: {khi: {ipv4: 203.0.113.0/24, guard: {broadcast: many}}}}\n" MEMBER,
	"lab.yml:2:103: expected a number from 0 to 1000000, found \"many\"",
    },
    {
	LAB "exchange: {asn: 64500, switches: [sw1], peering-lans: {khi: {ipv4: 203.0.113.0/24, quarantine: maybe}}}\n" MEMBER,
	"lab.yml:2:96: expected yes or no, found \"maybe\"",
    },
    {
	LAB "exchange: {asn: 64500, switches: [sw1], peering-lans: {khi: {ipv4: 203.0.113.0/24, blackhole: {ipv4: 203.0.114.66}}}}\n" MEMBER,
	"lab.yml:2:102: khi-bh's address 203.0.114.66 is not in peering LAN khi, 203.0.113.0/24",
    },
    {
	LAB "exchange: {asn: 64500, switches: [sw1], peering-lans: {khi: {ipv4: 203.0.113.0/24, blackhole: {ipv4: 203.0.113.66, mac: \"67:66:de:ad:be:ef\"}}}}\n" MEMBER,
	"lab.yml:2:121: \"67:66:de:ad:be:ef\" is no address of one machine: write six pairs of digits, such as 02:00:00:00:00:01, the first pair even",
    },
    {
	LAB "exchange: {asn: 64500, switches: [sw1], peering-lans: {khi: {ipv4: 203.0.113.0/24, blackhole: {}}}}\n" MEMBER,
	"lab.yml:2:84: khi-bh has a port on peering LAN khi and no address there: give it ipv4, ipv6 or both",
    },
    {
	LAB "exchange: {asn: 64500, switches: [sw1], peering-lans: {khi: {ipv4: 203.0.113.0/24, blackhole: {ipv4: 203.0.113.10}}}}\n" MEMBER,
	"lab.yml:4:26: 203.0.113.10 is already the address of khi-bh, line 2: give m1 another",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, ipv4: 203.0.113.10, quarantine: yes}}\n",
	"lab.yml:6:60: peering LAN khi has no quarantine: say quarantine: yes there",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, ipv4: 203.0.113.10, mac: \"02:00\"}}\n",
	"lab.yml:6:53: \"02:00\" is no address of one machine: write six pairs of digits, such as 02:00:00:00:00:01, the first pair even",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, ipv4: 203.0.113.10, mac: \"02:00:00:00:00:0g\"}}\n",
	"lab.yml:6:53: \"02:00:00:00:00:0g\" is no address of one machine: write six pairs of digits, such as 02:00:00:00:00:01, the first pair even",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, ipv4: 203.0.113.10, guard: {pin: 1}}}\n",
	"lab.yml:6:61: expected yes or no, found \"1\"",
    },
    {
	LAB EXCHANGE "  collectors: {rc1: {ipv4: 203.0.113.3}}\n" MEMBER,
	"lab.yml:6:16: rc1 has no AS number: give one, such as asn: 64500",
    },
    {
	LAB EXCHANGE "  collectors: {rc1: {asn: 64501}}\n" MEMBER,
	"lab.yml:6:16: rc1 is connected to nothing: give it an address on a peering LAN, or a link",
    },
    {
	LAB EXCHANGE "  collectors: {rc1: {asn: 65536, ipv4: 203.0.113.3}}\n" MEMBER,
	"lab.yml:8:13: AS65536 of m1 is already that of rc1, line 6: each network needs its own",
    },
    {
	LAB EXCHANGE "  collectors: {rc1: {asn: 64501, ipv4: 203.0.113.3, host: yes}}\n" MEMBER,
	"lab.yml:6:53: unknown key \"host\" in a collector (did you mean \"loss\"?)",
    },
    {
	LAB EXCHANGE "  monitors: {mon1: {}}\n" MEMBER,
	"lab.yml:6:14: monitor mon1 sees nothing: say which LAN with lan: khi",
    },
    {
	LAB EXCHANGE "  monitors: {mon1: {lan: isb}}\n" MEMBER,
	"lab.yml:6:26: there is no peering LAN \"isb\": declare it under exchange, peering-lans",
    },
    {
	LAB EXCHANGE "  monitors: {mon1: {lan: khi, asn: 1}}\n" MEMBER,
	"lab.yml:6:31: unknown key \"asn\" in a monitor (did you mean \"lan\"?)",
    },
    {
	LAB EXCHANGE MEMBER "nodes: {n1: {}}\n",
	"lab.yml:8:9: n1 is connected to nothing: give it an address on a peering LAN, or a link",
    },
    {
	LAB EXCHANGE MEMBER "nodes: {n1: {kind: bird, ipv4: 203.0.113.9}}\n",
	"lab.yml:8:20: expected rtr, plain or host, found \"bird\"",
    },
    {
	LAB EXCHANGE "nodes: {n1: {ipv4: 203.0.113.9}}\n",
	"lab.yml:1:1: this lab has no members: add one, such as members: {m1: {asn: 65536}}",
    },
    {
	LAB EXCHANGE MEMBER "nodes: {m1: {ipv4: 203.0.113.9}}\n",
	"lab.yml:8:9: the name m1 of this node is taken by the member of line 7: choose another",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], routers: {}}}\n",
	"lab.yml:6:55: 0 routers: a network has from 1 to 30",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], routers: {a: {}, b: {asn: 1}}}}\n",
	"lab.yml:6:76: unknown key \"asn\" in a router (did you mean \"lan\"?)",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], ipv4: 203.0.113.10, routers: {a: {}}}}\n",
	"lab.yml:6:11: m1 has routers: put its ports and its host under one of them",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], host: yes, routers: {a: {}}}}\n",
	"lab.yml:6:11: m1 has routers: put its ports and its host under one of them",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, routers: {a: {}, b: {}}}}\n",
	"lab.yml:6:38: m1 numbers its routers from its prefixes and has none: give it one, such as prefixes: [100.64.0.0/22]",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/24], routers: {a: {}, b: {}}}}\n",
	"lab.yml:6:39: m1 numbers its routers from its first prefixes, and 100.64.0.0/24 has no room: give it one up to /23",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], routers: {a: {host: yes}, b: {host: yes}}}}\n",
	"lab.yml:6:65: m1 has hosts behind 2 routers: one is all that its first prefixes have room for",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], routers: {a: {}, b: {}, c: {}}, inside: [[a, b]]}}\n",
	"lab.yml:6:79: nothing joins c to the other routers of m1: add it to inside",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], routers: {a: {}, b: {}}, inside: [[a, a]]}}\n",
	"lab.yml:6:89: both ends of this link are a",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], routers: {a: {}, b: {}}, inside: [[a, d]]}}\n",
	"lab.yml:6:93: expected a or b, found \"d\" (did you mean \"a\"?)",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], routers: {a: {}, b: {}}, inside: [a, b]}}\n",
	"lab.yml:6:89: a link inside has two ends: name two routers, such as [a, b]",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], routers: {a: {}, b: {}}, igp: isis}}\n",
	"lab.yml:6:85: expected ospf or none, found \"isis\"",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], ipv4: 203.0.113.10, igp: ospf}}\n",
	"lab.yml:6:80: \"igp\" is for a network of several routers: say which under routers",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], routers: {a: {}, a-long-name: {}}}}\n",
	"lab.yml:6:72: this router would be called m1-a-long-name, which is longer than 12 characters: shorten one of the two names",
    },
    {
	LAB "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], routers: {a: {}, b: {}}}, m2: {asn: 65537}}\nlinks: [{between: [m1, m2], relation: peer, ipv4: 100.127.0.0/31}]\n",
	"lab.yml:3:20: m1 has several routers: say which, such as m1-a",
    },
    {
	LAB "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], routers: {a: {}, b: {}}}, m1-a: {asn: 65537}}\nlinks: [{between: [m1-b, m1-a], relation: peer, ipv4: 100.127.0.0/31}]\n",
	"lab.yml:2:81: the name m1-a of this member is taken by the router of line 2: choose another",
    },
    {
	LAB EXCHANGE MEMBER "nodes: {box: {}}\nlinks: [{between: [m1, box], relation: peer, ipv4: 100.127.0.0/31}]\n",
	"lab.yml:9:24: box is a machine, with which ixlab sets up no BGP: say relation: none",
    },
    {
	LAB EXCHANGE MEMBER "links: [{between: [m1, mon], relation: none, ipv4: 100.127.0.0/31}]\n",
	"lab.yml:8:24: there is no member or transit network \"mon\" in this lab (did you mean \"m1\"?)",
    },
    {
	LAB EXCHANGE MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, anycast: [100.64.0.0/24]}\n",
	"lab.yml:8:50: 100.64.0.0/24 of member m2 overlaps 100.64.0.0/22 of member m1, line 7: give each its own",
    },
    {
	LAB EXCHANGE MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, anycast: [198.18.0.0/24]}\n  m3: {asn: 65538, ipv4: 203.0.113.12, anycast: [198.18.0.0/24, 198.18.0.0/24]}\n",
	"lab.yml:9:65: 198.18.0.0/24 of member m3 is already that of member m3, line 9: give each its own",
    },
    {
	LAB EXCHANGE MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, anycast: 198.18.0.0/24}\n",
	"lab.yml:8:49: anycast must be a list, found \"198.18.0.0/24\"",
    },
    {
	LAB EXCHANGE MEMBER "  m2: {asn: 65537, ipv4: 203.0.113.11, anycast: [127.0.0.0/8]}\n",
	"lab.yml:8:50: 127.0.0.0/8 is no network's own: it covers or lies in special space; take one from 100.64.0.0/10 or 3fff::/20",
    },
    {
	LAB EXCHANGE MEMBER "nodes: {c: {kind: rtr, ipv4: 203.0.113.30}}\n",
	"lab.yml:8:9: c is of kind rtr and has no vrps: say what it serves, such as vrps: [{prefix: 100.64.0.0/22, asn: 65536}]",
    },
    {
	LAB EXCHANGE MEMBER "nodes: {c: {vrps: [], ipv4: 203.0.113.30}}\n",
	"lab.yml:8:13: c is of kind host: \"vrps\" is for kind rtr",
    },
    {
	LAB EXCHANGE MEMBER "nodes: {c: {kind: rtr, vrps: {}, ipv4: 203.0.113.30}}\n",
	"lab.yml:8:30: vrps must be a list, found a map",
    },
    {
	LAB EXCHANGE MEMBER "nodes: {c: {kind: rtr, vrps: [{asn: 1}], ipv4: 203.0.113.30}}\n",
	"lab.yml:8:31: the key \"prefix\" is missing here",
    },
    {
	LAB EXCHANGE MEMBER "nodes: {c: {kind: rtr, vrps: [{asn: 1, prefix: 10.0.0.1/8}], ipv4: 203.0.113.30}}\n",
	"lab.yml:8:48: \"10.0.0.1/8\" has address bits behind its length, the prefix is 10.0.0.0/8",
    },
    {
	LAB EXCHANGE MEMBER "nodes: {c: {kind: rtr, vrps: [{asn: -1, prefix: 10.0.0.0/8}], ipv4: 203.0.113.30}}\n",
	"lab.yml:8:37: expected a number from 0 to 4294967295, found \"-1\"",
    },
    {
	LAB EXCHANGE MEMBER "nodes: {c: {kind: rtr, vrps: [{asn: 1, prefix: 10.0.0.0/8, max-length: 33}], ipv4: 203.0.113.30}}\n",
	"lab.yml:8:72: expected a number from 0 to 32, found \"33\"",
    },
    {
	LAB EXCHANGE MEMBER "nodes: {c: {kind: rtr, vrps: [{asn: 1, prefix: 10.0.0.0/8, max-length: 7}], ipv4: 203.0.113.30}}\n",
	"lab.yml:8:72: max-length 7 is shorter than 10.0.0.0/8 itself: give from 8 to 32",
    },
    {
	LAB EXCHANGE "  rpki: c\n" RS MEMBER,
	"lab.yml:6:9: there is no cache \"c\" in this lab (did you mean \"m1\"?)",
    },
    {
	LAB EXCHANGE "  rpki: [c]\n" RS MEMBER,
	"lab.yml:6:9: expected a text, found a list",
    },
    {
	LAB EXCHANGE "  rpki: m1\n" RS MEMBER,
	"lab.yml:6:9: m1 is no cache: name a node of kind rtr",
    },
    {
	LAB EXCHANGE "  rpki: c\n" RS MEMBER "nodes: {c: {kind: rtr, ipv6: \"2001:db8:ffff:1::30\", vrps: []}}\n",
	"lab.yml:6:9: rs1 and c share no peering LAN and family",
    },
    {
	LAB EXCHANGE MEMBER "nodes: {p: {kind: plain, ipv4: 203.0.113.30}}\n",
	"lab.yml:8:9: p is of kind plain and has no command: say what it runs, such as command: [sleep, 1h]",
    },
    {
	LAB EXCHANGE MEMBER "nodes: {p: {command: [sleep, 1h], ipv4: 203.0.113.30}}\n",
	"lab.yml:8:13: p is of kind host: \"command\" is for kind plain",
    },
    {
	LAB EXCHANGE MEMBER "nodes: {p: {kind: plain, command: sleep, ipv4: 203.0.113.30}}\n",
	"lab.yml:8:35: command must be a list, found \"sleep\"",
    },
    {
	LAB EXCHANGE MEMBER "nodes: {p: {kind: plain, command: [], ipv4: 203.0.113.30}}\n",
	"lab.yml:8:26: a command of 0 words: give a program and at most 63 arguments",
    },
    {
	LAB EXCHANGE MEMBER "nodes: {p: {kind: plain, command: [sh, [x]], ipv4: 203.0.113.30}}\n",
	"lab.yml:8:40: expected a text, found a list",
    },
    {
	LAB EXCHANGE MEMBER "nodes: {p: {kind: plain, command: [\"\"], ipv4: 203.0.113.30}}\n",
	"lab.yml:8:36: a command begins with the name of a program",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, prefixes: [100.64.0.0/22], routers: {a: {kind: plain}, b: {}}}}\n",
	"lab.yml:6:65: a command cannot be one of several routers, since ixlab writes no OSPF for it: take another kind",
    },
    {
	LAB EXCHANGE MEMBER "transit: {t1: {asn: 64496, igp: none}}\nlinks: [{between: [m1, t1], relation: transit, ipv4: 100.127.0.0/31}]\n",
	"lab.yml:8:33: \"igp\" is for a network of several routers: say which under routers",
    },
};
/* clang-format on */

static void
refuses(void **state)
{
	struct err e;
	struct lab *lab;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		e = (struct err){ERR_NONE, ""};
		lab = model_parse("lab.yml", bad[i].text, strlen(bad[i].text),
				  NULL, &e);
		if (lab != NULL)
			print_error("accepted:\n%s", bad[i].text);
		assert_null(lab);
		assert_string_equal(e.msg, bad[i].message);
		assert_int_equal(e.class, ERR_USAGE);
	}
}

/* What the command line asks for is checked like the file. */
static void
refuses_params(void **state)
{
	static const char text[] = LAB EXCHANGE MEMBER;
	static const char big[] =
	    LAB EXCHANGE "generate: {members: {count: 1}}\n";
	struct model_params p = {.members = 3};
	struct err e;

	(void)state;
	assert_null(model_parse("lab.yml", text, strlen(text), &p, &e));
	assert_string_equal(e.msg, "lab.yml: this lab generates no members, so "
				   "their number cannot be chosen");
	p = (struct model_params){.name = "../x"};
	assert_null(model_parse("lab.yml", text, strlen(text), &p, &e));
	assert_string_equal(
	    e.msg,
	    "\"../x\" is no name for a lab: use 1 to 32 small letters, digits "
	    "and \"-\"");
	p = (struct model_params){.members = 5000};
	assert_null(model_parse("lab.yml", big, strlen(big), &p, &e));
	assert_string_equal(e.msg,
			    "5000 members: a lab has at most 4096 nodes");
}

static void
refuses_unknown_labs(void **state)
{
	struct err e;

	(void)state;
	assert_null(model_load("no-such-lab", NULL, &e));
	assert_string_equal(
	    e.msg,
	    "there is no lab \"no-such-lab\": \"ixlab labs\" lists those there "
	    "are, and a file is named with its path, such as "
	    "./no-such-lab.yml");
	assert_int_equal(e.class, ERR_USAGE);
	assert_null(model_load("./no-such-lab.yml", NULL, &e));
	assert_non_null(strstr(e.msg, "no-such-lab.yml"));
}

/* Control characters of a title reach neither terminal nor configuration. */
static void
cleans_titles(void **state)
{
	static const char text[] =
	    LAB EXCHANGE "members: {m1: {asn: 65536, ipv4: 203.0.113.10, name: "
			 "\"a\\nb\\e[31m\"}}\n";
	struct err e;
	struct lab *lab = model_parse("lab.yml", text, strlen(text), NULL, &e);

	(void)state;
	assert_non_null(lab);
	assert_string_equal(model_find(lab, "m1")->title, "a?b?[31m");
	model_free(lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refuses),
	    cmocka_unit_test(refuses_params),
	    cmocka_unit_test(refuses_unknown_labs),
	    cmocka_unit_test(cleans_titles),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
