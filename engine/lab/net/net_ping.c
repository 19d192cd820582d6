#include "lab/net/net.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"
#include "lab/net/net_echo.h"

struct net_ping {
	int fd;
	struct ip_addr to;
	uint32_t size;
	uint16_t id, sent;
	uint8_t cookie[ECHO_COOKIE];
	uint64_t at[NET_PING_COUNT]; /* when sent, us; 0: answered */
};

static uint64_t
ping_us(const struct timespec *ts)
{
	return (uint64_t)ts->tv_sec * 1000000 + (uint64_t)ts->tv_nsec / 1000;
}

/* The clock that the kernel stamps packets with. */
static uint64_t
ping_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ping_us(&ts);
}

/* When a packet came, as the kernel says: not when we came to read it. */
static uint64_t
ping_stamp(struct msghdr *m)
{
	struct cmsghdr *c;
	struct timespec ts;

	for (c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
		if (c->cmsg_level == SOL_SOCKET &&
		    c->cmsg_type == SCM_TIMESTAMPNS &&
		    c->cmsg_len >= CMSG_LEN(sizeof(ts))) {
			memcpy(&ts, CMSG_DATA(c), sizeof(ts));
			return ping_us(&ts);
		}
	return ping_now();
}

static int
ping_bind(struct net_ping *p, const struct ip_addr *from, struct err *e)
{
	struct sockaddr_storage ss;
	char buf[IP_ADDRSTRLEN];
	socklen_t len;

	if (from == NULL || from->family == IP_NONE)
		return 0;
	len = ip_to_sockaddr(from, 0, &ss);
	if (bind(p->fd, (struct sockaddr *)&ss, len) < 0)
		return err_sys(e, "cannot send from %s",
			       ip_addr_print(from, buf));
	return 0;
}

static void
ping_filter(struct net_ping *p)
{
	struct icmp6_filter f;

	if (p->to.family != IP_V6)
		return;
	ICMP6_FILTER_SETBLOCKALL(&f);
	ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &f);
	(void)setsockopt(p->fd, IPPROTO_ICMPV6, ICMP6_FILTER, &f, sizeof(f));
}

struct net_ping *
net_ping_new(struct net *n, const struct ip_addr *to,
	     const struct ip_addr *from, uint32_t size, struct err *e)
{
	struct net_ping *p = xcalloc(1, sizeof(*p));
	bool v6 = to->family == IP_V6;
	int yes = 1;

	p->to = *to;
	p->size = size > NET_PING_SIZE ? NET_PING_SIZE : size;
	if (p->size < ECHO_COOKIE)
		p->size = ECHO_COOKIE;
	p->fd = net_socket(n, v6 ? AF_INET6 : AF_INET, SOCK_RAW,
			   v6 ? (int)IPPROTO_ICMPV6 : (int)IPPROTO_ICMP, e);
	if (p->fd < 0 || ping_bind(p, from, e) < 0) {
		net_ping_free(p);
		return NULL;
	}
	ping_filter(p);
	(void)setsockopt(p->fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof(yes));
	if (getrandom(p->cookie, sizeof(p->cookie), 0) < 0 ||
	    getrandom(&p->id, sizeof(p->id), 0) < 0)
		p->id = (uint16_t)getpid();
	return p;
}

void
net_ping_free(struct net_ping *p)
{
	if (p == NULL)
		return;
	if (p->fd >= 0)
		close(p->fd);
	free(p);
}

int
net_ping_fd(const struct net_ping *p)
{
	return p->fd;
}

int
net_ping_whole(struct net_ping *p, struct err *e)
{
	int v4 = IP_PMTUDISC_DO, v6 = IPV6_PMTUDISC_DO, yes = 1;
	int rc;

	if (p->to.family == IP_V4)
		rc = setsockopt(p->fd, IPPROTO_IP, IP_MTU_DISCOVER, &v4,
				sizeof(v4));
	else
		rc = setsockopt(p->fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &v6,
				sizeof(v6)) < 0 ||
			     setsockopt(p->fd, IPPROTO_IPV6, IPV6_DONTFRAG,
					&yes, sizeof(yes)) < 0
			 ? -1
			 : 0;
	return rc < 0 ? err_sys(e, "cannot forbid fragments") : 0;
}

/* A raw socket keeps to itself that an echo found no room, such as a neighbour
 * table that is full, unless it is asked for errors. Those that routers report
 * would then come, too, so it is asked only while the echo leaves. */
static ssize_t
ping_send(struct net_ping *p, const void *packet, size_t len,
	  const struct sockaddr_storage *to, socklen_t tolen)
{
	bool v6 = p->to.family == IP_V6;
	int level = v6 ? IPPROTO_IPV6 : IPPROTO_IP, yes = 1, no = 0, saved;
	int name = v6 ? IPV6_RECVERR : IP_RECVERR;
	ssize_t n;

	(void)setsockopt(p->fd, level, name, &yes, sizeof(yes));
	n = sendto(p->fd, packet, len, 0, (const struct sockaddr *)to, tolen);
	saved = errno;
	(void)setsockopt(p->fd, level, name, &no, sizeof(no));
	errno = saved;
	return n;
}

int
net_ping_send(struct net_ping *p, struct err *e)
{
	uint8_t packet[ECHO_HEAD + NET_PING_SIZE] = {0};
	size_t len = ECHO_HEAD + p->size;
	struct sockaddr_storage ss;
	char buf[IP_ADDRSTRLEN];
	socklen_t slen;

	if (p->sent >= NET_PING_COUNT)
		return err_here(e, "too many echoes");
	echo_encode(p->to.family, packet, len, p->id, p->sent, p->cookie);
	slen = ip_to_sockaddr(&p->to, 0, &ss);
	p->at[p->sent++] = ping_now();
	if (ping_send(p, packet, len, &ss, slen) < 0)
		return err_sys(e, "%s", ip_addr_print(&p->to, buf));
	return 0;
}

/* True when the packet answers one of our echoes for the first time. */
static bool
ping_ours(struct net_ping *p, const uint8_t *packet, size_t n, uint64_t when,
	  uint32_t *rtt_us)
{
	struct echo_reply r;

	if (!echo_decode(p->to.family, packet, n, &r) || r.id != p->id ||
	    r.seq >= p->sent || p->at[r.seq] == 0 ||
	    memcmp(r.cookie, p->cookie, ECHO_COOKIE) != 0)
		return false;
	*rtt_us = when > p->at[r.seq] ? (uint32_t)(when - p->at[r.seq]) : 0;
	p->at[r.seq] = 0;
	return true;
}

bool
net_ping_read(struct net_ping *p, uint32_t *rtt_us)
{
	_Alignas(struct cmsghdr) char control[256];
	uint8_t packet[ECHO_HEAD + NET_PING_SIZE + 64];
	struct iovec iov = {packet, sizeof(packet)};
	struct sockaddr_storage ss;
	struct ip_addr from;
	struct msghdr m;
	uint16_t port;
	ssize_t n;

	for (;;) {
		m = (struct msghdr){.msg_name = &ss,
				    .msg_namelen = sizeof(ss),
				    .msg_iov = &iov,
				    .msg_iovlen = 1,
				    .msg_control = control,
				    .msg_controllen = sizeof(control)};
		n = recvmsg(p->fd, &m, 0);
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return false;
		if (n < 0 && errno != EINTR) /* an ICMP error; it is consumed */
			continue;
		if (n <= 0)
			continue;
		if (!ip_from_sockaddr((struct sockaddr *)&ss, &from, &port) ||
		    !ip_addr_eq(&from, &p->to))
			continue;
		if (ping_ours(p, packet, (size_t)n, ping_stamp(&m), rtt_us))
			return true;
	}
}
