/* What the tests of kinds have in common: an exchange, two members, a hint. */
#ifndef GRADER_T_KINDS_H
#define GRADER_T_KINDS_H

#define KINDS_EXCHANGE                                                    \
	"lab: demo\n"                                                     \
	"title: Demo\n"                                                   \
	"exchange:\n"                                                     \
	"  name: IX\n"                                                    \
	"  asn: 64500\n"                                                  \
	"  switches: [sw1]\n"                                             \
	"  peering-lans:\n"                                               \
	"    khi: {ipv4: 203.0.113.0/24, ipv6: '2001:db8:ffff:1::/64'}\n" \
	"  route-servers:\n"                                              \
	"    rs1: {ipv4: 203.0.113.1, ipv6: '2001:db8:ffff:1::1'}\n"
#define KINDS_MEMBERS                                                      \
	"members:\n"                                                       \
	"  m1: {asn: 65536, name: Me, trainee: yes, ipv4: 203.0.113.10,\n" \
	"       ipv6: '2001:db8:ffff:1::10', host: yes,\n"                 \
	"       prefixes: [100.64.0.0/22, '3fff::/32']}\n"                 \
	"  m2: {asn: 65537, name: You, ipv4: 203.0.113.11,\n"              \
	"       ipv6: '2001:db8:ffff:1::11', host: yes,\n"                 \
	"       prefixes: [100.64.4.0/22, '3fff:1::/32']}\n"

#define HINT "hints: [{hint: h, text: t}]}\n"

#endif
