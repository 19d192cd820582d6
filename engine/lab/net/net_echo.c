#include "lab/net/net_echo.h"

#include <assert.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <string.h>

#include "base/buf.h"

/* RFC 1071. */
static uint16_t
echo_checksum(const uint8_t *p, size_t n)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i + 1 < n; i += 2)
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	if (n & 1)
		sum += (uint32_t)p[n - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

void
echo_encode(enum ip_family family, uint8_t *packet, size_t len, uint16_t id,
	    uint16_t seq, const uint8_t cookie[ECHO_COOKIE])
{
	struct wbuf w = wbuf_of(packet, len);

	wbuf_u8(&w, family == IP_V6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO);
	wbuf_u8(&w, 0);
	wbuf_u16(&w, 0);
	wbuf_u16(&w, id);
	wbuf_u16(&w, seq);
	wbuf_bytes(&w, cookie, ECHO_COOKIE);
	assert(!w.failed);
	if (family == IP_V4)
		wbuf_u16_at(&w, 2, echo_checksum(packet, len));
}

bool
echo_decode(enum ip_family family, const uint8_t *packet, size_t len,
	    struct echo_reply *out)
{
	struct rbuf r = rbuf_of(packet, len);
	uint8_t type, code;
	const uint8_t *cookie;
	size_t words;

	if (family == IP_V4) {
		words = rbuf_u8(&r) & 0xf;
		if (words < 5 || rbuf_bytes(&r, words * 4 - 1) == NULL)
			return false;
	}
	type = rbuf_u8(&r);
	code = rbuf_u8(&r);
	(void)rbuf_u16(&r);
	out->id = rbuf_u16(&r);
	out->seq = rbuf_u16(&r);
	cookie = rbuf_bytes(&r, ECHO_COOKIE);
	if (cookie == NULL || code != 0 ||
	    type != (family == IP_V6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY))
		return false;
	memcpy(out->cookie, cookie, ECHO_COOKIE);
	return true;
}

/* Pass over an IP header; false when it is none, or of another protocol. */
static bool
echo_header(enum ip_family family, struct rbuf *r)
{
	const uint8_t *head;
	size_t words;

	if (family == IP_V6) {
		head = rbuf_bytes(r, 40);
		return head && head[0] >> 4 == 6 && head[6] == IPPROTO_ICMPV6;
	}
	head = rbuf_bytes(r, 20);
	if (head == NULL || head[0] >> 4 != 4 || head[9] != IPPROTO_ICMP)
		return false;
	words = head[0] & 0xf;
	return words >= 5 && rbuf_bytes(r, words * 4 - 20) != NULL;
}

bool
echo_decode_error(enum ip_family family, const uint8_t *packet, size_t len,
		  struct echo_error *out)
{
	struct rbuf r = rbuf_of(packet, len);
	bool v6 = family == IP_V6;
	const uint8_t *cookie;
	uint8_t type;

	if (!v6 && !echo_header(family, &r))
		return false;
	type = rbuf_u8(&r);
	out->unreachable = type == (v6 ? ICMP6_DST_UNREACH : ICMP_DEST_UNREACH);
	if (rbuf_bytes(&r, 7) == NULL || !echo_header(family, &r) ||
	    (!out->unreachable &&
	     type != (v6 ? ICMP6_TIME_EXCEEDED : ICMP_TIME_EXCEEDED)))
		return false;
	if (rbuf_u8(&r) != (v6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO))
		return false;
	(void)rbuf_bytes(&r, 3);
	out->id = rbuf_u16(&r);
	out->seq = rbuf_u16(&r);
	if (r.failed)
		return false;
	cookie = rbuf_bytes(&r, ECHO_COOKIE);
	out->has_cookie = cookie != NULL;
	if (cookie)
		memcpy(out->cookie, cookie, ECHO_COOKIE);
	return true;
}
