#include "lab/net/net.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lab/net/net_rt.h"

#define ADDR_NEW (NLM_F_CREATE | NLM_F_EXCL)

static uint8_t
addr_family(const struct ip_addr *a)
{
	return a->family == IP_V4 ? AF_INET : AF_INET6;
}

static void
addr_put(struct nl_msg *m, int type, const struct ip_addr *a)
{
	rt_put(m, type, a->bytes, ip_bytes(a->family));
}

/* ---- addresses */

static int
addr_change(struct net *n, int type, int flags, const char *dev,
	    const struct ip_addr *a, uint8_t len, struct err *e)
{
	struct ifaddrmsg ifa = {
	    .ifa_family = addr_family(a),
	    .ifa_prefixlen = len,
	    .ifa_flags = a->family == IP_V6 ? IFA_F_NODAD : 0,
	};
	int index = rt_index(n, dev, e);
	struct nl_msg *m;

	if (index == 0)
		return -1;
	ifa.ifa_index = (uint32_t)index;
	m = rt_new(type, flags, &ifa, sizeof(ifa));
	addr_put(m, IFA_LOCAL, a);
	addr_put(m, IFA_ADDRESS, a);
	return rt_talk(n, m, e);
}

static int
addr_sentence(struct err *e, const char *verb, const char *dev,
	      const struct ip_addr *a, uint8_t len)
{
	char buf[IP_ADDRSTRLEN];

	return err_in(e, "cannot %s address %s/%u on %s", verb,
		      ip_addr_print(a, buf), len, dev);
}

int
net_addr_add(struct net *n, const char *dev, const struct ip_addr *a,
	     uint8_t len, struct err *e)
{
	if (addr_change(n, RTM_NEWADDR, ADDR_NEW, dev, a, len, e) < 0)
		return addr_sentence(e, "set", dev, a, len);
	return 0;
}

int
net_addr_delete(struct net *n, const char *dev, const struct ip_addr *a,
		uint8_t len, struct err *e)
{
	if (addr_change(n, RTM_DELADDR, 0, dev, a, len, e) < 0 &&
	    errno != EADDRNOTAVAIL && errno != ENODEV)
		return addr_sentence(e, "remove", dev, a, len);
	return 0;
}

/* ---- routes */

static int
route_change(struct net *n, int type, int flags, const struct ip_prefix *to,
	     const struct ip_addr *via, struct err *e)
{
	const struct rtmsg rtm = {
	    .rtm_family = addr_family(&to->addr),
	    .rtm_dst_len = to->len,
	    .rtm_table = RT_TABLE_MAIN,
	    .rtm_protocol = RTPROT_STATIC,
	    .rtm_scope = RT_SCOPE_UNIVERSE,
	    .rtm_type = RTN_UNICAST,
	};
	char a[IP_PREFIXSTRLEN], b[IP_ADDRSTRLEN];
	struct nl_msg *m = rt_new(type, flags, &rtm, sizeof(rtm));

	if (to->len)
		addr_put(m, RTA_DST, &to->addr);
	addr_put(m, RTA_GATEWAY, via);
	if (rt_talk(n, m, e) < 0 && (type == RTM_NEWROUTE || errno != ESRCH))
		return err_in(e, "cannot %s the route to %s via %s",
			      type == RTM_NEWROUTE ? "set" : "remove",
			      ip_prefix_print(to, a), ip_addr_print(via, b));
	return 0;
}

int
net_route_add(struct net *n, const struct ip_prefix *to,
	      const struct ip_addr *via, struct err *e)
{
	return route_change(n, RTM_NEWROUTE, ADDR_NEW, to, via, e);
}

int
net_route_delete(struct net *n, const struct ip_prefix *to,
		 const struct ip_addr *via, struct err *e)
{
	return route_change(n, RTM_DELROUTE, 0, to, via, e);
}

static int
way_type(const char *word)
{
	static const struct {
		const char *word;
		int type;
	} types[] = {{"unicast", RTN_UNICAST},
		     {"blackhole", RTN_BLACKHOLE},
		     {"unreachable", RTN_UNREACHABLE},
		     {"prohibit", RTN_PROHIBIT}};
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (strcmp(types[i].word, word) == 0)
			return types[i].type;
	return RTN_UNSPEC;
}

/* A next hop of the other family goes by another attribute (RFC 8950). */
static void
way_via(struct nl_msg *m, const struct net_way *w)
{
	_Alignas(struct rtvia) uint8_t buf[sizeof(struct rtvia) + 16];
	struct rtvia *via = (struct rtvia *)buf;

	if (w->via.family == IP_NONE)
		return;
	if (w->via.family == w->to.addr.family) {
		addr_put(m, RTA_GATEWAY, &w->via);
		return;
	}
	via->rtvia_family = addr_family(&w->via);
	memcpy(via->rtvia_addr, w->via.bytes, ip_bytes(w->via.family));
	rt_put(m, RTA_VIA, buf, sizeof(*via) + ip_bytes(w->via.family));
}

static int
way_change(struct net *n, int type, int flags, const struct net_way *w,
	   struct err *e)
{
	struct rtmsg rtm = {
	    .rtm_family = addr_family(&w->to.addr),
	    .rtm_dst_len = w->to.len,
	    .rtm_table = RT_TABLE_MAIN,
	    .rtm_protocol = w->heard	 ? RTPROT_RA
			    : w->by_hand ? RTPROT_BOOT
					 : RTPROT_STATIC,
	    .rtm_scope = RT_SCOPE_UNIVERSE,
	    .rtm_type = (uint8_t)way_type(w->type),
	    .rtm_flags = w->onlink ? RTNH_F_ONLINK : 0,
	};
	int index = *w->dev ? rt_index(n, w->dev, e) : -1;
	char to[IP_PREFIXSTRLEN];
	struct nl_msg *m;

	if (index == 0)
		return -1;
	if (rtm.rtm_type == RTN_UNICAST && w->via.family == IP_NONE &&
	    rtm.rtm_family == AF_INET)
		rtm.rtm_scope = RT_SCOPE_LINK;
	m = rt_new(type, flags, &rtm, sizeof(rtm));
	if (w->to.len)
		addr_put(m, RTA_DST, &w->to.addr);
	way_via(m, w);
	if (index > 0)
		rt_put_u32(m, RTA_OIF, (uint32_t)index);
	if (w->metric)
		rt_put_u32(m, RTA_PRIORITY, w->metric);
	if (rt_talk(n, m, e) < 0 && (type == RTM_NEWROUTE || errno != ESRCH))
		return err_in(e, "cannot %s the route to %s",
			      type == RTM_NEWROUTE ? "set" : "remove",
			      ip_prefix_print(&w->to, to));
	return 0;
}

int
net_way_add(struct net *n, const struct net_way *w, struct err *e)
{
	return way_change(n, RTM_NEWROUTE, ADDR_NEW, w, e);
}

int
net_way_set(struct net *n, const struct net_way *w, struct err *e)
{
	return way_change(n, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, w, e);
}

int
net_way_delete(struct net *n, const struct net_way *w, struct err *e)
{
	return way_change(n, RTM_DELROUTE, 0, w, e);
}

/* ---- neighbours */

static int
neigh_change(struct net *n, int type, int flags, const char *dev,
	     const struct ip_addr *a, const uint8_t *mac, struct err *e)
{
	struct ndmsg ndm = {
	    .ndm_family = addr_family(a),
	    .ndm_state = mac ? NUD_PERMANENT : 0,
	};
	char buf[IP_ADDRSTRLEN];
	int index = rt_index(n, dev, e);
	struct nl_msg *m;

	if (index == 0)
		return -1;
	ndm.ndm_ifindex = index;
	m = rt_new(type, flags, &ndm, sizeof(ndm));
	addr_put(m, NDA_DST, a);
	if (mac)
		rt_put(m, NDA_LLADDR, mac, 6);
	if (rt_talk(n, m, e) < 0 && (mac || errno != ENOENT))
		return err_in(e, "cannot %s neighbour %s on %s",
			      mac ? "set" : "remove", ip_addr_print(a, buf),
			      dev);
	return 0;
}

int
net_neigh_add(struct net *n, const char *dev, const struct ip_addr *a,
	      const uint8_t mac[6], struct err *e)
{
	return neigh_change(n, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, dev,
			    a, mac, e);
}

int
net_neigh_delete(struct net *n, const char *dev, const struct ip_addr *a,
		 struct err *e)
{
	return neigh_change(n, RTM_DELNEIGH, 0, dev, a, NULL, e);
}

struct neigh_known {
	int index;
	struct ip_addr addr;
};

struct neigh_list {
	struct neigh_known *known;
	size_t n;
};

static void
neigh_learned(void *arg, struct nlmsghdr *h)
{
	struct neigh_list *l = arg;
	struct ndmsg *ndm = nlmsg_data(h);
	struct nlattr *tb[NDA_MAX + 1];
	int len;

	if (h->nlmsg_type != RTM_NEWNEIGH ||
	    nlmsg_parse(h, sizeof(*ndm), tb, NDA_MAX, NULL) < 0 ||
	    tb[NDA_DST] == NULL || ndm->ndm_state & (NUD_PERMANENT | NUD_NOARP))
		return;
	len = nla_len(tb[NDA_DST]);
	if (len != (ndm->ndm_family == AF_INET ? 4 : 16))
		return;
	l->known = xreallocarray(l->known, l->n + 1, sizeof(*l->known));
	l->known[l->n++] = (struct neigh_known){
	    ndm->ndm_ifindex,
	    ip_addr_from(len == 4 ? IP_V4 : IP_V6, nla_data(tb[NDA_DST]))};
}

static void
neigh_again(void *arg)
{
	struct neigh_list *l = arg;

	l->n = 0;
}

/* One that is gone meanwhile is as good. */
static bool
neigh_drop(struct net *n, const struct neigh_known *k)
{
	struct ndmsg ndm = {.ndm_family = addr_family(&k->addr),
			    .ndm_ifindex = k->index};
	struct nl_msg *m = rt_new(RTM_DELNEIGH, 0, &ndm, sizeof(ndm));
	struct err e;

	addr_put(m, NDA_DST, &k->addr);
	return rt_talk(n, m, &e) == 0;
}

long
net_neigh_forget(struct net *n, net_keep_cb keep, void *arg, struct err *e)
{
	const struct ndmsg ndm = {.ndm_family = AF_UNSPEC};
	struct neigh_list l = {0};
	long gone = 0;
	size_t i;

	if (rt_dump(n, RTM_GETNEIGH, &ndm, sizeof(ndm), neigh_learned,
		    neigh_again, &l, e) < 0)
		gone = -1;
	for (i = 0; gone >= 0 && i < l.n; i++)
		if (!keep(arg, &l.known[i].addr))
			gone += neigh_drop(n, &l.known[i]);
	free(l.known);
	return gone;
}
