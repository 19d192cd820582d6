/*
 * net_echo: ICMP echoes as bytes (RFC 792; RFC 4443 section 4). Pure; private
 * to net, and fuzzed. Eight random bytes go out in each echo, so that nobody
 * who did not see it can answer it.
 */
#ifndef LAB_NET_NET_ECHO_H
#define LAB_NET_NET_ECHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"

#define ECHO_HEAD 8 /* type, code, checksum, identifier, sequence */
#define ECHO_COOKIE 8

struct echo_reply {
	uint16_t id, seq;
	uint8_t cookie[ECHO_COOKIE];
};

/* Fill in a request; packet is len bytes of zero, at least ECHO_HEAD and
 * ECHO_COOKIE. The checksum of IPv6 is the kernel's business. */
void echo_encode(enum ip_family family, uint8_t *packet, size_t len,
		 uint16_t id, uint16_t seq, const uint8_t cookie[ECHO_COOKIE]);
/* What a raw socket gave (for IPv4 with the IP header in front): true when it
 * is an echo reply long enough to be ours. */
bool echo_decode(enum ip_family family, const uint8_t *packet, size_t len,
		 struct echo_reply *out);

/* What a router said of an echo of somebody's (type 3 or 11; 1 or 3 of ICMPv6),
 * with the beginning of that echo in it. */
struct echo_error {
	uint16_t id, seq;
	bool unreachable; /* else its time was over */
	bool has_cookie;  /* not all routers send so much back */
	uint8_t cookie[ECHO_COOKIE];
};
bool echo_decode_error(enum ip_family family, const uint8_t *packet, size_t len,
		       struct echo_error *out);

#endif
