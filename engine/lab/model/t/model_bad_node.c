/*
 * Bad nodes: kinds and what they run, limits, hosts, routers inside a network,
 * caches, collectors and machines.
 */
#include "bad.h"

/* clang-format off */
static const struct bad bad[] = {
    {
	LAB "exchange: {switches: [sw1], peering-lans: {khi: {ipv4: 203.0.113.1/24}}}\nmembers:\n  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n",
	"lab.yml:2:56: \"203.0.113.1/24\" has address bits behind its length, the prefix is 203.0.113.0/24",
    },
    {
	LAB EXCHANGE "members:\n  m1: {asn: 65536, ipv6: \"2001:db8:ffff:1::\"}\n",
	"lab.yml:7:26: 2001:db8:ffff:1:: is the subnet-router anycast address of 2001:db8:ffff:1::/64: give m1 another",
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
	LAB EXCHANGE MEMBER "transit: {t1: {asn: 64496, ipv4: 203.0.113.9}}\n",
	"lab.yml:8:28: unknown key \"ipv4\" in a transit network (known are asn, name, kind, prefixes, host, limits, routers, inside, igp, anycast, command, hosts, protect)",
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
	LAB EXCHANGE "members: {m1: {asn: 65536, kind: frr, router-advertisements: yes, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:62: m1 is of kind frr: router-advertisements are for kind bird",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, trainee: yes, router-advertisements: yes, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:65: m1 is configured by a person: take router-advertisements away",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, protect: {password: a b}, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:48: a password has 1 to 80 letters, digits, hyphens, underscores and dots",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, trainee: yes, protect: {password: a}, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:42: m1 is configured by a person, who protects its sessions there: take protect away",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, kind: frr, protect: {password: a}, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:39: m1 is of kind frr: protect is for kinds bird and ixpeer",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, kind: ixpeer, protect: {ttl-security: yes}, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:66: m1 is a robot, which has no TTL security: leave it out, or take kind: bird",
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
	"lab.yml:6:93: expected a or b, found \"d\"",
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
	"lab.yml:6:9: there is no cache \"c\" in this lab: declare it first",
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
	LAB EXCHANGE "  irr: []\n" RS MEMBER,
	"lab.yml:6:3: 0 files: a route server reads from 1 to 8",
    },
    {
	LAB EXCHANGE "  irr: [a, b, c, d, e, f, g, h, i]\n" RS MEMBER,
	"lab.yml:6:3: 9 files: a route server reads from 1 to 8",
    },
    {
	LAB EXCHANGE "  irr: [a, [b]]\n" RS MEMBER,
	"lab.yml:6:12: expected a text, found a list",
    },
    {
	LAB EXCHANGE "  bogons: \"\"\n" RS MEMBER,
	"lab.yml:6:11: no file has an empty name: name one, relative to the lab file",
    },
    {
	LAB EXCHANGE "  vrps: [{prefix: 10.0.0.0/8}]\n" RS MEMBER,
	"lab.yml:6:9: expected a text, found a list",
    },
    {
	LAB EXCHANGE "  route-servers: {rs1: {trainee: yes, ipv4: 203.0.113.1}}\n" MEMBER,
	"lab.yml:6:34: the files of rs1 are written by ixlab: give it a kind such as bird for a trainee",
    },
    {
	LAB EXCHANGE "  route-servers: {rs1: {kind: ixrs, trainee: yes, ipv4: 203.0.113.1}}\n" MEMBER,
	"lab.yml:6:46: the files of rs1 are written by ixlab: give it a kind such as bird for a trainee",
    },
    {
	LAB EXCHANGE "  route-servers: {rs1: {kind: bird, irr: a, ipv4: 203.0.113.1}}\n" MEMBER,
	"lab.yml:6:42: rs1 is of kind bird, which ixlab gives no such file: \"irr\" is for kind ixrs",
    },
    {
	LAB EXCHANGE "  vrps: a\n  route-servers: {rs1: {rpki: c, ipv4: 203.0.113.1}}\n" MEMBER "nodes: {c: {kind: rtr, ipv4: 203.0.113.30, vrps: []}}\n",
	"lab.yml:6:9: rs1 has VRPs from this file and from a cache (rpki): leave one of them out",
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
