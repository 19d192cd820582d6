/*
 * plan_random: labs at random, for the tests of what turns one into another. Two
 * switches, a LAN over both, members that come, go and change. All chance comes
 * from seed.
 */
#ifndef LAB_PLAN_PLAN_RANDOM_H
#define LAB_PLAN_PLAN_RANDOM_H

#include <stdint.h>
#include <stdlib.h>

#include "base/str.h"

static uint32_t seed;

static inline uint32_t
dice(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static inline void
random_member(struct str *s, uint32_t i)
{
	str_addf(s, "  m%u:\n    asn: %u\n    ipv4: 203.0.113.%u\n", i,
		 65000 + i + (dice(8) == 0 ? 100 : 0),
		 10 + i + (dice(8) == 0 ? 100 : 0));
	str_addf(s, "    prefixes: [100.64.%u.0/22]\n", 4 * i);
	if (dice(3) == 0)
		str_add(s, "    switch: sw2\n");
	if (dice(3) == 0)
		str_addf(s, "    ipv6: \"2001:db8:ffff::%u\"\n", 10 + i);
	if (dice(3) == 0)
		str_addf(s, "    delay: %ums\n", 1 + dice(3));
	if (dice(5) == 0)
		str_add(s, "    guard: {pin: yes}\n");
	if (dice(4) == 0) {
		str_add(s, "    kind: ixpeer\n    peers: [m0]\n");
		return;
	}
	if (dice(4) == 0)
		str_add(s, "    host: yes\n");
	if (dice(4) == 0)
		str_add(s, "    trainee: yes\n");
	if (dice(5) == 0)
		str_add(s, "    limits: {memory: 64M}\n");
}

static inline char *
random_lab(void)
{
	struct str s = {0};
	uint32_t i;

	str_addf(&s,
		 "lab: x\nexchange:\n  name: X\n  asn: 64500\n"
		 "  switches: [sw1, sw2]\n  site-links:\n"
		 "    - {between: [sw1, sw2], delay: %ums%s}\n"
		 "  peering-lans:\n    lan:\n      switches: [sw1, sw2]\n"
		 "      mtu: %u\n      ipv4: 203.0.113.0/24\n"
		 "      ipv6: \"2001:db8:ffff::/64\"\n",
		 1 + dice(2), dice(2) ? ", over: vxlan" : "",
		 dice(4) ? 1500 : 9000);
	if (dice(2))
		str_add(&s, "  route-servers:\n    rs1: {ipv4: 203.0.113.1, "
			    "ipv6: \"2001:db8:ffff::1\"}\n");
	str_add(&s, "members:\n  m0: {asn: 64999, ipv4: 203.0.113.9, prefixes: "
		    "[100.127.0.0/22]}\n");
	for (i = 1; i < 8; i++)
		if (dice(3))
			random_member(&s, i);
	return str_steal(&s);
}

static inline uint32_t
number_of(const char *variable, uint32_t otherwise)
{
	const char *text = getenv(variable);

	return text && *text ? (uint32_t)strtoul(text, NULL, 0) : otherwise;
}

#endif
