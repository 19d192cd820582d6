/* What is read is normal and prints to text that reads back the same. */
#include <assert.h>
#include <string.h>

#include "base/ip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_addr(const struct ip_addr *a)
{
	struct sockaddr_storage ss;
	char text[IP_ADDRSTRLEN];
	struct ip_addr b;
	uint16_t port;

	assert(ip_addr_parse(ip_addr_print(a, text), &b));
	assert(ip_addr_eq(a, &b));
	ip_to_sockaddr(a, 179, &ss);
	assert(ip_from_sockaddr((struct sockaddr *)&ss, &b, &port));
	assert(ip_addr_eq(a, &b) && port == 179);
}

static void
check_prefix(const struct ip_prefix *p)
{
	char text[IP_PREFIXSTRLEN];
	struct ip_prefix q, up;
	struct ip_addr next;

	assert(p->len <= ip_bits(p->addr.family));
	assert(ip_prefix_parse(ip_prefix_print(p, text), &q));
	assert(ip_prefix_eq(p, &q));
	assert(ip_prefix_has_addr(p, &p->addr));
	if (p->len == 0)
		return;
	up = ip_prefix_of(&p->addr, p->len - 1);
	assert(ip_prefix_covers(&up, p) && !ip_prefix_covers(p, &up));
	next = ip_addr_add(&p->addr, 1);
	assert(!ip_addr_eq(&next, &p->addr));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[128];
	struct ip_addr a, b;
	struct ip_prefix p;
	uint8_t len;

	if (size >= sizeof(text))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (ip_addr_parse(text, &a))
		check_addr(&a);
	if (ip_ifaddr_parse(text, &a, &len)) {
		p = ip_prefix_of(&a, len);
		check_prefix(&p);
		assert(ip_prefix_has_addr(&p, &a));
	}
	if (ip_prefix_parse(text, &p)) {
		check_prefix(&p);
		assert(ip_ifaddr_parse(text, &b, &len));
		assert(ip_addr_eq(&b, &p.addr) && len == p.len);
	}
	return 0;
}
