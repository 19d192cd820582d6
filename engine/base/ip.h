/*
 * ip: addresses and prefixes of both families as plain values.
 *
 * Bytes are in network order; an IPv4 address uses the first four. A value is
 * always normal: unused bytes, and host bits of a prefix, are zero, so that
 * memcmp and == on the fields agree. "::ffff:192.0.2.1" is an IPv6 address.
 */
#ifndef BASE_IP_H
#define BASE_IP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum ip_family { IP_NONE = 0, IP_V4 = 4, IP_V6 = 6 };

struct ip_addr {
	uint8_t family; /* enum ip_family; IP_NONE is "no address" */
	uint8_t bytes[16];
};

struct ip_prefix {
	struct ip_addr addr; /* host bits zero */
	uint8_t len;
};

#define IP_ADDRSTRLEN 46
#define IP_PREFIXSTRLEN 50

unsigned int ip_bits(enum ip_family family);	   /* 32 or 128 */
unsigned int ip_bytes(enum ip_family family);	   /* 4 or 16 */
const char *ip_family_name(enum ip_family family); /* "ipv4", "ipv6" */

/* Text to value; false when the text is not exactly one such thing. A prefix
 * with host bits set is refused by ip_prefix_parse and kept (addr and len both)
 * by ip_ifaddr_parse, which reads an interface address such as 192.0.2.1/24. */
bool ip_addr_parse(const char *text, struct ip_addr *out);
bool ip_prefix_parse(const char *text, struct ip_prefix *out);
bool ip_ifaddr_parse(const char *text, struct ip_addr *addr, uint8_t *len);

/* Value to text, RFC 5952 for IPv6. Return buf. */
char *ip_addr_print(const struct ip_addr *a, char buf[IP_ADDRSTRLEN]);
char *ip_prefix_print(const struct ip_prefix *p, char buf[IP_PREFIXSTRLEN]);

bool ip_addr_eq(const struct ip_addr *a, const struct ip_addr *b);
int ip_addr_cmp(const struct ip_addr *a, const struct ip_addr *b);
bool ip_prefix_eq(const struct ip_prefix *a, const struct ip_prefix *b);
/* Family, then address, then length. */
int ip_prefix_cmp(const struct ip_prefix *a, const struct ip_prefix *b);

/* The prefix of that length around an address. */
struct ip_prefix ip_prefix_of(const struct ip_addr *a, uint8_t len);
bool ip_prefix_has_addr(const struct ip_prefix *p, const struct ip_addr *a);
/* outer is equal to inner or covers it. */
bool ip_prefix_covers(const struct ip_prefix *outer,
		      const struct ip_prefix *inner);

/* The address n places after a (carries; wraps at the end). */
struct ip_addr ip_addr_add(const struct ip_addr *a, uint32_t n);

/* From a network-order byte string of ip_bytes(family) bytes. */
struct ip_addr ip_addr_from(enum ip_family family, const void *bytes);

/* To and from the kernel's form; returns the length of the sockaddr. */
socklen_t ip_to_sockaddr(const struct ip_addr *a, uint16_t port,
			 struct sockaddr_storage *ss);
bool ip_from_sockaddr(const struct sockaddr *sa, struct ip_addr *a,
		      uint16_t *port);

#endif
