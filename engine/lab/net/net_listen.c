/*
 * What comes in by an interface, frame by frame: a packet socket that sees frames
 * before any rule does.
 */
#include "lab/net/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "lab/net/net_frame.h"
#include "lab/net/net_rt.h"

struct net_listen {
	int fd;
};

struct net_listen *
net_listen_new(struct net *n, const char *dev, struct err *e)
{
	int index = rt_index(n, dev, e), one = 1, room = 4 << 20;
	struct sockaddr_ll at = {.sll_family = AF_PACKET,
				 .sll_protocol = htons(ETH_P_ALL),
				 .sll_ifindex = index};
	struct net_listen *l;
	int fd;

	if (index == 0 || (fd = net_socket(n, AF_PACKET, SOCK_RAW, 0, e)) < 0)
		return NULL;
	(void)setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one,
			 sizeof(one));
	(void)setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &one, sizeof(one));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0) {
		err_sys(e, "cannot listen at %s", dev);
		close(fd);
		return NULL;
	}
	l = xmalloc(sizeof(*l));
	l->fd = fd;
	return l;
}

void
net_listen_free(struct net_listen *l)
{
	if (l == NULL)
		return;
	close(l->fd);
	free(l);
}

int
net_listen_fd(const struct net_listen *l)
{
	return l->fd;
}

uint64_t
net_listen_lost(struct net_listen *l)
{
	struct tpacket_stats st = {0};
	socklen_t len = sizeof(st);

	(void)getsockopt(l->fd, SOL_PACKET, PACKET_STATISTICS, &st, &len);
	return st.tp_drops;
}

/* The tag that the kernel took out of a frame (802.1Q) is told beside it. */
static bool
listen_tagged(struct msghdr *m)
{
	const struct tpacket_auxdata *aux;
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != SOL_PACKET ||
		    c->cmsg_type != PACKET_AUXDATA)
			continue;
		aux = (const void *)CMSG_DATA(c);
		return aux->tp_status & TP_STATUS_VLAN_VALID;
	}
	return false;
}

bool
net_listen_read(struct net_listen *l, struct net_frame *f)
{
	_Alignas(struct cmsghdr) char control[128];
	uint8_t frame[FRAME_LOOK];
	struct sockaddr_ll from;
	struct iovec iov = {frame, sizeof(frame)};
	struct msghdr m;
	ssize_t n;

	for (;;) {
		m = (struct msghdr){.msg_name = &from,
				    .msg_namelen = sizeof(from),
				    .msg_iov = &iov,
				    .msg_iovlen = 1,
				    .msg_control = control,
				    .msg_controllen = sizeof(control)};
		n = recvmsg(l->fd, &m, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		if (from.sll_pkttype == PACKET_OUTGOING)
			continue;
		break;
	}
	f->kind = frame_kind(frame, (size_t)n, &f->claim);
	if (listen_tagged(&m))
		f->kind = NET_FRAME_TAGGED;
	memset(f->from, 0, sizeof(f->from));
	if (n >= 12)
		memcpy(f->from, frame + 6, 6);
	return true;
}

int
net_listen_ask(struct net_listen *l, const struct ip_addr *target,
	       const struct ip_addr *own, const uint8_t mac[6], struct err *e)
{
	uint8_t frame[FRAME_ASK];
	size_t n = frame_ask(frame, target, own, mac);

	if (send(l->fd, frame, n, 0) != (ssize_t)n)
		return err_sys(e, "cannot ask who has an address");
	return 0;
}
