/*
 * Bad fabrics: switches, LANs and what joins them, ports, guards and weather.
 */
#include "bad.h"

/* clang-format off */
static const struct bad bad[] = {
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
	LAB "exchange:\n  switches: [sw1]\n  vlans: yes\n  peering-lans: {khi: {ipv4: 203.0.113.0/24}}\n",
	"lab.yml:4:10: expected filtering or auto, found \"yes\"",
    },
    {
	LAB "exchange:\n  switches: [sw1]\n  vlans: filtering\n  peering-lans:\n    khi: {ipv4: 203.0.113.0/24, vlan: 4095}\nmembers: {m1: {asn: 65536, lan: khi, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:39: expected a number from 1 to 4094, found \"4095\"",
    },
    {
	LAB "exchange:\n  switches: [sw1]\n  vlans: filtering\n  peering-lans:\n    khi: {ipv4: 203.0.113.0/24, vlan: 10}\n    lhe: {ipv4: 198.51.100.0/24, vlan: 10}\nmembers: {m1: {asn: 65536, lan: khi, ipv4: 203.0.113.10}}\n",
	"lab.yml:7:40: peering LANs khi and lhe would both be VLAN 10: give each a number of its own",
    },
    {
	LAB "exchange:\n  switches: [sw1]\n  vlans: filtering\n  peering-lans:\n    khi: {ipv4: 203.0.113.0/24, vlan: 102, quarantine: yes}\nmembers: {m1: {asn: 65536, lan: khi, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:39: peering LANs khi and khi-q would both be VLAN 102: give each a number of its own",
    },
    {
	LAB "exchange:\n  switches: [sw1]\n  vlans: filtering\n  peering-lans:\n    khi: {ipv4: 203.0.113.0/24, quarantine-vlan: 20}\nmembers: {m1: {asn: 65536, lan: khi, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:50: peering LAN khi has no quarantine: say quarantine: yes, too",
    },
    {
	LAB "exchange:\n  switches: [sw1]\n  vlans: filtering\n  peering-lans:\n    khi: {ipv4: 203.0.113.0/24, spanning-tree: yes}\nmembers: {m1: {asn: 65536, lan: khi, ipv4: 203.0.113.10}}\n",
	"lab.yml:6:48: one spanning tree holds for all VLANs of a switch and would block what only looks like a ring: leave out spanning-tree here, or vlans of the exchange",
    },
    {
	LAB "exchange:\n  switches: [sw1]\n  peering-lans: {khi: {ipv4: 203.0.113.0/24, vlan: 10}}\nmembers: {m1: {asn: 65536, lan: khi, ipv4: 203.0.113.10}}\n",
	"lab.yml:4:52: nothing here has VLANs, so peering LAN khi needs no number of one: say vlans: filtering or vlans: auto under exchange, or give a site link over: tags",
    },
    {
	LAB EXCHANGE "members: {m1: {asn: 65536, trunk: yes, lans: {khi: {ipv4: 203.0.113.10}}}}\n",
	"lab.yml:6:35: a trunk's LANs are VLANs: say vlans: filtering or vlans: auto under exchange",
    },
    {
	LAB "exchange:\n  switches: [sw1, sw2]\n  vlans: auto\n  site-links: [{between: [sw1, sw2]}]\n  peering-lans:\n    khi: {switch: sw1, ipv4: 203.0.113.0/24}\n    lhe: {switches: [sw1, sw2], ipv4: 198.51.100.0/24, mtu: 9000}\n    skz: {switches: [sw2, sw1], ipv4: 192.0.2.0/24}\nmembers: {m1: {asn: 65536, trunk: yes, lan: khi, ipv4: 203.0.113.10}}\n",
	"lab.yml:10:35: a trunk is for several LANs: put them under lans",
    },
    {
	LAB "exchange:\n  switches: [sw1, sw2]\n  vlans: auto\n  site-links: [{between: [sw1, sw2]}]\n  peering-lans:\n    khi: {switch: sw1, ipv4: 203.0.113.0/24}\n    lhe: {switches: [sw1, sw2], ipv4: 198.51.100.0/24, mtu: 9000}\n    skz: {switches: [sw2, sw1], ipv4: 192.0.2.0/24}\nmembers: {m1: {asn: 65536, trunk: yes, lans: {khi: {ipv4: 203.0.113.10}, skz: {ipv4: 192.0.2.10}}}}\n",
	"lab.yml:10:74: m1's LANs are one port, but khi is on switch sw1 and skz on sw2: say the same switch",
    },
    {
	LAB "exchange:\n  switches: [sw1, sw2]\n  vlans: auto\n  site-links: [{between: [sw1, sw2]}]\n  peering-lans:\n    khi: {switch: sw1, ipv4: 203.0.113.0/24}\n    lhe: {switches: [sw1, sw2], ipv4: 198.51.100.0/24, mtu: 9000}\n    skz: {switches: [sw2, sw1], ipv4: 192.0.2.0/24}\nmembers: {m1: {asn: 65536, trunk: yes, lans: {khi: {ipv4: 203.0.113.10}, lhe: {ipv4: 198.51.100.10}}}}\n",
	"lab.yml:10:74: m1's LANs are one port, and lhe has another mtu than khi",
    },
    {
	LAB "exchange:\n  switches: [sw1, sw2]\n  vlans: auto\n  site-links: [{between: [sw1, sw2]}]\n  peering-lans:\n    khi: {switch: sw1, ipv4: 203.0.113.0/24}\n    lhe: {switches: [sw1, sw2], ipv4: 198.51.100.0/24, mtu: 9000}\n    skz: {switches: [sw2, sw1], ipv4: 192.0.2.0/24}\nmembers: {m1: {asn: 65536, trunk: yes, lans: {khi: {ipv4: 203.0.113.10}, skz: {ipv4: 192.0.2.10, switch: sw1, delay: 5ms}}}}\n",
	"lab.yml:10:118: m1's LANs are one port: say delay with the first of them, khi",
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
