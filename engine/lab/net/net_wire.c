/*
 * The two sockets of a link in user space. What leaves an interface is led (by
 * net_hook_add) into a pair whose far end lies in another namespace; there a
 * packet socket with a ring takes it. When it is time it goes out of the real
 * interface through a second one, which passes all queueing disciplines by, and
 * the way around with them, so nothing runs in a circle.
 */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lab/net/net_rt.h"

#define WIRE_HEADS 256	  /* bytes in a ring's frame beside the payload */
#define WIRE_BLOCK 65536u /* of a ring */

/* ---- the pair */

static void
wire_put_end(struct nl_msg *m, const char *name, uint32_t mtu)
{
	rt_put_str(m, IFLA_IFNAME, name);
	rt_put_u32(m, IFLA_MTU, mtu);
	rt_put_u32(m, IFLA_NUM_TX_QUEUES, 1);
	rt_put_u32(m, IFLA_NUM_RX_QUEUES, 1);
	/* A frame that the kernel wanted to cut later is cut here. */
	rt_put_u32(m, IFLA_GSO_MAX_SEGS, 1);
}

static int
wire_make(struct net *n, const char *name, const char *alias, struct net *far,
	  const char *far_name, uint32_t mtu, struct err *e)
{
	const struct ifinfomsg ifi = {.ifi_flags = IFF_NOARP,
				      .ifi_change = IFF_NOARP};
	struct nl_msg *m =
	    rt_new(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &ifi, sizeof(ifi));
	struct nlattr *info, *data, *peer;

	wire_put_end(m, name, mtu);
	rt_put_str(m, IFLA_IFALIAS, alias);
	info = rt_nest(m, IFLA_LINKINFO);
	rt_put_str(m, IFLA_INFO_KIND, "veth");
	data = rt_nest(m, IFLA_INFO_DATA);
	peer = rt_nest(m, VETH_INFO_PEER);
	if (nlmsg_append(m, (void *)(uintptr_t)&ifi, sizeof(ifi), 0) < 0)
		abort();
	wire_put_end(m, far_name, mtu);
	rt_put_u32(m, IFLA_NET_NS_FD, (uint32_t)far->fd);
	rt_nest_end(m, peer);
	rt_nest_end(m, data);
	rt_nest_end(m, info);
	return rt_talk(n, m, e);
}

/* No frame of its own: no IPv6, before it comes up. A kernel without IPv6 has no
 * such file, and nothing to turn off. */
static void
wire_quiet(struct net *n, const char *name)
{
	char key[64];
	struct err e;

	snprintf(key, sizeof(key), "ipv6/conf/%s/disable_ipv6", name);
	(void)net_sysctl(n, key, "1", &e);
}

int
net_wire_add(struct net *n, const char *name, const char *alias,
	     struct net *far, const char *far_name, uint32_t mtu, struct err *e)
{
	if (wire_make(n, name, alias, far, far_name, mtu, e) < 0)
		return err_in(e, "cannot make %s", name);
	wire_quiet(n, name);
	wire_quiet(far, far_name);
	if (net_offloads(n, name, false, e) < 0 ||
	    net_link_set(far, far_name, true, e) < 0 ||
	    net_link_set(n, name, true, e) < 0)
		return -1;
	return 0;
}

int
net_link_delete(struct net *n, const char *name, struct err *e)
{
	const struct ifinfomsg ifi = {.ifi_family = AF_UNSPEC};
	struct nl_msg *m = rt_new(RTM_DELLINK, 0, &ifi, sizeof(ifi));

	rt_put_str(m, IFLA_IFNAME, name);
	if (strcmp(n->bridge, name) == 0)
		n->bridge_index = 0; /* the next of that name has another */
	if (rt_talk(n, m, e) < 0 && errno != ENODEV)
		return err_in(e, "cannot remove %s", name);
	return 0;
}

#define WIRE_DOOMED 0x69780001u /* a group of links that nobody else uses */

int
net_link_doom(struct net *n, const char *name, struct err *e)
{
	const struct ifinfomsg ifi = {.ifi_family = AF_UNSPEC};
	struct nl_msg *m = rt_new(RTM_SETLINK, 0, &ifi, sizeof(ifi));

	rt_put_str(m, IFLA_IFNAME, name);
	rt_put_u32(m, IFLA_GROUP, WIRE_DOOMED);
	if (rt_talk(n, m, e) < 0 && errno != ENODEV)
		return err_in(e, "cannot remove %s", name);
	return 0;
}

int
net_doomed_delete(struct net *n, struct err *e)
{
	const struct ifinfomsg ifi = {.ifi_family = AF_UNSPEC};
	struct nl_msg *m = rt_new(RTM_DELLINK, 0, &ifi, sizeof(ifi));

	rt_put_u32(m, IFLA_GROUP, WIRE_DOOMED);
	if (rt_talk(n, m, e) < 0 && errno != ENODEV)
		return err_in(e, "cannot remove links");
	return 0;
}

/* ---- what a real card would do: here the kernel must, before the wire */

int
net_offloads(struct net *n, const char *dev, bool on, struct err *e)
{
	static const uint32_t all[] = {ETHTOOL_STXCSUM, ETHTOOL_STSO,
				       ETHTOOL_SGSO};
	int fd = net_socket(n, AF_INET, SOCK_DGRAM, 0, e), rc = 0;
	size_t i;

	if (fd < 0)
		return -1;
	for (i = 0; i < 3 && rc == 0; i++) {
		struct ethtool_value v = {.cmd = all[i], .data = on};
		struct ifreq r = {.ifr_data = (void *)&v};

		snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", dev);
		if (ioctl(fd, SIOCETHTOOL, &r) < 0)
			rc =
			    err_sys(e, "cannot turn off what %s puts off", dev);
	}
	close(fd);
	return rc;
}

/* ---- sockets */

static int
wire_bind(int fd, int index, int protocol, struct err *e)
{
	const struct sockaddr_ll to = {.sll_family = AF_PACKET,
				       .sll_protocol = htons(protocol),
				       .sll_ifindex = index};

	if (bind(fd, (const struct sockaddr *)&to, sizeof(to)) < 0)
		return err_sys(e, "cannot bind a packet socket");
	return 0;
}

static int
wire_ring(int fd, uint32_t mtu, size_t bytes, struct net_ring *ring,
	  struct err *e)
{
	int version = TPACKET_V2, one = 1;
	uint32_t block;
	struct tpacket_req req;

	for (ring->frame_size = 2048; ring->frame_size < mtu + WIRE_HEADS;)
		ring->frame_size *= 2;
	block = ring->frame_size > WIRE_BLOCK ? ring->frame_size : WIRE_BLOCK;
	req = (struct tpacket_req){.tp_block_size = block,
				   .tp_block_nr = (unsigned int)(bytes / block),
				   .tp_frame_size = ring->frame_size};
	if (req.tp_block_nr == 0)
		req.tp_block_nr = 1;
	ring->frames = block / ring->frame_size * req.tp_block_nr;
	req.tp_frame_nr = ring->frames;
	(void)setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one,
			 sizeof(one));
	if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version,
		       sizeof(version)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &req, sizeof(req)) < 0)
		return err_sys(e, "cannot make a ring of %u frames",
			       ring->frames);
	return 0;
}

int
net_wire_in(struct net *n, const char *dev, uint32_t mtu, size_t bytes,
	    struct net_ring *ring, struct err *e)
{
	int index = rt_index(n, dev, e), fd;

	if (index == 0 || (fd = net_socket(n, AF_PACKET, SOCK_RAW, 0, e)) < 0)
		return -1;
	if (wire_ring(fd, mtu, bytes, ring, e) == 0 &&
	    wire_bind(fd, index, ETH_P_ALL, e) == 0)
		return fd;
	close(fd);
	return err_in(e, "%s", dev);
}

int
net_wire_out(struct net *n, const char *dev, struct err *e)
{
	int index = rt_index(n, dev, e), one = 1, fd;

	if (index == 0 || (fd = net_socket(n, AF_PACKET, SOCK_RAW, 0, e)) < 0)
		return -1;
	if (setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)) <
	    0)
		err_sys(e, "cannot pass queueing disciplines by");
	else if (wire_bind(fd, index, 0, e) == 0)
		return fd;
	close(fd);
	return err_in(e, "%s", dev);
}

uint64_t
net_wire_overrun(int fd)
{
	struct tpacket_stats s = {0};
	socklen_t len = sizeof(s);

	return getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &s, &len) < 0
		   ? 0
		   : s.tp_drops;
}

/* ---- what stands there */

static void
wire_look(void *arg, struct nlmsghdr *h)
{
	const struct ifinfomsg *ifi = nlmsg_data(h);
	struct net_link *l = arg;
	struct nlattr *mtu;

	if (h->nlmsg_type != RTM_NEWLINK || !nlmsg_valid_hdr(h, sizeof(*ifi)))
		return;
	mtu = nlmsg_find_attr(h, sizeof(*ifi), IFLA_MTU);
	l->up = RT_IS_UP(ifi->ifi_flags);
	l->mtu = mtu ? nla_get_u32(mtu) : 0;
}

int
net_link_look(struct net *n, const char *dev, struct net_link *l, struct err *e)
{
	*l = (struct net_link){0};
	return rt_link(n, dev, wire_look, l, e);
}
