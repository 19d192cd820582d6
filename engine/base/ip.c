#include "base/ip.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

unsigned int
ip_bits(enum ip_family family)
{
	return ip_bytes(family) * 8;
}

unsigned int
ip_bytes(enum ip_family family)
{
	return family == IP_V4 ? 4 : family == IP_V6 ? 16 : 0;
}

const char *
ip_family_name(enum ip_family family)
{
	return family == IP_V4 ? "ipv4" : family == IP_V6 ? "ipv6" : "none";
}

bool
ip_addr_parse(const char *text, struct ip_addr *out)
{
	struct ip_addr a = {0};

	if (inet_pton(AF_INET, text, a.bytes) == 1)
		a.family = IP_V4;
	else if (inet_pton(AF_INET6, text, a.bytes) == 1)
		a.family = IP_V6;
	else
		return false;
	*out = a;
	return true;
}

bool
ip_ifaddr_parse(const char *text, struct ip_addr *addr, uint8_t *len)
{
	char head[IP_ADDRSTRLEN];
	const char *slash = strchr(text, '/');
	struct ip_addr a;
	unsigned int n;

	if (slash == NULL || (size_t)(slash - text) >= sizeof(head))
		return false;
	memcpy(head, text, (size_t)(slash - text));
	head[slash - text] = '\0';
	if (!ip_addr_parse(head, &a) ||
	    !str_to_u32(slash + 1, 0, ip_bits(a.family), &n))
		return false;
	*addr = a;
	*len = (uint8_t)n;
	return true;
}

bool
ip_prefix_parse(const char *text, struct ip_prefix *out)
{
	struct ip_addr a;
	struct ip_prefix p;
	uint8_t len;

	if (!ip_ifaddr_parse(text, &a, &len))
		return false;
	p = ip_prefix_of(&a, len);
	if (!ip_addr_eq(&p.addr, &a))
		return false;
	*out = p;
	return true;
}

char *
ip_addr_print(const struct ip_addr *a, char buf[IP_ADDRSTRLEN])
{
	if (a->family == IP_NONE)
		return strcpy(buf, "none");
	inet_ntop(a->family == IP_V4 ? AF_INET : AF_INET6, a->bytes, buf,
		  IP_ADDRSTRLEN);
	return buf;
}

char *
ip_prefix_print(const struct ip_prefix *p, char buf[IP_PREFIXSTRLEN])
{
	char addr[IP_ADDRSTRLEN];

	snprintf(buf, IP_PREFIXSTRLEN, "%s/%u", ip_addr_print(&p->addr, addr),
		 p->len);
	return buf;
}

int
ip_addr_cmp(const struct ip_addr *a, const struct ip_addr *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

bool
ip_addr_eq(const struct ip_addr *a, const struct ip_addr *b)
{
	return ip_addr_cmp(a, b) == 0;
}

int
ip_prefix_cmp(const struct ip_prefix *a, const struct ip_prefix *b)
{
	int c = ip_addr_cmp(&a->addr, &b->addr);

	return c ? c : (int)a->len - (int)b->len;
}

bool
ip_prefix_eq(const struct ip_prefix *a, const struct ip_prefix *b)
{
	return ip_prefix_cmp(a, b) == 0;
}

struct ip_prefix
ip_prefix_of(const struct ip_addr *a, uint8_t len)
{
	struct ip_prefix p = {.addr = *a, .len = len};
	unsigned int i, keep;

	for (i = 0; i < sizeof(p.addr.bytes); i++) {
		keep = len > i * 8 ? len - i * 8 : 0;
		if (keep < 8)
			p.addr.bytes[i] &= (uint8_t)(0xff00u >> keep);
	}
	return p;
}

bool
ip_prefix_has_addr(const struct ip_prefix *p, const struct ip_addr *a)
{
	unsigned int whole = p->len / 8, rest = p->len % 8;

	if (p->addr.family != a->family ||
	    memcmp(p->addr.bytes, a->bytes, whole) != 0)
		return false;
	return rest == 0 ||
	       (p->addr.bytes[whole] ^ a->bytes[whole]) >> (8 - rest) == 0;
}

bool
ip_prefix_covers(const struct ip_prefix *outer, const struct ip_prefix *inner)
{
	return outer->len <= inner->len &&
	       ip_prefix_has_addr(outer, &inner->addr);
}

struct ip_addr
ip_addr_add(const struct ip_addr *a, uint32_t n)
{
	struct ip_addr out = *a;
	int i;

	for (i = (int)ip_bytes(a->family) - 1; i >= 0 && n > 0; i--) {
		uint64_t sum = (uint64_t)out.bytes[i] + (n & 0xff);

		out.bytes[i] = (uint8_t)sum;
		n = (n >> 8) + (uint32_t)(sum >> 8);
	}
	return out;
}

struct ip_addr
ip_addr_from(enum ip_family family, const void *bytes)
{
	struct ip_addr a = {.family = (uint8_t)family};

	memcpy(a.bytes, bytes, ip_bytes(family));
	return a;
}

socklen_t
ip_to_sockaddr(const struct ip_addr *a, uint16_t port,
	       struct sockaddr_storage *ss)
{
	struct sockaddr_in *in = (struct sockaddr_in *)ss;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ss;

	memset(ss, 0, sizeof(*ss));
	if (a->family == IP_V4) {
		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		memcpy(&in->sin_addr, a->bytes, 4);
		return sizeof(*in);
	}
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(port);
	memcpy(&in6->sin6_addr, a->bytes, 16);
	return sizeof(*in6);
}

bool
ip_from_sockaddr(const struct sockaddr *sa, struct ip_addr *a, uint16_t *port)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (sa->sa_family == AF_INET) {
		memcpy(&in, sa, sizeof(in));
		*a = ip_addr_from(IP_V4, &in.sin_addr);
		*port = ntohs(in.sin_port);
		return true;
	}
	if (sa->sa_family != AF_INET6)
		return false;
	memcpy(&in6, sa, sizeof(in6));
	*a = ip_addr_from(IP_V6, &in6.sin6_addr);
	*port = ntohs(in6.sin6_port);
	return true;
}
