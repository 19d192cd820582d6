#include "lab/net/net.h"

#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/net/net_rt.h"

#define LINK_NEW (NLM_F_CREATE | NLM_F_EXCL)
#define VXLAN_PORT 4789 /* RFC 7348 section 8 */
#define VXLAN_TTL 64

static struct nl_msg *
link_msg(int type, int flags, const char *name, bool up)
{
	const struct ifinfomsg ifi = {
	    .ifi_family = AF_UNSPEC,
	    .ifi_flags = up ? IFF_UP : 0,
	    .ifi_change = IFF_UP,
	};
	struct nl_msg *m = rt_new(type, flags, &ifi, sizeof(ifi));

	rt_put_str(m, IFLA_IFNAME, name);
	return m;
}

/* Frames take no time to be queued here: one queue instead of one a CPU. */
static void
link_put_end(struct nl_msg *m, const uint8_t *mac, uint32_t mtu)
{
	if (mac)
		rt_put(m, IFLA_ADDRESS, mac, 6);
	if (mtu)
		rt_put_u32(m, IFLA_MTU, mtu);
	rt_put_u32(m, IFLA_NUM_TX_QUEUES, 1);
	rt_put_u32(m, IFLA_NUM_RX_QUEUES, 1);
}

/* The order does not matter: the kernel takes the times first, in hundredths
 * of a second, and with spanning tree no less than two seconds of delay. */
static void
link_put_tree(struct nl_msg *m, bool spanning_tree)
{
	rt_put_u32(m, IFLA_BR_STP_STATE, spanning_tree);
	rt_put_u32(m, IFLA_BR_FORWARD_DELAY, spanning_tree ? 200 : 0);
	if (!spanning_tree)
		return;
	rt_put_u32(m, IFLA_BR_HELLO_TIME, 100);
	rt_put_u32(m, IFLA_BR_MAX_AGE, 600);
}

static int
link_no_vlans(struct err *e)
{
	return err_here(e, "this kernel's bridges filter no VLANs "
			   "(CONFIG_BRIDGE_VLAN_FILTERING)");
}

int
net_bridge_add(struct net *n, const char *name, const uint8_t mac[6],
	       uint32_t mtu, unsigned int flags, struct err *e)
{
	struct nl_msg *m =
	    link_msg(RTM_NEWLINK, LINK_NEW, name, !(flags & NET_BRIDGE_DOWN));
	struct nlattr *info, *data;
	const uint16_t no_vlan = 0;

	rt_put(m, IFLA_ADDRESS, mac, 6);
	if (mtu)
		rt_put_u32(m, IFLA_MTU, mtu);
	info = rt_nest(m, IFLA_LINKINFO);
	rt_put_str(m, IFLA_INFO_KIND, "bridge");
	data = rt_nest(m, IFLA_INFO_DATA);
	link_put_tree(m, flags & NET_BRIDGE_TREE);
	rt_put_u8(m, IFLA_BR_MCAST_SNOOPING, 0);
	if (flags & NET_BRIDGE_VLANS) {
		rt_put_u8(m, IFLA_BR_VLAN_FILTERING, 1);
		rt_put(m, IFLA_BR_VLAN_DEFAULT_PVID, &no_vlan, sizeof(no_vlan));
	}
	rt_nest_end(m, data);
	rt_nest_end(m, info);
	if (rt_talk(n, m, e) == 0)
		return 0;
	if ((flags & NET_BRIDGE_VLANS) && errno == EOPNOTSUPP)
		return link_no_vlans(e);
	return err_in(e, "cannot make bridge %s", name);
}

/* Ports come by the hundred to one bridge: ask for its index once. */
static int
link_bridge(struct net *n, const char *bridge, struct err *e)
{
	int index;

	if (n->bridge_index && strcmp(n->bridge, bridge) == 0)
		return n->bridge_index;
	if ((index = rt_index(n, bridge, e)) == 0)
		return 0;
	snprintf(n->bridge, sizeof(n->bridge), "%s", bridge);
	n->bridge_index = index;
	return index;
}

static int
link_put_master(struct nl_msg *m, const struct net_end *end, struct err *e)
{
	int index;

	if (end->bridge == NULL)
		return 0;
	if ((index = link_bridge(end->net, end->bridge, e)) == 0)
		return -1;
	rt_put_u32(m, IFLA_MASTER, (uint32_t)index);
	return 0;
}

static struct nl_msg *
link_veth_msg(const struct net_end *a, const struct net_end *b, uint32_t mtu,
	      struct err *e)
{
	struct nl_msg *m = link_msg(RTM_NEWLINK, LINK_NEW, a->name, true);
	const struct ifinfomsg peer = {.ifi_family = AF_UNSPEC};
	struct nlattr *info, *data, *other;

	link_put_end(m, a->mac, mtu);
	if (link_put_master(m, a, e) < 0) {
		nlmsg_free(m);
		return NULL;
	}
	info = rt_nest(m, IFLA_LINKINFO);
	rt_put_str(m, IFLA_INFO_KIND, "veth");
	data = rt_nest(m, IFLA_INFO_DATA);
	other = rt_nest(m, VETH_INFO_PEER);
	if (nlmsg_append(m, (void *)(uintptr_t)&peer, sizeof(peer), 0) < 0)
		abort();
	rt_put_str(m, IFLA_IFNAME, b->name);
	rt_put_u32(m, IFLA_NET_NS_FD, (uint32_t)b->net->fd);
	link_put_end(m, b->mac, mtu);
	rt_nest_end(m, other);
	rt_nest_end(m, data);
	rt_nest_end(m, info);
	return m;
}

/* The far end cannot be brought up while it is being made (it is opened
 * before it has a partner), and the kernel takes a master for the near end
 * only. A switch's end is the far one: it comes up last, so it has its
 * carrier already and its port forwards at once, instead of when the kernel
 * gets round to it. */
int
net_veth_add(const struct net_end *a, const struct net_end *b, uint32_t mtu,
	     struct err *e)
{
	const struct net_end *near = a->bridge && !b->bridge ? b : a;
	const struct net_end *far = near == a ? b : a;
	struct nl_msg *m;

	m = link_veth_msg(near, far, mtu, e);
	if (m == NULL || rt_talk(near->net, m, e) < 0)
		return err_in(e, "cannot make the link %s - %s", a->name,
			      b->name);
	m = link_msg(RTM_SETLINK, 0, far->name, true);
	if (link_put_master(m, far, e) < 0) {
		nlmsg_free(m);
		return -1;
	}
	if (rt_talk(far->net, m, e) < 0)
		return err_in(e, "cannot bring %s up", far->name);
	return 0;
}

static void
link_put_vxlan(struct nl_msg *m, const struct net_vxlan *v, int carrier)
{
	struct nlattr *info = rt_nest(m, IFLA_LINKINFO), *data;
	const uint16_t port = htons(VXLAN_PORT);

	rt_put_str(m, IFLA_INFO_KIND, "vxlan");
	data = rt_nest(m, IFLA_INFO_DATA);
	rt_put_u32(m, IFLA_VXLAN_ID, v->id);
	rt_put_u32(m, IFLA_VXLAN_LINK, (uint32_t)carrier);
	rt_put(m, IFLA_VXLAN_LOCAL, v->local->bytes, 4);
	rt_put(m, IFLA_VXLAN_GROUP, v->remote->bytes, 4);
	rt_put(m, IFLA_VXLAN_PORT, &port, sizeof(port));
	rt_put_u8(m, IFLA_VXLAN_LEARNING, 1);
	rt_put_u8(m, IFLA_VXLAN_TTL, VXLAN_TTL);
	rt_put_u32(m, IFLA_VXLAN_DF, VXLAN_DF_SET);
	rt_nest_end(m, data);
	rt_nest_end(m, info);
}

int
net_vxlan_add(const struct net_end *end, const struct net_vxlan *v,
	      uint32_t mtu, struct err *e)
{
	int carrier = rt_index(end->net, v->carrier, e);
	struct nl_msg *m;

	if (carrier == 0)
		return err_in(e, "cannot make tunnel %s", end->name);
	m = link_msg(RTM_NEWLINK, LINK_NEW, end->name, true);
	link_put_end(m, end->mac, mtu);
	if (link_put_master(m, end, e) < 0) {
		nlmsg_free(m);
		return -1;
	}
	link_put_vxlan(m, v, carrier);
	if (rt_talk(end->net, m, e) < 0)
		return err_in(e, "cannot make tunnel %s", end->name);
	return 0;
}

int
net_vlan_add(const struct net_end *end, const char *carrier, uint16_t vlan,
	     uint32_t mtu, struct err *e)
{
	int index = rt_index(end->net, carrier, e);
	struct nlattr *info, *data;
	struct nl_msg *m;

	if (index == 0)
		return err_in(e, "cannot make %s", end->name);
	m = link_msg(RTM_NEWLINK, LINK_NEW, end->name, true);
	link_put_end(m, end->mac, mtu);
	rt_put_u32(m, IFLA_LINK, (uint32_t)index);
	if (link_put_master(m, end, e) < 0) {
		nlmsg_free(m);
		return -1;
	}
	info = rt_nest(m, IFLA_LINKINFO);
	rt_put_str(m, IFLA_INFO_KIND, "vlan");
	data = rt_nest(m, IFLA_INFO_DATA);
	rt_put(m, IFLA_VLAN_ID, &vlan, sizeof(vlan));
	rt_nest_end(m, data);
	rt_nest_end(m, info);
	if (rt_talk(end->net, m, e) == 0)
		return 0;
	if (errno == EOPNOTSUPP)
		return err_here(e, "this kernel has no 802.1Q (modprobe 8021q "
				   "where it is a module)");
	return err_in(e, "cannot make %s", end->name);
}

int
net_link_set(struct net *n, const char *name, bool up, struct err *e)
{
	struct nl_msg *m = link_msg(RTM_SETLINK, 0, name, up);

	if (rt_talk(n, m, e) < 0)
		return err_in(e, "cannot bring %s %s", name,
			      up ? "up" : "down");
	return 0;
}

int
net_link_change(struct net *n, const char *name, const uint8_t *mac,
		uint32_t mtu, struct err *e)
{
	const struct ifinfomsg ifi = {.ifi_family = AF_UNSPEC};
	struct nl_msg *m = rt_new(RTM_SETLINK, 0, &ifi, sizeof(ifi));

	rt_put_str(m, IFLA_IFNAME, name);
	if (mac)
		rt_put(m, IFLA_ADDRESS, mac, 6);
	if (mtu)
		rt_put_u32(m, IFLA_MTU, mtu);
	if (rt_talk(n, m, e) < 0)
		return err_in(e, "cannot change %s", name);
	return 0;
}

int
net_link_master(struct net *n, const char *name, const char *bridge,
		struct err *e)
{
	const struct net_end end = {.net = n, .bridge = bridge};
	const struct ifinfomsg ifi = {.ifi_family = AF_UNSPEC};
	struct nl_msg *m = rt_new(RTM_SETLINK, 0, &ifi, sizeof(ifi));

	rt_put_str(m, IFLA_IFNAME, name);
	if (link_put_master(m, &end, e) < 0) {
		nlmsg_free(m);
		return -1;
	}
	if (rt_talk(n, m, e) < 0)
		return err_in(e, "cannot move %s to %s", name, bridge);
	return 0;
}

int
net_port_vlan(struct net *n, const char *port, uint16_t vlan,
	      enum net_port_vlan as, struct err *e)
{
	const struct bridge_vlan_info info = {
	    .flags = as == NET_PORT_PLAIN
			 ? BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED
			 : 0,
	    .vid = vlan,
	};
	struct ifinfomsg ifi = {.ifi_family = AF_BRIDGE};
	struct nlattr *spec;
	struct nl_msg *m;

	if ((ifi.ifi_index = rt_index(n, port, e)) == 0)
		return err_in(e, "VLAN %u", vlan);
	m = rt_new(as == NET_PORT_OUT ? RTM_DELLINK : RTM_SETLINK, 0, &ifi,
		   sizeof(ifi));
	spec = rt_nest(m, IFLA_AF_SPEC);
	rt_put(m, IFLA_BRIDGE_VLAN_INFO, &info, sizeof(info));
	rt_nest_end(m, spec);
	if (rt_talk(n, m, e) == 0)
		return 0;
	if (errno == EOPNOTSUPP)
		return link_no_vlans(e);
	return err_in(e, "cannot set VLAN %u of %s", vlan, port);
}
