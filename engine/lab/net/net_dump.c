#include "lab/net/net.h"

#include <assert.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "lab/net/net_rt.h"

struct dump_name {
	int index;
	char name[IFNAMSIZ];
};

struct dump {
	json_t *rows;
	bool others;		 /* of routes: tables but main */
	struct dump_name *names; /* of the links, for the other tables */
	size_t n, size;
};

/* ---- small translations */

struct dump_word {
	unsigned int value;
	const char *word;
};

static const struct dump_word dump_protocols[] = {
    {RTPROT_UNSPEC, "unspec"}, {RTPROT_REDIRECT, "redirect"},
    {RTPROT_KERNEL, "kernel"}, {RTPROT_BOOT, "boot"},
    {RTPROT_STATIC, "static"}, {RTPROT_RA, "ra"},
    {RTPROT_ZEBRA, "zebra"},   {RTPROT_BIRD, "bird"},
    {RTPROT_DHCP, "dhcp"},     {RTPROT_BGP, "bgp"},
};

static const struct dump_word dump_types[] = {
    {RTN_UNICAST, "unicast"},	  {RTN_LOCAL, "local"},
    {RTN_BROADCAST, "broadcast"}, {RTN_ANYCAST, "anycast"},
    {RTN_MULTICAST, "multicast"}, {RTN_BLACKHOLE, "blackhole"},
    {RTN_PROHIBIT, "prohibit"},	  {RTN_UNREACHABLE, "unreachable"},
    {RTN_THROW, "throw"},
};

static const struct dump_word dump_states[] = {
    {NUD_INCOMPLETE, "incomplete"}, {NUD_REACHABLE, "reachable"},
    {NUD_STALE, "stale"},	    {NUD_DELAY, "delay"},
    {NUD_PROBE, "probe"},	    {NUD_FAILED, "failed"},
    {NUD_NOARP, "noarp"},	    {NUD_PERMANENT, "permanent"},
};

static const struct dump_word dump_flags[] = {
    {IFA_F_SECONDARY, "secondary"},   {IFA_F_NODAD, "nodad"},
    {IFA_F_OPTIMISTIC, "optimistic"}, {IFA_F_DADFAILED, "dadfailed"},
    {IFA_F_DEPRECATED, "deprecated"}, {IFA_F_TENTATIVE, "tentative"},
    {IFA_F_PERMANENT, "permanent"},
};

#define WORDS(t) t, sizeof(t) / sizeof((t)[0])

/* The word for a value, else its number. */
static json_t *
dump_word(unsigned int value, const struct dump_word *w, size_t n)
{
	char number[16];
	size_t i;

	for (i = 0; i < n; i++) {
		if (w[i].value == value)
			return json_string(w[i].word);
	}
	snprintf(number, sizeof(number), "%u", value);
	return json_string(number);
}

static json_t *
dump_mac(const struct nlattr *a)
{
	const uint8_t *b;
	char text[18];

	if (a == NULL || nla_len(a) != 6)
		return json_null();
	b = nla_data(a);
	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", b[0],
		 b[1], b[2], b[3], b[4], b[5]);
	return json_string(text);
}

/* An attribute as an address; IP_NONE when it is none. */
static struct ip_addr
dump_ip(int family, const struct nlattr *a)
{
	enum ip_family f = family == AF_INET	? IP_V4
			   : family == AF_INET6 ? IP_V6
						: IP_NONE;
	struct ip_addr none = {0};

	if (a == NULL || f == IP_NONE || nla_len(a) < (int)ip_bytes(f))
		return none;
	return ip_addr_from(f, nla_data(a));
}

static json_t *
dump_ip_text(const struct ip_addr *a)
{
	char buf[IP_ADDRSTRLEN];

	if (a->family == IP_NONE)
		return json_null();
	return json_string(ip_addr_print(a, buf));
}

static json_t *
dump_dev(const struct dump *d, int index)
{
	size_t i;

	for (i = 0; i < d->n; i++) {
		if (d->names[i].index == index)
			return out_str(d->names[i].name);
	}
	return json_null();
}

static uint32_t
dump_u32(struct nlattr *a)
{
	return a != NULL && nla_len(a) >= 4 ? nla_get_u32(a) : 0;
}

/* The attributes behind a header of len bytes; false when it is not there. */
static bool
dump_attrs(struct nlmsghdr *h, size_t len, struct nlattr **tb, int max)
{
	return nlmsg_parse(h, (int)len, tb, max, NULL) == 0;
}

/* ---- the tables */

static void
dump_name(void *arg, struct nlmsghdr *h)
{
	struct dump *d = arg;
	struct ifinfomsg *ifi = nlmsg_data(h);
	struct nlattr *tb[IFLA_MAX + 1];

	if (h->nlmsg_type != RTM_NEWLINK ||
	    !dump_attrs(h, sizeof(*ifi), tb, IFLA_MAX) || !tb[IFLA_IFNAME])
		return;
	if (d->n == d->size) {
		d->size = d->size ? d->size * 2 : 16;
		d->names = xreallocarray(d->names, d->size, sizeof(*d->names));
	}
	d->names[d->n].index = ifi->ifi_index;
	nla_strlcpy(d->names[d->n].name, tb[IFLA_IFNAME], IFNAMSIZ);
	d->n++;
}

static void
dump_link(void *arg, struct nlmsghdr *h)
{
	struct dump *d = arg;
	struct ifinfomsg *ifi = nlmsg_data(h);
	struct nlattr *tb[IFLA_MAX + 1];
	struct rtnl_link_stats64 s = {0};
	char name[IFNAMSIZ] = "";

	if (h->nlmsg_type != RTM_NEWLINK ||
	    !dump_attrs(h, sizeof(*ifi), tb, IFLA_MAX) || !tb[IFLA_IFNAME])
		return;
	nla_strlcpy(name, tb[IFLA_IFNAME], sizeof(name));
	if (tb[IFLA_STATS64])
		nla_memcpy(&s, tb[IFLA_STATS64], sizeof(s));
	json_array_append_new(
	    d->rows, json_pack("{so sb sb so sI so sI sI sI sI}", "dev",
			       out_str(name), "up", RT_IS_UP(ifi->ifi_flags),
			       "on", (ifi->ifi_flags & IFF_UP) != 0, "mac",
			       dump_mac(tb[IFLA_ADDRESS]), "mtu",
			       (json_int_t)dump_u32(tb[IFLA_MTU]), "master",
			       dump_dev(d, (int)dump_u32(tb[IFLA_MASTER])),
			       "rx_packets", (json_int_t)s.rx_packets,
			       "tx_packets", (json_int_t)s.tx_packets,
			       "rx_bytes", (json_int_t)s.rx_bytes, "tx_bytes",
			       (json_int_t)s.tx_bytes));
}

static void
dump_addr(void *arg, struct nlmsghdr *h)
{
	struct dump *d = arg;
	struct ifaddrmsg *ifa = nlmsg_data(h);
	struct nlattr *tb[IFA_MAX + 1];
	struct ip_addr a;
	json_t *flags;
	uint32_t bits;
	size_t i;

	if (h->nlmsg_type != RTM_NEWADDR ||
	    !dump_attrs(h, sizeof(*ifa), tb, IFA_MAX))
		return;
	a = dump_ip(ifa->ifa_family,
		    tb[IFA_LOCAL] ? tb[IFA_LOCAL] : tb[IFA_ADDRESS]);
	if (a.family == IP_NONE)
		return;
	bits = tb[IFA_FLAGS] ? dump_u32(tb[IFA_FLAGS]) : ifa->ifa_flags;
	flags = json_array();
	for (i = 0; i < sizeof(dump_flags) / sizeof(dump_flags[0]); i++) {
		if (bits & dump_flags[i].value)
			json_array_append_new(flags,
					      json_string(dump_flags[i].word));
	}
	json_array_append_new(
	    d->rows,
	    json_pack("{so so si ss so}", "dev",
		      dump_dev(d, (int)ifa->ifa_index), "address",
		      dump_ip_text(&a), "len", ifa->ifa_prefixlen, "family",
		      ip_family_name(a.family), "flags", flags));
}

static void
dump_neigh(void *arg, struct nlmsghdr *h)
{
	struct dump *d = arg;
	struct ndmsg *ndm = nlmsg_data(h);
	struct nlattr *tb[NDA_MAX + 1];
	struct ip_addr a;

	if (h->nlmsg_type != RTM_NEWNEIGH ||
	    !dump_attrs(h, sizeof(*ndm), tb, NDA_MAX))
		return;
	a = dump_ip(ndm->ndm_family, tb[NDA_DST]);
	if (a.family == IP_NONE || ndm->ndm_state == NUD_NOARP)
		return;
	json_array_append_new(
	    d->rows,
	    json_pack("{so so so so}", "dev", dump_dev(d, ndm->ndm_ifindex),
		      "address", dump_ip_text(&a), "mac",
		      dump_mac(tb[NDA_LLADDR]), "state",
		      dump_word(ndm->ndm_state, WORDS(dump_states))));
}

/* A bridge's own view; a device's list of addresses comes with it. */
static void
dump_fdb(void *arg, struct nlmsghdr *h)
{
	struct dump *d = arg;
	struct ndmsg *ndm = nlmsg_data(h);
	struct nlattr *tb[NDA_MAX + 1];

	if (h->nlmsg_type != RTM_NEWNEIGH ||
	    !dump_attrs(h, sizeof(*ndm), tb, NDA_MAX) || !tb[NDA_MASTER] ||
	    !tb[NDA_LLADDR])
		return;
	json_array_append_new(
	    d->rows,
	    json_pack("{so so so so sb}", "dev", dump_dev(d, ndm->ndm_ifindex),
		      "bridge", dump_dev(d, (int)dump_u32(tb[NDA_MASTER])),
		      "mac", dump_mac(tb[NDA_LLADDR]), "vlan",
		      tb[NDA_VLAN] && nla_len(tb[NDA_VLAN]) >= 2
			  ? json_integer(nla_get_u16(tb[NDA_VLAN]))
			  : json_null(),
		      "own", ndm->ndm_state & NUD_PERMANENT));
}

/* A port and its VLANs, one by one. */
static void
dump_vlan(void *arg, struct nlmsghdr *h)
{
	struct dump *d = arg;
	struct ifinfomsg *ifi = nlmsg_data(h);
	struct nlattr *tb[IFLA_MAX + 1], *a;
	struct bridge_vlan_info v;
	int left;

	if (h->nlmsg_type != RTM_NEWLINK ||
	    !dump_attrs(h, sizeof(*ifi), tb, IFLA_MAX) || !tb[IFLA_AF_SPEC])
		return;
	nla_for_each_nested(a, tb[IFLA_AF_SPEC], left)
	{
		if (nla_type(a) != IFLA_BRIDGE_VLAN_INFO ||
		    nla_len(a) < (int)sizeof(v))
			continue;
		memcpy(&v, nla_data(a), sizeof(v));
		json_array_append_new(
		    d->rows,
		    json_pack("{so si sb}", "dev", dump_dev(d, ifi->ifi_index),
			      "vlan", (int)v.vid, "tagged",
			      !(v.flags & BRIDGE_VLAN_INFO_UNTAGGED)));
	}
}

/* RTA_VIA: a next hop of the other family (RFC 8950 in the kernel's form). */
static struct ip_addr
dump_via(int family, struct nlattr **tb)
{
	const struct rtvia *via;
	struct ip_addr none = {0};
	int bytes;

	if (tb[RTA_GATEWAY])
		return dump_ip(family, tb[RTA_GATEWAY]);
	if (!tb[RTA_VIA] || nla_len(tb[RTA_VIA]) < (int)sizeof(*via))
		return none;
	via = nla_data(tb[RTA_VIA]);
	bytes = via->rtvia_family == AF_INET6 ? 16 : 4;
	if (nla_len(tb[RTA_VIA]) < (int)sizeof(*via) + bytes)
		return none;
	return ip_addr_from(bytes == 16 ? IP_V6 : IP_V4, via->rtvia_addr);
}

static void
dump_route_row(struct dump *d, const struct rtmsg *rtm, json_t *to,
	       const struct ip_addr *via, int index, uint32_t metric,
	       uint32_t table)
{
	json_t *row =
	    json_pack("{sO so so so so sI ss}", "to", to, "via",
		      dump_ip_text(via), "dev", dump_dev(d, index), "type",
		      dump_word(rtm->rtm_type, WORDS(dump_types)), "protocol",
		      dump_word(rtm->rtm_protocol, WORDS(dump_protocols)),
		      "metric", (json_int_t)metric, "family",
		      rtm->rtm_family == AF_INET ? "ipv4" : "ipv6");

	if (d->others)
		json_object_set_new(row, "table", json_integer(table));
	json_array_append_new(d->rows, row);
}

/* One row for each next hop. */
static void
dump_multipath(struct dump *d, const struct rtmsg *rtm, json_t *to,
	       struct nlattr *all, uint32_t metric, uint32_t table)
{
	struct nlattr *tb[RTA_MAX + 1];
	struct rtnexthop *nh = nla_data(all);
	size_t left = (size_t)nla_len(all);
	struct ip_addr via;

	while (left >= sizeof(*nh) && nh->rtnh_len >= sizeof(*nh) &&
	       nh->rtnh_len <= left) {
		if (nla_parse(tb, RTA_MAX, (struct nlattr *)(nh + 1),
			      (int)(nh->rtnh_len - sizeof(*nh)), NULL) < 0)
			return;
		via = dump_via(rtm->rtm_family, tb);
		dump_route_row(d, rtm, to, &via, nh->rtnh_ifindex, metric,
			       table);
		if ((size_t)RTNH_ALIGN(nh->rtnh_len) >= left)
			return;
		left -= (size_t)RTNH_ALIGN(nh->rtnh_len);
		nh =
		    (struct rtnexthop *)((char *)nh + RTNH_ALIGN(nh->rtnh_len));
	}
}

static json_t *
dump_prefix(const struct rtmsg *rtm, const struct nlattr *dst)
{
	struct ip_prefix p = {.len = rtm->rtm_dst_len};
	char text[IP_PREFIXSTRLEN];

	if (dst)
		p.addr = dump_ip(rtm->rtm_family, dst);
	else
		p.addr.family = rtm->rtm_family == AF_INET ? IP_V4 : IP_V6;
	if (p.addr.family == IP_NONE)
		return NULL;
	return json_string(ip_prefix_print(&p, text));
}

static void
dump_route(void *arg, struct nlmsghdr *h)
{
	struct dump *d = arg;
	struct rtmsg *rtm = nlmsg_data(h);
	struct nlattr *tb[RTA_MAX + 1];
	uint32_t table, metric;
	struct ip_addr via;
	json_t *to;

	if (h->nlmsg_type != RTM_NEWROUTE ||
	    !dump_attrs(h, sizeof(*rtm), tb, RTA_MAX) ||
	    (rtm->rtm_family != AF_INET && rtm->rtm_family != AF_INET6))
		return;
	table = tb[RTA_TABLE] ? dump_u32(tb[RTA_TABLE]) : rtm->rtm_table;
	if (table == RT_TABLE_LOCAL || (table == RT_TABLE_MAIN) == d->others ||
	    (rtm->rtm_flags & RTM_F_CLONED) ||
	    (to = dump_prefix(rtm, tb[RTA_DST])) == NULL)
		return;
	metric = dump_u32(tb[RTA_PRIORITY]);
	if (tb[RTA_MULTIPATH])
		dump_multipath(d, rtm, to, tb[RTA_MULTIPATH], metric, table);
	else {
		via = dump_via(rtm->rtm_family, tb);
		dump_route_row(d, rtm, to, &via, (int)dump_u32(tb[RTA_OIF]),
			       metric, table);
	}
	json_decref(to);
}

/* ---- the conversation */

static void
dump_restart(void *arg)
{
	struct dump *d = arg;

	json_array_clear(d->rows);
}

static void
dump_restart_names(void *arg)
{
	struct dump *d = arg;

	d->n = 0;
}

static int
dump_table(struct net *n, struct dump *d, enum net_table what, struct err *e)
{
	const struct ifinfomsg ifi = {.ifi_family = AF_UNSPEC};
	const struct ifaddrmsg ifa = {.ifa_family = AF_UNSPEC};
	const struct ndmsg ndm = {.ndm_family = AF_UNSPEC};
	const struct ndmsg fdb = {.ndm_family = AF_BRIDGE};
	/* a whole attribute behind the header, as the kernel wants it */
	const struct {
		struct ifinfomsg ifi;
		struct nlattr head;
		uint32_t mask;
	} vlans = {{.ifi_family = AF_BRIDGE},
		   {sizeof(struct nlattr) + sizeof(uint32_t), IFLA_EXT_MASK},
		   RTEXT_FILTER_BRVLAN};
	struct rtmsg rtm = {.rtm_family = AF_INET,
			    .rtm_table =
				d->others ? RT_TABLE_UNSPEC : RT_TABLE_MAIN};
	json_t *ipv4;

	switch (what) {
	case NET_LINKS:
		return rt_dump(n, RTM_GETLINK, &ifi, sizeof(ifi), dump_link,
			       dump_restart, d, e);
	case NET_ADDRESSES:
		return rt_dump(n, RTM_GETADDR, &ifa, sizeof(ifa), dump_addr,
			       dump_restart, d, e);
	case NET_NEIGHBOURS:
		return rt_dump(n, RTM_GETNEIGH, &ndm, sizeof(ndm), dump_neigh,
			       dump_restart, d, e);
	case NET_FDB:
		return rt_dump(n, RTM_GETNEIGH, &fdb, sizeof(fdb), dump_fdb,
			       dump_restart, d, e);
	case NET_VLANS:
		return rt_dump(n, RTM_GETLINK, &vlans, sizeof(vlans), dump_vlan,
			       dump_restart, d, e);
	case NET_ROUTES:
	case NET_OTHER_ROUTES: break;
	}
	if (rt_dump(n, RTM_GETROUTE, &rtm, sizeof(rtm), dump_route,
		    dump_restart, d, e) < 0)
		return -1;
	ipv4 = d->rows;
	d->rows = json_array();
	rtm.rtm_family = AF_INET6;
	if (rt_dump(n, RTM_GETROUTE, &rtm, sizeof(rtm), dump_route,
		    dump_restart, d, e) < 0) {
		json_decref(ipv4);
		return -1;
	}
	json_array_extend(ipv4, d->rows);
	json_decref(d->rows);
	d->rows = ipv4;
	return 0;
}

json_t *
net_dump(struct net *n, enum net_table what, struct err *e)
{
	const struct ifinfomsg ifi = {.ifi_family = AF_UNSPEC};
	struct dump d = {.rows = json_array(),
			 .others = what == NET_OTHER_ROUTES};

	if (rt_dump(n, RTM_GETLINK, &ifi, sizeof(ifi), dump_name,
		    dump_restart_names, &d, e) < 0 ||
	    dump_table(n, &d, what, e) < 0) {
		err_in(e, "cannot read the kernel's tables");
		json_decref(d.rows);
		d.rows = NULL;
	}
	free(d.names);
	return d.rows;
}
