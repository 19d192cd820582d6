/*
 * The way to an address, hop by hop: echoes that live for one hop, two, three, and
 * what routers say when one of them dies (RFC 792, RFC 4443 section 3.3).
 */
#include "lab/net/net.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "lab/net/net_echo.h"

struct net_trace {
	int fd;
	struct ip_addr to;
	uint16_t id;
	uint8_t cookie[ECHO_COOKIE];
};

static void
trace_filter(struct net_trace *t)
{
	struct icmp6_filter f;

	if (t->to.family != IP_V6)
		return;
	ICMP6_FILTER_SETBLOCKALL(&f);
	ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &f);
	ICMP6_FILTER_SETPASS(ICMP6_TIME_EXCEEDED, &f);
	ICMP6_FILTER_SETPASS(ICMP6_DST_UNREACH, &f);
	(void)setsockopt(t->fd, IPPROTO_ICMPV6, ICMP6_FILTER, &f, sizeof(f));
}

struct net_trace *
net_trace_new(struct net *n, const struct ip_addr *to, struct err *e)
{
	struct net_trace *t = xcalloc(1, sizeof(*t));
	bool v6 = to->family == IP_V6;

	t->to = *to;
	t->fd = net_socket(n, v6 ? AF_INET6 : AF_INET, SOCK_RAW,
			   v6 ? (int)IPPROTO_ICMPV6 : (int)IPPROTO_ICMP, e);
	if (t->fd < 0) {
		free(t);
		return NULL;
	}
	trace_filter(t);
	if (getrandom(t->cookie, sizeof(t->cookie), 0) < 0 ||
	    getrandom(&t->id, sizeof(t->id), 0) < 0)
		t->id = (uint16_t)getpid();
	return t;
}

void
net_trace_free(struct net_trace *t)
{
	if (t == NULL)
		return;
	close(t->fd);
	free(t);
}

int
net_trace_fd(const struct net_trace *t)
{
	return t->fd;
}

int
net_trace_send(struct net_trace *t, uint8_t hops, struct err *e)
{
	uint8_t packet[ECHO_HEAD + 32] = {0};
	bool v6 = t->to.family == IP_V6;
	struct sockaddr_storage ss;
	char buf[IP_ADDRSTRLEN];
	int live = hops;
	socklen_t len;

	if (setsockopt(t->fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
		       v6 ? IPV6_UNICAST_HOPS : IP_TTL, &live,
		       sizeof(live)) < 0)
		return err_sys(e, "cannot limit hops");
	echo_encode(t->to.family, packet, sizeof(packet), t->id, hops,
		    t->cookie);
	len = ip_to_sockaddr(&t->to, 0, &ss);
	if (sendto(t->fd, packet, sizeof(packet), 0,
		   (const struct sockaddr *)&ss, len) < 0)
		return err_sys(e, "%s", ip_addr_print(&t->to, buf));
	return 0;
}

static bool
trace_ours(const struct net_trace *t, const uint8_t *packet, size_t n,
	   struct net_hop *hop)
{
	struct echo_reply r;
	struct echo_error x;

	if (echo_decode(t->to.family, packet, n, &r)) {
		hop->hops = (uint8_t)r.seq;
		hop->is = NET_HOP_REACHED;
		return r.id == t->id && r.seq > 0 && r.seq <= UINT8_MAX &&
		       memcmp(r.cookie, t->cookie, ECHO_COOKIE) == 0 &&
		       ip_addr_eq(&hop->from, &t->to);
	}
	if (!echo_decode_error(t->to.family, packet, n, &x) || x.id != t->id ||
	    x.seq == 0 || x.seq > UINT8_MAX ||
	    (x.has_cookie && memcmp(x.cookie, t->cookie, ECHO_COOKIE) != 0))
		return false;
	hop->hops = (uint8_t)x.seq;
	hop->is = x.unreachable ? NET_HOP_REFUSED : NET_HOP_PASSED;
	return true;
}

bool
net_trace_read(struct net_trace *t, struct net_hop *hop)
{
	struct sockaddr_storage ss;
	uint8_t packet[1500];
	uint16_t port;
	socklen_t len;
	ssize_t n;

	for (;;) {
		len = sizeof(ss);
		n = recvfrom(t->fd, packet, sizeof(packet), 0,
			     (struct sockaddr *)&ss, &len);
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return false;
		if (n <= 0)
			continue;
		if (ip_from_sockaddr((struct sockaddr *)&ss, &hop->from,
				     &port) &&
		    trace_ours(t, packet, (size_t)n, hop))
			return true;
	}
}
