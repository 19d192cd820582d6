#include "lab/net/net.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/str.h"
#include "lab/net/net_rt.h"

#define MONITOR_BYTES (1 << 20) /* room for a burst of routes */

struct monitor_link {
	int index;
	char name[IFNAMSIZ];
};

struct net_monitor {
	struct nl_sock *nl;
	struct monitor_link *links; /* names for addresses' events */
	size_t n;
};

static int
monitor_join(struct nl_sock *nl, struct err *e)
{
	int bytes = MONITOR_BYTES, fd = nl_socket_get_fd(nl), rc;

	rc = nl_socket_add_memberships(nl, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR,
				       RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE,
				       RTNLGRP_IPV6_ROUTE, 0);
	if (rc < 0)
		return err_here(e, "cannot watch a namespace: %s",
				nl_geterror(rc));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) <
	    0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes,
				 sizeof(bytes));
	if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		return err_sys(e, "cannot watch a namespace");
	return 0;
}

/* ---- names */

static struct monitor_link *
monitor_find(struct net_monitor *m, int index)
{
	size_t i;

	for (i = 0; i < m->n; i++) {
		if (m->links[i].index == index)
			return &m->links[i];
	}
	return NULL;
}

static void
monitor_learn(struct net_monitor *m, int index, const char *name)
{
	struct monitor_link *l = monitor_find(m, index);

	if (l == NULL) {
		m->links = xreallocarray(m->links, m->n + 1, sizeof(*m->links));
		l = &m->links[m->n++];
		l->index = index;
	}
	memset(l->name, 0, sizeof(l->name));
	memcpy(l->name, name, strnlen(name, sizeof(l->name) - 1));
}

static void
monitor_forget(struct net_monitor *m, int index)
{
	struct monitor_link *l = monitor_find(m, index);

	if (l != NULL)
		*l = m->links[--m->n];
}

static void
monitor_first(void *arg, struct nlmsghdr *h)
{
	struct ifinfomsg *ifi = nlmsg_data(h);
	struct nlattr *tb[IFLA_MAX + 1];
	char name[IFNAMSIZ] = "";

	if (h->nlmsg_type != RTM_NEWLINK ||
	    nlmsg_parse(h, sizeof(*ifi), tb, IFLA_MAX, NULL) < 0 ||
	    tb[IFLA_IFNAME] == NULL)
		return;
	nla_strlcpy(name, tb[IFLA_IFNAME], sizeof(name));
	monitor_learn(arg, ifi->ifi_index, name);
}

static void
monitor_again(void *arg)
{
	struct net_monitor *m = arg;

	m->n = 0;
}

/* ---- events */

static void
monitor_link_event(struct net_monitor *m, struct nlmsghdr *h, net_event_cb cb,
		   void *arg)
{
	struct ifinfomsg *ifi = nlmsg_data(h);
	struct net_event ev = {.what = NET_LINK_CHANGED, .dev = ""};
	struct monitor_link *l;

	if (h->nlmsg_len < NLMSG_HDRLEN + sizeof(*ifi) ||
	    ifi->ifi_family != AF_UNSPEC)
		return; /* a bridge's view of its port comes twice */
	if (h->nlmsg_type == RTM_NEWLINK)
		monitor_first(m, h);
	if ((l = monitor_find(m, ifi->ifi_index)) != NULL)
		ev.dev = l->name;
	ev.up = h->nlmsg_type == RTM_NEWLINK && RT_IS_UP(ifi->ifi_flags);
	cb(arg, &ev);
	if (h->nlmsg_type == RTM_DELLINK)
		monitor_forget(m, ifi->ifi_index);
}

static void
monitor_addr_event(struct net_monitor *m, struct nlmsghdr *h, net_event_cb cb,
		   void *arg)
{
	struct ifaddrmsg *ifa = nlmsg_data(h);
	struct net_event ev = {.what = NET_ADDR_CHANGED,
			       .dev = "",
			       .up = h->nlmsg_type == RTM_NEWADDR};
	struct nlattr *tb[IFA_MAX + 1], *a;
	struct monitor_link *l;

	if (h->nlmsg_len < NLMSG_HDRLEN + sizeof(*ifa))
		return;
	if ((l = monitor_find(m, (int)ifa->ifa_index)) != NULL)
		ev.dev = l->name;
	if (nlmsg_parse(h, sizeof(*ifa), tb, IFA_MAX, NULL) == 0) {
		a = tb[IFA_LOCAL] ? tb[IFA_LOCAL] : tb[IFA_ADDRESS];
		if (a && nla_len(a) == (ifa->ifa_family == AF_INET ? 4 : 16))
			ev.addr = ip_addr_from(nla_len(a) == 4 ? IP_V4 : IP_V6,
					       nla_data(a));
		ev.len = ifa->ifa_prefixlen;
	}
	cb(arg, &ev);
}

static void
monitor_event(struct net_monitor *m, struct nlmsghdr *h, net_event_cb cb,
	      void *arg)
{
	const struct net_event route = {.what = NET_ROUTE_CHANGED,
					.dev = "",
					.up = h->nlmsg_type == RTM_NEWROUTE};

	switch (h->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK: monitor_link_event(m, h, cb, arg); break;
	case RTM_NEWADDR:
	case RTM_DELADDR: monitor_addr_event(m, h, cb, arg); break;
	case RTM_NEWROUTE:
	case RTM_DELROUTE: cb(arg, &route); break;
	default: break;
	}
}

void
net_monitor_read(struct net_monitor *m, net_event_cb cb, void *arg)
{
	const struct net_event lost = {.what = NET_LOST, .dev = ""};
	_Alignas(struct nlmsghdr) char buf[32768];
	int fd = nl_socket_get_fd(m->nl), left;
	struct nlmsghdr *h;
	ssize_t n;

	for (;;) {
		n = recv(fd, buf, sizeof(buf), 0);
		if (n < 0 && errno == ENOBUFS) {
			cb(arg, &lost);
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		left = (int)n;
		for (h = (struct nlmsghdr *)buf; nlmsg_ok(h, left);
		     h = nlmsg_next(h, &left))
			monitor_event(m, h, cb, arg);
	}
}

/* ---- a monitor's life */

struct net_monitor *
net_monitor_new(struct net *n, struct err *e)
{
	const struct ifinfomsg ifi = {.ifi_family = AF_UNSPEC};
	struct net_monitor *m = xcalloc(1, sizeof(*m));
	int home = rt_enter(n, e);

	if (home >= 0) {
		m->nl = rt_route_socket(e);
		rt_leave(home);
	}
	if (m->nl == NULL || monitor_join(m->nl, e) < 0 ||
	    rt_dump(n, RTM_GETLINK, &ifi, sizeof(ifi), monitor_first,
		    monitor_again, m, e) < 0) {
		net_monitor_free(m);
		return NULL;
	}
	return m;
}

void
net_monitor_free(struct net_monitor *m)
{
	if (m == NULL)
		return;
	if (m->nl)
		nl_socket_free(m->nl);
	free(m->links);
	free(m);
}

int
net_monitor_fd(const struct net_monitor *m)
{
	return nl_socket_get_fd(m->nl);
}
